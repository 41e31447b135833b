//! Outer and inner polytopes, in so many directions that they are near.

use crate::game::DiscountFactor;
use crate::game::stochastic::{StatePolytope, StatePolytopes};
use crate::num::Rational;
use crate::solve::repeated::payoffs::plane::{distance, hull};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::directions::Directions;
use super::exact::{self, Inner};
use super::faces::{Faces, in_payoffs};
use super::flat::Flat;
use super::kernel::Vector;
use super::markov::markov_perfect;
use super::outer::{Generated, Outer, Pull, vector};
use super::planar::{self, Planar, TIGHT};
use super::refine::{Conditions, MOST_DIRECTIONS, Refined};
use super::stage::Stages;

/// What is looser about the conditions of the outer polytope, in units of the range of payoffs.
pub(super) const LOOSE: f64 = 1.0 / (1u64 << 36) as f64;
/// The bounds are wider by this.
pub(super) const MARGIN: f64 = 1.0 / (1u64 << 34) as f64;
/// For the inner polytope: by which part of 1 − δ the discount factor is smaller, and the decimal places to
/// which the points are rounded.
const TRIES: [(f64, i32); 4] = [(1e-5, 10), (1e-4, 9), (1e-3, 8), (1e-2, 7)];
/// The same with more states: by which part continuations are pulled to the middle.
const PULLS: [(f64, i32); 8] =
    [(1e-7, 11), (1e-6, 10), (1e-5, 10), (1e-4, 9), (1e-3, 8), (1e-2, 7), (3e-2, 7), (1e-1, 7)];
/// Points that bounds generate are all there is where bounds reach no further beyond them.
const COMPLETE: f64 = 1e-6;
/// What the bounds do not generate of themselves has to be smaller than that, so many times.
const ROOM: f64 = 8.0;

/// Bounds at rest, and their polytopes by state, in which equilibria begin.
type Rested = (Outer, Vec<Option<Faces>>);

pub(super) struct Search<'a> {
    pub(super) stages: &'a Stages,
    discount: DiscountFactor,
    pub(super) budget: &'a Budget,
    pub(super) work: Work,
    /// The best so far.
    best: Option<StatePolytopes>,
}

impl<'a> Search<'a> {
    pub(super) fn new(stages: &'a Stages, discount: &DiscountFactor, budget: &'a Budget) -> Self {
        Search { stages, discount: discount.clone(), budget, work: Work::default(), best: None }
    }

    pub(super) fn outcome(mut self, method: &'static str) -> Outcome<Option<StatePolytopes>> {
        let status = match self.run() {
            Ok(()) => Status::Solved,
            Err(reason) => Status::Partial(reason),
        };
        let (answer, work) = (self.best, self.work);
        Outcome { answer, status, method, work, warnings: Vec::new() }
    }

    fn run(&mut self) -> Result<(), Exhausted> {
        let stages = self.stages;
        let factor = self.discount.value().to_f64();
        let noise = LOOSE + f64::EPSILON * 16.0 / (1.0 - factor).max(1e-12);
        // Who checks the bounds of several states rounds them up in each step: conditions that hold for him
        // must not fail here.
        let ahead = 1.0 / (1.0 - factor).max(1e-12);
        let looser = if stages.states > 1 { noise + 8.0 * ahead * LOOSE } else { noise };
        let aim = self.room(factor, self.tries()[0].0);
        let conditions = Conditions { discount: factor, looser, pull: None };
        let mut margin = 8.0 * noise.max(MARGIN);
        if stages.states > 1 {
            margin *= 1.0 + ahead;
        }
        let bounding = (factor, looser, margin);
        let first = Directions::new(stages.players);
        let mut tried = first.clone();
        if stages.states > 1 {
            // Where there is no time for more, this is known.
            let Some((_, faces)) = self.rested(&first, bounding)? else {
                self.best = Some(self.without_equilibria(&first));
                return Ok(());
            };
            let nothing = vec![Vec::new(); stages.states];
            self.best = Some(self.answer(&first, &faces, nothing));
        }
        let Some(refined) = self.refined(&conditions, aim, first, &mut tried)? else {
            self.best = Some(self.without_equilibria(&tried));
            return Ok(());
        };
        let mut directions = &refined.directions;
        let mut rested = self.rested(directions, bounding)?;
        // Directions that bound nothing in the end may be needed to come there.
        if rested.as_ref().is_some_and(|rested| self.reach_beyond(rested, &refined)) {
            directions = &tried;
            rested = self.rested(directions, bounding)?;
        }
        let Some((outer, faces)) = rested else {
            self.best = Some(self.without_equilibria(directions));
            return Ok(());
        };
        let mut inner = markov_perfect(stages, &outer.alive, &outer.live);
        self.best = Some(self.answer(directions, &faces, inner.clone()));
        let found = self.inner(&outer, &refined, &faces, &mut inner);
        // What was found until the budget was spent counts too.
        self.best = Some(self.answer(directions, &faces, inner.clone()));
        found?;
        self.nearer(directions.clone(), bounding, &inner)
    }

