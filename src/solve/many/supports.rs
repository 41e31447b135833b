//! All equilibria by their supports.
//!
//! Every equilibrium has one support for each player. For each combination of supports that
//! conditional dominance leaves over, all solutions of its equations are isolated
//! ([`super::isolate`]). A solution with positive probabilities, at which no unplayed action is
//! better, is an equilibrium. Where a probability or a margin is zero within rounding, simple
//! fractions are tried exactly; if they do not decide, the support is left open, and so is one whose
//! solutions are not isolated.
//! Source: Dickhaut & Kaplan (1991); Porter, Nudelman & Shoham (2008), Games and Economic Behavior 63.

use crate::game::NormalForm;
use crate::game::answer::{Approximate, ApproximateEquilibrium};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::isolate::{Equations, Root};
use super::verdict::{claim, evaluate, exact_near, on_grid, simple_near};

/// The stated radius in multiples of the least one for which Krawczyk's test succeeds.
const ROOM: f64 = 1024.0;

/// The greatest number of combinations of supports.
const MOST_SUPPORTS: u64 = 10_000_000;

/// The name of the method.
const METHOD: &str = "support-enumeration";

/// All equilibria of a game, each exact or isolated by a proof, or a partial list that says so.
///
/// The list is complete when no support is left open: then every equilibrium is isolated. Work is
/// exponential in the number of actions: Π (2^actions − 1) supports, and up to 3000 boxes for each.
/// A step of the budget is a support or a box.
#[must_use]
pub fn enumerate_equilibria_by_supports(
    game: &NormalForm,
    budget: &Budget,
) -> Outcome<Approximate> {
    let mut search =
        Search { game, list: Vec::new(), open: 0, first_open: None, steps: 0, supports: 0 };
    let status = search.run(budget);
    let Search { mut list, open, first_open, steps, supports, .. } = search;
    list.sort_by(|a, b| b.profile.cmp(&a.profile));
    list.dedup_by(|a, b| a.profile == b.profile);
    let stands = |one: &ApproximateEquilibrium| one.regret.is_zero() || one.radius.is_some();
    let complete = status.is_ok() && open == 0 && list.iter().all(stands);
    let mut warnings = Vec::new();
    if let Some(support) = first_open {
        warnings.push(format!(
            "{open} of {supports} combinations of supports are left open, since their solutions are not \
             isolated or lie on a boundary: there may be more equilibria, the first of them with the \
             support {}",
            describe(game, &support)
        ));
    }
    Outcome {
        answer: Approximate { list, complete },
        status: status.map_or_else(Status::Partial, |()| Status::Solved),
        method: METHOD,
        work: Work { nodes: steps, ..Work::default() },
        warnings,
    }
}

fn describe(game: &NormalForm, support: &[Vec<usize>]) -> String {
    let parts = game.players().iter().zip(support).map(|(player, actions)| {
        let names: Vec<&str> = actions.iter().map(|&a| player.actions[a].as_str()).collect();
        format!("{}: {}", player.name, names.join(", "))
    });
    parts.collect::<Vec<_>>().join("; ")
}

struct Search<'a> {
    game: &'a NormalForm,
    list: Vec<ApproximateEquilibrium>,
    /// The supports that are not decided.
    open: u64,
    first_open: Option<Vec<Vec<usize>>>,
    steps: u64,
    supports: u64,
}

/// What a solution of the equations is.
enum Verdict {
    Equilibrium(Box<ApproximateEquilibrium>),
    Nothing,
    Open,
}

