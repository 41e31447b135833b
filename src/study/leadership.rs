//! What is played where one of two players commits first, and is believed for sure or in part.

use std::cmp::Ordering;

use crate::certify::certify_pure_commitment;
use crate::game::{MixedStrategy, NormalForm, believed_in_part};
use crate::mechanism::Leadership;
use crate::num::{NotDecided, Rational};
use crate::solve::Budget;

use super::answers;
use super::evaluate::{EvaluationFailure, Play};
use super::number::Number;
use super::stage::Stage;

/// What is played after the best commitment, which is believed with a probability and a fallback, or
/// for sure.
fn committed<S>(
    game: &NormalForm,
    leadership: &Leadership<S>,
    believed: Option<(&MixedStrategy, &Rational)>,
    budget: &Budget,
) -> Result<Play, EvaluationFailure> {
    let leader = leadership.leader;
    let partly = believed
        .map(|(fallback, credibility)| believed_in_part(game, leader, fallback, credibility))
        .transpose()
        .map_err(|error| EvaluationFailure::Situation(error.to_string()))?;
    let found =
        answers::commitment(partly.as_ref().unwrap_or(game), leader, leadership.mixed, budget)?;
    let best = found.finished()?;
    let reply = best.reply * game.stride(1 - leader);
    let committed = best.commitment.probabilities();
    let play = |action: usize| match believed {
        None => committed[action].clone(),
        Some((fallback, credibility)) => {
            credibility * &committed[action]
                + (Rational::ONE - credibility) * &fallback.probabilities()[action]
        }
    };
    let parts =
        (0..committed.len()).map(|action| (action * game.stride(leader) + reply, play(action)));
    Ok(Play::of_parts(parts.filter(|(_, probability)| !probability.is_zero()).collect()))
}

impl<S: Number> Stage<'_, '_, S> {
    /// What is played after the leader's best commitment; `stage` is what is played without one.
    pub(super) fn play_led(
        &self,
        leadership: &Leadership<S>,
        stage: &Play,
        rounded: &mut bool,
        budget: &Budget,
    ) -> Result<Play, EvaluationFailure> {
        if let Some(credibility) = &leadership.credibility {
            return self.partly_believed(leadership, credibility, stage, rounded, budget);
        }
        if self.shape.len() == 2 && !leadership.mixed {
            let profile = self.pure_commitment(leadership.leader)?;
            certify_pure_commitment(self.shape, self.choice, leadership.leader, profile)
                .map_err(EvaluationFailure::from)?;
            return Ok(Play::Pure(profile));
        }
        *rounded |= !S::EXACT;
        committed(&self.game()?, leadership, None, budget)
    }

    /// What is played where the leader's commitment is believed with a probability only, and he is
    /// expected to play as without it otherwise.
    fn partly_believed(
        &self,
        leadership: &Leadership<S>,
        credibility: &S,
        stage: &Play,
        rounded: &mut bool,
        budget: &Budget,
    ) -> Result<Play, EvaluationFailure> {
        *rounded |= !S::EXACT;
        let credibility = credibility.nearby();
        if credibility.is_negative() || credibility > Rational::ONE {
            return Err(EvaluationFailure::Situation(format!(
                "the credibility of the commitment is no probability: {credibility}"
            )));
        }
        let game = self.game()?;
        let mut fallback = vec![Rational::ZERO; game.num_actions(leadership.leader)];
        match stage {
            Play::Pure(profile) => {
                fallback[game.action_in(leadership.leader, *profile)] = Rational::ONE;
            }
            Play::Mixed(parts) => {
                for (profile, probability) in parts {
                    fallback[game.action_in(leadership.leader, *profile)] += probability;
                }
            }
        }
        let fallback = MixedStrategy::new(fallback)
            .map_err(|error| EvaluationFailure::Situation(error.to_string()))?;
        committed(&game, leadership, Some((&fallback, &credibility)), budget)
    }

    /// The best pure commitment of one of two players; ties of the follower go to the leader.
    fn pure_commitment(&self, leader: usize) -> Result<usize, NotDecided> {
        let follower = 1 - leader;
        let (step, turn) = (self.stride(leader), self.stride(follower));
        let mut best: Option<usize> = None;
        for action in 0..self.shape[leader] {
            let mut reply = action * step;
            for other in 1..self.shape[follower] {
                let candidate = action * step + other * turn;
                let prefer =
                    match self.choice[follower][candidate].order(&self.choice[follower][reply])? {
                        Ordering::Greater => true,
                        Ordering::Equal => self.choice[leader][candidate]
                            .order(&self.choice[leader][reply])?
                            .is_gt(),
                        Ordering::Less => false,
                    };
                if prefer {
                    reply = candidate;
                }
            }
            let better = match best {
                None => true,
                Some(so_far) => {
                    self.choice[leader][reply].order(&self.choice[leader][so_far])?.is_gt()
                }
            };
            if better {
                best = Some(reply);
            }
        }
        Ok(best.unwrap_or(0))
    }
}
