//! The flagship model against reference results that were worked out by other programs.
//!
//! tests/data/flagship_reference.json holds exact numbers of the model in models/northeast-asia.toml:
//! two independent implementations of the payoffs, equilibrium counts by lrsnash, critical discount
//! factors checked by bisection on the value recursion, and shares over 10,000 points.

#![allow(clippy::unwrap_used, clippy::panic)]

use detente::game::answer::CriticalDiscount;
use detente::mechanism::{Situation, apply_mechanisms};
use detente::model::{Model, library};
use detente::num::Rational;
use detente::solve::nash::enumerate_equilibria;
use detente::solve::{Budget, find_best_correlated_equilibrium, find_optimal_commitment};
use detente::study::boundary::reply_boundaries;
use detente::study::design::Design;
use detente::study::evaluate::{Evaluation, Play, choice_game, evaluate};
use detente::study::scenario::{Scenario, all_scenarios, find_scenario};
use detente::study::shares::Shares;
use detente::study::sweep::Sweep;
use serde_json::Value;

fn reference() -> Value {
    serde_json::from_str(include_str!("data/flagship_reference.json")).unwrap()
}

fn builtin(id: &str) -> Model {
    Model::read(id, library::find(id).unwrap().text).unwrap()
}

fn exact(value: &Value) -> Rational {
    value.as_str().unwrap_or_else(|| panic!("{value} is no exact number")).parse().unwrap()
}

fn set(model: &Model, pairs: &[(&str, Rational)]) -> Vec<(usize, Rational)> {
    pairs.iter().map(|(name, value)| (model.parameter(name).unwrap(), value.clone())).collect()
}

fn set_of(model: &Model, value: &Value) -> Vec<(usize, Rational)> {
    let object = value.as_object().unwrap();
    object.iter().map(|(name, value)| (model.parameter(name).unwrap(), exact(value))).collect()
}

fn scenario(model: &Model, id: &str) -> Scenario {
    find_scenario(model, if id == "status_quo" { "baseline" } else { id }).unwrap()
}

fn evaluated<'m>(
    model: &'m Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
) -> (Situation<'m, Rational>, Evaluation<Rational>) {
    let baseline = Situation::baseline(model, set).unwrap();
    let situation = apply_mechanisms(baseline, mechanisms).unwrap();
    let evaluation = evaluate(&situation, &Budget::unlimited()).unwrap();
    (situation, evaluation)
}

/// One scenario at some parameters against the reference: equilibria, path, restraint, outcome.
fn check_scenario(model: &Model, set: &[(usize, Rational)], id: &str, expected: &Value) {
    let scenario = scenario(model, id);
    let (situation, evaluation) = evaluated(model, set, &scenario.mechanisms);
    let game = choice_game(&situation, &evaluation).unwrap();
    let output = |id: &str| model.outputs.iter().position(|output| output.id == id).unwrap();

    let list = enumerate_equilibria(&game, &Budget::unlimited()).answer.list;
    let stated = expected["equilibria"].as_array().unwrap();
    assert_eq!(list.len(), stated.len(), "{id}: number of equilibria");
    for wanted in stated {
        let found = list.iter().find(|equilibrium| {
            game.players().iter().zip(&equilibrium.profile).all(|(player, strategy)| {
                let probabilities = wanted[&player.name].as_object().unwrap();
                player.actions.iter().zip(strategy.probabilities()).all(|(action, probability)| {
                    probabilities.get(action).map_or(Rational::ZERO, exact) == *probability
                })
            })
        });
        let found = found.unwrap_or_else(|| panic!("{id}: an equilibrium is missing: {wanted}"));
        assert_eq!(found.payoffs, [exact(&wanted["UA"]), exact(&wanted["UB"])], "{id}");
        let play = Play::of_profile(&game, &found.profile);
        let tables = &evaluation.tables;
        for (player, name) in ["A", "B"].into_iter().enumerate() {
            for (part, letter) in ["V", "I", "P"].into_iter().enumerate() {
                let value = play.expectation(&tables.parts[player][part]);
                assert_eq!(value, exact(&wanted["parts"][format!("{letter}{name}")]), "{id}");
            }
        }
        for (quantity, key) in [("accident", "p_acc"), ("decision", "p_dec"), ("risk", "p_tot")] {
            let value = play.expectation(&tables.outputs[output(quantity)]);
            assert_eq!(value, exact(&wanted["parts"][key]), "{id}: {key}");
        }
    }

    for (agreement, wanted) in expected["critical_delta"].as_object().unwrap() {
        let at = model.agreements().iter().position(|one| one.id == *agreement).unwrap();
        let result = evaluation.agreements.iter().find(|result| result.agreement == at).unwrap();
        let wanted_value = &wanted["value"];
        match &result.critical {
            CriticalDiscount::Never => assert!(wanted_value.is_null(), "{id} {agreement}"),
            other => assert_eq!(other.number().unwrap(), exact(wanted_value), "{id} {agreement}"),
        }
        let binding = result.binding.as_ref().map(|deviation| {
            let player = &game.players()[deviation.player];
            format!("{}:{}", player.name, player.actions[deviation.action])
        });
        assert_eq!(binding.as_deref(), wanted["binding"].as_str(), "{id} {agreement}: binding");
    }

    let outcome = &expected["outcome_at_delta"];
    let kept = evaluation
        .outcome
        .map(|at| model.agreements()[evaluation.agreements[at].agreement].id.as_str());
    assert_eq!(kept, outcome["restraint"].as_str(), "{id}: what is kept");
    assert_eq!(evaluation.payoffs, [exact(&outcome["UA"]), exact(&outcome["UB"])], "{id}");
    assert_eq!(evaluation.outputs[output("risk")], exact(&outcome["risk"]), "{id}: risk");
    assert_eq!(evaluation.outputs[output("welfare")], exact(&outcome["W"]), "{id}: welfare");
    let decade = evaluation.cumulative[output("risk")].clone().unwrap();
    assert_eq!(decade, exact(&outcome["ten_year_risk"]), "{id}: ten-year risk");
}

