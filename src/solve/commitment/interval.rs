//! The interval of payoffs that a leader can have by commitment: ties of the follower broken for
//! him, and broken against him.
//!
//! X(j) is the set of commitments to which j is a best reply, and E(j) the set of replies that pay
//! the follower the same as j whatever the leader does. With ties broken for the leader he has
//! H = max_j max_{x ∈ X(j)} A_xj. Broken against him, he can rely on commitments near which all best
//! replies are in one E(j): X(j) is then *full-dimensional*, and he approaches
//! L = max_j max_{x ∈ X(j)} min_{e ∈ E(j)} A_xe over those j, and has no more in any subgame-perfect
//! equilibrium in which the follower is as bad to him as can be (von Stengel & Zamir 2010). In
//! generic games L = H.
//!
//! X(j) is full-dimensional when the matrix game with entries B_ij − B_ik, k outside E(j), has a
//! positive value; an optimal strategy of its row player is then inside, and otherwise one of its
//! column player is the proof. The maximum over X(j) is the linear program of the strong
//! commitment, with one more variable where E(j) has several replies.

use crate::game::NormalForm;
use crate::game::answer::{ClassBound, Guaranteed, Stackelberg};
use crate::linear::{LinearProgram, LpMethod, Relation};
use crate::num::Rational;
use crate::solve::meter::Meter;
use crate::solve::raised::Raise;
use crate::solve::zero_sum::{security_level, solve_matrix_game};
use crate::solve::{Budget, Exhausted, Outcome, joint};

use super::stackelberg::{CommitmentError, Induced, accept, assemble, induced};
use super::view::{View, unit};

/// The leader's optimal commitment as [`find_optimal_commitment`](super::find_optimal_commitment)
/// finds it, with what commitment guarantees when ties are broken against him and what he secures
/// without it.
///
/// Where the guaranteed payoff L is only approached, the answer names a commitment that the leader
/// can play: the one that is approached, mixed with weight `epsilon` with one that makes the reply
/// strictly best. It costs at most `epsilon` times the range of the leader's payoffs. In pure
/// strategies the answer is that of the best commitment to one action against the worst best reply.
///
/// Besides the programs of the strong commitment one matrix game for each region that could
/// guarantee most, which in generic games is one region, and a linear program for each such class of
/// several payoff-equal replies. The answer is `None` when the budget is spent.
///
/// # Errors
/// When the game has not two players, the leader is not one of them, or `epsilon` is not between 0
/// and 1.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::linear::LpMethod;
/// use detente::num::Rational;
/// use detente::solve::{Budget, find_commitment_interval};
/// // Conitzer & Sandholm (2006), section 2.1: any payoff below 7/2 is had with a strict reply.
/// let game = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 1]]);
/// let (epsilon, budget) = (Rational::new(1, 50), Budget::unlimited());
/// let outcome =
///     find_commitment_interval(&game, 0, true, &epsilon, LpMethod::Auto, &budget).unwrap();
/// let guaranteed = outcome.answer.unwrap().guaranteed.unwrap();
/// assert_eq!(guaranteed.value.to_string(), "7/2");
/// assert_eq!(guaranteed.epsilon_commitment.probabilities()[0].to_string(), "49/100");
/// assert_eq!(guaranteed.epsilon_value.to_string(), "349/100");
/// ```
pub fn find_commitment_interval(
    game: &NormalForm,
    leader: usize,
    mixed: bool,
    epsilon: &Rational,
    method: LpMethod,
    budget: &Budget,
) -> Result<Outcome<Option<Stackelberg>>, CommitmentError> {
    accept(game, leader)?;
    if !epsilon.is_positive() || *epsilon >= Rational::ONE {
        return Err(CommitmentError::Epsilon(epsilon.clone()));
    }
    let meter = Meter::new(method, budget);
    let view = View { game, leader };
    let mut outcome = meter.outcome(interval(&view, mixed, epsilon, &meter));
    if !mixed {
        outcome.method = "enumeration";
    }
    Ok(outcome)
}

fn interval(
    view: &View<'_>,
    mixed: bool,
    epsilon: &Rational,
    meter: &Meter<'_>,
) -> Result<Stackelberg, Exhausted> {
    let found = induced(view, mixed, meter)?;
    let guaranteed =
        if mixed { guaranteed(view, &found, epsilon, meter)? } else { guaranteed_pure(view) };
    let security = security_level(view.game, view.leader, meter)?;
    let strong = assemble(view, mixed, found);
    Ok(Stackelberg { guaranteed: Some(guaranteed), security: Some(security), ..strong })
}

