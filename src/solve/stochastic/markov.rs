//! Markov perfect equilibria of games in states with any number of players.
//!
//! The path of logit equilibria is followed until the strategies tell which actions are played in
//! the limit; Newton's method on these supports then finds the equilibrium itself. See
//! [`super::homotopy`] for the path, and [`super::support`] for the last step. Paths that begin at other
//! priors may end at other equilibria.

use std::collections::HashMap;

use super::finish::finish;
use super::homotopy::Path;
use super::mixed::{Chances, MixedGame};
use super::support::{Supports, polished};
use crate::game::stochastic::{MarkovAnswer, MarkovEquilibrium, StochasticGame};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

/// The name of the method.
const METHOD: &str = "homotopy";
/// The precision at which a path ends, on payoffs scaled to [0, 1].
const LARGEST_PRECISION: f64 = 1e9;
/// A polished point with at most this regret, on payoffs scaled to [0, 1], is an equilibrium.
const SMALL: f64 = 1e-12;
/// The number of steps after which a path is given up.
const MOST_STEPS: u64 = 20_000;
/// Paths that are tried from other priors where the first ones end at no equilibrium.
const SPARE_PATHS: u64 = 8;
/// Equilibria nearer to each other than this are one.
const SAME: f64 = 1e-8;

/// From where paths begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkovOptions {
    /// The number of paths: the first one begins at uniform play, the others at play drawn at random.
    pub starts: u64,
    /// Names the draws.
    pub seed: u64,
}

impl Default for MarkovOptions {
    /// One path.
    fn default() -> Self {
        MarkovOptions { starts: 1, seed: 1 }
    }
}

/// Markov perfect equilibria: the limits of paths of logit equilibria.
///
/// The strategies are rational, and their regret is bounded exactly; it is zero where the
/// probabilities are rational and not too long, and otherwise some units in the last place of machine
/// numbers. Where all paths stall, others are tried from play drawn at random; when these stall too
/// the point with the least regret is returned, with [`Status::Partial`]. A step of the budget is a step
/// along a path, whose time is cubic in states × players.
///
/// ```
/// use detente::game::stochastic::{StochasticGame, StochasticState};
/// use detente::game::{DiscountFactor, NormalForm};
/// use detente::num::Rational;
/// use detente::solve::stochastic::{MarkovOptions, find_markov_equilibria};
/// use detente::solve::Budget;
/// // Matching pennies for ever.
/// let stage = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
/// let transitions = vec![vec![(0, Rational::ONE)]; 4];
/// let state = StochasticState { name: "same".to_owned(), stage, transitions };
/// let discount = DiscountFactor::new(Rational::new(9, 10)).unwrap();
/// let game = StochasticGame::new(vec![state], discount, 0).unwrap();
/// let options = MarkovOptions::default();
/// let answer = find_markov_equilibria(&game, &options, &Budget::unlimited()).answer.unwrap();
/// let equilibrium = &answer.equilibria[0];
/// assert!(equilibrium.is_exact());
/// assert_eq!(equilibrium.strategies[0][0].probabilities()[0], Rational::new(1, 2));
/// ```
#[must_use]
pub fn find_markov_equilibria(
    game: &StochasticGame,
    options: &MarkovOptions,
    budget: &Budget,
) -> Outcome<Option<MarkovAnswer>> {
    let mut search = Search {
        game,
        floats: MixedGame::new(game),
        budget,
        steps: 0,
        found: Vec::new(),
        best: None,
    };
    let mut random = options.seed;
    let starts = options.starts.max(1);
    let mut stopped = None;
    let mut stalled = 0;
    for start in 0..starts + SPARE_PATHS {
        if start >= starts && !search.found.is_empty() {
            break;
        }
        let prior = search.prior(start, &mut random);
        match search.follow(&prior) {
            Ok(true) => {}
            Ok(false) => stalled += u64::from(start < starts),
            Err(reason) => {
                stopped = Some(reason);
                break;
            }
        }
    }
    let work = Work { rounds: search.steps, ..Work::default() };
    let mut warnings = Vec::new();
    if stalled > 0 {
        warnings.push(format!(
            "{stalled} of {starts} paths of logit equilibria could not be followed to an equilibrium"
        ));
    }
    let mut equilibria: Vec<MarkovEquilibrium> = search
        .found
        .iter()
        .filter_map(|(chances, values)| finish(game, &search.floats, chances, values))
        .collect();
    let mut status = stopped.map_or(Status::Solved, Status::Partial);
    if equilibria.is_empty() {
        status = Status::Partial(stopped.unwrap_or(Exhausted::Steps));
        if let Some((chances, values, _)) = &search.best
            && let Some(near) = finish(game, &search.floats, chances, values)
        {
            warnings.push(
                "no equilibrium was found: the strategies are the point with the least regret on the paths"
                    .to_owned(),
            );
            equilibria.push(near);
        }
    }
    let answer = (!equilibria.is_empty()).then_some(MarkovAnswer { equilibria });
    Outcome { answer, status, method: METHOD, work, warnings }
}

