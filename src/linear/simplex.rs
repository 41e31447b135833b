//! The simplex method in exact arithmetic, for any linear program over the rationals.
//!
//! A *dictionary* writes some variables (the basic ones) and the objective as affine functions of
//! the others, which are zero at its vertex. Each pivot exchanges one for the other and does not
//! worsen the objective. Numbers are integers over a common denominator, so nothing is rounded
//! ([`tableau`](super)). The entering variable has the largest coefficient (Dantzig 1951); the
//! leaving one is chosen by the lexicographic ratio test (Dantzig, Orden & Wolfe 1955), with
//! which the method ends on degenerate programs too. Where the start is not feasible, a first phase
//! removes one artificial variable, as in Chvátal (1983), chapter 3.

use std::cmp::Ordering;

use dashu_int::IBig;

use super::integer_form::IntegerForm;
use super::tableau::Tableau;
use super::{Basis, LinearProgram, LpError, Optimum, Path, Solution, Solved};
use crate::num::Rational;

/// The column of the constant terms.
const BOUND: usize = 0;

/// The largest number of tableau entries: a few hundred megabytes while they are small.
const MOST_ENTRIES: usize = 1 << 22;

/// What values a variable may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// At least zero.
    Bounded,
    /// Any number: once basic it stays.
    Free,
    /// Zero, as the slack of an equality: once it has left the basis it stays out.
    Fixed,
}

/// The solution of a linear program, exact, with its proof.
///
/// `start` is a basis to begin at; a bad one costs time and nothing else. `go_on` is asked with the
/// number of pivots before each pivot. Worst case exponential (Klee & Minty 1972).
///
/// # Errors
/// [`LpError::Stopped`] when `go_on` says no, and [`LpError::TooLarge`] beyond 2^22 entries.
pub fn solve(
    program: &LinearProgram,
    start: Option<&Basis>,
    go_on: &dyn Fn(u64) -> bool,
) -> Result<Solved, LpError> {
    let (rows, columns) = (program.num_constraints(), program.num_variables());
    if (rows + 2).saturating_mul(columns + 2) > MOST_ENTRIES {
        return Err(LpError::TooLarge { rows, columns });
    }
    let form = IntegerForm::new(program);
    let mut simplex = Simplex::new(program, &form, go_on);
    let solution = simplex.run(start)?;
    let path = if start.is_some() { Path::HintRepaired } else { Path::Exact };
    Ok(Solved { solution, path, pivots: simplex.pivots })
}

/// How a run of pivots ended.
enum End {
    Optimal,
    /// The column that can grow without bound.
    Unbounded(usize),
    /// The artificial variable has left the basis.
    Feasible,
}

struct Simplex<'a> {
    form: &'a IntegerForm,
    /// Row i < m: basic variable i; row m: the objective; row m + 1: that of the first phase.
    /// x_i = (t_i0 − Σ_j t_ij x_j)/D, and the objective likewise.
    tableau: Tableau,
    /// The variable of each row: structural ones from 0, then slacks, then the artificial one.
    basic: Vec<usize>,
    /// The variable of each column; the entry of column 0 is not used.
    nonbasic: Vec<usize>,
    kind: Vec<Kind>,
    /// The basic variables at the start of a phase: the order of the lexicographic rule.
    reference: Vec<usize>,
    /// The number of structural variables.
    structural: usize,
    pivots: u64,
    go_on: &'a dyn Fn(u64) -> bool,
}

