#!/usr/bin/env python3
"""One float64 solver on one network, in a process of its own: prints one line of JSON.

    peer.py --versions
    peer.py FOLDER METHOD [--short 4] [--long 24] [--repeats 12]

FOLDER holds what export-case.ts writes, little-endian:

    ends.i32          int32 [m, 2]   the pores of each throat
    conductance.f64   float64 [m]    for a viscosity of 1 Pa s
    state.u8          uint8 [n]      0 free, 1 held at pressure 1, 2 held at pressure 0
    extent.json       {"length": m, "area": m2}

The free pores' mass balance A x = b is assembled in CSR and solved to |b - A x| <= 1e-8 |b|. An iteration's time
comes from solves of two lengths, (T(long) - T(short)) / (long - short), the shortest of `repeats` each; direct
solvers have none. K = Q length / area at unit pressure drop, Q in the energy form.
"""
import argparse
import glob
import inspect
import json
import os
import resource
import statistics
import sys
import time

TOLERANCE = 1e-8
MOST_ITERATIONS = 50_000
NEVER = 1e-300  # a tolerance that only the limit of iterations ends before

PETSC_OPTIONS = {
    "petsc_cg_jacobi": "-pc_type jacobi",
    "petsc_cg_gamg": "-pc_type gamg",
    # For three dimensions as hypre's manual advises: aggressive coarsening, HMIS, interpolation cut to 4 entries.
    "petsc_cg_boomeramg": "-pc_type hypre -pc_hypre_type boomeramg -pc_hypre_boomeramg_strong_threshold 0.5"
    " -pc_hypre_boomeramg_coarsen_type HMIS -pc_hypre_boomeramg_interp_type ext+i"
    " -pc_hypre_boomeramg_P_max 4 -pc_hypre_boomeramg_agg_nl 1",
}
METHODS = ["scipy_spsolve", "scipy_cg_jacobi", *PETSC_OPTIONS]


class Clock:
    """Wall and CPU seconds since it was made or last read."""

    def __init__(self):
        self.read()

    def read(self):
        now = time.perf_counter(), time.process_time()
        before = getattr(self, "last", now)
        self.last = now
        return {"wall": now[0] - before[0], "cpu": now[1] - before[1]}


class Network:
    def __init__(self, folder):
        def array(name, kind):
            return np.fromfile(os.path.join(folder, name), kind)

        self.ends = array("ends.i32", "<i4").reshape(-1, 2)
        self.conductance = array("conductance.f64", "<f8")
        self.state = array("state.u8", "u1")
        with open(os.path.join(folder, "extent.json")) as file:
            extent = json.load(file)
        self.length, self.area = extent["length"], extent["area"]

    def assemble(self):
        """A in CSR with sorted columns, and b."""
        free = self.state == 0
        count = int(free.sum())
        number = np.full(len(free), -1, np.int32)
        number[free] = np.arange(count, dtype=np.int32)
        first, second = number[self.ends].T
        rows, weights, others = [], [], []
        for own, other in ((first, second), (second, first)):
            inside = own >= 0
            rows.append(own[inside])
            others.append(other[inside])
            weights.append(self.conductance[inside])
        row, other, weight = map(np.concatenate, (rows, others, weights))
        held = np.concatenate([self.ends[own >= 0, 1 - k] for k, own in enumerate((first, second))])
        diagonal = np.bincount(row, weight, count)
        rhs = np.bincount(row, weight * (self.state[held] == 1), count)
        off = other >= 0
        every = np.arange(count, dtype=np.int32)
        values = np.concatenate([-weight[off], diagonal])
        places = np.concatenate([row[off], every]), np.concatenate([other[off], every])
        matrix = sparse.coo_matrix((values, places), (count, count)).tocsr()
        matrix.sort_indices()
        return matrix, rhs

    def permeability(self, x):
        pressure = (self.state == 1).astype(float)
        pressure[self.state == 0] = x
        drop = pressure[self.ends[:, 0]] - pressure[self.ends[:, 1]]
        return float(self.conductance @ drop**2) * self.length / self.area


class SpSolve:
    """SuperLU as SciPy's spsolve calls it, factorisation and solution in one."""

    is_iterative = False

    def __init__(self, matrix, rhs):
        self.matrix, self.rhs = matrix, rhs

    def solve(self):
        return linalg.spsolve(self.matrix, self.rhs), 0, True


class ScipyCg:
    is_iterative = True

    def __init__(self, matrix, rhs):
        self.matrix, self.rhs = matrix, rhs
        self.preconditioner = sparse.diags(1 / matrix.diagonal())
        # SciPy 1.12 gave `tol` the name `rtol`.
        self.tolerance_name = "rtol" if "rtol" in inspect.signature(linalg.cg).parameters else "tol"

    def solve(self, tolerance=TOLERANCE, most=MOST_ITERATIONS):
        iterations = 0

        def count(_):
            nonlocal iterations
            iterations += 1

        options = {self.tolerance_name: tolerance, "atol": 0, "maxiter": most}
        x, info = linalg.cg(self.matrix, self.rhs, M=self.preconditioner, callback=count, **options)
        return x, iterations, info == 0


