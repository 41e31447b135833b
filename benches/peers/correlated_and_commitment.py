#!/usr/bin/env python3
"""Welfare-best correlated equilibria and optimal mixed commitments beside HiGHS, on uniform games.

Payoffs are integers from 0 to 1000. Of detente the whole process is on the clock: it reads the file,
solves, checks the answer in exact arithmetic and prints it. Of HiGHS, by SciPy's `linprog`, the calls
are: one program with sparse rows for the correlated equilibrium, one for each reply of the follower for
the commitment, all tables made beforehand; its answers are machine numbers without a proof. Time is
processor time, the median over --games games. The values are compared.

  cargo build --release
  OMP_NUM_THREADS=1 python3 benches/peers/correlated_and_commitment.py
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


def payoffs(size, seed):
    return np.random.default_rng([size, seed]).integers(0, 1001, (2, size, size)).astype(float)


def write(path, tables):
    first, second = tables
    size = len(first)
    cells = (f"{first[i, j]:.0f} {second[i, j]:.0f}" for j in range(size) for i in range(size))
    with open(path, "w", encoding="ascii") as file:
        file.write(f'NFG 1 R "uniform" {{ "row" "column" }} {{ {size} {size} }}\n\n' + " ".join(cells) + "\n")


def detente(program, path, concept):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [program, "solve", path, "--concept", concept, "--jobs", "1", "--format", "json", "--quiet"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(output)
    value = result["value" if concept == "correlated" else "leader_value"]
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, float(Fraction(value))


def timed(programs):
    """Processor seconds of all programs, and the greatest value."""
    start = time.process_time()
    found = [scipy.optimize.linprog(**program) for program in programs]
    seconds = time.process_time() - start
    return seconds, max(-one.fun for one in found if one.status == 0)


def correlated(tables):
    first, second = tables
    size = len(first)
    profile = np.arange(size * size).reshape(size, size)
    rows, columns, values = [], [], []
    row = 0
    for told in range(size):
        for other in (d for d in range(size) if d != told):
            # What is gained by the other action, by the row player and by the column player.
            for gains, at in (
                (first[other] - first[told], profile[told]),
                (second[:, other] - second[:, told], profile[:, told]),
            ):
                rows.append(np.full(size, row))
                columns.append(at)
                values.append(gains)
                row += 1
    obedience = scipy.sparse.csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), (row, size * size)
    )
    total = scipy.sparse.csr_array(np.ones((1, size * size)))
    cost = -(first + second).ravel()
    return [dict(c=cost, A_ub=obedience, b_ub=np.zeros(row), A_eq=total, b_eq=[1.0], method="highs")]


def commitment(tables):
    first, second = tables
    size = len(first)
    for reply in range(size):
        gains = np.delete(second - second[:, [reply]], reply, axis=1).T
        total = np.ones((1, size))
        yield dict(
            c=-first[:, reply], A_ub=gains, b_ub=np.zeros(size - 1), A_eq=total, b_eq=[1.0], method="highs"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/detente")
    parser.add_argument("--games", type=int, default=5)
    parser.add_argument("--correlated", default="10,20,50", help="sizes, separated by commas")
    parser.add_argument("--commitment", default="10,50,100", help="sizes, separated by commas")
    arguments = parser.parse_args()
    concepts = [
        ("correlated", correlated, arguments.correlated),
        ("stackelberg", commitment, arguments.commitment),
    ]
    print("median processor time; ratio; greatest relative difference of the values")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "game.nfg")
        for concept, make, sizes in concepts:
            for size in map(int, filter(None, sizes.split(","))):
                mine, theirs, apart = [], [], 0.0
                for seed in range(1, arguments.games + 1):
                    tables = payoffs(size, seed)
                    write(path, tables)
                    programs = list(make(tables))
                    seconds, value = detente(arguments.program, path, concept)
                    mine.append(seconds)
                    seconds, other = timed(programs)
                    theirs.append(seconds)
                    apart = max(apart, abs(value - other) / abs(value))
                ours, peer = statistics.median(mine), statistics.median(theirs)
                print(
                    f"{concept} {size}x{size}: detente {1e3 * ours:.1f} ms, HiGHS {1e3 * peer:.1f} ms"
                    f" ({peer / ours:.1f}); {apart:.1e}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
