//! Known answers, other ways to the same numbers, and what has to hold in every game.

use proptest::prelude::*;

use super::*;
use crate::certify::{Limits, certify_limit_payoffs, certify_public_equilibria};
use crate::game::public::{
    LiquidityRow, PublicEquilibria, PublicForm, PublicGame, PublicLimit, Score,
};
use crate::game::stochastic::{StochasticGame, StochasticState};
use crate::game::{DiscountFactor, NormalForm, Player};
use crate::num::Rational;
use crate::solve::stochastic::find_transfer_equilibrium;
use crate::solve::{Budget, Status};

pub(crate) fn exact(text: &str) -> Rational {
    text.parse().unwrap()
}

fn factor(text: &str) -> DiscountFactor {
    DiscountFactor::new(exact(text)).unwrap()
}

fn numbers(text: &str) -> Vec<Rational> {
    text.split_whitespace().map(exact).collect()
}

/// Two players with actions C and D.
fn two_by_two(row: &str, column: &str) -> NormalForm {
    let players = vec![Player::new("Row", ["C", "D"]), Player::new("Column", ["C", "D"])];
    NormalForm::new(players, vec![numbers(row), numbers(column)]).unwrap()
}

fn with_signals(stage: NormalForm, names: &[&str], rows: &[&str]) -> PublicGame {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    PublicGame::new(stage, names, rows.iter().map(|row| numbers(row)).collect()).unwrap()
}

/// The noisy prisoner's dilemma of section 7 of Kranz, Interactively Solving Repeated Games: A Toolbox
/// (2012), after Goldlücke & Kranz (2012).
pub(crate) fn kranz() -> PublicGame {
    with_signals(
        two_by_two("1 -1.5 2 0", "1 2 -1.5 0"),
        &["yC", "yD", "y1", "y2"],
        &["0.7 0.1 0.1 0.1", "0.3 0.3 0.1 0.3", "0.3 0.3 0.3 0.1", "0 1 0 0"],
    )
}

/// The prisoner's dilemma of Mailath & Samuelson (2006, section 7.2) with a good and a bad signal.
pub(crate) fn mailath_samuelson() -> PublicGame {
    with_signals(
        two_by_two("2 -1 3 0", "2 3 -1 0"),
        &["good", "bad"],
        &["0.9 0.1", "0.5 0.5", "0.5 0.5", "0.2 0.8"],
    )
}

/// Solved and certified.
fn solved(game: &PublicGame, form: PublicForm, discount: Option<&str>) -> PublicEquilibria {
    let discount = discount.map(factor);
    let found =
        find_public_equilibria(game, form, discount.as_ref(), &Budget::unlimited()).unwrap();
    assert!(matches!(found.status, Status::Solved | Status::None));
    let answer = found.answer.unwrap();
    let certificate = certify_public_equilibria(game, &answer, &Limits::default());
    assert!(certificate.as_ref().is_ok_and(|one| one.complete.is_proved()), "{certificate:?}");
    answer
}

fn transfers(game: &PublicGame, discount: Option<&str>) -> PublicEquilibria {
    solved(game, PublicForm::Transfers, discount)
}

fn row<'a>(
    game: &PublicGame,
    answer: &'a PublicEquilibria,
    at: usize,
) -> (String, &'a LiquidityRow) {
    let row = &answer.rows[at];
    (game.profile_name(row.played), row)
}

