//! The extreme rays of a cone {y ≥ 0: each cut is non-negative}.

use std::collections::BTreeSet;

use crate::certify::meter::{Meter, Spent};
use crate::num::Rational;

/// A ray, where it is tight (an axis, or behind these a cut), and what it makes of the cuts.
struct Ray {
    point: Vec<Rational>,
    tight: BTreeSet<usize>,
}

/// The extreme rays, each as long as there are axes.
pub(super) fn rays(
    axes: usize,
    cuts: Vec<Vec<Rational>>,
    meter: &mut Meter,
) -> Result<Vec<Vec<Rational>>, Spent> {
    meter.spend(axes * axes)?;
    let axis = |at: usize| {
        let mut point = vec![Rational::ZERO; axes];
        point[at] = Rational::ONE;
        Ray { point, tight: (0..axes).filter(|&other| other != at).collect() }
    };
    let mut rays: Vec<Ray> = (0..axes).map(axis).collect();
    for (at, cut) in cuts.iter().enumerate() {
        meter.spend(2 * rays.len() * axes)?;
        let values: Vec<Rational> =
            rays.iter().map(|ray| super::product(cut, &ray.point)).collect();
        let mut made = Vec::new();
        for (over, up) in values.iter().enumerate().filter(|(_, value)| value.is_positive()) {
            for (under, down) in values.iter().enumerate().filter(|(_, value)| value.is_negative())
            {
                meter.spend(axes)?;
                let shared: BTreeSet<usize> =
                    rays[over].tight.intersection(&rays[under].tight).copied().collect();
                if shared.len() + 2 < axes {
                    continue;
                }
                meter.spend(rays.len() * shared.len())?;
                let third = |(at, ray): (usize, &Ray)| {
                    at != over && at != under && shared.is_subset(&ray.tight)
                };
                if rays.iter().enumerate().any(third) {
                    continue;
                }
                let both = rays[over].point.iter().zip(&rays[under].point);
                let mixed: Vec<Rational> =
                    both.map(|(over, under)| over * -down + under * up).collect();
                // Of the sum one, so that numbers stay short.
                let total: Rational = mixed.iter().sum();
                let point = mixed.into_iter().map(|value| value / &total).collect();
                let mut tight = shared;
                tight.insert(axes + at);
                made.push(Ray { point, tight });
            }
        }
        let mut values = values.into_iter();
        rays.retain_mut(|ray| match values.next() {
            Some(value) if value.is_zero() => {
                ray.tight.insert(axes + at);
                true
            }
            Some(value) => value.is_positive(),
            None => false,
        });
        rays.append(&mut made);
    }
    Ok(rays.into_iter().map(|ray| ray.point).collect())
}
