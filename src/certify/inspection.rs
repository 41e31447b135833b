//! Inspection games: every period against what is stated of the periods that follow.
//!
//! For each state the four outcomes of a period (inspected or not, violation or legal act) are paid by
//! the rules and by the values that are stated of the states that follow, which have been checked
//! before. By the one-shot deviation principle a pair of strategies from which nobody gains by
//! deviating in one period is a subgame perfect equilibrium (Blackwell 1965; in finite games by
//! backward induction).
//!
//! - *Equilibrium*: no action gives more than the stated value. That no other one of the period pays
//!   anything else is decided on the nine parts 0, (0, 1), 1 of either probability: which of them hold
//!   equilibria follows from the signs at 0 and 1 of two linear functions.
//! - *Leadership*: the reply is best, and the best one for the inspector if there are two. No
//!   announcement does better: either reply is a best one on an interval of announcements, on which the
//!   inspector's payoff is linear, so that its ends are enough.

use std::collections::HashMap;

use crate::game::inspection::{
    InspectionAnswer, InspectionEquilibrium, InspectionGame, InspectionLeadership,
    InspectionPayoffs, InspectionStage, InspectionState,
};
use crate::num::Rational;

use super::meter::{Limits, Meter, weight};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Exact operations on the numbers of a stage.
const OPERATIONS: usize = 64;

/// Checks an answer about an inspection game.
///
/// Work: about 60 exact operations for each state.
///
/// # Errors
/// A [`Refutation`] that names the state and the numbers.
pub fn certify_inspection(
    game: &InspectionGame,
    answer: &InspectionAnswer,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let checked = match answer {
        InspectionAnswer::Equilibrium(answer) => equilibrium(game, answer, &mut meter)?,
        InspectionAnswer::Leadership(answer) => {
            let mut checked = leadership(game, answer, &mut meter)?;
            let without = equilibrium(game, &answer.equilibrium, &mut meter)?;
            checked.extend(without.into_iter().map(|text| format!("without announcements {text}")));
            checked
        }
    };
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// What a period pays to one side, by what happens in it.
struct Outcomes {
    inspected_legal: Rational,
    inspected_violation: Rational,
    legal: Rational,
    violation: Rational,
}

impl Outcomes {
    /// What the inspectee's act is worth when an inspection has this probability.
    fn act(&self, violation: bool, inspect: &Rational) -> Rational {
        let (with, without) = match violation {
            true => (&self.inspected_violation, &self.violation),
            false => (&self.inspected_legal, &self.legal),
        };
        with * inspect + without * (Rational::ONE - inspect)
    }

    /// What the inspector's decision is worth when a violation has this probability.
    fn decision(&self, inspected: bool, violate: &Rational) -> Rational {
        let (violation, legal) = match inspected {
            true => (&self.inspected_violation, &self.inspected_legal),
            false => (&self.violation, &self.legal),
        };
        violation * violate + legal * (Rational::ONE - violate)
    }
}

/// A stage with what its period pays.
struct Period<'a> {
    stage: &'a InspectionStage,
    inspector: Outcomes,
    inspectee: Outcomes,
}

type Side = fn(&InspectionPayoffs) -> &Rational;

