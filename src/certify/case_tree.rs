//! A proof by cases that a list of extreme equilibria is complete, replayed in exact arithmetic.
//!
//! The cases, the steps and why each holds stand at the head of [`crate::game::case_tree`]. Here
//! every step is evaluated again from the payoffs, in integers, and nothing that the solver says is
//! believed: a step that does not follow is refused, and so is a proof that leaves a case open. At a
//! leaf every pair of vertices of the two faces must be in the list. A face is a single point when
//! its equations have full rank; then a listed strategy that lies on it is that point. Rank is
//! computed modulo the prime 2⁶¹ − 1, where it can only be less than it is, so that full rank is a
//! proof. Other faces are enumerated by double description.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::game::case_tree::{CaseTree, Step, StepMultipliers, Steps};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::Refutation;
use super::bits::Bits;
use super::double_description::{FaceTable, for_each_face_vertex};
use super::mersenne::{PRIME, eliminate, subtract};
use super::meter::Meter;
use super::replies::{Replies, Strategies};
use super::wording::profile;

/// What a proof consisted of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Replayed {
    /// Steps that were evaluated.
    pub(super) inequalities: usize,
    /// Cases that were closed because all labels were decided.
    pub(super) leaves: usize,
}

/// A case: labels zero on side 0, on side 1, and not zero on side 0.
#[derive(Clone)]
struct Case {
    zero: [Bits; 2],
    excluded: Bits,
}

impl Case {
    /// Whether another case has all that this one has.
    fn is_closed(&self) -> bool {
        self.zero[0].meets(&self.excluded)
    }
}

/// Whether steps are long enough for a thread of their own.
fn worth_tasks(steps: &Steps<'_>) -> bool {
    steps.len() >= BYTES_FOR_TASKS
}

/// What is done with a vertex of a face: its labels, and the strategy.
type SeeVertex<'a> = dyn FnMut(Bits, &dyn Fn() -> Vec<Rational>) + 'a;

/// What a replay needs of the list.
pub(super) struct Listed<'a> {
    pub(super) game: &'a NormalForm,
    pub(super) replies: &'a [Replies; 2],
    pub(super) strategies: &'a [Strategies<'a>; 2],
    /// By number of a strategy, whether it is known to be the only point of the face that is given
    /// by what it does not play and its best replies.
    pub(super) vertices: &'a [Vec<bool>],
}

/// Replays a proof.
///
/// # Errors
/// [`Refutation::Incomplete`] when it does not hold or the list lacks a member;
/// [`Refutation::OutOfReach`] when the work is beyond the limit.
pub(super) fn replay(
    listed: &Listed<'_>,
    tree: &CaseTree,
    meter: &mut Meter,
) -> Result<Replayed, Refutation> {
    let replay = Replay::new(listed);
    let none = Bits::empty(replay.labels);
    let root = Case { zero: [none.clone(), none.clone()], excluded: none };
    let mut worker = Worker::new(meter.fork());
    let ended = replay.close(root, tree.steps(), 0, &mut worker);
    meter.join(worker.meter);
    ended.map(|()| worker.done)
}

/// A case with steps of fewer bytes is not worth another thread.
const BYTES_FOR_TASKS: usize = 1 << 14;
/// Cases below so many branches are closed one after the other, whatever a proof says.
const DEPTH_OF_TASKS: usize = 32;

/// What one thread writes into.
struct Worker {
    meter: Meter,
    done: Replayed,
    multipliers: StepMultipliers,
    sums: Vec<f64>,
}

impl Worker {
    fn new(meter: Meter) -> Self {
        Worker {
            meter,
            done: Replayed::default(),
            multipliers: StepMultipliers::default(),
            sums: Vec::new(),
        }
    }
}

fn broken(why: &str) -> Refutation {
    Refutation::Incomplete(format!("the proof that no equilibrium is missing does not hold: {why}"))
}

struct Replay<'a> {
    listed: &'a Listed<'a>,
    labels: usize,
    /// The first label of the player's own actions, and of the other's, on each side.
    firsts: [(usize, usize); 2],
    /// Numbers of strategies by the labels that are zero at them.
    by_zero: [HashMap<&'a Bits, usize>; 2],
    pairs: HashSet<(usize, usize)>,
    /// Faces that were looked at: the numbers of their vertices.
    faces: [Mutex<HashMap<Bits, Vec<usize>>>; 2],
}

