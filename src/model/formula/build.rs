//! Trees → tape: shares equal operations and folds constants.

use std::collections::HashMap;

use crate::model::span::Span;
use crate::num::{NotDecided, Rational, Scalar as _};

use super::run::work_on;
use super::tape::{Axes, Gather, NodeId, Op, Operands, Tape, TapeNode, apply, members};

/// Tables of constants up to this size are computed when the file is read.
const LARGEST_FOLD: usize = 4096;

/// Work on folding, in bits, after which operations are left to evaluation.
const MOST_FOLDING: u64 = 1 << 29;

/// Builds a [`Tape`], operation by operation.
#[derive(Debug, Default)]
pub(crate) struct TapeBuilder {
    tape: Tape,
    /// Whether the node is a constant, or a table of constants.
    fixed: Vec<bool>,
    nodes: HashMap<Op, NodeId>,
    constants: HashMap<Rational, u32>,
    gathers: HashMap<(Axes, Vec<NodeId>), u32>,
    /// Tables of attributes that were made before: (owner, attribute, axis).
    pub(crate) tables: HashMap<(usize, String, usize), NodeId>,
    /// Work done on folding constants.
    work: u64,
}

impl TapeBuilder {
    /// A builder over axes with these numbers of positions, at most 64.
    pub(crate) fn new(axes: Vec<usize>) -> Self {
        TapeBuilder { tape: Tape { axes, ..Tape::default() }, ..TapeBuilder::default() }
    }

    fn push(&mut self, op: Op, axes: Axes, span: Span, fixed: bool) -> NodeId {
        if let Some(&known) = self.nodes.get(&op) {
            return known;
        }
        // The text of all formulas is at most the largest file, far below 2^32 characters.
        let id = self.tape.nodes.len() as NodeId;
        self.tape.nodes.push(TapeNode { op, axes, span });
        self.fixed.push(fixed);
        self.nodes.insert(op, id);
        id
    }

    pub(crate) fn constant(&mut self, value: Rational, span: Span) -> NodeId {
        let next = self.tape.constants.len() as u32;
        let at = *self.constants.entry(value).or_insert_with_key(|value| {
            self.tape.constants.push(value.clone());
            next
        });
        self.push(Op::Constant(at), 0, span, true)
    }

    pub(crate) fn parameter(&mut self, parameter: usize, span: Span) -> NodeId {
        self.push(Op::Parameter(parameter as u32), 0, span, false)
    }

    pub(crate) fn input(&mut self, input: usize, span: Span) -> NodeId {
        self.push(Op::Input(input as u32), 0, span, false)
    }

    /// The node that picks one of `cells` by the positions on `axes` (last axis fastest); every
    /// cell is a node without axes.
    pub(crate) fn gather(&mut self, axes: Axes, cells: Vec<NodeId>, span: Span) -> NodeId {
        if let Some(&first) = cells.first()
            && cells.iter().all(|&cell| cell == first)
        {
            return first;
        }
        let fixed = cells.iter().all(|&cell| self.fixed[cell as usize]);
        let at = if cells.len() <= LARGEST_FOLD {
            let next = self.tape.gathers.len() as u32;
            *self.gathers.entry((axes, cells)).or_insert_with_key(|(axes, cells)| {
                self.tape.gathers.push(Gather { axes: *axes, cells: cells.clone() });
                next
            })
        } else {
            self.tape.gathers.push(Gather { axes, cells });
            self.tape.gathers.len() as u32 - 1
        };
        self.push(Op::Gather(at), axes, span, fixed)
    }

    /// The node of an operation on earlier nodes.
    pub(crate) fn operation(&mut self, op: Op, span: Span) -> NodeId {
        let op = match op {
            // Both orders of a sum or product are one operation.
            Op::Add(a, b) => Op::Add(a.min(b), a.max(b)),
            Op::Multiply(a, b) => Op::Multiply(a.min(b), a.max(b)),
            Op::Equal(a, b) => Op::Equal(a.min(b), a.max(b)),
            other => other,
        };
        if let Some(&known) = self.nodes.get(&op) {
            return known;
        }
        if let Some(same) = self.neutral(op) {
            return same;
        }
        let operands: Vec<NodeId> = match op.operands() {
            Operands::None => vec![],
            Operands::One(a) => vec![a],
            Operands::Two(a, b) => vec![a, b],
            Operands::Three(a, b, c) => vec![a, b, c],
        };
        let axes = operands.iter().fold(0, |axes, &at| axes | self.tape.nodes[at as usize].axes);
        if operands.iter().all(|&at| self.fixed[at as usize])
            && let Some(folded) = self.fold(op, &operands, axes, span)
        {
            return folded;
        }
        self.push(op, axes, span, false)
    }

    /// What an operation with a neutral or deciding constant comes to.
    fn neutral(&self, op: Op) -> Option<NodeId> {
        let is = |at: NodeId, value: &Rational| self.value(at) == Some(value);
        let (zero, one) = (&Rational::ZERO, &Rational::ONE);
        match op {
            Op::Add(a, b) if is(a, zero) => Some(b),
            Op::Add(a, b) | Op::Subtract(a, b) if is(b, zero) => Some(a),
            Op::Multiply(a, b) if is(a, one) => Some(b),
            Op::Multiply(a, b) | Op::Divide(a, b) if is(b, one) => Some(a),
            Op::Power(a, 1) => Some(a),
            Op::If(condition, yes, no) => {
                Some(if self.value(condition)?.is_zero() { no } else { yes })
            }
            _ => None,
        }
    }

