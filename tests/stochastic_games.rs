//! Games in states from the command line: the published arms race, and what is wrong with a model.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::Path;

use serde_json::Value;
use support::{detente, folder, printed};

/// The result of `solve` as JSON.
fn solved(here: &Path, arguments: &[&str]) -> Value {
    let call = [&["solve"], arguments, &["--format", "json"]].concat();
    serde_json::from_str(&printed(here, &call)).unwrap()
}

/// Each state with r1, r2, v1, v2 and U as Goldlücke & Kranz publish them (the vignette on an arms race
/// of the R package RelationalContracts), to six places.
const PUBLISHED: [(&str, [f64; 5]); 16] = [
    ("0_0", [-0.267476, -0.267476, -0.268355, -0.268355, -0.534951]),
    ("0_1", [-0.389495, -0.177967, -0.400579, -0.189051, -0.567462]),
    ("0_2", [-0.480452, -0.119522, -0.503423, -0.142493, -0.599973]),
    ("0_3", [-0.534675, -0.094167, -0.563452, -0.122944, -0.628842]),
    ("1_0", [-0.177967, -0.389495, -0.189051, -0.400579, -0.567462]),
    ("1_1", [-0.299987, -0.299987, -0.326638, -0.326638, -0.599973]),
    ("1_2", [-0.421239, -0.2719, -0.451481, -0.302141, -0.693139]),
    ("1_3", [-0.475348, -0.246493, -0.510877, -0.282022, -0.72184]),
    ("2_0", [-0.119522, -0.480452, -0.142493, -0.503423, -0.599973]),
    ("2_1", [-0.2719, -0.421239, -0.302141, -0.451481, -0.693139]),
    ("2_2", [-0.392107, -0.392107, -0.425081, -0.425081, -0.784215]),
    ("2_3", [-0.440327, -0.360839, -0.47976, -0.400272, -0.801166]),
    ("3_0", [-0.094167, -0.534675, -0.122944, -0.563452, -0.628842]),
    ("3_1", [-0.246493, -0.475348, -0.282022, -0.510877, -0.72184]),
    ("3_2", [-0.360839, -0.440327, -0.400272, -0.47976, -0.801166]),
    ("3_3", [-0.406494, -0.406494, -0.453136, -0.453136, -0.812987]),
];

#[test]
fn the_built_in_arms_race_has_the_published_values() {
    let here = folder("stochastic", "arms");
    let call = ["arms-race-kranz", "-c", "stochastic", "--method", "negotiation"];
    let result = solved(&here, &[&call[..], &["--negotiation", "0.65"]].concat());
    for (state, published) in PUBLISHED {
        let one = &result["states"][state];
        let number = |value: &Value| value.as_f64().unwrap();
        let found = [
            number(&one["shares"]["A"]),
            number(&one["shares"]["B"]),
            number(&one["worst"]["A"]),
            number(&one["worst"]["B"]),
            number(&one["joint"]),
        ];
        for (value, published) in found.iter().zip(published) {
            assert!((value - published).abs() < 6e-7, "{state}: {found:?}");
        }
        let played = (one["played"]["A"].as_str().unwrap(), one["played"]["B"].as_str().unwrap());
        match state {
            "0_0" => assert_eq!(played, ("wb", "wb")),
            "0_1" | "1_0" => assert!([("wb", "w"), ("w", "wb")].contains(&played)),
            _ => assert_eq!(played, ("w", "w"), "{state}"),
        }
    }
    // Without negotiation nobody builds, and all that is there is destroyed.
    let result = solved(&here, &["arms-race-kranz", "-c", "stochastic"]);
    for (state, _) in PUBLISHED {
        let played = &result["states"][state]["played"];
        for (player, stock) in [("A", &state[..1]), ("B", &state[2..])] {
            assert_eq!(played[player], if stock == "0" { "w" } else { "wd" }, "{state}");
        }
    }
}

