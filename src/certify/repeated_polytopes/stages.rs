//! The stage games of all states, as the check reads them.

use crate::game::NormalForm;
use crate::game::stochastic::StochasticGame;
use crate::num::Rational;

/// The profiles of all states, one after the other. A repeated game has one state that follows itself.
pub(super) struct Stages {
    pub(super) players: usize,
    pub(super) discount: Rational,
    /// The names of the states; none in a repeated game.
    names: Vec<String>,
    /// Which profiles each state has, and the state of each.
    pub(super) profiles: Vec<std::ops::Range<usize>>,
    pub(super) state: Vec<usize>,
    pub(super) payoffs: Vec<Vec<Rational>>,
    /// The states that follow, each once, with what positive probability.
    pub(super) follows: Vec<Vec<(usize, Rational)>>,
    /// For each player the sets of profiles that differ in his action alone, and the set of each profile.
    pub(super) sets: Vec<Vec<Vec<usize>>>,
    pub(super) set: Vec<Vec<usize>>,
}

impl Stages {
    pub(super) fn repeated(game: &NormalForm, discount: &Rational) -> Self {
        let mut stages = Self::empty(game.num_players(), discount);
        stages.push(game, |_| vec![(0, Rational::ONE)]);
        stages
    }

    pub(super) fn stochastic(game: &StochasticGame) -> Self {
        let mut stages = Self::empty(game.num_players(), game.discount().value());
        for state in game.states() {
            stages.names.push(state.name.clone());
            stages.push(&state.stage, |profile| {
                let mut row = state.transitions[profile].clone();
                row.sort_by_key(|one| one.0);
                row.retain(|(_, chance)| !chance.is_zero());
                row.dedup_by(|next, kept| {
                    let same = next.0 == kept.0;
                    if same {
                        kept.1 = &kept.1 + &next.1;
                    }
                    same
                });
                row
            });
        }
        stages
    }

    fn empty(players: usize, discount: &Rational) -> Self {
        Stages {
            players,
            discount: discount.clone(),
            names: Vec::new(),
            profiles: Vec::new(),
            state: Vec::new(),
            payoffs: Vec::new(),
            follows: Vec::new(),
            sets: vec![Vec::new(); players],
            set: vec![Vec::new(); players],
        }
    }

    fn push(&mut self, game: &NormalForm, row: impl Fn(usize) -> Vec<(usize, Rational)>) {
        let (from, count) = (self.payoffs.len(), game.num_profiles());
        for profile in 0..count {
            let own = (0..self.players).map(|player| game.payoff(player, profile).clone());
            self.payoffs.push(own.collect());
            self.follows.push(row(profile));
            self.state.push(self.profiles.len());
        }
        self.profiles.push(from..from + count);
        for player in 0..self.players {
            self.set[player].resize(from + count, usize::MAX);
            for profile in 0..count {
                if self.set[player][from + profile] != usize::MAX {
                    continue;
                }
                let set: Vec<usize> = (0..game.num_actions(player))
                    .map(|action| from + game.deviation(profile, player, action))
                    .collect();
                for &one in &set {
                    self.set[player][one] = self.sets[player].len();
                }
                self.sets[player].push(set);
            }
        }
    }

    pub(super) fn states(&self) -> usize {
        self.profiles.len()
    }

    /// The profiles to which a player may change, his own among them.
    pub(super) fn replies(&self, player: usize, profile: usize) -> &[usize] {
        &self.sets[player][self.set[player][profile]]
    }

    /// Whether only the state of a profile follows it.
    pub(super) fn stays(&self, profile: usize) -> bool {
        matches!(&self.follows[profile][..], [(to, _)] if *to == self.state[profile])
    }

    /// `` of the state `peace` ``, or nothing in a repeated game.
    pub(super) fn within(&self, state: usize) -> String {
        self.names.get(state).map_or_else(String::new, |name| format!(" of the state `{name}`"))
    }
}
