//! Claims with a dual proof, and the process of fictitious play.

use detente::game::answer::{Advice, Answer, Objective};
use detente::num::Rational;

use super::right_answers::{chicken, commitment, pennies, solvable, ties, zero_sum};
use super::{check, mix, q, qs, refused};

macro_rules! spoil {
    ($answer:expr, $kind:ident, |$inner:ident| $body:expr) => {{
        let mut answer = $answer.clone();
        match &mut answer {
            Answer::$kind($inner) => {
                $body;
            }
            _ => unreachable!("the kind is known"),
        }
        answer
    }};
}

#[test]
fn minimax_needs_both_sides() {
    let (game, right) = zero_sum();
    assert!(check(&game, &right).is_ok());
    let value = |text: &str| spoil!(right, Minimax, |one| one.levels[0].value = q(text));
    refused(check(&game, &value("1.000000001")), &["said to secure"]);
    refused(check(&game, &value("0.999999999")), &["hold him down"]);
    let moved = spoil!(right, Minimax, |one| one.levels[1].strategy = mix("501/1000 499/1000"));
    refused(check(&game, &moved), &["`Column`"]);
    let lax = spoil!(right, Minimax, |one| one.levels[0].punishment = qs("501/1000 499/1000"));
    refused(check(&game, &lax), &["punishment of player `Row`"]);
    let sum = spoil!(right, Minimax, |one| one.constant_sum = None);
    refused(check(&game, &sum), &["constant sum 0"]);
    let short = spoil!(right, Minimax, |one| drop(one.levels.pop()));
    refused(check(&game, &short), &["one for each player"]);
    let negative = spoil!(right, Minimax, |one| one.levels[0].punishment = qs("-1 2"));
    refused(check(&game, &negative), &["negative"]);
}

#[test]
fn a_correlated_distribution_moved_by_1e_9_is_refused() {
    let (game, right) = chicken();
    assert!(check(&game, &right).is_ok());
    let small = q("1e-9");
    for from in 0..3 {
        for to in (0..4).filter(|&to| to != from) {
            let moved = spoil!(right, Correlated, |one| {
                one.device.distribution[from] = &one.device.distribution[from] - &small;
                one.device.distribution[to] += &small;
            });
            assert!(check(&game, &moved).is_err(), "{from} to {to}");
        }
    }
}

#[test]
fn correlated_payoffs_values_and_multipliers_are_checked() {
    let (game, right) = chicken();
    // An obedient distribution that is not the best: the multipliers do not prove it best.
    let worse = spoil!(right, Correlated, |one| {
        one.device.distribution = qs("0 1/2 1/2 0");
        one.device.payoffs = qs("9/2 9/2");
        one.device.value = q("9");
    });
    refused(check(&game, &worse), &["not proved to be optimal", "above the value 9"]);
    let dual = |text: &str| spoil!(right, Correlated, |one| one.device.multipliers[1].3 = q(text));
    refused(check(&game, &dual("0.750000001")), &["multipliers"]);
    refused(check(&game, &dual("-3/4")), &["negative"]);
    let twice = spoil!(right, Correlated, |one| one
        .device
        .multipliers
        .push(one.device.multipliers[0].clone()));
    refused(check(&game, &twice), &["no obedience constraint"]);
    let objective = spoil!(right, Correlated, |one| one.device.objective = Objective::Player(0));
    refused(check(&game, &objective), &["said to be 21/2, and is 21/4"]);
    let nobody = spoil!(right, Correlated, |one| one.device.objective = Objective::Player(2));
    refused(check(&game, &nobody), &["do not exist"]);
    let weighted =
        spoil!(right, Correlated, |one| one.device.objective = Objective::Weighted(qs("1 1")));
    assert!(check(&game, &weighted).is_ok());
}

