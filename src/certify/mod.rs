//! Claims checked again, in exact arithmetic, by code that shares nothing with the solvers.
//!
//! A *claim* is one of the types of [`crate::game::answer`]. A check takes the game and the claim,
//! recomputes everything that is stated from the payoffs, and returns a [`Certificate`], which says
//! in plain sentences what was verified, or a [`Refutation`], which names what is wrong. Only
//! [`crate::num`] and [`crate::game`] are used here: no pivot, no tableau and no search of the
//! solvers, so that a fault there cannot hide here. The mathematics of each check stands at the
//! head of its file and in docs/certificates.md.
//!
//! Checks that could take long are limited by [`Limits`]. A limit never turns into a wrong yes: the
//! certificate says which part of the claim was not checked.

mod advice;
mod approximate;
mod automaton;
mod bayesian;
mod bernstein;
mod bits;
mod blotto;
mod bracket;
mod case_tree;
mod chain;
mod coarse;
mod communication;
mod components;
mod correlated;
mod correlated_vertices;
mod credibility;
mod device;
mod dominance;
mod double_description;
mod doubt;
mod enclosed;
mod enumeration;
mod envelope;
mod equilibria;
mod expected;
mod extensive;
mod feasibility;
mod fictitious_play;
mod followers;
mod guaranteed;
mod index;
mod inspection;
mod integers;
mod isolation;
mod learning;
mod matched;
mod mersenne;
mod meter;
mod minimax;
mod pact;
mod pair;
mod patience;
mod plane;
mod polygon;
mod proper;
mod public;
mod quantal;
mod refinement;
mod repeated;
mod repeated_payoffs;
mod repeated_polytopes;
mod replay;
mod replies;
mod resolvent;
mod robust;
mod robust_device;
mod security;
mod security_bracket;
mod security_quantal;
mod sequential;
mod stackelberg;
mod stage;
mod stochastic;
mod structure;
mod symmetric;
mod tournament;
mod triggers;
mod wording;

pub use advice::certify_advised;
pub use approximate::certify_approximate;
pub use automaton::{certify_machine, objective_gap};
pub use bayesian::{certify_bayesian, certify_bayesian_commitment};
pub use blotto::certify_blotto;
pub use bracket::{certify_matrix_bracket, certify_source_bracket};
pub use chain::{certify_chain_values, certify_within};
pub use coarse::certify_coarse_correlated;
pub use communication::certify_communication;
pub use correlated::certify_correlated;
pub use correlated_vertices::certify_correlated_vertices;
pub use credibility::certify_credibility;
pub use dominance::certify_dominance;
pub use doubt::Doubt;
pub use envelope::certify_envelope;
pub use equilibria::{certify_equilibria, certify_equilibrium};
pub use extensive::{certify_behavior, certify_tree};
pub use fictitious_play::certify_fictitious_play;
pub use followers::{
    certify_correlated_commitment, certify_pure_before_followers, certify_several_followers,
};
pub use inspection::certify_inspection;
pub use learning::certify_learning;
pub use matched::certify_matched;
pub use meter::Limits;
pub use minimax::certify_minimax;
pub use pact::{Course, certify_average, certify_critical_discount, certify_hazard, certify_kept};
pub use patience::certify_critical_discounts;
pub use polygon::{certify_coarse_correlated_payoffs, certify_correlated_payoffs};
pub use public::{certify_limit_payoffs, certify_public_equilibria, certify_public_payoffs};
pub use quantal::certify_quantal;
pub use refinement::certify_refinement;
pub use repeated::certify_repeated;
pub use repeated_payoffs::certify_repeated_payoffs;
pub use repeated_polytopes::{certify_repeated_polytopes, certify_state_polytopes};
pub use robust::certify_robust;
pub use robust_device::certify_robust_device;
pub use security::certify_security;
pub use security_bracket::certify_security_bracket;
pub use security_quantal::certify_security_quantal;
pub use sequential::certify_sequential;
pub use stackelberg::certify_stackelberg;
pub use stage::{
    StageClaims, certify_kept_agreement, certify_only_survivor, certify_pure_commitment,
    certify_rest, certify_stage_claims,
};
pub use stochastic::{
    Play, certify_critical_profiles, certify_markov, certify_negotiation, certify_pact,
    certify_pact_patience, certify_play, certify_transfers,
};
pub use structure::certify_structure;
pub use symmetric::certify_symmetric;
pub use tournament::certify_tournament;
pub use triggers::certify_triggers;

use crate::game::answer::{Answer, Subject};

/// What was verified about a claim that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// What was verified, in plain sentences.
    pub checked: Vec<String>,
    /// What is known about the completeness of a list.
    pub complete: Completeness,
}

/// How far the claim that nothing is missing was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// The claim does not say that it is complete.
    NotClaimed,
    /// Nothing is missing; the text says how that was established.
    Proved(String),
    /// A weaker test, named in the text, found nothing missing.
    Consistent(String),
    /// Not verified; the text says why.
    NotChecked(String),
}

