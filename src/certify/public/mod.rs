//! Public perfect equilibria of repeated games with imperfect public monitoring.
//!
//! *What rewards can do for a profile a.* At each corner (L, value) of a curve the stated rewards are at
//! least zero, at most L together after every signal, deter every deviation, and give the value. Between
//! corners mixtures of them do, and with more liquidity the same rewards, each raised alike for the joint
//! payoff. For the converse take multipliers λ ≥ 0 of the deviations. For all rewards that enforce a,
//! and weights c,
//!
//! Σ c r ≤ Σ (c + Σ λ Δφ) r − Σ λ gain ≤ L · Σ_y max(0, max_i (`c_i`(y) + Σ λ Δφ)) − Σ λ gain,
//!
//! where Δφ is how much more likely the signal is without the deviation. This bound is a line in L. It
//! goes through both corners of its piece, and beyond the last corner it does not rise. With c = 0 it
//! shows the least liquidity, or that nothing enforces a.
//!
//! *All profiles.* The stated rows have the best of all curves. Between two rows these are lines: at the
//! middle of each stretch without a corner of a curve they lie on the line through their ends, and a
//! maximum of lines that does so is that line. So L (1 − δ) ≤ δ (U − Σ v) is decided from the rows and
//! what is just before each of them. That exactly the payoffs between v and U are then those of
//! equilibria is theorem 1 of Goldlücke & Kranz (2012); for strongly symmetric ones see Abreu, Pearce &
//! Stacchetti (1986).

mod envelope;
mod limit;
mod payoffs;
#[cfg(test)]
mod tests;

pub use limit::certify_limit_payoffs;
pub use payoffs::certify_public_payoffs;

use crate::game::public::{
    Curve, Enforcement, Multipliers, PublicEquilibria, PublicForm, PublicGame, Rewards,
};
use crate::num::Rational;

use super::meter::{Limits, Meter, weight};
use super::wording::{count, number};
use super::{Certificate, Completeness, Refutation};

/// Checks the payoffs of public perfect equilibria with transfers, or of strongly symmetric ones.
///
/// Work: for each corner of each curve the deviations times the signals; for the rows all curves at all
/// corners.
///
/// # Errors
/// A [`Refutation`] that names the profile or the row.
pub fn certify_public_equilibria(
    game: &PublicGame,
    answer: &PublicEquilibria,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let Some(expected) = answer.form.profiles(game) else {
        return Err(Refutation::Misfit("the game is not symmetric".to_owned()));
    };
    if !answer.profiles.iter().map(|one| one.profile).eq(expected) {
        return Err(Refutation::WrongList(
            "what rewards can do is not stated once for each profile".to_owned(),
        ));
    }
    let mut meter = Meter::for_passes(limits);
    for one in &answer.profiles {
        Check::new(game, answer.form, one).run(&mut meter)?;
    }
    envelope::check(game, answer, &mut meter)?;
    let mut checked = vec![
        format!(
            "what rewards can do for {}, by the rewards at each corner and by multipliers that nothing exceeds, exactly",
            count(answer.profiles.len(), "profile", "profiles")
        ),
        format!(
            "the best of them in {}, and from which discount factor on each is there",
            count(answer.rows.len(), "row", "rows")
        ),
    ];
    if let Some(at) = &answer.at {
        checked.push(match &at.row {
            Some(_) => {
                "no greater liquidity is there at the discount factor that is asked for".to_owned()
            }
            None => "no liquidity is there at the discount factor that is asked for".to_owned(),
        });
    }
    Ok(Certificate {
        checked,
        complete: Completeness::Proved("every profile is bounded by its multipliers".to_owned()),
    })
}

/// A deviation that must not pay.
struct Deviation {
    player: usize,
    /// Whose reward deters it: his own, or the one for all.
    reward: usize,
    action: usize,
    gain: Rational,
    /// By signal: how much more likely it is without the deviation.
    changes: Vec<Rational>,
}

/// The check of one profile.
struct Check<'a> {
    game: &'a PublicGame,
    stated: &'a Enforcement,
    /// The number of rewards after each signal.
    players: usize,
    deviations: Vec<Deviation>,
}

/// What a curve is about.
#[derive(Clone, Copy)]
enum About {
    Joint,
    Worst(usize),
}

