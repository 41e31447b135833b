//! Evaluation of a tape: every operation on the grid of the axes on which it depends.

use crate::num::{NotDecided, Rational, Scalar};

use super::build::projection;
use super::tape::{
    Axes, Cell, NodeId, Op, Operands, Tape, any_power, apply, bounded, equal, members, power,
};

/// Work on large numbers that one evaluation may do, in bits and squared bits: far more than any
/// sensible model needs, and a few seconds at most.
const MOST_WORK: u64 = 1 << 32;

/// Why a cell has no value, and at which node that began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: NotDecided,
    pub(crate) node: NodeId,
}

/// How the cells of an operand lie under the cells of the node that uses it.
#[derive(Debug, Clone, Copy)]
enum Link {
    Same,
    Single,
    Map(u32),
}

/// The buffers of a tape for one kind of number; made once and used for many evaluations.
#[derive(Debug, Clone)]
pub(crate) struct TapeRun<S> {
    kept: Option<Vec<Vec<usize>>>,
    offsets: Vec<usize>,
    sizes: Vec<usize>,
    links: Vec<[Link; 3]>,
    maps: Vec<Vec<u32>>,
    /// For each gather that is not constant, the cells that it copies.
    sources: Vec<(NodeId, Vec<u32>)>,
    /// The nodes to compute; the others keep their values from one evaluation to the next.
    dynamic: Vec<NodeId>,
    cells: Vec<S>,
    failures: Vec<Option<Failure>>,
    failed: bool,
}

/// An operand's cells as seen from the node that uses it.
#[derive(Clone, Copy)]
enum View<'c, S> {
    Same(&'c [S]),
    Single(&'c S),
    Mapped(&'c [S], &'c [u32]),
}

impl<'c, S> View<'c, S> {
    fn get(&self, at: usize) -> &'c S {
        match self {
            View::Same(cells) => &cells[at],
            View::Single(cell) => cell,
            View::Mapped(cells, map) => &cells[map[at] as usize],
        }
    }
}

impl<S: Scalar> TapeRun<S> {
    pub(crate) fn new() -> Self {
        TapeRun {
            kept: None,
            offsets: vec![],
            sizes: vec![],
            links: vec![],
            maps: vec![],
            sources: vec![],
            dynamic: vec![],
            cells: vec![],
            failures: vec![],
            failed: false,
        }
    }

    /// Lays out the buffers for these kept positions on each axis; does nothing when they are the
    /// same as before. All positions must be within the tape's axes.
    fn arrange(&mut self, tape: &Tape, kept: &[Vec<usize>]) {
        if self.kept.as_deref() == Some(kept) {
            return;
        }
        let shape: Vec<usize> = kept.iter().map(Vec::len).collect();
        let size = |axes: Axes| members(axes).map(|axis| shape[axis]).product::<usize>();
        *self = Self::new();
        let mut known: std::collections::HashMap<(Axes, Axes), u32> =
            std::collections::HashMap::new();
        let mut total = 0;
        let mut constant = Vec::with_capacity(tape.nodes.len());
        for (id, node) in tape.nodes.iter().enumerate() {
            self.offsets.push(total);
            let cells = size(node.axes);
            self.sizes.push(cells);
            total += cells;
            let mut link = |operand: NodeId| {
                let axes = tape.nodes[operand as usize].axes;
                if axes == node.axes {
                    Link::Same
                } else if axes == 0 {
                    Link::Single
                } else {
                    Link::Map(*known.entry((node.axes, axes)).or_insert_with(|| {
                        self.maps.push(projection(node.axes, axes, &shape));
                        self.maps.len() as u32 - 1
                    }))
                }
            };
            let unused = Link::Single;
            self.links.push(match node.op.operands() {
                Operands::None => [unused; 3],
                Operands::One(a) => [link(a), unused, unused],
                Operands::Two(a, b) => [link(a), link(b), unused],
                Operands::Three(a, b, c) => [link(a), link(b), link(c)],
            });
            match node.op {
                Op::Constant(at) => {
                    self.cells.push(S::constant(&tape.constants[at as usize]));
                    constant.push(true);
                }
                Op::Gather(at) => {
                    let gather = &tape.gathers[at as usize];
                    let sources: Vec<u32> = original(gather.axes, kept, &tape.axes)
                        .into_iter()
                        .map(|cell| self.offsets[gather.cells[cell] as usize] as u32)
                        .collect();
                    for &at in &sources {
                        self.cells.push(self.cells[at as usize].clone());
                    }
                    let fixed = gather.cells.iter().all(|&cell| constant[cell as usize]);
                    constant.push(fixed);
                    if !fixed {
                        self.dynamic.push(id as NodeId);
                        self.sources.push((id as NodeId, sources));
                    }
                }
                _ => {
                    self.cells.resize(total, S::zero());
                    constant.push(false);
                    self.dynamic.push(id as NodeId);
                }
            }
        }
        self.kept = Some(kept.to_vec());
    }