    /// The value of a constant node.
    pub(crate) fn value(&self, at: NodeId) -> Option<&Rational> {
        match self.tape.nodes[at as usize].op {
            Op::Constant(constant) => Some(&self.tape.constants[constant as usize]),
            _ => None,
        }
    }

    /// Whether any operation so far reads a parameter.
    pub(crate) fn reads_parameters(&self) -> bool {
        self.tape.nodes.iter().any(|node| matches!(node.op, Op::Parameter(_)))
    }

    /// The axes on which a node depends.
    pub(crate) fn axes_of(&self, at: NodeId) -> Axes {
        self.tape.nodes[at as usize].axes
    }

    /// An operation on constants, or cell by cell on tables of constants; `None` where it has no
    /// answer, which evaluation then reports with its place.
    fn fold(&mut self, op: Op, operands: &[NodeId], axes: Axes, span: Span) -> Option<NodeId> {
        let size = self.tape.grid_size(axes);
        if size > LARGEST_FOLD || self.work > MOST_FOLDING {
            return None;
        }
        let maps: Vec<Vec<u32>> = operands
            .iter()
            .map(|&at| projection(axes, self.axes_of(at), &self.tape.axes))
            .collect();
        let mut values = Vec::with_capacity(size);
        for cell in 0..size {
            let operand = |k: usize| -> Result<Rational, NotDecided> {
                let node = operands[k];
                let source = match self.tape.nodes[node as usize].op {
                    Op::Gather(at) => self.tape.gathers[at as usize].cells[maps[k][cell] as usize],
                    _ => node,
                };
                self.value(source).cloned().ok_or(NotDecided::NotRational)
            };
            let value = apply::<Rational>(op, operand).ok()?;
            self.work += 64 + work_on(value.size_in_bits());
            values.push(value);
        }
        let cells: Vec<NodeId> =
            values.into_iter().map(|value| self.constant(value, span)).collect();
        Some(self.gather(axes, cells, span))
    }

    /// The tape of these results, without what they do not need.
    pub(crate) fn finish(self, roots: Vec<NodeId>) -> Tape {
        let mut needed = vec![false; self.tape.nodes.len()];
        for &root in &roots {
            needed[root as usize] = true;
        }
        for at in (0..self.tape.nodes.len()).rev() {
            if !needed[at] {
                continue;
            }
            let op = self.tape.nodes[at].op;
            match op.operands() {
                Operands::None => {}
                Operands::One(a) => needed[a as usize] = true,
                Operands::Two(a, b) => {
                    needed[a as usize] = true;
                    needed[b as usize] = true;
                }
                Operands::Three(a, b, c) => {
                    needed[a as usize] = true;
                    needed[b as usize] = true;
                    needed[c as usize] = true;
                }
            }
            if let Op::Gather(gather) = op {
                for &cell in &self.tape.gathers[gather as usize].cells {
                    needed[cell as usize] = true;
                }
            }
        }
        let mut tape = Tape { axes: self.tape.axes, ..Tape::default() };
        let mut renamed = vec![NodeId::MAX; needed.len()];
        let mut constants = HashMap::new();
        for (at, node) in self.tape.nodes.iter().enumerate() {
            if !needed[at] {
                continue;
            }
            let op = match node.op {
                Op::Constant(constant) => {
                    Op::Constant(*constants.entry(constant).or_insert_with(|| {
                        tape.constants.push(self.tape.constants[constant as usize].clone());
                        tape.constants.len() as u32 - 1
                    }))
                }
                Op::Gather(gather) => {
                    let gather = &self.tape.gathers[gather as usize];
                    let cells = gather.cells.iter().map(|&cell| renamed[cell as usize]).collect();
                    tape.gathers.push(Gather { axes: gather.axes, cells });
                    Op::Gather(tape.gathers.len() as u32 - 1)
                }
                other => other.renamed(|operand| renamed[operand as usize]),
            };
            renamed[at] = tape.nodes.len() as NodeId;
            tape.nodes.push(TapeNode { op, ..*node });
        }
        tape.roots = roots.into_iter().map(|root| renamed[root as usize]).collect();
        tape
    }
}

/// For every position of the grid over `from`, the position of the grid over `to` ⊆ `from`; both
/// grids have the last axis fastest, and axis k has `sizes[k]` positions.
pub(crate) fn projection(from: Axes, to: Axes, sizes: &[usize]) -> Vec<u32> {
    let list: Vec<usize> = members(from).collect();
    let mut strides = vec![0usize; list.len()];
    let mut stride = 1;
    for (at, &axis) in list.iter().enumerate().rev() {
        if to >> axis & 1 == 1 {
            strides[at] = stride;
            stride *= sizes[axis];
        }
    }
    let size = list.iter().map(|&axis| sizes[axis]).product();
    let mut position = vec![0usize; list.len()];
    let mut current = 0usize;
    let mut map = Vec::with_capacity(size);
    for _ in 0..size {
        map.push(current as u32);
        for at in (0..list.len()).rev() {
            position[at] += 1;
            current += strides[at];
            if position[at] < sizes[list[at]] {
                break;
            }
            current -= strides[at] * position[at];
            position[at] = 0;
        }
    }
    map
}
