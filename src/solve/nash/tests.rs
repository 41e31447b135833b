//! Properties of the methods for two players, against an oracle made of definitions.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_equilibria, certify_equilibrium};
use crate::game::NormalForm;
use crate::game::answer::{Equilibria, Scope};
use crate::num::Rational;
use crate::solve::Status;

type Probabilities = Vec<Rational>;

/// That one equilibrium is found, has regret zero by the check of profiles of any number of players
/// and by that of pairs, and is found again.
fn is_certified_and_repeated(game: &NormalForm) {
    let found = find_any_equilibrium(game, &Budget::unlimited()).unwrap();
    assert_eq!((found.status, found.answer.list.len()), (Status::Solved, 1));
    certify_equilibria(game, &found.answer, &Limits::default()).unwrap();
    certify_equilibrium(game, &found.answer.list[0], &Limits::default()).unwrap();
    let again = find_any_equilibrium(game, &Budget::unlimited()).unwrap();
    assert_eq!(found.answer, again.answer);
}

/// A game whose best-response polytopes are dual cyclic ones, which have the most vertices, as in
/// the games with exponentially long paths of Savani & von Stengel (2006); the actions of one player
/// are shifted by one. The number of actions is even, so that the first points are on one facet.
fn dual_cyclic_game(size: usize) -> NormalForm {
    // Points of the moment curve with the origin inside their hull, moved to make it the centre.
    let point = |k: usize| -> Vec<Rational> {
        let at = Rational::from(k as i64 + 1);
        (1..=size).map(|power| at.pow(power as i32).unwrap()).collect()
    };
    let points: Vec<Vec<Rational>> = (0..2 * size).map(point).collect();
    let share = Rational::new(1, 2 * size as i64);
    let centre: Vec<Rational> =
        (0..size).map(|k| points.iter().map(|point| &point[k] * &share).sum()).collect();
    let moved =
        |k: usize| -> Vec<Rational> { points[k].iter().zip(&centre).map(|(x, c)| x - c).collect() };
    // The rows of the polytope {z : C z ≤ 1} relative to the vertex on its first facets.
    let own: Vec<Vec<Rational>> = (0..size).map(moved).collect();
    let columns: Vec<Vec<Rational>> = (0..size)
        .map(|k| {
            let mut rows: Vec<Vec<Rational>> = (0..size)
                .map(|row| (0..size).map(|column| own[column][row].clone()).collect())
                .collect();
            let right = moved(size + k);
            rows.iter_mut().zip(right).for_each(|(row, x)| row.push(x));
            unique_solution(rows).unwrap()
        })
        .collect();
    // A reply gets Σ x_i a_i over 1 − Σ a_i of slack: the best-response polytope up to scale.
    let a: Vec<Vec<Rational>> = columns
        .iter()
        .map(|column| {
            let slack = Rational::ONE - column.iter().sum::<Rational>();
            column.iter().map(|x| -x / &slack).collect()
        })
        .collect();
    let turned = (0..size).map(|i| (0..size).map(|j| a[j][(i + 1) % size].clone()).collect());
    let b: Vec<Vec<Rational>> = turned.collect();
    NormalForm::bimatrix(&a, &b).unwrap()
}

#[test]
fn paths_on_dual_cyclic_polytopes_end() {
    for size in [2, 4, 6, 8] {
        is_certified_and_repeated(&dual_cyclic_game(size));
    }
}

#[test]
fn one_equilibrium_of_large_games_is_certified() {
    for (size, seed) in [(70, 1u64), (120, 2), (200, 3)] {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 44) as i64
        };
        let mut matrix = || -> Vec<Vec<Rational>> {
            (0..size).map(|_| (0..size).map(|_| Rational::from(next())).collect()).collect()
        };
        is_certified_and_repeated(&NormalForm::bimatrix(&matrix(), &matrix()).unwrap());
    }
}

#[test]
fn the_quickest_equilibrium_respects_the_budget() {
    // Matching pennies has no pure equilibrium, so that there is a path.
    let game = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let found = find_any_equilibrium(&game, &Budget::unlimited().with_steps(1)).unwrap();
    assert_eq!(found.status, Status::Partial(Exhausted::Steps));
    assert!(found.answer.list.is_empty());
    let late = Budget::unlimited().with_time(std::time::Duration::ZERO);
    assert_eq!(
        find_any_equilibrium(&game, &late).unwrap().status,
        Status::Partial(Exhausted::Time)
    );
    let found = find_any_equilibrium(&game, &Budget::unlimited()).unwrap();
    assert_eq!((found.status, found.method), (Status::Solved, "lemke-howson"));
}

