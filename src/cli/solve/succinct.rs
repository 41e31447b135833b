//! What `detente solve` does alike for games that stand in place of players and payoffs.

use crate::model::Model;
use crate::num::Rational;

use super::super::common::{Failure, Format, Outcome, Output};
use super::{Arguments, blotto, given_options, inspection, security};

/// Answers a question about such a game by a method of its own; `None` where the question goes to its
/// strategic form.
pub(super) fn run(
    arguments: &Arguments,
    model: &Model,
    set: &[(usize, Rational)],
    output: &mut Output,
) -> Option<Outcome> {
    if security::is_asked(arguments, model) {
        return Some(security::run(arguments, model, set, output));
    }
    if inspection::is_asked(arguments, model) {
        return Some(inspection::run(arguments, model, set, output));
    }
    if blotto::is_asked(arguments, model) {
        return Some(blotto::run(arguments, model, set, output));
    }
    None
}

/// Whether a question is one of those that such a game has methods of its own for.
pub(super) fn is_among(arguments: &Arguments, concepts: &[&str], methods: &[&str]) -> bool {
    let method = arguments.method.as_deref();
    !arguments.all
        && concepts.contains(&arguments.concept.as_str())
        && method.is_none_or(|method| methods.contains(&method))
}

/// Refuses to list equilibria one by one.
pub(super) fn refuse_lists(arguments: &Arguments, game: &str) -> Result<(), Failure> {
    if arguments.stream || arguments.write.format == Format::Gambit {
        return Err(Failure::wrong(format_args!(
            "equilibria are listed for games in strategic form, and this is {game}: try text, json, csv or latex, or --method branch-and-bound for all equilibria of a small one"
        )));
    }
    Ok(())
}

/// Refuses options that say nothing to such a game.
pub(super) fn refuse_options(arguments: &Arguments, game: &str) -> Result<(), Failure> {
    match given_options(arguments).next() {
        Some((option, _)) => Err(Failure::wrong(format_args!(
            "{option} says nothing to {game} solved by its own method"
        ))),
        None => Ok(()),
    }
}

/// Shows warnings that are not part of what is printed.
pub(super) fn warn(arguments: &Arguments, warnings: &[String]) {
    if !arguments.limits.quiet && arguments.write.format != Format::Json {
        for warning in warnings {
            say!("warning: {warning}");
        }
    }
}
