//! An automaton of a repeated game as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::Machine;
use crate::game::{
    Automaton, DiscountFactor, Incentive, Lottery, MachineState, NormalForm, Provenance, Rule,
    Stretch, StretchEnd, When,
};
use crate::num::Rational;

use super::Labels;
use super::correlated::objective;
use super::cursor::Cursor;
use super::labels::position;
use super::read::{Names, Read, index};
use super::write::{by_player, object};

/// Puts the automaton, its values and what is claimed of it.
pub(super) fn write(
    labels: &Labels,
    game: &NormalForm,
    machine: &Machine,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    put("discount", json!(machine.discount.value()));
    put("equilibrium", json!(machine.is_equilibrium()));
    let payoffs: Vec<Rational> = (0..game.num_players()).map(|at| machine.payoff(at)).collect();
    put("payoffs", by_player(labels, &payoffs));
    let automaton = &machine.automaton;
    put("start", lottery(automaton, &automaton.start));
    let states = automaton.states.iter().enumerate();
    put("states", states.map(|(at, state)| state_json(labels, game, machine, at, state)).collect());
    put("sustained", stretches(machine.sustained.as_deref()));
    put("origin", origin(labels, game, &machine.provenance));
}

fn origin(labels: &Labels, game: &NormalForm, provenance: &Provenance) -> Value {
    match provenance {
        Provenance::Given => json!({ "kind": "given" }),
        Provenance::Grim => json!({ "kind": "grim" }),
        Provenance::Punishment { periods, least } => {
            json!({ "kind": "n-period", "periods": periods, "least": least })
        }
        Provenance::CarrotAndStick => json!({ "kind": "carrot-and-stick" }),
        Provenance::Optimal { objective: wanted, polygon } => {
            let mut keys = serde_json::Map::new();
            keys.insert("kind".to_owned(), json!("optimal"));
            if let Some(wanted) = wanted {
                keys.insert("objective".to_owned(), objective(labels, wanted));
            }
            super::repeated_payoffs::polygons(labels, game, polygon, &mut |key: &str, value| {
                keys.insert(key.to_owned(), value);
            });
            Value::Object(keys)
        }
    }
}

/// The name of a state, or an object of names with probabilities.
fn lottery(automaton: &Automaton, lottery: &Lottery) -> Value {
    let name = |at: usize| automaton.states[at].name.clone();
    match lottery.as_sure() {
        Some(state) => json!(name(state)),
        None => object(lottery.entries().iter().map(|(at, share)| (name(*at), json!(share)))),
    }
}

fn state_json(
    labels: &Labels,
    game: &NormalForm,
    machine: &Machine,
    at: usize,
    state: &MachineState,
) -> Value {
    let play = game.profile(state.play).into_iter().enumerate();
    let play = play.map(|(player, action)| {
        (labels.players[player].clone(), json!(labels.actions[player][action]))
    });
    let rule = |rule: &Rule| {
        let to = lottery(&machine.automaton, &rule.next);
        match &rule.when {
            When::Kept => json!({ "when": "kept", "to": to }),
            When::Otherwise => json!({ "when": "otherwise", "to": to }),
            When::LeftBy(player) => {
                json!({ "when": "left", "player": labels.players[*player], "to": to })
            }
            When::Played(pattern) => {
                let names: Vec<Value> = pattern
                    .iter()
                    .enumerate()
                    .map(|(player, action)| {
                        json!(action.map(|action| labels.actions[player][action].clone()))
                    })
                    .collect();
                json!({ "when": "played", "profile": names, "to": to })
            }
        }
    };
    let deviations = machine.incentives[at].iter().enumerate().map(|(player, one)| {
        let one = one.as_ref().map(|Incentive { action, slack }| {
            json!({ "action": labels.actions[player][*action], "slack": slack })
        });
        (labels.players[player].clone(), json!(one))
    });
    json!({
        "id": state.name,
        "play": object(play),
        "next": state.rules.iter().map(rule).collect::<Vec<_>>(),
        "values": by_player(labels, &machine.values[at]),
        "deviations": object(deviations),
    })
}

