#!/usr/bin/env python3
"""Times fictitious play in Nashpy and QuantEcon on the games of `cargo bench --bench learning`.

Payoffs are integers from 0 to 100 by splitmix64, seed 1: the row player's, then the column player's,
row by row; in the zero-sum game the column player's are the row player's with the sign changed.
Times are processor milliseconds for 100,000 rounds. Where these would take more than --limit
seconds, fewer rounds are timed, their number is printed, and the time is scaled: the rounds of both
programs cost the same throughout. One call before warms up and compiles.

With --detente PROGRAM, whole processes of that program are timed too, up to 100 x 100: start, reading
the model file, play, the certificate, for which all rounds are played again, and writing JSON.

  OMP_NUM_THREADS=1 python3 benches/peers/fictitious_play.py
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time

import nashpy
import numpy
import quantecon.game_theory

ROUNDS = 100_000
MASK = (1 << 64) - 1


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def games(n):
    numbers = splitmix64(1)
    matrix = lambda: [[next(numbers) % 101 for _ in range(n)] for _ in range(n)]
    row, column = matrix(), matrix()
    return {"zero-sum": (row, [[-payoff for payoff in line] for line in row]), "general": (row, column)}


def scaled(play, limit):
    """Milliseconds for all rounds, and how many were timed."""
    play(2)
    rounds = 20
    while True:
        start = time.process_time()
        play(rounds)
        spent = time.process_time() - start
        if rounds == ROUNDS or spent > limit / 4:
            return spent * 1000 * ROUNDS / rounds, rounds
        # On to what the limit allows, by what these rounds took.
        rounds = min(ROUNDS, max(2 * rounds, int(rounds * limit / 2 / max(spent, 1e-3))))


def nashpy_play(row, column):
    game = nashpy.Game(row, column)

    def play(rounds):
        for _ in game.fictitious_play(iterations=rounds):
            pass

    return play


def quantecon_play(row, column):
    player = quantecon.game_theory.Player
    other = numpy.ascontiguousarray(numpy.array(column, dtype=float).T)
    game = quantecon.game_theory.NormalFormGame((player(numpy.array(row, dtype=float)), player(other)))
    learning = quantecon.game_theory.FictitiousPlay(game)
    return lambda rounds: learning.time_series(rounds, init_actions=(0, 0))


def process(program, row, column):
    names = lambda letter: json.dumps([f"{letter}{k + 1}" for k in range(len(row))])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "game.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                '[model]\nid = "random"\ntitle = "random"\n\n'
                f'[[players]]\nid = "Row"\nactions = {names("r")}\n\n'
                f'[[players]]\nid = "Column"\nactions = {names("c")}\n\n'
                f"[payoffs.table]\nRow = {json.dumps(row)}\nColumn = {json.dumps(column)}\n"
            )
        command = [program, "solve", path, "--concept", "fictitious-play", "--rounds", str(ROUNDS),
                   "--format", "json", "--out", os.path.join(folder, "result.json")]
        times = []
        for _ in range(5):
            before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            subprocess.run(command, check=True, capture_output=True)
            times.append(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before)
            os.remove(command[-1])
    return statistics.median(times) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[10, 100, 1000])
    parser.add_argument("--limit", type=float, default=10, help="seconds for one game and program")
    parser.add_argument("--detente", help="the program, to time whole processes of it")
    options = parser.parse_args()
    for size in options.sizes:
        for kind, (row, column) in games(size).items():
            line = f"{size:5} {kind:8}"
            if options.detente and size <= 100:
                line += f"  detente {process(options.detente, row, column):.1f}"
            for name, start in [("quantecon", quantecon_play), ("nashpy", nashpy_play)]:
                spent, rounds = scaled(start(row, column), options.limit)
                line += f"  {name} {spent:.0f}" + (f" ({rounds} rounds)" if rounds < ROUNDS else "")
            print(line, flush=True)


if __name__ == "__main__":
    main()
