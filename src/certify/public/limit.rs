//! Scores in directions, and the payoffs of patient players that they bound.
//!
//! *No greater score.* Take multipliers ν ≥ 0 of the deviations of a profile a, and
//! μ(y) = φ(y | a) + `σ_i` Σ ν Δφ, which has to be the same for every player i with `σ_i` ≠ 0, and at least
//! zero. Then for all z with `σ_i` Σ Δφ `z_i` ≥ |`λ_i`| gain and Σ_i `z_i`(y) ≤ 0
//!
//! λ · g + E Σ z ≤ λ · g + Σ_i Σ_y (φ + `σ_i` Σ ν Δφ) `z_i` − Σ |`λ_i`| ν gain ≤ λ · g − Σ |`λ_i`| ν gain.
//!
//! A profile is enforced where stated continuations deter each deviation of each player, whatever his
//! weight, and by nothing where the multipliers of one player have Σ ν Δφ = 0 after every
//! signal and Σ ν gain > 0: a mixture of deviations is not seen, and pays. So the polygon of the stated
//! scores holds Q.
//!
//! *No other direction cuts a corner off.* At both ends of a cone in one quadrant one profile has z with
//! λ · g + E Σ z ≥ λ · v. The conditions on z are linear in λ there, so that for a direction in between the
//! sum of both ends does as well. The cones of a corner fill the directions in which it is extreme, and the
//! axes have scores of their own, which are reached. So every corner lies in Q.

use crate::game::public::{
    Direction, Enforced, LimitCorner, Multipliers, PublicGame, PublicLimit, Rewards, Score,
};
use crate::num::Rational;

use super::super::meter::{Limits, Meter, weight};
use super::super::plane::{dot, parallel, turn};
use super::super::wording::{count, number};
use super::{Certificate, Completeness, Refutation};

type Point = [Rational; 2];

/// Checks scores, and with two players the corners of the set that they bound.
///
/// Work: for each direction the deviations of all profiles times the signals.
///
/// # Errors
/// A [`Refutation`] that names the direction or the corner.
pub fn certify_limit_payoffs(
    game: &PublicGame,
    answer: &PublicLimit,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut check = Check { game, meter: Meter::for_passes(limits) };
    if answer.enforced.len() != game.stage().num_profiles() {
        return Err(Refutation::Misfit("not every profile is judged".to_owned()));
    }
    for (profile, one) in answer.enforced.iter().enumerate() {
        match one {
            Enforced::By(by) => check.enforced(profile, by)?,
            Enforced::Nothing(proof) => check.hopeless(profile, proof)?,
        }
    }
    for score in &answer.scores {
        check.score(answer, score)?;
    }
    let mut checked = vec![format!(
        "no profile has a greater score in {}, by multipliers, and the stated ones are reached, exactly",
        count(answer.scores.len(), "direction", "directions")
    )];
    let mut complete = Completeness::NotClaimed;
    match (&answer.corners, game.num_players()) {
        (None, 2) => return Err(Refutation::Misfit("the set has no corners".to_owned())),
        (Some(_), players) if players != 2 => {
            return Err(Refutation::Misfit("corners are those of two players".to_owned()));
        }
        (None, _) => {}
        (Some(corners), _) => {
            check.polygon(answer, corners)?;
            if corners.is_empty() {
                checked.push("the scores leave no payoffs at all".to_owned());
            } else if answer.is_exact() {
                check.kept(corners)?;
                checked.push(
                    "no other direction cuts a corner off, by one profile at both ends of each cone of directions"
                        .to_owned(),
                );
                complete = Completeness::Proved("every direction is in a cone".to_owned());
            }
        }
    }
    Ok(Certificate { checked, complete })
}

struct Check<'a> {
    game: &'a PublicGame,
    meter: Meter,
}

