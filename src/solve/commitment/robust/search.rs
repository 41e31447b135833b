//! Branch and bound over which profiles of the followers are near replies.
//!
//! A case has a set of profiles that are near replies, and a list of others with a deviation that is
//! better by more than ε. Commitments of a case satisfy linear constraints, and give the leader at most
//! the least of his payoffs at its near replies: a linear program bounds them, and its multipliers are
//! the proof. At its optimum the worst of the undecided near replies, where one is worse than the bound,
//! splits the case: it is a near reply, or some deviation is better. So each branch decides one more
//! profile. Where no undecided near reply is worse, the bound is reached: at the optimum, or, where a
//! profile that should not be a near reply is one there by a tie, by going towards a commitment at which
//! none is, for which a second program looks; if there is none, the case is empty.
//!
//! In the open end ties at the margin are the leader's to decide, and no second program is needed.

use std::rc::Rc;

use super::super::view::unit;
use super::view::{Deviation, Followers, Standing};
use super::{Exhausted, Meter, MixedStrategy, Rational, RobustBest, RobustEnd};
use crate::game::answer::{RobustMultiplier, RobustStep};
use crate::linear::{LinearProgram, Relation};
use crate::solve::joint;
use crate::solve::raised::Raise;

/// Proofs have at most so many steps, and followers so many profiles, since each has a first case.
pub(super) const MOST_STEPS: usize = 50_000;

/// What bounds the commitments of a case.
struct Known {
    bound: Rational,
    weights: Vec<(usize, Rational)>,
    multipliers: Vec<RobustMultiplier>,
}

/// A case: the first of the near replies is the first profile.
#[derive(Clone)]
struct Case {
    near: Vec<usize>,
    not_near: Vec<(usize, Deviation)>,
    known: Rc<Known>,
}

/// The best commitment so far.
struct Incumbent {
    value: Rational,
    commitment: Vec<Rational>,
    /// Towards which the value is approached, where it is not attained.
    interior: Option<Vec<Rational>>,
}

/// A constraint Σ x_i c_i ≥ 0 of a case.
struct Row {
    profile: usize,
    deviation: Deviation,
    strict: bool,
    coefficients: Vec<Rational>,
}

/// What became of a case.
enum Closed {
    Split(usize, Rc<Known>),
    Bound(Rc<Known>),
    Never(Vec<RobustMultiplier>),
}

/// The greatest payoff that the leader can count on, and why the search stopped before it was found; a
/// commitment to start with may be given.
pub(super) fn search(
    followers: &Followers<'_>,
    open: bool,
    start: Option<&MixedStrategy>,
    meter: &Meter<'_>,
) -> (RobustEnd, Option<Exhausted>) {
    let mut search = Search { followers, open, meter, best: None };
    if let Some(start) = start {
        search.try_one(start.probabilities());
    }
    let mut stopped = search.try_actions().err();
    let mut cases: Vec<Case> =
        followers.profiles.iter().rev().map(|&at| search.first(at)).collect();
    let (mut proof, mut bound) = (Vec::new(), None);
    while let Some(case) = cases.pop() {
        if proof.len() + cases.len() >= MOST_STEPS {
            stopped = stopped.or(Some(Exhausted::Memory));
        }
        let closed = if stopped.is_some() {
            Closed::Bound(Rc::clone(&case.known))
        } else {
            search.close(&case).unwrap_or_else(|reason| {
                stopped = Some(reason);
                Closed::Bound(Rc::clone(&case.known))
            })
        };
        proof.push(match closed {
            Closed::Split(profile, known) => {
                let others = followers.decisive(case.near[0], profile).into_iter().rev();
                for deviation in others {
                    let mut other = Case { known: Rc::clone(&known), ..case.clone() };
                    other.not_near.push((profile, deviation));
                    cases.push(other);
                }
                let mut near = Case { known, ..case };
                near.near.push(profile);
                cases.push(near);
                RobustStep::Split(profile)
            }
            Closed::Bound(known) => {
                bound = bound.max(Some(known.bound.clone()));
                RobustStep::Bound {
                    bound: known.bound.clone(),
                    weights: known.weights.clone(),
                    multipliers: known.multipliers.clone(),
                }
            }
            Closed::Never(multipliers) => RobustStep::Never { multipliers },
        });
    }
    let best = search.best.take();
    let bound = bound.max(best.as_ref().map(|best| best.value.clone()));
    let best = best.map(|best| search.played(best));
    (RobustEnd { best, bound, proof }, stopped)
}

struct Search<'a> {
    followers: &'a Followers<'a>,
    open: bool,
    meter: &'a Meter<'a>,
    best: Option<Incumbent>,
}

