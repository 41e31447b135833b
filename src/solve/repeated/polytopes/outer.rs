//! The outer polytopes: bounds in each direction, for each state, that fall until they rest.

use std::collections::HashMap;

use crate::solve::repeated::payoffs::plane::{Point, cut};
use crate::solve::{Budget, Exhausted, Work};

use super::directions::Directions;
use super::kernel::{Vector, WIDEST, dot, maximize};
use super::stage::Stages;

/// Sweeps after which the bounds are taken as they are, though they still fall.
const MOST_SWEEPS: u64 = 100_000;
/// How often the bounds of all states in one direction follow one another before the next direction.
const MOST_ROUNDS: usize = 64;
/// What is missed by less is noise, and by less than this the error of a few operations.
const NOISE: f64 = 1e-12;
const ROUNDING: f64 = 1e-14;
/// Periods ahead for what players can be held to.
const AHEAD: usize = 5000;

/// A point that is generated, and the play that begins it.
pub(super) type Generated = (Vector, usize);

/// What is asked of continuations beyond the bounds, so that there is room to move them.
#[derive(Clone)]
pub(super) struct Pull {
    /// By which part they are pulled towards the middle of each state.
    pub(super) part: f64,
    pub(super) middle: Vec<Vector>,
    /// By how much the threats of each state are raised.
    pub(super) more: Vec<Vector>,
}

/// Bounds of the payoffs of all equilibria, in machine numbers.
#[derive(Clone)]
pub(super) struct Outer {
    discount: f64,
    looser: f64,
    pull: Option<Pull>,
    /// The bound in each direction, by state.
    pub(super) levels: Vec<Vec<f64>>,
    /// The best point that is generated in each direction, and the play that begins it, by state.
    pub(super) points: Vec<Vec<Generated>>,
    /// Lower bounds on the threats.
    threats: Vec<Vector>,
    /// What deters from leaving each play: each player's continuation pays no less.
    deters: Vec<Vector>,
    /// Whether each play may still be played.
    pub(super) alive: Vec<bool>,
    /// Whether equilibria may begin in each state.
    pub(super) live: Vec<bool>,
    /// For each direction and state, the plays from the best to the worst.
    order: Vec<Vec<Vec<u32>>>,
    /// For two players: the polygon of continuations that deter from leaving each play, as it was when it
    /// was last asked for; bounds have only fallen since.
    polygons: Vec<Option<Vec<Point<f64>>>>,
}

/// What plays reach in one direction, and at which point, as far as it is known.
pub(super) type Reached = HashMap<usize, (f64, Vector)>;

impl Outer {
    /// The payoffs of all plays, at a discount factor, where what deters and what players can be held to
    /// are smaller by `looser`.
    pub(super) fn new(
        stages: &Stages,
        directions: &Directions,
        discount: f64,
        looser: f64,
        pull: Option<Pull>,
    ) -> Self {
        let mut threats = stages.held_to(discount, AHEAD);
        for threat in &mut threats {
            threat[..stages.players].iter_mut().for_each(|x| *x -= looser);
        }
        let mut outer = Outer {
            discount,
            looser,
            pull,
            levels: vec![Vec::new(); stages.states],
            points: vec![Vec::new(); stages.states],
            threats,
            deters: vec![[0.0; WIDEST]; stages.payoffs.len()],
            alive: vec![true; stages.payoffs.len()],
            live: vec![true; stages.states],
            order: Vec::new(),
            polygons: vec![None; stages.payoffs.len()],
        };
        if discount <= 0.0 {
            // Nothing deters who gains at once.
            let tempted = stages.temptations(0.0, &outer.threats);
            for (play, alive) in outer.alive.iter_mut().enumerate() {
                *alive = (0..stages.players)
                    .all(|player| tempted[play][player] <= stages.floats[play][player]);
            }
        }
        outer.deter(stages);
        outer.extend(stages, directions);
        outer
    }

