use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::game::NormalForm;
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::solve_minimax;
use crate::solve::testing;

fn matrix(rows: &[&[f64]]) -> PayoffMatrix {
    PayoffMatrix::new(rows[0].len(), rows.concat()).unwrap()
}

fn made(rows: usize, columns: usize, entry: impl Fn(usize, usize) -> f64) -> PayoffMatrix {
    let entries = (0..rows * columns).map(|at| entry(at / columns, at % columns)).collect();
    PayoffMatrix::new(columns, entries).unwrap()
}

fn exact(number: f64) -> Rational {
    Rational::from_f64_exactly(number).unwrap()
}

/// That the strategies are distributions and prove the bounds, by fractions.
fn proved(game: &PayoffMatrix, found: &MatrixBracket) {
    let sides = [(&found.row, game.rows()), (&found.column, game.columns())];
    let [x, y] = sides.map(|(strategy, actions)| {
        assert_eq!(strategy.len(), actions);
        let strategy: Vec<Rational> = strategy.iter().map(|&p| exact(p)).collect();
        assert!(strategy.iter().all(|p| !p.is_negative()));
        assert_eq!(strategy.iter().sum::<Rational>(), Rational::ONE);
        strategy
    });
    for j in 0..game.columns() {
        let secured: Rational = (0..game.rows()).map(|i| &x[i] * exact(game.row(i)[j])).sum();
        assert!(secured >= exact(found.lower), "column {j}: {secured:?} < {}", found.lower);
    }
    for i in 0..game.rows() {
        let conceded: Rational = (0..game.columns()).map(|j| &y[j] * exact(game.row(i)[j])).sum();
        assert!(conceded <= exact(found.upper), "row {i}: {conceded:?} > {}", found.upper);
    }
}

/// The bounds of a game, which must be proved and near each other relative to the largest entry.
fn near(game: &PayoffMatrix) -> MatrixBracket {
    let found = bracket_matrix_game(game, &Budget::unlimited());
    assert_eq!(found.status, Status::Solved);
    assert_eq!(found.warnings, Vec::<String>::new());
    proved(game, &found.answer);
    let (least, most) = game.range();
    let width = found.answer.upper - found.answer.lower;
    assert!(width <= 1e-12 * least.abs().max(most.abs()), "{width:e}");
    found.answer
}

fn has_value(game: &PayoffMatrix, value: Rational) {
    let found = near(game);
    assert!(exact(found.lower) <= value && value <= exact(found.upper), "{found:?}");
}

#[test]
fn games_with_saddle_points_are_solved_exactly() {
    for (game, value) in [
        (matrix(&[&[-0.1]]), -0.1),
        (matrix(&[&[3.0, 1.5, 2.0]]), 1.5),
        (matrix(&[&[3.0], &[1.5], &[4.0]]), 4.0),
        (matrix(&[&[4.0, 2.0, 1.0], &[5.0, 3.0, 4.0]]), 3.0),
        (made(5, 7, |_, _| 0.3), 0.3),
        (made(4, 4, |_, _| 0.0), 0.0),
    ] {
        let found = near(&game);
        assert_eq!((found.lower, found.upper), (value, value));
    }
}

#[test]
fn matching_pennies_and_rock_paper_scissors_have_value_0() {
    has_value(&matrix(&[&[1.0, -1.0], &[-1.0, 1.0]]), Rational::ZERO);
    has_value(&matrix(&[&[0.0, -1.0, 1.0], &[1.0, 0.0, -1.0], &[-1.0, 1.0, 0.0]]), Rational::ZERO);
    // Rock, paper, scissors, lizard, Spock.
    let beats = |i: usize, j: usize| match (5 + i - j) % 5 {
        0 => 0.0,
        1 | 3 => 1.0,
        _ => -1.0,
    };
    has_value(&made(5, 5, beats), Rational::ZERO);
}

#[test]
fn rock_paper_scissors_for_1_2_and_3_is_played_3_to_2_to_1() {
    let game = matrix(&[&[0.0, -1.0, 2.0], &[1.0, 0.0, -3.0], &[-2.0, 3.0, 0.0]]);
    has_value(&game, Rational::ZERO);
    let found = near(&game);
    for strategy in [&found.row, &found.column] {
        for (p, expected) in strategy.iter().zip([3.0, 2.0, 1.0]) {
            assert!((p - expected / 6.0).abs() < 1e-14, "{strategy:?}");
        }
    }
}

/// Morra: each shows some fingers and guesses the other's; who alone is right gets the sum.
fn morra(fingers: usize) -> PayoffMatrix {
    made(fingers * fingers, fingers * fingers, |i, j| {
        let [(shown, guess), (other, others_guess)] = [i, j].map(|at| (at / fingers, at % fingers));
        let sum = (shown + other + 2) as f64;
        match (guess == other, others_guess == shown) {
            (true, false) => sum,
            (false, true) => -sum,
            _ => 0.0,
        }
    })
}

#[test]
fn morra_has_value_0_and_three_fingers_are_played_5_to_4_to_3() {
    for fingers in 1..=4 {
        has_value(&morra(fingers), Rational::ZERO);
    }
    let found = near(&morra(3));
    assert!((found.row[4] - 1.0 / 3.0).abs() < 0.1, "{:?}", found.row);
}

