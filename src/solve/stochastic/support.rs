//! Equilibria with given supports, by Newton's method.
//!
//! Unknowns are the chances of the actions in the supports and the values: every action of a support
//! is worth the value, and chances sum to one. Given the values these equations are about one state at
//! a time, so that they are eliminated state by state; where that fails, because a state alone does
//! not determine its play, all are solved together.

use std::collections::HashMap;

use nalgebra::{DMatrix, DVector};

use super::mixed::{Chances, MixedGame, shortest};

/// The largest system that is solved as a whole.
const MOST_UNKNOWNS: usize = 400;
const ITERATIONS: usize = 12;
/// Residuals below this are met.
const CLOSE: f64 = 1e-15;

/// How often the same supports are tried.
const MOST_TRIES: u8 = 3;

/// The positions of the actions that are played, for each state.
pub(super) type Supports = Vec<Vec<usize>>;

/// The actions with at least the chance `threshold`, and at least one of each player.
pub(super) fn supports(game: &MixedGame, chances: &Chances, threshold: f64) -> Supports {
    let of = |(state, here): (usize, &Vec<f64>)| {
        let mut list = Vec::new();
        for player in 0..game.players {
            let own = game.own(state, player);
            let most = own.clone().map(|at| here[at]).fold(0.0, f64::max);
            list.extend(own.filter(|&at| here[at] >= threshold.min(most)));
        }
        list
    };
    chances.iter().enumerate().map(of).collect()
}

/// The equilibrium on these supports near the given strategies; `None` when Newton's method finds
/// none.
pub(super) fn polish(game: &MixedGame, near: &Chances, supports: &Supports) -> Option<Chances> {
    let start = restricted(game, near, supports);
    // Pure strategies are determined.
    if supports.iter().all(|list| list.len() == game.players) {
        return Some(start);
    }
    let unknowns: usize = supports.iter().map(Vec::len).sum();
    match newton(game, &start, supports, by_state) {
        Ok(found) => Some(found),
        Err(Missed::Singular) if unknowns + game.rows() <= MOST_UNKNOWNS => {
            newton(game, &start, supports, together).ok()
        }
        Err(_) => None,
    }
}

/// Why Newton's method ended elsewhere.
enum Missed {
    /// A system has no solution, or more than one.
    Singular,
    /// It left the simplex, or did not settle.
    Lost,
}

/// The strategies without what is not in the supports.
fn restricted(game: &MixedGame, near: &Chances, supports: &Supports) -> Chances {
    let mut chances: Chances = near.iter().map(|here| vec![0.0; here.len()]).collect();
    for (state, list) in supports.iter().enumerate() {
        list.iter().for_each(|&at| chances[state][at] = near[state][at].max(1e-12));
        for player in 0..game.players {
            let own = &mut chances[state][game.own(state, player)];
            let total: f64 = own.iter().sum();
            own.iter_mut().for_each(|p| *p /= total);
        }
    }
    chances
}

/// A change of chances and values, and the largest residual before it.
struct Step {
    chances: Vec<DVector<f64>>,
    values: DVector<f64>,
    residual: f64,
}

fn newton(
    game: &MixedGame,
    start: &Chances,
    supports: &Supports,
    step: impl Fn(&MixedGame, &Chances, &[f64], &Supports) -> Option<Step>,
) -> Result<Chances, Missed> {
    let mut chances = start.clone();
    let mut values = game.values(&chances).ok_or(Missed::Lost)?;
    let mut residual = f64::INFINITY;
    for _ in 0..ITERATIONS {
        let found = step(game, &chances, &values, supports).ok_or(Missed::Singular)?;
        residual = found.residual;
        let mut largest = 0.0f64;
        for ((list, change), here) in supports.iter().zip(&found.chances).zip(&mut chances) {
            for (&at, change) in list.iter().zip(change.iter()) {
                here[at] += change;
                largest = largest.max(change.abs());
            }
        }
        // A step that leaves the simplex by far leads nowhere, nor does one that is no number.
        if largest.is_nan() || largest > 1.0 {
            return Err(Missed::Lost);
        }
        values.iter_mut().zip(found.values.iter()).for_each(|(value, change)| *value += change);
        if residual < CLOSE || largest.max(found.values.amax()) < CLOSE {
            break;
        }
    }
    let inside = chances.iter().flatten().all(|p| (-1e-12..=1.0 + 1e-12).contains(p));
    if inside && residual < 1e-9 { Ok(chances) } else { Err(Missed::Lost) }
}

