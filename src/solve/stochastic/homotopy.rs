//! The path of logit equilibria of a game in states, by predictor and corrector.
//!
//! Unknowns are β = log σ for every state, player and action, the values V, and the precision μ. With
//! Q as in [`super::mixed`] and a prior ρ:
//!
//! - β(x, i, a) − β(x, i, 0) = log ρ(x, i, a) − log ρ(x, i, 0) + μ/(1 − δ) (Q(x, i, a) − Q(x, i, 0));
//! - Σ_a exp β(x, i, a) = 1;
//! - V(x, i) = Σ_a exp β(x, i, a) Q(x, i, a).
//!
//! At μ = 0 play is the prior; limits for μ → ∞ are Markov perfect equilibria. Given V, the first two
//! kinds of equations are about one state at a time: they are eliminated state by state, and the system
//! that is left has one unknown for each state and player, and μ. The path is followed by its arc in
//! (σ, V, log μ), so that it may turn in μ; its direction is kept by the scalar product with the last
//! one.
//!
//! Source: Eibelshäuser & Poensgen (2019), "Markov quantal response equilibrium and a homotopy method
//! for computing and selecting Markov perfect equilibria of dynamic stochastic games"; Allgower & Georg
//! (1990), chapters 2 and 6.

use nalgebra::{DMatrix, DVector};

use super::mixed::{Chances, MixedGame};

/// Residuals below this are met.
const CLOSE: f64 = 1e-9;
/// Corrections of one step.
const CORRECTIONS: usize = 7;
/// The longest and the shortest step.
const STEPS: (f64, f64) = (0.6, 1e-9);

/// The equations.
pub(super) struct Path<'a> {
    game: &'a MixedGame,
    /// For each state the logarithms of the prior.
    prior: Vec<DVector<f64>>,
}

/// A point, or a direction.
#[derive(Clone)]
pub(super) struct Point {
    /// For each state log σ of all players' actions.
    logs: Vec<DVector<f64>>,
    values: DVector<f64>,
    pub(super) precision: f64,
}

/// A point of the path with its equations, and how it was come to.
pub(super) struct Reached {
    pub(super) point: Point,
    linear: Linear,
    /// The tangent at the point before, and how far away that is; `None` at the start.
    before: Option<(Point, f64)>,
}

/// The equations that are left when those of the states are eliminated.
struct Linear {
    /// For each state the change of its logs for one of V, of μ, and for its own residual.
    responses: Vec<DMatrix<f64>>,
    /// Rows: states and players. Columns: V, then μ.
    matrix: DMatrix<f64>,
    residual: DVector<f64>,
    size: f64,
}

impl<'a> Path<'a> {
    /// The path that begins at `prior`, whose chances are positive and sum to one for each player.
    pub(super) fn new(game: &'a MixedGame, prior: &Chances) -> Self {
        let logs = |chances: &Vec<f64>| {
            DVector::from_iterator(chances.len(), chances.iter().map(|p| p.ln()))
        };
        Path { game, prior: prior.iter().map(logs).collect() }
    }

    /// The prior and its values, at precision 0.
    pub(super) fn start(&self) -> Option<Reached> {
        let rows = self.game.rows();
        let mut point =
            Point { logs: self.prior.clone(), values: DVector::zeros(rows), precision: 0.0 };
        let linear = self.linear(&point)?;
        let square = linear.matrix.columns(0, rows).into_owned();
        point.values -= square.lu().solve(&linear.residual)?;
        let linear = self.linear(&point)?;
        Some(Reached { point, linear, before: None })
    }

    /// The direction in which only the precision grows.
    fn first_direction(&self, point: &Point) -> Point {
        Point {
            logs: point.logs.iter().map(|logs| DVector::zeros(logs.len())).collect(),
            values: DVector::zeros(point.values.len()),
            precision: 1.0,
        }
    }

    /// Follows the path by one step of the length `step`, which adapts; `None` when it cannot go on.
    ///
    /// The step is along the parabola with the tangents at both of the last two points (Allgower & Georg
    /// 1990, chapter 6).
    pub(super) fn advance(&self, from: &Reached, step: &mut f64) -> Option<Reached> {
        let Reached { point, linear, before } = from;
        let tangent = match before {
            Some((before, _)) => self.tangent(linear, point, before)?,
            None => self.tangent(linear, point, &self.first_direction(point))?,
        };
        let bend = before.as_ref().map(|(before, away)| {
            let mut bend = tangent.moved(before, -1.0);
            bend.scale(0.5 / away);
            bend
        });
        while *step > STEPS.1 {
            let mut guess = point.moved(&tangent, *step);
            if let Some(bend) = &bend {
                guess = guess.moved(bend, *step * *step);
            }
            if guess.precision >= 0.0
                && let Some((found, linear, corrections)) = self.correct(guess, &tangent)
            {
                let away = found.distance(point);
                if away < 3.0 * *step {
                    let factor = match corrections {
                        0..=3 => 1.6,
                        4..=5 => 1.0,
                        _ => 0.7,
                    };
                    *step = (*step * factor).min(STEPS.0);
                    return Some(Reached { point: found, linear, before: Some((tangent, away)) });
                }
            }
            *step *= 0.4;
        }
        None
    }

