//! A basis guessed in floating point: the choice of the back end, and the bridge to `good_lp`.
//!
//! Whatever is guessed here is then decided exactly, so a back end is chosen for speed, and for not
//! running away. Three are at hand: the project's own ([dense tableau](super::dense), or a
//! [small inverse](super::revised) where most rows hardly matter), and through `good_lp` the simplex
//! method of `microlp` and the interior-point method of `clarabel`.

use std::time::Duration;

use good_lp::{
    Constraint, Expression, ProblemVariables, Solution as _, SolverModel as _, Variable,
    WithTimeLimit as _, clarabel, microlp, variable,
};

use super::confirm::{Fault, confirmed_optimum};
use super::dense::Dense;
use super::integer_form::IntegerForm;
use super::revised::Revised;
use super::scaled::ScaledProgram;
use super::{Basis, LinearProgram, LpMethod, Optimum, Relation};

/// What solves a linear program in the first place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackEnd {
    /// Integers alone, without a guess.
    Exact,
    /// The dense tableau in machine numbers.
    Dense,
    /// `microlp` through `good_lp`.
    Microlp,
    /// `clarabel` through `good_lp`.
    Clarabel,
}

/// Rows × columns × the smaller of the two up to which integers alone are used.
const SMALL_WORK: usize = 1 << 13;
/// Coefficients of the largest program that is given to the dense tableau.
const MOST_DENSE: usize = 1 << 22;
/// Coefficients of the largest program that is given to `microlp`.
const MOST_MICROLP: usize = 1 << 12;
/// Coefficients of the largest program that is given to `clarabel`.
const MOST_CLARABEL: usize = 1 << 20;

/// The back end for a program, and why. The only place where this is decided.
#[must_use]
pub fn choose_back_end(program: &LinearProgram, method: LpMethod) -> (BackEnd, &'static str) {
    let (rows, columns) = (program.num_constraints(), program.num_variables());
    let work = rows.saturating_mul(columns).saturating_mul(rows.min(columns));
    let coefficients: usize = program.constraints().iter().map(|row| row.coefficients.len()).sum();
    let degenerate = program.constraints().iter().any(|row| row.bound.is_zero());
    match method {
        LpMethod::Exact => return (BackEnd::Exact, "integers alone were asked for"),
        LpMethod::Auto if work <= SMALL_WORK => {
            return (
                BackEnd::Exact,
                "the program is small: exact pivots take no longer than a guess",
            );
        }
        LpMethod::Auto | LpMethod::Hinted | LpMethod::GoodLp => {}
    }
    if method != LpMethod::GoodLp && program.is_canonical() && coefficients <= MOST_DENSE {
        return (BackEnd::Dense, "zero is feasible: the dense tableau is fastest");
    }
    if !degenerate && coefficients <= MOST_MICROLP {
        return (BackEnd::Microlp, "no bound is zero and the program is small: a vertex is wanted");
    }
    if coefficients <= MOST_CLARABEL {
        return (
            BackEnd::Clarabel,
            "an interior point is not troubled by ties, and gives multipliers",
        );
    }
    (BackEnd::Exact, "the program is too large for the back ends in floating point")
}

/// Exact checks of one guess, with a repair after each but the last.
const MOST_REPAIRS: usize = 64;

/// Rows with bound zero from which on most are thought not to matter.
const MANY_ZERO_BOUNDS: usize = 32;

/// What became of a guess.
pub(super) enum Guess {
    /// It is optimal.
    Confirmed(Optimum),
    /// It is not, and could not be mended; exact pivots may start there.
    Start(Basis),
    /// There is none.
    Nothing,
}

/// A basis that the back end takes for optimal, checked exactly.
///
/// `time` is a limit for back ends that cannot ask `go_on`.
pub(super) fn guess(
    back_end: BackEnd,
    program: &LinearProgram,
    time: Option<Duration>,
    go_on: &dyn Fn() -> bool,
) -> Guess {
    let form = IntegerForm::new(program);
    match back_end {
        BackEnd::Exact => Guess::Nothing,
        BackEnd::Dense => guess_with_own(program, &form, go_on).unwrap_or(Guess::Nothing),
        BackEnd::Microlp | BackEnd::Clarabel => {
            let Some(point) = solve_in_floats(back_end, program, time) else {
                return Guess::Nothing;
            };
            let basis = basis_near(&form, program, &point);
            match confirmed_optimum(program, &form, &basis, go_on) {
                Ok(optimum) => Guess::Confirmed(optimum),
                Err(_) => Guess::Start(basis),
            }
        }
    }
}

fn guess_with_own(
    program: &LinearProgram,
    form: &IntegerForm,
    go_on: &dyn Fn() -> bool,
) -> Option<Guess> {
    let zero_bounds = form.rows.iter().filter(|row| row.bound.is_zero()).count();
    if zero_bounds >= MANY_ZERO_BOUNDS {
        let mut revised = Revised::new(ScaledProgram::new(form)?);
        if revised.optimize(go_on) {
            let repair = |revised: &mut Revised, fault: &Fault| revised.repair(fault, go_on);
            return Some(confirmed(program, form, revised, Revised::basis, repair, go_on));
        }
    }
    let mut tableau = Dense::new(ScaledProgram::new(form)?)?;
    tableau.optimize(go_on).then(|| {
        let repair = |tableau: &mut Dense, fault: &Fault| tableau.repair(fault, go_on);
        confirmed(program, form, tableau, Dense::basis, repair, go_on)
    })
}

