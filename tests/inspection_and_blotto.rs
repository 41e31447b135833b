//! Inspection and Blotto games from the command line: what is printed, verified, and refused.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use detente::num::Rational;
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("succinct").join(name);
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
    let call = [&["solve"], more, &["--format", "json"]].concat();
    let (status, text, error) = detente(folder, &call);
    assert_eq!(status, Some(0), "{call:?}: {error}");
    serde_json::from_str(&text).unwrap()
}

fn verified(folder: &Path, value: &Value) -> (Option<i32>, String) {
    std::fs::write(folder.join("result.json"), value.to_string()).unwrap();
    let (status, _, error) = detente(folder, &["verify", "result.json"]);
    (status, error)
}

fn shift(value: &mut Value, by: &str) {
    let number: Rational = value.as_str().unwrap().parse().unwrap();
    *value = (number + by.parse::<Rational>().unwrap()).to_string().into();
}

const CALLS: &[&[&str]] = &[
    &["sampling-inspections"],
    &["sampling-inspections", "--set", "n=8", "--set", "m=4"],
    &["sampling-inspections", "--set", "m=0", "-c", "stackelberg"],
    &["sampling-inspections", "--set", "m=7"],
    &["announced-inspections"],
    &["announced-inspections", "-c", "stackelberg"],
    &["announced-inspections", "-c", "stackelberg", "--set", "c=1/10", "--set", "p=3/4"],
    &["announced-inspections", "-c", "stackelberg", "--method", "recursion", "--set", "n=8"],
    &["four-against-three"],
    &["four-against-three", "-c", "minimax", "--method", "best-replies"],
    &["four-against-three", "-c", "minimax", "--method", "linear-program"],
    &["four-against-three", "--set", "enemy=0"],
    &["three-theatres"],
    &["three-theatres", "--set", "weight=1", "--set", "north=12", "--set", "south=10"],
    &["three-theatres", "--set", "north=40", "--set", "south=37"],
];

#[test]
fn every_answer_is_verified() {
    let folder = folder("verified");
    for call in CALLS {
        let value = solved(&folder, call);
        let (status, error) = verified(&folder, &value);
        assert_eq!(status, Some(0), "{call:?}: {error}");
        for format in ["text", "csv", "latex"] {
            let call = [&["solve"], *call, &["--format", format]].concat();
            assert_eq!(detente(&folder, &call).0, Some(0), "{call:?}");
        }
    }
}

#[test]
fn values_are_the_published_ones() {
    let folder = folder("values");
    let dresher = solved(&folder, &["sampling-inspections", "--set", "n=8", "--set", "m=4"]);
    assert_eq!(dresher["payoffs"]["Agency"], "-35/163");
    assert_eq!(dresher["same_payoffs"], true);
    let led = solved(&folder, &["announced-inspections", "-c", "stackelberg"]);
    assert_eq!(led["leader_value"], "-1/3");
    assert_eq!(led["nash"]["payoffs"]["Agency"], "-10/13");
    assert_eq!(led["worth"], "17/39");
    let blotto = solved(&folder, &["four-against-three"]);
    assert_eq!(blotto["value"], "14/9");
    let form =
        solved(&folder, &["four-against-three", "-c", "minimax", "--method", "linear-program"]);
    assert_eq!(form["value"]["Blotto"], "14/9");
    let call = ["three-theatres", "--set", "weight=1", "--set", "north=12", "--set", "south=10"];
    assert_eq!(solved(&folder, &call)["value"], "62/129");
}

#[test]
fn both_methods_find_the_value_of_many_soldiers() {
    let folder = folder("methods");
    let call = ["three-theatres", "--set", "north=15", "--set", "south=13"];
    let reduced = solved(&folder, &[&call[..], &["--method", "symmetric-reduction"]].concat());
    let replies = solved(&folder, &[&call[..], &["--method", "best-replies"]].concat());
    assert_eq!(reduced["value"], replies["value"]);
    assert_eq!(solved(&folder, &call)["method"], "symmetric-reduction");
    let many = ["three-theatres", "--set", "north=40", "--set", "south=37"];
    assert_eq!(solved(&folder, &many)["method"], "best-replies");
}

#[test]
fn a_changed_answer_is_not_verified() {
    let folder = folder("changed");
    let tiny = "1/1000000000";
    let call = ["announced-inspections", "-c", "stackelberg"];
    let value = solved(&folder, &call);
    let changes: &[&dyn Fn(&mut Value)] = &[
        &|value| shift(&mut value["stages"][0]["inspect"], tiny),
        &|value| shift(&mut value["stages"][1]["payoffs"]["Agency"], tiny),
        &|value| value["stages"][0]["violate"] = "1".into(),
        &|value| value["stages"][0]["unique"] = true.into(),
        &|value| value["stages"][0]["periods"] = 4.into(),
        &|value| {
            value["stages"].as_array_mut().unwrap().pop();
        },
        &|value| shift(&mut value["leader_value"], tiny),
        &|value| shift(&mut value["worth"], tiny),
        &|value| shift(&mut value["nash"]["stages"][0]["violate"], tiny),
        &|value| value["nash"]["same_payoffs"] = false.into(),
        &|value| value["nash"]["unobserved"] = false.into(),
        &|value| value["leader"] = "State".into(),
        &|value| value["concept"] = "nash".into(),
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut changed = value.clone();
        change(&mut changed);
        assert_ne!(changed, value, "change {at}");
        let (status, error) = verified(&folder, &changed);
        assert_eq!(status, Some(1), "inspection, change {at}: {error}");
    }
    let value = solved(&folder, &["four-against-three"]);
    let changes: &[&dyn Fn(&mut Value)] = &[
        &|value| shift(&mut value["value"], tiny),
        &|value| shift(&mut value["divisions"]["Blotto"][0]["probability"], tiny),
        &|value| value["divisions"]["Enemy"][0]["soldiers"] = serde_json::json!([[9, 9]]),
        &|value| shift(&mut value["marginals"]["Enemy"][0]["soldiers"]["0"], tiny),
        &|value| value["marginals"]["Enemy"][0]["fields"] = 3.into(),
        &|value| value["marginals"]["Enemy"][0]["value"] = "2".into(),
        &|value| value["concept"] = "stackelberg".into(),
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut changed = value.clone();
        change(&mut changed);
        assert_ne!(changed, value, "change {at}");
        let (status, error) = verified(&folder, &changed);
        assert_eq!(status, Some(1), "Blotto, change {at}: {error}");
    }
}

