//! One scenario of a model in states: what is played in each way, certified, and what comes of it.

use crate::certify::certify_pact;
use crate::game::MixedProfile;
use crate::game::stochastic::{Pact, Policies, StochasticGame};
use crate::model::Model;
use crate::num::Rational;
use crate::solve::stochastic::{MarkovOptions, value_pact};
use crate::solve::{Budget, Exhausted, Status};
use crate::study::course::course;
use crate::study::scenario::Scenario;
use crate::study::solution::{QuestionError, limits};
use crate::study::stochastic::{
    StochasticAnswer, StochasticProblem, StochasticQuestion, StochasticSolution, solve_stochastic,
    stochastic_problem,
};

use super::changes::same_course;
use super::{AgreementInStates, Alternative, Bounds, Missing, Outlook, StateRow};

/// What is known of one scenario, but for how it differs from others.
///
/// # Errors
/// A [`QuestionError`].
pub fn state_row(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    budget: &Budget,
) -> Result<StateRow, QuestionError> {
    let (problem, mut row) = without_payments(model, set, scenario, budget)?;
    let periods = u64::from(model.comparison.years);
    row.transfers = with_payments(&problem, periods, budget, &mut row.certificates)?;
    Ok(row)
}

/// Looks for other Markov perfect equilibria than the one of a row, as far as the limit allows.
///
/// # Errors
/// A [`QuestionError`].
pub(super) fn look_for_others(
    model: &Model,
    set: &[(usize, Rational)],
    row: &mut StateRow,
    options: &MarkovOptions,
    budget: &Budget,
) -> Result<(), QuestionError> {
    let Ok(first) = &row.markov else { return Ok(()) };
    if options.starts <= 1 {
        return Ok(());
    }
    let problem = stochastic_problem(model, set, &row.scenario.mechanisms, None)?;
    let found = match alternatives(model, &problem, first, options, budget, &mut row.certificates) {
        Err(QuestionError::Unfinished) => None,
        found => found?,
    };
    row.searched = found.is_some();
    row.others = found.unwrap_or_default();
    Ok(())
}

/// [`state_row`] without the equilibrium with transfers.
///
/// # Errors
/// A [`QuestionError`].
pub fn row_without_payments(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    budget: &Budget,
) -> Result<StateRow, QuestionError> {
    without_payments(model, set, scenario, budget).map(|(_, row)| row)
}

fn without_payments(
    model: &Model,
    set: &[(usize, Rational)],
    scenario: &Scenario,
    budget: &Budget,
) -> Result<(StochasticProblem, StateRow), QuestionError> {
    let problem = stochastic_problem(model, set, &scenario.mechanisms, None)?;
    let mut certificates = Vec::new();
    let periods = u64::from(model.comparison.years);
    let markov = without_promises(&problem, periods, budget, &mut certificates)?;
    let agreements = match &markov {
        Ok(markov) => agreements(model, &problem, &markov.play, budget, &mut certificates)?,
        Err(_) => Vec::new(),
    };
    let kept = kept(&problem.game, &agreements, budget)?;
    let agreed = match (kept.and_then(|at| agreements.get(at)), &markov) {
        (Some(one), Ok(markov)) => {
            let (course, checked) =
                course(&problem, &markov.play, Some(&one.pact), periods, budget)?;
            certificates.extend(checked);
            let play = while_kept(&problem.game, &one.pact);
            Some(Outlook { play, course, ..markov.clone() })
        }
        _ => None,
    };
    let row = StateRow {
        agreements,
        kept,
        agreed,
        scenario: scenario.clone(),
        log: problem.log.clone(),
        cost: problem.cost.clone(),
        game: problem.game.clone(),
        conflict: problem.conflict.clone(),
        markov,
        others: Vec::new(),
        searched: true,
        transfers: Err(Missing::Nothing),
        certificates,
        changes: Vec::new(),
        against_build_up: None,
        sentences: Vec::new(),
    };
    Ok((problem, row))
}

/// The agreements of the model with the actions that are left, where `after` follows their end; those of
/// games of too many states are left out.
fn agreements(
    model: &Model,
    problem: &StochasticProblem,
    after: &[MixedProfile],
    budget: &Budget,
    certificates: &mut Vec<String>,
) -> Result<Vec<AgreementInStates>, QuestionError> {
    let mut agreements = Vec::new();
    for promise in &problem.promises {
        let pact = problem.pact(model, promise, after);
        let value = match value_pact(&problem.game, &pact, budget) {
            Ok(value) => value,
            Err(Exhausted::Memory) => continue,
            Err(_) => return Err(QuestionError::Unfinished),
        };
        let certificate = certify_pact(&problem.game, &pact, &value, &limits(budget))?;
        certificates.extend(certificate.checked);
        agreements.push(AgreementInStates { agreement: promise.agreement, pact, value });
    }
    Ok(agreements)
}

/// The best agreement that holds, if it is better than what is played without promises for all together
/// where the game begins; of equals the first.
fn kept(
    game: &StochasticGame,
    agreements: &[AgreementInStates],
    budget: &Budget,
) -> Result<Option<usize>, QuestionError> {
    let start = game.start();
    let sum = |values: &[Vec<Rational>]| values.iter().map(|own| &own[start]).sum::<Rational>();
    let mut best: Option<(usize, Rational)> = None;
    for (at, one) in agreements.iter().enumerate() {
        let joint = sum(&one.value.kept);
        let least = match &best {
            Some((_, most)) => most.clone(),
            None if one.pact.renewed.is_zero() => sum(&one.value.after),
            // What follows the end holds the agreement, too: without promises it never stands.
            None => {
                let pact = Pact { renewed: Rational::ZERO, ..one.pact.clone() };
                let value = value_pact(game, &pact, budget);
                sum(&value.map_err(|_| QuestionError::Unfinished)?.after)
            }
        };
        if one.value.holds() && joint > least {
            best = Some((at, joint));
        }
    }
    Ok(best.map(|(at, _)| at))
}

