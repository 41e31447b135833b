//! What each action does to the other player's payoffs, in machine numbers, made when asked for.
//!
//! The best replies to a strategy of one player do not change when the other's payoffs against one
//! action are shifted by a constant, and when they are multiplied by a positive one the strategy's
//! weight is divided by it (von Stengel 2002, section 2.3). So each column of the other's payoffs is
//! brought between 1 and 2 on its own, and columns that no path touches are not even read.

use crate::game::NormalForm;
use crate::num::Rational;

use super::polyhedron::Labels;

/// Columns are padded with zeros to a multiple of this.
pub(super) const LANES: usize = 8;
/// What a best reply gets against an action.
const BEST: f64 = 2.0;
/// Payoffs that differ by a smaller part of their size are subtracted before they are rounded.
const SMALLEST_RANGE: f64 = 1.0 / (1u64 << 20) as f64;
/// Integers below this are machine numbers.
const EXACT: u64 = 1 << 53;

/// The columns of one side's polytope, those of its player's actions.
pub(super) struct Columns<'a> {
    game: &'a NormalForm,
    side: usize,
    pub(super) labels: Labels,
    /// The other player's actions, padded.
    pub(super) stride: usize,
    cells: Vec<f64>,
    /// For each own action, one more than the position of its column among those made.
    made: Vec<usize>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(game: &'a NormalForm, side: usize) -> Self {
        let labels = Labels::of_side(side, game.num_actions(0), game.num_actions(1));
        let stride = labels.other.1.next_multiple_of(LANES);
        Columns { game, side, labels, stride, cells: Vec::new(), made: vec![0; labels.own.1] }
    }

    /// The column of an own action: from 1 for the worst reply to 2 for the best.
    pub(super) fn of_action(&mut self, action: usize) -> &[f64] {
        if self.made[action] == 0 {
            self.make(action);
        }
        let at = self.made[action] - 1;
        &self.cells[at * self.stride..][..self.stride]
    }

    fn make(&mut self, action: usize) {
        let other = 1 - self.side;
        let payoffs = &self.game.payoffs(other)[action * self.game.stride(self.side)..];
        let count = self.labels.other.1;
        // Either player's actions are next to each other.
        match self.game.stride(other) {
            1 => self.add(payoffs[..count].iter()),
            step => self.add((0..count).map(|reply| &payoffs[reply * step])),
        }
        self.made[action] = self.cells.len() / self.stride;
    }

    #[inline(always)]
    fn add<'p>(&mut self, payoffs: impl Iterator<Item = &'p Rational> + Clone) {
        if self.cells.is_empty() {
            // Room for a few columns more than most paths touch.
            self.cells.reserve(self.stride * self.labels.own.1.min(16));
        }
        let start = self.cells.len();
        self.cells.resize(start + self.stride, 0.0);
        let column = &mut self.cells[start..][..self.labels.other.1];
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (cell, payoff) in column.iter_mut().zip(payoffs.clone()) {
            let value = float(payoff);
            low = if value < low { value } else { low };
            high = if value > high { value } else { high };
            *cell = value;
        }
        let range = high - low;
        if range.is_finite() && range > SMALLEST_RANGE * low.abs().max(high.abs()) {
            for cell in column {
                *cell = 1.0 + (*cell - low) / range;
            }
        } else {
            column.copy_from_slice(&normalized_exactly(payoffs));
        }
    }
}

/// The nearest machine number, or one beside it.
#[inline]
pub(super) fn float(payoff: &Rational) -> f64 {
    match payoff.as_small() {
        Some((p, 1)) => p as f64,
        // Only the quotient is rounded.
        Some((p, q))
            if p.unsigned_abs() <= EXACT
                && (q.unsigned_abs() <= EXACT || q.unsigned_abs().is_power_of_two()) =>
        {
            p as f64 / q as f64
        }
        _ => payoff.to_f64(),
    }
}

fn normalized_exactly<'p>(payoffs: impl Iterator<Item = &'p Rational> + Clone) -> Vec<f64> {
    let low = payoffs.clone().min().cloned().unwrap_or(Rational::ZERO);
    let high = payoffs.clone().max().cloned().unwrap_or(Rational::ZERO);
    match Rational::ONE.checked_div(&(&high - &low)) {
        Some(scale) => payoffs.map(|payoff| 1.0 + ((payoff - &low) * &scale).to_f64()).collect(),
        None => payoffs.map(|_| BEST).collect(),
    }
}
