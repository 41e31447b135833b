//! Double oracle: zero-sum games whose actions are too many to be listed.
//!
//! A game restricted to few actions of each player is solved; each player's best response to the
//! other's mixture, among all actions, is asked for and added; and so on, until neither is better than
//! the value of the restricted game (McMahan, Gordon & Blum 2003). The best responses bound the value in
//! every round. It ends, since actions are finitely many, and it pays where optimal mixtures are on
//! few of them: of a uniform n × n matrix they are on about half.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::approximate::{bounded, left_by_rounding};
use super::bracket::bracket_matrix_game;
use super::passes::Passes;
use crate::game::answer::MatrixBracket;
use crate::game::{MatrixError, PayoffMatrix, PayoffSource, SourceError};
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

/// A zero-sum game that is known by its best responses. Actions are whatever describes them.
pub trait BestResponses {
    /// An action of the row player, who maximises.
    type Row: Clone + PartialEq;
    /// An action of the column player.
    type Column: Clone + PartialEq;
    /// Why something could not be found.
    type Error;

    /// What the row player receives; finite.
    ///
    /// # Errors
    /// As the game says.
    fn payoff(&mut self, row: &Self::Row, column: &Self::Column) -> Result<f64, Self::Error>;

    /// A best response of the row player to a mixture, and what it gives him.
    ///
    /// # Errors
    /// As the game says.
    fn best_row(
        &mut self,
        against: &[(Self::Column, f64)],
    ) -> Result<(Self::Row, f64), Self::Error>;

    /// A best response of the column player to a mixture, and what it gives the row player.
    ///
    /// # Errors
    /// As the game says.
    fn best_column(
        &mut self,
        against: &[(Self::Row, f64)],
    ) -> Result<(Self::Column, f64), Self::Error>;
}

/// Mixtures over few actions, and what the best responses to them say of the value.
#[derive(Debug, Clone, PartialEq)]
pub struct OracleSolution<R, C> {
    /// The row player's actions that are played, and their probabilities.
    pub rows: Vec<(R, f64)>,
    /// The column player's.
    pub columns: Vec<(C, f64)>,
    /// What the best response of the column player to `rows` leaves the row player.
    pub lower: f64,
    /// What the best response of the row player to `columns` gives him. Both bounds are as right as
    /// the best responses are.
    pub upper: f64,
}

/// Why a game that is known by its best responses was not solved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OracleError<E> {
    /// The game could not say something.
    #[error(transparent)]
    Game(#[from] E),
    /// The payoffs of the actions so far are no matrix game: one is no finite number. Rows and columns
    /// count the actions in the order in which they were added.
    #[error("of the actions so far, {0}")]
    Matrix(MatrixError),
}

/// The solution of a game that is known by its best responses.
pub type SolutionOf<G> = OracleSolution<<G as BestResponses>::Row, <G as BestResponses>::Column>;

/// Mixtures within a gap of optimal, from the best responses that a game gives.
///
/// A step of the budget is a round, in which one restricted game is solved and two best responses are
/// asked for; `watch` is told rounds and gap, and may stop. Both give the status `Partial` with the best
/// mixtures so far.
///
/// # Errors
/// Those of the game, and [`OracleError::Matrix`].
pub fn find_by_best_responses<G: BestResponses>(
    game: &mut G,
    start: (G::Row, G::Column),
    gap: f64,
    budget: &Budget,
    watch: &mut dyn FnMut(u64, f64) -> bool,
) -> Result<Outcome<SolutionOf<G>>, OracleError<G::Error>> {
    let mut restricted = Restricted {
        table: vec![vec![game.payoff(&start.0, &start.1)?]],
        rows: vec![start.0.clone()],
        columns: vec![start.1.clone()],
    };
    let mut best = OracleSolution {
        rows: vec![(start.0, 1.0)],
        columns: vec![(start.1, 1.0)],
        lower: f64::NEG_INFINITY,
        upper: f64::INFINITY,
    };
    let (mut round, mut pivots) = (0, 0);
    let mut warnings = Vec::new();
    // A step is a round here, and a pivot there.
    let within = budget.without_steps();
    let status = loop {
        round += 1;
        let (rows, columns, work) = restricted.solve(&within)?;
        pivots += work;
        let (column, lower) = game.best_column(&rows)?;
        let (row, upper) = game.best_row(&columns)?;
        if lower > best.lower {
            (best.rows, best.lower) = (rows, lower);
        }
        if upper < best.upper {
            (best.columns, best.upper) = (columns, upper);
        }
        let go_on = watch(round, best.upper - best.lower);
        if best.upper - best.lower <= gap {
            break Status::Solved;
        }
        let grown = restricted.add_row(game, row)? | restricted.add_column(game, column)?;
        if let Err(reason) = budget.check_now(round) {
            break Status::Partial(reason);
        }
        if !go_on {
            break Status::Partial(Exhausted::Cancelled);
        }
        // The same restricted game would give the same mixtures: what is left is rounding.
        if !grown {
            break Status::Solved;
        }
    };
    if status == Status::Solved && best.upper - best.lower > gap {
        let width = best.upper - best.lower;
        warnings.push(format!("no best response is new, and the bounds are {width:e} apart"));
    }
    let work = Work { rounds: round, pivots, ..Work::default() };
    Ok(Outcome { answer: best, status, method: "double-oracle", work, warnings })
}

