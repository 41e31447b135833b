//! Commitment with matched losses as a table for people.

use super::{PLACES, strategy};
use crate::game::NormalForm;
use crate::game::answer::MatchedCommitment;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

pub(super) fn table(game: &NormalForm, answer: &MatchedCommitment, about: &str) -> Table {
    let (leader, follower) = (answer.leader, 1 - answer.leader.min(1));
    let names = game.players();
    let notation = Notation::Beside(PLACES);
    let payoff = |key: &str, player: usize| {
        Column::number(key, format!("payoff {}", names[player].name), notation)
    };
    let mut table = Table::new(
        about,
        vec![
            Column::text("reply", format!("if {} plays", names[follower].name)),
            payoff("leader_value", leader),
            payoff("follower_value", follower),
        ],
    );
    let (who, whom) = (&names[leader].name, &names[follower].name);
    let beta = notation.exact(&answer.beta);
    let Some(best) = &answer.best else {
        table.sentence(
            None,
            format!(
                "There is no commitment under which every error of {whom} costs {who} at most {beta} times what it costs {whom}: a larger --beta leaves more commitments."
            ),
        );
        return table;
    };
    let expected = |player: usize, reply: usize| {
        let played = best.commitment.probabilities().iter().enumerate();
        played
            .filter(|(_, x)| !x.is_zero())
            .map(|(action, x)| {
                let at = action * game.stride(leader) + reply * game.stride(follower);
                x * game.payoff(player, at)
            })
            .sum::<crate::num::Rational>()
    };
    for (reply, name) in names[follower].actions.iter().enumerate() {
        let name = if reply == best.reply { format!("{name} (best)") } else { name.clone() };
        table.push(vec![
            Cell::text(name),
            (&expected(leader, reply)).into(),
            (&expected(follower, reply)).into(),
        ]);
    }
    table.sentence(
        Some("Commitment"),
        format!("{who} commits to {}.", strategy(game, leader, &best.commitment)),
    );
    table.sentence(
        None,
        format!(
            "It is the best one under which any other reply than the best costs {who} at most {beta} times what it costs {whom}. For each reply a dual solution proves it."
        ),
    );
    table
}
