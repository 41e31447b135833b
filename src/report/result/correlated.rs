//! Correlated and coarse correlated equilibria as JSON, and from it.

use serde_json::{Value, json};

use crate::game::NormalForm;
use crate::game::answer::{
    Advice, Advised, Answer, CoarseCorrelated, Correlated, Mediated, Obedience, Objective,
    Participation, PayoffPolygon, PolygonVertex, RobustDevice, Subject,
};
use crate::num::Rational;

use super::Labels;
use super::cursor::Cursor;
use super::labels::split_joint;
use super::read::{Names, Read};
use super::write::{by_player, object};

/// The objective of the correlated equilibrium with the largest slack.
const ROBUST: &str = "robust";

/// Puts the keys of a best correlated equilibrium.
pub(super) fn write(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &Advised<Correlated>,
    put: &mut impl FnMut(&str, Value),
) {
    write_device(labels, subject, &answer.device, put);
    put("advice", answer.advice.iter().map(|one| advice(labels, subject.stage(), one)).collect());
}

/// Puts the keys of the correlated equilibrium with the largest slack.
pub(super) fn write_robust(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &Advised<RobustDevice>,
    put: &mut impl FnMut(&str, Value),
) {
    let (game, device) = (subject.stage(), &answer.device);
    put("equilibria", json!([]));
    put("objective", json!(ROBUST));
    put("slack", json!(device.slack));
    put("bound", json!(device.bound));
    put("payoffs", by_player(labels, &device.payoffs));
    put("distribution", distribution(labels, game, &device.distribution));
    let round = |round: &Vec<Obedience>| -> Value {
        round.iter().map(|one| obedience(labels, one)).collect()
    };
    put("rounds", device.rounds.iter().map(round).collect());
    put("advice", answer.advice.iter().map(|one| advice(labels, game, one)).collect());
}

/// Puts the keys of a best distribution, without what players are told.
pub(super) fn write_device(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &Correlated,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    mediated(labels, subject, answer, put, |one| obedience(labels, one));
}

/// Puts the keys of a best coarse correlated equilibrium.
pub(super) fn write_coarse(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &CoarseCorrelated,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    mediated(labels, subject, answer, put, |one| participation(labels, one));
}

/// Puts the keys of the polygon of payoffs of correlated equilibria.
pub(super) fn write_payoffs(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &PayoffPolygon<Obedience>,
    put: &mut impl FnMut(&str, Value),
) {
    polygon(labels, subject, answer, put, |one| obedience(labels, one));
}

/// Puts the keys of the polygon of payoffs of coarse correlated equilibria.
pub(super) fn write_coarse_payoffs(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &PayoffPolygon<Participation>,
    put: &mut impl FnMut(&str, Value),
) {
    polygon(labels, subject, answer, put, |one| participation(labels, one));
}

fn obedience(labels: &Labels, (player, told, deviation, multiplier): &Obedience) -> Value {
    json!({
        "player": labels.players[*player],
        "told": labels.actions[*player][*told],
        "deviation": labels.actions[*player][*deviation],
        "multiplier": multiplier,
    })
}

/// Beliefs are keyed by the others' actions, in the order of the players without this one.
fn advice(labels: &Labels, game: &NormalForm, one: &Advice) -> Value {
    let player = one.player;
    let belief = one.belief.iter().map(|(index, share)| {
        let others = game.profile(*index).into_iter().enumerate().filter(|(at, _)| *at != player);
        (labels.joint(others), json!(share))
    });
    let (deviation, loss) =
        one.deviation.as_ref().map_or((Value::Null, Value::Null), |(to, loss)| {
            (json!(labels.actions[player][*to]), json!(loss))
        });
    json!({
        "player": labels.players[player],
        "told": labels.actions[player][one.told],
        "probability": one.probability,
        "belief": object(belief),
        "payoff": one.payoff,
        "deviation": deviation,
        "loss": loss,
    })
}

fn participation(labels: &Labels, (player, deviation, multiplier): &Participation) -> Value {
    json!({
        "player": labels.players[*player],
        "deviation": labels.actions[*player][*deviation],
        "multiplier": multiplier,
    })
}

/// Puts the keys of extreme points.
pub(super) fn write_vertices(
    labels: &Labels,
    subject: Subject<'_>,
    vertices: &[PolygonVertex],
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    let vertex = |vertex: &PolygonVertex| {
        json!({
            "payoffs": by_player(labels, &vertex.payoffs),
            "distribution": distribution(labels, subject.stage(), &vertex.distribution),
        })
    };
    put("vertices", vertices.iter().map(vertex).collect());
}

