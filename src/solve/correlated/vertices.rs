//! All extreme points of the set of correlated equilibria, by the double description method.
//!
//! The cone {p ≥ 0: no deviation gains} is given by inequalities and wanted by its extreme rays, which
//! scaled to sum one are the extreme correlated equilibria: every correlated equilibrium is a mixture
//! of them. It begins with the orthant, whose rays are the profiles, and each obedience constraint
//! cuts it once: rays on its right side stay, and each *adjacent* pair on different sides makes a new
//! one on it (Motzkin, Raiffa, Thompson & Thrall 1953). Two rays are adjacent when no third one is
//! tight wherever both are (Fukuda & Prodon 1996), which holds on degenerate games too. What iterated
//! strict dominance removes is never played, and left out before.

use dashu_base::Gcd;
use dashu_int::IBig;

use super::objective::expected_payoffs;
use super::program::check_size;
use crate::game::NormalForm;
use crate::game::answer::{CorrelatedVertices, PolygonVertex};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, dominance};

/// More rays than this are not kept at any time.
const MOST_RAYS: usize = 1 << 14;
/// More tests than this, of whether a ray is tight wherever two others are, are not made.
const MOST_TESTS: u64 = 1 << 26;
/// Games with more profiles than this, once dominated actions are gone, are refused.
const MOST_PROFILES: usize = 32;

/// Why a game is too large for a list of all extreme correlated equilibria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooManyVertices {
    /// There are too many profiles.
    #[error(
        "all extreme correlated equilibria are listed of games with at most {MOST_PROFILES} profiles once dominated actions are gone, and this one has {0}: ask for the best ones by `--concept correlated`"
    )]
    Profiles(usize),
    /// The list, or what is needed on the way to it, is too long.
    #[error(
        "the extreme correlated equilibria of this game are too many to be listed: ask for the best ones by `--concept correlated`"
    )]
    Rays,
}

