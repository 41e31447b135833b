//! One equilibrium of a two-player game, whichever is found first, by the cheapest means first.
//!
//! 1. *Pure strategies*: a best reply to a best reply. A large random game has an equilibrium in
//!    pure strategies with probability 1 − 1/e (Goldberg, Goldman & Newman 1968), and looking for
//!    equilibria on small supports first beats pivoting on most classes of games (Porter, Nudelman
//!    & Shoham 2008).
//! 2. *Lemke–Howson paths from many labels*, in machine numbers, each given up after some pivots,
//!    and the later ones after more. The lengths of paths from different labels differ by orders of
//!    magnitude and have heavy tails, so that a new start is worth more than patience (Codenotti, De
//!    Rossi & Pagan 2008; restarts in general: Luby, Sinclair & Zuckerman 1993). The end of a path is
//!    solved exactly on its supports. Where one player gains what the other loses, more or less,
//!    all paths are about equally long, and the first is given time.
//! 3. *An exact path*, which cannot loop, where machine numbers lead nowhere.
//!
//! Nothing is random: the same game gives the same equilibrium.

use std::cmp::Ordering;

use crate::game::NormalForm;
use crate::game::answer::{Equilibria, Equilibrium};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status};

use super::columns::float;
use super::lemke_howson::{Paths, outcome};
use super::{Meter, NashError};

/// The first paths may have so many pivots, or a quarter as many as a player has actions.
const FIRST_PIVOTS: usize = 32;
/// Where the players' payoffs are correlated below this, all paths are about equally long, and the
/// first may have so many pivots for each label.
const PATIENT_BELOW: f64 = -0.4;
const PATIENT_PIVOTS_PER_LABEL: usize = 200;
/// The correlation is that of so many profiles.
const MOST_SAMPLES: usize = 256;
/// The exact path is followed after this many pivots for each label, and after so many paths that
/// led nowhere.
const MOST_PIVOTS_PER_LABEL: usize = 2000;
const MOST_LOST: usize = 8;

