//! From which discount factor on each profile can be played for ever.
//!
//! With u the worst payoffs of subgame-perfect equilibria, a profile a is sustained where
//! δ (g(a) − u) ≥ (1 − δ) h(a); u falls as δ rises, so that the critical factor is found by halving.
//! An outer polygon shows that a profile fails, an inner one that it holds. At the end the simplest
//! fraction between both is tried, since many critical factors are simple.
//!
//! Source: Abreu (1988), "On the theory of infinitely repeated games with discounting",
//! Econometrica 56, theorem 5 (simple strategy profiles).

use std::collections::BTreeMap;

use crate::game::repeated_payoffs::{CriticalDiscounts, Patience, RepeatedPayoffs};
use crate::game::{DiscountFactor, NormalForm};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::{RepeatedPayoffsError, Stage, polygons};

/// Halvings of the interval of discount factors.
const HALVINGS: u32 = 24;
/// Below a factor that is taken for the critical one it is looked at one part in so many less, the
/// nearest first, until one fails: the polygons are only so narrow.
const BELOW: [i64; 5] = [10_000_000_000, 100_000_000, 10_000_000, 1_000_000, 10_000];
/// The largest factor that is looked at.
const LARGEST: (i64, i64) = (999, 1000);

/// Bounds of the critical discount factor of each profile, with optimal punishments and public
/// lotteries.
///
/// Intervals are halved 24 times, profile after profile, with the polygons at each factor found once;
/// up to 999/1000. With the budget spent the bounds are those that are known by then.
///
/// # Errors
/// When there are not two players.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::num::Rational;
/// use detente::solve::{Budget, repeated::find_critical_discounts};
/// // The Cournot game of Abreu (1988): low quantities are sustained from 1/3 on.
/// let game = NormalForm::from_integers(
///     &[&[10, 3, 0], &[15, 7, -4], &[7, 5, -15]],
///     &[&[10, 15, 7], &[3, 7, 5], &[0, -4, -15]],
/// );
/// let answer = find_critical_discounts(&game, &Budget::unlimited()).unwrap().answer;
/// assert_eq!(answer.bounds(0).unwrap().1, Rational::new(1, 3));
/// ```
pub fn find_critical_discounts(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<CriticalDiscounts>, RepeatedPayoffsError> {
    if game.num_players() != 2 {
        return Err(RepeatedPayoffsError::NotTwoPlayers(game.num_players()));
    }
    let mut search =
        Search { game, known: BTreeMap::new(), budget, work: Work::default(), stopped: None };
    let stage = Stage::new(game, &Rational::ZERO);
    let found: Vec<Found> = (0..game.num_profiles()).map(|a| search.profile(&stage, a)).collect();
    let status = search.stopped.map_or(Status::Solved, Status::Partial);
    let (answer, work) = (search.answer(found), search.work);
    Ok(Outcome { answer, status, method: "abreu-sannikov", work, warnings: Vec::new() })
}

/// What is found of a profile.
enum Found {
    Any,
    None,
    Between { fails: Option<Rational>, holds: Option<Rational> },
}

struct Search<'a> {
    game: &'a NormalForm,
    /// The polygons by discount factor.
    known: BTreeMap<Rational, RepeatedPayoffs>,
    budget: &'a Budget,
    work: Work,
    stopped: Option<Exhausted>,
}

