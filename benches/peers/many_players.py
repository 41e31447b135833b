#!/usr/bin/env python3
"""Times detente and every method of pygambit on the same games of three players and more, in one run.

Games have integer payoffs: from 0 to 99, those with an equilibrium in pure strategies and those without one
as separate rows; and "cyclic" ones, in which against each other player every action beats the next half
of his actions, for stakes from 50 to 99, with 0 to 20 added for each profile, so that equilibria have larger
supports. Each method is asked for one equilibrium (pygambit's `enumpoly` with
stop_after=1; `simpdiv`, `liap` and `hp` from the profile in which all actions are equally likely), with
its own defaults for the precision. Only the call is timed, in processor time: reading the game is left
out on both sides. A call of pygambit runs in a process of its own, which is ended at the limit; its time
is the median of up to five calls. detente is called through the library by `cargo bench --bench many`,
and its time includes the exact evaluation of the regret; the check of the answer by `certify` is given
beside. The line `detente` is the default, in the order in which methods are tried; `detente ipa` and
`detente logit` are the methods by themselves.

The regret is the largest gain of any player from a unilateral deviation in parts of the range of his
payoffs, evaluated in fractions for every program from the profile that it returns. For a method that
fails on some games (no answer, or over the limit, or a regret above 1e-3) the median is over the games
on which it succeeds, and `solved` says how many these are. `of all` is the fastest among methods that
solve at least nine games out of ten; the ratio is its time over detente's, both medians.

  pip install numpy && pip install --pre pygambit
  python3 benches/peers/many_players.py --games 20
"""

import argparse
import itertools
import json
import math
import os
import pathlib
import random
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

