//! Lemke's method for the linear complementarity problem, in machine numbers.
//!
//! Given M and q, find z ≥ 0 with w = M z + q ≥ 0 and zᵀ w = 0. An artificial variable with a positive
//! covering vector d makes the start feasible; complementary pivots follow a path on which at most
//! one pair of variables is out of complementarity, until the artificial variable leaves.
//! Source: Lemke (1965), Management Science 11; Cottle, Pang & Stone (1992), section 4.4.

/// Coefficients smaller than this are taken for zero in the ratio test.
const SMALL: f64 = 1e-11;

/// A problem of one size, whose memory serves one solution after the other.
#[derive(Debug, Clone)]
pub(super) struct Lemke {
    size: usize,
    /// Rows: basic variable = constant + Σ coefficient · nonbasic. The last two columns are the
    /// artificial variable's and the constants.
    table: Vec<f64>,
    /// Variables: w_k is k, z_k is size + k, the artificial one 2 · size.
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// A copy of the pivot row.
    row: Vec<f64>,
}

impl Lemke {
    pub(super) fn new(size: usize) -> Self {
        let width = size + 2;
        Lemke {
            size,
            table: vec![0.0; size * width],
            basic: vec![0; size],
            nonbasic: vec![0; size + 1],
            row: vec![0.0; width],
        }
    }

    /// The row of M with this number, to be written before [`Lemke::solve`], which spoils it.
    pub(super) fn row(&mut self, row: usize) -> &mut [f64] {
        let from = row * (self.size + 2);
        &mut self.table[from..from + self.size]
    }

    /// Writes a solution z of the problem; false when the path ends in a ray or rounding spoils it.
    ///
    /// `cover` is positive. O(size²) a pivot.
    pub(super) fn solve(&mut self, constants: &[f64], cover: &[f64], z: &mut [f64]) -> bool {
        let (size, width) = (self.size, self.size + 2);
        for (line, (&constant, &cover)) in
            self.table.chunks_exact_mut(width).zip(constants.iter().zip(cover))
        {
            line[size] = cover;
            line[size + 1] = constant;
        }
        let artificial = 2 * size;
        self.basic.iter_mut().enumerate().for_each(|(at, basic)| *basic = at);
        self.nonbasic.iter_mut().enumerate().for_each(|(at, nonbasic)| *nonbasic = size + at);
        z.fill(0.0);
        let deepest = (0..size)
            .max_by(|&a, &b| (-constants[a] / cover[a]).total_cmp(&(-constants[b] / cover[b])));
        let Some(mut row) = deepest else { return true };
        if constants[row] >= 0.0 {
            return true;
        }
        let mut column = size;
        for _ in 0..50 * size + 200 {
            self.pivot(row, column);
            let left = std::mem::replace(&mut self.basic[row], self.nonbasic[column]);
            self.nonbasic[column] = left;
            if left == artificial {
                for (line, &variable) in self.table.chunks_exact(width).zip(&self.basic) {
                    if (size..artificial).contains(&variable) {
                        z[variable - size] = line[size + 1].max(0.0);
                    }
                }
                return true;
            }
            let entering = if left < size { left + size } else { left - size };
            let Some(next) = self.nonbasic.iter().position(|&variable| variable == entering) else {
                return false;
            };
            column = next;
            let Some(next) = self.leaving(column) else { return false };
            row = next;
        }
        false
    }

    /// The row with the least ratio; among ties the artificial variable's, then the steepest.
    fn leaving(&self, column: usize) -> Option<usize> {
        let (size, width) = (self.size, self.size + 2);
        let artificial = 2 * size;
        let mut best: Option<(f64, usize, f64)> = None;
        for (candidate, line) in self.table.chunks_exact(width).enumerate() {
            let slope = line[column];
            if slope < -SMALL {
                let ratio = line[size + 1].max(0.0) / -slope;
                let better = best.is_none_or(|(least, at, steepest)| {
                    ratio < least - 1e-13
                        || (ratio <= least + 1e-13
                            && (self.basic[candidate] == artificial
                                || (self.basic[at] != artificial && slope < steepest)))
                });
                if better {
                    best = Some((ratio, candidate, slope));
                }
            }
        }
        best.map(|(_, row, _)| row)
    }

    /// Exchanges the basic variable of a row with the nonbasic one of a column.
    fn pivot(&mut self, row: usize, column: usize) {
        let width = self.size + 2;
        let line = &mut self.table[row * width..(row + 1) * width];
        let scale = -1.0 / line[column];
        line.iter_mut().for_each(|entry| *entry *= scale);
        line[column] = -scale;
        self.row.copy_from_slice(line);
        for (at, line) in self.table.chunks_exact_mut(width).enumerate() {
            let factor = line[column];
            if at != row && factor != 0.0 {
                line[column] = 0.0;
                for (entry, own) in line.iter_mut().zip(&self.row) {
                    *entry += factor * own;
                }
            }
        }
    }
}
