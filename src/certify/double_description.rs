//! The vertices of a best-response polyhedron, by the double description method.
//!
//! The cone {(x, v): x ≥ 0, v ≥ x·B_j for each j} is given by inequalities and wanted by its extreme
//! rays. Inequalities are added one at a time (Motzkin, Raiffa, Thompson & Thrall 1953): rays on the
//! right side of the new one stay, and each *adjacent* pair of rays on different sides gives a new one
//! on it. A ray is written by its slacks, that is x and v − x·B, which determine it, as integers
//! without a common factor.
//!
//! In a cone of dimension m + 1 the inequalities that are tight at an extreme ray have rank m, and two
//! rays are adjacent when those that are tight at both have rank m − 1. Where exactly m are tight at
//! one of the two they are independent, so that the two are adjacent exactly when they share m − 1 of
//! them; such pairs are found by a table of the sets with one left out. For two rays with more tight
//! inequalities, which degenerate games have, the combinatorial test decides: no third ray is tight
//! wherever both are (Fukuda & Prodon 1996).

use std::collections::HashMap;

use dashu_base::{Gcd, UnsignedAbs};
use dashu_int::{IBig, UBig};

use crate::num::Rational;

use super::meter::{Meter, Spent, weight};

/// A set of labels below 64·W.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Labels<const W: usize>([u64; W]);

