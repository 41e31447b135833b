//! Running the program as a user does, for the tests of what it prints.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A new empty folder for the files of one test; `group` is the file of tests that it belongs to.
pub(crate) fn folder(group: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(group).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What a command does in a folder, without colour and 100 characters wide.
pub(crate) fn detente(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_detente"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .unwrap()
}

/// What a command that must succeed prints.
pub(crate) fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = detente(folder, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}
