//! All extreme symmetric equilibria of a symmetric game of two players, by branching on actions.
//!
//! A strategy x is a best reply to itself when every action i is unplayed, x_i = 0, or best,
//! s_i = v − (Ax)_i = 0: a linear complementarity problem on *one* best-response polyhedron, the two
//! of the game being the same. The search holds a face of it. It takes an action that is neither
//! unplayed nor best throughout the face, and goes on with the two faces where it is the one or the
//! other; empty faces end a branch. A face on which every action is decided consists of equilibria,
//! and its vertices are listed. Each extreme symmetric equilibrium lies on such a face, since at each
//! action one of the two branches holds it. This is the enumeration of Audet, Hansen, Jaumard &
//! Savard (2001) with one polyhedron in place of two.

use std::collections::HashSet;

use crate::game::NormalForm;
use crate::game::answer::Equilibrium;
use crate::solve::{Budget, Exhausted, Work};

use super::Meter;
use super::all::equilibrium;
use super::face::Face;
use super::labels::{LabelHashing, LabelSet};
use super::polyhedron::{for_each_vertex, mixed};

/// The strategies that are listed may have so many probabilities in all.
const MOST_PROBABILITIES: usize = 1 << 24;

/// What the search found.
pub(in crate::solve) struct SymmetricVertices {
    /// The equilibria, greatest strategy first.
    pub(in crate::solve) list: Vec<Equilibrium>,
    /// Whether nothing is missing, or why something may be.
    pub(in crate::solve) ended: Result<(), Exhausted>,
    pub(in crate::solve) work: Work,
}

/// All extreme symmetric equilibria of a game that is symmetric.
///
/// Work: at most 2ⁿ faces for n actions, most of which are seen to be empty early, and the vertices
/// of those that are left. Steps of the budget are pivots.
pub(in crate::solve) fn enumerate_symmetric_vertices(
    game: &NormalForm,
    budget: &Budget,
) -> SymmetricVertices {
    let mut meter = Meter::new(budget);
    let mut strategies = Vec::new();
    let ended = search(game, &mut strategies, &mut meter);
    strategies.sort_by(|one, two| two.cmp(one));
    let list = strategies
        .into_iter()
        .map(|strategy| {
            let strategy = mixed(strategy);
            equilibrium(game, &strategy, &strategy)
        })
        .collect();
    SymmetricVertices { list, ended, work: meter.work }
}

fn search(
    game: &NormalForm,
    strategies: &mut Vec<Vec<crate::num::Rational>>,
    meter: &mut Meter<'_>,
) -> Result<(), Exhausted> {
    let actions = game.num_actions(0);
    let most = (MOST_PROBABILITIES / actions).max(1);
    let mut seen = HashSet::<LabelSet, LabelHashing>::default();
    // Faces of equilibria that are more than a point, by the labels that are zero throughout.
    let mut listed: Vec<LabelSet> = Vec::new();
    let mut open = vec![Face::whole(game, 0)];
    while let Some(mut face) = open.pop() {
        meter.node();
        meter.budget.check(meter.work.pivots.max(meter.work.nodes))?;
        face.find_all_vanishing(meter)?;
        // What lies within a face that is listed is listed.
        if listed.iter().any(|zero| zero.is_subset(&face.zero)) {
            continue;
        }
        let undecided = |&i: &usize| !face.zero.contains(i) && !face.zero.contains(actions + i);
        // First what can go one way only, then what is violated at the vertex at hand.
        let urgency = |i: &usize| {
            let forced = face.positive.contains(*i) || face.positive.contains(actions + i);
            let at_hand = |label: usize| face.dictionary.value(label).is_zero();
            let met = !forced && (at_hand(*i) || at_hand(actions + i));
            (!forced, met)
        };
        if let Some(i) = (0..actions).filter(undecided).min_by_key(urgency) {
            let mut best = face.clone();
            if face.restrict(i, meter)? {
                open.push(face);
            }
            if best.restrict(actions + i, meter)? {
                open.push(best);
            }
            continue;
        }
        let labels = face.labels();
        for_each_vertex(&mut face.dictionary, labels, &face.zero, meter, |zero, strategy| {
            if seen.insert(zero) {
                if strategies.len() >= most {
                    return Err(Exhausted::Memory);
                }
                strategies.push(strategy());
            }
            Ok(())
        })?;
        if face.dictionary.columns() > 0 {
            listed.push(face.zero);
        }
    }
    Ok(())
}
