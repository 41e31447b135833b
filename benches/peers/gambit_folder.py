#!/usr/bin/env python3
"""Runs detente over a folder of Gambit files (.nfg, .efg), such as a checkout of Gambit's own games.

For each file: it is read; written in both versions of its format and read again with the same result;
solved for pure, Nash and subgame-perfect equilibria within a time limit; and each saved result is
verified. With --expected FILE, known answers are compared: a JSON object `games` by file name with any
of title, players, extensive, dims, constant_sum, pygambit.perfect_recall, pure_ne (positions of
actions), pure_ne_count, pure_ne_payoffs, extreme_ne (pairs of strategies), extreme_ne_count,
extreme_ne_payoffs, value_row, stackelberg_strong, enumpoly_16_7 (equilibria that must be near one of
ours where our list is complete) and correlated: welfare_max, welfare_min, and the dimension and the
number of vertices of the set of correlated equilibria. With --refused FOLDER, every file there but
those named ok_* must be refused with exit status 2 and a place.

The set of correlated equilibria is felt out by its optima in many directions, each certified: a further
player with one action has the direction as payoffs. The dimension is proved by two opposite optima for
each direction in which the set does not extend.

    python3 benches/peers/gambit_folder.py path/to/games --detente target/release/detente
"""

import argparse
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from fractions import Fraction


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def payoffs(result):
    return sorted([Fraction(x) for x in one["payoffs"].values()] for one in result["equilibria"])


def fractions(rows):
    return sorted([Fraction(x) for x in row] for row in rows)


class Report:
    def __init__(self):
        self.counts = Counter()
        self.wrong = []

    def check(self, what, name, right, detail=""):
        self.counts[f"{what}: {'right' if right else 'WRONG'}"] += 1
        if not right:
            self.wrong.append(f"{name}: {what}: {detail}")


def solve(options, folder, path, report, *arguments):
    status, out, error = run(
        options.detente, "solve", path, *arguments, "--format", "json", "--quiet",
        "--time-limit", options.time_limit,
    )
    if status == 2 or not out:
        return status, None, error.strip()
    result = json.loads(out)
    saved = folder / "result.json"
    saved.write_text(out)
    done, _, error = run(options.detente, "verify", saved, "--quiet")
    report.check("verified", path.name, done == 0, f"{arguments}: {error.strip()}")
    return status, result, ""


def round_trip(options, folder, path, report):
    ending = path.suffix
    for extra in ([], ["--outcomes"]) if ending == ".nfg" else ([],):
        once, twice = folder / f"once{ending}", folder / f"twice{ending}"
        first, _, error = run(options.detente, "convert", path, once, "--force", *extra)
        second, _, _ = run(options.detente, "convert", once, twice, "--force", *extra)
        same = first == second == 0 and once.read_bytes() == twice.read_bytes()
        report.check("round trip", path.name, same, error.strip())
    games = []
    for one in (path, folder / f"once{ending}"):
        games.append(json.loads(run(options.detente, "convert", one, "-", "--to", "json")[1] or "{}"))
    report.check("same game", path.name, games[0] == games[1] != {})


def strategic(options, folder, path):
    """Names of players and actions and payoffs by profile, of the (reduced) strategic form."""
    file = folder / "strategic.nfg"
    status, _, error = run(options.detente, "convert", path, file, "--force", "--quiet")
    if status != 0:
        return None, error
    game = json.loads(run(options.detente, "convert", file, "-", "--to", "json")[1])
    return game, ""


def positions(game, equilibrium):
    """Probabilities by the positions of players and actions."""
    return tuple(
        tuple(Fraction(equilibrium["strategies"][player["name"]].get(one, "0")) for one in player["strategies"])
        for player in game["players"]
    )


def payoff_at(table, profile):
    for action in profile:
        table = table[action]
    return table


