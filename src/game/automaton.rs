//! Strategies of a repeated game as a finite automaton on public histories.
//!
//! The stage game is played for ever and everybody sees what was played. In each state of the
//! automaton a pure profile is to be played; what was played leads to the next state, perhaps by a
//! public lottery. An automaton with a start is a strategy profile: in every history each player
//! plays his action of the state that the history leads to. It is a subgame-perfect equilibrium
//! exactly when in no state, reached or not, a player gains by leaving his action once and following
//! the automaton afterwards (one-shot deviation; Mailath & Samuelson 2006, propositions 2.2.1, 2.4.1).
//! Payoffs are averages discounted with one factor δ: v = (1 − δ) g + δ P v.

use crate::num::Rational;

use super::answer::Objective;
use super::{DiscountFactor, NormalForm, RepeatedPayoffs};

/// The largest number of states of an automaton.
pub const MOST_MACHINE_STATES: usize = 256;

/// A lottery over states: positions, ascending and each once, with positive probabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lottery(Vec<(usize, Rational)>);

impl Lottery {
    /// The lottery that leads to one state for sure.
    #[must_use]
    pub fn sure(state: usize) -> Self {
        Lottery(vec![(state, Rational::ONE)])
    }

    /// The lottery of these entries; those of the same state are added up, and zeros are left out.
    /// `None` when a probability is negative or they do not sum to 1.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = (usize, Rational)>) -> Option<Self> {
        let mut list: Vec<(usize, Rational)> = Vec::new();
        for (state, probability) in entries {
            if probability.is_negative() {
                return None;
            }
            match list.iter_mut().find(|(known, _)| *known == state) {
                Some((_, sum)) => *sum += &probability,
                None => list.push((state, probability)),
            }
        }
        list.retain(|(_, probability)| !probability.is_zero());
        list.sort_by_key(|(state, _)| *state);
        let sum: Rational = list.iter().map(|(_, probability)| probability).sum();
        (sum == Rational::ONE).then_some(Lottery(list))
    }

    /// States with their probabilities.
    #[must_use]
    pub fn entries(&self) -> &[(usize, Rational)] {
        &self.0
    }

    /// The state, where the lottery has only one.
    #[must_use]
    pub fn as_sure(&self) -> Option<usize> {
        match self.0.as_slice() {
            [(state, _)] => Some(*state),
            _ => None,
        }
    }

    /// The expectation of a number of each state.
    pub fn mean<'a>(&self, number: impl Fn(usize) -> &'a Rational) -> Rational {
        match self.as_sure() {
            Some(state) => number(state).clone(),
            None => self.0.iter().map(|(state, probability)| probability * number(*state)).sum(),
        }
    }

    /// The same lottery over states with other positions.
    #[must_use]
    pub fn renamed(&self, position: impl Fn(usize) -> usize) -> Self {
        let mut list: Vec<(usize, Rational)> =
            self.0.iter().map(|(state, share)| (position(*state), share.clone())).collect();
        list.sort_by_key(|(state, _)| *state);
        Lottery(list)
    }
}

/// When a rule of a state applies to what was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// The profile of the state was played.
    Kept,
    /// This player alone left the profile of the state.
    LeftBy(usize),
    /// The played profile has these actions; `None` stands for any.
    Played(Vec<Option<usize>>),
    /// Whatever was played.
    Otherwise,
}

/// What follows in one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The case.
    pub when: When,
    /// The next state.
    pub next: Lottery,
}

/// A state of an automaton.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineState {
    /// Its name, unique in the automaton.
    pub name: String,
    /// The profile that is to be played, by profile index.
    pub play: usize,
    /// What follows: the first rule that applies counts.
    pub rules: Vec<Rule>,
}

/// A finite automaton on public histories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automaton {
    /// The states.
    pub states: Vec<MachineState>,
    /// Where play starts.
    pub start: Lottery,
}

/// What does not fit between an automaton and a game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AutomatonError {
    /// There are no states, or too many.
    #[error("an automaton has 1 to {MOST_MACHINE_STATES} states, and this one has {0}")]
    Size(usize),
    /// Two states have the same name.
    #[error("two states are called `{0}`")]
    Twice(String),
    /// A rule or the start leads to a state that does not exist, or a state plays no profile.
    #[error("{0} is not there")]
    Unknown(String),
    /// Nothing is said of what follows a profile.
    #[error("the state `{state}` does not say what follows {profile}")]
    NothingFollows {
        /// The state.
        state: String,
        /// The names of the actions.
        profile: String,
    },
}

