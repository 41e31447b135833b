//! Properties of a whole game, stated and denied.

use detente::game::NormalForm;
use detente::game::answer::{Answer, Improvement, Monotone, Ordinal, Potential, Structure};
use detente::num::Rational;

use super::right_answers::{hunt, opposition};
use super::{check, q, qs, refused};

/// An answer with a change.
fn spoiled(right: &Answer, change: impl Fn(&mut Structure)) -> Answer {
    let Answer::Structure(mut answer) = right.clone() else { unreachable!("the kind is known") };
    change(&mut answer);
    Answer::Structure(answer)
}

/// That a change of an answer is refused with these words.
fn rejects((game, right): &(NormalForm, Answer), change: impl Fn(&mut Structure), words: &[&str]) {
    assert!(check(game, right).unwrap().complete.is_proved());
    refused(check(game, &spoiled(right, change)), words);
}

#[test]
fn a_moved_potential_is_refused() {
    let moved = |values: &str| Potential::Exact(qs(values));
    rejects(
        &hunt(),
        |one| one.potential = moved("0 -1 -1 1.000000001"),
        &["gains 2 by a deviation"],
    );
    rejects(&hunt(), |one| one.potential = moved("1 0 0 2"), &["0 at the first profile"]);
    rejects(&hunt(), |one| one.potential = moved("0 -1 -1"), &["another length"]);
    rejects(
        &opposition(),
        |one| one.potential = moved("0 2 -2 0"),
        &["the potential another amount"],
    );
}

#[test]
fn a_potential_is_denied_only_with_a_walk_that_excludes_it() {
    let walk = |four| Potential::Excluded(four);
    rejects(&hunt(), |one| one.potential = walk([0, 2, 3, 1]), &["sum to zero"]);
    rejects(&opposition(), |one| one.potential = walk([0, 3, 2, 1]), &["by deviations"]);
    rejects(&opposition(), |one| one.potential = walk([0, 2, 0, 2]), &["sum to zero"]);
    rejects(&opposition(), |one| one.potential = walk([0, 2, 4, 1]), &["by deviations"]);
}

#[test]
fn a_wrong_number_of_improvements_is_refused() {
    let ends = |steps: [usize; 4]| Improvement::Ends(steps.to_vec());
    rejects(&hunt(), |one| one.improvement = ends([0, 1, 2, 0]), &["2 improving deviations"]);
    rejects(&hunt(), |one| one.improvement = ends([0, 0, 1, 0]), &["neighbours give 1"]);
    rejects(&opposition(), |one| one.improvement = ends([3, 2, 0, 1]), &["improving deviations"]);
    let most = usize::MAX;
    rejects(
        &opposition(),
        |one| one.improvement = ends([most, 1, 0, 1]),
        &["improving deviations"],
    );
}

#[test]
fn a_cycle_needs_a_gain_at_every_step() {
    let cycle = |profiles: &[usize]| Improvement::Cycles(profiles.to_vec());
    rejects(&opposition(), |one| one.improvement = cycle(&[0, 2, 3, 1]), &["gains nothing"]);
    rejects(&opposition(), |one| one.improvement = cycle(&[0, 1, 3]), &["gains nothing"]);
    rejects(&opposition(), |one| one.improvement = cycle(&[]), &["empty"]);
    rejects(&opposition(), |one| one.improvement = cycle(&[0]), &["gains nothing"]);
    rejects(&hunt(), |one| one.improvement = cycle(&[0, 1, 3, 2]), &["gains nothing"]);
}

