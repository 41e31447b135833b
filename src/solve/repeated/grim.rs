//! Agreements of a repeated game under permanent punishment, and the bound of any punishment.
//!
//! For each agreement: the critical discount factor with the game's punishment (for each player the
//! stage equilibrium that is worst for him, or a given one), and the same formula with every player
//! held to his minmax value. No equilibrium of the repeated game gives a player less than his
//! minmax value (Fudenberg & Maskin 1986, section 2), so that no punishment can sustain the
//! agreement below the second number; it is a bound and need not be reached.

use crate::game::answer::{Repeated, Sustained};
use crate::game::{Agreement, MixedProfile, NormalForm, PunishmentRule, RepeatedGame};
use crate::linear::LpMethod;
use crate::num::{NotDecided, Rational};
use crate::solve::nash::enumerate_equilibria;
use crate::solve::{Budget, Outcome, Status, Work, solve_minimax};

use super::critical_discount::{Guard, Stake, critical_discount, holds_at};

/// Why the agreements of a repeated game cannot be examined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepeatedFailure {
    /// There is no stage equilibrium to revert to.
    #[error("no stage equilibrium to revert to was found: {0}")]
    NoPunishment(String),
    /// The limit was reached before the minmax values were known.
    #[error("the limit was reached before the minmax values were known")]
    NoMinmax,
    /// Payments would pool what the players stand to lose.
    #[error(
        "with payments an agreement is not suspended: `--concept repeated` has the closed form for agreements with payments"
    )]
    Payments,
    /// Where agreements come back by themselves, nothing is suspended for a number of periods.
    #[error(
        "an agreement that is suspended comes back after some periods, and with `renewal` it comes back at random: set `renewal` to 0, or ask for `--concept repeated`"
    )]
    Renewal,
    /// A number of the game is not what it should be.
    #[error("{0}")]
    Number(#[from] NotDecided),
}

/// Examines every agreement of a repeated game.
///
/// With two players the punishments are the worst of *all* stage equilibria; with more they are the
/// worst of the pure ones, with a warning. Linear in the number of agreements and deviations, after
/// the stage game is solved.
///
/// # Errors
/// [`RepeatedFailure`] when the stage game has no equilibrium to revert to within the budget.
pub fn sustain_agreements(
    game: &RepeatedGame,
    budget: &Budget,
) -> Result<Outcome<Repeated>, RepeatedFailure> {
    let mut warnings = Vec::new();
    let mut status = Status::Solved;
    let mut work = Work::default();
    let punishments = match &game.punishment {
        PunishmentRule::Equilibrium(profile) => vec![profile.clone(); game.stage.num_players()],
        PunishmentRule::WorstEquilibrium => {
            let found = enumerate_equilibria(&game.stage, budget);
            if game.stage.num_players() != 2 {
                warnings.push(
                    "with another number of players than two the punishments are the worst pure stage equilibria; a mixed one may be harsher"
                        .to_owned(),
                );
            }
            if found.status != Status::Solved {
                status = found.status;
            }
            work = found.work;
            worst_for_each(&game.stage, &found.answer.list)?
        }
    };
    let minmax = solve_minimax(&game.stage, LpMethod::Auto, budget);
    work.pivots += minmax.work.pivots;
    let Some(minmax) = minmax.answer else { return Err(RepeatedFailure::NoMinmax) };
    let levels = minmax.levels;
    let punishment_payoffs: Vec<Rational> = punishments
        .iter()
        .enumerate()
        .map(|(player, profile)| expected_payoff(&game.stage, player, profile))
        .collect();
    let held_down: Vec<Rational> = levels.iter().map(|level| level.value.clone()).collect();
    let mut agreements = Vec::with_capacity(game.agreements.len());
    for (at, agreement) in game.agreements.iter().enumerate() {
        let guard = Guard {
            survival: &game.survival,
            false_alarm: &game.false_alarm,
            renewal: (!game.renewal.is_zero()).then_some(&game.renewal),
            transfers: game.transfers,
            and_beyond: true,
        };
        let stakes_of = stakes(&game.stage, agreement, &punishment_payoffs);
        let (critical, binding) = critical_discount(&stakes_of, &guard)?;
        let holds = game
            .discount
            .as_ref()
            .map(|discount| holds_at(&critical, &stakes_of, &guard, discount.value()))
            .transpose()?;
        let bound = Guard { and_beyond: false, ..guard.clone() };
        let (minmax_bound, _) =
            critical_discount(&stakes(&game.stage, agreement, &held_down), &bound)?;
        agreements.push(Sustained { agreement: at, critical, binding, minmax_bound, holds });
    }
    let answer = Repeated { agreements, punishments, punishment_payoffs, minmax: levels };
    Ok(Outcome { answer, status, method: "grim", work, warnings })
}

/// What each player stands to win and lose under an agreement with these punishment payoffs.
#[must_use]
pub fn stakes(
    stage: &NormalForm,
    agreement: &Agreement,
    punishment: &[Rational],
) -> Vec<Stake<Rational>> {
    let profile = stage.profile_index(&agreement.profile);
    (0..stage.num_players())
        .map(|player| Stake {
            agreement: stage.payoff(player, profile).clone(),
            punishment: punishment[player].clone(),
            deviations: (0..stage.num_actions(player))
                .filter(|&action| action != agreement.profile[player])
                .map(|action| {
                    let deviation = stage.deviation(profile, player, action);
                    let seen = agreement.detection[player][action].clone();
                    (action, stage.payoff(player, deviation).clone(), seen)
                })
                .collect(),
        })
        .collect()
}

fn worst_for_each(
    stage: &NormalForm,
    equilibria: &[crate::game::answer::Equilibrium],
) -> Result<Vec<MixedProfile>, RepeatedFailure> {
    (0..stage.num_players())
        .map(|player| {
            equilibria
                .iter()
                .min_by_key(|equilibrium| equilibrium.payoffs[player].clone())
                .map(|equilibrium| equilibrium.profile.clone())
                .ok_or_else(|| {
                    RepeatedFailure::NoPunishment(
                        "the stage game has none in pure strategies, or the limit was reached first"
                            .to_owned(),
                    )
                })
        })
        .collect()
}

pub(super) fn expected_payoff(
    stage: &NormalForm,
    player: usize,
    profile: &MixedProfile,
) -> Rational {
    let mut total = Rational::ZERO;
    'profiles: for index in 0..stage.num_profiles() {
        let mut probability = Rational::ONE;
        for (other, strategy) in profile.iter().enumerate() {
            let factor = &strategy.probabilities()[stage.action_in(other, index)];
            if factor.is_zero() {
                continue 'profiles;
            }
            probability *= factor;
        }
        total += probability * stage.payoff(player, index);
    }
    total
}
