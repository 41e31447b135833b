//! Where a result goes, and which existing files it may replace.
//!
//! The rule: a file is replaced when it begins as detente's own files begin, or is empty, or is no
//! regular file (a pipe, `/dev/null`); anything else only with --force. The file that a command
//! reads is never replaced.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::common::Failure;

/// So much of a file is looked at.
const HEAD: u64 = 1024;

/// How tables begin that `--format csv` has written.
const TABLES: &[&str] = &[
    "scenario,title,kind,channel,",
    "scenario,against,quantity,measure,",
    "concept,method,number,component,",
    "quantity,of,period,level,simulated,",
    "id,title,claims,source",
    "player,against,from,best_reply",
    "model,claim,quantity,stated,",
    "point,",
];

/// The first line of a text that is written to a file.
pub(super) fn first_line() -> String {
    format!("detente {}\n\n", env!("CARGO_PKG_VERSION"))
}

/// Whether a file that begins like this was written by detente.
fn is_ours(head: &str) -> bool {
    let json = || {
        let start = head.trim_start().strip_prefix('{')?.trim_start();
        start.strip_prefix("\"schema\":")?.trim_start().strip_prefix("\"detente/")
    };
    let version = || head.strip_prefix("detente ")?.chars().next();
    head.is_empty()
        || json().is_some()
        || head.starts_with("# {\"schema\":\"detente/")
        || head.starts_with("<svg data-generator=\"detente\"")
        || head.starts_with("% written by detente")
        || head.starts_with("// written by detente")
        || version().is_some_and(|digit| digit.is_ascii_digit())
        || TABLES.iter().any(|table| head.starts_with(table))
}

/// Refuses a file that must not be replaced: one of `inputs` (names of files that the command
/// reads), or without `force` a file that detente has not written.
pub(super) fn guard(out: Option<&Path>, force: bool, inputs: &[&Path]) -> Result<(), Failure> {
    let Some(path) = out else { return Ok(()) };
    if path == Path::new("-") {
        return Err(Failure::wrong(
            "results go to standard output when no file is named: leave `--out -` away",
        ));
    }
    let Ok(data) = fs::metadata(path) else { return Ok(()) };
    if data.is_dir() {
        return Err(Failure::wrong(format_args!(
            "`{}` is a folder: name a file in it",
            path.display()
        )));
    }
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let target = whole(path);
    if inputs.iter().any(|input| target.is_some() && whole(input) == target) {
        return Err(Failure::wrong(format_args!(
            "`{}` is the file that is read: it would be lost; choose another name",
            path.display()
        )));
    }
    if force || !data.is_file() {
        return Ok(());
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    // The end may cut a character.
    if read.is_ok() && is_ours(&String::from_utf8_lossy(&head)) {
        return Ok(());
    }
    Err(Failure::wrong(format_args!(
        "`{}` exists, and detente has not written it; choose another name, or replace it with --force",
        path.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_detente_are_its_own() {
        for ours in [
            "",
            "{\n  \"schema\": \"detente/result/1\",\n",
            "# {\"schema\":\"detente/sweep/1\",",
            "detente 0.1.0\n\nStag hunt",
            "scenario,title,kind,channel,mechanisms\n",
        ] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in [
            "notes: call Kosuke\n",
            "[model]\nid = \"detente\"\n",
            "{\"schema\": \"other/1\"}",
            "# a heading\n",
            "<svg xmlns=\"http://www.w3.org/2000/svg\">",
            "detente is a word",
            "id,title\n",
        ] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
