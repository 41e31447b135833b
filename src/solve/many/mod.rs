//! Nash equilibria of more than two players.
//!
//! | method | finds | how |
//! |---|---|---|
//! | `logit` | one equilibrium | the limit of the logit branch, and Newton's method |
//! | `ipa` | one equilibrium | iterated polymatrix approximation, and Newton's method |
//! | `polymatrix` | one equilibrium, exact, if payoffs are sums over pairs | Lemke's algorithm |
//! | `support-enumeration` | all, with proof, or the supports left open | interval subdivision |
//!
//! Equilibria need not be rational here (Nash 1951 has a poker game with three players). A profile is
//! stated in machine numbers that sum to one exactly, and its regret is evaluated exactly and
//! rounded up; where simple fractions are an equilibrium, they are stated, and are exact.

mod any;
mod boxes;
mod ipa;
mod isolate;
mod lemke;
mod polish;
mod polymatrix;
mod small;
mod supports;
#[cfg(test)]
mod tests;
pub(super) mod verdict;

pub use any::{find_any_equilibrium_of_many, find_mixed_equilibrium_of_many};
pub(super) use polish::polish;
pub use polymatrix::find_one_polymatrix_equilibrium;
pub(super) use polymatrix::is_polymatrix;
pub use supports::enumerate_equilibria_by_supports;

use crate::game::NormalForm;
use crate::game::answer::Approximate;

use super::multilinear::Multilinear;
use super::quantal::follow_to_equilibrium;
use super::{Budget, Exhausted, Outcome, Status, Work};

/// How one equilibrium of any number of players is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManyMethod {
    /// Along the logit branch (Turocy 2005) until an equilibrium is recognised.
    Logit,
    /// Iterated polymatrix approximation (Govindan & Wilson 2004).
    Ipa,
}

impl ManyMethod {
    /// The name, as `--method` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ManyMethod::Logit => "logit",
            ManyMethod::Ipa => "ipa",
        }
    }
}

/// One equilibrium of a game with two players or more, exact where simple fractions are one and else
/// with an exactly evaluated regret, at most about 10⁻¹³ of a player's range of payoffs.
///
/// The list is empty, and the status `Partial`, when the method did not arrive; the other one may.
/// A step of the budget is a step along the curve, or a linearisation:
/// O((Σ actions)³ + players² · profiles) each.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, ManyMethod, find_one_equilibrium_of_many};
/// let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
/// let found = find_one_equilibrium_of_many(&pennies, ManyMethod::Ipa, &Budget::unlimited());
/// assert!(found.answer.list[0].regret.is_zero());
/// ```
#[must_use]
pub fn find_one_equilibrium_of_many(
    game: &NormalForm,
    method: ManyMethod,
    budget: &Budget,
) -> Outcome<Approximate> {
    let form = Multilinear::new(game);
    let mut rounds = 0;
    let found = match method {
        ManyMethod::Logit => follow_to_equilibrium(&form, budget, &mut rounds),
        ManyMethod::Ipa => ipa::iterate_polymatrix(&form, budget, &mut rounds),
    };
    let mut warnings = Vec::new();
    let (list, status) = match found {
        Ok(Some(x)) => (vec![verdict::claim_near(game, &x)], Status::Solved),
        Ok(None) => {
            warnings.push(format!(
                "the method `{}` did not arrive at an equilibrium, though there is one; try another",
                method.name()
            ));
            (Vec::new(), Status::Partial(Exhausted::Steps))
        }
        Err(reason) => (Vec::new(), Status::Partial(reason)),
    };
    Outcome {
        answer: Approximate { list, complete: false },
        status,
        method: method.name(),
        work: Work { rounds, ..Work::default() },
        warnings,
    }
}
