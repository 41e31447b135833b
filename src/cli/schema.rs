//! `detente schema`: the JSON Schema of the model file.

use clap::Args;

use super::common::{Outcome, Output, pretty};

/// The arguments of `detente schema`.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments, output: &mut Output) -> Outcome {
    output.print(&pretty(&crate::model::schema::json_schema()))?;
    Ok(0)
}
