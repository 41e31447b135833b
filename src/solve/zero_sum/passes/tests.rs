use super::*;
use crate::game::{PayoffMatrix, SinglePayoffs};

/// Numbers that look random, in four bytes without loss.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        f64::from(((state >> 40) as i32) - (1 << 23)) / f64::from(1 << 20)
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn products_are_those_of_the_definition() {
    for (rows, columns) in [(1, 1), (3, 5), (7, 13), (33, 100), (130, 9), (64, 2048)] {
        let entries = numbers(rows * columns, 1);
        let (x, y) = (numbers(rows, 2), numbers(columns, 3));
        let x: Vec<f64> = x.iter().enumerate().map(|(at, x)| x * f64::from(at % 3 != 1)).collect();
        let dot = |row: &[f64]| row.iter().zip(&y).map(|(a, y)| a * y).sum::<f64>();
        let by_row: Vec<f64> = entries.chunks(columns).map(dot).collect();
        let by_column: Vec<f64> = (0..columns)
            .map(|j| (0..rows).map(|i| x[i] * entries[i * columns + j]).sum())
            .collect();
        let near = |found: &[f64], known: &[f64]| {
            assert!(
                found.iter().zip(known).all(|(a, b)| (a - b).abs() < 1e-9),
                "{rows} × {columns}"
            );
        };
        let double = PayoffMatrix::new(columns, entries.clone()).unwrap();
        let single = entries.iter().map(|&entry| entry as f32).collect();
        let single = SinglePayoffs::new(columns, single).unwrap();
        for source in [&double as &dyn PayoffSource, &single] {
            let mut passes = Passes::new(source);
            let (mut values, mut sums) = (vec![1.0; rows], vec![1.0; columns]);
            let weigh = |first: usize, values: &[f64], weights: &mut [f64]| {
                weights.copy_from_slice(&x[first..first + values.len()]);
            };
            passes.both(&y, &mut values, &weigh, &mut sums).unwrap();
            near(&values, &by_row);
            near(&sums, &by_column);
            passes.transposed_times(&x, &mut sums).unwrap();
            near(&sums, &by_column);
            let [(values, row_sizes), (sums, sizes)] = passes.both_with_sizes(&x, &y).unwrap();
            near(&values, &by_row);
            near(&sums, &by_column);
            assert!(
                values.iter().zip(&row_sizes).all(|(value, size)| value.abs() <= *size + 1e-12)
            );
            assert!(sums.iter().zip(&sizes).all(|(sum, size)| sum.abs() <= *size + 1e-12));
            let all: f64 = entries.iter().zip(y.iter().cycle()).map(|(a, y)| (a * y).abs()).sum();
            assert!((row_sizes.iter().sum::<f64>() - all).abs() < 1e-9 * (1.0 + all));
        }
    }
}
