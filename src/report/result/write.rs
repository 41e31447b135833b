//! Answers as JSON.

use serde_json::{Map, Value, json};

use crate::game::MixedStrategy;
use crate::game::answer::{
    Answer, Approximate, ApproximateEquilibrium, BranchEventKind, ClassBound, Component,
    CriticalDiscount, Dominance, Equilibria, Equilibrium, FictitiousPlay, LogitEquilibrium,
    LogitPoint, Minimax, Quantal, Repeated, Scope, SecurityLevel, Stackelberg, Subject,
};
use crate::num::Rational;

use super::{Labels, followers, repeated_payoffs, repeated_polytopes, tournament};

/// Puts the keys of an answer.
pub(super) fn answer(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &Answer,
    put: &mut impl FnMut(&str, Value),
) {
    let game = subject.stage();
    match answer {
        Answer::Equilibria(answer) => equilibria(labels, answer, put),
        Answer::Minimax(answer) => minimax(labels, answer, put),
        Answer::Correlated(answer) => super::correlated::write(labels, subject, answer, put),
        Answer::RobustDevice(answer) => {
            super::correlated::write_robust(labels, subject, answer, put)
        }
        Answer::CoarseCorrelated(answer) => {
            super::correlated::write_coarse(labels, subject, answer, put)
        }
        Answer::CorrelatedPayoffs(answer) => {
            super::correlated::write_payoffs(labels, subject, answer, put)
        }
        Answer::CorrelatedVertices(answer) => {
            super::correlated::write_vertices(labels, subject, &answer.vertices, put)
        }
        Answer::CoarseCorrelatedPayoffs(answer) => {
            super::correlated::write_coarse_payoffs(labels, subject, answer, put)
        }
        Answer::Dominance(answer) => {
            put("equilibria", json!([]));
            dominance(labels, answer, put);
        }
        Answer::Stackelberg(answer) => stackelberg(labels, answer, put),
        Answer::SeveralFollowers(answer) => followers::write(labels, subject, answer, put),
        Answer::CorrelatedCommitment(answer) => {
            followers::write_correlated(labels, subject, answer, put)
        }
        Answer::PureBeforeFollowers(answer) => followers::write_pure(labels, subject, answer, put),
        Answer::Robust(answer) => super::robust::write(labels, subject, answer, put),
        Answer::Matched(answer) => super::matched::write(labels, answer, put),
        Answer::Sequential(answer) => super::sequential::write(labels, subject, answer, put),
        Answer::Credibility(answer) => super::credibility::write(labels, answer, put),
        Answer::FictitiousPlay(answer) => fictitious_play(labels, answer, put),
        Answer::Learning(answer) => super::learning::write(labels, subject, answer, put),
        Answer::Triggers(answer) => super::triggers::write(labels, answer, put),
        Answer::Repeated(answer) => repeated(labels, subject, answer, put),
        Answer::Tournament(answer) => tournament::write(labels, game, answer, put),
        Answer::Machine(answer) => super::automaton::write(labels, game, answer, put),
        Answer::CriticalDiscounts(answer) => {
            repeated_payoffs::write_critical(labels, game, answer, put)
        }
        Answer::RepeatedPayoffs(answer) => repeated_payoffs::write(labels, game, answer, put),
        Answer::RepeatedPolytopes(answer) => repeated_polytopes::write(labels, game, answer, put),
        Answer::Refinement(answer) => super::refinement::write(labels, answer, put),
        Answer::Structure(answer) => super::structure::write(labels, game, answer, put),
        Answer::Symmetric(answer) => super::symmetric::write(labels, answer, put),
        Answer::Approximate(answer) => approximate(labels, answer, put),
        Answer::Quantal(answer) => quantal(labels, answer, put),
    }
}

pub(super) fn object(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::Object(entries.into_iter().collect::<Map<String, Value>>())
}

/// The probabilities of one player's actions, without those that are not played.
pub(super) fn strategy(labels: &Labels, player: usize, strategy: &MixedStrategy) -> Value {
    distribution(labels.actions[player].clone(), strategy.probabilities())
}

pub(super) fn profile(labels: &Labels, strategies: &[MixedStrategy]) -> Value {
    object(
        strategies
            .iter()
            .enumerate()
            .map(|(at, one)| (labels.players[at].clone(), strategy(labels, at, one))),
    )
}

/// One value for each player.
pub(super) fn by_player<'a>(
    labels: &Labels,
    values: impl IntoIterator<Item = &'a Rational>,
) -> Value {
    object(labels.players.iter().cloned().zip(values.into_iter().map(|value| json!(value))))
}

