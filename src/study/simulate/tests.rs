use super::*;
use crate::model::{Model, library};
use crate::num::Rational;

fn model(id: &str) -> Model {
    let found = library::find(id).unwrap();
    Model::read(found.path, found.text).unwrap()
}

fn plan(periods: u64, paths: u64) -> Plan {
    Plan { periods, paths, seed: 1, ..Plan::default() }
}

fn run(prepared: &Prepared, plan: &Plan) -> Simulation {
    let each = |_: &[PathRow], _| Ok::<(), ()>(());
    simulate(prepared, plan, false, &Budget::unlimited(), each).unwrap()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn expected(prepared: &Prepared, plan: &Plan) -> Reference {
    reference(prepared, plan, Asked::ALL, &Budget::unlimited()).unwrap().unwrap()
}

fn for_ever(prepared: &Prepared, plan: &Plan) -> crate::game::ChainValues {
    expected(prepared, plan).for_ever.unwrap()
}

/// The model's simulation agrees with its exact values: nothing is five standard errors away.
fn agrees(model: &Model, mechanisms: &[usize], plan: &Plan) -> (Prepared, Simulation, Reference) {
    let budget = Budget::unlimited();
    let prepared = prepare(model, &[], mechanisms, plan, &budget).unwrap();
    let simulation = run(&prepared, plan);
    let reference = expected(&prepared, plan);
    for one in compare(&prepared, plan, &simulation.tally, Some(&reference)) {
        assert!(!one.apart && one.z.unwrap_or(0.0).abs() < 5.0, "{one:?}");
    }
    (prepared, simulation, reference)
}

/// The end of an agreement is geometric: after t periods it stands with probability 0.95^t.
#[test]
fn agreements_end_by_a_geometric_distribution() {
    let model = model("noisy-monitoring");
    let (prepared, simulation, reference) = agrees(&model, &[], &plan(60, 4000));
    let over = reference.over_time.as_ref().unwrap();
    for (look, period) in simulation.looks.iter().enumerate() {
        let gone = 1.0 - 0.95f64.powi(*period as i32);
        assert!((over.events_by[0][look].midpoint() - gone).abs() < 1e-12);
        assert!(over.events_by[0][look].radius() < 1e-12);
    }
    // The mean of a geometric distribution, and the average payoff that the model claims.
    let chain = prepared.chain.as_ref().unwrap();
    let waiting = reference.for_ever.as_ref().unwrap().waiting[0].as_ref().unwrap();
    assert_eq!(waiting[0], Some(Rational::from(20)));
    let discounted = &reference.for_ever.as_ref().unwrap().discounted.as_ref().unwrap()[0];
    assert_eq!(chain.from_start(discounted), Rational::new(69, 29));
    // The median: 0.95^13 is above one half, 0.95^14 below.
    assert_eq!(over.quantiles[0][2], [Some(14); 2]);
    let median = quantile(&simulation.tally.times[0], 4000, 50, 60);
    assert!(median.interval[0] <= Some(14) && Some(14) <= median.interval[1], "{median:?}");
}

/// Deviating once pays exactly what the critical discount factor says: at δ* nothing.
#[test]
fn at_the_critical_discount_factor_a_deviation_gains_nothing() {
    let model = model("noisy-monitoring");
    let budget = Budget::unlimited();
    let value = |plan: &Plan| {
        let prepared = prepare(&model, &[], &[], plan, &budget).unwrap();
        let found = for_ever(&prepared, plan);
        prepared.chain.unwrap().from_start(&found.discounted.unwrap()[0])
    };
    let kept = Plan { discount: text("10/17"), ..plan(10, 1) };
    let once = Plan { deviate: text("Row=D"), ..kept.clone() };
    assert_eq!(value(&kept), value(&once));
    let always = Plan { always: true, ..once };
    assert_eq!(value(&kept), value(&always));
    let patient = Plan { discount: text("9/10"), ..kept.clone() };
    let tempted = Plan { deviate: text("Row=D"), ..patient.clone() };
    assert!(value(&patient) > value(&tempted));
}

/// Turnover (after McGillivray & Smith 2000): the critical discount factor 250/433 without lock-in,
/// 500/933 with half of it, is where one deviation is worth as much as none.
#[test]
fn turnover_shortens_agreements() {
    let model = model("turnover");
    let budget = Budget::unlimited();
    for claim in ["turnover-without-lock-in", "half-locked-in"] {
        let claim = model.claims.iter().find(|one| one.id == claim).unwrap();
        let crate::model::Expected::Equals { value: critical, .. } = &claim.expected else {
            panic!("{}", claim.id)
        };
        let values = |deviate: Option<String>| {
            let discount = Some(critical.to_string());
            let plan = Plan { discount, deviate, ..plan(5, 1) };
            let prepared = prepare(&model, &claim.set, &[], &plan, &budget).unwrap();
            let found = for_ever(&prepared, &plan);
            prepared.chain.unwrap().from_start(&found.discounted.unwrap()[0])
        };
        let player = &model.players[0];
        let agreed = model.agreements()[0].profile[0];
        let other = player.actions.iter().enumerate().find(|(at, _)| *at != agreed).unwrap().1;
        assert_eq!(values(None), values(Some(format!("{}={}", player.id, other.id))));
    }
}

/// With renewal the values of the chain are those of `compare`, sample paths agree with them, and at the
/// critical discount factor a deviation still gains nothing.
#[test]
fn renewed_agreements_are_worth_what_comparisons_say() {
    let model = model("turnover");
    let budget = Budget::unlimited();
    let at = |name: &str| model.parameters.iter().position(|one| one.name == name).unwrap();
    let number = |p, q| Rational::new(p, q);
    let set = vec![(at("rho"), number(1, 4)), (at("delta"), number(19, 20))];
    let settled = crate::study::settle::settle(&model, &set, &[], &budget).unwrap();
    let evaluation = &settled.evaluation;
    assert_eq!(evaluation.payoffs[0], number(4949, 2074));
    let asked = Plan { play: vec!["agreement".to_owned()], ..plan(60, 4000) };
    let prepared = prepare(&model, &set, &[], &asked, &budget).unwrap();
    let simulation = run(&prepared, &asked);
    let reference = expected(&prepared, &asked);
    for one in compare(&prepared, &asked, &simulation.tally, Some(&reference)) {
        assert!(!one.apart && one.z.unwrap_or(0.0).abs() < 5.0, "{one:?}");
    }
    let values = reference.for_ever.unwrap().discounted.unwrap();
    let chain = prepared.chain.unwrap();
    for (player, payoff) in evaluation.payoffs.iter().enumerate() {
        assert_eq!(chain.from_start(&values[player]), *payoff);
    }
    // δ* = (T−R)/[(T−R)(1−q−ρ)+(1−q)(R−P)]: complying, deviating once and always are worth the same.
    let value = |deviate: Option<String>, always: bool| {
        let discount = text("500/741");
        let plan =
            Plan { play: vec!["agreement".to_owned()], discount, deviate, always, ..plan(5, 1) };
        let prepared = prepare(&model, &set[..1], &[], &plan, &budget).unwrap();
        let found = for_ever(&prepared, &plan);
        prepared.chain.unwrap().from_start(&found.discounted.unwrap()[0])
    };
    let kept = value(None, false);
    assert_eq!(kept, value(text("Row=D"), false));
    assert_eq!(kept, value(text("Row=D"), true));
}

/// Over the flagship the average payoffs and the risk over ten years are those of `compare`.
#[test]
fn expected_values_are_those_of_comparisons() {
    let model = model("northeast-asia");
    let budget = Budget::unlimited();
    let mut compared = 0;
    for scenario in crate::study::scenario::all_scenarios(&model) {
        let settled =
            crate::study::settle::settle(&model, &[], &scenario.mechanisms, &budget).unwrap();
        let evaluation = &settled.evaluation;
        let kind = if evaluation.outcome.is_some() { "agreement" } else { "stage" };
        let plan = Plan { play: vec![kind.to_owned()], ..plan(10, 1) };
        let prepared = prepare(&model, &[], &scenario.mechanisms, &plan, &budget).unwrap();
        let found = expected(&prepared, &plan);
        let chain = prepared.chain.unwrap();
        let values = found.for_ever.unwrap().discounted.unwrap();
        let over = found.over_time.unwrap();
        for (player, payoff) in evaluation.payoffs.iter().enumerate() {
            assert_eq!(chain.from_start(&values[player]), *payoff, "{}", scenario.id);
        }
        let event = chain.events().iter().position(|name| name == "risk").unwrap();
        let at = model.outputs.iter().position(|output| output.id == "risk").unwrap();
        let risk = evaluation.cumulative[at].as_ref().unwrap().to_f64();
        assert!((over.events[event].midpoint() - risk).abs() < 1e-12, "{}", scenario.id);
        compared += 1;
    }
    assert!(compared > 15);
}

#[test]
fn noise_makes_tit_for_tat_average_all_payoffs() {
    let model = model("prisoners-dilemma");
    for (name, long_run) in [
        ("tit-for-tat", 2.25),
        ("generous-tit-for-tat", 2.970_321_745_6),
        ("win-stay-lose-shift", 2.951_092),
        ("grim", 1.0299),
        ("always-defect", 1.0299),
    ] {
        let plan = Plan { play: vec![name.to_owned()], noise: text("0.01"), ..plan(2000, 200) };
        let (prepared, simulation, reference) = agrees(&model, &[], &plan);
        let chain = prepared.chain.as_ref().unwrap();
        let shares = reference.for_ever.as_ref().unwrap().stationary.clone().unwrap();
        let value: Rational = (shares.iter().enumerate())
            .map(|(node, share)| share * chain.expected_payoff(node, 0))
            .sum();
        assert!((value.to_f64() - long_run).abs() < 1e-9, "{name}: {value}");
        if name == "win-stay-lose-shift" {
            let first = &compare(&prepared, &plan, &simulation.tally, None)[0];
            let [low, high] = first.interval.unwrap();
            // Within half a percent: the first periods are better than the long run.
            assert!(low - 0.005 < long_run && long_run < high + 0.005, "{first:?}");
        }
    }
}

/// The discounted sum of payoffs on the path is the joint payoff that the solver states.
#[test]
fn policies_give_the_joint_payoff_of_the_equilibrium() {
    let model = model("tension-and-war");
    let plan = Plan { start: text("crisis"), ..plan(200, 2000) };
    let (prepared, _, reference) = agrees(&model, &[], &plan);
    let chain = prepared.chain.unwrap();
    let values = reference.for_ever.as_ref().unwrap().discounted.clone().unwrap();
    let joint: Rational = values.iter().map(|value| chain.from_start(value)).sum();
    assert_eq!(joint, Rational::new(3837, 3589));
    // War from a crisis, restrained: 0.02 against falling tension with 0.3.
    let eventually = reference.for_ever.as_ref().unwrap().eventually[0].as_ref().unwrap();
    assert_eq!(chain.from_start(eventually), Rational::new(1, 16));
    assert_eq!(reference.for_ever.as_ref().unwrap().stationary, None);
    let build = Plan {
        policy: ["calm", "tension", "crisis"].map(|state| format!("{state}=build/build")).to_vec(),
        ..plan
    };
    let (_, _, reference) = agrees(&model, &[], &build);
    let waiting = reference.for_ever.as_ref().unwrap().waiting[0].as_ref().unwrap();
    // Two years to each step of tension, and 1/(1/2 + 1/25) from crisis to war.
    assert_eq!(waiting[0], Some(Rational::from(4) + Rational::new(50, 27)));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let model = model("northeast-asia");
    let plan = Plan { play: vec!["logit".into()], lambda: text("2"), ..plan(300, 1500) };
    let prepared = prepare(&model, &[], &[], &plan, &Budget::unlimited()).unwrap();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| run(&prepared, &plan));
        (found.tally, found.sample)
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(5));
    let other = Plan { seed: 2, ..plan.clone() };
    assert_ne!(run(&prepared, &other).tally, one.0);
}

