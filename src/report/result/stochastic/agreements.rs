//! At which discount factors agreements in states are kept, as JSON, and back.

use serde_json::{Value, json};

use crate::game::stochastic::{Pact, PactPatience, PactStretches, StochasticGame, Threat};
use crate::num::Rational;
use crate::report::result::automaton::{read_stretches, stretches};

use super::super::cursor::Cursor;
use super::markov::strategies;
use super::{Read, Reader, by_state};

/// One entry for each threat.
pub(super) fn threats(game: &StochasticGame, answer: &PactPatience) -> Value {
    let one = |threat: &Threat| {
        json!({
            "found": threat.found,
            "states": by_state(game, |state| strategies(game, state, &threat.play[state])),
        })
    };
    answer.threats.iter().map(one).collect()
}

/// One entry for each agreement, with one for each threat.
pub(super) fn agreements(answer: &PactPatience) -> Value {
    let one = |one: &PactStretches| {
        json!({
            "held": stretches(one.held.as_deref()),
            "threat": stretches(one.threat.as_deref()),
            "kept": stretches(one.kept.as_deref()),
        })
    };
    let own = |own: &Vec<PactStretches>| {
        json!({
            "agreement": own.first().map(|one| &one.pact.name),
            "by_threat": own.iter().map(one).collect::<Vec<_>>(),
        })
    };
    answer.agreements.iter().map(own).collect()
}

impl Reader<'_> {
    /// `pacts` are the agreements of the model, which a result only names.
    pub(super) fn agreements(&self, top: &Cursor<'_>, pacts: &[Pact]) -> Read<PactPatience> {
        let numbers = |at: &Cursor<'_>| -> Read<Vec<Rational>> {
            at.list()?.iter().map(Cursor::rational).collect()
        };
        let threat = |at: &Cursor<'_>| {
            let states = at.key("states")?;
            if states.entries()?.len() != self.game.states().len() {
                return Err(states.wrong("it has an entry that is no state of the model"));
            }
            Ok(Threat {
                found: numbers(&at.key("found")?)?,
                play: self.states(&states, |state, one| self.strategies(state, one))?,
            })
        };
        let threats = top.key("threats")?.list()?;
        let threats = threats.iter().map(threat).collect::<Read<Vec<_>>>()?;
        let list = top.key("agreements")?;
        let entries = list.list()?;
        if entries.len() != pacts.len() {
            return Err(list.wrong("there is not an entry for each agreement of the model"));
        }
        let own = |(at, pact): (&Cursor<'_>, &Pact)| {
            let parts = at.key("by_threat")?;
            let stated = parts.list()?;
            if stated.len() != threats.len() {
                return Err(parts.wrong("there is not an entry for each threat"));
            }
            if threats.is_empty() {
                return Ok(Vec::new());
            }
            let name = at.key("agreement")?;
            if name.string()? != pact.name {
                return Err(name.wrong(format!("the agreement here is `{}`", pact.name)));
            }
            let one = |(at, threat): (&Cursor<'_>, &Threat)| {
                Ok(PactStretches {
                    pact: Pact { fallback: threat.play.clone(), ..pact.clone() },
                    held: read_stretches(&at.key("held")?)?,
                    threat: read_stretches(&at.key("threat")?)?,
                    kept: read_stretches(&at.key("kept")?)?,
                })
            };
            stated.iter().zip(&threats).map(one).collect()
        };
        Ok(PactPatience {
            agreements: entries.iter().zip(pacts).map(own).collect::<Read<_>>()?,
            threats,
            open: numbers(&top.key("open")?)?,
        })
    }
}
