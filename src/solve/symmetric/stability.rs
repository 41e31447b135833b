//! Whether a symmetric equilibrium strategy is evolutionarily stable: a quadratic form on best replies.
//!
//! Let x be a best reply to itself with carrier C, and B ⊇ C the pure best replies to it. For another
//! best reply y and z = y − x, xᵀAx = yᵀAx gives xᵀAy − yᵀAy = −zᵀAz. So x is evolutionarily stable
//! exactly when zᵀAz < 0 for every z ≠ 0 on B with Σ z_i = 0 and z_i ≥ 0 off C (Haigh 1975). With one
//! k in C expressed by the others this says that a symmetric matrix Q on B∖{k} has wᵀQw > 0 for all
//! w ≠ 0 with w ≥ 0 off C (Abakuks 1980; Bomze 1992).
//!
//! The played actions are free and are eliminated one by one: each pivot must be positive, and what is
//! left is a matrix M on the best replies that are not played, which must be strictly copositive. A
//! smallest principal submatrix M_S that is not so has its least value on the simplex inside, at a
//! w > 0 with M_S w = λ1, λ ≤ 0 (Hadeler 1983): w is a multiple of the solution of M_S u = 1, with
//! u < 0, or of the one kernel vector. Subsets are tried from the smallest on; those whose negative
//! entries do not connect them cannot be smallest.

use crate::game::MixedStrategy;
use crate::game::answer::Evolutionary;
use crate::num::Rational;
use crate::solve::Exhausted;

/// Decides for a strategy that is a best reply to itself in the game of these payoffs. `spend` is told
/// of the arithmetic done, in units of about a pivot.
pub(super) fn judge(
    matrix: &[Vec<Rational>],
    strategy: &MixedStrategy,
    spend: &mut impl FnMut(u64) -> Result<(), Exhausted>,
) -> Result<Evolutionary, Exhausted> {
    let x = strategy.probabilities();
    let support = strategy.support();
    let payoffs: Vec<Rational> =
        matrix.iter().map(|row| support.iter().map(|&j| &row[j] * &x[j]).sum()).collect();
    let best = payoffs.iter().max();
    let unplayed: Vec<usize> =
        (0..x.len()).filter(|&i| x[i].is_zero() && Some(&payoffs[i]) == best).collect();
    // A strategy plays something.
    let Some((&k, free)) = support.split_first() else { return Ok(Evolutionary::NotDecided) };
    let order: Vec<usize> = free.iter().chain(&unplayed).copied().collect();
    let mut form = Form::new(matrix, k, &order, free.len());
    let direction = match form.eliminate(spend)? {
        Some(direction) => Some(direction),
        None => match form.copositive(spend)? {
            Verdict::Strictly => None,
            Verdict::Not(direction) => Some(direction),
            Verdict::Unknown => return Ok(Evolutionary::NotDecided),
        },
    };
    Ok(direction.map_or(Evolutionary::Stable, |direction| {
        let direction = form.completed(direction);
        Evolutionary::Invaded(along(strategy, k, &order, &direction))
    }))
}

/// The furthest strategy from x in the direction w, in which k makes up for the others.
fn along(strategy: &MixedStrategy, k: usize, order: &[usize], w: &[Rational]) -> MixedStrategy {
    let x = strategy.probabilities();
    let mut z = vec![Rational::ZERO; x.len()];
    for (&action, step) in order.iter().zip(w) {
        z[action] = step.clone();
        z[k] -= step;
    }
    let length = x
        .iter()
        .zip(&z)
        .filter(|(_, step)| step.is_negative())
        .map(|(probability, step)| probability / &-step)
        .min()
        .unwrap_or(Rational::ZERO);
    let moved = x.iter().zip(&z).map(|(probability, step)| probability + &(&length * step));
    crate::solve::joint::strategy(moved.collect())
}

/// The matrix Q, of which the first so many variables are free and the others not negative.
struct Form {
    rows: Vec<Vec<Rational>>,
    free: usize,
}

enum Verdict {
    Strictly,
    /// A direction on the variables that are not free.
    Not(Vec<Rational>),
    Unknown,
}

impl Form {
    fn new(matrix: &[Vec<Rational>], k: usize, order: &[usize], free: usize) -> Self {
        let change = |i: usize, j: usize| {
            &(&matrix[i][j] - &matrix[i][k]) - &(&matrix[k][j] - &matrix[k][k])
        };
        let row =
            |&i: &usize| order.iter().map(|&j| -(change(i, j) + change(j, i))).collect::<Vec<_>>();
        Form { rows: order.iter().map(row).collect(), free }
    }

    /// Eliminates the free variables, each of which is chosen as the others make best; or gives a
    /// direction in which the form is not positive, from the variable at which that shows.
    fn eliminate(
        &mut self,
        spend: &mut impl FnMut(u64) -> Result<(), Exhausted>,
    ) -> Result<Option<Vec<Rational>>, Exhausted> {
        let size = self.rows.len();
        for at in 0..self.free {
            spend(1)?;
            if !self.rows[at][at].is_positive() {
                let mut direction = vec![Rational::ZERO; size - at];
                direction[0] = Rational::ONE;
                return Ok(Some(direction));
            }
            let (done, rest) = self.rows.split_at_mut(at + 1);
            let lead = &done[at];
            for row in rest.iter_mut().filter(|row| !row[at].is_zero()) {
                let factor = &row[at] / &lead[at];
                for column in at..size {
                    let change = &factor * &lead[column];
                    row[column] -= &change;
                }
            }
        }
        Ok(None)
    }

