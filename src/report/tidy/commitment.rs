//! Commitment in its less usual forms with a row for each number.

use crate::game::answer::{
    MatchedCommitment, PureBeforeFollowers, RobustCommitment, SequentialCommitment,
};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::solution::Rows;

impl Rows<'_> {
    pub(super) fn sequential(&mut self, game: &NormalForm, answer: &SequentialCommitment) {
        for (turn, &at) in answer.order.iter().enumerate() {
            self.push("turn", Some(at), None, Rational::from(turn as u64 + 1).into());
        }
        for (share, pay, course) in [
            ("probability", "payoff", &answer.favourable),
            ("adverse_probability", "adverse_payoff", &answer.adverse),
        ] {
            for at in 0..game.num_players() {
                let played = game.action_in(at, course.profile);
                self.shares(share, at, &MixedStrategy::pure(played, game.num_actions(at)));
            }
            for (at, payoff) in course.payoffs.iter().enumerate() {
                self.push(pay, Some(at), None, payoff.into());
            }
        }
        for (quantity, payoffs) in [("least", &answer.least), ("most", &answer.most)] {
            for (at, payoff) in payoffs.iter().enumerate() {
                self.push(quantity, Some(at), None, payoff.into());
            }
        }
        self.push("outcomes", None, None, Rational::from(answer.outcomes.len() as u64).into());
    }

    pub(super) fn pure_before_followers(
        &mut self,
        game: &NormalForm,
        answer: &PureBeforeFollowers,
    ) {
        for (share, pay, one) in [
            ("probability", "payoff", &answer.optimistic),
            ("pessimistic_probability", "pessimistic_payoff", &answer.pessimistic),
        ] {
            let Some(one) = one else { continue };
            for at in 0..game.num_players() {
                if at == answer.leader {
                    self.shares(share, at, &one.commitment);
                    continue;
                }
                let played = game.action_in(at, one.replies);
                self.shares(share, at, &MixedStrategy::pure(played, game.num_actions(at)));
            }
            for (at, payoff) in one.payoffs.iter().enumerate() {
                self.push(pay, Some(at), None, payoff.into());
            }
        }
    }

    pub(super) fn robust(&mut self, game: &NormalForm, answer: &RobustCommitment) {
        let leader = answer.leader;
        self.push("alpha", None, None, (&answer.alpha).into());
        self.push("epsilon", None, None, (&answer.epsilon).into());
        if let Some(optimistic) = &answer.optimistic {
            self.followers(game, optimistic);
        }
        for (name, end) in [("open", answer.open.as_ref()), ("closed", Some(&answer.closed))] {
            let Some(end) = end else { continue };
            if let Some(best) = &end.best {
                self.push(name, Some(leader), None, (&best.value).into());
                self.shares(&format!("{name}_probability"), leader, &best.commitment);
                self.push(
                    &format!("{name}_played"),
                    Some(leader),
                    None,
                    (&best.played_value).into(),
                );
                self.shares(&format!("{name}_played_probability"), leader, &best.played);
            }
            if let Some(bound) = &end.bound {
                self.push(&format!("{name}_bound"), Some(leader), None, bound.into());
            }
        }
    }

    pub(super) fn matched(&mut self, game: &NormalForm, answer: &MatchedCommitment) {
        self.push("beta", None, None, (&answer.beta).into());
        let Some(best) = &answer.best else { return };
        let (leader, follower) = (answer.leader, 1 - answer.leader.min(1));
        self.shares("probability", leader, &best.commitment);
        let reply = MixedStrategy::pure(best.reply, game.num_actions(follower));
        self.shares("probability", follower, &reply);
        self.push("payoff", Some(leader), None, (&best.leader_value).into());
        self.push("payoff", Some(follower), None, (&best.follower_value).into());
    }
}
