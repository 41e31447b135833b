//! What is solved is verified, for every built-in model and concept, and what was tampered with
//! afterwards is not.

// What cannot be read or run must stop a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use detente::model::{Horizon, Model, library};
use detente::num::Rational;
use serde_json::Value;

const CONCEPTS: [&str; 25] = [
    "pure",
    "nash",
    "minimax",
    "correlated",
    "coarse-correlated",
    "correlated-payoffs",
    "correlated-vertices",
    "coarse-correlated-payoffs",
    "stackelberg",
    "credibility",
    "rationalizable",
    "fictitious-play",
    "regret-matching",
    "repeated",
    "repeated-payoffs",
    "critical-discount",
    "automaton",
    "tournament",
    "stochastic",
    "markov",
    "public-perfect",
    "structure",
    "refinement",
    "symmetric",
    "communication",
];

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verify").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The exit status of a command, with what it said on standard error.
fn detente(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_detente"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn succeeds(folder: &Path, arguments: &[&str]) {
    let (status, error) = detente(folder, arguments);
    assert_eq!(status, Some(0), "{arguments:?}: {error}");
}

/// The JSON of a command.
fn result(folder: &Path, arguments: &[&str]) -> Value {
    let more = ["--format", "json", "--out", "result.json"];
    succeeds(folder, &[arguments, &more[..]].concat());
    serde_json::from_str(&std::fs::read_to_string(folder.join("result.json")).unwrap()).unwrap()
}

fn status_of_verify(folder: &Path, value: &Value) -> (Option<i32>, String) {
    std::fs::write(folder.join("changed.json"), value.to_string()).unwrap();
    detente(folder, &["verify", "--quiet", "changed.json"])
}

/// That the result as it is passes, and that it does not after the change.
fn is_caught(name: &str, arguments: &[&str], change: impl Fn(&mut Value)) {
    let folder = folder(name);
    let mut value = result(&folder, arguments);
    let (status, error) = status_of_verify(&folder, &value);
    assert_eq!(status, Some(0), "{name}, unchanged: {error}");
    let before = value.clone();
    change(&mut value);
    assert_ne!(value, before, "{name}: nothing was changed");
    let (status, error) = status_of_verify(&folder, &value);
    assert_eq!(status, Some(1), "{name}: {error}");
    assert!(error.contains("not verified"), "{name}: {error}");
}

/// A number that a result states, moved by this much.
fn shift(value: &mut Value, by: &str) {
    let number: Rational = value.as_str().unwrap().parse().unwrap();
    let by: Rational = by.parse().unwrap();
    *value = (number + by).to_string().into();
}

#[test]
fn every_model_is_solved_and_verified_under_every_concept() {
    let folder = folder("solve");
    for model in library::all() {
        let read = Model::read(model.path, model.text).unwrap();
        let in_states = matches!(read.horizon, Horizon::States(_));
        let symmetric = !in_states
            && result(&folder, &["solve", model.id, "-c", "structure"])["symmetric"] == true;
        let two_players = read.players.len() == 2 || read.succinct().is_some();
        for concept in CONCEPTS {
            let fits = match concept {
                "stochastic" | "markov" => in_states,
                "critical-discount" if in_states => true,
                // Sixteen states and patient players take long.
                "repeated-payoffs" if read.meta.id == "arms-race-kranz" => continue,
                "repeated-payoffs" if in_states => true,
                _ if in_states => false,
                "repeated-payoffs" => {
                    let fixed = |horizon: &Horizon| matches!(horizon, Horizon::Repeated(play) if play.discount.is_some());
                    two_players && fixed(&read.horizon)
                }
                "repeated" => !read.agreements().is_empty(),
                "automaton" => {
                    let pure = result(&folder, &["solve", model.id, "-c", "pure"]);
                    pure["equilibria"].as_array().is_some_and(|list| !list.is_empty())
                }
                "public-perfect" => {
                    matches!(&read.horizon, Horizon::Repeated(play) if !play.signals.is_empty())
                }
                "symmetric" => symmetric,
                "tournament" => {
                    symmetric && read.players.iter().all(|player| player.actions.len() == 2)
                }
                "communication" => !read.types.is_empty(),
                "refinement"
                | "correlated-payoffs"
                | "coarse-correlated-payoffs"
                | "critical-discount"
                | "credibility" => two_players,
                _ => true,
            };
            // Of games with many profiles the extreme correlated equilibria are not listed.
            let many = [
                "four-against-three",
                "three-theatres",
                "mediation",
                "missile-sites",
                "announced-inspections",
                "sampling-inspections",
            ];
            let fits = fits && !(concept == "correlated-vertices" && many.contains(&model.id));
            let call = ["solve", model.id, "--concept", concept];
            if !fits {
                assert_eq!(detente(&folder, &call).0, Some(2), "{} {concept}", model.id);
                continue;
            }
            let value = result(&folder, &call);
            assert_eq!(value["concept"], concept, "{}", model.id);
            let none = value["status"] == "none" && value["equilibria"].as_array() == Some(&vec![]);
            let may_be_none = matches!(concept, "pure" | "repeated-payoffs");
            assert!(value["status"] == "solved" || (may_be_none && none), "{}", model.id);
            succeeds(&folder, &["verify", "result.json"]);
        }
        result(&folder, &["solve", model.id, "--all"]);
        succeeds(&folder, &["verify", "result.json"]);
    }
}

