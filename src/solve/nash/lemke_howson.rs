//! Lemke–Howson complementary pivoting on a two-player game.
//!
//! The polytopes are {x ≥ 0 : b_j(x) ≤ 1 for every j} for player 0 and {y ≥ 0 : a_i(y) ≤ 1 for every
//! i} for player 1, with payoffs made positive; their points other than 0, scaled to sum one, are the
//! strategies. The path starts at the pair (0, 0), which has all labels, and drops one of them.
//! A pivot picks up a label; when it is the one dropped the pair is an equilibrium, and otherwise
//! the other side drops it next. Ties are broken lexicographically, so that the path also ends on
//! degenerate games. The path is first followed in machine numbers, as long as every pivot is clear,
//! and its end checked exactly; otherwise all arithmetic is exact, so that no scale of payoffs is
//! too large or small, and the end is the same.
//! Sources: Lemke & Howson (1964); labels and lexicography as in von Stengel (2002), section 2.

use std::cell::OnceCell;

use dashu_int::IBig;

use crate::game::answer::{Equilibria, Equilibrium, Scope};
use crate::game::{MixedProfile, NormalForm};
use crate::linear::Dictionary;
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status};

use super::all::equilibrium;
use super::evidence::Replies;
use super::float_path;
use super::leaf::{self, Face};
use super::polyhedron::{Labels, coprime_integers, gcd, mixed, small_integers};
use super::{Meter, NashError};

/// The equilibrium at the end of the path that drops `label`, from 0: first the actions of player 0,
/// then those of player 1.
///
/// The list holds that one equilibrium; it is empty when `budget` ended the path (status
/// `Partial`). Worst case exponential (Savani & von Stengel 2006). Steps of the budget are pivots,
/// m + n or so on most games.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, nash::find_one_equilibrium};
/// // Matching pennies.
/// let game = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
/// let found = find_one_equilibrium(&game, 0, &Budget::unlimited()).unwrap().answer.list;
/// assert_eq!(found[0].profile[0].probabilities()[0].to_string(), "1/2");
/// ```
///
/// # Errors
/// [`NashError::NotTwoPlayers`], and [`NashError::NoSuchLabel`] from m + n on.
pub fn find_one_equilibrium(
    game: &NormalForm,
    label: usize,
    budget: &Budget,
) -> Result<Outcome<Equilibria>, NashError> {
    let paths = Paths::of(game)?;
    if label >= paths.labels {
        return Err(NashError::NoSuchLabel { label, labels: paths.labels });
    }
    let mut meter = Meter::new(budget);
    let ended = paths.follow(label, &mut meter);
    let (list, status) = match ended {
        Ok(profile) => (vec![equilibrium(game, &profile[0], &profile[1])], Status::Solved),
        Err(reason) => (Vec::new(), Status::Partial(reason)),
    };
    Ok(outcome(list, status, &meter))
}

/// The distinct equilibria at the ends of the paths of all labels, sorted: of a nondegenerate game
/// an odd number, each of index +1 except where paths end alike; not all there are.
///
/// # Errors
/// [`NashError::NotTwoPlayers`].
pub fn find_equilibria_from_all_labels(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<Equilibria>, NashError> {
    let paths = Paths::of(game)?;
    let mut meter = Meter::new(budget);
    let mut profiles: Vec<MixedProfile> = Vec::new();
    let mut status = Status::Solved;
    for label in 0..paths.labels {
        match paths.follow(label, &mut meter) {
            Ok(profile) => profiles.push(profile),
            Err(reason) => {
                status = Status::Partial(reason);
                break;
            }
        }
    }
    profiles.sort_unstable_by(|first, second| second.cmp(first));
    profiles.dedup();
    let list = profiles.iter().map(|profile| equilibrium(game, &profile[0], &profile[1])).collect();
    Ok(outcome(list, status, &meter))
}

fn outcome(list: Vec<Equilibrium>, status: Status, meter: &Meter<'_>) -> Outcome<Equilibria> {
    Outcome {
        answer: Equilibria { list, scope: Scope::Some, components: None, proof: None },
        status,
        method: "lemke-howson",
        work: meter.work,
        warnings: Vec::new(),
    }
}

/// All paths of one game.
struct Paths<'a> {
    game: &'a NormalForm,
    labels: usize,
    replies: [Replies; 2],
    exact: OnceCell<Tableaux>,
}

impl<'a> Paths<'a> {
    fn of(game: &'a NormalForm) -> Result<Self, NashError> {
        if game.num_players() != 2 {
            return Err(NashError::NotTwoPlayers(game.num_players()));
        }
        Ok(Paths {
            game,
            labels: game.num_actions(0) + game.num_actions(1),
            replies: [Replies::new(game, 0), Replies::new(game, 1)],
            exact: OnceCell::new(),
        })
    }

    /// The pair of strategies at the end of the path that drops a label: in machine numbers with a
    /// look at the end, or exactly.
    fn follow(&self, dropped: usize, meter: &mut Meter<'_>) -> Result<MixedProfile, Exhausted> {
        let quick = match self.labels {
            0..=64 => self.follow_quickly::<1>(dropped, meter)?,
            65..=128 => self.follow_quickly::<2>(dropped, meter)?,
            129..=1024 => self.follow_quickly::<16>(dropped, meter)?,
            _ => None,
        };
        match quick {
            Some(profile) => Ok(profile),
            None => {
                let exact = self.exact.get_or_init(|| Tableaux::of(self.game));
                exact.clone().follow(dropped, meter)
            }
        }
    }

