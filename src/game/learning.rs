//! What a process of learning ends at, and how far from an equilibrium it was on the way.
//!
//! Players who learn need not come near an equilibrium (Shapley 1964): what can be said of the
//! mixture of what they played is its *regret*, the most that a player gains by leaving it for one
//! action. Of play that nobody regrets on average the *joint* distribution is near the coarse
//! correlated equilibria (Hannan 1957; Hart & Mas-Colell 2000), whatever the mixtures of the single
//! players are. So both are stated, each as exact numbers of the distribution that is stated.

use crate::num::Rational;

use super::answer::Equilibrium;

/// The course of a learning process in machine numbers, by the mixtures it stood at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learning {
    /// The number of rounds played.
    pub rounds: u64,
    /// What it stood at after some rounds, in ascending order; the last entry is the end.
    pub course: Vec<LearningPoint>,
    /// What was played jointly, where single mixtures say too little: games that are not
    /// constant-sum games of two.
    pub joint: Option<JointPlay>,
    /// In a constant-sum game of two, what the last mixtures prove of the first player's value: he
    /// secures the first number with his, and the other concedes no more than the second.
    pub value: Option<[Rational; 2]>,
}

/// The mixtures of the players after some rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearningPoint {
    /// The number of rounds.
    pub rounds: u64,
    /// The mixtures, machine numbers that sum to one exactly, with their exact payoffs and regret.
    pub mixture: Equilibrium,
}

/// A distribution over profiles, and what leaving it for one fixed action gains at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JointPlay {
    /// The probability of each profile, by profile index.
    pub distribution: Vec<Rational>,
    /// The players' expected payoffs.
    pub payoffs: Vec<Rational>,
    /// The largest gain of any player by always playing one action instead; never below zero. At zero
    /// the distribution is a coarse correlated equilibrium.
    pub regret: Rational,
}

/// The power of the number of rounds at which a regret changes: the slope of a line through the
/// logarithms of the last two decades of a course, by least squares.
///
/// `None` when these are fewer than three points, and negative infinity when the last regret is zero.
///
/// ```
/// let course = [1u64, 10, 100, 1000].map(|rounds| (rounds, 3.0 / (rounds as f64)));
/// assert!((detente::game::power_of_decay(&course).unwrap() + 1.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn power_of_decay(course: &[(u64, f64)]) -> Option<f64> {
    let &(last, end) = course.last()?;
    if end <= 0.0 {
        return Some(f64::NEG_INFINITY);
    }
    let points: Vec<(f64, f64)> = course
        .iter()
        .filter(|&&(rounds, regret)| rounds >= last / 100 && regret > 0.0)
        .map(|&(rounds, regret)| ((rounds as f64).ln(), regret.ln()))
        .collect();
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - x) * (point.0 - x)).sum();
    let common: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    (points.len() >= 3 && spread > 0.0).then(|| common / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_that_falls_is_told_from_one_that_does_not() {
        let flat = [(10, 0.3), (20, 0.2), (50, 0.31), (100, 0.25), (200, 0.29)];
        assert!(power_of_decay(&flat).unwrap() > -0.25);
        let falling = flat.map(|(rounds, regret)| (rounds, regret / (rounds as f64).sqrt()));
        assert!((power_of_decay(&falling).unwrap() + 0.5).abs() < 0.2);
        assert_eq!(power_of_decay(&[(1, 0.5), (2, 0.4)]), None);
        assert_eq!(power_of_decay(&[(1, 0.5), (2, 0.0)]), Some(f64::NEG_INFINITY));
    }
}