impl<'a> Simplex<'a> {
    fn new(program: &LinearProgram, form: &'a IntegerForm, go_on: &'a dyn Fn(u64) -> bool) -> Self {
        let (m, n) = (program.num_constraints(), program.num_variables());
        let width = n + 1;
        let mut entries = vec![IBig::ZERO; (m + 1) * width];
        for (row, line) in form.rows.iter().zip(entries.chunks_exact_mut(width)) {
            line[BOUND] = row.bound.clone();
            for (variable, value) in &row.coefficients {
                line[variable + 1] = value.clone();
            }
        }
        for (variable, value) in form.objective.iter().enumerate() {
            entries[m * width + variable + 1] = -value;
        }
        let kind = (0..n)
            .map(|variable| if program.is_free(variable) { Kind::Free } else { Kind::Bounded })
            .chain(form.rows.iter().map(
                |row| {
                    if row.equality { Kind::Fixed } else { Kind::Bounded }
                },
            ))
            .collect();
        Simplex {
            form,
            tableau: Tableau::new(&entries, width),
            basic: (n..n + m).collect(),
            nonbasic: std::iter::once(usize::MAX).chain(0..n).collect(),
            kind,
            reference: Vec::new(),
            structural: n,
            pivots: 0,
            go_on,
        }
    }

    fn run(&mut self, start: Option<&Basis>) -> Result<Solution, LpError> {
        if let Some(basis) = start {
            self.go_to(basis)?;
        }
        self.enter_free_variables()?;
        if let Some(contradiction) = self.leave_fixed_slacks()? {
            return Ok(contradiction);
        }
        if let Some(contradiction) = self.make_feasible()? {
            return Ok(contradiction);
        }
        let objective = self.basic.len();
        // A free variable that could not become basic moves no bounded variable.
        for column in 1..self.nonbasic.len() {
            if self.kind[self.nonbasic[column]] == Kind::Free
                && self.tableau.sign(objective, column) != 0
            {
                let direction = -self.tableau.sign(objective, column);
                return Ok(self.unbounded(column, direction));
            }
        }
        Ok(match self.pivot_to_the_end(objective, None)? {
            End::Unbounded(column) => self.unbounded(column, 1),
            End::Optimal | End::Feasible => Solution::Optimal(self.optimum(objective)),
        })
    }

    fn pivot(&mut self, row: usize, column: usize) -> Result<(), LpError> {
        if !(self.go_on)(self.pivots) {
            return Err(LpError::Stopped);
        }
        self.pivots += 1;
        self.tableau.pivot(row, column);
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
        Ok(())
    }

    /// Moves to a given basis as far as it is one.
    fn go_to(&mut self, basis: &Basis) -> Result<(), LpError> {
        let mut rows: Vec<usize> =
            basis.rows.iter().copied().filter(|&row| row < self.basic.len()).collect();
        for &variable in &basis.columns {
            let column = variable + 1;
            if self.nonbasic.get(column) != Some(&variable) {
                continue;
            }
            let found = rows.iter().position(|&row| self.tableau.sign(row, column) != 0);
            if let Some(found) = found {
                let row = rows.swap_remove(found);
                self.pivot(row, column)?;
            }
        }
        Ok(())
    }

    fn enter_free_variables(&mut self) -> Result<(), LpError> {
        for column in 1..self.nonbasic.len() {
            if self.kind[self.nonbasic[column]] != Kind::Free {
                continue;
            }
            let candidates = |kind: Kind| {
                (0..self.basic.len()).find(|&row| {
                    self.kind[self.basic[row]] == kind && self.tableau.sign(row, column) != 0
                })
            };
            if let Some(row) = candidates(Kind::Fixed).or_else(|| candidates(Kind::Bounded)) {
                self.pivot(row, column)?;
            }
        }
        Ok(())
    }

    /// Makes the slacks of equalities nonbasic, save those of redundant rows.
    fn leave_fixed_slacks(&mut self) -> Result<Option<Solution>, LpError> {
        for row in 0..self.basic.len() {
            if self.kind[self.basic[row]] != Kind::Fixed {
                continue;
            }
            let column = (1..self.nonbasic.len()).find(|&column| {
                self.kind[self.nonbasic[column]] == Kind::Bounded
                    && self.tableau.sign(row, column) != 0
            });
            match (column, self.tableau.sign(row, BOUND)) {
                (Some(column), _) => self.pivot(row, column)?,
                (None, 0) => {}
                // The row reads 0 = constant up to slacks that are zero.
                (None, sign) => {
                    let mut multipliers = self.coefficients_of_slacks(row);
                    let own = self.basic[row] - self.structural;
                    multipliers[own] = Rational::ONE;
                    if sign > 0 {
                        multipliers = multipliers.iter().map(|x| -x).collect();
                    }
                    return Ok(Some(Solution::Infeasible {
                        multipliers: self.form.unscaled(multipliers),
                    }));
                }
            }
        }
        Ok(None)
    }

