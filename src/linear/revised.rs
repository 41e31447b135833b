//! A basis guessed by the dual simplex method with the inverse of a small basis.
//!
//! For programs in canonical form with many rows that hardly matter, as those of correlated
//! equilibria are: thousands of rows with few coefficients, of which a hundred are tight in the
//! optimum. A basis is a set of tight rows and as many basic variables; all other slacks are basic
//! too, but need no line of their own (Dantzig & Orchard-Hays 1954; here with an explicit inverse,
//! since the matrix is small and the rows are sparse). A pivot costs the square of the size of the
//! basis and one pass over the coefficients of the tight rows, where a tableau is touched as a whole.
//!
//! The method begins with primal pivots among the rows that bound something at once, until no
//! multiplier is negative, and goes on with dual pivots (Lemke 1954) over all rows. Of the rows that
//! are violated most the steepest one leaves (Goldfarb & Reid 1977; Forrest & Goldfarb 1992), with
//! norms that are computed for these alone; the ratio test prefers large pivots among nearly equal
//! ratios (Harris 1973). When pivots lead nowhere for long, the costs are shifted by tiny amounts
//! (Charnes 1952), which are taken back in the end.
//!
//! Nothing that comes out is trusted: it is a guess. When the exact check finds a variable or a
//! multiplier with the wrong sign, [`Revised::repair`] makes the pivot that follows from it.

mod inverse;

use super::Basis;
use super::confirm::Fault;
use super::scaled::{ScaledProgram, ScaledRow};
use inverse::Inverse;

/// Reduced costs above −this count as optimal, on rows and objective scaled to 1.
const OPTIMALITY: f64 = 1e-9;
/// Entries below this are no pivots.
const SMALLEST_PIVOT: f64 = 1e-9;
/// How far beyond the least ratio the ratio test looks for a larger pivot.
const SLACK: f64 = 1e-12;
/// How far below zero a variable is negative: at first, and then in inverses that are made anew.
/// Some correlated equilibria need probabilities that are smaller than the first.
const NEGATIVE: [f64; 3] = [1e-10, 1e-13, 1e-16];
/// How many of the most violated rows have their steepness compared.
const CANDIDATES: usize = 16;
/// After so many pivots the inverse is made anew.
const MOST_UPDATES: usize = 50;
/// After so many pivots in a row that lead nowhere the costs are shifted.
const MOST_IDLE_PIVOTS: usize = 100;
/// The shift of the costs, on costs scaled to 1.
const SHIFT: f64 = 1e-7;
/// The size of the largest basis: an inverse of 32 MiB.
const LARGEST_BASIS: usize = 2048;

/// What leaves the basis: the slack of a row that is not tight, or a basic variable by its place.
#[derive(Clone, Copy)]
enum Leaving {
    Slack(usize),
    Variable(usize),
}

/// What enters the basis: a variable, or the slack of a tight row by its place.
#[derive(Clone, Copy)]
enum Entering {
    Variable(usize),
    Slack(usize),
}

/// A basis with what belongs to it.
pub(super) struct Revised {
    rows: Vec<ScaledRow>,
    /// The coefficients of each variable by row.
    columns: Vec<Vec<(usize, f64)>>,
    objective: Vec<f64>,
    /// The objective, or one shifted a little.
    costs: Vec<f64>,
    tight: Vec<usize>,
    basic: Vec<usize>,
    /// For each row its place among the tight ones, for each variable that among the basic ones.
    row_place: Vec<Option<usize>>,
    variable_place: Vec<Option<usize>>,
    inverse: Inverse,
    /// The values of the basic variables.
    point: Vec<f64>,
    /// The multiplier of each tight row, and the reduced cost of each variable: y A − c.
    multipliers: Vec<f64>,
    reduced: Vec<f64>,
    updates: usize,
    idle: usize,
    negative: f64,
}

