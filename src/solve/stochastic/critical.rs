//! From which discount factor on equilibria with transfers play a profile of a state.
//!
//! Equilibria are found on a grid of discount factors. The profiles asked about are those that give the
//! largest joint payoff in some state at some of them. Between the last point of the grid at which no
//! equilibrium plays such a profile and the next one, at which one does, the interval is halved;
//! profiles of one interval share the points as long as they agree.

use crate::game::DiscountFactor;
use crate::game::stochastic::{
    CriticalBracket, CriticalPoint, CriticalProfiles, StochasticGame, TransferEquilibrium,
};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::exact::Exact;
use super::transfers::find_transfer_equilibrium;

/// The name of the method.
const METHOD: &str = "bisection";
/// The grid is that of the multiples of one over this.
const GRID: i64 = 16;
/// Halvings of an interval of the grid, which leave it 2⁻⁴⁴ wide.
const HALVINGS: u32 = 40;

/// Brackets of the discount factors from which on equilibria with transfers play the profiles that
/// give the largest joint payoffs; the discount factor of the game is not looked at.
///
/// The grid has the sixteenths and 0.99, 0.999, 0.9999. A step of the budget is one discount factor; where
/// it is spent the brackets are wider, and the status [`Status::Partial`]. `None` when it does not
/// suffice for the grid.
#[must_use]
pub fn bracket_critical_profiles(
    game: &StochasticGame,
    budget: &Budget,
) -> Outcome<Option<CriticalProfiles>> {
    let mut search = Search { game, budget, steps: 0, nodes: 0, points: Vec::new() };
    let (answer, status) = match search.grid() {
        Err(reason) => (None, Status::Partial(reason)),
        Ok(asked) => {
            let (brackets, stopped) = search.bracket(asked);
            (Some(search.gathered(&brackets)), stopped.map_or(Status::Solved, Status::Partial))
        }
    };
    let work = Work { rounds: search.steps, nodes: search.nodes, ..Work::default() };
    Outcome { answer, status, method: METHOD, work, warnings: Vec::new() }
}

/// A point with the profiles that equilibria play.
struct Found {
    point: CriticalPoint,
    /// For each state which profiles some equilibrium plays.
    kept: Vec<Vec<bool>>,
}

/// State, profile, and the points around its place of change.
type Asked = (usize, usize, Option<usize>, Option<usize>);

struct Search<'a> {
    game: &'a StochasticGame,
    budget: &'a Budget,
    steps: u64,
    nodes: u64,
    points: Vec<Found>,
}

