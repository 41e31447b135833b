//! Bounds that the payoffs of all equilibria satisfy, made anew until they are within the stated ones.
//!
//! The set V(s) of the payoffs of equilibria that begin in a state is compact and convex. Its best point in a
//! direction h is v = (1 − δ) g(s, a) + δ w for some profile a, where w = Σ τ(s'|s, a) w(s') with w(s') in V(s').
//! With bounds h'·x ≤ C'(s') that hold on all V(s'), h'·w ≤ Σ τ C'(s'). And nobody gains by playing d instead:
//! δ `w_i` ≥ (1 − δ) (`g_i`(s, d) − `g_i`(s, a)) + δ Σ τ(s'|s, d) `u_i`(s'), where no equilibrium pays less than u. So
//! h·v ≤ (1 − δ) h·g(s, a) + δ max h·w, the maximum over the w within all that, for the best a; this is the new
//! bound. A profile for which no such w exists is never played. Where all profiles of a state are of this
//! kind, no equilibrium begins in it, and none in a state from which play may lead there.
//!
//! Since V(s) itself may follow, with probability p, and holds no better point than v, also
//! h·v (1 − δ p) ≤ (1 − δ) h·g(s, a) + δ Σ τ C(s') over the other states; with p = 1 that is h·v ≤ h·g(s, a).
//!
//! The maximum is bounded by duality: for all y ≥ 0, with the rest r = h − Σ y h', which the bounds of
//! single payoffs cover, h·w ≤ Σ y C' + |r|·(bounds of single payoffs). Which y are good is found in machine
//! numbers; whatever they are, the bound is evaluated in whole numbers and rounded up.

use std::collections::HashMap;

use super::super::Refutation;
use super::super::meter::Meter;
use super::StatePolytopes;
use super::program::{Found, Vector, WIDEST, multipliers};
use super::scale::{Scale, UNITS, up};
use super::stages::Stages;

/// The most directions, and the most directions times profiles.
const MOST: (usize, usize) = (4096, 1 << 24);
/// Multipliers are rounded to this part of the largest that matters.
const FINE: i32 = 50;
/// How often the bounds of all states in a direction follow one another before the next direction, while
/// one falls by so many units.
const MOST_ROUNDS: usize = 64;
const FALLS: i128 = 64;
/// Periods ahead for what players can be held to.
const AHEAD: usize = 5000;

/// A direction with whole coefficients in units of the ranges, and the bounds in it.
pub(super) struct Row {
    pub(super) whole: Vec<i64>,
    /// The same with the largest coefficient 1, and that coefficient.
    pub(super) normal: Vector,
    pub(super) largest: f64,
    /// What the stated level of each state is, rounded down; none for rows that the chain adds, and for
    /// states in which no equilibrium is said to begin.
    pub(super) stated: Vec<Option<i128>>,
    /// The bound of each state.
    pub(super) level: Vec<i128>,
    /// h·g(s, a) by profile, rounded up, and the profiles of each state, the best first.
    pub(super) own: Vec<i128>,
    pub(super) order: Vec<Vec<u32>>,
}

/// Bounds that hold for all equilibrium payoffs.
pub(super) struct Bounds<'a> {
    stages: &'a Stages,
    scale: Scale,
    /// At first the upper and the lower bound of each payoff.
    rows: Vec<Row>,
    /// Lower bounds of what each player gets, by state.
    threats: Vec<Vec<i128>>,
    /// What the continuation after each profile must pay, rounded down.
    deters: Vec<Vec<i128>>,
    alive: Vec<bool>,
    live: Vec<bool>,
    /// Whether each state is said to have equilibria.
    claimed: Vec<bool>,
    /// The last basis for each row and profile.
    bases: Vec<[u16; WIDEST]>,
}

/// The bounds of continuations after a profile, by row: in units, and in machine numbers by ranges and
/// largest coefficients.
struct Around {
    levels: Vec<i128>,
    about: Vec<f64>,
}

