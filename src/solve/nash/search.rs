//! Branch and bound over complementarity (EEE): all complementary pairs of faces, with a proof.
//!
//! At an equilibrium every label is on one side or on the other: an action is unplayed, or a best
//! response. A node of the search is a pair of faces, one of each best-response polyhedron, and a
//! branch fixes one more label at zero, on either side. Before it branches a node is brought to a
//! fixpoint, see `node`; it dies when a face is empty. Where all labels are settled, *every* pair of
//! points of the two faces is an equilibrium, and the pairs of vertices are extreme equilibria.
//! Every extreme equilibrium is in such a leaf.
//!
//! The two branches of a node are independent: they run in parallel where threads are free, and
//! what they write is put together in the order of the tree, so that the result does not depend on
//! the number of threads.
//!
//! Sources: Audet, Hansen, Jaumard & Savard (2001); Avis, Rosenberg, Savani & von Stengel (2010),
//! section 5; probing as in constraint programming.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::game::NormalForm;
use crate::game::case_tree::{BranchCount, CaseTree};
use crate::solve::{Budget, Exhausted};

use super::Meter;
use super::evidence::{Decided, Side};
use super::exact_table::ExactTable;
use super::labels::Mask;
use super::leaf::{self, Point};
use super::node::{Log, Node};
use super::stream::Stream;
use super::tableau::{Table, Tableau};

/// The open nodes may take this many bytes.
const MOST_MEMORY: usize = 1 << 29;
/// The proof is given up when it takes more bytes.
const MOST_PROOF: usize = 1 << 28;
/// Nodes up to this depth hand one of their branches to another thread, if one is free.
const DEPTH_OF_TASKS: usize = 24;
/// Games with fewer labels are not worth a second thread.
const LABELS_FOR_TASKS: usize = 24;

/// A complementary pair of faces.
pub(super) struct Leaf<const W: usize> {
    /// The labels that the search fixed at zero on each side.
    pub(super) zero: [Mask<W>; 2],
    /// The points, where both faces are single points and every label is zero on one side only:
    /// then the pair is a maximal Nash subset.
    pub(super) points: Option<[Point<W>; 2]>,
}

/// What a search found.
pub(super) struct Found<'a, const W: usize> {
    pub(super) leaves: Vec<Leaf<W>>,
    /// `None` when it is too long.
    pub(super) proof: Option<CaseTree>,
    pub(super) meter: Meter<'a>,
    pub(super) ended: Result<(), Exhausted>,
}

/// What all threads share.
struct Search<'a, 's> {
    sides: [Side; 2],
    labels: usize,
    budget: &'a Budget,
    /// Who is told of leaves.
    stream: Option<&'a Stream<'s>>,
    parallel: bool,
    /// A limit was reached somewhere.
    stop: AtomicBool,
    /// The proof so far in bytes.
    proof: AtomicUsize,
}

/// What one thread writes.
struct Task<'a, T, const W: usize> {
    log: Log<'a>,
    leaves: Vec<Leaf<W>>,
    unused: Vec<Box<Node<T, W>>>,
    /// Bytes of the proof that were counted already.
    counted: usize,
}

impl<'a, T: Table, const W: usize> Task<'a, T, W> {
    fn new(budget: &'a Budget) -> Self {
        Task {
            log: Log::new(Meter::new(budget)),
            leaves: Vec::new(),
            unused: Vec::new(),
            counted: 0,
        }
    }

    /// Adds what a task later in the tree wrote.
    fn append(&mut self, other: Self) {
        self.log.tree.append(&other.log.tree);
        self.counted += other.counted;
        self.log.meter.add(&other.log.meter);
        self.leaves.extend(other.leaves);
    }
}

/// Searches a game with at most 64·W labels. Steps of the budget are pivots.
pub(super) fn search<'a, 's, const W: usize>(
    game: &NormalForm,
    budget: &'a Budget,
    stream: Option<&'a Stream<'s>>,
) -> Found<'a, W> {
    let sides = [Side::new(game, 0), Side::new(game, 1)];
    let labels = sides[0].labels.count();
    let search = Search {
        // With a limit on steps the order of steps matters.
        parallel: rayon::current_num_threads() > 1
            && labels >= LABELS_FOR_TASKS
            && budget.steps_after(0) == u64::MAX,
        sides,
        labels,
        budget,
        stream,
        stop: AtomicBool::new(false),
        proof: AtomicUsize::new(0),
    };
    if search.sides.iter().all(|side| side.replies.is_well_scaled()) {
        search.run::<Tableau, W>()
    } else {
        search.run::<ExactTable, W>()
    }
}

/// A copy of a node on the heap: nodes of games with many labels are large, and the search goes as deep
/// as there are labels. On its own, so that the stack of the search holds no copy.
#[inline(never)]
fn boxed<T: Table, const W: usize>(node: &Node<T, W>) -> Box<Node<T, W>> {
    Box::new(node.clone())
}

