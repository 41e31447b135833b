//! The structure of a game as JSON, and from it.

use serde_json::{Value, json};

use crate::game::NormalForm;
use crate::game::answer::{
    Improvement, Interests, Monotone, Ordinal, PATTERNS, Potential, Structure,
};
use crate::num::Rational;

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read, index};
use super::write::{distribution, dominance, object};

/// Puts the keys of a structure.
pub(super) fn write(
    labels: &Labels,
    game: &NormalForm,
    answer: &Structure,
    put: &mut impl FnMut(&str, Value),
) {
    let name = |profile: usize| labels.joint(game.profile(profile).into_iter().enumerate());
    let names =
        |profiles: &[usize]| -> Vec<String> { profiles.iter().map(|&at| name(at)).collect() };
    let by_player = |entries: Vec<Value>| object(labels.players.iter().cloned().zip(entries));
    let actions = |of: &[usize]| {
        let name = |(player, &action): (usize, &usize)| json!(labels.actions[player][action]);
        by_player(of.iter().enumerate().map(name).collect())
    };
    put("equilibria", json!([]));
    put("constant_sum", json!(answer.constant_sum));
    let competitive =
        |(scale, shift): &(Rational, Rational)| json!({ "scale": scale, "shift": shift });
    put("strictly_competitive", json!(answer.strictly_competitive.as_ref().map(competitive)));
    put(
        "exact_potential",
        match &answer.potential {
            Potential::Exact(values) => {
                let keys = (0..values.len()).map(name).collect();
                json!({ "values": distribution(keys, values) })
            }
            Potential::Excluded(walk) => json!({ "excluded_by": names(walk) }),
        },
    );
    put(
        "improvement",
        match &answer.improvement {
            Improvement::Ends(steps) => {
                let steps = steps.iter().enumerate().map(|(at, &steps)| (name(at), json!(steps)));
                json!({ "steps": object(steps) })
            }
            Improvement::Cycles(cycle) => json!({ "cycle": names(cycle) }),
        },
    );
    let monotone = |one: &Monotone| {
        json!({
            "reversed": by_player(one.reversed.iter().map(|&turned| json!(turned)).collect()),
            "least": actions(&one.extremes[0]),
            "greatest": actions(&one.extremes[1]),
        })
    };
    put("increasing_differences", json!(answer.monotone.as_ref().map(monotone)));
    put("symmetric", json!(answer.symmetric));
    put("polymatrix", json!(answer.polymatrix));
    put("dominance_solvable", json!(answer.is_dominance_solvable()));
    let mut left = serde_json::Map::new();
    dominance(labels, &answer.dominance, &mut |key, value| {
        left.insert(key.to_owned(), value);
    });
    put("dominance", Value::Object(left));
    let ordinal = |one: &Ordinal| {
        json!({
            "class": one.name(),
            "rapoport_guyer": one.rapoport_guyer(),
            "interests": interests(one),
            "patterns": by_player(one.patterns.iter().map(|&at| json!(PATTERNS[at].1)).collect()),
            "conceding": actions(&one.conceding),
        })
    };
    put("ordinal", json!(answer.ordinal.as_ref().map(ordinal)));
}

/// The word for how far interests agree.
fn interests(ordinal: &Ordinal) -> &'static str {
    match ordinal.interests() {
        Interests::NoConflict => "no-conflict",
        Interests::Mixed => "mixed",
        Interests::Opposed => "opposed",
    }
}

/// What a key holds, unless it is null.
fn unless_null<'a, T>(
    top: &Cursor<'a>,
    key: &str,
    read: impl Fn(&Cursor<'a>) -> Read<T>,
) -> Read<Option<T>> {
    let value = top.key(key)?;
    if value.is_null() { Ok(None) } else { read(&value).map(Some) }
}

