//! Correlated and coarse correlated equilibria as tables for people.

use super::{PLACES, profile_name};
use crate::game::NormalForm;
use crate::game::answer::{
    CoarseCorrelated, Correlated, CorrelatedCommitment, Mediated, Objective, PayoffPolygon,
};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(game: &NormalForm, answer: &Correlated, about: &str) -> Table {
    mediated(game, answer, about, "told to play", "correlated equilibrium")
}

pub(super) fn coarse(game: &NormalForm, answer: &CoarseCorrelated, about: &str) -> Table {
    mediated(game, answer, about, "played", "coarse correlated equilibrium")
}

pub(super) fn commitment(game: &NormalForm, answer: &CorrelatedCommitment, about: &str) -> Table {
    let mut table = mediated(game, &answer.device, about, "played", "correlated commitment");
    table.sentence(
        None,
        format!(
            "{} draws a profile, plays his part, and tells each of the others his own in private; they obey.",
            game.players()[answer.leader].name
        ),
    );
    table
}

fn mediated<M>(
    game: &NormalForm,
    answer: &Mediated<M>,
    about: &str,
    what: &str,
    kind: &str,
) -> Table {
    let mut table = profiles(game, &answer.distribution, about, what);
    let best = best(game, &answer.objective, &answer.value, kind);
    table.sentence(None, format!("Expected payoffs: {}. {best}", payoffs(game, &answer.payoffs)));
    table
}

/// The profiles that have a positive probability.
pub(super) fn profiles(
    game: &NormalForm,
    distribution: &[Rational],
    about: &str,
    what: &str,
) -> Table {
    let mut columns = vec![
        Column::name("profile", what),
        Column::number("probability", "probability", Notation::Beside(PLACES)),
    ];
    for player in game.players() {
        let header = format!("payoff {}", player.name);
        columns.push(Column::number(
            format!("payoff_{}", player.name),
            header,
            Notation::Beside(4),
        ));
    }
    let mut table = Table::new(about, columns);
    for (index, probability) in distribution.iter().enumerate() {
        if probability.is_zero() {
            continue;
        }
        let mut cells = vec![Cell::text(profile_name(game, index)), probability.into()];
        cells.extend((0..game.num_players()).map(|player| Cell::from(game.payoff(player, index))));
        table.push(cells);
    }
    table
}

pub(super) fn payoffs(game: &NormalForm, payoffs: &[Rational]) -> String {
    let names = game.players().iter().zip(payoffs).map(|(player, payoff)| {
        format!("{} {}", player.name, Notation::Beside(PLACES).exact(payoff))
    });
    names.collect::<Vec<_>>().join(", ")
}

/// What is best about an equilibrium of a kind.
fn best(game: &NormalForm, objective: &Objective, value: &Rational, kind: &str) -> String {
    let value = Notation::Beside(PLACES).exact(value);
    let gives = |what: &str, than: &str| {
        format!("No {kind} gives {what} {than} than {value}; the dual solution proves it.")
    };
    let of = |player: usize| format!("the payoff of {}", game.players()[player].name);
    match objective {
        Objective::Welfare => gives("the sum of payoffs", "more"),
        Objective::LeastWelfare => gives("the sum of payoffs", "less"),
        Objective::Player(player) => gives(&of(*player), "more"),
        Objective::LeastPlayer(player) => gives(&of(*player), "less"),
        Objective::Weighted(_) => gives("the weighted sum of payoffs", "more"),
        Objective::Egalitarian => gives("every player", "more"),
    }
}

/// The corners of the polygon of all payoffs of equilibria of a kind.
pub(super) fn polygon<M>(
    game: &NormalForm,
    answer: &PayoffPolygon<M>,
    about: &str,
    kind: &str,
) -> Table {
    let mut columns = vec![Column::name("vertex", "vertex")];
    for player in game.players() {
        let header = format!("payoff {}", player.name);
        columns.push(Column::number(
            format!("payoff_{}", player.name),
            header,
            Notation::Beside(PLACES),
        ));
    }
    columns.push(Column::text("played", "played"));
    let mut table = Table::new(about, columns);
    for (at, vertex) in answer.vertices.iter().enumerate() {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(vertex.payoffs.iter().map(Cell::from));
        cells.push(Cell::text(played(game, &vertex.distribution)));
        table.push(cells);
    }
    let shape = match answer.vertices.len() {
        1 => format!("Every {kind} pays this point."),
        2 => format!("A point is paid by a {kind} exactly when it lies between these two."),
        _ => format!("A point is paid by a {kind} exactly when it lies in this polygon."),
    };
    table.sentence(None, format!("{shape} Dual solutions prove that nothing lies outside."));
    table
}

/// Profiles that are listed of a distribution.
const MOST_PLAYED: usize = 4;

/// `(Swerve, Swerve) 1/2, (Straight, Swerve) 1/4, …`, the likeliest first.
fn played(game: &NormalForm, distribution: &[Rational]) -> String {
    let mut played: Vec<usize> =
        (0..distribution.len()).filter(|&index| !distribution[index].is_zero()).collect();
    played.sort_by(|&one, &other| distribution[other].cmp(&distribution[one]));
    let mut parts: Vec<String> = played
        .iter()
        .take(MOST_PLAYED)
        .map(|&index| {
            let probability = super::probability_text(&distribution[index]);
            format!("{} {probability}", profile_name(game, index))
        })
        .collect();
    if played.len() > MOST_PLAYED {
        parts.push(format!("and {} more", played.len() - MOST_PLAYED));
    }
    parts.join(", ")
}
