//! Optimal commitment of one player to a pure or mixed strategy that the other sees and answers.
//!
//! A commitment x *induces* the reply j when no other reply k is better for the follower:
//! Σ xᵢ(B_ik − B_ij) ≤ 0. Ties are broken for the leader (strong Stackelberg), so the best
//! commitment that induces j is a linear program, and the best over all j is the answer (Conitzer &
//! Sandholm 2006, Theorem 2; von Stengel & Zamir 2010).
//!
//! Each program adds a constant to the leader's payoffs that makes them positive and asks for
//! Σ x ≤ 1: then x = 0 is a feasible start, the optimum is 0 exactly when nothing induces j, and in
//! both cases the multipliers are the proof.

use crate::game::NormalForm;
use crate::game::answer::{ReplyBound, Stackelberg};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;
use crate::solve::joint;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome};

use super::view::{View, unit};

/// Why there is no commitment to solve for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitmentError {
    /// There are not exactly two players.
    #[error("commitment is solved for games of two players, and this game has {0}")]
    NotTwoPlayers(usize),
    /// The leader is not one of the two.
    #[error("the leader is player 0 or 1: {0}")]
    NoSuchLeader(usize),
    /// The weight of the interior commitment does not lie strictly between 0 and 1.
    #[error("the weight of the strict commitment lies strictly between 0 and 1: {0}")]
    Epsilon(Rational),
}