#[test]
fn every_mechanism_has_the_exact_numbers_of_the_reference() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    let mechanisms = reference["mechanisms"].as_object().unwrap();
    assert_eq!(mechanisms.len(), 20);
    for (id, expected) in mechanisms {
        check_scenario(&model, &[], id, expected);
    }
}

#[test]
fn every_variant_has_the_exact_numbers_of_the_reference() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    for (name, variant) in reference["variants"].as_object().unwrap() {
        let set = set_of(&model, &variant["set"]);
        for (id, expected) in variant["mechanisms"].as_object().unwrap() {
            check_scenario(&model, &set, id, expected);
        }
        let (situation, evaluation) = evaluated(&model, &set, &[]);
        let game = choice_game(&situation, &evaluation).unwrap();
        let budget = Budget::unlimited();
        let objective = detente::game::answer::Objective::Welfare;
        let best = find_best_correlated_equilibrium(&game, &objective, Default::default(), &budget);
        let best = best.unwrap().answer.unwrap();
        assert_eq!(best.value, exact(&variant["best_correlated_sum"]), "{name}");
        let mixed = find_optimal_commitment(&game, 0, true, Default::default(), &budget);
        let mixed = mixed.unwrap().answer.unwrap();
        assert_eq!(mixed.leader_value, exact(&variant["stackelberg_mixed_UA"]), "{name}");
    }
}

#[test]
fn the_best_replies_and_the_race_are_those_of_the_reference() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    let (_, evaluation) = evaluated(&model, &[], &[]);
    let names = |profile: usize| [profile / 8, profile % 8];
    let path: Vec<[usize; 2]> = evaluation.path.iter().map(|&profile| names(profile)).collect();
    assert_eq!(path, [[1, 1], [2, 2], [3, 3]]);
    let lines = reply_boundaries(&model, &[], &[], model.parameter("g").unwrap()).unwrap();
    for line in lines {
        let (player, other) = (line.player, 1 - line.player);
        let here = line.below(&Rational::from(30)).map_or(line.first, |(_, action)| *action);
        let table = if player == 0 { "A_to_B" } else { "B_to_A" };
        let against = &model.players[other].actions[line.against[other]].id;
        let expected = reference["best_replies"][table][against].as_str().unwrap();
        assert_eq!(model.players[player].actions[here].id, expected);
    }
}

