//! The extensive form: nodes in prefix order, with information sets and outcomes described where
//! they first stand.

use std::collections::HashMap;

use crate::game::{ChanceMove, ExtensiveGame, InformationSet, Move, NodeSpec, TreeOutcome};
use crate::model::{Code, Span};
use crate::num::Rational;

use super::lexer::{Lexer, Token};
use super::{GambitFile, Game, Help, Read, fault, read_prologue};

/// The largest number of nodes.
const MOST_NODES: usize = 1 << 20;

/// What was described, and where.
struct Known {
    index: usize,
    span: Span,
}

/// The kinds of nodes that labels tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Inner,
    End,
}

/// What was read so far.
struct Body<'l, 't> {
    lexer: &'l mut Lexer<'t>,
    players: usize,
    list: Span,
    nodes: Vec<NodeSpec>,
    sets: Vec<InformationSet>,
    chance: Vec<ChanceMove>,
    outcomes: Vec<TreeOutcome>,
    /// By player from 0 and number.
    known_sets: HashMap<(usize, u64), Known>,
    known_chance: HashMap<u64, Known>,
    known_outcomes: HashMap<u64, Known>,
    set_labels: HashMap<(usize, String), (u64, Span)>,
    node_labels: HashMap<String, (Kind, Span)>,
}

/// A node that waits for children: how many it has, how many it wants, and where it stands.
struct Waiting {
    has: usize,
    wants: usize,
    span: Span,
}

pub(super) fn count_players(players: usize) -> String {
    if players == 1 { "is 1 player".to_owned() } else { format!("are {players} players") }
}

pub(super) fn read(lexer: &mut Lexer<'_>) -> Read<GambitFile> {
    let prologue = read_prologue(lexer, "EFG", "2")?;
    let mut comment = String::new();
    if let Token::Text(_) = lexer.peek()?
        && let (Token::Text(text), _) = lexer.next()?
    {
        comment = text;
    }
    let mut body = Body {
        players: prologue.players.len(),
        list: prologue.list,
        lexer,
        nodes: Vec::new(),
        sets: Vec::new(),
        chance: Vec::new(),
        outcomes: Vec::new(),
        known_sets: HashMap::new(),
        known_chance: HashMap::new(),
        known_outcomes: HashMap::new(),
        set_labels: HashMap::new(),
        node_labels: HashMap::new(),
    };
    body.read_tree()?;
    let players = prologue.players.into_iter().map(|(name, _)| name).collect();
    let Body { nodes, sets, chance, outcomes, .. } = body;
    let game = ExtensiveGame::new(players, nodes, sets, chance, outcomes)
        .map_err(|error| fault(Code::G010, Span::new(0, 0), error.to_string(), "the file"))?;
    Ok(GambitFile { title: prologue.title, comment, game: Game::Extensive(game) })
}

impl Body<'_, '_> {
    fn read_tree(&mut self) -> Read<()> {
        let mut open: Vec<Waiting> = Vec::new();
        loop {
            let (token, span) = self.lexer.next()?;
            let complete = open.is_empty() && !self.nodes.is_empty();
            let kind = match token {
                Token::End if complete => return Ok(()),
                Token::End => {
                    let error = fault(
                        Code::G010,
                        span,
                        "the file ends before the tree is complete",
                        "another node is expected here",
                    );
                    return Err(match open.last() {
                        Some(last) => error.related(
                            last.span,
                            format!("this node has {} of its {} branches", last.has, last.wants),
                        ),
                        None => error,
                    });
                }
                Token::Word(word @ ("c" | "p" | "t")) => word,
                token => {
                    let what = "a node, which begins with `c`, `p` or `t`,";
                    return Err(self.lexer.unexpected(&token, span, what));
                }
            };
            if complete {
                return Err(fault(
                    Code::G010,
                    span,
                    "the tree is complete before this node",
                    "this node belongs nowhere",
                )
                .help("each decision and chance node is followed by one subtree for each of its actions"));
            }
            if self.nodes.len() == MOST_NODES {
                let message =
                    format!("the tree has more than {MOST_NODES} nodes, which is the limit");
                return Err(fault(Code::G013, span, message, "this is one too many"));
            }
            let wants = self.read_node(kind, span)?;
            if let Some(parent) = open.last_mut() {
                parent.has += 1;
            }
            if wants > 0 {
                open.push(Waiting { has: 0, wants, span });
            }
            while open.last().is_some_and(|last| last.has == last.wants) {
                open.pop();
            }
        }
    }

    /// Reads a node after its first letter; returns the number of its branches.
    fn read_node(&mut self, kind: &str, start: Span) -> Read<usize> {
        let label = self.read_node_label(kind)?;
        let (at, branches) = match kind {
            "p" => {
                let set = self.read_information_set(start)?;
                (Move::Decision(set), self.sets[set].actions.len())
            }
            "c" => {
                let chance = self.read_chance(start)?;
                (Move::Chance(chance), self.chance[chance].actions.len())
            }
            _ => (Move::Terminal, 0),
        };
        let outcome = self.read_outcome()?;
        self.nodes.push(NodeSpec { label, at, outcome });
        Ok(branches)
    }

