use super::*;
use crate::certify::{Limits, certify_approximate};
use crate::game::Player;
use crate::game::answer::{ApproximateEquilibrium, Scope};
use crate::num::Rational;
use crate::solve::nash;
use proptest::prelude::*;

/// A game from payoffs that are listed profile by profile, the first player's action fastest.
fn listed(shape: &[usize], payoffs: &[i64]) -> NormalForm {
    let players: Vec<Player> = shape
        .iter()
        .enumerate()
        .map(|(at, &s)| Player::new((at + 1).to_string(), (1..=s).map(|a| a.to_string())))
        .collect();
    let profiles: usize = shape.iter().product();
    let count = shape.len();
    let mut tables = vec![vec![Rational::ZERO; profiles]; count];
    for (at, own) in payoffs.chunks_exact(count).enumerate() {
        let (mut rest, mut index, mut stride) = (at, 0, profiles);
        for &actions in shape {
            stride /= actions;
            index += rest % actions * stride;
            rest /= actions;
        }
        for (table, &payoff) in tables.iter_mut().zip(own) {
            table[index] = Rational::from(payoff);
        }
    }
    NormalForm::new(players, tables).unwrap()
}

fn all(game: &NormalForm) -> Outcome<Approximate> {
    let found = enumerate_equilibria_by_supports(game, &Budget::unlimited());
    certify_approximate(game, &found.answer, &Limits::default()).unwrap();
    found
}

fn one(game: &NormalForm, method: ManyMethod) -> Vec<f64> {
    let found = find_one_equilibrium_of_many(game, method, &Budget::unlimited());
    assert_eq!(found.status, Status::Solved, "{} {:?}", method.name(), found.warnings);
    certify_approximate(game, &found.answer, &Limits::default()).unwrap();
    let range = (0..game.num_players())
        .map(|i| game.payoffs(i).iter().max().unwrap() - game.payoffs(i).iter().min().unwrap())
        .max()
        .unwrap();
    let member = &found.answer.list[0];
    assert!(member.regret <= range * Rational::new(1, 1_000_000_000_000), "{member:?}");
    verdict::flat(&member.profile)
}

fn is_near(a: &[f64], b: &[f64], distance: f64) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < distance)
}

#[test]
fn the_game_of_nau_gomez_canovas_and_hansen_has_one_irrational_equilibrium() {
    // Nau, Gomez Canovas & Hansen (2004), International Journal of Game Theory 32: rational
    // payoffs, and one equilibrium, in irrational numbers.
    let game = listed(
        &[2, 2, 2],
        &[3, 0, 2, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0, 0, 3, 0, 0, 1, 0, 2, 0, 3],
    );
    let found = all(&game);
    assert!(found.answer.complete);
    assert_eq!(found.answer.list.len(), 1);
    let member = &found.answer.list[0];
    assert!(member.regret.is_positive() && member.regret.to_f64() < 1e-14);
    assert!(member.radius.as_ref().unwrap().to_f64() < 1e-11);
    let p = (53.0 - 601f64.sqrt()) / 46.0;
    assert!((member.profile[0].probabilities()[0].to_f64() - p).abs() < 1e-14);
    let q = (601f64.sqrt() - 13.0) / 24.0;
    assert!((member.profile[1].probabilities()[0].to_f64() - q).abs() < 1e-14);
    let x = verdict::flat(&member.profile);
    for method in [ManyMethod::Logit, ManyMethod::Ipa] {
        assert!(is_near(&one(&game, method), &x, 1e-14));
    }
}

