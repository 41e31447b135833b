#!/usr/bin/env python3
"""Processor time of lrsnash on the games of `cargo bench --bench nash -- certified`, and the ratios.

The games are made again here, bit for bit. Run the benchmark first: its estimates are read from
target/criterion, and are processor time too. lrsnash (Debian: lrslib) is a process; about a millisecond of it is its start.

  RAYON_NUM_THREADS=1 cargo bench --bench nash -- certified
  python3 benches/peers/lrsnash_times.py --most 16
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

MASK = (1 << 64) - 1


def random(seed):
    """Steele, Lea & Flood (2014): splitmix64."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def lrsnash(size, bound, seed, folder):
    """Seconds of processor time."""
    numbers = random(seed)
    rows = [" ".join(str(next(numbers) % bound) for _ in range(size)) for _ in range(2 * size)]
    path = os.path.join(folder, "game")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{size} {size}\n\n" + "\n".join(rows) + "\n")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["lrsnash", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(name):
    """Seconds, the median of the benchmark."""
    path = os.path.join("target", "criterion", "nash_certified", name, "new", "estimates.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)["median"]["point_estimate"] * 1e-9


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--most", type=int, default=16, help="the largest games (18 takes lrsnash a minute each)")
    arguments = arguments.parse_args()
    if shutil.which("lrsnash") is None:
        sys.exit("lrsnash is not installed (Debian: lrslib)")
    with tempfile.TemporaryDirectory() as folder:
        for prefix, bound, sizes in [("", 101, [6, 8, 10, 12, 14, 16, 18]), ("tied-", 2, [6, 8, 10, 12, 14])]:
            for size in (size for size in sizes if size <= arguments.most):
                theirs = [lrsnash(size, bound, seed, folder) for seed in (1, 2, 3)]
                mine = [ours(f"{prefix}{size}x{size}-{seed}") for seed in (1, 2, 3)]
                if None in mine:
                    sys.exit("run `cargo bench --bench nash -- certified` first")
                ratios = sorted(t / m for t, m in zip(theirs, mine))
                print(
                    f"{prefix}{size}x{size}: detente {1e3 * statistics.median(mine):.3f} ms, "
                    f"lrsnash {1e3 * statistics.median(theirs):.1f} ms, ratio {ratios[1]:.0f} "
                    f"({ratios[0]:.0f} to {ratios[2]:.0f})"
                )


if __name__ == "__main__":
    main()
