//! Security games: a defender covers targets, an attacker who has watched him picks one.
//!
//! Each target t pays both sides one amount where it is covered and another where it is not. A
//! *coverage* is a vector c with c_t the probability that t is covered, so that an attack on t is
//! worth D(t) = c_t D_t^c + (1 − c_t) D_t^u to the defender and A(t), formed alike, to the attacker.
//! The defender has a number of identical *resources*. Each covers one target, or where there are
//! *schedules* all targets of one schedule; it may stay idle too. What is covered at once is an
//! [`Allocation`]; a coverage is feasible when some lottery over allocations has it.
//! Source: Kiekintveld, Jain, Tsai, Pita, Ordóñez & Tambe (2009); Korzhyk, Yin, Kiekintveld, Conitzer
//! & Tambe (2011), section 2.

use crate::num::Rational;

use super::{GameError, NormalForm, Player};

/// The name of the allocation that covers nothing.
pub const NOTHING: &str = "(nothing)";

/// The largest number of targets.
pub const MOST_TARGETS: usize = 4_000_000;
/// The largest number of allocations that are listed, where schedules overlap or for the game in
/// strategic form.
pub const MOST_ALLOCATIONS: usize = 5_000;
/// The largest number of cells of allocations and targets.
pub const MOST_CELLS: usize = 1_000_000;

/// What an attack on a target is worth to one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetPayoffs {
    /// When the target is covered.
    pub covered: Rational,
    /// When it is not.
    pub uncovered: Rational,
}

impl TargetPayoffs {
    /// The payoff when the target is covered with this probability.
    #[must_use]
    pub fn at(&self, coverage: &Rational) -> Rational {
        &self.uncovered + &(self.slope() * coverage)
    }

    /// What coverage adds: the payoff when covered less the payoff when not.
    #[must_use]
    pub fn slope(&self) -> Rational {
        &self.covered - &self.uncovered
    }
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name, unique in the game.
    pub name: String,
    /// What an attack on it is worth to the defender.
    pub defender: TargetPayoffs,
    /// What an attack on it is worth to the attacker.
    pub attacker: TargetPayoffs,
}

/// Targets that one resource covers together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its name, unique in the game.
    pub name: String,
    /// Its targets, ascending.
    pub targets: Vec<usize>,
}

/// The names of the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The one who commits.
    pub defender: String,
    /// The one who attacks.
    pub attacker: String,
}

impl Default for Sides {
    fn default() -> Self {
        Sides { defender: "Defender".to_owned(), attacker: "Attacker".to_owned() }
    }
}

/// Why there is no such security game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecurityError {
    /// There is no target.
    #[error("a security game needs a target")]
    NoTarget,
    /// There are too many targets.
    #[error("a security game may have {MOST_TARGETS} targets: this one has {0}")]
    TooMany(usize),
    /// A schedule names no target, or one that does not exist, or one twice.
    #[error("the schedule `{0}` is no list of different targets of the game")]
    BadSchedule(String),
    /// The strategic form would have too many cells.
    #[error("{0} allocations and {1} targets make more than a million profiles")]
    TooManyProfiles(usize, usize),
    /// The lotteries over allocations cannot be listed.
    #[error(
        "there are more than {MOST_ALLOCATIONS} allocations of {resources} resources to {units} {kind}"
    )]
    TooManyAllocations {
        /// The number of resources.
        resources: usize,
        /// The number of schedules, or of targets where there are none.
        units: usize,
        /// What resources are allocated to: `targets` or `schedules`.
        kind: &'static str,
    },
}

/// A security game with identical resources.
///
/// ```
/// use detente::game::security::{SecurityGame, Target};
/// // Korzhyk et al. (2011), Table 2: three targets, one resource.
/// let target = |name: &str, covered| Target::from_integers(name, (covered, 0), (0, 1));
/// let game = SecurityGame::new(vec![target("t1", 1), target("t2", 2), target("t3", 3)], 1).unwrap();
/// assert_eq!(game.targets().len(), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGame {
    sides: Sides,
    targets: Vec<Target>,
    resources: usize,
    schedules: Option<Vec<Schedule>>,
    /// Whether no two schedules share a target.
    disjoint: bool,
}

/// Which resources cover what at once: positions of schedules, or of targets where there are no
/// schedules, ascending.
pub type Allocation = Vec<usize>;

impl Target {
    /// A target with integer payoffs, each (covered, uncovered).
    #[must_use]
    pub fn from_integers(name: &str, defender: (i64, i64), attacker: (i64, i64)) -> Self {
        let payoffs = |(covered, uncovered): (i64, i64)| TargetPayoffs {
            covered: covered.into(),
            uncovered: uncovered.into(),
        };
        Target { name: name.to_owned(), defender: payoffs(defender), attacker: payoffs(attacker) }
    }
}

