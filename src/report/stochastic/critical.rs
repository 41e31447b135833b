//! Critical discount factors of profiles of states as a table.

use crate::game::stochastic::CriticalProfiles;
use crate::num::Notation;
use crate::report::table::{Cell, Column, Table};

use super::Names;

/// Places of the ends of brackets.
const PLACES: usize = 14;

impl Names<'_> {
    pub(super) fn critical(&self, answer: &CriticalProfiles, about: &str) -> Table {
        let notation = Notation::Places(PLACES);
        let columns = vec![
            Column::name("state", "state"),
            Column::text("played", "profile"),
            Column::number("lower", "not yet at", notation),
            Column::number("upper", "from", notation),
        ];
        let mut table = Table::new(about, columns);
        for one in &answer.brackets {
            let discount = |at: usize| Cell::from(answer.points[at].discount.value());
            table.push(vec![
                self.state(one.state).into(),
                self.profile(one.state, one.profile).as_str().into(),
                one.below.map_or_else(Cell::missing, discount),
                one.above.map_or_else(|| Cell::text("at none tried"), discount),
            ]);
        }
        table.sentence(
            None,
            "The profiles are those that give the largest joint payoff of their state at some discount factor. At the upper end equilibria with transfers play them, and at the lower end none does; in between lies a place of change. With more than one state there may be others.",
        );
        table
    }
}
