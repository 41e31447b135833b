//! Iterated elimination of strictly dominated actions, and the beliefs of what survives.
//!
//! An elimination is right when the stated mixture is better against every joint action of the
//! others that was left at the start of the round. An action is *not* dominated when some belief over
//! those joint actions makes it a best response among all actions (Pearce 1984, lemma 3). For a
//! surviving action the answer states such a belief over the final survivors; it serves for every
//! round, since the survivors only shrink. For an action that went in a later round, that it could not
//! have gone earlier is established here ([`super::feasibility`]).

use std::collections::BTreeSet;

use crate::game::NormalForm;
use crate::game::answer::{Dominance, Elimination};
use crate::num::Rational;

use super::expected::{all_actions, distribution, joint_actions, on_simplex};
use super::feasibility::belief_exists;
use super::meter::{Limits, Meter, Spent};
use super::wording::{action, count, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks each elimination, that each round takes all it can, and that no survivor is dominated.
///
/// Work: profiles for each elimination and each belief, and a small exact linear program for each
/// action that went after the first round.
///
/// # Errors
/// A [`Refutation`] that names the player, the actions and the numbers.
pub fn certify_dominance(
    game: &NormalForm,
    answer: &Dominance,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::new(limits);
    let rounds = rounds_of(game, answer)?;
    let mut kept = all_actions(game);
    let mut before: Option<Vec<Vec<usize>>> = None;
    let mut unchecked = 0;
    for round in &rounds {
        for elimination in *round {
            check_dominated(game, elimination, &kept, &mut meter)?;
            if let Some(before) = &before {
                match dominated(game, elimination.player, elimination.action, before, &mut meter) {
                    Ok(false) => {}
                    Ok(true) => return Err(too_late(game, elimination)),
                    Err(Spent) => unchecked += 1,
                }
            }
        }
        before = Some(kept.clone());
        for elimination in *round {
            kept[elimination.player].retain(|&own| own != elimination.action);
        }
    }
    if kept != answer.survivors {
        return Err(Refutation::WrongList(
            "the survivors are not what the eliminations leave, in ascending order".to_owned(),
        ));
    }
    check_beliefs(game, answer, &mut meter)?;
    let complete = if unchecked == 0 {
        Completeness::Proved(
            "every survivor is a best response to its belief, and nothing was eliminated later than \
             it could be"
                .to_owned(),
        )
    } else {
        Completeness::NotChecked(format!(
            "every survivor is a best response to its belief, but whether {} could have gone in an \
             earlier round is beyond the limit",
            count(unchecked, "action", "actions")
        ))
    };
    Ok(Certificate {
        checked: vec![format!(
            "{} in {}, each strictly dominated against all that was left",
            count(answer.eliminations.len(), "elimination", "eliminations"),
            count(rounds.len(), "round", "rounds")
        )],
        complete,
    })
}

/// The eliminations by round; they count from 1 without a gap, and no action goes twice.
fn rounds_of<'a>(
    game: &NormalForm,
    answer: &'a Dominance,
) -> Result<Vec<&'a [Elimination]>, Refutation> {
    let mut seen = BTreeSet::new();
    for elimination in &answer.eliminations {
        let (at, own) = (elimination.player, elimination.action);
        if at >= game.num_players() || own >= game.num_actions(at) {
            return Err(Refutation::Misfit(
                "an elimination of an action that does not exist".into(),
            ));
        }
        if !seen.insert((at, own)) {
            return Err(Refutation::WrongList(format!(
                "{} of player {} is eliminated twice",
                action(game, at, own),
                player(game, at)
            )));
        }
    }
    let rounds: Vec<&[Elimination]> =
        answer.eliminations.chunk_by(|a, b| a.round == b.round).collect();
    if rounds.iter().enumerate().any(|(at, round)| round[0].round != at + 1) {
        return Err(Refutation::WrongList(
            "the rounds of the eliminations do not count up from 1".to_owned(),
        ));
    }
    Ok(rounds)
}

