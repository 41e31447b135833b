//! Right answers about commitment in its less usual forms, found by the solvers: their certificates share
//! no code with these.

use detente::game::answer::Answer;
use detente::game::{NormalForm, Player};
use detente::linear::LpMethod;
use detente::num::Rational;
use detente::solve::{
    Budget, FollowerErrors, find_matched_commitment, find_pure_commitment_before_followers,
    find_robust_commitment, find_sequential_commitment,
};

use super::{q, qs};

/// Conitzer & Sandholm (2006), section 2.1, with names that are no numbers.
fn two() -> NormalForm {
    let players =
        vec![Player::new("Lead", ["up", "down"]), Player::new("Follow", ["left", "right"])];
    NormalForm::new(players, vec![qs("2 4 1 3"), qs("1 0 0 1")]).unwrap()
}

/// Both followers gain by b when the leader plays b often enough, and more together.
fn three() -> NormalForm {
    let players = ["L", "F", "G"].map(|name| Player::new(name, ["a", "b"]));
    let tables = ["0 0 0 4 -1 -1 -1 3", "0 0 -2 -1 0 0 1 3", "0 -2 0 -1 0 1 0 3"];
    NormalForm::new(players.to_vec(), tables.map(qs).to_vec()).unwrap()
}

fn robust(game: NormalForm, alpha: &str, epsilon: &str) -> (NormalForm, Answer) {
    let errors = FollowerErrors { alpha: q(alpha), epsilon: q(epsilon) };
    let budget = Budget::unlimited();
    let found = find_robust_commitment(&game, 0, &errors, false, LpMethod::Auto, &budget);
    let answer = Answer::Robust(found.unwrap().answer.unwrap());
    (game, answer)
}

/// A right answer about each.
pub(crate) fn all() -> Vec<(NormalForm, Answer)> {
    let budget = Budget::unlimited();
    let mut all =
        vec![robust(two(), "1/3", "1/4"), robust(three(), "0", "0"), robust(three(), "1/5", "1/2")];
    let matched = find_matched_commitment(&two(), 0, &Rational::from(4), LpMethod::Auto, &budget);
    all.push((two(), Answer::Matched(matched.unwrap().answer.unwrap())));
    let pure = find_pure_commitment_before_followers(&three(), 0, &budget);
    all.push((three(), Answer::PureBeforeFollowers(pure.unwrap().answer.unwrap())));
    let sequence = find_sequential_commitment(&three(), &[1, 0, 2], &budget);
    all.push((three(), Answer::Sequential(sequence.unwrap().answer.unwrap())));
    all
}
