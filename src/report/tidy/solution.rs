//! Answers under solution concepts with a row for each number.

use crate::game::answer::{
    Answer, Approximate, Credibility, CriticalDiscounts, Dominance, Equilibria, Equilibrium,
    Evolutionary, FictitiousPlay, Improvement, Learning, Mediated, Minimax, Objective, PATTERNS,
    PolygonVertex, Potential, Quantal, Refinement, Repeated, RepeatedPayoffs, RepeatedPolytopes,
    SeveralFollowers, Stackelberg, Structure, Subject, Symmetric, Triggers,
};
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;
use crate::report::result::Labels;
use crate::report::table::{Cell, Table};

use super::{Record, critical, table};

/// An answer and the question that it answers.
#[derive(Debug, Clone, Copy)]
pub struct Solved<'a> {
    /// The solution concept, as `--concept` takes it.
    pub concept: &'a str,
    /// The method, as `--method` takes it.
    pub method: &'a str,
    /// The game.
    pub subject: Subject<'a>,
    /// The answer.
    pub answer: &'a Answer,
    /// Where payoffs were rounded: what the regret in the game itself is at most.
    pub regret_bound: Option<f64>,
}

/// The answers as one table: a row for each number of each answer.
///
/// Columns: `concept`, `method`, `number` (of the equilibrium, or of the round), `component`,
/// `quantity`, `player`, `item` (an action, a joint action such as `Stag|Hare`, an agreement),
/// `value`, and `exact` with its fraction.
#[must_use]
pub fn solutions(answers: &[Solved<'_>]) -> Table {
    let mut records = Vec::new();
    for solved in answers {
        let mut rows = Rows {
            solved: *solved,
            labels: Labels::of(solved.subject),
            number: None,
            component: None,
            float: false,
            records: Vec::new(),
        };
        rows.answer();
        records.append(&mut rows.records);
    }
    table("Solutions", records)
}

pub(super) struct Rows<'a> {
    solved: Solved<'a>,
    pub(super) labels: Labels,
    pub(super) number: Option<u64>,
    component: Option<usize>,
    /// Whether the numbers are machine numbers.
    float: bool,
    records: Vec<Record>,
}

