//! How far a commitment must be believed: its value by credibility, and two thresholds.
//!
//! With credibility q and the fallback y the leader's commitments are z = w + (1 − q) y, where w ≥ 0
//! has the sum q: at a given q that is commitment in a game whose action i is the mixture
//! q i + (1 − q) y. The least q at which z induces a reply j and gives the leader v is a linear program
//! in w, with the objective Σ w: with a = y A_j and D_k = y (B_j − B_k),
//!
//!   Σ_i w_i [(B_ij − B_ik) − D_k] ≥ −D_k for each reply k,   Σ_i w_i (A_ij − a) ≥ v − a.
//!
//! Its multipliers are the proof. What a reply gives at most is a concave function of q that does not
//! fall. So where it exceeds v at q = 1, it exceeds v from that least q on.

use crate::game::answer::{Credibility, CredibilityPoint, Stackelberg, Threshold, ThresholdBound};
use crate::game::{MixedStrategy, NormalForm, believed_in_part};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;
use crate::solve::joint;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome};

use super::stackelberg::{CommitmentError, Induced, accept, assemble, best_mixed, induced};
use super::view::{View, unit};

/// What commitment is worth to a leader by its credibility, and from which credibility on it is
/// worth more than `without`, and as much as can be.
///
/// `fallback` is what the leader is expected to play otherwise, `without` what he gets without any
/// commitment, and `at` the credibilities in [0, 1] at which the optimal commitment is wanted; those of
/// the thresholds, and 1, are added. Two linear programs for each reply, beside those of
/// [`find_optimal_commitment`](super::find_optimal_commitment) at each credibility. The answer is
/// `None` when the budget is spent.
///
/// # Errors
/// When the game has not two players, the leader is not one of them, the fallback has not as many
/// actions as he has, or a credibility is no probability.
///
/// ```
/// use detente::game::{MixedStrategy, NormalForm};
/// use detente::linear::LpMethod;
/// use detente::num::Rational;
/// use detente::solve::{Budget, find_credibility};
/// // Conitzer & Sandholm (2006), section 2.1: without commitment the leader plays the first row and
/// // gets 2; by playing the second one half of the time he gets 7/2.
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let outcome = find_credibility(
///     &game, 0, &MixedStrategy::pure(0, 2), &Rational::from(2), &[],
///     LpMethod::Auto, &Budget::unlimited()).unwrap();
/// let answer = outcome.answer.unwrap();
/// // He is believed to deviate to the second row half of the time only if he is believed as much.
/// assert_eq!(answer.everything.credibility.to_string(), "1/2");
/// assert_eq!(answer.something.unwrap().credibility.to_string(), "1/2");
/// ```
pub fn find_credibility(
    game: &NormalForm,
    leader: usize,
    fallback: &MixedStrategy,
    without: &Rational,
    at: &[Rational],
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<Credibility>>, CommitmentError> {
    accept(game, leader)?;
    if fallback.len() != game.num_actions(leader) {
        return Err(CommitmentError::Fallback);
    }
    let is_probability = |q: &&Rational| !q.is_negative() && **q <= Rational::ONE;
    if let Some(wrong) = at.iter().find(|q| !is_probability(q)) {
        return Err(CommitmentError::Credibility(wrong.clone()));
    }
    let meter = Meter::new(method, budget);
    let view = View { game, leader };
    Ok(meter.outcome(find(&view, fallback, without, at, &meter)))
}

fn find(
    view: &View<'_>,
    fallback: &MixedStrategy,
    without: &Rational,
    at: &[Rational],
    meter: &Meter<'_>,
) -> Result<Credibility, Exhausted> {
    let believed: Vec<Induced> = (0..view.replies())
        .map(|reply| best_mixed(view, reply, meter))
        .collect::<Result<_, Exhausted>>()?;
    let most = believed.iter().filter_map(|one| one.bound.bound.clone()).max();
    // The follower has a best reply to every action, so some reply is induced.
    let most = most.unwrap_or_default();
    let program = Program { view, fallback: fallback.probabilities(), believed: &believed, meter };
    let something = if most > *without { Some(program.threshold(without, false)?) } else { None };
    let everything = program.threshold(&most, true)?;
    let thresholds = something.iter().chain([&everything]).map(|one| &one.credibility);
    let mut at: Vec<Rational> =
        at.iter().chain(thresholds).chain([&Rational::ONE]).cloned().collect();
    at.sort();
    at.dedup();
    let points = at.into_iter().map(|credibility| {
        let optimum = optimum_at(view, fallback, &credibility, meter)?;
        Ok(CredibilityPoint { credibility, optimum })
    });
    Ok(Credibility {
        leader: view.leader,
        fallback: fallback.clone(),
        without: without.clone(),
        points: points.collect::<Result<_, Exhausted>>()?,
        something,
        everything,
    })
}

/// The optimal commitment at a credibility.
fn optimum_at(
    view: &View<'_>,
    fallback: &MixedStrategy,
    credibility: &Rational,
    meter: &Meter<'_>,
) -> Result<Stackelberg, Exhausted> {
    let game = believed_in_part(view.game, view.leader, fallback, credibility)
        .map_err(|_| Exhausted::Memory)?;
    let view = View { game: &game, leader: view.leader };
    Ok(assemble(&view, true, induced(&view, true, meter)?))
}

/// What the thresholds are found with.
struct Program<'a> {
    view: &'a View<'a>,
    fallback: &'a [Rational],
    /// What each reply gives at most when the commitment is believed.
    believed: &'a [Induced],
    meter: &'a Meter<'a>,
}

impl Program<'_> {
    /// The least credibility at which the leader gets the target, by replies that give him more than
    /// it when he is believed, or, where `attained`, as much.
    fn threshold(&self, target: &Rational, attained: bool) -> Result<Threshold, Exhausted> {
        let mut bounds = Vec::with_capacity(self.believed.len());
        let mut best: Option<(Rational, usize, Vec<Rational>)> = None;
        for Induced { bound, .. } in self.believed {
            let most = bound.bound.as_ref();
            if !most.is_some_and(|most| most > target || (attained && most == target)) {
                bounds.push(ThresholdBound::Never(bound.clone()));
                continue;
            }
            let (proof, credibility, commitment) = self.least(bound.reply, target)?;
            if best.as_ref().is_none_or(|(least, ..)| credibility < *least) {
                best = Some((credibility, bound.reply, commitment));
            }
            bounds.push(proof);
        }
        // Some reply gives the target when the commitment is believed.
        let (credibility, reply, commitment) =
            best.unwrap_or_else(|| (Rational::ONE, 0, unit(self.view.actions(), 0)));
        let beyond = self.believed[reply].commitment.clone().filter(|_| !attained);
        Ok(Threshold {
            credibility,
            commitment: joint::strategy(commitment),
            reply,
            beyond: beyond.map(joint::strategy),
            bounds,
        })
    }

    /// The least credibility at which a reply gives the target, with its proof and the commitment.
    fn least(
        &self,
        reply: usize,
        target: &Rational,
    ) -> Result<(ThresholdBound, Rational, Vec<Rational>), Exhausted> {
        let (view, actions) = (self.view, self.view.actions());
        let expected = |payoff: &dyn Fn(usize) -> Rational| -> Rational {
            let terms = self.fallback.iter().enumerate().filter(|(_, y)| !y.is_zero());
            terms.map(|(action, y)| y * payoff(action)).sum()
        };
        let lead = |action: usize, other: usize| {
            view.follower_payoff(action, reply) - view.follower_payoff(action, other)
        };
        let mut program = LinearProgram::maximize(vec![-Rational::ONE; actions]);
        let others: Vec<usize> = (0..view.replies()).filter(|&other| other != reply).collect();
        for &other in &others {
            let otherwise = expected(&|action| lead(action, other));
            let row = (0..actions).map(|action| (action, &otherwise - lead(action, other)));
            program.constrain(row, Relation::AtMost, otherwise.clone());
        }
        let otherwise = expected(&|action| view.leader_payoff(action, reply).clone());
        let row =
            (0..actions).map(|action| (action, &otherwise - view.leader_payoff(action, reply)));
        program.constrain(row, Relation::AtMost, &otherwise - target);
        // At credibility 1 the payoff is in reach: the program has an optimum.
        let optimum = self.meter.optimum(&program)?;
        let mut multipliers = vec![Rational::ZERO; view.replies()];
        for (&other, multiplier) in others.iter().zip(&optimum.dual) {
            multipliers[other] = multiplier.clone();
        }
        let credibility = -optimum.value;
        let commitment = if credibility.is_zero() {
            self.fallback.to_vec()
        } else {
            optimum.primal.iter().map(|weight| weight / &credibility).collect()
        };
        let bound = ThresholdBound::From {
            reply,
            at_least: credibility.clone(),
            weight: optimum.dual[others.len()].clone(),
            multipliers,
        };
        Ok((bound, credibility, commitment))
    }
}

#[cfg(test)]
mod tests;
