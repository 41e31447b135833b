//! Linear programs as plain data, their solutions, and what proves each solution.
//!
//! The program is: maximise c·x subject to rows aᵢ·x ≤, = or ≥ bᵢ, each variable x_j ≥ 0 or free.
//! Its dual: minimise b·y subject to y·A_j ≥ c_j (= c_j where x_j is free), yᵢ ≥ 0 in a row with
//! ≤, yᵢ ≤ 0 in a row with ≥, and yᵢ free in a row with =. Every multiplier in this folder has the
//! sign that this dual gives it.

use crate::num::Rational;

/// How the left side of a constraint stands to its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// a·x ≤ b.
    AtMost,
    /// a·x = b.
    Equal,
    /// a·x ≥ b.
    AtLeast,
}

/// One row of a linear program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// The non-zero coefficients with their variables, each variable at most once.
    pub coefficients: Vec<(usize, Rational)>,
    /// The relation of the two sides.
    pub relation: Relation,
    /// The right side.
    pub bound: Rational,
}

/// A linear program over the rationals, to be maximised.
///
/// ```
/// use detente::linear::{LinearProgram, Relation, Solution, simplex};
/// use detente::num::Rational;
/// // Maximise 2x + y subject to x + y ≤ 4 and x ≤ 3.
/// let mut program = LinearProgram::maximize(vec![Rational::from(2), Rational::ONE]);
/// program.constrain([(0, Rational::ONE), (1, Rational::ONE)], Relation::AtMost, Rational::from(4));
/// program.constrain([(0, Rational::ONE)], Relation::AtMost, Rational::from(3));
/// let solved = simplex::solve(&program, None, &|_| true).unwrap();
/// let Solution::Optimal(optimum) = solved.solution else { panic!("it has an optimum") };
/// assert_eq!(optimum.value, Rational::from(7));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinearProgram {
    objective: Vec<Rational>,
    free: Vec<bool>,
    constraints: Vec<Constraint>,
}

impl LinearProgram {
    /// The program that maximises this objective, with no constraint but x ≥ 0.
    #[must_use]
    pub fn maximize(objective: Vec<Rational>) -> Self {
        let free = vec![false; objective.len()];
        LinearProgram { objective, free, constraints: Vec::new() }
    }

    /// Lets a variable be negative.
    ///
    /// # Panics
    /// When there is no such variable.
    pub fn set_free(&mut self, variable: usize) {
        self.free[variable] = true;
    }

    /// Adds a row. Zero coefficients are dropped.
    ///
    /// # Panics
    /// When a coefficient names a variable that does not exist.
    pub fn constrain(
        &mut self,
        coefficients: impl IntoIterator<Item = (usize, Rational)>,
        relation: Relation,
        bound: Rational,
    ) {
        let coefficients: Vec<_> =
            coefficients.into_iter().filter(|(_, value)| !value.is_zero()).collect();
        assert!(
            coefficients.iter().all(|&(variable, _)| variable < self.objective.len()),
            "a constraint names only variables of the program"
        );
        self.constraints.push(Constraint { coefficients, relation, bound });
    }

    /// The coefficients of the objective, one for each variable.
    #[must_use]
    pub fn objective(&self) -> &[Rational] {
        &self.objective
    }

    /// The rows in order.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// Whether a variable may be negative.
    #[must_use]
    pub fn is_free(&self, variable: usize) -> bool {
        self.free[variable]
    }

    /// The number of variables.
    #[must_use]
    pub fn num_variables(&self) -> usize {
        self.objective.len()
    }

    /// The number of rows.
    #[must_use]
    pub fn num_constraints(&self) -> usize {
        self.constraints.len()
    }

    /// Whether x = 0 is feasible and every variable is non-negative, so that the simplex method
    /// can start without a first phase. All programs of games are brought to this form.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        !self.free.contains(&true)
            && self
                .constraints
                .iter()
                .all(|row| row.relation == Relation::AtMost && !row.bound.is_negative())
    }
}

/// A basis: which variables and which rows determine the solution.
///
/// The basic structural variables are those in `columns`; the slacks of all rows but those in
/// `rows` are basic too. Both lists are ascending and equally long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    /// Structural variables that are basic.
    pub columns: Vec<usize>,
    /// Rows that hold with equality because their slack is not basic.
    pub rows: Vec<usize>,
}

/// An optimal solution with the proof that it is one: both sides have the same value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Optimum {
    /// The greatest value of the objective.
    pub value: Rational,
    /// A vertex where it is reached.
    pub primal: Vec<Rational>,
    /// Multipliers of the rows, a solution of the dual of the same value.
    pub dual: Vec<Rational>,
    /// The basis that gives both.
    pub basis: Basis,
}

/// The solution of a linear program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Solution {
    /// There is an optimum.
    Optimal(Optimum),
    /// No point satisfies all rows. The multipliers y have the signs of the dual, y·A_j ≥ 0 (= 0
    /// where x_j is free) and y·b < 0 (Farkas 1902).
    Infeasible {
        /// The multipliers of the rows.
        multipliers: Vec<Rational>,
    },
    /// The objective grows without bound along point + t·ray, t ≥ 0.
    Unbounded {
        /// A feasible point.
        point: Vec<Rational>,
        /// A direction of recession with positive objective.
        ray: Vec<Rational>,
    },
}

/// A solution, and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solved {
    /// The solution.
    pub solution: Solution,
    /// How it was reached.
    pub path: Path,
    /// Exact pivots.
    pub pivots: u64,
}

/// How to look for the solution of a linear program, which is exact in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LpMethod {
    /// Small programs with integers alone, larger ones with a basis guessed in floating point.
    #[default]
    Auto,
    /// Integers alone.
    Exact,
    /// With a basis guessed in floating point, whatever the size.
    Hinted,
    /// With a basis guessed by a back end of `good_lp`, whatever the size.
    GoodLp,
}

/// The way to an exact solution. The ways differ in time only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// Exact pivots from the slack basis.
    Exact,
    /// A basis guessed in floating point was confirmed exactly.
    HintConfirmed,
    /// A basis guessed in floating point was not optimal: exact pivots from there.
    HintRepaired,
}

impl Path {
    /// The name of the way, as results show it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Path::Exact => "exact-simplex",
            Path::HintConfirmed => "float-basis-confirmed",
            Path::HintRepaired => "float-basis-repaired",
        }
    }
}

/// Why there is no solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LpError {
    /// The caller asked to stop.
    #[error("stopped before the linear program was solved")]
    Stopped,
    /// The tableau would not fit.
    #[error(
        "the linear program has {rows} rows and {columns} columns, too many for an exact tableau"
    )]
    TooLarge {
        /// The number of rows.
        rows: usize,
        /// The number of columns.
        columns: usize,
    },
}
