use super::*;
use crate::certify::{Limits, certify_tournament};
use crate::game::{DiscountFactor, Invasion, PayoffRelation};
use proptest::prelude::*;

fn dilemma() -> NormalForm {
    NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]])
}

fn stakes() -> [Rational; 4] {
    symmetric_stakes(&dilemma(), 0).unwrap()
}

fn number(text: &str) -> Rational {
    text.parse().unwrap()
}

fn given(name: &str, numbers: [&str; 5]) -> RepeatedStrategy {
    let [first, after @ ..] = numbers.map(number);
    RepeatedStrategy::memory_one(name, first, after)
}

fn named(name: &str) -> RepeatedStrategy {
    named_strategy(name, &stakes()).unwrap()
}

fn certified(list: Vec<RepeatedStrategy>, noise: &str, length: &MatchLength) -> Tournament {
    let game = dilemma();
    let found = play_tournament(&game, list, &number(noise), length, &Budget::unlimited()).unwrap();
    certify_tournament(&game, &found, &Limits::default()).unwrap();
    found
}

fn relation_of(strategy: RepeatedStrategy) -> Option<PayoffRelation> {
    certified(vec![strategy], "0", &MatchLength::Average).relations.remove(0)
}

fn line(own: &str, other: &str, constant: &str) -> Option<PayoffRelation> {
    Some(PayoffRelation { own: number(own), other: number(other), constant: number(constant) })
}

#[test]
fn press_and_dyson_extort_three() {
    let extort = given("p", ["1", "11/13", "1/2", "7/26", "0"]);
    assert_eq!(named("EXTORT-3").as_memory_one(), extort.as_memory_one());
    let half = given("half", ["1/2", "1/2", "1/2", "1/2", "1/2"]);
    let found = certified(vec![extort, named("ALLC"), half], "0", &MatchLength::Average);
    let pays = |i: usize, j: usize| found.payoff(&stakes(), i, j);
    assert_eq!([pays(0, 1), pays(1, 0)], [number("41/11"), number("21/11")]);
    assert_eq!([pays(0, 2), pays(2, 0)], [number("2.5625"), number("73/48")]);
    // own - 1 = 3 (other - 1).
    assert_eq!(found.relations[0], line("1", "-3", "2"));
}

#[test]
fn zero_determinant_strategies_of_the_literature() {
    // Four-vectors of Stewart & Plotkin (2012) and of Axelrod's library.
    let generous = given("p", ["1", "1", "1/8", "1", "1/4"]);
    assert_eq!(named("GENEROUS-2").as_memory_one(), generous.as_memory_one());
    assert_eq!(relation_of(generous), line("1", "-2", "3"));
    let extort = given("p", ["1", "8/9", "1/2", "1/3", "0"]);
    assert_eq!(named("extort-2").as_memory_one(), extort.as_memory_one());
    assert_eq!(relation_of(extort), line("1", "-2", "1"));
    // Tit for tat: both get the same; win-stay, lose-shift enforces nothing.
    assert_eq!(relation_of(named("TFT")), line("1", "-1", "0"));
    assert_eq!(relation_of(named("WSLS")), None);
    assert_eq!(relation_of(named("TF2T")), None);
    // It repeats its own action: the vector is 0.
    assert_eq!(relation_of(given("repeat", ["1", "1", "1", "0", "0"])), None);
    // An equalizer (Press & Dyson 2012) sets the other one's payoff: 2.
    assert_eq!(relation_of(given("set", ["1", "2/3", "0", "2/3", "1/3"])), line("0", "1", "-2"));
}

#[test]
fn generosity_of_molander_is_one_third() {
    let [_, after, _, none] = named("GTFT").as_memory_one().unwrap().map(Clone::clone);
    assert_eq!([after, none], [number("1/3"), number("1/3")]);
}