impl Check<'_> {
    /// For each player Σ ν Δφ after each signal, and Σ ν gain.
    fn sums(
        &mut self,
        profile: usize,
        multipliers: &Multipliers,
    ) -> Result<Vec<(Vec<Rational>, Rational)>, Refutation> {
        let stage = self.game.stage();
        let fits = multipliers.len() == stage.num_players()
            && multipliers.iter().enumerate().all(|(player, own)| {
                own.len() == stage.num_actions(player) && !own.iter().any(Rational::is_negative)
            });
        if !fits {
            return Err(Refutation::Misfit(format!(
                "the multipliers of {} are not one, at least zero, for each action",
                self.game.profile_name(profile)
            )));
        }
        let mut sums = Vec::with_capacity(multipliers.len());
        for (player, own) in multipliers.iter().enumerate() {
            let mut changes = vec![Rational::ZERO; self.game.num_signals()];
            let mut gains = Rational::ZERO;
            for (action, by) in own.iter().enumerate() {
                if by.is_zero() {
                    continue;
                }
                self.meter.spend(4 * weight(by) * (1 + changes.len()))?;
                let at = stage.deviation(profile, player, action);
                gains += &(by * (stage.payoff(player, at) - stage.payoff(player, profile)));
                let (kept, left) = (self.game.distribution(profile), self.game.distribution(at));
                for (change, (kept, left)) in changes.iter_mut().zip(kept.iter().zip(left)) {
                    *change += &(by * (kept - left));
                }
            }
            sums.push((changes, gains));
        }
        Ok(sums)
    }

    fn hopeless(&mut self, profile: usize, proof: &Multipliers) -> Result<(), Refutation> {
        let sums = self.sums(profile, proof)?;
        let unseen = |(changes, gains): &(Vec<Rational>, Rational)| {
            changes.iter().all(Rational::is_zero) && gains.is_positive()
        };
        if sums.iter().any(unseen) {
            return Ok(());
        }
        Err(Refutation::NotOptimal(format!(
            "it is not shown that nothing enforces {}",
            self.game.profile_name(profile)
        )))
    }

    /// That these continuations deter all deviations of a profile.
    fn enforced(&mut self, profile: usize, by: &Rewards) -> Result<(), Refutation> {
        let signals = self.game.num_signals();
        if by.len() != self.game.num_players() || by.iter().any(|own| own.len() != signals) {
            return Err(Refutation::Misfit(format!(
                "the continuations that enforce {} are not one for each player and signal",
                self.game.profile_name(profile)
            )));
        }
        for (player, own) in by.iter().enumerate() {
            self.deterred(profile, player, own, (&Rational::ONE, &Rational::ONE))?;
        }
        Ok(())
    }

    /// That a player's z deter his deviations: sign · Σ Δφ z ≥ weight · gain.
    fn deterred(
        &mut self,
        profile: usize,
        player: usize,
        own: &[Rational],
        (sign, price): (&Rational, &Rational),
    ) -> Result<(), Refutation> {
        let stage = self.game.stage();
        for action in 0..stage.num_actions(player) {
            let at = stage.deviation(profile, player, action);
            if at == profile {
                continue;
            }
            self.meter.spend(own.iter().map(|one| 4 * weight(one)).sum())?;
            let (kept, left) = (self.game.distribution(profile), self.game.distribution(at));
            let lost: Rational = own
                .iter()
                .zip(kept.iter().zip(left))
                .map(|(z, (kept, left))| z * (kept - left))
                .sum();
            let gain = stage.payoff(player, at) - stage.payoff(player, profile);
            if sign * lost < price * gain {
                return Err(Refutation::Deviation(format!(
                    "at {} {} gains by {}",
                    self.game.profile_name(profile),
                    super::super::wording::player(stage, player),
                    super::super::wording::action(stage, player, action)
                )));
            }
        }
        Ok(())
    }

    /// Whether z fit a profile and signs at weights, and the score that they give.
    fn given(
        &mut self,
        profile: usize,
        (weights, signs): (&[Rational], &[i8]),
        continuations: &Rewards,
    ) -> Result<Rational, Refutation> {
        let (stage, signals) = (self.game.stage(), self.game.num_signals());
        let misfit = || {
            Refutation::Misfit(format!(
                "continuations of {} do not fit its direction",
                self.game.profile_name(profile)
            ))
        };
        let fits = continuations.len() == signs.len()
            && continuations.iter().zip(signs).all(|(own, sign)| {
                own.len() == signals && (*sign != 0 || own.iter().all(Rational::is_zero))
            });
        if !fits {
            return Err(misfit());
        }
        for signal in 0..signals {
            let sum: Rational = continuations.iter().map(|own| &own[signal]).sum();
            if sum.is_positive() {
                return Err(Refutation::WrongNumber(format!(
                    "after `{}` the continuations of {} leave the half-space",
                    self.game.signals()[signal],
                    self.game.profile_name(profile)
                )));
            }
        }
        for (player, own) in continuations.iter().enumerate() {
            if signs[player] != 0 {
                let sign = Rational::from(i64::from(signs[player]));
                self.deterred(profile, player, own, (&sign, &weights[player].abs()))?;
            }
        }
        let own = |player: usize| stage.payoff(player, profile);
        let now: Rational =
            weights.iter().enumerate().map(|(player, weight)| weight * own(player)).sum();
        let later: Rational =
            continuations.iter().map(|own| dot(self.game.distribution(profile), own)).sum();
        Ok(now + later)
    }

    fn score(&mut self, answer: &PublicLimit, score: &Score) -> Result<(), Refutation> {
        let stage = self.game.stage();
        let Score { direction, value, reached, profiles } = score;
        let weights = &direction.weights;
        let shown: Vec<String> = weights.iter().map(ToString::to_string).collect();
        let place = format!("in the direction {}", shown.join(", "));
        let fits = weights.len() == stage.num_players()
            && *direction == Direction::of(weights.clone())
            && !weights.iter().all(Rational::is_zero)
            && profiles.len() == stage.num_profiles();
        if !fits {
            return Err(Refutation::Misfit(format!("{place} not every profile has a score")));
        }
        let mut greatest: Option<&Rational> = None;
        for (profile, own) in profiles.iter().enumerate() {
            match (own, &answer.enforced[profile]) {
                (None, Enforced::Nothing(_)) => {}
                (Some(own), Enforced::By(_)) => {
                    self.bounded(profile, direction, own, &place)?;
                    greatest = greatest.max(Some(&own.value));
                }
                _ => {
                    return Err(Refutation::Misfit(format!(
                        "{place} a profile has a score if something enforces it, and otherwise none"
                    )));
                }
            }
        }
        if greatest != value.as_ref() {
            return Err(Refutation::WrongNumber(format!("{place} the greatest score is another")));
        }
        match (value, reached) {
            (None, None) => Ok(()),
            (Some(value), Some((profile, continuations))) if *profile < stage.num_profiles() => {
                let ends = (weights.as_slice(), direction.signs.as_slice());
                let given = self.given(*profile, ends, continuations)?;
                // Where he has no weight a player has to be deterred as well.
                if !answer.enforced[*profile].is_by_any() || given != *value {
                    return Err(Refutation::WrongNumber(format!(
                        "{place} {} does not reach {}",
                        self.game.profile_name(*profile),
                        number(value)
                    )));
                }
                Ok(())
            }
            _ => Err(Refutation::Misfit(format!("{place} nothing is said to reach the score"))),
        }
    }

    fn bounded(
        &mut self,
        profile: usize,
        direction: &Direction,
        own: &crate::game::public::ProfileScore,
        place: &str,
    ) -> Result<(), Refutation> {
        let stage = self.game.stage();
        let sums = self.sums(profile, &own.multipliers)?;
        let wrong = || {
            Refutation::NotOptimal(format!(
                "{place} the multipliers of {} do not bound its score",
                self.game.profile_name(profile)
            ))
        };
        let mut prices: Option<Vec<Rational>> = None;
        let mut bound = Rational::ZERO;
        for (player, (changes, gains)) in sums.iter().enumerate() {
            let weight = &direction.weights[player];
            bound += &(weight * stage.payoff(player, profile));
            let sign = direction.signs[player];
            if sign == 0 {
                continue;
            }
            bound -= &(weight.abs() * gains);
            let sign = Rational::from(i64::from(sign));
            let distribution = self.game.distribution(profile).iter();
            let own: Vec<Rational> =
                distribution.zip(changes).map(|(share, change)| share + &sign * change).collect();
            if own.iter().any(Rational::is_negative)
                || prices.as_ref().is_some_and(|prices| *prices != own)
            {
                return Err(wrong());
            }
            prices = Some(own);
        }
        if bound == own.value { Ok(()) } else { Err(wrong()) }
    }

    /// The corners are those of the polygon of all scores: convex, inside, and with a score for each
    /// side.
    fn polygon(&mut self, answer: &PublicLimit, corners: &[LimitCorner]) -> Result<(), Refutation> {
        let mut sides: Vec<(Point, &Rational)> = Vec::new();
        for axis in [[1i64, 0], [0, 1], [-1, 0], [0, -1]] {
            let axis = axis.map(Rational::from);
            if !answer.scores.iter().any(|one| one.direction.weights == axis) {
                return Err(Refutation::Incomplete("an axis has no score".to_owned()));
            }
        }
        for one in &answer.scores {
            let Some(value) = &one.value else {
                return if corners.is_empty() {
                    Ok(())
                } else {
                    Err(Refutation::WrongList("nothing can be enforced at all".to_owned()))
                };
            };
            let weights = &one.direction.weights;
            sides.push(([weights[0].clone(), weights[1].clone()], value));
        }
        for corner in corners {
            self.meter.spend(8 * sides.len())?;
            if sides.iter().any(|(weights, value)| dot(weights, &corner.payoffs) > **value) {
                return Err(Refutation::WrongList("a corner lies beyond a score".to_owned()));
            }
        }
        if corners.len() < 3 {
            return self.thin(&sides, corners);
        }
        for at in 0..corners.len() {
            let (from, to) = (&corners[at].payoffs, &corners[(at + 1) % corners.len()].payoffs);
            let outward: Point = [&to[1] - &from[1], &from[0] - &to[0]];
            let next = &corners[(at + 2) % corners.len()].payoffs;
            let onward = [&next[0] - &to[0], &next[1] - &to[1]];
            let convex = turn(&[&to[0] - &from[0], &to[1] - &from[1]], &onward).is_positive();
            self.meter.spend(16 * sides.len())?;
            let has_score = sides.iter().any(|(weights, value)| {
                parallel(weights, &outward) && dot(weights, from) == **value
            });
            if !convex || !has_score {
                return Err(Refutation::WrongList(
                    "the corners are not those of the scores, counterclockwise".to_owned(),
                ));
            }
        }
        // Convex at every corner, and once around: all corners lie left of the first side.
        let once = (1..corners.len() - 1).all(|at| {
            let from = |k: usize| -> Point {
                let (one, first) = (&corners[k].payoffs, &corners[0].payoffs);
                [&one[0] - &first[0], &one[1] - &first[1]]
            };
            turn(&from(at), &from(at + 1)).is_positive()
        });
        if once {
            Ok(())
        } else {
            Err(Refutation::WrongList("the corners go around more than once".to_owned()))
        }
    }

    /// A segment, a point or nothing is all that the scores leave: every corner of two scores that no
    /// other cuts off is listed.
    fn thin(
        &mut self,
        sides: &[(Point, &Rational)],
        corners: &[LimitCorner],
    ) -> Result<(), Refutation> {
        for (at, (one, level)) in sides.iter().enumerate() {
            for (other, height) in &sides[at + 1..] {
                let area = turn(one, other);
                if area.is_zero() {
                    continue;
                }
                self.meter.spend(20 + 8 * sides.len())?;
                let meet: Point = [
                    (*level * &other[1] - *height * &one[1]) / &area,
                    (*height * &one[0] - *level * &other[0]) / &area,
                ];
                let inside = sides.iter().all(|(weights, value)| dot(weights, &meet) <= **value);
                if inside && !corners.iter().any(|corner| corner.payoffs == meet) {
                    return Err(Refutation::Incomplete(
                        "the scores leave more than the stated corners".to_owned(),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The cones of each corner fill the directions in which it is extreme.
    fn kept(&mut self, corners: &[LimitCorner]) -> Result<(), Refutation> {
        let all = corners.len();
        for (at, corner) in corners.iter().enumerate() {
            let outward = |from: &Point, to: &Point| [&to[1] - &from[1], &from[0] - &to[0]];
            let before = outward(&corners[(at + all - 1) % all].payoffs, &corner.payoffs);
            let after = outward(&corner.payoffs, &corners[(at + 1) % all].payoffs);
            let gap = || {
                Refutation::Incomplete(format!(
                    "the cones of the corner {}, {} do not fill its directions",
                    number(&corner.payoffs[0]),
                    number(&corner.payoffs[1])
                ))
            };
            let mut from = before;
            for step in &corner.steps {
                let [(first, _), (last, _)] = &step.ends;
                if !parallel(first, &from) || !turn(first, last).is_positive() {
                    return Err(gap());
                }
                from = last.clone();
                if step.profile >= self.game.stage().num_profiles() {
                    return Err(Refutation::Misfit("a cone names no profile".to_owned()));
                }
                for (direction, continuations) in &step.ends {
                    let in_quadrant = step.signs.iter().zip(direction).all(|(sign, weight)| {
                        let along = weight * Rational::from(i64::from(*sign));
                        sign.abs() == 1 && !along.is_negative()
                    });
                    if !in_quadrant {
                        return Err(Refutation::Misfit(
                            "a cone does not lie in its quadrant".to_owned(),
                        ));
                    }
                    let given =
                        self.given(step.profile, (direction, &step.signs), continuations)?;
                    if given < dot(direction, &corner.payoffs) {
                        return Err(Refutation::NotOptimal(format!(
                            "{} does not keep the corner {}, {}",
                            self.game.profile_name(step.profile),
                            number(&corner.payoffs[0]),
                            number(&corner.payoffs[1])
                        )));
                    }
                }
            }
            if !parallel(&from, &after) {
                return Err(gap());
            }
        }
        Ok(())
    }
}
