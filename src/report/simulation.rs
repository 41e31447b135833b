//! Simulations as tables and JSON: what paths came to beside what is expected.

use crate::num::{Interval, Notation};
use crate::solve::chain::Expected;
use crate::study::scenario::Scenario;
use crate::study::simulate::{
    Comparison, Missing, Plan, Prepared, QUANTILES, Quantile, Quantity, Reference, Simulation,
    agreement, quantile,
};

use super::table::{Cell, Column, Table};

mod files;

pub use files::{json, row_json, tidy};

/// So many labels are followed period by period in results, those seen most.
pub const MOST_LABELS: usize = 24;
/// So many of them in tables for people.
const MOST_COLUMNS: usize = 4;
/// So many periods in tables for people.
const MOST_LOOKS: usize = 12;
/// So many shares of periods in tables for people.
const MOST_SHARES: usize = 8;

/// A simulation with all that is shown of it.
pub struct Shown<'a> {
    /// The title of the model.
    pub title: &'a str,
    /// What mechanisms are applied.
    pub scenario: &'a Scenario,
    /// What is played.
    pub prepared: &'a Prepared,
    /// What was asked.
    pub plan: &'a Plan,
    /// What paths came to.
    pub simulation: &'a Simulation,
    /// What is expected.
    pub reference: Option<&'a Reference>,
    /// Both side by side.
    pub comparisons: &'a [Comparison],
}

fn player_name(prepared: &Prepared, player: Option<usize>) -> &str {
    player.map_or("together", |at| prepared.walk.counted().players[at].as_str())
}

/// The word of a quantity in files, and what it is about.
#[must_use]
pub fn names(prepared: &Prepared, quantity: Quantity) -> (&'static str, &str) {
    let counted = prepared.walk.counted();
    match quantity {
        Quantity::Average(player) => ("payoff", player_name(prepared, player)),
        Quantity::Discounted(player) => ("discounted", player_name(prepared, player)),
        Quantity::Share(label) => ("share", &counted.labels[label]),
        Quantity::Event(event) => ("happened", &counted.events[event]),
        Quantity::Waiting(event) => ("waiting", &counted.events[event]),
    }
}

impl Shown<'_> {
    fn labels(&self) -> &[String] {
        &self.prepared.walk.counted().labels
    }

    fn events(&self) -> &[String] {
        &self.prepared.walk.counted().events
    }

    /// The word of a quantity in files, and what it is about.
    #[must_use]
    pub fn names(&self, quantity: Quantity) -> (&'static str, &str) {
        names(self.prepared, quantity)
    }

    fn player(&self, player: Option<usize>) -> &str {
        player_name(self.prepared, player)
    }

    fn words(&self, quantity: Quantity) -> String {
        let periods = self.plan.periods;
        match quantity {
            Quantity::Average(player) => format!("payoff a period, {}", self.player(player)),
            Quantity::Discounted(player) => format!("discounted payoff, {}", self.player(player)),
            Quantity::Share(label) => format!("share of periods, {}", self.labels()[label]),
            Quantity::Event(event) => format!("{} by period {periods}", self.events()[event]),
            Quantity::Waiting(event) => {
                format!("periods until {}, at most {periods}", self.events()[event])
            }
        }
    }

    /// The labels that are followed, those seen most first, at most so many.
    fn followed(&self, most: usize) -> Vec<usize> {
        let counts = &self.simulation.tally.labels;
        let mut labels: Vec<usize> = (0..counts.len()).filter(|&at| counts[at] > 0).collect();
        labels.sort_by_key(|&at| (std::cmp::Reverse(counts[at]), at));
        labels.truncate(most);
        labels
    }

    /// What is expected over the periods, where it is known.
    fn over_time(&self) -> Option<&Expected> {
        self.reference.and_then(|reference| reference.over_time.as_ref().ok())
    }

    /// The share of paths with a label at a look: simulated with its interval, and expected.
    fn label_at(&self, look: usize, label: usize) -> (f64, [f64; 2], Option<Interval>) {
        let (share, interval) = self.simulation.tally.label_at(look, label);
        (share, interval, self.over_time().map(|over| over.labels_at[look][label]))
    }

    /// The share of paths in which an event has happened by a look, likewise.
    fn event_by(&self, look: usize, event: usize) -> (f64, [f64; 2], Option<Interval>) {
        let (share, interval) = self.simulation.tally.event_by(look, event);
        (share, interval, self.over_time().map(|over| over.events_by[event][look]))
    }

    /// The time by which an event has happened in so many percent of the paths.
    fn quantile(&self, event: usize, percent: u8) -> Quantile {
        let tally = &self.simulation.tally;
        quantile(&tally.times[event], tally.paths, percent, self.plan.periods)
    }
}

