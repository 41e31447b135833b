//! Questions about automata of repeated games: the one that is given, or one that is found.

use crate::game::answer::{Answer, Objective};
use crate::game::{DiscountFactor, NormalForm, Provenance};
use crate::solve::repeated::{
    MachineError, OptimalTarget, Reversion, evaluate_automaton, find_carrot_and_stick,
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
        // Sticks do without stage equilibria.
        let reversion = match method {
            "carrot-and-stick" => None,
            _ => Some(Reversion::of(game).map_err(wrong)?),
        };
        let find = |profile: usize| match &reversion {
            None => find_carrot_and_stick(game, profile, discount, budget),
            Some(reversion) if method == "n-period" => {
                reversion.punish(profile, options.punish, discount, budget)
            }
            Some(reversion) => reversion.grim(profile, discount, budget),
        };
        match options.play {
            Some(profile) => find(profile),
            None => best_that_holds(game, discount, find),
        }
    };
    let machine = machine.map_err(|error| match error {
        MachineError::Exhausted(reason) => match reason {
            crate::solve::Exhausted::Memory => QuestionError::TooLarge(reason),
            _ => QuestionError::Unfinished,
        },
        other => wrong(other),
    })?;
    let name = if options.automaton.is_some() { "one-shot-deviation" } else { method };
    Ok((Outcome::solved(Answer::Machine(machine), name, Work::default()), name))
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

/// The automaton of the first profile, by the sum of payoffs, that it sustains; of the first one where it
/// sustains none.
fn best_that_holds(
    game: &NormalForm,
    discount: Option<&DiscountFactor>,
    find: impl Fn(usize) -> Result<crate::game::answer::Machine, MachineError>,
) -> Result<crate::game::answer::Machine, MachineError> {
    /// So many profiles are looked at for all that are tried.
    const MOST_LOOKED_AT: usize = 2_000_000;
    let tried = (MOST_LOOKED_AT / game.num_profiles()).clamp(1, 1000);
    let sum = |profile: &usize| -> crate::num::Rational {
        (0..game.num_players()).map(|player| game.payoff(player, *profile)).sum()
    };
    let mut order: Vec<usize> = (0..game.num_profiles()).collect();
    order.sort_by_cached_key(|profile| std::cmp::Reverse(sum(profile)));
    let mut first = None;
    for &profile in order.iter().take(tried) {
        let found = find(profile);
        match &found {
            Ok(machine) if machine.is_equilibrium() => return found,
            Err(MachineError::NothingDeters { .. }) | Ok(_) => {}
            Err(_) => return found,
        }
        // Without a discount factor an automaton that is found holds at its own.
        if first.is_none() || (discount.is_some() && matches!(first, Some(Err(_))) && found.is_ok())
        {
            first = Some(found);
        }
    }
    first.unwrap_or(Err(MachineError::NoEquilibrium))
}
