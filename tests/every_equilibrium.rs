//! All equilibria of two-player games against an enumeration written from the definition alone.
//!
//! For each player every vertex of the polyhedron of best replies (Nash 1951; von Stengel 2002,
//! section 2) is found by trying all square systems of tight inequalities, in exact integers; the
//! extreme equilibria are the pairs of vertices whose labels are complementary. Nothing here is
//! shared with the library. Games are random and structured, most of them degenerate.
//!
//! The whole run is 100,000 games up to 6×6, and takes seconds once it is built:
//!
//! ```sh
//! cargo test --release --test every_equilibrium -- --ignored --nocapture
//! ```

// Helpers of tests are outside `#[test]` functions, where clippy's exception does not reach.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use detente::certify::{Limits, certify};
use detente::game::NormalForm;
use detente::game::answer::{Answer, Equilibria, Scope, Subject};
use detente::num::Rational;
use detente::solve::Budget;
use detente::solve::nash::{enumerate_extreme_equilibria, enumerate_pure_equilibria};

/// A small generator (Steele, Lea and Flood 2014, SplitMix64), so that a game has a number.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// An integer from `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    fn matrix(&mut self, rows: usize, columns: usize, low: i64, high: i64) -> Matrix {
        (0..rows).map(|_| (0..columns).map(|_| self.between(low, high)).collect()).collect()
    }
}

type Matrix = Vec<Vec<i64>>;

/// The kinds of games, each as payoffs of the row and the column player.
const KINDS: [&str; 18] = [
    "wide random",
    "few payoffs",
    "zeros and ones",
    "duplicate rows and columns",
    "zero-sum",
    "common payoffs",
    "covariant",
    "one player indifferent",
    "sparse",
    "coordination",
    "dispersion",
    "travellers' dilemma",
    "minimum effort",
    "war of attrition",
    "Blotto",
    "location",
    "ordinal",
    "rank one",
];

