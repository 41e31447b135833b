use super::*;
use crate::certify::{Limits, certify_repeated_polytopes};
use crate::game::Player;
use crate::num::Rational;
use crate::solve::repeated::find_repeated_payoffs;
use crate::solve::{Exhausted, Status};

fn factor(numerator: i64, denominator: i64) -> DiscountFactor {
    DiscountFactor::new(Rational::new(numerator, denominator)).unwrap()
}

/// The polytopes, certified.
fn polytopes(game: &NormalForm, discount: &DiscountFactor) -> RepeatedPolytopes {
    let found = find_repeated_polytopes(game, discount, &Budget::unlimited()).unwrap();
    assert_eq!(found.status, Status::Solved);
    let answer = found.answer.unwrap();
    certify_repeated_polytopes(game, &answer, &Limits::default()).unwrap();
    answer
}

fn game(shape: &[usize], payoff: impl Fn(usize, &[usize]) -> Rational) -> NormalForm {
    let player = |(at, &actions): (usize, &usize)| Player {
        name: format!("P{at}"),
        actions: (0..actions).map(|action| format!("a{action}")).collect(),
    };
    let mut profiles = vec![Vec::new()];
    for &actions in shape {
        let longer = |profile: Vec<usize>| {
            (0..actions).map(move |action| [profile.clone(), vec![action]].concat())
        };
        profiles = profiles.into_iter().flat_map(longer).collect();
    }
    let of = |at: usize| profiles.iter().map(|profile| payoff(at, profile)).collect();
    let payoffs = (0..shape.len()).map(of).collect();
    NormalForm::new(shape.iter().enumerate().map(player).collect(), payoffs).unwrap()
}

/// Payoffs from 0 to 9.
fn random(shape: &[usize], seed: u64) -> NormalForm {
    let state = std::cell::Cell::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    game(shape, |_, _| {
        let mut next = state.get();
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        state.set(next);
        Rational::from((next % 10) as i64)
    })
}

/// Each of three gives 3 for what pays 2 to everybody, or keeps it.
fn public_goods() -> NormalForm {
    game(&[2, 2, 2], |player, profile| {
        let given: i64 = profile.iter().map(|&action| 1 - action as i64).sum();
        Rational::from(2 * given) * Rational::new(1, 3) + Rational::from(profile[player] as i64)
            - Rational::ONE
    })
}

fn most(answer: &RepeatedPolytopes, of: impl Fn(&[Rational]) -> Rational) -> [f64; 2] {
    let inner = answer.inner.iter().map(|one| of(&one.payoffs)).max().unwrap();
    let outer = answer.outer.iter().map(|one| of(&one.payoffs)).max().unwrap();
    [inner.to_f64(), outer.to_f64()]
}

#[test]
fn public_goods_of_three_are_as_published() {
    // n = 3, m = 2: all give from δ = (n − m)/(m (n − 1)) = 1/4 on. One keeps first, the others give, who
    // then need w ≥ (1 − δ)/(3 δ), and w lies between this point and (1, 1, 1): that gives the largest
    // payoff of one player below δ = 1/2. The published bounds 1.26 and 1.3 at the two middle factors, from
    // 26 directions, hold and are further out.
    let game = public_goods();
    for (discount, sum, own) in [
        (factor(1, 5), 0.0, 0.0),
        (factor(24, 100), 0.0, 0.0),
        (factor(26, 100), 3.0, 94.0 / 75.0),
        (factor(3, 10), 3.0, 19.0 / 15.0),
        (factor(1, 2), 3.0, 4.0 / 3.0),
    ] {
        let answer = polytopes(&game, &discount);
        for bound in most(&answer, |payoffs| payoffs.iter().sum()) {
            assert!((bound - sum).abs() < 1e-6, "{bound} is not {sum}");
        }
        for bound in most(&answer, |payoffs| payoffs[0].clone()) {
            assert!((bound - own).abs() < 1e-6, "{bound} is not {own}");
        }
    }
}

#[test]
fn two_players_have_the_polygons() {
    for seed in 0..10 {
        let game = random(&[3, 3], seed);
        let discount = factor(1 + seed as i64 % 9, 10);
        let polygons = find_repeated_payoffs(&game, &discount, &Budget::unlimited()).unwrap();
        let polygons = polygons.answer.unwrap();
        let found = polytopes(&game, &discount);
        assert_eq!(found.outer.is_empty(), polygons.outer.is_empty());
        for direction in [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-2, 3]] {
            let of = |payoffs: &[Rational]| -> Rational {
                payoffs.iter().zip(direction).map(|(x, h)| x * Rational::from(h)).sum()
            };
            let inner = polygons.inner.iter().map(|one| of(&one.payoffs)).max();
            let outer = polygons.outer.iter().map(|corner| of(corner)).max();
            let [least, most] = if found.outer.is_empty() { continue } else { most(&found, of) };
            // Both enclose the same set.
            assert!(least <= outer.unwrap().to_f64() + 1e-12);
            assert!(most >= inner.unwrap().to_f64() - 1e-12);
            assert!(most - least < 0.02, "{seed} {direction:?}: {least} {most}");
        }
    }
}

#[test]
fn three_players_are_bracketed() {
    for seed in [1, 3, 7] {
        let answer = polytopes(&random(&[2, 2, 2], seed), &factor(3, 5));
        assert!(!answer.outer.is_empty() && !answer.inner.is_empty(), "{seed}");
        assert!(answer.distance.unwrap() < Rational::new(1, 50), "{seed}");
    }
}

