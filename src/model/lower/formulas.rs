//! Formulas with their places; resolution of names while compiling to a tape.

use std::collections::HashMap;

use super::{Lower, Symbol};
use crate::model::codes::Code;
use crate::model::diagnostic::Diagnostic;
use crate::model::formula::parser::{Binary, Function, Kind, SyntaxNode};
use crate::model::formula::tape::Op;
use crate::model::formula::{NodeId, TapeBuilder, Tree, parse};
use crate::model::program::Formula;
use crate::model::span::Span;
use crate::model::syntax::{Node, Value};
use crate::num::Rational;

/// A formula that has been parsed, and where its text stands in the file.
#[derive(Debug, Clone)]
pub(super) struct FormulaSource {
    pub(super) text: String,
    /// The value in the file, with its quotes.
    pub(super) span: Span,
    /// The first byte of the formula's text, when the file shows it as it is.
    inner: Option<usize>,
    tree: Tree,
}

impl FormulaSource {
    /// A place in the formula as a place in the file.
    fn place(&self, span: Span) -> Span {
        match self.inner {
            Some(start) => Span::new(start + span.start, start + span.end),
            None => self.span,
        }
    }

    /// The names that stand alone in the formula.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.tree.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Name(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// States and their attributes, for formulas that read them.
#[derive(Debug, Default)]
pub(super) struct StateNames {
    pub(super) states: Vec<(String, HashMap<String, FormulaSource>)>,
    /// Positions by name.
    pub(super) index: HashMap<String, usize>,
}

/// Which names a formula may use, and what they stand for.
#[derive(Clone, Copy)]
pub(super) enum Scope<'n> {
    /// Parameters, and inputs by name.
    Parameters { inputs: &'n [&'n str] },
    /// Also actions' attributes (axis k is player k) and quantities; payoffs in outputs.
    Profile {
        quantities: &'n [Option<NodeId>],
        payoffs: Option<&'n super::payoffs::PayoffNodes>,
        states: &'n StateNames,
    },
    /// Parameters, `from.` and `to.` the deviator's actions, and attributes at the agreement;
    /// axis 0 are the agreements, axis 1 the deviator's actions.
    Detection { deviator: usize, agreements: &'n [Vec<usize>] },
    /// The attributes of one player's actions (axis 0).
    Where { player: usize },
}

impl Lower<'_, '_> {
    /// Parses the formula or number of a value; says what is wrong with it.
    pub(super) fn formula_source(&mut self, node: &Node) -> Option<FormulaSource> {
        let (text, inner, parsed) = match &node.value {
            Value::Number(value, text) => {
                let span = Span::new(0, text.len());
                let kind = Kind::Number(value.clone());
                let tree = Tree { nodes: vec![SyntaxNode { kind, span }] };
                (text.clone(), Some(node.span.start), Ok(tree))
            }
            Value::Text(text, inner) => (text.clone(), *inner, parse(text)),
            _ => return None,
        };
        let mut source = FormulaSource { text, span: node.span, inner, tree: Tree::default() };
        match parsed {
            Ok(tree) => {
                source.tree = tree;
                Some(source)
            }
            Err(error) => {
                let code = if error.limit { Code::E015 } else { Code::E014 };
                let span = if error.limit { node.span } else { source.place(error.span) };
                let mut diagnostic = Diagnostic::new(code, span, error.message, error.label);
                diagnostic.help = error.help;
                self.sink.push(diagnostic);
                None
            }
        }
    }

    /// Compiles a formula of parameters.
    pub(super) fn formula(&mut self, node: &Node, inputs: &[&str]) -> Option<Formula> {
        let source = self.formula_source(node)?;
        self.compiled(&source, inputs)
    }

    /// Compiles a parsed formula of parameters.
    pub(super) fn compiled(&mut self, source: &FormulaSource, inputs: &[&str]) -> Option<Formula> {
        let mut builder = TapeBuilder::new(vec![]);
        let root = self.compile(&mut builder, source, Scope::Parameters { inputs })?;
        Some(Formula::new(source.text.clone(), source.span, builder.finish(vec![root])))
    }

