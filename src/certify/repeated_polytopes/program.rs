//! Multipliers with which bounds give a bound in a direction, in machine numbers.

/// The most players.
pub(super) const WIDEST: usize = 8;
/// The most pivots for one bound.
const MOST_PIVOTS: usize = 300;
/// What is exceeded by less is not.
const NEARLY: f64 = 1e-13;

/// Numbers for the players.
pub(super) type Vector = [f64; WIDEST];

/// Multipliers of the rows of a basis.
pub(super) enum Found {
    /// With which they make the direction, the best that was found.
    Optimum(Vector),
    /// With which they make a row that is exceeded, none of them positive: nothing is within all rows.
    Nothing(usize, Vector),
}

/// Moves a basis whose multipliers are not negative to where no row is exceeded; with the number of pivots.
pub(super) fn multipliers<'a>(
    rows: impl Fn(usize) -> &'a Vector,
    width: usize,
    bounds: &[f64],
    aim: &Vector,
    basis: &mut [usize; WIDEST],
) -> (Found, usize) {
    let mut chosen = [0.0; WIDEST];
    let mut pivots = 0;
    while pivots < MOST_PIVOTS {
        pivots += 1;
        let held: Vec<Vector> = basis[..width].iter().map(|&row| *rows(row)).collect();
        let columns: Vec<Vector> = (0..width)
            .map(|column| {
                let mut line = [0.0; WIDEST];
                (0..width).for_each(|row| line[row] = held[row][column]);
                line
            })
            .collect();
        let Some(found) = solve(width, columns.clone(), *aim) else { break };
        chosen = found;
        let mut right = [0.0; WIDEST];
        (0..width).for_each(|row| right[row] = bounds[basis[row]]);
        let Some(point) = solve(width, held, right) else { break };
        let mut worst = (NEARLY, None);
        for (at, bound) in bounds.iter().enumerate() {
            let row = rows(at);
            let along: f64 = (0..width).map(|axis| row[axis] * point[axis]).sum();
            if along - bound > worst.0 {
                worst = (along - bound, Some(at));
            }
        }
        let Some(row) = worst.1 else { break };
        let Some(part) = solve(width, columns, *rows(row)) else { break };
        // The ratio that keeps all multipliers from being negative; of equal ones the largest pivot.
        let mut out: Option<usize> = None;
        for axis in (0..width).filter(|&axis| part[axis] > 1e-10) {
            let better = out.is_none_or(|best| {
                let one = chosen[axis].max(0.0) * part[best];
                let other = chosen[best].max(0.0) * part[axis];
                one < other - 1e-14 || one <= other + 1e-14 && part[axis] > part[best]
            });
            if better {
                out = Some(axis);
            }
        }
        match out {
            Some(out) => basis[out] = row,
            None => return (Found::Nothing(row, part), pivots),
        }
    }
    (Found::Optimum(chosen), pivots)
}

/// The solution of as many equations, by elimination with the largest pivots; none when these vanish.
fn solve(width: usize, mut lines: Vec<Vector>, mut right: Vector) -> Option<Vector> {
    for column in 0..width {
        let largest = (column..width)
            .max_by(|&a, &b| lines[a][column].abs().total_cmp(&lines[b][column].abs()))?;
        if lines[largest][column].abs() < 1e-13 {
            return None;
        }
        lines.swap(column, largest);
        right.swap(column, largest);
        let pivot = lines[column];
        for row in column + 1..width {
            let times = lines[row][column] / pivot[column];
            (column..width).for_each(|at| lines[row][at] -= times * pivot[at]);
            right[row] -= times * right[column];
        }
    }
    for row in (0..width).rev() {
        let rest: f64 = (row + 1..width).map(|at| lines[row][at] * right[at]).sum();
        right[row] = (right[row] - rest) / lines[row][row];
    }
    Some(right)
}
