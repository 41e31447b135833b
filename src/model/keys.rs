//! The keys of a model file: one list that drives the reader, the JSON Schema and the reference.

mod succinct;

use succinct::{BLOTTO, INSPECTION, SECURITY, TARGET};

/// What a value must look like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// A list of texts.
    Texts,
    /// `true` or `false`.
    Flag,
    /// An integer between two bounds.
    Count(u64, u64),
    /// A number, or a number as text such as `"1/3"`.
    Number,
    /// A number or a formula as text.
    Formula,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `[least, largest]`.
    Range,
    /// A table with these keys.
    Table(&'static Section),
    /// A table whose keys are names, with values of this shape; the text says what the names are.
    Map(&'static Shape, &'static str),
    /// A list of values of this shape.
    List(&'static Shape),
    /// A list of lists … of formulas.
    Nested,
    /// One of several shapes, told apart by the type of the value.
    Either(&'static [Shape]),
    /// A table whose key `op` says which of several it is.
    Operator,
}

/// A table with fixed keys.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its name in messages, such as `[model]`.
    pub(crate) name: &'static str,
    /// What it is, for the schema.
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
    /// Further keys, which are names: what they are, and the shape of their values.
    pub(crate) rest: Option<(&'static str, Shape)>,
}

/// A key of a table.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
    /// What it is, for the schema and for messages.
    pub(crate) about: &'static str,
}

const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, required: true, shape, about }
}

const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, required: false, shape, about }
}

/// The whole file.
pub(crate) static FILE: Section = Section {
    name: "the file",
    about: "A model of detente: players, actions, payoffs, horizon, mechanisms, outputs and claims.",
    keys: &[
        must("model", Shape::Table(&MODEL), "identity and sources of the model"),
        may("parameters", Shape::Map(&PARAMETER_ENTRY, "parameter"), "the parameters, by name"),
        must("players", Shape::List(&Shape::Table(&PLAYER)), "the players, in order"),
        may(
            "quantities",
            Shape::Map(&Shape::Formula, "quantity"),
            "named formulas over the profile, for use in payoffs and outputs",
        ),
        must("payoffs", Shape::Table(&PAYOFFS), "what the players get"),
        may(
            "security",
            Shape::Table(&SECURITY),
            "a security game, in place of players and payoffs: the two sides and the resources",
        ),
        may(
            "targets",
            Shape::List(&Shape::Table(&TARGET)),
            "the targets of a security game, in order",
        ),
        may(
            "inspection",
            Shape::Table(&INSPECTION),
            "an inspection game, in place of players and payoffs",
        ),
        may("blotto", Shape::Table(&BLOTTO), "a Blotto game, in place of players and payoffs"),
        may("horizon", Shape::Table(&HORIZON), "whether and how the game is repeated"),
        may("types", Shape::List(&Shape::Table(&TYPE)), "types of players"),
        may("comparison", Shape::Table(&COMPARISON), "how `compare` sets up its table"),
        may(
            "mechanisms",
            Shape::List(&Shape::Table(&MECHANISM)),
            "mechanisms, tests and lenses, each made of operators",
        ),
        may("bundles", Shape::List(&Shape::Table(&BUNDLE)), "named lists of mechanisms"),
        may("outputs", Shape::List(&Shape::Table(&OUTPUT)), "named quantities to report"),
        may("claims", Shape::List(&Shape::Table(&CLAIM)), "assertions about computed quantities"),
    ],
    rest: None,
};

static MODEL: Section = Section {
    name: "[model]",
    about: "Identity and sources of the model.",
    keys: &[
        must("id", Shape::Text, "the name by which commands find the model"),
        must("title", Shape::Text, "one line for lists and headings"),
        may("version", Shape::Text, "the version of the model"),
        may("description", Shape::Text, "what it is about, and what its units are"),
        may("sources", Shape::Texts, "where its parts come from"),
        may("claims", Shape::Texts, "the claims of the dilemma that it covers, such as D2"),
    ],
    rest: None,
};

static PARAMETER_ENTRY: Shape = Shape::Either(&[Shape::Number, Shape::Table(&PARAMETER)]);