    /// Takes in directions that were added.
    pub(super) fn extend(&mut self, stages: &Stages, directions: &Directions) {
        for at in self.order.len()..directions.len() {
            let normal = directions.normal(at);
            let order: Vec<Vec<u32>> =
                (0..stages.states).map(|state| ordered(stages, state, normal)).collect();
            // What a state pays may be what another one does: the best of all bounds each.
            let best = order.iter().map(|order| order[0] as usize);
            let best = best.max_by(|&one, &other| {
                dot(normal, &stages.floats[one]).total_cmp(&dot(normal, &stages.floats[other]))
            });
            let best = best.unwrap_or(0);
            for state in 0..stages.states {
                self.levels[state].push(dot(normal, &stages.floats[best]));
                self.points[state].push((stages.floats[best], best));
            }
            self.order.push(order);
        }
        self.forget();
    }

    /// Polygons are to be made anew.
    fn forget(&mut self) {
        self.polygons.iter_mut().for_each(|polygon| *polygon = None);
    }

    /// Forgets directions as [`Directions::retain`] does.
    pub(super) fn retain(&mut self, kept: &[bool]) {
        self.levels.iter_mut().for_each(|levels| keep(levels, kept));
        self.points.iter_mut().for_each(|points| keep(points, kept));
        keep(&mut self.order, kept);
    }

    /// Lowers the bounds until they fall by no more than `still`. Returns whether any payoffs are left in
    /// any state.
    pub(super) fn settle(
        &mut self,
        stages: &Stages,
        directions: &Directions,
        still: f64,
        budget: &Budget,
        work: &mut Work,
    ) -> Result<bool, Exhausted> {
        for _ in 0..MOST_SWEEPS {
            budget.check_now(work.rounds)?;
            work.rounds += 1;
            let mut fallen: f64 = 0.0;
            for at in 0..directions.len() {
                fallen = fallen.max(self.lower(stages, directions, at, still));
            }
            if !self.live.contains(&true) {
                return Ok(false);
            }
            for state in (0..stages.states).filter(|&state| self.live[state]) {
                for player in 0..stages.players {
                    let least = -self.levels[state][2 * player + 1];
                    let threat = &mut self.threats[state][player];
                    fallen = fallen.max(least - *threat);
                    *threat = threat.max(least);
                }
            }
            self.deter(stages);
            if fallen <= still {
                break;
            }
        }
        Ok(true)
    }

    /// What deters from leaving each play, from the threats.
    fn deter(&mut self, stages: &Stages) {
        let mut raised = self.threats.clone();
        for (threat, more) in raised.iter_mut().zip(self.pull.iter().flat_map(|pull| &pull.more)) {
            threat.iter_mut().zip(more).for_each(|(threat, more)| *threat += more);
        }
        let tempted = stages.temptations(self.discount, &raised);
        for (play, deters) in
            self.deters.iter_mut().enumerate().filter(|(play, _)| self.alive[*play])
        {
            *deters = stages.each(|player| {
                let stays = stages.expected(play, |to| self.threats[to][player]);
                let gain =
                    tempted[play][player] - (1.0 - self.discount) * stages.floats[play][player];
                let needs = if self.discount > 0.0 { gain / self.discount } else { stays };
                needs.max(stays) - self.looser
            });
        }
        self.forget();
    }

    /// Lowers the bounds of all states in the direction at a position; returns by how much at most.
    fn lower(&mut self, stages: &Stages, directions: &Directions, at: usize, still: f64) -> f64 {
        let order = std::mem::take(&mut self.order[at]);
        let normal = directions.normal(at);
        let mut reached = Reached::new();
        let mut levels: Vec<f64> = self.levels.iter().map(|levels| levels[at]).collect();
        let mut most: f64 = 0.0;
        for _ in 0..MOST_ROUNDS {
            let mut fallen: f64 = 0.0;
            for state in 0..stages.states {
                if !self.live[state] {
                    continue;
                }
                let plays = &order[state];
                let best = self.best(stages, directions, normal, plays, &levels, &mut reached);
                let Some((level, point)) = best else {
                    self.dies(stages, state);
                    continue;
                };
                self.points[state][at] = point;
                if level < levels[state] {
                    fallen = fallen.max(levels[state] - level);
                    levels[state] = level;
                    self.levels[state][at] = level;
                }
            }
            most = most.max(fallen);
            if fallen <= still || stages.states == 1 {
                break;
            }
        }
        self.order[at] = order;
        most
    }