    /// Bounds at rest with directions that are there from the start, as who checks the bounds begins; none
    /// when nothing is left within them.
    fn rested(
        &mut self,
        directions: &Directions,
        (factor, looser, margin): (f64, f64, f64),
    ) -> Result<Option<Rested>, Exhausted> {
        let stages = self.stages;
        let mut outer = Outer::new(stages, directions, factor, looser, None);
        if !self.settle(&mut outer, directions, factor, 0.0)? {
            return Ok(None);
        }
        let faces = |state: usize| {
            let levels = &outer.levels[state];
            let faces = || Faces::new(stages, directions, levels, margin, self.budget);
            outer.live[state].then(faces).transpose()
        };
        let faces = (0..stages.states).map(faces).collect::<Result<_, Exhausted>>()?;
        Ok(Some((outer, faces)))
    }

    /// Whether polygons of bounds reach farther beyond what was found within them than before.
    fn reach_beyond(&self, (_, faces): &Rested, refined: &Refined) -> bool {
        let flat = |point: &Vector| [point[0], point[1]];
        let of_state = |(faces, points): (&Option<Faces>, &Vec<Generated>)| {
            let polygon = hull(points.iter().map(|one| flat(&one.0)).collect());
            let corners = faces.iter().flat_map(|faces| faces.about(self.stages));
            let off = corners.filter_map(|one| distance(&polygon, &flat(&one)));
            off.fold(0.0, f64::max)
        };
        let gap = faces.iter().zip(&refined.points).map(of_state).fold(0.0, f64::max);
        self.planar() && gap > COMPLETE.max(2.0 * refined.gap)
    }

    /// Bounds also in the directions of the edges of inner polygons, where the bounds so far are not near.
    fn nearer(
        &mut self,
        mut directions: Directions,
        bounding: (f64, f64, f64),
        inner: &Inner,
    ) -> Result<(), Exhausted> {
        let stages = self.stages;
        let farthest = |answer: &StatePolytopes| {
            answer.states.iter().filter_map(|state| state.distance.clone()).max()
        };
        let Some(far) = self.best.as_ref().and_then(farthest) else { return Ok(()) };
        let widest = stages.range.iter().max().map_or(1.0, Rational::to_f64);
        if !self.planar() || far.to_f64() < COMPLETE * widest {
            return Ok(());
        }
        for normal in planar::normals(stages, inner) {
            if directions.len() < MOST_DIRECTIONS {
                directions.add(&vector(&normal));
            }
        }
        let Some((_, faces)) = self.rested(&directions, bounding)? else { return Ok(()) };
        let answer = self.answer(&directions, &faces, inner.clone());
        if farthest(&answer).is_some_and(|nearer| nearer < far) {
            self.best = Some(answer);
        }
        Ok(())
    }

    fn answer(
        &self,
        directions: &Directions,
        faces: &[Option<Faces>],
        inner: Inner,
    ) -> StatePolytopes {
        let of_state = |(faces, inner): (&Option<Faces>, _)| match faces {
            Some(faces) => faces.around(self.stages, directions, inner),
            None => StatePolytope::without_equilibria(),
        };
        let count = 0..directions.len();
        StatePolytopes {
            discount: self.discount.clone(),
            directions: count.map(|at| in_payoffs(self.stages, directions, at)).collect(),
            states: faces.iter().zip(inner).map(of_state).collect(),
        }
    }

    /// No equilibria, as bounds in these directions show.
    fn without_equilibria(&self, directions: &Directions) -> StatePolytopes {
        // Those that are always there are tried anyway.
        let count = if directions.len() > directions.base { 0..directions.len() } else { 0..0 };
        StatePolytopes {
            discount: self.discount.clone(),
            directions: count.map(|at| in_payoffs(self.stages, directions, at)).collect(),
            states: vec![StatePolytope::without_equilibria(); self.stages.states],
        }
    }