/// All extreme correlated equilibria of a game with few profiles, any number of players.
///
/// They are listed in lexicographic order of their distributions, greatest first. Their number can be
/// exponential in the number of profiles, and so can be the work; the answer is `None` when the budget
/// is spent.
///
/// # Errors
/// When more than 32 profiles are left once strictly dominated actions are gone, or more than 16 384 rays
/// or 2²⁶ tests are needed on the way.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, enumerate_correlated_vertices};
/// // Aumann's game of chicken (1974) has five: the three equilibria, and two devices.
/// let game = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
/// let found = enumerate_correlated_vertices(&game, &Budget::unlimited()).unwrap();
/// let all = found.answer.unwrap();
/// let sums: Vec<String> =
///     all.vertices.iter().map(|one| (&one.payoffs[0] + &one.payoffs[1]).to_string()).collect();
/// assert_eq!(sums, ["21/2", "28/3", "9", "36/5", "9"]);
/// ```
pub fn enumerate_correlated_vertices(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<Option<CorrelatedVertices>>, TooManyVertices> {
    let meter = Meter::new(LpMethod::Auto, budget);
    let kept = match dominance::eliminate(game, &meter) {
        Ok(dominance) => dominance.survivors,
        Err(exhausted) => return Ok(meter.outcome(Err(exhausted))),
    };
    let profiles = kept.iter().map(Vec::len).product();
    if profiles > MOST_PROFILES {
        return Err(TooManyVertices::Profiles(profiles));
    }
    let found = match enumerate(game, &kept, &meter) {
        Ok(found) => Ok(found.ok_or(TooManyVertices::Rays)?),
        Err(exhausted) => Err(exhausted),
    };
    Ok(meter.outcome(found))
}

fn enumerate(
    game: &NormalForm,
    kept: &[Vec<usize>],
    meter: &Meter<'_>,
) -> Result<Option<CorrelatedVertices>, Exhausted> {
    let small = dominance::restricted(game, kept)?;
    let index_of = |index: usize| {
        let profile: Vec<usize> =
            small.profile(index).iter().zip(kept).map(|(&action, kept)| kept[action]).collect();
        game.profile_index(&profile)
    };
    let places: Vec<usize> = (0..small.num_profiles()).map(index_of).collect();
    let mut vertices = Vec::new();
    let Some(rays) = rays(&constraints(&small)?, small.num_profiles(), meter)? else {
        return Ok(None);
    };
    for ray in rays {
        let total: IBig = ray.slacks[..places.len()].iter().sum();
        let mut distribution = vec![Rational::ZERO; game.num_profiles()];
        for (&place, share) in places.iter().zip(&ray.slacks) {
            distribution[place] = Rational::from_integers(share.clone(), total.clone());
        }
        let payoffs = expected_payoffs(game, &distribution);
        vertices.push(PolygonVertex { payoffs, distribution });
    }
    vertices.sort_by(|one, other| other.distribution.cmp(&one.distribution));
    Ok(Some(CorrelatedVertices { vertices }))
}

/// What each deviation loses in each profile, in integers; without deviations that never gain.
fn constraints(game: &NormalForm) -> Result<Vec<Vec<IBig>>, Exhausted> {
    let profiles = game.num_profiles();
    let deviations: usize = game.shape().iter().map(|actions| actions * (actions - 1)).sum();
    check_size(profiles, profiles + deviations)?;
    let mut rows = Vec::new();
    for player in 0..game.num_players() {
        for told in 0..game.num_actions(player) {
            for deviation in (0..game.num_actions(player)).filter(|&action| action != told) {
                let losses: Vec<Rational> = (0..profiles)
                    .map(|index| {
                        if game.action_in(player, index) != told {
                            return Rational::ZERO;
                        }
                        let other = game.deviation(index, player, deviation);
                        game.payoff(player, index) - game.payoff(player, other)
                    })
                    .collect();
                if losses.iter().any(Rational::is_negative) {
                    rows.push(integers(&losses));
                }
            }
        }
    }
    Ok(rows)
}

/// Numbers times a common denominator.
fn integers(numbers: &[Rational]) -> Vec<IBig> {
    let mut unit = IBig::ONE;
    for number in numbers {
        let denominator = number.denominator();
        let shared = IBig::from((&unit).gcd(&denominator));
        unit *= denominator / shared;
    }
    numbers.iter().map(|number| number.numerator() * (&unit / number.denominator())).collect()
}

/// A ray: what each profile has of it, then what each constraint leaves, without a common factor; and
/// where it is tight, of the profiles and of the constraints that cut so far.
#[derive(Clone)]
struct Ray {
    slacks: Vec<IBig>,
    tight: Vec<u64>,
}

impl Ray {
    fn mark(&mut self, at: usize) {
        self.tight[at / 64] |= 1 << (at % 64);
    }

    /// Where both are tight.
    fn shared(&self, other: &Ray) -> Vec<u64> {
        self.tight.iter().zip(&other.tight).map(|(one, other)| one & other).collect()
    }

    fn is_tight_within(&self, set: &[u64]) -> bool {
        set.iter().zip(&self.tight).all(|(set, tight)| set & !tight == 0)
    }
}

/// The extreme rays of the cone of non-negative vectors for which no constraint is negative; `None`
/// when they are too many.
fn rays(
    constraints: &[Vec<IBig>],
    profiles: usize,
    meter: &Meter<'_>,
) -> Result<Option<Vec<Ray>>, Exhausted> {
    let all = profiles + constraints.len();
    let mut rays: Vec<Ray> = (0..profiles)
        .map(|profile| {
            let own = (0..profiles).map(|at| IBig::from(u8::from(at == profile)));
            let slacks = own.chain(constraints.iter().map(|row| row[profile].clone())).collect();
            let mut ray = Ray { slacks, tight: vec![0; all.div_ceil(64)] };
            (0..profiles).filter(|&at| at != profile).for_each(|at| ray.mark(at));
            ray
        })
        .collect();
    let mut waiting: Vec<usize> = (profiles..all).collect();
    let mut tests: u64 = 0;
    // The constraint with the fewest pairs of rays on different sides cuts next.
    let pairs = |rays: &[Ray], at: usize| {
        let above = rays.iter().filter(|ray| ray.slacks[at] > IBig::ZERO).count();
        let below = rays.iter().filter(|ray| ray.slacks[at] < IBig::ZERO).count();
        above * below
    };
    while let Some(next) =
        (0..waiting.len()).min_by_key(|&position| pairs(&rays, waiting[position]))
    {
        let row = waiting.swap_remove(next);
        let (mut above, mut below, mut made) = (Vec::new(), Vec::new(), Vec::new());
        for (at, ray) in rays.iter_mut().enumerate() {
            match ray.slacks[row].cmp(&IBig::ZERO) {
                std::cmp::Ordering::Greater => above.push(at),
                std::cmp::Ordering::Less => below.push(at),
                std::cmp::Ordering::Equal => ray.mark(row),
            }
        }
        for &over in &above {
            meter.check()?;
            for &under in &below {
                let shared = rays[over].shared(&rays[under]);
                let count: u32 = shared.iter().map(|word| word.count_ones()).sum();
                if (count as usize) + 2 < profiles {
                    continue;
                }
                tests += rays.len() as u64;
                if tests > MOST_TESTS {
                    return Ok(None);
                }
                let third = |(at, ray): (usize, &Ray)| {
                    at != over && at != under && ray.is_tight_within(&shared)
                };
                if !rays.iter().enumerate().any(third) {
                    made.push(crossing(&rays[over], &rays[under], shared, row, profiles));
                }
            }
        }
        rays.retain(|ray| ray.slacks[row] >= IBig::ZERO);
        rays.append(&mut made);
        if rays.len() > MOST_RAYS {
            return Ok(None);
        }
    }
    Ok(Some(rays))
}

/// The ray between two, one on each side of a constraint, that lies on it.
fn crossing(over: &Ray, under: &Ray, shared: Vec<u64>, row: usize, profiles: usize) -> Ray {
    let (up, down) = (&over.slacks[row], -&under.slacks[row]);
    let mixed = over.slacks.iter().zip(&under.slacks);
    let mut slacks: Vec<IBig> = mixed.map(|(over, under)| over * &down + under * up).collect();
    // A ray has some profile.
    let some = slacks[..profiles].iter().filter(|slack| **slack > IBig::ZERO).cloned();
    let factor = some.reduce(|factor, slack| IBig::from((&factor).gcd(&slack)));
    if let Some(factor) = factor.filter(|factor| *factor > IBig::ONE) {
        slacks.iter_mut().for_each(|slack| *slack /= &factor);
    }
    let mut ray = Ray { slacks, tight: shared };
    ray.mark(row);
    ray
}

#[cfg(test)]
mod tests;
