use proptest::prelude::*;

use super::*;
use crate::solve::Status;
use crate::solve::testing::{any_game, game, number};

fn best(game: &NormalForm, objective: &Objective) -> Correlated {
    let outcome =
        find_best_correlated_equilibrium(game, objective, LpMethod::Auto, &Budget::unlimited());
    let outcome = outcome.unwrap();
    assert_eq!(outcome.status, Status::Solved);
    let answer = outcome.answer.unwrap();
    assert_right(game, &answer);
    answer
}

/// Panics unless the distribution is obedient and the multipliers prove that it is best.
fn assert_right(game: &NormalForm, answer: &Correlated) {
    let p = &answer.distribution;
    assert!(p.iter().all(|p| !p.is_negative()));
    assert_eq!(p.iter().sum::<Rational>(), Rational::ONE);
    let value = if answer.objective.is_least() { -&answer.value } else { answer.value.clone() };
    let weights = match Goal::of(&answer.objective, game.num_players()).unwrap() {
        Goal::Sum(weights) => {
            assert!(answer.player_weights.is_empty());
            let sum: Rational = weights.iter().zip(&answer.payoffs).map(|(w, u)| w * u).sum();
            assert_eq!(sum, value);
            weights
        }
        Goal::Smallest => {
            assert_eq!(answer.payoffs.iter().min(), Some(&value));
            assert!(answer.player_weights.iter().all(|weight| !weight.is_negative()));
            assert_eq!(answer.player_weights.iter().sum::<Rational>(), Rational::ONE);
            answer.player_weights.clone()
        }
    };
    let mut bound = weighted_sums(game, &weights);
    for player in 0..game.num_players() {
        let expected: Rational = game.payoffs(player).iter().zip(p).map(|(u, p)| u * p).sum();
        assert_eq!(expected, answer.payoffs[player]);
        for told in 0..game.num_actions(player) {
            for deviation in 0..game.num_actions(player) {
                let gain: Rational = (0..game.num_profiles())
                    .filter(|&index| game.action_in(player, index) == told)
                    .map(|index| {
                        let other = game.deviation(index, player, deviation);
                        &p[index] * (game.payoff(player, index) - game.payoff(player, other))
                    })
                    .sum();
                assert!(!gain.is_negative());
            }
        }
    }
    for (player, told, deviation, multiplier) in &answer.multipliers {
        assert!(multiplier.is_positive());
        for (index, bound) in bound.iter_mut().enumerate() {
            if game.action_in(*player, index) == *told {
                let other = game.deviation(index, *player, *deviation);
                let gain = game.payoff(*player, index) - game.payoff(*player, other);
                *bound += multiplier * gain;
            }
        }
    }
    assert!(bound.iter().all(|bound| *bound <= value), "{bound:?} {value}");
}

#[test]
fn three_players_share_aumanns_device() {
    // Aumann (1974) as in Osborne & Rubinstein (1994), exercise 48.1.
    let one = [0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0];
    let two = [0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0];
    let three = [3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3];
    let game = game(&[2, 2, 3], &[one.to_vec(), two.to_vec(), three.to_vec()]);
    let answer = best(&game, &Objective::Welfare);
    assert_eq!(answer.payoffs, [2, 2, 2].map(Rational::from));
    // Nobody can be promised more, and the smallest payoff of a mediator who cares for it is 2 too.
    assert_eq!(best(&game, &Objective::Egalitarian).value, Rational::from(2));
}

#[test]
fn egalitarian_mediator_shares_what_a_partial_one_does_not() {
    // Aumann's chicken (1974): 21/4 each, the same as for the sum.
    let chicken = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    assert_eq!(best(&chicken, &Objective::Egalitarian).value, number("5.25"));
    // Battle of the sexes (Luce & Raiffa 1957): a coin gives 3/2 each.
    let battle = NormalForm::from_integers(&[&[2, 0], &[0, 1]], &[&[1, 0], &[0, 2]]);
    let fair = best(&battle, &Objective::Egalitarian);
    assert_eq!(fair.payoffs, ["3/2", "3/2"].map(number));
    assert_eq!(fair.distribution, ["1/2", "0", "0", "1/2"].map(number));
    assert_eq!(fair.player_weights, ["1/2", "1/2"].map(number));
    // Rock, paper, scissors: the value is all that either can have.
    let rps = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]];
    let (rows, columns) = (rps.concat(), rps.concat().iter().map(|u| -u).collect());
    let rps = game(&[3, 3], &[rows, columns]);
    assert!(best(&rps, &Objective::Egalitarian).value.is_zero());
    assert!(best(&rps, &Objective::LeastPlayer(1)).value.is_zero());
}

