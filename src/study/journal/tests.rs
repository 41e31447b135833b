use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::*;

/// A folder of its own for one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("detente-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn header(rows: u64) -> Header {
    Header {
        schema: "detente/sweep/1".into(),
        detente: "0.1.0".into(),
        model: "classic".into(),
        model_sha256: "ab".repeat(32),
        parameters: "delta=9/10".into(),
        design: "grid g=0:80:5".into(),
        rows,
        columns: ["point", "g", "class"].map(String::from).to_vec(),
    }
}

fn row(number: u64) -> Vec<String> {
    vec![number.to_string(), format!("{}/7", number * 3), format!("Max, \"{number}\"")]
}

fn unfinished(path: &Path, header: &Header) -> Box<Journal> {
    match Journal::open(path, header).unwrap() {
        Opened::Unfinished(journal) => journal,
        Opened::Complete => panic!("the file is complete"),
    }
}

fn fill(journal: &mut Journal, jobs: usize, chunk: u64, budget: &Budget) -> Option<Exhausted> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build().unwrap();
    let compute = |number| Ok::<_, JournalError>(row(number));
    journal.fill(Some(&pool), chunk, budget, compute, |_| {}).unwrap()
}

/// The bytes of the finished file, written without interruption by one thread.
fn reference(rows: u64) -> Vec<u8> {
    let folder = Folder::new(&format!("reference-{rows}-{:?}", std::thread::current().id()));
    let path = folder.file("out.csv");
    let mut journal = unfinished(&path, &header(rows));
    assert_eq!(fill(&mut journal, 1, 7, &Budget::unlimited()), None);
    journal.finish().unwrap();
    fs::read(path).unwrap()
}

