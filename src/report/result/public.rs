//! Answers about games with public signals as JSON, and back.
//!
//! Weights that are zero are left out: rewards by player and signal, multipliers by player and action.
//! In strongly symmetric equilibria one reward is for all, under the key `each`.

mod limit;
mod payoffs;

use serde_json::{Map, Value, json};

use crate::certify::Certificate;
use crate::game::DiscountFactor;
use crate::game::public::{
    AtDiscount, Curve, CurvePoint, Enforcement, LiquidityRow, PublicEquilibria, PublicForm,
    PublicGame,
};
use crate::num::Rational;
use crate::study::public::PublicAnswer;

use super::cursor::{Cursor, ResultError};
use super::{Header, certificate_json, put_header};

type Read<T> = Result<T, ResultError>;

/// The result as JSON.
#[must_use]
pub fn write_public(
    header: &Header,
    game: &PublicGame,
    answer: &PublicAnswer,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    let complete = certificate.is_some_and(|certificate| certificate.complete.is_proved());
    put_header(header, complete, true, &mut put);
    put("form", json!("public"));
    match answer {
        PublicAnswer::Equilibria(answer) => {
            let names = Names { game, form: answer.form };
            if let Some(at) = &answer.at {
                put("discount", json!(at.discount.value()));
                put("at", at.row.as_ref().map_or(Value::Null, |row| names.row(row)));
            }
            put("rows", answer.rows.iter().map(|row| names.row(row)).collect());
            put("profiles", answer.profiles.iter().map(|one| names.enforcement(one)).collect());
        }
        PublicAnswer::Limit(answer) => limit::write(game, answer, &mut put),
        PublicAnswer::Payoffs(answer) => payoffs::write(game, answer, &mut put),
    }
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

/// The names under which players and profiles stand in a result.
#[derive(Clone, Copy)]
struct Names<'a> {
    game: &'a PublicGame,
    form: PublicForm,
}

impl<'a> Names<'a> {
    fn players(self) -> Vec<&'a str> {
        match self.form {
            PublicForm::Transfers => {
                self.game.stage().players().iter().map(|player| player.name.as_str()).collect()
            }
            PublicForm::Symmetric => vec!["each"],
        }
    }

    fn by_player(self, value: impl Fn(usize) -> Value) -> Value {
        let players = self.players().into_iter().enumerate();
        Value::Object(players.map(|(at, name)| (name.to_owned(), value(at))).collect())
    }

    fn profile(self, profile: usize) -> Value {
        profile_json(self.game, profile)
    }

    fn row(self, row: &LiquidityRow) -> Value {
        json!({
            "liquidity": row.liquidity,
            "discount": row.discount,
            "optimal": row.optimal,
            "joint": row.joint,
            "worst": self.by_player(|player| json!(row.worst[player])),
            "played": self.profile(row.played),
            "punishing": self.by_player(|player| self.profile(row.punishing[player])),
        })
    }

    fn curve(self, curve: &Curve) -> Value {
        let points = curve.points.iter().zip(&curve.proofs);
        points
            .map(|(point, proof)| {
                json!({
                    "liquidity": point.liquidity,
                    "value": point.value,
                    "rewards": self.by_player(|player| {
                        sparse(self.game.signals(), &point.rewards[player])
                    }),
                    "multipliers": limit::multipliers(self.game, proof),
                })
            })
            .collect()
    }

    fn enforcement(self, one: &Enforcement) -> Value {
        let mut object = Map::new();
        object.insert("profile".to_owned(), self.profile(one.profile));
        object.insert("least".to_owned(), json!(one.least));
        object.insert("multipliers".to_owned(), limit::multipliers(self.game, &one.proof));
        if let Some(joint) = &one.joint {
            object.insert("joint".to_owned(), self.curve(joint));
            let worst = self.by_player(|player| self.curve(&one.worst[player]));
            object.insert("worst".to_owned(), worst);
        }
        Value::Object(object)
    }
}

/// Weights that are not zero, by name.
fn sparse(names: &[String], weights: &[Rational]) -> Value {
    let some = names.iter().zip(weights).filter(|(_, weight)| !weight.is_zero());
    Value::Object(some.map(|(name, weight)| (name.clone(), json!(weight))).collect())
}

/// A profile as an object of actions by player.
fn profile_json(game: &PublicGame, profile: usize) -> Value {
    let stage = game.stage();
    let actions = stage.profile(profile);
    let names = stage.profile_names(&actions).into_iter();
    let players = stage.players().iter().map(|player| player.name.clone());
    Value::Object(players.zip(names).map(|(player, name)| (player, json!(name))).collect())
}

/// Reads the discount factor of a result about a game with public signals, where it states one.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_public_discount(result: &Value) -> Read<Option<DiscountFactor>> {
    let Some(at) = Cursor::top(result).optional("discount")? else { return Ok(None) };
    let discount = DiscountFactor::new(at.rational()?);
    discount.map(Some).ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1"))
}

