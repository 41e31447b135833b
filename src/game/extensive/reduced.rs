//! The reduced strategic form of a tree.
//!
//! A strategy of a player says what he does at each of his information sets that his own earlier
//! moves allow to be reached, and nothing at the others: strategies that differ only where they
//! cannot matter are one (Kuhn 1953). Their number still grows exponentially with the tree, which
//! the sequence form avoids (von Stengel 1996).

use crate::num::Rational;

use super::super::{MixedStrategy, NormalForm, Player};
use super::{ExtensiveGame, Histories, Move, TreeNames};

/// The largest number of pure profiles of a reduced strategic form.
pub const MOST_REDUCED_PROFILES: usize = 1 << 20;
/// The largest number of entries of the lists of strategies of one player.
const MOST_ENTRIES: usize = 1 << 24;
/// The largest number of additions of a payoff to a cell.
const MOST_ADDITIONS: u128 = 1 << 28;

/// The reduced strategic form would be too large.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "the reduced strategic form is too large: {} strategies, and at most {limit} profiles are made",
    .strategies.iter().map(|n| shown(*n)).collect::<Vec<_>>().join(" × ")
)]
pub struct TooLarge {
    /// The number of strategies of each player, about; at least this where it is not known.
    pub strategies: Vec<f64>,
    /// The largest number of profiles.
    pub limit: usize,
}

fn shown(number: f64) -> String {
    if number < 1e7 { format!("{number}") } else { format!("about {number:.0e}") }
}

/// A reduced strategic form, and what its strategies mean in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReducedForm {
    /// The game.
    pub game: NormalForm,
    /// The information sets of each player, ascending.
    pub sets: Vec<Vec<usize>>,
    /// By player and strategy: the action at each of his sets, `None` where it cannot be reached.
    pub strategies: Vec<Vec<Vec<Option<u32>>>>,
}

impl ReducedForm {
    /// The reduced strategic form of a tree, with at most `limit` profiles.
    ///
    /// A strategy is named by its actions, numbered from 1 in the order of the player's information
    /// sets, with `*` where no action matters. The order is lexicographic.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn of(tree: &ExtensiveGame, limit: usize) -> Result<Self, TooLarge> {
        let players = tree.num_players();
        let histories: Vec<Histories> = (0..players).map(|player| tree.histories(player)).collect();
        let sets: Vec<Vec<usize>> = (0..players).map(|player| tree.sets_of(player)).collect();
        let counts: Vec<f64> = (0..players)
            .map(|player| number_of_strategies(tree, &histories[player], &sets[player]))
            .collect();
        let too_large = || TooLarge { strategies: counts.clone(), limit };
        let recall = tree.perfect_recall().is_ok();
        if recall && counts.iter().product::<f64>() > limit as f64 {
            return Err(too_large());
        }
        let mut strategies = Vec::with_capacity(players);
        let mut left = limit;
        for player in 0..players {
            let own =
                enumerate(tree, &histories[player], &sets[player], left).ok_or_else(too_large)?;
            left /= own.len();
            strategies.push(own);
        }
        let game = strategic_form(tree, &histories, &sets, &strategies).ok_or_else(too_large)?;
        Ok(ReducedForm { game, sets, strategies })
    }

    /// The behaviour strategies that are equivalent to a profile of mixed strategies, by information
    /// set, if the tree has perfect recall (Kuhn 1953). Where a player's own strategy excludes an
    /// information set, all its actions get the same probability.
    #[must_use]
    pub fn behavior(&self, tree: &ExtensiveGame, profile: &[MixedStrategy]) -> Vec<MixedStrategy> {
        let mut behavior: Vec<Option<MixedStrategy>> = vec![None; tree.information_sets().len()];
        for (player, mixed) in profile.iter().enumerate() {
            let played: Vec<(&Vec<Option<u32>>, &Rational)> = self.strategies[player]
                .iter()
                .zip(mixed.probabilities())
                .filter(|(_, probability)| !probability.is_zero())
                .collect();
            for (position, &set) in self.sets[player].iter().enumerate() {
                let mut weights = vec![Rational::ZERO; tree.information_sets()[set].actions.len()];
                for (strategy, probability) in &played {
                    if let Some(action) = strategy[position] {
                        weights[action as usize] += *probability;
                    }
                }
                if weights.iter().all(Rational::is_zero) {
                    weights.fill(Rational::ONE);
                }
                behavior[set] = MixedStrategy::from_weights(&weights).ok();
            }
        }
        // Every set belongs to a player, and weights are non-negative with a positive sum.
        behavior.into_iter().flatten().collect()
    }
}

