use super::*;
use crate::certify::{Limits, certify_negotiation, certify_transfers};
use crate::game::stochastic::{Negotiation, StochasticGame, StochasticState, TransferEquilibrium};
use crate::game::{DiscountFactor, NormalForm, Player};
use crate::num::Rational;
use crate::solve::testing::number;
use crate::solve::{Budget, Status};

fn factor(text: &str) -> DiscountFactor {
    DiscountFactor::new(number(text)).unwrap()
}

fn solved(game: &StochasticGame) -> TransferEquilibrium {
    let outcome = find_transfer_equilibrium(game, &Budget::unlimited());
    let answer = outcome.answer.unwrap();
    certify_transfers(game, &answer, &Limits::default()).unwrap();
    answer
}

/// The parameters of the arms race of Goldlücke & Kranz.
struct ArmsRace {
    discount: &'static str,
    build: &'static str,
    keep: &'static str,
}

const BASE: ArmsRace = ArmsRace { discount: "0.99", build: "0.08", keep: "0.3" };

impl ArmsRace {
    /// Both sides have 0 to 3 arms. Each may attack with what it has, and destroy one or build one.
    fn game(&self) -> StochasticGame {
        let names = |stock: i64| {
            let mut names = Vec::new();
            for attack in ["w", "a"] {
                for invest in ["d", "", "b"] {
                    let possible = (attack == "w" || stock > 0)
                        && !(invest == "d" && stock == 0 || invest == "b" && stock == 3);
                    if possible {
                        names.push(format!("{attack}{invest}"));
                    }
                }
            }
            names
        };
        let (build, keep) = (number(self.build), number(self.keep));
        let after = |stock: i64, action: &str| -> Vec<(i64, Rational)> {
            if action.ends_with('b') {
                vec![(stock + 1, build.clone()), (stock, Rational::ONE - &build)]
            } else if action.ends_with('d') {
                vec![(stock - 1, Rational::ONE)]
            } else {
                vec![(stock, Rational::ONE)]
            }
        };
        let mut states = Vec::new();
        for stocks in (0..16).map(|at| [at / 4, at % 4]) {
            let actions = stocks.map(names);
            let (mut payoffs, mut transitions) = (vec![Vec::new(); 2], Vec::new());
            for one in &actions[0] {
                for other in &actions[1] {
                    let played = [one, other];
                    for player in 0..2 {
                        let (own, others) = (stocks[player], stocks[1 - player]);
                        let mut payoff = -(&keep * Rational::from(own));
                        if played[player].starts_with('a') {
                            payoff -= &(number("0.05") * Rational::from(own));
                        }
                        if played[1 - player].starts_with('a') {
                            payoff -= &Rational::from(others);
                        }
                        if played[player].ends_with('b') {
                            payoff -= &number("0.01");
                        }
                        payoffs[player].push(payoff);
                    }
                    let mut row = Vec::new();
                    for (a, p) in after(stocks[0], one) {
                        for (b, q) in after(stocks[1], other) {
                            row.push(((a * 4 + b) as usize, &p * &q));
                        }
                    }
                    transitions.push(row);
                }
            }
            let players =
                vec![Player::new("A", actions[0].clone()), Player::new("B", actions[1].clone())];
            let stage = NormalForm::new(players, payoffs).unwrap();
            let name = format!("{}_{}", stocks[0], stocks[1]);
            states.push(StochasticState { name, stage, transitions });
        }
        StochasticGame::new(states, factor(self.discount), 0).unwrap()
    }
}

fn negotiated(game: &StochasticGame, probability: &str, periods: u64) -> Negotiation {
    let options =
        NegotiationOptions { probability: number(probability), weights: Vec::new(), periods };
    let outcome = negotiate(game, &options, &Budget::unlimited()).unwrap();
    let answer = outcome.answer.unwrap();
    certify_negotiation(game, &answer, &Limits::default()).unwrap();
    answer
}

