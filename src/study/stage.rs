//! The stage game of one situation, as the players see it: best replies, what they lead to,
//! commitment, mediation, and the agreements that the repetition allows.

use std::cmp::Ordering;

use crate::certify::{
    Doubt, StageClaims, certify_critical_discount, certify_kept, certify_kept_agreement,
    certify_only_survivor, certify_rest, certify_stage_claims,
};
use crate::game::answer::CriticalDiscount;
use crate::game::{NormalForm, Pact, Player};
use crate::mechanism::Situation;
use crate::model::{Horizon, HorizonValues, Punishment};
use crate::num::{NotDecided, Rational, Scalar};
use crate::solve::Budget;
use crate::solve::repeated::critical_discount::{Guard, Stake, critical_discount, holds_at};

use super::answers;
use super::evaluate::{AgreementResult, Evaluation, EvaluationFailure, Origin, Play};
use super::number::Number;
use super::sweep::Facts;

/// The stage game as the players see it.
pub(super) struct Stage<'a, 'm, S> {
    pub(super) situation: &'a Situation<'m, S>,
    pub(super) shape: &'a [usize],
    /// The payoffs by which the players choose.
    pub(super) choice: &'a [Vec<S>],
}

/// How far beside a threshold intervals are compared, should the smaller leave it open: where the
/// threshold barely moves with the payoffs, or they with it.
const MARGINS: [f64; 2] = [1e-9, 1e-6];

/// Checks a critical discount factor: exactly, but for numbers that are long, as those of random
/// points are, to within the margin by which intervals are told apart.
fn certify_threshold<S: Number>(
    pact: &Pact<'_, S>,
    claim: &CriticalDiscount<S>,
) -> Result<(), Doubt> {
    if !S::EXACT {
        return with_margins(pact, claim);
    }
    if pact.payoffs.iter().any(|table| has_long_numbers(table)) {
        let near = |numbers: &[S]| numbers.iter().map(Scalar::enclosure).collect::<Vec<_>>();
        let tables = |tables: &[Vec<S>]| tables.iter().map(|t| near(t)).collect::<Vec<_>>();
        let renewal = pact.renewal.map(Scalar::enclosure);
        let enclosed = Pact {
            shape: pact.shape,
            payoffs: &tables(pact.payoffs),
            profile: pact.profile,
            punishments: &near(pact.punishments),
            detection: &tables(pact.detection),
            survival: &pact.survival.enclosure(),
            false_alarm: &pact.false_alarm.enclosure(),
            renewal: renewal.as_ref(),
            transfers: pact.transfers,
        };
        let claim = claim.map(Scalar::enclosure);
        match with_margins(&enclosed, &claim) {
            Err(Doubt::Open(_)) => {}
            decided => return decided,
        }
    }
    certify_critical_discount(pact, claim, &S::zero())
}

fn with_margins<S: Number>(pact: &Pact<'_, S>, claim: &CriticalDiscount<S>) -> Result<(), Doubt> {
    let mut checked = Ok(());
    for margin in MARGINS {
        checked = certify_critical_discount(pact, claim, &S::of_machine(margin));
        if !matches!(checked, Err(Doubt::Open(_))) {
            break;
        }
    }
    checked
}

/// Whether exact numbers are so long that arithmetic on them is slow.
pub(super) fn has_long_numbers<S: Scalar>(numbers: &[S]) -> bool {
    numbers.iter().any(|number| number.size_in_bits() > 256)
}

/// The game of the kept actions with these payoffs; a nearby one when numbers are intervals.
pub(super) fn game_of<S: Number>(
    situation: &Situation<'_, S>,
    choice: &[Vec<S>],
) -> Result<NormalForm, EvaluationFailure> {
    let players = situation.model.players.iter().zip(&situation.kept);
    let players = players
        .map(|(player, kept)| {
            Player::new(&player.id, kept.iter().map(|&action| &player.actions[action].id))
        })
        .collect();
    let payoffs = choice.iter().map(|table| table.iter().map(Number::nearby).collect()).collect();
    NormalForm::new(players, payoffs)
        .map_err(|error| EvaluationFailure::Situation(error.to_string()))
}

impl<S: Number> Stage<'_, '_, S> {
    pub(super) fn stride(&self, player: usize) -> usize {
        self.shape[player + 1..].iter().product()
    }

    pub(super) fn action(&self, player: usize, profile: usize) -> usize {
        profile / self.stride(player) % self.shape[player]
    }

    /// The lowest best reply of a player to the others' actions in a profile.
    fn best_reply(&self, player: usize, profile: usize) -> Result<usize, NotDecided> {
        let stride = self.stride(player);
        let base = profile - self.action(player, profile) * stride;
        let table = &self.choice[player];
        let mut best = 0;
        for action in 1..self.shape[player] {
            if table[base + action * stride].order(&table[base + best * stride])?
                == Ordering::Greater
            {
                best = action;
            }
        }
        Ok(best)
    }

