//! Trees: reading them, the sequence form, backward induction, the reduced strategic form.
//!
//! A signalling game has a chance event of `n` types seen by the first player, who sends one of two
//! messages, to which the second player gives one of three answers. Payoffs are integers from a
//! fixed generator. A centipede has `n` moves. Sizes are in the ids.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::certify::{Limits, certify_tree};
use detente::gambit::{Game, read};
use detente::game::ExtensiveGame;
use detente::game::extensive::ReducedForm;
use detente::solve::Budget;
use detente::solve::extensive::{enumerate_pure_subgame_perfect, find_nash_by_sequence_form};

/// Steele, Lea & Flood (2014): splitmix64.
fn random(seed: u64) -> impl FnMut(u64) -> i64 {
    let mut state = seed;
    move |bound| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound) as i64
    }
}

fn signalling(types: usize, zero_sum: bool) -> String {
    let mut next = random(types as u64);
    let mut text = "EFG 2 R \"signalling\" { \"A\" \"B\" } \"\"\nc \"\" 1 \"\" {".to_owned();
    for k in 0..types {
        text.push_str(&format!(" \"{k}\" 1/{types}"));
    }
    text.push_str(" } 0\n");
    let mut outcome = 0;
    for k in 1..=types {
        text.push_str(&format!("p \"\" 1 {k} \"\" {{ \"x\" \"y\" }} 0\n"));
        for message in 1..=2 {
            text.push_str(&format!("p \"\" 2 {message} \"\" {{ \"a\" \"b\" \"c\" }} 0\n"));
            for _ in 0..3 {
                outcome += 1;
                let (first, second) = (next(101), next(101));
                let second = if zero_sum { -first } else { second };
                text.push_str(&format!("t \"\" {outcome} \"\" {{ {first} {second} }}\n"));
            }
        }
    }
    text
}

fn centipede(moves: usize) -> String {
    let mut text = "EFG 2 R \"centipede\" { \"A\" \"B\" } \"\"\n".to_owned();
    for k in 0..moves {
        let (a, b) = (k + 2 * ((k + 1) % 2), k + 2 * (k % 2));
        text.push_str(&format!(
            "p \"\" {} {} \"\" {{ \"stop\" \"go\" }} 0\nt \"\" {} \"\" {{ {a} {b} }}\n",
            k % 2 + 1,
            k + 1,
            k + 1
        ));
    }
    text.push_str(&format!("t \"\" {} \"\" {{ {moves} {moves} }}\n", moves + 1));
    text
}

/// The texts above are trees.
#[allow(clippy::unwrap_used, clippy::panic)]
fn tree(text: &str) -> ExtensiveGame {
    match read("bench.efg", text, None).unwrap().game {
        Game::Extensive(tree) => tree,
        Game::Strategic(_) => panic!("no tree"),
    }
}

// Every answer is certified, or the run stops.
#[allow(clippy::unwrap_used)]
fn trees(criterion: &mut Criterion) {
    let budget = Budget::unlimited();
    let mut group = criterion.benchmark_group("trees");
    group.sample_size(10);
    for types in [8, 64] {
        let text = signalling(types, false);
        group.bench_with_input(BenchmarkId::new("read", types), &text, |bench, text| {
            bench.iter(|| tree(black_box(text)));
        });
        for (name, zero_sum) in [("lemke", false), ("linear-program", true)] {
            let game = tree(&signalling(types, zero_sum));
            let found = find_nash_by_sequence_form(&game, &budget).unwrap();
            certify_tree(&game, &found.answer, &Limits::default()).unwrap();
            group.bench_with_input(BenchmarkId::new(name, types), &game, |bench, game| {
                bench.iter(|| find_nash_by_sequence_form(black_box(game), &budget));
            });
        }
    }
    let game = tree(&signalling(8, false));
    group.bench_with_input(BenchmarkId::new("reduced-form", 8), &game, |bench, game| {
        bench.iter(|| ReducedForm::of(black_box(game), 1 << 20));
    });
    for moves in [100, 1000] {
        let game = tree(&centipede(moves));
        let found = enumerate_pure_subgame_perfect(&game, &budget);
        certify_tree(&game, &found.answer, &Limits::default()).unwrap();
        group.bench_with_input(
            BenchmarkId::new("backward-induction", moves),
            &game,
            |bench, game| bench.iter(|| enumerate_pure_subgame_perfect(black_box(game), &budget)),
        );
    }
    group.finish();
}

criterion_group!(benches, trees);
criterion_main!(benches);
