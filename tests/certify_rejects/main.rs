//! Certificates accept what is right and refuse what is not: every kind of claim, and every way of
//! being wrong that a solver or a file could have.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commitments;
mod equilibria;
mod learning;
mod linear_claims;
mod matrix_games;
mod mutated_files;
mod refinement;
mod repeated;
mod right_answers;
mod solvers;
mod structure;
mod symmetric;
mod thresholds;

use detente::certify::{Certificate, Limits, Refutation, certify};
use detente::game::answer::{Answer, Subject};
use detente::game::{MixedStrategy, NormalForm};
use detente::num::Rational;

/// A number from its text.
fn q(text: &str) -> Rational {
    text.parse().unwrap()
}

/// Numbers from their texts, separated by blanks.
fn qs(texts: &str) -> Vec<Rational> {
    texts.split_whitespace().map(q).collect()
}

/// A strategy from its probabilities.
fn mix(texts: &str) -> MixedStrategy {
    MixedStrategy::new(qs(texts)).unwrap()
}

fn check(game: &NormalForm, answer: &Answer) -> Result<Certificate, Refutation> {
    certify(Subject::OneShot(game), answer, &Limits::default())
}

/// That a claim is refused, with these words in the sentence.
fn refused(outcome: Result<Certificate, Refutation>, words: &[&str]) {
    let text = outcome.expect_err("a wrong claim was certified").to_string();
    for word in words {
        assert!(text.contains(word), "{text}");
    }
}
