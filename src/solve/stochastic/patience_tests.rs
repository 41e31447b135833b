//! At which discount factors agreements in states are kept, against the values at single ones.

use super::patience::stretches;
use crate::certify::{Limits, certify_pact, certify_pact_patience};
use crate::game::answer::CriticalDiscount;
use crate::game::stochastic::{Pact, PactPatience, StochasticGame, StochasticState, Threat};
use crate::game::{
    Agreement, DiscountFactor, NormalForm, Player, PunishmentRule, RepeatedGame, Stretch,
};
use crate::num::Rational;
use crate::random::PathRandom;
use crate::solve::Budget;
use crate::solve::repeated::sustain_agreements;
use crate::solve::stochastic::{PatienceError, find_pact_patience, value_pact};

fn inside(list: &[Stretch], at: &Rational) -> bool {
    list.iter()
        .any(|one| one.from.inside <= *at && one.to.as_ref().is_none_or(|to| *at <= to.inside))
}

/// Whether a factor lies between the two numbers that an end is known to lie between.
fn near_an_end(list: &[Stretch], at: &Rational) -> bool {
    list.iter().flat_map(|one| std::iter::once(&one.from).chain(&one.to)).any(|end| {
        end.outside.as_ref().is_some_and(|outside| {
            let (low, high) =
                if *outside < end.inside { (outside, &end.inside) } else { (&end.inside, outside) };
            low < at && at < high
        })
    })
}

fn solved(game: &StochasticGame, pacts: &[Pact]) -> PactPatience {
    let found = find_pact_patience(game, pacts, &Budget::unlimited()).unwrap();
    let answer = found.answer.unwrap();
    certify_pact_patience(game, &answer, &Limits::default()).unwrap();
    answer
}

/// Three states with a dilemma each, and what play leads to; both cooperating is the first profile.
fn dilemmas(random: &mut PathRandom) -> StochasticGame {
    let mut below = |most: usize| random.below(most) as i64;
    let states = (0..3).map(|at| {
        let (base, tempt, both) = (below(16), 5 + below(2), below(2));
        let own = [base + 4, base - 1, base + tempt, base + both];
        let other = [own[0], own[2], own[1], own[3]];
        let table = |own: [i64; 4]| own.map(Rational::from).to_vec();
        let players = ["A", "B"].map(|name| Player::new(name, ["c", "d"]));
        let stage = NormalForm::new(players.to_vec(), vec![table(own), table(other)]).unwrap();
        let transitions = (0..4).map(|_| {
            let (one, two) = (below(5), below(5));
            let parts = [one, two, 8 - one - two];
            let parts = parts.iter().enumerate().filter(|(_, part)| **part > 0);
            parts.map(|(to, part)| (to, Rational::new(*part, 8))).collect()
        });
        let transitions = transitions.collect();
        StochasticState { name: format!("s{at}"), stage, transitions }
    });
    let states = states.collect();
    StochasticGame::new(states, DiscountFactor::new(Rational::ZERO).unwrap(), 0).unwrap()
}

/// Cooperation in all states or but the last one, with the threat of defection.
fn cooperation(random: &mut PathRandom, game: &StochasticGame) -> Pact {
    let stays = Rational::new(7, 8);
    let mut less = || Rational::new(random.below(4) as i64, 8);
    let stays_after =
        (0..2).map(|_| (0..3).map(|_| (0..2).map(|_| less()).collect()).collect()).collect();
    let last = (random.below(2) == 0).then_some(0);
    let defect = |state: &StochasticState| state.stage.pure_profile(&[1, 1]);
    Pact {
        name: "cooperation".to_owned(),
        profiles: vec![Some(0), Some(0), last],
        stays,
        renewed: Rational::ZERO,
        stays_after,
        fallback: game.states().iter().map(defect).collect(),
    }
}