/// The vertices (x, v) of {x ≥ 0, Σx = 1, v ≥ b_j(x)} with their labels: all choices of as many
/// labels as x has entries, each solved by Gaussian elimination in fractions.
fn vertices_by_definition(b: &[Vec<Rational>]) -> BTreeSet<(Probabilities, Vec<bool>)> {
    let (k, l) = (b[0].len(), b.len());
    let mut found = BTreeSet::new();
    for mask in 0u32..1 << (k + l) {
        if mask.count_ones() as usize != k {
            continue;
        }
        // Unknowns x_1 … x_k, v; equations with the right-hand side last.
        let mut rows = vec![vec![Rational::ZERO; k + 2]; 1];
        rows[0][..k].fill(Rational::ONE);
        rows[0][k + 1] = Rational::ONE;
        for label in (0..k + l).filter(|label| mask >> label & 1 != 0) {
            let mut row = vec![Rational::ZERO; k + 2];
            if label < k {
                row[label] = Rational::ONE;
            } else {
                row[..k].clone_from_slice(&b[label - k]);
                row[k] = -Rational::ONE;
            }
            rows.push(row);
        }
        let Some(point) = unique_solution(rows) else { continue };
        let (x, v) = point.split_at(k);
        let reply: Vec<Rational> =
            b.iter().map(|row| row.iter().zip(x).map(|(b, x)| b * x).sum()).collect();
        if x.iter().any(Rational::is_negative) || reply.iter().any(|reply| *reply > v[0]) {
            continue;
        }
        let labels =
            x.iter().map(Rational::is_zero).chain(reply.iter().map(|r| *r == v[0])).collect();
        found.insert((x.to_vec(), labels));
    }
    found
}

fn unique_solution(mut rows: Vec<Vec<Rational>>) -> Option<Vec<Rational>> {
    let unknowns = rows.len();
    for at in 0..unknowns {
        let pivot = (at..unknowns).find(|&row| !rows[row][at].is_zero())?;
        rows.swap(at, pivot);
        let scale = rows[at][at].clone();
        rows[at].iter_mut().for_each(|entry| *entry = &*entry / &scale);
        for row in (0..unknowns).filter(|&row| row != at) {
            let factor = rows[row][at].clone();
            let pivot = rows[at].clone();
            for (entry, pivot) in rows[row].iter_mut().zip(&pivot) {
                *entry -= &(&factor * pivot);
            }
        }
    }
    Some(rows.into_iter().map(|row| row[unknowns].clone()).collect())
}

fn matrices(game: &NormalForm) -> (Vec<Vec<Rational>>, Vec<Vec<Rational>>) {
    let (m, n) = (game.num_actions(0), game.num_actions(1));
    let a = (0..m).map(|i| (0..n).map(|j| game.payoff(0, i * n + j).clone()).collect()).collect();
    let b = (0..n).map(|j| (0..m).map(|i| game.payoff(1, i * n + j).clone()).collect()).collect();
    (a, b)
}

/// Pairs of vertices that have all labels.
fn extreme_by_definition(game: &NormalForm) -> BTreeSet<(Probabilities, Probabilities)> {
    let (a, b) = matrices(game);
    let (m, n) = (game.num_actions(0), game.num_actions(1));
    let (rows, columns) = (vertices_by_definition(&b), vertices_by_definition(&a));
    let mut found = BTreeSet::new();
    for (x, x_labels) in &rows {
        for (y, y_labels) in &columns {
            let complete = (0..m).all(|i| x_labels[i] || y_labels[n + i])
                && (0..n).all(|j| x_labels[m + j] || y_labels[j]);
            if complete {
                found.insert((x.clone(), y.clone()));
            }
        }
    }
    found
}

fn pairs(found: &Equilibria) -> Vec<(Probabilities, Probabilities)> {
    found
        .list
        .iter()
        .map(|found| {
            let strategy = |player: usize| found.profile[player].probabilities().to_vec();
            (strategy(0), strategy(1))
        })
        .collect()
}

