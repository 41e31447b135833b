//! Lists of equilibria.

use detente::certify::Completeness;
use detente::game::answer::{Answer, Equilibria, Scope};
use detente::game::{MixedProfile, NormalForm, Player};
use detente::num::Rational;

use super::right_answers::{Classic, classics, exact, listed};
use super::{check, mix, q, refused};

fn list(answer: &Answer) -> &Equilibria {
    match answer {
        Answer::Equilibria(list) => list,
        _ => unreachable!("the classics are lists"),
    }
}

fn spoiled(answer: &Answer, spoil: impl Fn(&mut Equilibria)) -> Answer {
    let mut list = list(answer).clone();
    spoil(&mut list);
    Answer::Equilibria(list)
}

#[test]
fn every_classic_game_is_certified_complete() {
    for Classic { id, game, pure, extreme, .. } in classics() {
        for answer in [&pure, &extreme] {
            let certificate = check(&game, answer).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert!(certificate.complete.is_proved(), "{id}");
        }
    }
}

#[test]
fn a_complete_list_with_one_removed_is_refused() {
    for Classic { id, game, pure, extreme, .. } in classics() {
        for answer in [&pure, &extreme] {
            let step = list(answer).list.len().div_ceil(5).max(1);
            for gone in (0..list(answer).list.len()).step_by(step) {
                let wrong = spoiled(answer, |list| {
                    list.list.remove(gone);
                    list.components = None;
                });
                assert!(check(&game, &wrong).is_err(), "{id} without {gone}");
            }
        }
    }
}

#[test]
fn beyond_the_limit_the_indices_find_what_is_missing_from_nondegenerate_lists() {
    use detente::certify::{Limits, certify_equilibria};
    let (mut by_index, mut open) = (0, 0);
    for Classic { id, game, nondegenerate, extreme, .. } in classics() {
        let mut answer = list(&extreme).clone();
        answer.components = None;
        // A limit that is enough for the members and too little for an enumeration, if there is one.
        for work in (2..60).map(|root| root * root) {
            let limits = Limits { work, rounds: 1, ..Limits::default() };
            let Ok(certificate) = certify_equilibria(&game, &answer, &limits) else {
                continue;
            };
            match certificate.complete {
                Completeness::Consistent(text) => {
                    assert!(text.contains("+1"), "{id}");
                    if !nondegenerate {
                        continue;
                    }
                    by_index += 1;
                    let mut short = answer.clone();
                    short.list.pop();
                    refused(certify_equilibria(&game, &short, &limits), &["incomplete"]);
                }
                Completeness::NotChecked(text) if text.contains("degenerate") => {
                    assert!(!nondegenerate, "{id}");
                    open += 1;
                }
                Completeness::NotChecked(text) => assert!(text.contains("list is too long")),
                other => assert!(other.is_proved(), "{id}"),
            }
        }
    }
    assert!(by_index > 10 && open > 5, "{by_index} and {open} cases");
}

#[test]
fn a_changed_probability_or_payoff_is_refused() {
    for Classic { id, game, extreme, .. } in classics() {
        let groupless = spoiled(&extreme, |list| list.components = None);
        let swapped = spoiled(&groupless, |list| list.list[0].payoffs[0] += &q("1e-9"));
        assert!(check(&game, &swapped).is_err(), "{id}");
        let moved = spoiled(&groupless, |list| {
            let member = &mut list.list[0];
            let mut p = member.profile[0].probabilities().to_vec();
            let from = p.iter().position(Rational::is_positive).unwrap();
            let to = (from + 1) % p.len();
            p[from] = &p[from] - q("1e-9");
            p[to] += &q("1e-9");
            member.profile[0] = detente::game::MixedStrategy::new(p).unwrap();
            // Even with the payoffs that follow from it.
            *member = exact(&game, member.profile.clone());
        });
        assert!(check(&game, &moved).is_err(), "{id}");
    }
}

#[test]
fn the_refusal_names_player_action_and_numbers() {
    let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
    let claim = |payoffs: &[&str], regret: &str| {
        let mut one = exact(&game, vec![mix("1 0"), mix("1 0")]);
        one.payoffs = payoffs.iter().map(|text| q(text)).collect();
        one.regret = q(regret);
        Answer::Equilibria(Equilibria {
            list: vec![one],
            scope: Scope::Some,
            components: None,
            proof: None,
        })
    };
    refused(check(&game, &claim(&["3", "3"], "0")), &["`Row` gets 3", "5", "playing `2`", "2"]);
    refused(check(&game, &claim(&["3", "4"], "2")), &["`Column` is said to get 4", "gets 3"]);
    refused(check(&game, &claim(&["3", "3"], "5/2")), &["regret is 5/2", "gain is 2"]);
    assert!(check(&game, &claim(&["3", "3"], "2")).is_ok());
}