fn polygon<M>(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &PayoffPolygon<M>,
    put: &mut impl FnMut(&str, Value),
    multiplier: impl Fn(&M) -> Value,
) {
    write_vertices(labels, subject, &answer.vertices, put);
    let side = |side: &Mediated<M>| {
        let mut keys = serde_json::Map::new();
        let mut put = |key: &str, value: Value| {
            keys.insert(key.to_owned(), value);
        };
        mediated(labels, subject, side, &mut put, &multiplier);
        Value::Object(keys)
    };
    put("sides", answer.sides.iter().map(side).collect());
}

fn mediated<M>(
    labels: &Labels,
    subject: Subject<'_>,
    answer: &Mediated<M>,
    put: &mut impl FnMut(&str, Value),
    multiplier: impl Fn(&M) -> Value,
) {
    put("objective", objective(labels, &answer.objective));
    put("value", json!(answer.value));
    put("payoffs", by_player(labels, &answer.payoffs));
    put("distribution", distribution(labels, subject.stage(), &answer.distribution));
    if !answer.player_weights.is_empty() {
        put("player_weights", by_player(labels, &answer.player_weights));
    }
    put("dual", answer.multipliers.iter().map(multiplier).collect());
}

pub(super) fn objective(labels: &Labels, objective: &Objective) -> Value {
    match objective {
        Objective::Welfare => json!("welfare"),
        Objective::LeastWelfare => json!("min-welfare"),
        Objective::Egalitarian => json!("egalitarian"),
        Objective::Player(player) => json!({ "player": labels.players[*player] }),
        Objective::LeastPlayer(player) => json!({ "min_player": labels.players[*player] }),
        Objective::Weighted(weights) => json!({ "weights": by_player(labels, weights) }),
    }
}

/// The profiles that have a positive probability, by the names of their actions.
pub(super) fn distribution(labels: &Labels, game: &NormalForm, distribution: &[Rational]) -> Value {
    let played = distribution.iter().enumerate().filter(|(_, value)| !value.is_zero());
    object(played.map(|(index, value)| {
        let actions = game.profile(index).into_iter().enumerate();
        (labels.joint(actions), json!(value))
    }))
}

