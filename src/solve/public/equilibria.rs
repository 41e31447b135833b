//! Public perfect equilibria with transfers, and strongly symmetric ones, for all discount factors.

use crate::game::DiscountFactor;
use crate::game::public::{AtDiscount, Enforcement, PublicEquilibria, PublicForm, PublicGame};
use crate::linear::Limits;
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Work};

use super::envelope::Envelope;
use super::rewards::Task;
use super::stop::{Stop, Watch};

/// The most numbers of tableaux that are made, over all profiles and payoffs.
const MOST_ENTRIES: usize = 1 << 31;

/// Why equilibria are not looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicFailure {
    /// The players are not alike.
    #[error(
        "strongly symmetric equilibria are about games in which all players have equally many actions, and get the same where all do the same"
    )]
    NotSymmetric,
    /// The programs are too many and too large.
    #[error(
        "the game has too many profiles and signals: the linear programs of all profiles would have more than 2^31 entries"
    )]
    TooLarge,
    /// An error of this program, and not of the game.
    #[error(
        "a linear program had an outcome that it cannot have, which is a fault of this program: please report the game"
    )]
    Impossible,
}

/// The payoffs of public perfect equilibria in pure strategies with transfers, or of strongly symmetric
/// ones, as functions of the liquidity; from which discount factors on they are there; and at
/// `discount`, where it is given.
///
/// For each profile, by linear programs in exact arithmetic, all corners of what its rewards can do
/// (`rewards`); then the best of all profiles (`envelope`). A profile takes N + 1
/// functions with two programs for each corner, each with N · |Y| variables and a row for each signal
/// and each deviation. Goldlücke & Kranz (2012), section 4.
///
/// # Errors
/// [`PublicFailure`].
pub fn find_public_equilibria(
    game: &PublicGame,
    form: PublicForm,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<Outcome<Option<PublicEquilibria>>, PublicFailure> {
    let method = match form {
        PublicForm::Transfers => "transfers",
        PublicForm::Symmetric => "symmetric",
    };
    let players = form.num_rewards(game);
    let candidates = form.profiles(game).ok_or(PublicFailure::NotSymmetric)?;
    if let Some(&first) = candidates.first() {
        let entries = Task::new(game, form, first).size().saturating_mul(players + 1);
        if entries.saturating_mul(candidates.len()) > MOST_ENTRIES {
            return Err(PublicFailure::TooLarge);
        }
    }
    let mut work = Work::default();
    let watch = Watch::new(budget);
    let go_on = |pivots: u64| watch.go_on(pivots);
    let limits = Limits { go_on: &go_on, time: budget.time_left() };
    let mut profiles = Vec::with_capacity(candidates.len());
    let partial = |reason: Exhausted, work: Work| {
        let (status, warnings) = (Status::Partial(reason), Vec::new());
        Outcome { answer: None, status, method, work, warnings }
    };
    for profile in candidates {
        work.nodes += 1;
        let checked = watch.check(work.nodes);
        match checked.and_then(|()| enforcement(game, form, profile, &limits)) {
            Ok(found) => profiles.push(found),
            Err(stop) => return Ok(partial(watch.reason(&stop)?, work)),
        }
    }
    let envelope = Envelope::new(&profiles, players);
    let rows = match envelope.rows(budget) {
        Ok(rows) => rows,
        Err(reason) => return Ok(partial(reason, work)),
    };
    let at = discount.map(|discount| AtDiscount {
        discount: discount.clone(),
        row: envelope.greatest(&rows, discount.value()),
    });
    let none = at.as_ref().is_some_and(|at| at.row.is_none());
    let answer = PublicEquilibria { form, profiles, rows, at };
    let mut outcome = Outcome::solved(Some(answer), method, work);
    if none {
        outcome.status = Status::None;
    }
    Ok(outcome)
}

/// What rewards can do for one profile.
fn enforcement(
    game: &PublicGame,
    form: PublicForm,
    profile: usize,
    limits: &Limits<'_>,
) -> Result<Enforcement, Stop> {
    let stage = game.stage();
    let task = Task::new(game, form, profile);
    let (least, proof) = task.least(limits)?;
    let Some(bound) = &least else {
        return Ok(Enforcement { profile, least, proof, joint: None, worst: Vec::new() });
    };
    let players = form.num_rewards(game);
    let sum: Rational = (0..players).map(|player| stage.payoff(player, profile)).sum();
    let joint = task.curve(&task.joint(), bound, |value| &sum + value, limits)?;
    let worst = (0..players)
        .map(|player| {
            let own = stage.payoff(player, profile);
            task.curve(&task.worst(player), bound, |value| own - value, limits)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Enforcement { profile, least, proof, joint: Some(joint), worst })
}