#[test]
fn what_players_are_told_is_checked() {
    let (game, right) = chicken();
    let small = q("1e-9");
    let wrong =
        |change: &dyn Fn(&mut Advice)| spoil!(right, Correlated, |one| change(&mut one.advice[0]));
    let told = wrong(&|one| one.probability += &small);
    refused(check(&game, &told), &["`Row`", "with probability 3/4"]);
    let belief = wrong(&|one| {
        one.belief[0].1 += &small;
        one.belief[1].1 = &one.belief[1].1 - &small;
    });
    refused(check(&game, &belief), &["with probability 2/3"]);
    let payoff = wrong(&|one| one.payoff += &small);
    refused(check(&game, &payoff), &["expects 14/3"]);
    let loss = wrong(&|one| one.deviation = Some((1, small.clone())));
    refused(check(&game, &loss), &["loses by another action 0"]);
    let none = wrong(&|one| one.deviation = None);
    refused(check(&game, &none), &["best deviation"]);
    let same = wrong(&|one| one.deviation = Some((0, Rational::ZERO)));
    refused(check(&game, &same), &["best of all others"]);
    let elsewhere = wrong(&|one| one.belief[1].0 = 3);
    refused(check(&game, &elsewhere), &["other profiles"]);
    let short = spoil!(right, Correlated, |one| drop(one.advice.pop()));
    refused(check(&game, &short), &["may be told"]);
    let twice = spoil!(right, Correlated, |one| one.advice.push(one.advice[0].clone()));
    refused(check(&game, &twice), &["never told"]);
    let exchanged = spoil!(right, Correlated, |one| one.advice.swap(0, 1));
    refused(check(&game, &exchanged), &["where it should"]);
}

#[test]
fn eliminations_in_a_wrong_order_are_refused() {
    let (game, right) = solvable();
    assert!(check(&game, &right).unwrap().complete.is_proved());
    let swap = spoil!(right, Dominance, |one| {
        one.eliminations.swap(0, 1);
        one.eliminations[0].round = 1;
        one.eliminations[1].round = 2;
    });
    refused(check(&game, &swap), &["not strictly dominated in round 1"]);
    let late = spoil!(right, Dominance, |one| {
        // The last two rounds wait for a round in which nothing else happens.
        one.eliminations.swap(2, 3);
        one.eliminations[2].round = 3;
        one.eliminations[3].round = 4;
    });
    assert!(check(&game, &late).is_err());
    let gap = spoil!(right, Dominance, |one| one.eliminations[3].round = 5);
    refused(check(&game, &gap), &["count up from 1"]);
    let twice = spoil!(right, Dominance, |one| {
        let first = one.eliminations[0].clone();
        one.eliminations.insert(0, first);
    });
    refused(check(&game, &twice), &["eliminated twice"]);
    let weaker =
        spoil!(right, Dominance, |one| one.eliminations[1].dominated_by = mix("1/10 9/10 0"));
    refused(check(&game, &weaker), &["the mixture 3/5"]);
}

#[test]
fn an_elimination_that_comes_too_late_or_not_at_all_is_refused() {
    let (game, right) = solvable();
    let stopped = spoil!(right, Dominance, |one| {
        one.eliminations.pop();
        one.survivors = vec![vec![0, 1], vec![0]];
        one.beliefs = vec![vec![qs("1"), qs("1")], vec![qs("1 0")]];
    });
    refused(check(&game, &stopped), &["the belief for `2` of player `Row`", "`1` gives 6"]);
    // Both actions of one player are dominated at once, and one is said to wait.
    let game = detente::game::NormalForm::from_integers(&[&[3], &[2], &[1]], &[&[0], &[0], &[0]]);
    let gone = |round, action| detente::game::answer::Elimination {
        round,
        player: 0,
        action,
        dominated_by: mix("1 0 0"),
    };
    let answer = |second| {
        Answer::Dominance(detente::game::answer::Dominance {
            eliminations: vec![gone(1, 1), gone(second, 2)],
            survivors: vec![vec![0], vec![0]],
            beliefs: vec![vec![qs("1")], vec![qs("1")]],
        })
    };
    assert!(check(&game, &answer(1)).is_ok());
    refused(check(&game, &answer(2)), &["`3` of player `Row` goes in round 2", "round 1"]);
}

