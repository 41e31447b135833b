use super::*;
use crate::certify::{Limits, certify_critical_discounts, certify_repeated_payoffs};
use crate::game::repeated_payoffs::{CriticalDiscounts, Patience};

fn factor(numerator: i64, denominator: i64) -> DiscountFactor {
    DiscountFactor::new(Rational::new(numerator, denominator)).unwrap()
}

/// The certified polygons.
fn solved(game: &NormalForm, discount: &DiscountFactor) -> RepeatedPayoffs {
    let outcome = find_repeated_payoffs(game, discount, &Budget::unlimited()).unwrap();
    let answer = outcome.answer.unwrap();
    certify_repeated_payoffs(game, &answer, &Limits::default()).unwrap();
    answer
}

fn corners(answer: &RepeatedPayoffs) -> Vec<String> {
    answer.inner.iter().map(|one| format!("({}, {})", one.payoffs[0], one.payoffs[1])).collect()
}

fn floats(answer: &RepeatedPayoffs) -> Vec<[f64; 2]> {
    answer.inner.iter().map(|one| [0, 1].map(|player| one.payoffs[player].to_f64())).collect()
}

/// Each expected point has a corner within `tolerance`, and as many there are.
fn assert_corners(answer: &RepeatedPayoffs, expected: &[[f64; 2]], tolerance: f64) {
    let found = floats(answer);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for point in expected {
        let near = |one: &[f64; 2]| {
            (one[0] - point[0]).abs() < tolerance && (one[1] - point[1]).abs() < tolerance
        };
        assert!(found.iter().any(near), "{point:?} in {found:?}");
    }
}

fn dilemma() -> NormalForm {
    NormalForm::from_integers(&[&[9, 1], &[10, 3]], &[&[9, 10], &[1, 3]])
}

/// The example of Abreu & Sannikov (2014).
fn abreu_sannikov() -> NormalForm {
    NormalForm::from_integers(
        &[&[16, 3, 0], &[21, 10, -1], &[9, 5, -5]],
        &[&[9, 13, 3], &[1, 4, 0], &[0, -4, -15]],
    )
}

/// The Cournot game of Abreu (1988).
fn abreu_cournot() -> NormalForm {
    NormalForm::from_integers(
        &[&[10, 3, 0], &[15, 7, -4], &[7, 5, -15]],
        &[&[10, 15, 7], &[3, 7, 5], &[0, -4, -15]],
    )
}

#[test]
fn the_prisoners_dilemma_is_exact() {
    for discount in [factor(3, 4), factor(9, 10), factor(99_999, 100_000)] {
        let answer = solved(&dilemma(), &discount);
        assert!(answer.is_exact());
        assert_eq!(corners(&answer), ["(3, 3)", "(39/4, 3)", "(9, 9)", "(3, 39/4)"]);
    }
    let other = NormalForm::from_integers(&[&[4, 0], &[6, 2]], &[&[4, 6], &[0, 2]]);
    let answer = solved(&other, &factor(4, 5));
    assert_eq!(corners(&answer), ["(2, 2)", "(5, 2)", "(4, 4)", "(2, 5)"]);
}

#[test]
fn at_the_critical_factor_a_point_becomes_a_segment() {
    // Grim trigger: (10 − 9)/(10 − 3) = 1/7.
    let answer = solved(&dilemma(), &factor(1, 7));
    assert_eq!(corners(&answer), ["(3, 3)", "(9, 9)"]);
    assert!(answer.is_exact());
    for below in [factor(0, 1), factor(1, 8), factor(142_857, 1_000_000)] {
        let answer = solved(&dilemma(), &below);
        assert_eq!(corners(&answer), ["(3, 3)"]);
        assert!(answer.is_exact());
    }
}

