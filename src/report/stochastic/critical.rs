//! Critical discount factors of profiles of states as a table.

use crate::game::stochastic::CriticalProfiles;
use crate::num::{Notation, rounded_down, rounded_up};
use crate::report::table::{Cell, Column, Table};

use super::Names;

/// Places of the ends of brackets, which are rounded outward.
const PLACES: i32 = 14;

impl Names<'_> {
    pub(super) fn critical(&self, answer: &CriticalProfiles, about: &str) -> Table {
        let notation = Notation::Short(PLACES as usize);
        let columns = vec![
            Column::name("state", "state"),
            Column::text("played", "profile"),
            Column::number("lower", "not yet at", notation),
            Column::number("upper", "from", notation),
        ];
        let mut table = Table::new(about, columns);
        for one in &answer.brackets {
            let discount = |at: usize| answer.points[at].discount.value();
            let below = one.below.map(|at| rounded_down(discount(at), PLACES));
            let above = one.above.map(|at| rounded_up(discount(at), PLACES));
            table.push(vec![
                self.state(one.state).into(),
                self.profile(one.state, one.profile).as_str().into(),
                below.map_or_else(Cell::missing, Cell::from),
                above.map_or_else(|| Cell::text("at none tried"), Cell::from),
            ]);
        }
        table.sentence(
            None,
            "The profiles are those that give the largest joint payoff of their state at some discount factor. At the upper end equilibria with transfers play them, and at the lower end none does; in between lies a place of change. With more than one state there may be others.",
        );
        table
    }
}
