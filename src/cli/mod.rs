//! The command line: one file for one subcommand, and what they share.
//!
//! Results go to standard output; progress, warnings and errors to standard error. The exit status
//! is 0 when the work is done, 1 when the answer is no, and 2 when the input or the call is wrong.

/// Writes a line on standard error. Nothing can be done where that is closed.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($text)*);
    }};
}

mod boundary;
mod check;
mod check_game;
mod common;
mod compare;
mod completions;
mod convert;
mod destination;
mod input;
mod models;
mod plot;
mod reproduce;
mod schema;
mod simulate;
mod solve;
mod sweep;
mod verify;
mod verify_beside;
mod verify_game;
mod verify_succinct;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use common::{Failure, Output};

/// Solver for deterrence equilibria: every answer is certified in exact arithmetic.
#[derive(Debug, Parser)]
#[command(name = "detente", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "FILE is a model file (.toml), a Gambit file (.nfg, .efg), `-` for standard input, or the id of a built-in model.\nStart with: detente compare northeast-asia"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the built-in models with title, source and claims covered
    Models(models::Arguments),
    /// Parse and validate a model file, and say what it contains
    Check(check::Arguments),
    /// Find equilibria under a solution concept
    Solve(Box<solve::Arguments>),
    /// Hold the baseline of a model against each mechanism and bundle
    Compare(compare::Arguments),
    /// Find the exact parameter values at which best replies change
    Boundary(boundary::Arguments),
    /// Evaluate scenarios over a grid or sample of parameter points, to a file
    Sweep(sweep::Arguments),
    /// Play over time: sample paths beside what is expected
    Simulate(Box<simulate::Arguments>),
    /// Draw the result of a sweep, comparison or simulation as SVG
    Plot(plot::Arguments),
    /// Recompute the claims of the built-in models, stated against computed
    Reproduce(reproduce::Arguments),
    /// Check a saved result again, by separate code, in exact arithmetic
    Verify(verify::Arguments),
    /// Convert between model files, Gambit's .nfg and .efg, and JSON
    Convert(convert::Arguments),
    /// Print the JSON Schema of the model file
    Schema(schema::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}

/// Runs the program on the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers; anything else is a wrong call.
            let status = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(status);
        }
    };
    let mut output = Output::standard();
    let result = match arguments.command {
        Command::Models(arguments) => models::run(&arguments, &mut output),
        Command::Check(arguments) => check::run(&arguments, &mut output),
        Command::Solve(arguments) => solve::run(&arguments, &mut output),
        Command::Compare(arguments) => compare::run(&arguments, &mut output),
        Command::Boundary(arguments) => boundary::run(&arguments, &mut output),
        Command::Sweep(arguments) => sweep::run(&arguments, &mut output),
        Command::Simulate(arguments) => simulate::run(&arguments, &mut output),
        Command::Plot(arguments) => plot::run(&arguments, &mut output),
        Command::Reproduce(arguments) => reproduce::run(&arguments, &mut output),
        Command::Verify(arguments) => verify::run(&arguments, &mut output),
        Command::Convert(arguments) => convert::run(&arguments, &mut output),
        Command::Schema(arguments) => schema::run(&arguments, &mut output),
        Command::Completions(arguments) => completions::run(&arguments, &mut output),
    };
    match result.and_then(|status| output.flush().map(|()| status)) {
        Ok(status) => ExitCode::from(status),
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(failure) => {
            say!("{}", failure.text());
            ExitCode::from(failure.status())
        }
    }
}
