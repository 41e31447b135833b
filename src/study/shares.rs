//! Shares of a sweep: in how much of the range each conclusion holds.
//!
//! Every scenario is held against the baseline, and against the build-up of deterrence where the
//! model names one, point by point. Two numbers that differ by less than [`SAME`] in relative terms
//! are the same: enclosures are about 1e-13 wide, and identical play gives identical numbers.

use crate::model::{Better, Model, OutputKind};

use super::drivers::Drivers;
use super::scenario::Scenario;
use super::sweep::{Cell, CellFailure, Facts};

/// The relative difference below which two numbers count as the same.
pub const SAME: f64 = 1e-9;

/// In how many points something moved one way or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moves {
    /// The number became lower.
    pub lower: u64,
    /// The number became higher.
    pub higher: u64,
    /// The number became lower by at least a tenth.
    pub lower_by_tenth: u64,
    /// The number became higher by at least a tenth.
    pub higher_by_tenth: u64,
}

impl Moves {
    fn count(&mut self, before: f64, after: f64) {
        // An infinite number (no patience is enough) is far from every finite one.
        let scale = before.abs().max(after.abs());
        let near = scale.is_finite() && (after - before).abs() <= SAME * scale;
        if before == after || near {
            return;
        }
        if after < before {
            self.lower += 1;
            self.lower_by_tenth += u64::from(after <= 0.9 * before);
        } else {
            self.higher += 1;
            self.higher_by_tenth += u64::from(after >= 1.1 * before);
        }
    }
}

/// One scenario held against another over all points.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Against {
    /// Each output of the model.
    pub outputs: Vec<Moves>,
    /// Each player's payoff.
    pub payoffs: Vec<Moves>,
    /// Points in which every player is better off.
    pub all_better: u64,
    /// The critical discount factor of each agreement; infinite where none is enough.
    pub critical: Vec<Moves>,
    /// In games in states, the probability of conflict within the model's number of periods.
    pub conflict: Option<Moves>,
    /// Points in which the kept agreement or the stage play differs.
    pub behaviour: u64,
}

impl Against {
    fn sized(model: &Model) -> Self {
        Against {
            outputs: vec![Moves::default(); model.outputs.len()],
            payoffs: vec![Moves::default(); model.players.len()],
            critical: vec![Moves::default(); model.agreements().len()],
            ..Against::default()
        }
    }

    fn count(&mut self, before: &Cell, after: &Cell) {
        for (moves, (from, to)) in
            self.outputs.iter_mut().zip(before.outputs.iter().zip(&after.outputs))
        {
            moves.count(*from, *to);
        }
        let mut better = 0;
        for (moves, (from, to)) in
            self.payoffs.iter_mut().zip(before.payoffs.iter().zip(&after.payoffs))
        {
            let had = moves.higher;
            moves.count(*from, *to);
            better += usize::from(moves.higher > had);
        }
        self.all_better += u64::from(better == after.payoffs.len());
        for (moves, (from, to)) in
            self.critical.iter_mut().zip(before.critical.iter().zip(&after.critical))
        {
            if let (Some(from), Some(to)) = (from, to) {
                moves.count(*from, *to);
            }
        }
        let within = |cell: &Cell| cell.conflict.and_then(|conflict| conflict.within);
        if let (Some(from), Some(to)) = (within(before), within(after)) {
            self.conflict.get_or_insert_default().count(from, to);
        }
        self.behaviour +=
            u64::from(before.agreement != after.agreement || before.stage != after.stage);
    }
}

/// What is counted for one scenario.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScenarioShares {
    /// Against the baseline.
    pub against_baseline: Against,
    /// Against the build-up, where the model names one and the sweep has it.
    pub against_build_up: Option<Against>,
    /// The sum of each output over all points.
    pub output_sums: Vec<f64>,
    /// In games in states, the sum of the probability of conflict over all points.
    pub conflict_sum: f64,
}

