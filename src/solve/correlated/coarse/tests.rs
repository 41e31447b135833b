use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, Refutation, certify_coarse_correlated, certify_correlated};
use crate::game::answer::Correlated;
use crate::solve::testing::{any_game, exchanged, game, number, rescaled};
use crate::solve::{
    Status, enumerate_equilibria_by_supports, find_best_correlated_equilibrium, nash,
};

fn coarse_by(game: &NormalForm, objective: &Objective, method: LpMethod) -> CoarseCorrelated {
    let budget = Budget::unlimited();
    let outcome = find_best_coarse_correlated_equilibrium(game, objective, method, &budget);
    let outcome = outcome.unwrap();
    assert_eq!(outcome.status, Status::Solved);
    let answer = outcome.answer.unwrap();
    if let Err(error) = certify_coarse_correlated(game, &answer, &Limits::default()) {
        panic!("{error}: {answer:?}");
    }
    answer
}

fn coarse(game: &NormalForm, objective: &Objective) -> CoarseCorrelated {
    coarse_by(game, objective, LpMethod::Auto)
}

fn fine(game: &NormalForm, objective: &Objective) -> Correlated {
    let budget = Budget::unlimited();
    let outcome = find_best_correlated_equilibrium(game, objective, LpMethod::Auto, &budget);
    let answer = outcome.unwrap().answer.unwrap();
    if let Err(error) = certify_correlated(game, &answer, &Limits::default()) {
        panic!("{error}: {answer:?}");
    }
    answer
}

/// A correlated equilibrium with a claim of its own value, unproved: as a coarse one.
fn as_coarse(answer: &Correlated, multipliers: Vec<(usize, usize, Rational)>) -> CoarseCorrelated {
    CoarseCorrelated {
        objective: answer.objective.clone(),
        distribution: answer.distribution.clone(),
        payoffs: answer.payoffs.clone(),
        value: answer.value.clone(),
        player_weights: answer.player_weights.clone(),
        multipliers,
    }
}

/// Every objective that names no weights.
fn objectives(players: usize) -> Vec<Objective> {
    let mut all = vec![Objective::Welfare, Objective::Egalitarian, Objective::LeastWelfare];
    for player in 0..players {
        all.extend([Objective::Player(player), Objective::LeastPlayer(player)]);
    }
    all
}

fn chicken() -> NormalForm {
    NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]])
}

#[test]
fn two_actions_each_leave_nothing_to_gain_by_coarseness_in_chicken() {
    // Aumann (1974). With two actions each, a fixed action and a disobedience are the same thing
    // to a player who is told the other action.
    let best = coarse(&chicken(), &Objective::Welfare);
    assert_eq!(best.value, number("10.5"));
    assert_eq!(best.distribution, ["1/2", "1/4", "1/4", "0"].map(number));
    assert_eq!(coarse(&chicken(), &Objective::Egalitarian).value, number("5.25"));
    assert_eq!(coarse(&chicken(), &Objective::LeastWelfare).value, number("7.2"));
}

#[test]
fn draws_that_hurt_are_avoided_by_letting_the_mediator_play() {
    // Rock, paper, scissors in which a draw costs both 1/2. Told `rock`, one knows that the other is
    // told `paper` or `scissors`, and `scissors` gives ½(1 − ½) = ¼ against 0: no correlated
    // equilibrium avoids draws. Any fixed action draws a third of the time, and gives −1/6.
    let rows = vec![-1, -2, 2, 2, -1, -2, -2, 2, -1];
    let columns = vec![-1, 2, -2, -2, -1, 2, 2, -2, -1];
    let rps = game(&[3, 3], &[rows, columns]);
    let best = coarse(&rps, &Objective::Welfare);
    assert!(best.value.is_zero());
    assert!(best.distribution.iter().step_by(4).all(Rational::is_zero));
    let told = fine(&rps, &Objective::Welfare);
    assert_eq!(told.value, number("-2/3"));
    assert_eq!(told.distribution, vec![number("1/9"); 9]);
}

#[test]
fn strictly_dominated_action_is_played() {
    // The third row is worse than the second whatever the column, and played two thirds of the time:
    // by hand, 2a = c for the probabilities of (first, left) and (third, right).
    let game =
        NormalForm::from_integers(&[&[2, 0], &[0, 2], &[-1, 1]], &[&[2, 0], &[0, 2], &[0, 10]]);
    let best = coarse(&game, &Objective::Welfare);
    assert_eq!(best.value, number("26/3"));
    assert_eq!(best.distribution[0], number("1/3"));
    assert_eq!(best.distribution[5], number("2/3"));
    assert_eq!(best.multipliers, [(0, 1, number("7/3"))]);
    assert_eq!(fine(&game, &Objective::Welfare).value, number("4"));
}