#[test]
fn every_model_is_compared_and_verified() {
    let folder = folder("compare");
    for model in library::all() {
        let read = Model::read(model.path, model.text).unwrap();
        if !read.types.is_empty() || read.succinct().is_some() {
            // A game without players has no mechanisms to compare, and comparisons of games of incomplete
            // information are not there yet.
            assert_eq!(detente(&folder, &["compare", model.id]).0, Some(2), "{}", model.id);
            continue;
        }
        let value = result(&folder, &["compare", model.id]);
        assert_eq!(value["status"], "solved", "{}", model.id);
        succeeds(&folder, &["verify", "result.json"]);
    }
}

#[test]
fn every_mechanism_of_the_flagship_is_solved_and_verified() {
    let folder = folder("mechanisms");
    let builtin = library::find("northeast-asia").unwrap();
    let model = Model::read(builtin.path, builtin.text).unwrap();
    for mechanism in &model.mechanisms {
        let call = ["solve", builtin.id, "--mechanism", &mechanism.id, "--concept", "repeated"];
        result(&folder, &call);
        succeeds(&folder, &["verify", "result.json"]);
    }
}

#[test]
fn what_is_changed_of_learning_is_caught() {
    let little = "1/1000000000000";
    let of_beliefs = ["solve", "chicken", "-c", "fictitious-play"];
    for (name, more) in [
        ("weighted", ["--method", "weighted", "--factor", "99/100"]),
        ("smooth", ["--method", "smooth", "--lambda", "2"]),
        ("optimistic", ["--method", "optimistic", "--rounds", "50"]),
    ] {
        is_caught(name, &[&of_beliefs[..], &more[..]].concat(), |value| {
            shift(&mut value["course"][2]["mixture"]["regret"], little);
        });
    }
    for method in ["rm", "rm+", "prm+"] {
        let call = ["solve", "chicken", "-c", "regret-matching", "--method", method];
        is_caught(method, &call, |value| shift(&mut value["joint"]["regret"], little));
    }
    for method in ["prm+", "pdhg", "double-oracle"] {
        let call = ["solve", "matching-pennies", "-c", "minimax", "--method", method];
        is_caught(method, &call, |value| shift(&mut value["value_between"][0], little));
    }
}

