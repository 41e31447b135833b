#!/usr/bin/env python3
"""Times detente and its peers on the same random games, in one run, and prints ratios.

  all     all extreme equilibria           detente, lrsnash: whole processes
  one     one equilibrium, Lemke-Howson    detente: whole process; QuantEcon and Nashpy: in Python
  learn   fictitious play, 100000 rounds   detente: whole process; QuantEcon and Nashpy: in Python
  value   the value of a zero-sum game     detente: whole process; QuantEcon and SciPy's HiGHS

Times are processor milliseconds, medians over games: on a shared machine they vary less than the clock.
detente's include the start of the process, reading the model file, the certificate of the answer and
writing JSON; of the peers in Python only the call is timed, after one call to warm up. Payoffs are
integers from 0 to 99. A peer that is not installed is left out: lrslib (Debian); quantecon, numba,
nashpy, scipy, numpy (PyPI).

  python3 benches/peers/side_by_side.py --games 5
"""

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import warnings


def matrix(rng, n):
    return [[rng.randint(0, 99) for _ in range(n)] for _ in range(n)]


def model_file(row, column):
    actions = lambda letter, count: json.dumps([f"{letter}{k + 1}" for k in range(count)])
    table = lambda payoffs: json.dumps(payoffs)
    return (
        '[model]\nid = "random"\ntitle = "random"\n\n'
        f'[[players]]\nid = "Row"\nactions = {actions("r", len(row))}\n\n'
        f'[[players]]\nid = "Column"\nactions = {actions("c", len(row[0]))}\n\n'
        f"[payoffs.table]\nRow = {table(row)}\nColumn = {table(column)}\n"
    )


