//! Statistics of many paths, added up as they come, in memory that does not grow with their number.
//!
//! Means and their standard errors come from running sums of squares (Welford 1962), which are put
//! together in the order of the paths (Chan, Golub & LeVeque 1983), so that the same paths give the
//! same bytes however they were shared among threads.

use crate::solve::chain::{PathRecord, Play};

/// The half-width of a 95 % interval in standard errors.
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

/// How often each time was seen: exactly below 4096, and to within one part in 2048 beyond.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    counts: Vec<u64>,
}

impl Times {
    const EXACT: u64 = 4096;
    const HALF: u64 = 2048;

    fn place(time: u64) -> usize {
        if time < Self::EXACT {
            return time as usize;
        }
        // The leading twelve bits.
        let shift = u64::from(time.ilog2()) - 11;
        (Self::EXACT + (shift - 1) * Self::HALF + ((time >> shift) - Self::HALF)) as usize
    }

    /// The greatest time of a place.
    fn last_of(place: usize) -> u64 {
        let place = place as u64;
        if place < Self::EXACT {
            return place;
        }
        let (shift, head) =
            ((place - Self::EXACT) / Self::HALF + 1, (place - Self::EXACT) % Self::HALF);
        ((head + Self::HALF + 1) << shift) - 1
    }

    /// One more time.
    pub fn add(&mut self, time: u64) {
        let place = Self::place(time);
        if place >= self.counts.len() {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
    }

    /// All the times of another one.
    pub fn merge(&mut self, other: &Times) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// The number of times.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of a rank, from 1; `None` beyond the last.
    #[must_use]
    pub fn of_rank(&self, rank: u64) -> Option<u64> {
        let mut so_far = 0;
        let place = self.counts.iter().position(|count| {
            so_far += count;
            so_far >= rank
        })?;
        Some(Self::last_of(place))
    }
}

/// A quantile of times of which some did not come by the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The probability.
    pub level: f64,
    /// The first time by which at least this share has come; `None` beyond the end.
    pub time: Option<u64>,
    /// A 95 % interval, between two order statistics.
    pub interval: [Option<u64>; 2],
}

/// The quantile of times among `paths` paths, with the interval between order statistics whose ranks
/// are the normal quantiles of the binomial distribution (David & Nagaraja 2003, section 7.1).
#[must_use]
pub fn quantile(times: &Times, paths: u64, level: f64) -> Quantile {
    let n = paths as f64;
    let spread = NORMAL_95 * (n * level * (1.0 - level)).sqrt();
    let rank = |x: f64| (x.max(1.0) as u64).min(paths.max(1));
    Quantile {
        level,
        time: times.of_rank(rank((n * level).ceil())),
        interval: [
            times.of_rank(rank((n * level - spread).floor())),
            times.of_rank(rank((n * level + spread).ceil() + 1.0)),
        ],
    }
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
        let (players, labels) = (play.players().len(), play.labels().len());
        let events = play.events().len();
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

    /// Adds a path, and says what it came to.
    pub fn add(
        &mut self,
        play: &dyn Play,
        looks: &[u64],
        periods: u64,
        path: u64,
        record: &PathRecord,
    ) -> PathRow {
        let players = play.players().len();
        let (label_of, payoffs) = (play.label_of(), play.payoffs());
        let length = periods as f64;
        self.paths += 1;
        let mut average = vec![0.0; players];
        let mut counts = vec![0u64; self.labels.len()];
        for (outcome, &count) in record.outcomes.iter().enumerate().filter(|(_, count)| **count > 0)
        {
            counts[label_of[outcome] as usize] += count;
            for (sum, payoff) in average.iter_mut().zip(&payoffs[outcome * players..]) {
                *sum += count as f64 * payoff;
            }
        }
        average.iter_mut().for_each(|sum| *sum /= length);
        let with_total = |list: &[f64]| -> Vec<f64> {
            list.iter().copied().chain(std::iter::once(list.iter().sum())).collect()
        };
        for (moments, value) in self.average.iter_mut().zip(with_total(&average)) {
            moments.add(value);
        }
        for (moments, value) in self.discounted.iter_mut().zip(with_total(&record.discounted)) {
            moments.add(value);
        }
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
        let last = record.looks.last().map_or(0, |&outcome| label_of[outcome as usize] as usize);
        let first = record.first.iter().map(|&first| (first > 0).then_some(first)).collect();
        PathRow { path, average, discounted: record.discounted.clone(), first, last }
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

    #[test]
    fn times_are_kept_to_one_part_in_2048() {
        for time in [0, 1, 4095, 4096, 4097, 8191, 8192, 123_456_789, 1 << 50, u64::MAX >> 1] {
            let last = Times::last_of(Times::place(time));
            assert!(last >= time && last - time <= time / 2048, "{time} {last}");
            assert_eq!(Times::place(last), Times::place(time), "{time}");
            assert_eq!(Times::place(last + 1), Times::place(time) + 1, "{time}");
        }
    }

    #[test]
    fn quantiles_count_who_never_came() {
        let mut times = Times::default();
        (1..=60).for_each(|time| times.add(time));
        // 60 of 100 came.
        let median = quantile(&times, 100, 0.5);
        assert_eq!(median.time, Some(50));
        assert_eq!(median.interval, [Some(40), None]);
        assert_eq!(quantile(&times, 100, 0.9).time, None);
    }
}