fn check_dominated(
    game: &NormalForm,
    elimination: &Elimination,
    kept: &[Vec<usize>],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let at = elimination.player;
    on_simplex(game, at, &elimination.dominated_by)?;
    let support = elimination.dominated_by.support();
    let joint = joint_actions(game, at, kept);
    meter.spend(joint.len() * support.len())?;
    for base in joint {
        let mixed: Rational = support
            .iter()
            .map(|&own| {
                &elimination.dominated_by.probabilities()[own]
                    * game.payoff(at, base + own * game.stride(at))
            })
            .sum();
        let pure = game.payoff(at, base + elimination.action * game.stride(at));
        if mixed <= *pure {
            let others: Vec<String> = (0..game.num_players())
                .filter(|&other| other != at)
                .map(|other| action(game, other, game.action_in(other, base)))
                .collect();
            return Err(Refutation::NotOptimal(format!(
                "{} of player {} is not strictly dominated in round {}: against {} it gives {}, and \
                 the mixture {}",
                action(game, at, elimination.action),
                player(game, at),
                elimination.round,
                others.join(", "),
                number(pure),
                number(&mixed)
            )));
        }
    }
    Ok(())
}

fn too_late(game: &NormalForm, elimination: &Elimination) -> Refutation {
    Refutation::WrongList(format!(
        "{} of player {} goes in round {}, and was dominated at the start of round {} already",
        action(game, elimination.player, elimination.action),
        player(game, elimination.player),
        elimination.round,
        elimination.round - 1
    ))
}

/// Whether some mixture of all actions is better against everything that is kept.
fn dominated(
    game: &NormalForm,
    at: usize,
    own: usize,
    kept: &[Vec<usize>],
    meter: &mut Meter,
) -> Result<bool, Spent> {
    let joint = joint_actions(game, at, kept);
    meter.spend(joint.len() * game.num_actions(at))?;
    let gains: Vec<Vec<Rational>> = (0..game.num_actions(at))
        .filter(|&other| other != own)
        .map(|other| {
            joint
                .iter()
                .map(|base| {
                    game.payoff(at, base + other * game.stride(at))
                        - game.payoff(at, base + own * game.stride(at))
                })
                .collect()
        })
        .collect();
    Ok(!gains.is_empty() && !belief_exists(&gains, meter)?)
}

fn check_beliefs(
    game: &NormalForm,
    answer: &Dominance,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let fits = answer.beliefs.len() == game.num_players()
        && answer.beliefs.iter().zip(&answer.survivors).all(|(a, b)| a.len() == b.len());
    if !fits {
        return Err(Refutation::Misfit("the beliefs are not one for each survivor".to_owned()));
    }
    for (at, beliefs) in answer.beliefs.iter().enumerate() {
        let joint = joint_actions(game, at, &answer.survivors);
        for (&own, belief) in answer.survivors[at].iter().zip(beliefs) {
            let what =
                format!("the belief for {} of player {}", action(game, at, own), player(game, at));
            if belief.len() != joint.len() {
                return Err(Refutation::Misfit(format!(
                    "{what} has {} probabilities, and the others have {} joint actions left",
                    belief.len(),
                    joint.len()
                )));
            }
            distribution(belief, &what)?;
            meter.spend(joint.len() * game.num_actions(at))?;
            let payoff = |action: usize| -> Rational {
                joint
                    .iter()
                    .zip(belief)
                    .filter(|(_, weight)| !weight.is_zero())
                    .map(|(base, weight)| weight * game.payoff(at, base + action * game.stride(at)))
                    .sum()
            };
            let stated = payoff(own);
            if let Some(better) = (0..game.num_actions(at)).find(|&other| payoff(other) > stated) {
                return Err(Refutation::NotOptimal(format!(
                    "{what} does not make it a best response: it gives {}, and {} gives {}",
                    number(&stated),
                    action(game, at, better),
                    number(&payoff(better))
                )));
            }
        }
    }
    Ok(())
}
