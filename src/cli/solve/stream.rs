//! `detente solve --stream`: equilibria on standard output while the search goes on; and its progress.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::gambit::strategy_line;
use crate::game::answer::{Equilibrium, Subject};
use crate::report::Table;
use crate::report::result::{Labels, equilibrium_json};
use crate::report::solution::equilibrium_line;
use crate::solve::{Budget, Watch};
use crate::study::solution::{Concept, Options, Problem};
use crate::study::stream::CertifiedStream;

use super::super::common::{Failure, Format, Outcome, Output, write_result};
use super::Arguments;

/// The schema that each line of JSON names.
const EQUILIBRIUM_SCHEMA: &str = "detente/equilibrium/1";
/// A search that takes less shows no progress.
const SHOWN_AFTER: Duration = Duration::from_secs(1);
/// The parts of the bar.
const PARTS: f64 = 1000.0;

/// What goes on beside a search.
pub(super) struct Stream {
    certified: Option<Arc<CertifiedStream>>,
    bar: ProgressBar,
    /// Whoever reads standard output has gone, or it cannot be written.
    failed: Arc<AtomicBool>,
    closed: Arc<AtomicBool>,
}

/// Refuses --stream where it says nothing.
pub(super) fn refuse(arguments: &Arguments, concept: &Concept) -> Result<(), Failure> {
    if !arguments.stream {
        return Ok(());
    }
    let method = arguments.method.as_deref();
    if concept.id != "nash" || method.is_some_and(|method| method != concept.methods[0]) {
        return Err(Failure::wrong(format_args!(
            "--stream writes equilibria while a search for all of them goes on: it is for `--concept nash` and its method `branch-and-bound`"
        )));
    }
    if let Some(out) = &arguments.write.out {
        return Err(Failure::wrong(format_args!(
            "--stream writes to standard output as it finds, and --out writes a file at the end: instead of --out write `> {}`",
            out.display()
        )));
    }
    match arguments.write.format {
        Format::Text | Format::Json | Format::Gambit => Ok(()),
        Format::Csv | Format::Latex => Err(Failure::wrong(
            "--stream has the formats text, json (an object a line) and gambit: a table is made when all is found",
        )),
    }
}

/// What stands behind the equilibria when the search has ended: the usual result, as JSON in one line.
pub(super) fn close(
    tables: &[Table],
    json: impl FnOnce() -> serde_json::Value,
    arguments: &Arguments,
    partial: bool,
    output: &mut Output,
) -> Outcome {
    match arguments.write.format {
        Format::Json => output.line(json())?,
        Format::Gambit => {}
        _ => {
            output.line("")?;
            write_result(
                tables,
                Table::default,
                serde_json::Value::default,
                &arguments.write,
                output,
            )?;
        }
    }
    Ok(u8::from(partial))
}

impl Stream {
    /// Streams and shows progress as the arguments say; the budget is that of the search.
    pub(super) fn start(
        arguments: &Arguments,
        concept: &Concept,
        problem: &Problem,
        budget: Budget,
        options: &mut Options,
    ) -> Result<(Self, Budget), Failure> {
        let two = problem.stage.num_players() == 2;
        if arguments.stream && !two {
            return Err(Failure::wrong(format_args!(
                "--stream is for games of two players, and this one has {}",
                problem.stage.num_players()
            )));
        }
        let quiet = arguments.limits.quiet || !io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(Some(PARTS as u64), ProgressDrawTarget::hidden());
        let (failed, closed) = (Arc::default(), Arc::default());
        let mut stream = Stream { certified: None, bar, failed, closed };
        if concept.id != "nash" || !two || !arguments.stream && quiet {
            return Ok((stream, budget));
        }
        let template = "{bar:30} {percent}% of the search tree, {msg}, {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            stream.bar.set_style(style);
        }
        let receiver = arguments.stream.then(|| stream.receiver(arguments, problem));
        let (bar, start) = (stream.bar.clone(), Instant::now());
        let progress: crate::study::stream::ProgressReceiver = Box::new(move |share, nodes| {
            if bar.is_hidden() && start.elapsed() > SHOWN_AFTER {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.set_message(format!("{nodes} nodes"));
            bar.set_position((share * PARTS) as u64);
        });
        let (certified, budget) =
            CertifiedStream::new(&problem.stage, budget, receiver, (!quiet).then_some(progress));
        options.watch = Some(Arc::clone(&certified) as Arc<dyn Watch>);
        stream.certified = Some(certified);
        Ok((stream, budget))
    }

    /// Writes each equilibrium in a line of its own, at once.
    fn receiver(&self, arguments: &Arguments, problem: &Problem) -> crate::study::stream::Receiver {
        let format = arguments.write.format;
        let labels = Labels::of(Subject::OneShot(&problem.stage));
        let game = problem.stage.clone();
        let bound = problem.radius.map(super::regret_bound);
        let (bar, failed, closed) =
            (self.bar.clone(), Arc::clone(&self.failed), Arc::clone(&self.closed));
        Box::new(move |number, one: &Equilibrium| {
            let line = match format {
                Format::Json => {
                    let mut value = json!({ "schema": EQUILIBRIUM_SCHEMA, "number": number });
                    let mut known = equilibrium_json(&labels, one);
                    if let Some(bound) = bound {
                        known["regret"] = bound.into();
                    }
                    if let (Some(value), Some(known)) =
                        (value.as_object_mut(), known.as_object_mut())
                    {
                        value.append(known);
                    }
                    value.to_string()
                }
                Format::Gambit => strategy_line(&one.profile),
                _ => format!("{number}: {}", equilibrium_line(&game, one)),
            };
            let written = bar.suspend(|| {
                let mut output = io::stdout().lock();
                writeln!(output, "{line}").and_then(|()| output.flush())
            });
            if let Err(error) = &written {
                let gone = error.kind() == io::ErrorKind::BrokenPipe;
                if gone { &closed } else { &failed }.store(true, Ordering::Relaxed);
            }
            written.is_ok()
        })
    }

    /// The end of the search: what went wrong beside it.
    pub(super) fn finish(&self) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        if self.closed.load(Ordering::Relaxed) {
            return Err(Failure::Closed);
        }
        if self.failed.load(Ordering::Relaxed) {
            return Err(Failure::no("cannot write to standard output: the search was ended"));
        }
        match self.certified.as_ref().and_then(|stream| stream.refused()) {
            Some(refutation) => Err(Failure::no(format_args!(
                "an equilibrium is not certified, which is a fault of this program: {refutation}"
            ))),
            None => Ok(()),
        }
    }
}
