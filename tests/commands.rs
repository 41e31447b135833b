//! What every command prints, as snapshots, and that README.md shows what is printed.
//!
//! `tests/cmd/*.md` hold commands with their output; after a wanted change
//! `TRYCMD=overwrite cargo test --test commands` writes them anew (read the difference, and put
//! `[..]` back where a hash or a version stood). In README.md a line `...` stands for any lines.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use support::{detente, printed};

fn folder(name: &str) -> PathBuf {
    support::folder("commands", name)
}

#[test]
fn commands_print_what_the_snapshots_show() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").env("COLUMNS", "100").case("tests/cmd/*.md");
}

#[test]
fn models_lists_every_built_in_model() {
    let folder = folder("models");
    let text = printed(&folder, &["models"]);
    let list: Value =
        serde_json::from_str(&printed(&folder, &["models", "--format", "json"])).unwrap();
    let known = detente::model::library::all();
    assert_eq!(list["models"].as_array().map(Vec::len), Some(known.len()));
    for model in known {
        assert!(text.lines().any(|line| line.starts_with(model.id)), "{}", model.id);
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn the_schema_is_json_and_knows_the_keys_of_a_model_file() {
    let schema: Value = serde_json::from_str(&printed(&folder("schema"), &["schema"])).unwrap();
    for key in ["model", "parameters", "players", "payoffs", "horizon", "mechanisms", "claims"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
}

#[test]
fn every_shell_gets_completions() {
    let folder = folder("completions");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(printed(&folder, &["completions", shell]).contains("detente"), "{shell}");
    }
}

#[test]
fn help_names_every_command() {
    let folder = folder("help");
    let help = printed(&folder, &["--help"]);
    for command in [
        "models",
        "check",
        "solve",
        "compare",
        "boundary",
        "sweep",
        "simulate",
        "plot",
        "reproduce",
        "verify",
        "schema",
        "completions",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        assert!(printed(&folder, &[command, "--help"]).contains("Usage: "), "{command}");
    }
    let version = printed(&folder, &["--version"]);
    assert_eq!(version.trim(), concat!("detente ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_sweep_is_written_verified_and_drawn() {
    let folder = folder("sweep");
    let grid = ["sweep", "northeast-asia", "--vary", "g=0:80:3", "--mechanism", "pledge"];
    let sweep = |more: &[&str]| printed(&folder, &[&grid[..], more].concat());
    assert_eq!(sweep(&["--jobs", "1", "--out", "one.csv"]), "");
    sweep(&["--jobs", "3", "--out", "three.csv"]);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("one.csv"), read("three.csv"), "the number of threads must not matter");
    assert!(printed(&folder, &["verify", "one.csv"]).contains("all 6 cells"));

    printed(&folder, &["plot", "one.csv", "--quantity", "risk", "--out", "risk.svg"]);
    printed(&folder, &["compare", "noisy-monitoring", "--format", "json", "--out", "compare.json"]);
    printed(&folder, &["plot", "compare.json", "--out", "compare.svg"]);
    for (figure, model) in [("risk.svg", "northeast-asia"), ("compare.svg", "noisy-monitoring")] {
        let text = read(figure);
        assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"), "{figure}");
        assert!(text.contains(model), "{figure} does not say its model");
    }

    let tampered = read("one.csv").replacen(",Maximum|Maximum,", ",Strong|Maximum,", 1);
    assert_ne!(tampered, read("one.csv"));
    std::fs::write(folder.join("tampered.csv"), tampered).unwrap();
    assert_eq!(detente(&folder, &["verify", "tampered.csv"]).status.code(), Some(1));
}

#[test]
fn verify_tells_cells_with_rounded_payoffs_from_certified_ones() {
    let folder = folder("rounded");
    let model = "[model]\nid = \"chicken\"\ntitle = \"Chicken\"\n[parameters]\n\
                 w = { value = 7, range = [6, 8] }\n\
                 [[players]]\nid = \"A\"\nactions = [\"Dove\", \"Hawk\"]\n\
                 [[players]]\nid = \"B\"\nactions = [\"Dove\", \"Hawk\"]\n\
                 [payoffs.table]\nA = [[6, 2], [\"w\", 0]]\nB = [[6, \"w\"], [2, 0]]\n\
                 [horizon]\nkind = \"repeated\"\ndiscount = \"1/2\"\n\
                 punishment = { rule = \"profile\", profile = { A = \"Dove\", B = \"Hawk\" } }\n\
                 [[horizon.agreements]]\nid = \"Peace\"\n\
                 profile = { A = \"Dove\", B = \"Dove\" }\n\
                 [[mechanisms]]\nid = \"mediator\"\noperators = [{ op = \"allow-mediation\" }]\n";
    std::fs::write(folder.join("chicken.toml"), model).unwrap();
    let grid = ["sweep", "chicken.toml", "--vary", "w=6.5:7.5:3", "--mechanism", "mediator"];
    printed(&folder, &[&grid[..], &["--out", "cells.csv"]].concat());
    let said = printed(&folder, &["verify", "cells.csv"]);
    let expected = "all 6 cells computed again: 3 by certified intervals, \
                    3 with payoffs that were rounded (not certified); all agree";
    assert!(said.contains(expected), "{said}");
    printed(
        &folder,
        &[
            "compare",
            "chicken.toml",
            "--mechanism",
            "baseline",
            "--format",
            "json",
            "--out",
            "one.json",
        ],
    );
    assert!(printed(&folder, &["verify", "one.json"]).contains("  1 scenario computed again"));
}

#[test]
fn one_of_a_thing_is_spoken_of_as_one() {
    let folder = folder("wording");
    let head = "[model]\nid = \"m\"\ntitle = \"M\"\n";
    let player = |id: &str| format!("[[players]]\nid = \"{id}\"\nactions = [\"x\", \"y\"]\n");
    let claim = "[[claims]]\nid = \"c\"\nquantity = \"pure.count\"\nequals = 1\n\
                 citation = \"derived\"\npublished = false\n";
    let flat = format!("{head}{}{}", player("A"), player("B"))
        + "[payoffs.table]\nA = [[0, 0], [0, 0]]\nB = [[0, 0], [0, 0]]\n";
    std::fs::write(folder.join("flat.toml"), flat).unwrap();
    let said = printed(&folder, &["solve", "flat.toml"]);
    assert!(said.contains("4 equilibria: all extreme equilibria, in one connected component;"));

    let three = format!("{head}{}{}{}", player("A"), player("B"), player("C"))
        + "[payoffs.table]\nA = [[[1, 1], [1, 1]], [[0, 0], [0, 0]]]\n\
           B = [[[1, 1], [0, 0]], [[1, 1], [0, 0]]]\nC = [[[1, 0], [1, 0]], [[1, 0], [1, 0]]]\n"
        + claim;
    std::fs::write(folder.join("three.toml"), three).unwrap();
    assert!(printed(&folder, &["check", "three.toml", "--claims"]).contains("1 of 1 claim holds"));
    let said = printed(&folder, &["solve", "three.toml", "--concept", "rationalizable"]);
    assert!(said.contains("x survives."), "{said}");
    let said = printed(&folder, &["compare", "three.toml"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the stage game has 1 equilibrium in pure strategies"), "{said}");
    assert!(!said.to_lowercase().contains("commitment"), "{said}");
}

/// The fields of each line of a CSV file, without quotation marks.
fn fields(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (mut row, mut quoted) = (vec![String::new()], false);
        for character in line.chars() {
            match character {
                '"' => quoted = !quoted,
                ',' if !quoted => row.push(String::new()),
                other => row.last_mut().unwrap().push(other),
            }
        }
        rows.push(row);
    }
    rows
}

#[test]
fn csv_is_one_table_with_names_of_its_own() {
    let folder = folder("csv");
    for (command, numbers) in [
        ("models", &[][..]),
        ("compare northeast-asia", &["risk", "payoff.A", "critical_discount.Moderate"]),
        ("compare noisy-monitoring", &["payoff.Row", "on.payoff.Row"]),
        ("solve stag-hunt", &["value", "number"]),
        ("solve noisy-monitoring --all", &["value", "number", "component"]),
        ("sweep noisy-monitoring --sample 16 --mechanism all --shares", &["value", "count"]),
        ("sweep noisy-monitoring --vary eps=0:0.2:3", &["eps", "payoff.Row"]),
        ("boundary northeast-asia --parameter g", &["from"]),
        ("reproduce stag-hunt", &[]),
    ] {
        let arguments: Vec<&str> = command.split(' ').chain(["--format", "csv"]).collect();
        let rows = fields(&printed(&folder, &arguments));
        let (names, rows) = rows.split_first().unwrap();
        assert!(!rows.is_empty(), "{command}");
        let mut known = names.clone();
        known.sort();
        known.dedup();
        assert_eq!(known.len(), names.len(), "{command}: {names:?}");
        for row in rows {
            assert_eq!(row.len(), names.len(), "{command}: {row:?}");
            for column in numbers {
                let field = &row[names.iter().position(|name| name == column).unwrap()];
                let number = field.parse::<f64>().is_ok_and(|value| !value.is_nan());
                assert!(field.is_empty() || number, "{command}, {column}: {field}");
            }
        }
    }
}

#[test]
fn only_files_of_detente_are_replaced_and_never_the_model() {
    let folder = folder("replace");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let model = detente::model::library::find("noisy-monitoring").unwrap().text;
    write("model.toml", model);
    write("empty", "");
    write("notes.txt", "call Kosuke\n");
    let commands: &[&[&str]] = &[
        &["compare", "model.toml"],
        &["solve", "model.toml"],
        &["boundary", "model.toml", "--parameter", "T"],
        &["sweep", "model.toml", "--sample", "8", "--shares"],
        &["reproduce", "stag-hunt"],
        &["models"],
    ];
    for command in commands {
        for format in ["text", "json", "csv", "latex"] {
            let to = |name: &str, more: &[&str]| {
                let out = ["--format", format, "--out", name];
                // A sweep writes text and CSV of shares beside the cells.
                let beside: &[&str] = match (command[0], format) {
                    ("sweep", "text" | "csv") => &["--shares-out", "shares"],
                    _ => &[],
                };
                detente(&folder, &[command, &out[..], beside, more].concat()).status.code()
            };
            let _ = std::fs::remove_file(folder.join("result"));
            // Twice: what was written is known again.
            assert_eq!(to("result", &[]), Some(0), "{command:?} {format}");
            assert_eq!(to("result", &[]), Some(0), "{command:?} {format}");
            assert_eq!(to("notes.txt", &[]), Some(2), "{command:?} {format}");
            assert_eq!(read("notes.txt"), "call Kosuke\n");
            if command.contains(&"model.toml") {
                for force in [&[][..], &["--force"]] {
                    assert_eq!(to("./model.toml", force), Some(2), "{command:?} {format}");
                }
                assert_eq!(read("model.toml"), model);
            }
        }
    }
    printed(&folder, &["sweep", "model.toml", "--vary", "eps=0:0.2:3", "--out", "empty"]);
    let plot = |out: &str, more: &[&str]| {
        detente(&folder, &[&["plot", "empty", "-o", out], more].concat()).status.code()
    };
    assert_eq!([plot("figure.svg", &[]), plot("figure.svg", &[])], [Some(0); 2]);
    write("drawing.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    assert_eq!(plot("drawing.svg", &[]), Some(2));
    assert_eq!(plot("drawing.svg", &["--force"]), Some(0));
    assert!(read("drawing.svg").contains("noisy-monitoring"));
    printed(&folder, &["solve", "model.toml", "--out", "notes.txt", "--force"]);
    assert!(read("notes.txt").starts_with("detente "));
}

#[test]
fn a_number_of_thousands_of_digits_is_not_printed_in_full() {
    let folder = folder("digits");
    let model = "[model]\nid = \"big\"\ntitle = \"Big\"\n[parameters]\n\
                 R = { value = 1e4000, range = [0, 1] }\n\
                 [[players]]\nid = \"A\"\nactions = [\"x\", \"y\"]\n\
                 [[players]]\nid = \"B\"\nactions = [\"x\", \"y\"]\n\
                 [payoffs.table]\nA = [[\"R\", 0], [5, 1]]\nB = [[3, 5], [0, 1]]\n";
    std::fs::write(folder.join("big.toml"), model).unwrap();
    for arguments in [
        &["check", "big.toml"][..],
        &["solve", "stag-hunt", "--set", "R=1e300"],
        &["solve", "stag-hunt", "--set", "R=1e-300", "--all"],
        &["boundary", "stag-hunt", "--parameter", "R", "--set", "S=1e300"],
    ] {
        let output = detente(&folder, arguments);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        let digits = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(digits <= Some(40), "{arguments:?}: {text}");
    }
}

#[test]
fn a_model_from_standard_input_is_read_and_a_result_of_it_verified() {
    let folder = folder("input");
    let model = detente::model::library::find("stag-hunt").unwrap().text;
    std::fs::write(folder.join("model.toml"), model).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_detente"))
        .args(["solve", "-", "--format", "json", "--out", "result.json"])
        .current_dir(&folder)
        .stdin(std::fs::File::open(folder.join("model.toml")).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    printed(&folder, &["verify", "result.json"]);
}

/// The fenced blocks of README.md with this first line, without the fences.
fn blocks(text: &str, fence: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if line == fence {
                found.push(block.join("\n"));
            }
        }
    }
    found
}

/// Whether the lines are as shown, where a line `...` stands for any number of lines.
fn matches(shown: &[&str], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skip| matches(rest, &lines[skip..])),
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, more)| first.trim_end() == line.trim_end() && matches(rest, more)),
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../README.md");
    // One folder for all: later commands read what earlier ones wrote.
    let folder = folder("readme");
    let model = &blocks(readme, "```toml")[0];
    std::fs::write(folder.join("border.toml"), model).unwrap();
    let mut count = 0;
    for block in blocks(readme, "```console") {
        for command in block.split("$ ").filter(|command| !command.is_empty()) {
            let mut shown: Vec<&str> = command.trim_end().lines().collect();
            let line = shown.remove(0);
            let arguments: Vec<&str> = line.split_whitespace().skip(1).collect();
            assert!(line.starts_with("detente "), "{line}");
            let output = printed(&folder, &arguments);
            let lines: Vec<&str> = output.trim_end().lines().collect();
            assert!(matches(&shown, &lines), "README.md shows for `{line}` not this:\n{output}");
            count += 1;
        }
    }
    assert!(count > 5, "README.md has only {count} commands");
}
