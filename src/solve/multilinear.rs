//! Expected payoffs of any number of players in machine numbers.
//!
//! The payoff of player i is multilinear in the players' mixed strategies. Contracting his table
//! with the strategies of all others gives his payoff by own action; with the strategies of all but
//! one other, j, the matrix of derivatives with respect to the strategy of j. Every table is scaled
//! to [0, 1] first, exactly, so that methods need not know the unit of payoffs.

use crate::game::NormalForm;
use crate::num::Rational;

/// A game in machine numbers, each player's payoffs scaled to the range from 0 to 1.
#[derive(Debug, Clone)]
pub(super) struct Multilinear {
    /// The number of actions of each player.
    pub(super) shape: Vec<usize>,
    /// Where each player's actions begin in a flat vector of all actions; one more at the end.
    pub(super) offsets: Vec<usize>,
    /// Scaled payoffs by profile index.
    tables: Vec<Vec<f64>>,
    /// The greatest payoff of each player less the least.
    pub(super) ranges: Vec<Rational>,
}

/// Two buffers for tensors on their way to a matrix.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    from: Vec<f64>,
    to: Vec<f64>,
}

impl Multilinear {
    pub(super) fn new(game: &NormalForm) -> Self {
        let shape = game.shape();
        let mut offsets = vec![0];
        for &actions in &shape {
            offsets.push(offsets[offsets.len() - 1] + actions);
        }
        let mut ranges = Vec::with_capacity(shape.len());
        let mut tables = Vec::with_capacity(shape.len());
        for player in 0..shape.len() {
            let payoffs = game.payoffs(player);
            let (scaled, range) = scaled_integers(payoffs).unwrap_or_else(|| scaled(payoffs));
            tables.push(scaled);
            ranges.push(range);
        }
        Multilinear { shape, offsets, tables, ranges }
    }

    /// The scaled payoffs of a player by profile index.
    pub(super) fn table(&self, player: usize) -> &[f64] {
        &self.tables[player]
    }

    pub(super) fn num_players(&self) -> usize {
        self.shape.len()
    }

    /// The number of actions of all players together.
    pub(super) fn num_actions(&self) -> usize {
        self.offsets[self.shape.len()]
    }

    /// The part of a flat vector that belongs to one player.
    pub(super) fn of<'a>(&self, player: usize, flat: &'a [f64]) -> &'a [f64] {
        &flat[self.offsets[player]..self.offsets[player + 1]]
    }

    /// The profile in which all actions of a player are equally likely.
    pub(super) fn centroid(&self) -> Vec<f64> {
        self.shape.iter().flat_map(|&s| std::iter::repeat_n(1.0 / s as f64, s)).collect()
    }

    /// Contracts the table of `player` with the strategies of all others but those in `kept`.
    fn contract(&self, player: usize, kept: Option<usize>, x: &[f64], scratch: &mut Scratch) {
        scratch.from.clear();
        let mut started = false;
        // The extent of the axes behind the current one, which were kept.
        let mut inner = 1;
        for axis in (0..self.shape.len()).rev() {
            let actions = self.shape[axis];
            if axis == player || Some(axis) == kept {
                inner *= actions;
                continue;
            }
            let weights = self.of(axis, x);
            let from: &[f64] = if started { &scratch.from } else { &self.tables[player] };
            scratch.to.clear();
            if inner == 1 {
                scratch.to.extend(
                    from.chunks_exact(actions)
                        .map(|row| row.iter().zip(weights).map(|(u, w)| u * w).sum::<f64>()),
                );
            } else {
                for block in from.chunks_exact(actions * inner) {
                    let at = scratch.to.len();
                    scratch.to.resize(at + inner, 0.0);
                    let sums = &mut scratch.to[at..];
                    for (row, &weight) in block.chunks_exact(inner).zip(weights) {
                        if weight != 0.0 {
                            for (sum, u) in sums.iter_mut().zip(row) {
                                *sum += weight * u;
                            }
                        }
                    }
                }
            }
            std::mem::swap(&mut scratch.from, &mut scratch.to);
            started = true;
        }
        if !started {
            scratch.from.extend_from_slice(&self.tables[player]);
        }
    }

    /// The scaled payoff of a player for each own action against the others' strategies.
    pub(super) fn values(&self, player: usize, x: &[f64], scratch: &mut Scratch, out: &mut [f64]) {
        self.contract(player, None, x, scratch);
        out.copy_from_slice(&scratch.from);
    }

    /// The scaled payoffs of all players' actions, flat.
    pub(super) fn all_values(&self, x: &[f64], scratch: &mut Scratch) -> Vec<f64> {
        let mut out = vec![0.0; self.num_actions()];
        for player in 0..self.num_players() {
            let part = self.offsets[player]..self.offsets[player + 1];
            self.values(player, x, scratch, &mut out[part]);
        }
        out
    }

    /// The payoff of `player` for each own action (row) against each action of `other` (column),
    /// all else mixed: row-major in `out`.
    pub(super) fn pair(
        &self,
        player: usize,
        other: usize,
        x: &[f64],
        scratch: &mut Scratch,
        out: &mut Vec<f64>,
    ) {
        self.contract(player, Some(other), x, scratch);
        out.clear();
        if player < other {
            out.extend_from_slice(&scratch.from);
        } else {
            let (rows, columns) = (self.shape[player], self.shape[other]);
            for row in 0..rows {
                out.extend((0..columns).map(|column| scratch.from[column * rows + row]));
            }
        }
    }

    /// The largest gain of any player from a unilateral deviation, in parts of his range.
    pub(super) fn regret(&self, x: &[f64], scratch: &mut Scratch) -> f64 {
        let values = self.all_values(x, scratch);
        (0..self.num_players())
            .map(|player| {
                let (u, p) = (self.of(player, &values), self.of(player, x));
                let own: f64 = u.iter().zip(p).map(|(u, p)| u * p).sum();
                u.iter().copied().fold(f64::NEG_INFINITY, f64::max) - own
            })
            .fold(0.0, f64::max)
    }
}

