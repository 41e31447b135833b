//! Games of incomplete information: players with types, a common prior, payoffs that depend on both.
//!
//! Nature draws a *type profile* t = (t₁, …, tₙ) from a prior p that all know; each player learns his
//! own type alone and then acts; player i gets uᵢ(a; t) when the actions are a (Harsanyi 1967–68).
//! Types need not be independent. Type profiles are numbered as action profiles are: row-major, the
//! last player's type fastest.
//!
//! A *strategy* names an action for each type. Payoffs expected over the prior make the strategies the
//! actions of a game in normal form, the [strategic form](BayesianGame::strategic_form) *ex ante*,
//! whose Nash equilibria are the Bayesian equilibria wherever each type has a positive probability.

mod answer;

pub use answer::{
    BayesianAnswer, BayesianCommitment, CommitmentStep, Communication, DishonestyMultiplier,
    ReplyMultiplier,
};

use crate::num::Rational;

use super::{GameError, NormalForm, Player};

/// A player with the names of the actions and types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedPlayer {
    /// The player's name.
    pub name: String,
    /// The names of the actions, at least one; those of all types are the same.
    pub actions: Vec<String>,
    /// The names of the types, at least one. The only type of a player has the empty name where
    /// nothing is said of types.
    pub types: Vec<String>,
}

/// Why data are not a game of incomplete information.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BayesianError {
    /// The tables do not make a game.
    #[error(transparent)]
    Game(#[from] GameError),
    /// A player without types.
    #[error("player `{0}` has no types")]
    NoTypes(String),
    /// There is not one probability, and one payoff table of each player, for each type profile.
    #[error("there are {expected} type profiles, and {found} probabilities or payoff tables")]
    TypeProfiles {
        /// The number of type profiles.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// A probability is negative, or all do not sum to one.
    #[error("the prior is no distribution over type profiles: {0}")]
    Prior(String),
    /// Too many numbers.
    #[error("{what} would have more than {limit} numbers")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The largest count.
        limit: usize,
    },
}

/// A finite game of incomplete information with exact numbers, valid by construction.
///
/// ```
/// use detente::game::{BayesianGame, NormalForm};
/// use detente::num::Rational;
/// // Paruchuri et al. (2008), section 1: a leader against one of two types.
/// let first = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 2]]);
/// let second = NormalForm::from_integers(&[&[1, 2], &[0, 3]], &[&[1, 0], &[1, 2]]);
/// let half = Rational::new(1, 2);
/// let game = BayesianGame::against_types(&[(half.clone(), first), (half, second)]).unwrap();
/// let harsanyi = game.strategic_form().unwrap();
/// assert_eq!(harsanyi.num_actions(1), 4);
/// assert_eq!(harsanyi.payoff(0, 3).to_string(), "3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BayesianGame {
    players: Vec<TypedPlayer>,
    type_strides: Vec<usize>,
    strides: Vec<usize>,
    prior: Vec<Rational>,
    payoffs: Vec<Vec<Vec<Rational>>>,
}

impl BayesianGame {
    /// The largest number of payoffs of one player, over all type profiles and action profiles.
    pub const MOST_PAYOFFS: usize = 1 << 23;
    /// The largest number of products that the payoffs of a strategic form are summed from.
    pub const MOST_TERMS: usize = 1 << 20;

    /// The game of these players: `prior[t]` is the probability of type profile t, and
    /// `payoffs[i][t]` lists player i's payoffs by action profile when the types are t.
    ///
    /// # Errors
    /// A [`BayesianError`] when the data do not fit together.
    pub fn new(
        players: Vec<TypedPlayer>,
        prior: Vec<Rational>,
        payoffs: Vec<Vec<Vec<Rational>>>,
    ) -> Result<Self, BayesianError> {
        if players.is_empty() {
            return Err(GameError::NoPlayers.into());
        }
        let too_large =
            BayesianError::TooLarge { what: "the payoffs of a player", limit: Self::MOST_PAYOFFS };
        let strides_of = |counts: Vec<usize>| -> Option<(Vec<usize>, usize)> {
            let mut strides = vec![1; counts.len()];
            let mut total = 1usize;
            for (at, &count) in counts.iter().enumerate().rev() {
                strides[at] = total;
                total = total.checked_mul(count).filter(|&total| total <= Self::MOST_PAYOFFS)?;
            }
            Some((strides, total))
        };
        for player in &players {
            if player.actions.is_empty() {
                return Err(GameError::NoActions(player.name.clone()).into());
            }
            if player.types.is_empty() {
                return Err(BayesianError::NoTypes(player.name.clone()));
            }
        }
        let types = strides_of(players.iter().map(|player| player.types.len()).collect());
        let actions = strides_of(players.iter().map(|player| player.actions.len()).collect());
        let (Some((type_strides, types)), Some((strides, profiles))) = (types, actions) else {
            return Err(too_large);
        };
        if types.saturating_mul(profiles) > Self::MOST_PAYOFFS {
            return Err(too_large);
        }
        if prior.len() != types {
            return Err(BayesianError::TypeProfiles { expected: types, found: prior.len() });
        }
        if let Some(negative) = prior.iter().find(|p| p.is_negative()) {
            return Err(BayesianError::Prior(format!("a probability is {negative}")));
        }
        let sum: Rational = prior.iter().sum();
        if sum != Rational::ONE {
            return Err(BayesianError::Prior(format!("they sum to {sum}")));
        }
        for (at, player) in players.iter().enumerate() {
            let tables = payoffs.get(at).map_or(&[][..], Vec::as_slice);
            if tables.len() != types || payoffs.len() != players.len() {
                return Err(BayesianError::TypeProfiles { expected: types, found: tables.len() });
            }
            if let Some(table) = tables.iter().find(|table| table.len() != profiles) {
                return Err(GameError::Length {
                    player: player.name.clone(),
                    expected: profiles,
                    found: table.len(),
                }
                .into());
            }
        }
        Ok(BayesianGame { players, type_strides, strides, prior, payoffs })
    }

