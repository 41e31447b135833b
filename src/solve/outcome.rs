//! What a solver returns: the answer, how far it got, and what it did.

use super::Exhausted;

/// How a solver ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The question is answered.
    Solved,
    /// A limit stopped the search: what was found is right, and there may be more.
    Partial(Exhausted),
    /// It was proved that there is no answer.
    None,
}

/// What a solver did, for users who compare methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Pivots of a dictionary.
    pub pivots: u64,
    /// Nodes of a search tree, or linear programs solved.
    pub nodes: u64,
    /// Rounds of a learning process.
    pub rounds: u64,
}

/// The answer of a solver with its status and evidence.
#[derive(Debug, Clone)]
pub struct Outcome<T> {
    /// The answer; with [`Status::Partial`] what was found so far.
    pub answer: T,
    /// How it ended.
    pub status: Status,
    /// The name of the method, as `--method` takes it.
    pub method: &'static str,
    /// What it cost.
    pub work: Work,
    /// What the user should know, in plain sentences.
    pub warnings: Vec<String>,
}

impl<T> Outcome<T> {
    /// A finished answer without warnings.
    pub fn solved(answer: T, method: &'static str, work: Work) -> Self {
        Outcome { answer, status: Status::Solved, method, work, warnings: Vec::new() }
    }

    /// The same outcome with another answer.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome {
            answer: change(self.answer),
            status: self.status,
            method: self.method,
            work: self.work,
            warnings: self.warnings,
        }
    }
}