impl Rule {
    /// Whether the rule applies in a state that is to play `play` when `played` was played.
    #[must_use]
    pub fn applies(&self, game: &NormalForm, play: usize, played: usize) -> bool {
        let differs =
            |player: usize| game.action_in(player, play) != game.action_in(player, played);
        match &self.when {
            When::Otherwise => true,
            When::Kept => play == played,
            When::LeftBy(player) => {
                (0..game.num_players()).all(|other| differs(other) == (other == *player))
            }
            When::Played(pattern) => pattern.iter().enumerate().all(|(player, action)| {
                action.is_none_or(|action| action == game.action_in(player, played))
            }),
        }
    }
}

impl Automaton {
    /// What follows in a state after a profile was played; `None` where no rule applies.
    #[must_use]
    pub fn next(&self, game: &NormalForm, state: usize, played: usize) -> Option<&Lottery> {
        let state = &self.states[state];
        let rule = state.rules.iter().find(|rule| rule.applies(game, state.play, played));
        rule.map(|rule| &rule.next)
    }

    /// Whether the automaton fits the game: positions exist, names are unique, and each state says what
    /// follows when all keep to it and when one player leaves it.
    ///
    /// What follows when several leave it at once is not needed for equilibrium; where no rule says it,
    /// the automaton is taken to go on as if all had kept to it.
    ///
    /// # Errors
    /// An [`AutomatonError`] that names the first thing that does not fit.
    pub fn check(&self, game: &NormalForm) -> Result<(), AutomatonError> {
        let count = self.states.len();
        if count == 0 || count > MOST_MACHINE_STATES {
            return Err(AutomatonError::Size(count));
        }
        let exists = |lottery: &Lottery| lottery.entries().iter().all(|(to, _)| *to < count);
        if !exists(&self.start) {
            return Err(AutomatonError::Unknown("the state at the start".to_owned()));
        }
        for (at, state) in self.states.iter().enumerate() {
            if self.states[..at].iter().any(|other| other.name == state.name) {
                return Err(AutomatonError::Twice(state.name.clone()));
            }
            let rule_fits = |rule: &Rule| {
                exists(&rule.next)
                    && match &rule.when {
                        When::LeftBy(player) => *player < game.num_players(),
                        When::Played(pattern) => {
                            let within = |(player, action): (usize, &Option<usize>)| {
                                action.is_none_or(|action| action < game.num_actions(player))
                            };
                            pattern.len() == game.num_players()
                                && pattern.iter().enumerate().all(within)
                        }
                        When::Kept | When::Otherwise => true,
                    }
            };
            if state.play >= game.num_profiles() || !state.rules.iter().all(rule_fits) {
                return Err(AutomatonError::Unknown(format!(
                    "what the state `{}` plays or leads to",
                    state.name
                )));
            }
            for player in 0..game.num_players() {
                for action in 0..game.num_actions(player) {
                    let played = game.deviation(state.play, player, action);
                    if self.next(game, at, played).is_none() {
                        let profile = game.profile_names(&game.profile(played)).join("|");
                        let state = state.name.clone();
                        return Err(AutomatonError::NothingFollows { state, profile });
                    }
                }
            }
        }
        Ok(())
    }

