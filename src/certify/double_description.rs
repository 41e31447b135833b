//! The vertices of a best-response polyhedron, by the double description method.
//!
//! The cone {(x, v): x ≥ 0, v ≥ x·B_j for each j} is given by inequalities and wanted by its extreme
//! rays. Inequalities are added one at a time (Motzkin, Raiffa, Thompson & Thrall 1953): rays on the
//! right side of the new one stay, and each *adjacent* pair of rays on different sides gives a new one
//! on it. A ray is written by its slacks, that is x and v − x·B, which determine it, as integers
//! without a common factor: machine integers, and where these do not suffice all is done again with
//! integers of any length.
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

/// The integers by which rays are written.
trait Slack: Clone {
    fn zero() -> Self;
    fn one() -> Self;
    fn signum(&self) -> i32;
    /// The work of a product, in machine words.
    fn work(&self) -> usize;
    /// `None` when it does not fit.
    fn minus(&self, other: &Self) -> Option<Self>;
    /// Divides by the greatest common factor.
    fn reduce(all: &mut [Self]);
    /// −down·over + up·under for each pair, without a common factor; `None` when one does not fit.
    fn cross(up: &Self, down: &Self, pairs: (&[Self], &[Self])) -> Option<Vec<Self>>;
    fn rational(&self) -> Rational;
}

impl Slack for i64 {
    fn zero() -> Self {
        0
    }
    fn one() -> Self {
        1
    }
    fn signum(&self) -> i32 {
        i64::signum(*self) as i32
    }
    fn work(&self) -> usize {
        1
    }
    fn minus(&self, other: &Self) -> Option<Self> {
        // Sizes stay below 2⁶³, so that they can be negated.
        self.checked_sub(*other).filter(|&difference| difference != i64::MIN)
    }
    fn reduce(all: &mut [Self]) {
        let mut divisor = 0;
        for slack in &*all {
            divisor = gcd(divisor, slack.unsigned_abs());
            if divisor == 1 {
                return;
            }
        }
        // A divisor of numbers below 2⁶³.
        let divisor = divisor.max(1) as i64;
        all.iter_mut().for_each(|slack| *slack /= divisor);
    }
    fn cross(up: &Self, down: &Self, (over, under): (&[Self], &[Self])) -> Option<Vec<Self>> {
        let shared = gcd(up.unsigned_abs(), down.unsigned_abs()).max(1) as i64;
        let (up, down) = (i128::from(up / shared), i128::from(-down / shared));
        let mut all = Vec::with_capacity(over.len());
        for (&over, &under) in over.iter().zip(under) {
            let slack = down * i128::from(over) + up * i128::from(under);
            all.push(i64::try_from(slack).ok().filter(|&slack| slack != i64::MIN)?);
        }
        Self::reduce(&mut all);
        Some(all)
    }
    fn rational(&self) -> Rational {
        Rational::from(*self)
    }
}

impl Slack for Rational {
    fn zero() -> Self {
        Rational::ZERO
    }
    fn one() -> Self {
        Rational::ONE
    }
    fn signum(&self) -> i32 {
        Rational::signum(self)
    }
    fn work(&self) -> usize {
        weight(self)
    }
    fn minus(&self, other: &Self) -> Option<Self> {
        Some(self - other)
    }
    fn reduce(all: &mut [Self]) {
        to_integers(all);
    }
    fn cross(up: &Self, down: &Self, (over, under): (&[Self], &[Self])) -> Option<Vec<Self>> {
        let down = -down;
        let mut all: Vec<Rational> =
            over.iter().zip(under).map(|(over, under)| &down * over + up * under).collect();
        to_integers(&mut all);
        Some(all)
    }
    fn rational(&self) -> Rational {
        self.clone()
    }
}

/// Why an enumeration stops.
enum Stop {
    Spent,
    /// Machine integers do not suffice.
    Overflow,
}

impl From<Spent> for Stop {
    fn from(_: Spent) -> Self {
        Stop::Spent
    }
}

/// An extreme ray: its slacks, and where they vanish among the inequalities so far.
struct Ray<S, const W: usize> {
    slacks: Vec<S>,
    tight: Labels<W>,
}

