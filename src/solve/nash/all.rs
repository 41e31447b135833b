//! All extreme equilibria of a two-player game.
//!
//! See `search` for the method. Here its leaves, pairs of faces, are enlarged to maximal Nash subsets,
//! and these become a sorted list of equilibria with their components.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::game::answer::{Equilibria, Equilibrium, Scope};
use crate::game::case_tree::CaseTree;
use crate::game::{MixedStrategy, NormalForm};
use crate::num::Rational;
use crate::solve::{Budget, Exhausted, Outcome, Status, Watch};

use super::components::{NashSubset, components, maximal_subsets};
use super::face::Face;
use super::labels::{LabelHashing, LabelSet};
use super::leaf::Point;
use super::polyhedron::{for_each_vertex, mixed};
use super::pure::MOST_PROBABILITIES;
use super::search::search;
use super::small::extreme_equilibria_by_formula;
use super::stream::Stream;
use super::{Meter, NashError};

/// The payoffs of fewer equilibria are not worth a second thread.
const PAIRS_FOR_TASKS: usize = 32;

/// All extreme equilibria of a two-player game, exact, with their components.
///
/// The list is complete, degenerate games included, unless the status is `Partial`: then every
/// equilibrium listed is right, and there may be more. It is sorted lexicographically by the
/// probabilities of player 0, then of player 1, greatest first. Games up to 3 × 3 are solved by
/// formulas (method `closed-form`), larger ones by branch and bound.
///
/// Worst case exponential: the number of extreme equilibria can be (about 2.41ⁿ/√n; von Stengel
/// 1999), and to find a second one is NP-hard (Gilboa & Zemel 1989). Steps of the budget are pivots.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::solve::{Budget, nash::enumerate_extreme_equilibria};
/// // The stag hunt: both hunt, both forage, or each hunts with probability 2/3.
/// let game = NormalForm::from_integers(&[&[3, 0], &[2, 2]], &[&[3, 2], &[0, 2]]);
/// let found = enumerate_extreme_equilibria(&game, &Budget::unlimited()).unwrap().answer;
/// assert_eq!(found.list.len(), 3);
/// assert_eq!(found.list[1].profile[0].probabilities()[0].to_string(), "2/3");
/// ```
///
/// # Errors
/// [`NashError::NotTwoPlayers`].
pub fn enumerate_extreme_equilibria(
    game: &NormalForm,
    budget: &Budget,
) -> Result<Outcome<Equilibria>, NashError> {
    enumerate_with(game, budget, None)
}

/// The same, with somebody who is told of each extreme equilibrium as soon as it is found, and of how
/// far the search is.
///
/// Each equilibrium is told once, exact, in the order in which the threads find them; with one
/// thread this is the order of the search tree. Those that are told are those of the list that is
/// returned, also when the budget ends the search. It takes no longer unless the game is
/// degenerate: faces of equilibria are then enumerated twice.
///
/// # Errors
/// [`NashError::NotTwoPlayers`].
pub fn enumerate_extreme_equilibria_watched(
    game: &NormalForm,
    budget: &Budget,
    watch: &dyn Watch,
) -> Result<Outcome<Equilibria>, NashError> {
    enumerate_with(game, budget, Some(watch))
}

fn enumerate_with(
    game: &NormalForm,
    budget: &Budget,
    watch: Option<&dyn Watch>,
) -> Result<Outcome<Equilibria>, NashError> {
    if game.num_players() != 2 {
        return Err(NashError::NotTwoPlayers(game.num_players()));
    }
    if let Some(answer) = extreme_equilibria_by_formula(game) {
        // A few nanoseconds: no limit is worth a check.
        let unlimited = Budget::unlimited();
        let mut meter = Meter::new(&unlimited);
        let mut found = Found::new(game);
        found.subsets = maximal_subsets(&answer.pairs, &mut meter).ok();
        found.pairs.extend(answer.pairs);
        for (vertices, strategies) in found.vertices.iter_mut().zip(answer.strategies) {
            vertices.strategies = strategies;
        }
        let found = found.into_outcome(game, Ok(()), &meter, "closed-form");
        tell_all(watch, &found);
        return Ok(found);
    }
    Ok(search_watched(game, budget, watch))
}

/// Tells of a list that was found at once.
fn tell_all(watch: Option<&dyn Watch>, found: &Outcome<Equilibria>) {
    if let Some(watch) = watch.filter(|watch| watch.wants_equilibria()) {
        found.answer.list.iter().for_each(|one| watch.found(one));
    }
}