    /// Evaluates the tape on the kept positions of each axis.
    ///
    /// # Errors
    /// Only when the numbers grow beyond the limit on work; what fails in single cells is said by
    /// [`TapeRun::root`].
    pub(crate) fn run(
        &mut self,
        tape: &Tape,
        kept: &[Vec<usize>],
        parameters: &[S],
        inputs: &[S],
    ) -> Result<(), Failure> {
        self.arrange(tape, kept);
        self.failed = false;
        self.failures.clear();
        let mut work = 0u64;
        let mut next_source = 0;
        let dynamic = std::mem::take(&mut self.dynamic);
        for &id in &dynamic {
            match tape.nodes[id as usize].op {
                Op::Parameter(at) => {
                    self.cells[self.offsets[id as usize]] = parameters[at as usize].clone();
                }
                Op::Input(at) => {
                    self.cells[self.offsets[id as usize]] = inputs[at as usize].clone();
                }
                Op::Gather(_) => {
                    self.copy(id, next_source);
                    next_source += 1;
                }
                op if self.failed => self.compute_with_care(id, op),
                op => self.compute(id, op),
            }
            let (offset, size) = (self.offsets[id as usize], self.sizes[id as usize]);
            for cell in &self.cells[offset..offset + size] {
                work += work_on(cell.size_in_bits());
            }
            if work > MOST_WORK {
                self.dynamic = dynamic;
                return Err(Failure { kind: NotDecided::TooLarge, node: id });
            }
        }
        self.dynamic = dynamic;
        Ok(())
    }

    /// A table of computed cells.
    fn copy(&mut self, id: NodeId, source: usize) {
        let offset = self.offsets[id as usize];
        let (_, sources) = &self.sources[source];
        for (at, &from) in sources.iter().enumerate() {
            let (before, out) = self.cells.split_at_mut(offset);
            out[at].clone_from(&before[from as usize]);
            if self.failed {
                self.failures[offset + at] = self.failures[from as usize];
            }
        }
    }

    fn fail(&mut self, cell: usize, failure: Failure) {
        if !self.failed {
            self.failed = true;
            self.failures.resize(self.cells.len(), None);
        }
        self.failures[cell] = Some(failure);
    }