impl Revised {
    /// The basis of all slacks.
    pub(super) fn new(program: ScaledProgram) -> Self {
        let ScaledProgram { rows, objective } = program;
        let mut columns = vec![Vec::new(); objective.len()];
        for (at, row) in rows.iter().enumerate() {
            for &(variable, value) in &row.coefficients {
                columns[variable].push((at, value));
            }
        }
        Revised {
            row_place: vec![None; rows.len()],
            variable_place: vec![None; objective.len()],
            rows,
            columns,
            costs: objective.clone(),
            reduced: objective.iter().map(|cost| -cost).collect(),
            objective,
            tight: Vec::new(),
            basic: Vec::new(),
            inverse: Inverse::default(),
            point: Vec::new(),
            multipliers: Vec::new(),
            updates: 0,
            idle: 0,
            negative: NEGATIVE[0],
        }
    }

    /// Pivots to a basis that is optimal as far as machine numbers can tell, and is then given by
    /// [`Revised::basis`]. False when the program seems unbounded, does not fit, needs too many
    /// pivots, or when `go_on`, which is asked before each pivot, says no.
    pub(super) fn optimize(&mut self, go_on: &dyn Fn() -> bool) -> bool {
        let mut pivots = self.most_pivots();
        if !self.begin(&mut pivots, go_on) {
            return false;
        }
        NEGATIVE.into_iter().all(|negative| {
            self.negative = negative;
            self.invert() && self.go_to_the_end(&mut pivots, go_on)
        })
    }

    /// Makes the pivot that mends a fault, and goes on from there; false when there is none.
    pub(super) fn repair(&mut self, fault: &Fault, go_on: &dyn Fn() -> bool) -> bool {
        let variables = self.columns.len();
        let place = |label: usize, places: &[Option<usize>]| places.get(label).copied().flatten();
        let made = self.invert()
            && match *fault {
                Fault::Singular => false,
                Fault::Negative(label) => match label.checked_sub(variables) {
                    Some(row) => self.dual_pivot(Leaving::Slack(row)),
                    None => place(label, &self.variable_place)
                        .is_some_and(|at| self.dual_pivot(Leaving::Variable(at))),
                },
                Fault::Improving(label) => {
                    let everywhere = vec![true; self.rows.len()];
                    match label.checked_sub(variables) {
                        None => self.primal_pivot(Entering::Variable(label), &everywhere),
                        Some(row) => place(row, &self.row_place)
                            .is_some_and(|at| self.primal_pivot(Entering::Slack(at), &everywhere)),
                    }
                }
            };
        made && self.go_to_the_end(&mut self.most_pivots(), go_on)
    }

