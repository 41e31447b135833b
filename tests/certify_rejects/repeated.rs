//! Critical discount factors, held against the closed formula and against small errors.

use detente::certify::{Certificate, Limits, Refutation, certify_repeated};
use detente::game::answer::{
    Answer, BindingDeviation, CriticalDiscount, Repeated, SecurityLevel, Sustained,
};
use detente::game::{Agreement, MixedStrategy, NormalForm, PunishmentRule, RepeatedGame};
use detente::num::Rational;
use proptest::prelude::*;

use super::right_answers::dilemma;
use super::{mix, q, qs, refused};

fn check(game: &RepeatedGame, answer: &Repeated) -> Result<Certificate, Refutation> {
    certify_repeated(game, answer, &Limits::default())
}

fn cooperation(transfers: bool) -> (RepeatedGame, Repeated) {
    match dilemma(transfers) {
        (game, Answer::Repeated(answer)) => (game, answer),
        _ => unreachable!("the dilemma is a repeated game"),
    }
}

#[test]
fn a_critical_discount_factor_moved_by_1e_9_is_refused_in_both_directions() {
    for transfers in [false, true] {
        let (game, right) = cooperation(transfers);
        assert!(check(&game, &right).unwrap().complete.is_proved());
        for step in ["1e-9", "-1e-9", "1e-30"] {
            let moved = CriticalDiscount::At(q("200/323") + q(step));
            let mut wrong = right.clone();
            wrong.agreements[0].critical = moved.clone();
            assert!(check(&game, &wrong).is_err(), "{step}");
            let mut wrong = right.clone();
            wrong.agreements[0].minmax_bound = moved;
            refused(check(&game, &wrong), &["in the minmax bound"]);
        }
    }
    let (game, mut wrong) = cooperation(false);
    wrong.agreements[0].critical = CriticalDiscount::At(q("0.6"));
    refused(check(&game, &wrong), &["`Row` to `2` from agreement `Cooperate`", "3/5", "complying"]);
    wrong.agreements[0].critical = CriticalDiscount::At(q("0.7"));
    refused(check(&game, &wrong), &["is said to bind"]);
}

#[test]
fn other_kinds_of_thresholds_and_bindings_are_refused() {
    for transfers in [false, true] {
        let (game, right) = cooperation(transfers);
        let with = |critical: CriticalDiscount, binding: Option<(usize, usize)>| {
            let mut answer = right.clone();
            answer.agreements[0].critical = critical;
            answer.agreements[0].binding =
                binding.map(|(player, action)| BindingDeviation { player, action });
            check(&game, &answer)
        };
        let at = || CriticalDiscount::At(q("200/323"));
        assert!(with(at(), Some((0, 1))).is_ok());
        assert!(with(at(), Some((0, 0))).is_err());
        assert!(with(at(), Some((2, 0))).is_err());
        assert!(with(at(), None).is_err());
        assert!(with(CriticalDiscount::Zero, None).is_err());
        assert!(with(CriticalDiscount::Never, Some((0, 1))).is_err());
        assert!(with(CriticalDiscount::AboveOne(q("200/323")), Some((0, 1))).is_err());
        assert!(with(CriticalDiscount::AboveOne(q("2")), Some((0, 1))).is_err());
        // The agreement that is an equilibrium has no binding deviation and no threshold.
        let mut answer = right.clone();
        answer.agreements[1].critical = at();
        assert!(check(&game, &answer).is_err());
        answer.agreements[1].binding = Some(BindingDeviation { player: 0, action: 0 });
        assert!(check(&game, &answer).is_err());
        answer.agreements[1].critical = CriticalDiscount::Zero;
        refused(check(&game, &answer), &["binding"]);
    }
}

#[test]
fn punishments_must_be_the_worst_stage_equilibria() {
    // Battle of the sexes: the mixed equilibrium is worst for both, with 2/3 each.
    let stage = NormalForm::from_integers(&[&[2, 0], &[0, 1]], &[&[1, 0], &[0, 2]]);
    let mixed = vec![mix("2/3 1/3"), mix("1/3 2/3")];
    let game = RepeatedGame {
        renewal: detente::num::Rational::ZERO,
        stage: stage.clone(),
        discount: None,
        survival: q("1"),
        false_alarm: q("0"),
        agreements: vec![Agreement {
            name: "mine".to_owned(),
            profile: vec![0, 0],
            detection: vec![qs("1 1"), qs("1 1")],
        }],
        punishment: PunishmentRule::WorstEquilibrium,
        transfers: false,
    };
    let level = |player: usize, x: &str, y: &str| SecurityLevel {
        player,
        value: q("2/3"),
        strategy: mix(x),
        punishment: qs(y),
    };
    let right = Repeated {
        agreements: vec![Sustained {
            agreement: 0,
            critical: CriticalDiscount::Zero,
            binding: None,
            minmax_bound: CriticalDiscount::Zero,
            holds: None,
        }],
        punishments: vec![mixed.clone(), mixed],
        punishment_payoffs: qs("2/3 2/3"),
        minmax: vec![level(0, "1/3 2/3", "1/3 2/3"), level(1, "2/3 1/3", "2/3 1/3")],
    };
    assert!(check(&game, &right).unwrap().complete.is_proved());
    let mut mild = right.clone();
    mild.punishments[0] = stage.pure_profile(&[1, 1]);
    mild.punishment_payoffs[0] = q("1");
    refused(check(&game, &mild), &["gives player `Row` 2/3, less than his punishment's 1"]);
    let mut wrong = right.clone();
    wrong.punishment_payoffs[1] = q("2/3") - q("1e-9");
    refused(check(&game, &wrong), &["`Column` is said to get"]);
    let mut none = right.clone();
    none.punishments[1] = stage.pure_profile(&[0, 1]);
    refused(check(&game, &none), &["no stage equilibrium"]);
    let mut weak = right.clone();
    weak.minmax[0].strategy = mix("1/2 1/2");
    refused(check(&game, &weak), &["said to secure"]);
}