/// Goes through the stages from the last one, checks probabilities and values, and lets `check` see
/// each.
fn each_period(
    game: &InspectionGame,
    stages: &[InspectionStage],
    meter: &mut Meter,
    check: fn(&Period<'_>) -> Result<(), Refutation>,
) -> Result<(), Refutation> {
    let states = game.states();
    if states.len() != stages.len() {
        return Err(Refutation::WrongList(format!(
            "{} states are listed, and {} can be reached",
            stages.len(),
            states.len()
        )));
    }
    let mut known: HashMap<InspectionState, &InspectionPayoffs> = HashMap::new();
    for (stage, state) in stages.iter().zip(states).rev() {
        if stage.state != state {
            return Err(Refutation::WrongList(format!(
                "{} is listed where {} belongs",
                name(stage.state),
                name(state)
            )));
        }
        let numbers =
            [&stage.inspect, &stage.violate, &stage.values.inspector, &stage.values.inspectee];
        let longest = numbers.iter().map(|number| weight(number)).max().unwrap_or(1);
        meter.spend(OPERATIONS.saturating_mul(longest))?;
        let pays = |side: Side| outcomes(game, state, &known, side);
        let (inspector, inspectee) = (pays(|pair| &pair.inspector)?, pays(|pair| &pair.inspectee)?);
        let period = Period { stage, inspector, inspectee };
        period.check_numbers()?;
        check(&period)?;
        known.insert(state, &stage.values);
    }
    Ok(())
}

/// What the four ways through a period pay to one side.
fn outcomes(
    game: &InspectionGame,
    state: InspectionState,
    known: &HashMap<InspectionState, &InspectionPayoffs>,
    side: Side,
) -> Result<Outcomes, Refutation> {
    let left = state.periods - 1;
    let rules = game.rules();
    let after = |inspections: Option<u32>, violations: u32| -> Result<Rational, Refutation> {
        if left == 0 || violations == 0 {
            return Ok(side(&rules.legal) * Rational::from(u64::from(left)));
        }
        // The caller asks for no inspection that is not there.
        let inspections = inspections.unwrap_or(0).min(left);
        let next = InspectionState { periods: left, inspections, violations };
        let value = known.get(&next).ok_or_else(|| {
            Refutation::WrongList(format!("{} can be reached and is not listed", name(next)))
        })?;
        Ok(side(value).clone())
    };
    let (m, k) = (state.inspections, state.violations);
    let stake = game.stake(k);
    let success = side(&rules.undetected) * stake;
    let legal = side(&rules.legal) + after(Some(m), k)?;
    let violation = &success + after(Some(m), k - 1)?;
    if m == 0 {
        let (inspected_legal, inspected_violation) = (legal.clone(), violation.clone());
        return Ok(Outcomes { inspected_legal, inspected_violation, legal, violation });
    }
    let mut inspected_violation = side(&rules.caught) * stake * game.detection();
    let miss = Rational::ONE - game.detection();
    if !miss.is_zero() {
        inspected_violation += miss * (success + after(m.checked_sub(1), k - 1)?);
    }
    let inspected_legal = side(&rules.inspected) + after(m.checked_sub(1), k)?;
    Ok(Outcomes { inspected_legal, inspected_violation, legal, violation })
}

fn name(state: InspectionState) -> String {
    format!(
        "the state with {} periods, {} inspections and {} violations left",
        state.periods, state.inspections, state.violations
    )
}

impl Period<'_> {
    fn state(&self) -> String {
        name(self.stage.state)
    }

    fn check_numbers(&self) -> Result<(), Refutation> {
        let stage = self.stage;
        for probability in [&stage.inspect, &stage.violate] {
            if probability.is_negative() || *probability > Rational::ONE {
                return Err(Refutation::Misfit(format!(
                    "in {} a probability is none: {}",
                    self.state(),
                    number(probability)
                )));
            }
        }
        if stage.state.inspections == 0 && !stage.inspect.is_zero() {
            return Err(Refutation::Misfit(format!("{} has an inspection", self.state())));
        }
        let worth = |outcomes: &Outcomes| {
            let violation = outcomes.act(true, &stage.inspect) * &stage.violate;
            violation + outcomes.act(false, &stage.inspect) * (Rational::ONE - &stage.violate)
        };
        for (who, stated, outcomes) in [
            ("inspector", &stage.values.inspector, &self.inspector),
            ("inspectee", &stage.values.inspectee, &self.inspectee),
        ] {
            let found = worth(outcomes);
            if *stated != found {
                return Err(Refutation::WrongNumber(format!(
                    "in {} the {who} is said to get {}, and gets {}",
                    self.state(),
                    number(stated),
                    number(&found)
                )));
            }
        }
        Ok(())
    }

    /// What a violation adds for the inspectee without and with an inspection.
    fn temptation(&self) -> (Rational, Rational) {
        let one = &self.inspectee;
        (&one.violation - &one.legal, &one.inspected_violation - &one.inspected_legal)
    }

    fn deviation(&self, who: &str, what: &str, found: &Rational, own: &Rational) -> Refutation {
        Refutation::Deviation(format!(
            "in {} {what} gives the {who} {}, and what he does gives {}",
            self.state(),
            number(found),
            number(own)
        ))
    }

    fn check_equilibrium(&self) -> Result<(), Refutation> {
        let stage = self.stage;
        for (what, violation) in [("a legal act", false), ("a violation", true)] {
            let found = self.inspectee.act(violation, &stage.inspect);
            if found > stage.values.inspectee {
                return Err(self.deviation("inspectee", what, &found, &stage.values.inspectee));
            }
        }
        for (what, inspected) in [("an inspection", true), ("no inspection", false)] {
            let found = self.inspector.decision(inspected, &stage.violate);
            if found > stage.values.inspector {
                return Err(self.deviation("inspector", what, &found, &stage.values.inspector));
            }
        }
        if stage.unique != self.pays_the_same() {
            let says = if stage.unique { "are said to" } else { "are not said to" };
            return Err(Refutation::WrongNumber(format!(
                "the equilibria of {} {says} pay the same",
                self.state()
            )));
        }
        Ok(())
    }

    /// Whether all equilibria of the period pay what is stated.
    fn pays_the_same(&self) -> bool {
        let values = &self.stage.values;
        let (tempted, deterred) = self.temptation();
        let violation = Signs(tempted.signum(), deterred.signum());
        if self.stage.state.inspections == 0 {
            return violation.0 != 0
                || self.inspector.decision(false, &Rational::ZERO)
                    == self.inspector.decision(false, &Rational::ONE);
        }
        let one = &self.inspector;
        let (on_legal, on_violation) =
            (&one.inspected_legal - &one.legal, &one.inspected_violation - &one.violation);
        let inspection = Signs(on_legal.signum(), on_violation.signum());
        for inspect in [Part::Zero, Part::Inside, Part::One] {
            for violate in [Part::Zero, Part::Inside, Part::One] {
                // The probability of an inspection makes its own part of violations best, and the
                // other way round.
                if !(violation.allows(inspect, violate) && inspection.allows(violate, inspect)) {
                    continue;
                }
                // Each side's payoff is linear in the other one's probability, whose ends are enough.
                let inspections = inspect.ends(&tempted, &deterred, violate);
                let violations = violate.ends(&on_legal, &on_violation, inspect);
                let act = violate == Part::One;
                let decision = inspect == Part::One;
                let same = inspections
                    .iter()
                    .all(|inspect| self.inspectee.act(act, inspect) == values.inspectee)
                    && violations
                        .iter()
                        .all(|violate| one.decision(decision, violate) == values.inspector);
                if !same {
                    return false;
                }
            }
        }
        true
    }

    fn check_announcement(&self) -> Result<(), Refutation> {
        let stage = self.stage;
        let violates = stage.violate == Rational::ONE;
        if !violates && !stage.violate.is_zero() {
            return Err(Refutation::Misfit(format!(
                "in {} the reply is neither a legal act nor a violation",
                self.state()
            )));
        }
        let other = self.inspectee.act(!violates, &stage.inspect);
        if other > stage.values.inspectee {
            let what = if violates { "a legal act" } else { "a violation" };
            return Err(self.deviation("inspectee", what, &other, &stage.values.inspectee));
        }
        let indifferent = other == stage.values.inspectee;
        if stage.unique == indifferent {
            let says = if indifferent { "there are two" } else { "there is one" };
            return Err(Refutation::WrongNumber(format!(
                "in {} {says} best replies",
                self.state()
            )));
        }
        let (tempted, deterred) = self.temptation();
        for violation in [false, true] {
            let (at_zero, at_one) =
                if violation { (&tempted, &deterred) } else { (&-&tempted, &-&deterred) };
            for announced in ends_of_best(at_zero, at_one) {
                if stage.state.inspections == 0 && !announced.is_zero() {
                    continue;
                }
                let found = self.inspector.act(violation, &announced);
                if found > stage.values.inspector {
                    return Err(Refutation::NotOptimal(format!(
                        "in {} an announcement of {} gives the inspector {}, and the stated one {}",
                        self.state(),
                        number(&announced),
                        number(&found),
                        number(&stage.values.inspector)
                    )));
                }
            }
        }
        Ok(())
    }
}

