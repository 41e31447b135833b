//! Symmetric equilibria and their stability as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::{Evolutionary, Symmetric};

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read, index};
use super::write::{equilibrium, strategy};

/// Puts the keys of a list of symmetric equilibria.
pub(super) fn write(labels: &Labels, answer: &Symmetric, put: &mut impl FnMut(&str, Value)) {
    put("scope", json!(if answer.complete { "all-symmetric" } else { "some" }));
    let list = answer.list.iter().zip(&answer.stability).map(|(one, stability)| {
        let mut value = equilibrium(labels, one);
        value["evolutionarily_stable"] = json!(stability.is_stable());
        if let Evolutionary::Invaded(invader) = stability {
            value["invader"] = strategy(labels, 0, invader);
        }
        value
    });
    put("equilibria", list.collect());
    put("convex_sets", json!(answer.sets));
}

impl Names<'_> {
    pub(super) fn symmetric(&self, top: &Cursor<'_>) -> Read<Symmetric> {
        if self.labels.players.len() != 2 {
            return Err(top.wrong("symmetric equilibria are for games of two players"));
        }
        let scope = top.key("scope")?;
        let complete = match scope.string()? {
            "all-symmetric" => true,
            "some" => false,
            _ => return Err(scope.wrong("a scope is `all-symmetric` or `some`")),
        };
        let equilibria = top.key("equilibria")?;
        let (mut list, mut stability) = (Vec::new(), Vec::new());
        for one in equilibria.list()? {
            list.push(self.equilibrium(&one)?);
            stability.push(self.stability(&one)?);
        }
        let sets = top.key("convex_sets")?;
        let sets = if sets.is_null() {
            None
        } else {
            let set = |one: &Cursor<'_>| one.list()?.iter().map(index).collect::<Read<Vec<_>>>();
            Some(sets.list()?.iter().map(set).collect::<Read<_>>()?)
        };
        Ok(Symmetric { list, stability, complete, sets })
    }

    fn stability(&self, at: &Cursor<'_>) -> Read<Evolutionary> {
        let stable = at.key("evolutionarily_stable")?;
        let invader = at.optional("invader")?;
        if stable.is_null() {
            return match invader {
                None => Ok(Evolutionary::NotDecided),
                Some(one) => Err(one.wrong("with an invader it is decided")),
            };
        }
        match (stable.boolean()?, invader) {
            (true, None) => Ok(Evolutionary::Stable),
            (true, Some(one)) => Err(one.wrong("what is stable has no invader")),
            (false, Some(one)) => Ok(Evolutionary::Invaded(self.strategy(0, &one)?)),
            (false, None) => Err(stable.wrong("what is not stable has an `invader`")),
        }
    }
}
