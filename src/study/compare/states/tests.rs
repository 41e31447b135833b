//! Comparisons of models in states against repeated games, closed forms, and doctored answers.

use super::*;
use crate::certify::{Limits, Refutation, certify_pact};
use crate::model::Model;
use crate::study::compare::{Direction, compare};
use crate::study::design::{Axis, Design};
use crate::study::scenario::all_scenarios;
use crate::study::sweep::{Cell, Sweep};

/// A prisoner's dilemma with turnover and noisy monitoring; `HORIZON` says in which form.
const DILEMMA: &str = r#"
[model]
id = "dilemma"
title = "Dilemma"
[parameters]
delta = { value = "DELTA", range = [0, "99/100"], meaning = "patience", source = "illustrative" }
eps = { value = "1/20", range = [0, 1], meaning = "false alarm", source = "illustrative" }
lam = { value = "7/10", range = [0, 1], meaning = "detection", source = "illustrative" }
p = { value = "1/8", range = [0, 1], meaning = "turnover", source = "illustrative" }
rho = { value = "RHO", range = [0, 1], meaning = "renewal", source = "illustrative" }
[[players]]
id = "Row"
actions = ["C", "D"]
[[players]]
id = "Column"
actions = ["C", "D"]
[payoffs.table]
Row = [[3, 0], [5, 1]]
Column = [[3, 5], [0, 1]]
[[outputs]]
id = "sum"
formula = "payoff.Row + payoff.Column"
[horizon]
kind = "KIND"
discount = "delta"
survival = "1 - p"
false_alarm = "eps"
renewal = "rho"
detection = "lam"
[[horizon.agreements]]
id = "Restraint"
profile = { Row = "C", Column = "C" }
STATES
[[mechanisms]]
id = "inspections"
operators = [{ op = "set-parameter", parameter = "lam", to = "lam + (1 - lam) / 2" }]
cost = { Row = "1/100", Column = "1/100" }
"#;

const STATES: &str = "[[horizon.states]]\nid = \"only\"\ntransitions = { only = 1 }\n";