/// The number of reduced strategies, by the recursion over own histories (perfect recall).
fn number_of_strategies(tree: &ExtensiveGame, histories: &Histories, sets: &[usize]) -> f64 {
    // The product over the sets that follow a history; sets come after those before them.
    let mut after = vec![1.0_f64; histories.steps.len()];
    let mut step_of = std::collections::HashMap::new();
    for (history, step) in histories.steps.iter().enumerate() {
        if let Some((_, set, action)) = step {
            step_of.insert((*set, *action), history);
        }
    }
    for &set in sets.iter().rev() {
        let information = &tree.information_sets()[set];
        let sum: f64 = (0..information.actions.len())
            .map(|action| step_of.get(&(set, action)).map_or(1.0, |&history| after[history]))
            .sum();
        after[histories.at[information.members[0]]] *= sum;
    }
    after[0]
}

/// All reduced strategies of a player in lexicographic order; `None` when there are more than
/// `limit`.
fn enumerate(
    tree: &ExtensiveGame,
    histories: &Histories,
    sets: &[usize],
    limit: usize,
) -> Option<Vec<Vec<Option<u32>>>> {
    let position: std::collections::HashMap<usize, usize> =
        sets.iter().enumerate().map(|(position, &set)| (set, position)).collect();
    // The own histories that lead to each set, each once.
    let ways: Vec<Vec<usize>> = sets
        .iter()
        .map(|&set| {
            let members = &tree.information_sets()[set].members;
            let mut ways: Vec<usize> = members.iter().map(|&node| histories.at[node]).collect();
            ways.sort_unstable();
            ways.dedup();
            ways
        })
        .collect();
    let follows = |choice: &[Option<u32>], history: usize| {
        let mut at = history;
        while let Some((before, set, action)) = histories.steps[at] {
            if choice[position[&set]] != Some(action as u32) {
                return false;
            }
            at = before;
        }
        true
    };
    let mut complete = Vec::new();
    let mut open = vec![vec![None; sets.len()]];
    while let Some(choice) = open.pop() {
        let next = (0..sets.len())
            .find(|&at| choice[at].is_none() && ways[at].iter().any(|&way| follows(&choice, way)));
        let Some(next) = next else {
            complete.push(choice);
            if complete.len() > limit || complete.len() * sets.len() > MOST_ENTRIES {
                return None;
            }
            continue;
        };
        let actions = tree.information_sets()[sets[next]].actions.len();
        if open.len().saturating_mul(sets.len()) > MOST_ENTRIES {
            return None;
        }
        for action in (0..actions).rev() {
            let mut extended = choice.clone();
            extended[next] = Some(action as u32);
            open.push(extended);
        }
    }
    complete.sort_unstable();
    Some(complete)
}

/// The payoffs of all profiles: each end of a play adds its share to the profiles that allow it.
fn strategic_form(
    tree: &ExtensiveGame,
    histories: &[Histories],
    sets: &[Vec<usize>],
    strategies: &[Vec<Vec<Option<u32>>>],
) -> Option<NormalForm> {
    let names = TreeNames::of(tree).players;
    let players: Vec<Player> = names
        .into_iter()
        .zip(strategies)
        .map(|(name, own)| Player::new(name, own.iter().map(|strategy| label(strategy))))
        .collect();
    let profiles: usize = strategies.iter().map(Vec::len).product();
    let strides: Vec<usize> = (0..strategies.len())
        .map(|player| strategies[player + 1..].iter().map(Vec::len).product())
        .collect();
    // Which strategies allow each own history.
    let allowed: Vec<Vec<Vec<u32>>> = histories
        .iter()
        .zip(sets)
        .zip(strategies)
        .map(|((histories, sets), own)| {
            let mut lists: Vec<Vec<u32>> = Vec::with_capacity(histories.steps.len());
            for step in &histories.steps {
                lists.push(match step {
                    None => (0..own.len() as u32).collect(),
                    Some((before, set, action)) => {
                        let position = sets.iter().position(|one| one == set).unwrap_or(0);
                        lists[*before]
                            .iter()
                            .copied()
                            .filter(|&k| own[k as usize][position] == Some(*action as u32))
                            .collect()
                    }
                });
            }
            lists
        })
        .collect();
    let lists = |node: usize| {
        allowed.iter().zip(histories).map(move |(lists, histories)| &lists[histories.at[node]])
    };
    let ends: Vec<usize> =
        (0..tree.nodes().len()).filter(|&node| tree.node(node).at == Move::Terminal).collect();
    let additions: u128 =
        ends.iter().map(|&end| lists(end).map(|list| list.len() as u128).product::<u128>()).sum();
    if additions > MOST_ADDITIONS {
        return None;
    }
    let mut chance = vec![Rational::ONE; tree.nodes().len()];
    for (index, node) in tree.nodes().iter().enumerate() {
        if let Some((parent, action)) = node.parent {
            chance[index] = match tree.node(parent).at {
                Move::Chance(at) => {
                    &chance[parent] * &tree.chance_moves()[at].probabilities[action]
                }
                _ => chance[parent].clone(),
            };
        }
    }
    let mut payoffs = vec![vec![Rational::ZERO; profiles]; strategies.len()];
    let totals: Vec<Vec<Rational>> =
        (0..strategies.len()).map(|player| tree.total_payoffs(player)).collect();
    for &end in &ends {
        if chance[end].is_zero() {
            continue;
        }
        let mut cells = vec![0usize];
        for (list, stride) in lists(end).zip(&strides) {
            cells = cells
                .iter()
                .flat_map(|&base| list.iter().map(move |&k| base + k as usize * stride))
                .collect();
        }
        for (table, total) in payoffs.iter_mut().zip(&totals) {
            let share = &chance[end] * &total[end];
            if !share.is_zero() {
                cells.iter().for_each(|&cell| table[cell] += &share);
            }
        }
    }
    NormalForm::new(players, payoffs).ok()
}

