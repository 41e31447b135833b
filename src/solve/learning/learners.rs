//! Sample paths of players who learn from all that was played: fictitious play and regret matching.
//!
//! Each player keeps the sum of what each of his actions would have paid so far. In fictitious play
//! he plays the first of the greatest, which is a best reply to the frequencies of the others' joint
//! actions (Brown 1951), or draws from the logit response to the average (Fudenberg & Levine 1998,
//! chapter 4). In regret matching he plays each action with probability in proportion to what it
//! would have paid more than what he got, where that is positive (Hart & Mas-Colell 2000). The past
//! matters as a whole, so that this is no [`crate::game::Chain`].

use crate::game::{NormalForm, profile_outcomes};
use crate::num::Rational;
use crate::random::PathRandom;
use crate::solve::chain::{Counted, Course, PathRecord, Play};
use crate::solve::{Budget, Exhausted};

use super::rules::{drawn_at, first_best, logit};

/// How the players of a path learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PathRule {
    /// Fictitious play; with a precision λ by draws from logit responses.
    Fictitious(Option<f64>),
    /// Regret matching.
    Regrets,
}

/// What else there is to a path of learners.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnerOptions {
    /// How they learn.
    pub rule: PathRule,
    /// With this probability another action is played than was meant, each as likely.
    pub noise: f64,
    /// The profile of the first period; drawn anew for each path when not given.
    pub start: Option<usize>,
}

/// Players who learn, path by path.
#[derive(Debug, Clone)]
pub struct Learners {
    options: LearnerOptions,
    counted: Counted,
    /// `[player][profile]`: the payoffs by which they choose.
    choice: Vec<Vec<f64>>,
    strides: Vec<usize>,
    actions: Vec<usize>,
    /// For each event its probability in a period with each outcome.
    hazards: Vec<Vec<f64>>,
}

impl Learners {
    /// Players who choose by the payoffs of `game` and are paid by `payoffs`; an event has a name and
    /// for each profile a probability.
    #[must_use]
    pub fn new(
        game: &NormalForm,
        payoffs: &[Vec<Rational>],
        events: &[(String, Vec<Rational>)],
        options: LearnerOptions,
    ) -> Self {
        let numbers = |table: &[Rational]| table.iter().map(Rational::to_f64).collect::<Vec<_>>();
        let (labels, outcomes) = profile_outcomes(game, payoffs);
        let players = game.players().iter().map(|player| player.name.clone()).collect();
        let names = events.iter().map(|(name, _)| name.clone()).collect();
        Learners {
            options,
            counted: Counted::new(players, labels, &outcomes, names),
            choice: (0..game.num_players()).map(|player| numbers(game.payoffs(player))).collect(),
            strides: (0..game.num_players()).map(|player| game.stride(player)).collect(),
            actions: game.shape(),
            hazards: events.iter().map(|(_, hazard)| numbers(hazard)).collect(),
        }
    }

    /// What a player does after `rounds` rounds, given what each action would have paid in all and
    /// what he got.
    fn choose(
        &self,
        sums: &[f64],
        had: f64,
        rounds: f64,
        weights: &mut Vec<f64>,
        random: &mut PathRandom,
    ) -> usize {
        let count = sums.len();
        weights.clear();
        weights.resize(count, 0.0);
        let meant = match self.options.rule {
            PathRule::Fictitious(None) => first_best(sums),
            PathRule::Fictitious(Some(precision)) => {
                let averages: Vec<f64> = sums.iter().map(|sum| sum / rounds).collect();
                logit(precision, &averages, weights);
                draw(weights, random)
            }
            PathRule::Regrets => {
                for (weight, sum) in weights.iter_mut().zip(sums) {
                    *weight = (sum - had).max(0.0);
                }
                if weights.iter().any(|&weight| weight > 0.0) {
                    draw(weights, random)
                } else {
                    random.below(count)
                }
            }
        };
        if self.options.noise > 0.0 && count > 1 && random.unit() < self.options.noise {
            let other = random.below(count - 1);
            return other + usize::from(other >= meant);
        }
        meant
    }
}

