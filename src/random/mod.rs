//! Named generators of random numbers: one stream for each path, found from its number alone.
//!
//! A path's stream does not depend on which thread walks it, nor on how many paths came before, so
//! that the same seed gives the same numbers whatever the number of threads.

/// The finaliser of splitmix64 (Steele, Lea & Flood 2014): a bijection of 64 bits.
#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The next 64 bits of splitmix64 (Steele, Lea & Flood 2014), a generator whose state is one word;
/// not for cryptography.
#[inline]
pub fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(GOLDEN);
    mix(*state)
}

/// Uniform on [0, 1), a multiple of 2⁻⁵³, of 64 random bits.
#[inline]
#[must_use]
pub fn unit_of(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// The generator xoshiro256++ (Blackman & Vigna 2021), seeded for one path by splitmix64.
///
/// For each seed, different paths begin with different words, and the period is 2²⁵⁶ − 1; not for
/// cryptography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRandom {
    state: [u64; 4],
}

impl PathRandom {
    /// The stream of path `path` under a seed.
    #[must_use]
    pub fn new(seed: u64, path: u64) -> Self {
        let mut key =
            mix(mix(seed.wrapping_add(GOLDEN))
                .wrapping_add(path.wrapping_add(1).wrapping_mul(GOLDEN)));
        let mut word = || split_mix(&mut key);
        // Four words in a row of splitmix64 are never all zero.
        PathRandom { state: [word(), word(), word(), word()] }
    }

    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let t = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= t;
        *d = d.rotate_left(45);
        result
    }

    /// Uniform on [0, 1), a multiple of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        unit_of(self.bits())
    }

    /// Uniform among `count` numbers from 0, to within `count`·2⁻⁶⁴.
    #[inline]
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }
}

/// A table by which one of several things is drawn with given probabilities in constant time
/// (Walker 1977; Vose 1991).
#[derive(Debug, Clone, PartialEq)]
pub struct AliasTable {
    /// For each column: below the threshold the column itself is drawn, else its alias.
    columns: Vec<(u64, u32)>,
}

impl AliasTable {
    /// The table of weights in machine numbers, not negative and of positive sum. Each probability
    /// is met to within a few units of 2⁻⁵³.
    #[must_use]
    pub fn new(weights: &[f64]) -> Self {
        let count = weights.len();
        let sum: f64 = weights.iter().sum();
        let mut share: Vec<f64> = weights.iter().map(|w| w / sum * count as f64).collect();
        let mut columns: Vec<(u64, u32)> = (0..count).map(|at| (u64::MAX, at as u32)).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..count).partition(|&at| share[at] < 1.0);
        while let (Some(&less), Some(&more)) = (small.last(), large.last()) {
            small.pop();
            // 2⁶⁴ times a number below one fits.
            columns[less] = ((share[less] * 18_446_744_073_709_551_616.0) as u64, more as u32);
            share[more] -= 1.0 - share[less];
            if share[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        // What is left is one but for rounding; a thing of no weight is never drawn, though.
        if let Some(likely) = (0..count).max_by(|&a, &b| weights[a].total_cmp(&weights[b])) {
            for &left in small.iter().filter(|&&left| weights[left] == 0.0) {
                columns[left] = (0, likely as u32);
            }
        }
        AliasTable { columns }
    }

    /// The columns: a threshold and an alias each.
    #[must_use]
    pub fn columns(&self) -> &[(u64, u32)] {
        &self.columns
    }

    /// What 64 random bits draw.
    #[inline]
    #[must_use]
    pub fn draw(&self, bits: u64) -> usize {
        let product = u128::from(bits) * self.columns.len() as u128;
        let at = (product >> 64) as usize;
        let (threshold, alias) = self.columns[at];
        if (product as u64) < threshold { at } else { alias as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_xoshiro256_plus_plus() {
        // The first outputs from the state 1, 2, 3, 4, computed from the definition by hand:
        // (1 + 4) rotated left by 23, plus 1.
        let mut random = PathRandom { state: [1, 2, 3, 4] };
        assert_eq!(random.bits(), 41_943_041);
        // Then the state is (7, 0, 262146, 211106232532992).
        assert_eq!(random.state, [7, 0, 262_146, 211_106_232_532_992]);
        assert_eq!(random.bits(), 58_720_359);
    }

    /// The first outputs of the reference implementation from the seed 1234567.
    #[test]
    fn the_seeding_generator_is_splitmix64() {
        let mut state = 1_234_567;
        let found = [split_mix(&mut state), split_mix(&mut state), split_mix(&mut state)];
        assert_eq!(
            found,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
        assert_eq!(unit_of(u64::MAX), 1.0 - f64::EPSILON / 2.0);
    }

    #[test]
    fn streams_depend_on_seed_and_path_alone() {
        assert_eq!(PathRandom::new(1, 5), PathRandom::new(1, 5));
        assert_ne!(PathRandom::new(1, 5), PathRandom::new(1, 6));
        assert_ne!(PathRandom::new(1, 5), PathRandom::new(2, 5));
    }

    #[test]
    fn an_alias_table_draws_by_weight() {
        let weights = [0.1, 0.0, 0.6, 0.3];
        let table = AliasTable::new(&weights);
        // The measure of the bits that draw each thing, from the columns themselves.
        let mut measure = [0.0; 4];
        for (at, &(threshold, alias)) in table.columns().iter().enumerate() {
            let own = threshold as f64 / 18_446_744_073_709_551_616.0;
            measure[at] += own / 4.0;
            measure[alias as usize] += (1.0 - own) / 4.0;
        }
        for (one, other) in measure.iter().zip(weights) {
            assert!((one - other).abs() < 1e-15, "{measure:?}");
        }
        let mut random = PathRandom::new(7, 0);
        let mut counts = [0u32; 4];
        (0..100_000).for_each(|_| counts[table.draw(random.bits())] += 1);
        assert_eq!(counts[1], 0);
        // Five standard deviations.
        assert!((f64::from(counts[2]) - 60_000.0).abs() < 5.0 * (24_000.0f64).sqrt(), "{counts:?}");
    }
}