/// The same, by branch and bound at any size.
#[cfg(test)]
pub(super) fn enumerate_by_search(game: &NormalForm, budget: &Budget) -> Outcome<Equilibria> {
    search_watched(game, budget, None)
}

fn search_watched(
    game: &NormalForm,
    budget: &Budget,
    watch: Option<&dyn Watch>,
) -> Outcome<Equilibria> {
    let stream = watch.map(|watch| Stream::new(game, budget, watch));
    let stream = stream.as_ref();
    match game.num_actions(0) + game.num_actions(1) {
        0..=64 => search_with::<1>(game, budget, stream),
        65..=128 => search_with::<2>(game, budget, stream),
        129..=512 => search_with::<8>(game, budget, stream),
        513..=8192 => search_with::<128>(game, budget, stream),
        _ => {
            let found = super::vertices::enumerate(game, budget);
            tell_all(watch, &found);
            found
        }
    }
}

fn search_with<const W: usize>(
    game: &NormalForm,
    budget: &Budget,
    stream: Option<&Stream<'_>>,
) -> Outcome<Equilibria> {
    let searched = search::<W>(game, budget, stream);
    let labels = game.num_actions(0) + game.num_actions(1);
    let mut meter = searched.meter;
    let mut ended = searched.ended;
    let mut found = Found::new(game);
    found.proof = searched.proof;
    let mut seen = SeenSubsets::default();
    for leaf in searched.leaves {
        let added = match leaf.points {
            Some(points) => found
                .add_points(points.map(|Point { strategy, zero }| (zero.to_set(labels), strategy))),
            // After a limit only what is known already is listed.
            None if ended.is_err() => Ok(()),
            None => {
                let zero = leaf.zero.map(|zero| zero.to_set(labels));
                seen.add(game, &zero, &mut found, &mut meter)
            }
        };
        ended = ended.and(added);
    }
    found.into_outcome(game, ended, &meter, "branch-and-bound")
}

/// The maximal Nash subsets that were seen, each given by the labels zero throughout its faces.
#[derive(Default)]
pub(super) struct SeenSubsets {
    faces: Option<[[Face; 2]; 2]>,
    seen: [HashSet<LabelSet, LabelHashing>; 2],
    subsets: Vec<[LabelSet; 2]>,
}

impl SeenSubsets {
    /// Adds the maximal Nash subset that holds a complementary pair of faces, given by labels that
    /// are zero on each, and the vertices of it.
    pub(super) fn add(
        &mut self,
        game: &NormalForm,
        zero: &[LabelSet; 2],
        found: &mut Found,
        meter: &mut Meter<'_>,
    ) -> Result<(), Exhausted> {
        let held =
            |subset: &[LabelSet; 2]| subset[0].is_subset(&zero[0]) && subset[1].is_subset(&zero[1]);
        if self.subsets.iter().any(held) || !self.enlarge(game, zero, meter)? {
            return Ok(());
        }
        let Some([_, faces]) = &mut self.faces else { return Ok(()) };
        self.subsets.push([faces[0].zero.clone(), faces[1].zero.clone()]);
        let mut subset = NashSubset::default();
        let mut ended = Ok(());
        for (side, vertices) in subset.iter_mut().enumerate() {
            let face = &mut faces[side];
            let labels = face.labels();
            let known = &mut found.vertices[side];
            let listed = for_each_vertex(
                &mut face.dictionary,
                labels,
                &face.zero,
                meter,
                |zero, strategy| {
                    vertices.push(known.position(zero, strategy)?);
                    Ok(())
                },
            );
            // With a limit reached on one side there is still a vertex for the other.
            ended = ended.and(listed);
            vertices.sort_unstable();
            vertices.dedup();
        }
        ended.and(found.add(subset))
    }