/// The name of a strategy: the numbers of its actions, `*` for a player who never moves.
fn label(strategy: &[Option<u32>]) -> String {
    let wide = strategy.iter().flatten().any(|&action| action >= 9);
    let parts: Vec<String> = strategy
        .iter()
        .map(|choice| choice.map_or_else(|| "*".to_owned(), |action| (action + 1).to_string()))
        .collect();
    if strategy.is_empty() { "*".to_owned() } else { parts.join(if wide { "." } else { "" }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gambit::{Game, read};

    fn reduced(text: &str) -> ReducedForm {
        match read("x.efg", text, None).unwrap().game {
            Game::Extensive(tree) => ReducedForm::of(&tree, 1000).unwrap(),
            Game::Strategic(_) => panic!("no tree"),
        }
    }

    #[test]
    fn strategies_say_only_what_matters() {
        // A stays out, or goes on to a second choice of his own.
        let form = reduced(
            r#"EFG 2 R "" { "A" "B" "C" } ""
            p "" 1 1 "" { "in" "out" } 0
            p "" 2 1 "" { "l" "r" } 0
            p "" 1 2 "" { "x" "y" } 0
            t "" 1 "" { 1 2 3 } t "" 2 "" { 4 5 6 }
            t "" 3 "" { 7 8 9 }
            t "" 4 "" { 0 0 1 }"#,
        );
        let names: Vec<&[String]> =
            form.game.players().iter().map(|player| player.actions.as_slice()).collect();
        assert_eq!(names[0], ["11", "12", "2*"]);
        assert_eq!(names[1], ["1", "2"]);
        assert_eq!(names[2], ["*"]);
        let payoff =
            |profile: &[usize]| form.game.payoff(0, form.game.profile_index(profile)).to_string();
        assert_eq!(payoff(&[0, 0, 0]), "1");
        assert_eq!(payoff(&[1, 0, 0]), "4");
        assert_eq!(payoff(&[1, 1, 0]), "7");
        assert_eq!(payoff(&[2, 1, 0]), "0");
    }

    #[test]
    fn a_form_beyond_the_limit_is_refused_with_its_size() {
        let mut text = "EFG 2 R \"\" { \"A\" } \"\" c \"\" 1 \"\" {".to_owned();
        (0..60).for_each(|k| text.push_str(&format!(" \"{k}\" 1/60")));
        text.push_str(" } 0 ");
        for k in 1..=60 {
            text.push_str(&format!("p \"\" 1 {k} \"\" {{ \"x\" \"y\" }} 0 t \"\" 0 t \"\" 0 "));
        }
        let Game::Extensive(tree) = read("x.efg", &text, None).unwrap().game else { panic!() };
        let error = ReducedForm::of(&tree, 1 << 20).unwrap_err();
        assert_eq!(error.strategies, [2f64.powi(60)]);
        assert!(error.to_string().contains("about 1e18"), "{error}");
    }
}