#[test]
fn what_patient_players_would_end_is_never_sustained() {
    // Row loses a little by deviating, is seen for sure, and gets more in the punishment.
    let stage = NormalForm::from_integers(&[&[2, 0], &[1, 3]], &[&[2, 0], &[0, 3]]);
    let punishment = stage.pure_profile(&[1, 1]);
    let game = RepeatedGame {
        renewal: detente::num::Rational::ZERO,
        stage,
        discount: None,
        survival: q("1"),
        false_alarm: q("0"),
        agreements: vec![Agreement {
            name: "low".to_owned(),
            profile: vec![0, 0],
            detection: vec![qs("1 1"), qs("1 1")],
        }],
        punishment: PunishmentRule::Equilibrium(punishment.clone()),
        transfers: false,
    };
    let level = |player: usize, x: &str, y: &str| SecurityLevel {
        player,
        value: q("3/2"),
        strategy: mix(x),
        punishment: qs(y),
    };
    let claim = |critical, binding: Option<(usize, usize)>| Repeated {
        agreements: vec![Sustained {
            agreement: 0,
            critical,
            binding: binding.map(|(player, action)| BindingDeviation { player, action }),
            minmax_bound: CriticalDiscount::Zero,
            holds: None,
        }],
        punishments: vec![punishment.clone(); 2],
        punishment_payoffs: qs("3 3"),
        minmax: vec![level(0, "1/2 1/2", "3/4 1/4"), level(1, "3/5 2/5", "3/5 2/5")],
    };
    // The stage values: Row 3/2 (odds 1/2 against 3/4), Column 6/5 (odds 3/5 against 3/5).
    let mut right = claim(CriticalDiscount::Never, Some((0, 1)));
    right.minmax[1].value = q("6/5");
    assert_eq!(check(&game, &right).map(|_| ()), Ok(()));
    let mut wrong = claim(CriticalDiscount::Zero, None);
    wrong.minmax[1].value = q("6/5");
    refused(check(&game, &wrong), &["`Row` to `2`", "prefers the punishment"]);
}

/// The value of a 2 × 2 matrix game to the row player with optimal strategies of both.
pub(crate) fn value(a: [[Rational; 2]; 2]) -> (Rational, MixedStrategy, MixedStrategy) {
    for i in 0..2 {
        for j in 0..2 {
            if a[i][j] <= a[i][1 - j] && a[i][j] >= a[1 - i][j] {
                return (a[i][j].clone(), MixedStrategy::pure(i, 2), MixedStrategy::pure(j, 2));
            }
        }
    }
    let [[p, r], [s, t]] = &a;
    let size = p + t - r - s;
    let two = |first: Rational| {
        let second = Rational::ONE - &first;
        MixedStrategy::new(vec![first, second]).unwrap()
    };
    let worth = (p * t - r * s) / &size;
    (worth, two((t - s) / &size), two((t - r) / &size))
}

