//! Whether an equilibrium of two players is proper (Myerson 1978).
//!
//! *Levels* put the actions of each player in order, the support in the first. A strategy *respects*
//! the levels of the other player when against it he is indifferent within each and weakly prefers none
//! to one before it. Given levels of both and, for each k, strategies that respect the other's levels
//! with the first k own levels as support, x + εp¹ + ε²p² + … and y + εq¹ + ε²q² + …, scaled, are
//! totally mixed, tend to (x, y), and play what is worse at most a multiple of ε as often: (x, y) is
//! proper. If it is proper, such levels and strategies exist (docs/certificates.md), so that trying all
//! levels shows that it is not. An extreme equilibrium that is quasi-strict is regular and hence proper
//! (Jansen 1981; van Damme 1991), and one that is not perfect is not proper.

use std::collections::HashMap;

use crate::game::answer::{Properness, Trembles, Withstands};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::Refutation;
use super::expected::on_simplex;
use super::feasibility::positive_exists;
use super::meter::{Meter, Spent};
use super::wording::{player, strategy};

/// Checks what is said of one equilibrium, whose flags have been checked. False when the limit on the
/// work was reached before it was known.
pub(super) fn check_proper(
    game: &NormalForm,
    profile: &[MixedStrategy],
    flags: Withstands,
    stated: &Properness,
    at: usize,
    meter: &mut Meter,
) -> Result<bool, Refutation> {
    let refuse =
        |why: &str| Err(Refutation::WrongNumber(format!("equilibrium {} is said {why}", at + 1)));
    match stated {
        Properness::NotDecided => Ok(true),
        Properness::Regular if flags.quasi_strict => Ok(true),
        Properness::Regular => refuse("to be proper as a regular one, and is not quasi-strict"),
        Properness::Trembles(trembles) => {
            check_trembles(game, profile, trembles, at, meter)?;
            Ok(true)
        }
        Properness::No if !flags.perfect => Ok(true),
        Properness::No if flags.quasi_strict => {
            refuse("not to be proper, and is, since it is regular")
        }
        Properness::No => match is_proper(game, profile, meter) {
            Ok(Some(true)) => refuse("not to be proper, and there are trembles that show it is"),
            Ok(Some(false)) => Ok(true),
            Ok(None) => Err(Refutation::OutOfReach(format!(
                "equilibrium {} is said not to be proper, with more orders of the actions than are \
                 tried",
                at + 1
            ))),
            Err(Spent) => Ok(false),
        },
    }
}

/// The payoff of `own` from one of his actions against one of the other's.
fn payoff(game: &NormalForm, own: usize, action: usize, other: usize) -> &Rational {
    let index = if own == 0 { [action, other] } else { [other, action] };
    game.payoff(own, game.profile_index(&index))
}

fn check_trembles(
    game: &NormalForm,
    profile: &[MixedStrategy],
    trembles: &Trembles,
    at: usize,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let misfit = |own: usize, what: &str| {
        Err(Refutation::Misfit(format!(
            "the trembles of player {} at equilibrium {}: {what}",
            player(game, own),
            at + 1
        )))
    };
    let both = trembles.levels.iter().zip(&trembles.strategies);
    for (own, (levels, list)) in both.enumerate() {
        let mut all: Vec<usize> = levels.iter().flatten().copied().collect();
        all.sort_unstable();
        if !all.into_iter().eq(0..game.num_actions(own)) || levels.iter().any(Vec::is_empty) {
            return misfit(own, "each action is in one level");
        }
        if !profile[own].support().iter().all(|action| levels[0].contains(action)) {
            return misfit(own, "what is played is in the first level");
        }
        if levels.len() != list.len() {
            return misfit(own, "each level has its strategy");
        }
        let mut support = Vec::new();
        for (level, mixed) in levels.iter().zip(list) {
            on_simplex(game, own, mixed)?;
            support.extend(level.iter().copied());
            support.sort_unstable();
            if mixed.support() != support {
                return misfit(own, "a strategy plays the levels up to its own, and nothing else");
            }
        }
    }
    for (own, list) in trembles.strategies.iter().enumerate() {
        let theirs = &trembles.levels[1 - own];
        for mixed in list.iter().chain([&profile[own]]) {
            let support = mixed.support();
            meter.spend(support.len() * game.num_actions(1 - own))?;
            let value = |action: usize| -> Rational {
                let part =
                    |&i: &usize| payoff(game, 1 - own, action, i) * &mixed.probabilities()[i];
                support.iter().map(part).sum()
            };
            let mut before: Option<Rational> = None;
            for level in theirs {
                let values: Vec<Rational> = level.iter().map(|&action| value(action)).collect();
                let equal = values.iter().all(|one| *one == values[0]);
                if !equal || before.as_ref().is_some_and(|before| values[0] > *before) {
                    return Err(Refutation::NotOptimal(format!(
                        "against the tremble {} at equilibrium {} the actions of player {} are not \
                         ranked by their levels",
                        strategy(game, own, mixed),
                        at + 1,
                        player(game, 1 - own)
                    )));
                }
                before = values.into_iter().next();
            }
        }
    }
    Ok(())
}

/// Levels as the number of each action's level.
type Ranks = Vec<usize>;

