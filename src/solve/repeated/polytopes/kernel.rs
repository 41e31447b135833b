//! Linear programs in few variables and many inequalities, in machine numbers: the dual simplex method.

/// The most variables.
pub(super) const WIDEST: usize = 8;

/// A point or a direction; coordinates beyond the width are 0.
pub(super) type Vector = [f64; WIDEST];

/// The optimum of max q·x over the x with a·x ≤ b for all rows (a, b).
pub(super) struct Optimum {
    pub(super) value: f64,
    pub(super) point: Vector,
    /// The rows that hold the optimum, and their multipliers y ≥ 0 with q = Σ y a.
    pub(super) basis: [usize; WIDEST],
    pub(super) multipliers: Vector,
}

/// What a row may be exceeded by.
const TOLERANCE: f64 = 1e-12;
/// Smaller pivots are noise.
const PIVOT: f64 = 1e-10;
/// Multipliers are known up to this.
const NOISE: f64 = 1e-13;
/// Pivots after which the first violated row is taken, not the most violated one, against cycles.
const PATIENCE: u32 = 100;
/// The most pivots; the value is an upper bound then.
const MOST_PIVOTS: u32 = 1000;

/// Maximizes q·x. The first rows bound each coordinate from above and from below, in turn, with the
/// normals e₀, −e₀, e₁, −e₁, ... `None` when no x satisfies all rows.
///
/// Work: a pivot takes rows × width operations; there are some few more pivots than variables.
pub(super) fn maximize(
    width: usize,
    normals: &[f64],
    bounds: &[f64],
    objective: &Vector,
) -> Option<Optimum> {
    let mut basis = [0; WIDEST];
    // Rows of the basis times the inverse are the identity.
    let mut inverse = [[0.0; WIDEST]; WIDEST];
    let mut multipliers = [0.0; WIDEST];
    for axis in 0..width {
        let down = objective[axis] < 0.0;
        basis[axis] = 2 * axis + usize::from(down);
        inverse[axis][axis] = if down { -1.0 } else { 1.0 };
        multipliers[axis] = objective[axis].abs();
    }
    let mut pivots = 0;
    loop {
        let mut point = [0.0; WIDEST];
        for axis in 0..width {
            let terms = (0..width).map(|at| inverse[axis][at] * bounds[basis[at]]);
            point[axis] = terms.sum();
        }
        let violated = (pivots < MOST_PIVOTS)
            .then(|| entering(width, normals, bounds, &point, pivots < PATIENCE))
            .flatten();
        let Some(row) = violated else {
            let value = dot(&objective[..width], &point);
            return Some(Optimum { value, point, basis, multipliers });
        };
        pivots += 1;
        let normal = &normals[row * width..][..width];
        let mut part = [0.0; WIDEST];
        for at in 0..width {
            part[at] = (0..width).map(|axis| normal[axis] * inverse[axis][at]).sum();
        }
        // Of those that leave at nearly the same ratio the one with the largest pivot.
        let ratio = |at: usize| multipliers[at] / part[at];
        let least = (0..width)
            .filter(|&at| part[at] > PIVOT)
            .map(|at| (multipliers[at] + NOISE) / part[at])
            .fold(f64::INFINITY, f64::min);
        let out = (0..width)
            .filter(|&at| part[at] > PIVOT && ratio(at) <= least)
            .max_by(|&a, &b| part[a].total_cmp(&part[b]).then(basis[b].cmp(&basis[a])))?;
        let ratio = ratio(out);
        for line in inverse.iter_mut().take(width) {
            let own = line[out] / part[out];
            for at in 0..width {
                line[at] -= part[at] * own;
            }
            line[out] = own;
        }
        for at in 0..width {
            multipliers[at] = (multipliers[at] - ratio * part[at]).max(0.0);
        }
        multipliers[out] = ratio;
        basis[out] = row;
    }
}

/// The row that is exceeded most, or the first that is exceeded.
fn entering(
    width: usize,
    normals: &[f64],
    bounds: &[f64],
    point: &Vector,
    most: bool,
) -> Option<usize> {
    let mut worst = (TOLERANCE, None);
    for (row, (normal, bound)) in normals.chunks_exact(width).zip(bounds).enumerate() {
        let over = dot(normal, point) - bound;
        if over > worst.0 {
            worst = (over, Some(row));
            if !most {
                break;
            }
        }
    }
    worst.1
}

/// The product of a direction with a point.
pub(super) fn dot(direction: &[f64], point: &[f64]) -> f64 {
    direction.iter().zip(point).map(|(a, x)| a * x).sum()
}