/// Does it in machine integers, and where these do not suffice again in longer ones.
fn in_shortest<R>(
    table: &[Vec<Rational>],
    meter: &mut Meter,
    short: impl FnOnce(&[Vec<i64>], &mut Meter) -> Result<R, Stop>,
    long: impl FnOnce(&[Vec<Rational>], &mut Meter) -> Result<R, Stop>,
) -> Result<R, Spent> {
    let small = |payoff: &Rational| payoff.as_small().filter(|&(_, q)| q == 1).map(|(p, _)| p);
    let integers: Option<Vec<Vec<i64>>> =
        table.iter().map(|row| row.iter().map(small).collect()).collect();
    if let Some(integers) = integers {
        match short(&integers, meter) {
            Ok(found) => return Ok(found),
            Err(Stop::Spent) => return Err(Spent),
            Err(Stop::Overflow) => {}
        }
    }
    long(table, meter).map_err(|_| Spent)
}

/// The vertices for the opponent's payoffs `table`, a row for each own action.
pub(super) fn vertices<const W: usize>(
    table: &[Vec<Rational>],
    meter: &mut Meter,
) -> Result<Vec<Vertex<W>>, Spent> {
    in_shortest(table, meter, all_vertices, all_vertices)
}

fn all_vertices<S: Slack, const W: usize>(
    table: &[Vec<S>],
    meter: &mut Meter,
) -> Result<Vec<Vertex<W>>, Stop> {
    let (m, n) = (table.len(), table[0].len());
    let rays = first_rays(table)?;
    let rays = with_inequalities(rays, m, (m + 1..m + n).collect(), meter)?;
    Ok(rays.into_iter().filter_map(|ray| strategy_of(&ray, m)).collect())
}

/// The rays after more inequalities, at positions of the slacks.
fn with_inequalities<S: Slack, const W: usize>(
    mut rays: Vec<Ray<S, W>>,
    own_actions: usize,
    mut left: Vec<usize>,
    meter: &mut Meter,
) -> Result<Vec<Ray<S, W>>, Stop> {
    while let Some(at) = next_inequality(&rays, &left) {
        meter.spend(rays.len() * left.len())?;
        let at = left.swap_remove(at);
        rays = with_inequality(rays, own_actions, at, meter)?;
    }
    Ok(rays)
}

/// The opponent's payoffs on a face: a number of own actions, a number of replies, and the payoff
/// from an own action and a reply.
pub(super) struct FaceTable<'a> {
    pub(super) own: usize,
    pub(super) replies: usize,
    /// In machine integers, where they are such.
    pub(super) small: Option<&'a dyn Fn(usize, usize) -> i64>,
    pub(super) long: &'a dyn Fn(usize, usize) -> Rational,
}

/// What is done with a vertex: the own actions that it does not play and the best replies to it, each
/// as the table numbers them, and its strategy.
pub(super) type SeeVertex<'a> = dyn FnMut(&[usize], &[usize], &dyn Fn() -> Vec<Rational>) + 'a;

/// The vertices on the face where all of some replies are best.
pub(super) fn for_each_face_vertex(
    table: &FaceTable<'_>,
    best: &[usize],
    meter: &mut Meter,
    see: &mut SeeVertex<'_>,
) -> Result<(), Spent> {
    match table.own + table.replies {
        0..=64 => on_face_in_shortest::<1>(table, best, meter, see),
        65..=1024 => on_face_in_shortest::<16>(table, best, meter, see),
        _ => Err(Spent),
    }
}

/// The same for at most 64·W labels.
fn on_face_in_shortest<const W: usize>(
    table: &FaceTable<'_>,
    best: &[usize],
    meter: &mut Meter,
    see: &mut SeeVertex<'_>,
) -> Result<(), Spent> {
    let size = (table.own, table.replies);
    if let Some(small) = table.small {
        match on_face::<_, W>(size, small, best, meter, see) {
            Ok(()) => return Ok(()),
            Err(Stop::Spent) => return Err(Spent),
            Err(Stop::Overflow) => {}
        }
    }
    on_face::<_, W>(size, table.long, best, meter, see).map_err(|_| Spent)
}

