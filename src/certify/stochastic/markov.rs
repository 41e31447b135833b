//! Stationary strategies of games in states: what they give, and what deviations gain.
//!
//! With the stated values `v_i` and strategies σ let ε be the greatest |T_σ `v_i` − `v_i`| over states and
//! players, where T_σ `v_i`(x) = Σ_a σ(a | x) {(1 − δ) `g_i`(x, a) + δ E `v_i`}, and `D_i`(x) the greatest
//! T_{d, σ_−i} `v_i`(x) − `v_i`(x) over actions d of player i, or zero; `D_i` is its greatest over states.
//! Both operators are monotone contractions of modulus δ, so that
//!
//! - the strategies give `v_i` within ε/(1 − δ);
//! - no strategy of player i gives more than `v_i` + `D_i`/(1 − δ) against σ_−i;
//! - one deviation in x gains at most `D_i`(x) + ε + 2 δ ε/(1 − δ) ≤ `D_i`(x) + 2 ε/(1 − δ), and no
//!   more than any strategy, being one.
//!
//! Where payoffs of two players sum to c, the value of the game to the first lies between
//! c − `v_2` − `D_2`/(1 − δ) and `v_1` + `D_1`/(1 − δ). Source: Shapley (1953); Denardo (1967).

use crate::game::stochastic::{MarkovAnswer, MarkovEquilibrium, StochasticGame};
use crate::num::{Rational, scientific_up};

use super::super::meter::{Limits, Meter, weight};
use super::super::wording::{count, number};
use super::super::{Certificate, Completeness, Refutation};

