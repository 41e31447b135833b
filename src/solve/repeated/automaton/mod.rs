//! Automata of repeated games: their values, whether they are equilibria, and how to find some.
//!
//! Values solve v = (1 − δ) g + δ P v, with P where play leads while all keep to the automaton. Without
//! lotteries each state leads along a path into a cycle, and the values of a cycle of k states are
//! (1 − δ) (g₀ + δ g₁ + … + δ^(k−1) g₍k₋₁₎)/(1 − δ^k); with lotteries the linear system is solved.
//!
//! Sources: Abreu (1988), "On the theory of infinitely repeated games with discounting", Econometrica
//! 56; Mailath & Samuelson (2006), *Repeated Games and Reputations*, chapter 2.

mod best;
mod carrot;
mod chain;
mod optimal;
mod patience;
mod reversion;
#[cfg(test)]
mod tests;

use crate::game::answer::Machine;
use crate::game::{Automaton, AutomatonError, DiscountFactor, Incentive, NormalForm, Provenance};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

pub use best::{BestMachine, Punishing};
pub use carrot::{Sticks, find_carrot_and_stick};
pub use optimal::{OptimalTarget, find_optimal_automaton};
pub use reversion::Reversion;

use chain::Chain;

/// Why no automaton is found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MachineError {
    /// The automaton does not fit the game.
    #[error("{0}")]
    Automaton(#[from] AutomatonError),
    /// A limit was reached.
    #[error("{0}")]
    Exhausted(#[from] Exhausted),
    /// The stage game has no equilibrium in pure strategies to revert to.
    #[error(
        "the stage game has no equilibrium in pure strategies to revert to; `--method carrot-and-stick` and `--method optimal` do without"
    )]
    NoEquilibrium,
    /// Nothing of this kind can deter somebody from leaving the profile.
    #[error("{player} cannot be kept from leaving {profile} {by}")]
    NothingDeters {
        /// The player.
        player: String,
        /// The profile.
        profile: String,
        /// By what.
        by: String,
    },
    /// The polygon of payoffs does not answer it.
    #[error("{0}")]
    Polygon(String),
}

/// The automaton with its values at a discount factor, the best deviations, and the discount factors at
/// which it is an equilibrium.
///
/// Work: a linear system in the states for the values; for the set of discount factors one for each
/// state more, up to some tens of states, beyond which it is left out.
///
/// # Errors
/// [`MachineError::Automaton`] when it does not fit the game, [`MachineError::Exhausted`] when the budget
/// is spent.
///
/// ```
/// use detente::game::{Automaton, DiscountFactor, Lottery, MachineState, NormalForm, Provenance, Rule, When};
/// use detente::num::Rational;
/// use detente::solve::{Budget, repeated::evaluate_automaton};
/// let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
/// let always = |when, next| Rule { when, next: Lottery::sure(next) };
/// let states = vec![
///     MachineState {
///         name: "cooperate".to_owned(),
///         play: 0,
///         rules: vec![always(When::Kept, 0), always(When::Otherwise, 1)],
///     },
///     MachineState { name: "punish".to_owned(), play: 3, rules: vec![always(When::Otherwise, 1)] },
/// ];
/// let automaton = Automaton { states, start: Lottery::sure(0) };
/// let discount = DiscountFactor::new(Rational::new(3, 4)).unwrap();
/// let machine =
///     evaluate_automaton(&game, automaton, &discount, Provenance::Given, &Budget::unlimited()).unwrap();
/// assert!(machine.is_equilibrium());
/// let from = &machine.sustained.unwrap()[0].from;
/// assert_eq!((from.inside.to_string(), &from.outside), ("1/2".to_owned(), &None));
/// ```
pub fn evaluate_automaton(
    game: &NormalForm,
    automaton: Automaton,
    discount: &DiscountFactor,
    provenance: Provenance,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    complete(game, at(game, automaton, discount, provenance, budget)?, budget)
}

/// The automaton with its values and the best deviations; at which discount factors it is an equilibrium is
/// left out.
fn at(
    game: &NormalForm,
    automaton: Automaton,
    discount: &DiscountFactor,
    provenance: Provenance,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    automaton.check(game)?;
    let values = Chain::new(game, &automaton).solve(game, discount.value(), budget)?.values;
    let incentives = incentives(game, &automaton, discount.value(), &values);
    let discount = discount.clone();
    Ok(Machine { automaton, provenance, discount, values, incentives, sustained: None })
}

/// Adds at which discount factors it is an equilibrium, if that is not known yet.
fn complete(
    game: &NormalForm,
    mut machine: Machine,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    if machine.sustained.is_none() {
        let automaton = &machine.automaton;
        let chain = Chain::new(game, automaton);
        machine.sustained = patience::sustained(game, automaton, &chain, budget)?;
    }
    Ok(machine)
}

/// What a player gets by playing an action once in a state, and following the automaton afterwards.
fn deviating(
    game: &NormalForm,
    automaton: &Automaton,
    discount: &Rational,
    values: &[Vec<Rational>],
    (state, player, action): (usize, usize, usize),
) -> Rational {
    let played = game.deviation(automaton.states[state].play, player, action);
    let after = automaton
        .next(game, state, played)
        .map_or(Rational::ZERO, |next| next.mean(|to| &values[to][player]));
    (Rational::ONE - discount) * game.payoff(player, played) + discount * after
}

/// The best deviation of each player in each state.
fn incentives(
    game: &NormalForm,
    automaton: &Automaton,
    discount: &Rational,
    values: &[Vec<Rational>],
) -> Vec<Vec<Option<Incentive>>> {
    let best = |state: usize, player: usize| {
        let kept = game.action_in(player, automaton.states[state].play);
        let others = (0..game.num_actions(player)).filter(|&action| action != kept);
        let slack = |action: usize| {
            let gets = deviating(game, automaton, discount, values, (state, player, action));
            Incentive { action, slack: &values[state][player] - gets }
        };
        others.map(slack).min_by(|one, other| one.slack.cmp(&other.slack))
    };
    (0..automaton.states.len())
        .map(|state| (0..game.num_players()).map(|player| best(state, player)).collect())
        .collect()
}

/// The most that a player can get while the others play their part of a profile.
fn best_reply(game: &NormalForm, player: usize, profile: usize) -> Rational {
    let payoffs = (0..game.num_actions(player))
        .map(|action| game.payoff(player, game.deviation(profile, player, action)));
    payoffs.max().cloned().unwrap_or_default()
}

/// The names of a profile's actions, joined by a stroke.
fn name(game: &NormalForm, profile: usize) -> String {
    game.profile_names(&game.profile(profile)).join("/")
}
