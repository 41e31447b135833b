//! An answer as tables for people.

use crate::game::MixedStrategy;
use crate::game::NormalForm;
use crate::game::answer::{
    Answer, CriticalDiscount, Dominance, Equilibria, Equilibrium, FictitiousPlay, Minimax,
    Repeated, Scope, Subject,
};
use crate::num::{Notation, Rational, decimal, scientific};

pub(in crate::report) use automaton::stretch_list;

use super::table::{Cell, Column, Table};

mod approximate;
mod automaton;
mod commitment;
mod correlated;
mod credibility;
mod followers;
mod learning;
mod matched;
mod refinement;
mod repeated_payoffs;
mod repeated_polytopes;
mod robust;
mod sequential;
mod structure;
mod symmetric;
mod tournament;
mod triggers;

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
        "correlated-vertices" => "extreme correlated equilibria",
        "coarse-correlated-payoffs" => "payoffs of coarse correlated equilibria",
        "stackelberg" => "optimal commitment (Stackelberg)",
        "credibility" => "what a commitment is worth by its credibility",
        "communication" => "best communication equilibrium",
        "rationalizable" => "rationalizable actions",
        "fictitious-play" => "fictitious play",
        "regret-matching" => "regret matching",
        "qre" => "logit quantal response equilibria",
        "repeated" => "what sustains the agreements",
        "automaton" => "an automaton of the repeated game",
        "tournament" => "round-robin tournament of strategies",
        "public-perfect" => "how long an alarm has to suspend agreements",
        "critical-discount" => "from which discount factor on profiles can be played for ever",
        "repeated-payoffs" => "payoffs of subgame-perfect equilibria of the repeated game",
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
        Answer::Correlated(answer) => correlated::tables(game, answer, about),
        Answer::RobustDevice(answer) => correlated::robust(game, answer, about),
        Answer::CoarseCorrelated(answer) => vec![correlated::coarse(game, answer, about)],
        Answer::CorrelatedPayoffs(answer) => {
            vec![correlated::polygon(game, answer, about, "correlated equilibrium")]
        }
        Answer::CorrelatedVertices(answer) => {
            vec![correlated::vertices(game, &answer.vertices, about)]
        }
        Answer::CoarseCorrelatedPayoffs(answer) => {
            vec![correlated::polygon(game, answer, about, "coarse correlated equilibrium")]
        }
        Answer::Dominance(answer) => vec![dominance(game, answer, about)],
        Answer::Stackelberg(answer) => commitment::tables(game, answer, about),
        Answer::SeveralFollowers(answer) => vec![followers::table(game, answer, about)],
        Answer::CorrelatedCommitment(answer) => {
            vec![correlated::commitment(game, answer, about)]
        }
        Answer::PureBeforeFollowers(answer) => vec![followers::pure(game, answer, about)],
        Answer::Robust(answer) => vec![robust::table(game, answer, about)],
        Answer::Matched(answer) => vec![matched::table(game, answer, about)],
        Answer::Sequential(answer) => vec![sequential::table(game, answer, about)],
        Answer::Credibility(answer) => vec![credibility::table(game, answer, about)],
        Answer::FictitiousPlay(answer) => fictitious_play(game, answer, about),
        Answer::Learning(answer) => learning::tables(game, answer, about),
        Answer::Repeated(answer) => vec![repeated(subject, answer, about)],
        Answer::Tournament(answer) => tournament::tables(game, answer, about),
        Answer::Machine(answer) => vec![automaton::table(game, answer, about)],
        Answer::Triggers(answer) => vec![triggers::table(subject, answer, about)],
        Answer::CriticalDiscounts(answer) => vec![repeated_payoffs::critical(game, answer, about)],
        Answer::RepeatedPayoffs(answer) => repeated_payoffs::tables(game, answer, about),
        Answer::RepeatedPolytopes(answer) => repeated_polytopes::tables(game, answer, about),
        Answer::Refinement(answer) => refinement::tables(game, answer, about),
        Answer::Structure(answer) => vec![structure::table(game, answer, about)],
        Answer::Symmetric(answer) => vec![symmetric::table(game, answer, about)],
        Answer::Approximate(answer) => vec![approximate::table(game, answer, about)],
        Answer::Quantal(answer) => approximate::quantal(game, answer, about),
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

/// A discount factor, which is never shown as 1: where six places would round it to that, the exact
/// fraction stands alone.
pub(super) fn factor_text(factor: &Rational) -> String {
    if crate::num::decimal(factor, PLACES) == "1.000000" {
        factor.to_string()
    } else {
        Notation::Beside(PLACES).exact(factor)
    }
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

/// A bound in a table; a decimal where it is next to nothing, and `?` where there is none.
pub(super) fn bound_cell(value: Option<&Rational>, places: usize) -> Cell {
    let Some(value) = value else { return Cell::text("?") };
    let text = decimal(value, places);
    let nothing = !value.is_zero() && text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if nothing { Cell::text(text) } else { value.into() }
}

/// A distance that is not negative, as a decimal, rounded up to two digits.
pub(super) fn rounded_up(value: &Rational) -> String {
    const MOST_PLACES: i32 = 40;
    let ten = Rational::from(10);
    let times = |places: i32| value * ten.pow(places).unwrap_or_default();
    match (0..=MOST_PLACES).find(|&places| value.is_zero() || times(places) >= ten) {
        Some(places) => {
            let whole = -(-times(places)).floor();
            let unit = ten.pow(-places).unwrap_or_default();
            decimal(&(Rational::from_integers(whole, 1.into()) * unit), places as usize)
        }
        None => scientific(value, 2),
    }
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
    if answer.course.len() > 1 {
        let number = |(rounds, regret): &(u64, Rational)| (*rounds, regret.to_f64());
        course.sentence(
            None,
            learning::words_on_decay(&answer.course.iter().map(number).collect::<Vec<_>>()),
        );
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