impl SecurityGame {
    /// A game in which each resource covers one target.
    ///
    /// # Errors
    /// When there is no target, or more than [`MOST_TARGETS`].
    pub fn new(targets: Vec<Target>, resources: usize) -> Result<Self, SecurityError> {
        if targets.is_empty() {
            return Err(SecurityError::NoTarget);
        }
        if targets.len() > MOST_TARGETS {
            return Err(SecurityError::TooMany(targets.len()));
        }
        let sides = Sides::default();
        Ok(SecurityGame { sides, targets, resources, schedules: None, disjoint: true })
    }

    /// The same game where each resource covers one of these schedules.
    ///
    /// # Errors
    /// When a schedule is empty, or names a target twice or one that does not exist.
    pub fn with_schedules(mut self, schedules: Vec<Schedule>) -> Result<Self, SecurityError> {
        let mut taken = vec![false; self.targets.len()];
        self.disjoint = true;
        for schedule in &schedules {
            let ascending = schedule.targets.windows(2).all(|pair| pair[0] < pair[1]);
            let last = schedule.targets.last().is_some_and(|&last| last < self.targets.len());
            if !ascending || !last {
                return Err(SecurityError::BadSchedule(schedule.name.clone()));
            }
            for &target in &schedule.targets {
                self.disjoint &= !taken[target];
                taken[target] = true;
            }
        }
        self.schedules = Some(schedules);
        Ok(self)
    }

    /// The same game with other names of the two sides.
    #[must_use]
    pub fn with_sides(mut self, sides: Sides) -> Self {
        self.sides = sides;
        self
    }

    /// The names of the two sides.
    #[must_use]
    pub fn sides(&self) -> &Sides {
        &self.sides
    }

    /// The targets, in order.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The number of resources.
    #[must_use]
    pub fn resources(&self) -> usize {
        self.resources
    }

    /// The schedules, where resources cover several targets.
    #[must_use]
    pub fn schedules(&self) -> Option<&[Schedule]> {
        self.schedules.as_deref()
    }

    /// What a resource is given to: the schedules, or the targets where there are none.
    #[must_use]
    pub fn num_units(&self) -> usize {
        self.schedules.as_ref().map_or(self.targets.len(), Vec::len)
    }

    /// The targets of a unit (a schedule, or a target itself).
    #[must_use]
    pub fn unit(&self, unit: usize) -> &[usize] {
        const NONE: &[usize] = &[];
        self.schedules.as_ref().map_or(NONE, |schedules| &schedules[unit].targets)
    }

    /// The name of a unit.
    #[must_use]
    pub fn unit_name(&self, unit: usize) -> &str {
        match &self.schedules {
            Some(schedules) => &schedules[unit].name,
            None => &self.targets[unit].name,
        }
    }

    /// Whether no target is in two schedules. Then any coverage of units by at most 1 each and the
    /// number of resources in all has a lottery (Budish, Che, Kojima & Milgrom 2013: the constraints
    /// are a hierarchy).
    #[must_use]
    pub fn is_disjoint(&self) -> bool {
        self.disjoint
    }

    /// For each target the unit that covers it, where units are disjoint; `None` where none does.
    #[must_use]
    pub fn unit_of_targets(&self) -> Vec<Option<usize>> {
        let Some(schedules) = &self.schedules else {
            return (0..self.targets.len()).map(Some).collect();
        };
        let mut units = vec![None; self.targets.len()];
        for (at, schedule) in schedules.iter().enumerate() {
            schedule.targets.iter().for_each(|&target| units[target] = Some(at));
        }
        units
    }

    /// Whether a defender gains and an attacker loses by coverage, at every target.
    #[must_use]
    pub fn coverage_helps(&self) -> bool {
        self.targets.iter().all(|target| {
            target.defender.covered > target.defender.uncovered
                && target.attacker.covered < target.attacker.uncovered
        })
    }

    /// The targets that an allocation covers, as a flag for each.
    #[must_use]
    pub fn covered(&self, allocation: &[usize]) -> Vec<bool> {
        let mut covered = vec![false; self.targets.len()];
        for &unit in allocation {
            match &self.schedules {
                Some(schedules) => {
                    schedules[unit].targets.iter().for_each(|&target| covered[target] = true);
                }
                None => covered[unit] = true,
            }
        }
        covered
    }

