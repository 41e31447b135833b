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
"""

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
        units = 10**12
        shares = {}
        for profile in profiles:
            # sgamesolver multiplies its transitions by the discount factor.
            row = np.array(game.phi[(state, *profile)])
            row = row / row.sum()
            counts = [int(round(float(p) * units)) for p in row]
            counts[int(np.argmax(row))] += units - sum(counts)
            shares[profile] = counts
        rows = []
        for to in range(states):
            entries = {p: f"0.{shares[p][to]:012d}" if shares[p][to] < units else "1" for p in profiles}
            rows.append(f's{to} = "{branches(entries, actions, players)}"')
        lines.append("transitions = { " + ", ".join(rows) + " }")
    return "\n".join(lines) + "\n"


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
    print(f"ratio {theirs / ours:.1f}, largest difference {np.max(np.abs(found - np.array(values))):.2e}")


def eval_fraction(text):
    numerator, _, denominator = text.partition("/")
    return int(numerator) / int(denominator or 1)


if __name__ == "__main__":
    main()