impl<'a> Check<'a> {
    fn new(game: &'a PublicGame, form: PublicForm, stated: &'a Enforcement) -> Self {
        let (stage, profile) = (game.stage(), stated.profile);
        let players = form.num_rewards(game);
        let mut deviations = Vec::new();
        for player in 0..game.num_players() {
            let reward = if form == PublicForm::Transfers { player } else { 0 };
            for action in 0..stage.num_actions(player) {
                if action == stage.action_in(player, profile) {
                    continue;
                }
                let instead = stage.deviation(profile, player, action);
                let (kept, left) = (game.distribution(profile), game.distribution(instead));
                deviations.push(Deviation {
                    player,
                    reward,
                    action,
                    gain: stage.payoff(player, instead) - stage.payoff(player, profile),
                    changes: kept.iter().zip(left).map(|(kept, left)| kept - left).collect(),
                });
            }
        }
        Check { game, stated, players, deviations }
    }

    fn name(&self) -> String {
        self.game.profile_name(self.stated.profile)
    }

    fn run(&self, meter: &mut Meter) -> Result<(), Refutation> {
        let Enforcement { least, proof, joint, worst, .. } = self.stated;
        let nothing = vec![vec![Rational::ZERO; self.game.num_signals()]; self.players];
        let (prices, gains) = self.bound(&nothing, proof, meter)?;
        let price: Rational = prices.iter().sum();
        let Some(least) = least else {
            if joint.is_some() || !worst.is_empty() {
                return Err(Refutation::Misfit(format!(
                    "payoffs are stated for {}, which nothing is said to enforce",
                    self.name()
                )));
            }
            return if price.is_zero() && gains.is_positive() {
                Ok(())
            } else {
                Err(Refutation::NotOptimal(format!(
                    "it is not shown that nothing enforces {}",
                    self.name()
                )))
            };
        };
        let shown = !least.is_negative()
            && (least.is_zero() || (price.is_positive() && gains >= least * &price));
        if !shown {
            return Err(Refutation::NotOptimal(format!(
                "it is not shown that {} needs a liquidity of {}",
                self.name(),
                number(least)
            )));
        }
        let (Some(joint), true) = (joint, worst.len() == self.players) else {
            return Err(Refutation::Misfit(format!(
                "{} has no curve for each player",
                self.name()
            )));
        };
        self.curve(About::Joint, joint, least, meter)?;
        for (player, curve) in worst.iter().enumerate() {
            self.curve(About::Worst(player), curve, least, meter)?;
        }
        Ok(())
    }

    /// The bound that multipliers give: for each signal its price, and Σ λ gain.
    fn bound(
        &self,
        weights: &Rewards,
        multipliers: &Multipliers,
        meter: &mut Meter,
    ) -> Result<(Vec<Rational>, Rational), Refutation> {
        let stage = self.game.stage();
        let fits = multipliers.len() == stage.num_players()
            && multipliers.iter().enumerate().all(|(player, own)| {
                own.len() == stage.num_actions(player) && !own.iter().any(Rational::is_negative)
            });
        if !fits {
            return Err(Refutation::Misfit(format!(
                "the multipliers of {} are not one, at least zero, for each action",
                self.name()
            )));
        }
        let mut sums = weights.clone();
        let mut gains = Rational::ZERO;
        for one in &self.deviations {
            let by = &multipliers[one.player][one.action];
            if by.is_zero() {
                continue;
            }
            meter.spend(4 * weight(by) * (1 + one.changes.len()))?;
            gains += &(by * &one.gain);
            for (sum, change) in sums[one.reward].iter_mut().zip(&one.changes) {
                *sum += &(by * change);
            }
        }
        let prices = (0..self.game.num_signals())
            .map(|signal| {
                sums.iter().map(|own| own[signal].clone()).fold(Rational::ZERO, Rational::max)
            })
            .collect();
        Ok((prices, gains))
    }

    /// Whether rewards are rewards, are paid from the liquidity, and deter every deviation.
    fn enforced(
        &self,
        liquidity: &Rational,
        rewards: &Rewards,
        meter: &mut Meter,
    ) -> Result<(), Refutation> {
        let signals = self.game.num_signals();
        let fits = rewards.len() == self.players
            && rewards
                .iter()
                .all(|own| own.len() == signals && !own.iter().any(Rational::is_negative));
        if !fits {
            return Err(Refutation::Misfit(format!(
                "the rewards of {} are not one, at least zero, for each signal",
                self.name()
            )));
        }
        for signal in 0..signals {
            let paid: Rational = rewards.iter().map(|own| &own[signal]).sum();
            if paid > *liquidity {
                return Err(Refutation::WrongNumber(format!(
                    "the rewards of {} after `{}` are {}, more than the liquidity",
                    self.name(),
                    self.game.signals()[signal],
                    number(&paid)
                )));
            }
        }
        for one in &self.deviations {
            let own = &rewards[one.reward];
            meter.spend(own.iter().map(|reward| 3 * weight(reward)).sum())?;
            let lost: Rational =
                one.changes.iter().zip(own).map(|(change, reward)| change * reward).sum();
            if lost < one.gain {
                let stage = self.game.stage();
                return Err(Refutation::Deviation(format!(
                    "at {} with a liquidity of {} {} gains by {}",
                    self.name(),
                    number(liquidity),
                    super::wording::player(stage, one.player),
                    super::wording::action(stage, one.player, one.action)
                )));
            }
        }
        Ok(())
    }

