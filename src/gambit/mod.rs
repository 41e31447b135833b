//! Gambit's files: games in strategic form (`.nfg`) and in extensive form (`.efg`).
//!
//! [`read()`] is pure: a file name and a text go in, and a game comes out or [`Diagnostics`] with
//! the place. [`write_nfg`] and [`write_efg`] turn a game into text that reads back as the same game.
//! Numbers are exact both ways. The formats are those that Gambit's documentation defines, as its
//! files use them in practice; docs/gambit.md says what is accepted.

mod efg;
mod equilibria;
mod lexer;
mod nfg;
#[cfg(test)]
mod tests;
mod write;

pub use equilibria::{behavior_line, strategy_line};
pub use write::{Version, write_efg, write_nfg};

use crate::game::{ExtensiveGame, NormalForm};
use crate::model::{Code, Diagnostic, Diagnostics, Span};

use lexer::{Lexer, Token};

/// The largest size of a file in bytes.
pub const LARGEST_FILE: usize = 64 << 20;
/// The largest number of players.
pub const MOST_PLAYERS: usize = 64;

/// What a file describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Game {
    /// A game in strategic form.
    Strategic(NormalForm),
    /// A game in extensive form.
    Extensive(ExtensiveGame),
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GambitFile {
    /// Its title.
    pub title: String,
    /// Its comment, empty when there is none.
    pub comment: String,
    /// The game.
    pub game: Game,
}

/// Which of Gambit's formats a text is in, by its first word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.nfg`
    Strategic,
    /// `.efg`
    Extensive,
}

/// The format that a text begins like; `None` when its first word is neither `NFG` nor `EFG`.
#[must_use]
pub fn detect(text: &str) -> Option<Format> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    let word = text.split(|c: char| c.is_whitespace() || c == '"' || c == '{').next()?;
    match word {
        "NFG" => Some(Format::Strategic),
        "EFG" => Some(Format::Extensive),
        _ => None,
    }
}

/// Reads a game. `file` is only the name for messages; `expected` is the format that the file's name
/// promises, for the message when the text is in neither.
///
/// ```
/// use detente::gambit::{Game, read};
/// let text = "NFG 1 R \"Chicken\" { \"A\" \"B\" } { 2 2 } 0 0 1 7 7 1 6 6";
/// let Game::Strategic(game) = read("chicken.nfg", text, None).unwrap().game else { panic!() };
/// // Player 1's strategy varies fastest in the file.
/// assert_eq!(game.payoff(0, game.profile_index(&[0, 1])).to_string(), "7");
/// ```
///
/// # Errors
/// The first thing that is wrong, with its place. Reading ends in time proportional to the text.
pub fn read(
    file: &str,
    text: &str,
    expected: Option<Format>,
) -> Result<GambitFile, Box<Diagnostics>> {
    let read = || {
        if text.len() > LARGEST_FILE {
            return Err(fault(
                Code::G013,
                Span::new(0, 0),
                format!("the file has {} bytes, and at most {LARGEST_FILE} are read", text.len()),
                "",
            ));
        }
        let mut lexer = Lexer::new(text);
        match detect(text) {
            Some(Format::Strategic) => nfg::read(&mut lexer),
            Some(Format::Extensive) => efg::read(&mut lexer),
            None => {
                let (_, span) = lexer.next()?;
                let wanted = match expected {
                    Some(Format::Strategic) => "`NFG`",
                    Some(Format::Extensive) => "`EFG`",
                    None => "`NFG` or `EFG`",
                };
                Err(fault(
                    Code::G001,
                    span,
                    format!("a Gambit file begins with the word {wanted}"),
                    "the file begins with this",
                )
                .help("a strategic game begins with `NFG 1 R \"title\"`, an extensive one with `EFG 2 R \"title\"`"))
            }
        }
    };
    read().map_err(|error: Box<Diagnostic>| Box::new(Diagnostics::of(file, text, *error)))
}

/// What reading a part returns. Errors are rare and large, hence boxed.
type Read<T> = Result<T, Box<Diagnostic>>;

fn fault(
    code: Code,
    span: Span,
    message: impl Into<String>,
    label: impl Into<String>,
) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(code, span, message, label))
}

trait Help {
    fn help(self, text: impl Into<String>) -> Self;
    fn related(self, span: Span, label: impl Into<String>) -> Self;
}

impl Help for Box<Diagnostic> {
    fn help(self, text: impl Into<String>) -> Self {
        Box::new((*self).help(text))
    }

    fn related(self, span: Span, label: impl Into<String>) -> Self {
        Box::new((*self).related(span, label))
    }
}

/// The prologue that both formats share: the word, the version, `R` or `D`, the title, the players.
struct Prologue {
    title: String,
    players: Vec<(String, Span)>,
    list: Span,
}

fn read_prologue(lexer: &mut Lexer<'_>, word: &str, version: &str) -> Read<Prologue> {
    lexer.next()?;
    let (token, span) = lexer.next()?;
    if token != Token::Word(version) {
        return Err(fault(
            Code::G001,
            span,
            format!("only version {version} of the format {word} is read"),
            format!("`{version}` is expected here"),
        ));
    }
    let (token, span) = lexer.next()?;
    if !matches!(token, Token::Word("R" | "D")) {
        return Err(fault(
            Code::G001,
            span,
            format!("the letter `R` stands after `{word} {version}`"),
            "`R` is expected here",
        ));
    }
    let (token, span) = lexer.next()?;
    let Token::Text(title) = token else {
        return Err(lexer.unexpected(&token, span, "the title of the game, in quotes,"));
    };
    let (token, open) = lexer.next()?;
    if token != Token::Open {
        return Err(lexer.unexpected(&token, open, "the list of the players, in braces,"));
    }
    let (players, close) = lexer.texts(open, "the name of a player, in quotes,")?;
    let list = Span::new(open.start, close.end);
    if players.is_empty() {
        return Err(fault(Code::G005, list, "the game has no players", "no player is named here")
            .help("name each player in quotes: { \"Player 1\" \"Player 2\" }"));
    }
    if players.len() > MOST_PLAYERS {
        return Err(fault(
            Code::G013,
            list,
            format!("the game has {} players, and at most {MOST_PLAYERS} are read", players.len()),
            "the players",
        ));
    }
    Ok(Prologue { title, players, list })
}
