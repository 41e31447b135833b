//! Pivots against fractions, widths, and the rules that do not cycle.

use proptest::prelude::*;

use super::*;

/// The same pivot in rationals, on a table with the entries t/d.
fn pivot_in_fractions(table: &mut [Vec<Rational>], row: usize, column: usize) {
    let pivot = table[row][column].clone();
    for entry in &mut table[row] {
        *entry = &*entry / &pivot;
    }
    table[row][column] = pivot.recip().unwrap();
    let turned = table[row].clone();
    for (other, entries) in table.iter_mut().enumerate() {
        if other == row {
            continue;
        }
        let factor = entries[column].clone();
        for (at, entry) in entries.iter_mut().enumerate() {
            if at == column {
                *entry = -(&factor * &turned[at]);
            } else {
                *entry -= &(&factor * &turned[at]);
            }
        }
    }
}

fn entries(dictionary: &Dictionary) -> Vec<Vec<Rational>> {
    (0..dictionary.rows())
        .map(|row| (0..=dictionary.columns()).map(|at| dictionary.entry(row, at)).collect())
        .collect()
}

fn width(dictionary: &Dictionary) -> u32 {
    match dictionary.numbers {
        Small(_) => 64,
        Wide(_) => 128,
        Big(_) => 0,
    }
}

proptest! {
    #[test]
    fn pivots_agree_with_fractions_in_every_width(
        rows in 1..6usize,
        columns in 1..6usize,
        scale in prop::sample::select(vec![2i64, 10, 1 << 20, 1 << 40, i64::MAX]),
        seed in prop::collection::vec(any::<i64>(), 64),
        moves in prop::collection::vec((0..8usize, 0..8usize), 12),
    ) {
        let cells: Vec<i64> = seed[..rows * (columns + 1)].iter().map(|x| x % scale).collect();
        let row_labels: Vec<usize> = (columns..columns + rows).collect();
        let column_labels: Vec<usize> = (0..columns).collect();
        let mut dictionary = Dictionary::from_small(&cells, &row_labels, &column_labels);
        let mut fractions = entries(&dictionary);
        let big = cells.iter().map(|&x| IBig::from(x)).collect();
        let same = Dictionary::from_integers(big, &row_labels, &column_labels);
        prop_assert_eq!(entries(&same), fractions.clone());
        for (row, column) in moves {
            let (row, column) = (row % rows, column % columns + 1);
            if dictionary.is_zero(row, column) {
                continue;
            }
            dictionary.pivot(row, column);
            pivot_in_fractions(&mut fractions, row, column);
            prop_assert_eq!(entries(&dictionary), fractions.clone());
            for (row, entries) in fractions.iter().enumerate() {
                prop_assert_eq!(dictionary.value(dictionary.row_label(row)), entries[0].clone());
                for (at, entry) in entries.iter().enumerate() {
                    prop_assert_eq!(dictionary.sign(row, at), entry.cmp(&Rational::ZERO));
                }
            }
        }
    }

    #[test]
    fn removed_rows_and_columns_leave_the_rest_as_it_was(
        seed in prop::collection::vec(-9..10i64, 24),
        row in 0..4usize,
        column in 1..6usize,
        moves in prop::collection::vec((0..3usize, 1..5usize), 5),
    ) {
        let mut dictionary = Dictionary::from_small(&seed, &[5, 6, 7, 8], &[0, 1, 2, 3, 4]);
        let mut fractions = entries(&dictionary);
        dictionary.remove_row(row);
        fractions.swap_remove(row);
        dictionary.remove_column(column);
        for entries in &mut fractions {
            entries.swap_remove(column);
        }
        for (row, column) in moves {
            if !dictionary.is_zero(row, column) {
                dictionary.pivot(row, column);
                pivot_in_fractions(&mut fractions, row, column);
            }
            let copy = dictionary.clone();
            let mut reused = Dictionary::from_small(&[1, 2], &[0], &[1]);
            reused.clone_from(&dictionary);
            prop_assert_eq!(entries(&dictionary), fractions.clone());
            prop_assert_eq!(entries(&copy), fractions.clone());
            prop_assert_eq!(entries(&reused), fractions.clone());
            for label in 0..9 {
                match dictionary.place(label) {
                    Place::Row(at) => prop_assert_eq!(dictionary.row_label(at), label),
                    Place::Column(at) => prop_assert_eq!(dictionary.column_label(at), label),
                    Place::Absent => {}
                }
            }
        }
    }
}

#[test]
fn numbers_widen_and_come_back() {
    // A Hilbert-like matrix of large numbers: its minors need more than 128 bits.
    let entries: Vec<i64> = (0..8i64)
        .flat_map(|row| (0..9i64).map(move |at| (1 << 40) / (row + at + 1) + (row * at) % 7))
        .collect();
    let rows: Vec<usize> = (8..16).collect();
    let columns: Vec<usize> = (0..8).collect();
    let mut dictionary = Dictionary::from_small(&entries, &rows, &columns);
    let start = self::entries(&dictionary);
    let mut widths = vec![];
    for at in 0..8 {
        dictionary.pivot(at, at + 1);
        widths.push(width(&dictionary));
    }
    assert!(widths.contains(&128) && widths.contains(&0), "{widths:?}");
    for at in 0..8 {
        dictionary.pivot(at, at + 1);
    }
    assert_eq!(self::entries(&dictionary), start);
    assert_eq!(width(&dictionary), 64);
}

#[test]
fn the_lexicographic_rule_leaves_beales_example() {
    // Beale (1955): minimise −3/4 x1 + 20 x2 − 1/2 x3 + 6 x4; the largest-coefficient rule
    // cycles when ties go to the first row. Scaled to integers; row 3 is the objective.
    let cells = [
        0, 1, -32, -4, 36, //
        0, 1, -24, -1, 6, //
        1, 0, 0, 1, 0, //
        0, -3, 80, -2, 24,
    ];
    let mut dictionary = Dictionary::from_small(&cells, &[4, 5, 6, 7], &[0, 1, 2, 3]);
    for _ in 0..20 {
        let entering = (1..=4)
            .filter(|&column| dictionary.is_negative(3, column))
            .min_by(|&a, &b| dictionary.compare((3, a), (3, b)));
        let Some(column) = entering else {
            assert_eq!(dictionary.value(0), Rational::ONE);
            assert_eq!(dictionary.value(2), Rational::ONE);
            assert_eq!(dictionary.entry(3, 0), Rational::from(5));
            return;
        };
        let row = dictionary.lexicographic_row(column, 3, &[4, 5, 6]).unwrap();
        dictionary.pivot(row, column);
        assert!(dictionary.is_feasible() || dictionary.is_negative(3, 0));
    }
    panic!("the path cycles");
}