#[test]
fn self_play_with_error() {
    for (noise, list) in [
        ("0.001", ["2.25", "2.995010992", "2.9970030238", "1.003997"]),
        ("0.01", ["2.25", "2.951092", "2.9703217456", "1.0397"]),
        ("0.05", ["2.25", "2.7765", "2.859375", "1.1925"]),
    ] {
        let names = ["TFT", "WSLS", "GTFT", "GRIM"];
        let found = certified(names.map(named).to_vec(), noise, &MatchLength::Average);
        for (at, published) in list.into_iter().enumerate() {
            let payoff = found.payoff(&stakes(), at, at);
            let off = (&payoff - number(published)).abs();
            assert!(off < number("1e-10"), "{} {noise}: {payoff}", names[at]);
        }
    }
    let found = certified(["WSLS", "ALLD"].map(named).to_vec(), "0.01", &MatchLength::Average);
    let pays = |i: usize, j: usize| found.payoff(&stakes(), i, j);
    assert_eq!([pays(0, 1), pays(1, 0)], [number("0.535"), number("2.985")]);
}

#[test]
fn stationary_outcomes_with_noise() {
    let names = ["TFT", "GTFT", "WSLS", "ALLD"];
    let found = certified(names.map(named).to_vec(), "0.01", &MatchLength::Average);
    for (at, published) in [
        ["0.25", "0.25", "0.25", "0.25"],
        ["0.943139792899", "0.028014053254", "0.028014053254", "0.000832100592"],
        ["0.960696", "0.0099", "0.0099", "0.019504"],
        ["0.0001", "0.0099", "0.0099", "0.9801"],
    ]
    .into_iter()
    .enumerate()
    {
        for (share, published) in found.outcomes[at][at].iter().zip(published) {
            assert!((share - number(published)).abs() < number("1e-12"), "{share} {published}");
        }
    }
}

#[test]
fn a_small_tournament_of_axelrod() {
    let names = ["ALLC", "ALLD", "TFT", "TF2T", "GRIM", "WSLS", "STFT"];
    let found = certified(names.map(named).to_vec(), "0", &MatchLength::Rounds(200));
    let scores: [[i64; 7]; 7] = [
        [600, 0, 600, 600, 600, 600, 597],
        [1000, 200, 204, 208, 204, 600, 200],
        [600, 199, 600, 600, 600, 600, 500],
        [600, 198, 600, 600, 600, 600, 597],
        [600, 199, 600, 600, 600, 600, 203],
        [600, 100, 600, 600, 600, 600, 401],
        [602, 200, 500, 602, 203, 401, 200],
    ];
    for (i, row) in scores.iter().enumerate() {
        for (j, &score) in row.iter().enumerate() {
            let total = found.payoff(&stakes(), i, j) * Rational::from(200);
            assert_eq!(total, Rational::from(score), "{} {}", names[i], names[j]);
        }
    }
    let order: Vec<&str> = found.ranking(&stakes()).into_iter().map(|at| names[at]).collect();
    assert_eq!(order, ["TF2T", "TFT", "ALLC", "WSLS", "GRIM", "STFT", "ALLD"]);
    // ALLD against TF2T is at the edge of both.
    assert_eq!(found.score(&stakes(), 3) * Rational::from(1400), Rational::from(3795));
}

#[test]
fn chains_with_several_closed_classes_have_averages() {
    // Without noise tit for tat goes on as it began.
    let names = ["TFT", "STFT", "RANDOM"];
    let found = certified(names.map(named).to_vec(), "0", &MatchLength::Average);
    let pays = |i: usize, j: usize| found.payoff(&stakes(), i, j);
    assert_eq!(pays(0, 0), number("3"));
    assert_eq!(pays(1, 1), number("1"));
    assert_eq!(pays(0, 1), number("5/2"));
    // Half the starts of somebody who repeats his first action end in CC, and half in DD.
    let repeat = given("repeat", ["1/2", "1", "1", "0", "0"]);
    let found = certified(vec![repeat, named("TFT")], "0", &MatchLength::Average);
    assert_eq!(found.payoff(&stakes(), 0, 1), number("2"));
}

