"""Markov perfect equilibria of random stochastic games: detente beside sgamesolver.

    python3 -m venv peers
    peers/bin/pip install "numpy<2" cython scipy pandas wheel "setuptools<70"
    peers/bin/pip install --no-build-isolation sgamesolver
    peers/bin/python benches/peers/stochastic.py path/to/detente [STATES PLAYERS ACTIONS SEED [FILE]]

Both follow the path of logit equilibria (sgamesolver 1.0.2, QRE homotopy, its default parameters).
The game is sgamesolver's `SGame.random_game`; detente reads it from a model file with probabilities
rounded to 12 digits, and its time includes reading, certifying and printing. Times are CPU time, of
the process and its children. Payoffs of detente are averages, those of sgamesolver sums: they are
compared after division by 1 - delta. With FILE the model is written there and kept.

`64 2 4 42` is the example of sgamesolver's README, whose published values are compared too.

The regret of sgamesolver's strategies is what a best reply gains in the game of the model file, as an
average and with exact bounds: strategies and values are taken as the fractions that machine numbers are,
and one step of each Bellman operator says how far the values may be off.
"""

from fractions import Fraction
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import sgamesolver


def branches(entries, actions, players):
    """A formula that picks the entry of the profile."""

    def pick(player, chosen):
        if player == players:
            return entries[chosen]
        parts = [pick(player + 1, chosen + (a,)) for a in range(actions)]
        text = parts[-1]
        for a in range(actions - 2, -1, -1):
            text = f"if(P{player}.k == {a}, {parts[a]}, {text})"
        return text

    return pick(0, ())


UNITS = 10**12


def transitions(game, state, profile):
    """Counts of 1 / UNITS for each state that may follow."""
    # sgamesolver multiplies its transitions by the discount factor.
    row = np.array(game.phi[(state, *profile)])
    row = row / row.sum()
    counts = [int(round(float(p) * UNITS)) for p in row]
    counts[int(np.argmax(row))] += UNITS - sum(counts)
    return counts


def model(game, states, players, actions):
    delta = game.delta[0]
    lines = [
        '[model]\nid = "random"\ntitle = "Random game"\n[parameters]',
        f'delta = {{ value = "{delta}" }}',
    ]
    for player in range(players):
        listed = ", ".join(f'{{ id = "a{a}", k = {a} }}' for a in range(actions))
        lines.append(f'[[players]]\nid = "P{player}"\nactions = [{listed}]')
    profiles = list(itertools.product(range(actions), repeat=players))
    key = lambda player, profile: f"g{player}_" + "_".join(map(str, profile))
    for player in range(players):
        entries = {profile: "state." + key(player, profile) for profile in profiles}
        lines.append(f'[payoffs.P{player}]\ntotal = "{branches(entries, actions, players)}"')
    lines.append('[horizon]\nkind = "states"\ndiscount = "delta"')
    for state in range(states):
        lines.append(f'[[horizon.states]]\nid = "s{state}"')
        for player in range(players):
            for profile in profiles:
                value = game.u[(state, player, *profile)]
                lines.append(f'{key(player, profile)} = "{value:.15f}"')
        shares = {profile: transitions(game, state, profile) for profile in profiles}
        rows = []
        for to in range(states):
            entries = {p: f"0.{shares[p][to]:012d}" if shares[p][to] < UNITS else "1" for p in profiles}
            rows.append(f's{to} = "{branches(entries, actions, players)}"')
        lines.append("transitions = { " + ", ".join(rows) + " }")
    return "\n".join(lines) + "\n"


