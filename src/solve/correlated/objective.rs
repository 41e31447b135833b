//! Objectives as what a linear program maximises.

use crate::game::NormalForm;
use crate::game::answer::Objective;
use crate::num::Rational;

/// Why an objective does not fit a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectiveError {
    /// The player does not exist.
    #[error("there is no player {player}: the game has {players}")]
    NoSuchPlayer {
        /// The player asked for, from 0.
        player: usize,
        /// The number of players.
        players: usize,
    },
    /// There is not one weight for each player.
    #[error(
        "a weighted objective has one weight for each player, and there are {players} players and {found} weights"
    )]
    Weights {
        /// The number of players.
        players: usize,
        /// The number of weights.
        found: usize,
    },
}

/// What is to be maximised; a minimum is a maximum of the payoffs' negatives.
pub(crate) enum Goal {
    /// The sum of the players' payoffs with these weights.
    Sum(Vec<Rational>),
    /// The smallest of the players' payoffs.
    Smallest,
}

impl Goal {
    pub(crate) fn of(objective: &Objective, players: usize) -> Result<Goal, ObjectiveError> {
        let only = |player: usize, weight: Rational| {
            if player >= players {
                return Err(ObjectiveError::NoSuchPlayer { player, players });
            }
            let mut weights = vec![Rational::ZERO; players];
            weights[player] = weight;
            Ok(Goal::Sum(weights))
        };
        match objective {
            Objective::Welfare => Ok(Goal::Sum(vec![Rational::ONE; players])),
            Objective::LeastWelfare => Ok(Goal::Sum(vec![-Rational::ONE; players])),
            Objective::Player(player) => only(*player, Rational::ONE),
            Objective::LeastPlayer(player) => only(*player, -Rational::ONE),
            Objective::Egalitarian => Ok(Goal::Smallest),
            Objective::Weighted(weights) if weights.len() == players => {
                Ok(Goal::Sum(weights.clone()))
            }
            Objective::Weighted(weights) => {
                Err(ObjectiveError::Weights { players, found: weights.len() })
            }
        }
    }
}

/// The sum of payoffs with these weights, at each profile.
pub(super) fn weighted_sums(game: &NormalForm, weights: &[Rational]) -> Vec<Rational> {
    (0..game.num_profiles())
        .map(|index| {
            let terms = weights.iter().enumerate().filter(|(_, weight)| !weight.is_zero());
            terms.map(|(player, weight)| weight * game.payoff(player, index)).sum()
        })
        .collect()
}

/// The players' expected payoffs under a distribution over profiles.
pub(super) fn expected_payoffs(game: &NormalForm, distribution: &[Rational]) -> Vec<Rational> {
    let expected = |player: usize| {
        let terms = game.payoffs(player).iter().zip(distribution);
        terms.filter(|(_, p)| !p.is_zero()).map(|(u, p)| u * p).sum()
    };
    (0..game.num_players()).map(expected).collect()
}
