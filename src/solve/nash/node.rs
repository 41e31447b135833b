//! A node of the search for all equilibria: a pair of faces, and the conclusions that it draws.
//!
//! A label zero throughout either face is *settled*; a branch settles one more, on either side. A
//! label positive throughout one face must be zero on the other (propagation, from single rows of
//! the tableaux, then by minimising each open label: probing), and a label zero throughout a face
//! is settled. What was seen at a vertex stays true on every smaller face that still holds the
//! vertex, so that most questions are answered by remembered vertices (witnesses) and need no
//! pivot.
//!
//! Tableaux are in machine numbers. Every conclusion that is drawn is proved first, see `evidence`.

use crate::game::case_tree::CaseTree;
use crate::solve::Exhausted;

use super::Meter;
use super::evidence::{Decided, Scratch, Side};
use super::labels::Mask;
use super::tableau::{Least, Spot, Table};

/// How many vertices of a face are remembered.
const MOST_WITNESSES: usize = 256;

/// A face of one best-response polyhedron.
#[derive(Debug, Clone)]
pub(super) struct Face<T, const W: usize> {
    tableau: T,
    /// Labels that are fixed at zero.
    pub(super) zero: Mask<W>,
    /// Labels that are positive throughout.
    positive: Mask<W>,
    /// Labels that are zero, or positive, at some point that was seen.
    seen_zero: Mask<W>,
    seen_positive: Mask<W>,
    /// The zero labels of vertices of the face.
    witnesses: Vec<Mask<W>>,
}

/// What a task of the search writes into.
pub(super) struct Log<'a> {
    pub(super) meter: Meter<'a>,
    pub(super) tree: CaseTree,
    pub(super) scratch: Scratch,
    pub(super) entries: Vec<(usize, f64)>,
    rows: Vec<usize>,
    scores: [Vec<f64>; 2],
}

impl<'a> Log<'a> {
    pub(super) fn new(meter: Meter<'a>) -> Self {
        Log {
            meter,
            tree: CaseTree::new(),
            scratch: Scratch::default(),
            entries: Vec::new(),
            rows: Vec::new(),
            scores: [Vec::new(), Vec::new()],
        }
    }
}

/// What single rows said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scanned {
    /// That the node holds nothing that another does not.
    Dead,
    Changed,
    Unchanged,
}

/// Whether a search at a face goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Proved,
    /// The machine numbers were wrong; the tableau was made anew.
    Refuted,
}

impl<T: Table, const W: usize> Face<T, W> {
    fn whole(side: &Side) -> Self {
        let mut face = Face {
            tableau: T::load(side, &side.whole, &Mask::<W>::EMPTY),
            zero: Mask::EMPTY,
            positive: Mask::EMPTY,
            seen_zero: Mask::EMPTY,
            seen_positive: Mask::EMPTY,
            witnesses: Vec::with_capacity(16),
        };
        face.remember();
        face
    }

    fn copy_from(&mut self, other: &Self) {
        self.tableau.copy_from(&other.tableau);
        (self.zero, self.positive) = (other.zero, other.positive);
        (self.seen_zero, self.seen_positive) = (other.seen_zero, other.seen_positive);
        self.witnesses.clone_from(&other.witnesses);
    }

    fn copy_size(&self) -> usize {
        self.tableau.copy_size() + (self.witnesses.len() + 4) * size_of::<Mask<W>>()
    }

    /// Remembers the vertex of the tableau.
    fn remember(&mut self) {
        let mut zero = self.zero;
        zero.unite(&self.tableau.zero_labels());
        self.seen_zero.unite(&zero);
        self.seen_positive.unite_complement(&zero);
        if self.witnesses.len() < MOST_WITNESSES {
            self.witnesses.push(zero);
        }
    }

    fn minimise(&mut self, label: usize, meter: &mut Meter<'_>) -> Result<Least, Exhausted> {
        // The vertices on the way are witnesses too.
        let Face { tableau, zero, seen_zero, seen_positive, witnesses, .. } = self;
        tableau.minimise(label, |tableau| {
            meter.step(tableau.pivot_cost())?;
            let mut here = *zero;
            here.unite(&tableau.zero_labels());
            seen_zero.unite(&here);
            seen_positive.unite_complement(&here);
            if witnesses.len() < MOST_WITNESSES {
                witnesses.push(here);
            }
            Ok(())
        })
    }

