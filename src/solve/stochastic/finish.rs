//! From strategies in machine numbers to rational ones, with exact bounds on their regret.
//!
//! First short fractions near the probabilities are tried, then those to which the equations of the
//! supports lead when their residuals are computed exactly. Where neither is an equilibrium exactly
//! (its probabilities may be irrational) decimals are stated, with bounds.

use dashu_int::IBig;

use crate::game::stochastic::{MarkovEquilibrium, StochasticGame};
use crate::game::{MixedProfile, MixedStrategy};
use crate::linear::{coprime_integers, solve_square_with_denominator};
use crate::num::{Rational, convergent_near};

use super::mixed::{Chances, MixedGame, shortest};
use super::support::{supports, whole};

/// Probabilities are first tried as fractions with denominators up to this.
const LARGEST_DENOMINATOR: i64 = 100_000;
/// A fraction so near is taken for the probability.
const NEAR: f64 = 1e-11;
/// Values that would take more bits are not computed exactly.
const MOST_BITS: usize = 6000;
/// Products of exact numbers in one residual beyond which probabilities are not refined.
const MOST_PRODUCTS: usize = 4000;
/// Unknowns beyond which probabilities are not refined.
const MOST_UNKNOWNS: usize = 300;
/// Refinements, each of which adds some ten digits.
const REFINEMENTS: usize = 9;
/// Denominators that refined probabilities are expected to have, in bits.
const DENOMINATOR_BITS: usize = 110;

/// The answer for strategies with these values.
pub(super) fn finish(
    game: &StochasticGame,
    floats: &MixedGame,
    chances: &Chances,
    values: &[f64],
) -> Option<MarkovEquilibrium> {
    if let Some(found) = exactly(game, floats, chances, values) {
        return Some(found);
    }
    let grid = Rational::from(10).pow(-15)?;
    let decimal = |p: f64| Rational::from_f64_exactly((p * 1e15).round()).map(|n| n * &grid);
    let numbers = by_player(floats, chances, decimal)?;
    let strategies = strategies(&numbers)?;
    let values: Option<Vec<Vec<Rational>>> = (0..floats.players)
        .map(|player| {
            let of = |state: usize| values[state * floats.players + player];
            (0..floats.stages.len())
                .map(|state| Rational::from_f64_exactly(floats.unscaled(player, of(state))))
                .collect()
        })
        .collect();
    Some(bounded(game, strategies, values?, |bound| {
        Rational::from_f64_exactly(bound.to_f64().next_up()).unwrap_or(bound)
    }))
}

/// An equilibrium that is one exactly.
fn exactly(
    game: &StochasticGame,
    floats: &MixedGame,
    chances: &Chances,
    values: &[f64],
) -> Option<MarkovEquilibrium> {
    let short = by_player(floats, chances, fraction).and_then(|numbers| strategies(&numbers));
    if let Some(found) = short.and_then(|profile| proved(game, profile)) {
        return Some(found);
    }
    let numbers = refined(game, floats, chances, values)?;
    proved(game, strategies(&numbers)?)
}

/// The strategies with their values, if they are an equilibrium exactly.
fn proved(game: &StochasticGame, profile: Vec<MixedProfile>) -> Option<MarkovEquilibrium> {
    let values = exact_values(game, &profile)?;
    Some(bounded(game, profile, values, |bound| bound)).filter(MarkovEquilibrium::is_exact)
}

/// For each state and player a number for each action.
type Numbers = Vec<Vec<Vec<Rational>>>;

fn by_player(
    floats: &MixedGame,
    chances: &Chances,
    number: impl Fn(f64) -> Option<Rational>,
) -> Option<Numbers> {
    let of = |(state, here): (usize, &Vec<f64>)| {
        (0..floats.players)
            .map(|player| floats.own(state, player).map(|at| number(here[at].max(0.0))).collect())
            .collect()
    };
    chances.iter().enumerate().map(of).collect()
}

/// Strategies of these numbers; the likeliest action gets what is left.
fn strategies(numbers: &Numbers) -> Option<Vec<MixedProfile>> {
    let one = |numbers: &Vec<Rational>| {
        let mut numbers = numbers.clone();
        let likeliest = (0..numbers.len()).max_by(|&a, &b| numbers[a].cmp(&numbers[b]))?;
        numbers[likeliest] = Rational::ZERO;
        let others: Rational = numbers.iter().sum();
        numbers[likeliest] = Rational::ONE - others;
        MixedStrategy::new(numbers).ok()
    };
    numbers.iter().map(|profile| profile.iter().map(one).collect()).collect()
}