    /// The unit tangent, on the side of `before`.
    fn tangent(&self, linear: &Linear, point: &Point, before: &Point) -> Option<Point> {
        let rows = linear.residual.len();
        let (bordered, _) = self.bordered(linear, point, before);
        let mut right = DVector::zeros(rows + 1);
        right[rows] = 1.0;
        let solution = bordered.lu().solve(&right)?;
        let mut tangent = self.expanded(linear, &solution, 0.0);
        let length = tangent.norm(point);
        if !(length.is_finite() && length > 0.0) {
            return None;
        }
        tangent.scale(1.0 / length);
        Some(tangent)
    }

    /// Newton's method in the plane through `guess` that is orthogonal to the tangent.
    fn correct(&self, mut guess: Point, tangent: &Point) -> Option<(Point, Linear, usize)> {
        let mut last = f64::INFINITY;
        for corrections in 0..CORRECTIONS {
            let linear = self.linear(&guess)?;
            if !linear.size.is_finite() || (corrections > 1 && linear.size > 2.0 * last) {
                return None;
            }
            if linear.size < CLOSE {
                return Some((guess, linear, corrections));
            }
            last = linear.size;
            let rows = linear.residual.len();
            let (bordered, of_residual) = self.bordered(&linear, &guess, tangent);
            let mut right = DVector::zeros(rows + 1);
            right.rows_mut(0, rows).copy_from(&(-&linear.residual));
            right[rows] = of_residual;
            let solution = bordered.lu().solve(&right)?;
            guess = guess.moved(&self.expanded(&linear, &solution, 1.0), 1.0);
        }
        None
    }

    /// The equations that are left with the scalar product with `along` as the last row; and what
    /// the residuals of the states add to that product.
    fn bordered(&self, linear: &Linear, point: &Point, along: &Point) -> (DMatrix<f64>, f64) {
        let rows = linear.residual.len();
        let mut matrix = DMatrix::zeros(rows + 1, rows + 1);
        matrix.view_mut((0, 0), (rows, rows + 1)).copy_from(&linear.matrix);
        let mut border = DVector::zeros(rows + 2);
        border.rows_mut(0, rows).copy_from(&along.values);
        let scale = 1.0 + point.precision;
        border[rows] = along.precision / (scale * scale);
        for ((response, logs), along) in linear.responses.iter().zip(&point.logs).zip(&along.logs) {
            let weights = logs.map(|log| (2.0 * log).exp()).component_mul(along);
            border.gemv_tr(-1.0, response, &weights, 1.0);
        }
        matrix.row_mut(rows).copy_from(&border.rows(0, rows + 1).transpose());
        (matrix, -border[rows + 1])
    }

    /// A change of V and μ with the changes of logs that it brings, `of_residual` times what corrects
    /// their own residuals included.
    fn expanded(&self, linear: &Linear, solution: &DVector<f64>, of_residual: f64) -> Point {
        let rows = linear.residual.len();
        let mut full = DVector::zeros(rows + 2);
        full.rows_mut(0, rows + 1).copy_from(solution);
        full[rows + 1] = of_residual;
        Point {
            logs: linear.responses.iter().map(|response| -(response * &full)).collect(),
            values: solution.rows(0, rows).into_owned(),
            precision: solution[rows],
        }
    }

    fn linear(&self, point: &Point) -> Option<Linear> {
        let rows = self.game.rows();
        let mut linear = Linear {
            responses: Vec::with_capacity(self.game.stages.len()),
            matrix: DMatrix::zeros(rows, rows + 1),
            residual: DVector::zeros(rows),
            size: 0.0,
        };
        for state in 0..self.game.stages.len() {
            self.state(state, point, &mut linear)?;
        }
        linear.size = linear.size.max(linear.residual.amax());
        Some(linear)
    }

