//! How reliably one equilibrium of more than two players is found, by the default and by each method.
//!
//! Games are random and structured: ties, coordination, congestion, circles of pursuit, duplicate
//! actions, sums over pairs, payoffs of all sizes. Every answer is certified, and its regret, which
//! the certificate evaluates again in exact arithmetic, is at most 10⁻¹² of a player's range. The
//! default has to solve every game; the methods by themselves are counted.
//!
//! The whole run is 576 games up to 8×8×8 and eight players, with a table of what each method solved:
//!
//! ```sh
//! cargo test --release --test many_reliability -- --ignored --nocapture
//! ```

// Helpers of tests are outside `#[test]` functions, where clippy's exception does not reach.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use detente::certify::{Limits, certify_approximate};
use detente::game::answer::Approximate;
use detente::game::{NormalForm, Player};
use detente::num::Rational;
use detente::solve::{
    Budget, ManyMethod, Outcome, Status, enumerate_equilibria_by_supports,
    find_any_equilibrium_of_many, find_mixed_equilibrium_of_many, find_one_equilibrium_of_many,
};

/// A small generator (Steele, Lea and Flood 2014, SplitMix64), so that a game has a number.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An integer from `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }
}

/// A player's payoff by his number, the profile, and numbers from a fixed sequence.
type Rule<'a> = dyn Fn(usize, &[usize], &[i64]) -> i64 + 'a;

const KINDS: [&str; 12] = [
    "random, 0 to 99",
    "random, 0 to 999,999,999",
    "random, in units of 1e-9",
    "few payoffs, 0 to 3",
    "zeros and ones",
    "duplicate actions",
    "coordination",
    "congestion",
    "pursuit in a circle",
    "sums over pairs",
    "zero-sum",
    "one payoff of 10^12",
];

const SHAPES: [&[usize]; 8] = [
    &[2, 2, 2],
    &[3, 3, 3],
    &[2, 2, 2, 2, 2],
    &[5, 5, 5],
    &[4, 4, 4, 4],
    &[1, 4, 3],
    &[8, 8, 8],
    &[2, 2, 2, 2, 2, 2, 2, 2],
];

fn is_small(shape: &[usize]) -> bool {
    shape.iter().product::<usize>() <= 32
}

/// The game with a number: its kind, its shape, its payoffs.
fn game(number: usize) -> (&'static str, &'static [usize], NormalForm) {
    let kind = number % KINDS.len();
    let shape = SHAPES[number / KINDS.len() % SHAPES.len()];
    let mut dice = Dice(number as u64);
    let count = shape.len();
    let profiles: usize = shape.iter().product();
    let players: Vec<Player> = (0..count)
        .map(|at| Player::new(at.to_string(), (0..shape[at]).map(|action| action.to_string())))
        .collect();
    let zero = vec![vec![Rational::ZERO; profiles]; count];
    let frame = NormalForm::new(players.clone(), zero).unwrap();
    let mut draw = |low, high| -> Vec<Vec<i64>> {
        (0..count).map(|_| (0..profiles).map(|_| dice.between(low, high)).collect()).collect()
    };
    // Payoffs by a rule that sees the own number, the profile, and random numbers from 0 to 9.
    let by_rule = |noise: &[Vec<i64>], rule: &Rule<'_>| {
        (0..count)
            .map(|own| (0..profiles).map(|at| rule(own, &frame.profile(at), &noise[own])).collect())
            .collect::<Vec<Vec<i64>>>()
    };
    let mut unit = Rational::ONE;
    let tables = match KINDS[kind] {
        "random, 0 to 99" => draw(0, 99),
        "random, 0 to 999,999,999" => draw(0, 999_999_999),
        "random, in units of 1e-9" => {
            unit = Rational::new(1, 1_000_000_000);
            draw(-999, 999)
        }
        "few payoffs, 0 to 3" => draw(0, 3),
        "zeros and ones" => draw(0, 1),
        "duplicate actions" => {
            // The last action of each player is the first one again, and the second payoffs tie.
            let tables = draw(0, 99);
            let first = |at: usize| {
                let play = frame.profile(at);
                let play: Vec<usize> = (0..count)
                    .map(|at| if play[at] + 1 == shape[at] { 0 } else { play[at] })
                    .collect();
                (0..profiles).find(|&at| frame.profile(at) == play).unwrap()
            };
            tables.iter().map(|table| (0..profiles).map(|at| table[first(at)]).collect()).collect()
        }
        "coordination" => by_rule(&draw(0, 9), &|_, play, noise| {
            let same = play.iter().all(|&action| action == play[0]);
            if same { 1 + noise[play[0] % noise.len()] } else { 0 }
        }),
        "congestion" => by_rule(&draw(0, 9), &|own, play, noise| {
            let crowd = play.iter().filter(|&&action| action == play[own]).count() as i64;
            // A base payoff of the place less what the crowd costs: not the same for all players.
            noise[play[own] % noise.len()] - 4 * crowd * crowd
        }),
        "pursuit in a circle" => by_rule(&draw(0, 9), &|own, play, noise| {
            let next = (own + 1) % count;
            let stake = 1 + noise[play[own] % noise.len()];
            let caught = play[own] % shape[next] == play[next] % shape[own].max(1);
            if caught == (own + 1 < count) { stake } else { 0 }
        }),
        "sums over pairs" => by_rule(&draw(-9, 9), &|own, play, noise| {
            (0..count)
                .filter(|&other| other != own)
                .map(|other| noise[(play[own] * 5 + play[other] * 3 + other * 7) % noise.len()])
                .sum()
        }),
        "zero-sum" => {
            let mut tables = draw(-50, 50);
            if let Some((last, others)) = tables.split_last_mut() {
                for (at, payoff) in last.iter_mut().enumerate() {
                    *payoff = -others.iter().map(|table| table[at]).sum::<i64>();
                }
            }
            tables
        }
        _ => {
            let mut tables = draw(0, 99);
            for (own, table) in tables.iter_mut().enumerate() {
                let length = table.len();
                table[(7 * own + 3) % length] = 1_000_000_000_000;
            }
            tables
        }
    };
    let tables = tables
        .into_iter()
        .map(|table| table.into_iter().map(|payoff| Rational::from(payoff) * &unit).collect())
        .collect();
    (KINDS[kind], shape, NormalForm::new(players, tables).unwrap())
}

