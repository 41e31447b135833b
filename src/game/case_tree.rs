//! A proof by cases that a list of extreme equilibria of a two-player game is complete.
//!
//! *Labels* are the actions, player 0's first, numbered from 0. At an equilibrium (x, y) every label
//! is *zero* on side 0 or on side 1: an action of player 0 is unplayed (side 0) or a best response to
//! y (side 1), and an action of player 1 is a best response to x (side 0) or unplayed (side 1)
//! (Shapley 1974). A *case* is two sets of labels Z₀ and Z₁ that are assumed zero on either side,
//! and a set N of labels that are assumed not to be zero on side 0. The root has three empty sets. The
//! proof is a sequence of steps, each about the open case that was opened last:
//!
//! - *Empty* (side s, label l, multipliers λ): no strategy of player s has all of Z = Z_s ∪ {l} zero.
//!   λ gives each action j of the other player an integer, which sum to 0, with λ_j ≥ 0 for j
//!   outside Z, and such that Σ_j λ_j b_j(i) > 0 for every action i of player s outside Z, where b_j(i)
//!   is what the other gets from j against i. In words: a mixture of the other's actions is
//!   strictly better than a mixture of those that would have to be best responses. So l is zero on
//!   the other side, and joins Z there; if it was in Z_s already, the case is closed.
//! - *Vanishing* (side s, λ): the same with Z = Z_s and ≥ in place of >. Every action j outside Z with
//!   λ_j > 0, and every action i outside Z with a positive sum, is zero wherever Z is; they join Z_s.
//! - *Branch* (label l): the case becomes two, first with l in Z₀, then with l in Z₁ and in N.
//! - *Leaf*: Z₀ and Z₁ hold all labels together, so that every pair of strategies of the two faces
//!   is an equilibrium; the list has all pairs of their vertices.
//!
//! A case is also closed as soon as a label of N is in Z₀: the other case of that branch has it.
//!
//! The steps are kept in one string of bytes: a tree may have millions. A branch may say how many bytes
//! the steps of its first case take, so that both cases can be replayed at the same time.

use dashu_base::Signed;
use dashu_int::{IBig, UBig};

/// A proof by cases, see the head of this file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseTree {
    bytes: Vec<u8>,
}

/// One step of a [`CaseTree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing on this side has the label zero, with those of the case.
    Empty {
        /// The side, 0 or 1.
        side: usize,
        /// The label.
        label: usize,
    },
    /// Labels that are zero wherever those of the case are.
    Vanishing {
        /// The side, 0 or 1.
        side: usize,
    },
    /// Two cases: the label is zero on side 0, or on side 1.
    Branch {
        /// The label.
        label: usize,
        /// The bytes of the steps of the first case, where they were counted.
        first: Option<usize>,
    },
    /// All labels are decided.
    Leaf,
}

/// Multipliers of a step: an action of the other player, from 0, and an integer.
pub type Multipliers = Vec<(usize, IBig)>;

/// The multipliers of a step as they are read: in machine integers where all of them are such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepMultipliers {
    /// All are below 2⁶².
    Small(Vec<(usize, i64)>),
    /// Some are not.
    Big(Multipliers),
}

impl Default for StepMultipliers {
    fn default() -> Self {
        StepMultipliers::Small(Vec::new())
    }
}

impl StepMultipliers {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            StepMultipliers::Small(all) => all.len(),
            StepMultipliers::Big(all) => all.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The action and the sign of each.
    pub fn signs(&self) -> impl Iterator<Item = (usize, i32)> + '_ {
        (0..self.len()).map(|at| match self {
            StepMultipliers::Small(all) => (all[at].0, all[at].1.signum() as i32),
            StepMultipliers::Big(all) => (all[at].0, all[at].1.cmp(&IBig::ZERO) as i32),
        })
    }

    /// Whether they sum to zero.
    #[must_use]
    pub fn sum_is_zero(&self) -> bool {
        match self {
            StepMultipliers::Small(all) => {
                all.iter().map(|&(_, value)| i128::from(value)).sum::<i128>() == 0
            }
            StepMultipliers::Big(all) => {
                all.iter().map(|(_, value)| value).sum::<IBig>() == IBig::ZERO
            }
        }
    }
}

/// The text of a proof is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the steps of the proof by cases cannot be read")]
pub struct Malformed;

/// The digits of base 64.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const EMPTY: u8 = 0;
const VANISHING: u8 = 1;
const BRANCH: u8 = 2;
const LEAF: u8 = 3;
/// The bit of the first byte that tells the side.
const SIDE: u8 = 4;
/// The same bit of a branch tells that the bytes of the first case are counted.
const COUNTED: u8 = 4;
/// The digits of that count.
const COUNT_DIGITS: usize = 4;

/// Where a branch counts the bytes of its first case, see [`CaseTree::branch_with_count`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BranchCount(usize);

