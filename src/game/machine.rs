//! Machines: strategies of a repeated game with finitely many states.
//!
//! A machine is in a state, plays that state's mixture over the player's actions, sees the profile
//! that was played, and goes to the next state (Rubinstein 1986; Abreu & Rubinstein 1988). Each
//! player's machine and the stage game together are a [`Chain`].

use crate::num::Rational;

use super::chain::{Chain, ChainError, ChainOutcome, ChainParts, Step};
use super::{MixedStrategy, NormalForm};

/// A state of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerMachineState {
    /// What is played in it.
    pub play: MixedStrategy,
    /// The state that follows, by the index of the profile that was played.
    pub next: Vec<usize>,
}

/// A strategy of a repeated game with finitely many states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerMachine {
    /// Its states.
    pub states: Vec<PlayerMachineState>,
    /// The state in which it begins.
    pub start: usize,
}

impl PlayerMachine {
    /// The machine with mistakes: with probability `noise` another one of `actions` is played than
    /// was meant, each as likely as the others.
    ///
    /// # Panics
    /// Never where `noise` is in [0, 1] and `actions` holds two actions of the player or more.
    #[must_use]
    pub fn with_noise(&self, noise: &Rational, actions: &[usize]) -> Self {
        if noise.is_zero() || actions.len() < 2 {
            return self.clone();
        }
        let others = Rational::from(actions.len() as i64 - 1);
        let states = self.states.iter().map(|state| {
            let meant = state.play.probabilities();
            let mut play: Vec<Rational> =
                meant.iter().map(|p| p * (Rational::ONE - noise)).collect();
            for &from in actions {
                for &to in actions.iter().filter(|&&to| to != from) {
                    play[to] = &play[to] + &meant[from] * noise / &others;
                }
            }
            // What is meant outside of the list is played as meant.
            for (action, p) in play.iter_mut().enumerate() {
                if !actions.contains(&action) {
                    *p = meant[action].clone();
                }
            }
            let play = MixedStrategy::new(play).unwrap_or_else(|_| state.play.clone());
            PlayerMachineState { play, next: state.next.clone() }
        });
        PlayerMachine { states: states.collect(), start: self.start }
    }
}

/// The chain of a stage game played by one machine for each player. Nodes are the combinations of
/// states that can arise; outcomes are the profiles of the game, with these payoffs, and each has a
/// label of its own.
///
/// # Errors
/// A [`ChainError`] when a machine does not fit the game, or there are too many combinations.
pub fn play_machines(
    game: &NormalForm,
    payoffs: &[Vec<Rational>],
    machines: &[PlayerMachine],
) -> Result<Chain, ChainError> {
    let unknown = |what: &str| ChainError::Unknown(what.to_owned());
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
    if machines.len() != game.num_players() {
        return Err(unknown("the machine of a player"));
    }
    let mut known = std::collections::HashMap::new();
    let mut list: Vec<Vec<usize>> = vec![machines.iter().map(|machine| machine.start).collect()];
    known.insert(list[0].clone(), 0);
    let mut nodes: Vec<Vec<Step>> = Vec::new();
    let mut steps = 0;
    while nodes.len() < list.len() {
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
            return Err(ChainError::TooLarge { what: "steps", most: Chain::MOST_STEPS });
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
            return Err(ChainError::TooLarge { what: "nodes", most: Chain::MOST_NODES });
        }
        nodes.push(node);
    }
    let (labels, outcomes) = profile_outcomes(game, payoffs);
    Chain::new(ChainParts {
        players: game.players().iter().map(|player| player.name.clone()).collect(),
        labels,
        outcomes,
        events: Vec::new(),
        nodes,
        start: vec![(0, Rational::ONE)],
    })
}

/// The profiles of a game as outcomes: labels such as `C/D`, and these payoffs of each player.
#[must_use]
pub fn profile_outcomes(
    game: &NormalForm,
    payoffs: &[Vec<Rational>],
) -> (Vec<String>, Vec<ChainOutcome>) {
    let all = 0..game.num_profiles();
    let labels = all.clone().map(|at| game.profile_names(&game.profile(at)).join("/")).collect();
    let outcome = |at: usize| ChainOutcome {
        label: at,
        payoffs: payoffs.iter().map(|table| table[at].clone()).collect(),
    };
    (labels, all.map(outcome).collect())
}
