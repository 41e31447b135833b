//! Agreements in which the parties pay one another at the start of each period.
//!
//! Payments t_i with Σ t_i = 0 are made before the actions are played, so that a deviation in the
//! action does not touch this period's. Whoever is asked to pay (t_i < 0) and refuses ends the
//! agreement at once, so that he gets no less than V_i = P_i; nobody can be kept from leaving things
//! as they are. Write w_i = R_i + t_i − P_i. The recursion gives V_i − P_i = (1−δ) w_i / (1 − δk) with
//! k = s(1−ε), and with c = (1 − δk)/(δs) no deviation pays exactly when
//!
//!   (λ_d − ε) w_i ≥ c·G_d for every deviation d of i.
//!
//! So w_i is bounded from below by c·G_d/(λ_d−ε) where λ_d > ε and by min(0, R_i − P_i), and from above
//! where λ_d < ε, and payments exist exactly when these bounds are compatible with Σ w_i = Σ B_i,
//! B_i = R_i − P_i. The greatest lower bounds are convex in c and the least upper ones linear, so that
//! the feasible c form an interval: a stated threshold is right when payments exist at it and none
//! exist for the next greater c, by the one-sided derivatives of the bounds, and they exist in the
//! limit δ → 1. At the threshold the payments themselves are formed, and checked by the recursion.

use std::cmp::Ordering;

use crate::game::answer::CriticalDiscount;
use crate::num::Rational;

use super::super::Refutation;
use super::super::wording::{number, player};
use super::{Deviation, Speaker, Terms, within_unit};

/// The bounds on one player's w.
struct Room {
    /// min(0, B).
    floor: Rational,
    /// max G/(λ−ε) over λ > ε.
    lower: Option<Rational>,
    /// min G/(λ−ε) over λ < ε.
    upper: Option<Rational>,
}

/// A bound and its derivative to the right in c.
type Germ = (Rational, Rational);

impl Room {
    fn least(&self, c: &Rational) -> Germ {
        let floor = (self.floor.clone(), Rational::ZERO);
        match &self.lower {
            None => floor,
            Some(ratio) => floor.max((ratio * c, ratio.clone())),
        }
    }

    fn most(&self, c: &Rational) -> Option<Germ> {
        self.upper.as_ref().map(|ratio| (ratio * c, ratio.clone()))
    }
}

/// The bounds of all players.
struct Rooms {
    rooms: Vec<Room>,
    /// ΣB.
    total: Rational,
}

impl Rooms {
    /// # Errors
    /// The deviation that gains though it is seen exactly as often as compliance.
    fn new(terms: &Terms) -> Result<Self, &Deviation> {
        let unseen = |one: &&Deviation| one.sight.is_zero() && one.gain.is_positive();
        if let Some(one) = terms.deviations.iter().find(unseen) {
            return Err(one);
        }
        let losses: Vec<Rational> = (0..terms.agreed.len()).map(|at| terms.loss(at)).collect();
        let ratios = |at: usize, sign: Ordering| {
            terms
                .deviations
                .iter()
                .filter(move |one| one.player == at && one.sight.signum().cmp(&0) == sign)
                .filter_map(|one| one.gain.checked_div(&one.sight))
        };
        let rooms = losses.iter().enumerate().map(|(at, loss)| Room {
            floor: loss.clone().min(Rational::ZERO),
            lower: ratios(at, Ordering::Greater).max(),
            upper: ratios(at, Ordering::Less).min(),
        });
        Ok(Rooms { rooms: rooms.collect(), total: losses.iter().sum() })
    }

    /// Whether payments exist at c, or with `beyond` for every c a little greater.
    fn is_feasible(&self, c: &Rational, beyond: bool) -> bool {
        let cut = |(value, slope): Germ| (value, if beyond { slope } else { Rational::ZERO });
        let add = |one: Germ, other: Germ| (one.0 + other.0, one.1 + other.1);
        let (mut least, mut most) =
            ((Rational::ZERO, Rational::ZERO), Some((Rational::ZERO, Rational::ZERO)));
        for room in &self.rooms {
            let (low, high) = (cut(room.least(c)), room.most(c).map(cut));
            if high.as_ref().is_some_and(|high| *high < low) {
                return false;
            }
            least = add(least, low);
            most = most.zip(high).map(|(sum, high)| add(sum, high));
        }
        let total = (self.total.clone(), Rational::ZERO);
        least <= total && most.is_none_or(|most| total <= most)
    }

