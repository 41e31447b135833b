//! A tournament as tables for people.

use super::PLACES;
use crate::game::answer::Tournament;
use crate::game::{
    Invasion, MatchLength, NormalForm, PayoffRelation, RepeatedStrategy, symmetric_stakes,
};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

/// The ranking, and the payoffs of each against each.
pub(super) fn tables(game: &NormalForm, answer: &Tournament, about: &str) -> Vec<Table> {
    let Some(stakes) = symmetric_stakes(game, answer.cooperation) else { return Vec::new() };
    let payoffs = match &answer.length {
        MatchLength::Average => "averages over all periods".to_owned(),
        MatchLength::Discounted(discount) => format!(
            "averages at discount factor {}",
            crate::report::solution::factor_text(discount.value())
        ),
        MatchLength::Rounds(rounds) => format!("averages over {rounds} periods"),
    };
    let noise = if answer.noise.is_zero() {
        String::new()
    } else {
        format!(", noise {}", Notation::Beside(PLACES).exact(&answer.noise))
    };
    let ranking = answer.ranking(&stakes);
    let mut first = ranks(answer, &stakes, &ranking, format!("{about}, {payoffs}{noise}"));
    let actions = &game.players()[0].actions;
    let (c, d) = (&actions[answer.cooperation], &actions[1 - answer.cooperation]);
    if (c.as_str(), d.as_str()) != ("C", "D") {
        first.sentence(None, format!("To cooperate (C) is to play {c}, and to defect (D) is {d}."));
    }
    first.sentence(
        None,
        "The score is the mean of the payoffs against all, itself included; the numbers behind a strategy are the probabilities of C at first, and after CC, CD, DC and DD, its own action first.",
    );
    first.sentence(
        None,
        "A strategy is invaded by another one that gets more, when few play that one among many who play the first. It is stable if every other one gets less, and neutral if none gets more but some get as much.",
    );
    let mut columns = vec![Column::name("strategy", "gets against")];
    for &at in &ranking {
        let name = &answer.strategies[at].name;
        columns.push(Column::number(format!("payoff_{name}"), name.clone(), Notation::Short(4)));
    }
    let mut second = Table::new("Payoffs of each (row) against each (column)", columns);
    for &i in &ranking {
        let mut cells = vec![Cell::text(answer.strategies[i].name.clone())];
        cells.extend(ranking.iter().map(|&j| Cell::from(answer.payoff(&stakes, i, j))));
        second.push(cells);
    }
    vec![first, second]
}

fn ranks(answer: &Tournament, stakes: &[Rational; 4], ranking: &[usize], about: String) -> Table {
    let columns = vec![
        Column::name("rank", "rank"),
        Column::text("strategy", "strategy"),
        Column::number("score", "score", Notation::Beside(PLACES)),
        Column::text("stable", "stable"),
        Column::text("invaded_by", "invaded by"),
        Column::text("probabilities", "C at first; after CC, CD, DC, DD"),
        Column::text("enforces", "enforces"),
    ];
    let mut table = Table::new(about, columns);
    for (rank, &at) in ranking.iter().enumerate() {
        let count = answer.strategies.len();
        let others = |wanted: Invasion| -> Vec<&str> {
            (0..count)
                .filter(|&other| other != at && answer.invasion(stakes, at, other) == wanted)
                .map(|other| answer.strategies[other].name.as_str())
                .collect()
        };
        let (invaders, neutral) = (others(Invasion::Invaded), others(Invasion::Neutral));
        let stable = match (invaders.is_empty(), neutral.is_empty()) {
            (true, true) => "yes",
            (true, false) => "neutral",
            _ => "no",
        };
        table.push(vec![
            Cell::text((rank + 1).to_string()),
            Cell::text(answer.strategies[at].name.clone()),
            Cell::from(answer.score(stakes, at)),
            Cell::text(stable),
            Cell::text(invaders.join(", ")),
            Cell::text(probabilities(&answer.strategies[at])),
            Cell::text(answer.relations[at].as_ref().map_or_else(String::new, relation)),
        ]);
    }
    table
}

fn probabilities(strategy: &RepeatedStrategy) -> String {
    match strategy.as_memory_one() {
        Some(after) => {
            let after: Vec<String> = after.iter().map(|one| short(one)).collect();
            format!("{}; {}", short(strategy.first()), after.join(", "))
        }
        None => format!("a machine of {} states", strategy.states.len()),
    }
}

fn short(number: &Rational) -> String {
    Notation::Short(4).exact(number)
}

/// `own - 1 = 3 (other - 1)`, or what is left of it where a coefficient vanishes.
fn relation(one: &PayoffRelation) -> String {
    let PayoffRelation { own, other, constant } = one;
    if own.is_zero() {
        return format!("other = {}", short(&-constant));
    }
    if other.is_zero() {
        return format!("own = {}", short(&-constant));
    }
    let factor = -other;
    let times = |what: String| match () {
        () if factor == Rational::ONE => what,
        () => format!("{} {what}", short(&factor)),
    };
    let sum = own + other;
    if sum.is_zero() {
        return if constant.is_zero() {
            "own = other".to_owned()
        } else {
            format!("own = other {}", signed(&-constant))
        };
    }
    if constant.is_zero() {
        return format!("own = {}", times("other".to_owned()));
    }
    // own − k = χ (other − k) with k = −constant/(own + other).
    match (-constant).checked_div(&sum) {
        Some(kept) => {
            let minus = signed(&-&kept);
            format!("own {minus} = {}", times(format!("(other {minus})")))
        }
        None => String::new(),
    }
}

/// `+ 2`, `- 1/3`.
fn signed(number: &Rational) -> String {
    let sign = if number.is_negative() { "-" } else { "+" };
    format!("{sign} {}", short(&number.abs()))
}
