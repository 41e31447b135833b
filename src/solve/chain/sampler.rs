//! Sample paths of a chain, one period after the other.
//!
//! Each node has an alias table over its steps, so that a period costs one random word, one product
//! and two look-ups whatever the number of steps. What is counted in every period are outcomes, as
//! whole numbers; discounted payoffs are summed while the weight of a period is worth a machine
//! number. Source: Walker (1977), *ACM Transactions on Mathematical Software* 3; Vose (1991).

use crate::game::{Chain, ChainOutcome};
use crate::random::{AliasTable, PathRandom};
use crate::solve::{Budget, Exhausted};

/// How long paths are, and where they are looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    periods: u64,
    looks: Vec<u64>,
    discount: Option<f64>,
    discounted: u64,
}

impl Course {
    /// Periods between looks at the clock.
    const CHUNK: u64 = 1 << 20;
    /// A period whose weight is less than this adds nothing that a machine number shows.
    const NOTHING: f64 = 1e-30;

    /// Paths of so many periods (one at least), looked at in the periods `looks`, ascending from 1 to
    /// `periods`, with payoffs discounted by a number in [0, 1).
    #[must_use]
    pub fn new(periods: u64, looks: Vec<u64>, discount: Option<f64>) -> Self {
        let discounted = match discount {
            None => 0,
            Some(factor) if factor <= 0.0 => 1,
            Some(factor) => {
                let last = (Self::NOTHING.ln() / factor.ln()).ceil();
                // As a cast saturates, a factor next to one discounts to the end.
                (last as u64).clamp(1, periods)
            }
        };
        Course { periods, looks, discount, discounted }
    }

    /// The number of periods.
    #[must_use]
    pub fn periods(&self) -> u64 {
        self.periods
    }

    /// The periods in which paths are looked at.
    #[must_use]
    pub fn looks(&self) -> &[u64] {
        &self.looks
    }

    /// The discount factor.
    #[must_use]
    pub fn discount(&self) -> Option<f64> {
        self.discount
    }

    /// The last period whose weight shows in a machine number; 0 without a discount factor.
    #[must_use]
    pub fn discounted(&self) -> u64 {
        self.discounted
    }

    /// Where a walk from a period halts next: at a look, at the end of discounting, at the clock.
    fn halt_after(&self, from: u64, look: Option<u64>) -> u64 {
        let clock = (from / Self::CHUNK + 1).saturating_mul(Self::CHUNK);
        let discounted = if from < self.discounted { self.discounted } else { self.periods };
        clock.min(discounted).min(look.unwrap_or(self.periods)).min(self.periods)
    }
}

/// What one path came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathRecord {
    /// In how many periods each outcome was played.
    pub outcomes: Vec<u64>,
    /// (1 − δ) Σ δ^(t−1) `g_i` for each player; empty without a discount factor.
    pub discounted: Vec<f64>,
    /// The period in which each event happened first; 0 where it did not.
    pub first: Vec<u64>,
    /// The outcome in each period that is looked at.
    pub looks: Vec<u32>,
}

impl PathRecord {
    /// Makes it ready for a path with so many outcomes, players and events.
    pub fn clear(&mut self, outcomes: usize, players: usize, events: usize) {
        self.outcomes.clear();
        self.outcomes.resize(outcomes, 0);
        self.discounted.clear();
        self.discounted.resize(players, 0.0);
        self.first.clear();
        self.first.resize(events, 0);
        self.looks.clear();
    }
}

/// What paths are counted by.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The names of the players.
    pub players: Vec<String>,
    /// The names under which outcomes are counted.
    pub labels: Vec<String>,
    /// The position of the label of each outcome.
    pub label_of: Vec<u32>,
    /// The payoffs, outcome by outcome: `payoffs[outcome · players + player]`.
    pub payoffs: Vec<f64>,
    /// The names of the events.
    pub events: Vec<String>,
}

impl Counted {
    /// Outcomes with labels and payoffs, which are rounded to machine numbers.
    #[must_use]
    pub fn new(
        players: Vec<String>,
        labels: Vec<String>,
        outcomes: &[ChainOutcome],
        events: Vec<String>,
    ) -> Self {
        let payoffs = outcomes.iter().flat_map(|outcome| &outcome.payoffs);
        Counted {
            players,
            labels,
            // Fewer than 2³² labels, as there are no more outcomes.
            label_of: outcomes.iter().map(|outcome| outcome.label as u32).collect(),
            payoffs: payoffs.map(crate::num::Rational::to_f64).collect(),
            events,
        }
    }
}

/// Something that is played over time, path by path.
pub trait Play: Sync {
    /// What its paths are counted by.
    fn counted(&self) -> &Counted;
    /// Walks one path.
    ///
    /// # Errors
    /// [`Exhausted`] when the budget ends before the path does; the record is then worth nothing.
    fn walk(
        &self,
        course: &Course,
        random: &mut PathRandom,
        budget: &Budget,
        record: &mut PathRecord,
    ) -> Result<(), Exhausted>;
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// The position of its first column.
    offset: u32,
    columns: u32,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    threshold: u64,
    /// The steps below the threshold and from it on.
    steps: [u32; 2],
}

