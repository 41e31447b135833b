//! What learning ended at, for people.

use crate::game::NormalForm;
use crate::game::answer::Learning;
use crate::game::words_on_decay;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

use super::{PLACES, correlated};

/// The course of the regret, the mixtures at the end, and the joint distribution where there is one.
pub(super) fn tables(game: &NormalForm, answer: &Learning, about: &str) -> Vec<Table> {
    let mut tables = vec![course(answer, about)];
    let Some(last) = answer.course.last() else { return tables };
    let columns = vec![
        Column::name("player", "player"),
        Column::text("action", "action"),
        Column::number("share", "share", Notation::Places(PLACES)),
    ];
    let mut mixture = Table::new(format!("The mixture after {} rounds", last.rounds), columns);
    for (at, player) in game.players().iter().enumerate() {
        let strategy = last.mixture.profile[at].probabilities();
        for (name, share) in player.actions.iter().zip(strategy) {
            mixture.push(vec![Cell::text(&player.name), Cell::text(name), share.into()]);
        }
    }
    let payoffs = correlated::payoffs(game, &last.mixture.payoffs);
    mixture.sentence(None, format!("Expected payoffs of the mixture: {payoffs}."));
    if let Some([lower, upper]) = &answer.value {
        let number = |value| Notation::Significant(PLACES + 6).exact(value);
        mixture.sentence(
            None,
            format!(
                "The mixtures prove that the value to {} lies between {} and {}.",
                game.players()[0].name,
                number(lower),
                number(upper)
            ),
        );
    }
    tables.push(mixture);
    if let Some(joint) = &answer.joint {
        let mut table =
            correlated::profiles(game, &joint.distribution, "What was played jointly", "played");
        let regret = Notation::Significant(PLACES).exact(&joint.regret);
        table.sentence(
            None,
            format!(
                "By always playing one action nobody would have gained more than {regret} a round: at 0 this is a coarse correlated equilibrium."
            ),
        );
        tables.push(table);
    }
    tables
}

fn course(answer: &Learning, about: &str) -> Table {
    let mut course = Table::new(
        format!("{about}, regret of the mixture"),
        vec![
            Column::name("rounds", "rounds"),
            Column::number("regret", "regret", Notation::Significant(PLACES)),
        ],
    );
    let regrets = answer.course.iter().map(|point| (point.rounds, &point.mixture.regret));
    for (rounds, regret) in regrets.clone() {
        course.push(vec![Cell::text(rounds.to_string()), regret.into()]);
    }
    let numbers: Vec<(u64, f64)> =
        regrets.map(|(rounds, regret)| (rounds, regret.to_f64())).collect();
    if answer.course.len() > 1 {
        course.sentence(None, words_on_decay(&numbers));
    }
    course
}
