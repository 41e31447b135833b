//! What is asked of a simulation, in the words of the call: enough to play it again.

use serde::{Deserialize, Serialize};

/// A way to play over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayName {
    /// Its name, as `--play` takes it.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
}

const fn named(name: &'static str, about: &'static str) -> PlayName {
    PlayName { name, about }
}

/// Strategies of two actions, one of which is to cooperate.
pub const STRATEGIES: &[PlayName] = &[
    named("grim", "cooperates until somebody does not, and then never again"),
    named("tit-for-tat", "does what the others did last"),
    named("generous-tit-for-tat", "does what the others did last, and forgives now and then"),
    named("win-stay-lose-shift", "cooperates after all or none did"),
    named("always-cooperate", "cooperates"),
    named("always-defect", "never cooperates"),
];

/// Other ways to play.
pub const PLAYS: &[PlayName] = &[
    named(
        "agreement",
        "an agreement, and what follows for ever once its signal or turnover ends it",
    ),
    named("stage", "what is played without an agreement, drawn anew each period"),
    named("policy", "in each state what is played in equilibrium"),
    named("best-response", "best replies to what was just played"),
    named("spiral", "one step of escalation answered by another, in turn"),
    named("logit", "logit responses to what was just played"),
    named("fictitious-play", "best replies to how often the others played what"),
    named("regret-matching", "in proportion to what would have paid more"),
];

/// What to simulate. Names and numbers are those of the call, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The way to play, or for each player `PLAYER=STRATEGY`; chosen by the model when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub play: Vec<String>,
    /// The agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// Who deviates from it, and to what: `PLAYER=ACTION`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviate: Option<String>,
    /// Whether he does so for as long as it stands, and not in the first period alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always: bool,
    /// The profile in which all cooperate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooperate: Option<String>,
    /// The profile in which none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defect: Option<String>,
    /// With what probability a generous player forgives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generosity: Option<String>,
    /// With what probability something else is played than was meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<String>,
    /// The precision of logit responses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<String>,
    /// Who revises: `at-once`, `in-turn` or `random`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves: Option<String>,
    /// What is played in some states: `STATE=PROFILE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy: Vec<String>,
    /// The profile or state in which paths begin, or `random`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The event to wait for: an output that is a hazard, states, or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<String>,
    /// The discount factor, in place of the model's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<String>,
    /// The number of periods of a path.
    pub periods: u64,
    /// The number of paths.
    pub paths: u64,
    /// Names the random numbers.
    pub seed: u64,
}

impl Plan {
    /// The most periods of one path.
    pub const MOST_PERIODS: u64 = 1_000_000_000_000;
    /// The most paths.
    pub const MOST_PATHS: u64 = 1_000_000_000;
}