impl<'a> Bounds<'a> {
    /// The bounds that the payoffs of all profiles satisfy, in the stated directions, and, where a state is
    /// said to have no equilibria, in those of all signs.
    pub(super) fn new(
        stages: &'a Stages,
        answer: &StatePolytopes,
        meter: &mut Meter,
    ) -> Result<Self, Refutation> {
        let (players, profiles) = (stages.players, stages.payoffs.len());
        let claimed: Vec<bool> =
            answer.states.iter().map(|state| !state.levels.is_empty()).collect();
        let all = claimed.iter().all(|&claimed| claimed);
        let signs = if all { 0 } else { 3usize.pow(players.min(WIDEST) as u32) };
        let directions = 2 * players + answer.directions.len() + signs;
        if players > WIDEST || directions > 2 * MOST.0 || directions * profiles > MOST.1 {
            return Err(Refutation::OutOfReach(format!(
                "bounds are checked for up to {WIDEST} players, {} directions, and {} directions times profiles",
                2 * MOST.0,
                MOST.1
            )));
        }
        let scale = Scale::new(stages)?;
        let cost = profiles * players * 4;
        let mut rows: Vec<Row> = Vec::new();
        for player in 0..players {
            for sign in [1, -1] {
                rows.push(scale.row(stages, axis(players, player, sign)));
            }
        }
        for (at, direction) in answer.directions.iter().enumerate() {
            meter.spend(cost)?;
            let levels: Vec<_> = answer.states.iter().map(|state| state.levels.get(at)).collect();
            let (whole, stated) = scale.stated(direction, &levels)?;
            let place = rows.iter().position(|row| row.whole == whole).unwrap_or(rows.len());
            if place == rows.len() {
                rows.push(scale.row(stages, whole));
            }
            for (known, stated) in rows[place].stated.iter_mut().zip(stated) {
                *known = (*known).into_iter().chain(stated).min();
            }
        }
        for code in 0..signs as i64 {
            let sign = |player: usize| code / 3i64.pow(player as u32) % 3 - 1;
            let whole: Vec<i64> = (0..players).map(sign).collect();
            let pairs = whole.iter().filter(|&&x| x != 0).count() > 1;
            if pairs && !rows.iter().any(|row| row.whole == whole) {
                meter.spend(cost)?;
                rows.push(scale.row(stages, whole));
            }
        }
        let start = std::array::from_fn(|axis| 2 * axis as u16);
        let mut bounds = Bounds {
            stages,
            bases: vec![start; rows.len() * profiles],
            rows,
            threats: scale.held_to(stages, AHEAD, meter)?,
            deters: Vec::new(),
            alive: vec![true; profiles],
            live: vec![true; stages.states()],
            claimed,
            scale,
        };
        bounds.deter();
        Ok(bounds)
    }

    /// What deters from leaving each profile, with the threats as they are.
    fn deter(&mut self) {
        self.deters = self.scale.deters(self.stages, &self.threats);
    }

    /// Makes bounds until all are within those that are stated, and no profile can be played in the states
    /// that are said to have no equilibria.
    pub(super) fn descend(mut self, meter: &mut Meter) -> Result<(), Refutation> {
        loop {
            let (mut moved, played) = (false, self.alive.clone());
            for at in 0..self.rows.len() {
                moved |= self.lower(at, meter)?;
            }
            // What is no longer played lowers bounds that were looked at before.
            moved |= self.alive != played;
            if (0..self.live.len()).any(|state| self.claimed[state] && !self.live[state]) {
                // No equilibrium begins there, so that none lies outside the stated bounds; nothing is
                // shown about these, and nothing needs to be.
                (0..self.live.len()).for_each(|state| self.claimed[state] &= self.live[state]);
            }
            for state in (0..self.live.len()).filter(|&state| self.live[state]) {
                for player in 0..self.stages.players {
                    let least = -self.rows[2 * player + 1].level[state];
                    let threat = &mut self.threats[state][player];
                    moved |= least > *threat;
                    *threat = least.max(*threat);
                }
            }
            self.deter();
            let within = |row: &Row| {
                let all = row.stated.iter().zip(&row.level).zip(&self.claimed);
                all.into_iter().all(|((stated, level), claimed)| {
                    !claimed || stated.is_none_or(|stated| *level <= stated)
                })
            };
            let gone = self.live.iter().zip(&self.claimed).all(|(live, claimed)| *live == *claimed);
            if gone && self.rows.iter().all(within) {
                return Ok(());
            }
            if !moved {
                return Err(Refutation::NotOptimal(
                    "there may be equilibrium payoffs outside the outer polytope: the bounds that hold for all of them come to rest beyond it".to_owned(),
                ));
            }
        }
    }