#[test]
fn what_is_changed_of_commitments_and_polygons_is_caught() {
    let little = "1/1000000000";
    let credibility = ["solve", "northeast-asia", "--concept", "credibility"];
    for (key, by) in [("something", little), ("everything", "-1/1000000000")] {
        is_caught(key, &credibility, |value| shift(&mut value[key]["credibility"], by));
    }
    is_caught("without", &credibility, |value| shift(&mut value["without"], little));
    is_caught("point", &credibility, |value| {
        shift(&mut value["points"][5]["leader_value"], little)
    });
    is_caught("fallback", &credibility, |value| {
        value["fallback"] = serde_json::json!({ "Withdraw": "1" });
    });
    let told = ["solve", "chicken", "--concept", "correlated"];
    is_caught("told", &told, |value| shift(&mut value["advice"][0]["probability"], little));
    is_caught("expected", &told, |value| shift(&mut value["advice"][1]["payoff"], little));
    is_caught("loss", &told, |value| shift(&mut value["advice"][2]["loss"], little));
    is_caught("belief", &told, |value| {
        value["advice"][1]["belief"] = serde_json::json!({ "Stand": "1" });
    });
    is_caught("not told", &told, |value| {
        value["advice"].as_array_mut().unwrap().remove(2);
    });
    let robust = [&told[..], &["--objective", "robust"]].concat();
    is_caught("slack", &robust, |value| shift(&mut value["slack"], little));
    is_caught("robust-bound", &robust, |value| shift(&mut value["bound"], "-1/1000000000"));
    is_caught("robust-told", &robust, |value| shift(&mut value["advice"][0]["loss"], little));
    is_caught("rounds", &robust, |value| {
        drop(value["rounds"].as_array_mut().unwrap().pop());
    });
    let extreme = ["solve", "chicken", "--concept", "correlated-vertices"];
    is_caught("extreme", &extreme, |value| {
        shift(&mut value["vertices"][1]["payoffs"]["Row"], little);
    });
    is_caught("not extreme", &extreme, |value| {
        value["vertices"].as_array_mut().unwrap().remove(3);
    });
    let polygon = ["solve", "chicken", "--concept", "correlated-payoffs"];
    is_caught("vertex", &polygon, |value| {
        shift(&mut value["vertices"][1]["payoffs"]["Row"], little);
    });
    is_caught("no vertex", &polygon, |value| {
        for key in ["vertices", "sides"] {
            drop(value[key].as_array_mut().unwrap().pop());
        }
    });
    is_caught("side", &polygon, |value| {
        let multipliers = value["sides"][0]["dual"].as_array_mut().unwrap();
        drop(multipliers.pop());
    });
    let followers = ["solve", "patron-and-clients", "--concept", "stackelberg"];
    is_caught("reply", &followers, |value| value["replies"]["Seoul"] = "Arm".into());
    is_caught("least", &followers, |value| shift(&mut value["least"], little));
    is_caught("better", &followers, |value| {
        shift(&mut value["leader_value"], little);
        shift(&mut value["payoffs"]["Patron"], little);
    });
    let worst = [&followers[..], &["--method", "pessimistic"]].concat();
    is_caught("worst-value", &worst, |value| {
        for key in ["value", "bound", "played_value"] {
            shift(&mut value["closed"][key], "-1/1000000000");
        }
    });
    is_caught("worst-proof", &worst, |value| {
        drop(value["closed"]["proof"].as_array_mut().unwrap().pop());
    });
    is_caught("worst-optimistic", &worst, |value| {
        shift(&mut value["optimistic"]["least"], little);
    });
    let pure = [&followers[..], &["--method", "pure"]].concat();
    is_caught("pure-worst", &pure, |value| {
        value["pessimistic"]["replies"]["Seoul"] =
            if value["pessimistic"]["replies"]["Seoul"] == "Rely" { "Arm" } else { "Rely" }.into();
    });
    let cobra = ["solve", "northeast-asia", "-c", "stackelberg", "--method", "cobra"];
    let cobra = [&cobra[..], &["--alpha", "1/4", "--epsilon", "1/10"]].concat();
    for end in ["open", "closed"] {
        is_caught("cobra", &cobra, |value| shift(&mut value[end]["played_value"], little));
        is_caught("cobra-bound", &cobra, |value| shift(&mut value[end]["bound"], little));
    }
    is_caught("cobra-alpha", &cobra, |value| value["alpha"] = "1/8".into());
    is_caught("cobra-epsilon", &cobra, |value| value["epsilon"] = "1/20".into());
    let matched = ["solve", "missile-sites", "-c", "stackelberg", "--method", "match"];
    let matched = [&matched[..], &["--beta", "1/2"]].concat();
    is_caught("matched-value", &matched, |value| shift(&mut value["leader_value"], little));
    is_caught("matched-beta", &matched, |value| value["beta"] = "1/4".into());
    is_caught("matched-bound", &matched, |value| value["bounds"][0]["bound"] = Value::Null);
    let sequence = [&followers[..], &["--method", "sequential"]].concat();
    is_caught("sequence", &sequence, |value| {
        value["favourable"]["profile"]["Seoul"] = "Arm".into();
    });
    is_caught("sequence-order", &sequence, |value| {
        value["order"] = serde_json::json!(["Tokyo", "Seoul", "Patron"]);
    });
    is_caught("sequence-least", &sequence, |value| {
        shift(&mut value["least"]["Patron"], "-1/1000000000");
    });
    let advice = [&followers[..], &["--method", "correlated"]].concat();
    is_caught("advice", &advice, |value| {
        let told = value["distribution"].as_object_mut().unwrap();
        let mut shares = told.values_mut();
        shift(shares.next().unwrap(), little);
        shift(shares.next().unwrap(), "-1/1000000000");
    });
}

