"""Payoff sets of repeated games: the whole process of detente beside calls of QuantEcon.

QuantEcon (PyPI `quantecon`) computes the set of Abreu & Sannikov (2014) in floating point, compiled by
numba; its first call, which compiles, is not counted. detente reads the game from a Gambit file, finds
an inner and an outer polygon, certifies both in exact arithmetic and prints JSON.

    cargo build --release
    OMP_NUM_THREADS=1 python3 benches/peers/repeated_payoffs.py [--program target/release/detente]
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time
from fractions import Fraction

import numpy
from quantecon.game_theory import NormalFormGame, Player, RepeatedGame


def games():
    """Names, payoffs of both players as fractions, and discount factors."""
    yield "prisoner's dilemma", [[9, 1], [10, 3]], [[9, 10], [1, 3]], "3/4"
    yield (
        "Abreu & Sannikov",
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]],
        [[9, 13, 3], [1, 4, 0], [0, -4, -15]],
        "3/10",
    )
    quantities = [Fraction(6 * k, 14) for k in range(15)]
    profit = lambda own, other: own * (max(6 - own - other, 0) - Fraction(3, 5))
    first = [[profit(a, b) for b in quantities] for a in quantities]
    second = [[profit(b, a) for b in quantities] for a in quantities]
    yield "Cournot, 15 quantities", first, second, "4/5"
    for seed, discount in enumerate(["1/2", "7/10", "9/10", "99/100"], start=1):
        draw = generator(seed)
        table = lambda: [[next(draw) for _ in range(20)] for _ in range(20)]
        yield f"random 20x20, seed {seed}", table(), table(), discount


def generator(state):
    """Integers from 0 to 99, the same as in benches/repeated.rs."""
    while True:
        state = (6364136223846793005 * state + 1442695040888963407) % 2**64
        yield (state >> 33) % 100


def write_nfg(path, first, second):
    """Gambit's format: the first player's actions vary fastest."""
    m, n = len(first), len(first[0])
    names = lambda count: "{ " + " ".join(f'"{k}"' for k in range(count)) + " }"
    cells = [f"{Fraction(first[i][j])} {Fraction(second[i][j])}" for j in range(n) for i in range(m)]
    head = f'NFG 1 R "game" {{ "Row" "Column" }}\n{{ {names(m)} {names(n)} }} ""\n'
    path.write_text(head + "\n" + "\n".join(cells) + "\n")


def peer(first, second, discount):
    as_array = lambda table: numpy.array([[float(x) for x in row] for row in table])
    game = NormalFormGame((Player(as_array(first)), Player(as_array(second).T)))
    repeated = RepeatedGame(game, float(Fraction(discount)))
    begin = time.perf_counter()
    try:
        corners = len(repeated.equilibrium_payoffs(method="abreu_sannikov").vertices)
    except Exception as error:  # a flat set, which its hull does not accept
        return time.perf_counter() - begin, type(error).__name__
    return time.perf_counter() - begin, corners


def ours(program, path, discount):
    begin = time.perf_counter()
    call = [program, "solve", path, "-c", "repeated-payoffs", "--discount", discount, "--format", "json"]
    result = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    return time.perf_counter() - begin, len(result["inner"]), float(Fraction(result["distance"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--program", default="target/release/detente")
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    print(f"{'game':26} {'discount':>8} {'QuantEcon':>11} {'corners':>9} {'detente':>10} {'corners':>8} {'distance':>9} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "game.nfg"
        for name, first, second, discount in games():
            write_nfg(path, first, second)
            peer(first, second, discount)
            theirs, own = [], []
            for _ in range(arguments.repeat):
                theirs.append(peer(first, second, discount))
                own.append(ours(arguments.program, path, discount))
            quantecon = statistics.median(one[0] for one in theirs)
            detente = statistics.median(one[0] for one in own)
            print(
                f"{name:26} {discount:>8} {quantecon * 1e3:8.1f} ms {theirs[0][1]!s:>9} {detente * 1e3:7.1f} ms "
                f"{own[0][1]:8} {own[0][2]:9.0e} {quantecon / detente:5.1f}x"
            )


if __name__ == "__main__":
    main()