    /// The first phase: maximises −x₀, where x₀ is added to every row that is violated.
    fn make_feasible(&mut self) -> Result<Option<Solution>, LpError> {
        let m = self.basic.len();
        let violated: Vec<bool> = (0..m)
            .map(|row| {
                self.kind[self.basic[row]] == Kind::Bounded && self.tableau.sign(row, BOUND) < 0
            })
            .collect();
        let worst = (0..m)
            .filter(|&row| violated[row])
            .min_by(|&a, &b| self.tableau.compare((a, BOUND), (b, BOUND)));
        let Some(worst) = worst else { return Ok(None) };
        let artificial = self.kind.len();
        self.kind.push(Kind::Bounded);
        self.nonbasic.push(artificial);
        let column = self.nonbasic.len() - 1;
        self.tableau.push_unit_column(|row| if row < m && violated[row] { -1 } else { 0 });
        self.tableau.push_unit_row(column);
        self.pivot(worst, column)?;
        let end = self.pivot_to_the_end(m + 1, Some(artificial))?;
        if matches!(end, End::Optimal) && self.tableau.sign(m + 1, BOUND) < 0 {
            let multipliers = self.form.unscaled(self.coefficients_of_slacks(m + 1));
            return Ok(Some(Solution::Infeasible { multipliers }));
        }
        if let Some(row) = self.basic.iter().position(|&variable| variable == artificial) {
            // It is basic at zero: any pivot in its row takes it out and moves nothing.
            let column = (1..self.nonbasic.len()).find(|&column| {
                self.kind[self.nonbasic[column]] == Kind::Bounded
                    && self.tableau.sign(row, column) != 0
            });
            match column {
                Some(column) => self.pivot(row, column)?,
                None => self.kind[artificial] = Kind::Fixed,
            }
        }
        self.tableau.pop_row();
        if let Some(column) = self.nonbasic.iter().position(|&variable| variable == artificial) {
            self.tableau.swap_remove_column(column);
            self.nonbasic.swap_remove(column);
        }
        Ok(None)
    }

    /// Pivots until the row `objective` is optimal, unbounded, or `artificial` has left.
    fn pivot_to_the_end(
        &mut self,
        objective: usize,
        artificial: Option<usize>,
    ) -> Result<End, LpError> {
        self.reference = self.basic.clone();
        loop {
            let entering = (1..self.nonbasic.len())
                .filter(|&column| {
                    self.kind[self.nonbasic[column]] == Kind::Bounded
                        && self.tableau.sign(objective, column) < 0
                })
                .min_by(|&a, &b| self.tableau.compare((objective, a), (objective, b)));
            let Some(column) = entering else { return Ok(End::Optimal) };
            let Some(row) = self.leaving(column, artificial) else {
                return Ok(End::Unbounded(column));
            };
            let leaves = self.basic[row];
            self.pivot(row, column)?;
            if Some(leaves) == artificial {
                return Ok(End::Feasible);
            }
        }
    }

    /// The row that limits the entering variable, ties broken lexicographically.
    fn leaving(&self, column: usize, artificial: Option<usize>) -> Option<usize> {
        let mut tied: Vec<usize> = Vec::new();
        for row in 0..self.basic.len() {
            if self.kind[self.basic[row]] != Kind::Bounded || self.tableau.sign(row, column) <= 0 {
                continue;
            }
            let order = match tied.first() {
                Some(&best) => self.tableau.compare_ratios(BOUND, column, row, best),
                None => Ordering::Less,
            };
            match order {
                Ordering::Less => tied = vec![row],
                Ordering::Equal => tied.push(row),
                Ordering::Greater => {}
            }
        }
        if tied.len() > 1 {
            if let Some(&row) = tied.iter().find(|&&row| Some(self.basic[row]) == artificial) {
                return Some(row);
            }
            self.break_tie(&mut tied, column);
        }
        tied.first().copied()
    }

