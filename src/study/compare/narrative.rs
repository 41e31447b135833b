//! What a scenario changed, why, and where it hurts, in plain sentences made from the numbers.

use crate::game::answer::{BindingDeviation, Scope};
use crate::model::{Model, OutputKind};
use crate::num::{Rational, decimal};

use super::super::evaluate::{Origin, Play};
use super::super::scenario::Kind;
use super::Row;
use super::changes::{Change, Direction, Subject};

/// The sentences for the row at `at`; row 0 is the baseline.
#[must_use]
pub fn sentences(model: &Model, rows: &[Row], at: usize, build_up: Option<usize>) -> Vec<String> {
    let row = &rows[at];
    if at == 0 {
        return vec![situation_sentence(model, row), restraint_sentence(model, row)];
    }
    let mut said = vec![behaviour_sentence(model, &rows[0], row)];
    said.extend(restraint_change(model, &rows[0], row));
    said.extend(risk_sentence(model, row));
    said.push(reason_sentence(model, &rows[0], row));
    said.push(harm_sentence(model, row));
    if let Some(text) = &row.scenario.by_construction {
        said.push(format!("By construction: {text}."));
    }
    if let (Some(build_up), Some(changes)) = (build_up, &row.against_build_up) {
        let same_risk = model
            .outputs
            .iter()
            .position(|output| output.kind == OutputKind::Hazard)
            .and_then(|at| row.changes.iter().find(|one| one.metric.subject == Subject::Output(at)))
            .is_some_and(|change| change.direction == Direction::Same);
        said.extend(against_build_up(model, &rows[build_up], changes, same_risk));
    }
    said
}

fn play_name(row: &Row, play: &Play) -> String {
    row.play_name(play)
}

impl Row {
    /// What is played, in words: `Maximum/Maximum`, or the profiles of a mixture.
    #[must_use]
    pub fn play_name(&self, play: &Play) -> String {
        name_of(self, play)
    }
}

fn name_of(row: &Row, play: &Play) -> String {
    match play {
        Play::Pure(profile) => row.game.profile_names(&row.game.profile(*profile)).join("/"),
        Play::Mixed(parts) => {
            let mut named: Vec<(&Rational, String)> = parts
                .iter()
                .map(|(profile, probability)| {
                    (probability, row.game.profile_names(&row.game.profile(*profile)).join("/"))
                })
                .collect();
            named.sort_by(|a, b| b.0.cmp(a.0).then_with(|| a.1.cmp(&b.1)));
            let shown: Vec<String> = named
                .iter()
                .take(3)
                .map(|(probability, name)| format!("{name} {}", percent(probability)))
                .collect();
            let rest = if named.len() > 3 { ", …" } else { "" };
            format!("a mixture ({}{rest})", shown.join(", "))
        }
    }
}

impl Row {
    /// What comes of the scenario in a word or two: the agreement that is kept, or the play.
    #[must_use]
    pub fn outcome_name(&self) -> String {
        match self.evaluation.outcome {
            Some(at) => {
                let profile = Play::Pure(self.evaluation.agreements[at].profile);
                format!("{} (agreed)", play_name(self, &profile))
            }
            None => play_name(self, &self.evaluation.otherwise),
        }
    }
}

fn percent(value: &Rational) -> String {
    format!("{} %", decimal(&(value * Rational::from(100)), 2))
}

fn number(value: Option<&Rational>) -> String {
    value.map_or_else(|| "beyond any patience".to_owned(), |value| decimal(value, 4))
}

fn situation_sentence(model: &Model, row: &Row) -> String {
    let play = play_name(row, &row.evaluation.stage);
    let how = match row.evaluation.stage_origin {
        Origin::BestReplies if row.evaluation.path.len() > 1 => {
            let path: Vec<String> = row
                .evaluation
                .path
                .iter()
                .map(|&profile| play_name(row, &Play::Pure(profile)))
                .collect();
            format!("Best replies lead step by step to {play} ({})", path.join(" → "))
        }
        Origin::BestReplies => format!("Nobody moves away from {play}"),
        Origin::LowestEquilibrium => {
            format!(
                "Best replies never come to rest; the equilibrium of the lowest joint payoff is {play}"
            )
        }
        _ => format!("Without an agreement {play} is played"),
    };
    let count = row.equilibria.answer.list.len();
    let only = match (row.equilibria.answer.scope, count) {
        (Scope::AllExtreme, 1) => ", the only equilibrium of the stage game".to_owned(),
        (Scope::AllExtreme, _) => format!("; the stage game has {count} extreme equilibria"),
        (Scope::AllPure, 1) => "; the stage game has 1 equilibrium in pure strategies".to_owned(),
        (Scope::AllPure, _) => {
            format!("; the stage game has {count} equilibria in pure strategies")
        }
        (Scope::Some, _) => "; the search for equilibria was cut short".to_owned(),
    };
    let risk = model
        .outputs
        .iter()
        .position(|output| output.kind == OutputKind::Hazard)
        .map(|at| {
            let table = &row.evaluation.tables.outputs[at];
            format!(
                "; {} there is {} a {}",
                model.outputs[at].title,
                percent(&row.evaluation.stage.expectation(table)),
                model.period()
            )
        })
        .unwrap_or_default();
    format!("{how}{only}{risk}.")
}