impl<'a> Replay<'a> {
    fn new(listed: &'a Listed<'a>) -> Self {
        let [rows, columns] = listed.strategies;
        let (m, n) = (listed.replies[0].own, listed.replies[1].own);
        let by_zero = [rows, columns]
            .map(|side| side.known.iter().zip(0..).map(|(known, at)| (&known.zero, at)).collect());
        let pairs = rows.of_member.iter().copied().zip(columns.of_member.iter().copied()).collect();
        Replay {
            listed,
            labels: m + n,
            firsts: [(0, m), (m, 0)],
            by_zero,
            pairs,
            faces: [Mutex::default(), Mutex::default()],
        }
    }

    /// Closes one case with exactly these steps.
    ///
    /// `depth` counts the branches whose cases are closed each by itself.
    fn close(
        &self,
        case: Case,
        mut steps: Steps<'a>,
        depth: usize,
        worker: &mut Worker,
    ) -> Result<(), Refutation> {
        let labels = self.labels;
        let mut open = vec![case];
        while let Some(mut case) = open.pop() {
            loop {
                let step = steps.next_step(&mut worker.multipliers);
                let step = step.map_err(|_| broken("it cannot be read"))?;
                let Some(step) = step else { return Err(broken("it ends with a case left open")) };
                worker.meter.spend(4 + worker.multipliers.len())?;
                match step {
                    Step::Empty { side, label } => {
                        if label >= labels {
                            return Err(broken("it names an action that does not exist"));
                        }
                        worker.done.inequalities += 1;
                        let known = case.zero[side].has(label);
                        case.zero[side].insert(label);
                        self.check_empty(side, &case.zero[side], worker)?;
                        if known {
                            break;
                        }
                        case.zero[side].remove(label);
                        case.zero[1 - side].insert(label);
                    }
                    Step::Vanishing { side } => {
                        worker.done.inequalities += 1;
                        let vanishing = self.check_vanishing(side, &case.zero[side], worker)?;
                        vanishing.into_iter().for_each(|label| case.zero[side].insert(label));
                    }
                    Step::Branch { label, first } => {
                        if label >= labels {
                            return Err(broken("it names an action that does not exist"));
                        }
                        let mut second = case.clone();
                        second.zero[1].insert(label);
                        second.excluded.insert(label);
                        case.zero[0].insert(label);
                        let halves = first.filter(|_| open.is_empty() && depth < DEPTH_OF_TASKS);
                        if let Some(halves) = halves.and_then(|first| steps.split(first))
                            && worth_tasks(&halves.0)
                            && worth_tasks(&halves.1)
                        {
                            return self.close_both([case, second], halves, depth + 1, worker);
                        }
                        // The first case comes first.
                        if !second.is_closed() {
                            open.push(second);
                        }
                        if !case.is_closed() {
                            open.push(case);
                        }
                        break;
                    }
                    Step::Leaf => {
                        worker.done.leaves += 1;
                        self.check_leaf(&case, &mut worker.meter)?;
                        break;
                    }
                }
                if case.is_closed() {
                    break;
                }
            }
        }
        if steps.is_empty() { Ok(()) } else { Err(broken("it goes on after the last case")) }
    }

    /// Closes two cases, each with its own steps, by two threads where there are two.
    fn close_both(
        &self,
        [first, second]: [Case; 2],
        steps: (Steps<'a>, Steps<'a>),
        depth: usize,
        worker: &mut Worker,
    ) -> Result<(), Refutation> {
        if first.is_closed() || second.is_closed() {
            return Err(broken("it has steps for a closed case"));
        }
        let mut other = Worker::new(worker.meter.fork());
        let (one, two) = rayon::join(
            || self.close(first, steps.0, depth, worker),
            || self.close(second, steps.1, depth, &mut other),
        );
        worker.done.inequalities += other.done.inequalities;
        worker.done.leaves += other.done.leaves;
        worker.meter.join(other.meter);
        one.and(two)
    }

