//! Colonel Blotto games, reduced by the symmetry of fields of the same value.
//!
//! A strategy is a division of the soldiers whose groups are assigned to the fields of their class at
//! random. Averaging over permutations of the fields keeps what a strategy secures, so that the game
//! of divisions has the value of the whole game and its optimal strategies are optimal there; 4
//! soldiers on 3 fields have 4 divisions in place of 15 strategies, 12 on 4 have 34 in place of 455.
//!
//! [`solve_blotto_by_reduction`] lists all divisions of both sides. [`solve_blotto_by_best_replies`] is
//! for payoffs that are sums over fields: what a strategy earns depends on the *marginals* alone, how
//! often each number of soldiers is on a field, and the best reply to marginals is found field by field
//! (the separation oracle of Ahmadinejad, Dehghani, Hajiaghayi, Lucier, Mahini & Seddighin 2016). A game
//! of few divisions is solved, best replies are added, and so on until there are no better ones.

mod assignments;
mod replies;
#[cfg(test)]
mod tests;

use crate::game::blotto::{BlottoError, BlottoGame, BlottoLottery, BlottoSolution, Division};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::zero_sum::{MatrixSolution, solve_matrix_game};
use crate::solve::{Budget, Exhausted, Outcome};

use assignments::expected_payoff;
use replies::best_reply;

/// The largest number of pairs of divisions of a reduced game.
pub const MOST_PAIRS: usize = 1_000_000;
/// The largest number of steps of one best reply: fields × the square of the soldiers.
const MOST_STEPS: usize = 1 << 28;

/// Why a method does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlottoMethodError {
    /// The divisions cannot be listed.
    #[error(transparent)]
    Game(#[from] BlottoError),
    /// There are too many pairs of divisions.
    #[error("{0} and {1} divisions make more than {MOST_PAIRS} pairs")]
    TooManyPairs(usize, usize),
    /// Best replies to marginals are for sums over fields.
    #[error(
        "best replies field by field are for payoffs that are sums over fields, and a majority is none"
    )]
    NotAdditive,
    /// There are too many soldiers for a best reply.
    #[error("best replies of so many soldiers on so many fields take too long")]
    TooManySoldiers,
}

/// The value and optimal strategies by the game of all divisions of both sides, exact.
///
/// One linear program of the size of the divisions; each payoff is counted over assignments, without
/// listing these. The answer is `None` when the budget is spent.
///
/// # Errors
/// When there are too many divisions ([`crate::game::blotto::MOST_DIVISIONS`], [`MOST_PAIRS`]).
///
/// ```
/// use detente::game::blotto::{BlottoGame, BlottoPayoff};
/// use detente::num::Rational;
/// use detente::solve::{Budget, blotto::solve_blotto_by_reduction};
/// // Four regiments against three on two posts (McDonald & Tukey 1949; Dresher 1961).
/// let posts = vec![Rational::ONE; 2];
/// let game = BlottoGame::new([4, 3], posts, BlottoPayoff::Captures).unwrap();
/// let solved = solve_blotto_by_reduction(&game, &Budget::unlimited()).unwrap();
/// assert_eq!(solved.answer.unwrap().value.to_string(), "14/9");
/// ```
pub fn solve_blotto_by_reduction(
    game: &BlottoGame,
    budget: &Budget,
) -> Result<Outcome<Option<BlottoSolution>>, BlottoMethodError> {
    let (own, other) = (game.divisions(0)?, game.divisions(1)?);
    if own.len().saturating_mul(other.len()) > MOST_PAIRS {
        return Err(BlottoMethodError::TooManyPairs(own.len(), other.len()));
    }
    let meter = Meter::new(LpMethod::Auto, budget);
    let found = matrix(game, &own, &other, &meter)
        .and_then(|matrix| solve_matrix_game(&matrix, &meter))
        .map(|solved| solution(game, &own, &other, solved));
    Ok(named(meter.outcome(found), "symmetric-reduction"))
}