impl Names<'_> {
    pub(super) fn structure(&self, top: &Cursor<'_>, game: &NormalForm) -> Read<Structure> {
        self.no_equilibria(top)?;
        let answer = Structure {
            constant_sum: unless_null(top, "constant_sum", Cursor::rational)?,
            strictly_competitive: unless_null(top, "strictly_competitive", |one| {
                Ok((one.key("scale")?.rational()?, one.key("shift")?.rational()?))
            })?,
            potential: self.potential(&top.key("exact_potential")?, game)?,
            improvement: self.improvement(&top.key("improvement")?, game)?,
            monotone: unless_null(top, "increasing_differences", |one| self.monotone(one))?,
            symmetric: top.key("symmetric")?.boolean()?,
            polymatrix: top.key("polymatrix")?.boolean()?,
            dominance: self.dominance(&top.key("dominance")?)?,
            ordinal: unless_null(top, "ordinal", |one| self.ordinal(one))?,
        };
        let solvable = top.key("dominance_solvable")?;
        if solvable.boolean()? != answer.is_dominance_solvable() {
            return Err(solvable.wrong("this does not agree with what survives dominance"));
        }
        Ok(answer)
    }

    /// A list of profiles.
    fn walk(&self, list: &Cursor<'_>, game: &NormalForm) -> Read<Vec<usize>> {
        list.list()?.iter().map(|one| self.profile_at(one, one.string()?, game)).collect()
    }

    fn potential(&self, at: &Cursor<'_>, game: &NormalForm) -> Read<Potential> {
        if let Some(walk) = at.optional("excluded_by")? {
            let four = self.walk(&walk, game)?.try_into();
            return four.map(Potential::Excluded).map_err(|_| {
                walk.wrong("a walk that excludes a potential goes through four profiles")
            });
        }
        let mut potential = vec![Rational::ZERO; game.num_profiles()];
        for (key, value) in at.key("values")?.entries()? {
            potential[self.profile_at(&value, key, game)?] = value.rational()?;
        }
        Ok(Potential::Exact(potential))
    }

    fn improvement(&self, at: &Cursor<'_>, game: &NormalForm) -> Read<Improvement> {
        if let Some(cycle) = at.optional("cycle")? {
            return Ok(Improvement::Cycles(self.walk(&cycle, game)?));
        }
        let stated = at.key("steps")?;
        let mut steps = vec![None; game.num_profiles()];
        for (key, value) in stated.entries()? {
            steps[self.profile_at(&value, key, game)?] = Some(index(&value)?);
        }
        let steps: Option<Vec<usize>> = steps.into_iter().collect();
        steps.map(Improvement::Ends).ok_or_else(|| stated.wrong("a profile is missing"))
    }

    /// One action of each player.
    fn actions(&self, at: &Cursor<'_>) -> Read<Vec<usize>> {
        self.each(at, "player", &self.labels.players, |player, one| self.action(player, one))
    }

    fn monotone(&self, at: &Cursor<'_>) -> Read<Monotone> {
        let turned = at.key("reversed")?;
        Ok(Monotone {
            reversed: self.each(&turned, "player", &self.labels.players, |_, one| one.boolean())?,
            extremes: [self.actions(&at.key("least")?)?, self.actions(&at.key("greatest")?)?],
        })
    }

    fn ordinal(&self, at: &Cursor<'_>) -> Read<Ordinal> {
        let two = |list: Vec<usize>| {
            <[usize; 2]>::try_from(list)
                .map_err(|_| at.wrong("ordinal classes are defined for two players"))
        };
        let orders: Vec<String> = PATTERNS.iter().map(|(_, order)| (*order).to_owned()).collect();
        let patterns = at.key("patterns")?;
        let patterns = self.each(&patterns, "player", &self.labels.players, |_, one| {
            self.find(one, "pattern", one.string()?, &orders)
        })?;
        let conceding = two(self.actions(&at.key("conceding")?)?)?;
        let ordinal = Ordinal { patterns: two(patterns)?, conceding };
        let name = at.key("class")?;
        if name.string()? != ordinal.name() {
            return Err(name.wrong(format!("these patterns are those of {}", ordinal.name())));
        }
        let number = at.key("rapoport_guyer")?;
        if index(&number)? != usize::from(ordinal.rapoport_guyer()) {
            return Err(
                number.wrong(format!("the number of this class is {}", ordinal.rapoport_guyer()))
            );
        }
        let stated = at.key("interests")?;
        if stated.string()? != interests(&ordinal) {
            return Err(stated.wrong(format!("interests are {} here", interests(&ordinal))));
        }
        Ok(ordinal)
    }
}
