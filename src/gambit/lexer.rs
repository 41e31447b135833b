//! The words of Gambit's files: texts in quotes, braces, commas, and everything else.

use crate::model::{Code, Span};
use crate::num::{Rational, parse_literal};

use super::{Help, Read, fault};

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A text in quotes, without them.
    Text(String),
    /// `{`
    Open,
    /// `}`
    Close,
    /// `,`
    Comma,
    /// Any other run of characters.
    Word(&'t str),
    /// The end of the file.
    End,
}

/// Reads word by word. Blanks of any kind separate, and a byte-order mark is passed over.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    peeked: Option<(Token<'t>, Span)>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Lexer { text, at, peeked: None }
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.text.len() - self.at
    }

    /// The next word, which stays the next one.
    pub(super) fn peek(&mut self) -> Read<&Token<'t>> {
        let next = match self.peeked.take() {
            Some(next) => next,
            None => self.scan()?,
        };
        Ok(&self.peeked.insert(next).0)
    }

    /// The next word with its place.
    pub(super) fn next(&mut self) -> Read<(Token<'t>, Span)> {
        match self.peeked.take() {
            Some(next) => Ok(next),
            None => self.scan(),
        }
    }

    fn scan(&mut self) -> Read<(Token<'t>, Span)> {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start().len();
        self.at += blank;
        let start = self.at;
        let rest = &self.text[start..];
        let token = match rest.chars().next() {
            None => return Ok((Token::End, Span::new(start, start))),
            Some('{') => Token::Open,
            Some('}') => Token::Close,
            Some(',') => Token::Comma,
            Some('"') => return self.scan_text(start),
            Some(_) => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | '"'))
                    .unwrap_or(rest.len());
                self.at = start + end;
                return Ok((Token::Word(&rest[..end]), Span::new(start, self.at)));
            }
        };
        self.at += 1;
        Ok((token, Span::new(start, self.at)))
    }

    /// A text: `\"` is a quote and `\\` a backslash; any other backslash stands for itself.
    fn scan_text(&mut self, start: usize) -> Read<(Token<'t>, Span)> {
        let mut text = String::new();
        let mut from = start + 1;
        loop {
            let Some(stop) = self.text[from..].find(['"', '\\']) else {
                self.at = self.text.len();
                return Err(fault(
                    Code::G002,
                    Span::new(start, start + 1),
                    "a text is not closed",
                    "it begins here",
                )
                .help("end the text with a quote; write \\\" for a quote inside it"));
            };
            let stop = from + stop;
            text.push_str(&self.text[from..stop]);
            if self.text.as_bytes()[stop] == b'"' {
                self.at = stop + 1;
                return Ok((Token::Text(text), Span::new(start, self.at)));
            }
            from = stop + 1;
            match self.text[from..].chars().next() {
                Some(c @ ('"' | '\\')) => {
                    text.push(c);
                    from += 1;
                }
                _ => text.push('\\'),
            }
        }
    }

    /// What to say of a word that does not belong here.
    pub(super) fn unexpected(
        &self,
        token: &Token<'_>,
        span: Span,
        wanted: &str,
    ) -> Box<crate::model::Diagnostic> {
        let short = |word: &str| {
            if word.chars().count() <= 40 {
                word.to_owned()
            } else {
                word.chars().take(37).chain("...".chars()).collect()
            }
        };
        let found = match token {
            Token::Text(text) => format!("the text \"{}\"", short(text)),
            Token::Open => "`{`".to_owned(),
            Token::Close => "`}`".to_owned(),
            Token::Comma => "a comma".to_owned(),
            Token::Word(word) => format!("`{}`", short(word)),
            Token::End => "the end of the file".to_owned(),
        };
        let what = wanted.trim_end_matches(',');
        fault(
            Code::G003,
            span,
            format!("{wanted} is expected here, and this is {found}"),
            format!("{what} is expected"),
        )
    }

    /// Texts up to the closing brace of a list that began at `open`, with their places, and the
    /// place of the brace.
    pub(super) fn texts(&mut self, open: Span, wanted: &str) -> Read<(Vec<(String, Span)>, Span)> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                (Token::Text(text), span) => list.push((text, span)),
                (Token::Close, span) => return Ok((list, span)),
                (Token::End, span) => return Err(not_closed(open, span)),
                (token, span) => {
                    return Err(self.unexpected(&token, span, &format!("{wanted} or `}}`")));
                }
            }
        }
    }

    /// A number of any form.
    pub(super) fn number(&mut self, what: &str) -> Read<(Rational, Span)> {
        let (token, span) = self.next()?;
        let Token::Word(word) = token else {
            return Err(self.unexpected(&token, span, what));
        };
        Ok((rational(word, span, what)?, span))
    }

    /// A whole number of at least `least`.
    pub(super) fn whole(&mut self, what: &str, least: u64) -> Read<(u64, Span)> {
        let (token, span) = self.next()?;
        let Token::Word(word) = token else {
            return Err(self.unexpected(&token, span, what));
        };
        let digits = word.strip_prefix('+').unwrap_or(word);
        match digits.parse::<u64>() {
            Ok(number) if number >= least => Ok((number, span)),
            Ok(_) => Err(fault(
                Code::G004,
                span,
                format!("{what} is at least {least}"),
                format!("this is {word}"),
            )),
            Err(_) => {
                let number = rational(word, span, what)?;
                let message = if number.is_negative() {
                    format!("{what} is not negative: {word}")
                } else if number.is_integer() {
                    format!("{what} is too large: {word}")
                } else {
                    format!("{what} is a whole number: {word}")
                };
                Err(fault(Code::G004, span, message, "this number is not possible here"))
            }
        }
    }

    /// Numbers up to the closing brace of a list that began at `open`; commas may stand between and
    /// after them.
    pub(super) fn numbers(
        &mut self,
        open: Span,
        what: &str,
    ) -> Read<(Vec<(Rational, Span)>, Span)> {
        let mut list: Vec<(Rational, Span)> = Vec::new();
        let mut comma = true;
        loop {
            match self.next()? {
                (Token::Word(word), span) => {
                    list.push((rational(word, span, what)?, span));
                    comma = false;
                }
                (Token::Comma, _) if !comma => comma = true,
                (Token::Close, span) => return Ok((list, span)),
                (Token::End, span) => return Err(not_closed(open, span)),
                (token, span) => return Err(self.unexpected(&token, span, what)),
            }
        }
    }
}

/// A list that ends with the file.
pub(super) fn not_closed(open: Span, end: Span) -> Box<crate::model::Diagnostic> {
    fault(Code::G002, end, "a list is not closed", "the file ends here")
        .related(open, "the list begins here")
        .help("end the list with `}`")
}

pub(super) fn rational(word: &str, span: Span, what: &str) -> Read<Rational> {
    if let Ok(integer) = word.parse::<i64>() {
        return Ok(Rational::from(integer));
    }
    let underscore = word.contains('_');
    match parse_literal(word) {
        Ok(number) if !underscore => Ok(number),
        other => {
            let reason = match other {
                Err(error) => error.to_string(),
                Ok(_) => format!("`{word}` is not a number: leave out the underscore"),
            };
            Err(fault(Code::G004, span, reason, format!("{what} is expected")))
        }
    }
}