#[test]
fn three_players_share_aumanns_device() {
    // Aumann (1974) as in Osborne & Rubinstein (1994), exercise 48.1.
    let one = [0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0];
    let two = [0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0];
    let three = [3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3];
    let game = game(&[2, 2, 3], &[one.to_vec(), two.to_vec(), three.to_vec()]);
    assert_eq!(coarse(&game, &Objective::Welfare).value, Rational::from(6));
    assert_eq!(coarse(&game, &Objective::Egalitarian).value, Rational::from(2));
}

#[test]
fn zero_sum_games_have_their_value_only() {
    let game = NormalForm::from_integers(&[&[3, 0], &[1, 2]], &[&[-3, 0], &[-1, -2]]);
    for objective in [Objective::Player(0), Objective::LeastPlayer(0)] {
        assert_eq!(coarse(&game, &objective).value, number("3/2"));
    }
}

#[test]
fn objectives_that_do_not_fit_are_refused() {
    let budget = Budget::unlimited();
    let ask = |objective: Objective| {
        find_best_coarse_correlated_equilibrium(&chicken(), &objective, LpMethod::Auto, &budget)
            .unwrap_err()
    };
    let none = ObjectiveError::NoSuchPlayer { player: 2, players: 2 };
    assert_eq!(ask(Objective::LeastPlayer(2)), none);
    assert_eq!(ask(Objective::Player(2)), none);
    assert_eq!(
        ask(Objective::Weighted(vec![Rational::ONE])),
        ObjectiveError::Weights { players: 2, found: 1 }
    );
}

