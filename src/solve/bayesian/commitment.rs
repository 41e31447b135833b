//! Optimal commitment against a follower with types, by branch and bound over the replies.
//!
//! A node fixes the replies of some types. Its bound is the [relaxation](super::relaxation) in
//! machine numbers; the node of the greatest bound is next (best first), and is split by the reply
//! of the type whose part of the bound is furthest from what it really gives. Replies that occur
//! together at the optimum of a relaxation are tried at once, by one exact program of as many
//! variables as the leader has actions. The idea of a tree over types with bounds is that of HBGS
//! and HUNTER (Jain, Kiekintveld & Tambe 2011; Yin & Tambe 2012); that of one program for all
//! replies together is from Conitzer & Sandholm (2006), who show that the problem is NP-hard in the
//! number of types.
//!
//! Nothing rests on machine numbers in the end: a node is closed when multipliers, made rational,
//! prove exactly that it gives no more than the best commitment found, and the list of these
//! multipliers is the certificate. Where a bound ties with that commitment, the exact program of
//! the case gives them.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};
use std::rc::Rc;

use crate::game::BayesianGame;
use crate::game::bayesian::{BayesianCommitment, CommitmentStep, ReplyMultiplier};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::{Budget, Exhausted, Outcome, Status, joint};

use super::exact::solve_case;
use super::relaxation::{Cut, Relaxed};
use super::view::{BayesianCommitmentError, View};

/// How a commitment against types is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommitmentMethod {
    /// The best mixed commitment by branch and bound.
    #[default]
    BranchAndBound,
    /// The best mixed commitment by the mixed-integer program DOBSS, with a proof of optimality by
    /// branch and bound.
    Dobss,
    /// The best pure commitment.
    Pure,
}

impl CommitmentMethod {
    /// The name, as `--method` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CommitmentMethod::BranchAndBound => "branch-and-bound",
            CommitmentMethod::Dobss => "dobss",
            CommitmentMethod::Pure => "pure",
        }
    }
}

/// Open nodes that are kept at most.
const MOST_OPEN: usize = 1 << 16;
/// The multipliers of open nodes may take so many bytes.
const MOST_BYTES: usize = 1 << 29;
/// How many open nodes are proved after the end of the time; beyond, the first case alone is.
const MOST_PROVED_LATE: usize = 64;
/// Rounds of cuts at a node.
const MOST_ROUNDS: usize = 60;
/// Cuts that are kept at most, for each type.
const MOST_CUTS: usize = 200;
/// How near a bound is to what is known, in the units of the relaxation, for an exact program.
const TIED: f64 = 1e-6;

/// The leader's optimal commitment against a follower with types, with a proof by cases.
///
/// Either player can lead; a leader with types commits to a mixture of his strategies. The worst
/// case is exponential in the number of types (Conitzer & Sandholm 2006), and in types
/// alone. When the budget is spent, the answer is the best commitment that was found, with a bound
/// on what others can give; a step of the budget is an exact pivot.
///
/// # Errors
/// When the game has not two players, the leader is not one of them, or has too many strategies.
///
/// ```
/// use detente::game::{BayesianGame, NormalForm};
/// use detente::num::Rational;
/// use detente::solve::{Budget, CommitmentMethod, find_bayesian_commitment};
/// // Paruchuri et al. (2008), section 1.
/// let first = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 2]]);
/// let second = NormalForm::from_integers(&[&[1, 2], &[0, 3]], &[&[1, 0], &[1, 2]]);
/// let half = Rational::new(1, 2);
/// let game = BayesianGame::against_types(&[(half.clone(), first), (half, second)]).unwrap();
/// let method = CommitmentMethod::default();
/// let found = find_bayesian_commitment(&game, 0, method, &Budget::unlimited()).unwrap();
/// assert_eq!(found.answer.leader_value.to_string(), "3");
/// assert!(found.answer.is_optimal());
/// ```
pub fn find_bayesian_commitment(
    game: &BayesianGame,
    leader: usize,
    method: CommitmentMethod,
    budget: &Budget,
) -> Result<Outcome<BayesianCommitment>, BayesianCommitmentError> {
    let view = View::new(game, leader)?;
    let meter = Meter::new(LpMethod::Auto, budget);
    let pure = best_pure(&view);
    if method == CommitmentMethod::Pure {
        let answer = assemble(&view, false, &pure, pure.value.clone(), Vec::new());
        let mut outcome = meter.outcome(Ok(())).map(|_| answer);
        outcome.method = method.name();
        return Ok(outcome);
    }
    let mut search = Search::new(&view, &meter, pure);
    let mut warnings = Vec::new();
    if method == CommitmentMethod::Dobss {
        warnings.extend(search.start_at_dobss(budget));
    }
    let ended = search.run();
    let (bound, proof) = search.proof();
    let answer = assemble(&view, true, &search.best, bound, proof);
    let mut outcome = meter.outcome(ended).map(|_| answer);
    // A limit that strikes when everything is proved is none.
    if outcome.answer.is_optimal() {
        outcome.status = Status::Solved;
    }
    if method == CommitmentMethod::Dobss
        && search.from_dobss.as_ref().is_some_and(|value| *value < search.best.value)
    {
        warnings.push(
            "the mixed-integer program ended at a commitment that is not optimal, by its \
             tolerances; branch and bound found the one that is shown"
                .to_owned(),
        );
    }
    outcome.method = method.name();
    outcome.work.nodes = search.tree.len() as u64;
    outcome.warnings = warnings;
    Ok(outcome)
}

