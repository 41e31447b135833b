//! An answer about a tree as tables for people.

use crate::game::ExtensiveGame;
use crate::game::extensive::{BehaviorEquilibrium, TreeAnswer, TreeNames, TreeScope};
use crate::num::{Notation, Rational};

use super::table::{Cell, Column, Table};

/// Places of decimals.
const PLACES: usize = 6;
/// Equilibria beyond this many are counted and not printed one by one.
const MOST_LISTED: usize = 200;

/// What an answer is, for headings.
#[must_use]
pub fn heading(answer: &TreeAnswer) -> &'static str {
    match answer.scope {
        TreeScope::AllPureSubgamePerfect => "subgame-perfect equilibria in pure strategies",
        TreeScope::SomeSubgamePerfect => "subgame-perfect equilibria",
        TreeScope::SomeNash => "a Nash equilibrium in behaviour strategies",
    }
}

/// The tables that show an answer; `about` says what it is an answer to.
#[must_use]
pub fn tables(tree: &ExtensiveGame, answer: &TreeAnswer, about: &str) -> Vec<Table> {
    let names = TreeNames::of(tree);
    let mut columns = vec![Column::name("number", "no.")];
    for name in &names.players {
        columns.push(Column::text(format!("strategy_{name}"), name.clone()));
    }
    for name in &names.players {
        let header = format!("payoff {name}");
        columns.push(Column::number(format!("payoff_{name}"), header, Notation::Beside(PLACES)));
    }
    columns.push(Column::number("regret", "regret", Notation::Short(PLACES)));
    let mut table = Table::new(about, columns);
    for (at, one) in answer.list.iter().enumerate().take(MOST_LISTED) {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        for player in 0..tree.num_players() {
            cells.push(Cell::text(behavior(tree, &names, player, one)));
        }
        cells.extend(one.payoffs.iter().map(Cell::from));
        cells.push((&one.regret).into());
        table.push(cells);
    }
    let count = answer.list.len();
    if count > MOST_LISTED {
        table.sentence(
            None,
            format!("{} more are in the result with --format json.", count - MOST_LISTED),
        );
    }
    let number =
        if count == 1 { "1 equilibrium".to_owned() } else { format!("{count} equilibria") };
    let extent = match (answer.scope, count) {
        (TreeScope::AllPureSubgamePerfect, 0) => {
            "No subgame-perfect equilibrium in pure strategies exists.".to_owned()
        }
        (TreeScope::AllPureSubgamePerfect, _) => {
            format!("{number}: all subgame-perfect ones that there are in pure strategies.")
        }
        (TreeScope::SomeSubgamePerfect, _) => {
            format!("{number}, subgame-perfect; there may be others.")
        }
        (TreeScope::SomeNash, _) => format!("{number}; there may be others."),
    };
    table.sentence(None, extent);
    let mut tables = vec![table];
    if !tree.has_perfect_information() {
        tables.extend(beliefs(tree, &names, answer));
    }
    tables
}

fn probability(value: &Rational) -> String {
    Notation::Beside(4).exact(value)
}

/// `red card: raise; black card: raise 1/3 (0.3333), fold 2/3 (0.6667)`.
fn behavior(
    tree: &ExtensiveGame,
    names: &TreeNames,
    player: usize,
    one: &BehaviorEquilibrium,
) -> String {
    let parts: Vec<String> = tree
        .sets_of(player)
        .into_iter()
        .map(|set| {
            let strategy = &one.profile[set];
            let actions: Vec<String> = match strategy.as_pure() {
                Some(action) => vec![names.actions[set][action].clone()],
                None => strategy
                    .support()
                    .into_iter()
                    .map(|action| {
                        let value = &strategy.probabilities()[action];
                        format!("{} {}", names.actions[set][action], probability(value))
                    })
                    .collect(),
            };
            format!("{}: {}", names.sets[set], actions.join(", "))
        })
        .collect();
    parts.join("; ")
}

/// What players believe at information sets of several nodes.
fn beliefs(tree: &ExtensiveGame, names: &TreeNames, answer: &TreeAnswer) -> Option<Table> {
    let mut table = Table::new(
        "Beliefs where play leads (Bayes' rule)",
        vec![
            Column::name("number", "no."),
            Column::text("player", "player"),
            Column::text("set", "information set"),
            Column::text("after", "after"),
            Column::number("probability", "probability", Notation::Beside(4)),
        ],
    );
    for (at, one) in answer.list.iter().enumerate().take(MOST_LISTED) {
        for (set, information) in tree.information_sets().iter().enumerate() {
            let Some(belief) = one.beliefs[set].as_ref().filter(|belief| belief.len() > 1) else {
                continue;
            };
            for (&node, value) in information.members.iter().zip(belief) {
                table.push(vec![
                    Cell::text((at + 1).to_string()),
                    names.players[information.player].as_str().into(),
                    names.sets[set].as_str().into(),
                    names.history(tree, node).into(),
                    value.into(),
                ]);
            }
        }
    }
    (!table.is_empty()).then_some(table)
}