    /// Keeps the row whose coefficients of the reference variables, divided by its entry in the
    /// entering column, are lexicographically least. They are those of the perturbations ε₁ ≫ ε₂ …
    /// that the rows had at the reference basis.
    fn break_tie(&self, tied: &mut Vec<usize>, column: usize) {
        for &variable in &self.reference {
            if tied.len() == 1 {
                return;
            }
            // While it is basic the variable has a positive coefficient in its own row only.
            if self.nonbasic[column] == variable {
                continue;
            }
            if let Some(own) = tied.iter().position(|&row| self.basic[row] == variable) {
                tied.swap_remove(own);
                continue;
            }
            let place = (1..self.nonbasic.len()).find(|&at| self.nonbasic[at] == variable);
            let Some(place) = place else { continue };
            let mut best = vec![tied[0]];
            for &row in &tied[1..] {
                match self.tableau.compare_ratios(place, column, row, best[0]) {
                    Ordering::Less => best = vec![row],
                    Ordering::Equal => best.push(row),
                    Ordering::Greater => {}
                }
            }
            *tied = best;
        }
    }

    /// The coefficients, over the denominator, of the slacks in a row of the tableau.
    fn coefficients_of_slacks(&self, row: usize) -> Vec<Rational> {
        let denominator = self.tableau.denominator();
        let mut coefficients = vec![Rational::ZERO; self.form.rows.len()];
        for (column, &variable) in self.nonbasic.iter().enumerate().skip(1) {
            if let Some(slack) = variable.checked_sub(self.structural)
                && slack < coefficients.len()
                && self.tableau.sign(row, column) != 0
            {
                coefficients[slack] =
                    Rational::from_integers(self.tableau.get(row, column), denominator.clone());
            }
        }
        coefficients
    }

    /// The structural variables at the vertex of the dictionary.
    fn vertex(&self) -> Vec<Rational> {
        let denominator = self.tableau.denominator();
        let mut point = vec![Rational::ZERO; self.structural];
        for (row, &variable) in self.basic.iter().enumerate() {
            if variable < self.structural && self.tableau.sign(row, BOUND) != 0 {
                point[variable] =
                    Rational::from_integers(self.tableau.get(row, BOUND), denominator.clone());
            }
        }
        point
    }

    fn unbounded(&self, column: usize, direction: i32) -> Solution {
        let denominator = self.tableau.denominator();
        let mut ray = vec![Rational::ZERO; self.structural];
        let direction = Rational::from(direction);
        if self.nonbasic[column] < self.structural {
            ray[self.nonbasic[column]] = direction.clone();
        }
        for (row, &variable) in self.basic.iter().enumerate() {
            if variable < self.structural {
                let entry = self.tableau.get(row, column);
                ray[variable] = -(Rational::from_integers(entry, denominator.clone()) * &direction);
            }
        }
        Solution::Unbounded { point: self.vertex(), ray }
    }

    fn optimum(&self, objective: usize) -> Optimum {
        let value =
            Rational::from_integers(self.tableau.get(objective, BOUND), self.tableau.denominator());
        let scale = &self.form.objective_scale;
        let dual = self.form.unscaled(self.coefficients_of_slacks(objective));
        let mut columns: Vec<usize> =
            self.basic.iter().copied().filter(|&variable| variable < self.structural).collect();
        let mut rows: Vec<usize> = self.nonbasic[1..]
            .iter()
            .filter_map(|variable| variable.checked_sub(self.structural))
            .filter(|&slack| slack < self.form.rows.len())
            .collect();
        columns.sort_unstable();
        rows.sort_unstable();
        Optimum {
            value: value / scale,
            primal: self.vertex(),
            dual: dual
                .into_iter()
                .map(
                    |multiplier| if multiplier.is_zero() { multiplier } else { multiplier / scale },
                )
                .collect(),
            basis: Basis { columns, rows },
        }
    }
}

#[cfg(test)]
mod tests;
