//! Answers about games in states with a row for each number.

use crate::game::stochastic::{MarkovEquilibrium, PactPatience, StochasticGame};
use crate::num::Rational;
use crate::report::table::Table;
use crate::study::stochastic::StochasticAnswer;

use super::{Cell, Record, table};

/// The columns of [`super::solutions`]. The item is a state; for what is played it is the state, a
/// colon and the action, and the value is 1.
#[must_use]
pub fn stochastic(
    concept: &str,
    method: &str,
    game: &StochasticGame,
    answer: &StochasticAnswer,
) -> Table {
    let mut rows = Rows { concept, method, game, number: None, records: Vec::new() };
    if !matches!(answer, StochasticAnswer::Critical(_) | StochasticAnswer::Agreements(_)) {
        rows.exact("discount", None, None, game.discount().value());
    }
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
        StochasticAnswer::Markov(answer) => {
            for (at, one) in answer.equilibria.iter().enumerate() {
                rows.number = Some(at + 1);
                rows.markov(one);
            }
        }
        StochasticAnswer::Critical(answer) => {
            for one in &answer.brackets {
                let name = &game.states()[one.state].name;
                let item = format!("{name}: {}", game.profile_name(one.state, one.profile));
                let discount = |at: usize| answer.points[at].discount.value();
                for (quantity, end) in
                    [("critical_discount_lower", one.below), ("critical_discount_upper", one.above)]
                {
                    if let Some(value) = end.map(discount) {
                        let exact = Some(value.to_string());
                        rows.push(quantity, None, Some(&item), value.into(), exact);
                    }
                }
            }
        }
        StochasticAnswer::Agreements(answer) => rows.agreements(answer),
        StochasticAnswer::Payoffs(answer) => {
            for (state, one) in answer.states.iter().enumerate() {
                let inner = one.inner.iter().map(|corner| &corner.payoffs).enumerate();
                let outer = one.outer.iter().map(|corner| &corner.payoffs).enumerate();
                let inner = inner.map(|(at, payoffs)| ("payoff", at, payoffs));
                let outer = outer.map(|(at, payoffs)| ("outer_payoff", at, payoffs));
                for (quantity, at, payoffs) in inner.chain(outer) {
                    rows.number = Some(at + 1);
                    for (player, value) in payoffs.iter().enumerate() {
                        rows.exact(quantity, Some(player), Some(state), value);
                    }
                }
                rows.number = None;
                if let Some(distance) = &one.distance {
                    rows.exact("distance", None, Some(state), distance);
                }
            }
        }
    }
    table("Solutions", rows.records)
}

struct Rows<'a> {
    concept: &'a str,
    method: &'a str,
    game: &'a StochasticGame,
    /// The number of the equilibrium, where there may be several.
    number: Option<usize>,
    records: Vec<Record>,
}

impl Rows<'_> {
    /// The ends of stretches, where the condition holds: the number is that of the threat.
    fn agreements(&mut self, answer: &PactPatience) {
        for own in &answer.agreements {
            for (at, one) in own.iter().enumerate() {
                self.number = Some(at + 1);
                for (what, list) in
                    [("held", &one.held), ("threat", &one.threat), ("kept", &one.kept)]
                {
                    for stretch in list.iter().flatten() {
                        let ends = [("from", Some(&stretch.from)), ("to", stretch.to.as_ref())];
                        for (which, end) in ends {
                            let Some(end) = end else { continue };
                            let quantity = format!("{what}_{which}");
                            let exact = Some(end.inside.to_string());
                            let item = Some(one.pact.name.as_str());
                            self.push(&quantity, None, item, (&end.inside).into(), exact);
                        }
                    }
                }
            }
        }
        self.number = None;
    }

    fn push(
        &mut self,
        quantity: &str,
        player: Option<usize>,
        item: Option<&str>,
        value: Cell,
        exact: Option<String>,
    ) {
        let mut record = Record::default();
        record.put("concept", self.concept);
        record.put("method", self.method);
        record.put("number", self.number.map(|number| Rational::from(number as i64)));
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

    /// Strategies with what they give; numbers within bounds have no exact column.
    fn markov(&mut self, one: &MarkovEquilibrium) {
        let (game, exact) = (self.game, one.is_exact());
        let stated = |value: &Rational| exact.then(|| value.to_string());
        for (at, state) in game.states().iter().enumerate() {
            let name = Some(state.name.as_str());
            for (player, strategy) in one.strategies[at].iter().enumerate() {
                for action in strategy.support() {
                    let probability = &strategy.probabilities()[action];
                    let action = &state.stage.players()[player].actions[action];
                    let item = format!("{}: {action}", state.name);
                    let text = Some(probability.to_string());
                    self.push("probability", Some(player), Some(&item), probability.into(), text);
                }
                let value = &one.values[player][at];
                self.push("payoff", Some(player), name, value.into(), stated(value));
            }
            let regret = &one.one_shot_regret[at];
            self.push("one_shot_regret", None, name, regret.into(), stated(regret));
            if let Some(value) = &one.value {
                let (low, high) = &value[at];
                self.push("value_lower", Some(0), name, low.into(), stated(low));
                self.push("value_upper", Some(0), name, high.into(), stated(high));
            }
        }
        self.push("regret", None, None, (&one.regret).into(), stated(&one.regret));
        let error = &one.payoff_error;
        self.push("payoff_error", None, None, error.into(), stated(error));
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