def process(command, limit=None):
    """Processor seconds of a process, or None when it fails or goes on for too long."""
    spent = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    before = spent()
    try:
        done = subprocess.run(command, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None
    return spent() - before if done.returncode == 0 else None


def stop(*_):
    raise TimeoutError


def call(function, limit=10):
    """Processor seconds of a call, the median of up to five; None when one goes on for too long."""
    times, start = [], time.process_time()
    signal.signal(signal.SIGALRM, stop)
    try:
        while len(times) < 5 and time.process_time() - start < limit:
            signal.setitimer(signal.ITIMER_REAL, 6 * limit)
            before = time.process_time()
            function()
            times.append(time.process_time() - before)
    except TimeoutError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return statistics.median(times)


def median(times):
    """Of those that ended, unless half or more did not."""
    ended = [one for one in times if one is not None]
    return statistics.median(ended) if 2 * len(ended) > len(times) else None


def line(task, size, ours, theirs):
    show = lambda one: "-" if one is None else f"{one * 1000:.2f}"
    peers = "  ".join(
        f"{name} {show(one)} ({one / ours:.2f}x)" if one and ours else f"{name} -"
        for name, one in theirs.items()
    )
    print(f"{task:6} {size:4}  detente {show(ours)}  {peers}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("tasks", nargs="*", help="all, one, learn, value; all four when none is named")
    parser.add_argument("--detente", default="target/release/detente", help="the program")
    parser.add_argument("--games", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60, help="seconds for one game")
    options = parser.parse_args()
    tasks = options.tasks or ["all", "one", "learn", "value"]
    rng = random.Random(options.seed)
    warnings.simplefilter("ignore")
    numpy = quantecon = nashpy = linprog = None
    with contextlib.suppress(ImportError):
        import numpy
    with contextlib.suppress(ImportError):
        import quantecon.game_theory
    with contextlib.suppress(ImportError):
        import nashpy
    with contextlib.suppress(ImportError):
        from scipy.optimize import linprog

    with tempfile.TemporaryDirectory() as folder:
        path, other = os.path.join(folder, "game.toml"), os.path.join(folder, "game.lrs")
        out = os.path.join(folder, "result.json")

        def detente(row, column, *arguments):
            with open(path, "w", encoding="utf-8") as file:
                file.write(model_file(row, column))
            common = ["--format", "json", "--out", out]
            return process([options.detente, "solve", path, *arguments, *common], options.limit)

        def lrsnash(row, column):
            if not shutil.which("lrsnash"):
                return None
            lines = [f"{len(row)} {len(row[0])}", ""]
            for payoffs in (row, column):
                lines += [" ".join(map(str, values)) for values in payoffs] + [""]
            with open(other, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            return process(["lrsnash", other], options.limit)

        def compare(task, size, games, ours, peers):
            mine, theirs = [], {name: [] for name in peers}
            for row, column in games:
                mine.append(detente(row, column, *ours))
                for name, solve in peers.items():
                    theirs[name].append(solve(row, column))
            line(task, size, median(mine), {name: median(times) for name, times in theirs.items()})

        def games(size):
            return [(matrix(rng, size), matrix(rng, size)) for _ in range(options.games)]

        def two(row, column):
            player = quantecon.game_theory.Player
            columns = numpy.array(column, dtype=float).T
            return quantecon.game_theory.NormalFormGame(
                (player(numpy.array(row, dtype=float)), player(numpy.ascontiguousarray(columns)))
            )

        if "all" in tasks:
            for size in [2, 4, 6, 8, 10, 12]:
                compare("all", size, games(size), ["--concept", "nash"], {"lrsnash": lrsnash})
        if "one" in tasks:
            peers = {}
            if quantecon:
                def by_quantecon(row, column):
                    game = two(row, column)
                    quantecon.game_theory.lemke_howson(game)
                    return call(lambda: quantecon.game_theory.lemke_howson(game))

                peers["quantecon"] = by_quantecon
            if nashpy:
                peers["nashpy"] = lambda row, column: call(
                    lambda: nashpy.Game(row, column).lemke_howson(initial_dropped_label=0), 2
                )
            for size in [5, 10, 20]:
                ours = ["--concept", "nash", "--method", "lemke-howson"]
                compare("one", size, games(size), ours, peers)
        if "learn" in tasks:
            rounds = 100_000
            peers = {}
            if quantecon:
                def by_play(row, column):
                    play = quantecon.game_theory.FictitiousPlay(two(row, column))
                    play.play(num_reps=10)
                    return call(lambda: play.play(num_reps=rounds))

                peers["quantecon"] = by_play
            if nashpy:
                peers["nashpy"] = lambda row, column: call(
                    lambda: list(nashpy.Game(row, column).fictitious_play(iterations=rounds))
                )
            ours = ["--concept", "fictitious-play", "--rounds", str(rounds)]
            compare("learn", 10, games(10), ours, peers)
        if "value" in tasks:
            peers = {}
            if quantecon:
                from quantecon.optimize import minmax

                peers["quantecon"] = lambda row, _: call(lambda: minmax(numpy.array(row, dtype=float)))
            if linprog:
                def by_highs(row, _):
                    m, n = len(row), len(row[0])
                    # Maximise v over x with row'x >= v.
                    above = numpy.array([[-row[i][j] for i in range(m)] + [1] for j in range(n)])
                    once, goal = numpy.array([[1] * m + [0]]), numpy.array([0] * m + [-1])
                    bounds = [(0, None)] * m + [(None, None)]
                    return call(lambda: linprog(
                        goal, A_ub=above, b_ub=numpy.zeros(n), A_eq=once, b_eq=[1], bounds=bounds,
                        method="highs",
                    ))

                peers["highs"] = by_highs
            if peers:
                # The first call compiles.
                for solve in peers.values():
                    solve(matrix(rng, 3), None)
            for size in [10, 50, 100]:
                zero = [(row, [[-payoff for payoff in values] for values in row])
                        for row, _ in games(size)]
                compare("value", size, zero, ["--concept", "minimax"], peers)


if __name__ == "__main__":
    sys.exit(main())
