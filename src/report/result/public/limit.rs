//! Scores and the payoffs of patient players as JSON, and back. Continuations are weighted: those of a
//! player times his weight in the direction.

use serde_json::{Value, json};

use crate::game::public::{
    ConeStep, Direction, Enforced, LimitCorner, Multipliers, ProfileScore, PublicGame, PublicLimit,
    Rewards, Score,
};
use crate::num::Rational;

use super::super::cursor::Cursor;
use super::{Read, profile_json, read_profile, read_sparse, sparse};

pub(super) fn by_player(game: &PublicGame, value: impl Fn(usize) -> Value) -> Value {
    let players = game.stage().players().iter().enumerate();
    Value::Object(players.map(|(at, player)| (player.name.clone(), value(at))).collect())
}

pub(super) fn multipliers(game: &PublicGame, weights: &Multipliers) -> Value {
    by_player(game, |player| sparse(&game.stage().players()[player].actions, &weights[player]))
}

pub(super) fn continuations(game: &PublicGame, weighted: &Rewards) -> Value {
    by_player(game, |player| sparse(game.signals(), &weighted[player]))
}

fn score(game: &PublicGame, one: &Score) -> Value {
    let reached = one.reached.as_ref().map(|(profile, weighted)| {
        json!({
            "profile": profile_json(game, *profile),
            "continuations": continuations(game, weighted),
        })
    });
    let profiles = one.profiles.iter().enumerate().filter_map(|(profile, own)| {
        let own = own.as_ref()?;
        Some(json!({
            "profile": profile_json(game, profile),
            "value": own.value,
            "multipliers": multipliers(game, &own.multipliers),
        }))
    });
    json!({
        "direction": by_player(game, |player| json!(one.direction.weights[player])),
        "value": one.value,
        "reached": reached,
        "profiles": profiles.collect::<Vec<_>>(),
    })
}

fn step(game: &PublicGame, one: &ConeStep) -> Value {
    let ends = one.ends.iter().map(|(direction, weighted)| {
        json!({
            "direction": by_player(game, |player| json!(direction[player])),
            "continuations": continuations(game, weighted),
        })
    });
    json!({
        "profile": profile_json(game, one.profile),
        "signs": by_player(game, |player| json!(one.signs[player] > 0)),
        "ends": ends.collect::<Vec<_>>(),
    })
}

pub(super) fn write(game: &PublicGame, answer: &PublicLimit, put: &mut impl FnMut(&str, Value)) {
    if let Some(corners) = &answer.corners {
        let corner = |one: &LimitCorner| {
            json!({
                "payoffs": by_player(game, |player| json!(one.payoffs[player])),
                "cones": one.steps.iter().map(|one| step(game, one)).collect::<Vec<_>>(),
            })
        };
        put("corners", corners.iter().map(corner).collect());
    }
    put("scores", answer.scores.iter().map(|one| score(game, one)).collect());
    let (mut enforced, mut never) = (Vec::new(), Vec::new());
    for (profile, one) in answer.enforced.iter().enumerate() {
        let profile = profile_json(game, profile);
        match one {
            Enforced::By(by) => enforced
                .push(json!({ "profile": profile, "continuations": continuations(game, by) })),
            Enforced::Nothing(proof) => {
                never.push(json!({ "profile": profile, "multipliers": multipliers(game, proof) }))
            }
        }
    }
    put("enforceable", enforced.into());
    put("unenforceable", never.into());
}

