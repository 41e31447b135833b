//! Inspection games by recursion over what is left.
//!
//! What follows a period is solved first, so that a period is a game of two actions a side. With
//! U and W what inspector and inspectee get from there on, I and R for an inspection or none, L and V
//! for a legal act or a violation, n periods, m inspections and k violations left, c and u the payoffs
//! of a violation that is caught and of one that is not, s its stake and p the probability of
//! detection (all for U; alike for W):
//!
//! - U(I, L) = inspected + v(n−1, m−1, k), U(I, V) = p s c + (1−p) (s u + v(n−1, m−1, k−1)),
//! - U(R, L) = legal + v(n−1, m, k), U(R, V) = s u + v(n−1, m, k−1).
//!
//! [`solve_inspections`] plays an equilibrium of each such game (Dresher 1962; von Stengel 2016);
//! [`solve_inspector_leadership`] lets the inspector announce first (Maschler 1966).

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::game::inspection::{
    InspectionEquilibrium, InspectionGame, InspectionLeadership, InspectionPayoffs,
    InspectionStage, InspectionState,
};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

/// The name of the method.
const METHOD: &str = "recursion";
/// The longest number, in bits: some 9000 digits.
const LONGEST: usize = 30_000;
/// The most bits of all numbers of an answer, 32 MiB.
const MOST_BITS: usize = 1 << 28;

/// The equilibrium of every period given what follows: a subgame perfect equilibrium of the game in
/// which both know what was done.
///
/// A period may have several equilibria; then the one with the least probability of a violation is
/// played, and of these the one with the most inspections. In zero-sum games the payoffs do not depend
/// on that. O(n m k) exact operations; numbers grow with the binomial coefficients where inspections
/// cost nothing, and far beyond where they cost something. The answer is `None` when the budget is
/// spent or a number has more than 30 000 bits.
///
/// ```
/// use detente::game::inspection::{InspectionGame, InspectionRules};
/// use detente::solve::{Budget, inspection::solve_inspections};
/// // Dresher (1962): v(4, 2) = −3/11.
/// let game = InspectionGame::new(4, 2, InspectionRules::dresher()).unwrap();
/// let answer = solve_inspections(&game, &Budget::unlimited()).answer.unwrap();
/// assert_eq!(answer.values().inspector.to_string(), "-3/11");
/// ```
#[must_use]
pub fn solve_inspections(
    game: &InspectionGame,
    budget: &Budget,
) -> Outcome<Option<InspectionEquilibrium>> {
    let mut used = 0;
    outcome(equilibrium(game, budget, &mut used), used)
}

/// Inspector leadership, period by period: he announces how often he inspects, and the inspectee, who
/// is sure of it, chooses a best reply, ties broken for the inspector.
///
/// The leader's payoff is linear in the announced probability wherever the reply is the same, so that
/// 0, 1 and the probability that makes the inspectee indifferent are enough. Of announcements that are
/// equally good the one with a legal reply is made, and of these the one with the most inspections.
/// The equilibrium without announcements comes with it, by [`solve_inspections`], with the same limits.
///
/// ```
/// use detente::game::inspection::{InspectionGame, InspectionPayoffs, InspectionRules};
/// use detente::solve::{Budget, inspection::solve_inspector_leadership};
/// // A violation that is caught costs both sides; the inspector announces 1/4 and all is legal.
/// let rules = InspectionRules {
///     caught: InspectionPayoffs { inspector: "-2/5".parse().unwrap(), inspectee: (-3).into() },
///     ..InspectionRules::dresher()
/// };
/// let game = InspectionGame::new(1, 1, rules).unwrap();
/// let answer = solve_inspector_leadership(&game, &Budget::unlimited()).answer.unwrap();
/// assert_eq!(answer.values().inspector.to_string(), "0");
/// assert_eq!(answer.equilibrium.values().inspector.to_string(), "0");
/// ```
#[must_use]
pub fn solve_inspector_leadership(
    game: &InspectionGame,
    budget: &Budget,
) -> Outcome<Option<InspectionLeadership>> {
    let mut used = 0;
    let found = equilibrium(game, budget, &mut used).and_then(|equilibrium| {
        let stages = recursion(game, budget, &mut used, announce)?;
        Ok(InspectionLeadership { stages, equilibrium })
    });
    outcome(found, used)
}

fn outcome<T>(found: Result<T, Exhausted>, nodes: u64) -> Outcome<Option<T>> {
    let work = Work { nodes, ..Work::default() };
    match found {
        Ok(answer) => Outcome::solved(Some(answer), METHOD, work),
        Err(reason) => Outcome {
            answer: None,
            status: Status::Partial(reason),
            method: METHOD,
            work,
            warnings: Vec::new(),
        },
    }
}

