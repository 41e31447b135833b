//! The best reply to marginals, field by field.

use dashu_int::IBig;
use dashu_int::ops::Gcd;

use crate::game::blotto::{BlottoGame, Division};
use crate::num::Rational;

/// The division of a side that is best against how often the other side has each number of soldiers on
/// a field of each class, and what side 0 gets by it; side 1 wants that to be small.
///
/// Dynamic programming over fields and the soldiers that are left, O(n s²) for n fields and s soldiers.
/// Gains are integers over one denominator.
pub(super) fn best_reply(
    game: &BlottoGame,
    side: usize,
    marginals: &[Vec<Rational>],
) -> (Division, Rational) {
    let soldiers = game.soldiers()[side];
    let gains: Vec<Vec<Rational>> = game
        .classes()
        .iter()
        .zip(marginals)
        .map(|(class, marginal)| {
            let against: Vec<(u32, &Rational)> =
                (0..).zip(marginal).filter(|(_, probability)| !probability.is_zero()).collect();
            let gain = |own: u32| -> Rational {
                let pays = |&(other, probability): &(u32, &Rational)| {
                    let pair = if side == 0 { (own, other) } else { (other, own) };
                    probability * &game.on_field(&class.value, pair.0, pair.1)
                };
                against.iter().map(pays).sum()
            };
            (0..=soldiers).map(gain).collect()
        })
        .collect();
    let denominator = gains.iter().flatten().fold(IBig::ONE, |all, gain| {
        let own = gain.denominator();
        let common = IBig::from((&all).gcd(&own));
        all / common * own
    });
    let sign = IBig::from(if side == 0 { 1 } else { -1 });
    let whole = |gain: &Rational| &sign * gain.numerator() * (&denominator / gain.denominator());
    let gains: Vec<Vec<IBig>> =
        gains.iter().map(|class| class.iter().map(whole).collect()).collect();

    // The most from the fields so far by the number of soldiers on them, and how many go to the last.
    let numbers = soldiers as usize + 1;
    let mut most: Vec<Option<IBig>> = vec![None; numbers];
    most[0] = Some(IBig::ZERO);
    let mut choices: Vec<Vec<u32>> = Vec::with_capacity(game.values().len());
    let classes = game.classes().iter().zip(&gains);
    let fields = classes.flat_map(|(class, gains)| class.fields.iter().map(move |_| gains));
    for gains in fields {
        let mut next: Vec<Option<IBig>> = vec![None; numbers];
        let mut choice = vec![0; numbers];
        for (used, before) in most.iter().enumerate() {
            let Some(before) = before else { continue };
            for (here, gain) in gains.iter().enumerate().take(numbers - used) {
                let value = before + gain;
                if next[used + here].as_ref().is_none_or(|best| value > *best) {
                    next[used + here] = Some(value);
                    choice[used + here] = here as u32;
                }
            }
        }
        most = next;
        choices.push(choice);
    }
    let mut left = soldiers;
    let mut division: Division = choices
        .iter()
        .rev()
        .map(|choice| {
            let here = choice[left as usize];
            left -= here;
            here
        })
        .collect();
    division.reverse();
    let mut from = 0;
    for class in game.classes() {
        let to = from + class.fields.len();
        division[from..to].sort_unstable_by(|a, b| b.cmp(a));
        from = to;
    }
    // All soldiers can be sent somewhere.
    let best = most.pop().flatten().unwrap_or_default() * sign;
    (division, Rational::from_integers(best, denominator))
}
