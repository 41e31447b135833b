//! Chains of machines that play one another.

use crate::game::{
    Chain, ChainError, ChainParts, NormalForm, PlayerMachine, PlayerMachineState, Step,
};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// Why there is no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The parts do not fit, or are too many.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The budget ended first.
    #[error("{0} before the chain of play was built")]
    Exhausted(#[from] Exhausted),
}

impl BuildError {
    pub(in crate::solve) fn steps() -> Self {
        ChainError::TooLarge { what: "steps", most: Chain::MOST_STEPS }.into()
    }

    pub(in crate::solve) fn nodes() -> Self {
        ChainError::TooLarge { what: "nodes", most: Chain::MOST_NODES }.into()
    }
}

/// The chain of a stage game played by one machine for each player. Nodes are the combinations of
/// states that can arise; outcomes are the profiles of the game, with these payoffs, and each has a
/// label of its own.
///
/// # Errors
/// A [`BuildError`] when a machine does not fit the game, there are too many combinations, or the
/// budget ends first.
pub fn play_machines(
    game: &NormalForm,
    payoffs: &[Vec<Rational>],
    machines: &[PlayerMachine],
    budget: &Budget,
) -> Result<Chain, BuildError> {
    let unknown = |what: &str| BuildError::Chain(ChainError::Unknown(what.to_owned()));
    if machines.len() != game.num_players() {
        return Err(unknown("the machine of a player"));
    }
    for (player, machine) in machines.iter().enumerate() {
        let fits = |state: &PlayerMachineState| {
            state.play.len() == game.num_actions(player)
                && state.next.len() == game.num_profiles()
                && state.next.iter().all(|&next| next < machine.states.len())
        };
        if machine.start >= machine.states.len() || !machine.states.iter().all(fits) {
            return Err(unknown("a state or an action of a machine"));
        }
    }
    let mut known = std::collections::HashMap::new();
    let mut list: Vec<Vec<usize>> = vec![machines.iter().map(|machine| machine.start).collect()];
    known.insert(list[0].clone(), 0);
    let mut nodes: Vec<Vec<Step>> = Vec::new();
    let mut steps = 0;
    while nodes.len() < list.len() {
        budget.check(nodes.len() as u64)?;
        let here = list[nodes.len()].clone();
        let mut parts = vec![(0, Rational::ONE)];
        for (player, (machine, &state)) in machines.iter().zip(&here).enumerate() {
            let play = &machine.states[state].play;
            let (support, stride) = (play.support(), game.stride(player));
            parts = parts
                .into_iter()
                .flat_map(|(index, weight)| {
                    support.iter().map(move |&action| {
                        (index + action * stride, &weight * &play.probabilities()[action])
                    })
                })
                .collect();
        }
        steps += parts.len();
        if steps > Chain::MOST_STEPS {
            return Err(BuildError::steps());
        }
        let mut node = Vec::with_capacity(parts.len());
        for (profile, probability) in parts {
            let next: Vec<usize> = machines
                .iter()
                .zip(&here)
                .map(|(machine, &state)| machine.states[state].next[profile])
                .collect();
            let fresh = list.len();
            let next = *known.entry(next).or_insert_with_key(|key| {
                list.push(key.clone());
                fresh
            });
            node.push(Step { probability, outcome: profile, next, events: 0 });
        }
        if list.len() > Chain::MOST_NODES {
            return Err(BuildError::nodes());
        }
        nodes.push(node);
    }
    let start = vec![(0, Rational::ONE)];
    Ok(Chain::new(ChainParts::of_game(game, payoffs, nodes, start))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::MixedStrategy;

    fn still(actions: usize, profiles: usize) -> PlayerMachine {
        let play = MixedStrategy::pure(0, actions);
        PlayerMachine {
            states: vec![PlayerMachineState { play, next: vec![0; profiles] }],
            start: 0,
        }
    }

    #[test]
    fn each_player_has_one_machine() {
        let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
        let payoffs = [game.payoffs(0).to_vec(), game.payoffs(1).to_vec()];
        for count in [0, 1, 3, 4] {
            let machines = vec![still(2, 4); count];
            let found = play_machines(&game, &payoffs, &machines, &Budget::unlimited());
            assert!(matches!(found, Err(BuildError::Chain(ChainError::Unknown(_)))), "{count}");
        }
        let budget = Budget::unlimited().with_time(std::time::Duration::ZERO);
        let found = play_machines(&game, &payoffs, &vec![still(2, 4); 2], &budget);
        assert_eq!(found, Err(BuildError::Exhausted(Exhausted::Time)));
    }
}
