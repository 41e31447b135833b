//! An answer as tables for people.

use crate::game::MixedStrategy;
use crate::game::NormalForm;
use crate::game::answer::{
    Answer, Approximate, ApproximateEquilibrium, BranchEventKind, CriticalDiscount, Dominance,
    Equilibria, Equilibrium, FictitiousPlay, Guaranteed, LogitEquilibrium, Minimax, Quantal,
    Repeated, Scope, Stackelberg, Subject,
};
use crate::num::{Notation, Rational, shortest};

use super::table::{Cell, Column, Table};

mod correlated;
mod credibility;
mod followers;
mod refinement;
mod structure;
mod symmetric;

/// Places of decimals.
const PLACES: usize = 6;
/// Equilibria beyond this many are counted and not printed one by one.
const MOST_LISTED: usize = 200;
/// Rows of a path that are shown to people.
const MOST_PATH_ROWS: usize = 20;

/// What an answer under a concept is, for headings.
#[must_use]
pub fn heading(concept: &str) -> Option<&'static str> {
    Some(match concept {
        "pure" => "equilibria in pure strategies",
        "nash" => "Nash equilibria",
        "minimax" => "what each player can secure (minimax)",
        "correlated" => "best correlated equilibrium",
        "coarse-correlated" => "best coarse correlated equilibrium",
        "correlated-payoffs" => "payoffs of correlated equilibria",
        "coarse-correlated-payoffs" => "payoffs of coarse correlated equilibria",
        "stackelberg" => "optimal commitment (Stackelberg)",
        "credibility" => "what a commitment is worth by its credibility",
        "communication" => "best communication equilibrium",
        "rationalizable" => "rationalizable actions",
        "fictitious-play" => "fictitious play",
        "qre" => "logit quantal response equilibria",
        "repeated" => "what sustains the agreements",
        "subgame-perfect" => "subgame-perfect equilibria",
        "structure" => "the class of the game",
        "symmetric" => "symmetric equilibria and evolutionary stability",
        "refinement" => "what the equilibria withstand",
        _ => return None,
    })
}

/// The tables that show an answer; `about` says what it is an answer to.
#[must_use]
pub fn tables(subject: Subject<'_>, answer: &Answer, about: &str) -> Vec<Table> {
    let game = subject.stage();
    match answer {
        Answer::Equilibria(answer) => equilibria(game, answer, about),
        Answer::Minimax(answer) => vec![minimax(game, answer, about)],
        Answer::Correlated(answer) => vec![correlated::table(game, answer, about)],
        Answer::CoarseCorrelated(answer) => vec![correlated::coarse(game, answer, about)],
        Answer::CorrelatedPayoffs(answer) => {
            vec![correlated::polygon(game, answer, about, "correlated equilibrium")]
        }
        Answer::CoarseCorrelatedPayoffs(answer) => {
            vec![correlated::polygon(game, answer, about, "coarse correlated equilibrium")]
        }
        Answer::Dominance(answer) => vec![dominance(game, answer, about)],
        Answer::Stackelberg(answer) => stackelberg(game, answer, about),
        Answer::SeveralFollowers(answer) => vec![followers::table(game, answer, about)],
        Answer::CorrelatedCommitment(answer) => {
            vec![correlated::commitment(game, answer, about)]
        }
        Answer::Credibility(answer) => vec![credibility::table(game, answer, about)],
        Answer::FictitiousPlay(answer) => fictitious_play(game, answer, about),
        Answer::Repeated(answer) => vec![repeated(subject, answer, about)],
        Answer::Refinement(answer) => refinement::tables(game, answer, about),
        Answer::Structure(answer) => vec![structure::table(game, answer, about)],
        Answer::Symmetric(answer) => vec![symmetric::table(game, answer, about)],
        Answer::Approximate(answer) => vec![approximate(game, answer, about)],
        Answer::Quantal(answer) => quantal(game, answer, about),
    }
}

/// `Restrain 1/3 (0.333333), Build 2/3 (0.666667)`, or the action alone when it is pure.
fn strategy(game: &NormalForm, player: usize, strategy: &MixedStrategy) -> String {
    let actions = &game.players()[player].actions;
    if let Some(action) = strategy.as_pure() {
        return actions[action].clone();
    }
    let parts: Vec<String> = strategy
        .support()
        .into_iter()
        .map(|action| {
            let probability = &strategy.probabilities()[action];
            format!("{} {}", actions[action], probability_text(probability))
        })
        .collect();
    parts.join(", ")
}

