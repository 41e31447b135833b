//! ORIGAMI: the optimal coverage of single targets in closed form, exact.
//!
//! Where coverage helps the defender and hurts the attacker at every target, the defender presses
//! the attacker's payoff down as far as his resources reach ([`super::level`]): all targets that are
//! worth more uncovered are covered to exactly that level k and form the attack set. The attacker
//! gets at least k under any coverage, so that an attacked target t is covered by (u_t − k) w_t at
//! most, which the answer attains at every t of the attack set; the best of them is attacked.
//! The coverage is also a minimax strategy, and so the defender's part of a Nash equilibrium
//! (Korzhyk et al. 2011, Theorem 3.9 and section 3.4).
//! Source: Kiekintveld, Jain, Tsai, Pita, Ordóñez & Tambe (2009), section 5.

use crate::game::security::{
    Maximin, SecurityCommitment, SecurityGame, SecurityNash, SecurityProof, Target,
};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::assemble;
use super::level::{balanced_sum, coverage_at, lowest_level};
use super::lottery::lottery;

/// The longest number of the attacker's lottery, in bits.
const LONGEST_ATTACK: usize = 8192;

/// Why ORIGAMI does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrigamiError {
    /// Resources cover schedules.
    #[error("ORIGAMI is for resources that cover one target each, and this game has schedules")]
    Schedules,
    /// Coverage does not help at a target.
    #[error(
        "ORIGAMI needs targets that the defender prefers covered and the attacker uncovered: `{0}` is not such a target"
    )]
    CoverageDoesNotHelp(String),
}

/// The optimal commitment in closed form, with its proof, the Nash equilibrium of the same coverage,
/// and the maximin coverage.
///
/// O(T log T) exact operations for T targets. The lottery is left out where it would be too long
/// ([`super::MOST_DRAWN`]). The answer is `None` when the budget is spent.
///
/// # Errors
/// When there are schedules, or coverage does not help the defender and hurt the attacker somewhere.
///
/// ```
/// use detente::game::security::{SecurityGame, Target};
/// use detente::solve::{Budget, security::find_commitment_by_origami};
/// // Korzhyk et al. (2011), Table 2.
/// let target = |name: &str, covered| Target::from_integers(name, (covered, 0), (0, 1));
/// let game = SecurityGame::new(vec![target("t1", 1), target("t2", 2), target("t3", 3)], 1).unwrap();
/// let answer = find_commitment_by_origami(&game, &Budget::unlimited()).unwrap().answer.unwrap();
/// assert_eq!(answer.defender_value.to_string(), "1");
/// assert_eq!(answer.attacked, 2);
/// ```
pub fn find_commitment_by_origami(
    game: &SecurityGame,
    budget: &Budget,
) -> Result<Outcome<Option<SecurityCommitment>>, OrigamiError> {
    if game.schedules().is_some() {
        return Err(OrigamiError::Schedules);
    }
    for target in game.targets() {
        let helps = target.defender.covered > target.defender.uncovered
            && target.attacker.covered < target.attacker.uncovered;
        if !helps {
            return Err(OrigamiError::CoverageDoesNotHelp(target.name.clone()));
        }
    }
    let found = commitment(game, budget);
    let (answer, status) = match found {
        Ok(answer) => (Some(answer), Status::Solved),
        Err(reason) => (None, Status::Partial(reason)),
    };
    let mut warnings = Vec::new();
    if answer.as_ref().is_some_and(|answer: &SecurityCommitment| answer.nash.is_none()) {
        warnings.push(
            "the attacker's lottery of the equilibrium has fractions too long to be of use: it is left out"
                .to_owned(),
        );
    }
    Ok(Outcome { answer, status, method: "origami", work: Work::default(), warnings })
}

fn commitment(game: &SecurityGame, budget: &Budget) -> Result<SecurityCommitment, Exhausted> {
    budget.check_now(0)?;
    let targets = game.targets();
    let side =
        |payoff: fn(&Target) -> Rational| -> Vec<Rational> { targets.iter().map(payoff).collect() };
    let uncovered = side(|target| target.attacker.uncovered.clone());
    let covered = side(|target| target.attacker.covered.clone());
    let floor = lowest_level(&uncovered, &covered, game.resources(), budget)?;
    budget.check_now(0)?;
    let coverage = coverage_at(&floor.level, &uncovered, &covered);
    let lottery = lottery(&coverage);
    budget.check_now(0)?;

    // The attacker mixes so that every resource is worth the same wherever he may strike, or strikes
    // where coverage is full and of no avail.
    let nash = if floor.by_full_cover {
        let mut attack = vec![Rational::ZERO; targets.len()];
        floor.weights.iter().for_each(|(at, _)| attack[*at] = Rational::ONE);
        Some(attack)
    } else {
        mixed_attack(targets, &floor.weights)
    };
    budget.check_now(0)?;
    let nash = nash.map(|attack| {
        let worth: Vec<Rational> = attack
            .iter()
            .enumerate()
            .filter(|(_, p)| !p.is_zero())
            .map(|(at, p)| p * targets[at].defender.at(&coverage[at]))
            .collect();
        SecurityNash { defender_value: balanced_sum(&worth), attack }
    });
    budget.check_now(0)?;

    // The defender's own worst case: the same problem with his losses for the attacker's gains.
    let losses = side(|target| -&target.defender.uncovered);
    let least = side(|target| -&target.defender.covered);
    let worst = lowest_level(&losses, &least, game.resources(), budget)?;
    let maximin = Maximin {
        coverage: coverage_at(&worst.level, &losses, &least),
        value: -worst.level,
        weights: worst.weights,
    };
    let mut answer = assemble(game, coverage, lottery, SecurityProof::Floor(floor.weights));
    answer.nash = nash;
    answer.maximin = Some(maximin);
    Ok(answer)
}

/// The attack by which every resource is worth the same wherever it may strike; `None` where its
/// fractions, whose denominators multiply up, grow beyond use.
fn mixed_attack(targets: &[Target], weights: &[(usize, Rational)]) -> Option<Vec<Rational>> {
    let share = |at: usize| Rational::ONE.checked_div(&targets[at].defender.slope());
    let shares: Vec<(usize, Rational)> =
        weights.iter().filter_map(|(at, _)| Some((*at, share(*at)?))).collect();
    let total = balanced_sum(&shares.iter().map(|(_, share)| share.clone()).collect::<Vec<_>>());
    if total.bit_len() > LONGEST_ATTACK {
        return None;
    }
    let mut attack = vec![Rational::ZERO; targets.len()];
    for (at, share) in shares {
        attack[at] = share.checked_div(&total)?;
    }
    Some(attack)
}