    /// All allocations: every set of at most as many units as there are resources, the empty one
    /// first.
    ///
    /// # Errors
    /// When there are more than [`MOST_ALLOCATIONS`].
    pub fn allocations(&self) -> Result<Vec<Allocation>, SecurityError> {
        let units = self.num_units();
        let most = self.resources.min(units);
        let mut list: Vec<Allocation> = vec![Vec::new()];
        let mut from = 0;
        for _ in 0..most {
            let to = list.len();
            for at in from..to {
                let first = list[at].last().map_or(0, |last| last + 1);
                for unit in first..units {
                    if list.len() == MOST_ALLOCATIONS {
                        let kind = if self.schedules.is_some() { "schedules" } else { "targets" };
                        let resources = self.resources;
                        return Err(SecurityError::TooManyAllocations { resources, units, kind });
                    }
                    let mut next = list[at].clone();
                    next.push(unit);
                    list.push(next);
                }
            }
            from = to;
        }
        Ok(list)
    }

    /// The name of an allocation: of its units, joined by ` + `.
    #[must_use]
    pub fn allocation_name(&self, allocation: &[usize]) -> String {
        if allocation.is_empty() {
            return NOTHING.to_owned();
        }
        let names: Vec<&str> = allocation.iter().map(|&unit| self.unit_name(unit)).collect();
        names.join(" + ")
    }

    /// What an attack on each target is worth to the defender under a coverage.
    #[must_use]
    pub fn defender_payoffs(&self, coverage: &[Rational]) -> Vec<Rational> {
        self.targets.iter().zip(coverage).map(|(target, c)| target.defender.at(c)).collect()
    }

    /// What an attack on each target is worth to the attacker under a coverage.
    #[must_use]
    pub fn attacker_payoffs(&self, coverage: &[Rational]) -> Vec<Rational> {
        self.targets.iter().zip(coverage).map(|(target, c)| target.attacker.at(c)).collect()
    }

    /// The game in strategic form: the defender chooses an allocation, the attacker a target.
    ///
    /// # Errors
    /// When there are more than [`MOST_ALLOCATIONS`] allocations or [`MOST_CELLS`] cells.
    pub fn strategic_form(&self) -> Result<NormalForm, SecurityError> {
        let allocations = self.allocations()?;
        if allocations.len() * self.targets.len() > MOST_CELLS {
            return Err(SecurityError::TooManyProfiles(allocations.len(), self.targets.len()));
        }
        let rows: Vec<Vec<bool>> = allocations.iter().map(|one| self.covered(one)).collect();
        let table = |side: fn(&Target) -> &TargetPayoffs| -> Vec<Rational> {
            let cells = rows.iter().flat_map(|row| row.iter().zip(&self.targets));
            cells
                .map(|(&covered, target)| {
                    let payoffs = side(target);
                    if covered { payoffs.covered.clone() } else { payoffs.uncovered.clone() }
                })
                .collect()
        };
        let payoffs = vec![table(|target| &target.defender), table(|target| &target.attacker)];
        let players = vec![
            Player {
                name: self.sides.defender.clone(),
                actions: allocations.iter().map(|one| self.allocation_name(one)).collect(),
            },
            Player {
                name: self.sides.attacker.clone(),
                actions: self.targets.iter().map(|target| target.name.clone()).collect(),
            },
        ];
        // The tables have the shape of the players by construction; names may clash, then it is
        // the caller's to say so.
        NormalForm::new(players, payoffs)
            .map_err(|error: GameError| SecurityError::BadSchedule(error.to_string()))
    }
}

/// An allocation and how often it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The units that are covered, ascending.
    pub units: Allocation,
    /// Its probability.
    pub probability: Rational,
}

/// Why no commitment does better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityProof {
    /// Weights v ≥ 0 on targets, those of zero left out. Whatever the coverage, Σ v_t A(t) / Σ v_t
    /// is at least some number, so that the attacker never gets less; that bounds the coverage of
    /// the target that he attacks.
    Floor(Vec<(usize, Rational)>),
    /// For each target t in order: multipliers y ≥ 0 of the conditions A(t) ≥ A(k) that t is
    /// attacked, those of zero left out.
    Multipliers(Vec<TargetProof>),
}

/// The proof for one attacked target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetProof {
    /// Whether it can be made the target that is attacked.
    pub possible: bool,
    /// Multipliers by the other target.
    pub multipliers: Vec<(usize, Rational)>,
}

/// An equilibrium in which the defender plays the coverage without being seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityNash {
    /// How often the attacker attacks each target.
    pub attack: Vec<Rational>,
    /// What the defender gets.
    pub defender_value: Rational,
}

/// The coverage whose worst case is best for the defender, whatever the attacker wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maximin {
    /// The coverage.
    pub coverage: Vec<Rational>,
    /// What the defender then gets at least.
    pub value: Rational,
    /// Weights on targets that prove it: the worst of D(t) is at most their mean.
    pub weights: Vec<(usize, Rational)>,
}

