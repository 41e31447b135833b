//! Security games: where a defender who is watched puts his resources.
//!
//! [`find_commitment_by_origami`] solves games of single targets in closed form,
//! [`find_commitment_by_linear_programs`] all of them, with schedules too, and [`lottery`] turns a
//! coverage into a lottery over allocations. [`bracket_security_game`] is for millions of targets, and
//! [`find_quantal_commitment`] for an attacker who errs.

mod bracket;
mod level;
mod linear_programs;
mod lottery;
mod origami;
mod quantal;
#[cfg(test)]
mod tests;

pub use bracket::bracket_security_game;
pub use linear_programs::find_commitment_by_linear_programs;
pub use lottery::{MOST_DRAWN, lottery};
pub use origami::{OrigamiError, find_commitment_by_origami};
pub use quantal::{MOST_SPREAD, SecurityQuantalError, find_quantal_commitment};

use crate::game::security::{Draw, SecurityCommitment, SecurityGame, SecurityProof};
use crate::num::Rational;

/// The commitment with this coverage: what is attacked and what both get.
fn assemble(
    game: &SecurityGame,
    coverage: Vec<Rational>,
    lottery: Option<Vec<Draw>>,
    proof: SecurityProof,
) -> SecurityCommitment {
    let attacker = game.attacker_payoffs(&coverage);
    let most = attacker.iter().max().cloned().unwrap_or_default();
    let attack_set: Vec<usize> = (0..attacker.len()).filter(|&at| attacker[at] == most).collect();
    let worth = |target: usize| game.targets()[target].defender.at(&coverage[target]);
    let mut best: Option<(usize, Rational)> = None;
    for &target in &attack_set {
        let value = worth(target);
        if best.as_ref().is_none_or(|(_, most)| value > *most) {
            best = Some((target, value));
        }
    }
    let (attacked, defender_value) = best.unwrap_or_default();
    SecurityCommitment {
        coverage,
        attacked,
        defender_value,
        attacker_value: most,
        attack_set,
        lottery,
        proof,
        nash: None,
        maximin: None,
    }
}
