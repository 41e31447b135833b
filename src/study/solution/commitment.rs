//! Commitment of one player: by the number of players, the method, and how far it is believed.

use crate::game::answer::Answer;
use crate::game::{MixedStrategy, NormalForm, believed_in_part};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::{
    Budget, CommitmentError, FollowerErrors, Status, find_commitment_before_followers,
    find_commitment_interval, find_correlated_commitment, find_credibility,
    find_matched_commitment, find_optimal_commitment, find_pure_commitment_before_followers,
    find_robust_commitment, find_sequential_commitment, nash,
};

use super::concepts::{Found, finished};
use super::{Options, Problem, QuestionError, wrong};
use crate::study::security;

/// The weight of the strict commitment in one that makes sure of the reply.
fn strict_weight() -> Rational {
    Rational::new(1, 100)
}

pub(super) fn solve_stackelberg(
    problem: &Problem,
    options: &Options,
    method: &str,
    budget: &Budget,
) -> Found {
    // Security games are solved by `super::security`.
    if security::METHODS.contains(&method) {
        return Err(wrong(format_args!(
            "the method `{method}` is for models with a security game: `mixed`, `pure` and `correlated` are for this one"
        )));
    }
    // And models with types by `super::bayesian`.
    if matches!(method, "branch-and-bound" | "dobss") {
        return Err(wrong(format_args!(
            "the method `{method}` is for models with [[types]]: without them there is one linear program for each reply, by `--method mixed`"
        )));
    }
    let (game, leader) = (&problem.stage, options.leader.unwrap_or(0));
    if method == "sequential" {
        let order = options.order.clone().unwrap_or_else(|| {
            std::iter::once(leader)
                .chain((0..game.num_players()).filter(|&player| player != leader))
                .collect()
        });
        let found = find_sequential_commitment(game, &order, budget).map_err(wrong)?;
        return finished(found, Answer::Sequential, "sequential");
    }
    if method == "correlated" {
        let found = find_correlated_commitment(game, leader, LpMethod::Auto, budget);
        return finished(found.map_err(wrong)?, Answer::CorrelatedCommitment, "correlated");
    }
    if matches!(method, "pessimistic" | "cobra") {
        if method == "cobra" && game.num_players() != 2 {
            return Err(wrong(format_args!(
                "{}; `--method pessimistic` is for several followers",
                CommitmentError::NotTwoPlayers(game.num_players())
            )));
        }
        let errors = FollowerErrors {
            alpha: options.alpha.clone().unwrap_or_default(),
            epsilon: options.epsilon.clone().unwrap_or_default(),
        };
        let optimistic = method == "pessimistic";
        let lp = LpMethod::Auto;
        let found = find_robust_commitment(game, leader, &errors, optimistic, lp, budget);
        let name = if optimistic { "pessimistic" } else { "cobra" };
        return finished(found.map_err(wrong)?, Answer::Robust, name);
    }
    if method == "match" {
        let beta = options.beta.as_ref().ok_or_else(|| {
            wrong(
                "the method `match` needs the factor by which the leader may lose what the follower loses: --beta B",
            )
        })?;
        let found = find_matched_commitment(game, leader, beta, LpMethod::Auto, budget);
        return finished(found.map_err(wrong)?, Answer::Matched, "match");
    }
    if method == "pure" && game.num_players() > 2 {
        let found = find_pure_commitment_before_followers(game, leader, budget).map_err(wrong)?;
        return finished(found, Answer::PureBeforeFollowers, "pure");
    }
    let mixed = method == "mixed";
    if mixed && game.num_players() > 2 {
        let found = find_commitment_before_followers(game, leader, LpMethod::Auto, budget);
        return finished(found.map_err(wrong)?, Answer::SeveralFollowers, "mixed");
    }
    let (epsilon, lp) = (strict_weight(), LpMethod::Auto);
    let found = find_commitment_interval(game, leader, mixed, &epsilon, lp, budget);
    let name = if mixed { "mixed" } else { "pure" };
    finished(found.map_err(wrong)?, Answer::Stackelberg, name)
}

/// Up to so many actions of both players all equilibria are looked for.
const MOST_LABELS: usize = 32;

/// How many steps from 0 to 1 the credibility takes.
const CREDIBILITIES: i64 = 10;

pub(super) fn solve_credibility(game: &NormalForm, options: &Options, budget: &Budget) -> Found {
    let leader = options.leader.unwrap_or(0);
    let (fallback, without, warning) = without_commitment(game, leader, options, budget)?;
    let at: Vec<Rational> =
        (0..=CREDIBILITIES).map(|step| Rational::new(step, CREDIBILITIES)).collect();
    let found = find_credibility(game, leader, &fallback, &without, &at, LpMethod::Auto, budget)
        .map_err(wrong)?;
    let mut found = finished(found, Answer::Credibility, "mixed")?;
    found.0.warnings.extend(warning);
    Ok(found)
}

/// What the leader plays and gets without commitment: the fallback that was given, with the reply to
/// it that is best for him; or the equilibrium that is best for him.
fn without_commitment(
    game: &NormalForm,
    leader: usize,
    options: &Options,
    budget: &Budget,
) -> Result<(MixedStrategy, Rational, Option<String>), QuestionError> {
    if game.num_players() != 2 {
        return Err(wrong(CommitmentError::NotTwoPlayers(game.num_players())));
    }
    if let Some(fallback) = &options.fallback {
        if fallback.len() != game.num_actions(leader) {
            return Err(wrong(CommitmentError::Fallback));
        }
        let only = believed_in_part(game, leader, fallback, &Rational::ZERO).map_err(wrong)?;
        let found = find_optimal_commitment(&only, leader, false, LpMethod::Auto, budget);
        let found = found.map_err(wrong)?.answer.ok_or(QuestionError::Unfinished)?;
        return Ok((fallback.clone(), found.leader_value, None));
    }
    // All equilibria of large games are out of reach, and one is enough to expect something.
    let large = game.num_actions(0) + game.num_actions(1) > MOST_LABELS;
    let mut found = if large {
        nash::enumerate_pure_equilibria(game, budget)
    } else {
        nash::enumerate_equilibria(game, budget)
    };
    let some = large || matches!(found.status, Status::Partial(_));
    if found.answer.list.is_empty() {
        found = nash::find_any_equilibrium(game, budget).map_err(wrong)?;
    }
    let warning = some.then(|| {
        "not all equilibria were looked at: there may be one without commitment that is better for the leader; --fallback names what he plays otherwise".to_owned()
    });
    let best =
        found.answer.list.into_iter().reduce(|best, next| {
            if next.payoffs[leader] > best.payoffs[leader] { next } else { best }
        });
    let best = best.ok_or(QuestionError::Unfinished)?;
    Ok((best.profile[leader].clone(), best.payoffs[leader].clone(), warning))
}
