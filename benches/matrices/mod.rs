//! Matrix games on which programs are compared: uniform, and families with ties. Each is made by a
//! formula or from a fixed generator, and by `peers/matrix_games.py` again.

use detente::game::PayoffMatrix;

const UNIT: f64 = 1.0 / (1u64 << 53) as f64;

/// Steele, Lea & Flood (2014): splitmix64.
fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[allow(clippy::unwrap_used)]
fn matrix(rows: usize, columns: usize, mut entry: impl FnMut(usize, usize) -> f64) -> PayoffMatrix {
    let entries = (0..rows * columns).map(|at| entry(at / columns, at % columns)).collect();
    PayoffMatrix::new(columns, entries).unwrap()
}

/// Uniform on [0, 1).
pub(crate) fn uniform(rows: usize, columns: usize, seed: u64) -> PayoffMatrix {
    let mut next = random(seed);
    matrix(rows, columns, |_, _| (next() >> 11) as f64 * UNIT)
}

/// Uniform on the integers from 0 to `most`.
fn integers(rows: usize, columns: usize, most: u64, seed: u64) -> PayoffMatrix {
    let mut next = random(seed);
    matrix(rows, columns, |_, _| (next() % (most + 1)) as f64)
}

/// Borel (1921): `troops` are divided over so many fields, and each goes to the greater part.
fn blotto(troops: i32, fields: usize) -> PayoffMatrix {
    fn divide(left: i32, fields: usize, begun: &mut Vec<i32>, all: &mut Vec<Vec<i32>>) {
        if fields == 1 {
            all.push(begun.iter().copied().chain([left]).collect());
            return;
        }
        for part in 0..=left {
            begun.push(part);
            divide(left - part, fields - 1, begun, all);
            begun.pop();
        }
    }
    let mut all = Vec::new();
    divide(troops, fields, &mut Vec::new(), &mut all);
    matrix(all.len(), all.len(), |i, j| {
        all[i].iter().zip(&all[j]).map(|(a, b)| f64::from((a - b).signum())).sum()
    })
}

/// Games with many equal entries, of low rank, scaled, and long or wide, by name.
pub(crate) fn with_ties() -> Vec<(String, PayoffMatrix)> {
    let n = 200;
    let scaled = |power: i32| {
        let game = uniform(n, n, 2);
        matrix(n, n, |i, j| game.row(i)[j] * 10f64.powi(power))
    };
    let signs = integers(n, n, 1, 3);
    let low_rank = {
        let (left, right) = (integers(n, 5, 9, 4), integers(n, 5, 9, 5));
        matrix(n, n, |i, j| {
            let terms = left.row(i).iter().zip(right.row(j));
            terms.map(|(a, b)| (a - 4.5) * (b - 4.5)).sum()
        })
    };
    let half = uniform(n / 2, n, 6);
    vec![
        ("blotto-6-3".to_owned(), blotto(6, 3)),
        ("blotto-12-4".to_owned(), blotto(12, 4)),
        (format!("zero-to-two-{n}"), integers(n, n, 2, 1)),
        (format!("signs-{n}"), matrix(n, n, |i, j| 2.0 * signs.row(i)[j] - 1.0)),
        (format!("low-rank-{n}"), low_rank),
        (format!("duplicates-{n}"), matrix(n, n, |i, j| half.row(i / 2)[j])),
        (format!("times-1e12-{n}"), scaled(12)),
        (format!("times-1e-12-{n}"), scaled(-12)),
        ("1x1000".to_owned(), uniform(1, 1000, 7)),
        ("1000x1".to_owned(), uniform(1000, 1, 8)),
        ("20x1000".to_owned(), uniform(20, 1000, 9)),
        ("1000x20".to_owned(), uniform(1000, 20, 10)),
    ]
}
