//! How long agreements have to be suspended, as JSON and back.

use serde_json::{Value, json};

use crate::game::DiscountFactor;
use crate::game::answer::{Subject, Trigger, TriggerLength, Triggers};

use super::Labels;
use super::cursor::Cursor;
use super::read::{Names, Read};
use super::write::{by_player, object, profile};

/// Puts the keys of triggers.
pub(super) fn write(labels: &Labels, answer: &Triggers, put: &mut impl FnMut(&str, Value)) {
    put("equilibria", json!([]));
    put("discount", json!(answer.discount.value()));
    let length = |one: &TriggerLength| {
        json!({
            "periods": one.periods,
            "payoffs": by_player(labels, &one.payoffs),
            "slack": one.slack,
            "holds": one.holds(),
        })
    };
    let one = |one: &Trigger| {
        let value = json!({
            "punishment": {
                "strategies": profile(labels, &one.punishment),
                "payoffs": by_player(labels, &one.punishment_payoffs),
            },
            "lengths": one.lengths.iter().map(length).collect::<Vec<_>>(),
            "best": one.best,
            "tried": one.tried,
        });
        (labels.agreements[one.agreement].clone(), value)
    };
    put("agreements", object(answer.agreements.iter().map(one)));
}

impl Names<'_> {
    /// Reads triggers.
    pub(super) fn triggers(&self, top: &Cursor<'_>, subject: Subject<'_>) -> Read<Triggers> {
        self.no_equilibria(top)?;
        if !matches!(subject, Subject::Repeated(_)) {
            return Err(top.key("concept")?.wrong("the model has no agreements"));
        }
        let at = top.key("discount")?;
        let discount = DiscountFactor::new(at.rational()?)
            .ok_or_else(|| at.wrong("a discount factor is at least 0 and below 1"))?;
        let length = |at: &Cursor<'_>| -> Read<TriggerLength> {
            let (periods, slack) = (at.key("periods")?, at.key("slack")?);
            let length = TriggerLength {
                periods: if periods.is_null() { None } else { Some(periods.integer()?) },
                payoffs: self.by_player(&at.key("payoffs")?)?,
                slack: if slack.is_null() { None } else { Some(slack.rational()?) },
            };
            let holds = at.key("holds")?;
            if holds.boolean()? != length.holds() {
                return Err(holds.wrong("a length holds where its slack is at least zero"));
            }
            Ok(length)
        };
        let agreements = self.each(
            &top.key("agreements")?,
            "agreement",
            &self.labels.agreements,
            |agreement, at| {
                let (punishment, best) = (at.key("punishment")?, at.key("best")?);
                Ok(Trigger {
                    agreement,
                    punishment: self.profile(&punishment.key("strategies")?)?,
                    punishment_payoffs: self.by_player(&punishment.key("payoffs")?)?,
                    lengths: at
                        .key("lengths")?
                        .list()?
                        .iter()
                        .map(length)
                        .collect::<Read<Vec<_>>>()?,
                    best: if best.is_null() { None } else { Some(best.integer()? as usize) },
                    tried: at.key("tried")?.integer()?,
                })
            },
        )?;
        Ok(Triggers { discount, agreements })
    }
}