/// A commitment and what it gives.
#[derive(Clone)]
struct Found {
    commitment: Vec<Rational>,
    value: Rational,
}

/// What a commitment gives the leader.
fn valued(view: &View, commitment: Vec<Rational>) -> Found {
    let value = view.best_replies(&commitment).iter().map(|(_, lead, _)| lead).sum();
    Found { commitment, value }
}

/// The best action to commit to: one pass over actions, types and replies (Conitzer & Sandholm 2006,
/// Theorem 6).
fn best_pure(view: &View) -> Found {
    let unit = |at: usize| -> Vec<Rational> {
        (0..view.actions).map(|action| Rational::from(i64::from(action == at))).collect()
    };
    let first = valued(view, unit(0));
    (1..view.actions).fold(first, |best, action| {
        let next = valued(view, unit(action));
        if next.value > best.value { next } else { best }
    })
}

fn assemble(
    view: &View,
    mixed: bool,
    found: &Found,
    bound: Rational,
    proof: Vec<CommitmentStep>,
) -> BayesianCommitment {
    let replies = view.best_replies(&found.commitment);
    BayesianCommitment {
        leader: view.leader,
        mixed,
        commitment: joint::strategy(found.commitment.clone()),
        leader_value: found.value.clone(),
        follower_value: replies
            .iter()
            .enumerate()
            .map(|(kind, (_, _, follow))| view.probability(kind) * follow)
            .sum(),
        leader_values: replies
            .iter()
            .enumerate()
            .map(|(kind, (reply, ..))| view.against(&found.commitment, kind, *reply))
            .collect(),
        follower_values: replies.iter().map(|(_, _, follow)| follow.clone()).collect(),
        replies: replies.into_iter().map(|(reply, _, _)| reply).collect(),
        bound,
        proof,
    }
}

/// A node of the tree of cases.
enum Node {
    /// Not decided; the multipliers prove some bound.
    Open { fixed: Vec<Option<usize>>, multipliers: Rc<[f64]> },
    /// As many cases as there are replies, from this one on.
    Split { kind: usize, first: usize },
    /// Closed.
    Closed(Vec<ReplyMultiplier>),
}

/// An open node in the order in which they are taken up.
struct Open {
    bound: f64,
    depth: usize,
    node: usize,
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound
            .total_cmp(&other.bound)
            .then(self.depth.cmp(&other.depth))
            .then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

struct Search<'a> {
    view: &'a View,
    meter: &'a Meter<'a>,
    /// The multipliers of the first case, as its relaxation left them.
    at_first: Rc<[f64]>,
    /// What the multipliers of all nodes take.
    bytes: usize,
    best: Found,
    cuts: Vec<Cut>,
    cuts_of: Vec<usize>,
    tried: HashSet<Vec<usize>>,
    tree: Vec<Node>,
    from_dobss: Option<Rational>,
}

impl<'a> Search<'a> {
    fn new(view: &'a View, meter: &'a Meter<'a>, best: Found) -> Self {
        let root = Node::Open {
            fixed: vec![None; view.types],
            multipliers: vec![0.0; view.types * view.replies * view.replies].into(),
        };
        Search {
            view,
            meter,
            at_first: vec![0.0; view.types * view.replies * view.replies].into(),
            bytes: 0,
            best,
            cuts: view.active.iter().map(|&kind| view.first_cut(kind)).collect(),
            cuts_of: vec![1; view.types],
            tried: HashSet::new(),
            tree: vec![root],
            from_dobss: None,
        }
    }

