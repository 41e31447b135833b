//! The JSON result of `solve`: schema `detente/result/1`, written and read back.
//!
//! [`write()`] turns an answer and where it came from into a JSON value; [`read_header`] and
//! [`read_answer`] turn the value back, given the game, so that `detente verify` can check a saved
//! file. Everything that [`crate::certify`] needs is in the file.
//!
//! Conventions: an exact number is a string `"p/q"`, `"p"` or a decimal; strategies are objects keyed
//! by player and action, in which actions that are not played are left out; a distribution over joint
//! actions is an object keyed by the names of the actions joined by `|` in the order of the players
//! (`\` and `|` inside a name are written `\\` and `\|`). Where players or actions of a game share
//! a name, the second is called `name (2)`, and so on.

mod automaton;
mod bayesian;
mod blotto;
mod correlated;
mod credibility;
mod cursor;
mod followers;
mod game;
mod inspection;
mod labels;
mod learning;
mod matched;
mod public;
mod read;
mod refinement;
mod repeated_payoffs;
mod repeated_polytopes;
mod robust;
mod security;
mod sequential;
mod stochastic;
mod structure;
mod symmetric;
mod tournament;
mod tree;
mod triggers;
mod write;

pub use bayesian::{read_bayesian, write_bayesian};
pub use blotto::{read_blotto, write_blotto};
pub use cursor::ResultError;
pub use game::{GAME_SCHEMA, game_json, game_toml, read_game};
pub use inspection::{read_inspection, write_inspection};
pub use labels::Labels;
pub use public::{read_public, read_public_discount, write_public};
pub use security::{read_security, write_security};
pub use stochastic::{read_discount, read_stochastic, write_stochastic};
pub use tree::{behavior_json, is_complete_tree, read_behaviors, read_tree, write_tree};

use serde_json::{Map, Value, json};

use crate::certify::{Certificate, Completeness};
use crate::game::answer::{Answer, Scope, Subject};
use crate::num::Rational;
use crate::solve::{Exhausted, Status};

use cursor::Cursor;

/// One equilibrium as an entry of `equilibria` in a result.
#[must_use]
pub fn equilibrium_json(labels: &Labels, one: &crate::game::answer::Equilibrium) -> Value {
    write::equilibrium(labels, one)
}

/// The forms of models that results name under `form`; other forms are those of Gambit's files.
pub(crate) const FORMS_OF_MODELS: &[&str] =
    &["bayesian", "blotto", "inspection", "public", "security", "stochastic"];

/// The schema that results name.
pub const SCHEMA: &str = "detente/result/1";

/// Where a model came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A model that the program contains, by its id.
    BuiltIn(String),
    /// A file, by the path as given.
    File(String),
    /// Standard input: the result holds the text, since nothing else does.
    Input(String),
}

/// The model that an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its name or id.
    pub name: String,
    /// Where it came from.
    pub origin: Origin,
    /// The SHA-256 of its text, in hexadecimal.
    pub sha256: String,
    /// The parameters with the values that were used, in the order of the model.
    pub parameters: Vec<(String, Rational)>,
    /// The ids of the mechanisms that were applied, in order.
    pub mechanisms: Vec<String>,
}

/// What a result says besides the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The model.
    pub model: ModelInfo,
    /// The solution concept, as `--concept` takes it.
    pub concept: String,
    /// The method, as `--method` takes it.
    pub method: String,
    /// How the solver ended.
    pub status: Status,
    /// What the user should know, in plain sentences.
    pub warnings: Vec<String>,
}

/// Whether an answer is known to be all there is to its question.
///
/// True for a list that holds every equilibrium of the concept, for iterated dominance, for the
/// structure of a game and for the agreements of a repeated one, whose answers are unique; false where other answers may be as good.
#[must_use]
pub fn is_complete(concept: &str, status: Status, answer: &Answer) -> bool {
    let all = match answer {
        Answer::Equilibria(list) => match list.scope {
            Scope::AllExtreme => true,
            Scope::AllPure => concept == "pure",
            Scope::Some => false,
        },
        Answer::Refinement(answer) => answer.equilibria.scope == Scope::AllExtreme,
        Answer::Symmetric(answer) => answer.complete,
        Answer::Approximate(list) => list.complete,
        Answer::RepeatedPayoffs(answer) => answer.is_exact(),
        Answer::RepeatedPolytopes(answer) => answer.is_exact(),
        Answer::CorrelatedPayoffs(_)
        | Answer::CoarseCorrelatedPayoffs(_)
        | Answer::CorrelatedVertices(_)
        | Answer::Dominance(_)
        | Answer::Repeated(_)
        | Answer::Sequential(_)
        | Answer::Structure(_) => true,
        Answer::Minimax(_)
        | Answer::Correlated(_)
        | Answer::RobustDevice(_)
        | Answer::CoarseCorrelated(_)
        | Answer::Stackelberg(_)
        | Answer::Credibility(_)
        | Answer::SeveralFollowers(_)
        | Answer::PureBeforeFollowers(_)
        | Answer::Robust(_)
        | Answer::Matched(_)
        | Answer::CorrelatedCommitment(_)
        | Answer::Quantal(_)
        | Answer::Triggers(_)
        | Answer::CriticalDiscounts(_)
        | Answer::Machine(_)
        | Answer::Tournament(_)
        | Answer::FictitiousPlay(_)
        | Answer::Learning(_) => false,
    };
    all && !matches!(status, Status::Partial(_))
}