impl Search<'_> {
    /// Finds the equilibria at a discount factor; the position of the point.
    fn at(&mut self, discount: Rational) -> Result<usize, Exhausted> {
        self.budget.check_now(self.steps)?;
        self.steps += 1;
        // Within [0, 1), by construction.
        let discount = DiscountFactor::new(discount).ok_or(Exhausted::Steps)?;
        let game = self.game.with_discount(discount.clone());
        let found = find_transfer_equilibrium(&game, self.budget);
        self.nodes += found.work.rounds;
        let answer = match (found.answer, found.status) {
            (Some(answer), _) => answer,
            (None, Status::Partial(reason)) => return Err(reason),
            (None, _) => return Err(Exhausted::Steps),
        };
        let kept = kept(&game, &answer);
        self.points.push(Found { point: CriticalPoint { discount, answer }, kept });
        Ok(self.points.len() - 1)
    }

    fn discount(&self, at: usize) -> &Rational {
        self.points[at].point.discount.value()
    }

    /// Looks at the grid; the profiles that matter, each with its interval of the grid.
    fn grid(&mut self) -> Result<Vec<Asked>, Exhausted> {
        for k in 0..GRID {
            self.at(Rational::new(k, GRID))?;
        }
        for (p, q) in [(99, 100), (999, 1000), (9999, 10_000)] {
            self.at(Rational::new(p, q))?;
        }
        let mut asked: Vec<Asked> = Vec::new();
        for state in 0..self.game.states().len() {
            let played = self.points.iter().filter_map(|one| one.point.answer.policies.as_ref());
            let mut profiles: Vec<usize> = played.map(|policies| policies.played[state]).collect();
            profiles.sort_unstable();
            profiles.dedup();
            for profile in profiles {
                let above = self.points.iter().position(|one| one.kept[state][profile]);
                let below = match above {
                    Some(0) => None,
                    Some(at) => Some(at - 1),
                    None => Some(self.points.len() - 1),
                };
                asked.push((state, profile, below, above));
            }
        }
        Ok(asked)
    }

    /// Halves the intervals; where the budget is spent they stay as they are.
    fn bracket(&mut self, asked: Vec<Asked>) -> (Vec<Asked>, Option<Exhausted>) {
        let mut done = Vec::new();
        let mut groups: Vec<(Vec<Asked>, u32)> = Vec::new();
        for one in asked {
            if one.2.is_none() || one.3.is_none() {
                done.push(one);
                continue;
            }
            let same =
                |(group, _): &&mut (Vec<Asked>, u32)| (group[0].2, group[0].3) == (one.2, one.3);
            match groups.iter_mut().find(same) {
                Some((group, _)) => group.push(one),
                None => groups.push((vec![one], 0)),
            }
        }
        let mut stopped = None;
        while let Some((group, halvings)) = groups.pop() {
            let (Some(below), Some(above)) = (group[0].2, group[0].3) else { continue };
            if halvings == HALVINGS || stopped.is_some() {
                done.extend(group);
                continue;
            }
            let middle = (self.discount(below) + self.discount(above)) * Rational::new(1, 2);
            match self.at(middle) {
                Err(reason) => {
                    stopped = Some(reason);
                    done.extend(group);
                }
                Ok(middle) => {
                    let kept = &self.points[middle].kept;
                    let (mut lower, mut upper) = (Vec::new(), Vec::new());
                    for (state, profile, below, above) in group {
                        if kept[state][profile] {
                            lower.push((state, profile, below, Some(middle)));
                        } else {
                            upper.push((state, profile, Some(middle), above));
                        }
                    }
                    let halves = [lower, upper].into_iter().filter(|group| !group.is_empty());
                    groups.extend(halves.map(|group| (group, halvings + 1)));
                }
            }
        }
        done.sort_unstable();
        (done, stopped)
    }

    /// The brackets, with the points that they need, in order.
    fn gathered(&self, asked: &[Asked]) -> CriticalProfiles {
        let mut needed: Vec<usize> =
            asked.iter().flat_map(|one| [one.2, one.3]).flatten().collect();
        needed.sort_unstable_by_key(|&at| self.discount(at).clone());
        needed.dedup();
        let place =
            |at: Option<usize>| at.and_then(|at| needed.iter().position(|&needed| needed == at));
        let bracket = |&(state, profile, below, above): &Asked| CriticalBracket {
            state,
            profile,
            below: place(below),
            above: place(above),
        };
        CriticalProfiles {
            points: needed.iter().map(|&at| self.points[at].point.clone()).collect(),
            brackets: asked.iter().map(bracket).collect(),
        }
    }
}

/// For each state which profiles can be enforced by what equilibria give.
fn kept(game: &StochasticGame, answer: &TransferEquilibrium) -> Vec<Vec<bool>> {
    let exact = Exact::new(game);
    let states = game.states().iter().enumerate();
    states
        .map(|(state, one)| {
            let enforced = |profile: usize| {
                answer.policies.as_ref().is_some_and(|policies| {
                    !exact.slack(state, profile, &policies.joint, &policies.worst).is_negative()
                })
            };
            (0..one.stage.num_profiles()).map(enforced).collect()
        })
        .collect()
}

impl std::fmt::Debug for Search<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("points", &self.points.len()).finish_non_exhaustive()
    }
}
