//! Games in normal form: players, their actions, and a payoff for each player and pure profile.
//!
//! A *profile index* numbers the pure profiles from 0 in row-major order: the last player's action
//! varies fastest. For two players with m and n actions, profile (i, j) has index i·n + j.

use crate::num::Rational;

use super::MixedStrategy;

/// A player and the names of the actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// The player's name, unique within the game.
    pub name: String,
    /// The names of the actions, at least one, unique within the player.
    pub actions: Vec<String>,
}

impl Player {
    /// A player with named actions.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        actions: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Player { name: name.into(), actions: actions.into_iter().map(Into::into).collect() }
    }
}

/// Why data are not a game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GameError {
    /// There is no player.
    #[error("a game needs at least one player")]
    NoPlayers,
    /// A player has nothing to choose.
    #[error("player `{0}` has no actions")]
    NoActions(String),
    /// The number of profiles is beyond the limit.
    #[error("the game has more than {limit} pure profiles")]
    TooLarge {
        /// The largest number of pure profiles.
        limit: usize,
    },
    /// A payoff table has the wrong length.
    #[error("player `{player}` has {found} payoffs, and the game has {expected} pure profiles")]
    Length {
        /// The player whose table it is.
        player: String,
        /// The number of pure profiles.
        expected: usize,
        /// The length of the table.
        found: usize,
    },
}

/// A finite game in normal form with exact payoffs, valid by construction.
///
/// ```
/// use detente::game::NormalForm;
/// let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
/// assert_eq!(game.num_profiles(), 4);
/// assert_eq!(game.payoff(0, game.profile_index(&[1, 0])).to_string(), "5");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalForm {
    players: Vec<Player>,
    strides: Vec<usize>,
    payoffs: Vec<Vec<Rational>>,
}

impl NormalForm {
    /// The largest number of pure profiles.
    pub const MOST_PROFILES: usize = 1 << 26;

    /// The game of these players; `payoffs[i]` lists player i's payoffs by profile index.
    ///
    /// # Errors
    /// A [`GameError`] when the data do not fit together.
    pub fn new(players: Vec<Player>, payoffs: Vec<Vec<Rational>>) -> Result<Self, GameError> {
        if players.is_empty() {
            return Err(GameError::NoPlayers);
        }
        let mut strides = vec![1; players.len()];
        let mut profiles = 1usize;
        for (at, player) in players.iter().enumerate().rev() {
            if player.actions.is_empty() {
                return Err(GameError::NoActions(player.name.clone()));
            }
            strides[at] = profiles;
            profiles = profiles
                .checked_mul(player.actions.len())
                .filter(|&profiles| profiles <= Self::MOST_PROFILES)
                .ok_or(GameError::TooLarge { limit: Self::MOST_PROFILES })?;
        }
        for (at, player) in players.iter().enumerate() {
            let found = payoffs.get(at).map_or(0, Vec::len);
            if found != profiles || payoffs.len() != players.len() {
                return Err(GameError::Length {
                    player: player.name.clone(),
                    expected: profiles,
                    found,
                });
            }
        }
        Ok(NormalForm { players, strides, payoffs })
    }

    /// The two-player game with row payoffs `a` and column payoffs `b`, both m × n, and players
    /// named `Row` and `Column` with actions named from 1.
    ///
    /// # Errors
    /// A [`GameError`] when a matrix is empty, ragged, or of another shape than its partner.
    pub fn bimatrix(a: &[Vec<Rational>], b: &[Vec<Rational>]) -> Result<Self, GameError> {
        let (m, n) = (a.len(), a.first().map_or(0, Vec::len));
        let named =
            |name: &str, count: usize| Player::new(name, (1..=count).map(|k| k.to_string()));
        let flat = |matrix: &[Vec<Rational>]| matrix.iter().flatten().cloned().collect::<Vec<_>>();
        for (name, matrix) in [("Row", a), ("Column", b)] {
            if matrix.len() != m || matrix.iter().any(|row| row.len() != n) {
                return Err(GameError::Length {
                    player: name.to_owned(),
                    expected: m * n,
                    found: matrix.iter().map(Vec::len).sum(),
                });
            }
        }
        Self::new(vec![named("Row", m), named("Column", n)], vec![flat(a), flat(b)])
    }

    /// The two-player game with integer payoffs; a shorthand for examples and tests.
    ///
    /// # Panics
    /// When the matrices are empty, ragged, or of different shapes.
    #[must_use]
    pub fn from_integers(a: &[&[i64]], b: &[&[i64]]) -> Self {
        let exact = |matrix: &[&[i64]]| -> Vec<Vec<Rational>> {
            matrix.iter().map(|row| row.iter().map(|&x| Rational::from(x)).collect()).collect()
        };
        match Self::bimatrix(&exact(a), &exact(b)) {
            Ok(game) => game,
            // Documented above: this constructor is for literals in code.
            #[allow(clippy::panic)]
            Err(error) => panic!("{error}"),
        }
    }

    /// The players in order.
    #[must_use]
    pub fn players(&self) -> &[Player] {
        &self.players
    }

    /// The number of players.
    #[must_use]
    pub fn num_players(&self) -> usize {
        self.players.len()
    }