/// One equilibrium in a line: `Row: Up; Column: Left 1/3 (0.3333), Right 2/3 (0.6667); payoffs 1, 2`.
#[must_use]
pub fn equilibrium_line(game: &NormalForm, one: &Equilibrium) -> String {
    let mut parts: Vec<String> = one
        .profile
        .iter()
        .enumerate()
        .map(|(at, mixed)| format!("{}: {}", game.players()[at].name, strategy(game, at, mixed)))
        .collect();
    let payoffs = one.payoffs.iter().map(|payoff| Notation::Beside(PLACES).exact(payoff));
    parts.push(format!("payoffs {}", payoffs.collect::<Vec<_>>().join(", ")));
    parts.join("; ")
}

/// A probability strictly between 0 and 1, which is never shown as one of the two: where four
/// places would round it to them, the exact fraction stands instead.
fn probability_text(probability: &Rational) -> String {
    let near = crate::num::decimal(probability, 4);
    if near == "0.0000" || near == "1.0000" {
        probability.to_string()
    } else {
        Notation::Beside(4).exact(probability)
    }
}

fn equilibria(game: &NormalForm, answer: &Equilibria, about: &str) -> Vec<Table> {
    let mut columns = vec![Column::name("number", "no.")];
    if answer.components.is_some() {
        columns.push(Column::text("component", "component"));
    }
    for player in game.players() {
        columns.push(Column::text(format!("strategy_{}", player.name), player.name.clone()));
    }
    for player in game.players() {
        let header = format!("payoff {}", player.name);
        columns.push(Column::number(
            format!("payoff_{}", player.name),
            header,
            Notation::Beside(PLACES),
        ));
    }
    columns.push(Column::number("regret", "regret", Notation::Short(PLACES)));
    let mut table = Table::new(about, columns);
    let component_of = |at: usize| {
        let components = answer.components.as_ref()?;
        components.iter().position(|component| component.members.contains(&at))
    };
    for (at, equilibrium) in answer.list.iter().enumerate().take(MOST_LISTED) {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        if answer.components.is_some() {
            cells.push(component_of(at).map(|component| (component + 1).to_string()).into());
        }
        cells.extend(equilibrium_cells(game, equilibrium));
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
        (Scope::AllExtreme, _) => match &answer.components {
            Some(components) if components.len() < count => format!(
                "{number}: all extreme equilibria, {}.",
                match components.len() {
                    1 => "in one connected component; every equilibrium is a combination of them"
                        .to_owned(),
                    more => format!(
                        "in {more} connected components; every equilibrium is a combination of those of one component"
                    ),
                }
            ),
            _ => format!("{number}: this is the complete list."),
        },
        (Scope::AllPure, 0) => "No equilibrium in pure strategies exists.".to_owned(),
        (Scope::AllPure, _) => format!("{number}: all that there are in pure strategies."),
        (Scope::Some, _) => format!("{number}; there may be others."),
    };
    table.sentence(None, extent);
    vec![table]
}

fn equilibrium_cells(game: &NormalForm, equilibrium: &Equilibrium) -> Vec<Cell> {
    let strategies = equilibrium.profile.iter().enumerate();
    let mut cells: Vec<Cell> =
        strategies.map(|(player, mixed)| Cell::text(strategy(game, player, mixed))).collect();
    cells.extend(equilibrium.payoffs.iter().map(Cell::from));
    cells.push((&equilibrium.regret).into());
    cells
}

