"""Payoffs of equilibria without transfers, by state: detente beside SGSolve.

    git clone https://github.com/babrooks/SGSolve
    apt install g++ libboost-serialization-dev
    cargo build --profile quick
    python3 benches/peers/payoffs_by_state.py target/quick/detente SGSolve

SGSolve (Abreu, Brooks & Sannikov 2020) is a C++ library: the script compiles its pencil sharpening, and
a short driver, into the folder `driver` of its directory. Its clock runs while the game is constructed and
solved. That of detente is on the CPU time of the whole process: it reads a model file, finds an inner and
an outer polygon for each state, certifies both and prints JSON. Medians of five, both in turn.

SGSolve gives the corners of a last revolution, in machine numbers and without bounds. How far these lie
outside the outer polygons, which hold all equilibrium payoffs, and how far the corners of the inner
polygons lie outside their hull, is in units of the payoffs, which range from 0 to 9 in the random games.
"""

from fractions import Fraction
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

DRIVER = r"""
#include "sg.hpp"
#include <chrono>
#include <fstream>

int main(int, char** files) {
  std::ifstream in(files[1]);
  double delta;
  int states;
  in >> delta >> states;
  std::vector<std::vector<int>> actions(states, std::vector<int>(2));
  std::vector<std::vector<std::vector<double>>> payoffs(states), chances(states);
  for (int s = 0; s < states; s++) {
    in >> actions[s][0] >> actions[s][1];
    const int profiles = actions[s][0] * actions[s][1];
    payoffs[s].assign(profiles, std::vector<double>(2));
    chances[s].assign(profiles, std::vector<double>(states));
    for (int a = 0; a < profiles; a++) {
      for (double& x : payoffs[s][a]) in >> x;
      for (double& x : chances[s][a]) in >> x;
    }
  }
  const auto began = std::chrono::steady_clock::now();
  try {
    SGGame game(delta, states, actions, payoffs, chances, std::vector<bool>(2, false));
    SGEnv env;
    env.setParam(SG::STOREITERATIONS, 1);
    SGSolver_PencilSharpening solver(env, game);
    solver.solve();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cerr.precision(17);
    std::cerr << "took " << took.count() << "\n";
    const auto& all = solver.getSolution().getIterations();
    for (const auto& one : all)
      if (one.getRevolution() + 1 >= all.back().getRevolution())
        for (int s = 0; s < states; s++)
          std::cerr << "point " << one.getRevolution() << " " << s << " " << one.getPivot()[s][0]
                    << " " << one.getPivot()[s][1] << "\n";
  } catch (SGException& why) {
    std::cerr << "failed " << why.what() << "\n";
  }
}
"""

SOURCES = """sgaction_maxminmax sgaction_pencilsharpening sgapprox sgbaseaction sgedgepolicy sgenv sgexception sggame
sghyperplane sgiteration_pencilsharpening sgpoint sgpolicy sgproductpolicy sgrandom
sgsolver_maxminmax sgsolver_pencilsharpening sgtuple sgutilities""".split()


def build(directory):
    """The driver, compiled once."""
    place = os.path.join(directory, "driver")
    driver = os.path.join(place, "driver")
    if os.path.exists(driver):
        return driver
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(place, "driver.cpp"), "w") as file:
        file.write(DRIVER)
    # Boost 1.74 lacks an include of its own.
    flags = ["-std=c++14", "-O3", "-DNDEBUG", "-w", "-I", os.path.join(directory, "src/hpp")]
    flags += ["-include", "boost/serialization/library_version_type.hpp"]
    objects = []
    for name in SOURCES:
        objects.append(os.path.join(place, name + ".o"))
        source = os.path.join(directory, "src/cpp", name + ".cpp")
        subprocess.run(["g++", *flags, "-c", source, "-o", objects[-1]], check=True)
    source = os.path.join(place, "driver.cpp")
    command = ["g++", *flags, source, *objects, "-lboost_serialization", "-o", driver]
    subprocess.run(command, check=True)
    return driver


class Game:
    """By state a table: for each pair of actions two payoffs and the probabilities of what follows."""

    def __init__(self, name, delta, tables):
        self.name, self.delta, self.tables = name, delta, tables

    def for_sgsolve(self):
        lines = [f"{float(self.delta)!r} {len(self.tables)}"]
        for table in self.tables:
            lines.append(f"{len(table)} {len(table[0])}")
            # The action of the first player runs fastest.
            for column in range(len(table[0])):
                for row in table:
                    payoffs, chances = row[column]
                    lines.append(" ".join(repr(float(x)) for x in [*payoffs, *chances]))
        return "\n".join(lines) + "\n"

    def model(self):
        rows, columns = len(self.tables[0]), len(self.tables[0][0])

        def pick(entry):
            """A formula that picks the entry of the profile."""
            text = None
            for i in reversed(range(rows)):
                inner = None
                for j in reversed(range(columns)):
                    one = f"({entry(i, j)})"
                    inner = one if inner is None else f"if(B.k == {j}, {one}, {inner})"
                text = inner if text is None else f"if(A.k == {i}, {inner}, {text})"
            return text

        lines = ['[model]\nid = "game"\ntitle = "A game in states"', "[parameters]"]
        lines.append(f'delta = {{ value = "{self.delta}" }}')
        for player, count in [("A", rows), ("B", columns)]:
            listed = ", ".join(f'{{ id = "a{k}", k = {k} }}' for k in range(count))
            lines.append(f'[[players]]\nid = "{player}"\nactions = [{listed}]')
        for at, player in enumerate("AB"):
            total = pick(lambda i, j: f"state.g{at}_{i}_{j}")
            lines.append(f'[payoffs.{player}]\ntotal = "{total}"')
        lines.append('[horizon]\nkind = "states"\ndiscount = "delta"')
        for state, table in enumerate(self.tables):
            lines.append(f'[[horizon.states]]\nid = "s{state}"')
            for i in range(rows):
                for j in range(columns):
                    for at in range(2):
                        lines.append(f'g{at}_{i}_{j} = "{table[i][j][0][at]}"')
            to = [
                f's{to} = "{pick(lambda i, j: table[i][j][1][to])}"' for to in range(len(self.tables))
            ]
            lines.append("transitions = { " + ", ".join(to) + " }")
        return "\n".join(lines) + "\n"