fn restraint_sentence(model: &Model, row: &Row) -> String {
    let evaluation = &row.evaluation;
    let Some(discount) = evaluation.horizon.as_ref().and_then(|values| values.discount.as_ref())
    else {
        return "The game is played once, so that no agreement can be enforced.".to_owned();
    };
    let holding: Vec<&str> = evaluation
        .agreements
        .iter()
        .filter(|agreement| agreement.holds)
        .map(|agreement| model.agreements()[agreement.agreement].id.as_str())
        .collect();
    let patience = decimal(discount, 4);
    match (holding.as_slice(), evaluation.outcome) {
        ([], _) => format!("No agreement holds at the discount factor {patience}."),
        (held, Some(at)) => format!(
            "At the discount factor {patience} {} can be sustained; {} is kept.",
            held.join(" and "),
            model.agreements()[evaluation.agreements[at].agreement].id
        ),
        (held, None) => format!(
            "At the discount factor {patience} {} can be sustained, but brings no more than what is played anyway.",
            held.join(" and ")
        ),
    }
}

fn behaviour_sentence(model: &Model, baseline: &Row, row: &Row) -> String {
    let (before, after) = (baseline.outcome_name(), row.outcome_name());
    let label = &model.comparison.baseline;
    let how = match row.evaluation.otherwise_origin {
        Origin::Leader => ", by commitment",
        Origin::Mediator => ", by mediation",
        _ => "",
    };
    let kept = row.evaluation.outcome.is_some();
    if before != after {
        let how = if kept { "" } else { how };
        return format!("It changes what is played from {before} to {after}{how}.");
    }
    let later = |row: &Row| play_name(row, &row.evaluation.otherwise);
    let (before, end) = (later(baseline), later(row));
    if kept && before != end {
        let comma = if how.is_empty() { "" } else { "," };
        return format!(
            "What is played stays {after}, as in the {label}, but once that has ended {end} is played{how}{comma} and no longer {before}."
        );
    }
    format!("What is played stays {after}, as in the {label}.")
}

fn restraint_change(model: &Model, baseline: &Row, row: &Row) -> Option<String> {
    let moved: Vec<String> = row
        .changes
        .iter()
        .filter_map(|change| {
            let Subject::Critical(agreement) = change.metric.subject else { return None };
            if change.direction == Direction::Same {
                return None;
            }
            let verb = if change.direction == Direction::Better { "falls" } else { "rises" };
            Some(format!(
                "of {} {verb} from {} to {}",
                model.agreements()[agreement].id,
                number(change.before.as_ref()),
                number(change.after.as_ref())
            ))
        })
        .collect();
    if row.evaluation.agreements.is_empty() && !baseline.evaluation.agreements.is_empty() {
        return Some(
            "No agreement of the model can be made with the actions that are left.".to_owned(),
        );
    }
    if moved.is_empty() {
        return None;
    }
    Some(format!("The critical discount factor {}.", moved.join(", ")))
}

fn risk_sentence(model: &Model, row: &Row) -> Option<String> {
    let at = model.outputs.iter().position(|output| output.kind == OutputKind::Hazard)?;
    let find =
        |subject: Subject| row.changes.iter().find(|change| change.metric.subject == subject);
    let average = find(Subject::Output(at))?;
    let title = &model.outputs[at].title;
    let (from, to) = (average.before.as_ref()?, average.after.as_ref()?);
    if average.direction == Direction::Same {
        return Some(format!("The {title} stays {} a {}.", percent(to), model.period()));
    }
    let over = find(Subject::Cumulative(at)).and_then(|change| {
        let years = model.comparison.years;
        let (from, to) = (change.before.as_ref()?, change.after.as_ref()?);
        Some(format!(
            " and over {years} {}s from {} to {}",
            model.period(),
            percent(from),
            percent(to)
        ))
    });
    let verb = if to < from { "falls" } else { "rises" };
    Some(format!(
        "The {title} {verb} from {} to {} a {}{}.",
        percent(from),
        percent(to),
        model.period(),
        over.unwrap_or_default()
    ))
}

