//! Files that survive an interruption: atomic writes, and sweep files that are continued.
//!
//! An ordinary result is written by [`write_atomically`]: whoever looks sees the old file or the
//! new one. A study of many points keeps a [`Journal`]: a CSV file `NAME.partial` beside the
//! target that grows by whole chunks of rows, in order, and is renamed to the target when the last
//! row is there. Its first line is a comment with what the rows depend on. The next run with the
//! same header cuts off a torn last line and goes on; another header is refused. Nothing in the
//! file depends on the clock, on the number of threads, or on where the work was interrupted.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::solve::{Budget, Exhausted};

/// Why a study's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// An unfinished file of another study is in the way.
    #[error(
        "`{}` holds an unfinished run that differs in {}; finish it with its own settings, or \
         delete it to start anew", path.display(), differences.join(", ")
    )]
    OtherRun {
        /// The unfinished file.
        path: PathBuf,
        /// In which parts of the header it differs.
        differences: Vec<&'static str>,
    },
    /// The file does not begin as a study's file.
    #[error(
        "`{}` is not a file that a study of detente has written; choose another name", path.display()
    )]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// Another process is writing the same file.
    #[error("another run is writing `{}`; wait for it, or choose another name", path.display())]
    Busy {
        /// The unfinished file.
        path: PathBuf,
    },
    /// A line before the last one is damaged.
    #[error("line {line} of `{}` is damaged: {reason}; delete the file to start anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A row does not fit the file.
    #[error("a row cannot be written: {0}")]
    BadRow(String),
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> JournalError + 'a {
    move |source| JournalError::Io { action, path: path.to_path_buf(), source }
}

/// Writes a whole file so that an interruption leaves either the old file or the new one.
///
/// The bytes go to a temporary file in the same folder, which is then renamed. A target that
/// exists and is not a regular file (a pipe, a terminal, `/dev/null`) is written to directly; a
/// symbolic link stays, and the file that it points to is replaced.
///
/// # Errors
/// [`JournalError::Io`]; the temporary file is then removed.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), JournalError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return fs::write(&target, bytes).map_err(failed("write", path));
    }
    let temporary = sibling(&target, &format!(".{}.tmp", std::process::id()));
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, &target)
    };
    write().map_err(|source| {
        // The write has failed already; a temporary file that stays does no harm.
        let _ = fs::remove_file(&temporary);
        failed("write", path)(source)
    })
}

/// The file of the same folder whose name has this ending added.
fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(ending);
    path.with_file_name(name)
}

/// What the rows of a study depend on, and what they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The kind of file, such as `detente/sweep/1`.
    pub schema: String,
    /// The version of detente.
    pub detente: String,
    /// The id of the model.
    pub model: String,
    /// The hash of the model's text, in hexadecimal digits.
    pub model_sha256: String,
    /// The values of the parameters that do not vary, as text.
    pub parameters: String,
    /// The points of the study: what varies and how, mechanisms, seed; as text.
    pub design: String,
    /// The number of rows of the finished file.
    pub rows: u64,
    /// The names of the columns.
    pub columns: Vec<String>,
}

impl Header {
    /// A hash of all parts, in hexadecimal digits; equal fingerprints mean equal rows.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let rows = self.rows.to_string();
        let columns = self.columns.join("\n");
        for (_, part) in self.parts(&rows, &columns) {
            // The length first, so that no two lists of parts run together to the same bytes.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn parts<'a>(&'a self, rows: &'a str, columns: &'a str) -> [(&'static str, &'a str); 8] {
        [
            ("the kind of study", &self.schema),
            ("the version of detente", &self.detente),
            ("the model", &self.model),
            ("the model's text", &self.model_sha256),
            ("the parameters", &self.parameters),
            ("the design", &self.design),
            ("the number of rows", rows),
            ("the columns", columns),
        ]
    }

