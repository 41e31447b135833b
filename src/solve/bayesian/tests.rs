use proptest::prelude::*;

use crate::certify::{Limits, Refutation, certify_bayesian_commitment, certify_communication};
use crate::game::answer::Objective;
use crate::game::bayesian::{BayesianCommitment, CommitmentStep, Communication};
use crate::game::{BayesianGame, MixedStrategy, NormalForm, TypedPlayer};
use crate::linear::LpMethod;
use crate::num::Rational;
use crate::solve::{
    Budget, CommitmentMethod, Status, find_bayesian_commitment,
    find_best_communication_equilibrium, find_best_correlated_equilibrium, find_optimal_commitment,
    nash,
};

fn half() -> Rational {
    Rational::new(1, 2)
}

/// Paruchuri et al. (2008), section 1.
fn paruchuri() -> BayesianGame {
    let first = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 2]]);
    let second = NormalForm::from_integers(&[&[1, 2], &[0, 3]], &[&[1, 0], &[1, 2]]);
    BayesianGame::against_types(&[(half(), first), (half(), second)]).unwrap()
}

fn certified(game: &BayesianGame, leader: usize, method: CommitmentMethod) -> BayesianCommitment {
    let found = find_bayesian_commitment(game, leader, method, &Budget::unlimited()).unwrap();
    assert_eq!(found.status, Status::Solved);
    assert!(found.answer.is_optimal());
    certify_bayesian_commitment(game, &found.answer, &Limits::default()).unwrap();
    found.answer
}

/// All replies of all types at once (Conitzer & Sandholm 2006): the independent answer.
fn by_harsanyi(game: &BayesianGame, leader: usize) -> Rational {
    let form = game.strategic_form().unwrap();
    let found = find_optimal_commitment(&form, leader, true, LpMethod::Exact, &Budget::unlimited());
    found.unwrap().answer.unwrap().leader_value
}

#[test]
fn paruchuri_two_types_give_the_leader_three() {
    let game = paruchuri();
    for method in [CommitmentMethod::BranchAndBound, CommitmentMethod::Dobss] {
        let answer = certified(&game, 0, method);
        assert_eq!(answer.leader_value, Rational::from(3));
        assert_eq!(answer.replies, [1, 1]);
        assert_eq!(answer.bound, Rational::from(3));
    }
    assert_eq!(by_harsanyi(&game, 0), Rational::from(3));
}

#[test]
fn paruchuri_first_type_alone_gives_eleven_thirds() {
    let first = NormalForm::from_integers(&[&[2, 4], &[1, 3]], &[&[1, 0], &[0, 2]]);
    let game = BayesianGame::of_normal_form(&first).unwrap();
    let answer = certified(&game, 0, CommitmentMethod::BranchAndBound);
    assert_eq!(answer.leader_value, Rational::new(11, 3));
    let probabilities = answer.commitment.probabilities();
    assert_eq!(probabilities, [Rational::new(2, 3), Rational::new(1, 3)]);
}

#[test]
fn types_without_probability_change_nothing() {
    let game = paruchuri();
    let odd = NormalForm::from_integers(&[&[99, 0], &[-99, 0]], &[&[0, 5], &[5, 0]]);
    let of = |kind: usize| {
        let table = |player: usize| -> Vec<i64> {
            (0..4).map(|at| game.payoff(player, kind, at).as_small().unwrap().0).collect()
        };
        let (a, b) = (table(0), table(1));
        NormalForm::from_integers(&[&a[..2], &a[2..]], &[&b[..2], &b[2..]])
    };
    let types = [(half(), of(0)), (Rational::ZERO, odd), (half(), of(1))];
    let game = BayesianGame::against_types(&types).unwrap();
    let answer = certified(&game, 0, CommitmentMethod::BranchAndBound);
    assert_eq!(answer.leader_value, Rational::from(3));
    // The reply of a type that does not occur is a best one all the same, and what it gives is said.
    let x = answer.commitment.probabilities();
    let first = &x[0] * Rational::ZERO + &x[1] * Rational::from(5);
    let second = &x[0] * Rational::from(5);
    assert_eq!(answer.replies[1], usize::from(second > first));
    assert_eq!(answer.follower_values[1], first.max(second));
    let mut wrong = answer.clone();
    wrong.replies[1] = 1 - wrong.replies[1];
    assert!(certify_bayesian_commitment(&game, &wrong, &Limits::default()).is_err());
}

