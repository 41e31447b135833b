//! Equilibria in which two or three players mix between two actions each and the others play one.
//!
//! Most games have an equilibrium with small supports, and in these the equations have closed forms.
//! When two players mix, each probability makes the other one indifferent, one linear equation each:
//! the equilibrium is rational. When three do, with probabilities p, q and r of their first actions,
//! the indifference of the first gives q by r, that of the second p by r, and that of the third is
//! then a quadratic equation in r.
//! Source: Porter, Nudelman & Shoham (2008), Games and Economic Behavior 63, who look at small supports
//! first; the equations of three players as in Nash (1951), section "an example".

use crate::game::answer::ApproximateEquilibrium;
use crate::game::{MixedProfile, MixedStrategy, NormalForm};
use crate::num::Rational;
use crate::solve::multilinear::{Multilinear, Scratch};
use crate::solve::{Budget, Exhausted};

use super::polish;
use super::verdict::{claim_near, evaluate};

/// Payoffs, in parts of the range, that differ by less are looked at more closely.
const CLOSE: f64 = 1e-12;

/// The greatest number of combinations of supports that are tried: about some milliseconds.
const MOST_SUPPORTS: usize = 100_000;

/// An equilibrium in which two players mix between two actions each, exact; else one in which three
/// do. `None` when there is none, or too many combinations of supports.
pub(super) fn find_with_small_support(
    game: &NormalForm,
    form: &Multilinear,
    budget: &Budget,
    supports: &mut u64,
) -> Result<Option<ApproximateEquilibrium>, Exhausted> {
    for mixing in [2, 3] {
        let mut search = Search { game, form, budget, supports: &mut *supports };
        if search.combinations(mixing) > MOST_SUPPORTS {
            return Ok(None);
        }
        let found = if mixing == 2 { search.pairs()? } else { search.triples()? };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

struct Search<'a> {
    game: &'a NormalForm,
    form: &'a Multilinear,
    budget: &'a Budget,
    supports: &'a mut u64,
}

impl Search<'_> {
    /// How many combinations of supports there are in which so many players mix between two actions.
    fn combinations(&self, mixing: usize) -> usize {
        // The elementary symmetric polynomial of (s − 1) / 2, times all profiles.
        let mut sums = [1.0, 0.0, 0.0, 0.0];
        for &actions in &self.form.shape {
            for at in (1..=mixing).rev() {
                sums[at] += sums[at - 1] * (actions as f64 - 1.0) / 2.0;
            }
        }
        (sums[mixing] * self.game.num_profiles() as f64) as usize
    }

    /// The profiles of all players but those in `mixing`, as profile indices with action 0 of these.
    fn bases(&self, mixing: &[usize]) -> Vec<usize> {
        let mut bases = vec![0];
        for player in (0..self.form.num_players()).filter(|player| !mixing.contains(player)) {
            let stride = self.game.stride(player);
            bases = bases
                .iter()
                .flat_map(|&base| {
                    (0..self.form.shape[player]).map(move |action| base + action * stride)
                })
                .collect();
        }
        bases
    }

    /// Whether the action that a player who does not mix has at `base` is a best reply, where the
    /// others play the profile at each of `mixture` with its probability.
    fn rest_stays(&self, base: usize, mixing: &[usize], mixture: &[(usize, f64)]) -> bool {
        (0..self.form.num_players()).filter(|player| !mixing.contains(player)).all(|player| {
            let (table, stride) = (self.form.table(player), self.game.stride(player));
            let own = self.game.action_in(player, base);
            let value = |action: usize| -> f64 {
                mixture.iter().map(|&(at, p)| p * table[at + action * stride - own * stride]).sum()
            };
            let best = value(own) + CLOSE;
            (0..self.form.shape[player]).all(|action| action == own || value(action) <= best)
        })
    }

    fn pairs(&mut self) -> Result<Option<ApproximateEquilibrium>, Exhausted> {
        let players = self.form.num_players();
        for one in 0..players {
            for two in one + 1..players {
                let (rows, columns) = (self.form.shape[one], self.form.shape[two]);
                for base in self.bases(&[one, two]) {
                    self.budget.check_now(*self.supports)?;
                    *self.supports += (rows * (rows - 1) * columns * (columns - 1) / 4) as u64;
                    if let Some(found) = self.pair(base, one, two) {
                        return Ok(Some(found));
                    }
                }
            }
        }
        Ok(None)
    }

    /// An equilibrium in which `one` and `two` mix and the others play as at `base`.
    fn pair(&self, base: usize, one: usize, two: usize) -> Option<ApproximateEquilibrium> {
        let (of_one, of_two) = (self.form.table(one), self.form.table(two));
        let (s, t) = (self.game.stride(one), self.game.stride(two));
        let (rows, columns) = (self.form.shape[one], self.form.shape[two]);
        let u = |a: usize, b: usize| of_one[base + a * s + b * t];
        let v = |a: usize, b: usize| of_two[base + a * s + b * t];
        for a in 0..rows {
            for c in a + 1..rows {
                for b in 0..columns {
                    let first = u(a, b) - u(c, b);
                    for d in b + 1..columns {
                        let second = u(a, d) - u(c, d);
                        if first * second >= 0.0 {
                            continue;
                        }
                        let (third, fourth) = (v(a, b) - v(a, d), v(c, b) - v(c, d));
                        if third * fourth >= 0.0 {
                            continue;
                        }
                        let q = second / (second - first);
                        let p = fourth / (fourth - third);
                        let by_row = |a: usize| q * u(a, b) + (1.0 - q) * u(a, d);
                        let by_column = |b: usize| p * v(a, b) + (1.0 - p) * v(c, b);
                        let (best_row, best_column) = (by_row(a) + CLOSE, by_column(b) + CLOSE);
                        if !(0..rows).all(|row| by_row(row) <= best_row)
                            || !(0..columns).all(|column| by_column(column) <= best_column)
                        {
                            continue;
                        }
                        let at = |a: usize, b: usize| base + a * s + b * t;
                        let mixture = [
                            (at(a, b), p * q),
                            (at(a, d), p * (1.0 - q)),
                            (at(c, b), (1.0 - p) * q),
                            (at(c, d), (1.0 - p) * (1.0 - q)),
                        ];
                        if !self.rest_stays(base, &[one, two], &mixture) {
                            continue;
                        }
                        if let Some(exact) = self.exact_pair(base, (one, [a, c]), (two, [b, d])) {
                            return Some(exact);
                        }
                    }
                }
            }
        }
        None
    }

    /// The exact equilibrium in which two players mix between these actions, if there is one.
    fn exact_pair(
        &self,
        base: usize,
        (one, [a, c]): (usize, [usize; 2]),
        (two, [b, d]): (usize, [usize; 2]),
    ) -> Option<ApproximateEquilibrium> {
        let at = |x: usize, y: usize| base + x * self.game.stride(one) + y * self.game.stride(two);
        let u = |x: usize, y: usize| self.game.payoff(one, at(x, y));
        let v = |x: usize, y: usize| self.game.payoff(two, at(x, y));
        let share = |first: Rational, second: Rational| second.checked_div(&(&second - &first));
        let q = share(u(a, b) - u(c, b), u(a, d) - u(c, d))?;
        let p = share(v(a, b) - v(a, d), v(c, b) - v(c, d))?;
        let mixed = |player: usize, [x, y]: [usize; 2], p: Rational| -> Option<MixedStrategy> {
            let mut probabilities = vec![Rational::ZERO; self.game.num_actions(player)];
            probabilities[y] = Rational::ONE - &p;
            probabilities[x] = p;
            MixedStrategy::new(probabilities).ok()
        };
        let mut profile: MixedProfile = self.game.pure_profile(&self.game.profile(base));
        profile[one] = mixed(one, [a, c], p)?;
        profile[two] = mixed(two, [b, d], q)?;
        let (payoffs, regret) = evaluate(self.game, &profile);
        regret.is_zero().then_some(ApproximateEquilibrium {
            profile,
            payoffs,
            regret,
            radius: None,
        })
    }

    fn triples(&mut self) -> Result<Option<ApproximateEquilibrium>, Exhausted> {
        let players = self.form.num_players();
        let mut scratch = Scratch::default();
        for one in 0..players {
            for two in one + 1..players {
                for three in two + 1..players {
                    let triple = [one, two, three];
                    for base in self.bases(&triple) {
                        self.budget.check_now(*self.supports)?;
                        if let Some(found) = self.triple(base, triple, &mut scratch) {
                            return Ok(Some(found));
                        }
                    }
                }
            }
        }
        Ok(None)
    }

    /// An equilibrium in which three players mix and the others play as at `base`.
    fn triple(
        &mut self,
        base: usize,
        triple: [usize; 3],
        scratch: &mut Scratch,
    ) -> Option<ApproximateEquilibrium> {
        let (game, form) = (self.game, self.form);
        let shape = triple.map(|player| form.shape[player]);
        let stride = triple.map(|player| game.stride(player));
        let pairs = shape.map(|actions| {
            (0..actions)
                .flat_map(move |a| (a + 1..actions).map(move |b| [a, b]))
                .collect::<Vec<_>>()
        });
        for &x in &pairs[0] {
            for &y in &pairs[1] {
                for &z in &pairs[2] {
                    *self.supports += 1;
                    let support = [x, y, z];
                    for [p, q, r] in
                        mixtures(form, base, triple, stride, support).into_iter().flatten()
                    {
                        let shares = [p, q, r];
                        let mut mixture = [(base, 1.0); 8];
                        for (k, entry) in mixture.iter_mut().enumerate() {
                            for at in 0..3 {
                                let second = k >> at & 1;
                                entry.0 += support[at][second] * stride[at];
                                entry.1 *= if second == 0 { shares[at] } else { 1.0 - shares[at] };
                            }
                        }
                        // The mixing players' own actions cancel, so that they are tested likewise.
                        let best = (0..3).all(|own| {
                            let (table, s) = (form.table(triple[own]), stride[own]);
                            let value = |action: usize| -> f64 {
                                (0..8)
                                    .filter(|k| k >> own & 1 == 0)
                                    .map(|k| {
                                        let (at, p) = mixture[k];
                                        p * table[at - support[own][0] * s + action * s]
                                    })
                                    .sum()
                            };
                            let least = value(support[own][0]) + CLOSE;
                            (0..shape[own]).all(|action| value(action) <= least)
                        });
                        if !best || !self.rest_stays(base, &triple, &mixture) {
                            continue;
                        }
                        let mut flat = vec![0.0; form.num_actions()];
                        for player in 0..form.num_players() {
                            flat[form.offsets[player] + game.action_in(player, base)] = 1.0;
                        }
                        for at in 0..3 {
                            let own = form.offsets[triple[at]];
                            flat[own..own + shape[at]].fill(0.0);
                            flat[own + support[at][0]] = shares[at];
                            flat[own + support[at][1]] = 1.0 - shares[at];
                        }
                        let played: Vec<bool> = flat.iter().map(|&p| p > 0.0).collect();
                        if let Some(found) = polish(form, &flat, &played, scratch) {
                            return Some(claim_near(game, &found));
                        }
                    }
                }
            }
        }
        None
    }
}

