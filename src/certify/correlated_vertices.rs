//! All extreme correlated equilibria: each is one, and no other exists.
//!
//! The correlated equilibria are the polytope of the distributions p for which no deviation gains. At
//! a vertex v some p(s) and some losses Σ p(s) [u_i(s) − u_i(d, s_−i)] are zero; v is extreme exactly when
//! these, with Σ p(s) = 1, determine it. The directions x with Σ x(s) = 0 in which none of them becomes
//! negative form a pointed cone, and its extreme rays are the edges of the polytope at v: each ends
//! where the first of the others becomes zero. If all edges of all listed vertices end in listed
//! vertices, none is missing, since the graph of a polytope is connected (Balinski 1961).
//!
//! The cone is written by as many of the tight constraints as there are dimensions, chosen independent,
//! as coordinates y ≥ 0. Where no others are tight the coordinate axes are its rays. The others cut the
//! orthant one after the other: rays on the right side stay, and each pair of rays on different sides
//! that no third ray is tight with makes a new one (Motzkin, Raiffa, Thompson & Thrall 1953).

use crate::game::NormalForm;
use crate::game::answer::{CorrelatedVertices, PolygonVertex};
use crate::num::Rational;

use super::correlated::check_obedience;
use super::device::expected_payoffs;
use super::meter::{Limits, Meter, Spent};
use super::wording::{count, number};
use super::{Certificate, Completeness, Refutation};

mod cone;

/// Checks that a list holds all extreme correlated equilibria, and nothing else.
///
/// Work: for each vertex the elimination of a square matrix of the size of its support, and its
/// edges × profiles × constraints. Where that is beyond the limits the certificate says that the
/// completeness of the list was not checked.
///
/// # Errors
/// A [`Refutation`] that names the vertex.
pub fn certify_correlated_vertices(
    game: &NormalForm,
    answer: &CorrelatedVertices,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    let vertices = &answer.vertices;
    if vertices.is_empty() {
        return Err(Refutation::Incomplete("every game has a correlated equilibrium".to_owned()));
    }
    for (at, vertex) in vertices.iter().enumerate() {
        check_obedience(game, &vertex.distribution, &mut meter)?;
        let payoffs = expected_payoffs(game, &vertex.distribution);
        if payoffs != vertex.payoffs {
            let all =
                |payoffs: &[Rational]| payoffs.iter().map(number).collect::<Vec<_>>().join(", ");
            return Err(Refutation::WrongNumber(format!(
                "vertex {} is said to pay {}, and pays {}",
                at + 1,
                all(&vertex.payoffs),
                all(&payoffs)
            )));
        }
        if at > 0 && vertices[at - 1].distribution <= vertex.distribution {
            return Err(Refutation::WrongList(format!(
                "vertex {} does not come after the one before, the greatest distribution first",
                at + 1
            )));
        }
    }
    let polytope = Polytope::of(game);
    for (at, vertex) in vertices.iter().enumerate() {
        if !polytope.is_extreme(&vertex.distribution, &mut meter)? {
            return Err(Refutation::WrongList(format!(
                "vertex {} is a mixture of other correlated equilibria",
                at + 1
            )));
        }
    }
    let mut checked = vec![
        "each is a correlated equilibrium with the stated payoffs, exactly".to_owned(),
        "none is a mixture of others".to_owned(),
    ];
    // Edges are many: they have a work of their own.
    let complete = match polytope.edges_lead_to(vertices, &mut Meter::for_passes(limits)) {
        Ok(edges) => {
            checked.push("none is missing: no edge of the set leads to another one".to_owned());
            Completeness::Proved(format!(
                "{} between them and none to another one, and the graph of a polytope is connected",
                count(edges / 2, "edge leads", "edges lead")
            ))
        }
        Err(Refutation::OutOfReach(why)) => {
            let unknown = format!("whether a vertex is missing was not checked: {why}");
            checked.push(unknown.clone());
            Completeness::NotChecked(unknown)
        }
        Err(refutation) => return Err(refutation),
    };
    Ok(Certificate { checked, complete })
}

