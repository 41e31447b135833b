//! What drives a result over the range: standardised regression coefficients.
//!
//! A result y is regressed on all parameters at once, each in units of its own standard deviation;
//! the coefficient of a parameter is the change of y, in its standard deviations, that goes with one
//! standard deviation of the parameter. Their squares sum to R² when the parameters are uncorrelated,
//! so that 1 − R² says how much a linear picture leaves out.
//! Source: Saltelli et al. (2008), Global Sensitivity Analysis: The Primer, section 1.2.5.
//!
//! Sums are accumulated point by point; nothing is kept of the sample but a matrix of the size of
//! the number of parameters.

use nalgebra::{DMatrix, DVector};

/// The sums from which the coefficients of several results over the same points are found.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    points: f64,
    sums: DVector<f64>,
    products: DMatrix<f64>,
    results: Vec<ResultSums>,
}

#[derive(Debug, Clone, PartialEq)]
struct ResultSums {
    sum: f64,
    square: f64,
    products: DVector<f64>,
}

/// The coefficients of one result.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficients {
    /// One for each parameter, in order.
    pub standardised: Vec<f64>,
    /// The share of the variance that the linear picture explains.
    pub explained: f64,
}

impl Drivers {
    /// Nothing counted yet, for this many parameters and results.
    #[must_use]
    pub fn new(parameters: usize, results: usize) -> Self {
        let empty = ResultSums { sum: 0.0, square: 0.0, products: DVector::zeros(parameters) };
        Drivers {
            points: 0.0,
            sums: DVector::zeros(parameters),
            products: DMatrix::zeros(parameters, parameters),
            results: vec![empty; results],
        }
    }

    /// Counts a point with its results. Parameters should be scaled to the order of 1, for which
    /// the position in the range serves.
    pub fn count(&mut self, point: &[f64], results: &[f64]) {
        let x = DVector::from_column_slice(point);
        self.points += 1.0;
        self.sums += &x;
        self.products.ger(1.0, &x, &x, 1.0);
        for (sums, &y) in self.results.iter_mut().zip(results) {
            sums.sum += y;
            sums.square += y * y;
            sums.products.axpy(y, &x, 1.0);
        }
    }

    /// The coefficients of a result; `None` when the result or a parameter does not vary, or the
    /// points are too few to tell the parameters apart.
    #[must_use]
    pub fn coefficients(&self, result: usize) -> Option<Coefficients> {
        let n = self.points;
        let size = self.sums.len();
        let sums = self.results.get(result)?;
        let covariance = &self.products / n - &self.sums * self.sums.transpose() / (n * n);
        let with_result = &sums.products / n - &self.sums * (sums.sum / (n * n));
        let variance = sums.square / n - (sums.sum / n).powi(2);
        let spreads: Vec<f64> = (0..size).map(|at| covariance[(at, at)].max(0.0).sqrt()).collect();
        if variance <= 1e-12 * (sums.square / n).max(1e-300) || spreads.contains(&0.0) {
            return None;
        }
        // Correlations, which condition the system better than covariances.
        let spread = variance.sqrt();
        let correlations = DMatrix::from_fn(size, size, |row, column| {
            covariance[(row, column)] / (spreads[row] * spreads[column])
        });
        let right = DVector::from_fn(size, |row, _| with_result[row] / (spreads[row] * spread));
        let solution = correlations.cholesky()?.solve(&right);
        let explained = solution.dot(&right).clamp(0.0, 1.0);
        Some(Coefficients { standardised: solution.iter().copied().collect(), explained })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// A lattice of points that leaves two parameters uncorrelated.
    fn lattice() -> impl Iterator<Item = [f64; 2]> {
        (0..20).flat_map(|a| (0..20).map(move |b| [f64::from(a) / 19.0, f64::from(b) / 19.0]))
    }

    #[test]
    fn a_linear_result_is_explained_wholly() {
        let mut drivers = Drivers::new(2, 2);
        for point in lattice() {
            drivers.count(&point, &[3.0 * point[0] - 4.0 * point[1] + 7.0, 5.0]);
        }
        let found = drivers.coefficients(0).unwrap();
        assert_relative_eq!(found.standardised[0], 0.6, epsilon = 1e-9);
        assert_relative_eq!(found.standardised[1], -0.8, epsilon = 1e-9);
        assert_relative_eq!(found.explained, 1.0, epsilon = 1e-9);
        assert_eq!(drivers.coefficients(1), None);
    }

    #[test]
    fn an_even_result_has_no_linear_driver() {
        let mut drivers = Drivers::new(2, 1);
        for point in lattice() {
            drivers.count(&point, &[(point[0] - 0.5).powi(2)]);
        }
        assert_relative_eq!(drivers.coefficients(0).unwrap().explained, 0.0, epsilon = 1e-9);
    }

    #[test]
    fn too_few_points_give_no_answer() {
        let mut drivers = Drivers::new(3, 1);
        drivers.count(&[0.1, 0.2, 0.3], &[1.0]);
        drivers.count(&[0.4, 0.1, 0.9], &[2.0]);
        assert_eq!(drivers.coefficients(0), None);
    }
}
