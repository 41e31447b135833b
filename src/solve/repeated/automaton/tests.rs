use super::*;
use crate::certify::{Limits, certify_machine};
use crate::game::answer::Objective;
use crate::game::{Lottery, MachineState, Rule, Stretch, StretchEnd, When};

fn factor(numerator: i64, denominator: i64) -> DiscountFactor {
    DiscountFactor::new(Rational::new(numerator, denominator)).unwrap()
}

fn find_grim_automaton(
    game: &NormalForm,
    profile: usize,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    Reversion::of(game)?.grim(profile, discount, budget)
}

fn find_punishment_automaton(
    game: &NormalForm,
    profile: usize,
    periods: Option<usize>,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<Machine, MachineError> {
    Reversion::of(game)?.punish(profile, periods, discount, budget)
}

fn dilemma() -> NormalForm {
    NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]])
}

fn abreu_cournot() -> NormalForm {
    NormalForm::from_integers(
        &[&[10, 3, 0], &[15, 7, -4], &[7, 5, -15]],
        &[&[10, 15, 7], &[3, 7, 5], &[0, -4, -15]],
    )
}

fn certified(game: &NormalForm, machine: Result<Machine, MachineError>) -> Machine {
    let machine = machine.unwrap();
    certify_machine(game, &machine, &Limits::default()).unwrap();
    machine
}

/// From a fraction on.
fn from(at: Rational) -> Option<Vec<Stretch>> {
    Some(vec![Stretch { from: StretchEnd { inside: at, outside: None }, to: None }])
}

#[test]
fn grim_trigger_has_the_critical_factor_of_friedman() {
    let (game, budget) = (dilemma(), Budget::unlimited());
    let machine = certified(&game, find_grim_automaton(&game, 0, None, &budget));
    // (T - R)/(T - P).
    assert_eq!(*machine.discount.value(), Rational::new(1, 2));
    assert_eq!(machine.sustained, from(Rational::new(1, 2)));
    assert!(machine.binding().unwrap().2.slack.is_zero());
    let low = factor(2, 5);
    let machine = certified(&game, find_grim_automaton(&game, 0, Some(&low), &budget));
    assert!(!machine.is_equilibrium());
    // (1 - δ) 5 + δ 1 beats 3 by 2 - 4 δ.
    let (state, _, one) = machine.binding().unwrap();
    assert_eq!((state, one.slack.clone()), (0, Rational::new(-2, 5)));
    // Nobody is kept from exploiting where it is the other one who cooperates.
    let error = find_grim_automaton(&game, 1, None, &budget).unwrap_err();
    assert!(matches!(error, MachineError::NothingDeters { .. }));
}

#[test]
fn abreu_cournot_thresholds_of_automata() {
    let (game, budget) = (abreu_cournot(), Budget::unlimited());
    let grim = certified(&game, find_grim_automaton(&game, 0, None, &budget));
    assert_eq!(grim.sustained, from(Rational::new(5, 8)));
    // With the best sticks and a lottery 1/3, the least of all strategies.
    let stick = certified(&game, find_carrot_and_stick(&game, 0, None, &budget));
    assert_eq!(*stick.discount.value(), Rational::new(1, 3));
    assert_eq!(stick.sustained, from(Rational::new(1, 3)));
    assert_eq!(stick.automaton.states.len(), 3);
    // Used once they need 5/14.
    let often = factor(2, 5);
    let stick = certified(&game, find_carrot_and_stick(&game, 0, Some(&often), &budget));
    assert_eq!(stick.sustained, from(Rational::new(5, 14)));
    assert!(
        stick
            .automaton
            .states
            .iter()
            .all(|state| { state.rules.iter().all(|rule| rule.next.as_sure().is_some()) })
    );
}

#[test]
fn few_periods_deter_where_the_future_counts() {
    let (game, budget) = (dilemma(), Budget::unlimited());
    // 2 ≤ (δ + δ² + …) 2: one period never does for δ < 1, two from (√5 - 1)/2 on.
    for (discount, periods) in [((7, 10), 2), ((31, 50), 2), ((61, 100), 3), ((51, 100), 5)] {
        let discount = factor(discount.0, discount.1);
        let found = find_punishment_automaton(&game, 0, None, Some(&discount), &budget);
        let machine = certified(&game, found);
        assert!(machine.is_equilibrium());
        assert_eq!(machine.automaton.states.len(), periods + 1, "{discount:?}");
    }
    let discount = factor(7, 10);
    let found = find_punishment_automaton(&game, 0, Some(2), Some(&discount), &budget);
    let machine = certified(&game, found);
    let stretches = machine.sustained.unwrap();
    let [Stretch { from, to: None }] = stretches.as_slice() else { panic!("{stretches:?}") };
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    assert!((from.inside.to_f64() - golden).abs() < 1e-12);
    assert!(from.outside.as_ref().unwrap().to_f64() <= golden);
    let found = find_punishment_automaton(&game, 0, Some(1), Some(&discount), &budget);
    assert_eq!(certified(&game, found).sustained, Some(Vec::new()));
}

