//! What each player is told: probabilities, beliefs, what he expects, and what he would lose.
//!
//! Let p be a distribution over profiles and P(i, a) = Σ_{s: s_i = a} p(s). A player i who may be told
//! a, P(i, a) > 0, believes in s with probability p(s) / P(i, a), expects Σ p(s) u_i(s) / P(i, a) over
//! those s, and loses Σ p(s) [u_i(s) − u_i(d, s_−i)] / P(i, a) by playing d. All is held against what
//! is stated, multiplied by P(i, a).

use crate::game::NormalForm;
use crate::game::answer::{Advice, Advised, Correlated};
use crate::num::Rational;

use super::correlated::certify_correlated;
use super::device::played;
use super::meter::{Limits, Meter};
use super::wording::{action, number, player};
use super::{Certificate, Refutation};

/// What a certificate says of the advice.
pub(super) const ADVICE: &str =
    "what each player is told, believes, expects and would lose by another action is right";

/// Checks a best correlated equilibrium, and what it means to each player.
///
/// Work: that of [`certify_correlated`], and played profiles × actions of all players.
///
/// # Errors
/// A [`Refutation`] that names the player, the action and the numbers.
pub fn certify_advised(
    game: &NormalForm,
    answer: &Advised<Correlated>,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut certificate = certify_correlated(game, &answer.device, limits)?;
    let mut meter = Meter::for_passes(limits);
    check_advice(game, &answer.device.distribution, &answer.advice, &mut meter)?;
    certificate.checked.push(ADVICE.to_owned());
    Ok(certificate)
}

/// That advice is what a distribution means to each player, all of it and in order.
pub(super) fn check_advice(
    game: &NormalForm,
    distribution: &[Rational],
    advice: &[Advice],
    meter: &mut Meter,
) -> Result<(), Refutation> {
    let played = played(game, distribution, "the correlated distribution")?;
    let mut stated = advice.iter();
    for at in 0..game.num_players() {
        meter.spend(2 * played.len() * (game.num_actions(at) + 1))?;
        let mut by_told: Vec<Vec<usize>> = vec![Vec::new(); game.num_actions(at)];
        for &index in &played {
            by_told[game.action_in(at, index)].push(index);
        }
        for (told, profiles) in by_told.iter().enumerate().filter(|(_, list)| !list.is_empty()) {
            match stated.next() {
                Some(one) if (one.player, one.told) == (at, told) => {
                    check_one(game, distribution, profiles, one)?;
                }
                _ => {
                    return Err(Refutation::WrongList(format!(
                        "player {} may be told to play {}, and the advice does not say so where it should",
                        player(game, at),
                        action(game, at, told)
                    )));
                }
            }
        }
    }
    match stated.next() {
        None => Ok(()),
        Some(one) => Err(Refutation::WrongList(format!(
            "player {} is never told to play {}",
            player(game, one.player),
            action(game, one.player, one.told)
        ))),
    }
}

/// One entry, for the profiles in which the player is told so.
fn check_one(
    game: &NormalForm,
    distribution: &[Rational],
    profiles: &[usize],
    one: &Advice,
) -> Result<(), Refutation> {
    let Advice { player: at, told, probability, belief, payoff, deviation } = one;
    let (at, told) = (*at, *told);
    let wrong = |what: &str, stated: &Rational, right: &Rational| {
        Refutation::WrongNumber(format!(
            "player {}, told to play {}, {what} {}, and not {}",
            player(game, at),
            action(game, at, told),
            number(right),
            number(stated)
        ))
    };
    let total: Rational = profiles.iter().map(|&index| &distribution[index]).sum();
    if *probability != total {
        return Err(wrong("is told so with probability", probability, &total));
    }
    if belief.len() != profiles.len()
        || belief.iter().zip(profiles).any(|((stated, _), index)| stated != index)
    {
        return Err(Refutation::WrongList(format!(
            "player {}, told to play {}, believes in other profiles than those that are possible",
            player(game, at),
            action(game, at, told)
        )));
    }
    for (index, share) in belief {
        if share * &total != distribution[*index] {
            let right = &distribution[*index] / &total;
            return Err(wrong("believes in a profile with probability", share, &right));
        }
    }
    // Expected payoffs of each action, times the probability of being told so.
    let expects = |action: usize| -> Rational {
        let terms = profiles.iter().map(|&index| {
            &distribution[index] * game.payoff(at, game.deviation(index, at, action))
        });
        terms.sum()
    };
    let own = expects(told);
    if payoff * &total != own {
        return Err(wrong("expects", payoff, &(own / total)));
    }
    let others = (0..game.num_actions(at)).filter(|&action| action != told);
    let losses: Vec<(usize, Rational)> =
        others.map(|action| (action, &own - expects(action))).collect();
    // The first of those that cost least.
    let least = losses.iter().reduce(|best, next| if next.1 < best.1 { next } else { best });
    match (deviation, least) {
        (None, None) => Ok(()),
        (Some((stated, loss)), Some((best, least))) => {
            if stated != best {
                return Err(Refutation::WrongList(format!(
                    "player {}, told to play {}, would like {} best of all others, and not {}",
                    player(game, at),
                    action(game, at, told),
                    action(game, at, *best),
                    action(game, at, *stated)
                )));
            }
            if loss * &total != *least {
                return Err(wrong("loses by another action", loss, &(least / &total)));
            }
            Ok(())
        }
        _ => Err(Refutation::Misfit(format!(
            "player {} has a best deviation exactly where he has another action",
            player(game, at)
        ))),
    }
}
