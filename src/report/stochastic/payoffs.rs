//! The payoffs of equilibria without transfers as tables, state by state.

use crate::game::stochastic::{StatePolytope, StatePolytopes};
use crate::num::{Notation, Rational};
use crate::report::solution::{bound_cell, rounded_up};
use crate::report::table::{Cell, Column, Table};

use super::{MOST_LISTED, Names, PLACES};

impl Names<'_> {
    pub(super) fn payoffs(&self, answer: &StatePolytopes, about: &str) -> Vec<Table> {
        if answer.states.iter().all(|state| state.outer.is_empty()) {
            let mut table = Table::new(about, Vec::new());
            table.sentence(
                None,
                "No subgame-perfect equilibrium in pure strategies begins in any state.",
            );
            return vec![table];
        }
        let mut tables = vec![self.ranges(answer, about)];
        if answer.states.iter().any(|state| !state.inner.is_empty()) {
            tables.push(self.corners(answer));
        }
        if let Some(last) = tables.last_mut() {
            last.sentence(None, self.meaning(answer));
        }
        tables
    }

    /// The least and the most that each player gets in each state, and all together.
    fn ranges(&self, answer: &StatePolytopes, about: &str) -> Table {
        let mut columns = vec![Column::name("state", "state"), Column::name("player", "player")];
        for (key, header) in [
            ("least", "least sustained"),
            ("not_below", "not below"),
            ("most", "most sustained"),
            ("not_above", "not above"),
        ] {
            columns.push(Column::number(key, header, Notation::Beside(PLACES)));
        }
        let mut table = Table::new(about, columns);
        for (at, state) in answer.states.iter().enumerate().take(MOST_LISTED) {
            for (player, name) in self.players().enumerate() {
                let own = move |point: &[Rational]| point[player].clone();
                table.push(self.range(at, name, state, own));
            }
            table.push(self.range(at, "sum", state, |point| point.iter().sum()));
        }
        self.more(&mut table, answer.states.len());
        table
    }

    fn range(
        &self,
        at: usize,
        name: &str,
        state: &StatePolytope,
        of: impl Fn(&[Rational]) -> Rational,
    ) -> Vec<Cell> {
        let inner: Vec<Rational> = state.inner.iter().map(|one| of(&one.payoffs)).collect();
        let outer: Vec<Rational> = state.outer.iter().map(|one| of(&one.payoffs)).collect();
        vec![
            self.state(at).into(),
            name.into(),
            bound_cell(inner.iter().min(), PLACES),
            bound_cell(outer.iter().min(), PLACES),
            bound_cell(inner.iter().max(), PLACES),
            bound_cell(outer.iter().max(), PLACES),
        ]
    }

    /// The corners of the inner polytopes, and how each begins.
    fn corners(&self, answer: &StatePolytopes) -> Table {
        let mut columns = vec![Column::name("state", "state"), Column::name("corner", "corner")];
        columns.extend(self.players().map(|name| {
            let header = format!("payoff {name}");
            Column::number(format!("payoff_{name}"), header, Notation::Beside(PLACES))
        }));
        columns.push(Column::text("played", "played first"));
        let mut table = Table::new("Payoffs that are sustained, and all their mixtures", columns);
        let all = answer.states.iter().enumerate();
        let all = all.flat_map(|(at, state)| {
            state.inner.iter().enumerate().map(move |(number, corner)| (at, number, corner))
        });
        for (at, number, corner) in all.clone().take(MOST_LISTED) {
            let mut cells = vec![self.state(at).into(), Cell::text((number + 1).to_string())];
            cells.extend(corner.payoffs.iter().map(Cell::from));
            cells.push(self.profile(at, corner.profile).as_str().into());
            table.push(cells);
        }
        let more = all.count().saturating_sub(MOST_LISTED);
        if more > 0 {
            table.sentence(None, format!("{more} more corners are in the result as JSON."));
        }
        table
    }

    fn meaning(&self, answer: &StatePolytopes) -> String {
        let what = "Players use pure strategies, see all that was played and which state follows, pay one another nothing, and may follow a public lottery; payoffs are discounted averages. Who deviates gets his least sustained payoff of the state that follows.";
        let mut said = Vec::new();
        let distances: Vec<&Rational> =
            answer.states.iter().filter_map(|state| state.distance.as_ref()).collect();
        if distances.len() == answer.states.len()
            && let Some(distance) = distances.into_iter().max()
        {
            said.push(format!(
                "All mixtures of the corners of a state are payoffs of subgame-perfect equilibria that begin in it, and no equilibrium pays a point that is further than {} from them in some coordinate ({} bounds).",
                rounded_up(distance),
                answer.directions.len()
            ));
        } else {
            said.push(format!(
                "No subgame-perfect equilibrium is known, and none pays a point outside {} bounds.",
                answer.directions.len()
            ));
        }
        let none = answer.states.iter().enumerate().filter(|(_, state)| state.outer.is_empty());
        let none: Vec<&str> = none.map(|(at, _)| self.state(at)).collect();
        if !none.is_empty() {
            said.push(format!(
                "No equilibrium in pure strategies begins in {}: there is none, or play may lead to a state without any.",
                none.join(", ")
            ));
        }
        said.push(what.to_owned());
        said.join(" ")
    }
}