    /// That multipliers are for actions, sum to zero and are non-negative where they must be.
    fn check_multipliers(
        &self,
        side: usize,
        zero: &Bits,
        multipliers: &StepMultipliers,
    ) -> Result<(), Refutation> {
        let (replies, first) = (&self.listed.replies[side], self.firsts[side].1);
        for (j, sign) in multipliers.signs() {
            if j >= replies.other {
                return Err(broken("it names an action that does not exist"));
            }
            if sign < 0 && !zero.has(first + j) {
                return Err(broken("a multiplier has the wrong sign"));
            }
        }
        if !multipliers.sum_is_zero() {
            return Err(broken("the multipliers of a step do not sum to zero"));
        }
        Ok(())
    }

    /// That no strategy of a side has these labels.
    fn check_empty(&self, side: usize, zero: &Bits, worker: &mut Worker) -> Result<(), Refutation> {
        let Worker { meter, multipliers, sums, .. } = worker;
        self.check_multipliers(side, zero, multipliers)?;
        let (replies, first) = (&self.listed.replies[side], self.firsts[side].0);
        meter.spend(multipliers.len() * replies.own / 4)?;
        let holds = replies.signs(multipliers, sums, |i, sign| sign > 0 || zero.has(first + i));
        if holds { Ok(()) } else { Err(broken("an inequality is not true")) }
    }

    /// The labels that multipliers show to be zero wherever the given ones are.
    fn check_vanishing(
        &self,
        side: usize,
        zero: &Bits,
        worker: &mut Worker,
    ) -> Result<Vec<usize>, Refutation> {
        let Worker { meter, multipliers, sums, .. } = worker;
        self.check_multipliers(side, zero, multipliers)?;
        let (own_first, other_first) = self.firsts[side];
        let replies = &self.listed.replies[side];
        meter.spend(multipliers.len() * replies.own / 4)?;
        let mut vanishing: Vec<usize> = multipliers
            .signs()
            .filter(|&(_, sign)| sign > 0)
            .map(|(j, _)| other_first + j)
            .filter(|&label| !zero.has(label))
            .collect();
        let holds = replies.signs(multipliers, sums, |i, sign| {
            let open = !zero.has(own_first + i);
            if open && sign > 0 {
                vanishing.push(own_first + i);
            }
            !open || sign >= 0
        });
        if holds { Ok(vanishing) } else { Err(broken("an inequality is not true")) }
    }

    /// That all labels are decided, and that the list has every pair of vertices.
    fn check_leaf(&self, case: &Case, meter: &mut Meter) -> Result<(), Refutation> {
        if !(0..self.labels).all(|label| case.zero[0].has(label) || case.zero[1].has(label)) {
            return Err(broken("a case is closed with an action undecided"));
        }
        let rows = self.vertices(0, case, meter)?;
        let columns = self.vertices(1, case, meter)?;
        meter.spend(rows.len() * columns.len())?;
        for &row in &rows {
            for &column in &columns {
                if !self.pairs.contains(&(row, column)) {
                    let of = |side: usize, number: usize| {
                        let numbers = &self.listed.strategies[side].numbers;
                        numbers.iter().find(|&(_, &at)| at == number).map(|(&one, _)| one.clone())
                    };
                    let pair: Vec<MixedStrategy> =
                        [of(0, row), of(1, column)].into_iter().flatten().collect();
                    return Err(self.lacks(&pair));
                }
            }
        }
        Ok(())
    }

    fn lacks(&self, missing: &[MixedStrategy]) -> Refutation {
        Refutation::Incomplete(format!(
            "the list lacks the extreme equilibrium in which {}",
            profile(self.listed.game, missing)
        ))
    }