/// The leader's optimal commitment, pure or mixed, with a proof for each reply that it cannot be
/// induced to do better.
///
/// Either player can lead. Pure commitment takes one pass over the payoffs, mixed commitment one
/// linear program for each reply, of as many variables as the leader has actions; replies that a
/// pure commitment induces at the leader's greatest payoff, or that are strictly dominated by
/// another, need none. Among equally good replies the first is taken. The answer is `None` when the
/// budget is spent.
///
/// # Errors
/// When the game has not two players, or the leader is not one of them.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_optimal_commitment};
/// // Conitzer & Sandholm (2006), section 2.1.
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let outcome =
///     find_optimal_commitment(&game, 0, true, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// assert_eq!(outcome.answer.unwrap().leader_value.to_string(), "7/2");
/// ```
pub fn find_optimal_commitment(
    game: &NormalForm,
    leader: usize,
    mixed: bool,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<Stackelberg>>, CommitmentError> {
    accept(game, leader)?;
    let meter = Meter::new(method, budget);
    let view = View { game, leader };
    let found = induced(&view, mixed, &meter);
    let mut outcome = meter.outcome(found.map(|found| assemble(&view, mixed, found)));
    if !mixed {
        outcome.method = "enumeration";
    }
    Ok(outcome)
}

/// That the game has two players, and the leader is one of them.
pub(super) fn accept(game: &NormalForm, leader: usize) -> Result<(), CommitmentError> {
    if game.num_players() != 2 {
        return Err(CommitmentError::NotTwoPlayers(game.num_players()));
    }
    if leader > 1 {
        return Err(CommitmentError::NoSuchLeader(leader));
    }
    Ok(())
}

/// The best commitment that induces a reply, if any does, with the proof.
pub(super) struct Induced {
    pub(super) commitment: Option<Vec<Rational>>,
    pub(super) bound: ReplyBound,
}

/// The best commitment for each reply.
pub(super) fn induced(
    view: &View<'_>,
    mixed: bool,
    meter: &Meter<'_>,
) -> Result<Vec<Induced>, Exhausted> {
    let of_reply =
        |reply| if mixed { best_mixed(view, reply, meter) } else { Ok(best_pure(view, reply)) };
    (0..view.replies()).map(of_reply).collect()
}

fn best_pure(view: &View<'_>, reply: usize) -> Induced {
    let best = (0..view.actions())
        .filter(|&action| view.is_best_reply(action, reply))
        .map(|action| (action, view.leader_payoff(action, reply)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    Induced {
        commitment: best.map(|(action, _)| unit(view.actions(), action)),
        bound: ReplyBound {
            reply,
            bound: best.map(|(_, payoff)| payoff.clone()),
            multipliers: Vec::new(),
        },
    }
}

fn best_mixed(view: &View<'_>, reply: usize, meter: &Meter<'_>) -> Result<Induced, Exhausted> {
    let (actions, replies) = (view.actions(), view.replies());
    // Where the leader's greatest payoff can be had for sure, no multiplier is needed.
    let greatest = (0..actions).map(|action| view.leader_payoff(action, reply)).max();
    let attained = (0..actions).find(|&action| {
        Some(view.leader_payoff(action, reply)) == greatest && view.is_best_reply(action, reply)
    });
    if let (Some(action), Some(greatest)) = (attained, greatest) {
        let multipliers = vec![Rational::ZERO; replies];
        let bound = ReplyBound { reply, bound: Some(greatest.clone()), multipliers };
        return Ok(Induced { commitment: Some(unit(actions, action)), bound });
    }
    let gain = |action: usize, other: usize| {
        view.follower_payoff(action, other) - view.follower_payoff(action, reply)
    };
    let dominator =
        (0..replies).find(|&other| (0..actions).all(|action| gain(action, other).is_positive()));
    if let Some(other) = dominator {
        let bound = ReplyBound { reply, bound: None, multipliers: unit(replies, other) };
        return Ok(Induced { commitment: None, bound });
    }
    let least = (0..actions).map(|action| view.leader_payoff(action, reply)).min();
    let shift = Rational::ONE - least.cloned().unwrap_or_default();
    let objective = (0..actions).map(|action| view.leader_payoff(action, reply) + &shift);
    let mut program = LinearProgram::maximize(objective.collect());
    let others: Vec<usize> = (0..replies)
        .filter(|&other| (0..actions).any(|action| gain(action, other).is_positive()))
        .collect();
    for &other in &others {
        let gains = (0..actions).map(|action| (action, gain(action, other)));
        program.constrain(gains, Relation::AtMost, Rational::ZERO);
    }
    let total = (0..actions).map(|action| (action, Rational::ONE));
    program.constrain(total, Relation::AtMost, Rational::ONE);
    let optimum = meter.optimum(&program)?;
    let mut multipliers = vec![Rational::ZERO; replies];
    for (&other, multiplier) in others.iter().zip(&optimum.dual) {
        multipliers[other] = multiplier.clone();
    }
    let possible = optimum.value.is_positive();
    Ok(Induced {
        commitment: possible.then_some(optimum.primal),
        bound: ReplyBound { reply, bound: possible.then(|| optimum.value - &shift), multipliers },
    })
}

/// The best of what can be induced.
pub(super) fn assemble(view: &View<'_>, mixed: bool, found: Vec<Induced>) -> Stackelberg {
    let best = found
        .iter()
        .filter_map(|induced| Some((induced, induced.commitment.as_ref()?)))
        .reduce(|best, next| if next.0.bound.bound > best.0.bound.bound { next } else { best });
    // The follower has a best reply to every action, so some reply is induced.
    let (reply, commitment) = match best {
        Some((induced, commitment)) => (induced.bound.reply, commitment.clone()),
        None => (0, unit(view.actions(), 0)),
    };
    let expected = |payoff: &dyn Fn(usize) -> Rational| -> Rational {
        commitment.iter().enumerate().map(|(action, x)| x * payoff(action)).sum()
    };
    let leader_value = expected(&|action| view.leader_payoff(action, reply).clone());
    let follower_value = expected(&|action| view.follower_payoff(action, reply).clone());
    Stackelberg {
        leader: view.leader,
        mixed,
        commitment: joint::strategy(commitment),
        reply,
        leader_value,
        follower_value,
        bounds: found.into_iter().map(|induced| induced.bound).collect(),
        guaranteed: None,
        security: None,
    }
}

#[cfg(test)]
mod tests;