#[test]
fn wrong_answers_are_refused() {
    let game = paruchuri();
    let right = certified(&game, 0, CommitmentMethod::BranchAndBound);
    let refused = |change: &dyn Fn(&mut BayesianCommitment)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        certify_bayesian_commitment(&game, &wrong, &Limits::default()).unwrap_err()
    };
    let probabilities =
        |p: i64| MixedStrategy::new(vec![Rational::new(p, 10), Rational::new(10 - p, 10)]).unwrap();
    refused(&|wrong| wrong.commitment = probabilities(9));
    assert!(matches!(refused(&|wrong| wrong.replies[0] = 0), Refutation::Deviation(_)));
    let one = &Rational::ONE;
    assert!(matches!(refused(&|wrong| wrong.leader_value += one), Refutation::WrongNumber(_)));
    refused(&|wrong| wrong.follower_values[1] += one);
    refused(&|wrong| wrong.follower_value += one);
    refused(&|wrong| {
        wrong.leader_value += one;
        wrong.bound += one;
    });
    refused(&|wrong| wrong.bound -= one);
    assert!(matches!(refused(&|wrong| wrong.proof.clear()), Refutation::NotOptimal(_)));
    refused(&|wrong| wrong.proof.push(CommitmentStep::Bound(Vec::new())));
    refused(&|wrong| wrong.proof.insert(0, CommitmentStep::Split(7)));
    refused(&|wrong| {
        for step in &mut wrong.proof {
            if let CommitmentStep::Bound(multipliers) = step {
                multipliers.iter_mut().for_each(|one| one.value = -&one.value);
            }
        }
        wrong.proof.retain(|step| !matches!(step, CommitmentStep::Split(_)));
        wrong.proof.push(CommitmentStep::Bound(Vec::new()));
    });
    // A worse commitment, honestly stated, with the proof of the best one.
    let pure = certified(&game, 0, CommitmentMethod::Pure);
    let mut worse = pure.clone();
    worse.mixed = true;
    worse.proof = right.proof.clone();
    if pure.leader_value < right.leader_value {
        assert!(matches!(
            certify_bayesian_commitment(&game, &worse, &Limits::default()),
            Err(Refutation::NotOptimal(_))
        ));
    }
}

#[test]
fn a_limit_leaves_a_bound_that_is_certified() {
    let game = random(6, 4, 4, 5);
    let budget = Budget::unlimited().with_steps(0);
    let found =
        find_bayesian_commitment(&game, 0, CommitmentMethod::BranchAndBound, &budget).unwrap();
    assert!(matches!(found.status, Status::Partial(_)));
    let best = certified(&game, 0, CommitmentMethod::BranchAndBound);
    assert!(found.answer.leader_value <= best.leader_value);
    assert!(found.answer.bound >= best.leader_value);
    certify_bayesian_commitment(&game, &found.answer, &Limits::default()).unwrap();
}

/// A game with payoffs drawn uniformly from 0 to 99, by a fixed sequence (SplitMix64).
fn random(types: usize, actions: usize, replies: usize, seed: u64) -> BayesianGame {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Rational::from(((z ^ (z >> 31)) % 100) as i64)
    };
    let mut table = || (0..actions).map(|_| (0..replies).map(|_| next()).collect()).collect();
    let games: Vec<(Rational, NormalForm)> = (0..types)
        .map(|_| {
            let (a, b): (Vec<Vec<Rational>>, Vec<Vec<Rational>>) = (table(), table());
            (Rational::new(1, types as i64), NormalForm::bimatrix(&a, &b).unwrap())
        })
        .collect();
    BayesianGame::against_types(&games).unwrap()
}

#[test]
fn six_types_of_four_by_four_agree_with_dobss() {
    let game = random(6, 4, 4, 1);
    let one = certified(&game, 0, CommitmentMethod::BranchAndBound);
    let other = certified(&game, 0, CommitmentMethod::Dobss);
    assert_eq!(one.leader_value, other.leader_value);
}

#[test]
fn ten_types_of_five_by_five_are_solved_to_optimality() {
    certified(&random(10, 5, 5, 2), 0, CommitmentMethod::BranchAndBound);
}

#[test]
fn total_indifference_needs_no_split() {
    let flat = || NormalForm::from_integers(&[&[1; 4], &[1; 4]], &[&[0; 4], &[0; 4]]);
    let types: Vec<(Rational, NormalForm)> =
        (0..8).map(|_| (Rational::new(1, 8), flat())).collect();
    let game = BayesianGame::against_types(&types).unwrap();
    assert_eq!(certified(&game, 0, CommitmentMethod::BranchAndBound).proof.len(), 1);
}