#[test]
fn a_player_without_a_say_makes_a_flat_set() {
    // The prisoner's dilemma beside one who always gets 5.
    let table = [[[9, 9], [1, 10]], [[10, 1], [3, 3]]];
    let game = game(&[2, 2, 1], |player, profile| {
        Rational::from(if player == 2 { 5 } else { table[profile[0]][profile[1]][player] })
    });
    let answer = polytopes(&game, &factor(3, 4));
    let [least, most] = most(&answer, |payoffs| payoffs[0].clone());
    assert!((least - 9.75).abs() < 1e-6 && (most - 9.75).abs() < 1e-6);
    assert!(answer.inner.iter().all(|one| one.payoffs[2] == Rational::from(5)));
}

#[test]
fn nothing_is_sustained_without_patience_but_what_rests() {
    let game = public_goods();
    let answer = polytopes(&game, &factor(0, 1));
    assert_eq!(answer.inner.len(), 1);
    assert!(answer.distance.unwrap() < Rational::new(1, 1_000_000));
    // Who is held to move in turn: three players of matching pennies have no pure equilibrium.
    let pennies = self::game(&[2, 2, 1], |player, profile| {
        let same = profile[0] == profile[1];
        Rational::from(i64::from(same == (player == 0)))
    });
    let answer = polytopes(&pennies, &factor(1, 2));
    assert!(answer.inner.is_empty() && answer.outer.is_empty() && answer.bounds.is_empty());
}

#[test]
fn limits_are_heard() {
    let game = random(&[2, 2, 2], 1);
    let budget = Budget::unlimited().with_steps(2);
    let found = find_repeated_polytopes(&game, &factor(3, 5), &budget).unwrap();
    assert_eq!(found.status, Status::Partial(Exhausted::Steps));
    let many = self::game(&[2; 7], |_, _| Rational::ZERO);
    let refused = find_repeated_polytopes(&many, &factor(1, 2), &Budget::unlimited());
    assert_eq!(refused.unwrap_err(), RepeatedPolytopesError::TooManyPlayers(7));
}

#[test]
fn three_players_with_three_actions_are_bracketed() {
    // Each of three gives up to two units; each unit costs 1 and is worth 2/3 to everybody.
    let game = game(&[3, 3, 3], |player, profile| {
        let given: i64 = profile.iter().map(|&action| action as i64).sum();
        Rational::new(2 * given, 3) - Rational::from(profile[player] as i64)
    });
    let answer = polytopes(&game, &factor(2, 3));
    assert!(answer.inner.len() > 4 && !answer.outer.is_empty());
    assert!(answer.distance.as_ref().unwrap() < &Rational::new(1, 1000), "{:?}", answer.distance);
    let [least, sum] = most(&answer, |payoffs| payoffs.iter().sum());
    assert!((least - 6.0).abs() < 1e-6 && (sum - 6.0).abs() < 1e-6);
}

#[test]
fn swapped_players_have_swapped_payoffs() {
    let base = random(&[2, 3, 2], 3);
    let swapped = game(&[3, 2, 2], |player, profile| {
        let index = base.profile_index(&[profile[1], profile[0], profile[2]]);
        base.payoff([1, 0, 2][player], index).clone()
    });
    let [one, other] = [&base, &swapped].map(|game| polytopes(game, &factor(7, 10)));
    assert!(!one.inner.is_empty());
    for h in [[1, 0, 0], [0, -1, 0], [1, 1, 1], [-1, 0, 1], [1, 2, -1]] {
        let along = |h: [i64; 3]| {
            move |payoffs: &[Rational]| -> Rational {
                payoffs.iter().zip(h).map(|(x, h)| x * Rational::from(h)).sum()
            }
        };
        let [inner, outer] = most(&one, along(h));
        let [inner_swapped, outer_swapped] = most(&other, along([h[1], h[0], h[2]]));
        assert!(inner <= outer_swapped + 1e-9 && inner_swapped <= outer + 1e-9, "{h:?}");
        assert!(outer - inner < 0.2 && outer_swapped - inner_swapped < 0.2, "{h:?}");
    }
}

#[test]
fn payoffs_that_are_scaled_and_shifted_scale_and_shift_the_polytopes() {
    let base = public_goods();
    let of_base = polytopes(&base, &factor(3, 10));
    let by = |exponent: i32| Rational::from(10).pow(exponent).unwrap();
    for (scale, shift) in [(by(30), by(31)), (by(-30), Rational::ZERO), (by(400), -by(401))] {
        // The players' units differ.
        let unit = |player: usize| &scale * Rational::from(1 + player as i64);
        let moved = game(&[2, 2, 2], |player, profile| {
            base.payoff(player, base.profile_index(profile)) * unit(player) + &shift
        });
        let answer = polytopes(&moved, &factor(3, 10));
        for player in 0..3 {
            for sign in [1, -1] {
                let back = |payoffs: &[Rational]| {
                    let value = (&payoffs[player] - &shift).checked_div(&unit(player)).unwrap();
                    value * Rational::from(sign)
                };
                let ends = most(&answer, back);
                let known = most(&of_base, |payoffs| &payoffs[player] * Rational::from(sign));
                for (end, known) in ends.into_iter().zip(known) {
                    assert!((end - known).abs() < 1e-6, "{end} {known}");
                }
            }
        }
    }
}
