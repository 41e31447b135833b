//! Files of automata: strategies of a repeated game, state by state.
//!
//! ```toml
//! start = "keep"                          # the first state when not given; or a lottery
//!
//! [[machine]]
//! id = "keep"
//! play = { Row = "C", Column = "C" }
//! next = { kept = "keep", Row = "punish", otherwise = "keep" }
//!
//! [[machine]]
//! id = "punish"
//! play = { Row = "D", Column = "D" }
//! next = { "C|C" = { keep = "1/2", punish = "1/2" }, "*|C" = "punish", otherwise = "punish" }
//! ```
//!
//! The keys of `next`: `kept` (all played their actions of the state), the name of a player (he alone
//! did not), the actions that were played, in the order of the players with `|` between them and `*` for
//! any, and `otherwise`. The first that applies counts, and `otherwise` after all others.

use crate::game::{
    Automaton, AutomatonError, Lottery, MOST_MACHINE_STATES, MachineState, NormalForm, Rule, When,
};
use crate::num::Rational;

use super::codes::Code;
use super::diagnostic::{Diagnostic, Diagnostics, Sink};
use super::span::Span;
use super::syntax::{self, Entry, Node, Table};

/// Reads the automaton of a file for a game.
///
/// Pure: `file` is only the name for messages.
///
/// # Errors
/// All that is wrong with the file, each with its place.
pub fn read_automaton(
    file: &str,
    text: &str,
    game: &NormalForm,
) -> Result<Automaton, Box<Diagnostics>> {
    let mut reader = Reader { game, sink: Sink::default(), names: Vec::new(), all_named: true };
    let found = syntax::read(text, &mut reader.sink).and_then(|top| reader.automaton(&top));
    let Reader { sink, .. } = reader;
    sink.finish(file, text).map_err(Box::new)?;
    // Without an error there is one: what is not there was said to be wrong.
    found.ok_or_else(|| {
        let error = Diagnostic::new(Code::E005, Span::new(0, 0), "this is no automaton", "here");
        Box::new(Diagnostics::of(file, text, error))
    })
}

struct Reader<'g> {
    game: &'g NormalForm,
    sink: Sink,
    names: Vec<String>,
    /// Whether each state has a name of its own, so that a name which is not among them is unknown.
    all_named: bool,
}

