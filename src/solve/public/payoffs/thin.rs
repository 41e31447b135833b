//! Polygons with fewer corners.

use crate::num::Rational;

use super::stage::Exact;

/// How far a corner may be moved outwards, in units of the ranges of payoffs: 2^-23.
const OUTWARDS: i64 = 1 << 23;

/// A polygon that holds another, with fewer corners: short sides are left out where their neighbours meet
/// nearby.
pub(super) fn outwards(mut corners: Vec<Exact>, range: &Exact) -> Vec<Exact> {
    let most = range.each_ref().map(|range| range / Rational::from(OUTWARDS));
    let near =
        |one: &Exact, other: &Exact| (0..2).all(|k: usize| (&one[k] - &other[k]).abs() <= most[k]);
    let original = corners.clone();
    let mut at = 0;
    while corners.len() > 3 && at < corners.len() {
        let count = corners.len();
        let [before, from, to, after] =
            [count - 1, 0, 1, 2].map(|next| &corners[(at + next) % count]);
        let met = if near(from, to) { meeting([before, from], [after, to]) } else { None };
        // Not far from where corners were to begin with.
        let met = met.filter(|one| {
            near(one, from) && near(one, to) && original.iter().any(|first| near(one, first))
        });
        match met {
            Some(one) => {
                corners[at] = one;
                corners.remove((at + 1) % count);
                at = at.saturating_sub(1);
            }
            None => at += 1,
        }
    }
    // The least one comes first.
    let least = (0..corners.len()).min_by(|&a, &b| corners[a].cmp(&corners[b])).unwrap_or(0);
    corners.rotate_left(least);
    corners
}

/// Where the ways from two points over two others meet, beyond both.
fn meeting([a, b]: [&Exact; 2], [c, d]: [&Exact; 2]) -> Option<Exact> {
    let way = |from: &Exact, to: &Exact| [0, 1].map(|k: usize| &to[k] - &from[k]);
    let turn = |one: &Exact, other: &Exact| &one[0] * &other[1] - &one[1] * &other[0];
    let (first, second, across) = (way(a, b), way(c, d), way(b, d));
    // b + s first = d + t second.
    let whole = turn(&first, &second);
    let (s, t) = (turn(&across, &second), turn(&across, &first));
    let (s, t) = (s.checked_div(&whole)?, t.checked_div(&whole)?);
    if s.is_negative() || t.is_negative() {
        return None;
    }
    Some([0, 1].map(|k: usize| &b[k] + &s * &first[k]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::repeated::payoffs::plane::{holds, hull};

    #[test]
    fn a_blunt_corner_becomes_sharp() {
        let point = |x: i64, y: i64| [Rational::new(x, 1 << 30), Rational::new(y, 1 << 30)];
        let unit = 1 << 30;
        let blunt = hull(vec![
            point(0, 0),
            point(unit, 0),
            point(unit, unit - 8),
            point(unit - 8, unit),
            point(0, unit),
        ]);
        assert_eq!(blunt.len(), 5);
        let found = outwards(blunt.clone(), &[Rational::ONE, Rational::ONE]);
        assert_eq!(found, hull(found.clone()));
        assert_eq!(found.len(), 4);
        assert!(blunt.iter().all(|corner| holds(&found, corner)));
        assert!(found.contains(&point(unit, unit)));
    }
}
