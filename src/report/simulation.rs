//! Simulations as tables and JSON: what paths came to beside what is expected.

use crate::game::Chain;
use crate::num::{Interval, Notation, Rational, honest_decimal};
use crate::study::scenario::Scenario;
use crate::study::simulate::QUANTILES;
use crate::study::simulate::{
    Comparison, Plan, Prepared, Quantity, Reference, Simulation, quantile, wilson,
};

use super::table::{Cell, Column, Table};

mod files;

pub use files::{json, row_json, tidy};

/// So many labels are followed period by period in results, those seen most.
const MOST_LABELS: usize = 24;
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

/// How well paths and expectations agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// How many numbers were held side by side by standard errors.
    pub compared: usize,
    /// How many are more than 1.96 standard errors apart.
    pub beyond: usize,
    /// The largest distance in standard errors.
    pub largest: f64,
    /// Whether some number that does not vary differs.
    pub apart: bool,
}

/// How well paths and expectations agree.
#[must_use]
pub fn agreement(comparisons: &[Comparison]) -> Agreement {
    let sizes: Vec<f64> = comparisons.iter().filter_map(|one| one.z).map(f64::abs).collect();
    Agreement {
        compared: sizes.len(),
        beyond: sizes.iter().filter(|&&size| size > crate::study::simulate::NORMAL_95).count(),
        largest: sizes.iter().copied().fold(0.0, f64::max),
        apart: comparisons.iter().any(|one| one.apart),
    }
}

