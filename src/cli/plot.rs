//! placeholder
use super::common::{Outcome, Output};
use clap::Args;
/// x
#[derive(Debug, Args)]
pub(super) struct Arguments {}
pub(super) fn run(_: &Arguments, _: &mut Output) -> Outcome {
    Ok(0)
}
