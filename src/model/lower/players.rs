//! `[[players]]` and their actions, those that mechanisms add included.

use std::collections::{BTreeMap, HashMap};

use super::{Action, Lower, PlayerNames, Symbol, id_of};
use crate::model::codes::Code;
use crate::model::span::Span;
use crate::model::syntax::{Node, Value};
use crate::model::types::{ActionSpec, Member, PlayerSpec};

/// What is known of a player beside its actions.
pub(super) struct PlayerDetails {
    title: String,
    members: Vec<Member>,
    bloc: Option<String>,
}

impl Lower<'_, '_> {
    pub(super) fn declare_players(&mut self, list: &[Node]) -> Vec<PlayerDetails> {
        let mut details = Vec::with_capacity(list.len());
        if list.is_empty() {
            return details;
        }
        for node in list {
            let Some(table) = node.table() else { continue };
            let (id, span) = id_of(node).unwrap_or(("", node.span));
            if !id.is_empty() || table.get("id").is_some() {
                self.check_identifier(id, span, "a player");
                self.declare(id, span, Symbol::Player(self.players.len()));
            }
            self.players.push(PlayerNames {
                id: id.to_owned(),
                actions: vec![],
                index: HashMap::new(),
            });
            let player = self.players.len() - 1;
            for action in table.list("actions") {
                self.declare_action(player, action, false);
            }
            if table.get("actions").is_some_and(|node| node.list().is_some_and(<[_]>::is_empty)) {
                let span = table.get("actions").map_or(node.span, |node| node.span);
                self.error(
                    Code::E005,
                    span,
                    format!("player `{id}` needs at least one action"),
                    "the list is empty",
                );
            }
            let mut seen = HashMap::new();
            let members = table
                .list("members")
                .iter()
                .filter_map(|member| {
                    let (id, span) =
                        id_of(member).or_else(|| Some((member.text()?, member.span)))?;
                    self.unique(&mut seen, id, span, "the member");
                    let title = member.table().and_then(|table| table.text("title"));
                    Some(Member { id: id.to_owned(), title: title.unwrap_or(id).to_owned() })
                })
                .collect();
            details.push(PlayerDetails {
                title: table.text("title").unwrap_or(id).to_owned(),
                members,
                bloc: table.text("bloc").map(str::to_owned),
            });
        }
        details
    }

    /// Enters an action of a player.
    fn declare_action(&mut self, player: usize, node: &Node, extra: bool) -> Option<usize> {
        let (id_node, title) = match &node.value {
            Value::Text(..) => (node, None),
            Value::Table(table) => (table.get("id")?, table.text("title")),
            _ => return None,
        };
        let id = id_node.text()?;
        self.check_label(id_node, "an action");
        if let Some(&before) = self.players[player].index.get(id) {
            let first = self.players[player].actions[before].span;
            let mut seen: HashMap<String, Span> = HashMap::from([(id.to_owned(), first)]);
            let what = format!("player `{}`: the action", self.players[player].id);
            self.unique(&mut seen, id, id_node.span, &what);
        } else {
            let position = self.players[player].actions.len();
            self.players[player].index.insert(id.to_owned(), position);
        }
        let mut attributes = HashMap::new();
        for entry in node.table().map_or(&[][..], |table| &table.entries) {
            if entry.key == "id" || entry.key == "title" {
                continue;
            }
            self.check_identifier(&entry.key, entry.key_span, "an attribute");
            if let Some(source) = self.formula_source(&entry.value) {
                attributes.insert(entry.key.clone(), source);
            }
        }
        self.players[player].actions.push(Action {
            id: id.to_owned(),
            title: title.unwrap_or(id).to_owned(),
            span: id_node.span,
            attributes,
            extra,
        });
        Some(self.players[player].actions.len() - 1)
    }

    /// Enters the actions that only mechanisms add, after all others.
    pub(super) fn declare_extra_actions(&mut self, mechanisms: &[Node]) {
        let operators = mechanisms
            .iter()
            .filter_map(Node::table)
            .flat_map(|table| table.list("operators"))
            .filter_map(Node::table)
            .filter(|table| table.text("op") == Some("add-actions"));
        for operator in operators {
            // An unknown player is reported where the operator is read.
            let player = operator
                .text("player")
                .and_then(|id| self.players.iter().position(|player| player.id == id));
            if let Some(player) = player {
                for action in operator.list("actions") {
                    self.declare_action(player, action, true);
                }
            }
        }
    }

    pub(super) fn player_specs(&mut self, details: Vec<PlayerDetails>) -> Vec<PlayerSpec> {
        let mut list = Vec::with_capacity(details.len());
        for (player, details) in details.into_iter().enumerate() {
            let actions = std::mem::take(&mut self.players[player].actions);
            let specs = actions
                .iter()
                .map(|action| ActionSpec {
                    id: action.id.clone(),
                    title: action.title.clone(),
                    attributes: action
                        .attributes
                        .iter()
                        .filter_map(|(name, source)| {
                            Some((name.clone(), self.compiled(source, &[])?))
                        })
                        .collect::<BTreeMap<_, _>>(),
                    extra: action.extra,
                })
                .collect();
            self.players[player].actions = actions;
            list.push(PlayerSpec {
                id: self.players[player].id.clone(),
                title: details.title,
                members: details.members,
                bloc: details.bloc,
                actions: specs,
            });
        }
        list
    }
}