    /// Fixes a label that is zero at the vertex of the tableau, and keeps the witnesses of the
    /// smaller face.
    fn fix(&mut self, label: usize, side: &Side) {
        self.tableau.fix_label(label, side.labels.is_slack(label));
        self.zero.insert(label);
        self.witnesses.retain(|witness| witness.contains(label));
        self.seen_zero = self.zero;
        self.seen_positive = self.positive;
        for witness in &self.witnesses {
            self.seen_zero.unite(witness);
            self.seen_positive.unite_complement(witness);
        }
        self.remember();
    }

    /// Makes the tableau anew from an exact dictionary of the face.
    fn reload(&mut self, side: &Side, dictionary: &crate::linear::Dictionary) {
        self.tableau = T::load(side, dictionary, &self.zero);
        for label in self.positive.members().filter(|&label| label < side.labels.count()) {
            if let Spot::Row(row) = self.tableau.spot(label) {
                self.tableau.remove_row(row);
            }
        }
        self.remember();
    }

    /// Proves that nothing on the face has the label zero, if that is so, and says it in the log.
    /// `row` is where the tableau shows it.
    fn prove_positive(
        &mut self,
        side: &Side,
        at: usize,
        label: usize,
        row: Option<usize>,
        log: &mut Log<'_>,
    ) -> Result<Verdict, Exhausted> {
        let zero = self.zero.with(label);
        if let Some(row) = row
            && self.tableau.log_empty(side, at, row, &zero, log)
        {
            return Ok(Verdict::Proved);
        }
        log.meter.fallbacks += 1;
        match side.exact_face(&zero, &mut log.meter)? {
            Decided::Proved(multipliers) => {
                log.tree.empty_big(at, label, &multipliers);
                Ok(Verdict::Proved)
            }
            Decided::Disproved(dictionary) => {
                self.reload(side, &dictionary);
                Ok(Verdict::Refuted)
            }
        }
    }

    /// Proves that the label of a row with constant zero and no negative entry vanishes on the
    /// face, and with it those of positive entries; says so in the log, and gives the labels.
    fn prove_vanishing(
        &mut self,
        side: &Side,
        at: usize,
        row: usize,
        log: &mut Log<'_>,
    ) -> Result<Verdict, Exhausted> {
        let label = self.tableau.row_label(row);
        if self.tableau.log_vanishing(side, at, row, &self.zero, log) {
            return Ok(Verdict::Proved);
        }
        log.meter.fallbacks += 1;
        match side.exact_vanishing(label, &self.zero, &mut log.meter)? {
            Some(Decided::Proved(multipliers)) => {
                log.tree.vanishing_big(at, &multipliers);
                log.scratch.vanishing = side.vanishing(&multipliers, &self.zero);
                Ok(Verdict::Proved)
            }
            Some(Decided::Disproved(dictionary)) => {
                self.reload(side, &dictionary);
                self.seen_positive.insert(label);
                Ok(Verdict::Refuted)
            }
            None => {
                // The face is empty, which no row has shown yet: a leaf will.
                self.seen_positive.insert(label);
                Ok(Verdict::Refuted)
            }
        }
    }
}

/// A pair of faces.
#[derive(Debug, Clone)]
pub(super) struct Node<T, const W: usize> {
    pub(super) faces: [Face<T, W>; 2],
    /// Labels that are zero throughout a face.
    settled: Mask<W>,
    /// Labels that may not be zero throughout the face of side 0.
    not_vanishing: Mask<W>,
}

impl<T: Table, const W: usize> Node<T, W> {
    pub(super) fn root(sides: &[Side; 2]) -> Self {
        Node {
            faces: [Face::whole(&sides[0]), Face::whole(&sides[1])],
            settled: Mask::EMPTY,
            not_vanishing: Mask::EMPTY,
        }
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        for (face, other) in self.faces.iter_mut().zip(&other.faces) {
            face.copy_from(other);
        }
        (self.settled, self.not_vanishing) = (other.settled, other.not_vanishing);
    }

    pub(super) fn copy_size(&self) -> usize {
        self.faces[0].copy_size() + self.faces[1].copy_size()
    }