#[test]
fn colonel_blotto_with_4_regiments_against_3_has_value_14_ninths() {
    let game = matrix(&[
        &[4.0, 2.0, 1.0, 0.0],
        &[1.0, 3.0, 0.0, -1.0],
        &[-2.0, 2.0, 2.0, -2.0],
        &[-1.0, 0.0, 3.0, 1.0],
        &[0.0, 1.0, 2.0, 4.0],
    ]);
    has_value(&game, Rational::new(14, 9));
}

/// All ways to divide troops over three fields.
fn divisions(troops: i32) -> Vec<[i32; 3]> {
    let firsts = (0..=troops).flat_map(|a| (0..=troops - a).map(move |b| (a, b)));
    firsts.map(|(a, b)| [a, b, troops - a - b]).collect()
}

#[test]
fn blotto_on_three_fields_has_the_known_values() {
    for (own, others, value) in [
        (5, 5, Rational::ZERO),
        (6, 5, Rational::new(4, 9)),
        (7, 6, Rational::new(1, 3)),
        (8, 6, Rational::new(2, 3)),
        (5, 4, Rational::new(1, 2)),
        (6, 4, Rational::ONE),
        (10, 8, Rational::new(5, 9)),
    ] {
        let (rows, columns) = (divisions(own), divisions(others));
        let game = made(rows.len(), columns.len(), |i, j| {
            rows[i].iter().zip(&columns[j]).map(|(a, b)| f64::from((a - b).signum())).sum()
        });
        has_value(&game, value);
    }
}

/// Silverman's game: the higher number wins 1, unless it is so many times the other, then loses 2.
#[test]
fn silvermans_game_on_1_to_20_with_threshold_3_is_played_on_1_2_and_5() {
    let game = made(20, 20, |i, j| match (i + 1, j + 1) {
        (own, other) if own == other => 0.0,
        (own, other) if own > other => {
            if own >= 3 * other {
                -2.0
            } else {
                1.0
            }
        }
        (own, other) => {
            if other >= 3 * own {
                2.0
            } else {
                -1.0
            }
        }
    });
    has_value(&game, Rational::ZERO);
    let found = near(&game);
    for (at, p) in found.row.iter().enumerate() {
        let expected = match at + 1 {
            1 | 5 => 0.25,
            2 => 0.5,
            _ => 0.0,
        };
        assert!((p - expected).abs() < 1e-13, "{:?}", found.row);
    }
}