    /// No equilibrium begins in a state, nor in any from which play may lead there.
    fn dies(&mut self, stages: &Stages, state: usize) {
        self.live[state] = false;
        let mut more = true;
        while more {
            more = false;
            for play in 0..stages.payoffs.len() {
                let leads = stages.chances[play].iter().any(|one| !self.live[one.0]);
                let live = &mut self.live[stages.state[play]];
                more |= *live && leads;
                *live &= !leads;
            }
        }
    }

    /// The most that the plays of a state generate in a direction in which no state pays more than its
    /// level; the plays are in order from the best.
    ///
    /// The best point v = (1 − δ) g + δ Σ τ w is no better than with the levels for the w. Where its state
    /// follows with probability p, its w is no better than v itself, so that v (1 − δ p) is no better than
    /// (1 − δ) g and the part of the other states.
    pub(super) fn best(
        &mut self,
        stages: &Stages,
        directions: &Directions,
        normal: &[f64],
        plays: &[u32],
        levels: &[f64],
        reached: &mut Reached,
    ) -> Option<(f64, Generated)> {
        let (now, later) = (1.0 - self.discount, self.discount);
        let top = (0..stages.states).filter(|&state| self.live[state]).map(|state| levels[state]);
        let top = top.fold(f64::NEG_INFINITY, f64::max);
        let objective = vector(normal);
        let mut best: Option<(f64, Generated)> = None;
        for &play in plays {
            let play = play as usize;
            let payoffs = stages.floats[play];
            let own = dot(normal, &payoffs);
            let above = |most: f64| best.as_ref().is_some_and(|(best, _)| most <= *best);
            if above(now * own + later * self.pulled(stages, play, normal, top)) {
                break;
            }
            if !self.alive[play] {
                continue;
            }
            let most = self.at_most(stages, play, normal, own, levels);
            if above(most) {
                continue;
            }
            let state = stages.state[play];
            let alone = matches!(stages.chances[play][..], [(to, _)] if to == state);
            // Own payoffs that deter are best where they follow themselves.
            let rests = alone
                && self.pull.is_none()
                && levels[state] >= own
                && (0..stages.players).all(|player| payoffs[player] >= self.deters[play][player]);
            let (value, point) = if rests {
                (own, payoffs)
            } else {
                let known = reached.get(&play).copied();
                let found = known.or_else(|| self.follows(stages, directions, play, &objective));
                let Some((value, follows)) = found else {
                    self.alive[play] = false;
                    continue;
                };
                if known.is_none() {
                    reached.insert(play, (value, follows));
                }
                let point = stages.each(|player| now * payoffs[player] + later * follows[player]);
                (most.min(now * own + later * value), point)
            };
            if best.as_ref().is_none_or(|(best, _)| value > *best) {
                best = Some((value, (point, play)));
            }
        }
        best
    }

    /// What follows a play where each state pays `level` in a direction.
    fn pulled(&self, stages: &Stages, play: usize, normal: &[f64], level: f64) -> f64 {
        match &self.pull {
            None => level,
            Some(pull) => {
                let middle = stages.expected(play, |to| dot(normal, &pull.middle[to]));
                (1.0 - pull.part) * level + pull.part * middle
            }
        }
    }

    /// A bound of what a play generates, if it is the best of its state.
    fn at_most(
        &self,
        stages: &Stages,
        play: usize,
        normal: &[f64],
        own: f64,
        levels: &[f64],
    ) -> f64 {
        let (now, later) = (1.0 - self.discount, self.discount);
        let state = stages.state[play];
        let (mut stays, mut others) = (0.0, 0.0);
        for &(to, chance) in &stages.chances[play] {
            if to == state { stays += chance } else { others += chance * levels[to] }
        }
        if self.pull.is_none() && stages.chances[play].len() == 1 && stays > 0.0 {
            return own.min(now * own + later * levels[state]);
        }
        let all = self.pulled(stages, play, normal, others + stays * levels[state]);
        let others = self.pulled(stages, play, normal, others);
        let stays = later * stays * (1.0 - self.pull.as_ref().map_or(0.0, |pull| pull.part));
        (now * own + later * all).min((now * own + later * others) / (1.0 - stays))
    }