/// Checks stationary strategies, what they give, and the bounds of what deviations gain.
///
/// Work: every profile of every state for each player, with what may follow.
///
/// # Errors
/// A [`Refutation`] that names the number that is wrong.
pub fn certify_markov(
    game: &StochasticGame,
    answer: &MarkovAnswer,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    if answer.equilibria.is_empty() {
        return Err(Refutation::Misfit("there are no strategies".to_owned()));
    }
    let mut meter = Meter::for_passes(limits);
    for (at, equilibrium) in answer.equilibria.iter().enumerate() {
        if answer.equilibria[..at].iter().any(|one| one.strategies == equilibrium.strategies) {
            return Err(Refutation::Misfit("the same strategies are listed twice".to_owned()));
        }
        check(game, equilibrium, &mut meter)?;
    }
    let most = |of: fn(&MarkovEquilibrium) -> Rational| {
        let most = answer.equilibria.iter().map(of).max().unwrap_or_default();
        scientific_up(&most, 2)
    };
    let equilibria = count(answer.equilibria.len(), "strategy profile", "strategy profiles");
    let mut checked = Vec::new();
    if answer.is_exact() {
        checked.push(format!(
            "{equilibria}: in every state the stated payoffs are what the strategies give, exactly"
        ));
        checked.push("no deviation gains anything, in any state, exactly".to_owned());
    } else {
        checked.push(format!(
            "{equilibria}: the strategies give the stated payoffs within the stated error ({} at most)",
            most(|one| one.payoff_error.clone())
        ));
        checked.push(format!(
            "by one deviation a player gains at most {}, and by any strategy at most {}, from any state on, evaluated exactly",
            most(MarkovEquilibrium::worst_one_shot_regret),
            most(|one| one.regret.clone())
        ));
    }
    if answer.equilibria.iter().all(|one| one.value.is_some()) {
        checked.push("the strategies guarantee the bounds of the value in every state".to_owned());
    }
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

/// The answer has a strategy and a number wherever one is needed.
fn fits(game: &StochasticGame, one: &MarkovEquilibrium) -> Result<(), Refutation> {
    let (states, players) = (game.states().len(), game.num_players());
    let has = one.strategies.len() == states
        && one.values.len() == players
        && one.values.iter().all(|values| values.len() == states)
        && one.one_shot_regret.len() == states
        && one.value.as_ref().is_none_or(|value| value.len() == states)
        && game.states().iter().zip(&one.strategies).all(|(state, profile)| {
            profile.len() == players
                && (0..players)
                    .all(|player| profile[player].len() == state.stage.num_actions(player))
        });
    if has {
        Ok(())
    } else {
        Err(Refutation::Misfit(
            "there is not one strategy and one number for each state, player and action".to_owned(),
        ))
    }
}

fn at_most(what: &str, stated: &Rational, found: &Rational) -> Result<(), Refutation> {
    if found <= stated {
        return Ok(());
    }
    Err(Refutation::WrongNumber(format!(
        "{what} is said to be at most {}, and is bounded by {} only",
        number(stated),
        number(found)
    )))
}

fn check(
    game: &StochasticGame,
    one: &MarkovEquilibrium,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    fits(game, one)?;
    let (states, players) = (game.states().len(), game.num_players());
    let mut off = Rational::ZERO;
    let mut of_states = vec![Rational::ZERO; states];
    let mut of_players = vec![Rational::ZERO; players];
    for (state, of_state) in of_states.iter_mut().enumerate() {
        for (player, of_player) in of_players.iter_mut().enumerate() {
            let worths = worths(game, one, state, player, meter)?;
            let stated = &one.values[player][state];
            let own = one.strategies[state][player].probabilities();
            let mut given = Rational::ZERO;
            for (probability, worth) in own.iter().zip(&worths) {
                given += &(probability * worth);
                let gain = worth - stated;
                if gain > *of_state {
                    *of_state = gain.clone();
                }
                if gain > *of_player {
                    *of_player = gain;
                }
            }
            off = off.max((given - stated).abs());
        }
    }
    // δ is below 1, so that there is a quotient.
    let patience = Rational::ONE - game.discount().value();
    let for_ever = |value: &Rational| value.checked_div(&patience).unwrap_or_default();
    let error = for_ever(&off);
    at_most(
        "the distance of stated payoffs from those of the strategies",
        &one.payoff_error,
        &error,
    )?;
    let gain = of_players.iter().max().cloned().unwrap_or_default();
    let regret = for_ever(&gain) + &error;
    at_most("the gain of any strategy", &one.regret, &regret)?;
    for (state, gain) in of_states.iter().enumerate() {
        let name = &game.states()[state].name;
        let what = format!("the gain of one deviation in the state `{name}`");
        let once = (gain + &error + &error).min(regret.clone());
        at_most(&what, &one.one_shot_regret[state], &once)?;
    }
    let Some(value) = &one.value else { return Ok(()) };
    let Some(sum) = game.constant_sum() else {
        return Err(Refutation::Misfit(
            "the game has no value: its payoffs have no constant sum".to_owned(),
        ));
    };
    let (over, under) = (for_ever(&of_players[0]), for_ever(&of_players[1]));
    for (state, (low, high)) in value.iter().enumerate() {
        let guaranteed = &sum - &one.values[1][state] - &under;
        let conceded = &one.values[0][state] + &over;
        if *low > guaranteed || *high < conceded {
            return Err(Refutation::WrongNumber(format!(
                "the value in the state `{}` is said to lie between {} and {}, and the strategies guarantee {} and {} only",
                game.states()[state].name,
                number(low),
                number(high),
                number(&guaranteed),
                number(&conceded)
            )));
        }
    }
    Ok(())
}

/// For each action of a player what it is worth against the strategies of the others.
fn worths(
    game: &StochasticGame,
    one: &MarkovEquilibrium,
    at: usize,
    player: usize,
    meter: &mut Meter,
) -> Result<Vec<Rational>, Refutation> {
    let state = &game.states()[at];
    let later = game.discount().value();
    let now = Rational::ONE - later;
    let mut worths = vec![Rational::ZERO; state.stage.num_actions(player)];
    for profile in 0..state.stage.num_profiles() {
        let mut chance = Rational::ONE;
        for (other, strategy) in one.strategies[at].iter().enumerate() {
            if other != player {
                let action = state.stage.action_in(other, profile);
                chance = &chance * &strategy.probabilities()[action];
            }
        }
        meter.spend(4)?;
        if chance.is_zero() {
            continue;
        }
        let mut expected = Rational::ZERO;
        for (to, probability) in &state.transitions[profile] {
            let value = &one.values[player][*to];
            meter.spend(4 * weight(value))?;
            expected += &(probability * value);
        }
        let total = &now * state.stage.payoff(player, profile) + later * &expected;
        meter.spend(4 * weight(&total))?;
        let action = state.stage.action_in(player, profile);
        worths[action] += &(chance * total);
    }
    Ok(worths)
}