/// Game number `number`: its kind and its payoffs, up to `most` actions a player.
fn game(number: u64, most: usize) -> (&'static str, Matrix, Matrix) {
    let mut dice = Dice(number);
    let kind = KINDS[(number % KINDS.len() as u64) as usize];
    let m = dice.between(1, most as i64) as usize;
    let n = dice.between(1, most as i64) as usize;
    let by = |size: usize, other: usize, payoff: &dyn Fn(i64, i64) -> i64| -> Matrix {
        (0..size as i64).map(|i| (0..other as i64).map(|j| payoff(i, j)).collect()).collect()
    };
    let (a, b) = match kind {
        "wide random" => (dice.matrix(m, n, -99, 99), dice.matrix(m, n, -99, 99)),
        "few payoffs" => (dice.matrix(m, n, 0, 3), dice.matrix(m, n, 0, 3)),
        "zeros and ones" => (dice.matrix(m, n, 0, 1), dice.matrix(m, n, 0, 1)),
        "duplicate rows and columns" => {
            let (mut a, mut b) = (dice.matrix(m, n, 0, 9), dice.matrix(m, n, 0, 9));
            let (i, k) = (dice.between(0, m as i64 - 1) as usize, m - 1);
            (a[k], b[k]) = (a[i].clone(), b[i].clone());
            let j = dice.between(0, n as i64 - 1) as usize;
            for matrix in [&mut a, &mut b] {
                matrix.iter_mut().for_each(|row| row[n - 1] = row[j]);
            }
            (a, b)
        }
        "zero-sum" => {
            let a = dice.matrix(m, n, -4, 4);
            let b = a.iter().map(|row| row.iter().map(|u| -u).collect()).collect();
            (a, b)
        }
        "common payoffs" => {
            let a = dice.matrix(m, n, 0, 5);
            (a.clone(), a)
        }
        "covariant" => {
            let a = dice.matrix(m, n, -9, 9);
            let (noise, sign) = (dice.matrix(m, n, -2, 2), 1 - 2 * dice.between(0, 1));
            let add = |(a, noise): (&Vec<i64>, &Vec<i64>)| {
                a.iter().zip(noise).map(|(a, noise)| sign * a + noise).collect()
            };
            let b = a.iter().zip(&noise).map(add).collect();
            (a, b)
        }
        "one player indifferent" => (vec![vec![7; n]; m], dice.matrix(m, n, 0, 4)),
        "sparse" => {
            let mut sparse = |_: ()| -> Matrix {
                let mut entry = || if dice.between(0, 3) == 0 { dice.between(-5, 5) } else { 0 };
                (0..m).map(|_| (0..n).map(|_| entry()).collect()).collect()
            };
            (sparse(()), sparse(()))
        }
        "coordination" => {
            let on = dice.matrix(2, m.max(n), 1, 5);
            let a = by(m, n, &|i, j| if i == j { on[0][i as usize] } else { 0 });
            (a, by(m, n, &|i, j| if i == j { on[1][i as usize] } else { 0 }))
        }
        "dispersion" => {
            let a = by(m, n, &|i, j| i64::from(i != j));
            (a.clone(), a)
        }
        "travellers' dilemma" => {
            let bonus = dice.between(1, 3);
            let pay = |i: i64, j: i64| i.min(j) + bonus * ((i < j) as i64 - (i > j) as i64);
            (by(m, n, &pay), by(m, n, &|i, j| pay(j, i)))
        }
        "minimum effort" => {
            let (gain, cost) = (dice.between(1, 4), dice.between(0, 3));
            let pay = |i: i64, j: i64| gain * i.min(j) - cost * i;
            (by(m, n, &pay), by(m, n, &|i, j| pay(j, i)))
        }
        "war of attrition" => {
            let prize = dice.between(1, 6);
            let pay = |i: i64, j: i64| match i.cmp(&j) {
                std::cmp::Ordering::Greater => 2 * prize - 2 * j,
                std::cmp::Ordering::Equal => prize - 2 * i,
                std::cmp::Ordering::Less => -2 * i,
            };
            (by(m, n, &pay), by(m, n, &|i, j| pay(j, i)))
        }
        "Blotto" => {
            // Two fields; i and j are the troops sent to the first.
            let win = |own: i64, other: i64| (own - other).signum();
            let pay = |i: i64, j: i64| win(i, j) + win(m as i64 - i, n as i64 - j);
            (by(m, n, &pay), by(m, n, &|i, j| -pay(i, j)))
        }
        "location" => {
            // Hotelling on a line of customers 0..=5, ties divided.
            let share = |i: i64, j: i64| -> i64 {
                (0..6).map(|c: i64| 1 + ((c - j).abs() - (c - i).abs()).signum()).sum()
            };
            (by(m, n, &share), by(m, n, &|i, j| share(j, i)))
        }
        "ordinal" => {
            let mut ranks = |_: ()| -> Matrix {
                let mut order: Vec<i64> = (1..=(m * n) as i64).collect();
                for at in (1..order.len()).rev() {
                    order.swap(at, dice.between(0, at as i64) as usize);
                }
                order.chunks(n).map(<[i64]>::to_vec).collect()
            };
            (ranks(()), ranks(()))
        }
        _ => {
            let (u, v) = (dice.matrix(2, m, -3, 3), dice.matrix(2, n, -3, 3));
            let outer = |k: usize| by(m, n, &|i, j| u[k][i as usize] * v[k][j as usize]);
            (outer(0), outer(1))
        }
    };
    (kind, a, b)
}

/// The unique solution of a square system of integers (rows with the right-hand side last) as
/// numerators over one positive denominator, or nothing if it is singular (Bareiss 1968).
fn solution(mut rows: Vec<Vec<i128>>) -> Option<(Vec<i128>, i128)> {
    let size = rows.len();
    let mut last = 1;
    for k in 0..size {
        let pivot = (k..size).find(|&row| rows[row][k] != 0)?;
        rows.swap(k, pivot);
        let top = rows[k].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|&(i, _)| i != k) {
            let factor = row[k];
            for (at, entry) in row.iter_mut().enumerate() {
                *entry = (top[k] * *entry - factor * top[at]) / last;
            }
        }
        last = top[k];
    }
    // Gauss and Jordan without fractions leave the determinant on the diagonal.
    let sign = last.signum();
    Some((rows.iter().map(|row| sign * row[size]).collect(), sign * last))
}