/// Two players with types and small integer payoffs, so that ties are frequent; priors of small
/// weights, some of them zero, not independent.
fn any_game(
    leader_types: std::ops::RangeInclusive<usize>,
    follower_types: std::ops::RangeInclusive<usize>,
    most_actions: usize,
) -> impl Strategy<Value = BayesianGame> {
    let actions = || 1..=most_actions;
    (leader_types, follower_types, actions(), actions()).prop_flat_map(|(s, t, m, n)| {
        let payoff = prop_oneof![4 => -4i64..5, 1 => Just(0)];
        let weights = prop::collection::vec(0i64..4, s * t)
            .prop_filter("some weight", |weights| weights.iter().sum::<i64>() > 0);
        let tables = prop::collection::vec(prop::collection::vec(payoff, m * n), 2 * s * t);
        (Just((s, t, m, n)), weights, tables).prop_map(|((s, t, m, n), weights, tables)| {
            let names = |count: usize| (0..count).map(|at| at.to_string()).collect();
            let player = |name: &str, types: usize, actions: usize| TypedPlayer {
                name: name.to_owned(),
                actions: names(actions),
                types: names(types),
            };
            let total: i64 = weights.iter().sum();
            let prior = weights.iter().map(|&weight| Rational::new(weight, total)).collect();
            let exact = |table: &Vec<i64>| table.iter().map(|&u| Rational::from(u)).collect();
            let payoffs =
                tables.chunks(s * t).map(|tables| tables.iter().map(exact).collect()).collect();
            BayesianGame::new(vec![player("A", s, m), player("B", t, n)], prior, payoffs).unwrap()
        })
    })
}

fn best_communication(game: &BayesianGame, objective: &Objective) -> Communication {
    let budget = Budget::unlimited();
    let found =
        find_best_communication_equilibrium(game, objective, LpMethod::Auto, &budget).unwrap();
    let answer = found.answer.unwrap();
    certify_communication(game, &answer, &Limits::default()).unwrap();
    answer
}

