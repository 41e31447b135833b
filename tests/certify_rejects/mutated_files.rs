//! Saved results: every answer reads back as itself, and no number in one can be changed unnoticed.

use detente::certify::{Limits, certify};
use detente::game::answer::{Answer, Subject};
use detente::game::{NormalForm, Player, RepeatedGame};
use detente::num::Rational;
use detente::report::result::{Header, ModelInfo, Origin, read_answer, read_header, write};
use detente::solve::Status;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::learning::{stuck, uncoordinated};
use super::right_answers::{
    chicken, classics, commitment, conventions, copies, copositive, dilemma, hunt, imperfect,
    mediated, opposition, pennies, solvable, ties, withstanding, zero_sum,
};
use super::{q, qs};

enum Game {
    OneShot(NormalForm),
    Repeated(RepeatedGame),
}

impl Game {
    fn subject(&self) -> Subject<'_> {
        match self {
            Game::OneShot(game) => Subject::OneShot(game),
            Game::Repeated(game) => Subject::Repeated(game),
        }
    }
}

pub(crate) fn header(concept: &str) -> Header {
    Header {
        model: ModelInfo {
            name: "a game".to_owned(),
            origin: Origin::Input("[model]\n".to_owned()),
            sha256: "00".to_owned(),
            parameters: vec![("delta".to_owned(), q("5/8"))],
            mechanisms: vec!["pledge".to_owned()],
        },
        concept: concept.to_owned(),
        method: "by-hand".to_owned(),
        status: Status::Solved,
        warnings: vec!["a warning".to_owned()],
    }
}

/// A right answer of each kind with its concept.
fn right_answers() -> Vec<(&'static str, Game, Answer)> {
    let mut all = Vec::new();
    for (concept, (game, answer)) in [
        ("minimax", zero_sum()),
        ("correlated", chicken()),
        ("coarse-correlated", mediated()),
        ("rationalizable", solvable()),
        ("stackelberg", commitment(true)),
        ("stackelberg", commitment(false)),
        ("stackelberg", ties()),
        ("fictitious-play", pennies(false, 10)),
        ("fictitious-play", pennies(true, 10)),
        ("regret-matching", stuck()),
        ("minimax", stuck()),
        ("regret-matching", uncoordinated()),
        ("fictitious-play", uncoordinated()),
        ("refinement", withstanding()),
        ("refinement", imperfect()),
        ("symmetric", conventions()),
        ("symmetric", copositive()),
        ("symmetric", copies()),
        ("structure", hunt()),
        ("structure", opposition()),
    ] {
        all.push((concept, Game::OneShot(game), answer));
    }
    for (game, answer) in super::commitments::all() {
        all.push(("stackelberg", Game::OneShot(game), answer));
    }
    for transfers in [false, true] {
        let (game, answer) = dilemma(transfers);
        all.push(("repeated", Game::Repeated(game), answer));
    }
    for one in classics() {
        if ["coordination-3", "all-zero-2", "winkels-1979", "chicken"].contains(&one.id.as_str()) {
            all.push(("pure", Game::OneShot(one.game.clone()), one.pure));
            all.push(("nash", Game::OneShot(one.game), one.extreme));
        }
    }
    all
}

#[test]
fn every_answer_reads_back_as_itself() {
    for (concept, game, answer) in right_answers() {
        let certificate = certify(game.subject(), &answer, &Limits::default()).unwrap();
        let header = header(concept);
        let text = write(&header, game.subject(), &answer, Some(&certificate)).to_string();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read_header(&value).unwrap(), header);
        assert_eq!(read_answer(&value, game.subject()).unwrap(), answer);
    }
}

#[test]
fn the_keys_stand_in_the_order_of_the_contract() {
    let (game, answer) = zero_sum();
    let value = write(&header("minimax"), Subject::OneShot(&game), &answer, None);
    let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys[..10],
        [
            "schema",
            "detente",
            "command",
            "model",
            "concept",
            "method",
            "status",
            "complete",
            "arithmetic",
            "equilibria"
        ]
    );
    assert_eq!(keys.last(), Some(&"warnings"));
    assert_eq!(value["equilibria"][0]["strategies"]["Row"], json!({ "1": "3/5", "2": "2/5" }));
    assert_eq!(value["value"], json!({ "Row": "1", "Column": "-1" }));
}

