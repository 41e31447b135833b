//! Tokens → syntax tree, by precedence climbing.
//!
//! From loosest to tightest: `or`; `and`; `not`; comparisons (which do not chain); `+ -`; `* /`;
//! unary minus; `^` (to the right). The tree is kept in one list in which operands come before
//! what uses them, so that everything after parsing is a loop and no recursion.

use crate::num::Rational;

use super::lexer::{Token, tokens};
use super::{DEEPEST_FORMULA, FormulaError, LONGEST_FORMULA};
use crate::model::span::Span;
use crate::model::suggest::nearest;

/// Position of a node in a [`Tree`].
pub(crate) type At = u32;

/// A function that formulas may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    If,
    Min,
    Max,
    Abs,
    Exp,
    Log,
    Sqrt,
}

/// The functions: name, function, least and largest number of arguments.
pub(crate) const FUNCTIONS: [(&str, Function, usize, usize); 7] = [
    ("if", Function::If, 3, 3),
    ("min", Function::Min, 1, usize::MAX),
    ("max", Function::Max, 1, usize::MAX),
    ("abs", Function::Abs, 1, 1),
    ("exp", Function::Exp, 1, 1),
    ("log", Function::Log, 1, 1),
    ("sqrt", Function::Sqrt, 1, 1),
];

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// What a node of the tree is; operands are positions in the same list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Number(Rational),
    Name(String),
    /// `owner.member`.
    Member(String, String),
    Negate(At),
    Not(At),
    Binary(Binary, At, At),
    Call(Function, Vec<At>),
}

/// A node and its place in the formula's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxNode {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// A formula as written: operands before what uses them; the last node is the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<SyntaxNode>,
}

/// Reads a formula.
pub(crate) fn parse(text: &str) -> Result<Tree, FormulaError> {
    let characters = text.chars().count();
    if characters > LONGEST_FORMULA {
        return Err(FormulaError::new(
            Span::new(0, text.len()),
            format!("a formula may have {LONGEST_FORMULA} characters: this one has {characters}"),
            "too long",
        )
        .limit()
        .help("name parts of it under [quantities]"));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, next: 0, depth: 0, tree: Tree::default() };
    if *parser.peek() == Token::End {
        return Err(FormulaError::new(
            Span::new(0, text.len()),
            "the formula is empty".into(),
            "a formula or a number is expected here",
        ));
    }
    parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(parser.tree),
        Token::Close => {
            Err(parser.error("this bracket closes nothing".into(), "no `(` belongs to it"))
        }
        Token::Number(_) | Token::Name(_) | Token::Open | Token::Not => Err(parser
            .error(format!("unexpected `{}`", parser.peek().text()), "an operator is missing here")
            .help("multiplication is always written `*`")),
        other => Err(parser.error(format!("unexpected `{}`", other.text()), "not expected here")),
    }
}

/// Binding strength of the comparisons.
const COMPARISON: u8 = 4;
/// Binding strength of `not`: looser than comparisons.
const NOT: u8 = 3;
/// Binding strength of unary minus: between `*` and `^`.
const NEGATION: u8 = 7;

/// The operator of a token with its binding strength and whether it groups to the right.
fn binary(token: &Token) -> Option<(Binary, u8, bool)> {
    Some(match token {
        Token::Or => (Binary::Or, 1, false),
        Token::And => (Binary::And, 2, false),
        Token::Less => (Binary::Less, COMPARISON, false),
        Token::LessOrEqual => (Binary::LessOrEqual, COMPARISON, false),
        Token::Greater => (Binary::Greater, COMPARISON, false),
        Token::GreaterOrEqual => (Binary::GreaterOrEqual, COMPARISON, false),
        Token::Equal => (Binary::Equal, COMPARISON, false),
        Token::NotEqual => (Binary::NotEqual, COMPARISON, false),
        Token::Plus => (Binary::Add, 5, false),
        Token::Minus => (Binary::Subtract, 5, false),
        Token::Times => (Binary::Multiply, 6, false),
        Token::Over => (Binary::Divide, 6, false),
        Token::Power => (Binary::Power, 8, true),
        _ => return None,
    })
}

