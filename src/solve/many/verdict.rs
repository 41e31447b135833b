//! Profiles of machine numbers made exact: on the simplex, with the exact payoffs and regret.
//!
//! A profile in machine numbers is moved to the nearest multiples of 2⁻⁵³, which are machine numbers
//! too, and the largest probability of each player takes up the rest, so that the sums are one
//! exactly. All that is stated about the profile is then evaluated in integers.

use dashu_int::IBig;

use crate::game::answer::ApproximateEquilibrium;
use crate::game::{MixedProfile, MixedStrategy, NormalForm};
use crate::linear::coprime_integers;
use crate::num::{Rational, convergent_near};
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
/// Work: O(players · profiles) multiplications, of machine integers while these hold the products.
pub(in crate::solve) fn evaluate(
    game: &NormalForm,
    profile: &[MixedStrategy],
) -> (Vec<Rational>, Rational) {
    let weights: Vec<(Vec<IBig>, Rational)> =
        profile.iter().map(|one| coprime_integers(one.probabilities().iter())).collect();
    let mut payoffs = Vec::with_capacity(profile.len());
    let mut regret = Rational::ZERO;
    for player in 0..profile.len() {
        let (table, unit) = coprime_integers(game.payoffs(player).iter());
        let sums = sums_by_action(game, player, table, &weights);
        let scale = (0..profile.len())
            .filter(|&other| other != player)
            .fold(unit, |scale, other| &scale * &weights[other].1);
        let (own_weights, own_factor) = &weights[player];
        let own: IBig = own_weights.iter().zip(&sums).map(|(w, sum)| w * sum).sum();
        let most = sums.into_iter().max().unwrap_or_default();
        // Σ p u = own / (scale · own_factor), and the best reply gives most / scale.
        let own = Rational::from_integers(own, IBig::ONE);
        let gain = &(Rational::from_integers(most, IBig::ONE) * own_factor) - &own;
        let unit = &scale * own_factor;
        regret = regret.max(&gain / &unit);
        payoffs.push(&own / &unit);
    }
    (payoffs, regret)
}

/// The payoffs of a player by own action, where all payoffs and the others' probabilities are
/// integers: one axis after the other, the last one first.
fn sums_by_action(
    game: &NormalForm,
    player: usize,
    table: Vec<IBig>,
    weights: &[(Vec<IBig>, Rational)],
) -> Vec<IBig> {
    let mut tensor = Tensor::Big(table).narrowed();
    let mut inner = 1;
    for axis in (0..weights.len()).rev() {
        if axis == player {
            inner = game.num_actions(player);
        } else {
            tensor = tensor.contracted(&weights[axis].0, inner);
        }
    }
    match tensor {
        Tensor::Small(values) => values.into_iter().map(IBig::from).collect(),
        Tensor::Big(values) => values,
    }
}

/// Integers in the width that they need.
enum Tensor {
    Small(Vec<i128>),
    Big(Vec<IBig>),
}

impl Tensor {
    /// In machine integers, if they fit.
    fn narrowed(self) -> Self {
        let Tensor::Big(values) = &self else { return self };
        let small = values.iter().map(|value| i128::try_from(value).ok()).collect::<Option<_>>();
        small.map_or(self, Tensor::Small)
    }

    /// The sums over one axis with non-negative weights; `inner` is the extent of the axes behind it.
    fn contracted(self, weights: &[IBig], inner: usize) -> Self {
        if let Tensor::Small(values) = &self {
            let small: Option<Vec<i128>> =
                weights.iter().map(|weight| i128::try_from(weight).ok()).collect();
            let bits = |magnitude: u128| 128 - magnitude.leading_zeros();
            let longest = values.iter().map(|value| bits(value.unsigned_abs())).max().unwrap_or(0);
            if let Some(small) = small
                && let Some(sum) =
                    small.iter().try_fold(0u128, |sum, w| sum.checked_add(w.unsigned_abs()))
                && longest + bits(sum) < 127
            {
                return Tensor::Small(contract(values, &small, inner, |sum, u, w| *sum += u * w));
            }
        }
        let values = match self {
            Tensor::Small(values) => values.into_iter().map(IBig::from).collect(),
            Tensor::Big(values) => values,
        };
        Tensor::Big(contract(&values, weights, inner, |sum, u, w| *sum += u * w))
    }
}

fn contract<T: Default + Clone + PartialEq>(
    values: &[T],
    weights: &[T],
    inner: usize,
    add: impl Fn(&mut T, &T, &T),
) -> Vec<T> {
    let mut sums = vec![T::default(); values.len() / weights.len()];
    for (block, sums) in
        values.chunks_exact(weights.len() * inner).zip(sums.chunks_exact_mut(inner))
    {
        for (row, weight) in block.chunks_exact(inner).zip(weights) {
            if *weight != T::default() {
                for (sum, value) in sums.iter_mut().zip(row) {
                    add(sum, value, weight);
                }
            }
        }
    }
    sums
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

/// The simplest fraction within 10⁻¹¹ of a number in [0, 1].
fn simple_fraction(value: f64) -> Option<Rational> {
    if !(-1e-11..=1.0 + 1e-11).contains(&value) {
        return None;
    }
    let error = Rational::new(1, 100_000_000_000);
    convergent_near(&Rational::from_f64_exactly(value.max(0.0))?, &error, &SIMPLE.into())
}

/// The claim for a profile in machine numbers: exact in simple fractions where it can be.
pub(in crate::solve) fn claim_near(game: &NormalForm, x: &[f64]) -> ApproximateEquilibrium {
    exact_near(game, x).unwrap_or_else(|| claim(game, on_grid(&game.shape(), x)))
}