/// One equilibrium of a two-player game, the one that is quickest to find.
///
/// The list holds that one equilibrium; it is empty when `budget` ended the search (status
/// `Partial`). `method` says what found it: `pure-scan`, or `lemke-howson`. The work is that of
/// reading the payoffs where a pure equilibrium exists. Otherwise it is a few hundred pivots of about
/// m + n operations for each strategy in use on most games, and exponential in the worst case (Savani
/// & von Stengel 2006). Steps of the budget are pivots.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, nash::find_any_equilibrium};
/// // The battle of the sexes has three: this is the first in pure strategies.
/// let game = NormalForm::from_integers(&[&[2, 0], &[0, 1]], &[&[1, 0], &[0, 2]]);
/// let found = find_any_equilibrium(&game, &Budget::unlimited()).unwrap();
/// assert_eq!(found.answer.list[0].profile[0].as_pure(), Some(0));
/// assert_eq!(found.method, "pure-scan");
/// ```
///
/// # Errors
/// [`NashError::NotTwoPlayers`].
pub fn find_any_equilibrium(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<Equilibria>, NashError> {
    if game.num_players() != 2 {
        return Err(NashError::NotTwoPlayers(game.num_players()));
    }
    let mut meter = Meter::new(budget);
    let (list, status, method) = match pure(game, &mut meter) {
        Err(reason) => (Vec::new(), Status::Partial(reason), "pure-scan"),
        Ok(Some(found)) => (vec![found], Status::Solved, "pure-scan"),
        Ok(None) => match race(game, &mut Paths::of(game)?, &mut meter) {
            Ok(found) => (vec![found], Status::Solved, "lemke-howson"),
            Err(reason) => (Vec::new(), Status::Partial(reason), "lemke-howson"),
        },
    };
    Ok(outcome(list, status, method, &meter))
}

/// The first equilibrium in pure strategies by the order of profiles: a best reply of the second
/// player to which no action of the first is better.
fn pure(game: &NormalForm, meter: &mut Meter<'_>) -> Result<Option<Equilibrium>, Exhausted> {
    let [rows, columns] = [game.num_actions(0), game.num_actions(1)];
    let [first, second] = [game.payoffs(0), game.payoffs(1)];
    let mut best_replies = Vec::with_capacity(columns);
    for row in 0..rows {
        meter.node();
        meter.budget.check_now(0)?;
        let start = row * columns;
        let mut best = &second[start];
        let mut whole = whole_number(best);
        best_replies.clear();
        for (column, payoff) in second[start..][..columns].iter().enumerate() {
            // Most payoffs are integers below the best so far.
            if let (Some(payoff), Some(best)) = (whole_number(payoff), whole)
                && payoff < best
            {
                continue;
            }
            match compare(payoff, best) {
                Ordering::Less => continue,
                Ordering::Equal => {}
                Ordering::Greater => {
                    best = payoff;
                    whole = whole_number(best);
                    best_replies.clear();
                }
            }
            best_replies.push(column);
        }
        for &column in &best_replies {
            let payoff = &first[start + column];
            let mut others = first[column..].iter().step_by(columns);
            if others.all(|other| compare(other, payoff).is_le()) {
                return Ok(Some(Equilibrium {
                    profile: game.pure_profile(&[row, column]),
                    payoffs: vec![payoff.clone(), second[start + column].clone()],
                    regret: Rational::ZERO,
                }));
            }
        }
    }
    Ok(None)
}

#[inline(always)]
fn whole_number(payoff: &Rational) -> Option<i64> {
    payoff.as_small().filter(|&(_, q)| q == 1).map(|(p, _)| p)
}

/// The order of two payoffs, at once for integers.
#[inline]
fn compare(one: &Rational, other: &Rational) -> Ordering {
    match (one.as_small(), other.as_small()) {
        (Some((one, 1)), Some((other, 1))) => one.cmp(&other),
        _ => one.cmp(other),
    }
}

/// The first equilibrium at the end of a path.
fn race(
    game: &NormalForm,
    paths: &mut Paths<'_>,
    meter: &mut Meter<'_>,
) -> Result<Equilibrium, Exhausted> {
    let labels = paths.labels;
    // A step through the labels that is about the golden section of them and visits all.
    let mut stride = (labels * 618 / 1000).max(1);
    while gcd(stride, labels) != 1 {
        stride += 1;
    }
    let patient = correlation(game) < PATIENT_BELOW;
    let mut most =
        if patient { PATIENT_PIVOTS_PER_LABEL * labels } else { (labels / 8).max(FIRST_PIVOTS) };
    let (mut label, mut lost, mut left) = (0, 0, MOST_PIVOTS_PER_LABEL * labels);
    loop {
        let before = meter.work.pivots;
        if let Some(found) = paths.follow_quickly(label, most, meter)? {
            return Ok(found.equilibrium);
        }
        let pivots = (meter.work.pivots - before) as usize;
        lost += usize::from(pivots < most);
        left = left.saturating_sub(pivots);
        if lost > MOST_LOST || left == 0 {
            meter.fallbacks += 1;
            return paths.follow_exactly(label, meter);
        }
        label = (label + stride) % labels;
        most += most / 4;
    }
}

/// The correlation of the players' payoffs over some profiles, in machine numbers: 0 where it is not
/// defined.
fn correlation(game: &NormalForm) -> f64 {
    let profiles = game.num_profiles();
    let mut stride = profiles * 618 / 1000 + 1;
    while gcd(stride, profiles) != 1 {
        stride += 1;
    }
    let count = profiles.min(MOST_SAMPLES);
    let sample: Vec<[f64; 2]> = (0..count)
        .map(|k| [0, 1].map(|player| float(game.payoff(player, k * stride % profiles))))
        .collect();
    let mean = |player: usize| sample.iter().map(|cell| cell[player]).sum::<f64>() / count as f64;
    let means = [mean(0), mean(1)];
    let moment = |one: usize, other: usize| -> f64 {
        sample.iter().map(|cell| (cell[one] - means[one]) * (cell[other] - means[other])).sum()
    };
    let found = moment(0, 1) / (moment(0, 0).sqrt() * moment(1, 1).sqrt());
    if found.is_finite() { found } else { 0.0 }
}

fn gcd(mut a: usize, mut b: usize) -> usize {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