impl Shown<'_> {
    fn players(&self) -> &[String] {
        self.prepared.walk.players()
    }

    fn labels(&self) -> &[String] {
        self.prepared.walk.labels()
    }

    fn events(&self) -> &[String] {
        self.prepared.walk.events()
    }

    fn player(&self, player: Option<usize>) -> &str {
        player.map_or("together", |at| self.players()[at].as_str())
    }

    /// The word of a quantity in files, and what it is about.
    #[must_use]
    pub fn names(&self, quantity: Quantity) -> (&'static str, &str) {
        match quantity {
            Quantity::Average(player) => ("payoff", self.player(player)),
            Quantity::Discounted(player) => ("discounted", self.player(player)),
            Quantity::Share(label) => ("share", &self.labels()[label]),
            Quantity::Event(event) => ("happened", &self.events()[event]),
            Quantity::Waiting(event) => ("waiting", &self.events()[event]),
        }
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

    /// The value for ever of a quantity, where it is known.
    #[must_use]
    pub fn for_ever(&self, quantity: Quantity) -> Option<Rational> {
        let chain = self.prepared.chain.as_ref()?;
        let values = &self.reference?.for_ever;
        let of = |player: Option<usize>, value: &dyn Fn(usize) -> Rational| match player {
            Some(player) => value(player),
            None => (0..self.players().len()).map(value).sum(),
        };
        match quantity {
            Quantity::Average(player) => {
                let shares = values.stationary.as_ref()?;
                Some(of(player, &|player| {
                    in_the_long_run(shares, |node| chain.expected_payoff(node, player))
                }))
            }
            Quantity::Discounted(player) => {
                let known = values.discounted.as_ref()?;
                Some(of(player, &|player| chain.from_start(&known[player])))
            }
            Quantity::Share(label) => {
                let shares = values.stationary.as_ref()?;
                Some(in_the_long_run(shares, |node| share_of(chain, node, label)))
            }
            Quantity::Event(event) => {
                Some(chain.from_start(values.eventually.get(event)?.as_ref()?))
            }
            Quantity::Waiting(event) => {
                let known = values.waiting.get(event)?.as_ref()?;
                let sure = chain.start().iter().map(|(node, p)| Some(p * known[*node].as_ref()?));
                sure.sum()
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

    /// The share of paths with a label at a look: simulated with its interval, and expected.
    fn label_at(&self, look: usize, label: usize) -> (f64, [f64; 2], Option<Interval>) {
        let tally = &self.simulation.tally;
        let (share, interval) =
            wilson(tally.labels_at[look * tally.labels.len() + label], tally.paths);
        let over = self.reference.and_then(|reference| reference.over_time.as_ref());
        (share, interval, over.map(|over| over.labels_at[look][label]))
    }

    /// The share of paths in which an event has happened by a look, likewise.
    fn event_by(&self, look: usize, event: usize) -> (f64, [f64; 2], Option<Interval>) {
        let tally = &self.simulation.tally;
        let count = tally.events_at[event][..=look].iter().sum();
        let (share, interval) = wilson(count, tally.paths);
        let over = self.reference.and_then(|reference| reference.over_time.as_ref());
        (share, interval, over.map(|over| over.events_by[event][look]))
    }
}

fn in_the_long_run(shares: &[Rational], of: impl Fn(usize) -> Rational) -> Rational {
    let some = shares.iter().enumerate().filter(|(_, share)| !share.is_zero());
    some.map(|(node, share)| share * of(node)).sum()
}

fn share_of(chain: &Chain, node: usize, label: usize) -> Rational {
    let steps = chain.nodes()[node].iter();
    let those = steps.filter(|step| chain.outcomes()[step.outcome].label == label);
    those.map(|step| &step.probability).sum()
}

/// A decimal with four places, or more where the number is small.
fn decimal(value: f64) -> String {
    let small = value != 0.0 && value.abs() < 0.01;
    if small { Notation::Significant(3) } else { Notation::Places(4) }.float(value)
}

/// A number in an interval: zero where that is as good as any other.
fn middle(interval: Interval) -> f64 {
    let middle = interval.midpoint();
    if interval.contains(0.0) && interval.radius() < 1e-9 { 0.0 } else { middle }
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
    let expected = shown.reference.is_some_and(|reference| reference.over_time.is_some());
    let mut columns = vec![
        Column::name("quantity", "quantity"),
        Column::number("simulated", "simulated", Notation::Places(4)),
        Column::text("interval", "95 % interval"),
    ];
    if expected {
        columns.push(Column::number("expected", "expected", Notation::Places(4)));
        columns.push(Column::number("z", "z", Notation::Places(2)));
    }
    if shown.reference.is_some() {
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
        let mut row: Vec<Cell> = vec![
            shown.words(one.quantity).into(),
            one.found.into(),
            one.interval.map(|[low, high]| format!("{} to {}", decimal(low), decimal(high))).into(),
        ];
        if expected {
            row.push(one.expected.map(middle).into());
            row.push(one.z.into());
        }
        if shown.reference.is_some() {
            row.push(shown.for_ever(one.quantity).into());
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

fn times_table(shown: &Shown<'_>) -> Table {
    let periods = shown.plan.periods;
    let over = shown.reference.and_then(|reference| reference.over_time.as_ref());
    let mut columns = vec![
        Column::name("event", "event"),
        Column::name("quantile", "in this share of paths"),
        Column::text("time", "by period"),
        Column::text("interval", "95 % interval"),
    ];
    if over.is_some() {
        columns.push(Column::text("expected", "expected"));
    }
    let mut table = Table::new("When events happen first", columns);
    for (event, name) in shown.events().iter().enumerate() {
        for (at, level) in QUANTILES.into_iter().enumerate() {
            let tally = &shown.simulation.tally;
            let found = quantile(&tally.times[event], tally.paths, level);
            let [low, high] = found.interval.map(|end| time(end, periods));
            let mut row: Vec<Cell> = vec![
                name.as_str().into(),
                format!("{} %", Notation::Significant(2).float(level * 100.0)).into(),
                time(found.time, periods).into(),
                if low == high { low } else { format!("{low} to {high}") }.into(),
            ];
            if let Some(over) = over {
                row.push(time(over.quantiles[event][at], periods).into());
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
    let over = shown.reference.is_some_and(|reference| reference.over_time.is_some());
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
            row.push(share.into());
            if over {
                row.push(expected.map(middle).into());
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
    let sure = |chain: &Chain| {
        chain.start().len() == 1 && chain.nodes().iter().all(|node| node.len() == 1)
    };
    if shown.prepared.chain.as_ref().is_some_and(sure) {
        last.sentence(None, "Nothing is left to chance here: all paths are the same.");
    }
    match shown.reference {
        None => last.sentence(
            None,
            "What is played depends on the whole past, so that no expected values are computed.",
        ),
        Some(reference) if reference.over_time.is_none() => last.sentence(
            None,
            "Expected values over so many periods would take too long: only those for ever are computed.",
        ),
        Some(_) if agreement.apart => last.sentence(
            Some("Warning"),
            "a number that does not vary differs from what is expected, which is a fault of this program.",
        ),
        Some(_) if agreement.compared > 0 => {
            let rest = if agreement.beyond == 1 { "one is" } else { "are" };
            let rest = match agreement.beyond {
                0 => "none is".to_owned(),
                1 => rest.to_owned(),
                many => format!("{many} {rest}"),
            };
            last.sentence(
                Some("Agreement"),
                format!(
                    "of {} numbers that vary, {rest} more than 1.96 standard errors from what is expected (1 in 20 would be by chance; they depend on one another); the largest distance is {}.",
                    agreement.compared,
                    honest_decimal(&Rational::from_f64_exactly(agreement.largest).unwrap_or_default(), 2)
                ),
            );
        }
        Some(_) => {
            let why = "nothing varies, and all is as expected";
            last.sentence(Some("Agreement"), format!("{why}."));
        }
    }
    if one_path && agreement.compared > 0 {
        last.sentence(None, "One path has no standard errors: --paths 1000 would give them.");
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
