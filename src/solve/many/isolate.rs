//! All solutions of the equations of one support, each isolated with proof.
//!
//! Boxes are discarded where some action of the support is certainly worse than another action
//! ([`super::boxes::bound`]), narrowed by Krawczyk's operator,
//! discarded where combinations of the equations have no zero, and halved. From the middle of a box
//! Newton's method may find a solution; around it the largest cube is sought in which Krawczyk's
//! test proves it to be the only one, and boxes inside such a cube need no further look. What is
//! left when all boxes are gone is the complete list of solutions.
//! Source: Krawczyk (1969); Moore, Kearfott & Cloud (2009), chapter 8; Neumaier (1990).

use crate::game::NormalForm;
use crate::num::Interval;
use crate::solve::multilinear::Factored;
use crate::solve::{Budget, Exhausted};

use super::boxes::{Strategies, bound, contract, tighten};

/// After so many boxes a support is left open.
const MOST_BOXES: u64 = 3000;

/// A solution of the equations: the middle of a cube that holds it and no other.
#[derive(Debug, Clone)]
pub(super) struct Root {
    /// The probabilities of the played actions of each player but his first one.
    middle: Vec<f64>,
    /// Half the width of the largest cube in which it is the only solution.
    pub(super) outer: f64,
    /// Half the width of a small cube that holds it.
    pub(super) inner: f64,
}

/// The equations of one support.
pub(super) struct Equations {
    pub(super) support: Vec<Vec<usize>>,
    /// For each player the others, ascending.
    axes: Vec<Vec<usize>>,
    /// For each player, pairs of a played action and another one: the differences of payoffs over
    /// the others' played actions, and whether the other one is played.
    differences: Vec<Vec<Difference>>,
    /// The equation of each unknown over the played actions of all players.
    full: Vec<Vec<Interval>>,
    /// The unknowns: player and position within the support, the first position left out.
    unknowns: Vec<(usize, usize)>,
}

struct Difference {
    /// The position of the played action.
    own: usize,
    /// The other action's position in the support, if it is played.
    other: Option<usize>,
    tensor: Vec<Interval>,
}

impl Equations {
    /// The equations; `None` when an action of the support is worse than another one against all
    /// profiles of the others' supports, so that they have no solution of interest.
    pub(super) fn new(game: &NormalForm, support: Vec<Vec<usize>>) -> Option<Self> {
        let players = game.num_players();
        let mut differences = Vec::with_capacity(players);
        let mut axes = Vec::with_capacity(players);
        for player in 0..players {
            let others: Vec<usize> = (0..players).filter(|&other| other != player).collect();
            let mut joint = vec![0];
            for &other in &others {
                joint = joint
                    .iter()
                    .flat_map(|&base| {
                        support[other].iter().map(move |&a| base + a * game.stride(other))
                    })
                    .collect();
            }
            let payoff = |base: usize, action: usize| {
                game.payoff(player, base + action * game.stride(player))
            };
            let mut of_player = Vec::new();
            for (own, &action) in support[player].iter().enumerate() {
                for other in (0..game.num_actions(player)).filter(|&other| other != action) {
                    if joint.iter().all(|&base| payoff(base, action) < payoff(base, other)) {
                        return None;
                    }
                    let tensor = joint
                        .iter()
                        .map(|&base| {
                            Interval::enclosing(&(payoff(base, action) - payoff(base, other)))
                        })
                        .collect();
                    let other = support[player].iter().position(|&one| one == other);
                    of_player.push(Difference { own, other, tensor });
                }
            }
            differences.push(of_player);
            axes.push(others);
        }
        let unknowns: Vec<(usize, usize)> = (0..players)
            .flat_map(|player| (1..support[player].len()).map(move |at| (player, at)))
            .collect();
        let mut equations = Equations { support, axes, differences, full: Vec::new(), unknowns };
        equations.full = equations
            .unknowns
            .iter()
            .map(|&(player, at)| equations.over_all(player, equations.equation(player, at)))
            .collect();
        Some(equations)
    }

    /// A tensor over the others' played actions, repeated for each played action of the player.
    fn over_all(&self, player: usize, tensor: &[Interval]) -> Vec<Interval> {
        let inner: usize = self.support[player + 1..].iter().map(Vec::len).product();
        tensor
            .chunks_exact(inner)
            .flat_map(|block| std::iter::repeat_n(block, self.support[player].len()))
            .flatten()
            .copied()
            .collect()
    }

