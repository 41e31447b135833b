//! Games in extensive form: a tree of moves by players and by chance, with information sets.
//!
//! Nodes are numbered in preorder: the root is 0, a parent comes before its children, and the
//! subtree of a node is a block of consecutive numbers. So every pass over a tree here is a plain
//! loop, forwards or backwards, and depth costs no stack. An *information set* holds the nodes that
//! its player cannot tell apart (Kuhn 1953). An outcome may stand at any node; a play pays the sum
//! of the outcomes along its path, so that stages can be written where they end.

mod answer;
mod names;
mod recall;
mod reduced;
mod simultaneous;
#[cfg(test)]
pub(crate) mod testing;
mod tree;

pub use answer::{BehaviorEquilibrium, BehaviorProfile, Beliefs, TreeAnswer, TreeScope};
pub use names::{TreeNames, unique_names};
pub use recall::{Forgetting, Histories};
pub use reduced::{MOST_REDUCED_PROFILES, ReducedForm, TooLarge};
pub use tree::{
    ChanceMove, ExtensiveGame, InformationSet, Move, Node, NodeSpec, TreeError, TreeOutcome,
};
