//! Correlated and coarse correlated equilibria as tables for people.

use super::{MOST_LISTED, PLACES, profile_name};
use crate::game::NormalForm;
use crate::game::answer::{
    Advice, Advised, CoarseCorrelated, Correlated, CorrelatedCommitment, Mediated, Objective,
    PayoffPolygon, PolygonVertex, RobustDevice,
};
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

pub(super) fn tables(game: &NormalForm, answer: &Advised<Correlated>, about: &str) -> Vec<Table> {
    let device = mediated(game, &answer.device, about, "told to play", "correlated equilibrium");
    vec![device, advice(game, &answer.advice)]
}

/// The correlated equilibrium with the largest slack.
pub(super) fn robust(game: &NormalForm, answer: &Advised<RobustDevice>, about: &str) -> Vec<Table> {
    let device = &answer.device;
    let mut table = profiles(game, &device.distribution, about, "told to play");
    let text = |value: &Rational| Notation::Beside(PLACES).exact(value);
    let most = if device.bound == device.slack {
        "No correlated equilibrium has more slack; the multipliers prove it.".to_owned()
    } else {
        format!(
            "No correlated equilibrium has more slack than {}; the multipliers prove it.",
            text(&device.bound)
        )
    };
    table.sentence(
        None,
        format!(
            "Expected payoffs: {}. Slack {}: whoever is told anything expects to lose at least as much by any other action. {most}",
            payoffs(game, &device.payoffs),
            text(&device.slack)
        ),
    );
    if device.slack.is_positive() {
        table.sentence(
            None,
            format!(
                "It is still obeyed in every game whose payoffs differ by at most half of that, {}, from these.",
                text(&(&device.slack * Rational::new(1, 2)))
            ),
        );
    }
    vec![table, advice(game, &answer.advice)]
}

/// What each player is told, and what it means to him.
pub(super) fn advice(game: &NormalForm, advice: &[Advice]) -> Table {
    let mut table = Table::new(
        "What each player is told",
        vec![
            Column::name("player", "player"),
            Column::name("told", "told"),
            Column::number("probability", "probability", Notation::Beside(4)),
            Column::text("belief", "believes the others play"),
            Column::number("payoff", "expects", Notation::Beside(4)),
            Column::text("deviation", "best deviation"),
            Column::number("loss", "loses", Notation::Beside(4)),
        ],
    );
    for one in advice.iter().take(MOST_LISTED) {
        let name = |action: usize| game.players()[one.player].actions[action].as_str();
        let others = |index: usize| {
            let profile = game.profile(index);
            let mut names = game.profile_names(&profile);
            names.remove(one.player);
            names.join("/")
        };
        let belief = match one.belief.as_slice() {
            [(index, _)] => others(*index),
            shares => likeliest(shares.iter().map(|(index, share)| (*index, share)), others),
        };
        let (deviation, loss) = match &one.deviation {
            Some((action, loss)) => (Cell::text(name(*action)), loss.into()),
            None => (Cell::missing(), Cell::missing()),
        };
        table.push(vec![
            Cell::text(&game.players()[one.player].name),
            Cell::text(name(one.told)),
            (&one.probability).into(),
            Cell::text(belief),
            (&one.payoff).into(),
            deviation,
            loss,
        ]);
    }
    if advice.len() > MOST_LISTED {
        let more = advice.len() - MOST_LISTED;
        table.sentence(None, format!("{more} more are in the result with --format json."));
    }
    table
}

pub(super) fn coarse(game: &NormalForm, answer: &CoarseCorrelated, about: &str) -> Table {
    mediated(game, answer, about, "played", "coarse correlated equilibrium")
}

pub(super) fn commitment(game: &NormalForm, answer: &CorrelatedCommitment, about: &str) -> Table {
    let mut table = mediated(game, &answer.device, about, "played", "correlated commitment");
    table.sentence(
        None,
        format!(
            "{} draws a profile, plays his part, and tells each of the others his own in private; they obey.",
            game.players()[answer.leader].name
        ),
    );
    table
}

fn mediated<M>(
    game: &NormalForm,
    answer: &Mediated<M>,
    about: &str,
    what: &str,
    kind: &str,
) -> Table {
    let mut table = profiles(game, &answer.distribution, about, what);
    let best = best(game, &answer.objective, &answer.value, kind);
    table.sentence(None, format!("Expected payoffs: {}. {best}", payoffs(game, &answer.payoffs)));
    table
}

/// The profiles that have a positive probability.
pub(super) fn profiles(
    game: &NormalForm,
    distribution: &[Rational],
    about: &str,
    what: &str,
) -> Table {
    let mut columns = vec![
        Column::name("profile", what),
        Column::number("probability", "probability", Notation::Beside(PLACES)),
    ];
    for player in game.players() {
        let header = format!("payoff {}", player.name);
        columns.push(Column::number(
            format!("payoff_{}", player.name),
            header,
            Notation::Beside(4),
        ));
    }
    let mut table = Table::new(about, columns);
    for (index, probability) in distribution.iter().enumerate() {
        if probability.is_zero() {
            continue;
        }
        let mut cells = vec![Cell::text(profile_name(game, index)), probability.into()];
        cells.extend((0..game.num_players()).map(|player| Cell::from(game.payoff(player, index))));
        table.push(cells);
    }
    table
}

