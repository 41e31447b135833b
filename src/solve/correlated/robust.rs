//! The correlated equilibrium that is obeyed with the largest slack.
//!
//! Told a, player i loses u_i(a, s₋ᵢ) − u_i(d, s₋ᵢ) in expectation, given what he is told, by playing
//! d. The *slack* of a distribution is the least of these losses over all that anybody may be told
//! and all other actions. A slack of t means that the distribution is a correlated equilibrium of
//! every game whose payoffs differ by at most t/2 from those of this one, and of no larger distance:
//! raise what d gives and lower what a gives. Losses are those *given* what a player is told: weighed
//! by the probability of being told so, rare recommendations would count for little, and actions that
//! nobody is ever told would bring every slack down to zero.
//!
//! p has slack t exactly when, for each (i, a, d), Σ p(a, s₋ᵢ)·(u_i(a, s₋ᵢ) − u_i(d, s₋ᵢ) − t) ≥ 0, which
//! says nothing where a is never told. These rows are linear in p for a given t, so that the largest
//! t is a generalised fractional program: one linear program after another (Crouzeix & Ferland 1991).
//! At t it is asked by how much all losses can be raised at once, in proportion to the probabilities
//! of a reference distribution on the profiles that are left. If they can, there is more slack. If
//! not, the multipliers y ≥ 0 of the rows satisfy Σ y·(gain − t) ≤ 0 in every profile that is left and
//! have some weight there: where a profile has weight, no distribution with a slack above t uses it, and
//! it is left out from there on. When none is left, t is the largest slack.
//!
//! The largest slack is the root of a polynomial and need not be rational. Where steps do not reach
//! it, fractions between what is reached and what is excluded are tried, short ones first, until the
//! two are next to each other.

use super::advise;
use super::objective::expected_payoffs;
use super::program::check_size;
use crate::game::NormalForm;
use crate::game::answer::{Obedience, RobustDevice};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::{Rational, convergent_near};
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, dominance};

/// Steps to more slack before fractions are tried.
const STEPS: usize = 8;
/// A slack with longer numbers than this many bits is taken for a shorter one below it.
const MOST_BITS: usize = 128;
/// What is reached and what is excluded are next to each other when they differ by at most this part of
/// the largest difference of two payoffs: 2⁻⁴⁰.
const NEXT: i64 = 1 << 40;

/// That nobody has another action than the one he is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("every player has one action only: nobody can disobey, and no slack is the largest")]
pub struct NothingToDisobey;

/// A correlated equilibrium that is obeyed with the largest slack, with what proves it.
///
/// Any number of players. With S profiles after elimination and kᵢ actions each program has S + 1
/// variables and Σ kᵢ(kᵢ − 1) rows; there are some at least for each time that profiles are left out. The
/// slack of the answer is exact, and its bound the same number wherever the largest slack is rational
/// and short; else they differ by 2⁻⁴⁰ of the largest difference of two payoffs at most. The answer
/// is `None` when the budget is spent or the program is too large.
///
/// # Errors
/// When no player has a second action.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::solve::{Budget, find_most_robust_device};
/// // Stag hunt: nobody who is told to hunt the stag loses less than 1 by going after the hare, and
/// // told the hare he would lose 2.
/// let game = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
/// let found = find_most_robust_device(&game, LpMethod::Auto, &Budget::unlimited()).unwrap();
/// let device = found.answer.unwrap();
/// assert_eq!(device.slack.to_string(), "2");
/// assert_eq!(device.bound, device.slack);
/// ```
pub fn find_most_robust_device(
    game: &NormalForm,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<RobustDevice>>, NothingToDisobey> {
    if game.shape().iter().all(|&actions| actions == 1) {
        return Err(NothingToDisobey);
    }
    let meter = Meter::new(method, budget);
    Ok(meter.outcome(find(game, &meter)))
}

fn find(game: &NormalForm, meter: &Meter<'_>) -> Result<RobustDevice, Exhausted> {
    let mut search = Search::begin(game, meter)?;
    let proved = search.run()?;
    let mut rounds = search.rounds;
    rounds.extend(search.closing.filter(|_| !proved));
    let slack = slack_of(game, &search.distribution);
    let bound = if proved { slack.clone() } else { search.excluded };
    Ok(RobustDevice {
        payoffs: expected_payoffs(game, &search.distribution),
        distribution: search.distribution,
        slack,
        bound,
        rounds,
    })
}

/// The least loss by another action over all that players may be told; zero when there is none.
fn slack_of(game: &NormalForm, distribution: &[Rational]) -> Rational {
    let losses = advise(game, distribution).into_iter().filter_map(|one| one.deviation);
    losses.map(|(_, loss)| loss).reduce(Rational::min).unwrap_or_default()
}

/// A constraint (player, told, deviation): the positions of the profiles in which he is told so, with
/// what the deviation loses there.
struct Row {
    player: usize,
    told: usize,
    deviation: usize,
    losses: Vec<(usize, Rational)>,
}

struct Search<'a> {
    game: &'a NormalForm,
    meter: &'a Meter<'a>,
    /// The profiles that a distribution with more slack than `level` may still use.
    left: Vec<usize>,
    rows: Vec<Row>,
    /// Why the others are out.
    rounds: Vec<Vec<Obedience>>,
    /// The slack of `distribution` is at least this.
    level: Rational,
    distribution: Vec<Rational>,
    /// No distribution has more slack than this: by the largest loss, or by a last round.
    excluded: Rational,
    closing: Option<Vec<Obedience>>,
    /// The largest difference that a deviation makes.
    unit: Rational,
}