#[test]
fn the_published_variant_of_success_follows_by_a_parameter() {
    let here = folder("stochastic", "variant");
    let call = ["arms-race-kranz", "-c", "stochastic", "--method", "negotiation"];
    let set = ["--negotiation", "0.65", "--set", "success=1"];
    let result = solved(&here, &[&call[..], &set].concat());
    let joint = |state: &str| result["states"][state]["joint"].as_f64().unwrap();
    for (state, published) in [("0_0", 0.0), ("1_1", -0.00897), ("3_3", -0.041553)] {
        assert!((joint(state) - published).abs() < 6e-7, "{state}");
    }
}

/// The file of a model among the data of the tests.
fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name).display().to_string()
}

#[test]
fn the_big_match_has_the_value_one_half() {
    let here = folder("stochastic", "big-match");
    let file = data("big_match.toml");
    for (discount, stop) in [("0.9", "1/11"), ("0.95", "1/21"), ("1/2", "1/3")] {
        for method in ["shapley", "homotopy"] {
            let call = [&file, "-c", "markov", "--discount", discount, "--method", method];
            let result = solved(&here, &call);
            assert_eq!(result["arithmetic"], "exact");
            let play = &result["equilibria"][0]["states"]["play"];
            assert_eq!(play["value"], serde_json::json!({ "lower": "1/2", "upper": "1/2" }));
            // (1 − δ)/(2 − δ).
            assert_eq!(play["strategies"]["Row"]["Stop"], stop);
            assert_eq!(play["strategies"]["Column"]["L"], "1/2");
        }
    }
    // Without a method Shapley's iteration, where payoffs have a constant sum.
    assert_eq!(solved(&here, &[&file, "-c", "markov"])["method"], "shapley");
    assert_eq!(solved(&here, &["tension-and-war", "-c", "markov"])["method"], "homotopy");
}

#[test]
fn a_seed_is_not_ignored_where_nothing_is_drawn() {
    let here = folder("stochastic", "seed");
    let call = ["solve", &data("big_match.toml"), "-c", "markov", "--seed", "3"];
    for more in [&[][..], &["--method", "shapley"], &["--starts", "1"]] {
        let refused = detente(&here, &[&call[..], more].concat());
        assert_eq!(refused.status.code(), Some(2), "{more:?}");
        let error = String::from_utf8(refused.stderr).unwrap();
        assert!(error.contains("--seed") && error.contains("--method homotopy"), "{error}");
    }
    for more in [["--method", "homotopy"], ["--starts", "2"]] {
        printed(&here, &[&call[..], &more].concat());
    }
}

/// A game that goes on only where both do the same: its value is the positive root of 3v² + 3v = 2.
const IRRATIONAL: &str = r#"
[model]
id = "same"
title = "Doing the same"

[[players]]
id = "A"
actions = [{ id = "one", k = 0 }, { id = "two", k = 1 }]

[[players]]
id = "B"
actions = [{ id = "one", k = 0 }, { id = "two", k = 1 }]

[quantities]
gain = "state.stake * if(A.k == B.k, 1 + A.k, 0)"

[payoffs.A]
total = "gain"

[payoffs.B]
total = "-gain"

[horizon]
kind = "states"
discount = "1/2"

[[horizon.states]]
id = "play"
stake = 1
transitions = { play = "if(A.k == B.k, 1, 0)", over = "if(A.k == B.k, 0, 1)" }

[[horizon.states]]
id = "over"
stake = 0
transitions = { over = 1 }
"#;