/// The same with one kind of numbers: the equations come first, and only the rays on them stay. They
/// are extreme rays of the whole cone all the while, so that adjacency is what it is there.
fn on_face<S: Slack, const W: usize>(
    (m, n): (usize, usize),
    payoff: &dyn Fn(usize, usize) -> S,
    best: &[usize],
    meter: &mut Meter,
    see: &mut SeeVertex<'_>,
) -> Result<(), Stop> {
    let mut order: Vec<usize> = best.to_vec();
    order.extend((0..n).filter(|j| !best.contains(j)));
    let table: Vec<Vec<S>> =
        (0..m).map(|i| order.iter().map(|&j| payoff(i, j)).collect()).collect();
    let mut rays: Vec<Ray<S, W>> = first_rays(&table)?;
    if !best.is_empty() {
        rays.retain(|ray| ray.slacks[m].signum() == 0);
    }
    for at in m + 1..m + best.len() {
        rays = with_inequality(rays, m, at, meter)?;
        rays.retain(|ray| ray.slacks[at].signum() == 0);
    }
    let rays = with_inequalities(rays, m, (m + best.len().max(1)..m + n).collect(), meter)?;
    let (mut unplayed, mut replies) = (Vec::with_capacity(m), Vec::with_capacity(n));
    for ray in &rays {
        let vanishes = |&at: &usize| ray.slacks[at].signum() == 0;
        unplayed.clear();
        unplayed.extend((0..m).filter(vanishes));
        if unplayed.len() == m {
            // The direction in which only v grows.
            continue;
        }
        replies.clear();
        replies.extend((m..m + n).filter(vanishes).map(|at| order[at - m]));
        see(&unplayed, &replies, &|| {
            strategy_of(ray, m).map(|vertex| vertex.strategy).unwrap_or_default()
        });
    }
    Ok(())
}

/// The vertex on a ray; the one ray without x is the direction in which only v grows.
fn strategy_of<S: Slack, const W: usize>(ray: &Ray<S, W>, own_actions: usize) -> Option<Vertex<W>> {
    let x: Vec<Rational> = ray.slacks[..own_actions].iter().map(Slack::rational).collect();
    let sum: Rational = x.iter().sum();
    (!sum.is_zero()).then(|| Vertex {
        strategy: x.iter().map(|x| if x.is_zero() { Rational::ZERO } else { x / &sum }).collect(),
        labels: ray.tight,
    })
}

/// The inequality that cuts off the fewest pairs of rays: few rays on the way make short work.
fn next_inequality<S: Slack, const W: usize>(rays: &[Ray<S, W>], left: &[usize]) -> Option<usize> {
    let pairs = |&inequality: &usize| {
        let above = rays.iter().filter(|ray| ray.slacks[inequality].signum() > 0).count();
        let below = rays.iter().filter(|ray| ray.slacks[inequality].signum() < 0).count();
        above * below
    };
    (0..left.len()).min_by_key(|&at| (pairs(&left[at]), left[at]))
}

/// The rays of x ≥ 0 and v ≥ x·B_0, which is an orthant in the coordinates x and v − x·B_0: one
/// unit vector for each own action, and the direction in which only v grows.
fn first_rays<S: Slack, const W: usize>(table: &[Vec<S>]) -> Result<Vec<Ray<S, W>>, Stop> {
    let (m, n) = (table.len(), table[0].len());
    let mut rays = Vec::with_capacity(m + 1);
    for (action, payoffs) in table.iter().enumerate() {
        let mut slacks = Vec::with_capacity(m + n);
        slacks.resize(m, S::zero());
        slacks[action] = S::one();
        for payoff in payoffs {
            slacks.push(payoffs[0].minus(payoff).ok_or(Stop::Overflow)?);
        }
        S::reduce(&mut slacks);
        rays.push(Ray { slacks, tight: Labels::of((0..=m).filter(|&at| at != action)) });
    }
    let mut upward = Vec::with_capacity(m + n);
    upward.resize(m, S::zero());
    upward.resize(m + n, S::one());
    rays.push(Ray { slacks: upward, tight: Labels::of(0..m) });
    Ok(rays)
}

