//! Simulations on the command line: the same bytes on any number of threads, files of paths that are
//! continued, and results that are verified, or not when they were tampered with.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use detente::model::{Model, library};
use detente::report::simulation::names;
use detente::solve::Budget;
use detente::study::journal::Header;
use detente::study::simulate::{
    Agreement, Asked, Plan, Quantity, Sum, agreement, hold, prepare, quantities, reference, wilson,
};
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
        let learns = play.contains("fictitious-play") || play.contains("regret-matching");
        let agreement = &value["agreement"];
        assert_eq!(agreement.is_null(), learns, "{play}");
        if !learns {
            assert!(agreement["largest"].as_f64().unwrap() < 5.0, "{play}: {agreement}");
            assert_eq!(agreement["exact_numbers_differ"], false, "{play}");
        }
        // Other paths, where anything is left to chance.
        let other = succeeds(&folder, &format!("{call} --seed 2"));
        let other: Value = serde_json::from_str(&other).unwrap();
        assert_ne!(value["sample"], other["sample"], "{play}");
    }
}

#[test]
fn every_built_in_model_is_played_and_verified() {
    let folder = folder("models");
    for model in library::all() {
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

/// A simulation as a file would hold it, had it been of so many paths with the same sums.
fn as_if_of(value: &Value, paths: u64) -> Value {
    let mut value = value.clone();
    value["plan"]["paths"] = paths.into();
    value["paths"] = paths.into();
    let with_interval = |share: &mut Value, key: &str| {
        let count = (share[key].as_f64().unwrap() * paths as f64).round() as u64;
        let (found, interval) = wilson(count, paths);
        share[key] = found.into();
        share["interval"] = interval.to_vec().into();
    };
    for look in value["by_period"].as_array_mut().unwrap() {
        for kind in ["events", "play"] {
            look[kind]
                .as_object_mut()
                .unwrap()
                .values_mut()
                .for_each(|it| with_interval(it, "share"));
        }
    }
    let plan: Plan = serde_json::from_value(value["plan"].clone()).unwrap();
    let found = library::find(value["model"]["name"].as_str().unwrap()).unwrap();
    let model = Model::read(found.path, found.text).unwrap();
    let budget = Budget::unlimited();
    let prepared = prepare(&model, &[], &[], &plan, &budget).unwrap();
    let expected = reference(&prepared, &plan, Asked::ALL, &budget).unwrap();
    let all = quantities(&prepared, prepared.discount.is_some());
    let named = |one: &Value| {
        let is = |quantity: &&Quantity| {
            names(&prepared, **quantity)
                == (one["quantity"].as_str().unwrap(), one["of"].as_str().unwrap())
        };
        *all.iter().find(is).unwrap()
    };
    let mut held = Vec::new();
    for one in value["numbers"].as_array_mut().unwrap() {
        let quantity = named(one);
        if one["quantity"] == "happened" {
            with_interval(one, "simulated");
        }
        let interval = one["interval"].as_array();
        let interval = interval.map(|ends| [&ends[0], &ends[1]].map(|end| end.as_f64().unwrap()));
        let sum = Sum { quantity, found: one["simulated"].as_f64().unwrap(), interval };
        let compared = hold(&prepared, &plan, paths, expected.as_ref(), sum);
        if one.get("z").is_some() {
            one["z"] = compared.z.into();
        }
        held.push(compared);
    }
    if value.get("agreement").is_some() {
        let Agreement { compared, beyond, largest, apart } = agreement(&held);
        value["agreement"] = serde_json::json!({
            "compared": compared, "beyond": beyond, "largest": largest,
            "exact_numbers_differ": apart,
        });
    }
    value
}

/// Of a simulation that is too long to be played again, some paths are, and all that is expected; what
/// follows from stated sums is computed from them, and nothing is taken over that no run counts.
#[test]
fn long_simulations_are_verified_in_part() {
    let folder = folder("long");
    let call = "simulate noisy-monitoring --periods 100 --paths 300 --format json";
    let value: Value = serde_json::from_str(&succeeds(&folder, call)).unwrap();
    let value = as_if_of(&value, 9_000_000);
    let check = |value: &Value| {
        std::fs::write(folder.join("long.json"), value.to_string()).unwrap();
        detente(&folder, "verify long.json")
    };
    let (status, said, error) = check(&value);
    assert_eq!(status, Some(0), "{error}");
    assert!(said.contains("the first 8 paths of 9000000 paths"), "{said}");
    let add = |value: &mut Value, more: Value| {
        value["numbers"].as_array_mut().unwrap().push(more);
    };
    let mars = |of: &str| {
        serde_json::json!({
            "quantity": "payoff", "of": of, "simulated": 99, "interval": [99, 99],
            "expected": [99, 99], "z": 0, "for_ever": "99"
        })
    };
    type Change<'a> = &'a dyn Fn(&mut Value);
    let changes: [(&str, Change<'_>); 20] = [
        ("a player that is not there", &|v| add(v, mars("Mars"))),
        ("a number twice", &|v| add(v, mars("Row"))),
        ("a number as it is, twice", &|v| {
            let first = v["numbers"][0].clone();
            v["numbers"].as_array_mut().unwrap().insert(1, first);
        }),
        ("a label that is not there", &|v| {
            let share = v["by_period"][0]["play"]["C/C"].clone();
            v["by_period"][0]["play"]["E/E"] = share;
        }),
        ("a label for ever", &|v| v["numbers"][6]["for_ever"] = "1".into()),
        ("a distance", &|v| v["numbers"][0]["z"] = 0.01.into()),
        ("the agreement", &|v| v["agreement"]["largest"] = 0.01.into()),
        ("how many agree", &|v| v["agreement"]["beyond"] = 7.into()),
        ("a sum with its distance left", &|v| {
            v["numbers"][0]["simulated"] = 2.5.into();
            v["numbers"][0]["interval"] = vec![2.4, 2.6].into();
        }),
        ("an interval of a share", &|v| {
            v["by_period"][5]["events"]["end"]["interval"][0] = 0.0.into();
        }),
        ("the share of an event", &|v| {
            let last = v["numbers"].as_array().unwrap().len() - 1;
            v["numbers"][last]["simulated"] = 0.5.into();
        }),
        ("times out of order", &|v| v["events"][0]["quantiles"][0]["time"] = 90.into()),
        ("a time beyond the end", &|v| v["events"][0]["quantiles"][4]["time"] = 101.into()),
        ("what is expected by a period", &|v| {
            v["by_period"][9]["events"]["end"]["expected"][1] = 0.25.into();
        }),
        ("a look of another form", &|v| v["by_period"][2]["events"]["end"] = 4.into()),
        ("a look without events", &|v| {
            v["by_period"][2]["events"] = Value::Object(Default::default());
        }),
        ("a path", &|v| v["sample"][7]["payoff"][1] = 9.into()),
        ("a value for ever", &|v| v["numbers"][3]["for_ever"] = "2".into()),
        ("what was computed", &|v| v["expected"]["over_time"] = "time limit".into()),
        ("no time for what is stated", &|v| v["expected"]["for_ever"] = "time limit".into()),
    ];
    for (what, change) in changes {
        let mut other = value.clone();
        change(&mut other);
        assert_eq!(check(&other).0, Some(1), "{what}");
    }
    // Nothing that stands in a file makes it panic.
    for (key, wrong) in [("by_period", 3), ("numbers", 4), ("events", 5), ("expected", 6)] {
        let mut other = value.clone();
        if other[key].is_array() {
            other[key][0] = wrong.into();
            assert_eq!(check(&other).0, Some(1), "{key}");
        }
        other[key] = wrong.into();
        assert_eq!(check(&other).0, Some(1), "{key}");
    }
}

/// Of many things that are played the few paths that are played again may see others most.
#[test]
fn long_simulations_of_much_that_is_played_are_verified() {
    let folder = folder("much");
    for play in ["northeast-asia --play logit --lambda 1", "stag-hunt --play regret-matching"] {
        let call = format!("simulate {play} --periods 60 --paths 600 --format json");
        let value: Value = serde_json::from_str(&succeeds(&folder, &call)).unwrap();
        let value = as_if_of(&value, 6_000_000);
        std::fs::write(folder.join("long.json"), value.to_string()).unwrap();
        let said = succeeds(&folder, "verify long.json");
        assert!(said.contains("the first 8 paths of 6000000 paths"), "{said}");
        // What is expected and for ever where nothing is.
        if value.get("expected").is_none() {
            let mut other = value.clone();
            other["numbers"][0]["expected"] = vec![1, 2].into();
            std::fs::write(folder.join("long.json"), other.to_string()).unwrap();
            assert_eq!(detente(&folder, "verify long.json").0, Some(1));
        }
    }
}

/// A result without the expected values for which there was no time is right, and is verified.
#[test]
fn results_without_expected_values_for_want_of_time_are_verified() {
    let folder = folder("time");
    // Expected values take most of the limit, and one path a small part of it.
    let call = "simulate prisoners-dilemma --play tit-for-tat --noise 0.01 --periods 400000 --paths 1 --time-limit 2 --format json --out short.json";
    succeeds(&folder, call);
    succeeds(&folder, "verify short.json");
    // As a limit leaves a result, whatever the machine.
    let call = "simulate noisy-monitoring --periods 30 --paths 400 --format json";
    let mut value: Value = serde_json::from_str(&succeeds(&folder, call)).unwrap();
    assert_eq!(value["expected"]["over_time"], "computed");
    value["expected"]["over_time"] = "time limit".into();
    value.as_object_mut().unwrap().remove("agreement");
    for one in value["numbers"].as_array_mut().unwrap() {
        let one = one.as_object_mut().unwrap();
        one.remove("expected");
        one.remove("z");
    }
    for look in value["by_period"].as_array_mut().unwrap() {
        for kind in ["events", "play"] {
            for share in look[kind].as_object_mut().unwrap().values_mut() {
                share.as_object_mut().unwrap().remove("expected");
            }
        }
    }
    for quantile in value["events"][0]["quantiles"].as_array_mut().unwrap() {
        quantile.as_object_mut().unwrap().remove("expected");
    }
    std::fs::write(folder.join("left.json"), value.to_string()).unwrap();
    succeeds(&folder, "verify left.json");
    value["expected"]["for_ever"] = "time limit".into();
    std::fs::write(folder.join("left.json"), value.to_string()).unwrap();
    assert_eq!(detente(&folder, "verify left.json").0, Some(1));
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
    // Fewer rows than the plan has paths, as if that were all.
    let (line, rows) = whole.split_once('\n').unwrap();
    let mut head: Value = serde_json::from_str(line.strip_prefix("# ").unwrap()).unwrap();
    head["rows"] = 2000.into();
    let header: Header = serde_json::from_value({
        let mut head = head.clone();
        head.as_object_mut().unwrap().remove("fingerprint");
        head
    })
    .unwrap();
    head["fingerprint"] = header.fingerprint().into();
    let rows: Vec<&str> = rows.lines().take(2001).collect();
    std::fs::write(folder.join("paths.csv"), format!("# {head}\n{}\n", rows.join("\n"))).unwrap();
    let (status, _, error) = detente(&folder, "verify paths.csv");
    assert_eq!(status, Some(1), "{error}");
    assert!(error.contains("said to have 2000 rows"), "{error}");
    // One file cannot be both, however it is called.
    let twice = "simulate noisy-monitoring --out one.csv --paths-out ./one.csv";
    let (status, _, error) = detente(&folder, twice);
    assert_eq!(status, Some(2), "{error}");
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
    // What is not drawn is told.
    let call = "simulate northeast-asia --play logit --lambda 1 --periods 30 --paths 50 --format json --out many.json";
    succeeds(&folder, call);
    assert!(succeeds(&folder, "plot many.json --quantity play").contains("the first 8 of "));
    let (status, _, error) = detente(&folder, "plot war.json --quantity peace");
    assert_eq!(status, Some(2));
    assert!(error.contains("war, state, calm"), "{error}");
}

#[test]
fn a_limit_on_time_gives_what_was_walked() {
    let folder = folder("limit");
    // One path takes little of the limit, and all of them far more, on any machine.
    let call = "simulate noisy-monitoring --periods 1000 --paths 1000000000 --time-limit 2 --format json --out part.json";
    let (status, _, error) = detente(&folder, call);
    assert_eq!(status, Some(1), "{error}");
    assert!(error.contains("the time limit was reached after"), "{error}");
    let text = std::fs::read_to_string(folder.join("part.json")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["status"], "partial");
    let paths = value["paths"].as_u64().unwrap();
    assert!(paths > 0 && paths < 1_000_000_000);
}
