//! Responses to what was just played, and learning from all that was.

use crate::game::{Chain, NormalForm};
use crate::num::{Rational, parse_literal};
use crate::solve::Budget;
use crate::solve::{LearnerOptions, Learners, Moves, PathRule, Response, response_chain};
use crate::study::solution::QuestionError;

use super::plan::Plan;
use super::plays::{Setting, conflict, not_built, profile, wrong};

fn start(setting: &Setting<'_>, plan: &Plan) -> Result<Option<usize>, QuestionError> {
    match plan.start.as_deref() {
        Some("random") => Ok(None),
        Some(text) => profile(&setting.game, "--start", text).map(Some),
        // Where the best replies of the model begin.
        None => Ok(Some(
            setting.evaluation().and_then(|found| found.path.first().copied()).unwrap_or(0),
        )),
    }
}

fn words_of_start(game: &NormalForm, start: Option<usize>) -> String {
    start.map_or_else(
        || "a profile drawn at random".to_owned(),
        |profile| game.profile_names(&game.profile(profile)).join("/"),
    )
}

pub(super) fn responses(
    setting: &mut Setting<'_>,
    plan: &Plan,
    kind: &str,
    noise: &Rational,
    budget: &Budget,
) -> Result<Chain, QuestionError> {
    let moves = match (kind, plan.moves.as_deref()) {
        ("spiral", _) | (_, Some("in-turn")) => Moves::InTurn,
        ("logit", None) | (_, Some("random")) => Moves::Random,
        (_, None | Some("at-once")) => Moves::AtOnce,
        (_, Some(other)) => {
            let known = crate::model::remedy(other, ["at-once", "in-turn", "random"]);
            return Err(wrong(format!("--moves {other}: there is no such order{known}")));
        }
    };
    let response =
        match kind {
            "spiral" => Response::Toward,
            "logit" => Response::Logit(precision(plan)?.ok_or_else(|| {
                wrong("--play logit needs the precision of responses: --lambda 2")
            })?),
            _ => Response::Best,
        };
    let start = start(setting, plan)?;
    let game = &setting.game;
    let chain = response_chain(game, &setting.payoffs, response, moves, noise, start, budget)
        .map_err(|error| {
            not_built(error, if moves == Moves::AtOnce { ": try --moves random" } else { "" })
        })?;
    let who = match moves {
        Moves::AtOnce => "all players revise at once after each period",
        Moves::InTurn => "players revise in turn, one after each period",
        Moves::Random => "a player drawn at random revises after each period",
    };
    let what = match response {
        Response::Best => "by the first best reply to what was just played".to_owned(),
        Response::Toward => "by one step towards the first best reply".to_owned(),
        Response::Logit(precision) => {
            format!("by a logit response of precision {precision} to what was just played")
        }
    };
    let from = words_of_start(game, start);
    setting.about.insert(0, format!("From {from}, {who}, {what}."));
    let rests: Vec<bool> = (0..game.num_profiles()).map(|at| is_equilibrium(game, at)).collect();
    if rests.contains(&true) {
        return chain.with_outcome_event("equilibrium", &rests).map_err(wrong);
    }
    Ok(chain)
}

fn is_equilibrium(game: &NormalForm, profile: usize) -> bool {
    (0..game.num_players()).all(|player| {
        (0..game.num_actions(player)).all(|action| {
            game.payoff(player, game.deviation(profile, player, action))
                <= game.payoff(player, profile)
        })
    })
}

fn precision(plan: &Plan) -> Result<Option<f64>, QuestionError> {
    let Some(text) = &plan.lambda else { return Ok(None) };
    let value = parse_literal(text).map_err(|error| wrong(format!("--lambda {text}: {error}")))?;
    let value = value.to_f64();
    if value >= 0.0 && value.is_finite() {
        Ok(Some(value))
    } else {
        Err(wrong(format!("--lambda {text}: a precision is 0 or more, and a machine number")))
    }
}

pub(super) fn learners(
    setting: &mut Setting<'_>,
    plan: &Plan,
    kind: &str,
    noise: &Rational,
) -> Result<Option<Learners>, QuestionError> {
    let rule = match kind {
        "fictitious-play" => PathRule::Fictitious(precision(plan)?),
        "regret-matching" => PathRule::Regrets,
        _ => return Ok(None),
    };
    let start = start(setting, plan)?;
    let what = match rule {
        PathRule::Fictitious(None) => {
            "the first best reply to how often the others played what".to_owned()
        }
        PathRule::Fictitious(Some(precision)) => format!(
            "an action drawn from the logit response of precision {precision} to how often the others played what"
        ),
        PathRule::Regrets => "actions in proportion to what they would have paid more".to_owned(),
    };
    let game = &setting.game;
    let from = words_of_start(game, start);
    let about = format!("From {from} on, everybody plays {what}.");
    let mut events = Vec::new();
    let rests: Vec<Rational> = (0..game.num_profiles())
        .map(|at| if is_equilibrium(game, at) { Rational::ONE } else { Rational::ZERO })
        .collect();
    if rests.contains(&Rational::ONE) {
        events.push(("equilibrium".to_owned(), rests));
    }
    setting.about.insert(0, about);
    let taken: Vec<String> = events.iter().map(|(name, _)| name.clone()).collect();
    events.extend(conflict(setting, plan, &taken)?);
    let options = LearnerOptions { rule, noise: noise.to_f64(), start };
    let learners = Learners::new(&setting.game, &setting.payoffs, &events, options);
    Ok(Some(learners))
}
