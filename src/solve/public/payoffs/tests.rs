//! The polygons beside what transfers, patience and perfect monitoring give.

use super::*;
use crate::certify::{Limits as Work, certify_public_payoffs};
use crate::game::NormalForm;
use crate::game::public::PublicForm;
use crate::solve::public::tests::{exact, kranz, mailath_samuelson};
use crate::solve::public::{find_limit_payoffs, find_public_equilibria};
use crate::solve::repeated::find_repeated_payoffs;

fn factor(text: &str) -> DiscountFactor {
    DiscountFactor::new(exact(text)).unwrap()
}

/// Solved and certified.
fn solved(game: &PublicGame, discount: &str) -> PublicPayoffs {
    let found = find_public_payoffs(game, &factor(discount), &Budget::unlimited()).unwrap();
    let answer = found.answer.unwrap();
    let certificate = certify_public_payoffs(game, &answer, &Work::default());
    assert!(certificate.is_ok(), "{certificate:?}");
    answer
}

fn reached(answer: &PublicPayoffs) -> Vec<Exact> {
    answer.inner.iter().map(|one| one.payoffs.clone()).collect()
}

#[test]
fn without_payments_less_is_possible() {
    for (game, discount, near) in
        [(kranz(), "4/5", "1/500000"), (mailath_samuelson(), "3/4", "1/500")]
    {
        let answer = solved(&game, discount);
        assert!(answer.distance.as_ref().unwrap() < &exact(near));
        let found = reached(&answer);
        assert!(found.len() > 2, "{found:?}");
        assert!(found.iter().all(|point| holds(&answer.outer, point)));
        let discount = factor(discount);
        let paid = find_public_equilibria(
            &game,
            PublicForm::Transfers,
            Some(&discount),
            &Budget::unlimited(),
        );
        let row = paid.unwrap().answer.unwrap().at.unwrap().row.unwrap();
        let patient = find_limit_payoffs(&game, &Budget::unlimited()).unwrap().answer.unwrap();
        let patient: Vec<Exact> =
            patient.corners.unwrap().into_iter().map(|corner| corner.payoffs).collect();
        for point in &found {
            assert!(&point[0] + &point[1] <= row.joint);
            assert!(point.iter().zip(&row.worst).all(|(own, worst)| own >= worst));
            assert!(holds(&patient, point));
        }
        // What is sustained lies within the scores, and bounds lie no further from it than they say.
        let most = answer.distance.clone().unwrap();
        let near = |point: &Exact| distance(&patient, point).unwrap() <= most;
        assert!(answer.outer.iter().all(near));
    }
}

#[test]
fn strongly_symmetric_payoffs_lie_within() {
    let answer = solved(&mailath_samuelson(), "3/4");
    let symmetric = [exact("1.75"), exact("1.75")];
    assert!(holds(&answer.outer, &symmetric));
    assert!(distance(&reached(&answer), &symmetric).unwrap() <= answer.distance.clone().unwrap());
    assert!(answer.inner.iter().any(|one| one.payoffs == [Rational::ZERO, Rational::ZERO]));
}

#[test]
fn where_all_is_seen_the_polygons_are_those_of_perfect_monitoring() {
    let stage = NormalForm::from_integers(&[&[2, -1], &[3, 0]], &[&[2, 3], &[-1, 0]]);
    let rows: Vec<Vec<Rational>> =
        (0..4).map(|at| (0..4).map(|one| Rational::from(i64::from(one == at))).collect()).collect();
    let names = (0..4).map(|at| at.to_string()).collect();
    let game = PublicGame::new(stage.clone(), names, rows).unwrap();
    let answer = solved(&game, "3/5");
    let seen = find_repeated_payoffs(&stage, &factor("3/5"), &Budget::unlimited()).unwrap();
    let seen = seen.answer.unwrap();
    assert!(reached(&answer).iter().all(|point| holds(&seen.outer, point)));
    assert!(seen.inner.iter().all(|point| holds(&answer.outer, &point.payoffs)));
    assert!(seen.is_exact());
    assert!(answer.distance.unwrap() < exact("1/10000"));
}

#[test]
fn patience_widens_what_is_reached() {
    let game = kranz();
    let all: Vec<PublicPayoffs> =
        ["3/5", "4/5", "17/20"].iter().map(|discount| solved(&game, discount)).collect();
    for pair in all.windows(2) {
        assert!(reached(&pair[0]).iter().all(|point| holds(&pair[1].outer, point)));
    }
}

