//! Statistics of many paths, added up as they come, in memory that does not grow with their number.
//!
//! Means and their standard errors come from running sums of squares (Welford 1962), which are put
//! together in the order of the paths (Chan, Golub & LeVeque 1983), so that the same paths give the
//! same bytes however they were shared among threads.

use crate::solve::chain::{Counted, Course, PathRecord, Play};

use super::times::Times;

/// The half-width of a 95 % interval in standard errors that are known.
pub const NORMAL_95: f64 = 1.959_963_984_540_054;

/// Labels beyond this number have no standard error of their share of periods.
pub const MOST_SHARES: usize = 128;

/// Count, mean and sum of squared distances from it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// One more number.
    pub fn add(&mut self, value: f64) {
        self.count += 1.0;
        let before = value - self.mean;
        self.mean += before / self.count;
        self.squares += before * (value - self.mean);
    }

    /// All the numbers of another one.
    pub fn merge(&mut self, other: &Moments) {
        if other.count == 0.0 {
            return;
        }
        let count = self.count + other.count;
        let apart = other.mean - self.mean;
        self.mean += apart * other.count / count;
        self.squares += other.squares + apart * apart * self.count * other.count / count;
        self.count = count;
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard error of the mean; `None` of fewer than two numbers.
    #[must_use]
    pub fn error(&self) -> Option<f64> {
        let degrees = self.count - 1.0;
        (degrees > 0.0).then(|| (self.squares.max(0.0) / degrees / self.count).sqrt())
    }

    /// The 95 % interval of the mean by Student's distribution; `None` of fewer than two numbers.
    #[must_use]
    pub fn interval(&self) -> Option<[f64; 2]> {
        let error = self.error()?;
        let half = student_95(self.count as u64 - 1) * error;
        Some([self.mean - half, self.mean + half])
    }
}

/// The half-width of a 95 % interval in standard errors that were estimated with so many degrees of
/// freedom, one at least: the 97.5 % quantile of Student's distribution, to 10⁻⁷ (Student 1908; beyond
/// the table by the expansion 26.7.5 of Abramowitz & Stegun 1964).
#[must_use]
fn student_95(degrees: u64) -> f64 {
    const TABLE: [f64; 30] = [
        12.706_204_736,
        4.302_652_730,
        3.182_446_305,
        2.776_445_105,
        2.570_581_836,
        2.446_911_851,
        2.364_624_252,
        2.306_004_135,
        2.262_157_163,
        2.228_138_852,
        2.200_985_160,
        2.178_812_830,
        2.160_368_656,
        2.144_786_688,
        2.131_449_546,
        2.119_905_299,
        2.109_815_578,
        2.100_922_040,
        2.093_024_054,
        2.085_963_447,
        2.079_613_845,
        2.073_873_068,
        2.068_657_610,
        2.063_898_562,
        2.059_538_553,
        2.055_529_439,
        2.051_830_516,
        2.048_407_142,
        2.045_229_642,
        2.042_272_456,
    ];
    if let Some(known) = TABLE.get((degrees.max(1) - 1) as usize) {
        return *known;
    }
    let (z, v) = (NORMAL_95, degrees as f64);
    let power = |exponent| z.powi(exponent);
    z + (power(3) + z) / (4.0 * v)
        + (5.0 * power(5) + 16.0 * power(3) + 3.0 * z) / (96.0 * v * v)
        + (3.0 * power(7) + 19.0 * power(5) + 17.0 * power(3) - 15.0 * z) / (384.0 * v.powi(3))
        + (79.0 * power(9) + 776.0 * power(7) + 1482.0 * power(5) - 1920.0 * power(3) - 945.0 * z)
            / (92160.0 * v.powi(4))
}

/// The share of `count` in `of`, with Wilson's (1927) 95 % interval.
#[must_use]
pub fn wilson(count: u64, of: u64) -> (f64, [f64; 2]) {
    if of == 0 {
        return (0.0, [0.0, 1.0]);
    }
    let (n, z) = (of as f64, NORMAL_95);
    let share = count as f64 / n;
    let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let low = if count == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if count == of { 1.0 } else { (middle + half).min(1.0) };
    (share, [low, high])
}

