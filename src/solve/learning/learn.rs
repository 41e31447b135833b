//! Learning by a rule, for any number of players, in machine numbers.
//!
//! In each round the players play a mixture or an action by their rule, and see what each action would
//! have given. At once, or in turn: then each sees the new mixture of those before him. What is stated
//! is the average of what was played, and its regret, which is evaluated exactly; `rules` has the
//! rules and their sources.
//!
//! In constant-sum games of two the averages of rules without regret are near optimal strategies.
//! In other games only the *joint* average is near anything: the coarse correlated equilibria
//! (Hannan 1957; Hart & Mas-Colell 2000). There play is at once, every round counts alike, and the
//! joint average is stated with the most that a fixed action would gain.

use super::fictitious_play::stops;
use super::rules::{LearningRule, best_response, by_regrets, draw, logit};
use super::tables::{Tables, expected};
use crate::game::NormalForm;
use crate::game::answer::{Equilibrium, JointPlay, Learning, LearningPoint};
use crate::linear::coprime_integers;
use crate::num::Rational;
use crate::solve::many::verdict::{evaluate, on_grid};
use crate::solve::{Budget, Outcome, Status, Work};

/// Work in a round from which on the clock is read in every round.
const LONG_ROUND: usize = 1 << 14;

/// Payoffs that are looked at when nobody says how many rounds are wanted, at most.
const USUAL_WORK: u64 = 1_000_000_000;

/// How a game is learned.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningOptions {
    /// The rule.
    pub rule: LearningRule,
    /// Whether the players move in turn, each seeing the new mixtures of those before him.
    pub alternating: bool,
    /// Round t counts t to this power in the averages. Rules by beliefs have weights of their own and do
    /// not look at it.
    pub averaging: i32,
    /// The number of rounds; at least one is played.
    pub rounds: u64,
    /// A regret at which to stop, looked at after 1, 2, 5, 10, … rounds.
    pub enough: Option<f64>,
}

impl LearningOptions {
    /// What is usual for a rule and a game: in constant-sum games of two, regret matching⁺ in turn with
    /// linear weights and the predictive form with quadratic ones; all else at once, and every round
    /// alike. 10,000 rounds, and fewer, down to 100, in games of more than 100,000 payoffs.
    #[must_use]
    pub fn usual(rule: LearningRule, game: &NormalForm) -> Self {
        let averaging = match rule {
            LearningRule::RegretMatchingPlus => 1,
            LearningRule::Predictive => 2,
            _ => 0,
        };
        let in_turn = averaging > 0 && is_constant_sum_of_two(game);
        let averaging = if in_turn { averaging } else { 0 };
        let payoffs = (game.num_profiles() * game.num_players()) as u64;
        let rounds = (USUAL_WORK / payoffs).clamp(100, 10_000);
        LearningOptions { rule, alternating: in_turn, averaging, rounds, enough: None }
    }
}

/// Why a game cannot be learned so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LearningError {
    /// A payoff is larger than 10¹⁰⁰.
    #[error("a payoff is larger than 1e100: sums over rounds would be beyond machine numbers")]
    TooLarge,
    /// The precision is no finite number above zero.
    #[error("the precision of logit responses is to be a number above zero")]
    Precision,
    /// The factor is not above zero and at most one.
    #[error("the factor of the weights is to be above 0 and at most 1")]
    Factor,
}

/// The course of learning by a rule, with the exact regret of the averages after 1, 2, 5, 10, 20, …
/// rounds and after the last.
///
/// A step of the budget is a round; what was played when it is spent is returned. A round takes
/// O(profiles × players), and O(actions) for two players who play single actions.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, LearningOptions, LearningRule, learn};
/// let pennies = NormalForm::from_integers(&[&[2, -1], &[-1, 1]], &[&[-2, 1], &[1, -1]]);
/// let options = LearningOptions::usual(LearningRule::Predictive, &pennies);
/// let found = learn(&pennies, &options, &Budget::unlimited()).unwrap().answer;
/// let [lower, upper] = found.value.unwrap();
/// assert!(lower.to_f64() <= 0.2 && 0.2 <= upper.to_f64());
/// assert!((&upper - &lower).to_f64() < 1e-6);
/// ```
///
/// # Errors
/// [`LearningError`].
pub fn learn(
    game: &NormalForm,
    options: &LearningOptions,
    budget: &Budget,
) -> Result<Outcome<Learning>, LearningError> {
    check(&options.rule)?;
    let tables = Tables::of(game).ok_or(LearningError::TooLarge)?;
    let constant_sum = is_constant_sum_of_two(game);
    let mut process = Process::new(&tables, options, !constant_sum);
    let mut course: Vec<LearningPoint> = Vec::new();
    let mut status = Status::Solved;
    let long = game.num_profiles() > LONG_ROUND;
    'stops: for stop in stops(options.rounds.max(1)) {
        while process.round < stop {
            let done = process.round;
            let look = if long { Budget::check_now } else { Budget::check };
            if done > 0
                && let Err(reason) = look(budget, done)
            {
                status = Status::Partial(reason);
                break 'stops;
            }
            process.play_round();
        }
        course.push(process.point(game));
        let regret = |point: &LearningPoint| point.mixture.regret.to_f64();
        if options.enough.zip(course.last()).is_some_and(|(enough, last)| regret(last) <= enough) {
            break;
        }
    }
    if course.last().is_none_or(|last| last.rounds < process.round) {
        course.push(process.point(game));
    }
    let last = course.last().filter(|_| constant_sum);
    let answer = Learning {
        rounds: process.round,
        value: last.map(|last| proved_value(game, &last.mixture)),
        joint: process.joint.as_ref().map(|sums| joint_play(game, sums)),
        course,
    };
    let work = Work { rounds: process.round, ..Work::default() };
    Ok(Outcome { answer, status, method: options.rule.name(), work, warnings: Vec::new() })
}

