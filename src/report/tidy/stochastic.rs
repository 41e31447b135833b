//! Answers about games in states with a row for each number.

use crate::game::stochastic::StochasticGame;
use crate::num::Rational;
use crate::report::table::Table;
use crate::study::stochastic::StochasticAnswer;

use super::{Cell, Record, table};

/// The columns of [`super::solutions`]. The item is a state; for what is played it is the state, a
/// colon and the action, and the value is 1.
#[must_use]
pub fn stochastic(method: &str, game: &StochasticGame, answer: &StochasticAnswer) -> Table {
    let mut rows = Rows { method, game, records: Vec::new() };
    rows.exact("discount", None, None, game.discount().value());
    match answer {
        StochasticAnswer::Transfers(answer) => {
            if let Some(policies) = &answer.policies {
                for state in 0..policies.joint.len() {
                    rows.exact("joint", None, Some(state), &policies.joint[state]);
                    for (player, worst) in policies.worst.iter().enumerate() {
                        rows.exact("worst", Some(player), Some(state), &worst[state]);
                    }
                }
                rows.policy("played", &policies.played);
            }
        }
        StochasticAnswer::Negotiation(answer) => {
            for state in 0..answer.joint.len() {
                rows.float("joint", None, state, answer.joint[state]);
                for player in 0..answer.worst.len() {
                    rows.float("share", Some(player), state, answer.shares[player][state]);
                    rows.float("worst", Some(player), state, answer.worst[player][state]);
                }
            }
            rows.policy("played", &answer.played);
        }
    }
    table("Solutions", rows.records)
}

struct Rows<'a> {
    method: &'a str,
    game: &'a StochasticGame,
    records: Vec<Record>,
}

impl Rows<'_> {
    fn push(
        &mut self,
        quantity: &str,
        player: Option<usize>,
        item: Option<&str>,
        value: Cell,
        exact: Option<String>,
    ) {
        let mut record = Record::default();
        record.put("concept", "stochastic");
        record.put("method", self.method);
        record.put("number", None::<Rational>);
        record.put("component", None::<Rational>);
        record.put("quantity", quantity);
        record.put("player", player.map(|player| self.game.player(player)));
        record.put("item", item);
        record.put("value", value);
        record.put("exact", exact);
        self.records.push(record);
    }

    fn exact(
        &mut self,
        quantity: &str,
        player: Option<usize>,
        state: Option<usize>,
        value: &Rational,
    ) {
        let game = self.game;
        let item = state.map(|state| game.states()[state].name.as_str());
        self.push(quantity, player, item, value.into(), Some(value.to_string()));
    }

    fn float(&mut self, quantity: &str, player: Option<usize>, state: usize, value: f64) {
        let game = self.game;
        self.push(quantity, player, Some(game.states()[state].name.as_str()), value.into(), None);
    }

    fn policy(&mut self, quantity: &str, policy: &[usize]) {
        let game = self.game;
        for (state, &profile) in game.states().iter().zip(policy) {
            let actions = state.stage.profile(profile);
            for (player, action) in state.stage.profile_names(&actions).into_iter().enumerate() {
                let item = format!("{}: {action}", state.name);
                self.push(
                    quantity,
                    Some(player),
                    Some(&item),
                    (&Rational::ONE).into(),
                    Some("1".to_owned()),
                );
            }
        }
    }
}