struct Search<'a> {
    game: &'a StochasticGame,
    floats: MixedGame,
    budget: &'a Budget,
    steps: u64,
    /// Equilibria, with their values.
    found: Vec<(Chances, Vec<f64>)>,
    /// The point with the least regret.
    best: Option<(Chances, Vec<f64>, f64)>,
}

impl Search<'_> {
    /// Uniform play for the first path, and play drawn at random for the others, but in states where
    /// nothing depends on what is played: there all play is alike, and drawing it would only find the same
    /// equilibrium under many names.
    fn prior(&self, start: u64, random: &mut u64) -> Chances {
        let mut chances: Chances =
            self.floats.stages.iter().map(|stage| vec![1.0; stage.actions]).collect();
        for (state, here) in chances.iter_mut().enumerate() {
            let draws = start > 0 && self.game.states()[state].depends_on_play();
            for player in 0..self.floats.players {
                let own = &mut here[self.floats.own(state, player)];
                if draws {
                    // Uniform on the simplex, and away from its border.
                    own.iter_mut().for_each(|p| *p = 1e-3 - uniform(random).ln());
                }
                let total: f64 = own.iter().sum();
                own.iter_mut().for_each(|p| *p /= total);
            }
        }
        chances
    }

    /// Follows one path; whether it leads to an equilibrium.
    fn follow(&mut self, prior: &Chances) -> Result<bool, Exhausted> {
        let floats = self.floats.clone();
        let path = Path::new(&floats, prior);
        let Some(mut reached) = path.start() else { return Ok(false) };
        let (mut step, mut next_try) = (0.1, 8.0);
        let mut tried: HashMap<Supports, u8> = HashMap::new();
        let first = self.steps;
        loop {
            self.budget.check_now(self.steps)?;
            self.steps += 1;
            let next = path.advance(&reached, &mut step);
            let ended = next.is_none()
                || self.steps - first >= MOST_STEPS
                || reached.point.precision > LARGEST_PRECISION;
            reached = next.unwrap_or(reached);
            let point = &reached.point;
            if point.precision < next_try && !ended {
                continue;
            }
            next_try = point.precision * 2.0;
            if let Some((chances, values, regret)) =
                polished(&floats, &path.chances(point), &mut tried)
            {
                if regret <= SMALL {
                    self.add(chances, values);
                    return Ok(true);
                }
                if self.best.as_ref().is_none_or(|(.., least)| regret < *least) {
                    self.best = Some((chances, values, regret));
                }
            }
            if ended {
                return Ok(false);
            }
        }
    }

    /// Keeps an equilibrium that was not found before.
    fn add(&mut self, chances: Chances, values: Vec<f64>) {
        let near = |(other, _): &(Chances, Vec<f64>)| {
            let pairs = other.iter().flatten().zip(chances.iter().flatten());
            pairs.into_iter().all(|(one, two)| (one - two).abs() < SAME)
        };
        if !self.found.iter().any(near) {
            self.found.push((chances, values));
        }
    }
}

impl std::fmt::Debug for Search<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("states", &self.game.states().len()).finish_non_exhaustive()
    }
}

/// A number in (0, 1) by splitmix64.
fn uniform(state: &mut u64) -> f64 {
    ((crate::random::split_mix(state) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}