    fn differences(&self, other: &Header) -> Vec<&'static str> {
        let (rows, columns) = (self.rows.to_string(), self.columns.join("\n"));
        let (other_rows, other_columns) = (other.rows.to_string(), other.columns.join("\n"));
        self.parts(&rows, &columns)
            .iter()
            .zip(other.parts(&other_rows, &other_columns))
            .filter(|(mine, others)| mine.1 != others.1)
            .map(|(mine, _)| mine.0)
            .collect()
    }

    /// The first two lines of the file: a comment in JSON, and the names of the columns.
    fn text(&self) -> Result<String, JournalError> {
        #[derive(Serialize)]
        struct Line<'a> {
            #[serde(flatten)]
            header: &'a Header,
            fingerprint: String,
        }
        let line = Line { header: self, fingerprint: self.fingerprint() };
        let json = serde_json::to_string(&line)
            .map_err(|error| JournalError::BadRow(error.to_string()))?;
        Ok(format!("# {json}\n{}", self.line(&self.columns)?))
    }

    /// One row as CSV, with its newline.
    fn line<S: AsRef<str>>(&self, fields: &[S]) -> Result<String, JournalError> {
        if fields.len() != self.columns.len() {
            return Err(JournalError::BadRow(format!(
                "it has {} fields and the file {} columns",
                fields.len(),
                self.columns.len()
            )));
        }
        let mut line = String::new();
        for (position, field) in fields.iter().map(AsRef::as_ref).enumerate() {
            if position > 0 {
                line.push(',');
            }
            if field.contains(['\n', '\r', '\0']) {
                return Err(JournalError::BadRow(format!("a line break in a field: {field:?}")));
            }
            // A comment sign is quoted too, so that no row can look like the header.
            let lone_empty = fields.len() == 1 && field.is_empty();
            if field.contains([',', '"']) || field.starts_with('#') || lone_empty {
                line.push('"');
                line.push_str(&field.replace('"', "\"\""));
                line.push('"');
            } else {
                line.push_str(field);
            }
        }
        line.push('\n');
        Ok(line)
    }
}

/// What [`Journal::open`] found.
#[derive(Debug)]
pub enum Opened {
    /// Rows are missing: all of them, or those that an interrupted run has left.
    Unfinished(Box<Journal>),
    /// The target is there with this very header and all rows; there is nothing to do.
    Complete,
}

/// An unfinished file of a study, locked against other processes.
#[derive(Debug)]
pub struct Journal {
    header: Header,
    target: PathBuf,
    partial: PathBuf,
    file: File,
    done: u64,
}