/// An optimal commitment of the defender (strong Stackelberg equilibrium).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityCommitment {
    /// The coverage of each target.
    pub coverage: Vec<Rational>,
    /// The target that is attacked: among the attacker's best the best for the defender, and among
    /// those the first.
    pub attacked: usize,
    /// What the defender gets.
    pub defender_value: Rational,
    /// What the attacker gets.
    pub attacker_value: Rational,
    /// The targets that are best for the attacker, ascending.
    pub attack_set: Vec<usize>,
    /// A lottery over allocations with this coverage, unless it was too long to list.
    pub lottery: Option<Vec<Draw>>,
    /// Why nothing is better.
    pub proof: SecurityProof,
    /// An equilibrium of simultaneous play with the same coverage, where one is known.
    pub nash: Option<SecurityNash>,
    /// The defender's maximin coverage, where it was computed.
    pub maximin: Option<Maximin>,
}

/// An answer about a security game.
#[derive(Debug, Clone, PartialEq)]
pub enum SecurityAnswer {
    /// The optimal commitment against an attacker who answers best.
    Commitment(SecurityCommitment),
    /// The best coverage against one who errs.
    Quantal(SecurityQuantal),
}

/// A security game of single targets in machine numbers, for sizes beyond exact arithmetic: coverage
/// helps the defender and hurts the attacker at every target.
#[derive(Debug, Clone, PartialEq)]
pub struct LargeSecurityGame {
    targets: Vec<[f64; 4]>,
    resources: usize,
}

/// Why numbers are no [`LargeSecurityGame`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LargeSecurityError {
    /// There is no target, or more than [`MOST_TARGETS`].
    #[error("there are between 1 and {MOST_TARGETS} targets: {0}")]
    Targets(usize),
    /// A payoff is not finite or beyond 10^100, or coverage does not help at this target.
    #[error(
        "payoffs are finite, the defender prefers target {0} covered and the attacker uncovered"
    )]
    Payoffs(usize),
}

impl LargeSecurityGame {
    /// The game of these targets, each with the payoffs of the defender when it is covered and when
    /// not, and of the attacker likewise.
    ///
    /// # Errors
    /// [`LargeSecurityError`] with the position of the target, from 0.
    pub fn new(targets: Vec<[f64; 4]>, resources: usize) -> Result<Self, LargeSecurityError> {
        const LARGEST: f64 = 1e100;
        if targets.is_empty() || targets.len() > MOST_TARGETS {
            return Err(LargeSecurityError::Targets(targets.len()));
        }
        let wrong = |&[dc, du, ac, au]: &[f64; 4]| {
            [dc, du, ac, au].iter().any(|x| !x.is_finite() || x.abs() > LARGEST)
                || dc <= du
                || ac >= au
        };
        match targets.iter().position(wrong) {
            Some(at) => Err(LargeSecurityError::Payoffs(at)),
            None => Ok(LargeSecurityGame { targets, resources }),
        }
    }

    /// For each target the defender's payoffs covered and uncovered, and the attacker's.
    #[must_use]
    pub fn targets(&self) -> &[[f64; 4]] {
        &self.targets
    }

    /// The number of resources.
    #[must_use]
    pub fn resources(&self) -> usize {
        self.resources
    }
}

/// A commitment in a [`LargeSecurityGame`] with bounds that hold in spite of rounding.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityBracket {
    /// The coverage of each target, in units of 2⁻⁵³; at most 2⁵³ each.
    pub coverage: Vec<u64>,
    /// The target that is attacked, a best reply to exactly this coverage.
    pub attacked: usize,
    /// The attacker gets at least this whatever the coverage.
    pub floor: f64,
    /// What the coverage gives the defender is at least this.
    pub lower: f64,
    /// No coverage gives the defender more than this.
    pub upper: f64,
}

/// The best coverage against an attacker who chooses by logit quantal response: target t with
/// probability proportional to exp(λ A(t)).
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityQuantal {
    /// The precision λ of the attacker's choice, positive.
    pub lambda: Rational,
    /// The coverage of each target.
    pub coverage: Vec<Rational>,
    /// How likely each target is attacked, rounded.
    pub attack: Vec<f64>,
    /// What the defender gets lies between these two.
    pub value: (f64, f64),
    /// No coverage gives the defender more than this.
    pub bound: f64,
    /// What proves it: the price of a resource, and the payoff at which the attacker's weights
    /// exp(λ (A(t) − reference)) are 1.
    pub price: f64,
    /// See `price`.
    pub reference: f64,
    /// A lottery over allocations with this coverage, unless it was too long to list.
    pub lottery: Option<Vec<Draw>>,
}