    fn follow_quickly<const W: usize>(
        &self,
        dropped: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Option<MixedProfile>, Exhausted> {
        let ended = float_path::follow::<_, W>(&self.replies, dropped, |cost| meter.step(cost))?;
        let Some([x_zero, y_zero]) = ended else { return Ok(None) };
        let (Face::Point(x), Face::Point(y)) =
            (leaf::solve(&self.replies[0], &x_zero), leaf::solve(&self.replies[1], &y_zero))
        else {
            return Ok(None);
        };
        let complete =
            (0..self.labels).all(|label| x.zero.contains(label) != y.zero.contains(label));
        Ok(complete.then(|| vec![mixed(x.strategy), mixed(y.strategy)]))
    }
}

/// The dictionaries of both polytopes.
#[derive(Clone)]
struct Tableaux {
    sides: [Dictionary; 2],
    labels: [Labels; 2],
}

impl Tableaux {
    fn of(game: &NormalForm) -> Self {
        let labels =
            [0, 1].map(|side| Labels::of_side(side, game.num_actions(0), game.num_actions(1)));
        Tableaux { sides: [0, 1].map(|side| polytope(game, side, labels[side])), labels }
    }

    fn labels(&self) -> usize {
        self.labels[0].count()
    }

    /// The pair of strategies at the end of the path that drops a label.
    fn follow(mut self, dropped: usize, meter: &mut Meter<'_>) -> Result<MixedProfile, Exhausted> {
        let orders = [0, 1].map(|side| {
            (0..self.labels()).filter(|&l| self.labels[side].is_slack(l)).collect::<Vec<_>>()
        });
        let mut side = if self.labels[0].is_slack(dropped) { 1 } else { 0 };
        let mut entering = dropped;
        loop {
            let dictionary = &mut self.sides[side];
            let column = match dictionary.place(entering) {
                crate::linear::Place::Column(column) => column,
                // The label just picked up on the other side is non-basic here: together the two
                // sides have every label but one.
                #[allow(clippy::unreachable)]
                _ => unreachable!("a duplicate label is non-basic on both sides"),
            };
            // A polytope: every edge ends.
            #[allow(clippy::unreachable)]
            let Some(row) = dictionary.lexicographic_row(column, dictionary.rows(), &orders[side])
            else {
                unreachable!("payoffs are positive, so that every edge is bounded")
            };
            let leaving = dictionary.row_label(row);
            meter.pivot(dictionary)?;
            dictionary.pivot(row, column);
            if leaving == dropped {
                return Ok(vec![self.strategy(0), self.strategy(1)]);
            }
            entering = leaving;
            side = 1 - side;
        }
    }

    fn strategy(&self, side: usize) -> crate::game::MixedStrategy {
        let (first, own) = self.labels[side].own;
        let weights: Vec<Rational> =
            (first..first + own).map(|label| self.sides[side].value(label)).collect();
        let sum: Rational = weights.iter().sum();
        // The end of the path is not the pair (0, 0), so that the sum is positive.
        mixed(weights.iter().map(|weight| weight / &sum).collect())
    }
}

/// {x ≥ 0 : Σ_i b_ij x_i + s_j = 1}: what the other player gets from his action j is made positive
/// and integer by an affine change for each own action i, which does not move a best response.
fn polytope(game: &NormalForm, side: usize, labels: Labels) -> Dictionary {
    let ((own_first, own), (other_first, other)) = (labels.own, labels.other);
    let payoffs = game.payoffs(1 - side);
    let (own_stride, other_stride) = (game.stride(side), game.stride(1 - side));
    let payoff = |j: usize, i: usize| &payoffs[j * other_stride + i * own_stride];
    let rows: Vec<usize> = (other_first..other_first + other).collect();
    let columns: Vec<usize> = (own_first..own_first + own).collect();
    if let Some(integers) = small_integers(payoffs) {
        let at = |j: usize, i: usize| integers[j * other_stride + i * own_stride];
        let lowest: Vec<i64> =
            (0..own).map(|i| (1..other).fold(at(0, i), |low, j| low.min(at(j, i)))).collect();
        let mut divisor = 0;
        for j in 0..other {
            for (i, low) in lowest.iter().enumerate() {
                if divisor != 1 {
                    divisor = gcd(divisor, (at(j, i) - low).unsigned_abs());
                }
            }
        }
        // A positive divisor of numbers below 2⁶¹ fits.
        let divisor = divisor.max(1) as i64;
        let mut entries = Vec::with_capacity(other * (own + 1));
        for j in 0..other {
            entries.push(1);
            entries.extend((0..own).map(|i| (at(j, i) - lowest[i]) / divisor + 1));
        }
        return Dictionary::from_small(&entries, &rows, &columns);
    }
    let lowest: Vec<&Rational> = (0..own)
        .map(|i| (1..other).map(|j| payoff(j, i)).fold(payoff(0, i), |low, next| low.min(next)))
        .collect();
    let differences: Vec<Rational> = (0..other)
        .flat_map(|j| (0..own).map(move |i| (j, i)))
        .map(|(j, i)| payoff(j, i) - lowest[i])
        .collect();
    let mut entries = Vec::with_capacity(other * (own + 1));
    for row in coprime_integers(&differences).chunks_exact(own) {
        entries.push(IBig::ONE);
        entries.extend(row.iter().map(|entry| entry + IBig::ONE));
    }
    Dictionary::from_integers(entries, &rows, &columns)
}