#[test]
fn stretches_say_what_values_at_each_discount_factor_do() {
    let mut random = PathRandom::new(11, 0);
    let (mut held, mut failed, mut kept, mut lost) = (0, 0, 0, 0);
    let games = (0..60).flat_map(|_| {
        let game = dilemmas(&mut random);
        let pact = cooperation(&mut random, &game);
        let renewed = Pact { renewed: Rational::new(1, 8), ..pact.clone() };
        [(game.clone(), pact), (game, renewed)]
    });
    for (game, pact) in games.collect::<Vec<_>>() {
        let one = stretches(&game, &pact, &pact.fallback, &Budget::unlimited()).unwrap();
        let threat = Threat { play: pact.fallback.clone(), found: Vec::new() };
        let answer = PactPatience {
            threats: vec![threat],
            open: Vec::new(),
            agreements: vec![vec![one.clone()]],
        };
        certify_pact_patience(&game, &answer, &Limits::default()).unwrap();
        let all = [&one.held, &one.threat, &one.kept].map(|list| list.clone().unwrap());
        // With more patience the agreement may fail again.
        lost += usize::from(all[0].iter().any(|one| one.to.is_some()));
        for part in 1..24 {
            let at = Rational::new(part, 24);
            if all.iter().any(|list| near_an_end(list, &at)) {
                continue;
            }
            let discount = DiscountFactor::new(at.clone()).unwrap();
            let here = game.with_discount(discount);
            let value = value_pact(&here, &pact, &Budget::unlimited()).unwrap();
            certify_pact(&here, &pact, &value, &Limits::default()).unwrap();
            let both = inside(&all[0], &at) && inside(&all[1], &at);
            assert_eq!(inside(&all[2], &at), both, "{at} {all:?}");
            // With renewal a value holds where both do.
            let said = if pact.renewed.is_zero() { inside(&all[0], &at) } else { both };
            assert_eq!(value.holds(), said, "{at} {all:?}");
            if pact.renewed.is_zero() {
                let rest = is_equilibrium(&here, &value.after);
                assert_eq!(inside(&all[1], &at), rest, "{at} {all:?}");
            }
            kept += usize::from(both);
            if value.holds() { held += 1 } else { failed += 1 }
        }
    }
    assert!(held > 50 && failed > 50 && kept > 20 && lost > 0, "{held} {failed} {kept} {lost}");
}

/// Whether nobody gains by cooperating once where both always defect, which gives these values.
fn is_equilibrium(game: &StochasticGame, values: &[Vec<Rational>]) -> bool {
    let (later, now) = (game.discount().value(), Rational::ONE - game.discount().value());
    game.states().iter().enumerate().all(|(at, state)| {
        [(0, 1), (1, 2)].iter().all(|&(player, profile)| {
            let follows: Rational =
                state.transitions[profile].iter().map(|(to, p)| p * &values[player][*to]).sum();
            &now * state.stage.payoff(player, profile) + later * follows <= values[player][at]
        })
    })
}

/// One state: the dilemma with a false alarm, imperfect detection and turnover.
fn one_state(
    renewed: Rational,
    eps: Rational,
    seen: Rational,
    lives: Rational,
) -> (StochasticGame, Pact, RepeatedGame) {
    let stage = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
    let stays_after = (0..2).map(|_| vec![vec![&lives * (Rational::ONE - &seen); 2]]).collect();
    let pact = Pact {
        name: "restraint".to_owned(),
        profiles: vec![Some(0)],
        stays: &lives * (Rational::ONE - &eps),
        renewed: renewed.clone(),
        stays_after,
        fallback: Vec::new(),
    };
    let state = StochasticState {
        name: "only".to_owned(),
        transitions: vec![vec![(0, Rational::ONE)]; 4],
        stage: stage.clone(),
    };
    let game =
        StochasticGame::new(vec![state], DiscountFactor::new(Rational::ZERO).unwrap(), 0).unwrap();
    let repeated = RepeatedGame {
        renewal: renewed,
        stage,
        discount: None,
        survival: lives,
        false_alarm: eps,
        agreements: vec![Agreement {
            name: "restraint".to_owned(),
            profile: vec![0, 0],
            detection: vec![vec![seen; 2]; 2],
        }],
        punishment: PunishmentRule::WorstEquilibrium,
        transfers: false,
    };
    (game, pact, repeated)
}