/// The distributions over profiles for which no row is negative.
struct Polytope {
    profiles: usize,
    /// What each deviation loses in each profile, where it gains in some.
    rows: Vec<Vec<Rational>>,
}

impl Polytope {
    fn of(game: &NormalForm) -> Self {
        let profiles = game.num_profiles();
        let mut rows = Vec::new();
        for player in 0..game.num_players() {
            let actions = game.num_actions(player);
            let pairs = (0..actions).flat_map(|told| (0..actions).map(move |to| (told, to)));
            for (told, to) in pairs {
                let mut row = vec![Rational::ZERO; profiles];
                for (index, loss) in row.iter_mut().enumerate() {
                    if game.action_in(player, index) == told {
                        let other = game.deviation(index, player, to);
                        *loss = game.payoff(player, index) - game.payoff(player, other);
                    }
                }
                if row.iter().any(Rational::is_negative) {
                    rows.push(row);
                }
            }
        }
        Polytope { profiles, rows }
    }

    /// The rows that are tight at a distribution.
    fn tight(&self, distribution: &[Rational], meter: &mut Meter) -> Result<Vec<usize>, Spent> {
        meter.spend(2 * self.rows.len() * self.profiles)?;
        Ok((0..self.rows.len())
            .filter(|&row| product(&self.rows[row], distribution).is_zero())
            .collect())
    }

    fn is_extreme(&self, distribution: &[Rational], meter: &mut Meter) -> Result<bool, Spent> {
        let tight = self.tight(distribution, meter)?;
        Ok(self.frame(distribution, &tight, meter)?.is_some())
    }

    /// Coordinates of the cone at a vertex; `None` where the distribution is no vertex.
    fn frame(
        &self,
        distribution: &[Rational],
        tight: &[usize],
        meter: &mut Meter,
    ) -> Result<Option<Frame>, Spent> {
        let support: Vec<usize> =
            (0..self.profiles).filter(|&at| !distribution[at].is_zero()).collect();
        let size = support.len();
        // Rows of the sum and of tight constraints on the support, until they span it; each with what it
        // is a combination of.
        let mut kept: Vec<(usize, Vec<Rational>, Vec<Rational>)> = Vec::new();
        let mut chosen: Vec<Option<usize>> = Vec::new();
        for source in std::iter::once(None).chain(tight.iter().copied().map(Some)) {
            if kept.len() == size {
                break;
            }
            meter.spend(4 * size * (kept.len() + 1))?;
            let mut row: Vec<Rational> = match source {
                None => vec![Rational::ONE; size],
                Some(row) => support.iter().map(|&at| self.rows[row][at].clone()).collect(),
            };
            let mut origin = vec![Rational::ZERO; size];
            origin[chosen.len()] = Rational::ONE;
            for (pivot, other, from) in &kept {
                let factor = row[*pivot].clone();
                subtract(&mut row, &factor, other);
                subtract(&mut origin, &factor, from);
            }
            let Some(pivot) = row.iter().position(|value| !value.is_zero()) else { continue };
            let scale = row[pivot].clone();
            row.iter_mut().chain(&mut origin).for_each(|value| *value = &*value / &scale);
            for (_, other, from) in &mut kept {
                let factor = other[pivot].clone();
                subtract(other, &factor, &row);
                subtract(from, &factor, &origin);
            }
            kept.push((pivot, row, origin));
            chosen.push(source);
        }
        if kept.len() < size {
            return Ok(None);
        }
        // The rows are unit vectors now: their origins are the inverse.
        let mut inverse = vec![Vec::new(); size];
        for (pivot, _, origin) in kept {
            inverse[pivot] = origin;
        }
        let unplayed = (0..self.profiles).filter(|&at| distribution[at].is_zero()).collect();
        let chosen = chosen.into_iter().flatten().collect();
        Ok(Some(Frame { support, unplayed, chosen, inverse }))
    }