impl Journal {
    /// Opens the file of a study: anew, or where an interrupted run with the same header stopped.
    ///
    /// A finished target of another study stays until [`Journal::finish`] replaces it.
    ///
    /// # Errors
    /// [`JournalError::OtherRun`], [`JournalError::NotAJournal`] or [`JournalError::Damaged`] when
    /// the unfinished file cannot be continued, [`JournalError::Busy`] when another process writes
    /// it, and [`JournalError::Io`].
    pub fn open(target: &Path, header: &Header) -> Result<Opened, JournalError> {
        let text = header.text()?;
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_path_buf());
        let partial = sibling(&target, ".partial");
        if is_complete(&target, &text, header.rows) {
            return Ok(Opened::Complete);
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&partial)
            .map_err(failed("open", &partial))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy { path: partial }),
            // Some file systems have no locks: then two runs at once are the user's to avoid.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let (done, length) = match scan(&mut file, &partial, header, &text)? {
            Some(found) => found,
            None => {
                file.set_len(0).map_err(failed("write", &partial))?;
                file.rewind().map_err(failed("write", &partial))?;
                file.write_all(text.as_bytes()).map_err(failed("write", &partial))?;
                (0, text.len() as u64)
            }
        };
        file.set_len(length).map_err(failed("write", &partial))?;
        file.seek(SeekFrom::Start(length)).map_err(failed("write", &partial))?;
        let journal = Journal { header: header.clone(), target, partial, file, done };
        Ok(Opened::Unfinished(Box::new(journal)))
    }

    /// The number of rows that are in the file, which is the number of the next one.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done
    }

    /// The number of rows of the finished file.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.header.rows
    }

    /// The unfinished file.
    #[must_use]
    pub fn partial_path(&self) -> &Path {
        &self.partial
    }

    /// Adds the next rows, in one write.
    ///
    /// # Errors
    /// [`JournalError::BadRow`] for a row with a wrong number of fields or a line break, or beyond
    /// the last row: then nothing is written; [`JournalError::Io`].
    pub fn append<S: AsRef<str>>(&mut self, rows: &[Vec<S>]) -> Result<(), JournalError> {
        let count = rows.len() as u64;
        if count > self.header.rows - self.done {
            return Err(JournalError::BadRow(format!("there are only {} rows", self.header.rows)));
        }
        let mut chunk = String::new();
        for row in rows {
            chunk.push_str(&self.header.line(row)?);
        }
        self.file.write_all(chunk.as_bytes()).map_err(failed("write", &self.partial))?;
        self.done += count;
        Ok(())
    }

    /// Computes the missing rows in parallel and adds them in order, `chunk` at a time, on the
    /// threads of `pool` (or all). `progress` hears the number of rows done after every chunk.
    ///
    /// Returns `None` when all rows are there, and otherwise why it stopped; what is in the file
    /// is then right, and can be continued.
    ///
    /// # Errors
    /// The first error of `compute` in the order of the rows, or [`JournalError`].
    pub fn fill<E, F>(
        &mut self,
        pool: Option<&rayon::ThreadPool>,
        chunk: u64,
        budget: &Budget,
        compute: F,
        mut progress: impl FnMut(u64),
    ) -> Result<Option<Exhausted>, E>
    where
        E: From<JournalError> + Send,
        F: Fn(u64) -> Result<Vec<String>, E> + Sync,
    {
        while self.done < self.header.rows {
            let start = self.done;
            let end = self.header.rows.min(start.saturating_add(chunk.max(1)));
            let stopped = |row: u64| budget.check(row & !0xff).err();
            let work = || {
                (start..end)
                    .into_par_iter()
                    .map(|row| match stopped(row) {
                        Some(reason) => Err(Stop::Exhausted(reason)),
                        None => compute(row).map_err(Stop::Failed),
                    })
                    .collect::<Vec<_>>()
            };
            let results = match pool {
                Some(pool) => pool.install(work),
                None => work(),
            };
            let mut rows = Vec::with_capacity(results.len());
            let mut stop = None;
            for result in results {
                match result {
                    Ok(row) => rows.push(row),
                    Err(reason) => {
                        stop = Some(reason);
                        break;
                    }
                }
            }
            self.append(&rows)?;
            progress(self.done);
            match stop {
                Some(Stop::Exhausted(reason)) => return Ok(Some(reason)),
                Some(Stop::Failed(error)) => return Err(error),
                None => {}
            }
        }
        Ok(None)
    }

    /// Gives the file its name, in place of any older one.
    ///
    /// # Errors
    /// [`JournalError::BadRow`] when rows are missing; [`JournalError::Io`].
    pub fn finish(self) -> Result<(), JournalError> {
        if self.done < self.header.rows {
            return Err(JournalError::BadRow(format!(
                "{} of {} rows are missing",
                self.header.rows - self.done,
                self.header.rows
            )));
        }
        self.file.sync_all().map_err(failed("write", &self.partial))?;
        fs::rename(&self.partial, &self.target).map_err(failed("rename", &self.partial))
    }
}

enum Stop<E> {
    Exhausted(Exhausted),
    Failed(E),
}

/// Whether a finished file has this header and all its rows.
fn is_complete(target: &Path, text: &str, rows: u64) -> bool {
    let Ok(file) = File::open(target) else { return false };
    if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let mut reader = BufReader::new(file);
    let mut head = vec![0; text.len()];
    if reader.read_exact(&mut head).is_err() || head != text.as_bytes() {
        return false;
    }
    let (mut lines, mut last) = (0, b'\n');
    loop {
        let Ok(buffer) = reader.fill_buf() else { return false };
        let Some(&end) = buffer.last() else { return lines == rows && last == b'\n' };
        lines += buffer.iter().filter(|&&byte| byte == b'\n').count() as u64;
        last = end;
        let length = buffer.len();
        reader.consume(length);
    }
}

/// No line of a study is longer than this; a longer one is damage.
const LONGEST_LINE: u64 = 1 << 24;