fn deviation_name(row: &Row, deviation: &BindingDeviation) -> String {
    let player = &row.game.players()[deviation.player];
    format!("{} to {}", player.name, player.actions[deviation.action])
}

fn reason_sentence(model: &Model, baseline: &Row, row: &Row) -> String {
    let steps: Vec<&str> = row.log.iter().map(|entry| entry.change.as_str()).collect();
    let channel = row.scenario.channel.as_ref().map_or_else(
        || "Several channels".to_owned(),
        |channel| format!("The channel is {channel}"),
    );
    let steps = if steps.is_empty() { String::new() } else { format!(" ({})", steps.join("; ")) };
    let Some(agreement) = model.comparison.agreement else { return format!("{channel}{steps}.") };
    let binding = |row: &Row| {
        let result =
            row.evaluation.agreements.iter().find(|result| result.agreement == agreement)?;
        result.binding.as_ref().map(|deviation| deviation_name(row, deviation))
    };
    let name = &model.agreements()[agreement].id;
    let constraint = match (binding(baseline), binding(row)) {
        (Some(before), Some(after)) if before == after => {
            format!("; the deviation that limits {name} stays {after}")
        }
        (Some(before), Some(after)) => {
            format!("; the deviation that limits {name} is now {after} and no longer {before}")
        }
        (None, Some(after)) => format!("; {after} now limits {name}"),
        (Some(_), None) if row.evaluation.agreements.iter().any(|r| r.agreement == agreement) => {
            format!("; no deviation from {name} gains any more")
        }
        _ => String::new(),
    };
    format!("{channel}{steps}{constraint}.")
}

fn harm_sentence(model: &Model, row: &Row) -> String {
    let worse: Vec<&Change> =
        row.changes.iter().filter(|change| change.direction == Direction::Worse).collect();
    let better = row.changes.iter().any(|change| change.direction == Direction::Better);
    let opening = if !better && row.scenario.kind != Kind::Lens {
        "It does not help here. Nothing that is measured gets better, and worse become"
    } else if worse.is_empty() {
        return "Nothing that is measured gets worse.".to_owned();
    } else {
        "It hurts"
    };
    if worse.is_empty() {
        return "It does not help here: nothing that is measured gets better, or worse.".to_owned();
    }
    let items: Vec<String> = worse
        .iter()
        .filter(|change| !matches!(change.metric.subject, Subject::Cumulative(_)))
        .map(|change| {
            let hazard = match change.metric.subject {
                Subject::Output(at) => model.outputs[at].kind == OutputKind::Hazard,
                _ => false,
            };
            let shown = |value: &Option<Rational>| match value {
                Some(value) if hazard => percent(value),
                other => number(other.as_ref()),
            };
            format!("{} {} → {}", change.metric.title, shown(&change.before), shown(&change.after))
        })
        .collect();
    format!("{opening}: {}.", items.join(", "))
}

fn against_build_up(
    model: &Model,
    build_up: &Row,
    changes: &[Change],
    same_risk: bool,
) -> Option<String> {
    let risk = model.outputs.iter().position(|output| output.kind == OutputKind::Hazard)?;
    let change = changes.iter().find(|change| change.metric.subject == Subject::Output(risk))?;
    let (from, to) = (change.before.as_ref()?, change.after.as_ref()?);
    let (sense, joint) = match change.direction {
        Direction::Same => ("the same risk as", String::new()),
        Direction::Better => {
            ("less risk than", format!(" ({} against {})", percent(to), percent(from)))
        }
        _ => ("more risk than", format!(" ({} against {})", percent(to), percent(from))),
    };
    let gains: Vec<&str> = changes
        .iter()
        .filter(|change| change.direction == Direction::Better)
        .filter_map(|change| match change.metric.subject {
            Subject::Payoff(player) => Some(model.players[player].id.as_str()),
            _ => None,
        })
        .collect();
    let gains = match gains.as_slice() {
        [] => "no player is better off".to_owned(),
        [one] => format!("{one} is better off"),
        many if many.len() == model.players.len() => "every player is better off".to_owned(),
        many => format!("{} are better off", many.join(" and ")),
    };
    let how = if same_risk { "Like doing nothing, it leaves" } else { "It leaves" };
    Some(format!("{how} {sense} {}{joint}, and against that {gains}.", build_up.scenario.id))
}
