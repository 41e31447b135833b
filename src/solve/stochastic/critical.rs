//! From which discount factor on equilibria with transfers play a profile of a state.
//!
//! Equilibria are found on a grid of discount factors. The profiles asked about are those that give the
//! largest joint payoff in some state at some of them. Between the first point of the grid at which
//! an equilibrium plays such a profile and the last one before it at which none does, the interval is
//! halved; profiles of one interval share the points as long as they agree. A profile of which it is not
//! known at a point whether an equilibrium plays it keeps the bracket that it has.

use crate::game::DiscountFactor;
use crate::game::stochastic::{CriticalBracket, CriticalPoint, CriticalProfiles, StochasticGame};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::exact::Exact;
use super::transfers::{MOST_EXACT, find_with};

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
/// suffice for the grid. With more than 400 states brackets may be wider, too, since machine numbers do
/// not tell within them.
#[must_use]
pub fn bracket_critical_profiles(
    game: &StochasticGame,
    budget: &Budget,
) -> Outcome<Option<CriticalProfiles>> {
    bracket_with(game, MOST_EXACT, budget)
}

/// [`bracket_critical_profiles`], with the most states whose values are found in rationals.
pub(super) fn bracket_with(
    game: &StochasticGame,
    most_exact: usize,
    budget: &Budget,
) -> Outcome<Option<CriticalProfiles>> {
    let mut search = Search { game, most_exact, budget, steps: 0, nodes: 0, points: Vec::new() };
    let mut warnings = Vec::new();
    let (answer, status) = match search.grid() {
        Err(reason) => (None, Status::Partial(reason)),
        Ok(asked) => {
            let found = search.bracket(asked);
            if found.open > 0 {
                warnings.push(format!(
                    "{} of {} brackets are wider: machine numbers do not tell within them",
                    found.open,
                    found.done.len()
                ));
            }
            let status = found.stopped.map_or(Status::Solved, Status::Partial);
            (Some(search.gathered(&found.done)), status)
        }
    };
    let work = Work { rounds: search.steps, nodes: search.nodes, ..Work::default() };
    Outcome { answer, status, method: METHOD, work, warnings }
}

/// What is known of a profile at a point.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Some equilibrium plays it.
    Enforced,
    /// None plays it.
    Gone,
    /// The bounds of neither side tell.
    Open,
}

/// A point with whether there are equilibria at all.
struct Found {
    point: CriticalPoint,
    empty: bool,
}

/// State, profile, and the points around its place of change.
type Asked = (usize, usize, Option<usize>, Option<usize>);

/// Brackets, as narrow as they became.
struct Bracketed {
    done: Vec<Asked>,
    /// How many stayed wider since a point told nothing about the profile.
    open: usize,
    stopped: Option<Exhausted>,
}

struct Search<'a> {
    game: &'a StochasticGame,
    most_exact: usize,
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
        let found = find_with(&game, self.most_exact, self.budget);
        self.nodes += found.work.rounds;
        let empty = found.status == Status::None;
        let answer = match (found.answer, found.status) {
            (Some(answer), _) => answer,
            (None, Status::Partial(reason)) => return Err(reason),
            (None, _) => return Err(Exhausted::Steps),
        };
        self.points.push(Found { point: CriticalPoint { discount, answer }, empty });
        Ok(self.points.len() - 1)
    }

    /// What is known of a profile of a state at a point: from what is enforced there, and from the
    /// bounds of the rounds.
    fn known(&self, at: usize, state: usize, profile: usize) -> Known {
        let Found { point, empty } = &self.points[at];
        if *empty {
            return Known::Gone;
        }
        let exact = Exact::with_discount(self.game, point.discount.value());
        let fails = |joint: &[Rational], worst: &[Vec<Rational>]| {
            exact.slack(state, profile, joint, worst).is_negative()
        };
        let policies = point.answer.policies.as_ref();
        if policies.is_some_and(|policies| !fails(&policies.joint, &policies.worst)) {
            Known::Enforced
        } else if point.answer.rounds.iter().any(|round| fails(&round.joint, &round.worst)) {
            Known::Gone
        } else {
            Known::Open
        }
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
                let this = &*self;
                let is = |known: Known| move |at: &usize| this.known(*at, state, profile) == known;
                let above = (0..self.points.len()).find(is(Known::Enforced));
                let before = above.unwrap_or(self.points.len());
                let below = (0..before).rev().find(is(Known::Gone));
                // Without a future everything is known, so that there is one or the other.
                asked.push((state, profile, below, above));
            }
        }
        Ok(asked)
    }

    /// Halves the intervals; where the budget is spent, or a point does not tell, they stay as they are.
    fn bracket(&mut self, asked: Vec<Asked>) -> Bracketed {
        let mut found = Bracketed { done: Vec::new(), open: 0, stopped: None };
        let mut groups: Vec<(Vec<Asked>, u32)> = Vec::new();
        for one in asked {
            if one.2.is_none() || one.3.is_none() {
                found.done.push(one);
                continue;
            }
            let same =
                |(group, _): &&mut (Vec<Asked>, u32)| (group[0].2, group[0].3) == (one.2, one.3);
            match groups.iter_mut().find(same) {
                Some((group, _)) => group.push(one),
                None => groups.push((vec![one], 0)),
            }
        }
        while let Some((group, halvings)) = groups.pop() {
            let (Some(below), Some(above)) = (group[0].2, group[0].3) else { continue };
            if halvings == HALVINGS || found.stopped.is_some() {
                found.done.extend(group);
                continue;
            }
            let middle = (self.discount(below) + self.discount(above)) * Rational::new(1, 2);
            let middle = match self.at(middle) {
                Ok(middle) => middle,
                Err(reason) => {
                    found.stopped = Some(reason);
                    found.done.extend(group);
                    continue;
                }
            };
            let (mut lower, mut upper) = (Vec::new(), Vec::new());
            for (state, profile, below, above) in group {
                match self.known(middle, state, profile) {
                    Known::Enforced => lower.push((state, profile, below, Some(middle))),
                    Known::Gone => upper.push((state, profile, Some(middle), above)),
                    Known::Open => {
                        found.open += 1;
                        found.done.push((state, profile, below, above));
                    }
                }
            }
            let halves = [lower, upper].into_iter().filter(|group| !group.is_empty());
            groups.extend(halves.map(|group| (group, halvings + 1)));
        }
        found.done.sort_unstable();
        found
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