#[test]
fn commitment_of_bloc_a_is_restraint() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    let (situation, evaluation) = evaluated(&model, &[], &[]);
    let game = choice_game(&situation, &evaluation).unwrap();
    for (kind, mixed) in [("pure", false), ("mixed", true)] {
        let best =
            find_optimal_commitment(&game, 0, mixed, Default::default(), &Budget::unlimited());
        let best = best.unwrap().answer.unwrap();
        let expected = &reference["stackelberg_A_leads"][kind];
        assert_eq!(best.leader_value, exact(&expected["UA"]));
        assert_eq!(best.follower_value, exact(&expected["UB"]));
        assert_eq!(game.players()[1].actions[best.reply], expected["B"].as_str().unwrap());
        if mixed {
            assert_eq!(best.commitment.probabilities()[1], exact(&expected["A"]["Moderate"]));
            assert_eq!(best.commitment.probabilities()[2], exact(&expected["A"]["Strong"]));
        }
    }
}

/// The value of a parameter from which on bloc B's reply to a posture of A is a challenge.
fn challenge_from(
    model: &Model,
    set: &[(usize, Rational)],
    id: &str,
    along: &str,
    posture: usize,
) -> Rational {
    let mechanisms = scenario(model, id).mechanisms;
    let lines = reply_boundaries(model, set, &mechanisms, model.parameter(along).unwrap()).unwrap();
    let line = lines.iter().find(|line| line.player == 1 && line.against[0] == posture).unwrap();
    let challenges = |action: usize| action >= 4;
    assert!(!challenges(line.first));
    line.switches.iter().find(|(_, action)| challenges(*action)).unwrap().0.clone()
}

#[test]
fn deterrence_boundaries_are_exact() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    for (label, expected) in reference["g_thresholds"].as_object().unwrap() {
        let (id, r) = label.split_once(" r=").unwrap();
        let set = set(&model, &[("r", r.parse().unwrap())]);
        for (posture, name) in ["Withdraw", "Moderate", "Strong", "Maximum"].iter().enumerate() {
            let found = challenge_from(&model, &set, id, "g", posture);
            assert_eq!(found, exact(&expected[name]), "{label} {name}");
        }
    }
    for (posture, name) in ["Withdraw", "Moderate", "Strong", "Maximum"].iter().enumerate().skip(1)
    {
        let expected = exact(&reference["values_overweight_threshold_B_challenges"][name]);
        assert_eq!(challenge_from(&model, &[], "values_heavy_B", "omega", posture), expected);
    }
    // Where Maximum is forbidden to both, Strong deters only up to 900/13.
    let window = challenge_from(&model, &[], "arms_limit", "g", 2);
    assert_eq!(window, exact(&reference["arms_limit_g_threshold_at_Strong"]));
}

#[test]
fn critical_discount_factors_by_greed_are_exact() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    for (g, expected) in reference["critical_delta_by_g"].as_object().unwrap() {
        let set = set(&model, &[("g", g.parse().unwrap())]);
        let (_, evaluation) = evaluated(&model, &set, &[]);
        for (at, agreement) in model.agreements().iter().enumerate() {
            let wanted = &expected[&agreement.id]["value"];
            let number = evaluation.agreements[at].critical.number();
            assert_eq!(number, (!wanted.is_null()).then(|| exact(wanted)), "g = {g}");
        }
    }
}

#[test]
fn single_system_actors_are_scored_by_true_weights() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    for (label, expected) in reference["single_system"].as_object().unwrap() {
        let (part, who) = label.split_once(':').unwrap();
        if part == "power" {
            // Degenerate: the reference lists equilibria of equal support sizes only.
            continue;
        }
        let id = if who == "both" { format!("{part}_only") } else { format!("{part}_only_{who}") };
        let (situation, evaluation) = evaluated(&model, &[], &scenario(&model, &id).mechanisms);
        let game = choice_game(&situation, &evaluation).unwrap();
        let list = enumerate_equilibria(&game, &Budget::unlimited()).answer.list;
        let mut found: Vec<[Rational; 3]> = list
            .iter()
            .map(|equilibrium| {
                let play = Play::of_profile(&game, &equilibrium.profile);
                let tables = &evaluation.tables;
                [&tables.payoffs[0], &tables.payoffs[1], &tables.outputs[0]]
                    .map(|t| play.expectation(t))
            })
            .collect();
        let mut wanted: Vec<[Rational; 3]> = expected
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one.is_object())
            .map(|one| ["true_UA", "true_UB", "p_tot"].map(|key| exact(&one[key])))
            .collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{label}");
    }
}

