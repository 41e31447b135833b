//! One equilibrium of a two-player tree by the sequence form, of the game or of every subgame.

use std::collections::HashMap;

use crate::game::extensive::{TreeAnswer, TreeScope};
use crate::game::{ExtensiveGame, MixedStrategy};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::evaluate::{equilibrium, payoffs, reach};
use super::sequence::SequenceForm;
use super::truncated::{direct_subgames, truncate};
use super::{TreeMethodError, lemke, zero_sum};

/// One Nash equilibrium in behaviour strategies, exact.
///
/// Games of constant sum by a linear program (polynomial), others by Lemke's algorithm on the
/// sequence form (worst case exponential). Where a player's own strategy excludes an information
/// set, its actions get the same probability. The list is empty when the budget is spent. Steps of
/// the budget are pivots.
///
/// # Errors
/// [`TreeMethodError`] unless there are two players with perfect recall.
pub fn find_nash_by_sequence_form(
    tree: &ExtensiveGame,
    budget: &Budget,
) -> Result<Outcome<TreeAnswer>, TreeMethodError> {
    applies(tree)?;
    let mut work = Work::default();
    let found = solve_whole(tree, budget, &mut work);
    Ok(outcome(tree, found, work, TreeScope::SomeNash))
}

/// One subgame-perfect equilibrium in behaviour strategies, exact: every subgame is solved by the
/// sequence form, from the last to the first, with the values of those below it in their place.
///
/// Every game of two players with perfect recall has one (Selten 1965). Otherwise as
/// [`find_nash_by_sequence_form`].
///
/// # Errors
/// [`TreeMethodError`] unless there are two players with perfect recall.
pub fn find_subgame_perfect_by_sequence_form(
    tree: &ExtensiveGame,
    budget: &Budget,
) -> Result<Outcome<TreeAnswer>, TreeMethodError> {
    applies(tree)?;
    let mut work = Work::default();
    let found = solve_subgames(tree, budget, &mut work);
    Ok(outcome(tree, found, work, TreeScope::SomeSubgamePerfect))
}

fn applies(tree: &ExtensiveGame) -> Result<(), TreeMethodError> {
    if tree.num_players() != 2 {
        return Err(TreeMethodError::NotTwoPlayers(tree.num_players()));
    }
    tree.perfect_recall().map_err(TreeMethodError::Forgets)
}

fn outcome(
    tree: &ExtensiveGame,
    found: Result<Vec<MixedStrategy>, Exhausted>,
    work: Work,
    scope: TreeScope,
) -> Outcome<TreeAnswer> {
    let (list, status) = match found {
        Ok(profile) => (vec![equilibrium(tree, profile)], Status::Solved),
        Err(reason) => (Vec::new(), Status::Partial(reason)),
    };
    let answer = TreeAnswer { list, scope };
    Outcome { answer, status, method: "sequence-form", work, warnings: Vec::new() }
}

fn solve_whole(
    tree: &ExtensiveGame,
    budget: &Budget,
    work: &mut Work,
) -> Result<Vec<MixedStrategy>, Exhausted> {
    budget.check_now(work.pivots)?;
    work.nodes += 1;
    let form = SequenceForm::of(tree);
    if tree.constant_sum().is_some() {
        let meter = Meter::new(LpMethod::Auto, budget);
        let profile = zero_sum::solve(tree, &form, &meter);
        work.pivots += meter.outcome(Ok(())).work.pivots;
        return profile;
    }
    lemke::solve(tree, &form, budget, &mut work.pivots)
}

fn solve_subgames(
    tree: &ExtensiveGame,
    budget: &Budget,
    work: &mut Work,
) -> Result<Vec<MixedStrategy>, Exhausted> {
    let roots = tree.subgame_roots();
    let below = direct_subgames(tree, &roots);
    let mut values: HashMap<usize, Vec<Rational>> = HashMap::new();
    let mut profile: Vec<Option<MixedStrategy>> = vec![None; tree.information_sets().len()];
    for &root in roots.iter().rev() {
        let direct = below.get(&root).map_or(&[][..], Vec::as_slice);
        let worth: Vec<&[Rational]> = direct.iter().map(|at| values[at].as_slice()).collect();
        let truncated = truncate(tree, root, direct, &worth);
        let own = match truncated.game.information_sets() {
            [] => Vec::new(),
            [_] => vec![best_action(&truncated.game)],
            _ => solve_whole(&truncated.game, budget, work)?,
        };
        let reached = reach(&truncated.game, &own);
        values.insert(root, payoffs(&truncated.game, &reached));
        for (set, strategy) in truncated.sets.iter().zip(own) {
            profile[*set] = Some(strategy);
        }
    }
    // Every information set belongs to exactly one subgame without those below it.
    Ok(profile.into_iter().flatten().collect())
}

/// The first best action of a game with one information set.
fn best_action(game: &ExtensiveGame) -> MixedStrategy {
    let set = &game.information_sets()[0];
    let count = set.actions.len();
    let mut best: Option<(Rational, usize)> = None;
    for action in 0..count {
        let profile = [MixedStrategy::pure(action, count)];
        let payoff = payoffs(game, &reach(game, &profile)).swap_remove(set.player);
        if best.as_ref().is_none_or(|(known, _)| payoff > *known) {
            best = Some((payoff, action));
        }
    }
    MixedStrategy::pure(best.map_or(0, |(_, action)| action), count)
}
