//! Subgame-perfect equilibria with transfers by elimination of policies.
//!
//! A profile a of a state x can be enforced when what it gives together covers what every player
//! gets by his best deviation, punished by his worst payoffs from then on:
//! (1 − δ) G(x, a) + δ E U ≥ Σ_i max over his actions of (1 − δ) `g_i` + δ E `v_i`. From all profiles,
//! those that cannot be enforced with the largest joint payoffs U and the worst payoffs v over what
//! is left go, again and again, until all that are left can be. Then U, v and the profiles that
//! attain them are those of an optimal simple equilibrium.
//!
//! Source: Goldlücke & Kranz (2017), "Discounted stochastic games with voluntary transfers",
//! Economic Theory 66, section 4.

use crate::game::stochastic::{Policies, Round, StochasticGame, TransferEquilibrium};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::exact::Exact;
use super::values::Game;

/// The most states whose values are found in rationals.
pub(super) const MOST_EXACT: usize = 400;
/// Decimal places of bounds in units of the largest payoff.
const PLACES: i32 = 16;

/// The payoffs of all subgame-perfect equilibria in pure strategies with transfers, state by state.
///
/// With up to 400 states, and with any number at δ = 0, the bounds of both sides are equal, and
/// exact. With more they are as near as machine numbers are, and nothing may be known to be enforced
/// where that depends on the last digits.
///
/// Each round takes the values of N + 1 decision problems: policy iteration up to 400 states, with a
/// linear system for each policy, and some log(10¹⁵)/(1 − δ) sweeps over states and profiles beyond; at
/// most as many rounds as there are profiles, and few in practice. The answer is `None` when the
/// budget is spent. [`Status::None`] says that there is no equilibrium; where nothing is enforced and
/// that is not shown the status is [`Status::Partial`].
///
/// ```
/// use detente::game::stochastic::{StochasticGame, StochasticState};
/// use detente::game::{DiscountFactor, NormalForm};
/// use detente::num::Rational;
/// use detente::solve::{Budget, stochastic::find_transfer_equilibrium};
/// // A prisoner's dilemma in one state: 4/3 to gain by both deviations against 3 - 1 to lose.
/// let stage = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
/// let transitions = vec![vec![(0, Rational::ONE)]; 4];
/// let state = StochasticState { name: "same".to_owned(), stage, transitions };
/// let discount = DiscountFactor::new(Rational::new(1, 2)).unwrap();
/// let game = StochasticGame::new(vec![state], discount, 0).unwrap();
/// let answer = find_transfer_equilibrium(&game, &Budget::unlimited()).answer.unwrap();
/// assert_eq!(answer.bounds().unwrap().joint, [Rational::from(6)]);
/// ```
#[must_use]
pub fn find_transfer_equilibrium(
    game: &StochasticGame,
    budget: &Budget,
) -> Outcome<Option<TransferEquilibrium>> {
    find_with(game, MOST_EXACT, budget)
}

/// [`find_transfer_equilibrium`], with the most states whose values are found in rationals.
pub(super) fn find_with(
    game: &StochasticGame,
    most_exact: usize,
    budget: &Budget,
) -> Outcome<Option<TransferEquilibrium>> {
    let mut work = Work::default();
    let mut warnings = Vec::new();
    let (answer, status) = match eliminate(game, most_exact, budget, &mut work) {
        Err(reason) => (None, Status::Partial(reason)),
        Ok((rounds, Ended::Policies(policies))) => {
            (Some(TransferEquilibrium { policies: Some(policies), rounds }), Status::Solved)
        }
        Ok((rounds, Ended::Empty)) => {
            (Some(TransferEquilibrium { policies: None, rounds }), Status::None)
        }
        Ok((rounds, Ended::Open)) => {
            warnings.push(
                "what is enforced depends on digits that are not computed: the bounds are right, and nothing is known to be enforced"
                    .to_owned(),
            );
            let answer = TransferEquilibrium { policies: None, rounds };
            (Some(answer), Status::Partial(Exhausted::Steps))
        }
    };
    Outcome { answer, status, method: "transfers", work, warnings }
}

/// How the elimination ends.
enum Ended {
    /// The policies can be enforced.
    Policies(Policies),
    /// No profile of some state is left: there is no equilibrium.
    Empty,
    /// Some profile of each state is left, and it is not known whether it can be enforced.
    Open,
}

/// What the elimination has come to.
struct Elimination<'a> {
    floats: Game,
    exact: Exact<'a>,
    /// The profiles that are left in each state.
    left: Vec<Vec<usize>>,
    rounds: Vec<Round>,
}

/// Values and choices in machine numbers.
struct Values {
    joint: Vec<f64>,
    played: Vec<usize>,
    worst: Vec<Vec<f64>>,
    punishing: Vec<Vec<usize>>,
}