/// Whether the numbers of an answer are exact; otherwise they are machine numbers with bounds.
#[must_use]
pub fn is_exact(answer: &Answer) -> bool {
    match answer {
        Answer::Approximate(list) => list.list.iter().all(|one| one.regret.is_zero()),
        Answer::Quantal(_) => false,
        _ => true,
    }
}

/// The result as JSON, with the keys in the order of the contract.
///
/// # Panics
/// When the answer does not fit the game: certify it first.
#[must_use]
pub fn write(
    header: &Header,
    subject: Subject<'_>,
    answer: &Answer,
    certificate: Option<&Certificate>,
) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    let complete = is_complete(&header.concept, header.status, answer);
    put_header(header, complete, is_exact(answer), &mut put);
    write::answer(&Labels::of(subject), subject, answer, &mut put);
    if let Some(certificate) = certificate {
        put("certificate", certificate_json(certificate));
    }
    put("warnings", json!(header.warnings));
    Value::Object(result)
}

/// Puts what stands before the answer.
fn put_header(header: &Header, complete: bool, exact: bool, put: &mut impl FnMut(&str, Value)) {
    put("schema", json!(SCHEMA));
    put("detente", json!(env!("CARGO_PKG_VERSION")));
    put("command", json!("solve"));
    put("model", model_json(&header.model));
    put("concept", json!(header.concept));
    put("method", json!(header.method));
    let (status, limit) = match header.status {
        Status::Solved => ("solved", None),
        Status::None => ("none", None),
        Status::Partial(Exhausted::Time) => ("partial", Some("time")),
        Status::Partial(Exhausted::Steps) => ("partial", Some("steps")),
        Status::Partial(Exhausted::Cancelled) => ("partial", Some("cancelled")),
        Status::Partial(Exhausted::Memory) => ("partial", Some("memory")),
    };
    put("status", json!(status));
    if let Some(limit) = limit {
        put("limit", json!(limit));
    }
    put("complete", json!(complete));
    put("arithmetic", json!(if exact { "exact" } else { "float" }));
}

fn model_json(model: &ModelInfo) -> Value {
    let mut object = Map::new();
    object.insert("name".into(), json!(model.name));
    let (source, detail) = match &model.origin {
        Origin::BuiltIn(id) => ("built-in", ("id", id)),
        Origin::File(path) => ("file", ("file", path)),
        Origin::Input(text) => ("input", ("text", text)),
    };
    object.insert("source".into(), json!(source));
    object.insert(detail.0.into(), json!(detail.1));
    object.insert("sha256".into(), json!(model.sha256));
    let parameters: Map<String, Value> =
        model.parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    object.insert("parameters".into(), Value::Object(parameters));
    object.insert("mechanisms".into(), json!(model.mechanisms));
    Value::Object(object)
}

fn certificate_json(certificate: &Certificate) -> Value {
    let complete = match &certificate.complete {
        Completeness::NotClaimed => "not claimed",
        Completeness::Proved(_) => "proved",
        Completeness::Consistent(_) => "consistent",
        Completeness::NotChecked(_) => "not checked",
    };
    let mut object = Map::new();
    object.insert("checked".into(), json!(certificate.checked));
    object.insert("completeness".into(), json!(complete));
    if let Some(reason) = certificate.complete.reason() {
        object.insert("how".into(), json!(reason));
    }
    Value::Object(object)
}

