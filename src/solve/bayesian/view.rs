//! A game of incomplete information from the side of a leader without types.

use crate::game::bayesian::ReplyMultiplier;
use crate::game::{BayesianError, BayesianGame};
use crate::num::Rational;
use crate::solve::raised::Raise;

/// Why there is no commitment to solve for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BayesianCommitmentError {
    /// There are not exactly two players.
    #[error(
        "commitment against types is solved for a leader and one follower, and this game has {0} players"
    )]
    NotTwoPlayers(usize),
    /// The leader is not one of the two.
    #[error("the leader is player 0 or 1: {0}")]
    NoSuchLeader(usize),
    /// The leader has types, and too many strategies.
    #[error("the leader has types, and commits to a mixture of his strategies: {0}")]
    Strategies(#[from] BayesianError),
}

/// The game by leader action i, reply j and type l of the follower, exact and in machine numbers.
pub(super) struct View {
    pub(super) game: BayesianGame,
    pub(super) leader: usize,
    /// The leader's actions.
    pub(super) actions: usize,
    /// The follower's actions.
    pub(super) replies: usize,
    /// The follower's types.
    pub(super) types: usize,
    /// The types that have a positive probability.
    pub(super) active: Vec<usize>,
    /// p_l A^l_ij by (l, i, j).
    lead: Vec<Rational>,
    /// B^l_ij by (l, i, j).
    follow: Vec<Rational>,
    /// p_l (A^l_ij + shift) / unit: what types give sums to between 1 and 2.
    pub(super) near_lead: Vec<f64>,
    /// B^l_ij over its range in type l.
    pub(super) near_follow: Vec<f64>,
    /// What raises every payoff of the leader to one unit at least, and the unit: their range.
    pub(super) shift: Rational,
    pub(super) unit: Rational,
    /// The range of the follower's payoffs in each type.
    pub(super) follow_unit: Vec<Rational>,
}

impl View {
    pub(super) fn new(game: &BayesianGame, leader: usize) -> Result<View, BayesianCommitmentError> {
        if game.num_players() != 2 {
            return Err(BayesianCommitmentError::NotTwoPlayers(game.num_players()));
        }
        if leader > 1 {
            return Err(BayesianCommitmentError::NoSuchLeader(leader));
        }
        let game = game.ex_ante(&[leader == 0, leader == 1])?;
        let follower = 1 - leader;
        let (actions, replies) = (game.num_actions(leader), game.num_actions(follower));
        let types = game.num_types(follower);
        let cells = actions * replies;
        let payoffs = |player: usize| -> Vec<Rational> {
            let mut list = Vec::with_capacity(types * cells);
            for kind in 0..types {
                for at in 0..cells {
                    let index = game.deviation(0, leader, at / replies);
                    let index = game.deviation(index, follower, at % replies);
                    list.push(game.payoff(player, kind, index).clone());
                }
            }
            list
        };
        let (of_leader, follow) = (payoffs(leader), payoffs(follower));
        // Machine numbers are made of what is in its own unit: payoffs may be of any size.
        let Raise { shift, unit } = Raise::of(of_leader.iter());
        let near_lead = of_leader.iter().enumerate().map(|(at, payoff)| {
            game.prior()[at / cells].to_f64() * ((payoff + &shift) / &unit).to_f64()
        });
        let near_lead: Vec<f64> = near_lead.collect();
        let mut near_follow = Vec::with_capacity(follow.len());
        let mut follow_unit = Vec::with_capacity(types);
        for own in follow.chunks_exact(cells) {
            let Raise { shift, unit } = Raise::of(own.iter());
            let near = own.iter().map(|payoff| ((payoff + &shift) / &unit).to_f64());
            near_follow.extend(near.map(|payoff| payoff - 1.0));
            follow_unit.push(unit);
        }
        let lead = of_leader.into_iter().enumerate();
        let lead = lead.map(|(at, payoff)| &game.prior()[at / cells] * payoff).collect();
        let active = (0..types).filter(|&kind| game.prior()[kind].is_positive()).collect();
        Ok(View {
            game,
            leader,
            actions,
            replies,
            types,
            active,
            lead,
            follow,
            near_lead,
            near_follow,
            shift,
            unit,
            follow_unit,
        })
    }