#[test]
fn the_noisy_dilemma_of_kranz_has_its_published_rows() {
    let game = kranz();
    let answer = transfers(&game, None);
    let expected = [
        ("D|D", "0", "0", "0", true),
        ("C|D", "15/7", "1/2", "30/37", false),
        ("C|C", "5", "3/2", "10/13", true),
        ("C|C", "10", "2", "5/6", true),
    ];
    assert_eq!(answer.rows.len(), expected.len());
    for (at, (name, liquidity, joint, discount, optimal)) in expected.into_iter().enumerate() {
        let (played, row) = row(&game, &answer, at);
        assert_eq!(played, name);
        assert_eq!(row.liquidity, exact(liquidity));
        assert_eq!(row.joint, exact(joint));
        assert_eq!(row.worst, numbers("0 0"));
        assert_eq!(row.discount, Some(exact(discount)));
        assert_eq!(row.optimal, optimal);
    }
    // Between them U = 1.5 + 0.1 (L − 5): at δ the liquidity solves L (1 − δ) = δ U.
    let at = transfers(&game, Some("4/5")).at.unwrap().row.unwrap();
    assert_eq!(at.joint, exact("1.5") + (&at.liquidity - exact("5")) / exact("10"));
    assert_eq!(&at.liquidity * exact("1/5"), &at.joint * exact("4/5"));
    // Below 10/13 only the equilibrium of the stage game is left.
    let at = transfers(&game, Some("3/4")).at.unwrap().row.unwrap();
    assert_eq!((at.joint, at.liquidity), (Rational::ZERO, Rational::ZERO));
    let at = transfers(&game, Some("9/10")).at.unwrap().row.unwrap();
    assert_eq!((at.joint, at.liquidity), (exact("2"), exact("18")));
}

#[test]
fn strongly_symmetric_equilibria_have_their_closed_form() {
    let answer = solved(&mailath_samuelson(), PublicForm::Symmetric, Some("10/17"));
    let last = answer.rows.last().unwrap();
    // v = u − (1 − p) g / (p − q), from δ* = g / (p g + (p − q) u) on.
    assert_eq!(last.joint, exact("1.75"));
    assert_eq!(last.worst, numbers("0"));
    assert_eq!(last.discount, Some(exact("10/17")));
    assert_eq!(answer.at.unwrap().row.unwrap().joint, exact("1.75"));
    let below = solved(&mailath_samuelson(), PublicForm::Symmetric, Some("0.588"));
    assert_eq!(below.at.unwrap().row.unwrap().joint, Rational::ZERO);
}

/// Each player's deviation is seen by another signal; one reward has to deter both. With p burned after
/// yD and q after y1 and y2: (p + q)/5 ≥ 1, and p/10 + q/5 is lost, with p and q at most L.
#[test]
fn one_reward_deters_deviations_that_are_seen_otherwise() {
    let game = kranz();
    let answer = solved(&game, PublicForm::Symmetric, None);
    let rows: Vec<_> = answer.rows.iter().map(|row| (&row.liquidity, &row.joint)).collect();
    let (nothing, some, all) = (exact("0"), exact("5/2"), exact("5"));
    let (low, high) = (exact("1/4"), exact("1/2"));
    assert_eq!(rows, [(&nothing, &nothing), (&some, &low), (&all, &high)]);
}

#[test]
fn players_who_are_not_alike_have_no_strongly_symmetric_equilibria() {
    let stage = two_by_two("1 0 2 0", "2 2 -1 0");
    let rows = ["1 0", "0 1", "0 1", "0 1"];
    let game = with_signals(stage, &["good", "bad"], &rows);
    let found = find_public_equilibria(&game, PublicForm::Symmetric, None, &Budget::unlimited());
    assert_eq!(found.err(), Some(PublicFailure::NotSymmetric));
}

#[test]
fn without_news_only_the_equilibria_of_the_stage_game_are_there() {
    let game = with_signals(two_by_two("1 -1 2 0", "1 2 -1 0"), &["nothing"], &["1"; 4]);
    let answer = transfers(&game, Some("99/100"));
    assert_eq!(answer.rows.len(), 1);
    assert_eq!(answer.rows[0].joint, Rational::ZERO);
    assert!(answer.profiles[0].least.is_none() && answer.profiles[3].least.is_some());
    // Matching pennies has no equilibrium in pure strategies, seen or not.
    let pennies = two_by_two("1 -1 -1 1", "-1 1 1 -1");
    for rows in [["1 0 0 0"; 4], ["1 0 0 0", "0 1 0 0", "0 0 1 0", "0 0 0 1"]] {
        let game = with_signals(pennies.clone(), &["a", "b", "c", "d"], &rows);
        assert!(transfers(&game, Some("99/100")).at.unwrap().row.is_none());
    }
}

