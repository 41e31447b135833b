use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_robust};
use crate::game::Player;
use crate::solve::testing::{any_game, number};
use crate::solve::{find_commitment_before_followers, find_commitment_interval, joint};

fn errors(alpha: &str, epsilon: &str) -> FollowerErrors {
    FollowerErrors { alpha: number(alpha), epsilon: number(epsilon) }
}

fn solved(game: &NormalForm, leader: usize, errors: &FollowerErrors) -> RobustCommitment {
    let budget = Budget::unlimited();
    let found = find_robust_commitment(game, leader, errors, true, LpMethod::Auto, &budget);
    let answer = found.unwrap().answer.unwrap();
    certify_robust(game, &answer, &Limits::default()).unwrap();
    assert!(answer.closed.is_solved());
    assert!(answer.open.as_ref().is_none_or(RobustEnd::is_solved));
    answer
}

fn value(end: &RobustEnd) -> Option<Rational> {
    end.best.as_ref().map(|best| best.value.clone())
}

/// What a commitment gives, from the definition: the least over near replies; in the open end over those
/// that lose less than ε, or the most over near replies if there are none.
fn given(
    game: &NormalForm,
    leader: usize,
    errors: &FollowerErrors,
    x: &[Rational],
    open: bool,
) -> Option<Rational> {
    let actions = Rational::from(x.len() as u64);
    let seen: Vec<Rational> =
        x.iter().map(|x| &errors.alpha / &actions + (Rational::ONE - &errors.alpha) * x).collect();
    let expected = |z: &[Rational], player: usize, base: usize| -> Rational {
        z.iter()
            .enumerate()
            .map(|(i, z)| z * game.payoff(player, base + i * game.stride(leader)))
            .sum()
    };
    let (mut near, mut inside) = (Vec::new(), Vec::new());
    for base in joint::others(game, leader) {
        let mut losses = Vec::new();
        for follower in (0..game.num_players()).filter(|&player| player != leader) {
            let own = game.action_in(follower, base);
            for other in (0..game.num_actions(follower)).filter(|&other| other != own) {
                let there = expected(&seen, follower, game.deviation(base, follower, other));
                losses.push(there - expected(&seen, follower, base));
            }
        }
        let payoff = expected(x, leader, base);
        if losses.iter().all(|loss| *loss < errors.epsilon) {
            inside.push(payoff.clone());
        }
        if losses.iter().all(|loss| *loss <= errors.epsilon) {
            near.push(payoff);
        }
    }
    if open {
        inside.into_iter().min().or_else(|| near.into_iter().max())
    } else {
        near.into_iter().min()
    }
}

/// The mixtures of some actions in steps of one over `parts`.
fn grid(actions: usize, parts: i64) -> Vec<Vec<Rational>> {
    fn rest(actions: usize, left: i64, parts: i64) -> Vec<Vec<Rational>> {
        if actions == 1 {
            return vec![vec![Rational::new(left, parts)]];
        }
        (0..=left)
            .flat_map(|own| {
                let others = rest(actions - 1, left - own, parts).into_iter();
                others.map(move |others| [vec![Rational::new(own, parts)], others].concat())
            })
            .collect()
    }
    rest(actions, parts, parts)
}

/// A game of two actions for each of three players, payoffs by profile index.
fn three(payoffs: [[i64; 8]; 3]) -> NormalForm {
    let actions = || vec!["a".to_owned(), "b".to_owned()];
    let players = ["L", "F", "G"].map(|name| Player::new(name, actions()));
    let payoffs = payoffs.map(|row| row.map(Rational::from).to_vec());
    NormalForm::new(players.to_vec(), payoffs.to_vec()).unwrap()
}

/// Both gain by b only if the leader plays b often enough: both by b get 3 against b and -1 against a,
/// alone 0. The leader pays 1 for b, and gets 4 when both play b.
fn clients() -> NormalForm {
    let patron = [0, 0, 0, 4, -1, -1, -1, 3];
    three([patron, [0, 0, -2, -1, 0, 0, -2, 3], [0, -2, 0, -1, 0, -2, 0, 3]])
}

#[test]
fn a_patron_cannot_count_on_clients_who_may_stay_away() {
    // Both by a is an equilibrium whatever he does, so that he saves the price.
    let answer = solved(&clients(), 0, &FollowerErrors::default());
    let best = answer.closed.best.unwrap();
    assert_eq!(best.value, Rational::ZERO);
    assert!(best.is_attained());
    let optimistic = answer.optimistic.unwrap().best.unwrap();
    assert_eq!(optimistic.payoffs[0], Rational::new(15, 4));
}