/// Whether some levels of both players go with the equilibrium; `None` when there are too many.
fn is_proper(
    game: &NormalForm,
    profile: &[MixedStrategy],
    meter: &mut Meter,
) -> Result<Option<bool>, Spent> {
    let mut ranks: [Vec<Ranks>; 2] = [Vec::new(), Vec::new()];
    for (own, ranks) in ranks.iter_mut().enumerate() {
        match possible(game, profile, own, meter)? {
            Some(found) => *ranks = found,
            None => return Ok(None),
        }
    }
    if ranks[0].len().saturating_mul(ranks[1].len()) > Properness::MOST_ORDERS {
        return Ok(None);
    }
    let mut known = [Known::new(), Known::new()];
    for (row, rows) in ranks[0].iter().enumerate() {
        for (column, columns) in ranks[1].iter().enumerate() {
            if has_trembles(game, 0, rows, (column, columns), &mut known[0], meter)?
                && has_trembles(game, 1, columns, (row, rows), &mut known[1], meter)?
            {
                return Ok(Some(true));
            }
        }
    }
    Ok(Some(false))
}

/// All levels with the support in the first, in which what is worse against the other's strategy comes
/// later.
fn possible(
    game: &NormalForm,
    profile: &[MixedStrategy],
    own: usize,
    meter: &mut Meter,
) -> Result<Option<Vec<Ranks>>, Spent> {
    let actions = game.num_actions(own);
    let other = &profile[1 - own];
    meter.spend(actions * other.len())?;
    let value = |action: usize| -> Rational {
        let support = other.support();
        support.iter().map(|&j| payoff(game, own, action, j) * &other.probabilities()[j]).sum()
    };
    let values: Vec<Rational> = (0..actions).map(value).collect();
    let played = |action: usize| !profile[own].probabilities()[action].is_zero();
    // By payoff, what is played before what ties with it: each action is put into a level of those
    // that tie, or between two of them, or before or after all.
    let mut order: Vec<usize> = (0..actions).collect();
    order.sort_by(|&i, &j| values[j].cmp(&values[i]).then(played(j).cmp(&played(i))));
    let mut all: Vec<(Vec<Vec<usize>>, usize)> = vec![(Vec::new(), 0)];
    for (at, &action) in order.iter().enumerate() {
        meter.spend(all.len() * actions)?;
        let mut next = Vec::new();
        let worse = at > 0 && values[order[at - 1]] > values[action];
        for (levels, from) in &all {
            // Levels of the better ones are behind us.
            let from = if worse { levels.len() } else { *from };
            if played(action) {
                let mut one = levels.clone();
                match one.first_mut() {
                    Some(first) => first.push(action),
                    None => one.push(vec![action]),
                }
                next.push((one, 0));
                continue;
            }
            for into in from..levels.len() {
                let mut one = levels.clone();
                one[into].push(action);
                next.push((one, from));
            }
            // Nothing comes before the level that holds the support.
            let lowest = if from == 0 && !levels.is_empty() { 1 } else { from };
            for before in lowest..=levels.len() {
                let mut one = levels.clone();
                one.insert(before, vec![action]);
                next.push((one, from));
            }
        }
        if next.len() > Properness::MOST_ORDERS {
            return Ok(None);
        }
        all = next;
    }
    let rank = |levels: Vec<Vec<usize>>| {
        let mut ranks = vec![0; actions];
        for (rank, level) in levels.into_iter().enumerate() {
            level.into_iter().for_each(|action| ranks[action] = rank);
        }
        ranks
    };
    Ok(Some(all.into_iter().map(|(levels, _)| rank(levels)).collect()))
}

/// For the other's levels, by their number, and a support: whether a strategy respects the levels.
type Known = HashMap<(usize, Vec<usize>), bool>;

/// Whether for each k a strategy of `own` with his first k levels as support respects the other's.
fn has_trembles(
    game: &NormalForm,
    own: usize,
    mine: &Ranks,
    (order, theirs): (usize, &Ranks),
    known: &mut Known,
    meter: &mut Meter,
) -> Result<bool, Spent> {
    let last = mine.iter().max().copied().unwrap_or(0);
    for level in 0..=last {
        let support: Vec<usize> = (0..mine.len()).filter(|&i| mine[i] <= level).collect();
        meter.spend(support.len())?;
        let key = (order, support.clone());
        match known.get(&key) {
            Some(true) => continue,
            Some(false) => return Ok(false),
            None => {}
        }
        // μ = (t, s) with probabilities t + s_i up to a factor, and t > 0.
        let mut rows = Vec::new();
        for one in 0..theirs.len() {
            for two in 0..theirs.len() {
                // The other must not prefer `one`, of the same level or the next, to `two`.
                if one == two || theirs[one] < theirs[two] || theirs[one] > theirs[two] + 1 {
                    continue;
                }
                let gap =
                    |&i: &usize| payoff(game, 1 - own, one, i) - payoff(game, 1 - own, two, i);
                let gaps: Vec<Rational> = support.iter().map(gap).collect();
                let total: Rational = gaps.iter().sum();
                rows.push(std::iter::once(total).chain(gaps).collect());
            }
        }
        meter.spend(rows.len() * support.len())?;
        let mut objective = vec![Rational::ZERO; support.len() + 1];
        objective[0] = Rational::ONE;
        let respects = positive_exists(&rows, objective, meter)?;
        known.insert(key, respects);
        if !respects {
            return Ok(false);
        }
    }
    Ok(true)
}