/// An action drawn by weights that are not negative.
fn draw(weights: &[f64], random: &mut PathRandom) -> usize {
    drawn_at(weights, random.unit() * weights.iter().sum::<f64>())
}

impl Play for Learners {
    fn counted(&self) -> &Counted {
        &self.counted
    }

    fn walk(
        &self,
        course: &Course,
        random: &mut PathRandom,
        budget: &Budget,
        record: &mut PathRecord,
    ) -> Result<(), Exhausted> {
        let Counted { players, payoffs, label_of, events, .. } = &self.counted;
        let players = players.len();
        let paid = if course.discount().is_some() { players } else { 0 };
        record.clear(label_of.len(), paid, events.len());
        let mut sums: Vec<Vec<f64>> = self.actions.iter().map(|&count| vec![0.0; count]).collect();
        let mut had = vec![0.0; players];
        let mut weights = Vec::new();
        let factor = course.discount().unwrap_or(0.0);
        let mut weight = 1.0 - factor;
        let mut looks = course.looks().iter().peekable();
        let mut profile = self.options.start.unwrap_or_else(|| random.below(label_of.len()));
        for period in 1..=course.periods() {
            if period & 0xffff == 0 {
                budget.check_now(0)?;
            }
            record.outcomes[profile] += 1;
            for player in 0..players {
                if period <= course.discounted() {
                    record.discounted[player] += weight * payoffs[profile * players + player];
                }
                let table = &self.choice[player];
                let stride = self.strides[player];
                let own = profile / stride % self.actions[player];
                let base = profile - own * stride;
                had[player] += table[profile];
                for (action, sum) in sums[player].iter_mut().enumerate() {
                    *sum += table[base + action * stride];
                }
            }
            if period < course.discounted() {
                weight *= factor;
            }
            for (event, hazard) in self.hazards.iter().enumerate() {
                let hazard = hazard[profile];
                if record.first[event] == 0
                    && hazard > 0.0
                    && (hazard >= 1.0 || random.unit() < hazard)
                {
                    record.first[event] = period;
                }
            }
            if looks.next_if(|&&look| look == period).is_some() {
                record.looks.push(profile as u32);
            }
            let mut next = 0;
            for player in 0..players {
                let sums = &sums[player];
                let action = self.choose(sums, had[player], period as f64, &mut weights, random);
                next += action * self.strides[player];
            }
            profile = next;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(game: &NormalForm, rule: PathRule, periods: u64) -> PathRecord {
        let tables: Vec<_> = (0..2).map(|player| game.payoffs(player).to_vec()).collect();
        let options = LearnerOptions { rule, noise: 0.0, start: Some(0) };
        let learners = Learners::new(game, &tables, &[], options);
        let mut record = PathRecord::default();
        let course = Course::new(periods, vec![periods], None);
        let mut random = PathRandom::new(1, 0);
        learners.walk(&course, &mut random, &Budget::unlimited(), &mut record).unwrap();
        record
    }

    /// Robinson (1951) and Hart & Mas-Colell (2000): in matching pennies frequencies approach one half.
    #[test]
    fn frequencies_approach_the_value_of_matching_pennies() {
        let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
        for rule in [PathRule::Fictitious(None), PathRule::Fictitious(Some(2.0)), PathRule::Regrets]
        {
            let found = walk(&pennies, rule, 100_000);
            let heads = (found.outcomes[0] + found.outcomes[1]) as f64 / 1e5;
            assert!((heads - 0.5).abs() < 0.02, "{rule:?}: {heads}");
        }
    }

    #[test]
    fn fictitious_play_stays_at_a_strict_equilibrium() {
        let stag_hunt = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
        let found = walk(&stag_hunt, PathRule::Fictitious(None), 1000);
        assert_eq!(found.outcomes, [1000, 0, 0, 0]);
    }
}
