//! Commitment before followers of whom the leader expects the worst.
//!
//! *Bound.* Whatever x is, if it has a near reply it belongs to the first case of one of them (with one
//! follower: of a best one), and a commitment that belongs to a case that is split belongs to one of the
//! cases that it opens: the profile is a near reply, or some deviation is better by more than ε. In a
//! case x makes sure of no more than Σ w_s u(x, s) for weights w of its near replies, and with
//! multipliers y ≥ 0 of the constraints Σ_i x_i (± g(i)) ≥ 0 of no more than the greatest of
//! Σ w_s u(i, s) + Σ y (± g(i)); if Σ y (± g(i)) < 0 for every i, or ≤ 0 with a positive multiplier of a
//! strict constraint, the case is empty.
//!
//! *Value.* Between x* and the commitment that is played, take the commitments x_t = (1 − t) x* + t x₁
//! with 0 < t ≤ 1. A profile that is a near reply to both ends is one to x_t. One that some deviation
//! beats at x₁ by more than ε, and at x* by at least ε, is none to x_t. If all others give the leader at
//! least v at x*, then x_t gives at least v less a multiple of t, and the supremum is at least v.

use crate::game::answer::{RobustBest, RobustCommitment, RobustEnd, RobustMultiplier, RobustStep};
use crate::game::{NormalForm, seen_in_part};
use crate::num::Rational;

use super::expected::on_simplex;
use super::followers::certify_several_followers;
use super::meter::{Limits, Meter};
use super::wording::{action, count, number};
use super::{Certificate, Completeness, Refutation};

