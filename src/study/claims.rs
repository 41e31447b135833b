//! Claims of a model file: assertions about computed quantities, evaluated.
//!
//! A quantity is a dotted path, such as `nash.count`, `equilibrium.1.payoff.A` or
//! `critical_discount.Moderate`; docs/model-format.md lists all. Each claim may set parameters and
//! apply mechanisms first. Everything is exact.

mod states;

use std::collections::HashMap;

use crate::game::NormalForm;
use crate::game::answer::Equilibria;
use crate::mechanism::Situation;
use crate::model::{Claim, Expected, Horizon, Model};
use crate::num::Rational;
use crate::solve::Budget;

use super::answers::{self, Answered};
use super::boundary::reply_boundaries;
use super::evaluate::{Evaluation, Play, choice_game};
use super::settle::{Settled, settle};
use super::solution::QuestionError;
use states::States;

/// The value of a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(Rational),
    /// A name, such as that of an agreement; `none` when there is none.
    Text(String),
    /// A statement that holds or does not.
    Truth(bool),
    /// No finite number: no discount factor is enough.
    Never,
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
            Value::Truth(truth) => write!(f, "{truth}"),
            Value::Never => f.write_str("never"),
        }
    }
}

/// A claim with what was computed.
#[derive(Debug, Clone)]
pub struct Checked<'m> {
    /// The claim.
    pub claim: &'m Claim,
    /// The value of its quantity, or why it has none.
    pub computed: Result<Value, String>,
    /// Whether the claim holds.
    pub holds: bool,
}

/// What claims may share: parameters that are set, and mechanisms that are applied.
type Setting = (Vec<(usize, Rational)>, Vec<usize>);

/// Evaluates all claims of a model, in order.
#[must_use]
pub fn check_claims(model: &Model) -> Vec<Checked<'_>> {
    let mut contexts: HashMap<Setting, Result<Computed<'_>, String>> = HashMap::new();
    model
        .claims
        .iter()
        .map(|claim| {
            let mechanisms = model.mechanisms_of(&claim.mechanisms);
            let context = contexts
                .entry((claim.set.clone(), mechanisms.clone()))
                .or_insert_with(|| Computed::new(model, &claim.set, &mechanisms));
            let computed = match context {
                Ok(context) => context.quantity(&claim.path),
                Err(reason) => Err(reason.clone()),
            };
            let holds = computed.as_ref().is_ok_and(|value| satisfies(value, &claim.expected));
            Checked { claim, computed, holds }
        })
        .collect()
}

/// Whether a value is what a claim expects.
#[must_use]
pub fn satisfies(value: &Value, expectation: &Expected) -> bool {
    match (value, expectation) {
        (Value::Number(value), Expected::Equals { value: expected, tolerance }) => {
            (value - expected).abs() <= *tolerance
        }
        (Value::Number(value), Expected::AtLeast(bound)) => value >= bound,
        (Value::Number(value), Expected::AtMost(bound)) => value <= bound,
        (Value::Number(value), Expected::Above(bound)) => value > bound,
        (Value::Number(value), Expected::Below(bound)) => value < bound,
        // "No discount factor is enough" lies above every number.
        (Value::Never, Expected::AtLeast(_) | Expected::Above(_)) => true,
        (Value::Text(text), Expected::Is(expected)) => text == expected,
        (Value::Never, Expected::Is(expected)) => expected == "never",
        (Value::Truth(truth), Expected::IsTrue(expected)) => truth == expected,
        _ => false,
    }
}

