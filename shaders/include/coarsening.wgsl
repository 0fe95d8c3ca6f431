// States of a row while the coarse ones are chosen.
const undecided = 0u;
const fine = 1u;
const coarse = 2u;
// The threshold of a row that depends on nobody.
const unreachable = 3.0e38;
