//! `detente verify` on results about games that stand in place of players and payoffs.

use serde_json::Value;

use crate::certify::{Limits, certify_blotto, certify_inspection};
use crate::model::Model;
use crate::num::Rational;
use crate::report::result::{self, Header};
use crate::study::blotto::{self, blotto_game};
use crate::study::inspection::{self, inspection_game};
use crate::study::security::{certify_security_answer, security_game};

use super::common::Failure;
use super::verify::{refused, same};
use super::verify_beside::header_of;

/// What was verified about a result, if it is one about such a game.
pub(super) fn verify(
    value: &Value,
    header: &Header,
    model: &Model,
    set: &[(usize, Rational)],
) -> Option<Result<Vec<String>, Failure>> {
    match value["form"].as_str()? {
        "security" => Some(security(value, model, set)),
        "inspection" => Some(inspection(value, header, model, set)),
        "blotto" => Some(blotto(value, header, model, set)),
        _ => None,
    }
}

fn security(
    value: &Value,
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<Vec<String>, Failure> {
    let game = security_game(model, set).map_err(refused)?;
    let answer = result::read_security(value, &game).map_err(refused)?;
    Ok(certify_security_answer(&game, &answer, &Limits::default()).map_err(refused)?.checked)
}

fn inspection(
    value: &Value,
    header: &Header,
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<Vec<String>, Failure> {
    let game = inspection_game(model, set).map_err(refused)?;
    let answer = result::read_inspection(value, &game).map_err(refused)?;
    let certificate = certify_inspection(&game, &answer, &Limits::default()).map_err(refused)?;
    header_of(header, inspection::METHODS, false)?;
    same(value, &result::write_inspection(header, &game, &answer, Some(&certificate)), "")?;
    Ok(certificate.checked)
}

fn blotto(
    value: &Value,
    header: &Header,
    model: &Model,
    set: &[(usize, Rational)],
) -> Result<Vec<String>, Failure> {
    let game = blotto_game(model, set).map_err(refused)?;
    let answer = result::read_blotto(value, &game).map_err(refused)?;
    let certificate = certify_blotto(&game, &answer, &Limits::default()).map_err(refused)?;
    header_of(header, blotto::METHODS, false)?;
    same(value, &result::write_blotto(header, &game, &answer, Some(&certificate)), "")?;
    Ok(certificate.checked)
}
