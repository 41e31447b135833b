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

use dashu_int::IBig;

use crate::game::answer::{Equilibria, Equilibrium, Scope};
use crate::game::{MixedProfile, NormalForm};
use crate::linear::Dictionary;
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status};

use super::all::equilibrium;
use super::columns::Columns;
use super::float_path::{FloatPath, Place};
use super::polyhedron::{Labels, coprime_integers, gcd, mixed, small_integers};
use super::support_pair::{SupportPair, on_supports};
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
    let mut paths = Paths::of(game)?;
    if label >= paths.labels {
        return Err(NashError::NoSuchLabel { label, labels: paths.labels });
    }
    let mut meter = Meter::new(budget);
    let (list, status) = match paths.follow(label, &mut meter) {
        Ok(equilibrium) => (vec![equilibrium], Status::Solved),
        Err(reason) => (Vec::new(), Status::Partial(reason)),
    };
    Ok(outcome(list, status, "lemke-howson", &meter))
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
    let mut paths = Paths::of(game)?;
    let mut meter = Meter::new(budget);
    let mut list: Vec<Equilibrium> = Vec::new();
    let mut status = Status::Solved;
    for label in 0..paths.labels {
        match paths.follow(label, &mut meter) {
            Ok(equilibrium) => list.push(equilibrium),
            Err(reason) => {
                status = Status::Partial(reason);
                break;
            }
        }
    }
    list.sort_unstable_by(|first, second| second.profile.cmp(&first.profile));
    list.dedup_by(|first, second| first.profile == second.profile);
    Ok(outcome(list, status, "lemke-howson", &meter))
}

pub(super) fn outcome(
    list: Vec<Equilibrium>,
    status: Status,
    method: &'static str,
    meter: &Meter<'_>,
) -> Outcome<Equilibria> {
    Outcome {
        answer: Equilibria { list, scope: Scope::Some, components: None, proof: None },
        status,
        method,
        work: meter.work,
        warnings: Vec::new(),
    }
}

/// Paths in machine numbers are usually a few times as long as there are labels; where one is so
/// many times as long, the exact one is followed.
const MOST_PIVOTS_PER_LABEL: usize = 40;

/// All paths of one game.
pub(super) struct Paths<'a> {
    game: &'a NormalForm,
    pub(super) labels: usize,
    pub(super) columns: [Columns<'a>; 2],
    float: Option<FloatPath>,
    exact: Option<Tableaux>,
}

impl<'a> Paths<'a> {
    pub(super) fn of(game: &'a NormalForm) -> Result<Self, NashError> {
        if game.num_players() != 2 {
            return Err(NashError::NotTwoPlayers(game.num_players()));
        }
        let columns = [Columns::new(game, 0), Columns::new(game, 1)];
        let labels = game.num_actions(0) + game.num_actions(1);
        Ok(Paths { game, labels, columns, float: None, exact: None })
    }

    /// The equilibrium at the end of the path that drops a label: in machine numbers with a look at
    /// the end, or exactly.
    fn follow(&mut self, dropped: usize, meter: &mut Meter<'_>) -> Result<Equilibrium, Exhausted> {
        let most = MOST_PIVOTS_PER_LABEL * self.labels;
        match self.follow_quickly(dropped, most, meter)? {
            // Elsewhere several equilibria meet, and the path decides which it is.
            Some(found) if found.is_strict => Ok(found.equilibrium),
            _ => self.follow_exactly(dropped, meter),
        }
    }

    /// The equilibrium where the path in machine numbers ends within so many pivots, if it does.
    pub(super) fn follow_quickly(
        &mut self,
        dropped: usize,
        most: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Option<SupportPair>, Exhausted> {
        let path = self.float.get_or_insert_with(|| FloatPath::new(&self.columns));
        path.drop_label(dropped);
        for _ in 0..most {
            meter.step(path.step_cost())?;
            match path.step(&mut self.columns) {
                Place::Underway => {}
                Place::End => return Ok(on_supports(self.game, &path.supports())),
                Place::Lost => return Ok(None),
            }
        }
        Ok(None)
    }

    pub(super) fn follow_exactly(
        &mut self,
        dropped: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Equilibrium, Exhausted> {
        let exact = self.exact.get_or_insert_with(|| Tableaux::of(self.game));
        let profile = exact.clone().follow(dropped, meter)?;
        Ok(equilibrium(self.game, &profile[0], &profile[1]))
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
