//! What may be a name, and that names are given once.

use std::collections::HashMap;

use super::{Lower, Symbol};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::formula::lexer::{begins_name, continues_name};
use crate::model::formula::parser::FUNCTIONS;
use crate::model::keys::{COLUMNS_OF_COMPARISONS, COLUMNS_OF_SWEEPS};
use crate::model::span::Span;
use crate::model::syntax::Node;

/// Words that formulas use for themselves.
const RESERVED: &[&str] = &[
    "and", "or", "not", "payoff", "from", "to", "own", "other", "state", "true", "false", "table",
    "weights", "costs",
];
/// What commands call the model without mechanisms.
const BASELINE: &str = "baseline";
/// What results say where no agreement is kept.
const NO_AGREEMENT: &str = "none";
/// The largest number of characters of a name.
const LONGEST_NAME: usize = 100;

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || FUNCTIONS.iter().any(|(function, ..)| *function == name)
}

impl Lower<'_, '_> {
    /// Whether a text can be a name in formulas; says so if not.
    pub(super) fn check_identifier(&mut self, name: &str, span: Span, what: &str) -> bool {
        let mut letters = name.chars();
        let well_formed = letters.next().is_some_and(begins_name) && letters.all(continues_name);
        if !well_formed || name.chars().count() > LONGEST_NAME {
            let fixed: String =
                name.chars().map(|c| if continues_name(c) { c } else { '_' }).collect();
            let diagnostic = Diagnostic::new(
                Code::E009,
                span,
                format!("`{name}` cannot be the name of {what}"),
                "formulas need letters, digits and `_`, not beginning with a digit",
            );
            let usable = fixed.chars().next().is_some_and(begins_name) && fixed != name;
            self.sink.push(if usable {
                diagnostic.help(format!("`{fixed}` would do"))
            } else {
                diagnostic
            });
            return false;
        }
        if is_reserved(name) {
            self.error(
                Code::E011,
                span,
                format!("`{name}` cannot be the name of {what}: formulas use the word themselves"),
                "reserved word",
            );
            return false;
        }
        true
    }

    /// Whether a text can be a name outside formulas; says so if not.
    pub(super) fn check_label(&mut self, node: &Node, what: &str) -> bool {
        let Some(name) = node.text() else { return false };
        let fine = !name.is_empty()
            && name.trim() == name
            && name.chars().count() <= LONGEST_NAME
            && !name.chars().any(|c| c.is_control() || c == '.' || c == ',');
        if !fine {
            self.error(
                Code::E009,
                node.span,
                format!("`{}` cannot be the name of {what}", name.escape_debug()),
                "a name has printable characters without `.` and `,`, and no blanks at its ends",
            );
        }
        fine
    }

    /// Whether a name leaves the columns of files to themselves; says so if not.
    pub(super) fn check_column(&mut self, name: &str, span: Span, what: &str, taken: &[&[&str]]) {
        if taken.iter().any(|columns| columns.contains(&name)) {
            self.error(
                Code::E011,
                span,
                format!("`{name}` cannot be the name of {what}: files of results have a column of that name"),
                "reserved word",
            );
        }
    }

    /// Whether an output has a column of its own in every file; says so if not.
    pub(super) fn check_output_column(&mut self, name: &str, span: Span) {
        let taken = [COLUMNS_OF_SWEEPS, COLUMNS_OF_COMPARISONS];
        self.check_column(name, span, "an output", &taken);
        if let Some(&(Symbol::Parameter(_), first)) = self.symbols.get(name) {
            self.sink.push(
                Diagnostic::new(
                    Code::E010,
                    span,
                    format!("the output `{name}` has the name of a parameter: files of sweeps have a column for each"),
                    "here to an output",
                )
                .related(first, "first to a parameter"),
            );
        }
    }

    /// Whether commands can ask for a mechanism or bundle by its name; says so if not.
    pub(super) fn check_scenario(&mut self, node: &Node, what: &str) {
        if !self.check_label(node, what) {
            return;
        }
        let name = node.text().unwrap_or_default();
        let (code, message, label) = if name == BASELINE {
            (Code::E011, "commands call the model without mechanisms so", "reserved word")
        } else if name.contains('+') {
            (Code::E009, "commands join the names of several by `+`", "leave `+` out")
        } else {
            return;
        };
        self.error(
            code,
            node.span,
            format!("`{name}` cannot be the name of {what}: {message}"),
            label,
        );
    }

    /// Whether a text can be the name of an agreement; says so if not.
    pub(super) fn check_agreement(&mut self, node: &Node) {
        if self.check_label(node, "an agreement") && node.text() == Some(NO_AGREEMENT) {
            self.error(
                Code::E011,
                node.span,
                format!("`{NO_AGREEMENT}` cannot be the name of an agreement: results use it where none is kept"),
                "reserved word",
            );
        }
    }

