//! The principal branch of the logit correspondence, followed by arc length.
//!
//! Unknowns are the logarithms of all probabilities and λ. For each player there is the equation
//! Σ exp(ℓ) = 1, and for each of his actions but the first ℓ_a − ℓ_0 = λ (u_a − u_0). The solutions
//! form a curve that begins at λ = 0 with all actions equally likely. A step goes along the tangent
//! (predictor) and then back to the curve at right angles to it (corrector, Newton's method); its
//! length grows while the corrector is quick and shrinks where it is not. λ may fall on the way: at
//! a *turning point* its derivative changes sign; at a *branching point*, where curves cross, the
//! determinant of the bordered Jacobian does.
//! Where λ is large a turn may be too sharp for machine numbers in lengths that count λ as it is; λ is
//! then counted in units of itself. A crossing is believed of short steps only: a long one may have
//! jumped to another branch.
//! Source: Turocy (2005), Games and Economic Behavior 51; Allgower & Georg (2003), chapters 2 and 8.

use crate::solve::multilinear::{Factored, Multilinear, Scratch};

/// The curve's equations for one game. λ here multiplies payoffs that are scaled by the largest
/// range of any player.
#[derive(Debug, Clone)]
pub(super) struct Curve<'a> {
    pub(super) form: &'a Multilinear,
    /// The range of each player's payoffs in parts of the largest one.
    pub(super) weights: Vec<f64>,
    /// In what λ is measured in lengths and angles.
    unit: f64,
    scratch: Scratch,
    pair: Vec<f64>,
}

/// A point of the curve: ℓ for each action, then λ.
pub(super) type Point = Vec<f64>;

/// How many corrections a step may take.
const MOST_CORRECTIONS: usize = 6;
/// And how many more, for the logarithms that are not large.
const MOST_FINER_CORRECTIONS: usize = 4;
/// Corrections of this part of a logarithm are enough.
const FINE: f64 = 1e-12;
/// The part of λ up to which rounding may change logarithms, near crossings too.
const ROUNDING: f64 = 1e-10;

impl<'a> Curve<'a> {
    pub(super) fn new(form: &'a Multilinear, weights: Vec<f64>) -> Self {
        Curve { form, weights, unit: 1.0, scratch: Scratch::default(), pair: Vec::new() }
    }

    /// The number of unknowns without λ.
    fn size(&self) -> usize {
        self.form.num_actions()
    }

    /// The vector whose products with others are inner products, in which λ counts by its unit.
    fn dual(&self, vector: &[f64]) -> Vec<f64> {
        let mut dual = vector.to_vec();
        dual[self.size()] /= self.unit * self.unit;
        dual
    }

    fn inner(&self, a: &[f64], b: &[f64]) -> f64 {
        self.dual(a).iter().zip(b).map(|(a, b)| a * b).sum()
    }

    fn length(&self, vector: &[f64]) -> f64 {
        self.inner(vector, vector).sqrt()
    }

    /// Where the curve begins.
    pub(super) fn start(&self) -> Point {
        let mut point: Point = self.form.centroid().iter().map(|p| p.ln()).collect();
        point.push(0.0);
        point
    }

    /// The probabilities at a point.
    pub(super) fn probabilities(&self, point: &[f64]) -> Vec<f64> {
        point[..self.size()].iter().map(|log| log.exp()).collect()
    }

    /// The equations' values, and their Jacobian with a last row of zeros and a last column for λ.
    fn evaluate(&mut self, point: &[f64], jacobian: Option<&mut Vec<f64>>) -> Vec<f64> {
        let n = self.size();
        let lambda = point[n];
        let x = self.probabilities(point);
        let form = self.form;
        let values = form.all_values(&x, &mut self.scratch);
        let mut residual = vec![0.0; n];
        for player in 0..form.num_players() {
            let at = form.offsets[player];
            residual[at] = form.of(player, &x).iter().sum::<f64>() - 1.0;
            for a in at + 1..form.offsets[player + 1] {
                residual[a] =
                    point[a] - point[at] - lambda * self.weights[player] * (values[a] - values[at]);
            }
        }
        let Some(jacobian) = jacobian else { return residual };
        let width = n + 1;
        jacobian.clear();
        jacobian.resize(width * width, 0.0);
        for player in 0..form.num_players() {
            let (at, end) = (form.offsets[player], form.offsets[player + 1]);
            for a in at..end {
                jacobian[at * width + a] = x[a];
            }
            for a in at + 1..end {
                jacobian[a * width + a] = 1.0;
                jacobian[a * width + at] -= 1.0;
                jacobian[a * width + n] = -self.weights[player] * (values[a] - values[at]);
            }
            for other in (0..form.num_players()).filter(|&other| other != player) {
                form.pair(player, other, &x, &mut self.scratch, &mut self.pair);
                let (columns, first) = (form.shape[other], form.offsets[other]);
                for a in 1..end - at {
                    for b in 0..columns {
                        let slope = self.pair[a * columns + b] - self.pair[b];
                        jacobian[(at + a) * width + first + b] -=
                            lambda * self.weights[player] * slope * x[first + b];
                    }
                }
            }
        }
        residual
    }

