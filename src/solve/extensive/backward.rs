//! All subgame-perfect equilibria in pure strategies, by backward induction over subgames.
//!
//! With perfect information every node begins a subgame, and this is Zermelo's and Kuhn's backward
//! induction with all ties kept. Otherwise the pure equilibria of each subgame are found in its
//! reduced strategic form, once for each way in which the subgames below it can be played.

use std::collections::HashMap;

use crate::game::extensive::{MOST_REDUCED_PROFILES, ReducedForm, TreeAnswer, TreeScope};
use crate::game::{ExtensiveGame, MixedStrategy};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work, nash};

use super::evaluate::equilibrium;
use super::truncated::{direct_subgames, truncate};

/// At most so many equilibria are listed, of the game and of each subgame.
pub const MOST_LISTED: usize = 10_000;

/// One way to play a subgame.
struct Play {
    /// What each information set of the subgame, without the subgames below, chooses.
    choices: Vec<(usize, usize)>,
    /// Which of their plays the subgames directly below follow.
    below: Vec<usize>,
    payoffs: Vec<Rational>,
}

/// Every subgame-perfect equilibrium in pure strategies, for any number of players.
///
/// Strategies say what is done everywhere, also where play does not lead. The status is `None` when
/// it is proved that there is none. At most [`MOST_LISTED`] are listed; the number can grow
/// exponentially where there are ties. A subgame whose reduced strategic form is beyond
/// [`MOST_REDUCED_PROFILES`] ends the search with `Partial(Memory)`. Steps of the budget are
/// subgames solved. Sources: Kuhn (1953); Selten (1965).
#[must_use]
pub fn enumerate_pure_subgame_perfect(
    tree: &ExtensiveGame,
    budget: &Budget,
) -> Outcome<TreeAnswer> {
    let mut search = Search { tree, budget, steps: 0, cut: None };
    let plays = search.run();
    let (work, cut) = (Work { nodes: search.steps, ..Work::default() }, search.cut);
    let (list, cut) = match plays {
        Ok(list) => (list, cut),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    let (scope, status) = match cut {
        Some(reason) => (TreeScope::SomeSubgamePerfect, Status::Partial(reason)),
        None if list.is_empty() => (TreeScope::AllPureSubgamePerfect, Status::None),
        None => (TreeScope::AllPureSubgamePerfect, Status::Solved),
    };
    let mut list: Vec<_> = list.into_iter().map(|profile| equilibrium(tree, profile)).collect();
    list.sort_unstable_by(|one, other| other.profile.cmp(&one.profile));
    Outcome {
        answer: TreeAnswer { list, scope },
        status,
        method: "backward-induction",
        work,
        warnings: Vec::new(),
    }
}

struct Search<'a> {
    tree: &'a ExtensiveGame,
    budget: &'a Budget,
    steps: u64,
    /// Why something may be missing.
    cut: Option<Exhausted>,
}

impl Search<'_> {
    fn run(&mut self) -> Result<Vec<Vec<MixedStrategy>>, Exhausted> {
        let roots = self.tree.subgame_roots();
        let below = direct_subgames(self.tree, &roots);
        let mut plays: HashMap<usize, Vec<Play>> = HashMap::new();
        for &root in roots.iter().rev() {
            let direct = below.get(&root).map_or(&[][..], Vec::as_slice);
            let found = self.plays_of(root, direct, &plays)?;
            plays.insert(root, found);
        }
        // A tree of one node has nobody to move.
        let Some(&first) = roots.first() else { return Ok(vec![Vec::new()]) };
        let sets = self.tree.information_sets();
        let mut profiles = Vec::new();
        for at in 0..plays[&first].len() {
            let mut profile: Vec<Option<MixedStrategy>> = vec![None; sets.len()];
            let mut open = vec![(first, at)];
            while let Some((root, at)) = open.pop() {
                let play = &plays[&root][at];
                for &(set, action) in &play.choices {
                    profile[set] = Some(MixedStrategy::pure(action, sets[set].actions.len()));
                }
                let direct = below.get(&root).map_or(&[][..], Vec::as_slice);
                open.extend(direct.iter().copied().zip(play.below.iter().copied()));
            }
            // Every information set belongs to exactly one subgame without those below it.
            profiles.push(profile.into_iter().flatten().collect());
        }
        Ok(profiles)
    }

    /// All ways to play the subgame at a root, given those of the subgames directly below it.
    fn plays_of(
        &mut self,
        root: usize,
        below: &[usize],
        plays: &HashMap<usize, Vec<Play>>,
    ) -> Result<Vec<Play>, Exhausted> {
        let lists: Vec<&Vec<Play>> = below.iter().map(|root| &plays[root]).collect();
        let mut found = Vec::new();
        if lists.iter().any(|list| list.is_empty()) {
            return Ok(found);
        }
        let mut chosen = vec![0; below.len()];
        loop {
            self.budget.check_now(self.steps)?;
            self.steps += 1;
            let values: Vec<&[Rational]> =
                lists.iter().zip(&chosen).map(|(list, &at)| list[at].payoffs.as_slice()).collect();
            self.add_plays(root, below, &values, &chosen, &mut found)?;
            if found.len() >= MOST_LISTED {
                found.truncate(MOST_LISTED);
                self.cut = Some(Exhausted::Steps);
                return Ok(found);
            }
            // The next combination.
            let mut at = 0;
            while at < chosen.len() {
                chosen[at] += 1;
                if chosen[at] < lists[at].len() {
                    break;
                }
                chosen[at] = 0;
                at += 1;
            }
            if at == chosen.len() {
                return Ok(found);
            }
        }
    }

    /// The pure equilibria of a subgame, given the values of those below it.
    fn add_plays(
        &mut self,
        root: usize,
        below: &[usize],
        values: &[&[Rational]],
        chosen: &[usize],
        found: &mut Vec<Play>,
    ) -> Result<(), Exhausted> {
        let truncated = truncate(self.tree, root, below, values);
        let reduced = ReducedForm::of(&truncated.game, MOST_REDUCED_PROFILES)
            .map_err(|_| Exhausted::Memory)?;
        let pure = nash::enumerate_pure_equilibria(&reduced.game, self.budget);
        if let Status::Partial(reason) = pure.status {
            self.cut = Some(reason);
        }
        for one in &pure.answer.list {
            // What a player's own strategy excludes may be played in any way.
            let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
            for (player, mixed) in one.profile.iter().enumerate() {
                let strategy = mixed.as_pure().unwrap_or(0);
                let choices = &reduced.strategies[player][strategy];
                for (&set, choice) in reduced.sets[player].iter().zip(choices) {
                    let actions = truncated.game.information_sets()[set].actions.len();
                    let all = match choice {
                        Some(action) => vec![*action as usize],
                        None => (0..actions).collect(),
                    };
                    open.push((truncated.sets[set], all));
                }
            }
            let mut at = vec![0; open.len()];
            loop {
                let choices = open.iter().zip(&at).map(|((set, all), &at)| (*set, all[at]));
                found.push(Play {
                    choices: choices.collect(),
                    below: chosen.to_vec(),
                    payoffs: one.payoffs.clone(),
                });
                if found.len() >= MOST_LISTED {
                    self.cut = Some(Exhausted::Steps);
                    return Ok(());
                }
                let mut next = 0;
                while next < at.len() {
                    at[next] += 1;
                    if at[next] < open[next].1.len() {
                        break;
                    }
                    at[next] = 0;
                    next += 1;
                }
                if next == at.len() {
                    break;
                }
            }
        }
        Ok(())
    }
}