/// The rays after the inequality at position `at` of the slacks is added.
fn with_inequality<S: Slack, const W: usize>(
    rays: Vec<Ray<S, W>>,
    own_actions: usize,
    at: usize,
    meter: &mut Meter,
) -> Result<Vec<Ray<S, W>>, Stop> {
    let mut made = Vec::new();
    for (p, q) in adjacent_pairs(&rays, own_actions, at, meter)? {
        let (up, down) = (&rays[p].slacks[at], &rays[q].slacks[at]);
        meter.spend(12 * rays[p].slacks.len() * up.work().max(down.work()))?;
        made.push(crossing(&rays[p], &rays[q], at).ok_or(Stop::Overflow)?);
    }
    let mut left: Vec<Ray<S, W>> =
        rays.into_iter().filter(|ray| ray.slacks[at].signum() >= 0).collect();
    for ray in left.iter_mut().filter(|ray| ray.slacks[at].signum() == 0) {
        ray.tight.insert(at);
    }
    left.append(&mut made);
    Ok(left)
}

/// The adjacent pairs of a ray above and a ray below the inequality at position `at`.
fn adjacent_pairs<S: Slack, const W: usize>(
    rays: &[Ray<S, W>],
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
    let shared = |p: usize, q: usize| rays[p].tight.and(&rays[q].tight).count();
    // Simple rays on both sides: they share all but one of their m tight inequalities.
    let by_table = 4 * own_actions * (above.len() + below.len());
    if above.len() * below.len() <= 4 * by_table {
        meter.spend(above.len() * below.len())?;
        for &p in &above {
            let adjacent = below.iter().filter(|&&q| shared(p, q) + 1 >= own_actions);
            pairs.extend(adjacent.map(|&q| (p, q)));
        }
    } else {
        let mut by_rest: HashMap<Labels<W>, Vec<usize>> = HashMap::new();
        meter.spend(by_table)?;
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
    }
    // A simple ray and one with more: sharing m − 1 is enough.
    for (some, others) in [(&above, &below_more), (&above_more, &below)] {
        meter.spend(some.len() * others.len())?;
        for &p in some {
            let adjacent = others.iter().filter(|&&q| shared(p, q) + 1 >= own_actions);
            pairs.extend(adjacent.map(|&q| (p, q)));
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
fn crossing<S: Slack, const W: usize>(
    above: &Ray<S, W>,
    below: &Ray<S, W>,
    at: usize,
) -> Option<Ray<S, W>> {
    let pairs = (&above.slacks[..], &below.slacks[..]);
    let slacks = S::cross(&above.slacks[at], &below.slacks[at], pairs)?;
    let mut tight = above.tight.and(&below.tight);
    tight.insert(at);
    Some(Ray { slacks, tight })
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
    fn machine_integers_and_longer_ones_give_the_same_vertices() {
        let mut seed = 5u64;
        let mut next = |bound: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((seed >> 33) % bound) as i64
        };
        // The last bound is beyond what products of machine integers hold.
        for bound in [2, 4, 100, 1 << 40] {
            for size in 2..6 {
                let table: Vec<Vec<i64>> =
                    (0..size).map(|_| (0..size + 1).map(|_| next(bound)).collect()).collect();
                let long: Vec<Vec<Rational>> = table
                    .iter()
                    .map(|row| row.iter().map(|&x| Rational::from(x)).collect())
                    .collect();
                let meter = || Meter::new(&Limits::default());
                let listed = |found: Result<Vec<Vertex<1>>, Stop>| {
                    let mut found: Vec<Vec<Rational>> =
                        found.ok()?.into_iter().map(|vertex| vertex.strategy).collect();
                    found.sort();
                    Some(found)
                };
                let exact = listed(all_vertices(&long, &mut meter()));
                let short = listed(all_vertices(&table, &mut meter()));
                assert!(exact.is_some());
                assert!(short.is_none() && bound > 100 || short == exact);
                let both = vertices::<1>(&long, &mut meter()).map_err(Stop::from);
                assert_eq!(listed(both), exact);
            }
        }
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
