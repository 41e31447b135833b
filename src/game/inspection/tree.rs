//! An inspection game as a tree, and in strategic form.

use crate::game::extensive::ReducedForm;
use crate::game::{
    ChanceMove, ExtensiveGame, InformationSet, Move, NodeSpec, NormalForm, TreeOutcome,
};
use crate::num::Rational;

use super::{InspectionError, InspectionGame, InspectionPayoffs, InspectionState, MOST_NODES};

/// The largest number of profiles of the strategic form.
const MOST_PROFILES: usize = 100_000;

/// The largest number of periods of a tree, in which each has its own depth.
const MOST_TREE_PERIODS: u32 = 64;

/// The parts of the tree so far.
struct Parts<'a> {
    game: &'a InspectionGame,
    nodes: Vec<NodeSpec>,
    sets: Vec<InformationSet>,
    chance: Vec<ChanceMove>,
    outcomes: Vec<TreeOutcome>,
}

impl InspectionGame {
    /// The game as a tree: in each period the inspector moves first, and the inspectee does not see
    /// it; an inspection of a violation is followed by chance where detection may fail. Its size grows
    /// with 4ⁿ for n periods.
    ///
    /// # Errors
    /// [`InspectionError::TooManyNodes`].
    pub fn tree(&self) -> Result<ExtensiveGame, InspectionError> {
        if self.periods() > MOST_TREE_PERIODS {
            return Err(InspectionError::TooManyNodes);
        }
        let mut parts =
            Parts { game: self, nodes: vec![], sets: vec![], chance: vec![], outcomes: vec![] };
        parts.state(self.start(), &InspectionPayoffs::default())?;
        let players = vec![self.sides().inspector.clone(), self.sides().inspectee.clone()];
        ExtensiveGame::new(players, parts.nodes, parts.sets, parts.chance, parts.outcomes)
            .map_err(|error| InspectionError::TooManyProfiles(error.to_string()))
    }

    /// The reduced strategic form of the tree.
    ///
    /// # Errors
    /// When tree or strategic form are too large.
    pub fn strategic_form(&self) -> Result<NormalForm, InspectionError> {
        let form = ReducedForm::of(&self.tree()?, MOST_PROFILES)
            .map_err(|error| InspectionError::TooManyProfiles(error.to_string()))?;
        Ok(form.game)
    }
}

impl Parts<'_> {
    fn node(&mut self, at: Move, outcome: Option<usize>) -> Result<(), InspectionError> {
        if self.nodes.len() == MOST_NODES {
            return Err(InspectionError::TooManyNodes);
        }
        self.nodes.push(NodeSpec { label: String::new(), at, outcome });
        Ok(())
    }

    fn end(&mut self, payoffs: InspectionPayoffs) -> Result<(), InspectionError> {
        self.outcomes.push(TreeOutcome {
            label: String::new(),
            payoffs: vec![payoffs.inspector, payoffs.inspectee],
        });
        self.node(Move::Terminal, Some(self.outcomes.len() - 1))
    }

    /// What follows a period; `so_far` is what was paid until its end.
    fn follow(
        &mut self,
        state: InspectionState,
        (inspected, violated): (bool, bool),
        so_far: &InspectionPayoffs,
    ) -> Result<(), InspectionError> {
        match self.game.next(state, inspected, violated) {
            Some(next) => self.state(next, so_far),
            None => self.end(so_far.plus(&self.game.legal_to_the_end(state.periods - 1))),
        }
    }

    fn state(
        &mut self,
        state: InspectionState,
        so_far: &InspectionPayoffs,
    ) -> Result<(), InspectionError> {
        let InspectionState { periods, inspections, violations } = state;
        let label = format!("{periods}/{inspections}/{violations}");
        let mut set = |player: usize, actions: [&str; 2]| {
            self.sets.push(InformationSet {
                player,
                label: label.clone(),
                actions: actions.map(str::to_owned).to_vec(),
                members: vec![],
            });
            self.sets.len() - 1
        };
        let (own, other) = (set(0, ["Inspect", "Rest"]), set(1, ["Legal", "Violate"]));
        let choices: &[bool] = if inspections > 0 { &[true, false] } else { &[false] };
        if inspections > 0 {
            self.node(Move::Decision(own), None)?;
        }
        let rules = self.game.rules();
        let stake = self.game.stake(violations);
        for &inspected in choices {
            self.node(Move::Decision(other), None)?;
            let legal = if inspected { &rules.inspected } else { &rules.legal };
            self.follow(state, (inspected, false), &so_far.plus(legal))?;
            let missed = so_far.plus(&rules.undetected.times(stake));
            let detection = self.game.detection().clone();
            if !inspected || detection.is_zero() {
                self.follow(state, (inspected, true), &missed)?;
                continue;
            }
            let caught = so_far.plus(&rules.caught.times(stake));
            if detection == Rational::ONE {
                self.end(caught)?;
                continue;
            }
            self.chance.push(ChanceMove {
                label: String::new(),
                actions: vec!["caught".to_owned(), "missed".to_owned()],
                probabilities: vec![detection.clone(), Rational::ONE - detection],
                members: vec![],
            });
            self.node(Move::Chance(self.chance.len() - 1), None)?;
            self.end(caught)?;
            self.follow(state, (true, true), &missed)?;
        }
        Ok(())
    }
}
