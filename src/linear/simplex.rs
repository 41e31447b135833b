//! The simplex method in exact arithmetic, for any linear program over the rationals.
//!
//! A *dictionary* writes some variables (the basic ones) and the objective as affine functions of
//! the others, which are zero at its vertex. Each pivot exchanges one for the other and does not
//! worsen the objective. Numbers are integers over a common denominator, so nothing is rounded
//! ([`Dictionary`]). The entering variable has the largest coefficient (Dantzig 1951); the
//! leaving one is chosen by the lexicographic ratio test (Dantzig, Orden & Wolfe 1955), with
//! which the method ends on degenerate programs too. Where the start is not feasible, a first phase
//! raises one violated row after another to feasibility, keeping those that hold; no artificial
//! variable is needed, so that any basis will do as a start.

use std::cmp::Ordering;

use dashu_int::IBig;

use super::integer_form::IntegerForm;
use super::{Basis, Dictionary, LinearProgram, LpError, Optimum, Path, Place, Solution, Solved};
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
    /// The row that was to become feasible has become so.
    Feasible,
}

struct Simplex<'a> {
    program: &'a LinearProgram,
    form: &'a IntegerForm,
    /// Labels: structural variables from 0 to n, slacks from n to n + m, the objective n + m. The
    /// objective is the last row; rows 0 to m belong to the basic variables.
    dictionary: Dictionary,
    /// The number of rows without the objective, which is also the row of the objective.
    m: usize,
    /// The number of structural variables.
    n: usize,
    /// Whether the dictionary's own ratio test can be used, which is faster and knows no rows that
    /// may become negative.
    plain: bool,
    pivots: u64,
    go_on: &'a dyn Fn(u64) -> bool,
}

impl<'a> Simplex<'a> {
    fn new(
        program: &'a LinearProgram,
        form: &'a IntegerForm,
        go_on: &'a dyn Fn(u64) -> bool,
    ) -> Self {
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
        let (rows, columns): (Vec<usize>, Vec<usize>) = ((n..=n + m).collect(), (0..n).collect());
        let dictionary = Dictionary::from_integers(entries, &rows, &columns);
        Simplex { program, form, dictionary, m, n, plain: false, pivots: 0, go_on }
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
        // A free variable that could not become basic moves no bounded variable.
        for column in self.columns_of(Kind::Free) {
            let sign = self.dictionary.sign(self.m, column);
            if sign != Ordering::Equal {
                return Ok(self.unbounded(column, sign == Ordering::Greater));
            }
        }
        let rows: Vec<usize> =
            (0..self.m).filter(|&row| self.row_kind(row) != Kind::Free).collect();
        // The slack of a redundant equality stays at zero: its row has no entry that could move it.
        self.plain = rows.len() == self.m;
        Ok(match self.pivot_to_the_end(self.m, &rows)? {
            End::Unbounded(column) => self.unbounded(column, false),
            End::Optimal | End::Feasible => Solution::Optimal(self.optimum()),
        })
    }

    fn kind(&self, label: usize) -> Kind {
        match label.checked_sub(self.n) {
            None if self.program.is_free(label) => Kind::Free,
            Some(slack) if self.form.rows[slack].equality => Kind::Fixed,
            _ => Kind::Bounded,
        }
    }

    fn row_kind(&self, row: usize) -> Kind {
        self.kind(self.dictionary.row_label(row))
    }

    fn columns_of(&self, kind: Kind) -> Vec<usize> {
        let has_kind = |&column: &usize| self.kind(self.dictionary.column_label(column)) == kind;
        (1..=self.n).filter(has_kind).collect()
    }

    fn pivot(&mut self, row: usize, column: usize) -> Result<(), LpError> {
        if !(self.go_on)(self.pivots) {
            return Err(LpError::Stopped);
        }
        self.pivots += 1;
        self.dictionary.pivot(row, column);
        Ok(())
    }

