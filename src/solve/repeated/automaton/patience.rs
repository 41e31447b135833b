//! At which discount factors an automaton is an equilibrium.
//!
//! That no player gains by one deviation in one state is an inequality between values: see
//! [`crate::solve::patience`].

use crate::game::{Automaton, NormalForm, Stretch};
use crate::solve::patience::{Sample, polynomials};
use crate::solve::{Budget, Exhausted};

use super::chain::Chain;
use super::deviating;

/// The largest number of states for which it is determined, without and with lotteries.
const MOST_STATES: (usize, usize) = (48, 16);
/// The largest number of deviations.
const MOST_DEVIATIONS: usize = 20_000;

/// The stretches of discount factors at which the automaton is an equilibrium; `None` where that is not
/// determined: with too many states, or where a root that is no fraction decides nothing alone.
pub(super) fn sustained(
    game: &NormalForm,
    automaton: &Automaton,
    chain: &Chain,
    budget: &Budget,
) -> Result<Option<Vec<Stretch>>, Exhausted> {
    let states = automaton.states.len();
    let most = if chain.has_lotteries() { MOST_STATES.1 } else { MOST_STATES.0 };
    let per_state: usize = game.shape().iter().sum();
    if states > most || states * per_state > MOST_DEVIATIONS {
        return Ok(None);
    }
    let mut cases = Vec::new();
    for (state, one) in automaton.states.iter().enumerate() {
        for player in 0..game.num_players() {
            let kept = game.action_in(player, one.play);
            let others = (0..game.num_actions(player)).filter(|&action| action != kept);
            cases.extend(others.map(|action| (state, player, action)));
        }
    }
    let slacks = polynomials(states, budget, |discount| {
        let solved = chain.solve(game, discount, budget)?;
        let slack = |&(state, player, action): &(usize, usize, usize)| {
            let case = (state, player, action);
            let gets = deviating(game, automaton, discount, &solved.values, case);
            &solved.values[state][player] - gets
        };
        Ok(Sample {
            slacks: cases.iter().map(slack).collect(),
            determinant: solved.determinant.clone(),
        })
    })?;
    crate::solve::patience::sustained(&slacks, budget)
}
