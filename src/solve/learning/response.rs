//! Responses to what was just played, as a chain over profiles.
//!
//! In each period a profile is played; then some players revise what they play, against what the
//! others have just played: all at once, in turn, or one of them drawn at random. They choose their
//! best reply (Cournot 1838), one step of escalation or restraint towards it, or an action with
//! probability in proportion to exp(λ · payoff) (Blume 1993), and make mistakes (Kandori, Mailath &
//! Rob 1993; Young 1993). In a potential game, logit responses of one player at a time settle to
//! probabilities in proportion to exp(λ · potential).

use crate::game::{Chain, ChainParts, NormalForm, Step};
use crate::num::Rational;
use crate::solve::Budget;
use crate::solve::chain::BuildError;
use crate::solve::many::verdict::on_grid;

use super::rules::{first_best, logit};

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
/// A [`BuildError`] when the chain is too large, which is known before its steps are made, or the
/// budget ends first.
pub fn response_chain(
    game: &NormalForm,
    payoffs: &[Vec<Rational>],
    response: Response,
    moves: Moves,
    noise: &Rational,
    start: Option<usize>,
    budget: &Budget,
) -> Result<Chain, BuildError> {
    let (players, profiles) = (game.num_players(), game.num_profiles());
    let turns = if moves == Moves::InTurn { players } else { 1 };
    if profiles.saturating_mul(turns) > Chain::MOST_NODES {
        return Err(BuildError::nodes());
    }
    let replies = Replies::of(game, response, noise, budget)?;
    // Before any step is made.
    let mut steps = 0usize;
    for profile in 0..profiles {
        let sizes = (0..players).map(|player| replies.count(player, profile));
        steps = steps.saturating_add(match moves {
            Moves::AtOnce => sizes.fold(1, usize::saturating_mul),
            Moves::InTurn | Moves::Random => sizes.sum(),
        });
        if steps > Chain::MOST_STEPS {
            return Err(BuildError::steps());
        }
    }
    let mut nodes = Vec::with_capacity(profiles * turns);
    for turn in 0..turns {
        for profile in 0..profiles {
            budget.check(profile as u64)?;
            let next: Vec<(usize, Rational)> = match moves {
                Moves::InTurn => replies.of_one(turn, profile),
                Moves::AtOnce => replies.at_once(profile),
                Moves::Random => {
                    let share = Rational::new(1, players as i64);
                    let all = (0..players).flat_map(|player| replies.of_one(player, profile));
                    all.map(|(to, p)| (to, p * &share)).collect()
                }
            };
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
    let start = match start {
        Some(profile) => vec![(profile, Rational::ONE)],
        None => {
            let share = Rational::new(1, profiles as i64);
            (0..profiles).map(|profile| (profile, share.clone())).collect()
        }
    };
    Ok(Chain::new(ChainParts::of_game(game, payoffs, nodes, start))?)
}

/// What a player means to play against joint actions of the others.
enum Meant {
    Best(usize),
    Mixed(Vec<(usize, Rational)>),
}

/// What players revise to, by the joint actions of the others.
struct Replies<'a> {
    game: &'a NormalForm,
    response: Response,
    noise: &'a Rational,
    /// `[player][joint action of the others]`
    meant: Vec<Vec<Meant>>,
}

impl<'a> Replies<'a> {
    fn of(
        game: &'a NormalForm,
        response: Response,
        noise: &'a Rational,
        budget: &Budget,
    ) -> Result<Self, BuildError> {
        let mut meant = Vec::with_capacity(game.num_players());
        for player in 0..game.num_players() {
            let mut own = Vec::with_capacity(game.num_profiles() / game.num_actions(player));
            // In the order of `Replies::place`.
            for profile in 0..game.num_profiles() {
                if game.action_in(player, profile) == 0 {
                    budget.check(profile as u64)?;
                    own.push(meant_by(game, player, profile, response));
                }
            }
            meant.push(own);
        }
        Ok(Replies { game, response, noise, meant })
    }

    /// The position of the others' joint action among those of a player.
    fn place(&self, player: usize, profile: usize) -> usize {
        let stride = self.game.stride(player);
        profile / (stride * self.game.num_actions(player)) * stride + profile % stride
    }

    /// How many actions a player who revises may play.
    fn count(&self, player: usize, profile: usize) -> usize {
        let actions = self.game.num_actions(player);
        if actions == 1 || self.noise.is_zero() {
            return match &self.meant[player][self.place(player, profile)] {
                Meant::Best(_) => 1,
                Meant::Mixed(list) => list.len(),
            };
        }
        self.choice(player, profile).len()
    }

    /// The actions that a player who revises goes to, with their probabilities.
    fn choice(&self, player: usize, profile: usize) -> Vec<(usize, Rational)> {
        let actions = self.game.num_actions(player);
        let meant = match &self.meant[player][self.place(player, profile)] {
            Meant::Mixed(list) => list.clone(),
            &Meant::Best(best) => {
                let own = self.game.action_in(player, profile);
                let to = match self.response {
                    Response::Toward if best > own => own + 1,
                    Response::Toward if best < own => own - 1,
                    _ => best,
                };
                vec![(to, Rational::ONE)]
            }
        };
        if self.noise.is_zero() || actions == 1 {
            return meant;
        }
        let each = self.noise / Rational::from(actions as i64 - 1);
        let kept = Rational::ONE - self.noise - &each;
        // Mistakes fall on all actions but the one that is meant.
        let mut played = vec![each.clone(); actions];
        for (action, p) in meant {
            played[action] = p * &kept + &each;
        }
        played.into_iter().enumerate().filter(|(_, p)| !p.is_zero()).collect()
    }

    fn of_one(&self, player: usize, profile: usize) -> Vec<(usize, Rational)> {
        let to = |(action, p)| (self.game.deviation(profile, player, action), p);
        self.choice(player, profile).into_iter().map(to).collect()
    }

    fn at_once(&self, profile: usize) -> Vec<(usize, Rational)> {
        let mut parts = vec![(0, Rational::ONE)];
        for player in 0..self.game.num_players() {
            let stride = self.game.stride(player);
            let choice = self.choice(player, profile);
            parts = parts
                .into_iter()
                .flat_map(|(index, weight)| {
                    choice.iter().map(move |(action, p)| (index + action * stride, &weight * p))
                })
                .collect();
        }
        parts
    }
}

/// What a player means to play against what the others do in a profile.
fn meant_by(game: &NormalForm, player: usize, profile: usize, response: Response) -> Meant {
    let paid = (0..game.num_actions(player))
        .map(|action| game.payoff(player, game.deviation(profile, player, action)));
    let Response::Logit(precision) = response else {
        return Meant::Best(first_best(&paid.collect::<Vec<_>>()));
    };
    let values: Vec<f64> = paid.map(Rational::to_f64).collect();
    let mut next = vec![0.0; values.len()];
    logit(precision, &values, &mut next);
    match on_grid(&[values.len()], &next).pop() {
        Some(exact) => {
            let all = exact.probabilities().iter().cloned().enumerate();
            Meant::Mixed(all.filter(|(_, p)| !p.is_zero()).collect())
        }
        // Values are no machine numbers: the first of the greatest.
        None => Meant::Best(first_best(&values)),
    }
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

    fn built(
        game: &NormalForm,
        response: Response,
        moves: Moves,
        noise: &Rational,
    ) -> Result<Chain, BuildError> {
        let budget = Budget::unlimited();
        response_chain(game, &tables(game), response, moves, noise, Some(0), &budget)
    }

    fn shares(game: &NormalForm, response: Response, moves: Moves, noise: &Rational) -> Vec<f64> {
        let chain = built(game, response, moves, noise).unwrap();
        let values = values_for_ever(&chain, None, &Budget::unlimited()).unwrap();
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
        let chain = built(&game, Response::Toward, Moves::InTurn, &Rational::ZERO).unwrap();
        let (mut node, mut path) = (0, Vec::new());
        for _ in 0..7 {
            let [step] = chain.nodes()[node].as_slice() else { panic!("not sure") };
            path.push(game.profile(step.outcome));
            node = step.next;
        }
        assert_eq!(path[..4], [vec![0, 0], vec![1, 0], vec![1, 1], vec![2, 1]]);
        assert_eq!(path[6], [3, 3]);
    }
    /// Of a game with 40 000 profiles there would be 1.6 billion steps, with hundreds of gigabytes of
    /// fractions: that is known at once.
    #[test]
    fn what_is_too_large_is_refused_before_it_is_made() {
        let names = |who: &str| (0..200).map(|at| format!("{who}{at}")).collect::<Vec<_>>();
        let players = ["A", "B"].map(|who| crate::game::Player::new(who, names(who)));
        let payoffs = vec![vec![Rational::ZERO; 40_000]; 2];
        let game = NormalForm::new(players.to_vec(), payoffs).unwrap();
        let noise = Rational::new(1, 10);
        let found = built(&game, Response::Best, Moves::AtOnce, &noise);
        assert_eq!(found, Err(BuildError::steps()));
        let budget = Budget::unlimited().with_time(std::time::Duration::ZERO);
        let (response, moves) = (Response::Best, Moves::InTurn);
        let found = response_chain(&game, &tables(&game), response, moves, &noise, None, &budget);
        assert!(matches!(found, Err(BuildError::Exhausted(_))));
    }

    /// The order of the others' joint actions is that of the profiles, for each of three players.
    #[test]
    fn replies_of_three_players_are_those_of_the_definition() {
        let mut random = crate::random::PathRandom::new(4, 0);
        let names = |count: usize| (0..count).map(|at| at.to_string()).collect::<Vec<_>>();
        let players = [2, 3, 4].map(|count| crate::game::Player::new("P", names(count))).to_vec();
        let payoffs =
            (0..3).map(|_| (0..24).map(|_| Rational::from(random.below(9) as i64)).collect());
        let game = NormalForm::new(players, payoffs.collect()).unwrap();
        let chain = built(&game, Response::Best, Moves::AtOnce, &Rational::ZERO).unwrap();
        for profile in 0..24 {
            let best = (0..3).map(|player| {
                let paid = |own: usize| game.payoff(player, game.deviation(profile, player, own));
                (0..game.num_actions(player)).rev().max_by(|&a, &b| paid(a).cmp(paid(b))).unwrap()
            });
            let best: Vec<usize> = best.collect();
            assert_eq!(chain.nodes()[profile][0].next, game.profile_index(&best), "{profile}");
        }
    }
}
