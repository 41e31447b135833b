//! A mediator's distribution as each player sees it.
//!
//! A player who is told an action knows that the profile is one of those in which he plays it, and
//! believes the others to play as the distribution says given that (Aumann 1987). Obedience is then
//! best reply to this belief, action by action.

use crate::game::NormalForm;
use crate::game::answer::Advice;
use crate::num::Rational;

/// What each player may be told under a distribution over profiles, and what it means to him.
///
/// The distribution has a probability for each profile, by profile index. Time: profiles × players,
/// and for each profile that is possible the actions of all players.
///
/// ```
/// use detente::game::NormalForm;
/// use detente::num::Rational;
/// use detente::solve::advise;
/// // Aumann's game of chicken (1974): both yield half of the time, else one does.
/// let game = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
/// let device = [(1, 2), (1, 4), (1, 4), (0, 1)].map(|(p, q)| Rational::new(p, q));
/// let advice = advise(&game, &device);
/// // Told to yield, the first player believes that the other yields with probability 2/3.
/// assert_eq!(advice[0].probability.to_string(), "3/4");
/// assert_eq!(advice[0].belief[0].1.to_string(), "2/3");
/// assert_eq!(advice[0].payoff.to_string(), "14/3");
/// assert_eq!(advice[0].deviation, Some((1, Rational::ZERO)));
/// ```
#[must_use]
pub fn advise(game: &NormalForm, distribution: &[Rational]) -> Vec<Advice> {
    let possible: Vec<usize> = (0..game.num_profiles().min(distribution.len()))
        .filter(|&index| !distribution[index].is_zero())
        .collect();
    let mut all = Vec::new();
    for player in 0..game.num_players() {
        for told in 0..game.num_actions(player) {
            let of_told: Vec<usize> = possible
                .iter()
                .copied()
                .filter(|&index| game.action_in(player, index) == told)
                .collect();
            if of_told.is_empty() {
                continue;
            }
            let probability: Rational = of_told.iter().map(|&index| &distribution[index]).sum();
            let belief: Vec<(usize, Rational)> = of_told
                .into_iter()
                .map(|index| (index, &distribution[index] / &probability))
                .collect();
            let expects = |action: usize| -> Rational {
                let terms = belief.iter().map(|(index, share)| {
                    share * game.payoff(player, game.deviation(*index, player, action))
                });
                terms.sum()
            };
            let payoff = expects(told);
            let mut deviation: Option<(usize, Rational)> = None;
            for action in (0..game.num_actions(player)).filter(|&action| action != told) {
                let loss = &payoff - expects(action);
                if deviation.as_ref().is_none_or(|(_, least)| loss < *least) {
                    deviation = Some((action, loss));
                }
            }
            all.push(Advice { player, told, probability, belief, payoff, deviation });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::game::answer::Objective;
    use crate::linear::LpMethod;
    use crate::solve::testing::{any_game, game, number};
    use crate::solve::{Budget, find_best_correlated_equilibrium};

    #[test]
    fn matrix_player_does_not_know_what_the_two_others_toss() {
        // Aumann (1974) as in Osborne & Rubinstein (1994), exercise 48.1: the players of rows and
        // columns are told the same coin, and he who chooses the matrix is told the middle one always.
        let one = [0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0];
        let two = [0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0];
        let three = [3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3];
        let game = game(&[2, 2, 3], &[one.to_vec(), two.to_vec(), three.to_vec()]);
        let mut coin = vec![Rational::ZERO; 12];
        coin[1] = number("1/2");
        coin[10] = number("1/2");
        let advice = advise(&game, &coin);
        let told: Vec<(usize, usize)> = advice.iter().map(|one| (one.player, one.told)).collect();
        assert_eq!(told, [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)]);
        assert_eq!(advice[0].belief, [(1, Rational::ONE)]);
        assert_eq!(advice[4].belief, [(1, number("1/2")), (10, number("1/2"))]);
        // Either outer matrix would pay him 3 in one case and 0 in the other.
        assert_eq!(advice[4].payoff, Rational::from(2));
        assert_eq!(advice[4].deviation, Some((0, number("1/2"))));
    }

    #[test]
    fn who_has_one_action_has_no_deviation() {
        let game = game(&[1, 2], &[vec![0, 0], vec![1, 0]]);
        let advice = advise(&game, &[Rational::ONE, Rational::ZERO]);
        assert_eq!(advice[0].deviation, None);
        assert_eq!(advice[1].deviation, Some((1, Rational::ONE)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn advice_adds_up_and_nobody_gains(game in any_game(1..4, 4)) {
            let found = find_best_correlated_equilibrium(
                &game, &Objective::Welfare, LpMethod::Auto, &Budget::unlimited());
            let device = found.unwrap().answer.unwrap();
            let advice = advise(&game, &device.distribution);
            for player in 0..game.num_players() {
                let own = || advice.iter().filter(|one| one.player == player);
                let told: Rational = own().map(|one| &one.probability).sum();
                prop_assert_eq!(told, Rational::ONE);
                let expected: Rational = own().map(|one| &one.probability * &one.payoff).sum();
                prop_assert_eq!(&expected, &device.payoffs[player]);
                for one in own() {
                    let belief: Rational = one.belief.iter().map(|(_, share)| share).sum();
                    prop_assert_eq!(belief, Rational::ONE);
                    prop_assert_eq!(one.deviation.is_some(), game.num_actions(player) > 1);
                    if let Some((_, loss)) = &one.deviation {
                        prop_assert!(!loss.is_negative());
                    }
                }
            }
        }
    }
}
