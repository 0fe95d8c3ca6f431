// Sorts a part of an array in place, ascending: by insertion where it is short, else by a heap. Needs
// `readKey(at) -> u32` and `writeKey(at, key)`.
fn sortKeys(begin: u32, end: u32) {
  if (end - begin <= 32u) {
    for (var i = begin + 1u; i < end; i++) {
      let key = readKey(i);
      var at = i;
      while (at > begin) {
        let before = readKey(at - 1u);
        if (before <= key) { break; }
        writeKey(at, before);
        at -= 1u;
      }
      writeKey(at, key);
    }
    return;
  }
  let count = end - begin;
  for (var root = count / 2u; root > 0u; root--) {
    sink(begin, root - 1u, count);
  }
  for (var last = count - 1u; last > 0u; last--) {
    let largest = readKey(begin);
    writeKey(begin, readKey(begin + last));
    writeKey(begin + last, largest);
    sink(begin, 0u, last);
  }
}

fn sink(begin: u32, root: u32, count: u32) {
  let key = readKey(begin + root);
  var at = root;
  while (2u * at + 1u < count) {
    var child = 2u * at + 1u;
    if (child + 1u < count) {
      child += select(0u, 1u, readKey(begin + child + 1u) > readKey(begin + child));
    }
    if (readKey(begin + child) <= key) { break; }
    writeKey(begin + at, readKey(begin + child));
    at = child;
  }
  writeKey(begin + at, key);
}
