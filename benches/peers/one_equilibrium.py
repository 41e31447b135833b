#!/usr/bin/env python3
"""Processor time of QuantEcon's Lemke-Howson on the games of `cargo bench --bench nash -- nash/one`.

The games are made again here, bit for bit. Run the benchmark first: its estimates are read from
target/criterion, and are processor time too, the check in exact arithmetic included. QuantEcon's time
is that of `lemke_howson(g)` with its defaults, compiled beforehand, on a game that is made already;
it gives machine numbers without a proof. Where it does not end within --pivots its time until then is
a lower bound, and marked with >.

  cargo bench --bench nash -- nash/one
  OMP_NUM_THREADS=1 python3 benches/peers/one_equilibrium.py
"""

import argparse
import json
import os
import statistics
import time

import numpy as np
import quantecon.game_theory as gt

MASK = (1 << 64) - 1


def seeds(family, size):
    return range(1, 52 if family == "uniform" and size <= 50 else 10)


def has_pure(family, size, seed):
    a, b = payoffs(family, size, seed)
    return bool(((a == a.max(axis=0)) & (b == b.max(axis=1, keepdims=True))).any())


def random(seed):
    """Steele, Lea & Flood (2014): splitmix64."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def payoffs(family, size, seed):
    """Both players' payoffs, as `Family::game` in benches/nash.rs makes them."""
    numbers = random(seed)

    def bell():
        return sum(next(numbers) % 20_001 - 10_000 for _ in range(4))

    cells = []
    for _ in range(size * size):
        if family == "uniform":
            cells.append((next(numbers) % 1_000_001, next(numbers) % 1_000_001))
            continue
        first, second = bell(), bell()
        if family == "covariant":
            cells.append((5 * first, 3 * second - 4 * first))
        else:
            cells.append((70 * first, second - 70 * first))
    both = np.array(cells, dtype=float).reshape(size, size, 2)
    return both[:, :, 0], both[:, :, 1]


def quantecon(family, size, seed, pivots):
    """Seconds of processor time, pivots, and whether it ended."""
    a, b = payoffs(family, size, seed)
    game = gt.NormalFormGame((gt.Player(a.copy()), gt.Player(b.T.copy())))

    def once(times):
        start = time.process_time()
        for _ in range(times):
            _, result = gt.lemke_howson(game, max_iter=pivots, full_output=True)
        return (time.process_time() - start) / times, result

    seconds, result = once(1)
    if seconds < 0.2:
        times = max(1, int(2e-3 / max(seconds, 1e-6)))
        seconds = min(once(times)[0] for _ in range(5))
    return seconds, result.num_iter, result.converged


def ours(method, family, size, seed):
    """Seconds, the median of the benchmark; None where it was not run."""
    name = f"{family}-{size}-{seed}"
    path = os.path.join("target", "criterion", "nash_one", f"{method}_{name}", "new", "estimates.json")
    if not os.path.exists(path):
        path = os.path.join("target", "criterion", "nash_one", method, name, "new", "estimates.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)["median"]["point_estimate"] * 1e-9


def show(seconds):
    return f"{1e6 * seconds:.1f}" if seconds < 1e-3 else f"{1e6 * seconds:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pivots", type=int, default=100_000, help="the most pivots of QuantEcon")
    parser.add_argument("--most", type=int, default=500, help="the largest games")
    parser.add_argument("--families", default="uniform,covariant,near-zero-sum")
    arguments = parser.parse_args()
    warm = gt.NormalFormGame((gt.Player(np.eye(3)), gt.Player(np.eye(3))))
    gt.lemke_howson(warm, max_iter=10, full_output=True)
    print("family, size: microseconds of detente (any, label 0), of QuantEcon; ratio QuantEcon / any: median (least to most)")
    for family in arguments.families.split(","):
        for size in (size for size in (5, 10, 20, 50, 100, 200, 500) if size <= arguments.most):
            any_, label, theirs, ended = [], [], [], 0
            for seed in seeds(family, size):
                mine = ours("any", family, size, seed)
                if mine is None:
                    break
                any_.append(mine)
                from_label = ours("label", family, size, seed)
                if from_label is not None:
                    label.append(from_label)
                seconds, _, converged = quantecon(family, size, seed, arguments.pivots)
                theirs.append(seconds)
                ended += converged
            if len(any_) < len(seeds(family, size)):
                print(f"{family} {size}: not benchmarked")
                continue
            ratios = sorted(their / mine for their, mine in zip(theirs, any_))
            mixed = [
                their / mine
                for their, mine, seed in zip(theirs, any_, seeds(family, size))
                if not has_pure(family, size, seed)
            ]
            apart = f"; without a pure equilibrium {statistics.median(mixed):.1f} ({len(mixed)} of {len(any_)})" if mixed else ""
            bound = "" if ended == len(any_) else f" (> where {len(any_) - ended} did not end)"
            print(
                f"{family} {size}: any {show(statistics.median(any_))} (worst {show(max(any_))}), "
                f"label {show(statistics.median(label)) if label else '-'}, "
                f"QuantEcon {show(statistics.median(theirs))} (worst {show(max(theirs))}){bound}; "
                f"ratio {ratios[len(ratios) // 2]:.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f}){apart}",
                flush=True,
            )


if __name__ == "__main__":
    main()