#[test]
fn tit_for_tat_holds_at_one_discount_factor_where_taking_turns_is_as_good() {
    // T + S = R + P: keeping to C/C needs δ ≥ 1/3, and keeping to D/D needs δ ≤ 1/3.
    let game = NormalForm::from_integers(&[&[3, 0], &[4, 1]], &[&[3, 4], &[0, 1]]);
    let echo = |turned: [usize; 4]| {
        let rules = (0..4).map(|played| {
            let pattern = game.profile(played).into_iter().map(Some).collect();
            Rule { when: When::Played(pattern), next: Lottery::sure(turned[played]) }
        });
        rules.collect::<Vec<_>>()
    };
    // Each plays what the other one played.
    let states =
        (0..4).map(|play| MachineState { name: play.to_string(), play, rules: echo([0, 2, 1, 3]) });
    let automaton = Automaton { states: states.collect(), start: Lottery::sure(0) };
    let evaluated = |at: &DiscountFactor| {
        let given = Provenance::Given;
        evaluate_automaton(&game, automaton.clone(), at, given, &Budget::unlimited())
    };
    let machine = certified(&game, evaluated(&factor(1, 3)));
    assert!(machine.is_equilibrium());
    let end = StretchEnd { inside: Rational::new(1, 3), outside: None };
    assert_eq!(machine.sustained, Some(vec![Stretch { from: end.clone(), to: Some(end) }]));
    assert!(!certified(&game, evaluated(&factor(2, 5))).is_equilibrium());
}

#[test]
fn fractions_with_long_denominators_are_exact() {
    // (T - R)/(T - P) with T = 5 + 1/1000003.
    let exact = |rows: [[Rational; 2]; 2]| rows.map(|row| row.to_vec()).to_vec();
    let temptation = Rational::new(5_000_016, 1_000_003);
    let [three, none, one] = [3, 0, 1].map(Rational::from);
    let row = exact([[three.clone(), none.clone()], [temptation.clone(), one.clone()]]);
    let column = exact([[three.clone(), temptation.clone()], [none, one.clone()]]);
    let game = NormalForm::bimatrix(&row, &column).unwrap();
    let machine = certified(&game, find_grim_automaton(&game, 0, None, &Budget::unlimited()));
    let least = (&temptation - &three).checked_div(&(&temptation - &one)).unwrap();
    assert_eq!(machine.sustained, from(least));
}

#[test]
fn the_best_equilibrium_of_the_dilemma_below_grim_takes_turns() {
    let (game, budget) = (dilemma(), Budget::unlimited());
    let target = OptimalTarget::Objective(Objective::Welfare);
    let high = factor(3, 4);
    let machine = certified(&game, find_optimal_automaton(&game, &high, &target, &budget));
    assert_eq!([machine.payoff(0), machine.payoff(1)], [3.into(), 3.into()]);
    assert!(machine.is_equilibrium());
    // Payoffs that are asked for.
    let target = OptimalTarget::Payoffs([Rational::new(5, 2), 2.into()]);
    let machine = certified(&game, find_optimal_automaton(&game, &high, &target, &budget));
    assert_eq!([machine.payoff(0), machine.payoff(1)], [Rational::new(5, 2), 2.into()]);
    assert!(machine.is_equilibrium());
    let target = OptimalTarget::Payoffs([4.into(), 4.into()]);
    let found = find_optimal_automaton(&game, &high, &target, &budget);
    assert!(matches!(found, Err(MachineError::Polygon(_))));
    for objective in [Objective::Egalitarian, Objective::Player(1), Objective::LeastPlayer(0)] {
        let target = OptimalTarget::Objective(objective);
        let found = find_optimal_automaton(&abreu_cournot(), &factor(2, 5), &target, &budget);
        assert!(certified(&abreu_cournot(), found).is_equilibrium());
    }
}

mod properties {
    use super::*;
    use crate::solve::repeated::{find_critical_discounts, find_repeated_payoffs};
    use crate::solve::testing::any_game;
    use proptest::prelude::*;