/// What is left of time stops the search, and says so.
#[test]
fn a_limit_is_heard() {
    let budget = Budget::unlimited().with_steps(1);
    let found = find_public_equilibria(&kranz(), PublicForm::Transfers, None, &budget).unwrap();
    assert!(found.answer.is_none() && matches!(found.status, Status::Partial(_)));
}

/// Games with payoffs from −4 to 4.
fn any_stage() -> impl Strategy<Value = NormalForm> {
    prop::collection::vec(1usize..=3, 1..=3).prop_flat_map(|shape| {
        let profiles: usize = shape.iter().product();
        let payoffs =
            prop::collection::vec(prop::collection::vec(-4i64..=4, profiles), shape.len());
        payoffs.prop_map(move |payoffs| {
            let players = shape.iter().enumerate().map(|(at, &actions)| {
                Player::new(format!("P{at}"), (0..actions).map(|a| a.to_string()))
            });
            let payoffs = payoffs
                .into_iter()
                .map(|row| row.into_iter().map(Rational::from).collect())
                .collect();
            NormalForm::new(players.collect(), payoffs).unwrap()
        })
    })
}

/// Games with one to four signals.
fn any_game() -> impl Strategy<Value = PublicGame> {
    (any_stage(), 1usize..=4).prop_flat_map(|(stage, signals)| {
        let rows =
            prop::collection::vec(prop::collection::vec(0i64..=3, signals), stage.num_profiles());
        rows.prop_map(move |rows| {
            let rows = rows
                .into_iter()
                .map(|mut row| {
                    row[0] += 1;
                    let sum = row.iter().sum();
                    row.into_iter().map(|one| Rational::new(one, sum)).collect()
                })
                .collect();
            let names = (0..signals).map(|at| at.to_string()).collect();
            PublicGame::new(stage.clone(), names, rows).unwrap()
        })
    })
}

/// The game in which everything is seen.
fn all_seen(stage: &NormalForm) -> PublicGame {
    let count = stage.num_profiles();
    let rows = (0..count)
        .map(|at| (0..count).map(|one| Rational::from(i64::from(one == at))).collect())
        .collect();
    let names = (0..count).map(|at| at.to_string()).collect();
    PublicGame::new(stage.clone(), names, rows).unwrap()
}