/// The ends of the interval of [0, 1] on which a linear function with these values at 0 and 1 is not
/// negative.
fn ends_of_best(at_zero: &Rational, at_one: &Rational) -> Vec<Rational> {
    let mut ends = Vec::new();
    if !at_zero.is_negative() {
        ends.push(Rational::ZERO);
    }
    if !at_one.is_negative() {
        ends.push(Rational::ONE);
    }
    if ends.len() == 1
        && let Some(root) = at_zero.checked_div(&(at_zero - at_one))
    {
        ends.push(root);
    }
    ends
}

/// A part of the probabilities.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Zero,
    Inside,
    One,
}

impl Part {
    /// Probabilities between which this part's share in equilibria lies, where the other side plays
    /// `other` and gains this by its action at 0 and 1. Where the other side mixes it is indifferent;
    /// where that holds at one probability alone, it is this one.
    fn ends(self, at_zero: &Rational, at_one: &Rational, other: Part) -> Vec<Rational> {
        match self {
            Part::Zero => vec![Rational::ZERO],
            Part::One => vec![Rational::ONE],
            Part::Inside => {
                let crossing = at_zero.checked_div(&(at_zero - at_one));
                match crossing.filter(|_| other == Part::Inside) {
                    Some(root) => vec![root],
                    None => vec![Rational::ZERO, Rational::ONE],
                }
            }
        }
    }
}

