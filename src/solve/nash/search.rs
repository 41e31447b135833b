//! Branch and bound over complementarity (EEE): all complementary pairs of faces.
//!
//! At an equilibrium every label is on one side or on the other: an action is unplayed, or a best
//! response. A node of the search is a pair of faces, one of each best-response polyhedron. A label
//! zero throughout either face is settled; a branch settles one more, on either side. A node dies
//! when a face would be empty. Where all labels are settled, *every* pair of points of the two faces
//! is an equilibrium, and the pairs of vertices are extreme equilibria. Every extreme equilibrium
//! is in such a leaf, so that the list is complete.
//!
//! Before it branches a node is brought to a fixpoint. A label positive throughout one face must be
//! zero on the other (propagation, from single rows of the dictionaries, then by minimising each
//! open label: probing), and a label zero throughout a face is settled. In the branch with the label
//! zero on side 1, a face of side 0 on which the label vanishes is dropped: the other branch has it.
//!
//! All arithmetic is exact, so that every step is a proof. Sources: Audet, Hansen, Jaumard & Savard
//! (2001); Avis, Rosenberg, Savani & von Stengel (2010), section 5; probing as in constraint
//! programming.

use crate::game::NormalForm;
use crate::solve::Exhausted;

use super::Meter;
use super::face::{Face, Finding};
use super::labels::LabelSet;

/// The open nodes may take this many bytes.
const MOST_MEMORY: usize = 1 << 29;

/// A pair of faces.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) faces: [Face; 2],
    /// Labels that are zero throughout a face.
    settled: LabelSet,
    /// Labels that may not be zero throughout the face of side 0.
    not_vanishing: LabelSet,
}

impl Node {
    fn root(game: &NormalForm) -> Self {
        let faces = [Face::whole(game, 0), Face::whole(game, 1)];
        let none = LabelSet::empty(faces[0].labels().count());
        Node { faces, settled: none.clone(), not_vanishing: none }
    }

    fn copy_from(&mut self, other: &Self) {
        for (face, other) in self.faces.iter_mut().zip(&other.faces) {
            face.copy_from(other);
        }
        self.settled.clone_from(&other.settled);
        self.not_vanishing.clone_from(&other.not_vanishing);
    }

    fn copy_size(&self) -> usize {
        self.faces[0].copy_size() + self.faces[1].copy_size()
    }

    /// The number of labels.
    fn labels(&self) -> usize {
        self.faces[0].labels().count()
    }

    /// Settles a label on one side; false when that leaves nothing.
    fn settle(
        &mut self,
        side: usize,
        label: usize,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Exhausted> {
        self.settled.insert(label);
        if side == 0 && self.not_vanishing.contains(label) {
            return Ok(false);
        }
        self.faces[side].restrict(label, meter)
    }

    /// Draws all conclusions; false when there is no equilibrium in the node that another does
    /// not have.
    fn propagate(&mut self, meter: &mut Meter<'_>) -> Result<bool, Exhausted> {
        loop {
            if !self.scan(meter)? {
                return Ok(false);
            }
            if self.find_vanishing(meter)? {
                continue;
            }
            match self.probe(meter)? {
                None => return Ok(false),
                Some(false) => return Ok(true),
                Some(true) => {}
            }
        }
    }

    /// Makes the sets of labels that are zero throughout each face complete.
    fn find_all_vanishing(&mut self, meter: &mut Meter<'_>) -> Result<(), Exhausted> {
        self.faces.iter_mut().try_for_each(|face| face.find_all_vanishing(meter))
    }

    /// Conclusions from single rows, to a fixpoint.
    fn scan(&mut self, meter: &mut Meter<'_>) -> Result<bool, Exhausted> {
        let mut findings = Vec::new();
        loop {
            let mut changed = false;
            for side in 0..2 {
                self.faces[side].scan(&mut findings);
                for finding in findings.drain(..) {
                    changed = true;
                    let alive = match finding {
                        Finding::Zero(label) => self.settle(side, label, meter)?,
                        Finding::Positive(label) => self.settle(1 - side, label, meter)?,
                    };
                    if !alive {
                        return Ok(false);
                    }
                }
            }
            if !changed {
                return Ok(true);
            }
        }
    }

    /// Looks for a label that is zero throughout a face, in a way that a single row shows.
    fn find_vanishing(&mut self, meter: &mut Meter<'_>) -> Result<bool, Exhausted> {
        for side in 0..2 {
            for label in 0..self.labels() {
                let asked = !self.settled.contains(label)
                    || side == 0 && self.not_vanishing.contains(label);
                let face = &mut self.faces[side];
                if asked
                    && !face.seen_positive.contains(label)
                    && !face.zero.contains(label)
                    && !face.can_rise(label, meter)?
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Minimises every open label that was never seen zero. `None` when the node is dead,
    /// otherwise whether anything new was found.
    fn probe(&mut self, meter: &mut Meter<'_>) -> Result<Option<bool>, Exhausted> {
        let mut found = false;
        for side in 0..2 {
            for label in 0..self.labels() {
                if self.settled.contains(label) || self.faces[side].seen_zero.contains(label) {
                    continue;
                }
                if !self.faces[side].minimise(label, meter)? {
                    found = true;
                    self.faces[side].note_positive(label);
                    if !self.settle(1 - side, label, meter)? {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(found))
    }

    /// The open label on which to branch: the one whose fixing changes most on both sides.
    fn branching_label(&self) -> Option<usize> {
        let score = |label: usize| {
            (self.faces[0].tightness(label) + 0.01) * (self.faces[1].tightness(label) + 0.01)
        };
        (0..self.labels())
            .filter(|&label| !self.settled.contains(label))
            .map(|label| (label, score(label)))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map(|(label, _)| label)
    }
}

/// Calls `leaf` for every complementary pair of faces: together they hold all equilibria. The sets
/// `zero` of the faces are complete.
///
/// Steps of the budget are pivots. Memory: at most one node for each level of the search, of which
/// there are at most m + n.
pub(super) fn for_each_complementary_pair(
    game: &NormalForm,
    meter: &mut Meter<'_>,
    mut leaf: impl FnMut(&mut Node, &mut Meter<'_>) -> Result<(), Exhausted>,
) -> Result<(), Exhausted> {
    let mut open = vec![Node::root(game)];
    let mut unused: Vec<Node> = Vec::new();
    while let Some(mut node) = open.pop() {
        meter.node();
        if node.propagate(meter)? {
            match node.branching_label() {
                None => {
                    node.find_all_vanishing(meter)?;
                    leaf(&mut node, meter)?;
                }
                Some(label) => {
                    let mut first = match unused.pop() {
                        Some(mut reused) => {
                            reused.copy_from(&node);
                            reused
                        }
                        None => node.clone(),
                    };
                    if open.iter().map(Node::copy_size).sum::<usize>() > MOST_MEMORY {
                        return Err(meter.memory());
                    }
                    node.not_vanishing.insert(label);
                    if node.settle(1, label, meter)? {
                        open.push(node);
                    } else {
                        unused.push(node);
                    }
                    if first.settle(0, label, meter)? {
                        open.push(first);
                    } else {
                        unused.push(first);
                    }
                    continue;
                }
            }
        }
        unused.push(node);
    }
    Ok(())
}