    /// Begins at what the mixed-integer program finds; a warning where it finds nothing.
    fn start_at_dobss(&mut self, budget: &Budget) -> Option<String> {
        match super::dobss::replies(self.view, budget.time_left()) {
            Some(replies) => {
                // Its own commitment, exactly: the best one that induces the replies.
                let fixed: Vec<Option<usize>> = replies.iter().copied().map(Some).collect();
                if let Ok(Some(found)) = solve_case(self.view, &fixed, self.meter)
                    && let Some(commitment) = found.commitment
                {
                    let found = valued(self.view, commitment);
                    self.from_dobss = Some(found.value.clone());
                    if found.value > self.best.value {
                        self.best = found;
                    }
                }
                None
            }
            None => Some(
                "the mixed-integer program found no solution; branch and bound solved the game alone"
                    .to_owned(),
            ),
        }
    }

    /// The value that is known, in the units of the relaxation.
    fn near_best(&self) -> f64 {
        ((&self.best.value + &self.view.shift) / &self.view.unit).to_f64()
    }

    fn run(&mut self) -> Result<(), Exhausted> {
        let mut open = BinaryHeap::from([Open { bound: f64::INFINITY, depth: 0, node: 0 }]);
        while let Some(Open { node, depth, .. }) = open.pop() {
            self.meter.check()?;
            if open.len() > MOST_OPEN || self.bytes > MOST_BYTES {
                return Err(Exhausted::Memory);
            }
            let Node::Open { fixed, multipliers } = &self.tree[node] else { continue };
            let (fixed, inherited) = (fixed.clone(), multipliers.clone());
            // What was known of the node before may be enough by now.
            if self.close(node, &fixed, &inherited) {
                continue;
            }
            let relaxed = self.relax(&fixed)?;
            let multipliers = relaxed.as_ref().map_or_else(
                || Rc::clone(&inherited),
                |relaxed| relaxed.multipliers.as_slice().into(),
            );
            if node == 0 {
                self.at_first = Rc::clone(&multipliers);
            }
            let bound = relaxed.as_ref().map_or(f64::INFINITY, |relaxed| relaxed.value);
            if self.close(node, &fixed, &multipliers) {
                continue;
            }
            let undecided = self.view.active.iter().any(|&kind| fixed[kind].is_none());
            if (bound < self.near_best() + TIED || !undecided)
                && self.close_exactly(node, &fixed)?
            {
                continue;
            }
            let Some(kind) = self.branching_type(&fixed, relaxed.as_ref()) else {
                // All replies are fixed, and the exact program that would decide is too large.
                return Err(Exhausted::Memory);
            };
            self.bytes += multipliers.len() * size_of::<f64>();
            let first = self.tree.len();
            for reply in 0..self.view.replies {
                let mut fixed = fixed.clone();
                fixed[kind] = Some(reply);
                self.tree.push(Node::Open { fixed, multipliers: Rc::clone(&multipliers) });
                open.push(Open { bound, depth: depth + 1, node: first + reply });
            }
            self.tree[node] = Node::Split { kind, first };
        }
        Ok(())
    }

    /// The relaxation of a node, after cuts; better commitments are taken up on the way.
    fn relax(&mut self, fixed: &[Option<usize>]) -> Result<Option<Relaxed>, Exhausted> {
        let mut last = None;
        for _ in 0..MOST_ROUNDS {
            self.meter.check()?;
            let go_on = || self.meter.check().is_ok();
            let Some(relaxed) = self.view.relaxed(fixed, &self.cuts, &go_on) else { break };
            if relaxed.value <= self.near_best() - TIED {
                return Ok(Some(relaxed));
            }
            self.try_replies(&relaxed, fixed)?;
            let mut added = false;
            for &kind in &self.view.active {
                if fixed[kind].is_some() || self.cuts_of[kind] >= MOST_CUTS {
                    continue;
                }
                let (level, x) = (relaxed.open[kind], &relaxed.commitment);
                if let Some(cut) = self.view.violated_cut(kind, x, level, &go_on) {
                    self.cuts.push(cut);
                    self.cuts_of[kind] += 1;
                    added = true;
                }
            }
            last = Some(relaxed);
            if !added {
                break;
            }
        }
        Ok(last)
    }

    /// The exact optimum of the replies that occur at a point, where it promises more than is known.
    fn try_replies(&mut self, relaxed: &Relaxed, fixed: &[Option<usize>]) -> Result<(), Exhausted> {
        let x = &relaxed.commitment;
        if x.iter().sum::<f64>() < 0.5 {
            return Ok(());
        }
        let mut replies = vec![0; self.view.types];
        let mut value = 0.0;
        for &kind in &self.view.active {
            let (reply, lead) = self.view.near_reply(x, kind);
            let own = fixed[kind].unwrap_or(reply);
            replies[kind] = own;
            value += if own == reply { lead } else { 0.0 };
        }
        // The optimum for these replies is at least as good as this point.
        if value <= self.near_best() - 0.1 || !self.tried.insert(replies.clone()) {
            return Ok(());
        }
        let all: Vec<Option<usize>> = replies.into_iter().map(Some).collect();
        if let Some(found) = solve_case(self.view, &all, self.meter)?
            && let Some(commitment) = found.commitment
        {
            let found = valued(self.view, commitment);
            if found.value > self.best.value {
                self.best = found;
            }
        }
        Ok(())
    }