def regret(game, strategies, states, players, actions):
    """Exact bounds of what the best reply of any player gains from any state on, as an average."""
    exact = lambda value: Fraction(float(value))
    delta = Fraction(str(game.delta[0]))
    profiles = list(itertools.product(range(actions), repeat=players))
    mixed = [[[exact(p) for p in strategies[s][i]] for i in range(players)] for s in range(states)]
    mixed = [[[p / sum(own) for p in own] for own in here] for here in mixed]
    rows = {(s, p): transitions(game, s, p) for s in range(states) for p in profiles}
    bounds = []
    for player in range(players):
        # What each action gives now, and where it leads, against the strategies of the others.
        now = [[Fraction(0)] * actions for _ in range(states)]
        then = [[[Fraction(0)] * states for _ in range(actions)] for _ in range(states)]
        for s in range(states):
            for p in profiles:
                chance = Fraction(1)
                for other in range(players):
                    chance *= 1 if other == player else mixed[s][other][p[other]]
                now[s][p[player]] += chance * Fraction(f"{game.u[(s, player, *p)]:.15f}")
                line = then[s][p[player]]
                for to, count in enumerate(rows[s, p]):
                    line[to] += chance * count / UNITS
        step = lambda s, a, v: (1 - delta) * now[s][a] + delta * sum(
            p * w for p, w in zip(then[s][a], v)
        )
        reward, leads = np.array(now, dtype=float), np.array(then, dtype=float)

        def values(policy):
            matrix = np.eye(states) - float(delta) * np.einsum("sa,sat->st", policy, leads)
            given = (1 - float(delta)) * np.einsum("sa,sa->s", policy, reward)
            return np.linalg.solve(matrix, given)

        own = np.array([[float(p) for p in mixed[s][player]] for s in range(states)])
        given = values(own)
        best = given
        for _ in range(100):
            worth = (1 - float(delta)) * reward + float(delta) * leads @ best
            better = values(np.eye(actions)[worth.argmax(axis=1)])
            settled = np.abs(better - best).max() < 1e-15
            best = better
            if settled:
                break
        given, best = [exact(v) for v in given], [exact(v) for v in best]
        off = Fraction(0)
        for s in range(states):
            each = [step(s, a, best) for a in range(actions)]
            stay = sum(p * step(s, a, given) for a, p in enumerate(mixed[s][player]))
            off = max(off, abs(max(each) - best[s]) + abs(stay - given[s]))
        gain = max(b - g for b, g in zip(best, given))
        bounds.append((gain - off / (1 - delta), gain + off / (1 - delta)))
    return max(low for low, _ in bounds), max(high for _, high in bounds)


# The values of the first two states that sgamesolver's README prints for `64 2 4 42`.
README = {(64, 2, 4, 42): [[15.09037566, 15.62928066], [14.75827912, 15.60757289]]}


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    program = sys.argv[1]
    states, players, actions, seed = map(int, sys.argv[2:6] or (20, 2, 3, 1))
    game = sgamesolver.SGame.random_game(states, players, actions, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        file = sys.argv[6] if len(sys.argv) > 6 else folder + "/random.toml"
        with open(file, "w", encoding="utf-8") as out:
            out.write(model(game, states, players, actions))
        start = children()
        subprocess.run([program, "check", file], capture_output=True, check=True)
        reading = children() - start
        start = children()
        call = [program, "solve", file, "-c", "markov", "--method", "homotopy", "--format", "json"]
        done = subprocess.run(call, capture_output=True, text=True, check=True)
        ours = children() - start
    result = json.loads(done.stdout)["equilibria"][0]
    delta = float(game.delta[0])
    number = lambda value: float(value) if not isinstance(value, str) else eval_fraction(value)
    values = [
        [number(result["states"][f"s{s}"]["payoffs"][f"P{p}"]) / (1 - delta) for p in range(players)]
        for s in range(states)
    ]
    print(f"detente: {ours:.3f} s (check alone {reading:.3f} s), regret {result['regret']}")
    print(f"  values of state 0 {values[0]}, 1 {values[1]}")
    published = README.get((states, players, actions, seed))
    if published:
        away = np.max(np.abs(np.array(values[:2]) - np.array(published)))
        print(f"  largest difference from the published values {away:.1e}")
    start = time.process_time()
    homotopy = sgamesolver.homotopy.QRE(game)
    homotopy.solver_setup()
    homotopy.solver.verbose = 0
    homotopy.solve()
    theirs = time.process_time() - start
    found = np.array(homotopy.equilibrium.values)
    print(f"sgamesolver: {theirs:.3f} s, values of state 0 {found[0]}, 1 {found[1]}")
    low, high = regret(game, homotopy.equilibrium.strategies, states, players, actions)
    print(f"  regret between {float(low):.3e} and {float(high):.3e}")
    print(f"ratio {theirs / ours:.1f}, largest difference {np.max(np.abs(found - np.array(values))):.2e}")


def eval_fraction(text):
    numerator, _, denominator = text.partition("/")
    return int(numerator) / int(denominator or 1)


if __name__ == "__main__":
    main()
