//! Responses to what was just played, as a chain over profiles.
//!
//! In each period a profile is played; then some players revise what they play, against what the
//! others have just played: all at once, in turn, or one of them drawn at random. They choose their
//! best reply (Cournot 1838), one step of escalation or restraint towards it, or an action with
//! probability in proportion to exp(λ · payoff) (Blume 1993), and make mistakes (Kandori, Mailath &
//! Rob 1993; Young 1993). In a potential game, logit responses of one player at a time settle to
//! probabilities in proportion to exp(λ · potential).

use crate::game::{Chain, ChainError, ChainParts, NormalForm, Step, profile_outcomes};
use crate::num::Rational;
use crate::solve::many::verdict::on_grid;

use super::rules::logit;

/// What a player who revises chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Response {
    /// The first best reply.
    Best,
    /// The next action, in the order of actions, on the way to the first best reply.
    Toward,
    /// A logit response of this precision λ, in units of one over payoff.
    Logit(f64),
}

/// Who revises after a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// All players at once.
    AtOnce,
    /// One after the other, the first player after the first period.
    InTurn,
    /// One of them, each as likely as the others.
    Random,
}

/// The chain of responses in `game`, paid by `payoffs`, from a profile or from all profiles with the
/// same probability. With probability `noise` whoever revises plays one of his other actions, each
/// as likely.
///
/// Nodes are profiles, and with moves in turn pairs of a profile and who is next. Outcomes are the
/// profiles. Steps: profiles², or profiles × Σ actions with one player at a time.
///
/// # Errors
/// A [`ChainError`] when the chain is too large.
pub fn response_chain(
    game: &NormalForm,
    payoffs: &[Vec<Rational>],
    response: Response,
    moves: Moves,
    noise: &Rational,
    start: Option<usize>,
) -> Result<Chain, ChainError> {
    let (players, profiles) = (game.num_players(), game.num_profiles());
    let turns = if moves == Moves::InTurn { players } else { 1 };
    if profiles.saturating_mul(turns) > Chain::MOST_NODES {
        return Err(ChainError::TooLarge { what: "nodes", most: Chain::MOST_NODES });
    }
    let choices: Vec<Vec<Vec<(usize, Rational)>>> = (0..players)
        .map(|player| {
            (0..profiles).map(|profile| choice(game, player, profile, response, noise)).collect()
        })
        .collect();
    let mut nodes = Vec::with_capacity(profiles * turns);
    let mut steps = 0usize;
    for turn in 0..turns {
        for profile in 0..profiles {
            let next: Vec<(usize, Rational)> = match moves {
                Moves::InTurn => of_one(game, &choices, turn, profile),
                Moves::AtOnce => at_once(game, &choices, profile),
                Moves::Random => {
                    let share = Rational::new(1, players as i64);
                    let all =
                        (0..players).flat_map(|player| of_one(game, &choices, player, profile));
                    all.map(|(to, p)| (to, p * &share)).collect()
                }
            };
            steps += next.len();
            if steps > Chain::MOST_STEPS {
                return Err(ChainError::TooLarge { what: "steps", most: Chain::MOST_STEPS });
            }
            let turn_after = (turn + 1) % turns;
            let to_step = |(to, probability): (usize, Rational)| Step {
                probability,
                outcome: profile,
                next: turn_after * profiles + to,
                events: 0,
            };
            nodes.push(merged(next).into_iter().map(to_step).collect());
        }
    }
    let (labels, outcomes) = profile_outcomes(game, payoffs);
    Chain::new(ChainParts {
        players: game.players().iter().map(|player| player.name.clone()).collect(),
        labels,
        outcomes,
        events: Vec::new(),
        nodes,
        start: match start {
            Some(profile) => vec![(profile, Rational::ONE)],
            None => {
                let share = Rational::new(1, profiles as i64);
                (0..profiles).map(|profile| (profile, share.clone())).collect()
            }
        },
    })
}

/// The actions that a player who revises goes to, with their probabilities.
fn choice(
    game: &NormalForm,
    player: usize,
    profile: usize,
    response: Response,
    noise: &Rational,
) -> Vec<(usize, Rational)> {
    let actions = game.num_actions(player);
    let paid = |action: usize| game.payoff(player, game.deviation(profile, player, action));
    let mut meant = vec![Rational::ZERO; actions];
    if let Response::Logit(precision) = response {
        let values: Vec<f64> = (0..actions).map(|action| paid(action).to_f64()).collect();
        let mut next = vec![0.0; actions];
        logit(precision, &values, &mut next);
        if let Some(exact) = on_grid(&[actions], &next).pop() {
            meant = exact.probabilities().to_vec();
        }
    } else {
        let best = (1..actions).fold(0, |best, at| if paid(at) > paid(best) { at } else { best });
        let own = game.action_in(player, profile);
        let to = match response {
            Response::Toward if best > own => own + 1,
            Response::Toward if best < own => own - 1,
            _ => best,
        };
        meant[to] = Rational::ONE;
    }
    if !noise.is_zero() && actions > 1 {
        let each = noise / Rational::from(actions as i64 - 1);
        let kept = Rational::ONE - noise - &each;
        // Mistakes fall on all actions but the one that is meant.
        meant = meant.iter().map(|p| p * &kept + &each).collect();
    }
    meant.into_iter().enumerate().filter(|(_, p)| !p.is_zero()).collect()
}