    /// A direction on the last variables with the free ones before them as they make the form least.
    fn completed(&self, last: Vec<Rational>) -> Vec<Rational> {
        let size = self.rows.len();
        let from = size - last.len();
        let mut direction = vec![Rational::ZERO; from];
        direction.extend(last);
        for at in (0..from).rev() {
            let row = &self.rows[at];
            let sum: Rational =
                (at + 1..size).map(|column| &row[column] * &direction[column]).sum();
            direction[at] = -(sum / &row[at]);
        }
        direction
    }

    /// Whether the matrix that is left after elimination is strictly copositive.
    fn copositive(
        &self,
        spend: &mut impl FnMut(u64) -> Result<(), Exhausted>,
    ) -> Result<Verdict, Exhausted> {
        let left: Vec<&[Rational]> =
            self.rows[self.free..].iter().map(|row| &row[self.free..]).collect();
        let size = left.len();
        if size > Evolutionary::MOST_UNPLAYED {
            let (mut single, mut pairs) = (Vec::new(), Vec::new());
            for one in 0..size {
                single.push(vec![one]);
                pairs.extend((one + 1..size).map(|two| vec![one, two]));
            }
            for subset in single.into_iter().chain(pairs) {
                spend(1)?;
                if let Some(direction) = interior_failure(&left, &subset) {
                    return Ok(Verdict::Not(direction));
                }
            }
            let definite = is_positive_definite(&left, spend)?;
            return Ok(if definite { Verdict::Strictly } else { Verdict::Unknown });
        }
        let mut subsets: Vec<u32> = (1..1 << size).collect();
        subsets.sort_by_key(|subset| subset.count_ones());
        for subset in subsets {
            let subset: Vec<usize> = (0..size).filter(|&at| subset >> at & 1 == 1).collect();
            spend(1)?;
            if is_connected(&left, &subset)
                && let Some(direction) = interior_failure(&left, &subset)
            {
                return Ok(Verdict::Not(direction));
            }
        }
        Ok(Verdict::Strictly)
    }
}

/// Whether negative entries connect all of a subset.
fn is_connected(matrix: &[&[Rational]], subset: &[usize]) -> bool {
    let mut reached = vec![subset[0]];
    let mut at = 0;
    while at < reached.len() {
        for &other in subset {
            if matrix[reached[at]][other].is_negative() && !reached.contains(&other) {
                reached.push(other);
            }
        }
        at += 1;
    }
    reached.len() == subset.len()
}

/// A w > 0 on the subset with M_S w = λ1, λ ≤ 0, when the submatrices within are strictly copositive;
/// as a vector of all variables.
fn interior_failure(matrix: &[&[Rational]], subset: &[usize]) -> Option<Vec<Rational>> {
    let size = subset.len();
    let mut rows: Vec<Vec<Rational>> = subset
        .iter()
        .map(|&i| subset.iter().map(|&j| matrix[i][j].clone()).chain([Rational::ONE]).collect())
        .collect();
    // Gauss and Jordan: pivots stand in the rows in the order of their columns.
    let mut pivots = Vec::new();
    let mut without = None;
    for column in 0..size {
        let done = pivots.len();
        let Some(pivot) = (done..size).find(|&row| !rows[row][column].is_zero()) else {
            // With a kernel of more dimensions a smaller subset would have failed.
            if without.replace(column).is_some() {
                return None;
            }
            continue;
        };
        rows.swap(done, pivot);
        let scale = rows[done][column].clone();
        rows[done].iter_mut().for_each(|entry| *entry = &*entry / &scale);
        let lead = rows[done].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at != done && !row[column].is_zero() {
                let factor = row[column].clone();
                for (entry, lead) in row.iter_mut().zip(&lead) {
                    *entry -= &(&factor * lead);
                }
            }
        }
        pivots.push(column);
    }
    let mut solution = vec![Rational::ZERO; size];
    match without {
        None => {
            for (row, &column) in pivots.iter().enumerate() {
                solution[column] = -&rows[row][size];
            }
        }
        Some(open) => {
            solution[open] = Rational::ONE;
            for (row, &column) in pivots.iter().enumerate() {
                solution[column] = -&rows[row][open];
            }
        }
    }
    solution.iter().all(Rational::is_positive).then(|| {
        let mut direction = vec![Rational::ZERO; matrix.len()];
        for (&at, value) in subset.iter().zip(solution) {
            direction[at] = value;
        }
        direction
    })
}

/// Whether all pivots are positive.
fn is_positive_definite(
    matrix: &[&[Rational]],
    spend: &mut impl FnMut(u64) -> Result<(), Exhausted>,
) -> Result<bool, Exhausted> {
    let rows = matrix.iter().map(|row| row.to_vec()).collect();
    let mut form = Form { rows, free: matrix.len() };
    Ok(form.eliminate(spend)?.is_none())
}