class Correlated:
    """The set of correlated equilibria, by certified optima of linear objectives."""

    def __init__(self, options, folder, game):
        self.options, self.file = options, folder / "directed.nfg"
        self.players = [player["strategies"] for player in game["players"]]
        # As in the file, the first player's action goes round fastest.
        ranges = [range(len(actions)) for actions in reversed(self.players)]
        self.profiles = [tuple(reversed(one)) for one in itertools.product(*ranges)]
        self.payoffs = {}
        for profile in self.profiles:
            self.payoffs[profile] = [Fraction(payoff_at(table, profile)) for table in game["payoffs"]]

    def optimum(self, direction):
        """A correlated equilibrium that is best in the direction, by profile, and its worth."""
        names = [f"{{ {' '.join(json.dumps(str(k + 1)) for k in range(len(actions)))} }}" for actions in self.players]
        lines = [
            " ".join(map(str, [*self.payoffs[profile], worth]))
            for profile, worth in zip(self.profiles, direction)
        ]
        head = " ".join(json.dumps(f"P{k + 1}") for k in range(len(self.players)))
        self.file.write_text(
            f'NFG 1 R "directed" {{ {head} "direction" }}\n{{ {" ".join(names)} {{ "1" }} }}\n\n' + "\n".join(lines) + "\n"
        )
        status, out, error = run(
            self.options.detente, "solve", self.file, "--concept", "correlated",
            "--objective", "direction", "--format", "json", "--quiet",
        )
        if status != 0:
            raise ValueError(error)
        result = json.loads(out)
        found = {}
        for key, probability in result["distribution"].items():
            at = tuple(int(word) - 1 for word in key.split("|")[:-1])
            found[at] = Fraction(probability)
        return tuple(found.get(profile, Fraction(0)) for profile in self.profiles), Fraction(result["value"])

    def dimension(self):
        """The dimension, and the points that were met."""
        size = len(self.profiles)
        start, _ = self.optimum([0] * size)
        points, extends, constant = {start}, [], [[Fraction(1)] * size]
        while len(extends) + len(constant) < size:
            # A direction orthogonal to those in which points differ and to those that are constant.
            direction = orthogonal(extends + constant, size)
            high, above = self.optimum(direction)
            low, below = self.optimum([-x for x in direction])
            if above == -below:
                constant.append(direction)
            else:
                far = high if above != sum(x * p for x, p in zip(direction, start)) else low
                points.update([high, low])
                extends.append([a - b for a, b in zip(far, start)])
        return len(extends), points

    def vertices(self, points, known, rng):
        """How many vertices random directions meet, at most so many that all of them are likely."""
        for _ in range(40 + 12 * known):
            if len(points) > known:
                break
            best, _ = self.optimum([rng.randint(-1000, 1000) for _ in self.profiles])
            points.add(best)
        return len(points)


def orthogonal(vectors, size):
    """An integer vector, not zero, orthogonal to linearly independent ones."""
    rows, pivots = [], []
    for vector in vectors:
        row = list(vector)
        for pivot, other in zip(pivots, rows):
            row = [a - row[pivot] * b for a, b in zip(row, other)]
        pivot = next(k for k, x in enumerate(row) if x != 0)
        row = [x / Fraction(row[pivot]) for x in row]
        rows = [[a - other[pivot] * b for a, b in zip(other, row)] for other in rows]
        rows.append(row)
        pivots.append(pivot)
    free = next(k for k in range(size) if k not in pivots)
    found = [Fraction(0)] * size
    found[free] = Fraction(1)
    for pivot, row in zip(pivots, rows):
        found[pivot] = -row[free]
    return found


def correlated(options, folder, path, known, game, report):
    _, found, error = solve(options, folder, path, report, "--concept", "correlated")
    value = found and Fraction(found["value"])
    right = value == Fraction(known["welfare_max"])
    report.check("correlated welfare", path.name, right, f"{value} {error}")
    polytope = Correlated(options, folder, game)
    worst = -polytope.optimum([-sum(polytope.payoffs[profile]) for profile in polytope.profiles])[1]
    right = worst == Fraction(known["welfare_min"])
    report.check("correlated welfare, least", path.name, right, f"{worst}")
    dimension, points = polytope.dimension()
    report.check("correlated dimension", path.name, dimension == known["dimension"], f"{dimension}")
    # A point met on the way need not be a vertex: only those of random directions count.
    vertices = polytope.vertices(set(), known["vertices"], random.Random(path.name))
    report.check("correlated vertices", path.name, vertices <= known["vertices"], f"{vertices}")
    if vertices <= known["vertices"]:
        whole = "all of them" if vertices == known["vertices"] else "fewer"
        report.counts[f"correlated vertices met: {whole}"] += 1
        if vertices < known["vertices"]:
            print(f"  {path.name}: {vertices} of {known['vertices']} vertices met")