/// The sweep over liquidity with perfect monitoring (Goldlücke & Kranz 2012, section 3): for every sum
/// of gains the best profiles that need no more. Each liquidity with its joint payoff and worst ones.
fn sweep(stage: &NormalForm) -> Vec<(Rational, Rational, Vec<Rational>)> {
    let players = stage.num_players();
    let best = |player: usize, profile: usize| -> Rational {
        (0..stage.num_actions(player))
            .map(|action| stage.payoff(player, stage.deviation(profile, player, action)).clone())
            .max()
            .unwrap()
    };
    let needs = |profile: usize| -> Rational {
        (0..players).map(|player| best(player, profile) - stage.payoff(player, profile)).sum()
    };
    let profiles = 0..stage.num_profiles();
    let mut levels: Vec<Rational> = profiles.clone().map(needs).collect();
    levels.sort();
    levels.dedup();
    let mut rows: Vec<(Rational, Rational, Vec<Rational>)> = Vec::new();
    for level in levels {
        let allowed: Vec<usize> =
            profiles.clone().filter(|&profile| needs(profile) <= level).collect();
        let sum = |&profile: &usize| -> Rational {
            (0..players).map(|player| stage.payoff(player, profile)).sum()
        };
        let joint = allowed.iter().map(sum).max().unwrap();
        let worst: Vec<Rational> = (0..players)
            .map(|player| allowed.iter().map(|&profile| best(player, profile)).min().unwrap())
            .collect();
        if rows.last().is_none_or(|row| row.1 != joint || row.2 != worst) {
            rows.push((level, joint, worst));
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn everything_seen_is_perfect_monitoring(stage in any_stage()) {
        let found = transfers(&all_seen(&stage), None);
        let rows: Vec<_> = found
            .rows
            .into_iter()
            .map(|row| (row.liquidity, row.joint, row.worst))
            .collect();
        prop_assert_eq!(rows, sweep(&stage));
    }

    #[test]
    fn everything_seen_is_a_game_of_one_state(stage in any_stage(), percent in 1i64..=95) {
        let discount = DiscountFactor::new(Rational::new(percent, 100)).unwrap();
        let follows = vec![vec![(0, Rational::ONE)]; stage.num_profiles()];
        let state =
            StochasticState { name: "s".to_owned(), stage: stage.clone(), transitions: follows };
        let one = StochasticGame::new(vec![state], discount.clone(), 0).unwrap();
        let other = find_transfer_equilibrium(&one, &Budget::unlimited()).answer;
        let policies = other.and_then(|answer| answer.policies);
        let found = transfers(&all_seen(&stage), Some(&discount.value().to_string()));
        match (found.at.unwrap().row, policies) {
            (None, None) => {}
            (Some(row), Some(policies)) => {
                prop_assert_eq!(&row.joint, &policies.joint[0]);
                for (worst, other) in row.worst.iter().zip(&policies.worst) {
                    prop_assert_eq!(worst, &other[0]);
                }
            }
            (row, policies) => prop_assert!(false, "{:?} and {:?}", row, policies),
        }
    }

    #[test]
    fn every_answer_is_certified_and_grows_with_the_discount_factor(
        game in any_game(),
        percents in prop::collection::vec(0i64..=99, 2),
    ) {
        let mut factors: Vec<Rational> =
            percents.iter().map(|&percent| Rational::new(percent, 100)).collect();
        factors.sort();
        let rows: Vec<Option<LiquidityRow>> = factors
            .iter()
            .map(|factor| transfers(&game, Some(&factor.to_string())).at.unwrap().row)
            .collect();
        match (&rows[0], &rows[1]) {
            (Some(less), Some(more)) => {
                prop_assert!(less.joint <= more.joint && less.liquidity <= more.liquidity);
                prop_assert!(less.worst.iter().zip(&more.worst).all(|(less, more)| less >= more));
            }
            (less, _) => prop_assert!(less.is_none()),
        }
        // What is seen less well is never worth more than what is seen.
        if let Some(row) = &rows[1] {
            let seen = transfers(&all_seen(game.stage()), Some(&factors[1].to_string()));
            let seen = seen.at.unwrap().row.unwrap();
            prop_assert!(row.joint <= seen.joint);
            prop_assert!(row.worst.iter().zip(&seen.worst).all(|(own, seen)| own >= seen));
        }
    }
}

/// The limit of patience, certified.
fn limit(game: &PublicGame) -> PublicLimit {
    let found = find_limit_payoffs(game, &Budget::unlimited()).unwrap();
    let answer = found.answer.unwrap();
    let certificate = certify_limit_payoffs(game, &answer, &Limits::default());
    assert!(certificate.is_ok(), "{certificate:?}");
    assert_eq!(certificate.unwrap().complete.is_proved(), answer.is_exact());
    answer
}

fn score_in<'a>(answer: &'a PublicLimit, direction: &str) -> &'a Score {
    let direction = numbers(direction);
    answer.scores.iter().find(|one| one.direction.weights == direction).unwrap()
}

fn corners(answer: &PublicLimit) -> Vec<[String; 2]> {
    let corners = answer.corners.as_ref().unwrap().iter();
    corners.map(|one| one.payoffs.clone().map(|value| value.to_string())).collect()
}

#[test]
fn published_scores_of_the_noisy_dilemmas_are_found() {
    let answer = limit(&kranz());
    let of = |direction: &str, profile: usize| {
        score_in(&answer, direction).profiles[profile].as_ref().unwrap().value.clone()
    };
    // C|C in the diagonal direction has 2 (√2 for a direction of length one), 1/2 in the first player's;
    // C|D has 0 against him.
    assert_eq!(of("1 1", 0), exact("2"));
    assert_eq!(of("1 0", 0), exact("1/2"));
    assert_eq!(of("-1 0", 1), exact("0"));
    let answer = limit(&mailath_samuelson());
    assert_eq!(score_in(&answer, "1 1").value, Some(exact("3.5")));
}

