//! `detente solve` on models with an inspection game, under `nash` and `stackelberg`.

use crate::model::Model;
use crate::num::Rational;
use crate::report::{inspection as report, result, tidy};
use crate::solve::Status;
use crate::study::inspection::{CONCEPTS, METHODS, inspection_game, solve_inspection};

use super::super::common::{Outcome, Output, write_result};
use super::{Arguments, capitalised, failure, header_of, sentence};

/// Whether this question is answered here, and not by the game in strategic form.
pub(super) fn is_asked(arguments: &Arguments, model: &Model) -> bool {
    model.inspection.is_some() && super::succinct::is_among(arguments, CONCEPTS, METHODS)
}

pub(super) fn run(
    arguments: &Arguments,
    model: &Model,
    set: &[(usize, Rational)],
    output: &mut Output,
) -> Outcome {
    super::succinct::refuse_options(arguments, "an inspection game")?;
    super::succinct::refuse_lists(arguments, "an inspection game")?;
    let game = inspection_game(model, set).map_err(failure)?;
    let budget = arguments.limits.budget();
    let leadership = arguments.concept == "stackelberg";
    let found = solve_inspection(&game, leadership, &budget).map_err(failure)?;
    super::succinct::warn(arguments, &found.warnings);
    let about = format!("{}: {}", capitalised(&model.meta.title), report::heading(&found.answer));
    let mut tables = report::tables(&game, &found.answer, &about);
    if let Some(last) = tables.last_mut() {
        last.sentence(Some("Certified"), sentence(&found.certificate.checked));
    }
    let json = || {
        let concept = &arguments.concept;
        let solved = Status::Solved;
        let header = header_of(model, set, &[], concept, found.method, solved, &found.warnings);
        result::write_inspection(&header, &game, &found.answer, Some(&found.certificate))
    };
    let tidy = || tidy::inspection(found.method, &game, &found.answer);
    write_result(&tables, tidy, json, &arguments.write, output)?;
    Ok(0)
}
