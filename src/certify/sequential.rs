//! Commitment of all players to actions, one after the other.
//!
//! After a history of actions it is a player's turn. An outcome that may follow one of his actions is
//! one that he can choose when under each other action there is an outcome that he does not like more:
//! then there are equilibria of what follows that make his choice a best one. The outcomes of all
//! subgame-perfect equilibria in pure strategies are found by that definition, from the first player
//! on; and what is played when ties are broken for or against the players before, the nearest first,
//! as the greatest vector of payoffs: his own, then theirs.

use std::collections::BTreeSet;

use crate::game::NormalForm;
use crate::game::answer::{SequentialCommitment, SequentialOutcome};
use crate::num::Rational;

use super::meter::{Limits, Meter};
use super::wording::{action, count, player};
use super::{Certificate, Completeness, Refutation};

/// Checks the outcomes of commitment in a fixed order, by backward induction from the definition.
///
/// Work: players × profiles.
///
/// # Errors
/// A [`Refutation`] that names what is wrong.
pub fn certify_sequential(
    game: &NormalForm,
    answer: &SequentialCommitment,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let players = game.num_players();
    let named: BTreeSet<usize> = answer.order.iter().copied().collect();
    if answer.order.len() != players || named.iter().copied().ne(0..players) {
        return Err(Refutation::Misfit(
            "the order of commitment does not name each player once".to_owned(),
        ));
    }
    let mut meter = Meter::for_passes(limits);
    meter.spend(8 * (players + 1) * game.num_profiles())?;
    let order = answer.order.as_slice();
    for (course, for_those_before, how) in
        [(&answer.favourable, true, "for"), (&answer.adverse, false, "against")]
    {
        check_payoffs(game, course)?;
        let (profile, _) = played(game, order, for_those_before, 0, 0);
        if profile != course.profile {
            return Err(Refutation::Deviation(format!(
                "with ties broken {how} the players before, {} is played",
                names(game, profile)
            )));
        }
    }
    let outcomes = outcomes(game, order, 0, 0);
    if outcomes.iter().copied().ne(answer.outcomes.iter().copied()) {
        return Err(Refutation::WrongList(format!(
            "the outcomes are not the {} of the subgame-perfect equilibria, in ascending order",
            outcomes.len()
        )));
    }
    for at in 0..players {
        let payoffs = || outcomes.iter().map(|&outcome| game.payoff(at, outcome));
        let range = (payoffs().min(), payoffs().max());
        if range != (answer.least.get(at), answer.most.get(at)) {
            return Err(Refutation::WrongNumber(format!(
                "the least or the most that {} gets in the outcomes",
                player(game, at)
            )));
        }
    }
    if (answer.least.len(), answer.most.len()) != (players, players) {
        return Err(Refutation::Misfit("a least and a most for each player".to_owned()));
    }
    let checked = vec![
        "backward induction with ties broken for, and against, the players before gives what is stated"
            .to_owned(),
        format!(
            "{} of subgame-perfect equilibria in pure strategies {} listed, and there are no others",
            count(outcomes.len(), "outcome", "outcomes"),
            if outcomes.len() == 1 { "is" } else { "are" }
        ),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// The names of the actions of a profile.
fn names(game: &NormalForm, profile: usize) -> String {
    let actions = (0..game.num_players()).map(|at| action(game, at, game.action_in(at, profile)));
    actions.collect::<Vec<_>>().join("/")
}

/// That the payoffs of a course are those of its profile.
fn check_payoffs(game: &NormalForm, course: &SequentialOutcome) -> Result<(), Refutation> {
    if course.profile >= game.num_profiles() {
        return Err(Refutation::Misfit("what is played is no profile of the game".to_owned()));
    }
    let stated = course.payoffs.iter();
    if (0..game.num_players()).map(|at| game.payoff(at, course.profile)).ne(stated) {
        return Err(Refutation::WrongNumber(
            "the payoffs are not those of what is played".to_owned(),
        ));
    }
    Ok(())
}

/// The profile that follows a history of the first players, with its payoffs to those who have still to
/// move and those before them.
fn played(
    game: &NormalForm,
    order: &[usize],
    for_those_before: bool,
    depth: usize,
    history: usize,
) -> (usize, Vec<Rational>) {
    let Some(&at) = order.get(depth) else { return (history, Vec::new()) };
    let mut best: Option<(usize, Vec<Rational>)> = None;
    for action in 0..game.num_actions(at) {
        let next = game.deviation(history, at, action);
        let (profile, _) = played(game, order, for_those_before, depth + 1, next);
        let mut key = vec![game.payoff(at, profile).clone()];
        key.extend(order[..depth].iter().rev().map(|&before| {
            let payoff = game.payoff(before, profile);
            if for_those_before { payoff.clone() } else { -payoff }
        }));
        if best.as_ref().is_none_or(|(_, most)| key > *most) {
            best = Some((profile, key));
        }
    }
    // Every player has an action.
    best.unwrap_or((history, Vec::new()))
}

/// The outcomes of the equilibria of what follows a history of the first players.
fn outcomes(game: &NormalForm, order: &[usize], depth: usize, history: usize) -> BTreeSet<usize> {
    let Some(&at) = order.get(depth) else { return BTreeSet::from([history]) };
    let after: Vec<BTreeSet<usize>> = (0..game.num_actions(at))
        .map(|action| outcomes(game, order, depth + 1, game.deviation(history, at, action)))
        .collect();
    // The other actions can be made no more attractive than their worst outcomes.
    let worst: Vec<Option<&Rational>> = after
        .iter()
        .map(|outcomes| outcomes.iter().map(|&one| game.payoff(at, one)).min())
        .collect();
    let demanded = worst.iter().copied().max().flatten();
    let mut all = BTreeSet::new();
    for outcomes in after {
        // His own action's worst outcome is no reason against a better one of the same action.
        all.extend(outcomes.into_iter().filter(|&one| Some(game.payoff(at, one)) >= demanded));
    }
    all
}

#[cfg(test)]
mod tests;
