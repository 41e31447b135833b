//! Gambit's files where a command takes FILE: found by their ending or their first word.

use std::path::Path;

use crate::gambit::{self, Format, GambitFile, Game};
use crate::game::extensive::{MOST_REDUCED_PROFILES, ReducedForm, TooLarge};
use crate::model::sha256;
use crate::report::result::{ModelInfo, Origin};

use super::common::{Failure, STANDARD_INPUT, colour_on_stderr, text_of};

/// A game that was read from one of Gambit's files.
#[derive(Debug)]
pub(super) struct GameSource {
    /// The file as the user names it.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
    /// What it holds.
    pub(super) file: GambitFile,
}

/// The format that a file's ending promises.
fn promised(name: &str) -> Option<Format> {
    match Path::new(name).extension()?.to_str()? {
        "nfg" => Some(Format::Strategic),
        "efg" => Some(Format::Extensive),
        _ => None,
    }
}

/// Whether a text is meant as one of Gambit's files.
pub(super) fn is_game(name: &str, text: &str) -> bool {
    promised(name).is_some() || gambit::detect(text).is_some()
}

/// The game of a file; `None` when the file is meant as a model.
pub(super) fn open_game(file: &str) -> Result<Option<GameSource>, Failure> {
    let (name, text) = text_of(file)?;
    game_of_text(name, text)
}

/// As [`open_game`], for a text that was read already.
pub(super) fn game_of_text(name: String, text: String) -> Result<Option<GameSource>, Failure> {
    if !is_game(&name, &text) {
        return Ok(None);
    }
    let file = gambit::read(&name, &text, promised(&name))
        .map_err(|diagnostics| Failure::Wrong(diagnostics.render(colour_on_stderr())))?;
    Ok(Some(GameSource { name, text, file }))
}

impl GameSource {
    /// The title of the game, or the name of the file without its ending.
    pub(super) fn title(&self) -> String {
        let title = self.file.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if !title.is_empty() {
            return title;
        }
        let stem = Path::new(&self.name).file_stem().and_then(|stem| stem.to_str());
        stem.unwrap_or(&self.name).to_owned()
    }

    /// What a result says of the game.
    pub(super) fn info(&self) -> ModelInfo {
        let origin = if self.name == STANDARD_INPUT {
            Origin::Input(self.text.clone())
        } else {
            Origin::File(self.name.clone())
        };
        ModelInfo {
            name: self.title(),
            origin,
            sha256: sha256(&self.text),
            parameters: Vec::new(),
            mechanisms: Vec::new(),
        }
    }

    /// The reduced strategic form, if the game is a tree.
    pub(super) fn reduced(&self) -> Option<Result<ReducedForm, TooLarge>> {
        match &self.file.game {
            Game::Strategic(_) => None,
            Game::Extensive(tree) => Some(ReducedForm::of(tree, MOST_REDUCED_PROFILES)),
        }
    }
}
