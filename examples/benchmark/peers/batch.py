#!/usr/bin/env python3
"""Many small networks one after the other by SciPy's spsolve in float64, with the gradient in closed form.

    batch.py FOLDER

FOLDER holds what export-batch.ts writes, little-endian, network after network:

    counts.i32        int32 [k, 2]   unknowns and throats of each network
    ends.i32          int32 [m, 2]   the ends of each throat: an unknown, -1 held at 1, -2 held at 0, -3 no part
    conductance.f64   float64 [m]

Every line on stdin is answered by a line of JSON: `coo` assembles as one writes it first (triplets to CSC), `kept`
keeps the pattern of each network and fills in values only; each runs the loop over all networks once and says what
it took. `write` writes flowRate.f64 [k] and gradient.f64 [m] of the last loop. What follows from the pattern alone
is found before, outside of all clocks: which pores join both faces, and where each throat's terms belong.

    A p = b,   Q = sum g (p_i - p_j)^2,   dQ/dg = (p_i - p_j)^2        at unit pressure drop
"""
import json
import os
import sys
import time

HELD_AT_ONE = -1
NO_PART = -3


class Network:
    """One network's pattern, and its flow for given conductances."""

    def __init__(self, count, ends):
        self.count = count
        self.throats = len(ends)
        self.takes_part = np.flatnonzero(ends[:, 0] != NO_PART)
        first, second = ends[self.takes_part].T
        # Behind the unknowns two rows for held pressures.
        self.first, self.second = (np.where(end < 0, count - 1 - end, end) for end in (first, second))
        inner = (first >= 0) & (second >= 0)
        self.inner = np.flatnonzero(inner)
        i, j = first[inner], second[inner]
        at_first, at_second = np.flatnonzero(first >= 0), np.flatnonzero(second >= 0)
        self.of_diagonal = np.concatenate([at_first, at_second])
        self.on_diagonal = np.concatenate([first[at_first], second[at_second]])
        fed_first = np.flatnonzero((first >= 0) & (second == HELD_AT_ONE))
        fed_second = np.flatnonzero((second >= 0) & (first == HELD_AT_ONE))
        self.of_rhs = np.concatenate([fed_first, fed_second])
        self.on_rhs = np.concatenate([first[fed_first], second[fed_second]])
        every = np.arange(count)
        self.rows, self.columns = np.concatenate([every, i, j]), np.concatenate([every, j, i])
        # The pattern in CSC, and the slot of each term in it.
        slots, self.slot = np.unique(self.columns * count + self.rows, return_inverse=True)
        self.indices = (slots % count).astype(np.int32)
        starts = np.searchsorted(slots, np.arange(count + 1) * count)
        self.indptr = starts.astype(np.int32)

    def assemble(self, g, keeps_pattern):
        diagonal = np.bincount(self.on_diagonal, g[self.of_diagonal], self.count)
        rhs = np.bincount(self.on_rhs, g[self.of_rhs], self.count)
        off = -g[self.inner]
        terms = np.concatenate([diagonal, off, off])
        shape = (self.count, self.count)
        if keeps_pattern:
            values = np.bincount(self.slot, terms, len(self.indices))
            return sparse.csc_matrix((values, self.indices, self.indptr), shape), rhs
        return sparse.coo_matrix((terms, (self.rows, self.columns)), shape).tocsc(), rhs

    def solve(self, conductance, keeps_pattern):
        """Flow rate, and its gradient by every conductance."""
        g = conductance[self.takes_part]
        matrix, rhs = self.assemble(g, keeps_pattern)
        pressure = np.zeros(self.count + 2)
        pressure[: self.count] = linalg.spsolve(matrix, rhs)
        pressure[self.count] = 1
        squares = (pressure[self.first] - pressure[self.second]) ** 2
        gradient = np.zeros(self.throats)
        gradient[self.takes_part] = squares
        return g @ squares, gradient


class Batch:
    def __init__(self, folder):
        def array(name, kind):
            return np.fromfile(os.path.join(folder, name), kind)

        self.folder = folder
        counts = array("counts.i32", "<i4").reshape(-1, 2)
        ends = array("ends.i32", "<i4").reshape(-1, 2)
        stops = np.cumsum(counts[:, 1])[:-1]
        self.conductances = np.split(array("conductance.f64", "<f8"), stops)
        self.networks = [Network(n, part) for (n, _), part in zip(counts, np.split(ends, stops))]

    def run(self, keeps_pattern):
        wall, cpu = time.perf_counter(), time.process_time()
        pairs = zip(self.networks, self.conductances)
        self.last = [network.solve(g, keeps_pattern) for network, g in pairs]
        return {"seconds": time.perf_counter() - wall, "cpuSeconds": time.process_time() - cpu}

    def write(self):
        rates = np.array([rate for rate, _ in self.last])
        rates.astype("<f8").tofile(os.path.join(self.folder, "flowRate.f64"))
        gradient = np.concatenate([gradient for _, gradient in self.last])
        gradient.astype("<f8").tofile(os.path.join(self.folder, "gradient.f64"))
        return {"written": True}


def serve(folder):
    batch = Batch(folder)
    answers = {"coo": lambda: batch.run(False), "kept": lambda: batch.run(True), "write": batch.write}
    for line in sys.stdin:
        print(json.dumps(answers[line.strip()]()), flush=True)


if __name__ == "__main__":
    import numpy as np
    import scipy.sparse as sparse
    import scipy.sparse.linalg as linalg

    serve(sys.argv[1])
