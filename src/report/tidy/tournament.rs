//! Tournaments with a row for each number.

use crate::game::answer::Tournament;
use crate::game::{Invasion, NormalForm, symmetric_stakes};

use super::solution::Rows;

impl Rows<'_> {
    /// The strategies are numbered by their rank; `item` names the strategy, or both that meet, joined by `|`.
    pub(super) fn tournament(&mut self, game: &NormalForm, answer: &Tournament) {
        let Some(stakes) = symmetric_stakes(game, answer.cooperation) else { return };
        let ranking = answer.ranking(&stakes);
        let names: Vec<&String> = answer.strategies.iter().map(|one| &one.name).collect();
        for (rank, &i) in ranking.iter().enumerate() {
            self.number = Some(rank as u64 + 1);
            self.push("score", None, Some(names[i]), answer.score(&stakes, i).into());
            let invaded = (0..names.len())
                .any(|j| j != i && answer.invasion(&stakes, i, j) != Invasion::Resists);
            self.flag("stable", None, Some(names[i]), !invaded);
            for &j in &ranking {
                let pair = format!("{}|{}", names[i], names[j]);
                self.push("payoff", None, Some(&pair), answer.payoff(&stakes, i, j).into());
                for (outcome, share) in ["CC", "CD", "DC", "DD"].iter().zip(&answer.outcomes[i][j])
                {
                    self.push(&format!("share_{outcome}"), None, Some(&pair), share.into());
                }
            }
        }
        self.number = None;
    }
}
