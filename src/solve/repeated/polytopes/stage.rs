//! The stage games of all states, exactly and in machine numbers.

use crate::game::NormalForm;
use crate::game::stochastic::StochasticGame;
use crate::num::Rational;

use super::kernel::{Vector, WIDEST};

/// What is read off the states of a game. A *play* is a profile of a state; the plays of all states are
/// numbered one after the other. A repeated game has one state, which follows itself.
pub(super) struct Stages {
    pub(super) players: usize,
    pub(super) states: usize,
    pub(super) discount: Rational,
    /// Where the plays of each state begin, and where those of the last one end.
    first: Vec<usize>,
    /// The state of each play.
    pub(super) state: Vec<usize>,
    /// The payoffs of each play, and with what probability which states follow.
    pub(super) payoffs: Vec<Vec<Rational>>,
    pub(super) follows: Vec<Vec<(usize, Rational)>>,
    /// For each player the plays among which he chooses while the others stay, and which of these sets
    /// each play belongs to.
    choices: Vec<Vec<Vec<usize>>>,
    choice: Vec<Vec<usize>>,
    /// The least payoff of each player, and the range of his payoffs (1 where it is 0).
    pub(super) least: Vec<Rational>,
    pub(super) range: Vec<Rational>,
    /// Payoffs in these units, and probabilities.
    pub(super) floats: Vec<Vector>,
    pub(super) chances: Vec<Vec<(usize, f64)>>,
    /// The ranges in units of the largest one.
    pub(super) relative: Vector,
}

impl Stages {
    /// The only state of a repeated game.
    pub(super) fn repeated(game: &NormalForm, discount: &Rational) -> Self {
        let itself = vec![(0, Rational::ONE)];
        Self::of(&[game], |_, _| itself.clone(), discount)
    }

    pub(super) fn stochastic(game: &StochasticGame) -> Self {
        let states: Vec<&NormalForm> = game.states().iter().map(|state| &state.stage).collect();
        let follows = |state: usize, profile: usize| {
            let mut merged: Vec<(usize, Rational)> = Vec::new();
            for (to, chance) in &game.states()[state].transitions[profile] {
                match merged.iter_mut().find(|one| one.0 == *to) {
                    Some(one) => one.1 = &one.1 + chance,
                    None if chance.is_zero() => {}
                    None => merged.push((*to, chance.clone())),
                }
            }
            merged
        };
        Self::of(&states, follows, game.discount().value())
    }

    fn of(
        games: &[&NormalForm],
        follow: impl Fn(usize, usize) -> Vec<(usize, Rational)>,
        discount: &Rational,
    ) -> Self {
        let players = games[0].num_players();
        let (mut first, mut state) = (vec![0], Vec::new());
        let (mut payoffs, mut follows) = (Vec::new(), Vec::new());
        let mut choices = vec![Vec::new(); players];
        let mut choice = vec![Vec::new(); players];
        for (at, game) in games.iter().enumerate() {
            let before = payoffs.len();
            for profile in 0..game.num_profiles() {
                let own = (0..players).map(|player| game.payoff(player, profile).clone());
                payoffs.push(own.collect::<Vec<Rational>>());
                follows.push(follow(at, profile));
                state.push(at);
            }
            for player in 0..players {
                choice[player].resize(payoffs.len(), 0);
                let starts = 0..game.num_profiles();
                for start in starts.filter(|&start| game.action_in(player, start) == 0) {
                    let all: Vec<usize> = (0..game.num_actions(player))
                        .map(|action| before + game.deviation(start, player, action))
                        .collect();
                    all.iter().for_each(|&play| choice[player][play] = choices[player].len());
                    choices[player].push(all);
                }
            }
            first.push(payoffs.len());
        }
        let extreme = |player: usize, most: bool| {
            let all = payoffs.iter().map(|point| &point[player]);
            if most { all.max() } else { all.min() }.cloned().unwrap_or_default()
        };
        let least: Vec<Rational> = (0..players).map(|player| extreme(player, false)).collect();
        let range: Vec<Rational> = (0..players)
            .map(|player| {
                let range = extreme(player, true) - &least[player];
                if range.is_zero() { Rational::ONE } else { range }
            })
            .collect();
        let about = |row: &Vec<(usize, Rational)>| -> Vec<(usize, f64)> {
            row.iter().map(|(to, chance)| (*to, chance.to_f64())).collect()
        };
        let chances = follows.iter().map(about).collect();
        let mut stages = Stages {
            players,
            states: games.len(),
            discount: discount.clone(),
            first,
            state,
            payoffs,
            follows,
            choices,
            choice,
            least,
            range,
            floats: Vec::new(),
            chances,
            relative: [0.0; WIDEST],
        };
        stages.floats = stages.payoffs.iter().map(|point| stages.normalized(point)).collect();
        let widest = stages.range.iter().max().cloned().unwrap_or(Rational::ONE);
        stages.relative = stages.each(|player| ratio(&stages.range[player], &widest));
        stages
    }

    /// The plays of a state.
    pub(super) fn plays(&self, state: usize) -> std::ops::Range<usize> {
        self.first[state]..self.first[state + 1]
    }

