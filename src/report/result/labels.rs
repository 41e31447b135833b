//! Names of players, actions and agreements in a result, and their positions in the game.

use std::collections::BTreeSet;

use crate::game::NormalForm;
use crate::game::answer::Subject;

/// The names under which a game's players, actions and agreements stand in a result: those of the
/// game, made unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// The players.
    pub players: Vec<String>,
    /// The actions of each player.
    pub actions: Vec<Vec<String>>,
    /// The agreements, if the game is repeated.
    pub agreements: Vec<String>,
}

impl Labels {
    /// The labels of a game.
    #[must_use]
    pub fn of(subject: Subject<'_>) -> Self {
        let stage: &NormalForm = subject.stage();
        let agreements = match subject {
            Subject::OneShot(_) => Vec::new(),
            Subject::Repeated(game) => {
                unique(game.agreements.iter().map(|agreement| agreement.name.as_str()))
            }
        };
        Labels {
            players: unique(stage.players().iter().map(|player| player.name.as_str())),
            actions: stage
                .players()
                .iter()
                .map(|player| unique(player.actions.iter().map(String::as_str)))
                .collect(),
            agreements,
        }
    }

    /// The key of a joint action: names joined by `|`, which is escaped inside them.
    pub(in crate::report) fn joint(
        &self,
        actions: impl IntoIterator<Item = (usize, usize)>,
    ) -> String {
        let parts: Vec<String> = actions
            .into_iter()
            .map(|(player, action)| {
                self.actions[player][action].replace('\\', "\\\\").replace('|', "\\|")
            })
            .collect();
        parts.join("|")
    }
}

/// Names made unique by a number behind the later ones.
fn unique<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    names
        .into_iter()
        .map(|name| {
            let mut label = name.to_owned();
            let mut count = 1;
            while !taken.insert(label.clone()) {
                count += 1;
                label = format!("{name} ({count})");
            }
            label
        })
        .collect()
}

/// The parts of a key of a joint action.
pub(super) fn split_joint(key: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = key.chars();
    while let Some(character) = characters.next() {
        let last = parts.len() - 1;
        match character {
            '\\' => parts[last].extend(characters.next()),
            '|' => parts.push(String::new()),
            _ => parts[last].push(character),
        }
    }
    parts
}

/// The position of a name, or what to say where it is unknown.
pub(super) fn position(what: &str, name: &str, known: &[String]) -> Result<usize, String> {
    if let Some(at) = known.iter().position(|one| one == name) {
        return Ok(at);
    }
    let name: String = name.chars().take(80).collect();
    let nearest = known.iter().min_by_key(|one| distance(&name, one));
    Err(match nearest {
        Some(nearest) => format!("there is no {what} `{name}`; the nearest is `{nearest}`"),
        None => format!("there is no {what} `{name}`"),
    })
}

/// The number of insertions, deletions and replacements between two texts (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(200).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_told_apart() {
        assert_eq!(
            unique(["a", "b", "a", "a (2)", "a"]),
            ["a", "b", "a (2)", "a (2) (2)", "a (3)"]
        );
    }

    #[test]
    fn keys_of_joint_actions_read_back() {
        let labels = Labels {
            players: vec![],
            actions: vec![vec!["a|b".into()], vec!["c\\".into()], vec!["".into()]],
            agreements: vec![],
        };
        let key = labels.joint([(0, 0), (1, 0), (2, 0)]);
        assert_eq!(key, "a\\|b|c\\\\|");
        assert_eq!(split_joint(&key), ["a|b", "c\\", ""]);
    }

    #[test]
    fn an_unknown_name_suggests_the_nearest() {
        let known = ["Withdraw".to_owned(), "Moderate".to_owned()];
        let text = position("action", "Moderat", &known).unwrap_err();
        assert_eq!(text, "there is no action `Moderat`; the nearest is `Moderate`");
    }
}