#[test]
fn commitments_are_checked_reply_by_reply() {
    for mixed in [true, false] {
        let (game, right) = commitment(mixed);
        assert!(check(&game, &right).is_ok());
        let value = spoil!(right, Stackelberg, |one| one.leader_value += &q("1e-9"));
        refused(check(&game, &value), &["said to get"]);
        let follower = spoil!(right, Stackelberg, |one| one.follower_value += &q("1e-9"));
        refused(check(&game, &follower), &["`Column`"]);
        let reply = spoil!(right, Stackelberg, |one| one.reply = 0);
        assert!(check(&game, &reply).is_err());
        let bound = spoil!(right, Stackelberg, |one| one.bounds[0].bound = Some(q("2.000000001")));
        assert!(check(&game, &bound).is_err());
        let none = spoil!(right, Stackelberg, |one| one.bounds[0].bound = None);
        assert!(check(&game, &none).is_err());
        let leader = spoil!(right, Stackelberg, |one| one.leader = 1);
        assert!(check(&game, &leader).is_err());
    }
    let (game, right) = commitment(true);
    let dual = |y: &str| spoil!(right, Stackelberg, |one| one.bounds[1].multipliers = qs(y));
    refused(check(&game, &dual("500000001/1000000000 0")), &["its multipliers prove"]);
    refused(check(&game, &dual("-1/2 0")), &["negative"]);
    let worse = spoil!(right, Stackelberg, |one| {
        one.commitment = mix("0 1");
        one.leader_value = q("3");
        one.follower_value = q("1");
    });
    refused(check(&game, &worse), &["above the leader's payoff 3"]);
    let missing = spoil!(right, Stackelberg, |one| drop(one.bounds.pop()));
    refused(check(&game, &missing), &["one for each reply"]);
}

#[test]
fn a_reply_that_nothing_induces_needs_a_farkas_proof() {
    // The follower's second action is worse against everything.
    let game = detente::game::NormalForm::from_integers(&[&[1, 9], &[2, 9]], &[&[1, 0], &[1, 0]]);
    let answer = |bound: Option<Rational>, y: &str| {
        Answer::Stackelberg(detente::game::answer::Stackelberg {
            leader: 0,
            mixed: true,
            commitment: mix("0 1"),
            reply: 0,
            leader_value: q("2"),
            follower_value: q("1"),
            bounds: vec![
                detente::game::answer::ReplyBound {
                    reply: 0,
                    bound: Some(q("2")),
                    multipliers: qs("0 0"),
                },
                detente::game::answer::ReplyBound { reply: 1, bound, multipliers: qs(y) },
            ],
            guaranteed: None,
            security: None,
        })
    };
    assert!(check(&game, &answer(None, "1 0")).is_ok());
    refused(check(&game, &answer(None, "0 0")), &["no commitment induces `2`"]);
    refused(check(&game, &answer(Some(q("9")), "0 0")), &["above the leader's payoff 2"]);
    assert!(check(&game, &answer(Some(q("2")), "7 0")).is_ok());
}