    /// The number of actions of one player.
    #[must_use]
    pub fn num_actions(&self, player: usize) -> usize {
        self.players[player].actions.len()
    }

    /// The number of actions of each player.
    #[must_use]
    pub fn shape(&self) -> Vec<usize> {
        self.players.iter().map(|player| player.actions.len()).collect()
    }

    /// The number of pure profiles.
    #[must_use]
    pub fn num_profiles(&self) -> usize {
        self.payoffs[0].len()
    }

    /// The index of a pure profile.
    #[must_use]
    pub fn profile_index(&self, profile: &[usize]) -> usize {
        profile.iter().zip(&self.strides).map(|(action, stride)| action * stride).sum()
    }

    /// The pure profile with this index.
    #[must_use]
    pub fn profile(&self, index: usize) -> Vec<usize> {
        (0..self.players.len()).map(|player| self.action_in(player, index)).collect()
    }

    /// The action of one player in the profile with this index.
    #[must_use]
    pub fn action_in(&self, player: usize, index: usize) -> usize {
        index / self.strides[player] % self.num_actions(player)
    }

    /// How far the index moves when this player's action moves by one.
    #[must_use]
    pub fn stride(&self, player: usize) -> usize {
        self.strides[player]
    }

    /// The index of the profile that differs from `index` in one player's action only.
    #[must_use]
    pub fn deviation(&self, index: usize, player: usize, action: usize) -> usize {
        index + action * self.strides[player] - self.action_in(player, index) * self.strides[player]
    }

    /// The payoff of one player in the profile with this index.
    #[must_use]
    pub fn payoff(&self, player: usize, index: usize) -> &Rational {
        &self.payoffs[player][index]
    }

    /// All payoffs of one player by profile index.
    #[must_use]
    pub fn payoffs(&self, player: usize) -> &[Rational] {
        &self.payoffs[player]
    }

    /// The names of the actions of a pure profile.
    #[must_use]
    pub fn profile_names(&self, profile: &[usize]) -> Vec<&str> {
        self.players
            .iter()
            .zip(profile)
            .map(|(player, &action)| player.actions[action].as_str())
            .collect()
    }

    /// The game in which each player keeps only some actions, listed ascending by position.
    ///
    /// # Errors
    /// [`GameError::NoActions`] when a player is left with nothing to choose.
    pub fn restricted(&self, kept: &[Vec<usize>]) -> Result<Self, GameError> {
        let players: Vec<Player> = self
            .players
            .iter()
            .zip(kept)
            .map(|(player, kept)| Player {
                name: player.name.clone(),
                actions: kept.iter().map(|&action| player.actions[action].clone()).collect(),
            })
            .collect();
        let mut indices = vec![0];
        for (player, kept) in kept.iter().enumerate() {
            let stride = self.strides[player];
            indices = indices
                .iter()
                .flat_map(|&base| kept.iter().map(move |&action| base + action * stride))
                .collect();
        }
        let payoffs = self
            .payoffs
            .iter()
            .map(|table| indices.iter().map(|&index| table[index].clone()).collect())
            .collect();
        Self::new(players, payoffs)
    }

    /// Whether all payoffs sum to the same number in every profile, and that number.
    #[must_use]
    pub fn constant_sum(&self) -> Option<Rational> {
        let sum = |index: usize| self.payoffs.iter().map(|table| &table[index]).sum::<Rational>();
        let first = sum(0);
        (1..self.num_profiles()).all(|index| sum(index) == first).then_some(first)
    }

    /// The profile in which every player plays one action for sure.
    #[must_use]
    pub fn pure_profile(&self, profile: &[usize]) -> Vec<MixedStrategy> {
        profile
            .iter()
            .enumerate()
            .map(|(player, &action)| MixedStrategy::pure(action, self.num_actions(player)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_indices_run_row_major() {
        let players = vec![
            Player::new("A", ["a", "b"]),
            Player::new("B", ["c", "d", "e"]),
            Player::new("C", ["f", "g"]),
        ];
        let table: Vec<Rational> = (0..12i64).map(Rational::from).collect();
        let game = NormalForm::new(players, vec![table; 3]).unwrap();
        for index in 0..12 {
            assert_eq!(game.profile_index(&game.profile(index)), index);
        }
        assert_eq!(game.profile(11), [1, 2, 1]);
        assert_eq!(game.deviation(0, 1, 2), 4);
        let small = game.restricted(&[vec![1], vec![0, 2], vec![0, 1]]).unwrap();
        let kept: Vec<String> = small.payoffs(0).iter().map(ToString::to_string).collect();
        assert_eq!(kept, ["6", "7", "10", "11"]);
    }

    #[test]
    fn data_that_do_not_fit_are_refused() {
        assert_eq!(NormalForm::new(vec![], vec![]), Err(GameError::NoPlayers));
        let nobody = vec![Player::new("A", Vec::<String>::new())];
        assert!(matches!(NormalForm::new(nobody, vec![vec![]]), Err(GameError::NoActions(_))));
        let many: Vec<Player> =
            (0..20).map(|k| Player::new(k.to_string(), (0..100).map(|a| a.to_string()))).collect();
        assert!(matches!(NormalForm::new(many, vec![]), Err(GameError::TooLarge { .. })));
    }
}