fn check(rule: &LearningRule) -> Result<(), LearningError> {
    match rule {
        LearningRule::Smooth { precision } | LearningRule::Sampled { precision, .. }
            if !(precision.is_finite() && *precision > 0.0) =>
        {
            Err(LearningError::Precision)
        }
        LearningRule::Weighted { factor: Some(factor) } if !(*factor > 0.0 && *factor <= 1.0) => {
            Err(LearningError::Factor)
        }
        _ => Ok(()),
    }
}

fn is_constant_sum_of_two(game: &NormalForm) -> bool {
    game.num_players() == 2 && game.constant_sum().is_some()
}

/// Players who learn, and the sums of what they played.
struct Process<'a> {
    tables: &'a Tables,
    options: &'a LearningOptions,
    round: u64,
    /// What is played next.
    play: Vec<Vec<f64>>,
    /// By beliefs of two players the values of what the other played, weighted and summed up; by
    /// regrets these.
    sums: Vec<Vec<f64>>,
    /// The sum of the weights of all rounds.
    weight: f64,
    /// What was played, weighted and summed up.
    played: Vec<Vec<f64>>,
    /// What was played jointly, by profile index.
    joint: Option<Vec<f64>>,
    random: u64,
}

impl<'a> Process<'a> {
    fn new(tables: &'a Tables, options: &'a LearningOptions, joint: bool) -> Self {
        let zeros: Vec<Vec<f64>> = tables.shape.iter().map(|&actions| vec![0.0; actions]).collect();
        let mut play = zeros.clone();
        let mixed =
            options.rule.is_by_regrets() || matches!(options.rule, LearningRule::Smooth { .. });
        for strategy in &mut play {
            let actions = strategy.len();
            if mixed {
                strategy.fill(1.0 / actions as f64);
            } else {
                strategy[0] = 1.0;
            }
        }
        let random = match options.rule {
            LearningRule::Sampled { seed, .. } => seed,
            _ => 0,
        };
        let joint = joint.then(|| vec![0.0; tables.shape.iter().product()]);
        let played = zeros.clone();
        Process { tables, options, round: 0, play, sums: zeros, weight: 0.0, played, joint, random }
    }

    fn play_round(&mut self) {
        self.round += 1;
        let weight = self.record();
        let players = self.play.len();
        if self.options.alternating {
            for player in 0..players {
                let values = self.tables.values(player, &self.play);
                self.adapt(player, &values, weight);
            }
            return;
        }
        let values: Vec<Vec<f64>> =
            (0..players).map(|player| self.tables.values(player, &self.play)).collect();
        for (player, values) in values.iter().enumerate() {
            self.adapt(player, values, weight);
        }
    }

    /// Counts what is played in this round, and returns its weight.
    fn record(&mut self) -> f64 {
        let round = self.round as f64;
        let weight = match self.options.rule {
            LearningRule::Weighted { factor: None } => round,
            rule if rule.is_by_regrets() => round.powi(self.options.averaging),
            _ => 1.0,
        };
        let kept = self.options.rule.kept();
        self.weight = kept * self.weight + weight;
        for (sums, play) in self.played.iter_mut().zip(&self.play) {
            for (sum, p) in sums.iter_mut().zip(play) {
                *sum = kept * *sum + weight * p;
            }
        }
        if let Some(joint) = &mut self.joint {
            add_product(joint, &self.play);
        }
        weight
    }

