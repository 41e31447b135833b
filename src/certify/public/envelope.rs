//! The rows of what liquidity allows, and what is there at a discount factor, from checked curves.

use crate::game::public::{Curve, LiquidityRow, PublicEquilibria, PublicGame};
use crate::num::Rational;

use super::super::meter::Meter;
use super::super::wording::number;
use super::Refutation;

/// A curve at one liquidity; just before it where `before`. `None` where the curve has not begun.
fn value(curve: &Curve, liquidity: &Rational, before: bool) -> Option<Rational> {
    let points = &curve.points;
    let begun = |at: &Rational| if before { at < liquidity } else { at <= liquidity };
    let from = points.partition_point(|point| begun(&point.liquidity)).checked_sub(1)?;
    let left = &points[from];
    let Some(right) = points.get(from + 1) else { return Some(left.value.clone()) };
    let share = (liquidity - &left.liquidity) / (&right.liquidity - &left.liquidity);
    Some(&left.value + &share * (&right.value - &left.value))
}

/// The best of all profiles at one liquidity.
struct Best {
    joint: Rational,
    worst: Vec<Rational>,
}

impl Best {
    fn surplus(&self) -> Rational {
        &self.joint - self.worst.iter().sum::<Rational>()
    }

    /// L (1 − δ) − δ (U − Σ v): at most zero where the liquidity is there.
    fn missing(&self, liquidity: &Rational, discount: &Rational) -> Rational {
        liquidity * (Rational::ONE - discount) - discount * self.surplus()
    }
}

struct Rows<'a> {
    game: &'a PublicGame,
    answer: &'a PublicEquilibria,
    players: usize,
}

pub(super) fn check(
    game: &PublicGame,
    answer: &PublicEquilibria,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    Rows { game, answer, players: answer.form.num_rewards(game) }.run(meter)
}

fn wrong(text: String) -> Refutation {
    Refutation::WrongNumber(text)
}

