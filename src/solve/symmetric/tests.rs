use proptest::prelude::*;

use super::*;
use crate::game::MixedStrategy;
use crate::solve::nash::enumerate_extreme_equilibria;

fn symmetric(rows: &[Vec<i64>]) -> NormalForm {
    let exact = |matrix: &[Vec<i64>]| -> Vec<Vec<Rational>> {
        matrix.iter().map(|row| row.iter().map(|&x| Rational::from(x)).collect()).collect()
    };
    let turned: Vec<Vec<i64>> =
        (0..rows.len()).map(|i| rows.iter().map(|row| row[i]).collect()).collect();
    NormalForm::bimatrix(&exact(rows), &exact(&turned)).unwrap()
}

fn found(rows: &[&[i64]]) -> Symmetric {
    let rows: Vec<Vec<i64>> = rows.iter().map(|row| row.to_vec()).collect();
    answer(&symmetric(&rows))
}

fn answer(game: &NormalForm) -> Symmetric {
    let outcome = find_symmetric_equilibria(game, &Budget::unlimited()).unwrap();
    assert_eq!(outcome.status, Status::Solved);
    let checked = crate::certify::certify_symmetric(
        game,
        &outcome.answer,
        &crate::certify::Limits::default(),
    );
    assert!(checked.unwrap().complete.is_proved());
    outcome.answer
}

/// Each strategy with `+` for stable and `-` for invaded.
fn shown(found: &Symmetric) -> Vec<String> {
    found
        .list
        .iter()
        .zip(&found.stability)
        .map(|(one, stability)| {
            let parts: Vec<String> =
                one.profile[0].probabilities().iter().map(ToString::to_string).collect();
            let mark = match stability.is_stable() {
                Some(true) => '+',
                Some(false) => '-',
                None => '?',
            };
            format!("{} {mark}", parts.join(" "))
        })
        .collect()
}

#[test]
fn hawks_and_doves_settle_at_the_prize_over_the_wounds() {
    // Maynard Smith & Price (1973): V/C hawks.
    assert_eq!(shown(&found(&[&[-1, 2], &[0, 1]])), ["1/2 1/2 +"]);
    assert_eq!(shown(&found(&[&[-2, 2], &[0, 1]])), ["1/3 2/3 +"]);
    // With the retaliator, who is a dove to doves and a hawk to hawks: stable only with a bonus.
    let plain = found(&[&[-1, 2, -1], &[0, 1, 1], &[-1, 1, 1]]);
    assert_eq!(plain.sets.as_ref().unwrap().len(), 2, "{plain:?}");
}

#[test]
fn both_pure_conventions_of_a_stag_hunt_are_stable_and_the_mixture_is_not() {
    let hunt = found(&[&[4, 0], &[3, 2]]);
    assert_eq!(shown(&hunt), ["1 0 +", "2/3 1/3 -", "0 1 +"]);
    assert_eq!(hunt.components(), Some(vec![0, 1, 2]));
}

#[test]
fn rock_scissors_paper_is_stable_exactly_when_winning_is_worth_more_than_losing_costs() {
    let game = |win: i64, loss: i64| {
        shown(&found(&[&[0, win, -loss], &[-loss, 0, win], &[win, -loss, 0]]))
    };
    assert_eq!(game(2, 1), ["1/3 1/3 1/3 +"]);
    assert_eq!(game(1, 1), ["1/3 1/3 1/3 -"]);
    assert_eq!(game(1, 2), ["1/3 1/3 1/3 -"]);
}

#[test]
fn zeemans_interior_point_attracts_and_is_not_stable() {
    // Zeeman (1980): the interior point is asymptotically stable in the replicator dynamics and not
    // evolutionarily stable; the first action is.
    let found = found(&[&[0, 6, -4], &[-3, 0, 5], &[-1, 3, 0]]);
    let shown = shown(&found);
    assert_eq!(shown[0], "1 0 0 +");
    assert!(shown.contains(&"1/3 1/3 1/3 -".to_owned()), "{shown:?}");
}

#[test]
fn replies_that_are_not_played_decide_by_strict_copositivity() {
    // Against the first action all are equally good. Alone each of the others does worse against
    // itself; with c ≥ 2 the two together do as well.
    let game = |c: i64| found(&[&[0, 0, 0], &[0, -2, c], &[0, c, -2]]);
    assert_eq!(game(1).stability[0], Evolutionary::Stable);
    let Evolutionary::Invaded(invader) = &game(2).stability[0] else { panic!("2 is the border") };
    assert_eq!(invader.support(), [1, 2]);
    assert!(matches!(game(3).stability[0], Evolutionary::Invaded(_)));
    // With negative entries off the diagonal anything is stable.
    assert_eq!(game(-7).stability[0], Evolutionary::Stable);
}

