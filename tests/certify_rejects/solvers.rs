//! What the solvers say is certified, and saved and read back, on random games with many ties.

use detente::certify::{Completeness, Limits, certify};
use detente::game::answer::{Advised, Answer, Objective, Subject};
use detente::game::{Agreement, NormalForm, Player, PunishmentRule, RepeatedGame};
use detente::linear::LpMethod;
use detente::num::Rational;
use detente::report::result::{read_answer, write};
use detente::solve::repeated::sustain_agreements;
use detente::solve::{
    Budget, FictitiousPlayOptions, advise, eliminate_strictly_dominated,
    enumerate_correlated_vertices, find_best_coarse_correlated_equilibrium,
    find_best_correlated_equilibrium, find_commitment_interval, find_most_robust_device,
    find_refinement, find_structure, find_symmetric_equilibria, nash, play_fictitiously,
    solve_minimax,
};
use proptest::prelude::*;

use super::mutated_files::header;

/// Games of one to three players; payoffs from few numbers, so that ties abound, or fractions.
fn any_game() -> impl Strategy<Value = NormalForm> {
    let shape = prop_oneof![
        1 => prop::collection::vec(1usize..5, 1),
        6 => prop::collection::vec(1usize..6, 2),
        2 => prop::collection::vec(1usize..4, 3),
    ];
    (shape, prop_oneof![Just(2i64), Just(3), Just(6), Just(100)], 1i64..8).prop_flat_map(
        |(shape, top, bottom)| {
            let cells = shape.iter().product::<usize>();
            let payoff = (0..top, 1..=bottom).prop_map(move |(p, q)| Rational::new(p - top / 2, q));
            let tables = prop::collection::vec(prop::collection::vec(payoff, cells), shape.len());
            tables.prop_map(move |tables| {
                let player = |(at, &actions): (usize, &usize)| {
                    Player::new(format!("P{at}"), (0..actions).map(|own| format!("a{own}")))
                };
                let players = shape.iter().enumerate().map(player).collect();
                NormalForm::new(players, tables).unwrap()
            })
        },
    )
}

