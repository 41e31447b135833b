//! Commitment of all players to actions, one after the other, as JSON, and from it.

use serde_json::{Value, json};

use crate::game::NormalForm;
use crate::game::answer::{SequentialCommitment, SequentialOutcome, Subject};

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{by_player, object};

/// Puts the keys of commitment in a fixed order.
pub(super) fn write(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &SequentialCommitment,
    put: &mut impl FnMut(&str, Value),
) {
    let game = subject.stage();
    let players = || 0..game.num_players();
    let course = |one: &SequentialOutcome| {
        let action = |at: usize| json!(labels.actions[at][game.action_in(at, one.profile)]);
        json!({
            "profile": object(players().map(|at| (labels.players[at].clone(), action(at)))),
            "payoffs": by_player(labels, &one.payoffs),
        })
    };
    put("equilibria", json!([]));
    put("order", answer.order.iter().map(|&at| json!(labels.players[at])).collect());
    put("favourable", course(&answer.favourable));
    put("adverse", course(&answer.adverse));
    put("least", by_player(labels, &answer.least));
    put("most", by_player(labels, &answer.most));
    let outcome = |&profile: &usize| {
        json!(labels.joint(players().map(|at| (at, game.action_in(at, profile)))))
    };
    put("outcomes", answer.outcomes.iter().map(outcome).collect());
}

impl Names<'_> {
    pub(super) fn sequential(
        &self,
        top: &Cursor<'_>,
        game: &NormalForm,
    ) -> Read<SequentialCommitment> {
        self.no_equilibria(top)?;
        let course = |one: &Cursor<'_>| -> Read<SequentialOutcome> {
            let profile = one.key("profile")?;
            let played = self
                .each(&profile, "player", &self.labels.players, |at, one| self.action(at, one))?;
            Ok(SequentialOutcome {
                profile: game.profile_index(&played),
                payoffs: self.by_player(&one.key("payoffs")?)?,
            })
        };
        let order = top.key("order")?;
        let outcomes = top.key("outcomes")?;
        Ok(SequentialCommitment {
            order: order.list()?.iter().map(|one| self.player(one)).collect::<Read<_>>()?,
            favourable: course(&top.key("favourable")?)?,
            adverse: course(&top.key("adverse")?)?,
            least: self.by_player(&top.key("least")?)?,
            most: self.by_player(&top.key("most")?)?,
            outcomes: outcomes
                .list()?
                .iter()
                .map(|one| self.profile_at(one, one.string()?, game))
                .collect::<Read<_>>()?,
        })
    }
}