    /// All solutions with non-negative probabilities, or `None` when the limit on boxes is reached.
    pub(super) fn solve(
        &self,
        budget: &Budget,
        steps: &mut u64,
    ) -> Result<Option<Vec<Root>>, Exhausted> {
        let whole: Strategies = self
            .support
            .iter()
            .map(|actions| {
                let each = if actions.len() == 1 {
                    Interval::point(1.0)
                } else {
                    Interval::hull(0.0, 1.0)
                };
                vec![each; actions.len()]
            })
            .collect();
        let mut roots: Vec<Root> = Vec::new();
        let mut open = vec![whole];
        let mut boxes = 0;
        while let Some(mut current) = open.pop() {
            budget.check(*steps)?;
            *steps += 1;
            boxes += 1;
            if boxes > MOST_BOXES {
                return Ok(None);
            }
            if !tighten(&mut current) || self.is_excluded(&current) {
                continue;
            }
            if self.unknowns.is_empty() {
                roots.push(Root { middle: Vec::new(), outer: 0.0, inner: 0.0 });
                continue;
            }
            if roots.iter().any(|root| self.lies_in(&current, root)) {
                continue;
            }
            if !self.narrow(&mut current) || self.is_excluded_together(&current) {
                continue;
            }
            if (boxes < 4 || boxes % 4 == 0)
                && let Some(root) = self.root_near(&current)
                && !roots.iter().any(|known| known.is_same(&root))
            {
                roots.push(root);
            }
            if roots.iter().any(|root| self.lies_in(&current, root)) {
                continue;
            }
            let (mut widest, mut width) = (self.unknowns[0], 0.0);
            for (player, strategy) in current.iter().enumerate() {
                for (at, p) in strategy.iter().enumerate() {
                    if p.upper() - p.lower() > width {
                        (widest, width) = ((player, at), p.upper() - p.lower());
                    }
                }
            }
            if width < 1e-9 {
                return Ok(None);
            }
            let (player, at) = widest;
            let p = current[player][at];
            let middle = p.lower() + (p.upper() - p.lower()) * 0.5;
            let mut upper = current.clone();
            upper[player][at] = Interval::hull(middle, p.upper());
            current[player][at] = Interval::hull(p.lower(), middle);
            open.push(upper);
            open.push(current);
        }
        Ok(Some(roots))
    }

    /// Whether some played action is worse than another action everywhere in the box.
    fn is_excluded(&self, strategies: &Strategies) -> bool {
        self.differences.iter().zip(&self.axes).any(|(differences, axes)| {
            differences
                .iter()
                .any(|difference| bound(difference.tensor.clone(), axes, strategies).upper() < 0.0)
        })
    }

    /// Whether combinations of the equations have no zero in the box. With the inverse of the
    /// Jacobian as weights the k-th combination is near the k-th unknown less its value at a
    /// solution, so that its bounds hold zero only where that unknown may have this value.
    fn is_excluded_together(&self, strategies: &Strategies) -> bool {
        let size = self.unknowns.len();
        if size < 2 {
            return false;
        }
        let points: Strategies = strategies
            .iter()
            .map(|strategy| {
                let sum: f64 = strategy.iter().map(|p| p.midpoint()).sum();
                strategy.iter().map(|p| Interval::point(p.midpoint() / sum)).collect()
            })
            .collect();
        let Some(inverse) = inverse(&self.jacobian(&points), size) else { return false };
        let axes: Vec<usize> = (0..self.support.len()).collect();
        inverse.chunks_exact(size).any(|weights| {
            let mut tensor = vec![Interval::point(0.0); self.full[0].len()];
            for (&weight, equation) in weights.iter().zip(&self.full) {
                for (sum, &entry) in tensor.iter_mut().zip(equation) {
                    *sum = *sum + Interval::point(weight) * entry;
                }
            }
            !bound(tensor, &axes, strategies).contains(0.0)
        })
    }

    fn lies_in(&self, strategies: &Strategies, root: &Root) -> bool {
        self.unknowns.iter().zip(&root.middle).all(|(&(player, at), &middle)| {
            let p = strategies[player][at];
            p.lower() >= middle - root.outer * 0.999 && p.upper() <= middle + root.outer * 0.999
        })
    }