    /// Lowers the bounds of all states in a direction; whether anything moved.
    fn lower(&mut self, at: usize, meter: &mut Meter) -> Result<bool, Refutation> {
        let mut reached = HashMap::new();
        let mut moved = false;
        for _ in 0..MOST_ROUNDS {
            let mut falls = 0;
            for state in 0..self.live.len() {
                if !self.live[state] {
                    continue;
                }
                let Some(level) = self.best(at, state, &mut reached, meter)? else {
                    self.dies(state);
                    moved = true;
                    continue;
                };
                let known = &mut self.rows[at].level[state];
                falls = falls.max(*known - level);
                *known = level.min(*known);
            }
            moved |= falls > 0;
            if falls <= FALLS || self.live.len() == 1 {
                break;
            }
        }
        Ok(moved)
    }

    /// No equilibrium begins in a state, nor in any from which play may lead there.
    fn dies(&mut self, state: usize) {
        self.live[state] = false;
        loop {
            let before = self.live.clone();
            for (profile, row) in self.stages.follows.iter().enumerate() {
                if row.iter().any(|(to, _)| !self.live[*to]) {
                    self.live[self.stages.state[profile]] = false;
                }
            }
            if self.live == before {
                return;
            }
        }
    }

    /// The new bound of a state in a direction; none when no profile of it can be played. What is reached
    /// after profiles is kept.
    fn best(
        &mut self,
        at: usize,
        state: usize,
        reached: &mut HashMap<usize, i128>,
        meter: &mut Meter,
    ) -> Result<Option<i128>, Refutation> {
        let levels = self.rows[at].level.iter().zip(&self.live);
        let top = levels.filter(|one| *one.1).map(|one| *one.0).max().unwrap_or(0);
        let count = self.rows[at].order[state].len();
        let mut best: Option<i128> = None;
        for position in 0..count {
            let row = &self.rows[at];
            let profile = row.order[state][position] as usize;
            let own = row.own[profile];
            let now = up(own, &self.scale.now);
            if best.is_some_and(|best| now + up(top, &self.scale.later) < best) {
                break;
            }
            if !self.alive[profile] {
                continue;
            }
            meter.spend(self.stages.follows[profile].len() * 4)?;
            let most = self.at_most(at, profile, now);
            if best.is_some_and(|best| most <= best) {
                continue;
            }
            let level = match reached.get(&profile) {
                Some(&level) => level,
                None => match self.follows(at, profile, meter)? {
                    Some(level) => {
                        reached.insert(profile, level);
                        level
                    }
                    None => {
                        self.alive[profile] = false;
                        continue;
                    }
                },
            };
            let value = most.min(now + up(level, &self.scale.later));
            best = Some(best.map_or(value, |best| best.max(value)));
        }
        Ok(best)
    }

    /// A bound of what a profile gives, if it is the best of its state.
    fn at_most(&self, at: usize, profile: usize, now: i128) -> i128 {
        let row = &self.rows[at];
        let state = self.stages.state[profile];
        let follows = &self.scale.discounted[profile];
        let most = now + follows.iter().map(|(to, part)| up(row.level[*to], part)).sum::<i128>();
        if self.stages.stays(profile) {
            return most.min(row.own[profile]);
        }
        let others = follows.iter().filter(|one| one.0 != state);
        let others: i128 = now + others.map(|(to, part)| up(row.level[*to], part)).sum::<i128>();
        self.scale.alone(profile, others).map_or(most, |alone| most.min(alone))
    }