impl<'a> Search<'a> {
    /// From the pure equilibrium with the largest slack, or any correlated one, on what iterated strict
    /// dominance leaves: its mixtures are the multipliers of the first rounds.
    fn begin(game: &'a NormalForm, meter: &'a Meter<'a>) -> Result<Self, Exhausted> {
        let dominance = dominance::eliminate(game, meter)?;
        let survives = |index: &usize| {
            let kept = dominance.survivors.iter().enumerate();
            kept.into_iter().all(|(player, kept)| kept.contains(&game.action_in(player, *index)))
        };
        let mut search = Search {
            game,
            meter,
            left: (0..game.num_profiles()).filter(survives).collect(),
            rows: Vec::new(),
            rounds: Vec::new(),
            level: Rational::ZERO,
            distribution: Vec::new(),
            excluded: Rational::ZERO,
            closing: None,
            unit: Rational::ZERO,
        };
        for gone in &dominance.eliminations {
            search.rounds.resize_with(gone.round, Vec::new);
            let mixture = gone.dominated_by.probabilities().iter().enumerate();
            let round = &mut search.rounds[gone.round - 1];
            round.extend(
                mixture
                    .filter(|(_, share)| !share.is_zero())
                    .map(|(deviation, share)| (gone.player, gone.action, deviation, share.clone())),
            );
        }
        search.pose()?;
        let losses = || search.rows.iter().flat_map(|row| &row.losses).map(|(_, loss)| loss);
        search.excluded = losses().max().cloned().unwrap_or_default();
        search.unit = losses().map(Rational::abs).max().unwrap_or_default();
        search.start()?;
        Ok(search)
    }

    /// The rows for the profiles that are left.
    fn pose(&mut self) -> Result<(), Exhausted> {
        let game = self.game;
        let deviations: usize = game.shape().iter().map(|actions| actions - 1).sum();
        check_size(self.left.len(), deviations)?;
        self.rows.clear();
        for player in 0..game.num_players() {
            for told in 0..game.num_actions(player) {
                self.meter.check()?;
                let of_told: Vec<(usize, usize)> = self
                    .left
                    .iter()
                    .copied()
                    .enumerate()
                    .filter(|(_, index)| game.action_in(player, *index) == told)
                    .collect();
                if of_told.is_empty() {
                    continue;
                }
                for deviation in (0..game.num_actions(player)).filter(|&action| action != told) {
                    let loss = |(position, index): &(usize, usize)| {
                        let other = game.deviation(*index, player, deviation);
                        (*position, game.payoff(player, *index) - game.payoff(player, other))
                    };
                    let losses = of_told.iter().map(loss).collect();
                    self.rows.push(Row { player, told, deviation, losses });
                }
            }
        }
        Ok(())
    }