    /// The unit tangent at a point that goes on in the direction of `before`, and the sign of the
    /// determinant of the Jacobian bordered by it.
    pub(super) fn tangent(&mut self, point: &[f64], before: &[f64]) -> Option<(Vec<f64>, f64)> {
        let n = self.size();
        let mut matrix = Vec::new();
        self.evaluate(point, Some(&mut matrix));
        matrix[n * (n + 1)..].copy_from_slice(&self.dual(before));
        let factored = Factored::new(n + 1, matrix)?;
        let mut right = vec![0.0; n + 1];
        right[n] = 1.0;
        let mut tangent = factored.solve(&right);
        let norm = self.length(&tangent);
        if !norm.is_finite() || norm == 0.0 {
            return None;
        }
        tangent.iter_mut().for_each(|t| *t /= norm);
        Some((tangent, factored.sign))
    }

    /// Newton's method back to the curve within the hyperplane through `point` across `normal`;
    /// gives the point and the number of corrections that came near the curve.
    ///
    /// What is near is measured by λ, against which the step is chosen. A logarithm can be wrong by
    /// as much only where it is itself as large: those of probabilities that are not tiny are of the
    /// order of one at any λ, and further corrections, which are not counted, go on for them.
    pub(super) fn correct(&mut self, mut point: Point, normal: &[f64]) -> Option<(Point, usize)> {
        let n = self.size();
        let mut matrix = Vec::new();
        let mut last = f64::INFINITY;
        // The corrections that it took to come near.
        let mut near: Option<usize> = None;
        for round in 0..MOST_CORRECTIONS + MOST_FINER_CORRECTIONS {
            let mut right = self.evaluate(&point, Some(&mut matrix));
            right.iter_mut().for_each(|r| *r = -*r);
            right.push(0.0);
            matrix[n * (n + 1)..].copy_from_slice(normal);
            let Some(factored) = Factored::new(n + 1, matrix.clone()) else {
                return near.map(|rounds| (point, rounds));
            };
            let step = factored.solve(&right);
            let length = match near {
                None => step.iter().fold(0.0f64, |most, s| most.max(s.abs())),
                Some(_) => {
                    let relative = step.iter().zip(&point).map(|(s, x)| s.abs() / (1.0 + x.abs()));
                    relative.fold(0.0f64, f64::max)
                }
            };
            // Steps that do not become shorter have left the neighbourhood of the curve, or are as
            // short as rounding allows.
            let contracts = length.is_finite() && length <= last / 2.0;
            let tiny = 1e-10 * (1.0 + point[n].abs());
            if near.is_none() {
                if length > 2.0 || !(contracts || length < 10.0 * tiny) {
                    return None;
                }
            } else if !contracts {
                // Where rounding is not the reason, there is no point of the curve nearby.
                let rounding = ROUNDING * (1.0 + point[n].abs());
                return near.filter(|_| length < rounding).map(|rounds| (point, rounds));
            }
            point.iter_mut().zip(&step).for_each(|(x, s)| *x += s);
            last = length;
            match near {
                None if length < tiny || !contracts => {
                    near = Some(round + 1);
                    last = f64::INFINITY;
                }
                None if round + 1 == MOST_CORRECTIONS => return None,
                Some(_) if length < FINE => break,
                _ => {}
            }
        }
        near.map(|rounds| (point, rounds))
    }

    /// Newton's method at a fixed λ, to working precision.
    pub(super) fn settle(&mut self, mut point: Point, lambda: f64) -> Option<Point> {
        let n = self.size();
        point[n] = lambda;
        let mut normal = vec![0.0; n + 1];
        normal[n] = 1.0;
        let (point, _) = self.correct(point, &normal)?;
        // One more round: Newton's method is at its limit then.
        self.correct(point, &normal).map(|(point, _)| point)
    }
}