static PARAMETER: Section = Section {
    name: "a parameter",
    about: "A parameter: a value of its own, or a formula of others.",
    keys: &[
        may("value", Shape::Number, "its base value"),
        may("formula", Shape::Formula, "for a derived parameter: a formula of other parameters"),
        may("range", Shape::Range, "the least and the largest sensible value"),
        may("unit", Shape::Text, "its unit"),
        may("meaning", Shape::Text, "what it stands for"),
        may("source", Shape::Text, "where its value comes from, or `illustrative`"),
    ],
    rest: None,
};

static PLAYER: Section = Section {
    name: "a player",
    about: "A player: a bloc, or a state.",
    keys: &[
        must("id", Shape::Text, "its name in formulas"),
        may("title", Shape::Text, "its name in reports"),
        may("members", Shape::List(&MEMBER_ENTRY), "the members of a bloc"),
        may("bloc", Shape::Text, "the bloc to which a player at the level of members belongs"),
        must("actions", Shape::List(&ACTION_ENTRY), "what it can do"),
    ],
    rest: None,
};

static MEMBER_ENTRY: Shape = Shape::Either(&[Shape::Text, Shape::Table(&MEMBER)]);

static MEMBER: Section = Section {
    name: "a member",
    about: "A member of a bloc.",
    keys: &[
        must("id", Shape::Text, "a short name"),
        may("title", Shape::Text, "its name in reports"),
    ],
    rest: None,
};

static ACTION_ENTRY: Shape = Shape::Either(&[Shape::Text, Shape::Table(&ACTION)]);

static ACTION: Section = Section {
    name: "an action",
    about: "An action; its further keys are attributes, which formulas read as PLAYER.ATTRIBUTE.",
    keys: &[must("id", Shape::Text, "its name"), may("title", Shape::Text, "its name in reports")],
    rest: Some(("attribute", Shape::Formula)),
};

static PAYOFFS: Section = Section {
    name: "[payoffs]",
    about: "Payoffs: a table for each player, by parts or as `total`; or `table` for all.",
    keys: &[
        may(
            "weights",
            Shape::Map(
                &Shape::Either(&[Shape::Formula, Shape::Map(&Shape::Formula, "part")]),
                "part or player",
            ),
            "the weight of each part, for all players or by player; they sum to one",
        ),
        may("costs", Shape::Text, "the part that is charged with the cost of mechanisms"),
        may(
            "table",
            Shape::Map(&Shape::Nested, "player"),
            "payoffs as nested arrays, first player outermost",
        ),
    ],
    rest: Some(("player", Shape::Map(&PART_ENTRY, "part"))),
};

static PART_ENTRY: Shape = Shape::Either(&[Shape::Formula, Shape::Table(&PART_TABLE)]);

static PART_TABLE: Section = Section {
    name: "a part as a table",
    about: "A part of the payoff as nested arrays, first player outermost.",
    keys: &[must("table", Shape::Nested, "nested arrays of numbers or formulas of parameters")],
    rest: None,
};

/// Keys of a file that stand in place of [`REPLACED`], each with the keys that go with it.
pub(crate) const IN_PLACE_OF_PLAYERS: &[(&str, &[&str])] =
    &[("security", &["targets"]), ("inspection", &[]), ("blotto", &[])];
/// The keys that a file needs without those of [`IN_PLACE_OF_PLAYERS`], and does not have with them.
pub(crate) const REPLACED: &[&str] = &["players", "payoffs"];
/// The keys of a file that go with players alone.
pub(crate) const WITH_PLAYERS_ALONE: &[&str] = &[
    "players",
    "quantities",
    "payoffs",
    "horizon",
    "types",
    "comparison",
    "mechanisms",
    "bundles",
    "outputs",
    "claims",
];

/// The kinds of horizon.
pub(crate) const HORIZONS: &[&str] = &["one-shot", "repeated", "states"];
/// The rules of punishment.
pub(crate) const PUNISHMENTS: &[&str] = &["worst-equilibrium", "best-reply-limit", "profile"];