pub(super) fn equilibrium(labels: &Labels, one: &Equilibrium) -> Value {
    json!({
        "strategies": profile(labels, &one.profile),
        "payoffs": by_player(labels, &one.payoffs),
        "regret": one.regret,
    })
}

/// Games with so many actions in all are enumerated again when a saved result is verified. The
/// results of larger ones hold the proof that their list is complete.
const MOST_ACTIONS_WITHOUT_PROOF: usize = 16;
/// Unless it has more bytes than this: then only the members of the list are verified.
const LONGEST_PROOF: usize = 1 << 25;

pub(super) fn equilibria(labels: &Labels, answer: &Equilibria, put: &mut impl FnMut(&str, Value)) {
    let scope = match answer.scope {
        Scope::AllPure => "all-pure",
        Scope::AllExtreme => "all-extreme",
        Scope::Some => "some",
    };
    put("scope", json!(scope));
    put("equilibria", answer.list.iter().map(|one| equilibrium(labels, one)).collect());
    if let Some(components) = &answer.components {
        put("components", components.iter().map(|one| component(labels, one)).collect());
    }
    let actions: usize = labels.actions.iter().map(Vec::len).sum();
    if let Some(proof) = &answer.proof
        && actions > MOST_ACTIONS_WITHOUT_PROOF
        && proof.len() <= LONGEST_PROOF
    {
        put("proof", json!(proof.to_text()));
    }
}

/// A machine number as a JSON number.
fn float(value: &Rational) -> Value {
    json!(value.to_f64())
}

/// The probabilities of each player's played actions, as JSON numbers.
fn float_profile(labels: &Labels, strategies: &[MixedStrategy]) -> Value {
    object(strategies.iter().enumerate().map(|(at, one)| {
        let played = labels.actions[at].iter().zip(one.probabilities());
        let played = played.filter(|(_, probability)| !probability.is_zero());
        (labels.players[at].clone(), object(played.map(|(name, p)| (name.clone(), float(p)))))
    }))
}

fn float_by_player(labels: &Labels, values: &[Rational]) -> Value {
    object(labels.players.iter().cloned().zip(values.iter().map(float)))
}

/// Exact numbers where the regret is zero, and machine numbers else.
fn near(labels: &Labels, one: &ApproximateEquilibrium) -> Value {
    let mut value = if one.regret.is_zero() {
        json!({
            "strategies": profile(labels, &one.profile),
            "payoffs": by_player(labels, &one.payoffs),
            "regret": one.regret,
        })
    } else {
        json!({
            "strategies": float_profile(labels, &one.profile),
            "payoffs": float_by_player(labels, &one.payoffs),
            "regret": float(&one.regret),
        })
    };
    if let Some(radius) = &one.radius {
        value["radius"] = float(radius);
    }
    value
}

fn approximate(labels: &Labels, answer: &Approximate, put: &mut impl FnMut(&str, Value)) {
    put("scope", json!(if answer.complete { "all" } else { "near" }));
    put("equilibria", answer.list.iter().map(|one| near(labels, one)).collect());
}

fn logit_point(labels: &Labels, point: &LogitPoint) -> Value {
    json!({
        "lambda": float(&point.lambda),
        "strategies": float_profile(labels, &point.profile),
        "residual": float(&point.residual),
    })
}

fn logit_equilibrium(labels: &Labels, one: &LogitEquilibrium) -> Value {
    json!({
        "lambda": one.point.lambda,
        "strategies": float_profile(labels, &one.point.profile),
        "payoffs": float_by_player(labels, &one.payoffs),
        "regret": float(&one.regret),
        "residual": float(&one.point.residual),
    })
}

fn quantal(labels: &Labels, answer: &Quantal, put: &mut impl FnMut(&str, Value)) {
    put("equilibria", answer.points.iter().map(|one| logit_equilibrium(labels, one)).collect());
    if let Some(fit) = &answer.fit {
        let counts = fit.counts.iter().enumerate().map(|(at, counts)| {
            let names = labels.actions[at].iter().cloned();
            (labels.players[at].clone(), object(names.zip(counts.iter().map(|&n| json!(n)))))
        });
        put(
            "fit",
            json!({
                "counts": object(counts),
                "log_likelihood": float(&fit.log_likelihood),
                "equilibrium": logit_equilibrium(labels, &fit.equilibrium),
            }),
        );
    }
    put("limit", answer.limit.as_ref().map_or(Value::Null, |limit| near(labels, limit)));
    put(
        "events",
        answer
            .events
            .iter()
            .map(|event| {
                let kind = match event.kind {
                    BranchEventKind::TurningPoint => "turning point",
                    BranchEventKind::Bifurcation => "bifurcation",
                };
                json!({ "kind": kind, "lambda": float(&event.lambda) })
            })
            .collect(),
    );
    put("path", answer.path.iter().map(|point| logit_point(labels, point)).collect());
}

