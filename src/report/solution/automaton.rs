//! An automaton of a repeated game as a table for people.

use super::{PLACES, factor_text, probability_text, profile_name};
use crate::certify::objective_gap;
use crate::game::answer::{Machine, Objective};
use crate::game::{Lottery, NormalForm, Provenance, Rule, Stretch, StretchEnd, When};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

/// A row for each state, and sentences about the start, deviations and discount factors.
pub(super) fn table(game: &NormalForm, machine: &Machine, about: &str) -> Table {
    let what = kind(&machine.provenance);
    let discount = factor_text(machine.discount.value());
    let about = format!("{about}{what}, at discount factor {discount}");
    let mut columns = vec![Column::name("state", "state"), Column::text("play", "plays")];
    columns.push(Column::text("next", "then"));
    for player in game.players() {
        let header = format!("value {}", player.name);
        columns.push(Column::number(
            format!("value_{}", player.name),
            header,
            Notation::Beside(PLACES),
        ));
    }
    columns.push(Column::text("deviation", "best deviation"));
    columns.push(Column::number("slack", "loses by it", Notation::Beside(PLACES)));
    let mut table = Table::new(about, columns);
    for (at, state) in machine.automaton.states.iter().enumerate().take(super::MOST_LISTED) {
        let mut cells = vec![Cell::text(state.name.clone())];
        cells.push(Cell::text(profile_name(game, state.play)));
        cells.push(Cell::text(rules(game, machine, &state.rules)));
        cells.extend(machine.values[at].iter().map(Cell::from));
        let tightest = machine.incentives[at]
            .iter()
            .enumerate()
            .filter_map(|(player, one)| Some((player, one.as_ref()?)))
            .min_by(|(_, one), (_, other)| one.slack.cmp(&other.slack));
        match tightest {
            Some((player, one)) => {
                let of = &game.players()[player];
                cells.push(Cell::text(format!("{} to {}", of.name, of.actions[one.action])));
                cells.push(Cell::from(&one.slack));
            }
            None => cells.extend([Cell::missing(), Cell::missing()]),
        }
        table.push(cells);
    }
    table.sentence(None, start(game, machine));
    table.sentence(None, verdict(game, machine));
    if let Some(text) = machine.sustained.as_ref().map(|list| stretches(list)) {
        table.sentence(None, text);
    }
    if let (Some(gap), Provenance::Optimal { objective: Some(objective), .. }) =
        (objective_gap(machine), &machine.provenance)
    {
        table.sentence(None, bound(objective, &gap));
    }
    table
}

/// How much better an equilibrium may be for the objective.
fn bound(objective: &Objective, gap: &Rational) -> String {
    let what = "No subgame-perfect equilibrium in pure strategies with a public lottery";
    let (gives, most) = if objective.is_least() { ("less", "below") } else { ("more", "above") };
    if gap.is_zero() {
        return format!("{what} gives {gives}.");
    }
    format!("{what} is {most} that by more than {:.1e}.", gap.to_f64() * 1.05)
}

fn kind(provenance: &Provenance) -> String {
    match provenance {
        Provenance::Given => ", as given".to_owned(),
        Provenance::Grim => ", grim trigger".to_owned(),
        Provenance::Punishment { periods, least } => {
            let fewest = if *least { ", the fewest that do" } else { "" };
            let periods =
                if *periods == 1 { "1 period".to_owned() } else { format!("{periods} periods") };
            format!(", punishment for {periods}{fewest}")
        }
        Provenance::CarrotAndStick => ", carrot and stick".to_owned(),
        Provenance::Optimal { .. } => ", by the best continuations".to_owned(),
    }
}

/// A lottery over states: `punish`, or `carrot 4/5 (0.8000), stick 1/5 (0.2000)`.
fn lottery(machine: &Machine, lottery: &Lottery) -> String {
    let name = |at: usize| machine.automaton.states[at].name.as_str();
    if let Some(state) = lottery.as_sure() {
        return name(state).to_owned();
    }
    let parts = lottery.entries().iter();
    let parts = parts.map(|(at, share)| format!("{} {}", name(*at), probability_text(share)));
    parts.collect::<Vec<_>>().join(", ")
}

