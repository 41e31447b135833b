//! A tournament as JSON, and from it.

use serde_json::{Value, json};

use crate::game::answer::Tournament;
use crate::game::{
    DiscountFactor, Invasion, MatchLength, NormalForm, PayoffRelation, RepeatedStrategy,
    StrategyState, symmetric_stakes,
};
use crate::num::Rational;

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read, index};

/// Puts the strategies, their scores, and what each plays and gets against each.
pub(super) fn write(
    labels: &Labels,
    game: &NormalForm,
    answer: &Tournament,
    put: &mut impl FnMut(&str, Value),
) {
    put("equilibria", json!([]));
    put("cooperation", json!(labels.actions[0][answer.cooperation]));
    put("noise", json!(answer.noise));
    let length = match &answer.length {
        MatchLength::Average => json!({ "kind": "average" }),
        MatchLength::Discounted(discount) => {
            json!({ "kind": "discounted", "discount": discount.value() })
        }
        MatchLength::Rounds(rounds) => json!({ "kind": "rounds", "rounds": rounds }),
    };
    put("length", length);
    let stakes = symmetric_stakes(game, answer.cooperation).unwrap_or_default();
    let ranking = answer.ranking(&stakes);
    let count = answer.strategies.len();
    let strategy = |(at, one): (usize, &RepeatedStrategy)| {
        let state =
            |state: &StrategyState| json!({ "cooperate": state.cooperate, "next": state.next });
        let relation = answer.relations[at]
            .as_ref()
            .map(|one| json!({ "own": one.own, "other": one.other, "constant": one.constant }));
        let others = |wanted: Invasion| -> Vec<&str> {
            (0..count)
                .filter(|&other| other != at && answer.invasion(&stakes, at, other) == wanted)
                .map(|other| answer.strategies[other].name.as_str())
                .collect()
        };
        json!({
            "name": one.name,
            "start": one.start,
            "states": one.states.iter().map(state).collect::<Vec<_>>(),
            "score": answer.score(&stakes, at),
            "rank": ranking.iter().position(|&other| other == at).map(|rank| rank + 1),
            "invaded_by": others(Invasion::Invaded),
            "neutral_to": others(Invasion::Neutral),
            "relation": relation,
        })
    };
    put("strategies", answer.strategies.iter().enumerate().map(strategy).collect());
    put("outcomes", json!(answer.outcomes));
    let payoffs = |i: usize| (0..count).map(|j| json!(answer.payoff(&stakes, i, j))).collect();
    put("payoffs", (0..count).map(payoffs).collect::<Vec<Value>>().into());
}

impl Names<'_> {
    pub(super) fn tournament(&self, top: &Cursor<'_>, game: &NormalForm) -> Read<Tournament> {
        self.no_equilibria(top)?;
        let at = top.key("length")?;
        let kind = at.key("kind")?;
        let length = match kind.string()? {
            "average" => MatchLength::Average,
            "rounds" => MatchLength::Rounds(at.key("rounds")?.integer()?),
            "discounted" => {
                let at = at.key("discount")?;
                let discount = DiscountFactor::new(at.rational()?);
                MatchLength::Discounted(
                    discount
                        .ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1"))?,
                )
            }
            _ => return Err(kind.wrong("it is `average`, `discounted` or `rounds`")),
        };
        let list = top.key("strategies")?.list()?;
        let strategies = list.iter().map(repeated_strategy).collect::<Read<Vec<_>>>()?;
        let relation = |one: &Cursor<'_>| {
            let at = one.key("relation")?;
            if at.is_null() {
                return Ok(None);
            }
            let number = |key: &str| at.key(key)?.rational();
            let (own, other, constant) = (number("own")?, number("other")?, number("constant")?);
            Ok(Some(PayoffRelation { own, other, constant }))
        };
        let outcomes = top.key("outcomes")?;
        let shares = |at: &Cursor<'_>| {
            let list = at.list()?.iter().map(Cursor::rational).collect::<Read<Vec<_>>>()?;
            <[Rational; 4]>::try_from(list).map_err(|_| at.wrong("four shares are expected"))
        };
        let row = |at: &Cursor<'_>| {
            let row = at.list()?;
            if row.len() != strategies.len() {
                return Err(at.wrong("there is an entry for each strategy"));
            }
            row.iter().map(shares).collect::<Read<Vec<_>>>()
        };
        let table = outcomes.list()?.iter().map(row).collect::<Read<Vec<_>>>()?;
        if table.len() != strategies.len() {
            return Err(outcomes.wrong("there is a row for each strategy"));
        }
        let answer = Tournament {
            cooperation: self.action(0, &top.key("cooperation")?)?,
            noise: top.key("noise")?.rational()?,
            length,
            relations: list.iter().map(relation).collect::<Read<_>>()?,
            strategies,
            outcomes: table,
        };
        self.follows(top, game, &answer)?;
        Ok(answer)
    }

    /// What follows from the shares of outcomes stands in the file, too, and has to agree.
    fn follows(&self, top: &Cursor<'_>, game: &NormalForm, answer: &Tournament) -> Read<()> {
        let Some(stakes) = symmetric_stakes(game, answer.cooperation) else {
            return Err(top.wrong("the game is not a symmetric one of two players and two actions"));
        };
        let payoffs = top.key("payoffs")?.list()?;
        let ranking = answer.ranking(&stakes);
        for (i, one) in top.key("strategies")?.list()?.iter().enumerate() {
            let row = payoffs.get(i).map(Cursor::list).transpose()?.unwrap_or_default();
            for j in 0..answer.strategies.len() {
                let stated = row.get(j).map(Cursor::rational).transpose()?;
                if stated != Some(answer.payoff(&stakes, i, j)) {
                    return Err(top.key("payoffs")?.wrong("they are not those of the outcomes"));
                }
            }
            let score = one.key("score")?;
            if score.rational()? != answer.score(&stakes, i) {
                return Err(score.wrong("it is not the mean of the payoffs"));
            }
            let rank = one.key("rank")?;
            if ranking.get(index(&rank)?.wrapping_sub(1)) != Some(&i) {
                return Err(rank.wrong("it is not the rank by the scores"));
            }
            for (key, wanted) in
                [("invaded_by", Invasion::Invaded), ("neutral_to", Invasion::Neutral)]
            {
                let stated = one.key(key)?;
                let names = stated
                    .list()?
                    .iter()
                    .map(|name| Ok(name.string()?.to_owned()))
                    .collect::<Read<Vec<String>>>()?;
                let right = (0..answer.strategies.len())
                    .filter(|&j| j != i && answer.invasion(&stakes, i, j) == wanted)
                    .map(|j| answer.strategies[j].name.clone());
                if names != right.collect::<Vec<_>>() {
                    return Err(stated.wrong("they are not those that the payoffs say"));
                }
            }
        }
        Ok(())
    }
}

fn repeated_strategy(at: &Cursor<'_>) -> Read<RepeatedStrategy> {
    let state = |at: &Cursor<'_>| {
        let next = at.key("next")?;
        let list = next.list()?.iter().map(index).collect::<Read<Vec<_>>>()?;
        let next = <[usize; 4]>::try_from(list).map_err(|_| next.wrong("four states follow"))?;
        Ok(StrategyState { cooperate: at.key("cooperate")?.rational()?, next })
    };
    Ok(RepeatedStrategy {
        name: at.key("name")?.string()?.to_owned(),
        start: index(&at.key("start")?)?,
        states: at.key("states")?.list()?.iter().map(state).collect::<Read<_>>()?,
    })
}