impl Names<'_> {
    pub(super) fn correlated(&self, top: &Cursor<'_>, subject: Subject<'_>) -> Read<Correlated> {
        self.mediated(top, subject, |one| self.obedience(one))
    }

    fn obedience(&self, one: &Cursor<'_>) -> Read<Obedience> {
        let player = self.player(&one.key("player")?)?;
        Ok((
            player,
            self.action(player, &one.key("told")?)?,
            self.action(player, &one.key("deviation")?)?,
            one.key("multiplier")?.rational()?,
        ))
    }

    /// The answer of a result for the concept `correlated`.
    pub(super) fn any_correlated(&self, top: &Cursor<'_>, subject: Subject<'_>) -> Read<Answer> {
        if top.key("objective")?.string() != Ok(ROBUST) {
            return Ok(Answer::Correlated(self.advised(top, subject)?));
        }
        self.no_equilibria(top)?;
        let game = subject.stage();
        let round = |round: &Cursor<'_>| -> Read<Vec<Obedience>> {
            round.list()?.iter().map(|one| self.obedience(one)).collect()
        };
        let device = RobustDevice {
            distribution: self.distribution(top, game)?,
            payoffs: self.by_player(&top.key("payoffs")?)?,
            slack: top.key("slack")?.rational()?,
            bound: top.key("bound")?.rational()?,
            rounds: top.key("rounds")?.list()?.iter().map(round).collect::<Read<_>>()?,
        };
        Ok(Answer::RobustDevice(Advised { device, advice: self.advice(top, game)? }))
    }

    /// A best correlated equilibrium with what each player is told.
    fn advised(&self, top: &Cursor<'_>, subject: Subject<'_>) -> Read<Advised<Correlated>> {
        let device = self.correlated(top, subject)?;
        Ok(Advised { device, advice: self.advice(top, subject.stage())? })
    }

    fn advice(&self, top: &Cursor<'_>, game: &NormalForm) -> Read<Vec<Advice>> {
        let one = |one: &Cursor<'_>| {
            let player = self.player(&one.key("player")?)?;
            let told = self.action(player, &one.key("told")?)?;
            let loss = one.key("loss")?;
            let deviation = match (one.key("deviation")?, loss.is_null()) {
                (to, true) if to.is_null() => None,
                (to, _) => Some((self.action(player, &to)?, loss.rational()?)),
            };
            let belief = one.key("belief")?;
            let mut shares = Vec::new();
            for (key, value) in belief.entries()? {
                let others = self.others_at(&value, key, player, told, game)?;
                shares.push((others, value.rational()?));
            }
            shares.sort_by_key(|(index, _)| *index);
            Ok(Advice {
                player,
                told,
                probability: one.key("probability")?.rational()?,
                belief: shares,
                payoff: one.key("payoff")?.rational()?,
                deviation,
            })
        };
        top.key("advice")?.list()?.iter().map(one).collect()
    }

    /// The profile index of one action and the others' names joined by `|`.
    fn others_at(
        &self,
        at: &Cursor<'_>,
        key: &str,
        player: usize,
        own: usize,
        game: &NormalForm,
    ) -> Read<usize> {
        let players = self.labels.players.len();
        let mut parts = if players == 1 && key.is_empty() { Vec::new() } else { split_joint(key) };
        if parts.len() + 1 != players {
            return Err(
                at.wrong(format!("the others' actions are {} names joined by `|`", players - 1))
            );
        }
        parts.insert(player, String::new());
        let action = |(one, name): (usize, &String)| {
            if one == player {
                return Ok(own);
            }
            self.find(at, "action", name, &self.labels.actions[one])
        };
        let profile = parts.iter().enumerate().map(action).collect::<Read<Vec<usize>>>()?;
        Ok(game.profile_index(&profile))
    }

    pub(super) fn coarse_correlated(
        &self,
        top: &Cursor<'_>,
        subject: Subject<'_>,
    ) -> Read<CoarseCorrelated> {
        self.mediated(top, subject, |one| {
            let player = self.player(&one.key("player")?)?;
            let deviation = self.action(player, &one.key("deviation")?)?;
            Ok((player, deviation, one.key("multiplier")?.rational()?))
        })
    }

    /// Extreme points.
    pub(super) fn vertices(
        &self,
        top: &Cursor<'_>,
        subject: Subject<'_>,
    ) -> Read<Vec<PolygonVertex>> {
        self.no_equilibria(top)?;
        let vertex = |vertex: &Cursor<'_>| {
            Ok(PolygonVertex {
                payoffs: self.by_player(&vertex.key("payoffs")?)?,
                distribution: self.distribution(vertex, subject.stage())?,
            })
        };
        top.key("vertices")?.list()?.iter().map(vertex).collect()
    }

    /// The polygon of payoffs, each side of which is read by `side`.
    pub(super) fn payoff_polygon<M>(
        &self,
        top: &Cursor<'_>,
        subject: Subject<'_>,
        side: impl Fn(&Self, &Cursor<'_>, Subject<'_>) -> Read<Mediated<M>>,
    ) -> Read<PayoffPolygon<M>> {
        Ok(PayoffPolygon {
            vertices: self.vertices(top, subject)?,
            sides: top
                .key("sides")?
                .list()?
                .iter()
                .map(|one| side(self, one, subject))
                .collect::<Read<_>>()?,
        })
    }

    fn mediated<M>(
        &self,
        top: &Cursor<'_>,
        subject: Subject<'_>,
        multiplier: impl Fn(&Cursor<'_>) -> Read<M>,
    ) -> Read<Mediated<M>> {
        self.no_equilibria(top)?;
        Ok(Mediated {
            objective: self.objective(top)?,
            distribution: self.distribution(top, subject.stage())?,
            payoffs: self.by_player(&top.key("payoffs")?)?,
            value: top.key("value")?.rational()?,
            player_weights: self.player_weights(top)?,
            multipliers: top.key("dual")?.list()?.iter().map(multiplier).collect::<Read<_>>()?,
        })
    }

    pub(super) fn objective(&self, top: &Cursor<'_>) -> Read<Objective> {
        let objective = top.key("objective")?;
        match objective.string() {
            Ok("welfare") => return Ok(Objective::Welfare),
            Ok("min-welfare") => return Ok(Objective::LeastWelfare),
            Ok("egalitarian") => return Ok(Objective::Egalitarian),
            Ok(_) => {
                return Err(objective.wrong(
                    "an objective is `welfare`, `min-welfare`, `egalitarian` or an object",
                ));
            }
            Err(_) => {}
        }
        if let Some(player) = objective.optional("player")? {
            return Ok(Objective::Player(self.player(&player)?));
        }
        if let Some(player) = objective.optional("min_player")? {
            return Ok(Objective::LeastPlayer(self.player(&player)?));
        }
        Ok(Objective::Weighted(self.by_player(&objective.key("weights")?)?))
    }

    pub(super) fn distribution(&self, top: &Cursor<'_>, game: &NormalForm) -> Read<Vec<Rational>> {
        let mut distribution = vec![Rational::ZERO; game.num_profiles()];
        for (key, value) in top.key("distribution")?.entries()? {
            let at = self.profile_at(&value, key, game)?;
            distribution[at] = value.rational()?;
        }
        Ok(distribution)
    }

    pub(super) fn player_weights(&self, top: &Cursor<'_>) -> Read<Vec<Rational>> {
        match top.optional("player_weights")? {
            None => Ok(Vec::new()),
            Some(weights) => self.by_player(&weights),
        }
    }
}
