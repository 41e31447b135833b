//! Published games, and ORIGAMI against the linear programs and the strategic form.

use super::*;
use crate::certify::{
    Limits, Refutation, certify_security, certify_security_bracket, certify_security_quantal,
};
use crate::game::security::{
    LargeSecurityGame, Schedule, SecurityBracket, SecurityQuantal, Target,
};
use crate::linear::LpMethod;
use crate::solve::{Budget, find_commitment_interval};

fn fractions(pairs: &[(i64, i64)]) -> Vec<Rational> {
    pairs.iter().map(|&(p, q)| Rational::new(p, q)).collect()
}

fn game(defender: &[(i64, i64)], attacker: &[(i64, i64)], resources: usize) -> SecurityGame {
    let targets = defender.iter().zip(attacker).enumerate();
    let targets =
        targets.map(|(at, (d, a))| Target::from_integers(&format!("t{}", at + 1), *d, *a));
    SecurityGame::new(targets.collect(), resources).unwrap()
}

fn table_2() -> SecurityGame {
    game(&[(1, 0), (2, 0), (3, 0)], &[(0, 1), (0, 1), (0, 1)], 1)
}

fn origami(game: &SecurityGame) -> SecurityCommitment {
    let found = find_commitment_by_origami(game, &Budget::unlimited()).unwrap();
    certified(game, found.answer.unwrap())
}

fn programs(game: &SecurityGame) -> SecurityCommitment {
    let found =
        find_commitment_by_linear_programs(game, LpMethod::Auto, &Budget::unlimited()).unwrap();
    certified(game, found.answer.unwrap())
}

fn certified(game: &SecurityGame, answer: SecurityCommitment) -> SecurityCommitment {
    if let Err(error) = certify_security(game, &answer, &Limits::default()) {
        panic!("{error}\n{game:?}\n{answer:?}");
    }
    answer
}

/// Korzhyk et al. (2011), Table 2.
#[test]
fn minimax_and_maximin_differ_in_table_2() {
    let game = table_2();
    let answer = origami(&game);
    assert_eq!(answer.coverage, fractions(&[(1, 3), (1, 3), (1, 3)]));
    assert_eq!(answer.attacked, 2);
    assert_eq!(answer.defender_value, Rational::ONE);
    let maximin = answer.maximin.unwrap();
    assert_eq!(maximin.coverage, fractions(&[(6, 11), (3, 11), (2, 11)]));
    assert_eq!(maximin.value, Rational::new(6, 11));
    assert_eq!(programs(&game).defender_value, Rational::ONE);
}

/// Korzhyk et al. (2011), Table 4: the attacker has several Nash strategies, of which one is found.
#[test]
fn the_defender_covers_the_first_target_in_table_4() {
    let game = game(&[(1, 0), (2, 0)], &[(1, 2), (0, 1)], 1);
    let answer = origami(&game);
    assert_eq!(answer.coverage, fractions(&[(1, 1), (0, 1)]));
    assert_eq!(answer.defender_value, Rational::ONE);
    let nash = answer.nash.clone().unwrap();
    assert_eq!(nash.attack, fractions(&[(1, 1), (0, 1)]));
    assert_eq!(nash.defender_value, Rational::ONE);
    // The other equilibrium that is printed there has the same coverage and passes the check too.
    let mut other = answer;
    other.nash = Some(crate::game::security::SecurityNash {
        attack: fractions(&[(2, 3), (1, 3)]),
        defender_value: Rational::new(2, 3),
    });
    certified(&game, other);
}

/// Kiekintveld et al. (2009), Table 1 and its text.
#[test]
fn payoffs_are_linear_in_coverage_in_table_1() {
    let game = game(&[(5, -20)], &[(-10, 30)], 1);
    let coverage = fractions(&[(3, 10)]);
    assert_eq!(game.defender_payoffs(&coverage), fractions(&[(-25, 2)]));
    assert_eq!(game.attacker_payoffs(&coverage), fractions(&[(18, 1)]));
}