/// Numbers that look random: splitmix64 (Steele, Lea & Flood 2014), of a position.
fn mixed(seed: u64, at: usize) -> f64 {
    let mut z = (seed + at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

#[test]
fn bounds_are_near_for_games_of_any_shape_and_scale() {
    for (rows, columns) in [(1, 200), (200, 1), (2, 150), (150, 2), (17, 60), (60, 17), (50, 50)] {
        for scale in [1.0, 1e12, 1e-12, -1.0] {
            near(&made(rows, columns, |i, j| scale * mixed(7, i * columns + j)));
        }
    }
}

#[test]
fn bounds_are_near_with_many_ties_low_rank_and_equal_rows() {
    let n = 60;
    let level = |seed: u64, at: usize, most: f64| (mixed(seed, at) * (most + 1.0)).floor();
    near(&made(n, n, |i, j| level(1, i * n + j, 2.0)));
    near(&made(n, n, |i, j| 2.0 * level(2, i * n + j, 1.0) - 1.0));
    near(&made(n, n, |i, j| level(3, i / 3 * n + j, 9.0)));
    near(&made(n, n, |i, j| mixed(3, i * n + j / 3)));
    near(&made(n, n, |i, j| {
        (0..4).map(|k| (level(4, 4 * i + k, 9.0) - 4.5) * (level(5, 4 * j + k, 9.0) - 4.5)).sum()
    }));
    // A skew game has value 0, whatever its stakes.
    let skew = made(n, n, |i, j| mixed(6, i * n + j) - mixed(6, j * n + i));
    has_value(&skew, Rational::ZERO);
}

/// That an answer within a budget is partial, and its bounds are true and wide.
fn partial(actions: usize, budget: &Budget, reason: Exhausted) -> u64 {
    let game = made(actions, actions, |i, j| mixed(8, i * actions + j));
    let found = bracket_matrix_game(&game, budget);
    assert_eq!(found.status, Status::Partial(reason));
    proved(&game, &found.answer);
    assert!(found.answer.upper - found.answer.lower > 1e-6);
    found.work.pivots
}

#[test]
fn without_time_the_bounds_are_true_and_the_answer_is_partial() {
    partial(120, &Budget::unlimited().with_time(Duration::ZERO), Exhausted::Time);
    partial(120, &Budget::unlimited().with_steps(0), Exhausted::Steps);
    let cancelled = Arc::new(AtomicBool::new(true));
    partial(120, &Budget::unlimited().with_cancel(cancelled), Exhausted::Cancelled);
}

#[test]
fn no_more_steps_are_taken_than_the_budget_has() {
    for steps in [0, 5, 20] {
        let budget = Budget::unlimited().with_steps(steps);
        assert!(partial(30, &budget, Exhausted::Steps) <= steps);
    }
}

#[test]
fn bounds_of_games_with_the_smallest_numbers_are_true() {
    for scale in [f64::from_bits(1), f64::MIN_POSITIVE, 1e-300] {
        let game = made(6, 7, |i, j| (mixed(9, i * 7 + j) * 100.0).floor() * scale);
        let found = bracket_matrix_game(&game, &Budget::unlimited()).answer;
        proved(&game, &found);
    }
}

#[test]
fn bounds_of_games_with_huge_numbers_are_true() {
    for most in [1e300, 1e307, 1e308, f64::MAX] {
        for least in [0.0, -most, most / 3.0] {
            let game = made(7, 6, |i, j| least + mixed(10, i * 6 + j) * (most / 2.0 - least / 2.0));
            proved(&game, &bracket_matrix_game(&game, &Budget::unlimited()).answer);
        }
        let pennies = matrix(&[&[most, -most], &[-most, most]]);
        proved(&pennies, &bracket_matrix_game(&pennies, &Budget::unlimited()).answer);
        let third = matrix(&[&[most, 0.0, 0.0], &[0.0, most, 0.0], &[0.0, 0.0, most]]);
        proved(&third, &bracket_matrix_game(&third, &Budget::unlimited()).answer);
    }
}

#[test]
fn bounds_of_games_with_numbers_of_all_sizes_are_true() {
    let least = f64::from_bits(1);
    let sizes = [f64::MAX, -f64::MAX, 1e308, 1.0, -1.0, 0.0, -0.0, least, -least, 1e-308, 1e-20];
    for seed in 0..40 {
        let game = made(5, 5, |i, j| {
            sizes[(mixed(seed, 5 * i + j) * sizes.len() as f64) as usize % sizes.len()]
        });
        proved(&game, &bracket_matrix_game(&game, &Budget::unlimited()).answer);
    }
}

/// Integer games with frequent ties, some of whose rows and columns repeat others or are sums of them.
fn integer_games() -> impl Strategy<Value = Vec<Vec<i64>>> {
    let shape = (1usize..=8, 1usize..=8, 1i64..=60);
    shape.prop_flat_map(|(rows, columns, most)| {
        let entry = prop_oneof![3 => -most..=most, 1 => Just(0), 1 => -1i64..=1];
        let table = prop::collection::vec(prop::collection::vec(entry, columns), rows);
        let change = (0u8..4, any::<prop::sample::Index>(), any::<prop::sample::Index>());
        (table, prop::collection::vec(change, 0..5)).prop_map(|(mut table, changes)| {
            for (kind, from, to) in changes {
                let (rows, columns) = (table.len(), table[0].len());
                match kind {
                    0 => table[to.index(rows)] = table[from.index(rows)].clone(),
                    1 => {
                        let (from, to) = (from.index(columns), to.index(columns));
                        table.iter_mut().for_each(|row| row[to] = row[from]);
                    }
                    2 => {
                        let (one, other) = (from.index(rows), to.index(rows));
                        table[other] = table[one]
                            .iter()
                            .zip(&table[(one + 1) % rows])
                            .map(|(a, b)| a + b)
                            .collect();
                    }
                    _ => {
                        let (one, other) = (from.index(columns), to.index(columns));
                        table.iter_mut().for_each(|row| row[other] = -row[one]);
                    }
                }
            }
            table
        })
    })
}

proptest! {
    #[test]
    fn the_exact_value_lies_between_the_bounds(table in integer_games()) {
        let (rows, columns) = (table.len(), table[0].len());
        let own: Vec<i64> = table.concat();
        let others = own.iter().map(|u| -u).collect();
        let game: NormalForm = testing::game(&[rows, columns], &[own, others]);
        let minimax = solve_minimax(&game, LpMethod::Auto, &Budget::unlimited()).answer.unwrap();
        let value = &minimax.levels[0].value;
        has_value(&PayoffMatrix::of_player(&game, 0).unwrap(), value.clone());
        has_value(&PayoffMatrix::of_player(&game, 1).unwrap(), -value.clone());
        // The integers are far below 2⁵³ times 10⁻¹², so that the first product is exact.
        let large = made(rows, columns, |i, j| table[i][j] as f64 * 1e12);
        has_value(&large, value * Rational::from(1_000_000_000_000i64));
        near(&made(rows, columns, |i, j| table[i][j] as f64 * 1e-12));
    }

    #[test]
    fn any_finite_numbers_have_true_bounds(
        bits in prop::collection::vec(any::<u64>(), 20),
        columns in prop::sample::select(vec![1usize, 2, 4, 5, 10, 20]),
    ) {
        let entries = bits.into_iter().map(f64::from_bits);
        let entries = entries.map(|entry| if entry.is_finite() { entry } else { f64::MAX }).collect();
        let game = PayoffMatrix::new(columns, entries).unwrap();
        proved(&game, &bracket_matrix_game(&game, &Budget::unlimited()).answer);
    }
}
