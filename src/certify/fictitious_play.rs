//! Fictitious play, played again round by round.
//!
//! In each round each player plays a best response to the others' empirical frequencies so far, the
//! first such action in the order of the game. In the simultaneous form all look at the rounds
//! before, and all begin with their first action. In the alternating form each player in turn also
//! sees what those before him play in this round (Brown 1951); only the first player begins with his
//! first action, and the first action is believed of those who have not moved at all. With more than
//! two players the belief is the product of the others' frequencies.

use crate::game::answer::FictitiousPlay;
use crate::game::{MixedProfile, MixedStrategy, NormalForm};
use crate::num::Rational;

use super::equilibria::check_one;
use super::expected::standing;
use super::meter::{Limits, Meter, Spent, weight};
use super::replay;
use super::wording::{action, number, player};
use super::{Certificate, Completeness, Refutation};

/// Checks the counts and regrets by playing the process again, and the final mixture's regret.
///
/// Beyond `limits.rounds` rounds, or where the work runs out, only the final mixture is checked, and
/// the certificate says so.
///
/// # Errors
/// A [`Refutation`] that names the round, the player and the numbers.
pub fn certify_fictitious_play(
    game: &NormalForm,
    answer: &FictitiousPlay,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    check_counts(game, answer)?;
    let mixture = mixture(game, &answer.counts, answer.rounds)?;
    if mixture != answer.mixture.profile {
        return Err(Refutation::WrongNumber(
            "the final mixture is not the counts divided by the number of rounds".to_owned(),
        ));
    }
    check_one(game, &answer.mixture, &mut meter)?;
    let last = format!(
        "the final mixture has the stated payoffs and, checked exactly, the regret {}",
        number(&answer.mixture.regret)
    );
    let replayed = answer.rounds <= limits.rounds && {
        let mut meter = Meter::new(&Limits { work: limits.work.saturating_mul(8), ..*limits });
        let outcome = match replay::of(game, answer.alternating, answer.rounds) {
            Some(mut play) => replay_in_words(game, answer, play.as_mut(), &mut meter),
            None => replay_in_fractions(game, answer, &mut meter),
        };
        match outcome {
            Ok(outcome) => {
                outcome?;
                true
            }
            Err(Spent) => false,
        }
    };
    let complete = if replayed {
        Completeness::Proved(format!(
            "all {} rounds were played again, with the same counts, and the same regret at each of \
             the {} stated rounds",
            answer.rounds,
            answer.course.len()
        ))
    } else {
        Completeness::NotChecked(format!(
            "{} rounds are too many to play again: the counts and the course were not checked",
            answer.rounds
        ))
    };
    Ok(Certificate { checked: vec![last], complete })
}

fn check_counts(game: &NormalForm, answer: &FictitiousPlay) -> Result<(), Refutation> {
    if answer.rounds == 0 {
        return Err(Refutation::Misfit("no round was played".to_owned()));
    }
    if answer.counts.len() != game.num_players() {
        return Err(Refutation::Misfit("the counts are not one list for each player".to_owned()));
    }
    for (at, counts) in answer.counts.iter().enumerate() {
        let sum = counts.iter().try_fold(0u64, |sum, &count| sum.checked_add(count));
        if counts.len() != game.num_actions(at) || sum != Some(answer.rounds) {
            return Err(Refutation::Misfit(format!(
                "the counts of player {} do not sum to the {} rounds",
                player(game, at),
                answer.rounds
            )));
        }
    }
    let ascending = answer.course.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let within = answer.course.iter().all(|&(round, _)| round >= 1 && round <= answer.rounds);
    if ascending && within {
        Ok(())
    } else {
        Err(Refutation::WrongList(
            "the rounds of the course do not ascend from 1 to the last".to_owned(),
        ))
    }
}

/// The empirical frequencies after some rounds.
fn mixture(
    game: &NormalForm,
    counts: &[Vec<u64>],
    rounds: u64,
) -> Result<MixedProfile, Refutation> {
    let rounds = Rational::from(rounds);
    counts
        .iter()
        .enumerate()
        .map(|(at, counts)| {
            let shares = counts.iter().map(|&count| Rational::from(count) / &rounds).collect();
            MixedStrategy::new(shares).map_err(|error| {
                Refutation::Misfit(format!("the counts of player {}: {error}", player(game, at)))
            })
        })
        .collect()
}

/// What each action of each player would have earned in sum against the others' play so far. With
/// two players it grows by one column a round; with more it is summed anew from the counts.
struct Tally<'a> {
    game: &'a NormalForm,
    counts: Vec<Vec<u64>>,
    /// For two players, cumulative payoffs by action.
    sums: Vec<Vec<Rational>>,
    /// The work of an operation on the longest payoff.
    weight: usize,
}

