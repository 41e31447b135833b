use super::*;
use crate::certify::{Limits, certify_state_polytopes, certify_transfers};
use crate::game::stochastic::{StatePolytope, StochasticState};
use crate::game::{NormalForm, Player};
use crate::num::Rational;
use crate::solve::Status;
use crate::solve::repeated::find_repeated_payoffs;
use crate::solve::stochastic::find_transfer_equilibrium;

fn factor(text: &str) -> DiscountFactor {
    DiscountFactor::new(text.parse().unwrap()).unwrap()
}

/// Numbers that look random and are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound) as i64
    }
}

fn stage(shape: &[usize], payoffs: Vec<Vec<Rational>>) -> NormalForm {
    let players = shape.iter().enumerate();
    let players =
        players.map(|(i, n)| Player::new(format!("P{i}"), (0..*n).map(|a| format!("a{a}"))));
    NormalForm::new(players.collect(), payoffs).unwrap()
}

/// Payoffs from 0 to 9, and transitions that are fractions.
fn random_game(seed: u64, states: usize, shape: &[usize], discount: &str) -> StochasticGame {
    let mut numbers = Numbers(seed.wrapping_mul(977) + 13);
    let profiles: usize = shape.iter().product();
    let each = (0..states).map(|at| {
        let mut table = |_: usize| -> Vec<Rational> {
            (0..profiles).map(|_| Rational::from(numbers.below(10))).collect()
        };
        let payoffs = (0..shape.len()).map(&mut table).collect();
        let transitions = (0..profiles).map(|_| {
            let mut weights: Vec<i64> = (0..states).map(|_| numbers.below(4)).collect();
            weights[at] += 1;
            let total: i64 = weights.iter().sum();
            weights.iter().enumerate().map(|(to, &w)| (to, Rational::new(w, total))).collect()
        });
        let transitions = transitions.collect();
        StochasticState { name: format!("s{at}"), stage: stage(shape, payoffs), transitions }
    });
    StochasticGame::new(each.collect(), factor(discount), 0).unwrap()
}

/// The polytopes, certified.
fn polytopes(game: &StochasticGame) -> StatePolytopes {
    let found = find_state_polytopes(game, &Budget::unlimited()).unwrap();
    assert_eq!(found.status, Status::Solved);
    let answer = found.answer.unwrap();
    certify_state_polytopes(game, &answer, &Limits::default()).unwrap();
    answer
}

/// A state that may follow others with these chances, whatever is played.
fn state(name: &str, stage: NormalForm, follows: &[(usize, Rational)]) -> StochasticState {
    let transitions = vec![follows.to_vec(); stage.num_profiles()];
    StochasticState { name: name.into(), stage, transitions }
}

/// The largest value of a function at the inner and at the outer corners.
fn most(state: &StatePolytope, of: impl Fn(&[Rational]) -> Rational) -> [f64; 2] {
    let inner = state.inner.iter().map(|one| of(&one.payoffs)).max().unwrap();
    let outer = state.outer.iter().map(|one| of(&one.payoffs)).max().unwrap();
    [inner.to_f64(), outer.to_f64()]
}

const SIDES: [[i64; 2]; 8] = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-2, 3], [-1, -1]];

fn along(direction: [i64; 2]) -> impl Fn(&[Rational]) -> Rational {
    move |payoffs| payoffs.iter().zip(direction).map(|(x, h)| x * Rational::from(h)).sum()
}

fn two_state_game() -> StochasticGame {
    let text = include_str!("../../../../tests/data/as_two_state.json");
    let case: serde_json::Value = serde_json::from_str(text).unwrap();
    let table = |player: &str, more: i64| -> Vec<Rational> {
        let rows = case[player].as_array().unwrap().iter();
        let cells = rows.flat_map(|row| row.as_array().unwrap());
        cells.map(|cell| Rational::from(cell.as_i64().unwrap() + more)).collect()
    };
    let stays: Rational = case["persistence"].to_string().parse().unwrap();
    let leaves = Rational::ONE - &stays;
    let stage = |more: i64| stage(&[3, 3], vec![table("G1", more), table("G2", -more)]);
    let states = vec![
        state("first", stage(5), &[(0, stays.clone()), (1, leaves.clone())]),
        state("second", stage(-5), &[(0, leaves), (1, stays)]),
    ];
    StochasticGame::new(states, factor(&case["delta"].to_string()), 0).unwrap()
}