/// The number of whole rows in an unfinished file and the length of the part that holds them;
/// `None` for a file that has not got so far as its header.
fn scan(
    file: &mut File,
    path: &Path,
    header: &Header,
    text: &str,
) -> Result<Option<(u64, u64)>, JournalError> {
    let mut reader = BufReader::new(file);
    let mut head = Vec::new();
    let limit = text.len() as u64;
    reader.by_ref().take(limit).read_to_end(&mut head).map_err(failed("read", path))?;
    if head.len() < text.len() && text.as_bytes().starts_with(&head) {
        return Ok(None);
    }
    if head != text.as_bytes() {
        reader.rewind().map_err(failed("read", path))?;
        let mut first = Vec::new();
        let mut limited = reader.by_ref().take(LONGEST_LINE);
        limited.read_until(b'\n', &mut first).map_err(failed("read", path))?;
        return Err(match parse_header(&String::from_utf8_lossy(&first)) {
            Some(other) => {
                let mut differences = header.differences(&other);
                if differences.is_empty() {
                    differences.push("the names of the columns");
                }
                JournalError::OtherRun { path: path.to_path_buf(), differences }
            }
            None => JournalError::NotAJournal { path: path.to_path_buf() },
        });
    }
    let damaged = |row: u64, reason: String| JournalError::Damaged {
        path: path.to_path_buf(),
        line: row + 3,
        reason,
    };
    let (mut rows, mut length) = (0, limit);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = reader.by_ref().take(LONGEST_LINE);
        let read = limited.read_until(b'\n', &mut line).map_err(failed("read", path))?;
        if read == 0 {
            return Ok(Some((rows, length)));
        }
        if line.last() != Some(&b'\n') {
            if read as u64 == LONGEST_LINE {
                return Err(damaged(rows, "it has no end".into()));
            }
            // Torn by an interruption: computed again.
            return Ok(Some((rows, length)));
        }
        match count_fields(&line[..read - 1]) {
            Some(fields) if fields == header.columns.len() => {}
            Some(fields) => {
                let expected = header.columns.len();
                return Err(damaged(rows, format!("it has {fields} fields, expected {expected}")));
            }
            None => return Err(damaged(rows, "it is not a line of CSV".into())),
        }
        if rows == header.rows {
            return Err(damaged(rows, format!("there are only {} rows", header.rows)));
        }
        rows += 1;
        length += read as u64;
    }
}

/// The number of fields of one line of CSV; `None` for an open quotation or a byte that no study
/// writes, as a crash of the file system leaves them.
fn count_fields(line: &[u8]) -> Option<usize> {
    let (mut fields, mut quoted) = (1, false);
    for &byte in line {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => fields += 1,
            b'\0' | b'\r' => return None,
            _ => {}
        }
    }
    (!quoted && std::str::from_utf8(line).is_ok()).then_some(fields)
}

fn parse_header(line: &str) -> Option<Header> {
    serde_json::from_str(line.strip_prefix("# ")?.trim_end()).ok()
}

/// A finished or unfinished file of a study, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// What the rows depend on.
    pub header: Header,
    /// The rows, each with as many fields as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Rows {
    /// Whether every row is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.rows.len() as u64 == self.header.rows
    }

    /// The position of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.columns.iter().position(|column| column == name)
    }

    /// Reads the text of a file; a torn last line is left out. `path` is named in errors.
    ///
    /// # Errors
    /// [`JournalError::NotAJournal`] without a header, [`JournalError::Damaged`] for a line that
    /// does not fit it.
    pub fn parse(path: &Path, text: &str) -> Result<Rows, JournalError> {
        let not_ours = || JournalError::NotAJournal { path: path.to_path_buf() };
        let first = text.lines().next().unwrap_or_default();
        let header = parse_header(first).ok_or_else(not_ours)?;
        let body = text.strip_prefix(header.text()?.as_str()).ok_or_else(not_ours)?;
        let whole = body.rfind('\n').map_or("", |end| &body[..=end]);
        let mut rows = Vec::new();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(whole.as_bytes());
        for (position, record) in reader.records().enumerate() {
            let damaged = |reason: String| JournalError::Damaged {
                path: path.to_path_buf(),
                line: position as u64 + 3,
                reason,
            };
            let record = record.map_err(|error| damaged(error.to_string()))?;
            let expected = header.columns.len();
            if record.len() != expected {
                let fields = record.len();
                return Err(damaged(format!("it has {fields} fields, expected {expected}")));
            }
            rows.push(record.iter().map(String::from).collect());
        }
        Ok(Rows { header, rows })
    }
}

#[cfg(test)]
mod tests;