class PetscCg:
    """PETSc's CG; its stopping is by the residual's own norm, as everywhere here."""

    is_iterative = True

    def __init__(self, matrix, rhs, PETSc):
        rows = matrix.indptr.astype(PETSc.IntType), matrix.indices.astype(PETSc.IntType)
        self.matrix = PETSc.Mat().createAIJ(size=matrix.shape, csr=(*rows, matrix.data))
        self.matrix.setOption(PETSc.Mat.Option.SPD, True)
        self.solver = PETSc.KSP().create()
        self.solver.setOperators(self.matrix)
        self.solver.setType("cg")
        self.solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        self.solver.setFromOptions()
        self.rhs = PETSc.Vec().createWithArray(rhs)
        self.x = self.rhs.duplicate()
        self.solver.setUp()

    def solve(self, tolerance=TOLERANCE, most=MOST_ITERATIONS):
        self.solver.setTolerances(rtol=tolerance, atol=0, max_it=most)
        self.solver.solve(self.rhs, self.x)
        converged = self.solver.getConvergedReason() > 0
        return self.x.getArray().copy(), self.solver.getIterationNumber(), converged


def import_petsc():
    """Debian keeps petsc4py beside each PETSc, outside of Python's own path."""
    places = glob.glob("/usr/lib/petscdir/*/*-real/lib/python3/dist-packages")
    sys.path.extend(place for place in sorted(places, reverse=True) if place not in sys.path)
    import petsc4py

    return petsc4py


def list_versions():
    """Of what is there; None for what is missing."""

    def version_of(load):
        try:
            return load()
        except ImportError:
            return None

    def petsc():
        import_petsc()
        from petsc4py import PETSc

        return ".".join(map(str, PETSc.Sys.getVersion()))

    return {
        "python": sys.version.split()[0],
        "numpy": version_of(lambda: __import__("numpy").__version__),
        "scipy": version_of(lambda: __import__("scipy").__version__),
        "petsc": version_of(petsc),
    }


def prepare(method):
    """Initialises the library; returns what makes a solver of (matrix, rhs), outside of all clocks."""
    if method in PETSC_OPTIONS:
        import_petsc().init(["peer", *PETSC_OPTIONS[method].split()])
        from petsc4py import PETSc

        return lambda matrix, rhs: PetscCg(matrix, rhs, PETSc)
    return {"scipy_spsolve": SpSolve, "scipy_cg_jacobi": ScipyCg}[method]


def time_iteration(solver, short, long, repeats):
    samples = {short: [], long: []}
    for _ in range(repeats):
        for length in samples:
            clock = Clock()
            _, iterations, _ = solver.solve(NEVER, length)
            samples[length].append(clock.read())
            if iterations != length:
                return None  # done before `long`: nothing to divide by
    per_iteration = 1 / (long - short)
    slopes = [b["wall"] - a["wall"] for a, b in zip(samples[short], samples[long])]

    def least(length, kind):
        return min(sample[kind] for sample in samples[length])

    return {
        "bestSeconds": per_iteration * (least(long, "wall") - least(short, "wall")),
        "medianSeconds": per_iteration * statistics.median(slopes),
        "cpuSeconds": per_iteration * (least(long, "cpu") - least(short, "cpu")),
        "repeats": repeats,
    }


def measure(options):
    create = prepare(options.method)
    network = Network(options.folder)
    clock = Clock()
    matrix, rhs = network.assemble()
    assembled = clock.read()
    solver = create(matrix, rhs)
    setup = clock.read()
    x, iterations, converged = solver.solve()
    solved = clock.read()
    residual = np.linalg.norm(rhs - matrix @ x) / np.linalg.norm(rhs)
    # ru_maxrss counts kilobytes, on macOS bytes; taken before the repeats below.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    wants_iteration = solver.is_iterative and options.repeats > 0
    return {
        "method": options.method,
        "unknowns": matrix.shape[0],
        "nonzeros": matrix.nnz,
        "assembleSeconds": assembled["wall"],
        "setupSeconds": setup["wall"],
        "setupCpuSeconds": setup["cpu"],
        "solve": {
            "converged": bool(converged),
            "iterations": iterations,
            "relativeResidual": float(residual),
            "solveSeconds": solved["wall"],
            "solveCpuSeconds": solved["cpu"],
            "permeability": network.permeability(x),
        },
        "peakBytes": peak,
        "iteration": time_iteration(solver, options.short, options.long, options.repeats)
        if wants_iteration
        else None,
    }


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder")
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("--short", type=int, default=4)
    parser.add_argument("--long", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=12)
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:] == ["--versions"]:
        print(json.dumps(list_versions()))
        sys.exit(0)
    import numpy as np
    import scipy.sparse as sparse
    import scipy.sparse.linalg as linalg

    print(json.dumps(measure(read_options())), flush=True)
