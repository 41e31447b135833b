//! What each equilibrium of two players withstands, by the definitions.
//!
//! The list must be complete; each flag is decided again from supports, best replies and payoffs. That
//! a strategy is undominated is proved by a belief with full support to which it is a best reply (a
//! strategy that is never worse and sometimes better would be better against it), that it is dominated
//! by the strategy that dominates it; with two players both undominated means perfect (van Damme 1991,
//! Theorem 3.2.2).

use crate::game::answer::{Admissibility, Refinement, RiskComparison, Scope, Standing};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;

use super::equilibria::certify_equilibria;
use super::expected::{distribution, on_simplex, payoffs_by_action};
use super::meter::{Limits, Meter};
use super::proper::check_proper;
use super::wording::{action, player, strategy};
use super::{Certificate, Refutation};

/// Checks the list, each flag, each proof about a strategy, and the comparison of risks.
///
/// Work: that of [`certify_equilibria`], payoffs against each strategy and belief, and the number of
/// equilibria squared.
///
/// # Errors
/// A [`Refutation`] that names the equilibrium or the strategy.
pub fn certify_refinement(
    game: &NormalForm,
    answer: &Refinement,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    if game.num_players() != 2 {
        return Err(Refutation::Misfit("refinements are for games of two players".to_owned()));
    }
    if answer.equilibria.scope != Scope::AllExtreme {
        return Err(Refutation::Incomplete(
            "without all equilibria it is not known which are payoff-undominated".to_owned(),
        ));
    }
    let mut certificate = certify_equilibria(game, &answer.equilibria, limits)?;
    if answer.withstands.len() != answer.equilibria.list.len() {
        return Err(Refutation::Misfit("each equilibrium needs its flags".to_owned()));
    }
    if answer.proper.len() != answer.equilibria.list.len() {
        return Err(Refutation::Misfit("each equilibrium is proper or is not".to_owned()));
    }
    let mut meter = Meter::for_passes(limits);
    for (at, standings) in answer.standings.iter().enumerate() {
        for standing in standings {
            check_standing(game, at, standing, &mut meter)?;
        }
    }
    check_order(answer)?;
    for at in 0..answer.withstands.len() {
        check_flags(game, answer, at, &mut meter)?;
    }
    check_risk(game, answer)?;
    let mut tries = Meter::for_passes(limits);
    let mut unchecked = 0;
    for (at, stated) in answer.proper.iter().enumerate() {
        let profile = &answer.equilibria.list[at].profile;
        if !check_proper(game, profile, answer.withstands[at], stated, at, &mut tries)? {
            unchecked += 1;
        }
    }
    certificate.checked.push(
        "strict and quasi-strict by best replies, payoff-undominated against the whole list, perfect \
         by a belief with full support or a dominating strategy for each strategy"
            .to_owned(),
    );
    certificate.checked.push(
        "proper by regularity or by trembles, not proper by trying all orders of the actions"
            .to_owned(),
    );
    if unchecked > 0 {
        certificate.checked.push(format!(
            "that {unchecked} are not proper was not checked again within the limit on the work"
        ));
    }
    Ok(certificate)
}

/// A profile of both strategies in the order of the players.
fn profile(own: usize, mine: MixedStrategy, other: MixedStrategy) -> Vec<MixedStrategy> {
    if own == 0 { vec![mine, other] } else { vec![other, mine] }
}

fn check_standing(
    game: &NormalForm,
    own: usize,
    standing: &Standing,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let other = 1 - own;
    on_simplex(game, own, &standing.strategy)?;
    let said =
        || format!("{} of player {}", strategy(game, own, &standing.strategy), player(game, own));
    match &standing.proof {
        Admissibility::Undominated(belief) => {
            distribution(belief, &format!("the belief for {}", said()))?;
            if belief.len() != game.num_actions(other) || belief.iter().any(Rational::is_zero) {
                return Err(Refutation::Misfit(format!(
                    "the belief for {} leaves out an action of the other",
                    said()
                )));
            }
            let belief = MixedStrategy::new(belief.clone())
                .map_err(|error| Refutation::Misfit(error.to_string()))?;
            let both = profile(own, standing.strategy.clone(), belief);
            let payoffs = payoffs_by_action(game, own, &both, meter)?;
            let best = payoffs.iter().max();
            let worse =
                standing.strategy.support().into_iter().find(|&at| Some(&payoffs[at]) != best);
            worse.map_or(Ok(()), |at| {
                Err(Refutation::NotOptimal(format!(
                    "{} is no best reply to the belief that is to show that {} is undominated",
                    action(game, own, at),
                    said()
                )))
            })
        }
        Admissibility::Dominated(better) => {
            on_simplex(game, own, better)?;
            let mut gains = false;
            for column in 0..game.num_actions(other) {
                let pure = MixedStrategy::pure(column, game.num_actions(other));
                let both = profile(own, better.clone(), pure);
                let payoffs = payoffs_by_action(game, own, &both, meter)?;
                let of = |mixed: &MixedStrategy| -> Rational {
                    mixed.probabilities().iter().zip(&payoffs).map(|(p, u)| p * u).sum()
                };
                let (new, old) = (of(better), of(&standing.strategy));
                if new < old {
                    return Err(Refutation::NotOptimal(format!(
                        "what is to dominate {} is worse against {}",
                        said(),
                        action(game, other, column)
                    )));
                }
                gains |= new > old;
            }
            if gains {
                Ok(())
            } else {
                Err(Refutation::NotOptimal(format!(
                    "what is to dominate {} is nowhere better",
                    said()
                )))
            }
        }
    }
}

