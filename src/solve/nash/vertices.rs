//! All extreme equilibria of a two-player game, by the vertices of both polyhedra.
//!
//! Every vertex of either best-response polyhedron is found by lexicographic pivoting, and the
//! pairs that together have all labels are kept (Mangasarian 1964; Avis, Rosenberg, Savani & von
//! Stengel 2010, section 4). Slower than the branch and bound on all but the smallest games, and
//! simpler: an oracle for it.

use crate::game::NormalForm;
use crate::game::answer::Equilibria;
use crate::solve::{Budget, Exhausted, Outcome};

use super::all::Found;
use super::components::maximal_subsets;
use super::labels::LabelSet;
use super::polyhedron::{Labels, best_response_polyhedron, for_each_vertex};
use super::{Meter, NashError};

/// All extreme equilibria of a two-player game; the same list as
/// [`super::enumerate_extreme_equilibria`].
///
/// Work: the number of bases of the two (perturbed) polyhedra, up to about 2.6ⁿ each for n × n, and
/// a look at each pair of vertices of which the second has the labels that the first lacks. Steps
/// of the budget are pivots.
///
/// # Errors
/// [`NashError::NotTwoPlayers`].
pub fn enumerate_extreme_equilibria_by_vertices(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<Equilibria>, NashError> {
    if game.num_players() != 2 {
        return Err(NashError::NotTwoPlayers(game.num_players()));
    }
    Ok(enumerate(game, budget))
}

/// The same for a game that has two players.
pub(super) fn enumerate(game: &NormalForm, budget: &Budget) -> Outcome<Equilibria> {
    let mut meter = Meter::new(budget);
    let mut found = Found::new(game);
    let ended = search(game, &mut found, &mut meter);
    found.into_outcome(game, ended, &meter, "vertex-enumeration")
}

fn search(game: &NormalForm, found: &mut Found, meter: &mut Meter<'_>) -> Result<(), Exhausted> {
    let (m, n) = (game.num_actions(0), game.num_actions(1));
    for side in 0..2 {
        let mut dictionary = best_response_polyhedron(game, side);
        let labels = Labels::of_side(side, m, n);
        let none = LabelSet::empty(m + n);
        let known = &mut found.vertices[side];
        for_each_vertex(&mut dictionary, labels, &none, meter, |zero, strategy| {
            known.position(zero, strategy)?;
            Ok(())
        })?;
    }
    let [rows, columns] = &found.vertices;
    // The vertices of side 1 by one of their labels: a partner must have each missing label.
    let mut with_label: Vec<Vec<(&LabelSet, usize)>> = vec![Vec::new(); m + n];
    for (labels, column) in columns.labels() {
        for (label, list) in with_label.iter_mut().enumerate() {
            if labels.contains(label) {
                list.push((labels, column));
            }
        }
    }
    let mut pairs = Vec::new();
    for (labels, row) in rows.labels() {
        meter.node();
        meter.budget.check(meter.work.nodes)?;
        let missing = (0..m + n).filter(|&label| !labels.contains(label));
        // Σx = 1 leaves at least one strategy positive.
        let Some(rarest) = missing.min_by_key(|&label| with_label[label].len()) else { continue };
        for &(others, column) in &with_label[rarest] {
            if others.complete_with(labels, m + n) {
                if pairs.len() >= found.most_pairs {
                    return Err(meter.memory());
                }
                pairs.push((row, column));
            }
        }
    }
    found.subsets = maximal_subsets(&pairs, meter).ok();
    found.pairs.extend(pairs);
    Ok(())
}
