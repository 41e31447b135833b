//! Quantities of claims about models in states.

use std::collections::HashMap;

use crate::game::DiscountFactor;
use crate::game::stochastic::{Negotiation, StochasticGame, TransferEquilibrium};
use crate::model::Model;
use crate::num::Rational;
use crate::solve::Budget;
use crate::solve::stochastic::NegotiationOptions;
use crate::study::compare::{Outlook, StateRow, Way, state_row};
use crate::study::scenario::{Kind, Scenario};
use crate::study::stochastic::{
    StochasticAnswer, StochasticProblem, StochasticQuestion, solve_stochastic, stochastic_problem,
};

use super::{Answer, Value, number, unknown};

/// The periods of negotiation, as where the command line says nothing.
const PERIODS: u64 = 1000;

/// A model in states with what is needed of it, computed at most once.
pub(super) struct States<'m> {
    model: &'m Model,
    problem: StochasticProblem,
    mechanisms: Vec<usize>,
    set: Vec<(usize, Rational)>,
    row: Option<StateRow>,
    transfers: Option<TransferEquilibrium>,
    negotiations: HashMap<String, Negotiation>,
}

impl<'m> States<'m> {
    pub(super) fn new(
        model: &'m Model,
        set: &[(usize, Rational)],
        mechanisms: &[usize],
    ) -> Result<Self, String> {
        let problem = stochastic_problem(model, set, mechanisms, None::<&DiscountFactor>)
            .map_err(|error| error.to_string())?;
        Ok(States {
            model,
            problem,
            mechanisms: mechanisms.to_vec(),
            set: set.to_vec(),
            row: None,
            transfers: None,
            negotiations: HashMap::new(),
        })
    }

    fn game(&self) -> &StochasticGame {
        &self.problem.game
    }

    fn state(&self, name: &str) -> Result<usize, String> {
        let names = || self.game().states().iter().map(|state| state.name.as_str());
        names().position(|state| state == name).ok_or_else(|| unknown("state", name, names()))
    }

    fn player(&self, name: &str) -> Result<usize, String> {
        let names = || self.model.players.iter().map(|player| player.id.as_str());
        names().position(|player| player == name).ok_or_else(|| unknown("player", name, names()))
    }

    fn row(&mut self) -> Result<&StateRow, String> {
        if self.row.is_none() {
            let scenario = Scenario {
                id: String::new(),
                title: String::new(),
                kind: Kind::Mechanism,
                channel: None,
                by_construction: None,
                mechanisms: self.mechanisms.clone(),
            };
            let row = state_row(self.model, &self.set, &scenario, &Budget::unlimited());
            self.row = Some(row.map_err(|error| error.to_string())?);
        }
        self.row.as_ref().ok_or_else(|| "nothing was found".to_owned())
    }

    fn solved(&self, question: &StochasticQuestion) -> Result<StochasticAnswer, String> {
        let found = solve_stochastic(self.game(), question, &Budget::unlimited());
        found.map(|found| found.answer).map_err(|error| error.to_string())
    }

    fn transfers(&mut self) -> Result<&TransferEquilibrium, String> {
        if self.transfers.is_none()
            && let StochasticAnswer::Transfers(answer) =
                self.solved(&StochasticQuestion::Transfers)?
        {
            self.transfers = Some(answer);
        }
        self.transfers.as_ref().ok_or_else(|| "nothing was found".to_owned())
    }