/// What quantities are computed from.
enum Computed<'m> {
    Stage(Box<Context<'m>>),
    States(Box<States<'m>>),
}

impl<'m> Computed<'m> {
    fn new(
        model: &'m Model,
        set: &[(usize, Rational)],
        mechanisms: &[usize],
    ) -> Result<Self, String> {
        Ok(if matches!(model.horizon, Horizon::States(_)) {
            Computed::States(Box::new(States::new(model, set, mechanisms)?))
        } else {
            Computed::Stage(Box::new(Context::new(model, set, mechanisms)?))
        })
    }

    fn quantity(&mut self, path: &[String]) -> Answer {
        match self {
            Computed::Stage(context) => context.quantity(path),
            Computed::States(states) => states.quantity(path),
        }
    }
}

/// A situation with what is needed of it, computed at most once.
struct Context<'m> {
    model: &'m Model,
    set: Vec<(usize, Rational)>,
    mechanisms: Vec<usize>,
    situation: Situation<'m, Rational>,
    evaluation: Evaluation<Rational>,
    game: NormalForm,
    equilibria: Option<Equilibria>,
}

type Answer = Result<Value, String>;

/// The answer of a search without a limit.
fn finished<T>(found: Result<Answered<Option<T>>, QuestionError>) -> Result<T, String> {
    found.and_then(Answered::finished).map_err(|error| error.to_string())
}

fn number(value: impl Into<Rational>) -> Answer {
    Ok(Value::Number(value.into()))
}

impl<'m> Context<'m> {
    fn new(
        model: &'m Model,
        set: &[(usize, Rational)],
        mechanisms: &[usize],
    ) -> Result<Self, String> {
        let Settled { situation, evaluation, .. } =
            settle(model, set, mechanisms, &Budget::unlimited())
                .map_err(|error| error.to_string())?;
        let game = choice_game(&situation, &evaluation).map_err(|error| error.to_string())?;
        Ok(Context {
            model,
            set: set.to_vec(),
            mechanisms: mechanisms.to_vec(),
            situation,
            evaluation,
            game,
            equilibria: None,
        })
    }

    fn equilibria(&mut self) -> Result<&Equilibria, String> {
        if self.equilibria.is_none() {
            let found = answers::equilibria(&self.game, &Budget::unlimited());
            self.equilibria = Some(found.map_err(|error| error.to_string())?.outcome.answer);
        }
        self.equilibria.as_ref().ok_or_else(|| QuestionError::Unfinished.to_string())
    }

    fn player(&self, name: &str) -> Result<usize, String> {
        let names = || self.game.players().iter().map(|player| player.name.as_str());
        names().position(|player| player == name).ok_or_else(|| unknown("player", name, names()))
    }

    fn action(&self, player: usize, name: &str) -> Result<usize, String> {
        let names = || self.game.players()[player].actions.iter().map(String::as_str);
        names().position(|action| action == name).ok_or_else(|| unknown("action", name, names()))
    }

    fn agreement(&self, name: &str) -> Result<usize, String> {
        let names = || self.model.agreements().iter().map(|agreement| agreement.id.as_str());
        names()
            .position(|agreement| agreement == name)
            .ok_or_else(|| unknown("agreement", name, names()))
    }

    fn output(&self, name: &str) -> Result<usize, String> {
        let names = || self.model.outputs.iter().map(|output| output.id.as_str());
        names().position(|output| output == name).ok_or_else(|| unknown("output", name, names()))
    }

