//! Potentials: exact ones, and whether improving deviations come to an end.

use crate::game::NormalForm;
use crate::game::answer::{Improvement, Potential};
use crate::num::Rational;
use crate::solve::Exhausted;
use crate::solve::meter::Meter;

/// The budget is asked once in so many steps.
const CHECKED_EVERY: usize = 4096;

/// The exact potential, or a closed walk of four deviations that excludes one (Monderer & Shapley
/// 1996, Theorem 2.8: such walks of two players decide).
pub(super) fn exact(game: &NormalForm, meter: &Meter<'_>) -> Result<Potential, Exhausted> {
    // Along each axis from the first profile on: one player after the other leaves his first action.
    let mut potential = vec![Rational::ZERO; game.num_profiles()];
    for index in 1..game.num_profiles() {
        let moved = (0..game.num_players()).rev().find(|&i| game.action_in(i, index) != 0);
        // Every profile but the first has a player who is not at his first action.
        let Some(player) = moved else { continue };
        let before = game.deviation(index, player, 0);
        potential[index] =
            &potential[before] + &(game.payoff(player, index) - game.payoff(player, before));
    }
    let gain =
        |player: usize, from: usize, to: usize| game.payoff(player, to) - game.payoff(player, from);
    for index in 0..game.num_profiles() {
        if index.is_multiple_of(CHECKED_EVERY) {
            meter.check()?;
        }
        for one in 0..game.num_players() {
            for two in one + 1..game.num_players() {
                // Squares between the first actions and any others are enough.
                let (a, b) = (game.action_in(one, index), game.action_in(two, index));
                if a == 0 || b == 0 {
                    continue;
                }
                let low = game.deviation(game.deviation(index, one, 0), two, 0);
                let right = game.deviation(low, one, a);
                let left = game.deviation(low, two, b);
                let round = gain(one, low, right)
                    + gain(two, right, index)
                    + gain(one, index, left)
                    + gain(two, left, low);
                if !round.is_zero() {
                    return Ok(Potential::Excluded([low, right, index, left]));
                }
            }
        }
    }
    Ok(Potential::Exact(potential))
}

/// A profile on the path of a depth-first search.
struct Visit {
    profile: usize,
    /// The next deviation to be tried.
    next: usize,
    /// The longest path of improvements found so far from here.
    longest: usize,
}

/// How many improving deviations can follow each profile, or a cycle of such: a depth-first search.
pub(super) fn improvement(game: &NormalForm, meter: &Meter<'_>) -> Result<Improvement, Exhausted> {
    let count = game.num_profiles();
    let deviations: Vec<(usize, usize)> = (0..game.num_players())
        .flat_map(|player| (0..game.num_actions(player)).map(move |action| (player, action)))
        .collect();
    // The length of the longest path of improvements from each profile, where known.
    let mut height: Vec<Option<usize>> = vec![None; count];
    let mut on_path = vec![false; count];
    let mut steps = 0usize;
    for start in 0..count {
        if height[start].is_some() {
            continue;
        }
        let mut path = vec![Visit { profile: start, next: 0, longest: 0 }];
        on_path[start] = true;
        while let Some(visit) = path.last_mut() {
            steps += 1;
            if steps.is_multiple_of(CHECKED_EVERY) {
                meter.check()?;
            }
            let Some(&(player, action)) = deviations.get(visit.next) else {
                let (profile, longest) = (visit.profile, visit.longest);
                height[profile] = Some(longest);
                on_path[profile] = false;
                path.pop();
                if let Some(before) = path.last_mut() {
                    before.longest = before.longest.max(longest + 1);
                }
                continue;
            };
            visit.next += 1;
            let other = game.deviation(visit.profile, player, action);
            if game.payoff(player, other) <= game.payoff(player, visit.profile) {
                continue;
            }
            if let Some(known) = height[other] {
                visit.longest = visit.longest.max(known + 1);
            } else if on_path[other] {
                let from = path.iter().position(|visit| visit.profile == other).unwrap_or(0);
                let cycle = path[from..].iter().map(|visit| visit.profile).collect();
                return Ok(Improvement::Cycles(cycle));
            } else {
                on_path[other] = true;
                path.push(Visit { profile: other, next: 0, longest: 0 });
            }
        }
    }
    Ok(Improvement::Ends(height.into_iter().map(Option::unwrap_or_default).collect()))
}
