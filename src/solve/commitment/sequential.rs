//! Commitment of all players to actions, one after the other.
//!
//! The players commit in a fixed order, and each knows what those before him committed to. After the
//! last one there is a profile; going back, each player keeps of the outcomes that his actions lead to
//! those that he can choose: an outcome o of an action is kept when no other action promises him more
//! than o whatever follows, u(o) ≥ max over the other actions of the least that their outcomes give
//! him. What is left at the beginning are the outcomes of all subgame-perfect equilibria in pure
//! strategies. With ties broken for the players before, the nearest first, one outcome is left, up to
//! ties that none of them minds (Conitzer & Sandholm 2006, Theorem 1).

use std::cmp::Ordering;

use crate::game::NormalForm;
use crate::game::answer::{SequentialCommitment, SequentialOutcome};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::stackelberg::CommitmentError;

/// The outcomes of commitment to actions in a fixed order: with ties broken for and against the players
/// before, and all of them.
///
/// Any number of players. `order` lists all of them, the first one to commit first. Work: players ×
/// profiles; a step of the budget is a choice. Among equally good choices the first one is taken. The
/// answer is `None` when the budget is spent.
///
/// # Errors
/// When the order does not name each player once.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, find_sequential_commitment};
/// // Conitzer & Sandholm (2006), section 2.1: the row player commits to the second row.
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let found = find_sequential_commitment(&game, &[0, 1], &Budget::unlimited()).unwrap();
/// assert_eq!(found.answer.unwrap().favourable.payoffs[0].to_string(), "3");
/// ```
pub fn find_sequential_commitment(
    game: &NormalForm,
    order: &[usize],
    budget: &Budget,
) -> Result<Outcome<Option<SequentialCommitment>>, CommitmentError> {
    let players = game.num_players();
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    if sorted.iter().copied().ne(0..players) {
        return Err(CommitmentError::Order(players));
    }
    let mut induction = Induction { game, order, budget, steps: 0 };
    let found = induction.run();
    let (answer, status) = match found {
        Ok(answer) => (Some(answer), Status::Solved),
        Err(reason) => (None, Status::Partial(reason)),
    };
    Ok(Outcome {
        answer,
        status,
        method: "backward-induction",
        work: Work { pivots: 0, nodes: induction.steps, rounds: 0 },
        warnings: Vec::new(),
    })
}

/// Backward induction on the tree of an order.
struct Induction<'a> {
    game: &'a NormalForm,
    order: &'a [usize],
    budget: &'a Budget,
    steps: u64,
}

impl Induction<'_> {
    fn run(&mut self) -> Result<SequentialCommitment, Exhausted> {
        // The leaves of the tree: those that follow an action stand together.
        let mut leaves = vec![0];
        for &player in self.order {
            let (actions, stride) = (self.game.num_actions(player), self.game.stride(player));
            leaves = leaves
                .iter()
                .flat_map(|&base| (0..actions).map(move |action| base + action * stride))
                .collect();
        }
        let favourable = self.course(&leaves, Ordering::is_gt)?;
        let adverse = self.course(&leaves, Ordering::is_lt)?;
        let mut outcomes = self.outcomes(leaves)?;
        outcomes.sort_unstable();
        let game = self.game;
        let among = |player: usize| outcomes.iter().map(move |&at| game.payoff(player, at));
        let players = || 0..game.num_players();
        let least = players().map(|at| among(at).min().cloned().unwrap_or_default()).collect();
        let most = players().map(|at| among(at).max().cloned().unwrap_or_default()).collect();
        Ok(SequentialCommitment {
            order: self.order.to_vec(),
            favourable,
            adverse,
            least,
            most,
            outcomes,
        })
    }

    fn step(&mut self) -> Result<(), Exhausted> {
        self.steps += 1;
        self.budget.check(self.steps)
    }

    /// What is played when ties go to what `prefers` finds for the players before, nearest first.
    fn course(
        &mut self,
        leaves: &[usize],
        prefers: fn(Ordering) -> bool,
    ) -> Result<SequentialOutcome, Exhausted> {
        let mut reached = leaves.to_vec();
        for depth in (0..self.order.len()).rev() {
            let actions = self.game.num_actions(self.order[depth]);
            let mut chosen = Vec::with_capacity(reached.len() / actions);
            for choices in reached.chunks(actions) {
                self.step()?;
                let mut best = choices[0];
                for &next in &choices[1..] {
                    if self.is_chosen(next, best, depth, prefers) {
                        best = next;
                    }
                }
                chosen.push(best);
            }
            reached = chosen;
        }
        let profile = reached[0];
        let payoffs = (0..self.game.num_players()).map(|at| self.game.payoff(at, profile).clone());
        Ok(SequentialOutcome { profile, payoffs: payoffs.collect() })
    }

    /// Whether the player at a depth takes one outcome and not another.
    fn is_chosen(
        &self,
        one: usize,
        other: usize,
        depth: usize,
        prefers: fn(Ordering) -> bool,
    ) -> bool {
        let compared =
            |player: usize| self.game.payoff(player, one).cmp(self.game.payoff(player, other));
        let own = compared(self.order[depth]);
        if own != Ordering::Equal {
            return own == Ordering::Greater;
        }
        let before = self.order[..depth].iter().rev().map(|&player| compared(player));
        before.into_iter().find(|order| *order != Ordering::Equal).is_some_and(prefers)
    }

    /// What is left of the leaves when each player keeps what he can choose.
    fn outcomes(&mut self, mut leaves: Vec<usize>) -> Result<Vec<usize>, Exhausted> {
        // How many outcomes are left after each history of the players up to a depth.
        let mut counts = vec![1usize; leaves.len()];
        for depth in (0..self.order.len()).rev() {
            let player = self.order[depth];
            let actions = self.game.num_actions(player);
            let (mut kept, mut left) = (Vec::new(), Vec::with_capacity(counts.len() / actions));
            let mut rest = leaves.as_slice();
            for sizes in counts.chunks(actions) {
                self.step()?;
                let mut after = Vec::with_capacity(actions);
                for &size in sizes {
                    let (these, others) = rest.split_at(size);
                    after.push(these);
                    rest = others;
                }
                let before = kept.len();
                self.keep(player, &after, &mut kept);
                left.push(kept.len() - before);
            }
            (leaves, counts) = (kept, left);
        }
        Ok(leaves)
    }

    /// Adds the outcomes that a player can choose, of those that follow each of his actions.
    fn keep(&self, player: usize, after: &[&[usize]], kept: &mut Vec<usize>) {
        let payoff = |outcome: usize| self.game.payoff(player, outcome);
        let least: Vec<Option<&Rational>> =
            after.iter().map(|these| these.iter().map(|&one| payoff(one)).min()).collect();
        // What his best action promises him whatever follows: no outcome of it is below.
        let promised = least.into_iter().max().flatten();
        for these in after {
            kept.extend(these.iter().filter(|&&one| Some(payoff(one)) >= promised));
        }
    }
}

#[cfg(test)]
mod tests;
