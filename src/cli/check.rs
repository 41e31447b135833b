//! `detente check`: parse and validate a model file, say what it contains, evaluate its claims.

use clap::Args;
use serde_json::json;

use crate::model::{Horizon, Model};
use crate::num::Notation;
use crate::study::claims::{Checked, Value, check_claims};

use super::common::{
    Failure, Format, Outcome, Output, WriteArguments, counted, load_with_warnings, pretty,
    write_rendered,
};

/// The arguments of `detente check`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A model file (.toml), a Gambit file (.nfg, .efg), `-` for standard input, or the id of a
    /// built-in model
    #[arg(value_name = "FILE")]
    file: String,
    /// Also evaluate the model's claims; the exit status is 1 when one does not hold
    #[arg(long)]
    claims: bool,
    #[command(flatten)]
    write: WriteArguments,
    /// Say nothing but the result
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    let format = arguments.write.format;
    if matches!(format, Format::Csv | Format::Latex) {
        return Err(Failure::wrong(
            "`check` writes text or JSON; for a table of claims: detente reproduce ID --format csv",
        ));
    }
    arguments.write.guard(&arguments.file)?;
    if let Some(source) = super::input::open_game(&arguments.file)? {
        let text = match format {
            Format::Json => pretty(&super::check_game::json(&source)),
            _ => super::check_game::text(&source),
        };
        write_rendered(&text, &arguments.write, output)?;
        return Ok(0);
    }
    let model = load_with_warnings(&arguments.file, arguments.quiet)?;
    let checked = if arguments.claims { check_claims(&model) } else { Vec::new() };
    let failed = checked.iter().filter(|checked| !checked.holds).count();
    let text = match format {
        Format::Json => pretty(&json(&model, &checked, arguments.claims)),
        _ => text(&model, &checked, arguments.claims),
    };
    write_rendered(&text, &arguments.write, output)?;
    Ok(u8::from(failed > 0))
}

/// Longer fractions are shown as decimals.
const LONGEST_VALUE: usize = 32;

/// One line for a claim: what was stated, what was computed, and whether it holds.
pub(super) fn claim_line(checked: &Checked<'_>) -> String {
    let claim = checked.claim;
    let mark = if checked.holds { "holds" } else { "FAILS" };
    let computed = match &checked.computed {
        // The exact number is in the result as JSON.
        Ok(Value::Number(value)) if value.to_string().len() > LONGEST_VALUE => {
            format!("computed {}", Notation::Significant(12).exact(value))
        }
        Ok(value) => format!("computed {value}"),
        Err(reason) => format!("not computed: {reason}"),
    };
    let kind = match (claim.published, claim.citation.starts_with("derived")) {
        (true, _) => "published: ",
        (false, true) => "",
        (false, false) => "derived: ",
    };
    format!(
        "  {mark}  {}: {} {} ({computed}) [{kind}{}]",
        claim.id, claim.quantity, claim.expected, claim.citation
    )
}

/// `3 of 4 claims hold`, `1 of 1 claim holds`.
pub(super) fn holding_of(holding: usize, count: usize) -> String {
    let verb = if count == 1 { "holds" } else { "hold" };
    format!("{holding} of {} {verb}", counted(count, "claim"))
}