    /// Any automaton of at most three states, with a rule of each kind.
    fn any_automaton(game: &NormalForm) -> impl Strategy<Value = Automaton> + use<> {
        let (profiles, players) = (game.num_profiles(), game.num_players());
        let shape = game.shape();
        (1usize..4).prop_flat_map(move |count| {
            let shape = shape.clone();
            let lottery = prop_oneof![
                3 => (0..count).prop_map(Lottery::sure),
                1 => (0..count, 0..count, 0i64..5).prop_map(|(one, other, share)| {
                    let share = Rational::new(share, 4);
                    Lottery::new([(one, share.clone()), (other, Rational::ONE - share)]).unwrap()
                }),
            ];
            let pattern: Vec<_> =
                shape.iter().map(|&actions| prop::option::of(0..actions)).collect();
            let when = prop_oneof![
                Just(When::Kept),
                (0..players).prop_map(When::LeftBy),
                pattern.prop_map(When::Played),
            ];
            let rule = (when, lottery.clone()).prop_map(|(when, next)| Rule { when, next });
            let state = (0..profiles, prop::collection::vec(rule, 0..3), lottery.clone());
            let states = prop::collection::vec(state, count);
            (states, lottery).prop_map(|(states, start)| Automaton {
                states: states
                    .into_iter()
                    .enumerate()
                    .map(|(at, (play, mut rules, next))| {
                        rules.push(Rule { when: When::Otherwise, next });
                        MachineState { name: at.to_string(), play, rules }
                    })
                    .collect(),
                start,
            })
        })
    }