/// The action whose worst best reply is least bad for the leader.
fn guaranteed_pure(view: &View<'_>) -> Guaranteed {
    let worst_reply = |action: usize| {
        (0..view.replies())
            .filter(|&reply| view.is_best_reply(action, reply))
            .map(|reply| (reply, view.leader_payoff(action, reply)))
            .reduce(|worst, next| if next.1 < worst.1 { next } else { worst })
    };
    let best = (0..view.actions())
        .filter_map(|action| worst_reply(action).map(|(reply, payoff)| (action, reply, payoff)))
        .reduce(|best, next| if next.2 > best.2 { next } else { best });
    // The follower has a best reply to every action.
    let (action, reply, value) = best
        .map_or((0, 0, Rational::ZERO), |(action, reply, payoff)| (action, reply, payoff.clone()));
    let commitment = joint::strategy(unit(view.actions(), action));
    Guaranteed {
        value: value.clone(),
        epsilon_commitment: commitment.clone(),
        commitment,
        reply,
        interior: None,
        epsilon: Rational::ZERO,
        epsilon_value: value,
        bounds: Vec::new(),
    }
}

/// A class of replies that pay the follower the same.
struct Class<'a> {
    members: &'a [usize],
    /// The region of no member, and so not that of the class, gives the leader more.
    upper: &'a Rational,
}

impl Class<'_> {
    fn reply(&self) -> usize {
        self.members[0]
    }
}

/// The best commitment in the region of a class, with the proof.
struct Optimum {
    value: Rational,
    commitment: Vec<Rational>,
    weights: Vec<Rational>,
    multipliers: Vec<Rational>,
}

fn guaranteed(
    view: &View<'_>,
    found: &[Induced],
    epsilon: &Rational,
    meter: &Meter<'_>,
) -> Result<Guaranteed, Exhausted> {
    let members = classes(view);
    // A class of which nothing induces one reply is induced by nothing.
    let upper = |members: &[usize]| {
        members.iter().map(|&reply| found[reply].bound.bound.as_ref()).min().flatten()
    };
    let mut classes: Vec<Class<'_>> = members
        .iter()
        .filter_map(|members| Some(Class { members, upper: upper(members)? }))
        .collect();
    classes.sort_by(|a, b| b.upper.cmp(a.upper));
    let mut best: Option<(usize, Rational, Vec<Rational>, Vec<Rational>)> = None;
    let mut proofs = Vec::new();
    for class in &classes {
        if best.as_ref().is_some_and(|(_, value, ..)| class.upper <= value) {
            break;
        }
        let reply = class.reply();
        let flat = |multipliers| ClassBound {
            reply,
            bound: None,
            weights: vec![Rational::ZERO; view.replies()],
            multipliers,
        };
        let proof = match best_in_class(view, class, found, meter)? {
            Err(nothing) => flat(nothing),
            Ok(optimum) => {
                let improves = best.as_ref().is_none_or(|(_, value, ..)| optimum.value > *value);
                let inside =
                    if improves { Some(interior(view, class, &optimum, meter)?) } else { None };
                match inside {
                    Some(Err(multipliers)) => flat(multipliers),
                    inside => {
                        let Optimum { value, commitment, weights, multipliers } = optimum;
                        if let Some(Ok(inside)) = inside {
                            best = Some((reply, value.clone(), commitment, inside));
                        }
                        ClassBound { reply, bound: Some(value), weights, multipliers }
                    }
                }
            }
        };
        proofs.push((class, proof));
    }
    // The regions cover the simplex, so that some are full-dimensional; the first of those was kept.
    #[allow(clippy::panic)]
    let Some((reply, value, commitment, inside)) = best else {
        panic!("some reply is strictly best, beside payoff-equal ones, to some commitment")
    };
    let bounds = proofs.into_iter().filter(|(class, _)| *class.upper > value);
    let bounds = bounds.map(|(_, proof)| proof).collect();
    let epsilon = if worst(view, &commitment) == value { Rational::ZERO } else { epsilon.clone() };
    let rest = Rational::ONE - &epsilon;
    let mixture: Vec<Rational> = commitment
        .iter()
        .zip(&inside)
        .map(|(near, inside)| &rest * near + &epsilon * inside)
        .collect();
    Ok(Guaranteed {
        value,
        commitment: joint::strategy(commitment),
        reply,
        interior: Some(joint::strategy(inside)),
        epsilon,
        epsilon_value: worst(view, &mixture),
        epsilon_commitment: joint::strategy(mixture),
        bounds,
    })
}

/// The replies by what they pay the follower, each class and the list in ascending order.
fn classes(view: &View<'_>) -> Vec<Vec<usize>> {
    let mut classes: Vec<Vec<usize>> = Vec::new();
    for reply in 0..view.replies() {
        let equal = |first: usize| {
            (0..view.actions()).all(|action| {
                view.follower_payoff(action, first) == view.follower_payoff(action, reply)
            })
        };
        match classes.iter_mut().find(|class| equal(class[0])) {
            Some(class) => class.push(reply),
            None => classes.push(vec![reply]),
        }
    }
    classes
}

/// Σ_i x_i times a payoff of action i.
fn expected<'a>(x: &[Rational], payoff: impl Fn(usize) -> &'a Rational) -> Rational {
    x.iter().enumerate().filter(|(_, x)| !x.is_zero()).map(|(action, x)| x * payoff(action)).sum()
}