    /// A player sees the values of his actions, and decides what he plays next.
    fn adapt(&mut self, player: usize, values: &[f64], weight: f64) {
        let rule = &self.options.rule;
        if rule.is_by_regrets() {
            let had = expected(&self.play[player], values);
            by_regrets(rule, &mut self.sums[player], values, had, &mut self.play[player]);
            return;
        }
        let mut believed = self.believed(player, values, weight);
        if *rule == LearningRule::Optimistic {
            believed.iter_mut().zip(values).for_each(|(b, value)| *b += value);
        }
        let next = &mut self.play[player];
        match *rule {
            LearningRule::Smooth { precision } => logit(precision / self.weight, &believed, next),
            LearningRule::Sampled { precision, .. } => {
                logit(precision / self.weight, &believed, next);
                draw(&mut self.random, next);
            }
            _ => best_response(&believed, next),
        }
    }

    /// The values of a player's actions against what he believes, times the sum of all weights.
    fn believed(&mut self, player: usize, values: &[f64], weight: f64) -> Vec<f64> {
        if self.play.len() == 2 {
            let kept = self.options.rule.kept();
            for (sum, value) in self.sums[player].iter_mut().zip(values) {
                *sum = kept * *sum + weight * value;
            }
            return self.sums[player].clone();
        }
        let beliefs: Vec<Vec<f64>> = self
            .played
            .iter()
            .map(|sums| sums.iter().map(|sum| sum / self.weight).collect())
            .collect();
        let mut values = self.tables.values(player, &beliefs);
        values.iter_mut().for_each(|value| *value *= self.weight);
        values
    }

    fn point(&self, game: &NormalForm) -> LearningPoint {
        let profile = on_grid(&self.tables.shape, &self.played.concat());
        let (payoffs, regret) = evaluate(game, &profile);
        LearningPoint { rounds: self.round, mixture: Equilibrium { profile, payoffs, regret } }
    }
}

/// Adds the probabilities of all profiles, the last player's action varying fastest.
fn add_product(joint: &mut [f64], play: &[Vec<f64>]) {
    let Some((last, before)) = play.split_last() else { return };
    let mut weights = vec![1.0];
    for strategy in before {
        weights =
            weights.iter().flat_map(|weight| strategy.iter().map(move |p| weight * p)).collect();
    }
    for (weight, row) in weights.iter().zip(joint.chunks_exact_mut(last.len())) {
        if *weight > 0.0 {
            row.iter_mut().zip(last).for_each(|(sum, p)| *sum += weight * p);
        }
    }
}

/// The joint average as exact numbers, and the most that a fixed action gains.
fn joint_play(game: &NormalForm, sums: &[f64]) -> JointPlay {
    let distribution = on_grid(&[sums.len()], sums)
        .pop()
        .map_or_else(Vec::new, |one| one.probabilities().to_vec());
    let (weights, scale) = coprime_integers(distribution.iter());
    let mut payoffs = Vec::with_capacity(game.num_players());
    let mut regret = Rational::ZERO;
    for player in 0..game.num_players() {
        let (table, unit) = coprime_integers(game.payoffs(player).iter());
        let mut own = dashu_int::IBig::ZERO;
        let mut fixed = vec![dashu_int::IBig::ZERO; game.num_actions(player)];
        for (index, weight) in weights.iter().enumerate().filter(|(_, weight)| !weight.is_zero()) {
            own += weight * &table[index];
            for (action, sum) in fixed.iter_mut().enumerate() {
                *sum += weight * &table[game.deviation(index, player, action)];
            }
        }
        let most = fixed.into_iter().max().unwrap_or_default();
        let unit = &unit * &scale;
        let number = |sum| Rational::from_integers(sum, dashu_int::IBig::ONE) / &unit;
        regret = regret.max(number(most - &own));
        payoffs.push(number(own));
    }
    JointPlay { distribution, payoffs, regret }
}

/// What the mixtures of a constant-sum game of two prove of the first player's value.
pub(in crate::solve) fn proved_value(game: &NormalForm, mixture: &Equilibrium) -> [Rational; 2] {
    let against = |player: usize| {
        let (weights, scale) = coprime_integers(mixture.profile[1 - player].probabilities().iter());
        let (table, unit) = coprime_integers(game.payoffs(player).iter());
        let other = 1 - player;
        let values = (0..game.num_actions(player)).map(|own| -> dashu_int::IBig {
            let index = |action: usize| own * game.stride(player) + action * game.stride(other);
            weights.iter().enumerate().map(|(action, w)| w * &table[index(action)]).sum()
        });
        let most = values.max().unwrap_or_default();
        Rational::from_integers(most, dashu_int::IBig::ONE) / (unit * scale)
    };
    // What the second gets at most against the first one's mixture is what that one concedes.
    let sum: Rational = mixture.payoffs.iter().sum();
    [sum - against(1), against(0)]
}

#[cfg(test)]
mod tests;
