//! Symmetric equilibria and what is said of their evolutionary stability.

use detente::game::NormalForm;
use detente::game::answer::{Answer, Evolutionary, Symmetric};

use super::right_answers::{conventions, copies, copositive, exact};
use super::{check, mix, q, refused};

/// That a change of a right answer is refused with these words.
fn rejects(
    (game, right): &(NormalForm, Answer),
    change: impl Fn(&NormalForm, &mut Symmetric),
    words: &[&str],
) {
    assert!(check(game, right).unwrap().complete.is_proved());
    let Answer::Symmetric(mut answer) = right.clone() else { unreachable!("the kind is known") };
    change(game, &mut answer);
    refused(check(game, &Answer::Symmetric(answer)), words);
}

#[test]
fn what_is_not_stable_is_not_certified_to_be() {
    for (game, at) in [(conventions(), 1), (copies(), 1), (copies(), 3), (copies(), 4)] {
        let said = format!("equilibrium {} is said to be", at + 1);
        rejects(&game, |_, one| one.stability[at] = Evolutionary::Stable, &[&said]);
    }
    // At 3 the two together are as good against themselves, and beyond it better.
    for gain in [3, 4] {
        let a: &[&[i64]] = &[&[0, 0, 0], &[0, -3, gain], &[0, gain, -3]];
        let game = NormalForm::from_integers(a, a);
        let list = vec![exact(&game, vec![mix("1 0 0"), mix("1 0 0")])];
        let stability = vec![Evolutionary::Stable];
        let answer = Symmetric { list, stability, complete: false, sets: None };
        refused(check(&game, &Answer::Symmetric(answer)), &["evolutionarily stable, and is not"]);
    }
}

#[test]
fn an_invader_is_another_best_reply_that_does_as_well_against_itself() {
    let by = |texts: &str| Evolutionary::Invaded(mix(texts));
    let pair = conventions();
    rejects(&pair, |_, one| one.stability[0] = by("0 1"), &["no best reply"]);
    rejects(&pair, |_, one| one.stability[0] = by("1 0"), &["same strategy"]);
    rejects(&pair, |_, one| one.stability[1] = by("2/3 1/3"), &["same strategy"]);
    rejects(&pair, |_, one| one.stability[1] = by("1"), &["1 actions"]);
    for texts in ["0 1 0", "0 0 1", "0 1/2 1/2", "999/1000 1/1000 0"] {
        rejects(&copositive(), |_, one| one.stability[0] = by(texts), &["less against itself"]);
    }
}

#[test]
fn the_list_holds_every_extreme_symmetric_equilibrium_once_and_nothing_else() {
    let without = |at: usize| {
        move |_: &NormalForm, one: &mut Symmetric| {
            one.list.remove(at);
            one.stability.remove(at);
            one.sets = None;
        }
    };
    for at in 0..3 {
        rejects(&conventions(), without(at), &["incomplete"]);
    }
    for at in 0..5 {
        rejects(&copies(), without(at), &["incomplete"]);
    }
    rejects(&conventions(), |_, one| one.list.swap(0, 1), &["wrong order"]);
    rejects(&conventions(), |_, one| drop(one.stability.pop()), &["stability"]);
    rejects(&conventions(), |_, one| one.list[1].payoffs[0] += q("1/1000000000"), &["said to get"]);
    rejects(
        &conventions(),
        |game, one| one.list[2] = exact(game, vec![mix("1/2 1/2"), mix("1/2 1/2")]),
        &["gain"],
    );
    let asymmetric = |game: &NormalForm, one: &mut Symmetric| {
        one.list[3] = exact(game, vec![mix("0 1 0"), mix("0 0 1")]);
    };
    rejects(&copies(), asymmetric, &["not symmetric"]);
    let inside = |game: &NormalForm, one: &mut Symmetric| {
        one.list[3] = exact(game, vec![mix("0 1/2 1/2"), mix("0 1/2 1/2")]);
    };
    rejects(&copies(), inside, &["not extreme"]);
}

#[test]
fn the_convex_sets_are_checked() {
    let sets = |sets: Option<Vec<Vec<usize>>>| {
        move |_: &NormalForm, one: &mut Symmetric| one.sets.clone_from(&sets)
    };
    for wrong in [
        vec![vec![0], vec![1, 2], vec![3], vec![4]],
        vec![vec![0], vec![1, 2]],
        vec![vec![0], vec![1, 2, 3, 4]],
        vec![vec![0], vec![1, 2], vec![3, 5]],
        vec![vec![1, 2], vec![0], vec![3, 4]],
    ] {
        rejects(&copies(), sets(Some(wrong)), &["convex sets"]);
    }
    rejects(&copies(), |_, one| one.complete = false, &["are not known"]);
}

#[test]
fn other_games_have_no_symmetric_equilibria_to_speak_of() {
    let (_, answer) = conventions();
    let pennies = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    refused(check(&pennies, &answer), &["not symmetric"]);
    let wide = NormalForm::from_integers(&[&[1, 1, 1]], &[&[1, 1, 1]]);
    refused(check(&wide, &answer), &["same actions"]);
}