#[derive(Debug, Clone, Copy)]
struct Arrow {
    next: Node,
    outcome: u32,
    events: u32,
}

/// A chain made ready for sampling.
#[derive(Debug, Clone)]
pub struct Sampler {
    counted: Counted,
    columns: Vec<Column>,
    arrows: Vec<Arrow>,
    start: Vec<Node>,
    start_table: AliasTable,
}

impl Sampler {
    /// The tables of a chain. Probabilities are met to within a few units of 2⁻⁵³, payoffs are
    /// rounded to machine numbers.
    #[must_use]
    pub fn new(chain: &Chain) -> Self {
        // Fewer than 2³² steps by construction of chains.
        let mut offset = 0u32;
        let places: Vec<Node> = chain
            .nodes()
            .iter()
            .map(|node| {
                let place = Node { offset, columns: node.len() as u32 };
                offset += place.columns;
                place
            })
            .collect();
        let mut columns = Vec::with_capacity(offset as usize);
        let mut arrows = Vec::with_capacity(offset as usize);
        for (node, place) in chain.nodes().iter().zip(&places) {
            let weights: Vec<f64> = node.iter().map(|step| step.probability.to_f64()).collect();
            let table = AliasTable::new(&weights);
            for (at, &(threshold, alias)) in table.columns().iter().enumerate() {
                let steps = [place.offset + at as u32, place.offset + alias];
                columns.push(Column { threshold, steps });
            }
            arrows.extend(node.iter().map(|step| Arrow {
                next: places[step.next],
                outcome: step.outcome as u32,
                events: u32::from(step.events),
            }));
        }
        let start: Vec<Node> = chain.start().iter().map(|(node, _)| places[*node]).collect();
        let weights: Vec<f64> = chain.start().iter().map(|(_, p)| p.to_f64()).collect();
        Sampler {
            counted: Counted::new(
                chain.players().to_vec(),
                chain.labels().to_vec(),
                chain.outcomes(),
                chain.events().to_vec(),
            ),
            columns,
            arrows,
            start,
            start_table: AliasTable::new(&weights),
        }
    }

    /// Plays from period `from` + 1 to period `to`; returns the node after it and its last outcome.
    #[inline(always)]
    fn run<const DISCOUNTED: bool>(
        &self,
        mut here: Node,
        (from, to): (u64, u64),
        random: &mut PathRandom,
        (weight, factor): (&mut f64, f64),
        (seen, record): (&mut u32, &mut PathRecord),
    ) -> (Node, u32) {
        let mut outcome = 0;
        let players = self.counted.players.len();
        for period in from + 1..=to {
            let at = if here.columns == 1 {
                here.offset
            } else {
                let product = u128::from(random.bits()) * u128::from(here.columns);
                let column = &self.columns[here.offset as usize + (product >> 64) as usize];
                column.steps[usize::from(product as u64 >= column.threshold)]
            };
            let arrow = &self.arrows[at as usize];
            outcome = arrow.outcome;
            record.outcomes[outcome as usize] += 1;
            if DISCOUNTED {
                let paid = &self.counted.payoffs[outcome as usize * players..][..players];
                for (sum, payoff) in record.discounted.iter_mut().zip(paid) {
                    *sum += *weight * payoff;
                }
                *weight *= factor;
            }
            let fresh = arrow.events & !*seen;
            if fresh != 0 {
                *seen |= fresh;
                for (event, first) in record.first.iter_mut().enumerate() {
                    if fresh >> event & 1 == 1 {
                        *first = period;
                    }
                }
            }
            here = arrow.next;
        }
        (here, outcome)
    }
}

impl Play for Sampler {
    fn counted(&self) -> &Counted {
        &self.counted
    }

    fn walk(
        &self,
        course: &Course,
        random: &mut PathRandom,
        budget: &Budget,
        record: &mut PathRecord,
    ) -> Result<(), Exhausted> {
        let discounted = if course.discount.is_some() { self.counted.players.len() } else { 0 };
        record.clear(self.counted.label_of.len(), discounted, self.counted.events.len());
        let mut here = match self.start.as_slice() {
            [only] => *only,
            several => several[self.start_table.draw(random.bits())],
        };
        let factor = course.discount.unwrap_or(0.0);
        let (mut weight, mut seen, mut from) = (1.0 - factor, 0, 0);
        let mut looks = course.looks.iter().peekable();
        while from < course.periods {
            let to = course.halt_after(from, looks.peek().map(|&&look| look));
            if to.is_multiple_of(Course::CHUNK) {
                budget.check_now(0)?;
            }
            let span = (from, to);
            let outcome;
            (here, outcome) = if from < course.discounted {
                self.run::<true>(here, span, random, (&mut weight, factor), (&mut seen, record))
            } else {
                self.run::<false>(here, span, random, (&mut weight, factor), (&mut seen, record))
            };
            if looks.next_if(|&&look| look == to).is_some() {
                record.looks.push(outcome);
            }
            from = to;
        }
        Ok(())
    }
}
