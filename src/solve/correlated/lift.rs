//! Multipliers for a whole game from those for what iterated strict dominance leaves of it.
//!
//! The proof that no correlated equilibrium exceeds the value V is a multiplier y ≥ 0 for each
//! obedience constraint with, for every profile s,
//! w(s) + Σᵢ Σ_d y(i, sᵢ, d)·(uᵢ(s) − uᵢ(d, s₋ᵢ)) ≤ V, where w is the objective. Among surviving
//! profiles the multipliers of the reduced game do. Let action e of player i be eliminated in round
//! r by the mixture σ, and set y(i, e, d) = T·σ(d): against all that was left in that round the sum
//! over d is T·(uᵢ(e, s₋ᵢ) − uᵢ(σ, s₋ᵢ)), and the bracket is negative. So a large enough T, chosen
//! round by round from the last to the first, makes the inequality hold at every profile whose
//! first action to go goes in round r, whatever the later rounds have set.

use super::best::Multiplier;
use crate::game::NormalForm;
use crate::game::answer::Dominance;
use crate::num::Rational;

/// The multipliers for the whole game, with only those that are not zero.
///
/// `objective` is w by profile index of the whole game, `reduced` has actions numbered within the
/// survivors. One pass over the profiles for each player and deviation.
pub(super) fn lifted(
    game: &NormalForm,
    objective: &[Rational],
    dominance: &Dominance,
    reduced: &[Multiplier],
    value: &Rational,
) -> Vec<Multiplier> {
    let kept = &dominance.survivors;
    // The multipliers by player and told action, as pairs (deviation, multiplier).
    let mut by_action: Vec<Vec<Vec<(usize, Rational)>>> =
        game.shape().into_iter().map(|actions| vec![Vec::new(); actions]).collect();
    for (player, told, deviation, multiplier) in reduced {
        let kept = &kept[*player];
        by_action[*player][kept[*told]].push((kept[*deviation], multiplier.clone()));
    }
    let mut round_of: Vec<Vec<usize>> =
        game.shape().into_iter().map(|actions| vec![usize::MAX; actions]).collect();
    for elimination in &dominance.eliminations {
        round_of[elimination.player][elimination.action] = elimination.round;
    }
    let last = dominance.eliminations.iter().map(|elimination| elimination.round).max();
    for round in (1..=last.unwrap_or(0)).rev() {
        let scale = scale_of_round(game, objective, dominance, &by_action, &round_of, round, value);
        if scale.is_zero() {
            continue;
        }
        for gone in dominance.eliminations.iter().filter(|gone| gone.round == round) {
            let mixture = gone.dominated_by.probabilities().iter().enumerate();
            by_action[gone.player][gone.action] = mixture
                .filter(|(_, probability)| !probability.is_zero())
                .map(|(deviation, probability)| (deviation, probability * &scale))
                .collect();
        }
    }
    let mut multipliers = Vec::new();
    for (player, by_action) in by_action.into_iter().enumerate() {
        for (told, deviations) in by_action.into_iter().enumerate() {
            for (deviation, multiplier) in deviations {
                multipliers.push((player, told, deviation, multiplier));
            }
        }
    }
    multipliers
}

/// The least T ≥ 0 that satisfies the profiles whose first action to go goes in this round.
fn scale_of_round(
    game: &NormalForm,
    objective: &[Rational],
    dominance: &Dominance,
    by_action: &[Vec<Vec<(usize, Rational)>>],
    round_of: &[Vec<usize>],
    round: usize,
    value: &Rational,
) -> Rational {
    let mut scale = Rational::ZERO;
    for (index, objective) in objective.iter().enumerate() {
        let rounds = (0..game.num_players()).map(|i| round_of[i][game.action_in(i, index)]);
        if rounds.min() != Some(round) {
            continue;
        }
        let mut sum = objective.clone();
        for (player, by_action) in by_action.iter().enumerate() {
            let own = game.payoff(player, index);
            for (deviation, multiplier) in &by_action[game.action_in(player, index)] {
                let other = game.deviation(index, player, *deviation);
                sum += multiplier * (own - game.payoff(player, other));
            }
        }
        if sum <= *value {
            continue;
        }
        let mut gap = Rational::ZERO;
        for gone in dominance
            .eliminations
            .iter()
            .filter(|gone| gone.round == round && game.action_in(gone.player, index) == gone.action)
        {
            for deviation in gone.dominated_by.support() {
                let other = game.deviation(index, gone.player, deviation);
                let gain = game.payoff(gone.player, other) - game.payoff(gone.player, index);
                gap += &gone.dominated_by.probabilities()[deviation] * gain;
            }
        }
        scale = scale.max((sum - value) / gap);
    }
    scale
}
