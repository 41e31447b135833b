//! Whether an agreement is kept, and what it brings on average, on any kind of number.
//!
//! The terms are those of [`super::certify_repeated`]: a player who complies gets V with
//! V = (1−δ)R + δ[kV + (1−k)P], k = s(1−ε); who deviates to d gets
//! (1−δ)D + δ[s(1−λ)V + (1−s(1−λ))P]. Here both are evaluated *beside* the stated discount factor: a
//! little above it nobody may gain, a little below it somebody must. Since the advantage of
//! complying over one deviation changes its sign at most once in δ, this and the limit of patience
//! fix the whole interval in which the agreement is kept, up to the margin.
//!
//! With renewal, by ρ after each period without the agreement, what follows the end is worth
//! W = (1−δ)P + δ[ρV + (1−ρ)W] in the place of P. The two equations have the determinant
//! (1−δ)(1 − δ(k−ρ)) and so one solution: V = [(1−δ+δρ)R + δ(1−k)P] / (1 − δ(k−ρ)), and
//! W = [(1−δk)P + δρR] / (1 − δ(k−ρ)).
//!
//! With payments t, Σt = 0, at the start of each period R becomes R + t; who is asked to pay and
//! refuses gets W. With w = R + t − P and c = (1 − δ(k−ρ))/(δs), nobody deviates iff w is at least
//! c·G/(λ−ε) for deviations that are seen more often than compliance, and at most that for those
//! seen less often. Who pays has t < 0 and takes part iff w ≥ 0, so that w ≥ min(0, R − P) is all that
//! is asked of him. Payments exist iff these bounds allow ΣB = Σ(R−P). The lower bounds are convex in
//! c and the upper ones linear, so that the discount factors at which they exist form an interval.

use crate::game::Pact;
use crate::game::answer::CriticalDiscount;
use crate::num::{NotDecided, Scalar};

use super::doubt::{Axis, Doubt, at_least, better, deviation, positive, wrong};

/// A deviation: who, what it gains today, and how much more often than compliance it is seen.
struct Offer<S> {
    player: usize,
    payoff: S,
    gain: S,
    sight: S,
}

struct Terms<'p, 'a, S> {
    pact: &'p Pact<'a, S>,
    offers: Vec<Offer<S>>,
    /// k = s(1−ε).
    outlives: S,
}

impl<'p, 'a, S: Scalar> Terms<'p, 'a, S> {
    fn new(pact: &'p Pact<'a, S>) -> Self {
        let mut offers = Vec::new();
        for (player, table) in pact.payoffs.iter().enumerate() {
            for (action, other) in Axis::of(pact.shape, player).deviations(pact.profile) {
                offers.push(Offer {
                    player,
                    payoff: table[other].clone(),
                    gain: table[other].minus(&table[pact.profile]),
                    sight: pact.detection[player][action].minus(pact.false_alarm),
                });
            }
        }
        let outlives = pact.survival.times(&S::one().minus(pact.false_alarm));
        Terms { pact, offers, outlives }
    }

    fn agreed(&self, player: usize) -> &S {
        &self.pact.payoffs[player][self.pact.profile]
    }

    /// B = R − P.
    fn loss(&self, player: usize) -> S {
        self.agreed(player).minus(&self.pact.punishments[player])
    }

    /// The first offer that pays at a discount factor below 1, by the values of both courses.
    fn tempting(&self, discount: &S) -> Result<Option<&Offer<S>>, NotDecided> {
        let one = S::one();
        let today = one.minus(discount);
        let values = (0..self.pact.payoffs.len())
            .map(|player| self.worth(player, discount))
            .collect::<Result<Vec<_>, _>>()?;
        for offer in &self.offers {
            let (value, ended) = &values[offer.player];
            let seen = offer.sight.plus(self.pact.false_alarm);
            let stands = self.pact.survival.times(&one.minus(&seen));
            let after = stands.times(value).plus(&one.minus(&stands).times(ended));
            let deviating = today.times(&offer.payoff).plus(&discount.times(&after));
            if deviating.order(value)?.is_gt() {
                return Ok(Some(offer));
            }
        }
        Ok(None)
    }

