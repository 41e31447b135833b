//! The properties of a whole game, each recomputed from the payoffs.
//!
//! What holds is checked where it is stated: a potential on every deviation, the number of improving
//! deviations that can follow at every profile, increasing differences on every square of two players'
//! neighbouring actions. What is said not to hold is refuted by the stated counterexample, or by the
//! same squares.

use crate::game::NormalForm;
use crate::game::answer::{
    Dominance, Improvement, Monotone, Ordinal, PATTERNS, Potential, Structure,
};
use crate::num::Rational;

use super::dominance::certify_dominance;
use super::meter::{Limits, Meter};
use super::wording::{number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks every property that a structure states, and every one that it denies.
///
/// Work: all deviations from all profiles, and for each pair of players one square at each profile.
///
/// # Errors
/// A [`Refutation`] that names the property.
pub fn certify_structure(
    game: &NormalForm,
    answer: &Structure,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let deviations: usize = game.shape().iter().sum();
    let players = game.num_players();
    let pairs = players.saturating_mul(players).saturating_mul(4 + players);
    meter.spend(game.num_profiles().saturating_mul(2 * deviations + pairs))?;
    let dominance = certify_dominance(game, &answer.dominance, limits)?;
    let mut checked = vec![check_sums(game, answer)?];
    checked.push(check_potential(game, &answer.potential)?);
    checked.push(check_improvement(game, &answer.improvement)?);
    checked.push(check_monotone(game, answer.monotone.as_ref(), &answer.dominance)?);
    if answer.symmetric != is_symmetric(game) {
        return Err(Refutation::WrongNumber(
            if answer.symmetric {
                "the game is said to be symmetric, and an exchange of players changes it"
            } else {
                "the game is symmetric, which the answer denies"
            }
            .to_owned(),
        ));
    }
    checked.push("the exchange of any two players was tried".to_owned());
    if answer.polymatrix != is_polymatrix(game) {
        return Err(Refutation::WrongNumber(
            if answer.polymatrix {
                "the game is said to be polymatrix, and what a player gains by an action does not \
                 add up over pairs"
            } else {
                "the game is polymatrix, which the answer denies"
            }
            .to_owned(),
        ));
    }
    if players > 2 {
        checked.push("whether gains are sums over pairs was decided on every cube".to_owned());
    }
    checked.extend(dominance.checked);
    checked.push(check_ordinal(game, answer.ordinal.as_ref())?);
    let complete = match dominance.complete {
        Completeness::Proved(reason) => Completeness::Proved(format!(
            "every property that is denied is refuted by the payoffs; {reason}"
        )),
        other => other,
    };
    Ok(Certificate { checked, complete })
}

fn check_sums(game: &NormalForm, answer: &Structure) -> Result<String, Refutation> {
    let mut sums = (0..game.num_profiles()).map(|at| {
        (0..game.num_players()).fold(Rational::ZERO, |sum, player| sum + game.payoff(player, at))
    });
    let first = sums.next().unwrap_or_default();
    let constant = sums.all(|sum| sum == first).then_some(first);
    if constant != answer.constant_sum {
        let named = |sum: &Option<Rational>| {
            sum.as_ref().map_or_else(
                || "no constant".to_owned(),
                |sum| format!("the constant {}", number(sum)),
            )
        };
        return Err(Refutation::WrongNumber(format!(
            "payoffs are said to sum to {}, and sum to {}",
            named(&answer.constant_sum),
            named(&constant)
        )));
    }
    match (&answer.strictly_competitive, game.num_players()) {
        (Some((scale, shift)), 2) => {
            let fits = (0..game.num_profiles())
                .all(|at| (scale * game.payoff(0, at) + game.payoff(1, at)) == *shift);
            if !scale.is_positive() || !fits {
                return Err(Refutation::WrongNumber(
                    "the payoffs of the second player are no falling affine image of the first's"
                        .to_owned(),
                ));
            }
        }
        (Some(_), _) => {
            return Err(Refutation::Misfit("strict competition is between two".to_owned()));
        }
        (None, 2) if opposed(game) => {
            return Err(Refutation::Incomplete(
                "the game is strictly competitive, which the answer denies".to_owned(),
            ));
        }
        (None, _) => {}
    }
    Ok("sums of payoffs were compared at all profiles".to_owned())
}

/// Whether the points (u₁, u₂) lie on one falling line, or are one point: by cross products.
fn opposed(game: &NormalForm) -> bool {
    let point = |at: usize| {
        (game.payoff(0, at) - game.payoff(0, 0), game.payoff(1, at) - game.payoff(1, 0))
    };
    let points: Vec<_> = (0..game.num_profiles()).map(point).collect();
    let Some((dx, dy)) = points.iter().find(|(x, y)| !x.is_zero() || !y.is_zero()) else {
        return true;
    };
    (dx * dy).is_negative() && points.iter().all(|(x, y)| x * dy == y * dx)
}

fn check_potential(game: &NormalForm, potential: &Potential) -> Result<String, Refutation> {
    match potential {
        Potential::Exact(values) => {
            if values.len() != game.num_profiles() {
                return Err(Refutation::Misfit("the potential has another length".to_owned()));
            }
            if values.first().is_some_and(|first| !first.is_zero()) {
                return Err(Refutation::WrongNumber(
                    "the potential is not 0 at the first profile".to_owned(),
                ));
            }
            // What a player gains by going back to his first action decides about all deviations.
            for at in 0..values.len() {
                for own in 0..game.num_players() {
                    let first = game.deviation(at, own, 0);
                    let gain = game.payoff(own, at) - game.payoff(own, first);
                    if &values[at] - &values[first] != gain {
                        return Err(Refutation::WrongNumber(format!(
                            "player {} gains {} by a deviation, and the potential another amount",
                            player(game, own),
                            number(&gain)
                        )));
                    }
                }
            }
            Ok("the potential gains what the player gains, for every deviation".to_owned())
        }
        Potential::Excluded(walk) => {
            let mut sum = Rational::ZERO;
            for step in 0..4 {
                let (from, to) = (walk[step], walk[(step + 1) % 4]);
                let Some(player) = mover(game, from, to) else {
                    return Err(Refutation::Misfit(
                        "the walk that excludes a potential does not go by deviations".to_owned(),
                    ));
                };
                sum += &(game.payoff(player, to) - game.payoff(player, from));
            }
            if sum.is_zero() {
                return Err(Refutation::NotOptimal(
                    "the gains along the walk that is to exclude a potential sum to zero"
                        .to_owned(),
                ));
            }
            Ok("the gains along the stated walk do not sum to zero: no exact potential".to_owned())
        }
    }
}

/// The one player whose action differs between two profiles.
fn mover(game: &NormalForm, from: usize, to: usize) -> Option<usize> {
    if from >= game.num_profiles() || to >= game.num_profiles() {
        return None;
    }
    let (one, two) = (game.profile(from), game.profile(to));
    let mut differing = (0..one.len()).filter(|&player| one[player] != two[player]);
    differing.next().filter(|_| differing.next().is_none())
}

fn check_improvement(game: &NormalForm, claim: &Improvement) -> Result<String, Refutation> {
    match claim {
        Improvement::Ends(levels) => {
            if levels.len() != game.num_profiles() {
                return Err(Refutation::Misfit(
                    "the numbers of improving deviations have another length".to_owned(),
                ));
            }
            for (at, &stated) in levels.iter().enumerate() {
                let mut longest = 0;
                for own in 0..game.num_players() {
                    for action in 0..game.num_actions(own) {
                        let to = game.deviation(at, own, action);
                        if game.payoff(own, to) > game.payoff(own, at) {
                            longest = longest.max(levels[to].saturating_add(1));
                        }
                    }
                }
                if stated != longest {
                    return Err(Refutation::WrongNumber(format!(
                        "{stated} improving deviations are said to be able to follow a profile, and \
                         those of its neighbours give {longest}"
                    )));
                }
            }
            Ok("every improving deviation leads to a profile that fewer can follow".to_owned())
        }
        Improvement::Cycles(cycle) => {
            for (at, &from) in cycle.iter().enumerate() {
                let to = cycle[(at + 1) % cycle.len()];
                let gains = mover(game, from, to)
                    .is_some_and(|player| game.payoff(player, to) > game.payoff(player, from));
                if !gains {
                    return Err(Refutation::NotOptimal(
                        "a step of the stated cycle gains nothing for its player".to_owned(),
                    ));
                }
            }
            if cycle.is_empty() {
                return Err(Refutation::Misfit("the stated cycle is empty".to_owned()));
            }
            Ok("each step of the stated cycle gains for its player".to_owned())
        }
    }
}

/// Whether some square of neighbouring actions shows that `one` gains more by his next action as
/// `two` goes on to his next one, and whether some square shows that he gains less.
fn differences(game: &NormalForm, one: usize, two: usize) -> (bool, bool) {
    let (mut rise, mut fall) = (false, false);
    for corner in 0..game.num_profiles() {
        let (a, b) = (game.action_in(one, corner) + 1, game.action_in(two, corner) + 1);
        if a < game.num_actions(one) && b < game.num_actions(two) {
            let across = game.deviation(corner, two, b);
            let both = game.payoff(one, game.deviation(across, one, a)) + game.payoff(one, corner);
            let each = game.payoff(one, game.deviation(corner, one, a)) + game.payoff(one, across);
            rise |= both > each;
            fall |= both < each;
        }
    }
    (rise, fall)
}

/// Orders of the actions that give increasing differences; turning all of them round does as well.
fn orders(signs: &[Vec<(bool, bool)>]) -> Option<Vec<bool>> {
    let players = signs.len();
    let mut turned: Vec<Option<bool>> = vec![None; players];
    while let Some(root) = turned.iter().position(Option::is_none) {
        turned[root] = Some(false);
        // What is known of one player is carried to others until nothing new is known.
        let mut new = true;
        while new {
            new = false;
            for (one, row) in signs.iter().enumerate() {
                for (two, &(rise, fall)) in row.iter().enumerate() {
                    let (from, to) = if turned[one].is_some() { (one, two) } else { (two, one) };
                    if let (Some(known), None, true) = (turned[from], turned[to], rise || fall) {
                        turned[to] = Some(known != fall);
                        new = true;
                    }
                }
            }
        }
    }
    let turned: Vec<bool> = turned.into_iter().map(Option::unwrap_or_default).collect();
    fit(signs, &turned).then_some(turned)
}

/// Whether differences increase for every pair of players in these orders.
fn fit(signs: &[Vec<(bool, bool)>], turned: &[bool]) -> bool {
    signs.iter().enumerate().all(|(one, row)| {
        row.iter().enumerate().all(
            |(two, &(rise, fall))| {
                if turned[one] == turned[two] { !fall } else { !rise }
            },
        )
    })
}

fn check_monotone(
    game: &NormalForm,
    claim: Option<&Monotone>,
    dominance: &Dominance,
) -> Result<String, Refutation> {
    let players = game.num_players();
    // At most 26 players have a choice, since profiles are bounded.
    let choosers: Vec<usize> = (0..players).filter(|&own| game.num_actions(own) > 1).collect();
    let signs: Vec<Vec<(bool, bool)>> = choosers
        .iter()
        .map(|&one| {
            let sign = |&two: &usize| {
                if one == two { (false, false) } else { differences(game, one, two) }
            };
            choosers.iter().map(sign).collect()
        })
        .collect();
    let Some(claim) = claim else {
        return match orders(&signs) {
            Some(_) => Err(Refutation::Incomplete(
                "payoffs have increasing differences, which the answer denies".to_owned(),
            )),
            None => Ok("no order of the actions gives increasing differences".to_owned()),
        };
    };
    let stated: Vec<bool> =
        choosers.iter().filter_map(|&own| claim.reversed.get(own).copied()).collect();
    if claim.reversed.len() != players || !fit(&signs, &stated) {
        return Err(Refutation::WrongNumber(
            "payoffs do not have increasing differences in the stated orders".to_owned(),
        ));
    }
    for end in &claim.extremes {
        let fits = end.len() == players
            && end.iter().enumerate().all(|(own, &action)| action < game.num_actions(own));
        if !fits {
            return Err(Refutation::Misfit("an extreme equilibrium is no profile".to_owned()));
        }
        if !rests(game, game.profile_index(end)) {
            return Err(Refutation::Deviation(
                "somebody gains by deviating from an extreme equilibrium".to_owned(),
            ));
        }
    }
    // Nothing that survives dominance, and so no equilibrium, lies beyond the two (Milgrom & Roberts
    // 1990, Theorem 5).
    for (own, survivors) in dominance.survivors.iter().enumerate() {
        let [least, greatest] = [claim.extremes[0][own], claim.extremes[1][own]];
        let (low, high) = if claim.reversed[own] { (greatest, least) } else { (least, greatest) };
        if survivors.iter().any(|&action| action < low || action > high) {
            return Err(Refutation::Incomplete(format!(
                "an action of player {} that survives dominance lies beyond the extreme equilibria",
                player(game, own)
            )));
        }
    }
    Ok("increasing differences hold on every square, both extreme equilibria are equilibria, and \
        nothing that survives dominance lies beyond them"
        .to_owned())
}

fn rests(game: &NormalForm, at: usize) -> bool {
    (0..game.num_players()).all(|player| {
        (0..game.num_actions(player)).all(|action| {
            game.payoff(player, game.deviation(at, player, action)) <= game.payoff(player, at)
        })
    })
}

/// Whether every exchange of two players leaves the game as it is.
fn is_symmetric(game: &NormalForm) -> bool {
    let players = game.num_players();
    let shape = game.shape();
    if shape.windows(2).any(|pair| pair[0] != pair[1]) {
        return false;
    }
    for one in 0..players {
        for two in one + 1..players {
            for at in 0..game.num_profiles() {
                let mut actions = game.profile(at);
                actions.swap(one, two);
                let image = game.profile_index(&actions);
                for player in 0..players {
                    let other = if player == one {
                        two
                    } else if player == two {
                        one
                    } else {
                        player
                    };
                    if game.payoff(player, at) != game.payoff(other, image) {
                        return false;
                    }
                }
            }
        }
    }
    true
}

/// Whether no player's payoff has a difference of third order in his own action and those of two
/// others: on every cube with one corner at their first actions the alternating sum is zero.
fn is_polymatrix(game: &NormalForm) -> bool {
    let players = game.num_players();
    (0..game.num_profiles()).all(|index| {
        (0..players).all(|player| {
            let payoff = |at: usize| game.payoff(player, at);
            let back = |at: usize, other: usize| game.deviation(at, other, 0);
            // The gain over the first action.
            let gain = |at: usize| payoff(at) - payoff(back(at, player));
            game.action_in(player, index) == 0
                || (0..players).filter(|&one| one != player).all(|one| {
                    game.action_in(one, index) == 0
                        || (one + 1..players).filter(|&two| two != player).all(|two| {
                            game.action_in(two, index) == 0
                                || gain(index) - gain(back(index, one))
                                    == gain(back(index, two)) - gain(back(back(index, one), two))
                        })
                })
        })
    })
}

fn check_ordinal(game: &NormalForm, claim: Option<&Ordinal>) -> Result<String, Refutation> {
    let strict = game.shape() == [2, 2]
        && (0..2).all(|player| {
            let table = game.payoffs(player);
            (0..4).all(|one| (0..one).all(|two| table[one] != table[two]))
        });
    let Some(claim) = claim else {
        return if strict {
            Err(Refutation::Incomplete("the game has an ordinal class".to_owned()))
        } else {
            Ok("the game has ties or another size, and no ordinal class".to_owned())
        };
    };
    if !strict || claim.conceding.iter().any(|&action| action > 1) {
        return Err(Refutation::Misfit(
            "an ordinal class needs 2 × 2 payoffs without ties".to_owned(),
        ));
    }
    for player in 0..2 {
        let Some((_, order)) = PATTERNS.get(claim.patterns[player]) else {
            return Err(Refutation::Misfit("there is no such ordinal pattern".to_owned()));
        };
        // Sort the four outcomes by payoff and spell them.
        let mut outcomes: Vec<usize> = (0..4).collect();
        outcomes.sort_by(|&a, &b| game.payoff(player, b).cmp(game.payoff(player, a)));
        let spelled: String = outcomes
            .iter()
            .map(|&at| {
                let own = game.action_in(player, at) == claim.conceding[player];
                let other = game.action_in(1 - player, at) == claim.conceding[1 - player];
                match (own, other) {
                    (true, true) => 'R',
                    (false, true) => 'T',
                    (true, false) => 'S',
                    (false, false) => 'P',
                }
            })
            .collect();
        if spelled != *order {
            return Err(Refutation::WrongNumber(format!(
                "the payoffs of player {} fall as {spelled} and not as {order}",
                player + 1
            )));
        }
    }
    Ok("the order of each player's four payoffs is that of the stated class".to_owned())
}
