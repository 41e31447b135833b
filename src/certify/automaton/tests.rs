use super::*;
use crate::game::answer::Objective;
use crate::game::{
    Automaton, DiscountFactor, Lottery, MachineState, Provenance, Rule, Stretch, StretchEnd, When,
};
use crate::solve::Budget;
use crate::solve::repeated::{
    MachineError, OptimalTarget, Reversion, evaluate_automaton, find_carrot_and_stick,
    find_optimal_automaton,
};

fn find_grim_automaton(
    game: &NormalForm,
    profile: usize,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    Reversion::of(game)?.grim(profile, discount, budget)
}

fn find_punishment_automaton(
    game: &NormalForm,
    profile: usize,
    periods: Option<usize>,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    Reversion::of(game)?.punish(profile, periods, discount, budget)
}

fn dilemma() -> NormalForm {
    NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]])
}

fn factor(numerator: i64, denominator: i64) -> DiscountFactor {
    DiscountFactor::new(Rational::new(numerator, denominator)).unwrap()
}

fn refused(game: &NormalForm, machine: &Machine) -> bool {
    certify_machine(game, machine, &Limits::default()).is_err()
}

fn changed(game: &NormalForm, machine: &Machine, change: impl Fn(&mut Machine)) {
    assert!(!refused(game, machine));
    let mut other = machine.clone();
    change(&mut other);
    assert!(refused(game, &other), "{other:?}");
}

#[test]
fn an_automaton_with_one_wrong_transition_is_refused() {
    let game = dilemma();
    let budget = Budget::unlimited();
    let half = factor(3, 5);
    for machine in [
        find_grim_automaton(&game, 0, Some(&half), &budget).unwrap(),
        find_punishment_automaton(&game, 0, Some(3), Some(&half), &budget).unwrap(),
        find_carrot_and_stick(&game, 0, Some(&half), &budget).unwrap(),
    ] {
        let states = machine.automaton.states.len();
        for state in 0..states {
            for rule in 0..machine.automaton.states[state].rules.len() {
                for to in 0..states {
                    let next = Lottery::sure(to);
                    let known = &machine.automaton.states[state].rules[rule].next;
                    if *known == next {
                        continue;
                    }
                    changed(&game, &machine, |one| {
                        one.automaton.states[state].rules[rule].next = next.clone();
                    });
                }
            }
        }
    }
}

#[test]
fn what_is_changed_of_an_automaton_is_refused() {
    let game = dilemma();
    let budget = Budget::unlimited();
    let most = factor(3, 4);
    let machine = find_grim_automaton(&game, 0, Some(&most), &budget).unwrap();
    changed(&game, &machine, |one| one.values[0][1] = 4.into());
    changed(&game, &machine, |one| one.incentives[0][0] = None);
    changed(&game, &machine, |one| one.incentives[0][0].as_mut().unwrap().slack = 2.into());
    changed(&game, &machine, |one| one.incentives[1][1].as_mut().unwrap().slack = 0.into());
    changed(&game, &machine, |one| one.discount = most.clone().min(factor(2, 3)));
    changed(&game, &machine, |one| one.automaton.states[0].play = 3);
    changed(&game, &machine, |one| {
        one.provenance = Provenance::Punishment { periods: 1, least: true }
    });
    changed(&game, &machine, |one| one.automaton.states[1].rules[0].when = When::Kept);
    let end = |at: Rational, outside: Option<Rational>| StretchEnd { inside: at, outside };
    for sustained in [
        vec![],
        vec![Stretch { from: end(Rational::new(2, 5), None), to: None }],
        vec![Stretch { from: end(Rational::new(3, 5), None), to: None }],
        vec![Stretch { from: end(Rational::new(3, 5), Some(Rational::new(51, 100))), to: None }],
        vec![Stretch {
            from: end(Rational::new(1, 2), None),
            to: Some(end(Rational::new(3, 4), None)),
        }],
        vec![Stretch { from: end(Rational::new(1, 2), None), to: Some(end(Rational::ONE, None)) }],
    ] {
        changed(&game, &machine, |one| one.sustained = Some(sustained.clone()));
    }
    let few = find_punishment_automaton(&game, 0, Some(3), Some(&most), &budget).unwrap();
    changed(&game, &few, |one| {
        one.provenance = Provenance::Punishment { periods: 3, least: true };
    });
    changed(&game, &few, |one| {
        one.provenance = Provenance::Punishment { periods: 2, least: false };
    });
    changed(&game, &few, |one| one.provenance = Provenance::Grim);
    let target = OptimalTarget::Objective(Objective::Welfare);
    let best = find_optimal_automaton(&game, &most, &target, &budget).unwrap();
    changed(&game, &best, |one| {
        let Provenance::Optimal { objective, .. } = &mut one.provenance else { return };
        *objective = Some(Objective::Player(0));
    });
    changed(&game, &best, |one| {
        let Provenance::Optimal { polygon, .. } = &mut one.provenance else { return };
        polygon.discount = factor(7, 8);
    });
}