/// The game on the actions so far.
struct Restricted<R, C> {
    rows: Vec<R>,
    columns: Vec<C>,
    table: Vec<Vec<f64>>,
}

/// Mixtures of both, and the pivots that they took.
type Mixtures<R, C> = (Vec<(R, f64)>, Vec<(C, f64)>, u64);

impl<R: Clone + PartialEq, C: Clone + PartialEq> Restricted<R, C> {
    /// Optimal mixtures.
    fn solve<E>(&self, budget: &Budget) -> Result<Mixtures<R, C>, OracleError<E>> {
        let matrix = PayoffMatrix::new(self.columns.len(), self.table.concat())
            .map_err(OracleError::Matrix)?;
        let found = bracket_matrix_game(&matrix, budget);
        let rows = played(&self.rows, &found.answer.row);
        Ok((rows, played(&self.columns, &found.answer.column), found.work.pivots))
    }

    fn add_row<G: BestResponses<Row = R, Column = C>>(
        &mut self,
        game: &mut G,
        row: R,
    ) -> Result<bool, G::Error> {
        if self.rows.contains(&row) {
            return Ok(false);
        }
        let payoffs: Result<Vec<f64>, _> =
            self.columns.iter().map(|column| game.payoff(&row, column)).collect();
        self.table.push(payoffs?);
        self.rows.push(row);
        Ok(true)
    }

    fn add_column<G: BestResponses<Row = R, Column = C>>(
        &mut self,
        game: &mut G,
        column: C,
    ) -> Result<bool, G::Error> {
        if self.columns.contains(&column) {
            return Ok(false);
        }
        for (row, payoffs) in self.rows.iter().zip(&mut self.table) {
            payoffs.push(game.payoff(row, &column)?);
        }
        self.columns.push(column);
        Ok(true)
    }
}

fn played<A: Clone>(actions: &[A], mixture: &[f64]) -> Vec<(A, f64)> {
    let all = actions.iter().cloned().zip(mixture.iter().copied());
    all.filter(|&(_, probability)| probability > 0.0).collect()
}

