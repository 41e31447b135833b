//! What a scenario of a model in states changed, and where it hurts, in plain sentences made from the
//! numbers.

use crate::model::Model;
use crate::num::{Notation, Rational};
use crate::study::scenario::Kind;

use crate::study::compare::changes::Direction;

use super::{Missing, Outlook, StateChange, StateRow, StateSubject, Way};

/// The sentences for the row at `at`; row 0 is the baseline.
pub(super) fn sentences(
    model: &Model,
    rows: &[StateRow],
    at: usize,
    build_up: Option<usize>,
) -> Vec<String> {
    let row = &rows[at];
    if at == 0 {
        let said = Way::of(model).iter().map(|&way| situation(model, row, way));
        return said.chain(others(model, row, None)).collect();
    }
    let mut said: Vec<String> =
        Way::of(model).iter().filter_map(|&way| what_changes(model, &rows[0], row, way)).collect();
    if said.is_empty() {
        said.push(format!("The same is played as in the {}.", model.comparison.baseline));
    }
    said.extend(others(model, row, Some(&rows[0])));
    said.push(steps(row));
    said.push(harm(model, row));
    if let Some(text) = &row.scenario.by_construction {
        said.push(format!("By construction: {text}."));
    }
    if let (Some(build_up), Some(changes)) = (build_up, &row.against_build_up) {
        said.extend(against(model, &rows[build_up], changes));
    }
    said
}

/// What is played in each state that is open, in words.
fn plays(model: &Model, row: &StateRow, outlook: &Outlook) -> String {
    let mut states: Vec<String> = row
        .open_states()
        .map(|state| format!("in {} {}", row.title(model, state), row.play_name(outlook, state)))
        .collect();
    shorten(&mut states);
    states.join(", ")
}

/// States beyond this many are counted and not told one by one.
const MOST_TOLD: usize = 4;

/// The first states, and how many there are more.
fn shorten(states: &mut Vec<String>) {
    let more = states.len().saturating_sub(MOST_TOLD);
    if more > 1 {
        states.truncate(MOST_TOLD);
        states.push(format!("and so on in {more} more states"));
    }
}

fn missing(row: &StateRow, way: Way) -> Option<String> {
    match row.outlook(way) {
        Ok(_) => None,
        Err(Missing::Limit) => {
            Some(format!("What is played {} was not found within the limit.", way.phrase()))
        }
        Err(Missing::Nothing) if way != Way::Transfers => {
            Some(format!("No equilibrium was found {}.", way.phrase()))
        }
        Err(Missing::Nothing) => {
            Some(format!("No equilibrium in pure strategies is known {}.", way.phrase()))
        }
    }
}

fn situation(model: &Model, row: &StateRow, way: Way) -> String {
    let outlook = match row.outlook(way) {
        Ok(outlook) => outlook,
        Err(_) => return missing(row, way).unwrap_or_default(),
    };
    let opening = match way {
        Way::Outcome if row.kept.is_none() => return format!("{}.", agreed(model, row)),
        Way::Outcome => return format!("{}{}.", agreed(model, row), conflict(model, row, outlook)),
        Way::Markov => "Without promises, looking ahead state by state, they play",
        Way::Transfers => "With promises and payments the most that holds is",
    };
    format!("{opening} {}{}.", plays(model, row, outlook), conflict(model, row, outlook))
}

/// Which agreements hold, and which is kept.
fn agreed(model: &Model, row: &StateRow) -> String {
    let name = |at: usize| model.agreements()[at].id.as_str();
    let holding: Vec<&str> = row.holding().map(name).collect();
    let discount = Notation::Short(4).exact(row.game.discount().value());
    match (holding.as_slice(), row.kept) {
        ([], _) => format!("No agreement holds at the discount factor {discount}"),
        (held, Some(kept)) => format!(
            "At the discount factor {discount} {} can be sustained; {} is kept",
            held.join(" and "),
            name(row.agreements[kept].agreement)
        ),
        (held, None) => format!(
            "At the discount factor {discount} {} can be sustained, but brings no more than what is played without promises",
            held.join(" and ")
        ),
    }
}