    /// The position among the kept actions of a model action, or of the nearest one that is kept.
    fn nearest_kept(&self, player: usize, action: usize) -> usize {
        let kept = &self.situation.kept[player];
        let distance = |&at: &usize| (kept[at].abs_diff(action), kept[at] > action);
        (0..kept.len()).min_by_key(distance).unwrap_or(0)
    }

    /// The kept actions of a profile by name.
    fn names(&self, actions: &[usize]) -> String {
        let players = self.situation.model.players.iter().zip(&self.situation.kept);
        let names: Vec<&str> = players
            .zip(actions)
            .map(|((player, kept), &action)| player.actions[kept[action]].id.as_str())
            .collect();
        names.join("/")
    }

    fn index(&self, actions: &[usize]) -> usize {
        actions.iter().enumerate().map(|(player, action)| action * self.stride(player)).sum()
    }

    /// The exact game that the players choose in; a nearby one when numbers are intervals.
    pub(super) fn game(&self) -> Result<NormalForm, EvaluationFailure> {
        game_of(self.situation, self.choice)
    }

    pub(super) fn stage_play(
        &self,
        rounded: &mut bool,
        budget: &Budget,
    ) -> Result<(Play, Origin, Vec<usize>), EvaluationFailure> {
        let start = match &self.situation.model.horizon {
            Horizon::Repeated(repeated) => match &repeated.punishment {
                Punishment::BestReplyLimit { start } => Some(start),
                Punishment::WorstEquilibrium => None,
                Punishment::Profile(profile) => {
                    let actions: Vec<usize> = (0..profile.len())
                        .map(|player| self.nearest_kept(player, profile[player]))
                        .collect();
                    let profile = self.index(&actions);
                    return match certify_rest(self.shape, self.choice, profile) {
                        Ok(()) => Ok((Play::Pure(profile), Origin::Declared, Vec::new())),
                        Err(Doubt::Open(kind)) => Err(kind.into()),
                        Err(Doubt::Refuted(no)) => Err(EvaluationFailure::Situation(format!(
                            "the punishment {} that the model declares is no equilibrium of the stage game here ({no})",
                            self.names(&actions)
                        ))),
                    };
                }
            },
            _ => None,
        };
        let first = match start {
            Some(start) => {
                (0..start.len()).map(|player| self.nearest_kept(player, start[player])).collect()
            }
            None => vec![0; self.shape.len()],
        };
        let mut path = vec![self.index(&first)];
        loop {
            let here = path[path.len() - 1];
            let replies = (0..self.shape.len())
                .map(|player| self.best_reply(player, here))
                .collect::<Result<Vec<_>, _>>()?;
            let next = self.index(&replies);
            if next == here {
                certify_rest(self.shape, self.choice, here).map_err(EvaluationFailure::from)?;
                return Ok((Play::Pure(here), Origin::BestReplies, path));
            }
            if path.contains(&next) {
                path.push(next);
                break;
            }
            path.push(next);
        }
        *rounded |= !S::EXACT;
        let play = self.lowest_equilibrium(budget)?;
        Ok((play, Origin::LowestEquilibrium, path))
    }

    /// The equilibrium whose joint payoff is lowest.
    fn lowest_equilibrium(&self, budget: &Budget) -> Result<Play, EvaluationFailure> {
        let game = self.game()?;
        let found = answers::equilibria(&game, budget)?.complete()?;
        let joint = |payoffs: &Vec<Rational>| payoffs.iter().sum::<Rational>();
        found
            .list
            .iter()
            .min_by_key(|equilibrium| joint(&equilibrium.payoffs))
            .map(|equilibrium| Play::of_profile(&game, &equilibrium.profile))
            .ok_or_else(|| {
                EvaluationFailure::Situation(
                    "best replies cycle and no equilibrium in pure strategies exists".to_owned(),
                )
            })
    }

    pub(super) fn play_without_agreement(
        &self,
        stage: &Play,
        origin: Origin,
        rounded: &mut bool,
        budget: &Budget,
    ) -> Result<(Play, Origin), EvaluationFailure> {
        if let Some(leadership) = &self.situation.leadership {
            return Ok((self.play_led(leadership, stage, rounded, budget)?, Origin::Leader));
        }
        if self.situation.mediation {
            if let Play::Pure(profile) = stage
                && self.shape.len() == 2
                && self.dominance_solvable()?
            {
                // The only correlated equilibrium of a game that dominance solves is its equilibrium.
                certify_only_survivor(self.shape, self.choice, *profile)
                    .map_err(EvaluationFailure::from)?;
                return Ok((stage.clone(), Origin::Mediator));
            }
            *rounded |= !S::EXACT;
            let game = self.game()?;
            let best = answers::correlated(&game, budget)?.finished()?;
            return Ok((Play::of_distribution(&best.distribution), Origin::Mediator));
        }
        Ok((stage.clone(), origin))
    }