fn eliminate(
    game: &StochasticGame,
    most_exact: usize,
    budget: &Budget,
    work: &mut Work,
) -> Result<(Vec<Round>, Ended), Exhausted> {
    let left = game.states().iter().map(|state| (0..state.stage.num_profiles()).collect());
    let mut elimination = Elimination {
        floats: Game::new(game),
        exact: Exact::new(game),
        left: left.collect(),
        rounds: Vec::new(),
    };
    // Without a future values are payoffs.
    let exactly = game.states().len() <= most_exact || game.discount().value().is_zero();
    let mut values: Option<Values> = None;
    loop {
        work.rounds += 1;
        budget.check_now(work.rounds)?;
        let found = elimination.values(values.as_ref(), budget)?;
        let round = elimination.bounds(&found);
        let gone =
            elimination.remove(|this, state, profile| this.surely_fails(&found, state, profile));
        if gone {
            elimination.rounds.push(round);
            if elimination.left.iter().any(Vec::is_empty) {
                return Ok((elimination.rounds, Ended::Empty));
            }
            values = Some(found);
            continue;
        }
        if !exactly {
            elimination.rounds.push(round);
            let ended = elimination.nearly(found).map_or(Ended::Open, Ended::Policies);
            return Ok((elimination.rounds, ended));
        }
        // What machine numbers leave open is decided in rationals.
        let Some((policies, round)) = elimination.settle(&found) else {
            elimination.rounds.push(round);
            return Ok((elimination.rounds, Ended::Open));
        };
        let gone = elimination.remove(|this, state, profile| {
            this.is_close(&found, state, profile)
                && this.exact.slack(state, profile, &round.joint, &round.worst).is_negative()
        });
        elimination.rounds.push(round);
        if elimination.left.iter().any(Vec::is_empty) {
            return Ok((elimination.rounds, Ended::Empty));
        }
        if !gone {
            return Ok((elimination.rounds, Ended::Policies(policies)));
        }
        values = Some(found);
    }
}

impl Elimination<'_> {
    fn values(&self, before: Option<&Values>, budget: &Budget) -> Result<Values, Exhausted> {
        let (floats, states) = (&self.floats, self.left.len());
        let players = floats.players;
        let mut joint = before
            .map_or_else(|| vec![players as f64 * floats.scale; states], |one| one.joint.clone());
        let played = floats.solve(&self.left, &mut joint, None, budget)?;
        let (mut worst, mut punishing) = (Vec::new(), Vec::new());
        for player in 0..players {
            let mut values =
                before.map_or_else(|| vec![-floats.scale; states], |one| one.worst[player].clone());
            punishing.push(floats.solve(&self.left, &mut values, Some(player), budget)?);
            worst.push(values);
        }
        Ok(Values { joint, played, worst, punishing })
    }

    /// By how much bounds are wider than values in machine numbers.
    fn margin(&self) -> f64 {
        let patience = 1.0 / (1.0 - self.floats.discount).max(1e-9);
        self.floats.scale * (self.floats.players as f64) * 4e-14 * patience
    }

    /// A machine number moved by the margin, as a decimal.
    fn moved(&self, value: f64, up: bool) -> Rational {
        let exact = Rational::from_f64_exactly(value).unwrap_or_default();
        let by = Rational::from_f64_exactly(self.margin()).unwrap_or_default();
        let moved = if up { exact + by } else { exact - by };
        let size = self.floats.scale.log10().ceil() as i32;
        let unit = Rational::from(10).pow(size - PLACES).unwrap_or(Rational::ONE);
        let count = (moved.checked_div(&unit).unwrap_or_default() + Rational::new(1, 2)).floor();
        Rational::from_integers(count, 1.into()) * unit
    }

    fn bounds(&self, values: &Values) -> Round {
        Round {
            joint: values.joint.iter().map(|&value| self.moved(value, true)).collect(),
            worst: values
                .worst
                .iter()
                .map(|values| values.iter().map(|&value| self.moved(value, false)).collect())
                .collect(),
        }
    }

    fn slack(&self, values: &Values, state: usize, profile: usize) -> f64 {
        let best =
            |(player, worst): (usize, &Vec<f64>)| self.floats.best(player, state, profile, worst);
        let temptation: f64 = values.worst.iter().enumerate().map(best).sum();
        self.floats.joint(state, profile, &values.joint) - temptation
    }

    fn surely_fails(&self, values: &Values, state: usize, profile: usize) -> bool {
        self.slack(values, state, profile) < -8.0 * self.margin() * self.floats.players as f64
    }

    fn is_close(&self, values: &Values, state: usize, profile: usize) -> bool {
        self.slack(values, state, profile) < 8.0 * self.margin() * self.floats.players as f64
    }

    /// Takes away the profiles that fail; returns whether there were any.
    fn remove(&mut self, fails: impl Fn(&Self, usize, usize) -> bool) -> bool {
        let kept: Vec<Vec<usize>> = self
            .left
            .iter()
            .enumerate()
            .map(|(state, left)| {
                left.iter().copied().filter(|&profile| !fails(self, state, profile)).collect()
            })
            .collect();
        let gone = kept != self.left;
        self.left = kept;
        gone
    }

    /// The values over what is left in rationals.
    fn settle(&self, values: &Values) -> Option<(Policies, Round)> {
        let most = self.exact.most(&self.left, &values.played)?;
        let (mut punishing, mut worst) = (Vec::new(), Vec::new());
        for player in 0..self.floats.players {
            let about = &values.worst[player];
            let least = self.exact.least(player, &self.left, &values.punishing[player], about)?;
            punishing.push(least.choice);
            worst.push(least.values);
        }
        let round = Round { joint: most.values.clone(), worst: worst.clone() };
        Some((Policies { played: most.choice, punishing, joint: most.values, worst }, round))
    }

    /// The policies with bounds from the other side, where these are enough to enforce them.
    fn nearly(&self, values: Values) -> Option<Policies> {
        let enforced = |state: usize, profile: &usize| !self.is_close(&values, state, *profile);
        let all = values.played.iter().enumerate().all(|(state, profile)| enforced(state, profile))
            && values.punishing.iter().all(|policy| {
                policy.iter().enumerate().all(|(state, profile)| enforced(state, profile))
            });
        all.then(|| Policies {
            joint: values.joint.iter().map(|&value| self.moved(value, false)).collect(),
            worst: values
                .worst
                .iter()
                .map(|values| values.iter().map(|&value| self.moved(value, true)).collect())
                .collect(),
            played: values.played,
            punishing: values.punishing,
        })
    }
}