/// The probabilities of the first of two actions of three players that make all of them indifferent,
/// as far as they lie between 0 and 1.
fn mixtures(
    form: &Multilinear,
    base: usize,
    triple: [usize; 3],
    stride: [usize; 3],
    support: [[usize; 2]; 3],
) -> [Option<[f64; 3]>; 2] {
    // The gain by the first action against the others' actions: α + β s + γ t + δ s t, where s is the
    // probability of the first action of the former of the others, and t of the latter's.
    let mut equations = [[0.0; 4]; 3];
    for own in 0..3 {
        let others = [[1, 2], [0, 2], [0, 1]][own];
        let table = form.table(triple[own]);
        let gain = |s: usize, t: usize| {
            let at = base
                + support[others[0]][s] * stride[others[0]]
                + support[others[1]][t] * stride[others[1]];
            table[at + support[own][0] * stride[own]] - table[at + support[own][1] * stride[own]]
        };
        let gains = [gain(0, 0), gain(0, 1), gain(1, 0), gain(1, 1)];
        if gains.iter().all(|&gain| gain > 0.0) || gains.iter().all(|&gain| gain < 0.0) {
            return [None; 2];
        }
        let [both, first, second, none] = gains;
        equations[own] = [none, first - none, second - none, both - first - second + none];
    }
    let [[a1, b1, c1, d1], [a2, b2, c2, d2], [a3, b3, c3, d3]] = equations;
    // q = −(a1 + c1 r)/(b1 + d1 r), p = −(a2 + c2 r)/(b2 + d2 r), a3 + b3 p + c3 q + d3 p q = 0.
    let product = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [a * c, a * d + b * c, b * d];
    let terms = [
        (a3, product([b2, d2], [b1, d1])),
        (-b3, product([a2, c2], [b1, d1])),
        (-c3, product([a1, c1], [b2, d2])),
        (d3, product([a2, c2], [a1, c1])),
    ];
    let mut quadratic = [0.0; 3];
    for (factor, term) in terms {
        for (sum, part) in quadratic.iter_mut().zip(term) {
            *sum += factor * part;
        }
    }
    let [constant, linear, square] = quadratic;
    let discriminant = linear * linear - 4.0 * square * constant;
    if discriminant < 0.0 {
        return [None; 2];
    }
    // Without cancellation (Press et al. 2007, section 5.6).
    let half = -0.5 * (linear + discriminant.sqrt().copysign(linear));
    [half / square, constant / half].map(|r| {
        let q = -(a1 + c1 * r) / (b1 + d1 * r);
        let p = -(a2 + c2 * r) / (b2 + d2 * r);
        // A comparison with what is not a number is false.
        let inside = |share: f64| share > 0.0 && share < 1.0;
        (inside(p) && inside(q) && inside(r)).then_some([p, q, r])
    })
}
