//! Critical discount factors against the truth: the recursion at many discount factors, for games in
//! which anything may happen, deviations seen less often than compliance included.

use detente::certify::{Limits, certify_repeated};
use detente::game::answer::{
    BindingDeviation, CriticalDiscount, Repeated, SecurityLevel, Sustained,
};
use detente::game::{Agreement, NormalForm, PunishmentRule, RepeatedGame};
use detente::num::Rational;
use proptest::prelude::*;

use super::q;
use super::repeated::value;

/// One deviation: player, gain, λ − ε.
type Deviation = (usize, Rational, Rational);

fn deviations(game: &RepeatedGame) -> Vec<Deviation> {
    let agreement = &game.agreements[0];
    let index = game.stage.profile_index(&agreement.profile);
    (0..2)
        .map(|player| {
            let action = 1 - agreement.profile[player];
            let other = game.stage.deviation(index, player, action);
            let gain = game.stage.payoff(player, other) - game.stage.payoff(player, index);
            (player, gain, &agreement.detection[player][action] - &game.false_alarm)
        })
        .collect()
}

fn loss(game: &RepeatedGame, punished: &[Rational], player: usize) -> Rational {
    let index = game.stage.profile_index(&game.agreements[0].profile);
    game.stage.payoff(player, index) - &punished[player]
}

/// Whether nobody gains by a one-shot deviation at a discount factor below 1, straight from values.
fn sustained(game: &RepeatedGame, punished: &[Rational], discount: &Rational) -> bool {
    let one = Rational::ONE;
    let k = &game.survival * &(&one - &game.false_alarm);
    deviations(game).into_iter().all(|(player, gain, sight)| {
        // Everything less the punishment's value, which is a constant.
        let agreed = loss(game, punished, player);
        let v = (&one - discount) * &agreed / (&one - discount * &k);
        let stays = &game.survival * &(&one - &game.false_alarm - &sight);
        (&one - discount) * (agreed + gain) + discount * stays * &v <= v
    })
}

/// The same with payments: some Σt = 0 must leave nobody with a gain, and nobody who pays below his
/// punishment.
fn sustained_with_payments(
    game: &RepeatedGame,
    punished: &[Rational],
    discount: &Rational,
) -> bool {
    let one = Rational::ONE;
    let h = discount / (&one - discount * &game.survival * (&one - &game.false_alarm));
    let all = deviations(game);
    let (mut low, mut high, mut total) = (Rational::ZERO, Some(Rational::ZERO), Rational::ZERO);
    for (player, gain, sight) in all {
        let own = loss(game, punished, player);
        total += &own;
        let floor = own.min(Rational::ZERO);
        let bound = gain.checked_div(&(&game.survival * &sight * &h));
        let (mut least, mut most) = (floor, None);
        match (sight.signum(), bound) {
            (1, Some(bound)) => least = least.max(bound),
            (-1, Some(bound)) => most = Some(bound),
            _ if gain.is_positive() => return false,
            _ => {}
        }
        if most.as_ref().is_some_and(|most| *most < least) {
            return false;
        }
        low += &least;
        high = high.and_then(|high| most.map(|most| high + most));
    }
    low <= total && high.is_none_or(|high| total <= high)
}

/// Where the answer can change: thresholds of single deviations and of the sum, and what lies between.
fn samples(game: &RepeatedGame, punished: &[Rational]) -> Vec<Rational> {
    let one = Rational::ONE;
    let keep = &one - &game.false_alarm;
    let threshold = |gain: Rational, weight: Rational| {
        gain.checked_div(&(&game.survival * &(&keep * &gain + weight)))
    };
    let all = deviations(game);
    let mut points = Vec::new();
    let mut kappa = Rational::ZERO;
    for (player, gain, sight) in &all {
        points.extend(threshold(gain.clone(), sight * &loss(game, punished, *player)));
        if gain.is_positive() && sight.is_positive() {
            kappa += &(gain / sight);
        }
    }
    let losses = [0, 1].map(|player| loss(game, punished, player));
    let cut = |loss: &Rational| loss.clone().max(Rational::ZERO);
    let total = &losses[0] + &losses[1];
    for pot in [total.clone(), &losses[0] + &cut(&losses[1]), cut(&losses[0]) + &losses[1]] {
        points.extend(threshold(kappa.clone(), pot));
    }
    // A player who gains nothing leaves when his deviation costs too little; two upper bounds.
    let ratios = all.iter().filter_map(|(_, gain, sight)| gain.checked_div(sight));
    points.extend(threshold(ratios.sum(), total));
    let near = q("1e-12");
    let mut samples: Vec<Rational> = points
        .iter()
        .flat_map(|point| [point - &near, point.clone(), point + &near])
        .chain((0..40).map(|n| Rational::new(n, 40)))
        .chain([&one - &near, &one - &near * &near])
        .filter(|point| !point.is_negative() && *point < one)
        .collect();
    samples.sort();
    samples
}