fn model(text: &str) -> Model {
    Model::read("test.toml", text).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn one_state_is_the_repeated_game() {
    let mut held = 0;
    for (numerator, rho) in (1..20).flat_map(|one| [(one, "0"), (one, "1/6")]) {
        let text = DILEMMA.replace("DELTA", &format!("{numerator}/20")).replace("RHO", rho);
        let repeated = model(&text.replace("KIND", "repeated").replace("STATES", ""));
        let states = model(&text.replace("KIND", "states").replace("STATES", STATES));
        let budget = Budget::unlimited();
        let scenarios = all_scenarios(&repeated);
        let one = compare(&repeated, &[], &scenarios, &budget).unwrap();
        let other =
            compare_states(&states, &[], &scenarios, &MarkovOptions::default(), &budget).unwrap();
        for (row, state_row) in one.rows.iter().zip(&other.rows) {
            let outcome = state_row.outlook(Way::Outcome).unwrap();
            assert_eq!(row.evaluation.outcome, state_row.kept, "{numerator}");
            assert_eq!(row.evaluation.payoffs, outcome.course.payoffs, "{numerator}");
            assert_eq!(row.evaluation.outputs, outcome.course.outputs, "{numerator}");
            assert_eq!(outcome.course.conflict, None);
            held += usize::from(state_row.kept.is_some());
        }
    }
    assert!((6..76).contains(&held), "{held}");
}

#[test]
fn sweeps_of_one_state_are_those_of_the_repeated_game() {
    let text = DILEMMA.replace("DELTA", "1/2").replace("RHO", "1/10");
    let repeated = model(&text.replace("KIND", "repeated").replace("STATES", ""));
    let states = model(&text.replace("KIND", "states").replace("STATES", STATES));
    let cells = |model: &Model| {
        let axis = Axis::parse("delta=1/20:19/20:19").unwrap();
        let design = Design::grid(vec![axis]).unwrap();
        let (set, scenarios) = (Vec::new(), all_scenarios(model));
        let sweep = Sweep { model, set, design, varied: vec![0], scenarios, facts: false };
        let cells = sweep.cells(0, 19, &Budget::unlimited()).unwrap();
        cells.into_iter().map(Result::unwrap).collect::<Vec<_>>()
    };
    for (one, other) in cells(&repeated).iter().zip(&cells(&states)) {
        assert_eq!((one.agreement, &one.stage), (other.agreement, &other.stage));
        assert_eq!(one.holds, other.holds);
        // The margin has the sign of the distance to the critical discount factor.
        let (critical, margin) = (one.critical[0].unwrap(), other.margins[0].unwrap());
        assert_eq!(one.point[0] >= critical, margin >= 0.0);
        let averages = |cell: &Cell| [cell.payoffs.clone(), cell.outputs.clone()].concat();
        for (one, other) in averages(one).iter().zip(averages(other)) {
            assert!((one - other).abs() < 1e-12);
        }
    }
}

/// Two states; from `peace` conflict comes with the probability h whatever is done.
const HAZARD: &str = r#"
[model]
id = "hazard"
title = "Hazard"
[parameters]
h = { value = "1/7", range = [0, 1], meaning = "hazard", source = "illustrative" }
[[players]]
id = "A"
actions = ["x", "y"]
[[players]]
id = "B"
actions = ["x"]
[payoffs.A]
total = "if(state.over == 1, 0, A.good)"
[payoffs.B]
total = "1 - state.over"
[[outputs]]
id = "peace"
formula = "1 - state.over"
better = "higher"
[horizon]
kind = "states"
discount = "3/4"
start = "peace"
CONFLICT
[[horizon.states]]
id = "peace"
over = 0
transitions = { peace = "1 - h", war = "h" }
[[horizon.states]]
id = "war"
over = 1
transitions = { war = 1 }
[comparison]
years = 12
[[mechanisms]]
id = "calm"
operators = [{ op = "set-parameter", parameter = "h", to = "h / 2" }]
[[mechanisms]]
id = "never"
operators = [{ op = "set-parameter", parameter = "h", to = "0" }]
"#;

fn hazard(conflict: &str) -> StateComparison {
    let text = HAZARD.replace("CONFLICT", conflict).replace(
        "actions = [\"x\", \"y\"]",
        "actions = [{ id = \"x\", good = 1 }, { id = \"y\", good = 0 }]",
    );
    let model = model(&text);
    compare_states(
        &model,
        &[],
        &all_scenarios(&model),
        &MarkovOptions::default(),
        &Budget::unlimited(),
    )
    .unwrap()
}

#[test]
fn conflict_comes_as_its_closed_form_says() {
    // The state that is never left is one of conflict where the model does not say.
    for conflict in ["", "conflict = [\"war\"]"] {
        let found = hazard(conflict);
        for (row, h) in found.rows.iter().zip([(1, 7), (1, 14), (0, 1)]) {
            let h = Rational::new(h.0, h.1);
            for way in [Way::Markov, Way::Transfers] {
                let course = &row.outlook(way).unwrap().course;
                let conflict = course.conflict.as_ref().unwrap();
                let stays = (0..12).fold(Rational::ONE, |all, _| all * (Rational::ONE - &h));
                assert_eq!(conflict.within, Some(Rational::ONE - stays));
                // (1 − δ)/(1 − δ (1 − h)).
                let delta = Rational::new(3, 4);
                let peace =
                    (Rational::ONE - &delta) / (Rational::ONE - &delta * (Rational::ONE - &h));
                assert_eq!(course.outputs, std::slice::from_ref(&peace));
                assert_eq!(course.payoffs, [peace.clone(), peace]);
                let waiting = (!h.is_zero()).then(|| Rational::ONE / &h);
                assert_eq!(conflict.waiting, waiting);
                assert_eq!(conflict.ever.is_zero(), h.is_zero());
            }
        }
        // Later is better, and never is best.
        let waiting = StateSubject::Waiting(Way::Markov);
        for row in &found.rows[1..] {
            let change = row.changes.iter().find(|one| one.metric.subject == waiting).unwrap();
            assert_eq!(change.direction, Direction::Better);
        }
    }
    let without = hazard("conflict = []");
    assert!(
        without
            .rows
            .iter()
            .all(|row| { row.outlook(Way::Markov).unwrap().course.conflict.is_none() })
    );
}

#[test]
fn a_doctored_agreement_is_refused() {
    for rho in ["0", "1/6"] {
        doctored_agreements(rho);
    }
}

fn doctored_agreements(rho: &str) {
    let text = DILEMMA
        .replace("DELTA", "4/5")
        .replace("RHO", rho)
        .replace("KIND", "states")
        .replace("STATES", STATES);
    let model = model(&text);
    let found = compare_states(
        &model,
        &[],
        &all_scenarios(&model),
        &MarkovOptions::default(),
        &Budget::unlimited(),
    )
    .unwrap();
    let row = &found.rows[0];
    let (one, limits) = (&row.agreements[0], Limits::default());
    certify_pact(&row.game, &one.pact, &one.value, &limits).unwrap();
    let refused = |change: &dyn Fn(&mut AgreementInStates)| {
        let mut wrong = one.clone();
        change(&mut wrong);
        certify_pact(&row.game, &wrong.pact, &wrong.value, &limits).unwrap_err()
    };
    let bit = Rational::new(1, 1_000_000);
    for player in 0..2 {
        refused(&|one| one.value.kept[player][0] = &one.value.kept[player][0] + &bit);
        refused(&|one| one.value.after[player][0] = &one.value.after[player][0] - &bit);
    }
    refused(&|one| {
        if let Some(most) = &mut one.value.most {
            most.gain = &most.gain - &bit;
        }
    });
    refused(&|one| one.value.most = None);
    refused(&|one| one.pact.stays = &one.pact.stays + &bit);
    refused(&|one| {
        let after = &mut one.pact.stays_after;
        after[0][0][1] = &after[0][0][1] + &bit;
        after[1][0][1] = &after[1][0][1] + &bit;
    });
    let misfit = refused(&|one| one.pact.profiles[0] = Some(9));
    assert!(matches!(misfit, Refutation::Misfit(_)));
}

/// Assurance: both restrain or both build, and war comes after building with the probability h.
const ASSURANCE: &str = r#"
[model]
id = "assurance"
title = "Assurance"
[parameters]
h = { value = "1/5", range = [0, 1], meaning = "hazard", source = "illustrative" }
g = { value = "3", range = [0, 9], meaning = "what restraint gives", source = "illustrative" }
[[players]]
id = "A"
actions = [{ id = "C", a = 1 }, { id = "D", a = 0 }]
[[players]]
id = "B"
actions = [{ id = "C", b = 1 }, { id = "D", b = 0 }]
[payoffs.A]
total = "if(state.over == 1, 0, A.a * (g * B.b - 1) + 2 - A.a)"
[payoffs.B]
total = "if(state.over == 1, 0, B.b * (g * A.a - 1) + 2 - B.b)"
[horizon]
kind = "states"
discount = "1/2"
[[horizon.agreements]]
id = "Restraint"
profile = { A = "C", B = "C" }
[[horizon.states]]
id = "peace"
over = 0
transitions = { peace = "1 - h * (1 - A.a * B.b)", war = "h * (1 - A.a * B.b)" }
[[horizon.states]]
id = "war"
over = 1
transitions = { war = 1 }
[comparison]
years = 3
[[mechanisms]]
id = "calm"
operators = [{ op = "set-parameter", parameter = "h", to = "h / 2" }]
[[mechanisms]]
id = "alone"
operators = [{ op = "set-parameter", parameter = "g", to = "1" }]
"#;

#[test]
fn other_equilibria_stand_beside_the_one_that_is_shown() {
    let model = model(ASSURANCE);
    let options = MarkovOptions { starts: 40, seed: 1 };
    let all = all_scenarios(&model);
    let found = compare_states(&model, &[], &all, &options, &Budget::unlimited()).unwrap();
    // Restraint never leads to war; building does within three periods with 1 − (1 − h)³.
    let risk = |h: Rational| {
        let stays = Rational::ONE - h;
        Rational::ONE - &stays * &stays * &stays
    };
    let expected = |h: Rational| {
        let mut pure = [Rational::ZERO, risk(h)];
        pure.sort();
        pure
    };
    for (row, h) in found.rows.iter().zip([(1, 5), (1, 10)]) {
        let pure: Vec<Rational> = std::iter::once(row.markov.as_ref().unwrap())
            .chain(row.others.iter().map(|other| &other.outlook))
            .filter(|outlook| outlook.exact)
            .map(|outlook| outlook.course.conflict.clone().unwrap().within.unwrap())
            .collect();
        for one in expected(Rational::new(h.0, h.1)) {
            assert!(pure.contains(&one), "{one} of {pure:?}");
        }
        let (least, most) = row.range_of_risk().unwrap();
        assert_eq!([least, most], expected(Rational::new(h.0, h.1)));
        // No course twice.
        for (at, one) in row.others.iter().enumerate() {
            let others = row.others[at + 1..].iter().map(|other| &other.outlook.course);
            assert!(
                others
                    .chain([&row.markov.as_ref().unwrap().course])
                    .all(|c| *c != one.outlook.course)
            );
        }
    }
    // Where restraint does not pay they build, and nothing else is played.
    assert!(found.rows[2].others.is_empty());
    assert!(found.rows[1].depends_on_equilibrium(&found.rows[0]));
    assert!(found.is_complete());
    let one = MarkovOptions::default();
    let alone = compare_states(&model, &[], &all, &one, &Budget::unlimited()).unwrap();
    assert!(alone.rows.iter().all(|row| row.others.is_empty()));
    assert_eq!(
        alone.rows[0].markov.as_ref().unwrap().play,
        found.rows[0].markov.as_ref().unwrap().play
    );
}
