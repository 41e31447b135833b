use super::*;
use crate::certify::{Limits, certify_markov};
use crate::game::stochastic::{MarkovAnswer, MarkovEquilibrium, StochasticGame, StochasticState};
use crate::game::{DiscountFactor, MixedProfile, MixedStrategy, NormalForm, Player};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Status, nash};

/// Numbers that look random and are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound) as i64
    }
}

/// A game whose payoffs are 0, 1/10, ..., 10, and whose transitions are fractions.
fn random_game(
    seed: u64,
    states: usize,
    shape: &[usize],
    discount: &str,
    zero_sum: bool,
) -> StochasticGame {
    let mut numbers = Numbers(seed.wrapping_mul(977) + 13);
    let profiles: usize = shape.iter().product();
    let each = (0..states).map(|at| {
        let players = shape.iter().enumerate();
        let players =
            players.map(|(i, n)| Player::new(format!("P{i}"), (0..*n).map(|a| format!("a{a}"))));
        let mut table = |_: usize| -> Vec<Rational> {
            (0..profiles).map(|_| Rational::new(numbers.below(101), 10)).collect()
        };
        let mut payoffs: Vec<Vec<Rational>> = (0..shape.len()).map(&mut table).collect();
        if zero_sum {
            payoffs[1] = payoffs[0].iter().map(|g| -g).collect();
        }
        let transitions = (0..profiles).map(|_| {
            let mut weights: Vec<i64> = (0..states).map(|_| numbers.below(9)).collect();
            weights[at] += 1;
            let total: i64 = weights.iter().sum();
            weights.iter().enumerate().map(|(to, &w)| (to, Rational::new(w, total))).collect()
        });
        let transitions = transitions.collect();
        let stage = NormalForm::new(players.collect(), payoffs).unwrap();
        StochasticState { name: format!("s{at}"), stage, transitions }
    });
    let discount = DiscountFactor::new(discount.parse().unwrap()).unwrap();
    StochasticGame::new(each.collect(), discount, 0).unwrap()
}

fn found(game: &StochasticGame) -> MarkovAnswer {
    let found = find_markov_equilibria(game, &MarkovOptions::default(), &Budget::unlimited());
    assert_eq!(found.status, Status::Solved, "{:?}", found.warnings);
    let answer = found.answer.unwrap();
    certify_markov(game, &answer, &Limits::default()).unwrap();
    answer
}

/// The strategies and numbers are refused when any is made better than it is.
fn doctored_ones_are_refused(game: &StochasticGame, answer: &MarkovAnswer) {
    let refused = |change: &dyn Fn(&mut MarkovEquilibrium)| {
        let mut doctored = answer.clone();
        change(&mut doctored.equilibria[0]);
        if doctored != *answer {
            assert!(certify_markov(game, &doctored, &Limits::default()).is_err());
        }
    };
    let little = Rational::new(1, 1000);
    refused(&|one| one.values[0][0] += &little);
    refused(&|one| one.regret = Rational::new(-1, 1_000_000));
    refused(&|one| one.one_shot_regret[0] = Rational::new(-1, 1_000_000));
    refused(&|one| one.payoff_error = Rational::new(-1, 1_000_000));
    refused(&|one| one.strategies.truncate(game.states().len() - 1));
    refused(&|one| drop(one.values.pop()));
    if game.constant_sum().is_some() {
        refused(&|one| {
            let value = one.value.as_mut().unwrap();
            value[0].0 = &value[0].1 + &little;
        });
        refused(&|one| one.value.as_mut().unwrap()[0].1 -= &little);
    } else {
        refused(&|one| {
            one.value = Some(vec![(Rational::ZERO, Rational::ONE); game.states().len()]);
        });
    }
    // Another pure action of the first player in place of his strategy is no equilibrium where it is
    // worth less than the best one.
    let stage = &game.states()[0].stage;
    let mut doctored = answer.clone();
    let worse = (0..stage.num_actions(0)).find(|&action| {
        doctored.equilibria[0].strategies[0][0] = MixedStrategy::pure(action, stage.num_actions(0));
        doctored != *answer && certify_markov(game, &doctored, &Limits::default()).is_err()
    });
    assert!(worse.is_some() || stage.num_actions(0) == 1);
}

#[test]
fn random_games_have_equilibria_without_regret() {
    let shapes: [&[usize]; 6] = [&[2, 2], &[3, 3], &[2, 3], &[2, 2, 2], &[4, 2], &[1, 3]];
    for seed in 0..2 {
        for shape in shapes {
            for discount in ["1/2", "19/20"] {
                let game = random_game(seed, 3, shape, discount, false);
                let answer = found(&game);
                let regret = answer.equilibria[0].regret.to_f64();
                assert!(regret < 1e-11, "{seed} {shape:?} {discount}: {regret}");
                doctored_ones_are_refused(&game, &answer);
            }
        }
    }
}

#[test]
fn one_state_has_the_equilibria_of_its_stage_game() {
    for seed in 0..12 {
        let game = random_game(seed, 1, &[3, 3], "4/5", false);
        let answer = found(&game);
        // Rational, and told exactly whatever the denominators.
        assert!(answer.is_exact(), "{seed}");
        let stage = &game.states()[0].stage;
        let all = nash::enumerate_equilibria(stage, &Budget::unlimited()).answer;
        let known =
            |strategies: &MixedProfile| all.list.iter().any(|one| one.profile == *strategies);
        assert!(known(&answer.equilibria[0].strategies[0]), "{seed}");
    }
}

