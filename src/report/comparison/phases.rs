//! Payoffs of a period while an agreement stands, after its end, and in its punishment.

use crate::model::Model;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};
use crate::study::compare::{Comparison, Row};
use crate::study::evaluate::Play;

use super::{PLACES, in_sections};

/// What is played at one time.
#[derive(Debug, Clone)]
pub(in crate::report) struct Phase {
    /// `on`: as long as nothing intervenes. `off`: once the agreement that is kept has ended.
    /// `punishment`: what critical discount factors suppose to follow a deviation.
    pub word: &'static str,
    /// The play; in a punishment that which each player would suffer for his own deviation.
    pub plays: Vec<Play>,
}

impl Phase {
    fn of_one(word: &'static str, play: &Play, players: usize) -> Self {
        Phase { word, plays: vec![play.clone(); players] }
    }

    /// The play, or what all plays have in common.
    fn name(&self, row: &Row) -> String {
        match self.plays.as_slice() {
            [first, rest @ ..] if rest.iter().all(|play| play == first) => row.play_name(first),
            _ => "each player's worst equilibrium".to_owned(),
        }
    }
}

/// What is played as long as nothing intervenes.
pub(in crate::report) fn on_the_path(row: &Row) -> Play {
    let evaluation = &row.evaluation;
    match evaluation.outcome {
        Some(at) => Play::Pure(evaluation.agreements[at].profile),
        None => evaluation.otherwise.clone(),
    }
}

/// What is played on the path; after it, where an agreement is kept; and in the punishment, where
/// the model has agreements.
pub(in crate::report) fn phases(model: &Model, row: &Row) -> Vec<Phase> {
    let evaluation = &row.evaluation;
    let players = model.players.len();
    let mut phases = vec![Phase::of_one("on", &on_the_path(row), players)];
    if evaluation.outcome.is_some() {
        phases.push(Phase::of_one("off", &evaluation.otherwise, players));
    }
    if let Some(repeated) = &row.repeated {
        let own = |player: usize| {
            if model.punishes_by_worst_equilibrium() {
                Play::of_profile(&row.game, &repeated.answer.punishments[player])
            } else {
                evaluation.stage.clone()
            }
        };
        phases.push(Phase { word: "punishment", plays: (0..players).map(own).collect() });
    }
    phases
}

/// Payoffs of a period in each phase, with their parts. A punishment that is what is played without
/// an agreement anyway is not shown again.
pub(super) fn table(model: &Model, comparison: &Comparison) -> Table {
    let mut columns = vec![
        Column::name("scenario", "scenario"),
        Column::name("phase", "phase"),
        Column::text("play", "play"),
    ];
    for player in &model.players {
        for part in &model.parts {
            let notation = Notation::Places(PLACES);
            columns.push(Column::number(
                format!("{part}_{}", player.id),
                format!("{} {part}", player.id),
                notation,
            ));
        }
        columns.push(Column::number(
            format!("payoff_{}", player.id),
            format!("{} payoff", player.id),
            Notation::Places(PLACES),
        ));
        columns.push(Column::number(
            format!("cost_{}", player.id),
            format!("{} cost", player.id),
            Notation::Short(PLACES),
        ));
    }
    let mut table =
        Table::new("Payoffs on the path of play and off it, with their parts unweighted", columns);
    let mut punished = false;
    in_sections(
        &mut table,
        &comparison.rows,
        |row| &row.scenario,
        |row, table| {
            let evaluation = &row.evaluation;
            for phase in phases(model, row) {
                if phase.word == "punishment" {
                    if phase.plays.iter().all(|play| *play == evaluation.otherwise) {
                        continue;
                    }
                    punished = true;
                }
                let mut cells = vec![
                    Cell::text(&row.scenario.id),
                    Cell::text(phase.word),
                    Cell::text(phase.name(row)),
                ];
                for (player, play) in phase.plays.iter().enumerate() {
                    for part in &evaluation.tables.parts[player] {
                        cells.push(play.expectation(part).into());
                    }
                    cells.push(play.expectation(&evaluation.tables.payoffs[player]).into());
                    cells.push((&row.cost[player]).into());
                }
                table.push(cells);
            }
        },
    );
    let punishment = if punished {
        " Punishment: what critical discount factors suppose to follow a deviation, where that is something else."
    } else {
        ""
    };
    table.sentence(
        None,
        format!(
            "On the path: what is played as long as nothing intervenes. Off it: what follows the end of an agreement.{punishment} \
             The cost of the mechanisms is a period's, and already taken from the part that bears it."
        ),
    );
    table
}