    /// Closes a node if multipliers, made rational, prove that it gives no more than is known.
    fn close(&mut self, node: usize, fixed: &[Option<usize>], multipliers: &[f64]) -> bool {
        for bits in [12, 26] {
            let exact = self.rounded(fixed, multipliers, bits);
            let proved = self.view.proved(fixed, &exact);
            if proved <= self.best.value {
                self.tree[node] = Node::Closed(exact);
                return true;
            }
            // What is far from enough does not become enough by more digits.
            if ((&proved - &self.best.value) / &self.view.unit).to_f64() > 1e-2 {
                return false;
            }
        }
        false
    }

    /// Closes a node by the exact program of its case, if that suffices.
    fn close_exactly(&mut self, node: usize, fixed: &[Option<usize>]) -> Result<bool, Exhausted> {
        let Some(found) = solve_case(self.view, fixed, self.meter)? else { return Ok(false) };
        if let Some(commitment) = found.commitment {
            let found = valued(self.view, commitment);
            if found.value > self.best.value {
                self.best = found;
            }
        }
        let closed = self.view.proved(fixed, &found.multipliers) <= self.best.value;
        if closed {
            self.tree[node] = Node::Closed(found.multipliers);
        }
        Ok(closed)
    }

    /// Multipliers of the open cases as short rational numbers, `bits` places finer than payoffs.
    fn rounded(
        &self,
        fixed: &[Option<usize>],
        multipliers: &[f64],
        bits: i32,
    ) -> Vec<ReplyMultiplier> {
        let m = self.view.replies;
        let mut exact = Vec::new();
        for &kind in &self.view.active {
            // What is in units of the ranges, in those of the payoffs. Beyond what the machine has,
            // multipliers are left out, and the node is divided or solved exactly.
            let scale = (&self.view.unit / &self.view.follow_unit[kind]).to_f64();
            if !scale.is_normal() {
                continue;
            }
            let grid = 2f64.powi(scale.log2().round() as i32 - bits);
            for reply in (0..m).filter(|&reply| fixed[kind].is_none_or(|fixed| fixed == reply)) {
                for other in (0..m).filter(|&other| other != reply) {
                    let y = multipliers[(kind * m + reply) * m + other] * scale;
                    let value = Rational::from_f64_exactly((y / grid).round() * grid);
                    let value = value.filter(Rational::is_positive);
                    exact.extend(value.map(|value| ReplyMultiplier { kind, reply, other, value }));
                }
            }
        }
        exact
    }

    /// The open type whose part of the bound is furthest from what it gives.
    fn branching_type(&self, fixed: &[Option<usize>], relaxed: Option<&Relaxed>) -> Option<usize> {
        let excess = |kind: usize| match relaxed {
            Some(relaxed) => relaxed.open[kind] - self.view.near_reply(&relaxed.commitment, kind).1,
            None => self.view.probability(kind).to_f64(),
        };
        let open = self.view.active.iter().copied().filter(|&kind| fixed[kind].is_none());
        open.map(|kind| (excess(kind), kind))
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map(|(_, kind)| kind)
    }

    /// The steps of the proof, and what they prove.
    fn proof(&self) -> (Rational, Vec<CommitmentStep>) {
        let mut bound = self.best.value.clone();
        let open = self.tree.iter().filter(|node| matches!(node, Node::Open { .. })).count();
        if open > MOST_PROVED_LATE && self.meter.check().is_err() {
            let fixed = vec![None; self.view.types];
            let exact = self.rounded(&fixed, &self.at_first, 26);
            bound = bound.max(self.view.proved(&fixed, &exact));
            return (bound, vec![CommitmentStep::Bound(exact)]);
        }
        let mut steps = Vec::new();
        let mut stack = vec![0];
        while let Some(at) = stack.pop() {
            match &self.tree[at] {
                Node::Split { kind, first } => {
                    steps.push(CommitmentStep::Split(*kind));
                    stack.extend((*first..first + self.view.replies).rev());
                }
                Node::Closed(multipliers) => {
                    steps.push(CommitmentStep::Bound(multipliers.clone()));
                }
                Node::Open { fixed, multipliers } => {
                    let exact = self.rounded(fixed, multipliers, 26);
                    bound = bound.max(self.view.proved(fixed, &exact));
                    steps.push(CommitmentStep::Bound(exact));
                }
            }
        }
        (bound, steps)
    }
}
