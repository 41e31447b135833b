//! A game of two players from the side of the one who commits.

use crate::game::NormalForm;
use crate::num::Rational;

/// A two-player game as the leader sees it.
pub(super) struct View<'a> {
    pub(super) game: &'a NormalForm,
    pub(super) leader: usize,
}

impl View<'_> {
    pub(super) fn actions(&self) -> usize {
        self.game.num_actions(self.leader)
    }

    pub(super) fn replies(&self) -> usize {
        self.game.num_actions(1 - self.leader)
    }

    pub(super) fn index(&self, action: usize, reply: usize) -> usize {
        action * self.game.stride(self.leader) + reply * self.game.stride(1 - self.leader)
    }

    pub(super) fn leader_payoff(&self, action: usize, reply: usize) -> &Rational {
        self.game.payoff(self.leader, self.index(action, reply))
    }

    pub(super) fn follower_payoff(&self, action: usize, reply: usize) -> &Rational {
        self.game.payoff(1 - self.leader, self.index(action, reply))
    }

    pub(super) fn is_best_reply(&self, action: usize, reply: usize) -> bool {
        let payoff = self.follower_payoff(action, reply);
        (0..self.replies()).all(|other| self.follower_payoff(action, other) <= payoff)
    }
}

pub(super) fn unit(length: usize, at: usize) -> Vec<Rational> {
    let mut vector = vec![Rational::ZERO; length];
    vector[at] = Rational::ONE;
    vector
}