KINDS = {
    "pure": "random with a pure equilibrium",
    "mixed": "random without a pure equilibrium",
    "cyclic": "cyclic without a pure equilibrium",
}
SHAPES = {"2^3": (2, 2, 2), "3^3": (3, 3, 3), "2^5": (2,) * 5, "5^3": (5, 5, 5), "4^4": (4,) * 4}
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Game:
    """Payoffs by profile, the last player's action fastest."""

    def __init__(self, shape, tables):
        self.shape, self.tables = shape, tables
        self.strides = [math.prod(shape[at + 1 :]) for at in range(len(shape))]
        self.ranges = [max(table) - min(table) or 1 for table in tables]

    @classmethod
    def random(cls, shape, seed):
        draw = random.Random(f"{shape} {seed}")
        profiles = math.prod(shape)
        return cls(shape, [[draw.randint(0, 99) for _ in range(profiles)] for _ in shape])

    @classmethod
    def cyclic(cls, shape, seed):
        draw = random.Random(f"cyclic {shape} {seed}")
        count = len(shape)
        stakes = {
            (i, j): [[draw.randint(50, 99) for _ in range(shape[j])] for _ in range(shape[i])]
            for i in range(count)
            for j in range(count)
        }

        def pays(i, j, a, b):
            ahead = (b - a) % shape[i]
            sign = 0 if ahead == 0 else 1 if 2 * ahead < shape[i] else 0 if 2 * ahead == shape[i] else -1
            return sign * stakes[i, j][a][b]

        profiles = list(itertools.product(*map(range, shape)))
        return cls(
            shape,
            [
                [draw.randint(0, 20) + sum(pays(i, j, x[i], x[j]) for j in range(count) if j != i) for x in profiles]
                for i in range(count)
            ],
        )

    def has_pure(self):
        for at in range(math.prod(self.shape)):
            if all(
                table[at] >= max(table[at + (b - at // stride % size) * stride] for b in range(size))
                for size, stride, table in zip(self.shape, self.strides, self.tables)
            ):
                return True
        return False

    def regret(self, profile):
        """The largest gain in parts of the player's range, exactly; `profile` is made to sum to one."""
        exact = []
        for strategy in profile:
            parts = [max(Fraction(p), Fraction(0)) for p in strategy]
            total = sum(parts)
            exact.append([part / total for part in parts])
        worst = Fraction(0)
        for player, table in enumerate(self.tables):
            values = [Fraction(0)] * self.shape[player]
            others = [range(s) if at != player else [0] for at, s in enumerate(self.shape)]
            for chosen in itertools.product(*others):
                weight = Fraction(1)
                for at, action in enumerate(chosen):
                    if at != player:
                        weight *= exact[at][action]
                if weight:
                    base = sum(action * stride for action, stride in zip(chosen, self.strides))
                    for action in range(self.shape[player]):
                        values[action] += weight * table[base + action * self.strides[player]]
            own = sum(p * value for p, value in zip(exact[player], values))
            worst = max(worst, (max(values) - own) / self.ranges[player])
        return float(worst)

    def write(self, path):
        """As a file of Gambit: the first player's action fastest."""
        names = " ".join(f'"{at + 1}"' for at in range(len(self.shape)))
        lines = [f'NFG 1 R "random" {{ {names} }} {{ {" ".join(map(str, self.shape))} }}', ""]
        for chosen in itertools.product(*map(range, reversed(self.shape))):
            at = sum(action * stride for action, stride in zip(reversed(chosen), self.strides))
            lines.append(" ".join(str(table[at]) for table in self.tables))
        path.write_text("\n".join(lines) + "\n")


def methods(pg):
    """Name and call of each method of pygambit; a call gives the results' profiles."""
    nash = pg.nash
    even = lambda game: game.mixed_strategy_profile()
    fractions = lambda game: game.mixed_strategy_profile(rational=True)
    return {
        "enumpure": lambda game: nash.enumpure_solve(game),
        "gnm": lambda game: nash.gnm_solve(game),
        "ipa": lambda game: nash.ipa_solve(game),
        "logit": lambda game: nash.logit_solve(game),
        "hp": lambda game: nash.hp_solve(even(game)),
        "enumpoly": lambda game: nash.enumpoly_solve(game, stop_after=1),
        "simpdiv": lambda game: nash.simpdiv_solve(fractions(game)),
        "liap": lambda game: nash.liap_solve(even(game)),
    }


def in_child(work, limit):
    """What `work` gives in a process of its own, or None when it fails or takes too long."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with os.fdopen(writer, "w") as out:
                json.dump(work(), out)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as inp:
        ready, _, _ = select.select([inp], [], [], limit)
        if not ready:
            os.kill(child, signal.SIGKILL)
        text = inp.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def time_peer(pg, call, game, limit):
    """Processor seconds and regret, or None."""
    import numpy

    arrays = [numpy.array(table).reshape(game.shape) for table in game.tables]

    def work():
        peer = pg.StrategicGame.from_arrays(*arrays)
        times, begun = [], time.process_time()
        while len(times) < 5 and time.process_time() - begun < limit / 4:
            before = time.process_time()
            found = call(peer)
            times.append(time.process_time() - before)
        list_ = found.equilibria if hasattr(found, "equilibria") else [found.equilibrium]
        best = None
        for one in list_[:5]:
            if one is not None:
                profile = [[float(p) for _, p in one[player]] for player in peer.players]
                regret = game.regret(profile)
                best = regret if best is None else min(best, regret)
        return [statistics.median(times), best]

    found = in_child(work, limit)
    return None if found is None or found[1] is None or found[1] > 1e-3 else found


def time_detente(folder, bench):
    """Results by file: the method of the default, seconds of checking; and by method seconds, profile."""
    done = subprocess.run(
        bench, cwd=ROOT, env={**os.environ, "DETENTE_GAMES": str(folder)}, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["file"]: line for line in lines}


def milliseconds(seconds):
    return f"{1000 * seconds:.3g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=20, help="games for each row")
    parser.add_argument("--shapes", default=",".join(SHAPES), help="some of " + ", ".join(SHAPES))
    parser.add_argument("--kinds", default=",".join(KINDS), help="some of " + ", ".join(KINDS))
    parser.add_argument("--limit", type=float, default=10, help="seconds for one call of a peer")
    parser.add_argument("--methods", help="some of pygambit's methods, by name; all by default")
    parser.add_argument(
        "--bench", default="cargo bench --quiet --bench many", help="the command that runs the library on the games"
    )
    options = parser.parse_args()
    try:
        import pygambit as pg
    except ImportError:
        sys.exit("pygambit is not installed: pip install --pre pygambit")
    peers = methods(pg)
    if options.methods:
        peers = {name: peers[name] for name in options.methods.split(",")}
    print(f"pygambit {pg.__version__}; milliseconds of processor time, medians")

    rows = {}
    for name in options.shapes.split(","):
        for kind in options.kinds.split(","):
            make = Game.cyclic if kind == "cyclic" else Game.random
            # Of two actions neither beats the other.
            if kind == "cyclic" and min(SHAPES[name]) < 3:
                continue
            games = (make(SHAPES[name], seed) for seed in itertools.count())
            wanted = (game for game in games if game.has_pure() == (kind == "pure"))
            rows[name, kind] = list(itertools.islice(wanted, options.games))
    with tempfile.TemporaryDirectory() as folder:
        for (name, kind), games in rows.items():
            for at, game in enumerate(games):
                game.write(pathlib.Path(folder) / f"{name}-{kind}-{at:03}.nfg")
        ours = time_detente(folder, options.bench.split())
    for (name, kind), games in rows.items():
        print(f"\n{name}, {KINDS[kind]}, {len(games)} games")
        print(f"{'method':>22} {'solved':>7} {'time':>8} {'mean':>8} {'worst':>8} {'largest regret':>15}")

        def show(label, found, extra=""):
            solved = [one for one in found if one]
            if not solved:
                print(f"{label:>22} {0:>7}")
                return None
            times = [one[0] for one in solved]
            print(
                f"{label:>22} {len(solved):>7} {milliseconds(statistics.median(times)):>8}"
                f" {milliseconds(statistics.mean(times)):>8} {milliseconds(max(times)):>8}"
                f" {max(one[1] for one in solved):>15.1e}{extra}"
            )
            return (statistics.median(times), statistics.mean(times), len(solved))

        lines = [ours[f"{name}-{kind}-{at:03}.nfg"] for at in range(len(games))]

        def by(method):
            return [
                (line[method]["time"], game.regret(line[method]["profile"])) if line[method]["profile"] else None
                for line, game in zip(lines, games)
            ]

        checks = statistics.median(line["certify"] for line in lines)
        used = sorted({line["method"] for line in lines})
        own = show("detente", by("any"), f"  by {', '.join(used)}; check {milliseconds(checks)}")
        show("detente ipa", by("ipa"))
        show("detente logit", by("logit"))
        best = {}
        for method, call in peers.items():
            if method == "enumpure" and kind != "pure":
                continue
            result = show(f"pygambit {method}", [time_peer(pg, call, game, options.limit) for game in games])
            if result and result[2] >= 0.9 * len(games):
                best[method] = result
            sys.stdout.flush()
        if best and own:
            for which, label in ((0, "medians"), (1, "means")):
                fastest = min(best, key=lambda method: best[method][which])
                print(f"{'ratio of ' + label:>22} {best[fastest][which] / own[which]:.1f} to {fastest}")


if __name__ == "__main__":
    main()
