#!/usr/bin/env python3
"""Processor time of lrsnash and QuantEcon on the games of `cargo bench --bench nash -- certified`.

The benchmark writes its games into target/games and its estimates into target/criterion; both are
read from there. All times are processor time: of the benchmark with the check of the proof, of lrsnash
(Debian: lrslib) as a process, about a millisecond of which is its start. lrsnash reads no number beyond
64 bits; the games of thirty digits are written for it as fractions, the same up to a factor.

QuantEcon (PyPI: quantecon, with numba) enumerates supports and vertices in floating point: its calls are
timed after one that compiles, on random games, with how many of the equilibria it lacks.

  RAYON_NUM_THREADS=1 cargo bench --bench nash -- certified
  python3 benches/peers/lrsnash_times.py --limit 60
  python3 benches/peers/lrsnash_times.py --only '' --quantecon 12
"""

import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
import warnings

GAMES = os.path.join("target", "games")


def lrsnash(path, limit):
    """Seconds of processor time, and how many equilibria; None when it takes longer than the limit."""
    def limited():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["lrsnash", path], capture_output=True, text=True, preexec_fn=limited, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = re.search(r"equilibria found: (\d+)", done.stdout)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (seconds, int(found[1])) if found and done.returncode == 0 else (None, None)


def ours(name):
    """Seconds, the median of the benchmark."""
    path = os.path.join("target", "criterion", "nash_certified", name, "new", "estimates.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)["median"]["point_estimate"] * 1e-9


def families(only):
    """Names of games by (family, size); the games of a family differ in their seed."""
    groups = {}
    for name in os.listdir(GAMES):
        parts = re.fullmatch(r"(.*?)-?(\d+)x\d+(?:-\d+)?", name)
        if parts and (only is None or parts[1] == only) and ours(name) is not None:
            groups.setdefault((parts[1], int(parts[2])), []).append(name)
    return {key: sorted(groups[key]) for key in sorted(groups)}


def beside_lrsnash(only, limit, most):
    print(f"{'family':20}{'n':>4}{'equilibria':>20}{'detente ms':>12}{'lrsnash ms':>12}{'ratio':>10}  least to greatest")
    below = []
    for (family, size), names in families(only).items():
        rows = []
        for name in names if size <= most else []:
            seconds, found = lrsnash(os.path.join(GAMES, name), limit)
            if seconds is not None:
                rows.append((ours(name), seconds, found))
        if not rows:
            mine = statistics.median(map(ours, names))
            print(f"{family or 'random':20}{size:4}{'':20}{1e3 * mine:12.3f}{'–':>12}")
            continue
        ratios = sorted(theirs / mine for mine, theirs, _ in rows)
        if ratios[0] < 3:
            below.append(f"{family} {size}")
        print(f"{family or 'random':20}{size:4}{', '.join(str(found) for _, _, found in rows):>20}"
              f"{1e3 * statistics.median(mine for mine, _, _ in rows):12.3f}"
              f"{1e3 * statistics.median(theirs for _, theirs, _ in rows):12.1f}"
              f"{statistics.median(ratios):10.1f}  {ratios[0]:.1f} to {ratios[-1]:.1f}", flush=True)
    print(f"less than 3 times as fast on: {', '.join(below) or 'none'}")


def matrices(name):
    with open(os.path.join(GAMES, name), encoding="utf-8") as file:
        rows, columns, *payoffs = map(float, file.read().split())
    rows, columns = int(rows), int(columns)
    lines = [payoffs[at:at + columns] for at in range(0, len(payoffs), columns)]
    return lines[:rows], lines[rows:]


def beside_quantecon(only, limit, most):
    import numpy
    import quantecon.game_theory as gt

    methods = {"supports": gt.support_enumeration, "vertices": gt.vertex_enumeration}
    small = gt.NormalFormGame([gt.Player(numpy.eye(2)), gt.Player(numpy.eye(2))])
    for method in methods.values():
        method(small)
    print(f"{'family':20}{'n':>4}{'equilibria':>16}{'detente ms':>12}"
          + "".join(f"{method + ' ms':>14}{'ratio':>10}{'lacks':>10}" for method in methods))
    for (family, size), names in families(only).items():
        if not 5 <= size <= most:
            continue
        mine = [ours(name) for name in names]
        counts = [lrsnash(os.path.join(GAMES, name), limit)[1] for name in names]
        line = (f"{family or 'random':20}{size:4}{', '.join(map(str, counts)):>16}"
                f"{1e3 * statistics.median(mine):12.3f}")
        for method in methods.values():
            times, lacks = [], []
            for name, count in zip(names, counts):
                row, column = map(numpy.array, matrices(name))
                game = gt.NormalFormGame([gt.Player(row), gt.Player(column.T.copy())])
                start = time.process_time()
                with warnings.catch_warnings(), contextlib.suppress(Exception):
                    warnings.simplefilter("ignore")
                    found = len(method(game))
                    lacks.append(count - found)
                times.append(time.process_time() - start)
            ratio = statistics.median(their / my for their, my in zip(times, mine))
            line += (f"{1e3 * statistics.median(times):14.2f}{ratio:10.1f}"
                     f"{', '.join(map(str, lacks)):>10}")
        print(line, flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", help="one family; '' is that of random games")
    arguments.add_argument("--most", type=int, default=16, help="the largest games (18 takes lrsnash a minute each)")
    arguments.add_argument("--limit", type=int, default=120, help="seconds for lrsnash")
    arguments.add_argument("--quantecon", type=int, metavar="N", help="beside QuantEcon, up to N × N")
    arguments = arguments.parse_args()
    if shutil.which("lrsnash") is None:
        sys.exit("lrsnash is not installed (Debian: lrslib)")
    if not os.path.isdir(GAMES) or not families(arguments.only):
        sys.exit("run `cargo bench --bench nash -- certified` first")
    if arguments.quantecon is None:
        beside_lrsnash(arguments.only, arguments.limit, arguments.most)
    else:
        beside_quantecon(arguments.only, arguments.limit, arguments.quantecon)


if __name__ == "__main__":
    main()