fn text(model: &Model, checked: &[Checked<'_>], claims: bool) -> String {
    let mut lines = vec![format!("{}: {}", model.meta.id, model.meta.title)];
    if !model.meta.claims.is_empty() {
        lines.push(format!("  covers {}", model.meta.claims.join(", ")));
    }
    let free = model.parameters.iter().filter(|parameter| parameter.is_free()).count();
    lines.push(format!(
        "  {}, {} of them derived",
        counted(model.parameters.len(), "parameter"),
        model.parameters.len() - free
    ));
    for player in &model.players {
        let actions: Vec<&str> = player.actions.iter().map(|action| action.id.as_str()).collect();
        let members: Vec<&str> = player.members.iter().map(|member| member.id.as_str()).collect();
        let members =
            if members.is_empty() { String::new() } else { format!(" [{}]", members.join(", ")) };
        lines.push(format!("  player {}{members}: {}", player.id, actions.join(", ")));
    }
    if let Some(game) = &model.inspection {
        lines.push(format!(
            "  inspection game: {} inspects, {} may violate: periods {}, inspections {}",
            game.inspector,
            game.inspectee,
            game.periods.text(),
            game.inspections.text()
        ));
    }
    if let Some(game) = &model.blotto {
        let fields = match (&game.fields, &game.values) {
            (Some(formula), _) => formula.text().to_owned(),
            (None, values) => values.as_ref().map_or(0, Vec::len).to_string(),
        };
        lines.push(format!(
            "  Blotto game: {} has {} soldiers, {} has {}, fields {fields}, {}",
            game.sides[0],
            game.soldiers[0].text(),
            game.sides[1],
            game.soldiers[1].text(),
            game.payoff.word()
        ));
    }
    if let Some(security) = &model.security {
        let schedules = security
            .schedules
            .as_ref()
            .map_or_else(String::new, |list| format!(", {}", counted(list.len(), "schedule")));
        lines.push(format!(
            "  security game: {} covers, {} attacks: {}{schedules}, resources {}",
            security.defender,
            security.attacker,
            counted(security.targets.len(), "target"),
            security.resources.text()
        ));
    }
    for (at, player) in model.players.iter().enumerate() {
        let own = model.types.iter().filter(|kind| kind.player == at);
        let names: Vec<String> =
            own.map(|kind| format!("{} ({})", kind.id, kind.probability.text())).collect();
        if !names.is_empty() {
            lines.push(format!("  types of {}: {}", player.id, names.join(", ")));
        }
    }
    let horizon = match &model.horizon {
        Horizon::OneShot => "one shot".to_owned(),
        Horizon::Repeated(_) => {
            let names: Vec<&str> =
                model.agreements().iter().map(|agreement| agreement.id.as_str()).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            format!("repeated each {}, agreements: {names}", model.period())
        }
        Horizon::States(states) => {
            let names: Vec<&str> = states.states.iter().map(|state| state.id.as_str()).collect();
            let agreements: Vec<&str> =
                model.agreements().iter().map(|agreement| agreement.id.as_str()).collect();
            let agreements = if agreements.is_empty() {
                String::new()
            } else {
                format!("; agreements: {}", agreements.join(", "))
            };
            format!("states, each {}: {}{agreements}", model.period(), names.join(", "))
        }
    };
    lines.push(format!("  horizon: {horizon}"));
    if !model.mechanisms.is_empty() {
        let ids: Vec<&str> =
            model.mechanisms.iter().map(|mechanism| mechanism.id.as_str()).collect();
        lines.push(format!("  {}: {}", counted(ids.len(), "mechanism"), ids.join(", ")));
    }
    if !model.bundles.is_empty() {
        let ids: Vec<&str> = model.bundles.iter().map(|bundle| bundle.id.as_str()).collect();
        lines.push(format!("  {}: {}", counted(ids.len(), "bundle"), ids.join(", ")));
    }
    if !model.outputs.is_empty() {
        let ids: Vec<&str> = model.outputs.iter().map(|output| output.id.as_str()).collect();
        lines.push(format!("  {}: {}", counted(ids.len(), "output"), ids.join(", ")));
    }
    if claims {
        let holding = checked.iter().filter(|checked| checked.holds).count();
        lines.push(format!("  {}", holding_of(holding, checked.len())));
        lines.extend(checked.iter().map(claim_line));
    } else if !model.claims.is_empty() {
        let claims = counted(model.claims.len(), "claim");
        lines.push(format!("  {claims} (evaluate with --claims)"));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A claim in JSON.
pub(super) fn claim_json(checked: &Checked<'_>) -> serde_json::Value {
    let claim = checked.claim;
    json!({
        "id": claim.id,
        "quantity": claim.quantity,
        "stated": claim.expected.to_string(),
        "computed": checked.computed.as_ref().ok().map(ToString::to_string),
        "error": checked.computed.as_ref().err(),
        "holds": checked.holds,
        "published": claim.published,
        "citation": claim.citation,
        "covers": claim.covers,
    })
}

fn json(model: &Model, checked: &[Checked<'_>], claims: bool) -> serde_json::Value {
    let mut value = json!({
        "schema": "detente/check/1",
        "detente": env!("CARGO_PKG_VERSION"),
        "command": "check",
        "model": { "name": model.meta.id, "title": model.meta.title, "sha256": model.source.sha256 },
        "parameters": model.parameters.len(),
        "players": model.players.iter().map(|player| json!({
            "id": player.id,
            "actions": player.actions.iter().map(|action| &action.id).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "mechanisms": model.mechanisms.iter().map(|mechanism| &mechanism.id).collect::<Vec<_>>(),
        "bundles": model.bundles.iter().map(|bundle| &bundle.id).collect::<Vec<_>>(),
        "outputs": model.outputs.iter().map(|output| &output.id).collect::<Vec<_>>(),
    });
    if let Some(game) = &model.inspection {
        value["inspection"] = json!({
            "inspector": game.inspector,
            "inspectee": game.inspectee,
            "periods": game.periods.text(),
            "inspections": game.inspections.text(),
        });
    }
    if let Some(game) = &model.blotto {
        value["blotto"] = json!({
            "sides": game.sides,
            "soldiers": game.soldiers.each_ref().map(|formula| formula.text()),
            "payoff": game.payoff.word(),
        });
    }
    if let Some(security) = &model.security {
        value["security"] = json!({
            "defender": security.defender,
            "attacker": security.attacker,
            "targets": security.targets.iter().map(|target| &target.id).collect::<Vec<_>>(),
            "schedules": security.schedules.as_ref().map_or(0, Vec::len),
            "resources": security.resources.text(),
        });
    }
    if !model.types.is_empty() {
        let of = |kind: &crate::model::PlayerType| json!({ "id": kind.id, "player": model.players[kind.player].id });
        value["types"] = model.types.iter().map(of).collect();
    }
    if claims {
        value["claims"] = checked.iter().map(claim_json).collect();
    }
    value
}
