//! The tape against a naive evaluation of the tree, and the grammar.

use std::collections::HashMap;

use proptest::prelude::*;

use super::parser::{Binary, Function, Kind, Tree, parse};
use super::run::{TapeRun, evaluate};
use super::tape::{Op, any_power, power, truth};
use super::{NodeId, Tape, TapeBuilder};
use crate::model::span::Span;
use crate::num::{Interval, NotDecided, Rational, Scalar};

/// Values of names, and of `A.x`, `B.x` by position.
struct World {
    names: HashMap<String, Rational>,
    a: Vec<Rational>,
    b: Vec<Rational>,
}

/// The value of a tree by recursion over what is written, with branches on demand.
fn naive(tree: &Tree, at: u32, world: &World, a: usize, b: usize) -> Result<Rational, NotDecided> {
    let value = |at: u32| naive(tree, at, world, a, b);
    let yes = |flag: bool| if flag { Rational::ONE } else { Rational::ZERO };
    Ok(match &tree.nodes[at as usize].kind {
        Kind::Number(number) => number.clone(),
        Kind::Name(name) => world.names[name].clone(),
        Kind::Member(owner, _) if owner == "A" => world.a[a].clone(),
        Kind::Member(..) => world.b[b].clone(),
        Kind::Negate(x) => -value(*x)?,
        Kind::Not(x) => yes(value(*x)?.is_zero()),
        Kind::Binary(operator, x, y) => match operator {
            Binary::And | Binary::Or => {
                let decided = *operator == Binary::Or;
                match (value(*x).map(|v| !v.is_zero()), value(*y).map(|v| !v.is_zero())) {
                    (Ok(flag), _) | (_, Ok(flag)) if flag == decided => yes(decided),
                    (Err(error), _) | (_, Err(error)) => return Err(error),
                    _ => yes(!decided),
                }
            }
            _ => {
                let (x, y) = (value(*x)?, value(*y)?);
                match operator {
                    Binary::Add => x + y,
                    Binary::Subtract => x - y,
                    Binary::Multiply => x * y,
                    Binary::Divide => x.checked_div(&y).ok_or(NotDecided::DivisionByZero)?,
                    Binary::Power => any_power(&x, &y)?,
                    Binary::Less => yes(x < y),
                    Binary::LessOrEqual => yes(x <= y),
                    Binary::Greater => yes(x > y),
                    Binary::GreaterOrEqual => yes(x >= y),
                    Binary::Equal => yes(x == y),
                    Binary::NotEqual => yes(x != y),
                    Binary::And | Binary::Or => unreachable!(),
                }
            }
        },
        Kind::Call(function, arguments) => match function {
            Function::If => {
                let taken = if value(arguments[0])?.is_zero() { 2 } else { 1 };
                value(arguments[taken])?
            }
            Function::Min | Function::Max => {
                let list: Result<Vec<Rational>, _> = arguments.iter().map(|&x| value(x)).collect();
                let list = list?;
                let best = if *function == Function::Min {
                    list.into_iter().min()
                } else {
                    list.into_iter().max()
                };
                best.unwrap()
            }
            Function::Abs => value(arguments[0])?.abs(),
            Function::Exp => value(arguments[0])?.exponential()?,
            Function::Log => value(arguments[0])?.logarithm()?,
            Function::Sqrt => value(arguments[0])?.square_root()?,
        },
    })
}