#[test]
fn the_two_states_of_abreu_brooks_and_sannikov_are_as_computed() {
    let text = include_str!("../../../../tests/data/as_two_state.json");
    let case: serde_json::Value = serde_json::from_str(text).unwrap();
    let pivots: Vec<Vec<f64>> =
        serde_json::from_value(case["last_revolution_pivots"].clone()).unwrap();
    let answer = polytopes(&two_state_game());
    for (at, state) in answer.states.iter().enumerate() {
        let distance = state.distance.as_ref().unwrap().to_f64();
        eprintln!(
            "{at}: {} inner, {} outer, {} bounds, distance {distance:e}",
            state.inner.len(),
            state.outer.len(),
            state.levels.len()
        );
        for corner in &state.outer {
            let own = [corner.payoffs[0].to_f64(), corner.payoffs[1].to_f64()];
            let near = pivots
                .iter()
                .map(|pivot| (pivot[2 * at] - own[0]).abs().max((pivot[2 * at + 1] - own[1]).abs()))
                .fold(f64::INFINITY, f64::min);
            eprintln!("   {own:?} {near:e}");
        }
        for pivot in &pivots {
            let near = state
                .outer
                .iter()
                .map(|c| {
                    (pivot[2 * at] - c.payoffs[0].to_f64())
                        .abs()
                        .max((pivot[2 * at + 1] - c.payoffs[1].to_f64()).abs())
                })
                .fold(f64::INFINITY, f64::min);
            eprintln!("   pivot {pivot:?} {near:e}");
        }
    }
}

#[test]
fn one_state_has_the_polygons() {
    for seed in 0..8 {
        let discount = format!("{}/10", 1 + seed % 9);
        let game = random_game(seed, 1, &[3, 3], &discount);
        let stage = &game.states()[0].stage;
        let polygons = find_repeated_payoffs(stage, &factor(&discount), &Budget::unlimited());
        let polygons = polygons.unwrap().answer.unwrap();
        let found = polytopes(&game);
        let state = &found.states[0];
        assert_eq!(state.outer.is_empty(), polygons.outer.is_empty());
        for direction in SIDES {
            let of = along(direction);
            let inner = polygons.inner.iter().map(|one| of(&one.payoffs)).max();
            let outer = polygons.outer.iter().map(|corner| of(corner)).max();
            let [least, most] = if state.outer.is_empty() { continue } else { most(state, &of) };
            assert!(least <= outer.unwrap().to_f64() + 1e-12);
            assert!(most >= inner.unwrap().to_f64() - 1e-12);
            assert!(most - least < 0.02, "{seed} {direction:?}: {least} {most}");
        }
    }
}

#[test]
fn states_that_are_alike_have_the_payoffs_of_one() {
    let mut some = 0;
    for seed in 0..6 {
        let discount = format!("{}/10", 3 + seed);
        let one = random_game(seed, 1, &[2, 3], &discount);
        let alone = polytopes(&one);
        let stage = &one.states()[0].stage;
        let third = [(0, Rational::new(1, 3)), (1, Rational::new(2, 3))];
        let states = vec![state("a", stage.clone(), &third), state("b", stage.clone(), &third)];
        let found = polytopes(&StochasticGame::new(states, factor(&discount), 1).unwrap());
        for state in &found.states {
            assert_eq!(state.outer.is_empty(), alone.states[0].outer.is_empty());
            if state.outer.is_empty() {
                continue;
            }
            some += 1;
            for direction in SIDES {
                let of = along(direction);
                let [least, most_here] = most(state, &of);
                let [least_alone, most_alone] = most(&alone.states[0], &of);
                assert!(least <= most_alone + 1e-9 && least_alone <= most_here + 1e-9);
                assert!((most_here - most_alone).abs() < 1e-6, "{seed} {direction:?}");
                assert!(most_here - least < 0.02, "{seed} {direction:?}: {least} {most_here}");
            }
        }
    }
    assert!(some > 4, "{some}");
}
