//! What equilibria are said to withstand.

use detente::game::NormalForm;
use detente::game::answer::{
    Admissibility, Answer, Properness, Refinement, Scope, Trembles, Withstands,
};
use detente::solve::{Budget, find_refinement};

use super::right_answers::{imperfect, withstanding};
use super::{check, mix, q, qs, refused};

/// That a change of a right answer is refused with these words.
fn rejects((game, right): &(NormalForm, Answer), change: impl Fn(&mut Refinement), words: &[&str]) {
    assert!(check(game, right).unwrap().complete.is_proved());
    let Answer::Refinement(mut answer) = right.clone() else { unreachable!("the kind is known") };
    change(&mut answer);
    refused(check(game, &Answer::Refinement(answer)), words);
}

#[test]
fn each_flag_is_checked_both_ways() {
    type Flag = fn(&mut Withstands) -> &mut bool;
    let flags: [(&str, Flag); 4] = [
        ("strict", |one| &mut one.strict),
        ("quasi-strict", |one| &mut one.quasi_strict),
        ("payoff-undominated", |one| &mut one.payoff_undominated),
        ("perfect", |one| &mut one.perfect),
    ];
    for (name, flag) in flags {
        for (game, count) in [(withstanding(), 3), (imperfect(), 2)] {
            for at in 0..count {
                rejects(
                    &game,
                    |one| {
                        let stated = flag(&mut one.withstands[at]);
                        *stated = !*stated;
                    },
                    &[&format!("equilibrium {}", at + 1), name],
                );
            }
        }
    }
    rejects(&imperfect(), |one| one.withstands.truncate(1), &["flags"]);
}

#[test]
fn undominated_needs_a_belief_with_full_support_to_which_it_is_a_best_reply() {
    let belief = |texts: &str| Admissibility::Undominated(qs(texts));
    rejects(&imperfect(), |one| one.standings[0][0].proof = belief("1 0"), &["leaves out"]);
    rejects(&imperfect(), |one| one.standings[0][1].proof = belief("0 1"), &["leaves out"]);
    let small = "1/1000000000 999999999/1000000000";
    rejects(&imperfect(), |one| one.standings[1][1].proof = belief(small), &["no best reply"]);
    rejects(
        &withstanding(),
        |one| one.standings[0][0].proof = belief("1/2 1/2"),
        &["no best reply"],
    );
    rejects(&withstanding(), |one| one.standings[0][0].proof = belief("1/2 1/4"), &["sum to 3/4"]);
    rejects(&withstanding(), |one| one.standings[0][0].proof = belief("1"), &["leaves out"]);
}

#[test]
fn dominated_needs_a_strategy_that_is_never_worse_and_somewhere_better() {
    let by = |texts: &str| Admissibility::Dominated(mix(texts));
    rejects(&imperfect(), |one| one.standings[0][1].proof = by("0 1"), &["nowhere better"]);
    rejects(&imperfect(), |one| one.standings[0][0].proof = by("0 1"), &["is worse against"]);
    rejects(&withstanding(), |one| one.standings[0][0].proof = by("0 1"), &["is worse against"]);
    rejects(&imperfect(), |one| one.standings[0][1].proof = by("1"), &["1 actions"]);
}

#[test]
fn the_list_the_strategies_and_the_risks_are_checked() {
    rejects(&withstanding(), |one| one.equilibria.scope = Scope::Some, &["without all equilibria"]);
    rejects(&withstanding(), |one| one.standings[1].swap(0, 1), &["in their order"]);
    rejects(&withstanding(), |one| drop(one.standings[0].pop()), &["in their order"]);
    rejects(&withstanding(), |one| one.risk = None, &["products"]);
    rejects(
        &withstanding(),
        |one| one.risk.as_mut().unwrap().products[1] = q("4.000000001"),
        &["products"],
    );
    rejects(&withstanding(), |one| one.risk.as_mut().unwrap().equilibria = [0, 1], &["products"]);
    let missing = |one: &mut Refinement| {
        one.equilibria.list.pop();
        one.equilibria.components.as_mut().unwrap().pop();
        one.withstands.pop();
    };
    rejects(&withstanding(), missing, &["incomplete"]);
}

/// The game of Myerson (1978), whose second equilibrium is perfect and not proper, or one in which all
/// ties and all is proper.
fn trembling(ties: bool) -> (NormalForm, Answer) {
    let rows: &[&[i64]] = if ties {
        &[&[0, 0, 0], &[0, 0, 0], &[0, 0, 0]]
    } else {
        &[&[1, 0, -9], &[0, 0, -7], &[-9, -7, -7]]
    };
    let game = NormalForm::from_integers(rows, rows);
    let found = find_refinement(&game, &Budget::unlimited()).unwrap();
    (game, Answer::Refinement(found.answer.unwrap()))
}

#[test]
fn properness_is_checked_both_ways() {
    let myerson = trembling(false);
    let Answer::Refinement(right) = &myerson.1 else { unreachable!("the kind is known") };
    let both = |at: usize, texts: &str| {
        right.equilibria.list[at].profile.iter().all(|strategy| *strategy == mix(texts))
    };
    let at = |texts: &str| (0..right.proper.len()).find(|&k| both(k, texts)).unwrap();
    let (first, second) = (at("1 0 0"), at("0 1 0"));
    let regular = |one: &mut Refinement| one.proper[second] = Properness::Regular;
    rejects(&myerson, regular, &["not quasi-strict"]);
    rejects(&myerson, |one| one.proper[first] = Properness::No, &["regular"]);
    rejects(&myerson, |one| drop(one.proper.pop()), &["proper or is not"]);
    // Against what the trembles of the second would be, the first action is better than the second.
    let trembles = |levels: [&[usize]; 3], strategies: [&str; 3]| {
        let levels: Vec<Vec<usize>> = levels.iter().map(|level| level.to_vec()).collect();
        let strategies: Vec<_> = strategies.into_iter().map(mix).collect();
        Properness::Trembles(Box::new(Trembles {
            levels: [levels.clone(), levels],
            strategies: [strategies.clone(), strategies],
        }))
    };
    let levels: [&[usize]; 3] = [&[1], &[0], &[2]];
    for last in ["1/4 1/4 1/2", "1/10 8/10 1/10"] {
        let wrong = trembles(levels, ["0 1 0", "1/2 1/2 0", last]);
        rejects(&myerson, |one| one.proper[second] = wrong.clone(), &["not ranked"]);
    }
    let wrong = trembles(levels, ["0 1 0", "1/4 1/2 1/4", "1/4 1/2 1/4"]);
    rejects(&myerson, |one| one.proper[second] = wrong.clone(), &["up to its own"]);
    let wrong = trembles([&[0], &[1], &[2]], ["1 0 0", "1/2 1/2 0", "1/4 1/2 1/4"]);
    rejects(&myerson, |one| one.proper[second] = wrong.clone(), &["in the first level"]);
    let wrong = trembles([&[1], &[0], &[0]], ["0 1 0", "1/2 1/2 0", "1/4 1/2 1/4"]);
    rejects(&myerson, |one| one.proper[second] = wrong.clone(), &["in one level"]);
    let ties = trembling(true);
    for at in 0..9 {
        rejects(&ties, |one| one.proper[at] = Properness::No, &["there are trembles"]);
    }
}
