//! Predictive regret matching⁺ on a matrix that is passed over once in a round.
//!
//! Each player keeps what always playing an action would have given more than what he got, cut off at
//! zero in every round, and plays in proportion to it with the last round's added once more (Tammelin
//! et al. 2015; Farina, Kroer & Sandholm 2021). The players move in turn, and round t counts t² in
//! the averages.
//!
//! *One pass.* The weight that row i has next depends on its product with y, on its own regret, and on
//! what the row player gets, x·A y. The last is (Aᵀx)·y, which is known before the pass, so that row i is
//! multiplied, weighed and added to Aᵀx' while it is at hand: a round in turn, which takes two products
//! one after the other, reads the matrix once.
//!
//! The products of the averages are the averages of the products, so that gaps are known too.

use super::first_order::Nearly;
use super::passes::Passes;
use crate::game::SourceError;

/// One player: regrets, and the strategy that follows from them.
struct Learner {
    regrets: Vec<f64>,
    strategy: Vec<f64>,
}

/// The regret of an action after a round in which it would have given `more` than what was had, and the
/// weight that it gets.
#[inline(always)]
fn next(regret: f64, more: f64) -> (f64, f64) {
    let regret = (regret + more).max(0.0);
    (regret, (regret + more).max(0.0))
}

impl Learner {
    fn new(actions: usize) -> Self {
        Learner { regrets: vec![0.0; actions], strategy: vec![1.0 / actions as f64; actions] }
    }

    /// Adapts to what each action would have given more. Returns the sum of the weights, or `None`
    /// where all are zero: then the strategy stays.
    fn adapt(&mut self, more: impl Iterator<Item = f64> + Clone) -> Option<f64> {
        let weights =
            self.regrets.iter().zip(more.clone()).map(|(&regret, more)| next(regret, more).1);
        let sum: f64 = weights.sum();
        for ((regret, p), more) in self.regrets.iter_mut().zip(&mut self.strategy).zip(more) {
            let weight;
            (*regret, weight) = next(*regret, more);
            if sum > 0.0 {
                *p = weight / sum;
            }
        }
        (sum > 0.0).then_some(sum)
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

fn add(sums: &mut [f64], weight: f64, more: &[f64]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += weight * more);
}

fn scaled(sums: &[f64], weight: f64) -> Vec<f64> {
    sums.iter().map(|sum| sum / weight).collect()
}

/// Goes on until the gap of the averages is at most `wanted`, for so many rounds at most, or until
/// `go_on`, which is told the gap in each round, says no. Returns the averages and the rounds.
pub(super) fn approximate(
    passes: &mut Passes<'_>,
    wanted: f64,
    most_rounds: u64,
    go_on: &mut dyn FnMut(u64, f64) -> bool,
) -> Result<(Nearly, u64), SourceError> {
    let (m, n) = (passes.rows(), passes.columns());
    let (mut first, mut second) = (Learner::new(m), Learner::new(n));
    let (mut by_row, mut by_column, mut sums) = (vec![0.0; m], vec![0.0; n], vec![0.0; n]);
    passes.transposed_times(&first.strategy, &mut by_column)?;
    let mut averages = Nearly {
        row: vec![0.0; m],
        column: vec![0.0; n],
        row_values: vec![0.0; m],
        column_values: vec![0.0; n],
    };
    let (mut all, mut round) = (0.0, 0);
    loop {
        round += 1;
        let had = dot(&by_column, &second.strategy);
        let regrets = &first.regrets;
        let weigh = |at: usize, values: &[f64], weights: &mut [f64]| {
            for ((weight, value), regret) in weights.iter_mut().zip(values).zip(&regrets[at..]) {
                *weight = next(*regret, value - had).1;
            }
        };
        passes.both(&second.strategy, &mut by_row, &weigh, &mut sums)?;
        let weight = (round as f64) * (round as f64);
        add(&mut averages.column, weight, &second.strategy);
        add(&mut averages.row_values, weight, &by_row);
        if let Some(sum) = first.adapt(by_row.iter().map(|value| value - had)) {
            by_column.iter_mut().zip(&sums).for_each(|(value, total)| *value = total / sum);
        }
        add(&mut averages.row, weight, &first.strategy);
        add(&mut averages.column_values, weight, &by_column);
        all += weight;
        let had = dot(&by_column, &second.strategy);
        second.adapt(by_column.iter().map(|value| had - value));
        let gap = averages.gap() / all;
        if !go_on(round, gap) || gap <= wanted || round >= most_rounds {
            break;
        }
    }
    let nearly = Nearly {
        row: scaled(&averages.row, all),
        column: scaled(&averages.column, all),
        row_values: scaled(&averages.row_values, all),
        column_values: scaled(&averages.column_values, all),
    };
    Ok((nearly, round))
}
