// The columns of a row of the coarse matrix Pᵀ A P: those from which the rows interpolate that are neighbours of, or are
// themselves, rows that interpolate from it. They are gathered in a table of the lane's own, open addressing, in
// `scratch`: `capacity` keys (0: free, else the column + 1), then the places that are taken. Half of it may be taken.
struct Table {
  capacity: u32,
  // Rows that have at least and at most so many entries are for this launch; 0 and 0: all that are not counted yet.
  least: u32,
  most: u32,
  isFirst: u32,
}
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> columns: array<vec4u>;
@group(0) @binding(4) var<storage, read> links: array<u32>;
@group(0) @binding(5) var<storage, read_write> scratch: array<u32>;
@group(0) @binding(6) var<uniform> table: Table;

var<private> taken: u32;

fn tableStart(group: vec3u, lane: u32) -> u32 {
  return (groupIndex(group) * lanes + lane) * (table.capacity + table.capacity / 2u);
}

// False where there is no room left.
fn addColumn(start: u32, which: u32) -> bool {
  let key = which + 1u;
  var place = (which * 2654435761u) & (table.capacity - 1u);
  while (scratch[start + place] != 0u) {
    if (scratch[start + place] == key) { return true; }
    place = (place + 1u) & (table.capacity - 1u);
  }
  if (taken == table.capacity / 2u) { return false; }
  scratch[start + place] = key;
  scratch[start + table.capacity + taken] = place;
  taken += 1u;
  return true;
}

fn addColumns(start: u32, which: vec4u, row: u32) -> bool {
  for (var k = 0u; k < 4u; k++) {
    if (which[k] != nowhere && which[k] != row) {
      if (!addColumn(start, which[k])) { return false; }
    }
  }
  return true;
}

// Leaves the number of columns in `taken`; false where they have no room.
fn gatherColumns(start: u32, row: u32) -> bool {
  taken = 0u;
  for (var k = links[row]; k < links[row + 1u]; k++) {
    let fromRow = links[level.entries + k] / 4u;
    if (!addColumns(start, columns[fromRow], row)) { return false; }
    let slots = rowSlots(fromRow);
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount && other != fromRow) {
        if (!addColumns(start, columns[other], row)) { return false; }
      }
    }
  }
  return true;
}

fn takenColumn(start: u32, index: u32) -> u32 {
  return scratch[start + scratch[start + table.capacity + index]] - 1u;
}

fn clearTable(start: u32) {
  for (var k = 0u; k < taken; k++) {
    scratch[start + scratch[start + table.capacity + k]] = 0u;
  }
}