#[test]
fn sums_and_scales_are_checked_both_ways() {
    rejects(&hunt(), |one| one.constant_sum = Some(q("8")), &["the constant 8", "no constant"]);
    rejects(&opposition(), |one| one.constant_sum = None, &["no constant", "the constant 0"]);
    let line = |scale: &str, shift: &str| Some((q(scale), q(shift)));
    rejects(&hunt(), |one| one.strictly_competitive = line("1", "0"), &["affine image"]);
    rejects(&opposition(), |one| one.strictly_competitive = line("1", "1e-9"), &["affine image"]);
    rejects(&opposition(), |one| one.strictly_competitive = line("-1", "0"), &["affine image"]);
    rejects(&opposition(), |one| one.strictly_competitive = None, &["which the answer denies"]);
    let team = NormalForm::from_integers(&[&[1, 2]], &[&[1, 2]]);
    let (_, right) = hunt();
    assert!(check(&team, &right).is_err());
}

#[test]
fn increasing_differences_are_checked_both_ways() {
    rejects(&hunt(), |one| one.monotone = None, &["which the answer denies"]);
    let of = |reversed: [bool; 2], least: [usize; 2], greatest: [usize; 2]| {
        Some(Monotone {
            reversed: reversed.to_vec(),
            extremes: [least.to_vec(), greatest.to_vec()],
        })
    };
    let (no, yes) = (false, true);
    rejects(&hunt(), |one| one.monotone = of([no, yes], [0, 0], [1, 1]), &["stated orders"]);
    rejects(&hunt(), |one| one.monotone = of([no, no], [0, 0], [0, 0]), &["beyond"]);
    rejects(&hunt(), |one| one.monotone = of([no, no], [1, 1], [0, 0]), &["beyond"]);
    rejects(&hunt(), |one| one.monotone = of([no, no], [0, 1], [1, 1]), &["gains by deviating"]);
    rejects(&hunt(), |one| one.monotone = of([no, no], [0, 2], [1, 1]), &["no profile"]);
    rejects(&opposition(), |one| one.monotone = of([no, no], [0, 0], [1, 1]), &["stated orders"]);
    let (game, right) = hunt();
    let turned = spoiled(&right, |one| one.monotone = of([yes, yes], [1, 1], [0, 0]));
    assert!(check(&game, &turned).is_ok(), "both orders turned round fit as well");
}

#[test]
fn symmetry_dominance_and_the_ordinal_class_are_checked() {
    rejects(&hunt(), |one| one.symmetric = false, &["symmetric", "denies"]);
    rejects(&hunt(), |one| one.polymatrix = false, &["polymatrix", "denies"]);
    rejects(&opposition(), |one| one.symmetric = true, &["said to be symmetric"]);
    rejects(&hunt(), |one| one.dominance.beliefs[0][0] = qs("1/10 9/10"), &["the belief"]);
    let class = |patterns, conceding| Some(Ordinal { patterns, conceding });
    rejects(&hunt(), |one| one.ordinal = class([6, 0], [0, 0]), &["player 2 fall as RTPS"]);
    rejects(&hunt(), |one| one.ordinal = class([6, 6], [1, 0]), &["player 1 fall as"]);
    rejects(&hunt(), |one| one.ordinal = class([6, 12], [0, 0]), &["no such"]);
    rejects(&hunt(), |one| one.ordinal = class([6, 6], [0, 2]), &["2 × 2"]);
    rejects(&hunt(), |one| one.ordinal = None, &["has an ordinal class"]);
    rejects(&opposition(), |one| one.ordinal = class([6, 6], [0, 0]), &["ties"]);
}

#[test]
fn a_game_with_a_single_player_or_profile_has_a_structure() {
    let budget = detente::solve::Budget::unlimited();
    for game in [
        NormalForm::from_integers(&[&[7]], &[&[-2]]),
        NormalForm::new(
            vec![detente::game::Player::new("One", ["a", "b", "c"])],
            vec![vec![Rational::ONE, Rational::ZERO, Rational::ONE]],
        )
        .unwrap(),
    ] {
        let answer = detente::solve::find_structure(&game, &budget).answer.unwrap();
        assert!(check(&game, &Answer::Structure(answer)).unwrap().complete.is_proved());
    }
}