fn any_game() -> impl Strategy<Value = (RepeatedGame, Vec<Rational>)> {
    let tenth = |from: i64, to: i64| (from..=to).prop_map(|n| Rational::new(n, 10));
    (
        prop::collection::vec((0i64..6).prop_map(Rational::from), 8),
        tenth(1, 10),
        tenth(0, 5),
        prop::collection::vec(tenth(0, 10), 4),
        (0usize..4, any::<bool>()),
    )
        .prop_filter_map(
            "a pure equilibrium punishes",
            |(payoffs, survival, alarm, seen, (at, pay))| {
                let rows = |from: usize| -> Vec<Vec<Rational>> {
                    payoffs[from..from + 4].chunks(2).map(<[Rational]>::to_vec).collect()
                };
                let stage = NormalForm::bimatrix(&rows(0), &rows(4)).unwrap();
                let pure = (0..4).find(|&index| {
                    (0..2).all(|at| {
                        let other = stage.deviation(index, at, 1 - stage.action_in(at, index));
                        stage.payoff(at, other) <= stage.payoff(at, index)
                    })
                })?;
                let game = RepeatedGame {
                    renewal: detente::num::Rational::ZERO,
                    discount: None,
                    survival,
                    false_alarm: alarm,
                    agreements: vec![Agreement {
                        name: "agreement".to_owned(),
                        profile: stage.profile(at),
                        detection: seen.chunks(2).map(<[Rational]>::to_vec).collect(),
                    }],
                    punishment: PunishmentRule::Equilibrium(
                        stage.pure_profile(&stage.profile(pure)),
                    ),
                    transfers: pay,
                    stage,
                };
                let punished = (0..2).map(|at| game.stage.payoff(at, pure).clone()).collect();
                Some((game, punished))
            },
        )
}

/// The claim about the agreement with one kind of threshold, for each possible binding deviation.
fn certified(game: &RepeatedGame, punished: &[Rational], critical: &CriticalDiscount) -> bool {
    let PunishmentRule::Equilibrium(punishment) = &game.punishment else { return false };
    let minmax: Vec<SecurityLevel> = (0..2)
        .map(|player| {
            let entry = |own: usize, other: usize| {
                let profile = if player == 0 { [own, other] } else { [other, own] };
                game.stage.payoff(player, game.stage.profile_index(&profile)).clone()
            };
            let (value, strategy, against) = value([0, 1].map(|own| [0, 1].map(|j| entry(own, j))));
            SecurityLevel { player, value, strategy, punishment: against.probabilities().to_vec() }
        })
        .collect();
    let profile = &game.agreements[0].profile;
    let bindings = [0, 1]
        .map(|player| Some(BindingDeviation { player, action: 1 - profile[player] }))
        .into_iter()
        .chain([None]);
    let mut accepted = false;
    for binding in bindings {
        let claim = Sustained {
            agreement: 0,
            critical: critical.clone(),
            binding,
            minmax_bound: CriticalDiscount::Zero,
            holds: None,
        };
        let answer = Repeated {
            agreements: vec![claim],
            punishments: vec![punishment.clone(); 2],
            punishment_payoffs: punished.to_vec(),
            minmax: minmax.clone(),
        };
        // The bound is another claim, and may be wrong here.
        accepted |= match certify_repeated(game, &answer, &Limits::default()) {
            Ok(_) => true,
            Err(error) => error.to_string().contains("in the minmax bound"),
        };
    }
    accepted
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]
    #[test]
    fn what_is_certified_is_what_the_values_say((game, punished) in any_game()) {
        let samples = samples(&game, &punished);
        let holds: Vec<bool> = samples
            .iter()
            .map(|discount| if game.transfers {
                sustained_with_payments(&game, &punished, discount)
            } else {
                sustained(&game, &punished, discount)
            })
            .collect();
        // The least sample from which on all hold.
        let from = holds.iter().rposition(|holds| !holds).map_or(0, |last| last + 1);
        let truth = samples.get(from);
        let zero = certified(&game, &punished, &CriticalDiscount::Zero);
        prop_assert_eq!(zero, truth.is_some_and(Rational::is_zero));
        let mut at = Vec::new();
        for discount in samples.iter().filter(|one| one.is_positive()) {
            if certified(&game, &punished, &CriticalDiscount::At(discount.clone())) {
                at.push(discount.clone());
            }
        }
        at.dedup();
        let never = certified(&game, &punished, &CriticalDiscount::Never);
        match truth {
            Some(truth) if truth.is_zero() => prop_assert!(at.is_empty() && !never),
            Some(truth) => prop_assert!(at == [truth.clone()] && !never),
            None => prop_assert!(at.is_empty()),
        }
    }
}
