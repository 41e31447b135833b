//! Right answers by hand, one for each kind of claim, for the other files to spoil.

use detente::game::answer::{
    Admissibility, Advised, Answer, BindingDeviation, ClassBound, CoarseCorrelated, Component,
    Correlated, CriticalDiscount, Dominance, Elimination, Equilibria, Equilibrium, Evolutionary,
    FictitiousPlay, Guaranteed, Improvement, Minimax, Monotone, NashSubset, Objective, Ordinal,
    Potential, Properness, Refinement, Repeated, ReplyBound, RiskComparison, Scope, SecurityLevel,
    Stackelberg, Standing, Structure, Sustained, Symmetric, Withstands,
};
use detente::game::{
    Agreement, DiscountFactor, MixedProfile, MixedStrategy, NormalForm, PunishmentRule,
    RepeatedGame,
};
use detente::num::Rational;
use detente::solve::advise;
use serde_json::Value;

use super::{mix, q, qs};

/// A published game with its equilibria.
pub(crate) struct Classic {
    pub(crate) id: String,
    pub(crate) game: NormalForm,
    pub(crate) nondegenerate: bool,
    pub(crate) pure: Answer,
    pub(crate) extreme: Answer,
}

/// The classic games of tests/data/classic_equilibria.json.
pub(crate) fn classics() -> Vec<Classic> {
    let text = include_str!("../data/classic_equilibria.json");
    let games: Vec<Value> = serde_json::from_str(text).unwrap();
    games.iter().map(classic).collect()
}

fn numbers(list: &Value) -> Vec<Rational> {
    list.as_array().unwrap().iter().map(|one| q(one.as_str().unwrap())).collect()
}

fn classic(entry: &Value) -> Classic {
    let matrix = |key: &str| entry[key].as_array().unwrap().iter().map(numbers).collect::<Vec<_>>();
    let game = NormalForm::bimatrix(&matrix("a"), &matrix("b")).unwrap();
    let extreme: Vec<MixedProfile> = entry["extreme"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            let side = |at: usize| MixedStrategy::new(numbers(&pair[at])).unwrap();
            vec![side(0), side(1)]
        })
        .collect();
    let pure = entry["pure"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            let at = |side: usize| pair[side].as_u64().unwrap() as usize;
            game.pure_profile(&[at(0), at(1)])
        })
        .collect();
    let with_groups = |mut list: Equilibria| {
        list.components = Some(components(&list.list));
        Answer::Equilibria(list)
    };
    Classic {
        id: entry["id"].as_str().unwrap().to_owned(),
        nondegenerate: entry["nondegenerate"].as_bool().unwrap(),
        pure: Answer::Equilibria(listed(&game, pure, Scope::AllPure)),
        extreme: with_groups(listed(&game, extreme, Scope::AllExtreme)),
        game,
    }
}

/// A list in its order, with the payoffs that the sums give.
pub(crate) fn listed(
    game: &NormalForm,
    mut profiles: Vec<MixedProfile>,
    scope: Scope,
) -> Equilibria {
    profiles.sort();
    profiles.reverse();
    let list = profiles.into_iter().map(|profile| exact(game, profile)).collect();
    Equilibria { list, scope, components: None, proof: None }
}

/// A profile with its payoffs, said to be an equilibrium.
pub(crate) fn exact(game: &NormalForm, profile: MixedProfile) -> Equilibrium {
    let payoffs = (0..game.num_players())
        .map(|player| {
            (0..game.num_profiles())
                .map(|index| {
                    let weight: Rational = (0..game.num_players())
                        .map(|at| profile[at].probabilities()[game.action_in(at, index)].clone())
                        .product();
                    weight * game.payoff(player, index)
                })
                .sum()
        })
        .collect();
    Equilibrium { profile, payoffs, regret: Rational::ZERO }
}

/// Components by brute force over all sets of rows; for lists with few distinct rows.
fn components(list: &[Equilibrium]) -> Vec<Component> {
    let mut component: Vec<usize> = (0..list.len()).collect();
    for _ in 0..list.len() {
        for a in 0..list.len() {
            for b in 0..list.len() {
                let shared = (0..2).any(|side| list[a].profile[side] == list[b].profile[side]);
                if shared {
                    component[b] = component[b].min(component[a]);
                }
            }
        }
    }
    let mut names = component.clone();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let members: Vec<usize> =
                (0..list.len()).filter(|&member| component[member] == name).collect();
            let maximal_subsets = bicliques(list, &members);
            Component { members, maximal_subsets }
        })
        .collect()
}