/// `Up 0.123457, Down 0.876543`, or the action alone when it is pure.
fn near_strategy(game: &NormalForm, player: usize, strategy: &MixedStrategy) -> String {
    let actions = &game.players()[player].actions;
    if let Some(action) = strategy.as_pure() {
        return actions[action].clone();
    }
    let parts = strategy.support().into_iter().map(|action| {
        let probability = strategy.probabilities()[action].to_f64();
        let short = Notation::Significant(PLACES).float(probability);
        // What is not played for sure is not shown as sure.
        let shown = if short == "1" { shortest(probability) } else { short };
        format!("{} {shown}", actions[action])
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Columns for the strategies and the payoffs of all players.
fn near_columns(game: &NormalForm, mut columns: Vec<Column>) -> Vec<Column> {
    for player in game.players() {
        columns.push(Column::text(format!("strategy_{}", player.name), player.name.clone()));
    }
    for player in game.players() {
        let header = format!("payoff {}", player.name);
        let notation = Notation::Short(PLACES);
        columns.push(Column::number(format!("payoff_{}", player.name), header, notation));
    }
    columns.push(Column::number("regret", "regret", Notation::Significant(3)).with_unit("at most"));
    columns
}

/// Exact numbers where the regret is zero, decimals else.
fn near_cells(game: &NormalForm, one: &ApproximateEquilibrium) -> Vec<Cell> {
    let exact = one.regret.is_zero();
    let shown = one.profile.iter().enumerate().map(|(at, mixed)| {
        Cell::text(if exact { strategy(game, at, mixed) } else { near_strategy(game, at, mixed) })
    });
    let mut cells: Vec<Cell> = shown.collect();
    cells.extend(one.payoffs.iter().map(Cell::from));
    cells.push((&one.regret).into());
    cells
}

fn approximate(game: &NormalForm, answer: &Approximate, about: &str) -> Table {
    let mut columns = near_columns(game, vec![Column::name("number", "no.")]);
    columns.push(Column::number("radius", "radius", Notation::Significant(3)));
    let mut table = Table::new(about, columns);
    for (at, one) in answer.list.iter().enumerate().take(MOST_LISTED) {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(near_cells(game, one));
        cells.push(one.radius.as_ref().map(Cell::from).into());
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
    table.sentence(
        None,
        if answer.complete {
            format!("{number}: this is the complete list.")
        } else {
            format!("{number}; the list is not known to be complete.")
        },
    );
    if answer.list.iter().any(|one| !one.regret.is_zero()) {
        table.sentence(
            None,
            "Equilibria of more than two players need not be rational: probabilities are machine numbers, the regret at them is evaluated exactly, and within the radius, where there is one, lies exactly one equilibrium.",
        );
    }
    table
}

fn quantal(game: &NormalForm, answer: &Quantal, about: &str) -> Vec<Table> {
    let head = vec![Column::number("lambda", "λ", Notation::Short(PLACES))];
    let mut columns = near_columns(game, head);
    let residual = || Column::number("residual", "residual", Notation::Significant(3));
    columns.push(residual().with_unit("at most"));
    let mut table = Table::new(about, columns);
    let row = |one: &LogitEquilibrium| -> Vec<Cell> {
        let strategies = one.point.profile.iter().enumerate();
        let mut cells = vec![Cell::from(&one.point.lambda)];
        cells.extend(strategies.map(|(at, mixed)| Cell::text(near_strategy(game, at, mixed))));
        cells.extend(one.payoffs.iter().map(Cell::from));
        cells.push((&one.regret).into());
        cells.push((&one.point.residual).into());
        cells
    };
    for one in &answer.points {
        table.push(row(one));
    }
    if answer.points.is_empty() {
        // Without values of λ the path is shown, thinned.
        let step = answer.path.len().div_ceil(MOST_PATH_ROWS).max(1);
        let shown = answer.path.iter().step_by(step);
        let mut columns = vec![Column::number("lambda", "λ", Notation::Significant(4))];
        for player in game.players() {
            columns.push(Column::text(format!("strategy_{}", player.name), player.name.clone()));
        }
        columns.push(residual().with_unit("at most"));
        table = Table::new(about, columns);
        for point in shown {
            let strategies = point.profile.iter().enumerate();
            let mut cells = vec![Cell::from(&point.lambda)];
            cells.extend(strategies.map(|(at, mixed)| Cell::text(near_strategy(game, at, mixed))));
            cells.push((&point.residual).into());
            table.push(cells);
        }
        table.sentence(
            None,
            format!(
                "Some of {} points of the principal branch; all are in the result with --format json or csv, and --lambda gives the equilibrium at a value.",
                answer.path.len()
            ),
        );
    }
    if let Some(fit) = &answer.fit {
        let point = &fit.equilibrium.point;
        let play = point.profile.iter().enumerate();
        let play: Vec<String> = play.map(|(at, mixed)| near_strategy(game, at, mixed)).collect();
        table.sentence(
            Some("Fit"),
            format!(
                "the counts are likeliest at λ = {}: {}; log-likelihood {}.",
                Notation::Significant(PLACES).exact(&point.lambda),
                play.join(" / "),
                Notation::Significant(8).exact(&fit.log_likelihood)
            ),
        );
    }
    for event in &answer.events {
        let what = match event.kind {
            BranchEventKind::TurningPoint => "λ turns",
            BranchEventKind::Bifurcation => "other branches cross",
        };
        let lambda = Notation::Significant(PLACES).exact(&event.lambda);
        table.sentence(None, format!("On the principal branch {what} at about λ = {lambda}."));
    }
    if let Some(limit) = &answer.limit {
        let mixed = limit.profile.iter().enumerate();
        let play: Vec<String> = mixed
            .map(|(at, mixed)| {
                if limit.regret.is_zero() {
                    strategy(game, at, mixed)
                } else {
                    near_strategy(game, at, mixed)
                }
            })
            .collect();
        table.sentence(
            None,
            format!("As λ grows, the branch tends to the equilibrium {}.", play.join(" / ")),
        );
    }
    vec![table]
}

fn minimax(game: &NormalForm, answer: &Minimax, about: &str) -> Table {
    let mut table = Table::new(
        about,
        vec![
            Column::name("player", "player"),
            Column::number("value", "value", Notation::Beside(PLACES)),
            Column::text("strategy", "secured by"),
            Column::text("punishment", "held down by"),
        ],
    );
    for level in &answer.levels {
        let others: Vec<usize> =
            (0..game.num_players()).filter(|&other| other != level.player).collect();
        let punishment: Vec<String> = level
            .punishment
            .iter()
            .enumerate()
            .filter(|(_, probability)| !probability.is_zero())
            .map(|(joint, probability)| {
                let name = joint_name(game, &others, joint);
                if *probability == Rational::ONE {
                    name
                } else {
                    format!("{name} {}", Notation::Beside(4).exact(probability))
                }
            })
            .collect();
        table.push(vec![
            Cell::text(&game.players()[level.player].name),
            (&level.value).into(),
            Cell::text(strategy(game, level.player, &level.strategy)),
            Cell::text(punishment.join(", ")),
        ]);
    }
    match &answer.constant_sum {
        Some(sum) if game.num_players() == 2 => table.sentence(
            None,
            format!("The payoffs sum to {sum}: these strategies are the minimax solution of the game."),
        ),
        _ if game.num_players() > 2 => table.sentence(
            None,
            "The others punish by a correlated strategy; in independent strategies a player may be able to secure more.",
        ),
        _ => {}
    }
    table
}

/// The names of a joint action of some players, numbered row-major.
fn joint_name(game: &NormalForm, players: &[usize], mut joint: usize) -> String {
    let mut names = Vec::new();
    for &player in players.iter().rev() {
        let count = game.num_actions(player);
        names.push(game.players()[player].actions[joint % count].as_str());
        joint /= count;
    }
    names.reverse();
    names.join("/")
}

fn profile_name(game: &NormalForm, index: usize) -> String {
    game.profile_names(&game.profile(index)).join("/")
}

fn dominance(game: &NormalForm, answer: &Dominance, about: &str) -> Table {
    let mut table = Table::new(
        about,
        vec![
            Column::name("round", "round"),
            Column::text("player", "player"),
            Column::text("action", "eliminated"),
            Column::text("dominated_by", "dominated by"),
        ],
    );
    for step in &answer.eliminations {
        let player = &game.players()[step.player];
        table.push(vec![
            Cell::text(step.round.to_string()),
            Cell::text(&player.name),
            Cell::text(&player.actions[step.action]),
            Cell::text(strategy(game, step.player, &step.dominated_by)),
        ]);
    }
    for (player, left) in game.players().iter().zip(&answer.survivors) {
        let names: Vec<&str> = left.iter().map(|&action| player.actions[action].as_str()).collect();
        table.sentence(
            Some(&player.name),
            format!(
                "{} {}.",
                names.join(", "),
                if names.len() == 1 { "survives" } else { "survive" }
            ),
        );
    }
    if answer.survivors.iter().all(|left| left.len() == 1) {
        table.sentence(None, "Dominance solves the game: what survives is its only equilibrium.");
    }
    table
}

fn stackelberg(game: &NormalForm, answer: &Stackelberg, about: &str) -> Vec<Table> {
    let (leader, follower) = (answer.leader, 1 - answer.leader);
    let names = game.players();
    let mut table = Table::new(
        about,
        vec![
            Column::name("leader", "leader"),
            Column::text("commitment", "commits to"),
            Column::text("reply", format!("{} replies", names[follower].name)),
            Column::number(
                "leader_value",
                format!("payoff {}", names[leader].name),
                Notation::Beside(PLACES),
            ),
            Column::number(
                "follower_value",
                format!("payoff {}", names[follower].name),
                Notation::Beside(PLACES),
            ),
        ],
    );
    table.push(vec![
        Cell::text(&names[leader].name),
        Cell::text(strategy(game, leader, &answer.commitment)),
        Cell::text(&names[follower].actions[answer.reply]),
        (&answer.leader_value).into(),
        (&answer.follower_value).into(),
    ]);
    table.sentence(
        None,
        if answer.mixed {
            "Strong Stackelberg: ties of the follower are broken for the leader. For every reply a dual solution proves that no commitment inducing it does better."
        } else {
            "Strong Stackelberg in pure strategies: ties of the follower are broken for the leader."
        },
    );
    let mut tables = vec![table];
    tables.extend(answer.guaranteed.as_ref().map(|one| guaranteed(game, answer, one)));
    tables
}

/// What ties are worth, and commitment.
fn guaranteed(game: &NormalForm, answer: &Stackelberg, one: &Guaranteed) -> Table {
    let leader = answer.leader;
    let name = &game.players()[leader].name;
    let notation = Notation::Beside(PLACES);
    let mut table = Table::new(
        format!("What commitment is worth to {name}"),
        vec![
            Column::text("case", "ties of the follower"),
            Column::text("strategy", "strategy"),
            Column::number("value", format!("payoff {name}"), notation),
        ],
    );
    let mut row = |case: String, mixed: &MixedStrategy, value: &Rational| {
        let played = strategy(game, leader, mixed);
        table.push(vec![Cell::text(case), Cell::text(played), value.into()]);
    };
    row("for the leader".to_owned(), &answer.commitment, &answer.leader_value);
    if one.epsilon.is_zero() {
        row("against him".to_owned(), &one.commitment, &one.value);
    } else {
        row("against him, approached".to_owned(), &one.commitment, &one.value);
        row(format!("no ties, ε = {}", one.epsilon), &one.epsilon_commitment, &one.epsilon_value);
    }
    if let Some(level) = &answer.security {
        row("no commitment: maximin".to_owned(), &level.strategy, &level.value);
    }
    let (low, high) = (notation.exact(&one.value), notation.exact(&answer.leader_value));
    let kind = if answer.mixed { "" } else { " pure" };
    let is_had = one.epsilon.is_zero();
    let (interval, against) = match (one.value == answer.leader_value, is_had) {
        (true, true) => (format!("the point {high}"), "it does not depend on how ties are broken"),
        (true, false) => (
            format!("the point {high}"),
            "with ties broken against him he comes as near to it as he likes",
        ),
        (false, true) => (
            format!("from {low} to {high}"),
            "ties matter, and its lower end is what he can rely on",
        ),
        (false, false) => (
            format!("from {low} to {high}"),
            "ties matter, and he can rely on what is as near to its lower end as he likes",
        ),
    };
    table.sentence(
        None,
        format!("The interval of what{kind} commitment gives {name} is {interval}: {against}."),
    );
    if !is_had {
        table.sentence(
            None,
            "The commitment without ties has weight ε on one to which the reply is strictly best.",
        );
    }
    if let Some(level) = &answer.security {
        let gain = |value: &Rational| notation.exact(&(value - &level.value));
        let (least, most) = (gain(&one.value), gain(&answer.leader_value));
        let gains = if least == most { least } else { format!("{least} to {most}") };
        table.sentence(None, format!("Its value against his maximin: {gains}."));
    }
    table
}

fn fictitious_play(game: &NormalForm, answer: &FictitiousPlay, about: &str) -> Vec<Table> {
    let mut course = Table::new(
        format!("{about}, regret of the empirical mixture"),
        vec![
            Column::name("rounds", "rounds"),
            Column::number("regret", "regret", Notation::Significant(PLACES)),
        ],
    );
    for (rounds, regret) in &answer.course {
        course.push(vec![Cell::text(rounds.to_string()), regret.into()]);
    }
    let mut columns = vec![Column::name("player", "player")];
    columns.push(Column::text("action", "action"));
    columns.push(Column::number("count", "played", Notation::Exact));
    columns.push(Column::number("share", "share", Notation::Places(PLACES)));
    let mut mixture = Table::new(format!("The mixture after {} rounds", answer.rounds), columns);
    for (player, counts) in game.players().iter().zip(&answer.counts) {
        for (action, &count) in player.actions.iter().zip(counts) {
            let share = Rational::from(count).checked_div(&Rational::from(answer.rounds.max(1)));
            mixture.push(vec![
                Cell::text(&player.name),
                Cell::text(action),
                Rational::from(count).into(),
                share.into(),
            ]);
        }
    }
    mixture.sentence(
        None,
        "Fictitious play need not converge; the regret says how far the mixture is from an equilibrium.",
    );
    vec![course, mixture]
}

fn critical(critical: &CriticalDiscount) -> Cell {
    critical.number().map_or_else(|| Cell::text("never"), Cell::from)
}

fn repeated(subject: Subject<'_>, answer: &Repeated, about: &str) -> Table {
    let mut table = Table::new(
        about,
        vec![
            Column::name("agreement", "agreement"),
            Column::text("profile", "profile"),
            Column::number("critical_discount", "δ*", Notation::Places(PLACES)).with_unit("grim"),
            Column::text("exact", "exactly"),
            Column::number("minmax_bound", "δ*", Notation::Places(PLACES))
                .with_unit("minmax bound"),
            Column::text("binding", "binding deviation"),
            Column::text("holds", "holds"),
        ],
    );
    let Subject::Repeated(game) = subject else { return table };
    for sustained in &answer.agreements {
        let agreement = &game.agreements[sustained.agreement];
        let names = game.stage.players();
        let holds = sustained.holds.map(|holds| if holds { "yes" } else { "no" });
        table.push(vec![
            Cell::text(&agreement.name),
            Cell::text(game.stage.profile_names(&agreement.profile).join("/")),
            critical(&sustained.critical),
            sustained
                .critical
                .number()
                .map(|value| value.to_string())
                .filter(|text| text.len() <= 30)
                .into(),
            critical(&sustained.minmax_bound),
            sustained
                .binding
                .as_ref()
                .map(|deviation| {
                    let player = &names[deviation.player];
                    format!("{} to {}", player.name, player.actions[deviation.action])
                })
                .into(),
            holds.into(),
        ]);
    }
    for (player, (profile, payoff)) in
        game.stage.players().iter().zip(answer.punishments.iter().zip(&answer.punishment_payoffs))
    {
        let play: Vec<String> =
            (0..profile.len()).map(|at| strategy(&game.stage, at, &profile[at])).collect();
        table.sentence(
            Some(&player.name),
            format!(
                "is punished by {}, which gives him {}.",
                play.join(" / "),
                Notation::Beside(4).exact(payoff)
            ),
        );
    }
    if let Some(discount) = &game.discount {
        table.sentence(
            None,
            format!(
                "The model's discount factor is {}.",
                Notation::Beside(4).exact(discount.value())
            ),
        );
    }
    table.sentence(
        None,
        "The minmax bound holds for every conceivable punishment and need not be reached; a number of at least 1 means that no patience is enough, `never` that it holds from no discount factor on.",
    );
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_probability_is_not_shown_as_zero_nor_its_complement_as_one() {
        let tiny = Rational::new(1, 10_000_000_001);
        assert_eq!(probability_text(&tiny), "1/10000000001");
        assert_eq!(probability_text(&(Rational::ONE - tiny)), "10000000000/10000000001");
        assert_eq!(probability_text(&Rational::new(1, 3)), "1/3 (0.3333)");
    }
}