impl Rows<'_> {
    fn best(
        &self,
        liquidity: &Rational,
        before: bool,
        meter: &mut Meter,
    ) -> Result<Option<Best>, Refutation> {
        let mut best: Option<Best> = None;
        for one in &self.answer.profiles {
            meter.spend(20 * (1 + one.worst.len()))?;
            let Some(joint) = one.joint.as_ref().and_then(|curve| value(curve, liquidity, before))
            else {
                continue;
            };
            let worst = one.worst.iter().filter_map(|curve| value(curve, liquidity, before));
            let worst: Vec<Rational> = worst.collect();
            best = Some(match best {
                None => Best { joint, worst },
                Some(known) => Best {
                    joint: known.joint.max(joint),
                    worst: known
                        .worst
                        .into_iter()
                        .zip(worst)
                        .map(|(known, own)| known.min(own))
                        .collect(),
                },
            });
        }
        Ok(best)
    }

    /// A row states the best of all profiles, the profiles that reach it, and its discount factor.
    fn row(&self, row: &LiquidityRow, meter: &mut Meter) -> Result<Best, Refutation> {
        let place = || format!("in the row of liquidity {}", number(&row.liquidity));
        let Some(best) = self.best(&row.liquidity, false, meter)? else {
            return Err(wrong(format!("{} nothing can be enforced", place())));
        };
        if best.joint != row.joint || best.worst != row.worst {
            return Err(wrong(format!("{} the payoffs are not the best of all profiles", place())));
        }
        if row.punishing.len() != self.players {
            return Err(Refutation::Misfit(format!("{} not every player is punished", place())));
        }
        let reaches = |profile: usize, player: Option<usize>, wanted: &Rational| {
            let known = self.answer.profiles.iter().find(|one| one.profile == profile);
            let curve = known.and_then(|one| match player {
                None => one.joint.as_ref(),
                Some(player) => one.worst.get(player),
            });
            curve.and_then(|curve| value(curve, &row.liquidity, false)).as_ref() == Some(wanted)
        };
        let mut policies = std::iter::once((row.played, None, &row.joint)).chain(
            row.punishing
                .iter()
                .zip(&row.worst)
                .enumerate()
                .map(|(player, (&profile, worst))| (profile, Some(player), worst)),
        );
        if let Some((profile, _, wanted)) =
            policies.find(|(profile, player, wanted)| !reaches(*profile, *player, wanted))
        {
            let name = if profile < self.game.stage().num_profiles() {
                self.game.profile_name(profile)
            } else {
                "an unknown profile".to_owned()
            };
            return Err(wrong(format!("{} {name} does not give {}", place(), number(wanted))));
        }
        let surplus = best.surplus();
        let discount = if row.liquidity.is_zero() {
            Some(Rational::ZERO)
        } else if surplus.is_positive() {
            Some(&row.liquidity / (&row.liquidity + &surplus))
        } else {
            None
        };
        if discount != row.discount {
            return Err(wrong(format!("{} the discount factor is another", place())));
        }
        Ok(best)
    }

    fn run(&self, meter: &mut Meter) -> Result<(), Refutation> {
        let rows = &self.answer.rows;
        let mut corners: Vec<&Rational> = self
            .answer
            .profiles
            .iter()
            .flat_map(|one| one.joint.iter().chain(&one.worst))
            .flat_map(|curve| curve.points.iter().map(|point| &point.liquidity))
            .collect();
        meter.spend(20 * corners.len())?;
        corners.sort();
        corners.dedup();
        let first = rows.first().map(|row| &row.liquidity);
        if first != corners.first().copied()
            || rows.windows(2).any(|pair| pair[0].liquidity >= pair[1].liquidity)
        {
            return Err(Refutation::WrongList(
                "the rows do not ascend from the least liquidity that enforces anything".to_owned(),
            ));
        }
        // The best at each row, and just before the next one.
        let mut bests: Vec<(Best, Option<Best>)> = Vec::with_capacity(rows.len());
        for (at, row) in rows.iter().enumerate() {
            let best = self.row(row, meter)?;
            let next = rows.get(at + 1).map(|next| &next.liquidity);
            let before = self.stretch(&row.liquidity, &best, next, &corners, meter)?;
            bests.push((best, before));
        }
        let mut least: Option<&Rational> = None;
        for row in rows.iter().rev() {
            let own = row.discount.as_ref();
            let sooner = own.is_some_and(|own| least.is_none_or(|least| own < least));
            if row.optimal != sooner {
                return Err(wrong(format!(
                    "it is not so that the row of liquidity {} is {}optimal",
                    number(&row.liquidity),
                    if row.optimal { "" } else { "not " }
                )));
            }
            if sooner {
                least = own;
            }
        }
        self.at(&bests, meter)
    }

    /// From one row to the next the best is a line, and stays as it is after the last row. What is just
    /// before the next row.
    fn stretch(
        &self,
        from: &Rational,
        best: &Best,
        to: Option<&Rational>,
        corners: &[&Rational],
        meter: &mut Meter,
    ) -> Result<Option<Best>, Refutation> {
        let broken = || {
            Refutation::Incomplete(format!(
                "after the liquidity {} what is possible does not go on evenly to the next row",
                number(from)
            ))
        };
        let same = |one: &Best, other: &Best| one.joint == other.joint && one.worst == other.worst;
        let Some(to) = to else {
            let Some(&beyond) = corners.last() else { return Ok(None) };
            if beyond > from {
                let there = self.best(beyond, false, meter)?.ok_or_else(broken)?;
                // No curve falls: what is the same at the last corner was so before.
                if !same(&there, best) {
                    return Err(broken());
                }
            }
            return Ok(None);
        };
        let before = self.best(to, true, meter)?.ok_or_else(broken)?;
        let on_line = |liquidity: &Rational| {
            let share = (liquidity - from) / (to - from);
            let mixed = |one: &Rational, other: &Rational| one + &share * (other - one);
            Best {
                joint: mixed(&best.joint, &before.joint),
                worst: best
                    .worst
                    .iter()
                    .zip(&before.worst)
                    .map(|(one, other)| mixed(one, other))
                    .collect(),
            }
        };
        let begin = corners.partition_point(|corner| *corner <= from);
        let end = corners.partition_point(|corner| *corner < to);
        let mut left = from;
        for right in corners[begin..end].iter().copied().chain(std::iter::once(to)) {
            let middle = (left + right) / Rational::from(2);
            let there = self.best(&middle, false, meter)?.ok_or_else(broken)?;
            let ends = self.best(right, true, meter)?.ok_or_else(broken)?;
            let begins = self.best(left, false, meter)?.ok_or_else(broken)?;
            if !same(&there, &on_line(&middle))
                || !same(&ends, &on_line(right))
                || !same(&begins, &on_line(left))
            {
                return Err(broken());
            }
            left = right;
        }
        Ok(Some(before))
    }

    /// The greatest liquidity at a discount factor: there, and nothing beyond.
    fn at(&self, bests: &[(Best, Option<Best>)], meter: &mut Meter) -> Result<(), Refutation> {
        let Some(at) = &self.answer.at else { return Ok(()) };
        let (rows, discount) = (&self.answer.rows, at.discount.value());
        let from = match &at.row {
            None => None,
            Some(row) => {
                if !self.row(row, meter)?.missing(&row.liquidity, discount).is_zero() {
                    return Err(wrong(format!(
                        "the liquidity {} is not the greatest at the discount factor {}",
                        number(&row.liquidity),
                        number(discount)
                    )));
                }
                if !row.optimal {
                    return Err(wrong("the greatest liquidity is optimal".to_owned()));
                }
                Some(&row.liquidity)
            }
        };
        for (k, (row, (best, before))) in rows.iter().zip(bests).enumerate() {
            let next = rows.get(k + 1).map(|next| &next.liquidity);
            if next.is_some_and(|next| from.is_some_and(|from| from >= next)) {
                continue;
            }
            let more = || {
                Refutation::NotOptimal(format!(
                    "more liquidity may be there than is stated, after {}",
                    number(&row.liquidity)
                ))
            };
            let inside = from.is_some_and(|from| *from >= row.liquidity);
            if !inside && !best.missing(&row.liquidity, discount).is_positive() {
                return Err(more());
            }
            if let (Some(before), Some(next)) = (before, next) {
                let end = before.missing(next, discount);
                // A line from zero has to rise; one from above may come down to zero at its end.
                if end.is_negative() || (inside && end.is_zero()) {
                    return Err(more());
                }
            }
        }
        Ok(())
    }
}
