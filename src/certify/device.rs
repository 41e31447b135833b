//! A distribution over profiles: its payoffs, its value for an objective, and what a proof bounds.
//!
//! A proof that nothing better exists bounds a weighted sum of payoffs over all equilibria of a kind.
//! For the sums and single payoffs that can be asked for, the weights are the objective's own; where
//! the least is asked for, both are negated. For the smallest payoff the proof brings its weights λ:
//! non-negative and with the sum one, so that Σ λ_i u_i is at least the smallest u_i.

use std::collections::BTreeSet;

use crate::game::NormalForm;
use crate::game::answer::{Mediated, Obedience, Objective};
use crate::num::Rational;

use super::Refutation;
use super::expected::distribution;
use super::integers::over_one;
use super::wording::{action, number, player};

/// The parts of an answer that are stated of a distribution over profiles.
pub(super) struct Device<'a> {
    pub(super) objective: &'a Objective,
    pub(super) distribution: &'a [Rational],
    pub(super) payoffs: &'a [Rational],
    pub(super) value: &'a Rational,
    pub(super) player_weights: &'a [Rational],
}

/// That there is a probability for each profile; the profiles that have a positive one.
pub(super) fn played(
    game: &NormalForm,
    probabilities: &[Rational],
    what: &str,
) -> Result<Vec<usize>, Refutation> {
    if probabilities.len() != game.num_profiles() {
        return Err(Refutation::Misfit(format!(
            "{} probabilities for {} profiles",
            probabilities.len(),
            game.num_profiles()
        )));
    }
    distribution(probabilities, what)?;
    Ok((0..probabilities.len()).filter(|&index| !probabilities[index].is_zero()).collect())
}

/// That multipliers name obedience constraints, each one once, and are not negative.
pub(super) fn named_once(game: &NormalForm, multipliers: &[Obedience]) -> Result<(), Refutation> {
    let mut seen = BTreeSet::new();
    for (at, told, deviation, multiplier) in multipliers {
        let known = *at < game.num_players()
            && *told < game.num_actions(*at)
            && *deviation < game.num_actions(*at)
            && told != deviation;
        if !known || !seen.insert((*at, *told, *deviation)) {
            return Err(Refutation::Misfit(
                "a multiplier names no obedience constraint, or one that another names".to_owned(),
            ));
        }
        if multiplier.is_negative() {
            return Err(Refutation::NotOptimal(format!(
                "the multiplier of player {}, told {}, for {} is negative: {}",
                player(game, *at),
                action(game, *at, *told),
                action(game, *at, *deviation),
                number(multiplier)
            )));
        }
    }
    Ok(())
}

/// The expected payoff of each player under a distribution over profiles.
pub(super) fn expected_payoffs(game: &NormalForm, distribution: &[Rational]) -> Vec<Rational> {
    let (probabilities, scale) = over_one(distribution);
    let expected = |player: usize| {
        let terms = probabilities.iter().zip(game.payoffs(player));
        let sum: Rational = terms.filter(|(p, _)| !p.is_zero()).map(|(p, u)| p * u).sum();
        sum / &scale
    };
    (0..game.num_players()).map(expected).collect()
}

impl<'a> Device<'a> {
    pub(super) fn of<M>(answer: &'a Mediated<M>) -> Self {
        Device {
            objective: &answer.objective,
            distribution: &answer.distribution,
            payoffs: &answer.payoffs,
            value: &answer.value,
            player_weights: &answer.player_weights,
        }
    }

    /// That the payoffs and the value are those of the distribution, which fits the game.
    pub(super) fn check_payoffs(&self, game: &NormalForm) -> Result<(), Refutation> {
        if self.payoffs.len() != game.num_players() {
            return Err(Refutation::Misfit(format!(
                "{} payoffs for {} players",
                self.payoffs.len(),
                game.num_players()
            )));
        }
        let payoffs = expected_payoffs(game, self.distribution);
        for (at, (stated, payoff)) in self.payoffs.iter().zip(payoffs).enumerate() {
            if payoff != *stated {
                return Err(Refutation::WrongNumber(format!(
                    "player {} is said to get {}, and gets {}",
                    player(game, at),
                    number(stated),
                    number(&payoff)
                )));
            }
        }
        let value = self.objective_of_payoffs(game)?;
        if value != *self.value {
            return Err(Refutation::WrongNumber(format!(
                "the objective is said to be {}, and is {}",
                number(self.value),
                number(&value)
            )));
        }
        Ok(())
    }