    /// Puts corners that generate themselves together into `inner`, where corners that do so are already.
    fn inner(
        &mut self,
        outer: &Outer,
        refined: &Refined,
        faces: &[Option<Faces>],
        inner: &mut Inner,
    ) -> Result<(), Exhausted> {
        let (stages, live) = (self.stages, &outer.live[..]);
        let factor = self.discount.value().to_f64();
        let planar = self.planar();
        let (found, all) = simple(stages, live, refined, self.budget)?;
        // Points that bounds generate may be few where the bounds reach far beyond them.
        if all && (!planar || refined.gap < COMPLETE) {
            *inner = found;
            return Ok(());
        }
        exact::join(inner, found);
        let flats = Flat::of(stages, &outer.alive, live);
        if planar {
            let of_state = |faces: &Option<Faces>| {
                let corners = faces.iter().flat_map(|faces| faces.about(stages));
                hull(corners.map(|one| [one[0], one[1]]).collect())
            };
            let bounds = faces.iter().map(of_state).collect();
            let known = inner.clone();
            let of = (&outer.alive[..], live);
            let planar = Planar::new(stages, of, (&flats, &known), TIGHT, self.budget);
            return planar.inner(&bounds, inner);
        }
        for &(part, digits) in self.tries() {
            let Some(conditions) = self.narrower(refined, factor, part) else { continue };
            let room = self.room(factor, part);
            if refined.gap > room {
                continue;
            }
            let directions = refined.directions.clone();
            let tried = &mut directions.clone();
            let Some(narrower) = self.refined(&conditions, room / 2.0, directions, tried)? else {
                continue;
            };
            let (found, all) = simple(stages, live, &narrower, self.budget)?;
            exact::join(inner, found);
            if all && stages.states == 1 {
                break;
            }
            // Half of what leaves as much room for continuations as for threats.
            let less = conditions.discount;
            let shrink = (factor - less) / (1.0 - less) / 2.0;
            let corners = exact::shrunk(stages, &flats, &narrower.points, shrink, digits);
            let first = narrower.first();
            let (found, done) = exact::generated_among(stages, live, corners, first, self.budget)?;
            exact::join(inner, found);
            if all || done {
                break;
            }
        }
        exact::prune(stages, live, inner, self.budget)
    }

    /// Whether polygons are known by their corners.
    pub(super) fn planar(&self) -> bool {
        self.stages.states > 1 && self.stages.players == 2
    }

    fn tries(&self) -> &'static [(f64, i32)] {
        if self.stages.states == 1 { &TRIES } else { &PULLS }
    }

    /// How near bounds have to come to what they generate, so that points can be moved.
    fn room(&self, factor: f64, part: f64) -> f64 {
        part / ROOM * if self.stages.states == 1 { 1.0 - factor } else { 0.25 }
    }

    /// Conditions that leave room: a smaller discount factor where a state follows itself, and
    /// continuations that are pulled to the middle with more states.
    fn narrower(&self, refined: &Refined, factor: f64, part: f64) -> Option<Conditions> {
        if self.stages.states == 1 {
            let less = factor - (1.0 - factor) * part;
            return (less > 0.0).then_some(Conditions { discount: less, looser: 0.0, pull: None });
        }
        let points = &refined.points;
        let middle = points.iter().map(|points| exact::middle(self.stages, points)).collect();
        let half = |points: &Vec<Generated>| {
            self.stages.each(|player| {
                let all = || points.iter().map(|one| one.0[player]);
                let most = all().fold(f64::NEG_INFINITY, f64::max);
                part * (most - all().fold(f64::INFINITY, f64::min)).max(0.0) / 2.0
            })
        };
        let more = points.iter().map(half).collect();
        let pull = Some(Pull { part, middle, more });
        Some(Conditions { discount: factor, looser: 0.0, pull })
    }
}

/// Points that generate themselves with simple fractions for payoffs, where they are near such: those of
/// the points that do, and whether these are all.
fn simple(
    stages: &Stages,
    live: &[bool],
    refined: &Refined,
    budget: &Budget,
) -> Result<(Inner, bool), Exhausted> {
    match exact::simple(stages, &refined.points, (16.0 * refined.gap).clamp(1e-9, 1e-6)) {
        Some(corners) => exact::generated_among(stages, live, corners, refined.first(), budget),
        None => Ok((vec![Vec::new(); stages.states], false)),
    }
}