/// Payoffs less the least one, in parts of the range, each the nearest machine number; and the range.
fn scaled(payoffs: &[Rational]) -> (Vec<f64>, Rational) {
    let least = payoffs.iter().min().cloned().unwrap_or_default();
    let most = payoffs.iter().max().cloned().unwrap_or_default();
    let range = most - &least;
    let part =
        |payoff: &Rational| (payoff - &least).checked_div(&range).map_or(0.0, |u| u.to_f64());
    (payoffs.iter().map(part).collect(), range)
}

/// The same for integers that are machine numbers, where one division is exact up to its rounding.
fn scaled_integers(payoffs: &[Rational]) -> Option<(Vec<f64>, Rational)> {
    const MOST: i64 = 1 << 52;
    let integer = |payoff: &Rational| match payoff.as_small() {
        Some((integer, 1)) if (-MOST..=MOST).contains(&integer) => Some(integer),
        _ => None,
    };
    let integers: Vec<i64> = payoffs.iter().map(integer).collect::<Option<_>>()?;
    let least = integers.iter().min().copied().unwrap_or(0);
    let range = integers.iter().max().copied().unwrap_or(0) - least;
    let part = |integer: i64| (integer - least) as f64 / range.max(1) as f64;
    Some((integers.into_iter().map(part).collect(), Rational::from(range)))
}

/// A square system of linear equations in machine numbers, factored in place.
///
/// Gaussian elimination with partial pivoting (Golub & Van Loan 2013, section 3.4).
#[derive(Debug, Clone, Default)]
pub(super) struct Factored {
    size: usize,
    entries: Vec<f64>,
    order: Vec<usize>,
    /// The sign of the determinant.
    pub(super) sign: f64,
}

impl Factored {
    /// Factors a matrix that is given row by row; `None` when it is singular to working precision.
    pub(super) fn new(size: usize, mut entries: Vec<f64>) -> Option<Self> {
        let mut order: Vec<usize> = (0..size).collect();
        let mut sign = 1.0;
        let largest = entries.iter().fold(0.0f64, |most, entry| most.max(entry.abs()));
        if !largest.is_finite() {
            return None;
        }
        for column in 0..size {
            let mut pivot = column;
            for row in column + 1..size {
                if entries[row * size + column].abs() > entries[pivot * size + column].abs() {
                    pivot = row;
                }
            }
            if entries[pivot * size + column].abs() <= largest * 1e-300
                || entries[pivot * size + column] == 0.0
            {
                return None;
            }
            if pivot != column {
                for k in 0..size {
                    entries.swap(pivot * size + k, column * size + k);
                }
                order.swap(pivot, column);
                sign = -sign;
            }
            let (upper, lower) = entries.split_at_mut((column + 1) * size);
            let head = &upper[column * size..];
            if head[column] < 0.0 {
                sign = -sign;
            }
            for row in lower.chunks_exact_mut(size) {
                let factor = row[column] / head[column];
                row[column] = factor;
                if factor != 0.0 {
                    for k in column + 1..size {
                        row[k] -= factor * head[k];
                    }
                }
            }
        }
        Some(Factored { size, entries, order, sign })
    }

