//! Agreements in states against the best of all deviations, however long.

use crate::certify::{Limits, certify_pact};
use crate::game::stochastic::{Pact, StochasticGame, StochasticState};
use crate::game::{DiscountFactor, NormalForm, Player};
use crate::num::Rational;
use crate::random::PathRandom;
use crate::solve::Budget;
use crate::solve::stochastic::{MarkovOptions, find_markov_equilibria, value_pact};

/// Three states of two players with two actions, integer payoffs and transitions in eighths.
fn game(random: &mut PathRandom) -> StochasticGame {
    let mut below = |most: usize| random.below(most) as i64;
    let states = (0..3).map(|at| {
        let players = ["A", "B"].map(|name| Player::new(name, ["c", "d"]));
        let mut table = || (0..4).map(|_| Rational::from(below(10))).collect::<Vec<_>>();
        let payoffs = vec![table(), table()];
        let transitions = (0..4).map(|_| {
            let (one, two) = (below(5), below(5));
            let parts = [one, two, 8 - one - two];
            let parts = parts.iter().enumerate().filter(|(_, part)| **part > 0);
            parts.map(|(to, part)| (to, Rational::new(*part, 8))).collect()
        });
        let transitions = transitions.collect();
        let stage = NormalForm::new(players.to_vec(), payoffs).unwrap();
        StochasticState { name: format!("s{at}"), stage, transitions }
    });
    let states = states.collect();
    let discount = DiscountFactor::new(Rational::new(1 + below(18), 20)).unwrap();
    StochasticGame::new(states, discount, 0).unwrap()
}

/// What a player gets at best against an agreement, by value iteration over the states while it is kept.
fn best(game: &StochasticGame, pact: &Pact, after: &[f64], player: usize) -> Vec<f64> {
    let discount = game.discount().value().to_f64();
    let mut values = after.to_vec();
    for _ in 0..2000 {
        let next = (0..3).map(|state| {
            let Some(agreed) = pact.profiles[state] else { return after[state] };
            let here = &game.states()[state];
            let each = (0..2).map(|action| {
                let at = here.stage.deviation(agreed, player, action);
                let stays = if at == agreed {
                    pact.stays.to_f64()
                } else {
                    pact.stays_after[player][state][action].to_f64()
                };
                let later: f64 = here.transitions[at]
                    .iter()
                    .map(|(to, p)| p.to_f64() * (stays * values[*to] + (1.0 - stays) * after[*to]))
                    .sum();
                (1.0 - discount) * here.stage.payoff(player, at).to_f64() + discount * later
            });
            each.fold(f64::NEG_INFINITY, f64::max)
        });
        values = next.collect();
    }
    values
}

#[test]
fn no_deviation_gains_where_none_in_one_period_does() {
    let mut random = PathRandom::new(7, 0);
    let (mut held, mut failed) = (0, 0);
    for _ in 0..60 {
        let game = game(&mut random);
        let found = find_markov_equilibria(&game, &MarkovOptions::default(), &Budget::unlimited());
        let fallback = found.answer.unwrap().equilibria.remove(0);
        let mut eighths = || Rational::new(random.below(9) as i64, 8);
        let stays_after: Vec<Vec<Vec<Rational>>> =
            (0..2).map(|_| (0..3).map(|_| (0..2).map(|_| eighths()).collect()).collect()).collect();
        let stays = eighths();
        let mut agreed = || random.below(6).checked_sub(2);
        let profiles: Vec<Option<usize>> = (0..3).map(|_| agreed()).collect();
        let name = "random".to_owned();
        let pact = Pact { name, profiles, stays, stays_after, fallback: fallback.strategies };
        let value = value_pact(&game, &pact, &Budget::unlimited()).unwrap();
        certify_pact(&game, &pact, &value, &Limits::default()).unwrap();
        let near = |values: &[Rational]| values.iter().map(Rational::to_f64).collect::<Vec<f64>>();
        let gains = (0..2).map(|player| {
            let best = best(&game, &pact, &near(&value.after[player]), player);
            let kept = near(&value.kept[player]);
            best.iter().zip(&kept).map(|(best, kept)| best - kept).fold(0.0, f64::max)
        });
        let most = gains.fold(0.0, f64::max);
        if value.holds() {
            held += 1;
            assert!(most < 1e-9, "{most}");
        } else {
            failed += 1;
            assert!(most > 1e-9, "{most} {:?}", value.most);
        }
    }
    assert!(held >= 5 && failed >= 5, "{held} {failed}");
}