#[test]
fn atomic_write_replaces_and_leaves_no_temporary_file() {
    let folder = Folder::new("atomic");
    let path = folder.file("result.json");
    write_atomically(&path, b"old").unwrap();
    write_atomically(&path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(folder.names(), ["result.json"]);
    let error = write_atomically(&folder.file("no/such/folder"), b"x").unwrap_err();
    assert!(error.to_string().starts_with("cannot write `"), "{error}");
}

#[cfg(unix)]
#[test]
fn atomic_write_follows_links_and_writes_to_devices() {
    let folder = Folder::new("links");
    let (file, link) = (folder.file("file"), folder.file("link"));
    write_atomically(&file, b"old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    write_atomically(&link, b"new").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&file).unwrap(), b"new");
    write_atomically(Path::new("/dev/null"), b"x").unwrap();
}

#[test]
fn any_number_of_jobs_and_any_chunk_give_the_same_bytes() {
    let expected = reference(100);
    let folder = Folder::new("jobs");
    for (jobs, chunk) in [(1, 1), (2, 3), (4, 100), (3, 1000)] {
        let path = folder.file(&format!("{jobs}-{chunk}.csv"));
        let mut journal = unfinished(&path, &header(100));
        assert_eq!(fill(&mut journal, jobs, chunk, &Budget::unlimited()), None);
        journal.finish().unwrap();
        assert_eq!(fs::read(path).unwrap(), expected);
    }
}

#[test]
fn a_file_torn_at_any_byte_is_continued_to_the_same_bytes() {
    let expected = reference(5);
    let folder = Folder::new("torn");
    let (path, partial) = (folder.file("out.csv"), folder.file("out.csv.partial"));
    for cut in 0..=expected.len() {
        fs::write(&partial, &expected[..cut]).unwrap();
        let mut journal = unfinished(&path, &header(5));
        let newlines = expected[..cut].iter().filter(|&&byte| byte == b'\n').count() as u64;
        assert_eq!(journal.done(), newlines.saturating_sub(2), "cut at {cut}");
        fill(&mut journal, 1, 2, &Budget::unlimited());
        journal.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), expected, "cut at {cut}");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn cancelled_run_leaves_a_prefix_that_the_next_run_finishes() {
    let expected = reference(1000);
    let folder = Folder::new("cancel");
    let path = folder.file("out.csv");
    let flag = Arc::new(AtomicBool::new(false));
    let budget = Budget::unlimited().with_cancel(flag.clone());
    let mut journal = unfinished(&path, &header(1000));
    let count = AtomicU64::new(0);
    let compute = |number: u64| {
        if count.fetch_add(1, Ordering::Relaxed) == 300 {
            flag.store(true, Ordering::Relaxed);
        }
        Ok::<_, JournalError>(row(number))
    };
    let stopped = journal.fill(None, 64, &budget, compute, |_| {}).unwrap();
    assert_eq!(stopped, Some(Exhausted::Cancelled));
    let done = journal.done();
    assert!((256..1000).contains(&done), "{done}");
    drop(journal);
    assert!(!path.exists());
    assert!(expected.starts_with(&fs::read(folder.file("out.csv.partial")).unwrap()));
    let mut journal = unfinished(&path, &header(1000));
    assert_eq!(journal.done(), done);
    let mut heard = Vec::new();
    let compute = |number| Ok::<_, JournalError>(row(number));
    journal.fill(None, 500, &Budget::unlimited(), compute, |done| heard.push(done)).unwrap();
    assert_eq!(heard.last(), Some(&1000));
    journal.finish().unwrap();
    assert_eq!(fs::read(path).unwrap(), expected);
}

#[test]
fn first_error_in_the_order_of_rows_is_reported_and_rows_before_it_are_kept() {
    let folder = Folder::new("error");
    let mut journal = unfinished(&folder.file("out.csv"), &header(50));
    let compute = |number: u64| {
        if number >= 17 { Err(JournalError::BadRow(number.to_string())) } else { Ok(row(number)) }
    };
    let error = journal.fill(None, 30, &Budget::unlimited(), compute, |_| {}).unwrap_err();
    assert_eq!(error.to_string(), "a row cannot be written: 17");
    assert_eq!(journal.done(), 17);
    assert!(journal.finish().is_err());
}

#[test]
fn another_header_is_refused_and_the_difference_named() {
    let folder = Folder::new("other");
    let path = folder.file("out.csv");
    drop(unfinished(&path, &header(5)));
    type Change = fn(&mut Header);
    let changes: [(&str, Change); 5] = [
        ("the model's text", |header| header.model_sha256 = "cd".repeat(32)),
        ("the parameters", |header| header.parameters = "delta=1/2".into()),
        ("the design", |header| header.design = "grid g=0:80:6".into()),
        ("the version of detente", |header| header.detente = "0.2.0".into()),
        ("the columns", |header| header.columns[2] = "kind".into()),
    ];
    for (name, change) in changes {
        let mut other = header(5);
        change(&mut other);
        assert_ne!(other.fingerprint(), header(5).fingerprint());
        match Journal::open(&path, &other).unwrap_err() {
            JournalError::OtherRun { differences, .. } => assert_eq!(differences, [name]),
            error => panic!("{error}"),
        }
    }
    // The refused file is as it was.
    assert_eq!(unfinished(&path, &header(5)).done(), 0);
}

#[test]
fn finished_file_of_another_study_stays_until_the_new_one_is_finished() {
    let folder = Folder::new("replace");
    let path = folder.file("out.csv");
    let mut journal = unfinished(&path, &header(3));
    fill(&mut journal, 1, 2, &Budget::unlimited());
    journal.finish().unwrap();
    let old = fs::read(&path).unwrap();
    assert!(matches!(Journal::open(&path, &header(3)).unwrap(), Opened::Complete));
    let mut journal = unfinished(&path, &header(4));
    fill(&mut journal, 1, 2, &Budget::unlimited());
    assert_eq!(fs::read(&path).unwrap(), old);
    journal.finish().unwrap();
    assert_ne!(fs::read(&path).unwrap(), old);
    assert_eq!(folder.names(), ["out.csv"]);
}

#[test]
fn foreign_and_damaged_files_are_refused() {
    let folder = Folder::new("damaged");
    let (path, partial) = (folder.file("out.csv"), folder.file("out.csv.partial"));
    fs::write(&partial, "g,risk\n1,2\n").unwrap();
    let error = Journal::open(&path, &header(5)).unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }), "{error}");
    let good = reference(5);
    for (damage, expected) in [
        ("1,2\n3,4,5\n", "it has 2 fields, expected 3"),
        ("1,2,\"3\n", "it is not a line of CSV"),
        ("\0\0\0\n", "it is not a line of CSV"),
        ("1,2,3\n1,2,3\n1,2,3\n1,2,3\n", "there are only 5 rows"),
    ] {
        let end = good.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').nth(3).unwrap().0;
        let mut bytes = good[..=end].to_vec();
        bytes.extend(damage.as_bytes());
        fs::write(&partial, bytes).unwrap();
        let error = Journal::open(&path, &header(5)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn two_runs_at_once_are_refused() {
    let folder = Folder::new("busy");
    let path = folder.file("out.csv");
    let _first = unfinished(&path, &header(5));
    let error = Journal::open(&path, &header(5)).unwrap_err();
    assert!(matches!(error, JournalError::Busy { .. }), "{error}");
}

#[test]
fn rows_that_would_break_the_file_are_refused() {
    let folder = Folder::new("rows");
    let mut journal = unfinished(&folder.file("out.csv"), &header(2));
    for bad in [vec!["1", "2"], vec!["1", "2", "a\nb"]] {
        assert!(journal.append(&[vec!["0", "0", "0"], bad]).is_err());
        assert_eq!(journal.done(), 0);
    }
    assert!(journal.append(&vec![vec!["1", "2", "3"]; 3]).is_err());
}

#[test]
fn file_reads_back_as_it_was_written() {
    let bytes = reference(4);
    let text = std::str::from_utf8(&bytes).unwrap();
    let path = Path::new("out.csv");
    let rows = Rows::parse(path, text).unwrap();
    assert_eq!(rows.header, header(4));
    assert_eq!(rows.rows, (0..4).map(row).collect::<Vec<_>>());
    assert!(rows.is_complete());
    assert_eq!(rows.column("g"), Some(1));
    let torn = Rows::parse(path, &text[..text.len() - 3]).unwrap();
    assert_eq!(torn.rows.len(), 3);
    assert!(!torn.is_complete());
    assert!(Rows::parse(path, "point,g\n1,2\n").is_err());
}