impl Search<'_> {
    fn run(&mut self, budget: &Budget) -> Result<(), Exhausted> {
        let shape = self.game.shape();
        if shape.iter().any(|&actions| actions > 30) {
            return Err(Exhausted::Steps);
        }
        let each: Vec<u64> = shape.iter().map(|&actions| (1 << actions) - 1).collect();
        let all = each.iter().try_fold(1u64, |all, &n| all.checked_mul(n));
        if all.is_none_or(|all| all > MOST_SUPPORTS) {
            return Err(Exhausted::Steps);
        }
        let mut masks = vec![1u64; shape.len()];
        loop {
            budget.check(self.steps)?;
            self.steps += 1;
            self.supports += 1;
            self.look(&masks, budget)?;
            let Some(next) = (0..shape.len()).rev().find(|&at| masks[at] < each[at]) else {
                return Ok(());
            };
            masks[next] += 1;
            masks[next + 1..].fill(1);
        }
    }

    fn look(&mut self, masks: &[u64], budget: &Budget) -> Result<(), Exhausted> {
        let support: Vec<Vec<usize>> = masks
            .iter()
            .zip(self.game.shape())
            .map(|(mask, actions)| (0..actions).filter(|at| mask >> at & 1 == 1).collect())
            .collect();
        let Some(equations) = Equations::new(self.game, support) else { return Ok(()) };
        let Some(roots) = equations.solve(budget, &mut self.steps)? else {
            self.leave_open(equations.support);
            return Ok(());
        };
        let mut open = false;
        for root in &roots {
            match self.judge(&equations, root) {
                Verdict::Equilibrium(one) => self.list.push(*one),
                Verdict::Nothing => {}
                Verdict::Open => open = true,
            }
        }
        if open {
            self.leave_open(equations.support);
        }
        Ok(())
    }

    fn leave_open(&mut self, support: Vec<Vec<usize>>) {
        self.open += 1;
        self.first_open.get_or_insert(support);
    }

    fn judge(&self, equations: &Equations, root: &Root) -> Verdict {
        let strategies = equations.enclose(root);
        if strategies.iter().flatten().any(|p| p.upper() < 0.0) {
            return Verdict::Nothing;
        }
        let margins = equations.margins(&strategies);
        if margins.iter().any(|margin| margin.upper() < 0.0) {
            return Verdict::Nothing;
        }
        let shape = self.game.shape();
        let mut x = Vec::new();
        for (player, actions) in equations.support.iter().enumerate() {
            let mut full = vec![0.0; shape[player]];
            for (&action, p) in actions.iter().zip(&strategies[player]) {
                full[action] = p.midpoint().max(0.0);
            }
            x.extend(full);
        }
        let positive = strategies.iter().flatten().all(|p| p.lower() > 0.0);
        let strict = margins.iter().all(|margin| margin.lower() > 0.0);
        if positive && let Some(exact) = exact_near(self.game, &x) {
            return Verdict::Equilibrium(Box::new(exact));
        }
        if positive && strict {
            let mut one = claim(self.game, on_grid(&shape, &x));
            let most = equations.support.iter().map(Vec::len).max().unwrap_or(1) as f64;
            // With room for a check that rounds differently and starts from a profile on a grid.
            let radius = most * (ROOM * root.inner.max(1e-15)).min(root.outer);
            let least = strategies.iter().flatten().map(|p| p.lower()).fold(1.0, f64::min);
            if !one.regret.is_zero() && 2.0 * radius < least {
                one.radius = Rational::from_f64_exactly(radius);
            }
            return Verdict::Equilibrium(Box::new(one));
        }
        if !positive && self.is_boundary(equations, &x) {
            // The solution belongs to smaller supports, with which it is looked at.
            return Verdict::Nothing;
        }
        Verdict::Open
    }

    /// Whether the only solution near `x` is one in simple fractions with a probability of zero.
    fn is_boundary(&self, equations: &Equations, x: &[f64]) -> bool {
        let Some(profile) = simple_near(&self.game.shape(), x) else { return false };
        let mut some_zero = false;
        for (player, actions) in equations.support.iter().enumerate() {
            some_zero |= actions.iter().any(|&a| profile[player].probabilities()[a].is_zero());
            // All actions of the support are equally good: as pure deviations they give the same.
            let mut payoffs = actions.iter().map(|&action| {
                let mut deviating = profile.clone();
                deviating[player] =
                    crate::game::MixedStrategy::pure(action, self.game.num_actions(player));
                evaluate(self.game, &deviating).0.swap_remove(player)
            });
            let first = payoffs.next();
            if payoffs.any(|payoff| Some(payoff) != first) {
                return false;
            }
        }
        some_zero
    }
}
