//! One linear program for each target that may be attacked: schedules and any payoffs.
//!
//! For the target t the program maximises D(t) over feasible coverages subject to A(k) ≤ A(t) for
//! every other target k (Conitzer & Sandholm 2006, Theorem 2, on marginals as in Korzhyk, Conitzer &
//! Parr 2010). Where no two schedules share a target, the variables are the coverages of the units;
//! where they do, marginals do not tell whether there is a lottery (that is NP-hard in general:
//! Korzhyk, Conitzer & Parr 2010, section 4), and the variables are the probabilities of the
//! allocations themselves, as long as these can be listed.
//!
//! Each program is made homogeneous with a variable z for the constant 1 and a constant added to the
//! defender's payoffs that makes them positive. Then 0 is a feasible start, the optimum is 0 exactly
//! when t cannot be made the target that is attacked, and the multipliers prove both.

use crate::game::security::{
    Draw, MOST_CELLS, SecurityCommitment, SecurityError, SecurityGame, SecurityProof, TargetProof,
};
use crate::linear::{LinearProgram, LpMethod, Optimum, Relation};
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome};

use super::assemble;
use super::lottery::lottery;

/// The optimal commitment by linear programs, with a proof for each target.
///
/// At most one program for each target; those whose greatest payoff to the defender is no more than
/// what is known need none. With disjoint units a program has one variable for each unit and a row for
/// each unit and target, otherwise a variable for each allocation and a row for each target. The
/// answer is `None` when the budget is spent.
///
/// # Errors
/// [`SecurityError::TooManyAllocations`] when schedules overlap and the allocations cannot be listed;
/// [`SecurityError::TooManyProfiles`] when allocations and targets make more than a million cells.
pub fn find_commitment_by_linear_programs(
    game: &SecurityGame,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<SecurityCommitment>>, SecurityError> {
    let form = if game.is_disjoint() {
        Form::Marginals(game.unit_of_targets())
    } else {
        Form::Allocations(columns(game)?)
    };
    let meter = Meter::new(method, budget);
    let found = best(game, &form, &meter);
    let mut outcome = meter.outcome(found);
    outcome.method = "linear-programs";
    Ok(outcome)
}

/// What the variables are.
enum Form {
    /// The coverage of each unit; for each target its unit.
    Marginals(Vec<Option<usize>>),
    /// The probability of each allocation; what it is and what it covers.
    Allocations(Vec<Covering>),
}

/// An allocation, and for each target whether it is covered.
type Covering = (Vec<usize>, Vec<bool>);

/// The allocations that cover different sets of targets.
fn columns(game: &SecurityGame) -> Result<Vec<Covering>, SecurityError> {
    let mut seen = std::collections::HashSet::new();
    let list = game.allocations()?;
    // Each program has a cell for each allocation and target.
    if list.len() * game.targets().len() > MOST_CELLS {
        return Err(SecurityError::TooManyProfiles(list.len(), game.targets().len()));
    }
    let covered = list.into_iter().map(|one| {
        let covered = game.covered(&one);
        (one, covered)
    });
    Ok(covered.filter(|(_, covered)| seen.insert(covered.clone())).collect())
}

/// A coverage and a lottery with it.
type Found = (Vec<Rational>, Option<Vec<Draw>>);

fn best(
    game: &SecurityGame,
    form: &Form,
    meter: &Meter<'_>,
) -> Result<SecurityCommitment, Exhausted> {
    let targets = game.targets();
    let least = targets
        .iter()
        .flat_map(|target| [&target.defender.covered, &target.defender.uncovered])
        .min();
    let shift = Rational::ONE - least.cloned().unwrap_or_default();
    let greatest = |at: usize| {
        let payoffs = &targets[at].defender;
        payoffs.covered.clone().max(payoffs.uncovered.clone())
    };
    let mut order: Vec<(Rational, usize)> =
        (0..targets.len()).map(|at| (greatest(at), at)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let nothing = || TargetProof { possible: true, multipliers: Vec::new() };
    let mut proofs: Vec<TargetProof> = targets.iter().map(|_| nothing()).collect();
    let mut incumbent: Option<(Rational, Found)> = None;
    for (greatest, attacked) in order {
        if incumbent.as_ref().is_some_and(|(value, _)| greatest <= *value) {
            break;
        }
        let others: Vec<usize> = (0..targets.len()).filter(|&other| other != attacked).collect();
        let program = match form {
            Form::Marginals(units) => by_marginals(game, units, attacked, &others, &shift),
            Form::Allocations(list) => by_allocations(game, list, attacked, &others, &shift),
        };
        let Optimum { value, primal, dual, .. } = meter.optimum(&program)?;
        let multipliers = others
            .iter()
            .zip(&dual)
            .filter(|(_, multiplier)| !multiplier.is_zero())
            .map(|(&other, multiplier)| (other, multiplier.clone()));
        let possible = value.is_positive();
        proofs[attacked] = TargetProof { possible, multipliers: multipliers.collect() };
        let value = value - &shift;
        if possible && incumbent.as_ref().is_none_or(|(most, _)| value > *most) {
            incumbent = Some((value, read(game, form, &primal)));
        }
    }
    // Some target is attacked whatever the coverage, so that there is one.
    let (coverage, lottery) = match incumbent {
        Some((_, found)) => found,
        None => (vec![Rational::ZERO; targets.len()], None),
    };
    Ok(assemble(game, coverage, lottery, SecurityProof::Multipliers(proofs)))
}

/// The program over the coverages q of units, and z at the end.
fn by_marginals(
    game: &SecurityGame,
    units: &[Option<usize>],
    attacked: usize,
    others: &[usize],
    shift: &Rational,
) -> LinearProgram {
    let (targets, z) = (game.targets(), game.num_units());
    let mut objective = vec![Rational::ZERO; z + 1];
    let own = &targets[attacked];
    objective[z] = &own.defender.uncovered + shift;
    if let Some(unit) = units[attacked] {
        objective[unit] = own.defender.slope();
    }
    let mut program = LinearProgram::maximize(objective);
    for &other in others {
        // A(k) − A(t) ≤ 0.
        let rival = &targets[other].attacker;
        let mut row = vec![(z, &rival.uncovered - &own.attacker.uncovered)];
        match (units[other], units[attacked]) {
            (Some(one), Some(two)) if one == two => {
                row.push((one, rival.slope() - own.attacker.slope()));
            }
            (one, two) => {
                row.extend(one.map(|unit| (unit, rival.slope())));
                row.extend(two.map(|unit| (unit, -own.attacker.slope())));
            }
        }
        program.constrain(row, Relation::AtMost, Rational::ZERO);
    }
    for unit in 0..z {
        let row = [(unit, Rational::ONE), (z, -Rational::ONE)];
        program.constrain(row, Relation::AtMost, Rational::ZERO);
    }
    let total = (0..z).map(|unit| (unit, Rational::ONE));
    let resources = std::iter::once((z, -Rational::from(game.resources() as u64)));
    program.constrain(total.chain(resources), Relation::AtMost, Rational::ZERO);
    program.constrain([(z, Rational::ONE)], Relation::AtMost, Rational::ONE);
    program
}

/// The program over the probabilities of allocations.
fn by_allocations(
    game: &SecurityGame,
    list: &[Covering],
    attacked: usize,
    others: &[usize],
    shift: &Rational,
) -> LinearProgram {
    let targets = game.targets();
    let defender = |covered: bool| {
        let payoffs = &targets[attacked].defender;
        if covered { &payoffs.covered } else { &payoffs.uncovered }
    };
    let attacker = |target: usize, covered: &[bool]| {
        let payoffs = &targets[target].attacker;
        if covered[target] { payoffs.covered.clone() } else { payoffs.uncovered.clone() }
    };
    let objective = list.iter().map(|(_, covered)| defender(covered[attacked]) + shift);
    let mut program = LinearProgram::maximize(objective.collect());
    for &other in others {
        let row = list
            .iter()
            .enumerate()
            .map(|(at, (_, covered))| (at, attacker(other, covered) - attacker(attacked, covered)));
        program.constrain(row, Relation::AtMost, Rational::ZERO);
    }
    let total = (0..list.len()).map(|at| (at, Rational::ONE));
    program.constrain(total, Relation::AtMost, Rational::ONE);
    program
}

/// The coverage of targets at a solution, and a lottery with it.
fn read(game: &SecurityGame, form: &Form, primal: &[Rational]) -> Found {
    match form {
        Form::Marginals(units) => {
            let coverage = units.iter().map(|unit| match unit {
                Some(unit) => primal[*unit].clone(),
                None => Rational::ZERO,
            });
            (coverage.collect(), lottery(&primal[..game.num_units()]))
        }
        Form::Allocations(list) => {
            let mut coverage = vec![Rational::ZERO; game.targets().len()];
            let mut draws = Vec::new();
            for ((units, covered), probability) in list.iter().zip(primal) {
                if probability.is_zero() {
                    continue;
                }
                for (sum, _) in coverage.iter_mut().zip(covered).filter(|(_, covered)| **covered) {
                    *sum += probability;
                }
                draws.push(Draw { units: units.clone(), probability: probability.clone() });
            }
            draws.sort_by(|a, b| a.units.cmp(&b.units));
            (coverage, Some(draws))
        }
    }
}