/// What paths came to, added up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// The number of paths.
    pub paths: u64,
    /// The payoff a period of each player, and of all together at the end.
    pub average: Vec<Moments>,
    /// The payoff discounted over the periods, likewise.
    pub discounted: Vec<Moments>,
    /// In how many periods of all paths each label was seen.
    pub labels: Vec<u64>,
    /// The share of periods with each label; empty for many labels.
    pub shares: Vec<Moments>,
    /// `[look · labels + label]`: the number of paths with the label in that period.
    pub labels_at: Vec<u64>,
    /// `[event][look]`: the number of paths in which it first happened after the look before, and
    /// not after this one.
    pub events_at: Vec<Vec<u64>>,
    /// When each event first happened.
    pub times: Vec<Times>,
    /// The number of periods until each event, or until the end.
    pub waiting: Vec<Moments>,
}

/// One path in few numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRow {
    /// The number of the path, from 0.
    pub path: u64,
    /// The payoff a period of each player.
    pub average: Vec<f64>,
    /// The payoff discounted over the periods; empty without a discount factor.
    pub discounted: Vec<f64>,
    /// When each event first happened, if it did.
    pub first: Vec<Option<u64>>,
    /// The label of the last period.
    pub last: usize,
}

impl Tally {
    /// Nothing yet, for a play that is looked at so often.
    #[must_use]
    pub fn new(play: &dyn Play, looks: usize, discounted: bool) -> Self {
        let counted = play.counted();
        let (players, labels) = (counted.players.len(), counted.labels.len());
        let events = counted.events.len();
        Tally {
            paths: 0,
            average: vec![Moments::default(); players + 1],
            discounted: vec![Moments::default(); if discounted { players + 1 } else { 0 }],
            labels: vec![0; labels],
            shares: vec![Moments::default(); if labels <= MOST_SHARES { labels } else { 0 }],
            labels_at: vec![0; looks * labels],
            events_at: vec![vec![0; looks]; events],
            times: vec![Times::default(); events],
            waiting: vec![Moments::default(); events],
        }
    }

    /// About how many bytes such a sum takes.
    #[must_use]
    pub fn bytes(play: &dyn Play, looks: usize) -> usize {
        let counted = play.counted();
        let (labels, events) = (counted.labels.len(), counted.events.len());
        // Times take a word for each place, of which paths of 10^12 periods have 61 440.
        8 * (labels * (looks + 4) + events * (looks + 61_440) + 6 * counted.players.len())
    }

    /// Adds a path.
    pub fn add(&mut self, play: &dyn Play, course: &Course, record: &PathRecord) {
        let Counted { label_of, .. } = play.counted();
        let (length, looks) = (course.periods() as f64, course.looks());
        self.paths += 1;
        let mut counts = vec![0u64; self.labels.len()];
        for (&label, &count) in label_of.iter().zip(&record.outcomes) {
            counts[label as usize] += count;
        }
        fn with_total(all: &mut [Moments], list: &[f64]) {
            let total = std::iter::once(list.iter().sum());
            all.iter_mut().zip(list.iter().copied().chain(total)).for_each(|(one, x)| one.add(x));
        }
        with_total(&mut self.average, &averages(play, length, record));
        with_total(&mut self.discounted, &record.discounted);
        for (sum, count) in self.labels.iter_mut().zip(&counts) {
            *sum += count;
        }
        for (moments, &count) in self.shares.iter_mut().zip(&counts) {
            moments.add(count as f64 / length);
        }
        let labels = self.labels.len();
        for (look, &outcome) in record.looks.iter().enumerate() {
            self.labels_at[look * labels + label_of[outcome as usize] as usize] += 1;
        }
        for (event, &first) in record.first.iter().enumerate() {
            self.waiting[event].add(if first == 0 { length } else { first as f64 });
            if first > 0 {
                self.times[event].add(first);
                let at = looks.partition_point(|&look| look < first);
                if let Some(count) = self.events_at[event].get_mut(at) {
                    *count += 1;
                }
            }
        }
    }

    /// The share of paths with a label at a look, with its 95 % interval.
    #[must_use]
    pub fn label_at(&self, look: usize, label: usize) -> (f64, [f64; 2]) {
        wilson(self.labels_at[look * self.labels.len() + label], self.paths)
    }