    /// Adds a formula to a tape; `None` when a name in it means nothing, which is then reported.
    pub(super) fn compile(
        &mut self,
        builder: &mut TapeBuilder,
        source: &FormulaSource,
        scope: Scope<'_>,
    ) -> Option<NodeId> {
        if self.sink.is_full() {
            return None;
        }
        let mut nodes: Vec<Option<NodeId>> = Vec::with_capacity(source.tree.nodes.len());
        for node in &source.tree.nodes {
            let span = source.place(node.span);
            let at = |k: u32| nodes[k as usize];
            let compiled = match &node.kind {
                Kind::Number(value) => Some(builder.constant(value.clone(), span)),
                Kind::Name(name) => self.resolve_name(builder, name, span, scope),
                Kind::Member(owner, member) => {
                    self.resolve_member(builder, owner, member, span, scope)
                }
                Kind::Negate(a) => at(*a).map(|a| builder.operation(Op::Negate(a), span)),
                Kind::Not(a) => at(*a).map(|a| builder.operation(Op::Not(a), span)),
                Kind::Binary(operator, a, b) => match (at(*a), at(*b)) {
                    (Some(a), Some(b)) => Some(binary(builder, *operator, a, b, span)),
                    _ => None,
                },
                Kind::Call(function, arguments) => arguments
                    .iter()
                    .map(|&argument| at(argument))
                    .collect::<Option<Vec<NodeId>>>()
                    .and_then(|arguments| call(builder, *function, &arguments, span)),
            };
            nodes.push(compiled);
        }
        nodes.last().copied().flatten()
    }

