//! Machines: strategies of a repeated game with finitely many states.
//!
//! A machine is in a state, plays that state's mixture over the player's actions, sees the profile
//! that was played, and goes to the next state (Rubinstein 1986; Abreu & Rubinstein 1988). Each
//! player's machine and the stage game together are a [`super::Chain`].

use crate::num::Rational;

use super::MixedStrategy;
use super::chain::ChainError;

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
    /// # Errors
    /// [`ChainError::NoDistribution`] where `noise` is outside [0, 1], and [`ChainError::Unknown`]
    /// where the player has no such action.
    pub fn with_noise(&self, noise: &Rational, actions: &[usize]) -> Result<Self, ChainError> {
        if noise.is_negative() || *noise > Rational::ONE {
            return Err(ChainError::NoDistribution(format!("of mistakes ({noise})")));
        }
        if noise.is_zero() || actions.len() < 2 {
            return Ok(self.clone());
        }
        let known = |action: &usize| self.states.iter().all(|state| *action < state.play.len());
        if !actions.iter().all(known) {
            return Err(ChainError::Unknown("an action of a mistake".to_owned()));
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
            let play = MixedStrategy::new(play)
                .map_err(|_| ChainError::NoDistribution("of a machine with mistakes".to_owned()))?;
            Ok(PlayerMachineState { play, next: state.next.clone() })
        });
        Ok(PlayerMachine { states: states.collect::<Result<_, ChainError>>()?, start: self.start })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_that_is_no_probability_is_refused() {
        let state = PlayerMachineState { play: MixedStrategy::pure(0, 2), next: vec![0; 4] };
        let machine = PlayerMachine { states: vec![state], start: 0 };
        let noisy = machine.with_noise(&Rational::new(1, 10), &[0, 1]).unwrap();
        assert_eq!(noisy.states[0].play.probabilities()[1], Rational::new(1, 10));
        for noise in [Rational::new(-1, 10), Rational::new(11, 10)] {
            let refused = machine.with_noise(&noise, &[0, 1]);
            assert!(matches!(refused, Err(ChainError::NoDistribution(_))), "{noise}");
        }
        let refused = machine.with_noise(&Rational::new(1, 10), &[0, 2]);
        assert!(matches!(refused, Err(ChainError::Unknown(_))));
    }
}