/// Strategies of a matrix game by double oracle. Best responses are found by passes over its rows; those
/// in the restricted game are kept. The bounds of the value hold in spite of rounding, as those of
/// [`super::approximate_matrix_game`].
///
/// ```
/// use detente::game::GeneratedPayoffs;
/// use detente::solve::{Budget, solve_by_double_oracle};
/// // Whoever names the greater number of 1000 wins one, unless it is greater by one: then he loses two.
/// let game = GeneratedPayoffs::new(1000, 1000, |row, entries: &mut [f64]| {
///     for (column, entry) in entries.iter_mut().enumerate() {
///         let ahead = row as f64 - column as f64;
///         *entry = if ahead.abs() == 1.0 { -2.0 * ahead } else { ahead.signum() * ahead.abs().min(1.0) };
///     }
/// });
/// let found = solve_by_double_oracle(&game, 1e-9, &Budget::unlimited(), &mut |_, _| true);
/// let found = found.unwrap().answer;
/// assert!(found.lower <= 0.0 && found.upper >= 0.0 && found.upper - found.lower < 1e-8);
/// ```
///
/// # Errors
/// When rows could not be had.
pub fn solve_by_double_oracle(
    source: &dyn PayoffSource,
    gap: f64,
    budget: &Budget,
    watch: &mut dyn FnMut(u64, f64) -> bool,
) -> Result<Outcome<MatrixBracket>, SourceError> {
    let mut game = ByPasses::new(source);
    let (row, _) = game.best_row(&[(0, 1.0)])?;
    let (column, _) = game.best_column(&[(row, 1.0)])?;
    let found = find_by_best_responses(&mut game, (row, column), gap, budget, watch);
    let mut found = found.map_err(|error| match error {
        OracleError::Game(error) => error,
        OracleError::Matrix(error) => error.into(),
    })?;
    let whole = |actions: usize, played: &[(usize, f64)]| {
        let mut mixture = vec![0.0; actions];
        played.iter().for_each(|&(action, probability)| mixture[action] = probability);
        mixture
    };
    let row = whole(source.rows(), &found.answer.rows);
    let column = whole(source.columns(), &found.answer.columns);
    let (answer, _) = bounded(&mut game.passes, &row, &column)?;
    let width = answer.upper - answer.lower;
    if found.status == Status::Solved && found.warnings.is_empty() && width > gap {
        found.warnings.push(left_by_rounding(width));
    }
    Ok(found.map(|_| answer))
}

/// Best responses by passes over all rows.
struct ByPasses<'a> {
    passes: Passes<'a>,
    source: &'a dyn PayoffSource,
    /// The rows that are in the restricted game.
    rows: HashMap<usize, Vec<f64>>,
}

impl<'a> ByPasses<'a> {
    fn new(source: &'a dyn PayoffSource) -> Self {
        ByPasses { passes: Passes::new(source), source, rows: HashMap::new() }
    }
}