pub(super) fn read_players<T>(
    game: &PublicGame,
    at: &Cursor<'_>,
    read: impl Fn(usize, &Cursor<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    let players = game.stage().players().iter().enumerate();
    players.map(|(player, one)| read(player, &at.key(&one.name)?)).collect()
}

pub(super) fn read_multipliers(game: &PublicGame, at: &Cursor<'_>) -> Read<Multipliers> {
    read_players(game, &at.key("multipliers")?, |player, at| {
        read_sparse(&game.stage().players()[player].actions, at)
    })
}

pub(super) fn read_continuations(game: &PublicGame, at: &Cursor<'_>) -> Read<Rewards> {
    read_players(game, &at.key("continuations")?, |_, at| read_sparse(game.signals(), at))
}

fn read_weights(game: &PublicGame, at: &Cursor<'_>) -> Read<Vec<Rational>> {
    read_players(game, &at.key("direction")?, |_, at| at.rational())
}

/// Reads a pair of numbers; the game has two players.
pub(super) fn pair<T: Clone>(at: &Cursor<'_>, values: Vec<T>) -> Read<[T; 2]> {
    <[T; 2]>::try_from(values).map_err(|_| at.wrong("two players are expected"))
}

fn read_score(game: &PublicGame, at: &Cursor<'_>) -> Read<Score> {
    let (value, reached) = (at.key("value")?, at.key("reached")?);
    let mut profiles = vec![None; game.stage().num_profiles()];
    for own in at.key("profiles")?.list()? {
        let profile = read_profile(game, &own.key("profile")?)?;
        profiles[profile] = Some(ProfileScore {
            value: own.key("value")?.rational()?,
            multipliers: read_multipliers(game, &own)?,
        });
    }
    Ok(Score {
        direction: Direction::of(read_weights(game, at)?),
        value: if value.is_null() { None } else { Some(value.rational()?) },
        reached: if reached.is_null() {
            None
        } else {
            let profile = read_profile(game, &reached.key("profile")?)?;
            Some((profile, read_continuations(game, &reached)?))
        },
        profiles,
    })
}

fn read_step(game: &PublicGame, at: &Cursor<'_>) -> Read<ConeStep> {
    let end = |end: &Cursor<'_>| -> Read<([Rational; 2], Rewards)> {
        Ok((pair(end, read_weights(game, end)?)?, read_continuations(game, end)?))
    };
    let ends = at.key("ends")?;
    let list = ends.list()?;
    let [first, last] = list.as_slice() else {
        return Err(ends.wrong("a cone has two ends"));
    };
    let signs = at.key("signs")?;
    let signs = pair(
        &signs,
        read_players(game, &signs, |_, at| Ok(if at.boolean()? { 1i8 } else { -1 }))?,
    )?;
    Ok(ConeStep {
        profile: read_profile(game, &at.key("profile")?)?,
        signs,
        ends: [end(first)?, end(last)?],
    })
}

pub(super) fn read(top: &Cursor<'_>, game: &PublicGame) -> Read<PublicLimit> {
    let mut enforced = vec![None; game.stage().num_profiles()];
    let (can, never) = (top.key("enforceable")?, top.key("unenforceable")?);
    let yes = can.list()?.into_iter().map(|one| (one, true));
    for (one, is_by_any) in yes.chain(never.list()?.into_iter().map(|one| (one, false))) {
        let profile = read_profile(game, &one.key("profile")?)?;
        let judged = if is_by_any {
            Enforced::By(read_continuations(game, &one)?)
        } else {
            Enforced::Nothing(read_multipliers(game, &one)?)
        };
        if enforced[profile].replace(judged).is_some() {
            return Err(one.wrong("the profile is listed twice, or as enforceable too"));
        }
    }
    let enforced = enforced.into_iter().collect::<Option<Vec<Enforced>>>();
    let enforced = enforced
        .ok_or_else(|| never.wrong("not every profile is listed, here or as enforceable"))?;
    let corner = |at: &Cursor<'_>| -> Read<LimitCorner> {
        let payoffs = at.key("payoffs")?;
        let values = read_players(game, &payoffs, |_, at| at.rational())?;
        Ok(LimitCorner {
            payoffs: pair(&payoffs, values)?,
            steps: at
                .key("cones")?
                .list()?
                .iter()
                .map(|one| read_step(game, one))
                .collect::<Read<_>>()?,
        })
    };
    let corners = match top.optional("corners")? {
        None => None,
        Some(list) => Some(list.list()?.iter().map(corner).collect::<Read<_>>()?),
    };
    Ok(PublicLimit {
        enforced,
        scores: top
            .key("scores")?
            .list()?
            .iter()
            .map(|one| read_score(game, one))
            .collect::<Read<_>>()?,
        corners,
    })
}
