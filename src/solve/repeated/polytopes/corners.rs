//! The corners of a polytope that is given by inequalities, by the double description method.
//!
//! The cone of the (x, t) with x ≥ 0, t ≥ 0 and a·x ≤ b t for all rows is described by its extreme rays.
//! Rows are added one at a time: rays within stay, and each pair of adjacent rays on both sides gives a
//! new one on the row (Motzkin, Raiffa, Thompson & Thrall 1953). Two rays are adjacent when no third one
//! is tight wherever both are (Fukuda & Prodon 1996). Rays are whole numbers without a common divisor.

use dashu_base::{Abs, Gcd};
use dashu_int::IBig;

use crate::num::Rational;
use crate::solve::{Budget, Exhausted};

/// Positions of rows, as bits.
type Tight = Vec<u64>;

struct Ray {
    coordinates: Vec<IBig>,
    tight: Tight,
}

/// The most rays on the way.
const MOST_RAYS: usize = 20_000;

/// The points x ≥ 0 with a·x ≤ b for all rows (a, b) that are no mixtures of others, where these are
/// bounded.
///
/// # Errors
/// When there are too many, or the budget is spent.
pub(super) fn corners(
    width: usize,
    rows: &[(Vec<Rational>, Rational)],
    budget: &Budget,
) -> Result<Vec<Vec<Rational>>, Exhausted> {
    let words = (width + 1 + rows.len()).div_ceil(64);
    // Tight at first are all coordinates but one.
    let mut rays: Vec<Ray> = (0..=width)
        .map(|axis| {
            let mut coordinates = vec![IBig::ZERO; width + 1];
            coordinates[axis] = IBig::ONE;
            let mut tight = vec![0; words];
            (0..=width).filter(|&other| other != axis).for_each(|other| insert(&mut tight, other));
            Ray { coordinates, tight }
        })
        .collect();
    for (at, row) in rows.iter().enumerate() {
        rays = with_row(width, rays, &whole(row), width + 1 + at, budget)?;
    }
    let corner = |ray: &Ray| -> Option<Vec<Rational>> {
        let scale = &ray.coordinates[width];
        let value = |x: &IBig| Rational::from_integers(x.clone(), scale.clone());
        (!scale.is_zero()).then(|| ray.coordinates[..width].iter().map(value).collect())
    };
    Ok(rays.iter().filter_map(corner).collect())
}

fn insert(set: &mut Tight, member: usize) {
    set[member / 64] |= 1 << (member % 64);
}

/// −a and b times a common denominator.
fn whole((normal, bound): &(Vec<Rational>, Rational)) -> Vec<IBig> {
    let mut multiple = IBig::ONE;
    for number in normal.iter().chain([bound]) {
        let denominator = number.denominator();
        let divisor = IBig::from((&multiple).gcd(&denominator));
        multiple *= denominator / divisor;
    }
    let whole = |number: &Rational| number.numerator() * (&multiple / number.denominator());
    normal.iter().map(|x| -whole(x)).chain([whole(bound)]).collect()
}

/// The rays after one more row.
fn with_row(
    width: usize,
    rays: Vec<Ray>,
    row: &[IBig],
    label: usize,
    budget: &Budget,
) -> Result<Vec<Ray>, Exhausted> {
    let slacks: Vec<IBig> = rays
        .iter()
        .map(|ray| ray.coordinates.iter().zip(row).map(|(x, a)| x * a).sum::<IBig>())
        .collect();
    let zero = IBig::ZERO;
    let outside: Vec<usize> = (0..rays.len()).filter(|&at| slacks[at] < zero).collect();
    let mut new = Vec::new();
    for above in (0..rays.len()).filter(|&at| slacks[at] > zero) {
        budget.check_now(0)?;
        if rays.len() - outside.len() + new.len() > MOST_RAYS {
            return Err(Exhausted::Memory);
        }
        for &below in &outside {
            let (one, other) = (&rays[above].tight, &rays[below].tight);
            let common: Tight = one.iter().zip(other).map(|(a, b)| a & b).collect();
            let count: u32 = common.iter().map(|word| word.count_ones()).sum();
            let within = |ray: &Ray| ray.tight.iter().zip(&common).all(|(a, b)| b & !a == 0);
            if (count as usize) < width.saturating_sub(1)
                || rays.iter().filter(|ray| within(ray)).nth(2).is_some()
            {
                continue;
            }
            let mut coordinates: Vec<IBig> = rays[above]
                .coordinates
                .iter()
                .zip(&rays[below].coordinates)
                .map(|(up, down)| &slacks[above] * down - &slacks[below] * up)
                .collect();
            reduce(&mut coordinates);
            let mut tight = common;
            insert(&mut tight, label);
            new.push(Ray { coordinates, tight });
        }
    }
    let mut kept: Vec<Ray> = Vec::with_capacity(rays.len() + new.len());
    for (mut ray, slack) in rays.into_iter().zip(slacks) {
        if slack == zero {
            insert(&mut ray.tight, label);
        }
        if slack >= zero {
            kept.push(ray);
        }
    }
    kept.append(&mut new);
    Ok(kept)
}

/// Divides by the greatest common divisor.
fn reduce(numbers: &mut [IBig]) {
    let mut divisor = IBig::ZERO;
    for number in numbers.iter().filter(|number| !number.is_zero()) {
        divisor = if divisor.is_zero() {
            number.clone().abs()
        } else {
            IBig::from((&divisor).gcd(number))
        };
    }
    if !divisor.is_zero() && !divisor.is_one() {
        numbers.iter_mut().for_each(|number| *number /= &divisor);
    }
}