    /// w for each player at a feasible c: the lower bounds, and what is left shared by the room above
    /// them.
    fn shares(&self, c: &Rational) -> Vec<Rational> {
        let low: Vec<Rational> = self.rooms.iter().map(|room| room.least(c).0).collect();
        let left = &self.total - &low.iter().sum::<Rational>();
        if left.is_zero() {
            return low;
        }
        let above: Vec<Option<Rational>> = self
            .rooms
            .iter()
            .zip(&low)
            .map(|(room, low)| room.most(c).map(|high| high.0 - low))
            .collect();
        if let Some(free) = above.iter().position(Option::is_none) {
            let mut shares = low;
            shares[free] = &shares[free] + &left;
            return shares;
        }
        let room: Rational = above.iter().flatten().sum();
        let part = left.checked_div(&room).unwrap_or_default();
        low.iter()
            .zip(above)
            .map(|(low, above)| low + &(above.unwrap_or_default() * &part))
            .collect()
    }

    /// Whether a deviation attains a bound of its player.
    fn is_bound(&self, deviation: &Deviation) -> bool {
        let room = &self.rooms[deviation.player];
        deviation.gain.checked_div(&deviation.sight).is_some_and(|ratio| {
            Some(&ratio) == room.lower.as_ref() || Some(&ratio) == room.upper.as_ref()
        })
    }
}

/// c at a discount factor, at 1 its limit.
fn scale(terms: &Terms, discount: &Rational) -> Rational {
    (Rational::ONE - discount * &terms.carries()) / (discount * &terms.survival)
}

/// Checks the critical discount factor of an agreement with payments.
pub(super) fn check(
    terms: &Terms,
    claim: &CriticalDiscount,
    binding: Option<&Deviation>,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let rooms = match (Rooms::new(terms), claim) {
        (Ok(rooms), _) => rooms,
        (Err(_), CriticalDiscount::Never)
            if binding.is_some_and(|it| it.gain.is_positive() && it.sight.is_zero()) =>
        {
            return Ok(());
        }
        (Err(one), _) => return Err(unseen(one, speaker)),
    };
    let lasts = rooms.is_feasible(&scale(terms, &Rational::ONE), false);
    if *claim == CriticalDiscount::Never {
        if rooms.is_feasible(&scale(terms, &Rational::ONE), true) {
            return Err(Refutation::NotOptimal(format!(
                "payments keep patient players in agreement `{}`, whose punishments cost them {} \
                 together, so that some discount factor is enough",
                speaker.agreement.name,
                number(&rooms.total)
            )));
        }
    } else if !lasts && !matches!(claim, CriticalDiscount::AboveOne(_)) {
        return Err(Refutation::Deviation(format!(
            "no payments keep patient players in agreement `{}`, so that no discount factor is enough",
            speaker.agreement.name
        )));
    }
    match claim {
        CriticalDiscount::Never => {}
        CriticalDiscount::Zero => check_zero(terms, speaker)?,
        CriticalDiscount::At(value) => {
            within_unit(value, speaker)?;
            check_threshold(terms, &rooms, value, speaker)?;
            check_payments(terms, &rooms, value, speaker)?;
        }
        CriticalDiscount::AboveOne(value) => {
            if *value < Rational::ONE {
                return Err(off_threshold(speaker));
            }
            check_threshold(terms, &rooms, value, speaker)?;
        }
    }
    match binding {
        Some(one) if one.gain.is_positive() && !rooms.is_bound(one) => {
            Err(Refutation::NotOptimal(format!(
                "{} is said to bind, and another deviation of the same player asks for more",
                speaker.deviation(one)
            )))
        }
        Some(one) if !one.gain.is_positive() && *claim != CriticalDiscount::Never => {
            Err(Refutation::NotOptimal(format!(
                "{} is said to bind, and gains nothing",
                speaker.deviation(one)
            )))
        }
        _ => Ok(()),
    }
}

/// Whether payments keep everybody in the agreement at a discount factor below 1.
pub(super) fn holds(terms: &Terms, discount: &Rational) -> bool {
    let Ok(rooms) = Rooms::new(terms) else { return false };
    if discount.is_zero() {
        return !terms.deviations.iter().any(|one| one.gain.is_positive());
    }
    rooms.is_feasible(&scale(terms, discount), false)
}

fn unseen(one: &Deviation, speaker: &Speaker<'_>) -> Refutation {
    Refutation::Deviation(format!(
        "{} gains {} and is seen no more often than compliance, so that no discount factor is enough",
        speaker.deviation(one),
        number(&one.gain)
    ))
}

