//! Models whose players have types: what `solve` prints, and that `verify` refuses what was changed.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;

use support::{detente, printed};

fn folder(name: &str) -> PathBuf {
    support::folder("bayesian", name)
}

fn refused(folder: &Path, arguments: &[&str], status: i32) -> String {
    let output = detente(folder, arguments);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn solved(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["solve"];
    all.extend(arguments);
    all.extend(["--format", "json"]);
    serde_json::from_str(&printed(folder, &all)).unwrap()
}

fn verdict(folder: &Path, value: &Value) -> Option<i32> {
    std::fs::write(folder.join("result.json"), value.to_string()).unwrap();
    detente(folder, &["verify", "result.json"]).status.code()
}

#[test]
fn commitment_against_two_types_reads_as_a_commitment_and_replies() {
    let here = folder("text");
    let text = printed(&here, &["solve", "commitment-two-types", "--concept", "stackelberg"]);
    for part in [
        "Commitment against two types: optimal commitment (Stackelberg)",
        "What each type of Follower replies",
        "Strong Stackelberg: ties of a type are broken for the leader.",
        "Certified: the reply of each type is a best response to the commitment",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let csv = ["solve", "commitment-two-types", "-c", "stackelberg", "--format", "csv"];
    assert!(printed(&here, &csv).contains("payoff_of_type"));
}

#[test]
fn every_method_gives_the_leader_three() {
    let here = folder("methods");
    for method in ["mixed", "branch-and-bound", "dobss"] {
        let question = ["commitment-two-types", "-c", "stackelberg", "--method", method];
        let result = solved(&here, &question);
        assert_eq!(result["leader_value"], "3", "{method}");
        assert_eq!(result["replies"]["first"], "Right");
        assert_eq!(result["replies"]["second"], "Right");
        assert_eq!(verdict(&here, &result), Some(0));
    }
    let alone = ["commitment-two-types", "-c", "stackelberg", "--set", "q=1"];
    assert_eq!(solved(&here, &alone)["leader_value"], "11/3");
    let pure = solved(&here, &["commitment-two-types", "-c", "stackelberg", "--method", "pure"]);
    assert_eq!(verdict(&here, &pure), Some(0));
}

#[test]
fn changed_commitments_are_not_verified() {
    let here = folder("changed");
    let right = solved(&here, &["extended-deterrence", "--concept", "stackelberg"]);
    assert_eq!(verdict(&here, &right), Some(0));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        assert_eq!(verdict(&here, &wrong), Some(1), "{wrong}");
    };
    changed(&|wrong| wrong["commitment"] = serde_json::json!({ "Fight": "1/7", "Yield": "6/7" }));
    changed(&|wrong| wrong["replies"]["irresolute"] = "Attack".into());
    changed(&|wrong| wrong["leader_value"] = "100".into());
    changed(&|wrong| {
        wrong["leader_value"] = "100".into();
        wrong["bound"] = "100".into();
    });
    changed(&|wrong| wrong["proof"] = serde_json::json!([]));
    changed(&|wrong| wrong["proof"] = serde_json::json!([{ "multipliers": [] }]));
    changed(&|wrong| wrong["proof"] = serde_json::json!([{ "split": "nobody" }]));
    changed(&|wrong| wrong["leader"] = "Challenger".into());
    changed(&|wrong| wrong["complete"] = true.into());
    changed(&|wrong| wrong["status"] = "partial".into());
}

#[test]
fn mediation_reaches_the_sum_that_theory_gives() {
    // Hörner, Morelli & Squintani (2015) by their linear program: peace with probability 64/75, 9/10
    // and 1 at q = 1/5, 2/5 and 3/5; the sum of payoffs is 4/5 + 1/5 of it.
    let here = folder("mediation");
    for (q, sum) in [("1/5", "364/375"), ("2/5", "49/50"), ("3/5", "1")] {
        let set = format!("q={q}");
        let result = solved(&here, &["mediation", "-c", "communication", "--set", &set]);
        assert_eq!(result["value"], sum, "q = {q}");
        assert_eq!(verdict(&here, &result), Some(0));
    }
    let right = solved(&here, &["mediation", "-c", "communication", "--objective", "egalitarian"]);
    assert_eq!(verdict(&here, &right), Some(0));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        assert_eq!(verdict(&here, &wrong), Some(1), "{wrong}");
    };
    changed(&|wrong| wrong["value"] = "1".into());
    changed(&|wrong| wrong["dual"] = serde_json::json!([]));
    changed(&|wrong| wrong["payoffs"]["A"] = "3/4".into());
    changed(&|wrong| {
        wrong["recommendations"]["strong A|strong B"] = serde_json::json!({ "Half|Half": "1" });
    });
    changed(&|wrong| wrong["recommendations"]["weak A|weak B"] = serde_json::json!({}));
    let text = printed(&here, &["solve", "mediation", "--concept", "communication"]);
    for part in ["A reports", "B is told", "What each type gets", "No communication equilibrium"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn other_concepts_name_an_action_for_each_type() {
    let here = folder("others");
    let text = printed(&here, &["solve", "extended-deterrence", "--concept", "pure"]);
    assert!(text.contains("irresolute: ") && text.contains(", resolute: "), "{text}");
    let result = solved(&here, &["extended-deterrence", "--concept", "nash"]);
    assert_eq!(verdict(&here, &result), Some(0));
    let all = solved(&here, &["extended-deterrence", "--all"]);
    let concepts: Vec<&str> = all["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["concept"].as_str().unwrap())
        .collect();
    assert!(concepts.contains(&"communication") && concepts.contains(&"nash"));
    assert_eq!(verdict(&here, &all), Some(0));
}

#[test]
fn what_does_not_fit_is_said() {
    let here = folder("misfits");
    let error = refused(&here, &["solve", "stag-hunt", "--concept", "communication"], 2);
    assert!(error.contains("[[types]]") && error.contains("correlated"), "{error}");
    let dobss = ["solve", "stag-hunt", "-c", "stackelberg", "--method", "dobss"];
    assert!(refused(&here, &dobss, 2).contains("models with [[types]]"));
    let error = refused(&here, &["compare", "extended-deterrence"], 2);
    assert!(error.contains("only `solve` answers"), "{error}");
}

#[test]
fn a_resolute_challenger_changes_the_commitment() {
    let folder = folder("extended");
    let base = solved(&folder, &["extended-deterrence", "-c", "stackelberg"]);
    assert_eq!(base["commitment"]["Fight"], "8/11");
    assert_eq!(base["leader_value"], "-8/55");
    let never = ["extended-deterrence", "-c", "stackelberg", "--set", "resolute=0"];
    let never = solved(&folder, &never);
    assert_eq!(never["commitment"]["Fight"], "2/5");
    // What a type that does not occur replies is a best reply all the same.
    let always = ["extended-deterrence", "-c", "stackelberg", "--set", "resolute=1"];
    let mut always = solved(&folder, &always);
    assert_eq!(always["replies"]["irresolute"], "Wait");
    assert_eq!(verdict(&folder, &always), Some(0));
    always["replies"]["irresolute"] = "Attack".into();
    assert_eq!(verdict(&folder, &always), Some(1));
}

#[test]
fn probabilities_of_types_sum_to_one_wherever_parameters_are() {
    let folder = folder("sums");
    let call = ["solve", "extended-deterrence", "-c", "stackelberg", "--set", "resolute=3/2"];
    let said = refused(&folder, &call, 2);
    assert!(said.contains("probability of the type"), "{said}");
}

#[test]
fn a_limit_leaves_what_was_solved_before() {
    let folder = folder("limit");
    let call = ["solve", "extended-deterrence", "--all", "--time-limit", "0.000001"];
    assert_eq!(detente(&folder, &call).status.code(), Some(1));
    let huge = ["solve", "commitment-two-types", "-c", "stackelberg", "--method", "dobss"];
    printed(&folder, &huge);
}