#[test]
fn without_pure_equilibria_nothing_is_reached() {
    let stage = NormalForm::from_integers(&[&[1, -1], &[-1, 1]], &[&[-1, 1], &[1, -1]]);
    let rows = vec![vec![exact("1/2"), exact("1/2")]; 4];
    let names = vec!["heads".to_owned(), "tails".to_owned()];
    let game = PublicGame::new(stage, names, rows).unwrap();
    let answer = solved(&game, "9/10");
    assert!(answer.inner.is_empty() && answer.outer.is_empty());
    let mut wrong = answer.clone();
    wrong.steps.clear();
    assert!(certify_public_payoffs(&game, &wrong, &Work::default()).is_err());
}

#[test]
fn coordination_reaches_a_segment() {
    // Both want the same: payoffs lie on a line, and both equilibria are its ends.
    let stage = NormalForm::from_integers(&[&[3, 0], &[0, 2]], &[&[3, 0], &[0, 2]]);
    let rows = ["4/5", "1/2", "1/2", "1/5"].map(|up| vec![exact(up), exact("1") - exact(up)]);
    let names = vec!["up".to_owned(), "down".to_owned()];
    let game = PublicGame::new(stage, names, rows.to_vec()).unwrap();
    let answer = solved(&game, "9/10");
    let found = reached(&answer);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|point| point[0] == point[1]));
    assert_eq!(found[1][0], exact("3"));
    // Miscoordination is worth it only if what follows differs by signal.
    assert!(found[0][0] <= exact("2"));
}

#[test]
fn impatient_players_play_the_stage_game() {
    let answer = solved(&mailath_samuelson(), "1/10");
    assert_eq!(reached(&answer), [[Rational::ZERO, Rational::ZERO]]);
    let near = |point: &Exact| point.iter().all(|value| value.abs() < exact("1/100"));
    assert!(answer.outer.iter().all(near), "{:?}", answer.outer);
    let refused = find_public_payoffs(&kranz(), &factor("0"), &Budget::unlimited());
    assert_eq!(refused.err(), Some(PayoffsFailure::Impatient));
}

#[test]
fn what_is_changed_is_refused() {
    let game = mailath_samuelson();
    let right = solved(&game, "3/4");
    let refused = |line: u32, change: &dyn Fn(&mut PublicPayoffs)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        assert_ne!(wrong, right);
        assert!(certify_public_payoffs(&game, &wrong, &Work::default()).is_err(), "{line}");
    };
    let little = exact("1/1000000");
    let middle = |points: &[Exact], k: usize| -> Rational {
        points.iter().map(|one| &one[k]).sum::<Rational>() / Rational::from(points.len() as u64)
    };
    refused(line!(), &|answer| {
        let points = reached(answer);
        for one in &mut answer.inner {
            for k in 0..2 {
                let middle = middle(&points, k);
                let more = (&one.payoffs[k] - &middle) * &little;
                one.payoffs[k] += &more;
            }
        }
    });
    refused(line!(), &|answer| {
        for one in answer.outer.iter_mut() {
            for (k, payoff) in one.iter_mut().enumerate() {
                let less = (&*payoff - middle(&right.outer, k)) * &little;
                *payoff -= &less;
            }
        }
    });
    refused(line!(), &|answer| answer.inner[1].payoffs[0] += little.clone());
    refused(line!(), &|answer| answer.inner[1].continuations[0][0] += little.clone());
    refused(line!(), &|answer| answer.inner.truncate(2));
    refused(line!(), &|answer| answer.base[1][1] -= &exact("1"));
    refused(line!(), &|answer| drop(answer.outer.remove(1)));
    refused(line!(), &|answer| answer.steps.clear());
    refused(line!(), &|answer| {
        for step in &mut answer.steps {
            step.proofs.iter_mut().flatten().flatten().flatten().for_each(|by| *by = exact("0"));
        }
    });
    refused(line!(), &|answer| {
        for step in &mut answer.steps {
            step.levels.iter_mut().for_each(|level| *level -= &little);
        }
    });
    refused(line!(), &|answer| answer.steps.iter_mut().for_each(|step| step.limit = !step.limit));
    refused(line!(), &|answer| answer.discount = factor("1/2"));
    refused(line!(), &|answer| drop(answer.directions.pop()));
    refused(line!(), &|answer| answer.distance = Some(exact("0")));
    refused(line!(), &|answer| answer.distance = None);
}

#[test]
fn steps_that_run_out_leave_bounds() {
    let game = mailath_samuelson();
    let discount = exact("0.999");
    let stage = Stage::new(&game, &discount);
    let directions = Directions::axes(&stage);
    let start = directions.start(&stage);
    let with = (&Budget::unlimited(), &mut crate::solve::Work::default());
    // Levels that never come to rest.
    let way = Way::outer(&stage);
    let descent = descend(&stage, &directions.units, start, -1.0, way, with);
    assert_eq!(descent.levels.len(), descent.alive.len());
}