/// A decimal with four places beside numbers of a size.
fn decimal(value: f64, size: f64) -> String {
    let shows_zero = value != 0.0 && value.abs() < 5e-5;
    match (shows_zero && size >= 0.01, value > 0.0) {
        (true, true) => "<0.0001".to_owned(),
        (true, false) => ">-0.0001".to_owned(),
        (false, _) => Notation::Places(4).float(value),
    }
}

/// The size of numbers of a kind: of payoffs, that of the greatest.
fn size(shown: &Shown<'_>, quantity: Quantity) -> f64 {
    let payoffs = shown.prepared.walk.counted().payoffs.iter();
    match quantity {
        Quantity::Average(_) | Quantity::Discounted(_) => {
            payoffs.fold(0.0, |most, payoff| most.max(payoff.abs()))
        }
        Quantity::Share(_) | Quantity::Event(_) | Quantity::Waiting(_) => 1.0,
    }
}

/// A number in an interval: zero where that is as good as any other.
fn middle(interval: Interval) -> f64 {
    let middle = interval.midpoint();
    if interval.contains(0.0) && interval.radius() < 1e-9 { 0.0 } else { middle }
}

/// A distance in standard errors with two places.
fn z_text(z: f64) -> String {
    format!("{z:.2}")
}

/// The tables that show a simulation.
#[must_use]
pub fn tables(shown: &Shown<'_>) -> Vec<Table> {
    let mut list = vec![main_table(shown)];
    if !shown.events().is_empty() {
        list.push(times_table(shown));
    }
    list.push(periods_table(shown));
    sentences(shown, &mut list);
    list
}

fn main_table(shown: &Shown<'_>) -> Table {
    let (plan, done) = (shown.plan, shown.simulation.tally.paths);
    let with = if shown.scenario.mechanisms.is_empty() {
        String::new()
    } else {
        format!(", with {} ({})", shown.scenario.title, shown.scenario.id)
    };
    let of = if done < plan.paths { format!(" of {}", plan.paths) } else { String::new() };
    let title = format!(
        "{}{with}: {done}{of} {} of {} {}, {}, seed {}",
        shown.title,
        if done == 1 && of.is_empty() { "path" } else { "paths" },
        plan.periods,
        if plan.periods == 1 { "period" } else { "periods" },
        shown.prepared.kind,
        plan.seed
    );
    let expected = shown.over_time().is_some();
    let for_ever = shown.reference.is_some_and(|reference| reference.for_ever.is_ok());
    let mut columns = vec![
        Column::name("quantity", "quantity"),
        Column::number("simulated", "simulated", Notation::Places(4)),
        Column::text("interval", "95 % interval"),
    ];
    if expected {
        columns.push(Column::number("expected", "expected", Notation::Places(4)));
        columns.push(Column::number("z", "z", Notation::Places(2)));
    }
    if for_ever {
        columns.push(Column::number("for_ever", "for ever", Notation::Beside(4)));
    }
    let mut table = Table::new(title, columns);
    let most = shown.followed(MOST_SHARES);
    let mut left_out = 0;
    for one in shown.comparisons {
        if let Quantity::Share(label) = one.quantity
            && !most.contains(&label)
        {
            left_out += 1;
            continue;
        }
        let size = size(shown, one.quantity);
        let written = |value: f64| decimal(value, size);
        let mut row: Vec<Cell> = vec![
            shown.words(one.quantity).into(),
            written(one.found).into(),
            one.interval.map(|[low, high]| format!("{} to {}", written(low), written(high))).into(),
        ];
        if expected {
            row.push(one.expected.map(|value| written(middle(value))).into());
            row.push(one.z.map(z_text).into());
        }
        if for_ever {
            row.push(one.for_ever.clone().into());
        }
        table.push(row);
    }
    if left_out > 0 {
        let is = if left_out == 1 { "share of periods is" } else { "shares of periods are" };
        table.sentence(None, format!("{left_out} more {is} in the JSON."));
    }
    table
}

fn time(value: Option<u64>, periods: u64) -> String {
    value.map_or_else(|| format!("beyond {periods}"), |time| time.to_string())
}

/// Two times, or one where they are the same.
fn times([low, high]: [Option<u64>; 2], periods: u64) -> String {
    let [first, last] = [low, high].map(|end| time(end, periods));
    if first == last { first } else { format!("{first} to {last}") }
}

fn times_table(shown: &Shown<'_>) -> Table {
    let periods = shown.plan.periods;
    let mut columns = vec![
        Column::name("event", "event"),
        Column::name("quantile", "in this share of paths"),
        Column::text("time", "by period"),
        Column::text("interval", "95 % interval"),
    ];
    if shown.over_time().is_some() {
        columns.push(Column::text("expected", "expected"));
    }
    let mut table = Table::new("When events happen first", columns);
    for (event, name) in shown.events().iter().enumerate() {
        for (at, percent) in QUANTILES.into_iter().enumerate() {
            let found = shown.quantile(event, percent);
            let mut row: Vec<Cell> = vec![
                name.as_str().into(),
                format!("{percent} %").into(),
                time(found.time, periods).into(),
                times(found.interval, periods).into(),
            ];
            if let Some(over) = shown.over_time() {
                row.push(times(over.quantiles[event][at], periods).into());
            }
            table.push(row);
        }
    }
    table
}

