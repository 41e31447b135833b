//! One equilibrium of a game of any number of players, by whichever method is quickest to find one.
//!
//! In order: a profile of pure strategies, which is exact; two or three players who mix between two
//! actions each; iterated polymatrix approximation; the logit branch; and for small games all
//! combinations of supports, of which one holds an equilibrium (Nash 1951).

use crate::game::NormalForm;
use crate::game::answer::{Approximate, ApproximateEquilibrium};
use crate::solve::multilinear::Multilinear;
use crate::solve::nash::find_pure_equilibrium;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::small::find_with_small_support;
use super::{ManyMethod, enumerate_equilibria_by_supports, find_one_equilibrium_of_many};

/// An equilibrium, exact where it is pure or in simple fractions, and else with an exactly evaluated
/// regret as [`find_one_equilibrium_of_many`] states it.
///
/// The list holds one profile, or none when the budget is spent; the outcome names the method that
/// found it. Work: a pass over the payoffs, and where there is no pure equilibrium that of the
/// methods.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, find_any_equilibrium_of_many};
/// let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
/// let found = find_any_equilibrium_of_many(&pennies, &Budget::unlimited());
/// assert_eq!(found.answer.list[0].profile[0].probabilities()[0].to_string(), "1/2");
/// ```
#[must_use]
pub fn find_any_equilibrium_of_many(game: &NormalForm, budget: &Budget) -> Outcome<Approximate> {
    let mut pure = find_pure_equilibrium(game, budget);
    if !pure.answer.list.is_empty() {
        let first = pure.answer.list.swap_remove(0);
        let one = ApproximateEquilibrium {
            profile: first.profile,
            payoffs: first.payoffs,
            regret: first.regret,
            radius: None,
        };
        let answer = Approximate { list: vec![one], complete: false };
        return pure.map(|_| answer);
    }
    find_mixed_equilibrium_of_many(game, budget)
}

/// As [`find_any_equilibrium_of_many`], for a game that is known to have none in pure strategies.
#[must_use]
pub fn find_mixed_equilibrium_of_many(game: &NormalForm, budget: &Budget) -> Outcome<Approximate> {
    let form = Multilinear::new(game);
    let mut supports = 0;
    match find_with_small_support(game, &form, budget, &mut supports) {
        Ok(None) => {}
        Ok(Some(one)) => return outcome(vec![one], Status::Solved, supports),
        Err(reason) => return outcome(Vec::new(), Status::Partial(reason), supports),
    }
    let mut last = find_one_equilibrium_of_many(game, ManyMethod::Ipa, budget);
    if last.status == Status::Partial(Exhausted::Steps) {
        last = find_one_equilibrium_of_many(game, ManyMethod::Logit, budget);
    }
    if last.status == Status::Partial(Exhausted::Steps) {
        last = enumerate_equilibria_by_supports(game, budget);
        last.answer.list.truncate(1);
        last.answer.complete = false;
    }
    last
}

fn outcome(
    list: Vec<ApproximateEquilibrium>,
    status: Status,
    supports: u64,
) -> Outcome<Approximate> {
    Outcome {
        answer: Approximate { list, complete: false },
        status,
        method: "small-supports",
        work: Work { nodes: supports, ..Work::default() },
        warnings: Vec::new(),
    }
}
