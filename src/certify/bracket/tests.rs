use proptest::prelude::*;

use super::*;

fn exact(number: f64) -> Rational {
    Rational::from_f64_exactly(number).unwrap()
}

/// What rows get and what columns give, by fractions.
fn by_fractions(matrix: &PayoffMatrix, x: &[f64], y: &[f64]) -> [Vec<Rational>; 2] {
    let (rows, columns) = (matrix.rows(), matrix.columns());
    let entry = |i: usize, j: usize| exact(matrix.row(i)[j]);
    [
        (0..rows).map(|i| (0..columns).map(|j| entry(i, j) * exact(y[j])).sum()).collect(),
        (0..columns).map(|j| (0..rows).map(|i| entry(i, j) * exact(x[i])).sum()).collect(),
    ]
}

fn same(matrix: &PayoffMatrix, x: &[f64], y: &[f64]) {
    let rows = Weights::of(x, matrix.rows(), "row").unwrap();
    let columns = Weights::of(y, matrix.columns(), "column").unwrap();
    let mut meter = Meter::for_passes(&Limits::default());
    let [by_row, by_column] = sums(matrix, &rows, &columns, &mut meter).unwrap();
    let found = [
        by_row.iter().map(|sum| columns.value(sum)).collect::<Vec<_>>(),
        by_column.iter().map(|sum| rows.value(sum)).collect(),
    ];
    assert_eq!(found, by_fractions(matrix, x, y));
}

/// One half, one quarter and so on, the last one twice.
fn halves(actions: usize) -> Vec<f64> {
    let mut all: Vec<f64> = (1..actions as i32).map(|power| 0.5f64.powi(power)).collect();
    all.push(all.last().copied().unwrap_or(1.0));
    all
}

#[test]
fn sums_are_exact_with_probabilities_down_to_the_smallest_number() {
    for actions in [1, 2, 54, 55, 120, 1075] {
        let entries: Vec<f64> = (0..actions).map(|i| (i as f64 - 30.0) * 0.1).collect();
        let long = PayoffMatrix::new(1, entries.clone()).unwrap();
        same(&long, &halves(actions), &[1.0]);
        let wide = PayoffMatrix::new(actions, entries).unwrap();
        same(&wide, &[1.0], &halves(actions));
    }
}

#[test]
fn sums_of_the_largest_and_the_smallest_numbers_are_exact() {
    let least = f64::from_bits(1);
    let entries =
        vec![f64::MAX, least, -f64::MAX, 0.0, -least, 1.0, -0.0, f64::MIN_POSITIVE, 3e-310];
    let game = PayoffMatrix::new(3, entries).unwrap();
    same(&game, &[0.25, 0.5, 0.25], &[0.5, 0.5, 0.0]);
    same(&game, &halves(3), &[0.5, 0.5 - 0.5f64.powi(54), 0.5f64.powi(54)]);
    let denormal = PayoffMatrix::new(2, vec![least, -3.0 * least, 0.0, 7.0 * least]).unwrap();
    same(&denormal, &[0.25, 0.75], &[1.0, 0.0]);
    let zero = PayoffMatrix::new(2, vec![0.0, -0.0]).unwrap();
    same(&zero, &[1.0], &[0.5, 0.5]);
}

#[test]
fn sums_of_as_many_equal_large_entries_as_can_be_do_not_overflow() {
    for entry in [f64::MAX, -f64::MAX, 1.0 - f64::EPSILON / 2.0] {
        let game = PayoffMatrix::new(64, vec![entry; 64 * 64]).unwrap();
        same(&game, &[1.0 / 64.0; 64], &halves(64));
    }
}

proptest! {
    #[test]
    fn sums_are_those_of_fractions(
        bits in prop::collection::vec(any::<u64>(), 12),
        powers in prop::collection::vec(-80i32..80, 12),
        cuts in prop::collection::vec(0u64..1 << 53, 3),
        narrow in any::<bool>(),
    ) {
        let entries = bits.iter().zip(&powers).map(|(&bits, &power)| {
            if narrow { (bits >> 12) as f64 - 1e15 } else { (bits as i64) as f64 * 2f64.powi(power) }
        });
        let game = PayoffMatrix::new(3, entries.collect()).unwrap();
        let mut cuts = cuts;
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([1 << 53]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let x: Vec<f64> = starts.zip(ends).map(|(a, b)| (b - a) as f64 * 0.5f64.powi(53)).collect();
        same(&game, &x, &halves(3));
    }
}
