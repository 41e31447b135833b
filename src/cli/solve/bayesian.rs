//! `detente solve` on a model whose players have types, under concepts that look at types.

use serde_json::Value;

use crate::model::Model;
use crate::num::Rational;
use crate::report::Table;
use crate::report::result::{self, Header};
use crate::report::{bayesian as report, tidy};
use crate::solve::Status;
use crate::study::bayesian::{BayesianProblem, solve_bayesian};
use crate::study::scenario::Scenario;
use crate::study::solution::{Concept, Options, QuestionError};

use super::super::common::Format;
use super::{Arguments, heading, model_info, sentence};

/// What is shown of one concept.
pub(super) struct Shown {
    pub(super) tables: Vec<Table>,
    pub(super) tidy: Table,
    pub(super) json: Value,
    pub(super) partial: bool,
}

/// Solves, certifies and renders.
pub(super) fn show(
    arguments: &Arguments,
    (model, set, scenario): (&Model, &[(usize, Rational)], &Scenario),
    problem: &BayesianProblem,
    concept: &Concept,
    options: &Options,
) -> Result<Shown, QuestionError> {
    let budget = arguments.limits.budget();
    let found = solve_bayesian(&problem.game, concept, options, &budget)?;
    if !arguments.limits.quiet && arguments.write.format != Format::Json {
        found.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    }
    let partial = matches!(found.status, Status::Partial(_));
    let about = heading(model, scenario, concept);
    let mut tables = report::tables(&problem.game, &found.answer, &about);
    if let Some(last) = tables.last_mut() {
        last.sentence(Some("Certified"), sentence(&found.certificate.checked));
        if let Status::Partial(reason) = found.status {
            let text = format!("{reason}; what is shown is right, and there may be better.");
            last.sentence(Some("Partial"), text);
        }
    }
    if let (Status::Partial(reason), Format::Csv) = (found.status, arguments.write.format) {
        say!("warning: {}: {reason}; there may be better", concept.id);
    }
    let header = Header {
        model: model_info(model, set, &scenario.mechanisms),
        concept: concept.id.to_owned(),
        method: found.method.to_owned(),
        status: found.status,
        warnings: found.warnings,
    };
    let certificate = Some(&found.certificate);
    Ok(Shown {
        tables,
        tidy: tidy::bayesian(concept.id, found.method, &problem.game, &found.answer),
        json: result::write_bayesian(&header, &problem.game, &found.answer, certificate),
        partial,
    })
}