    fn objective_of_payoffs(&self, game: &NormalForm) -> Result<Rational, Refutation> {
        let of = |player: usize| self.payoffs.get(player).cloned().ok_or_else(nobody);
        match self.objective {
            Objective::Welfare | Objective::LeastWelfare => Ok(self.payoffs.iter().sum()),
            Objective::Player(player) | Objective::LeastPlayer(player) => of(*player),
            Objective::Egalitarian => self.payoffs.iter().min().cloned().ok_or_else(nobody),
            Objective::Weighted(weights) if weights.len() == game.num_players() => {
                Ok(weights.iter().zip(self.payoffs).map(|(weight, payoff)| weight * payoff).sum())
            }
            Objective::Weighted(_) => Err(nobody()),
        }
    }

    /// The weights of the sum that the proof bounds from above by its [bound](Self::bound).
    pub(super) fn weights(&self, game: &NormalForm) -> Result<Vec<Rational>, Refutation> {
        let players = game.num_players();
        let only = |player: usize, weight: Rational| {
            let mut weights = vec![Rational::ZERO; players];
            *weights.get_mut(player).ok_or_else(nobody)? = weight;
            Ok(weights)
        };
        let own = match self.objective {
            Objective::Egalitarian => {
                if self.player_weights.len() != players {
                    return Err(Refutation::Misfit(format!(
                        "the proof has {} weights for {players} players",
                        self.player_weights.len()
                    )));
                }
                distribution(self.player_weights, "the players' weights in the proof")?;
                return Ok(self.player_weights.to_vec());
            }
            Objective::Welfare => Ok(vec![Rational::ONE; players]),
            Objective::LeastWelfare => Ok(vec![-Rational::ONE; players]),
            Objective::Player(player) => only(*player, Rational::ONE),
            Objective::LeastPlayer(player) => only(*player, -Rational::ONE),
            Objective::Weighted(weights) if weights.len() == players => Ok(weights.clone()),
            Objective::Weighted(_) => Err(nobody()),
        };
        if !self.player_weights.is_empty() {
            return Err(Refutation::Misfit(
                "weights of the players in the proof belong to the smallest payoff alone"
                    .to_owned(),
            ));
        }
        own
    }

    /// What the weighted sum is to be bounded by.
    pub(super) fn bound(&self) -> Rational {
        if self.objective.is_least() { -self.value } else { self.value.clone() }
    }

    /// The refutation of multipliers that leave more than the bound in a profile.
    pub(super) fn not_bounded(
        &self,
        game: &NormalForm,
        index: usize,
        total: &Rational,
    ) -> Refutation {
        let least = self.objective.is_least();
        let names: Vec<String> = game
            .profile(index)
            .iter()
            .enumerate()
            .map(|(at, &own)| action(game, at, own))
            .collect();
        Refutation::NotOptimal(format!(
            "the multipliers give {} in the profile {}, {} the value {}",
            number(&if least { -total } else { total.clone() }),
            names.join(", "),
            if least { "below" } else { "above" },
            number(self.value)
        ))
    }

    /// What the multipliers prove, in a sentence about equilibria of a kind.
    pub(super) fn proved(&self, kind: &str) -> String {
        let what = match self.objective {
            Objective::Egalitarian => "gives every player more than",
            objective if objective.is_least() => "gives the objective less than",
            _ => "gives the objective more than",
        };
        format!("the multipliers prove that no {kind} {what} {}", number(self.value))
    }
}

fn nobody() -> Refutation {
    Refutation::Misfit("the objective names players that do not exist".to_owned())
}