/// A vertex of one player's polyhedron: a mixed strategy, and as bits the own actions that it
/// does not use and the actions of the other that are best replies to it.
struct Vertex {
    strategy: Vec<(i128, i128)>,
    unused: u32,
    replies: u32,
}

/// All vertices of {(y, u): y a mixed strategy, u ≥ (payoffs y)_i for all i}.
fn vertices(payoffs: &Matrix) -> Vec<Vertex> {
    let (m, n) = (payoffs.len(), payoffs[0].len());
    let mut found: BTreeMap<Vec<(i128, i128)>, Vertex> = BTreeMap::new();
    for used in 1u32..1 << n {
        let support: Vec<usize> = (0..n).filter(|j| used >> j & 1 == 1).collect();
        for tight in (1u32..1 << m).filter(|tight| tight.count_ones() as usize == support.len()) {
            // Unknowns: the weights on the support, and u.
            let mut system: Vec<Vec<i128>> = (0..m)
                .filter(|i| tight >> i & 1 == 1)
                .map(|i| {
                    let weights = support.iter().map(|&j| i128::from(payoffs[i][j]));
                    weights.chain([-1, 0]).collect()
                })
                .collect();
            system.push(support.iter().map(|_| 1).chain([0, 1]).collect());
            let Some((numbers, denominator)) = solution(system) else { continue };
            let (weights, u) = (&numbers[..support.len()], numbers[support.len()]);
            if weights.iter().any(|&weight| weight < 0) {
                continue;
            }
            let values: Vec<i128> = payoffs
                .iter()
                .map(|row| support.iter().zip(weights).map(|(&j, w)| i128::from(row[j]) * w).sum())
                .collect();
            if values.iter().any(|&value| value > u) {
                continue;
            }
            let mut strategy = vec![(0, 1); n];
            for (&j, &weight) in support.iter().zip(weights) {
                let divisor = gcd(weight, denominator);
                strategy[j] = (weight / divisor, denominator / divisor);
            }
            let unused = (0..n).filter(|&j| strategy[j].0 == 0).map(|j| 1 << j).sum();
            let replies = (0..m).filter(|&i| values[i] == u).map(|i| 1 << i).sum();
            found.insert(strategy.clone(), Vertex { strategy, unused, replies });
        }
    }
    found.into_values().collect()
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

fn transposed(matrix: &Matrix) -> Matrix {
    (0..matrix[0].len()).map(|j| matrix.iter().map(|row| row[j]).collect()).collect()
}

type Pair = (Vec<Rational>, Vec<Rational>);

/// The extreme equilibria, and how many connected sets they form.
fn by_definition(a: &Matrix, b: &Matrix) -> (BTreeSet<Pair>, usize) {
    let (of_column, of_row) = (vertices(a), vertices(&transposed(b)));
    let rationals = |vertex: &Vertex| -> Vec<Rational> {
        vertex.strategy.iter().map(|&(p, q)| Rational::new(p as i64, q as i64)).collect()
    };
    let (all_rows, all_columns) = ((1u32 << a.len()) - 1, (1u32 << a[0].len()) - 1);
    let mut pairs = Vec::new();
    for (k, x) in of_row.iter().enumerate() {
        for (l, y) in of_column.iter().enumerate() {
            if x.unused | y.replies == all_rows && y.unused | x.replies == all_columns {
                pairs.push((k, l));
            }
        }
    }
    // Connected: two extreme equilibria that share a strategy, and what follows.
    let mut group: Vec<usize> = (0..pairs.len()).collect();
    for i in 0..pairs.len() {
        for j in 0..i {
            if (pairs[i].0 == pairs[j].0 || pairs[i].1 == pairs[j].1) && group[i] != group[j] {
                let (from, to) = (group[i], group[j]);
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    let groups = group.into_iter().collect::<BTreeSet<_>>().len();
    let set = pairs.iter().map(|&(k, l)| (rationals(&of_row[k]), rationals(&of_column[l])));
    (set.collect(), groups)
}

fn listed(found: &Equilibria) -> BTreeSet<Pair> {
    found
        .list
        .iter()
        .map(|found| {
            let [x, y] = &found.profile[..] else { panic!("two players") };
            (x.probabilities().to_vec(), y.probabilities().to_vec())
        })
        .collect()
}

/// Solves game `number` both ways; the number of its equilibria, or what differs.
fn compare(number: u64, most: usize) -> usize {
    let (kind, a, b) = game(number, most);
    let place = || format!("game {number}, {kind}: {a:?} {b:?}");
    let (expected, components) = by_definition(&a, &b);
    // Equilibria stay when a player's payoffs are scaled and shifted: huge and tiny ones as well.
    let mut dice = Dice(!number);
    let mut scaled = |matrix: &Matrix| -> Vec<Vec<Rational>> {
        let factor = Rational::from(10).pow(dice.between(-30, 30) as i32).unwrap();
        let (factor, shift) = match dice.between(0, 3) {
            0 => (factor.clone(), &factor * &Rational::new(dice.between(-99, 99), 7)),
            _ => (Rational::from(1), Rational::from(0)),
        };
        let entry = |&u: &i64| &(&Rational::from(u) * &factor) + &shift;
        matrix.iter().map(|row| row.iter().map(entry).collect()).collect()
    };
    let subject = NormalForm::bimatrix(&scaled(&a), &scaled(&b)).unwrap();
    let found = enumerate_extreme_equilibria(&subject, &Budget::unlimited()).unwrap().answer;
    assert_eq!(found.scope, Scope::AllExtreme, "{}", place());
    assert_eq!(listed(&found), expected, "{}", place());
    assert_eq!(found.list.len(), expected.len(), "one of the list occurs twice: {}", place());
    let groups = found.components.as_ref().map(Vec::len);
    assert_eq!(groups, Some(components), "components of {}", place());

    let pure = enumerate_pure_equilibria(&subject, &Budget::unlimited()).answer;
    let is_pure =
        |strategy: &[Rational]| strategy.iter().filter(|weight| !weight.is_zero()).count() == 1;
    let expected_pure: BTreeSet<Pair> =
        expected.iter().filter(|(x, y)| is_pure(x) && is_pure(y)).cloned().collect();
    assert_eq!(listed(&pure), expected_pure, "pure ones of {}", place());

    let answer = Answer::Equilibria(found);
    if let Err(refutation) = certify(Subject::OneShot(&subject), &answer, &Limits::default()) {
        panic!("{refutation}: {}", place());
    }
    expected.len()
}

#[test]
fn the_enumeration_from_the_definition_knows_textbook_games() {
    let battle = (vec![vec![2, 0], vec![0, 1]], vec![vec![1, 0], vec![0, 2]]);
    let (found, components) = by_definition(&battle.0, &battle.1);
    let third = |p| Rational::new(p, 3);
    assert!(found.contains(&(vec![third(2), third(1)], vec![third(1), third(2)])));
    assert_eq!((found.len(), components), (3, 3));
    // Everything is an equilibrium of a game without stakes: four vertices, one square.
    let flat = vec![vec![5, 5], vec![5, 5]];
    let (found, components) = by_definition(&flat, &flat);
    assert_eq!((found.len(), components), (4, 1));
}

#[test]
fn five_thousand_games_have_exactly_the_equilibria_of_the_definition() {
    for number in 0..5_000 {
        compare(number, 5);
    }
}

#[test]
#[ignore = "of use when optimised: cargo test --release --test every_equilibrium -- --ignored --nocapture"]
fn a_hundred_thousand_games_have_exactly_the_equilibria_of_the_definition() {
    const GAMES: u64 = 100_000;
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let equilibria: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let share = (worker..GAMES).step_by(threads as usize);
                scope.spawn(move || share.map(|number| compare(number, 6)).sum::<usize>())
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    println!("{GAMES} games up to 6x6, {equilibria} extreme equilibria: no difference");
}
