//! Agreements over time, and what is played without one.

use crate::game::{Chain, ChainParts, NormalForm, Step};
use crate::model::remedy;
use crate::num::Rational;
use crate::study::evaluate::{Origin, Play as Stage};
use crate::study::solution::QuestionError;

use super::plan::Plan;
use super::plays::{Setting, action, of_player, wrong};

/// The position of the agreement among those of the evaluation: as asked, the one that is kept, or
/// the first one.
pub(super) fn which_agreement(
    setting: &Setting<'_>,
    plan: &Plan,
) -> Result<Option<usize>, QuestionError> {
    let Some(evaluation) = setting.evaluation() else { return Ok(None) };
    let agreements = setting.model.agreements();
    if let Some(id) = &plan.agreement {
        let known =
            agreements.iter().position(|agreement| agreement.id == *id).ok_or_else(|| {
                let names = agreements.iter().map(|agreement| agreement.id.as_str());
                wrong(format!("the model has no agreement `{id}`{}", remedy(id, names)))
            })?;
        let at = evaluation.agreements.iter().position(|result| result.agreement == known);
        return at.map(Some).ok_or_else(|| {
            wrong(format!("a mechanism removes the actions of the agreement `{id}`"))
        });
    }
    Ok(evaluation.outcome.or((!evaluation.agreements.is_empty()).then_some(0)))
}

pub(super) fn agreement(setting: &mut Setting<'_>, plan: &Plan) -> Result<Chain, QuestionError> {
    if setting.evaluation().is_none() {
        return Err(wrong(
            "the model has types, and its agreements are not played over time: try --play best-response",
        ));
    }
    let at = which_agreement(setting, plan)?;
    let game = &setting.game;
    let (Some(at), Some(evaluation)) = (at, setting.evaluation()) else {
        return Err(wrong("mechanisms remove the actions of all agreements"));
    };
    let Some(values) = &evaluation.horizon else {
        return Err(wrong("the model is not repeated"));
    };
    let (agreement, spec) = (&evaluation.agreements[at], evaluation.agreements[at].agreement);
    let spec = &setting.model.agreements()[spec];
    let stays = &values.survival * (Rational::ONE - &values.false_alarm);
    let renewal = values.renewal.clone().unwrap_or_default();
    let again = if renewal.is_zero() {
        String::new()
    } else {
        format!(", and after each period of that it stands again with probability {renewal}")
    };
    let mut about = vec![format!(
        "The agreement {} ({}) outlives a period with probability {stays} while all keep to it; after its end {} is played{again}.",
        spec.id,
        game.profile_names(&game.profile(agreement.profile)).join("/"),
        words_of(game, &evaluation.otherwise)
    )];
    let mut warnings = Vec::new();
    if evaluation.outcome != Some(at) {
        let critical = agreement.critical.number();
        let at = critical.map_or_else(|| "never".to_owned(), |value| format!("from {value} on"));
        warnings.push(match (&setting.discount, agreement.holds) {
            (Some(discount), false) => format!(
                "{} is no equilibrium at the discount factor {} (it is one {at}): it is played as if it were kept",
                spec.id,
                discount.value()
            ),
            _ => format!("{} is not what the model predicts: it is played as if it were kept", spec.id),
        });
    }
    let end = |outcome: usize, stays: &Rational, standing: usize, ended: usize| -> Vec<Step> {
        let ways = [(stays.clone(), standing, 0), (Rational::ONE - stays, ended, 1)];
        let possible = ways.into_iter().filter(|(probability, ..)| !probability.is_zero());
        possible
            .map(|(probability, next, events)| Step { probability, outcome, next, events })
            .collect()
    };
    let after = |standing: usize| -> Vec<Step> {
        let parts = for_good(&evaluation.otherwise, 1).into_iter();
        let ways =
            parts.flat_map(|step| {
                [(renewal.clone(), standing), (Rational::ONE - &renewal, 1)].map(|(part, next)| {
                    Step { probability: &step.probability * part, next, ..step.clone() }
                })
            });
        ways.filter(|step| !step.probability.is_zero()).collect()
    };
    let mut nodes = vec![end(agreement.profile, &stays, 0, 1), after(0)];
    let mut start = 0;
    if let Some(text) = &plan.deviate {
        let (player, name) = of_player(game, "--deviate", text)?;
        let to = action(&game.players()[player], "--deviate", name)?;
        let deviation = game.deviation(agreement.profile, player, to);
        if deviation == agreement.profile {
            return Err(wrong(format!(
                "--deviate {text}: {name} is what the agreement asks of {}",
                game.players()[player].name
            )));
        }
        let seen = &values.detection[agreement.agreement][player][to];
        let stays = &values.survival * (Rational::ONE - seen);
        let who = &game.players()[player].name;
        about.push(if plan.always {
            format!("{who} plays {name} for as long as it stands, which is for another period with probability {stays}.")
        } else {
            format!("{who} plays {name} in the first period, which it outlives with probability {stays}.")
        });
        let deviating = nodes.len();
        nodes.push(end(deviation, &stays, if plan.always { deviating } else { 0 }, 1));
        start = deviating;
        if plan.always {
            nodes[1] = after(deviating);
        }
    }
    let start = vec![(start, Rational::ONE)];
    let parts = ChainParts {
        events: vec!["end".to_owned()],
        ..ChainParts::of_game(game, &setting.payoffs, nodes, start)
    };
    setting.about.append(&mut about);
    setting.warnings.append(&mut warnings);
    Chain::new(parts).map_err(wrong)
}

/// What is played in each period at a node that is not left.
fn for_good(play: &Stage, node: usize) -> Vec<Step> {
    let parts = match play {
        Stage::Pure(profile) => vec![(*profile, Rational::ONE)],
        Stage::Mixed(parts) => parts.clone(),
    };
    let step = |(outcome, probability)| Step { probability, outcome, next: node, events: 0 };
    parts.into_iter().map(step).collect()
}

fn words_of(game: &NormalForm, play: &Stage) -> String {
    match play {
        Stage::Pure(profile) => game.profile_names(&game.profile(*profile)).join("/"),
        Stage::Mixed(_) => "a mixture".to_owned(),
    }
}

pub(super) fn stage(setting: &mut Setting<'_>) -> Result<Chain, QuestionError> {
    let Some(evaluation) = setting.evaluation() else {
        return Err(wrong(
            "--play stage needs a model whose stage game is evaluated: try --play best-response",
        ));
    };
    let nodes = vec![for_good(&evaluation.otherwise, 0)];
    let how = match evaluation.otherwise_origin {
        Origin::BestReplies => "best replies lead to it",
        Origin::LowestEquilibrium => "the equilibrium of the lowest joint payoff",
        Origin::Declared => "the equilibrium that the model declares",
        Origin::Mediator => "the best correlated equilibrium, by a mediator",
        Origin::Leader => "one player commits, the others reply",
    };
    let about = format!(
        "In each period {} is played ({how}).",
        words_of(&setting.game, &evaluation.otherwise)
    );
    let start = vec![(0, Rational::ONE)];
    let parts = ChainParts::of_game(&setting.game, &setting.payoffs, nodes, start);
    setting.about.push(about);
    Chain::new(parts).map_err(wrong)
}