    /// The game of a leader without types against a follower who has one type for each of these
    /// games of two, with its probability. Names are those of the first game; types are numbered from 1.
    ///
    /// # Errors
    /// When the games have not all two players and the same shape, or the probabilities no sum of one.
    pub fn against_types(types: &[(Rational, NormalForm)]) -> Result<Self, BayesianError> {
        let Some((_, first)) = types.first() else {
            return Err(BayesianError::NoTypes("Column".to_owned()));
        };
        let names = (1..=types.len()).map(|number| number.to_string()).collect();
        let players = first.players().iter().enumerate().map(|(at, player)| TypedPlayer {
            name: player.name.clone(),
            actions: player.actions.clone(),
            types: if at + 1 == first.num_players() {
                Vec::clone(&names)
            } else {
                vec![String::new()]
            },
        });
        let tables = |player: usize| -> Vec<Vec<Rational>> {
            let of = |game: &NormalForm| {
                let fits = player < game.num_players();
                if fits { game.payoffs(player).to_vec() } else { Vec::new() }
            };
            types.iter().map(|(_, game)| of(game)).collect()
        };
        let payoffs = (0..first.num_players()).map(tables).collect();
        let prior = types.iter().map(|(probability, _)| probability.clone()).collect();
        Self::new(players.collect(), prior, payoffs)
    }

    /// A game of complete information as one in which everybody has one type.
    ///
    /// # Errors
    /// When it is too large.
    pub fn of_normal_form(game: &NormalForm) -> Result<Self, BayesianError> {
        let players = game.players().iter().map(|player| TypedPlayer {
            name: player.name.clone(),
            actions: player.actions.clone(),
            types: vec![String::new()],
        });
        let payoffs = (0..game.num_players()).map(|player| vec![game.payoffs(player).to_vec()]);
        Self::new(players.collect(), vec![Rational::ONE], payoffs.collect())
    }

    /// The players in order.
    #[must_use]
    pub fn players(&self) -> &[TypedPlayer] {
        &self.players
    }

    /// The number of players.
    #[must_use]
    pub fn num_players(&self) -> usize {
        self.players.len()
    }

    /// The number of actions of a player.
    #[must_use]
    pub fn num_actions(&self, player: usize) -> usize {
        self.players[player].actions.len()
    }

    /// The number of types of a player.
    #[must_use]
    pub fn num_types(&self, player: usize) -> usize {
        self.players[player].types.len()
    }

    /// The number of type profiles.
    #[must_use]
    pub fn num_type_profiles(&self) -> usize {
        self.prior.len()
    }

    /// The number of action profiles.
    #[must_use]
    pub fn num_profiles(&self) -> usize {
        self.payoffs[0][0].len()
    }

    /// The probability of each type profile.
    #[must_use]
    pub fn prior(&self) -> &[Rational] {
        &self.prior
    }

    /// The type of a player in the type profile of this number.
    #[must_use]
    pub fn type_in(&self, player: usize, types: usize) -> usize {
        types / self.type_strides[player] % self.num_types(player)
    }

    /// The type profile that differs from `types` in one player's type only.
    #[must_use]
    pub fn with_type(&self, types: usize, player: usize, kind: usize) -> usize {
        types + kind * self.type_strides[player]
            - self.type_in(player, types) * self.type_strides[player]
    }

    /// The action of a player in the action profile of this number.
    #[must_use]
    pub fn action_in(&self, player: usize, profile: usize) -> usize {
        profile / self.strides[player] % self.num_actions(player)
    }