fn off_threshold(speaker: &Speaker<'_>) -> Refutation {
    Refutation::WrongNumber(format!(
        "the stated threshold of agreement `{}` with payments is not where they just suffice",
        speaker.agreement.name
    ))
}

fn check_zero(terms: &Terms, speaker: &Speaker<'_>) -> Result<(), Refutation> {
    match terms.deviations.iter().find(|one| one.gain.is_positive()) {
        None => Ok(()),
        Some(one) => Err(Refutation::Deviation(format!(
            "{} gains {}, so that the discount factor 0 is not enough",
            speaker.deviation(one),
            number(&one.gain)
        ))),
    }
}

/// That payments exist at the threshold, and none for any smaller discount factor.
fn check_threshold(
    terms: &Terms,
    rooms: &Rooms,
    value: &Rational,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let c = scale(terms, value);
    if c.is_positive() && rooms.is_feasible(&c, false) && !rooms.is_feasible(&c, true) {
        return Ok(());
    }
    Err(off_threshold(speaker))
}

/// Payments at the stated discount factor, and the recursion with them.
fn check_payments(
    terms: &Terms,
    rooms: &Rooms,
    critical: &Rational,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let shares = rooms.shares(&scale(terms, critical));
    let payments: Vec<Rational> =
        shares.iter().enumerate().map(|(at, share)| share - &terms.loss(at)).collect();
    let sum: Rational = payments.iter().sum();
    if !sum.is_zero() {
        return Err(off_threshold(speaker));
    }
    for deviation in &terms.deviations {
        let at = deviation.player;
        let values = terms.values(at, &(&terms.agreed[at] + &payments[at]), critical);
        let (value, ended) = &values;
        if payments[at].is_negative() && value < ended {
            return Err(Refutation::Deviation(format!(
                "player {} would rather end agreement `{}` than pay",
                player(&speaker.game.stage, at),
                speaker.agreement.name
            )));
        }
        let payoff = &deviation.payoff + &payments[at];
        let other = terms.deviating(deviation, &payoff, &values, critical);
        if other > *value {
            return Err(Refutation::Deviation(format!(
                "{} gives {} at the discount factor {}, and complying {}, payments included",
                speaker.deviation(deviation),
                number(&other),
                number(critical),
                number(value)
            )));
        }
    }
    Ok(())
}

/// Checks the lower bound from the minmax values: κ_i = max(0, max G/(λ−ε) over λ > ε), and
/// c·Σκ ≤ Σ B_i over players with κ_i > 0 + Σ max(0, B_i) over the others, for no player pays more
/// than what the agreement gives him beyond his minmax value.
pub(super) fn check_bound(
    terms: &Terms,
    claim: &CriticalDiscount,
    speaker: &Speaker<'_>,
) -> Result<(), Refutation> {
    let rooms = match Rooms::new(terms) {
        Ok(rooms) => rooms,
        Err(_) if *claim == CriticalDiscount::Never => return Ok(()),
        Err(one) => return Err(unseen(one, speaker)),
    };
    let (mut kappa, mut pot) = (Rational::ZERO, Rational::ZERO);
    for (at, room) in rooms.rooms.iter().enumerate() {
        let loss = terms.loss(at);
        match room.lower.as_ref().filter(|ratio| ratio.is_positive()) {
            Some(ratio) => {
                kappa += ratio;
                pot += loss;
            }
            None => pot += loss.max(Rational::ZERO),
        }
    }
    let right = match claim {
        CriticalDiscount::Zero => kappa.is_zero(),
        CriticalDiscount::Never => {
            // Where c does not fall to what the pot allows, however large δ is.
            let outrun = &pot * &terms.survival + &kappa * &terms.carries();
            let outrun = terms.renewal.is_positive() && !outrun.is_positive();
            kappa.is_positive() && (outrun || !pot.is_positive())
        }
        CriticalDiscount::At(value) | CriticalDiscount::AboveOne(value) => {
            let in_range = match claim {
                CriticalDiscount::At(_) => value.is_positive() && *value < Rational::ONE,
                _ => *value >= Rational::ONE,
            };
            in_range
                && kappa.is_positive()
                && pot.is_positive()
                && kappa * (Rational::ONE - value * &terms.carries())
                    == pot * value * &terms.survival
        }
    };
    if right { Ok(()) } else { Err(off_threshold(speaker)) }
}