    fn expected(&self, own: &[Rational]) -> Rational {
        let distribution = self.game.distribution(self.stated.profile);
        distribution.iter().zip(own).map(|(probability, reward)| probability * reward).sum()
    }

    fn curve(
        &self,
        about: About,
        curve: &Curve,
        least: &Rational,
        meter: &mut Meter,
    ) -> Result<(), Refutation> {
        let ascending = curve.points.windows(2).all(|pair| pair[0].liquidity < pair[1].liquidity);
        let begins = curve.points.first().is_some_and(|first| first.liquidity == *least);
        if !begins || !ascending || curve.proofs.len() != curve.points.len() {
            return Err(Refutation::WrongList(format!(
                "the corners of a curve of {} do not ascend from its least liquidity",
                self.name()
            )));
        }
        let (stage, profile) = (self.game.stage(), self.stated.profile);
        for point in &curve.points {
            self.enforced(&point.liquidity, &point.rewards, meter)?;
            let given: Rational = match about {
                About::Joint => {
                    let each = point.rewards.iter().enumerate();
                    let sum: Rational = each
                        .map(|(player, own)| stage.payoff(player, profile) + self.expected(own))
                        .sum();
                    sum - &point.liquidity
                }
                About::Worst(player) => {
                    stage.payoff(player, profile) + self.expected(&point.rewards[player])
                }
            };
            if given != point.value {
                return Err(Refutation::WrongNumber(format!(
                    "{} with a liquidity of {} is said to give {}, and gives {}",
                    self.name(),
                    number(&point.liquidity),
                    number(&point.value),
                    number(&given)
                )));
            }
        }
        for (at, proof) in curve.proofs.iter().enumerate() {
            let ends = &curve.points[at..curve.points.len().min(at + 2)];
            self.nothing_better(about, proof, ends, at + 1 == curve.points.len(), meter)?;
        }
        Ok(())
    }

    /// Multipliers bound a piece of a curve: they reach its ends, and do not rise beyond the last.
    fn nothing_better(
        &self,
        about: About,
        proof: &Multipliers,
        ends: &[crate::game::public::CurvePoint],
        last: bool,
        meter: &mut Meter,
    ) -> Result<(), Refutation> {
        let (stage, profile) = (self.game.stage(), self.stated.profile);
        let signals = self.game.num_signals();
        let distribution = self.game.distribution(profile);
        let mut weights = vec![vec![Rational::ZERO; signals]; self.players];
        match about {
            About::Joint => weights.fill(distribution.to_vec()),
            About::Worst(player) => {
                weights[player] = distribution.iter().map(|share| -share).collect();
            }
        }
        let (prices, gains) = self.bound(&weights, proof, meter)?;
        let price: Rational = prices.iter().sum();
        // What is burned comes off the joint payoff: L (price − 1).
        let (slope, base, falls) = match about {
            About::Joint => {
                let sum: Rational =
                    (0..self.players).map(|player| stage.payoff(player, profile)).sum();
                (price - Rational::ONE, sum - gains, false)
            }
            About::Worst(player) => (-price, stage.payoff(player, profile) + &gains, true),
        };
        for end in ends {
            let bound = &slope * &end.liquidity + &base;
            let reached = if falls { bound >= end.value } else { bound <= end.value };
            if !reached {
                return Err(Refutation::NotOptimal(format!(
                    "with a liquidity of {} the multipliers of {} bound its payoff by {} and not by {}",
                    number(&end.liquidity),
                    self.name(),
                    number(&bound),
                    number(&end.value)
                )));
            }
        }
        let rises = if falls { slope.is_negative() } else { slope.is_positive() };
        if last && rises {
            return Err(Refutation::NotOptimal(format!(
                "the last multipliers of {} allow more with more liquidity",
                self.name()
            )));
        }
        Ok(())
    }
}
