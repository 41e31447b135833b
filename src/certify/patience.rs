//! Critical discount factors of profiles with optimal punishments.
//!
//! A profile a is sustained at δ exactly where δ (g − u) ≥ (1 − δ) h for both players, with u the worst
//! payoffs of subgame-perfect equilibria. The least payoffs of an inner polygon are at least u, and so
//! show that it holds; those of an outer polygon are at most u, and show that it fails. The set of payoffs grows
//! with δ (Abreu, Pearce & Stacchetti 1990, theorem 6), so that what holds at a factor holds at all
//! larger ones, and what fails at one fails at all smaller ones.

use crate::game::NormalForm;
use crate::game::repeated_payoffs::{CriticalDiscounts, Patience, RepeatedPayoffs};
use crate::num::Rational;

use super::meter::Limits;
use super::{Certificate, Completeness, Refutation, certify_repeated_payoffs};

/// Checks from which discount factor on each profile can be played for ever.
///
/// Work: that of [`certify_repeated_payoffs`] for each factor in the evidence.
///
/// # Errors
/// A [`Refutation`] that names the profile.
pub fn certify_critical_discounts(
    game: &NormalForm,
    answer: &CriticalDiscounts,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let CriticalDiscounts { evidence, profiles } = answer;
    if game.num_players() != 2 || profiles.len() != game.num_profiles() {
        return Err(Refutation::Misfit(
            "there is not an entry for each profile of two players".to_owned(),
        ));
    }
    if evidence.windows(2).any(|pair| pair[0].discount >= pair[1].discount) {
        return Err(Refutation::WrongList("the discount factors do not rise".to_owned()));
    }
    for one in evidence {
        certify_repeated_payoffs(game, one, limits)?;
    }
    for (at, patience) in profiles.iter().enumerate() {
        check(game, evidence, at, patience)?;
    }
    Ok(Certificate {
        checked: vec![
            "each profile that is said to be sustained at a discount factor is, by threats that are sustained there, exactly".to_owned(),
            "each that is said to fail fails even with the least payoffs that no equilibrium falls below, exactly".to_owned(),
        ],
        complete: Completeness::NotClaimed,
    })
}

fn check(
    game: &NormalForm,
    evidence: &[RepeatedPayoffs],
    profile: usize,
    patience: &Patience,
) -> Result<(), Refutation> {
    let name = || game.profile_names(&game.profile(profile)).join("|");
    let best = |player: usize, at: usize| {
        let payoffs = (0..game.num_actions(player))
            .map(|action| game.payoff(player, game.deviation(at, player, action)));
        payoffs.max().cloned().unwrap_or_default()
    };
    let gain = |player: usize| best(player, profile) - game.payoff(player, profile);
    match patience {
        Patience::Any if (0..2).all(|player| gain(player).is_zero()) => Ok(()),
        Patience::Any => {
            Err(Refutation::Deviation(format!("somebody gains by leaving {}", name())))
        }
        Patience::None => {
            let minmax = |player: usize| {
                let others = 0..game.num_actions(1 - player);
                let against = |action: usize| {
                    let mut at = [0, 0];
                    at[1 - player] = action;
                    best(player, game.profile_index(&at))
                };
                others.map(against).min().unwrap_or_default()
            };
            let hopeless = |player: usize| {
                gain(player).is_positive() && *game.payoff(player, profile) <= minmax(player)
            };
            if hopeless(0) || hopeless(1) {
                Ok(())
            } else {
                Err(Refutation::NotOptimal(format!("patience may sustain {}", name())))
            }
        }
        Patience::Between { fails, holds } => {
            let sustained = |one: &RepeatedPayoffs, threats: [Rational; 2]| {
                let factor = one.discount.value();
                (0..2).all(|player| {
                    let loss = factor * (game.payoff(player, profile) - &threats[player]);
                    loss >= (Rational::ONE - factor) * gain(player)
                })
            };
            let unknown = || Refutation::Misfit("there is no such evidence".to_owned());
            if let Some(at) = holds {
                let one = evidence.get(*at).ok_or_else(unknown)?;
                if !one.threats().is_some_and(|threats| sustained(one, threats)) {
                    return Err(Refutation::Deviation(format!(
                        "{} is not sustained at {}",
                        name(),
                        one.discount.value()
                    )));
                }
            }
            if let Some(at) = fails {
                let one = evidence.get(*at).ok_or_else(unknown)?;
                let least = |player: usize| one.outer.iter().map(|corner| &corner[player]).min();
                let lowest = least(0).zip(least(1)).map(|(a, b)| [a.clone(), b.clone()]);
                if lowest.is_some_and(|lowest| sustained(one, lowest)) {
                    return Err(Refutation::NotOptimal(format!(
                        "{} may be sustained at {}",
                        name(),
                        one.discount.value()
                    )));
                }
            }
            Ok(())
        }
    }
}