/// Checks what a leader can count on against the worst near reply: the commitment, and the proof by
/// cases that none is better.
///
/// Work: steps of the proof × actions of the leader × multipliers.
///
/// # Errors
/// A [`Refutation`] that names the replies and the numbers.
pub fn certify_robust(
    game: &NormalForm,
    answer: &RobustCommitment,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let RobustCommitment { leader, alpha, epsilon, closed, open, optimistic } = answer;
    if game.num_players() < 2 || *leader >= game.num_players() {
        return Err(Refutation::Misfit("a leader is a player whom others follow".to_owned()));
    }
    if alpha.is_negative() || *alpha > Rational::ONE || epsilon.is_negative() {
        return Err(Refutation::Misfit("α lies in [0, 1], and ε is at least 0".to_owned()));
    }
    if open.is_some() != (game.num_players() == 2) {
        return Err(Refutation::Misfit(
            "replies at the margin are the leader's to choose with one follower".to_owned(),
        ));
    }
    let seen = seen_in_part(game, *leader, alpha)
        .map_err(|error| Refutation::Misfit(error.to_string()))?;
    let profiles: Vec<usize> =
        (0..game.num_profiles()).filter(|&at| game.action_in(*leader, at) == 0).collect();
    let mut check = Check {
        game,
        seen: &seen,
        leader: *leader,
        epsilon,
        profiles: &profiles,
        meter: Meter::for_passes(limits),
    };
    let mut checked = Vec::new();
    if let Some(end) = open {
        check.end(end, true, &mut checked)?;
    }
    check.end(closed, false, &mut checked)?;
    if let Some(optimistic) = optimistic {
        if optimistic.leader != *leader || !alpha.is_zero() || !epsilon.is_zero() || open.is_some()
        {
            return Err(Refutation::Misfit(
                "the optimistic commitment is one to several followers who do not err".to_owned(),
            ));
        }
        certify_several_followers(game, optimistic, limits)?;
        checked.push("the optimistic commitment is proved to be the best".to_owned());
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// A case of a proof; the first of the near replies is the first profile.
#[derive(Clone)]
struct Case {
    near: Vec<usize>,
    not_near: Vec<(usize, usize, usize)>,
}

struct Check<'a> {
    game: &'a NormalForm,
    seen: &'a NormalForm,
    leader: usize,
    epsilon: &'a Rational,
    profiles: &'a [usize],
    meter: Meter,
}

impl Check<'_> {
    fn end(
        &mut self,
        end: &RobustEnd,
        open: bool,
        checked: &mut Vec<String>,
    ) -> Result<(), Refutation> {
        let mut bound = self.replay(&end.proof, open)?;
        let margin = if self.game.num_players() > 2 {
            ""
        } else if open {
            ", replies at the margin as the leader likes"
        } else {
            ", replies at the margin against the leader"
        };
        let cases = count(end.proof.len(), "case", "cases");
        let Some(best) = &end.best else {
            if bound != end.bound {
                return Err(Refutation::NotOptimal(
                    "the bound is not what the proof gives".to_owned(),
                ));
            }
            checked.push(match bound {
                None => format!("a proof by {cases} shows that no commitment leaves the followers with a near reply in pure strategies"),
                Some(bound) => format!("a proof by {cases} shows that no commitment makes sure of more than {}", number(&bound)),
            });
            return Ok(());
        };
        self.best(best, open)?;
        bound = bound.max(Some(best.value.clone()));
        if bound != end.bound {
            return Err(Refutation::NotOptimal(format!(
                "the proof gives the bound {}{margin}",
                bound.map_or_else(String::new, |bound| number(&bound))
            )));
        }
        let reached =
            if best.is_attained() { "the commitment gives" } else { "commitments approach" };
        checked.push(format!(
            "{reached} {} against the worst near reply, and a proof by {cases} shows that none makes sure of more{}{margin}",
            number(&best.value),
            match &end.bound {
                Some(bound) if *bound != best.value => format!(" than {}", number(bound)),
                _ => String::new(),
            }
        ));
        Ok(())
    }

    fn followers(&self) -> impl Iterator<Item = usize> {
        let leader = self.leader;
        (0..self.game.num_players()).filter(move |&at| at != leader)
    }

    /// The deviations from a profile, by follower and action, in order.
    fn deviations(&self, profile: usize) -> Vec<(usize, usize)> {
        let of = |at: usize| {
            let own = self.game.action_in(at, profile);
            let others = (0..self.game.num_actions(at)).filter(move |&other| other != own);
            others.map(move |other| (at, other))
        };
        self.followers().flat_map(of).collect()
    }

    fn names(&self, profile: usize) -> String {
        let names =
            self.followers().map(|at| action(self.game, at, self.game.action_in(at, profile)));
        names.collect::<Vec<_>>().join("/")
    }

    /// The largest bound of the cases; `None` where all are empty.
    fn replay(&mut self, proof: &[RobustStep], open: bool) -> Result<Option<Rational>, Refutation> {
        let first = |&profile: &usize| Case { near: vec![profile], not_near: Vec::new() };
        let mut cases: Vec<Case> = self.profiles.iter().rev().map(first).collect();
        let mut bound: Option<Rational> = None;
        for step in proof {
            let Some(case) = cases.pop() else {
                return Err(Refutation::NotOptimal(
                    "the proof goes on after its last case".to_owned(),
                ));
            };
            match step {
                RobustStep::Split(profile) => self.split(*profile, case, &mut cases)?,
                RobustStep::Bound { bound: stated, weights, multipliers } => {
                    let proved = self.proved(&case, weights, multipliers)?;
                    if proved != *stated {
                        return Err(Refutation::NotOptimal(format!(
                            "in a case in which {} is a near reply the multipliers prove {}",
                            self.names(case.near[0]),
                            number(&proved)
                        )));
                    }
                    bound = bound.max(Some(proved));
                }
                RobustStep::Never { multipliers } => self.empty(&case, multipliers, open)?,
            }
        }
        if cases.is_empty() {
            Ok(bound)
        } else {
            Err(Refutation::NotOptimal(format!(
                "the proof leaves out {}",
                count(cases.len(), "case", "cases")
            )))
        }
    }

    fn split(
        &mut self,
        profile: usize,
        case: Case,
        cases: &mut Vec<Case>,
    ) -> Result<(), Refutation> {
        let is_decided =
            case.near.contains(&profile) || case.not_near.iter().any(|(at, ..)| *at == profile);
        if is_decided || self.profiles.binary_search(&profile).is_err() {
            return Err(Refutation::NotOptimal(
                "a case is split by a profile that is decided, or is none of the followers"
                    .to_owned(),
            ));
        }
        let first = case.near[0];
        let single = self.game.num_players() == 2;
        let deviations = if single {
            self.followers().map(|at| (at, self.game.action_in(at, first))).collect()
        } else {
            self.deviations(profile)
        };
        self.meter.spend((deviations.len() + 1) * (case.near.len() + case.not_near.len() + 1))?;
        for (follower, deviation) in deviations.into_iter().rev() {
            let mut other = case.clone();
            other.not_near.push((profile, follower, deviation));
            cases.push(other);
        }
        let mut near = case;
        near.near.push(profile);
        cases.push(near);
        Ok(())
    }

    /// Σ y (± g(i)) for each action i of the leader, and whether a strict constraint has a multiplier.
    fn sums(
        &mut self,
        case: &Case,
        multipliers: &[RobustMultiplier],
    ) -> Result<(Vec<Rational>, bool), Refutation> {
        let actions = self.game.num_actions(self.leader);
        let known = case.near.len() + case.not_near.len();
        self.meter.spend((multipliers.len() + 1) * (actions + known))?;
        let stride = self.seen.stride(self.leader);
        let mut sums = vec![Rational::ZERO; actions];
        let mut strict = false;
        for RobustMultiplier { profile, follower, deviation, multiplier } in multipliers {
            let is_near = case.near.contains(profile);
            let is_player = *follower < self.game.num_players() && *follower != self.leader;
            let is_known = is_player
                && *deviation < self.game.num_actions(*follower)
                && (is_near || case.not_near.contains(&(*profile, *follower, *deviation)));
            if !is_known || multiplier.is_negative() {
                return Err(Refutation::NotOptimal(
                    "a multiplier names no constraint of its case, or is negative".to_owned(),
                ));
            }
            strict |= !is_near && multiplier.is_positive();
            let exact = self.game.num_players() == 2 && *profile == case.near[0];
            let other = self.seen.deviation(*profile, *follower, *deviation);
            for (lead, sum) in sums.iter_mut().enumerate() {
                let mut gain = self.seen.payoff(*follower, profile + lead * stride)
                    - self.seen.payoff(*follower, other + lead * stride);
                if !exact {
                    gain += self.epsilon;
                }
                let term = multiplier * &gain;
                *sum += &(if is_near { term } else { -term });
            }
        }
        Ok((sums, strict))
    }

    fn proved(
        &mut self,
        case: &Case,
        weights: &[(usize, Rational)],
        multipliers: &[RobustMultiplier],
    ) -> Result<Rational, Refutation> {
        let fit = weights.iter().all(|(at, w)| case.near.contains(at) && !w.is_negative());
        let total: Rational = weights.iter().map(|(_, weight)| weight).sum();
        if !fit || total != Rational::ONE {
            return Err(Refutation::NotOptimal(
                "the weights of a bound are no mixture of the near replies of its case".to_owned(),
            ));
        }
        let (sums, _) = self.sums(case, multipliers)?;
        self.meter.spend(sums.len() * weights.len())?;
        let stride = self.game.stride(self.leader);
        let proved = sums.into_iter().enumerate().map(|(lead, sum)| {
            let payoffs = weights
                .iter()
                .map(|(at, weight)| weight * self.game.payoff(self.leader, at + lead * stride));
            sum + payoffs.sum::<Rational>()
        });
        Ok(proved.max().unwrap_or_default())
    }

    fn empty(
        &mut self,
        case: &Case,
        multipliers: &[RobustMultiplier],
        open: bool,
    ) -> Result<(), Refutation> {
        let (sums, strict) = self.sums(case, multipliers)?;
        let strict = strict && !open;
        let is_empty = sums.iter().all(|sum| sum.is_negative() || (strict && !sum.is_positive()));
        if is_empty {
            return Ok(());
        }
        Err(Refutation::NotOptimal(format!(
            "the multipliers do not prove that a case in which {} is a near reply is empty",
            self.names(case.near[0])
        )))
    }

    /// What a commitment gives a player by each profile of the followers.
    fn expected(&self, game: &NormalForm, whose: usize, x: &[Rational]) -> Vec<Rational> {
        let stride = game.stride(self.leader);
        let at = |profile: &usize| {
            let played = x.iter().enumerate().filter(|(_, x)| !x.is_zero());
            played.map(|(lead, x)| x * game.payoff(whose, profile + lead * stride)).sum()
        };
        self.profiles.iter().map(at).collect()
    }

    /// What the followers gain by each profile over each deviation, with ε, at a commitment.
    fn leads(&mut self, x: &[Rational]) -> Result<Vec<Vec<Rational>>, Refutation> {
        let players = self.game.num_players();
        self.meter.spend((players + 1) * self.profiles.len() * (x.len() + 1))?;
        let payoffs: Vec<Vec<Rational>> =
            (0..players).map(|at| self.expected(self.seen, at, x)).collect();
        let mut leads = Vec::with_capacity(self.profiles.len());
        for (here, &profile) in self.profiles.iter().enumerate() {
            let deviations = self.deviations(profile);
            self.meter.spend(deviations.len() + 1)?;
            let lead = |(follower, deviation): (usize, usize)| {
                let other = self.game.deviation(profile, follower, deviation);
                // Deviations lead from one profile of the followers to another.
                let there = self.profiles.binary_search(&other).unwrap_or(here);
                &payoffs[follower][here] - &payoffs[follower][there] + self.epsilon
            };
            leads.push(deviations.into_iter().map(lead).collect());
        }
        Ok(leads)
    }

    fn best(&mut self, best: &RobustBest, open: bool) -> Result<(), Refutation> {
        on_simplex(self.game, self.leader, &best.commitment)?;
        on_simplex(self.game, self.leader, &best.played)?;
        let at = best.commitment.probabilities();
        let payoffs = self.expected(self.game, self.leader, at);
        let here = self.leads(at)?;
        let is_near = |leads: &Vec<Rational>| leads.iter().all(|lead| !lead.is_negative());
        let among = |is: &dyn Fn(usize) -> bool, payoffs: &[Rational]| -> Vec<Rational> {
            (0..payoffs.len()).filter(|&one| is(one)).map(|one| payoffs[one].clone()).collect()
        };
        let wrong = |what: &str, found: Option<Rational>| {
            let found = found.map_or_else(|| "nothing".to_owned(), |found| number(&found));
            Refutation::WrongNumber(format!("{what} is {found} against the worst near reply"))
        };
        if open {
            let inside = |one: usize| here[one].iter().all(Rational::is_positive);
            let found = among(&inside, &payoffs).into_iter().min();
            let found =
                found.or_else(|| among(&|one| is_near(&here[one]), &payoffs).into_iter().max());
            if best.played != best.commitment || best.played_value != best.value {
                return Err(Refutation::Misfit("in the open end the value is attained".to_owned()));
            }
            if found.as_ref() != Some(&best.value) {
                return Err(wrong("what the commitment gives", found));
            }
            return Ok(());
        }
        let from = best.played.probabilities();
        let there = self.leads(from)?;
        let given = self.expected(self.game, self.leader, from);
        let found = among(&|one| is_near(&there[one]), &given).into_iter().min();
        if found.as_ref() != Some(&best.played_value) {
            return Err(wrong("what is played gives", found));
        }
        if !(0..here.len()).any(|one| is_near(&here[one]) && is_near(&there[one])) {
            return Err(Refutation::NotOptimal(
                "no profile is a near reply all the way to the commitment".to_owned(),
            ));
        }
        let is_out = |one: usize| {
            here[one]
                .iter()
                .zip(&there[one])
                .any(|(at, from)| !at.is_positive() && from.is_negative())
        };
        if let Some(one) = (0..here.len()).find(|&one| payoffs[one] < best.value && !is_out(one)) {
            return Err(Refutation::NotOptimal(format!(
                "on the way to the commitment {} may be a near reply, and gives the leader less",
                self.names(self.profiles[one])
            )));
        }
        let found = among(&|one| is_near(&here[one]) && !is_out(one), &payoffs).into_iter().min();
        if found.as_ref() != Some(&best.value) {
            return Err(wrong("what is approached", found));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