/// Which looks are shown to people: the first and the last, and some between.
fn some_looks(looks: &[u64]) -> Vec<usize> {
    let last = looks.len().saturating_sub(1);
    if last < MOST_LOOKS {
        return (0..looks.len()).collect();
    }
    (0..MOST_LOOKS).map(|at| at * last / (MOST_LOOKS - 1)).collect()
}

fn periods_table(shown: &Shown<'_>) -> Table {
    let over = shown.over_time().is_some();
    let labels = shown.followed(MOST_COLUMNS);
    let mut columns = vec![Column::name("period", "period")];
    let events = shown.events().iter().map(|name| format!("{name} by then"));
    let names = events.chain(labels.iter().map(|&label| shown.labels()[label].clone()));
    for (at, name) in names.enumerate() {
        columns.push(Column::number(format!("share_{at}"), name, Notation::Places(4)));
        if over {
            columns.push(Column::number(format!("expected_{at}"), "(exp.)", Notation::Places(4)));
        }
    }
    let what = if shown.prepared.labelled == "state" { "is the state" } else { "is played" };
    let events =
        if shown.events().is_empty() { "" } else { "an event has happened, and in which " };
    let title = format!("The share of paths in which {events}this {what}");
    let mut table = Table::new(title, columns);
    for look in some_looks(&shown.simulation.looks) {
        let events = (0..shown.events().len()).map(|event| shown.event_by(look, event));
        let labels = labels.iter().map(|&label| shown.label_at(look, label));
        let mut row: Vec<Cell> = vec![shown.simulation.looks[look].to_string().into()];
        for (share, _, expected) in events.chain(labels) {
            row.push(decimal(share, 1.0).into());
            if over {
                row.push(expected.map(|value| decimal(middle(value), 1.0)).into());
            }
        }
        table.push(row);
    }
    let rest = shown.followed(usize::MAX).len().saturating_sub(labels.len());
    if rest > 0 {
        let what = if rest == 1 { "one more is" } else { "others are" };
        table.sentence(
            None,
            format!(
                "Of what was seen the {MOST_COLUMNS} most frequent are shown; {what} in the JSON."
            ),
        );
    }
    table
}

fn sentences(shown: &Shown<'_>, list: &mut [Table]) {
    let Some(first) = list.first_mut() else { return };
    for text in &shown.prepared.about {
        first.sentence(None, text.clone());
    }
    for text in &shown.prepared.warnings {
        first.sentence(Some("Note"), capitalised(text) + ".");
    }
    let agreement = agreement(shown.comparisons);
    let Some(last) = list.last_mut() else { return };
    let one_path = shown.simulation.tally.paths < 2;
    let sure = shown.prepared.chain.as_ref().is_some_and(|chain| {
        chain.start().len() == 1 && chain.nodes().iter().all(|node| node.len() == 1)
    });
    if sure {
        last.sentence(None, "Nothing is left to chance here: all paths are the same.");
    }
    let missing = shown.reference.and_then(|reference| reference.over_time.as_ref().err());
    match (shown.reference, missing) {
        (None, _) => last.sentence(
            None,
            "What is played depends on the whole past, so that no expected values are computed.",
        ),
        (_, Some(Missing::TooLong)) => last.sentence(
            None,
            "Expected values over so many periods would take too long: only those for ever are computed.",
        ),
        (_, Some(Missing::Time)) => last.sentence(
            Some("Note"),
            "the time limit was reached before all expected values were computed.",
        ),
        _ if agreement.apart => last.sentence(
            Some("Warning"),
            "a number that does not vary differs from what is expected, which is a fault of this program.",
        ),
        _ if agreement.compared > 0 => {
            let beyond = match agreement.beyond {
                0 => "none is".to_owned(),
                1 => "1 is".to_owned(),
                many => format!("{many} are"),
            };
            last.sentence(
                Some("Simulated against expected"),
                format!(
                    "z is the distance in standard errors. Of {} numbers that have one, {beyond} more than 1.96 away (1 in 20 would be by chance; they depend on one another); the largest distance is {}.",
                    agreement.compared,
                    z_text(agreement.largest)
                ),
            );
        }
        _ if sure => last.sentence(
            Some("Simulated against expected"),
            "nothing varies, and all is as expected.",
        ),
        _ => last.sentence(
            Some("Simulated against expected"),
            "so few paths tell nothing of what varies here.",
        ),
    }
    if one_path && !sure {
        last.sentence(
            None,
            "One path has no 95 % intervals of means: --paths 1000 would give them.",
        );
    }
    if let Some(reference) =
        shown.reference.filter(|reference| !reference.certificate.checked.is_empty())
    {
        last.sentence(Some("Certified"), reference.certificate.checked.join("; ") + ".");
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