    /// The value of the equations, one for each unknown: the payoff of the player's first played
    /// action less that of the unknown's.
    fn residual(&self, strategies: &Strategies) -> Vec<Interval> {
        self.unknowns
            .iter()
            .map(|&(player, at)| {
                let tensor = self.equation(player, at).to_vec();
                contract(tensor, &self.axes[player], None, strategies)[0]
            })
            .collect()
    }

    fn equation(&self, player: usize, at: usize) -> &[Interval] {
        let found = self.differences[player]
            .iter()
            .find(|difference| difference.own == 0 && difference.other == Some(at));
        // There is a difference for each pair of played actions.
        found.map_or(&[], |difference| &difference.tensor)
    }

    fn jacobian(&self, strategies: &Strategies) -> Vec<Interval> {
        let size = self.unknowns.len();
        let mut jacobian = vec![Interval::point(0.0); size * size];
        for (row, &(player, at)) in self.unknowns.iter().enumerate() {
            let mut slopes: Option<(usize, Vec<Interval>)> = None;
            for (column, &(other, reply)) in self.unknowns.iter().enumerate() {
                if other == player {
                    continue;
                }
                if slopes.as_ref().is_none_or(|(of, _)| *of != other) {
                    let tensor = self.equation(player, at).to_vec();
                    slopes = Some((
                        other,
                        contract(tensor, &self.axes[player], Some(other), strategies),
                    ));
                }
                if let Some((_, slopes)) = &slopes {
                    // The first played action's probability is the rest.
                    jacobian[row * size + column] = slopes[reply] - slopes[0];
                }
            }
        }
        jacobian
    }

    /// The strategies with these unknowns, in intervals; the first action takes the rest.
    fn strategies(&self, unknowns: &[Interval]) -> Strategies {
        let mut strategies: Strategies =
            self.support.iter().map(|actions| vec![Interval::point(1.0); actions.len()]).collect();
        for (&(player, at), &value) in self.unknowns.iter().zip(unknowns) {
            strategies[player][at] = value;
            strategies[player][0] = strategies[player][0] - value;
        }
        strategies
    }

    /// Krawczyk's operator on the cube or box `whole` around `middle`; also says how to invert.
    fn image(
        &self,
        middle: &[f64],
        whole: &[Interval],
        over: &Strategies,
    ) -> Option<Vec<Interval>> {
        let size = self.unknowns.len();
        let points: Vec<Interval> = middle.iter().map(|&m| Interval::point(m)).collect();
        let residual = self.residual(&self.strategies(&points));
        let jacobian = self.jacobian(over);
        let inverse = inverse(&jacobian, size)?;
        let mut image = Vec::with_capacity(size);
        for row in 0..size {
            let weights = &inverse[row * size..(row + 1) * size];
            let mut sum = points[row];
            for (&weight, &value) in weights.iter().zip(&residual) {
                sum = sum - Interval::point(weight) * value;
            }
            for column in 0..size {
                let mut entry = Interval::point(if row == column { 1.0 } else { 0.0 });
                for (k, &weight) in weights.iter().enumerate() {
                    entry = entry - Interval::point(weight) * jacobian[k * size + column];
                }
                sum = sum + entry * (whole[column] - points[column]);
            }
            image.push(sum);
        }
        Some(image)
    }

    /// Narrows a box to where solutions can be; false when there are none.
    fn narrow(&self, strategies: &mut Strategies) -> bool {
        let whole: Vec<Interval> =
            self.unknowns.iter().map(|&(player, at)| strategies[player][at]).collect();
        let middle: Vec<f64> = whole.iter().map(|p| p.midpoint()).collect();
        // Between the middle and a solution in the box, strategies are combinations of the two.
        let points: Vec<Interval> = middle.iter().map(|&m| Interval::point(m)).collect();
        let mut over = self.strategies(&points);
        for (over, strategy) in over.iter_mut().zip(strategies.iter()) {
            for (over, p) in over.iter_mut().zip(strategy) {
                *over = Interval::hull(over.lower().min(p.lower()), over.upper().max(p.upper()));
            }
        }
        let Some(image) = self.image(&middle, &whole, &over) else { return true };
        for (&(player, at), image) in self.unknowns.iter().zip(&image) {
            let p = strategies[player][at];
            let (lower, upper) = (p.lower().max(image.lower()), p.upper().min(image.upper()));
            if lower > upper {
                return false;
            }
            strategies[player][at] = Interval::hull(lower, upper);
        }
        tighten(strategies)
    }