impl<const W: usize> Labels<W> {
    pub(super) fn of(members: impl IntoIterator<Item = usize>) -> Self {
        let mut labels = Labels([0; W]);
        members.into_iter().for_each(|member| labels.insert(member));
        labels
    }
    fn insert(&mut self, member: usize) {
        self.0[member / 64] |= 1 << (member % 64);
    }
    pub(super) fn has(&self, member: usize) -> bool {
        self.0[member / 64] >> (member % 64) & 1 == 1
    }
    fn without(mut self, member: usize) -> Self {
        self.0[member / 64] &= !(1 << (member % 64));
        self
    }
    fn and(&self, other: &Self) -> Self {
        Labels(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }
    pub(super) fn within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// A vertex of a best-response polyhedron.
pub(super) struct Vertex<const W: usize> {
    /// The strategy.
    pub(super) strategy: Vec<Rational>,
    /// Own actions that are not played, then the opponent's actions that are best replies.
    pub(super) labels: Labels<W>,
}

/// An extreme ray: its slacks, and where they vanish among the inequalities so far.
struct Ray<const W: usize> {
    slacks: Vec<Rational>,
    tight: Labels<W>,
}

/// The vertices for the opponent's payoffs `table`, a row for each own action.
pub(super) fn vertices<const W: usize>(
    table: &[Vec<Rational>],
    meter: &mut Meter,
) -> Result<Vec<Vertex<W>>, Spent> {
    let (m, n) = (table.len(), table[0].len());
    let mut rays = first_rays(table);
    let mut left: Vec<usize> = (m + 1..m + n).collect();
    while let Some(at) = next_inequality(&rays, &left) {
        meter.spend(rays.len() * left.len())?;
        let at = left.swap_remove(at);
        rays = with_inequality(rays, m, at, meter)?;
    }
    Ok(rays.into_iter().filter_map(|ray| strategy_of(ray, m)).collect())
}

/// The strategies of the vertices on the face where all of some replies are best, for the
/// opponent's payoffs `table`, a row for each own action.
pub(super) fn face_vertices(
    table: &[Vec<Rational>],
    best: &[usize],
    meter: &mut Meter,
) -> Result<Vec<Vec<Rational>>, Spent> {
    let Some(first) = table.first() else { return Ok(Vec::new()) };
    match table.len() + first.len() {
        0..=64 => on_face::<1>(table, best, meter),
        65..=128 => on_face::<2>(table, best, meter),
        129..=1024 => on_face::<16>(table, best, meter),
        _ => Err(Spent),
    }
}

/// The same for at most 64·W labels: the equations come first, and only the rays on them stay. They
/// are extreme rays of the whole cone all the while, so that adjacency is what it is there.
fn on_face<const W: usize>(
    table: &[Vec<Rational>],
    best: &[usize],
    meter: &mut Meter,
) -> Result<Vec<Vec<Rational>>, Spent> {
    let (m, n) = (table.len(), table[0].len());
    let mut order: Vec<usize> = best.to_vec();
    order.extend((0..n).filter(|j| !best.contains(j)));
    let table: Vec<Vec<Rational>> =
        table.iter().map(|row| order.iter().map(|&j| row[j].clone()).collect()).collect();
    let mut rays: Vec<Ray<W>> = first_rays(&table);
    if !best.is_empty() {
        rays.retain(|ray| ray.slacks[m].is_zero());
    }
    for at in m + 1..m + best.len() {
        rays = with_inequality(rays, m, at, meter)?;
        rays.retain(|ray| ray.slacks[at].is_zero());
    }
    let mut left: Vec<usize> = (m + best.len().max(1)..m + n).collect();
    while let Some(at) = next_inequality(&rays, &left) {
        meter.spend(rays.len() * left.len())?;
        let at = left.swap_remove(at);
        rays = with_inequality(rays, m, at, meter)?;
    }
    Ok(rays
        .into_iter()
        .filter_map(|ray| strategy_of(ray, m))
        .map(|vertex| vertex.strategy)
        .collect())
}

/// The vertex on a ray; the one ray without x is the direction in which only v grows.
fn strategy_of<const W: usize>(mut ray: Ray<W>, own_actions: usize) -> Option<Vertex<W>> {
    ray.slacks.truncate(own_actions);
    let sum: Rational = ray.slacks.iter().sum();
    (!sum.is_zero()).then(|| Vertex {
        strategy: ray.slacks.iter().map(|x| x / &sum).collect(),
        labels: ray.tight,
    })
}

/// The inequality that cuts off the fewest pairs of rays: few rays on the way make short work.
fn next_inequality<const W: usize>(rays: &[Ray<W>], left: &[usize]) -> Option<usize> {
    let pairs = |&inequality: &usize| {
        let above = rays.iter().filter(|ray| ray.slacks[inequality].is_positive()).count();
        let below = rays.iter().filter(|ray| ray.slacks[inequality].is_negative()).count();
        above * below
    };
    (0..left.len()).min_by_key(|&at| (pairs(&left[at]), left[at]))
}

/// The rays of x ≥ 0 and v ≥ x·B_0, which is an orthant in the coordinates x and v − x·B_0: one
/// unit vector for each own action, and the direction in which only v grows.
fn first_rays<const W: usize>(table: &[Vec<Rational>]) -> Vec<Ray<W>> {
    let (m, n) = (table.len(), table[0].len());
    let mut rays: Vec<Ray<W>> = (0..m)
        .map(|action| {
            let mut slacks = vec![Rational::ZERO; m + n];
            slacks[action] = Rational::ONE;
            for (column, payoff) in table[action].iter().enumerate() {
                slacks[m + column] = &table[action][0] - payoff;
            }
            to_integers(&mut slacks);
            Ray { slacks, tight: Labels::of((0..=m).filter(|&at| at != action)) }
        })
        .collect();
    let mut upward = vec![Rational::ZERO; m];
    upward.resize(m + n, Rational::ONE);
    rays.push(Ray { slacks: upward, tight: Labels::of(0..m) });
    rays
}

/// The rays after the inequality at position `at` of the slacks is added.
fn with_inequality<const W: usize>(
    rays: Vec<Ray<W>>,
    own_actions: usize,
    at: usize,
    meter: &mut Meter,
) -> Result<Vec<Ray<W>>, Spent> {
    let mut made = Vec::new();
    for (p, q) in adjacent_pairs(&rays, own_actions, at, meter)? {
        let (up, down) = (&rays[p].slacks[at], &rays[q].slacks[at]);
        meter.spend(12 * rays[p].slacks.len() * weight(up).max(weight(down)))?;
        made.push(crossing(&rays[p], &rays[q], at));
    }
    let mut left: Vec<Ray<W>> =
        rays.into_iter().filter(|ray| !ray.slacks[at].is_negative()).collect();
    for ray in left.iter_mut().filter(|ray| ray.slacks[at].is_zero()) {
        ray.tight.insert(at);
    }
    left.append(&mut made);
    Ok(left)
}

/// The adjacent pairs of a ray above and a ray below the inequality at position `at`.
fn adjacent_pairs<const W: usize>(
    rays: &[Ray<W>],
    own_actions: usize,
    at: usize,
    meter: &mut Meter,
) -> Result<Vec<(usize, usize)>, Spent> {
    let side = |wanted: i32, simple: bool| -> Vec<usize> {
        (0..rays.len())
            .filter(|&ray| rays[ray].slacks[at].signum() == wanted)
            .filter(|&ray| (rays[ray].tight.count() == own_actions) == simple)
            .collect()
    };
    let (above, above_more) = (side(1, true), side(1, false));
    let (below, below_more) = (side(-1, true), side(-1, false));
    let mut pairs = Vec::new();
    // Simple rays on both sides: they share all but one of their m tight inequalities.
    let mut by_rest: HashMap<Labels<W>, Vec<usize>> = HashMap::new();
    meter.spend(4 * own_actions * (above.len() + below.len()))?;
    let rests = |ray: usize| {
        let tight = rays[ray].tight;
        (0..64 * W).filter(move |&one| tight.has(one)).map(move |one| tight.without(one))
    };
    for &q in &below {
        rests(q).for_each(|rest| by_rest.entry(rest).or_default().push(q));
    }
    for &p in &above {
        for rest in rests(p) {
            pairs.extend(by_rest.get(&rest).into_iter().flatten().map(|&q| (p, q)));
        }
    }
    // A simple ray and one with more: sharing m − 1 is enough.
    for (some, others) in [(&above, &below_more), (&above_more, &below)] {
        meter.spend(some.len() * others.len())?;
        for &p in some {
            let shares =
                |&&q: &&usize| rays[p].tight.and(&rays[q].tight).count() + 1 >= own_actions;
            pairs.extend(others.iter().filter(shares).map(|&q| (p, q)));
        }
    }
    // Two with more.
    for &p in &above_more {
        meter.spend(below_more.len())?;
        for &q in &below_more {
            let both = rays[p].tight.and(&rays[q].tight);
            if both.count() + 1 < own_actions {
                continue;
            }
            meter.spend(rays.len() / 4)?;
            let between = |r: usize| r != p && r != q && both.within(&rays[r].tight);
            if !(0..rays.len()).any(between) {
                pairs.push((p, q));
            }
        }
    }
    Ok(pairs)
}

/// The ray between two others at which the slack at position `at` vanishes.
fn crossing<const W: usize>(above: &Ray<W>, below: &Ray<W>, at: usize) -> Ray<W> {
    let (up, down) = (&above.slacks[at], -&below.slacks[at]);
    let mut slacks: Vec<Rational> = above
        .slacks
        .iter()
        .zip(&below.slacks)
        .map(|(over, under)| &down * over + up * under)
        .collect();
    to_integers(&mut slacks);
    let mut tight = above.tight.and(&below.tight);
    tight.insert(at);
    Ray { slacks, tight }
}

/// Multiplies by a positive number such that the entries are integers without a common factor.
fn to_integers(slacks: &mut [Rational]) {
    let mut common = UBig::ONE;
    for slack in slacks.iter().filter(|slack| !slack.is_integer()) {
        let denominator = slack.denominator().unsigned_abs();
        let shared = (&common).gcd(&denominator);
        common = common * denominator / shared;
    }
    if common != UBig::ONE {
        let common = Rational::from(IBig::from(common));
        slacks.iter_mut().for_each(|slack| *slack = &*slack * &common);
    }
    let small: Option<u64> = slacks.iter().try_fold(0, |divisor, slack| {
        let (numerator, _) = slack.as_small()?;
        Some(gcd(divisor, numerator.unsigned_abs()))
    });
    let divisor = match small {
        Some(divisor) => Rational::from(divisor),
        None => {
            let mut divisor = UBig::ZERO;
            for slack in slacks.iter().filter(|slack| !slack.is_zero()) {
                let size = slack.numerator().unsigned_abs();
                divisor = if divisor == UBig::ZERO { size } else { divisor.gcd(size) };
                if divisor == UBig::ONE {
                    break;
                }
            }
            Rational::from(IBig::from(divisor))
        }
    };
    if divisor > Rational::ONE {
        slacks.iter_mut().for_each(|slack| *slack = &*slack / &divisor);
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::Limits;

    fn strategies(table: &[&[i64]]) -> Vec<String> {
        let table: Vec<Vec<Rational>> =
            table.iter().map(|row| row.iter().map(|&x| Rational::from(x)).collect()).collect();
        let mut found: Vec<String> = vertices::<1>(&table, &mut Meter::new(&Limits::default()))
            .unwrap()
            .iter()
            .map(|vertex| format!("{:?}", vertex.strategy))
            .collect();
        found.sort();
        found
    }

    #[test]
    fn vertices_are_where_the_best_reply_changes() {
        // Best replies change at 1/3 of the first action.
        assert_eq!(strategies(&[&[2, 0], &[0, 1]]), ["[0, 1]", "[1, 0]", "[1/3, 2/3]"]);
        // One reply is always best: only pure strategies are vertices.
        assert_eq!(strategies(&[&[2, 0], &[2, 1]]), ["[0, 1]", "[1, 0]"]);
    }

    #[test]
    fn ties_of_three_at_one_point_give_one_vertex() {
        // Three lines through the point at one half.
        let found = strategies(&[&[2, 0, 1], &[0, 2, 1]]);
        assert_eq!(found, ["[0, 1]", "[1, 0]", "[1/2, 1/2]"]);
    }

    #[test]
    fn integers_have_no_common_factor() {
        let mut slacks = vec![Rational::new(1, 2), Rational::new(-3, 4), Rational::ZERO];
        to_integers(&mut slacks);
        assert_eq!(format!("{slacks:?}"), "[2, -3, 0]");
        let large: Rational = "600000000000000000000".parse().unwrap();
        let mut slacks = vec![large, Rational::from(9)];
        to_integers(&mut slacks);
        assert_eq!(format!("{slacks:?}"), "[200000000000000000000, 3]");
    }
}
