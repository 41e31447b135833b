//! Linear programs over mixtures of the corners of a polygon, one mixture for each signal, by the simplex
//! method in machine numbers.

/// A reduced cost that is none.
const COST: f64 = 1e-11;
/// A coefficient that is none.
const PIVOT: f64 = 1e-10;
/// What rows may lack.
const LACK: f64 = 1e-10;
/// Pivots with the greatest reduced cost, after which the first one is taken (Bland 1977).
const GREEDY: usize = 300;
/// Pivots after which a program is given up.
const MOST: usize = 3000;

/// What a mixture after each signal has to satisfy: Σ over signals and corners of a coefficient times the
/// weight is at least the need.
pub(super) struct Row {
    /// By signal and corner.
    pub(super) coefficients: Vec<f64>,
    pub(super) need: f64,
}

/// Weights of corners after each signal, and how the rows bound them.
pub(super) struct Mixtures {
    signals: usize,
    corners: usize,
    rows: usize,
    /// Weights, the slack of each row, an artificial variable for each row, the right side.
    table: Vec<Vec<f64>>,
    basis: Vec<usize>,
}

impl Mixtures {
    /// Mixtures that satisfy all rows; otherwise multipliers of the rows which show that none do.
    pub(super) fn new(signals: usize, corners: usize, rows: &[Row]) -> Result<Self, Vec<f64>> {
        let weights = signals * corners;
        let width = weights + 2 * rows.len() + 1;
        let mut table = vec![vec![0.0; width]; signals + rows.len()];
        let mut basis = Vec::with_capacity(table.len());
        for (signal, line) in table[..signals].iter_mut().enumerate() {
            line[signal * corners..(signal + 1) * corners].fill(1.0);
            line[width - 1] = 1.0;
            basis.push(signal * corners);
        }
        for (at, row) in rows.iter().enumerate() {
            let line = &mut table[signals + at];
            for (signal, own) in row.coefficients.chunks(corners.max(1)).enumerate() {
                let first = own.first().copied().unwrap_or(0.0);
                for (corner, by) in own.iter().enumerate() {
                    line[signal * corners + corner] = first - by;
                }
                line[width - 1] += first;
            }
            line[width - 1] -= row.need;
            line[weights + at] = 1.0;
            if line[width - 1] >= 0.0 {
                basis.push(weights + at);
            } else {
                line.iter_mut().for_each(|entry| *entry = -*entry);
                line[weights + rows.len() + at] = 1.0;
                basis.push(weights + rows.len() + at);
            }
        }
        let mut program = Mixtures { signals, corners, rows: rows.len(), table, basis };
        program.satisfy()?;
        Ok(program)
    }

    fn weights(&self) -> usize {
        self.signals * self.corners
    }

    /// The first artificial variable.
    fn artificial(&self) -> usize {
        self.weights() + self.rows
    }

    fn right(&self, line: usize) -> f64 {
        self.table[line].last().copied().unwrap_or(0.0)
    }

    fn satisfy(&mut self) -> Result<(), Vec<f64>> {
        let first = self.artificial();
        if self.basis.iter().all(|&one| one < first) {
            return Ok(());
        }
        let mut costs = vec![0.0; first + self.rows];
        costs[first..].fill(-1.0);
        let reduced = self.optimize(&costs);
        let lacking: f64 = (0..self.basis.len())
            .filter(|&line| self.basis[line] >= first)
            .map(|line| self.right(line))
            .sum();
        if lacking > LACK {
            return Err(self.multipliers(&reduced));
        }
        for line in 0..self.basis.len() {
            if self.basis[line] >= first {
                let size = |at: &usize| self.table[line][*at].abs();
                let most = (0..first).max_by(|a, b| size(a).total_cmp(&size(b)));
                if let Some(column) = most.filter(|at| size(at) > 1e-7) {
                    self.pivot(line, column);
                }
            }
        }
        Ok(())
    }

    fn multipliers(&self, reduced: &[f64]) -> Vec<f64> {
        reduced[self.weights()..self.artificial()].iter().map(|by| by.max(0.0)).collect()
    }

    /// The greatest value of Σ value × weight, the weights, and the multipliers of the rows.
    pub(super) fn best(&mut self, values: &[f64]) -> (f64, Vec<f64>) {
        let mut costs = values.to_vec();
        costs.resize(self.artificial() + self.rows, 0.0);
        let reduced = self.optimize(&costs);
        let value = (0..self.basis.len()).map(|at| costs[self.basis[at]] * self.right(at)).sum();
        (value, self.multipliers(&reduced))
    }

    /// The weights of the corners, by signal and corner.
    pub(super) fn solution(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.weights()];
        for (line, &column) in self.basis.iter().enumerate() {
            if let Some(weight) = weights.get_mut(column) {
                *weight = self.right(line).clamp(0.0, 1.0);
            }
        }
        weights
    }

    fn reduced(&self, costs: &[f64]) -> Vec<f64> {
        let mut reduced: Vec<f64> = costs.iter().map(|cost| -cost).collect();
        for (line, &column) in self.table.iter().zip(&self.basis) {
            let cost = costs[column];
            if cost != 0.0 {
                reduced.iter_mut().zip(line).for_each(|(own, entry)| *own += cost * entry);
            }
        }
        reduced
    }

    /// Pivots until no reduced cost is negative.
    fn optimize(&mut self, costs: &[f64]) -> Vec<f64> {
        let enters = self.artificial();
        let mut reduced = self.reduced(costs);
        for count in 0..MOST {
            let candidates =
                reduced[..enters].iter().enumerate().filter(|(_, cost)| **cost < -COST);
            let entering = if count < GREEDY {
                candidates.min_by(|one, other| one.1.total_cmp(other.1))
            } else {
                candidates.into_iter().next()
            };
            let Some((column, &cost)) = entering else { break };
            let mut leaving: Option<(f64, f64, usize)> = None;
            for (at, line) in self.table.iter().enumerate() {
                let by = line[column];
                if by > PIVOT {
                    let ratio = self.right(at).max(0.0) / by;
                    let better = leaving.is_none_or(|(least, most, _)| {
                        ratio < least - 1e-13 || (ratio <= least + 1e-13 && by > most)
                    });
                    if better {
                        leaving = Some((ratio, by, at));
                    }
                }
            }
            let Some((_, _, line)) = leaving else { break };
            self.pivot(line, column);
            reduced.iter_mut().zip(&self.table[line]).for_each(|(own, by)| *own -= cost * by);
        }
        self.reduced(costs)
    }

    fn pivot(&mut self, line: usize, column: usize) {
        let by = self.table[line][column];
        self.table[line].iter_mut().for_each(|entry| *entry /= by);
        let chosen = std::mem::take(&mut self.table[line]);
        for other in &mut self.table {
            let factor = other.get(column).copied().unwrap_or(0.0);
            if factor != 0.0 {
                other.iter_mut().zip(&chosen).for_each(|(entry, own)| *entry -= factor * own);
            }
        }
        self.table[line] = chosen;
        self.basis[line] = column;
    }
}
