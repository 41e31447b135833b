//! A game in strategic form as a tree: the players choose one after another, and nobody sees what
//! those before him chose.

use super::super::NormalForm;
use super::{ExtensiveGame, InformationSet, Move, NodeSpec, TreeOutcome};
use crate::num::Rational;

impl ExtensiveGame {
    /// The tree in which the players choose their strategies unseen, in order. Its reduced strategic
    /// form is the game. It has about as many nodes as the game has profiles, and at most twice as
    /// many if every player has a choice.
    #[must_use]
    pub fn of_strategic_form(game: &NormalForm) -> Self {
        let players = game.players();
        let sets: Vec<InformationSet> = players
            .iter()
            .enumerate()
            .map(|(player, one)| InformationSet {
                player,
                label: String::new(),
                actions: one.actions.clone(),
                members: Vec::new(),
            })
            .collect();
        let outcomes = (0..game.num_profiles())
            .map(|index| {
                let payoffs: Vec<Rational> =
                    (0..players.len()).map(|player| game.payoff(player, index).clone()).collect();
                TreeOutcome { label: String::new(), payoffs }
            })
            .collect();
        let node = |at, outcome| NodeSpec { label: String::new(), at, outcome };
        let mut nodes = Vec::new();
        for index in 0..game.num_profiles() {
            // A player's node stands before the profiles in which all after him play their first.
            for player in 0..players.len() {
                if index % (game.stride(player) * game.num_actions(player)) == 0 {
                    nodes.push(node(Move::Decision(player), None));
                }
            }
            nodes.push(node(Move::Terminal, Some(index)));
        }
        let names = players.iter().map(|player| player.name.clone()).collect();
        // One node for each combination of choices before each player, and one for each profile:
        // the prefix order of a tree.
        #[allow(clippy::expect_used)]
        ExtensiveGame::new(names, nodes, sets, Vec::new(), outcomes)
            .expect("choices one after another are a tree")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::Player;
    use crate::game::extensive::ReducedForm;

    #[test]
    fn the_reduced_form_of_the_tree_is_the_game() {
        let players = vec![
            Player::new("A", ["1", "2", "3"]),
            Player::new("B", ["1"]),
            Player::new("C", ["1", "2"]),
        ];
        let payoffs = (0..3i64)
            .map(|p| (0..6i64).map(|k| Rational::from((k * 7 + p * 5) % 11)).collect())
            .collect();
        let game = NormalForm::new(players, payoffs).unwrap();
        let tree = ExtensiveGame::of_strategic_form(&game);
        assert_eq!(ReducedForm::of(&tree, 100).unwrap().game, game);
        assert_eq!(tree.subgame_roots(), [0]);
    }
}
