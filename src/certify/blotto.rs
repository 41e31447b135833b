//! Colonel Blotto games: what both strategies secure against every reply.
//!
//! A division stands for all assignments of its groups to the fields of their class, each with the same
//! probability. A strategy of side 0 secures v if no way to send the soldiers of side 1 gives it less,
//! one of side 1 if none of side 0 gives that more; both together prove the value v.
//!
//! - Where the payoff is a sum over fields, the reply that is best against the marginals of a strategy
//!   is found field by field, by the most that is had on the fields that follow with the soldiers that
//!   are left (Bellman's equation).
//! - For a majority all divisions of the other side are gone through (a reply to a strategy that treats
//!   the fields of a class alike may be permuted). How often as many fields are won is counted by giving
//!   group after group one of the groups of the other side that are left.

use std::collections::HashMap;

use dashu_int::IBig;

use crate::game::blotto::{BlottoGame, BlottoSolution};
use crate::num::Rational;

use super::meter::{Limits, Meter, weight};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Checks the value of a Blotto game and the strategies that secure it.
///
/// Work: O(n s²) exact operations for n fields and s soldiers where the payoff is a sum over fields;
/// for a majority the number of divisions of a side times those that the other side draws, each pair
/// counted in at most 2ᶜ steps for c fields of a class.
///
/// # Errors
/// A [`Refutation`] that names the side and the numbers.
pub fn certify_blotto(
    game: &BlottoGame,
    answer: &BlottoSolution,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let mut drawn = Vec::new();
    for side in [0, 1] {
        check_lottery(game, answer, side, &mut meter)?;
        drawn.push(answer.lotteries[side].len());
    }
    for side in [0, 1] {
        // The other side replies.
        let reply = if game.payoff().is_additive() {
            best_by_fields(game, 1 - side, &answer.marginals[side], &mut meter)?
        } else {
            best_of_divisions(game, 1 - side, answer, &mut meter)?
        };
        let better = if side == 0 { reply < answer.value } else { reply > answer.value };
        if better {
            return Err(Refutation::Deviation(format!(
                "a reply of `{}` holds the payoff of `{}` at {}, and the value is said to be {}",
                game.sides()[1 - side],
                game.sides()[0],
                number(&reply),
                number(&answer.value)
            )));
        }
        if reply != answer.value {
            return Err(Refutation::WrongNumber(format!(
                "the strategy of `{}` secures {}, and the value is said to be {}",
                game.sides()[side],
                number(&reply),
                number(&answer.value)
            )));
        }
    }
    let how = if game.payoff().is_additive() {
        "the best replies to them, found field by field, give no side more than the value"
    } else {
        "no division of either side gives it more than the value against them"
    };
    let checked = vec![
        format!(
            "the strategies draw from {} and {} divisions of all soldiers, with the stated probabilities on a field",
            drawn[0], drawn[1]
        ),
        format!("{how}, so that it is {}", number(&answer.value)),
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// That a lottery is over divisions of a side's soldiers, and has the stated marginals.
fn check_lottery(
    game: &BlottoGame,
    answer: &BlottoSolution,
    side: usize,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let name = &game.sides()[side];
    let lottery = &answer.lotteries[side];
    let mut total = Rational::ZERO;
    let mut found: Vec<Vec<Rational>> = game
        .classes()
        .iter()
        .map(|_| vec![Rational::ZERO; game.soldiers()[side] as usize + 1])
        .collect();
    for (division, probability) in lottery {
        meter.spend(weight(probability).saturating_mul(division.len() + 1))?;
        if !game.is_division(side, division) {
            return Err(Refutation::Misfit(format!(
                "`{name}` draws what is no division of its soldiers: {}",
                game.division_name(division)
            )));
        }
        if !probability.is_positive() {
            return Err(Refutation::Misfit(format!(
                "a probability of `{name}` is not positive: {}",
                number(probability)
            )));
        }
        total += probability;
        let mut from = 0;
        for (class, marginal) in game.classes().iter().zip(&mut found) {
            let to = from + class.fields.len();
            let each = probability / &Rational::from(class.fields.len() as u64);
            division[from..to].iter().for_each(|&here| marginal[here as usize] += &each);
            from = to;
        }
    }
    if lottery.windows(2).any(|pair| pair[0].0 <= pair[1].0) {
        return Err(Refutation::WrongList(format!(
            "the divisions of `{name}` are not in descending order, each once"
        )));
    }
    if total != Rational::ONE {
        return Err(Refutation::Misfit(format!(
            "the probabilities of `{name}` sum to {} and not to 1",
            number(&total)
        )));
    }
    if answer.marginals[side] != found {
        return Err(Refutation::WrongNumber(format!(
            "how often `{name}` has so many soldiers on a field is not as stated"
        )));
    }
    Ok(())
}

/// What side 0 gets when `side` replies best to the marginals of the other one.
fn best_by_fields(
    game: &BlottoGame,
    side: usize,
    marginals: &[Vec<Rational>],
    meter: &mut Meter,
) -> Result<Rational, Refutation> {
    let soldiers = game.soldiers()[side] as usize;
    // By the soldiers that are left for the fields that follow; nothing follows the last one, and no
    // soldier may be left there.
    let mut follow: Vec<Option<Rational>> = vec![None; soldiers + 1];
    follow[0] = Some(Rational::ZERO);
    for (class, marginal) in game.classes().iter().zip(marginals).rev() {
        let mut gains = Vec::with_capacity(soldiers + 1);
        let mut longest = 1;
        for own in 0..=soldiers as u32 {
            meter.spend(marginal.len())?;
            let mut gain = Rational::ZERO;
            for (other, probability) in (0..).zip(marginal).filter(|(_, p)| !p.is_zero()) {
                meter.spend(2 * weight(probability))?;
                gain += &(probability
                    * &match side {
                        0 => game.on_field(&class.value, own, other),
                        _ => game.on_field(&class.value, other, own),
                    });
            }
            longest = longest.max(weight(&gain));
            gains.push(gain);
        }
        for _ in &class.fields {
            meter.spend(longest.saturating_mul((soldiers + 1).saturating_mul(soldiers + 2)))?;
            let best = |left: usize| {
                let values = (0..=left).filter_map(|here| {
                    follow[left - here].as_ref().map(|rest| &gains[here] + rest)
                });
                if side == 0 { values.max() } else { values.min() }
            };
            follow = (0..=soldiers).map(best).collect();
        }
    }
    follow
        .pop()
        .flatten()
        .ok_or_else(|| Refutation::Misfit("there is no field to send soldiers to".to_owned()))
}

/// What side 0 gets when `side` replies with its best division to the lottery of the other one.
fn best_of_divisions(
    game: &BlottoGame,
    side: usize,
    answer: &BlottoSolution,
    meter: &mut Meter,
) -> Result<Rational, Refutation> {
    let replies =
        game.divisions(side).map_err(|error| Refutation::OutOfReach(error.to_string()))?;
    let mut best: Option<Rational> = None;
    for reply in &replies {
        let mut sum = Rational::ZERO;
        for (drawn, probability) in &answer.lotteries[1 - side] {
            let (own, other) = if side == 0 { (reply, drawn) } else { (drawn, reply) };
            meter.spend(2 * weight(probability))?;
            sum += &(probability * &expected(game, own, other, meter)?);
        }
        let better =
            best.as_ref().is_none_or(|best| if side == 0 { sum > *best } else { sum < *best });
        if better {
            best = Some(sum);
        }
    }
    best.ok_or_else(|| Refutation::Misfit("there is no division".to_owned()))
}

/// What side 0 expects of one division against another when groups are assigned at random.
fn expected(
    game: &BlottoGame,
    own: &[u32],
    other: &[u32],
    meter: &mut Meter,
) -> Result<Rational, Refutation> {
    // The groups of the other side that are left in the class, ascending, and the sum so far, with the
    // number of ways.
    let mut ways: HashMap<(Vec<u32>, Rational), IBig> = HashMap::new();
    ways.insert((Vec::new(), Rational::ZERO), IBig::ONE);
    let mut from = 0;
    for class in game.classes() {
        let to = from + class.fields.len();
        let mut all = other[from..to].to_vec();
        all.sort_unstable();
        ways = ways.into_iter().map(|((_, sum), count)| ((all.clone(), sum), count)).collect();
        for &group in &own[from..to] {
            let mut next: HashMap<(Vec<u32>, Rational), IBig> = HashMap::new();
            for ((left, sum), count) in &ways {
                meter.spend(8 * left.len())?;
                for at in 0..left.len() {
                    // Groups of one size are taken together, at the first of them.
                    if at > 0 && left[at] == left[at - 1] {
                        continue;
                    }
                    let alike = left[at..].iter().take_while(|&&size| size == left[at]).count();
                    let mut rest = left.clone();
                    let met = rest.remove(at);
                    let sum = sum + &game.on_field(&class.value, group, met);
                    *next.entry((rest, sum)).or_default() += count * IBig::from(alike);
                }
            }
            ways = next;
        }
        from = to;
    }
    let (mut net, mut all) = (IBig::ZERO, IBig::ZERO);
    for ((_, sum), count) in &ways {
        net += count * IBig::from(sum.signum());
        all += count;
    }
    Ok(Rational::from_integers(net, all))
}