    pub(super) fn quantity(&mut self, path: &[String]) -> Answer {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["outcome", "agreement"] => {
                let row = self.row()?;
                let kept = row.kept.map(|at| row.agreements[at].agreement);
                let name = kept.map(|at| self.model.agreements()[at].id.clone());
                Ok(Value::Text(name.unwrap_or_else(|| "none".to_owned())))
            }
            ["margin", name] => number(-&self.most(name)?.1),
            ["binding", name] => Ok(Value::Text(self.most(name)?.0)),
            ["transfers", "joint", state] => {
                let at = self.state(state)?;
                number(self.policies(|policies| policies.joint[at].clone())?)
            }
            ["transfers", "worst", player, state] => {
                let (player, at) = (self.player(player)?, self.state(state)?);
                number(self.policies(|policies| policies.worst[player][at].clone())?)
            }
            ["negotiation", probability, rest @ ..] => self.negotiation(probability, rest),
            ["outcome", rest @ ..] => self.outlook(Way::Outcome, rest),
            ["markov", rest @ ..] => self.outlook(Way::Markov, rest),
            ["transfers", rest @ ..] => self.outlook(Way::Transfers, rest),
            _ => Err(format!(
                "`{}` is not a quantity that is known of a model in states",
                path.join(".")
            )),
        }
    }

    fn policies(
        &mut self,
        of: impl Fn(&crate::game::stochastic::Policies) -> Rational,
    ) -> Result<Rational, String> {
        let policies = self.transfers()?.policies.as_ref();
        policies.map(of).ok_or_else(|| "no equilibrium in pure strategies is known".to_owned())
    }

    /// The deviation from an agreement that gains the most, as text, and what it gains.
    fn most(&mut self, name: &str) -> Result<(String, Rational), String> {
        let names = || self.model.agreements().iter().map(|agreement| agreement.id.as_str());
        let at = names()
            .position(|agreement| agreement == name)
            .ok_or_else(|| unknown("agreement", name, names()))?;
        let row = self.row()?;
        let found = row.agreements.iter().find(|one| one.agreement == at);
        let most = found
            .ok_or("a mechanism removed an action of the agreement")?
            .value
            .most
            .as_ref()
            .ok_or("nobody has another action")?;
        let state = &row.game.states()[most.state];
        let player = &state.stage.players()[most.player];
        let text = format!("{}:{}:{}", player.name, player.actions[most.action], state.name);
        Ok((text, most.gain.clone()))
    }

    fn outlook(&mut self, way: Way, rest: &[&str]) -> Answer {
        let (state, player) = match rest {
            ["play", name] => (Some(self.state(name)?), None),
            ["payoff" | "worst", name] => (None, Some(self.player(name)?)),
            _ => (None, None),
        };
        let model = self.model;
        let row = self.row()?;
        let outlook: &Outlook =
            row.outlook(way).map_err(|missing| format!("{}: {}", way.word(), missing.word()))?;
        let course = &outlook.course;
        let conflict = || course.conflict.as_ref().ok_or("no state is one of conflict".to_owned());
        match (rest, state, player) {
            (["play", _], Some(state), _) => Ok(Value::Text(row.play_name(outlook, state))),
            (["payoff", _], _, Some(player)) => number(course.payoffs[player].clone()),
            (["joint"], ..) => number(course.payoffs.iter().sum::<Rational>()),
            (["regret"], ..) => number(outlook.regret.clone()),
            (["output", name], ..) => {
                let names = || model.outputs.iter().map(|output| output.id.as_str());
                let at = names()
                    .position(|output| output == *name)
                    .ok_or_else(|| unknown("output", name, names()))?;
                number(course.outputs[at].clone())
            }
            (["conflict", "within"], ..) => {
                number(conflict()?.within.clone().ok_or("its fractions would be too long")?)
            }
            (["conflict", "ever"], ..) => number(conflict()?.ever.clone()),
            (["conflict", "waiting"], ..) => {
                Ok(conflict()?.waiting.clone().map_or(Value::Never, Value::Number))
            }
            (["bound"], ..) => {
                let bounds = outlook.bounds.as_ref().ok_or("only transfers have a bound")?;
                number(bounds.joint.clone())
            }
            (["worst", _], _, Some(player)) => {
                let bounds = outlook.bounds.as_ref().ok_or("only transfers have worst payoffs")?;
                number(bounds.worst[player].clone())
            }
            _ => Err(format!("`{}.{}` is not known", way.word(), rest.join("."))),
        }
    }

    fn negotiation(&mut self, probability: &str, rest: &[&str]) -> Answer {
        if !self.negotiations.contains_key(probability) {
            let known: Rational = probability
                .parse()
                .map_err(|_| format!("`{probability}` is no probability: write 13/20"))?;
            let options =
                NegotiationOptions { probability: known, weights: Vec::new(), periods: PERIODS };
            if let StochasticAnswer::Negotiation(found) =
                self.solved(&StochasticQuestion::Negotiation(options))?
            {
                self.negotiations.insert(probability.to_owned(), *found);
            }
        }
        let found = self.negotiations.get(probability).ok_or("nothing was found")?;
        let machine = |value: f64| {
            number(Rational::from_f64_exactly(value).ok_or("the number is not finite")?)
        };
        match rest {
            ["joint", state] => machine(found.joint[self.state(state)?]),
            ["worst", player, state] => {
                machine(found.worst[self.player(player)?][self.state(state)?])
            }
            ["share", player, state] => {
                machine(found.shares[self.player(player)?][self.state(state)?])
            }
            ["play", state] => {
                let at = self.state(state)?;
                Ok(Value::Text(self.game().profile_name(at, found.played[at])))
            }
            _ => Err(format!("`negotiation.{probability}.{}` is not known", rest.join("."))),
        }
    }
}
