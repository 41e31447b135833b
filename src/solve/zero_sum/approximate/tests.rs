use std::io::Cursor;

use super::*;
use crate::certify::{Limits, certify_matrix_bracket, certify_source_bracket};
use crate::game::{
    Block, BlockBuffer, GeneratedPayoffs, PayoffMatrix, SinglePayoffs, StreamedPayoffs,
};
use crate::solve::{bracket_matrix_game, solve_by_double_oracle};

/// Uniform on [0, 1), in four bytes without loss.
fn uniform(rows: usize, columns: usize) -> PayoffMatrix {
    let mut state = 1u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 24)
    };
    PayoffMatrix::new(columns, (0..rows * columns).map(|_| next()).collect()).unwrap()
}

fn approximated(source: &dyn PayoffSource, method: FirstOrderMethod, gap: f64) -> MatrixBracket {
    let options = FirstOrderOptions { method, gap, rounds: 200_000 };
    let found = approximate_matrix_game(source, &options, &Budget::unlimited(), &mut |_, _| true);
    let found = found.unwrap();
    assert_eq!(found.status, Status::Solved);
    found.answer
}

const METHODS: [FirstOrderMethod; 2] = [FirstOrderMethod::Predictive, FirstOrderMethod::PrimalDual];

#[test]
fn bounds_enclose_the_value_and_are_as_near_as_wanted() {
    for (rows, columns) in [(1, 7), (7, 1), (60, 80), (300, 40)] {
        let game = uniform(rows, columns);
        let exact = bracket_matrix_game(&game, &Budget::unlimited()).answer;
        for method in METHODS {
            let found = approximated(&game, method, 1e-4);
            assert!(found.upper - found.lower <= 1.001e-4, "{rows} × {columns}, {method:?}");
            assert!(found.lower <= exact.upper && exact.lower <= found.upper);
            certify_matrix_bracket(&game, &found, &Limits::default()).unwrap();
            certify_source_bracket(&game, &found, &Limits::default()).unwrap();
        }
    }
}

#[test]
fn the_same_bytes_from_every_source_and_with_any_number_of_threads() {
    let (rows, columns) = (260, 300);
    let game = uniform(rows, columns);
    let single = game.entries().iter().map(|&entry| entry as f32).collect();
    let single = SinglePayoffs::new(columns, single).unwrap();
    let bytes: Vec<u8> = game.entries().iter().flat_map(|entry| entry.to_le_bytes()).collect();
    let streamed = StreamedPayoffs::new(columns, Cursor::new(bytes)).unwrap();
    let copy = game.clone();
    let made = GeneratedPayoffs::new(rows, columns, move |row, entries: &mut [f64]| {
        entries.copy_from_slice(copy.row(row));
    });
    for method in METHODS {
        let known = approximated(&game, method, 1e-3);
        for source in [&single as &dyn PayoffSource, &streamed, &made] {
            assert_eq!(approximated(source, method, 1e-3), known);
            certify_source_bracket(source, &known, &Limits::default()).unwrap();
        }
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| approximated(&game, method, 1e-3)), known);
        }
    }
}

#[test]
fn a_game_is_not_called_solved_by_numbers_that_overflow() {
    let most = f64::MAX;
    let game = PayoffMatrix::new(2, vec![most, -most, -0.25 * most, 0.5 * most]).unwrap();
    for method in METHODS {
        let options = FirstOrderOptions { method, gap: 1e-3, rounds: 50 };
        let budget = Budget::unlimited();
        let found = approximate_matrix_game(&game, &options, &budget, &mut |_, _| true).unwrap();
        assert_eq!(found.status, Status::Partial(Exhausted::Steps), "{method:?}");
        // The value is an eleventh of the greatest payoff.
        assert!(found.answer.lower <= most / 11.0 && most / 11.0 <= found.answer.upper);
    }
}

#[test]
fn what_rounding_leaves_is_said() {
    // Saddle points whose value no sum of products gives exactly.
    let game = PayoffMatrix::new(3, vec![0.1; 9]).unwrap();
    for method in METHODS {
        let options = FirstOrderOptions { method, gap: 0.0, rounds: 1000 };
        let budget = Budget::unlimited();
        let found = approximate_matrix_game(&game, &options, &budget, &mut |_, _| true).unwrap();
        assert_eq!(found.status, Status::Solved);
        assert!(found.answer.upper - found.answer.lower < 1e-14);
        assert!(found.warnings[0].contains("rounding"), "{:?}", found.warnings);
    }
    let found = solve_by_double_oracle(&game, 0.0, &Budget::unlimited(), &mut |_, _| true).unwrap();
    assert!(found.warnings[0].contains("rounding"), "{:?}", found.warnings);
}

/// A source that breaks its word: the rows that are asked for are not all there, or not numbers.
struct Wrong {
    short: bool,
}

impl PayoffSource for Wrong {
    fn rows(&self) -> usize {
        2
    }
    fn columns(&self) -> usize {
        2
    }
    fn block<'a>(
        &'a self,
        _: std::ops::Range<usize>,
        _: &'a mut BlockBuffer,
    ) -> Result<Block<'a>, SourceError> {
        Ok(Block::Double(if self.short { &[0.0; 2] } else { &[0.0, f64::INFINITY, 0.0, 0.0] }))
    }
}

#[test]
fn the_certificate_does_not_trust_a_source() {
    let answer =
        MatrixBracket { row: vec![0.5; 2], column: vec![0.5; 2], lower: 0.0, upper: f64::MAX };
    for short in [true, false] {
        let source = Wrong { short };
        assert!(certify_source_bracket(&source, &answer, &Limits::default()).is_err());
    }
}

