//! At which discount factors an automaton is an equilibrium.
//!
//! That no player gains by one deviation in one state is an inequality between values, and these are
//! quotients of polynomials of δ over det(I − δP), which is positive on [0, 1). So the slack of each
//! deviation times that determinant, over 1 − δ, is a polynomial of at most as high a degree as there are
//! states, known from its values at one more point. Its roots in (0, 1) are isolated by Sturm's
//! theorem; between the roots of all slacks nothing changes.

use crate::game::{Automaton, NormalForm, Stretch, StretchEnd};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

use super::chain::Chain;
use super::deviating;
use super::polynomial::Polynomial;

/// The largest number of states for which it is determined, without and with lotteries.
const MOST_STATES: (usize, usize) = (48, 16);
/// The largest number of deviations.
const MOST_DEVIATIONS: usize = 20_000;
/// Roots that are no simple fractions are known within 2 to the minus this.
const HALVINGS: u32 = 44;

/// Where something changes.
enum Change {
    /// At a fraction.
    At(Rational),
    /// Between two: that many polynomials have a root there, by position.
    Between(Rational, Rational, Vec<usize>),
}

impl Change {
    fn low(&self) -> &Rational {
        match self {
            Change::At(at) | Change::Between(at, ..) => at,
        }
    }

    fn high(&self) -> &Rational {
        match self {
            Change::At(at) | Change::Between(_, at, _) => at,
        }
    }
}

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
    let slacks = slacks(game, automaton, chain, budget)?;
    let Some(changes) = changes(&slacks, budget)? else { return Ok(None) };
    Ok(stretches(&slacks, &changes))
}

/// The polynomials that have to be at least 0, each once.
fn slacks(
    game: &NormalForm,
    automaton: &Automaton,
    chain: &Chain,
    budget: &Budget,
) -> Result<Vec<Polynomial>, Exhausted> {
    let degree = automaton.states.len();
    let mut cases = Vec::new();
    for (state, one) in automaton.states.iter().enumerate() {
        for player in 0..game.num_players() {
            let kept = game.action_in(player, one.play);
            let others = (0..game.num_actions(player)).filter(|&action| action != kept);
            cases.extend(others.map(|action| (state, player, action)));
        }
    }
    // At δ = 0, 1/(n + 1), …, n/(n + 1).
    let parts = Rational::from(degree as u64 + 1);
    let mut samples: Vec<Vec<Rational>> = vec![Vec::with_capacity(degree + 1); cases.len()];
    for part in 0..=degree {
        budget.check_now(part as u64)?;
        let discount = Rational::from(part as u64).checked_div(&parts).unwrap_or_default();
        let solved = chain.solve(game, &discount, budget)?;
        let factor =
            solved.determinant.checked_div(&(Rational::ONE - &discount)).unwrap_or_default();
        for (sample, &(state, player, action)) in samples.iter_mut().zip(&cases) {
            let case = (state, player, action);
            let gets = deviating(game, automaton, &discount, &solved.values, case);
            sample.push((&solved.values[state][player] - gets) * &factor);
        }
    }
    let mut found: Vec<Polynomial> = Vec::new();
    for sample in &samples {
        let one = Polynomial::through(sample, &parts);
        if !one.is_zero() && !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// Where any of the polynomials may change its sign in (0, 1), ascending and apart.
fn changes(slacks: &[Polynomial], budget: &Budget) -> Result<Option<Vec<Change>>, Exhausted> {
    let mut list: Vec<Change> = Vec::new();
    for (at, slack) in slacks.iter().enumerate() {
        budget.check_now(at as u64)?;
        let (once, repeated) = slack.without_repetition(budget)?;
        for (low, high) in once.isolate(HALVINGS, budget)? {
            if low == high {
                list.push(Change::At(low));
            } else if repeated.has_root_between(&low, &high, budget)? {
                return Ok(None);
            } else {
                list.push(Change::Between(low, high, vec![at]));
            }
        }
    }
    list.sort_by(|one, other| {
        one.low().cmp(other.low()).then_with(|| one.high().cmp(other.high()))
    });
    let mut apart: Vec<Change> = Vec::new();
    for change in list {
        match (apart.last_mut(), change) {
            (Some(Change::At(known)), Change::At(at)) if *known == at => {}
            (Some(Change::Between(_, known, owners)), Change::Between(low, high, more))
                if low < *known =>
            {
                *known = high.max(known.clone());
                owners.extend(more);
            }
            // A fraction within the bounds of another root.
            (Some(known), change) if *change.low() < *known.high() => return Ok(None),
            (_, change) => apart.push(change),
        }
    }
    Ok(Some(apart))
}

fn stretches(slacks: &[Polynomial], changes: &[Change]) -> Option<Vec<Stretch>> {
    let holds = |at: &Rational| slacks.iter().all(|slack| slack.sign(at).is_ge());
    let zero = Change::At(Rational::ZERO);
    let marks: Vec<&Change> = std::iter::once(&zero).chain(changes).collect();
    let middle = |at: usize| {
        let low = marks[at].high();
        let high = marks.get(at + 1).map_or(&Rational::ONE, |next| next.low());
        (low + high) * Rational::new(1, 2)
    };
    let between: Vec<bool> = (0..marks.len()).map(|at| holds(&middle(at))).collect();
    let mut found = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let before = at > 0 && between[at - 1];
        match mark {
            Change::At(point) if !before && !between[at] && holds(point) => {
                let end = StretchEnd { inside: point.clone(), outside: None };
                found.push(Stretch { from: end.clone(), to: Some(end) });
            }
            Change::Between(low, _, owners) if before == between[at] => {
                // Something else has to fail all the way.
                let fails = |(at, slack): (usize, &Polynomial)| {
                    !owners.contains(&at) && slack.sign(low).is_lt()
                };
                if before || !slacks.iter().enumerate().any(fails) {
                    return None;
                }
            }
            _ => {}
        }
        if between[at] {
            let from = match mark {
                Change::At(point) => StretchEnd { inside: point.clone(), outside: None },
                Change::Between(low, high, _) => {
                    StretchEnd { inside: high.clone(), outside: Some(low.clone()) }
                }
            };
            let to = marks.get(at + 1).map(|next| match next {
                Change::At(point) => StretchEnd { inside: point.clone(), outside: None },
                Change::Between(low, high, _) => {
                    StretchEnd { inside: low.clone(), outside: Some(high.clone()) }
                }
            });
            found.push(Stretch { from, to });
        }
    }
    Some(found)
}