/// Why no agreement is kept.
fn none_kept_in_words(model: &Model, row: &StateRow) -> String {
    let holding: Vec<&str> = row.holding().map(|at| model.agreements()[at].id.as_str()).collect();
    if holding.is_empty() {
        "no agreement holds".to_owned()
    } else {
        format!(
            "{} can be sustained, but brings no more than what is played anyway",
            holding.join(" and ")
        )
    }
}

/// `; war breaks out within 10 years with 43.21 %, after 15.2 years on average`.
fn conflict(model: &Model, row: &StateRow, outlook: &Outlook) -> String {
    let Some(conflict) = &outlook.course.conflict else { return String::new() };
    let name = row.conflict_title(model);
    let percent = |value: &Rational| Notation::Percent(2).exact(value);
    if conflict.ever.is_zero() {
        return format!("; {name} never comes");
    }
    let years = over(model);
    let within = match &conflict.within {
        Some(within) => format!("; {name} comes within {years} with {}", percent(within)),
        None => format!("; {name} may come"),
    };
    let when = match &conflict.waiting {
        Some(waiting) => {
            format!(", after {} {}s on average", Notation::Places(1).exact(waiting), model.period())
        }
        None => format!(", and ever with {}", percent(&conflict.ever)),
    };
    format!("{within}{when}")
}

/// `1 year`, `10 years`.
fn over(model: &Model) -> String {
    let years = model.comparison.years;
    format!("{years} {}{}", model.period(), if years == 1 { "" } else { "s" })
}

/// What a scenario changes in one way to play; nothing is said of a way in which nothing changes, but of
/// what is played.
fn what_changes(model: &Model, baseline: &StateRow, row: &StateRow, way: Way) -> Option<String> {
    let (Ok(before), Ok(after)) = (baseline.outlook(way), row.outlook(way)) else {
        return missing(row, way);
    };
    let risk = row.changes.iter().find(|one| one.metric.subject == StateSubject::Within(way));
    let label = &model.comparison.baseline;
    let none_kept = row.kept.is_none() && baseline.kept.is_none();
    let played = if way == Way::Outcome {
        match (baseline.kept_name(model), row.kept_name(model)) {
            // What is played without promises is told next.
            (None, None) => return None,
            (None, Some(now)) => {
                let none = none_kept_in_words(model, baseline);
                format!("{now} is agreed on and kept, where in the {label} {none}")
            }
            (Some(then), None) => {
                let none = none_kept_in_words(model, row);
                format!("{then}, which is kept in the {label}, is kept no more: {none}")
            }
            (Some(then), Some(now)) if then == now => format!("{now} is kept, as in the {label}"),
            (Some(then), Some(now)) => format!("{now} is kept, and in the {label} {then}"),
        }
    } else {
        // States of one name are the same state, whatever actions are left in it.
        let mut other: Vec<String> = row
            .open_states()
            .filter_map(|state| {
                let now = row.play_name(after, state);
                let then = baseline.play_name(before, state);
                (now != then)
                    .then(|| format!("in {} {now} and not {then}", row.title(model, state)))
            })
            .collect();
        shorten(&mut other);
        let told = way == Way::Markov && none_kept;
        if other.is_empty() && !told && !risk.is_some_and(StateChange::moved) {
            return None;
        }
        if other.is_empty() {
            format!("{} the same is played as in the {label}", way.opening())
        } else {
            format!("{} they play {}", way.opening(), other.join(", "))
        }
    };
    let risk = risk.map_or_else(String::new, |one| risk_words(model, row, one));
    Some(format!("{played}{risk}."))
}

