//! Agreements whose parties pay one another: incentive constraints are pooled.
//!
//! Payments t_i to player i, Σt_i = 0, are made at the start of each period of the agreement, before
//! the actions. They move B_i = R_i − P_i to w_i = B_i + t_i and leave gains as they are. Whoever is
//! asked to pay may refuse, which ends the agreement at once; nobody can be kept from leaving things
//! as they are. With c = 1/(δs) − (1−ε) + ρ/s, which falls in δ, the players comply iff for each of them
//!
//! - w_i ≥ c·G_d/(λ_d−ε) for each deviation that is seen more often than compliance (λ_d > ε),
//! - w_i ≤ c·G_d/(λ_d−ε) for each that is seen less often,
//! - w_i ≥ min(0, B_i): who would rather end the agreement is asked for nothing.
//!
//! So payments exist iff each player's greatest lower bound is at most his least upper one, and the
//! sums of the two leave room for ΣB_i: the pooling of incentive constraints of Goldlücke & Kranz
//! (2012) for this class of strategies. All lower bounds are convex in c and all upper ones linear,
//! so that the discount factors that do form an interval. Where everybody gains by some deviation,
//! the least is
//!
//! δ = Σκ_i / { s·[(1−ε)Σκ_i + ΣB_i] − ρΣκ_i },  κ_i = max_d G_d/(λ_d−ε).
//!
//! To pay nothing is always possible: t = 0 satisfies the conditions wherever the agreement is
//! sustained without payments, so that payments never raise the threshold.

use std::cmp::Ordering;

use crate::game::answer::{BindingDeviation, CriticalDiscount};
use crate::num::{NotDecided, Scalar};

use super::critical_discount::{Guard, Stake, classify, is_tempted_openly};

/// The bounds on one player's w.
struct Room<S> {
    /// B.
    loss: S,
    /// The sign of B.
    sign: Ordering,
    /// The greatest G/(λ−ε) over deviations with λ > ε that matters: any positive one, and a negative
    /// one only where B is negative too.
    lower: Option<S>,
    /// Whether it is positive.
    gains: bool,
    /// The least G/(λ−ε) over deviations with λ < ε.
    upper: Option<S>,
    binding: Option<BindingDeviation>,
}

impl<S: Scalar> Room<S> {
    /// The greatest lower bound of w at this c.
    fn least(&self, c: &S) -> S {
        let floor = if self.sign.is_lt() { self.loss.clone() } else { S::zero() };
        match &self.lower {
            None => floor,
            Some(ratio) if self.gains => ratio.times(c),
            Some(ratio) => floor.larger(&ratio.times(c)),
        }
    }
}

/// A quotient with positive denominator.
struct Quotient<S> {
    over: S,
    under: S,
}

impl<S: Scalar> Quotient<S> {
    fn order(&self, other: &Quotient<S>) -> Result<Ordering, NotDecided> {
        self.over.times(&other.under).order(&other.over.times(&self.under))
    }
}

/// The bounds of all players.
enum Rooms<S> {
    Open(Vec<Room<S>>),
    /// A deviation gains however much is paid.
    Shut(BindingDeviation),
}

fn rooms<S: Scalar>(stakes: &[Stake<S>], guard: &Guard<'_, S>) -> Result<Rooms<S>, NotDecided> {
    let mut rooms = Vec::with_capacity(stakes.len());
    for (player, stake) in stakes.iter().enumerate() {
        let loss = stake.agreement.minus(&stake.punishment);
        let sign = loss.sign()?;
        let mut room = Room { loss, sign, lower: None, gains: false, upper: None, binding: None };
        for (action, payoff, detection) in &stake.deviations {
            let gain = payoff.minus(&stake.agreement);
            let seen = detection.minus(guard.false_alarm);
            let named = || BindingDeviation { player, action: *action };
            let gains = gain.sign()?.is_gt();
            match seen.sign()? {
                Ordering::Equal if gains => return Ok(Rooms::Shut(named())),
                Ordering::Equal => {}
                Ordering::Greater if gains => {
                    let ratio = gain.over(&seen)?;
                    room.lower = Some(match room.lower.take().filter(|_| room.gains) {
                        Some(so_far) if ratio.order(&so_far)?.is_le() => so_far.larger(&ratio),
                        so_far => {
                            room.binding = Some(named());
                            so_far.map_or(ratio.clone(), |so_far| so_far.larger(&ratio))
                        }
                    });
                    room.gains = true;
                }
                Ordering::Greater if room.gains || sign.is_ge() => {}
                Ordering::Greater => {
                    let ratio = gain.over(&seen)?;
                    room.lower = Some(match room.lower.take() {
                        Some(so_far) => so_far.larger(&ratio),
                        None => ratio,
                    });
                }
                Ordering::Less if !guard.and_beyond => {
                    if gains && is_tempted_openly(stake, guard.false_alarm)? {
                        return Ok(Rooms::Shut(named()));
                    }
                }
                Ordering::Less => {
                    let ratio = gain.over(&seen)?;
                    if gains && !room.gains {
                        room.binding = Some(named());
                    }
                    room.upper = Some(match room.upper.take() {
                        Some(so_far) => so_far.smaller(&ratio),
                        None => ratio,
                    });
                }
            }
        }
        rooms.push(room);
    }
    Ok(Rooms::Open(rooms))
}

