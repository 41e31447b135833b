//! Automata of repeated games with a row for each number.

use crate::game::NormalForm;
use crate::game::answer::Machine;

use super::solution::Rows;

impl Rows<'_> {
    /// The states are numbered in their order; `item` names the state, or the action of a deviation.
    pub(super) fn machine(&mut self, game: &NormalForm, machine: &Machine) {
        self.push("discount", None, None, machine.discount.value().into());
        self.flag("equilibrium", None, None, machine.is_equilibrium());
        for player in 0..game.num_players() {
            self.push("payoff", Some(player), None, (&machine.payoff(player)).into());
        }
        for (at, share) in machine.automaton.start.entries() {
            let name = machine.automaton.states[*at].name.clone();
            self.push("start", None, Some(&name), share.into());
        }
        for (at, state) in machine.automaton.states.iter().enumerate() {
            self.number = Some(at as u64 + 1);
            for player in 0..game.num_players() {
                let value = &machine.values[at][player];
                self.push("value", Some(player), Some(&state.name), value.into());
                let action = game.action_in(player, state.play);
                let played = self.labels.actions[player][action].clone();
                self.flag("plays", Some(player), Some(&played), true);
                if let Some(one) = &machine.incentives[at][player] {
                    let action = self.labels.actions[player][one.action].clone();
                    self.push("slack", Some(player), Some(&action), (&one.slack).into());
                }
            }
        }
        for (at, stretch) in machine.sustained.iter().flatten().enumerate() {
            self.number = Some(at as u64 + 1);
            self.push("sustained_from", None, None, (&stretch.from.inside).into());
            if let Some(to) = &stretch.to {
                self.push("sustained_to", None, None, (&to.inside).into());
            }
        }
        self.number = None;
    }
}
