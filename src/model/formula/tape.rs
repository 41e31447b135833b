//! The compiled form of formulas: operations in single-assignment form.

use crate::model::span::Span;
use crate::num::{NotDecided, Rational, Scalar};

/// Position of a node in a [`Tape`].
pub(crate) type NodeId = u32;

/// A set of axes, one bit each. For formulas over the profile an axis is a player.
pub(crate) type Axes = u64;

/// A number in a formula may take this many bits (about two thousand digits).
pub(crate) const MOST_BITS: usize = 1 << 13;

/// One operation; operands are nodes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    /// `constants[k]`.
    Constant(u32),
    /// The value of parameter k.
    Parameter(u32),
    /// An input that the caller gives beside the parameters (the cost charged to a player; the
    /// current false alarm).
    Input(u32),
    /// The node that `gathers[k]` lists for the actions played on the axes.
    Gather(u32),
    Negate(NodeId),
    Not(NodeId),
    Abs(NodeId),
    Exp(NodeId),
    Log(NodeId),
    Sqrt(NodeId),
    Add(NodeId, NodeId),
    Subtract(NodeId, NodeId),
    Multiply(NodeId, NodeId),
    Divide(NodeId, NodeId),
    Min(NodeId, NodeId),
    Max(NodeId, NodeId),
    /// An integer power known when the file is read.
    Power(NodeId, i32),
    /// A power whose exponent is computed: exact where it is an integer, by exp and log elsewhere.
    AnyPower(NodeId, NodeId),
    Less(NodeId, NodeId),
    LessOrEqual(NodeId, NodeId),
    Equal(NodeId, NodeId),
    And(NodeId, NodeId),
    Or(NodeId, NodeId),
    If(NodeId, NodeId, NodeId),
}

/// The operands of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operands {
    None,
    One(NodeId),
    Two(NodeId, NodeId),
    Three(NodeId, NodeId, NodeId),
}

impl Op {
    pub(crate) fn operands(self) -> Operands {
        match self {
            Op::Constant(_) | Op::Parameter(_) | Op::Input(_) | Op::Gather(_) => Operands::None,
            Op::Negate(a)
            | Op::Not(a)
            | Op::Abs(a)
            | Op::Exp(a)
            | Op::Log(a)
            | Op::Sqrt(a)
            | Op::Power(a, _) => Operands::One(a),
            Op::Add(a, b)
            | Op::Subtract(a, b)
            | Op::Multiply(a, b)
            | Op::Divide(a, b)
            | Op::Min(a, b)
            | Op::Max(a, b)
            | Op::AnyPower(a, b)
            | Op::Less(a, b)
            | Op::LessOrEqual(a, b)
            | Op::Equal(a, b)
            | Op::And(a, b)
            | Op::Or(a, b) => Operands::Two(a, b),
            Op::If(a, b, c) => Operands::Three(a, b, c),
        }
    }

    /// The same operation with renamed operands.
    pub(crate) fn renamed(self, name: impl Fn(NodeId) -> NodeId) -> Op {
        match self {
            Op::Constant(_) | Op::Parameter(_) | Op::Input(_) | Op::Gather(_) => self,
            Op::Negate(a) => Op::Negate(name(a)),
            Op::Not(a) => Op::Not(name(a)),
            Op::Abs(a) => Op::Abs(name(a)),
            Op::Exp(a) => Op::Exp(name(a)),
            Op::Log(a) => Op::Log(name(a)),
            Op::Sqrt(a) => Op::Sqrt(name(a)),
            Op::Power(a, n) => Op::Power(name(a), n),
            Op::Add(a, b) => Op::Add(name(a), name(b)),
            Op::Subtract(a, b) => Op::Subtract(name(a), name(b)),
            Op::Multiply(a, b) => Op::Multiply(name(a), name(b)),
            Op::Divide(a, b) => Op::Divide(name(a), name(b)),
            Op::Min(a, b) => Op::Min(name(a), name(b)),
            Op::Max(a, b) => Op::Max(name(a), name(b)),
            Op::AnyPower(a, b) => Op::AnyPower(name(a), name(b)),
            Op::Less(a, b) => Op::Less(name(a), name(b)),
            Op::LessOrEqual(a, b) => Op::LessOrEqual(name(a), name(b)),
            Op::Equal(a, b) => Op::Equal(name(a), name(b)),
            Op::And(a, b) => Op::And(name(a), name(b)),
            Op::Or(a, b) => Op::Or(name(a), name(b)),
            Op::If(a, b, c) => Op::If(name(a), name(b), name(c)),
        }
    }

    /// Whether the result is not rational in general.
    pub(crate) fn leaves_the_rationals(self) -> bool {
        matches!(self, Op::Exp(_) | Op::Log(_) | Op::Sqrt(_))
    }
}

/// An operation, the axes on which it depends, and where it stands in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TapeNode {
    pub(crate) op: Op,
    pub(crate) axes: Axes,
    pub(crate) span: Span,
}

/// A table of nodes (each without axes) by the actions on some axes, last axis fastest.
#[derive(Debug, Clone)]
pub(crate) struct Gather {
    pub(crate) axes: Axes,
    pub(crate) cells: Vec<NodeId>,
}

