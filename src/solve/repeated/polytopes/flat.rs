//! The affine hulls that hold the payoffs of each state, exactly.

use crate::num::Rational;

use super::exact::{solved, subtract};
use super::stage::Stages;

/// With more states nothing is known about their hulls.
const MOST_STATES: usize = 40;

/// The affine hull of what the plays of a state generate: each point of it is known by a few coordinates.
#[derive(Clone)]
pub(super) struct Flat {
    start: Vec<Rational>,
    /// The coordinates that may be chosen, and the rows that give all others.
    free: Vec<usize>,
    rows: Vec<Vec<Rational>>,
}

impl Flat {
    /// Those of all live states, of whose plays some may be played: a policy gives a point of each, and
    /// what the plays give with these points, and the hulls of the states that follow, give the ways.
    pub(super) fn of(stages: &Stages, alive: &[bool], live: &[bool]) -> Vec<Self> {
        let first = |state: usize| stages.plays(state).find(|&play| live[state] && alive[play]);
        let policy: Vec<Option<usize>> = (0..stages.states).map(first).collect();
        let whole = Flat::whole(stages.players);
        if stages.states > MOST_STATES {
            return vec![whole; stages.states];
        }
        let Some(values) = values(stages, &policy) else { return vec![whole; stages.states] };
        let mut flats: Vec<Flat> = values
            .iter()
            .map(|start| Flat { start: start.clone(), free: Vec::new(), rows: Vec::new() })
            .collect();
        let now = Rational::ONE - &stages.discount;
        let plays = (0..alive.len()).filter(|&play| alive[play] && live[stages.state[play]]);
        let plays: Vec<usize> = plays.collect();
        for &play in &plays {
            let flat = &mut flats[stages.state[play]];
            let way = (0..stages.players).map(|player| {
                &now * &stages.payoffs[play][player]
                    + &stages.discount * stages.expected_exactly(play, |to| &values[to][player])
                    - &flat.start[player]
            });
            let way = way.collect();
            flat.take(way);
        }
        let mut more = !stages.discount.is_zero();
        while more {
            more = false;
            for &play in &plays {
                for (to, _) in &stages.follows[play] {
                    let state = stages.state[play];
                    if *to != state {
                        for way in flats[*to].rows.clone() {
                            more |= flats[state].take(way);
                        }
                    }
                }
            }
        }
        flats
    }

    fn whole(players: usize) -> Self {
        let axis = |player: usize| {
            (0..players).map(|at| Rational::from(i64::from(at == player))).collect()
        };
        Flat {
            start: vec![Rational::ZERO; players],
            free: (0..players).collect(),
            rows: (0..players).map(axis).collect(),
        }
    }

    /// Takes a way in; returns whether it is new.
    fn take(&mut self, mut way: Vec<Rational>) -> bool {
        for (row, &free) in self.rows.iter().zip(&self.free) {
            subtract(&mut way, row, free);
        }
        let Some(pivot) = way.iter().position(|x| !x.is_zero()) else { return false };
        let Some(factor) = way[pivot].recip() else { return false };
        way.iter_mut().for_each(|x| *x = &*x * &factor);
        for row in &mut self.rows {
            subtract(row, &way, pivot);
        }
        self.rows.push(way);
        self.free.push(pivot);
        true
    }

    /// The point with the chosen coordinates of another one.
    pub(super) fn point(&self, near: impl Fn(usize) -> Rational) -> Vec<Rational> {
        let mut point = self.start.clone();
        for (row, &free) in self.rows.iter().zip(&self.free) {
            let by = near(free) - &self.start[free];
            for (x, step) in point.iter_mut().zip(row) {
                *x = &*x + &by * step;
            }
        }
        point
    }
}

/// What a play for each state gives in each of them, for each player, exactly; zeros where there is none.
pub(super) fn values(stages: &Stages, policy: &[Option<usize>]) -> Option<Vec<Vec<Rational>>> {
    let now = Rational::ONE - &stages.discount;
    let states = stages.states;
    let of_player = |player: usize| {
        let mut rows = vec![vec![Rational::ZERO; states + 1]; states];
        for (state, row) in rows.iter_mut().enumerate() {
            row[state] = Rational::ONE;
            let Some(play) = policy[state] else { continue };
            for (to, chance) in &stages.follows[play] {
                row[*to] = &row[*to] - &stages.discount * chance;
            }
            row[states] = &now * &stages.payoffs[play][player];
        }
        solved(rows, states)
    };
    let all: Vec<Vec<Rational>> = (0..stages.players).map(of_player).collect::<Option<_>>()?;
    let at = |state: usize| all.iter().map(|values| values[state].clone()).collect();
    Some((0..states).map(at).collect())
}