    /// Adds the equations of one state.
    fn state(&self, at: usize, point: &Point, linear: &mut Linear) -> Option<()> {
        let (game, players) = (self.game, self.game.players);
        let (stage, logs, prior) = (&game.stages[at], &point.logs[at], &self.prior[at]);
        let (rows, states, unknowns) = (game.rows(), game.stages.len(), stage.actions);
        let chances: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
        let found = game.worths(at, &chances, point.values.as_slice());
        let (worth, by_values) = (&found.worth, &found.by_values);
        let mut by_logs = found.by_chances;
        for (mut column, chance) in by_logs.column_iter_mut().zip(&chances) {
            column *= *chance;
        }
        let steep = 1.0 / (1.0 - game.discount);
        let precision = point.precision * steep;
        let mut matrix = DMatrix::zeros(unknowns, unknowns);
        let mut right = DMatrix::zeros(unknowns, rows + 2);
        for player in 0..players {
            let first = stage.offsets[player];
            let mut total = -1.0;
            for own in game.own(at, player) {
                matrix[(first, own)] = chances[own];
                total += chances[own];
                if own == first {
                    continue;
                }
                for column in 0..unknowns {
                    matrix[(own, column)] =
                        -precision * (by_logs[(own, column)] - by_logs[(first, column)]);
                }
                matrix[(own, own)] += 1.0;
                matrix[(own, first)] -= 1.0;
                for to in 0..states {
                    right[(own, to * players + player)] =
                        -precision * (by_values[(own, to)] - by_values[(first, to)]);
                }
                let ahead = worth[own] - worth[first];
                right[(own, rows)] = -ahead * steep;
                let residual =
                    (logs[own] - prior[own]) - (logs[first] - prior[first]) - precision * ahead;
                right[(own, rows + 1)] = residual;
                // Logs are as large as the precision: so may be their residuals.
                let size = residual.abs() / (1.0 + logs[own].abs().max(logs[first].abs()));
                linear.size = linear.size.max(size);
            }
            right[(first, rows + 1)] = total;
            linear.size = linear.size.max(total.abs());
        }
        let response = matrix.lu().solve(&right)?;
        // V(x, i) − Σ_a σ Q: by logs, by V, and itself.
        for player in 0..players {
            let row = at * players + player;
            let mut gradient = DVector::<f64>::zeros(unknowns);
            let mut earned = 0.0;
            for own in game.own(at, player) {
                earned += chances[own] * worth[own];
                gradient[own] -= chances[own] * worth[own];
                for column in 0..unknowns {
                    gradient[column] -= chances[own] * by_logs[(own, column)];
                }
                for to in 0..states {
                    linear.matrix[(row, to * players + player)] -=
                        chances[own] * by_values[(own, to)];
                }
            }
            linear.matrix[(row, row)] += 1.0;
            let eliminated = response.tr_mul(&gradient);
            for column in 0..=rows {
                linear.matrix[(row, column)] -= eliminated[column];
            }
            linear.residual[row] = point.values[row] - earned - eliminated[rows + 1];
            linear.size = linear.size.max((point.values[row] - earned).abs());
        }
        linear.responses.push(response);
        Some(())
    }

    /// The strategies at a point, which sum to one.
    pub(super) fn chances(&self, point: &Point) -> Chances {
        let states = point.logs.iter().enumerate();
        states
            .map(|(state, logs)| {
                let mut chances: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
                for player in 0..self.game.players {
                    let own = &mut chances[self.game.own(state, player)];
                    let total: f64 = own.iter().sum();
                    own.iter_mut().for_each(|p| *p /= total);
                }
                chances
            })
            .collect()
    }
}

impl Point {
    fn moved(&self, direction: &Point, by: f64) -> Point {
        Point {
            logs: self.logs.iter().zip(&direction.logs).map(|(one, way)| one + way * by).collect(),
            values: &self.values + &direction.values * by,
            precision: self.precision + direction.precision * by,
        }
    }

    fn scale(&mut self, by: f64) {
        self.logs.iter_mut().for_each(|logs| *logs *= by);
        self.values *= by;
        self.precision *= by;
    }

    /// The length of a direction at a point, in (σ, V, log μ).
    fn norm(&self, at: &Point) -> f64 {
        let each = |(way, logs): (&DVector<f64>, &DVector<f64>)| -> f64 {
            way.iter().zip(logs.iter()).map(|(way, log)| (way * log.exp()).powi(2)).sum()
        };
        let strategies: f64 = self.logs.iter().zip(&at.logs).map(each).sum();
        let precision = self.precision / (1.0 + at.precision);
        (strategies + self.values.norm_squared() + precision * precision).sqrt()
    }

    fn distance(&self, other: &Point) -> f64 {
        let each = |(one, two): (&DVector<f64>, &DVector<f64>)| -> f64 {
            one.iter().zip(two.iter()).map(|(one, two)| (one.exp() - two.exp()).powi(2)).sum()
        };
        let strategies: f64 = self.logs.iter().zip(&other.logs).map(each).sum();
        let precision = ((1.0 + self.precision) / (1.0 + other.precision)).ln();
        let values = (&self.values - &other.values).norm_squared();
        (strategies + values + precision * precision).sqrt()
    }
}
