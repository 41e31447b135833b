//! Simulations on the command line: the same bytes on any number of threads, files of paths that are
//! continued, and results that are verified, or not when they were tampered with.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("simulate").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The exit status of a command, with what it printed and what it said on standard error.
fn detente(folder: &Path, call: &str) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_detente"))
        .args(call.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn succeeds(folder: &Path, call: &str) -> String {
    let (status, printed, error) = detente(folder, call);
    assert_eq!(status, Some(0), "{call}: {error}");
    printed
}

const PLAYS: [&str; 12] = [
    "noisy-monitoring",
    "noisy-monitoring --deviate Row=D --always",
    "northeast-asia --mechanism verification --conflict none",
    "northeast-asia --play stage",
    "prisoners-dilemma --play generous-tit-for-tat --noise 0.02",
    "prisoners-dilemma --play Row=grim --play Column=win-stay-lose-shift --noise 1/50",
    "tension-and-war --start crisis",
    "tension-and-war --policy calm=build|build --policy tension=build/build --start random",
    "security-dilemma-spiral --play best-response --moves random --noise 0.1 --start random",
    "security-dilemma-spiral --play logit --lambda 3 --moves in-turn",
    "stag-hunt --play fictitious-play --lambda 2 --start random --noise 0.05",
    "extended-deterrence --play regret-matching --start random",
];

#[test]
fn every_play_is_the_same_on_any_number_of_threads_and_is_verified() {
    let folder = folder("plays");
    for play in PLAYS {
        let call = format!("simulate {play} --periods 70 --paths 1300 --format json");
        let one = succeeds(&folder, &format!("{call} --jobs 1"));
        assert_eq!(one, succeeds(&folder, &format!("{call} --jobs 3")), "{play}");
        std::fs::write(folder.join("one.json"), &one).unwrap();
        let said = succeeds(&folder, "verify one.json");
        assert!(said.contains("1300 paths of 70 periods played again"), "{said}");
        let value: Value = serde_json::from_str(&one).unwrap();
        assert_eq!(value["status"], "solved");
        if let Some(agreement) = value.get("agreement") {
            assert!(agreement["largest"].as_f64().unwrap() < 5.0, "{play}: {agreement}");
            assert_eq!(agreement["exact_numbers_differ"], false, "{play}");
        }
        let other = succeeds(&folder, &format!("{call} --seed 2"));
        assert_ne!(one, other, "{play}");
    }
}

#[test]
fn every_built_in_model_is_played_and_verified() {
    let folder = folder("models");
    for model in detente::model::library::all() {
        let call = format!(
            "simulate {} --periods 12 --paths 40 --quiet --format json --out one.json",
            model.id
        );
        succeeds(&folder, &call);
        succeeds(&folder, "verify one.json");
        for format in ["text", "csv", "latex"] {
            let call =
                format!("simulate {} --periods 3 --paths 2 --quiet --format {format}", model.id);
            assert!(!succeeds(&folder, &call).is_empty());
        }
        succeeds(&folder, "plot one.json --out one.svg");
    }
}

#[test]
fn what_was_changed_of_a_simulation_is_caught() {
    let folder = folder("changed");
    let call = "simulate noisy-monitoring --periods 30 --paths 400 --format json";
    let text = succeeds(&folder, call);
    type Change<'a> = &'a dyn Fn(&mut Value);
    let changes: [(&str, Change<'_>); 8] = [
        ("a sum", &|v| v["numbers"][0]["simulated"] = 2.0.into()),
        ("what is expected", &|v| v["numbers"][0]["expected"][0] = 1.0.into()),
        ("what is so for ever", &|v| v["numbers"][3]["for_ever"] = "70/29".into()),
        ("a share", &|v| v["by_period"][3]["events"]["end"]["share"] = 0.5.into()),
        ("a quantile", &|v| v["events"][0]["quantiles"][2]["time"] = 3.into()),
        ("a path", &|v| v["sample"][0]["first"][0] = 1.into()),
        ("the seed", &|v| v["plan"]["seed"] = 2.into()),
        ("the number of paths", &|v| v["paths"] = 399.into()),
    ];
    for (what, change) in changes {
        let mut value: Value = serde_json::from_str(&text).unwrap();
        change(&mut value);
        std::fs::write(folder.join("changed.json"), value.to_string()).unwrap();
        let (status, _, error) = detente(&folder, "verify changed.json");
        assert_eq!(status, Some(1), "{what}: {error}");
        assert!(error.contains("not verified"), "{what}: {error}");
    }
}

/// Of a simulation that is too long to be played again, some paths are, and all that is expected.
#[test]
fn long_simulations_are_verified_in_part() {
    let folder = folder("long");
    let call = "simulate noisy-monitoring --periods 100 --paths 300 --format json";
    let mut value: Value = serde_json::from_str(&succeeds(&folder, call)).unwrap();
    // As if it had been of very many paths.
    value["plan"]["paths"] = 9_000_000.into();
    value["paths"] = 9_000_000.into();
    let check = |value: &Value| {
        std::fs::write(folder.join("long.json"), value.to_string()).unwrap();
        detente(&folder, "verify long.json")
    };
    let (status, said, error) = check(&value);
    assert_eq!(status, Some(0), "{error}");
    assert!(said.contains("the first 8 paths of 9000000 paths"), "{said}");
    let mut other = value.clone();
    other["by_period"][9]["events"]["end"]["expected"][1] = 0.25.into();
    assert_eq!(check(&other).0, Some(1));
    // Nothing that stands in a file makes it panic.
    for (key, wrong) in [("by_period", 3), ("numbers", 4), ("events", 5)] {
        let mut other = value.clone();
        other[key][0] = wrong.into();
        assert_eq!(check(&other).0, Some(1), "{key}");
        other[key] = wrong.into();
        assert_eq!(check(&other).0, Some(1), "{key}");
    }
    let mut other = value.clone();
    other["by_period"][2]["events"]["end"] = 4.into();
    assert_eq!(check(&other).0, Some(1));
    other["by_period"][2]
        .as_object_mut()
        .unwrap()
        .insert("events".into(), Value::Object(Default::default()));
    assert_eq!(check(&other).0, Some(1));
    let mut other = value.clone();
    other["sample"][7]["payoff"][1] = 9.into();
    assert_eq!(check(&other).0, Some(1));
    let mut other = value.clone();
    other["numbers"][3]["for_ever"] = "2".into();
    assert_eq!(check(&other).0, Some(1));
}

/// Of many things that are played the few paths that are played again may see others most.
#[test]
fn long_simulations_of_much_that_is_played_are_verified() {
    let folder = folder("much");
    let call =
        "simulate northeast-asia --play logit --lambda 1 --periods 60 --paths 600 --format json";
    let mut value: Value = serde_json::from_str(&succeeds(&folder, call)).unwrap();
    value["plan"]["paths"] = 6_000_000.into();
    value["paths"] = 6_000_000.into();
    std::fs::write(folder.join("long.json"), value.to_string()).unwrap();
    let said = succeeds(&folder, "verify long.json");
    assert!(said.contains("the first 8 paths of 6000000 paths"), "{said}");
}

#[test]
fn files_of_paths_are_continued_and_verified() {
    let folder = folder("paths");
    let call = "simulate noisy-monitoring --periods 20 --paths 3000 --quiet --paths-out paths.csv";
    succeeds(&folder, call);
    let whole = std::fs::read_to_string(folder.join("paths.csv")).unwrap();
    assert_eq!(whole.lines().count(), 3002);
    assert!(succeeds(&folder, "verify paths.csv").contains("3000 paths of 3000 walked again"));
    // As an interruption leaves it: some rows, the last one torn.
    let half: String = whole.chars().take(whole.len() / 2).collect();
    std::fs::rename(folder.join("paths.csv"), folder.join("old.csv")).unwrap();
    std::fs::write(folder.join("paths.csv.partial"), half).unwrap();
    succeeds(&folder, &format!("{call} --jobs 3"));
    assert_eq!(std::fs::read_to_string(folder.join("paths.csv")).unwrap(), whole);
    let changed = whole.replacen("\n7,", "\n7,9", 1);
    assert_ne!(changed, whole);
    std::fs::write(folder.join("paths.csv"), changed).unwrap();
    let (status, _, error) = detente(&folder, "verify paths.csv");
    assert_eq!(status, Some(1), "{error}");
    assert!(error.contains("path 7"), "{error}");
}

#[test]
fn figures_show_events_and_what_is_played() {
    let folder = folder("figures");
    let call = "simulate tension-and-war --start crisis --periods 60 --paths 500 --format json --out war.json";
    succeeds(&folder, call);
    for (quantity, part) in [("", "war, expected"), ("--quantity state", "crisis, simulated")] {
        let call = format!("plot war.json {quantity}");
        let figure = succeeds(&folder, call.trim());
        assert!(figure.starts_with("<svg") && figure.contains(part), "{quantity}");
    }
    let (status, _, error) = detente(&folder, "plot war.json --quantity peace");
    assert_eq!(status, Some(2));
    assert!(error.contains("war, state, calm"), "{error}");
}

#[test]
fn a_limit_on_time_gives_what_was_walked() {
    let folder = folder("limit");
    let call = "simulate noisy-monitoring --periods 100000 --paths 1000000 --time-limit 0.4 --format json --out part.json";
    let (status, _, error) = detente(&folder, call);
    assert_eq!(status, Some(1), "{error}");
    assert!(error.contains("the time limit was reached after"), "{error}");
    let text = std::fs::read_to_string(folder.join("part.json")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["status"], "partial");
    let paths = value["paths"].as_u64().unwrap();
    assert!(paths > 0 && paths < 1_000_000);
}