/// The case whose quantal-response optimum is known to 1e-5; its Stackelberg optimum here.
#[test]
fn four_targets_and_two_resources() {
    let game =
        game(&[(5, -6), (3, -4), (8, -9), (1, -2)], &[(-3, 6), (-2, 4), (-5, 9), (-1, 2)], 2);
    let answer = origami(&game);
    assert!((answer.defender_value.to_f64() - 0.7848837209302335).abs() < 1e-12);
    let expected = [0.562015503875969, 0.5096899224806202, 0.5755813953488372, 0.35271317829457366];
    for (found, expected) in answer.coverage.iter().zip(expected) {
        assert!((found.to_f64() - expected).abs() < 1e-12);
    }
    assert_eq!(programs(&game).defender_value, answer.defender_value);
}

/// A generator without dependencies (splitmix).
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % most) as i64
    }

    /// A game in which coverage helps; `width` small makes ties.
    fn game(&mut self, targets: usize, resources: usize, width: u64) -> SecurityGame {
        let mut pair = |sign: i64| {
            let (low, step) = (self.below(width) - width as i64 / 2, 1 + self.below(width));
            if sign > 0 { (low + step, low) } else { (low, low + step) }
        };
        let defender: Vec<_> = (0..targets).map(|_| pair(1)).collect();
        let attacker: Vec<_> = (0..targets).map(|_| pair(-1)).collect();
        game(&defender, &attacker, resources)
    }

    /// A game with any payoffs at all.
    fn any(&mut self, targets: usize, resources: usize, width: u64) -> SecurityGame {
        let mut list = || {
            (0..targets).map(|_| (self.below(width) - 2, self.below(width) - 2)).collect::<Vec<_>>()
        };
        let (defender, attacker) = (list(), list());
        game(&defender, &attacker, resources)
    }
}

#[test]
fn origami_agrees_with_the_linear_programs() {
    let mut random = Random(1);
    for round in 0..3000 {
        let targets = 1 + random.below(6) as usize;
        let resources = random.below(targets as u64 + 2) as usize;
        let width = [2, 3, 5, 20][round % 4];
        let game = random.game(targets, resources, width);
        let (closed, linear) = (origami(&game), programs(&game));
        assert_eq!(closed.defender_value, linear.defender_value, "{game:?}");
        // The minimax level is the attacker's payoff in every optimum of the closed form.
        assert!(linear.attacker_value >= closed.attacker_value);
        let lottery = closed.lottery.unwrap();
        assert!(lottery.len() <= targets + 1);
    }
}

#[test]
fn the_strategic_form_has_the_same_value() {
    let mut random = Random(2);
    for round in 0..300 {
        let targets = 1 + random.below(4) as usize;
        let resources = random.below(targets as u64 + 1) as usize;
        let mut game = random.any(targets, resources, [3, 6, 12][round % 3]);
        if round % 2 == 0 {
            // Schedules that may overlap.
            let count = 1 + random.below(3) as usize;
            let schedules = (0..count).map(|at| {
                let mut list: Vec<usize> = (0..targets).filter(|_| random.below(2) == 0).collect();
                if list.is_empty() {
                    list.push(random.below(targets as u64) as usize);
                }
                Schedule { name: format!("s{at}"), targets: list }
            });
            let schedules = schedules.collect();
            game = game.with_schedules(schedules).unwrap();
        }
        let answer = programs(&game);
        let form = game.strategic_form().unwrap();
        let found = find_commitment_interval(
            &form,
            0,
            true,
            &Rational::new(1, 100),
            LpMethod::Exact,
            &Budget::unlimited(),
        )
        .unwrap();
        assert_eq!(answer.defender_value, found.answer.unwrap().leader_value, "{game:?}");
    }
}

#[test]
fn schedules_can_cost_the_defender_his_nash_strategy() {
    // Covering t1 alone is not possible: t2 comes with it.
    let game = game(&[(2, 0), (0, 0), (1, 0)], &[(0, 2), (1, 1), (0, 1)], 1)
        .with_schedules(vec![
            Schedule { name: "north".to_owned(), targets: vec![0, 1] },
            Schedule { name: "south".to_owned(), targets: vec![1, 2] },
        ])
        .unwrap();
    assert!(!game.is_disjoint());
    let answer = programs(&game);
    assert!(answer.lottery.is_some());
}

