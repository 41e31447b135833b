//! Gambit's files, as a user has them.
//!
//! `DETENTE_GAMBIT_FOLDER=path/to/folder cargo test --test gambit_files` reads every `.nfg` and
//! `.efg` below a folder, writes it, and reads it again.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use detente::gambit::{Game, Version, read, write_efg, write_nfg};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "nfg" || ending == "efg") {
            found.push(path);
        }
    }
}

#[test]
fn every_file_of_a_folder_survives_writing_and_reading() {
    let Some(folder) = std::env::var_os("DETENTE_GAMBIT_FOLDER") else {
        eprintln!("skipped: DETENTE_GAMBIT_FOLDER names no folder");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    let mut refused = 0;
    for path in &paths {
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        let name = path.display().to_string();
        let file = match read(&name, &text, None) {
            Ok(file) => file,
            Err(diagnostics) => {
                refused += 1;
                eprintln!("{diagnostics}\n");
                continue;
            }
        };
        let again = match &file.game {
            Game::Strategic(game) => {
                let outcomes = write_nfg(game, &file.title, &file.comment, Version::Outcomes);
                assert_eq!(read(&name, &outcomes, None).unwrap(), file, "{name}");
                write_nfg(game, &file.title, &file.comment, Version::Payoffs)
            }
            Game::Extensive(game) => write_efg(game, &file.title, &file.comment),
        };
        assert_eq!(read(&name, &again, None).unwrap(), file, "{name}");
    }
    eprintln!("{} files, {} refused", paths.len(), refused);
}