def near(one, other):
    """Whether two profiles agree up to 1e-6 in each probability."""
    return all(
        len(p) == len(q) and all(abs(float(a) - float(b)) < 1e-6 for a, b in zip(p, q))
        for p, q in zip(one, other)
    )


def one_game(options, folder, path, known, report):
    status, out, error = run(options.detente, "check", path, "--format", "json")
    report.check("read", path.name, status == 0, error.strip())
    if status != 0:
        return
    facts = json.loads(out)
    round_trip(options, folder, path, report)
    if "title" in known:
        report.check("title", path.name, facts["model"].get("title", "") == known["title"], str(facts["model"]))
    if "players" in known:
        players = [one["id"] for one in facts["players"]]
        report.check("players", path.name, players == known["players"], f"{players}")
    if "extensive" in known:
        report.check("form", path.name, (facts["form"] == "extensive") == known["extensive"], facts["form"])
    if "constant_sum" in known:
        # Of the strategic form: expected payoffs may sum to a constant where those at the ends do not.
        _, found, error = solve(options, folder, path, report, "--concept", "structure")
        if found is None:
            report.counts["structure: not solved"] += 1
            print(f"  {path.name}: structure: {error}")
        else:
            constant = found["constant_sum"] is not None
            report.check("constant sum", path.name, constant == known["constant_sum"], str(found["constant_sum"]))
    recall = known.get("pygambit", {}).get("perfect_recall")
    if recall is not None:
        report.check("perfect recall", path.name, facts["perfect_recall"] == recall)
    game, error = strategic(options, folder, path)
    if game is None:
        report.counts["strategic form: not made"] += 1
        print(f"  {path.name}: strategic form: {error.strip().splitlines()[0]}")
    elif "dims" in known:
        dims = [len(player["strategies"]) for player in game["players"]]
        report.check("dims", path.name, dims == known["dims"], f"{dims}")
    _, pure, error = solve(options, folder, path, report, "--concept", "pure")
    if pure is None:
        report.counts["pure: not solved"] += 1
        print(f"  {path.name}: pure: {error}")
    elif "pure_ne_count" in known:
        found = len(pure["equilibria"])
        report.check("pure count", path.name, found == known["pure_ne_count"], f"{found}")
        right = payoffs(pure) == fractions(known["pure_ne_payoffs"])
        report.check("pure payoffs", path.name, right)
        if "pure_ne" in known and game is not None:
            profiles = [[strategy.index(1) for strategy in positions(game, one)] for one in pure["equilibria"]]
            report.check("pure equilibria", path.name, sorted(profiles) == sorted(known["pure_ne"]), f"{profiles}")
    begin = time.time()
    status, nash, error = solve(options, folder, path, report, "--concept", "nash")
    took = time.time() - begin
    if nash is None:
        report.counts["nash: not solved"] += 1
        print(f"  {path.name}: nash: {error}")
    else:
        report.counts[f"nash: {nash['status']}, complete: {nash['complete']}"] += 1
        if took > 5 or nash["status"] == "partial":
            print(f"  {path.name}: nash: {nash['status']}, {len(nash['equilibria'])} found, {took:.1f} s")
        if nash["complete"] and known.get("extreme_ne_count") is not None:
            extreme(path, nash, known, game, report)
        if "value_row" in known and nash["equilibria"]:
            values = {Fraction(next(iter(one["payoffs"].values()))) for one in nash["equilibria"]}
            report.check("value", path.name, values == {Fraction(known["value_row"])}, str(values))
    if "enumpoly_16_7" in known and game is not None:
        several(options, folder, path, known["enumpoly_16_7"], game, report)
    if "stackelberg_strong" in known:
        for player, key in zip([one["id"] for one in facts["players"]], ("row_leader", "col_leader")):
            _, found, error = solve(
                options, folder, path, report, "--concept", "stackelberg", "--leader", player
            )
            value = found and Fraction(found["leader_value"])
            right = value == Fraction(known["stackelberg_strong"][key])
            report.check("stackelberg", path.name, right, f"{key}: {value} {error}")
    if "correlated" in known and game is not None:
        correlated(options, folder, path, known["correlated"], game, report)
    if path.suffix == ".efg":
        trees(options, folder, path, known, facts, report)