    fn read_node_label(&mut self, kind: &str) -> Read<String> {
        let (token, span) = self.lexer.next()?;
        let Token::Text(label) = token else {
            return Err(self.lexer.unexpected(&token, span, "the label of the node, in quotes,"));
        };
        let kind = if kind == "t" { Kind::End } else { Kind::Inner };
        if label.is_empty() {
            return Ok(label);
        }
        let known = self.node_labels.get(&label).copied();
        match known {
            Some((other, before)) if other != kind => {
                return Err(fault(
                    Code::G012,
                    span,
                    format!("the label `{label}` names a move and an end of the play"),
                    "here it names another kind of node",
                )
                .related(before, "it stands here first")
                .help("give one of the two nodes another label, or none: \"\""));
            }
            Some(_) => {}
            None => {
                self.node_labels.insert(label.clone(), (kind, span));
            }
        }
        Ok(label)
    }

    /// The description after the number of an information set or chance move, if there is one: the
    /// label with its place, and whether a list follows.
    fn read_description(&mut self) -> Read<(Option<(String, Span)>, bool)> {
        let label = match self.lexer.peek()? {
            Token::Text(_) => match self.lexer.next()? {
                (Token::Text(text), span) => Some((text, span)),
                _ => None,
            },
            _ => None,
        };
        let list = *self.lexer.peek()? == Token::Open;
        Ok((label, list))
    }

    fn read_information_set(&mut self, start: Span) -> Read<usize> {
        let (number, span) = self.lexer.whole("the number of a player", 0)?;
        let player = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let Some(player) = player.filter(|&player| player < self.players) else {
            return Err(fault(
                Code::G005,
                span,
                format!("there is no player {number}: there {}", count_players(self.players)),
                "this player",
            )
            .related(self.list, "the players, numbered from 1")
            .help("a move of chance begins with `c` instead of `p`"));
        };
        let (number, at) = self.lexer.whole("the number of an information set", 1)?;
        let (label, list) = self.read_description()?;
        let known = self.known_sets.get(&(player, number)).map(|known| (known.index, known.span));
        let about = format!("information set {number} of player {}", player + 1);
        if !list {
            let Some((index, before)) = known else { return Err(not_described(&about, at)) };
            self.same_label(&about, label, &self.sets[index].label, before)?;
            return Ok(index);
        }
        let (_, begin) = self.lexer.next()?;
        let (actions, end) = self.lexer.texts(begin, "the name of an action, in quotes,")?;
        let span = Span::new(begin.start, end.end);
        if actions.is_empty() {
            let message = format!("{about} has no actions");
            return Err(fault(Code::G003, span, message, "at least one is needed"));
        }
        let actions: Vec<String> = actions.into_iter().map(|(action, _)| action).collect();
        if let Some((index, before)) = known {
            self.same_label(&about, label, &self.sets[index].label, before)?;
            if self.sets[index].actions != actions {
                return Err(differs(&format!("the actions of {about}"), span, before));
            }
            return Ok(index);
        }
        let (label, span) = label.unwrap_or((String::new(), start));
        if !label.is_empty() && !is_generated(&label) {
            let before = self.set_labels.insert((player, label.clone()), (number, span));
            if let Some((other, before)) = before {
                return Err(fault(
                    Code::G012,
                    span,
                    format!(
                        "the label `{label}` names the information sets {other} and {number} of player {}",
                        player + 1
                    ),
                    "here it names another information set",
                )
                .related(before, "it stands here first")
                .help("give one of the two another label, or none; for one and the same information set use its number"));
            }
        }
        let index = self.sets.len();
        self.sets.push(InformationSet { player, label, actions, members: Vec::new() });
        self.known_sets.insert((player, number), Known { index, span: at });
        Ok(index)
    }

    fn same_label(
        &self,
        about: &str,
        label: Option<(String, Span)>,
        known: &str,
        before: Span,
    ) -> Read<()> {
        match label {
            Some((label, span)) if label != known => {
                Err(differs(&format!("the label of {about}"), span, before))
            }
            _ => Ok(()),
        }
    }

