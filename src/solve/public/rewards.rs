//! What rewards can do for one profile: linear programs whose right side is the liquidity.
//!
//! The best value H(L) of a goal over the rewards that enforce a profile with liquidity L is concave,
//! does not fall, and is constant in the end. A solution of the dual bounds H by a line, whatever L is,
//! since L stands in the right side only. So H is found by its lines (Eisner & Severance 1976): where
//! the lines of two points meet, H is either on both, and has a corner, or a new line is found there.

use crate::game::public::{Curve, CurvePoint, Multipliers, PublicForm, PublicGame, Rewards};
use crate::linear::{
    Limits, LinearProgram, LpMethod, Optimum, Relation, Solution, solve as solve_program,
};
use crate::num::Rational;

use super::stop::Stop;

/// One way to deviate.
struct Deviation {
    player: usize,
    /// Whose reward deters it: his own, or the one for all.
    reward: usize,
    action: usize,
    gain: Rational,
    /// By signal: how much more likely it is without the deviation.
    differences: Vec<Rational>,
}

/// The rewards of one profile.
pub(super) struct Task {
    /// The number of rewards after each signal.
    players: usize,
    signals: usize,
    shape: Vec<usize>,
    distribution: Vec<Rational>,
    deviations: Vec<Deviation>,
}

/// Maximise Σ weights · rewards − price · L.
pub(super) struct Goal {
    weights: Rewards,
    price: Rational,
}

/// A bound of H for all liquidity, with its proof.
#[derive(Clone)]
struct Line {
    slope: Rational,
    intercept: Rational,
    multipliers: Multipliers,
}

impl Line {
    fn at(&self, liquidity: &Rational) -> Rational {
        &self.slope * liquidity + &self.intercept
    }

    fn is(&self, other: &Line) -> bool {
        self.slope == other.slope && self.intercept == other.intercept
    }
}

/// A point of H, and a line that touches it there.
#[derive(Clone)]
struct Touch {
    liquidity: Rational,
    value: Rational,
    rewards: Rewards,
    line: Line,
}

/// What a linear program of rewards came to.
enum Found {
    Optimal(Optimum),
    /// Nothing is feasible; with the multipliers that show it.
    Nothing(Vec<Rational>),
}

impl Task {
    pub(super) fn new(game: &PublicGame, form: PublicForm, profile: usize) -> Self {
        let stage = game.stage();
        let distribution = game.distribution(profile);
        let players = form.num_rewards(game);
        let mut deviations = Vec::new();
        for player in 0..game.num_players() {
            for action in 0..stage.num_actions(player) {
                let at = stage.deviation(profile, player, action);
                if at == profile {
                    continue;
                }
                let seen = distribution.iter().zip(game.distribution(at));
                deviations.push(Deviation {
                    player,
                    reward: player.min(players - 1),
                    action,
                    gain: stage.payoff(player, at) - stage.payoff(player, profile),
                    differences: seen.map(|(one, other)| one - other).collect(),
                });
            }
        }
        Task {
            players,
            signals: game.num_signals(),
            shape: stage.shape(),
            distribution: distribution.to_vec(),
            deviations,
        }
    }

    /// The least money burned: maximise E (Σ r − L).
    pub(super) fn joint(&self) -> Goal {
        Goal { weights: vec![self.distribution.clone(); self.players], price: Rational::ONE }
    }

    /// The least reward of a player: maximise −E r.
    pub(super) fn worst(&self, player: usize) -> Goal {
        let mut weights = vec![vec![Rational::ZERO; self.signals]; self.players];
        weights[player] = self.distribution.iter().map(|probability| -probability).collect();
        Goal { weights, price: Rational::ZERO }
    }

    fn variable(&self, player: usize, signal: usize) -> usize {
        player * self.signals + signal
    }

    /// The number of a program's rows times that of its columns.
    pub(super) fn size(&self) -> usize {
        (self.signals + self.deviations.len() + 2) * (self.players * self.signals + 2)
    }

    /// The program of a goal; the liquidity is a variable where it is not given.
    fn program(&self, goal: &Goal, liquidity: Option<&Rational>) -> LinearProgram {
        let mut objective: Vec<Rational> = goal.weights.iter().flatten().cloned().collect();
        let level = objective.len();
        if liquidity.is_none() {
            objective.push(-&goal.price);
        }
        let mut program = LinearProgram::maximize(objective);
        for one in &self.deviations {
            let row = one.differences.iter().enumerate();
            program.constrain(
                row.map(|(signal, by)| (self.variable(one.reward, signal), by.clone())),
                Relation::AtLeast,
                one.gain.clone(),
            );
        }
        for signal in 0..self.signals {
            let row = (0..self.players).map(|at| (self.variable(at, signal), Rational::ONE));
            match liquidity {
                Some(bound) => program.constrain(row, Relation::AtMost, bound.clone()),
                None => program.constrain(
                    row.chain(std::iter::once((level, -Rational::ONE))),
                    Relation::AtMost,
                    Rational::ZERO,
                ),
            }
        }
        program
    }

    fn solve(
        &self,
        goal: &Goal,
        liquidity: Option<&Rational>,
        limits: &Limits<'_>,
    ) -> Result<Found, Stop> {
        let program = self.program(goal, liquidity);
        match solve_program(&program, LpMethod::Auto, limits)?.solution {
            Solution::Optimal(optimum) => Ok(Found::Optimal(optimum)),
            Solution::Infeasible { multipliers } => Ok(Found::Nothing(multipliers)),
            // No goal grows without bound: rewards are at most L, and L has a price or none.
            Solution::Unbounded { .. } => Err(Stop::Impossible),
        }
    }

