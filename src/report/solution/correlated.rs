//! Correlated and coarse correlated equilibria as tables for people.

use super::{PLACES, profile_name};
use crate::game::NormalForm;
use crate::game::answer::{CoarseCorrelated, Correlated, Mediated, Objective};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(game: &NormalForm, answer: &Correlated, about: &str) -> Table {
    mediated(game, answer, about, "told to play", "correlated equilibrium")
}

pub(super) fn coarse(game: &NormalForm, answer: &CoarseCorrelated, about: &str) -> Table {
    mediated(game, answer, about, "played", "coarse correlated equilibrium")
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
fn profiles(game: &NormalForm, distribution: &[Rational], about: &str, what: &str) -> Table {
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

fn payoffs(game: &NormalForm, payoffs: &[Rational]) -> String {
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