    fn resolve_name(
        &mut self,
        builder: &mut TapeBuilder,
        name: &str,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<NodeId> {
        if let Scope::Where { player } = scope {
            return self.attribute_of(builder, player, name, span, None, &[]);
        }
        if let Scope::Parameters { inputs } = scope
            && let Some(input) = inputs.iter().position(|input| *input == name)
        {
            return Some(builder.input(input, span));
        }
        match self.symbols.get(name).map(|&(symbol, _)| symbol) {
            Some(Symbol::Parameter(at)) => {
                self.parameter_used[at] = true;
                return Some(builder.parameter(at, span));
            }
            Some(Symbol::Quantity(at)) => {
                if let Scope::Profile { quantities, .. } = scope {
                    self.quantity_used[at] = true;
                    return quantities[at];
                }
                let message = format!("the quantity `{name}` cannot be used here");
                let label = "quantities depend on the profile; parameters may be used here";
                self.error(Code::E016, span, message, label);
            }
            Some(Symbol::Player(_)) => {
                let message = format!("`{name}` is a player and not a number");
                self.sink.push(
                    Diagnostic::new(Code::E016, span, message, "a player")
                        .help(format!("`{name}.ATTRIBUTE` reads an attribute of its action")),
                );
            }
            None => {
                let mut names: Vec<&str> =
                    self.parameter_names.iter().map(String::as_str).collect();
                if let Scope::Parameters { inputs } = scope {
                    names.extend(inputs);
                }
                if matches!(scope, Scope::Profile { .. }) {
                    names.extend(self.quantity_names.iter().map(String::as_str));
                }
                let message = format!(
                    "there is no {} `{name}`",
                    match scope {
                        Scope::Profile { .. } => "parameter or quantity",
                        _ => "parameter",
                    }
                );
                let diagnostic =
                    Diagnostic::new(Code::E012, span, message, "unknown name").suggest(name, names);
                self.sink.push(diagnostic);
            }
        }
        None
    }

    fn resolve_member(
        &mut self,
        builder: &mut TapeBuilder,
        owner: &str,
        member: &str,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<NodeId> {
        let player = match self.symbols.get(owner) {
            Some(&(Symbol::Player(player), _)) => Some(player),
            _ => None,
        };
        match scope {
            Scope::Profile { payoffs, states, .. } => {
                if let Some(player) = player {
                    return self.attribute_of(builder, player, member, span, Some(player), &[]);
                }
                if owner == "state" {
                    return self.state_attribute(builder, states, member, span);
                }
                let part = self.parts.iter().position(|part| part == owner);
                if owner == "payoff" || part.is_some() {
                    let Some(payoffs) = payoffs else {
                        let message = format!("`{owner}.{member}` can be used in outputs only");
                        self.error(Code::E016, span, message, "payoffs are not known here yet");
                        return None;
                    };
                    let player = self.player_named(member, span)?;
                    return match part {
                        Some(part) if owner != "payoff" => payoffs.parts[player][part],
                        _ => payoffs.payoffs[player],
                    };
                }
                self.unknown_owner(owner, member, span, &["payoff"]);
                None
            }
            Scope::Detection { deviator, agreements } => match (owner, player) {
                ("from", _) => {
                    let played: Vec<usize> =
                        agreements.iter().map(|profile| profile[deviator]).collect();
                    self.attribute_of(builder, deviator, member, span, Some(0), &played)
                }
                ("to", _) => self.attribute_of(builder, deviator, member, span, Some(1), &[]),
                (_, Some(player)) => {
                    let played: Vec<usize> =
                        agreements.iter().map(|profile| profile[player]).collect();
                    self.attribute_of(builder, player, member, span, Some(0), &played)
                }
                _ => {
                    self.unknown_owner(owner, member, span, &["from", "to"]);
                    None
                }
            },
            Scope::Where { player } if owner == "own" || owner == self.players[player].id => {
                self.attribute_of(builder, player, member, span, None, &[])
            }
            Scope::Where { .. } => {
                let message = format!("`{owner}.{member}` cannot be used here");
                let label = "a condition reads the attributes of the player's own actions";
                self.sink.push(
                    Diagnostic::new(Code::E016, span, message, label)
                        .help(format!("write the attribute alone: `{member}`")),
                );
                None
            }
            Scope::Parameters { .. } => {
                let message = format!("`{owner}.{member}` cannot be used here");
                let label = "actions are not known here; parameters may be used";
                self.error(Code::E016, span, message, label);
                None
            }
        }
    }

    fn unknown_owner(&mut self, owner: &str, member: &str, span: Span, words: &[&str]) {
        let names: Vec<&str> = self
            .players
            .iter()
            .map(|player| player.id.as_str())
            .chain(words.iter().copied())
            .collect();
        let diagnostic = Diagnostic::new(
            Code::E012,
            span,
            format!("in `{owner}.{member}`, there is no player `{owner}`"),
            "unknown player",
        )
        .suggest(owner, names);
        self.sink.push(diagnostic);
    }

    /// An attribute as a table over an axis: of the action at each position of the axis
    /// (`played` where given, else all of the player's). Without an axis it is over axis 0.
    fn attribute_of(
        &mut self,
        builder: &mut TapeBuilder,
        player: usize,
        attribute: &str,
        span: Span,
        axis: Option<usize>,
        played: &[usize],
    ) -> Option<NodeId> {
        let key = (player, attribute.to_owned(), axis.unwrap_or(0));
        if let Some(&known) = builder.tables.get(&key) {
            return Some(known);
        }
        if self.lacking.contains(&(player, key.1.clone())) {
            return None;
        }
        let all: Vec<usize> = (0..self.players[player].actions.len()).collect();
        let positions = if played.is_empty() { &all } else { played };
        let mut sources = Vec::with_capacity(positions.len());
        for &position in positions {
            // A player without this action was reported already.
            let action = self.players[player].actions.get(position)?;
            match action.attributes.get(attribute) {
                Some(source) => sources.push(source.clone()),
                None => {
                    let known = |action: &super::Action| action.attributes.contains_key(attribute);
                    let mut names: Vec<&str> = self.players[player]
                        .actions
                        .iter()
                        .flat_map(|action| action.attributes.keys().map(String::as_str))
                        .collect();
                    names.sort_unstable();
                    names.dedup();
                    let id = &self.players[player].id;
                    let diagnostic = if self.players[player].actions.iter().any(known) {
                        Diagnostic::new(
                            Code::E013,
                            span,
                            format!(
                                "the action `{}` of player `{id}` has no attribute `{attribute}`",
                                action.id
                            ),
                            "read here",
                        )
                        .related(action.span, format!("needs `{attribute} = ...`"))
                    } else {
                        Diagnostic::new(
                            Code::E013,
                            span,
                            format!("the actions of player `{id}` have no attribute `{attribute}`"),
                            "unknown attribute",
                        )
                        .suggest(attribute, names)
                    };
                    // An action that lacks an attribute lacks it for all formulas.
                    let partly = diagnostic.related.is_some();
                    if !partly || self.lacking.insert((player, attribute.to_owned())) {
                        self.sink.push(diagnostic);
                    }
                    return None;
                }
            }
        }
        let cells = self.cells(builder, &sources)?;
        let table = builder.gather(1 << axis.unwrap_or(0), cells, span);
        builder.tables.insert(key, table);
        Some(table)
    }

    fn state_attribute(
        &mut self,
        builder: &mut TapeBuilder,
        states: &StateNames,
        attribute: &str,
        span: Span,
    ) -> Option<NodeId> {
        if states.states.is_empty() {
            self.error(
                Code::E016,
                span,
                format!("`state.{attribute}` can be used in games with states only"),
                "[horizon] has no states",
            );
            return None;
        }
        let axis = self.players.len();
        let key = (usize::MAX, attribute.to_owned(), axis);
        if let Some(&known) = builder.tables.get(&key) {
            return Some(known);
        }
        let mut sources = Vec::with_capacity(states.states.len());
        for (id, attributes) in &states.states {
            let Some(source) = attributes.get(attribute) else {
                let names =
                    states.states.iter().flat_map(|(_, list)| list.keys().map(String::as_str));
                let diagnostic = Diagnostic::new(
                    Code::E013,
                    span,
                    format!("the state `{id}` has no attribute `{attribute}`"),
                    "read here",
                )
                .suggest(attribute, names);
                self.sink.push(diagnostic);
                return None;
            };
            sources.push(source.clone());
        }
        let cells = self.cells(builder, &sources)?;
        let table = builder.gather(1 << axis, cells, span);
        builder.tables.insert(key, table);
        Some(table)
    }

    /// Formulas of parameters as nodes, one for each cell of a table.
    pub(super) fn cells(
        &mut self,
        builder: &mut TapeBuilder,
        sources: &[FormulaSource],
    ) -> Option<Vec<NodeId>> {
        let nodes: Vec<Option<NodeId>> = sources
            .iter()
            .map(|source| self.compile(builder, source, Scope::Parameters { inputs: &[] }))
            .collect();
        nodes.into_iter().collect()
    }
}

fn binary(builder: &mut TapeBuilder, operator: Binary, a: NodeId, b: NodeId, span: Span) -> NodeId {
    let op = match operator {
        Binary::Add => Op::Add(a, b),
        Binary::Subtract => Op::Subtract(a, b),
        Binary::Multiply => Op::Multiply(a, b),
        Binary::Divide => Op::Divide(a, b),
        Binary::Power => match builder.value(b).and_then(whole) {
            Some(exponent) => Op::Power(a, exponent),
            None => Op::AnyPower(a, b),
        },
        Binary::Less => Op::Less(a, b),
        Binary::LessOrEqual => Op::LessOrEqual(a, b),
        Binary::Greater => Op::Less(b, a),
        Binary::GreaterOrEqual => Op::LessOrEqual(b, a),
        Binary::Equal => Op::Equal(a, b),
        Binary::NotEqual => {
            let equal = builder.operation(Op::Equal(a, b), span);
            Op::Not(equal)
        }
        Binary::And => Op::And(a, b),
        Binary::Or => Op::Or(a, b),
    };
    builder.operation(op, span)
}

/// An exponent that is an integer of sensible size.
fn whole(value: &Rational) -> Option<i32> {
    value.as_small().filter(|&(_, q)| q == 1).and_then(|(p, _)| i32::try_from(p).ok())
}

fn call(
    builder: &mut TapeBuilder,
    function: Function,
    arguments: &[NodeId],
    span: Span,
) -> Option<NodeId> {
    let (&first, rest) = arguments.split_first()?;
    Some(match function {
        Function::If => {
            let [yes, no] = rest else { return None };
            builder.operation(Op::If(first, *yes, *no), span)
        }
        Function::Min => {
            rest.iter().fold(first, |so_far, &next| builder.operation(Op::Min(so_far, next), span))
        }
        Function::Max => {
            rest.iter().fold(first, |so_far, &next| builder.operation(Op::Max(so_far, next), span))
        }
        Function::Abs => builder.operation(Op::Abs(first), span),
        Function::Exp => builder.operation(Op::Exp(first), span),
        Function::Log => builder.operation(Op::Log(first), span),
        Function::Sqrt => builder.operation(Op::Sqrt(first), span),
    })
}