#[test]
fn a_game_of_zeros_has_one_convex_set_and_nothing_stable() {
    let zeros = answer(&symmetric(&vec![vec![0; 4]; 4]));
    assert_eq!(zeros.list.len(), 4);
    assert_eq!(zeros.sets, Some(vec![vec![0, 1, 2, 3]]));
    assert_eq!(zeros.components(), Some(vec![0; 4]));
    assert!(zeros.stability.iter().all(|one| one.is_stable() == Some(false)));
}

#[test]
fn many_unplayed_replies_are_decided_where_a_quick_proof_is_there() {
    let size = 16;
    let game = |off: i64| {
        let entry = |i: usize, j: usize| match (i, j) {
            (0, _) | (_, 0) => 0,
            _ if i == j => -20,
            _ => off,
        };
        let rows: Vec<Vec<i64>> =
            (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect();
        symmetric(&rows)
    };
    let judged = |off: i64| answer(&game(off)).stability[0].clone();
    assert_eq!(judged(1), Evolutionary::Stable);
    assert!(matches!(judged(20), Evolutionary::Invaded(_)));
    // Fifteen together get −20 + 14·2 > 0, two alone get less: nothing quick says so.
    assert_eq!(judged(2), Evolutionary::NotDecided);
}

#[test]
fn other_games_are_refused() {
    let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let budget = Budget::unlimited();
    assert_eq!(
        find_symmetric_equilibria(&pennies, &budget).unwrap_err(),
        SymmetricError::NotSymmetric
    );
    let three = crate::solve::testing::game(&[1, 1, 1], &[vec![0], vec![0], vec![0]]);
    assert!(find_symmetric_equilibria(&three, &budget).is_err());
}

#[test]
fn a_spent_budget_leaves_what_is_right() {
    let game = symmetric(&[vec![4, 0, 1], vec![3, 2, 0], vec![1, 1, 3]]);
    for steps in 0..30 {
        let budget = Budget::unlimited().with_steps(steps);
        let outcome = find_symmetric_equilibria(&game, &budget).unwrap();
        let limits = crate::certify::Limits::default();
        assert!(crate::certify::certify_symmetric(&game, &outcome.answer, &limits).is_ok());
        assert_eq!(outcome.answer.complete, outcome.answer.sets.is_some());
    }
}

/// Symmetric matrices of up to four actions with small integers.
fn matrices(most: usize) -> impl Strategy<Value = Vec<Vec<i64>>> {
    (1..=most, 1..4i64).prop_flat_map(|(size, range)| {
        prop::collection::vec(prop::collection::vec(-range..=range, size), size)
    })
}

/// What a strategy gets against another.
fn payoff(matrix: &[Vec<i64>], one: &[Rational], other: &[Rational]) -> Rational {
    let mut sum = Rational::ZERO;
    for (row, p) in matrix.iter().zip(one) {
        for (&u, q) in row.iter().zip(other) {
            sum += &(Rational::from(u) * (p * q));
        }
    }
    sum
}

/// All strategies whose probabilities are multiples of 1/parts.
fn grid(actions: usize, parts: i64) -> Vec<Vec<Rational>> {
    fn fill(
        left: usize,
        parts: i64,
        of: i64,
        head: &mut Vec<Rational>,
        all: &mut Vec<Vec<Rational>>,
    ) {
        if left == 1 {
            let mut whole = head.clone();
            whole.push(Rational::new(parts, of));
            all.push(whole);
            return;
        }
        for k in 0..=parts {
            head.push(Rational::new(k, of));
            fill(left - 1, parts - k, of, head, all);
            head.pop();
        }
    }
    let mut all = Vec::new();
    fill(actions, parts, parts, &mut Vec::new(), &mut all);
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The list is the diagonal of the extreme equilibria of the bimatrix game.
    #[test]
    fn symmetric_equilibria_are_the_extreme_ones_with_equal_strategies(rows in matrices(5)) {
        let game = symmetric(&rows);
        let all = enumerate_extreme_equilibria(&game, &Budget::unlimited()).unwrap().answer;
        let diagonal: Vec<_> =
            all.list.into_iter().filter(|one| one.profile[0] == one.profile[1]).collect();
        prop_assert_eq!(answer(&game).list, diagonal);
    }

    /// Stability by its definition, on a grid of strategies.
    #[test]
    fn no_strategy_of_a_grid_invades_what_is_stable(rows in matrices(4)) {
        let game = symmetric(&rows);
        let found = answer(&game);
        for (one, stability) in found.list.iter().zip(&found.stability) {
            let x = one.profile[0].probabilities();
            let own = payoff(&rows, x, x);
            let mut invaded = false;
            for y in grid(x.len(), 6) {
                let best = payoff(&rows, &y, x) == own;
                invaded |= best && y != x && payoff(&rows, x, &y) <= payoff(&rows, &y, &y);
            }
            match stability {
                Evolutionary::Stable => prop_assert!(!invaded),
                Evolutionary::Invaded(y) => {
                    let y = y.probabilities();
                    prop_assert!(y != x && payoff(&rows, y, x) == own);
                    prop_assert!(payoff(&rows, x, y) <= payoff(&rows, y, y));
                }
                Evolutionary::NotDecided => prop_assert!(false, "four actions are decided"),
            }
        }
    }

    /// No best reply to a stable strategy carries another symmetric equilibrium (Bishop & Cannings
    /// 1976), and a stable one is alone in its convex set.
    #[test]
    fn carriers_of_stable_strategies_hold_no_other_equilibrium(rows in matrices(5)) {
        let found = answer(&symmetric(&rows));
        for (at, one) in found.list.iter().enumerate() {
            if found.stability[at] != Evolutionary::Stable {
                continue;
            }
            let x = &one.profile[0];
            let reply = |action: usize| {
                let pure = MixedStrategy::pure(action, x.len());
                payoff(&rows, pure.probabilities(), x.probabilities()) == one.payoffs[0]
            };
            for (other, two) in found.list.iter().enumerate() {
                let within = two.profile[0].support().into_iter().all(reply);
                prop_assert!(at == other || !within);
            }
            prop_assert!(found.sets.as_ref().unwrap().contains(&vec![at]));
        }
    }

    /// The convex sets by trying all: a set of members lies in one of them exactly when the mixtures
    /// with weights 1, 2, 3… in turn are equilibria. (They span the same plane, on which the played
    /// actions then do equally well.)
    #[test]
    fn convex_sets_are_those_whose_mixtures_are_equilibria(rows in matrices(4)) {
        let found = answer(&symmetric(&rows));
        let (count, sets) = (found.list.len(), found.sets.as_ref().unwrap());
        prop_assume!(count <= 8);
        for members in 1u32..1 << count {
            let members: Vec<usize> = (0..count).filter(|&at| members >> at & 1 == 1).collect();
            let size = members.len();
            let mixture = |turn: usize| -> Vec<Rational> {
                let mut weights = vec![Rational::ZERO; rows.len()];
                for (at, &member) in members.iter().enumerate() {
                    let weight = Rational::from((at + turn) as i64 % size as i64 + 1);
                    let strategy = found.list[member].profile[0].probabilities();
                    for (sum, probability) in weights.iter_mut().zip(strategy) {
                        *sum += &(&weight * probability);
                    }
                }
                MixedStrategy::from_weights(&weights).unwrap().probabilities().to_vec()
            };
            let is_one = (0..size).map(mixture).all(|mixture| {
                let own = payoff(&rows, &mixture, &mixture);
                (0..rows.len()).all(|i| {
                    let pure = MixedStrategy::pure(i, rows.len());
                    payoff(&rows, pure.probabilities(), &mixture) <= own
                })
            });
            let listed = sets.iter().any(|set| members.iter().all(|at| set.contains(at)));
            prop_assert_eq!(is_one, listed, "{:?}", members);
        }
    }

    /// With payoffs 2 on edges of a graph, 1 against oneself and 0 else, the stable strategies are the
    /// uniform ones on its maximal cliques (Bomze 1997).
    #[test]
    fn stable_strategies_of_a_graph_are_its_maximal_cliques(
        edges in prop::collection::vec(any::<bool>(), 21),
        size in 1usize..8,
    ) {
        let edge = |i: usize, j: usize| edges[i.max(j) * (i.max(j) - 1) / 2 + i.min(j)];
        let entry = |i: usize, j: usize| if i == j { 1 } else { 2 * i64::from(edge(i, j)) };
        let rows: Vec<Vec<i64>> =
            (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect();
        let joined = |members: &[usize], at: usize| {
            members.iter().all(|&other| other != at && edge(at, other))
        };
        let mut cliques = Vec::new();
        for members in 1u32..1 << size {
            let members: Vec<usize> = (0..size).filter(|&at| members >> at & 1 == 1).collect();
            let is_clique = (1..members.len()).all(|k| joined(&members[..k], members[k]));
            if is_clique && !(0..size).any(|at| joined(&members, at)) {
                cliques.push(members);
            }
        }
        let found = answer(&symmetric(&rows));
        let mut stable: Vec<Vec<usize>> = Vec::new();
        for (one, stability) in found.list.iter().zip(&found.stability) {
            if *stability == Evolutionary::Stable {
                let x = &one.profile[0];
                let share = Rational::new(1, x.support().len() as i64);
                prop_assert!(x.support().iter().all(|&at| x.probabilities()[at] == share));
                stable.push(x.support());
            }
        }
        cliques.sort();
        stable.sort();
        prop_assert_eq!(stable, cliques);
    }
}