#[test]
fn patient_players_who_see_all_get_what_is_feasible_and_more_than_minmax() {
    let game = all_seen(&two_by_two("2 -1 3 0", "2 3 -1 0"));
    let answer = limit(&game);
    assert!(answer.is_exact());
    // Between (2, 2), (3, −1) and (0, 0) at payoffs of at least 0.
    let expected = [["0", "0"], ["8/3", "0"], ["2", "2"], ["0", "8/3"]];
    assert_eq!(corners(&answer), expected.map(|corner| corner.map(str::to_owned)));
}

#[test]
fn without_news_patience_is_worth_nothing() {
    let game = with_signals(two_by_two("1 -1 2 0", "1 2 -1 0"), &["nothing"], &["1"; 4]);
    assert_eq!(corners(&limit(&game)), [["0".to_owned(), "0".to_owned()]]);
    let pennies = two_by_two("1 -1 -1 1", "-1 1 1 -1");
    let game = with_signals(pennies, &["nothing"], &["1"; 4]);
    assert!(limit(&game).scores.iter().all(|one| one.value.is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_patience_gives_is_bounded_by_what_transfers_give(game in any_game()) {
        let (answer, paid) = (limit(&game), transfers(&game, None));
        let all = paid.rows.last().filter(|row| row.discount.is_some());
        let Some(row) = all else {
            // Without payments there is nothing either.
            let empty = answer.scores.iter().any(|one| one.value.is_none());
            let thin = answer.corners.as_ref().is_some_and(|corners| corners.len() < 3);
            prop_assert!(empty || thin || answer.corners.is_none());
            return Ok(());
        };
        for one in &answer.scores {
            let Some(value) = &one.value else { continue };
            let weights = &one.direction.weights;
            if weights.iter().all(|weight| *weight == Rational::ONE) {
                prop_assert!(*value <= row.joint);
            }
            let minus: Rational = weights.iter().sum();
            if minus == -Rational::ONE && weights.iter().filter(|one| !one.is_zero()).count() == 1 {
                let player = weights.iter().position(|weight| !weight.is_zero()).unwrap();
                prop_assert!(-value >= row.worst[player]);
            }
        }
        if let Some(corners) = &answer.corners {
            prop_assert!(corners.len() < 3 || answer.is_exact(), "{corners:?}");
            for corner in corners {
                prop_assert!(corner.payoffs.iter().sum::<Rational>() <= row.joint);
                prop_assert!(corner.payoffs.iter().zip(&row.worst).all(|(own, worst)| own >= worst));
            }
        }
    }

    #[test]
    fn where_all_is_seen_a_profile_is_worth_itself(stage in any_stage()) {
        let game = all_seen(&stage);
        let answer = limit(&game);
        for one in &answer.scores {
            let weights = &one.direction.weights;
            if weights.iter().any(|weight| !weight.is_positive()) {
                continue;
            }
            let worth = |at: usize| -> Rational {
                (0..stage.num_players()).map(|player| &weights[player] * stage.payoff(player, at)).sum()
            };
            let best = (0..stage.num_profiles()).map(worth).max();
            prop_assert_eq!(&one.value, &best);
        }
        // Nobody can be held below his pure minmax value, and to that he can.
        for player in 0..stage.num_players() {
            let best = |at: usize| -> Rational {
                let own = 0..stage.num_actions(player);
                own.map(|a| stage.payoff(player, stage.deviation(at, player, a)).clone()).max().unwrap()
            };
            let minmax = (0..stage.num_profiles()).map(best).min().unwrap();
            let mut against = vec![Rational::ZERO; stage.num_players()];
            against[player] = -Rational::ONE;
            if let Some(score) = answer.scores.iter().find(|one| one.direction.weights == against) {
                prop_assert_eq!(score.value.clone(), Some(-minmax));
            }
        }
    }
}
