//! What a saved result says beside its answer, held against the result written anew.

use serde_json::Value;

use crate::certify::Certificate;
use crate::game::public::{PublicForm, PublicGame};
use crate::game::stochastic::StochasticGame;
use crate::report::result::{self, Header};
use crate::solve::Status;
use crate::study::public::PublicAnswer;
use crate::study::stochastic::{MARKOV_METHODS, PAYOFF_METHODS, StochasticAnswer};

use super::common::Failure;
use super::verify::{refused, same};

/// An answer about a game in states.
pub(super) fn stochastic(
    value: &Value,
    header: &Header,
    game: &StochasticGame,
    answer: &StochasticAnswer,
    certificate: &Certificate,
) -> Result<(), Failure> {
    let (methods, none): (&[&str], bool) = match answer {
        StochasticAnswer::Transfers(answer) => (&["transfers"], answer.policies.is_none()),
        StochasticAnswer::Negotiation(_) => (&["negotiation"], false),
        StochasticAnswer::Markov(_) => (MARKOV_METHODS, false),
        StochasticAnswer::Critical(_) => (&["bisection"], false),
        StochasticAnswer::Agreements(_) => (&["agreements"], false),
        StochasticAnswer::Payoffs(answer) => {
            (PAYOFF_METHODS, answer.states.iter().all(|state| state.levels.is_empty()))
        }
    };
    header_of(header, methods, none)?;
    same(value, &result::write_stochastic(header, game, answer, Some(certificate)), "")
}

/// An answer about a game with public signals.
pub(super) fn public(
    value: &Value,
    header: &Header,
    game: &PublicGame,
    answer: &PublicAnswer,
    certificate: &Certificate,
) -> Result<(), Failure> {
    let (method, none) = match answer {
        PublicAnswer::Equilibria(answer) => {
            let method = match answer.form {
                PublicForm::Transfers => "transfers",
                PublicForm::Symmetric => "symmetric",
            };
            (method, answer.at.as_ref().is_some_and(|at| at.row.is_none()))
        }
        PublicAnswer::Limit(answer) => {
            let nowhere = answer.scores.iter().any(|one| one.value.is_none());
            ("scores", nowhere || answer.corners.as_ref().is_some_and(Vec::is_empty))
        }
        PublicAnswer::Payoffs(answer) => ("payoffs", answer.outer.is_empty()),
    };
    header_of(header, &[method], none)?;
    // Of these games nothing is warned of.
    if !header.warnings.is_empty() {
        return Err(refused("there is nothing to warn of"));
    }
    same(value, &result::write_public(header, game, answer, Some(certificate)), "")
}

/// The method is one of the concept, and if nothing exists the answer shows it.
pub(super) fn header_of(header: &Header, methods: &[&str], none: bool) -> Result<(), Failure> {
    if !methods.contains(&header.method.as_str()) {
        return Err(refused(format_args!(
            "the method is {} and not `{}`",
            methods.join(" or "),
            header.method
        )));
    }
    if header.status == Status::None && !none {
        return Err(refused(
            "the status `none` says that it was proved that there is no equilibrium",
        ));
    }
    Ok(())
}
