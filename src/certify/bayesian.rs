//! Commitment against a follower with types: replies, payoffs, and the proof by cases that no other
//! commitment gives the leader more.
//!
//! Type l has probability p_l; A^l_ij and B^l_ij are what leader and follower get from action i and
//! reply j. A commitment x induces replies j_l when Σ_i x_i (B^l_{i j_l} − B^l_{ik}) ≥ 0 for all l
//! and k. Every x induces some reply of every type, so that the cases of a split have every
//! commitment. In a case that fixes the replies of the types in F, for any y ≥ 0,
//!
//! Σ_l p_l Σ_i x_i A^l_{i j_l} ≤ Σ_i x_i Σ_l [p_l A^l_{i j_l} + Σ_k y_{l j_l k} (B^l_{i j_l} − B^l_{ik})]
//!   ≤ max_i Σ_l max_j [p_l A^l_ij + Σ_k y_ljk (B^l_ij − B^l_ik)],
//!
//! where j is j_l for l in F and any reply for the others. Where nothing induces the fixed replies,
//! large y make the right side as small as one likes (Farkas 1902), so that this one inequality
//! closes every case.

use crate::game::BayesianGame;
use crate::game::bayesian::{BayesianAnswer, BayesianCommitment, CommitmentStep, ReplyMultiplier};
use crate::num::Rational;

use super::communication::certify_communication;
use super::meter::{Limits, Meter};
use super::wording::number;
use super::{Certificate, Completeness, Refutation};

/// Checks an answer about a game of incomplete information.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong.
pub fn certify_bayesian(
    game: &BayesianGame,
    answer: &BayesianAnswer,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    match answer {
        BayesianAnswer::Commitment(answer) => certify_bayesian_commitment(game, answer, limits),
        BayesianAnswer::Communication(answer) => certify_communication(game, answer, limits),
    }
}

/// The game with the roles of its players.
struct Roles {
    game: BayesianGame,
    leader: usize,
    follower: usize,
}

impl Roles {
    fn actions(&self) -> usize {
        self.game.num_actions(self.leader)
    }

    fn replies(&self) -> usize {
        self.game.num_actions(self.follower)
    }

    fn types(&self) -> usize {
        self.game.num_types(self.follower)
    }

    fn payoff(&self, whose: usize, kind: usize, action: usize, reply: usize) -> &Rational {
        let lead = self.game.deviation(0, self.leader, action);
        self.game.payoff(whose, kind, self.game.deviation(lead, self.follower, reply))
    }

    /// What a type's reply to a commitment gives a player.
    fn expected(&self, whose: usize, x: &[Rational], kind: usize, reply: usize) -> Rational {
        let played = x.iter().enumerate().filter(|(_, x)| !x.is_zero());
        played.map(|(action, x)| x * self.payoff(whose, kind, action, reply)).sum()
    }

    fn kind(&self, kind: usize) -> String {
        match self.game.players()[self.follower].types[kind].as_str() {
            "" => "the follower".to_owned(),
            name => format!("the type `{name}`"),
        }
    }

    fn reply(&self, reply: usize) -> String {
        format!("`{}`", self.game.players()[self.follower].actions[reply])
    }
}

