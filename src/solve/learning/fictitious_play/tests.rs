use proptest::prelude::*;

use super::*;
use crate::certify::{Completeness, Limits, certify_fictitious_play};
use crate::solve::Exhausted;
use crate::solve::testing::{any_game, game};

fn played(game: &NormalForm, options: &FictitiousPlayOptions) -> FictitiousPlay {
    let outcome = play_fictitiously(game, options, &Budget::unlimited()).unwrap();
    assert_eq!(outcome.status, Status::Solved);
    outcome.answer
}

fn options(alternating: bool, rounds: u64) -> FictitiousPlayOptions {
    FictitiousPlayOptions { alternating, rounds, start: None }
}

/// From the diagonal of Shapley's game play would stay in step, and converge.
fn off_diagonal(rounds: u64) -> FictitiousPlayOptions {
    FictitiousPlayOptions { alternating: false, rounds, start: Some(vec![0, 1]) }
}

fn shapley() -> NormalForm {
    NormalForm::from_integers(
        &[&[0, 0, 1], &[1, 0, 0], &[0, 1, 0]],
        &[&[0, 1, 0], &[0, 0, 1], &[1, 0, 0]],
    )
}

#[test]
fn regret_does_not_vanish_in_shapleys_game() {
    let play = played(&shapley(), &off_diagonal(1_000_000));
    let late = play.course.iter().filter(|(round, _)| *round >= 1_000);
    assert!(late.clone().count() > 8);
    for (_, regret) in late {
        assert!(*regret > Rational::new(3, 20), "{regret}");
    }
}

#[test]
fn zero_sum_play_tends_to_the_value() {
    // Rock, paper, scissors with stakes 1, 2, 3: (3, 2, 1)/6 by the opposite entries.
    let a: [&[i64]; 3] = [&[0, -1, 2], &[1, 0, -3], &[-2, 3, 0]];
    let b: [&[i64]; 3] = [&[0, 1, -2], &[-1, 0, 3], &[2, -3, 0]];
    let game = NormalForm::from_integers(&a, &b);
    for alternating in [false, true] {
        let play = played(&game, &options(alternating, 10_000_000));
        assert!(play.mixture.regret < Rational::new(1, 200), "{}", play.mixture.regret);
        assert!((play.mixture.profile[0].probabilities()[0].to_f64() - 0.5).abs() < 0.01);
    }
}

#[test]
fn course_begins_as_computed_by_hand() {
    // Matching pennies from (heads, heads), ties to heads.
    let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    // HH, then HT: sums of the matcher (1, −1), (0, 0) → H; of the other (−1, 1), (−2, 2) → T …
    let play = played(&pennies, &options(false, 4));
    assert_eq!(play.counts, [vec![3, 1], vec![1, 3]]);
    // In turn: H, then the other sees it: T. The matcher follows: T; 0 and 0 → H.
    let play = played(&pennies, &options(true, 2));
    assert_eq!(play.counts, [vec![1, 1], vec![1, 1]]);
    assert_eq!(play.mixture.regret, Rational::ZERO);
}

#[test]
fn payoffs_of_any_size_are_exact() {
    let unit: Rational = "1e30".parse().unwrap();
    let third = Rational::new(1, 3);
    let scaled = |table: &[i64]| -> Vec<Rational> {
        table.iter().map(|&u| &(Rational::from(u) * &unit) + &third).collect()
    };
    let small = shapley();
    let table = |player: usize| -> Vec<i64> {
        small.payoffs(player).iter().map(|u| u.as_small().unwrap().0).collect()
    };
    let large =
        NormalForm::new(small.players().to_vec(), vec![scaled(&table(0)), scaled(&table(1))]);
    let large = large.unwrap();
    for rounds in [1_000u64, 1 << 40] {
        let (one, other) =
            (played(&small, &off_diagonal(rounds)), played(&large, &off_diagonal(rounds)));
        assert_eq!(one.counts, other.counts);
        assert_eq!(&one.mixture.regret * &unit, other.mixture.regret);
        assert_eq!(&one.mixture.payoffs[1] * &unit + &third, other.mixture.payoffs[1]);
    }
}

#[test]
fn a_spent_budget_returns_the_rounds_played() {
    for game in [shapley(), game(&[2, 2, 2], &vec![vec![1, 0, 0, 1, 0, 1, 1, 0]; 3])] {
        let budget = Budget::unlimited().with_steps(123);
        let outcome = play_fictitiously(&game, &options(false, u64::MAX), &budget).unwrap();
        assert_eq!(outcome.status, Status::Partial(Exhausted::Steps));
        assert_eq!(outcome.answer.rounds, 123);
        assert_eq!(outcome.answer.course.last().unwrap().0, 123);
    }
}

#[test]
fn start_profile_must_be_one_of_the_game() {
    let ask = |start: Vec<usize>| {
        let options = FictitiousPlayOptions { start: Some(start), ..Default::default() };
        play_fictitiously(&shapley(), &options, &Budget::unlimited()).map(|_| ())
    };
    assert_eq!(ask(vec![2, 2]), Ok(()));
    assert_eq!(ask(vec![0]), Err(StartError::Length { players: 2, found: 1 }));
    let missing = StartError::NoSuchAction { player: 1, actions: 3, action: 3 };
    assert_eq!(ask(vec![0, 3]), Err(missing));
}

