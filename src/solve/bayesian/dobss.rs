//! DOBSS: commitment against types as one mixed-integer program (Paruchuri et al. 2008).
//!
//! With z^l_ij for x_i q^l_j, q^l_j whether type l replies j, and a^l what the type gets:
//! maximise Σ p_l A^l_ij z^l_ij subject to Σ_ij z^l_ij = 1, Σ_i z^l_ij = q^l_j, Σ_j z^l_ij =
//! Σ_j z^1_ij and 0 ≤ a^l − Σ_i B^l_ij x_i ≤ (1 − q^l_j) M_lj. The constant is taken from the data,
//! M_lj = max_i (max_k B^l_ik − B^l_ij): the greatest that the difference can be.
//!
//! It is solved in machine numbers through `good_lp`; only the replies are kept of what comes out.

use std::time::Duration;

use good_lp::{
    Expression, ProblemVariables, Solution as _, SolverModel as _, Variable, WithTimeLimit as _,
    constraint, microlp, variable,
};

use super::view::View;

/// The reply of each type in the solution of the program, if the solver gives one.
pub(super) fn replies(view: &View, time: Option<Duration>) -> Option<Vec<usize>> {
    let (n, m) = (view.actions, view.replies);
    let mut variables = ProblemVariables::new();
    let mut grid = |count: usize, integer: bool| -> Vec<Variable> {
        let one = || {
            let one = variable().min(0.0).max(1.0);
            if integer { one.integer() } else { one }
        };
        (0..count).map(|_| variables.add(one())).collect()
    };
    let parts: Vec<Vec<Variable>> = view.active.iter().map(|_| grid(n * m, false)).collect();
    let chosen: Vec<Vec<Variable>> = view.active.iter().map(|_| grid(m, true)).collect();
    let gets: Vec<Variable> = view.active.iter().map(|_| variables.add(variable())).collect();
    let sum = |terms: &mut dyn Iterator<Item = Variable>| -> Expression { terms.sum() };
    let of_action = |at: usize, action: usize| {
        sum(&mut parts[at][action * m..(action + 1) * m].iter().copied())
    };
    let mut objective = Expression::from(0.0);
    for (at, &kind) in view.active.iter().enumerate() {
        for action in 0..n {
            for reply in 0..m {
                let payoff = view.near_lead[view.at(kind, action, reply)];
                objective += payoff * parts[at][action * m + reply];
            }
        }
    }
    let mut model = variables.maximise(objective).using(microlp);
    for (at, &kind) in view.active.iter().enumerate() {
        model.add_constraint(constraint::eq(sum(&mut parts[at].iter().copied()), 1.0));
        model.add_constraint(constraint::eq(sum(&mut chosen[at].iter().copied()), 1.0));
        if at > 0 {
            for action in 0..n {
                model.add_constraint(constraint::eq(of_action(at, action), of_action(0, action)));
            }
        }
        for reply in 0..m {
            let induced = sum(&mut (0..n).map(|action| parts[at][action * m + reply]));
            model.add_constraint(constraint::eq(induced, chosen[at][reply]));
            let payoff =
                |action: usize, reply: usize| view.near_follow[view.at(kind, action, reply)];
            let mut lost = Expression::from(gets[at]);
            let mut most = 0.0f64;
            for action in 0..n {
                lost -= payoff(action, reply) * of_action(at, action);
                let best = (0..m).map(|other| payoff(action, other)).fold(f64::MIN, f64::max);
                most = most.max(best - payoff(action, reply));
            }
            model.add_constraint(constraint::geq(lost.clone(), 0.0));
            model.add_constraint(constraint::leq(lost + most * chosen[at][reply], most));
        }
    }
    if let Some(time) = time {
        model = model.with_time_limit(time.as_secs_f64());
    }
    let solution = model.solve().ok()?;
    let mut replies = vec![0; view.types];
    for (at, &kind) in view.active.iter().enumerate() {
        let values = chosen[at].iter().map(|&one| solution.value(one)).enumerate();
        let best = values.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        replies[kind] = best.0;
    }
    Some(replies)
}
