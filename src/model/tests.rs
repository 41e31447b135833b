//! Tests of reading and evaluating whole models.

use super::*;
use crate::num::{Interval, Rational, Scalar};

const FLAGSHIP: &str = include_str!("../../models/northeast-asia.toml");
const PAYOFFS: &str = include_str!("../../tests/data/flagship_payoffs.txt");

fn flagship() -> Model {
    match Model::read("northeast-asia.toml", FLAGSHIP) {
        Ok(model) => model,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

/// The reference table of this name, row-major.
fn reference(name: &str) -> Vec<Rational> {
    PAYOFFS
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .flat_map(|row| row.split(' '))
        .map(|entry| entry.parse().unwrap())
        .collect()
}

#[test]
fn flagship_payoffs_equal_the_reference_exactly() {
    let model = flagship();
    assert!(model.is_exact());
    assert!(model.warnings.is_empty(), "{:?}", model.warnings);
    let values: Vec<Rational> = model.base_values().unwrap();
    let free = vec![Rational::ZERO; 2];
    let tables = model.tabulate(&values, &model.base_actions(), &free).unwrap();
    assert_eq!(tables.shape, [4, 8]);
    for (player, name) in ["UA", "UB"].into_iter().enumerate() {
        assert_eq!(tables.payoffs[player], reference(name), "{name}");
    }
    for (player, part, name) in
        [(0, 0, "VA"), (0, 1, "IA"), (0, 2, "PA"), (1, 0, "VB"), (1, 1, "IB"), (1, 2, "PB")]
    {
        assert_eq!(tables.parts[player][part], reference(name), "{name}");
    }
    for (output, name) in ["p_tot", "p_acc", "p_dec"].into_iter().enumerate() {
        assert_eq!(tables.outputs[output], reference(name), "{name}");
    }
}

#[test]
fn intervals_enclose_the_exact_tables() {
    let model = flagship();
    let exact: Vec<Rational> = model.base_values().unwrap();
    let enclosed: Vec<Interval> = model.base_values().unwrap();
    let kept = vec![vec![1, 3], vec![0, 7, 2]];
    let mut workspace = Workspace::new(&model);
    for cost in [Rational::ZERO, Rational::new(1, 20)] {
        let costs = vec![cost; 2];
        let narrow: Vec<Interval> = costs.iter().map(Interval::constant).collect();
        let a = model.tabulate(&exact, &kept, &costs).unwrap();
        let b = model.tabulate_in(&mut workspace, &enclosed, &kept, &narrow).unwrap();
        for (x, y) in a.payoffs.iter().flatten().zip(b.payoffs.iter().flatten()) {
            let near = Interval::enclosing(x);
            assert!(y.lower() <= near.lower() && near.upper() <= y.upper());
            assert!(y.radius() < 1e-12);
        }
    }
}

#[test]
fn kept_actions_are_a_part_of_the_whole_table() {
    let model = flagship();
    let values: Vec<Rational> = model.base_values().unwrap();
    let costs = vec![Rational::new(1, 20), Rational::ZERO];
    let tables = model.tabulate(&values, &[vec![2, 0], vec![5]], &costs).unwrap();
    let (whole, part) = (reference("UA"), Rational::new(1, 2) * Rational::new(1, 20));
    assert_eq!(tables.shape, [2, 1]);
    assert_eq!(tables.payoffs[0], [&whole[2 * 8 + 5] - &part, &whole[5] - &part]);
}

#[test]
fn horizon_of_the_flagship() {
    let model = flagship();
    let values: Vec<Rational> = model.base_values().unwrap();
    let kept = model.base_actions();
    let base = model.horizon_values(&values, &kept, &HorizonOverrides::default()).unwrap();
    assert_eq!(base.discount, Some(Rational::new(5, 8)));
    assert_eq!(base.survival, Rational::new(9, 10));
    assert_eq!(base.false_alarm, Rational::new(1, 10));
    // From Moderate: Strong is seen with lam, Moderate+Challenge with mu + (1 − mu)·eps.
    assert_eq!(base.detection[1][0][2], Rational::new(1, 4));
    assert_eq!(base.detection[1][1][5], Rational::new(19, 100));
    assert_eq!(base.detection[1][1][7], Rational::new(13, 40));
    assert_eq!(model.agreements()[1].profile, [1, 1]);
}
