//! Answers about inspection games as JSON, and back. Payoffs are keyed by the names of the sides.

use serde_json::{Map, Value, json};

use crate::certify::Certificate;
use crate::game::inspection::{
    InspectionAnswer, InspectionEquilibrium, InspectionGame, InspectionLeadership,
    InspectionPayoffs, InspectionStage, InspectionState,
};

use super::cursor::{Cursor, ResultError};
use super::{Header, certificate_json, put_header};

type Read<T> = Result<T, ResultError>;

/// The result as JSON.
#[must_use]
pub fn write_inspection(
    header: &Header,
    game: &InspectionGame,
    answer: &InspectionAnswer,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    put_header(header, false, true, &mut put);
    put("form", json!("inspection"));
    match answer {
        InspectionAnswer::Equilibrium(answer) => write_equilibrium(game, answer, &mut put),
        InspectionAnswer::Leadership(answer) => {
            let (with, without) = (answer.values(), answer.equilibrium.values());
            put("leader", json!(game.sides().inspector));
            put("follower", json!(game.sides().inspectee));
            put("leader_value", json!(with.inspector));
            put("follower_value", json!(with.inspectee));
            put("worth", json!(&with.inspector - &without.inspector));
            put("stages", stages(game, &answer.stages));
            let mut nash = Map::new();
            write_equilibrium(game, &answer.equilibrium, &mut |key, value| {
                nash.insert(key.to_owned(), value);
            });
            put("nash", Value::Object(nash));
        }
    }
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

fn payoffs(game: &InspectionGame, values: &InspectionPayoffs) -> Value {
    let sides = game.sides();
    let entries = [
        (sides.inspector.clone(), json!(values.inspector)),
        (sides.inspectee.clone(), json!(values.inspectee)),
    ];
    Value::Object(entries.into_iter().collect())
}

fn write_equilibrium(
    game: &InspectionGame,
    answer: &InspectionEquilibrium,
    put: &mut impl FnMut(&str, Value),
) {
    put("payoffs", payoffs(game, &answer.values()));
    put("same_payoffs", json!(answer.unique));
    put("unobserved", json!(answer.unobserved));
    put("stages", stages(game, &answer.stages));
}

fn stages(game: &InspectionGame, stages: &[InspectionStage]) -> Value {
    let one = |stage: &InspectionStage| {
        json!({
            "periods": stage.state.periods,
            "inspections": stage.state.inspections,
            "violations": stage.state.violations,
            "inspect": stage.inspect,
            "violate": stage.violate,
            "payoffs": payoffs(game, &stage.values),
            "unique": stage.unique,
        })
    };
    stages.iter().map(one).collect()
}

/// Reads the answer of a result about an inspection game.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_inspection(result: &Value, game: &InspectionGame) -> Read<InspectionAnswer> {
    let top = Cursor::top(result);
    if top.key("status")?.string()? != "solved" || top.key("complete")?.boolean()? {
        return Err(top.key("status")?.wrong("such an answer is solved, and not a complete list"));
    }
    if top.key("arithmetic")?.string()? != "exact" {
        return Err(top.key("arithmetic")?.wrong("an answer about an inspection game is exact"));
    }
    let concept = top.key("concept")?;
    match concept.string()? {
        "nash" => Ok(InspectionAnswer::Equilibrium(read_equilibrium(&top, game)?)),
        "stackelberg" => {
            let sides = game.sides();
            for (key, side) in [("leader", &sides.inspector), ("follower", &sides.inspectee)] {
                let named = top.key(key)?;
                if named.string()? != side {
                    return Err(named.wrong(format!("the name in the model is `{side}`")));
                }
            }
            let answer = InspectionLeadership {
                stages: read_stages(&top, game)?,
                equilibrium: read_equilibrium(&top.key("nash")?, game)?,
            };
            let (with, without) = (answer.values(), answer.equilibrium.values());
            let worth = &with.inspector - &without.inspector;
            for (key, value) in [
                ("leader_value", &with.inspector),
                ("follower_value", &with.inspectee),
                ("worth", &worth),
            ] {
                let stated = top.key(key)?;
                if stated.rational()? != *value {
                    return Err(stated.wrong(format!("the first stage says {value}")));
                }
            }
            Ok(InspectionAnswer::Leadership(answer))
        }
        _ => Err(concept.wrong("inspection games are solved under `nash` and `stackelberg`")),
    }
}

fn read_payoffs(cursor: &Cursor<'_>, game: &InspectionGame) -> Read<InspectionPayoffs> {
    Ok(InspectionPayoffs {
        inspector: cursor.key(&game.sides().inspector)?.rational()?,
        inspectee: cursor.key(&game.sides().inspectee)?.rational()?,
    })
}

fn read_equilibrium(cursor: &Cursor<'_>, game: &InspectionGame) -> Read<InspectionEquilibrium> {
    let answer = InspectionEquilibrium {
        stages: read_stages(cursor, game)?,
        unique: cursor.key("same_payoffs")?.boolean()?,
        unobserved: cursor.key("unobserved")?.boolean()?,
    };
    let stated = cursor.key("payoffs")?;
    if read_payoffs(&stated, game)? != answer.values() {
        return Err(stated.wrong("the first stage says something else"));
    }
    Ok(answer)
}

fn read_stages(cursor: &Cursor<'_>, game: &InspectionGame) -> Read<Vec<InspectionStage>> {
    let one = |stage: Cursor<'_>| {
        let count = |key: &str| -> Read<u32> {
            let number = stage.key(key)?;
            u32::try_from(number.integer()?).map_err(|_| number.wrong("it is too large"))
        };
        let state = InspectionState {
            periods: count("periods")?,
            inspections: count("inspections")?,
            violations: count("violations")?,
        };
        Ok(InspectionStage {
            state,
            inspect: stage.key("inspect")?.rational()?,
            violate: stage.key("violate")?.rational()?,
            values: read_payoffs(&stage.key("payoffs")?, game)?,
            unique: stage.key("unique")?.boolean()?,
        })
    };
    cursor.key("stages")?.list()?.into_iter().map(one).collect()
}
