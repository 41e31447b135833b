//! Discounted games in changing states with transfers.
//!
//! *What is enforced.* The stated joint payoffs L satisfy L(x) ≤ (1 − δ) G(x) + δ E L for what is
//! played, so that what is played gives at least L; the stated worst payoffs H satisfy
//! H(x) ≥ (1 − δ) `g_i` + δ E H whatever the punished player does, so that he gets at most H. Where the
//! profiles that are played and that punish all satisfy (1 − δ) G + δ E L ≥ Σ_i max (1 − δ) `g_i` + δ E `H_i`,
//! payments exist that make the simple strategies an equilibrium (Goldlücke & Kranz 2017, theorem 1).
//!
//! *What is not.* In each round the stated U satisfy U(x) ≥ (1 − δ) G + δ E U for all profiles that are
//! left, and the stated V satisfy V(x) ≤ max (1 − δ) `g_i` + δ E V for all of them. No equilibrium that
//! plays only these profiles gives more than U or less than V. So profiles with
//! (1 − δ) G + δ E U < Σ_i max (1 − δ) `g_i` + δ E `V_i` are in none, and go before the next round.

mod critical;
mod markov;
mod negotiation;
mod pact;
mod patience;
mod play;
#[cfg(test)]
mod tests;

pub use critical::certify_critical_profiles;
pub use markov::certify_markov;
pub use negotiation::certify_negotiation;
pub use pact::certify_pact;
pub use patience::certify_pact_patience;
pub use play::{Play, certify_play};

use crate::game::stochastic::{Policies, StochasticGame, TransferEquilibrium};
use crate::num::Rational;

use super::meter::{Limits, Meter, weight};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Checks the payoffs of subgame-perfect equilibria with transfers, from both sides.
///
/// Work: for each round every profile of every state, with its deviations and what may follow them.
///
/// # Errors
/// A [`Refutation`] that names the state.
pub fn certify_transfers(
    game: &StochasticGame,
    answer: &TransferEquilibrium,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut check = Check { game, meter: Meter::for_passes(limits) };
    let left = check.rounds(answer)?;
    let empty = left.iter().position(Vec::is_empty);
    let Some(policies) = &answer.policies else {
        return match empty {
            Some(state) => Ok(Certificate {
                checked: vec![format!(
                    "every profile of the state `{}` is shown to be in no equilibrium, exactly",
                    game.states()[state].name
                )],
                complete: Completeness::NotClaimed,
            }),
            None => Ok(Certificate {
                checked: vec![
                    "no equilibrium gives more than the stated bounds, exactly".to_owned(),
                ],
                complete: Completeness::NotClaimed,
            }),
        };
    };
    check.enforced(policies)?;
    let bounds = answer.bounds();
    let tight =
        bounds.is_some_and(|round| round.joint == policies.joint && round.worst == policies.worst);
    if let Some(round) = bounds {
        between(game, policies, round)?;
    }
    let complete = if tight {
        Completeness::Proved("what is enforced gives all that the bounds allow".to_owned())
    } else {
        Completeness::NotClaimed
    };
    Ok(Certificate {
        checked: vec![
            "what is played, and every punishment, can be enforced by payments, exactly".to_owned(),
            format!(
                "no equilibrium gives more together, or less to one: {} of elimination, each with its bounds, exactly",
                counted(answer.rounds.len(), "round")
            ),
        ],
        complete,
    })
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("one {what}") } else { format!("{count} {what}s") }
}

/// What is enforced lies within the bounds.
fn between(
    game: &StochasticGame,
    policies: &Policies,
    round: &crate::game::stochastic::Round,
) -> Result<(), Refutation> {
    for (state, name) in game.states().iter().map(|state| &state.name).enumerate() {
        let over = policies.joint[state] > round.joint[state];
        let under =
            policies.worst.iter().zip(&round.worst).any(|(own, bound)| own[state] < bound[state]);
        if over || under {
            return Err(Refutation::WrongNumber(format!(
                "in the state `{name}` more is enforced than the bounds allow"
            )));
        }
    }
    Ok(())
}

struct Check<'a> {
    game: &'a StochasticGame,
    meter: Meter,
}