#[test]
fn the_battle_of_the_sexes_is_flat_for_impatient_players() {
    let game = NormalForm::from_integers(&[&[8, 3], &[0, 5]], &[&[5, 3], &[0, 8]]);
    let answer = solved(&game, &factor(4, 5));
    assert_eq!(corners(&answer), ["(5, 5)", "(8, 5)", "(5, 8)"]);
    let answer = solved(&game, &factor(3, 10));
    assert_eq!(corners(&answer), ["(5, 8)", "(8, 5)"]);
    assert!(answer.is_exact());
}

#[test]
fn the_published_example_has_its_corners() {
    let answer = solved(&abreu_sannikov(), &factor(3, 10));
    let expected = [
        [7.337_704_718_651_46, 10.982_625_279_106_76],
        [1.125_682_395_504_88, 2.8],
        [7.337_704_718_651_46, 0.0],
        [7.863_089_638_136_2, 0.0],
        [19.791_797_697_363_6, 2.8],
        [15.563_089_638_136_2, 9.1],
    ];
    assert_corners(&answer, &expected, 1e-7);
    assert!(answer.distance.unwrap() < Rational::new(1, 10_000_000));
    // At δ = 2/5 a corner is a root of 40x² − 3573x + 1535.
    let answer = solved(&abreu_sannikov(), &factor(2, 5));
    let root = (3573.0 - (3573.0f64 * 3573.0 - 4.0 * 40.0 * 1535.0).sqrt()) / 80.0;
    let least = floats(&answer).into_iter().map(|point| point[0]).fold(f64::MAX, f64::min);
    assert!((least - root).abs() < 1e-7, "{least} {root}");
}

#[test]
fn the_cournot_game_of_abreu_turns_at_one_third() {
    let game = abreu_cournot();
    let best = |discount: &DiscountFactor| {
        let answer = solved(&game, discount);
        answer.inner.iter().any(|one| one.payoffs == [10.into(), 10.into()])
    };
    assert!(best(&factor(1, 3)));
    let answer = solved(&game, &factor(333, 1000));
    let beyond = answer.outer.iter().map(|corner| &corner[0] + &corner[1]).max().unwrap();
    assert!(beyond < Rational::from(19), "(10, 10) is not sustained below: {beyond}");
    let expected = [
        [0.0, 4.62],
        [4.62, 0.0],
        [7.242_857_142_857, 0.0],
        [13.842_857_142_857, 4.62],
        [10.0, 10.0],
        [4.62, 13.842_857_142_857],
        [0.0, 7.242_857_142_857],
    ];
    let answer = solved(&game, &factor(34, 100));
    assert_corners(&answer, &expected, 1e-9);
    assert!(answer.is_exact());
}

#[test]
fn a_factor_at_which_the_set_changes_is_no_trouble() {
    // Just at 1/4 the worst punishments begin to hold; the operator approaches them for ever.
    let answer = solved(&abreu_cournot(), &factor(1, 4));
    assert_corners(&answer, &[[0.0, 5.25], [5.25, 0.0], [12.75, 5.25], [5.25, 12.75]], 1e-9);
    assert!(answer.distance.unwrap() < Rational::new(1, 1_000_000));
    let below = solved(&abreu_cournot(), &factor(249, 1000));
    assert_eq!(corners(&below), ["(7, 7)"]);
}