    /// Whether the model has the two players that something needs; says so if not.
    pub(super) fn two_players(&mut self, what: &str, span: Span, label: &str) -> bool {
        let count = self.players.len();
        if count != 2 {
            let message = format!("{what} needs two players: the model has {count}");
            self.error(Code::E037, span, message, label);
        }
        count == 2
    }

    /// Enters a name that formulas use; `false` when it is taken.
    pub(super) fn declare(&mut self, name: &str, span: Span, symbol: Symbol) -> bool {
        if let Some(&(other, first)) = self.symbols.get(name) {
            let kind = |symbol| match symbol {
                Symbol::Parameter(_) => "a parameter",
                Symbol::Quantity(_) => "a quantity",
                Symbol::Player(_) => "a player",
            };
            self.sink.push(
                Diagnostic::new(
                    Code::E010,
                    span,
                    format!("the name `{name}` is given twice"),
                    format!("here to {}", kind(symbol)),
                )
                .related(first, format!("first to {}", kind(other))),
            );
            return false;
        }
        self.symbols.insert(name.to_owned(), (symbol, span));
        true
    }

    /// Enters a name into a list of its own; `false` when it is taken.
    pub(super) fn unique(
        &mut self,
        seen: &mut HashMap<String, Span>,
        name: &str,
        span: Span,
        what: &str,
    ) -> bool {
        if let Some(&first) = seen.get(name) {
            self.sink.push(
                Diagnostic::new(
                    Code::E010,
                    span,
                    format!("{what} `{name}` is given twice"),
                    "given again here",
                )
                .related(first, "first here"),
            );
            return false;
        }
        seen.insert(name.to_owned(), span);
        true
    }

    /// The player of this name; says so if there is none.
    pub(super) fn player_named(&mut self, name: &str, span: Span) -> Option<usize> {
        let found = match self.symbols.get(name) {
            Some(&(Symbol::Player(player), _)) => Some(player),
            // A player whose name is taken is in no list of names.
            _ => self.players.iter().position(|player| player.id == name),
        };
        if found.is_none() && !self.sink.is_full() {
            let diagnostic = Diagnostic::new(
                Code::E018,
                span,
                format!("there is no player `{name}`"),
                "unknown player",
            )
            .suggest(name, self.players.iter().map(|player| player.id.as_str()));
            self.sink.push(diagnostic);
        }
        found
    }

    /// The player's action of this name; says so if there is none.
    pub(super) fn action_named(&mut self, player: usize, name: &str, span: Span) -> Option<usize> {
        let actions = &self.players[player].actions;
        let found = self.players[player].index.get(name).copied();
        if found.is_none() && !self.sink.is_full() {
            let diagnostic = Diagnostic::new(
                Code::E019,
                span,
                format!("player `{}` has no action `{name}`", self.players[player].id),
                "unknown action",
            )
            .suggest(name, actions.iter().map(|action| action.id.as_str()));
            self.sink.push(diagnostic);
        }
        found
    }

    /// The free parameter of this name; says so if there is none.
    pub(super) fn free_parameter(&mut self, name: &str, span: Span) -> Option<usize> {
        let Some(&(Symbol::Parameter(at), declared)) = self.symbols.get(name) else {
            if self.sink.is_full() {
                return None;
            }
            let diagnostic = Diagnostic::new(
                Code::E020,
                span,
                format!("there is no parameter `{name}`"),
                "unknown parameter",
            )
            .suggest(name, self.parameter_names.iter().map(String::as_str));
            self.sink.push(diagnostic);
            return None;
        };
        if self.derived[at] {
            self.sink.push(
                Diagnostic::new(
                    Code::E021,
                    span,
                    format!("the parameter `{name}` is derived and cannot be set"),
                    "a formula gives its value",
                )
                .related(declared, "defined here"),
            );
            return None;
        }
        Some(at)
    }

    /// A profile: one action for each player.
    pub(super) fn profile(&mut self, node: &Node) -> Option<Vec<usize>> {
        let table = node.table()?;
        let mut profile = vec![None; self.players.len()];
        let mut fine = true;
        for entry in &table.entries {
            let action = self.player_named(&entry.key, entry.key_span).and_then(|player| {
                let action = self.action_named(player, entry.value.text()?, entry.value.span)?;
                profile[player] = Some(action);
                Some(())
            });
            fine &= action.is_some();
        }
        if !fine {
            return None;
        }
        if let Some(missing) = profile.iter().position(Option::is_none) {
            let id = &self.players[missing].id;
            let message = format!("the profile has no action for player `{id}`");
            let label = format!("`{id}` is missing");
            self.error(Code::E024, node.span, message, label);
            return None;
        }
        profile.into_iter().collect()
    }
}