static HORIZON: Section = Section {
    name: "[horizon]",
    about: "Whether and how the game is repeated.",
    keys: &[
        must("kind", Shape::Choice(HORIZONS), "one-shot, repeated, or states"),
        may("period", Shape::Text, "what a period is, such as year"),
        may("discount", Shape::Formula, "the discount factor, in [0, 1)"),
        may("survival", Shape::Formula, "probability that an agreement outlives a period"),
        may("false_alarm", Shape::Formula, "probability that the signal ends a kept agreement"),
        may(
            "renewal",
            Shape::Formula,
            "probability a period that an agreement that has ended is concluded anew",
        ),
        may(
            "detection",
            Shape::Formula,
            "probability that a deviation ends the agreement; reads from.ATTRIBUTE of the agreed \
             and to.ATTRIBUTE of the deviating action",
        ),
        may("punishment", Shape::Table(&PUNISHMENT), "what follows the end of an agreement"),
        may("agreements", Shape::List(&Shape::Table(&AGREEMENT)), "profiles to agree on"),
        may("start", Shape::Text, "the state in which play begins"),
        may(
            "conflict",
            Shape::Texts,
            "the states in which conflict has broken out; those never left, but for the first, if not said",
        ),
        may("states", Shape::List(&Shape::Table(&STATE)), "the states"),
        may("signals", Shape::List(&Shape::Table(&SIGNAL)), "public signals about what was played"),
    ],
    rest: None,
};

static PROFILE: Shape = Shape::Map(&Shape::Text, "player");

static PUNISHMENT: Section = Section {
    name: "a punishment",
    about: "What is played for ever once an agreement has ended.",
    keys: &[
        must("rule", Shape::Choice(PUNISHMENTS), "how the punishment is found"),
        may("start", PROFILE, "for best-reply-limit: the profile to start from"),
        may("profile", PROFILE, "for profile: the stage equilibrium to play"),
    ],
    rest: None,
};

static AGREEMENT: Section = Section {
    name: "an agreement",
    about: "A pure profile that the players may agree on.",
    keys: &[
        must("id", Shape::Text, "its name"),
        may("title", Shape::Text, "its name in reports"),
        must("profile", PROFILE, "the action of each player"),
    ],
    rest: None,
};

static STATE: Section = Section {
    name: "a state",
    about: "A state; its further keys are attributes, which formulas read as state.ATTRIBUTE.",
    keys: &[
        must("id", Shape::Text, "its name"),
        may("title", Shape::Text, "its name in reports"),
        may(
            "actions",
            Shape::Map(&Shape::Texts, "player"),
            "the actions that a player has in this state, if not all",
        ),
        must(
            "transitions",
            Shape::Map(&Shape::Formula, "state"),
            "the probability of each next state, over the profile; they sum to one",
        ),
    ],
    rest: Some(("attribute", Shape::Formula)),
};

static SIGNAL: Section = Section {
    name: "a signal",
    about: "A public signal about what was played.",
    keys: &[
        must("id", Shape::Text, "its name"),
        may("title", Shape::Text, "its name in reports"),
        must("probability", Shape::Formula, "its probability given the profile"),
    ],
    rest: None,
};

static TYPE: Section = Section {
    name: "a type",
    about: "A type of a player: other values of some parameters, with a prior probability.",
    keys: &[
        must("id", Shape::Text, "its name"),
        may("title", Shape::Text, "its name in reports"),
        must("player", Shape::Text, "the player whose type it is"),
        must("probability", Shape::Formula, "its prior probability, a formula of parameters"),
        may(
            "parameters",
            Shape::Map(&Shape::Formula, "parameter"),
            "parameters that differ, with a formula each",
        ),
    ],
    rest: None,
};

static COMPARISON: Section = Section {
    name: "[comparison]",
    about: "How `compare` sets up its table.",
    keys: &[
        may("baseline", Shape::Text, "what the game without mechanisms is called"),
        may("build_up", Shape::Text, "the mechanism that is the build-up"),
        may("agreement", Shape::Text, "the agreement that heads the table"),
        may("years", Shape::Count(1, 100_000), "over how many periods hazards are added up"),
    ],
    rest: None,
};

/// The roles of mechanisms.
pub(crate) const ROLES: &[&str] = &["mechanism", "build-up", "test", "lens"];