    /// Whether iterated strict dominance by pure strategies leaves one profile (two players).
    pub(super) fn dominance_solvable(&self) -> Result<bool, NotDecided> {
        let mut left: Vec<Vec<usize>> =
            self.shape.iter().map(|&count| (0..count).collect()).collect();
        loop {
            let mut gone = false;
            for player in 0..2 {
                let (own, other) = (self.stride(player), self.stride(1 - player));
                let table = &self.choice[player];
                let mut kept = Vec::with_capacity(left[player].len());
                for &action in &left[player] {
                    let mut dominated = false;
                    for &rival in &left[player] {
                        if rival == action {
                            continue;
                        }
                        let mut everywhere = true;
                        for &against in &left[1 - player] {
                            let (mine, his) =
                                (action * own + against * other, rival * own + against * other);
                            if !table[his].order(&table[mine])?.is_gt() {
                                everywhere = false;
                                break;
                            }
                        }
                        if everywhere {
                            dominated = true;
                            break;
                        }
                    }
                    if !dominated {
                        kept.push(action);
                    }
                }
                gone |= kept.len() < left[player].len();
                left[player] = kept;
            }
            if !gone {
                return Ok(left.iter().all(|actions| actions.len() == 1));
            }
        }
    }

    /// Every agreement whose actions are all kept, with its critical discount factor.
    pub(super) fn agreements(
        &self,
        values: &HorizonValues<S>,
        (stage, origin): (&Play, Origin),
        budget: &Budget,
    ) -> Result<Vec<AgreementResult<S>>, EvaluationFailure> {
        let Horizon::Repeated(repeated) = &self.situation.model.horizon else {
            return Ok(Vec::new());
        };
        let punishments = self.punishments(stage, budget)?;
        let at_rest =
            origin == Origin::BestReplies && !self.situation.model.punishes_by_worst_equilibrium();
        let mut results = Vec::new();
        for (at, agreement) in repeated.promises.agreements.iter().enumerate() {
            let positions: Option<Vec<usize>> = agreement
                .profile
                .iter()
                .zip(&self.situation.kept)
                .map(|(action, kept)| kept.iter().position(|left| left == action))
                .collect();
            let Some(actions) = positions else { continue };
            let profile = self.index(&actions);
            let stakes: Vec<Stake<S>> = (0..self.shape.len())
                .map(|player| {
                    let table = &self.choice[player];
                    let (own, stride) = (actions[player], self.stride(player));
                    let base = profile - own * stride;
                    Stake {
                        agreement: table[profile].clone(),
                        punishment: punishments[player].clone(),
                        deviations: (0..self.shape[player])
                            .filter(|&action| action != own)
                            .map(|action| {
                                let seen = values.detection[at][player][action].clone();
                                (action, table[base + action * stride].clone(), seen)
                            })
                            .collect(),
                    }
                })
                .collect();
            let guard = Guard {
                survival: &values.survival,
                false_alarm: &values.false_alarm,
                renewal: values.renewal.as_ref(),
                transfers: self.situation.transfers,
                and_beyond: true,
            };
            let pact = Pact {
                shape: self.shape,
                payoffs: self.choice,
                profile,
                punishments: &punishments,
                detection: &values.detection[at],
                survival: &values.survival,
                false_alarm: &values.false_alarm,
                renewal: values.renewal.as_ref(),
                transfers: self.situation.transfers,
            };
            let at_rest_there = at_rest && *stage == Play::Pure(profile);
            let (critical, binding) = if at_rest_there {
                // Best replies rest here, so that nobody gains by deviating, and the punishment is
                // the agreement itself: exactly, which intervals could not tell.
                (CriticalDiscount::Zero, None)
            } else {
                let found = critical_discount(&stakes, &guard)?;
                certify_threshold(&pact, &found.0)?;
                found
            };
            let holds = match &values.discount {
                Some(discount) => holds_at(&critical, &stakes, &guard, discount)?,
                None => false,
            };
            if let Some(discount) = values.discount.as_ref().filter(|_| !at_rest_there) {
                certify_kept(&pact, &critical, discount, holds)?;
            }
            results.push(AgreementResult {
                agreement: at,
                profile,
                stakes,
                critical,
                binding,
                holds,
            });
        }
        Ok(results)
    }