/// What is counted of the baseline.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BaselineShares {
    /// Points in which simultaneous best replies come to rest.
    pub converges: u64,
    /// Points by number of pure equilibria.
    pub pure_equilibria: Vec<u64>,
    /// Points that iterated strict dominance by pure strategies solves.
    pub dominance_solvable: u64,
    /// Points by what is played in the stage game (positions in the model; `None` is mixed).
    pub stage: Vec<(Option<Vec<usize>>, u64)>,
    /// For each output, the points in which it is positive in the stage play.
    pub stage_positive: Vec<u64>,
    /// For each player, joint action of the others, and own action: points in which it is the reply.
    pub best_replies: Vec<Vec<Vec<u64>>>,
    /// For each agreement: points in which every player prefers it to the stage play.
    pub preferred: Vec<u64>,
    /// For each agreement: points in which it holds at the point's discount factor.
    pub holding: Vec<u64>,
    /// For each agreement: points in which it is the one that is kept.
    pub kept: Vec<u64>,
    /// For each agreement: points in which no discount factor below 1 sustains it.
    pub impossible: Vec<u64>,
    /// For each agreement: points in which it holds whatever the discount factor.
    pub always: Vec<u64>,
    /// For each agreement: its critical discount factor at every point, for quantiles.
    pub critical: Vec<Vec<f64>>,
}

/// The shares of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// The number of points that are counted: those at which every scenario has a value.
    pub points: u64,
    /// The number of points that are left out, since some scenario has no value there.
    pub left_out: u64,
    /// The baseline.
    pub baseline: BaselineShares,
    /// One entry for each scenario of the sweep, in order.
    pub scenarios: Vec<ScenarioShares>,
    /// The position of the build-up among the scenarios.
    pub build_up: Option<usize>,
    /// Cells that intervals decided, that exact numbers decided, and that used rounded payoffs.
    pub arithmetic: [u64; 3],
    /// The largest half-width of the enclosures in any cell.
    pub radius: f64,
    /// The names of the parameters that vary.
    pub names: Vec<String>,
    /// For each scenario, what drives whether the headline risk falls against the baseline.
    pub drivers: Drivers,
    /// The output that stands for risk.
    risk: Option<usize>,
}

impl Shares {
    /// Nothing counted yet, for a sweep of these scenarios, the first of which is the baseline, over
    /// these parameters.
    #[must_use]
    pub fn new(model: &Model, scenarios: &[Scenario], names: &[&str]) -> Self {
        let build_up = model.comparison.build_up.and_then(|mechanism| {
            scenarios.iter().position(|scenario| scenario.mechanisms == [mechanism])
        });
        let agreements = model.agreements().len();
        let outputs = model.outputs.len();
        let scenario = ScenarioShares {
            against_baseline: Against::sized(model),
            against_build_up: build_up.map(|_| Against::sized(model)),
            output_sums: vec![0.0; outputs],
            conflict_sum: 0.0,
        };
        let actions: Vec<usize> = model.players.iter().map(|player| player.actions.len()).collect();
        let joint = |player: usize| {
            let others = actions.iter().enumerate().filter(|&(other, _)| other != player);
            others.map(|(_, count)| count).product::<usize>()
        };
        Shares {
            points: 0,
            left_out: 0,
            baseline: BaselineShares {
                stage_positive: vec![0; outputs],
                preferred: vec![0; agreements],
                holding: vec![0; agreements],
                kept: vec![0; agreements],
                impossible: vec![0; agreements],
                always: vec![0; agreements],
                critical: vec![Vec::new(); agreements],
                best_replies: (0..actions.len())
                    .map(|player| vec![vec![0; actions[player]]; joint(player)])
                    .collect(),
                ..BaselineShares::default()
            },
            scenarios: vec![scenario; scenarios.len()],
            build_up,
            arithmetic: [0; 3],
            radius: 0.0,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            drivers: Drivers::new(names.len(), scenarios.len()),
            risk: headline_risk(model),
        }
    }

    /// Counts the cells of one point, one for each scenario in order. A point at which one of them
    /// has no value is left out, so that all shares are of the same points.
    pub fn count(&mut self, cells: &[Result<Cell, CellFailure>]) {
        match cells.iter().map(Result::as_ref).collect::<Result<Vec<&Cell>, _>>() {
            Ok(cells) => self.count_cells(&cells),
            Err(_) => self.left_out += 1,
        }
    }