fn bicliques(list: &[Equilibrium], members: &[usize]) -> Vec<NashSubset> {
    let side = |at: usize| {
        let mut all: Vec<MixedStrategy> =
            members.iter().map(|&member| list[member].profile[at].clone()).collect();
        all.sort();
        all.dedup();
        all
    };
    let (rows, columns) = (side(0), side(1));
    let linked = |row: &MixedStrategy, column: &MixedStrategy| {
        list.iter().any(|one| one.profile[0] == *row && one.profile[1] == *column)
    };
    let mut found: Vec<NashSubset> = Vec::new();
    for set in 1u32..1 << rows.len() {
        let chosen: Vec<&MixedStrategy> =
            rows.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, r)| r).collect();
        let common: Vec<MixedStrategy> = columns
            .iter()
            .filter(|column| chosen.iter().all(|row| linked(row, column)))
            .cloned()
            .collect();
        let closed: Vec<MixedStrategy> = rows
            .iter()
            .filter(|row| common.iter().all(|column| linked(row, column)))
            .cloned()
            .collect();
        if !common.is_empty() && closed.len() == chosen.len() {
            found.push(NashSubset { rows: closed, columns: common });
        }
    }
    found
}

/// 3 −1; −2 4 in a zero-sum game: value 1, (3/5, 2/5) against (1/2, 1/2).
pub(crate) fn zero_sum() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[3, -1], &[-2, 4]], &[&[-3, 1], &[2, -4]]);
    let levels = vec![
        SecurityLevel {
            player: 0,
            value: q("1"),
            strategy: mix("3/5 2/5"),
            punishment: qs("1/2 1/2"),
        },
        SecurityLevel {
            player: 1,
            value: q("-1"),
            strategy: mix("1/2 1/2"),
            punishment: qs("3/5 2/5"),
        },
    ];
    (game, Answer::Minimax(Minimax { levels, constant_sum: Some(Rational::ZERO) }))
}

/// Aumann's game of chicken (1974): the best correlated equilibrium has the sum 21/2.
pub(crate) fn chicken() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let answer = Correlated {
        objective: Objective::Welfare,
        distribution: qs("1/2 1/4 1/4 0"),
        payoffs: qs("21/4 21/4"),
        value: q("21/2"),
        player_weights: Vec::new(),
        multipliers: vec![(0, 0, 1, q("3/4")), (1, 0, 1, q("3/4"))],
    };
    let advice = advise(&game, &answer.distribution);
    (game, Answer::Correlated(Advised { device: answer, advice }))
}

/// The same game: nobody gains by a fixed action, and nobody can promise both more than 21/4.
pub(crate) fn mediated() -> (NormalForm, Answer) {
    let (game, _) = chicken();
    let answer = CoarseCorrelated {
        objective: Objective::Egalitarian,
        distribution: qs("1/2 1/4 1/4 0"),
        payoffs: qs("21/4 21/4"),
        value: q("21/4"),
        player_weights: qs("1/2 1/2"),
        multipliers: vec![(0, 1, q("3/8")), (1, 1, q("3/8"))],
    };
    (game, Answer::CoarseCorrelated(answer))
}

/// A game of three rounds: column 3 goes, then row 3 by a mixture, then column 2.
pub(crate) fn solvable() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(
        &[&[6, 0, 0], &[0, 6, 0], &[1, 1, 9]],
        &[&[4, 3, 0], &[3, 2, 1], &[0, 5, 1]],
    );
    let gone = |round, player, action, by: &str| Elimination {
        round,
        player,
        action,
        dominated_by: mix(by),
    };
    let answer = Dominance {
        eliminations: vec![
            gone(1, 1, 2, "0 1 0"),
            gone(2, 0, 2, "1/2 1/2 0"),
            gone(3, 1, 1, "1 0 0"),
            gone(4, 0, 1, "1 0 0"),
        ],
        survivors: vec![vec![0], vec![0]],
        beliefs: vec![vec![qs("1")], vec![qs("1")]],
    };
    (game, Answer::Dominance(answer))
}

