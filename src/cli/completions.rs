//! `detente completions`: a completion script for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::common::{Outcome, Output};

/// The arguments of `detente completions`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> Outcome {
    let mut script = Vec::new();
    let mut command = super::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "detente", &mut script);
    output.print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
