//! Fictitious play, 100,000 rounds: the library's time from a game in fractions to the course with its
//! exact regrets, and that of the certificate, which plays all rounds again.
//!
//! Payoffs are integers from 0 to 100 by splitmix64, the same as in `benches/peers/fictitious_play.py`.
//! `floor` reads as many rows of 1000 bytes as there are rounds for each player, drawn with the
//! frequencies of the play, and does nothing with them but add up their words.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::certify::{Limits, certify_fictitious_play};
use detente::game::NormalForm;
use detente::num::Rational;
use detente::solve::{Budget, FictitiousPlayOptions, play_fictitiously};

const ROUNDS: u64 = 100_000;

fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// An n × n game with payoffs from 0 to 100, zero-sum or not.
fn random_game(n: usize, zero_sum: bool, seed: u64) -> NormalForm {
    let mut state = seed;
    let mut matrix = || -> Vec<Vec<i64>> {
        (0..n).map(|_| (0..n).map(|_| (splitmix64(&mut state) % 101) as i64).collect()).collect()
    };
    let a = matrix();
    let b = if zero_sum {
        a.iter().map(|row| row.iter().map(|u| -u).collect()).collect()
    } else {
        matrix()
    };
    let rational = |matrix: &[Vec<i64>]| -> Vec<Vec<Rational>> {
        matrix.iter().map(|row| row.iter().map(|&u| Rational::from(u)).collect()).collect()
    };
    // Both matrices are n × n.
    #[allow(clippy::unwrap_used)]
    NormalForm::bimatrix(&rational(&a), &rational(&b)).unwrap()
}

fn fictitious_play(c: &mut Criterion) {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let sizes: &[usize] = if measured { &[10, 100, 1000] } else { &[10] };
    for &n in sizes {
        let mut group = c.benchmark_group(format!("fictitious-play/{n}"));
        group.sample_size(10);
        for (kind, zero_sum) in [("zero-sum", true), ("general", false)] {
            let game = random_game(n, zero_sum, 1);
            for (order, alternating) in [("simultaneous", false), ("alternating", true)] {
                let options = FictitiousPlayOptions { alternating, rounds: ROUNDS, start: None };
                let budget = Budget::unlimited();
                let id = format!("{kind}-{order}");
                group.bench_with_input(BenchmarkId::new("play", &id), &game, |b, game| {
                    b.iter(|| play_fictitiously(black_box(game), &options, &budget));
                });
                // The first actions are those of the game.
                #[allow(clippy::unwrap_used)]
                let play = play_fictitiously(&game, &options, &budget).unwrap().answer;
                group.bench_with_input(BenchmarkId::new("certify", &id), &game, |b, game| {
                    b.iter(|| certify_fictitious_play(black_box(game), &play, &Limits::default()));
                });
            }
        }
        group.finish();
    }
    if measured {
        floor(c);
    }
}

/// The time to read the rows of one byte a payoff that 1000 × 1000 zero-sum play touches.
fn floor(c: &mut Criterion) {
    const WORDS: usize = 125;
    let game = random_game(1000, true, 1);
    let options = FictitiousPlayOptions { rounds: ROUNDS, ..Default::default() };
    // The first actions are those of the game.
    #[allow(clippy::unwrap_used)]
    let play = play_fictitiously(&game, &options, &Budget::unlimited()).unwrap().answer;
    let mut state = 2;
    let order: Vec<Vec<usize>> = play
        .counts
        .iter()
        .map(|counts| {
            let mut order: Vec<usize> = (0..counts.len())
                .flat_map(|action| (0..counts[action]).map(move |_| action))
                .collect();
            for at in (1..order.len()).rev() {
                order.swap(at, (splitmix64(&mut state) % (at as u64 + 1)) as usize);
            }
            order
        })
        .collect();
    let rows: Vec<Vec<u64>> =
        (0..2).map(|_| (0..1000 * WORDS).map(|_| splitmix64(&mut state)).collect()).collect();
    c.bench_function("fictitious-play/1000/floor", |b| {
        b.iter(|| {
            let mut sum = 0u64;
            for (own, other) in order[0].iter().zip(&order[1]) {
                for (rows, action) in [(&rows[1], own), (&rows[0], other)] {
                    let row = &rows[action * WORDS..][..WORDS];
                    sum = row.iter().fold(sum, |sum, word| sum.wrapping_add(*word));
                }
            }
            black_box(sum)
        });
    });
}

criterion_group!(benches, fictitious_play);
criterion_main!(benches);
