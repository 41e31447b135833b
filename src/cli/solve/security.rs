//! `detente solve --concept stackelberg` on models with a security game.

use crate::model::Model;
use crate::num::Rational;
use crate::report::{result, security as report, tidy};
use crate::solve::Status;
use crate::study::security::{METHODS, security_game, solve_security};

use super::super::common::{Failure, Format, Outcome, Output, write_result};
use super::{Arguments, capitalised, failure, header_of, sentence};

/// Whether this question is answered here, and not by the game in strategic form.
pub(super) fn is_asked(arguments: &Arguments, model: &Model) -> bool {
    let method = arguments.method.as_deref();
    model.security.is_some()
        && !arguments.all
        && arguments.concept == "stackelberg"
        && method.is_none_or(|method| METHODS.contains(&method))
}

pub(super) fn run(
    arguments: &Arguments,
    model: &Model,
    set: &[(usize, Rational)],
    output: &mut Output,
) -> Outcome {
    if let Some((option, _)) =
        super::given_options(arguments).find(|(option, _)| *option != "--lambda")
    {
        let leads = "; the defender is the one who commits";
        return Err(Failure::wrong(format_args!(
            "{option} says nothing to a security game{}",
            if option == "--leader" { leads } else { "" }
        )));
    }
    if arguments.stream || arguments.write.format == Format::Gambit {
        return Err(Failure::wrong(
            "equilibria are listed for games in strategic form, and this is a security game: try text, json, csv or latex",
        ));
    }
    let game = security_game(model, set).map_err(failure)?;
    let budget = arguments.limits.budget();
    let lambdas = super::options::lambdas(arguments)?;
    if lambdas.len() > 1 {
        return Err(Failure::wrong("a security game is solved for one --lambda at a time"));
    }
    let found = solve_security(&game, arguments.method.as_deref(), lambdas.first(), &budget)
        .map_err(failure)?;
    if !arguments.limits.quiet && arguments.write.format != Format::Json {
        for warning in &found.warnings {
            say!("warning: {warning}");
        }
    }
    let titles: Vec<String> = model
        .security
        .iter()
        .flat_map(|spec| spec.targets.iter().map(|target| target.title.clone()))
        .collect();
    let about = format!("{}: {}", capitalised(&model.meta.title), report::heading(&found.answer));
    let mut tables = report::tables(&game, &titles, &found.answer, &about);
    if let Some(last) = tables.last_mut() {
        last.sentence(Some("Certified"), sentence(&found.certificate.checked));
    }
    let json = || {
        let header =
            header_of(model, set, &[], "stackelberg", found.method, found.status, &found.warnings);
        result::write_security(&header, &game, &found.answer, Some(&found.certificate))
    };
    let tidy = || tidy::security(found.method, &game, &found.answer);
    write_result(&tables, tidy, json, &arguments.write, output)?;
    Ok(u8::from(matches!(found.status, Status::Partial(_))))
}