fn all(game: &NormalForm) -> Equilibria {
    let found = enumerate_extreme_equilibria(game, &Budget::unlimited()).unwrap();
    assert_eq!((found.status, found.answer.scope), (Status::Solved, Scope::AllExtreme));
    found.answer
}

/// Remembers what it is told.
#[derive(Default)]
struct Told {
    pairs: std::sync::Mutex<Vec<(Probabilities, Probabilities)>>,
    shares: std::sync::Mutex<Vec<f64>>,
}

impl crate::solve::Watch for Told {
    fn found(&self, found: &crate::game::answer::Equilibrium) {
        let strategy = |player: usize| found.profile[player].probabilities().to_vec();
        self.pairs.lock().unwrap().push((strategy(0), strategy(1)));
    }

    fn progressed(&self, share: f64, _: u64) {
        self.shares.lock().unwrap().push(share);
    }
}

/// Games in which ties are common: few different payoffs, sometimes equal rows or none at all.
fn tied_game(most: usize) -> impl proptest::strategy::Strategy<Value = NormalForm> {
    (1..=most, 1..=most, prop::sample::select(vec![1i64, 2, 3, 10, 100]), 0..6u8).prop_flat_map(
        |(m, n, range, kind)| {
            prop::collection::vec(0..range, 2 * m * n).prop_map(move |cells| {
                let mut a: Vec<Vec<Rational>> = (0..m)
                    .map(|i| (0..n).map(|j| Rational::from(cells[i * n + j])).collect())
                    .collect();
                let mut b: Vec<Vec<Rational>> = (0..m)
                    .map(|i| (0..n).map(|j| Rational::from(cells[(m + i) * n + j])).collect())
                    .collect();
                match kind {
                    0 => {
                        a[m - 1] = a[0].clone();
                        b[m - 1] = b[0].clone();
                    }
                    1 => b.iter_mut().flatten().for_each(|x| *x = Rational::ZERO),
                    2 => b = a.iter().map(|r| r.iter().map(|x| -x).collect()).collect(),
                    _ => {}
                }
                NormalForm::bimatrix(&a, &b).unwrap()
            })
        },
    )
}

/// What components must be: see `answer::Component`.
fn check_components(game: &NormalForm, found: &Equilibria) {
    let list = pairs(found);
    let components = found.components.as_ref().unwrap();
    let mut seen = vec![false; list.len()];
    let mut subsets_of: Vec<Vec<usize>> = vec![vec![]; list.len()];
    let mut subset = 0;
    for (at, component) in components.iter().enumerate() {
        assert!(component.members.is_sorted());
        for &member in &component.members {
            assert!(!seen[member], "each equilibrium is in one component");
            seen[member] = true;
        }
        let mut covered = BTreeSet::new();
        for nash_subset in &component.maximal_subsets {
            for x in &nash_subset.rows {
                for y in &nash_subset.columns {
                    let pair = (x.probabilities().to_vec(), y.probabilities().to_vec());
                    let position = list.iter().position(|listed| *listed == pair).unwrap();
                    covered.insert(position);
                    subsets_of[position].push(subset);
                }
            }
            // Maximal: no extreme strategy from outside is in equilibrium with all of the others.
            let rows: BTreeSet<_> = list.iter().map(|pair| pair.0.clone()).collect();
            for x in rows {
                let with_all = nash_subset
                    .columns
                    .iter()
                    .all(|y| list.contains(&(x.clone(), y.probabilities().to_vec())));
                let inside = nash_subset.rows.iter().any(|row| row.probabilities() == x);
                assert_eq!(with_all, inside);
            }
            subset += 1;
        }
        assert_eq!(covered.into_iter().collect::<Vec<_>>(), component.members);
        // Different components share no extreme strategy.
        for other in &components[at + 1..] {
            for &first in &component.members {
                for &second in &other.members {
                    assert!(list[first].0 != list[second].0 && list[first].1 != list[second].1);
                }
            }
        }
    }
    assert!(seen.into_iter().all(|seen| seen));
    let _ = game;
}