    /// The numbers of the vertices of one face of a leaf; all must be in the list.
    fn vertices(
        &self,
        side: usize,
        case: &Case,
        meter: &mut Meter,
    ) -> Result<Vec<usize>, Refutation> {
        let zero = &case.zero[side];
        let direct = self.by_zero[side].get(zero).copied();
        if let Some(number) = direct
            && self.listed.vertices[side][number]
        {
            return Ok(vec![number]);
        }
        let faces = || self.faces[side].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = faces().get(zero) {
            return Ok(known.clone());
        }
        let (own_first, other_first) = self.firsts[side];
        let replies = &self.listed.replies[side];
        let support: Vec<usize> = (0..replies.own).filter(|&i| !zero.has(own_first + i)).collect();
        let best: Vec<usize> = (0..replies.other).filter(|&j| zero.has(other_first + j)).collect();
        if support.is_empty() {
            return Ok(Vec::new());
        }
        meter.spend(support.len() * support.len() * best.len())?;
        let strategies = &self.listed.strategies[side];
        if is_point(replies, &support, &best) {
            let found = direct.or_else(|| {
                (0..strategies.known.len()).find(|&at| zero.within(&strategies.known[at].zero))
            });
            let Some(found) = found else {
                return Err(self.lacks_one(side, &support, &best, meter)?);
            };
            return Ok(vec![found]);
        }
        let mut numbers = Vec::new();
        let mut missing = None;
        self.for_each_vertex(side, &support, &best, meter, &mut |zero, strategy| {
            // A vertex is the only point at which these labels are zero, and those of the list are
            // vertices.
            match self.by_zero[side].get(&zero) {
                Some(&number) => numbers.push(number),
                None => missing = Some(strategy()),
            }
        })?;
        if let Some(missing) = missing {
            return Err(self.lacks_strategy(side, missing));
        }
        faces().insert(zero.clone(), numbers.clone());
        Ok(numbers)
    }

    /// The vertices of a face, whatever the list says: the labels that are zero, and the strategy.
    fn for_each_vertex(
        &self,
        side: usize,
        support: &[usize],
        best: &[usize],
        meter: &mut Meter,
        see: &mut SeeVertex<'_>,
    ) -> Result<(), Refutation> {
        let replies = &self.listed.replies[side];
        let (own_first, other_first) = self.firsts[side];
        let entries = replies.small();
        let small =
            |i: usize, j: usize| entries.map_or(0, |entries| entries[j * replies.own + support[i]]);
        let table = FaceTable {
            own: support.len(),
            replies: replies.other,
            small: entries.map(|_| &small as &dyn Fn(usize, usize) -> i64),
            long: &|i, j| Rational::from(replies.payoff(j, support[i])),
        };
        let outside = Bits::of(self.labels, own_first..own_first + replies.own);
        let outside = support.iter().fold(outside, |mut outside, &i| {
            outside.remove(own_first + i);
            outside
        });
        for_each_face_vertex(&table, best, meter, &mut |unplayed, best, strategy| {
            let mut zero = outside.clone();
            unplayed.iter().for_each(|&i| zero.insert(own_first + support[i]));
            best.iter().for_each(|&j| zero.insert(other_first + j));
            see(zero, &|| {
                let mut all = vec![Rational::ZERO; replies.own];
                for (&i, weight) in support.iter().zip(strategy()) {
                    all[i] = weight;
                }
                all
            });
        })?;
        Ok(())
    }

    /// That the list has no equilibrium with this vertex.
    fn lacks_strategy(&self, side: usize, vertex: Vec<Rational>) -> Refutation {
        match MixedStrategy::new(vertex) {
            Ok(vertex) => Refutation::Incomplete(format!(
                "the list lacks an extreme equilibrium in which {}",
                super::wording::strategy(self.listed.game, side, &vertex)
            )),
            Err(_) => broken("a vertex is no distribution"),
        }
    }

    /// The message for a face of one point that no listed strategy lies on.
    fn lacks_one(
        &self,
        side: usize,
        support: &[usize],
        best: &[usize],
        meter: &mut Meter,
    ) -> Result<Refutation, Refutation> {
        let mut found = None;
        self.for_each_vertex(side, support, best, meter, &mut |_, strategy| {
            found = Some(strategy());
        })?;
        Ok(match found {
            Some(vertex) => self.lacks_strategy(side, vertex),
            None => broken("a case is left open that holds nothing"),
        })
    }
}

/// Whether the equations Σ_i x_i = 1 and equal payoffs of all best replies have at most one
/// solution with this support; true only if it is proved.
pub(super) fn is_point(replies: &Replies, support: &[usize], best: &[usize]) -> bool {
    let unknowns = support.len();
    if unknowns <= 1 {
        return true;
    }
    if best.len() < unknowns {
        return false;
    }
    let residue = |j: usize, i: usize| replies.residue(j, i, PRIME);
    let mut cells = vec![1; unknowns];
    for &j in &best[1..] {
        cells.extend(support.iter().map(|&i| subtract(residue(j, i), residue(best[0], i))));
    }
    let rows = best.len();
    (0..unknowns).all(|at| eliminate(&mut cells, rows, unknowns, at).is_some())
}
