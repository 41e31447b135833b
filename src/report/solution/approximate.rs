//! Equilibria in machine numbers, of many players or with noise, as tables for people.

use super::{MOST_LISTED, MOST_PATH_ROWS, PLACES, strategy};
use crate::game::answer::{
    Approximate, ApproximateEquilibrium, BranchEventKind, LogitEquilibrium, Quantal,
};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::{Notation, shortest};
use crate::report::table::{Cell, Column, Table};

/// `Up 0.123457, Down 0.876543`, or the action alone when it is pure.
fn near_strategy(game: &NormalForm, player: usize, strategy: &MixedStrategy) -> String {
    let actions = &game.players()[player].actions;
    if let Some(action) = strategy.as_pure() {
        return actions[action].clone();
    }
    let parts = strategy.support().into_iter().map(|action| {
        let probability = strategy.probabilities()[action].to_f64();
        let short = Notation::Significant(PLACES).float(probability);
        // What is not played for sure is not shown as sure.
        let shown = if short == "1" { shortest(probability) } else { short };
        format!("{} {shown}", actions[action])
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Columns for the strategies and the payoffs of all players.
fn near_columns(game: &NormalForm, mut columns: Vec<Column>) -> Vec<Column> {
    for player in game.players() {
        columns.push(Column::text(format!("strategy_{}", player.name), player.name.clone()));
    }
    for player in game.players() {
        let header = format!("payoff {}", player.name);
        let notation = Notation::Short(PLACES);
        columns.push(Column::number(format!("payoff_{}", player.name), header, notation));
    }
    columns.push(Column::number("regret", "regret", Notation::Significant(3)).with_unit("at most"));
    columns
}

/// Exact numbers where the regret is zero, decimals else.
fn near_cells(game: &NormalForm, one: &ApproximateEquilibrium) -> Vec<Cell> {
    let exact = one.regret.is_zero();
    let shown = one.profile.iter().enumerate().map(|(at, mixed)| {
        Cell::text(if exact { strategy(game, at, mixed) } else { near_strategy(game, at, mixed) })
    });
    let mut cells: Vec<Cell> = shown.collect();
    cells.extend(one.payoffs.iter().map(Cell::from));
    cells.push((&one.regret).into());
    cells
}

pub(super) fn table(game: &NormalForm, answer: &Approximate, about: &str) -> Table {
    let mut columns = near_columns(game, vec![Column::name("number", "no.")]);
    columns.push(Column::number("radius", "radius", Notation::Significant(3)));
    let mut table = Table::new(about, columns);
    for (at, one) in answer.list.iter().enumerate().take(MOST_LISTED) {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(near_cells(game, one));
        cells.push(one.radius.as_ref().map(Cell::from).into());
        table.push(cells);
    }
    let count = answer.list.len();
    if count > MOST_LISTED {
        table.sentence(
            None,
            format!("{} more are in the result with --format json.", count - MOST_LISTED),
        );
    }
    let number =
        if count == 1 { "1 equilibrium".to_owned() } else { format!("{count} equilibria") };
    table.sentence(
        None,
        if answer.complete {
            format!("{number}: this is the complete list.")
        } else {
            format!("{number}; the list is not known to be complete.")
        },
    );
    if answer.list.iter().any(|one| !one.regret.is_zero()) {
        table.sentence(
            None,
            "Equilibria of more than two players need not be rational: probabilities are machine numbers, the regret at them is evaluated exactly, and within the radius, where there is one, lies exactly one equilibrium.",
        );
    }
    table
}

pub(super) fn quantal(game: &NormalForm, answer: &Quantal, about: &str) -> Vec<Table> {
    let head = vec![Column::number("lambda", "λ", Notation::Short(PLACES))];
    let mut columns = near_columns(game, head);
    let residual = || Column::number("residual", "residual", Notation::Significant(3));
    columns.push(residual().with_unit("at most"));
    let mut table = Table::new(about, columns);
    let row = |one: &LogitEquilibrium| -> Vec<Cell> {
        let strategies = one.point.profile.iter().enumerate();
        let mut cells = vec![Cell::from(&one.point.lambda)];
        cells.extend(strategies.map(|(at, mixed)| Cell::text(near_strategy(game, at, mixed))));
        cells.extend(one.payoffs.iter().map(Cell::from));
        cells.push((&one.regret).into());
        cells.push((&one.point.residual).into());
        cells
    };
    for one in &answer.points {
        table.push(row(one));
    }
    if answer.points.is_empty() {
        // Without values of λ the path is shown, thinned.
        let step = answer.path.len().div_ceil(MOST_PATH_ROWS).max(1);
        let shown = answer.path.iter().step_by(step);
        let mut columns = vec![Column::number("lambda", "λ", Notation::Significant(4))];
        for player in game.players() {
            columns.push(Column::text(format!("strategy_{}", player.name), player.name.clone()));
        }
        columns.push(residual().with_unit("at most"));
        table = Table::new(about, columns);
        for point in shown {
            let strategies = point.profile.iter().enumerate();
            let mut cells = vec![Cell::from(&point.lambda)];
            cells.extend(strategies.map(|(at, mixed)| Cell::text(near_strategy(game, at, mixed))));
            cells.push((&point.residual).into());
            table.push(cells);
        }
        table.sentence(
            None,
            format!(
                "Some of {} points of the principal branch; all are in the result with --format json or csv, and --lambda gives the equilibrium at a value.",
                answer.path.len()
            ),
        );
    }
    if let Some(fit) = &answer.fit {
        let point = &fit.equilibrium.point;
        let play = point.profile.iter().enumerate();
        let play: Vec<String> = play.map(|(at, mixed)| near_strategy(game, at, mixed)).collect();
        table.sentence(
            Some("Fit"),
            format!(
                "the counts are likeliest at λ = {}: {}; log-likelihood {}.",
                Notation::Significant(PLACES).exact(&point.lambda),
                play.join(" / "),
                Notation::Significant(8).exact(&fit.log_likelihood)
            ),
        );
    }
    for event in &answer.events {
        let what = match event.kind {
            BranchEventKind::TurningPoint => "λ turns",
            BranchEventKind::Bifurcation => "other branches cross",
        };
        let lambda = Notation::Significant(PLACES).exact(&event.lambda);
        table.sentence(None, format!("On the principal branch {what} at about λ = {lambda}."));
    }
    if let Some(limit) = &answer.limit {
        let mixed = limit.profile.iter().enumerate();
        let play: Vec<String> = mixed
            .map(|(at, mixed)| {
                if limit.regret.is_zero() {
                    strategy(game, at, mixed)
                } else {
                    near_strategy(game, at, mixed)
                }
            })
            .collect();
        table.sentence(
            None,
            format!("As λ grows, the branch tends to the equilibrium {}.", play.join(" / ")),
        );
    }
    vec![table]
}
