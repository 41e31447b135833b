//! Commitment in which the leader loses by the follower's errors in proportion to what these cost.
//!
//! The follower is expected to reply as well as he can, but nothing is assumed of how he errs. What is
//! asked of the commitment is that an error that costs him δ costs the leader at most β δ. For each reply
//! this is a linear program, and the best over all replies is the answer (MATCH; Pita, John, Maheswaran,
//! Tambe & Kraus 2012, for security games; here for any game of two).

use crate::game::NormalForm;
use crate::game::answer::{MatchedBest, MatchedBound, MatchedCommitment};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::raised::Raise;
use crate::solve::{Budget, Exhausted, Outcome, joint};

use super::stackelberg::{CommitmentError, accept};
use super::view::View;

/// The best commitment under which an error of the follower costs the leader at most `beta` times what
/// it costs the follower, with a proof for each reply.
///
/// Two players, either of whom leads. One linear program for each reply, of as many variables as the
/// leader has actions and twice as many rows as there are other replies. Among equally good replies the
/// first is taken. The value does not fall in β; it is at most what a commitment guarantees with ties
/// broken against the leader, and tends to that as β grows. In games of constant sum it is the value of
/// the game for every β. For small β there may be no such commitment. The answer is `None` when the
/// budget is spent.
///
/// # Errors
/// When the game has not two players, the leader is not one of them, or `beta` is negative.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::num::Rational;
/// use detente::solve::{Budget, find_matched_commitment};
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let (beta, budget) = (Rational::from(4), Budget::unlimited());
/// let found = find_matched_commitment(&game, 0, &beta, LpMethod::Auto, &budget).unwrap();
/// // The second column gives 2 more than the first: 2 ≤ 4 (1 − 2p), so that p ≤ 1/4.
/// assert_eq!(found.answer.unwrap().best.unwrap().leader_value.to_string(), "13/4");
/// ```
pub fn find_matched_commitment(
    game: &NormalForm,
    leader: usize,
    beta: &Rational,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<MatchedCommitment>>, CommitmentError> {
    accept(game, leader)?;
    if beta.is_negative() {
        return Err(CommitmentError::Beta(beta.clone()));
    }
    let meter = Meter::new(method, budget);
    let view = View { game, leader };
    let found = (0..view.replies()).map(|reply| best_for(&view, reply, beta, &meter));
    let found: Result<Vec<_>, Exhausted> = found.collect();
    Ok(meter.outcome(found.map(|found| assemble(&view, beta, found))))
}

/// The bound of a reply, and the commitment that attains it.
type Matched = (MatchedBound, Option<Vec<Rational>>);

fn best_for(
    view: &View<'_>,
    reply: usize,
    beta: &Rational,
    meter: &Meter<'_>,
) -> Result<Matched, Exhausted> {
    let (actions, replies) = (view.actions(), view.replies());
    // Payoffs are made positive, so that x = 0 is a feasible start and the optimum is 0 exactly when
    // there is no such commitment.
    let Raise { shift, .. } = Raise::of((0..actions).map(|i| view.leader_payoff(i, reply)));
    let objective = (0..actions).map(|i| view.leader_payoff(i, reply) + &shift);
    let mut program = LinearProgram::maximize(objective.collect());
    let lead = |i: usize, k: usize| view.follower_payoff(i, reply) - view.follower_payoff(i, k);
    let loss = |i: usize, k: usize| view.leader_payoff(i, reply) - view.leader_payoff(i, k);
    let others: Vec<usize> = (0..replies).filter(|&other| other != reply).collect();
    for &other in &others {
        program.constrain(
            (0..actions).map(|i| (i, -lead(i, other))),
            Relation::AtMost,
            Rational::ZERO,
        );
    }
    for &other in &others {
        let row = (0..actions).map(|i| (i, loss(i, other) - beta * &lead(i, other)));
        program.constrain(row, Relation::AtMost, Rational::ZERO);
    }
    program.constrain((0..actions).map(|i| (i, Rational::ONE)), Relation::AtMost, Rational::ONE);
    let optimum = meter.optimum(&program)?;
    let spread = |values: &[Rational]| {
        let mut spread = vec![Rational::ZERO; replies];
        for (&other, value) in others.iter().zip(values) {
            spread[other] = value.clone();
        }
        spread
    };
    let possible = optimum.value.is_positive();
    let bound = MatchedBound {
        reply,
        bound: possible.then(|| &optimum.value - &shift),
        multipliers: spread(&optimum.dual[..others.len()]),
        losses: spread(&optimum.dual[others.len()..2 * others.len()]),
    };
    Ok((bound, possible.then_some(optimum.primal)))
}

fn assemble(view: &View<'_>, beta: &Rational, found: Vec<Matched>) -> MatchedCommitment {
    let mut best: Option<MatchedBest> = None;
    for (bound, commitment) in &found {
        let (Some(value), Some(x)) = (&bound.bound, commitment) else { continue };
        if best.as_ref().is_some_and(|best| *value <= best.leader_value) {
            continue;
        }
        let played = x.iter().enumerate().filter(|(_, x)| !x.is_zero());
        best = Some(MatchedBest {
            commitment: joint::strategy(x.clone()),
            reply: bound.reply,
            leader_value: value.clone(),
            follower_value: played.map(|(i, x)| x * view.follower_payoff(i, bound.reply)).sum(),
        });
    }
    MatchedCommitment {
        leader: view.leader,
        beta: beta.clone(),
        best,
        bounds: found.into_iter().map(|(bound, _)| bound).collect(),
    }
}

#[cfg(test)]
mod tests;