    /// In the branch with the label zero on side 1, a face of side 0 on which it vanishes is
    /// dropped: the other branch has it.
    pub(super) fn forbid_vanishing(&mut self, label: usize) {
        self.not_vanishing.insert(label);
    }

    /// Settles a label on one side; false when that leaves nothing.
    #[inline(never)]
    pub(super) fn settle(
        &mut self,
        sides: &[Side; 2],
        at: usize,
        label: usize,
        log: &mut Log<'_>,
    ) -> Result<bool, Exhausted> {
        self.settled.insert(label);
        if at == 0 && self.not_vanishing.contains(label) {
            return Ok(false);
        }
        let (face, side) = (&mut self.faces[at], &sides[at]);
        if face.zero.contains(label) {
            return Ok(true);
        }
        let row = if face.positive.contains(label) {
            None
        } else {
            match face.minimise(label, &mut log.meter)? {
                Least::Zero => {
                    face.fix(label, side);
                    return Ok(true);
                }
                Least::Positive(row) => Some(row),
                Least::Unclear => None,
            }
        };
        match face.prove_positive(side, at, label, row, log)? {
            Verdict::Proved => Ok(false),
            Verdict::Refuted => {
                face.fix(label, side);
                Ok(true)
            }
        }
    }

    /// Draws all conclusions; false when there is no equilibrium in the node that another does
    /// not have.
    #[inline(never)]
    pub(super) fn propagate(
        &mut self,
        sides: &[Side; 2],
        log: &mut Log<'_>,
    ) -> Result<bool, Exhausted> {
        loop {
            if !self.scan(sides, log)? {
                return Ok(false);
            }
            if self.find_vanishing(sides, log)? {
                continue;
            }
            match self.probe(sides, log)? {
                None => return Ok(false),
                Some(false) => return Ok(true),
                Some(true) => {}
            }
        }
    }

    /// Conclusions from single rows, to a fixpoint.
    fn scan(&mut self, sides: &[Side; 2], log: &mut Log<'_>) -> Result<bool, Exhausted> {
        let mut rows = std::mem::take(&mut log.rows);
        let mut done = Ok(Scanned::Changed);
        while matches!(done, Ok(Scanned::Changed)) {
            done = self.scan_side(sides, 0, &mut rows, log).and_then(|first| match first {
                Scanned::Dead => Ok(Scanned::Dead),
                Scanned::Unchanged => self.scan_side(sides, 1, &mut rows, log),
                Scanned::Changed => self.scan_side(sides, 1, &mut rows, log).map(|second| {
                    if second == Scanned::Dead { Scanned::Dead } else { Scanned::Changed }
                }),
            });
        }
        log.rows = rows;
        Ok(done? != Scanned::Dead)
    }

