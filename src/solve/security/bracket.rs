//! ORIGAMI in machine numbers, for millions of targets, with bounds that hold in spite of rounding.
//!
//! The level k* to which the attacker can be pressed is the root of the convex, piecewise linear and
//! falling f(k) = Σ_{u_t > k} (u_t − k) w_t − R, or the greatest payoff of a covered target if that is
//! more. Newton's method from the left, over the targets above the last k alone, rises to the root in
//! few passes (as Michelot 1986 projects onto a simplex), and needs no sort.
//!
//! A commitment with ties at the top would be worth something else after any rounding. So the level
//! of all other targets is put a little above k*, that of the attacked one a little above that: it is
//! then the only best reply to the stated coverage, and gives a little less than the bound, by about
//! 10⁻¹³ of the payoffs. What is stated is checked by [`crate::certify::certify_security_bracket`].

use crate::game::security::{LargeSecurityGame, SecurityBracket};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

/// Coverage is counted in units of 2⁻⁵³.
const ONE: f64 = 9_007_199_254_740_992.0;
/// The largest number of passes over the targets; each drops some, and a dozen are many.
const MOST_PASSES: usize = 1000;
/// The first step above the level, beside the largest payoffs.
const STEP: f64 = 1.0 / ((1u64 << 46) as f64);

/// The optimal commitment of the defender, in machine numbers, between bounds of its value.
///
/// Expected O(T) for T targets. The answer is `None` when the budget is spent, or the payoffs are
/// such that no step between 2⁻⁴⁶ and 2⁻¹⁶ of the largest one tells the attacked target from others.
#[must_use]
pub fn bracket_security_game(
    game: &LargeSecurityGame,
    budget: &Budget,
) -> Outcome<Option<SecurityBracket>> {
    let (answer, status) = match bracket(game, budget) {
        Ok(answer) => (answer, Status::Solved),
        Err(reason) => (None, Status::Partial(reason)),
    };
    let warnings = Vec::new();
    Outcome { answer, status, method: "origami-float", work: Work::default(), warnings }
}

fn bracket(
    game: &LargeSecurityGame,
    budget: &Budget,
) -> Result<Option<SecurityBracket>, Exhausted> {
    budget.check_now(0)?;
    if game.resources() == 0 {
        return Ok(uncovered(game));
    }
    let level = level(game, budget)?;
    let scale =
        game.targets().iter().fold(0.0f64, |most, &[_, _, c, u]| most.max(c.abs()).max(u.abs()));
    let mut step = STEP * scale;
    for _ in 0..30 {
        budget.check_now(0)?;
        if let Some(answer) = at_step(game, level, step) {
            return Ok(Some(answer));
        }
        step *= 2.0;
    }
    // No step was found: whatever the reason is, it is no answer.
    Err(Exhausted::Steps)
}

/// Without resources nothing is covered and ties are exact.
fn uncovered(game: &LargeSecurityGame) -> Option<SecurityBracket> {
    let targets = game.targets();
    let floor = targets.iter().fold(f64::NEG_INFINITY, |most, target| most.max(target[3]));
    let best = (0..targets.len()).filter(|&at| targets[at][3] == floor);
    let attacked = best.max_by(|&a, &b| targets[a][1].total_cmp(&targets[b][1]).then(b.cmp(&a)))?;
    let value = targets[attacked][1];
    let coverage = vec![0; targets.len()];
    Some(SecurityBracket { coverage, attacked, floor, lower: value, upper: value })
}

/// The level k*, nearly.
fn level(game: &LargeSecurityGame, budget: &Budget) -> Result<f64, Exhausted> {
    let resources = game.resources() as f64;
    let full = game.targets().iter().fold(f64::NEG_INFINITY, |most, target| most.max(target[2]));
    let mut active: Vec<(f64, f64)> =
        game.targets().iter().map(|&[_, _, c, u]| (u, 1.0 / (u - c))).collect();
    let mut level = full;
    // The level rises at each pass; it is known well enough when it rises by rounding alone.
    for _ in 0..MOST_PASSES {
        budget.check_now(0)?;
        active.retain(|&(u, _)| u > level);
        // Σ (u − level) w and Σ w, so that the step is added to what is known.
        let (mut excess, mut total) = (0.0, 0.0);
        for part in active.chunks(1 << 12) {
            let sums = part
                .iter()
                .fold((0.0, 0.0), |(excess, total), &(u, w)| (excess + (u - level) * w, total + w));
            excess += sums.0;
            total += sums.1;
        }
        let next = level + (excess - resources) / total;
        // At the first look the level of full cover may be the answer; later the steps only shrink.
        if active.is_empty() || next.partial_cmp(&level) != Some(std::cmp::Ordering::Greater) {
            break;
        }
        let risen = next - level;
        level = next;
        if risen <= 1e-15 * level.abs() {
            break;
        }
    }
    Ok(level)
}

