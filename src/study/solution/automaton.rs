//! Questions about automata of repeated games: the one that is given, or one that is found.

use crate::game::answer::{Answer, Machine, Objective};
use crate::game::{NormalForm, Provenance};
use crate::num::{Rational, honest_decimal};
use crate::solve::repeated::{
    BestMachine, MachineError, OptimalTarget, Punishing, Reversion, Sticks, evaluate_automaton,
    find_optimal_automaton,
};
use crate::solve::{Budget, Outcome, Work};

use super::concepts::Found;
use super::{Options, Problem, QuestionError, wrong};

/// The methods that find an automaton.
pub(super) const METHODS: &[&str] = &["grim", "n-period", "carrot-and-stick", "optimal"];

pub(super) fn solve_automaton(
    problem: &Problem,
    options: &Options,
    method: &str,
    budget: &Budget,
) -> Found {
    let game = &problem.stage;
    let discount = options.discount.as_ref().or(problem.discount.as_ref());
    let method = METHODS.iter().copied().find(|known| *known == method).unwrap_or("grim");
    refuse_idle(options, method)?;
    let mut warnings = Vec::new();
    let machine = if let Some(automaton) = &options.automaton {
        let discount = discount.ok_or_else(no_discount)?;
        evaluate_automaton(game, automaton.clone(), discount, Provenance::Given, budget)
    } else if method == "optimal" {
        let discount = discount.ok_or_else(no_discount)?;
        find_optimal_automaton(game, discount, &target(options), budget)
    } else {
        if method == "n-period" && options.punish.is_none() && discount.is_none() {
            return Err(no_discount());
        }
        let reversion = || Reversion::of(game);
        let punishing = match method {
            "carrot-and-stick" => {
                Sticks::of(game, budget).map(Punishing::Sticks).map_err(MachineError::from)
            }
            "n-period" => reversion().map(|one| Punishing::Periods(one, options.punish)),
            _ => reversion().map(Punishing::Grim),
        };
        punishing.and_then(|punishing| match options.play {
            Some(profile) => punishing.sustain(profile, discount, budget),
            None => {
                let BestMachine { machine, passed_over } = punishing.best(discount, budget)?;
                if let Some((profile, better)) = passed_over {
                    let at = machine.discount.value();
                    warnings.extend(not_sustained(game, profile, &better, method, at));
                }
                Ok(machine)
            }
        })
    };
    let machine = machine.map_err(|error| match error {
        MachineError::Exhausted(reason) => match reason {
            crate::solve::Exhausted::Memory => QuestionError::TooLarge(reason),
            _ => QuestionError::Unfinished,
        },
        other => wrong(other),
    })?;
    let name = if options.automaton.is_some() { "one-shot-deviation" } else { method };
    let mut found = Outcome::solved(Answer::Machine(machine), name, Work::default());
    found.warnings = warnings;
    Ok((found, name))
}

/// That the profile with the greatest sum of payoffs is not the one which is played, and why.
fn not_sustained(
    game: &NormalForm,
    profile: usize,
    found: &Result<Machine, MachineError>,
    method: &str,
    discount: &Rational,
) -> Option<String> {
    let names = game.profile_names(&game.profile(profile)).join("/");
    let by = match method {
        "grim" => "grim trigger",
        "n-period" => "a punishment for some periods",
        _ => "carrot and stick",
    };
    let start = format!("{names} has the greatest sum of payoffs, and is not sustained by {by}");
    let machine = match found {
        Ok(machine) => machine,
        // There it says at which discount factors.
        Err(MachineError::NothingDeters { by, player, .. }) => {
            return Some(format!("{start}: {player} cannot be kept from leaving it {by}"));
        }
        Err(_) => return None,
    };
    let ends = machine.sustained.as_ref().and_then(|all| match all.last() {
        None => Some("it is at none below 1".to_owned()),
        Some(last) if last.to.is_none() => {
            let from = &last.from;
            Some(match &from.outside {
                None => format!("it is from {} on", from.inside),
                Some(_) => format!("it is from about {} on", honest_decimal(&from.inside, 6)),
            })
        }
        Some(_) => None,
    });
    let ends = ends.map_or_else(String::new, |text| format!(": {text}"));
    Some(format!("{start} at discount factor {discount}{ends}"))
}

fn no_discount() -> QuestionError {
    QuestionError::Wrong(
        "whether this automaton is an equilibrium depends on the discount factor, and none is given: say --discount 9/10, or write `discount` in [horizon]"
            .to_owned(),
    )
}

fn refuse_idle(options: &Options, method: &str) -> Result<(), QuestionError> {
    let given = options.automaton.is_some();
    let idle = [
        ("--punish", options.punish.is_some() && (given || method != "n-period"), "n-period"),
        ("--objective", options.objective.is_some() && (given || method != "optimal"), "optimal"),
        ("--payoff", options.payoff.is_some() && (given || method != "optimal"), "optimal"),
        ("--method", options.method.is_some() && given, ""),
        ("--play", options.play.is_some() && given, ""),
    ];
    if let Some((option, _, owner)) = idle.into_iter().find(|(_, idle, _)| *idle) {
        return Err(QuestionError::Wrong(if given {
            format!(
                "{option} says nothing where --automaton gives the automaton: leave out one of the two"
            )
        } else {
            format!(
                "{option} says nothing to `--method {method}`; it belongs to `--method {owner}`"
            )
        }));
    }
    if method == "optimal" && options.play.is_some() {
        return Err(QuestionError::Wrong(
            "--play says nothing to `--method optimal`, which finds what to play: ask for payoffs by --objective or --payoff"
                .to_owned(),
        ));
    }
    if options.payoff.is_some() && options.objective.is_some() {
        return Err(QuestionError::Wrong(
            "--payoff asks for payoffs, and --objective for the best ones: leave out one of the two"
                .to_owned(),
        ));
    }
    Ok(())
}

fn target(options: &Options) -> OptimalTarget {
    match (&options.payoff, &options.objective) {
        (Some(point), _) => OptimalTarget::Payoffs(point.clone()),
        (None, Some(objective)) => OptimalTarget::Objective(objective.clone()),
        (None, None) => OptimalTarget::Objective(Objective::Welfare),
    }
}
