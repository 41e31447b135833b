//! Newton's method on the equations of one support.
//!
//! With given supports an equilibrium solves u_i(a) = v_i for all a played by i and Σ p_i = 1: as
//! many equations as unknowns. Where solutions are not isolated the Jacobian is singular, and damped
//! least squares (Levenberg 1944; Marquardt 1963) go to a solution near by.

use crate::solve::multilinear::{Factored, Multilinear, Scratch};

/// Rounds of Newton's method, and of its damped form.
const MOST_ROUNDS: usize = 30;
const MOST_DAMPED_ROUNDS: usize = 200;

/// The equilibrium near `x` in which the actions of `support` (flat, by action) are played; `None`
/// when there is none near. All probabilities found are non-negative, and no action is better by
/// more than about 10⁻¹³ of the player's range.
pub(in crate::solve) fn polish(
    form: &Multilinear,
    x: &[f64],
    support: &[bool],
    scratch: &mut Scratch,
) -> Option<Vec<f64>> {
    let mut system = System::new(form, support);
    let mut found = restricted(form, x, support)?;
    if !system.newton(&mut found, scratch) {
        found = restricted(form, x, support)?;
        if !system.damped(&mut found, scratch) {
            return None;
        }
    }
    verified(form, found, scratch)
}

/// As [`polish`], where solutions are isolated.
pub(super) fn polish_quickly(
    form: &Multilinear,
    x: &[f64],
    support: &[bool],
    scratch: &mut Scratch,
) -> Option<Vec<f64>> {
    let mut found = restricted(form, x, support)?;
    if !System::new(form, support).newton(&mut found, scratch) {
        return None;
    }
    verified(form, found, scratch)
}

/// The part of a profile that lies on a support, if there is any for each player.
fn restricted(form: &Multilinear, x: &[f64], support: &[bool]) -> Option<Vec<f64>> {
    let mut found = vec![0.0; x.len()];
    for player in 0..form.num_players() {
        let part = form.offsets[player]..form.offsets[player + 1];
        let sum: f64 = part.clone().filter(|&a| support[a]).map(|a| x[a]).sum();
        if sum <= 0.0 {
            return None;
        }
        part.filter(|&a| support[a]).for_each(|a| found[a] = x[a] / sum);
    }
    Some(found)
}

/// The solution of the equations if it is an equilibrium.
fn verified(form: &Multilinear, mut found: Vec<f64>, scratch: &mut Scratch) -> Option<Vec<f64>> {
    if found.iter().any(|&p| p < -1e-12) {
        return None;
    }
    found.iter_mut().for_each(|p| *p = p.max(0.0));
    (form.regret(&found, scratch) < 1e-13).then_some(found)
}

struct System<'a> {
    form: &'a Multilinear,
    /// The played actions, flat, ascending.
    played: Vec<usize>,
    /// The position of each player's first played action in `played`; one more at the end.
    first: Vec<usize>,
    pair: Vec<f64>,
}

impl<'a> System<'a> {
    fn new(form: &'a Multilinear, support: &[bool]) -> Self {
        let mut played = Vec::new();
        let mut first = vec![0];
        for player in 0..form.num_players() {
            let part = form.offsets[player]..form.offsets[player + 1];
            played.extend(part.filter(|&a| support[a]));
            first.push(played.len());
        }
        System { form, played, first, pair: Vec::new() }
    }