fn objectives() -> Vec<Objective> {
    vec![
        Objective::Welfare,
        Objective::LeastWelfare,
        Objective::Player(1),
        Objective::LeastPlayer(0),
        Objective::Egalitarian,
        Objective::Weighted(vec![Rational::from(2), Rational::new(-1, 3)]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn branch_and_bound_is_as_good_as_all_joint_replies(
        game in any_game(1..=1, 2..=4, 4).prop_filter("small", |game| {
            game.num_actions(1).pow(game.num_types(1) as u32) <= 81
        })
    ) {
        let answer = certified(&game, 0, CommitmentMethod::BranchAndBound);
        prop_assert_eq!(&answer.leader_value, &by_harsanyi(&game, 0));
        let dobss = certified(&game, 0, CommitmentMethod::Dobss);
        prop_assert_eq!(&dobss.leader_value, &answer.leader_value);
        let pure = certified(&game, 0, CommitmentMethod::Pure);
        prop_assert!(pure.leader_value <= answer.leader_value);
    }

    #[test]
    fn leaders_with_types_mix_their_strategies(game in any_game(2..=2, 1..=3, 2)) {
        for leader in [0, 1] {
            let answer = certified(&game, leader, CommitmentMethod::BranchAndBound);
            prop_assert_eq!(&answer.leader_value, &by_harsanyi(&game, leader));
        }
    }

    #[test]
    fn with_one_type_each_communication_is_correlation(game in any_game(1..=1, 1..=1, 3)) {
        let form = game.strategic_form().unwrap();
        for objective in objectives() {
            let answer = best_communication(&game, &objective);
            let other = find_best_correlated_equilibrium(
                &form, &objective, LpMethod::Auto, &Budget::unlimited());
            prop_assert_eq!(answer.value, other.unwrap().answer.unwrap().value);
        }
    }

    #[test]
    fn communication_is_no_worse_than_any_pure_bayesian_equilibrium(
        game in any_game(2..=2, 1..=2, 2)
    ) {
        let form = game.strategic_form().unwrap();
        let pure = nash::enumerate_pure_equilibria(&form, &Budget::unlimited());
        let best = best_communication(&game, &Objective::Welfare).value;
        let least = best_communication(&game, &Objective::LeastWelfare).value;
        prop_assert!(least <= best);
        for one in &pure.answer.list {
            let welfare: Rational = one.payoffs.iter().sum();
            prop_assert!(least <= welfare && welfare <= best);
        }
    }

    #[test]
    fn every_objective_of_communication_is_certified(game in any_game(1..=3, 1..=2, 3)) {
        for objective in objectives() {
            best_communication(&game, &objective);
        }
    }
}

/// Types that want to be believed to be strong, whatever they are: talk is idle, and the mediator's
/// best is what he can have without asking.
#[test]
fn wrong_communication_equilibria_are_refused() {
    let first = NormalForm::from_integers(&[&[6, 2], &[7, 0]], &[&[6, 7], &[2, 0]]);
    let second = NormalForm::from_integers(&[&[6, 2], &[7, 3]], &[&[6, 7], &[2, 1]]);
    let game = BayesianGame::against_types(&[(half(), first), (half(), second)]).unwrap();
    let right = best_communication(&game, &Objective::Egalitarian);
    let refused = |change: &dyn Fn(&mut Communication)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        certify_communication(&game, &wrong, &Limits::default()).unwrap_err()
    };
    let one = &Rational::ONE;
    refused(&|wrong| wrong.value += one);
    refused(&|wrong| wrong.payoffs[0] += one);
    refused(&|wrong| wrong.type_payoffs[1][0] += one);
    refused(&|wrong| wrong.multipliers.clear());
    refused(&|wrong| wrong.multipliers[0].value = -one);
    refused(&|wrong| wrong.player_weights.clear());
    refused(&|wrong| wrong.recommendations[0].swap(0, 3));
    refused(&|wrong| {
        wrong.recommendations.swap(0, 1);
    });
    refused(&|wrong| wrong.recommendations[0][0] += one);
}

/// Every way to misreport and disobey, written out: no plan of any type of any player gains.
fn no_plan_gains(game: &BayesianGame, answer: &crate::game::bayesian::Communication) -> bool {
    let players = game.num_players();
    (0..players).all(|player| {
        let (kinds, actions) = (game.num_types(player), game.num_actions(player));
        (0..kinds).all(|kind| {
            let gets = |report: usize, plan: &dyn Fn(usize) -> usize| -> Rational {
                let mut sum = Rational::ZERO;
                for types in (0..game.num_type_profiles())
                    .filter(|&types| game.type_in(player, types) == kind)
                {
                    let place: usize = (player + 1..players).map(|p| game.num_types(p)).product();
                    let reported = types + report * place - kind * place;
                    for told in 0..game.num_profiles() {
                        let played =
                            game.deviation(told, player, plan(game.action_in(player, told)));
                        sum += &game.prior()[types]
                            * &answer.recommendations[reported][told]
                            * game.payoff(player, types, played);
                    }
                }
                sum
            };
            let honest = gets(kind, &|told| told);
            (0..kinds).all(|report| {
                (0..actions.pow(actions as u32)).all(|code| {
                    gets(report, &|told| code / actions.pow(told as u32) % actions) <= honest
                })
            })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// With types: obedience and honesty by their definition, and no commitment to one profile for
    /// each report that is an equilibrium does better.
    #[test]
    fn communication_with_types_withstands_every_plan(
        payoffs in prop::collection::vec(-3i64..4, 2 * 4 * 4),
        weights in prop::collection::vec(0i64..4, 4),
    ) {
        prop_assume!(weights.iter().sum::<i64>() > 0);
        let total: i64 = weights.iter().sum();
        let prior = weights.iter().map(|&weight| Rational::new(weight, total)).collect();
        let names = |list: [&str; 2]| list.map(str::to_owned).to_vec();
        let players = ["A", "B"].map(|name| TypedPlayer {
            name: name.to_owned(),
            actions: names(["a", "b"]),
            types: names(["s", "t"]),
        });
        let tables = |player: usize| -> Vec<Vec<Rational>> {
            payoffs[player * 16..(player + 1) * 16]
                .chunks(4)
                .map(|table| table.iter().map(|&u| Rational::from(u)).collect())
                .collect()
        };
        let game = BayesianGame::new(players.to_vec(), prior, vec![tables(0), tables(1)]).unwrap();
        let found = find_best_communication_equilibrium(
            &game, &Objective::Welfare, LpMethod::Auto, &Budget::unlimited()).unwrap();
        let best = found.answer.unwrap();
        prop_assert!(no_plan_gains(&game, &best));
        // Devices that recommend one profile for each report, of which there are 256.
        for code in 0..256usize {
            let mut fixed = best.clone();
            let mut welfare = Rational::ZERO;
            for (types, told) in fixed.recommendations.iter_mut().enumerate() {
                let profile = code / 4usize.pow(types as u32) % 4;
                told.fill(Rational::ZERO);
                told[profile] = Rational::ONE;
                for player in 0..2 {
                    welfare += &game.prior()[types] * game.payoff(player, types, profile);
                }
            }
            if welfare > best.value {
                prop_assert!(!no_plan_gains(&game, &fixed));
            }
        }
    }
}
