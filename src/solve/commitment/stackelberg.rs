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
use crate::solve::raised::Raise;
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
    /// There is only one player.
    #[error("commitment needs somebody who follows, and the game has one player")]
    NobodyFollows,
    /// The leader is not one of the players.
    #[error("the leader is a player from 0 to {}: {leader}", players - 1)]
    NoSuchPlayer {
        /// Who was to lead.
        leader: usize,
        /// The number of players.
        players: usize,
    },
    /// The order of commitment does not name each player once.
    #[error("the order of commitment names each of the {0} players once")]
    Order(usize),
    /// The weight of the uniform mixture does not lie in [0, 1].
    #[error(
        "the weight of the uniform mixture in what followers see, alpha, lies from 0 to 1: {0}"
    )]
    Alpha(Rational),
    /// What a follower may lose is negative.
    #[error("what a follower may lose, epsilon, is not negative: {0}")]
    NearReplies(Rational),
    /// The factor of the losses is negative.
    #[error("the factor of the leader's losses, beta, is not negative: {0}")]
    Beta(Rational),
    /// The fallback is not a strategy of the leader.
    #[error("the fallback has one probability for each action of the leader")]
    Fallback,
    /// A credibility does not lie in [0, 1].
    #[error("a credibility is a probability from 0 to 1: {0}")]
    Credibility(Rational),
}

/// The leader's optimal commitment, pure or mixed, with a proof for each reply that it cannot be
/// induced to do better.
///
/// Either player can lead. Pure commitment takes one pass over the payoffs, mixed commitment one
/// linear program for each reply, of as many variables as the leader has actions; replies that a
/// pure commitment induces at the leader's greatest payoff, that are strictly dominated by another,
/// or that one multiplier shows to be worse than what is known, need none. Among equally good
/// replies the first is taken. The answer is `None` when the
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

/// The best commitment for each reply that may be the best of all, and a bound for the others.
pub(super) fn induced(
    view: &View<'_>,
    mixed: bool,
    meter: &Meter<'_>,
) -> Result<Vec<Induced>, Exhausted> {
    if mixed {
        induced_mixed(view, meter)
    } else {
        Ok((0..view.replies()).map(|reply| best_pure(view, reply)).collect())
    }
}

/// Programs are solved for replies in the order of the leader's greatest payoffs; a reply that can
/// be proved by at most one multiplier to be none of the best needs none. So it is the first of the
/// equally good replies that is found in the end.
fn induced_mixed(view: &View<'_>, meter: &Meter<'_>) -> Result<Vec<Induced>, Exhausted> {
    let floats = Floats::of(view);
    let greatest =
        |reply| (0..view.actions()).map(|action| view.leader_payoff(action, reply)).max();
    let mut order: Vec<(Option<&Rational>, usize)> =
        (0..view.replies()).map(|reply| (greatest(reply), reply)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let pure = (0..view.replies()).filter_map(|reply| best_pure(view, reply).bound.bound).max();
    let mut best: Option<(Rational, usize)> = None;
    let mut found: Vec<Option<Induced>> = (0..view.replies()).map(|_| None).collect();
    for &(_, reply) in &order {
        // Whether a reply with this bound is no better than, and does not come before, what is known.
        let is_beaten = |bound: &Rational| {
            pure.as_ref().is_some_and(|pure| bound < pure)
                || best.as_ref().is_some_and(|(value, first)| {
                    bound < value || (bound == value && *first < reply)
                })
        };
        let limit = best.as_ref().map(|(value, _)| value).max(pure.as_ref());
        let beaten = limit.and_then(|limit| cheap_bound(view, &floats, reply, limit, &is_beaten));
        let one = match beaten {
            Some(bound) => Induced { commitment: None, bound },
            None => best_mixed(view, reply, meter)?,
        };
        if let (Some(_), Some(value)) = (&one.commitment, &one.bound.bound)
            && best
                .as_ref()
                .is_none_or(|(most, first)| value > most || (value == most && reply < *first))
        {
            best = Some((value.clone(), reply));
        }
        found[reply] = Some(one);
    }
    Ok(found.into_iter().flatten().collect())
}

/// The payoffs in machine numbers by action and reply, to look for multipliers.
struct Floats {
    leader: Vec<f64>,
    follower: Vec<f64>,
}

impl Floats {
    fn of(view: &View<'_>) -> Self {
        let cells = || (0..view.actions()).flat_map(|i| (0..view.replies()).map(move |j| (i, j)));
        Floats {
            leader: cells().map(|(i, j)| view.leader_payoff(i, j).to_f64()).collect(),
            follower: cells().map(|(i, j)| view.follower_payoff(i, j).to_f64()).collect(),
        }
    }
}

/// A bound on what inducing a reply gives, by no multiplier or one, if it is beaten.
///
/// The multiplier t of reply k gives the bound max_i [A_ij + t (B_ij − B_ik)]. It is below the limit
/// for t between the greatest lower and the least upper end that the actions set. What is found in
/// machine numbers is decided exactly.
fn cheap_bound(
    view: &View<'_>,
    floats: &Floats,
    reply: usize,
    limit: &Rational,
    is_beaten: &dyn Fn(&Rational) -> bool,
) -> Option<ReplyBound> {
    let (actions, replies) = (view.actions(), view.replies());
    let with = |other: usize, multiplier: Rational| -> Option<ReplyBound> {
        let bound = (0..actions)
            .map(|action| {
                let lead =
                    view.follower_payoff(action, reply) - view.follower_payoff(action, other);
                view.leader_payoff(action, reply) + &multiplier * &lead
            })
            .max()?;
        let mut multipliers = vec![Rational::ZERO; replies];
        multipliers[other] = multiplier;
        is_beaten(&bound).then_some(ReplyBound { reply, bound: Some(bound), multipliers })
    };
    if let Some(bound) = with(reply, Rational::ZERO) {
        return Some(bound);
    }
    let limit = limit.to_f64();
    (0..replies).filter(|&other| other != reply).find_map(|other| {
        let (mut low, mut high) = (0.0f64, f64::INFINITY);
        for row in (0..actions).map(|action| action * replies) {
            let gain = floats.follower[row + other] - floats.follower[row + reply];
            let excess = floats.leader[row + reply] - limit;
            if gain > 0.0 {
                low = low.max(excess / gain);
            } else if gain < 0.0 {
                high = high.min(excess / gain);
            } else if excess > 0.0 {
                return None;
            }
            if low >= high {
                return None;
            }
        }
        let middle = if high.is_finite() { 0.5 * (low + high) } else { low + 1.0 };
        // A short number, which lies between the ends where they are not very near.
        let multiplier = Rational::from_f64_exactly(f64::from_bits(middle.to_bits() & !FINE_BITS))?;
        if multiplier.is_positive() { with(other, multiplier) } else { None }
    })
}

/// The last bits of a machine number, which multipliers go without.
const FINE_BITS: u64 = (1 << 40) - 1;

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

/// The best mixed commitment that induces a reply.
pub(super) fn best_mixed(
    view: &View<'_>,
    reply: usize,
    meter: &Meter<'_>,
) -> Result<Induced, Exhausted> {
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
    let Raise { shift, .. } =
        Raise::of((0..actions).map(|action| view.leader_payoff(action, reply)));
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
