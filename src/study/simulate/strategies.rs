//! Strategies of a repeated game in which each player has an action to cooperate and one not to:
//! grim trigger, tit for tat, generous tit for tat, win-stay lose-shift.
//!
//! Sources: Axelrod (1984); Molander (1985); Nowak & Sigmund (1992, 1993). With more than two players
//! tit for tat cooperates after all *others* did, and win-stay lose-shift after all or none did.

use crate::game::{Machine, MachineState, MixedStrategy, NormalForm};
use crate::num::Rational;

/// The profiles in which all cooperate and in which none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sides {
    pub(super) cooperate: usize,
    pub(super) defect: usize,
}

impl Sides {
    /// The most that a generous player can forgive before it pays to exploit him: the lesser of
    /// 1 − (T − R)/(R − S) and (R − P)/(T − P), and at least 0 (Molander 1985; Nowak & Sigmund 1992).
    pub(super) fn generosity(
        &self,
        game: &NormalForm,
        payoffs: &[Vec<Rational>],
        player: usize,
    ) -> Rational {
        let own = [self.cooperate, self.defect].map(|profile| game.action_in(player, profile));
        let paid = |profile: usize| payoffs[player][profile].clone();
        let (reward, punishment) = (paid(self.cooperate), paid(self.defect));
        let temptation = paid(game.deviation(self.cooperate, player, own[1]));
        let sucker = paid(game.deviation(self.defect, player, own[0]));
        let share = |part: Rational, whole: Rational| {
            part.checked_div(&whole)
                .unwrap_or(Rational::ZERO)
                .max(Rational::ZERO)
                .min(Rational::ONE)
        };
        let first = Rational::ONE - share(&temptation - &reward, &reward - &sucker);
        first.min(share(&reward - &punishment, temptation - &punishment))
    }
}

/// The machine of a strategy of [`super::STRATEGIES`].
pub(super) fn machine_of(
    name: &str,
    game: &NormalForm,
    player: usize,
    sides: &Sides,
    generosity: &Rational,
) -> Machine {
    let actions = game.num_actions(player);
    let own = [sides.cooperate, sides.defect].map(|profile| game.action_in(player, profile));
    let pure = own.map(|action| MixedStrategy::pure(action, actions));
    let cooperates = |other: usize, profile: usize| {
        game.action_in(other, profile) == game.action_in(other, sides.cooperate)
    };
    let players = game.num_players();
    // State 0 cooperates, and state 1 does not.
    let next = |test: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..game.num_profiles()).map(|profile| usize::from(!test(profile))).collect()
    };
    let others =
        |profile: usize| (0..players).all(|other| other == player || cooperates(other, profile));
    let all = |profile: usize| (0..players).all(|other| cooperates(other, profile));
    let none = |profile: usize| (0..players).all(|other| !cooperates(other, profile));
    let [good, bad] = pure;
    let stays = |state: usize| vec![state; game.num_profiles()];
    let states = |good_next: Vec<usize>, bad: MixedStrategy, bad_next: Vec<usize>| {
        vec![
            MachineState { play: good.clone(), next: good_next },
            MachineState { play: bad, next: bad_next },
        ]
    };
    let (states, start) = match name {
        "grim" => (states(next(&all), bad, stays(1)), 0),
        "tit-for-tat" => (states(next(&others), bad, next(&others)), 0),
        "generous-tit-for-tat" => {
            let mut mixture = vec![Rational::ZERO; actions];
            mixture[own[0]] = generosity.clone();
            mixture[own[1]] = Rational::ONE - generosity;
            // A probability and its complement are a mixture.
            let mixture = MixedStrategy::new(mixture).unwrap_or(bad);
            (states(next(&others), mixture, next(&others)), 0)
        }
        "win-stay-lose-shift" => {
            let same = |profile: usize| all(profile) || none(profile);
            (states(next(&same), bad, next(&same)), 0)
        }
        "always-cooperate" => (states(stays(0), bad, stays(0)), 0),
        _ => (states(stays(1), bad, stays(1)), 1),
    };
    Machine { states, start }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::play_machines;
    use crate::solve::chain::expected_over_time;
    use crate::study::simulate::STRATEGIES;

    fn score(one: &str, other: &str, periods: u64) -> f64 {
        let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
        let payoffs: Vec<_> = (0..2).map(|player| game.payoffs(player).to_vec()).collect();
        let sides = Sides { cooperate: 0, defect: 3 };
        let machines = [one, other]
            .iter()
            .enumerate()
            .map(|(player, name)| machine_of(name, &game, player, &sides, &Rational::ZERO))
            .collect::<Vec<_>>();
        let chain = play_machines(&game, &payoffs, &machines).unwrap();
        let budget = crate::solve::Budget::unlimited();
        let found = expected_over_time(&chain, periods, &[], None, &[], &budget).unwrap();
        found.average[0].midpoint() * periods as f64
    }

    /// Scores of 200 rounds with the payoffs 5, 3, 1, 0, as in Axelrod (1980); computed by hand.
    #[test]
    fn scores_of_axelrods_strategies() {
        let table = [
            ("always-cooperate", "always-defect", 0.0),
            ("always-defect", "always-cooperate", 1000.0),
            ("always-defect", "tit-for-tat", 204.0),
            ("tit-for-tat", "always-defect", 199.0),
            ("always-defect", "grim", 204.0),
            ("grim", "always-defect", 199.0),
            ("always-defect", "win-stay-lose-shift", 600.0),
            ("win-stay-lose-shift", "always-defect", 100.0),
            ("win-stay-lose-shift", "grim", 600.0),
        ];
        for (one, other, expected) in table {
            let found = score(one, other, 200);
            assert!((found - expected).abs() < 1e-9, "{one} against {other}: {found}");
        }
        assert!(STRATEGIES.iter().all(|play| score(play.name, play.name, 10) > 0.0));
    }

    #[test]
    fn generosity_is_one_third_in_axelrods_dilemma() {
        let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
        let payoffs: Vec<_> = (0..2).map(|player| game.payoffs(player).to_vec()).collect();
        let sides = Sides { cooperate: 0, defect: 3 };
        for player in 0..2 {
            assert_eq!(sides.generosity(&game, &payoffs, player), Rational::new(1, 3));
        }
    }
}
