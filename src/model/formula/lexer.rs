//! Formula text → tokens with their places.

use crate::num::{Rational, parse_literal};

use super::FormulaError;
use crate::model::span::Span;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Number(Rational),
    Name(String),
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
    Dot,
    End,
}

impl Token {
    /// How the token is written, for messages.
    pub(super) fn text(&self) -> String {
        match self {
            Token::Number(value) => value.to_string(),
            Token::Name(name) => name.clone(),
            Token::End => "the end of the formula".into(),
            other => other.symbol().into(),
        }
    }

    fn symbol(&self) -> &'static str {
        match self {
            Token::Plus => "+",
            Token::Minus => "-",
            Token::Times => "*",
            Token::Over => "/",
            Token::Power => "^",
            Token::Less => "<",
            Token::LessOrEqual => "<=",
            Token::Greater => ">",
            Token::GreaterOrEqual => ">=",
            Token::Equal => "==",
            Token::NotEqual => "!=",
            Token::And => "and",
            Token::Or => "or",
            Token::Not => "not",
            Token::Open => "(",
            Token::Close => ")",
            Token::Comma => ",",
            Token::Dot => ".",
            Token::Number(_) | Token::Name(_) | Token::End => "",
        }
    }
}

/// Whether a character may begin a name.
pub(crate) fn begins_name(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

/// Whether a character may stand inside a name.
pub(crate) fn continues_name(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// All tokens of a formula, closed by [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, FormulaError> {
    let mut list = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = if first.is_ascii_digit()
            || (first == '.' && text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            number(text, at)?
        } else if begins_name(first) {
            let length = text[at..].find(|c| !continues_name(c)).unwrap_or(text.len() - at);
            let token = match &text[at..at + length] {
                "and" => Token::And,
                "or" => Token::Or,
                "not" => Token::Not,
                name => Token::Name(name.to_owned()),
            };
            (token, length)
        } else {
            symbol(text, at, first)?
        };
        list.push((token, Span::new(at, at + length)));
        at += length;
    }
    list.push((Token::End, Span::new(text.len(), text.len())));
    Ok(list)
}

/// A decimal number, and its length in bytes.
fn number(text: &str, start: usize) -> Result<(Token, usize), FormulaError> {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while at < bytes.len() && (bytes[at].is_ascii_digit() || bytes[at] == b'_') {
            at += 1;
        }
        at
    };
    let mut end = digits(start);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    let span = Span::new(start, end);
    if let Some(next) = text[end..].chars().next().filter(|&c| begins_name(c)) {
        return Err(FormulaError::new(
            Span::new(start, end + next.len_utf8()),
            format!("the number `{}` runs into a name", &text[start..end]),
            "a name cannot begin with a digit",
        )
        .help("write `*` between a number and a name: `2 * x`"));
    }
    match parse_literal(&text[start..end]) {
        Ok(value) => Ok((Token::Number(value), end - start)),
        Err(error) => Err(FormulaError::new(span, error.to_string(), "not a number")),
    }
}

/// An operator or a bracket, and its length in bytes.
fn symbol(text: &str, at: usize, first: char) -> Result<(Token, usize), FormulaError> {
    let second = text[at + first.len_utf8()..].chars().next();
    let token = match (first, second) {
        ('<', Some('=')) => (Token::LessOrEqual, 2),
        ('>', Some('=')) => (Token::GreaterOrEqual, 2),
        ('=', Some('=')) => (Token::Equal, 2),
        ('!', Some('=')) => (Token::NotEqual, 2),
        ('*', Some('*')) => return Err(foreign(at, 2, "**", "^")),
        ('&', Some('&')) => return Err(foreign(at, 2, "&&", "and")),
        ('|', Some('|')) => return Err(foreign(at, 2, "||", "or")),
        ('<', _) => (Token::Less, 1),
        ('>', _) => (Token::Greater, 1),
        ('+', _) => (Token::Plus, 1),
        ('-', _) => (Token::Minus, 1),
        ('*', _) => (Token::Times, 1),
        ('/', _) => (Token::Over, 1),
        ('^', _) => (Token::Power, 1),
        ('(', _) => (Token::Open, 1),
        (')', _) => (Token::Close, 1),
        (',', _) => (Token::Comma, 1),
        ('.', _) => (Token::Dot, 1),
        ('=', _) => return Err(foreign(at, 1, "=", "==")),
        ('!', _) => return Err(foreign(at, 1, "!", "not")),
        ('−' | '–', _) => return Err(foreign(at, first.len_utf8(), "−", "-")),
        ('×' | '·' | '⋅', _) => return Err(foreign(at, first.len_utf8(), "×", "*")),
        ('÷', _) => return Err(foreign(at, first.len_utf8(), "÷", "/")),
        ('≤', _) => return Err(foreign(at, first.len_utf8(), "≤", "<=")),
        ('≥', _) => return Err(foreign(at, first.len_utf8(), "≥", ">=")),
        ('≠', _) => return Err(foreign(at, first.len_utf8(), "≠", "!=")),
        ('[' | '{', _) => return Err(foreign(at, 1, &first.to_string(), "(")),
        (']' | '}', _) => return Err(foreign(at, 1, &first.to_string(), ")")),
        _ => {
            return Err(FormulaError::new(
                Span::new(at, at + first.len_utf8()),
                format!("the character `{}` has no meaning in a formula", first.escape_debug()),
                "not part of the formula language",
            ));
        }
    };
    Ok(token)
}

fn foreign(at: usize, length: usize, found: &str, instead: &str) -> FormulaError {
    FormulaError::new(
        Span::new(at, at + length),
        format!("`{found}` is not an operator of formulas"),
        format!("write `{instead}`"),
    )
}
