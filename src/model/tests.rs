//! Tests of reading and evaluating whole models.

use super::*;
use crate::num::{Interval, Rational, Scalar};

const FLAGSHIP: &str = include_str!("../../models/northeast-asia.toml");
const PAYOFFS: &str = include_str!("../../tests/data/flagship_payoffs.txt");

fn flagship() -> Model {
    match Model::read("northeast-asia.toml", FLAGSHIP) {
        Ok(model) => model,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

/// The reference table of this name, row-major.
fn reference(name: &str) -> Vec<Rational> {
    PAYOFFS
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .flat_map(|row| row.split(' '))
        .map(|entry| entry.parse().unwrap())
        .collect()
}

#[test]
fn flagship_payoffs_equal_the_reference_exactly() {
    let model = flagship();
    assert!(model.is_exact());
    assert!(model.warnings.is_empty(), "{:?}", model.warnings);
    let values: Vec<Rational> = model.base_values().unwrap();
    let free = vec![Rational::ZERO; 2];
    let tables = model.tabulate(&values, &model.base_actions(), &free).unwrap();
    assert_eq!(tables.shape, [4, 8]);
    for (player, name) in ["UA", "UB"].into_iter().enumerate() {
        assert_eq!(tables.payoffs[player], reference(name), "{name}");
    }
    for (player, part, name) in
        [(0, 0, "VA"), (0, 1, "IA"), (0, 2, "PA"), (1, 0, "VB"), (1, 1, "IB"), (1, 2, "PB")]
    {
        assert_eq!(tables.parts[player][part], reference(name), "{name}");
    }
    for (output, name) in ["p_tot", "p_acc", "p_dec"].into_iter().enumerate() {
        assert_eq!(tables.outputs[output], reference(name), "{name}");
    }
}

#[test]
fn intervals_enclose_the_exact_tables() {
    let model = flagship();
    let exact: Vec<Rational> = model.base_values().unwrap();
    let enclosed: Vec<Interval> = model.base_values().unwrap();
    let kept = vec![vec![1, 3], vec![0, 7, 2]];
    let mut workspace = Workspace::new(&model);
    for cost in [Rational::ZERO, Rational::new(1, 20)] {
        let costs = vec![cost; 2];
        let narrow: Vec<Interval> = costs.iter().map(Interval::constant).collect();
        let a = model.tabulate(&exact, &kept, &costs).unwrap();
        let b = model.tabulate_in(&mut workspace, &enclosed, &kept, &narrow).unwrap();
        for (x, y) in a.payoffs.iter().flatten().zip(b.payoffs.iter().flatten()) {
            let near = Interval::enclosing(x);
            assert!(y.lower() <= near.lower() && near.upper() <= y.upper());
            assert!(y.radius() < 1e-12);
        }
    }
}

#[test]
fn kept_actions_are_a_part_of_the_whole_table() {
    let model = flagship();
    let values: Vec<Rational> = model.base_values().unwrap();
    let costs = vec![Rational::new(1, 20), Rational::ZERO];
    let tables = model.tabulate(&values, &[vec![2, 0], vec![5]], &costs).unwrap();
    let (whole, part) = (reference("UA"), Rational::new(1, 2) * Rational::new(1, 20));
    assert_eq!(tables.shape, [2, 1]);
    assert_eq!(tables.payoffs[0], [&whole[2 * 8 + 5] - &part, &whole[5] - &part]);
}

#[test]
fn horizon_of_the_flagship() {
    let model = flagship();
    let values: Vec<Rational> = model.base_values().unwrap();
    let kept = model.base_actions();
    let base = model.horizon_values(&values, &kept, &HorizonOverrides::default()).unwrap();
    assert_eq!(base.discount, Some(Rational::new(5, 8)));
    assert_eq!(base.survival, Rational::new(9, 10));
    assert_eq!(base.false_alarm, Rational::new(1, 10));
    // From Moderate: Strong is seen with lam, Moderate+Challenge with mu + (1 − mu)·eps.
    assert_eq!(base.detection[1][0][2], Rational::new(1, 4));
    assert_eq!(base.detection[1][1][5], Rational::new(19, 100));
    assert_eq!(base.detection[1][1][7], Rational::new(13, 40));
    assert_eq!(model.agreements()[1].profile, [1, 1]);
}

const REFERENCE: &str = include_str!("../../docs/model-format.md");
const GAMBIT: &str = include_str!("../../docs/gambit.md");

#[test]
fn the_worked_example_of_the_reference_is_a_model() {
    let section = REFERENCE.split("## A model in ten minutes").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks: Vec<&str> = section
        .split("```toml\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .collect();
    // The last block is another way to write payoffs.
    let (steps, table) = blocks.split_at(blocks.len() - 1);
    match Model::read("patrol.toml", &steps.concat()) {
        Ok(model) => assert!(model.warnings.is_empty(), "{:?}", model.warnings),
        Err(diagnostics) => panic!("{diagnostics}"),
    }
    let with_table = [steps[0], steps[2], table[0]].concat();
    assert!(Model::read("patrol.toml", &with_table).is_ok());
}

#[test]
fn the_reference_names_every_key_and_explains_every_code() {
    let mut missing = vec![];
    fn visit(section: &keys::Section, missing: &mut Vec<String>) {
        for key in section.keys {
            let name = key.name;
            let bare = ["| ", "`", "[", ", "].iter().any(|before| {
                ["*", " ", "`", ",", "]", "."]
                    .iter()
                    .any(|after| REFERENCE.contains(&format!("{before}{name}{after}")))
            });
            if !bare {
                missing.push(format!("{} of {}", name, section.name));
            }
            inner(key.shape, missing);
        }
    }
    fn inner(shape: keys::Shape, missing: &mut Vec<String>) {
        match shape {
            keys::Shape::Table(section) => visit(section, missing),
            keys::Shape::Map(shape, _) | keys::Shape::List(shape) => inner(*shape, missing),
            keys::Shape::Either(shapes) => shapes.iter().for_each(|&shape| inner(shape, missing)),
            keys::Shape::Operator => {
                keys::OPERATORS.iter().for_each(|(_, section)| visit(section, missing));
            }
            _ => {}
        }
    }
    visit(&keys::FILE, &mut missing);
    for code in Code::ALL {
        let row = format!("| {} | {} |", code.name(), code.title());
        let reference = if code.name().starts_with('G') { GAMBIT } else { REFERENCE };
        if !reference.contains(&row) {
            missing.push(row);
        }
    }
    for head in keys::QUANTITIES_OF_CLAIMS {
        if !REFERENCE.contains(&format!("{head}.")) && !REFERENCE.contains(&format!("| {head} ")) {
            missing.push((*head).to_owned());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

const EVERY_KEY: &str = include_str!("../../tests/data/every_key.toml");

fn read(text: &str) -> Model {
    match Model::read("test.toml", text) {
        Ok(model) => model,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

#[test]
fn states_signals_and_types_are_kept_and_evaluate() {
    let model = read(EVERY_KEY);
    assert!(!model.is_exact(), "it uses exp and sqrt");
    let Horizon::States(states) = &model.horizon else { panic!("states") };
    assert_eq!(states.states.len(), 2);
    assert_eq!(states.states[1].actions, [None, Some(vec![0, 2])]);
    assert_eq!(model.types[0].parameters.len(), 1);
    let exact: Result<Vec<Rational>, _> = model.base_values();
    assert_eq!(exact.unwrap_err().kind, crate::num::NotDecided::NotRational);
    let values: Vec<Interval> = model.base_values().unwrap();
    let mut workspace = Workspace::new(&model);
    let kept = model.base_actions();
    let costs = [Interval::point(0.0); 2];
    // A's interests in crisis: plain − cost · (1 + hazard) − root · danger, at (Hold, Hold).
    let calm = model.tabulate_state(&mut workspace, &values, &kept, &costs, 0).unwrap();
    let crisis = model.tabulate_state(&mut workspace, &values, &kept, &costs, 1).unwrap();
    assert_eq!(calm.shape, [2, 3]);
    assert!(calm.parts[0][1][0].contains(3.0) && crisis.parts[0][1][0].contains(2.375));
    let transitions = model.transitions(&mut workspace, &values, &kept, 0).unwrap();
    // Danger at (Arm, Strike) is 1/4 · 3 / 4.
    assert!(transitions[1][5].contains(0.1875) && transitions[0][5].contains(0.8125));
    let signals = model.signals(&mut workspace, &values, &kept, 0).unwrap();
    assert!(signals[1][5].contains(0.09375));
}

const SMALL: &str = r#"
[model]
id = "small"
title = "Small"
[parameters]
x = 1
half = "1/2"
y = { formula = "x + 1" }
[[players]]
id = "A"
actions = [{ id = "no", f = 0 }, { id = "yes", f = "x" }]
[[players]]
id = "B"
actions = ["one"]
[payoffs.A]
total = "y * A.f"
[payoffs.B]
total = "if(A.f == 0, 0, 1 / A.f)"
[horizon]
kind = "repeated"
detection = "if(to.f > from.f, half, 0)"
[[horizon.agreements]]
id = "calm"
profile = { A = "no", B = "one" }
[[mechanisms]]
id = "m"
operators = [
  { op = "add-actions", player = "A", actions = [{ id = "more", f = "2 * x" }] },
  { op = "set-signal", false_alarm = "false_alarm + half / 5", detection = "detection / 2" },
  { op = "set-survival", to = "survival * half" },
]
[[outputs]]
id = "sum"
formula = "payoff.A + total.B"
"#;

#[test]
fn added_actions_stand_after_the_others_and_only_count_when_kept() {
    let text = SMALL.replace("actions = [\"one\"]", "actions = [{ id = \"one\", f = 0 }]");
    let model = read(&text);
    assert_eq!(model.base_actions(), [vec![0, 1], vec![0]]);
    assert!(model.players[0].actions[2].extra);
    let mut values: Vec<Rational> = model.base_values().unwrap();
    values[0] = Rational::from(3);
    model.derive(&mut values).unwrap();
    let tables =
        model.tabulate(&values, &[vec![0, 1, 2], vec![0]], &vec![Rational::ONE; 2]).unwrap();
    let number = |n: i64| Rational::from(n);
    assert_eq!(tables.payoffs[0], [number(-1), number(11), number(23)]);
    assert_eq!(tables.payoffs[1], [number(-1), Rational::new(-2, 3), Rational::new(-5, 6)]);
    assert_eq!(tables.outputs[0][1], Rational::new(31, 3));
}

#[test]
fn mechanisms_change_signals_and_survival_from_their_current_values() {
    let text = SMALL.replace("actions = [\"one\"]", "actions = [{ id = \"one\", f = 0 }]");
    let model = read(&text);
    let mut overrides = HorizonOverrides::default();
    // Applied twice, each time from what is there.
    for operator in model.mechanisms[0].operators.iter().chain(&model.mechanisms[0].operators) {
        match &operator.action {
            OperatorAction::SetSignal { false_alarm, detection } => {
                overrides.false_alarm.extend(false_alarm);
                overrides.detection.extend(detection);
            }
            OperatorAction::SetSurvival { to } => overrides.survival.push(to),
            _ => {}
        }
    }
    let values: Vec<Rational> = model.base_values().unwrap();
    let kept = vec![vec![0, 1, 2], vec![0]];
    let horizon = model.horizon_values(&values, &kept, &overrides).unwrap();
    assert_eq!(horizon.discount, None);
    assert_eq!(horizon.false_alarm, Rational::new(1, 5));
    assert_eq!(horizon.survival, Rational::new(1, 4));
    let eighth = Rational::new(1, 8);
    assert_eq!(horizon.detection[0][0], [Rational::ZERO, eighth.clone(), eighth]);
}

#[test]
fn attributes_that_no_action_has_are_reported_at_each_place() {
    let diagnostics = Model::read("small", SMALL).unwrap_err();
    let codes: Vec<Code> = diagnostics.list.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [Code::E013; 2], "{diagnostics}");
}

#[test]
fn what_is_odd_but_not_wrong_is_a_warning() {
    let text = SMALL
        .replace("actions = [\"one\"]", "actions = [{ id = \"one\", f = 0 }]")
        .replace(
            "x = 1\n",
            "x = 1\nidle = 2\nbold = { value = 1, range = [0, 3], unit = \"share\" }\n",
        )
        .replace("[payoffs.A]", "[quantities]\nq = \"x\"\n[payoffs.A]")
        .replace("kind = \"repeated\"", "kind = \"repeated\"\nstart = \"here\"");
    let codes: Vec<Code> = read(&text).warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, [Code::W001, Code::W001, Code::W004, Code::W002, Code::W003]);
}

#[test]
fn the_message_of_the_reference_is_what_is_printed() {
    let section = REFERENCE.split("## A model in ten minutes").nth(1).unwrap();
    let blocks: Vec<&str> = section
        .split("```toml\n")
        .skip(1)
        .take(4)
        .map(|block| block.split("```").next().unwrap())
        .collect();
    let text = blocks.join("\n").replacen("loss * p_clash", "looss * p_clash", 1);
    let message =
        Model::read("patrol.toml", &text).unwrap_err().list[0].render("patrol.toml", &text, false);
    assert!(REFERENCE.contains(&message), "{message}");
}