/// Checks a commitment: every type's reply is best, the payoffs are right, and the steps of the
/// proof close all cases.
///
/// Work: cases × types × leader's actions × (replies + multipliers).
///
/// # Errors
/// A [`Refutation`] that names the type, the reply and the numbers.
pub fn certify_bayesian_commitment(
    game: &BayesianGame,
    answer: &BayesianCommitment,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    if game.num_players() != 2 || answer.leader > 1 {
        return Err(Refutation::Misfit("a leader and a follower are two players".to_owned()));
    }
    let (leader, follower) = (answer.leader, 1 - answer.leader);
    let game = game
        .ex_ante(&[leader == 0, leader == 1])
        .map_err(|error| Refutation::OutOfReach(error.to_string()))?;
    let roles = Roles { game, leader, follower };
    let x = answer.commitment.probabilities();
    if x.len() != roles.actions() {
        return Err(Refutation::Misfit(format!(
            "the commitment has {} probabilities, and the leader {} actions",
            x.len(),
            roles.actions()
        )));
    }
    let fits = |length: usize| length == roles.types();
    if !fits(answer.replies.len())
        || !fits(answer.leader_values.len())
        || !fits(answer.follower_values.len())
        || answer.replies.iter().any(|&reply| reply >= roles.replies())
    {
        return Err(Refutation::Misfit(
            "there is not one reply, and one payoff of both players, for each type".to_owned(),
        ));
    }
    let mut meter = Meter::for_passes(limits);
    meter.spend(2 * roles.types() * roles.replies() * roles.actions())?;
    check_replies(&roles, answer)?;
    let cases = if answer.mixed {
        let cases = replay(&roles, answer, &mut meter)?;
        let within = match cases {
            1 => String::new(),
            many => format!("in each of {many} cases, which together are all, "),
        };
        if answer.is_optimal() {
            format!("{within}multipliers prove that no commitment gives the leader more")
        } else {
            format!(
                "{within}multipliers prove that no commitment gives the leader more than {}; whether one gives more than the stated one is open",
                number(&answer.bound)
            )
        }
    } else {
        check_pure(&roles, answer, &mut meter)?;
        "no other pure commitment gives the leader more".to_owned()
    };
    let checked = vec![
        "the reply of each type is a best response to the commitment, and the payoffs are as stated"
            .to_owned(),
        cases,
    ];
    Ok(Certificate { checked, complete: Completeness::NotClaimed })
}

fn check_replies(roles: &Roles, answer: &BayesianCommitment) -> Result<(), Refutation> {
    let x = answer.commitment.probabilities();
    let (mut leader_value, mut follower_value) = (Rational::ZERO, Rational::ZERO);
    for kind in 0..roles.types() {
        let stated = answer.replies[kind];
        let follow = roles.expected(roles.follower, x, kind, stated);
        for other in 0..roles.replies() {
            let better = roles.expected(roles.follower, x, kind, other);
            if better > follow {
                return Err(Refutation::Deviation(format!(
                    "the reply {} gives {} {}, and {} would give {}",
                    roles.reply(stated),
                    roles.kind(kind),
                    number(&follow),
                    roles.reply(other),
                    number(&better)
                )));
            }
        }
        let probability = &roles.game.prior()[kind];
        let lead = roles.expected(roles.leader, x, kind, stated);
        leader_value += probability * &lead;
        follower_value += probability * &follow;
        for (who, stated, found) in [
            ("the leader", &answer.leader_values[kind], &lead),
            ("the follower", &answer.follower_values[kind], &follow),
        ] {
            if stated != found {
                return Err(Refutation::WrongNumber(format!(
                    "with {} {who} is said to get {}, and gets {}",
                    roles.kind(kind),
                    number(stated),
                    number(found)
                )));
            }
        }
    }
    for (who, stated, found) in [
        ("the leader", &answer.leader_value, &leader_value),
        ("the follower", &answer.follower_value, &follower_value),
    ] {
        if *stated != found.clone() {
            return Err(Refutation::WrongNumber(format!(
                "{who} is said to get {}, and gets {}",
                number(stated),
                number(found)
            )));
        }
    }
    if answer.bound < answer.leader_value {
        return Err(Refutation::WrongNumber(format!(
            "the bound {} is below what the commitment gives the leader, {}",
            number(&answer.bound),
            number(&answer.leader_value)
        )));
    }
    Ok(())
}

fn broken(why: impl std::fmt::Display) -> Refutation {
    Refutation::NotOptimal(format!("the proof by cases does not hold: {why}"))
}