    /// Residuals and Jacobian: for each player the sum, then differences to his first action.
    fn evaluate(&mut self, x: &[f64], scratch: &mut Scratch) -> (Vec<f64>, Vec<f64>) {
        let (form, size) = (self.form, self.played.len());
        let mut residual = vec![0.0; size];
        let mut jacobian = vec![0.0; size * size];
        for player in 0..form.num_players() {
            let (at, end) = (self.first[player], self.first[player + 1]);
            let base = form.offsets[player];
            residual[at] = self.played[at..end].iter().map(|&a| x[a]).sum::<f64>() - 1.0;
            jacobian[at * size + at..at * size + end].fill(1.0);
            if end - at < 2 {
                continue;
            }
            let mut others = (0..form.num_players()).filter(|&other| other != player);
            let first = others.clone().next();
            if first.is_none() {
                let values = form.all_values(x, scratch);
                for (residual, &action) in
                    residual[at + 1..end].iter_mut().zip(&self.played[at + 1..end])
                {
                    *residual = values[action] - values[self.played[at]];
                }
            }
            for other in others.by_ref() {
                form.pair(player, other, x, scratch, &mut self.pair);
                let columns = form.shape[other];
                let head = (self.played[at] - base) * columns;
                if Some(other) == first {
                    // The payoffs themselves, from the first matrix of derivatives.
                    let theirs = form.of(other, x);
                    let value = |from: usize| -> f64 {
                        self.pair[from..from + columns].iter().zip(theirs).map(|(u, p)| u * p).sum()
                    };
                    for (residual, &action) in
                        residual[at + 1..end].iter_mut().zip(&self.played[at + 1..end])
                    {
                        *residual = value((action - base) * columns) - value(head);
                    }
                }
                for row in at + 1..end {
                    let own = (self.played[row] - base) * columns;
                    for column in self.first[other]..self.first[other + 1] {
                        let b = self.played[column] - form.offsets[other];
                        jacobian[row * size + column] = self.pair[own + b] - self.pair[head + b];
                    }
                }
            }
        }
        (residual, jacobian)
    }

    fn add(&self, x: &mut [f64], step: &[f64]) {
        for (&action, step) in self.played.iter().zip(step) {
            x[action] += step;
        }
    }

    fn newton(&mut self, x: &mut [f64], scratch: &mut Scratch) -> bool {
        let mut last = f64::INFINITY;
        for _ in 0..MOST_ROUNDS {
            let (mut residual, jacobian) = self.evaluate(x, scratch);
            let size = largest(&residual);
            residual.iter_mut().for_each(|r| *r = -*r);
            let Some(factored) = Factored::new(residual.len(), jacobian) else {
                return false;
            };
            let step = factored.solve(&residual);
            let length = largest(&step);
            if !length.is_finite() || length > 1.0 {
                return false;
            }
            self.add(x, &step);
            // At the limit of precision steps do not shrink any more.
            if length < 1e-15 || (length < 1e-11 && length >= last / 2.0) {
                return size < 1e-12;
            }
            last = length;
        }
        false
    }

    fn damped(&mut self, x: &mut [f64], scratch: &mut Scratch) -> bool {
        let mut damping = 1e-6;
        let (mut residual, mut jacobian) = self.evaluate(x, scratch);
        for _ in 0..MOST_DAMPED_ROUNDS {
            let size = residual.len();
            let now = norm(&residual);
            if now < 1e-15 {
                return true;
            }
            let mut normal = vec![0.0; size * size];
            let mut right = vec![0.0; size];
            for (row, r) in jacobian.chunks_exact(size).zip(&residual) {
                for i in (0..size).filter(|&i| row[i] != 0.0) {
                    right[i] -= row[i] * r;
                    for j in 0..size {
                        normal[i * size + j] += row[i] * row[j];
                    }
                }
            }
            for i in 0..size {
                normal[i * size + i] += damping;
            }
            let Some(factored) = Factored::new(size, normal) else { return false };
            let step = factored.solve(&right);
            let mut next = x.to_vec();
            self.add(&mut next, &step);
            let (r, j) = self.evaluate(&next, scratch);
            if norm(&r) < now {
                x.copy_from_slice(&next);
                (residual, jacobian) = (r, j);
                damping = (damping / 10.0).max(1e-15);
            } else {
                damping *= 10.0;
                if damping > 1e3 {
                    break;
                }
            }
        }
        norm(&residual) < 1e-13
    }
}

fn largest(values: &[f64]) -> f64 {
    values
        .iter()
        .fold(0.0, |most, value| if value.is_nan() { f64::NAN } else { most.max(value.abs()) })
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}
