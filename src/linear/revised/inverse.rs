//! The inverse of the square matrix of a basis, kept as it is.

use crate::linear::lanes::{subtract_multiple, widest};

/// Pivots below this are taken for zero when a matrix is inverted.
const SINGULAR: f64 = 1e-13;

/// The inverse of the matrix whose rows are the tight rows of a program and whose columns are its
/// basic variables: one line for each basic variable, one entry for each tight row.
#[derive(Default)]
pub(super) struct Inverse {
    lines: Vec<Vec<f64>>,
}

impl Inverse {
    /// The inverse of a square matrix, by its rows; `None` when it seems singular. O(k³).
    pub(super) fn of(matrix: Vec<Vec<f64>>) -> Option<Self> {
        let size = matrix.len();
        let mut lines = matrix;
        for (at, line) in lines.iter_mut().enumerate() {
            line.resize(2 * size, 0.0);
            line[size + at] = 1.0;
        }
        for at in 0..size {
            let largest =
                (at..size).max_by(|&i, &j| lines[i][at].abs().total_cmp(&lines[j][at].abs()))?;
            if lines[largest][at].abs() < SINGULAR {
                return None;
            }
            lines.swap(at, largest);
            let inverse = 1.0 / lines[at][at];
            lines[at][at..].iter_mut().for_each(|x| *x *= inverse);
            eliminate(&mut lines, at, at..2 * size, |line| line[at]);
        }
        lines.iter_mut().for_each(|line| drop(line.drain(..size)));
        Some(Inverse { lines })
    }

    pub(super) fn size(&self) -> usize {
        self.lines.len()
    }

    /// The line of a basic variable.
    pub(super) fn line(&self, column: usize) -> &[f64] {
        &self.lines[column]
    }

    /// A sum of multiples of lines: a row over the basic variables, times the inverse.
    pub(super) fn combined(&self, multiples: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
        let mut sum = vec![0.0; self.size()];
        widest(|| multiples.for_each(|(at, x)| subtract_multiple(&mut sum, -x, &self.lines[at])));
        sum
    }

    /// The inverse times a column over the tight rows.
    pub(super) fn times(&self, column: &[(usize, f64)]) -> Vec<f64> {
        let product = |line: &Vec<f64>| column.iter().map(|&(row, x)| line[row] * x).sum();
        self.lines.iter().map(product).collect()
    }

    /// Borders the matrix with one more row and column: `row` is the new row over the old columns
    /// times the inverse, `column` the inverse times the new column over the old rows, and `pivot`
    /// the corner less the product of both.
    pub(super) fn grow(&mut self, row: &[f64], column: &[f64], pivot: f64) {
        let last: Vec<f64> = row.iter().map(|x| -x / pivot).chain([1.0 / pivot]).collect();
        widest(|| {
            for (line, &factor) in self.lines.iter_mut().zip(column) {
                line.push(0.0);
                if factor != 0.0 {
                    subtract_multiple(line, factor, &last);
                }
            }
        });
        self.lines.push(last);
    }

    /// Puts another row in the place of one; `row` is the new one times the inverse.
    pub(super) fn replace_row(&mut self, at: usize, row: &[f64]) {
        let inverse = 1.0 / row[at];
        widest(|| {
            for line in &mut self.lines {
                let factor = line[at] * inverse;
                if factor != 0.0 {
                    subtract_multiple(line, factor, row);
                }
                line[at] = factor;
            }
        });
    }

    /// Puts another column in the place of one; `column` is the inverse times the new one.
    pub(super) fn replace_column(&mut self, at: usize, column: &[f64]) {
        let inverse = 1.0 / column[at];
        self.lines[at].iter_mut().for_each(|x| *x *= inverse);
        let pivot = std::mem::take(&mut self.lines[at]);
        widest(|| {
            for (line, &factor) in self.lines.iter_mut().zip(column) {
                if factor != 0.0 && !line.is_empty() {
                    subtract_multiple(line, factor, &pivot);
                }
            }
        });
        self.lines[at] = pivot;
    }

    /// Takes a column and a row out of the matrix; the last ones take their places.
    pub(super) fn shrink(&mut self, column: usize, row: usize) {
        let inverse = 1.0 / self.lines[column][row];
        eliminate(&mut self.lines, column, 0..usize::MAX, |line| line[row] * inverse);
        self.lines.swap_remove(column);
        for line in &mut self.lines {
            line.swap_remove(row);
        }
    }
}

/// Subtracts multiples of one line from all others, within a range of columns.
fn eliminate(
    lines: &mut [Vec<f64>],
    at: usize,
    range: std::ops::Range<usize>,
    factor: impl Fn(&[f64]) -> f64,
) {
    let pivot = std::mem::take(&mut lines[at]);
    let range = range.start..range.end.min(pivot.len());
    widest(|| {
        for line in lines.iter_mut().filter(|line| !line.is_empty()) {
            let factor = factor(line);
            if factor != 0.0 {
                subtract_multiple(&mut line[range.clone()], factor, &pivot[range.clone()]);
            }
        }
    });
    lines[at] = pivot;
}