fn equilibrium(
    game: &InspectionGame,
    budget: &Budget,
    used: &mut u64,
) -> Result<InspectionEquilibrium, Exhausted> {
    let stages = recursion(game, budget, used, play)?;
    let unique = stages.iter().all(|stage| stage.unique);
    let free = game.rules().inspected == game.rules().legal;
    let unobserved = free && inspections_tell_nothing(&stages);
    Ok(InspectionEquilibrium { stages, unique, unobserved })
}

/// Whether the probability of an inspection is the same for all numbers of violations left.
fn inspections_tell_nothing(stages: &[InspectionStage]) -> bool {
    // States that differ in violations alone follow each other.
    stages.windows(2).all(|pair| {
        let (one, two) = (&pair[0], &pair[1]);
        one.state.periods != two.state.periods
            || one.state.inspections != two.state.inspections
            || one.inspect == two.inspect
    })
}

/// A period as a game of two actions a side, for one side: rows inspection and none, columns legal act
/// and violation.
struct Side {
    cells: [[Rational; 2]; 2],
}

/// A period as a game: no first row where no inspection is left.
struct Period {
    inspector: Side,
    inspectee: Side,
    can_inspect: bool,
}

/// What is done in a period.
struct Choice {
    inspect: Rational,
    violate: Rational,
    unique: bool,
}

/// Solves states from the last period to the first; `choose` says what is done in one.
fn recursion(
    game: &InspectionGame,
    budget: &Budget,
    used: &mut u64,
    choose: fn(&Period) -> Choice,
) -> Result<Vec<InspectionStage>, Exhausted> {
    let mut stages: Vec<InspectionStage> = Vec::new();
    let mut later: HashMap<InspectionState, InspectionPayoffs> = HashMap::new();
    let mut now = HashMap::new();
    let mut bits = 0;
    let mut periods = 1;
    for state in game.states().into_iter().rev() {
        if state.periods != periods {
            periods = state.periods;
            later = std::mem::take(&mut now);
        }
        let period = period(game, state, &later);
        let choice = choose(&period);
        let values = InspectionPayoffs {
            inspector: period.inspector.expected(&choice),
            inspectee: period.inspectee.expected(&choice),
        };
        let numbers = [&choice.inspect, &choice.violate, &values.inspector, &values.inspectee];
        let longest = numbers.iter().map(|number| number.bit_len()).max().unwrap_or(0);
        bits += numbers.iter().map(|number| number.bit_len()).sum::<usize>();
        if longest > LONGEST || bits > MOST_BITS {
            return Err(Exhausted::Memory);
        }
        *used += 1;
        // Long numbers make long steps.
        if longest > 1000 {
            budget.check_now(*used)?
        } else {
            budget.check(*used)?
        }
        now.insert(state, values.clone());
        let Choice { inspect, violate, unique } = choice;
        stages.push(InspectionStage { state, inspect, violate, values, unique });
    }
    stages.reverse();
    Ok(stages)
}

/// The game of a period, given what follows.
fn period(
    game: &InspectionGame,
    state: InspectionState,
    later: &HashMap<InspectionState, InspectionPayoffs>,
) -> Period {
    let follow = |inspected: bool, violated: bool| -> InspectionPayoffs {
        let next = game.next(state, inspected, violated);
        let found = next.and_then(|next| later.get(&next)).cloned();
        found.unwrap_or_else(|| game.legal_to_the_end(state.periods - 1))
    };
    let (rules, stake) = (game.rules(), game.stake(state.violations));
    let success = rules.undetected.times(stake);
    let rest = [rules.legal.plus(&follow(false, false)), success.plus(&follow(false, true))];
    let can_inspect = state.inspections > 0;
    let inspect = if can_inspect {
        let detection = game.detection();
        let caught = rules.caught.times(&(stake * detection));
        let violation = if *detection == Rational::ONE {
            caught
        } else {
            let missed = success.plus(&follow(true, true)).times(&(Rational::ONE - detection));
            caught.plus(&missed)
        };
        [rules.inspected.plus(&follow(true, false)), violation]
    } else {
        rest.clone()
    };
    let [[a, b], [c, d]] = [inspect, rest];
    let inspector = Side { cells: [[a.inspector, b.inspector], [c.inspector, d.inspector]] };
    let inspectee = Side { cells: [[a.inspectee, b.inspectee], [c.inspectee, d.inspectee]] };
    Period { inspector, inspectee, can_inspect }
}