/// Every place of a leaf that is a number, a number in a string, or a truth value.
fn leaves(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let outside = ["model", "certificate", "warnings", "method", "detente", "status"];
                if !path.is_empty() || !outside.contains(&key.as_str()) {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    leaves(value, format!("{path}/{key}"), found);
                }
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                leaves(value, format!("{path}/{at}"), found);
            }
        }
        Value::String(text) if text.parse::<Rational>().is_ok() => found.push(path),
        Value::Number(_) | Value::Bool(_) => found.push(path),
        _ => {}
    }
}

/// That a changed file is unreadable, refused, or says the same.
fn noticed(value: &Value, game: &Game, right: &Answer) -> Result<(), String> {
    match read_answer(value, game.subject()) {
        Err(_) => Ok(()),
        Ok(answer) if answer == *right => Ok(()),
        Ok(answer) => match certify(game.subject(), &answer, &Limits::default()) {
            Err(_) => Ok(()),
            Ok(_) => Err(format!("certified: {answer:?}")),
        },
    }
}

/// Whether a text is a name and not a number: the names of actions are numbers here too.
fn is_name(place: &str) -> bool {
    let keys = ["action", "reply", "told", "deviation", "class", "interests"];
    let lists = ["survivors", "excluded_by", "cycle", "least", "greatest", "patterns", "conceding"];
    keys.contains(&place.rsplit('/').next().unwrap())
        || place.split('/').any(|part| lists.contains(&part))
}

#[test]
fn no_number_can_be_changed_unnoticed() {
    for (concept, game, answer) in right_answers() {
        let file = write(&header(concept), game.subject(), &answer, None);
        let mut places = Vec::new();
        leaves(&file, String::new(), &mut places);
        assert!(!places.is_empty());
        for place in places {
            let old = file.pointer(&place).unwrap().clone();
            let mut changes = Vec::new();
            match &old {
                Value::String(text) => {
                    if is_name(&place) {
                        continue;
                    }
                    let number = q(text);
                    for change in [
                        &number + &q("1e-9"),
                        &number - &q("1e-9"),
                        -&number,
                        &number + &Rational::ONE,
                        Rational::ZERO,
                    ] {
                        changes.push(json!(change));
                    }
                }
                Value::Number(number) => {
                    let number = number.as_u64().unwrap();
                    changes.extend([json!(number + 1), json!(number.saturating_sub(1))]);
                }
                Value::Bool(truth) => changes.push(json!(!truth)),
                _ => unreachable!("leaves are numbers and truth values"),
            }
            for change in changes {
                let mut wrong = file.clone();
                *wrong.pointer_mut(&place).unwrap() = change.clone();
                noticed(&wrong, &game, &answer)
                    .unwrap_or_else(|text| panic!("{concept} {place} {old} → {change}: {text}"));
            }
        }
    }
}

#[test]
fn a_list_claimed_complete_with_one_removed_is_noticed_in_a_file() {
    for (concept, game, answer) in right_answers() {
        if !["pure", "nash"].contains(&concept) {
            continue;
        }
        let mut file = write(&header(concept), game.subject(), &answer, None);
        file["equilibria"].as_array_mut().unwrap().pop();
        file.as_object_mut().unwrap().remove("components");
        let read = read_answer(&file, game.subject()).unwrap();
        assert!(certify(game.subject(), &read, &Limits::default()).is_err());
        // Saying so honestly is another claim, which holds.
        file["scope"] = json!("some");
        assert!(read_answer(&file, game.subject()).is_err());
        file["complete"] = json!(false);
        let read = read_answer(&file, game.subject()).unwrap();
        assert!(certify(game.subject(), &read, &Limits::default()).is_ok());
    }
}