#[test]
fn the_examples_of_van_der_laan_talman_and_van_der_heyden_have_one_and_five_mixed_equilibria() {
    let first = [
        -1, -4, -4, -8, -2, -4, -8, -2, -1, -2, -1, -2, -2, -2, -8, -8, -1, -2, -5, -6, -8, -2, -3,
        -1,
    ];
    let third = [
        -3, -4, -1, -6, -4, -5, -3, -3, -3, -5, -3, -5, -1, -8, -3, -3, -4, -2, -2, -3, -4, -3, -4,
        -2, -4, -7, -6, -1, -6, -3, -1, -2, -3, -6, -6, -2, -1, -3, -3, -4, -3, -2, -3, -5, -1, -6,
        -2, -1, -2, -4, -2, -6, -3, -6, -6, -7, -1, -4, -5, -3, -8, -5, -5, -5,
    ];
    for (shape, payoffs, count) in
        [(vec![2; 3], first.as_slice(), 1), (vec![2; 4], third.as_slice(), 5)]
    {
        let game = listed(&shape, payoffs);
        let found = all(&game);
        assert!(found.answer.complete, "{:?}", found.warnings);
        assert_eq!(found.answer.list.len(), count);
        for method in [ManyMethod::Logit, ManyMethod::Ipa] {
            let x = one(&game, method);
            let known = &found.answer.list;
            assert!(known.iter().any(|one| is_near(&verdict::flat(&one.profile), &x, 1e-9)));
        }
    }
}

#[test]
fn the_three_by_three_by_three_example_has_one_mixed_equilibrium() {
    let payoffs = [
        -2, -5, -1, -1, -4, -1, -4, -3, -1, -2, -1, -3, -3, -3, -6, -4, -2, -2, -4, -2, -5, -6, -5,
        -2, -3, -7, -4, -3, -6, -2, -1, -8, -3, -7, -5, -8, -3, -1, -6, -4, -2, -3, -5, -2, -5, -1,
        -3, -5, -8, -3, -7, -6, -5, -5, -4, -7, -5, -4, -9, -4, -2, -1, -8, -3, -3, -2, -1, -1, -6,
        -5, -4, -1, -5, -6, -2, -2, -6, -5, -4, -8, -3,
    ];
    let game = listed(&[3; 3], &payoffs);
    let found = all(&game);
    assert!(found.answer.complete, "{:?}", found.warnings);
    assert_eq!(found.answer.list.len(), 1);
    let x = verdict::flat(&found.answer.list[0].profile);
    assert!(is_near(&one(&game, ManyMethod::Logit), &x, 1e-9));
    assert!(is_near(&one(&game, ManyMethod::Ipa), &x, 1e-9));
}

