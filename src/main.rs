//! The command `detente`: parse the arguments, run one subcommand, and exit with its status.

use std::process::ExitCode;

fn main() -> ExitCode {
    detente::cli::main()
}