/// The tape of a tree over two axes, written for the test alone.
fn compiled(tree: &Tree, world: &World, names: &[&str]) -> Tape {
    let span = Span::default();
    let mut builder = TapeBuilder::new(vec![world.a.len(), world.b.len()]);
    let mut nodes: Vec<NodeId> = vec![];
    for node in &tree.nodes {
        let at = |k: &u32| nodes[*k as usize];
        let id = match &node.kind {
            Kind::Number(number) => builder.constant(number.clone(), span),
            Kind::Name(name) => {
                builder.parameter(names.iter().position(|known| known == name).unwrap(), span)
            }
            Kind::Member(owner, _) => {
                let (axis, values) = if owner == "A" { (0, &world.a) } else { (1, &world.b) };
                let cells = values.iter().map(|v| builder.constant(v.clone(), span)).collect();
                builder.gather(1 << axis, cells, span)
            }
            Kind::Negate(x) => builder.operation(Op::Negate(at(x)), span),
            Kind::Not(x) => builder.operation(Op::Not(at(x)), span),
            Kind::Binary(operator, x, y) => {
                let (x, y) = (at(x), at(y));
                let op = match operator {
                    Binary::Add => Op::Add(x, y),
                    Binary::Subtract => Op::Subtract(x, y),
                    Binary::Multiply => Op::Multiply(x, y),
                    Binary::Divide => Op::Divide(x, y),
                    Binary::Power => Op::AnyPower(x, y),
                    Binary::Less => Op::Less(x, y),
                    Binary::LessOrEqual => Op::LessOrEqual(x, y),
                    Binary::Greater => Op::Less(y, x),
                    Binary::GreaterOrEqual => Op::LessOrEqual(y, x),
                    Binary::Equal => Op::Equal(x, y),
                    Binary::NotEqual => Op::Not(builder.operation(Op::Equal(x, y), span)),
                    Binary::And => Op::And(x, y),
                    Binary::Or => Op::Or(x, y),
                };
                builder.operation(op, span)
            }
            Kind::Call(function, arguments) => {
                let list: Vec<NodeId> = arguments.iter().map(at).collect();
                let op = match function {
                    Function::If => Op::If(list[0], list[1], list[2]),
                    Function::Min | Function::Max => {
                        let first = list[0];
                        let fold = list[1..].iter().fold(first, |so_far, &next| {
                            let op = match function {
                                Function::Min => Op::Min(so_far, next),
                                _ => Op::Max(so_far, next),
                            };
                            builder.operation(op, span)
                        });
                        nodes.push(fold);
                        continue;
                    }
                    Function::Abs => Op::Abs(list[0]),
                    Function::Exp => Op::Exp(list[0]),
                    Function::Log => Op::Log(list[0]),
                    Function::Sqrt => Op::Sqrt(list[0]),
                };
                builder.operation(op, span)
            }
        };
        nodes.push(id);
    }
    builder.finish(vec![*nodes.last().unwrap()])
}

const NAMES: [&str; 2] = ["x", "y"];

fn formulas() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0u32..4).prop_map(|n| n.to_string()),
        Just("0.5".to_owned()),
        Just("x".to_owned()),
        Just("y".to_owned()),
        Just("A.f".to_owned()),
        Just("B.f".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let operators = prop::sample::select(vec![
            "+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "and", "or",
        ]);
        prop_oneof![
            (two.clone(), operators).prop_map(|((a, b), op)| format!("({a}) {op} ({b})")),
            (two.clone(), 0i32..3).prop_map(|((a, _), n)| format!("({a})^{n}")),
            two.clone().prop_map(|(a, b)| format!("({a})^(({b}) == 1)")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("abs({a})")),
            two.clone().prop_map(|(a, b)| format!("min({a}, {b})")),
            two.prop_map(|(a, b)| format!("max({a}, {b})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("if({a}, {b}, {c})")),
        ]
    })
}

fn small() -> impl Strategy<Value = Rational> {
    (-6i64..7, 1i64..4).prop_map(|(p, q)| Rational::new(p, q))
}

