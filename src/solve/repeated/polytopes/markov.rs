//! Equilibria in which each state has its profile, whatever was played before: they sustain themselves.

use crate::game::stochastic::StateCorner;
use crate::num::Rational;

use super::exact::Inner;
use super::flat::values;
use super::stage::Stages;

/// With more ways to choose a play for each state none is tried.
const MOST_POLICIES: usize = 20_000;
/// With more states none is tried.
const MOST_STATES: usize = 16;
/// What may be gained in machine numbers before it is looked at exactly.
const NEAR: f64 = 1e-7;

/// The Markov perfect equilibria in pure strategies; in a repeated game those of the stage game.
pub(super) fn markov_perfect(stages: &Stages, alive: &[bool], live: &[bool]) -> Inner {
    let mut inner: Inner = vec![Vec::new(); stages.states];
    let mut known: Vec<Vec<Vec<Rational>>> = Vec::new();
    let choices: Vec<Vec<Option<usize>>> = (0..stages.states)
        .map(|state| match live[state] {
            true => stages.plays(state).filter(|&play| alive[play]).map(Some).collect(),
            false => vec![None],
        })
        .collect();
    let count = choices.iter().try_fold(1usize, |count, one| count.checked_mul(one.len()));
    if stages.states > MOST_STATES || count.is_none_or(|count| count > MOST_POLICIES) {
        return inner;
    }
    for code in 0..count.unwrap_or(0) {
        let mut rest = code;
        let policy: Vec<Option<usize>> = choices
            .iter()
            .map(|plays| {
                let chosen = plays[rest % plays.len()];
                rest /= plays.len();
                chosen
            })
            .collect();
        if !nearly_rests(stages, &policy) {
            continue;
        }
        let Some(values) = values(stages, &policy) else { continue };
        if !rests(stages, &policy, &values) || known.contains(&values) {
            continue;
        }
        let place: Vec<usize> = inner.iter().map(Vec::len).collect();
        for (state, play) in policy.iter().enumerate() {
            let Some(play) = *play else { continue };
            let itself = |(to, _): &(usize, Rational)| (*to, vec![(place[*to], Rational::ONE)]);
            inner[state].push(StateCorner {
                payoffs: values[state].clone(),
                profile: stages.profile(play),
                continuation: stages.follows[play].iter().map(itself).collect(),
            });
        }
        known.push(values);
    }
    inner
}

/// Whether nobody gains by one deviation, up to machine numbers.
fn nearly_rests(stages: &Stages, policy: &[Option<usize>]) -> bool {
    let discount = stages.discount.to_f64();
    let Some(values) = about(stages, policy, discount) else { return true };
    let chosen = policy.iter().flatten();
    chosen.copied().all(|play| {
        (0..stages.players).all(|player| {
            let value = |&other: &usize| {
                (1.0 - discount) * stages.floats[other][player]
                    + discount * stages.expected(other, |to| values[player][to])
            };
            let best = stages.replies(player, play).iter().map(value);
            best.fold(f64::NEG_INFINITY, f64::max) <= values[player][stages.state[play]] + NEAR
        })
    })
}

fn rests(stages: &Stages, policy: &[Option<usize>], values: &[Vec<Rational>]) -> bool {
    let now = Rational::ONE - &stages.discount;
    policy.iter().flatten().all(|&play| {
        (0..stages.players).all(|player| {
            stages.replies(player, play).iter().all(|&other| {
                let value = &now * &stages.payoffs[other][player]
                    + &stages.discount * stages.expected_exactly(other, |to| &values[to][player]);
                value <= values[stages.state[play]][player]
            })
        })
    })
}

/// What plays give, for each player and state, by elimination in machine numbers.
fn about(stages: &Stages, policy: &[Option<usize>], discount: f64) -> Option<Vec<Vec<f64>>> {
    let (states, players) = (stages.states, stages.players);
    let mut rows = vec![vec![0.0; states + players]; states];
    for (state, row) in rows.iter_mut().enumerate() {
        row[state] = 1.0;
        let Some(play) = policy[state] else { continue };
        stages.chances[play].iter().for_each(|&(to, chance)| row[to] -= discount * chance);
        for player in 0..players {
            row[states + player] = (1.0 - discount) * stages.floats[play][player];
        }
    }
    // The diagonal is larger than the rest of each row, so that no rows are exchanged.
    for column in 0..states {
        let pivot = rows[column].clone();
        if pivot[column].abs() < 1e-14 {
            return None;
        }
        for (at, row) in rows.iter_mut().enumerate() {
            let times = row[column] / pivot[column];
            if at != column {
                row.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= times * y);
            }
        }
    }
    let value = |player: usize, state: usize| rows[state][states + player] / rows[state][state];
    Some((0..players).map(|player| (0..states).map(|at| value(player, at)).collect()).collect())
}
