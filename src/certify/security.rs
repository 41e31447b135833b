//! Commitments in security games: coverage, lottery, the target that is attacked, and optimality.
//!
//! D(t) and A(t) are what an attack on target t is worth to defender and attacker under a coverage c.
//! For any numbers g the greatest Σ g_t c_t over feasible coverages is reached at an allocation: with
//! disjoint units it is the sum of the greatest positive unit sums, as many as there are resources;
//! otherwise all allocations are gone through. On this stand all proofs of optimality:
//!
//! - *multipliers* y ≥ 0 of a target t: where t is attacked, A(t) ≥ A(k) for all k, so that D(t) is at
//!   most the greatest D(t) + Σ_k y_k (A(t) − A(k)); where the greatest Σ_k y_k (A(t) − A(k)) is
//!   negative, t is never attacked (weak duality; Farkas 1902);
//! - a *floor*: for weights v ≥ 0 the attacker gets K = min Σ v_t A(t) / Σ v_t or more, so that an
//!   attacked t has A(t) ≥ K, an interval of coverages c_t, at whose ends D(t) is greatest.

use crate::game::security::{
    Draw, Maximin, SecurityCommitment, SecurityGame, SecurityNash, SecurityProof, TargetPayoffs,
    TargetProof,
};
use crate::num::Rational;

