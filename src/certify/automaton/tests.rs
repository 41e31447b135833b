use super::*;
use crate::game::answer::Objective;
use crate::game::{DiscountFactor, Lottery, Provenance, Stretch, StretchEnd, When};
use crate::solve::Budget;
use crate::solve::repeated::{
    MachineError, OptimalTarget, Reversion, find_carrot_and_stick, find_optimal_automaton,
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