#[test]
fn cournot_of_fifteen_quantities() {
    let quantity = |k: i64| Rational::new(6 * k, 14);
    let profit = |own: i64, other: i64| {
        let price = (Rational::from(6) - quantity(own) - quantity(other)).max(Rational::ZERO);
        quantity(own) * (price - Rational::new(3, 5))
    };
    let table = |of: fn(i64, i64) -> (i64, i64)| -> Vec<Vec<Rational>> {
        let row = |i: i64| (0..15).map(|j| profit(of(i, j).0, of(i, j).1)).collect();
        (0..15).map(row).collect()
    };
    let game = NormalForm::bimatrix(&table(|i, j| (i, j)), &table(|i, j| (j, i))).unwrap();
    let answer = solved(&game, &factor(4, 5));
    let expected = [
        [6.966_530_612_244_898, 0.286_530_612_244_898],
        [6.876_734_693_877_552, 0.396_734_693_877_551],
        [0.396_734_693_877_551, 6.876_734_693_877_552],
        [0.286_530_612_244_898, 6.966_530_612_244_898],
        [0.191_020_408_163_265, 6.897_414_965_986_394],
        [0.117_551_020_408_163, 6.533_417_059_131_345],
        [0.0, 4.939_068_550_497_122],
        [0.0, 0.0],
        [4.939_068_550_497_122, 0.0],
        [6.533_417_059_131_345, 0.117_551_020_408_163],
        [6.897_414_965_986_394, 0.191_020_408_163_265],
    ];
    assert_corners(&answer, &expected, 2e-8);
}

#[test]
fn without_pure_equilibria_there_may_be_nothing() {
    let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let answer = solved(&pennies, &factor(9, 10));
    assert!(answer.inner.is_empty() && answer.outer.is_empty() && answer.is_exact());
}

/// The certified critical discount factors.
fn critical(game: &NormalForm) -> CriticalDiscounts {
    let answer = find_critical_discounts(game, &Budget::unlimited()).unwrap().answer;
    certify_critical_discounts(game, &answer, &Limits::default()).unwrap();
    answer
}

#[test]
fn critical_factors_are_those_of_the_literature() {
    // Grim trigger is an optimal punishment in the prisoner's dilemma: (10 - 9)/(10 - 3).
    let answer = critical(&dilemma());
    let (above, from) = answer.bounds(0).unwrap();
    assert_eq!(from, Rational::new(1, 7));
    assert!(above > Rational::new(142_857, 1_000_000));
    assert_eq!(answer.bounds(1), None);
    assert_eq!(answer.bounds(3), Some((Rational::ZERO, Rational::ZERO)));
    // Abreu (1988): 1/3 for low quantities with the best punishments, where grim trigger takes 5/8.
    let answer = critical(&abreu_cournot());
    assert_eq!(answer.bounds(0).unwrap().1, Rational::new(1, 3));
    assert!(answer.bounds(0).unwrap().0 > Rational::new(333_333, 1_000_000));
}

#[test]
fn evidence_that_is_changed_is_rejected() {
    let game = dilemma();
    let answer = critical(&game);
    let check = |answer: &CriticalDiscounts| {
        certify_critical_discounts(&game, answer, &Limits::default()).is_err()
    };
    let change = |profile: usize, patience: Patience| {
        let mut other = answer.clone();
        other.profiles[profile] = patience;
        assert!(check(&other), "{profile}");
    };
    change(0, Patience::Any);
    change(0, Patience::None);
    change(0, Patience::Between { fails: None, holds: Some(0) });
    change(0, Patience::Between { fails: Some(1), holds: Some(1) });
    change(0, Patience::Between { fails: None, holds: Some(2) });
    change(1, Patience::Any);
    change(1, Patience::Between { fails: None, holds: Some(1) });
    change(3, Patience::None);
    let mut other = answer.clone();
    other.evidence.reverse();
    assert!(check(&other));
    let mut other = answer.clone();
    other.profiles.pop();
    assert!(check(&other));
}

#[test]
fn other_numbers_of_players_are_refused() {
    let one = NormalForm::new(
        vec![crate::game::Player::new("A", ["x", "y"])],
        vec![vec![Rational::ZERO, Rational::ONE]],
    )
    .unwrap();
    let refused = find_repeated_payoffs(&one, &factor(1, 2), &Budget::unlimited());
    assert_eq!(refused.unwrap_err(), RepeatedPayoffsError::NotTwoPlayers(1));
}

mod properties {
    use super::*;
    use crate::solve::testing::{any_game, exchanged, rescaled};
    use proptest::prelude::*;