static MECHANISM: Section = Section {
    name: "a mechanism",
    about: "Named changes to the game, with a cost.",
    keys: &[
        must("id", Shape::Text, "the name by which commands find it"),
        may("title", Shape::Text, "one line for tables"),
        may("channel", Shape::Text, "the channel through which it works"),
        may("role", Shape::Choice(ROLES), "its role in the comparison"),
        may("claims", Shape::Texts, "the claims of the dilemma that it bears on"),
        may("cost", Shape::Map(&Shape::Formula, "player"), "its cost to each player per period"),
        must("operators", Shape::List(&Shape::Operator), "what it does"),
        may("by_construction", Shape::Text, "what holds by construction, said openly"),
        may("note", Shape::Text, "a remark for reports"),
    ],
    rest: None,
};

/// The operators: the word of `op`, and the keys.
pub(crate) static OPERATORS: &[(&str, Section)] = &[
    ("set-parameter", SET_PARAMETER),
    ("remove-actions", REMOVE_ACTIONS),
    ("add-actions", ADD_ACTIONS),
    ("set-signal", SET_SIGNAL),
    ("set-survival", SET_SURVIVAL),
    ("allow-transfers", ALLOW_TRANSFERS),
    ("allow-mediation", ALLOW_MEDIATION),
    ("give-leadership", GIVE_LEADERSHIP),
    ("choose-by", CHOOSE_BY),
];

const OP: Key = must("op", Shape::Text, "which operator it is");

/// The phases that set-parameter may name.
pub(crate) const PHASES: &[&str] = &["payoff", "information", "continuation"];

const SET_PARAMETER: Section = Section {
    name: "set-parameter",
    about: "Gives a free parameter a new value.",
    keys: &[
        OP,
        must("parameter", Shape::Text, "the parameter"),
        must("to", Shape::Formula, "its new value, a formula of the current ones"),
        may("phase", Shape::Choice(PHASES), "when it acts; payoff if not said"),
    ],
    rest: None,
};

const REMOVE_ACTIONS: Section = Section {
    name: "remove-actions",
    about: "Takes actions from a player.",
    keys: &[
        OP,
        must("player", Shape::Text, "the player"),
        may("actions", Shape::Texts, "the actions by name"),
        may("where", Shape::Formula, "a condition on the attributes of his actions"),
    ],
    rest: None,
};

const ADD_ACTIONS: Section = Section {
    name: "add-actions",
    about: "Gives a player further actions.",
    keys: &[
        OP,
        must("player", Shape::Text, "the player"),
        must("actions", Shape::List(&ACTION_ENTRY), "the actions, with the same attributes"),
    ],
    rest: None,
};

const SET_SIGNAL: Section = Section {
    name: "set-signal",
    about: "Changes the accuracy of the public signal.",
    keys: &[
        OP,
        may("false_alarm", Shape::Formula, "new value; reads the current one as false_alarm"),
        may("detection", Shape::Formula, "new value; reads the current one as detection"),
    ],
    rest: None,
};

const SET_SURVIVAL: Section = Section {
    name: "set-survival",
    about: "Changes the survival of agreements.",
    keys: &[OP, must("to", Shape::Formula, "new value; reads the current one as survival")],
    rest: None,
};

const ALLOW_TRANSFERS: Section = Section {
    name: "allow-transfers",
    about: "Lets the parties of an agreement pay one another.",
    keys: &[OP],
    rest: None,
};

const ALLOW_MEDIATION: Section = Section {
    name: "allow-mediation",
    about: "Lets a mediator recommend actions in private.",
    keys: &[OP],
    rest: None,
};

/// The kinds of commitment.
pub(crate) const COMMITMENTS: &[&str] = &["pure", "mixed"];

const GIVE_LEADERSHIP: Section = Section {
    name: "give-leadership",
    about: "Lets a player commit before the others reply.",
    keys: &[
        OP,
        must("leader", Shape::Text, "the player"),
        may("commitment", Shape::Choice(COMMITMENTS), "pure, or mixed; pure if not said"),
        may(
            "credibility",
            Shape::Formula,
            "the probability with which he is believed to keep to it; 1 if not said",
        ),
    ],
    rest: None,
};

const CHOOSE_BY: Section = Section {
    name: "choose-by",
    about: "Lets a player choose by other weights than those he is scored by.",
    keys: &[
        OP,
        must("player", Shape::Text, "the player"),
        must("weights", Shape::Map(&Shape::Formula, "part"), "the weight of each part"),
    ],
    rest: None,
};