impl Completeness {
    /// Whether it was established that nothing is missing.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        matches!(self, Completeness::Proved(_))
    }

    /// The text, if there is any.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Completeness::NotClaimed => None,
            Completeness::Proved(text)
            | Completeness::Consistent(text)
            | Completeness::NotChecked(text) => Some(text),
        }
    }
}

/// Why a claim is not certified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refutation {
    /// The answer does not fit the game: a wrong length, an unknown position, a bad probability.
    #[error("the answer does not fit the game: {0}")]
    Misfit(String),
    /// A stated number is not what the game gives.
    #[error("a wrong number: {0}")]
    WrongNumber(String),
    /// A player gains by deviating where the claim says that nobody does.
    #[error("a profitable deviation: {0}")]
    Deviation(String),
    /// A list that is claimed to be complete lacks a member.
    #[error("incomplete: {0}")]
    Incomplete(String),
    /// A list has a member that does not belong to it, twice the same, or in the wrong order.
    #[error("a wrong list: {0}")]
    WrongList(String),
    /// The proof that nothing better exists does not hold.
    #[error("not proved to be optimal: {0}")]
    NotOptimal(String),
    /// The check would take more work than the limit allows.
    #[error("not checked: {0}")]
    OutOfReach(String),
}

/// Checks an answer of any kind.
///
/// # Errors
/// The [`Refutation`] of the first thing that is wrong; [`Refutation::Misfit`] when an answer for a
/// repeated game comes with a game that is not.
pub fn certify(
    subject: Subject<'_>,
    answer: &Answer,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let stage = subject.stage();
    match answer {
        Answer::Equilibria(answer) => certify_equilibria(stage, answer, limits),
        Answer::Minimax(answer) => certify_minimax(stage, answer, limits),
        Answer::Correlated(answer) => certify_advised(stage, answer, limits),
        Answer::RobustDevice(answer) => certify_robust_device(stage, answer, limits),
        Answer::CoarseCorrelated(answer) => certify_coarse_correlated(stage, answer, limits),
        Answer::CorrelatedPayoffs(answer) => certify_correlated_payoffs(stage, answer, limits),
        Answer::CorrelatedVertices(answer) => certify_correlated_vertices(stage, answer, limits),
        Answer::CoarseCorrelatedPayoffs(answer) => {
            certify_coarse_correlated_payoffs(stage, answer, limits)
        }
        Answer::Dominance(answer) => certify_dominance(stage, answer, limits),
        Answer::Stackelberg(answer) => certify_stackelberg(stage, answer, limits),
        Answer::SeveralFollowers(answer) => certify_several_followers(stage, answer, limits),
        Answer::CorrelatedCommitment(answer) => {
            certify_correlated_commitment(stage, answer, limits)
        }
        Answer::PureBeforeFollowers(answer) => certify_pure_before_followers(stage, answer, limits),
        Answer::Robust(answer) => certify_robust(stage, answer, limits),
        Answer::Matched(answer) => certify_matched(stage, answer, limits),
        Answer::Sequential(answer) => certify_sequential(stage, answer, limits),
        Answer::Credibility(answer) => certify_credibility(stage, answer, limits),
        Answer::FictitiousPlay(answer) => certify_fictitious_play(stage, answer, limits),
        Answer::CriticalDiscounts(answer) => certify_critical_discounts(stage, answer, limits),
        Answer::Machine(answer) => certify_machine(stage, answer, limits),
        Answer::RepeatedPayoffs(answer) => certify_repeated_payoffs(stage, answer, limits),
        Answer::RepeatedPolytopes(answer) => certify_repeated_polytopes(stage, answer, limits),
        Answer::Learning(answer) => certify_learning(stage, answer, limits),
        Answer::Tournament(answer) => certify_tournament(stage, answer, limits),
        Answer::Structure(answer) => certify_structure(stage, answer, limits),
        Answer::Refinement(answer) => certify_refinement(stage, answer, limits),
        Answer::Symmetric(answer) => certify_symmetric(stage, answer, limits),
        Answer::Approximate(answer) => certify_approximate(stage, answer, limits),
        Answer::Quantal(answer) => certify_quantal(stage, answer, limits),
        Answer::Triggers(answer) => match subject {
            Subject::Repeated(game) => certify_triggers(game, answer, limits),
            Subject::OneShot(_) => Err(Refutation::Misfit(
                "it speaks of agreements, and the game is played once".to_owned(),
            )),
        },
        Answer::Repeated(answer) => match subject {
            Subject::Repeated(game) => certify_repeated(game, answer, limits),
            Subject::OneShot(_) => Err(Refutation::Misfit(
                "it speaks of agreements, and the game is played once".to_owned(),
            )),
        },
    }
}
