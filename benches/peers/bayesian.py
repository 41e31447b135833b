#!/usr/bin/env python3
"""Optimal mixed commitment against a follower with types, beside DOBSS with HiGHS.

Payoffs are integers from 0 to 99, types equally likely. Of detente the whole process is on the clock:
it reads the file, solves, checks the proof by cases in exact arithmetic and prints it. Of HiGHS the
call of SciPy's `milp` is, for the mixed-integer program DOBSS (Paruchuri et al. 2008) with the least
valid constants, made beforehand, to a gap of zero; its answers are machine numbers without a proof.
Time is processor time, the median over --games games. The values are compared.

  cargo build --release
  OMP_NUM_THREADS=1 python3 benches/peers/bayesian.py
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


def payoffs(types, size, seed):
    """Of leader and follower, by type, the leader's action and the reply."""
    return np.random.default_rng([types, size, seed]).integers(0, 100, (2, types, size, size))


def write(path, tables):
    _, types, size, _ = tables.shape

    def cell(whose, i, j):
        value = f"{tables[whose][0, i, j]}"
        for kind in range(1, types):
            value = f"if(kind == {kind}, {tables[whose][kind, i, j]}, {value})"
        return f'"{value}"'

    def table(whose):
        rows = (", ".join(cell(whose, i, j) for j in range(size)) for i in range(size))
        return "[" + ", ".join(f"[{row}]" for row in rows) + "]"

    actions = ", ".join(f'"{k}"' for k in range(size))
    lines = ['[model]', 'id = "random"', 'title = "Random"', "[parameters]"]
    lines.append('kind = { value = 0, meaning = "the type", source = "illustrative" }')
    for name in ("Leader", "Follower"):
        lines += ["[[players]]", f'id = "{name}"', f"actions = [{actions}]"]
    lines += ["[payoffs.table]", f"Leader = {table(0)}", f"Follower = {table(1)}"]
    for kind in range(types):
        lines += ["[[types]]", f'id = "t{kind}"', 'player = "Follower"', f'probability = "1/{types}"']
        lines.append(f"parameters = {{ kind = {kind} }}")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def detente(program, path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [program, "solve", path, "--concept", "stackelberg", "--jobs", "1", "--format", "json", "--quiet"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(output)
    assert result["bound"] == result["leader_value"]
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, float(Fraction(result["leader_value"])), len(result["proof"])


def dobss(tables):
    """The program: z by type, action and reply, then q by type and reply, then what each type gets."""
    lead, follow = tables.astype(float)
    types, size, _ = lead.shape
    z = np.arange(types * size * size).reshape(types, size, size)
    q = z.size + np.arange(types * size).reshape(types, size)
    a = z.size + q.size + np.arange(types)
    count = z.size + q.size + types
    rows, low, high = [], [], []

    def row(terms, least, most):
        line = np.zeros(count)
        for at, value in terms:
            np.add.at(line, at, value)
        rows.append(line)
        low.append(least)
        high.append(most)

    for l in range(types):
        row([(z[l].ravel(), 1.0)], 1.0, 1.0)
        row([(q[l], 1.0)], 1.0, 1.0)
        for i in range(size if l else 0):
            row([(z[l, i], 1.0), (z[0, i], -1.0)], 0.0, 0.0)
        for j in range(size):
            row([(z[l, :, j], 1.0), (q[l, j], -1.0)], 0.0, 0.0)
            lost = [(a[l], 1.0)] + [(z[l, i], -follow[l, i, j]) for i in range(size)]
            most = (follow[l].max(axis=1) - follow[l, :, j]).max()
            row(lost, 0.0, np.inf)
            row(lost + [(q[l, j], most)], -np.inf, most)
    cost = np.zeros(count)
    cost[z] = -lead / types
    upper = np.ones(count)
    lower = np.zeros(count)
    lower[a], upper[a] = -np.inf, np.inf
    integer = np.zeros(count)
    integer[q] = 1
    return dict(
        c=cost,
        constraints=scipy.optimize.LinearConstraint(scipy.sparse.csr_array(np.array(rows)), low, high),
        integrality=integer,
        bounds=scipy.optimize.Bounds(lower, upper),
        options=dict(mip_rel_gap=0.0),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/detente")
    parser.add_argument("--games", type=int, default=5)
    parser.add_argument("--size", type=int, default=5)
    parser.add_argument("--types", default="2,4,6,8,10", help="numbers of types, separated by commas")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for one program of HiGHS")
    arguments = parser.parse_args()
    print("types: median processor milliseconds; ratio; greatest difference of the values; steps of the proof")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "game.toml")
        for types in map(int, filter(None, arguments.types.split(","))):
            mine, theirs, apart, steps, late = [], [], 0.0, [], 0
            for seed in range(1, arguments.games + 1):
                tables = payoffs(types, arguments.size, seed)
                write(path, tables)
                program = dobss(tables)
                program["options"]["time_limit"] = arguments.limit
                seconds, value, proof = detente(arguments.program, path)
                mine.append(seconds)
                steps.append(proof)
                start = time.process_time()
                found = scipy.optimize.milp(**program)
                theirs.append(time.process_time() - start)
                if found.status == 0:
                    apart = max(apart, abs(-found.fun - value))
                else:
                    late += 1
            mine, theirs = statistics.median(mine), statistics.median(theirs)
            print(
                f"{types:2d}: detente {1e3 * mine:8.1f}, HiGHS {1e3 * theirs:9.1f}; {theirs / mine:7.1f}; "
                f"{apart:.1e}; {statistics.median(steps)}" + (f"; {late} of HiGHS stopped" if late else ""),
                flush=True,
            )


if __name__ == "__main__":
    main()
