//! Bounds of the value of matrix games in machine numbers.

use detente::certify::{Certificate, Limits, Refutation, certify_matrix_bracket};
use detente::game::PayoffMatrix;
use detente::game::answer::MatrixBracket;
use detente::solve::{Budget, bracket_matrix_game};

use super::refused;

fn check(game: &PayoffMatrix, answer: &MatrixBracket) -> Result<Certificate, Refutation> {
    certify_matrix_bracket(game, answer, &Limits::default())
}

fn game(columns: usize, entries: &[f64]) -> PayoffMatrix {
    PayoffMatrix::new(columns, entries.to_vec()).unwrap()
}

/// Numbers below 2^bits, by the multiplier of Knuth's MMIX.
fn random(seed: u64, bits: u32) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> (64 - bits)
    }
}

fn made(rows: usize, columns: usize, mut entry: impl FnMut() -> f64) -> PayoffMatrix {
    PayoffMatrix::new(columns, (0..rows * columns).map(|_| entry()).collect()).unwrap()
}

fn uniform(rows: usize, columns: usize, factor: f64) -> PayoffMatrix {
    let mut next = random(7, 53);
    made(rows, columns, || next() as f64 / (1u64 << 53) as f64 * factor)
}

/// Games of all kinds, by name.
fn kinds() -> Vec<(&'static str, PayoffMatrix)> {
    let mut small = random(3, 2);
    let tied = made(30, 25, || small() as f64 - 1.0);
    let mut bits = random(5, 20);
    let denormal = made(8, 8, || f64::from_bits(bits()));
    let mut powers = random(9, 6);
    let mixed = made(8, 9, || 10f64.powi(powers() as i32 - 32));
    vec![
        ("uniform", uniform(40, 40, 1.0)),
        ("tied", tied),
        ("times 1e12", uniform(30, 30, 1e12)),
        ("times 1e-12", uniform(30, 30, 1e-12)),
        ("denormal", denormal),
        ("mixed exponents", mixed),
        ("one row", uniform(1, 50, 1.0)),
        ("one column", uniform(50, 1, 1.0)),
        ("one entry", game(1, &[-0.1])),
    ]
}

/// Rock, paper, scissors for stakes that make the value 0 with probabilities in quarters and halves.
fn quarters() -> (PayoffMatrix, MatrixBracket) {
    let game = game(3, &[0.0, -1.0, 1.0, 1.0, 0.0, -2.0, -1.0, 2.0, 0.0]);
    let strategy = vec![0.5, 0.25, 0.25];
    (game, MatrixBracket { row: strategy.clone(), column: strategy, lower: 0.0, upper: 0.0 })
}

#[test]
fn what_the_solver_says_of_matrix_games_is_true() {
    for (name, game) in kinds() {
        let answer = bracket_matrix_game(&game, &Budget::unlimited()).answer;
        let checked = check(&game, &answer);
        assert!(checked.is_ok(), "{name}: {checked:?}");
    }
}

#[test]
fn a_bound_is_refused_one_unit_beyond_what_the_strategies_prove() {
    let (game, right) = quarters();
    assert!(check(&game, &right).is_ok());
    let up = MatrixBracket { lower: f64::from_bits(1), upper: 1.0, ..right.clone() };
    refused(check(&game, &up), &["said to secure 5e-324", "gives 0 against column"]);
    let down = MatrixBracket { upper: -f64::from_bits(1), lower: -1.0, ..right.clone() };
    refused(check(&game, &down), &["concede at most -5e-324", "row", "gets 0"]);
    // The same with a stake that only the sum of all products has: 1 + 2⁻⁵² is the number after one.
    let lifted = PayoffMatrix::new(3, game.entries().iter().map(|entry| entry + 1.0).collect());
    let lifted = lifted.unwrap();
    let one = MatrixBracket { lower: 1.0, upper: 1.0, ..right.clone() };
    assert!(check(&lifted, &one).is_ok());
    let up = MatrixBracket { lower: 1.0f64.next_up(), upper: 2.0, ..right.clone() };
    refused(check(&lifted, &up), &["said to secure 1.0000000000000002", "gives 1 against"]);
    let down = MatrixBracket { upper: 1.0f64.next_down(), lower: 0.0, ..right };
    refused(check(&lifted, &down), &["0.9999999999999999", "gets 1 against"]);
}