/// The signs at 0 and 1 of what an action adds, which is linear in the other side's probability.
#[derive(Clone, Copy)]
struct Signs(i32, i32);

impl Signs {
    /// Whether the sign changes between 0 and 1.
    fn crosses(self) -> bool {
        self.0 * self.1 < 0
    }

    /// Whether, somewhere in a part of the other side's probabilities, a part of the own ones is best.
    fn allows(self, other: Part, own: Part) -> bool {
        let Signs(at_zero, at_one) = self;
        let (positive, negative) = (at_zero > 0 || at_one > 0, at_zero < 0 || at_one < 0);
        let constant = at_zero == 0 && at_one == 0;
        let (adds, takes, neither) = match other {
            Part::Zero => (at_zero > 0, at_zero < 0, at_zero == 0),
            Part::One => (at_one > 0, at_one < 0, at_one == 0),
            Part::Inside => (positive, negative, constant || self.crosses()),
        };
        match own {
            Part::Zero => takes || neither,
            Part::One => adds || neither,
            Part::Inside => neither,
        }
    }
}

fn equilibrium(
    game: &InspectionGame,
    answer: &InspectionEquilibrium,
    meter: &mut Meter,
) -> Result<Vec<String>, Refutation> {
    each_period(game, &answer.stages, meter, |period| period.check_equilibrium())?;
    let mut checked = vec![format!(
        "in each of {} states, given what follows, neither side gains by another decision, and both get what is stated",
        answer.stages.len()
    )];
    let unique = answer.stages.iter().all(|stage| stage.unique);
    if answer.unique != unique {
        return Err(Refutation::WrongNumber(
            "all subgame perfect equilibria are said to pay the same if those of each period do, and only then"
                .to_owned(),
        ));
    }
    if unique {
        checked.push("no other equilibrium of a period pays anything else".to_owned());
    }
    let mut announced: HashMap<(u32, u32), &Rational> = HashMap::new();
    let alike = answer.stages.iter().all(|stage| {
        let key = (stage.state.periods, stage.state.inspections);
        **announced.entry(key).or_insert(&stage.inspect) == stage.inspect
    });
    let rules = game.rules();
    if answer.unobserved != (alike && rules.inspected == rules.legal) {
        return Err(Refutation::WrongNumber(
            "whether inspections depend on the violations that are left is not as stated"
                .to_owned(),
        ));
    }
    if alike && game.violations() > 1 {
        checked.push(
            "how often there is an inspection does not depend on the violations that are left"
                .to_owned(),
        );
    }
    Ok(checked)
}

fn leadership(
    game: &InspectionGame,
    answer: &InspectionLeadership,
    meter: &mut Meter,
) -> Result<Vec<String>, Refutation> {
    each_period(game, &answer.stages, meter, |period| period.check_announcement())?;
    Ok(vec![format!(
        "in each of {} states, given what follows, the reply is a best one and no other announcement gives the inspector more",
        answer.stages.len()
    )])
}