#[test]
fn what_a_commitment_guarantees_is_neither_more_nor_less() {
    let (game, right) = ties();
    assert!(check(&game, &right).is_ok());
    let spoiled = |change: &dyn Fn(&mut detente::game::answer::Guaranteed)| {
        check(&game, &spoil!(right, Stackelberg, |one| change(one.guaranteed.as_mut().unwrap())))
    };
    for step in ["1e-9", "-1e-9"] {
        refused(spoiled(&|one| one.value += &q(step)), &["approached gives 2/3"]);
        refused(spoiled(&|one| one.epsilon_value += &q(step)), &["gives 3/5"]);
        refused(spoiled(&|one| one.epsilon += &q(step)), &["mixture"]);
        refused(spoiled(&|one| one.bounds[1].bound = Some(&q("2/3") + &q(step))), &["prove 2/3"]);
    }
    // Less, with a commitment that gives it: nothing proves that there is no more.
    refused(
        spoiled(&|one| {
            one.commitment = mix("1/6 5/6");
            one.value = q("1/3");
            one.epsilon = q("0");
            one.epsilon_commitment = mix("1/6 5/6");
            one.epsilon_value = q("1/3");
        }),
        &["above the guaranteed payoff 1/3"],
    );
    // More, at a commitment to which the reply is best only together with others.
    refused(
        spoiled(&|one| {
            one.reply = 0;
            one.commitment = mix("1 0");
            one.value = q("5");
        }),
        &["the interior commitment is said to make `1` strictly best"],
    );
    // The edge of the region: `1` is as good as `2` there.
    refused(spoiled(&|one| one.interior = Some(mix("1 0"))), &["and `1` is as good"]);
    refused(spoiled(&|one| one.interior = None), &["no commitment makes the reply strictly best"]);
    refused(spoiled(&|one| one.reply = 0), &["is said to induce `1`, and `2` is better"]);
    let flat = |y: &str| spoiled(&|one| one.bounds[0].multipliers = qs(y));
    for y in ["0 0 0", "1 0 0", "0 2 0", "0 999999999/1000000000 0"] {
        refused(flat(y), &["do not prove that no commitment makes `1` strictly best"]);
    }
    assert!(flat("0 1/2 1/2").is_ok());
    refused(flat("0 -1 2"), &["negative"]);
    let weights = |z: &str| spoiled(&|one| one.bounds[1].weights = qs(z));
    refused(weights("0 1/2 1/2"), &["prove 1"]);
    refused(weights("1/3 1/3 1/3"), &["payoff-equal to `2`"]);
    refused(weights("0 1/3 1/3"), &["payoff-equal to `2`"]);
    let false_flat = |one: &mut detente::game::answer::Guaranteed| {
        one.bounds[1].bound = None;
        one.bounds[1].weights = qs("0 0 0");
        one.bounds[1].multipliers = qs("0 0 1");
    };
    refused(spoiled(&false_flat), &["do not prove that no commitment makes `2` strictly best"]);
    for at in 0..2 {
        let missing = spoiled(&|one| drop(one.bounds.remove(at)));
        refused(missing, &["nothing proves that the reply"]);
    }
    refused(spoiled(&|one| one.bounds[1].reply = 0), &["different replies"]);
    let level = spoil!(right, Stackelberg, |one| one.security.as_mut().unwrap().value = q("1"));
    refused(check(&game, &level), &["is said to secure 1"]);

    let (game, right) = commitment(false);
    let spoiled = |change: &dyn Fn(&mut detente::game::answer::Guaranteed)| {
        check(&game, &spoil!(right, Stackelberg, |one| change(one.guaranteed.as_mut().unwrap())))
    };
    refused(spoiled(&|one| one.value = q("2")), &["guarantees 3"]);
    refused(spoiled(&|one| one.reply = 0), &["with the reply `1`, and guarantees 3"]);
    let less = spoiled(&|one| {
        (one.commitment, one.epsilon_commitment) = (mix("1 0"), mix("1 0"));
        (one.value, one.epsilon_value, one.reply) = (q("2"), q("2"), 0);
    });
    refused(less, &["the commitment `2` guarantees 3"]);
}

#[test]
fn fictitious_play_is_played_again() {
    for alternating in [false, true] {
        for rounds in [1, 2, 10, 1000] {
            let (game, right) = pennies(alternating, rounds);
            assert!(check(&game, &right).unwrap().complete.is_proved());
            let other = spoil!(right, FictitiousPlay, |one| one.alternating = !alternating);
            assert!(check(&game, &other).is_err() || rounds == 2);
            let course = spoil!(right, FictitiousPlay, |one| one.course[0].1 += &q("1e-9"));
            refused(check(&game, &course), &["the regret after"]);
        }
    }
}

#[test]
fn a_wrong_count_of_fictitious_play_is_refused() {
    let (game, right) = pennies(false, 1000);
    // Counts that still sum to the rounds, with everything that follows from them made to fit.
    let (_, longer) = pennies(false, 1001);
    let wrong = spoil!(right, FictitiousPlay, |one| {
        one.counts[0].swap(0, 1);
        one.course.clear();
        one.mixture.profile[0] = {
            let p = one.mixture.profile[0].probabilities();
            detente::game::MixedStrategy::new(vec![p[1].clone(), p[0].clone()]).unwrap()
        };
    });
    assert!(check(&game, &wrong).is_err());
    let sum = spoil!(right, FictitiousPlay, |one| one.counts[0][0] += 1);
    refused(check(&game, &sum), &["do not sum to the 1000 rounds"]);
    assert!(check(&game, &longer).is_ok());
    let limits = detente::certify::Limits { rounds: 1000, ..Default::default() };
    let subject = detente::game::answer::Subject::OneShot(&game);
    let certificate = detente::certify::certify(subject, &longer, &limits).unwrap();
    assert!(certificate.complete.reason().unwrap().contains("too many to play again"));
}
