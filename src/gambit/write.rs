//! Writing Gambit's files. What is written reads back as the same game, number by number and label
//! by label.

use std::collections::HashMap;
use std::fmt::Write;

use crate::game::extensive::unique_names;
use crate::game::{ExtensiveGame, Move, NormalForm};
use crate::num::Rational;

/// The two versions of the strategic form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The payoffs of every profile.
    Payoffs,
    /// A list of the distinct outcomes, and the number of one for every profile.
    Outcomes,
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted.push_str("\\\""),
            // A backslash stands for itself unless it would be read with what follows.
            '\\' if matches!(characters.peek(), None | Some('"' | '\\')) => quoted.push_str("\\\\"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn quoted_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut list = "{ ".to_owned();
    for text in texts {
        list.push_str(&quoted(text));
        list.push(' ');
    }
    list.push('}');
    list
}

fn prologue(word: &str, title: &str, players: &[String]) -> String {
    format!("{word} R {} {}\n", quoted(title), quoted_list(players.iter().map(String::as_str)))
}

/// A game in strategic form as `.nfg`.
#[must_use]
pub fn write_nfg(game: &NormalForm, title: &str, comment: &str, version: Version) -> String {
    let players = game.players();
    let names = unique_names(players.iter().map(|player| player.name.as_str()));
    let mut text = prologue("NFG 1", title, &names);
    text.push_str("\n{ ");
    for player in players {
        let names = unique_names(player.actions.iter().map(String::as_str));
        text.push_str(&quoted_list(names.iter().map(String::as_str)));
        text.push('\n');
    }
    text.push_str("}\n");
    text.push_str(&quoted(comment));
    text.push_str("\n\n");
    // The order of the file: the first player's strategy varies fastest.
    let sizes = game.shape();
    let mut profile = vec![0; sizes.len()];
    let mut order = Vec::with_capacity(game.num_profiles());
    for _ in 0..game.num_profiles() {
        order.push(game.profile_index(&profile));
        for (action, &size) in profile.iter_mut().zip(&sizes) {
            *action += 1;
            if *action < size {
                break;
            }
            *action = 0;
        }
    }
    let payoffs = |index: usize| (0..sizes.len()).map(move |player| game.payoff(player, index));
    match version {
        Version::Payoffs => {
            for (at, &index) in order.iter().enumerate() {
                for payoff in payoffs(index) {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{payoff} ");
                }
                end_line(&mut text, (at + 1) % sizes[0] == 0);
            }
        }
        Version::Outcomes => {
            let mut known: HashMap<Vec<&Rational>, usize> = HashMap::new();
            let mut numbers = Vec::with_capacity(order.len());
            text.push_str("{\n");
            for &index in &order {
                let key: Vec<&Rational> = payoffs(index).collect();
                let next = known.len() + 1;
                let number = if key.iter().all(|payoff| payoff.is_zero()) {
                    0
                } else {
                    *known.entry(key).or_insert_with_key(|key| {
                        let list: Vec<String> = key.iter().map(ToString::to_string).collect();
                        let _ = writeln!(text, "{{ \"\" {} }}", list.join(", "));
                        next
                    })
                };
                numbers.push(number);
            }
            text.push_str("}\n");
            for (at, number) in numbers.iter().enumerate() {
                let _ = write!(text, "{number} ");
                end_line(&mut text, (at + 1) % sizes[0] == 0);
            }
        }
    }
    end_line(&mut text, true);
    text
}

/// Ends the line in the place of the last blank.
fn end_line(text: &mut String, end: bool) {
    if end && text.ends_with(' ') {
        text.pop();
        text.push('\n');
    }
}

/// A game in extensive form as `.efg`; information sets and outcomes are numbered from 1 in the
/// order in which they stand.
#[must_use]
pub fn write_efg(game: &ExtensiveGame, title: &str, comment: &str) -> String {
    let mut text = prologue("EFG 2", title, game.players());
    text.push_str(&quoted(comment));
    text.push_str("\n\n");
    let mut number_of_set = vec![0; game.information_sets().len()];
    let mut count = vec![0; game.num_players()];
    for (set, number) in game.information_sets().iter().zip(&mut number_of_set) {
        count[set.player] += 1;
        *number = count[set.player];
    }
    let mut described = vec![false; game.outcomes().len()];
    for node in game.nodes() {
        let label = quoted(&node.label);
        // Writing to a string cannot fail.
        let _ = match node.at {
            Move::Terminal => write!(text, "t {label}"),
            Move::Decision(set) => {
                let one = &game.information_sets()[set];
                write!(
                    text,
                    "p {label} {} {} {} {}",
                    one.player + 1,
                    number_of_set[set],
                    quoted(&one.label),
                    quoted_list(one.actions.iter().map(String::as_str))
                )
            }
            Move::Chance(chance) => {
                let one = &game.chance_moves()[chance];
                let mut list = String::new();
                for (action, probability) in one.actions.iter().zip(&one.probabilities) {
                    let _ = write!(list, "{} {probability} ", quoted(action));
                }
                write!(text, "c {label} {} {} {{ {list}}}", chance + 1, quoted(&one.label))
            }
        };
        let _ = match node.outcome {
            None => writeln!(text, " 0"),
            Some(outcome) if described[outcome] => writeln!(text, " {}", outcome + 1),
            Some(outcome) => {
                described[outcome] = true;
                let one = &game.outcomes()[outcome];
                let list: Vec<String> = one.payoffs.iter().map(ToString::to_string).collect();
                let (label, list) = (quoted(&one.label), list.join(", "));
                writeln!(text, " {} {label} {{ {list} }}", outcome + 1)
            }
        };
    }
    text
}