#[test]
fn claims_that_are_moved_are_refused() {
    let right = coarse(&chicken(), &Objective::Welfare);
    let check = |answer: &CoarseCorrelated| {
        certify_coarse_correlated(&chicken(), answer, &Limits::default())
    };
    let refused = |change: &dyn Fn(&mut CoarseCorrelated), words: &str| {
        let mut answer = right.clone();
        change(&mut answer);
        let error = check(&answer).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    refused(&|one| one.value = number("10.6"), "is said to be 53/5, and is 21/2");
    refused(&|one| one.payoffs[0] = number("5"), "is said to get 5, and gets 21/4");
    refused(&|one| drop(one.payoffs.pop()), "1 payoffs for 2 players");
    refused(&|one| one.multipliers[0].2 = number("0.74"), "not proved to be optimal");
    refused(&|one| one.multipliers[0].2 = number("-3/4"), "negative");
    refused(&|one| one.multipliers[0].0 = 2, "names no action of a player");
    refused(&|one| one.multipliers[0].1 = 2, "names no action of a player");
    refused(&|one| one.multipliers.push(one.multipliers[0].clone()), "that another names");
    refused(&|one| one.player_weights = vec![number("1/2"); 2], "the smallest payoff alone");
    refused(&|one| one.objective = Objective::Player(0), "is said to be 21/2, and is 21/4");
    refused(&|one| one.objective = Objective::Player(2), "players that do not exist");
    refused(&|one| one.objective = Objective::Weighted(vec![]), "players that do not exist");
    refused(&|one| drop(one.distribution.pop()), "3 probabilities for 4 profiles");
    // The same distribution is far from having the least sum.
    refused(&|one| one.objective = Objective::LeastWelfare, "below the value 21/2");
    refused(
        &|one| {
            one.distribution[0] += &number("1e-9");
            one.distribution[1] = &one.distribution[1] - number("1e-9");
        },
        "profitable deviation: player `Row`",
    );
    let fair = coarse(&chicken(), &Objective::Egalitarian);
    for weights in [vec![], vec![Rational::ONE; 2], vec![Rational::from(2), -Rational::ONE]] {
        let other = CoarseCorrelated { player_weights: weights, ..fair.clone() };
        assert!(matches!(check(&other), Err(Refutation::Misfit(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn coarser_is_better_and_both_are_better_than_nash(game in any_game(1..4, 3)) {
        let players = game.num_players();
        let share = |sum: &Rational| sum / Rational::from(players as u64);
        for objective in objectives(players) {
            let (wide, narrow) = (coarse(&game, &objective), fine(&game, &objective));
            if objective.is_least() {
                prop_assert!(wide.value <= narrow.value);
            } else {
                prop_assert!(wide.value >= narrow.value);
            }
            // Every correlated equilibrium is a coarse one: what may fail is only that it is best.
            let claim = as_coarse(&narrow, wide.multipliers.clone());
            let checked = certify_coarse_correlated(&game, &claim, &Limits::default());
            match checked {
                Ok(_) => prop_assert_eq!(&wide.value, &narrow.value),
                Err(Refutation::NotOptimal(_)) => {}
                Err(other) => prop_assert!(false, "{}", other),
            }
            // Another solver of linear programs finds the same, from whatever basis.
            for method in [LpMethod::GoodLp, LpMethod::Exact] {
                prop_assert_eq!(&coarse_by(&game, &objective, method).value, &wide.value);
            }
        }
        let (welfare, fair) =
            (fine(&game, &Objective::Welfare), fine(&game, &Objective::Egalitarian));
        prop_assert!(fair.value <= share(&welfare.value));
        let wide = coarse(&game, &Objective::Egalitarian);
        prop_assert!(wide.value <= share(&coarse(&game, &Objective::Welfare).value));
        let budget = Budget::unlimited();
        let nash = match players {
            2 => nash::enumerate_extreme_equilibria(&game, &budget).unwrap().answer.list,
            _ => nash::enumerate_pure_equilibria(&game, &budget).answer.list,
        };
        let least = coarse(&game, &Objective::LeastWelfare);
        for one in nash {
            let sum: Rational = one.payoffs.iter().sum();
            prop_assert!(sum <= welfare.value && sum >= least.value);
            prop_assert!(one.payoffs.iter().min().is_some_and(|smallest| *smallest <= fair.value));
        }
    }

    #[test]
    fn values_depend_on_neither_order_nor_unit(game in any_game(2..3, 4)) {
        let map = (number("700000000000000000000"), number("-5/3"));
        let moved = rescaled(&game, &[map.clone(), map.clone()]);
        let objectives = [
            // As it is, with the players exchanged, and how many payoffs its value adds up.
            (Objective::Welfare, Objective::Welfare, 2),
            (Objective::LeastWelfare, Objective::LeastWelfare, 2),
            (Objective::Egalitarian, Objective::Egalitarian, 1),
            (Objective::Player(0), Objective::Player(1), 1),
            (Objective::LeastPlayer(1), Objective::LeastPlayer(0), 1),
        ];
        for (objective, other_way, payoffs) in &objectives {
            let mapped =
                |value: &Rational| value * &map.0 + &map.1 * &Rational::from(i64::from(*payoffs));
            let value = coarse(&game, objective).value;
            prop_assert_eq!(&coarse(&exchanged(&game), other_way).value, &value);
            prop_assert_eq!(coarse(&moved, objective).value, mapped(&value));
            let value = fine(&game, objective).value;
            prop_assert_eq!(&fine(&exchanged(&game), other_way).value, &value);
            prop_assert_eq!(fine(&moved, objective).value, mapped(&value));
        }
    }

    #[test]
    fn no_claim_survives_a_change(
        game in any_game(2..4, 3), pick in 0usize..7, at in 0usize..1000, grow in any::<bool>()
    ) {
        let all = objectives(game.num_players());
        let right = coarse(&game, &all[pick % all.len()]);
        let step = if grow { number("1e-9") } else { number("-1e-9") };
        let check = |answer: &CoarseCorrelated| {
            certify_coarse_correlated(&game, answer, &Limits::default())
        };
        let mut value = right.clone();
        value.value += &step;
        prop_assert!(check(&value).is_err());
        let mut probability = right.clone();
        probability.distribution[at % game.num_profiles()] += &step;
        prop_assert!(check(&probability).is_err());
        let mut payoff = right.clone();
        payoff.payoffs[at % game.num_players()] += &step;
        prop_assert!(check(&payoff).is_err());
        if !right.player_weights.is_empty() {
            let mut weight = right.clone();
            weight.player_weights[at % game.num_players()] += &step;
            prop_assert!(check(&weight).is_err());
        }
        // A multiplier has slack only where no profile that is played limits it.
        if !right.multipliers.is_empty() {
            let mut dual = right.clone();
            let at = at % dual.multipliers.len();
            let (player, deviation, multiplier) = &mut dual.multipliers[at];
            *multiplier += &step;
            let matters = right.distribution.iter().enumerate().any(|(index, probability)| {
                let change = game.payoff(*player, index)
                    - game.payoff(*player, game.deviation(index, *player, *deviation));
                !probability.is_zero() && (&change * &step).is_positive()
            });
            prop_assert!(!matters || check(&dual).is_err());
        }
    }
}

#[test]
fn mixed_equilibria_of_three_players_lie_within_the_bounds() {
    // Three players, each of whom wants to match the next one (a cycle without a pure equilibrium
    // when the last one wants to differ): the only equilibrium mixes evenly.
    let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..8 {
        let (a, b, c) = (index / 4, index / 2 % 2, index % 2);
        one.push(i64::from(a == b));
        two.push(i64::from(b == c));
        three.push(i64::from(c != a));
    }
    let game = game(&[2, 2, 2], &[one, two, three]);
    let found = enumerate_equilibria_by_supports(&game, &Budget::unlimited()).answer;
    let sum: Rational = found.list[0].payoffs.iter().sum();
    assert_eq!(sum, number("3/2"));
    assert!(coarse(&game, &Objective::Welfare).value >= sum);
    assert!(coarse(&game, &Objective::LeastWelfare).value <= sum);
}
