//! Lemke's method for the linear complementarity problem, in machine numbers.
//!
//! Given M and q, find z ≥ 0 with w = M z + q ≥ 0 and zᵀ w = 0. An artificial variable with a positive
//! covering vector d makes the start feasible; complementary pivots follow a path on which at most
//! one pair of variables is out of complementarity, until the artificial variable leaves.
//! Source: Lemke (1965), Management Science 11; Cottle, Pang & Stone (1992), section 4.4.

/// Coefficients smaller than this are taken for zero in the ratio test.
const SMALL: f64 = 1e-11;

/// A solution z of the problem, or `None` when the path ends in a ray or rounding spoils it.
///
/// `matrix` is square, row by row; `cover` is positive. O(size²) a pivot.
pub(super) fn complementary_solution(
    matrix: &[f64],
    constants: &[f64],
    cover: &[f64],
) -> Option<Vec<f64>> {
    let size = constants.len();
    // Rows: basic variable = constant + Σ coefficient · nonbasic. The last two columns are the
    // artificial variable's and the constants.
    let width = size + 2;
    let mut table = vec![0.0; size * width];
    for row in 0..size {
        table[row * width..row * width + size]
            .copy_from_slice(&matrix[row * size..(row + 1) * size]);
        table[row * width + size] = cover[row];
        table[row * width + size + 1] = constants[row];
    }
    // Variables: w_k is k, z_k is size + k, the artificial one 2 · size.
    let artificial = 2 * size;
    let mut basic: Vec<usize> = (0..size).collect();
    let mut nonbasic: Vec<usize> = (size..=artificial).collect();
    let first = (0..size)
        .max_by(|&a, &b| (-constants[a] / cover[a]).total_cmp(&(-constants[b] / cover[b])))?;
    if constants[first] >= 0.0 {
        return Some(vec![0.0; size]);
    }
    let (mut row, mut column) = (first, size);
    for _ in 0..50 * size + 200 {
        pivot(&mut table, width, row, column);
        let left = std::mem::replace(&mut basic[row], nonbasic[column]);
        nonbasic[column] = left;
        if left == artificial {
            let mut z = vec![0.0; size];
            for (row, &variable) in basic.iter().enumerate() {
                if (size..artificial).contains(&variable) {
                    z[variable - size] = table[row * width + size + 1].max(0.0);
                }
            }
            return Some(z);
        }
        let entering = if left < size { left + size } else { left - size };
        column = nonbasic.iter().position(|&variable| variable == entering)?;
        let mut best: Option<(f64, usize)> = None;
        for candidate in 0..size {
            let slope = table[candidate * width + column];
            if slope < -SMALL {
                let ratio = (table[candidate * width + size + 1].max(0.0)) / -slope;
                let better = best.is_none_or(|(least, at)| {
                    ratio < least - 1e-13
                        || (ratio <= least + 1e-13
                            && (basic[candidate] == artificial
                                || (basic[at] != artificial && slope < table[at * width + column])))
                });
                if better {
                    best = Some((ratio, candidate));
                }
            }
        }
        row = best?.1;
    }
    None
}

/// Exchanges the basic variable of a row with the nonbasic one of a column.
fn pivot(table: &mut [f64], width: usize, row: usize, column: usize) {
    let head = table[row * width + column];
    for k in 0..width {
        if k != column {
            table[row * width + k] /= -head;
        }
    }
    table[row * width + column] = 1.0 / head;
    let own: Vec<f64> = table[row * width..(row + 1) * width].to_vec();
    for (at, line) in table.chunks_exact_mut(width).enumerate() {
        let factor = line[column];
        if at != row && factor != 0.0 {
            line[column] = 0.0;
            for (entry, own) in line.iter_mut().zip(&own) {
                *entry += factor * own;
            }
        }
    }
}
