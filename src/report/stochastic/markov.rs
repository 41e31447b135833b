//! Markov perfect equilibria as tables.

use crate::game::MixedStrategy;
use crate::game::stochastic::{MarkovAnswer, MarkovEquilibrium};
use crate::num::{Notation, Rational, decimal, rounded_down, rounded_up, scientific_up};
use crate::report::table::{Cell, Column, Table};

use super::{MOST_LISTED, Names, PLACES};

/// What the answer is, for headings.
pub(super) fn heading(answer: &MarkovAnswer) -> &'static str {
    let zero_sum = answer.equilibria.iter().all(|one| one.value.is_some());
    match answer.equilibria.len() {
        1 if zero_sum => "value and optimal stationary strategies, state by state",
        1 => "Markov perfect equilibrium, state by state",
        _ => "Markov perfect equilibria, state by state",
    }
}

impl Names<'_> {
    /// One table for each equilibrium.
    pub(super) fn markov(&self, answer: &MarkovAnswer, about: &str) -> Vec<Table> {
        let count = answer.equilibria.len();
        let each = answer.equilibria.iter().enumerate();
        each.map(|(at, one)| {
            let numbered = format!("{about} ({} of {count})", at + 1);
            self.equilibrium(one, if count == 1 { about } else { &numbered })
        })
        .collect()
    }

    fn equilibrium(&self, one: &MarkovEquilibrium, about: &str) -> Table {
        let mut columns = vec![Column::name("state", "state")];
        columns.extend(
            self.each("payoff", "payoff")
                .into_iter()
                .map(|(key, header)| Column::number(key, header, Notation::Beside(PLACES))),
        );
        let plays = |name: &str| Column::text(format!("plays_{name}"), format!("{name} plays"));
        columns.extend(self.players().map(plays));
        let mut table = Table::new(about, columns);
        let exact = one.is_exact();
        for (state, profile) in one.strategies.iter().enumerate().take(MOST_LISTED) {
            let mut row: Vec<Cell> = vec![self.state(state).into()];
            row.extend(one.values.iter().map(|values| match exact {
                true => Cell::from(&values[state]),
                false => Cell::from(values[state].to_f64()),
            }));
            row.extend(profile.iter().enumerate().map(|(player, strategy)| {
                Cell::from(self.mixture(state, player, strategy, exact).as_str())
            }));
            table.push(row);
        }
        self.more(&mut table, one.strategies.len());
        table.sentence(
            None,
            if exact {
                "No player gains anything by any deviation, in any state, exactly.".to_owned()
            } else {
                format!(
                    "By one deviation in a state a player gains at most {}, and by any strategy at most {}; payoffs are off by at most {}.",
                    scientific_up(&one.worst_one_shot_regret(), 2),
                    scientific_up(&one.regret, 2),
                    scientific_up(&one.payoff_error, 2)
                )
            },
        );
        if let Some(value) = &one.value {
            let start = self.game.start();
            let (low, high) = &value[start];
            let name = self.game.player(0);
            let at = self.state(start);
            table.sentence(
                None,
                if low == high {
                    format!(
                        "The value from the state {at} is {} to {name}.",
                        Notation::Beside(PLACES).exact(low)
                    )
                } else {
                    format!(
                        "The value from the state {at} lies between {} and {} to {name}, by what the strategies guarantee.",
                        decimal(&rounded_down(low, 15), 15),
                        decimal(&rounded_up(high, 15), 15)
                    )
                },
            );
        }
        table
    }

    /// The actions that are played, with their probabilities.
    pub(super) fn mixture(
        &self,
        state: usize,
        player: usize,
        strategy: &MixedStrategy,
        exact: bool,
    ) -> String {
        let actions = &self.game.states()[state].stage.players()[player].actions;
        let notation = if exact { Notation::Short(4) } else { Notation::Places(4) };
        let part = |action: usize| {
            let probability = &strategy.probabilities()[action];
            if *probability == Rational::ONE {
                actions[action].clone()
            } else {
                format!("{} {}", actions[action], notation.exact(probability))
            }
        };
        strategy.support().into_iter().map(part).collect::<Vec<_>>().join(", ")
    }
}