/// Compiled formulas over a grid of axes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape {
    pub(crate) nodes: Vec<TapeNode>,
    pub(crate) constants: Vec<Rational>,
    pub(crate) gathers: Vec<Gather>,
    /// The number of positions of each axis.
    pub(crate) axes: Vec<usize>,
    /// The results that are asked for.
    pub(crate) roots: Vec<NodeId>,
}

impl Tape {
    /// Whether no operation leaves the rational numbers.
    pub(crate) fn is_rational(&self) -> bool {
        !self.nodes.iter().any(|node| node.op.leaves_the_rationals())
    }

    /// The number of cells on the full grid: the sum over nodes of the sizes of their grids.
    pub(crate) fn num_cells(&self) -> usize {
        self.nodes.iter().fold(0, |sum, node| sum.saturating_add(self.grid_size(node.axes)))
    }

    /// The number of positions on the full grid of these axes.
    pub(crate) fn grid_size(&self, axes: Axes) -> usize {
        members(axes).fold(1, |size, axis| size.saturating_mul(self.axes[axis]))
    }
}

/// The axes of a set, ascending.
pub(crate) fn members(axes: Axes) -> impl DoubleEndedIterator<Item = usize> {
    (0..64).filter(move |axis| axes >> axis & 1 == 1)
}

/// Whether a number counts as true: anything but zero.
pub(crate) fn truth<S: Scalar>(value: &S) -> Result<bool, NotDecided> {
    Ok(value.certain_order(&S::zero())? != std::cmp::Ordering::Equal)
}

fn flag<S: Scalar>(value: bool) -> S {
    if value { S::one() } else { S::zero() }
}

/// Refuses a number that has grown too large.
pub(crate) fn bounded<S: Scalar>(value: S) -> Result<S, NotDecided> {
    if value.size_in_bits() > MOST_BITS { Err(NotDecided::TooLarge) } else { Ok(value) }
}

/// a^n within the limit on size.
pub(crate) fn power<S: Scalar>(base: &S, exponent: i32) -> Result<S, NotDecided> {
    if base.size_in_bits().saturating_mul(exponent.unsigned_abs() as usize) > MOST_BITS {
        return Err(NotDecided::TooLarge);
    }
    base.power(exponent)
}

/// a^b for any b: exact for integers, e^(b ln a) otherwise.
pub(crate) fn any_power<S: Scalar>(base: &S, exponent: &S) -> Result<S, NotDecided> {
    let near = exponent.approximate().round();
    if near.abs() <= f64::from(i32::MAX) {
        // In range by the line above.
        let whole = near as i32;
        if exponent.certain_order(&S::constant(&Rational::from(whole)))
            == Ok(std::cmp::Ordering::Equal)
        {
            return power(base, whole);
        }
    }
    exponent.times(&base.logarithm()?).exponential()
}

/// A number, or why there is none.
pub(crate) type Cell<S> = Result<S, NotDecided>;

/// The result of an operation on operands that may themselves have failed: failure passes on, but
/// for what an `if`, `and` or `or` does not need.
pub(crate) fn apply<S: Scalar>(op: Op, operand: impl Fn(usize) -> Cell<S>) -> Cell<S> {
    use std::cmp::Ordering::{Greater, Less};
    let a = || operand(0);
    let b = || operand(1);
    let value = match op {
        Op::Negate(_) => a()?.negated(),
        Op::Not(_) => flag(!truth(&a()?)?),
        Op::Abs(_) => a()?.magnitude(),
        Op::Exp(_) => a()?.exponential()?,
        Op::Log(_) => a()?.logarithm()?,
        Op::Sqrt(_) => a()?.square_root()?,
        Op::Add(..) => a()?.plus(&b()?),
        Op::Subtract(..) => a()?.minus(&b()?),
        Op::Multiply(..) => a()?.times(&b()?),
        Op::Divide(..) => a()?.over(&b()?)?,
        Op::Min(..) => a()?.smaller(&b()?),
        Op::Max(..) => a()?.larger(&b()?),
        Op::Power(_, n) => power(&a()?, n)?,
        Op::AnyPower(..) => any_power(&a()?, &b()?)?,
        Op::Less(..) => flag(a()?.certain_order(&b()?)? == Less),
        Op::LessOrEqual(..) => flag(a()?.certain_order(&b()?)? != Greater),
        Op::Equal(..) => flag(equal(&a()?, &b()?)?),
        // Either side alone may settle the matter, whatever the other is.
        Op::And(..) => match (a().and_then(|x| truth(&x)), b().and_then(|y| truth(&y))) {
            (Ok(false), _) | (_, Ok(false)) => S::zero(),
            (Err(error), _) | (_, Err(error)) => return Err(error),
            _ => S::one(),
        },
        Op::Or(..) => match (a().and_then(|x| truth(&x)), b().and_then(|y| truth(&y))) {
            (Ok(true), _) | (_, Ok(true)) => S::one(),
            (Err(error), _) | (_, Err(error)) => return Err(error),
            _ => S::zero(),
        },
        Op::If(..) => return if truth(&a()?)? { b() } else { operand(2) },
        Op::Constant(_) | Op::Parameter(_) | Op::Input(_) | Op::Gather(_) => return a(),
    };
    bounded(value)
}

/// Certified equality.
pub(crate) fn equal<S: Scalar>(a: &S, b: &S) -> Result<bool, NotDecided> {
    Ok(a.certain_order(b)? == std::cmp::Ordering::Equal)
}