/// The answer with levels so far above the lowest, if it is one.
fn at_step(game: &LargeSecurityGame, level: f64, step: f64) -> Option<SecurityBracket> {
    let targets = game.targets();
    let (others, own) = (level + step, level + 2.0 * step);
    let cover = |at: usize, level: f64| {
        let [_, _, c, u] = targets[at];
        ((u - level) / (u - c)).clamp(0.0, 1.0)
    };
    let worth = |at: usize, cover: f64| targets[at][1] + (targets[at][0] - targets[at][1]) * cover;
    let mut best: Option<(usize, f64)> = None;
    for at in (0..targets.len()).filter(|&at| targets[at][3] >= own) {
        let value = worth(at, cover(at, own));
        if best.is_none_or(|(_, most)| value > most) {
            best = Some((at, value));
        }
    }
    let (attacked, _) = best?;
    let units = |cover: f64| (cover * ONE) as u64;
    let mut coverage: Vec<u64> = (0..targets.len()).map(|at| units(cover(at, others))).collect();
    coverage[attacked] = units(cover(attacked, own));
    let floor = level - step;
    let (lower, upper) = bounds(game, &coverage, attacked, floor)?;
    Some(SecurityBracket { coverage, attacked, floor, lower, upper })
}

/// What the coverage gives at least, and what any gives at most, if the coverage is within the
/// resources and the attacked target certainly the best.
fn bounds(
    game: &LargeSecurityGame,
    coverage: &[u64],
    attacked: usize,
    floor: f64,
) -> Option<(f64, f64)> {
    let targets = game.targets();
    let used: u128 = coverage.iter().map(|&units| u128::from(units)).sum();
    if used > (game.resources() as u128) << 53 {
        return None;
    }
    let exact = |at: usize, side: usize| -> Option<Rational> {
        let [covered, uncovered] =
            [0, 1].map(|which| Rational::from_f64_exactly(targets[at][2 * side + which]));
        let (covered, uncovered) = (covered?, uncovered?);
        let share = Rational::from(coverage[at]) / Rational::from(1u64 << 53);
        Some(&uncovered + &((covered - &uncovered) * share))
    };
    let own = exact(attacked, 1)?;
    let own_below = below(&own);
    // Where rounding does not tell, exact numbers do.
    for (at, &[_, _, c, u]) in targets.iter().enumerate() {
        let value = u - (u - c) * (coverage[at] as f64 / ONE);
        if value + (u.abs() + c.abs()) * 1e-15 > own_below && at != attacked && exact(at, 1)? > own
        {
            return None;
        }
    }
    // Each quotient is off by less than 2^-50 of itself, and D likewise of its parts.
    let mut upper = f64::NEG_INFINITY;
    let (mut needed, mut full) = (0u128, false);
    for &[dc, du, c, u] in targets {
        full |= c >= floor;
        if u < floor {
            continue;
        }
        let share = (u - floor) / (u - c);
        needed += (share.min(1.0) * (1.0 - 1e-15) * ONE) as u128;
        let share = (share * (1.0 + 1e-15)).min(1.0);
        upper = upper.max(du + (dc - du) * share + (dc.abs() + du.abs()) * 2e-15);
    }
    if !full && needed < (game.resources() as u128) << 53 {
        return None;
    }
    Some((below(&exact(attacked, 0)?), upper))
}

/// A machine number at most this.
fn below(value: &Rational) -> f64 {
    let near = value.to_f64();
    match Rational::from_f64_exactly(near) {
        Some(exact) if exact <= *value => near,
        _ => near.next_down(),
    }
}