    /// Conclusions from the rows of one side.
    fn scan_side(
        &mut self,
        sides: &[Side; 2],
        at: usize,
        rows: &mut Vec<usize>,
        log: &mut Log<'_>,
    ) -> Result<Scanned, Exhausted> {
        let mut scanned = Scanned::Unchanged;
        'again: loop {
            self.faces[at].tableau.telling_rows(rows);
            // From the last: a row that is removed is replaced by one that was looked at.
            for &row in rows.iter().rev() {
                let face = &mut self.faces[at];
                let label = face.tableau.row_label(row);
                if !face.tableau.is_zero(row) {
                    if face.seen_zero.contains(label) {
                        continue;
                    }
                    if self.settled.contains(label) {
                        // It never bounds a step, and says nothing new.
                        face.tableau.remove_row(row);
                        continue;
                    }
                    if face.prove_positive(&sides[at], at, label, Some(row), log)?
                        == Verdict::Refuted
                    {
                        face.seen_zero.insert(label);
                        continue 'again;
                    }
                    scanned = Scanned::Changed;
                    face.positive.insert(label);
                    face.tableau.remove_row(row);
                    if !self.settle(sides, 1 - at, label, log)? {
                        return Ok(Scanned::Dead);
                    }
                } else if !face.seen_positive.contains(label) && self.vanishing_matters(at, row) {
                    let face = &mut self.faces[at];
                    if face.prove_vanishing(&sides[at], at, row, log)? == Verdict::Refuted {
                        continue 'again;
                    }
                    scanned = Scanned::Changed;
                    let vanishing = std::mem::take(&mut log.scratch.vanishing);
                    for &label in &vanishing {
                        face.fix(label, &sides[at]);
                        self.settled.insert(label);
                        if at == 0 && self.not_vanishing.contains(label) {
                            return Ok(Scanned::Dead);
                        }
                    }
                    log.scratch.vanishing = vanishing;
                    // All rows have fewer columns now.
                    continue 'again;
                }
            }
            return Ok(scanned);
        }
    }

    /// Whether anything follows when the label of a row vanishes, with those of its positive entries.
    fn vanishing_matters(&self, at: usize, row: usize) -> bool {
        let asked = |label: usize| self.asked(at, label);
        let tableau = &self.faces[at].tableau;
        asked(tableau.row_label(row)) || tableau.any_positive(row, asked)
    }

    /// Whether it matters that a label vanishes on a side.
    fn asked(&self, at: usize, label: usize) -> bool {
        !self.settled.contains(label) || at == 0 && self.not_vanishing.contains(label)
    }

    /// Looks for a label that is zero throughout a face, in a way that a single row shows.
    fn find_vanishing(&mut self, sides: &[Side; 2], log: &mut Log<'_>) -> Result<bool, Exhausted> {
        for (at, side) in sides.iter().enumerate() {
            let mut asked = Mask::below(side.labels.count()).without(&self.settled);
            if at == 0 {
                asked.unite(&self.not_vanishing);
            }
            let face = &mut self.faces[at];
            for label in asked.without(&face.seen_positive).without(&face.zero).members() {
                let meter = &mut log.meter;
                let rises =
                    face.tableau.can_rise(label, |tableau| meter.step(tableau.pivot_cost()))?;
                if rises || !matches!(face.tableau.spot(label), Spot::Row(_)) {
                    face.seen_positive.insert(label);
                } else {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Minimises every open label that was never seen zero. `None` when the node is dead,
    /// otherwise whether anything new was found.
    fn probe(&mut self, sides: &[Side; 2], log: &mut Log<'_>) -> Result<Option<bool>, Exhausted> {
        let mut found = false;
        for at in 0..2 {
            let labels = Mask::below(sides[at].labels.count());
            let open = labels.without(&self.settled).without(&self.faces[at].seen_zero);
            for label in open.members() {
                let face = &mut self.faces[at];
                if self.settled.contains(label) || face.seen_zero.contains(label) {
                    continue;
                }
                let row = match face.minimise(label, &mut log.meter)? {
                    Least::Zero => {
                        face.seen_zero.insert(label);
                        continue;
                    }
                    Least::Positive(row) => Some(row),
                    Least::Unclear => None,
                };
                if face.prove_positive(&sides[at], at, label, row, log)? == Verdict::Refuted {
                    face.seen_zero.insert(label);
                    continue;
                }
                found = true;
                face.positive.insert(label);
                if let Spot::Row(row) = face.tableau.spot(label) {
                    face.tableau.remove_row(row);
                }
                if !self.settle(sides, 1 - at, label, log)? {
                    return Ok(None);
                }
            }
        }
        Ok(Some(found))
    }

    /// The open label on which to branch: the one whose fixing changes most on both sides.
    ///
    /// The more a side changes, the farther its vertex is from where the label is zero, in steps of
    /// the variables that lower it, and the fewer of the vertices that were seen have the label
    /// zero; the product of both sides decides. Beside the first of the two alone, both together save
    /// a quarter of the nodes of random games.
    #[inline(never)]
    pub(super) fn branching_label(&self, labels: usize, log: &mut Log<'_>) -> Option<usize> {
        let open = Mask::below(labels).without(&self.settled);
        for (face, scores) in self.faces.iter().zip(&mut log.scores) {
            face.tableau.tightness(scores);
            for label in open.members() {
                let zero = face.witnesses.iter().filter(|one| one.contains(label)).count();
                let share = zero as f64 / (face.witnesses.len() + 1) as f64;
                scores[label] = (scores[label] + 0.03) / (share + 0.2);
            }
        }
        let [first, second] = &log.scores;
        open.members()
            .map(|label| (label, first[label] * second[label]))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map(|(label, _)| label)
    }
}
