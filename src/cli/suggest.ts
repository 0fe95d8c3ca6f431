/** What somebody may have meant: the known word at the least edit distance (V. I. Levenshtein, 1965). */

/** The nearest of `known`, when about a third of its letters differ at most. */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of known) {
    const distance = measureDistance(word.toLowerCase(), each.toLowerCase());
    if (distance < least && distance <= Math.ceil(each.length / 3) && distance < each.length) {
      nearest = each;
      least = distance;
    }
  }
  return nearest;
}

/** Letters to insert, delete or replace to make `b` of `a`. */
function measureDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) {
      const replaced = row[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[k]! + 1, next[k - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
