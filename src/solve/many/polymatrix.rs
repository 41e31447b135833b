//! One equilibrium of a polymatrix game, exact, by Lemke's algorithm.
//!
//! A game is *polymatrix* when each player's payoff is a sum of payoffs from the pairs that he forms
//! with every other player (Yanovskaya 1968; Howson 1972). What a player's own action does not change
//! says nothing about equilibria, so that it is enough here that *gains* are such sums: for every
//! player i, every action and every joint action of the others,
//! u_i(a_i, a_−i) − u_i(0, a_−i) = Σ_j g_ij(a_i, a_j). Whether it is so is decided exactly.
//!
//! With costs C_ij = K − g_ij, all positive, and K in the blocks of a player with himself, which
//! changes nothing since his probabilities sum to one, x is an equilibrium exactly when with some y
//!
//! > w = C x − Eᵀ y ≥ 0, s = E x − 1 ≥ 0, x, y ≥ 0, wᵀx = sᵀy = 0,
//!
//! where E sums the probabilities of each player: y_i is the least cost, which is positive, so
//! that s = 0. The matrix of this linear complementarity problem is copositive plus and the problem is
//! feasible, so that Lemke's path ends at a solution (Cottle & Dantzig 1968; Miller & Zucker 1991).
//! It is followed in integers over one denominator, with ties broken lexicographically, so that it
//! cannot cycle. Two players are the case of Lemke & Howson (1964).

use dashu_int::IBig;

use crate::game::answer::{Equilibria, Equilibrium, Scope};
use crate::game::{MixedProfile, NormalForm};
use crate::linear::{Dictionary, Place, coprime_integers};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work, joint};

use super::verdict;

/// The largest number of entries of the tableau.
const MOST_ENTRIES: usize = 1 << 22;

/// The gains of one player in a polymatrix game: for each other player, by own action and his.
type Gains = Vec<Option<Vec<Vec<Rational>>>>;

/// One equilibrium of a polymatrix game of any number of players, exact; `None` for another game.
///
/// The list holds that equilibrium; it is empty when `budget` ended the path (status `Partial`).
/// Deciding whether the game is polymatrix takes players² · profiles additions; a step of the budget
/// is a pivot of a tableau with (players + Σ actions)² entries. Worst case exponential.
///
/// ```
/// use detente::game::{NormalForm, Player};
/// use detente::num::Rational;
/// use detente::solve::{Budget, find_one_polymatrix_equilibrium};
/// // Three players on a circle; each wants to match the next one, and the last to differ from the first.
/// let players = (0..3).map(|p| Player::new(p.to_string(), ["0", "1"])).collect();
/// let pays = |won: bool| Rational::from(i64::from(won));
/// let table = |wins: fn(usize) -> bool| (0..8).map(|at| pays(wins(at))).collect::<Vec<_>>();
/// let game = NormalForm::new(players, vec![
///     table(|at| at >> 2 & 1 == at >> 1 & 1),
///     table(|at| at >> 1 & 1 == at & 1),
///     table(|at| at & 1 != at >> 2 & 1),
/// ]).unwrap();
/// let found = find_one_polymatrix_equilibrium(&game, &Budget::unlimited()).unwrap().answer;
/// // Nobody can do better than a fair coin.
/// assert_eq!(found.list[0].profile[0].probabilities()[0], Rational::new(1, 2));
/// ```
#[must_use]
pub fn find_one_polymatrix_equilibrium(
    game: &NormalForm,
    budget: &Budget,
) -> Option<Outcome<Equilibria>> {
    let gains: Vec<Gains> = (0..game.num_players())
        .map(|player| pairwise_gains(game, player))
        .collect::<Option<_>>()?;
    let mut work = Work::default();
    let (list, status) = match solve(game, &gains, budget, &mut work.pivots) {
        Ok(profile) => {
            let (payoffs, regret) = verdict::evaluate(game, &profile);
            (vec![Equilibrium { profile, payoffs, regret }], Status::Solved)
        }
        Err(reason) => (Vec::new(), Status::Partial(reason)),
    };
    Some(Outcome {
        answer: Equilibria { list, scope: Scope::Some, components: None, proof: None },
        status,
        method: "polymatrix",
        work,
        warnings: Vec::new(),
    })
}

/// Whether the game is polymatrix; with fewer than three players every game is.
pub(in crate::solve) fn is_polymatrix(game: &NormalForm) -> bool {
    game.num_players() < 3
        || (0..game.num_players()).all(|player| pairwise_gains(game, player).is_some())
}