    /// The most that continuations which deter from leaving a play reach in a direction, and where.
    fn follows(
        &mut self,
        stages: &Stages,
        directions: &Directions,
        play: usize,
        objective: &Vector,
    ) -> Option<(f64, Vector)> {
        if stages.players != 2 {
            let rows = self.around(stages, directions, play);
            let found = maximize(stages.players, &directions.normals, &rows, objective)?;
            return Some((found.value, found.point));
        }
        let polygon = match self.polygons[play].take() {
            Some(polygon) => polygon,
            None => polygon(&directions.normals, &self.around(stages, directions, play)),
        };
        let value = |corner: &Point<f64>| dot(&objective[..2], corner);
        let best = polygon.iter().max_by(|a, b| value(a).total_cmp(&value(b)));
        let best = best.map(|best| (value(best), vector(best)));
        self.polygons[play] = Some(polygon);
        best
    }

    /// The bounds of continuations that deter from leaving a play, in all directions.
    fn around(&self, stages: &Stages, directions: &Directions, play: usize) -> Vec<f64> {
        let mut rows = match stages.chances[play][..] {
            [(to, _)] => self.levels[to].clone(),
            _ => {
                let mut rows = vec![0.0; directions.len()];
                for &(to, chance) in &stages.chances[play] {
                    let levels = self.levels[to].iter();
                    rows.iter_mut().zip(levels).for_each(|(row, level)| *row += chance * level);
                }
                rows
            }
        };
        if let Some(pull) = &self.pull {
            let middle = stages.each(|player| stages.expected(play, |to| pull.middle[to][player]));
            for (at, row) in rows.iter_mut().enumerate() {
                *row = (1.0 - pull.part) * *row + pull.part * dot(directions.normal(at), &middle);
            }
        }
        for player in 0..stages.players {
            let row = &mut rows[2 * player + 1];
            *row = row.min(-self.deters[play][player]);
        }
        rows
    }
}

/// The corners of the polygon within bounds, of which the first are those of the coordinates, from above and
/// from below in turn. What is empty by less than noise has a corner.
fn polygon(normals: &[f64], rows: &[f64]) -> Vec<Point<f64>> {
    let [right, left, top, bottom] = [rows[0], -rows[1], rows[2], -rows[3]];
    if left > right + NOISE || bottom > top + NOISE {
        return Vec::new();
    }
    let (left, bottom) = (left.min(right), bottom.min(top));
    let mut corners = vec![[left, bottom], [right, bottom], [right, top], [left, top]];
    for (normal, &row) in normals.chunks_exact(2).zip(rows).skip(4) {
        if corners.iter().all(|corner| dot(normal, corner) <= row + ROUNDING) {
            continue;
        }
        // Of an edge that lies along the bound all is left, and so is what is empty by noise.
        let within = |slack| {
            let mut rest = cut(&corners, &[normal[0], normal[1]], row + slack);
            rest.dedup();
            rest
        };
        let rest = within(ROUNDING);
        corners = if rest.is_empty() { within(NOISE) } else { rest };
    }
    corners
}

/// The corners of the polygon of bounds that are wider by a margin, and the directions in which it has edges.
pub(super) fn wider_polygon(
    directions: &Directions,
    levels: &[f64],
    margin: f64,
) -> (Vec<Point<f64>>, Vec<usize>) {
    let normals = directions.normals.chunks_exact(2).zip(levels);
    let wider =
        |(normal, level): (&[f64], &f64)| level + margin * (normal[0].abs() + normal[1].abs());
    let rows: Vec<f64> = normals.map(wider).collect();
    let corners = polygon(&directions.normals, &rows);
    let edge = |at: &usize| {
        let normal = directions.normal(*at);
        corners.iter().filter(|corner| dot(normal, *corner) > rows[*at] - NOISE).count() > 1
    };
    let edges = (0..directions.len()).filter(edge).collect();
    (corners, edges)
}

/// The plays of a state, the best in a direction first.
pub(super) fn ordered(stages: &Stages, state: usize, normal: &[f64]) -> Vec<u32> {
    let value = |play: u32| dot(normal, &stages.floats[play as usize]);
    let mut order: Vec<u32> = stages.plays(state).map(|play| play as u32).collect();
    order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
    order
}

/// Keeps what is marked.
fn keep<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next().is_some_and(|&kept| kept));
}

/// A direction as a vector.
pub(super) fn vector(direction: &[f64]) -> Vector {
    let mut all = [0.0; WIDEST];
    all[..direction.len()].copy_from_slice(direction);
    all
}
