//! Answers about games with public signals with a row for each number.

use crate::game::public::{
    LiquidityRow, PublicEquilibria, PublicForm, PublicGame, PublicLimit, PublicPayoffs,
};
use crate::num::Rational;
use crate::report::table::Table;
use crate::study::public::PublicAnswer;

use super::{Cell, Record, table, truth};

/// The columns of [`super::solutions`]. The number is that of a row of liquidity; numbers at the
/// discount factor that is asked for have none.
#[must_use]
pub fn public(method: &str, game: &PublicGame, answer: &PublicAnswer) -> Table {
    let mut rows = Rows { method, game, records: Vec::new() };
    match answer {
        PublicAnswer::Equilibria(answer) => rows.equilibria(answer),
        PublicAnswer::Limit(answer) => rows.limit(answer),
        PublicAnswer::Payoffs(answer) => rows.payoffs(answer),
    }
    table("Solutions", rows.records)
}

struct Rows<'a> {
    method: &'a str,
    game: &'a PublicGame,
    records: Vec<Record>,
}

/// Where a number stands: the number of its row, its player, its item.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    number: Option<usize>,
    player: Option<&'a str>,
    item: Option<&'a str>,
}

impl Rows<'_> {
    fn push(&mut self, quantity: &str, place: Place<'_>, value: Cell, exact: Option<String>) {
        let mut record = Record::default();
        record.put("concept", "public-perfect");
        record.put("method", self.method);
        record.put("number", place.number.map(|number| Rational::from(number as i64)));
        record.put("component", None::<Rational>);
        record.put("quantity", quantity);
        record.put("player", place.player);
        record.put("item", place.item);
        record.put("value", value);
        record.put("exact", exact);
        self.records.push(record);
    }

    fn exact(&mut self, quantity: &str, place: Place<'_>, value: &Rational) {
        self.push(quantity, place, value.into(), Some(value.to_string()));
    }

    fn equilibria(&mut self, answer: &PublicEquilibria) {
        if let Some(at) = &answer.at {
            self.exact("discount", Place::default(), at.discount.value());
            if let Some(row) = &at.row {
                self.row(answer.form, row, None);
            }
        }
        for (at, row) in answer.rows.iter().enumerate() {
            let number = Some(at + 1);
            let place = Place { number, ..Place::default() };
            match &row.discount {
                Some(discount) => self.exact("critical_discount", place, discount),
                None => {
                    let never = Cell::text("never").in_files(f64::INFINITY);
                    self.push("critical_discount", place, never, None);
                }
            }
            self.push("optimal", place, truth(row.optimal), None);
            self.row(answer.form, row, number);
        }
    }

    fn limit(&mut self, answer: &PublicLimit) {
        let game = self.game;
        let players = game.stage().players();
        for (at, one) in answer.corners.iter().flatten().enumerate() {
            for (player, value) in players.iter().zip(&one.payoffs) {
                let player = Some(player.name.as_str());
                self.exact("payoff", Place { number: Some(at + 1), player, item: None }, value);
            }
        }
        for (at, one) in answer.scores.iter().enumerate() {
            let number = Some(at + 1);
            for (player, weight) in players.iter().zip(&one.direction.weights) {
                let player = Some(player.name.as_str());
                self.exact("direction", Place { number, player, item: None }, weight);
            }
            if let (Some(value), Some((profile, _))) = (&one.value, &one.reached) {
                let name = game.profile_name(*profile);
                self.exact("score", Place { number, player: None, item: Some(&name) }, value);
            }
        }
    }

    fn payoffs(&mut self, answer: &PublicPayoffs) {
        let game = self.game;
        self.exact("discount", Place::default(), answer.discount.value());
        let inner = answer.inner.iter().map(|one| ("payoff", &one.payoffs)).enumerate();
        let outer = answer.outer.iter().map(|one| ("outer_payoff", one)).enumerate();
        for (at, (quantity, corner)) in inner.chain(outer) {
            for (player, value) in game.stage().players().iter().zip(corner) {
                let player = Some(player.name.as_str());
                self.exact(quantity, Place { number: Some(at + 1), player, item: None }, value);
            }
        }
        if let Some(distance) = &answer.distance {
            self.exact("distance", Place::default(), distance);
        }
    }

    fn row(&mut self, form: PublicForm, row: &LiquidityRow, number: Option<usize>) {
        let game = self.game;
        let place = Place { number, ..Place::default() };
        self.exact("liquidity", place, &row.liquidity);
        let players = game.stage().players();
        let (best, worst) = match form {
            PublicForm::Transfers => ("joint", "worst"),
            PublicForm::Symmetric => ("best", "worst"),
        };
        self.exact(best, place, &row.joint);
        for (player, value) in row.worst.iter().enumerate() {
            let name = (form == PublicForm::Transfers).then(|| players[player].name.as_str());
            self.exact(worst, Place { player: name, ..place }, value);
        }
        let actions = game.stage().profile(row.played);
        for (player, action) in players.iter().zip(&actions) {
            let place =
                Place { player: Some(&player.name), item: Some(&player.actions[*action]), ..place };
            self.exact("played", place, &Rational::ONE);
        }
    }
}
