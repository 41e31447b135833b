//! Communication equilibria: honesty and obedience, value, and the dual proof that none is better.
//!
//! Let μ(a | t) be the probability that a is recommended when t is reported. Type τ of player i who
//! reports ρ and plays d when he is told b gets, times the probability of τ,
//! G(τ, ρ, b, d) = Σ p(t) μ(b, a₋ᵢ | ρ, t₋ᵢ) uᵢ(d, a₋ᵢ; t), summed over the t in which his type is τ
//! and over a₋ᵢ. He gets U(τ) = Σ_b G(τ, τ, b, b) if he is honest and obeys, and Σ_b max_d G(τ, ρ, b, d)
//! at most if he reports ρ. Equilibrium is U(τ) ≥ Σ_b max_d G(τ, ρ, b, d) for all τ and ρ (Myerson 1982,
//! Forges 1986).
//!
//! Let β(τ, ρ, b, d) ≥ 0 have for ρ ≠ τ the same sum h(τ, ρ) over d at every b. Then every
//! equilibrium has Σ_{b,d} β(τ, τ, b, d) [G(τ, τ, b, b) − G(τ, τ, b, d)] ≥ 0 and
//! h(τ, ρ) U(τ) − Σ_{b,d} β(τ, ρ, b, d) G(τ, ρ, b, d) ≥ 0. Added to the objective they make a sum over
//! t and a of μ(a | t) times a coefficient, which is at most Σ_t max_a of the coefficients: no
//! equilibrium has a greater objective than that.

use std::collections::BTreeMap;

use crate::game::BayesianGame;
use crate::game::answer::Objective;
use crate::game::bayesian::Communication;
use crate::num::Rational;