#[test]
fn a_doctored_commitment_is_rejected() {
    let tiny = Rational::new(1, 1_000_000_000);
    for game in [table_2(), game(&[(5, -6), (3, -4), (8, -9)], &[(-3, 6), (-2, 4), (-5, 9)], 1)] {
        for answer in [origami(&game), programs(&game)] {
            let refuse = |change: &dyn Fn(&mut SecurityCommitment)| {
                let mut wrong = answer.clone();
                change(&mut wrong);
                certify_security(&game, &wrong, &Limits::default()).unwrap_err()
            };
            for at in 0..3 {
                refuse(&|wrong| wrong.coverage[at] += &tiny);
                refuse(&|wrong| wrong.coverage[at] -= &tiny);
                // Without a lottery the coverage is all there is.
                refuse(&|wrong| {
                    wrong.lottery = None;
                    wrong.coverage[at] += &tiny;
                });
                refuse(&|wrong| {
                    wrong.lottery = None;
                    wrong.coverage[at] -= &tiny;
                });
                if at != answer.attacked {
                    refuse(&|wrong| wrong.attacked = at);
                }
            }
            refuse(&|wrong| wrong.attacked = 3);
            refuse(&|wrong| wrong.defender_value += &tiny);
            refuse(&|wrong| wrong.defender_value -= &tiny);
            refuse(&|wrong| wrong.attacker_value -= &tiny);
            refuse(&|wrong| {
                wrong.attack_set.pop();
            });
            refuse(&|wrong| {
                let lottery = wrong.lottery.as_mut().unwrap();
                lottery[0].probability += &tiny;
            });
            refuse(&|wrong| {
                let lottery = wrong.lottery.as_mut().unwrap();
                lottery[0].probability += &tiny;
                lottery[1].probability -= &tiny;
            });
        }
    }
}

#[test]
fn a_worse_commitment_is_not_optimal() {
    let game = table_2();
    let good = origami(&game);
    // All on the first target: the third is then attacked, uncovered.
    let bad = assemble(
        &game,
        fractions(&[(1, 1), (0, 1), (0, 1)]),
        lottery(&fractions(&[(1, 1), (0, 1), (0, 1)])),
        good.proof.clone(),
    );
    let refuted = certify_security(&game, &bad, &Limits::default()).unwrap_err();
    assert!(matches!(refuted, Refutation::NotOptimal(_)), "{refuted}");
    let mut weaker = good.clone();
    weaker.proof = SecurityProof::Floor(vec![(0, Rational::ONE)]);
    assert!(certify_security(&game, &weaker, &Limits::default()).is_err());
}