/// Reads the answer of a result about a game with public signals.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_public(result: &Value, game: &PublicGame) -> Read<PublicAnswer> {
    let top = Cursor::top(result);
    if top.key("concept")?.string()? != "public-perfect" {
        return Err(top
            .key("concept")?
            .wrong("games with public signals are solved under `public-perfect`"));
    }
    if top.key("arithmetic")?.string()? != "exact" {
        return Err(top.key("arithmetic")?.wrong("public perfect equilibria are exact"));
    }
    let method = top.key("method")?;
    let form = match method.string()? {
        "payoffs" => return Ok(PublicAnswer::Payoffs(Box::new(payoffs::read(&top, game)?))),
        "scores" => return Ok(PublicAnswer::Limit(limit::read(&top, game)?)),
        "transfers" => PublicForm::Transfers,
        "symmetric" => PublicForm::Symmetric,
        other => return Err(method.wrong(format!("there is no method `{other}`"))),
    };
    let reader = Reader { names: Names { game, form } };
    let each = |key: &str| top.key(key)?.list();
    let at = match read_public_discount(result)? {
        None => None,
        Some(discount) => {
            let at = top.key("at")?;
            let row = if at.is_null() { None } else { Some(reader.row(&at)?) };
            Some(AtDiscount { discount, row })
        }
    };
    Ok(PublicAnswer::Equilibria(PublicEquilibria {
        form,
        profiles: each("profiles")?
            .iter()
            .map(|one| reader.enforcement(one))
            .collect::<Read<_>>()?,
        rows: each("rows")?.iter().map(|row| reader.row(row)).collect::<Read<_>>()?,
        at,
    }))
}

/// Reads a profile: an action for each player.
fn read_profile(game: &PublicGame, at: &Cursor<'_>) -> Read<usize> {
    let stage = game.stage();
    let mut profile = Vec::with_capacity(stage.num_players());
    for player in stage.players() {
        let action = at.key(&player.name)?;
        let name = action.string()?;
        let known = player.actions.iter().position(|own| own == name);
        profile.push(
            known.ok_or_else(|| action.wrong(format!("{} has no action `{name}`", player.name)))?,
        );
    }
    Ok(stage.profile_index(&profile))
}

/// Reads weights by name; those left out are zero.
fn read_sparse(names: &[String], at: &Cursor<'_>) -> Read<Vec<Rational>> {
    let mut weights = vec![Rational::ZERO; names.len()];
    for (name, weight) in at.entries()? {
        let known = names.iter().position(|own| own == name);
        let known =
            known.ok_or_else(|| weight.wrong(format!("there is nothing called `{name}`")))?;
        weights[known] = weight.rational()?;
    }
    Ok(weights)
}

struct Reader<'a> {
    names: Names<'a>,
}

impl Reader<'_> {
    fn by_player<T>(
        &self,
        at: &Cursor<'_>,
        read: impl Fn(usize, &Cursor<'_>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let players = self.names.players().into_iter().enumerate();
        players.map(|(player, name)| read(player, &at.key(name)?)).collect()
    }

    fn row(&self, at: &Cursor<'_>) -> Read<LiquidityRow> {
        let game = self.names.game;
        let discount = at.key("discount")?;
        Ok(LiquidityRow {
            liquidity: at.key("liquidity")?.rational()?,
            joint: at.key("joint")?.rational()?,
            worst: self.by_player(&at.key("worst")?, |_, at| at.rational())?,
            played: read_profile(game, &at.key("played")?)?,
            punishing: self.by_player(&at.key("punishing")?, |_, at| read_profile(game, at))?,
            discount: if discount.is_null() { None } else { Some(discount.rational()?) },
            optimal: at.key("optimal")?.boolean()?,
        })
    }

    fn curve(&self, at: &Cursor<'_>) -> Read<Curve> {
        let mut curve = Curve { points: Vec::new(), proofs: Vec::new() };
        for point in at.list()? {
            curve.points.push(CurvePoint {
                liquidity: point.key("liquidity")?.rational()?,
                value: point.key("value")?.rational()?,
                rewards: self.by_player(&point.key("rewards")?, |_, at| {
                    read_sparse(self.names.game.signals(), at)
                })?,
            });
            curve.proofs.push(limit::read_multipliers(self.names.game, &point)?);
        }
        Ok(curve)
    }

    fn enforcement(&self, at: &Cursor<'_>) -> Read<Enforcement> {
        let least = at.key("least")?;
        let joint = at.optional("joint")?;
        Ok(Enforcement {
            profile: read_profile(self.names.game, &at.key("profile")?)?,
            least: if least.is_null() { None } else { Some(least.rational()?) },
            proof: limit::read_multipliers(self.names.game, at)?,
            worst: match &joint {
                None => Vec::new(),
                Some(_) => self.by_player(&at.key("worst")?, |_, at| self.curve(at))?,
            },
            joint: joint.map(|joint| self.curve(&joint)).transpose()?,
        })
    }
}