#[test]
fn stability_needs_noise_to_tell() {
    let list = || ["ALLC", "ALLD", "TFT", "WSLS"].map(named).to_vec();
    let found = certified(list(), "0", &MatchLength::Average);
    let invasion = |found: &Tournament, i: usize, j: usize| found.invasion(&stakes(), i, j);
    assert_eq!(invasion(&found, 2, 0), Invasion::Neutral);
    assert_eq!(invasion(&found, 0, 1), Invasion::Invaded);
    assert_eq!(invasion(&found, 1, 2), Invasion::Invaded);
    assert_eq!(invasion(&found, 2, 1), Invasion::Resists);
    let found = certified(list(), "0.01", &MatchLength::Average);
    // Errors tell the two apart: few who always cooperate do better among tit for tat.
    assert_eq!(invasion(&found, 2, 0), Invasion::Invaded);
    assert_eq!(invasion(&found, 3, 0), Invasion::Resists);
}

#[test]
fn other_games_are_refused_or_read_by_their_payoffs() {
    let budget = Budget::unlimited();
    let unequal = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[1, 1]]);
    let wide = NormalForm::from_integers(&[&[3, 0, 0], &[5, 1, 0]], &[&[3, 5, 0], &[0, 1, 0]]);
    for game in [&unequal, &wide] {
        assert!(matches!(find_cooperation(game), Err(TournamentError::NotSymmetric(_))));
    }
    // To defect stands first.
    let turned = NormalForm::from_integers(&[&[1, 5], &[0, 3]], &[&[1, 0], &[5, 3]]);
    assert_eq!(find_cooperation(&turned), Ok(1));
    let list = vec![named("TFT"), named("ALLD")];
    let zero = Rational::ZERO;
    let found =
        play_tournament(&turned, list.clone(), &zero, &MatchLength::Average, &budget).unwrap();
    certify_tournament(&turned, &found, &Limits::default()).unwrap();
    assert_eq!(found.payoff(&stakes(), 0, 0), Rational::from(3));
    for (noise, length) in [
        (Rational::from(2), MatchLength::Average),
        (Rational::ZERO, MatchLength::Rounds(0)),
        (Rational::ZERO, MatchLength::Rounds(2001)),
    ] {
        let found = play_tournament(&turned, list.clone(), &noise, &length, &budget);
        assert!(matches!(found, Err(TournamentError::Outside(_))));
    }
    // The stag hunt has no temptation: generosity is not defined there.
    let hunt = [4, 0, 3, 3].map(Rational::from);
    assert!(matches!(named_strategy("GTFT", &hunt), Err(StrategyError::NotHere { .. })));
    assert!(matches!(named_strategy("EXTORT-2", &hunt), Err(StrategyError::NotHere { .. })));
    assert!(matches!(named_strategy("EXTORT-0", &stakes()), Err(StrategyError::Unknown(_))));
    assert!(matches!(named_strategy("TIT", &stakes()), Err(StrategyError::Unknown(_))));
}

#[test]
fn what_is_changed_of_a_tournament_is_refused() {
    let game = dilemma();
    let list = ["TFT", "EXTORT-3", "WSLS"].map(named).to_vec();
    let quiet = certified(list.clone(), "0", &MatchLength::Average);
    let found = certified(list, "1/100", &MatchLength::Average);
    let refused = |from: &Tournament, change: &dyn Fn(&mut Tournament)| {
        let mut other = from.clone();
        change(&mut other);
        let checked = certify_tournament(&game, &other, &Limits::default());
        assert!(checked.is_err(), "{other:?}");
    };
    let changed = |change: &dyn Fn(&mut Tournament)| refused(&found, change);
    changed(&|one| one.outcomes[0][1].swap(1, 2));
    changed(&|one| one.outcomes[2][2][0] = Rational::ONE);
    changed(&|one| one.outcomes[1][0] = one.outcomes[0][1].clone());
    changed(&|one| one.noise = Rational::new(1, 50));
    changed(&|one| one.cooperation = 1);
    changed(&|one| one.length = MatchLength::Rounds(10));
    changed(&|one| one.length = MatchLength::Rounds(0));
    changed(&|one| {
        one.length = MatchLength::Discounted(DiscountFactor::new(number("0.9")).unwrap())
    });
    changed(&|one| one.strategies[0].states[2].cooperate = Rational::ONE);
    changed(&|one| one.strategies[0].states[2].next[1] = 9);
    // Noise takes away what is enforced without.
    changed(&|one| one.relations.clone_from(&quiet.relations));
    refused(&quiet, &|one| one.relations[0] = None);
    refused(&quiet, &|one| one.relations[1].as_mut().unwrap().constant = 3.into());
    refused(&quiet, &|one| one.relations[2] = one.relations[1].clone());
    changed(&|one| {
        one.relations.pop();
    });
}