/// The proof by cases is accepted, and no longer when an equilibrium is left out.
fn proof_holds_and_nothing_can_be_left_out(game: &NormalForm, mut found: Equilibria) {
    if found.proof.is_none() {
        return;
    }
    let limits = crate::certify::Limits::default();
    let checked = crate::certify::certify_equilibria(game, &found, &limits).unwrap();
    assert!(checked.complete.is_proved());
    assert!(checked.complete.reason().unwrap().starts_with("a proof by cases"));
    found.components = None;
    for at in 0..found.list.len().min(4) {
        let mut less = found.clone();
        less.list.remove(at);
        assert!(crate::certify::certify_equilibria(game, &less, &limits).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn all_methods_find_what_the_definition_says(game in tied_game(4)) {
        let found = all(&game);
        let expected = extreme_by_definition(&game);
        let listed = pairs(&found);
        prop_assert_eq!(&listed, &expected.into_iter().rev().collect::<Vec<_>>());
        let by_vertices =
            enumerate_extreme_equilibria_by_vertices(&game, &Budget::unlimited()).unwrap();
        prop_assert_eq!(&by_vertices.answer, &found);
        let by_search = all::enumerate_by_search(&game, &Budget::unlimited());
        prop_assert_eq!(&by_search.answer, &found);
        proof_holds_and_nothing_can_be_left_out(&game, by_search.answer);
        for found in &found.list {
            let direct = |player: usize| -> Rational {
                (0..game.num_profiles())
                    .map(|at| {
                        &found.profile[0].probabilities()[game.action_in(0, at)]
                            * &found.profile[1].probabilities()[game.action_in(1, at)]
                            * game.payoff(player, at)
                    })
                    .sum()
            };
            prop_assert_eq!(&found.payoffs, &vec![direct(0), direct(1)]);
        }
        check_components(&game, &found);
        let pure = enumerate_pure_equilibria(&game, &Budget::unlimited()).answer;
        for pure in pairs(&pure) {
            prop_assert!(listed.contains(&pure));
        }
    }

    #[test]
    fn what_is_told_while_the_search_goes_on_is_the_list_and_each_once(
        game in tied_game(6),
        steps in prop::option::of(0..60u64),
    ) {
        let budget = steps.map_or(Budget::unlimited(), |steps| Budget::unlimited().with_steps(steps));
        let told = Told::default();
        let found = enumerate_extreme_equilibria_watched(&game, &budget, &told).unwrap();
        let mut told_pairs = told.pairs.into_inner().unwrap();
        if steps.is_none() {
            prop_assert_eq!(&found.answer, &all(&game));
        }
        prop_assert!(told.shares.into_inner().unwrap().is_sorted());
        let count = told_pairs.len();
        told_pairs.sort();
        told_pairs.dedup();
        prop_assert_eq!(told_pairs.len(), count);
        let listed: BTreeSet<_> = pairs(&found.answer).into_iter().collect();
        let told: BTreeSet<_> = told_pairs.into_iter().collect();
        if steps.is_none() {
            prop_assert_eq!(told, listed);
        } else {
            let every: BTreeSet<_> = pairs(&all(&game)).into_iter().collect();
            prop_assert!(told.is_subset(&every));
        }
    }

    #[test]
    fn both_methods_agree_on_larger_tied_games(game in tied_game(7)) {
        let by_vertices =
            enumerate_extreme_equilibria_by_vertices(&game, &Budget::unlimited()).unwrap();
        let found = all(&game);
        prop_assert_eq!(&by_vertices.answer, &found);
        proof_holds_and_nothing_can_be_left_out(&game, found);
    }

    #[test]
    fn payoffs_of_any_size_widen_the_arithmetic_and_nothing_else(
        (m, n) in (1..4usize, 1..4usize),
        bits in prop::sample::select(vec![20u32, 40, 60, 63]),
        denominators in any::<bool>(),
        cells in prop::collection::vec((any::<i64>(), 1..i64::MAX), 32),
    ) {
        let number = |at: usize| {
            let (p, q) = cells[at];
            Rational::new(p >> (63 - bits), if denominators { q >> (63 - bits) | 1 } else { 1 })
        };
        let matrix = |from: usize| -> Vec<Vec<Rational>> {
            (0..m).map(|i| (0..n).map(|j| number(from + i * n + j)).collect()).collect()
        };
        let game = NormalForm::bimatrix(&matrix(0), &matrix(16)).unwrap();
        let by_search = all::enumerate_by_search(&game, &Budget::unlimited()).answer;
        proof_holds_and_nothing_can_be_left_out(&game, by_search);
        let listed = pairs(&all(&game));
        let expected = extreme_by_definition(&game);
        prop_assert_eq!(&listed, &expected.into_iter().rev().collect::<Vec<_>>());
        let one = find_one_equilibrium(&game, 0, &Budget::unlimited()).unwrap().answer;
        prop_assert!(listed.contains(&pairs(&one)[0]));
    }

    #[test]
    fn methods_agree_beyond_64_labels(
        m in 1..3usize,
        n in 63..68usize,
        range in prop::sample::select(vec![4i64, 1000]),
        cells in prop::collection::vec(any::<u32>(), 2 * 2 * 70),
    ) {
        let matrix = |from: usize| -> Vec<Vec<Rational>> {
            (0..m)
                .map(|i| {
                    (0..n).map(|j| Rational::from(i64::from(cells[from + i * n + j]) % range)).collect()
                })
                .collect()
        };
        let game = NormalForm::bimatrix(&matrix(0), &matrix(2 * 70)).unwrap();
        let by_vertices =
            enumerate_extreme_equilibria_by_vertices(&game, &Budget::unlimited()).unwrap();
        prop_assert_eq!(by_vertices.answer, all(&game));
    }

    #[test]
    fn lemke_howson_finds_extreme_equilibria_from_every_label(game in tied_game(5)) {
        let listed = pairs(&all(&game));
        for label in 0..game.num_actions(0) + game.num_actions(1) {
            let found = find_one_equilibrium(&game, label, &Budget::unlimited()).unwrap();
            prop_assert_eq!(found.status, Status::Solved);
            prop_assert!(listed.contains(&pairs(&found.answer)[0]));
        }
    }

    #[test]
    fn the_quickest_equilibrium_is_one_and_the_same_again(game in tied_game(7)) {
        is_certified_and_repeated(&game);
    }

    #[test]
    fn the_quickest_equilibrium_is_one_at_any_scale_of_payoffs(
        m in 1..8usize,
        n in 1..8usize,
        kind in 0..6u8,
        cells in prop::collection::vec((-1000..1000i64, 1..50i64), 2 * 49),
    ) {
        let big = Rational::from(10).pow(30).unwrap();
        let payoff = |(p, q): (i64, i64)| match kind {
            0 => Rational::new(p, q),
            1 => &big * Rational::new(p, q),
            2 => Rational::new(p, q) * big.recip().unwrap(),
            // Differences in the thirtieth digit only.
            3 => &big + Rational::from(p),
            // Some payoffs huge and some tiny.
            4 => Rational::from(p % 7) * Rational::from(10).pow(q as i32 - 25).unwrap(),
            _ => Rational::from(p),
        };
        let matrix = |from: usize| -> Vec<Vec<Rational>> {
            (0..m).map(|i| (0..n).map(|j| payoff(cells[from + i * n + j])).collect()).collect()
        };
        is_certified_and_repeated(&NormalForm::bimatrix(&matrix(0), &matrix(49)).unwrap());
    }

    #[test]
    fn the_quickest_equilibrium_is_one_on_larger_supports(
        n in 8..24usize,
        range in prop::sample::select(vec![3i64, 1000, 1 << 20, 1 << 52]),
        seed in any::<u64>(),
    ) {
        // Nearly zero-sum: few equilibria, on half of the actions or so.
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as i64 % range
        };
        let a: Vec<Vec<i64>> = (0..n).map(|_| (0..n).map(|_| next()).collect()).collect();
        let b: Vec<Vec<i64>> =
            a.iter().map(|row| row.iter().map(|x| next() % 3 - x).collect()).collect();
        let exact = |matrix: &[Vec<i64>]| -> Vec<Vec<Rational>> {
            matrix.iter().map(|row| row.iter().map(|&x| Rational::from(x)).collect()).collect()
        };
        let game = NormalForm::bimatrix(&exact(&a), &exact(&b)).unwrap();
        is_certified_and_repeated(&game);
        let found = find_one_equilibrium(&game, 0, &Budget::unlimited()).unwrap();
        prop_assert!(certify_equilibria(&game, &found.answer, &Limits::default()).is_ok());
    }

    #[test]
    fn positive_affine_changes_leave_the_equilibria(
        game in tied_game(4),
        scale in prop::sample::select(vec![(1i64, 3i64), (7, 1), (10_000_000_000, 1), (1, 1 << 50)]),
        shift in -5..5i64,
    ) {
        let factor = Rational::new(scale.0, scale.1);
        let (a, b) = matrices(&game);
        let change = |matrix: Vec<Vec<Rational>>| -> Vec<Vec<Rational>> {
            matrix
                .iter()
                .map(|row| row.iter().map(|x| &factor * x + Rational::from(shift)).collect())
                .collect()
        };
        let turned = |b: Vec<Vec<Rational>>| -> Vec<Vec<Rational>> {
            (0..b[0].len()).map(|i| b.iter().map(|row| row[i].clone()).collect()).collect()
        };
        let changed = NormalForm::bimatrix(&change(a.clone()), &turned(b.clone())).unwrap();
        prop_assert_eq!(pairs(&all(&changed)), pairs(&all(&game)));
        let changed = NormalForm::bimatrix(&a, &turned(change(b))).unwrap();
        prop_assert_eq!(pairs(&all(&changed)), pairs(&all(&game)));
        let one = find_one_equilibrium(&changed, 0, &Budget::unlimited()).unwrap().answer;
        prop_assert!(pairs(&all(&game)).contains(&pairs(&one)[0]));
    }

    #[test]
    fn relabelled_and_turned_games_have_the_same_equilibria(game in tied_game(4), by in 0..4usize) {
        let (a, b) = matrices(&game);
        let (m, n) = (a.len(), b.len());
        // Turned: the players change places.
        let a_turned: Vec<Vec<Rational>> =
            (0..n).map(|j| a.iter().map(|row| row[j].clone()).collect()).collect();
        let turned = NormalForm::bimatrix(&b, &a_turned).unwrap();
        let mut expected: Vec<_> = pairs(&all(&game)).into_iter().map(|(x, y)| (y, x)).collect();
        expected.sort_by(|p, q| q.cmp(p));
        prop_assert_eq!(pairs(&all(&turned)), expected);
        // Relabelled: player 0's actions are rotated.
        let rotated_a: Vec<Vec<Rational>> = (0..m).map(|i| a[(i + by) % m].clone()).collect();
        let rotated_b: Vec<Vec<Rational>> = (0..m)
            .map(|i| (0..n).map(|j| b[j][(i + by) % m].clone()).collect())
            .collect();
        let rotated = NormalForm::bimatrix(&rotated_a, &rotated_b).unwrap();
        let mut expected: Vec<_> = pairs(&all(&game))
            .into_iter()
            .map(|(x, y)| ((0..m).map(|i| x[(i + by) % m].clone()).collect::<Vec<_>>(), y))
            .collect();
        expected.sort_by(|p, q| q.cmp(p));
        prop_assert_eq!(pairs(&all(&rotated)), expected);
    }
}

#[test]
fn games_of_indifference_list_their_vertices_and_one_component() {
    for size in 1..=6 {
        let zero = vec![vec![Rational::ZERO; size]; size];
        let game = NormalForm::bimatrix(&zero, &zero).unwrap();
        let found = all(&game);
        assert_eq!(found.list.len(), size * size);
        let components = found.components.unwrap();
        assert_eq!(components.len(), 1);
        assert_eq!(components[0].maximal_subsets.len(), 1);
        assert_eq!(components[0].maximal_subsets[0].rows.len(), size);
    }
}

#[test]
fn games_with_more_than_64_labels_are_solved() {
    // Coordination of 40 × 40 on the last three actions, which dominate the others.
    let size = 40;
    let payoff = |i: usize, j: usize| match (i < 37, i == j) {
        (true, _) => Rational::from(-1 - ((i * 7 + j * 3) % 5) as i64),
        (false, coordinated) => Rational::from(i64::from(coordinated && j >= 37)),
    };
    let a: Vec<Vec<Rational>> =
        (0..size).map(|i| (0..size).map(|j| payoff(i, j)).collect()).collect();
    let b: Vec<Vec<Rational>> =
        (0..size).map(|i| (0..size).map(|j| payoff(j, i)).collect()).collect();
    let game = NormalForm::bimatrix(&a, &b).unwrap();
    let found = all(&game);
    assert_eq!(found.list.len(), 7);
    assert_eq!(found.list[6].profile[0].as_pure(), Some(39));
}

#[test]
fn a_spent_budget_leaves_right_equilibria_and_says_so() {
    let seed = |k: i64| Rational::from((k * k * 7919 + k * 104_729) % 101);
    let matrix = |from: i64| -> Vec<Vec<Rational>> {
        (0..12).map(|i| (0..12).map(|j| seed(from + 12 * i + j)).collect()).collect()
    };
    let game = NormalForm::bimatrix(&matrix(1), &matrix(1000)).unwrap();
    let complete = pairs(&all(&game));
    for steps in [0, 50, 100, 200, 400] {
        let part =
            enumerate_extreme_equilibria(&game, &Budget::unlimited().with_steps(steps)).unwrap();
        if let Status::Partial(reason) = part.status {
            assert_eq!(reason, Exhausted::Steps);
            assert_eq!(part.answer.scope, Scope::Some);
            assert!(part.answer.components.is_none());
        }
        assert!(pairs(&part.answer).iter().all(|pair| complete.contains(pair)));
    }
    let none = find_one_equilibrium(&game, 0, &Budget::unlimited().with_steps(1)).unwrap();
    assert_eq!(none.status, Status::Partial(Exhausted::Steps));
}

#[test]
fn three_players_are_refused() {
    use crate::game::Player;
    let players = vec![Player::new("A", ["a"]), Player::new("B", ["b"]), Player::new("C", ["c"])];
    let game = NormalForm::new(players, vec![vec![Rational::ZERO]; 3]).unwrap();
    let refused = Some(NashError::NotTwoPlayers(3));
    assert_eq!(enumerate_extreme_equilibria(&game, &Budget::unlimited()).err(), refused);
    assert_eq!(find_one_equilibrium(&game, 0, &Budget::unlimited()).err(), refused);
}

#[test]
fn a_weakly_dominated_reply_of_an_equilibrium_is_found() {
    let game = NormalForm::from_integers(
        &[&[0, 20, 0, 0, 0, 0, 0], &[3, 0, 0, 0, 0, 0, 1]],
        &[&[0, 2, 0, 0, 0, 0, 71], &[0, 93, 0, 0, 0, 0, 93]],
    );
    assert_eq!(all(&game).list.len(), 2);
}

#[test]
fn the_list_and_its_proof_do_not_depend_on_the_number_of_threads() {
    let payoff = |k: i64| Rational::from((k * k * 7919 + k * 104_729) % 101);
    let matrix = |from: i64| -> Vec<Vec<Rational>> {
        (0..13).map(|i| (0..13).map(|j| payoff(from + 13 * i + j)).collect()).collect()
    };
    let game = NormalForm::bimatrix(&matrix(1), &matrix(1000)).unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let found = enumerate_extreme_equilibria(&game, &Budget::unlimited()).unwrap();
            (found.answer.list, found.answer.components, found.answer.proof, found.work)
        })
    };
    let one = with(1);
    assert!(one.2.is_some());
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