/// The mean of two numbers, the second with this weight.
fn between(first: &Rational, second: &Rational, weight: &Rational) -> Rational {
    first + &((second - first) * weight)
}

impl Side {
    fn expected(&self, choice: &Choice) -> Rational {
        let row = |row: &[Rational; 2]| between(&row[0], &row[1], &choice.violate);
        between(&row(&self.cells[1]), &row(&self.cells[0]), &choice.inspect)
    }
}

/// The root of a linear function on [0, 1] with these values at the ends, if it is inside.
fn root(at_zero: &Rational, at_one: &Rational) -> Option<Rational> {
    if at_zero.signum() * at_one.signum() >= 0 {
        return None;
    }
    at_zero.checked_div(&(at_zero - at_one))
}

impl Period {
    /// What an inspection adds to the inspector's payoff when there is a legal act, and a violation.
    fn gains_of_inspection(&self) -> [Rational; 2] {
        let [inspect, rest] = &self.inspector.cells;
        [&inspect[0] - &rest[0], &inspect[1] - &rest[1]]
    }

    /// What a violation adds to the inspectee's payoff without and with an inspection.
    fn gains_of_violation(&self) -> [Rational; 2] {
        let [inspect, rest] = &self.inspectee.cells;
        [&rest[1] - &rest[0], &inspect[1] - &inspect[0]]
    }

    /// Probabilities of an inspection at one of which an optimum is found.
    fn announcements(&self) -> Vec<Rational> {
        if !self.can_inspect {
            return vec![Rational::ZERO];
        }
        let [without, with] = self.gains_of_violation();
        let mut list = vec![Rational::ONE, Rational::ZERO];
        list.extend(root(&without, &with));
        list
    }
}

/// Whether a probability is a best reply to this gain from the action.
fn is_best(probability: &Rational, gain: &Rational) -> bool {
    match gain.signum() {
        0 => true,
        1 => *probability == Rational::ONE,
        _ => probability.is_zero(),
    }
}

/// An equilibrium of a period. The ends of all components of equilibria have probabilities 0, 1, or
/// those that make the other side indifferent.
fn play(period: &Period) -> Choice {
    let [on_legal, on_violation] = period.gains_of_inspection();
    let [without, with] = period.gains_of_violation();
    let mut violations = vec![Rational::ZERO, Rational::ONE];
    violations.extend(root(&on_legal, &on_violation));
    let mut found: Vec<(Rational, Rational)> = Vec::new();
    for inspect in period.announcements() {
        let violation = between(&without, &with, &inspect);
        for violate in &violations {
            let inspection = between(&on_legal, &on_violation, violate);
            if is_best(violate, &violation)
                && (!period.can_inspect || is_best(&inspect, &inspection))
            {
                found.push((inspect.clone(), violate.clone()));
            }
        }
    }
    let worth = |(inspect, violate): &(Rational, Rational)| {
        let [inspect, violate] = [inspect.clone(), violate.clone()];
        let choice = Choice { inspect, violate, unique: false };
        [&period.inspector, &period.inspectee].map(|side| side.expected(&choice))
    };
    // On the way from one end of a component to the next payoffs are linear.
    let unique = found.windows(2).all(|pair| worth(&pair[0]) == worth(&pair[1]));
    let chosen = found.into_iter().min_by(|one, two| one.1.cmp(&two.1).then(two.0.cmp(&one.0)));
    // A game of two actions a side has an equilibrium at one of these points.
    let (inspect, violate) = chosen.unwrap_or_default();
    Choice { inspect, violate, unique }
}

/// The announcement that is best for the inspector.
fn announce(period: &Period) -> Choice {
    let [without, with] = period.gains_of_violation();
    let mut best: Option<(Rational, Choice)> = None;
    for inspect in period.announcements() {
        let gain = between(&without, &with, &inspect).signum();
        for violate in [Rational::ZERO, Rational::ONE] {
            let is_legal = violate.is_zero();
            if gain > 0 && is_legal || gain < 0 && !is_legal {
                continue;
            }
            let choice = Choice { inspect: inspect.clone(), violate, unique: gain != 0 };
            let value = period.inspector.expected(&choice);
            let better = best.as_ref().is_none_or(|(most, other)| {
                let rank = value.cmp(most);
                rank.then_with(|| other.violate.cmp(&choice.violate))
                    .then_with(|| choice.inspect.cmp(&other.inspect))
                    .is_gt()
            });
            if better {
                best = Some((value, choice));
            }
        }
    }
    // Some reply is best to any announcement.
    let nothing = || Choice { inspect: Rational::ZERO, violate: Rational::ZERO, unique: false };
    best.map_or_else(nothing, |(_, choice)| choice)
}