struct Parser<'t> {
    tokens: &'t [(Token, Span)],
    next: usize,
    depth: usize,
    tree: Tree,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        // The list ends with `End`, which is never consumed.
        &self.tokens[self.next].0
    }

    fn place(&self) -> Span {
        self.tokens[self.next].1
    }

    fn advance(&mut self) -> Span {
        let place = self.place();
        if self.next + 1 < self.tokens.len() {
            self.next += 1;
        }
        place
    }

    fn error(&self, message: String, label: impl Into<String>) -> FormulaError {
        FormulaError::new(self.place(), message, label)
    }

    fn push(&mut self, kind: Kind, span: Span) -> At {
        self.tree.nodes.push(SyntaxNode { kind, span });
        // A formula has at most LONGEST_FORMULA nodes.
        (self.tree.nodes.len() - 1) as At
    }

    fn span(&self, at: At) -> Span {
        self.tree.nodes[at as usize].span
    }

    fn enter(&mut self) -> Result<(), FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST_FORMULA {
            return Err(self
                .error(format!("a formula may nest {DEEPEST_FORMULA} levels deep"), "too deep here")
                .limit()
                .help("name inner parts under [quantities]"));
        }
        Ok(())
    }

    /// An expression whose operators bind at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<At, FormulaError> {
        let mut left = self.operand()?;
        let mut compared = false;
        while let Some((operator, strength, to_right)) = binary(self.peek()) {
            if strength < least {
                break;
            }
            if strength == COMPARISON {
                if compared {
                    return Err(self
                        .error("comparisons do not chain".into(), "second comparison")
                        .help("write `a < b and b < c`"));
                }
                compared = true;
            }
            self.advance();
            let right =
                if to_right { self.nested(strength)? } else { self.expression(strength + 1)? };
            let span = Span::new(self.span(left).start, self.span(right).end);
            left = self.push(Kind::Binary(operator, left, right), span);
        }
        Ok(left)
    }

    /// An expression one level deeper: what recursion without a limit would need.
    fn nested(&mut self, least: u8) -> Result<At, FormulaError> {
        self.enter()?;
        let inner = self.expression(least)?;
        self.depth -= 1;
        Ok(inner)
    }

    fn operand(&mut self) -> Result<At, FormulaError> {
        let place = self.place();
        match self.peek().clone() {
            Token::Number(value) => {
                self.advance();
                Ok(self.push(Kind::Number(value), place))
            }
            Token::Minus | Token::Not => {
                let not = *self.peek() == Token::Not;
                self.advance();
                let inner = self.nested(if not { NOT } else { NEGATION })?;
                let span = Span::new(place.start, self.span(inner).end);
                Ok(self.push(if not { Kind::Not(inner) } else { Kind::Negate(inner) }, span))
            }
            Token::Plus => {
                self.advance();
                self.nested(NEGATION)
            }
            Token::Open => {
                self.advance();
                let inner = self.nested(0)?;
                self.close(place)?;
                Ok(inner)
            }
            Token::Name(name) => {
                self.advance();
                match self.peek() {
                    Token::Open => self.call(&name, place),
                    Token::Dot => self.member(name, place),
                    _ => Ok(self.push(Kind::Name(name), place)),
                }
            }
            Token::End => Err(self.error(
                "the formula ends where a number or a name is expected".into(),
                "something is missing here",
            )),
            other => Err(self.error(
                format!("unexpected `{}`", other.text()),
                "a number, a name or `(` is expected here",
            )),
        }
    }

    fn close(&mut self, opened: Span) -> Result<Span, FormulaError> {
        match self.peek() {
            Token::Close => Ok(self.advance()),
            Token::End => Err(FormulaError::new(
                opened,
                "this bracket is never closed".into(),
                "no `)` belongs to it",
            )),
            Token::Comma => Err(self
                .error("unexpected `,`".into(), "`)` is expected here")
                .help("only functions take several arguments; decimals are written with a point")),
            other => Err(self
                .error(format!("unexpected `{}`", other.text()), "an operator or `)` is expected")
                .help("multiplication is always written `*`")),
        }
    }

    fn member(&mut self, owner: String, place: Span) -> Result<At, FormulaError> {
        self.advance();
        match self.peek().clone() {
            Token::Name(member) => {
                let span = Span::new(place.start, self.advance().end);
                Ok(self.push(Kind::Member(owner, member), span))
            }
            other => Err(self.error(
                format!("unexpected `{}` after `{owner}.`", other.text()),
                "a name is expected here",
            )),
        }
    }

    fn call(&mut self, name: &str, place: Span) -> Result<At, FormulaError> {
        let Some(&(_, function, least, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name)
        else {
            let list = FUNCTIONS.map(|(known, ..)| known);
            let error = FormulaError::new(
                place,
                format!("there is no function `{name}`"),
                "unknown function",
            );
            return Err(match nearest(name, list) {
                Some(close) => error.help(format!("did you mean `{close}`?")),
                None => error.help(format!("the functions are {}", list.join(", "))),
            });
        };
        let opened = self.advance();
        let mut arguments = Vec::new();
        if *self.peek() != Token::Close {
            loop {
                arguments.push(self.nested(0)?);
                if *self.peek() != Token::Comma {
                    break;
                }
                self.advance();
            }
        }
        let span = Span::new(place.start, self.close(opened)?.end);
        if arguments.len() < least || arguments.len() > most {
            let takes = match (least, most) {
                (1, 1) => "one argument".to_owned(),
                (least, most) if least == most => format!("{least} arguments"),
                (least, _) => format!("at least {least} argument"),
            };
            let error = FormulaError::new(
                span,
                format!("`{name}` takes {takes}: {} given", arguments.len()),
                "wrong number of arguments",
            );
            return Err(if function == Function::If {
                error.help("write `if(condition, value if true, value if false)`")
            } else {
                error
            });
        }
        Ok(self.push(Kind::Call(function, arguments), span))
    }
}
