#!/usr/bin/env python3
"""Optimal coverage in security games: detente beside NumPy and HiGHS, on uniform integer payoffs.

Rewards are integers from 1 to 10, penalties from -10 to -1, as in Kiekintveld et al. (2009), section 6;
--scale multiplies these ranges. Of detente the whole process is on the clock: it reads the model file,
solves, checks the answer in exact arithmetic and prints it, the lottery over allocations included. NumPy
has ORIGAMI as arrays (sort, running sums), HiGHS through SciPy's `linprog` one program for each target
that may be attacked; both answer in machine numbers without a proof or a lottery, and only the calls are
on the clock. Time is processor time, the median over --games games. The values are compared.

  cargo build --release
  OMP_NUM_THREADS=1 python3 benches/peers/security.py
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
from fractions import Fraction

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import scipy.optimize
import scipy.sparse


def payoffs(targets, scale, seed):
    """The defender's payoffs covered and uncovered, and the attacker's."""
    draw = np.random.default_rng([targets, scale, seed]).integers
    return (
        draw(1, 10 * scale + 1, targets),
        -draw(1, 10 * scale + 1, targets),
        -draw(1, 10 * scale + 1, targets),
        draw(1, 10 * scale + 1, targets),
    )


def write(path, game, resources):
    with open(path, "w", encoding="ascii") as file:
        file.write(f'[model]\nid = "uniform"\ntitle = "Uniform"\n[security]\nresources = {resources}\n')
        for at, (dc, du, ac, au) in enumerate(zip(*game)):
            file.write(
                f'[[targets]]\nid = "t{at}"\ndefender = {{ covered = {dc}, uncovered = {du} }}\n'
                f"attacker = {{ covered = {ac}, uncovered = {au} }}\n"
            )


def detente(program, path, method):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [program, "solve", path, "--concept", "stackelberg", "--method", method]
    command += ["--jobs", "1", "--format", "json", "--quiet"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, float(Fraction(json.loads(output)["leader_value"]))


def origami(game, resources):
    dc, du, ac, au = (side.astype(float) for side in game)
    start = time.process_time()
    order = np.argsort(-au, kind="stable")
    u, c = au[order], ac[order]
    w = 1 / (u - c)
    level = np.maximum((np.cumsum(u * w) - resources) / np.cumsum(w), np.maximum.accumulate(c))
    following = np.append(u[1:], -np.inf)
    level = level[np.argmax(level >= following)]
    coverage = np.clip((au - level) / (au - ac), 0, 1)
    attacked = au >= level - 1e-9
    value = np.max(np.where(attacked, du + (dc - du) * coverage, -np.inf))
    return time.process_time() - start, value


def programs(game, resources):
    """One program for each target, those that cannot be better than what is known left out."""
    dc, du, ac, au = (side.astype(float) for side in game)
    targets = len(dc)
    slope = au - ac
    tables = []
    for at in range(targets):
        others = np.delete(np.arange(targets), at)
        rows = np.arange(targets - 1)
        # A(k) - A(t) <= 0.
        table = scipy.sparse.csr_array(
            (
                np.concatenate([-slope[others], np.full(targets - 1, slope[at])]),
                (np.concatenate([rows, rows]), np.concatenate([others, np.full(targets - 1, at)])),
            ),
            (targets - 1, targets),
        )
        total = scipy.sparse.csr_array(np.ones((1, targets)))
        cost = np.zeros(targets)
        cost[at] = -(dc[at] - du[at])
        bounds = np.append(au[at] - au[others], resources)
        tables.append((at, dict(c=cost, A_ub=scipy.sparse.vstack([table, total]), b_ub=bounds, bounds=(0, 1), method="highs")))
    start = time.process_time()
    best = -np.inf
    for at, program in sorted(tables, key=lambda one: -dc[one[0]]):
        if dc[at] <= best:
            break
        found = scipy.optimize.linprog(**program)
        if found.status == 0:
            best = max(best, du[at] - found.fun)
    return time.process_time() - start, best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/detente")
    parser.add_argument("--games", type=int, default=5)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--origami", default="10:2,100:10,1000:50,8000:200", help="targets:resources")
    parser.add_argument("--programs", default="10:2,50:5,100:10", help="targets:resources")
    parser.add_argument("--arrays", default="1000000:10000", help="targets:resources for NumPy alone")
    arguments = parser.parse_args()
    print("median processor time; ratio; greatest difference of the values")

    def sizes(text):
        return [tuple(map(int, one.split(":"))) for one in text.split(",") if one]

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "game.toml")
        for method, peer, name, list_ in [
            ("origami", origami, "NumPy", sizes(arguments.origami)),
            ("linear-programs", programs, "HiGHS", sizes(arguments.programs)),
        ]:
            for targets, resources in list_:
                mine, theirs, apart = [], [], 0.0
                for seed in range(1, arguments.games + 1):
                    game = payoffs(targets, arguments.scale, seed)
                    write(path, game, resources)
                    seconds, value = detente(arguments.program, path, method)
                    mine.append(seconds)
                    seconds, other = peer(game, resources)
                    theirs.append(seconds)
                    apart = max(apart, abs(value - other))
                a, b = statistics.median(mine), statistics.median(theirs)
                print(
                    f"{method:<16} {targets:>7}/{resources:<5} detente {1e3 * a:9.1f} ms  "
                    f"{name} {1e3 * b:9.1f} ms  {b / a:6.2f}x  {apart:.1e}"
                )
    for targets, resources in sizes(arguments.arrays):
        times = [origami(payoffs(targets, arguments.scale, seed), resources)[0] for seed in range(1, arguments.games + 1)]
        print(f"{'origami':<16} {targets:>7}/{resources:<5} NumPy {1e3 * statistics.median(times):9.1f} ms")


if __name__ == "__main__":
    main()