    /// Whether Krawczyk's test proves exactly one solution in a cube.
    fn is_isolated(&self, middle: &[f64], radius: f64) -> bool {
        let whole: Vec<Interval> =
            middle.iter().map(|&m| Interval::hull(m - radius, m + radius)).collect();
        let over = self.strategies(&whole);
        self.image(middle, &whole, &over).is_some_and(|image| {
            image.iter().zip(&whole).all(|(image, whole)| {
                image.lower() > whole.lower() && image.upper() < whole.upper()
            })
        })
    }

    /// A solution that Newton's method finds from the middle of a box, with its cubes.
    fn root_near(&self, strategies: &Strategies) -> Option<Root> {
        let size = self.unknowns.len();
        let mut middle: Vec<f64> =
            self.unknowns.iter().map(|&(player, at)| strategies[player][at].midpoint()).collect();
        let mut last = f64::INFINITY;
        for round in 0..30 {
            let points: Vec<Interval> = middle.iter().map(|&m| Interval::point(m)).collect();
            let at = self.strategies(&points);
            let residual: Vec<f64> = self.residual(&at).iter().map(|r| r.midpoint()).collect();
            let jacobian: Vec<f64> = self.jacobian(&at).iter().map(|j| j.midpoint()).collect();
            let step = Factored::new(size, jacobian)?.solve(&residual);
            let length = step.iter().fold(0.0f64, |most, s| most.max(s.abs()));
            if !length.is_finite() || length > 4.0 {
                return None;
            }
            for (m, s) in middle.iter_mut().zip(&step) {
                *m -= s;
            }
            // Solutions far outside of the simplices are of no interest.
            if middle.iter().any(|m| !(-1.0..=2.0).contains(m)) {
                return None;
            }
            if length < 1e-15 || (length < 1e-10 && length >= last / 2.0) {
                break;
            }
            if round == 29 {
                return None;
            }
            last = length;
        }
        let outer = (3..36).map(|k| 0.5f64.powi(k)).find(|&r| self.is_isolated(&middle, r))?;
        let inner = (0..50).map(|k| 1e-15 * 2f64.powi(k)).take_while(|&r| r < outer);
        let inner = { inner }.find(|&r| self.is_isolated(&middle, r)).unwrap_or(outer);
        Some(Root { middle, outer, inner })
    }

    /// The probabilities at a root, as intervals.
    pub(super) fn enclose(&self, root: &Root) -> Strategies {
        let unknowns: Vec<Interval> =
            root.middle.iter().map(|&m| Interval::hull(m - root.inner, m + root.inner)).collect();
        self.strategies(&unknowns)
    }

    /// The difference between the first played action and each unplayed one of each player, at
    /// strategies in intervals.
    pub(super) fn margins(&self, strategies: &Strategies) -> Vec<Interval> {
        let mut margins = Vec::new();
        for (differences, axes) in self.differences.iter().zip(&self.axes) {
            for difference in differences.iter().filter(|one| one.own == 0 && one.other.is_none()) {
                margins.push(contract(difference.tensor.clone(), axes, None, strategies)[0]);
            }
        }
        margins
    }
}

impl Root {
    /// Whether two roots are one: each lies in the other's cube.
    fn is_same(&self, other: &Root) -> bool {
        let distance =
            self.middle.iter().zip(&other.middle).fold(0.0f64, |d, (a, b)| d.max((a - b).abs()));
        distance + self.inner.max(other.inner) < self.outer.max(other.outer)
    }
}

/// An approximate inverse of the midpoints; any matrix is right, a good one is useful.
fn inverse(jacobian: &[Interval], size: usize) -> Option<Vec<f64>> {
    let middle: Vec<f64> = jacobian.iter().map(|entry| entry.midpoint()).collect();
    let factored = Factored::new(size, middle)?;
    let mut inverse = vec![0.0; size * size];
    for column in 0..size {
        let mut unit = vec![0.0; size];
        unit[column] = 1.0;
        for (row, value) in factored.solve(&unit).into_iter().enumerate() {
            if !value.is_finite() {
                return None;
            }
            inverse[row * size + column] = value;
        }
    }
    Some(inverse)
}
