//! Connected components of the set of equilibria of a two-player game.
//!
//! Take the extreme strategies of both players in a complete list as the nodes of a bipartite graph
//! and the extreme equilibria as its edges. A maximal biclique R × C gives the maximal Nash subset
//! conv(R) × conv(C): every pair of points of the two hulls is an equilibrium, and no larger product
//! is (Winkels 1979). The connected components of the graph are those of the set of equilibria.
//!
//! The bicliques are found again here as the closed sets of columns: the intersections of the
//! neighbourhoods of rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::game::answer::{Component, Equilibrium, NashSubset};
use crate::game::{MixedStrategy, NormalForm};

use super::Refutation;
use super::bits::Bits;
use super::meter::{Meter, Spent};
use super::wording::{count, player, strategy};

/// The bipartite graph of some members of a list: their distinct strategies, numbered, and the
/// neighbours of rows.
struct Graph<'a> {
    rows: BTreeMap<&'a MixedStrategy, usize>,
    columns: BTreeMap<&'a MixedStrategy, usize>,
    edges: Vec<(usize, usize)>,
    columns_of: Vec<Bits>,
}

/// A maximal biclique: rows and columns of the graph.
type Biclique = (Bits, Bits);

impl<'a> Graph<'a> {
    fn new(members: impl Iterator<Item = &'a Equilibrium> + Clone) -> Self {
        let numbered = |side: usize| -> BTreeMap<&'a MixedStrategy, usize> {
            let distinct: BTreeSet<_> =
                members.clone().map(|member| &member.profile[side]).collect();
            distinct.into_iter().zip(0..).collect()
        };
        let (rows, columns) = (numbered(0), numbered(1));
        let edges: Vec<(usize, usize)> =
            members.map(|member| (rows[&member.profile[0]], columns[&member.profile[1]])).collect();
        Graph { rows, columns, edges, columns_of: Vec::new() }
    }

    /// With the neighbours of rows, whose size is that of the product.
    fn with_neighbours(mut self, meter: &mut Meter) -> Result<Self, Spent> {
        meter.spend(self.rows.len() * self.columns.len())?;
        self.columns_of = vec![Bits::empty(self.columns.len()); self.rows.len()];
        for &(row, column) in &self.edges {
            self.columns_of[row].insert(column);
        }
        Ok(self)
    }

    /// The words of a set of columns.
    fn words(&self) -> usize {
        1 + self.columns.len() / 64
    }

    /// The row strategy with a number, for messages.
    fn row(&self, game: &NormalForm, number: usize) -> String {
        self.rows.keys().nth(number).map_or_else(String::new, |one| strategy(game, 0, one))
    }

    /// For each member of the list the least position of a member connected with it.
    fn component_of_members(&self) -> Vec<usize> {
        // Nodes are rows, then columns; each points towards the first edge that reached it.
        let mut parent: Vec<usize> = (0..self.rows.len() + self.columns.len()).collect();
        fn root(parent: &mut [usize], mut node: usize) -> usize {
            while parent[node] != node {
                parent[node] = parent[parent[node]];
                node = parent[node];
            }
            node
        }
        for &(row, column) in &self.edges {
            let (a, b) = (root(&mut parent, row), root(&mut parent, self.rows.len() + column));
            parent[a] = b;
        }
        let mut first = BTreeMap::new();
        self.edges
            .iter()
            .enumerate()
            .map(|(at, &(row, _))| *first.entry(root(&mut parent, row)).or_insert(at))
            .collect()
    }

    /// All maximal bicliques.
    fn bicliques(&self, meter: &mut Meter) -> Result<BTreeSet<Biclique>, Spent> {
        let mut closed: BTreeSet<Bits> = BTreeSet::new();
        for neighbours in &self.columns_of {
            let mut grown: BTreeSet<Bits> = BTreeSet::new();
            meter.spend((8 + self.words()) * (closed.len() + 1))?;
            grown.insert(neighbours.clone());
            grown.extend(
                closed.iter().map(|one| one.and(neighbours)).filter(|both| !both.is_empty()),
            );
            closed.append(&mut grown);
        }
        meter.spend(closed.len() * self.rows.len() * self.words())?;
        Ok(closed
            .into_iter()
            .map(|columns| {
                let rows = (0..self.rows.len()).filter(|&r| columns.within(&self.columns_of[r]));
                (Bits::of(self.rows.len(), rows), columns)
            })
            .collect())
    }

    /// A stated subset in the numbers of the graph.
    fn numbered(&self, game: &NormalForm, subset: &NashSubset) -> Result<Biclique, Refutation> {
        let side = |at: usize,
                    stated: &[MixedStrategy],
                    known: &BTreeMap<&MixedStrategy, usize>|
         -> Result<Bits, Refutation> {
            let mut bits = Bits::empty(known.len());
            for one in stated {
                let number = known.get(one).copied().filter(|&number| !bits.has(number));
                let Some(number) = number else {
                    return Err(Refutation::WrongList(format!(
                        "a maximal Nash subset has the strategy {} of player {} twice, or though \
                         no equilibrium of its component has it",
                        strategy(game, at, one),
                        player(game, at)
                    )));
                };
                bits.insert(number);
            }
            Ok(bits)
        };
        Ok((side(0, &subset.rows, &self.rows)?, side(1, &subset.columns, &self.columns)?))
    }
}