/// The reply `1` is best only where the follower is indifferent, and `2` and `3` are payoff-equal
/// for him: with ties for the leader 5, against him 2/3.
pub(crate) fn ties() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[5, 0, 2], &[0, 1, 0]], &[&[0, 0, 0], &[0, 1, 1]]);
    let bound =
        |reply, value: &str| ReplyBound { reply, bound: Some(q(value)), multipliers: qs("0 0 0") };
    let class = |reply, bound, weights: &str, multipliers: &str| ClassBound {
        reply,
        bound,
        weights: qs(weights),
        multipliers: qs(multipliers),
    };
    let answer = Stackelberg {
        leader: 0,
        mixed: true,
        commitment: mix("1 0"),
        reply: 0,
        leader_value: q("5"),
        follower_value: q("0"),
        bounds: vec![bound(0, "5"), bound(1, "1"), bound(2, "2")],
        guaranteed: Some(Guaranteed {
            value: q("2/3"),
            commitment: mix("1/3 2/3"),
            reply: 1,
            interior: Some(mix("0 1")),
            epsilon: q("1/10"),
            epsilon_commitment: mix("3/10 7/10"),
            epsilon_value: q("3/5"),
            bounds: vec![
                class(0, None, "0 0 0", "0 1 0"),
                class(1, Some(q("2/3")), "0 2/3 1/3", "0 0 0"),
            ],
        }),
        security: Some(SecurityLevel {
            player: 0,
            value: q("2/3"),
            strategy: mix("1/3 2/3"),
            punishment: qs("0 2/3 1/3"),
        }),
    };
    (game, Answer::Stackelberg(answer))
}

/// Conitzer & Sandholm (2006), section 2: commitment to even odds gives 7/2, pure commitment 3.
pub(crate) fn commitment(mixed: bool) -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
    let bound = |reply, value: &str, multipliers: &str| ReplyBound {
        reply,
        bound: Some(q(value)),
        multipliers: qs(multipliers),
    };
    let security = Some(SecurityLevel {
        player: 0,
        value: q("2"),
        strategy: mix("1 0"),
        punishment: qs("1 0"),
    });
    let answer = if mixed {
        Stackelberg {
            leader: 0,
            mixed,
            commitment: mix("1/2 1/2"),
            reply: 1,
            leader_value: q("7/2"),
            follower_value: q("1/2"),
            bounds: vec![bound(0, "2", "0 0"), bound(1, "7/2", "1/2 0")],
            guaranteed: Some(Guaranteed {
                value: q("7/2"),
                commitment: mix("1/2 1/2"),
                reply: 1,
                interior: Some(mix("0 1")),
                epsilon: q("1/50"),
                epsilon_commitment: mix("49/100 51/100"),
                epsilon_value: q("349/100"),
                bounds: Vec::new(),
            }),
            security,
        }
    } else {
        Stackelberg {
            leader: 0,
            mixed,
            commitment: mix("0 1"),
            reply: 1,
            leader_value: q("3"),
            follower_value: q("1"),
            bounds: vec![bound(0, "2", ""), bound(1, "3", "")],
            guaranteed: Some(Guaranteed {
                value: q("3"),
                commitment: mix("0 1"),
                reply: 1,
                interior: None,
                epsilon: q("0"),
                epsilon_commitment: mix("0 1"),
                epsilon_value: q("3"),
                bounds: Vec::new(),
            }),
            security,
        }
    };
    (game, Answer::Stackelberg(answer))
}

/// Matching pennies by fictitious play, with an independent account of the process.
pub(crate) fn pennies(alternating: bool, rounds: u64) -> (NormalForm, Answer) {
    let a = [[1i64, -1], [-1, 1]];
    let game = NormalForm::from_integers(&[&a[0], &a[1]], &[&[-1, 1], &[1, -1]]);
    let mut counts = [[0u64; 2]; 2];
    let mut course = Vec::new();
    let regret = |counts: &[[u64; 2]; 2], rounds: u64| {
        let share =
            |at: usize, own: usize| Rational::from(counts[at][own]) / Rational::from(rounds);
        let gap = |at: usize| (share(at, 0) - share(at, 1)).abs();
        let tilt = (share(0, 0) - share(0, 1)) * (share(1, 0) - share(1, 1));
        (gap(1) - &tilt).max(gap(0) + tilt)
    };
    for round in 1..=rounds {
        let row = |c: &[[u64; 2]; 2]| usize::from(c[1][0] < c[1][1]);
        let column = |c: &[[u64; 2]; 2]| usize::from(c[0][0] > c[0][1]);
        let before = counts;
        counts[0][row(&before)] += 1;
        let seen = if alternating { counts } else { before };
        counts[1][column(&seen)] += 1;
        if round % 3 == 0 || round == rounds {
            course.push((round, regret(&counts, round)));
        }
    }
    let mixture: MixedProfile = counts
        .iter()
        .map(|c| {
            let weights: Vec<Rational> = c.iter().map(|&n| Rational::from(n)).collect();
            MixedStrategy::from_weights(&weights).unwrap()
        })
        .collect();
    let mut mixture = exact(&game, mixture);
    mixture.regret = regret(&counts, rounds);
    let counts = counts.iter().map(|c| c.to_vec()).collect();
    (game, Answer::FictitiousPlay(FictitiousPlay { alternating, rounds, counts, course, mixture }))
}