/// The simplest fraction near a number.
fn fraction(value: f64) -> Option<Rational> {
    let (value, near) = (Rational::from_f64_exactly(value)?, Rational::from_f64_exactly(NEAR)?);
    convergent_near(&value, &near, &LARGEST_DENOMINATOR.into())
}

/// Probabilities refined by exact residuals until they can be told as fractions; `None` where the
/// equations do not settle, or no fractions show.
fn refined(
    game: &StochasticGame,
    floats: &MixedGame,
    chances: &Chances,
    values: &[f64],
) -> Option<Numbers> {
    let supports = supports(floats, chances, 1e-9);
    let (matrix, _, actions) = whole(floats, chances, values, &supports);
    let products = |state: &crate::game::stochastic::StochasticState| -> usize {
        state.transitions.iter().map(Vec::len).sum()
    };
    let products: usize = game.states().iter().map(products).sum();
    if matrix.nrows() > MOST_UNKNOWNS || products * floats.players > MOST_PRODUCTS {
        return None;
    }
    let exact = |value: f64| Rational::from_f64_exactly(value);
    let mut numbers = by_player(floats, chances, |p| exact(if p < 1e-9 { 0.0 } else { p }))?;
    let mut worth: Vec<Vec<Rational>> = (0..floats.players)
        .map(|player| {
            let of = |state: usize| values[state * floats.players + player];
            (0..floats.stages.len())
                .map(|state| exact(floats.unscaled(player, of(state))))
                .collect()
        })
        .collect::<Option<_>>()?;
    let mut last = f64::INFINITY;
    for _ in 0..REFINEMENTS {
        let right = residuals(game, floats, &numbers, &worth, &supports);
        let size = right.amax();
        if size == 0.0 || size < 1e-90 {
            break;
        }
        if size > 1e-4 * last {
            return None;
        }
        last = size;
        // Residuals are scaled for the solution, which may be singular.
        let change = shortest(matrix.clone(), &(right / size), MOST_UNKNOWNS)? * size;
        let mut at = 0;
        for (state, list) in supports.iter().enumerate() {
            for &position in list {
                let player =
                    (0..floats.players).find(|&i| floats.own(state, i).contains(&position))?;
                let action = position - floats.own(state, player).start;
                numbers[state][player][action] += &exact(change[at])?;
                at += 1;
            }
        }
        for (state, player) in pairs(floats) {
            let by = change[actions + state * floats.players + player] * floats.ranges[player].1;
            worth[player][state] += &exact(by)?;
        }
    }
    let near = Rational::from(10).pow(-75)?;
    let largest = IBig::ONE << DENOMINATOR_BITS;
    let each = |p: &Rational| {
        if p.is_zero() { Some(Rational::ZERO) } else { convergent_near(p, &near, &largest) }
    };
    numbers
        .iter()
        .map(|profile| profile.iter().map(|list| list.iter().map(each).collect()).collect())
        .collect()
}

fn pairs(floats: &MixedGame) -> impl Iterator<Item = (usize, usize)> {
    let players = floats.players;
    (0..floats.stages.len()).flat_map(move |state| (0..players).map(move |player| (state, player)))
}

/// What the equations of the supports miss by, computed exactly, in the order of [`whole`].
fn residuals(
    game: &StochasticGame,
    floats: &MixedGame,
    numbers: &Numbers,
    worth: &[Vec<Rational>],
    supports: &[Vec<usize>],
) -> nalgebra::DVector<f64> {
    let actions: usize = supports.iter().map(Vec::len).sum();
    let mut right = nalgebra::DVector::zeros(actions + floats.rows());
    let mut at = 0;
    for (state, list) in supports.iter().enumerate() {
        for player in 0..floats.players {
            let own = floats.own(state, player);
            let found = worths(game, (state, player), &numbers[state], &worth[player]);
            let range = floats.ranges[player].1;
            for position in list.iter().filter(|position| own.contains(position)) {
                let missed = &worth[player][state] - &found[position - own.start];
                right[at] = missed.to_f64() / range;
                at += 1;
            }
            let total: Rational = numbers[state][player].iter().sum();
            right[actions + state * floats.players + player] = (Rational::ONE - total).to_f64();
        }
    }
    right
}