    /// Enlarges a complementary pair of faces to the maximal Nash subset that holds it; false when
    /// that was seen before.
    ///
    /// With Z₁ the labels that are zero throughout the face of side 1, the largest face of side 0
    /// that goes with it is where all labels outside Z₁ are zero; then the same with the sides
    /// exchanged. Doing so once more changes nothing (a Galois connection).
    fn enlarge(
        &mut self,
        game: &NormalForm,
        zero: &[LabelSet; 2],
        meter: &mut Meter<'_>,
    ) -> Result<bool, Exhausted> {
        let [whole, faces] = self.faces.get_or_insert_with(|| {
            let whole = [0, 1].map(|side| Face::whole(game, side));
            [whole.clone(), whole]
        });
        let [rows, columns] = faces;
        columns.copy_from(&whole[1]);
        for label in (0..columns.labels().count()).filter(|&label| zero[1].contains(label)) {
            columns.restrict(label, meter)?;
        }
        columns.find_all_vanishing(meter)?;
        if !self.seen[1].insert(columns.zero.clone()) {
            return Ok(false);
        }
        rows.copy_from(&whole[0]);
        rows.restrict_to_complement(&columns.zero, meter)?;
        if !self.seen[0].insert(rows.zero.clone()) {
            return Ok(false);
        }
        columns.copy_from(&whole[1]);
        columns.restrict_to_complement(&rows.zero, meter)?;
        self.seen[1].insert(columns.zero.clone());
        Ok(true)
    }
}

/// Vertices of one polyhedron, numbered as they are found.
pub(super) struct Vertices {
    positions: HashMap<LabelSet, usize, LabelHashing>,
    strategies: Vec<Vec<Rational>>,
    /// As many as fit in memory.
    most: usize,
}

impl Vertices {
    /// The position of the vertex with these labels.
    pub(super) fn position(
        &mut self,
        labels: LabelSet,
        strategy: &dyn Fn() -> Vec<Rational>,
    ) -> Result<usize, Exhausted> {
        if let Some(&position) = self.positions.get(&labels) {
            return Ok(position);
        }
        if self.strategies.len() >= self.most {
            return Err(Exhausted::Steps);
        }
        self.positions.insert(labels, self.strategies.len());
        self.strategies.push(strategy());
        Ok(self.strategies.len() - 1)
    }

    /// The strategy at a position.
    pub(super) fn strategy(&self, position: usize) -> &[Rational] {
        &self.strategies[position]
    }

    /// The position of a vertex that is known in full.
    fn insert(&mut self, labels: LabelSet, strategy: Vec<Rational>) -> Result<usize, Exhausted> {
        let position = self.strategies.len();
        match self.positions.entry(labels) {
            std::collections::hash_map::Entry::Occupied(known) => Ok(*known.get()),
            std::collections::hash_map::Entry::Vacant(_) if position >= self.most => {
                Err(Exhausted::Steps)
            }
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(position);
                self.strategies.push(strategy);
                Ok(position)
            }
        }
    }

    pub(super) fn labels(&self) -> impl Iterator<Item = (&LabelSet, usize)> {
        self.positions.iter().map(|(labels, &position)| (labels, position))
    }
}

/// The equilibria found so far, as pairs of vertices.
pub(super) struct Found {
    pub(super) vertices: [Vertices; 2],
    pub(super) pairs: HashSet<(usize, usize), LabelHashing>,
    /// `None` when they could not be listed.
    pub(super) subsets: Option<Vec<NashSubset>>,
    pub(super) most_pairs: usize,
    /// That nothing is missing.
    pub(super) proof: Option<CaseTree>,
    /// The pairs that were not there before, where somebody asks for them.
    new: Option<Vec<(usize, usize)>>,
}

impl Found {
    pub(super) fn new(game: &NormalForm) -> Self {
        let width = game.num_actions(0) + game.num_actions(1);
        Found {
            vertices: [0, 1].map(|side| Vertices {
                positions: HashMap::default(),
                strategies: Vec::new(),
                most: (MOST_PROBABILITIES / game.num_actions(side)).max(1),
            }),
            pairs: HashSet::default(),
            subsets: Some(Vec::new()),
            most_pairs: (MOST_PROBABILITIES / width).max(1),
            proof: None,
            new: None,
        }
    }

    /// One that can be asked for what is new.
    pub(super) fn telling(game: &NormalForm) -> Self {
        Found { new: Some(Vec::new()), ..Found::new(game) }
    }

