//! The best distribution over profiles under linear constraints, by one linear program.
//!
//! Each constraint is a *temptation* g over the profiles with Σ p(s)·g(s) ≤ 0. The objective is made
//! positive everywhere by a constant and Σ p ≤ 1 is asked for: then p = 0 is a feasible start, and
//! the optimum has Σ p = 1 by itself, since a smaller p could be scaled up. The smallest payoff is
//! one more variable t with a row t ≤ Σ p(s)·(uᵢ(s) + constant) for each player, in the unit of the
//! payoffs; the multipliers of
//! these rows are the players' weights, which sum to one because t is positive in the optimum.

use super::objective::{Goal, weighted_sums};
use crate::game::NormalForm;
use crate::linear::{LinearProgram, Relation};
use crate::num::Rational;
use crate::solve::Exhausted;
use crate::solve::meter::Meter;
use crate::solve::raised::Raise;

/// The largest number of coefficients of a program.
const MOST_COEFFICIENTS: usize = 1 << 22;

/// A best distribution and what proves it.
pub(super) struct Best {
    pub(super) distribution: Vec<Rational>,
    /// The greatest value of the goal.
    pub(super) value: Rational,
    /// The multiplier of each temptation.
    pub(super) multipliers: Vec<Rational>,
    /// The weights of the players in the sum that the multipliers bound.
    pub(super) weights: Vec<Rational>,
}

/// Whether a program with this many temptations is small enough to be posed.
pub(super) fn check_size(profiles: usize, temptations: usize) -> Result<(), Exhausted> {
    if profiles.saturating_mul(temptations + 1) > MOST_COEFFICIENTS {
        return Err(Exhausted::Memory);
    }
    Ok(())
}

/// The best distribution under temptations, each with its coefficients by profile index.
pub(super) fn best_distribution(
    game: &NormalForm,
    goal: &Goal,
    temptations: Vec<Vec<(usize, Rational)>>,
    meter: &Meter<'_>,
) -> Result<Best, Exhausted> {
    let (profiles, players) = (game.num_profiles(), game.num_players());
    let count = temptations.len();
    let (objective, Raise { shift, unit }) = match goal {
        Goal::Sum(weights) => {
            let sums = weighted_sums(game, weights);
            let raise = Raise::of(sums.iter());
            (sums.iter().map(|sum| sum + &raise.shift).collect(), raise)
        }
        Goal::Smallest => {
            let raise = Raise::of((0..players).flat_map(|player| game.payoffs(player)));
            let mut objective = vec![Rational::ZERO; profiles];
            objective.push(raise.unit.clone());
            (objective, raise)
        }
    };
    let mut program = LinearProgram::maximize(objective);
    for temptation in temptations {
        program.constrain(temptation, Relation::AtMost, Rational::ZERO);
    }
    if matches!(goal, Goal::Smallest) {
        for player in 0..players {
            let payoffs = game.payoffs(player).iter().enumerate();
            let row = payoffs.map(|(index, payoff)| (index, -(payoff + &shift)));
            let row = row.chain([(profiles, unit.clone())]);
            program.constrain(row, Relation::AtMost, Rational::ZERO);
        }
    }
    let total = (0..profiles).map(|index| (index, Rational::ONE));
    program.constrain(total, Relation::AtMost, Rational::ONE);
    let mut optimum = meter.optimum(&program)?;
    optimum.primal.truncate(profiles);
    let weights = match goal {
        Goal::Sum(weights) => weights.clone(),
        Goal::Smallest => optimum.dual[count..count + players].to_vec(),
    };
    optimum.dual.truncate(count);
    Ok(Best {
        distribution: optimum.primal,
        value: optimum.value - &shift,
        multipliers: optimum.dual,
        weights,
    })
}
