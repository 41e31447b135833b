//! When events happened first: how often each time was seen, and quantiles of times.

use super::tally::NORMAL_95;

/// The probabilities of the quantiles of times that are stated, in percent.
pub const QUANTILES: [u8; 5] = [10, 25, 50, 75, 90];

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

    /// The least and the greatest time of a place.
    fn times_of(place: usize) -> [u64; 2] {
        let place = place as u64;
        if place < Self::EXACT {
            return [place; 2];
        }
        let (shift, head) =
            ((place - Self::EXACT) / Self::HALF + 1, (place - Self::EXACT) % Self::HALF);
        [(head + Self::HALF) << shift, ((head + Self::HALF + 1) << shift) - 1]
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

    /// Between which two times that of a rank lies, from 1; `None` beyond the last. Times below 4096
    /// are known.
    #[must_use]
    pub fn of_rank(&self, rank: u64) -> Option<[u64; 2]> {
        let mut so_far = 0;
        let place = self.counts.iter().position(|count| {
            so_far += count;
            so_far >= rank
        })?;
        Some(Self::times_of(place))
    }
}

/// A quantile of times of which some did not come by the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The first time by which at least this share has come, to within one part in 2048; `None`
    /// beyond the end.
    pub time: Option<u64>,
    /// A 95 % interval, between two order statistics.
    pub interval: [Option<u64>; 2],
}

/// The quantile of times from 1 to `periods` among `paths` paths, with the interval between order
/// statistics whose ranks are the normal quantiles of the binomial distribution, rounded outward
/// (David & Nagaraja 2003, section 7.1). Where there is no such rank, the interval has no such end: it
/// begins with the first period, or goes beyond the last.
#[must_use]
pub fn quantile(times: &Times, paths: u64, percent: u8, periods: u64) -> Quantile {
    let (n, level) = (paths as f64, f64::from(percent) / 100.0);
    let spread = NORMAL_95 * (n * level * (1.0 - level)).sqrt();
    let last = |rank| times.of_rank(rank).map(|[_, last]| last.min(periods));
    // Never beyond the sum: there are at most 10^9 paths.
    let rank = (u128::from(paths) * u128::from(percent)).div_ceil(100) as u64;
    let lower = (n * level - spread).floor();
    let lower = if lower < 1.0 { Some(1) } else { times.of_rank(lower as u64).map(|ends| ends[0]) };
    // No rank is greater than the number of those that came.
    let upper = last((n * level + spread).ceil() as u64 + 1);
    Quantile { time: last(rank.max(1)), interval: [lower, upper] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_kept_to_one_part_in_2048() {
        for time in [0, 1, 4095, 4096, 4097, 8191, 8192, 123_456_789, 1 << 50, u64::MAX >> 1] {
            let [first, last] = Times::times_of(Times::place(time));
            assert!(first <= time && last >= time && last - first <= time / 2048, "{time} {last}");
            assert_eq!(Times::place(first), Times::place(time), "{time}");
            assert_eq!(Times::place(last), Times::place(time), "{time}");
            assert_eq!(Times::place(last + 1), Times::place(time) + 1, "{time}");
        }
    }

    #[test]
    fn quantiles_count_who_never_came() {
        let mut times = Times::default();
        (1..=60).for_each(|time| times.add(time));
        // 60 of 100 came.
        let median = quantile(&times, 100, 50, 60);
        assert_eq!(median.time, Some(50));
        assert_eq!(median.interval, [Some(40), None]);
        assert_eq!(quantile(&times, 100, 90, 60).time, None);
    }

    /// One path says next to nothing of a median; and ends of bins stay within the path.
    #[test]
    fn intervals_of_quantiles_have_no_end_where_there_is_no_such_rank() {
        let mut times = Times::default();
        times.add(7);
        let median = quantile(&times, 1, 50, 100);
        assert_eq!((median.time, median.interval), (Some(7), [Some(1), None]));
        let mut times = Times::default();
        (0..100).for_each(|_| times.add(8193));
        // 8193 shares its place with 8192 to 8195.
        let median = quantile(&times, 100, 50, 8193);
        assert_eq!((median.time, median.interval), (Some(8193), [Some(8192), Some(8193)]));
    }

    /// Of n paths the true quantile lies between two order statistics with probability P(l ≤ B < u),
    /// B binomial: at least 95 %.
    #[test]
    fn intervals_of_quantiles_cover_in_95_percent() {
        for paths in 1..=120u64 {
            // Times 1 to n, so that a time is its rank.
            let mut times = Times::default();
            (1..=paths).for_each(|time| times.add(time));
            for percent in QUANTILES {
                let p = f64::from(percent) / 100.0;
                let [lower, upper] = quantile(&times, paths, percent, paths).interval;
                // A lower end of 1 is that of the time itself as well.
                let lower = lower.filter(|&rank| rank > 1).unwrap_or(0);
                let mut mass = (1.0 - p).powi(paths as i32);
                let mut covered = 0.0;
                for successes in 0..=paths {
                    if successes >= lower && upper.is_none_or(|upper| successes < upper) {
                        covered += mass;
                    }
                    mass *= (paths - successes) as f64 / (successes + 1) as f64 * p / (1.0 - p);
                }
                assert!(covered >= 0.95, "{paths} {percent}: {covered}");
            }
        }
    }
}
