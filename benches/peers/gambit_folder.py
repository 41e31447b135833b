#!/usr/bin/env python3
"""Runs detente over a folder of Gambit files (.nfg, .efg), such as a checkout of Gambit's own games.

For each file: it is read; written in both versions of its format and read again with the same result;
solved for pure, Nash and subgame-perfect equilibria within a time limit; and each saved result is
verified. With --expected FILE, counts, payoffs and values are held against known answers: a JSON
object `games` by file name with any of pure_ne_count, pure_ne_payoffs, extreme_ne_count,
extreme_ne_payoffs, value_row, dims, stackelberg_strong, correlated. With --refused FOLDER, every file
there but those named ok_* must be refused with exit status 2 and a place.

    python3 benches/peers/gambit_folder.py path/to/games --detente target/release/detente
"""

import argparse
import json
import pathlib
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


def one_game(options, folder, path, known, report):
    status, out, error = run(options.detente, "check", path, "--format", "json")
    report.check("read", path.name, status == 0, error.strip())
    if status != 0:
        return
    facts = json.loads(out)
    round_trip(options, folder, path, report)
    if "dims" in known and facts.get("reduced_form"):
        report.check("dims", path.name, facts["reduced_form"] == known["dims"], str(facts["reduced_form"]))
    _, pure, error = solve(options, folder, path, report, "--concept", "pure")
    if pure is None:
        report.counts[f"pure: not solved"] += 1
        print(f"  {path.name}: pure: {error}")
    elif "pure_ne_count" in known:
        found = len(pure["equilibria"])
        report.check("pure count", path.name, found == known["pure_ne_count"], f"{found}")
        right = payoffs(pure) == fractions(known["pure_ne_payoffs"])
        report.check("pure payoffs", path.name, right)
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
            found = len(nash["equilibria"])
            expected = known["extreme_ne_count"]
            report.check("extreme count", path.name, found == expected, f"{found}, known {expected}")
            if known.get("extreme_ne_payoffs"):
                right = payoffs(nash) == fractions(known["extreme_ne_payoffs"])
                report.check("extreme payoffs", path.name, right)
        if "value_row" in known and nash["equilibria"]:
            values = {Fraction(next(iter(one["payoffs"].values()))) for one in nash["equilibria"]}
            report.check("value", path.name, values == {Fraction(known["value_row"])}, str(values))
    if "stackelberg_strong" in known:
        players = list((pure or {"equilibria": []})["equilibria"] and pure["equilibria"][0]["payoffs"])
        players = players or [one["id"] for one in facts["players"]]
        for player, key in zip(players, ("row_leader", "col_leader")):
            _, found, error = solve(
                options, folder, path, report, "--concept", "stackelberg", "--leader", player
            )
            value = found and Fraction(found["leader_value"])
            right = value == Fraction(known["stackelberg_strong"][key])
            report.check("stackelberg", path.name, right, f"{key}: {value} {error}")
    if "correlated" in known:
        _, found, error = solve(options, folder, path, report, "--concept", "correlated")
        value = found and Fraction(found["value"])
        right = value == Fraction(known["correlated"]["welfare_max"])
        report.check("correlated welfare", path.name, right, f"{value} {error}")
    if path.suffix == ".efg":
        trees(options, folder, path, known, facts, report)


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
