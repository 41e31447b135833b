//! The relaxation of commitment against types that bounds a case: a concave envelope for each type.
//!
//! What type l gives the leader is a function of the commitment x that jumps where the best reply
//! changes. Its least concave majorant is
//! e_l(x) = max Σ_ij p_l A^l_ij z_ij over z ≥ 0 with Σ_j z_ij = x_i and
//! Σ_i z_ij (B^l_ij − B^l_ik) ≥ 0 for all j and k: x is split into parts, one for each reply, that
//! induce the reply (the disjunctive form of Balas 1979 for this problem; as one program over all
//! types it is MIP-p-G of Casorrán, Fortz, Labbé & Ordóñez 2019). Its dual gives linear majorants
//! π·x, π_i = max_j [p_l A^l_ij + Σ_k y_jk (B^l_ij − B^l_ik)], for any y ≥ 0. These *cuts* hold in
//! every case in which the reply of l is open, and a program in x and one number for each open type
//! takes the place of one in all z: cuts are added where they are violated (Kelley 1960).

use crate::linear::FloatProgram;

use super::view::View;

/// A majorant of what one type gives.
pub(super) struct Cut {
    kind: usize,
    slopes: Vec<f64>,
    /// y by (j, k).
    multipliers: Vec<f64>,
}

/// All in the units of [`View::near_lead`].
pub(super) struct Relaxed {
    pub(super) value: f64,
    pub(super) commitment: Vec<f64>,
    /// By type: what it is allowed to give, where its reply is open.
    pub(super) open: Vec<f64>,
    /// The multipliers by (l, j, k).
    pub(super) multipliers: Vec<f64>,
}

/// By how much a cut is to improve a bound.
const VIOLATED: f64 = 1e-7;
/// The weight of the centre in the point at which cuts are sought.
const CENTRE: f64 = 0.05;
/// The largest slope of a cut, in units of the greatest payoff.
const STEEPEST: f64 = 30.0;

impl View {
    /// Σ_i x_i times the payoff of the leader or follower, in machine numbers.
    fn near(&self, table: &[f64], x: &[f64], kind: usize, reply: usize) -> f64 {
        x.iter().enumerate().map(|(action, x)| x * table[self.at(kind, action, reply)]).sum()
    }

    /// The reply of a type that is best up to rounding, ties broken for the leader; what he gets.
    pub(super) fn near_reply(&self, x: &[f64], kind: usize) -> (usize, f64) {
        let follow: Vec<f64> =
            (0..self.replies).map(|reply| self.near(&self.near_follow, x, kind, reply)).collect();
        let most = follow.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (0..self.replies)
            .filter(|&reply| follow[reply] >= most - 1e-7)
            .map(|reply| (reply, self.near(&self.near_lead, x, kind, reply)))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .unwrap_or((0, 0.0))
    }

    fn slope(&self, kind: usize, action: usize, multipliers: &[f64]) -> f64 {
        let value = |reply: usize| {
            let at = self.at(kind, action, 0);
            let own = self.near_follow[at + reply];
            let charged: f64 = (0..self.replies)
                .map(|other| {
                    multipliers[reply * self.replies + other] * (own - self.near_follow[at + other])
                })
                .sum();
            self.near_lead[at + reply] + charged
        };
        (0..self.replies).map(value).fold(f64::NEG_INFINITY, f64::max)
    }

    fn cut(&self, kind: usize, multipliers: Vec<f64>) -> Cut {
        let slopes = (0..self.actions).map(|action| self.slope(kind, action, &multipliers));
        Cut { kind, slopes: slopes.collect(), multipliers }
    }

    /// The majorant of no multiplier.
    pub(super) fn first_cut(&self, kind: usize) -> Cut {
        self.cut(kind, vec![0.0; self.replies * self.replies])
    }