def two_state():
    """The two-state game of Abreu, Brooks & Sannikov (2020), as in SGSolve's example."""
    first = [[16, 3, 1], [21, 10, -1], [9, 5, -5]]
    second = [[9, 13, 3], [1, 4, 0], [0, -4, -10]]
    stay = Fraction(3, 10)
    tables = []
    for state, more in enumerate([5, -5]):
        chances = [stay if to == state else 1 - stay for to in range(2)]
        entry = lambda i, j: ((first[i][j] + more, second[i][j] - more), chances)
        tables.append([[entry(i, j) for j in range(3)] for i in range(3)])
    return Game("Abreu, Brooks & Sannikov", Fraction(7, 10), tables)


def random_game(states, actions, delta, seed):
    """Payoffs from 0 to 9, and probabilities that are multiples of 1/16."""
    number = seed * 2654435761 % 2**64

    def below(count):
        nonlocal number
        number = (number * 6364136223846793005 + 1442695040888963407) % 2**64
        return (number >> 33) % count

    def entry():
        payoffs = (below(10), below(10))
        counts = [0] * states
        for _ in range(16):
            counts[below(states)] += 1
        return payoffs, [Fraction(count, 16) for count in counts]

    tables = [[[entry() for _ in range(actions)] for _ in range(actions)] for _ in range(states)]
    return Game(f"random, {states} states, {actions}×{actions}, seed {seed}", delta, tables)


def outside(corners, points):
    """How far points lie at most outside the convex hull of others, by its edges."""
    corners = sorted(set(corners))

    def chain(points):
        kept = []
        for x, y in points:
            while len(kept) > 1:
                (a, b), (c, d) = kept[-2:]
                if (c - a) * (y - b) - (d - b) * (x - a) > 0:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    hull = chain(corners) + chain(corners[::-1]) if len(corners) > 1 else corners
    far = 0.0
    for x, y in points:
        if len(hull) < 3:
            far = max(far, min(max(abs(x - a), abs(y - b)) for a, b in hull))
            continue
        for (a, b), (c, d) in zip(hull, hull[1:] + hull[:1]):
            length = ((c - a) ** 2 + (d - b) ** 2) ** 0.5
            far = max(far, -((c - a) * (y - b) - (d - b) * (x - a)) / length)
    return far


def timed(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done


def main():
    detente, directory = sys.argv[1], sys.argv[2]
    driver = build(directory)
    games = [two_state()]
    for states, actions, delta in [
        (2, 2, Fraction(9, 10)),
        (2, 3, Fraction(9, 10)),
        (3, 3, Fraction(7, 10)),
        (4, 3, Fraction(9, 10)),
        (3, 3, Fraction(99, 100)),
    ]:
        games += [random_game(states, actions, delta, seed) for seed in (1, 2)]
    print("| game | δ | SGSolve | detente | distance of its polygons | SGSolve beyond | inner beyond | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for game in games:
            text, model = os.path.join(place, "game.txt"), os.path.join(place, "game.toml")
            with open(text, "w") as file:
                file.write(game.for_sgsolve())
            with open(model, "w") as file:
                file.write(game.model())
            ours, theirs = [], []
            for _ in range(5):
                _, other = timed([driver, text])
                said = [line.split() for line in other.stderr.splitlines()]
                theirs += [float(line[1]) for line in said if line[:1] == ["took"]]
                command = [detente, "solve", "-c", "repeated-payoffs", "--format", "json", "-q", model]
                took, found = timed(command)
                if found.returncode:
                    raise SystemExit(found.stderr)
                ours.append(took)
            result = json.loads(found.stdout)
            states = result["states"].values()
            number = lambda text: float(Fraction(text))
            pairs = lambda all: [tuple(number(x) for x in one["payoffs"].values()) for one in all]
            distances = [number(state["distance"]) for state in states if state.get("distance")]
            beyond = inner = None
            points = [line for line in said if line[:1] == ["point"]]
            if points:
                last = max(int(line[1]) for line in points)
                of = lambda s, turn: [
                    (float(x), float(y)) for _, r, t, x, y in points if int(t) == s and int(r) >= turn
                ]
                beyond = max(outside(pairs(s["outer"]), of(k, last)) for k, s in enumerate(states) if s["outer"])
                inner = max(outside(of(k, last - 1), pairs(s["inner"])) for k, s in enumerate(states) if s["inner"])
            show = lambda x, form: "none" if x is None else format(x, form)
            speed = statistics.median(theirs) if theirs else None
            mine = statistics.median(ours)
            print(
                f"| {game.name} | {game.delta} | {show(speed and 1000 * speed, '.1f')} ms "
                f"| {1000 * mine:.1f} ms | {max(distances, default=0):.0e} | {show(beyond, '.0e')} "
                f"| {show(inner, '.0e')} | {show(speed and speed / mine, '.2g')} |",
                flush=True,
            )


main()