#[test]
fn bounds_of_entries_with_many_exponents_are_as_sharp() {
    // With 2⁻²⁰⁰ on one entry no common unit of 63 bits is left, and the value moves by as much.
    let tiny = 2f64.powi(-200);
    let game = game(2, &[tiny, -1.0, -1.0, 1.0]);
    let answer = |lower: f64| MatrixBracket {
        row: vec![0.5, 0.5],
        column: vec![0.5, 0.5],
        lower,
        upper: 0.0,
    };
    refused(check(&game, &answer(0.0)), &["gives about -0.5", "against column 1"]);
    assert!(check(&game, &answer(-0.5)).is_ok());
    let above = (-0.5f64).next_up();
    refused(check(&game, &answer(above)), &["said to secure -0.49999999999999994"]);
    let pure = MatrixBracket { row: vec![1.0], column: vec![1.0, 0.0], lower: 0.0, upper: tiny };
    let row = PayoffMatrix::new(2, vec![tiny, 1e300]).unwrap();
    assert!(check(&row, &MatrixBracket { lower: tiny, ..pure.clone() }).is_ok());
    refused(check(&row, &MatrixBracket { upper: tiny.next_down(), ..pure }), &["row 1 gets"]);
}

#[test]
fn probabilities_finer_than_2_to_the_minus_53_are_summed_exactly() {
    let fine = 0.5f64.powi(60);
    let game = game(2, &[1.0, 1.0, -1.0, -1.0, 0.0, 0.0]);
    let row = vec![fine, fine, 1.0];
    let short = MatrixBracket { row, column: vec![0.5, 0.5], lower: 0.0, upper: 1.0 };
    refused(check(&game, &short), &["row player's probabilities sum to", "and not to 1"]);
    let fine = 0.5f64.powi(54);
    let row = vec![fine, 0.5, 0.5 - fine];
    let secured = fine - 0.5;
    let right = MatrixBracket { row, column: vec![0.5, 0.5], lower: secured, upper: 1.0 };
    assert!(check(&game, &right).is_ok());
    let up = MatrixBracket { lower: secured.next_up(), ..right };
    refused(check(&game, &up), &["said to secure"]);
}

#[test]
fn strategies_that_are_no_distributions_are_refused() {
    let (game, right) = quarters();
    let rows = |row: &[f64]| MatrixBracket { row: row.to_vec(), ..right.clone() };
    let columns = |column: &[f64]| MatrixBracket { column: column.to_vec(), ..right.clone() };
    refused(check(&game, &rows(&[0.5, 0.5])), &["row player's", "2 probabilities for 3 actions"]);
    refused(check(&game, &columns(&[0.25; 4])), &["column player's", "4 probabilities for 3"]);
    refused(check(&game, &rows(&[-0.5, 1.0, 0.5])), &["probability 1 is negative: -0.5"]);
    refused(check(&game, &columns(&[0.0, 1.5, 0.0])), &["probability 2 is above one: 1.5"]);
    refused(check(&game, &rows(&[0.5, 0.5, f64::NAN])), &["probability 3 is no number"]);
    refused(check(&game, &rows(&[0.5, 0.25, 0.0])), &["sum to 3/4"]);
    let more = [0.5, 0.25, 0.25f64.next_up()];
    refused(check(&game, &columns(&more)), &["sum to", "and not to 1"]);
}

#[test]
fn a_strategy_with_two_probabilities_changed_secures_less() {
    let (game, right) = quarters();
    let unit = 0.5f64.powi(53);
    for from in 0..3 {
        for to in (0..3).filter(|&to| to != from) {
            let mut row = right.clone();
            row.row[from] -= unit;
            row.row[to] += unit;
            refused(check(&game, &row), &["said to secure 0.0", "against column"]);
            let mut column = right.clone();
            column.column[from] -= unit;
            column.column[to] += unit;
            refused(check(&game, &column), &["concede at most 0.0", "gets"]);
        }
    }
}

#[test]
fn bounds_that_are_no_bounds_are_refused() {
    let (game, right) = quarters();
    let bounds = |lower: f64, upper: f64| MatrixBracket { lower, upper, ..right.clone() };
    refused(check(&game, &bounds(f64::NAN, 0.0)), &["the lower bound is NaN"]);
    refused(check(&game, &bounds(0.0, f64::INFINITY)), &["the upper bound is inf"]);
    refused(check(&game, &bounds(0.0, -1.0)), &["the lower bound 0.0 is above the upper"]);
}

#[test]
fn a_matrix_beyond_the_limit_of_work_is_not_checked() {
    let game = uniform(40, 40, 1.0);
    let answer = bracket_matrix_game(&game, &Budget::unlimited()).answer;
    let limits = Limits { work: 10, ..Limits::default() };
    refused(certify_matrix_bracket(&game, &answer, &limits), &["more work"]);
}