#[test]
fn a_lottery_has_its_marginals() {
    let mut random = Random(3);
    for _ in 0..500 {
        let units = random.below(7) as usize;
        let marginals: Vec<Rational> = (0..units)
            .map(|_| {
                let q = 1 + random.below(9);
                Rational::new(random.below(q as u64 + 1), q)
            })
            .collect();
        let draws = lottery(&marginals).unwrap();
        let total: Rational = draws.iter().map(|draw| &draw.probability).sum();
        assert_eq!(total, Rational::ONE);
        assert!(draws.len() <= units + 1);
        let sum: Rational = marginals.iter().sum();
        for (unit, marginal) in marginals.iter().enumerate() {
            let hits = draws.iter().filter(|draw| draw.units.contains(&unit));
            assert_eq!(hits.map(|draw| &draw.probability).sum::<Rational>(), *marginal);
        }
        for draw in &draws {
            assert!(draw.units.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(Rational::from(draw.units.len() as u64) < &sum + &Rational::ONE);
        }
    }
}

fn large(targets: &[(i64, i64, i64, i64)], resources: usize) -> LargeSecurityGame {
    let numbers = targets.iter().map(|&(a, b, c, d)| [a, b, c, d].map(|x| x as f64));
    LargeSecurityGame::new(numbers.collect(), resources).unwrap()
}

#[test]
fn machine_numbers_bracket_the_exact_value() {
    let mut random = Random(4);
    for round in 0..1000 {
        let targets = 1 + random.below(30) as usize;
        let resources = random.below(targets as u64 + 2) as usize;
        let exact = random.game(targets, resources, [3, 10, 100][round % 3]);
        let numbers = exact.targets().iter().map(|target| {
            [&target.defender, &target.attacker]
                .map(|side| [side.covered.to_f64(), side.uncovered.to_f64()])
                .concat()
                .try_into()
                .unwrap()
        });
        let game = LargeSecurityGame::new(numbers.collect(), resources).unwrap();
        let answer = bracket_security_game(&game, &Budget::unlimited()).answer.unwrap();
        certify_security_bracket(&game, &answer, &Limits::default()).unwrap();
        let value = origami(&exact).defender_value.to_f64();
        assert!(answer.lower <= value + 1e-12 && value <= answer.upper + 1e-12, "{exact:?}");
    }
}

#[test]
fn the_bracket_is_narrow_and_a_doctored_one_is_rejected() {
    let targets: Vec<(i64, i64, i64, i64)> =
        (0..5000).map(|at| (1 + at % 9, -1 - at % 7, -1 - at % 13, 1 + (at * 37) % 101)).collect();
    let game = large(&targets, 100);
    let answer = bracket_security_game(&game, &Budget::unlimited()).answer.unwrap();
    certify_security_bracket(&game, &answer, &Limits::default()).unwrap();
    assert!(answer.upper - answer.lower < 1e-10, "{} {}", answer.lower, answer.upper);
    let refuse = |change: &dyn Fn(&mut SecurityBracket)| {
        let mut wrong = answer.clone();
        change(&mut wrong);
        certify_security_bracket(&game, &wrong, &Limits::default()).unwrap_err()
    };
    refuse(&|wrong| wrong.lower += 1e-9);
    refuse(&|wrong| wrong.upper -= 1e-9);
    refuse(&|wrong| wrong.floor += 1e-9);
    // More coverage of what is attacked makes another target the best one; less of another too.
    refuse(&|wrong| wrong.coverage[wrong.attacked] += 9_007_199);
    let other = answer
        .coverage
        .iter()
        .enumerate()
        .find(|&(at, &units)| at != answer.attacked && units > 1 << 30);
    let (other, _) = other.unwrap();
    refuse(&|wrong| wrong.coverage[other] -= 9_007_199);
    refuse(&|wrong| wrong.attacked = other);
    refuse(&|wrong| wrong.coverage[other] = 1 << 54);
    // A floor above all payoffs would bound nothing.
    let idle = large(&targets, 0);
    let mut answer = bracket_security_game(&idle, &Budget::unlimited()).answer.unwrap();
    certify_security_bracket(&idle, &answer, &Limits::default()).unwrap();
    answer.floor += 1.0;
    assert!(certify_security_bracket(&idle, &answer, &Limits::default()).is_err());
}

fn quantal(game: &SecurityGame, lambda: Rational) -> SecurityQuantal {
    let found = find_quantal_commitment(game, &lambda, &Budget::unlimited()).unwrap();
    let answer = found.answer.unwrap();
    if let Err(error) = certify_security_quantal(game, &answer, &Limits::default()) {
        panic!("{error}\n{answer:?}");
    }
    answer
}

/// The optimum of a general solver from sixty starts, to 1e-5.
#[test]
fn quantal_response_of_precision_0_76() {
    let game =
        game(&[(5, -6), (3, -4), (8, -9), (1, -2)], &[(-3, 6), (-2, 4), (-5, 9), (-1, 2)], 2);
    let answer = quantal(&game, Rational::new(76, 100));
    assert!((answer.value.0 - -0.07035251361010919).abs() < 1e-5, "{answer:?}");
    assert!(answer.bound - answer.value.0 < 1e-7);
    let expected = [0.5860047876980933, 0.5461812517984088, 0.5818168625518109, 0.2859970979517583];
    for (found, expected) in answer.coverage.iter().zip(expected) {
        assert!((found.to_f64() - expected).abs() < 1e-5, "{found} {expected}");
    }
}

#[test]
fn no_sampled_coverage_beats_the_quantal_one() {
    let mut random = Random(5);
    for round in 0..60 {
        let targets = 1 + random.below(5) as usize;
        let resources = random.below(targets as u64 + 1) as usize;
        let game = random.game(targets, resources, [3, 8][round % 2]);
        let lambda = Rational::new(1 + random.below(30), 10);
        let answer = quantal(&game, lambda.clone());
        let precision = lambda.to_f64();
        for _ in 0..200 {
            // A point of the simplex of coverages, as far as each fits.
            let mut left = resources as f64;
            let coverage: Vec<f64> = (0..targets)
                .map(|_| {
                    let c = (random.below(1000) as f64 / 999.0).min(left).min(1.0);
                    left -= c;
                    c
                })
                .collect();
            let (mut sum, mut total) = (0.0, 0.0);
            for (target, c) in game.targets().iter().zip(coverage) {
                let at = |side: &crate::game::security::TargetPayoffs| {
                    side.uncovered.to_f64() + side.slope().to_f64() * c
                };
                let weight = (precision * at(&target.attacker)).exp();
                sum += weight * at(&target.defender);
                total += weight;
            }
            assert!(sum / total <= answer.bound, "{game:?}");
        }
    }
}

#[test]
fn a_doctored_quantal_coverage_is_rejected() {
    let game = table_2();
    let answer = quantal(&game, Rational::new(3, 2));
    let refuse = |change: &dyn Fn(&mut SecurityQuantal)| {
        let mut wrong = answer.clone();
        change(&mut wrong);
        certify_security_quantal(&game, &wrong, &Limits::default()).unwrap_err()
    };
    let tiny = Rational::new(1, 1_000_000_000);
    refuse(&|wrong| wrong.coverage[0] += &tiny);
    refuse(&|wrong| wrong.coverage[1] -= &tiny);
    refuse(&|wrong| wrong.value.0 += 1e-9);
    refuse(&|wrong| wrong.value.1 -= 1e-9);
    refuse(&|wrong| wrong.bound = wrong.value.0 - 1e-6);
    refuse(&|wrong| wrong.attack[0] += 1e-9);
    refuse(&|wrong| wrong.price *= 1.01);
    refuse(&|wrong| wrong.lambda += &tiny);
}

/// A target with the payoffs of the defender, covered and not, and of the attacker.
fn target(numbers: [i64; 4]) -> Target {
    Target::from_integers("t", (numbers[0], numbers[1]), (numbers[2], numbers[3]))
}

fn named(targets: Vec<Target>, resources: usize) -> SecurityGame {
    let targets = targets.into_iter().enumerate();
    let targets = targets.map(|(at, target)| Target { name: format!("t{at}"), ..target });
    SecurityGame::new(targets.collect(), resources).unwrap()
}

#[test]
fn quantal_response_of_any_precision_is_proved() {
    let same = named(vec![target([-3, -6, -8, 2]); 3], 2);
    let ties = named(vec![target([1, 0, 0, 1]); 3], 1);
    for lambda in ["1/1000000000", "1/10", "10", "59"] {
        let answer = quantal(&same, lambda.parse().unwrap());
        assert!((answer.value.0 + 4.0).abs() < 1e-8, "{lambda}: {:?}", answer.value);
    }
    for lambda in ["1/10000000000000000", "1/1000000000", "1", "40", "599"] {
        let answer = quantal(&ties, lambda.parse().unwrap());
        assert!((answer.value.0 - 1.0 / 3.0).abs() < 1e-8, "{lambda}: {:?}", answer.value);
    }
    let mixed = named(
        vec![
            target([0, -9, -9, 1]),
            target([5, -2, -3, 4]),
            target([1, 0, -1, 9]),
            target([2, -7, -2, 2]),
        ],
        2,
    );
    for lambda in 1..=33 {
        quantal(&mixed, Rational::from(lambda));
    }
}

#[test]
fn quantal_response_does_not_depend_on_the_defenders_unit() {
    let numbers = [[0, -9, -9, 1], [5, -2, -3, 4], [1, 0, -1, 9]];
    let value = |factor: &Rational, shift: &Rational| {
        let targets = numbers.map(|numbers| {
            let mut one = target(numbers);
            for payoff in [&mut one.defender.covered, &mut one.defender.uncovered] {
                *payoff = &*payoff * factor + shift;
            }
            one
        });
        let answer = quantal(&named(targets.to_vec(), 1), Rational::from(2));
        (answer.value.0 - shift.to_f64()) / factor.to_f64()
    };
    let (one, zero) = (Rational::ONE, Rational::ZERO);
    let plain = value(&one, &zero);
    for factor in ["1/1000000000", "1000000000"] {
        assert!((value(&factor.parse().unwrap(), &zero) - plain).abs() < 1e-8);
    }
    assert!((value(&one, &Rational::from(1_000_000)) - plain).abs() < 1e-6);
}

#[test]
fn payoffs_beyond_the_machine_are_refused() {
    let mut huge = target([1, 0, 0, 1]);
    huge.defender.covered = "1e400".parse().unwrap();
    let game = named(vec![huge, target([1, 0, 0, 1])], 1);
    let found = find_quantal_commitment(&game, &Rational::ONE, &Budget::unlimited());
    assert!(matches!(found, Err(SecurityQuantalError::TooLarge(_))));
}
