//! The codes of diagnostics, each with a title and an explanation.

macro_rules! codes {
    ($($code:ident $title:literal $explanation:literal)*) => {
        /// The code of a diagnostic; codes that begin with W are warnings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $code,)*
        }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// The code as text, such as `E012`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            /// What is wrong, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }

            /// What it means and what to do.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$code => $explanation,)* }
            }
        }
    };
}

codes! {
    E001 "The file is not valid TOML."
        "A model file is a TOML 1.0 document. Common slips: a quote or bracket that is not closed, a key without `=`, the same key twice, an inline table over several lines."
    E002 "The file is too large."
        "A model file may have 4 MiB."
    E003 "Tables or arrays nest too deep."
        "Tables and arrays may nest 32 levels deep; payoff tables need one level for each player."
    E004 "There is no such key here."
        "Each table of a model file has a fixed list of keys (docs/model-format.md, `detente schema`). A misspelt key would otherwise be ignored in silence, so it is an error."
    E005 "A key is missing."
        "The table needs this key. The message names it and says what it holds."
    E006 "A value has the wrong type."
        "For instance a list where a text is expected. A number may also be written as text, which is how fractions are written: `value = \"1/3\"`."
    E007 "The word is not one of those that are possible."
        "Keys such as `kind`, `role` and `op` take one word of a fixed list."
    E008 "This is not a number."
        "Numbers are integers, decimals (0.25, 1e-3) or fractions as text (\"2/3\"). They are read exactly. Infinity, NaN and dates are not numbers here."
    E009 "This cannot be a name."
        "Names that formulas use (parameters, quantities, players, parts, attributes) are letters, digits and `_`, and do not begin with a digit. Other names (actions, mechanisms, agreements, outputs, claims) may hold any printable characters but `.`, which separates the parts of a path, and `,`."
    E010 "The same name is given twice."
        "Names are unique within their list. Parameters, quantities and players share one list because formulas tell them apart by name alone; mechanisms and bundles share one list as well."
    E011 "The name is reserved."
        "Formulas use `and`, `or`, `not`, the functions, and the words payoff, from, to, own, other, state, current names of signals and `total` for themselves. Parameters and outputs are columns of the files of `sweep` and `compare` and cannot be called as the other columns are, such as point, scenario, agreement, stage, converged, arithmetic and radius. No mechanism or bundle is called baseline, and no agreement none."
    E012 "A formula uses a name that does not exist."
        "A name in a formula is a parameter, or, in formulas over the profile, a quantity. Names are resolved when the file is read."
    E013 "There is no such attribute."
        "`A.f` reads the attribute f of the action that player A plays. Every action of a player needs every attribute that a formula reads."
    E014 "The formula cannot be read."
        "Formulas are built of numbers, names, + - * / ^, comparisons (== != < <= > >=), and, or, not, if(c, a, b), min, max, abs, exp, log, sqrt and brackets."
    E015 "The formula is too long or too deep."
        "A formula may have 4096 characters and 64 levels of brackets. Name parts of it under [quantities]."
    E016 "The name cannot be used here."
        "Formulas of parameters, costs and the horizon read parameters only; payoffs and quantities also read actions' attributes and quantities; outputs also read payoffs."
    E017 "Definitions go round in a circle."
        "Derived parameters and quantities may use one another, but none may need itself."
    E018 "There is no such player."
        "Players are those listed under [[players]]."
    E019 "The player has no such action."
        "Actions are those listed for the player, and those that a mechanism adds."
    E020 "There is no such parameter."
        "Parameters are those listed under [parameters]."
    E021 "A derived parameter cannot be set."
        "Its value follows from others; set those instead, or give it a value instead of a formula."
    E022 "There is no such mechanism or bundle."
        "Mechanisms are those listed under [[mechanisms]], bundles those under [[bundles]]."
    E023 "There is no such agreement."
        "Agreements are those listed under [[horizon.agreements]]."
    E024 "A profile is not complete."
        "A profile names one action for each player."
    E025 "The value lies outside its range."
        "The base value of a parameter must lie in its range, and the range must run from the smaller to the larger number."
    E026 "A probability, share or weight lies outside [0, 1]."
        "Checked at the base values: survival in (0, 1], credibility in [0, 1], false alarm in [0, 1), renewal and detection in [0, 1], discount in [0, 1), outputs of kind hazard or probability, and parameters whose unit begins with probability, share or weight."
    E027 "Weights or probabilities do not sum to one."
        "Weights of parts, probabilities of types, transitions and signals sum to one exactly at the base values. Give one of them as `1 - ...` of the others."
    E028 "A formula has no value at the base values."
        "For instance a division by zero at some profile. Formulas are evaluated when the file is read, at every profile. An `if` protects: `if(x == 0, 0, 1 / x)`."
    E029 "A payoff table has the wrong shape."
        "A payoff table nests one array for each player in file order: the outermost has one entry for each action of the first player."
    E030 "A limit is reached."
        "Models are limited in size so that reading one always ends: 32 players, 1000 actions a player, 1000000 profiles, 10000 entries of each list. The message names the limit."
    E031 "There is no such part of the payoffs."
        "Parts are the keys of `weights` under [payoffs]; without weights there is one, `total`."
    E032 "Exactly one of several keys is needed."
        "For instance a claim has exactly one of equals, at_least, at_most, above, below, is and is_true."
    E033 "The condition does not choose actions."
        "`where` reads the attributes of the player's own actions, which must be numbers here, and must leave at least one action and remove at least one."
    E034 "The keys do not fit together."
        "The message says which keys exclude or need one another."
    E035 "There is no such quantity of claims."
        "The first word of a claim's quantity says what to compute, such as nash, pure, critical_discount or outcome."
    E036 "There is no such state."
        "States are those listed under [[horizon.states]]; in a file of an automaton those under [[machine]]."
    E037 "This needs two players."
        "Commitment is solved for one leader and one follower: the operator give-leadership, and claims about stackelberg and risk_dominant, need a model with two players."
    G001 "This is not a Gambit file that can be read."
        "A file in strategic form begins with `NFG 1 R` and its title, one in extensive form with `EFG 2 R` and its title; `D` instead of `R` is accepted. Other formats and versions of Gambit are not read."
    G002 "A text or list is not closed."
        "Texts stand between quotes, with `\\\"` for a quote inside; lists stand in braces."
    G003 "Something else is expected here."
        "The message says what the format has at this place."
    G004 "This is not a number."
        "Payoffs and probabilities are integers, decimals or fractions such as 2/3; players, information sets and outcomes are whole numbers."
    G005 "There is no such player, or nobody plays."
        "Players are numbered from 1 in the order of the list after the title."
    G006 "The strategies are not right."
        "Each player needs at least one strategy, and there is one list or number for each player."
    G007 "The number of payoffs is wrong."
        "In the strategic form there is one payoff for each player and profile, or one outcome for each profile, player 1's strategy varying fastest; an outcome has one payoff for each player."
    G008 "There is no such outcome."
        "Outcomes of the strategic form are numbered from 1 in the order of the list; outcomes of a tree are described where they first stand. Outcome 0 is nothing at all."
    G009 "Two descriptions of the same thing differ."
        "Information sets and outcomes may be described again where they stand again, but alike, or not at all."
    G010 "The tree is not complete, or goes on after its end."
        "Nodes stand in prefix order: each node, then the subtrees of its actions, from first to last."
    G011 "The probabilities of a chance move are wrong."
        "They are not negative, and their sum is exactly one."
    G012 "The same label names two things."
        "A label may repeat among decision nodes or among ends of plays, but not name one of each; and two information sets of one player must not share a label, save labels such as `(1,2)`, which programs generate."
    G013 "A limit is reached."
        "Files are limited in size so that reading one always ends; the message names the limit."
    W001 "A parameter is not used."
        "No formula reads it. Remove it, or use it."
    W002 "A quantity is not used."
        "No payoff, output or other quantity reads it."
    W003 "A key has no effect here."
        "For instance a discount factor in a game that is played once."
    W004 "A probability, share or weight may leave [0, 1] within its range."
        "The range of a parameter whose unit begins with probability, share or weight should stay within [0, 1]."
}

impl Code {
    /// Whether it is a warning and not an error.
    #[must_use]
    pub fn is_warning(self) -> bool {
        self.name().starts_with('W')
    }

    /// The code of this name, in any case.
    #[must_use]
    pub fn find(name: &str) -> Option<Code> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name.trim()))
    }
}