    /// The multipliers of the deviations, by player and action.
    fn multipliers(&self, dual: &[Rational]) -> Multipliers {
        let mut multipliers: Multipliers =
            self.shape.iter().map(|&actions| vec![Rational::ZERO; actions]).collect();
        for (one, weight) in self.deviations.iter().zip(dual) {
            multipliers[one.player][one.action] = -weight;
        }
        multipliers
    }

    fn rewards(&self, primal: &[Rational]) -> Rewards {
        (0..self.players)
            .map(|player| {
                let first = self.variable(player, 0);
                primal[first..first + self.signals].to_vec()
            })
            .collect()
    }

    /// The bound that multipliers give: Σ_y max(0, max over players of weights + Σ multipliers ·
    /// differences) for each unit of liquidity, less its price, and less Σ multipliers · gains.
    fn line(&self, goal: &Goal, multipliers: Multipliers) -> Line {
        let mut prices = goal.weights.clone();
        let mut intercept = Rational::ZERO;
        for one in &self.deviations {
            let weight = &multipliers[one.player][one.action];
            if weight.is_zero() {
                continue;
            }
            intercept -= &(weight * &one.gain);
            for (price, by) in prices[one.reward].iter_mut().zip(&one.differences) {
                *price += &(weight * by);
            }
        }
        let mut slope = -&goal.price;
        for signal in 0..self.signals {
            let prices = prices.iter().map(|own| own[signal].clone());
            slope += &prices.fold(Rational::ZERO, Rational::max);
        }
        Line { slope, intercept, multipliers }
    }

    /// The least liquidity that enforces the profile, with the proof; `None` where nothing does.
    pub(super) fn least(
        &self,
        limits: &Limits<'_>,
    ) -> Result<(Option<Rational>, Multipliers), Stop> {
        let weights = vec![vec![Rational::ZERO; self.signals]; self.players];
        let goal = Goal { weights, price: Rational::ONE };
        Ok(match self.solve(&goal, None, limits)? {
            Found::Optimal(optimum) => (Some(-optimum.value), self.multipliers(&optimum.dual)),
            Found::Nothing(multipliers) => (None, self.multipliers(&multipliers)),
        })
    }

    fn touch(&self, goal: &Goal, liquidity: &Rational, limits: &Limits<'_>) -> Result<Touch, Stop> {
        match self.solve(goal, Some(liquidity), limits)? {
            Found::Optimal(optimum) => Ok(Touch {
                liquidity: liquidity.clone(),
                value: optimum.value - &goal.price * liquidity,
                rewards: self.rewards(&optimum.primal),
                line: self.line(goal, self.multipliers(&optimum.dual)),
            }),
            // Called from the least liquidity on only.
            Found::Nothing(_) => Err(Stop::Impossible),
        }
    }

    /// All of H from `least` on; `value` turns H into what it is about.
    pub(super) fn curve(
        &self,
        goal: &Goal,
        least: &Rational,
        value: impl Fn(&Rational) -> Rational,
        limits: &Limits<'_>,
    ) -> Result<Curve, Stop> {
        let first = self.touch(goal, least, limits)?;
        let Found::Optimal(optimum) = self.solve(goal, None, limits)? else {
            return Err(Stop::Impossible);
        };
        let last = self.line(goal, self.multipliers(&optimum.dual));
        let mut pieces: Vec<(Touch, Line)> = Vec::new();
        self.between(goal, &first, None, &last, limits, &mut pieces)?;
        let mut curve = Curve { points: Vec::new(), proofs: Vec::new() };
        let mut before: Option<Line> = None;
        for (touch, line) in pieces {
            if before.as_ref().is_some_and(|before| before.is(&line)) {
                continue;
            }
            curve.points.push(CurvePoint {
                value: value(&touch.value),
                liquidity: touch.liquidity,
                rewards: touch.rewards,
            });
            curve.proofs.push(line.multipliers.clone());
            before = Some(line);
        }
        Ok(curve)
    }

    /// Lists the points from `left` to `right` (or to infinity), without `right`, each with the line on
    /// which H goes on; `last` is the line at `right`.
    fn between(
        &self,
        goal: &Goal,
        left: &Touch,
        right: Option<&Rational>,
        last: &Line,
        limits: &Limits<'_>,
        pieces: &mut Vec<(Touch, Line)>,
    ) -> Result<(), Stop> {
        let first = &left.line;
        let steeper = &first.slope - &last.slope;
        if !steeper.is_positive() {
            pieces.push((left.clone(), first.clone()));
            return Ok(());
        }
        let meet = (&last.intercept - &first.intercept) / steeper;
        if meet <= left.liquidity {
            pieces.push((left.clone(), last.clone()));
            return Ok(());
        }
        if right.is_some_and(|right| meet >= *right) {
            pieces.push((left.clone(), first.clone()));
            return Ok(());
        }
        let touch = self.touch(goal, &meet, limits)?;
        if touch.value == first.at(&meet) {
            pieces.push((left.clone(), first.clone()));
            pieces.push((touch, last.clone()));
            return Ok(());
        }
        self.between(goal, left, Some(&meet), &touch.line, limits, pieces)?;
        self.between(goal, &touch, right, last, limits, pieces)
    }
}
