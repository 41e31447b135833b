//! Claims about a stage game that are checked on tables of any kind of number: a profile at which
//! best replies rest, the best pure commitment, and the profile that dominance leaves alone.
//!
//! Tables are `[player][profile]`, profiles row-major, the last player fastest.

use crate::num::{NotDecided, Scalar};

use super::doubt::{Axis, Doubt, at_least, better, deviation, wrong};

/// Checks that nobody gains by deviating alone from a profile.
///
/// Work: one comparison for each action of each player.
///
/// # Errors
/// [`Doubt`] with the deviation that gains, or when intervals cannot tell.
pub fn certify_rest<S: Scalar>(
    shape: &[usize],
    payoffs: &[Vec<S>],
    profile: usize,
) -> Result<(), Doubt> {
    for (player, table) in payoffs.iter().enumerate() {
        for (action, other) in Axis::of(shape, player).deviations(profile) {
            if table[other].order(&table[profile])?.is_gt() {
                return Err(deviation(format!(
                    "player {} gains by action {} where best replies are said to rest",
                    player + 1,
                    action + 1
                )));
            }
        }
    }
    Ok(())
}

/// Checks that a profile of two players is the leader's best pure commitment with the follower's
/// best reply, ties broken for the leader: no profile in which the follower replies at his best is
/// better for the leader.
///
/// Work: two comparisons for each profile and reply.
///
/// # Errors
/// [`Doubt`] as [`certify_rest`].
pub fn certify_pure_commitment<S: Scalar>(
    shape: &[usize],
    payoffs: &[Vec<S>],
    leader: usize,
    profile: usize,
) -> Result<(), Doubt> {
    let follower = 1 - leader;
    let (lead, reply) = (Axis::of(shape, leader), Axis::of(shape, follower));
    for (action, other) in reply.deviations(profile) {
        if payoffs[follower][other].order(&payoffs[follower][profile])?.is_gt() {
            return Err(deviation(format!("the follower replies better by action {}", action + 1)));
        }
    }
    for action in 0..shape[leader] {
        for answer in 0..shape[follower] {
            let here = reply.with(lead.with(profile, action), answer);
            if here == profile || at_least(&payoffs[leader][profile], &payoffs[leader][here])? {
                continue;
            }
            // Better for the leader: then the follower must not reply so.
            let mut replies = true;
            for (_, other) in reply.deviations(here) {
                replies &= at_least(&payoffs[follower][here], &payoffs[follower][other])?;
            }
            if replies {
                return Err(better(format!(
                    "the leader does better by committing to action {}",
                    action + 1
                )));
            }
        }
    }
    Ok(())
}

/// Checks that iterated strict dominance by pure strategies leaves one profile of two players
/// alone, which is then the only correlated equilibrium.
///
/// Work: at most (actions)² × (actions of the other) comparisons a round.
///
/// # Errors
/// [`Doubt`] when something else survives, or when intervals cannot tell.
pub fn certify_only_survivor<S: Scalar>(
    shape: &[usize],
    payoffs: &[Vec<S>],
    profile: usize,
) -> Result<(), Doubt> {
    let axes = [Axis::of(shape, 0), Axis::of(shape, 1)];
    let mut alive = [vec![true; shape[0]], vec![true; shape[1]]];
    let mut changed = true;
    while changed {
        changed = false;
        for player in 0..2 {
            for action in 0..shape[player] {
                if action == axes[player].action(profile) || !alive[player][action] {
                    continue;
                }
                for rival in (0..shape[player]).filter(|&rival| rival != action) {
                    let mut beaten = alive[player][rival];
                    for against in (0..shape[1 - player]).filter(|&at| alive[1 - player][at]) {
                        let base = axes[1 - player].with(profile, against);
                        let at = |action| &payoffs[player][axes[player].with(base, action)];
                        beaten = beaten && at(rival).order(at(action))?.is_gt();
                        if !beaten {
                            break;
                        }
                    }
                    if beaten {
                        alive[player][action] = false;
                        changed = true;
                        break;
                    }
                }
            }
        }
    }
    if alive.iter().all(|alive| alive.iter().filter(|&&alive| alive).count() == 1) {
        return Ok(());
    }
    Err(better("strict dominance leaves more than the one profile that is said to be left"))
}