impl Reader<'_> {
    fn error(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.sink.push(Diagnostic::new(code, span, message, label));
    }

    fn refuse_other_keys(&mut self, table: &Table, known: &[&str], what: &str) {
        for entry in &table.entries {
            if !known.contains(&entry.key.as_str()) {
                let message = format!("{what} has no key `{}`", entry.key);
                let error = Diagnostic::new(Code::E004, entry.key_span, message, "unknown key");
                self.sink.push(error.suggest(&entry.key, known.iter().copied()));
            }
        }
    }

    fn automaton(&mut self, top: &Node) -> Option<Automaton> {
        let table = top.table()?;
        self.refuse_other_keys(table, &["start", "machine"], "a file of an automaton");
        let Some(machine) = table.get("machine") else {
            let help = "each state is a table [[machine]] with `id`, `play` and `next`";
            let missing = "the file has no states: the key `machine` is missing";
            let error = Diagnostic::new(Code::E005, Span::new(0, 0), missing, "here").help(help);
            self.sink.push(error);
            return None;
        };
        let Some(list) = machine.list() else {
            let message = format!("`machine` is a list of states, and this is {}", machine.kind());
            self.error(Code::E006, machine.span, message, "write it as [[machine]]");
            return None;
        };
        if list.is_empty() || list.len() > MOST_MACHINE_STATES {
            let message = format!("an automaton has 1 to {MOST_MACHINE_STATES} states");
            self.error(Code::E030, machine.span, message, format!("{} here", list.len()));
            return None;
        }
        for state in list {
            let named = self.name_of(state);
            self.all_named &= named;
        }
        let mut states = Vec::with_capacity(list.len());
        for state in list {
            if self.sink.is_full() {
                return None;
            }
            states.extend(self.state(state));
        }
        let start = match table.get("start") {
            None => Some(Lottery::sure(0)),
            Some(node) => self.lottery(node),
        };
        if self.sink.has_errors() {
            return None;
        }
        let automaton = Automaton { states, start: start? };
        if let Err(error) = automaton.check(self.game) {
            // What is left to find is a state that does not say what follows.
            let place = match &error {
                AutomatonError::NothingFollows { state, .. } => {
                    automaton.states.iter().position(|one| one.name == *state)
                }
                _ => None,
            };
            let span = place.and_then(|at| list[at].table()?.get("next")).map(|node| node.span);
            let span = span.unwrap_or(machine.span);
            let error = Diagnostic::new(Code::E005, span, error.to_string(), "not said here")
                .help("add `otherwise = \"…\"` with the state that follows in all other cases");
            self.sink.push(error);
            return None;
        }
        Some(automaton)
    }

    /// Notes the name of a state, and says whether it has one.
    fn name_of(&mut self, state: &Node) -> bool {
        let Some(table) = state.table() else {
            let message = format!("a state is a table, and this is {}", state.kind());
            self.error(Code::E006, state.span, message, "not a table");
            return false;
        };
        self.refuse_other_keys(table, &["id", "play", "next"], "a state");
        let Some(id) = table.get("id") else {
            self.error(Code::E005, state.span, "the state has no `id`", "the key `id` is missing");
            return false;
        };
        match id.text() {
            Some(name) if self.names.iter().any(|known| known == name) => {
                self.error(
                    Code::E010,
                    id.span,
                    format!("two states are called `{name}`"),
                    "again here",
                );
            }
            Some(name) if !name.is_empty() && !name.chars().any(char::is_control) => {
                self.names.push(name.to_owned());
                return true;
            }
            Some(_) => {
                self.error(Code::E009, id.span, "this cannot be the name of a state", "here")
            }
            None => {
                let message = format!("the name of a state is a text, and this is {}", id.kind());
                self.error(Code::E006, id.span, message, "not a text");
            }
        }
        false
    }

    fn state(&mut self, node: &Node) -> Option<MachineState> {
        let table = node.table()?;
        let name = table.text("id").unwrap_or("…").to_owned();
        let play = self.play(node, table, &name);
        let rules = self.rules(node, table, &name);
        Some(MachineState { name, play: play?, rules: rules? })
    }

    /// The table of a key that a state needs.
    fn table_of<'t>(
        &mut self,
        node: &Node,
        table: &'t Table,
        key: &str,
        name: &str,
        example: &str,
    ) -> Option<(&'t Node, &'t Table)> {
        let Some(value) = table.get(key) else {
            let message = format!("the state `{name}` has no `{key}`");
            let error = Diagnostic::new(Code::E005, node.span, message, "in this state");
            self.sink.push(error.help(format!("such as {example}")));
            return None;
        };
        let Some(inner) = value.table() else {
            let message = format!("`{key}` is a table, and this is {}", value.kind());
            let error = Diagnostic::new(Code::E006, value.span, message, "not a table");
            self.sink.push(error.help(format!("such as {example}")));
            return None;
        };
        Some((value, inner))
    }

    fn play(&mut self, node: &Node, table: &Table, name: &str) -> Option<usize> {
        let example = "play = { Row = \"C\", Column = \"C\" }";
        let (value, inner) = self.table_of(node, table, "play", name, example)?;
        let game = self.game;
        let mut profile: Vec<Option<usize>> = vec![None; game.num_players()];
        let mut fine = true;
        for entry in &inner.entries {
            let player = self.player(&entry.key, entry.key_span);
            let Some(player) = player else {
                fine = false;
                continue;
            };
            let action = match entry.value.text() {
                Some(action) => self.action(player, action, entry.value.span),
                None => {
                    let message =
                        format!("an action is a text, and this is {}", entry.value.kind());
                    self.error(Code::E006, entry.value.span, message, "not a text");
                    None
                }
            };
            fine &= action.is_some();
            profile[player] = action;
        }
        if !fine {
            return None;
        }
        if let Some(missing) = profile.iter().position(Option::is_none) {
            let player = &game.players()[missing].name;
            let message = format!("the state `{name}` does not say what {player} plays");
            self.error(Code::E024, value.span, message, format!("`{player}` is missing"));
            return None;
        }
        let profile: Vec<usize> = profile.into_iter().flatten().collect();
        Some(game.profile_index(&profile))
    }

    fn player(&mut self, name: &str, span: Span) -> Option<usize> {
        let game = self.game;
        let found = game.players().iter().position(|player| player.name == name);
        if found.is_none() {
            let message = format!("there is no player `{name}`");
            let error = Diagnostic::new(Code::E018, span, message, "unknown player");
            let names = game.players().iter().map(|player| player.name.as_str());
            self.sink.push(error.suggest(name, names));
        }
        found
    }

    fn action(&mut self, player: usize, name: &str, span: Span) -> Option<usize> {
        let of = &self.game.players()[player];
        let found = of.actions.iter().position(|action| action == name);
        if found.is_none() {
            let message = format!("{} has no action `{name}`", of.name);
            let error = Diagnostic::new(Code::E019, span, message, "unknown action");
            self.sink.push(error.suggest(name, of.actions.iter().map(String::as_str)));
        }
        found
    }

    fn rules(&mut self, node: &Node, table: &Table, name: &str) -> Option<Vec<Rule>> {
        let example = "next = { kept = \"keep\", otherwise = \"punish\" }";
        let (_, inner) = self.table_of(node, table, "next", name, example)?;
        let mut rules = Vec::with_capacity(inner.entries.len());
        let mut fine = true;
        for entry in &inner.entries {
            match (self.when(entry), self.lottery(&entry.value)) {
                (Some(when), Some(next)) => rules.push(Rule { when, next }),
                _ => fine = false,
            }
        }
        // `otherwise` comes after all others, wherever it stands.
        rules.sort_by_key(|rule| rule.when == When::Otherwise);
        fine.then_some(rules)
    }

    fn when(&mut self, entry: &Entry) -> Option<When> {
        let key = entry.key.as_str();
        let game = self.game;
        if let Some(player) = game.players().iter().position(|player| player.name == key) {
            return Some(When::LeftBy(player));
        }
        match key {
            "kept" => return Some(When::Kept),
            "otherwise" => return Some(When::Otherwise),
            _ => {}
        }
        let parts = split(key);
        if parts.len() == game.num_players() && (parts.len() > 1 || self.is_action(&parts)) {
            let mut pattern = Vec::with_capacity(parts.len());
            let mut fine = true;
            for (player, part) in parts.iter().enumerate() {
                let literal = game.players()[player].actions.iter().any(|action| action == part);
                if part == "*" && !literal {
                    pattern.push(None);
                } else {
                    let action = self.action(player, part, entry.key_span);
                    fine &= action.is_some();
                    pattern.push(action);
                }
            }
            return fine.then_some(When::Played(pattern));
        }
        let message = format!("`{key}` is no case of what was played");
        let mut known: Vec<&str> = vec!["kept", "otherwise"];
        known.extend(game.players().iter().map(|player| player.name.as_str()));
        let error = Diagnostic::new(Code::E007, entry.key_span, message, "unknown case");
        let help = format!(
            "a case is `kept`, the name of the player who alone did not keep to the state, `otherwise`, or {} actions with `|` between them, such as \"{}\"",
            game.num_players(),
            game.profile_names(&game.profile(0)).join("|")
        );
        self.sink.push(match crate::model::nearest(key, known.iter().copied()) {
            Some(_) => error.suggest(key, known),
            None => error.help(help),
        });
        None
    }

    fn is_action(&self, parts: &[String]) -> bool {
        let actions = self.game.players().first().map(|player| player.actions.as_slice());
        parts.iter().all(|part| part == "*" || actions.is_some_and(|all| all.contains(part)))
    }

    fn lottery(&mut self, node: &Node) -> Option<Lottery> {
        if let Some(name) = node.text() {
            return self.state_named(name, node.span).map(Lottery::sure);
        }
        let Some(table) = node.table() else {
            let message =
                format!("what follows is the name of a state, and this is {}", node.kind());
            let error = Diagnostic::new(Code::E006, node.span, message, "not a state");
            let help = "a lottery is a table of states with probabilities: { keep = \"1/2\", punish = \"1/2\" }";
            self.sink.push(error.help(help));
            return None;
        };
        let mut entries = Vec::with_capacity(table.entries.len());
        // Whether all probabilities can be read, and all states are there.
        let (mut summed, mut known) = (Some(Rational::ZERO), true);
        for entry in &table.entries {
            let state = self.state_named(&entry.key, entry.key_span);
            known &= state.is_some();
            let Some(share) = entry.value.number() else {
                let message =
                    format!("a probability is a number, and this is {}", entry.value.kind());
                self.error(Code::E008, entry.value.span, message, "not a number");
                summed = None;
                continue;
            };
            if share.is_negative() || share > Rational::ONE {
                let message = format!("a probability lies in [0, 1]: {share}");
                self.error(Code::E026, entry.value.span, message, "outside [0, 1]");
                summed = None;
                continue;
            }
            if let Some(sum) = &mut summed {
                *sum += &share;
            }
            entries.extend(state.map(|state| (state, share)));
        }
        let sum = summed?;
        if sum != Rational::ONE {
            let message = format!("the probabilities sum to {sum}, and not to 1");
            self.error(Code::E027, node.span, message, "this lottery");
            return None;
        }
        if known { Lottery::new(entries) } else { None }
    }

    fn state_named(&mut self, name: &str, span: Span) -> Option<usize> {
        let found = self.names.iter().position(|known| known == name);
        if found.is_none() && self.all_named {
            let message = format!("there is no state `{name}`");
            let error = Diagnostic::new(Code::E036, span, message, "unknown state");
            self.sink.push(error.suggest(name, self.names.iter().map(String::as_str)));
        }
        found
    }
}