/// Each row: r1, r2, v1, v2, U of a state, to six places.
fn assert_table(answer: &Negotiation, table: &[[f64; 5]; 16]) {
    for (state, row) in table.iter().enumerate() {
        let found = [
            answer.shares[0][state],
            answer.shares[1][state],
            answer.worst[0][state],
            answer.worst[1][state],
            answer.joint[state],
        ];
        for (value, published) in found.iter().zip(row) {
            assert!((value - published).abs() < 6e-7, "state {state}: {found:?} {row:?}");
        }
    }
}

const PUBLISHED: [[f64; 5]; 16] = [
    [-0.267476, -0.267476, -0.268355, -0.268355, -0.534951],
    [-0.389495, -0.177967, -0.400579, -0.189051, -0.567462],
    [-0.480452, -0.119522, -0.503423, -0.142493, -0.599973],
    [-0.534675, -0.094167, -0.563452, -0.122944, -0.628842],
    [-0.177967, -0.389495, -0.189051, -0.400579, -0.567462],
    [-0.299987, -0.299987, -0.326638, -0.326638, -0.599973],
    [-0.421239, -0.2719, -0.451481, -0.302141, -0.693139],
    [-0.475348, -0.246493, -0.510877, -0.282022, -0.72184],
    [-0.119522, -0.480452, -0.142493, -0.503423, -0.599973],
    [-0.2719, -0.421239, -0.302141, -0.451481, -0.693139],
    [-0.392107, -0.392107, -0.425081, -0.425081, -0.784215],
    [-0.440327, -0.360839, -0.47976, -0.400272, -0.801166],
    [-0.094167, -0.534675, -0.122944, -0.563452, -0.628842],
    [-0.246493, -0.475348, -0.282022, -0.510877, -0.72184],
    [-0.360839, -0.440327, -0.400272, -0.47976, -0.801166],
    [-0.406494, -0.406494, -0.453136, -0.453136, -0.812987],
];

#[test]
fn the_arms_race_disarms_without_negotiation() {
    let game = BASE.game();
    let answer = solved(&game);
    let policies = answer.policies.as_ref().unwrap();
    for (state, &profile) in policies.played.iter().enumerate() {
        let expected = [state / 4, state % 4].map(|stock| if stock > 0 { "wd" } else { "w" });
        assert_eq!(game.profile_name(state, profile), expected.join("|"));
    }
    // Only the running down costs: nothing in 0_0, (1 − δ)·0.3 in 0_1.
    assert_eq!(policies.joint[0], Rational::ZERO);
    assert_eq!(policies.joint[1], number("-0.003"));
    assert_eq!(answer.bounds().unwrap().joint, policies.joint);
}

#[test]
fn the_arms_race_with_negotiation_is_the_published_one() {
    let game = BASE.game();
    let answer = negotiated(&game, "0.65", 1000);
    assert_table(&answer, &PUBLISHED);
    let name = |state: usize| game.profile_name(state, answer.played[state]);
    assert_eq!(name(0), "wb|wb");
    assert!(
        ["wb|w", "w|wb"].contains(&name(1).as_str())
            && ["wb|w", "w|wb"].contains(&name(4).as_str())
    );
    for state in (2..16).filter(|state| *state != 4) {
        assert_eq!(name(state), "w|w", "state {state}");
    }
}