#[test]
fn duplicates_disorder_and_members_that_are_not_extreme_are_refused() {
    let zeros: &[&[i64]] = &[&[0, 0], &[0, 0]];
    let game = NormalForm::from_integers(zeros, zeros);
    let pure = |i, j| game.pure_profile(&[i, j]);
    let all = vec![pure(0, 0), pure(0, 1), pure(1, 0), pure(1, 1)];
    let right = Answer::Equilibria(listed(&game, all.clone(), Scope::AllExtreme));
    assert!(check(&game, &right).unwrap().complete.is_proved());
    let twice = spoiled(&right, |list| list.list.insert(0, list.list[0].clone()));
    refused(check(&game, &twice), &["1 and 2 are the same"]);
    let disordered = spoiled(&right, |list| list.list.swap(1, 2));
    refused(check(&game, &disordered), &["lexicographically"]);
    let mut more = all;
    more.push(vec![mix("1/2 1/2"), mix("1 0")]);
    let inner = Answer::Equilibria(listed(&game, more, Scope::AllExtreme));
    refused(check(&game, &inner), &["not extreme"]);
}

#[test]
fn wrong_components_are_refused() {
    let winkels = classics().into_iter().find(|one| one.id == "winkels-1979").unwrap();
    let game = &winkels.game;
    assert!(check(game, &winkels.extreme).is_ok());
    let parts = |spoil: &dyn Fn(&mut Vec<detente::game::answer::Component>)| {
        check(game, &spoiled(&winkels.extreme, |list| spoil(list.components.as_mut().unwrap())))
    };
    refused(parts(&|c| c.truncate(c.len() - 1)), &["in no component"]);
    refused(parts(&|c| c.push(c[0].clone())), &["which another one has"]);
    refused(parts(&|c| c[0].members.reverse()), &["ascending"]);
    refused(parts(&|c| c[0].members.push(99)), &["position 99, beyond the end"]);
    refused(parts(&|c| drop(c[0].maximal_subsets.pop())), &["missing"]);
    refused(
        parts(&|c| {
            let subset = c[0].maximal_subsets[0].clone();
            c[0].maximal_subsets.push(subset);
        }),
        &["twice"],
    );
    refused(
        parts(&|c| {
            let wide = c[0].maximal_subsets.iter_mut().find(|one| one.columns.len() > 1);
            wide.unwrap().columns.pop();
        }),
        &["a wrong list"],
    );
    refused(parts(&|c| c[0].maximal_subsets[0].rows.push(mix("1/6 1/6 1/6 1/6 1/6 1/6"))), &["no"]);
    // Two components made one.
    let apart = classics().into_iter().find(|one| one.id == "coordination-2").unwrap();
    let joined = spoiled(&apart.extreme, |list| {
        let components = list.components.as_mut().unwrap();
        let second = components.remove(1);
        components[0].members.extend(second.members);
        components[0].maximal_subsets.extend(second.maximal_subsets);
    });
    refused(check(&apart.game, &joined), &["not connected"]);
}

#[test]
fn three_players_are_checked_too() {
    // Everybody gets 1 when all choose alike; two pure equilibria and more.
    let players = ["A", "B", "C"].map(|name| Player::new(name, ["l", "r"])).to_vec();
    let alike: Vec<Rational> =
        (0..8).map(|index| Rational::from(i64::from(index == 0 || index == 7))).collect();
    let game = NormalForm::new(players, vec![alike; 3]).unwrap();
    let even: MixedProfile = vec![mix("1/2 1/2"); 3];
    let some = Answer::Equilibria(listed(&game, vec![even], Scope::Some));
    assert!(check(&game, &some).is_ok());
    let pure = vec![game.pure_profile(&[0, 0, 0]), game.pure_profile(&[1, 1, 1])];
    let all = Answer::Equilibria(listed(&game, pure, Scope::AllPure));
    assert!(check(&game, &all).unwrap().complete.is_proved());
    refused(
        check(&game, &spoiled(&all, |list| drop(list.list.pop()))),
        &["lacks `A`: `r`; `B`: `r`; `C`: `r`"],
    );
    refused(check(&game, &spoiled(&all, |list| list.scope = Scope::AllExtreme)), &["two players"]);
    let off = spoiled(&all, |list| list.list[0].profile[2] = mix("1/2 1/2"));
    refused(check(&game, &off), &["equilibrium 1"]);
    let short = spoiled(&all, |list| drop(list.list[0].profile.pop()));
    refused(check(&game, &short), &["2 strategies", "3 players"]);
}