/// The parts of a text between strokes; `\` takes the meaning from the character behind it.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '|' {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            let literal = if character == '\\' { characters.next() } else { Some(character) };
            last.extend(literal);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Automaton, String> {
        let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
        read_automaton("machine.toml", text, &game).map_err(|error| error.render(false))
    }

    const GRIM: &str = "[[machine]]\nid = \"keep\"\nplay = { Row = \"1\", Column = \"1\" }\nnext = { otherwise = \"punish\", kept = \"keep\" }\n\n[[machine]]\nid = \"punish\"\nplay = { Row = \"2\", Column = \"2\" }\nnext = { \"1|*\" = { punish = \"3/4\", keep = 0.25 }, otherwise = \"punish\" }\n";

    #[test]
    fn states_and_rules_are_read() {
        let automaton = read(GRIM).unwrap();
        assert_eq!(automaton.states.len(), 2);
        assert_eq!(automaton.start, Lottery::sure(0));
        // `otherwise` comes last wherever it stands.
        let sure = |when, next| Rule { when, next: Lottery::sure(next) };
        assert_eq!(automaton.states[0].rules, [sure(When::Kept, 0), sure(When::Otherwise, 1)]);
        let first = &automaton.states[1].rules[0];
        assert_eq!(first.when, When::Played(vec![Some(0), None]));
        assert_eq!(first.next.entries()[0], (0, Rational::new(1, 4)));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (from, to, code, says) in [
            ("\"punish\", kept", "\"punsh\", kept", "E036", "did you mean `punish`?"),
            ("kept =", "kpt =", "E007", "did you mean `kept`?"),
            ("Row = \"1\"", "Row = \"7\"", "E019", "unknown action"),
            ("Row = \"1\"", "Raw = \"1\"", "E018", "did you mean `Row`?"),
            ("Row = \"1\", ", "", "E024", "`Row` is missing"),
            ("\"3/4\"", "\"1/2\"", "E027", "sum to 3/4"),
            ("\"3/4\"", "\"x\"", "E008", "not a number"),
            ("\"3/4\"", "-1", "E026", "outside [0, 1]"),
            (", otherwise = \"punish\" }\n", " }\n", "E005", "does not say what follows"),
            ("id = \"punish\"", "id = \"keep\"", "E010", "again here"),
            ("id = \"punish\"\n", "", "E005", "`id` is missing"),
            ("\"1|*\"", "\"1|*|*\"", "E007", "such as \"1|1\""),
            ("\"1|*\"", "\"1|3\"", "E019", "unknown action"),
            ("next = { otherwise = \"punish\", kept = \"keep\" }", "", "E005", "has no `next`"),
            ("[[machine]]", "start = 3\n[[machine]]", "E006", "not a state"),
            ("[[machine]]", "begin = 3\n[[machine]]", "E004", "unknown key"),
        ] {
            let text = GRIM.replacen(from, to, 1);
            assert_ne!(text, GRIM, "{from}");
            let error = read(&text).unwrap_err();
            assert!(error.contains(code) && error.contains(says), "{from}: {error}");
            assert!(error.contains("machine.toml:"), "{error}");
        }
        for text in ["", "machine = 3", "machine = []", "[machine]\nid = \"a\"", "x"] {
            assert!(read(text).unwrap_err().contains("machine.toml"), "{text}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let text = "start = \"keap\"\n\n[[machine]]\nid = \"keep\"\nplay = { Row = \"1\", Colum = \"1\" }\nnext = { kept = \"keep\", otherwise = \"punsh\" }\n\n[[machine]]\nid = \"punish\"\nplay = { Row = \"2\", Column = \"X\" }\nnext = { otherwise = { keep = \"1/2\", punish = \"1/3\" } }\n";
        let error = read(text).unwrap_err();
        for part in ["`keap`", "`Colum`", "`punsh`", "`X`", "sum to 5/6", "5 errors"] {
            assert!(error.contains(part), "{part}: {error}");
        }
        // Where a state has no name, none is said to be unknown.
        let error = read(&text.replace("id = \"punish\"\n", "")).unwrap_err();
        for part in ["`id` is missing", "`Colum`", "`X`", "sum to", "4 errors"] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }

    #[test]
    fn strokes_may_stand_in_names() {
        assert_eq!(split("a\\|b|c"), ["a|b", "c"]);
    }
}