    /// A majorant that is least at a point, if it is below `level` at x.
    pub(super) fn violated_cut(
        &self,
        kind: usize,
        x: &[f64],
        level: f64,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Cut> {
        let share = CENTRE / self.actions as f64;
        let inner: Vec<f64> = x.iter().map(|x| (1.0 - CENTRE) * x + share).collect();
        [inner.as_slice(), x].into_iter().find_map(|point| {
            let cut = self.least_cut(kind, point, go_on)?;
            let here: f64 = cut.slopes.iter().zip(x).map(|(slope, x)| slope * x).sum();
            (here < level - VIOLATED).then_some(cut)
        })
    }

    /// The dual of the envelope at a point: with slopes π_i = most − σ_i the largest Σ x_i σ_i.
    fn least_cut(&self, kind: usize, point: &[f64], go_on: &dyn Fn() -> bool) -> Option<Cut> {
        let (n, m) = (self.actions, self.replies);
        // The multipliers of reply j, without that of j itself, which changes nothing.
        let place = |j: usize, k: usize| n + j * (m - 1) + k - usize::from(k > j);
        let most = STEEPEST * 2.0 * self.probability(kind).to_f64();
        let mut objective = point.to_vec();
        objective.resize(n + m * (m - 1), 0.0);
        let mut program = FloatProgram::maximize(objective);
        for action in 0..n {
            let at = self.at(kind, action, 0);
            for reply in 0..m {
                let own = self.near_follow[at + reply];
                let others = (0..m).filter(|&other| other != reply);
                let charged = others.map(|k| (place(reply, k), own - self.near_follow[at + k]));
                let bound = most - self.near_lead[at + reply];
                program.constrain([(action, 1.0)].into_iter().chain(charged), bound);
            }
        }
        let guess = program.optimum(go_on)?;
        let mut multipliers = vec![0.0; m * m];
        for j in 0..m {
            for k in (0..m).filter(|&k| k != j) {
                multipliers[j * m + k] = guess.primal[place(j, k)];
            }
        }
        Some(self.cut(kind, multipliers))
    }

    /// The best of the relaxation of a case under the cuts that are known.
    pub(super) fn relaxed(
        &self,
        fixed: &[Option<usize>],
        cuts: &[Cut],
        go_on: &dyn Fn() -> bool,
    ) -> Option<Relaxed> {
        let (n, m) = (self.actions, self.replies);
        let open: Vec<usize> =
            self.active.iter().copied().filter(|&kind| fixed[kind].is_none()).collect();
        let mut objective = vec![0.0; n];
        let mut program_rows: Vec<(Vec<f64>, f64)> = Vec::new();
        let mut names: Vec<(usize, usize, usize)> = Vec::new();
        for &kind in &self.active {
            let Some(reply) = fixed[kind] else { continue };
            for (action, objective) in objective.iter_mut().enumerate() {
                *objective += self.near_lead[self.at(kind, action, reply)];
            }
            for other in (0..m).filter(|&other| other != reply) {
                let row: Vec<f64> = (0..n)
                    .map(|action| {
                        let at = self.at(kind, action, 0);
                        self.near_follow[at + other] - self.near_follow[at + reply]
                    })
                    .chain(open.iter().map(|_| 0.0))
                    .collect();
                program_rows.push((row, 0.0));
                names.push((kind, reply, other));
            }
        }
        objective.extend(open.iter().map(|_| 1.0));
        let used: Vec<&Cut> = cuts.iter().filter(|cut| fixed[cut.kind].is_none()).collect();
        for cut in &used {
            let own = open.iter().map(|&kind| f64::from(u8::from(kind == cut.kind)));
            program_rows.push((cut.slopes.iter().map(|slope| -slope).chain(own).collect(), 0.0));
        }
        let mut total = vec![1.0; n];
        total.resize(n + open.len(), 0.0);
        program_rows.push((total, 1.0));
        let mut program = FloatProgram::maximize(objective);
        for (row, bound) in program_rows {
            program.constrain(row.into_iter().enumerate(), bound);
        }
        let guess = program.optimum(go_on)?;
        let mut multipliers = vec![0.0; self.types * m * m];
        for (&(kind, reply, other), y) in names.iter().zip(&guess.dual) {
            multipliers[(kind * m + reply) * m + other] += y;
        }
        for (cut, weight) in used.iter().zip(&guess.dual[names.len()..]) {
            let own = &mut multipliers[cut.kind * m * m..(cut.kind + 1) * m * m];
            for (sum, y) in own.iter_mut().zip(&cut.multipliers) {
                *sum += weight * y;
            }
        }
        let mut allowed = vec![0.0; self.types];
        for (&kind, value) in open.iter().zip(&guess.primal[n..]) {
            allowed[kind] = *value;
        }
        let mut commitment = guess.primal;
        commitment.truncate(n);
        Some(Relaxed { value: guess.value, commitment, open: allowed, multipliers })
    }
}
