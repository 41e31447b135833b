//! What equilibria withstand as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::{
    Admissibility, Properness, Refinement, RiskComparison, Standing, Trembles, Withstands,
};

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read, index};
use super::write::{distribution, equilibria, object, strategy};

/// Puts the keys of a refinement behind those of the list.
pub(super) fn write(labels: &Labels, answer: &Refinement, put: &mut impl FnMut(&str, Value)) {
    equilibria(labels, &answer.equilibria, put);
    let flags = |one: &Withstands| {
        json!({
            "strict": one.strict,
            "quasi_strict": one.quasi_strict,
            "payoff_undominated": one.payoff_undominated,
            "perfect": one.perfect,
        })
    };
    put("withstands", answer.withstands.iter().map(flags).collect());
    let standing = |player: usize, one: &Standing| {
        let other = labels.actions.len() - 1 - player;
        let mixed = strategy(labels, player, &one.strategy);
        match &one.proof {
            Admissibility::Undominated(belief) => {
                let belief = distribution(labels.actions[other].clone(), belief);
                json!({ "strategy": mixed, "undominated_by_belief": belief })
            }
            Admissibility::Dominated(better) => {
                json!({ "strategy": mixed, "dominated_by": strategy(labels, player, better) })
            }
        }
    };
    let sides = answer.standings.iter().enumerate().map(|(player, list)| {
        let list: Vec<Value> = list.iter().map(|one| standing(player, one)).collect();
        (labels.players[player].clone(), json!(list))
    });
    put("standings", object(sides));
    put("properness", answer.proper.iter().map(|one| properness(labels, one)).collect());
    let risk = |one: &RiskComparison| {
        json!({
            "equilibria": one.equilibria,
            "products": one.products,
            "risk_dominant": one.dominant(),
        })
    };
    put("risk_dominance", json!(answer.risk.as_ref().map(risk)));
}

fn properness(labels: &Labels, one: &Properness) -> Value {
    let mut value = json!({ "proper": one.is_proper() });
    if let Properness::Trembles(trembles) = one {
        let levels = trembles.levels.iter().enumerate().map(|(player, levels)| {
            let names = |&action: &usize| labels.actions[player][action].clone();
            let levels: Vec<Vec<String>> =
                levels.iter().map(|level| level.iter().map(names).collect()).collect();
            (labels.players[player].clone(), json!(levels))
        });
        value["levels"] = object(levels);
        let strategies = trembles.strategies.iter().enumerate().map(|(player, list)| {
            let list: Vec<Value> = list.iter().map(|one| strategy(labels, player, one)).collect();
            (labels.players[player].clone(), json!(list))
        });
        value["trembles"] = object(strategies);
    }
    value
}

impl Names<'_> {
    pub(super) fn refinement(&self, top: &Cursor<'_>) -> Read<Refinement> {
        if self.labels.players.len() != 2 {
            return Err(top.wrong("refinements are for games of two players"));
        }
        let flags = |one: &Cursor<'_>| {
            Ok(Withstands {
                strict: one.key("strict")?.boolean()?,
                quasi_strict: one.key("quasi_strict")?.boolean()?,
                payoff_undominated: one.key("payoff_undominated")?.boolean()?,
                perfect: one.key("perfect")?.boolean()?,
            })
        };
        let sides =
            self.each(&top.key("standings")?, "player", &self.labels.players, |player, list| {
                list.list()?.iter().map(|one| self.standing(player, one)).collect::<Read<Vec<_>>>()
            })?;
        let standings =
            sides.try_into().map_err(|_| top.wrong("refinements are for games of two players"))?;
        let risk = top.key("risk_dominance")?;
        let withstands = top.key("withstands")?;
        Ok(Refinement {
            equilibria: self.equilibria(top)?,
            withstands: withstands.list()?.iter().map(flags).collect::<Read<_>>()?,
            standings,
            proper: top
                .key("properness")?
                .list()?
                .iter()
                .map(|one| self.properness(one))
                .collect::<Read<_>>()?,
            risk: if risk.is_null() { None } else { Some(comparison(&risk)?) },
        })
    }

    fn properness(&self, at: &Cursor<'_>) -> Read<Properness> {
        let stated = at.key("proper")?;
        let levels = at.optional("levels")?;
        if stated.is_null() || !stated.boolean()? {
            return match (levels, stated.is_null()) {
                (Some(one), _) => Err(one.wrong("levels belong to what is proper")),
                (None, true) => Ok(Properness::NotDecided),
                (None, false) => Ok(Properness::No),
            };
        }
        let Some(levels) = levels else { return Ok(Properness::Regular) };
        let players = &self.labels.players;
        let two = || at.wrong("refinements are for games of two players");
        let levels = self.each(&levels, "player", players, |player, list| {
            let level = |one: &Cursor<'_>| -> Read<Vec<usize>> {
                one.list()?.iter().map(|action| self.action(player, action)).collect()
            };
            list.list()?.iter().map(level).collect::<Read<Vec<_>>>()
        })?;
        let strategies = self.each(&at.key("trembles")?, "player", players, |player, list| {
            let strategy = |one: &Cursor<'_>| self.strategy(player, one);
            list.list()?.iter().map(strategy).collect::<Read<Vec<_>>>()
        })?;
        Ok(Properness::Trembles(Box::new(Trembles {
            levels: levels.try_into().map_err(|_| two())?,
            strategies: strategies.try_into().map_err(|_| two())?,
        })))
    }

    fn standing(&self, player: usize, at: &Cursor<'_>) -> Read<Standing> {
        let proof = match at.optional("dominated_by")? {
            Some(better) => Admissibility::Dominated(self.strategy(player, &better)?),
            None => {
                let belief = at.key("undominated_by_belief")?;
                let actions = &self.labels.actions[1 - player];
                Admissibility::Undominated(self.numbers(&belief, "action", actions)?)
            }
        };
        Ok(Standing { strategy: self.strategy(player, &at.key("strategy")?)?, proof })
    }
}

fn comparison(at: &Cursor<'_>) -> Read<RiskComparison> {
    let two = |key: &str| {
        let list = at.key(key)?;
        match list.list()?.as_slice() {
            [first, second] => Ok([first.clone(), second.clone()]),
            _ => Err(list.wrong("two are compared")),
        }
    };
    let [first, second] = two("equilibria")?;
    let [one, other] = two("products")?;
    let risk = RiskComparison {
        equilibria: [index(&first)?, index(&second)?],
        products: [one.rational()?, other.rational()?],
    };
    let stated = at.key("risk_dominant")?;
    let position = if stated.is_null() { None } else { Some(index(&stated)?) };
    if position != risk.dominant() {
        return Err(stated.wrong("this does not follow from the products"));
    }
    Ok(risk)
}