#[test]
fn what_is_changed_of_repeated_games_and_games_in_states_is_caught() {
    let little = "1/1000000";
    let polygons = ["solve", "prisoners-dilemma", "-c", "repeated-payoffs"];
    is_caught("inner", &polygons, |value| {
        let corner = &mut value["inner"][2];
        shift(&mut corner["payoffs"]["Row"], little);
        shift(&mut corner["continuation"]["Row"], little);
    });
    is_caught("outer", &polygons, |value| {
        value["outer"].as_array_mut().unwrap().remove(1);
        value["inner"].as_array_mut().unwrap().remove(1);
    });
    is_caught("discount", &polygons, |value| value["discount"] = "1/10".into());
    is_caught("first", &polygons, |value| value["inner"][1]["profile"]["Row"] = "C".into());
    let critical = ["solve", "prisoners-dilemma", "-c", "critical-discount"];
    is_caught("never", &critical, |value| value["critical_discount"]["C|C"] = Value::Null);
    is_caught("always", &critical, |value| {
        value["critical_discount"]["C|D"] = serde_json::json!({ "lower": "0", "upper": "0" });
    });
    is_caught("less", &critical, |value| {
        let lower = value["critical_discount"]["C|C"]["lower"].clone();
        value["critical_discount"]["C|C"]["upper"] = lower;
    });
    let grim = ["solve", "prisoners-dilemma", "-c", "automaton"];
    is_caught("transition", &grim, |value| value["states"][0]["next"][1]["to"] = "keep".into());
    is_caught("value", &grim, |value| shift(&mut value["states"][0]["values"]["Row"], little));
    is_caught("start", &grim, |value| value["start"] = "punish".into());
    is_caught("verdict", &grim, |value| value["equilibrium"] = false.into());
    is_caught("slack", &grim, |value| {
        shift(&mut value["states"][1]["deviations"]["Row"]["slack"], little);
    });
    is_caught("sustained", &grim, |value| {
        shift(&mut value["sustained"][0]["from"]["inside"], "-1/1000000");
    });
    is_caught("origin", &grim, |value| {
        value["origin"] = serde_json::json!({ "kind": "n-period", "periods": 1, "least": true });
    });
    let carrot = [&grim[..], &["--method", "carrot-and-stick"]].concat();
    is_caught("carrot", &carrot, |value| value["origin"]["kind"] = "grim".into());
    is_caught("stick", &carrot, |value| value["states"][1]["play"]["Row"] = "D".into());
    let periods = [&grim[..], &["--method", "n-period"]].concat();
    is_caught("periods", &periods, |value| value["origin"]["periods"] = 1.into());
    is_caught("no end", &periods, |value| value["origin"]["periods"] = 1_000_000_000_000u64.into());
    let many = [&periods[..], &["--punish", "9"]].concat();
    is_caught("fewest", &many, |value| value["origin"]["least"] = true.into());
    let optimal = [&grim[..], &["--method", "optimal", "--discount", "3/4"]].concat();
    is_caught("objective", &optimal, |value| {
        value["origin"]["objective"] = serde_json::json!({ "kind": "player", "player": "Row" });
    });
    is_caught("outer", &optimal, |value| {
        let corners = value["origin"]["outer"].as_array_mut().unwrap();
        corners.iter_mut().for_each(|corner| shift(&mut corner["Row"], "-1/1000000"));
    });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/automata/tit-for-tat.toml");
    let given = [&grim[..], &["--automaton", file.to_str().unwrap()]].concat();
    is_caught("given", &given, |value| value["states"][3]["next"][1]["to"] = "none".into());
    is_caught("given verdict", &given, |value| value["origin"]["kind"] = "grim".into());
    let tournament = ["solve", "prisoners-dilemma", "-c", "tournament", "--noise", "1/100"];
    is_caught("outcome", &tournament, |value| {
        shift(&mut value["outcomes"][2][2][0], little);
        shift(&mut value["outcomes"][2][2][3], "-1/1000000");
    });
    is_caught("score", &tournament, |value| {
        shift(&mut value["strategies"][0]["score"], little);
    });
    is_caught("rank", &tournament, |value| value["strategies"][0]["rank"] = 2.into());
    is_caught("invaders", &tournament, |value| {
        value["strategies"][0]["invaded_by"] = serde_json::json!([]);
    });
    is_caught("noise", &tournament, |value| value["noise"] = "1/50".into());
    is_caught("probability", &tournament, |value| {
        value["strategies"][2]["states"][2]["cooperate"] = "1/10".into();
    });
    for length in [["--discount", "9/10"], ["--rounds", "20"]] {
        let call = [&tournament[..], &length[..]].concat();
        is_caught("outcome over time", &call, |value| {
            shift(&mut value["outcomes"][2][1][0], little);
            shift(&mut value["outcomes"][2][1][3], "-1/1000000");
        });
        is_caught("length", &call, |value| {
            value["length"] = serde_json::json!({ "kind": "rounds", "rounds": 19 });
        });
    }
    let states = ["solve", "tension-and-war", "-c", "stochastic"];
    is_caught("joint", &states, |value| shift(&mut value["states"]["calm"]["joint"], little));
    is_caught("worst", &states, |value| {
        shift(&mut value["states"]["crisis"]["worst"]["A"], "-1/1000000");
    });
    is_caught("played", &states, |value| {
        value["states"]["calm"]["played"]["A"] = "build".into();
    });
    is_caught("punishing", &states, |value| {
        value["states"]["tension"]["punishing"]["B"]["A"] = "restrain".into();
    });
    is_caught("round", &states, |value| {
        let rounds = value["rounds"].as_array_mut().unwrap();
        shift(&mut rounds.last_mut().unwrap()["calm"]["joint"], "-1/1000000");
    });
    let sets = ["solve", "tension-and-war", "-c", "repeated-payoffs", "--discount", "1/2"];
    is_caught("larger set", &sets, |value| {
        shift(&mut value["states"]["calm"]["inner"][0]["payoffs"]["A"], little);
    });
    is_caught("tighter bound", &sets, |value| {
        let levels = value["states"]["calm"]["levels"].as_array_mut().unwrap();
        levels.iter_mut().for_each(|level| shift(level, "-1/1000000"));
    });
    is_caught("another lottery", &sets, |value| {
        let follows = &mut value["states"]["calm"]["inner"][0]["continuation"];
        let first = follows.as_object_mut().unwrap().values_mut().next().unwrap();
        first[0]["probability"] = "1/3".into();
    });
    is_caught("another profile", &sets, |value| {
        let profile = &mut value["states"]["calm"]["inner"][0]["profile"]["A"];
        *profile = if *profile == "build" { "restrain" } else { "build" }.into();
    });
    is_caught("corner left out", &sets, |value| {
        drop(value["states"]["calm"]["outer"].as_array_mut().unwrap().remove(0));
    });
    is_caught("distance", &sets, |value| {
        value["states"]["calm"]["distance"] = "0".into();
    });
    // Where nobody has anything to gain exactly, and where numbers are within bounds.
    for discount in ["1/2", "9/10"] {
        let markov = ["solve", "tension-and-war", "-c", "markov", "--discount", discount];
        let equilibrium = |value: &Value| value["equilibria"][0].clone();
        let moved = |value: &mut Value, by: f64| match value.as_f64() {
            Some(number) => *value = (number + by).into(),
            None => shift(value, &format!("{by:.6}")),
        };
        is_caught("earned", &markov, |value| {
            moved(&mut value["equilibria"][0]["states"]["calm"]["payoffs"]["A"], 1e-3);
        });
        is_caught("no gain", &markov, |value| moved(&mut value["equilibria"][0]["regret"], -1e-3));
        is_caught("no gain in a state", &markov, |value| {
            let state = &mut value["equilibria"][0]["states"]["crisis"];
            moved(&mut state["one_shot_regret"], -1e-3);
        });
        is_caught("within", &markov, |value| {
            moved(&mut value["equilibria"][0]["payoff_error"], -1e-3);
        });
        is_caught("strategies", &markov, |value| {
            let state = &mut value["equilibria"][0]["states"]["tension"];
            state["strategies"]["A"] = serde_json::json!({ "restrain": "1/2", "build": "1/2" });
        });
        is_caught("twice", &markov, |value| {
            let one = equilibrium(value);
            value["equilibria"].as_array_mut().unwrap().push(one);
        });
    }
    let in_states = ["solve", "tension-and-war", "-c", "critical-discount"];
    is_caught("later", &in_states, |value| {
        let points = value["points"].as_array_mut().unwrap();
        shift(&mut points.last_mut().unwrap()["discount"], "-1/16");
    });
    is_caught("another", &in_states, |value| {
        for one in value["critical_discount"].as_array_mut().unwrap() {
            one["profile"] = serde_json::json!({ "A": "build", "B": "restrain" });
        }
    });
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/two_state_agreement.toml");
    let patience = ["solve", model, "-c", "critical-discount", "--method", "agreements"];
    for key in ["held", "kept", "threat"] {
        let ends = format!("{key}_from");
        is_caught(&ends, &patience, |value| {
            let one = &mut value["agreements"][0]["by_threat"][0][key];
            shift(&mut one[0]["from"]["inside"], "1/1000");
        });
        let lower = format!("{key}_lower");
        is_caught(&lower, &patience, |value| {
            let one = &mut value["agreements"][0]["by_threat"][0][key];
            shift(&mut one[0]["from"]["inside"], "-1/1000");
        });
        let none = format!("{key}_nowhere");
        is_caught(&none, &patience, |value| {
            value["agreements"][0]["by_threat"][0][key] = serde_json::json!([]);
        });
    }
    is_caught("another_threat", &patience, |value| {
        value["threats"][0]["states"]["low"]["A"] = serde_json::json!({ "C": "1" });
    });
    is_caught("another_agreement", &patience, |value| {
        value["agreements"][0]["agreement"] = "defect".into();
    });
    let negotiation = [&states[..], &["--method", "negotiation", "--negotiation", "1/2"]].concat();
    is_caught("share", &negotiation, |value| {
        let share = &mut value["states"]["calm"]["shares"]["A"];
        *share = (share.as_f64().unwrap() + 1e-6).into();
    });
    is_caught("agreed", &negotiation, |value| {
        value["states"]["calm"]["played"] = serde_json::json!({ "A": "build", "B": "build" });
    });
    is_caught("weights", &negotiation, |value| {
        value["negotiation"]["weights"] = serde_json::json!({ "A": "1/4", "B": "3/4" });
    });
}

