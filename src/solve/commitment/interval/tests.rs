use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_stackelberg};
use crate::game::answer::Objective;
use crate::solve::find_best_correlated_equilibrium;
use crate::solve::testing::{any_game, exchanged, game, number, rescaled};

fn solved(game: &NormalForm, leader: usize, mixed: bool, epsilon: &Rational) -> Stackelberg {
    let budget = Budget::unlimited();
    let outcome =
        find_commitment_interval(game, leader, mixed, epsilon, LpMethod::Auto, &budget).unwrap();
    let answer = outcome.answer.unwrap();
    certify_stackelberg(game, &answer, &Limits::default()).unwrap();
    answer
}

fn tenth(of: i64) -> Rational {
    Rational::new(1, 10 * of)
}

fn interval_of(game: &NormalForm, leader: usize) -> (Rational, Rational) {
    let answer = solved(game, leader, true, &tenth(1));
    (answer.guaranteed.unwrap().value, answer.leader_value)
}

/// Games of two with few different payoffs, in which follower columns are often copies.
fn tied_game(most: usize) -> impl Strategy<Value = NormalForm> {
    (1..=most, 1..=most + 1)
        .prop_flat_map(|(m, n)| {
            let table = |values: std::ops::Range<i64>| prop::collection::vec(values, m * n);
            (Just((m, n)), table(-2..3), table(0..3), prop::collection::vec(0..n, n))
        })
        .prop_map(|((m, n), a, b, copy)| {
            // Reply j pays the follower what the reply copy[j] pays him, or its own.
            let from = |j: usize| if copy[j] < j { copy[j] } else { j };
            let copied = (0..m * n).map(|at| b[at / n * n + from(at % n)]).collect();
            game(&[m, n], &[a, copied])
        })
}

#[test]
fn indifferent_follower_makes_the_interval_0_1() {
    let game = NormalForm::from_integers(&[&[1, 0], &[0, 0]], &[&[0, 0], &[0, 0]]);
    assert_eq!(interval_of(&game, 0), (Rational::ZERO, Rational::ONE));
}

#[test]
fn region_without_inner_points_guarantees_nothing() {
    // The first reply is best only where the follower is indifferent; the others are copies for him.
    let game = NormalForm::from_integers(&[&[5, 0, 2], &[0, 1, 0]], &[&[0, 0, 0], &[0, 1, 1]]);
    assert_eq!(interval_of(&game, 0), (Rational::new(2, 3), Rational::from(5)));
    let answer = solved(&game, 0, true, &tenth(1)).guaranteed.unwrap();
    assert_eq!(answer.bounds.iter().filter(|one| one.bound.is_none()).count(), 1);
    // In pure strategies against the worst best reply: 0 with either action.
    let pure = solved(&game, 0, false, &tenth(1)).guaranteed.unwrap();
    assert_eq!(pure.value, Rational::ZERO);
}

#[test]
fn weight_of_the_strict_commitment_is_between_0_and_1() {
    let game = NormalForm::from_integers(&[&[1]], &[&[1]]);
    for weight in [Rational::ZERO, Rational::ONE, Rational::from(-1)] {
        let budget = Budget::unlimited();
        let asked = find_commitment_interval(&game, 0, true, &weight, LpMethod::Auto, &budget);
        assert_eq!(asked.unwrap_err(), CommitmentError::Epsilon(weight));
    }
}

/// Σ_i x_i u_ij for a table by rows.
fn at(table: &[Vec<Rational>], x: &[Rational], reply: usize) -> Rational {
    x.iter().zip(table).map(|(x, row)| x * &row[reply]).sum()
}

fn tables(game: &NormalForm, leader: usize) -> (Vec<Vec<Rational>>, Vec<Vec<Rational>>) {
    let view = View { game, leader };
    let table = |payoff: &dyn Fn(usize, usize) -> Rational| -> Vec<Vec<Rational>> {
        let row = |i| (0..view.replies()).map(|j| payoff(i, j)).collect();
        (0..view.actions()).map(row).collect()
    };
    (
        table(&|i, j| view.leader_payoff(i, j).clone()),
        table(&|i, j| view.follower_payoff(i, j).clone()),
    )
}