proptest! {
    #[test]
    fn the_tape_equals_the_naive_evaluation(
        text in formulas(),
        x in small(),
        y in small(),
        a in prop::collection::vec(small(), 1..4),
        b in prop::collection::vec(small(), 1..4),
        reversed in any::<bool>(),
    ) {
        let tree = parse(&text).unwrap();
        let world = World {
            names: HashMap::from([("x".into(), x.clone()), ("y".into(), y.clone())]),
            a: a.clone(),
            b: b.clone(),
        };
        let tape = compiled(&tree, &world, &NAMES);
        let mut kept: Vec<Vec<usize>> = vec![(0..a.len()).collect(), (0..b.len()).collect()];
        if reversed {
            kept[0].reverse();
            kept[1].truncate(1);
        }
        let mut exact = TapeRun::<Rational>::new();
        exact.run(&tape, &kept, &[x.clone(), y.clone()], &[]).unwrap();
        let results = exact.root(&tape, 0);
        let mut enclosed = TapeRun::<Interval>::new();
        let inputs = [Interval::enclosing(&x), Interval::enclosing(&y)];
        enclosed.run(&tape, &kept, &inputs, &[]).unwrap();
        let enclosures = enclosed.root(&tape, 0);
        let top = tree.nodes.len() as u32 - 1;
        let mut first_failure = None;
        let mut at = 0;
        for &i in &kept[0] {
            for &j in &kept[1] {
                match naive(&tree, top, &world, i, j) {
                    Ok(value) => {
                        if let Ok(values) = &results {
                            prop_assert_eq!(&values[at], &value, "{}", text);
                        }
                        if let Ok(list) = &enclosures {
                            let near = Interval::enclosing(&value);
                            prop_assert!(list[at].lower() <= near.lower().max(near.upper()));
                            prop_assert!(list[at].upper() >= near.upper().min(near.lower()));
                        }
                    }
                    Err(kind) => {
                        first_failure.get_or_insert((kind, at));
                    }
                }
                at += 1;
            }
        }
        match (first_failure, results) {
            (None, found) => prop_assert!(found.is_ok(), "{text}: {found:?}"),
            (Some((_, at)), Err((_, found))) => prop_assert_eq!(at, found),
            (Some(_), Ok(_)) => prop_assert!(false, "{} should fail", text),
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[-a-c0-2+*/^()., <>=!andorifmx]{0,40}") {
        let _ = parse(&text);
    }
}

fn value(text: &str) -> Result<Rational, NotDecided> {
    let world = World { names: HashMap::new(), a: vec![Rational::ONE], b: vec![Rational::ONE] };
    let tape = compiled(&parse(text).unwrap(), &world, &[]);
    evaluate::<Rational>(&tape, &[], &[]).map_err(|failure| failure.kind)
}

#[test]
fn operators_bind_as_in_books() {
    for (text, expected) in [
        ("2 + 3 * 4", Rational::from(14)),
        ("-2^2", Rational::from(-4)),
        ("2^-2", Rational::new(1, 4)),
        ("2^3^2", Rational::from(512)),
        ("10 - 4 - 3", Rational::from(3)),
        ("12 / 3 / 2", Rational::from(2)),
        ("2/3", Rational::new(2, 3)),
        ("1 + 2 < 4 and not 3 == 4", Rational::ONE),
        ("not 1 or 1", Rational::ONE),
        ("1e-3 * 1_000", Rational::ONE),
        ("if(1 < 2, 3, 1/0)", Rational::from(3)),
        ("1 == 2 and 1/0 > 0", Rational::ZERO),
        ("max(1, 2, 3) - min(3, 2, 1)", Rational::from(2)),
        ("0.1 + 0.2", Rational::new(3, 10)),
        ("(-8)^3", Rational::from(-512)),
        ("+ 3", Rational::from(3)),
        ("abs(-.5)", Rational::new(1, 2)),
    ] {
        assert_eq!(value(text), Ok(expected), "{text}");
    }
    assert_eq!(value("1/0"), Err(NotDecided::DivisionByZero));
    assert_eq!(value("2^(1/2)"), Err(NotDecided::NotRational));
    assert_eq!(value("0^-1"), Err(NotDecided::DivisionByZero));
}

#[test]
fn equal_parts_are_computed_once_and_constants_never() {
    let world = World {
        names: HashMap::new(),
        a: vec![Rational::ZERO, Rational::ONE],
        b: vec![Rational::ONE, Rational::from(2)],
    };
    let tree = parse("x * (A.f + B.f)^2 + (B.f + A.f)^2 * x").unwrap();
    let tape = compiled(&tree, &world, &NAMES);
    let computed = tape
        .nodes
        .iter()
        .filter(|node| !matches!(node.op, Op::Constant(_) | Op::Gather(_) | Op::Parameter(_)))
        .count();
    // The squares are a table of constants; one product and one sum remain.
    assert_eq!(computed, 2);
}

#[test]
fn powers_and_truth() {
    assert_eq!(power(&Rational::from(2), 10), Ok(Rational::from(1024)));
    assert_eq!(power(&Rational::from(3), i32::MAX), Err(NotDecided::TooLarge));
    assert_eq!(truth(&Interval::hull(-1.0, 1.0)), Err(NotDecided::TooClose));
    assert_eq!(truth(&Rational::new(-1, 2)), Ok(true));
}
