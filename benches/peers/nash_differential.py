#!/usr/bin/env python3
"""Compares all extreme equilibria of two-player games with lrsnash, Gambit, Nashpy and QuantEcon.

Random and structured games, most of them degenerate, are given to
`detente solve FILE --concept nash --format json` and to each peer that is installed, and the sets
of equilibria are compared both ways:

  lrsnash    Debian package lrslib; exact fractions
  gambit     PyPI package pygambit, enummixed_solve(rational=True); exact fractions
  nashpy     PyPI package nashpy, vertex enumeration; up to six digits, from 2x2 on
  quantecon  PyPI package quantecon, vertex enumeration; up to six digits, from 2x2 on

Every equilibrium of detente is checked here from the definition: the exact regret is zero. Of each
pair of strategies that one program has and the other has not, its exact regret tells who is right.
The two programs in floating point are not made for degenerate games, and say so in part.
Exit status 1 when detente is wrong, incomplete, or lacks what an exact program has.

  python3 benches/peers/nash_differential.py --games 360 --most 5 --seed 1
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


def entries(rng, m, n, low, high):
    return [[rng.randint(low, high) for _ in range(n)] for _ in range(m)]


def table(m, n, payoff):
    return [[payoff(i, j) for j in range(n)] for i in range(m)]


def both_ways(m, n, payoff):
    """A game in which both players have the same payoff as a function of own and other action."""
    return table(m, n, payoff), table(m, n, lambda i, j: payoff(j, i))


def few_payoffs(rng, m, n):
    top = rng.choice([1, 2, 3, 5])
    return entries(rng, m, n, 0, top), entries(rng, m, n, 0, top)


def duplicate_rows(rng, m, n):
    row, column = entries(rng, m, n, 0, 9), entries(rng, m, n, 0, 9)
    row[-1], column[-1] = list(row[0]), list(column[0])
    return row, column


def zero_sum(rng, m, n):
    row = entries(rng, m, n, -4, 4)
    return row, [[-payoff for payoff in line] for line in row]


def covariant(rng, m, n):
    row, sign = entries(rng, m, n, -9, 9), rng.choice([1, -1])
    return row, [[sign * payoff + rng.randint(-2, 2) for payoff in line] for line in row]


def indifferent(rng, m, n):
    return entries(rng, m, n, 0, 4), table(m, n, lambda i, j: 0)


def sparse(rng, m, n):
    entry = lambda i, j: rng.randint(-5, 5) if rng.random() < 0.3 else 0
    return table(m, n, entry), table(m, n, entry)


def coordination(rng, m, n):
    own = lambda i, j: rng.randint(1, 9) if i == j else 0
    return table(m, n, own), table(m, n, own)


def dispersion(rng, m, n):
    apart = rng.randint(1, 5)
    return both_ways(m, n, lambda i, j: apart if i != j else 0)


def travellers_dilemma(rng, m, n):
    bonus = rng.randint(1, 3)
    return both_ways(m, n, lambda i, j: min(i, j) + bonus * ((i < j) - (i > j)))


def minimum_effort(rng, m, n):
    gain, cost = rng.randint(1, 4), rng.randint(0, 3)
    return both_ways(m, n, lambda i, j: gain * min(i, j) - cost * i)


def war_of_attrition(rng, m, n):
    prize = rng.randint(1, 6)
    return both_ways(m, n, lambda i, j: prize * ((i > j) - (i < j)) - 2 * min(i, j))


def blotto(rng, m, n):
    win = lambda i, j: (i > j) - (i < j)
    return both_ways(m, n, lambda i, j: win(i, j) + win(m - i, n - j))


def location(rng, m, n):
    share = lambda i, j: sum((abs(c - j) > abs(c - i)) - (abs(c - j) < abs(c - i)) for c in range(7))
    return both_ways(m, n, share)


def ordinal(rng, m, n):
    def ranks():
        order = list(range(1, m * n + 1))
        rng.shuffle(order)
        return [order[i * n:(i + 1) * n] for i in range(m)]
    return ranks(), ranks()


def huge_and_tiny(rng, m, n):
    """Payoffs of very different size in one matrix."""
    entry = lambda i, j: rng.randint(-9, 9) * Fraction(10) ** rng.choice([-12, -6, 0, 6, 12])
    return table(m, n, entry), table(m, n, entry)


def thirty_digits(rng, m, n):
    return entries(rng, m, n, -10**30, 10**30), entries(rng, m, n, -10**30, 10**30)


CLASSES = {
    "random": lambda rng, m, n: (entries(rng, m, n, 0, 99), entries(rng, m, n, 0, 99)),
    "few payoffs": few_payoffs,
    "duplicate rows": duplicate_rows,
    "zero-sum": zero_sum,
    "common payoffs": lambda rng, m, n: (entries(rng, m, n, 0, 5),) * 2,
    "covariant": covariant,
    "one indifferent": indifferent,
    "sparse": sparse,
    "coordination": coordination,
    "dispersion": dispersion,
    "travellers' dilemma": travellers_dilemma,
    "minimum effort": minimum_effort,
    "war of attrition": war_of_attrition,
    "blotto": blotto,
    "location": location,
    "ordinal": ordinal,
    "huge and tiny": huge_and_tiny,
    "thirty digits": thirty_digits,
}


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

    # From version 17 on a strategic game is a class of its own, and profiles are lists of labels and numbers.
    made_by = getattr(gambit, "StrategicGame", gambit.Game)
    game = made_by.from_arrays(numpy.array(row, dtype=object), numpy.array(column, dtype=object))

    def fractions(numbers):
        return tuple(Fraction(int(number.numerator), int(number.denominator)) for number in numbers)

    found = set()
    for profile in gambit.nash.enummixed_solve(game, rational=True).equilibria:
        if made_by is gambit.Game:
            mixed = [[profile[strategy] for strategy in player.strategies] for player in game.players]
        else:
            mixed = [[number for _, number in strategy] for strategy in profile]
        found.add(tuple(map(fractions, mixed)))
    return found


def in_floats(row, column):
    return [[[float(payoff) for payoff in line] for line in matrix] for matrix in (row, column)]


def by_nashpy(nashpy, row, column):
    row, column = in_floats(row, column)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [(tuple(x), tuple(y)) for x, y in nashpy.Game(row, column).vertex_enumeration()]


def by_quantecon(quantecon, row, column):
    import numpy

    row, column = in_floats(row, column)
    players = [quantecon.game_theory.Player(numpy.array(row)),
               quantecon.game_theory.Player(numpy.array(column).T.copy())]
    found = quantecon.game_theory.vertex_enumeration(quantecon.game_theory.NormalFormGame(players))
    return [tuple(map(tuple, pair)) for pair in found]


def judge_exact(row, column, ours, theirs):
    """Who is right about each pair of strategies that only one of two exact lists has."""
    verdicts = []
    for pair in theirs - ours:
        verdicts.append(
            (False, "it lists a pair that is no equilibrium") if regret(row, column, *pair)
            else (True, "it lists an equilibrium that detente lacks (or one that is not extreme)"))
    for pair in ours - theirs:
        # The regret of every pair of detente's was found to be zero.
        verdicts.append((False, "it lacks an equilibrium"))
    return verdicts


def judge_floats(row, column, ours, theirs):
    """The same for a list in floating point, up to six digits of a probability."""
    near = lambda one, two: all(
        abs(float(p) - float(q)) < 1e-6 for a, b in zip(one, two) for p, q in zip(a, b))
    verdicts = []
    for pair in theirs:
        if not any(near(pair, known) for known in ours):
            exact = [tuple(Fraction(float(p)) for p in strategy) for strategy in pair]
            sums = [sum(strategy) for strategy in exact]
            size = max([abs(payoff) for matrix in (row, column) for line in matrix for payoff in line] + [1])
            if min(sums) <= 0 or float(regret(row, column, *[
                    tuple(p / total for p in strategy) for strategy, total in zip(exact, sums)]) / size) > 1e-6:
                verdicts.append((False, "it lists a pair that is no equilibrium"))
            else:
                verdicts.append((False, "it lists an equilibrium that is not extreme, or one twice"))
    for pair in ours:
        if not any(near(pair, known) for known in theirs):
            verdicts.append((False, "it lacks an equilibrium"))
    return verdicts


def short(matrix):
    return "[" + ", ".join("[" + ", ".join(map(str, line)) + "]" for line in matrix) + "]"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--detente", default="target/release/detente", help="the program")
    parser.add_argument("--games", type=int, default=360, help="in all, the classes by turns")
    parser.add_argument("--most", type=int, default=5, help="actions of a player, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--classes", nargs="*", default=list(CLASSES), choices=list(CLASSES),
                        metavar="CLASS", help=", ".join(CLASSES))
    parser.add_argument("--show", type=int, default=3, help="disagreements to print for each program")
    parser.add_argument("--report", metavar="FILE", help="every disagreement, a line of JSON each")
    options = parser.parse_args()
    rng = random.Random(options.seed)

    peers, exact = {}, ["lrsnash", "gambit"]
    if shutil.which("lrsnash"):
        peers["lrsnash"] = by_lrsnash
    with contextlib.suppress(ImportError):
        import pygambit

        peers["gambit"] = lambda row, column, _: by_gambit(pygambit, row, column)
    with contextlib.suppress(ImportError):
        import nashpy

        peers["nashpy"] = lambda row, column, _: by_nashpy(nashpy, row, column)
    with contextlib.suppress(ImportError):
        import quantecon
        import quantecon.game_theory

        peers["quantecon"] = lambda row, column, _: by_quantecon(quantecon, row, column)
    if not peers:
        sys.exit("no peer is installed: lrsnash (Debian lrslib), pygambit, quantecon or nashpy (PyPI)")

    names = ["detente", *peers]
    seconds = dict.fromkeys(names, 0.0)
    reasons = {name: {} for name in peers}
    compared, failed, wrong_games, shown = (dict.fromkeys(names, 0) for _ in range(4))
    by_class = {name: dict.fromkeys(peers, 0) for name in options.classes}
    equilibria = wrong = 0
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        report = stack.enter_context(open(options.report, "w", encoding="utf-8")) if options.report else None
        for number in range(options.games):
            kind = options.classes[number % len(options.classes)]
            row, column = CLASSES[kind](rng, rng.randint(1, options.most), rng.randint(1, options.most))
            start = time.perf_counter()
            found, complete, _ = by_detente(options.detente, row, column, folder)
            seconds["detente"] += time.perf_counter() - start
            equilibria += len(found)
            if not complete or any(regret(row, column, x, y) for x, y in found):
                wrong += 1
                print(f"detente is incomplete or wrong on {row} {column}")
            for name, solve in peers.items():
                if name not in exact and min(len(row), len(row[0])) == 1:
                    continue
                start = time.perf_counter()
                try:
                    theirs = solve(row, column, folder)
                except Exception as error:  # a peer that fails on a game is counted, not followed
                    failed[name] += 1
                    by_class[kind][name] += 1
                    if shown[name] < options.show:
                        shown[name] += 1
                        print(f"{name} failed on {short(row)} {short(column)}: {error}")
                    continue
                finally:
                    seconds[name] += time.perf_counter() - start
                compared[name] += 1
                judge = judge_exact if name in exact else judge_floats
                verdicts = judge(row, column, found, theirs)
                if verdicts:
                    wrong_games[name] += 1
                    by_class[kind][name] += 1
                if verdicts and report:
                    json.dump({
                        "program": name, "class": kind, "payoffs": [
                            [[str(payoff) for payoff in line] for line in matrix] for matrix in (row, column)],
                        "detente": sorted([[str(p) for p in x] for x in pair] for pair in found),
                        "program_has": sorted([[str(p) for p in x] for x in pair] for pair in theirs),
                        "verdicts": [reason for _, reason in verdicts],
                    }, report)
                    report.write("\n")
                for against_us, reason in verdicts:
                    wrong += against_us
                    reasons[name][reason] = reasons[name].get(reason, 0) + 1
                if verdicts and (shown[name] < options.show or any(bad for bad, _ in verdicts)):
                    shown[name] += 1
                    print(f"{name} differs on a game of class {kind}, {short(row)} {short(column)}: "
                          f"{verdicts[0][1]}")

    print(f"\n{options.games} games up to {options.most}x{options.most}, {equilibria} extreme equilibria, "
          f"seed {options.seed}\n")
    print(f"{'program':10}{'compared':>10}{'differ':>8}{'failed':>8}{'seconds':>10}   what differs, and who is right")
    print(f"{'detente':10}{options.games:10}{'':8}{wrong:8}{seconds['detente']:10.2f}")
    for name in peers:
        print(f"{name:10}{compared[name]:10}{wrong_games[name]:8}{failed[name]:8}{seconds[name]:10.2f}   "
              + "; ".join(f"{reason} ({count})" for reason, count in reasons[name].items()))
    print(f"\ngames on which a program differs or fails, by class\n{'':22}" + "".join(f"{n:>11}" for n in peers))
    for kind, counts in by_class.items():
        print(f"{kind:22}" + "".join(f"{counts[name]:11}" for name in peers))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
