//! Sets of labels: small sets of small numbers, as bits.
//!
//! In a two-player game with m and n actions the labels 0 to m − 1 belong to player 0's actions and
//! m to m + n − 1 to player 1's. Up to 64 labels a set is one machine word; beyond it grows.

use std::hash::{BuildHasherDefault, Hasher};

/// Hashing of sets of labels and of positions, faster than what must withstand an adversary.
pub(super) type LabelHashing = BuildHasherDefault<LabelHasher>;

/// Multiply and rotate by word, as in the hash of the Firefox browser and the Rust compiler.
#[derive(Default)]
pub(super) struct LabelHasher(u64);

impl Hasher for LabelHasher {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

/// A set of labels. All sets of one game are made with the same number of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LabelSet {
    first: u64,
    rest: Vec<u64>,
}

impl std::hash::Hash for LabelSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.first);
        for &word in &self.rest {
            state.write_u64(word);
        }
    }
}

impl LabelSet {
    /// No label, of `labels` that there are.
    pub(super) fn empty(labels: usize) -> Self {
        LabelSet { first: 0, rest: vec![0; labels.saturating_sub(1) / 64] }
    }

    #[inline]
    pub(super) fn contains(&self, label: usize) -> bool {
        let word = if label < 64 { self.first } else { self.rest[label / 64 - 1] };
        word >> (label % 64) & 1 != 0
    }

    #[inline]
    pub(super) fn insert(&mut self, label: usize) {
        let word = if label < 64 { &mut self.first } else { &mut self.rest[label / 64 - 1] };
        *word |= 1 << (label % 64);
    }

    #[inline]
    pub(super) fn remove(&mut self, label: usize) {
        let word = if label < 64 { &mut self.first } else { &mut self.rest[label / 64 - 1] };
        *word &= !(1 << (label % 64));
    }

    /// Adds the labels of another set.
    pub(super) fn unite(&mut self, other: &Self) {
        self.first |= other.first;
        for (word, other) in self.rest.iter_mut().zip(&other.rest) {
            *word |= other;
        }
    }

    /// Adds the labels below `labels` that another set does not have.
    pub(super) fn unite_complement(&mut self, other: &Self, labels: usize) {
        // No set may hold a bit beyond the last label.
        let mask = |word: usize| match labels.saturating_sub(64 * word) {
            0 => 0,
            left if left < 64 => (1u64 << left) - 1,
            _ => u64::MAX,
        };
        self.first |= !other.first & mask(0);
        for (at, (word, other)) in self.rest.iter_mut().zip(&other.rest).enumerate() {
            *word |= !other & mask(at + 1);
        }
    }

    /// Whether all labels of this set are in another.
    pub(super) fn is_subset(&self, other: &Self) -> bool {
        self.first & !other.first == 0
            && self.rest.iter().zip(&other.rest).all(|(word, other)| word & !other == 0)
    }

    /// Whether the two sets together hold all the labels below `labels`.
    pub(super) fn complete_with(&self, other: &Self, labels: usize) -> bool {
        let words = std::iter::once((self.first, other.first))
            .chain(self.rest.iter().copied().zip(other.rest.iter().copied()));
        let count: u32 = words.map(|(word, other)| (word | other).count_ones()).sum();
        // No set holds a bit beyond the last label.
        count as usize == labels
    }
}

/// A set of labels below 64·W, in place: for the search, which copies many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mask<const W: usize>([u64; W]);

impl<const W: usize> Mask<W> {
    /// No label.
    pub(super) const EMPTY: Self = Mask([0; W]);

    /// The labels below `labels`.
    pub(super) fn below(labels: usize) -> Self {
        Mask(std::array::from_fn(|word| match labels.saturating_sub(64 * word) {
            left @ 0..=63 => (1 << left) - 1,
            _ => u64::MAX,
        }))
    }

    /// The labels whose bits are set in words.
    #[inline]
    pub(super) fn of_words(words: &[u64]) -> Self {
        Mask(std::array::from_fn(|word| words.get(word).copied().unwrap_or(0)))
    }

    #[inline]
    pub(super) fn contains(&self, label: usize) -> bool {
        self.0[label / 64 % W] >> (label % 64) & 1 != 0
    }

    #[inline]
    pub(super) fn insert(&mut self, label: usize) {
        self.0[label / 64 % W] |= 1 << (label % 64);
    }

    /// With one more label.
    #[inline]
    pub(super) fn with(mut self, label: usize) -> Self {
        self.insert(label);
        self
    }

    #[inline]
    pub(super) fn unite(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    /// Adds the labels that another set does not have, also those that do not exist.
    #[inline]
    pub(super) fn unite_complement(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= !other);
    }

    /// The labels that another set does not have.
    #[inline]
    pub(super) fn without(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= !other);
        self
    }

    #[inline]
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(word, other)| word & other == 0)
    }

    /// The labels of the set, ascending.
    #[inline]
    pub(super) fn members(self) -> impl Iterator<Item = usize> {
        let mut words = self.0;
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < W {
                if words[at] != 0 {
                    let label = 64 * at + words[at].trailing_zeros() as usize;
                    words[at] &= words[at] - 1;
                    return Some(label);
                }
                at += 1;
            }
            None
        })
    }

    /// As a set for the exact rooms, of `labels` that there are.
    pub(super) fn to_set(self, labels: usize) -> LabelSet {
        let mut set = LabelSet::empty(labels);
        self.members().for_each(|label| set.insert(label));
        set
    }
}
