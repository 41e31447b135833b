//! Options that say nothing to what was asked.

use crate::study::solution::Concept;

use super::super::common::Failure;
use super::Arguments;

/// The options of one concept that are given, each with the concept that looks at it.
pub(super) fn given_options(
    arguments: &Arguments,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let options = [
        ("--objective", arguments.objective.is_some(), "correlated"),
        ("--leader", arguments.leader.is_some(), "stackelberg"),
        ("--order", arguments.order.is_some(), "stackelberg"),
        ("--alpha", arguments.alpha.is_some(), "stackelberg"),
        ("--epsilon", arguments.epsilon.is_some(), "stackelberg"),
        ("--beta", arguments.beta.is_some(), "stackelberg"),
        ("--fallback", arguments.fallback.is_some(), "credibility"),
        ("--discount", arguments.discount.is_some(), "repeated-payoffs"),
        ("--automaton", arguments.automaton.is_some(), "automaton"),
        ("--play", arguments.play.is_some(), "automaton"),
        ("--punish", arguments.punish.is_some(), "automaton"),
        ("--payoff", arguments.payoff.is_some(), "automaton"),
        ("--noise", arguments.noise.is_some(), "tournament"),
        ("--strategies", arguments.strategies.is_some(), "tournament"),
        ("--negotiation", arguments.negotiation.is_some(), "stochastic"),
        ("--bargaining", arguments.bargaining.is_some(), "stochastic"),
        ("--periods", arguments.periods.is_some(), "stochastic"),
        ("--starts", arguments.starts.is_some(), "markov"),
        ("--rounds", arguments.rounds.is_some(), "fictitious-play"),
        ("--factor", arguments.factor.is_some(), "fictitious-play"),
        ("--seed", arguments.seed.is_some(), "fictitious-play"),
        ("--lambda", arguments.lambda.is_some(), "qre"),
        ("--counts", arguments.counts.is_some(), "qre"),
    ];
    options.into_iter().filter(|(_, given, _)| *given).map(|(option, _, owner)| (option, owner))
}

/// The methods of a concept that alone look at an option.
fn methods_for(concept: &str, option: &str) -> &'static [&'static str] {
    match (concept, option) {
        ("fictitious-play", "--lambda") => &["smooth", "sampled"],
        ("stackelberg", "--order") => &["sequential"],
        ("stackelberg", "--alpha" | "--epsilon") => &["cobra", "pessimistic"],
        ("stackelberg", "--beta") => &["match"],
        ("minimax", "--rounds") => &["prm+", "pdhg", "double-oracle"],
        _ => &[],
    }
}

/// Whether a concept looks at the options of another: a coarse one at those of its finer one, and
/// credibility at those of commitment, communication at those of correlation.
fn looks_at(concept: &str, method: Option<&str>, option: &str, owner: &str) -> bool {
    let methods = methods_for(concept, option);
    if !methods.is_empty() {
        return method.is_some_and(|method| methods.contains(&method));
    }
    concept == owner
        || (concept, option) == ("regret-matching", "--rounds")
        || concept.strip_prefix("coarse-") == Some(owner)
        || (concept, option) == ("credibility", "--leader")
        || (concept, owner) == ("communication", "correlated")
        || (concept, owner) == ("stochastic", "repeated-payoffs")
        || matches!(
            (concept, option),
            ("automaton" | "tournament" | "public-perfect", "--discount")
                | ("tournament", "--rounds")
                | ("automaton", "--objective")
        )
}

/// Refuses, where all concepts are asked for by their usual methods, the options of other methods.
pub(super) fn refuse_options_of_methods(arguments: &Arguments) -> Result<(), Failure> {
    let of_methods = |(option, owner): &(&str, &str)| !methods_for(owner, option).is_empty();
    match given_options(arguments).find(of_methods) {
        Some((option, owner)) if arguments.all => Err(Failure::wrong(format_args!(
            "{option} belongs to `--concept {owner} --method {}`, and --all takes the usual methods",
            methods_for(owner, option)[0]
        ))),
        _ => Ok(()),
    }
}

/// Refuses options that the concept does not look at.
pub(super) fn refuse_idle_options(arguments: &Arguments, concept: &Concept) -> Result<(), Failure> {
    let method = arguments.method.as_deref();
    let idle = |(option, owner): &(&str, &str)| !looks_at(concept.id, method, option, owner);
    match given_options(arguments).find(idle) {
        None => Ok(()),
        // Options that the concept looks at with other methods.
        Some((option, _)) if !methods_for(concept.id, option).is_empty() => {
            let methods: Vec<String> = methods_for(concept.id, option)
                .iter()
                .map(|method| format!("`--method {method}`"))
                .collect();
            Err(Failure::wrong(format_args!(
                "{option} says nothing to this method of the concept `{}`; it belongs to {}",
                concept.id,
                methods.join(", ")
            )))
        }
        Some((option, owner)) => Err(Failure::wrong(format_args!(
            "{option} says nothing to the concept `{}`; it belongs to `--concept {owner}`",
            concept.id
        ))),
    }
}
