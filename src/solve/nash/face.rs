//! A face of a best-response polyhedron, during the search for all equilibria.
//!
//! A face is given by labels that are fixed at zero. It is held as a feasible dictionary of the
//! variables that are still free, together with what is known of each label on the face: zero
//! throughout, positive throughout, or seen zero or positive at some vertex. What was seen at a
//! vertex stays true on every smaller face that still holds the vertex, so that most questions
//! are answered by looking at remembered vertices (witnesses) and need no pivot.

use std::cmp::Ordering;

use crate::game::NormalForm;
use crate::linear::{Dictionary, Place};
use crate::solve::Exhausted;

use super::Meter;
use super::labels::LabelSet;
use super::polyhedron::{Labels, basic_row, best_response_polyhedron, zero_labels};

/// After this many pivots in one direction the entering column is chosen by Bland's rule, which
/// cannot cycle.
const PIVOTS_BEFORE_BLAND: usize = 40;
/// How many vertices of a face are remembered.
const MOST_WITNESSES: usize = 256;

/// A face, never empty.
#[derive(Debug, Clone)]
pub(super) struct Face {
    pub(super) dictionary: Dictionary,
    labels: Labels,
    /// Labels that are zero throughout.
    pub(super) zero: LabelSet,
    /// Labels that are positive throughout.
    pub(super) positive: LabelSet,
    /// Labels that are zero, or positive, at some point that was seen.
    pub(super) seen_zero: LabelSet,
    pub(super) seen_positive: LabelSet,
    /// The zero labels of vertices of the face.
    witnesses: Vec<LabelSet>,
}

/// What was found out about a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Zero(usize),
    Positive(usize),
}

impl Face {
    /// The whole polyhedron of one side.
    pub(super) fn whole(game: &NormalForm, side: usize) -> Self {
        let labels = Labels::of_side(side, game.num_actions(0), game.num_actions(1));
        let none = LabelSet::empty(labels.count());
        let mut face = Face {
            dictionary: best_response_polyhedron(game, side),
            labels,
            zero: none.clone(),
            positive: none.clone(),
            seen_zero: none.clone(),
            seen_positive: none,
            witnesses: Vec::with_capacity(16),
        };
        face.remember();
        face
    }