/// The value and optimal strategies by best replies, exact: for payoffs that are sums over fields, and
/// far more soldiers.
///
/// Each round takes an exact program of the divisions so far and two best replies of O(n s²) steps for
/// n fields and s soldiers. The number of rounds is finite, and near that of soldiers in practice. The
/// answer is `None` when the budget is spent.
///
/// # Errors
/// When the payoff is no sum over fields, or a best reply would take too long.
pub fn solve_blotto_by_best_replies(
    game: &BlottoGame,
    budget: &Budget,
) -> Result<Outcome<Option<BlottoSolution>>, BlottoMethodError> {
    if !game.payoff().is_additive() {
        return Err(BlottoMethodError::NotAdditive);
    }
    let most = game.soldiers()[0].max(game.soldiers()[1]) as usize + 1;
    if most.saturating_mul(most).saturating_mul(game.values().len()) > MOST_STEPS {
        return Err(BlottoMethodError::TooManySoldiers);
    }
    let meter = Meter::new(LpMethod::Auto, budget);
    let mut rounds = 0;
    let found = by_best_replies(game, &meter, &mut rounds);
    let mut outcome = named(meter.outcome(found), "best-replies");
    outcome.work.rounds = rounds;
    Ok(outcome)
}

fn named<T>(mut outcome: Outcome<T>, method: &'static str) -> Outcome<T> {
    outcome.method = method;
    outcome
}

/// What side 0 gets from each of its divisions against each of the other side's.
fn matrix(
    game: &BlottoGame,
    own: &[Division],
    other: &[Division],
    meter: &Meter<'_>,
) -> Result<Vec<Vec<Rational>>, Exhausted> {
    let mut rows = Vec::with_capacity(own.len());
    for x in own {
        meter.check()?;
        rows.push(other.iter().map(|y| expected_payoff(game, x, y)).collect::<Result<_, _>>()?);
    }
    Ok(rows)
}

fn by_best_replies(
    game: &BlottoGame,
    meter: &Meter<'_>,
    rounds: &mut u64,
) -> Result<BlottoSolution, Exhausted> {
    // All on the first fields: any divisions do to begin with.
    let mut lists = [0, 1].map(|side| {
        let mut division = vec![0; game.values().len()];
        division[0] = game.soldiers()[side];
        vec![division]
    });
    let mut payoffs: Vec<Vec<Rational>> = matrix(game, &lists[0], &lists[1], meter)?;
    loop {
        meter.check()?;
        *rounds += 1;
        let solved = solve_matrix_game(&payoffs, meter)?;
        let strategies = [&solved.row, &solved.column];
        let marginals = [0, 1].map(|side| marginals(game, side, &lists[side], strategies[side]));
        let (own, most) = best_reply(game, 0, &marginals[1]);
        let (other, least) = best_reply(game, 1, &marginals[0]);
        // Replies that are better than the value are not in the lists.
        let (more, less) = (most > solved.value, least < solved.value);
        if !more && !less {
            let [own, other] = &lists;
            return Ok(solution(game, own, other, solved));
        }
        if more {
            let row = lists[1].iter().map(|y| expected_payoff(game, &own, y));
            payoffs.push(row.collect::<Result<_, _>>()?);
            lists[0].push(own);
        }
        if less {
            for (row, x) in payoffs.iter_mut().zip(&lists[0]) {
                row.push(expected_payoff(game, x, &other)?);
            }
            lists[1].push(other);
        }
    }
}

/// How often each number of soldiers is on a field, by class.
fn marginals(
    game: &BlottoGame,
    side: usize,
    divisions: &[Division],
    strategy: &[Rational],
) -> Vec<Vec<Rational>> {
    let numbers = game.soldiers()[side] as usize + 1;
    let mut table = vec![vec![Rational::ZERO; numbers]; game.classes().len()];
    for (division, probability) in divisions.iter().zip(strategy).filter(|(_, p)| !p.is_zero()) {
        for ((part, class), own) in game.parts(division).zip(game.classes()).zip(&mut table) {
            let share = probability / &Rational::from(class.fields.len() as u64);
            for group in part.chunk_by(|a, b| a == b) {
                own[group[0] as usize] += &(&share * &Rational::from(group.len() as u64));
            }
        }
    }
    table
}

fn solution(
    game: &BlottoGame,
    own: &[Division],
    other: &[Division],
    solved: MatrixSolution,
) -> BlottoSolution {
    let marginals =
        [marginals(game, 0, own, &solved.row), marginals(game, 1, other, &solved.column)];
    let lottery = |divisions: &[Division], strategy: Vec<Rational>| -> BlottoLottery {
        let drawn = divisions.iter().cloned().zip(strategy).filter(|(_, p)| !p.is_zero());
        let mut drawn: BlottoLottery = drawn.collect();
        drawn.sort_by(|one, two| two.0.cmp(&one.0));
        drawn
    };
    BlottoSolution {
        value: solved.value,
        lotteries: [lottery(own, solved.row), lottery(other, solved.column)],
        marginals,
    }
}
