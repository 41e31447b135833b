//! Right answers about learning by hand, of both kinds.

use detente::game::NormalForm;
use detente::game::answer::{Answer, Equilibrium, JointPlay, Learning, LearningPoint};

use super::{mix, q, qs};

/// Matching pennies after three rounds of the same two actions: the second player would gain two.
pub(crate) fn stuck() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let mixture =
        Equilibrium { profile: vec![mix("1 0"), mix("1 0")], payoffs: qs("1 -1"), regret: q("2") };
    let course = vec![LearningPoint { rounds: 3, mixture }];
    let value = Some([q("-1"), q("1")]);
    (game, Answer::Learning(Learning { rounds: 3, course, joint: None, value }))
}

/// A game of coordination in which the first player mixed and the second did not: both would gain one
/// half, by another action or by always playing it.
pub(crate) fn uncoordinated() -> (NormalForm, Answer) {
    let game = NormalForm::from_integers(&[&[2, 0], &[0, 1]], &[&[2, 0], &[0, 1]]);
    let mixture = Equilibrium {
        profile: vec![mix("1/2 1/2"), mix("0 1")],
        payoffs: qs("1/2 1/2"),
        regret: q("1/2"),
    };
    let course = vec![LearningPoint { rounds: 2, mixture }];
    let joint = Some(JointPlay {
        distribution: qs("0 1/2 0 1/2"),
        payoffs: qs("1/2 1/2"),
        regret: q("1/2"),
    });
    (game, Answer::Learning(Learning { rounds: 2, course, joint, value: None }))
}