#[test]
fn the_variants_of_the_arms_race_are_the_published_ones() {
    let game = ArmsRace { build: "1", ..BASE }.game();
    let answer = negotiated(&game, "0.65", 1000);
    assert_table(
        &answer,
        &[
            [0.0, 0.0, -0.019242, -0.019242, 0.0],
            [-0.012295, 0.009295, -0.041061, -0.019471, -0.003],
            [-0.022649, 0.013679, -0.058699, -0.022371, -0.00897],
            [-0.033501, 0.009828, -0.068699, -0.025371, -0.023673],
            [0.009295, -0.012295, -0.019471, -0.041061, -0.003],
            [-0.004485, -0.004485, -0.042245, -0.042245, -0.00897],
            [-0.013354, 0.001384, -0.059883, -0.045145, -0.01197],
            [-0.024206, -0.002467, -0.069883, -0.048145, -0.026673],
            [0.013679, -0.022649, -0.022371, -0.058699, -0.00897],
            [0.001384, -0.013354, -0.045145, -0.059883, -0.01197],
            [-0.013336, -0.013336, -0.062783, -0.062783, -0.026673],
            [-0.019821, -0.012821, -0.072783, -0.065783, -0.032643],
            [0.009828, -0.033501, -0.025371, -0.068699, -0.023673],
            [-0.002467, -0.024206, -0.048145, -0.069883, -0.026673],
            [-0.012821, -0.019821, -0.065783, -0.072783, -0.032643],
            [-0.020777, -0.020777, -0.075783, -0.075783, -0.041553],
        ],
    );
    let game = ArmsRace { discount: "0.95", build: "0.1", keep: "0.1" }.game();
    let answer = negotiated(&game, "0.6", 1000);
    assert_table(
        &answer,
        &[
            [-0.068966, -0.068966, -0.074442, -0.074442, -0.137931],
            [-0.408668, 0.239702, -0.458472, 0.189898, -0.168966],
            [-0.682152, 0.482152, -0.782709, 0.381594, -0.2],
            [-0.889048, 0.589048, -1.01803, 0.460067, -0.3],
            [0.239702, -0.408668, 0.189898, -0.458472, -0.168966],
            [-0.1, -0.1, -0.20122, -0.20122, -0.2],
            [-0.407967, 0.107967, -0.54591, -0.029976, -0.3],
            [-0.600389, 0.229337, -0.767516, 0.06221, -0.371052],
            [0.482152, -0.682152, 0.381594, -0.782709, -0.2],
            [0.107967, -0.407967, -0.029976, -0.54591, -0.3],
            [-0.2, -0.2, -0.368071, -0.368071, -0.4],
            [-0.359935, -0.046142, -0.568954, -0.255161, -0.406077],
            [0.589048, -0.889048, 0.460067, -1.01803, -0.3],
            [0.229337, -0.600389, 0.06221, -0.767516, -0.371052],
            [-0.046142, -0.359935, -0.255161, -0.568954, -0.406077],
            [-0.207887, -0.207887, -0.457251, -0.457251, -0.415773],
        ],
    );
}

/// The game of Abreu, Brooks & Sannikov, as Goldlücke & Kranz solve it with transfers.
fn two_states(discount: &str) -> StochasticGame {
    let third = |first: i64| vec![(0, Rational::new(first, 3)), (1, Rational::new(3 - first, 3))];
    let half = || vec![(0, Rational::new(1, 2)), (1, Rational::new(1, 2))];
    let state = |name: &str, bonus: i64, first: i64| StochasticState {
        name: name.to_owned(),
        stage: NormalForm::from_integers(
            &[&[2 + bonus, bonus - 1], &[3 + bonus, bonus]],
            &[&[2 + bonus, 3 + bonus], &[bonus - 1, bonus]],
        ),
        transitions: vec![third(first), half(), half(), third(first)],
    };
    StochasticGame::new(vec![state("1", 0, 1), state("2", 2, 2)], factor(discount), 0).unwrap()
}

#[test]
fn the_two_state_dilemma_has_its_published_values() {
    let about = |value: &Rational, published: f64, tolerance: f64| {
        assert!((value.to_f64() - published).abs() < tolerance, "{value} {published}");
    };
    for (discount, joint, worst, played) in [
        ("0.7", [5.513_513_513_5, 6.486_486_486_5], [0.756_756_756_8, 1.243_243_243_2], 0),
        ("2/3", [5.454_545_454_5, 6.545_454_545_5], [0.727_272_727_3, 1.272_727_272_7], 0),
    ] {
        let answer = solved(&two_states(discount));
        let policies = answer.policies.as_ref().unwrap();
        for state in 0..2 {
            about(&policies.joint[state], joint[state], 1e-9);
            about(&policies.worst[0][state], worst[state], 1e-9);
            assert_eq!(policies.played[state], played);
        }
        assert_eq!(answer.bounds().unwrap().joint, policies.joint);
    }
    for (discount, joint, worst, played) in
        [("0.357", [4.85, 7.15], [0.43, 1.57], 0), ("0.356", [0.85, 3.15], [0.42, 1.58], 3)]
    {
        let answer = solved(&two_states(discount));
        let policies = answer.policies.as_ref().unwrap();
        for state in 0..2 {
            about(&policies.joint[state], joint[state], 0.005);
            about(&policies.worst[0][state], worst[state], 0.005);
            assert_eq!(policies.played[state], played);
        }
    }
}