    /// V and W: what a player gets while the agreement stands, and once it has ended.
    fn worth(&self, player: usize, discount: &S) -> Result<(S, S), NotDecided> {
        let one = S::one();
        let today = one.minus(discount);
        let (agreed, punished) = (self.agreed(player), &self.pact.punishments[player]);
        let ends = discount.times(&one.minus(&self.outlives));
        let room = self.room(discount);
        let Some(renewal) = self.pact.renewal else {
            let total = today.times(agreed).plus(&ends.times(punished));
            return Ok((total.over(&room)?, punished.clone()));
        };
        let again = discount.times(renewal);
        let value = today.plus(&again).times(agreed).plus(&ends.times(punished)).over(&room)?;
        let stays = one.minus(&discount.times(&self.outlives));
        let ended = stays.times(punished).plus(&again.times(agreed)).over(&room)?;
        Ok((value, ended))
    }

    /// 1 − δ(k−ρ).
    fn room(&self, discount: &S) -> S {
        let room = S::one().minus(&discount.times(&self.outlives));
        self.pact.renewal.map_or(room.clone(), |renewal| room.plus(&discount.times(renewal)))
    }

    /// s(λ−ε)B − (1−k)G: the advantage of complying when δ tends to 1.
    fn patient_advantage(&self, offer: &Offer<S>) -> S {
        let change = self.pact.survival.times(&offer.sight).times(&self.loss(offer.player));
        change.minus(&self.room(&S::one()).times(&offer.gain))
    }

    /// s(λ−ε)Bδ − (1−kδ)G: the advantage times 1 − kδ and over 1 − δ, defined beyond 1 too. It
    /// rises in δ where the gain is punished.
    fn scaled_advantage(&self, offer: &Offer<S>, discount: &S) -> S {
        let change = self.pact.survival.times(&offer.sight).times(&self.loss(offer.player));
        let room = self.room(discount);
        change.times(discount).minus(&room.times(&offer.gain))
    }