    /// The action profile that differs from `profile` in one player's action only.
    #[must_use]
    pub fn deviation(&self, profile: usize, player: usize, action: usize) -> usize {
        profile + action * self.strides[player]
            - self.action_in(player, profile) * self.strides[player]
    }

    /// The payoff of a player when types and actions are these.
    #[must_use]
    pub fn payoff(&self, player: usize, types: usize, profile: usize) -> &Rational {
        &self.payoffs[player][types][profile]
    }

    /// The probability that a player has a type.
    #[must_use]
    pub fn type_probability(&self, player: usize, kind: usize) -> Rational {
        let of = |types: &usize| self.type_in(player, *types) == kind;
        (0..self.prior.len()).filter(of).map(|types| &self.prior[types]).sum()
    }

    /// The names of the types of a type profile, without those of players who have one type.
    #[must_use]
    pub fn type_names(&self, types: usize) -> Vec<&str> {
        (0..self.num_players())
            .filter(|&player| self.num_types(player) > 1)
            .map(|player| self.players[player].types[self.type_in(player, types)].as_str())
            .collect()
    }

    /// The same game in which some players choose, before they know their types, an action for each:
    /// what was a strategy of theirs is an action, `low: Hold, high: Build`. Payoffs are the
    /// expected ones given the types that are left; where these have no probability, the types of those
    /// who choose are expected as if nothing were known. Where nobody who chooses has several types it
    /// is the game itself.
    ///
    /// # Errors
    /// [`BayesianError::TooLarge`] when payoffs would be summed from more than
    /// [`BayesianGame::MOST_TERMS`] products.
    pub fn ex_ante(&self, chooses: &[bool]) -> Result<Self, BayesianError> {
        let expands = |player: usize| {
            chooses.get(player).copied().unwrap_or(false) && self.num_types(player) > 1
        };
        if !(0..self.num_players()).any(expands) {
            return Ok(self.clone());
        }
        let too_large =
            BayesianError::TooLarge { what: "the strategic form", limit: Self::MOST_TERMS };
        let mut profiles = 1usize;
        for player in 0..self.num_players() {
            let actions = self.num_actions(player);
            let choices = if expands(player) { self.num_types(player) } else { 1 };
            for _ in 0..choices {
                profiles = profiles.saturating_mul(actions);
                if profiles.saturating_mul(self.prior.len()) > Self::MOST_TERMS {
                    return Err(too_large);
                }
            }
        }
        let players: Vec<TypedPlayer> =
            (0..self.num_players())
                .map(|player| {
                    if expands(player) {
                        self.chooser(player)
                    } else {
                        self.players[player].clone()
                    }
                })
                .collect();
        let kept: usize = players.iter().map(|player| player.types.len()).product();
        let part = |types: usize, of_choosers: bool| {
            (0..self.num_players())
                .filter(|&player| expands(player) == of_choosers)
                .fold(0, |part, player| part * self.num_types(player) + self.type_in(player, types))
        };
        let (mut prior, mut chosen) =
            (vec![Rational::ZERO; kept], vec![Rational::ZERO; self.prior.len()]);
        for (types, probability) in self.prior.iter().enumerate() {
            prior[part(types, false)] += probability;
            chosen[part(types, true)] += probability;
        }
        // For each type profile: what is left of it, and the action profile of each joint strategy.
        let mut payoffs = vec![vec![vec![Rational::ZERO; profiles]; kept]; self.num_players()];
        for (types, probability) in self.prior.iter().enumerate() {
            let left = part(types, false);
            let probability =
                if prior[left].is_zero() { &chosen[part(types, true)] } else { probability };
            if probability.is_zero() {
                continue;
            }
            let mut indices = vec![0usize];
            for (player, chooser) in players.iter().enumerate() {
                let (kind, count) = (self.type_in(player, types), self.num_types(player));
                let own: Vec<usize> = if expands(player) {
                    let radix = self.num_actions(player);
                    let below = radix.pow((count - 1 - kind) as u32);
                    (0..chooser.actions.len()).map(|s| s / below % radix).collect()
                } else {
                    (0..self.num_actions(player)).collect()
                };
                indices = indices
                    .iter()
                    .flat_map(|&base| {
                        own.iter().map(move |&action| base + action * self.strides[player])
                    })
                    .collect();
            }
            for (player, tables) in payoffs.iter_mut().enumerate() {
                let table = &self.payoffs[player][types];
                for (sum, &index) in tables[left].iter_mut().zip(&indices) {
                    *sum += probability * &table[index];
                }
            }
        }
        for tables in &mut payoffs {
            for (table, probability) in tables.iter_mut().zip(&prior) {
                if !probability.is_zero() && *probability != Rational::ONE {
                    table.iter_mut().for_each(|payoff| *payoff = &*payoff / probability);
                }
            }
        }
        Self::new(players, prior, payoffs)
    }