fn probability() -> impl Strategy<Value = Rational> {
    prop_oneof![
        1 => Just(Rational::ZERO),
        1 => Just(Rational::ONE),
        3 => (0i64..7).prop_map(|part| Rational::new(part, 6)),
    ]
}

fn any_memory_one() -> impl Strategy<Value = RepeatedStrategy> {
    (probability(), prop::array::uniform4(probability()))
        .prop_map(|(first, after)| RepeatedStrategy::memory_one("any", first, after))
}

fn any_strategy() -> impl Strategy<Value = RepeatedStrategy> {
    let machine = (1usize..4).prop_flat_map(|count| {
        let state = (probability(), prop::array::uniform4(0..count))
            .prop_map(|(cooperate, next)| crate::game::StrategyState { cooperate, next });
        (0..count, prop::collection::vec(state, count))
            .prop_map(|(start, states)| RepeatedStrategy { name: "any".to_owned(), start, states })
    });
    prop_oneof![any_memory_one(), machine]
}

/// Press and Dyson's determinant: columns p̃ and q̃ and a vector of four numbers.
fn determinant(p: [&Rational; 4], q: [&Rational; 4], f: &[Rational; 4]) -> Rational {
    let one = Rational::ONE;
    let row = |at: usize| {
        let turned = [0, 2, 1, 3][at];
        let (x, y) = (p[at], q[turned]);
        let before = (at < 2, [true, false, true, false][at]);
        let minus = |value: &Rational, yes: bool| if yes { value - &one } else { value.clone() };
        let both = minus(&(x * y), at == 0);
        [both, minus(x, before.0), minus(y, before.1), f[at].clone()]
    };
    let rows: Vec<[Rational; 4]> = (0..4).map(row).collect();
    let minor = |skip: usize| {
        let kept: Vec<&[Rational; 4]> =
            (0..4).filter(|&at| at != skip).map(|at| &rows[at]).collect();
        let [a, b, c] = kept.as_slice() else { unreachable!() };
        let two = |x: &[Rational; 4], y: &[Rational; 4], i: usize, j: usize| {
            &x[i] * &y[j] - &x[j] * &y[i]
        };
        &a[0] * two(b, c, 1, 2) - &a[1] * two(b, c, 0, 2) + &a[2] * two(b, c, 0, 1)
    };
    (0..4)
        .map(|at| {
            let term = &rows[at][3] * minor(at);
            if at == 0 || at == 2 { -term } else { term }
        })
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Averages are quotients of Press and Dyson's determinants where these do not vanish.
    #[test]
    fn averages_are_quotients_of_determinants(p in any_memory_one(), q in any_memory_one()) {
        let found = certified(vec![p.clone(), q.clone()], "0", &MatchLength::Average);
        let (p, q) = (p.as_memory_one().unwrap(), q.as_memory_one().unwrap());
        let whole = determinant(p, q, &[1, 1, 1, 1].map(Rational::from));
        prop_assume!(!whole.is_zero());
        let payoff = determinant(p, q, &stakes()).checked_div(&whole).unwrap();
        prop_assert_eq!(payoff, found.payoff(&stakes(), 0, 1));
    }

    /// Discounted averages are sums over time, and close to those of all periods for patient players.
    #[test]
    fn shares_are_sums_over_time(p in any_strategy(), q in any_strategy(), noise in 0i64..3, part in 0i64..10) {
        let noise = Rational::new(noise, 20);
        let list = || vec![p.clone(), q.clone()];
        let discount = DiscountFactor::new(Rational::new(part, 10)).unwrap();
        let found = certified(list(), &noise.to_string(), &MatchLength::Discounted(discount.clone()));
        let some = certified(list(), &noise.to_string(), &MatchLength::Rounds(7));
        let long = certified(list(), &noise.to_string(), &MatchLength::Average);
        // A distribution over pairs of states, in machine numbers.
        let tremble = |x: &Rational| super::trembling(x, &noise).to_f64();
        let (m, n) = (p.states.len(), q.states.len());
        let mut now = vec![vec![0.0; n]; m];
        now[p.start][q.start] = 1.0;
        let (mut discounted, mut seven, mut average) = ([0.0; 4], [0.0; 4], [0.0; 4]);
        let delta = discount.value().to_f64();
        let mut weight = 1.0 - delta;
        let rounds = 6000;
        for round in 0..rounds {
            let mut next = vec![vec![0.0; n]; m];
            for a in 0..m {
                for b in 0..n {
                    let (x, y) = (tremble(&p.states[a].cooperate), tremble(&q.states[b].cooperate));
                    for at in 0..4usize {
                        let own = if at < 2 { x } else { 1.0 - x };
                        let other = if at == 0 || at == 2 { y } else { 1.0 - y };
                        let share = now[a][b] * own * other;
                        discounted[at] += weight * share;
                        // What comes before play settles has no weight in the limit.
                        if round >= rounds / 2 {
                            average[at] += share / f64::from(rounds - rounds / 2);
                        }
                        if round < 7 {
                            seven[at] += share / 7.0;
                        }
                        next[p.states[a].next[at]][q.states[b].next[[0, 2, 1, 3][at]]] += share;
                    }
                }
            }
            now = next;
            weight *= delta;
        }
        for at in 0..4 {
            prop_assert!((found.outcomes[0][1][at].to_f64() - discounted[at]).abs() < 1e-9);
            prop_assert!((some.outcomes[0][1][at].to_f64() - seven[at]).abs() < 1e-9);
            prop_assert!((long.outcomes[0][1][at].to_f64() - average[at]).abs() < 2e-2);
        }
    }

    /// What a strategy enforces holds against any other, discounted or not, with noise or without.
    #[test]
    fn relations_hold_against_all(q in any_strategy(), choice in 0usize..7, noise in 0i64..3, part in 5i64..11) {
        let one = ["TFT", "EXTORT-3", "GENEROUS-2", "ALLC", "ALLD", "GTFT", "EXTORT-3/2"][choice];
        let length = match DiscountFactor::new(Rational::new(part, 10)) {
            Some(discount) => MatchLength::Discounted(discount),
            None => MatchLength::Average,
        };
        let noise = Rational::new(noise, 50).to_string();
        let found = certified(vec![named(one), q], &noise, &length);
        if let Some(PayoffRelation { own, other, constant }) = &found.relations[0] {
            let (mine, yours) = (found.payoff(&stakes(), 0, 1), found.payoff(&stakes(), 1, 0));
            prop_assert!((own * mine + other * yours + constant).is_zero());
        } else {
            prop_assert!(!(noise == "0" && length == MatchLength::Average && choice < 3));
        }
    }
}

#[test]
fn rounds_that_could_not_be_checked_are_refused_before_they_are_played() {
    let game = dilemma();
    let stakes = symmetric_stakes(&game, 0).unwrap();
    let list: Vec<RepeatedStrategy> = usual_strategies(&stakes);
    let many: Vec<RepeatedStrategy> = (0..64)
        .map(|at| RepeatedStrategy { name: at.to_string(), ..list[at % list.len()].clone() })
        .collect();
    let noise = Rational::new(1, 100);
    let length = MatchLength::Rounds(MOST_ROUNDS);
    let found = play_tournament(&game, many.clone(), &noise, &length, &Budget::unlimited());
    let error = found.unwrap_err().to_string();
    assert!(error.contains("2000 rounds of 64 strategies"), "{error}");
    let few = MatchLength::Rounds(10);
    assert!(play_tournament(&game, many, &noise, &few, &Budget::unlimited()).is_ok());
}
