//! Two-player games on which programs are compared: random, tied, structured, hard.
//!
//! Each is made by a formula or from a fixed generator, the same everywhere. The structured classes
//! follow GAMUT (Nudelman, Wortman, Shoham & Leyton-Brown 2004); dual cyclic games, whose
//! Lemke–Howson paths are exponentially long, are those of Savani & von Stengel (2006).

use std::fmt::Write as _;

use detente::game::NormalForm;
use detente::num::Rational;

/// Payoffs of the row player and of the column player.
pub(crate) struct Bimatrix {
    pub(crate) row: Vec<Vec<Rational>>,
    pub(crate) column: Vec<Vec<Rational>>,
}

impl Bimatrix {
    fn new(
        rows: usize,
        columns: usize,
        mut row: impl FnMut(i64, i64) -> i64,
        mut column: impl FnMut(i64, i64) -> i64,
    ) -> Self {
        let table = |payoff: &mut dyn FnMut(i64, i64) -> i64| {
            let line = |i| (0..columns as i64).map(|j| Rational::from(payoff(i, j))).collect();
            (0..rows as i64).map(line).collect()
        };
        Bimatrix { row: table(&mut row), column: table(&mut column) }
    }

    /// Both players have the same payoff as a function of the own action and the other's.
    fn symmetric(actions: usize, payoff: impl Fn(i64, i64) -> i64) -> Self {
        Bimatrix::new(actions, actions, &payoff, |i, j| payoff(j, i))
    }

    #[allow(clippy::unwrap_used)]
    pub(crate) fn game(&self) -> NormalForm {
        // Both tables have the same shape.
        NormalForm::bimatrix(&self.row, &self.column).unwrap()
    }

    /// The text that `lrsnash` reads.
    pub(crate) fn lrsnash(&self) -> String {
        let mut text = format!("{} {}\n", self.row.len(), self.row[0].len());
        for table in [&self.row, &self.column] {
            text.push('\n');
            for line in table {
                let words: Vec<String> = line.iter().map(ToString::to_string).collect();
                let _ = writeln!(text, "{}", words.join(" "));
            }
        }
        text
    }
}

/// Steele, Lea & Flood (2014): splitmix64.
pub(crate) fn random(seed: u64) -> impl FnMut(u64) -> i64 {
    let mut state = seed;
    move |bound| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound) as i64
    }
}

/// Payoffs uniform on the integers below `bound`: heavily tied where it is 2 or 4.
pub(crate) fn uniform(actions: usize, bound: u64, seed: u64) -> Bimatrix {
    let next = std::cell::RefCell::new(random(seed));
    let payoff = |_, _| (next.borrow_mut())(bound);
    Bimatrix::new(actions, actions, payoff, payoff)
}

/// Payoffs of thirty digits, p q or p r with p below 10¹⁵ and two primes q, r of fifteen digits.
///
/// `lrsnash` reads no more than 64 bits of a number; the same game up to a factor is p / r or p / q.
pub(crate) fn thirty_digits(actions: usize, seed: u64) -> [Bimatrix; 2] {
    const PRIMES: [i64; 2] = [999_999_999_999_989, 999_999_999_999_947];
    [false, true].map(|divided| {
        let mut next = random(seed);
        let mut table = || {
            let mut payoff = || {
                let (part, at) = (next(1_000_000_000_000_000), next(2) as usize);
                if divided {
                    Rational::new(part, PRIMES[1 - at])
                } else {
                    &Rational::from(part) * &Rational::from(PRIMES[at])
                }
            };
            let mut line = || (0..actions).map(|_| payoff()).collect::<Vec<_>>();
            (0..actions).map(|_| line()).collect::<Vec<_>>()
        };
        Bimatrix { row: table(), column: table() }
    })
}

/// The column player's payoff is `sign` times the row player's and a little noise.
pub(crate) fn covariant(actions: usize, sign: i64, seed: u64) -> Bimatrix {
    let mut next = random(seed);
    let mut line = |bound| -> Vec<i64> { (0..actions * actions).map(|_| next(bound)).collect() };
    let (payoffs, noise) = (line(101), line(21));
    let at = |i, j| i as usize * actions + j as usize;
    Bimatrix::new(
        actions,
        actions,
        |i, j| payoffs[at(i, j)],
        |i, j| sign * payoffs[at(i, j)] + noise[at(i, j)] - 10,
    )
}

/// Both want to do the same, each outcome with its own worth: 2ⁿ − 1 equilibria.
pub(crate) fn coordination(actions: usize, seed: u64) -> Bimatrix {
    let next = std::cell::RefCell::new(random(seed));
    let payoff = |i, j| if i == j { 1 + (next.borrow_mut())(9) } else { 0 };
    Bimatrix::new(actions, actions, payoff, payoff)
}

/// Both want to do different things.
pub(crate) fn dispersion(actions: usize) -> Bimatrix {
    Bimatrix::symmetric(actions, |own, other| i64::from(own != other))
}