#[test]
fn a_continuum_is_left_open_and_the_isolated_equilibria_are_found() {
    // Nau, Gomez Canovas & Hansen (2004), section 5: three pure, two incompletely mixed, and a
    // continuum of completely mixed equilibria.
    let game = listed(
        &[2, 2, 2],
        &[0, 0, 2, 3, 0, 0, 0, 3, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    );
    let found = all(&game);
    assert!(!found.answer.complete);
    let pure =
        found.answer.list.iter().filter(|one| one.profile.iter().all(|p| p.as_pure().is_some()));
    assert_eq!(pure.count(), 3);
    assert!(found.warnings[0].contains("left open"));
    one(&game, ManyMethod::Logit);
    one(&game, ManyMethod::Ipa);
}

#[test]
fn three_players_who_want_to_meet_in_one_of_two_places_have_known_equilibria() {
    // Payoff 1 to all when all do the same. Mixed with all playing p: p² = (1 − p)².
    let mut payoffs = vec![0; 24];
    payoffs[..3].fill(1);
    payoffs[21..].fill(1);
    let game = listed(&[2, 2, 2], &payoffs);
    let found = all(&game);
    assert!(
        found
            .answer
            .list
            .iter()
            .any(|one| { one.profile.iter().all(|p| p.probabilities()[0] == Rational::new(1, 2)) })
    );
    assert!(found.answer.list.iter().all(|one| one.regret.is_zero()));
}

#[test]
fn a_limit_is_a_status() {
    let game = listed(&[2, 2, 2], &[0; 24]);
    let found = enumerate_equilibria_by_supports(&game, &Budget::unlimited().with_steps(1));
    assert_eq!(found.status, Status::Partial(Exhausted::Steps));
    assert!(!found.answer.complete);
    let wide = listed(&[40, 2], &[0; 160]);
    let found = enumerate_equilibria_by_supports(&wide, &Budget::unlimited());
    assert_eq!(found.status, Status::Partial(Exhausted::Steps));
}

/// The largest gain of any player from a deviation, by sums over all profiles.
fn regret_by_brute_force(game: &NormalForm, x: &[crate::game::MixedStrategy]) -> Rational {
    (0..game.num_players())
        .map(|player| regret_of(game, x, player))
        .fold(Rational::ZERO, Rational::max)
}

/// The same for one player.
fn regret_of(game: &NormalForm, x: &[crate::game::MixedStrategy], player: usize) -> Rational {
    let payoff = |player: usize, profile: &[crate::game::MixedStrategy]| -> Rational {
        (0..game.num_profiles())
            .map(|index| {
                let chosen = game.profile(index);
                let weight: Rational = chosen
                    .iter()
                    .zip(profile)
                    .map(|(&action, one)| one.probabilities()[action].clone())
                    .product();
                weight * game.payoff(player, index)
            })
            .sum()
    };
    let own = payoff(player, x);
    let mut regret = Rational::ZERO;
    for action in 0..game.num_actions(player) {
        let mut other = x.to_vec();
        other[player] = crate::game::MixedStrategy::pure(action, game.num_actions(player));
        regret = regret.max(payoff(player, &other) - &own);
    }
    regret
}

/// What is found at once, certified, with a regret of at most 10⁻¹² of the range.
fn found_at_once(game: &NormalForm) -> Outcome<Approximate> {
    let found = find_any_equilibrium_of_many(game, &Budget::unlimited());
    assert_eq!(found.status, Status::Solved, "{:?}", found.warnings);
    certify_approximate(game, &found.answer, &Limits::default()).unwrap();
    for (player, one) in game.players().iter().enumerate() {
        let payoffs = game.payoffs(player);
        let range = payoffs.iter().max().unwrap() - payoffs.iter().min().unwrap();
        let regret = regret_of(game, &found.answer.list[0].profile, player);
        assert!(regret <= range * Rational::new(1, 1_000_000_000_000), "{}", one.name);
    }
    found
}

#[test]
fn two_who_mix_beside_one_who_does_not_are_found_exactly() {
    // Matching pennies for stakes of 1 and 3, and a third player who has nothing to do with it.
    let game = listed(
        &[2, 2, 2],
        &[3, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 3, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0],
    );
    let found = found_at_once(&game);
    assert_eq!(found.method, "small-supports");
    let member = &found.answer.list[0];
    assert!(member.regret.is_zero());
    assert_eq!(member.profile[1].probabilities(), [Rational::new(1, 4), Rational::new(3, 4)]);
    assert_eq!(member.profile[2].as_pure(), Some(0));
}

#[test]
fn three_who_mix_are_found_by_a_quadratic_equation() {
    let game = listed(
        &[2, 2, 2],
        &[3, 0, 2, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0, 0, 3, 0, 0, 1, 0, 2, 0, 3],
    );
    let found = found_at_once(&game);
    assert_eq!(found.method, "small-supports");
    let p = (53.0 - 601f64.sqrt()) / 46.0;
    let first = found.answer.list[0].profile[0].probabilities()[0].to_f64();
    assert!((first - p).abs() < 1e-15);
}

#[test]
fn every_method_finds_an_equilibrium_of_structured_games() {
    type Payoff = fn(usize, &[usize]) -> i64;
    let families: [(&str, Payoff); 5] = [
        ("nothing at stake", |_, _| 0),
        ("one payoff for all", |_, play| (play.iter().sum::<usize>() * 7 % 5) as i64),
        ("a crowd is a nuisance", |own, play| {
            -(play.iter().filter(|&&action| action == play[own]).count() as i64)
        }),
        ("pennies in a circle", |own, play| {
            let last = own + 1 == play.len();
            i64::from((play[own] == play[(own + 1) % play.len()]) != last)
        }),
        ("all actions alike", |own, play| (play[(own + 1) % play.len()] as i64 - 1).pow(2)),
    ];
    for shape in [vec![2, 2, 2], vec![3, 3, 3], vec![2, 3, 4], vec![1, 2, 2, 2], vec![2; 5]] {
        for (name, payoff) in families {
            let players: Vec<Player> = shape
                .iter()
                .map(|&count| Player::new("player", (0..count).map(|a| a.to_string())))
                .enumerate()
                .map(|(at, player)| Player { name: at.to_string(), ..player })
                .collect();
            let zero = vec![vec![Rational::ZERO; shape.iter().product()]; shape.len()];
            let frame = NormalForm::new(players.clone(), zero).unwrap();
            for unit in [Rational::ONE, Rational::from(1_000_000_000_000i64), Rational::new(1, 999)]
            {
                let table = |player| {
                    let value = |at| Rational::from(payoff(player, &frame.profile(at))) * &unit;
                    (0..frame.num_profiles()).map(value).collect()
                };
                let game = NormalForm::new(players.clone(), (0..shape.len()).map(table).collect())
                    .unwrap();
                let found = found_at_once(&game);
                assert!(found.answer.list[0].regret.is_zero(), "{name} {shape:?}");
                for method in [ManyMethod::Ipa, ManyMethod::Logit] {
                    let found = find_one_equilibrium_of_many(&game, method, &Budget::unlimited());
                    assert_eq!(found.status, Status::Solved, "{} {name} {shape:?}", method.name());
                    certify_approximate(&game, &found.answer, &Limits::default()).unwrap();
                }
            }
        }
    }
}

proptest! {
    // A smaller counterexample is not worth the minutes that shrinking takes.
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn generic_games_of_three_have_an_odd_number_and_both_methods_find_one_of_them(
        payoffs in proptest::collection::vec(-1_000_000i64..1_000_000, 36),
    ) {
        let game = listed(&[2, 2, 3], &payoffs);
        let found = all(&game);
        if !found.answer.complete {
            // A support whose equations are nearly dependent may stay open, which is said.
            prop_assert!(!found.warnings.is_empty());
            return Ok(());
        }
        // Wilson (1971), Harsanyi (1973): almost all games have an odd number of equilibria.
        prop_assert_eq!(found.answer.list.len() % 2, 1);
        let exact = &found.answer.list;
        for one in exact {
            let regret = regret_by_brute_force(&game, &one.profile);
            prop_assert!(regret <= one.regret);
            prop_assert!(verdict::round_up(&regret) == one.regret);
        }
        let pure = nash::enumerate_pure_equilibria(&game, &Budget::unlimited()).answer;
        prop_assert_eq!(pure.scope, Scope::AllPure);
        for one in &pure.list {
            prop_assert!(exact.iter().any(|known| known.profile == one.profile));
        }
        for method in [ManyMethod::Logit, ManyMethod::Ipa] {
            let x = one(&game, method);
            prop_assert!(exact.iter().any(|one| is_near(&verdict::flat(&one.profile), &x, 1e-9)));
        }
    }

    #[test]
    fn the_first_method_to_find_one_finds_one_of_all(
        payoffs in proptest::collection::vec(-1_000_000i64..1_000_000, 36),
    ) {
        let game = listed(&[2, 2, 3], &payoffs);
        let x = verdict::flat(&found_at_once(&game).answer.list[0].profile);
        let known = all(&game);
        let near = |one: &ApproximateEquilibrium| is_near(&verdict::flat(&one.profile), &x, 1e-9);
        prop_assert!(!known.answer.complete || known.answer.list.iter().any(near));
    }

    #[test]
    fn a_profile_is_evaluated_exactly_whatever_the_size_of_payoffs(
        payoffs in proptest::collection::vec(-1_000_000i64..1_000_000, 36),
        weights in proptest::collection::vec(0u32..1000, 7),
        unit in prop::sample::select(vec!["1", "1/7", "1e30", "1e-30", "123456789012345678901234567"]),
    ) {
        let unit: Rational = unit.parse().unwrap();
        let small = listed(&[2, 2, 3], &payoffs);
        let tables = (0..3).map(|i| small.payoffs(i).iter().map(|u| u * &unit).collect());
        let game = NormalForm::new(small.players().to_vec(), tables.collect()).unwrap();
        let x: Vec<f64> = weights.iter().map(|&w| f64::from(w) + 0.1).collect();
        let profile = verdict::on_grid(&game.shape(), &x);
        let (found, regret) = verdict::evaluate(&game, &profile);
        prop_assert_eq!(regret, regret_by_brute_force(&game, &profile));
        let exact = certify_approximate(
            &game,
            &Approximate { list: vec![verdict::claim(&game, profile)], complete: false },
            &Limits::default(),
        );
        prop_assert!(exact.is_ok() && found.len() == 3);
    }

    #[test]
    fn with_two_players_the_exact_solver_finds_the_same(
        payoffs in proptest::collection::vec(-1_000_000i64..1_000_000, 18),
    ) {
        let game = listed(&[3, 3], &payoffs);
        let found = all(&game);
        let exact = nash::enumerate_equilibria(&game, &Budget::unlimited()).answer;
        if !found.answer.complete {
            // A support whose equations are nearly dependent may stay open, which is said.
            prop_assert!(found.answer.list.len() <= exact.list.len() && !found.warnings.is_empty());
            return Ok(());
        }
        prop_assert_eq!(exact.list.len(), found.answer.list.len());
        for known in &exact.list {
            let x = verdict::flat(&known.profile);
            let near =
                |one: &ApproximateEquilibrium| is_near(&verdict::flat(&one.profile), &x, 1e-12);
            prop_assert!(found.answer.list.iter().any(near));
        }
        one(&game, ManyMethod::Ipa);
    }

    #[test]
    fn degenerate_games_lose_no_pure_equilibrium_and_say_what_is_open(
        payoffs in proptest::collection::vec(0i64..3, 24),
    ) {
        let game = listed(&[2, 2, 2], &payoffs);
        let found = all(&game);
        let pure = nash::enumerate_pure_equilibria(&game, &Budget::unlimited()).answer;
        for one in &pure.list {
            prop_assert!(found.answer.list.iter().any(|known| known.profile == one.profile));
        }
        prop_assert!(found.answer.complete || !found.warnings.is_empty());
    }
}

/// Games whose payoffs are sums over pairs, and something that one's own action does not change.
fn polymatrix_game() -> impl proptest::strategy::Strategy<Value = NormalForm> {
    let shapes = prop::collection::vec(1..4usize, 2..5);
    (shapes, prop::sample::select(vec![1i64, 2, 5, 1000]), any::<u64>()).prop_map(
        |(shape, range, seed)| {
            let mut state = seed;
            let mut next = |range: i64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as i64 % (range + 1)
            };
            let players = shape.iter().enumerate().map(|(at, &actions)| {
                Player::new(at.to_string(), (0..actions).map(|action| action.to_string()))
            });
            let profiles: usize = shape.iter().product();
            let blank = NormalForm::new(
                players.clone().collect(),
                vec![vec![Rational::ZERO; profiles]; shape.len()],
            )
            .unwrap();
            let tables = (0..shape.len()).map(|player| {
                let pairs: Vec<i64> = (0..shape.len() * 9).map(|_| next(range)).collect();
                let aside: Vec<i64> = (0..profiles).map(|_| next(range)).collect();
                (0..profiles)
                    .map(|index| {
                        let mine = blank.action_in(player, index);
                        let sum: i64 = (0..shape.len())
                            .filter(|&other| other != player)
                            .map(|other| {
                                pairs[other * 9 + mine * 3 + blank.action_in(other, index)]
                            })
                            .sum();
                        Rational::from(sum + aside[index - mine * blank.stride(player)])
                    })
                    .collect()
            });
            NormalForm::new(players.collect(), tables.collect()).unwrap()
        },
    )
}

proptest! {
    #[test]
    fn polymatrix_games_have_an_exact_equilibrium(game in polymatrix_game()) {
        let found = find_one_polymatrix_equilibrium(&game, &Budget::unlimited()).unwrap();
        prop_assert_eq!(found.status, Status::Solved);
        prop_assert!(found.answer.list[0].regret.is_zero());
        crate::certify::certify_equilibria(&game, &found.answer, &Limits::default()).unwrap();
        let stopped = find_one_polymatrix_equilibrium(&game, &Budget::unlimited().with_steps(0));
        prop_assert!(matches!(stopped.unwrap().status, Status::Partial(_)));
    }
}

#[test]
fn a_gain_that_needs_three_is_no_polymatrix_game() {
    // Player 0 gains by his second action only if both others play theirs.
    let table: Vec<Rational> = (0..8).map(|at| Rational::from(i64::from(at == 7))).collect();
    let players = (0..3).map(|at| Player::new(at.to_string(), ["0", "1"])).collect();
    let zero = vec![Rational::ZERO; 8];
    let game = NormalForm::new(players, vec![table, zero.clone(), zero]).unwrap();
    assert!(find_one_polymatrix_equilibrium(&game, &Budget::unlimited()).is_none());
}