    /// What each player gets once an agreement has ended by his deviation: the stage play, or the
    /// stage equilibrium that is worst for him, as the model asks.
    fn punishments(&self, stage: &Play, budget: &Budget) -> Result<Vec<S>, EvaluationFailure> {
        if !self.situation.model.punishes_by_worst_equilibrium() {
            return Ok(self.choice.iter().map(|table| stage.expectation(table)).collect());
        }
        if !S::EXACT {
            // Which equilibrium is worst for whom is left to exact numbers.
            return Err(NotDecided::TooClose.into());
        }
        let game = self.game()?;
        let found = answers::equilibria(&game, budget)?.complete()?;
        (0..self.shape.len())
            .map(|player| {
                found
                    .list
                    .iter()
                    .min_by_key(|equilibrium| equilibrium.payoffs[player].clone())
                    .map(|worst| {
                        Play::of_profile(&game, &worst.profile).expectation(&self.choice[player])
                    })
                    .ok_or_else(|| {
                        EvaluationFailure::Situation(
                            "the stage game has no equilibrium in pure strategies to revert to"
                                .to_owned(),
                        )
                    })
            })
            .collect()
    }

    /// The agreement that is kept at the model's discount factor: of those that hold, the one of
    /// the largest joint payoff, if that is more than what is played otherwise.
    pub(super) fn kept_agreement(
        &self,
        result: &Evaluation<S>,
    ) -> Result<Option<usize>, EvaluationFailure> {
        // Which intervals could not tell from a tie.
        let is_played_anyway =
            |one: &AgreementResult<S>| result.otherwise == Play::Pure(one.profile);
        let joint = |profile: usize| {
            self.choice.iter().fold(S::zero(), |sum, table| sum.plus(&table[profile]))
        };
        let mut best: Option<(usize, S)> = None;
        for (at, agreement) in result.agreements.iter().enumerate() {
            if !agreement.holds || is_played_anyway(agreement) {
                continue;
            }
            let value = joint(agreement.profile);
            // All agreements share one weight, so that their averages rank as their payoffs do.
            if match &best {
                None => true,
                Some((_, so_far)) => value.order(so_far)?.is_gt(),
            } {
                best = Some((at, value));
            }
        }
        let Some((at, value)) = best else { return Ok(None) };
        let otherwise = self
            .choice
            .iter()
            .fold(S::zero(), |sum, table| sum.plus(&result.otherwise.expectation(table)));
        // The average is a mixture of the agreement and of what follows its end, so that it beats
        // the latter exactly when the agreement does.
        let kept = value.order(&otherwise)?.is_gt().then_some(at);
        let candidates: Vec<Option<usize>> = result
            .agreements
            .iter()
            .map(|one| (one.holds && !is_played_anyway(one)).then_some(one.profile))
            .collect();
        certify_kept_agreement(self.choice, &candidates, &otherwise, kept)?;
        Ok(kept)
    }

    /// What a study of the structure of stage games counts.
    pub(super) fn facts(&self, result: &Evaluation<S>) -> Result<Facts, EvaluationFailure> {
        let profiles: usize = self.shape.iter().product();
        let kept = &self.situation.kept;
        let mut best_replies = Vec::new();
        for player in 0..self.shape.len() {
            let against = (0..profiles).filter(|&profile| self.action(player, profile) == 0);
            let replies = against
                .map(|profile| self.best_reply(player, profile))
                .collect::<Result<Vec<_>, NotDecided>>()?;
            best_replies.push(replies);
        }
        let mut pure_equilibria = 0;
        for profile in 0..profiles {
            pure_equilibria += usize::from(self.is_equilibrium(profile)?);
        }
        let mut preferred = vec![false; self.situation.model.agreements().len()];
        for agreement in &result.agreements {
            // Nobody prefers an agreement to itself, which intervals could not tell.
            if result.stage == Play::Pure(agreement.profile) {
                continue;
            }
            let mut all = true;
            for stake in &agreement.stakes {
                all &= stake.agreement.order(&stake.punishment)?.is_gt();
            }
            preferred[agreement.agreement] = all;
        }
        let dominance_solvable = self.shape.len() == 2 && self.dominance_solvable()?;
        let claims =
            StageClaims { best_replies: &best_replies, pure_equilibria, dominance_solvable };
        certify_stage_claims(self.shape, self.choice, &claims)?;
        for (replies, kept) in best_replies.iter_mut().zip(kept) {
            replies.iter_mut().for_each(|reply| *reply = kept[*reply]);
        }
        Ok(Facts { pure_equilibria, dominance_solvable, best_replies, preferred })
    }

    fn is_equilibrium(&self, profile: usize) -> Result<bool, NotDecided> {
        for player in 0..self.shape.len() {
            let stride = self.stride(player);
            let base = profile - self.action(player, profile) * stride;
            for action in 0..self.shape[player] {
                let other = base + action * stride;
                let table = &self.choice[player];
                if other != profile && table[other].order(&table[profile])?.is_gt() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
