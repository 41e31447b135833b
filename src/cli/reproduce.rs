//! `detente reproduce`: the claims of the built-in models, stated against computed.

use clap::Args;
use serde_json::json;

use crate::model::library;
use crate::report::{Column, Table};
use crate::study::claims::check_claims;

use super::check::{claim_json, claim_line, holding_of};
use super::common::{
    Failure, Format, Outcome, Output, WriteArguments, load, write_rendered, write_tables,
};

/// The arguments of `detente reproduce`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Ids of built-in models, or claims of the subject such as D2; all when none is named
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    write: WriteArguments,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    // Nothing is read that could be lost.
    arguments.write.guard("-")?;
    let models =
        library::all().iter().map(|entry| load(entry.id)).collect::<Result<Vec<_>, Failure>>()?;
    let covered = |id: &str| {
        models.iter().any(|model| {
            model.meta.claims.iter().any(|claim| claim == id)
                || model.claims.iter().any(|claim| claim.covers.iter().any(|covered| covered == id))
        })
    };
    for id in &arguments.ids {
        if !models.iter().any(|model| model.meta.id == *id) && !covered(id) {
            let names = models.iter().map(|model| model.meta.id.as_str());
            let near = crate::model::nearest(id, names)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(Failure::wrong(format_args!(
                "no built-in model and no claim of the subject is called `{id}`{near}"
            )));
        }
    }
    let wanted = |id: &str| arguments.ids.is_empty() || arguments.ids.iter().any(|name| name == id);
    let (mut text, mut list) = (String::new(), Vec::new());
    let (mut count, mut failed) = (0, 0);
    let mut table = Table::new(
        "Claims, stated and computed",
        vec![
            Column::name("model", "model"),
            Column::name("claim", "claim"),
            Column::text("quantity", "quantity"),
            Column::text("stated", "stated"),
            Column::text("computed", "computed"),
            Column::text("holds", "holds"),
            Column::text("published", "published"),
            Column::text("citation", "citation"),
        ],
    );
    for model in &models {
        let whole = wanted(&model.meta.id);
        let checked: Vec<_> = check_claims(model)
            .into_iter()
            .filter(|checked| whole || checked.claim.covers.iter().any(|covered| wanted(covered)))
            .collect();
        if checked.is_empty() {
            continue;
        }
        count += checked.len();
        failed += checked.iter().filter(|checked| !checked.holds).count();
        text.push_str(&format!("{}: {}\n", model.meta.id, model.meta.title));
        for checked in &checked {
            text.push_str(&claim_line(checked));
            text.push('\n');
            let claim = checked.claim;
            let word = |value: bool| if value { "true" } else { "false" };
            table.push(vec![
                model.meta.id.as_str().into(),
                claim.id.as_str().into(),
                claim.quantity.as_str().into(),
                claim.expected.to_string().into(),
                checked.computed.as_ref().ok().map(ToString::to_string).into(),
                word(checked.holds).into(),
                word(claim.published).into(),
                claim.citation.as_str().into(),
            ]);
        }
        list.push(json!({
            "model": { "name": model.meta.id, "sha256": model.source.sha256 },
            "claims": checked.iter().map(claim_json).collect::<Vec<_>>(),
        }));
    }
    text.push_str(&format!("{}\n", holding_of(count - failed, count)));
    let json = || {
        json!({
            "schema": "detente/reproduction/1",
            "detente": env!("CARGO_PKG_VERSION"),
            "command": "reproduce",
            "claims": count,
            "failed": failed,
            "models": list,
        })
    };
    match arguments.write.format {
        Format::Text => write_rendered(&text, &arguments.write, output)?,
        _ => write_tables(&[table], json, &arguments.write, output)?,
    }
    Ok(u8::from(failed > 0))
}
