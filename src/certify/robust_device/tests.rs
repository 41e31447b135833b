use super::*;
use crate::game::answer::Advice;
use crate::linear::LpMethod;
use crate::solve::{Budget, advise, find_most_robust_device};

fn stag_hunt() -> (NormalForm, Advised<RobustDevice>) {
    let game = NormalForm::from_integers(&[&[4, 0], &[3, 2]], &[&[4, 3], &[0, 2]]);
    (game.clone(), found(&game))
}

fn found(game: &NormalForm) -> Advised<RobustDevice> {
    let found = find_most_robust_device(game, LpMethod::Auto, &Budget::unlimited()).unwrap();
    let device = found.answer.unwrap();
    Advised { advice: advise(game, &device.distribution), device }
}

fn refused(
    game: &NormalForm,
    right: &Advised<RobustDevice>,
    change: &dyn Fn(&mut RobustDevice),
) -> String {
    let mut wrong = right.clone();
    change(&mut wrong.device);
    wrong.advice = advise(game, &wrong.device.distribution);
    certify_robust_device(game, &wrong, &Limits::default()).unwrap_err().to_string()
}

#[test]
fn what_is_found_is_certified_and_what_is_moved_is_not() {
    let (game, right) = stag_hunt();
    assert!(certify_robust_device(&game, &right, &Limits::default()).is_ok());
    let small = Rational::new(1, 1_000_000_000);
    let text = refused(&game, &right, &|one| one.slack += &small);
    assert!(text.contains("the slack is said to be"), "{text}");
    let text = refused(&game, &right, &|one| one.bound = &one.bound - &small);
    assert!(text.contains("of the losses in the profile"), "{text}");
    let text = refused(&game, &right, &|one| one.payoffs[0] += &small);
    assert!(text.contains("payoffs"), "{text}");
    let text = refused(&game, &right, &|one| drop(one.rounds.pop()));
    assert!(text.contains("do not exclude"), "{text}");
    let text = refused(&game, &right, &|one| one.rounds[0][0].3 = -&one.rounds[0][0].3);
    assert!(text.contains("negative"), "{text}");
    let text = refused(&game, &right, &|one| {
        let again = one.rounds[0][0].clone();
        one.rounds[0].push(again);
    });
    assert!(text.contains("no obedience constraint"), "{text}");
    // To hunt the stag together is an equilibrium with less slack.
    let text = refused(&game, &right, &|one| {
        one.distribution.reverse();
        one.payoffs = vec![Rational::from(4); 2];
        (one.slack, one.bound) = (Rational::ONE, Rational::ONE);
    });
    assert!(text.contains("not proved"), "{text}");
    let text = refused(&game, &right, &|one| {
        one.distribution = [0, 1, 0, 0].map(Rational::from).to_vec();
        one.payoffs = [0, 3].map(Rational::from).to_vec();
    });
    assert!(text.contains("gains"), "{text}");
}

#[test]
fn what_players_are_told_is_checked() {
    let (game, mut right) = stag_hunt();
    let told: &mut Advice = &mut right.advice[0];
    told.payoff += Rational::ONE;
    assert!(certify_robust_device(&game, &right, &Limits::default()).is_err());
}

#[test]
fn an_inner_bracket_is_certified_as_such() {
    // The slack of this game is the root of a polynomial of the third degree.
    let game = NormalForm::from_integers(
        &[&[-2, 0, -1], &[-1, -2, 0], &[0, -1, -3]],
        &[&[-3, -1, 0], &[0, -3, -1], &[-1, 0, -3]],
    );
    let right = found(&game);
    let certificate = certify_robust_device(&game, &right, &Limits::default()).unwrap();
    assert!(certificate.checked[1].contains("next to its own"));
    let text = refused(&game, &right, &|one| one.bound = one.slack.clone());
    assert!(text.contains("not proved"), "{text}");
}