#[test]
fn cooperation_in_two_states_begins_at_its_critical_factor() {
    let cooperates =
        |discount: &str| solved(&two_states(discount)).policies.unwrap().played == [0, 0];
    assert!(cooperates("0.35610722523"));
    // Goldlücke & Kranz (2017) give about 0.357; both U and v as rational functions of δ give
    // 0.35610722522451.
    assert!(!cooperates("0.35610722522"));
}

#[test]
fn one_state_is_the_repeated_game_with_transfers() {
    // Abreu's Cournot game: 1/3 for the best, 1/4 for one step down, as Kranz (2012) lists.
    let stage = NormalForm::from_integers(
        &[&[10, 3, 0], &[15, 7, -4], &[7, 5, -15]],
        &[&[10, 15, 7], &[3, 7, 5], &[0, -4, -15]],
    );
    for (discount, joint, worst) in
        [("1/3", 20, 0), ("0.333", 18, 0), ("1/4", 18, 0), ("0.249", 14, 7), ("0", 14, 7)]
    {
        let state = StochasticState {
            name: "always".to_owned(),
            transitions: vec![vec![(0, Rational::ONE)]; 9],
            stage: stage.clone(),
        };
        let game = StochasticGame::new(vec![state], factor(discount), 0).unwrap();
        let policies = solved(&game).policies.unwrap();
        assert_eq!(policies.joint, [Rational::from(joint)], "{discount}");
        assert_eq!(policies.worst, [[Rational::from(worst)], [Rational::from(worst)]]);
    }
}

#[test]
fn where_nothing_is_enforced_there_is_no_equilibrium() {
    let stage = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let state = StochasticState {
        name: "pennies".to_owned(),
        stage,
        transitions: vec![vec![(0, Rational::ONE)]; 4],
    };
    let game = StochasticGame::new(vec![state], factor("1/2"), 0).unwrap();
    let outcome = find_transfer_equilibrium(&game, &Budget::unlimited());
    assert_eq!(outcome.status, Status::None);
    let answer = outcome.answer.unwrap();
    assert!(answer.policies.is_none());
    certify_transfers(&game, &answer, &Limits::default()).unwrap();
}