    /// Moves to a given basis as far as it is one.
    fn go_to(&mut self, basis: &Basis) -> Result<(), LpError> {
        // Slack i stays in row i until it leaves.
        let mut rows: Vec<usize> = basis.rows.iter().copied().filter(|&row| row < self.m).collect();
        for &variable in &basis.columns {
            let Place::Column(column) = self.dictionary.place(variable) else { continue };
            let found = rows.iter().position(|&row| !self.dictionary.is_zero(row, column));
            if let Some(found) = found {
                let row = rows.swap_remove(found);
                self.pivot(row, column)?;
            }
        }
        Ok(())
    }

    fn enter_free_variables(&mut self) -> Result<(), LpError> {
        for column in self.columns_of(Kind::Free) {
            let row_of = |kind: Kind| {
                (0..self.m).find(|&row| {
                    self.row_kind(row) == kind && !self.dictionary.is_zero(row, column)
                })
            };
            if let Some(row) = row_of(Kind::Fixed).or_else(|| row_of(Kind::Bounded)) {
                self.pivot(row, column)?;
            }
        }
        Ok(())
    }

    /// Makes the slacks of equalities nonbasic, save those of redundant rows.
    fn leave_fixed_slacks(&mut self) -> Result<Option<Solution>, LpError> {
        for row in 0..self.m {
            if self.row_kind(row) != Kind::Fixed {
                continue;
            }
            let mut columns = self.columns_of(Kind::Bounded).into_iter();
            match columns.find(|&column| !self.dictionary.is_zero(row, column)) {
                Some(column) => self.pivot(row, column)?,
                None if self.dictionary.is_zero(row, BOUND) => {}
                // The row reads 0 = constant up to slacks that are zero.
                None => return Ok(Some(self.contradiction(row))),
            }
        }
        Ok(None)
    }

    /// The first phase: raises the basic variables that are negative to zero, one by one, while
    /// those that are not stay so.
    fn make_feasible(&mut self) -> Result<Option<Solution>, LpError> {
        loop {
            let (feasible, violated): (Vec<usize>, Vec<usize>) = (0..self.m)
                .filter(|&row| self.row_kind(row) == Kind::Bounded)
                .partition(|&row| !self.dictionary.is_negative(row, BOUND));
            let Some(&row) = violated.first() else { return Ok(None) };
            match self.pivot_to_the_end(row, &feasible)? {
                End::Feasible => {}
                End::Optimal => return Ok(Some(self.contradiction(row))),
                // The variable grows, so it passes zero: its own row bounds the growth.
                End::Unbounded(column) => self.pivot(row, column)?,
            }
        }
    }

    /// Pivots until the variable of row `target` (or the objective, the row after all others) is
    /// as large as the variables of `rows` allow, which are feasible and stay so.
    ///
    /// A target below `m` is a variable that is negative, and the run ends when it reaches zero.
    fn pivot_to_the_end(&mut self, target: usize, rows: &[usize]) -> Result<End, LpError> {
        let order: Vec<usize> = rows.iter().map(|&row| self.dictionary.row_label(row)).collect();
        // As pivots exchange the variables of rows, `rows` goes on to hold those to keep feasible.
        loop {
            if target < self.m && !self.dictionary.is_negative(target, BOUND) {
                return Ok(End::Feasible);
            }
            let entering = (1..=self.n)
                .filter(|&column| {
                    self.dictionary.is_negative(target, column)
                        && self.kind(self.dictionary.column_label(column)) == Kind::Bounded
                })
                .min_by(|&a, &b| self.dictionary.compare((target, a), (target, b)));
            let Some(column) = entering else { return Ok(End::Optimal) };
            let leaving = if self.plain {
                self.dictionary.lexicographic_row(column, self.m, &order)
            } else {
                self.leaving(column, rows, &order)
            };
            let Some(row) = leaving else { return Ok(End::Unbounded(column)) };
            if target < self.m && self.reaches_zero_first(target, row, column) {
                self.pivot(target, column)?;
                return Ok(End::Feasible);
            }
            self.pivot(row, column)?;
        }
    }

