//! A JSON value with its place in the file, for errors that say where.

use serde_json::Value;

use crate::num::Rational;

/// Why a file is not a result, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{message}", .place, if .place.is_empty() { "" } else { ": " })]
pub struct ResultError {
    /// The place in the file, such as `equilibria[0].strategies.Row`; empty for the whole.
    pub place: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    value: &'a Value,
    place: String,
}

impl<'a> Cursor<'a> {
    pub(super) fn top(value: &'a Value) -> Self {
        Cursor { value, place: String::new() }
    }

    pub(super) fn wrong(&self, message: impl Into<String>) -> ResultError {
        ResultError { place: self.place.clone(), message: message.into() }
    }

    fn expected(&self, what: &str) -> ResultError {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a JSON number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.wrong(format!("{what} is expected, and this is {found}"))
    }

    fn below(&self, key: &str, value: &'a Value) -> Self {
        let place =
            if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) };
        Cursor { value, place }
    }

    /// The value of a key that must be there.
    pub(super) fn key(&self, key: &str) -> Result<Self, ResultError> {
        let object = self.value.as_object().ok_or_else(|| self.expected("an object"))?;
        match object.get(key) {
            Some(value) => Ok(self.below(key, value)),
            None => Err(self.wrong(format!("the key `{key}` is missing"))),
        }
    }

    /// The value of a key, unless it is missing.
    pub(super) fn optional(&self, key: &str) -> Result<Option<Self>, ResultError> {
        let object = self.value.as_object().ok_or_else(|| self.expected("an object"))?;
        Ok(object.get(key).map(|value| self.below(key, value)))
    }

    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, ResultError> {
        let object = self.value.as_object().ok_or_else(|| self.expected("an object"))?;
        Ok(object.iter().map(|(key, value)| (key.as_str(), self.below(key, value))).collect())
    }

    pub(super) fn list(&self) -> Result<Vec<Self>, ResultError> {
        let list = self.value.as_array().ok_or_else(|| self.expected("a list"))?;
        Ok(list
            .iter()
            .enumerate()
            .map(|(at, value)| Cursor { value, place: format!("{}[{at}]", self.place) })
            .collect())
    }

    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    pub(super) fn string(&self) -> Result<&'a str, ResultError> {
        self.value.as_str().ok_or_else(|| self.expected("a string"))
    }

    pub(super) fn boolean(&self) -> Result<bool, ResultError> {
        self.value.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    pub(super) fn integer(&self) -> Result<u64, ResultError> {
        self.value.as_u64().ok_or_else(|| self.expected("a non-negative integer"))
    }

    /// A number that is exact in a string, or a machine number.
    pub(super) fn number(&self) -> Result<Rational, ResultError> {
        match self.value {
            Value::Number(number) => number
                .as_f64()
                .and_then(Rational::from_f64_exactly)
                .ok_or_else(|| self.expected("a finite number")),
            _ => self.rational(),
        }
    }

    /// An exact number, which is a string.
    pub(super) fn rational(&self) -> Result<Rational, ResultError> {
        match self.value {
            Value::String(text) => text
                .parse()
                .map_err(|error: crate::num::LiteralError| self.wrong(error.to_string())),
            _ => Err(self.expected("an exact number in a string, such as \"2/3\",")),
        }
    }
}