#[test]
fn what_is_wrong_in_a_file_is_said_with_its_place() {
    let (game, answer) = commitment(true);
    let file = write(&header("stackelberg"), Subject::OneShot(&game), &answer, None);
    let error = |place: &str, change: Value| {
        let mut wrong = file.clone();
        *wrong.pointer_mut(place).unwrap() = change;
        read_answer(&wrong, Subject::OneShot(&game)).unwrap_err().to_string()
    };
    assert_eq!(
        error("/commitment", json!({ "1": "1/2", "3": "1/2" })),
        "commitment.3: there is no action `3`; the nearest is `1`"
    );
    assert_eq!(
        error("/leader", json!("Rwo")),
        "leader: there is no player `Rwo`; the nearest is `Row`"
    );
    assert_eq!(
        error("/leader_value", json!(3.5)),
        "leader_value: an exact number in a string, such as \"2/3\", is expected, and this is a JSON \
         number"
    );
    assert!(
        error("/commitment/1", json!("1/x")).starts_with("commitment.1: `1/x` is not a number")
    );
    assert!(error("/commitment/1", json!("1/3")).contains("sum to 5/6"));
    assert!(error("/schema", json!("other/1")).contains("detente/result/1"));
    let mut short = file.clone();
    short.as_object_mut().unwrap().remove("reply");
    let text = read_answer(&short, Subject::OneShot(&game)).unwrap_err().to_string();
    assert_eq!(text, "the key `reply` is missing");
}

#[test]
fn names_with_bars_and_equal_names_read_back() {
    let players = vec![Player::new("A|B", ["x|y", "x"]), Player::new("A|B", ["|", "\\"])];
    let table = |numbers: &str| qs(numbers);
    let game = NormalForm::new(players, vec![table("6 2 7 0"), table("6 7 2 0")]).unwrap();
    let (_, answer) = chicken();
    let file = write(&header("correlated"), Subject::OneShot(&game), &answer, None);
    assert_eq!(read_answer(&file, Subject::OneShot(&game)).unwrap(), answer);
}

/// Every place in a file, not only those of numbers.
fn places(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, format!("{path}/{key}"), found);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                places(value, format!("{path}/{at}"), found);
            }
        }
        _ => {}
    }
    found.push(path);
}

#[test]
fn a_file_of_any_shape_is_refused_and_never_panics() {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(18_446_744_073_709_551_615u64),
        json!(1e300),
        json!("x"),
        json!("1e4000"),
        json!([]),
        json!({}),
        json!([{}]),
        json!({ "Row": { "1": "1" } }),
    ];
    for (concept, game, answer) in right_answers() {
        let file = write(&header(concept), game.subject(), &answer, None);
        let mut all = Vec::new();
        places(&file, String::new(), &mut all);
        for place in all.iter().step_by(all.len().div_ceil(150)) {
            for change in &odd {
                let mut wrong = file.clone();
                *wrong.pointer_mut(place).unwrap() = change.clone();
                let _ = read_header(&wrong);
                if let Ok(read) = read_answer(&wrong, game.subject()) {
                    let _ = certify(game.subject(), &read, &Limits::default());
                }
            }
        }
        // A file about another game.
        let other = NormalForm::from_integers(&[&[0]], &[&[0]]);
        if let Ok(read) = read_answer(&file, Subject::OneShot(&other)) {
            assert!(certify(Subject::OneShot(&other), &read, &Limits::default()).is_err());
        }
        // An answer that was never a file, about another game.
        assert!(certify(Subject::OneShot(&other), &answer, &Limits::default()).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    /// Two numbers of a file are exchanged, or mass is moved from one to the other.
    #[test]
    fn no_two_numbers_can_be_exchanged_unnoticed(
        which in any::<prop::sample::Index>(),
        first in any::<prop::sample::Index>(),
        second in any::<prop::sample::Index>(),
        exchange in any::<bool>(),
    ) {
        let answers = right_answers();
        let (concept, game, answer) = &answers[which.index(answers.len())];
        // Where payoffs tie, a set of optimal strategies or proofs has other members.
        prop_assume!(!["rationalizable", "refinement", "symmetric"].contains(concept));
        let file = write(&header(concept), game.subject(), answer, None);
        let mut places = Vec::new();
        leaves(&file, String::new(), &mut places);
        places.retain(|place| file.pointer(place).unwrap().is_string() && !is_name(place));
        let (a, b) = (&places[first.index(places.len())], &places[second.index(places.len())]);
        prop_assume!(a != b);
        let number = |place: &str| q(file.pointer(place).unwrap().as_str().unwrap());
        let (x, y) = if exchange {
            (number(b), number(a))
        } else {
            (number(a) - q("1e-9"), number(b) + q("1e-9"))
        };
        let mut wrong = file.clone();
        *wrong.pointer_mut(a).unwrap() = json!(x);
        *wrong.pointer_mut(b).unwrap() = json!(y);
        let outcome = noticed(&wrong, game, answer);
        prop_assert!(outcome.is_ok(), "{} {} {}: {:?}", concept, a, b, outcome);
    }
}