#[test]
fn the_neutral_form_has_the_exact_numbers_of_the_reference() {
    let (model, reference) = (builtin("northeast-asia-neutral"), reference());
    for (label, expected) in reference["extension_8x8"].as_object().unwrap() {
        let mut set = set_of(&model, &expected["extra"]);
        if label.ends_with("80") {
            set.push((model.parameter("g").unwrap(), Rational::from(80)));
        }
        let (situation, evaluation) = evaluated(&model, &set, &[]);
        let game = choice_game(&situation, &evaluation).unwrap();
        let list = enumerate_equilibria(&game, &Budget::unlimited()).answer.list;
        let stated = expected["equilibria"].as_array().unwrap();
        assert_eq!(list.len(), stated.len(), "{label}");
        assert_eq!(list[0].payoffs, [exact(&stated[0]["UA"]), exact(&stated[0]["UB"])], "{label}");
    }
}

/// The shares over the first points of the sequence; the command in docs/performance.md counts all
/// 10,000, and benches/peers/flagship_shares.py holds the result against the reference.
#[test]
fn the_sequence_visits_the_points_of_the_reference() {
    let (model, reference) = (builtin("northeast-asia"), reference());
    let ranges: Vec<(String, f64, f64)> = model
        .parameters
        .iter()
        .filter_map(|parameter| {
            let (low, high) = parameter.range()?;
            Some((parameter.name.clone(), low.to_f64(), high.to_f64()))
        })
        .collect();
    let names: Vec<&str> = ranges.iter().map(|(name, ..)| name.as_str()).collect();
    let order = reference["order"]["parameters"].as_array().unwrap();
    assert_eq!(names, order.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>());
    let design = Design::sequence(ranges.clone(), 40).unwrap();
    let varied = names.iter().map(|name| model.parameter(name).unwrap()).collect();
    let scenarios = all_scenarios(&model);
    let width = scenarios.len();
    let sweep = Sweep { model: &model, set: vec![], design, varied, scenarios, facts: true };
    let cells = sweep.cells(0, 40, &Budget::unlimited()).unwrap();
    let mut shares = Shares::new(&model, &sweep.scenarios, &sweep.design.names());
    for point in cells.chunks(width) {
        shares.count(point);
    }
    assert_eq!(shares.points, 40);
    // Intervals and exact numbers agree cell by cell.
    for (at, cell) in cells.iter().enumerate().step_by(37) {
        let cell = cell.as_ref().unwrap();
        let again = sweep.exact_cell((at / width) as u64, at % width).unwrap();
        assert_eq!((cell.agreement, &cell.stage), (again.agreement, &again.stage));
        for (near, exact) in cell.payoffs.iter().zip(&again.payoffs) {
            assert!((near - exact).abs() <= 1e-9 * exact.abs().max(1.0), "{near} {exact}");
        }
    }
}

#[test]
fn commitment_is_worth_what_it_is_believed() {
    let builtin = library::find("northeast-asia").unwrap();
    let pure = r#"commitment = "pure" }"#;
    assert_eq!(builtin.text.matches(pure).count(), 1);
    let played = |commitment: &str, credibility: Option<&str>| {
        let believed = credibility.map_or_else(String::new, |q| format!(", credibility = \"{q}\""));
        let operator = format!("commitment = \"{commitment}\"{believed} }}");
        let text = builtin.text.replace(pure, &operator);
        let model = Model::read("believed.toml", &text).unwrap();
        let leadership = model.mechanisms.iter().position(|one| one.id == "leadership").unwrap();
        let (_, evaluation) = evaluated(&model, &[], &[leadership]);
        let payoff = evaluation.otherwise.expectation(&evaluation.choice[0]);
        (evaluation.otherwise, payoff)
    };
    // Believed for sure, a commitment is one; not believed at all, there is none.
    for kind in ["pure", "mixed"] {
        assert_eq!(played(kind, Some("1")), played(kind, None));
    }
    let model = Model::read(builtin.path, builtin.text).unwrap();
    let (_, baseline) = evaluated(&model, &[], &[]);
    let (without, payoff) = played("mixed", Some("0"));
    assert_eq!(without, baseline.otherwise);
    // `solve -c credibility`: worth something only above 0.301184.
    assert_eq!(played("mixed", Some("3/10")).1, payoff);
    assert!(played("mixed", Some("31/100")).1 > payoff);
}