    /// The share of paths in which an event has happened by a look, likewise.
    #[must_use]
    pub fn event_by(&self, look: usize, event: usize) -> (f64, [f64; 2]) {
        wilson(self.events_at[event][..=look].iter().sum(), self.paths)
    }

    /// Adds the paths that follow.
    pub fn merge(&mut self, other: &Tally) {
        fn all(list: &mut [Moments], more: &[Moments]) {
            list.iter_mut().zip(more).for_each(|(one, other)| one.merge(other));
        }
        fn sums(list: &mut [u64], more: &[u64]) {
            list.iter_mut().zip(more).for_each(|(one, other)| *one += other);
        }
        self.paths += other.paths;
        all(&mut self.average, &other.average);
        all(&mut self.discounted, &other.discounted);
        all(&mut self.shares, &other.shares);
        all(&mut self.waiting, &other.waiting);
        sums(&mut self.labels, &other.labels);
        sums(&mut self.labels_at, &other.labels_at);
        self.events_at.iter_mut().zip(&other.events_at).for_each(|(one, more)| sums(one, more));
        self.times.iter_mut().zip(&other.times).for_each(|(one, more)| one.merge(more));
    }
}

/// The payoff a period of each player in a path of that length.
fn averages(play: &dyn Play, length: f64, record: &PathRecord) -> Vec<f64> {
    let Counted { players, payoffs, .. } = play.counted();
    let mut sums = vec![0.0; players.len()];
    for (outcome, &count) in record.outcomes.iter().enumerate().filter(|(_, count)| **count > 0) {
        for (sum, payoff) in sums.iter_mut().zip(&payoffs[outcome * players.len()..]) {
            *sum += count as f64 * payoff;
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= length);
    sums
}

impl PathRow {
    /// What one path came to.
    #[must_use]
    pub fn new(play: &dyn Play, periods: u64, path: u64, record: &PathRecord) -> Self {
        let label_of = &play.counted().label_of;
        PathRow {
            path,
            average: averages(play, periods as f64, record),
            discounted: record.discounted.clone(),
            first: record.first.iter().map(|&first| (first > 0).then_some(first)).collect(),
            last: record.looks.last().map_or(0, |&outcome| label_of[outcome as usize] as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_the_same_in_parts() {
        let numbers: Vec<f64> = (0..50).map(|k| f64::from(k * k % 17)).collect();
        let mut whole = Moments::default();
        numbers.iter().for_each(|&number| whole.add(number));
        let mut parts = Moments::default();
        for part in numbers.chunks(7) {
            let mut one = Moments::default();
            part.iter().for_each(|&number| one.add(number));
            parts.merge(&one);
        }
        assert!((whole.mean() - parts.mean()).abs() < 1e-12);
        assert!((whole.error().unwrap() - parts.error().unwrap()).abs() < 1e-12);
        assert_eq!(Moments::default().error(), None);
    }

    #[test]
    fn wilsons_interval_is_that_of_the_textbook() {
        // 15 of 20: 0.5313 to 0.8881 (Brown, Cai & DasGupta 2001 give the formula).
        let (share, [low, high]) = wilson(15, 20);
        assert!((share - 0.75).abs() < 1e-12);
        assert!((low - 0.5313).abs() < 1e-4 && (high - 0.8881).abs() < 1e-4, "{low} {high}");
        assert_eq!(wilson(0, 10).1[0], 0.0);
        assert_eq!(wilson(10, 10).1[1], 1.0);
    }

    /// Student (1908) and the usual tables.
    #[test]
    fn intervals_of_few_paths_are_students() {
        for (degrees, known) in
            [(1, 12.7062), (4, 2.7764), (30, 2.0423), (40, 2.0211), (120, 1.9799)]
        {
            assert!((student_95(degrees) - known).abs() < 5e-5, "{degrees}");
        }
        assert!((student_95(31) - 2.039_513_446).abs() < 1e-7);
        let mut two = Moments::default();
        assert_eq!(two.interval(), None);
        two.add(0.0);
        assert_eq!(two.interval(), None);
        two.add(2.0);
        let [low, high] = two.interval().unwrap();
        assert!((low + 11.706_204_736).abs() < 1e-8 && (high - 13.706_204_736).abs() < 1e-8);
    }
}