    /// The bounds of continuations that deter from leaving a profile.
    fn around(&self, profile: usize) -> Around {
        let chances = &self.scale.chances[profile];
        let level = |(at, row): (usize, &Row)| {
            let sum: i128 = chances.iter().map(|(to, part)| up(row.level[*to], part)).sum();
            let odd = at < 2 * self.stages.players && at % 2 == 1;
            if odd { sum.min(-self.deters[profile][at / 2]) } else { sum }
        };
        let levels: Vec<i128> = self.rows.iter().enumerate().map(level).collect();
        let about = levels.iter().zip(&self.rows);
        let about = about.map(|(&level, row)| level as f64 / UNITS as f64 / row.largest).collect();
        Around { levels, about }
    }

    /// The most that the continuations which deter from leaving a profile reach in a direction; none where
    /// there are no such continuations.
    fn follows(
        &mut self,
        at: usize,
        profile: usize,
        meter: &mut Meter,
    ) -> Result<Option<i128>, Refutation> {
        let place = at * self.stages.payoffs.len() + profile;
        let width = self.stages.players;
        let around = self.around(profile);
        let mut basis = self.bases[place].map(usize::from);
        let aim = self.rows[at].normal;
        // The first basis is that of the single payoffs, by their signs.
        if (0..width).all(|axis| basis[axis] / 2 == axis) {
            (0..width).for_each(|axis| basis[axis] = 2 * axis + usize::from(aim[axis] < 0.0));
        }
        let normals = |row: usize| &self.rows[row].normal;
        let (found, pivots) = multipliers(normals, width, &around.about, &aim, &mut basis);
        let follows = self.scale.chances[profile].len();
        meter.spend((pivots + 1 + follows) * self.rows.len() * width)?;
        self.bases[place] = basis.map(|row| row as u16);
        let Row { whole, largest, .. } = &self.rows[at];
        let level = around.levels[at];
        // No payoffs within their ranges are lower in this direction.
        let lowest = -i128::from(UNITS) * whole.iter().map(|x| i128::from(x.abs())).sum::<i128>();
        Ok(match found {
            Found::Optimum(chosen) => {
                let held: Vec<(usize, f64)> =
                    (0..width).map(|axis| (basis[axis], chosen[axis])).collect();
                match self.proved(whole, *largest, &held, &around) {
                    Some(proved) if proved < lowest => None,
                    proved => Some(proved.map_or(level, |proved| proved.min(level))),
                }
            }
            Found::Nothing(row, part) => {
                let mut held = vec![(row, 1.0)];
                held.extend((0..width).map(|axis| (basis[axis], -part[axis])));
                match self.proved(&vec![0; width], 1.0, &held, &around) {
                    Some(proved) if proved < 0 => None,
                    _ => Some(level),
                }
            }
        })
    }

    /// A bound of h·w by multipliers of rows with the largest coefficient 1, rounded up; none when numbers
    /// are too long.
    fn proved(
        &self,
        whole: &[i64],
        largest: f64,
        held: &[(usize, f64)],
        around: &Around,
    ) -> Option<i128> {
        let widest = held.iter().map(|held| self.rows[held.0].largest).fold(1.0, f64::max);
        let exponent = FINE + (widest / largest).log2().ceil().max(0.0) as i32;
        let mut rest: Vec<i128> = whole
            .iter()
            .map(|&x| i128::from(x).checked_mul(1i128 << exponent))
            .collect::<Option<_>>()?;
        let mut sum: i128 = 0;
        for &(row, times) in held {
            let scaled = times * largest / self.rows[row].largest * f64::from(exponent).exp2();
            if scaled > 1e30 {
                return None;
            }
            // Negative ones are noise.
            let times = scaled.max(0.0) as i128;
            sum = sum.checked_add(times.checked_mul(around.levels[row])?)?;
            for (rest, &x) in rest.iter_mut().zip(&self.rows[row].whole) {
                *rest = rest.checked_sub(times.checked_mul(i128::from(x))?)?;
            }
        }
        for (player, rest) in rest.into_iter().enumerate() {
            let row = 2 * player + usize::from(rest < 0);
            sum = sum.checked_add(rest.abs().checked_mul(around.levels[row])?)?;
        }
        let carry = (1i128 << exponent) - 1;
        Some(sum.checked_add(carry)? >> exponent)
    }
}

/// The direction of one player's payoff.
fn axis(players: usize, player: usize, sign: i64) -> Vec<i64> {
    let mut whole = vec![0; players];
    whole[player] = sign;
    whole
}
