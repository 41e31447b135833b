#!/usr/bin/env python3
"""Time of SciPy's HiGHS on the degenerate matrix games of `cargo bench --bench zero_sum`.

The games are those of `with_ties` in benches/matrices, made again bit for bit: Blotto, many equal
entries, signs, low rank, duplicate rows, scaled by 1e12 and 1e-12, one row, one column, long and wide.
Run the benchmark first; it writes detente's estimates to target/criterion and, with
DETENTE_BOUNDS set, the certified bounds of each value to that file:

  DETENTE_BOUNDS=target/bounds.txt cargo bench --bench zero_sum -- zero-sum/ties
  OMP_NUM_THREADS=1 python3 benches/peers/degenerate_games.py target/bounds.txt

Time is processor time, the least of --runs. HiGHS has the program with a free variable for the value,
by dual simplex and by interior point; the quicker one that gave the value is compared. Its value is
right when it is within 1e-7 of the range of entries of the bounds.
"""

import argparse
import json
import os
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import scipy.optimize

MASK = (1 << 64) - 1


def numbers(seed, count):
    """splitmix64 (Steele, Lea & Flood 2014)."""
    z = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(rows, columns, seed):
    return ((numbers(seed, rows * columns) >> np.uint64(11)).astype(float) / 2.0**53).reshape(rows, columns)


def integers(rows, columns, most, seed):
    return (numbers(seed, rows * columns) % np.uint64(most + 1)).astype(float).reshape(rows, columns)


def blotto(troops, fields):
    def divide(left, count):
        if count == 1:
            yield (left,)
            return
        for part in range(left + 1):
            for rest in divide(left - part, count - 1):
                yield (part, *rest)

    every = np.array(list(divide(troops, fields)))
    return np.sign(every[:, None, :] - every[None, :, :]).sum(axis=2).astype(float)


def games():
    n = 200
    half = uniform(n // 2, n, 6)
    left, right = integers(n, 5, 9, 4) - 4.5, integers(n, 5, 9, 5) - 4.5
    yield "blotto-6-3", blotto(6, 3)
    yield "blotto-12-4", blotto(12, 4)
    yield f"zero-to-two-{n}", integers(n, n, 2, 1)
    yield f"signs-{n}", 2 * integers(n, n, 1, 3) - 1
    yield f"low-rank-{n}", left @ right.T
    yield f"duplicates-{n}", np.repeat(half, 2, axis=0)
    yield f"times-1e12-{n}", uniform(n, n, 2) * 1e12
    yield f"times-1e-12-{n}", uniform(n, n, 2) * 1e-12
    yield "1x1000", uniform(1, 1000, 7)
    yield "1000x1", uniform(1000, 1, 8)
    yield "20x1000", uniform(20, 1000, 9)
    yield "1000x20", uniform(1000, 20, 10)


def program(game, method):
    rows, columns = game.shape
    cost = np.append(np.zeros(rows), -1.0)
    above = np.hstack([-game.T, np.ones((columns, 1))])
    equal = np.append(np.ones(rows), 0.0)[None, :]
    bounds = [(0, None)] * rows + [(None, None)]

    def run():
        found = scipy.optimize.linprog(cost, above, np.zeros(columns), equal, [1.0], bounds, method=method)
        return -found.fun if found.success else float("nan")

    return run


def least(run, runs):
    best, value = float("inf"), float("nan")
    for _ in range(runs):
        start = time.process_time()
        value = run()
        best = min(best, time.process_time() - start)
        if best > 2:
            break
    return best, value


def ours(name):
    path = os.path.join("target", "criterion", "zero-sum_ties", name, "new", "estimates.json")
    with open(path, encoding="utf-8") as file:
        return json.load(file)["median"]["point_estimate"] * 1e-9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bounds", help="the file of certified bounds that the benchmark wrote")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=scipy.optimize.OptimizeWarning)
    with open(arguments.bounds, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    bounds = {name: (float(lower), float(upper)) for name, lower, upper in lines}
    print("| game | detente, ms | width / range | HiGHS dual simplex, ms | interior point, ms | ratio |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, game in games():
        mine, (lower, upper) = ours(name), bounds[name]
        extent = game.max() - game.min()
        cells, right = [], []
        for method in ("highs-ds", "highs-ipm"):
            seconds, value = least(program(game, method), arguments.runs)
            good = lower - 1e-7 * extent <= value <= upper + 1e-7 * extent
            cells.append(f"{1e3 * seconds:.3g}" + ("" if good else f" (WRONG: {value:.6g})"))
            right += [seconds] if good else []
        ratio = f"{min(right) / mine:.2g}×" if right else "-"
        width = (upper - lower) / extent
        print(f"| {name} | {1e3 * mine:.3g} | {width:.0e} | {' | '.join(cells)} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