    pub(super) fn at(&self, kind: usize, action: usize, reply: usize) -> usize {
        (kind * self.actions + action) * self.replies + reply
    }

    /// p_l A^l_ij.
    pub(super) fn lead(&self, kind: usize, action: usize, reply: usize) -> &Rational {
        &self.lead[self.at(kind, action, reply)]
    }

    /// B^l_ij.
    pub(super) fn follow(&self, kind: usize, action: usize, reply: usize) -> &Rational {
        &self.follow[self.at(kind, action, reply)]
    }

    pub(super) fn probability(&self, kind: usize) -> &Rational {
        &self.game.prior()[kind]
    }

    /// What a type's reply to a commitment gives the leader, whatever its probability.
    pub(super) fn against(&self, x: &[Rational], kind: usize, reply: usize) -> Rational {
        let played = x.iter().enumerate().filter(|(_, x)| !x.is_zero());
        let payoff = |action: usize| {
            let index = self.game.deviation(0, self.leader, action);
            self.game.payoff(self.leader, kind, self.game.deviation(index, 1 - self.leader, reply))
        };
        played.map(|(action, x)| x * payoff(action)).sum()
    }

    /// What a type's replies give leader (times p_l) and follower against a commitment.
    fn expected(&self, x: &[Rational], kind: usize, reply: usize) -> (Rational, Rational) {
        let (mut lead, mut follow) = (Rational::ZERO, Rational::ZERO);
        for (action, x) in x.iter().enumerate().filter(|(_, x)| !x.is_zero()) {
            lead += x * self.lead(kind, action, reply);
            follow += x * self.follow(kind, action, reply);
        }
        (lead, follow)
    }

    /// The best reply of each type to a commitment, ties broken for the leader and then for the
    /// first, with what both get: the leader times p_l.
    pub(super) fn best_replies(&self, x: &[Rational]) -> Vec<(usize, Rational, Rational)> {
        (0..self.types)
            .filter_map(|kind| {
                let replies = (0..self.replies).map(|reply| {
                    let (lead, follow) = self.expected(x, kind, reply);
                    (reply, lead, follow)
                });
                replies.reduce(|best, next| {
                    let better = (&next.2, &next.1) > (&best.2, &best.1);
                    if better { next } else { best }
                })
            })
            .collect()
    }

    /// max_i Σ_l max_j [p_l A^l_ij + Σ_k y_ljk (B^l_ij − B^l_ik)]: what multipliers prove in a case.
    pub(super) fn proved(
        &self,
        fixed: &[Option<usize>],
        multipliers: &[ReplyMultiplier],
    ) -> Rational {
        let mut of_reply: Vec<Vec<(usize, &Rational)>> =
            vec![Vec::new(); self.types * self.replies];
        for one in multipliers {
            of_reply[one.kind * self.replies + one.reply].push((one.other, &one.value));
        }
        let of_type = |action: usize, kind: usize| {
            let value = |reply: usize| {
                let own = self.follow(kind, action, reply);
                let charged = of_reply[kind * self.replies + reply]
                    .iter()
                    .map(|&(other, y)| y * &(own - self.follow(kind, action, other)));
                charged.fold(self.lead(kind, action, reply).clone(), |sum, one| sum + one)
            };
            match fixed[kind] {
                Some(reply) => value(reply),
                None => (0..self.replies).map(value).max().unwrap_or_default(),
            }
        };
        let of_action =
            |action: usize| (0..self.types).map(|kind| of_type(action, kind)).sum::<Rational>();
        (0..self.actions).map(of_action).max().unwrap_or_default()
    }
}