    fn quantity(&mut self, path: &[String]) -> Answer {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["nash", "count"] => number(self.equilibria()?.list.len()),
            ["pure", "count"] => {
                let found = answers::pure_equilibria(&self.game, &Budget::unlimited());
                let found = found.map_err(|error| error.to_string())?;
                number(found.outcome.answer.list.len())
            }
            ["parameter", name] => {
                let names = || self.model.parameters.iter().map(|one| one.name.as_str());
                let at = names()
                    .position(|known| known == *name)
                    .ok_or_else(|| unknown("parameter", name, names()))?;
                number(self.situation.values[at].clone())
            }
            ["equilibrium", position, rest @ ..] => self.equilibrium(position, rest),
            ["minimax", rest @ ..] => self.minimax(rest),
            ["correlated", rest @ ..] => self.correlated(rest),
            ["stackelberg", kind @ ("pure" | "mixed"), rest @ ..] => {
                self.stackelberg(*kind == "mixed", rest)
            }
            ["dominance", rest @ ..] => self.dominance(rest),
            ["critical_discount", name] => {
                let agreement = self.agreement(name)?;
                let results = &self.evaluation.agreements;
                let result = results
                    .iter()
                    .find(|result| result.agreement == agreement)
                    .ok_or("a mechanism removed an action of the agreement")?;
                Ok(result.critical.number().map_or(Value::Never, Value::Number))
            }
            ["minmax_bound", name] => self.minmax_bound(name),
            ["binding", name] => {
                let agreement = self.agreement(name)?;
                let binding = self
                    .evaluation
                    .agreements
                    .iter()
                    .find(|result| result.agreement == agreement)
                    .and_then(|result| result.binding.as_ref());
                Ok(Value::Text(binding.map_or_else(
                    || "none".to_owned(),
                    |deviation| {
                        let player = &self.game.players()[deviation.player];
                        format!("{}:{}", player.name, player.actions[deviation.action])
                    },
                )))
            }
            ["outcome", rest @ ..] => self.outcome(rest),
            ["stage" | "punishment", rest @ ..] => {
                let play = self.evaluation.stage.clone();
                self.of_play(&play, rest)
            }
            ["at", profile, rest @ ..] => {
                let play = Play::Pure(self.profile(profile)?);
                self.of_play(&play, rest)
            }
            ["best_reply", player, others] => self.best_reply(player, others),
            ["boundary", parameter, player, others, side @ ("above" | "below")] => {
                self.boundary(parameter, player, others, *side == "above")
            }
            ["risk_dominant"] => self.risk_dominant(),
            _ => Err(format!("`{}` is not a quantity that is known", path.join("."))),
        }
    }

    fn profile(&self, text: &str) -> Result<usize, String> {
        let names: Vec<&str> = text.split('|').collect();
        if names.len() != self.game.num_players() {
            return Err(format!("`{text}` does not name one action for each player, joined by |"));
        }
        let actions = names
            .iter()
            .enumerate()
            .map(|(player, name)| self.action(player, name))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(self.game.profile_index(&actions))
    }

    /// Payoffs, parts and outputs of a play, by true weights.
    fn of_play(&self, play: &Play, rest: &[&str]) -> Answer {
        let tables = &self.evaluation.tables;
        match rest {
            ["payoff", player] => number(play.expectation(&tables.payoffs[self.player(player)?])),
            ["part", player, part] => {
                let names = || self.model.parts.iter().map(String::as_str);
                let at = names()
                    .position(|name| name == *part)
                    .ok_or_else(|| unknown("part", part, names()))?;
                number(play.expectation(&tables.parts[self.player(player)?][at]))
            }
            ["output", output] => number(play.expectation(&tables.outputs[self.output(output)?])),
            ["profile"] => Ok(Value::Text(match play {
                Play::Pure(profile) => {
                    self.game.profile_names(&self.game.profile(*profile)).join("|")
                }
                Play::Mixed(_) => "mixed".to_owned(),
            })),
            _ => Err(format!("`{}` is not known of a play", rest.join("."))),
        }
    }

    fn equilibrium(&mut self, position: &str, rest: &[&str]) -> Answer {
        let count = self.equilibria()?.list.len();
        let at = position
            .parse::<usize>()
            .ok()
            .filter(|&at| at >= 1 && at <= count)
            .ok_or_else(|| format!("there are {count} equilibria, numbered from 1"))?;
        let equilibrium = self.equilibria()?.list[at - 1].clone();
        match rest {
            ["strategy", player, action] => {
                let player = self.player(player)?;
                let action = self.action(player, action)?;
                number(equilibrium.profile[player].probabilities()[action].clone())
            }
            _ => self.of_play(&Play::of_profile(&self.game, &equilibrium.profile), rest),
        }
    }

    fn minimax(&self, rest: &[&str]) -> Answer {
        let levels = finished(answers::minimax(&self.game, &Budget::unlimited()))?.levels;
        match rest {
            ["value"] => number(levels[0].value.clone()),
            ["value", player] => number(levels[self.player(player)?].value.clone()),
            ["strategy", player, action] => {
                let player = self.player(player)?;
                let action = self.action(player, action)?;
                number(levels[player].strategy.probabilities()[action].clone())
            }
            _ => Err(format!("`minimax.{}` is not known", rest.join("."))),
        }
    }

    fn correlated(&self, rest: &[&str]) -> Answer {
        let best = finished(answers::correlated(&self.game, &Budget::unlimited()))?;
        match rest {
            ["welfare"] => number(best.value),
            ["payoff", player] => number(best.payoffs[self.player(player)?].clone()),
            ["probability", actions @ ..] => {
                let profile = self.profile(&actions.join("|"))?;
                number(best.distribution[profile].clone())
            }
            _ => self.of_play(&Play::of_distribution(&best.distribution), rest),
        }
    }

    fn stackelberg(&self, mixed: bool, rest: &[&str]) -> Answer {
        let (leader, rest) = match rest {
            [name, rest @ ..] if self.player(name).is_ok() => (self.player(name)?, rest),
            _ => (0, rest),
        };
        let found = answers::commitment(&self.game, leader, mixed, &Budget::unlimited());
        let best = finished(found)?;
        match rest {
            ["value"] => number(best.leader_value),
            ["follower"] => number(best.follower_value),
            ["reply"] => {
                Ok(Value::Text(self.game.players()[1 - leader].actions[best.reply].clone()))
            }
            ["strategy", action] => {
                let action = self.action(leader, action)?;
                number(best.commitment.probabilities()[action].clone())
            }
            _ => Err(format!("`stackelberg.….{}` is not known", rest.join("."))),
        }
    }

    fn dominance(&self, rest: &[&str]) -> Answer {
        let found = finished(answers::dominance(&self.game, &Budget::unlimited()))?;
        let survivors = found.survivors;
        match rest {
            ["solvable"] => Ok(Value::Truth(survivors.iter().all(|left| left.len() == 1))),
            ["survivors", player] => number(survivors[self.player(player)?].len()),
            _ => Err(format!("`dominance.{}` is not known", rest.join("."))),
        }
    }

    fn minmax_bound(&self, name: &str) -> Answer {
        let agreement = self.agreement(name)?;
        let game = super::compare::repeated_game(&self.situation, &self.evaluation, &self.game)
            .ok_or("the model has no agreement with the actions that are left")?;
        let at = self
            .evaluation
            .agreements
            .iter()
            .position(|result| result.agreement == agreement)
            .ok_or("a mechanism removed an action of the agreement")?;
        let sustained =
            answers::agreements(&game, &Budget::unlimited()).map_err(|error| error.to_string())?;
        let bound = &sustained.outcome.answer.agreements[at].minmax_bound;
        Ok(bound.number().map_or(Value::Never, Value::Number))
    }

    fn outcome(&self, rest: &[&str]) -> Answer {
        let evaluation = &self.evaluation;
        match rest {
            ["agreement"] => Ok(Value::Text(evaluation.outcome.map_or_else(
                || "none".to_owned(),
                |at| self.model.agreements()[evaluation.agreements[at].agreement].id.clone(),
            ))),
            ["weight"] => number(evaluation.weight.clone()),
            ["payoff", player] => number(evaluation.payoffs[self.player(player)?].clone()),
            ["output", output] => number(evaluation.outputs[self.output(output)?].clone()),
            ["periods", output] => evaluation.cumulative[self.output(output)?]
                .clone()
                .map(Value::Number)
                .ok_or_else(|| format!("output `{output}` is not a hazard")),
            ["profile"] => self.of_play(&evaluation.otherwise, rest),
            _ => Err(format!("`outcome.{}` is not known", rest.join("."))),
        }
    }

    /// The lowest best reply of a player to the others' actions.
    fn best_reply(&self, player: &str, others: &str) -> Answer {
        let player = self.player(player)?;
        let base = self.with_others(player, others)?;
        let best = (0..self.game.num_actions(player))
            .rev()
            .max_by_key(|&action| {
                self.game.payoff(player, self.game.deviation(base, player, action)).clone()
            })
            .unwrap_or(0);
        Ok(Value::Text(self.game.players()[player].actions[best].clone()))
    }

    /// A profile in which the others play the named actions, joined by `|`.
    fn with_others(&self, player: usize, others: &str) -> Result<usize, String> {
        let names: Vec<&str> = others.split('|').collect();
        let opponents: Vec<usize> =
            (0..self.game.num_players()).filter(|&other| other != player).collect();
        if names.len() != opponents.len() {
            return Err(format!("`{others}` does not name one action for each other player"));
        }
        let mut actions = vec![0; self.game.num_players()];
        for (&opponent, name) in opponents.iter().zip(names) {
            actions[opponent] = self.action(opponent, name)?;
        }
        Ok(self.game.profile_index(&actions))
    }

    fn boundary(&self, parameter: &str, player: &str, others: &str, above: bool) -> Answer {
        let names = || self.model.parameters.iter().map(|parameter| parameter.name.as_str());
        let at = names()
            .position(|name| name == parameter)
            .ok_or_else(|| unknown("parameter", parameter, names()))?;
        let player = self.player(player)?;
        let base = self.game.profile(self.with_others(player, others)?);
        let lines = reply_boundaries(self.model, &self.set, &self.mechanisms, at)
            .map_err(|error| error.to_string())?;
        let kept = &self.situation.kept;
        let line = lines
            .iter()
            .find(|line| {
                line.player == player
                    && (0..base.len()).all(|other| {
                        other == player || line.against[other] == kept[other][base[other]]
                    })
            })
            .ok_or("no such best reply")?;
        // From the value that the claim sets for the parameter, or the model's own.
        let here = self
            .set
            .iter()
            .find(|(set, _)| *set == at)
            .map_or_else(|| self.situation.values[at].clone(), |(_, value)| value.clone());
        let switch = if above { line.above(&here) } else { line.below(&here) };
        Ok(switch.map_or(Value::Never, |(value, _)| Value::Number(value.clone())))
    }

    /// The risk-dominant one of two strict pure equilibria of a 2×2 game, by the larger product of
    /// deviation losses (Harsanyi & Selten 1988, section 3.9).
    fn risk_dominant(&self) -> Answer {
        if self.game.shape() != [2, 2] {
            return Err("risk dominance is defined here for 2×2 games".to_owned());
        }
        let loss = |player: usize, at: usize| {
            let other = 1 - self.game.action_in(player, at);
            self.game.payoff(player, at)
                - self.game.payoff(player, self.game.deviation(at, player, other))
        };
        let strict: Vec<usize> =
            (0..4).filter(|&at| loss(0, at).is_positive() && loss(1, at).is_positive()).collect();
        let name = |at: usize| self.game.profile_names(&self.game.profile(at)).join(",");
        let text = match strict.as_slice() {
            [only] => name(*only),
            [one, two] => {
                let (a, b) = (loss(0, *one) * loss(1, *one), loss(0, *two) * loss(1, *two));
                match a.cmp(&b) {
                    std::cmp::Ordering::Greater => name(*one),
                    std::cmp::Ordering::Less => name(*two),
                    std::cmp::Ordering::Equal => "tie".to_owned(),
                }
            }
            _ => "none".to_owned(),
        };
        Ok(Value::Text(text))
    }
}

fn unknown<'a>(kind: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    match crate::model::nearest(name, names) {
        Some(near) => format!("there is no {kind} `{name}`; did you mean `{near}`?"),
        None => format!("there is no {kind} `{name}`"),
    }
}