/// The definition, in rationals, round by round.
fn by_definition(game: &NormalForm, options: &FictitiousPlayOptions) -> (Vec<Vec<u64>>, Rational) {
    let players = game.num_players();
    let start = options.start.clone().unwrap_or(vec![0; players]);
    let mut counts: Vec<Vec<u64>> = game.shape().iter().map(|&n| vec![0; n]).collect();
    let payoff = |player: usize, action: usize, counts: &[Vec<u64>]| -> Rational {
        let mut sum = Rational::ZERO;
        for index in 0..game.num_profiles() {
            if game.action_in(player, index) != action {
                continue;
            }
            let mut weight = Rational::ONE;
            for other in (0..players).filter(|&other| other != player) {
                let count = counts[other][game.action_in(other, index)];
                let all: u64 = counts[other].iter().sum();
                weight = weight * Rational::new(count as i64, all as i64);
            }
            sum += weight * game.payoff(player, index);
        }
        sum
    };
    for round in 0..options.rounds {
        let mut beliefs = counts.clone();
        for (belief, &action) in beliefs.iter_mut().zip(&start) {
            if round == 0 {
                belief[action] = 1;
            }
        }
        for player in 0..players {
            let action = if round == 0 && (player == 0 || !options.alternating) {
                start[player]
            } else {
                (1..game.num_actions(player)).fold(0, |best, action| {
                    let better = payoff(player, action, &beliefs) > payoff(player, best, &beliefs);
                    if better { action } else { best }
                })
            };
            counts[player][action] += 1;
            if options.alternating {
                beliefs[player] = counts[player].clone();
            }
        }
    }
    let regret = |player: usize| {
        let payoffs: Vec<Rational> =
            (0..game.num_actions(player)).map(|action| payoff(player, action, &counts)).collect();
        let all = Rational::from(options.rounds as i64);
        let own: Rational = payoffs
            .iter()
            .zip(&counts[player])
            .map(|(u, &count)| u * Rational::from(count as i64) / &all)
            .sum();
        payoffs.into_iter().max().unwrap() - own
    };
    let regret = (0..players).map(regret).max().unwrap();
    (counts, regret)
}

/// Two players by running sums in rationals: slow, and plain enough to be right.
fn by_sums(game: &NormalForm, alternating: bool, rounds: u64) -> Vec<Vec<u64>> {
    let (m, n) = (game.num_actions(0), game.num_actions(1));
    let mut sums = [vec![Rational::ZERO; m], vec![Rational::ZERO; n]];
    let mut counts = vec![vec![0; m], vec![0; n]];
    let best = |sums: &[Rational]| -> usize {
        (1..sums.len()).fold(0, |best, at| if sums[at] > sums[best] { at } else { best })
    };
    for _ in 0..rounds {
        let own = best(&sums[0]);
        let before = best(&sums[1]);
        for (j, sum) in sums[1].iter_mut().enumerate() {
            *sum += game.payoff(1, own * n + j);
        }
        let other = if alternating { best(&sums[1]) } else { before };
        for (i, sum) in sums[0].iter_mut().enumerate() {
            *sum += game.payoff(0, i * n + other);
        }
        counts[0][own] += 1;
        counts[1][other] += 1;
    }
    counts
}

/// What the largest payoff is multiplied by: each kind of integers that payoffs and sums are kept
/// in, and the borders between them (127, 128; 32767, 32768).
const UNITS: [&str; 10] =
    ["1", "42", "43", "1000", "10922", "10923", "1000000", "1e12", "1e17", "1e40"];

prop_compose! {
    /// Two players with many ties, in payoffs of any size, over any denominator.
    fn two_players()(m in 1usize..20, n in 1usize..20)(
        values in prop::collection::vec((-3i64..=3, 0i64..=1), 2 * m * n),
        unit in prop::sample::select(UNITS.to_vec()), denominator in 1i64..5,
        m in Just(m), n in Just(n),
    ) -> NormalForm {
        let unit: Rational = unit.parse().unwrap();
        let payoff = |&(value, more): &(i64, i64)| {
            (Rational::from(value) * &unit + Rational::from(more)) / Rational::from(denominator)
        };
        let payoffs: Vec<Rational> = values.iter().map(payoff).collect();
        let matrix = |payoffs: &[Rational]| -> Vec<Vec<Rational>> {
            payoffs.chunks(n).map(<[Rational]>::to_vec).collect()
        };
        NormalForm::bimatrix(&matrix(&payoffs[..m * n]), &matrix(&payoffs[m * n..])).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn counts_are_those_of_plain_sums_in_integers_of_every_width(
        game in two_players(), alternating in any::<bool>(), rounds in 1u64..2000,
        asked in prop::sample::select(vec![0u64, 1_000_000_000, u64::MAX]),
    ) {
        // The integers are chosen for all rounds asked for, and the budget ends them early.
        let options = options(alternating, rounds.max(asked));
        let budget = Budget::unlimited().with_steps(rounds);
        let play = play_fictitiously(&game, &options, &budget).unwrap().answer;
        prop_assert_eq!(play.rounds, rounds);
        prop_assert_eq!(&play.counts, &by_sums(&game, alternating, rounds));
        let checked = certify_fictitious_play(&game, &play, &Limits::default());
        prop_assert!(matches!(checked.unwrap().complete, Completeness::Proved(_)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn play_follows_the_definition(
        game in any_game(1..4, 3), alternating in any::<bool>(), rounds in 1u64..120,
        start in prop::collection::vec(0usize..100, 3),
    ) {
        let start = game.shape().iter().zip(start).map(|(&n, action)| action % n).collect();
        let options = FictitiousPlayOptions { alternating, rounds, start: Some(start) };
        let play = played(&game, &options);
        let (counts, regret) = by_definition(&game, &options);
        prop_assert_eq!(&play.counts, &counts);
        prop_assert_eq!(&play.mixture.regret, &regret);
        prop_assert_eq!(play.course.last(), Some(&(rounds, regret)));
    }
}
