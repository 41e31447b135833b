//! At which discount factors agreements in states are kept, as tables.

use crate::game::Stretch;
use crate::game::stochastic::{PactPatience, Threat};
use crate::num::{Notation, Rational};
use crate::report::solution::stretch_list;
use crate::report::table::{Cell, Column, Table};

use super::{MOST_LISTED, Names, PLACES};

/// Threats beyond so many states are in the file alone.
const MOST_STATES: usize = 12;

impl Names<'_> {
    /// A row for each agreement and threat, and a table of the threats.
    pub(super) fn agreements(&self, answer: &PactPatience, about: &str) -> Vec<Table> {
        let columns = vec![
            Column::name("agreement", "agreement"),
            Column::text("threat", "threat"),
            Column::text("held", "nobody gains by leaving it"),
            Column::text("threat_at", "nobody gains by leaving the threat"),
            Column::text("kept", "kept: both"),
        ];
        let mut table = Table::new(about, columns);
        let list = |list: &Option<Vec<Stretch>>| {
            Cell::text(list.as_deref().map_or_else(|| "not determined".to_owned(), stretch_list))
        };
        let rows = answer.agreements.iter().flat_map(|own| own.iter().enumerate());
        for (at, one) in rows.take(MOST_LISTED) {
            table.push(vec![
                one.pact.name.as_str().into(),
                Cell::text((at + 1).to_string()),
                list(&one.held),
                list(&one.threat),
                list(&one.kept),
            ]);
        }
        table.sentence(
            None,
            "A threat is what is played without promises once the agreement has ended, the same at every discount factor. Where nobody gains by leaving it, it is a Markov perfect equilibrium; where both is so, the agreement with this threat is a subgame-perfect equilibrium. With more than one state an agreement that holds at one discount factor may fail at a higher one.",
        );
        if answer.agreements.iter().flatten().any(|one| one.pact.renewed.is_positive()) {
            table.sentence(
                None,
                "With renewal a threat is an equilibrium given that the agreement may stand again.",
            );
        }
        for own in &answer.agreements {
            let Some(one) = own.first() else { continue };
            let kept = own.iter().enumerate().filter_map(|(at, one)| {
                let list = one.kept.as_deref().filter(|list| !list.is_empty())?;
                Some(format!("{} (threat {})", stretch_list(list), at + 1))
            });
            let mut kept: Vec<String> = kept.collect();
            if kept.is_empty() {
                kept.push("by no threat that was found".to_owned());
            }
            table.sentence(Some(&one.pact.name), format!("kept {}.", kept.join("; ")));
        }
        if !answer.open.is_empty() {
            table.sentence(
                None,
                format!(
                    "No equilibrium in fractions was found at {}, so that other threats may keep agreements there.",
                    runs(answer, &answer.open)
                ),
            );
        }
        vec![table, self.threats(answer)]
    }

    fn threats(&self, answer: &PactPatience) -> Table {
        let states = self.game.states().len();
        let mut columns = vec![Column::name("threat", "threat"), Column::text("found", "found at")];
        let listed = states.min(MOST_STATES);
        columns.extend((0..listed).map(|state| {
            Column::text(format!("plays_{}", self.game.states()[state].name), self.state(state))
        }));
        let mut table = Table::new("What is played without promises", columns);
        let play = |threat: &Threat, state: usize| {
            let own = threat.play[state].iter().enumerate();
            own.map(|(player, strategy)| self.mixture(state, player, strategy, true))
                .collect::<Vec<_>>()
                .join("/")
        };
        for (at, threat) in answer.threats.iter().enumerate() {
            let mut row =
                vec![Cell::text((at + 1).to_string()), Cell::text(runs(answer, &threat.found))];
            row.extend((0..listed).map(|state| Cell::text(play(threat, state))));
            table.push(row);
        }
        if listed < states {
            table.sentence(
                None,
                format!("{} more states are in the result with --format json.", states - listed),
            );
        }
        table.sentence(
            None,
            "Equilibria were looked for at some discount factors, one at each: there may be others.",
        );
        table
    }
}

/// Discount factors, those that follow one another among all that were looked at as `0.1 to 0.4`.
fn runs(answer: &PactPatience, list: &[Rational]) -> String {
    let found = answer.threats.iter().flat_map(|threat| &threat.found);
    let mut all: Vec<&Rational> = found.chain(&answer.open).collect();
    all.sort();
    let place = |one: &Rational| all.binary_search(&one).ok();
    let mut runs: Vec<(&Rational, &Rational)> = Vec::new();
    for one in list {
        match runs.last_mut() {
            Some((_, last)) if place(last).map(|at| at + 1) == place(one) => *last = one,
            _ => runs.push((one, one)),
        }
    }
    let notation = Notation::Short(PLACES);
    let text = |(from, to): &(&Rational, &Rational)| {
        if from == to {
            notation.exact(from)
        } else {
            format!("{} to {}", notation.exact(from), notation.exact(to))
        }
    };
    runs.iter().map(text).collect::<Vec<_>>().join(", ")
}