/// A place on the branch where it turns or is crossed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Event {
    /// λ, scaled.
    pub(super) lambda: f64,
    /// Whether other branches cross here; otherwise λ turns.
    pub(super) crossing: bool,
}

/// One step along the curve.
#[derive(Debug, Clone)]
pub(super) struct Walker<'a> {
    pub(super) curve: Curve<'a>,
    pub(super) point: Point,
    tangent: Vec<f64>,
    sign: f64,
    length: f64,
    longest: f64,
    round: Round,
}

/// Whether a walk goes round in a circle: it comes back to a point where it was.
///
/// The principal branch is no loop, but a step may jump to one. As in Brent's search for cycles (1980)
/// one earlier point is kept, a new one after each doubling of the number of steps.
#[derive(Debug, Clone)]
struct Round {
    point: Point,
    tangent: Vec<f64>,
    steps: u64,
    renewed_after: u64,
    /// Whether the walk was far from the point since.
    left: bool,
    closed: bool,
}

impl Round {
    fn from(point: &[f64], tangent: &[f64]) -> Self {
        Round {
            point: point.to_vec(),
            tangent: tangent.to_vec(),
            steps: 0,
            renewed_after: 64,
            left: false,
            closed: false,
        }
    }

    /// Takes note of a step of some length from a point along a tangent.
    fn step(&mut self, from: &[f64], tangent: &[f64], length: f64) {
        self.steps += 1;
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let to_it: Vec<f64> = self.point.iter().zip(from).map(|(a, b)| a - b).collect();
        let distance = product(&to_it, &to_it).sqrt();
        // It lies ahead, where a walk that has only just left it has it behind.
        let ahead = product(&to_it, tangent) > 0.0 && product(tangent, &self.tangent) > 0.9;
        self.closed |= self.left && distance <= length && ahead;
        self.left |= distance > 4.0 * length;
        if self.steps >= self.renewed_after {
            let renewed_after = 2 * self.renewed_after;
            let closed = self.closed;
            *self = Round { renewed_after, closed, ..Round::from(from, tangent) };
        }
    }
}

/// A point ahead of a walker.
struct Ahead {
    point: Point,
    /// The corrections that it took.
    rounds: usize,
    tangent: Vec<f64>,
    sign: f64,
    /// The cosine of the angle between the tangents.
    turn: f64,
}

/// The first step, and the shortest after which the walk gives up.
const FIRST_STEP: f64 = 0.03;
const SHORTEST_STEP: f64 = 1e-9;
/// The largest unit in which λ is measured; where it is larger, rounding hides how the curve turns.
const LARGEST_UNIT: f64 = 1e6;
/// How short a step is made before it is believed that other branches cross.
const CROSSING_STEP: f64 = 1e-4;
/// The longest step at large λ, in parts of λ times that at small λ.
const STRETCH: f64 = 0.05;
/// A corrector that moves a point by more than this part of the step may have gone to another branch.
const FARTHEST_CORRECTION: f64 = 0.25;

impl<'a> Walker<'a> {
    pub(super) fn new(curve: Curve<'a>) -> Option<Self> {
        Walker::with_steps_up_to(curve, f64::INFINITY)
    }

    /// A walk with steps that are no longer than this, times λ/20 where that is more than one.
    pub(super) fn with_steps_up_to(mut curve: Curve<'a>, longest: f64) -> Option<Self> {
        curve.unit = 1.0;
        let point = curve.start();
        let mut ahead = vec![0.0; point.len()];
        ahead[point.len() - 1] = 1.0;
        let (tangent, sign) = curve.tangent(&point, &ahead)?;
        let length = FIRST_STEP.min(longest);
        let round = Round::from(&point, &tangent);
        Some(Walker { curve, point, tangent, sign, length, longest, round })
    }

    pub(super) fn lambda(&self) -> f64 {
        self.point[self.point.len() - 1]
    }

    /// Whether the walk came to another branch than the principal one: that never comes back to
    /// λ = 0, nor to a point where it was.
    pub(super) fn is_astray(&self) -> bool {
        self.lambda() < 0.0 || self.round.closed
    }