    /// The values of the variables and the multipliers of the rows, of the scaled program.
    pub(super) fn solution(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut primal, mut dual) = (vec![0.0; self.columns.len()], vec![0.0; self.rows.len()]);
        for (&variable, x) in self.basic.iter().zip(&self.point) {
            primal[variable] = x.max(0.0);
        }
        for (&row, y) in self.tight.iter().zip(&self.multipliers) {
            dual[row] = y.max(0.0);
        }
        (primal, dual)
    }

    /// The basis that the pivots have led to.
    pub(super) fn basis(&self) -> Basis {
        let mut basis = Basis { columns: self.basic.clone(), rows: self.tight.clone() };
        basis.columns.sort_unstable();
        basis.rows.sort_unstable();
        basis
    }

    fn most_pivots(&self) -> usize {
        200 + 20 * (self.rows.len() + self.columns.len())
    }

    /// Primal pivots among the rows with a positive bound, and those without which a variable would
    /// be unbounded, until no reduced cost is negative.
    fn begin(&mut self, pivots: &mut usize, go_on: &dyn Fn() -> bool) -> bool {
        let mut counts: Vec<bool> = self.rows.iter().map(|row| row.bound > 0.0).collect();
        while let Some(entering) = self.improving() {
            if *pivots == 0 || !go_on() {
                return false;
            }
            *pivots -= 1;
            if self.primal_pivot(entering, &counts) {
                continue;
            }
            let Entering::Variable(variable) = entering else { return false };
            let mut more = false;
            for &(row, value) in &self.columns[variable] {
                more |= value > SMALLEST_PIVOT && !std::mem::replace(&mut counts[row], true);
            }
            if !more {
                return false;
            }
        }
        true
    }

    /// Dual pivots until no variable is negative; shifted costs are then taken back, and primal
    /// pivots follow where that makes a multiplier negative.
    fn go_to_the_end(&mut self, pivots: &mut usize, go_on: &dyn Fn() -> bool) -> bool {
        let mut may_go_on = |go_on: &dyn Fn() -> bool| {
            let may = *pivots > 0 && go_on();
            *pivots = pivots.saturating_sub(1);
            may
        };
        let everywhere = vec![true; self.rows.len()];
        loop {
            while let Some(leaving) = self.violated() {
                if !may_go_on(go_on) || !self.dual_pivot(leaving) {
                    return false;
                }
                if self.idle > MOST_IDLE_PIVOTS && self.costs == self.objective {
                    self.shift_costs();
                }
            }
            if self.costs == self.objective {
                return true;
            }
            self.costs.clone_from(&self.objective);
            self.idle = 0;
            if !self.invert() {
                return false;
            }
            while let Some(entering) = self.improving() {
                if !may_go_on(go_on) || !self.primal_pivot(entering, &everywhere) {
                    return false;
                }
            }
        }
    }

    /// Makes the costs of the variables outside the basis smaller, by amounts that are far apart.
    fn shift_costs(&mut self) {
        for (at, (cost, reduced)) in self.costs.iter_mut().zip(&mut self.reduced).enumerate() {
            if self.variable_place[at].is_none() {
                let shift = SHIFT * (0.5 + (at as f64 * 0.618_033_988_749_895).fract());
                *cost -= shift;
                *reduced += shift;
            }
        }
    }

    /// Makes the inverse anew, and all that follows from it; false, and nothing is changed, when the
    /// basis seems singular or is too large.
    fn invert(&mut self) -> bool {
        let size = self.tight.len();
        if size > LARGEST_BASIS {
            return false;
        }
        let line = |&row: &usize| {
            let mut line = vec![0.0; size];
            for &(variable, value) in &self.rows[row].coefficients {
                if let Some(at) = self.variable_place[variable] {
                    line[at] = value;
                }
            }
            line
        };
        let Some(inverse) = Inverse::of(self.tight.iter().map(line).collect()) else {
            return false;
        };
        self.inverse = inverse;
        self.updates = 0;
        self.find_point();
        self.price();
        true
    }

    /// The values of the basic variables.
    fn find_point(&mut self) {
        let bounds: Vec<(usize, f64)> = self
            .tight
            .iter()
            .enumerate()
            .map(|(at, &row)| (at, self.rows[row].bound))
            .filter(|&(_, bound)| bound != 0.0)
            .collect();
        self.point = self.inverse.times(&bounds);
    }

    /// The multipliers and the reduced costs.
    fn price(&mut self) {
        let costs = self.basic.iter().enumerate();
        self.multipliers =
            self.inverse.combined(costs.map(|(at, &variable)| (at, self.costs[variable])));
        self.reduced = self.costs.iter().map(|cost| -cost).collect();
        for (&row, &multiplier) in self.tight.iter().zip(&self.multipliers) {
            add_multiple(&mut self.reduced, multiplier, &self.rows[row]);
        }
        self.basic.iter().for_each(|&variable| self.reduced[variable] = 0.0);
    }

    /// What has the most negative reduced cost or multiplier.
    fn improving(&self) -> Option<Entering> {
        let mut best = (-OPTIMALITY, None);
        for (variable, &reduced) in self.reduced.iter().enumerate() {
            if reduced < best.0 {
                best = (reduced, Some(Entering::Variable(variable)));
            }
        }
        for (at, &multiplier) in self.multipliers.iter().enumerate() {
            if multiplier < best.0 {
                best = (multiplier, Some(Entering::Slack(at)));
            }
        }
        best.1
    }

    /// What each row is at a point over the basic variables.
    fn sums(&self, point: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.rows.len()];
        for (&variable, &x) in self.basic.iter().zip(point).filter(|(_, x)| **x != 0.0) {
            for &(row, value) in &self.columns[variable] {
                sums[row] += value * x;
            }
        }
        sums
    }

    /// The steepest of the most negative variables and slacks.
    fn violated(&self) -> Option<Leaving> {
        let sums = self.sums(&self.point);
        let loose = (0..self.rows.len()).filter(|&row| self.row_place[row].is_none());
        let slacks = loose.map(|row| (sums[row] - self.rows[row].bound, Leaving::Slack(row)));
        let variables = self.point.iter().enumerate().map(|(at, x)| (-x, Leaving::Variable(at)));
        let mut worst: Vec<(f64, Leaving)> =
            slacks.chain(variables).filter(|&(by, _)| by > self.negative).collect();
        if worst.len() > CANDIDATES {
            worst.select_nth_unstable_by(CANDIDATES, |one, other| other.0.total_cmp(&one.0));
            worst.truncate(CANDIDATES);
        }
        let steepness = |&(by, leaving): &(f64, Leaving)| {
            let squares = |line: &[f64]| line.iter().map(|x| x * x).sum::<f64>();
            by * by
                / match leaving {
                    Leaving::Slack(row) => 1.0 + squares(&self.row_times_inverse(row)),
                    Leaving::Variable(at) => squares(self.inverse.line(at)),
                }
        };
        let steepest = worst
            .iter()
            .map(|one| (steepness(one), one.1))
            .max_by(|one, other| one.0.total_cmp(&other.0));
        steepest.map(|(_, leaving)| leaving)
    }

    fn row_times_inverse(&self, row: usize) -> Vec<f64> {
        let coefficients = self.rows[row].coefficients.iter();
        self.inverse.combined(
            coefficients.filter_map(|&(variable, x)| Some((self.variable_place[variable]?, x))),
        )
    }

    fn inverse_times_column(&self, variable: usize) -> Vec<f64> {
        let column: Vec<(usize, f64)> = self.columns[variable]
            .iter()
            .filter_map(|&(row, x)| Some((self.row_place[row]?, x)))
            .collect();
        self.inverse.times(&column)
    }

    /// The pivot by which a negative variable or slack leaves the basis; false when nothing can
    /// enter.
    fn dual_pivot(&mut self, leaving: Leaving) -> bool {
        // The line of what leaves: over the slacks of the tight rows, and over the variables.
        let slacks: Vec<f64> = match leaving {
            Leaving::Slack(row) => self.row_times_inverse(row).iter().map(|x| -x).collect(),
            Leaving::Variable(at) => self.inverse.line(at).to_vec(),
        };
        let mut line = vec![0.0; self.columns.len()];
        if let Leaving::Slack(row) = leaving {
            add_multiple(&mut line, 1.0, &self.rows[row]);
        }
        for (&row, &factor) in self.tight.iter().zip(&slacks).filter(|(_, x)| **x != 0.0) {
            add_multiple(&mut line, factor, &self.rows[row]);
        }
        self.basic.iter().for_each(|&variable| line[variable] = 0.0);
        let Some((entering, size)) = self.entering(&line, &slacks) else { return false };
        let step = match entering {
            Entering::Variable(variable) => self.reduced[variable],
            Entering::Slack(at) => self.multipliers[at],
        };
        let step = step.max(0.0) / size;
        self.idle = if step > SLACK { 0 } else { self.idle + 1 };
        for (reduced, x) in self.reduced.iter_mut().zip(&line) {
            *reduced += step * x;
        }
        for (multiplier, x) in self.multipliers.iter_mut().zip(&slacks) {
            *multiplier += step * x;
        }
        self.exchange(leaving, entering, step)
    }

    /// The dual ratio test, and the size of the entry that it chooses.
    fn entering(&self, line: &[f64], slacks: &[f64]) -> Option<(Entering, f64)> {
        let variables = self.reduced.iter().zip(line).enumerate();
        let variables = variables.map(|(at, (&cost, &x))| (cost, x, Entering::Variable(at)));
        let rows = self.multipliers.iter().zip(slacks).enumerate();
        let rows = rows.map(|(at, (&cost, &x))| (cost, x, Entering::Slack(at)));
        largest_of_least_ratios(variables.chain(rows).map(|(cost, x, which)| (cost, -x, which)))
    }

    /// The pivot by which something with a negative reduced cost enters the basis, with the ratio
    /// test over the rows that count; false when nothing leaves.
    fn primal_pivot(&mut self, entering: Entering, counts: &[bool]) -> bool {
        let column: Vec<f64> = match entering {
            Entering::Variable(variable) => self.inverse_times_column(variable),
            Entering::Slack(at) => {
                (0..self.inverse.size()).map(|line| self.inverse.line(line)[at]).collect()
            }
        };
        let (sums, mut rates) = (self.sums(&self.point), self.sums(&column));
        rates.iter_mut().for_each(|rate| *rate = -*rate);
        if let Entering::Variable(variable) = entering {
            for &(row, value) in &self.columns[variable] {
                rates[row] += value;
            }
        }
        let variables = self.point.iter().zip(&column).enumerate();
        let variables = variables.map(|(at, (&x, &rate))| (x, rate, Leaving::Variable(at)));
        let rows = rates.iter().zip(&sums).enumerate();
        let rows = rows
            .filter(|&(row, _)| counts[row] && self.row_place[row].is_none())
            .map(|(row, (&rate, sum))| (self.rows[row].bound - sum, rate, Leaving::Slack(row)));
        largest_of_least_ratios(variables.chain(rows)).is_some_and(|(leaving, _)| {
            self.exchange(leaving, entering, 0.0) && {
                self.price();
                true
            }
        })
    }

    /// Exchanges what leaves and what enters; `step` is the reduced cost of what leaves.
    fn exchange(&mut self, leaving: Leaving, entering: Entering, step: f64) -> bool {
        match (leaving, entering) {
            (Leaving::Slack(row), Entering::Variable(variable)) => {
                let line = self.row_times_inverse(row);
                let column = self.inverse_times_column(variable);
                let corner = self.columns[variable].iter().find(|(at, _)| *at == row);
                let corner = corner.map_or(0.0, |&(_, value)| value);
                let product: f64 = self.columns[variable]
                    .iter()
                    .filter_map(|&(at, x)| Some(line[self.row_place[at]?] * x))
                    .sum();
                self.inverse.grow(&line, &column, corner - product);
                self.row_place[row] = Some(self.tight.len());
                self.variable_place[variable] = Some(self.basic.len());
                self.tight.push(row);
                self.basic.push(variable);
                self.multipliers.push(step);
                self.reduced[variable] = 0.0;
            }
            (Leaving::Slack(row), Entering::Slack(at)) => {
                let line = self.row_times_inverse(row);
                self.inverse.replace_row(at, &line);
                self.row_place[self.tight[at]] = None;
                self.row_place[row] = Some(at);
                self.tight[at] = row;
                self.multipliers[at] = step;
            }
            (Leaving::Variable(at), Entering::Variable(variable)) => {
                let column = self.inverse_times_column(variable);
                self.inverse.replace_column(at, &column);
                let out = std::mem::replace(&mut self.basic[at], variable);
                self.variable_place[out] = None;
                self.variable_place[variable] = Some(at);
                self.reduced[out] = step;
                self.reduced[variable] = 0.0;
            }
            (Leaving::Variable(at), Entering::Slack(row)) => {
                self.inverse.shrink(at, row);
                self.multipliers.swap_remove(row);
                let (out, loose) = (self.basic.swap_remove(at), self.tight.swap_remove(row));
                self.variable_place[out] = None;
                self.row_place[loose] = None;
                if let Some(&moved) = self.basic.get(at) {
                    self.variable_place[moved] = Some(at);
                }
                if let Some(&moved) = self.tight.get(row) {
                    self.row_place[moved] = Some(row);
                }
                self.reduced[out] = step;
            }
        }
        self.updates += 1;
        if self.updates > MOST_UPDATES {
            return self.invert();
        }
        self.find_point();
        true
    }
}

/// Of numbers with sizes, the one of the largest size among those whose ratio to it is least, or
/// nearly so, with that size; sizes that are no pivots do not count.
fn largest_of_least_ratios<T>(
    candidates: impl Iterator<Item = (f64, f64, T)> + Clone,
) -> Option<(T, f64)> {
    let pivots = candidates.filter(|&(_, size, _)| size > SMALLEST_PIVOT);
    let ratios = pivots.clone().map(|(number, size, _)| (number.max(0.0) + SLACK) / size);
    let most = ratios.fold(f64::INFINITY, f64::min);
    let mut best: Option<(T, f64)> = None;
    for (number, size, which) in pivots {
        if number.max(0.0) / size <= most
            && best.as_ref().is_none_or(|(_, largest)| size > *largest)
        {
            best = Some((which, size));
        }
    }
    best
}

/// Adds a multiple of a row to a line over the variables.
fn add_multiple(line: &mut [f64], factor: f64, row: &ScaledRow) {
    for &(variable, value) in &row.coefficients {
        line[variable] += factor * value;
    }
}