fn component(labels: &Labels, component: &Component) -> Value {
    let side = |player: usize, strategies: &[MixedStrategy]| -> Value {
        strategies.iter().map(|one| strategy(labels, player, one)).collect()
    };
    let subsets: Vec<Value> = component
        .maximal_subsets
        .iter()
        .map(|subset| {
            object([
                (labels.players[0].clone(), side(0, &subset.rows)),
                (labels.players[1].clone(), side(1, &subset.columns)),
            ])
        })
        .collect();
    json!({ "members": component.members, "maximal_nash_subsets": subsets })
}

/// A distribution over the joint actions of all players but one, of those actions that are kept.
pub(super) fn joint_keys(labels: &Labels, without: usize, kept: &[Vec<usize>]) -> Vec<String> {
    let mut joint: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
    for (other, actions) in kept.iter().enumerate().filter(|&(other, _)| other != without) {
        joint = joint
            .iter()
            .flat_map(|base| {
                actions.iter().map(move |&action| {
                    base.iter().copied().chain([(other, action)]).collect::<Vec<_>>()
                })
            })
            .collect();
    }
    joint.into_iter().map(|actions| labels.joint(actions)).collect()
}

/// All actions of each player.
pub(super) fn all_actions(labels: &Labels) -> Vec<Vec<usize>> {
    labels.actions.iter().map(|actions| (0..actions.len()).collect()).collect()
}

pub(super) fn distribution(keys: Vec<String>, values: &[Rational]) -> Value {
    object(
        keys.into_iter()
            .zip(values)
            .filter(|(_, value)| !value.is_zero())
            .map(|(key, value)| (key, json!(value))),
    )
}

fn minimax(labels: &Labels, answer: &Minimax, put: &mut impl FnMut(&str, Value)) {
    // In a constant-sum game of two the solution is an equilibrium.
    let solution = match (&answer.constant_sum, answer.levels.as_slice()) {
        (Some(_), [first, second]) => vec![equilibrium(
            labels,
            &Equilibrium {
                profile: vec![first.strategy.clone(), second.strategy.clone()],
                payoffs: vec![first.value.clone(), second.value.clone()],
                regret: Rational::ZERO,
            },
        )],
        _ => Vec::new(),
    };
    put("equilibria", json!(solution));
    put("value", by_player(labels, answer.levels.iter().map(|level| &level.value)));
    put(
        "strategies",
        object(answer.levels.iter().map(|level| {
            (labels.players[level.player].clone(), strategy(labels, level.player, &level.strategy))
        })),
    );
    let all = all_actions(labels);
    put(
        "dual",
        object(answer.levels.iter().map(|level| {
            let keys = joint_keys(labels, level.player, &all);
            (labels.players[level.player].clone(), distribution(keys, &level.punishment))
        })),
    );
    put("constant_sum", json!(answer.constant_sum));
}

/// Puts the eliminations and what is left.
pub(super) fn dominance(labels: &Labels, answer: &Dominance, put: &mut impl FnMut(&str, Value)) {
    put(
        "eliminations",
        answer
            .eliminations
            .iter()
            .map(|one| {
                json!({
                    "round": one.round,
                    "player": labels.players[one.player],
                    "action": labels.actions[one.player][one.action],
                    "dominated_by": strategy(labels, one.player, &one.dominated_by),
                })
            })
            .collect(),
    );
    let name = |player: usize, action: usize| labels.actions[player][action].clone();
    put(
        "survivors",
        object(answer.survivors.iter().enumerate().map(|(at, actions)| {
            let names: Vec<String> = actions.iter().map(|&action| name(at, action)).collect();
            (labels.players[at].clone(), json!(names))
        })),
    );
    put(
        "beliefs",
        object(answer.beliefs.iter().enumerate().map(|(at, beliefs)| {
            let keys = joint_keys(labels, at, &answer.survivors);
            let of_actions = answer.survivors[at]
                .iter()
                .zip(beliefs)
                .map(|(&action, belief)| (name(at, action), distribution(keys.clone(), belief)));
            (labels.players[at].clone(), object(of_actions))
        })),
    );
}

