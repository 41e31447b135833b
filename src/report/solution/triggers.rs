//! How long agreements have to be suspended, as a table for people.

use super::{PLACES, factor_text, strategy};
use crate::game::RepeatedGame;
use crate::game::answer::{Subject, Triggers};
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(subject: Subject<'_>, answer: &Triggers, about: &str) -> Table {
    let about = format!("{about}, at discount factor {}", factor_text(answer.discount.value()));
    let mut columns =
        vec![Column::name("agreement", "agreement"), Column::text("periods", "suspended for")];
    columns.extend(subject.stage().players().iter().map(|player| {
        let (key, header) = (format!("payoff_{}", player.name), format!("payoff {}", player.name));
        Column::number(key, header, Notation::Places(PLACES))
    }));
    columns.push(Column::number("slack", "lost by deviating", Notation::Places(PLACES)));
    columns.push(Column::text("holds", "kept"));
    let mut table = Table::new(about, columns);
    let Subject::Repeated(game) = subject else { return table };
    for one in &answer.agreements {
        let name = &game.agreements[one.agreement].name;
        for (at, length) in one.lengths.iter().enumerate() {
            let periods = match length.periods {
                None => "ever".to_owned(),
                Some(1) => "1 period".to_owned(),
                Some(periods) => format!("{periods} periods"),
            };
            let mut cells = vec![Cell::text(name), Cell::text(periods)];
            cells.extend(length.payoffs.iter().map(Cell::from));
            cells.push(length.slack.as_ref().map_or_else(|| Cell::text("–"), Cell::from));
            cells.push(Cell::text(match (length.holds(), one.best == Some(at)) {
                (true, true) => "yes, the shortest",
                (true, false) => "yes",
                _ => "no",
            }));
            table.push(cells);
        }
    }
    sentences(game, answer, &mut table);
    table
}

fn sentences(game: &RepeatedGame, answer: &Triggers, table: &mut Table) {
    for one in &answer.agreements {
        let play: Vec<String> = (0..one.punishment.len())
            .map(|at| strategy(&game.stage, at, &one.punishment[at]))
            .collect();
        let name = &game.agreements[one.agreement].name;
        let kept = match one.best.map(|at| one.lengths[at].periods) {
            Some(Some(_)) => String::new(),
            Some(None) => format!(" Up to {} periods it is not kept.", one.tried),
            None => format!(" No suspension up to {} periods keeps it, nor its end.", one.tried),
        };
        let text = format!("while it is suspended all play {}.{kept}", play.join(" / "));
        table.sentence(Some(name), text);
    }
    table.sentence(
        None,
        "After an alarm a stage equilibrium is played for so many periods, and then the agreement stands again; payoffs are averages while it stands. The alarm is the model's `false_alarm` and `detection`.",
    );
}
