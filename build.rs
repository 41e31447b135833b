//! Lists the models under models/ so that they are part of the binary: adding a model is adding a
//! file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("models");
    let mut files = vec![];
    collect(&root, &mut files)?;
    // Models at the top first, then folder by folder, each by name.
    files.sort_by_key(|path| (path.components().count(), path.clone()));
    let mut list = String::from("&[\n");
    for path in &files {
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(
            list,
            "    Builtin {{ id: {id:?}, path: {name:?}, text: include_str!({:?}) }},",
            path.to_string_lossy()
        )?;
    }
    list.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("builtin_models.rs"), list)?;
    Ok(())
}