#[test]
fn what_does_not_apply_is_refused_in_words() {
    let folder = folder("refused");
    let cases: &[(&[&str], &str)] = &[
        (&["compare", "sampling-inspections"], "inspection game"),
        (&["sweep", "four-against-three", "--vary", "blotto=1:4:4"], "Blotto game"),
        (&["boundary", "three-theatres", "--parameter", "weight"], "Blotto game"),
        (&["solve", "sampling-inspections", "-c", "repeated"], "not repeated"),
        (&["solve", "four-against-three", "-c", "repeated"], "not repeated"),
        (&["solve", "sampling-inspections", "--leader", "Agency"], "--leader"),
        (&["solve", "sampling-inspections", "--set", "n=1/2"], "whole number"),
        (&["solve", "sampling-inspections", "--set", "n=0"], "whole number"),
        (&["solve", "sampling-inspections", "--set", "n=100000", "--set", "m=50000"], "states"),
        (&["solve", "announced-inspections", "--set", "p=2"], "between 0 and 1"),
        (
            &[
                "solve",
                "announced-inspections",
                "--set",
                "c=1/10",
                "--set",
                "n=60",
                "--set",
                "m=20",
            ],
            "9000 digits",
        ),
        (&["solve", "sampling-inspections", "--set", "n=30", "-c", "minimax"], "too large"),
        (&["solve", "four-against-three", "--set", "blotto=-1"], "whole number"),
        (&["solve", "three-theatres", "--set", "weight=0"], "positive"),
        (&["solve", "three-theatres", "--set", "north=400", "-c", "correlated"], "too large"),
        (&["solve", "four-against-three", "--rounds", "5"], "--rounds"),
        (&["solve", "four-against-three", "--method", "origami"], "origami"),
    ];
    for (call, word) in cases {
        let (status, _, error) = detente(&folder, call);
        assert_eq!(status, Some(2), "{call:?}: {error}");
        assert!(error.contains(word), "{call:?}: {error}");
    }
}

#[test]
fn broken_files_name_the_place() {
    let folder = folder("broken");
    let head = "[model]\nid = \"x\"\ntitle = \"x\"\n";
    let pays = "caught = { inspector = 0, inspectee = -1 }\nundetected = { inspector = -1, inspectee = 1 }\n";
    let inspection = |rest: &str| format!("{head}[inspection]\n{rest}{pays}");
    let cases = [
        (inspection("periods = 2\n"), "needs the key `inspections`"),
        (
            inspection("periods = 2\ninspections = 1\nviolations = 2\nstakes = [1]\n"),
            "violations: 2",
        ),
        (inspection("periods = 2\ninspections = 1\nstakes = []\n"), "violation"),
        (inspection("periods = 2\ninspections = 1\nstakes = [-1]\n"), "positive"),
        (
            inspection("periods = 2\ninspections = 1\ninspector = \"A\"\ninspectee = \"A\"\n"),
            "same name",
        ),
        (inspection("periods = \"sqrt(2)\"\ninspections = 1\n"), "inspection game has no value"),
        (
            format!(
                "{}[[players]]\nid = \"A\"\nactions = [\"a\"]\n",
                inspection("periods = 2\ninspections = 1\n")
            ),
            "has no `players`",
        ),
        (
            format!("{head}[blotto]\nsoldiers = {{ first = 1, second = 1 }}\n"),
            "`fields` or `values`",
        ),
        (
            format!(
                "{head}[blotto]\nsoldiers = {{ first = 1, second = 1 }}\nfields = 2\nvalues = [1]\n"
            ),
            "fields: 2",
        ),
        (
            format!("{head}[blotto]\nsoldiers = {{ first = 1, second = 1 }}\nfields = 500\n"),
            "between 1 and 200",
        ),
        (
            format!(
                "{head}[blotto]\nsoldiers = {{ first = 1, second = 1 }}\nfields = 2\npayoff = \"nett\"\n"
            ),
            "cannot be `nett`",
        ),
        (
            format!(
                "{head}[blotto]\nsoldiers = {{ first = 1, second = 1 }}\nfields = 2\n[security]\nresources = 1\n"
            ),
            "has no",
        ),
        (format!("{head}[blotto]\nsoldiers = {{ first = 1, second = 1 }}\nvalues = []\n"), "field"),
    ];
    for (at, (text, word)) in cases.iter().enumerate() {
        std::fs::write(folder.join("x.toml"), text).unwrap();
        let (status, _, error) = detente(&folder, &["check", "x.toml"]);
        assert_eq!(status, Some(2), "case {at}: {error}");
        assert!(error.contains(word), "case {at}, {word}: {error}");
        assert!(error.contains("x.toml:"), "case {at}: {error}");
    }
}