    /// The solution for one right-hand side.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.size;
        let mut x: Vec<f64> = self.order.iter().map(|&row| right[row]).collect();
        for row in 0..n {
            let sum: f64 = (0..row).map(|k| self.entries[row * n + k] * x[k]).sum();
            x[row] -= sum;
        }
        for row in (0..n).rev() {
            let sum: f64 = (row + 1..n).map(|k| self.entries[row * n + k] * x[k]).sum();
            x[row] = (x[row] - sum) / self.entries[row * n + row];
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::Player;
    use proptest::prelude::*;

    fn game(shape: &[usize], payoffs: &[i64]) -> NormalForm {
        let players = shape
            .iter()
            .enumerate()
            .map(|(at, &s)| Player::new(at.to_string(), (0..s).map(|a| a.to_string())))
            .collect();
        let profiles: usize = shape.iter().product();
        let tables = (0..shape.len())
            .map(|i| (0..profiles).map(|k| Rational::from(payoffs[i * profiles + k])).collect())
            .collect();
        NormalForm::new(players, tables).unwrap()
    }

    proptest! {
        #[test]
        fn integers_are_scaled_as_fractions_are(
            payoffs in proptest::collection::vec(-(1i64 << 52)..=1 << 52, 1..9),
            small in any::<bool>(),
        ) {
            let part = |u: &i64| Rational::from(if small { u % 100 } else { *u });
            let payoffs: Vec<Rational> = payoffs.iter().map(part).collect();
            prop_assert_eq!(scaled_integers(&payoffs), Some(scaled(&payoffs)));
        }

        #[test]
        fn contractions_are_sums_over_all_profiles(
            payoffs in proptest::collection::vec(-9i64..10, 72),
            weights in proptest::collection::vec(1u32..20, 9),
        ) {
            let game = game(&[2, 3, 4], &payoffs);
            let form = Multilinear::new(&game);
            let mut x: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
            for player in 0..3 {
                let part = form.offsets[player]..form.offsets[player + 1];
                let sum: f64 = x[part.clone()].iter().sum();
                x[part].iter_mut().for_each(|w| *w /= sum);
            }
            let mut scratch = Scratch::default();
            for i in 0..3 {
                let least = game.payoffs(i).iter().min().unwrap().to_f64();
                let range = form.ranges[i].to_f64();
                for j in (0..3).filter(|&j| j != i) {
                    let mut matrix = Vec::new();
                    form.pair(i, j, &x, &mut scratch, &mut matrix);
                    for a in 0..form.shape[i] {
                        for b in 0..form.shape[j] {
                            let mut sum = 0.0;
                            for index in 0..game.num_profiles() {
                                let profile = game.profile(index);
                                if profile[i] != a || profile[j] != b {
                                    continue;
                                }
                                let weight: f64 = (0..3)
                                    .filter(|&k| k != i && k != j)
                                    .map(|k| form.of(k, &x)[profile[k]])
                                    .product();
                                sum += weight * (game.payoff(i, index).to_f64() - least);
                            }
                            let found = matrix[a * form.shape[j] + b] * range;
                            prop_assert!((found - sum).abs() < 1e-9);
                        }
                    }
                }
            }
        }

        #[test]
        fn a_factored_system_gives_back_its_solution(
            entries in proptest::collection::vec(-5i32..6, 16),
            solution in proptest::collection::vec(-5i32..6, 4),
        ) {
            let matrix: Vec<f64> = entries.iter().map(|&e| f64::from(e)).collect();
            let x: Vec<f64> = solution.iter().map(|&e| f64::from(e)).collect();
            let right: Vec<f64> = matrix
                .chunks_exact(4)
                .map(|row| row.iter().zip(&x).map(|(a, x)| a * x).sum())
                .collect();
            if let Some(factored) = Factored::new(4, matrix) {
                let found = factored.solve(&right);
                let back: f64 = entries
                    .chunks_exact(4)
                    .zip(&right)
                    .map(|(row, r)| {
                        let sum: f64 = row.iter().zip(&found).map(|(&a, x)| f64::from(a) * x).sum();
                        (sum - r).abs()
                    })
                    .fold(0.0, f64::max);
                prop_assert!(back < 1e-6 || found.iter().any(|x| x.abs() > 1e6));
            }
        }
    }
}