/// A 5 × 5 game with several equilibria, its complete list and the solver's proof.
fn proved() -> (NormalForm, Equilibria) {
    use detente::solve::{Budget, nash::enumerate_extreme_equilibria};
    let number = |k: i64| Rational::from((k * k * 7919 + k * 104_729) % 101);
    let table = |from: i64| -> Vec<Vec<Rational>> {
        (0..5).map(|i| (0..5).map(|j| number(from + 5 * i + j)).collect()).collect()
    };
    let game = NormalForm::bimatrix(&table(1), &table(700)).unwrap();
    let found = enumerate_extreme_equilibria(&game, &Budget::unlimited()).unwrap().answer;
    (game, found)
}

#[test]
fn a_proof_by_cases_with_a_byte_changed_never_proves_a_shorter_list() {
    use detente::certify::{Limits, certify_equilibria};
    use detente::game::case_tree::CaseTree;
    let (game, mut found) = proved();
    let limits = Limits::default();
    assert!(certify_equilibria(&game, &found, &limits).unwrap().complete.is_proved());
    found.components = None;
    let bytes = found.proof.take().unwrap().as_bytes().to_vec();
    let mut short = found.clone();
    short.list.remove(0);
    for at in 0..bytes.len() {
        for change in [1, 2, 4, 8, 64, 128, 255] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            let proof = Some(CaseTree::from_bytes(changed));
            // The proof may still hold, when a multiplier has room; it never panics.
            let _ = certify_equilibria(
                &game,
                &Equilibria { proof: proof.clone(), ..found.clone() },
                &limits,
            );
            let less = Equilibria { proof, ..short.clone() };
            assert!(certify_equilibria(&game, &less, &limits).is_err(), "byte {at}");
        }
    }
    for length in 0..bytes.len() {
        let proof = Some(CaseTree::from_bytes(bytes[..length].to_vec()));
        let part = Equilibria { proof, ..found.clone() };
        assert!(certify_equilibria(&game, &part, &limits).is_err(), "{length} bytes");
    }
}

#[test]
fn a_proof_by_cases_is_replayed_alike_by_any_number_of_threads() {
    use detente::certify::{Limits, certify_equilibria};
    use detente::game::case_tree::{CaseTree, Step, StepMultipliers};
    use detente::solve::{Budget, nash::enumerate_extreme_equilibria};
    let mut state = 1u64;
    let mut table = || -> Vec<Vec<Rational>> {
        let mut number = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888);
            Rational::from((state >> 33) as i64 % 101)
        };
        (0..20).map(|_| (0..20).map(|_| number()).collect()).collect()
    };
    let game = NormalForm::bimatrix(&table(), &table()).unwrap();
    let found = enumerate_extreme_equilibria(&game, &Budget::unlimited()).unwrap().answer;
    let pools = [1, 2, 5]
        .map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    let check = |answer: &Equilibria| {
        let answers = pools
            .each_ref()
            .map(|pool| pool.install(|| certify_equilibria(&game, answer, &Limits::default())));
        assert!(answers.windows(2).all(|two| two[0] == two[1]));
        answers[0].clone()
    };
    assert!(check(&found).unwrap().complete.is_proved());
    let mut short = Equilibria { components: None, ..found.clone() };
    short.list.remove(0);
    assert!(check(&short).is_err());
    // The first count of a branch, one less and one more.
    let tree = found.proof.clone().unwrap();
    let mut steps = tree.steps();
    let mut multipliers = StepMultipliers::default();
    let end = loop {
        match steps.next_step(&mut multipliers).unwrap().unwrap() {
            Step::Branch { first, .. } => {
                assert!(first.unwrap() > 1 << 14 && steps.len() - first.unwrap() > 1 << 14);
                break tree.len() - steps.len();
            }
            _ => continue,
        }
    };
    for change in [1, 3] {
        let mut bytes = tree.as_bytes().to_vec();
        bytes[end - 4] ^= change;
        let proof = Some(CaseTree::from_bytes(bytes));
        let changed = Equilibria { proof, ..found.clone() };
        let refused = |pool: &rayon::ThreadPool| {
            pool.install(|| certify_equilibria(&game, &changed, &Limits::default())).is_err()
        };
        assert!(pools.iter().all(refused));
    }
}

#[test]
fn a_proof_by_cases_of_another_game_is_refused() {
    use detente::certify::{Limits, certify_equilibria};
    let (game, found) = proved();
    let turned: Vec<Vec<Rational>> =
        (0..5).map(|i| (0..5).map(|j| game.payoff(1, 5 * j + i).clone()).collect()).collect();
    let other = NormalForm::bimatrix(&turned, &turned).unwrap();
    let mut all = detente::solve::nash::enumerate_extreme_equilibria(
        &other,
        &detente::solve::Budget::unlimited(),
    )
    .unwrap()
    .answer;
    all.proof = found.proof;
    assert!(certify_equilibria(&other, &all, &Limits::default()).is_err());
}
