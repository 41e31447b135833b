//! The structure of a game: what makes it easy, and which theory applies to it.
//!
//! Zero-sum and strictly competitive games are solved by security levels. In a potential game best
//! replies lead to an equilibrium in pure strategies; in one of increasing differences (strategic
//! complements, supermodular) all that is rationalizable lies between two of them. An ordinal class
//! says which story of the literature a 2 × 2 game tells.

mod monotone;
mod ordinal;
mod potential;

use super::many::is_polymatrix;
use super::meter::Meter;
use super::{Budget, Exhausted, Outcome, dominance};
use crate::game::NormalForm;
use crate::game::answer::Structure;
use crate::linear::LpMethod;
use crate::num::Rational;

/// The properties of a game of any number of players, exactly.
///
/// Work: all deviations from all profiles for potentials, all pairs of players and adjacent actions
/// for increasing differences, and iterated dominance. `None` when the budget is spent.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, find_structure};
/// let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
/// let found = find_structure(&game, &Budget::unlimited()).answer.unwrap();
/// assert_eq!(found.ordinal.unwrap().name(), "prisoner's dilemma");
/// assert!(found.symmetric && found.is_dominance_solvable());
/// ```
#[must_use]
pub fn find_structure(game: &NormalForm, budget: &Budget) -> Outcome<Option<Structure>> {
    let meter = Meter::new(LpMethod::Auto, budget);
    meter.outcome(find(game, &meter))
}

fn find(game: &NormalForm, meter: &Meter<'_>) -> Result<Structure, Exhausted> {
    let dominance = dominance::eliminate(game, meter)?;
    let potential = potential::exact(game, meter)?;
    let improvement = potential::improvement(game, meter)?;
    let monotone = monotone::find(game, meter)?;
    meter.check()?;
    Ok(Structure {
        constant_sum: game.constant_sum(),
        strictly_competitive: strictly_competitive(game),
        potential,
        improvement,
        monotone,
        symmetric: is_symmetric(game),
        polymatrix: is_polymatrix(game),
        dominance,
        ordinal: ordinal::classify(game),
    })
}

/// Scale and shift of the second player's payoffs against the first's.
fn strictly_competitive(game: &NormalForm) -> Option<(Rational, Rational)> {
    if game.num_players() != 2 {
        return None;
    }
    let (one, two) = (game.payoffs(0), game.payoffs(1));
    let apart = (1..one.len()).find(|&at| one[at] != one[0]);
    let scale = match apart {
        Some(at) => (&two[0] - &two[at]).checked_div(&(&one[at] - &one[0]))?,
        // The first player is indifferent throughout: so must be the second.
        None => Rational::ONE,
    };
    let shift = &two[0] + &scale * &one[0];
    let fits = |at: usize| two[at] == &shift - &scale * &one[at];
    (scale.is_positive() && (0..one.len()).all(fits)).then_some((scale, shift))
}

/// Whether exchanging the first player with any other leaves the game as it is; such exchanges
/// generate all others.
fn is_symmetric(game: &NormalForm) -> bool {
    let actions = game.num_actions(0);
    if game.shape().iter().any(|&count| count != actions) {
        return false;
    }
    (1..game.num_players()).all(|other| {
        (0..game.num_profiles()).all(|index| {
            let mut profile = game.profile(index);
            profile.swap(0, other);
            let exchanged = game.profile_index(&profile);
            (0..game.num_players()).all(|player| {
                let image = match player {
                    0 => other,
                    player if player == other => 0,
                    player => player,
                };
                game.payoff(player, index) == game.payoff(image, exchanged)
            })
        })
    })
}

#[cfg(test)]
mod tests;