#[test]
fn negotiations_need_a_probability_and_shares() {
    let game = two_states("0.7");
    let ask = |probability: &str, weights: &[&str]| {
        let options = NegotiationOptions {
            probability: number(probability),
            weights: weights.iter().map(|text| number(text)).collect(),
            periods: 10,
        };
        negotiate(&game, &options, &Budget::unlimited()).map(|_| ())
    };
    assert!(matches!(ask("3/2", &[]), Err(NegotiationError::Probability(_))));
    assert!(matches!(ask("1/2", &["1"]), Err(NegotiationError::Weights(2))));
    assert!(matches!(ask("1/2", &["1/2", "1/3"]), Err(NegotiationError::Weights(2))));
    assert_eq!(ask("1/2", &["1/4", "3/4"]), Ok(()));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Games of two or three states with two players and small payoffs.
    fn any_stochastic() -> impl Strategy<Value = StochasticGame> {
        (1usize..4, 1usize..4, 1usize..4, 1i64..20).prop_flat_map(|(count, m, n, discount)| {
            let profiles = m * n;
            let payoffs = prop::collection::vec(-4i64..5, 2 * profiles * count);
            let weights = prop::collection::vec(0i64..4, profiles * count * count);
            (payoffs, weights).prop_map(move |(payoffs, weights)| {
                let state = |at: usize| {
                    let table = |player: usize| {
                        let from = (at * 2 + player) * profiles;
                        payoffs[from..from + profiles].iter().map(|&u| Rational::from(u)).collect()
                    };
                    let name = |action: usize| format!("{action}");
                    let players = vec![
                        Player::new("A", (0..m).map(name)),
                        Player::new("B", (0..n).map(name)),
                    ];
                    let row = |profile: usize| {
                        let from = (at * profiles + profile) * count;
                        let row = &weights[from..from + count];
                        let sum: i64 = row.iter().sum();
                        if sum == 0 {
                            return vec![(at, Rational::ONE)];
                        }
                        let kept = row.iter().enumerate().filter(|(_, weight)| **weight > 0);
                        kept.map(|(to, &weight)| (to, Rational::new(weight, sum))).collect()
                    };
                    StochasticState {
                        name: format!("s{at}"),
                        stage: NormalForm::new(players, vec![table(0), table(1)]).unwrap(),
                        transitions: (0..profiles).map(row).collect(),
                    }
                };
                let discount = DiscountFactor::new(Rational::new(discount, 20)).unwrap();
                StochasticGame::new((0..count).map(state).collect(), discount, 0).unwrap()
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

        /// Both sides meet, and both are certified.
        #[test]
        fn bounds_are_attained(game in any_stochastic()) {
            let answer = solved(&game);
            if let Some(policies) = &answer.policies {
                let bounds = answer.bounds().unwrap();
                prop_assert_eq!(&policies.joint, &bounds.joint);
                prop_assert_eq!(&policies.worst, &bounds.worst);
            }
        }

        /// A repeated game has the payoffs of the sweep over liquidity (Goldlücke & Kranz 2012): the
        /// best joint payoff among the profiles whose liquidity is covered.
        #[test]
        fn one_state_agrees_with_the_sweep(game in any_stochastic()) {
            let stage = &game.states()[0].stage;
            let transitions = vec![vec![(0, Rational::ONE)]; stage.num_profiles()];
            let state = StochasticState { name: "s".to_owned(), stage: stage.clone(), transitions };
            let game = StochasticGame::new(vec![state], game.discount().clone(), 0).unwrap();
            let best = |player: usize, at: usize| {
                let actions = 0..stage.num_actions(player);
                actions.map(|action| stage.payoff(player, stage.deviation(at, player, action))).max().unwrap().clone()
            };
            let joint = |at: usize| stage.payoff(0, at) + stage.payoff(1, at);
            let liquidity = |at: usize| best(0, at) + best(1, at) - joint(at);
            let profiles = || 0..stage.num_profiles();
            let discount = game.discount().value();
            let weight = discount.checked_div(&(Rational::ONE - discount)).unwrap();
            // For each liquidity L: U(L), v(L) over profiles that need no more, and whether they cover it.
            let mut found: Option<(Rational, Rational, Rational)> = None;
            for level in profiles().map(liquidity) {
                let within = || profiles().filter(|&at| liquidity(at) <= level);
                let most = within().map(joint).max().unwrap();
                let least = |player: usize| within().map(|at| best(player, at)).min().unwrap();
                let (first, second) = (least(0), least(1));
                if level <= &weight * (&most - &first - &second) {
                    let better = found.as_ref().is_none_or(|(best, _, _)| most > *best);
                    let (v, w) = match &found {
                        Some((_, v, w)) => (v.clone().min(first), w.clone().min(second)),
                        None => (first, second),
                    };
                    let most = if better { most } else { found.unwrap().0 };
                    found = Some((most, v, w));
                }
            }
            let answer = solved(&game);
            let stated = answer.policies.map(|policies| {
                (policies.joint[0].clone(), policies.worst[0][0].clone(), policies.worst[1][0].clone())
            });
            prop_assert_eq!(stated, found);
        }

        /// Negotiation with no probability keeps what equilibria without it give, where the steps come
        /// to rest on it: joint payoffs are never larger.
        #[test]
        fn negotiation_gives_no_more(game in any_stochastic()) {
            let options = NegotiationOptions {
                probability: Rational::new(1, 2),
                weights: Vec::new(),
                periods: 30,
            };
            let Ok(outcome) = negotiate(&game, &options, &Budget::unlimited()) else { return Ok(()) };
            let answer = outcome.answer.unwrap();
            certify_negotiation(&game, &answer, &Limits::default()).unwrap();
            let bounds = answer.without.bounds().unwrap();
            for (joint, bound) in answer.joint.iter().zip(&bounds.joint) {
                prop_assert!(*joint <= bound.to_f64() + 1e-9);
            }
        }
    }
}
