//! Repeated negotiation equilibria: the steps are taken again, in whole numbers.
//!
//! Payoffs and values are multiples of 2⁻⁶⁴ of the largest payoff, and probabilities and the discount factor of
//! 2⁻⁵⁶; each product is rounded. An error of e in what follows is one of δ e before, and each step
//! adds less than 2⁻⁵⁰ of the largest payoff, so that all stay below 2⁻⁵⁰/(1 − δ).

use crate::game::stochastic::{INCENTIVE_TOLERANCE, Negotiation, StochasticGame};
use crate::num::Rational;

use super::super::meter::{Limits, Meter};
use super::super::{Certificate, Completeness, Refutation};
use super::certify_transfers;

/// Units of a value for the largest payoff.
const VALUE: u32 = 64;
/// Units of a probability for one.
const SHARE: u32 = 56;

/// Checks a repeated negotiation equilibrium of T periods.
///
/// Work: that of [`certify_transfers`] and T − 1 passes over all profiles with their deviations.
///
/// # Errors
/// A [`Refutation`] that names the state.
pub fn certify_negotiation(
    game: &StochasticGame,
    answer: &Negotiation,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let players = game.num_players();
    let sum: Rational = answer.weights.iter().sum();
    let shares = answer.weights.len() == players
        && answer.weights.iter().all(|weight| !weight.is_negative())
        && sum == Rational::ONE;
    if !shares || answer.probability.is_negative() || answer.probability > Rational::ONE {
        return Err(Refutation::Misfit("the weights or the probability are none".to_owned()));
    }
    let mut checked = certify_transfers(game, &answer.without, limits)?.checked;
    let mut again = Steps::new(game, answer)?;
    let mut meter = Meter::for_passes(limits);
    for _ in 1..answer.periods {
        again.step(&mut meter)?;
    }
    again.compare(answer)?;
    checked.push(format!(
        "the {} steps of negotiation were taken again in whole numbers: payoffs to {:.0e}",
        answer.periods.saturating_sub(1),
        answer.error
    ));
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// A profile with what it pays and what may follow, in units.
struct Profile {
    payoffs: Vec<i128>,
    next: Vec<(usize, i128)>,
}

struct Steps<'a> {
    game: &'a StochasticGame,
    scale: Rational,
    states: Vec<Vec<Profile>>,
    discount: i128,
    probability: i128,
    weights: Vec<i128>,
    joint: Vec<i128>,
    worst: Vec<Vec<i128>>,
    /// What followed in the last step that was taken: joint payoffs, and payoffs after punishment.
    before: Option<(Vec<i128>, Vec<Vec<i128>>)>,
}

/// A share of a value, rounded.
fn part(share: i128, value: i128) -> i128 {
    // Values stay below 2⁶⁴ times the number of players, and shares below 2⁵⁷.
    (share * value) >> SHARE
}

fn units(value: &Rational, bits: u32) -> Result<i128, Refutation> {
    let scaled = value * Rational::from(2).pow(bits as i32).unwrap_or(Rational::ONE);
    i128::try_from((scaled + Rational::new(1, 2)).floor())
        .map_err(|_| Refutation::OutOfReach("numbers are too far apart".to_owned()))
}

