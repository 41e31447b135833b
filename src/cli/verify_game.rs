//! `detente verify` on results about Gambit's files.

use serde_json::Value;

use crate::certify::{Limits, certify, certify_behavior, certify_tree};
use crate::gambit::Game;
use crate::game::ExtensiveGame;
use crate::game::answer::{Answer, Subject};
use crate::model::sha256;
use crate::report::result::{self, Header, Origin};

use super::common::{Failure, STANDARD_INPUT};
use super::input::{GameSource, game_of_text, open_game};
use super::verify::refused;

/// What was verified about a result, if it is one about a game; `file` is where its file is now.
pub(super) fn verify(
    value: &Value,
    header: &Header,
    file: Option<&str>,
) -> Result<Option<Vec<String>>, Failure> {
    // Results about model files have no such key, or say what form the model has.
    let form = value.get("form").and_then(Value::as_str);
    let Some(form) = form.filter(|form| !crate::report::result::FORMS_OF_MODELS.contains(form))
    else {
        return Ok(None);
    };
    let source = match &header.model.origin {
        Origin::Input(text) => game_of_text(STANDARD_INPUT.to_owned(), text.clone())?,
        Origin::BuiltIn(name) | Origin::File(name) => {
            open_game(file.unwrap_or(name)).map_err(|failure| match failure {
                Failure::Wrong(text) if file.is_none() => {
                    Failure::Wrong(format!("{text}\nhelp: name the file of the game with --model"))
                }
                other => other,
            })?
        }
    };
    let Some(source) = source else {
        return Err(refused("the result is about a game, and the file that it names is none"));
    };
    let found = sha256(&source.text);
    if found != header.model.sha256 {
        return Err(refused(format_args!(
            "`{}` is not the game of the result: its SHA-256 is {found} and not {}",
            source.name, header.model.sha256
        )));
    }
    if !header.model.parameters.is_empty() || !header.model.mechanisms.is_empty() {
        return Err(refused("a game has no parameters and no mechanisms"));
    }
    let certificate = match (form, &source.file.game) {
        ("extensive", Game::Extensive(tree)) => {
            let answer = result::read_tree(value, tree).map_err(refused)?;
            certify_tree(tree, &answer, &Limits::default()).map_err(refused)?
        }
        ("strategic", Game::Strategic(game)) => {
            let subject = Subject::OneShot(game);
            let answer = result::read_answer(value, subject).map_err(refused)?;
            certify(subject, &answer, &Limits::default()).map_err(refused)?
        }
        ("reduced", Game::Extensive(tree)) => {
            let mut certificate = reduced(value, &source)?;
            certificate.checked.extend(behaviors(value, &source, tree)?);
            certificate
        }
        _ => return Err(refused("the form of the result is not that of the game")),
    };
    let mut statements = certificate.checked;
    statements.extend(certificate.complete.reason().map(str::to_owned));
    Ok(Some(statements))
}

fn reduced(value: &Value, source: &GameSource) -> Result<crate::certify::Certificate, Failure> {
    let Some(reduced) = source.reduced() else { return Err(refused("the game is no tree")) };
    let game = reduced.map_err(refused)?.game;
    let subject = Subject::OneShot(&game);
    let answer = result::read_answer(value, subject).map_err(refused)?;
    certify(subject, &answer, &Limits::default()).map_err(refused)
}

/// The behaviour strategies that stand beside mixed ones have the same payoffs and regret.
fn behaviors(
    value: &Value,
    source: &GameSource,
    tree: &ExtensiveGame,
) -> Result<Option<String>, Failure> {
    let list = result::read_behaviors(value, tree).map_err(refused)?;
    if list.iter().all(Option::is_none) {
        return Ok(None);
    }
    let Some(Ok(reduced)) = source.reduced() else { return Err(refused("the game is no tree")) };
    let answer = result::read_answer(value, Subject::OneShot(&reduced.game)).map_err(refused)?;
    let Answer::Equilibria(answer) = answer else {
        return Err(refused("behaviour strategies stand beside equilibria only"));
    };
    for (behavior, one) in list.iter().zip(&answer.list) {
        if let Some(behavior) = behavior {
            certify_behavior(tree, behavior, &one.payoffs, &one.regret, &Limits::default())
                .map_err(refused)?;
        }
    }
    Ok(Some("the behaviour strategies have the same payoffs and regrets".to_owned()))
}