    /// The pairs that were added since this was asked before.
    pub(super) fn take_new(&mut self) -> Vec<(usize, usize)> {
        self.new.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Adds a maximal Nash subset of one pair of points, each with its labels.
    pub(super) fn add_points(
        &mut self,
        points: [(LabelSet, Vec<Rational>); 2],
    ) -> Result<(), Exhausted> {
        let [(x_labels, x), (y_labels, y)] = points;
        let row = self.vertices[0].insert(x_labels, x)?;
        let column = self.vertices[1].insert(y_labels, y)?;
        self.add([vec![row], vec![column]])
    }

    /// Adds a maximal Nash subset: every pair is an equilibrium.
    pub(super) fn add(&mut self, subset: NashSubset) -> Result<(), Exhausted> {
        for &row in &subset[0] {
            for &column in &subset[1] {
                if self.pairs.len() >= self.most_pairs {
                    return Err(Exhausted::Steps);
                }
                if self.pairs.insert((row, column))
                    && let Some(new) = &mut self.new
                {
                    new.push((row, column));
                }
            }
        }
        self.subsets.get_or_insert_default().push(subset);
        Ok(())
    }

    /// The sorted list with its components.
    pub(super) fn into_outcome(
        self,
        game: &NormalForm,
        ended: Result<(), Exhausted>,
        meter: &Meter<'_>,
        method: &'static str,
    ) -> Outcome<Equilibria> {
        let Found { vertices: [rows, columns], pairs, subsets, most_pairs, proof, .. } = self;
        let memory_full = meter.memory_full
            || pairs.len() >= most_pairs
            || rows.strategies.len() >= rows.most
            || columns.strategies.len() >= columns.most;
        // Strategies in the order of the list, greatest first, and pairs of their new positions.
        let (rows, row_order) = sorted(rows.strategies);
        let (columns, column_order) = sorted(columns.strategies);
        let mut pairs: Vec<(usize, usize)> =
            pairs.into_iter().map(|(row, column)| (row_order[row], column_order[column])).collect();
        pairs.sort_unstable();
        let list = pairs
            .par_iter()
            .with_min_len(PAIRS_FOR_TASKS)
            .map(|&(row, column)| equilibrium(game, &rows[row], &columns[column]))
            .collect();
        let mut warnings = Vec::new();
        if ended.is_err() && memory_full {
            warnings.push("the search stopped because it would need too much memory".to_owned());
        }
        let (status, scope, components) = match ended {
            Ok(()) => {
                let moved = |[r, c]: NashSubset| {
                    [
                        r.into_iter().map(|row| row_order[row]).collect(),
                        c.into_iter().map(|column| column_order[column]).collect(),
                    ]
                };
                let components = subsets.map(|subsets| {
                    let subsets = subsets.into_iter().map(moved).collect();
                    components(&pairs, &rows, &columns, subsets)
                });
                if components.is_none() {
                    warnings.push(
                        "the equilibria are not grouped into components: there are too many ways"
                            .to_owned(),
                    );
                }
                (Status::Solved, Scope::AllExtreme, components)
            }
            Err(reason) => (Status::Partial(reason), Scope::Some, None),
        };
        let proof = proof.filter(|_| scope == Scope::AllExtreme);
        Outcome {
            answer: Equilibria { list, scope, components, proof },
            status,
            method,
            work: meter.work,
            warnings,
        }
    }
}

/// The strategies in descending order, and the new position of each.
fn sorted(strategies: Vec<Vec<Rational>>) -> (Vec<MixedStrategy>, Vec<usize>) {
    let mut order: Vec<usize> = (0..strategies.len()).collect();
    order.sort_by_key(|&at| Reverse(&strategies[at]));
    let mut positions = vec![0; order.len()];
    for (position, &at) in order.iter().enumerate() {
        positions[at] = position;
    }
    let mut sorted: Vec<(usize, Vec<Rational>)> =
        positions.iter().copied().zip(strategies).collect();
    sorted.sort_unstable_by_key(|&(position, _)| position);
    let sorted = sorted.into_par_iter().with_min_len(PAIRS_FOR_TASKS);
    (sorted.map(|(_, strategy)| mixed(strategy)).collect(), positions)
}

/// The equilibrium of two strategies that are best responses to one another.
pub(super) fn equilibrium(
    game: &NormalForm,
    row: &MixedStrategy,
    column: &MixedStrategy,
) -> Equilibrium {
    // Every action in the support gives the same payoff: one is enough.
    let payoff = |player: usize, own: &MixedStrategy, other: &MixedStrategy| -> Rational {
        let action = own.support().first().copied().unwrap_or(0);
        let (own_stride, other_stride) = (game.stride(player), game.stride(1 - player));
        other
            .probabilities()
            .iter()
            .enumerate()
            .filter(|(_, probability)| !probability.is_zero())
            .map(|(reply, probability)| {
                probability * game.payoff(player, action * own_stride + reply * other_stride)
            })
            .sum()
    };
    Equilibrium {
        payoffs: vec![payoff(0, row, column), payoff(1, column, row)],
        profile: vec![row.clone(), column.clone()],
        regret: Rational::ZERO,
    }
}