impl<'a> Search<'a, '_> {
    /// Searches all, with one kind of tableau.
    fn run<T: Table, const W: usize>(&self) -> Found<'a, W> {
        let mut task = Task::<T, W>::new(self.budget);
        let mut root = Box::new(Node::root(&self.sides));
        let ended = self.explore(&mut root, 0, &mut task);
        let Task { log, leaves, counted, .. } = task;
        let length = self.proof.load(Ordering::Relaxed) + log.tree.len().saturating_sub(counted);
        let proof = (length <= MOST_PROOF).then_some(log.tree);
        Found { leaves, proof, meter: log.meter, ended }
    }

    /// Explores a node and all below it.
    fn explore<T: Table, const W: usize>(
        &self,
        node: &mut Node<T, W>,
        depth: usize,
        task: &mut Task<'a, T, W>,
    ) -> Result<(), Exhausted> {
        let ended = self.explore_here(node, depth, task);
        if ended.is_err() {
            self.stop.store(true, Ordering::Relaxed);
        }
        ended
    }

    fn explore_here<T: Table, const W: usize>(
        &self,
        node: &mut Node<T, W>,
        depth: usize,
        task: &mut Task<'a, T, W>,
    ) -> Result<(), Exhausted> {
        task.log.meter.node();
        if self.stop.load(Ordering::Relaxed) {
            return Err(Exhausted::Cancelled);
        }
        self.limit_proof(task);
        if !node.propagate(&self.sides, &mut task.log)? {
            self.close(depth);
            return Ok(());
        }
        let Some(label) = node.branching_label(self.labels, &mut task.log) else {
            self.leaf(node, task)?;
            self.close(depth);
            return Ok(());
        };
        if depth.saturating_mul(node.copy_size()) > MOST_MEMORY {
            return Err(task.log.meter.memory());
        }
        // Where the proof counts the first case, both can be replayed at the same time.
        let count = (depth < DEPTH_OF_TASKS && self.labels >= LABELS_FOR_TASKS)
            .then(|| task.log.tree.branch_with_count(label));
        if count.is_none() {
            task.log.tree.branch(label);
        }
        let mut first = match task.unused.pop() {
            Some(mut reused) => {
                reused.copy_from(node);
                reused
            }
            None => boxed(node),
        };
        node.forbid_vanishing(label);
        let ended = match count {
            Some(count) if self.parallel => {
                self.both_branches(&mut first, node, label, depth, count, task)
            }
            _ => self.branch(&mut first, 0, label, depth, task).and_then(|()| {
                if let Some(count) = count {
                    task.log.tree.end_first_case(count);
                }
                self.branch(node, 1, label, depth, task)
            }),
        };
        task.unused.push(first);
        ended
    }

    /// Both branches, the second by another thread where one is free.
    fn both_branches<T: Table, const W: usize>(
        &self,
        first: &mut Node<T, W>,
        second: &mut Node<T, W>,
        label: usize,
        depth: usize,
        count: BranchCount,
        task: &mut Task<'a, T, W>,
    ) -> Result<(), Exhausted> {
        // Whoever comes second writes on where the first ended, or begins a task of its own.
        let place = Mutex::new(Some(&mut *task));
        let take = || place.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (one, (two, other)) = rayon::join_context(
            |_| {
                let Some(task) = take() else { return Ok(()) };
                let ended = self.branch(first, 0, label, depth, task);
                task.log.tree.end_first_case(count);
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
                ended
            },
            |context| match if context.migrated() { None } else { take() } {
                Some(task) => (self.branch(second, 1, label, depth, task), None),
                None => {
                    let mut task = Task::new(self.budget);
                    (self.branch(second, 1, label, depth, &mut task), Some(task))
                }
            },
        );
        if let Some(other) = other {
            task.append(other);
        }
        match (one, two) {
            // The reason, and not that the other one stopped for it.
            (Err(Exhausted::Cancelled), Err(reason)) => Err(reason),
            (one, two) => one.and(two),
        }
    }

    /// The branch with the label zero on one side.
    fn branch<T: Table, const W: usize>(
        &self,
        node: &mut Node<T, W>,
        side: usize,
        label: usize,
        depth: usize,
        task: &mut Task<'a, T, W>,
    ) -> Result<(), Exhausted> {
        if node.settle(&self.sides, side, label, &mut task.log)? {
            self.explore(node, depth + 1, task)
        } else {
            self.close(depth + 1);
            Ok(())
        }
    }

    /// A case at a depth is closed.
    fn close(&self, depth: usize) {
        if let Some(stream) = self.stream {
            stream.close(depth);
        }
    }

    /// Where all labels are settled.
    #[inline(never)]
    fn leaf<T: Table, const W: usize>(
        &self,
        node: &Node<T, W>,
        task: &mut Task<'a, T, W>,
    ) -> Result<(), Exhausted> {
        let zero = [node.faces[0].zero, node.faces[1].zero];
        let mut points = [None, None];
        for (at, side) in self.sides.iter().enumerate() {
            let empty = match leaf::solve(&side.replies, &zero[at]) {
                leaf::Face::Point(point) => {
                    points[at] = Some(point);
                    continue;
                }
                leaf::Face::Empty | leaf::Face::Unclear => {
                    side.exact_face(&zero[at], &mut task.log.meter)?
                }
            };
            if let Decided::Proved(multipliers) = empty {
                // Any label of the face closes the case.
                let label = zero[at].members().next().unwrap_or(0);
                task.log.tree.empty_big(at, label, &multipliers);
                return Ok(());
            }
        }
        task.log.tree.leaf();
        let points = match points {
            [Some(x), Some(y)] if x.zero.is_disjoint(&y.zero) => Some([x, y]),
            _ => None,
        };
        if let Some(stream) = self.stream {
            let set = |mask: &Mask<W>| mask.to_set(self.labels);
            let points = points
                .as_ref()
                .map(|points| points.each_ref().map(|at| (set(&at.zero), at.strategy.clone())));
            stream.leaf(|| zero.each_ref().map(set), points);
        }
        task.leaves.push(Leaf { zero, points });
        Ok(())
    }

    /// Forgets the proof when it is too long for the memory.
    fn limit_proof<T: Table, const W: usize>(&self, task: &mut Task<'a, T, W>) {
        let tree = &mut task.log.tree;
        let new = tree.len().saturating_sub(task.counted);
        let total = self.proof.fetch_add(new, Ordering::Relaxed) + new;
        task.counted += new;
        if total > MOST_PROOF {
            tree.truncate(0);
        }
    }
}

#[cfg(test)]
mod tests;