    /// The profile of a play, by index in the stage game of its state.
    pub(super) fn profile(&self, play: usize) -> usize {
        play - self.first[self.state[play]]
    }

    /// The play of a profile of a state.
    pub(super) fn play(&self, state: usize, profile: usize) -> usize {
        self.first[state] + profile
    }

    /// A machine number for each player.
    pub(super) fn each(&self, of: impl Fn(usize) -> f64) -> Vector {
        let mut all = [0.0; WIDEST];
        for (player, place) in all.iter_mut().enumerate().take(self.players) {
            *place = of(player);
        }
        all
    }

    /// A point in units of the ranges of payoffs.
    pub(super) fn normalized(&self, point: &[Rational]) -> Vector {
        self.each(|player| ratio(&(&point[player] - &self.least[player]), &self.range[player]))
    }

    /// What is expected of numbers of the states that follow a play.
    pub(super) fn expected(&self, play: usize, of: impl Fn(usize) -> f64) -> f64 {
        self.chances[play].iter().map(|&(to, chance)| chance * of(to)).sum()
    }

    /// The same exactly.
    pub(super) fn expected_exactly<'a>(
        &self,
        play: usize,
        of: impl Fn(usize) -> &'a Rational,
    ) -> Rational {
        match &self.follows[play][..] {
            // The usual case.
            [(to, chance)] if *chance == Rational::ONE => of(*to).clone(),
            row => row.iter().map(|(to, chance)| chance * of(*to)).sum(),
        }
    }

    /// The best that each player gets by a choice in reply to the others of each play, when the least
    /// of the next state follows: max over d of (1 − δ) g(s, d) + δ Σ τ(s'|s, d) v(s').
    pub(super) fn temptations(&self, discount: f64, threats: &[Vector]) -> Vec<Vector> {
        let mut all = vec![[0.0; WIDEST]; self.payoffs.len()];
        for player in 0..self.players {
            for choices in &self.choices[player] {
                let value = |&play: &usize| {
                    (1.0 - discount) * self.floats[play][player]
                        + discount * self.expected(play, |to| threats[to][player])
                };
                let best = choices.iter().map(value).fold(f64::NEG_INFINITY, f64::max);
                choices.iter().for_each(|&play| all[play][player] = best);
            }
        }
        all
    }

    /// The same exactly, for one player, by his sets of choices.
    pub(super) fn exact_temptations(
        &self,
        player: usize,
        threats: &[Vec<Rational>],
    ) -> Vec<Rational> {
        let now = Rational::ONE - &self.discount;
        let value = |play: usize| {
            &now * &self.payoffs[play][player]
                + &self.discount * self.expected_exactly(play, |to| &threats[to][player])
        };
        let best = |choices: &Vec<usize>| choices.iter().map(|&play| value(play)).max();
        self.choices[player].iter().map(|choices| best(choices).unwrap_or_default()).collect()
    }

    /// Which set of choices of a player a play belongs to.
    pub(super) fn choice(&self, player: usize, play: usize) -> usize {
        self.choice[player][play]
    }

    /// The plays among which a player chooses while the others stay.
    pub(super) fn replies(&self, player: usize, play: usize) -> &[usize] {
        &self.choices[player][self.choice[player][play]]
    }

    /// What players can be held to at least, at most `steps` periods ahead: the least of the best
    /// replies' payoffs, in pure strategies. Bounds below rise to it (MacQueen 1966).
    pub(super) fn held_to(&self, discount: f64, steps: usize) -> Vec<Vector> {
        let mut threats = vec![[0.0; WIDEST]; self.states];
        for _ in 0..steps {
            let tempted = self.temptations(discount, &threats);
            let mut risen: f64 = 0.0;
            let mut next = threats.clone();
            for player in 0..self.players {
                for (state, next) in next.iter_mut().enumerate() {
                    let all = self.plays(state).map(|play| tempted[play][player]);
                    next[player] = all.fold(f64::INFINITY, f64::min);
                }
                let rises = (0..self.states).map(|at| next[at][player] - threats[at][player]);
                let least = rises.fold(f64::INFINITY, f64::min).max(0.0);
                for (next, before) in next.iter_mut().zip(&threats) {
                    next[player] += discount / (1.0 - discount) * least;
                    risen = risen.max(next[player] - before[player]);
                }
            }
            threats = next;
            if risen <= 1e-15 {
                break;
            }
        }
        threats
    }

    /// The continuation that a play needs on average to give these payoffs; none at δ = 0.
    pub(super) fn continuation(&self, play: usize, payoffs: &[Rational]) -> Option<Vec<Rational>> {
        let now = Rational::ONE - &self.discount;
        let one = |player: usize| {
            (&payoffs[player] - &now * &self.payoffs[play][player]).checked_div(&self.discount)
        };
        (0..self.players).map(one).collect()
    }
}

/// A quotient in machine numbers.
fn ratio(one: &Rational, other: &Rational) -> f64 {
    one.checked_div(other).map_or(0.0, |quotient| quotient.to_f64())
}
