use proptest::prelude::*;

use super::*;
use crate::solve::Status;
use crate::solve::testing::{any_game, game, number, rescaled};

fn robust(game: &NormalForm) -> RobustDevice {
    let outcome = find_most_robust_device(game, LpMethod::Auto, &Budget::unlimited()).unwrap();
    assert_eq!(outcome.status, Status::Solved);
    let device = outcome.answer.unwrap();
    assert_right(game, &device);
    device
}

/// Panics unless the slack is that of the distribution and the rounds prove the bound.
fn assert_right(game: &NormalForm, device: &RobustDevice) {
    assert_eq!(device.distribution.iter().sum::<Rational>(), Rational::ONE);
    assert!(device.distribution.iter().all(|share| !share.is_negative()));
    assert_eq!(slack_of(game, &device.distribution), device.slack);
    assert!(!device.slack.is_negative() && device.slack <= device.bound);
    let mut left: Vec<usize> = (0..game.num_profiles()).collect();
    for round in &device.rounds {
        left.retain(|&index| {
            let (mut sum, mut weight) = (Rational::ZERO, Rational::ZERO);
            for (player, told, deviation, multiplier) in round {
                assert!(multiplier.is_positive() && told != deviation);
                if game.action_in(*player, index) == *told {
                    let other = game.deviation(index, *player, *deviation);
                    let loss = game.payoff(*player, index) - game.payoff(*player, other);
                    sum += multiplier * (loss - &device.bound);
                    weight += multiplier;
                }
            }
            assert!(!sum.is_positive());
            weight.is_zero()
        });
    }
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_safer_convention_is_the_more_robust_one() {
    // Stag hunt: the hare is risk dominant (Harsanyi & Selten 1988).
    let stag = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
    let device = robust(&stag);
    assert_eq!(device.distribution[3], Rational::ONE);
    assert_eq!((device.slack, device.bound), (Rational::from(2), Rational::from(2)));
}

#[test]
fn dominated_actions_do_not_count() {
    // The prisoner's dilemma: told to defect, each loses 1 by cooperating.
    let dilemma = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
    let device = robust(&dilemma);
    assert_eq!((device.slack, device.bound), (Rational::ONE, Rational::ONE));
    assert_eq!(device.payoffs, [1, 1].map(Rational::from));
}

#[test]
fn zero_sum_games_without_saddle_points_leave_no_slack() {
    let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let device = robust(&pennies);
    assert_eq!(device.distribution, ["1/4"; 4].map(number));
    assert!(device.slack.is_zero() && device.bound.is_zero());
}

#[test]
fn chicken_is_most_robust_without_a_mediator() {
    // Aumann (1974): told to stand, nobody loses more than 1 by yielding, whatever he believes.
    let chicken = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let device = robust(&chicken);
    assert_eq!((device.slack, device.bound), (Rational::ONE, Rational::ONE));
}

#[test]
fn shapleys_game_is_obeyed_with_slack_off_the_diagonal() {
    // Shapley's game (1964), in which nobody likes a draw: the six other profiles, equally likely, leave
    // each what he is told with 1/2 where both others give 0 or 1/2.
    let rows = [[0, 1, 0], [0, 0, 1], [1, 0, 0]].concat();
    let columns = [[0, 0, 1], [1, 0, 0], [0, 1, 0]].concat();
    let game = game(&[3, 3], &[rows, columns]);
    let device = robust(&game);
    assert_eq!(device.slack, device.bound);
    assert!(device.slack.is_zero());
}

#[test]
fn a_player_without_a_choice_has_nothing_to_disobey() {
    let alone = game(&[1, 1], &[vec![3], vec![4]]);
    assert!(find_most_robust_device(&alone, LpMethod::Auto, &Budget::unlimited()).is_err());
    let one = game(&[1, 3], &[vec![0, 0, 0], vec![1, 4, 2]]);
    assert_eq!(robust(&one).slack, Rational::from(2));
}

/// A game of three actions each as Shapley's (1964): in column c the first player likes row c − 1 best,
/// row c + 1 costs him 1 and the diagonal αc; in row r the second likes column r − 1 best, column
/// r + 1 costs 1 and the diagonal 3.
///
/// Round the six profiles off the diagonal each loss binds with the next one, so that the largest slack
/// t satisfies Π (αc − t)·(3 − t)³ = (1 + t)⁶.
fn cycle(diagonal: [i64; 3]) -> NormalForm {
    let rows = [[-diagonal[0], 0, -1], [-1, -diagonal[1], 0], [0, -1, -diagonal[2]]].concat();
    let columns = [[-3, -1, 0], [0, -3, -1], [-1, 0, -3]].concat();
    game(&[3, 3], &[rows, columns])
}

#[test]
fn a_rational_slack_is_found_between_losses_that_bind_in_a_cycle() {
    // (2 − t)·(3 − t) = (1 + t)² has the solution 5/7.
    let device = robust(&cycle([2, 2, 2]));
    assert_eq!((device.slack, device.bound), (number("5/7"), number("5/7")));
    assert!([0, 4, 8].iter().all(|&index: &usize| device.distribution[index].is_zero()));
}

#[test]
fn a_slack_that_is_not_rational_is_bracketed() {
    // (2 − t)²·(3 − t)⁴ = (1 + t)⁶: 2t³ − 5t² + 24t − 17 = 0, which no fraction solves.
    let device = robust(&cycle([2, 2, 3]));
    let polynomial = |t: &Rational| {
        let [square, cube] = [2, 3].map(|power| t.pow(power).unwrap());
        Rational::from(2) * cube - Rational::from(5) * square + Rational::from(24) * t
            - Rational::from(17)
    };
    assert!(polynomial(&device.slack).is_negative());
    assert!(polynomial(&device.bound).is_positive());
    assert!((&device.bound - &device.slack) * Rational::from(NEXT) <= Rational::from(3));
    // Short fractions are tried first: the numbers stay readable.
    assert!(device.bound.bit_len() < 256, "{}", device.bound);
}

/// The largest slack among distributions on a fine grid is below the bound.
fn grid(game: &NormalForm, parts: u32) -> Rational {
    fn fill(left: u32, shares: &mut Vec<u32>, profiles: usize, see: &mut impl FnMut(&[u32])) {
        if shares.len() + 1 == profiles {
            shares.push(left);
            see(shares);
            shares.pop();
            return;
        }
        for share in 0..=left {
            shares.push(share);
            fill(left - share, shares, profiles, see);
            shares.pop();
        }
    }
    let mut most = Rational::from(-1000);
    fill(parts, &mut Vec::new(), game.num_profiles(), &mut |shares| {
        let shares: Vec<Rational> =
            shares.iter().map(|&share| Rational::new(share.into(), parts.into())).collect();
        most = most.clone().max(slack_of(game, &shares));
    });
    most
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn slack_is_proved_and_follows_the_unit(game in any_game(1..4, 3)) {
        prop_assume!(game.shape().iter().any(|&actions| actions > 1));
        let device = robust(&game);
        let unit = Rational::from(10);
        prop_assert!((&device.bound - &device.slack) * Rational::from(1_i64 << 40) <= unit);
        let maps: Vec<(Rational, Rational)> =
            (0..game.num_players()).map(|at| (Rational::from(3), Rational::from(at as u64))).collect();
        let scaled = robust(&rescaled(&game, &maps));
        prop_assert!(scaled.slack <= &device.bound * Rational::from(3));
        prop_assert!(&device.slack * Rational::from(3) <= scaled.bound);
    }

    #[test]
    fn no_distribution_on_a_grid_has_more_slack(
        a in prop::collection::vec(-4i64..5, 6), b in prop::collection::vec(-4i64..5, 6)
    ) {
        let game = game(&[2, 3], &[a, b]);
        let device = robust(&game);
        prop_assert!(grid(&game, 7) <= device.bound);
    }
}