/// The strategies with a proof are those of the list, in the order of first occurrence.
fn check_order(answer: &Refinement) -> Result<(), Refutation> {
    for own in 0..2 {
        let mut seen = std::collections::BTreeSet::new();
        let first: Vec<&MixedStrategy> = answer
            .equilibria
            .list
            .iter()
            .map(|one| &one.profile[own])
            .filter(|&strategy| seen.insert(strategy))
            .collect();
        if !first.into_iter().eq(answer.standings[own].iter().map(|standing| &standing.strategy)) {
            return Err(Refutation::WrongList(
                "the strategies with a proof are not those of the equilibria in their order"
                    .to_owned(),
            ));
        }
    }
    Ok(())
}

fn check_flags(
    game: &NormalForm,
    answer: &Refinement,
    at: usize,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let (one, stated) = (&answer.equilibria.list[at], &answer.withstands[at]);
    let (mut strict, mut quasi, mut perfect) = (true, true, true);
    for own in 0..2 {
        let payoffs = payoffs_by_action(game, own, &one.profile, meter)?;
        let best = payoffs.iter().max();
        let replies: Vec<usize> =
            (0..payoffs.len()).filter(|&action| Some(&payoffs[action]) == best).collect();
        strict &= replies.len() == 1;
        quasi &= replies == one.profile[own].support();
        let standing =
            answer.standings[own].iter().find(|standing| standing.strategy == one.profile[own]);
        perfect &= standing.is_some_and(|standing| standing.proof.is_undominated());
    }
    meter.spend(2 * answer.equilibria.list.len())?;
    let beaten = answer.equilibria.list.iter().any(|other| {
        other.payoffs != one.payoffs
            && other.payoffs.iter().zip(&one.payoffs).all(|(theirs, ours)| theirs >= ours)
    });
    for (name, said, is) in [
        ("strict", stated.strict, strict),
        ("quasi-strict", stated.quasi_strict, quasi),
        ("payoff-undominated", stated.payoff_undominated, !beaten),
        ("perfect", stated.perfect, perfect),
    ] {
        if said != is {
            return Err(Refutation::WrongNumber(format!(
                "equilibrium {} is said {}to be {name}, and is{}",
                at + 1,
                if said { "" } else { "not " },
                if is { "" } else { " not" }
            )));
        }
    }
    Ok(())
}

fn check_risk(game: &NormalForm, answer: &Refinement) -> Result<(), Refutation> {
    let strict: Vec<usize> =
        (0..answer.withstands.len()).filter(|&at| answer.withstands[at].strict).collect();
    let expected = match (game.shape().as_slice(), strict.as_slice()) {
        ([2, 2], &[first, second]) => {
            let equilibria = [first, second];
            let products = equilibria.map(|at| {
                let profile = &answer.equilibria.list[at].profile;
                let plays = |own: usize| profile[own].support()[0];
                let here = game.profile_index(&[plays(0), plays(1)]);
                let loss = |own: usize| {
                    game.payoff(own, here)
                        - game.payoff(own, game.deviation(here, own, 1 - plays(own)))
                };
                loss(0) * loss(1)
            });
            Some(RiskComparison { equilibria, products })
        }
        _ => None,
    };
    if answer.risk == expected {
        Ok(())
    } else {
        Err(Refutation::WrongNumber(
            "the products of what deviating from the two strict equilibria costs".to_owned(),
        ))
    }
}
