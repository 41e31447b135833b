//! `detente models`: the built-in models.

use clap::Args;
use serde_json::json;

use crate::model::library;
use crate::report::text::{self, Style};
use crate::report::{Column, Table};

use super::common::{
    Failure, Format, Outcome, Output, WriteArguments, load, write_rendered, write_tables,
};

/// The width of the table where there is no terminal.
const WIDTH: usize = 100;

/// The arguments of `detente models`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    write: WriteArguments,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    // Nothing is read that could be lost.
    arguments.write.guard("-")?;
    let models =
        library::all().iter().map(|entry| load(entry.id)).collect::<Result<Vec<_>, Failure>>()?;
    let mut table = Table::new(
        "Built-in models",
        vec![
            Column::name("id", "id"),
            Column::text("title", "title"),
            Column::text("claims", "covers"),
            Column::text("source", "first source"),
        ],
    );
    for model in &models {
        let meta = &model.meta;
        let source = meta.sources.first().cloned().unwrap_or_default();
        table.push(vec![
            meta.id.as_str().into(),
            meta.title.as_str().into(),
            meta.claims.join(" ").into(),
            source.into(),
        ]);
    }
    let json = || {
        let list: Vec<_> = models
            .iter()
            .map(|model| {
                json!({
                    "id": model.meta.id,
                    "title": model.meta.title,
                    "version": model.meta.version,
                    "claims": model.meta.claims,
                    "sources": model.meta.sources,
                    "sha256": model.source.sha256,
                })
            })
            .collect();
        json!({ "schema": "detente/models/1", "detente": env!("CARGO_PKG_VERSION"), "models": list })
    };
    if arguments.write.format == Format::Text {
        // Also where no terminal says how wide it is: sources are long.
        let style = Style { width: output.style().width.or(Some(WIDTH)), ..*output.style() };
        let style = if arguments.write.out.is_some() {
            Style { width: Some(WIDTH), ..Style::default() }
        } else {
            style
        };
        write_rendered(&text::render(&table, &style), &arguments.write, output)?;
    } else {
        write_tables(&[table], json, &arguments.write, output)?;
    }
    Ok(0)
}