def extreme(path, nash, known, game, report):
    found, expected = len(nash["equilibria"]), known["extreme_ne_count"]
    sources = known.get("extreme_ne_count_status", "")
    report.check(f"extreme count ({sources})", path.name, found == expected, f"{found}, known {expected}")
    if known.get("extreme_ne_payoffs"):
        right = payoffs(nash) == fractions(known["extreme_ne_payoffs"])
        report.check("extreme payoffs", path.name, right)
    if known.get("extreme_ne") is not None and game is not None:
        ours = {positions(game, one) for one in nash["equilibria"]}
        theirs = {tuple(tuple(map(Fraction, strategy)) for strategy in pair) for pair in known["extreme_ne"]}
        report.check("extreme equilibria", path.name, ours == theirs,
                     f"{len(ours - theirs)} only here, {len(theirs - ours)} only there")


def several(options, folder, path, known, game, report):
    """Equilibria that Gambit found for several players, each near one of ours where ours is complete."""
    _, found, _ = solve(options, folder, path, report, "--concept", "nash", "--method", "support-enumeration")
    if found is None or not found["complete"]:
        report.counts["enumpoly: no complete list here"] += 1
        return
    ours = [positions(game, one) for one in found["equilibria"]]
    missing = [one for one in known["profiles"] if not any(near(one, other) for other in ours)]
    report.check("enumpoly", path.name, not missing, f"{missing}")


def trees(options, folder, path, known, facts, report):
    status, perfect, error = solve(options, folder, path, report, "--concept", "subgame-perfect")
    if perfect is None:
        report.counts["subgame-perfect: not solved"] += 1
        print(f"  {path.name}: subgame-perfect: {error}")
    else:
        report.counts[f"subgame-perfect: {perfect['status']}, {perfect['scope']}"] += 1
    if len(facts["players"]) == 2 and facts["perfect_recall"]:
        for concept in ("nash", "subgame-perfect"):
            begin = time.time()
            _, found, error = solve(
                options, folder, path, report, "--concept", concept, "--method", "sequence-form"
            )
            took = time.time() - begin
            solved = found is not None and len(found["equilibria"]) == 1
            report.check(f"sequence form, {concept}", path.name, solved, error)
            if took > 5:
                print(f"  {path.name}: {concept} by the sequence form: {took:.1f} s")
            if solved and "value_row" in known:
                value = next(iter(found["equilibria"][0]["payoffs"].values()))
                right = Fraction(value) == Fraction(known["value_row"])
                report.check("value by the sequence form", path.name, right, value)


def refused(options, folder, report):
    for path in sorted(pathlib.Path(folder).iterdir()):
        if path.suffix not in (".nfg", ".efg", ".agg"):
            continue
        status, _, error = run(options.detente, "solve", path, "--quiet")
        if path.name.startswith("ok_"):
            report.check("accepted", path.name, status == 0, error.strip())
        else:
            place = f"{path}:" in error or path.suffix == ".agg"
            report.check("refused with a place", path.name, status == 2 and place, error.strip())


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder")
    arguments.add_argument("--detente", default="detente")
    arguments.add_argument("--expected")
    arguments.add_argument("--refused")
    arguments.add_argument("--time-limit", default="20")
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    known = json.load(open(options.expected))["games"] if options.expected else {}
    report = Report()
    paths = sorted(
        path
        for path in pathlib.Path(options.folder).rglob("*")
        if path.suffix in (".nfg", ".efg") and options.only in path.name
    )
    with tempfile.TemporaryDirectory() as name:
        for path in paths:
            one_game(options, pathlib.Path(name), path, known.get(path.name, {}), report)
    if options.refused:
        refused(options, options.refused, report)
    print(f"{len(paths)} files")
    for what, number in sorted(report.counts.items()):
        print(f"{number:6}  {what}")
    for line in report.wrong:
        print("WRONG", line)
    sys.exit(bool(report.wrong))


if __name__ == "__main__":
    main()
