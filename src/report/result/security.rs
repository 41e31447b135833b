//! Answers about security games as JSON, and back. Objects are keyed by the names of targets.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::certify::Certificate;
use crate::game::security::{
    Draw, Maximin, SecurityAnswer, SecurityCommitment, SecurityGame, SecurityNash, SecurityProof,
    SecurityQuantal, TargetProof,
};
use crate::num::Rational;

use super::cursor::{Cursor, ResultError};
use super::{Header, certificate_json, put_header};

type Read<T> = Result<T, ResultError>;

/// The result as JSON.
#[must_use]
pub fn write_security(
    header: &Header,
    game: &SecurityGame,
    answer: &SecurityAnswer,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    let exact = matches!(answer, SecurityAnswer::Commitment(_));
    put_header(header, false, exact, &mut put);
    put("form", json!("security"));
    match answer {
        SecurityAnswer::Commitment(answer) => write_commitment(game, answer, &mut put),
        SecurityAnswer::Quantal(answer) => write_quantal(game, answer, &mut put),
    }
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

fn allocations(game: &SecurityGame, lottery: Option<&[Draw]>) -> Value {
    let draw = |draw: &Draw| {
        let units: Vec<&str> = draw.units.iter().map(|&unit| game.unit_name(unit)).collect();
        let key = if game.schedules().is_some() { "schedules" } else { "targets" };
        json!({ key: units, "probability": draw.probability })
    };
    lottery.map_or(Value::Null, |lottery| lottery.iter().map(draw).collect())
}

fn write_quantal(game: &SecurityGame, answer: &SecurityQuantal, put: &mut impl FnMut(&str, Value)) {
    put("leader", json!(game.sides().defender));
    put("follower", json!(game.sides().attacker));
    put("lambda", json!(answer.lambda));
    put("coverage", all(game, &answer.coverage));
    let attack = game.targets().iter().zip(&answer.attack);
    let attack = attack.map(|(target, p)| (target.name.clone(), json!(p))).collect();
    put("attack", Value::Object(attack));
    put("leader_value", json!({ "lower": answer.value.0, "upper": answer.value.1 }));
    put("bound", json!(answer.bound));
    put("allocations", allocations(game, answer.lottery.as_deref()));
    put("proof", json!({ "price": answer.price, "reference": answer.reference }));
}

fn write_commitment(
    game: &SecurityGame,
    answer: &SecurityCommitment,
    put: &mut impl FnMut(&str, Value),
) {
    let name = |target: usize| game.targets()[target].name.clone();
    put("leader", json!(game.sides().defender));
    put("follower", json!(game.sides().attacker));
    put("coverage", all(game, &answer.coverage));
    put("attacked", json!(name(answer.attacked)));
    put("leader_value", json!(answer.defender_value));
    put("follower_value", json!(answer.attacker_value));
    put("attack_set", answer.attack_set.iter().map(|&at| json!(name(at))).collect());
    put("allocations", allocations(game, answer.lottery.as_deref()));
    if let Some(nash) = &answer.nash {
        let value =
            json!({ "attack": all(game, &nash.attack), "leader_value": nash.defender_value });
        put("nash", value);
    }
    if let Some(maximin) = &answer.maximin {
        put(
            "maximin",
            json!({
                "coverage": all(game, &maximin.coverage),
                "value": maximin.value,
                "weights": some(game, &maximin.weights),
            }),
        );
    }
    put(
        "proof",
        match &answer.proof {
            SecurityProof::Floor(weights) => json!({ "floor": some(game, weights) }),
            SecurityProof::Multipliers(proofs) => {
                let one = |proof: &TargetProof| json!({ "possible": proof.possible, "multipliers": some(game, &proof.multipliers) });
                let list = proofs.iter().enumerate().map(|(at, proof)| (name(at), one(proof)));
                json!({ "targets": Value::Object(list.collect()) })
            }
        },
    );
}

fn all(game: &SecurityGame, values: &[Rational]) -> Value {
    let entries = game.targets().iter().zip(values);
    Value::Object(entries.map(|(target, value)| (target.name.clone(), json!(value))).collect())
}

fn some(game: &SecurityGame, values: &[(usize, Rational)]) -> Value {
    let entries = values.iter().map(|(at, value)| (game.targets()[*at].name.clone(), json!(value)));
    Value::Object(entries.collect())
}

/// Names of targets or units, and their positions.
struct Names<'a> {
    positions: HashMap<&'a str, usize>,
    what: &'static str,
}

impl<'a> Names<'a> {
    fn new(what: &'static str, names: impl Iterator<Item = &'a str>) -> Self {
        Names { positions: names.enumerate().map(|(at, name)| (name, at)).collect(), what }
    }

    fn at(&self, cursor: &Cursor<'_>, name: &str) -> Read<usize> {
        self.positions
            .get(name)
            .copied()
            .ok_or_else(|| cursor.wrong(format!("there is no {} `{name}`", self.what)))
    }

    fn position(&self, cursor: &Cursor<'_>) -> Read<usize> {
        self.at(cursor, cursor.string()?)
    }

    /// A number for each; what is left out is zero.
    fn all(&self, cursor: &Cursor<'_>) -> Read<Vec<Rational>> {
        let mut values = vec![Rational::ZERO; self.positions.len()];
        for (name, value) in cursor.entries()? {
            values[self.at(&value, name)?] = value.rational()?;
        }
        Ok(values)
    }