#[test]
fn learning_and_spirals_reach_the_equilibrium_of_the_flagship() {
    let model = model("northeast-asia");
    for play in ["best-response", "spiral"] {
        let plan = Plan { play: vec![play.into()], ..plan(40, 20) };
        let (prepared, simulation, _) = agrees(&model, &[], &plan);
        let last = &prepared.walk.counted().labels[simulation.sample[0].last];
        assert_eq!(last, "Maximum/Maximum");
    }
    let plan = Plan { play: vec!["fictitious-play".into()], ..plan(200, 3) };
    let prepared = prepare(&model, &[], &[], &plan, &Budget::unlimited()).unwrap();
    assert!(reference(&prepared, &plan, Asked::ALL, &Budget::unlimited()).unwrap().is_none());
    let last = run(&prepared, &plan).sample[0].last;
    assert_eq!(prepared.walk.counted().labels[last], "Maximum/Maximum");
}

#[test]
fn a_wrong_plan_says_what_would_be_right() {
    let said = |id: &str, plan: Plan| {
        let model = model(id);
        let found = prepare(&model, &[], &[], &plan, &Budget::unlimited());
        match found {
            Err(error) => error.to_string(),
            Ok(_) => panic!("accepted: {plan:?}"),
        }
    };
    let base = plan(1, 1);
    let with = |change: &dyn Fn(&mut Plan)| {
        let mut plan = base.clone();
        change(&mut plan);
        plan
    };
    type Change<'a> = &'a dyn Fn(&mut Plan);
    let cases: [(&str, Change<'_>, &str); 12] = [
        ("prisoners-dilemma", &|p| p.play = vec!["tit-for-tatt".into()], "`tit-for-tat`"),
        ("prisoners-dilemma", &|p| p.play = vec!["Row=grim".into()], "Column"),
        ("prisoners-dilemma", &|p| p.deviate = text("Row=C"), "what the agreement asks"),
        ("prisoners-dilemma", &|p| p.deviate = text("Rov=D"), "`Row`"),
        ("prisoners-dilemma", &|p| p.agreement = text("Peace"), "Cooperate"),
        (
            "prisoners-dilemma",
            &|p| p.lambda = text("2"),
            "says nothing to the way to play `agreement`: it is for logit",
        ),
        ("prisoners-dilemma", &|p| p.discount = text("1"), "[0, 1)"),
        ("stag-hunt", &|p| p.play = vec!["agreement".into()], "no agreement"),
        ("tension-and-war", &|p| p.play = vec!["grim".into()], "--policy"),
        ("tension-and-war", &|p| p.lambda = text("2"), "says nothing to the way to play `policy`"),
        ("chicken", &|p| p.conflict = text("disater"), "`disaster`"),
        ("tension-and-war", &|p| p.policy = vec!["crisi=build/build".into()], "`crisis`"),
    ];
    for (id, change, part) in cases {
        let error = said(id, with(change));
        assert!(error.contains(part), "{error}");
    }
}

/// Payoffs of any size are held against what is expected by the range in which they lie.
#[test]
fn small_payoffs_are_held_against_what_is_expected() {
    let model = model("prisoners-dilemma");
    let plan = Plan { play: vec!["tit-for-tat".into()], noise: text("0.1"), ..plan(50, 200) };
    let small = [5, 3, 1, 0].map(|payoff| Rational::new(payoff, 1_000_000_000_000));
    let small: Vec<_> = small.into_iter().enumerate().collect();
    let budget = Budget::unlimited();
    let prepared = prepare(&model, &small, &[], &plan, &budget).unwrap();
    let reference = expected(&prepared, &plan);
    let simulation = run(&prepared, &plan);
    let found = compare(&prepared, &plan, &simulation.tally, Some(&reference));
    let usual = prepare(&model, &[], &[], &plan, &budget).unwrap();
    let usual_reference = self::expected(&usual, &plan);
    let other = compare(&usual, &plan, &run(&usual, &plan).tally, Some(&usual_reference));
    for (one, other) in found.iter().zip(&other) {
        let (one, other) = (one.z.unwrap(), other.z.unwrap());
        assert!((one - other).abs() < 1e-6, "{one} {other}");
    }
    // A number that does not vary and differs is told.
    let fixed = Plan { noise: None, ..plan.clone() };
    let prepared = prepare(&model, &small, &[], &fixed, &budget).unwrap();
    let reference = self::expected(&prepared, &fixed);
    let sum = |found| Sum { quantity: Quantity::Average(Some(0)), found, interval: None };
    assert!(!hold(&prepared, &fixed, 9, Some(&reference), sum(3e-12)).apart);
    assert!(hold(&prepared, &fixed, 9, Some(&reference), sum(3.01e-12)).apart);
}

/// Paths that are all the same by chance have no interval of no width, and an event that few paths are
/// expected to meet no distance in standard errors.
#[test]
fn few_paths_and_rare_events_claim_nothing() {
    let model = model("noisy-monitoring");
    let plan = plan(3, 4);
    let prepared = prepare(&model, &[], &[], &plan, &Budget::unlimited()).unwrap();
    let reference = expected(&prepared, &plan);
    let waiting = Sum { quantity: Quantity::Waiting(0), found: 3.0, interval: Some([3.0, 3.0]) };
    let held = hold(&prepared, &plan, 4, Some(&reference), waiting);
    assert_eq!((held.interval, held.z), (None, None));
    // Shares stay between 0 and 1, whatever the quantile of Student's distribution.
    let two = Plan { paths: 3, periods: 20, ..plan.clone() };
    for one in compare(&prepared, &two, &run(&prepared, &two).tally, None) {
        if let (Quantity::Share(_), Some([low, high])) = (one.quantity, one.interval) {
            assert!(low >= 0.0 && high <= 1.0, "{one:?}");
        }
    }
    // The event happens with probability 1 − 0.95³ = 0.143, in 0.57 of four paths.
    let event = |paths, found| {
        let interval = Some(wilson(0, 4).1);
        let sum = Sum { quantity: Quantity::Event(0), found, interval };
        hold(&prepared, &plan, paths, Some(&reference), sum).z
    };
    assert_eq!(event(4, 0.25), None);
    assert!(event(4000, 0.25).is_some_and(|z| z > 10.0));
}

/// Learners too are told what strikes, and no two events have one name.
#[test]
fn events_of_learners_are_named_and_told() {
    let plan = Plan { play: vec!["regret-matching".into()], ..plan(20, 2) };
    let budget = Budget::unlimited();
    let prepared = prepare(&model("chicken"), &[], &[], &plan, &budget).unwrap();
    assert!(prepared.about.iter().any(|text| text.contains("strikes in each period")));
    let found = library::find("chicken").unwrap();
    let text = found.text.replace("id = \"disaster\"", "id = \"equilibrium\"");
    let other = Model::read(found.path, &text).unwrap();
    let refused = prepare(&other, &[], &[], &plan, &budget).err().unwrap().to_string();
    assert!(refused.contains("the name of another event"), "{refused}");
    // Where hazards are not evaluated, an event that is asked for is not ignored.
    let typed = Plan { conflict: self::text("war"), ..plan };
    let model = model("deterrence-with-challenger");
    if !model.types.is_empty() {
        let refused = prepare(&model, &[], &[], &typed, &budget).err().unwrap().to_string();
        assert!(refused.contains("leave it out"), "{refused}");
    }
}

/// A limit on time leaves expected values out, and says so.
#[test]
fn what_there_was_no_time_for_is_missing() {
    let model = model("prisoners-dilemma");
    let plan = Plan { play: vec!["grim".into()], noise: text("0.1"), ..plan(50, 3) };
    let prepared = prepare(&model, &[], &[], &plan, &Budget::unlimited()).unwrap();
    let none = Budget::unlimited().with_time(std::time::Duration::ZERO);
    let found = reference(&prepared, &plan, Asked::ALL, &none).unwrap().unwrap();
    assert_eq!(found.over_time.err(), Some(Missing::Time));
    assert_eq!(found.for_ever.err(), Some(Missing::Time));
    let asked = Asked { over_time: false, for_ever: true };
    let found = reference(&prepared, &plan, asked, &Budget::unlimited()).unwrap().unwrap();
    assert_eq!(found.over_time.as_ref().err(), Some(&Missing::Time));
    let held = compare(&prepared, &plan, &run(&prepared, &plan).tally, Some(&found));
    assert!(held[0].expected.is_none() && held[0].for_ever.is_some());
    let error = prepare(&model, &[], &[], &plan, &none).err().unwrap();
    assert!(!matches!(error, crate::study::solution::QuestionError::Wrong(_)), "{error}");
}