    /// The point at a distance along the tangent, corrected.
    fn reach(&mut self, length: f64) -> Option<(Point, usize)> {
        let ahead: Point =
            self.point.iter().zip(&self.tangent).map(|(x, t)| x + length * t).collect();
        let normal = self.curve.dual(&self.tangent);
        let found = self.curve.correct(ahead.clone(), &normal)?;
        let moved: Point = found.0.iter().zip(&ahead).map(|(a, b)| a - b).collect();
        (self.curve.length(&moved) <= FARTHEST_CORRECTION * length).then_some(found)
    }

    /// The shortest step: a shorter one would not be seen among the digits of λ.
    fn shortest(&self) -> f64 {
        SHORTEST_STEP.max(4.0 * f64::EPSILON * self.lambda().abs() / self.curve.unit)
    }

    /// The length of steps that do not jump to another branch.
    fn short(&self) -> f64 {
        CROSSING_STEP * (self.lambda() * STRETCH).max(1.0)
    }

    /// Measures λ in units of what it is here, when it was not yet: a turn that is too sharp to be
    /// followed where λ is large may be round then. The walk goes on with short steps.
    fn measure_lambda_anew(&mut self) -> bool {
        let unit = 1.0 + self.lambda().abs();
        if unit > LARGEST_UNIT || (0.5..=2.0).contains(&(unit / self.curve.unit)) {
            return false;
        }
        self.curve.unit = unit;
        let length = self.curve.length(&self.tangent);
        self.tangent.iter_mut().for_each(|t| *t /= length);
        self.length = FIRST_STEP.min(self.longest);
        true
    }

    /// What a step of some length comes to, when it does not turn too sharply.
    fn attempt(&mut self, length: f64) -> Option<Ahead> {
        let (point, rounds) = self.reach(length)?;
        let (tangent, sign) = self.curve.tangent(&point, &self.tangent)?;
        let turn = self.curve.inner(&tangent, &self.tangent);
        // A sharp turn means that the step was too long, or jumped to another branch.
        (turn > 0.9 || length < 64.0 * self.shortest()).then_some(Ahead {
            point,
            rounds,
            tangent,
            sign,
            turn,
        })
    }

    /// Takes a step; gives the point before it and the events on the way, or nothing when the curve
    /// cannot be followed any further.
    pub(super) fn step(&mut self) -> Option<(Point, Vec<Event>)> {
        let last = self.point.len() - 1;
        // The longest step that met a crossing.
        let mut crossing = None;
        let mut believed = false;
        loop {
            if self.length < self.shortest() {
                if let Some(length) = crossing.take() {
                    // Shorter ones do not meet it, nor do they pass.
                    self.length = length;
                    believed = true;
                } else if !self.measure_lambda_anew() {
                    return None;
                }
            }
            let before = self.tangent.clone();
            let Some(Ahead { point, rounds, tangent, sign, turn }) = self.attempt(self.length)
            else {
                self.length /= 2.0;
                continue;
            };
            if sign != self.sign && !believed && self.length > self.short() {
                // A long step may have jumped to another branch. A crossing that is there is met by
                // short ones too.
                crossing.get_or_insert(self.length);
                self.length /= 2.0;
                continue;
            }
            let mut events = Vec::new();
            if tangent[last] * before[last] < 0.0 {
                let lambda = self.locate(self.length, |tangent, _| tangent[last] * before[last]);
                events.push(Event { lambda, crossing: false });
            }
            if sign * self.sign < 0.0 {
                let old = self.sign;
                let lambda = self.locate(self.length, |_, sign| sign * old);
                events.push(Event { lambda, crossing: true });
            }
            let from = std::mem::replace(&mut self.point, point);
            self.tangent = tangent;
            self.sign = sign;
            self.round.step(&from, &before, self.length);
            if rounds <= 3 && turn > 0.98 {
                // Where λ is large the logarithms of probabilities are, and the curve is straighter.
                let longest = self.longest * (self.lambda() * STRETCH).max(1.0);
                self.length = (1.5 * self.length).min(longest);
            } else if rounds >= 5 {
                self.length /= 1.5;
            }
            return Some((from, events));
        }
    }

    /// λ where a function of tangent and sign, positive here, stops to be positive within a step.
    fn locate(&mut self, length: f64, positive: impl Fn(&[f64], f64) -> f64) -> f64 {
        let last = self.point.len() - 1;
        let before = self.tangent.clone();
        let (mut low, mut high) = (0.0, length);
        let mut lambda = self.point[last];
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            let Some((point, _)) = self.reach(middle) else { break };
            lambda = point[last];
            let Some((tangent, sign)) = self.curve.tangent(&point, &before) else { break };
            if positive(&tangent, sign) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        lambda
    }
}