#[cfg(test)]
mod tests {
    use super::super::tables;
    use crate::model::Model;
    use crate::report::text::{Style, render};
    use crate::report::{csv, tidy};
    use crate::solve::Budget;
    use crate::study::compare::compare;
    use crate::study::scenario::all_scenarios;

    const CHICKEN: &str = r#"
[model]
id = "chicken"
title = "Chicken"
[[players]]
id = "Row"
actions = ["Dove", "Hawk"]
[[players]]
id = "Column"
actions = ["Dove", "Hawk"]
[payoffs.table]
Row = [[6, 2], [7, 0]]
Column = [[6, 7], [2, 0]]
[horizon]
kind = "repeated"
discount = "9/10"
survival = "9/10"
PUNISHMENT
[[horizon.agreements]]
id = "Peace"
profile = { Row = "Dove", Column = "Dove" }
[[mechanisms]]
id = "med"
operators = [{ op = "allow-mediation" }]
"#;

    /// The text and the CSV of a comparison.
    fn compared(punishment: &str) -> (String, String) {
        let text = CHICKEN.replace("PUNISHMENT", punishment);
        let model = Model::read("chicken.toml", &text).unwrap();
        let scenarios = all_scenarios(&model);
        let result = compare(&model, &[], &scenarios, &Budget::unlimited()).unwrap();
        let style = Style { width: None, ..Style::default() };
        let text = tables(&model, &result).iter().map(|table| render(table, &style)).collect();
        (text, csv::render(&tidy::comparison(&model, &result), &csv::Options::default()))
    }

    /// The text without its line breaks.
    fn flowing(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The words of the payoff table's row of a scenario in a phase.
    fn row<'t>(text: &'t str, scenario: &str, phase: &str) -> Option<Vec<&'t str>> {
        let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        rows.into_iter().find(|words| words.starts_with(&[scenario, phase]))
    }

    #[test]
    fn off_the_path_is_what_follows_the_kept_agreement_and_not_its_punishment() {
        let (text, csv) = compared("");
        let off = row(&text, "med", "off").unwrap();
        // (6,6), (2,7) and (7,2) with 1/2, 1/4 and 1/4.
        assert!(off.contains(&"5.2500"), "{off:?}");
        let punishment = row(&text, "med", "punishment").unwrap();
        assert!(punishment.join(" ").contains("each player's worst equilibrium 2.0000"), "{text}");
        let field = |column: &str| {
            let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
            let at = lines.next()?.into_iter().position(|name| name == column)?;
            Some(lines.find(|fields| fields[0] == "med")?[at].to_owned())
        };
        for (column, value) in [
            ("outcome", "Dove|Dove"),
            ("otherwise", "mixed"),
            ("stage", "Dove|Hawk"),
            ("on.payoff.Row", "6"),
            ("off.payoff.Row", "5.25"),
            ("punishment.payoff.Row", "2"),
            ("punishment.payoff.Column", "2"),
        ] {
            assert_eq!(field(column).as_deref(), Some(value), "{column}");
        }
        let said = "but once that has ended a mixture (Dove/Dove 50.00 %";
        let text = flowing(&text);
        assert!(text.contains(said), "{text}");
        assert!(text.contains("is played, by mediation, and no longer Dove/Hawk"), "{text}");
    }

    #[test]
    fn the_legend_names_the_punishment_that_the_model_has() {
        let worst = "stage equilibrium that is worst for the deviator";
        assert!(flowing(&compared("").0).contains(worst));
        let rule =
            r#"punishment = { rule = "profile", profile = { Row = "Dove", Column = "Hawk" } }"#;
        let (text, _) = compared(rule);
        let said = flowing(&text);
        assert!(!said.contains(worst), "{said}");
        assert!(said.contains("followed by the stage play for ever"), "{said}");
        assert!(row(&text, "baseline", "punishment").is_none(), "{text}");
        assert!(row(&text, "med", "punishment").unwrap().contains(&"Dove/Hawk"), "{text}");
    }
}