/// The formula: the critical discount factor for losses B, and what is binding.
fn formula(
    game: &RepeatedGame,
    punished: &[Rational],
) -> (CriticalDiscount, Option<BindingDeviation>) {
    let agreement = &game.agreements[0];
    let index = game.stage.profile_index(&agreement.profile);
    let (one, s, e) = (Rational::ONE, &game.survival, &game.false_alarm);
    let loss = |at: usize| game.stage.payoff(at, index) - &punished[at];
    let mut deviations = Vec::new();
    for player in 0..2 {
        let action = 1 - agreement.profile[player];
        let other = game.stage.deviation(index, player, action);
        let gain = game.stage.payoff(player, other) - game.stage.payoff(player, index);
        if gain.is_positive() {
            let sight = &agreement.detection[player][action] - e;
            deviations.push((gain, sight, BindingDeviation { player, action }));
        }
    }
    let total: Rational = loss(0) + loss(1);
    let mut least: Option<(Rational, BindingDeviation)> = None;
    let mut kappa = Rational::ZERO;
    for (gain, sight, binding) in &deviations {
        let loss = loss(binding.player);
        if !sight.is_positive() || (!game.transfers && !loss.is_positive()) {
            return (CriticalDiscount::Never, Some(binding.clone()));
        }
        kappa += &(gain / sight);
        let critical = gain / (s * &((&one - e) * gain + sight * &loss));
        if game.transfers || least.as_ref().is_none_or(|(value, _)| critical > *value) {
            least = Some((critical, binding.clone()));
        }
    }
    let Some((mut value, binding)) = least else {
        return (CriticalDiscount::Zero, None);
    };
    if game.transfers {
        if !total.is_positive() {
            return (CriticalDiscount::Never, Some(binding));
        }
        value = &kappa / &(s * &((&one - e) * &kappa + total));
    }
    let critical =
        if value < one { CriticalDiscount::At(value) } else { CriticalDiscount::AboveOne(value) };
    (critical, Some(binding))
}

fn small() -> impl Strategy<Value = Rational> {
    (0i64..10).prop_map(Rational::from)
}

fn share() -> impl Strategy<Value = Rational> {
    (0i64..=20).prop_map(|twentieths| Rational::new(twentieths, 20))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]
    #[test]
    fn the_formula_agrees_with_the_value_recursion(
        payoffs in prop::collection::vec(small(), 8),
        survival in (1i64..=20).prop_map(|n| Rational::new(n, 20)),
        false_alarm in (0i64..4).prop_map(|n| Rational::new(n, 20)),
        detection in prop::collection::vec(share(), 4),
        transfers in any::<bool>(),
    ) {
        let rows = |from: usize| -> Vec<Vec<Rational>> {
            payoffs[from..from + 4].chunks(2).map(<[Rational]>::to_vec).collect()
        };
        let stage = NormalForm::bimatrix(&rows(0), &rows(4)).unwrap();
        // A pure equilibrium punishes; agreements that nobody wants are another test's business.
        let pure = (0..4).find(|&index| (0..2).all(|at| {
            let other = stage.deviation(index, at, 1 - stage.action_in(at, index));
            stage.payoff(at, other) <= stage.payoff(at, index)
        }));
        prop_assume!(pure.is_some());
        let punishment = stage.pure_profile(&stage.profile(pure.unwrap()));
        let punished: Vec<Rational> =
            (0..2).map(|at| stage.payoff(at, pure.unwrap()).clone()).collect();
        let agreed = (0..4).find(|&index| {
            (0..2).all(|at| *stage.payoff(at, index) >= punished[at])
        }).unwrap();
        let game = RepeatedGame {
            renewal: detente::num::Rational::ZERO,
            discount: None,
            survival,
            false_alarm: false_alarm.clone(),
            agreements: vec![Agreement {
                name: "agreement".to_owned(),
                profile: stage.profile(agreed),
                detection: detection.chunks(2).map(|row| {
                    row.iter().map(|one| one.clone().max(false_alarm.clone())).collect()
                }).collect(),
            }],
            punishment: PunishmentRule::Equilibrium(punishment.clone()),
            transfers,
            stage,
        };
        let entry = |at: usize, own: usize, other: usize| {
            let profile = if at == 0 { [own, other] } else { [other, own] };
            game.stage.payoff(at, game.stage.profile_index(&profile)).clone()
        };
        let minmax: Vec<SecurityLevel> = (0..2).map(|player| {
            let matrix = [0, 1].map(|own| [0, 1].map(|other| entry(player, own, other)));
            let (value, strategy, against) = value(matrix);
            let punishment = against.probabilities().to_vec();
            SecurityLevel { player, value, strategy, punishment }
        }).collect();
        let values: Vec<Rational> = minmax.iter().map(|level| level.value.clone()).collect();
        let (critical, binding) = formula(&game, &punished);
        let (minmax_bound, _) = formula(&game, &values);
        let right = Repeated {
            agreements: vec![Sustained { agreement: 0, critical, binding, minmax_bound, holds: None }],
            punishments: vec![punishment.clone(), punishment],
            punishment_payoffs: punished,
            minmax,
        };
        prop_assert_eq!(check(&game, &right).map(|_| ()), Ok(()));
        for step in [q("1e-9"), q("-1e-9")] {
            let mut wrong = right.clone();
            let moved = match &right.agreements[0].critical {
                CriticalDiscount::At(value) => CriticalDiscount::At(value + &step),
                CriticalDiscount::AboveOne(value) => CriticalDiscount::AboveOne(value + &step),
                CriticalDiscount::Zero => CriticalDiscount::At(step.abs()),
                CriticalDiscount::Never => CriticalDiscount::At(Rational::ONE - step.abs()),
            };
            wrong.agreements[0].critical = moved;
            prop_assert!(check(&game, &wrong).is_err());
        }
    }
}