impl BestResponses for ByPasses<'_> {
    type Row = usize;
    type Column = usize;
    type Error = SourceError;

    fn payoff(&mut self, row: &usize, column: &usize) -> Result<f64, SourceError> {
        let entries = match self.rows.entry(*row) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(crate::game::row_of(self.source, *row)?),
        };
        Ok(entries[*column])
    }

    fn best_row(&mut self, against: &[(usize, f64)]) -> Result<(usize, f64), SourceError> {
        let mut mixture = vec![0.0; self.passes.columns()];
        against.iter().for_each(|&(column, probability)| mixture[column] = probability);
        let mut values = vec![0.0; self.passes.rows()];
        self.passes.times(&mixture, &mut values)?;
        Ok(values
            .into_iter()
            .enumerate()
            .fold((0, f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best }))
    }

    fn best_column(&mut self, against: &[(usize, f64)]) -> Result<(usize, f64), SourceError> {
        let mut mixture = vec![0.0; self.passes.rows()];
        against.iter().for_each(|&(row, probability)| mixture[row] = probability);
        let mut values = vec![0.0; self.passes.columns()];
        self.passes.transposed_times(&mixture, &mut values)?;
        Ok(values
            .into_iter()
            .enumerate()
            .fold((0, f64::INFINITY), |best, next| if next.1 < best.1 { next } else { best }))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// A defender guards some of the targets, an attacker strikes one and wins its worth if it is not
    /// guarded. The defender's actions are sets, too many to be listed.
    struct Guards {
        worth: Vec<f64>,
        guards: usize,
        asked: usize,
    }

    impl BestResponses for Guards {
        type Row = Vec<usize>;
        type Column = usize;
        type Error = Infallible;

        fn payoff(&mut self, row: &Vec<usize>, column: &usize) -> Result<f64, Infallible> {
            Ok(if row.contains(column) { 0.0 } else { -self.worth[*column] })
        }

        fn best_row(&mut self, against: &[(usize, f64)]) -> Result<(Vec<usize>, f64), Infallible> {
            self.asked += 1;
            let mut risks: Vec<(usize, f64)> =
                against.iter().map(|&(target, p)| (target, p * self.worth[target])).collect();
            risks.sort_by(|one, other| other.1.total_cmp(&one.1));
            let left: f64 = risks.iter().skip(self.guards).map(|risk| risk.1).sum();
            let mut row: Vec<usize> = risks.iter().take(self.guards).map(|risk| risk.0).collect();
            row.sort_unstable();
            Ok((row, -left))
        }

        fn best_column(
            &mut self,
            against: &[(Vec<usize>, f64)],
        ) -> Result<(usize, f64), Infallible> {
            let open = |target: usize| {
                let guarded: f64 =
                    against.iter().filter(|(row, _)| row.contains(&target)).map(|one| one.1).sum();
                self.worth[target] * (1.0 - guarded)
            };
            let best = (0..self.worth.len()).map(|target| (target, open(target)));
            let (target, most) =
                best.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
            Ok((target, -most))
        }
    }

    #[test]
    fn guards_of_many_targets_make_the_attacker_indifferent() {
        let mut game = Guards { worth: vec![1.0; 24], guards: 8, asked: 0 };
        let start = ((0..8).collect(), 0);
        let budget = Budget::unlimited();
        let found =
            find_by_best_responses(&mut game, start, 1e-9, &budget, &mut |_, _| true).unwrap();
        // Each of 24 equal targets is guarded with probability one third.
        assert_eq!(found.status, Status::Solved);
        assert!((found.answer.lower + 2.0 / 3.0).abs() < 1e-8);
        assert!((found.answer.upper + 2.0 / 3.0).abs() < 1e-8);
        // Of some 700,000 sets few are ever looked at.
        assert!(game.asked < 300, "{}", game.asked);
    }

    #[test]
    fn a_search_that_is_stopped_says_what_it_has() {
        let worth = (1..=20).map(f64::from).collect();
        let mut game = Guards { worth, guards: 5, asked: 0 };
        let start = (vec![0, 1, 2, 3, 4], 0);
        let budget = Budget::unlimited().with_steps(2);
        let found =
            find_by_best_responses(&mut game, start.clone(), 0.0, &budget, &mut |_, _| true)
                .unwrap();
        assert_eq!(found.status, Status::Partial(Exhausted::Steps));
        assert!(found.answer.lower < found.answer.upper);
        let found =
            find_by_best_responses(&mut game, start, 0.0, &Budget::unlimited(), &mut |_, _| false);
        assert_eq!(found.unwrap().status, Status::Partial(Exhausted::Cancelled));
    }
    /// Rock, paper, scissors whose best responses promise a little more than they give.
    struct Vague {
        asked: u32,
        last: f64,
    }

    impl BestResponses for Vague {
        type Row = usize;
        type Column = usize;
        type Error = Infallible;

        fn payoff(&mut self, row: &usize, column: &usize) -> Result<f64, Infallible> {
            let table = [[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, self.last]];
            Ok(table[*row][*column])
        }

        fn best_row(&mut self, against: &[(usize, f64)]) -> Result<(usize, f64), Infallible> {
            self.asked += 1;
            let beats = |played: usize| (played + 1) % 3;
            let most =
                against.iter().fold((0, 0.0), |best, &it| if it.1 > best.1 { it } else { best });
            Ok((beats(most.0), 0.01))
        }

        fn best_column(&mut self, against: &[(usize, f64)]) -> Result<(usize, f64), Infallible> {
            let (row, _) = self.best_row(against)?;
            self.asked -= 1;
            Ok((row, -0.01))
        }
    }

    #[test]
    fn a_restricted_game_that_does_not_grow_ends_the_search_at_once() {
        let mut game = Vague { asked: 0, last: 0.0 };
        let budget = Budget::unlimited();
        let found = find_by_best_responses(&mut game, (0, 0), 1e-9, &budget, &mut |_, _| true);
        let found = found.unwrap();
        assert_eq!(found.status, Status::Solved);
        assert!(found.warnings[0].contains("no best response is new"), "{:?}", found.warnings);
        // From one action each to three of three, and once more.
        assert!(game.asked <= 4, "{}", game.asked);
    }

    #[test]
    fn a_payoff_that_is_no_number_is_an_error() {
        let mut game = Vague { asked: 0, last: f64::NAN };
        let budget = Budget::unlimited();
        let found = find_by_best_responses(&mut game, (0, 0), 1e-9, &budget, &mut |_, _| true);
        assert!(
            matches!(found, Err(OracleError::Matrix(MatrixError::NotFinite { .. }))),
            "{found:?}"
        );
    }
}