/// [`super::critical_discount::critical_discount`] with payments.
pub(super) fn critical_discount<S: Scalar>(
    stakes: &[Stake<S>],
    guard: &Guard<'_, S>,
) -> Result<(CriticalDiscount<S>, Option<BindingDeviation>), NotDecided> {
    let rooms = match rooms(stakes, guard)? {
        Rooms::Open(rooms) => rooms,
        Rooms::Shut(binding) => return Ok((CriticalDiscount::Never, Some(binding))),
    };
    // Who gains sets the threshold; a refusal of patience is told of the first deviation.
    let gaining =
        rooms.iter().find(|room| room.gains).or(rooms.iter().find(|r| r.binding.is_some()));
    let binding = gaining.and_then(|room| room.binding.clone());
    let named = binding.clone().or_else(|| {
        let first = |(player, stake): (usize, &Stake<S>)| {
            stake.deviations.first().map(|&(action, ..)| BindingDeviation { player, action })
        };
        stakes.iter().enumerate().find_map(first)
    });
    let never = Ok((CriticalDiscount::Never, named));
    let greatest = match greatest(&rooms, guard)? {
        Greatest::None => return never,
        Greatest::Any => None,
        Greatest::At(quotient) => Some(quotient),
    };
    let compliance = S::one().minus(guard.false_alarm);
    let scale = guard.room(&S::one()).over(guard.survival)?;
    let Some(greatest) = greatest else {
        if guard.and_beyond && !is_feasible(&rooms, &scale)? {
            return never;
        }
        return Ok((CriticalDiscount::Zero, None));
    };
    let needed = compliance.times(&greatest.under).plus(&greatest.over);
    let Some(needed) = guard.softened(guard.survival.times(&needed), &greatest.under)? else {
        return never;
    };
    let critical = classify(Some(greatest.under.over(&needed)?))?;
    if guard.and_beyond {
        let lasts = match &critical {
            CriticalDiscount::At(_) => is_feasible(&rooms, &scale)?,
            // Beyond 1 a number is given where every greater one would do as well.
            _ => rooms.iter().all(|room| room.upper.is_none()) && total(&rooms).sign()?.is_ge(),
        };
        if !lasts {
            return never;
        }
    }
    Ok((critical, binding))
}

/// The greatest c up to which the lower bounds leave room for payments.
enum Greatest<S> {
    None,
    Any,
    At(Quotient<S>),
}

