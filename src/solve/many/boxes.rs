//! Boxes of strategies, and rigorous bounds of multilinear payoffs over them.
//!
//! A box gives each probability of a support an interval; the probabilities of a player sum to one
//! besides. A payoff is bounded player by player: for one player's strategy the least value of a
//! linear form c·p over l ≤ p ≤ u, Σ p = 1 is at least μ + Σ min((c − μ) l, (c − μ) u) for every μ
//! (weak duality), with equality at the right one, which the greedy solution gives. So the bound is
//! right whatever the rounding in the choice of μ.

use crate::num::Interval;

/// An interval for each played action of each player.
pub(super) type Strategies = Vec<Vec<Interval>>;

/// Narrows the intervals to what the sum of one allows; false when nothing is left.
pub(super) fn tighten(strategies: &mut Strategies) -> bool {
    for strategy in strategies {
        for at in 0..strategy.len() {
            let rest = (0..strategy.len())
                .filter(|&other| other != at)
                .fold(Interval::point(1.0), |rest, other| rest - strategy[other]);
            let own = strategy[at];
            let (lower, upper) = (own.lower().max(rest.lower()), own.upper().min(rest.upper()));
            if lower > upper {
                return false;
            }
            strategy[at] = Interval::hull(lower, upper);
        }
    }
    true
}

/// The least value of c·p over a player's box, where c lies in intervals: a lower bound.
fn least(coefficients: &[Interval], strategy: &[Interval], sign: f64) -> f64 {
    // With sign −1 the greatest value is meant, with its sign turned.
    let c = |at: usize| {
        if sign > 0.0 { coefficients[at].lower() } else { -coefficients[at].upper() }
    };
    if strategy.len() == 1 {
        return c(0);
    }
    // Greedy: fill up the cheapest actions; the one that is filled in part gives μ.
    let mut order: Vec<usize> = (0..strategy.len()).collect();
    order.sort_by(|&a, &b| c(a).total_cmp(&c(b)));
    let mut left = 1.0 - strategy.iter().map(|p| p.lower()).sum::<f64>();
    let mut mu = c(order[order.len() - 1]);
    for &at in &order {
        left -= strategy[at].upper() - strategy[at].lower();
        if left <= 0.0 {
            mu = c(at);
            break;
        }
    }
    let mu = Interval::point(mu);
    let sum = strategy.iter().enumerate().fold(mu, |sum, (at, &p)| {
        let slack = Interval::point(c(at)) - mu;
        let (a, b) = (slack * Interval::point(p.lower()), slack * Interval::point(p.upper()));
        sum + Interval::point(a.lower().min(b.lower()))
    });
    sum.lower()
}

/// The bounds of c·p over a player's box.
fn bounds(coefficients: &[Interval], strategy: &[Interval]) -> Interval {
    let lower = least(coefficients, strategy, 1.0);
    let upper = -least(coefficients, strategy, -1.0);
    Interval::hull(lower.min(upper), upper.max(lower))
}

/// Contracts a tensor, row-major over the players in `axes`, with all their strategies, the last
/// player first, using the sum of one.
pub(super) fn bound(
    mut tensor: Vec<Interval>,
    axes: &[usize],
    strategies: &Strategies,
) -> Interval {
    for &axis in axes.iter().rev() {
        let strategy = &strategies[axis];
        tensor = tensor.chunks_exact(strategy.len()).map(|row| bounds(row, strategy)).collect();
    }
    tensor.first().copied().unwrap_or(Interval::point(0.0))
}

/// Contracts a tensor with all strategies but that of `kept` (if any) by plain interval sums, which
/// also hold where the strategies do not sum to one; what is left is indexed by the kept player.
pub(super) fn contract(
    mut tensor: Vec<Interval>,
    axes: &[usize],
    kept: Option<usize>,
    strategies: &Strategies,
) -> Vec<Interval> {
    let mut inner = 1;
    for &axis in axes.iter().rev() {
        let strategy = &strategies[axis];
        if Some(axis) == kept {
            inner = strategy.len();
            continue;
        }
        tensor = tensor
            .chunks_exact(strategy.len() * inner)
            .flat_map(|block| {
                (0..inner).map(|k| {
                    strategy
                        .iter()
                        .enumerate()
                        .fold(Interval::point(0.0), |sum, (a, &p)| sum + p * block[a * inner + k])
                })
            })
            .collect();
    }
    tensor
}