/// The equations of one state: rows and columns are the actions of the support, then the players.
/// Returned with what the values of each state add to the rows of each player's actions.
fn local(
    game: &MixedGame,
    state: usize,
    chances: &[f64],
    values: &[f64],
    list: &[usize],
) -> (DMatrix<f64>, DMatrix<f64>, DVector<f64>) {
    let (players, size) = (game.players, list.len() + game.players);
    let found = game.worths(state, chances, values);
    let owner = |at: usize| game.stages[state].offsets.iter().rposition(|&first| first <= at);
    let mut matrix = DMatrix::zeros(size, size);
    let mut by_values = DMatrix::zeros(size, game.rows());
    let mut right = DVector::zeros(size);
    for player in 0..players {
        right[list.len() + player] = 1.0;
    }
    for (row, &own) in list.iter().enumerate() {
        let player = owner(own).unwrap_or(0);
        for (column, &other) in list.iter().enumerate() {
            matrix[(row, column)] = found.by_chances[(own, other)];
        }
        matrix[(row, list.len() + player)] = -1.0;
        matrix[(list.len() + player, row)] = 1.0;
        right[row] = values[state * players + player] - found.worth[own];
        right[list.len() + player] -= chances[own];
        for to in 0..game.stages.len() {
            by_values[(row, to * players + player)] = found.by_values[(own, to)];
        }
    }
    (matrix, by_values, right)
}

fn by_state(
    game: &MixedGame,
    chances: &Chances,
    values: &[f64],
    supports: &Supports,
) -> Option<Step> {
    let rows = game.rows();
    let mut matrix = DMatrix::<f64>::identity(rows, rows);
    let mut right = DVector::<f64>::zeros(rows);
    let mut kept = Vec::with_capacity(supports.len());
    let mut residual = 0.0f64;
    for (state, list) in supports.iter().enumerate() {
        let (system, by_values, own) = local(game, state, &chances[state], values, list);
        residual = residual.max(own.amax());
        let decomposed = system.lu();
        // The change of chances and own values: what corrects the residual, less what V brings.
        let corrects = decomposed.solve(&own)?;
        let brings = decomposed.solve(&by_values)?;
        if brings.amax() > 1e9 {
            return None;
        }
        for player in 0..game.players {
            let (row, at) = (state * game.players + player, list.len() + player);
            right[row] += corrects[at];
            for column in 0..rows {
                matrix[(row, column)] += brings[(at, column)];
            }
        }
        kept.push((corrects, brings));
    }
    let change = matrix.lu().solve(&right)?;
    let chances = kept.iter().zip(supports).map(|((corrects, brings), list)| {
        (corrects - brings * &change).rows(0, list.len()).into_owned()
    });
    Some(Step { chances: chances.collect(), values: change, residual })
}

/// All equations together, whose shortest solution is taken where there are many.
fn together(
    game: &MixedGame,
    chances: &Chances,
    values: &[f64],
    supports: &Supports,
) -> Option<Step> {
    let (system, right, actions) = whole(game, chances, values, supports);
    let residual = right.amax();
    let change = shortest(system, &right, MOST_UNKNOWNS)?;
    let mut parts = Vec::new();
    let mut first = 0;
    for list in supports {
        parts.push(change.rows(first, list.len()).into_owned());
        first += list.len();
    }
    Some(Step { chances: parts, values: change.rows(actions, game.rows()).into_owned(), residual })
}

/// The matrix and the right-hand side of all equations; the chances of all supports, then values.
pub(super) fn whole(
    game: &MixedGame,
    chances: &Chances,
    values: &[f64],
    supports: &Supports,
) -> (DMatrix<f64>, DVector<f64>, usize) {
    let (players, rows) = (game.players, game.rows());
    let actions: usize = supports.iter().map(Vec::len).sum();
    let size = actions + rows;
    let mut matrix = DMatrix::zeros(size, size);
    let mut right = DVector::zeros(size);
    let mut first = 0;
    for (state, list) in supports.iter().enumerate() {
        let (system, by_values, own) = local(game, state, &chances[state], values, list);
        let place = |at: usize| {
            if at < list.len() { first + at } else { actions + state * players + at - list.len() }
        };
        for row in 0..system.nrows() {
            right[place(row)] = own[row];
            for column in 0..system.ncols() {
                matrix[(place(row), place(column))] += system[(row, column)];
            }
            for column in 0..rows {
                matrix[(place(row), actions + column)] += by_values[(row, column)];
            }
        }
        first += list.len();
    }
    (matrix, right, actions)
}

/// The best strategies on supports near the given ones, with their values and their regret; supports
/// in `tried` that were tried some times already are not tried again.
pub(super) fn polished(
    game: &MixedGame,
    near: &Chances,
    tried: &mut HashMap<Supports, u8>,
) -> Option<(Chances, Vec<f64>, f64)> {
    let mut best: Option<(Chances, Vec<f64>, f64)> = None;
    let mut consider = |chances: Chances| {
        let Some(values) = game.values(&chances) else { return false };
        let regret = game.regret(&chances, &values);
        if best.as_ref().is_none_or(|(.., least)| regret < *least) {
            best = Some((chances, values, regret));
        }
        regret < 1e-13
    };
    for threshold in [0.05, 1e-2, 1e-3, 1e-5] {
        let supports = supports(game, near, threshold);
        let times = tried.entry(supports.clone()).or_default();
        *times += 1;
        if *times > MOST_TRIES {
            continue;
        }
        if let Some(chances) = polish(game, near, &supports)
            && consider(chances)
        {
            return best;
        }
    }
    consider(near.clone());
    best
}