    /// The part of a polygon where `sign` times a coordinate is at least `least`.
    fn clipped(polygon: &[Point<f64>], axis: usize, least: f64) -> Vec<Point<f64>> {
        let mut kept = Vec::new();
        for (at, from) in polygon.iter().enumerate() {
            let to = &polygon[(at + 1) % polygon.len()];
            let (a, b) = (from[axis] - least, to[axis] - least);
            if a >= 0.0 {
                kept.push(*from);
            }
            if a * b < 0.0 {
                let part = a / (a - b);
                kept.push([0, 1].map(|axis| from[axis] + part * (to[axis] - from[axis])));
            }
        }
        kept
    }

    /// The operator of Abreu, Pearce & Stacchetti (1990) itself, with needs that are larger by
    /// `tight`, from the hull of all payoffs: another method.
    fn by_definition(game: &NormalForm, discount: f64, tight: f64) -> Vec<Point<f64>> {
        let payoff = |player: usize, at: usize| game.payoff(player, at).to_f64();
        let mut polygon: Vec<Point<f64>> = hull(
            (0..game.num_profiles()).map(|at| [0, 1].map(|player| payoff(player, at))).collect(),
        );
        for _ in 0..600 {
            let threats = [0, 1]
                .map(|player| polygon.iter().map(|point| point[player]).fold(f64::MAX, f64::min));
            let mut points = Vec::new();
            for at in 0..game.num_profiles() {
                let mut continuations = polygon.clone();
                for (player, threat) in threats.iter().enumerate() {
                    let best = (0..game.num_actions(player))
                        .map(|action| payoff(player, game.deviation(at, player, action)))
                        .fold(f64::MIN, f64::max);
                    let gain = best - payoff(player, at);
                    let need = threat + (1.0 - discount) / discount * gain + tight;
                    // Where nobody gains, continuations at the threat itself deter.
                    let need = if gain == 0.0 { threat - 1e-9 } else { need };
                    continuations = clipped(&continuations, player, need);
                }
                points.extend(continuations.iter().map(|w| {
                    [0, 1]
                        .map(|player| (1.0 - discount) * payoff(player, at) + discount * w[player])
                }));
            }
            if points.is_empty() {
                return points;
            }
            polygon = hull(points);
        }
        polygon
    }

    /// Corners on a knife's edge, where no smaller discount factor sustains anything near, are found exactly,
    /// and in units in which they are no simple fractions too.
    #[test]
    fn what_comes_to_rest_soon_is_exact_in_all_units() {
        let game = NormalForm::from_integers(
            &[&[11, 7, -16], &[-1, -2, -6], &[-12, -19, -2], &[17, 3, 11], &[-8, 3, -19]],
            &[&[1, 20, 7], &[7, 14, -4], &[10, -15, -18], &[15, 17, -13], &[-1, -13, -10]],
        );
        let scale = Rational::from(10).pow(40).unwrap();
        let large = rescaled(&game, &[(scale, Rational::ONE), (Rational::ONE, Rational::ZERO)]);
        for game in [game, large] {
            let answer = solved(&game, &factor(2, 5));
            assert!(answer.is_exact());
            assert_eq!(answer.outer.len(), 3);
        }
    }

    fn near(points: &[[Rational; 2]]) -> Vec<Point<f64>> {
        points.iter().map(|corner| [0, 1].map(|player| corner[player].to_f64())).collect()
    }

    /// The second player gains by leaving (0, 1), and the first one gets just his minmax there: only an
    /// equilibrium of the stage game that stays where it is threatens him exactly.
    #[test]
    fn a_player_who_gets_his_minmax_is_threatened_exactly() {
        let game = NormalForm::from_integers(
            &[&[1, 0], &[-1, -1], &[0, 0]],
            &[&[4, 1], &[-1, -1], &[-1, 0]],
        );
        let (_, from) = critical(&game).bounds(1).unwrap();
        assert!(from <= Rational::new(3, 4));
    }

