#!/usr/bin/env python3
"""Time of other programs on the uniform matrix games of `cargo bench --bench zero_sum`.

The games are made again here, bit for bit. Run the benchmark first: its estimates are read from
target/criterion. Measured are QuantEcon's `minmax`, compiled beforehand, and SciPy's `linprog` with
HiGHS, dual simplex and interior point, the program with a free variable for the value; with highspy
installed also HiGHS itself, without SciPy's preparation. Time is processor time, the least of --runs
(one where it is longer than a second). The values are compared.

  cargo bench --bench zero_sum -- zero-sum/uniform
  OMP_NUM_THREADS=1 python3 benches/peers/matrix_games.py
"""

import argparse
import json
import os
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import scipy.optimize
from quantecon.optimize.minmax import minmax

try:
    import highspy
except ImportError:
    highspy = None


def uniform(rows, columns, seed):
    """Uniform on [0, 1): `uniform` of benches/matrices, splitmix64 (Steele, Lea & Flood 2014)."""
    z = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, rows * columns + 1, dtype=np.uint64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return ((z >> np.uint64(11)).astype(float) / 2.0**53).reshape(rows, columns)


def quantecon(game):
    return lambda: minmax(game)[0]


def linprog(method):
    def prepared(game):
        rows, columns = game.shape
        # Maximise v subject to v − Σ_i x_i a_ij ≤ 0 for each j, Σ x_i = 1, x ≥ 0.
        cost = np.append(np.zeros(rows), -1.0)
        above = np.hstack([-game.T, np.ones((columns, 1))])
        equal = np.append(np.ones(rows), 0.0)[None, :]
        bounds = [(0, None)] * rows + [(None, None)]

        def run():
            found = scipy.optimize.linprog(cost, above, np.zeros(columns), equal, [1.0], bounds, method=method)
            return -found.fun if found.success else float("nan")

        return run

    return prepared


def highs(solver):
    def prepared(game):
        rows, columns = game.shape
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = rows + 1, columns + 1
        program.col_cost_ = np.append(np.zeros(rows), -1.0)
        program.col_lower_ = np.append(np.zeros(rows), -highspy.kHighsInf)
        program.col_upper_ = np.full(rows + 1, highspy.kHighsInf)
        program.row_lower_ = np.append(np.zeros(columns), 1.0)
        program.row_upper_ = np.append(np.full(columns, highspy.kHighsInf), 1.0)
        table = np.vstack([np.hstack([game.T, -np.ones((columns, 1))]), np.append(np.ones(rows), 0.0)])
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = np.arange(rows + 2) * (columns + 1)
        program.a_matrix_.index_ = np.tile(np.arange(columns + 1), rows + 1)
        program.a_matrix_.value_ = table.T.ravel()

        def run():
            model = highspy.Highs()
            model.setOptionValue("output_flag", False)
            model.setOptionValue("threads", 1)
            model.setOptionValue("solver", solver)
            model.passModel(program)
            model.run()
            return -model.getInfo().objective_function_value

        return run

    return prepared


def least(run, runs):
    """Seconds of processor time, and the value."""
    start = time.process_time()
    value = run()
    seconds = time.process_time() - start
    if seconds > 1.0:
        return seconds, value
    times = max(1, int(5e-3 / max(seconds, 1e-6)))
    for _ in range(runs):
        start = time.process_time()
        for _ in range(times):
            run()
        seconds = min(seconds, (time.process_time() - start) / times)
    return seconds, value


def ours(size):
    """Seconds, the median of the benchmark; None where it was not run."""
    path = os.path.join("target", "criterion", "zero-sum_uniform", str(size), "new", "estimates.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)["median"]["point_estimate"] * 1e-9


def show(seconds):
    return f"{1e3 * seconds:.4g} ms"


def main():
    peers = {
        "QuantEcon": quantecon,
        "linprog highs-ds": linprog("highs-ds"),
        "linprog highs-ipm": linprog("highs-ipm"),
    }
    if highspy is not None:
        peers["HiGHS simplex"] = highs("simplex")
        peers["HiGHS ipm"] = highs("ipm")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--least", type=int, default=10, help="the smallest games")
    parser.add_argument("--most", type=int, default=300, help="the largest games")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", default=",".join(peers), help="separated by commas")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=scipy.optimize.OptimizeWarning)
    minmax(uniform(4, 4, 1))
    print("size: time; its ratio to detente's")
    for size in (size for size in (10, 50, 100, 300, 1000, 2000, 3000) if arguments.least <= size <= arguments.most):
        mine = ours(size)
        if mine is None:
            print(f"{size}: not benchmarked")
            continue
        game = uniform(size, size, 1)
        parts, values = [f"detente {show(mine)}"], []
        for name in arguments.peers.split(","):
            seconds, value = least(peers[name](game), arguments.runs)
            values.append(value)
            parts.append(f"{name} {show(seconds)} ({seconds / mine:.1f})")
        apart = max(values) - min(values)
        agree = f"values within {apart:.1e}" if apart <= 1e-9 else f"VALUES DIFFER: {values}"
        print(f"{size}: {', '.join(parts)}; {agree}", flush=True)


if __name__ == "__main__":
    main()