impl Search<'_> {
    /// The case in which a profile is a near reply.
    fn first(&self, profile: usize) -> Case {
        let payoffs = (0..self.followers.actions()).map(|i| self.followers.payoff(i, profile));
        let known = Known {
            bound: payoffs.max().cloned().unwrap_or_default(),
            weights: vec![(profile, Rational::ONE)],
            multipliers: Vec::new(),
        };
        Case { near: vec![profile], not_near: Vec::new(), known: Rc::new(known) }
    }

    /// The pure commitments, as a start.
    fn try_actions(&mut self) -> Result<(), Exhausted> {
        for action in 0..self.followers.actions() {
            self.meter.check()?;
            self.try_one(&unit(self.followers.actions(), action));
        }
        Ok(())
    }

    /// What a commitment gives, if that is more than what is known.
    fn try_one(&mut self, x: &[Rational]) {
        let standing = self.followers.standing(x);
        if let Some(value) = self.followers.value(&standing, self.open) {
            self.improve(value, x, None);
        }
    }

    fn improve(&mut self, value: Rational, x: &[Rational], interior: Option<Vec<Rational>>) {
        if self.is_better(&value) {
            self.best = Some(Incumbent { value, commitment: x.to_vec(), interior });
        }
    }

    fn is_better(&self, value: &Rational) -> bool {
        self.best.as_ref().is_none_or(|best| *value > best.value)
    }

    fn close(&mut self, case: &Case) -> Result<Closed, Exhausted> {
        self.meter.check()?;
        let newest = self.first(case.near[case.near.len() - 1]).known;
        if let Some(known) =
            [newest, Rc::clone(&case.known)].into_iter().find(|known| !self.is_better(&known.bound))
        {
            return Ok(Closed::Bound(known));
        }
        let rows = self.rows(case);
        let (known, x) = match self.relax(case, &rows)? {
            Ok(found) => found,
            Err(multipliers) => return Ok(Closed::Never(multipliers)),
        };
        let known = Rc::new(known);
        let standing = self.followers.standing(&x);
        if let Some(value) = self.followers.value(&standing, self.open) {
            self.improve(value, &x, None);
        }
        if !self.is_better(&known.bound) {
            return Ok(Closed::Bound(known));
        }
        let is_decided = |profile: usize| {
            case.near.contains(&profile) || case.not_near.iter().any(|(at, _)| *at == profile)
        };
        let inside = if self.open || case.not_near.is_empty() {
            x.clone()
        } else {
            match self.interior(&rows)? {
                Ok(inside) => inside,
                Err(multipliers) => return Ok(Closed::Never(multipliers)),
            }
        };
        let worse = (0..self.followers.profiles.len())
            .filter(|&at| standing.leader[at] < known.bound)
            .filter(|&at| !is_decided(self.followers.profiles[at]))
            .filter(|&at| self.followers.is_near(&standing, at, self.open))
            .min_by_key(|&at| &standing.leader[at]);
        if let Some(at) = worse {
            return Ok(Closed::Split(self.followers.profiles[at], known));
        }
        self.improve(known.bound.clone(), &x, Some(inside));
        Ok(Closed::Bound(known))
    }

    /// The constraints of a case.
    fn rows(&self, case: &Case) -> Vec<Row> {
        let first = case.near[0];
        let near = case.near.iter().flat_map(|&profile| {
            let decisive = self.followers.decisive(first, profile).into_iter();
            decisive.map(move |deviation| (profile, deviation, false))
        });
        let not_near = case.not_near.iter().map(|&(profile, deviation)| (profile, deviation, true));
        near.chain(not_near)
            .map(|(profile, deviation, strict)| {
                let gains = self.followers.gains(first, profile, deviation);
                let coefficients =
                    if strict { gains.iter().map(|gain| -gain).collect() } else { gains };
                Row { profile, deviation, strict, coefficients }
            })
            .collect()
    }

    /// The program that bounds a case, with its optimum; or multipliers that prove it to be empty.
    #[allow(clippy::type_complexity)]
    fn relax(
        &self,
        case: &Case,
        rows: &[Row],
    ) -> Result<Result<(Known, Vec<Rational>), Vec<RobustMultiplier>>, Exhausted> {
        let (followers, actions) = (self.followers, self.followers.actions());
        // Payoffs are made positive, so that x = 0 is a feasible start and the optimum is 0 exactly when
        // the case is empty.
        let payoffs = case
            .near
            .iter()
            .flat_map(|&profile| (0..actions).map(move |i| followers.payoff(i, profile)));
        let Raise { shift, unit } = Raise::of(payoffs);
        let least = actions;
        let mut objective = vec![Rational::ZERO; actions + 1];
        objective[least] = unit.clone();
        let mut program = LinearProgram::maximize(objective);
        for &profile in &case.near {
            let payoffs = (0..actions).map(|i| (i, -(followers.payoff(i, profile) + &shift)));
            let row = payoffs.chain([(least, unit.clone())]);
            program.constrain(row, Relation::AtMost, Rational::ZERO);
        }
        let needed: Vec<&Row> =
            rows.iter().filter(|row| row.coefficients.iter().any(Rational::is_negative)).collect();
        for row in &needed {
            let row = row.coefficients.iter().map(|c| -c).enumerate();
            program.constrain(row, Relation::AtMost, Rational::ZERO);
        }
        program.constrain(
            (0..actions).map(|i| (i, Rational::ONE)),
            Relation::AtMost,
            Rational::ONE,
        );
        let optimum = self.meter.optimum(&program)?;
        let (weights, rest) = optimum.dual.split_at(case.near.len());
        let multipliers = multipliers(needed.into_iter(), rest);
        if !optimum.value.is_positive() {
            return Ok(Err(multipliers));
        }
        let weights = case.near.iter().copied().zip(weights.iter().cloned());
        let known = Known {
            bound: optimum.value - &shift,
            weights: weights.filter(|(_, weight)| !weight.is_zero()).collect(),
            multipliers,
        };
        let mut x = optimum.primal;
        x.truncate(actions);
        Ok(Ok((known, x)))
    }

    /// A commitment of the case at which no profile that should not be is a near reply; or multipliers
    /// that prove that there is none.
    fn interior(
        &self,
        rows: &[Row],
    ) -> Result<Result<Vec<Rational>, Vec<RobustMultiplier>>, Exhausted> {
        let actions = self.followers.actions();
        let strict = rows.iter().filter(|row| row.strict).flat_map(|row| &row.coefficients);
        let Raise { unit, .. } = Raise::of(strict);
        let depth = actions;
        let mut objective = vec![Rational::ZERO; actions + 1];
        objective[depth] = unit.clone();
        let mut program = LinearProgram::maximize(objective);
        for row in rows {
            let margin = if row.strict { unit.clone() } else { Rational::ZERO };
            let row = row.coefficients.iter().map(|c| -c).enumerate();
            program.constrain(row.chain([(depth, margin)]), Relation::AtMost, Rational::ZERO);
        }
        program.constrain(
            (0..actions).map(|i| (i, Rational::ONE)),
            Relation::AtMost,
            Rational::ONE,
        );
        let optimum = self.meter.optimum(&program)?;
        if !optimum.value.is_positive() {
            return Ok(Err(multipliers(rows.iter(), &optimum.dual)));
        }
        let mut x = optimum.primal;
        x.truncate(actions);
        Ok(Ok(x))
    }

    /// What to play: the commitment itself, or one near it where the value is only approached.
    fn played(&self, best: Incumbent) -> RobustBest {
        let Incumbent { value, commitment, interior } = best;
        let at = self.followers.standing(&commitment);
        let mut played = commitment.clone();
        let mut weight = Rational::new(1, 100);
        if let Some(interior) =
            interior.filter(|_| self.followers.value(&at, self.open).as_ref() != Some(&value))
        {
            loop {
                let rest = Rational::ONE - &weight;
                let mixed = commitment.iter().zip(&interior);
                played = mixed.map(|(near, inside)| &rest * near + &weight * inside).collect();
                if self.approaches(&value, &at, &played) {
                    break;
                }
                weight = weight * Rational::new(1, 2);
            }
        }
        let standing = self.followers.standing(&played);
        let played_value = self.followers.value(&standing, self.open).unwrap_or_default();
        let strategy = |x: Vec<Rational>| -> MixedStrategy { joint::strategy(x) };
        RobustBest {
            value,
            commitment: strategy(commitment),
            played: strategy(played),
            played_value,
        }
    }

    /// Whether on the way from a commitment to the one with this standing no near reply is worse than
    /// the value in the limit: it is no near reply by one deviation all the way.
    fn approaches(&self, value: &Rational, at: &Standing, from: &[Rational]) -> bool {
        let from = self.followers.standing(from);
        (0..self.followers.profiles.len()).all(|position| {
            at.leader[position] >= *value
                || self.followers.deviations(self.followers.profiles[position]).any(|deviation| {
                    !self.followers.lead(at, position, deviation).is_positive()
                        && self.followers.lead(&from, position, deviation).is_negative()
                })
        })
    }
}

/// The multipliers of rows, without zeros.
fn multipliers<'a>(
    rows: impl Iterator<Item = &'a Row>,
    values: &[Rational],
) -> Vec<RobustMultiplier> {
    rows.zip(values)
        .filter(|(_, value)| !value.is_zero())
        .map(|(row, value)| RobustMultiplier {
            profile: row.profile,
            follower: row.deviation.0,
            deviation: row.deviation.1,
            multiplier: value.clone(),
        })
        .collect()
}
