use proptest::prelude::*;

use super::*;
use crate::game::extensive::unique_names;
use crate::game::{ChanceMove, InformationSet, Move, NodeSpec, Player, TreeOutcome};
use crate::num::Rational;

fn strategic(text: &str) -> NormalForm {
    match read("test.nfg", text, None).map(|file| file.game) {
        Ok(Game::Strategic(game)) => game,
        Ok(_) => panic!("a tree"),
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

fn extensive(text: &str) -> ExtensiveGame {
    match read("test.efg", text, None).map(|file| file.game) {
        Ok(Game::Extensive(game)) => game,
        Ok(_) => panic!("no tree"),
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

fn refusal(text: &str) -> (Code, usize, usize, String) {
    match read("test", text, None) {
        Ok(_) => panic!("it was read: {text}"),
        Err(diagnostics) => {
            let first = &diagnostics.list[0];
            (first.code, first.line, first.column, first.message.clone())
        }
    }
}

#[test]
fn the_first_player_varies_fastest() {
    let game = strategic("NFG 1 R \"g\" { \"A\" \"B\" } { 3 2 }\n1 1 0 2 0 2 1 1 0 3 2 0");
    let at = |i: usize, j: usize| {
        let index = game.profile_index(&[i, j]);
        (game.payoff(0, index).to_string(), game.payoff(1, index).to_string())
    };
    assert_eq!(at(1, 0), ("0".into(), "2".into()));
    assert_eq!(at(0, 1), ("1".into(), "1".into()));
    assert_eq!(at(2, 1), ("2".into(), "0".into()));
}

#[test]
fn both_versions_of_the_strategic_form_are_the_same_game() {
    let payoffs = strategic(
        "NFG 1 R \"g\" { \"A\" \"B\" } { { \"u\" \"d\" } { \"l\" \"r\" } } \"\" 1 2 0 0 0 0 3 4",
    );
    let outcomes = strategic(
        "NFG 1 R \"g\" { \"A\" \"B\" } { { \"u\" \"d\" } { \"l\" \"r\" } } \"\"
         { { \"win\" 1, 2 } { \"\" 3 4 } } 1 0 0 2",
    );
    assert_eq!(payoffs, outcomes);
    for version in [Version::Payoffs, Version::Outcomes] {
        let text = write_nfg(&payoffs, "g", "", version);
        assert_eq!(strategic(&text), payoffs, "{text}");
    }
}

#[test]
fn numbers_are_exact_in_every_spelling() {
    let game = strategic("NFG 1 R \"g\" { \"A\" } { 8 } 1e2 .5 -1.5e-1 +3 2/4 -0 1E+1 7.");
    let read: Vec<String> = game.payoffs(0).iter().map(ToString::to_string).collect();
    assert_eq!(read, ["100", "1/2", "-3/20", "3", "1/2", "0", "10", "7"]);
}

#[test]
fn line_ends_byte_order_marks_and_other_letters_are_accepted() {
    let text =
        "\u{feff}NFG 1 D \"Détente\"\r\n{ \"É\" \"日本\" }\r\n{ 1 1 }\r\n\"note\"\r\n1 2\r\n";
    let file = read("x.nfg", text, None).unwrap();
    assert_eq!((file.title.as_str(), file.comment.as_str()), ("Détente", "note"));
    let Game::Strategic(game) = file.game else { panic!() };
    assert_eq!(game.players()[1].name, "日本");
}

#[test]
fn empty_and_repeated_labels_become_unique() {
    let game = strategic(
        "NFG 1 R \"g\" { \"\" \"P\" \"P\" } { { \"a\" \"a\" } { \"\" } { \"b\" } } \"\" 1 1 1 1 1 1",
    );
    assert_eq!(game.players()[0].name, "1");
    assert_eq!(game.players()[2].name, "P (2)");
    assert_eq!(game.players()[0].actions, ["a", "a (2)"]);
    assert_eq!(game.players()[1].actions, ["1"]);
}

const POKER: &str = r#"EFG 2 R "One-card poker" { "First" "Second" }
"as in Myerson (1991), our own file"

c "" 1 "deal" { "red" 1/2 "black" 0.5 } 0
p "" 1 1 "red card" { "raise" "fold" } 0
p "" 2 1 "seen a raise" { "meet" "pass" } 0
t "" 1 "two" { 2, -2 }
t "" 2 "one" { 1 -1 }
t "" 2
p "" 1 2 "black card" { "raise" "fold" } 0
p "" 2 1 0
t "" 3 "minus two" { -2, 2 }
t "" 2 "one" { 1, -1, }
t "" 4 "minus one" { -1, 1 }
"#;

#[test]
fn information_sets_and_outcomes_repeat_with_or_without_their_description() {
    let game = extensive(POKER);
    assert_eq!(game.information_sets().len(), 3);
    assert_eq!(game.information_sets()[1].members, [2, 7]);
    assert_eq!(game.outcomes().len(), 4);
    assert_eq!(game.constant_sum(), Some(Rational::ZERO));
    let text = write_efg(&game, "One-card poker", "");
    assert_eq!(extensive(&text), game, "{text}");
}

#[test]
fn a_deep_tree_is_read_and_written_without_recursion() {
    let mut text = "EFG 2 R \"\" { \"A\" }\n".to_owned();
    let depth = 100_000;
    for k in 1..=depth {
        text.push_str(&format!("p \"\" 1 {k} \"\" {{ \"x\" }} 0\n"));
    }
    text.push_str("t \"\" 1 \"\" { 1 }\n");
    let game = extensive(&text);
    assert_eq!(game.nodes().len(), depth + 1);
    assert_eq!(game.subgame_roots().len(), depth);
    assert!(game.perfect_recall().is_ok());
    assert_eq!(extensive(&write_efg(&game, "", "")), game);
}

#[test]
fn what_is_wrong_is_refused_with_its_place() {
    use Code::*;
    let efg = |body: &str| format!("EFG 2 R \"t\" {{ \"A\" \"B\" }}\n{body}");
    let tree = |first: &str, second: &str| {
        efg(&format!("p \"\" 1 1 \"\" {{ \"l\" \"r\" }} 0\n{first}\n{second}\n"))
    };
    let end = "t \"\" 1 \"\" { 1, -1 }";
    for (text, code, line, column) in [
        (" 2 R \"t\"".to_owned(), G001, 1, 2),
        (String::new(), G001, 1, 1),
        ("0 0 0".to_owned(), G001, 1, 1),
        ("EFG 1 R \"t\" { \"A\" }".to_owned(), G001, 1, 5),
        ("NFG 1 Q \"t\" { \"A\" }".to_owned(), G001, 1, 7),
        ("NFG 1 R { \"A\" } { 1 } 1".to_owned(), G003, 1, 9),
        ("NFG 1 R \"g { \"A\" } { 1 } 1".to_owned(), G003, 1, 15),
        ("NFG 1 R \"g".to_owned(), G002, 1, 9),
        ("NFG 1 R \"g\" { \"A\"".to_owned(), G002, 1, 18),
        ("NFG 1 R \"g\" { } { }".to_owned(), G005, 1, 13),
        ("NFG 1 R \"g\" { \"A\" } { -2 } 1".to_owned(), G004, 1, 23),
        ("NFG 1 R \"g\" { \"A\" } { 0 } 1".to_owned(), G006, 1, 23),
        ("NFG 1 R \"g\" { \"A\" } { 1.5 } 1".to_owned(), G004, 1, 23),
        ("NFG 1 R \"g\" { \"A\" \"B\" } { 999999999999 2 } 1".to_owned(), G013, 1, 27),
        ("NFG 1 R \"g\" { \"A\" \"B\" } { 99999999999999999999 2 } 1".to_owned(), G004, 1, 27),
        ("NFG 1 R \"g\" { \"A\" } { 1000000 } 1".to_owned(), G007, 1, 23),
        ("NFG 1 R \"g\" { \"A\" } { { \"1\" } { \"1\" } } 1".to_owned(), G006, 1, 31),
        ("NFG 1 R \"g\" { \"A\" \"B\" } { 2 } 1".to_owned(), G006, 1, 25),
        ("NFG 1 R \"g\" { \"A\" } { 2 } 1 x".to_owned(), G004, 1, 29),
        ("NFG 1 R \"g\" { \"A\" } { 2 } 1 2_0".to_owned(), G004, 1, 29),
        ("NFG 1 R \"g\" { \"A\" } { 2 } 1 1/0".to_owned(), G004, 1, 29),
        ("NFG 1 R \"g\" { \"A\" } { 2 }\n1".to_owned(), G007, 2, 2),
        ("NFG 1 R \"g\" { \"A\" } { 2 } 1 2 3".to_owned(), G007, 1, 31),
        ("NFG 1 R \"g\" { \"A\" } { 2 } \"\" { { \"\" 1 } }\n1 2".to_owned(), G008, 2, 3),
        ("NFG 1 R \"g\" { \"A\" } { 2 } \"\" { { \"\" 1 } }\n1 -1".to_owned(), G004, 2, 3),
        ("NFG 1 R \"g\" { \"A\" } { 2 } \"\" { { \"\" 1 2 } }\n1 1".to_owned(), G007, 1, 32),
        (tree(end, ""), G010, 5, 1),
        (tree(end, &format!("{end}\n{end}")), G010, 5, 1),
        (tree(end, "t \"\" 2"), G008, 4, 6),
        (tree(end, "t \"\" 1 \"\" { 1, -2 }"), G009, 4, 11),
        (tree(end, "t \"\" 1 \"other\" { 1, -1 }"), G009, 4, 8),
        (tree(end, "t \"\" 2 \"\" { 1, 2, 3 }"), G007, 4, 11),
        (tree("t \"n\" 0", "p \"n\" 1 2 \"\" { \"a\" } 0\nt \"\" 0"), G012, 4, 3),
        (efg("p \"\" 0 1 \"\" { \"l\" } 0"), G005, 2, 6),
        (efg("p \"\" 3 1 \"\" { \"l\" } 0"), G005, 2, 6),
        (efg("p \"\" 1 1 \"\" { } 0"), G003, 2, 13),
        (efg("p \"\" 1 1 0"), G003, 2, 8),
        (efg("c \"\" 1 \"\" { \"a\" 1/3 \"b\" 1/3 } 0"), G011, 2, 11),
        (efg("c \"\" 1 \"\" { \"a\" 2 \"b\" -1 } 0"), G011, 2, 23),
        (efg("c \"\" 1 \"\" { \"a\" \"b\" } 0"), G003, 2, 17),
        (efg("t \"\" 0 \"\" { 1, 0 }"), G008, 2, 11),
        (efg("x"), G003, 2, 1),
        (tree("p \"\" 1 1 \"\" { \"l\" \"m\" } 0", ""), G009, 3, 13),
        (
            tree("t \"\" 0", "p \"\" 1 2 \"h\" { \"a\" } 0\np \"\" 1 3 \"h\" { \"a\" } 0"),
            G012,
            5,
            10,
        ),
    ] {
        let (found, at_line, at_column, message) = refusal(&text);
        assert_eq!((found, at_line, at_column), (code, line, column), "{text}\n{message}");
    }
}

#[test]
fn labels_of_nodes_of_one_kind_and_generated_labels_may_repeat() {
    let text = r#"EFG 2 R "nim" { "A" "B" }
p "2 left" 1 1 "(1,1)" { "1" "2" } 0
p "1 left" 2 1 "(2,1)" { "1" } 0
t "0 left" 1 "" { 0 1 }
p "1 left" 1 2 "(1,1)" { "1" } 0
t "0 left" 2 "" { 1 0 }"#;
    let game = extensive(text);
    assert_eq!(game.information_sets().len(), 3);
}

#[test]
fn the_format_is_known_by_the_first_word() {
    assert_eq!(detect("NFG 1 R"), Some(Format::Strategic));
    assert_eq!(detect("\u{feff}\r\n EFG\t2"), Some(Format::Extensive));
    assert_eq!(detect("[model]"), None);
    assert_eq!(detect(""), None);
    assert_eq!(detect("NFGX"), None);
}

fn any_label() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-c]{1,2}",
        Just("\\".to_owned()),
        Just("\"".to_owned()),
        Just("a\\\"b\\\\".to_owned()),
        Just("{ é,\n\t} \\x".to_owned()),
    ]
}

fn any_number() -> impl Strategy<Value = Rational> {
    prop_oneof![
        Just(Rational::ZERO),
        (-9i64..9, 1i64..5).prop_map(|(p, q)| Rational::new(p, q)),
        any::<i64>().prop_map(|p| Rational::from(p) * Rational::from(i64::MAX)),
    ]
}

fn any_strategic() -> impl Strategy<Value = NormalForm> {
    proptest::collection::vec((any_label(), proptest::collection::vec(any_label(), 1..4)), 1..4)
        .prop_flat_map(|players| {
            let profiles: usize = players.iter().map(|(_, own)| own.len()).product();
            let count = players.len();
            let table = proptest::collection::vec(any_number(), profiles * count);
            (Just(players), table).prop_map(move |(players, table)| {
                let names = unique_names(players.iter().map(|(name, _)| name.as_str()));
                let players = names
                    .into_iter()
                    .zip(&players)
                    .map(|(name, (_, own))| {
                        Player::new(name, unique_names(own.iter().map(String::as_str)))
                    })
                    .collect();
                let payoffs = table.chunks(profiles).map(<[Rational]>::to_vec).collect();
                NormalForm::new(players, payoffs).unwrap()
            })
        })
}

/// A tree from a list of choices: what stands at each node, until the list ends.
fn tree_of(moves: &[(u8, u8, u8)], labels: &[String], numbers: &[Rational]) -> ExtensiveGame {
    let label = |k: usize| labels[k % labels.len()].clone();
    let number = |k: usize| numbers[k % numbers.len()].clone();
    let sets: Vec<InformationSet> = (0..6)
        .map(|k| InformationSet {
            player: k % 2,
            label: format!("set {k}"),
            actions: (0..1 + k / 2).map(|a| label(a + k)).collect(),
            members: vec![],
        })
        .collect();
    let chance: Vec<ChanceMove> = (0..2)
        .map(|k| ChanceMove {
            label: label(k),
            actions: vec![label(k), label(k + 1)],
            probabilities: vec![Rational::new(k as i64 + 1, 5), Rational::new(4 - k as i64, 5)],
            members: vec![],
        })
        .collect();
    let outcomes: Vec<TreeOutcome> = (0..4)
        .map(|k| TreeOutcome { label: label(k), payoffs: vec![number(k), number(k + 1)] })
        .collect();
    let mut nodes = Vec::new();
    let mut open = 1usize;
    let mut choices = moves.iter();
    while open > 0 {
        let (kind, which, outcome) = choices.next().copied().unwrap_or((0, 0, 1));
        open -= 1;
        let at = match kind % 4 {
            1 | 2 => Move::Decision(usize::from(which) % 6),
            3 => Move::Chance(usize::from(which) % 2),
            _ => Move::Terminal,
        };
        open += match at {
            Move::Terminal => 0,
            Move::Decision(set) => sets[set].actions.len(),
            Move::Chance(_) => 2,
        };
        let outcome = (outcome % 3 > 0).then_some(usize::from(outcome) % 4);
        let ends = at == Move::Terminal;
        let label = if ends { String::new() } else { label(nodes.len()) };
        nodes.push(NodeSpec { label, at, outcome });
    }
    let players = unique_names([label(0).as_str(), label(1).as_str()]);
    ExtensiveGame::new(players, nodes, sets, chance, outcomes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn strategic_games_survive_writing_and_reading(
        game in any_strategic(),
        title in any_label(),
        comment in any_label(),
    ) {
        for version in [Version::Payoffs, Version::Outcomes] {
            let text = write_nfg(&game, &title, &comment, version);
            let file = read("x.nfg", &text, None).unwrap();
            prop_assert_eq!(&file.title, &title);
            prop_assert_eq!(&file.comment, &comment);
            prop_assert_eq!(&file.game, &Game::Strategic(game.clone()));
        }
    }

    #[test]
    fn trees_survive_writing_and_reading(
        moves in proptest::collection::vec(any::<(u8, u8, u8)>(), 0..40),
        labels in proptest::collection::vec(any_label(), 1..5),
        numbers in proptest::collection::vec(any_number(), 1..5),
        title in any_label(),
    ) {
        let game = tree_of(&moves, &labels, &numbers);
        let text = write_efg(&game, &title, &labels[0]);
        let file = read("x.efg", &text, None).unwrap();
        prop_assert_eq!(&file.title, &title);
        prop_assert_eq!(&file.comment, &labels[0]);
        prop_assert_eq!(&file.game, &Game::Extensive(game));
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        cut in 0usize..700,
        at in 0usize..700,
        put in "[ \"{},0-9pctNEFG\\\\a-]{0,4}",
        nfg in any::<bool>(),
    ) {
        let whole = if nfg {
            "NFG 1 R \"g\" { \"A\" \"B\" } { { \"u\" \"d\" } { \"l\" \"r\" } } \"\" { { \"a\" 1, 2 } { \"\" 3 4 } } 1 0 0 2"
        } else {
            POKER
        };
        let mut text: String = whole.chars().take(cut).collect();
        let at = at.min(text.len());
        text.insert_str(at, &put);
        if let Err(diagnostics) = read("x", &text, None) {
            prop_assert!(diagnostics.list[0].line > 0);
            prop_assert!(!diagnostics.to_string().is_empty());
        }
    }
}