impl CaseTree {
    /// A proof without steps.
    #[must_use]
    pub fn new() -> Self {
        CaseTree::default()
    }

    /// The proof of these bytes, as [`CaseTree::as_bytes`] gives them.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        CaseTree { bytes }
    }

    /// The steps as bytes.
    ///
    /// A step is one byte, in bits 0 and 1 its kind (0 empty, 1 vanishing, 2 branch, 3 leaf) and in bit
    /// 2 the side; then the label, except for vanishing and leaf; then, for empty and vanishing, the
    /// number of multipliers and each as its action and its value. With bit 2 set a branch has after
    /// the label the number of bytes of the steps of its first case, in four digits. Numbers are
    /// written in base 128, least digit first, with the high bit set on all digits but the last; values
    /// are doubled, and negative ones are −2v − 1.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes in base 64 (RFC 4648, section 4, without padding).
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.bytes.len() * 4 / 3 + 3);
        for three in self.bytes.chunks(3) {
            let word = three.iter().fold(0u32, |word, &byte| word << 8 | u32::from(byte))
                << (8 * (3 - three.len()));
            for at in 0..=three.len() {
                text.push(char::from(DIGITS[(word >> (18 - 6 * at) & 63) as usize]));
            }
        }
        text
    }

    /// The proof of a text that [`CaseTree::to_text`] made.
    ///
    /// # Errors
    /// [`Malformed`] when the text is not in base 64.
    pub fn from_text(text: &str) -> Result<Self, Malformed> {
        let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
        for four in text.as_bytes().chunks(4) {
            let mut word = 0u32;
            for &digit in four {
                let value = DIGITS.iter().position(|&one| one == digit).ok_or(Malformed)?;
                word = word << 6 | value as u32;
            }
            word <<= 6 * (4 - four.len());
            if four.len() == 1 {
                return Err(Malformed);
            }
            bytes.extend_from_slice(&word.to_be_bytes()[1..four.len()]);
        }
        Ok(CaseTree { bytes })
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are no steps.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Adds the steps of another proof.
    pub fn append(&mut self, other: &CaseTree) {
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// Forgets all steps from a length on, as [`CaseTree::len`] was there.
    pub fn truncate(&mut self, length: usize) {
        self.bytes.truncate(length);
    }

    /// Adds a step without multipliers, or the start of one with them.
    fn push(&mut self, kind: u8, side: usize, label: Option<usize>) {
        self.bytes.push(kind | if side == 1 { SIDE } else { 0 });
        if let Some(label) = label {
            self.push_natural(label as u64);
        }
    }

    fn push_natural(&mut self, mut number: u64) {
        while number >= 128 {
            self.bytes.push(number as u8 | 128);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn push_integer(&mut self, value: &IBig) {
        if let Ok(small) = i64::try_from(value)
            && small.unsigned_abs() < 1 << 62
        {
            return self.push_natural(zigzag(small));
        }
        let mut digits: UBig = if value.is_negative() {
            UBig::try_from(-(value << 1) - IBig::ONE).unwrap_or(UBig::ZERO)
        } else {
            UBig::try_from(value << 1).unwrap_or(UBig::ZERO)
        };
        loop {
            let low = &digits & 127u8;
            digits >>= 7;
            if digits == UBig::ZERO {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 128);
        }
    }

    /// Adds [`Step::Branch`].
    pub fn branch(&mut self, label: usize) {
        self.push(BRANCH, 0, Some(label));
    }

    /// Adds [`Step::Branch`], with room for the number of bytes of its first case: the caller adds the
    /// steps of that case and then calls [`CaseTree::end_first_case`].
    pub fn branch_with_count(&mut self, label: usize) -> BranchCount {
        self.bytes.push(BRANCH | COUNTED);
        self.push_natural(label as u64);
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[128, 128, 128, 0]);
        BranchCount(at)
    }

    /// Writes how many bytes were added since the branch, below 2²⁸. Without effect on a proof that
    /// was truncated in between.
    pub fn end_first_case(&mut self, count: BranchCount) {
        let start = count.0 + COUNT_DIGITS;
        let Some(bytes) = self.bytes.len().checked_sub(start) else { return };
        for (at, digit) in self.bytes[count.0..start].iter_mut().enumerate() {
            let more = if at + 1 < COUNT_DIGITS { 128 } else { 0 };
            *digit = (bytes >> (7 * at)) as u8 & 127 | more;
        }
    }

    /// Adds [`Step::Leaf`].
    pub fn leaf(&mut self) {
        self.push(LEAF, 0, None);
    }

    /// Adds [`Step::Empty`] with machine integers below 2⁶² as multipliers.
    pub fn empty(&mut self, side: usize, label: usize, multipliers: &[(usize, i64)]) {
        self.push(EMPTY, side, Some(label));
        self.push_small(multipliers);
    }

    /// Adds [`Step::Vanishing`] with machine integers below 2⁶² as multipliers.
    pub fn vanishing(&mut self, side: usize, multipliers: &[(usize, i64)]) {
        self.push(VANISHING, side, None);
        self.push_small(multipliers);
    }

    fn push_small(&mut self, multipliers: &[(usize, i64)]) {
        self.push_natural(multipliers.len() as u64);
        for &(action, value) in multipliers {
            self.push_natural(action as u64);
            self.push_natural(zigzag(value));
        }
    }

    /// Adds [`Step::Empty`].
    pub fn empty_big(&mut self, side: usize, label: usize, multipliers: &Multipliers) {
        self.push(EMPTY, side, Some(label));
        self.push_multipliers(multipliers);
    }

    /// Adds [`Step::Vanishing`].
    pub fn vanishing_big(&mut self, side: usize, multipliers: &Multipliers) {
        self.push(VANISHING, side, None);
        self.push_multipliers(multipliers);
    }

    fn push_multipliers(&mut self, multipliers: &Multipliers) {
        self.push_natural(multipliers.len() as u64);
        for (action, value) in multipliers {
            self.push_natural(*action as u64);
            self.push_integer(value);
        }
    }

    /// The steps, one after the other.
    #[must_use]
    pub fn steps(&self) -> Steps<'_> {
        Steps { left: &self.bytes }
    }
}

fn zigzag(value: i64) -> u64 {
    (value.wrapping_shl(1) ^ (value >> 63)) as u64
}

/// Reads the steps of a [`CaseTree`].
#[derive(Debug, Clone)]
pub struct Steps<'a> {
    left: &'a [u8],
}