fn greatest<S: Scalar>(rooms: &[Room<S>], guard: &Guard<'_, S>) -> Result<Greatest<S>, NotDecided> {
    // The sum of lower bounds less ΣB is slope·c − pot, on the topmost of its linear pieces.
    let (mut slope, mut pot) = (S::zero(), S::zero());
    let mut restless: Vec<(&S, &S)> = Vec::new();
    for room in rooms {
        match &room.lower {
            Some(ratio) if room.gains => {
                slope = slope.plus(ratio);
                pot = pot.plus(&room.loss);
            }
            _ if room.sign.is_ge() => pot = pot.plus(&room.loss),
            Some(ratio) if guard.and_beyond => {
                if ratio.sign()?.is_eq() {
                    pot = pot.plus(&room.loss);
                } else {
                    restless.push((&room.loss, ratio));
                }
            }
            // Left alone, though worse off than after the end.
            _ => {}
        }
    }
    let mut found = match slope.sign()? {
        Ordering::Greater => Some(Quotient { over: pot, under: slope }),
        _ => None,
    };
    // Players who are left alone stay only down to some c, where another piece begins.
    while let Some(quotient) = &mut found {
        let mut next: Option<usize> = None;
        for (at, (loss, ratio)) in restless.iter().enumerate() {
            // −loss/−ratio, both positive, is where this one begins to be restless.
            if loss.times(&quotient.under).order(&quotient.over.times(ratio))?.is_ge() {
                continue;
            }
            let earlier = match next {
                None => true,
                Some(best) => {
                    let (other_loss, other) = restless[best];
                    other_loss.times(ratio).order(&loss.times(other))?.is_lt()
                }
            };
            if earlier {
                next = Some(at);
            }
        }
        let Some(at) = next else { break };
        let (loss, ratio) = restless.swap_remove(at);
        quotient.over = quotient.over.plus(loss);
        quotient.under = quotient.under.plus(ratio);
        if quotient.under.sign()?.is_le() {
            return Ok(Greatest::None);
        }
    }
    if guard.and_beyond {
        for ceiling in ceilings(rooms)? {
            match ceiling {
                None => return Ok(Greatest::None),
                Some(ceiling) => {
                    let lower = match &found {
                        None => true,
                        Some(so_far) => ceiling.order(so_far)?.is_lt(),
                    };
                    if lower {
                        found = Some(ceiling);
                    }
                }
            }
        }
    }
    Ok(match found {
        None => Greatest::Any,
        Some(quotient) if quotient.over.sign()?.is_le() => Greatest::None,
        Some(quotient) => Greatest::At(quotient),
    })
}

/// What negative upper bounds ask of c; `None` where nothing satisfies one.
fn ceilings<S: Scalar>(rooms: &[Room<S>]) -> Result<Vec<Option<Quotient<S>>>, NotDecided> {
    let mut found = Vec::new();
    let mut sum = Some(S::zero());
    for room in rooms {
        let Some(upper) = &room.upper else {
            sum = None;
            continue;
        };
        sum = sum.map(|sum| sum.plus(upper));
        if upper.sign()?.is_lt() {
            let below = room.sign.is_lt();
            let under = S::zero().minus(upper);
            found.push(below.then(|| Quotient { over: S::zero().minus(&room.loss), under }));
        }
    }
    if let Some(sum) = sum
        && sum.sign()?.is_lt()
    {
        let total = total(rooms);
        let below = total.sign()?.is_lt();
        let under = S::zero().minus(&sum);
        found.push(below.then(|| Quotient { over: S::zero().minus(&total), under }));
    }
    Ok(found)
}

/// ΣB.
fn total<S: Scalar>(rooms: &[Room<S>]) -> S {
    rooms.iter().fold(S::zero(), |total, room| total.plus(&room.loss))
}

/// Whether upper bounds leave room at this c.
fn bounds_agree<S: Scalar>(rooms: &[Room<S>], c: &S) -> Result<bool, NotDecided> {
    let mut most = Some(S::zero());
    for room in rooms {
        let Some(upper) = &room.upper else {
            most = None;
            continue;
        };
        let top = upper.times(c);
        if room.least(c).order(&top)?.is_gt() {
            return Ok(false);
        }
        most = most.map(|sum| sum.plus(&top));
    }
    let Some(most) = most else { return Ok(true) };
    let total = total(rooms);
    Ok(total.order(&most)?.is_le())
}

/// Whether payments exist at this c.
fn is_feasible<S: Scalar>(rooms: &[Room<S>], c: &S) -> Result<bool, NotDecided> {
    if !bounds_agree(rooms, c)? {
        return Ok(false);
    }
    // Nobody is kept against his will, and nobody need be paid.
    if rooms.iter().all(|room| room.sign.is_ge() && !room.gains) {
        return Ok(true);
    }
    let total = total(rooms);
    let least = rooms.iter().fold(S::zero(), |sum, room| sum.plus(&room.least(c)));
    Ok(least.order(&total)?.is_le())
}

/// [`super::critical_discount::sustained_at`] with payments.
pub(super) fn sustained_at<S: Scalar>(
    stakes: &[Stake<S>],
    guard: &Guard<'_, S>,
    discount: &S,
) -> Result<bool, NotDecided> {
    let rooms = match rooms(stakes, guard)? {
        Rooms::Open(rooms) => rooms,
        Rooms::Shut(_) => return Ok(false),
    };
    if discount.sign()?.is_eq() {
        // Today is all there is.
        return Ok(rooms.iter().all(|room| room.binding.is_none()));
    }
    let room = guard.room(discount);
    is_feasible(&rooms, &room.over(&discount.times(guard.survival))?)
}
