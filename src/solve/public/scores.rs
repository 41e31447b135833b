//! The scores of profiles in directions, by linear programs: see [`crate::game::public::PublicLimit`].

use crate::game::public::{Direction, Enforced, Multipliers, ProfileScore, PublicGame, Rewards};
use crate::linear::{Limits, LinearProgram, LpMethod, Relation, Solution, solve};
use crate::num::Rational;

use super::stop::Stop;

/// The score of a profile, how it is reached, and a bound of it in all directions of its quadrant.
#[derive(Clone)]
pub(super) struct Local {
    pub(super) score: ProfileScore,
    pub(super) continuations: Rewards,
    /// p with score(λ) ≤ λ · p for all λ whose signs are those of the direction.
    pub(super) point: Vec<Rational>,
}

fn differences(game: &PublicGame, profile: usize, at: usize) -> Vec<Rational> {
    let seen = game.distribution(profile).iter().zip(game.distribution(at));
    seen.map(|(one, other)| one - other).collect()
}

/// Continuations that enforce a profile, or the multipliers of one player that show that none do.
pub(super) fn enforced(
    game: &PublicGame,
    profile: usize,
    limits: &Limits<'_>,
) -> Result<Enforced, Stop> {
    let stage = game.stage();
    let mut by = Vec::with_capacity(game.num_players());
    let nobody = || -> Multipliers {
        stage.shape().iter().map(|&actions| vec![Rational::ZERO; actions]).collect()
    };
    for player in 0..game.num_players() {
        let mut program = LinearProgram::maximize(vec![Rational::ZERO; game.num_signals()]);
        (0..game.num_signals()).for_each(|signal| program.set_free(signal));
        let mut actions = Vec::new();
        for action in 0..stage.num_actions(player) {
            let at = stage.deviation(profile, player, action);
            if at == profile {
                continue;
            }
            let gain = stage.payoff(player, at) - stage.payoff(player, profile);
            let row = differences(game, profile, at).into_iter().enumerate();
            program.constrain(row, Relation::AtLeast, gain);
            actions.push(action);
        }
        match solve(&program, LpMethod::Auto, limits)?.solution {
            Solution::Optimal(optimum) => by.push(optimum.primal),
            Solution::Infeasible { multipliers } => {
                let mut found = nobody();
                for (action, weight) in actions.into_iter().zip(&multipliers) {
                    found[player][action] = -weight;
                }
                return Ok(Enforced::Nothing(found));
            }
            // Nothing is to be maximised.
            Solution::Unbounded { .. } => return Err(Stop::Impossible),
        }
    }
    Ok(Enforced::By(by))
}

/// The score of a profile that can be enforced.
pub(super) fn score(
    game: &PublicGame,
    profile: usize,
    direction: &Direction,
    limits: &Limits<'_>,
) -> Result<Local, Stop> {
    let (stage, signals) = (game.stage(), game.num_signals());
    let Direction { weights, signs } = direction;
    let players: Vec<usize> = (0..game.num_players()).filter(|&at| signs[at] != 0).collect();
    let distribution = game.distribution(profile);
    let objective = players.iter().flat_map(|_| distribution.iter().cloned()).collect();
    let mut program = LinearProgram::maximize(objective);
    let mut rows: Vec<(usize, usize, Rational)> = Vec::new();
    for (place, &player) in players.iter().enumerate() {
        let sign = Rational::from(i64::from(signs[player]));
        (0..signals).for_each(|signal| program.set_free(place * signals + signal));
        for action in 0..stage.num_actions(player) {
            let at = stage.deviation(profile, player, action);
            if at == profile {
                continue;
            }
            let gain = stage.payoff(player, at) - stage.payoff(player, profile);
            let by = differences(game, profile, at).into_iter().enumerate();
            program.constrain(
                by.map(|(signal, by)| (place * signals + signal, &sign * by)),
                Relation::AtLeast,
                weights[player].abs() * &gain,
            );
            rows.push((player, action, gain));
        }
    }
    for signal in 0..signals {
        let row = (0..players.len()).map(|place| (place * signals + signal, Rational::ONE));
        program.constrain(row, Relation::AtMost, Rational::ZERO);
    }
    let optimum = match solve(&program, LpMethod::Auto, limits)?.solution {
        Solution::Optimal(optimum) => optimum,
        // A profile that can be enforced has continuations, and none are worth more than nothing.
        _ => return Err(Stop::Impossible),
    };
    let mut multipliers: Multipliers =
        stage.shape().iter().map(|&actions| vec![Rational::ZERO; actions]).collect();
    let mut point: Vec<Rational> =
        (0..game.num_players()).map(|player| stage.payoff(player, profile).clone()).collect();
    for ((player, action, gain), weight) in rows.into_iter().zip(&optimum.dual) {
        let weight = -weight;
        let lost = &weight * &gain;
        if signs[player] > 0 {
            point[player] -= &lost;
        } else {
            point[player] += lost;
        }
        multipliers[player][action] = weight;
    }
    let mut continuations = vec![vec![Rational::ZERO; signals]; game.num_players()];
    for (place, &player) in players.iter().enumerate() {
        continuations[player] = optimum.primal[place * signals..(place + 1) * signals].to_vec();
    }
    let now: Rational = weights
        .iter()
        .enumerate()
        .map(|(player, weight)| weight * stage.payoff(player, profile))
        .sum();
    let score = ProfileScore { value: now + optimum.value, multipliers };
    Ok(Local { score, continuations, point })
}
