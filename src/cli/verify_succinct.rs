//! `detente verify` on results about games that stand in place of players and payoffs.

use serde_json::Value;

use crate::certify::{Limits, certify_blotto, certify_inspection};
use crate::model::Model;
use crate::num::Rational;
use crate::report::result;
use crate::study::blotto::blotto_game;
use crate::study::inspection::inspection_game;
use crate::study::security::{certify_security_answer, security_game};

use super::common::Failure;
use super::verify::refused;

/// What was verified about a result, if it is one about such a game.
pub(super) fn verify(
    value: &Value,
    model: &Model,
    set: &[(usize, Rational)],
) -> Option<Result<Vec<String>, Failure>> {
    let limits = Limits::default();
    match value["form"].as_str()? {
        "security" => Some(security(value, model, set, &limits)),
        "inspection" => Some(inspection(value, model, set, &limits)),
        "blotto" => Some(blotto(value, model, set, &limits)),
        _ => None,
    }
}

fn security(
    value: &Value,
    model: &Model,
    set: &[(usize, Rational)],
    limits: &Limits,
) -> Result<Vec<String>, Failure> {
    let game = security_game(model, set).map_err(refused)?;
    let answer = result::read_security(value, &game).map_err(refused)?;
    Ok(certify_security_answer(&game, &answer, limits).map_err(refused)?.checked)
}

fn inspection(
    value: &Value,
    model: &Model,
    set: &[(usize, Rational)],
    limits: &Limits,
) -> Result<Vec<String>, Failure> {
    let game = inspection_game(model, set).map_err(refused)?;
    let answer = result::read_inspection(value, &game).map_err(refused)?;
    Ok(certify_inspection(&game, &answer, limits).map_err(refused)?.checked)
}

fn blotto(
    value: &Value,
    model: &Model,
    set: &[(usize, Rational)],
    limits: &Limits,
) -> Result<Vec<String>, Failure> {
    let game = blotto_game(model, set).map_err(refused)?;
    let answer = result::read_blotto(value, &game).map_err(refused)?;
    Ok(certify_blotto(&game, &answer, limits).map_err(refused)?.checked)
}
