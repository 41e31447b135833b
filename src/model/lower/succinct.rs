//! Games that stand in place of players and payoffs: `[security]`, `[inspection]`, `[blotto]`.

use super::{Lower, sha256};
use crate::game::blotto::BlottoPayoff;
use crate::model::codes::Code;
use crate::model::keys::{IN_PLACE_OF_PLAYERS, WITH_PLAYERS_ALONE};
use crate::model::program::{Formula, Program};
use crate::model::syntax::{Entry, Table};
use crate::model::types::{
    BlottoSpec, Horizon, InspectionPayoffSpec, InspectionSpec, Meta, Model, Source,
};
use crate::num::Rational;

/// Whether a file has such a game.
pub(super) fn is_one(table: &Table) -> bool {
    IN_PLACE_OF_PLAYERS.iter().any(|(key, _)| table.entry(key).is_some())
}

impl Lower<'_, '_> {
    /// A model whose game stands in place of players and payoffs.
    pub(super) fn succinct_model(
        &mut self,
        file: &str,
        table: &Table,
        meta: Meta,
        parameters: &Table,
    ) -> Option<Model> {
        let mut games = IN_PLACE_OF_PLAYERS
            .iter()
            .filter_map(|(key, own)| table.entry(key).map(|entry| (*key, *own, entry)));
        let (kind, own, entry) = games.next()?;
        for (other, _, second) in games {
            let message = format!("a model with [{kind}] has no [{other}]");
            self.error(Code::E034, second.key_span, message, "a file has one game");
        }
        let others = IN_PLACE_OF_PLAYERS.iter().flat_map(|(_, keys)| *keys);
        let foreign: Vec<&str> = others.filter(|key| !own.contains(key)).copied().collect();
        for other in &table.entries {
            let key = other.key.as_str();
            let alone = WITH_PLAYERS_ALONE.contains(&key);
            if alone || foreign.contains(&key) {
                self.error(
                    Code::E034,
                    other.key_span,
                    format!("a model with [{kind}] has no `{key}`"),
                    if alone { "goes with players alone" } else { "goes with another game" },
                );
            }
        }
        let (parameters, derived) = self.parameters(parameters)?;
        let (mut security, mut inspection, mut blotto) = (None, None, None);
        match kind {
            "security" => security = self.security_spec(table, entry),
            "inspection" => inspection = self.inspection(entry),
            _ => blotto = self.blotto(entry),
        }
        let comparison = self.comparison(None, &[], &Horizon::OneShot);
        if self.sink.has_errors() {
            return None;
        }
        let model = Model {
            meta,
            parameters,
            players: vec![],
            quantities: vec![],
            parts: vec!["total".to_owned()],
            cost_part: 0,
            horizon: Horizon::OneShot,
            security,
            inspection,
            blotto,
            types: vec![],
            mechanisms: vec![],
            bundles: vec![],
            outputs: vec![],
            claims: vec![],
            comparison,
            source: Source {
                file: file.to_owned(),
                text: self.text.to_owned(),
                sha256: sha256(self.text),
            },
            warnings: vec![],
            program: Program { derived, exact: true, ..Program::default() },
        };
        let game = model
            .base_values::<Rational>()
            .map_err(|error| (error.span, error.kind.to_string()))
            .and_then(|values| match kind {
                "security" => model.security_game(&values).map(|_| ()),
                "inspection" => model.inspection_game(&values).map(|_| ()),
                _ => model.blotto_game(&values).map(|_| ()),
            });
        if let Err((span, reason)) = game {
            let what = if kind == "blotto" { "Blotto" } else { kind };
            self.error(
                Code::E028,
                span,
                format!("the {what} game has no value at the base values of the parameters"),
                reason,
            );
            return None;
        }
        Some(model)
    }

    /// The names of two sides, by their keys with what they are called when not said.
    fn sides(&mut self, entry: &Entry, names: [(&str, &str); 2]) -> Option<[String; 2]> {
        let table = entry.value.table()?;
        for (key, _) in names {
            if let Some(node) = table.get(key) {
                self.check_label(node, "a side");
            }
        }
        let sides = names.map(|(key, other)| table.text(key).unwrap_or(other).to_owned());
        if sides[0] == sides[1] {
            let message = format!("both sides have the same name: `{}`", sides[0]);
            self.error(Code::E010, entry.key_span, message, "two sides need two names");
        }
        Some(sides)
    }

    fn number(&mut self, table: &Table, key: &str) -> Option<Formula> {
        table.get(key).and_then(|node| self.formula(node, &[]))
    }

    fn numbers(&mut self, table: &Table, key: &str) -> Option<Vec<Formula>> {
        table.get(key)?;
        Some(table.list(key).iter().filter_map(|node| self.formula(node, &[])).collect())
    }

    fn inspection(&mut self, entry: &Entry) -> Option<InspectionSpec> {
        let table = entry.value.table()?;
        let names = [("inspector", "Inspector"), ("inspectee", "Inspectee")];
        let [inspector, inspectee] = self.sides(entry, names)?;
        let periods = self.number(table, "periods");
        let inspections = self.number(table, "inspections");
        let violations = self.number(table, "violations");
        let stakes = self.numbers(table, "stakes");
        let detection = self.number(table, "detection");
        let mut pair = |key: &str| -> Option<InspectionPayoffSpec> {
            let both = table.table(key)?;
            let inspector = self.number(both, "inspector");
            let inspectee = self.number(both, "inspectee");
            Some(InspectionPayoffSpec { inspector: inspector?, inspectee: inspectee? })
        };
        let (legal, inspected) = (pair("legal"), pair("inspected"));
        let (caught, undetected) = (pair("caught"), pair("undetected"));
        Some(InspectionSpec {
            inspector,
            inspectee,
            periods: periods?,
            inspections: inspections?,
            violations,
            stakes,
            detection,
            legal,
            inspected,
            caught: caught?,
            undetected: undetected?,
        })
    }

    fn blotto(&mut self, entry: &Entry) -> Option<BlottoSpec> {
        let table = entry.value.table()?;
        let sides = self.sides(entry, [("first", "First"), ("second", "Second")])?;
        let soldiers = table.table("soldiers");
        let mut number = |key: &str| soldiers.and_then(|table| self.number(table, key));
        let (first, second) = (number("first"), number("second"));
        let fields = self.number(table, "fields");
        let values = self.numbers(table, "values");
        if table.get("fields").is_none() && table.get("values").is_none() {
            self.error(
                Code::E005,
                entry.key_span,
                "[blotto] needs `fields` or `values`",
                "how many fields there are is not said",
            );
        }
        let word = table.text("payoff");
        let payoff = BlottoPayoff::ALL
            .into_iter()
            .find(|payoff| word == Some(payoff.word()))
            .unwrap_or(BlottoPayoff::NetFields);
        Some(BlottoSpec { sides, soldiers: [first?, second?], fields, values, payoff })
    }
}
