//! The stage game, exactly and in machine numbers.

use crate::game::NormalForm;
use crate::num::Rational;

use super::kernel::{Vector, WIDEST};

/// What is read off a stage game.
pub(super) struct Stage {
    pub(super) players: usize,
    pub(super) discount: Rational,
    /// The payoffs of each profile.
    pub(super) payoffs: Vec<Vec<Rational>>,
    /// What each player gains at most by leaving a profile for one period.
    pub(super) gains: Vec<Vec<Rational>>,
    /// The pure minmax values.
    minmax: Vec<Rational>,
    /// The least payoff of each player, and the range of his payoffs (1 where it is 0).
    pub(super) least: Vec<Rational>,
    pub(super) range: Vec<Rational>,
    /// Payoffs, gains and minmax values in these units.
    pub(super) floats: Vec<Vector>,
    pub(super) float_gains: Vec<Vector>,
    pub(super) float_minmax: Vector,
    /// The ranges in units of the largest one.
    pub(super) relative: Vector,
}

impl Stage {
    pub(super) fn new(game: &NormalForm, discount: &Rational) -> Self {
        let players = game.num_players();
        let by_player = |profile: usize| -> Vec<Rational> {
            (0..players).map(|player| game.payoff(player, profile).clone()).collect()
        };
        let payoffs: Vec<Vec<Rational>> = (0..game.num_profiles()).map(by_player).collect();
        let mut gains = payoffs.clone();
        let mut minmax = vec![Rational::ZERO; players];
        for player in 0..players {
            let mut least: Option<Rational> = None;
            for start in (0..payoffs.len()).filter(|&a| game.action_in(player, a) == 0) {
                let all: Vec<usize> = (0..game.num_actions(player))
                    .map(|action| game.deviation(start, player, action))
                    .collect();
                let best = all.iter().map(|&a| &payoffs[a][player]).max();
                let best = best.cloned().unwrap_or_default();
                for a in all {
                    gains[a][player] = &best - &payoffs[a][player];
                }
                if least.as_ref().is_none_or(|least| best < *least) {
                    least = Some(best);
                }
            }
            minmax[player] = least.unwrap_or_default();
        }
        let extreme = |player: usize, most: bool| {
            let all = payoffs.iter().map(|point| &point[player]);
            if most { all.max() } else { all.min() }.cloned().unwrap_or_default()
        };
        let least: Vec<Rational> = (0..players).map(|player| extreme(player, false)).collect();
        let range: Vec<Rational> = (0..players)
            .map(|player| {
                let range = extreme(player, true) - &least[player];
                if range.is_zero() { Rational::ONE } else { range }
            })
            .collect();
        let mut stage = Stage {
            players,
            discount: discount.clone(),
            payoffs,
            gains,
            minmax,
            least,
            range,
            floats: Vec::new(),
            float_gains: Vec::new(),
            float_minmax: [0.0; WIDEST],
            relative: [0.0; WIDEST],
        };
        stage.floats = stage.payoffs.iter().map(|point| stage.normalized(point)).collect();
        stage.float_minmax = stage.normalized(&stage.minmax);
        stage.float_gains = stage
            .gains
            .iter()
            .map(|gain| stage.each(|player| ratio(&gain[player], &stage.range[player])))
            .collect();
        let widest = stage.range.iter().max().cloned().unwrap_or(Rational::ONE);
        stage.relative = stage.each(|player| ratio(&stage.range[player], &widest));
        stage
    }

    /// A machine number for each player.
    pub(super) fn each(&self, of: impl Fn(usize) -> f64) -> Vector {
        let mut all = [0.0; WIDEST];
        for (player, place) in all.iter_mut().enumerate().take(self.players) {
            *place = of(player);
        }
        all
    }

    /// A point in units of the ranges of payoffs.
    pub(super) fn normalized(&self, point: &[Rational]) -> Vector {
        self.each(|player| ratio(&(&point[player] - &self.least[player]), &self.range[player]))
    }

    /// What a player's continuation has to exceed his threat by, (1 − δ)/δ h(a), for each player; `None`
    /// where nothing deters since δ = 0.
    pub(super) fn needs(&self, discount: f64, looser: f64) -> Vec<Option<Vector>> {
        let one = |gain: &Vector| {
            let nobody = gain.iter().all(|&gain| gain <= 0.0);
            let need =
                |gain: f64| if gain > 0.0 { (1.0 - discount) / discount * gain } else { 0.0 };
            (nobody || discount > 0.0).then(|| self.each(|player| need(gain[player]) - looser))
        };
        self.float_gains.iter().map(one).collect()
    }

    /// The continuation that a profile needs to give these payoffs; at δ = 0 the payoffs themselves, which
    /// the profile has to give.
    pub(super) fn continuation(
        &self,
        profile: usize,
        payoffs: &[Rational],
    ) -> Option<Vec<Rational>> {
        if self.discount.is_zero() {
            return (self.payoffs[profile] == payoffs).then(|| payoffs.to_vec());
        }
        let now = Rational::ONE - &self.discount;
        let one = |player: usize| {
            (&payoffs[player] - &now * &self.payoffs[profile][player]).checked_div(&self.discount)
        };
        (0..self.players).map(one).collect()
    }

    /// Whether nobody gains by leaving a profile with this continuation.
    pub(super) fn deters(
        &self,
        profile: usize,
        continuation: &[Rational],
        threats: &[Rational],
    ) -> bool {
        let now = Rational::ONE - &self.discount;
        (0..self.players).all(|player| {
            let loses = &self.discount * (&continuation[player] - &threats[player]);
            loses >= &now * &self.gains[profile][player]
        })
    }
}

/// A quotient in machine numbers.
fn ratio(one: &Rational, other: &Rational) -> f64 {
    one.checked_div(other).map_or(0.0, |quotient| quotient.to_f64())
}