#[test]
fn just_above_the_threshold_the_answer_is_certified() {
    // Cooperation needs 10/17.
    for discount in ["0.5882", "0.58824", "0.5883", "0.589"] {
        solved(&dilemma(), discount);
    }
}

/// A dilemma in which the good signal has probability 9/10 if both cooperate and 1/2 otherwise.
fn dilemma() -> PublicGame {
    let stage = NormalForm::from_integers(&[&[2, -1], &[3, 0]], &[&[2, 3], &[-1, 0]]);
    let rows = ["9/10", "1/2", "1/2", "1/2"].map(|up| vec![exact(up), exact("1") - exact(up)]);
    PublicGame::new(stage, vec!["good".to_owned(), "bad".to_owned()], rows.to_vec()).unwrap()
}

#[test]
fn near_one_few_steps_are_enough() {
    let ends = [[Rational::ZERO, Rational::ZERO], [exact("7/4"), exact("7/4")]];
    for discount in ["0.9", "0.99"] {
        let answer = solved(&dilemma(), discount);
        assert_eq!(reached(&answer), ends, "{discount}");
        assert!(answer.distance.unwrap() < exact("1/100000"), "{discount}");
    }
    for discount in ["0.998", "0.999", "0.9999"] {
        let answer = solved(&dilemma(), discount);
        let near = |corner: &Exact| distance(&ends, corner).unwrap() < exact("1/1000");
        assert!(answer.outer.iter().all(near), "{discount}: {:?}", answer.outer);
        assert!(answer.steps.len() < 20, "{discount}");
    }
}

#[test]
fn a_player_who_is_indifferent_need_not_be_deterred() {
    // The first player gets 4 whatever he does, as long as the second one does as he should.
    let stage = NormalForm::from_integers(&[&[4, 0], &[4, 4]], &[&[2, 3], &[-1, -1]]);
    let rows = ["9/10", "1/2", "1/4", "1/4"].map(|up| vec![exact(up), exact("1") - exact(up)]);
    let names = vec!["good".to_owned(), "bad".to_owned()];
    let game = PublicGame::new(stage, names, rows.to_vec()).unwrap();
    let answer = solved(&game, "3/4");
    assert_eq!(reached(&answer), [[exact("4"), exact("-1")], [exact("4"), exact("7/4")]]);
}

#[test]
fn without_time_what_is_known_is_said() {
    let budget = Budget::unlimited().with_time(std::time::Duration::ZERO);
    let game = mailath_samuelson();
    let found = find_public_payoffs(&game, &factor("9/10"), &budget).unwrap();
    assert!(matches!(found.status, Status::Partial(Exhausted::Time)));
    let answer = found.answer.unwrap();
    assert!(certify_public_payoffs(&game, &answer, &Work::default()).is_ok());
    assert_eq!(reached(&answer), [[Rational::ZERO, Rational::ZERO]]);
    assert!(holds(&answer.outer, &[exact("2"), exact("2")]));
}

/// Numbers that look random, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % count
    }

    fn game(&mut self) -> PublicGame {
        let mut payoffs =
            || (0..4).map(|_| Rational::from(self.below(8) as i64 - 3)).collect::<Vec<_>>();
        let payoffs = vec![payoffs(), payoffs()];
        let signals = 2 + self.below(2) as usize;
        let row = |_| {
            let mut cuts: Vec<u64> = (1..signals).map(|_| self.below(11)).collect();
            cuts.extend([0, 10]);
            cuts.sort_unstable();
            cuts.windows(2).map(|pair| Rational::new((pair[1] - pair[0]) as i64, 10)).collect()
        };
        let rows = (0..4).map(row).collect();
        let names = (0..signals).map(|at| at.to_string()).collect();
        let player = |name: &str| crate::game::Player {
            name: name.into(),
            actions: ["c", "d"].map(Into::into).into(),
        };
        let stage = NormalForm::new(vec![player("A"), player("B")], payoffs).unwrap();
        PublicGame::new(stage, names, rows).unwrap()
    }
}

#[test]
fn random_games_have_certified_answers() {
    let mut dice = Dice(1);
    for number in 0..16 {
        let game = dice.game();
        for discount in ["2/5", "3/4"] {
            let found = find_public_payoffs(&game, &factor(discount), &Budget::unlimited());
            let answer = found.unwrap().answer.unwrap();
            let certificate = certify_public_payoffs(&game, &answer, &Work::default());
            assert!(certificate.is_ok(), "game {number} at {discount}: {certificate:?}");
            let outside = answer.inner.iter().find(|one| !holds(&answer.outer, &one.payoffs));
            assert!(outside.is_none(), "game {number} at {discount}: {outside:?}");
        }
    }
}