#[test]
fn players_who_move_in_turn_have_an_equilibrium() {
    // In even states only the first player moves, in odd ones only the second.
    for seed in 0..6 {
        let one = random_game(seed, 4, &[3, 1], "9/10", false);
        let other = random_game(seed + 100, 4, &[1, 3], "9/10", false);
        let states = (0..4).map(|at| {
            let from = if at % 2 == 0 { &one } else { &other };
            let mut state = from.states()[at].clone();
            state.name = format!("s{at}");
            let players = state.stage.players().iter().zip(["A", "B"]);
            let players = players.map(|(player, name)| Player::new(name, &player.actions));
            let payoffs = (0..2).map(|player| state.stage.payoffs(player).to_vec());
            state.stage = NormalForm::new(players.collect(), payoffs.collect()).unwrap();
            state
        });
        let discount = one.discount().clone();
        let game = StochasticGame::new(states.collect(), discount, 0).unwrap();
        let answer = found(&game);
        assert!(answer.equilibria[0].regret.to_f64() < 1e-11);
        doctored_ones_are_refused(&game, &answer);
    }
}

#[test]
fn paths_and_shapley_agree_on_zero_sum_games() {
    for seed in 0..5 {
        let game = random_game(seed, 3, &[3, 3], "9/10", true);
        let shapley = solve_zero_sum(&game, &Budget::unlimited()).unwrap();
        assert_eq!(shapley.status, Status::Solved);
        let shapley = shapley.answer.unwrap();
        certify_markov(&game, &shapley, &Limits::default()).unwrap();
        doctored_ones_are_refused(&game, &shapley);
        let homotopy = found(&game);
        let value = |answer: &MarkovAnswer| answer.equilibria[0].value.clone().unwrap();
        for ((low, high), (other_low, other_high)) in value(&shapley).iter().zip(&value(&homotopy))
        {
            assert!((high - low).to_f64() < 1e-11, "{seed}");
            assert!(low <= other_high && other_low <= high, "{seed}");
        }
    }
    let game = random_game(1, 2, &[2, 2], "1/2", false);
    assert!(solve_zero_sum(&game, &Budget::unlimited()).is_err());
}

#[test]
fn other_starts_lead_to_other_equilibria() {
    // A stag hunt in two states: more than one equilibrium, and the same ones for the same seed.
    let stage = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
    let half = Rational::new(1, 2);
    let transitions = vec![vec![(0, half.clone()), (1, half)]; 4];
    let state = |name: &str| StochasticState {
        name: name.to_owned(),
        stage: stage.clone(),
        transitions: transitions.clone(),
    };
    let discount = DiscountFactor::new(Rational::new(4, 5)).unwrap();
    let game = StochasticGame::new(vec![state("one"), state("two")], discount, 0).unwrap();
    let options = MarkovOptions { starts: 30, seed: 7 };
    let several = find_markov_equilibria(&game, &options, &Budget::unlimited());
    let answer = several.answer.unwrap();
    assert!(answer.equilibria.len() >= 3, "{}", answer.equilibria.len());
    assert!(answer.is_exact());
    certify_markov(&game, &answer, &Limits::default()).unwrap();
    let again = find_markov_equilibria(&game, &options, &Budget::unlimited());
    assert_eq!(again.answer.unwrap(), answer);
    // Bounds of all equilibria are stated, each rounded up.
    let mut larger = answer.clone();
    larger.equilibria[0].regret = Rational::new(1049, 100_000);
    larger.equilibria[1].regret = Rational::new(1, 1000);
    larger.equilibria[1].one_shot_regret[1] = Rational::new(1, 3);
    larger.equilibria[2].payoff_error = Rational::new(101, 10_000);
    let checked = certify_markov(&game, &larger, &Limits::default()).unwrap().checked.join("; ");
    for stated in ["one deviation a player gains at most 3.4e-1", "strategy at most 1.1e-2"] {
        assert!(checked.contains(stated), "{checked}");
    }
    assert!(checked.contains("within the stated error (1.1e-2 at most)"), "{checked}");
    let mut twice = answer;
    twice.equilibria.push(twice.equilibria[0].clone());
    assert!(certify_markov(&game, &twice, &Limits::default()).is_err());
}

#[test]
fn bounds_are_zero_for_exact_equilibria_only() {
    let game = random_game(3, 2, &[2, 2], "9/10", true);
    let answer = solve_zero_sum(&game, &Budget::unlimited()).unwrap().answer.unwrap();
    let one = &answer.equilibria[0];
    assert_eq!(one.is_exact(), one.regret.is_zero() && one.payoff_error.is_zero());
    assert!(one.regret.to_f64() < 1e-12);
}

#[test]
fn spent_budgets_are_said() {
    let game = random_game(1, 2, &[3, 3], "1/2", false);
    let options = MarkovOptions::default();
    let found = find_markov_equilibria(&game, &options, &Budget::unlimited().with_steps(1));
    assert_eq!(found.status, Status::Partial(Exhausted::Steps));
    let zero_sum = random_game(1, 2, &[3, 3], "1/2", true);
    let found = solve_zero_sum(&zero_sum, &Budget::unlimited().with_steps(0)).unwrap();
    assert_eq!(found.status, Status::Partial(Exhausted::Steps));
    // What is there is right, with a wider bracket, within the range of payoffs.
    let answer = found.answer.unwrap();
    certify_markov(&zero_sum, &answer, &Limits::default()).unwrap();
    for (low, high) in answer.equilibria[0].value.as_ref().unwrap() {
        let width = (high - low).to_f64();
        assert!((1e-9..20.0).contains(&width), "{width}");
    }
}