pub(super) fn payoffs(game: &NormalForm, payoffs: &[Rational]) -> String {
    let names = game.players().iter().zip(payoffs).map(|(player, payoff)| {
        format!("{} {}", player.name, Notation::Beside(PLACES).exact(payoff))
    });
    names.collect::<Vec<_>>().join(", ")
}

/// What is best about an equilibrium of a kind.
fn best(game: &NormalForm, objective: &Objective, value: &Rational, kind: &str) -> String {
    let value = Notation::Beside(PLACES).exact(value);
    let gives = |what: &str, than: &str| {
        format!("No {kind} gives {what} {than} than {value}; the dual solution proves it.")
    };
    let of = |player: usize| format!("the payoff of {}", game.players()[player].name);
    match objective {
        Objective::Welfare => gives("the sum of payoffs", "more"),
        Objective::LeastWelfare => gives("the sum of payoffs", "less"),
        Objective::Player(player) => gives(&of(*player), "more"),
        Objective::LeastPlayer(player) => gives(&of(*player), "less"),
        Objective::Weighted(_) => gives("the weighted sum of payoffs", "more"),
        Objective::Egalitarian => gives("every player", "more"),
    }
}

/// The corners of the polygon of all payoffs of equilibria of a kind.
pub(super) fn polygon<M>(
    game: &NormalForm,
    answer: &PayoffPolygon<M>,
    about: &str,
    kind: &str,
) -> Table {
    let mut table = corners(game, &answer.vertices, about);
    let shape = match answer.vertices.len() {
        1 => format!("Every {kind} pays this point."),
        2 => format!("A point is paid by a {kind} exactly when it lies between these two."),
        _ => format!("A point is paid by a {kind} exactly when it lies in this polygon."),
    };
    table.sentence(None, format!("{shape} Dual solutions prove that nothing lies outside."));
    table
}

/// All extreme correlated equilibria.
pub(super) fn vertices(game: &NormalForm, vertices: &[PolygonVertex], about: &str) -> Table {
    let listed = &vertices[..vertices.len().min(MOST_LISTED)];
    let mut table = corners(game, listed, about);
    if vertices.len() > MOST_LISTED {
        let more = vertices.len() - MOST_LISTED;
        table.sentence(None, format!("{more} more are in the result with --format json."));
    }
    table.sentence(
        None,
        match vertices.len() {
            1 => "It is the only correlated equilibrium.".to_owned(),
            count => format!(
                "{count} vertices: the correlated equilibria are these and all their mixtures."
            ),
        },
    );
    table
}

/// Points with their payoffs and what is played there.
fn corners(game: &NormalForm, vertices: &[PolygonVertex], about: &str) -> Table {
    let mut columns = vec![Column::name("vertex", "vertex")];
    for player in game.players() {
        let header = format!("payoff {}", player.name);
        columns.push(Column::number(
            format!("payoff_{}", player.name),
            header,
            Notation::Beside(PLACES),
        ));
    }
    columns.push(Column::text("played", "played"));
    let mut table = Table::new(about, columns);
    for (at, vertex) in vertices.iter().enumerate() {
        let mut cells = vec![Cell::text((at + 1).to_string())];
        cells.extend(vertex.payoffs.iter().map(Cell::from));
        cells.push(Cell::text(played(game, &vertex.distribution)));
        table.push(cells);
    }
    table
}

/// Profiles that are listed of a distribution.
const MOST_PLAYED: usize = 4;

/// `(Swerve, Swerve) 1/2, (Straight, Swerve) 1/4, …`, the likeliest first.
fn played(game: &NormalForm, distribution: &[Rational]) -> String {
    let played = distribution.iter().enumerate().filter(|(_, probability)| !probability.is_zero());
    likeliest(played, |index| profile_name(game, index))
}

/// Profiles with their probabilities, the likeliest first.
fn likeliest<'a>(
    played: impl Iterator<Item = (usize, &'a Rational)>,
    name: impl Fn(usize) -> String,
) -> String {
    let mut played: Vec<(usize, &Rational)> = played.collect();
    played.sort_by(|(_, one), (_, other)| other.cmp(one));
    let mut parts: Vec<String> = played
        .iter()
        .take(MOST_PLAYED)
        .map(|(index, probability)| {
            format!("{} {}", name(*index), super::probability_text(probability))
        })
        .collect();
    if played.len() > MOST_PLAYED {
        parts.push(format!("and {} more", played.len() - MOST_PLAYED));
    }
    parts.join(", ")
}
