//! Answers about Blotto games as JSON, and back. Strategies are keyed by the names of the sides.

use serde_json::{Map, Value, json};

use crate::certify::Certificate;
use crate::game::blotto::{BlottoGame, BlottoLottery, BlottoSolution};
use crate::num::Rational;

use super::cursor::{Cursor, ResultError};
use super::{Header, certificate_json, put_header};

type Read<T> = Result<T, ResultError>;

/// The result as JSON.
#[must_use]
pub fn write_blotto(
    header: &Header,
    game: &BlottoGame,
    answer: &BlottoSolution,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    put_header(header, false, true, &mut put);
    put("form", json!("blotto"));
    put("value", json!(answer.value));
    let sides = |one: &dyn Fn(usize) -> Value| {
        let entries = game.sides().iter().enumerate().map(|(at, side)| (side.clone(), one(at)));
        Value::Object(entries.collect())
    };
    put("divisions", sides(&|side| lottery(game, &answer.lotteries[side])));
    put("marginals", sides(&|side| marginals(game, &answer.marginals[side])));
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

fn lottery(game: &BlottoGame, lottery: &BlottoLottery) -> Value {
    let one = |(division, probability): &(Vec<u32>, Rational)| {
        let parts: Vec<&[u32]> = game.parts(division).collect();
        json!({ "soldiers": parts, "probability": probability })
    };
    lottery.iter().map(one).collect()
}

fn marginals(game: &BlottoGame, marginals: &[Vec<Rational>]) -> Value {
    let one = |(class, marginal): (&crate::game::blotto::FieldClass, &Vec<Rational>)| {
        let shares = marginal.iter().enumerate().filter(|(_, share)| !share.is_zero());
        let shares: Map<String, Value> =
            shares.map(|(soldiers, share)| (soldiers.to_string(), json!(share))).collect();
        json!({ "value": class.value, "fields": class.fields.len(), "soldiers": shares })
    };
    game.classes().iter().zip(marginals).map(one).collect()
}

/// Reads the answer of a result about a Blotto game.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_blotto(result: &Value, game: &BlottoGame) -> Read<BlottoSolution> {
    let top = Cursor::top(result);
    let concept = top.key("concept")?;
    if !matches!(concept.string()?, "minimax" | "nash") {
        return Err(concept.wrong("Blotto games are solved under `minimax` and `nash`"));
    }
    if top.key("status")?.string()? != "solved" || top.key("complete")?.boolean()? {
        return Err(top.key("status")?.wrong("such an answer is solved, and not a complete list"));
    }
    if top.key("arithmetic")?.string()? != "exact" {
        return Err(top.key("arithmetic")?.wrong("an answer about a Blotto game is exact"));
    }
    let [first, second] = game.sides();
    let (divisions, shares) = (top.key("divisions")?, top.key("marginals")?);
    let count = divisions.entries()?.len();
    if count != 2 || shares.entries()?.len() != 2 {
        return Err(divisions.wrong("there are two sides"));
    }
    Ok(BlottoSolution {
        value: top.key("value")?.rational()?,
        lotteries: [read_lottery(&divisions.key(first)?)?, read_lottery(&divisions.key(second)?)?],
        marginals: [
            read_marginals(&shares.key(first)?, game, 0)?,
            read_marginals(&shares.key(second)?, game, 1)?,
        ],
    })
}

fn soldiers(cursor: &Cursor<'_>) -> Read<u32> {
    u32::try_from(cursor.integer()?).map_err(|_| cursor.wrong("it is too large"))
}

fn read_lottery(cursor: &Cursor<'_>) -> Read<BlottoLottery> {
    let mut lottery = Vec::new();
    for one in cursor.list()? {
        let mut division = Vec::new();
        for part in one.key("soldiers")?.list()? {
            for group in part.list()? {
                division.push(soldiers(&group)?);
            }
        }
        lottery.push((division, one.key("probability")?.rational()?));
    }
    Ok(lottery)
}

fn read_marginals(cursor: &Cursor<'_>, game: &BlottoGame, side: usize) -> Read<Vec<Vec<Rational>>> {
    let list = cursor.list()?;
    if list.len() != game.classes().len() {
        return Err(cursor.wrong(format!("fields have {} values", game.classes().len())));
    }
    let numbers = game.soldiers()[side] as usize + 1;
    let mut table = Vec::new();
    for (class, one) in game.classes().iter().zip(list) {
        let value = one.key("value")?;
        if value.rational()? != class.value {
            return Err(value.wrong(format!("the value in the model is {}", class.value)));
        }
        let fields = one.key("fields")?;
        if fields.integer()? != class.fields.len() as u64 {
            return Err(fields.wrong(format!("the model has {} of them", class.fields.len())));
        }
        let mut marginal = vec![Rational::ZERO; numbers];
        for (number, share) in one.key("soldiers")?.entries()? {
            let known = number.parse().ok().and_then(|at: usize| marginal.get_mut(at));
            let Some(slot) = known else {
                return Err(share.wrong("the side does not have so many soldiers"));
            };
            *slot = share.rational()?;
        }
        table.push(marginal);
    }
    Ok(table)
}