/// The prisoner's dilemma 5, 3, 1, 0 with signals: δ* = G / (s [(1−ε) G + (λ−ε) B]).
pub(crate) fn dilemma(transfers: bool) -> (RepeatedGame, Answer) {
    let stage = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
    let agreement = |name: &str, profile: [usize; 2]| Agreement {
        name: name.to_owned(),
        profile: profile.to_vec(),
        detection: vec![qs("4/5 4/5"), qs("4/5 4/5")],
    };
    let game = RepeatedGame {
        renewal: detente::num::Rational::ZERO,
        stage: stage.clone(),
        discount: DiscountFactor::new(q("5/8")),
        survival: q("19/20"),
        false_alarm: q("1/20"),
        agreements: vec![agreement("Cooperate", [0, 0]), agreement("Defect", [1, 1])],
        punishment: PunishmentRule::WorstEquilibrium,
        transfers,
    };
    // G = 2, B = 2, λ − ε = 3/4, s = 19/20: 2/(19/20 (19/10 + 3/2)) = 200/323; payments change
    // nothing between equals.
    let critical = CriticalDiscount::At(q("200/323"));
    let sustained = |agreement, critical: CriticalDiscount, binding| Sustained {
        agreement,
        minmax_bound: critical.clone(),
        holds: Some(critical == CriticalDiscount::Zero || q("200/323") <= q("5/8")),
        critical,
        binding,
    };
    let level = |player| SecurityLevel {
        player,
        value: q("1"),
        strategy: mix("0 1"),
        punishment: qs("0 1"),
    };
    let answer = Repeated {
        agreements: vec![
            sustained(0, critical, Some(BindingDeviation { player: 1, action: 1 })),
            sustained(1, CriticalDiscount::Zero, None),
        ],
        punishments: vec![stage.pure_profile(&[1, 1]); 2],
        punishment_payoffs: qs("1 1"),
        minmax: vec![level(0), level(1)],
    };
    (game, Answer::Repeated(answer))
}

/// The stag hunt: a symmetric potential game of strategic complements.
pub(crate) fn hunt() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
    let answer = Structure {
        constant_sum: None,
        strictly_competitive: None,
        potential: Potential::Exact(qs("0 -1 -1 1")),
        improvement: Improvement::Ends(vec![0, 1, 1, 0]),
        monotone: Some(Monotone {
            reversed: vec![false, false],
            extremes: [vec![0, 0], vec![1, 1]],
        }),
        symmetric: true,
        polymatrix: true,
        dominance: Dominance {
            eliminations: vec![],
            survivors: vec![vec![0, 1]; 2],
            beliefs: vec![vec![qs("1 0"), qs("0 1")]; 2],
        },
        ordinal: Some(Ordinal { patterns: [6, 6], conceding: [0, 0] }),
    };
    (game, Answer::Structure(answer))
}

/// Matching pennies, in which nothing but opposition holds.
pub(crate) fn opposition() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let answer = Structure {
        constant_sum: Some(Rational::ZERO),
        strictly_competitive: Some((Rational::ONE, Rational::ZERO)),
        potential: Potential::Excluded([0, 2, 3, 1]),
        improvement: Improvement::Cycles(vec![0, 1, 3, 2]),
        monotone: None,
        symmetric: false,
        polymatrix: true,
        dominance: Dominance {
            eliminations: vec![],
            survivors: vec![vec![0, 1]; 2],
            beliefs: vec![vec![qs("1 0"), qs("0 1")], vec![qs("0 1"), qs("1 0")]],
        },
        ordinal: None,
    };
    (game, Answer::Structure(answer))
}