impl Names<'_> {
    pub(super) fn machine(&self, top: &Cursor<'_>, game: &NormalForm) -> Read<Machine> {
        self.no_equilibria(top)?;
        let at = top.key("discount")?;
        let discount = DiscountFactor::new(at.rational()?)
            .ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1"))?;
        let list = top.key("states")?.list()?;
        let names = list
            .iter()
            .map(|state| Ok(state.key("id")?.string()?.to_owned()))
            .collect::<Read<Vec<String>>>()?;
        let states = list
            .iter()
            .zip(&names)
            .map(|(state, name)| self.machine_state(state, name, &names, game))
            .collect::<Read<Vec<_>>>()?;
        let start = self.next_states(&top.key("start")?, &names)?;
        let values = list
            .iter()
            .map(|state| self.by_player(&state.key("values")?))
            .collect::<Read<Vec<_>>>()?;
        let incentives = list
            .iter()
            .map(|state| self.incentives(&state.key("deviations")?))
            .collect::<Read<Vec<_>>>()?;
        let sustained = read_stretches(&top.key("sustained")?)?;
        let machine = Machine {
            automaton: Automaton { states, start },
            provenance: self.origin(&top.key("origin")?, game)?,
            discount,
            values,
            incentives,
            sustained,
        };
        // What the file says twice has to agree.
        let stated = top.key("equilibrium")?;
        if stated.boolean()? != machine.is_equilibrium() {
            return Err(stated.wrong("`equilibrium` does not agree with the slacks of the states"));
        }
        let payoffs = top.key("payoffs")?;
        let stated = self.by_player(&payoffs)?;
        if (0..game.num_players()).any(|player| stated[player] != machine.payoff(player)) {
            return Err(payoffs.wrong("`payoffs` are not the values of the start"));
        }
        Ok(machine)
    }

    fn origin(&self, at: &Cursor<'_>, game: &NormalForm) -> Read<Provenance> {
        let kind = at.key("kind")?;
        Ok(match kind.string()? {
            "given" => Provenance::Given,
            "grim" => Provenance::Grim,
            "n-period" => Provenance::Punishment {
                periods: index(&at.key("periods")?)?,
                least: at.key("least")?.boolean()?,
            },
            "carrot-and-stick" => Provenance::CarrotAndStick,
            "optimal" => Provenance::Optimal {
                objective: match at.optional("objective")? {
                    Some(_) => Some(self.objective(at)?),
                    None => None,
                },
                polygon: Box::new(self.polygons(at, game)?),
            },
            _ => {
                return Err(kind.wrong(
                    "a kind is `given`, `grim`, `n-period`, `carrot-and-stick` or `optimal`",
                ));
            }
        })
    }

    fn incentives(&self, at: &Cursor<'_>) -> Read<Vec<Option<Incentive>>> {
        self.each(at, "player", &self.labels.players, |player, one| {
            if one.is_null() {
                return Ok(None);
            }
            let action = self.action(player, &one.key("action")?)?;
            Ok(Some(Incentive { action, slack: one.key("slack")?.rational()? }))
        })
    }

    fn machine_state(
        &self,
        at: &Cursor<'_>,
        name: &str,
        names: &[String],
        game: &NormalForm,
    ) -> Read<MachineState> {
        let play = self.each(&at.key("play")?, "player", &self.labels.players, |player, one| {
            self.action(player, one)
        })?;
        let rule = |at: &Cursor<'_>| {
            let when = at.key("when")?;
            let when = match when.string()? {
                "kept" => When::Kept,
                "otherwise" => When::Otherwise,
                "left" => When::LeftBy(self.player(&at.key("player")?)?),
                "played" => {
                    let profile = at.key("profile")?;
                    let list = profile.list()?;
                    if list.len() != self.labels.players.len() {
                        return Err(profile.wrong("a profile has an action for each player"));
                    }
                    let action = |(player, one): (usize, &Cursor<'_>)| {
                        if one.is_null() { Ok(None) } else { self.action(player, one).map(Some) }
                    };
                    When::Played(list.iter().enumerate().map(action).collect::<Read<_>>()?)
                }
                _ => {
                    return Err(when.wrong("it is `kept`, `left`, `played` or `otherwise`"));
                }
            };
            Ok(Rule { when, next: self.next_states(&at.key("to")?, names)? })
        };
        let rules = at.key("next")?.list()?.iter().map(rule).collect::<Read<_>>()?;
        Ok(MachineState { name: name.to_owned(), play: game.profile_index(&play), rules })
    }

    fn next_states(&self, at: &Cursor<'_>, names: &[String]) -> Read<Lottery> {
        let find = |at: &Cursor<'_>, name: &str| {
            position("state", name, names).map_err(|text| at.wrong(text))
        };
        if let Ok(name) = at.string() {
            return Ok(Lottery::sure(find(at, name)?));
        }
        let entries = at
            .entries()?
            .into_iter()
            .map(|(name, share)| Ok((find(&share, name)?, share.rational()?)))
            .collect::<Read<Vec<_>>>()?;
        Lottery::new(entries).ok_or_else(|| at.wrong("probabilities are at least 0 and sum to 1"))
    }
}

/// Stretches of discount factors; `null` where they are not known.
pub(super) fn stretches(list: Option<&[Stretch]>) -> Value {
    let end = |end: &StretchEnd| json!({ "inside": end.inside, "outside": end.outside });
    let stretch = |one: &Stretch| json!({ "from": end(&one.from), "to": one.to.as_ref().map(end) });
    list.map_or(Value::Null, |list| list.iter().map(stretch).collect())
}

pub(super) fn read_stretches(at: &Cursor<'_>) -> Read<Option<Vec<Stretch>>> {
    if at.is_null() {
        return Ok(None);
    }
    at.list()?.iter().map(stretch).collect::<Read<_>>().map(Some)
}

fn stretch(at: &Cursor<'_>) -> Read<Stretch> {
    let end = |at: &Cursor<'_>| {
        let outside = at.key("outside")?;
        let outside = if outside.is_null() { None } else { Some(outside.rational()?) };
        Ok(StretchEnd { inside: at.key("inside")?.rational()?, outside })
    };
    let to = at.key("to")?;
    let to = if to.is_null() { None } else { Some(end(&to)?) };
    Ok(Stretch { from: end(&at.key("from")?)?, to })
}