/// A source whose last row cannot be had.
struct Broken(PayoffMatrix);

impl PayoffSource for Broken {
    fn rows(&self) -> usize {
        self.0.rows() + 1
    }
    fn columns(&self) -> usize {
        self.0.columns()
    }
    fn block<'a>(
        &'a self,
        rows: std::ops::Range<usize>,
        buffer: &'a mut BlockBuffer,
    ) -> Result<Block<'a>, SourceError> {
        if rows.end > self.0.rows() {
            return Err(SourceError::NotFinite { row: self.0.rows() });
        }
        self.0.block(rows, buffer)
    }
}

#[test]
fn limits_are_heard_and_rows_that_cannot_be_had_are_an_error() {
    let game = uniform(90, 90);
    let budget = Budget::unlimited().with_steps(7);
    for method in METHODS {
        let options = FirstOrderOptions { method, gap: 1e-9, rounds: 1000 };
        let found = approximate_matrix_game(&game, &options, &budget, &mut |_, _| true).unwrap();
        assert_eq!(found.status, Status::Partial(Exhausted::Steps));
        certify_matrix_bracket(&game, &found.answer, &Limits::default()).unwrap();
        let mut gaps = Vec::new();
        let mut watch = |round: u64, gap: f64| {
            gaps.push(gap);
            round < 5
        };
        let found = approximate_matrix_game(&game, &options, &Budget::unlimited(), &mut watch);
        assert_eq!(found.unwrap().status, Status::Partial(Exhausted::Cancelled));
        assert!(gaps.len() >= 5);
        let broken = Broken(uniform(90, 90));
        let found = approximate_matrix_game(&broken, &options, &budget, &mut |_, _| true);
        assert!(matches!(found, Err(SourceError::NotFinite { row: 90 })));
    }
    let broken = Broken(uniform(20, 20));
    assert!(solve_by_double_oracle(&broken, 0.0, &budget, &mut |_, _| true).is_err());
}

#[test]
fn a_wrong_bound_of_a_source_is_refused() {
    let game = uniform(30, 20);
    let right = approximated(&game, FirstOrderMethod::Predictive, 1e-3);
    let mut wrong = right.clone();
    wrong.lower += 1e-10;
    assert!(certify_source_bracket(&game, &wrong, &Limits::default()).is_err());
    let mut wrong = right;
    wrong.upper -= 1e-10;
    assert!(certify_source_bracket(&game, &wrong, &Limits::default()).is_err());
    let broken = Broken(uniform(29, 20));
    assert!(certify_source_bracket(&broken, &wrong, &Limits::default()).is_err());
}

fn by_double_oracle(source: &dyn PayoffSource) -> MatrixBracket {
    let found = solve_by_double_oracle(source, 1e-9, &Budget::unlimited(), &mut |_, _| true);
    let found = found.unwrap();
    assert_eq!(found.status, Status::Solved);
    assert!(found.answer.upper - found.answer.lower < 1e-8);
    certify_source_bracket(source, &found.answer, &Limits::default()).unwrap();
    found.answer
}

#[test]
fn double_oracle_solves_a_polynomial_game_on_few_of_its_points() {
    // Parrilo (2006): 5xy − 2x² − 2xy² − y on [−1, 1]² has the value −12/25, at x = 1/5 and y = ±1.
    let points = 401;
    let at = |index: usize| (index as f64 - 200.0) / 200.0;
    let game = GeneratedPayoffs::new(points, points, move |row, entries: &mut [f64]| {
        for (column, entry) in entries.iter_mut().enumerate() {
            let (x, y) = (at(row), at(column));
            *entry = 5.0 * x * y - 2.0 * x * x - 2.0 * x * y * y - y;
        }
    });
    let found = by_double_oracle(&game);
    assert!((found.lower + 0.48).abs() < 1e-8);
    // What stays of the last rounds lies beside the three points.
    assert!(found.row.iter().filter(|&&p| p > 1e-6).count() <= 3);
    assert!((found.row[240] - 1.0).abs() < 1e-3);
    assert!((found.column[400] - 0.78).abs() < 1e-3 && (found.column[0] - 0.22).abs() < 1e-3);
}

#[test]
fn double_oracle_agrees_with_pivots_where_mixtures_are_on_many_actions() {
    // A silent duel: who fires at time t hits with the chance t, and neither hears the other.
    let moments = 200;
    let duel = GeneratedPayoffs::new(moments, moments, move |row, entries: &mut [f64]| {
        let chance = |at: usize| at as f64 / (moments - 1) as f64;
        for (column, entry) in entries.iter_mut().enumerate() {
            let (x, y) = (chance(row), chance(column));
            *entry = match row.cmp(&column) {
                std::cmp::Ordering::Less => x - (1.0 - x) * y,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => -y + (1.0 - y) * x,
            };
        }
    });
    let found = by_double_oracle(&duel);
    assert!(found.lower <= 0.0 && found.upper >= 0.0);
    let game = uniform(60, 50);
    let found = by_double_oracle(&game);
    // Steps are rounds: the pivots of restricted games, which are more, do not count.
    let budget = Budget::unlimited().with_steps(70);
    let limited = solve_by_double_oracle(&game, 1e-9, &budget, &mut |_, _| true).unwrap();
    assert!(limited.work.pivots > 70 && limited.work.rounds <= 70);
    assert_eq!((limited.status, &limited.answer), (Status::Solved, &found));
    let exact = bracket_matrix_game(&game, &Budget::unlimited()).answer;
    assert!((found.lower - exact.lower).abs() < 1e-8);
}