/// The gains of a player from his actions over his first one as a sum over pairs; `None` when they
/// are no such sum.
fn pairwise_gains(game: &NormalForm, player: usize) -> Option<Gains> {
    let players = game.num_players();
    let gain = |others: usize, action: usize| {
        game.payoff(player, others + action * game.stride(player)) - game.payoff(player, others)
    };
    let mut gains: Gains = vec![None; players];
    let others: Vec<usize> = (0..players).filter(|&other| other != player).collect();
    for (at, &other) in others.iter().enumerate() {
        let rows = (0..game.num_actions(player)).map(|action| {
            let base = gain(0, action);
            let row = (0..game.num_actions(other)).map(|reply| {
                let moved = gain(reply * game.stride(other), action);
                // What all play when they play their first action counts for the first pair.
                if at == 0 { moved } else { moved - &base }
            });
            row.collect::<Vec<Rational>>()
        });
        gains[other] = Some(rows.collect());
    }
    let holds = joint::others(game, player).into_iter().all(|index| {
        (1..game.num_actions(player)).all(|action| {
            let parts = others.iter().filter_map(|&other| {
                let table = gains[other].as_ref()?;
                Some(&table[action][game.action_in(other, index)])
            });
            parts.sum::<Rational>() == gain(index, action)
        })
    });
    holds.then_some(gains)
}

/// Lemke's path.
fn solve(
    game: &NormalForm,
    gains: &[Gains],
    budget: &Budget,
    pivots: &mut u64,
) -> Result<MixedProfile, Exhausted> {
    let players = game.num_players();
    let first: Vec<usize> = (0..=players)
        .map(|player| (0..player).map(|before| game.num_actions(before)).sum())
        .collect();
    let actions = first[players];
    let size = actions + players;
    let width = size + 2;
    if size.saturating_mul(width) > MOST_ENTRIES {
        return Err(Exhausted::Memory);
    }
    // Row k holds q_k, then −M, then −1 for the covering variable.
    let mut entries = vec![IBig::ZERO; size * width];
    for row in 0..size {
        entries[row * width + width - 1] = -IBig::ONE;
    }
    for player in 0..players {
        let own = game.num_actions(player);
        let tables: Vec<(usize, &Vec<Vec<Rational>>)> = gains[player]
            .iter()
            .enumerate()
            .filter_map(|(other, table)| Some((other, table.as_ref()?)))
            .collect();
        let cells = tables.iter().flat_map(|(_, table)| table.iter().flatten());
        let (integers, _) = coprime_integers(cells);
        // C = K − g > 0, so that −M = g − K.
        let greatest = integers.iter().max().cloned().unwrap_or(IBig::ZERO) + IBig::ONE;
        let mut integers = integers.into_iter();
        for &(other, _) in &tables {
            for action in 0..own {
                for reply in 0..game.num_actions(other) {
                    let gain = integers.next().unwrap_or(IBig::ZERO);
                    let (row, column) = (first[player] + action, first[other] + reply);
                    entries[row * width + 1 + column] = gain - &greatest;
                }
            }
        }
        for row in first[player]..first[player + 1] {
            for column in first[player]..first[player + 1] {
                entries[row * width + 1 + column] = -&greatest;
            }
            // −Eᵀ beside, E below.
            entries[row * width + 1 + actions + player] = IBig::ONE;
            entries[(actions + player) * width + 1 + row] = -IBig::ONE;
        }
        entries[(actions + player) * width] = -IBig::ONE;
    }
    // Labels: w and s from 0, x and y from `size`, the covering variable last.
    let rows: Vec<usize> = (0..size).collect();
    let columns: Vec<usize> = (size..=2 * size).collect();
    let mut dictionary = Dictionary::from_integers(entries, &rows, &columns);
    let covering = 2 * size;
    // The covering variable enters where q is least: among ties at the last row, whose
    // perturbation is least.
    let (mut row, mut column) = (size - 1, width - 1);
    loop {
        budget.check(*pivots)?;
        let leaving = dictionary.row_label(row);
        dictionary.pivot(row, column);
        *pivots += 1;
        if leaving == covering || dictionary.value(covering).is_zero() {
            break;
        }
        let entering = if leaving < size { leaving + size } else { leaving - size };
        column = match dictionary.place(entering) {
            Place::Column(column) => column,
            // Of a complementary pair at most one is basic, and the other of this pair just left.
            #[allow(clippy::unreachable)]
            _ => unreachable!("the complement of what leaves is non-basic"),
        };
        // The theorem excludes a ray.
        #[allow(clippy::unreachable)]
        let Some(next) = dictionary.lexicographic_row(column, size, &rows) else {
            unreachable!("Lemke's path on a copositive plus, feasible problem ends at no ray")
        };
        row = next;
    }
    Ok((0..players)
        .map(|player| {
            let own = first[player]..first[player + 1];
            joint::strategy(own.map(|at| dictionary.value(size + at)).collect())
        })
        .collect())
}