impl Check<'_> {
    fn name(&self, state: usize) -> &str {
        &self.game.states()[state].name
    }

    /// (1 − δ) times a payoff plus δ times what is expected to follow.
    fn total(
        &mut self,
        payoff: &Rational,
        state: usize,
        profile: usize,
        values: &[Rational],
    ) -> Result<Rational, Refutation> {
        let later = self.game.discount().value();
        let mut expected = Rational::ZERO;
        for (to, probability) in &self.game.states()[state].transitions[profile] {
            self.meter.spend(4 * weight(&values[*to]))?;
            expected += &(probability * &values[*to]);
        }
        Ok((Rational::ONE - later) * payoff + later * expected)
    }

    fn joint(
        &mut self,
        state: usize,
        profile: usize,
        values: &[Rational],
    ) -> Result<Rational, Refutation> {
        let stage = &self.game.states()[state].stage;
        let sum: Rational =
            (0..stage.num_players()).map(|player| stage.payoff(player, profile)).sum();
        self.total(&sum, state, profile, values)
    }

    /// The best that a player gets by his own action.
    fn best(
        &mut self,
        player: usize,
        state: usize,
        profile: usize,
        values: &[Rational],
    ) -> Result<Rational, Refutation> {
        let stage = &self.game.states()[state].stage;
        let mut best: Option<Rational> = None;
        for action in 0..stage.num_actions(player) {
            let at = stage.deviation(profile, player, action);
            let total = self.total(stage.payoff(player, at), state, at, values)?;
            if best.as_ref().is_none_or(|best| total > *best) {
                best = Some(total);
            }
        }
        Ok(best.unwrap_or_default())
    }

    /// Whether payments can enforce a profile, given what can be had together and what the worst is.
    fn is_enforced(
        &mut self,
        state: usize,
        profile: usize,
        joint: &[Rational],
        worst: &[Vec<Rational>],
    ) -> Result<bool, Refutation> {
        let mut slack = self.joint(state, profile, joint)?;
        for (player, values) in worst.iter().enumerate() {
            slack -= &self.best(player, state, profile, values)?;
        }
        Ok(!slack.is_negative())
    }

    /// Bounds have a number for each state, and for each player and state.
    fn fits(&self, joint: &[Rational], worst: &[Vec<Rational>]) -> Result<(), Refutation> {
        let states = self.game.states().len();
        let fits = joint.len() == states
            && worst.len() == self.game.num_players()
            && worst.iter().all(|values| values.len() == states);
        if fits {
            Ok(())
        } else {
            Err(Refutation::Misfit(
                "bounds do not have a number for each player and state".to_owned(),
            ))
        }
    }

    /// Goes through the rounds; the profiles that are left at the end.
    fn rounds(&mut self, answer: &TransferEquilibrium) -> Result<Vec<Vec<usize>>, Refutation> {
        if answer.rounds.is_empty() {
            return Err(Refutation::Misfit("there are no bounds".to_owned()));
        }
        let count = |state: &crate::game::stochastic::StochasticState| state.stage.num_profiles();
        let mut left: Vec<Vec<usize>> =
            self.game.states().iter().map(|state| (0..count(state)).collect()).collect();
        for (at, round) in answer.rounds.iter().enumerate() {
            self.fits(&round.joint, &round.worst)?;
            let mut kept = vec![Vec::new(); left.len()];
            for (state, profiles) in left.iter().enumerate() {
                for &profile in profiles {
                    self.bounds_hold(at, round, state, profile)?;
                    if self.is_enforced(state, profile, &round.joint, &round.worst)? {
                        kept[state].push(profile);
                    }
                }
            }
            left = kept;
        }
        Ok(left)
    }

    fn bounds_hold(
        &mut self,
        at: usize,
        round: &crate::game::stochastic::Round,
        state: usize,
        profile: usize,
    ) -> Result<(), Refutation> {
        let wrong = |what: &str, name: &str| {
            Err(Refutation::NotOptimal(format!(
                "the bound {what} in the state `{name}` does not hold in round {}",
                at + 1
            )))
        };
        if self.joint(state, profile, &round.joint)? > round.joint[state] {
            return wrong("of the joint payoff", self.name(state));
        }
        for (player, values) in round.worst.iter().enumerate() {
            if self.best(player, state, profile, values)? < values[state] {
                return wrong(
                    &format!("of what {} can be held to", self.game.player(player)),
                    self.name(state),
                );
            }
        }
        Ok(())
    }

    /// What is played and what punishes can be enforced, and gives what is stated.
    fn enforced(&mut self, policies: &Policies) -> Result<(), Refutation> {
        let Policies { played, punishing, joint, worst } = policies;
        self.fits(joint, worst)?;
        let states = self.game.states().len();
        let all = std::iter::once(played).chain(punishing);
        let known = |policy: &Vec<usize>| {
            policy.len() == states
                && policy
                    .iter()
                    .zip(self.game.states())
                    .all(|(&at, state)| at < state.stage.num_profiles())
        };
        if punishing.len() != worst.len() || !all.clone().all(known) {
            return Err(Refutation::Misfit(
                "a policy does not name a profile for each state".to_owned(),
            ));
        }
        for state in 0..states {
            let given = self.joint(state, played[state], joint)?;
            if given < joint[state] {
                return Err(Refutation::WrongNumber(format!(
                    "what is played in the state `{}` is said to give {} together, and gives {}",
                    self.name(state),
                    number(&joint[state]),
                    number(&given)
                )));
            }
            for (player, policy) in punishing.iter().enumerate() {
                let held = self.best(player, state, policy[state], &worst[player])?;
                if held > worst[player][state] {
                    return Err(Refutation::WrongNumber(format!(
                        "{} is said to be held to {} in the state `{}`, and gets {}",
                        self.game.player(player),
                        number(&worst[player][state]),
                        self.name(state),
                        number(&held)
                    )));
                }
            }
            for policy in all.clone() {
                if !self.is_enforced(state, policy[state], joint, worst)? {
                    return Err(Refutation::Deviation(format!(
                        "in the state `{}` payments cannot enforce {}",
                        self.name(state),
                        self.game.profile_name(state, policy[state])
                    )));
                }
            }
        }
        Ok(())
    }
}