impl<'a> Steps<'a> {
    fn new(game: &'a StochasticGame, answer: &Negotiation) -> Result<Self, Refutation> {
        let players = game.num_players();
        let all = game.states().iter().flat_map(|state| {
            (0..players).flat_map(|player| state.stage.payoffs(player).iter().map(Rational::abs))
        });
        let scale = all.max().filter(|most| !most.is_zero()).unwrap_or(Rational::ONE);
        let value = |value: &Rational| units(&value.checked_div(&scale).unwrap_or_default(), VALUE);
        let mut states = Vec::new();
        for state in game.states() {
            let mut profiles = Vec::new();
            for at in 0..state.stage.num_profiles() {
                let payoffs = (0..players).map(|player| value(state.stage.payoff(player, at)));
                let next = state.transitions[at].iter().map(|(to, p)| Ok((*to, units(p, SHARE)?)));
                profiles.push(Profile {
                    payoffs: payoffs.collect::<Result<_, Refutation>>()?,
                    next: next.collect::<Result<_, Refutation>>()?,
                });
            }
            states.push(profiles);
        }
        let Some(bounds) = answer.without.bounds() else {
            return Err(Refutation::Misfit("there is nothing to begin with".to_owned()));
        };
        let list = |values: &[Rational]| values.iter().map(value).collect::<Result<Vec<_>, _>>();
        Ok(Steps {
            game,
            states,
            discount: units(game.discount().value(), SHARE)?,
            probability: units(&answer.probability, SHARE)?,
            weights: answer.weights.iter().map(|w| units(w, SHARE)).collect::<Result<_, _>>()?,
            joint: list(&bounds.joint)?,
            worst: bounds.worst.iter().map(|values| list(values)).collect::<Result<_, _>>()?,
            scale,
            before: None,
        })
    }

    fn shares(&self) -> Vec<Vec<i128>> {
        let gain = |state: usize| {
            self.joint[state] - self.worst.iter().map(|worst| worst[state]).sum::<i128>()
        };
        let gains: Vec<i128> = (0..self.joint.len()).map(gain).collect();
        let row = |(worst, &weight): (&Vec<i128>, &i128)| {
            worst.iter().zip(&gains).map(|(v, &gain)| v + part(weight, gain)).collect()
        };
        self.worst.iter().zip(&self.weights).map(row).collect()
    }

    fn total(&self, payoff: i128, profile: &Profile, values: &[i128]) -> i128 {
        let expected: i128 = profile.next.iter().map(|&(to, p)| part(p, values[to])).sum();
        payoff - part(self.discount, payoff) + part(self.discount, expected)
    }

    /// The best that a player gets by his own action.
    fn best(&self, player: usize, state: usize, profile: usize, values: &[i128]) -> i128 {
        let stage = &self.game.states()[state].stage;
        let one = |action: usize| {
            let other = &self.states[state][stage.deviation(profile, player, action)];
            self.total(other.payoffs[player], other, values)
        };
        (0..stage.num_actions(player)).map(one).max().unwrap_or(0)
    }

    /// One period earlier.
    fn step(&mut self, meter: &mut Meter) -> Result<(), Refutation> {
        let mixed: Vec<Vec<i128>> = self
            .shares()
            .iter()
            .zip(&self.worst)
            .map(|(shares, worst)| {
                let mix =
                    |(share, worst): (&i128, &i128)| worst + part(self.probability, share - worst);
                shares.iter().zip(worst).map(mix).collect()
            })
            .collect();
        // 10⁻¹² in units.
        let tolerance = (INCENTIVE_TOLERANCE * 2f64.powi(VALUE as i32)) as i128;
        let (mut joint, mut worst) = (Vec::new(), vec![Vec::new(); mixed.len()]);
        for (state, profiles) in self.states.iter().enumerate() {
            let stage = &self.game.states()[state].stage;
            let (mut most, mut least) = (None, vec![None; mixed.len()]);
            for (at, profile) in profiles.iter().enumerate() {
                let total = self.total(profile.payoffs.iter().sum(), profile, &self.joint);
                let mut best = Vec::with_capacity(mixed.len());
                for (player, values) in mixed.iter().enumerate() {
                    meter.spend(stage.num_actions(player) * (2 + profile.next.len()))?;
                    best.push(self.best(player, state, at, values));
                }
                if total - best.iter().sum::<i128>() + tolerance < 0 {
                    continue;
                }
                most = most.max(Some(total));
                for (least, best) in least.iter_mut().zip(best) {
                    *least = Some(least.map_or(best, |least: i128| least.min(best)));
                }
            }
            let nothing = || {
                Refutation::Deviation(format!(
                    "nothing can be enforced in the state `{}`",
                    self.game.states()[state].name
                ))
            };
            joint.push(most.ok_or_else(nothing)?);
            for (worst, least) in worst.iter_mut().zip(least) {
                worst.push(least.ok_or_else(nothing)?);
            }
        }
        let joint = std::mem::replace(&mut self.joint, joint);
        self.worst = worst;
        self.before = Some((joint, mixed));
        Ok(())
    }