/// What is played in each state while an agreement is kept.
fn while_kept(game: &StochasticGame, pact: &Pact) -> Vec<MixedProfile> {
    let states = pact.profiles.iter().zip(&pact.fallback).enumerate();
    let play = |(state, (agreed, after)): (usize, (&Option<usize>, &MixedProfile))| {
        let stage = &game.states()[state].stage;
        agreed.map_or_else(|| after.clone(), |at| stage.pure_profile(&stage.profile(at)))
    };
    states.map(play).collect()
}

/// A Markov perfect equilibrium, certified, and what comes of it.
fn without_promises(
    problem: &StochasticProblem,
    periods: u64,
    budget: &Budget,
    certificates: &mut Vec<String>,
) -> Result<Result<Outlook, Missing>, QuestionError> {
    let method = Some("homotopy".to_owned());
    let question = StochasticQuestion::Markov { method, options: MarkovOptions::default() };
    let Some(found) = solved(&problem.game, &question, budget)? else {
        return Ok(Err(Missing::Limit));
    };
    let StochasticAnswer::Markov(answer) = found.answer else { return Ok(Err(Missing::Nothing)) };
    // A point that comes near an equilibrium is not what is played.
    let (Status::Solved, Some(one)) = (found.status, answer.equilibria.into_iter().next()) else {
        let late = budget.check_now(0).is_err();
        return Ok(Err(if late { Missing::Limit } else { Missing::Nothing }));
    };
    let (course, checked) = course(problem, &one.strategies, None, periods, budget)?;
    certificates.extend(found.certificate.checked);
    certificates.extend(checked);
    let exact = one.is_exact();
    Ok(Ok(Outlook { play: one.strategies, exact, regret: one.regret, course, bounds: None }))
}

/// Other Markov perfect equilibria, certified, of which something differs that is compared; `None` where
/// the limit was reached first.
fn alternatives(
    model: &Model,
    problem: &StochasticProblem,
    first: &Outlook,
    options: &MarkovOptions,
    budget: &Budget,
    certificates: &mut Vec<String>,
) -> Result<Option<Vec<Alternative>>, QuestionError> {
    let method = Some("homotopy".to_owned());
    let question = StochasticQuestion::Markov { method, options: options.clone() };
    let Some(found) = solved(&problem.game, &question, budget)? else { return Ok(None) };
    let (StochasticAnswer::Markov(answer), Status::Solved) = (found.answer, found.status) else {
        return Ok(None);
    };
    let periods = u64::from(model.comparison.years);
    let mut others: Vec<Alternative> = Vec::new();
    for one in answer.equilibria {
        let (course, checked) = course(problem, &one.strategies, None, periods, budget)?;
        let exact = one.is_exact();
        let outlook =
            Outlook { play: one.strategies, exact, regret: one.regret, course, bounds: None };
        let mut known = std::iter::once(first).chain(others.iter().map(|other| &other.outlook));
        if known.any(|known| same_course(model, known, &outlook)) {
            continue;
        }
        certificates.extend(checked);
        let agreements = agreements(model, problem, &outlook.play, budget, certificates)?;
        let holding = agreements.iter().filter(|one| one.value.holds()).map(|one| one.agreement);
        others.push(Alternative { holding: holding.collect(), outlook });
    }
    if !others.is_empty() {
        certificates.extend(found.certificate.checked);
    }
    Ok(Some(others))
}

/// The best equilibrium with transfers, certified, and what comes of it.
fn with_payments(
    problem: &StochasticProblem,
    periods: u64,
    budget: &Budget,
    certificates: &mut Vec<String>,
) -> Result<Result<Outlook, Missing>, QuestionError> {
    let game = &problem.game;
    let Some(found) = solved(game, &StochasticQuestion::Transfers, budget)? else {
        return Ok(Err(Missing::Limit));
    };
    let StochasticAnswer::Transfers(answer) = found.answer else {
        return Ok(Err(Missing::Nothing));
    };
    let Some(Policies { played, joint, worst, .. }) = &answer.policies else {
        return Ok(Err(Missing::Nothing));
    };
    let pure = |(state, &profile): (usize, &usize)| {
        let stage = &game.states()[state].stage;
        stage.pure_profile(&stage.profile(profile))
    };
    let play: Vec<MixedProfile> = played.iter().enumerate().map(pure).collect();
    let start = game.start();
    let most = answer.bounds().map_or(&joint[start], |round| &round.joint[start]);
    let bounds = Some(Bounds {
        joint: most.clone(),
        worst: worst.iter().map(|by_state| by_state[start].clone()).collect(),
    });
    let (course, checked) = course(problem, &play, None, periods, budget)?;
    certificates.extend(found.certificate.checked);
    certificates.extend(checked);
    Ok(Ok(Outlook { play, exact: true, regret: Rational::ZERO, course, bounds }))
}

/// A certified answer; `None` where the limit was reached first.
fn solved(
    game: &StochasticGame,
    question: &StochasticQuestion,
    budget: &Budget,
) -> Result<Option<StochasticSolution>, QuestionError> {
    match solve_stochastic(game, question, budget) {
        Err(QuestionError::Unfinished | QuestionError::TooLarge(_)) => Ok(None),
        found => found.map(Some),
    }
}
