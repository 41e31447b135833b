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
/// A violation by less shows nothing where pivots that count as noise may be some, and where none are.
const UNSURE: [f64; 2] = [1e-9, 4e-12];
/// Multipliers are known up to this.
const NOISE: f64 = 1e-13;
/// Pivots after which the first violated row is taken, not the most violated one, against cycles.
const PATIENCE: u32 = 100;
/// The most pivots; the value is an upper bound then.
const MOST_PIVOTS: u32 = 1000;

/// Maximizes q·x. The first rows bound each coordinate from above and from below, in turn, with the
/// normals e₀, −e₀, e₁, −e₁, ... `None` when no x satisfies all rows;
/// where that is not sure, a bound of what they may reach.
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
    let (mut pivots, mut fresh) = (0, true);
    loop {
        let mut point = [0.0; WIDEST];
        for axis in 0..width {
            let terms = (0..width).map(|at| inverse[axis][at] * bounds[basis[at]]);
            point[axis] = terms.sum();
        }
        let violated = (pivots < MOST_PIVOTS)
            .then(|| entering(width, normals, bounds, &point, pivots < PATIENCE))
            .flatten();
        let mut part = [0.0; WIDEST];
        let mut out = None;
        if let Some(row) = violated {
            let normal = &normals[row * width..][..width];
            for at in 0..width {
                part[at] = (0..width).map(|axis| normal[axis] * inverse[axis][at]).sum();
            }
            out = leaving(width, &basis, &multipliers, &part);
        }
        let (Some(row), Some(out)) = (violated, out) else {
            // Pivots between nearly parallel rows leave errors: what ends the search is looked at without.
            if !std::mem::replace(&mut fresh, true)
                && let Some(anew) = inverted(width, normals, &basis)
            {
                inverse = anew;
                for (at, own) in multipliers.iter_mut().enumerate().take(width) {
                    let terms = (0..width).map(|axis| objective[axis] * inverse[axis][at]);
                    *own = terms.sum::<f64>().max(0.0);
                }
                continue;
            }
            if let Some(row) = violated {
                let all = inverse[..width].iter().flat_map(|line| &line[..width]);
                let error = 64.0 * f64::EPSILON * all.fold(1.0, |most: f64, x| most.max(x.abs()));
                let noise = part[..width].iter().any(|&part| part > NOISE);
                let unsure = if noise { UNSURE[0] } else { UNSURE[1] };
                let normal = &normals[row * width..][..width];
                if dot(normal, &point) - bounds[row] > unsure.max(error) {
                    return None;
                }
            }
            let held = (&basis, &multipliers);
            let value = bound(width, normals, bounds, objective, held);
            return Some(Optimum { value, point, basis, multipliers });
        };
        pivots += 1;
        let ratio = multipliers[out] / part[out];
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
        fresh = false;
    }
}

/// The place that leaves the basis: of those at nearly the same ratio the one with the largest pivot.
fn leaving(
    width: usize,
    basis: &[usize; WIDEST],
    multipliers: &Vector,
    part: &Vector,
) -> Option<usize> {
    let pivots = || (0..width).filter(|&at| part[at] > PIVOT);
    let least =
        pivots().map(|at| (multipliers[at] + NOISE) / part[at]).fold(f64::INFINITY, f64::min);
    pivots()
        .filter(|&at| multipliers[at] / part[at] <= least)
        .max_by(|&a, &b| part[a].total_cmp(&part[b]).then(basis[b].cmp(&basis[a])))
}

/// The inverse of the rows of a basis, as columns; none where they are dependent.
fn inverted(
    width: usize,
    normals: &[f64],
    basis: &[usize; WIDEST],
) -> Option<[[f64; WIDEST]; WIDEST]> {
    let mut rows = [[0.0; WIDEST]; WIDEST];
    let mut inverse = [[0.0; WIDEST]; WIDEST];
    for at in 0..width {
        rows[at][..width].copy_from_slice(&normals[basis[at] * width..][..width]);
        inverse[at][at] = 1.0;
    }
    for column in 0..width {
        let most = (column..width)
            .max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        if rows[most][column].abs() < f64::EPSILON {
            return None;
        }
        rows.swap(column, most);
        inverse.swap(column, most);
        let (pivot, own, mirror) = (rows[column][column], rows[column], inverse[column]);
        for at in (0..width).filter(|&at| at != column) {
            let times = rows[at][column] / pivot;
            for k in 0..width {
                rows[at][k] -= times * own[k];
                inverse[at][k] -= times * mirror[k];
            }
        }
        for k in 0..width {
            rows[column][k] /= pivot;
            inverse[column][k] /= pivot;
        }
    }
    Some(inverse)
}

/// A bound of q·x by multipliers y ≥ 0 of rows, whatever they are: Σ y b, and the bounds of the coordinates
/// for what is left of q.
fn bound(
    width: usize,
    normals: &[f64],
    bounds: &[f64],
    objective: &Vector,
    (basis, multipliers): (&[usize; WIDEST], &Vector),
) -> f64 {
    let mut rest = *objective;
    let mut value = 0.0;
    for at in 0..width {
        let normal = &normals[basis[at] * width..][..width];
        (0..width).for_each(|axis| rest[axis] -= multipliers[at] * normal[axis]);
        value += multipliers[at] * bounds[basis[at]];
    }
    let left =
        (0..width).map(|axis| rest[axis].abs() * bounds[2 * axis + usize::from(rest[axis] < 0.0)]);
    value + left.sum::<f64>()
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