    /// A player whose actions are the strategies of another, the last type's action fastest.
    fn chooser(&self, player: usize) -> TypedPlayer {
        let own = &self.players[player];
        let mut actions = vec![String::new()];
        for kind in &own.types {
            actions = actions
                .iter()
                .flat_map(|before| {
                    own.actions.iter().map(move |action| {
                        let comma = if before.is_empty() { "" } else { ", " };
                        format!("{before}{comma}{kind}: {action}")
                    })
                })
                .collect();
        }
        TypedPlayer { name: own.name.clone(), actions, types: vec![String::new()] }
    }

    /// The strategic form ex ante: the game in which everybody chooses an action for each of his
    /// types before the draw (Harsanyi 1967–68).
    ///
    /// # Errors
    /// [`BayesianError::TooLarge`] as [`BayesianGame::ex_ante`].
    pub fn strategic_form(&self) -> Result<NormalForm, BayesianError> {
        let game = self.ex_ante(&vec![true; self.num_players()])?;
        let players =
            game.players.into_iter().map(|player| Player::new(player.name, player.actions));
        let tables = game.payoffs.into_iter().filter_map(|mut tables| tables.pop());
        Ok(NormalForm::new(players.collect(), tables.collect())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half() -> Rational {
        Rational::new(1, 2)
    }

    #[test]
    fn strategic_form_of_paruchuri_is_the_published_harsanyi_matrix() {
        let first = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 2]]);
        let second = NormalForm::from_integers(&[&[1, 2], &[0, 3]], &[&[1, 0], &[1, 2]]);
        let game = BayesianGame::against_types(&[(half(), first), (half(), second)]).unwrap();
        let form = game.strategic_form().unwrap();
        let texts = |player: usize| -> Vec<String> {
            form.payoffs(player).iter().map(ToString::to_string).collect()
        };
        assert_eq!(texts(0), ["3/2", "2", "5/2", "3", "1/2", "2", "3/2", "3"]);
        assert_eq!(texts(1), ["1", "1/2", "1/2", "0", "1/2", "1", "3/2", "2"]);
        assert_eq!(form.players()[1].actions[1], "1: 1, 2: 2");
    }

    #[test]
    fn correlated_types_keep_their_joint_probabilities() {
        let player = |name: &str| TypedPlayer {
            name: name.to_owned(),
            actions: vec!["a".into(), "b".into()],
            types: vec!["x".into(), "y".into()],
        };
        // Types are always equal; each wants to name his own type's action.
        let prior = vec![half(), Rational::ZERO, Rational::ZERO, half()];
        let table = |types: usize, player: usize| -> Vec<Rational> {
            let kind = if player == 0 { types / 2 } else { types % 2 };
            let own = |profile: usize| if player == 0 { profile / 2 } else { profile % 2 };
            (0..4).map(|profile| Rational::from(i64::from(own(profile) == kind))).collect()
        };
        let payoffs = (0..2).map(|p| (0..4).map(|t| table(t, p)).collect()).collect();
        let game = BayesianGame::new(vec![player("A"), player("B")], prior, payoffs).unwrap();
        let form = game.strategic_form().unwrap();
        // `x: a, y: b` is strategy 1.
        assert_eq!(*form.payoff(0, form.profile_index(&[1, 2])), Rational::ONE);
        assert_eq!(*form.payoff(1, form.profile_index(&[1, 2])), Rational::ZERO);
        let led = game.ex_ante(&[true, false]).unwrap();
        assert_eq!((led.num_actions(0), led.num_types(0), led.num_types(1)), (4, 1, 2));
        assert_eq!(*led.payoff(0, 0, 2), Rational::ONE, "given y never x: strategy 1 names a");
    }

    #[test]
    fn data_that_do_not_fit_are_refused() {
        let player = |types: &[&str]| TypedPlayer {
            name: "A".into(),
            actions: vec!["a".into()],
            types: types.iter().map(|&one| one.to_owned()).collect(),
        };
        let zero = || vec![Rational::ZERO];
        let new = |types: &[&str], prior: Vec<Rational>| {
            let tables = vec![(0..prior.len()).map(|_| zero()).collect()];
            BayesianGame::new(vec![player(types)], prior, tables)
        };
        assert!(matches!(new(&[], vec![]), Err(BayesianError::NoTypes(_))));
        assert!(matches!(new(&["x", "y"], vec![half()]), Err(BayesianError::TypeProfiles { .. })));
        assert!(matches!(new(&["x"], vec![half()]), Err(BayesianError::Prior(_))));
        assert!(new(&["x", "y"], vec![half(), half()]).is_ok());
    }
}