    /// That all edges from listed vertices end in listed ones; their number, each from both ends.
    fn edges_lead_to(
        &self,
        vertices: &[PolygonVertex],
        meter: &mut Meter,
    ) -> Result<usize, Refutation> {
        let mut edges = 0;
        for (at, vertex) in vertices.iter().enumerate() {
            let tight = self.tight(&vertex.distribution, meter)?;
            let Some(frame) = self.frame(&vertex.distribution, &tight, meter)? else {
                return Err(Refutation::WrongList(format!("vertex {} is none", at + 1)));
            };
            let others: Vec<usize> =
                tight.iter().copied().filter(|row| !frame.chosen.contains(row)).collect();
            let axes: Vec<Vec<Rational>> = (0..self.profiles - 1)
                .map(|axis| frame.direction(axis, self, meter))
                .collect::<Result<_, _>>()?;
            let mut cuts = Vec::with_capacity(others.len());
            for &row in &others {
                meter.spend(2 * axes.len() * self.profiles)?;
                cuts.push(axes.iter().map(|axis| product(&self.rows[row], axis)).collect());
            }
            for ray in cone::rays(axes.len(), cuts, meter)? {
                let mut way = vec![Rational::ZERO; self.profiles];
                meter.spend(2 * self.profiles * ray.len())?;
                for (share, axis) in ray.iter().zip(&axes).filter(|(share, _)| !share.is_zero()) {
                    way.iter_mut().zip(axis).for_each(|(way, axis)| *way += share * axis);
                }
                let end = self.end(&vertex.distribution, &way, meter)?;
                let known = vertices.binary_search_by(|one| end.cmp(&one.distribution));
                if known.is_err() {
                    return Err(Refutation::Incomplete(format!(
                        "an edge from vertex {} leads to a vertex that is not listed",
                        at + 1
                    )));
                }
                edges += 1;
            }
        }
        Ok(edges)
    }

    /// Where the way from a distribution leaves the polytope.
    fn end(
        &self,
        from: &[Rational],
        way: &[Rational],
        meter: &mut Meter,
    ) -> Result<Vec<Rational>, Spent> {
        meter.spend(4 * (self.rows.len() + 1) * self.profiles)?;
        let of_rows = self.rows.iter().map(|row| (product(row, from), product(row, way)));
        let of_profiles = from.iter().cloned().zip(way.iter().cloned());
        let steps = of_rows.chain(of_profiles).filter(|(_, change)| change.is_negative());
        let step = steps.map(|(value, change)| value / -change).reduce(Rational::min);
        let step = step.unwrap_or_default();
        Ok(from.iter().zip(way).map(|(from, way)| from + &step * way).collect())
    }
}

/// Coordinates of the cone at a vertex: what profiles that are not played get, and what as many tight
/// rows leave as determine the others.
struct Frame {
    support: Vec<usize>,
    unplayed: Vec<usize>,
    chosen: Vec<usize>,
    /// From the sum and what the chosen rows leave to the support.
    inverse: Vec<Vec<Rational>>,
}

impl Frame {
    /// The direction in which one coordinate grows and all others stay.
    fn direction(
        &self,
        axis: usize,
        polytope: &Polytope,
        meter: &mut Meter,
    ) -> Result<Vec<Rational>, Spent> {
        let size = self.support.len();
        meter.spend(2 * size * size)?;
        let mut way = vec![Rational::ZERO; polytope.profiles];
        // What the support has to make of the sum and of the chosen rows.
        let target: Vec<Rational> = match self.unplayed.get(axis) {
            Some(&profile) => {
                way[profile] = Rational::ONE;
                let rows = self.chosen.iter().map(|&row| -&polytope.rows[row][profile]);
                std::iter::once(-Rational::ONE).chain(rows).collect()
            }
            None => {
                let own = axis - self.unplayed.len() + 1;
                (0..size).map(|at| Rational::from(u64::from(at == own))).collect()
            }
        };
        for (&profile, row) in self.support.iter().zip(&self.inverse) {
            way[profile] = product(row, &target);
        }
        Ok(way)
    }
}

fn subtract(row: &mut [Rational], factor: &Rational, other: &[Rational]) {
    if !factor.is_zero() {
        row.iter_mut().zip(other).for_each(|(value, other)| *value = &*value - factor * other);
    }
}

fn product(one: &[Rational], other: &[Rational]) -> Rational {
    let terms = one.iter().zip(other).filter(|(one, other)| !one.is_zero() && !other.is_zero());
    terms.map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests;