/// What each action of a player is worth in a state when the others play these numbers, exactly.
fn worths(
    game: &StochasticGame,
    (at, player): (usize, usize),
    numbers: &[impl AsRef<[Rational]>],
    values: &[Rational],
) -> Vec<Rational> {
    let state = &game.states()[at];
    let later = game.discount().value();
    let now = Rational::ONE - later;
    let mut worths = vec![Rational::ZERO; state.stage.num_actions(player)];
    for profile in 0..state.stage.num_profiles() {
        let mut chance = Rational::ONE;
        for (other, list) in numbers.iter().enumerate().filter(|(other, _)| *other != player) {
            chance *= &list.as_ref()[state.stage.action_in(other, profile)];
        }
        if chance.is_zero() {
            continue;
        }
        let expected: Rational =
            state.transitions[profile].iter().map(|(to, p)| p * &values[*to]).sum();
        let total = &now * state.stage.payoff(player, profile) + later * expected;
        worths[state.stage.action_in(player, profile)] += &(chance * total);
    }
    worths
}

/// The values of strategies by exact evaluation, for each player and state; `None` where the numbers
/// would be too long.
fn exact_values(game: &StochasticGame, profile: &[MixedProfile]) -> Option<Vec<Vec<Rational>>> {
    let (count, players) = (game.states().len(), game.num_players());
    let later = game.discount().value();
    let now = Rational::ONE - later;
    let mut rows = Vec::with_capacity(count);
    for (at, (state, strategies)) in game.states().iter().zip(profile).enumerate() {
        let mut row = vec![Rational::ZERO; count + players];
        row[at] = Rational::ONE;
        for at in 0..state.stage.num_profiles() {
            let mut chance = Rational::ONE;
            for (player, strategy) in strategies.iter().enumerate() {
                chance *= &strategy.probabilities()[state.stage.action_in(player, at)];
            }
            if chance.is_zero() {
                continue;
            }
            for (to, p) in &state.transitions[at] {
                row[*to] -= &(later * &(&chance * p));
            }
            for player in 0..players {
                row[count + player] += &(&now * &(&chance * state.stage.payoff(player, at)));
            }
        }
        rows.push(coprime_integers(row.iter()).0);
    }
    let bits = |row: &Vec<IBig>| row.iter().map(dashu_base::BitTest::bit_len).max().unwrap_or(0);
    if rows.iter().map(bits).sum::<usize>() > MOST_BITS {
        return None;
    }
    let matrix = || rows.iter().flat_map(|row| row[..count].iter().cloned()).collect();
    (0..players)
        .map(|player| {
            let right: Vec<IBig> = rows.iter().map(|row| row[count + player].clone()).collect();
            let (numerators, denominator) = solve_square_with_denominator(matrix(), &right)?;
            let fraction = |numerator| Rational::from_integers(numerator, denominator.clone());
            Some(numerators.into_iter().map(fraction).collect())
        })
        .collect()
}

/// The answer with bounds, each made one that can be stated by `up`.
fn bounded(
    game: &StochasticGame,
    strategies: Vec<MixedProfile>,
    values: Vec<Vec<Rational>>,
    up: impl Fn(Rational) -> Rational,
) -> MarkovEquilibrium {
    let mut off = Rational::ZERO;
    // The largest gains over stated values, in each state and by each player.
    let mut of_states = vec![Rational::ZERO; game.states().len()];
    let mut of_players = vec![Rational::ZERO; game.num_players()];
    for (state, most) in of_states.iter_mut().enumerate() {
        let numbers: Vec<&[Rational]> =
            strategies[state].iter().map(MixedStrategy::probabilities).collect();
        for (player, of_player) in of_players.iter_mut().enumerate() {
            let stated = &values[player][state];
            let worths = worths(game, (state, player), &numbers, &values[player]);
            let earned: Rational = numbers[player].iter().zip(&worths).map(|(p, w)| p * w).sum();
            off = off.max((earned - stated).abs());
            let best = worths.into_iter().max().unwrap_or_default() - stated;
            if best > *most {
                *most = best.clone();
            }
            if best > *of_player {
                *of_player = best;
            }
        }
    }
    let patience = Rational::ONE - game.discount().value();
    let for_ever = |value: &Rational| value.checked_div(&patience).unwrap_or_default();
    let error = for_ever(&off);
    let worst = of_players.iter().max().cloned().unwrap_or_default();
    let value = game.constant_sum().map(|sum| {
        let (over, under) = (for_ever(&of_players[0]), for_ever(&of_players[1]));
        let down = |value: Rational| -up(-value);
        let one = |(first, second): (&Rational, &Rational)| {
            (down(&sum - second - &under), up(first + &over))
        };
        values[0].iter().zip(&values[1]).map(one).collect()
    });
    // One deviation is a strategy too.
    let regret = for_ever(&worst) + &error;
    let once = |gain: &Rational| up((gain + &error + &error).min(regret.clone()));
    MarkovEquilibrium {
        strategies,
        one_shot_regret: of_states.iter().map(once).collect(),
        regret: up(regret),
        payoff_error: up(error),
        values,
        value,
    }
}