    /// Copies into the memory of this face.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.dictionary.clone_from(&other.dictionary);
        self.zero.clone_from(&other.zero);
        self.positive.clone_from(&other.positive);
        self.seen_zero.clone_from(&other.seen_zero);
        self.seen_positive.clone_from(&other.seen_positive);
        self.witnesses.clone_from(&other.witnesses);
    }

    pub(super) fn labels(&self) -> Labels {
        self.labels
    }

    /// Remembers the vertex of the dictionary.
    fn remember(&mut self) {
        let zero = zero_labels(&self.dictionary, &self.zero);
        self.seen_zero.unite(&zero);
        self.seen_positive.unite_complement(&zero, self.labels.count());
        if self.witnesses.len() < MOST_WITNESSES {
            self.witnesses.push(zero);
        }
    }

    fn pivot(&mut self, row: usize, column: usize, meter: &mut Meter<'_>) -> Result<(), Exhausted> {
        meter.pivot(&self.dictionary)?;
        self.dictionary.pivot(row, column);
        Ok(())
    }

    /// Walks to a vertex at which the label is as small as possible on the face, stopping as soon
    /// as it is zero; whether it is zero there.
    pub(super) fn minimise(
        &mut self,
        label: usize,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Exhausted> {
        if self.positive.contains(label) {
            return Ok(false);
        }
        for step in 0.. {
            let Some(row) = basic_row(&self.dictionary, label) else {
                return Ok(true);
            };
            if self.dictionary.is_zero(row, 0) {
                return Ok(true);
            }
            let entering = if step < PIVOTS_BEFORE_BLAND {
                self.dictionary.most_positive(row)
            } else {
                self.dictionary.bland_column(row, Ordering::Greater)
            };
            let Some(column) = entering else { return Ok(false) };
            // The label's own row bounds the step; when it is among the first it leaves.
            let Some(leaving) = self.dictionary.leaving_row(column, Some(row)) else {
                return Ok(false);
            };
            self.pivot(leaving, column, meter)?;
            self.remember();
        }
        Ok(false)
    }

    /// Whether a label that is zero at the current vertex can be positive on the face. Only pivots
    /// that do not move are made.
    pub(super) fn can_rise(
        &mut self,
        label: usize,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Exhausted> {
        loop {
            let column = match self.dictionary.place(label) {
                Place::Column(column) => column,
                Place::Row(row) if self.dictionary.is_positive(row, 0) => break,
                // Bland's rule: no cycle.
                Place::Row(row) => match self.dictionary.bland_column(row, Ordering::Less) {
                    Some(column) => column,
                    None => return Ok(false),
                },
                Place::Absent => return Ok(self.positive.contains(label)),
            };
            match self.dictionary.leaving_row(column, None) {
                Some(row) if self.dictionary.is_zero(row, 0) => self.pivot(row, column, meter)?,
                // A step of positive length, or a ray.
                _ => break,
            }
        }
        self.seen_positive.insert(label);
        Ok(true)
    }

    /// Makes the set of labels that are zero throughout complete.
    pub(super) fn find_all_vanishing(&mut self, meter: &mut Meter<'_>) -> Result<(), Exhausted> {
        let mut ignored = Vec::new();
        for label in 0..self.labels.count() {
            if !self.seen_positive.contains(label)
                && !self.zero.contains(label)
                && !self.can_rise(label, meter)?
            {
                // Now one row shows it.
                self.scan(&mut ignored);
            }
        }
        Ok(())
    }

    /// Restricts the face to where the label is zero; false when that is nowhere, and then the
    /// face is of no more use.
    pub(super) fn restrict(
        &mut self,
        label: usize,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Exhausted> {
        if self.zero.contains(label) {
            return Ok(true);
        }
        if !self.minimise(label, meter)? {
            return Ok(false);
        }
        if let Some(row) = basic_row(&self.dictionary, label) {
            // Zero in a degenerate basis: any entry of its row exchanges it without a move.
            let exchange =
                self.dictionary.most_positive(row).or_else(|| self.dictionary.most_negative(row));
            match exchange {
                Some(column) => self.pivot(row, column, meter)?,
                None => self.dictionary.remove_row(row),
            }
        }
        if let Place::Column(column) = self.dictionary.place(label) {
            self.dictionary.remove_column(column);
        }
        self.zero.insert(label);
        self.forget_without(label);
        Ok(true)
    }

    /// Restricts the face, of which the result is known to be not empty, to where every label
    /// outside a set is zero, and finds all that vanishes there.
    pub(super) fn restrict_to_complement(
        &mut self,
        labels: &LabelSet,
        meter: &mut Meter<'_>,
    ) -> Result<(), Exhausted> {
        for label in (0..self.labels.count()).filter(|&label| !labels.contains(label)) {
            self.restrict(label, meter)?;
        }
        self.find_all_vanishing(meter)
    }

    /// Keeps the witnesses of a smaller face, and adds the vertex of the dictionary.
    fn forget_without(&mut self, label: usize) {
        self.witnesses.retain(|witness| witness.contains(label));
        self.seen_zero.clone_from(&self.zero);
        self.seen_positive.clone_from(&self.positive);
        for witness in &self.witnesses {
            self.seen_zero.unite(witness);
            self.seen_positive.unite_complement(witness, self.labels.count());
        }
        self.remember();
    }

    /// Notes that a label is positive throughout.
    pub(super) fn note_positive(&mut self, label: usize) {
        self.positive.insert(label);
        // It never bounds a step again. Strategies keep their row, from which they are read.
        if self.labels.is_slack(label)
            && let Some(row) = basic_row(&self.dictionary, label)
        {
            self.dictionary.remove_row(row);
        }
    }

    /// Finds labels that are zero or positive throughout, as far as single rows show it.
    pub(super) fn scan(&mut self, findings: &mut Vec<Finding>) {
        let mut row = 0;
        while row < self.dictionary.rows() {
            let label = self.dictionary.row_label(row);
            if self.positive.contains(label) {
                row += 1;
                continue;
            }
            let signs = self.dictionary.row_signs(row);
            match signs.constant {
                // b = t₀ + (terms that are not negative).
                Ordering::Greater if !signs.positive => {
                    self.note_positive(label);
                    findings.push(Finding::Positive(label));
                    // Another row is in its place if it was removed, and otherwise it is skipped.
                }
                // b = −Σ t x with t ≥ 0: b is zero, and so is every x with t > 0.
                Ordering::Equal if !signs.negative => {
                    let mut column = 1;
                    while column <= self.dictionary.columns() {
                        if self.dictionary.is_positive(row, column) {
                            let other = self.dictionary.column_label(column);
                            self.dictionary.remove_column(column);
                            self.zero.insert(other);
                            self.seen_zero.insert(other);
                            findings.push(Finding::Zero(other));
                        } else {
                            column += 1;
                        }
                    }
                    self.dictionary.remove_row(row);
                    self.zero.insert(label);
                    self.seen_zero.insert(label);
                    findings.push(Finding::Zero(label));
                    // Rows before this one have fewer columns now.
                    row = 0;
                }
                _ => row += 1,
            }
        }
    }
}