#[test]
fn a_stick_that_never_ends_is_refused() {
    // The stick D/D for ever is a stage equilibrium; no carrot follows it.
    let game = NormalForm::from_integers(&[&[3, -10], &[5, 1]], &[&[3, 5], &[-10, 1]]);
    let budget = Budget::unlimited();
    let mut machine = find_grim_automaton(&game, 0, Some(&factor(3, 5)), &budget).unwrap();
    assert!(!refused(&game, &machine));
    machine.provenance = Provenance::CarrotAndStick;
    let error = certify_machine(&game, &machine, &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("a stick never ends"), "{error}");
    // None is found either.
    for discount in [None, Some(&factor(3, 5)), Some(&factor(9, 10))] {
        let found = find_carrot_and_stick(&game, 0, discount, &budget).unwrap();
        assert!(!refused(&game, &found), "{found:?}");
    }
}

#[test]
fn punishments_of_more_periods_than_states_are_refused_at_once() {
    let game = dilemma();
    let budget = Budget::unlimited();
    // A punishment that goes around for ever.
    let mut machine =
        find_punishment_automaton(&game, 0, Some(2), Some(&factor(3, 4)), &budget).unwrap();
    machine.automaton.states[2].rules[0].next = Lottery::sure(1);
    let automaton = machine.automaton.clone();
    for least in [false, true] {
        let provenance = Provenance::Punishment { periods: 1_000_000_000_000_000, least };
        let machine =
            evaluate_automaton(&game, automaton.clone(), &factor(3, 4), provenance, &budget);
        let error = certify_machine(&game, &machine.unwrap(), &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("fewer states than periods"), "{error}");
    }
}

#[test]
fn factors_of_many_states_with_lotteries_are_out_of_reach_and_not_without_end() {
    let game = dilemma();
    let budget = Budget::unlimited();
    let count = 200;
    let state = |at: usize| {
        let share = Rational::new(1, 3 + at as i64 % 5);
        let other = (at * 7 + 3) % count;
        let next = Lottery::new([(other, share.clone()), (at, Rational::ONE - share)]).unwrap();
        let rules = vec![Rule { when: When::Otherwise, next }];
        MachineState { name: at.to_string(), play: 3, rules }
    };
    let states = (0..count).map(state).collect();
    let automaton = Automaton { states, start: Lottery::sure(0) };
    let mut machine =
        evaluate_automaton(&game, automaton, &factor(1, 2), Provenance::Given, &budget).unwrap();
    assert!(!refused(&game, &machine) && machine.sustained.is_none());
    let end = StretchEnd { inside: Rational::ZERO, outside: None };
    machine.sustained = Some(vec![Stretch { from: end, to: None }]);
    // As the work is counted, and not by the clock.
    let limits = Limits { work: Limits::default().work / 100, ..Limits::default() };
    let error = certify_machine(&game, &machine, &limits).unwrap_err();
    assert!(matches!(error, Refutation::OutOfReach(_)), "{error}");
}

#[test]
fn what_is_better_than_the_best_is_told_by_the_outer_polygon() {
    let game = dilemma();
    let budget = Budget::unlimited();
    let target = OptimalTarget::Objective(Objective::Egalitarian);
    let mut best = find_optimal_automaton(&game, &factor(3, 4), &target, &budget).unwrap();
    assert_eq!(objective_gap(&best), Some(Rational::ZERO));
    let checked = certify_machine(&game, &best, &Limits::default()).unwrap().checked;
    assert!(checked.iter().any(|one| one.contains("no point of the outer polygon")), "{checked:?}");
    // An outer polygon that is known less well.
    let Provenance::Optimal { polygon, .. } = &mut best.provenance else { panic!() };
    let more = Rational::new(1, 1000);
    let most = polygon.outer.iter_mut().max_by_key(|one| &one[0] + &one[1]).unwrap();
    *most = most.clone().map(|payoff| payoff + &more);
    assert_eq!(objective_gap(&best), Some(more));
}