    /// Whether the negative variable of `target` grows to zero before the one of `row` falls to it.
    fn reaches_zero_first(&self, target: usize, row: usize, column: usize) -> bool {
        // t_target,0 / t_target,c ≤ t_row,0 / t_row,c with a negative first divisor.
        self.dictionary.compare_ratios(target, row, BOUND, column) != Ordering::Less
    }

    /// The row among `rows` that limits the entering variable, ties broken lexicographically in
    /// the order of perturbed variables.
    fn leaving(&self, column: usize, rows: &[usize], order: &[usize]) -> Option<usize> {
        let mut tied = self.least_ratios(column, BOUND, rows);
        for &label in order {
            if tied.len() <= 1 {
                break;
            }
            match self.dictionary.place(label) {
                // A basic variable has its own perturbation in its own row only.
                Place::Row(own) => tied.retain(|&row| row != own),
                Place::Column(at) => tied = self.least_ratios(column, at, &tied),
                Place::Absent => {}
            }
        }
        tied.first().copied()
    }

    /// Among rows with a positive entry in `column` those with the least ratio of entry `over` to it.
    fn least_ratios(&self, column: usize, over: usize, rows: &[usize]) -> Vec<usize> {
        let mut least: Vec<usize> = Vec::new();
        for &row in rows.iter().filter(|&&row| self.dictionary.is_positive(row, column)) {
            let order = match least.first() {
                Some(&best) => self.dictionary.compare_ratios(row, best, over, column),
                None => Ordering::Less,
            };
            match order {
                Ordering::Less => least = vec![row],
                Ordering::Equal => least.push(row),
                Ordering::Greater => {}
            }
        }
        least
    }

    /// The coefficients, over the denominator, of the slacks in a row of the dictionary.
    fn coefficients_of_slacks(&self, row: usize) -> Vec<Rational> {
        let mut coefficients = vec![Rational::ZERO; self.m];
        for (slack, coefficient) in coefficients.iter_mut().enumerate() {
            match self.dictionary.place(self.n + slack) {
                Place::Column(column) => *coefficient = self.dictionary.entry(row, column),
                Place::Row(own) if own == row => *coefficient = Rational::ONE,
                Place::Row(_) | Place::Absent => {}
            }
        }
        coefficients
    }

    /// The proof of infeasibility from a row whose variable cannot have the sign that it must have.
    fn contradiction(&self, row: usize) -> Solution {
        let mut multipliers = self.form.unscaled(self.coefficients_of_slacks(row));
        if self.dictionary.is_positive(row, BOUND) {
            // Only for an equality, whose slack must be zero and has no sign.
            multipliers = multipliers.iter().map(|multiplier| -multiplier).collect();
        }
        Solution::Infeasible { multipliers }
    }

    /// The structural variables at the vertex of the dictionary.
    fn vertex(&self) -> Vec<Rational> {
        (0..self.n).map(|variable| self.dictionary.value(variable)).collect()
    }

    /// The answer when the variable of a column can rise, or fall, for ever.
    fn unbounded(&self, column: usize, falling: bool) -> Solution {
        let ray = (0..self.n)
            .map(|variable| {
                let rate = match self.dictionary.place(variable) {
                    Place::Column(own) if own == column => Rational::ONE,
                    Place::Row(row) => -self.dictionary.entry(row, column),
                    Place::Column(_) | Place::Absent => Rational::ZERO,
                };
                if falling { -rate } else { rate }
            })
            .collect();
        Solution::Unbounded { point: self.vertex(), ray }
    }

    fn optimum(&self) -> Optimum {
        let scale = &self.form.objective_scale;
        let dual = self
            .form
            .unscaled(self.coefficients_of_slacks(self.m))
            .into_iter()
            .map(|multiplier| if multiplier.is_zero() { multiplier } else { multiplier / scale })
            .collect();
        let basic = |label: usize| matches!(self.dictionary.place(label), Place::Row(_));
        Optimum {
            value: self.dictionary.entry(self.m, BOUND) / scale,
            primal: self.vertex(),
            dual,
            basis: Basis {
                columns: (0..self.n).filter(|&variable| basic(variable)).collect(),
                rows: (0..self.m).filter(|&row| !basic(self.n + row)).collect(),
            },
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
