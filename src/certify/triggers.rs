//! Agreements that a bad signal suspends for some periods.
//!
//! Payoffs are checked by what happens next: with V what the agreement is worth and κ = δ s, a suspension of
//! T periods that begins is worth `W_0` = P + κ^T (V − P), which solves `W_T` = V and
//! `W_t` = (1 − δ) P + δ (s `W_{t+1}` + (1 − s) P), so that V = (1 − δ) R + δ (s ((1 − ε) V + ε `W_0`) + (1 − s) P) has to hold; for ever, `W_0` = P. A deviation has G, λ
//! in the place of R, ε. Since what follows a suspension is the agreement again and P is a stage
//! equilibrium, no one-shot deviation pays in any history if none pays while the agreement stands, and so
//! no other does (Blackwell 1965).

use crate::game::RepeatedGame;
use crate::game::answer::{Equilibrium, Trigger, TriggerLength, Triggers};
use crate::num::Rational;

use super::equilibria::check_one;
use super::meter::{Limits, Meter, weight};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// The longest suspension that is looked at.
const MOST_PERIODS: u64 = 1 << 12;

/// Checks for how long agreements have to be suspended.
///
/// Work: for each agreement and length the deviations, and some powers of the discount factor.
///
/// # Errors
/// A [`Refutation`] that names the agreement.
pub fn certify_triggers(
    game: &RepeatedGame,
    answer: &Triggers,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    if !game.renewal.is_zero() {
        return Err(Refutation::Misfit(
            "agreements that are renewed at random are not suspended for a number of periods"
                .to_owned(),
        ));
    }
    super::repeated::check_data(game)?;
    if !answer.agreements.iter().map(|one| one.agreement).eq(0..game.agreements.len()) {
        return Err(Refutation::WrongList("not every agreement is judged once".to_owned()));
    }
    let mut meter = Meter::for_passes(limits);
    let mut checked = Vec::new();
    for one in &answer.agreements {
        let name = &game.agreements[one.agreement].name;
        let equilibrium = Equilibrium {
            profile: one.punishment.clone(),
            payoffs: one.punishment_payoffs.clone(),
            regret: Rational::ZERO,
        };
        check_one(&game.stage, &equilibrium, &mut meter)?;
        if let crate::game::PunishmentRule::Equilibrium(given) = &game.punishment
            && *given != one.punishment
        {
            return Err(Refutation::Misfit(format!(
                "the agreement `{name}` is punished by another equilibrium than the game's"
            )));
        }
        Check { game, discount: answer.discount.value(), stated: one, name }.run(&mut meter)?;
        checked.push(match one.best.map(|at| one.lengths[at].periods) {
            Some(Some(1)) => format!("agreement `{name}`: it is kept by a suspension of one period"),
            Some(Some(periods)) => format!(
                "agreement `{name}`: no deviation pays when it is suspended for {periods} periods, and one does with every shorter suspension"
            ),
            Some(None) => format!(
                "agreement `{name}`: no deviation pays when it ends for ever, and one does with suspensions up to {} periods",
                one.tried
            ),
            None => format!(
                "agreement `{name}`: a deviation pays with suspensions up to {} periods, and for ever",
                one.tried
            ),
        });
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

struct Check<'a> {
    game: &'a RepeatedGame,
    discount: &'a Rational,
    stated: &'a Trigger,
    name: &'a str,
}

impl Check<'_> {
    fn run(&self, meter: &mut Meter) -> Result<(), Refutation> {
        let Trigger { lengths, best, tried, .. } = self.stated;
        let order = |one: &TriggerLength| one.periods.unwrap_or(u64::MAX);
        let ends = lengths.last().is_some_and(|last| last.periods.is_none());
        let ascending = lengths.windows(2).all(|two| order(&two[0]) < order(&two[1]));
        if !ends || !ascending || best.is_some_and(|at| at >= lengths.len()) {
            return Err(Refutation::WrongList(format!(
                "the lengths of `{}` do not ascend to for ever",
                self.name
            )));
        }
        let kept = self.discount * &self.game.survival;
        let mut power = |periods: u64| -> Result<Rational, Refutation> {
            if periods > MOST_PERIODS {
                return Err(Refutation::OutOfReach(format!("{periods} periods are too many")));
            }
            meter.spend(64 * periods as usize * weight(&kept))?;
            // At most 2^12.
            Ok(kept.pow(periods as i32).unwrap_or_default())
        };
        for one in lengths {
            let after = match one.periods {
                None => Rational::ZERO,
                Some(0) => return Err(Refutation::Misfit("a suspension of no period".to_owned())),
                Some(periods) => power(periods)?,
            };
            self.length(one, &after)?;
        }
        let holds = best.is_some_and(|at| lengths[at].holds());
        if best.is_some() != holds {
            return Err(self.wrong("the best length does not keep it"));
        }
        // The shares 1 − κ^T that keep it form an interval (see below): if it is kept with one of them, and
        // not with a smaller one, then with none that is smaller still.
        match best.map(|at| lengths[at].periods) {
            Some(Some(1)) => Ok(()),
            Some(Some(periods)) if self.kept_with(&power(periods - 1)?) => {
                Err(self.wrong("a shorter suspension keeps it"))
            }
            Some(None) if self.kept_with(&power(*tried)?) => {
                Err(self.wrong("a suspension keeps it"))
            }
            Some(_) => Ok(()),
            None if self.kept_with(&Rational::ZERO) => Err(self.wrong("ending for ever keeps it")),
            None => self.never(*tried, &mut power),
        }
    }

    /// That no suspension up to so many periods keeps it: the shares that would are missed.
    fn never(
        &self,
        tried: u64,
        power: &mut impl FnMut(u64) -> Result<Rational, Refutation>,
    ) -> Result<(), Refutation> {
        if tried > MOST_PERIODS {
            return Err(Refutation::OutOfReach(format!("{tried} periods are too many")));
        }
        let Some((least, most)) = self.interval() else { return Ok(()) };
        // The first T with 1 − κ^T at least `least`, by halving.
        let (mut below, mut above) = (0, tried + 1);
        while above - below > 1 {
            let middle = below.midpoint(above);
            let share = Rational::ONE - power(middle)?;
            if share >= least { above = middle } else { below = middle }
        }
        if above > tried {
            return Ok(());
        }
        let share = Rational::ONE - power(above)?;
        if most.is_some_and(|most| share > most) {
            Ok(())
        } else {
            Err(self.wrong("a suspension keeps it"))
        }
    }

    /// The shares q = 1 − κ^T with which no deviation pays. With `V − P` = (1 − δ) B / (1 − κ (1 − ε q)) the
    /// condition κ (λ − ε) q (V − P) ≥ (1 − δ) G is linear in q after multiplication by a positive number.
    fn interval(&self) -> Option<(Rational, Option<Rational>)> {
        let (stage, agreement) = (&self.game.stage, &self.game.agreements[self.stated.agreement]);
        let profile = stage.profile_index(&agreement.profile);
        let kept = self.discount * &self.game.survival;
        let alarm = &self.game.false_alarm;
        let (mut least, mut most) = (Rational::ZERO, None::<Rational>);
        for (player, punished) in self.stated.punishment_payoffs.iter().enumerate() {
            let agreed = stage.payoff(player, profile);
            for action in 0..stage.num_actions(player) {
                if action == agreement.profile[player] {
                    continue;
                }
                let gain = stage.payoff(player, stage.deviation(profile, player, action)) - agreed;
                let seen = &agreement.detection[player][action] - alarm;
                let slope = &kept * (seen * (agreed - punished) - alarm * &gain);
                let need = (Rational::ONE - &kept) * gain;
                match slope.signum() {
                    0 if need.is_positive() => return None,
                    0 => {}
                    1 => least = least.max(need / slope),
                    _ => {
                        let at = need / slope;
                        most = Some(most.map_or_else(|| at.clone(), |most| most.min(at.clone())));
                    }
                }
            }
        }
        Some((least, most))
    }

    fn wrong(&self, text: &str) -> Refutation {
        Refutation::NotOptimal(format!("agreement `{}`: {text}", self.name))
    }

    /// What is left of a suspension that begins, where the agreement is worth V: P + κ^T (V − P).
    fn suspended(&self, player: usize, value: &Rational, after: &Rational) -> Rational {
        let punished = &self.stated.punishment_payoffs[player];
        punished + after * (value - punished)
    }

    /// (1 − δ) now + δ (s ((1 − alarm) V + alarm W) + (1 − s) P).
    fn total(
        &self,
        player: usize,
        now: &Rational,
        alarm: &Rational,
        (value, suspended): (&Rational, &Rational),
    ) -> Rational {
        let survival = &self.game.survival;
        let stands = (Rational::ONE - alarm) * value + alarm * suspended;
        let later = survival * stands
            + (Rational::ONE - survival) * &self.stated.punishment_payoffs[player];
        (Rational::ONE - self.discount) * now + self.discount * later
    }

    /// The least loss by a deviation, given what the agreement is worth.
    fn slack(&self, values: &[Rational], after: &Rational) -> Option<Rational> {
        let (stage, agreement) = (&self.game.stage, &self.game.agreements[self.stated.agreement]);
        let profile = stage.profile_index(&agreement.profile);
        let mut least: Option<Rational> = None;
        for (player, value) in values.iter().enumerate() {
            let suspended = self.suspended(player, value, after);
            for action in 0..stage.num_actions(player) {
                if action == agreement.profile[player] {
                    continue;
                }
                let now = stage.payoff(player, stage.deviation(profile, player, action));
                let alarm = &agreement.detection[player][action];
                let loss = value - self.total(player, now, alarm, (value, &suspended));
                if least.as_ref().is_none_or(|least| loss < *least) {
                    least = Some(loss);
                }
            }
        }
        least
    }

    fn length(&self, one: &TriggerLength, after: &Rational) -> Result<(), Refutation> {
        let (stage, agreement) = (&self.game.stage, &self.game.agreements[self.stated.agreement]);
        let profile = stage.profile_index(&agreement.profile);
        if one.payoffs.len() != stage.num_players() {
            return Err(Refutation::Misfit("not every player has a payoff".to_owned()));
        }
        for (player, value) in one.payoffs.iter().enumerate() {
            let suspended = self.suspended(player, value, after);
            let alarm = &self.game.false_alarm;
            let now = stage.payoff(player, profile);
            if self.total(player, now, alarm, (value, &suspended)) != *value {
                return Err(Refutation::WrongNumber(format!(
                    "agreement `{}`: its payoff {} is not what follows from it",
                    self.name,
                    number(value)
                )));
            }
        }
        if self.slack(&one.payoffs, after) != one.slack {
            return Err(Refutation::WrongNumber(format!(
                "agreement `{}`: a deviation loses another amount",
                self.name
            )));
        }
        Ok(())
    }

    /// Whether no deviation pays with κ^T, where V solves its equation.
    fn kept_with(&self, after: &Rational) -> bool {
        let (stage, agreement) = (&self.game.stage, &self.game.agreements[self.stated.agreement]);
        let profile = stage.profile_index(&agreement.profile);
        let (alarm, survival) = (&self.game.false_alarm, &self.game.survival);
        // V − P is multiplied by this from one period of the agreement to the next.
        let again = self.discount * survival * (Rational::ONE - alarm + alarm * after);
        let values: Vec<Rational> = (0..stage.num_players())
            .map(|player| {
                let punished = &self.stated.punishment_payoffs[player];
                let above = stage.payoff(player, profile) - punished;
                punished + (Rational::ONE - self.discount) * above / (Rational::ONE - &again)
            })
            .collect();
        self.slack(&values, after).is_none_or(|slack| !slack.is_negative())
    }
}