    fn count_cells(&mut self, cells: &[&Cell]) {
        let Some(&baseline) = cells.first() else { return };
        self.points += 1;
        self.count_baseline(baseline);
        let risk = |cell: &Cell| {
            let within = cell.conflict.and_then(|conflict| conflict.within);
            within.or_else(|| self.risk.map(|risk| cell.outputs[risk]))
        };
        if let Some(before) = risk(baseline) {
            let falls = |cell: &Cell| {
                let after = risk(cell).unwrap_or(before);
                f64::from(u8::from(after < before && before - after > SAME * before.abs()))
            };
            let results: Vec<f64> = cells.iter().copied().map(falls).collect();
            self.drivers.count(&baseline.position, &results);
        }
        for (scenario, cell) in self.scenarios.iter_mut().zip(cells) {
            scenario.against_baseline.count(baseline, cell);
            if let (Some(against), Some(at)) = (&mut scenario.against_build_up, self.build_up) {
                against.count(cells[at], cell);
            }
            for (sum, value) in scenario.output_sums.iter_mut().zip(&cell.outputs) {
                *sum += value;
            }
            let within = cell.conflict.and_then(|conflict| conflict.within);
            scenario.conflict_sum += within.unwrap_or(0.0);
            self.arithmetic[cell.arithmetic as usize] += 1;
            self.radius = self.radius.max(cell.radius);
        }
    }

    fn count_baseline(&mut self, cell: &Cell) {
        let counts = &mut self.baseline;
        counts.converges += u64::from(cell.converged);
        match counts.stage.iter_mut().find(|(stage, _)| *stage == cell.stage) {
            Some((_, points)) => *points += 1,
            None => counts.stage.push((cell.stage.clone(), 1)),
        }
        for (positive, value) in counts.stage_positive.iter_mut().zip(&cell.stage_outputs) {
            *positive += u64::from(*value > 0.0);
        }
        for (points, held) in counts.holding.iter_mut().zip(&cell.holds) {
            *points += u64::from(*held);
        }
        if let Some(at) = cell.agreement {
            counts.kept[at] += 1;
        }
        for (at, value) in cell.critical.iter().enumerate() {
            let Some(value) = *value else { continue };
            counts.impossible[at] += u64::from(value >= 1.0);
            counts.always[at] += u64::from(value == 0.0);
            counts.critical[at].push(value);
        }
        if let Some(facts) = &cell.facts {
            self.count_facts(facts);
        }
    }

    fn count_facts(&mut self, facts: &Facts) {
        let counts = &mut self.baseline;
        if counts.pure_equilibria.len() <= facts.pure_equilibria {
            counts.pure_equilibria.resize(facts.pure_equilibria + 1, 0);
        }
        counts.pure_equilibria[facts.pure_equilibria] += 1;
        counts.dominance_solvable += u64::from(facts.dominance_solvable);
        for (table, replies) in counts.best_replies.iter_mut().zip(&facts.best_replies) {
            for (row, &reply) in table.iter_mut().zip(replies) {
                row[reply] += 1;
            }
        }
        for (points, &preferred) in counts.preferred.iter_mut().zip(&facts.preferred) {
            *points += u64::from(preferred);
        }
    }

    /// The parameters that drive whether a scenario lowers the headline risk, strongest first, with
    /// their standardised regression coefficients, and the share of the variance explained.
    #[must_use]
    pub fn drivers_of(&self, scenario: usize) -> Option<(Vec<(&str, f64)>, f64)> {
        let found = self.drivers.coefficients(scenario)?;
        let mut named: Vec<(&str, f64)> =
            self.names.iter().map(String::as_str).zip(found.standardised).collect();
        named.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        Some((named, found.explained))
    }

    /// The median of an agreement's critical discount factor over the points of the baseline.
    #[must_use]
    pub fn median_critical(&self, agreement: usize) -> Option<f64> {
        let mut values = self.baseline.critical[agreement].clone();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(values[middle]),
            _ => Some(f64::midpoint(values[middle - 1], values[middle])),
        }
    }
}

/// The output that stands for risk: the first hazard of the model.
#[must_use]
pub fn headline_risk(model: &Model) -> Option<usize> {
    model.outputs.iter().position(|output| output.kind == OutputKind::Hazard)
}

/// The output that stands for welfare: the first level that is better when higher.
#[must_use]
pub fn headline_welfare(model: &Model) -> Option<usize> {
    model
        .outputs
        .iter()
        .position(|output| output.kind == OutputKind::Level && output.better == Better::Higher)
}
