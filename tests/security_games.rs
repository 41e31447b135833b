//! Security games from the command line: what is printed, verified, and refused.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use detente::num::Rational;
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("security").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The exit status, what is printed, and what is said on standard error.
fn detente(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_detente"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "120")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn solved(folder: &Path, more: &[&str]) -> Value {
    let call = [&["solve"], more, &["-c", "stackelberg", "--format", "json"]].concat();
    let (status, text, error) = detente(folder, &call);
    assert_eq!(status, Some(0), "{call:?}: {error}");
    serde_json::from_str(&text).unwrap()
}

fn verified(folder: &Path, value: &Value) -> (Option<i32>, String) {
    std::fs::write(folder.join("result.json"), value.to_string()).unwrap();
    let (status, _, error) = detente(folder, &["verify", "result.json"]);
    (status, error)
}

fn number(value: &Value) -> Rational {
    value.as_str().unwrap().parse().unwrap()
}

fn shift(value: &mut Value, by: &str) {
    *value = (number(value) + by.parse::<Rational>().unwrap()).to_string().into();
}

const CALLS: &[&[&str]] = &[
    &["three-targets"],
    &["three-targets", "--method", "linear-programs"],
    &["missile-sites"],
    &["missile-sites", "--method", "linear-programs"],
    &["missile-sites", "--set", "teams=0"],
    &["missile-sites", "--set", "teams=5"],
    &["strait-patrol"],
    &["strait-patrol", "--set", "vessels=2"],
    &["strait-patrol", "--method", "mixed"],
    &["missile-sites", "--method", "quantal", "--lambda", "0.76"],
];

#[test]
fn every_answer_is_verified() {
    let folder = folder("verified");
    for call in CALLS {
        let value = solved(&folder, call);
        let (status, error) = verified(&folder, &value);
        assert_eq!(status, Some(0), "{call:?}: {error}");
        for format in ["text", "csv", "latex"] {
            let call = [&["solve"], *call, &["-c", "stackelberg", "--format", format]].concat();
            assert_eq!(detente(&folder, &call).0, Some(0), "{call:?}");
        }
    }
}

#[test]
fn both_methods_and_the_strategic_form_agree() {
    let folder = folder("agree");
    for (model, method) in [
        ("three-targets", "linear-programs"),
        ("three-targets", "mixed"),
        ("missile-sites", "linear-programs"),
        ("missile-sites", "mixed"),
        ("strait-patrol", "mixed"),
    ] {
        let first = solved(&folder, &[model]);
        let second = solved(&folder, &[model, "--method", method]);
        assert_eq!(first["leader_value"], second["leader_value"], "{model} {method}");
    }
    let value = solved(&folder, &["three-targets"]);
    assert_eq!(value["leader_value"], "1");
    assert_eq!(value["attacked"], "t3");
    assert_eq!(value["maximin"]["value"], "6/11");
}

#[test]
fn a_changed_answer_is_not_verified() {
    let folder = folder("changed");
    let tiny = "1/1000000000";
    let changes: &[&dyn Fn(&mut Value)] = &[
        &|value| shift(&mut value["coverage"]["plant"], tiny),
        &|value| shift(&mut value["coverage"]["plant"], "-1/1000000000"),
        &|value| shift(&mut value["leader_value"], tiny),
        &|value| shift(&mut value["leader_value"], "-1/1000000000"),
        &|value| shift(&mut value["allocations"][0]["probability"], tiny),
        &|value| value["attacked"] = "airfield".into(),
        &|value| {
            value["attack_set"].as_array_mut().unwrap().pop();
        },
        &|value| value["leader"] = "Violator".into(),
    ];
    for method in ["origami", "linear-programs"] {
        let value = solved(&folder, &["missile-sites", "--method", method]);
        for (at, change) in changes.iter().enumerate() {
            let mut changed = value.clone();
            change(&mut changed);
            let (status, error) = verified(&folder, &changed);
            assert_eq!(status, Some(1), "{method}, change {at}: {error}");
        }
    }
    let value = solved(&folder, &["missile-sites", "--method", "quantal", "--lambda", "1"]);
    let mut changed = value.clone();
    shift(&mut changed["coverage"]["plant"], "-1/1000000000");
    assert_eq!(verified(&folder, &changed).0, Some(1));
    let mut changed = value;
    let lower = changed["leader_value"]["lower"].as_f64().unwrap();
    changed["bound"] = (lower - 1e-6).into();
    assert_eq!(verified(&folder, &changed).0, Some(1));
}

#[test]
fn what_does_not_apply_is_refused_in_words() {
    let folder = folder("refused");
    for (call, word) in [
        (&["compare", "missile-sites"][..], "security game"),
        (&["boundary", "missile-sites", "--parameter", "depot"], "security game"),
        (&["sweep", "missile-sites", "--vary", "depot=4:20:5"], "security game"),
        (&["solve", "missile-sites", "-c", "repeated"], "not repeated"),
        (&["solve", "strait-patrol", "-c", "stackelberg", "--method", "origami"], "schedules"),
        (&["solve", "strait-patrol", "-c", "stackelberg", "--lambda", "1"], "one target each"),
        (&["solve", "missile-sites", "-c", "stackelberg", "--method", "quantal"], "--lambda"),
        (
            &[
                "solve",
                "missile-sites",
                "-c",
                "stackelberg",
                "--method",
                "quantal",
                "--lambda",
                "1000",
            ],
            "too large",
        ),
        (&["solve", "missile-sites", "-c", "stackelberg", "--set", "teams=1/2"], "whole number"),
        (&["solve", "missile-sites", "-c", "stackelberg", "--leader", "Violator"], "defender"),
        (&["solve", "stag-hunt", "-c", "stackelberg", "--method", "origami"], "security game"),
    ] {
        let (status, _, error) = detente(&folder, call);
        assert_eq!(status, Some(2), "{call:?}: {error}");
        assert!(error.contains(word), "{call:?}: {error}");
    }
}

#[test]
fn many_targets_are_read_solved_and_verified() {
    let folder = folder("many");
    let mut text = String::from(
        "[model]\nid = \"many\"\ntitle = \"Many targets\"\n[security]\nresources = 40\n",
    );
    for at in 0..2000 {
        text.push_str(&format!(
            "[[targets]]\nid = \"t{at}\"\ndefender = {{ covered = {}, uncovered = -{} }}\nattacker = {{ covered = -{}, uncovered = {} }}\n",
            at % 7, 1 + at % 11, at % 5, 1 + (at * 31) % 97
        ));
    }
    std::fs::write(folder.join("many.toml"), text).unwrap();
    let value = solved(&folder, &["many.toml"]);
    let (status, error) = verified(&folder, &value);
    assert_eq!(status, Some(0), "{error}");
    let (status, _, error) = detente(&folder, &["solve", "many.toml"]);
    assert_eq!(status, Some(2));
    assert!(error.contains("strategic form"), "{error}");
}