/// Whether an outcome holds an equilibrium: certified, with a regret of at most 10⁻¹² of the least
/// range of a player that is not zero. A wrong answer is a failure of the test.
fn is_solved(game: &NormalForm, found: &Outcome<Approximate>, what: &str) -> bool {
    certify_approximate(game, &found.answer, &Limits::default())
        .unwrap_or_else(|refutation| panic!("{what}: {refutation}"));
    let Some(one) = found.answer.list.first() else {
        assert_ne!(found.status, Status::Solved, "{what}");
        return false;
    };
    assert_eq!(found.status, Status::Solved, "{what}");
    let ranges = (0..game.num_players()).map(|player| {
        let payoffs = game.payoffs(player);
        payoffs.iter().max().unwrap() - payoffs.iter().min().unwrap()
    });
    let range = ranges.filter(Rational::is_positive).min().unwrap_or(Rational::ONE);
    let parts = one.regret.checked_div(&range).unwrap();
    assert!(parts <= Rational::new(1, 1_000_000_000_000), "{what}: {}", parts.to_f64());
    true
}

/// A limit that only a fault would reach.
fn patience() -> Budget {
    Budget::unlimited().with_time(Duration::from_secs(10))
}

#[test]
fn the_default_solves_small_games_of_every_kind() {
    for number in 0..2 * KINDS.len() * SHAPES.len() {
        let (kind, shape, game) = game(number);
        if !is_small(shape) {
            continue;
        }
        let what = format!("game {number}, {kind}, {shape:?}");
        let found = find_any_equilibrium_of_many(&game, &patience());
        assert!(is_solved(&game, &found, &what), "{what}: {:?}", found.warnings);
        // Where there is a pure one too.
        let found = find_mixed_equilibrium_of_many(&game, &patience());
        is_solved(&game, &found, &what);
    }
}

#[test]
fn a_step_or_no_time_at_all_is_a_status_and_no_fault() {
    for number in 0..KINDS.len() * SHAPES.len() {
        let (kind, shape, game) = game(number);
        let what = format!("game {number}, {kind}, {shape:?}");
        for budget in [
            Budget::unlimited().with_steps(0),
            Budget::unlimited().with_steps(1),
            Budget::unlimited().with_time(Duration::ZERO),
        ] {
            for found in [
                find_any_equilibrium_of_many(&game, &budget),
                find_mixed_equilibrium_of_many(&game, &budget),
                find_one_equilibrium_of_many(&game, ManyMethod::Ipa, &budget),
                find_one_equilibrium_of_many(&game, ManyMethod::Logit, &budget),
            ] {
                is_solved(&game, &found, &what);
            }
        }
    }
}

#[test]
#[ignore = "of use when optimised: cargo test --release --test many_reliability -- --ignored --nocapture"]
fn all_of_576_games_are_solved_by_the_default() {
    const GAMES: usize = 576;
    // By kind: games, with a pure equilibrium, solved by ipa, by logit, by neither, by the default.
    let mut table = vec![[0usize; 6]; KINDS.len()];
    let mut unsolved = Vec::new();
    let mut slowest = Duration::ZERO;
    for number in 0..GAMES {
        let (kind, shape, game) = game(number);
        let what = format!("game {number}, {kind}, {shape:?}");
        let line = &mut table[number % KINDS.len()];
        line[0] += 1;
        let clock = Instant::now();
        let found = find_any_equilibrium_of_many(&game, &patience());
        slowest = slowest.max(clock.elapsed());
        line[1] += usize::from(found.method == "best-response");
        if is_solved(&game, &found, &what) {
            line[5] += 1;
        } else {
            unsolved.push(format!("{what}, the default"));
        }
        let mut by = [false; 2];
        for (method, by) in [ManyMethod::Ipa, ManyMethod::Logit].into_iter().zip(&mut by) {
            let clock = Instant::now();
            let found = find_one_equilibrium_of_many(&game, method, &patience());
            *by = is_solved(&game, &found, &what);
            if !*by {
                let spent = clock.elapsed().as_secs_f64();
                println!("{what}: not by {} ({:?}, {spent:.1} s)", method.name(), found.status);
            }
        }
        line[2] += usize::from(by[0]);
        line[3] += usize::from(by[1]);
        if by == [false, false] {
            line[4] += 1;
            if is_small(shape) {
                let found = enumerate_equilibria_by_supports(&game, &patience());
                assert!(!found.answer.list.is_empty(), "{what}: nor by supports");
            }
        }
    }
    println!("{:>26} games  pure   ipa logit neither default", "");
    for (kind, [games, pure, ipa, logit, neither, default]) in KINDS.iter().zip(&table) {
        println!("{kind:>26} {games:>5} {pure:>5} {ipa:>5} {logit:>5} {neither:>7} {default:>7}");
    }
    println!("slowest by the default: {:.3} s", slowest.as_secs_f64());
    assert!(unsolved.is_empty(), "{unsolved:#?}");
}