/// `keep; if Row leaves punish Row; otherwise punish`.
fn rules(game: &NormalForm, machine: &Machine, rules: &[Rule]) -> String {
    let alone = rules.len() == 1;
    let one = |rule: &Rule| {
        let next = lottery(machine, &rule.next);
        match &rule.when {
            When::Otherwise if alone => next,
            When::Otherwise => format!("else {next}"),
            When::Kept => format!("kept: {next}"),
            When::LeftBy(player) => format!("{} leaves: {next}", game.players()[*player].name),
            When::Played(pattern) => {
                let names: Vec<&str> = pattern
                    .iter()
                    .zip(game.players())
                    .map(|(action, player)| action.map_or("*", |at| player.actions[at].as_str()))
                    .collect();
                format!("{}: {next}", names.join("/"))
            }
        }
    };
    rules.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn start(game: &NormalForm, machine: &Machine) -> String {
    let payoffs: Vec<String> = game
        .players()
        .iter()
        .enumerate()
        .map(|(at, player)| {
            format!("{} {}", player.name, Notation::Beside(PLACES).exact(&machine.payoff(at)))
        })
        .collect();
    format!(
        "It starts with {}, and pays {} (discounted averages).",
        lottery(machine, &machine.automaton.start),
        payoffs.join(", ")
    )
}

fn verdict(game: &NormalForm, machine: &Machine) -> String {
    let Some((state, player, one)) = machine.binding() else {
        return "A subgame-perfect equilibrium: nobody has a choice.".to_owned();
    };
    let of = &game.players()[player];
    let (name, action) = (&machine.automaton.states[state].name, &of.actions[one.action]);
    let slack = Notation::Beside(PLACES).exact(&one.slack.abs());
    if one.slack.is_negative() {
        return format!(
            "No subgame-perfect equilibrium: in the state {name} {} gains {slack} by {action}.",
            of.name
        );
    }
    let loses = if one.slack.is_zero() {
        "gains and loses nothing".to_owned()
    } else {
        format!("loses {slack}")
    };
    format!(
        "A subgame-perfect equilibrium: no deviation pays in any state. The least costly deviation is {}'s to {action} in the state {name}, which {loses}.",
        of.name
    )
}

/// At which discount factors it is an equilibrium.
fn stretches(list: &[Stretch]) -> String {
    if list.is_empty() {
        return "At no discount factor below 1 this automaton is an equilibrium.".to_owned();
    }
    format!(
        "Of all discount factors this automaton, as it stands, is an equilibrium {}.",
        stretch_list(list)
    )
}

/// Where something is so: `from 5/8 (0.625) on`, `from 1/4 (0.25) to 1/2 (0.5), and at 3/4 (0.75)`.
pub(in crate::report) fn stretch_list(list: &[Stretch]) -> String {
    if list.is_empty() {
        return "at none".to_owned();
    }
    let point = |end: &StretchEnd| match &end.outside {
        None => factor_text(&end.inside),
        Some(_) => format!("{} (rounded)", Notation::Short(12).exact(&end.inside)),
    };
    let one = |stretch: &Stretch| match &stretch.to {
        None if stretch.from.inside.is_zero() => "at every one".to_owned(),
        None => format!("from {} on", point(&stretch.from)),
        Some(to) if *to == stretch.from => format!("at {}", point(to)),
        Some(to) => format!("from {} to {}", point(&stretch.from), point(to)),
    };
    // Where a deviation is just not tempting at one point, two stretches meet.
    let mut merged: Vec<Stretch> = Vec::new();
    for stretch in list {
        match merged.last_mut() {
            Some(last) if last.to.as_ref().is_some_and(|to| *to == stretch.from) => {
                last.to.clone_from(&stretch.to);
            }
            _ => merged.push(stretch.clone()),
        }
    }
    let parts: Vec<String> = merged.iter().map(one).collect();
    parts.join(", and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_the_outer_polygon_gives_no_more_it_is_said_so() {
        assert!(bound(&Objective::Egalitarian, &Rational::ZERO).ends_with("gives more."));
        assert!(bound(&Objective::LeastPlayer(0), &Rational::ZERO).ends_with("gives less."));
        for objective in [Objective::Egalitarian, Objective::Welfare] {
            let text = bound(&objective, &Rational::new(1, 1000));
            assert!(text.ends_with("is above that by more than 1.1e-3."), "{text}");
        }
    }
}