/// Checks components against the list that they group, which holds every extreme equilibrium.
pub(super) fn check_components(
    game: &NormalForm,
    list: &[Equilibrium],
    components: &[Component],
    meter: &mut Meter,
) -> Result<String, Refutation> {
    let connected = Graph::new(list.iter()).component_of_members();
    let mut sizes = vec![0; list.len()];
    for &home in &connected {
        sizes[home] += 1;
    }
    let mut seen = vec![false; list.len()];
    for (at, component) in components.iter().enumerate() {
        check_members(at, component, (&connected, &sizes), &mut seen)?;
    }
    if let Some(missing) = seen.iter().position(|seen| !seen) {
        return Err(Refutation::Incomplete(format!(
            "equilibrium {} is in no component",
            missing + 1
        )));
    }
    let (mut count_of_subsets, mut all) = (0, true);
    for (at, component) in components.iter().enumerate() {
        let members = component.members.iter().map(|&member| &list[member]);
        let graph = Graph::new(members).with_neighbours(meter)?;
        let stated = check_subsets(game, at, component, &graph, meter)?;
        count_of_subsets += stated.len();
        match graph.bicliques(meter) {
            Err(Spent) => all = false,
            Ok(known) => {
                if let Some((rows, columns)) = known.iter().find(|one| !stated.contains(one)) {
                    return Err(Refutation::Incomplete(format!(
                        "a maximal Nash subset of {} by {} is missing",
                        count(rows.count(), "strategy", "strategies"),
                        count(columns.count(), "strategy", "strategies")
                    )));
                }
            }
        }
    }
    let partition = match components.len() {
        1 => "the list is one connected component".to_owned(),
        more => format!("the list falls into exactly {more} connected components"),
    };
    let subsets = count(count_of_subsets, "maximal Nash subset", "maximal Nash subsets");
    Ok(if all {
        format!("{partition}, with {subsets} in all")
    } else {
        format!(
            "{partition}; the {subsets} are as stated, but whether there are more is beyond the limit"
        )
    })
}

/// The maximal Nash subsets that are stated for a component.
fn check_subsets(
    game: &NormalForm,
    at: usize,
    component: &Component,
    graph: &Graph<'_>,
    meter: &mut Meter,
) -> Result<BTreeSet<Biclique>, Refutation> {
    let mut stated: BTreeSet<Biclique> = BTreeSet::new();
    for subset in &component.maximal_subsets {
        let biclique = graph.numbered(game, subset)?;
        if biclique.0.is_empty() || biclique.1.is_empty() {
            return Err(Refutation::WrongList(format!(
                "component {} has a maximal Nash subset without strategies of a player",
                at + 1
            )));
        }
        check_maximal(game, graph, &biclique, meter)?;
        if !stated.insert(biclique) {
            return Err(Refutation::WrongList(format!(
                "component {} has the same maximal Nash subset twice",
                at + 1
            )));
        }
    }
    Ok(stated)
}

fn check_members(
    at: usize,
    component: &Component,
    (connected, sizes): (&[usize], &[usize]),
    seen: &mut [bool],
) -> Result<(), Refutation> {
    let wrong = |text: String| Err(Refutation::WrongList(format!("component {} {text}", at + 1)));
    let Some(&first) = component.members.first() else {
        return wrong("has no members".to_owned());
    };
    if component.members.windows(2).any(|pair| pair[0] >= pair[1]) {
        return wrong("does not list its members in ascending order".to_owned());
    }
    for &member in &component.members {
        if member >= connected.len() {
            return wrong(format!("has a member at position {member}, beyond the end of the list"));
        }
        if connected[member] != connected[first] {
            return wrong(format!(
                "joins {} and {}, which are not connected",
                first + 1,
                member + 1
            ));
        }
        if std::mem::replace(&mut seen[member], true) {
            return wrong(format!("has the member {}, which another one has", member + 1));
        }
    }
    if component.members.len() < sizes[connected[first]] {
        return wrong("lacks a member that is connected with it".to_owned());
    }
    Ok(())
}

/// That every pair of a biclique is a listed equilibrium, and that nothing can be added to it.
fn check_maximal(
    game: &NormalForm,
    graph: &Graph<'_>,
    (rows, columns): &Biclique,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    meter.spend(graph.rows.len() * graph.words() + graph.columns.len() * rows.count())?;
    let members = |bits: &Bits, bound: usize| -> Vec<usize> {
        (0..bound).filter(|&at| bits.has(at)).collect()
    };
    let row_list = members(rows, graph.rows.len());
    if let Some(row) = row_list.iter().find(|&&row| !columns.within(&graph.columns_of[row])) {
        return Err(Refutation::WrongList(format!(
            "a maximal Nash subset pairs the strategy {} of player {} with one with which it is no listed \
             equilibrium",
            graph.row(game, *row),
            player(game, 0)
        )));
    }
    let more_rows =
        (0..graph.rows.len()).any(|row| !rows.has(row) && columns.within(&graph.columns_of[row]));
    let more_columns = (0..graph.columns.len()).any(|column| {
        !columns.has(column) && row_list.iter().all(|&row| graph.columns_of[row].has(column))
    });
    if more_rows || more_columns {
        return Err(Refutation::WrongList(
            "a maximal Nash subset is not maximal: another strategy can be added to it".to_owned(),
        ));
    }
    Ok(())
}