/// What is said of a stage game as a whole.
#[derive(Debug, Clone, Copy)]
pub struct StageClaims<'a> {
    /// For each player and each joint action of the others (row-major) the lowest best reply.
    pub best_replies: &'a [Vec<usize>],
    /// The number of equilibria in pure strategies.
    pub pure_equilibria: usize,
    /// Whether iterated strict dominance by pure strategies leaves one profile.
    pub dominance_solvable: bool,
}

/// Checks best replies by the definition, counts pure equilibria as the profiles of best replies, and
/// eliminates dominated actions of all players at once, round by round.
///
/// Work: profiles times actions for the first two; for dominance rounds times profiles times actions.
///
/// # Errors
/// [`Doubt`] with what is wrong, or when intervals cannot tell.
pub fn certify_stage_claims<S: Scalar>(
    shape: &[usize],
    payoffs: &[Vec<S>],
    claims: &StageClaims<'_>,
) -> Result<(), Doubt> {
    let profiles: usize = shape.iter().product();
    let mut replied = vec![0; profiles];
    for (player, table) in payoffs.iter().enumerate() {
        let axis = Axis::of(shape, player);
        let bases = (0..profiles).filter(|&profile| axis.action(profile) == 0);
        let replies = claims.best_replies.get(player).map_or(&[][..], Vec::as_slice);
        if replies.len() * shape[player] != profiles {
            return Err(wrong("there is not one best reply to each joint action"));
        }
        for (base, &reply) in bases.zip(replies) {
            if reply >= shape[player] {
                return Err(wrong("a best reply is no action of the player"));
            }
            let best = axis.with(base, reply);
            replied[best] += 1;
            for action in (0..shape[player]).filter(|&action| action != reply) {
                let other = axis.with(base, action);
                let order = table[best].order(&table[other])?;
                if order.is_lt() || (order.is_eq() && action < reply) {
                    return Err(better("a lower action is as good a reply, or another is better"));
                }
                replied[other] += usize::from(order.is_eq());
            }
        }
    }
    let count = replied.iter().filter(|&&players| players == shape.len()).count();
    if count != claims.pure_equilibria {
        return Err(wrong(format!(
            "{} pure equilibria are stated, and there are {count}",
            claims.pure_equilibria
        )));
    }
    if shape.len() == 2 && is_dominance_solvable(shape, payoffs)? != claims.dominance_solvable {
        return Err(wrong("whether dominance solves the game is stated wrongly"));
    }
    Ok(())
}

fn is_dominance_solvable<S: Scalar>(
    shape: &[usize],
    payoffs: &[Vec<S>],
) -> Result<bool, NotDecided> {
    let axes = [Axis::of(shape, 0), Axis::of(shape, 1)];
    let mut left: [Vec<usize>; 2] = [(0..shape[0]).collect(), (0..shape[1]).collect()];
    loop {
        let mut next: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
        for player in 0..2 {
            let at = |own: usize, other: usize| {
                &payoffs[player][axes[1 - player].with(axes[player].with(0, own), other)]
            };
            for &action in &left[player] {
                let mut stays = true;
                for &rival in left[player].iter().filter(|&&rival| rival != action) {
                    let mut beats = true;
                    for &other in &left[1 - player] {
                        beats = beats && at(rival, other).order(at(action, other))?.is_gt();
                    }
                    stays &= !beats;
                }
                if stays {
                    next[player].push(action);
                }
            }
        }
        if next == left {
            return Ok(left.iter().all(|actions| actions.len() == 1));
        }
        left = next;
    }
}