/// That other equilibria are played without promises as well, with what conflict, and whether what a
/// scenario changes depends on which of them is.
fn others(model: &Model, row: &StateRow, baseline: Option<&StateRow>) -> Option<String> {
    let alone = |row: &StateRow| row.others.is_empty();
    if alone(row) && baseline.is_none_or(alone) {
        return None;
    }
    let told = match row.others.len() {
        0 => String::new(),
        1 => "Without promises another equilibrium was found".to_owned(),
        more => format!("Without promises {more} other equilibria were found"),
    };
    let Some((least, most)) = row.range_of_risk() else {
        return (!told.is_empty()).then(|| format!("{told}."));
    };
    let percent = |value: &Rational| Notation::Percent(2).exact(value);
    let what = format!("{} within {}", row.conflict_title(model), over(model));
    let range = match (alone(row), least == most) {
        (true, _) => String::new(),
        (_, true) => format!("{told}, with the same risk of {what}"),
        _ => {
            format!("{told}: {what} from {} to {} by equilibrium", percent(&least), percent(&most))
        }
    };
    let depends = baseline.filter(|baseline| row.depends_on_equilibrium(baseline)).map(|_| {
        format!(
            "whether {} becomes likelier than in the {} depends on which equilibrium is played in each",
            row.conflict_title(model),
            model.comparison.baseline
        )
    });
    match (range.is_empty(), depends) {
        (true, None) => None,
        (true, Some(depends)) => Some(format!("Without promises {depends}.")),
        (false, None) => Some(format!("{range}.")),
        (false, Some(depends)) => Some(format!("{range}; {depends}.")),
    }
}

/// `; war within 10 years falls from 43.21 % to 30.10 %`.
fn risk_words(model: &Model, row: &StateRow, change: &StateChange) -> String {
    let what = format!("; {} within {}", row.conflict_title(model), over(model));
    let shown = |value: &Option<Rational>| change.shown(value.as_ref(), model);
    if !change.moved() {
        return format!("{what} stays at {}", shown(&change.after));
    }
    let verb = if change.after < change.before { "falls" } else { "rises" };
    format!("{what} {verb} from {} to {}", shown(&change.before), shown(&change.after))
}

fn steps(row: &StateRow) -> String {
    let steps: Vec<&str> = row.log.iter().map(|entry| entry.change.as_str()).collect();
    let steps = steps.join("; ");
    let channel = row.scenario.channel.as_ref().filter(|channel| !channel.is_empty());
    match (channel, steps.is_empty()) {
        (Some(channel), true) => format!("The channel is {channel}."),
        (Some(channel), false) => format!("The channel is {channel} ({steps})."),
        (None, true) => "It changes nothing in the game.".to_owned(),
        (None, false) => format!("What it does: {steps}."),
    }
}

/// The ways by which a scenario is judged: where something can be agreed on by what is played then.
fn told(model: &Model) -> [Way; 2] {
    let first = if model.agreements().is_empty() { Way::Markov } else { Way::Outcome };
    [first, Way::Transfers]
}

fn harm(model: &Model, row: &StateRow) -> String {
    let measured =
        || row.changes.iter().filter(|one| told(model).contains(&one.metric.subject.way()));
    let worse: Vec<&StateChange> =
        measured().filter(|change| change.direction == Direction::Worse).collect();
    let better = measured().any(|change| change.direction == Direction::Better);
    if worse.is_empty() {
        return if better {
            "Nothing that is measured gets worse.".to_owned()
        } else {
            "It does not help here: nothing that is measured gets better, or worse.".to_owned()
        };
    }
    let opening = if !better && row.scenario.kind != Kind::Lens {
        "It does not help here. Nothing that is measured gets better, and worse become"
    } else {
        "It hurts"
    };
    let items: Vec<String> = worse
        .iter()
        .map(|change| {
            let shown = |value: &Option<Rational>| change.shown(value.as_ref(), model);
            format!("{} {} → {}", change.metric.title, shown(&change.before), shown(&change.after))
        })
        .collect();
    format!("{opening}: {}.", items.join(", "))
}

fn against(model: &Model, build_up: &StateRow, changes: &[StateChange]) -> Option<String> {
    let said: Vec<String> = told(model)
        .iter()
        .filter_map(|&way| {
            let risk =
                changes.iter().find(|one| one.metric.subject == StateSubject::Within(way))?;
            let shown = |value: &Option<Rational>| risk.shown(value.as_ref(), model);
            let sense = match risk.direction {
                Direction::Same => return Some(format!("the same {}", way.phrase())),
                Direction::Better => "less",
                _ => "more",
            };
            Some(format!(
                "{sense} {} ({} against {})",
                way.phrase(),
                shown(&risk.after),
                shown(&risk.before)
            ))
        })
        .collect();
    (!said.is_empty()).then(|| {
        format!(
            "Beside {} it leaves a risk of {} that is {}.",
            build_up.scenario.id,
            build_up.conflict_title(model),
            said.join(", and ")
        )
    })
}