impl Tally<'_> {
    /// The first best response of a player to the play so far.
    fn reply(&mut self, at: usize, meter: &mut Meter) -> Result<usize, Spent> {
        meter.spend(self.weight * self.game.num_actions(at))?;
        let sums =
            if self.game.num_players() == 2 { &self.sums[at] } else { &self.summed(at, meter)? };
        let mut best = 0;
        for own in 1..sums.len() {
            if sums[own] > sums[best] {
                best = own;
            }
        }
        Ok(best)
    }

    /// Σ over the others' joint actions of the product of their counts times the payoff.
    fn summed(&self, at: usize, meter: &mut Meter) -> Result<Vec<Rational>, Spent> {
        let mut joint = vec![(0, Rational::ONE)];
        for (other, counts) in self.counts.iter().enumerate().filter(|&(other, _)| other != at) {
            // Whoever has not moved is believed to play the first action.
            let mut counts = counts.clone();
            if counts.iter().all(|&count| count == 0) {
                counts[0] = 1;
            }
            meter.spend(4 * joint.len() * counts.len())?;
            let counts = &counts;
            joint = joint
                .iter()
                .flat_map(|(base, weight)| {
                    counts.iter().enumerate().filter(|(_, count)| **count > 0).map(
                        move |(own, &count)| {
                            (base + own * self.game.stride(other), weight * Rational::from(count))
                        },
                    )
                })
                .collect();
        }
        meter.spend(4 * self.weight * joint.len() * self.game.num_actions(at))?;
        Ok((0..self.game.num_actions(at))
            .map(|own| {
                let shift = own * self.game.stride(at);
                joint.iter().map(|(base, w)| w * self.game.payoff(at, base + shift)).sum()
            })
            .collect())
    }

    fn play(&mut self, at: usize, own: usize, meter: &mut Meter) -> Result<(), Spent> {
        self.counts[at][own] += 1;
        if self.game.num_players() != 2 {
            return Ok(());
        }
        let (game, other) = (self.game, 1 - at);
        meter.spend(self.weight * game.num_actions(other))?;
        for (reply, sum) in self.sums[other].iter_mut().enumerate() {
            *sum += game.payoff(other, own * game.stride(at) + reply * game.stride(other));
        }
        Ok(())
    }
}

fn replay_in_fractions(
    game: &NormalForm,
    answer: &FictitiousPlay,
    meter: &mut Meter,
) -> Result<Result<(), Refutation>, Spent> {
    let scaled = with_integer_payoffs(game);
    let played = scaled.as_ref().unwrap_or(game);
    let longest = (0..game.num_players()).flat_map(|at| played.payoffs(at)).map(weight).max();
    let mut tally = Tally {
        weight: longest.unwrap_or(1),
        game: played,
        counts: game.shape().iter().map(|&actions| vec![0; actions]).collect(),
        sums: game.shape().iter().map(|&actions| vec![Rational::ZERO; actions]).collect(),
    };
    let players = game.num_players();
    let mut course = answer.course.iter().peekable();
    for round in 1..=answer.rounds {
        if answer.alternating {
            for at in 0..players {
                let own = if round == 1 && at == 0 { 0 } else { tally.reply(at, meter)? };
                tally.play(at, own, meter)?;
            }
        } else {
            let replies: Vec<usize> = if round == 1 {
                vec![0; players]
            } else {
                (0..players).map(|at| tally.reply(at, meter)).collect::<Result<_, _>>()?
            };
            for (at, &own) in replies.iter().enumerate() {
                tally.play(at, own, meter)?;
            }
        }
        if let Some((_, stated)) = course.next_if(|(at, _)| *at == round) {
            let profile = match mixture(game, &tally.counts, round) {
                Ok(profile) => profile,
                Err(error) => return Ok(Err(error)),
            };
            let mut regret = Rational::ZERO;
            for at in 0..players {
                regret = regret.max(standing(game, at, &profile, meter)?.gain());
            }
            if regret != *stated {
                return Ok(Err(wrong_regret(round, stated, &regret)));
            }
        }
    }
    Ok((0..players).try_for_each(|at| same_counts(game, answer, at, &tally.counts[at])))
}

fn wrong_regret(round: u64, stated: &Rational, found: &Rational) -> Refutation {
    Refutation::WrongNumber(format!(
        "the regret after {round} rounds is said to be {}, and is {}",
        number(stated),
        number(found)
    ))
}

fn same_counts(
    game: &NormalForm,
    answer: &FictitiousPlay,
    at: usize,
    found: &[u64],
) -> Result<(), Refutation> {
    for (own, (stated, found)) in answer.counts[at].iter().zip(found).enumerate() {
        if stated != found {
            return Err(Refutation::WrongNumber(format!(
                "player {} is said to have played {} {stated} times, and plays it {found} times",
                player(game, at),
                action(game, at, own)
            )));
        }
    }
    Ok(())
}

fn replay_in_words(
    game: &NormalForm,
    answer: &FictitiousPlay,
    play: &mut dyn replay::Replay,
    meter: &mut Meter,
) -> Result<Result<(), Refutation>, Spent> {
    let mut played = 0;
    for (round, stated) in &answer.course {
        play.play(round - played, meter)?;
        played = *round;
        let regret = play.regret();
        if regret != *stated {
            return Ok(Err(wrong_regret(*round, stated, &regret)));
        }
    }
    play.play(answer.rounds - played, meter)?;
    Ok([0, 1].into_iter().try_for_each(|at| same_counts(game, answer, at, play.counts(at))))
}

/// The game with each player's payoffs times their common denominator, which changes no best
/// response and makes the sums fast; `None` where the denominator is large.
fn with_integer_payoffs(game: &NormalForm) -> Option<NormalForm> {
    let tables = (0..game.num_players())
        .map(|at| {
            let mut scale = Rational::ONE;
            for payoff in game.payoffs(at) {
                if !(payoff * &scale).is_integer() {
                    scale = &scale * &Rational::from((payoff * &scale).denominator());
                    if scale.bit_len() > 64 {
                        return None;
                    }
                }
            }
            Some(game.payoffs(at).iter().map(|payoff| payoff * &scale).collect())
        })
        .collect::<Option<Vec<Vec<Rational>>>>()?;
    NormalForm::new(game.players().to_vec(), tables).ok()
}