#[test]
fn with_one_state_it_is_the_critical_discount_factor_of_the_repeated_game() {
    let cases = [((0, 1), (1, 1), (1, 1)), ((1, 20), (1, 2), (9, 10)), ((1, 8), (7, 8), (4, 5))];
    for ((eps, seen, lives), renewed) in
        cases.into_iter().flat_map(|one| [(one, (0, 1)), (one, (1, 10))])
    {
        let number = |(one, other)| Rational::new(one, other);
        let (game, pact, repeated) =
            one_state(number(renewed), number(eps), number(seen), number(lives));
        let critical = sustain_agreements(&repeated, &Budget::unlimited()).unwrap();
        let answer = solved(&game, &[pact]);
        assert_eq!(answer.threats.len(), 1);
        let one = &answer.agreements[0][0];
        match &critical.answer.agreements[0].critical {
            CriticalDiscount::At(at) => {
                let list = one.kept.as_ref().unwrap();
                assert_eq!(list.len(), 1);
                assert_eq!((&list[0].from.inside, &list[0].to), (at, &None));
                assert_eq!(list[0].from.outside, None);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(one.threat.as_ref().unwrap()[0].from.inside, Rational::ZERO);
    }
}

#[test]
fn a_stretch_that_is_too_long_or_too_short_is_refused() {
    let number = |one, other| Rational::new(one, other);
    let (game, pact, _) = one_state(Rational::ZERO, number(1, 20), number(1, 2), number(9, 10));
    let right = solved(&game, &[pact]);
    let refused = |change: &dyn Fn(&mut PactPatience)| {
        let mut answer = right.clone();
        change(&mut answer);
        assert!(certify_pact_patience(&game, &answer, &Limits::default()).is_err());
    };
    for by in [number(1, 100), number(-1, 100)] {
        refused(&|answer| answer.agreements[0][0].kept.as_mut().unwrap()[0].from.inside += &by);
        refused(&|answer| answer.agreements[0][0].held.as_mut().unwrap()[0].from.inside += &by);
    }
    refused(&|answer| answer.agreements[0][0].kept = Some(Vec::new()));
    refused(&|answer| answer.agreements[0][0].threat = Some(Vec::new()));
    refused(&|answer| {
        answer.agreements[0][0].pact.fallback[0] = game.states()[0].stage.pure_profile(&[0, 1]);
    });
    refused(&|answer| {
        let play = vec![game.states()[0].stage.pure_profile(&[0, 0])];
        answer.threats[0].play.clone_from(&play);
        answer.agreements[0][0].pact.fallback = play;
    });
    refused(&|answer| answer.open.push(Rational::ONE));
    refused(&|answer| answer.agreements[0].clear());
}

#[test]
fn too_many_states_and_no_agreement_are_refused() {
    let (game, pact, _) = one_state(Rational::ZERO, Rational::ZERO, Rational::ONE, Rational::ONE);
    let none = find_pact_patience(&game, &[], &Budget::unlimited());
    assert_eq!(none.unwrap_err(), PatienceError::NoAgreement);
    let states =
        (0..13).map(|at| StochasticState { name: format!("s{at}"), ..game.states()[0].clone() });
    let large = StochasticGame::new(states.collect(), game.discount().clone(), 0).unwrap();
    let wide = Pact {
        profiles: vec![Some(0); 13],
        stays_after: vec![vec![vec![Rational::ZERO; 2]; 13]; 2],
        ..pact
    };
    let found = find_pact_patience(&large, &[wide], &Budget::unlimited());
    assert_eq!(found.unwrap_err(), PatienceError::TooLarge(26));
}