/// Longer numbers are refused: no multiplier needs so many digits of seven bits.
const MOST_DIGITS: usize = 1 << 16;

impl<'a> Steps<'a> {
    /// The number of bytes that are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// Whether no step is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// The steps in the next bytes, and those after them; `None` when there are fewer bytes.
    #[must_use]
    pub fn split(&self, bytes: usize) -> Option<(Steps<'a>, Steps<'a>)> {
        let (first, second) = self.left.split_at_checked(bytes)?;
        Some((Steps { left: first }, Steps { left: second }))
    }

    /// The next step, or `None` at the end; its multipliers replace those given.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are no step.
    pub fn next_step(
        &mut self,
        multipliers: &mut StepMultipliers,
    ) -> Result<Option<Step>, Malformed> {
        let mut small = match std::mem::take(multipliers) {
            StepMultipliers::Small(memory) => memory,
            StepMultipliers::Big(_) => Vec::new(),
        };
        small.clear();
        let mut big = None;
        let step = self.read(&mut small, &mut big);
        *multipliers = big.map_or(StepMultipliers::Small(small), StepMultipliers::Big);
        step
    }

    fn read(
        &mut self,
        small: &mut Vec<(usize, i64)>,
        big: &mut Option<Multipliers>,
    ) -> Result<Option<Step>, Malformed> {
        let Some((&first, rest)) = self.left.split_first() else { return Ok(None) };
        self.left = rest;
        let side = usize::from(first & SIDE != 0);
        if first & !(SIDE | 3) != 0 {
            return Err(Malformed);
        }
        let step = match first & 3 {
            EMPTY => Step::Empty { side, label: self.position()? },
            VANISHING => Step::Vanishing { side },
            BRANCH => {
                let label = self.position()?;
                let first = if first & COUNTED == 0 { None } else { Some(self.position()?) };
                Step::Branch { label, first }
            }
            _ => Step::Leaf,
        };
        if matches!(step, Step::Empty { .. } | Step::Vanishing { .. }) {
            let count = self.position()?;
            // Two bytes at least for each.
            if count > self.left.len() / 2 {
                return Err(Malformed);
            }
            for _ in 0..count {
                let action = self.position()?;
                match (self.small_integer(), &mut *big) {
                    (Some(value), None) => small.push((action, value)),
                    (Some(value), Some(big)) => big.push((action, IBig::from(value))),
                    (None, Some(big)) => big.push((action, self.integer()?)),
                    (None, None) => {
                        let before = small.drain(..).map(|(at, value)| (at, IBig::from(value)));
                        let mut all: Multipliers = before.collect();
                        all.push((action, self.integer()?));
                        *big = Some(all);
                    }
                }
            }
        }
        Ok(Some(step))
    }

    /// The next integer, if it has at most nine digits.
    #[inline]
    fn small_integer(&mut self) -> Option<i64> {
        let mut number = 0u64;
        for (at, &byte) in self.left.iter().enumerate().take(9) {
            number |= u64::from(byte & 127) << (7 * at);
            if byte & 128 == 0 {
                self.left = &self.left[at + 1..];
                return Some((number >> 1) as i64 ^ -((number & 1) as i64));
            }
        }
        None
    }