#[test]
fn what_is_changed_of_public_perfect_equilibria_is_caught() {
    let little = "1/1000000";
    let call = ["solve", "noisy-dilemma-kranz", "-c", "public-perfect"];
    is_caught("at", &call, |value| shift(&mut value["at"]["joint"], little));
    is_caught("factor", &call, |value| value["discount"] = "4/5".into());
    is_caught("row", &call, |value| drop(value["rows"].as_array_mut().unwrap().remove(2)));
    is_caught("critical", &call, |value| shift(&mut value["rows"][2]["discount"], little));
    is_caught("played", &call, |value| value["rows"][2]["played"]["Row"] = "D".into());
    is_caught("profile", &call, |value| drop(value["profiles"].as_array_mut().unwrap().pop()));
    is_caught("least", &call, |value| shift(&mut value["profiles"][0]["least"], "-1/1000000"));
    is_caught("reward", &call, |value| {
        shift(&mut value["profiles"][0]["joint"][0]["rewards"]["Row"]["yC"], "-1/1000000");
    });
    is_caught("value", &call, |value| {
        shift(&mut value["profiles"][0]["joint"][1]["value"], "-1/1000000");
    });
    is_caught("multiplier", &call, |value| {
        let multipliers = &mut value["profiles"][0]["multipliers"];
        shift(&mut multipliers["Row"]["D"], "1");
    });
    let symmetric = [&call[..], &["--method", "symmetric", "--discount", "19/20"]].concat();
    let scores = [&call[..], &["--method", "scores"]].concat();
    is_caught("score", &scores, |value| {
        shift(&mut value["scores"][0]["value"], "-1/1000000");
        shift(&mut value["scores"][0]["profiles"][2]["value"], "-1/1000000");
    });
    is_caught("corner", &scores, |value| {
        shift(&mut value["corners"][2]["payoffs"]["Row"], "-1/1000000");
    });
    is_caught("fewer", &scores, |value| drop(value["corners"].as_array_mut().unwrap().remove(1)));
    is_caught("cone", &scores, |value| {
        drop(value["corners"][2]["cones"].as_array_mut().unwrap().pop());
    });
    is_caught("weighted", &scores, |value| {
        shift(
            &mut value["corners"][2]["cones"][0]["ends"][0]["continuations"]["Row"]["y1"],
            little,
        );
    });
    is_caught("enforceable", &scores, |value| {
        shift(&mut value["enforceable"][0]["continuations"]["Row"]["yC"], "-100");
    });
    is_caught("unjudged", &scores, |value| {
        drop(value["enforceable"].as_array_mut().unwrap().pop());
    });
    is_caught("direction", &scores, |value| {
        drop(value["scores"].as_array_mut().unwrap().remove(1));
    });
    is_caught("each", &symmetric, |value| shift(&mut value["at"]["joint"], little));
}

