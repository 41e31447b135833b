//! Answers about games of incomplete information as tables for people.

use crate::game::answer::Objective;
use crate::game::bayesian::{BayesianAnswer, BayesianCommitment, Communication};
use crate::game::{BayesianGame, MixedStrategy};
use crate::num::{Notation, Rational};

use super::table::{Cell, Column, Table};

/// Places of decimals.
const PLACES: usize = 6;
/// Rows of recommendations that are shown to people.
const MOST_ROWS: usize = 200;

/// The tables that show an answer; `about` says what it is an answer to.
#[must_use]
pub fn tables(game: &BayesianGame, answer: &BayesianAnswer, about: &str) -> Vec<Table> {
    match answer {
        BayesianAnswer::Commitment(answer) => commitment(game, answer, about),
        BayesianAnswer::Communication(answer) => communication(game, answer, about),
    }
}

fn number(value: &Rational) -> String {
    Notation::Beside(PLACES).exact(value)
}

fn numbers(key: &str, header: String) -> Column {
    Column::number(key, header, Notation::Beside(PLACES))
}

/// The name of a type; that of the only one where nothing is said of types.
fn kind(game: &BayesianGame, player: usize, kind: usize) -> String {
    match game.players()[player].types[kind].as_str() {
        "" => "any".to_owned(),
        name => name.to_owned(),
    }
}

fn mixture(actions: &[String], strategy: &MixedStrategy) -> String {
    if let Some(action) = strategy.as_pure() {
        return actions[action].clone();
    }
    let parts = strategy.support().into_iter().map(|action| {
        format!(
            "{} {}",
            actions[action],
            Notation::Beside(4).exact(&strategy.probabilities()[action])
        )
    });
    // Names of strategies have commas of their own.
    let separator = if actions.iter().any(|name| name.contains(", ")) { "; " } else { ", " };
    parts.collect::<Vec<_>>().join(separator)
}

fn commitment(game: &BayesianGame, answer: &BayesianCommitment, about: &str) -> Vec<Table> {
    let (leader, follower) = (answer.leader, 1 - answer.leader);
    // The answer was certified with the same strategies.
    let Ok(led) = game.ex_ante(&[leader == 0, leader == 1]) else { return Vec::new() };
    let names = led.players();
    let columns = vec![
        Column::name("leader", "leader"),
        Column::text("commitment", "commits to"),
        numbers("leader_value", format!("payoff {}", names[leader].name)),
        numbers("follower_value", format!("payoff {}", names[follower].name)),
    ];
    let mut first = Table::new(about, columns);
    first.push(vec![
        Cell::text(&names[leader].name),
        Cell::text(mixture(&names[leader].actions, &answer.commitment)),
        (&answer.leader_value).into(),
        (&answer.follower_value).into(),
    ]);
    let columns = vec![
        Column::name("type", "type"),
        numbers("probability", "probability".to_owned()),
        Column::text("reply", "replies"),
        numbers("leader_value", format!("payoff {}", names[leader].name)),
        numbers("follower_value", format!("payoff {}", names[follower].name)),
    ];
    let title = format!("What each type of {} replies", names[follower].name);
    let mut second = Table::new(title, columns);
    for (at, &reply) in answer.replies.iter().enumerate() {
        second.push(vec![
            Cell::text(kind(&led, follower, at)),
            (&led.prior()[at]).into(),
            Cell::text(&names[follower].actions[reply]),
            (&answer.leader_values[at]).into(),
            (&answer.follower_values[at]).into(),
        ]);
    }
    let ties = "ties of a type are broken for the leader";
    second.sentence(
        None,
        if !answer.mixed {
            format!("Strong Stackelberg in pure strategies: {ties}.")
        } else if answer.is_optimal() {
            format!("Strong Stackelberg: {ties}. Dual solutions prove that no commitment gives the leader more.")
        } else {
            format!(
                "Strong Stackelberg: {ties}. No commitment gives the leader more than {}; it is open whether one gives more than this one.",
                number(&answer.bound)
            )
        },
    );
    vec![first, second]
}

fn communication(game: &BayesianGame, answer: &Communication, about: &str) -> Vec<Table> {
    let typed: Vec<usize> =
        (0..game.num_players()).filter(|&player| game.num_types(player) > 1).collect();
    let reporters = if typed.is_empty() { (0..1).collect() } else { typed };
    let mut columns: Vec<Column> = reporters
        .iter()
        .map(|&player| {
            let name = &game.players()[player].name;
            Column::name(format!("report_{name}"), format!("{name} reports"))
        })
        .collect();
    for player in game.players() {
        columns.push(Column::text(
            format!("told_{}", player.name),
            format!("{} is told", player.name),
        ));
    }
    columns.push(numbers("probability", "probability".to_owned()));
    let mut told = Table::new(about, columns);
    let mut left_out = 0;
    for (types, probabilities) in answer.recommendations.iter().enumerate() {
        for (profile, probability) in probabilities.iter().enumerate() {
            if probability.is_zero() {
                continue;
            }
            if told.len() >= MOST_ROWS {
                left_out += 1;
                continue;
            }
            let reports = reporters
                .iter()
                .map(|&player| Cell::text(kind(game, player, game.type_in(player, types))));
            let actions = game.players().iter().enumerate().map(|(at, player)| {
                Cell::text(player.actions[game.action_in(at, profile)].as_str())
            });
            told.push(reports.chain(actions).chain([probability.into()]).collect());
        }
    }
    if left_out > 0 {
        told.sentence(None, format!("{left_out} more rows are in the result with --format json."));
    }
    let columns = vec![
        Column::name("player", "player"),
        Column::text("type", "type"),
        numbers("probability", "probability".to_owned()),
        numbers("payoff", "payoff".to_owned()),
    ];
    let mut payoffs = Table::new("What each type gets", columns);
    for (at, player) in game.players().iter().enumerate() {
        for (of, payoff) in answer.type_payoffs[at].iter().enumerate() {
            payoffs.push(vec![
                Cell::text(&player.name),
                Cell::text(kind(game, at, of)),
                (&game.type_probability(at, of)).into(),
                // What never occurs gets nothing that could be said.
                Some(payoff).filter(|_| game.type_probability(at, of).is_positive()).into(),
            ]);
        }
    }
    let expected = game.players().iter().zip(&answer.payoffs);
    let expected = expected.map(|(player, payoff)| format!("{} {}", player.name, number(payoff)));
    let expected = expected.collect::<Vec<_>>().join(", ");
    payoffs.sentence(
        None,
        format!("Expected payoffs: {expected}. {}", best(game, &answer.objective, &answer.value)),
    );
    vec![told, payoffs]
}

/// What is best about an equilibrium.
fn best(game: &BayesianGame, objective: &Objective, value: &Rational) -> String {
    let gives = |what: String, than: &str| {
        format!(
            "No communication equilibrium gives {what} {than} than {}; the dual solution proves it.",
            number(value)
        )
    };
    let of = |player: usize| format!("the payoff of {}", game.players()[player].name);
    match objective {
        Objective::Welfare => gives("the sum of payoffs".to_owned(), "more"),
        Objective::LeastWelfare => gives("the sum of payoffs".to_owned(), "less"),
        Objective::Player(player) => gives(of(*player), "more"),
        Objective::LeastPlayer(player) => gives(of(*player), "less"),
        Objective::Weighted(_) => gives("the weighted sum of payoffs".to_owned(), "more"),
        Objective::Egalitarian => gives("every player".to_owned(), "more"),
    }
}