    fn within(inner: &[Point<f64>], outer: &[Point<f64>], tolerance: f64) -> bool {
        inner.iter().all(|point| distance(outer, point).is_some_and(|away| away < tolerance))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

        /// What generates itself lies in every polygon of the definition, and the polygons of stricter
        /// conditions come to lie in the outer one.
        #[test]
        fn the_definition_gives_the_same(game in any_game(2..3, 4), steps in 4..32i64) {
            let discount = factor(steps, 40);
            let answer = solved(&game, &discount);
            let loose = by_definition(&game, steps as f64 / 40.0, -1e-7);
            prop_assert!(within(&floats(&answer), &loose, 1e-5));
            let strict = by_definition(&game, steps as f64 / 40.0, 1e-7);
            prop_assert!(within(&strict, &near(&answer.outer), 1e-5));
        }

        /// The set grows with patience: what a smaller factor sustains is held by a larger one.
        #[test]
        fn patience_sustains_more(game in any_game(2..3, 5), steps in 0..20i64, more in 0..19i64) {
            let low = solved(&game, &factor(steps, 40));
            let high = solved(&game, &factor(steps + more, 40));
            prop_assert!(within(&floats(&low), &near(&high.outer), 1e-9));
        }

        /// The best punishments take no more patience than reversion to the worst pure equilibrium of the
        /// stage game, and no less than the threat of minmax.
        #[test]
        fn critical_factors_lie_between_minmax_and_reversion(game in any_game(2..3, 4)) {
            let answer = critical(&game);
            let best = |player: usize, at: usize| {
                let actions = 0..game.num_actions(player);
                let payoffs = actions.map(|action| game.payoff(player, game.deviation(at, player, action)));
                payoffs.max().unwrap().clone()
            };
            let equilibria: Vec<usize> = (0..game.num_profiles())
                .filter(|&at| (0..2).all(|player| best(player, at) == *game.payoff(player, at)))
                .collect();
            for profile in 0..game.num_profiles() {
                // δ ≥ h/(h + g - n), for the worst n of each player.
                let of = |player: usize| {
                    let worst = equilibria.iter().map(|&at| game.payoff(player, at)).min()?;
                    let gain = best(player, profile) - game.payoff(player, profile);
                    if gain.is_zero() && game.payoff(player, profile) >= worst {
                        return Some(Rational::ZERO);
                    }
                    let loss = game.payoff(player, profile) - worst;
                    loss.is_positive().then(|| gain.checked_div(&(&gain + &loss)).unwrap())
                };
                let Some(reversion) = of(0).zip(of(1)).map(|(a, b)| a.max(b)) else { continue };
                let Some((above, from)) = answer.bounds(profile) else {
                    prop_assert!(false, "{profile} is sustained by reversion at {reversion}");
                    continue;
                };
                prop_assert!(above < reversion || from.is_zero(), "{above} {from} {reversion}");
                if reversion < Rational::new(99, 100) {
                    let slack = Rational::new(1, 1_000_000);
                    prop_assert!(from <= reversion + slack);
                }
            }
        }

        /// Other units, and the players in the other order, change nothing.
        #[test]
        fn units_and_names_do_not_matter(
            game in any_game(2..3, 4),
            steps in 1..39i64,
            scale in 1..50i64,
            shift in -50..50i64,
        ) {
            let discount = factor(steps, 40);
            let map = (Rational::new(scale, 7), Rational::from(shift));
            let other = rescaled(&exchanged(&game), &[(Rational::ONE, Rational::ZERO), map.clone()]);
            let (one, two) = (solved(&game, &discount), solved(&other, &discount));
            let moved = |x: f64| x * map.0.to_f64() + map.1.to_f64();
            let changed: Vec<Point<f64>> =
                floats(&one).iter().map(|point| [point[1], moved(point[0])]).collect();
            prop_assert!(within(&changed, &near(&two.outer), 1e-6));
            prop_assert_eq!(one.inner.is_empty(), two.inner.is_empty());
        }
    }
}