/// Basu (1994): the lower claim is paid, with a bonus of 2 for who made it.
pub(crate) fn travellers_dilemma(actions: usize) -> Bimatrix {
    Bimatrix::symmetric(actions, |own, other| own.min(other) + 2 * (other - own).signum())
}

/// Van Huyck, Battalio & Beil (1990): the least effort counts, the own effort costs.
pub(crate) fn minimum_effort(actions: usize) -> Bimatrix {
    Bimatrix::symmetric(actions, |own, other| 2 * own.min(other) - own)
}

/// Who waits longer has the prize; both pay for the time until the first gives up.
pub(crate) fn war_of_attrition(actions: usize) -> Bimatrix {
    Bimatrix::symmetric(actions, |own, other| match own - other {
        0 => 5 - 2 * own,
        later if later > 0 => 10 - 2 * other,
        _ => -2 * own,
    })
}

/// Borel (1921): `troops` are divided over three fields, and each field goes to the greater part.
pub(crate) fn blotto(troops: i64) -> Bimatrix {
    let divisions: Vec<[i64; 3]> = (0..=troops)
        .flat_map(|first| (0..=troops - first).map(move |second| (first, second)))
        .map(|(first, second)| [first, second, troops - first - second])
        .collect();
    Bimatrix::symmetric(divisions.len(), |own, other| {
        let [own, other] = [own, other].map(|at| divisions[at as usize]);
        own.iter().zip(other).map(|(a, b)| (a - b).signum()).sum()
    })
}

/// Hotelling (1929): who is nearer has the customer, one at each place.
pub(crate) fn location(actions: usize) -> Bimatrix {
    Bimatrix::symmetric(actions, |own, other| {
        let nearer = |place: i64| ((place - other).abs() - (place - own).abs()).signum();
        (0..actions as i64).map(nearer).sum()
    })
}

/// A random game of which every action stands there twice.
pub(crate) fn duplicates(actions: usize, seed: u64) -> Bimatrix {
    let half = uniform(actions.div_ceil(2), 101, seed);
    let twice = |table: &[Vec<Rational>]| {
        (0..actions).map(|i| (0..actions).map(|j| table[i / 2][j / 2].clone()).collect()).collect()
    };
    Bimatrix { row: twice(&half.row), column: twice(&half.column) }
}

/// The column player's payoffs of a dual cyclic game with an even number d of actions.
///
/// The d + d inequalities of his best-reply polyhedron are facets of the dual of a cyclic polytope.
/// With moment curve points 1, …, 2d, the facet of reply k expressed by those of the rows i is, up to
/// positive factors of rows and constants in each row, (−1)ⁱ⁺¹ / (d + k − i).
fn cauchy(actions: usize) -> Vec<Vec<i64>> {
    let gcd = |mut a: i64, mut b: i64| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let d = actions as i64;
    let multiple = (1..2 * d).fold(1, |lcm, k| lcm / gcd(lcm, k) * k);
    let sign = |i: i64| if i % 2 == 1 { 1 } else { -1 };
    let entry = |i: i64, k: i64| sign(i) * multiple / (d + k - i);
    (1..=d).map(|i| (1..=d).map(|k| entry(i, k)).collect()).collect()
}

/// A dual cyclic game, with one equilibrium, fully mixed, and the labels that make
/// Lemke–Howson paths long (Savani & von Stengel 2006, section 3).
pub(crate) fn dual_cyclic(actions: usize) -> Bimatrix {
    let table = cauchy(actions);
    let last = actions - 1;
    // Replies exchanged in pairs; and all rows in pairs but the first and the last.
    let reply = |k: usize| k ^ 1;
    let row = |i: usize| if i == 0 || i == last { i } else { ((i + 1) ^ 1) - 1 };
    // The row player's table is the column player's, turned half round and transposed.
    Bimatrix::new(
        actions,
        actions,
        |i, j| table[last - j as usize][last - row(i as usize)],
        |i, j| table[i as usize][reply(j as usize)],
    )
}

/// The row player wants to do what the column player does (McLennan & Tourky 2010), whose
/// payoffs are those of a dual cyclic game.
pub(crate) fn imitation(actions: usize) -> Bimatrix {
    let table = cauchy(actions);
    Bimatrix::new(actions, actions, |i, j| i64::from(i == j), |i, j| table[i as usize][j as usize])
}

/// For each column one row that is right against it (Savani & von Stengel 2016).
pub(crate) fn unit_vector(actions: usize, seed: u64) -> Bimatrix {
    let mut next = random(seed);
    let right: Vec<i64> = (0..actions).map(|_| next(actions as u64)).collect();
    let payoffs: Vec<i64> = (0..actions * actions).map(|_| next(101)).collect();
    Bimatrix::new(
        actions,
        actions,
        |i, j| i64::from(right[j as usize] == i),
        |i, j| payoffs[i as usize * actions + j as usize],
    )
}
