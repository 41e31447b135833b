//! Refinements of the equilibria of two players: strict, quasi-strict, perfect, proper,
//! payoff-undominated, risk dominant.
//!
//! Strictness and quasi-strictness compare supports with best replies. With two players perfect means
//! that neither strategy is weakly dominated (van Damme 1991, Theorem 3.2.2), which one linear program
//! decides for each strategy: x is undominated exactly when no x′ with x′A ≥ xA has a greater sum of
//! entries. The multipliers of the optimum then give a belief with full support to which x is a best
//! reply. Whether an equilibrium is proper is decided in `proper.rs`.

use std::collections::BTreeMap;

use super::meter::Meter;
use super::nash::{NashError, enumerate_extreme_equilibria};
use super::{Budget, Exhausted, Outcome, Status, joint};
use crate::game::answer::{
    Admissibility, Equilibria, Properness, Refinement, RiskComparison, Scope, Standing, Withstands,
};
use crate::game::{MixedStrategy, NormalForm};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;

mod proper;

/// All extreme equilibria of a game of two players, and what each withstands.
///
/// Work: that of the enumeration, and one linear program for each strategy in the list that is not a
/// best reply to a belief with full support at hand; where replies tie, linear programs for the orders
/// in which they may go. `None` when the budget is spent: without all
/// equilibria it is not known which are payoff-undominated. Where it is spent later, what is not decided
/// says so.
///
/// # Errors
/// [`NashError::NotTwoPlayers`].
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, find_refinement};
/// // The stag hunt: the hare is risk dominant.
/// let game = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
/// let found = find_refinement(&game, &Budget::unlimited()).unwrap().answer.unwrap();
/// assert!(found.withstands[0].strict && found.withstands[0].payoff_undominated);
/// assert_eq!(found.risk.unwrap().dominant(), Some(2));
/// ```
pub fn find_refinement(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<Option<Refinement>>, NashError> {
    let found = enumerate_extreme_equilibria(game, budget)?;
    let meter = Meter::new(LpMethod::Auto, budget);
    let mut ended = Ok(());
    let answer = match (found.status, found.answer.scope) {
        (Status::Partial(reason), _) => Err(reason),
        (_, Scope::AllExtreme) => refine(game, found.answer, &meter, &mut ended),
        // A finished enumeration holds all.
        _ => Err(Exhausted::Steps),
    };
    let mut outcome = meter.outcome(answer);
    if let Err(reason) = ended {
        outcome.status = Status::Partial(reason);
    }
    outcome.work.pivots += found.work.pivots;
    outcome.work.nodes += found.work.nodes;
    Ok(outcome)
}

fn refine(
    game: &NormalForm,
    equilibria: Equilibria,
    meter: &Meter<'_>,
    ended: &mut Result<(), Exhausted>,
) -> Result<Refinement, Exhausted> {
    let matrices = [0, 1].map(|player| joint::payoff_matrix(game, player));
    let mut standings = [Vec::new(), Vec::new()];
    let mut positions = [BTreeMap::new(), BTreeMap::new()];
    for one in &equilibria.list {
        for player in 0..2 {
            let strategy = &one.profile[player];
            if !positions[player].contains_key(strategy) {
                let proof = judge(&matrices[player], strategy, &one.profile[1 - player], meter)?;
                positions[player].insert(strategy, standings[player].len());
                standings[player].push(Standing { strategy: strategy.clone(), proof });
            }
        }
    }
    let undominated = payoff_undominated(&equilibria);
    let withstands: Vec<Withstands> = equilibria
        .list
        .iter()
        .zip(undominated)
        .map(|(one, payoff_undominated)| {
            let replies = [0, 1].map(|player| {
                best_replies(&matrices[player], one.profile[1 - player].probabilities())
            });
            Withstands {
                strict: (0..2).all(|player| {
                    replies[player].len() == 1 && one.profile[player].as_pure().is_some()
                }),
                quasi_strict: (0..2).all(|player| replies[player] == one.profile[player].support()),
                payoff_undominated,
                perfect: (0..2).all(|player| {
                    let at = positions[player][&one.profile[player]];
                    standings[player][at].proof.is_undominated()
                }),
            }
        })
        .collect();
    let risk = compare_risk(game, &equilibria, &withstands);
    let proper = equilibria
        .list
        .iter()
        .zip(&withstands)
        .map(|(one, flags)| match flags {
            Withstands { quasi_strict: true, .. } => Properness::Regular,
            Withstands { perfect: false, .. } => Properness::No,
            _ => proper::judge(&matrices, &one.profile, meter).unwrap_or_else(|reason| {
                *ended = Err(reason);
                Properness::NotDecided
            }),
        })
        .collect();
    Ok(Refinement { equilibria, withstands, standings, proper, risk })
}

/// A row's payoff against a mixture of the columns.
fn against(row: &[Rational], mixture: &[Rational]) -> Rational {
    row.iter().zip(mixture).filter(|(_, p)| !p.is_zero()).map(|(u, p)| u * p).sum()
}

/// The actions that are best against a mixture, ascending.
fn best_replies(matrix: &[Vec<Rational>], mixture: &[Rational]) -> Vec<usize> {
    let payoffs: Vec<Rational> = matrix.iter().map(|row| against(row, mixture)).collect();
    let best = payoffs.iter().max();
    (0..payoffs.len()).filter(|&action| Some(&payoffs[action]) == best).collect()
}

/// Whether a strategy is weakly dominated; `reply_to` is a strategy of the other to which it is a best
/// reply.
fn judge(
    matrix: &[Vec<Rational>],
    strategy: &MixedStrategy,
    reply_to: &MixedStrategy,
    meter: &Meter<'_>,
) -> Result<Admissibility, Exhausted> {
    if reply_to.probabilities().iter().all(Rational::is_positive) {
        return Ok(Admissibility::Undominated(reply_to.probabilities().to_vec()));
    }
    let columns = matrix[0].len();
    let given: Vec<Rational> = (0..columns)
        .map(|column| {
            matrix
                .iter()
                .zip(strategy.probabilities())
                .filter(|(_, p)| !p.is_zero())
                .map(|(row, p)| &row[column] * p)
                .sum()
        })
        .collect();
    let sums = matrix.iter().map(|row| row.iter().sum()).collect();
    let mut program = LinearProgram::maximize(sums);
    let ones = (0..matrix.len()).map(|action| (action, Rational::ONE));
    program.constrain(ones, Relation::Equal, Rational::ONE);
    for (column, least) in given.iter().enumerate() {
        let entries = matrix.iter().enumerate().map(|(action, row)| (action, row[column].clone()));
        program.constrain(entries, Relation::AtLeast, least.clone());
    }
    // The strategy itself is feasible, and the simplex is bounded.
    let optimum = meter.optimum(&program)?;
    if optimum.value > given.iter().sum() {
        return Ok(Admissibility::Dominated(joint::strategy(optimum.primal)));
    }
    // Multipliers of rows with ≥ are not positive: weights are at least 1.
    let weights: Vec<Rational> = optimum.dual[1..].iter().map(|y| Rational::ONE - y).collect();
    let total: Rational = weights.iter().sum();
    Ok(Admissibility::Undominated(weights.iter().map(|weight| weight / &total).collect()))
}

/// Which equilibria no other one of the list is better than for one player and no worse for the other.
///
/// Extreme equilibria are enough: on a maximal Nash subset each player's payoff is linear in the
/// other's strategy, so that both are greatest together at an extreme one.
fn payoff_undominated(equilibria: &Equilibria) -> Vec<bool> {
    let payoffs = |at: usize| (&equilibria.list[at].payoffs[0], &equilibria.list[at].payoffs[1]);
    let mut order: Vec<usize> = (0..equilibria.list.len()).collect();
    order.sort_by(|&a, &b| payoffs(b).cmp(&payoffs(a)));
    let mut undominated = vec![false; order.len()];
    let mut best: Option<(&Rational, &Rational)> = None;
    for at in order {
        let (first, second) = payoffs(at);
        // Those before give the first player at least as much.
        let free = best.is_none_or(|known| second > known.1 || (first, second) == known);
        undominated[at] = free;
        if free {
            best = Some((first, second));
        }
    }
    undominated
}

fn compare_risk(
    game: &NormalForm,
    equilibria: &Equilibria,
    withstands: &[Withstands],
) -> Option<RiskComparison> {
    if game.shape() != [2, 2] {
        return None;
    }
    let strict: Vec<usize> = (0..withstands.len()).filter(|&at| withstands[at].strict).collect();
    let equilibria_at: [usize; 2] = strict.try_into().ok()?;
    let products = equilibria_at.map(|at| {
        let actions: Vec<usize> =
            equilibria.list[at].profile.iter().filter_map(MixedStrategy::as_pure).collect();
        let here = game.profile_index(&actions);
        (0..2)
            .map(|player| {
                let there = game.deviation(here, player, 1 - actions[player]);
                game.payoff(player, here) - game.payoff(player, there)
            })
            .product()
    });
    Some(RiskComparison { equilibria: equilibria_at, products })
}

#[cfg(test)]
mod tests;
