//! Increasing differences in some order of the actions (Topkis 1979; Milgrom & Roberts 1990).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::game::NormalForm;
use crate::game::answer::Monotone;
use crate::solve::Exhausted;
use crate::solve::meter::Meter;

/// The orders in which payoffs have increasing differences, with the extreme equilibria.
pub(super) fn find(game: &NormalForm, meter: &Meter<'_>) -> Result<Option<Monotone>, Exhausted> {
    // At most 26 players have a choice, since profiles are bounded.
    let choosers: Vec<usize> =
        (0..game.num_players()).filter(|&player| game.num_actions(player) > 1).collect();
    // For each pair whether the orders as given (false) or one of them turned round (true) fits.
    let mut opposed: BTreeMap<(usize, usize), bool> = BTreeMap::new();
    for &one in &choosers {
        for &two in choosers.iter().filter(|&&two| two != one) {
            meter.check()?;
            let needed = match cross_sign(game, one, two) {
                None => return Ok(None),
                Some(Ordering::Equal) => continue,
                Some(sign) => sign == Ordering::Less,
            };
            for pair in [(one, two), (two, one)] {
                if *opposed.entry(pair).or_insert(needed) != needed {
                    return Ok(None);
                }
            }
        }
    }
    // Colour the players so that opposed ones differ.
    let mut reversed: Vec<Option<bool>> = vec![None; game.num_players()];
    for &root in &choosers {
        if reversed[root].is_some() {
            continue;
        }
        reversed[root] = Some(false);
        let mut open = vec![root];
        while let Some(one) = open.pop() {
            for (&(_, two), &differ) in opposed.range((one, 0)..(one + 1, 0)) {
                let colour = reversed[one].map(|colour| colour != differ);
                if reversed[two].is_none() {
                    reversed[two] = colour;
                    open.push(two);
                } else if reversed[two] != colour {
                    return Ok(None);
                }
            }
        }
    }
    let reversed: Vec<bool> = reversed.into_iter().map(Option::unwrap_or_default).collect();
    let extremes = [extreme(game, &reversed, false), extreme(game, &reversed, true)];
    Ok(Some(Monotone { reversed, extremes }))
}

/// The sign of all differences of player `one`'s gains from one action to the next as `two` goes
/// from one action to the next; `None` when both signs occur.
fn cross_sign(game: &NormalForm, one: usize, two: usize) -> Option<Ordering> {
    let mut sign = Ordering::Equal;
    for index in 0..game.num_profiles() {
        let (a, b) = (game.action_in(one, index), game.action_in(two, index));
        if a + 1 == game.num_actions(one) || b + 1 == game.num_actions(two) {
            continue;
        }
        let gain =
            |at: usize| game.payoff(one, game.deviation(at, one, a + 1)) - game.payoff(one, at);
        let here = gain(game.deviation(index, two, b + 1)).cmp(&gain(index));
        if here != Ordering::Equal {
            if sign != Ordering::Equal && sign != here {
                return None;
            }
            sign = here;
        }
    }
    Some(sign)
}

/// Where best replies come to rest from the lowest profile on, the lowest replies being taken; or
/// from the highest, with the highest.
fn extreme(game: &NormalForm, reversed: &[bool], highest: bool) -> Vec<usize> {
    // From the low end in a player's own order is from the high end of the game's when turned round.
    let last = |player: usize| reversed[player] != highest;
    let mut profile: Vec<usize> = (0..game.num_players())
        .map(|player| if last(player) { game.num_actions(player) - 1 } else { 0 })
        .collect();
    loop {
        let index = game.profile_index(&profile);
        let next: Vec<usize> = (0..game.num_players())
            .map(|player| {
                let payoff = |action| game.payoff(player, game.deviation(index, player, action));
                let better = |best: usize, action: usize| {
                    if payoff(action) > payoff(best) { action } else { best }
                };
                let count = game.num_actions(player);
                // Of equally good replies the one that is nearest to the start.
                if last(player) {
                    (0..count).rev().reduce(better).unwrap_or(0)
                } else {
                    (0..count).reduce(better).unwrap_or(0)
                }
            })
            .collect();
        // Replies move in one direction only, so that this ends.
        if next == profile {
            return profile;
        }
        profile = next;
    }
}