use super::meter::{Limits, Meter, weight};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Checks an optimal commitment of the defender of a security game.
///
/// Work: O(T log T) for T targets with a floor, O(T² log T) with multipliers.
///
/// # Errors
/// A [`Refutation`] that names the target and the numbers.
pub fn certify_security(
    game: &SecurityGame,
    answer: &SecurityCommitment,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let check = Check::new(game)?;
    let mut meter = Meter::for_passes(limits);
    // Numbers of a thousand digits take longer than short ones.
    let nash = answer.nash.iter().flat_map(|nash| &nash.attack);
    let maximin = answer.maximin.iter().flat_map(|maximin| &maximin.coverage);
    for stated in answer.coverage.iter().chain(nash).chain(maximin) {
        meter.spend(32 * weight(stated))?;
    }
    let mut checked =
        vec![check.feasible(&answer.coverage, answer.lottery.as_deref(), &mut meter)?];
    let attacker = check.replies(answer)?;
    checked.push(format!(
        "an attack on {} is a best reply, the best one for the defender, and the payoffs are as stated",
        check.target(answer.attacked)
    ));
    match &answer.proof {
        SecurityProof::Floor(weights) => {
            let floor = check.floor(weights, &answer.defender_value)?;
            checked.push(format!(
                "the attacker gets at least {} whatever the coverage, which lets no attack give the defender more",
                number(&floor)
            ));
        }
        SecurityProof::Multipliers(proofs) => {
            check.multipliers(proofs, answer, &mut meter)?;
            checked.push(
                "for each target the multipliers prove that no coverage that has it attacked gives the defender more"
                    .to_owned(),
            );
        }
    }
    if let Some(nash) = &answer.nash {
        check.nash(nash, answer, &attacker)?;
        checked.push("the coverage and the attacker's lottery are a Nash equilibrium".to_owned());
    }
    if let Some(maximin) = &answer.maximin {
        check.maximin(maximin)?;
        checked.push(format!(
            "no coverage gives the defender more than {} at every target",
            number(&maximin.value)
        ));
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// What all checks of a security game need.
pub(super) struct Check<'a> {
    game: &'a SecurityGame,
    /// The targets of each allocation, where units overlap.
    allocations: Option<Vec<Vec<bool>>>,
}

fn misfit(text: impl Into<String>) -> Refutation {
    Refutation::Misfit(text.into())
}

impl<'a> Check<'a> {
    pub(super) fn new(game: &'a SecurityGame) -> Result<Self, Refutation> {
        let allocations = if game.is_disjoint() {
            None
        } else {
            let list =
                game.allocations().map_err(|error| Refutation::OutOfReach(error.to_string()))?;
            Some(list.iter().map(|one| game.covered(one)).collect())
        };
        Ok(Check { game, allocations })
    }

    fn target(&self, at: usize) -> String {
        self.game
            .targets()
            .get(at)
            .map_or_else(|| format!("number {}", at + 1), |target| format!("`{}`", target.name))
    }

    /// The greatest Σ g_t c_t over feasible coverages.
    fn most(&self, gains: &[Rational]) -> Rational {
        if let Some(allocations) = &self.allocations {
            let sums = allocations.iter().map(|covered| -> Rational {
                gains.iter().zip(covered).filter(|(_, covered)| **covered).map(|(g, _)| g).sum()
            });
            return sums.max().unwrap_or_default();
        }
        let mut units: Vec<Rational> = match self.game.schedules() {
            None => gains.iter().filter(|gain| gain.is_positive()).cloned().collect(),
            Some(list) => list
                .iter()
                .map(|one| one.targets.iter().map(|&target| &gains[target]).sum::<Rational>())
                .filter(Rational::is_positive)
                .collect(),
        };
        if units.len() > self.game.resources() {
            units.sort_by(|a, b| b.cmp(a));
            units.truncate(self.game.resources());
        }
        units.iter().sum()
    }

    fn in_unit_interval(&self, coverage: &[Rational]) -> Result<(), Refutation> {
        if coverage.len() != self.game.targets().len() {
            return Err(misfit(format!(
                "{} coverages, and there are {} targets",
                coverage.len(),
                self.game.targets().len()
            )));
        }
        match coverage.iter().position(|c| c.is_negative() || *c > Rational::ONE) {
            None => Ok(()),
            Some(at) => Err(misfit(format!(
                "the coverage of {} is no probability: {}",
                self.target(at),
                number(&coverage[at])
            ))),
        }
    }

    /// That a coverage of disjoint units can be had by a lottery.
    fn within_resources(&self, coverage: &[Rational]) -> Result<(), Refutation> {
        self.in_unit_interval(coverage)?;
        if !self.game.is_disjoint() {
            return Err(misfit("schedules overlap: only a lottery proves a coverage feasible"));
        }
        let mut used = Rational::ZERO;
        match self.game.schedules() {
            None => used = coverage.iter().sum(),
            Some(list) => {
                let mut reached = vec![false; coverage.len()];
                for schedule in list {
                    let own = &coverage[schedule.targets[0]];
                    if schedule.targets.iter().any(|&target| coverage[target] != *own) {
                        return Err(misfit(format!(
                            "the targets of `{}` are covered together and not alike",
                            schedule.name
                        )));
                    }
                    used += own;
                    schedule.targets.iter().for_each(|&target| reached[target] = true);
                }
                if let Some(at) =
                    (0..coverage.len()).find(|&at| !reached[at] && !coverage[at].is_zero())
                {
                    return Err(misfit(format!(
                        "{} is covered, and no schedule reaches it",
                        self.target(at)
                    )));
                }
            }
        }
        let resources = Rational::from(self.game.resources() as u64);
        if used > resources {
            return Err(misfit(format!(
                "the coverage needs {} resources, and there are {resources}",
                number(&used)
            )));
        }
        Ok(())
    }

    /// That a coverage can be had, and by the lottery that is stated if any.
    pub(super) fn feasible(
        &self,
        coverage: &[Rational],
        lottery: Option<&[Draw]>,
        meter: &mut Meter,
    ) -> Result<String, Refutation> {
        self.in_unit_interval(coverage)?;
        let Some(lottery) = lottery else {
            self.within_resources(coverage)?;
            return Ok("the coverage is within the resources, so that a lottery has it".to_owned());
        };
        let marginals = self.marginals(lottery, meter)?;
        if let Some(at) = (0..marginals.len()).find(|&at| marginals[at] != coverage[at]) {
            return Err(Refutation::WrongNumber(format!(
                "{} is said to be covered with probability {}, and the lottery covers it with {}",
                self.target(at),
                number(&coverage[at]),
                number(&marginals[at])
            )));
        }
        Ok(format!(
            "a lottery over {} allocations, none of more than the resources, has the coverage",
            lottery.len()
        ))
    }

    /// How often a lottery covers each target.
    fn marginals(&self, lottery: &[Draw], meter: &mut Meter) -> Result<Vec<Rational>, Refutation> {
        let units = self.game.num_units();
        let mut marginals = vec![Rational::ZERO; self.game.targets().len()];
        let mut total = Rational::ZERO;
        let mut seen = std::collections::HashSet::new();
        for draw in lottery {
            let ascending = draw.units.windows(2).all(|pair| pair[0] < pair[1]);
            if !ascending || draw.units.last().is_some_and(|&last| last >= units) {
                return Err(misfit("an allocation names something twice or what does not exist"));
            }
            if draw.units.len() > self.game.resources() {
                return Err(misfit(format!(
                    "an allocation uses {} resources, and there are {}",
                    draw.units.len(),
                    self.game.resources()
                )));
            }
            if !draw.probability.is_positive() {
                return Err(misfit("an allocation does not have a positive probability"));
            }
            if !seen.insert(&draw.units) {
                return Err(Refutation::WrongList("an allocation is listed twice".to_owned()));
            }
            total += &draw.probability;
            if self.game.schedules().is_none() {
                meter.spend(draw.units.len() + 1)?;
                draw.units.iter().for_each(|&unit| marginals[unit] += &draw.probability);
                continue;
            }
            meter.spend(marginals.len())?;
            for (sum, covered) in marginals.iter_mut().zip(self.game.covered(&draw.units)) {
                if covered {
                    *sum += &draw.probability;
                }
            }
        }
        if total != Rational::ONE {
            return Err(misfit(format!(
                "the probabilities of the allocations sum to {} and not to 1",
                number(&total)
            )));
        }
        Ok(marginals)
    }

    /// What is attacked and what both get; returns what each attack is worth to the attacker.
    fn replies(&self, answer: &SecurityCommitment) -> Result<Vec<Rational>, Refutation> {
        let targets = self.game.targets();
        if answer.attacked >= targets.len() {
            return Err(misfit("the attacked target does not exist"));
        }
        let at = |payoffs: &TargetPayoffs, c: &Rational| {
            &payoffs.covered * c + &payoffs.uncovered * (Rational::ONE - c)
        };
        let attacker: Vec<Rational> =
            targets.iter().zip(&answer.coverage).map(|(one, c)| at(&one.attacker, c)).collect();
        let own = &attacker[answer.attacked];
        if let Some(better) = (0..attacker.len()).find(|&other| attacker[other] > *own) {
            return Err(Refutation::Deviation(format!(
                "an attack on {} gives the attacker {}, and one on {} would give {}",
                self.target(answer.attacked),
                number(own),
                self.target(better),
                number(&attacker[better])
            )));
        }
        let set: Vec<usize> =
            (0..attacker.len()).filter(|&other| attacker[other] == *own).collect();
        if set != answer.attack_set {
            return Err(Refutation::WrongList(
                "the attack set is not the list of the attacker's best targets".to_owned(),
            ));
        }
        let worth = |target: usize| at(&targets[target].defender, &answer.coverage[target]);
        let defender = worth(answer.attacked);
        for (who, stated, found) in [
            ("defender", &answer.defender_value, &defender),
            ("attacker", &answer.attacker_value, own),
        ] {
            if stated != found {
                return Err(Refutation::WrongNumber(format!(
                    "the {who} is said to get {}, and gets {}",
                    number(stated),
                    number(found)
                )));
            }
        }
        if let Some(&other) = set.iter().find(|&&other| worth(other) > defender) {
            return Err(Refutation::NotOptimal(format!(
                "an attack on {} is as good for the attacker and better for the defender",
                self.target(other)
            )));
        }
        Ok(attacker)
    }

    /// Σ of the weights, which are positive and of different targets.
    fn total(&self, weights: &[(usize, Rational)]) -> Result<Rational, Refutation> {
        let ascending = weights.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let last = weights.last().is_some_and(|(at, _)| *at < self.game.targets().len());
        if !ascending || !last || weights.iter().any(|(_, v)| !v.is_positive()) {
            return Err(Refutation::NotOptimal(
                "the weights of a proof are not positive numbers of different targets".to_owned(),
            ));
        }
        Ok(weights.iter().map(|(_, v)| v).sum())
    }

    fn floor(
        &self,
        weights: &[(usize, Rational)],
        value: &Rational,
    ) -> Result<Rational, Refutation> {
        let targets = self.game.targets();
        let total = self.total(weights)?;
        let mut gains = vec![Rational::ZERO; targets.len()];
        let mut sum = Rational::ZERO;
        for (at, v) in weights {
            let payoffs = &targets[*at].attacker;
            sum += v * &payoffs.uncovered;
            gains[*at] = v * (&payoffs.uncovered - &payoffs.covered);
        }
        let floor = (sum - self.most(&gains)) / total;
        for (at, target) in targets.iter().enumerate() {
            // The coverages c with A(t) ≥ floor form an interval of [0, 1].
            let (mut low, mut high) = (Rational::ZERO, Rational::ONE);
            let slope = &target.attacker.covered - &target.attacker.uncovered;
            let lead = &target.attacker.uncovered - &floor;
            if slope.is_zero() {
                if lead.is_negative() {
                    continue;
                }
            } else {
                let end = -(&lead / &slope);
                if slope.is_negative() {
                    high = high.min(end);
                } else {
                    low = low.max(end);
                }
                if low > high {
                    continue;
                }
            }
            let gain = &target.defender.covered - &target.defender.uncovered;
            let best = if gain.is_positive() { high } else { low };
            let bound = &target.defender.uncovered + &(gain * best);
            if bound > *value {
                return Err(Refutation::NotOptimal(format!(
                    "the proof bounds an attack on {} by {} only, and the commitment gives {}",
                    self.target(at),
                    number(&bound),
                    number(value)
                )));
            }
        }
        Ok(floor)
    }

    fn multipliers(
        &self,
        proofs: &[TargetProof],
        answer: &SecurityCommitment,
        meter: &mut Meter,
    ) -> Result<(), Refutation> {
        let targets = self.game.targets();
        if proofs.len() != targets.len() {
            return Err(misfit("there is not one proof for each target"));
        }
        let columns = self.allocations.as_ref().map_or(1, Vec::len);
        for (at, proof) in proofs.iter().enumerate() {
            meter.spend(targets.len() * columns + 1)?;
            if !proof.multipliers.is_empty() {
                self.total(&proof.multipliers)?;
            }
            // The constant and the slope of the bound in each coverage.
            let mut gains = vec![Rational::ZERO; targets.len()];
            let mut constant = Rational::ZERO;
            let own = &targets[at];
            for (other, y) in &proof.multipliers {
                let rival = &targets[*other].attacker;
                constant += y * (&own.attacker.uncovered - &rival.uncovered);
                gains[at] += y * own.attacker.slope();
                gains[*other] -= &(y * rival.slope());
            }
            if !proof.possible {
                if !(constant + self.most(&gains)).is_negative() {
                    return Err(Refutation::NotOptimal(format!(
                        "the multipliers do not prove that {} is never attacked",
                        self.target(at)
                    )));
                }
                continue;
            }
            constant += &own.defender.uncovered;
            gains[at] += own.defender.slope();
            let bound = constant + self.most(&gains);
            if bound > answer.defender_value {
                return Err(Refutation::NotOptimal(format!(
                    "the multipliers bound an attack on {} by {} only, and the commitment gives {}",
                    self.target(at),
                    number(&bound),
                    number(&answer.defender_value)
                )));
            }
        }
        Ok(())
    }

    fn nash(
        &self,
        nash: &SecurityNash,
        answer: &SecurityCommitment,
        attacker: &[Rational],
    ) -> Result<(), Refutation> {
        let targets = self.game.targets();
        let total: Rational = nash.attack.iter().sum();
        if nash.attack.len() != targets.len()
            || nash.attack.iter().any(Rational::is_negative)
            || total != Rational::ONE
        {
            return Err(misfit("the attacker's lottery is no lottery over the targets"));
        }
        let struck = |at: &usize| nash.attack[*at].is_positive();
        if let Some(at) =
            (0..targets.len()).filter(struck).find(|&at| attacker[at] < answer.attacker_value)
        {
            return Err(Refutation::Deviation(format!(
                "the attacker's lottery attacks {}, which is none of his best targets",
                self.target(at)
            )));
        }
        let (mut gains, mut base) = (vec![Rational::ZERO; targets.len()], Rational::ZERO);
        for at in (0..targets.len()).filter(struck) {
            let p = &nash.attack[at];
            gains[at] = p * targets[at].defender.slope();
            base += p * &targets[at].defender.uncovered;
        }
        let added: Rational = gains
            .iter()
            .zip(&answer.coverage)
            .filter(|(gain, _)| !gain.is_zero())
            .map(|(gain, c)| gain * c)
            .sum();
        if self.most(&gains) > added {
            return Err(Refutation::Deviation(
                "the defender has a better coverage against the attacker's lottery".to_owned(),
            ));
        }
        let value = base + added;
        if value != nash.defender_value {
            return Err(Refutation::WrongNumber(format!(
                "the defender is said to get {} in the Nash equilibrium, and gets {}",
                number(&nash.defender_value),
                number(&value)
            )));
        }
        Ok(())
    }

    fn maximin(&self, maximin: &Maximin) -> Result<(), Refutation> {
        let targets = self.game.targets();
        self.within_resources(&maximin.coverage)?;
        let worst = self.game.defender_payoffs(&maximin.coverage).into_iter().min();
        if worst.as_ref() != Some(&maximin.value) {
            return Err(Refutation::WrongNumber(format!(
                "the maximin coverage is said to give {} at worst, and gives {}",
                number(&maximin.value),
                worst.as_ref().map_or_else(String::new, number)
            )));
        }
        let total = self.total(&maximin.weights)?;
        let mut gains = vec![Rational::ZERO; targets.len()];
        let mut base = Rational::ZERO;
        for (at, v) in &maximin.weights {
            base += v * &targets[*at].defender.uncovered;
            gains[*at] = v * targets[*at].defender.slope();
        }
        let bound = (base + self.most(&gains)) / total;
        if bound > maximin.value {
            return Err(Refutation::NotOptimal(format!(
                "the weights bound the maximin value by {} only, and it is said to be {}",
                number(&bound),
                number(&maximin.value)
            )));
        }
        Ok(())
    }
}