use super::expected::distribution;
use super::meter::{Limits, Meter};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Checks a communication equilibrium, its payoffs, and that none is better for the objective.
///
/// Work: for each player his types and their square times type profiles, action profiles and his
/// actions.
///
/// # Errors
/// A [`Refutation`] that names the player, the types, the actions and the numbers.
pub fn certify_communication(
    game: &BayesianGame,
    answer: &Communication,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    if answer.recommendations.len() != game.num_type_profiles()
        || answer.recommendations.iter().any(|told| told.len() != game.num_profiles())
    {
        return Err(Refutation::Misfit(
            "there is not one probability for each type profile and action profile".to_owned(),
        ));
    }
    for told in &answer.recommendations {
        distribution(told, "what is recommended after a report")?;
    }
    let honest = check_honesty(game, answer, &mut meter)?;
    check_payoffs(game, answer, &honest)?;
    check_bound(game, answer, &mut meter)?;
    let what = match answer.objective {
        Objective::Egalitarian => "gives every player more than",
        Objective::LeastWelfare | Objective::LeastPlayer(_) => "gives the objective less than",
        _ => "gives the objective more than",
    };
    let checked = vec![
        "no type gains by another report, whatever he does with what he is told, exactly"
            .to_owned(),
        format!(
            "the multipliers prove that no communication equilibrium {what} {}",
            number(&answer.value)
        ),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// That nobody gains; what types get, times their probabilities, by player.
fn check_honesty(
    game: &BayesianGame,
    answer: &Communication,
    meter: &mut Meter,
) -> Result<Vec<Vec<Rational>>, Refutation> {
    let mut honest = Vec::new();
    for player in 0..game.num_players() {
        let (kinds, actions) = (game.num_types(player), game.num_actions(player));
        // gains[kind][report][told][deviation].
        let mut gains = vec![vec![vec![vec![Rational::ZERO; actions]; actions]; kinds]; kinds];
        for (types, prior) in game.prior().iter().enumerate() {
            if prior.is_zero() {
                continue;
            }
            let kind = game.type_in(player, types);
            for (report, gains) in gains[kind].iter_mut().enumerate() {
                let told = &answer.recommendations[game.with_type(types, player, report)];
                meter.spend(told.len() * 2)?;
                for (profile, probability) in told.iter().enumerate() {
                    if probability.is_zero() {
                        continue;
                    }
                    meter.spend(2 * actions)?;
                    let weight = prior * probability;
                    let own = game.action_in(player, profile);
                    for (deviation, gain) in gains[own].iter_mut().enumerate() {
                        let played = game.deviation(profile, player, deviation);
                        *gain += &(&weight * game.payoff(player, types, played));
                    }
                }
            }
        }
        let sums: Vec<Rational> = (0..kinds)
            .map(|kind| (0..actions).map(|told| &gains[kind][kind][told][told]).sum())
            .collect();
        for (kind, gains) in gains.iter().enumerate() {
            for (report, gains) in gains.iter().enumerate() {
                let best: Rational = gains.iter().filter_map(|one| one.iter().max()).sum();
                if best > sums[kind] {
                    return Err(gainful(game, player, kind, report, &(best - &sums[kind])));
                }
            }
        }
        honest.push(sums);
    }
    Ok(honest)
}

fn gainful(
    game: &BayesianGame,
    player: usize,
    kind: usize,
    report: usize,
    gain: &Rational,
) -> Refutation {
    let one = &game.players()[player];
    let kind = match one.types[kind].as_str() {
        "" => String::new(),
        name => format!(", of type `{name}`,"),
    };
    let report =
        if one.types[report].is_empty() || kind.contains(&format!("`{}`", one.types[report])) {
            "by not doing what he is told".to_owned()
        } else {
            format!("by reporting `{}` and then doing what is best", one.types[report])
        };
    Refutation::Deviation(format!(
        "player `{}`{kind} gains {} {report} (times the probability of the type)",
        one.name,
        number(gain)
    ))
}

fn check_payoffs(
    game: &BayesianGame,
    answer: &Communication,
    honest: &[Vec<Rational>],
) -> Result<(), Refutation> {
    let players = game.num_players();
    if answer.payoffs.len() != players
        || answer.type_payoffs.len() != players
        || (0..players).any(|player| answer.type_payoffs[player].len() != game.num_types(player))
    {
        return Err(Refutation::Misfit("there is not one payoff for each type".to_owned()));
    }
    for (player, sums) in honest.iter().enumerate() {
        let name = &game.players()[player].name;
        let total: Rational = sums.iter().sum();
        if answer.payoffs[player] != total {
            return Err(Refutation::WrongNumber(format!(
                "player `{name}` is said to get {}, and gets {}",
                number(&answer.payoffs[player]),
                number(&total)
            )));
        }
        for (kind, sum) in sums.iter().enumerate() {
            let probability = game.type_probability(player, kind);
            let found = if probability.is_zero() { Rational::ZERO } else { sum / &probability };
            let stated = &answer.type_payoffs[player][kind];
            if *stated != found {
                return Err(Refutation::WrongNumber(format!(
                    "type `{}` of player `{name}` is said to get {}, and gets {}",
                    game.players()[player].types[kind],
                    number(stated),
                    number(&found)
                )));
            }
        }
    }
    let payoff = |player: usize| answer.payoffs.get(player).cloned().ok_or_else(nobody);
    let value = match &answer.objective {
        Objective::Welfare | Objective::LeastWelfare => answer.payoffs.iter().sum(),
        Objective::Player(player) | Objective::LeastPlayer(player) => payoff(*player)?,
        Objective::Egalitarian => answer.payoffs.iter().min().cloned().ok_or_else(nobody)?,
        Objective::Weighted(weights) if weights.len() == players => {
            weights.iter().zip(&answer.payoffs).map(|(weight, payoff)| weight * payoff).sum()
        }
        Objective::Weighted(_) => return Err(nobody()),
    };
    if value != answer.value {
        return Err(Refutation::WrongNumber(format!(
            "the objective is said to be {}, and is {}",
            number(&answer.value),
            number(&value)
        )));
    }
    Ok(())
}

fn nobody() -> Refutation {
    Refutation::Misfit("the objective names players that do not exist".to_owned())
}

/// The weights of the sum of payoffs that the proof bounds from above.
fn weights(game: &BayesianGame, answer: &Communication) -> Result<Vec<Rational>, Refutation> {
    let players = game.num_players();
    if (answer.objective == Objective::Egalitarian) == answer.player_weights.is_empty() {
        return Err(Refutation::Misfit(
            "weights of the players in the proof belong to the smallest payoff, and to it alone"
                .to_owned(),
        ));
    }
    let only = |player: usize, weight: Rational| {
        let mut weights = vec![Rational::ZERO; players];
        *weights.get_mut(player).ok_or_else(nobody)? = weight;
        Ok(weights)
    };
    match &answer.objective {
        Objective::Welfare => Ok(vec![Rational::ONE; players]),
        Objective::LeastWelfare => Ok(vec![-Rational::ONE; players]),
        Objective::Player(player) => only(*player, Rational::ONE),
        Objective::LeastPlayer(player) => only(*player, -Rational::ONE),
        Objective::Weighted(weights) => Ok(weights.clone()),
        Objective::Egalitarian => {
            if answer.player_weights.len() != players {
                return Err(Refutation::Misfit(format!(
                    "the proof has {} weights for {players} players",
                    answer.player_weights.len()
                )));
            }
            distribution(&answer.player_weights, "the players' weights in the proof")?;
            Ok(answer.player_weights.clone())
        }
    }
}

fn check_bound(
    game: &BayesianGame,
    answer: &Communication,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let weights = weights(game, answer)?;
    let profiles = game.num_profiles();
    // charges[player][kind][report][told][deviation].
    let mut charges: BTreeMap<(usize, usize, usize, usize), BTreeMap<usize, &Rational>> =
        BTreeMap::new();
    for one in &answer.multipliers {
        let known = one.player < game.num_players()
            && one.kind < game.num_types(one.player)
            && one.report < game.num_types(one.player)
            && one.told < game.num_actions(one.player)
            && one.deviation < game.num_actions(one.player);
        let of = charges.entry((one.player, one.kind, one.report, one.told)).or_default();
        if !known || of.insert(one.deviation, &one.value).is_some() {
            return Err(Refutation::Misfit(
                "a multiplier names no constraint, or one that another names".to_owned(),
            ));
        }
        if one.value.is_negative() {
            return Err(Refutation::NotOptimal(format!(
                "a multiplier is negative: {}",
                number(&one.value)
            )));
        }
    }
    // By type profile and action profile.
    let mut coefficients: Vec<Rational> = (0..game.num_type_profiles() * profiles)
        .map(|at| {
            let (types, profile) = (at / profiles, at % profiles);
            let paid = weights.iter().enumerate().filter(|(_, weight)| !weight.is_zero());
            let sum: Rational =
                paid.map(|(player, weight)| weight * game.payoff(player, types, profile)).sum();
            &game.prior()[types] * &sum
        })
        .collect();
    meter.spend(game.num_type_profiles() * profiles * (1 + weights.len()))?;
    for player in 0..game.num_players() {
        for kind in 0..game.num_types(player) {
            for report in 0..game.num_types(player) {
                let sums: Vec<Rational> = (0..game.num_actions(player))
                    .map(|told| {
                        let own = charges.get(&(player, kind, report, told));
                        own.map(|own| own.values().copied().sum()).unwrap_or_default()
                    })
                    .collect();
                if sums.iter().all(Rational::is_zero) {
                    continue;
                }
                if report != kind && sums.iter().any(|sum| *sum != sums[0]) {
                    return Err(Refutation::NotOptimal(format!(
                        "the multipliers of player `{}` for one report have different sums",
                        game.players()[player].name
                    )));
                }
                for types in 0..game.num_type_profiles() {
                    let prior = &game.prior()[types];
                    if prior.is_zero() || game.type_in(player, types) != kind {
                        continue;
                    }
                    let reported = game.with_type(types, player, report);
                    meter.spend(profiles * 4)?;
                    for profile in 0..profiles {
                        let told = game.action_in(player, profile);
                        let honest = &sums[if report == kind { told } else { 0 }];
                        if !honest.is_zero() {
                            let paid = prior * game.payoff(player, types, profile);
                            coefficients[types * profiles + profile] += &(honest * &paid);
                        }
                        let Some(own) = charges.get(&(player, kind, report, told)) else {
                            continue;
                        };
                        meter.spend(2 * own.len())?;
                        for (&deviation, &charge) in own {
                            let played = game.deviation(profile, player, deviation);
                            let paid = prior * game.payoff(player, types, played);
                            coefficients[reported * profiles + profile] -= &(charge * &paid);
                        }
                    }
                }
            }
        }
    }
    let total: Rational = coefficients
        .chunks(profiles)
        .map(|own| own.iter().max().cloned().unwrap_or_default())
        .sum();
    let least = matches!(answer.objective, Objective::LeastWelfare | Objective::LeastPlayer(_));
    let bound = if least { -&answer.value } else { answer.value.clone() };
    if total > bound {
        return Err(Refutation::NotOptimal(format!(
            "the multipliers prove {}, and the value is {}",
            number(&if least { -&total } else { total }),
            number(&answer.value)
        )));
    }
    Ok(())
}
