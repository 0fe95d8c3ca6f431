/** Where a text stops being JSON (RFC 8259): engines say so each in its own words, and not always with a line. */

export interface JsonFault {
  /** 1-based. */
  readonly line: number;
  readonly expected: string;
  readonly found: string;
}

const TOKEN =
  /[ \t\r\n]*(?:("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null)(?![\w.+-])|([{}[\],:]))/iuy;
const BLANK = /[ \t\r\n]*/y;
const SHOWN = 20;

type Place = "value" | "first item" | "first key" | "key" | "colon" | "end of item" | "end";

const EXPECTED: Record<Place, string> = {
  value: "a value",
  "first item": 'a value or "]"',
  "first key": 'a key in quotes or "}"',
  key: "a key in quotes",
  colon: '":"',
  "end of item": '"," or the closing bracket',
  end: "the end of the text",
};

/** @returns `undefined` for JSON */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ("{" | "[")[] = [];
  let place: Place = "value";
  for (let at = 0; ; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    BLANK.lastIndex = at;
    const start = at + BLANK.exec(text)![0].length;
    if (!token && start === text.length && place === "end") return undefined;
    const next: Place | undefined = token ? follow(place, token, open) : undefined;
    if (!next) return describeFault(text, start, EXPECTED[place]);
    place = next;
  }
}

/** What may come after a token, where it may stand at all. */
function follow(
  place: Place,
  [, string, scalar, mark]: RegExpExecArray,
  open: ("{" | "[")[],
): Place | undefined {
  const isValue = place === "value" || place === "first item";
  const close = (): Place => {
    open.pop();
    return open.length > 0 ? "end of item" : "end";
  };
  if (string !== undefined && (place === "key" || place === "first key")) return "colon";
  if (string !== undefined || scalar !== undefined) {
    return isValue ? (open.length > 0 ? "end of item" : "end") : undefined;
  }
  if (isValue && (mark === "{" || mark === "[")) {
    open.push(mark);
    return mark === "{" ? "first key" : "first item";
  }
  if (mark === ":" && place === "colon") return "value";
  if (mark === "," && place === "end of item") return open.at(-1) === "{" ? "key" : "value";
  if (mark === "}" && open.at(-1) === "{" && (place === "first key" || place === "end of item"))
    return close();
  if (mark === "]" && open.at(-1) === "[" && (place === "first item" || place === "end of item"))
    return close();
  return undefined;
}

function describeFault(text: string, start: number, expected: string): JsonFault {
  const [shown = ""] = text.slice(start, start + SHOWN).split("\n");
  const found = start === text.length ? "the end of the text" : `"${shown}"`;
  return { line: text.slice(0, start).split("\n").length, expected, found };
}
