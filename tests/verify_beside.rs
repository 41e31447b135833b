//! What results say beside their answers is not believed either.

// Tests state what has to hold.
#![allow(clippy::unwrap_used)]

use std::process::Command;

use serde_json::{Value, json};

fn detente(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_detente")).args(arguments).output().unwrap()
}

/// Every change of a result is refused.
fn refuses(name: &str, arguments: &[&str], changes: &[(&str, Value)]) {
    let found = detente(&[arguments, &["--format", "json"]].concat());
    let right: Value = serde_json::from_slice(&found.stdout).unwrap();
    let path = std::env::temp_dir().join(format!("detente-{}-{name}.json", std::process::id()));
    let verify = |value: &Value| {
        std::fs::write(&path, value.to_string()).unwrap();
        detente(&["verify", &path.to_string_lossy()])
    };
    let said = verify(&right);
    assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
    for (place, value) in changes {
        let mut wrong = right.clone();
        *wrong.pointer_mut(place).unwrap() = value.clone();
        assert_ne!(wrong, right, "{name}: {place}");
        assert_eq!(verify(&wrong).status.code(), Some(1), "{name}: {place}");
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_header_is_held_against_the_answer() {
    let common = [
        ("/status", json!("none")),
        ("/method", json!("divination")),
        ("/model/name", json!("another")),
        ("/certificate/checked", json!(["all is well"])),
    ];
    let with = |more: &[(&'static str, Value)]| [&common[..], more].concat();
    refuses(
        "public",
        &[
            "solve",
            "noisy-dilemma-kranz",
            "-c",
            "public-perfect",
            "--method",
            "payoffs",
            "--discount",
            "1/10",
        ],
        &with(&[("/complete", json!(true)), ("/warnings", json!(["beware"]))]),
    );
    let start = [("/complete", json!(true)), ("/start", json!("nowhere"))];
    refuses("markov", &["solve", "northeast-asia-tension", "-c", "markov"], &with(&start));
    refuses("inspection", &["solve", "announced-inspections", "-c", "stackelberg"], &common);
    refuses("blotto", &["solve", "three-theatres"], &common);
    // Of other results the name of the model, and the players beside the leader.
    let game = "matching-pennies";
    refuses("nash", &["solve", game], &[("/status", json!("none")), ("/model/name", json!("x"))]);
    let followers = [("/followers/0", json!("nobody")), ("/followers", json!([]))];
    refuses("cobra", &["solve", game, "-c", "stackelberg", "--method", "cobra"], &followers);
}