    /// Whether the stated payoffs are those found, up to the stated error.
    fn compare(&self, answer: &Negotiation) -> Result<(), Refutation> {
        let states = self.game.states();
        let bound = Rational::from_f64_exactly(answer.error)
            .filter(|bound| !bound.is_negative())
            .ok_or_else(|| Refutation::Misfit("the error is no number".to_owned()))?;
        let unit = Rational::from(2).pow(-(VALUE as i32)).unwrap_or_default() * &self.scale;
        let close = |what: &str, stated: &[f64], found: &[i128]| {
            if stated.len() != states.len() {
                return Err(Refutation::Misfit(format!("{what} is not stated for each state")));
            }
            for ((value, units), state) in stated.iter().zip(found).zip(states) {
                let units = Rational::from_integers((*units).into(), 1.into());
                let exact = Rational::from_f64_exactly(*value);
                if exact.is_none_or(|exact| (exact - units * &unit).abs() > bound) {
                    return Err(Refutation::WrongNumber(format!(
                        "{what} in the state `{}` is not {value}",
                        state.name
                    )));
                }
            }
            Ok(())
        };
        close("the joint payoff", &answer.joint, &self.joint)?;
        let shares = self.shares();
        let players = answer.worst.len() == shares.len() && answer.shares.len() == shares.len();
        if !players {
            return Err(Refutation::Misfit("payoffs are not stated for each player".to_owned()));
        }
        for (player, share) in shares.iter().enumerate() {
            let name = self.game.player(player);
            let worst = format!("the worst payoff of {name}");
            close(&worst, &answer.worst[player], &self.worst[player])?;
            close(&format!("the share of {name}"), &answer.shares[player], share)?;
        }
        self.compare_policies(answer, &bound)
    }

    /// The stated profiles can be enforced, up to the error, and give what is stated.
    fn compare_policies(&self, answer: &Negotiation, bound: &Rational) -> Result<(), Refutation> {
        let known = |policy: &Vec<usize>| {
            policy.len() == self.states.len()
                && policy.iter().zip(&self.states).all(|(&at, profiles)| at < profiles.len())
        };
        let all = || std::iter::once(&answer.played).chain(&answer.punishing);
        if answer.punishing.len() != self.worst.len() || !all().all(known) {
            return Err(Refutation::Misfit(
                "a policy does not name a profile for each state".to_owned(),
            ));
        }
        let Some((joint, mixed)) = &self.before else {
            let stated = answer.without.policies.as_ref();
            let same = stated.is_some_and(|policies| {
                (&policies.played, &policies.punishing) == (&answer.played, &answer.punishing)
            });
            return if same {
                Ok(())
            } else {
                Err(Refutation::WrongList(
                    "in one period the policies are those without negotiation".to_owned(),
                ))
            };
        };
        let error = units(&bound.checked_div(&self.scale).unwrap_or_default(), VALUE)?;
        for (state, profiles) in self.states.iter().enumerate() {
            let total =
                |at: usize| self.total(profiles[at].payoffs.iter().sum(), &profiles[at], joint);
            let best = |player: usize, at: usize| self.best(player, state, at, &mixed[player]);
            let temptation =
                |at: usize| (0..mixed.len()).map(|player| best(player, at)).sum::<i128>();
            let played = answer.played[state];
            let wrong = |what: &str| {
                Err(Refutation::WrongList(format!(
                    "in the state `{}` {what}",
                    self.game.states()[state].name
                )))
            };
            if total(played) + error < self.joint[state] {
                return wrong("what is played does not give the joint payoff");
            }
            for policy in all() {
                if total(policy[state]) + error < temptation(policy[state]) {
                    return wrong("a profile cannot be enforced");
                }
            }
            for (player, policy) in answer.punishing.iter().enumerate() {
                if best(player, policy[state]) > self.worst[player][state] + error {
                    return wrong("a punishment is milder than is said");
                }
            }
        }
        Ok(())
    }
}