/// Reads what a result says besides the answer: enough to find the model again.
///
/// # Errors
/// A [`ResultError`] with the place in the file, when it is no result of this schema.
pub fn read_header(result: &Value) -> Result<Header, ResultError> {
    let top = Cursor::top(result);
    let schema = top.key("schema")?;
    if schema.string()? != SCHEMA {
        return Err(schema.wrong(format!("the schema should be `{SCHEMA}`")));
    }
    let command = top.key("command")?;
    if command.string()? != "solve" {
        return Err(command.wrong("only results of `solve` are read here"));
    }
    let arithmetic = top.key("arithmetic")?;
    match arithmetic.string()? {
        "exact" => {}
        "float" if is_bounded(&top)? => {}
        _ => return Err(arithmetic.wrong("only exact results can be verified")),
    }
    Ok(Header {
        model: read_model(&top.key("model")?)?,
        concept: top.key("concept")?.string()?.to_owned(),
        method: top.key("method")?.string()?.to_owned(),
        status: read_status(&top)?,
        warnings: match top.optional("warnings")? {
            Some(list) => list
                .list()?
                .iter()
                .map(|one| one.string().map(str::to_owned))
                .collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
    })
}

/// Whether a result states machine numbers with bounds that were evaluated exactly.
fn is_bounded(top: &Cursor<'_>) -> Result<bool, ResultError> {
    let scope = top.optional("scope")?;
    let scope = scope.as_ref().map(Cursor::string).transpose()?;
    // So are quantal responses to a coverage, steps of negotiation, and Markov perfect equilibria.
    let bounded = matches!(top.key("method")?.string()?, "quantal" | "negotiation");
    let bounded = bounded || matches!(top.key("concept")?.string()?, "qre" | "markov");
    Ok(bounded || matches!(scope, Some("all" | "near")))
}

fn read_model(model: &Cursor<'_>) -> Result<ModelInfo, ResultError> {
    let source = model.key("source")?;
    let text =
        |key: &str| -> Result<String, ResultError> { Ok(model.key(key)?.string()?.to_owned()) };
    let origin = match source.string()? {
        "built-in" => Origin::BuiltIn(text("id")?),
        "file" => Origin::File(text("file")?),
        "input" => Origin::Input(text("text")?),
        _ => return Err(source.wrong("a source is `built-in`, `file` or `input`")),
    };
    let parameters = match model.optional("parameters")? {
        Some(object) => object
            .entries()?
            .into_iter()
            .map(|(name, value)| Ok((name.to_owned(), value.rational()?)))
            .collect::<Result<_, ResultError>>()?,
        None => Vec::new(),
    };
    let mechanisms = match model.optional("mechanisms")? {
        Some(list) => list
            .list()?
            .iter()
            .map(|one| one.string().map(str::to_owned))
            .collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    Ok(ModelInfo { name: text("name")?, origin, sha256: text("sha256")?, parameters, mechanisms })
}

fn read_status(top: &Cursor<'_>) -> Result<Status, ResultError> {
    let status = top.key("status")?;
    Ok(match status.string()? {
        "solved" => Status::Solved,
        "none" => Status::None,
        "partial" => Status::Partial(match top.optional("limit")? {
            None => Exhausted::Steps,
            Some(limit) => match limit.string()? {
                "time" => Exhausted::Time,
                "steps" => Exhausted::Steps,
                "cancelled" => Exhausted::Cancelled,
                "memory" => Exhausted::Memory,
                _ => return Err(limit.wrong("a limit is `time`, `steps`, `memory` or `cancelled`")),
            },
        }),
        _ => return Err(status.wrong("a status is `solved`, `partial` or `none`")),
    })
}

/// Reads the answer of a result about a game.
///
/// Names become positions in the game. What a file says twice (whether a list is complete, whether an
/// agreement holds at the model's discount factor) must agree.
///
/// # Errors
/// A [`ResultError`] with the place in the file and, for an unknown name, the nearest known one.
pub fn read_answer(result: &Value, subject: Subject<'_>) -> Result<Answer, ResultError> {
    let header = read_header(result)?;
    let top = Cursor::top(result);
    let answer = read::answer(&top, &header.concept, subject)?;
    let complete = top.key("complete")?;
    if complete.boolean()? != is_complete(&header.concept, header.status, &answer) {
        return Err(complete.wrong(
            "`complete` does not agree with the concept, the status and the scope of the list",
        ));
    }
    if (top.key("arithmetic")?.string()? == "exact") != is_exact(&answer) {
        return Err(top.key("arithmetic")?.wrong("`arithmetic` does not agree with the numbers"));
    }
    if header.status == Status::None {
        let empty = matches!(&answer, Answer::Equilibria(list) if list.list.is_empty());
        if !empty || !complete.boolean()? {
            return Err(top
                .key("status")?
                .wrong("the status `none` says that it was proved that there is no equilibrium"));
        }
    }
    Ok(answer)
}