/// What a commitment gives the leader against the worst of the best replies to it.
fn worst(view: &View<'_>, x: &[Rational]) -> Rational {
    let follower: Vec<Rational> = (0..view.replies())
        .map(|reply| expected(x, |action| view.follower_payoff(action, reply)))
        .collect();
    let most = follower.iter().max();
    (0..view.replies())
        .filter(|&reply| Some(&follower[reply]) == most)
        .map(|reply| expected(x, |action| view.leader_payoff(action, reply)))
        .min()
        .unwrap_or_default()
}

/// Maximises min_{e ∈ E} A_xe over the commitments that induce the class; or multipliers of sum 1
/// that prove that nothing induces it.
fn best_in_class(
    view: &View<'_>,
    class: &Class<'_>,
    found: &[Induced],
    meter: &Meter<'_>,
) -> Result<Result<Optimum, Vec<Rational>>, Exhausted> {
    let (actions, replies, reply) = (view.actions(), view.replies(), class.reply());
    if let ([_], Some(commitment), Some(value)) =
        (class.members, &found[reply].commitment, &found[reply].bound.bound)
    {
        return Ok(Ok(Optimum {
            value: value.clone(),
            commitment: commitment.clone(),
            weights: unit(replies, reply),
            multipliers: found[reply].bound.multipliers.clone(),
        }));
    }
    // With payoffs made positive and Σ x ≤ 1 the optimum is 0 exactly when nothing induces the class.
    let payoffs = class.members.iter();
    let Raise { shift, unit: least } =
        Raise::of(payoffs.flat_map(|&member| {
            (0..actions).map(move |action| view.leader_payoff(action, member))
        }));
    let guarantee = actions;
    let mut objective = vec![Rational::ZERO; actions + 1];
    objective[guarantee] = least.clone();
    let mut program = LinearProgram::maximize(objective);
    for &member in class.members {
        let payoffs =
            (0..actions).map(|action| (action, -(view.leader_payoff(action, member) + &shift)));
        let row = payoffs.chain([(guarantee, least.clone())]);
        program.constrain(row, Relation::AtMost, Rational::ZERO);
    }
    let others: Vec<usize> =
        (0..replies).filter(|other| class.members.binary_search(other).is_err()).collect();
    for &other in &others {
        let gains = (0..actions).map(|action| {
            let here = view.follower_payoff(action, reply);
            (action, view.follower_payoff(action, other) - here)
        });
        program.constrain(gains, Relation::AtMost, Rational::ZERO);
    }
    let total = (0..actions).map(|action| (action, Rational::ONE));
    program.constrain(total, Relation::AtMost, Rational::ONE);
    let optimum = meter.optimum(&program)?;
    let at = class.members.len();
    let spread = |rows: &[usize], values: &[Rational]| {
        let mut spread = vec![Rational::ZERO; replies];
        for (&row, value) in rows.iter().zip(values) {
            spread[row] = value.clone();
        }
        spread
    };
    let multipliers = spread(&others, &optimum.dual[at..]);
    if !optimum.value.is_positive() {
        let sum: Rational = multipliers.iter().sum();
        return Ok(Err(multipliers.iter().map(|y| y / &sum).collect()));
    }
    let mut commitment = optimum.primal;
    commitment.truncate(actions);
    Ok(Ok(Optimum {
        value: optimum.value - &shift,
        commitment,
        weights: spread(class.members, &optimum.dual[..at]),
        multipliers,
    }))
}

/// A commitment to which all replies outside the class are strictly worse; or multipliers of sum 1
/// that prove that there is none.
fn interior(
    view: &View<'_>,
    class: &Class<'_>,
    optimum: &Optimum,
    meter: &Meter<'_>,
) -> Result<Result<Vec<Rational>, Vec<Rational>>, Exhausted> {
    let (actions, replies, reply) = (view.actions(), view.replies(), class.reply());
    let others: Vec<usize> =
        (0..replies).filter(|other| class.members.binary_search(other).is_err()).collect();
    let x = &optimum.commitment;
    let own = expected(x, |action| view.follower_payoff(action, reply));
    let is_worse = |&other: &usize| expected(x, |action| view.follower_payoff(action, other)) < own;
    if others.iter().all(is_worse) {
        return Ok(Ok(x.clone()));
    }
    let lead = |action: usize, other: usize| {
        view.follower_payoff(action, reply) - view.follower_payoff(action, other)
    };
    let matrix: Vec<Vec<Rational>> = (0..actions)
        .map(|action| others.iter().map(|&other| lead(action, other)).collect())
        .collect();
    let game = solve_matrix_game(&matrix, meter)?;
    if game.value.is_positive() {
        return Ok(Ok(game.row));
    }
    let mut multipliers = vec![Rational::ZERO; replies];
    for (other, weight) in others.into_iter().zip(game.column) {
        multipliers[other] = weight;
    }
    Ok(Err(multipliers))
}

#[cfg(test)]
mod tests;