impl Rows<'_> {
    pub(super) fn push(
        &mut self,
        quantity: &str,
        player: Option<usize>,
        item: Option<&str>,
        value: Cell,
    ) {
        let exact = match &value.content {
            // Machine numbers have no other fraction than the one that they are.
            crate::report::table::Content::Exact(value) if !self.float => Some(value.to_string()),
            _ => None,
        };
        let count = |number: Option<u64>| number.map(Rational::from);
        let mut record = Record::default();
        record.put("concept", self.solved.concept);
        record.put("method", self.solved.method);
        record.put("number", count(self.number));
        record.put("component", count(self.component.map(|at| at as u64 + 1)));
        record.put("quantity", quantity);
        record.put("player", player.map(|at| self.labels.players[at].as_str()));
        record.put("item", item);
        record.put("value", value);
        record.put("exact", exact);
        self.records.push(record);
    }

    fn strategy(&mut self, player: usize, strategy: &MixedStrategy) {
        self.shares("probability", player, strategy);
    }

    /// Actions that are not played have a row too.
    pub(super) fn shares(&mut self, quantity: &str, player: usize, strategy: &MixedStrategy) {
        let actions = self.labels.actions[player].clone();
        for (action, probability) in actions.iter().zip(strategy.probabilities()) {
            self.push(quantity, Some(player), Some(action), probability.into());
        }
    }

    pub(super) fn payoffs(&mut self, payoffs: &[Rational]) {
        for (player, payoff) in payoffs.iter().enumerate() {
            self.push("payoff", Some(player), None, payoff.into());
        }
    }

    fn regret(&mut self, regret: &Rational) {
        let cell = self.solved.regret_bound.map_or_else(|| regret.into(), Cell::from);
        self.push("regret", None, None, cell);
    }

    fn equilibrium(&mut self, equilibrium: &Equilibrium) {
        for (player, strategy) in equilibrium.profile.iter().enumerate() {
            self.strategy(player, strategy);
        }
        self.payoffs(&equilibrium.payoffs);
        self.regret(&equilibrium.regret);
    }

    fn answer(&mut self) {
        let game = self.solved.subject.stage();
        match self.solved.answer {
            Answer::Equilibria(answer) => self.equilibria(answer),
            Answer::Minimax(answer) => self.minimax(game, answer),
            Answer::Correlated(answer) => {
                self.device(game, &answer.device);
                self.advice(game, &answer.advice);
            }
            Answer::RobustDevice(answer) => self.robust_device(game, answer),
            Answer::CoarseCorrelated(answer) => self.device(game, answer),
            Answer::CorrelatedPayoffs(answer) => self.polygon(game, &answer.vertices),
            Answer::CorrelatedVertices(answer) => self.polygon(game, &answer.vertices),
            Answer::CoarseCorrelatedPayoffs(answer) => self.polygon(game, &answer.vertices),
            Answer::Dominance(answer) => self.dominance(game, answer),
            Answer::Stackelberg(answer) => self.stackelberg(game, answer),
            Answer::CorrelatedCommitment(answer) => self.device(game, &answer.device),
            Answer::SeveralFollowers(answer) => self.followers(game, answer),
            Answer::PureBeforeFollowers(answer) => self.pure_before_followers(game, answer),
            Answer::Robust(answer) => self.robust(game, answer),
            Answer::Matched(answer) => self.matched(game, answer),
            Answer::Sequential(answer) => self.sequential(game, answer),
            Answer::Credibility(answer) => self.credibility(game, answer),
            Answer::FictitiousPlay(answer) => self.fictitious_play(answer),
            Answer::Learning(answer) => self.learning(game, answer),
            Answer::Repeated(answer) => self.repeated(answer),
            Answer::Tournament(answer) => self.tournament(game, answer),
            Answer::Machine(answer) => self.machine(game, answer),
            Answer::Triggers(answer) => self.triggers(answer),
            Answer::CriticalDiscounts(answer) => self.critical_discounts(game, answer),
            Answer::RepeatedPayoffs(answer) => self.repeated_payoffs(answer),
            Answer::RepeatedPolytopes(answer) => self.repeated_polytopes(answer),
            Answer::Structure(answer) => self.structure(game, answer),
            Answer::Refinement(answer) => self.refinement(answer),
            Answer::Symmetric(answer) => self.symmetric(answer),
            Answer::Approximate(answer) => self.approximate(answer),
            Answer::Quantal(answer) => self.quantal(answer),
        }
    }

    fn equilibria(&mut self, answer: &Equilibria) {
        for (at, equilibrium) in answer.list.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            self.component = answer.components.as_ref().and_then(|components| {
                components.iter().position(|component| component.members.contains(&at))
            });
            self.equilibrium(equilibrium);
        }
    }

    fn symmetric(&mut self, answer: &Symmetric) {
        let components = answer.components();
        for (at, (one, stability)) in answer.list.iter().zip(&answer.stability).enumerate() {
            self.number = Some(at as u64 + 1);
            self.component = components.as_ref().map(|components| components[at]);
            self.equilibrium(one);
            if let Some(stable) = stability.is_stable() {
                self.flag("evolutionarily_stable", None, None, stable);
            }
            if let Evolutionary::Invaded(invader) = stability {
                let actions = self.labels.actions[0].clone();
                for (action, probability) in actions.iter().zip(invader.probabilities()) {
                    self.push("invader", None, Some(action), probability.into());
                }
            }
        }
    }

    fn approximate(&mut self, answer: &Approximate) {
        for (at, one) in answer.list.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            self.float = !one.regret.is_zero();
            for (player, strategy) in one.profile.iter().enumerate() {
                self.strategy(player, strategy);
            }
            self.payoffs(&one.payoffs);
            self.push("regret", None, None, (&one.regret).into());
            if let Some(radius) = &one.radius {
                self.push("radius", None, None, radius.into());
            }
        }
    }

    /// Values at given λ are numbered, and so are the points of the path.
    fn quantal(&mut self, answer: &Quantal) {
        self.float = true;
        let fit = answer.fit.iter().map(|fit| &fit.equilibrium);
        for (at, one) in answer.points.iter().chain(fit).enumerate() {
            self.number = Some(at as u64 + 1);
            self.push("lambda", None, None, (&one.point.lambda).into());
            for (player, strategy) in one.point.profile.iter().enumerate() {
                self.strategy(player, strategy);
            }
            self.payoffs(&one.payoffs);
            self.push("regret", None, None, (&one.regret).into());
            self.push("residual", None, None, (&one.point.residual).into());
        }
        if let Some(fit) = &answer.fit {
            self.push("log_likelihood", None, None, (&fit.log_likelihood).into());
        }
        self.number = None;
        if let Some(limit) = &answer.limit {
            for (player, strategy) in limit.profile.iter().enumerate() {
                let actions = self.labels.actions[player].clone();
                for (action, probability) in actions.iter().zip(strategy.probabilities()) {
                    self.push("limit", Some(player), Some(action), probability.into());
                }
            }
        }
        for (at, point) in answer.path.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            self.push("path_lambda", None, None, (&point.lambda).into());
            for (player, strategy) in point.profile.iter().enumerate() {
                let actions = self.labels.actions[player].clone();
                for (action, probability) in actions.iter().zip(strategy.probabilities()) {
                    self.push("path_probability", Some(player), Some(action), probability.into());
                }
            }
        }
    }

    fn minimax(&mut self, game: &NormalForm, answer: &Minimax) {
        for level in &answer.levels {
            self.push("value", Some(level.player), None, (&level.value).into());
            self.strategy(level.player, &level.strategy);
            let others: Vec<usize> =
                (0..game.num_players()).filter(|&other| other != level.player).collect();
            for (joint, probability) in level.punishment.iter().enumerate() {
                if !probability.is_zero() {
                    let key = self.labels.joint(joint_actions(game, &others, joint));
                    let cell = probability.into();
                    self.push("punishment", Some(level.player), Some(&key), cell);
                }
            }
        }
    }

    /// A distribution over profiles that is best for an objective.
    fn device<M>(&mut self, game: &NormalForm, device: &Mediated<M>) {
        self.distribution(game, &device.distribution);
        self.payoffs(&device.payoffs);
        let objective = match &device.objective {
            Objective::Welfare => "welfare".to_owned(),
            Objective::LeastWelfare => "min-welfare".to_owned(),
            Objective::Egalitarian => "egalitarian".to_owned(),
            Objective::Player(player) => self.labels.players[*player].clone(),
            Objective::LeastPlayer(player) => format!("min-{}", self.labels.players[*player]),
            Objective::Weighted(weights) => {
                weights.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            }
        };
        self.push("objective", None, Some(&objective), (&device.value).into());
    }

    pub(super) fn distribution(&mut self, game: &NormalForm, distribution: &[Rational]) {
        for (index, probability) in distribution.iter().enumerate() {
            if !probability.is_zero() {
                let key = self.labels.joint(game.profile(index).into_iter().enumerate());
                self.push("probability", None, Some(&key), probability.into());
            }
        }
    }

    fn polygon(&mut self, game: &NormalForm, vertices: &[PolygonVertex]) {
        for (at, vertex) in vertices.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            self.distribution(game, &vertex.distribution);
            self.payoffs(&vertex.payoffs);
        }
    }

    /// Profiles that no discount factor sustains are left out.
    fn critical_discounts(&mut self, game: &NormalForm, answer: &CriticalDiscounts) {
        for profile in 0..answer.profiles.len() {
            if let Some((lower, upper)) = answer.bounds(profile) {
                let name = self.labels.joint(game.profile(profile).into_iter().enumerate());
                self.push("critical_discount_above", None, Some(&name), (&lower).into());
                self.push("critical_discount", None, Some(&name), (&upper).into());
            }
        }
    }

    /// Corners are numbered, those of the inner polygon first.
    fn repeated_payoffs(&mut self, answer: &RepeatedPayoffs) {
        self.push("discount", None, None, answer.discount.value().into());
        for (at, one) in answer.inner.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            for player in 0..2 {
                self.push("payoff", Some(player), None, (&one.payoffs[player]).into());
                self.push("continuation", Some(player), None, (&one.continuation[player]).into());
            }
        }
        for (at, corner) in answer.outer.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            for (player, bound) in corner.iter().enumerate() {
                self.push("outer_payoff", Some(player), None, bound.into());
            }
        }
        self.number = None;
        if let Some(distance) = &answer.distance {
            self.push("distance", None, None, distance.into());
        }
    }

    /// Corners are numbered, those of the inner polytope first.
    fn repeated_polytopes(&mut self, answer: &RepeatedPolytopes) {
        self.push("discount", None, None, answer.discount.value().into());
        for (at, one) in answer.inner.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            self.payoffs(&one.payoffs);
        }
        for (at, corner) in answer.outer.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            for (player, bound) in corner.payoffs.iter().enumerate() {
                self.push("outer_payoff", Some(player), None, bound.into());
            }
        }
        self.number = None;
        if let Some(distance) = &answer.distance {
            self.push("distance", None, None, distance.into());
        }
    }

    fn dominance(&mut self, game: &NormalForm, answer: &Dominance) {
        for player in 0..game.num_players() {
            for (action, name) in self.labels.actions[player].clone().iter().enumerate() {
                let survives = answer.survivors[player].contains(&action);
                let value = Rational::from(u64::from(survives));
                self.number = answer
                    .eliminations
                    .iter()
                    .find(|one| (one.player, one.action) == (player, action))
                    .map(|one| one.round as u64);
                self.push("survives", Some(player), Some(name), value.into());
            }
        }
    }

    fn stackelberg(&mut self, game: &NormalForm, answer: &Stackelberg) {
        let (leader, follower) = (answer.leader, 1 - answer.leader.min(1));
        self.strategy(leader, &answer.commitment);
        let replies = game.num_actions(follower);
        for (action, name) in self.labels.actions[follower].clone().iter().enumerate().take(replies)
        {
            let value = Rational::from(u64::from(action == answer.reply));
            self.push("probability", Some(follower), Some(name), value.into());
        }
        self.push("payoff", Some(leader), None, (&answer.leader_value).into());
        self.push("payoff", Some(follower), None, (&answer.follower_value).into());
        if let Some(one) = &answer.guaranteed {
            self.push("guaranteed", Some(leader), None, (&one.value).into());
            self.shares("guaranteed_probability", leader, &one.commitment);
            self.push("epsilon", Some(leader), None, (&one.epsilon).into());
            self.shares("epsilon_probability", leader, &one.epsilon_commitment);
            self.push("epsilon_value", Some(leader), None, (&one.epsilon_value).into());
        }
        if let Some(level) = &answer.security {
            self.push("security", Some(leader), None, (&level.value).into());
            self.shares("security_probability", leader, &level.strategy);
        }
    }

    pub(super) fn followers(&mut self, game: &NormalForm, answer: &SeveralFollowers) {
        let Some(best) = &answer.best else { return };
        for player in 0..game.num_players() {
            if player == answer.leader {
                self.strategy(player, &best.commitment);
                continue;
            }
            let played = game.action_in(player, best.replies);
            self.strategy(player, &MixedStrategy::pure(played, game.num_actions(player)));
        }
        self.payoffs(&best.payoffs);
        self.push("least", Some(answer.leader), None, (&best.least).into());
    }

    fn credibility(&mut self, game: &NormalForm, answer: &Credibility) {
        let leader = answer.leader;
        self.push("without", Some(leader), None, (&answer.without).into());
        self.shares("fallback_probability", leader, &answer.fallback);
        for (name, threshold) in
            [("something", answer.something.as_ref()), ("everything", Some(&answer.everything))]
        {
            if let Some(one) = threshold {
                self.push(name, Some(leader), None, (&one.credibility).into());
            }
        }
        for (at, point) in answer.points.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            self.push("credibility", Some(leader), None, (&point.credibility).into());
            self.stackelberg(game, &point.optimum);
        }
    }

    fn fictitious_play(&mut self, answer: &FictitiousPlay) {
        for (round, regret) in &answer.course {
            self.number = Some(*round);
            self.push("regret", None, None, regret.into());
        }
        self.number = Some(answer.rounds);
        for (player, counts) in answer.counts.iter().enumerate() {
            for (action, &count) in self.labels.actions[player].clone().iter().zip(counts) {
                self.push("count", Some(player), Some(action), Rational::from(count).into());
            }
            self.strategy(player, &answer.mixture.profile[player]);
        }
        self.payoffs(&answer.mixture.payoffs);
    }

    fn learning(&mut self, game: &NormalForm, answer: &Learning) {
        for point in &answer.course {
            self.number = Some(point.rounds);
            self.push("regret", None, None, (&point.mixture.regret).into());
        }
        if let Some(last) = answer.course.last() {
            for (player, strategy) in last.mixture.profile.iter().enumerate() {
                self.strategy(player, strategy);
            }
            self.payoffs(&last.mixture.payoffs);
        }
        for (name, bound) in ["lower", "upper"].into_iter().zip(answer.value.iter().flatten()) {
            self.push("value", Some(0), Some(name), bound.into());
        }
        if let Some(joint) = &answer.joint {
            self.distribution(game, &joint.distribution);
            self.push("coarse_regret", None, None, (&joint.regret).into());
        }
    }

    fn repeated(&mut self, answer: &Repeated) {
        for sustained in &answer.agreements {
            let name = self.labels.agreements[sustained.agreement].clone();
            self.push("critical_discount", None, Some(&name), critical(&sustained.critical));
            self.push("minmax_bound", None, Some(&name), critical(&sustained.minmax_bound));
            if let Some(holds) = sustained.holds {
                self.push("holds", None, Some(&name), Rational::from(u64::from(holds)).into());
            }
        }
        for (player, payoff) in answer.punishment_payoffs.iter().enumerate() {
            self.push("punishment_payoff", Some(player), None, payoff.into());
        }
        for level in &answer.minmax {
            self.push("minmax", Some(level.player), None, (&level.value).into());
        }
    }

    fn triggers(&mut self, answer: &Triggers) {
        self.push("discount", None, None, answer.discount.value().into());
        for one in &answer.agreements {
            let name = self.labels.agreements[one.agreement].clone();
            if let Some(at) = one.best {
                let periods = one.lengths[at].periods;
                let cell = periods.map_or_else(
                    || Cell::text("ever").in_files(f64::INFINITY),
                    |periods| Rational::from(periods).into(),
                );
                self.push("periods", None, Some(&name), cell);
            }
            for length in &one.lengths {
                // The row without a number is that of an end for ever.
                self.number = length.periods;
                for (player, payoff) in length.payoffs.iter().enumerate() {
                    self.push("payoff", Some(player), Some(&name), payoff.into());
                }
                if let Some(slack) = &length.slack {
                    self.push("slack", None, Some(&name), slack.into());
                }
                self.flag("holds", None, Some(&name), length.holds());
            }
            self.number = None;
        }
    }

    pub(super) fn flag(
        &mut self,
        quantity: &str,
        player: Option<usize>,
        item: Option<&str>,
        holds: bool,
    ) {
        self.push(quantity, player, item, Rational::from(u64::from(holds)).into());
    }

    fn refinement(&mut self, answer: &Refinement) {
        for (at, one) in answer.withstands.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            for (player, strategy) in answer.equilibria.list[at].profile.iter().enumerate() {
                self.strategy(player, strategy);
            }
            self.flag("strict", None, None, one.strict);
            self.flag("quasi_strict", None, None, one.quasi_strict);
            self.flag("payoff_undominated", None, None, one.payoff_undominated);
            self.flag("perfect", None, None, one.perfect);
            if let Some(proper) = answer.proper[at].is_proper() {
                self.flag("proper", None, None, proper);
            }
            if let Some(risk) = answer.risk.as_ref().filter(|risk| risk.equilibria.contains(&at)) {
                self.flag("risk_dominant", None, None, risk.dominant() == Some(at));
            }
        }
        self.number = None;
    }

    fn structure(&mut self, game: &NormalForm, answer: &Structure) {
        self.flag("constant_sum", None, None, answer.constant_sum.is_some());
        if let Some(sum) = &answer.constant_sum {
            self.push("sum", None, None, sum.into());
        }
        if game.num_players() == 2 {
            self.flag("strictly_competitive", None, None, answer.strictly_competitive.is_some());
        }
        if let Some((scale, shift)) = &answer.strictly_competitive {
            self.push("scale", None, None, scale.into());
            self.push("shift", None, None, shift.into());
        }
        let keys: Vec<String> = (0..game.num_profiles())
            .map(|at| self.labels.joint(game.profile(at).into_iter().enumerate()))
            .collect();
        self.flag("exact_potential", None, None, matches!(answer.potential, Potential::Exact(_)));
        if let Potential::Exact(values) = &answer.potential {
            for (key, value) in keys.iter().zip(values) {
                self.push("potential", None, Some(key), value.into());
            }
        }
        let ends = matches!(answer.improvement, Improvement::Ends(_));
        self.flag("improvement_ends", None, None, ends);
        if let Improvement::Ends(steps) = &answer.improvement {
            for (key, &steps) in keys.iter().zip(steps) {
                self.push("steps", None, Some(key), Rational::from(steps as u64).into());
            }
        }
        self.flag("increasing_differences", None, None, answer.monotone.is_some());
        if let Some(monotone) = &answer.monotone {
            for (player, &turned) in monotone.reversed.iter().enumerate() {
                self.flag("reversed", Some(player), None, turned);
            }
            for (quantity, end) in ["least", "greatest"].into_iter().zip(&monotone.extremes) {
                self.flag(quantity, None, Some(&keys[game.profile_index(end)]), true);
            }
        }
        self.flag("symmetric", None, None, answer.symmetric);
        self.flag("polymatrix", None, None, answer.polymatrix);
        self.flag("dominance_solvable", None, None, answer.is_dominance_solvable());
        if let Some(ordinal) = &answer.ordinal {
            self.flag("class", None, Some(&ordinal.name()), true);
            for (player, &pattern) in ordinal.patterns.iter().enumerate() {
                self.flag("pattern", Some(player), Some(PATTERNS[pattern].1), true);
                let action = self.labels.actions[player][ordinal.conceding[player]].clone();
                self.flag("conceding", Some(player), Some(&action), true);
            }
        }
        self.dominance(game, &answer.dominance);
        self.number = None;
    }
}

/// The actions of some players in a joint action, numbered row-major.
fn joint_actions(game: &NormalForm, players: &[usize], mut joint: usize) -> Vec<(usize, usize)> {
    let mut actions = Vec::new();
    for &player in players.iter().rev() {
        let count = game.num_actions(player);
        actions.push((player, joint % count));
        joint /= count;
    }
    actions.reverse();
    actions
}