    /// Numbers for some, in the order of the game.
    fn some(&self, cursor: &Cursor<'_>) -> Read<Vec<(usize, Rational)>> {
        let mut values = Vec::new();
        for (name, value) in cursor.entries()? {
            values.push((self.at(&value, name)?, value.rational()?));
        }
        values.sort_by_key(|(at, _)| *at);
        Ok(values)
    }
}

/// Reads the answer of a result about a security game.
///
/// # Errors
/// A [`ResultError`] with the place in the file.
pub fn read_security(result: &Value, game: &SecurityGame) -> Read<SecurityAnswer> {
    let top = Cursor::top(result);
    if top.key("concept")?.string()? != "stackelberg" {
        return Err(top.key("concept")?.wrong("security games are solved under `stackelberg`"));
    }
    if top.key("status")?.string()? != "solved" || top.key("complete")?.boolean()? {
        return Err(top.key("status")?.wrong("a commitment is solved, and others may be as good"));
    }
    for (key, side) in [("leader", &game.sides().defender), ("follower", &game.sides().attacker)] {
        if top.key(key)?.string()? != side {
            return Err(top.key(key)?.wrong(format!("the name in the model is `{side}`")));
        }
    }
    let targets = Names::new("target", game.targets().iter().map(|target| target.name.as_str()));
    let units = Names::new(
        if game.schedules().is_some() { "schedule" } else { "target" },
        (0..game.num_units()).map(|unit| game.unit_name(unit)),
    );
    let lottery = read_allocations(&top, game, &units)?;
    if top.key("method")?.string()? == "quantal" {
        return read_quantal(&top, &targets, lottery).map(SecurityAnswer::Quantal);
    }
    if top.key("arithmetic")?.string()? != "exact" {
        return Err(top.key("arithmetic")?.wrong("a commitment is exact"));
    }
    let mut attack_set = Vec::new();
    for one in top.key("attack_set")?.list()? {
        attack_set.push(targets.position(&one)?);
    }
    let nash = match top.optional("nash")? {
        None => None,
        Some(nash) => Some(SecurityNash {
            attack: targets.all(&nash.key("attack")?)?,
            defender_value: nash.key("leader_value")?.rational()?,
        }),
    };
    let maximin = match top.optional("maximin")? {
        None => None,
        Some(maximin) => Some(Maximin {
            coverage: targets.all(&maximin.key("coverage")?)?,
            value: maximin.key("value")?.rational()?,
            weights: targets.some(&maximin.key("weights")?)?,
        }),
    };
    let proof = top.key("proof")?;
    let proof = match proof.optional("floor")? {
        Some(floor) => SecurityProof::Floor(targets.some(&floor)?),
        None => {
            let list = proof.key("targets")?;
            let mut proofs = Vec::new();
            for target in game.targets() {
                let one = list.key(&target.name)?;
                proofs.push(TargetProof {
                    possible: one.key("possible")?.boolean()?,
                    multipliers: targets.some(&one.key("multipliers")?)?,
                });
            }
            SecurityProof::Multipliers(proofs)
        }
    };
    Ok(SecurityAnswer::Commitment(SecurityCommitment {
        coverage: targets.all(&top.key("coverage")?)?,
        attacked: targets.position(&top.key("attacked")?)?,
        defender_value: top.key("leader_value")?.rational()?,
        attacker_value: top.key("follower_value")?.rational()?,
        attack_set,
        lottery,
        proof,
        nash,
        maximin,
    }))
}

fn read_allocations(
    top: &Cursor<'_>,
    game: &SecurityGame,
    units: &Names<'_>,
) -> Read<Option<Vec<Draw>>> {
    let allocations = top.key("allocations")?;
    if allocations.is_null() {
        return Ok(None);
    }
    let key = if game.schedules().is_some() { "schedules" } else { "targets" };
    let mut draws = Vec::new();
    for one in allocations.list()? {
        let list = one.key(key)?.list()?;
        let mut covered =
            list.iter().map(|one| units.position(one)).collect::<Read<Vec<usize>>>()?;
        covered.sort_unstable();
        draws.push(Draw { units: covered, probability: one.key("probability")?.rational()? });
    }
    Ok(Some(draws))
}

fn read_quantal(
    top: &Cursor<'_>,
    targets: &Names<'_>,
    lottery: Option<Vec<Draw>>,
) -> Read<SecurityQuantal> {
    if top.key("arithmetic")?.string()? != "float" {
        return Err(top.key("arithmetic")?.wrong("a quantal response is in machine numbers"));
    }
    let mut attack = vec![0.0; targets.positions.len()];
    let stated = top.key("attack")?;
    for (name, value) in stated.entries()? {
        attack[targets.at(&value, name)?] = value.number()?.to_f64();
    }
    let (value, proof) = (top.key("leader_value")?, top.key("proof")?);
    Ok(SecurityQuantal {
        lambda: top.key("lambda")?.rational()?,
        coverage: targets.all(&top.key("coverage")?)?,
        attack,
        value: (value.key("lower")?.number()?.to_f64(), value.key("upper")?.number()?.to_f64()),
        bound: top.key("bound")?.number()?.to_f64(),
        price: proof.key("price")?.number()?.to_f64(),
        reference: proof.key("reference")?.number()?.to_f64(),
        lottery,
    })
}
