//! A simplex method in machine numbers for the small programs that guide a search.
//!
//! What comes out is only a guess: multipliers are made exact, and judged by what they then prove.
//! The exact programs of an answer are solved in [`crate::linear`].

/// Maximise c·x subject to A x ≤ b and x ≥ 0, with b ≥ 0: rows after one another, of length n + 1,
/// the bound last.
pub(super) struct SmallProgram {
    columns: usize,
    objective: Vec<f64>,
    rows: Vec<f64>,
}

/// A solution and its multipliers.
pub(super) struct Guess {
    pub(super) value: f64,
    pub(super) primal: Vec<f64>,
    pub(super) dual: Vec<f64>,
}

/// What counts as zero.
const ZERO: f64 = 1e-10;
/// Bounds are raised by about so much, so that few of them tie.
const NUDGE: f64 = 1e-9;

impl SmallProgram {
    pub(super) fn maximize(objective: Vec<f64>) -> Self {
        SmallProgram { columns: objective.len(), objective, rows: Vec::new() }
    }

    /// Adds a row, all of its coefficients and the bound, which is not negative.
    pub(super) fn constrain(&mut self, row: impl IntoIterator<Item = f64>, bound: f64) {
        self.rows.extend(row);
        self.rows.push(bound);
        debug_assert_eq!(self.rows.len() % (self.columns + 1), 0);
    }

    /// The solution, unless the pivots are too many or the program has no bound.
    pub(super) fn solve(&self) -> Option<Guess> {
        let (n, width) = (self.columns, self.columns + 1);
        let m = self.rows.len() / width;
        let mut table = self.rows.clone();
        for (at, row) in table.chunks_exact_mut(width).enumerate() {
            // A fixed sequence without pattern (Knuth's multiplicative hash).
            let spread = (at as u32).wrapping_mul(2_654_435_769) >> 8;
            row[n] += NUDGE * (1.0 + f64::from(spread) / f64::from(1u32 << 24));
        }
        let mut costs: Vec<f64> = self.objective.iter().map(|c| -c).collect();
        costs.push(0.0);
        // Labels: 0..n are variables, n.. are slacks.
        let mut basic: Vec<usize> = (n..n + m).collect();
        let mut free: Vec<usize> = (0..n).collect();
        for _ in 0..50 + 10 * (m + n) {
            let entering = (0..n).min_by(|&a, &b| costs[a].total_cmp(&costs[b]))?;
            if costs[entering] >= -ZERO {
                return Some(self.read(&table, &costs, &basic, &free));
            }
            let mut leaving: Option<(f64, usize)> = None;
            for (at, row) in table.chunks_exact(width).enumerate() {
                if row[entering] > ZERO {
                    let ratio = row[n] / row[entering];
                    let better = leaving.is_none_or(|(least, best)| {
                        ratio < least
                            || (ratio == least && row[entering] > table[best * width + entering])
                    });
                    if better {
                        leaving = Some((ratio, at));
                    }
                }
            }
            let (_, leaving) = leaving?;
            pivot(&mut table, &mut costs, width, leaving, entering);
            std::mem::swap(&mut basic[leaving], &mut free[entering]);
        }
        None
    }

    fn read(&self, table: &[f64], costs: &[f64], basic: &[usize], free: &[usize]) -> Guess {
        let n = self.columns;
        let mut primal = vec![0.0; n];
        let mut dual = vec![0.0; basic.len()];
        for (row, &label) in basic.iter().enumerate() {
            if label < n {
                primal[label] = table[row * (n + 1) + n].max(0.0);
            }
        }
        for (column, &label) in free.iter().enumerate() {
            if label >= n {
                dual[label - n] = costs[column].max(0.0);
            }
        }
        let value = primal.iter().zip(&self.objective).map(|(x, c)| x * c).sum();
        Guess { value, primal, dual }
    }
}

/// Exchanges the basic variable of a row for the free one of a column.
fn pivot(table: &mut [f64], costs: &mut [f64], width: usize, leaving: usize, entering: usize) {
    let start = leaving * width;
    let inverse = 1.0 / table[start + entering];
    for entry in &mut table[start..start + width] {
        *entry *= inverse;
    }
    table[start + entering] = inverse;
    let pivot_row: Vec<f64> = table[start..start + width].to_vec();
    let clear = |row: &mut [f64]| {
        let factor = row[entering];
        if factor == 0.0 {
            return;
        }
        row[entering] = 0.0;
        for (entry, from) in row.iter_mut().zip(&pivot_row) {
            *entry -= factor * from;
        }
    };
    for (at, row) in table.chunks_exact_mut(width).enumerate() {
        if at != leaving {
            clear(row);
        }
    }
    clear(costs);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optimum_and_multipliers_of_a_small_program() {
        // Maximise 3x + 2y subject to x + y ≤ 4, x ≤ 3 and x − y ≤ 0.
        let mut program = SmallProgram::maximize(vec![3.0, 2.0]);
        program.constrain([1.0, 1.0], 4.0);
        program.constrain([1.0, 0.0], 3.0);
        program.constrain([1.0, -1.0], 0.0);
        let found = program.solve().unwrap();
        assert!((found.value - 10.0).abs() < 1e-6 && (found.primal[0] - 2.0).abs() < 1e-6);
        assert!((found.dual[0] - 2.5).abs() < 1e-6 && (found.dual[2] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_program_without_bound_has_no_solution() {
        let mut program = SmallProgram::maximize(vec![1.0, 0.0]);
        program.constrain([1.0, -1.0], 1.0);
        assert!(program.solve().is_none());
    }
}