/// The equilibria of the stag hunt: the stag pays more, the hare is safer.
pub(crate) fn withstanding() -> (NormalForm, Answer) {
    let (game, _) = hunt();
    let both = |texts: &str| vec![mix(texts), mix(texts)];
    let profiles = vec![both("1 0"), both("2/3 1/3"), both("0 1")];
    let mut equilibria = listed(&game, profiles, Scope::AllExtreme);
    equilibria.components = Some(components(&equilibria.list));
    let flags = |strict, payoff_undominated| Withstands {
        strict,
        quasi_strict: true,
        payoff_undominated,
        perfect: true,
    };
    let standing = |strategy: &str, belief: &str| Standing {
        strategy: mix(strategy),
        proof: Admissibility::Undominated(qs(belief)),
    };
    let standings = vec![
        standing("1 0", "3/4 1/4"),
        standing("2/3 1/3", "2/3 1/3"),
        standing("0 1", "1/2 1/2"),
    ];
    let answer = Refinement {
        equilibria,
        withstands: vec![flags(true, true), flags(false, false), flags(true, false)],
        standings: [standings.clone(), standings],
        proper: vec![Properness::Regular; 3],
        risk: Some(RiskComparison { equilibria: [0, 2], products: [q("1"), q("4")] }),
    };
    (game, Answer::Refinement(answer))
}

/// A game of Selten's (1975): the second equilibrium is in weakly dominated strategies.
pub(crate) fn imperfect() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[1, 0], &[0, 0]], &[&[1, 0], &[0, 0]]);
    let both = |texts: &str| vec![mix(texts), mix(texts)];
    let mut equilibria = listed(&game, vec![both("1 0"), both("0 1")], Scope::AllExtreme);
    equilibria.components = Some(components(&equilibria.list));
    let flags = |holds| Withstands {
        strict: holds,
        quasi_strict: holds,
        payoff_undominated: holds,
        perfect: holds,
    };
    let standing =
        |strategy: &str, proof: Admissibility| Standing { strategy: mix(strategy), proof };
    let standings = vec![
        standing("1 0", Admissibility::Undominated(qs("1/2 1/2"))),
        standing("0 1", Admissibility::Dominated(mix("1 0"))),
    ];
    let answer = Refinement {
        equilibria,
        withstands: vec![flags(true), flags(false)],
        standings: [standings.clone(), standings],
        proper: vec![Properness::Regular, Properness::No],
        risk: None,
    };
    (game, Answer::Refinement(answer))
}

/// The symmetric equilibria of the stag hunt; both pure ones are evolutionarily stable.
pub(crate) fn conventions() -> (NormalForm, Answer) {
    let (game, _) = hunt();
    let list = ["1 0", "2/3 1/3", "0 1"];
    let list = list.map(|texts| exact(&game, vec![mix(texts), mix(texts)])).to_vec();
    let stability =
        vec![Evolutionary::Stable, Evolutionary::Invaded(mix("0 1")), Evolutionary::Stable];
    let sets = Some(vec![vec![0], vec![1], vec![2]]);
    (game, Answer::Symmetric(Symmetric { list, stability, complete: true, sets }))
}

/// Against the first action all do equally well. The others lose against themselves and, both
/// together, gain less than they lose: it is stable, and the only one.
pub(crate) fn copositive() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(
        &[&[5, 0, 0], &[5, -3, 2], &[5, 2, -3]],
        &[&[5, 5, 5], &[0, -3, 2], &[0, 2, -3]],
    );
    let list = vec![exact(&game, vec![mix("1 0 0"), mix("1 0 0")])];
    let sets = Some(vec![vec![0]]);
    let stability = vec![Evolutionary::Stable];
    (game, Answer::Symmetric(Symmetric { list, stability, complete: true, sets }))
}

/// The last two actions are copies of one another: a segment of equilibria.
pub(crate) fn copies() -> (NormalForm, Answer) {
    let a: &[&[i64]] = &[&[2, 0, 0], &[0, 1, 1], &[0, 1, 1]];
    let game = NormalForm::from_integers(a, a);
    let list = ["1 0 0", "1/3 2/3 0", "1/3 0 2/3", "0 1 0", "0 0 1"];
    let list = list.map(|texts| exact(&game, vec![mix(texts), mix(texts)])).to_vec();
    let by = |texts: &str| Evolutionary::Invaded(mix(texts));
    let stability =
        vec![Evolutionary::Stable, by("1 0 0"), by("1 0 0"), by("0 0 1"), by("0 1/2 1/2")];
    let sets = Some(vec![vec![0], vec![1, 2], vec![3, 4]]);
    (game, Answer::Symmetric(Symmetric { list, stability, complete: true, sets }))
}