#[test]
fn stated_bounds_of_a_value_hold_it() {
    let here = folder("stochastic", "irrational");
    std::fs::write(here.join("same.toml"), IRRATIONAL).unwrap();
    let result = solved(&here, &["same.toml", "-c", "markov"]);
    let bounds = &result["equilibria"][0]["states"]["play"]["value"];
    let (low, high) = (bounds["lower"].as_f64().unwrap(), bounds["upper"].as_f64().unwrap());
    let root = (33f64.sqrt() - 3.0) / 6.0;
    assert!(low <= root && root <= high && high - low < 1e-14, "{low} {high}");
    // The decimals of the text are rounded outward.
    let text = printed(&here, &["solve", "same.toml", "-c", "markov"]);
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "between").unwrap();
    let stated = |at: usize| words[at].parse::<detente::num::Rational>().unwrap();
    let exactly = |value: f64| detente::num::Rational::from_f64_exactly(value).unwrap();
    let (from, to) = (stated(at + 1), stated(at + 3));
    assert!(from <= exactly(low) && exactly(high) <= to, "{from} {to}");
    assert!((to - from).to_f64() < 1e-14);
}

#[test]
fn cooperation_in_two_states_has_a_critical_discount_factor() {
    let here = folder("stochastic", "critical");
    let result = solved(&here, &[&data("two_state_pd.toml"), "-c", "critical-discount"]);
    assert_eq!(result["arithmetic"], "exact");
    let brackets = result["critical_discount"].as_array().unwrap();
    let both = serde_json::json!({ "A": "C", "B": "C" });
    let of_both: Vec<&Value> = brackets.iter().filter(|one| one["profile"] == both).collect();
    assert_eq!(of_both.len(), 2);
    for one in of_both {
        let end =
            |key: &str| -> detente::num::Rational { one[key].as_str().unwrap().parse().unwrap() };
        let root = "0.3561072252245130902182764268648277".parse().unwrap();
        assert!(end("lower") < root && root < end("upper"));
        assert!((end("upper") - end("lower")).to_f64() < 1e-13);
    }
}

/// From the stated discount factor on, and not just below it, `compare` keeps the agreement.
#[test]
fn an_agreement_is_kept_from_where_it_is_said_to_be() {
    let here = folder("stochastic", "agreements");
    let model = data("two_state_agreement.toml");
    let call = [model.as_str(), "-c", "critical-discount", "--method", "agreements"];
    let result = solved(&here, &call);
    assert_eq!(result["threats"].as_array().unwrap().len(), 1);
    let one = &result["agreements"][0]["by_threat"][0];
    assert_eq!(one["threat"][0]["from"]["inside"], "0");
    assert_eq!(one["held"], one["kept"]);
    let kept = one["kept"].as_array().unwrap();
    assert_eq!((kept.len(), &kept[0]["to"]), (1, &Value::Null));
    let end = |key: &str| kept[0]["from"][key].as_str().unwrap().to_owned();
    for (at, holds) in [(end("inside"), true), (end("outside"), false), ("24/25".into(), true)] {
        let set = format!("delta={at}");
        let call = ["compare", model.as_str(), "--set", set.as_str(), "--format", "json"];
        let compared: Value = serde_json::from_str(&printed(&here, &call)).unwrap();
        let stated = &compared["scenarios"][0]["agreements"][0];
        assert_eq!(stated["holds"], holds, "{at} {stated}");
    }
}

/// A random game of three states of sgamesolver 1.0.2, `SGame.random_game(3, 2, 3, seed=2)`, which
/// benches/peers/stochastic.py wrote as a model. Its own values are those of a logit equilibrium of finite
/// precision, and differ by up to 1.1e-5: against its strategies a best reply gains 1.27e-5 (exactly, in
/// the bounds of that script), and against these ones nobody gains more than 5.4e-15. In the game of its
/// README, of 64 states, the regrets are 7.94e-6 and 2.3e-14.
#[test]
fn in_a_random_game_of_another_program_nobody_gains_by_deviating() {
    let here = folder("stochastic", "random");
    let result = solved(&here, &[&data("sgamesolver_random.toml"), "-c", "markov"]);
    let one = &result["equilibria"][0];
    assert!(one["regret"].as_f64().unwrap() < 1e-12);
    for state in ["s0", "s1", "s2"] {
        assert!(one["states"][state]["one_shot_regret"].as_f64().unwrap() < 1e-12);
    }
}