fn best_replies(b: &[Vec<Rational>], x: &[Rational]) -> Vec<usize> {
    let payoffs: Vec<Rational> = (0..b[0].len()).map(|j| at(b, x, j)).collect();
    let most = payoffs.iter().max().unwrap().clone();
    (0..payoffs.len()).filter(|&j| payoffs[j] == most).collect()
}

/// Whether the best replies to x are copies of one another for the follower.
fn only_copies(b: &[Vec<Rational>], replies: &[usize]) -> bool {
    replies.iter().all(|&j| b.iter().all(|row| row[j] == row[replies[0]]))
}

/// The points of the simplex of two or three actions where two of these lines cross, or a line and
/// an edge; a line is the set where a vector of coefficients gives 0.
fn vertices(lines: &[Vec<Rational>], actions: usize) -> Vec<Vec<Rational>> {
    let mut lines = lines.to_vec();
    for action in 0..actions {
        lines.push(unit(actions, action));
    }
    let mut points: Vec<Vec<Rational>> = Vec::new();
    let mut keep = |direction: Vec<Rational>| {
        let sum: Rational = direction.iter().sum();
        if sum.is_zero() {
            return;
        }
        let point: Vec<Rational> = direction.iter().map(|x| x / &sum).collect();
        if !point.iter().any(Rational::is_negative) && !points.contains(&point) {
            points.push(point);
        }
    };
    for (at, p) in lines.iter().enumerate() {
        if actions == 2 {
            keep(vec![p[1].clone(), -&p[0]]);
            continue;
        }
        for q in &lines[..at] {
            let minor = |i: usize, j: usize| &p[i] * &q[j] - &p[j] * &q[i];
            keep(vec![minor(1, 2), minor(2, 0), minor(0, 1)]);
        }
    }
    points
}

/// L by its definition for two or three actions: from the corners of the cells into which the lines
/// of equal payoffs cut the simplex.
fn by_cells(a: &[Vec<Rational>], b: &[Vec<Rational>]) -> Rational {
    let (actions, replies) = (a.len(), a[0].len());
    let lines = |table: &[Vec<Rational>]| -> Vec<Vec<Rational>> {
        let pairs = (0..replies).flat_map(|j| (0..j).map(move |k| (j, k)));
        let line = |(j, k): (usize, usize)| table.iter().map(|row| &row[j] - &row[k]).collect();
        pairs.map(line).collect()
    };
    let follower = lines(b);
    // Every cell has the middle of some of its corners inside.
    let corners = vertices(&follower, actions);
    let mut inside: Vec<Vec<usize>> = Vec::new();
    let mut look = |points: &[&Vec<Rational>]| {
        let x: Vec<Rational> = (0..actions)
            .map(|i| {
                let sum: Rational = points.iter().map(|point| &point[i]).sum();
                sum / &Rational::from(points.len() as i64)
            })
            .collect();
        let best = best_replies(b, &x);
        if only_copies(b, &best) && !inside.contains(&best) {
            inside.push(best);
        }
    };
    for p in 0..corners.len() {
        for q in 0..p {
            if actions == 2 {
                look(&[&corners[p], &corners[q]]);
            }
            for r in 0..q {
                look(&[&corners[p], &corners[q], &corners[r]]);
            }
        }
    }
    let all: Vec<Vec<Rational>> = follower.into_iter().chain(lines(a)).collect();
    let points = vertices(&all, actions);
    let worst =
        |class: &Vec<usize>, x: &[Rational]| class.iter().map(|&j| at(a, x, j)).min().unwrap();
    let values = inside.iter().flat_map(|class| {
        let there = points.iter().filter(|x| best_replies(b, x).contains(&class[0]));
        there.map(|x| worst(class, x)).collect::<Vec<_>>()
    });
    values.max().unwrap()
}

