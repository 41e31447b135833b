//! Malformed model files give clear messages, and none of them makes the reader panic.
//!
//! Each `tests/broken/NAME.toml` has its expected rendering in `NAME.expected`. With the
//! environment variable `DETENTE_UPDATE` set, the expectations are written instead of compared.

use std::fs;
use std::path::Path;

use detente::model::{MOST_DIAGNOSTICS, Model};
use proptest::prelude::*;

#[test]
fn every_broken_model_is_refused_with_the_expected_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let update = std::env::var_os("DETENTE_UPDATE").is_some();
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 25, "{} files", files.len());
    let mut wrong = vec![];
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let rendered = match Model::read(&name, &text) {
            Ok(_) => {
                wrong.push(format!("{name} is accepted"));
                continue;
            }
            Err(diagnostics) => {
                assert!(diagnostics.list.len() <= MOST_DIAGNOSTICS);
                for diagnostic in &diagnostics.list {
                    assert!(diagnostic.line > 0 && diagnostic.column > 0);
                }
                format!("{diagnostics}\n")
            }
        };
        let expected_path = path.with_extension("expected");
        if update {
            fs::write(&expected_path, &rendered).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if rendered != expected {
            wrong.push(format!("{name}\n--- expected\n{expected}\n--- found\n{rendered}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A valid file with everything that the format has, in few lines.
const SMALL: &str = include_str!("data/every_key.toml");
const FLAGSHIP: &str = include_str!("../models/northeast-asia.toml");

/// A change to a text: where, how much is taken out, and what is put in.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, String)>> {
    let inserted = prop_oneof![
        Just(String::new()),
        "[\\x00-\\x7f]{1,4}",
        "\\PC{1,3}",
        prop::sample::select(vec![
            "\n[[players]]\n",
            "\n[payoffs.A]\n",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\"\"\"",
            "=",
            " = ",
            ".",
            "1/0",
            "^",
            "(",
            ")",
            "-1",
            "1e4000",
            "9999999999999999999999",
            "0x1F",
            "inf",
            "true",
            "A.f",
            "exp(1)",
            "state.x",
            "payoff.A",
            "\r\n",
            "\u{feff}",
            "\u{1b}[31m",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, inserted), 1..6)
}

fn changed(text: &str, changes: &[(prop::sample::Index, usize, String)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, taken, inserted) in changes {
        let from = at.index(letters.len() + 1);
        let to = (from + taken).min(letters.len());
        letters.splice(from..to, inserted.chars());
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_change_to_a_valid_file_makes_the_reader_panic(changes in changes(), large in any::<bool>()) {
        let text = changed(if large { FLAGSHIP } else { SMALL }, &changes);
        match Model::read("changed.toml", &text) {
            Ok(model) => {
                for warning in &model.warnings {
                    let _ = warning.render("changed.toml", &text, false);
                }
            }
            Err(diagnostics) => {
                prop_assert!(!diagnostics.list.is_empty());
                let _ = diagnostics.render(true);
            }
        }
    }
}

#[test]
fn a_file_with_every_key_is_read() {
    if let Err(diagnostics) = Model::read("every_key.toml", SMALL) {
        panic!("{diagnostics}");
    }
}