    /// All cells of a node, while nothing has failed.
    fn compute(&mut self, id: NodeId, op: Op) {
        let (offset, size) = (self.offsets[id as usize], self.sizes[id as usize]);
        let (before, rest) = self.cells.split_at_mut(offset);
        let out = &mut rest[..size];
        let links = self.links[id as usize];
        let view = |operand: NodeId, link: Link| {
            let start = self.offsets[operand as usize];
            match link {
                Link::Same => View::Same(&before[start..start + size]),
                Link::Single => View::Single(&before[start]),
                Link::Map(map) => View::Mapped(
                    &before[start..start + self.sizes[operand as usize]],
                    &self.maps[map as usize],
                ),
            }
        };
        let mut failures = Vec::new();
        let mut one = |a: NodeId, f: &dyn Fn(&S) -> Cell<S>| {
            let a = view(a, links[0]);
            for (at, cell) in out.iter_mut().enumerate() {
                match f(a.get(at)).and_then(bounded) {
                    Ok(value) => *cell = value,
                    Err(kind) => failures.push((at, kind)),
                }
            }
        };
        match op {
            Op::Negate(a) => one(a, &|x| Ok(x.negated())),
            Op::Not(_) | Op::And(..) | Op::Or(..) | Op::If(..) => {
                self.compute_with_care(id, op);
                return;
            }
            Op::Abs(a) => one(a, &|x| Ok(x.magnitude())),
            Op::Exp(a) => one(a, &S::exponential),
            Op::Log(a) => one(a, &S::logarithm),
            Op::Sqrt(a) => one(a, &S::square_root),
            Op::Power(a, n) => one(a, &|x| power(x, n)),
            Op::Add(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, |x, y| Ok(x.plus(y)))
            }
            Op::Subtract(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, |x, y| Ok(x.minus(y)))
            }
            Op::Multiply(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, |x, y| Ok(x.times(y)))
            }
            Op::Divide(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, S::over)
            }
            Op::Min(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, |x, y| {
                    Ok(x.smaller(y))
                })
            }
            Op::Max(a, b) => two(
                out,
                view(a, links[0]),
                view(b, links[1]),
                &mut failures,
                |x, y| Ok(x.larger(y)),
            ),
            Op::AnyPower(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, any_power)
            }
            Op::Less(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, |x, y| {
                    Ok(flag(x.certain_order(y)?.is_lt()))
                })
            }
            Op::LessOrEqual(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, |x, y| {
                    Ok(flag(x.certain_order(y)?.is_le()))
                })
            }
            Op::Equal(a, b) => {
                two(out, view(a, links[0]), view(b, links[1]), &mut failures, |x, y| {
                    Ok(flag(equal(x, y)?))
                })
            }
            Op::Constant(_) | Op::Parameter(_) | Op::Input(_) | Op::Gather(_) => {}
        }
        for (at, kind) in failures {
            self.fail(offset + at, Failure { kind, node: id });
        }
    }

    /// All cells of a node, when operands may have failed.
    fn compute_with_care(&mut self, id: NodeId, op: Op) {
        let (offset, size) = (self.offsets[id as usize], self.sizes[id as usize]);
        let (operands, count) = match op.operands() {
            Operands::None => ([0; 3], 0),
            Operands::One(a) => ([a, 0, 0], 1),
            Operands::Two(a, b) => ([a, b, 0], 2),
            Operands::Three(a, b, c) => ([a, b, c], 3),
        };
        let links = self.links[id as usize];
        for at in 0..size {
            let mut source = [0; 3];
            for k in 0..count {
                let start = self.offsets[operands[k] as usize];
                source[k] = match links[k] {
                    Link::Same => start + at,
                    Link::Single => start,
                    Link::Map(map) => start + self.maps[map as usize][at] as usize,
                };
            }
            let failure = |k: usize| self.failures.get(source[k]).copied().flatten();
            let result = apply(op, |k| match failure(k) {
                None => Ok(self.cells[source[k]].clone()),
                Some(failure) => Err(failure.kind),
            });
            match result {
                Ok(value) => self.cells[offset + at] = value,
                Err(kind) => {
                    // The failure began at the operand that failed in this way, or here.
                    let origin = (0..count)
                        .find_map(|k| failure(k).filter(|failure| failure.kind == kind))
                        .unwrap_or(Failure { kind, node: id });
                    self.fail(offset + at, origin);
                }
            }
        }
    }

    /// The values of the k-th result on the whole grid of all axes, last axis fastest.
    ///
    /// # Errors
    /// The first failure, with the position on the grid at which it stands.
    pub(crate) fn root(&self, tape: &Tape, k: usize) -> Result<Vec<S>, (Failure, usize)> {
        let node = tape.roots[k] as usize;
        let (offset, size) = (self.offsets[node], self.sizes[node]);
        let shape: Vec<usize> = self.kept.iter().flatten().map(Vec::len).collect();
        let all: Axes = (0..shape.len()).fold(0, |axes, axis| axes | 1 << axis);
        let axes = tape.nodes[node].axes;
        let total: usize = shape.iter().product();
        if self.failed {
            let map = projection(all, axes, &shape);
            for (at, &cell) in map.iter().enumerate() {
                if let Some(failure) = self.failures[offset + cell as usize] {
                    return Err((failure, at));
                }
            }
        }
        let cells = &self.cells[offset..offset + size];
        if size == total && (axes == all || size == 1) {
            return Ok(cells.to_vec());
        }
        if size == 1 {
            return Ok(vec![cells[0].clone(); total]);
        }
        Ok(projection(all, axes, &shape).into_iter().map(|at| cells[at as usize].clone()).collect())
    }

    /// The value of the k-th result, which depends on no axis.
    ///
    /// # Errors
    /// Why it has none.
    pub(crate) fn single(&self, tape: &Tape, k: usize) -> Result<S, Failure> {
        let offset = self.offsets[tape.roots[k] as usize];
        match self.failures.get(offset).copied().flatten() {
            Some(failure) => Err(failure),
            None => Ok(self.cells[offset].clone()),
        }
    }
}