#[test]
fn minima_have_their_natural_sign() {
    let chicken = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let least = best(&chicken, &Objective::LeastWelfare);
    assert_eq!((least.value, least.payoffs), (number("7.2"), vec![number("3.6"); 2]));
    assert_eq!(best(&chicken, &Objective::LeastPlayer(0)).payoffs, [2, 7].map(Rational::from));
    let missing = Objective::LeastPlayer(2);
    let missing =
        find_best_correlated_equilibrium(&chicken, &missing, LpMethod::Auto, &Budget::unlimited());
    assert_eq!(missing.unwrap_err(), ObjectiveError::NoSuchPlayer { player: 2, players: 2 });
}

#[test]
fn objective_may_be_one_player_or_weights() {
    let chicken = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    assert_eq!(best(&chicken, &Objective::Player(0)).payoffs, [7, 2].map(Rational::from));
    assert_eq!(best(&chicken, &Objective::Player(1)).payoffs, [2, 7].map(Rational::from));
    let least = best(&chicken, &Objective::Weighted(vec![-Rational::ONE, -Rational::ONE]));
    assert_eq!(least.value, number("-7.2"));
    let missing = find_best_correlated_equilibrium(
        &chicken,
        &Objective::Player(2),
        LpMethod::Auto,
        &Budget::unlimited(),
    );
    assert_eq!(missing.unwrap_err(), ObjectiveError::NoSuchPlayer { player: 2, players: 2 });
}

#[test]
fn multipliers_are_lifted_through_several_rounds() {
    // The objective is best at profiles that dominance removes in the second and third round.
    let game = NormalForm::from_integers(&[&[1, 1, 0], &[0, 0, 90]], &[&[0, 2, 1], &[90, 1, 0]]);
    let answer = best(&game, &Objective::Weighted(vec![Rational::from(50), Rational::from(7)]));
    assert!(answer.multipliers.iter().any(|(_, _, _, y)| y.is_positive()));
}

#[test]
fn device_for_chicken_ignores_an_unrelated_action() {
    // Chicken with a third action that is a best response to itself only.
    let game = NormalForm::from_integers(
        &[&[6, 2, 0], &[7, 0, 0], &[0, 0, 1]],
        &[&[6, 7, 0], &[2, 0, 0], &[0, 0, 1]],
    );
    assert_eq!(best(&game, &Objective::Welfare).value, number("10.5"));
}

/// A game with payoffs from 0 to 1000.
fn uniform(actions: usize, seed: u64) -> NormalForm {
    let mut state = seed;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % 1001).unwrap()
    };
    let tables = [0, 1].map(|_| (0..actions * actions).map(|_| next()).collect());
    crate::solve::testing::game(&[actions, actions], &tables)
}

#[test]
fn large_devices_are_found_where_probabilities_are_tiny() {
    let mut tiny = 0;
    for seed in 1..=6 {
        let answer = best(&uniform(40, seed), &Objective::Welfare);
        let least = answer.distribution.iter().filter(|p| p.is_positive()).min().unwrap();
        tiny += usize::from(least.to_f64() < 1e-10);
    }
    // Machine numbers take some of them for zero.
    assert!(tiny > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn best_device_is_proved_and_beats_every_pure_equilibrium(
        game in any_game(1..4, 4), weights in prop::collection::vec(-2i64..4, 3)
    ) {
        let players = game.num_players();
        let weights: Vec<Rational> = weights[..players].iter().map(|&w| w.into()).collect();
        let objective = Objective::Weighted(weights.clone());
        let answer = best(&game, &objective);
        let sums = weighted_sums(&game, &weights);
        for (index, sum) in sums.iter().enumerate() {
            let stable = (0..players).all(|player| (0..game.num_actions(player)).all(|action| {
                let other = game.deviation(index, player, action);
                game.payoff(player, other) <= game.payoff(player, index)
            }));
            prop_assert!(!stable || *sum <= answer.value);
        }
        let budget = Budget::unlimited();
        // A back end of good_lp finds the same value, whatever basis it is read from.
        let through_good_lp =
            find_best_correlated_equilibrium(&game, &objective, LpMethod::GoodLp, &budget);
        let through_good_lp = through_good_lp.unwrap().answer.unwrap();
        assert_right(&game, &through_good_lp);
        prop_assert_eq!(&through_good_lp.value, &answer.value);
        // The reduction changes nothing: the same program for the whole game.
        let meter = Meter::new(LpMethod::Exact, &budget);
        let whole = find_obeyed(&game, &|_| true, &Goal::Sum(weights.clone()), &meter).unwrap();
        prop_assert_eq!(whole.value, answer.value);
        // The same for the smallest payoff, and a minimum is a maximum of negatives.
        let fair = best(&game, &Objective::Egalitarian);
        let whole = find_obeyed(&game, &|_| true, &Goal::Smallest, &meter).unwrap();
        prop_assert_eq!(whole.value, fair.value);
        let least = best(&game, &Objective::LeastWelfare);
        let negated = best(&game, &Objective::Weighted(vec![-Rational::ONE; players]));
        prop_assert_eq!(least.value, -negated.value);
    }
}