#[test]
fn a_price_makes_the_better_equilibrium_the_only_one() {
    // Alone b now gives 1 against b: with probability p of b it gives 3p − 2, both 4p − 1.
    let patron = [0, 0, 0, 4, -1, -1, -1, 3];
    let game = three([patron, [0, 0, -2, -1, 0, 0, 1, 3], [0, -2, 0, -1, 0, 1, 0, 3]]);
    let best = solved(&game, 0, &FollowerErrors::default()).closed.best.unwrap();
    // From p > 2/3 on staying away is no equilibrium: 4 − 2/3 is approached.
    assert_eq!(best.value, Rational::new(10, 3));
    assert_eq!(best.commitment.probabilities()[1], Rational::new(2, 3));
    assert!(!best.is_attained());
    assert!(best.played_value < best.value);
}

#[test]
fn the_example_of_conitzer_and_sandholm_by_margin() {
    let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    let exact = solved(&game, 0, &FollowerErrors::default());
    let (open, closed) = (exact.open.unwrap().best.unwrap(), exact.closed.best.unwrap());
    assert_eq!((&open.value, &closed.value), (&number("7/2"), &number("7/2")));
    assert!(open.is_attained() && !closed.is_attained());
    // The second column has to be better by 1/2: 1 − 2p ≥ 1/2.
    let slack = solved(&game, 0, &errors("0", "1/2")).open.unwrap().best.unwrap();
    assert_eq!(slack.value, number("13/4"));
    // Half of what is seen is the uniform mixture, with which nothing is known: the second column is
    // better as soon as p ≤ 1/2 all the same.
    let half = solved(&game, 0, &errors("1/2", "0")).open.unwrap().best.unwrap();
    assert_eq!(half.value, number("7/2"));
    // Who sees nothing is indifferent, and who may lose anything may do anything.
    let blind = solved(&game, 0, &errors("1", "0"));
    assert_eq!(value(&blind.open.unwrap()), Some(number("4")));
    assert_eq!(value(&blind.closed), Some(number("2")));
    let any = solved(&game, 0, &errors("0", "5"));
    assert_eq!(value(&any.open.unwrap()), Some(number("2")));
}

#[test]
fn followers_without_a_pure_equilibrium_have_none() {
    let pennies = [1, -1, -1, 1, 1, -1, -1, 1];
    let answer = solved(&three([[0; 8], pennies, pennies.map(|u| -u)]), 0, &errors("0", "1/2"));
    assert_eq!((answer.closed.best, answer.closed.bound), (None, None));
    // Who may lose 2 stays where he is.
    let answer = solved(&three([[0; 8], pennies, pennies.map(|u| -u)]), 0, &errors("0", "2"));
    assert_eq!(value(&answer.closed), Some(Rational::ZERO));
}

#[test]
fn wrong_calls_are_refused() {
    let find = |leader: usize, errors: &FollowerErrors| {
        let budget = Budget::unlimited();
        find_robust_commitment(&clients(), leader, errors, true, LpMethod::Auto, &budget)
            .unwrap_err()
    };
    assert_eq!(find(0, &errors("3/2", "0")), CommitmentError::Alpha(number("3/2")));
    assert_eq!(find(0, &errors("0", "-1")), CommitmentError::NearReplies(number("-1")));
    let expected = CommitmentError::NoSuchPlayer { leader: 3, players: 3 };
    assert_eq!(find(3, &FollowerErrors::default()), expected);
}

#[test]
fn followers_of_too_many_profiles_are_refused() {
    let game = crate::solve::testing::game(&[1, 37, 37, 37], &vec![vec![0; 37 * 37 * 37]; 4]);
    let (errors, budget) = (FollowerErrors::default(), Budget::unlimited());
    let found = find_robust_commitment(&game, 0, &errors, false, LpMethod::Auto, &budget).unwrap();
    assert_eq!(found.status, Status::Partial(Exhausted::Memory));
    assert_eq!(found.answer, None);
}