    /// An offer that patient players take: one that pays in the limit though patience does not
    /// make it less attractive.
    fn tempting_in_the_limit(&self) -> Result<bool, NotDecided> {
        for offer in &self.offers {
            // A certain sign of the product needs no product: most deviations are punished.
            let (sight, loss) = (offer.sight.sign()?, self.loss(offer.player).sign()?);
            if sight.is_ne()
                && loss.is_ne()
                && sight != loss
                && self.patient_advantage(offer).sign()?.is_lt()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether some gain goes unpunished, however patient the players are.
    fn unpunished(&self) -> Result<bool, NotDecided> {
        for offer in &self.offers {
            if positive(&offer.gain)? {
                let (sight, loss) = (offer.sight.sign()?, self.loss(offer.player).sign()?);
                if sight.is_eq() || sight != loss || self.outruns(offer)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether renewal undoes what a punishment costs faster than patience makes it count:
    /// s(λ−ε)B + (k−ρ)G ≤ 0 for a gain G, so that the advantage does not rise in δ.
    fn outruns(&self, offer: &Offer<S>) -> Result<bool, NotDecided> {
        let Some(renewal) = self.pact.renewal else { return Ok(false) };
        let change = self.pact.survival.times(&offer.sight).times(&self.loss(offer.player));
        let carries = self.outlives.minus(renewal).times(&offer.gain);
        Ok(change.plus(&carries).sign()?.is_le())
    }

    fn gainful(&self) -> Result<bool, NotDecided> {
        for offer in &self.offers {
            if positive(&offer.gain)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn total_loss(&self) -> S {
        (0..self.pact.payoffs.len()).fold(S::zero(), |sum, player| sum.plus(&self.loss(player)))
    }

    /// Whether some gain is seen exactly as often as compliance, which no payment deters.
    fn unseen(&self) -> Result<bool, NotDecided> {
        for offer in &self.offers {
            if offer.sight.sign()?.is_eq() && positive(&offer.gain)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether payments keep everybody in the agreement at this c, if no gain is unseen.
    fn payable(&self, c: &S) -> Result<bool, NotDecided> {
        let (mut least, mut most) = (S::zero(), Some(S::zero()));
        for player in 0..self.pact.payoffs.len() {
            let mut low = self.loss(player).smaller(&S::zero());
            let mut high: Option<S> = None;
            for offer in self.offers.iter().filter(|offer| offer.player == player) {
                let sight = offer.sight.sign()?;
                if sight.is_eq() {
                    continue;
                }
                let bound = offer.gain.over(&offer.sight)?.times(c);
                if sight.is_gt() {
                    low = low.larger(&bound);
                } else {
                    high = Some(high.map_or(bound.clone(), |high| high.smaller(&bound)));
                }
            }
            if let Some(high) = &high
                && !at_least(high, &low)?
            {
                return Ok(false);
            }
            least = least.plus(&low);
            most = most.zip(high).map(|(sum, high)| sum.plus(&high));
        }
        let total = self.total_loss();
        if let Some(most) = most
            && !at_least(&most, &total)?
        {
            return Ok(false);
        }
        at_least(&total, &least)
    }

    /// c at a discount factor; at 1 its limit.
    fn scale(&self, discount: &S) -> Result<S, NotDecided> {
        self.room(discount).over(&discount.times(self.pact.survival))
    }
}

/// Checks a critical discount factor: the least from which on nobody gains by deviating once.
///
/// `margin` is how far beside the stated number the two courses are compared; with 0 the stated
/// number itself must deter everybody. Work: linear in the number of deviations.
///
/// # Errors
/// [`Doubt`] with what is wrong, or when intervals cannot tell.
pub fn certify_critical_discount<S: Scalar>(
    pact: &Pact<'_, S>,
    claim: &CriticalDiscount<S>,
    margin: &S,
) -> Result<(), Doubt> {
    let terms = Terms::new(pact);
    if pact.transfers {
        return check_with_payments(&terms, claim, margin);
    }
    let limit = || -> Result<(), Doubt> {
        if terms.tempting_in_the_limit()? {
            return Err(deviation("patient players prefer the end of the agreement"));
        }
        Ok(())
    };
    match claim {
        CriticalDiscount::Zero => {
            if terms.gainful()? {
                return Err(deviation(
                    "a deviation gains, so that the discount factor 0 is too low",
                ));
            }
            limit()
        }
        CriticalDiscount::At(value) => {
            let (above, below) = beside(value, margin)?;
            if let Some(offer) = terms.tempting(&above)? {
                return Err(deviation(format!(
                    "player {} gains at the stated critical discount factor",
                    offer.player + 1
                )));
            }
            if terms.tempting(&below)?.is_none() {
                return Err(better("nobody gains below the stated critical discount factor"));
            }
            limit()
        }
        CriticalDiscount::AboveOne(value) => {
            if terms.unpunished()? {
                return Err(deviation("a gain goes unpunished, so that no number is a threshold"));
            }
            let (above, below) = (value.plus(margin), lowered(value, margin));
            let mut reached = false;
            for offer in &terms.offers {
                if positive(&offer.gain)? {
                    if !at_least(&terms.scaled_advantage(offer, &above), &S::zero())? {
                        return Err(deviation("a deviation pays beyond the stated threshold"));
                    }
                    reached |= terms.scaled_advantage(offer, &below).sign()?.is_lt();
                }
            }
            if !reached || !at_least(&above, &S::one())? {
                return Err(better("no deviation pays below the stated threshold"));
            }
            Ok(())
        }
        CriticalDiscount::Never => {
            if terms.unpunished()? || terms.tempting_in_the_limit()? {
                return Ok(());
            }
            Err(better("no deviation rules out every discount factor"))
        }
    }
}

/// Points a little above and a little below a number, within (0, 1).
fn beside<S: Scalar>(value: &S, margin: &S) -> Result<(S, S), Doubt> {
    let (above, one) = (value.plus(margin), S::one());
    let below = lowered(value, margin);
    if !positive(&below)? || at_least(&above, &one)? {
        // Too near an end for the margin.
        return Err(Doubt::Open(NotDecided::TooClose));
    }
    Ok((above, below))
}

/// A number less the margin, and 2^-30 of the way to zero.
fn lowered<S: Scalar>(value: &S, margin: &S) -> S {
    let step = S::constant(&crate::num::Rational::new(1, 1 << 30));
    value.minus(margin).times(&S::one().minus(&step))
}

fn check_with_payments<S: Scalar>(
    terms: &Terms<'_, '_, S>,
    claim: &CriticalDiscount<S>,
    margin: &S,
) -> Result<(), Doubt> {
    if terms.unseen()? {
        return match claim {
            CriticalDiscount::Never => Ok(()),
            _ => Err(deviation("a gain is seen no more often than compliance")),
        };
    }
    let one = S::one();
    let lasts = terms.payable(&terms.scale(&one)?)?;
    let gainful = terms.gainful()?;
    match claim {
        CriticalDiscount::Never => {
            // What just suffices for δ = 1 may do for no discount factor below it.
            let nearly = one.minus(&S::constant(&crate::num::Rational::new(1, 1 << 40)));
            if lasts && terms.payable(&terms.scale(&nearly)?)? {
                return Err(better("payments keep patient players in the agreement"));
            }
            Ok(())
        }
        CriticalDiscount::Zero | CriticalDiscount::At(_) if !lasts => {
            Err(deviation("no payments keep patient players in the agreement"))
        }
        CriticalDiscount::Zero if gainful => {
            Err(deviation("a deviation gains, so that the discount factor 0 is too low"))
        }
        CriticalDiscount::Zero => Ok(()),
        CriticalDiscount::At(value) => {
            let (above, below) = beside(value, margin)?;
            if !terms.payable(&terms.scale(&above)?)? {
                return Err(deviation("payments do not deter at the stated discount factor"));
            }
            if terms.payable(&terms.scale(&below)?)? {
                return Err(better("payments deter below the stated discount factor too"));
            }
            Ok(())
        }
        CriticalDiscount::AboveOne(value) => {
            let (above, below) = (value.plus(margin), lowered(value, margin));
            let c = terms.scale(&above)?;
            let reached = gainful
                && positive(&c)?
                && terms.payable(&c)?
                && !terms.payable(&terms.scale(&below)?)?;
            if reached && at_least(&above, &one)? {
                return Ok(());
            }
            Err(better("payments do not begin to deter at the stated threshold"))
        }
    }
}

/// Checks whether an agreement is kept at a discount factor, given its critical discount factor
/// *that has been checked*: from that number on it is, and not below. Where no number is the least
/// from which on it is kept, impatient players may keep it: then by the values of both courses at this
/// discount factor, or with payments by whether some keep everybody in it.
///
/// # Errors
/// [`Doubt`] when it is stated the other way round, or when intervals cannot tell.
pub fn certify_kept<S: Scalar>(
    pact: &Pact<'_, S>,
    critical: &CriticalDiscount<S>,
    discount: &S,
    kept: bool,
) -> Result<(), Doubt> {
    let holds = match critical {
        CriticalDiscount::Zero => true,
        CriticalDiscount::At(value) => at_least(discount, value)?,
        CriticalDiscount::AboveOne(_) => false,
        CriticalDiscount::Never => keeps(&Terms::new(pact), discount)?,
    };
    match (holds, kept) {
        (false, true) => Err(deviation("an agreement that is said to hold is broken")),
        (true, false) => Err(better("an agreement that is said not to hold is kept")),
        _ => Ok(()),
    }
}

fn keeps<S: Scalar>(terms: &Terms<'_, '_, S>, discount: &S) -> Result<bool, NotDecided> {
    if !terms.pact.transfers {
        return Ok(terms.tempting(discount)?.is_none());
    }
    if terms.unseen()? {
        return Ok(false);
    }
    if discount.sign()?.is_eq() {
        return Ok(!terms.gainful()?);
    }
    terms.payable(&terms.scale(discount)?)
}

/// The course of an agreement in time: until when it stands, and what follows.
#[derive(Debug, Clone)]
pub struct Course<'a, S> {
    /// The discount factor; `None` where the agreement is simply kept.
    pub discount: Option<&'a S>,
    /// The probability that it outlives a period in which all comply.
    pub outlives: &'a S,
    /// The probability that it stands again after a period without it; `None` where its end is for good.
    pub renewal: Option<&'a S>,
}

/// Checks an average discounted value by its recursion: V = (1−δ)a + δ[kV + (1−k)W], where a is
/// what the agreement gives a period and W what is got after its end: o a period, and with renewal by ρ
/// the solution of W = (1−δ)o + δ[ρV + (1−ρ)W].
///
/// # Errors
/// [`Doubt`] when the two sides differ by more than `slack`.
pub fn certify_average<S: Scalar>(
    course: &Course<'_, S>,
    inside: &S,
    after: &S,
    average: &S,
    slack: &S,
) -> Result<(), Doubt> {
    let expected = match course.discount {
        None => inside.clone(),
        Some(discount) => {
            let one = S::one();
            let stays = course.outlives.times(average);
            let ended = match course.renewal {
                None => after.clone(),
                Some(renewal) => {
                    let again = discount.times(renewal);
                    let total = one.minus(discount).times(after).plus(&again.times(average));
                    total.over(&one.minus(discount).plus(&again))?
                }
            };
            let ends = one.minus(course.outlives).times(&ended);
            one.minus(discount).times(inside).plus(&discount.times(&stays.plus(&ends)))
        }
    };
    agrees(&expected, average, slack, "an average does not satisfy its recursion")
}

/// Checks the probability that a hazard strikes at least once in a number of periods, counted from
/// the last period back: with probability `inside` a period while the agreement stands, `after`
/// once it has ended. Of the `course` the discount factor does not count.
///
/// # Errors
/// [`Doubt`] when the stated number differs by more than `slack`.
pub fn certify_hazard<S: Scalar>(
    course: &Course<'_, S>,
    (inside, after): (&S, &S),
    kept: bool,
    periods: u32,
    stated: &S,
    slack: &S,
) -> Result<(), Doubt> {
    let (one, outlives) = (S::one(), course.outlives);
    // The probability of being spared in what is left, with and without the agreement.
    let (mut standing, mut ended) = (S::one(), S::one());
    for _ in 0..periods {
        let next = outlives.times(&standing).plus(&one.minus(outlives).times(&ended));
        let resumed = match course.renewal {
            None => ended.clone(),
            Some(renewal) => renewal.times(&standing).plus(&one.minus(renewal).times(&ended)),
        };
        standing = one.minus(inside).times(&next);
        ended = one.minus(after).times(&resumed);
    }
    let spared = if kept { standing } else { ended };
    agrees(&one.minus(&spared), stated, slack, "a probability over many periods is another")
}

fn agrees<S: Scalar>(one: &S, other: &S, slack: &S, fault: &str) -> Result<(), Doubt> {
    // Intervals that overlap by less than the slack are told apart by neither side.
    let difference = one.minus(other);
    if at_least(slack, &difference.magnitude())? { Ok(()) } else { Err(wrong(fault)) }
}

#[cfg(test)]
mod tests;