/// Puts the keys of an optimal commitment.
pub(super) fn stackelberg(
    labels: &Labels,
    answer: &Stackelberg,
    put: &mut impl FnMut(&str, Value),
) {
    let follower = 1 - answer.leader.min(1);
    let replies = &labels.actions[follower];
    put("equilibria", json!([]));
    put("leader", json!(labels.players[answer.leader]));
    put("mixed", json!(answer.mixed));
    put("commitment", strategy(labels, answer.leader, &answer.commitment));
    put("reply", json!(replies[answer.reply]));
    put("leader_value", json!(answer.leader_value));
    put("follower_value", json!(answer.follower_value));
    if let Some(one) = &answer.guaranteed {
        let of_leader = |mixed: &MixedStrategy| strategy(labels, answer.leader, mixed);
        let class = |bound: &ClassBound| {
            json!({
                "reply": replies[bound.reply],
                "bound": bound.bound,
                "weights": distribution(replies.clone(), &bound.weights),
                "multipliers": distribution(replies.clone(), &bound.multipliers),
            })
        };
        let guaranteed = json!({
            "value": one.value,
            "commitment": of_leader(&one.commitment),
            "reply": replies[one.reply],
            "interior": one.interior.as_ref().map(of_leader),
            "epsilon": one.epsilon,
            "epsilon_commitment": of_leader(&one.epsilon_commitment),
            "epsilon_value": one.epsilon_value,
            "bounds": one.bounds.iter().map(class).collect::<Vec<_>>(),
        });
        put("guaranteed", guaranteed);
    }
    if let Some(level) = &answer.security {
        let security = json!({
            "value": level.value,
            "strategy": strategy(labels, answer.leader, &level.strategy),
            "punishment": distribution(replies.clone(), &level.punishment),
        });
        put("security", security);
    }
    put(
        "bounds",
        answer
            .bounds
            .iter()
            .map(|bound| {
                json!({
                    "reply": replies[bound.reply],
                    "bound": bound.bound,
                    "multipliers": distribution(replies.clone(), &bound.multipliers),
                })
            })
            .collect(),
    );
}

fn fictitious_play(labels: &Labels, answer: &FictitiousPlay, put: &mut impl FnMut(&str, Value)) {
    put("equilibria", json!([]));
    put("alternating", json!(answer.alternating));
    put("rounds", json!(answer.rounds));
    put(
        "counts",
        object(answer.counts.iter().enumerate().map(|(at, counts)| {
            let of_actions =
                labels.actions[at].iter().cloned().zip(counts.iter().map(|&n| json!(n)));
            (labels.players[at].clone(), object(of_actions))
        })),
    );
    put(
        "course",
        answer
            .course
            .iter()
            .map(|(round, regret)| json!({ "rounds": round, "regret": regret }))
            .collect(),
    );
    put("mixture", equilibrium(labels, &answer.mixture));
}

/// 0, a number below 1, a number of at least 1, or null where no number is enough.
fn critical(value: &CriticalDiscount) -> Value {
    match value {
        CriticalDiscount::Zero => json!("0"),
        CriticalDiscount::At(value) | CriticalDiscount::AboveOne(value) => json!(value),
        CriticalDiscount::Never => Value::Null,
    }
}

fn repeated(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &Repeated,
    put: &mut impl FnMut(&str, Value),
) {
    let discount = match subject {
        Subject::Repeated(game) => game.discount.as_ref(),
        Subject::OneShot(_) => None,
    };
    put("equilibria", json!([]));
    put("discount", json!(discount.map(|discount| discount.value())));
    let agreement = |one: &crate::game::answer::Sustained| {
        let binding = one.binding.as_ref().map(|binding| {
            json!({
                "player": labels.players[binding.player],
                "action": labels.actions[binding.player][binding.action],
            })
        });
        json!({
            "lower": critical(&one.minmax_bound),
            "upper": critical(&one.critical),
            "binding": binding,
            "holds": one.holds,
        })
    };
    put(
        "critical_discount",
        object(
            answer
                .agreements
                .iter()
                .map(|one| (labels.agreements[one.agreement].clone(), agreement(one))),
        ),
    );
    put(
        "punishments",
        object(answer.punishments.iter().zip(&answer.punishment_payoffs).enumerate().map(
            |(at, (strategies, payoff))| {
                let one = json!({ "strategies": profile(labels, strategies), "payoff": payoff });
                (labels.players[at].clone(), one)
            },
        )),
    );
    put(
        "minmax",
        object(
            answer
                .minmax
                .iter()
                .map(|level| (labels.players[level.player].clone(), security(labels, level))),
        ),
    );
}

fn security(labels: &Labels, level: &SecurityLevel) -> Value {
    let keys = joint_keys(labels, level.player, &all_actions(labels));
    json!({
        "value": level.value,
        "strategy": strategy(labels, level.player, &level.strategy),
        "punishment": distribution(keys, &level.punishment),
    })
}