/// The optimum of the basis to which a method has come, or to which it comes after repairs.
fn confirmed<T>(
    program: &LinearProgram,
    form: &IntegerForm,
    mut method: T,
    basis_of: impl Fn(&T) -> Basis,
    repair: impl Fn(&mut T, &Fault) -> bool,
    go_on: &dyn Fn() -> bool,
) -> Guess {
    let first = basis_of(&method);
    let mut basis = first.clone();
    for _ in 0..MOST_REPAIRS {
        let fault = match confirmed_optimum(program, form, &basis, go_on) {
            Ok(optimum) => return Guess::Confirmed(optimum),
            Err(fault) if go_on() => fault,
            Err(_) => break,
        };
        if !repair(&mut method, &fault) {
            break;
        }
        basis = basis_of(&method);
    }
    Guess::Start(first)
}

/// The primal solution of a back end of `good_lp`.
fn solve_in_floats(
    back_end: BackEnd,
    program: &LinearProgram,
    time: Option<Duration>,
) -> Option<Vec<f64>> {
    let mut variables = ProblemVariables::new();
    let handles: Vec<Variable> = (0..program.num_variables())
        .map(|index| {
            let plain = variable();
            variables.add(if program.is_free(index) { plain } else { plain.min(0.0) })
        })
        .collect();
    let finite = |value: f64| value.is_finite().then_some(value);
    let mut objective = Expression::with_capacity(handles.len());
    for (&handle, value) in handles.iter().zip(program.objective()) {
        objective.add_mul(finite(value.to_f64())?, handle);
    }
    let mut constraints: Vec<Constraint> = Vec::with_capacity(program.num_constraints());
    for row in program.constraints() {
        // Rows of size 1 are what the tolerances of the back ends are made for.
        let sizes = row.coefficients.iter().map(|(_, value)| value.to_f64().abs());
        let scale = finite(sizes.fold(0.0, f64::max))?;
        if scale == 0.0 {
            continue;
        }
        let mut left = Expression::with_capacity(row.coefficients.len());
        for (variable, value) in &row.coefficients {
            left.add_mul(value.to_f64() / scale, handles[*variable]);
        }
        let bound = finite(row.bound.to_f64() / scale)?;
        constraints.push(match row.relation {
            Relation::AtMost => left.leq(bound),
            Relation::Equal => left.eq(bound),
            Relation::AtLeast => left.geq(bound),
        });
    }
    let problem = variables.maximise(objective);
    let seconds = time.map_or(60.0, |time| time.as_secs_f64().min(60.0));
    match back_end {
        BackEnd::Microlp => {
            let model = problem.using(microlp).with_time_limit(seconds).with_all(constraints);
            let solution = model.solve().ok()?;
            handles.iter().map(|&handle| finite(solution.value(handle))).collect()
        }
        BackEnd::Clarabel => {
            let mut model = problem.using(clarabel);
            model.settings().time_limit(seconds);
            let solution = model.with_all(constraints).solve().ok()?;
            handles.iter().map(|&handle| finite(solution.value(handle))).collect()
        }
        BackEnd::Exact | BackEnd::Dense => None,
    }
}

/// A basis at or near a point: variables that are far from zero are made basic, in rows that are
/// nearly tight, as far as elimination finds them independent.
fn basis_near(form: &IntegerForm, program: &LinearProgram, point: &[f64]) -> Basis {
    const NEAR: f64 = 1e-6;
    let mut columns: Vec<usize> = (0..point.len())
        .filter(|&column| program.is_free(column) || point[column] > NEAR)
        .collect();
    columns.sort_by(|&a, &b| {
        let free = |column: usize| program.is_free(column);
        free(b).cmp(&free(a)).then(point[b].total_cmp(&point[a]))
    });
    let mut rows: Vec<(usize, Vec<f64>)> = Vec::new();
    let mut place = vec![usize::MAX; point.len()];
    columns.iter().enumerate().for_each(|(at, &column)| place[column] = at);
    for (index, row) in form.rows.iter().enumerate() {
        let (mut left, mut size) = (0.0, 0.0f64);
        let mut line = vec![0.0; columns.len()];
        for (variable, value) in &row.coefficients {
            let value = value.to_f64().value();
            left += value * point[*variable];
            size = size.max(value.abs());
            if let Some(entry) = line.get_mut(place[*variable]) {
                *entry = value;
            }
        }
        let slack = row.bound.to_f64().value() - left;
        if size > 0.0 && (row.equality || slack <= NEAR * size) {
            line.iter_mut().for_each(|entry| *entry /= size);
            rows.push((index, line));
        }
    }
    let mut basis = Basis::default();
    for (at, &column) in columns.iter().enumerate() {
        let largest =
            (0..rows.len()).max_by(|&a, &b| rows[a].1[at].abs().total_cmp(&rows[b].1[at].abs()));
        let Some(pivot) = largest.filter(|&row| rows[row].1[at].abs() > NEAR) else { continue };
        let (index, line) = rows.swap_remove(pivot);
        basis.columns.push(column);
        basis.rows.push(index);
        for (_, other) in &mut rows {
            let factor = other[at] / line[at];
            if factor != 0.0 {
                other[at..].iter_mut().zip(&line[at..]).for_each(|(x, y)| *x -= factor * y);
            }
        }
    }
    basis.columns.sort_unstable();
    basis.rows.sort_unstable();
    basis
}

#[cfg(test)]
mod tests;
