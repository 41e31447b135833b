//! Files made to be slow or large end in a message or a model within a bounded time.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use detente::model::{LARGEST_FILE, Model};

const HEAD: &str = "[model]\nid = \"x\"\ntitle = \"x\"\n";

/// Reads a text and asserts that it takes a bounded time; the message, if there is one.
fn read(name: &str, text: &str) -> Option<String> {
    let start = Instant::now();
    let result = Model::read(name, text).err().map(|diagnostics| diagnostics.to_string());
    let taken = start.elapsed();
    println!("{name}: {taken:?}, {} bytes", text.len());
    // Generous: the machine that runs the tests may be slow and busy.
    assert!(taken < Duration::from_secs(60), "{name} took {taken:?}");
    result
}

fn players(actions: usize, count: usize) -> String {
    let mut text = String::new();
    for player in 0..count {
        let _ = writeln!(text, "[[players]]\nid = \"P{player}\"\nactions = [");
        for action in 0..actions {
            let _ = writeln!(text, "{{ id = \"a{action}\", f = {action} }},");
        }
        text.push_str("]\n");
    }
    text
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    let message = read("large", &" ".repeat(LARGEST_FILE + 1)).unwrap();
    assert!(message.contains("E002"), "{message}");
}

#[test]
fn squares_of_squares_do_not_exhaust_memory() {
    let mut text = format!("{HEAD}[parameters]\np0 = \"12345678901/3\"\n");
    for k in 1..60 {
        let _ = writeln!(text, "p{k} = {{ formula = \"p{0} * p{0}\" }}", k - 1);
    }
    text += &players(2, 2);
    text += "[payoffs.P0]\ntotal = \"p59\"\n[payoffs.P1]\ntotal = 1\n";
    let message = read("squares", &text).unwrap();
    assert!(message.contains("beyond the limit on its size"), "{message}");
    let text = text.replace("p0 * p0", "p0 ^ 100000000");
    assert!(read("powers", &text).unwrap().contains("beyond the limit on its size"));
}

#[test]
fn many_profiles_with_long_formulas_are_refused() {
    let mut text = HEAD.to_owned() + &players(1000, 2) + "[quantities]\n";
    for k in 0..100 {
        let _ = writeln!(text, "q{k} = \"(P0.f + {k}) / (P1.f + 1)\"");
    }
    let sum = (0..100).map(|k| format!("q{k}")).collect::<Vec<_>>().join(" + ");
    let _ = writeln!(text, "[payoffs.P0]\ntotal = \"{sum}\"\n[payoffs.P1]\ntotal = 1");
    let message = read("profiles", &text).unwrap();
    assert!(message.contains("E030"), "{message}");
}

#[test]
fn a_million_profiles_with_a_short_formula_are_read() {
    let text = HEAD.to_owned()
        + &players(1000, 2)
        + "[payoffs.P0]\ntotal = \"P0.f - P1.f\"\n[payoffs.P1]\ntotal = \"P1.f / 3\"\n";
    assert_eq!(read("million", &text), None);
}

#[test]
fn a_file_full_of_unknown_names_is_refused_quickly() {
    let mut text = format!("{HEAD}[parameters]\n");
    for k in 0..9_000 {
        let _ = writeln!(text, "a_rather_long_parameter_name_number_{k} = 1");
    }
    text += &players(2, 2);
    text += "[quantities]\n";
    for k in 0..9_000 {
        let _ = writeln!(text, "q{k} = \"a_rather_long_parameter_nam_{k} + P0.{k}x + R.f\"");
    }
    text += "[payoffs.P0]\ntotal = 1\n[payoffs.P1]\ntotal = 1\n";
    assert!(read("unknown names", &text).unwrap().contains("the first 20 are shown"));
}

#[test]
fn long_lists_are_refused_quickly() {
    for (name, entry) in [
        ("claims", "[[claims]]\n"),
        ("players", "[[players]]\nactions=[\"a\"]\n"),
        ("mechanisms", "[[mechanisms]]\nid = \"m\"\noperators = []\n"),
    ] {
        let text = HEAD.to_owned() + &entry.repeat(3_000_000 / entry.len());
        assert!(read(name, &text).unwrap().contains("E030"));
    }
    let mut text = format!("{HEAD}[[players]]\nid = \"A\"\nactions = [");
    text += &"\"a\",".repeat(900_000);
    text += "]\n[payoffs.A]\ntotal = 1\n";
    assert!(read("actions", &text).unwrap().contains("E030"));
}

#[test]
fn heavy_constant_tables_are_bounded() {
    // Attributes with thousands of digits, multiplied over and over.
    let mut text = format!("{HEAD}[[players]]\nid = \"A\"\nactions = [\n");
    for k in 0..60 {
        let _ = writeln!(
            text,
            "{{ id = \"a{k}\", f = \"{}/{}7\" }},",
            "9".repeat(1000),
            "1".repeat(900)
        );
    }
    text += "]\n[[players]]\nid = \"B\"\nactions = [\n";
    for k in 0..60 {
        let _ = writeln!(
            text,
            "{{ id = \"a{k}\", f = \"{}{k}/{}3\" }},",
            "9".repeat(900),
            "1".repeat(800)
        );
    }
    text += "]\n[quantities]\n";
    for k in 0..1000 {
        let _ = writeln!(text, "q{k} = \"(A.f + {k}) * B.f - A.f / (B.f + {k}) + {k}\"");
    }
    let sum = (0..400).map(|k| format!("q{k}")).collect::<Vec<_>>().join(" + ");
    let _ = writeln!(text, "[payoffs.A]\ntotal = \"{sum}\"\n[payoffs.B]\ntotal = 1");
    let message = read("constants", &text);
    println!("{message:?}");
}
