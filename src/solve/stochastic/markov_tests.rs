use super::*;
use crate::certify::{Limits, certify_markov};
use crate::game::stochastic::{MarkovAnswer, StochasticGame, StochasticState};
use crate::game::{DiscountFactor, NormalForm, Player};
use crate::num::Rational;
use crate::solve::{Budget, Status, nash};

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

#[test]
fn stress() {
    let many: u64 = std::env::var("STRESS").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let shapes: [&[usize]; 8] =
        [&[2, 2], &[3, 3], &[2, 3], &[2, 2, 2], &[4, 2], &[3, 3, 3], &[5, 5], &[2, 2, 2, 2]];
    let (mut all, mut exact, mut bad, mut spare) = (0, 0, 0, 0);
    for seed in 0..many {
        for shape in shapes {
            for states in [1, 2, 4, 8] {
                for discount in ["0", "1/2", "9/10", "99/100"] {
                    let game = random_game(seed, states, shape, discount, false);
                    let found =
                        find_markov_equilibria(&game, &MarkovOptions::default(), &Budget::unlimited());
                    all += 1;
                    spare += usize::from(!found.warnings.is_empty());
                    let answer = found.answer.unwrap();
                    certify_markov(&game, &answer, &Limits::default()).unwrap();
                    exact += usize::from(answer.is_exact());
                    if found.status != Status::Solved {
                        bad += 1;
                        println!("{seed} {shape:?} {states} {discount} {} steps {}", answer.equilibria[0].regret.to_f64(), found.work.rounds);
                    }
                    if answer.equilibria[0].regret.to_f64() > 1e-9 { println!("regret {seed} {shape:?} {states} {discount} {}", answer.equilibria[0].regret.to_f64()); }
                }
            }
        }
    }
    println!("{all} games, {exact} exact, {bad} bad, {spare} spare");
}
