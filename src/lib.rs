//! A solver for deterrence equilibria: security dilemmas as normal-form, repeated and Stackelberg
//! games, with every answer certified in exact arithmetic.
//!
//! A *model* is a text file that describes a security dilemma: players with actions, payoffs as
//! formulas or tables, how the game is repeated, and the mechanisms that could be agreed on. It
//! compiles to a *game*; a *solver* makes a *claim* about the game; and [`certify`] recomputes the
//! claim without any solver. The command `detente` does this for files, and this library for
//! programs:
//!
//! ```
//! use detente::certify::{Limits, certify_equilibria};
//! use detente::game::NormalForm;
//! use detente::solve::{Budget, nash};
//!
//! let stag_hunt = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
//! let found = nash::enumerate_equilibria(&stag_hunt, &Budget::unlimited());
//! assert_eq!(found.answer.list.len(), 3);
//! assert_eq!(found.answer.list[1].profile[0].probabilities()[0].to_string(), "2/3");
//! let certificate = certify_equilibria(&stag_hunt, &found.answer, &Limits::default()).unwrap();
//! assert!(certificate.complete.is_proved());
//! ```
//!
//! # The house
//!
//! Each room rests only on those above it; `certify` uses [`num`] and [`game`] alone, and the
//! mechanisms of a model file, which name its parameters, rest on [`model`].
//!
//! | room | holds |
//! |---|---|
//! | [`num`] | exact rationals that widen, certified intervals, literals, formatting |
//! | [`random`] | generators of random numbers, a stream for each path |
//! | [`linear`] | the integer-pivoting dictionary, exact linear programs, float guesses of bases |
//! | [`game`] | games as plain data, and the answers that are claimed about them |
//! | [`solve`] | solvers, one file for one method |
//! | [`certify`] | the check of every kind of claim, without any solver |
//! | [`model`] | the model file: text, formulas, diagnostics, the built-in library |
//! | [`gambit`] | Gambit's files, read and written: strategic and extensive games |
//! | [`mechanism`] | mechanisms as operators on a situation, and the log of what they did |
//! | [`study`] | solutions, comparisons, sweeps, shares, boundaries, claims, simulations |
//! | [`report`] | tables, JSON, CSV, LaTeX, figures |
//! | [`cli`] | the command line |

pub mod certify;
pub mod cli;
pub mod gambit;
pub mod game;
pub mod linear;
pub mod mechanism;
pub mod model;
pub mod num;
pub mod random;
pub mod report;
pub mod solve;
pub mod study;

/// Compiles and runs the example of README.md with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