    fn start(&mut self) -> Result<(), Exhausted> {
        // The least loss in each profile that is left; none for profiles without rows.
        let mut least: Vec<Option<&Rational>> = vec![None; self.left.len()];
        for (position, loss) in self.rows.iter().flat_map(|row| &row.losses) {
            let least = &mut least[*position];
            *least = Some(least.map_or(loss, |least| least.min(loss)));
        }
        let best = least
            .iter()
            .enumerate()
            .filter_map(|(position, least)| Some((position, (*least)?)))
            .filter(|(_, least)| !least.is_negative())
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        if let Some((position, slack)) = best {
            self.level = slack.clone();
            self.distribution = vec![Rational::ZERO; self.game.num_profiles()];
            self.distribution[self.left[position]] = Rational::ONE;
            return Ok(());
        }
        // Correlated equilibria exist (Hart & Schmeidler 1989).
        if let Ok(distribution) = self.reach(&Rational::ZERO)? {
            self.adopt(distribution);
        }
        Ok(())
    }

    /// Raises the slack until it is proved to be the largest one, or until what is reached is next to
    /// what is excluded: whether it is proved.
    fn run(&mut self) -> Result<bool, Exhausted> {
        let next = &self.unit / &Rational::from(NEXT);
        // A distribution in proportion to which losses are raised; the uniform one where there is none.
        let mut reference: Option<Vec<Rational>> = None;
        // Whether more slack than `level` is known to be possible.
        let mut open = false;
        let (mut steps, mut halves) = (0, false);
        loop {
            if !open {
                match self.raise(reference.as_deref())? {
                    Raised::Round(round) => {
                        self.exclude(round)?;
                        if self.left.is_empty() {
                            return Ok(true);
                        }
                        reference = None;
                        continue;
                    }
                    Raised::Found(found) => {
                        let slack = slack_of(self.game, &found);
                        if slack <= self.level {
                            // The reference has nothing of some action that is told: the uniform one has.
                            reference = None;
                            continue;
                        }
                        if steps < STEPS {
                            steps += 1;
                            self.adopt(found.clone());
                            reference = Some(found);
                            continue;
                        }
                        open = true;
                    }
                }
            }
            if self.closing.is_some() && &self.excluded - &self.level <= next {
                return Ok(false);
            }
            halves = !halves;
            let between = between(&self.level, &self.excluded, halves);
            match self.reach(&between)? {
                Ok(found) => {
                    self.adopt(found);
                    (open, reference) = (false, None);
                }
                Err(round) => {
                    // Every profile that is left has weight.
                    let bounds = self.weighed(&round).into_iter();
                    let bounds = bounds.map(|(loss, weight)| loss / weight);
                    self.excluded = bounds.reduce(Rational::max).unwrap_or(between);
                    self.closing = Some(round);
                }
            }
        }
    }

    /// Takes a distribution that has more slack, or as much.
    fn adopt(&mut self, distribution: Vec<Rational>) {
        let slack = slack_of(self.game, &distribution);
        self.level = short(&self.level, slack);
        self.distribution = distribution;
    }

    /// Leaves out the profiles to which a round gives weight.
    fn exclude(&mut self, round: Vec<Obedience>) -> Result<(), Exhausted> {
        let weights = self.weighed(&round);
        let left = std::mem::take(&mut self.left).into_iter().zip(weights);
        self.left =
            left.filter(|(_, (_, weight))| weight.is_zero()).map(|(index, _)| index).collect();
        self.rounds.push(round);
        self.pose()
    }

    /// For each profile that is left what multipliers make of its losses, and their sum.
    fn weighed(&self, round: &[Obedience]) -> Vec<(Rational, Rational)> {
        let mut all = vec![(Rational::ZERO, Rational::ZERO); self.left.len()];
        for (player, told, deviation, multiplier) in round {
            let named =
                |row: &&Row| (row.player, row.told, row.deviation) == (*player, *told, *deviation);
            for (position, loss) in self.rows.iter().filter(named).flat_map(|row| &row.losses) {
                all[*position].0 += multiplier * loss;
                all[*position].1 += multiplier;
            }
        }
        all
    }