/// The work that a number of this many bits stands for: multiplication and reduction to lowest
/// terms grow faster than the size.
pub(super) fn work_on(bits: usize) -> u64 {
    let bits = bits as u64;
    bits + ((bits * bits) >> 12)
}

fn flag<S: Scalar>(value: bool) -> S {
    if value { S::one() } else { S::zero() }
}

/// A binary operation cell by cell, with the common layouts told apart outside the loop.
fn two<S: Scalar>(
    out: &mut [S],
    a: View<'_, S>,
    b: View<'_, S>,
    failures: &mut Vec<(usize, NotDecided)>,
    f: impl Fn(&S, &S) -> Cell<S>,
) {
    let mut set = |at: usize, cell: &mut S, x: &S, y: &S| match f(x, y).and_then(bounded) {
        Ok(value) => *cell = value,
        Err(kind) => failures.push((at, kind)),
    };
    match (a, b) {
        (View::Same(a), View::Same(b)) => {
            for (at, ((cell, x), y)) in out.iter_mut().zip(a).zip(b).enumerate() {
                set(at, cell, x, y);
            }
        }
        (View::Same(a), View::Single(y)) => {
            for (at, (cell, x)) in out.iter_mut().zip(a).enumerate() {
                set(at, cell, x, y);
            }
        }
        (View::Single(x), View::Same(b)) => {
            for (at, (cell, y)) in out.iter_mut().zip(b).enumerate() {
                set(at, cell, x, y);
            }
        }
        (a, b) => {
            for (at, cell) in out.iter_mut().enumerate() {
                set(at, cell, a.get(at), b.get(at));
            }
        }
    }
}

/// For every kept position of the grid over `axes`, its position among all.
fn original(axes: Axes, kept: &[Vec<usize>], sizes: &[usize]) -> Vec<usize> {
    let mut list = vec![0];
    for axis in members(axes) {
        list = list
            .iter()
            .flat_map(|&before| kept[axis].iter().map(move |&at| before * sizes[axis] + at))
            .collect();
    }
    list
}

/// The value of a tape without axes, for formulas of parameters alone.
///
/// # Errors
/// Why it has none, and where that began.
pub(crate) fn evaluate<S: Scalar>(
    tape: &Tape,
    parameters: &[S],
    inputs: &[S],
) -> Result<S, Failure> {
    let mut cells: Vec<Result<S, Failure>> = Vec::with_capacity(tape.nodes.len());
    for (id, node) in tape.nodes.iter().enumerate() {
        let cell = match node.op {
            Op::Constant(at) => Ok(S::constant(&tape.constants[at as usize])),
            Op::Parameter(at) => Ok(parameters[at as usize].clone()),
            Op::Input(at) => Ok(inputs[at as usize].clone()),
            op => {
                let operands = match op.operands() {
                    Operands::None => [0; 3],
                    Operands::One(a) => [a, a, a],
                    Operands::Two(a, b) => [a, b, b],
                    Operands::Three(a, b, c) => [a, b, c],
                };
                apply(op, |k| match &cells[operands[k] as usize] {
                    Ok(value) => Ok(value.clone()),
                    Err(failure) => Err(failure.kind),
                })
                .map_err(|kind| {
                    let from = |at: NodeId| cells[at as usize].as_ref().err().copied();
                    operands
                        .into_iter()
                        .find_map(|at| from(at).filter(|failure| failure.kind == kind))
                        .unwrap_or(Failure { kind, node: id as NodeId })
                })
            }
        };
        cells.push(cell);
    }
    match tape.roots.first() {
        Some(&root) => cells.swap_remove(root as usize),
        None => Ok(S::constant(&Rational::ZERO)),
    }
}