#[test]
fn what_is_changed_of_payoffs_without_payments_is_caught() {
    let little = "1/1000000";
    let call = [
        "solve",
        "noisy-dilemma-kranz",
        "-c",
        "public-perfect",
        "--method",
        "payoffs",
        "--discount",
        "3/5",
    ];
    is_caught("inner-payoffs", &call, |value| {
        shift(&mut value["inner"][0]["payoffs"]["Row"], little);
    });
    is_caught("outer-corner", &call, |value| {
        drop(value["outer"].as_array_mut().unwrap().remove(1));
    });
    is_caught("no-step", &call, |value| value["steps"].as_array_mut().unwrap().clear());
    is_caught("level", &call, |value| shift(&mut value["steps"][2]["levels"][0], "-1/10"));
    // With less patience all that is claimed holds too: only stage equilibria are reached.
    is_caught("more-patience", &call, |value| value["discount"] = "19/20".into());
    is_caught("no-distance", &call, |value| value["distance"] = serde_json::Value::Null);
}

#[test]
fn what_is_changed_of_triggers_is_caught() {
    let little = "1/1000000";
    let call = ["solve", "noisy-monitoring", "-c", "public-perfect", "--method", "trigger"];
    is_caught("length", &call, |value| {
        value["agreements"]["Restraint"]["best"] = 0.into();
    });
    is_caught("none", &call, |value| value["agreements"]["Restraint"]["best"] = Value::Null);
    is_caught("worth", &call, |value| {
        shift(&mut value["agreements"]["Restraint"]["lengths"][1]["payoffs"]["Row"], little);
    });
    is_caught("loss", &call, |value| {
        shift(&mut value["agreements"]["Restraint"]["lengths"][1]["slack"], little);
    });
    is_caught("patience", &call, |value| value["discount"] = "1/2".into());
    let never = [&call[..], &["--discount", "1/10"]].concat();
    is_caught("tried", &never, |value| {
        value["agreements"]["Restraint"]["tried"] = u64::MAX.into();
    });
}

