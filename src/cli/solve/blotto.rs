//! `detente solve` on models with a Blotto game, under `minimax` and `nash`.

use crate::model::Model;
use crate::num::Rational;
use crate::report::{blotto as report, result, tidy};
use crate::solve::Status;
use crate::study::blotto::{CONCEPTS, METHODS, blotto_game, solve_blotto};

use super::super::common::{Outcome, Output, write_result};
use super::{Arguments, capitalised, failure, header_of, sentence};

/// Whether this question is answered here, and not by the game in strategic form.
pub(super) fn is_asked(arguments: &Arguments, model: &Model) -> bool {
    model.blotto.is_some() && super::succinct::is_among(arguments, CONCEPTS, METHODS)
}

pub(super) fn run(
    arguments: &Arguments,
    model: &Model,
    set: &[(usize, Rational)],
    output: &mut Output,
) -> Outcome {
    super::succinct::refuse_options(arguments, "a Blotto game")?;
    super::succinct::refuse_lists(arguments, "a Blotto game")?;
    let game = blotto_game(model, set).map_err(failure)?;
    let budget = arguments.limits.budget();
    let found = solve_blotto(&game, arguments.method.as_deref(), &budget).map_err(failure)?;
    super::succinct::warn(arguments, &found.warnings);
    let about = format!("{}: {}", capitalised(&model.meta.title), report::HEADING);
    let mut tables = report::tables(&game, &found.answer, &about);
    if let Some(last) = tables.last_mut() {
        last.sentence(Some("Certified"), sentence(&found.certificate.checked));
    }
    let concept = arguments.concept.as_str();
    let json = || {
        let solved = Status::Solved;
        let header = header_of(model, set, &[], concept, found.method, solved, &found.warnings);
        result::write_blotto(&header, &game, &found.answer, Some(&found.certificate))
    };
    let tidy = || tidy::blotto(concept, found.method, &game, &found.answer);
    write_result(&tables, tidy, json, &arguments.write, output)?;
    Ok(0)
}
