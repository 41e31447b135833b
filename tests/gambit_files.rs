//! Gambit's files as a user has them: read, solved, verified and converted by the commands.
//!
//! `DETENTE_GAMBIT_FOLDER=path/to/folder cargo test --test gambit_files` also reads every `.nfg` and
//! `.efg` below a folder, writes it, and reads it again.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use detente::gambit::{Game, Version, read, write_efg, write_nfg};
use serde_json::Value;

const GAMES: [&str; 7] = [
    "models/trees/one-card-poker.efg",
    "models/trees/crisis.efg",
    "models/trees/entry.efg",
    "tests/data/gambit/tied.nfg",
    "tests/data/gambit/outcomes.nfg",
    "tests/data/gambit/three.nfg",
    "tests/data/gambit/forgets.efg",
];

fn path(game: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(game).display().to_string()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gambit").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command
}

fn detente(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = detente(folder, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let more = ["--format", "json"];
    serde_json::from_str(&printed(folder, &[arguments, &more[..]].concat())).unwrap()
}

fn verified(folder: &Path, value: &Value) -> Option<i32> {
    std::fs::write(folder.join("saved.json"), value.to_string()).unwrap();
    detente(folder, &["verify", "--quiet", "saved.json"]).status.code()
}

#[test]
fn every_concept_that_fits_is_solved_and_verified() {
    let folder = folder("all");
    for game in GAMES {
        let results = json(&folder, &["solve", &path(game), "--all", "--quiet"]);
        let list = results["results"].as_array().unwrap();
        assert!(list.len() >= 3, "{game}");
        let tree = game.ends_with("efg");
        assert_eq!(list.iter().any(|one| one["concept"] == "subgame-perfect"), tree, "{game}");
        assert_eq!(verified(&folder, &results), Some(0), "{game}");
    }
}

/// A change of an equilibrium.
type Change = fn(&mut Value);

#[test]
fn the_sequence_form_is_verified_and_what_is_changed_is_not() {
    let folder = folder("sequence");
    let poker = path("models/trees/one-card-poker.efg");
    let right = json(&folder, &["solve", &poker, "--method", "sequence-form"]);
    assert_eq!(right["equilibria"][0]["payoffs"]["First"], "1/3");
    assert_eq!(right["equilibria"][0]["behavior"]["First"]["black card"]["raise"], "1/3");
    assert_eq!(right["equilibria"][0]["beliefs"]["Second"]["a raise"]["red, raise"], "3/4");
    assert_eq!(verified(&folder, &right), Some(0));
    let changes: [(&str, Change); 7] = [
        ("payoff", |one| one["payoffs"]["First"] = "1/2".into()),
        ("belief", |one| one["beliefs"]["Second"]["a raise"]["red, raise"] = "2/3".into()),
        ("no belief", |one| one["beliefs"]["Second"] = serde_json::json!({})),
        ("strategy", |one| {
            one["behavior"]["First"]["black card"] = serde_json::json!({ "fold": "1" });
        }),
        ("no distribution", |one| one["behavior"]["First"]["red card"]["fold"] = "1/2".into()),
        ("action", |one| one["behavior"]["First"]["red card"]["rise"] = "0".into()),
        ("regret", |one| one["regret"] = "1/9".into()),
    ];
    for (name, change) in changes {
        let mut wrong = right.clone();
        change(&mut wrong["equilibria"][0]);
        assert_eq!(verified(&folder, &wrong), Some(1), "{name}");
    }
    for (key, value) in [
        ("scope", Value::from("all-pure-subgame-perfect")),
        ("complete", true.into()),
        ("concept", "subgame-perfect".into()),
        ("form", "strategic".into()),
        ("status", "none".into()),
    ] {
        let mut wrong = right.clone();
        wrong[key] = value;
        assert_eq!(verified(&folder, &wrong), Some(1), "{key}");
    }
    let mut wrong = right;
    wrong["model"]["sha256"] = "0".into();
    assert_eq!(verified(&folder, &wrong), Some(1), "another file");
}

#[test]
fn behaviour_strategies_beside_mixed_ones_are_verified() {
    let folder = folder("behaviour");
    let right = json(&folder, &["solve", &path("models/trees/one-card-poker.efg")]);
    assert_eq!(right["form"], "reduced");
    assert_eq!(right["complete"], true);
    assert_eq!(right["equilibria"][0]["strategies"]["First"]["11"], "1/3");
    assert_eq!(verified(&folder, &right), Some(0));
    let mut wrong = right;
    wrong["equilibria"][0]["behavior"]["Second"]["a raise"] =
        serde_json::json!({ "meet": "1/2", "pass": "1/2" });
    assert_eq!(verified(&folder, &wrong), Some(1));
}

#[test]
fn an_empty_threat_is_no_perfect_equilibrium() {
    let folder = folder("entry");
    let entry = path("models/trees/entry.efg");
    let pure = json(&folder, &["solve", &entry, "--concept", "pure"]);
    assert_eq!(pure["equilibria"].as_array().unwrap().len(), 2);
    let perfect = json(&folder, &["solve", &entry, "--concept", "subgame-perfect"]);
    assert_eq!(perfect["equilibria"].as_array().unwrap().len(), 1);
    assert_eq!(perfect["complete"], true);
    assert_eq!(perfect["equilibria"][0]["payoffs"]["Entrant"], "2");
    let mut wrong = perfect;
    wrong["equilibria"] = serde_json::json!([]);
    assert_eq!(verified(&folder, &wrong), Some(1));
}

#[test]
fn lines_for_scripts_are_exact() {
    let folder = folder("lines");
    let lines = |game: &str, more: &[&str]| {
        let path = path(game);
        let call = [&["solve", path.as_str(), "--format", "gambit"], more].concat();
        printed(&folder, &call)
    };
    assert_eq!(lines("models/trees/one-card-poker.efg", &[]), "NE,1,0,1/3,2/3,2/3,1/3\n");
    assert_eq!(lines("tests/data/gambit/outcomes.nfg", &[]), "NE,0,1,0,1\n");
    let three = lines("tests/data/gambit/three.nfg", &["--concept", "pure"]);
    assert!(three.lines().all(|line| line.starts_with("NE,") && line.split(',').count() == 7));
    let model = printed(&folder, &["solve", "matching-pennies", "--format", "gambit"]);
    assert_eq!(model, "NE,1/2,1/2,1/2,1/2\n");
    let wrong = ["solve", "matching-pennies", "--concept", "rationalizable", "--format", "gambit"];
    assert_eq!(detente(&folder, &wrong).status.code(), Some(2));
}

#[test]
fn every_conversion_keeps_the_game() {
    let folder = folder("convert");
    let payoffs = |file: &str| {
        let result = json(&folder, &["solve", file, "--concept", "nash", "--quiet"]);
        let list = result["equilibria"].as_array().unwrap();
        let mut all: Vec<String> = list
            .iter()
            .map(|one| {
                let payoffs = one["payoffs"].as_object().unwrap();
                payoffs.values().map(Value::to_string).collect::<Vec<_>>().join(" ")
            })
            .collect();
        all.sort();
        all
    };
    for game in GAMES {
        let from = path(game);
        let expected = payoffs(&from);
        for to in ["game.toml", "game.nfg", "game.json", "game.efg"] {
            printed(&folder, &["convert", &from, to, "--quiet", "--force"]);
            let read = if to == "game.json" { "read.efg" } else { to };
            if read != to {
                printed(&folder, &["convert", to, read, "--quiet", "--force"]);
            }
            assert_eq!(payoffs(read), expected, "{game} as {to}");
        }
    }
    for model in ["stag-hunt", "battle-of-the-sexes"] {
        printed(&folder, &["convert", model, "model.nfg", "--outcomes", "--force"]);
        assert_eq!(payoffs("model.nfg"), payoffs(model), "{model}");
    }
}

#[test]
fn what_is_written_twice_is_the_same() {
    let folder = folder("twice");
    for game in GAMES {
        for to in ["nfg", "efg", "json", "toml"] {
            let (one, two) = (format!("one.{to}"), format!("two.{to}"));
            printed(&folder, &["convert", &path(game), &one, "--quiet", "--force"]);
            if to == "toml" {
                continue;
            }
            printed(&folder, &["convert", &one, &two, "--quiet", "--force"]);
            let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
            assert_eq!(bytes(&one), bytes(&two), "{game} as {to}");
        }
    }
}

#[test]
fn standard_input_is_known_by_its_first_word() {
    let folder = folder("input");
    for game in ["models/trees/entry.efg", "tests/data/gambit/outcomes.nfg"] {
        let mut child = command(&folder, &["solve", "-", "--concept", "pure", "--format", "json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&std::fs::read(path(game)).unwrap()).unwrap();
        let output = child.wait_with_output().unwrap();
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(value["model"]["source"], "input");
        assert_eq!(verified(&folder, &value), Some(0), "{game}");
    }
}

#[test]
fn wrong_files_and_calls_end_with_status_2_and_say_where() {
    let folder = folder("wrong");
    std::fs::write(folder.join("bad.nfg"), "NFG 1 R \"g\" { \"A\" } { 2 }\n1 x\n").unwrap();
    std::fs::write(folder.join("deep.agg"), "0 0 0").unwrap();
    std::fs::write(folder.join("model.nfg"), "[model]\n").unwrap();
    let entry = path("models/trees/entry.efg");
    let three = path("tests/data/gambit/three.nfg");
    let forgets = path("tests/data/gambit/forgets.efg");
    for (arguments, says) in [
        (vec!["solve", "bad.nfg"], "bad.nfg:2:3"),
        (vec!["check", "bad.nfg"], "error[G004]"),
        (vec!["convert", "bad.nfg", "out.efg"], "bad.nfg:2:3"),
        (vec!["solve", "model.nfg"], "begins with the word `NFG`"),
        (vec!["solve", "deep.agg"], ".nfg and .efg are read"),
        (vec!["compare", &entry], "needs a model file"),
        (vec!["sweep", &entry], "needs a model file"),
        (vec!["solve", &entry, "--set", "x=1"], "no parameters"),
        (vec!["solve", &entry, "--leader", "Entrant"], "belongs to"),
        (
            vec!["solve", &entry, "--concept", "stackelberg", "--leader", "Entrent"],
            "did you mean `Entrant`",
        ),
        (vec!["solve", &three, "--concept", "subgame-perfect"], "trees"),
        (vec!["solve", &three, "--method", "sequence-form"], "trees"),
        (vec!["solve", &forgets, "--method", "sequence-form"], "perfect recall"),
        (vec!["solve", "stag-hunt", "--concept", "subgame-perfect"], "trees"),
        (vec!["convert", &entry, "out.txt"], "does not say the format"),
        (vec!["convert", &entry, "out.efg", "--outcomes"], "--outcomes"),
        (vec!["convert", &entry, &entry], "it would be lost"),
        (vec!["convert", &entry, "model.nfg"], "--force"),
        (vec!["compare", "stag-hunt", "--format", "gambit"], "`solve`"),
    ] {
        let output = detente(&folder, &arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(says), "{arguments:?}: {error}");
    }
}

#[test]
fn a_tree_that_is_too_large_to_reduce_is_solved_by_the_sequence_form() {
    let folder = folder("large");
    // Each of 40 chance events, seen by the first player alone, is followed by his choice and the
    // second player's guess: 2^40 strategies of the first player.
    let mut text = "EFG 2 R \"signals\" { \"A\" \"B\" } \"\"\nc \"\" 1 \"\" {".to_owned();
    for k in 0..40 {
        text.push_str(&format!(" \"{k}\" 1/40"));
    }
    text.push_str(" } 0\n");
    let mut outcome = 0;
    for k in 0..40 {
        text.push_str(&format!("p \"\" 1 {} \"\" {{ \"x\" \"y\" }} 0\n", k + 1));
        for action in 0..2 {
            text.push_str(&format!("p \"\" 2 {} \"\" {{ \"l\" \"r\" }} 0\n", action + 1));
            for guess in 0..2 {
                outcome += 1;
                let first = (k * 7 + 3 * action + 5 * guess) % 11;
                let second = (k * 5 + action + 2 * guess * (k % 3)) % 7;
                text.push_str(&format!("t \"\" {outcome} \"\" {{ {first} {second} }}\n"));
            }
        }
    }
    std::fs::write(folder.join("signals.efg"), text).unwrap();
    let result = json(&folder, &["solve", "signals.efg"]);
    assert_eq!(result["method"], "sequence-form");
    assert!(result["warnings"][0].as_str().unwrap().contains("too large"));
    assert_eq!(result["equilibria"].as_array().unwrap().len(), 1);
    assert_eq!(verified(&folder, &result), Some(0));
    let refused = detente(&folder, &["solve", "signals.efg", "--concept", "minimax"]);
    assert_eq!(refused.status.code(), Some(2));
    let convert = detente(&folder, &["convert", "signals.efg", "signals.nfg"]);
    assert_eq!(convert.status.code(), Some(2));
    assert!(!folder.join("signals.nfg").exists());
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "nfg" || ending == "efg") {
            found.push(path);
        }
    }
}

#[test]
fn every_file_of_a_folder_survives_writing_and_reading() {
    let Some(folder) = std::env::var_os("DETENTE_GAMBIT_FOLDER") else {
        eprintln!("skipped: DETENTE_GAMBIT_FOLDER names no folder");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    let mut refused = 0;
    for path in &paths {
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        let name = path.display().to_string();
        let file = match read(&name, &text, None) {
            Ok(file) => file,
            Err(diagnostics) => {
                refused += 1;
                eprintln!("{diagnostics}\n");
                continue;
            }
        };
        let again = match &file.game {
            Game::Strategic(game) => {
                let outcomes = write_nfg(game, &file.title, &file.comment, Version::Outcomes);
                assert_eq!(read(&name, &outcomes, None).unwrap(), file, "{name}");
                write_nfg(game, &file.title, &file.comment, Version::Payoffs)
            }
            Game::Extensive(game) => write_efg(game, &file.title, &file.comment),
        };
        assert_eq!(read(&name, &again, None).unwrap(), file, "{name}");
        // Cut and with a word moved, it is read or refused, and never ends the program.
        let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
        for k in 0..200 {
            let (from, to) = (k * 7919 % words.len(), k * 104_729 % words.len());
            let mut mixed = words.clone();
            mixed.swap(from, to);
            mixed.truncate(words.len() - k * 31 % (words.len() / 2 + 1));
            if let Err(diagnostics) = read(&name, &mixed.concat(), None) {
                assert!(diagnostics.list[0].line > 0, "{name}");
                assert!(!diagnostics.to_string().is_empty(), "{name}");
            }
        }
    }
    eprintln!("{} files, {} refused", paths.len(), refused);
}
