//! What a mediator tells each player, with a row for each number.

use crate::game::NormalForm;
use crate::game::answer::{Advice, Advised, RobustDevice};

use super::solution::Rows;

impl Rows<'_> {
    pub(super) fn robust_device(&mut self, game: &NormalForm, answer: &Advised<RobustDevice>) {
        self.distribution(game, &answer.device.distribution);
        self.payoffs(&answer.device.payoffs);
        self.push("objective", None, Some("robust"), (&answer.device.slack).into());
        self.push("bound", None, Some("robust"), (&answer.device.bound).into());
        self.advice(game, &answer.advice);
    }

    /// The item of a belief, or of a loss, is what the player is told, a colon, and the others' joint
    /// action, or his own best deviation.
    pub(super) fn advice(&mut self, game: &NormalForm, advice: &[Advice]) {
        for one in advice {
            let player = one.player;
            let told = self.labels.actions[player][one.told].clone();
            self.push("told", Some(player), Some(&told), (&one.probability).into());
            for (index, share) in &one.belief {
                let others = game.profile(*index).into_iter().enumerate();
                let others = self.labels.joint(others.filter(|(at, _)| *at != player));
                let item = format!("{told}: {others}");
                self.push("belief", Some(player), Some(&item), share.into());
            }
            self.push("expected", Some(player), Some(&told), (&one.payoff).into());
            if let Some((action, loss)) = &one.deviation {
                let item = format!("{told}: {}", self.labels.actions[player][*action]);
                self.push("loss", Some(player), Some(&item), loss.into());
            }
        }
    }
}
