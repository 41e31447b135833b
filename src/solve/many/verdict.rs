//! Profiles of machine numbers made exact: on the simplex, with the exact payoffs and regret.
//!
//! A profile in machine numbers is moved to the nearest multiples of 2⁻⁵³, which are machine numbers
//! too, and the largest probability of each player takes up the rest, so that the sums are one
//! exactly. All that is stated about the profile is then evaluated in integers.

use dashu_int::IBig;

use crate::game::answer::ApproximateEquilibrium;
use crate::game::{MixedProfile, MixedStrategy, NormalForm};
use crate::linear::coprime_integers;
use crate::num::Rational;
use crate::solve::joint;

/// The grid of probabilities.
const GRID: f64 = 9_007_199_254_740_992.0;

/// The profile near `x`, which lists the players' probabilities one after the other.
pub(in crate::solve) fn on_grid(shape: &[usize], x: &[f64]) -> MixedProfile {
    let mut from = 0;
    shape
        .iter()
        .map(|&actions| {
            let part = &x[from..from + actions];
            from += actions;
            let sum: f64 = part.iter().map(|p| p.max(0.0)).sum();
            let mut parts: Vec<i64> =
                part.iter().map(|p| (p.max(0.0) / sum * GRID).round_ties_even() as i64).collect();
            let total: i64 = parts.iter().sum();
            let largest = (0..actions).max_by_key(|&a| parts[a]).unwrap_or(0);
            parts[largest] += GRID as i64 - total;
            joint::strategy(parts.into_iter().map(|p| Rational::new(p, GRID as i64)).collect())
        })
        .collect()
}

/// The probabilities of a profile as machine numbers, one player after the other.
pub(in crate::solve) fn flat(profile: &[MixedStrategy]) -> Vec<f64> {
    profile.iter().flat_map(|one| one.probabilities().iter().map(Rational::to_f64)).collect()
}

/// The exact payoffs of a profile, and the largest gain of any player from a unilateral deviation.
///
/// Work: for each player the number of profiles that the others' supports allow, times his actions.
pub(in crate::solve) fn evaluate(
    game: &NormalForm,
    profile: &[MixedStrategy],
) -> (Vec<Rational>, Rational) {
    let weights: Vec<(Vec<IBig>, Rational)> =
        profile.iter().map(|one| coprime_integers(one.probabilities().iter())).collect();
    let mut payoffs = Vec::with_capacity(profile.len());
    let mut regret = Rational::ZERO;
    for player in 0..profile.len() {
        let mut joint: Vec<(usize, IBig)> = vec![(0, IBig::ONE)];
        let mut scale = Rational::ONE;
        for (other, (parts, factor)) in weights.iter().enumerate() {
            scale = &scale * factor;
            if other == player {
                continue;
            }
            joint = joint
                .iter()
                .flat_map(|(base, weight)| {
                    parts.iter().enumerate().filter(|(_, part)| !part.is_zero()).map(
                        move |(action, part)| (base + action * game.stride(other), weight * part),
                    )
                })
                .collect();
        }
        let (table, unit) = coprime_integers(game.payoffs(player).iter());
        let sums: Vec<IBig> = (0..game.num_actions(player))
            .map(|action| {
                let shift = action * game.stride(player);
                joint.iter().map(|(base, weight)| weight * &table[base + shift]).sum()
            })
            .collect();
        let (own_weights, own_factor) = &weights[player];
        let own: IBig = own_weights.iter().zip(&sums).map(|(w, sum)| w * sum).sum();
        let most = sums.into_iter().max().unwrap_or_default();
        // Σ p u = own / scale, and the best reply gives most · own_factor / scale.
        let unit = &unit * &scale;
        let most = Rational::from_integers(most, IBig::ONE) * own_factor;
        let own = Rational::from_integers(own, IBig::ONE);
        regret = regret.max(&(&most - &own) / &unit);
        payoffs.push(&own / &unit);
    }
    (payoffs, regret)
}

/// The least machine number that is not below a non-negative number.
pub(in crate::solve) fn round_up(value: &Rational) -> Rational {
    let near = value.to_f64();
    match Rational::from_f64_exactly(near) {
        Some(exact) if exact >= *value => exact,
        _ => Rational::from_f64_exactly(near.next_up()).unwrap_or_else(|| value.clone()),
    }
}

/// The nearest machine number.
pub(in crate::solve) fn nearest(value: &Rational) -> Rational {
    Rational::from_f64_exactly(value.to_f64()).unwrap_or_else(|| value.clone())
}

/// What is claimed of a profile.
pub(in crate::solve) fn claim(game: &NormalForm, profile: MixedProfile) -> ApproximateEquilibrium {
    let (payoffs, regret) = evaluate(game, &profile);
    if regret.is_zero() {
        return ApproximateEquilibrium { profile, payoffs, regret, radius: None };
    }
    ApproximateEquilibrium {
        profile,
        payoffs: payoffs.iter().map(nearest).collect(),
        regret: round_up(&regret),
        radius: None,
    }
}

/// The largest denominator of a probability that is taken for a simple fraction.
const SIMPLE: i64 = 5000;

/// The exact equilibrium in simple fractions near `x`, if there is one.
pub(in crate::solve) fn exact_near(game: &NormalForm, x: &[f64]) -> Option<ApproximateEquilibrium> {
    let profile = simple_near(&game.shape(), x)?;
    let (payoffs, regret) = evaluate(game, &profile);
    regret.is_zero().then_some(ApproximateEquilibrium { profile, payoffs, regret, radius: None })
}

/// The profile of simple fractions near `x`, if there is one.
pub(in crate::solve) fn simple_near(shape: &[usize], x: &[f64]) -> Option<MixedProfile> {
    let mut from = 0;
    let mut profile = Vec::with_capacity(shape.len());
    for &actions in shape {
        let simple: Option<Vec<Rational>> =
            x[from..from + actions].iter().map(|&p| simple_fraction(p)).collect();
        from += actions;
        profile.push(MixedStrategy::new(simple?).ok()?);
    }
    Some(profile)
}

/// The fraction with the smallest denominator within 10⁻¹¹ of a number in [0, 1], by its continued
/// fraction.
fn simple_fraction(value: f64) -> Option<Rational> {
    if !(-1e-11..=1.0 + 1e-11).contains(&value) {
        return None;
    }
    let (mut h, mut k) = ((1i64, 0i64), (0i64, 1i64));
    let mut rest = value.max(0.0);
    for _ in 0..20 {
        let whole = rest.floor();
        let a = whole as i64;
        h = (a.checked_mul(h.0)?.checked_add(h.1)?, h.0);
        k = (a.checked_mul(k.0)?.checked_add(k.1)?, k.0);
        if k.0 > SIMPLE {
            return None;
        }
        if (h.0 as f64 / k.0 as f64 - value).abs() < 1e-11 {
            return Some(Rational::new(h.0, k.0));
        }
        rest = 1.0 / (rest - whole);
        if !rest.is_finite() || rest > 1e9 {
            return None;
        }
    }
    None
}

/// The claim for a profile in machine numbers: exact in simple fractions where it can be.
pub(in crate::solve) fn claim_near(game: &NormalForm, x: &[f64]) -> ApproximateEquilibrium {
    exact_near(game, x).unwrap_or_else(|| claim(game, on_grid(&game.shape(), x)))
}