/// What every commitment guarantees that has its probabilities in these parts, and only copies of
/// one reply as best replies.
fn by_grid(a: &[Vec<Rational>], b: &[Vec<Rational>], parts: i64) -> Option<Rational> {
    let mut points = vec![(Vec::new(), parts)];
    for action in 0..a.len() {
        let last = action + 1 == a.len();
        points = points
            .into_iter()
            .flat_map(|(point, left)| {
                (if last { left } else { 0 }..=left).map(move |part| {
                    let mut next = point.clone();
                    next.push(Rational::new(part, parts));
                    (next, left - part)
                })
            })
            .collect();
    }
    let value = |x: Vec<Rational>| {
        let best = best_replies(b, &x);
        only_copies(b, &best).then(|| best.iter().map(|&j| at(a, &x, j)).min().unwrap())
    };
    points.into_iter().filter_map(|(x, _)| value(x)).max()
}

fn check_bounds_of_interval(game: &NormalForm, leader: usize) -> Result<(), TestCaseError> {
    let (low, high) = interval_of(game, leader);
    let pure = solved(game, leader, false, &tenth(1));
    prop_assert!(low <= high);
    prop_assert!(pure.leader_value <= high);
    prop_assert!(pure.guaranteed.unwrap().value <= low);
    prop_assert!(pure.security.unwrap().value <= low);
    let objective = Objective::Player(leader);
    let device =
        find_best_correlated_equilibrium(game, &objective, LpMethod::Auto, &Budget::unlimited());
    prop_assert!(device.unwrap().answer.unwrap().value <= high);
    // What is played tends to L, and gives what its best replies give.
    let (a, b) = tables(game, leader);
    let entries = a.iter().flatten();
    let range = entries.clone().max().unwrap() - entries.min().unwrap();
    for parts in [1, 100, 10_000] {
        let one = solved(game, leader, true, &tenth(parts)).guaranteed.unwrap();
        let x = one.epsilon_commitment.probabilities();
        let replies = best_replies(&b, x);
        prop_assert_eq!(
            replies.iter().map(|&j| at(&a, x, j)).min(),
            Some(one.epsilon_value.clone())
        );
        prop_assert!(one.epsilon.is_zero() || only_copies(&b, &replies));
        prop_assert!(&one.value - &one.epsilon_value <= &range * &one.epsilon);
        prop_assert!(one.epsilon_value <= one.value);
    }
    let grid = by_grid(&a, &b, if a.len() > 3 { 6 } else { 12 });
    prop_assert!(grid.is_none_or(|grid| grid <= low));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn interval_stands_where_it_must(game in any_game(2..3, 4), leader in 0usize..2) {
        check_bounds_of_interval(&game, leader)?;
    }

    #[test]
    fn interval_of_a_game_with_many_ties_stands_where_it_must(
        game in tied_game(4), leader in 0usize..2
    ) {
        check_bounds_of_interval(&game, leader)?;
    }

    #[test]
    fn guaranteed_payoff_is_that_of_the_corners_of_its_cells(game in tied_game(3)) {
        let (a, b) = tables(&game, 0);
        if a.len() > 1 {
            prop_assert_eq!(by_cells(&a, &b), interval_of(&game, 0).0);
        }
    }

    #[test]
    fn interval_depends_on_neither_order_nor_unit(game in tied_game(4), leader in 0usize..2) {
        let (low, high) = interval_of(&game, leader);
        let other_way = interval_of(&exchanged(&game), 1 - leader);
        prop_assert_eq!(&other_way, &(low.clone(), high.clone()));
        let map = (number("700000000000000000000"), number("-5/3"));
        let tiny = (number("0.000000000000001"), Rational::from(11));
        let maps = if leader == 0 { [map.clone(), tiny] } else { [tiny, map.clone()] };
        let mapped = |value: Rational| value * &map.0 + &map.1;
        let expected = (mapped(low), mapped(high));
        prop_assert_eq!(interval_of(&rescaled(&game, &maps), leader), expected);
    }

    #[test]
    fn generic_interval_is_a_point(
        (m, n, payoffs) in (1usize..5, 1usize..5).prop_flat_map(|(m, n)| {
            (Just(m), Just(n), prop::collection::vec(0i64..1_000_000_000, 2 * m * n))
        })
    ) {
        let (a, b) = payoffs.split_at(m * n);
        let (low, high) = interval_of(&game(&[m, n], &[a.to_vec(), b.to_vec()]), 0);
        prop_assert_eq!(low, high);
    }
}