    fn any_machine() -> impl Strategy<Value = (NormalForm, Automaton, i64)> {
        any_game(1..4, 3).prop_flat_map(|game| {
            let automaton = any_automaton(&game);
            (Just(game), automaton, 0i64..20)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        /// Values are those of long play: sums over 400 periods, in machine numbers.
        #[test]
        fn values_are_sums_over_time((game, automaton, part) in any_machine()) {
            let discount = factor(part, 20);
            let found =
                evaluate_automaton(&game, automaton, &discount, Provenance::Given, &Budget::unlimited());
            let machine = certified(&game, found);
            let delta = discount.value().to_f64();
            let states = machine.automaton.states.len();
            for from in 0..states {
                let mut share = vec![0.0; states];
                share[from] = 1.0;
                let mut sums = vec![0.0; game.num_players()];
                let mut weight = 1.0 - delta;
                for _ in 0..800 {
                    let mut next = vec![0.0; states];
                    for (at, state) in machine.automaton.states.iter().enumerate() {
                        for (player, sum) in sums.iter_mut().enumerate() {
                            *sum += weight * share[at] * game.payoff(player, state.play).to_f64();
                        }
                        let follows = machine.automaton.next(&game, at, state.play).unwrap();
                        for (to, probability) in follows.entries() {
                            next[*to] += share[at] * probability.to_f64();
                        }
                    }
                    share = next;
                    weight *= delta;
                }
                for (player, sum) in sums.iter().enumerate() {
                    prop_assert!((sum - machine.values[from][player].to_f64()).abs() < 1e-9);
                }
            }
        }

        /// The listed discount factors are those at which the values say that it is an equilibrium.
        #[test]
        fn stretches_agree_with_values((game, automaton, _) in any_machine()) {
            let at = |discount: &DiscountFactor| {
                let given = Provenance::Given;
                evaluate_automaton(&game, automaton.clone(), discount, given, &Budget::unlimited()).unwrap()
            };
            let Some(stretches) = at(&factor(0, 1)).sustained else { return Ok(()) };
            for part in 0..60 {
                let discount = factor(part, 60);
                let value = discount.value();
                let inside = stretches.iter().any(|one| {
                    *value >= one.from.inside && one.to.as_ref().is_none_or(|to| *value <= to.inside)
                });
                prop_assert_eq!(at(&discount).is_equilibrium(), inside, "{}", part);
            }
        }

        /// No stick of any profile, used once, needs less patience than those that are found.
        #[test]
        fn sticks_are_the_best_ones(game in any_game(2..3, 3), profile in 0usize..9) {
            let profile = profile % game.num_profiles();
            let once = carrot::critical_once(&game, profile);
            let mut best: Option<Rational> = None;
            let profiles = game.num_profiles();
            for pair in 0..profiles * profiles {
                let sticks = [pair / profiles, pair % profiles];
                let states = [profile, sticks[0], sticks[1]];
                let rules = |kept| vec![
                    Rule { when: When::LeftBy(0), next: Lottery::sure(1) },
                    Rule { when: When::LeftBy(1), next: Lottery::sure(2) },
                    Rule { when: When::Otherwise, next: Lottery::sure(kept) },
                ];
                let states = states.into_iter().enumerate();
                let states = states.map(|(at, play)| MachineState { name: at.to_string(), play, rules: rules(0) });
                let automaton = Automaton { states: states.collect(), start: Lottery::sure(0) };
                let found = evaluate_automaton(&game, automaton, &factor(1, 2), Provenance::Given, &Budget::unlimited()).unwrap();
                let least = found.sustained.unwrap().first().map(|one| one.from.inside.clone());
                best = match (best, least) {
                    (Some(best), Some(least)) => Some(best.min(least)),
                    (best, least) => best.or(least),
                };
            }
            prop_assert!(match (&once, &best) {
                (Some(once), Some(best)) => once <= best,
                (None, Some(_)) => false,
                _ => true,
            }, "{:?} {:?}", once, best);
        }

        /// The fewest periods are those that trying them one by one finds.
        #[test]
        fn fewest_periods_are_found(game in any_game(1..4, 3), profile in 0usize..27, part in 1i64..20) {
            let profile = profile % game.num_profiles();
            let budget = Budget::unlimited();
            let discount = factor(part, 20);
            let holds = |periods: usize| {
                let found = find_punishment_automaton(&game, profile, Some(periods), Some(&discount), &budget);
                certified(&game, found).is_equilibrium()
            };
            match find_punishment_automaton(&game, profile, None, Some(&discount), &budget) {
                Ok(machine) => {
                    certified(&game, Ok(machine.clone()));
                    prop_assert!(machine.is_equilibrium());
                    let Provenance::Punishment { periods, least: true } = machine.provenance else {
                        panic!("{machine:?}")
                    };
                    prop_assert!(periods > 12 || (1..periods).all(|fewer| !holds(fewer)));
                }
                Err(MachineError::NoEquilibrium) => {}
                Err(_) => prop_assert!((1..8).all(|periods| !holds(periods))),
            }
        }

        /// What is found is an equilibrium, and no more impatient than the least patience of all strategies.
        #[test]
        fn automata_that_are_found_hold(game in any_game(2..3, 3), profile in 0usize..9, part in 1i64..20) {
            let profile = profile % game.num_profiles();
            let budget = Budget::unlimited();
            let discount = factor(part, 20);
            let all = find_critical_discounts(&game, &budget).unwrap().answer;
            for found in [
                find_grim_automaton(&game, profile, None, &budget),
                find_carrot_and_stick(&game, profile, None, &budget),
                find_carrot_and_stick(&game, profile, Some(&discount), &budget),
                find_punishment_automaton(&game, profile, None, Some(&discount), &budget),
            ] {
                let machine = match found {
                    Err(MachineError::NothingDeters { .. } | MachineError::NoEquilibrium) => continue,
                    found => certified(&game, found),
                };
                if machine.is_equilibrium() {
                    let (above, _) = all.bounds(profile).unwrap();
                    let at = machine.discount.value();
                    prop_assert!(*at > above || above.is_zero(), "{} {}", at, above);
                }
            }
        }

        /// The values of every equilibrium automaton of two states lie in the outer polygon.
        #[test]
        fn payoffs_of_automata_lie_in_the_polygon(game in any_game(2..3, 2), part in 0i64..8) {
            let discount = factor(part, 8);
            let polygon = find_repeated_payoffs(&game, &discount, &Budget::unlimited()).unwrap().answer.unwrap();
            let within = |point: &[Rational]| {
                let corners = &polygon.outer;
                let turn = |a: &[Rational; 2], b: &[Rational; 2]| {
                    (&b[0] - &a[0]) * (&point[1] - &a[1]) - (&b[1] - &a[1]) * (&point[0] - &a[0])
                };
                match corners.as_slice() {
                    [] => false,
                    [only] => only.as_slice() == point,
                    many => {
                        let sides = (0..many.len()).all(|at| {
                            !turn(&many[at], &many[(at + 1) % many.len()]).is_negative()
                        });
                        let span = |axis: usize| {
                            let all = many.iter().map(|corner| &corner[axis]);
                            all.clone().min() <= Some(&point[axis]) && Some(&point[axis]) <= all.max()
                        };
                        sides && span(0) && span(1)
                    }
                }
            };
            // All automata of two states whose next state depends on the state and on what was played.
            let profiles = game.num_profiles();
            for code in 0..(profiles * profiles) << (2 * profiles) {
                let (plays, bits) = (code >> (2 * profiles), code & ((1 << (2 * profiles)) - 1));
                let state = |at: usize| {
                    let rules = (0..profiles).map(|played| {
                        let pattern = game.profile(played).into_iter().map(Some).collect();
                        let next = Lottery::sure(bits >> (at * profiles + played) & 1);
                        Rule { when: When::Played(pattern), next }
                    });
                    let play = if at == 0 { plays / profiles } else { plays % profiles };
                    MachineState { name: at.to_string(), play, rules: rules.collect() }
                };
                let automaton = Automaton { states: vec![state(0), state(1)], start: Lottery::sure(0) };
                let chain = chain::Chain::new(&game, &automaton);
                let values = chain.solve(&game, discount.value(), &Budget::unlimited()).unwrap().values;
                let gains = incentives(&game, &automaton, discount.value(), &values);
                if gains.iter().flatten().flatten().all(|one| !one.slack.is_negative()) {
                    prop_assert!(within(&values[0]), "{:?} {:?}", values, polygon.outer);
                }
            }
        }
    }
}