#[test]
fn a_changed_probability_is_caught() {
    is_caught("probability", &["solve", "stag-hunt"], |value| {
        let strategy = &mut value["equilibria"][1]["strategies"]["Row"];
        shift(&mut strategy["Stag"], "1/1000000000000");
        shift(&mut strategy["Hare"], "-1/1000000000000");
    });
    for concept in ["correlated", "coarse-correlated"] {
        let name = format!("{concept}-probability");
        is_caught(&name, &["solve", "chicken", "-c", concept], |value| {
            let distribution = value["distribution"].as_object_mut().unwrap();
            let profiles: Vec<String> = distribution.keys().cloned().collect();
            shift(&mut distribution[&profiles[0]], "1/1000000000");
            shift(&mut distribution[&profiles[1]], "-1/1000000000");
        });
        let call = ["solve", "chicken", "-c", concept, "--objective", "egalitarian"];
        is_caught(&format!("{concept}-weights"), &call, |value| {
            let weights = value["player_weights"].as_object_mut().unwrap();
            let players: Vec<String> = weights.keys().cloned().collect();
            shift(&mut weights[&players[0]], "1/1000000000");
            shift(&mut weights[&players[1]], "-1/1000000000");
        });
    }
}

#[test]
fn swapped_payoffs_are_caught() {
    is_caught("swapped", &["solve", "battle-of-the-sexes"], |value| {
        let payoffs = value["equilibria"][0]["payoffs"].as_object_mut().unwrap();
        let players: Vec<String> = payoffs.keys().cloned().collect();
        let (first, second) = (payoffs[&players[0]].clone(), payoffs[&players[1]].clone());
        payoffs[&players[0]] = second;
        payoffs[&players[1]] = first;
    });
}