#[test]
fn a_search_that_is_stopped_leaves_a_certified_bracket() {
    let game = clients();
    for steps in [0, 1, 5, 12] {
        let budget = Budget::unlimited().with_steps(steps);
        let errors = FollowerErrors::default();
        let found = find_robust_commitment(&game, 0, &errors, false, LpMethod::Exact, &budget);
        let found = found.unwrap();
        let answer = found.answer.unwrap();
        certify_robust(&game, &answer, &Limits::default()).unwrap();
        assert!(answer.closed.bound >= value(&answer.closed));
        if steps == 0 {
            assert_eq!(found.status, Status::Partial(Exhausted::Steps));
            assert!(!answer.closed.is_solved());
        }
    }
}

fn some_errors() -> impl Strategy<Value = FollowerErrors> {
    let alpha = prop::sample::select(vec!["0", "1/4", "2/3", "1"]);
    let epsilon = prop::sample::select(vec!["0", "1/2", "1", "3"]);
    (alpha, epsilon).prop_map(|(alpha, epsilon)| errors(alpha, epsilon))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_follower_without_errors_gives_the_interval(
        game in any_game(2..3, 4),
        leader in 0usize..2,
    ) {
        let answer = solved(&game, leader, &FollowerErrors::default());
        let (lp, budget) = (LpMethod::Auto, Budget::unlimited());
        let interval =
            find_commitment_interval(&game, leader, true, &Rational::new(1, 100), lp, &budget);
        let interval = interval.unwrap().answer.unwrap();
        prop_assert_eq!(value(&answer.open.unwrap()), Some(interval.leader_value));
        prop_assert_eq!(value(&answer.closed), Some(interval.guaranteed.unwrap().value));
    }

    /// No mixture of a grid gives more, in either end.
    #[test]
    fn no_commitment_of_a_grid_makes_sure_of_more(
        game in any_game(2..3, 3),
        leader in 0usize..2,
        errors in some_errors(),
    ) {
        let answer = solved(&game, leader, &errors);
        let (open, closed) = (value(&answer.open.unwrap()), value(&answer.closed));
        prop_assert!(open >= closed);
        for x in grid(game.num_actions(leader), 12) {
            prop_assert!(given(&game, leader, &errors, &x, true) <= open);
            prop_assert!(given(&game, leader, &errors, &x, false) <= closed);
        }
        let more = FollowerErrors { epsilon: &errors.epsilon + &Rational::ONE, ..errors };
        prop_assert!(value(&solved(&game, leader, &more).closed) <= closed);
    }

    #[test]
    fn no_commitment_of_a_grid_makes_sure_of_more_before_two_followers(
        payoffs in prop::array::uniform3(prop::array::uniform8(-2i64..3)),
        errors in some_errors(),
    ) {
        let game = three(payoffs);
        let answer = solved(&game, 0, &errors);
        let closed = value(&answer.closed);
        for x in grid(2, 24) {
            prop_assert!(given(&game, 0, &errors, &x, false) <= closed);
        }
        if let Some(optimistic) = answer.optimistic {
            prop_assert!(optimistic.best.map(|best| best.payoffs[0].clone()) >= closed);
            let found = find_commitment_before_followers(&game, 0, LpMethod::Auto, &Budget::unlimited());
            prop_assert_eq!(found.unwrap().answer.unwrap().best.is_some(), answer.closed.best.is_some());
        }
    }

    /// The same for two followers of up to three actions, whoever leads.
    #[test]
    fn no_commitment_of_a_grid_makes_sure_of_more_whoever_leads(
        game in any_game(3..4, 3),
        leader in 0usize..3,
        errors in some_errors(),
    ) {
        let closed = value(&solved(&game, leader, &errors).closed);
        for x in grid(game.num_actions(leader), 8) {
            prop_assert!(given(&game, leader, &errors, &x, false) <= closed);
        }
    }

    /// Wherever the search is stopped, the value is between what was found and the bound.
    #[test]
    fn a_bracket_holds_the_value(
        game in any_game(2..4, 3),
        errors in some_errors(),
        steps in 0u64..30,
    ) {
        let whole = solved(&game, 0, &errors);
        let budget = Budget::unlimited().with_steps(steps);
        let found = find_robust_commitment(&game, 0, &errors, false, LpMethod::Exact, &budget);
        let answer = found.unwrap().answer.unwrap();
        certify_robust(&game, &answer, &Limits::default()).unwrap();
        for (part, all) in [(Some(&answer.closed), Some(&whole.closed)), (answer.open.as_ref(), whole.open.as_ref())] {
            let (Some(part), Some(all)) = (part, all) else { continue };
            prop_assert!(value(part) <= value(all));
            prop_assert!(part.bound >= all.bound);
        }
    }
}