static BUNDLE: Section = Section {
    name: "a bundle",
    about: "A named list of mechanisms.",
    keys: &[
        must("id", Shape::Text, "the name by which commands find it"),
        may("title", Shape::Text, "one line for tables"),
        must("mechanisms", Shape::Texts, "the mechanisms, in the order in which they act"),
        may("by_construction", Shape::Text, "what holds by construction, said openly"),
        may("note", Shape::Text, "a remark for reports"),
    ],
    rest: None,
};

/// The kinds of outputs.
pub(crate) const OUTPUT_KINDS: &[&str] = &["hazard", "probability", "level", "cost"];
/// The directions of outputs.
pub(crate) const BETTER: &[&str] = &["lower", "higher", "none"];

static OUTPUT: Section = Section {
    name: "an output",
    about: "A named quantity to report.",
    keys: &[
        must("id", Shape::Text, "the name by which commands find it"),
        may("title", Shape::Text, "one line for tables"),
        must(
            "formula",
            Shape::Formula,
            "over the profile; reads payoff.PLAYER and PART.PLAYER as well",
        ),
        may("kind", Shape::Choice(OUTPUT_KINDS), "what kind of number it is; level if not said"),
        may("better", Shape::Choice(BETTER), "which direction is better; none if not said"),
        may("unit", Shape::Text, "its unit"),
    ],
    rest: None,
};

/// The keys of a claim that say what is asserted.
pub(crate) const ASSERTIONS: &[&str] =
    &["equals", "at_least", "at_most", "above", "below", "is", "is_true"];

static CLAIM: Section = Section {
    name: "a claim",
    about: "An assertion about a computed quantity, with its source.",
    keys: &[
        must("id", Shape::Text, "its name"),
        may("covers", Shape::Texts, "the claims of the dilemma that it covers"),
        must("quantity", Shape::Text, "the quantity as a dotted path, such as nash.count"),
        may("set", Shape::Map(&Shape::Number, "parameter"), "parameters that differ"),
        may("mechanisms", Shape::Texts, "mechanisms and bundles that are applied"),
        may("equals", Shape::Number, "the quantity is this, up to the tolerance"),
        may("tolerance", Shape::Number, "how far the quantity may be from `equals`; 0 if not said"),
        may("at_least", Shape::Number, "the quantity is this or more"),
        may("at_most", Shape::Number, "the quantity is this or less"),
        may("above", Shape::Number, "the quantity is more than this"),
        may("below", Shape::Number, "the quantity is less than this"),
        may("is", Shape::Text, "the quantity is this text"),
        may("is_true", Shape::Flag, "the quantity is this truth value"),
        must("citation", Shape::Text, "the source"),
        may("published", Shape::Flag, "whether the number stands in the source; true if not said"),
        may("note", Shape::Text, "a remark"),
    ],
    rest: None,
};

/// The columns of a file of sweep cells that are named neither by the model nor with a point.
pub(crate) const COLUMNS_OF_SWEEPS: &[&str] =
    &["point", "scenario", "agreement", "stage", "converged", "arithmetic", "radius", "reason"];
/// The further columns of a comparison that are named neither by the model nor with a point.
pub(crate) const COLUMNS_OF_COMPARISONS: &[&str] = &[
    "title",
    "kind",
    "channel",
    "mechanisms",
    "outcome",
    "otherwise",
    "discount",
    "equilibria",
    "equilibria_complete",
    "dominance_solvable",
    "correlated_value",
    "commitment",
    "commitment_reply",
    "commitment_value",
    "mixed_commitment_value",
];

/// The quantities of claims that have one leader and one follower, or two players, alone.
pub(crate) const QUANTITIES_OF_TWO: &[&str] = &["risk_dominant", "stackelberg"];

/// The first words of the quantities that claims may be about.
pub(crate) const QUANTITIES_OF_CLAIMS: &[&str] = &[
    "at",
    "best_reply",
    "binding",
    "boundary",
    "correlated",
    "critical_discount",
    "dominance",
    "equilibrium",
    "margin",
    "markov",
    "minimax",
    "minmax_bound",
    "nash",
    "negotiation",
    "outcome",
    "punishment",
    "pure",
    "risk_dominant",
    "stackelberg",
    "stage",
    "transfers",
];