    fn read_chance(&mut self, start: Span) -> Read<usize> {
        let (number, at) = self.lexer.whole("the number of a chance move", 1)?;
        let (label, list) = self.read_description()?;
        let known = self.known_chance.get(&number).map(|known| (known.index, known.span));
        let about = format!("chance move {number}");
        if !list {
            let Some((index, before)) = known else { return Err(not_described(&about, at)) };
            self.same_label(&about, label, &self.chance[index].label, before)?;
            return Ok(index);
        }
        let (_, begin) = self.lexer.next()?;
        let (mut actions, mut probabilities) = (Vec::new(), Vec::<Rational>::new());
        let end = loop {
            match self.lexer.next()? {
                (Token::Close, span) => break span,
                (Token::End, span) => return Err(super::lexer::not_closed(begin, span)),
                (Token::Comma, _) if !actions.is_empty() => {}
                (Token::Text(action), _) => {
                    actions.push(action);
                    let (probability, span) = self.lexer.number("a probability")?;
                    if probability.is_negative() {
                        let message = format!("a probability is negative: {probability}");
                        return Err(fault(Code::G011, span, message, "this probability"));
                    }
                    probabilities.push(probability);
                }
                (token, span) => {
                    let what = "the name of an event, in quotes, or `}`";
                    return Err(self.lexer.unexpected(&token, span, what));
                }
            }
        };
        let span = Span::new(begin.start, end.end);
        if actions.is_empty() {
            let message = format!("{about} has no events");
            return Err(fault(Code::G003, span, message, "at least one is needed"));
        }
        if let Some((index, before)) = known {
            self.same_label(&about, label, &self.chance[index].label, before)?;
            let same = &self.chance[index];
            if same.actions != actions || same.probabilities != probabilities {
                return Err(differs(&about, span, before));
            }
            return Ok(index);
        }
        let sum: Rational = probabilities.iter().sum();
        if sum != Rational::ONE {
            let message = format!("the probabilities of {about} sum to {sum} and not to 1");
            return Err(fault(Code::G011, span, message, "these probabilities")
                .help("numbers are exact here: write thirds as 1/3 and not as 0.333333"));
        }
        let (label, _) = label.unwrap_or((String::new(), start));
        let index = self.chance.len();
        self.chance.push(ChanceMove { label, actions, probabilities, members: Vec::new() });
        self.known_chance.insert(number, Known { index, span: at });
        Ok(index)
    }

    fn read_outcome(&mut self) -> Read<Option<usize>> {
        let (number, at) = self.lexer.whole("the number of an outcome (0 for none)", 0)?;
        let (label, list) = self.read_description()?;
        let known = self.known_outcomes.get(&number).map(|known| (known.index, known.span));
        let about = format!("outcome {number}");
        if number == 0 {
            if let Some((label, span)) = label.filter(|(label, _)| !label.is_empty()) {
                let message = format!("outcome 0 is no outcome and has no label: `{label}`");
                return Err(fault(Code::G008, span, message, "give the outcome another number"));
            }
            if list {
                let (_, begin) = self.lexer.next()?;
                let (payoffs, end) = self.lexer.numbers(begin, "a payoff")?;
                if payoffs.iter().any(|(payoff, _)| !payoff.is_zero()) {
                    let span = Span::new(begin.start, end.end);
                    let message = "outcome 0 is no outcome and pays nothing";
                    return Err(fault(
                        Code::G008,
                        span,
                        message,
                        "give the outcome another number",
                    ));
                }
            }
            return Ok(None);
        }
        if !list {
            let Some((index, before)) = known else {
                return Err(fault(
                    Code::G008,
                    at,
                    format!("{about} is not described before this place"),
                    "its payoffs are missing",
                )
                .help(
                    "write its label and its payoffs where it first stands: 1 \"label\" { 3, 5 }",
                ));
            };
            self.same_label(&about, label, &self.outcomes[index].label, before)?;
            return Ok(Some(index));
        }
        let (_, begin) = self.lexer.next()?;
        let (payoffs, end) = self.lexer.numbers(begin, "a payoff")?;
        let span = Span::new(begin.start, end.end);
        if payoffs.len() != self.players {
            return Err(fault(
                Code::G007,
                span,
                format!(
                    "{about} has {} payoffs, and there {}",
                    payoffs.len(),
                    count_players(self.players)
                ),
                "one payoff for each player is expected",
            ));
        }
        let payoffs: Vec<Rational> = payoffs.into_iter().map(|(payoff, _)| payoff).collect();
        if let Some((index, before)) = known {
            self.same_label(&about, label, &self.outcomes[index].label, before)?;
            if self.outcomes[index].payoffs != payoffs {
                return Err(differs(&format!("the payoffs of {about}"), span, before));
            }
            return Ok(Some(index));
        }
        let label = label.map_or_else(String::new, |(label, _)| label);
        let index = self.outcomes.len();
        self.outcomes.push(TreeOutcome { label, payoffs });
        self.known_outcomes.insert(number, Known { index, span: at });
        Ok(Some(index))
    }
}

/// Whether a label is of the form `(1,2)`, which programs generate and users do not rely on.
fn is_generated(label: &str) -> bool {
    let inner = label.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.and_then(|inner| inner.split_once(',')).is_some_and(|(player, number)| {
        [player, number]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn not_described(about: &str, span: Span) -> Box<crate::model::Diagnostic> {
    fault(
        Code::G003,
        span,
        format!("{about} is not described before this place"),
        "its actions are missing",
    )
    .help(
        "write its label and its actions where it first stands: 1 \"label\" { \"left\" \"right\" }",
    )
}

fn differs(what: &str, span: Span, before: Span) -> Box<crate::model::Diagnostic> {
    fault(Code::G009, span, format!("{what} differ from those described before"), "here")
        .related(before, "described here first")
        .help("describe it alike, or give it another number, or leave the description out")
}
