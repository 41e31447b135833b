//! A game from the side of a leader whose followers reply nearly as well as they can.

use crate::game::NormalForm;
use crate::num::Rational;
use crate::solve::joint;

/// The followers of a leader, and what they see.
pub(super) struct Followers<'a> {
    pub(super) game: &'a NormalForm,
    /// The game as the followers see it.
    seen: &'a NormalForm,
    leader: usize,
    epsilon: &'a Rational,
    followers: Vec<usize>,
    /// Their profiles: the indices of the profiles in which the leader plays his first action, ascending.
    pub(super) profiles: Vec<usize>,
}

/// Follower, and the action to which he deviates.
pub(super) type Deviation = (usize, usize);

/// Expected payoffs at a commitment, by position of the followers' profile.
pub(super) struct Standing {
    /// The leader's.
    pub(super) leader: Vec<Rational>,
    /// In what they see, by follower.
    followers: Vec<Vec<Rational>>,
}

impl<'a> Followers<'a> {
    pub(super) fn new(
        game: &'a NormalForm,
        seen: &'a NormalForm,
        leader: usize,
        epsilon: &'a Rational,
    ) -> Self {
        let followers = (0..game.num_players()).filter(|&player| player != leader).collect();
        let profiles = joint::others(game, leader);
        Followers { game, seen, leader, epsilon, followers, profiles }
    }

    /// The follower, where there is only one.
    pub(super) fn single(&self) -> Option<usize> {
        if let [only] = self.followers[..] { Some(only) } else { None }
    }

    pub(super) fn actions(&self) -> usize {
        self.game.num_actions(self.leader)
    }

    /// The leader's payoff from an action against a profile of the followers.
    pub(super) fn payoff(&self, action: usize, profile: usize) -> &Rational {
        self.game.payoff(self.leader, profile + action * self.game.stride(self.leader))
    }

    /// All deviations from a profile, by follower and action.
    pub(super) fn deviations(&self, profile: usize) -> impl Iterator<Item = Deviation> {
        self.followers.iter().flat_map(move |&follower| {
            let own = self.game.action_in(follower, profile);
            let others = (0..self.game.num_actions(follower)).filter(move |&action| action != own);
            others.map(move |action| (follower, action))
        })
    }

    /// The deviations that decide whether a profile is a near reply in a case with this first profile,
    /// and those by one of which it is not.
    pub(super) fn decisive(&self, first: usize, profile: usize) -> Vec<Deviation> {
        match self.single() {
            Some(follower) if profile != first => {
                vec![(follower, self.game.action_in(follower, first))]
            }
            _ => self.deviations(profile).collect(),
        }
    }

    /// What is gained by a profile over a deviation, by action of the leader; with ε, unless it is the
    /// first profile of a case with one follower, which is a best reply.
    pub(super) fn gains(
        &self,
        first: usize,
        profile: usize,
        (follower, to): Deviation,
    ) -> Vec<Rational> {
        let stride = self.seen.stride(self.leader);
        let other = self.seen.deviation(profile, follower, to);
        let exact = self.single().is_some() && profile == first;
        (0..self.actions())
            .map(|action| {
                let shift = action * stride;
                let gain = self.seen.payoff(follower, profile + shift)
                    - self.seen.payoff(follower, other + shift);
                if exact { gain } else { gain + self.epsilon }
            })
            .collect()
    }

    /// What all get at a commitment.
    pub(super) fn standing(&self, x: &[Rational]) -> Standing {
        let stride = self.game.stride(self.leader);
        let expected = |game: &NormalForm, player: usize| -> Vec<Rational> {
            let at = |&profile: &usize| {
                let played = x.iter().enumerate().filter(|(_, x)| !x.is_zero());
                played.map(|(i, x)| x * game.payoff(player, profile + i * stride)).sum()
            };
            self.profiles.iter().map(at).collect()
        };
        Standing {
            leader: expected(self.game, self.leader),
            followers: self.followers.iter().map(|&at| expected(self.seen, at)).collect(),
        }
    }

    /// The position of a profile in the list.
    fn position(&self, profile: usize) -> usize {
        self.profiles.binary_search(&profile).unwrap_or(0)
    }

    /// What is gained by the profile at a position over a deviation, with ε.
    pub(super) fn lead(
        &self,
        standing: &Standing,
        position: usize,
        (follower, to): Deviation,
    ) -> Rational {
        let other = self.position(self.game.deviation(self.profiles[position], follower, to));
        let at = self.followers.iter().position(|&one| one == follower).unwrap_or(0);
        let payoffs = &standing.followers[at];
        &payoffs[position] - &payoffs[other] + self.epsilon
    }

    /// Whether the profile at a position is a near reply; in the open sense when every deviation is
    /// better by less than ε.
    pub(super) fn is_near(&self, standing: &Standing, position: usize, open: bool) -> bool {
        self.deviations(self.profiles[position]).all(|deviation| {
            let lead = self.lead(standing, position, deviation);
            if open { lead.is_positive() } else { !lead.is_negative() }
        })
    }

    /// What a commitment gives the leader, if there is a near reply to it.
    pub(super) fn value(&self, standing: &Standing, open: bool) -> Option<Rational> {
        let near = |open| {
            let near = (0..self.profiles.len()).filter(move |&at| self.is_near(standing, at, open));
            near.map(|at| &standing.leader[at])
        };
        let value =
            if open { near(true).min().or_else(|| near(false).max()) } else { near(false).min() };
        value.cloned()
    }
}
