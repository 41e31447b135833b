#!/usr/bin/env python3
"""Compares all extreme equilibria of random two-player games with lrsnash, Gambit and Nashpy.

Every game is given to `detente solve FILE --concept nash --format json` and to each peer that is
installed, and the sets of equilibria are compared both ways, as exact fractions:

  lrsnash   Debian package lrslib; exact
  gambit    PyPI package pygambit, enummixed_solve(rational=True); exact
  nashpy    PyPI package nashpy, vertex enumeration in floating point: compared to six digits, and
            only on games from 2x2 on whose equilibria are isolated; it is not made for others

Every equilibrium of detente is also checked here from the definition: the exact regret is zero.
Exit status 1 when anything differs.

  python3 benches/peers/nash_differential.py --games 200 --most 5 --seed 1
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from fractions import Fraction


def random_game(rng, most):
    """A game of integers, often with few different payoffs, so that ties are common."""
    m, n = rng.randint(1, most), rng.randint(1, most)
    top = rng.choice([1, 2, 3, 5, 10, 100])
    matrix = lambda: [[rng.randint(0, top - 1) for _ in range(n)] for _ in range(m)]
    row, column = matrix(), matrix()
    kind = rng.random()
    if kind < 0.15:
        row[-1], column[-1] = list(row[0]), list(column[0])
    elif kind < 0.25:
        column = [list(payoffs) for payoffs in row]
    elif kind < 0.35:
        column = [[0] * n for _ in range(m)]
    return row, column


def model_file(row, column):
    """The game as a model file."""
    actions = lambda letter, count: json.dumps([f"{letter}{k + 1}" for k in range(count)])
    table = lambda matrix: json.dumps([[str(payoff) for payoff in line] for line in matrix])
    return (
        '[model]\nid = "random"\ntitle = "random"\n\n'
        f'[[players]]\nid = "Row"\nactions = {actions("r", len(row))}\n\n'
        f'[[players]]\nid = "Column"\nactions = {actions("c", len(row[0]))}\n\n'
        f"[payoffs.table]\nRow = {table(row)}\nColumn = {table(column)}\n"
    )


def by_detente(program, row, column, folder):
    """The set of pairs (x, y), and whether the list is said to be complete."""
    path = os.path.join(folder, "game.toml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(model_file(row, column))
    done = subprocess.run(
        [program, "solve", path, "--concept", "nash", "--format", "json"],
        capture_output=True, text=True, check=False,
    )
    if done.returncode != 0:
        sys.exit(f"detente failed with status {done.returncode}: {done.stderr}\n{model_file(row, column)}")
    result = json.loads(done.stdout)
    found = set()
    for equilibrium in result["equilibria"]:
        strategies = equilibrium["strategies"]
        read = lambda player, letter, count: tuple(
            Fraction(strategies[player].get(f"{letter}{k + 1}", "0")) for k in range(count)
        )
        found.add((read("Row", "r", len(row)), read("Column", "c", len(row[0]))))
    components = result.get("components")
    isolated = components is not None and len(components) == len(found)
    return found, result["complete"], isolated


def regret(row, column, x, y):
    """The exact largest gain from a deviation."""
    rows, columns = range(len(row)), range(len(row[0]))
    to_row = [sum(row[i][j] * y[j] for j in columns) for i in rows]
    to_column = [sum(column[i][j] * x[i] for i in rows) for j in columns]
    gain = max(to_row) - sum(x[i] * to_row[i] for i in rows)
    return max(gain, max(to_column) - sum(y[j] * to_column[j] for j in columns))


def by_lrsnash(row, column, folder):
    path = os.path.join(folder, "game.lrs")
    lines = [f"{len(row)} {len(row[0])}", ""]
    for matrix in (row, column):
        lines += [" ".join(map(str, line)) for line in matrix] + [""]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    printed = subprocess.run(["lrsnash", path], capture_output=True, text=True, check=True).stdout
    # Blocks divided by empty lines: strategies of player 2, each with every one of player 1.
    found, block = set(), []
    for line in printed.splitlines() + [""]:
        words = line.split()
        if not words:
            block = []
        elif words[0] == "2" and len(words) == len(row[0]) + 2:
            block.append(tuple(map(Fraction, words[1:-1])))
        elif words[0] == "1" and len(words) == len(row) + 2:
            found.update((tuple(map(Fraction, words[1:-1])), y) for y in block)
    return found


def by_gambit(gambit, row, column):
    import numpy

    game = gambit.Game.from_arrays(numpy.array(row, dtype=object), numpy.array(column, dtype=object))
    found = set()
    for profile in gambit.nash.enummixed_solve(game, rational=True).equilibria:
        strategies = [
            tuple(Fraction(int(p.numerator), int(p.denominator))
                  for p in (profile[strategy] for strategy in player.strategies))
            for player in game.players
        ]
        found.add(tuple(strategies))
    return found


def by_nashpy(nashpy, row, column):
    found = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for x, y in nashpy.Game(row, column).vertex_enumeration():
            found.add((tuple(round(float(p), 6) for p in x), tuple(round(float(p), 6) for p in y)))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--detente", default="target/release/detente", help="the program")
    parser.add_argument("--games", type=int, default=200)
    parser.add_argument("--most", type=int, default=5, help="actions of a player, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)

    peers = {}
    if shutil.which("lrsnash"):
        peers["lrsnash"] = by_lrsnash
    with contextlib.suppress(ImportError):
        import pygambit

        peers["gambit"] = lambda row, column, _: by_gambit(pygambit, row, column)
    with contextlib.suppress(ImportError):
        import nashpy

        peers["nashpy"] = lambda row, column, _: by_nashpy(nashpy, row, column)
    if not peers:
        sys.exit("no peer is installed: lrsnash (Debian lrslib), pygambit or nashpy (PyPI)")

    names = ["detente", *peers]
    seconds = dict.fromkeys(names, 0.0)
    compared, missing, extra, failed = (dict.fromkeys(names, 0) for _ in range(4))
    equilibria = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.games):
            row, column = random_game(rng, options.most)
            start = time.perf_counter()
            found, complete, isolated = by_detente(options.detente, row, column, folder)
            seconds["detente"] += time.perf_counter() - start
            equilibria += len(found)
            regrets = [regret(row, column, x, y) for x, y in found]
            if not complete or any(regrets):
                wrong += 1
                print(f"detente is incomplete or wrong on {row} {column}")
            for name, solve in peers.items():
                if name == "nashpy" and not (isolated and min(len(row), len(row[0])) > 1):
                    continue
                start = time.perf_counter()
                try:
                    theirs = solve(row, column, folder)
                except Exception as error:  # a peer that fails on a game is counted, not followed
                    failed[name] += 1
                    print(f"{name} failed on {row} {column}: {error}")
                    continue
                seconds[name] += time.perf_counter() - start
                compared[name] += 1
                ours = found
                if name == "nashpy":
                    ours = {tuple(tuple(round(float(p), 6) for p in s) for s in pair) for pair in found}
                if theirs - ours or ours - theirs:
                    missing[name] += len(theirs - ours)
                    extra[name] += len(ours - theirs)
                    print(f"{name} differs on {row} {column}: only {name} has {theirs - ours}, "
                          f"only detente has {ours - theirs}")

    print(f"{options.games} games, {equilibria} extreme equilibria, seed {options.seed}")
    print(f"{'program':10}{'games':>8}{'only theirs':>13}{'only ours':>11}{'failed':>8}{'seconds':>10}")
    print(f"{'detente':10}{options.games:8}{'':13}{'':11}{wrong:8}{seconds['detente']:10.2f}")
    for name in peers:
        print(f"{name:10}{compared[name]:8}{missing[name]:13}{extra[name]:11}{failed[name]:8}{seconds[name]:10.2f}")
    exact = [name for name in peers if name != "nashpy"]
    sys.exit(1 if wrong or any(missing[name] or extra[name] for name in exact) else 0)


if __name__ == "__main__":
    main()