    /// The states that can be reached from the start by what is to be played or by deviations of one
    /// player, ascending.
    #[must_use]
    pub fn reached(&self, game: &NormalForm) -> Vec<usize> {
        let mut seen = vec![false; self.states.len()];
        let mut open: Vec<usize> = self.start.entries().iter().map(|(at, _)| *at).collect();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            for player in 0..game.num_players() {
                for action in 0..game.num_actions(player) {
                    let played = game.deviation(self.states[at].play, player, action);
                    let next = self.next(game, at, played).into_iter().flat_map(Lottery::entries);
                    open.extend(next.map(|(to, _)| *to).filter(|&to| !seen[to]));
                }
            }
        }
        (0..self.states.len()).filter(|&at| seen[at]).collect()
    }

    /// The automaton with only those states that can be reached.
    #[must_use]
    pub fn trimmed(&self, game: &NormalForm) -> Self {
        let kept = self.reached(game);
        let position = |old: usize| kept.iter().position(|&at| at == old);
        let renamed = |lottery: &Lottery| lottery.renamed(|old| position(old).unwrap_or_default());
        let leads =
            |rule: &Rule| rule.next.entries().iter().all(|(state, _)| position(*state).is_some());
        let state = |&at: &usize| {
            let old = &self.states[at];
            // Rules that lead away from these states apply to no deviation of one player.
            let rules = old.rules.iter().filter(|rule| leads(rule));
            let rules =
                rules.map(|rule| Rule { when: rule.when.clone(), next: renamed(&rule.next) });
            MachineState { name: old.name.clone(), play: old.play, rules: rules.collect() }
        };
        Automaton { states: kept.iter().map(state).collect(), start: renamed(&self.start) }
    }
}

/// The best that a player can do by leaving his action in one state once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incentive {
    /// The best other action; the first of several.
    pub action: usize,
    /// By how much keeping is better than that: negative where the deviation pays.
    pub slack: Rational,
}

/// One end of a stretch of discount factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StretchEnd {
    /// The last factor at which the automaton is known to be an equilibrium.
    pub inside: Rational,
    /// A factor near it from which on it is known to be none; `None` where `inside` is the end itself,
    /// and where the stretch reaches to 1.
    pub outside: Option<Rational>,
}

/// Discount factors at which an automaton is an equilibrium: from one end to the other, both included;
/// without a second end all from the first one on, below 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The lower end.
    pub from: StretchEnd,
    /// The upper end.
    pub to: Option<StretchEnd>,
}

/// How an automaton was found, and what is claimed of it beside its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provenance {
    /// The user gave it.
    Given,
    /// For ever the worst stage equilibrium of whoever deviates.
    Grim,
    /// That for some periods only.
    Punishment {
        /// How many.
        periods: usize,
        /// Whether fewer periods would not do at this discount factor.
        least: bool,
    },
    /// A profile that is bad for whoever deviates, once or until a lottery ends it.
    CarrotAndStick,
    /// Continuation by continuation from the polygon of payoffs.
    Optimal {
        /// What the start is best for; a point was asked for when not given.
        objective: Option<Objective>,
        /// The payoffs of all equilibria, which bound the objective.
        polygon: Box<RepeatedPayoffs>,
    },
}

/// An automaton of a repeated game, its values, and whether it is an equilibrium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The automaton.
    pub automaton: Automaton,
    /// How it was found.
    pub provenance: Provenance,
    /// The discount factor of the values.
    pub discount: DiscountFactor,
    /// `values[s][i]`: the payoff of player i from state s on.
    pub values: Vec<Vec<Rational>>,
    /// `incentives[s][i]`: the best deviation of player i in state s; `None` where he has one action.
    pub incentives: Vec<Vec<Option<Incentive>>>,
    /// The discount factors at which the automaton, as it stands, is a subgame-perfect equilibrium, in
    /// ascending order; `None` where that was not determined.
    pub sustained: Option<Vec<Stretch>>,
}

impl Machine {
    /// Whether it is a subgame-perfect equilibrium at its discount factor.
    #[must_use]
    pub fn is_equilibrium(&self) -> bool {
        self.incentives.iter().flatten().flatten().all(|one| !one.slack.is_negative())
    }

    /// Where least keeps a player from deviating: state, player, and how much; the first of several.
    #[must_use]
    pub fn binding(&self) -> Option<(usize, usize, &Incentive)> {
        let all = self.incentives.iter().enumerate().flat_map(|(state, of_state)| {
            let players = of_state.iter().enumerate();
            players.filter_map(move |(player, one)| Some((state, player, one.as_ref()?)))
        });
        all.min_by(|(_, _, one), (_, _, other)| one.slack.cmp(&other.slack))
    }

    /// The payoff of a player at the start.
    #[must_use]
    pub fn payoff(&self, player: usize) -> Rational {
        self.automaton.start.mean(|state| &self.values[state][player])
    }
}