/// Closes all cases; how many there are.
fn replay(
    roles: &Roles,
    answer: &BayesianCommitment,
    meter: &mut Meter,
) -> Result<usize, Refutation> {
    let mut open: Vec<Vec<Option<usize>>> = vec![vec![None; roles.types()]];
    let mut cases = 0;
    for step in &answer.proof {
        let Some(case) = open.pop() else { return Err(broken("it goes on after the last case")) };
        match step {
            CommitmentStep::Split(kind) => {
                if case.get(*kind).is_none_or(Option::is_some) {
                    return Err(broken(
                        "it splits a case by a type whose reply is fixed, or by none",
                    ));
                }
                meter.spend(roles.types() * roles.replies())?;
                // The case of the first reply comes first.
                for reply in (0..roles.replies()).rev() {
                    let mut part = case.clone();
                    part[*kind] = Some(reply);
                    open.push(part);
                }
            }
            CommitmentStep::Bound(multipliers) => {
                cases += 1;
                let proved = proved(roles, &case, multipliers, meter)?;
                if proved > answer.bound {
                    return Err(broken(format_args!(
                        "the multipliers of case {cases} prove {}, and the bound is {}",
                        number(&proved),
                        number(&answer.bound)
                    )));
                }
            }
        }
    }
    if open.is_empty() { Ok(cases) } else { Err(broken("it ends with a case left open")) }
}

/// The right side of the inequality at the head of this file.
fn proved(
    roles: &Roles,
    case: &[Option<usize>],
    multipliers: &[ReplyMultiplier],
    meter: &mut Meter,
) -> Result<Rational, Refutation> {
    let (types, replies) = (roles.types(), roles.replies());
    meter.spend(roles.actions() * (types * replies + 3 * multipliers.len()))?;
    let mut greatest: Option<Rational> = None;
    for action in 0..roles.actions() {
        let mut values: Vec<Rational> = (0..types * replies)
            .map(|at| {
                let kind = at / replies;
                let payoff = roles.payoff(roles.leader, kind, action, at % replies);
                &roles.game.prior()[kind] * payoff
            })
            .collect();
        for one in multipliers {
            let ReplyMultiplier { kind, reply, other, value } = one;
            if *kind >= types || *reply >= replies || *other >= replies {
                return Err(Refutation::Misfit(
                    "a multiplier names a type or reply that does not exist".to_owned(),
                ));
            }
            if value.is_negative() {
                return Err(broken(format_args!("a multiplier is negative: {}", number(value))));
            }
            let own = roles.payoff(roles.follower, *kind, action, *reply);
            let lead = own - roles.payoff(roles.follower, *kind, action, *other);
            values[kind * replies + reply] += value * &lead;
        }
        let mut sum = Rational::ZERO;
        for (kind, values) in values.chunks(replies).enumerate() {
            match case[kind] {
                Some(reply) => sum += &values[reply],
                None => sum += values.iter().max().unwrap_or(&Rational::ZERO),
            }
        }
        if greatest.as_ref().is_none_or(|greatest| sum > *greatest) {
            greatest = Some(sum);
        }
    }
    Ok(greatest.unwrap_or_default())
}

fn check_pure(
    roles: &Roles,
    answer: &BayesianCommitment,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    if answer.commitment.as_pure().is_none() {
        return Err(Refutation::Misfit("a commitment said to be pure is mixed".to_owned()));
    }
    if !answer.proof.is_empty() || !answer.is_optimal() {
        return Err(Refutation::Misfit(
            "a pure commitment is decided by a scan, and has no other bound or proof".to_owned(),
        ));
    }
    meter.spend(roles.actions() * roles.types() * roles.replies())?;
    for action in 0..roles.actions() {
        let mut sum = Rational::ZERO;
        for kind in 0..roles.types() {
            let follow = |reply: usize| roles.payoff(roles.follower, kind, action, reply);
            let most = (0..roles.replies()).map(follow).max();
            let best = (0..roles.replies()).filter(|&reply| Some(follow(reply)) == most);
            let lead = best.map(|reply| roles.payoff(roles.leader, kind, action, reply)).max();
            sum += &(&roles.game.prior()[kind] * lead.unwrap_or(&Rational::ZERO));
        }
        if sum > answer.leader_value {
            return Err(Refutation::NotOptimal(format!(
                "the commitment `{}` gives the leader {}, and the stated one {}",
                roles.game.players()[roles.leader].actions[action],
                number(&sum),
                number(&answer.leader_value)
            )));
        }
    }
    Ok(())
}