    fn round(&self, multipliers: &[Rational]) -> Vec<Obedience> {
        let rows = self.rows.iter().zip(multipliers);
        rows.filter(|(_, multiplier)| !multiplier.is_zero())
            .map(|(row, multiplier)| (row.player, row.told, row.deviation, multiplier.clone()))
            .collect()
    }

    /// The distribution over all profiles with these shares of those that are left.
    fn distribution(&self, shares: &[Rational]) -> Vec<Rational> {
        let total: Rational = shares.iter().sum();
        let mut distribution = vec![Rational::ZERO; self.game.num_profiles()];
        for (index, share) in self.left.iter().zip(shares) {
            distribution[*index] = share / &total;
        }
        distribution
    }

    /// A distribution all of whose losses exceed `level` in proportion to a reference, or multipliers
    /// that prove that there is none.
    fn raise(&self, reference: Option<&[Rational]>) -> Result<Raised, Exhausted> {
        let profiles = self.left.len();
        let mut objective = vec![Rational::ZERO; profiles];
        objective.push(Rational::ONE);
        let mut program = LinearProgram::maximize(objective);
        for row in &self.rows {
            let told: Rational = match reference {
                None => Rational::from(row.losses.len() as u64),
                Some(shares) => {
                    row.losses.iter().map(|(position, _)| &shares[self.left[*position]]).sum()
                }
            };
            let losses = row.losses.iter().map(|(position, loss)| (*position, &self.level - loss));
            let losses = losses.chain([(profiles, told)]);
            program.constrain(losses, Relation::AtMost, Rational::ZERO);
        }
        self.total(&mut program);
        let optimum = self.meter.optimum(&program)?;
        Ok(if optimum.value.is_zero() {
            Raised::Round(self.round(&optimum.dual))
        } else {
            Raised::Found(self.distribution(&optimum.primal[..profiles]))
        })
    }

    /// A distribution with this slack, or multipliers that prove that there is none, with weight in every
    /// profile that is left.
    fn reach(&self, level: &Rational) -> Result<Result<Vec<Rational>, Vec<Obedience>>, Exhausted> {
        let mut program = LinearProgram::maximize(vec![Rational::ONE; self.left.len()]);
        for row in &self.rows {
            let losses = row.losses.iter().map(|(position, loss)| (*position, level - loss));
            program.constrain(losses, Relation::AtMost, Rational::ZERO);
        }
        self.total(&mut program);
        let optimum = self.meter.optimum(&program)?;
        Ok(if optimum.value.is_zero() {
            Err(self.round(&optimum.dual))
        } else {
            Ok(self.distribution(&optimum.primal))
        })
    }

    fn total(&self, program: &mut LinearProgram) {
        let total = (0..self.left.len()).map(|position| (position, Rational::ONE));
        program.constrain(total, Relation::AtMost, Rational::ONE);
    }
}

enum Raised {
    Found(Vec<Rational>),
    Round(Vec<Obedience>),
}

/// A short fraction strictly between two numbers; in the middle half of the way where `halves`.
fn between(low: &Rational, high: &Rational, halves: bool) -> Rational {
    let way = high - low;
    let middle = low + &way * Rational::new(1, 2);
    let error = way * if halves { Rational::new(1, 4) } else { Rational::new(63, 128) };
    let largest = dashu_int::IBig::ONE << 4096;
    convergent_near(&middle, &error, &largest).unwrap_or(middle)
}

/// A slack, or a shorter number between `low` and it where it is long.
fn short(low: &Rational, slack: Rational) -> Rational {
    if slack.bit_len() <= MOST_BITS || slack <= *low {
        return slack;
    }
    let part = (&slack - low) * Rational::new(1, 16);
    let largest = dashu_int::IBig::ONE << 4096;
    convergent_near(&(&slack - &part), &part, &largest).unwrap_or(slack)
}

#[cfg(test)]
mod tests;
