//! `detente solve --concept public-perfect` on models with public signals.

use crate::game::DiscountFactor;
use crate::model::Model;
use crate::num::Rational;
use crate::report::result::{self, Header};
use crate::report::{public as report, tidy};
use crate::solve::Status;
use crate::study::public::{self, CONCEPT, public_problem, solve_public};
use crate::study::scenario::Scenario;
use crate::study::solution::{Concept, QuestionError};

use super::super::common::Format;
use super::bayesian::Shown;
use super::{Arguments, capitalised, model_info, sentence};

/// Whether the question is about the agreements of a model, and not about its signals.
pub(super) fn by_triggers(arguments: &Arguments, concept: &Concept) -> bool {
    public::by_triggers(concept.id, arguments.method.as_deref())
}

/// Solves, certifies and renders.
pub(super) fn show(
    arguments: &Arguments,
    (model, set, scenario): (&Model, &[(usize, Rational)], &Scenario),
    discount: Option<&DiscountFactor>,
) -> Result<Shown, QuestionError> {
    if arguments.method.as_deref() == Some("scores") && arguments.discount.is_some() {
        return Err(QuestionError::Wrong(
            "--discount says nothing to --method scores, which is about all discount factors"
                .to_owned(),
        ));
    }
    let problem = public_problem(model, set, &scenario.mechanisms, discount)?;
    let budget = arguments.limits.budget();
    let found = solve_public(&problem, arguments.method.as_deref(), &budget)?;
    if !arguments.limits.quiet && arguments.write.format != Format::Json {
        found.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    }
    let with = if scenario.mechanisms.is_empty() {
        String::new()
    } else {
        format!(", with {} ({})", scenario.title, scenario.id)
    };
    let what = report::heading(&found.answer);
    let about = format!("{}: {what}{with}", capitalised(&model.meta.title));
    let mut tables = report::tables(&problem.game, &found.answer, &about);
    if let Some(last) = tables.last_mut() {
        last.sentence(Some("Certified"), sentence(&found.certificate.checked));
        if let Status::Partial(reason) = found.status {
            let text = format!("{reason}; what is shown is right, and there may be better.");
            last.sentence(Some("Partial"), text);
        }
    }
    let header = Header {
        model: model_info(model, set, &scenario.mechanisms),
        concept: CONCEPT.to_owned(),
        method: found.method.to_owned(),
        status: found.status,
        warnings: found.warnings,
    };
    let certificate = Some(&found.certificate);
    Ok(Shown {
        tables,
        tidy: tidy::public(found.method, &problem.game, &found.answer),
        json: result::write_public(&header, &problem.game, &found.answer, certificate),
        partial: matches!(found.status, Status::Partial(_)),
    })
}