    /// The bytes up to and with the first that ends a number.
    fn digits(&mut self) -> Result<&[u8], Malformed> {
        let end = self.left.iter().take(MOST_DIGITS).position(|byte| byte & 128 == 0);
        let (digits, rest) = self.left.split_at(end.ok_or(Malformed)? + 1);
        self.left = rest;
        Ok(digits)
    }

    #[inline]
    fn position(&mut self) -> Result<usize, Malformed> {
        if let Some((&first, rest)) = self.left.split_first()
            && first < 128
        {
            self.left = rest;
            return Ok(usize::from(first));
        }
        let digits = self.digits()?;
        if digits.len() > 4 {
            return Err(Malformed);
        }
        Ok(digits.iter().rev().fold(0, |number, byte| number << 7 | usize::from(byte & 127)))
    }

    fn integer(&mut self) -> Result<IBig, Malformed> {
        let digits = self.digits()?;
        let number =
            digits.iter().rev().fold(UBig::ZERO, |n, byte| (n << 7) | UBig::from(byte & 127));
        let negative = &number & 1u8 == 1u8;
        let half = IBig::from(number >> 1);
        Ok(if negative { -half - IBig::ONE } else { half })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut tree = CaseTree::new();
        let big: IBig = IBig::from(7) << 300;
        let large: Multipliers = vec![(3, big.clone()), (200, -big), (0, IBig::from(i64::MIN))];
        let small = [(0, 1), (5, -1), (300, (1i64 << 62) - 1), (1, 1 - (1i64 << 62)), (2, -64)];
        tree.branch(130);
        tree.empty(1, 129, &small);
        tree.vanishing(0, &small);
        tree.empty_big(0, 2, &large);
        tree.vanishing_big(1, &large);
        tree.leaf();
        for length in 0..tree.len() {
            let mut part = tree.clone();
            part.truncate(length);
            assert_eq!(CaseTree::from_text(&part.to_text()), Ok(part));
        }
        assert_eq!(CaseTree::from_text("a"), Err(Malformed));
        assert_eq!(CaseTree::from_text("a b="), Err(Malformed));
        let tree = CaseTree::from_text(&tree.to_text()).unwrap();
        let mut steps = tree.steps();
        let mut read = StepMultipliers::default();
        let small = StepMultipliers::Small(small.to_vec());
        let large = StepMultipliers::Big(large);
        assert_eq!(steps.next_step(&mut read), Ok(Some(Step::Branch { label: 130, first: None })));
        assert_eq!(steps.next_step(&mut read), Ok(Some(Step::Empty { side: 1, label: 129 })));
        assert_eq!(read, small);
        assert_eq!(steps.next_step(&mut read), Ok(Some(Step::Vanishing { side: 0 })));
        assert_eq!(read, small);
        assert_eq!(steps.next_step(&mut read), Ok(Some(Step::Empty { side: 0, label: 2 })));
        assert_eq!(read, large);
        assert_eq!(steps.next_step(&mut read), Ok(Some(Step::Vanishing { side: 1 })));
        assert_eq!(read, large);
        assert_eq!(steps.next_step(&mut read), Ok(Some(Step::Leaf)));
        assert_eq!(steps.next_step(&mut read), Ok(None));
    }

    #[test]
    fn a_branch_counts_the_bytes_of_its_first_case() {
        for leaves in [0, 1, 127, 128, 20_000, 300_000] {
            let mut tree = CaseTree::new();
            let count = tree.branch_with_count(200);
            (0..leaves).for_each(|_| tree.leaf());
            tree.end_first_case(count);
            tree.branch(3);
            let mut steps = tree.steps();
            let mut none = StepMultipliers::default();
            let first = Some(leaves);
            assert_eq!(steps.next_step(&mut none), Ok(Some(Step::Branch { label: 200, first })));
            let (first, mut second) = steps.split(leaves).unwrap();
            assert_eq!((first.len(), second.len()), (leaves, 2));
            let branch = Step::Branch { label: 3, first: None };
            assert_eq!(second.next_step(&mut none), Ok(Some(branch)));
            assert!(second.is_empty() && steps.split(leaves + 3).is_none());
            tree.truncate(2);
            tree.end_first_case(count);
            assert_eq!(tree.len(), 2);
        }
    }

    #[test]
    fn bytes_that_are_no_steps_are_refused_and_never_panic() {
        let mut read = StepMultipliers::default();
        for bytes in
            [vec![8], vec![0], vec![0, 128], vec![1, 200, 1, 0], vec![2, 255, 255, 255, 255, 1]]
        {
            let tree = CaseTree::from_bytes(bytes);
            assert_eq!(tree.steps().next_step(&mut read), Err(Malformed));
        }
    }
}