/// Small games by their own door and by the general one.
fn small_games_agree<const M: usize, const N: usize>(numbers: &mut dyn FnMut() -> i32) {
    let mut table = || std::array::from_fn(|_| std::array::from_fn(|_| numbers()));
    let (a, b): ([[i32; N]; M], [[i32; N]; M]) = (table(), table());
    let exact = |table: &[[i32; N]; M]| -> Vec<Vec<Rational>> {
        table.iter().map(|row| row.iter().map(|&x| Rational::from(x)).collect()).collect()
    };
    let game = NormalForm::bimatrix(&exact(&a), &exact(&b)).unwrap();
    let expected: BTreeSet<_> =
        pairs(&all::enumerate_by_search(&game, &Budget::unlimited()).answer).into_iter().collect();
    let mut found = BTreeSet::new();
    let strategy = |weights: &[i64]| -> Probabilities {
        let sum: i64 = weights.iter().sum();
        weights.iter().map(|&weight| Rational::new(weight, sum)).collect()
    };
    SmallGame::new(a, b).unwrap().for_each_extreme_equilibrium(|x, y| {
        assert!(found.insert((strategy(x), strategy(y))), "each is reported once");
    });
    assert_eq!(found, expected);
}

#[test]
fn small_games_have_the_equilibria_of_the_search() {
    let mut state = 1u64;
    for range in [2u64, 3, 10, 1 << 19] {
        let mut numbers = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((state >> 33) % range) as i32
        };
        for _ in 0..60 {
            small_games_agree::<2, 2>(&mut numbers);
            small_games_agree::<3, 3>(&mut numbers);
            small_games_agree::<2, 3>(&mut numbers);
            small_games_agree::<3, 1>(&mut numbers);
        }
    }
    assert_eq!(SmallGame::new([[1 << 19]], [[0]]), None);
}