#[test]
fn an_equilibrium_missing_from_a_complete_list_is_caught() {
    for concept in ["pure", "nash"] {
        is_caught("missing", &["solve", "stag-hunt", "-c", concept], |value| {
            value["equilibria"].as_array_mut().unwrap().pop();
            // The components too, so that it is the completeness that does not hold.
            if let Some(components) = value.get_mut("components").and_then(Value::as_array_mut) {
                components.pop();
            }
        });
    }
}

#[test]
fn a_critical_discount_factor_moved_by_a_billionth_is_caught() {
    for by in ["1/1000000000", "-1/1000000000"] {
        for bound in ["upper", "lower"] {
            is_caught("discount", &["solve", "turnover", "-c", "repeated"], |value| {
                shift(&mut value["critical_discount"]["Restraint"][bound], by);
            });
        }
        let call = ["compare", "northeast-asia-tension", "--mechanism", "information"];
        is_caught("states-compared", &call, |value| {
            let scenario = &mut value["scenarios"][1];
            shift(&mut scenario["outcome"]["conflict"]["within"], by);
        });
        is_caught("margin-compared", &call, |value| {
            let first = &mut value["scenarios"][0]["agreements"][1]["first_to_leave"];
            shift(&mut first["gain"], by);
        });
        is_caught("discount-compared", &["compare", "noisy-monitoring"], |value| {
            let scenario = &mut value["scenarios"][1];
            shift(&mut scenario["critical_discount"]["Restraint"]["upper"], by);
        });
    }
}

#[test]
fn a_better_value_than_there_is_is_caught() {
    is_caught("value", &["solve", "matching-pennies", "-c", "minimax"], |value| {
        shift(&mut value["value"]["Row"], "1/1000000000");
    });
    is_caught("leader", &["solve", "stackelberg-commitment", "-c", "stackelberg"], |value| {
        shift(&mut value["leader_value"], "1/1000000000");
    });
}

#[test]
fn a_property_that_does_not_hold_is_caught() {
    let call = ["solve", "stag-hunt", "-c", "structure"];
    is_caught("potential", &call, |value| {
        shift(&mut value["exact_potential"]["values"]["Hare|Hare"], "1/1000000000");
    });
    is_caught("perfect", &["solve", "stag-hunt", "-c", "refinement"], |value| {
        value["withstands"][2]["payoff_undominated"] = true.into();
    });
    let call_symmetric = ["solve", "stag-hunt", "-c", "symmetric"];
    is_caught("stable", &call_symmetric, |value| {
        value["equilibria"][1]["evolutionarily_stable"] = true.into();
        value["equilibria"][1].as_object_mut().unwrap().remove("invader");
    });
    is_caught("symmetry", &call, |value| value["symmetric"] = false.into());
}

#[test]
fn a_result_of_another_model_or_parameter_is_caught() {
    is_caught("model", &["solve", "prisoners-dilemma"], |value| {
        let sha = value["model"]["sha256"].as_str().unwrap().replacen(|_: char| true, "x", 1);
        value["model"]["sha256"] = sha.into();
    });
    is_caught("parameter", &["solve", "prisoners-dilemma", "-c", "repeated"], |value| {
        shift(&mut value["model"]["parameters"]["T"], "1/1000000000");
    });
}
