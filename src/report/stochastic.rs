//! Answers about games in states as tables.

mod agreements;
mod critical;
mod markov;
mod payoffs;

use crate::game::stochastic::{Negotiation, Policies, StochasticGame, TransferEquilibrium};
use crate::num::{Notation, honest_decimal};
use crate::study::stochastic::StochasticAnswer;

use super::table::{Cell, Column, Table};

/// Places of decimals.
const PLACES: usize = 6;
/// States beyond this many are counted and not printed one by one.
const MOST_LISTED: usize = 200;

/// What an answer is, for headings.
#[must_use]
pub fn heading(answer: &StochasticAnswer) -> &'static str {
    match answer {
        StochasticAnswer::Transfers(_) => {
            "subgame-perfect equilibria with transfers, state by state"
        }
        StochasticAnswer::Negotiation(_) => "repeated negotiation equilibrium, state by state",
        StochasticAnswer::Markov(answer) => markov::heading(answer),
        StochasticAnswer::Critical(_) => {
            "critical discount factors of profiles, with transfers, state by state"
        }
        StochasticAnswer::Agreements(_) => {
            "discount factors at which agreements are kept by going back to play without promises"
        }
        StochasticAnswer::Payoffs(_) => {
            "payoffs of subgame-perfect equilibria without transfers, state by state"
        }
    }
}

/// The tables that show an answer; `titles` are the names of the states in reports.
#[must_use]
pub fn tables(
    game: &StochasticGame,
    titles: &[String],
    answer: &StochasticAnswer,
    about: &str,
) -> Vec<Table> {
    let names = Names { game, titles };
    if let StochasticAnswer::Critical(answer) = answer {
        return vec![names.critical(answer, about)];
    }
    if let StochasticAnswer::Agreements(answer) = answer {
        return names.agreements(answer, about);
    }
    let discount = crate::report::solution::factor_text(game.discount().value());
    let about = format!("{about}, at discount factor {discount}");
    match answer {
        StochasticAnswer::Transfers(answer) => vec![names.transfers(answer, &about)],
        StochasticAnswer::Negotiation(answer) => vec![names.negotiation(answer, &about)],
        StochasticAnswer::Markov(answer) => names.markov(answer, &about),
        StochasticAnswer::Payoffs(answer) => names.payoffs(answer, &about),
        StochasticAnswer::Critical(_) | StochasticAnswer::Agreements(_) => Vec::new(),
    }
}

struct Names<'a> {
    game: &'a StochasticGame,
    titles: &'a [String],
}

impl Names<'_> {
    fn players(&self) -> impl Iterator<Item = &str> {
        (0..self.game.num_players()).map(|player| self.game.player(player))
    }

    fn state(&self, state: usize) -> &str {
        self.titles.get(state).map_or(self.game.states()[state].name.as_str(), String::as_str)
    }

    fn profile(&self, state: usize, profile: usize) -> String {
        let stage = &self.game.states()[state].stage;
        stage.profile_names(&stage.profile(profile)).join("/")
    }

    /// The columns: the state, numbers, and policies.
    fn table(&self, about: &str, numbers: Vec<(String, String)>) -> Table {
        let mut columns = vec![Column::name("state", "state"), Column::text("played", "played")];
        let notation = Notation::Beside(PLACES);
        columns
            .extend(numbers.into_iter().map(|(key, header)| Column::number(key, header, notation)));
        columns.extend(
            self.players()
                .map(|name| Column::text(format!("punishing_{name}"), format!("punishes {name}"))),
        );
        Table::new(about, columns)
    }

    fn each(&self, key: &str, header: &str) -> Vec<(String, String)> {
        self.players().map(|name| (format!("{key}_{name}"), format!("{header} {name}"))).collect()
    }

    fn transfers(&self, answer: &TransferEquilibrium, about: &str) -> Table {
        let Some(Policies { played, punishing, joint, worst }) = &answer.policies else {
            let mut table = Table::new(about, vec![Column::name("state", "state")]);
            table.sentence(
                None,
                "There is no subgame-perfect equilibrium in pure strategies that is known.",
            );
            return table;
        };
        let mut numbers = vec![("joint".to_owned(), "joint payoff".to_owned())];
        numbers.extend(self.each("worst", "worst"));
        let mut table = self.table(about, numbers);
        for state in 0..joint.len().min(MOST_LISTED) {
            let mut row: Vec<Cell> =
                vec![self.state(state).into(), self.profile(state, played[state]).as_str().into()];
            row.push((&joint[state]).into());
            row.extend(worst.iter().map(|values| Cell::from(&values[state])));
            row.extend(
                punishing
                    .iter()
                    .map(|policy| Cell::from(self.profile(state, policy[state]).as_str())),
            );
            table.push(row);
        }
        self.more(&mut table, joint.len());
        let same =
            answer.bounds().is_some_and(|round| round.joint == *joint && round.worst == *worst);
        table.sentence(
            None,
            if same {
                "In each state exactly those payoffs are sustained that give each player at least his worst and together at most the joint payoff (money may be burned); what is played in equilibrium is listed, and what punishes whoever does not pay or play."
            } else {
                "In each state all payoffs are sustained that give each player at least his worst and together at most the joint payoff; the bounds that no equilibrium exceeds are a little wider, and in the result with --format json."
            },
        );
        table
    }

    fn negotiation(&self, answer: &Negotiation, about: &str) -> Table {
        let mut numbers = vec![("joint".to_owned(), "joint payoff".to_owned())];
        numbers.extend(self.each("share", "share"));
        numbers.extend(self.each("worst", "worst"));
        let mut table = self.table(about, numbers);
        let float = |value: f64| Cell::from(value);
        for state in 0..answer.joint.len().min(MOST_LISTED) {
            let mut row: Vec<Cell> = vec![
                self.state(state).into(),
                self.profile(state, answer.played[state]).as_str().into(),
                float(answer.joint[state]),
            ];
            row.extend(answer.shares.iter().map(|values| float(values[state])));
            row.extend(answer.worst.iter().map(|values| float(values[state])));
            row.extend(
                answer
                    .punishing
                    .iter()
                    .map(|policy| Cell::from(self.profile(state, policy[state]).as_str())),
            );
            table.push(row);
        }
        self.more(&mut table, answer.joint.len());
        let weights: Vec<String> = self
            .players()
            .zip(&answer.weights)
            .map(|(name, weight)| format!("{name} {weight}"))
            .collect();
        table.sentence(
            None,
            format!(
                "A period begins with new negotiations with probability {}; they share what is gained over the worst payoffs by the weights {}.",
                honest_decimal(&answer.probability, PLACES),
                weights.join(", ")
            ),
        );
        table.sentence(
            None,
            format!(
                "{} periods: {} steps backward from what equilibria without negotiation give. Of all that decided whether a profile can be enforced, the closest was {:.1e} from going the other way; exact ties count as enforced, by 1e-12 of the largest payoff.",
                answer.periods,
                answer.periods.saturating_sub(1),
                answer.closest
            ),
        );
        table
    }

    fn more(&self, table: &mut Table, count: usize) {
        if count > MOST_LISTED {
            let more = count - MOST_LISTED;
            table.sentence(
                None,
                format!("{more} more states are in the result with --format json."),
            );
        }
    }
}