impl Search<'_> {
    fn profile(&mut self, stage: &Stage, profile: usize) -> Found {
        let (payoffs, gains) = (&stage.payoffs[profile], &stage.gains[profile]);
        if gains.iter().all(Rational::is_zero) {
            return Found::Any;
        }
        let hopeless =
            |player: usize| gains[player].is_positive() && payoffs[player] <= stage.minmax[player];
        if hopeless(0) || hopeless(1) {
            return Found::None;
        }
        // With the threat of minmax it takes at least this much.
        let least = (0..2).map(|player| {
            let reply = &payoffs[player] + &gains[player];
            gains[player].checked_div(&(reply - &stage.minmax[player])).unwrap_or_default()
        });
        let least = least.fold(Rational::ZERO, Rational::max);
        let (mut fails, mut holds) = (None, None);
        let mut interval = (Rational::ZERO, Rational::new(LARGEST.0, LARGEST.1));
        let look = |search: &mut Self,
                    factor: &Rational,
                    fails: &mut Option<Rational>,
                    holds: &mut Option<Rational>| {
            let verdict = search.verdict(stage, profile, factor)?;
            match verdict {
                Some(true) if holds.as_ref().is_none_or(|known| factor < known) => {
                    *holds = Some(factor.clone());
                }
                Some(false) if fails.as_ref().is_none_or(|known| factor > known) => {
                    *fails = Some(factor.clone());
                }
                _ => {}
            }
            Some(verdict)
        };
        // Often minmax itself is what threatens; then the bound is the factor, and it is nearly enough to
        // look at it and below.
        if least < interval.1 && look(self, &least, &mut fails, &mut holds).flatten() == Some(true)
        {
            interval.1 = least.clone();
            for below in BELOW.map(|parts| &least * (Rational::ONE - Rational::new(1, parts))) {
                if look(self, &below, &mut fails, &mut holds).flatten() == Some(false) {
                    break;
                }
            }
            return Found::Between { fails, holds };
        }
        if fails.is_some() {
            interval.0 = least;
        }
        let Some(Some(true)) = look(self, &interval.1.clone(), &mut fails, &mut holds) else {
            return Found::Between { fails, holds };
        };
        for _ in 0..HALVINGS {
            let middle = middle(&interval.0, &interval.1);
            match look(self, &middle, &mut fails, &mut holds) {
                Some(Some(true)) => interval.1 = middle,
                Some(Some(false)) => interval.0 = middle,
                // Undecided, or out of budget.
                _ => return Found::Between { fails, holds },
            }
        }
        let simple = simplest_between(&interval.0, &interval.1);
        if look(self, &simple, &mut fails, &mut holds).flatten() == Some(true) {
            for below in BELOW.map(|parts| &simple * (Rational::ONE - Rational::new(1, parts))) {
                if below <= interval.0
                    || look(self, &below, &mut fails, &mut holds).flatten() == Some(false)
                {
                    break;
                }
            }
        }
        Found::Between { fails, holds }
    }

    /// Whether a profile is sustained at a factor, where the polygons decide it; `None` without
    /// when the budget is spent.
    fn verdict(
        &mut self,
        stage: &Stage,
        profile: usize,
        factor: &Rational,
    ) -> Option<Option<bool>> {
        let discount = DiscountFactor::new(factor.clone())?;
        if !self.known.contains_key(factor) {
            let at = Stage::new(self.game, factor);
            match polygons(&at, &discount, self.budget, &mut self.work) {
                Ok(found) => drop(self.known.insert(factor.clone(), found)),
                Err(reason) => {
                    self.stopped = Some(reason);
                    return None;
                }
            }
        }
        let found = &self.known[factor];
        let least = |player: usize| found.outer.iter().map(|corner| &corner[player]).min();
        let deters = |threats: [Rational; 2]| {
            (0..2).all(|player| {
                let loss = factor * (&stage.payoffs[profile][player] - &threats[player]);
                loss >= (Rational::ONE - factor) * &stage.gains[profile][player]
            })
        };
        if found.threats().is_some_and(deters) {
            return Some(Some(true));
        }
        let lowest = least(0).zip(least(1)).map(|(a, b)| [a.clone(), b.clone()]);
        Some(if lowest.is_some_and(deters) { None } else { Some(false) })
    }

    /// The bounds with the polygons that prove them.
    fn answer(&mut self, found: Vec<Found>) -> CriticalDiscounts {
        let mut used: Vec<Rational> = found
            .iter()
            .flat_map(|one| match one {
                Found::Between { fails, holds } => vec![fails.clone(), holds.clone()],
                _ => Vec::new(),
            })
            .flatten()
            .collect();
        used.sort();
        used.dedup();
        let place =
            |factor: Option<Rational>| factor.and_then(|factor| used.binary_search(&factor).ok());
        let profiles = found
            .into_iter()
            .map(|one| match one {
                Found::Any => Patience::Any,
                Found::None => Patience::None,
                Found::Between { fails, holds } => {
                    Patience::Between { fails: place(fails), holds: place(holds) }
                }
            })
            .collect();
        let evidence = used.iter().filter_map(|factor| self.known.remove(factor)).collect();
        CriticalDiscounts { evidence, profiles }
    }
}

fn middle(low: &Rational, high: &Rational) -> Rational {
    (low + high) * Rational::new(1, 2)
}

/// The fraction with the smallest denominator above `low` and at most `high`, of positive numbers.
fn simplest_between(low: &Rational, high: &Rational) -> Rational {
    let whole = Rational::from_integers(low.floor() + 1, 1.into());
    if whole <= *high {
        return whole;
    }
    let floor = Rational::from_integers(low.floor(), 1.into());
    // Both lie between two whole numbers: turn around what is left of them.
    let (above, below) = ((low - &floor).recip(), (high - &floor).recip());
    let Some(below) = below else { return high.clone() };
    let inner = match above {
        // From 0 on: the largest unit fraction.
        None => Rational::from_integers(-(-below).floor(), 1.into()),
        Some(above) => simplest_from(&below, &above),
    };
    floor + inner.recip().unwrap_or_default()
}

/// The fraction with the smallest denominator from `low` on and below `high`.
fn simplest_from(low: &Rational, high: &Rational) -> Rational {
    let whole = Rational::from_integers(-(-low).floor(), 1.into());
    if whole < *high {
        return whole;
    }
    let floor = Rational::from_integers(low.floor(), 1.into());
    let (above, below) = ((low - &floor).recip(), (high - &floor).recip());
    match (above, below) {
        (Some(above), Some(below)) => {
            floor + simplest_between(&below, &above).recip().unwrap_or_default()
        }
        _ => low.clone(),
    }
}