fn of_one(
    game: &NormalForm,
    choices: &[Vec<Vec<(usize, Rational)>>],
    player: usize,
    profile: usize,
) -> Vec<(usize, Rational)> {
    let to =
        |(action, p): &(usize, Rational)| (game.deviation(profile, player, *action), p.clone());
    choices[player][profile].iter().map(to).collect()
}

fn at_once(
    game: &NormalForm,
    choices: &[Vec<Vec<(usize, Rational)>>],
    profile: usize,
) -> Vec<(usize, Rational)> {
    let mut parts = vec![(0, Rational::ONE)];
    for (player, choices) in choices.iter().enumerate() {
        let stride = game.stride(player);
        parts = parts
            .into_iter()
            .flat_map(|(index, weight)| {
                let own = choices[profile].iter();
                own.map(move |(action, p)| (index + action * stride, &weight * p))
            })
            .collect();
    }
    parts
}

/// Ways to the same profile together.
fn merged(mut parts: Vec<(usize, Rational)>) -> Vec<(usize, Rational)> {
    parts.sort_by_key(|(to, _)| *to);
    let mut list: Vec<(usize, Rational)> = Vec::with_capacity(parts.len());
    for (to, probability) in parts {
        match list.last_mut() {
            Some((last, sum)) if *last == to => *sum = &*sum + probability,
            _ => list.push((to, probability)),
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certify::certify_chain_values;
    use crate::solve::chain::values_for_ever;

    fn tables(game: &NormalForm) -> Vec<Vec<Rational>> {
        (0..game.num_players()).map(|player| game.payoffs(player).to_vec()).collect()
    }

    fn shares(game: &NormalForm, response: Response, moves: Moves, noise: &Rational) -> Vec<f64> {
        let chain = response_chain(game, &tables(game), response, moves, noise, Some(0)).unwrap();
        let values = values_for_ever(&chain, None);
        certify_chain_values(&chain, None, &values).unwrap();
        let mut shares = vec![0.0; game.num_profiles()];
        for (node, share) in values.stationary.unwrap().iter().enumerate() {
            shares[node % game.num_profiles()] += share.to_f64();
        }
        shares
    }

    /// Blume (1993): in a potential game, logit responses of one player at a time settle to the
    /// Gibbs distribution of the potential.
    #[test]
    fn logit_responses_settle_to_the_gibbs_distribution() {
        // A stag hunt; with the potential 4, 3 | 3, 5 each deviation gains what the potential does.
        let game = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
        let potential = [4.0, 3.0, 3.0, 5.0];
        let precision = 0.7;
        let found = shares(&game, Response::Logit(precision), Moves::Random, &Rational::ZERO);
        let weights = potential.map(|value: f64| (precision * value).exp());
        let sum: f64 = weights.iter().sum();
        for (found, weight) in found.iter().zip(weights) {
            assert!((found - weight / sum).abs() < 1e-12, "{found} {}", weight / sum);
        }
    }

    /// Kandori, Mailath & Rob (1993): with rare mistakes play stays at the risk-dominant equilibrium.
    #[test]
    fn rare_mistakes_select_the_risk_dominant_equilibrium() {
        let game = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
        let rare = Rational::new(1, 1000);
        let found = shares(&game, Response::Logit(4.0), Moves::Random, &Rational::ZERO);
        assert!(found[3] > 0.95, "{found:?}");
        let found = shares(&game, Response::Best, Moves::InTurn, &rare);
        assert!(found[0] + found[3] > 0.99, "{found:?}");
    }

    #[test]
    fn a_spiral_goes_step_by_step() {
        // Each wants to be one above the other, up to three.
        let game = NormalForm::from_integers(
            &[&[0, 0, 0, 0], &[1, 0, 0, 0], &[0, 1, 0, 0], &[0, 0, 1, 1]],
            &[&[0, 1, 0, 0], &[0, 0, 1, 0], &[0, 0, 0, 1], &[0, 0, 0, 1]],
        );
        let chain = response_chain(
            &game,
            &tables(&game),
            Response::Toward,
            Moves::InTurn,
            &Rational::ZERO,
            Some(0),
        )
        .unwrap();
        let (mut node, mut path) = (0, Vec::new());
        for _ in 0..7 {
            let [step] = chain.nodes()[node].as_slice() else { panic!("not sure") };
            path.push(game.profile(step.outcome));
            node = step.next;
        }
        assert_eq!(path[..4], [vec![0, 0], vec![1, 0], vec![1, 1], vec![2, 1]]);
        assert_eq!(path[6], [3, 3]);
    }
}