/// Checks which agreement is kept: of those that hold one with the greatest joint payoff, if that is
/// more than what is got otherwise; none only if none gives more.
///
/// `candidates` has the profile of each agreement, or `None` where it does not hold, or is what is
/// played otherwise.
///
/// # Errors
/// [`Doubt`] when another one, or none, is kept, or when intervals cannot tell.
pub fn certify_kept_agreement<S: Scalar>(
    payoffs: &[Vec<S>],
    candidates: &[Option<usize>],
    otherwise: &S,
    kept: Option<usize>,
) -> Result<(), Doubt> {
    let joint =
        |profile: usize| payoffs.iter().fold(S::zero(), |sum, table| sum.plus(&table[profile]));
    let best = match kept {
        None => otherwise.clone(),
        Some(at) => {
            let Some(profile) = candidates.get(at).copied().flatten() else {
                return Err(wrong("the agreement that is kept does not hold"));
            };
            let value = joint(profile);
            if at_least(otherwise, &value)? {
                return Err(better("an agreement is kept that gives no more than its absence"));
            }
            value
        }
    };
    for (at, profile) in candidates.iter().enumerate() {
        if let Some(profile) = profile.filter(|_| kept != Some(at))
            && !at_least(&best, &joint(profile))?
        {
            return Err(better("another agreement holds and gives a greater joint payoff"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Interval, Rational};

    fn table(values: &[i64]) -> Vec<Rational> {
        values.iter().map(|&value| Rational::from(value)).collect()
    }

    /// The prisoner's dilemma, profiles CC, CD, DC, DD.
    fn dilemma() -> Vec<Vec<Rational>> {
        vec![table(&[3, 0, 5, 1]), table(&[3, 5, 0, 1])]
    }

    #[test]
    fn only_the_equilibrium_of_the_dilemma_rests_and_survives() {
        for profile in 0..4 {
            assert_eq!(certify_rest(&[2, 2], &dilemma(), profile).is_ok(), profile == 3);
            assert_eq!(certify_only_survivor(&[2, 2], &dilemma(), profile).is_ok(), profile == 3);
        }
    }

    #[test]
    fn claims_about_the_whole_game_are_recomputed() {
        let replies = [vec![1, 1], vec![1, 1]];
        let check = |best_replies: &[Vec<usize>], pure_equilibria, dominance_solvable| {
            let claims = StageClaims { best_replies, pure_equilibria, dominance_solvable };
            certify_stage_claims(&[2, 2], &dilemma(), &claims).is_ok()
        };
        assert!(check(&replies, 1, true));
        assert!(!check(&replies, 2, true) && !check(&replies, 1, false));
        assert!(!check(&[vec![1, 0], vec![1, 1]], 1, true));
        // With a tie the lower reply is the one to state, and both profiles are equilibria.
        let tied = vec![table(&[1, 0, 1, 0]), table(&[1, 0, 1, 0])];
        for (first, right) in [(vec![0, 0], true), (vec![1, 0], false)] {
            let claims = StageClaims {
                best_replies: &[first, vec![0, 0]],
                pure_equilibria: 2,
                dominance_solvable: false,
            };
            assert_eq!(certify_stage_claims(&[2, 2], &tied, &claims).is_ok(), right);
        }
    }

    #[test]
    fn only_the_best_agreement_that_holds_is_kept() {
        let otherwise = Rational::from(2);
        let kept = |candidates: &[Option<usize>], kept| {
            certify_kept_agreement(&dilemma(), candidates, &otherwise, kept).is_ok()
        };
        // Joint payoffs 6, 5 and 2.
        let all = [Some(1), Some(0), Some(3)];
        assert_eq!(
            [None, Some(0), Some(1), Some(2)].map(|at| kept(&all, at)),
            [false, false, true, false]
        );
        assert!(kept(&[None, None, Some(3)], None) && !kept(&[None, None, Some(3)], Some(0)));
    }

    #[test]
    fn only_the_best_commitment_passes() {
        // Rows: the leader gets 2, 4 in the first row, 1, 3 in the second; replies 1 and 2.
        let game = vec![table(&[2, 4, 1, 3]), table(&[1, 0, 0, 1])];
        for profile in 0..4 {
            assert_eq!(certify_pure_commitment(&[2, 2], &game, 0, profile).is_ok(), profile == 3);
        }
    }

    #[test]
    fn a_tie_that_intervals_cannot_see_is_left_open() {
        let near = |values: &[f64]| -> Vec<Interval> {
            values.iter().map(|&value| Interval::hull(value - 1e-9, value + 1e-9)).collect()
        };
        let game = vec![near(&[1.0, 1.0, 1.0, 1.0]), near(&[1.0, 0.0, 1.0, 0.0])];
        assert!(matches!(certify_rest(&[2, 2], &game, 0), Err(Doubt::Open(_))));
    }
}