/// That an answer is certified in full, and reads back as itself.
fn holds(subject: Subject<'_>, concept: &str, answer: &Answer) -> Result<(), TestCaseError> {
    match certify(subject, answer, &Limits::default()) {
        Ok(certificate) => {
            let partly = matches!(certificate.complete, Completeness::NotChecked(_));
            prop_assert!(!partly || subject.stage().num_players() != 2);
            let file = write(&header(concept), subject, answer, Some(&certificate)).to_string();
            let file = serde_json::from_str(&file).unwrap();
            prop_assert_eq!(&read_answer(&file, subject).unwrap(), answer);
        }
        Err(error) => prop_assert!(false, "{}: {}", concept, error),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn every_answer_about_a_game_is_certified(game in any_game(), weight in -2i64..3, rounds in 1u64..200) {
        let (subject, budget, lp) = (Subject::OneShot(&game), Budget::unlimited(), LpMethod::Auto);
        let answer = solve_minimax(&game, lp, &budget).answer.unwrap();
        holds(subject, "minimax", &Answer::Minimax(answer))?;
        let weights = vec![Rational::from(weight); game.num_players()];
        for objective in [
            Objective::Welfare,
            Objective::Player(0),
            Objective::Weighted(weights),
            Objective::Egalitarian,
            Objective::LeastWelfare,
            Objective::LeastPlayer(0),
        ] {
            let outcome = find_best_correlated_equilibrium(&game, &objective, lp, &budget).unwrap();
            let device = outcome.answer.unwrap();
            let advice = advise(&game, &device.distribution);
            let answer = Answer::Correlated(Advised { device, advice });
            holds(subject, "correlated", &answer)?;
            let outcome =
                find_best_coarse_correlated_equilibrium(&game, &objective, lp, &budget).unwrap();
            let answer = Answer::CoarseCorrelated(outcome.answer.unwrap());
            holds(subject, "coarse-correlated", &answer)?;
        }
        if let Ok(found) = find_most_robust_device(&game, lp, &budget) {
            let device = found.answer.unwrap();
            let advice = advise(&game, &device.distribution);
            let answer = Answer::RobustDevice(Advised { device, advice });
            holds(subject, "correlated", &answer)?;
        }
        if game.num_profiles() <= 9 {
            let answer = enumerate_correlated_vertices(&game, &budget).unwrap().answer.unwrap();
            holds(subject, "correlated-vertices", &Answer::CorrelatedVertices(answer))?;
        }
        let answer = eliminate_strictly_dominated(&game, lp, &budget).answer.unwrap();
        holds(subject, "rationalizable", &Answer::Dominance(answer))?;
        let answer = find_structure(&game, &budget).answer.unwrap();
        holds(subject, "structure", &Answer::Structure(answer))?;
        for alternating in [false, true] {
            let options = FictitiousPlayOptions { alternating, rounds, start: None };
            let outcome = play_fictitiously(&game, &options, &budget).unwrap();
            holds(subject, "fictitious-play", &Answer::FictitiousPlay(outcome.answer))?;
        }
        let answer = nash::enumerate_pure_equilibria(&game, &budget).answer;
        holds(subject, "pure", &Answer::Equilibria(answer))?;
        if game.num_players() == 2 {
            let outcome = nash::enumerate_extreme_equilibria(&game, &budget).unwrap();
            holds(subject, "nash", &Answer::Equilibria(outcome.answer))?;
            let outcome = find_refinement(&game, &budget).unwrap();
            holds(subject, "refinement", &Answer::Refinement(outcome.answer.unwrap()))?;
            // The game in which each stands in the row player's place, against another of his kind.
            let size = game.num_actions(0).min(game.num_actions(1));
            let a = |i: usize, j: usize| game.payoff(0, game.profile_index(&[i, j])).clone();
            let rows = |turned: bool| -> Vec<Vec<Rational>> {
                let entry = |i: usize, j: usize| if turned { a(j, i) } else { a(i, j) };
                (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
            };
            let one = NormalForm::bimatrix(&rows(false), &rows(true)).unwrap();
            let outcome = find_symmetric_equilibria(&one, &budget).unwrap();
            holds(Subject::OneShot(&one), "symmetric", &Answer::Symmetric(outcome.answer))?;
            for (leader, mixed) in [(0, true), (0, false), (1, true), (1, false)] {
                let outcome = find_commitment_interval(&game, leader, mixed, &Rational::new(1, 7), lp, &budget).unwrap();
                holds(subject, "stackelberg", &Answer::Stackelberg(outcome.answer.unwrap()))?;
            }
        }
    }

    #[test]
    fn every_answer_about_agreements_is_certified(
        stage in any_game(),
        survival in (1i64..=10).prop_map(|n| Rational::new(n, 10)),
        false_alarm in (0i64..4).prop_map(|n| Rational::new(n, 10)),
        seen in prop::collection::vec(0i64..=10, 5),
        transfers in any::<bool>(),
        renewed in 0i64..=4,
    ) {
        let budget = Budget::unlimited();
        // Compliance is seen as a violation at most as often as deviations are.
        let detection = |own: usize| Rational::new(seen[own], 10).max(false_alarm.clone());
        let agreements = (0..stage.num_profiles())
            .step_by(3)
            .map(|index| Agreement {
                name: index.to_string(),
                profile: stage.profile(index),
                detection: stage
                    .shape()
                    .into_iter()
                    .map(|actions| (0..actions).map(detection).collect())
                    .collect(),
            })
            .collect();
        let game = RepeatedGame {
            renewal: Rational::new(renewed, 4),
            discount: None,
            survival,
            false_alarm: false_alarm.clone(),
            agreements,
            punishment: PunishmentRule::WorstEquilibrium,
            transfers,
            stage,
        };
        if let Ok(outcome) = sustain_agreements(&game, &budget) {
            holds(Subject::Repeated(&game), "repeated", &Answer::Repeated(outcome.answer))?;
        }
    }
}
