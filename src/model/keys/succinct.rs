//! The keys of games that stand in place of players and payoffs.

use super::{Section, Shape, may, must};

pub(super) static SECURITY: Section = Section {
    name: "[security]",
    about: "A security game: a defender covers targets, an attacker who has watched him picks one.",
    keys: &[
        may("defender", Shape::Text, "the name of the defender; Defender if not said"),
        may("attacker", Shape::Text, "the name of the attacker; Attacker if not said"),
        must("resources", Shape::Formula, "how many targets, or schedules, can be covered at once"),
        may(
            "schedules",
            Shape::List(&Shape::Table(&SCHEDULE)),
            "sets of targets that one resource covers together; single targets if not said",
        ),
    ],
    rest: None,
};

static SCHEDULE: Section = Section {
    name: "a schedule",
    about: "Targets that one resource covers together.",
    keys: &[
        must("id", Shape::Text, "its name"),
        must("targets", Shape::Texts, "its targets, by name"),
    ],
    rest: None,
};

pub(super) static TARGET: Section = Section {
    name: "a target",
    about: "A target, and what an attack on it is worth to the defender and the attacker.",
    keys: &[
        must("id", Shape::Text, "its name"),
        may("title", Shape::Text, "its name in reports"),
        must("defender", Shape::Table(&COVER), "what an attack is worth to the defender"),
        must("attacker", Shape::Table(&COVER), "what an attack is worth to the attacker"),
    ],
    rest: None,
};

static COVER: Section = Section {
    name: "what an attack is worth",
    about: "What an attack is worth when the target is covered and when it is not.",
    keys: &[
        must("covered", Shape::Formula, "when the target is covered"),
        must("uncovered", Shape::Formula, "when it is not"),
    ],
    rest: None,
};

pub(super) static INSPECTION: Section = Section {
    name: "[inspection]",
    about: "An inspection game: an inspector with few inspections, an inspectee who may violate.",
    keys: &[
        may("inspector", Shape::Text, "the name of the inspector; Inspector if not said"),
        may("inspectee", Shape::Text, "the name of the inspectee; Inspectee if not said"),
        must("periods", Shape::Formula, "the number of periods"),
        must("inspections", Shape::Formula, "the number of inspections"),
        may(
            "violations",
            Shape::Formula,
            "the number of intended violations; as many as stakes, or 1, if not said",
        ),
        may(
            "stakes",
            Shape::List(&Shape::Formula),
            "what each violation counts, the first one first; 1 each if not said",
        ),
        may(
            "detection",
            Shape::Formula,
            "the probability that an inspection detects a violation; 1 if not said",
        ),
        may("legal", Shape::Table(&BOTH), "what a legal act pays; nothing if not said"),
        may(
            "inspected",
            Shape::Table(&BOTH),
            "what a legal act that is inspected pays; as `legal` if not said",
        ),
        must("caught", Shape::Table(&BOTH), "what a violation pays that is detected"),
        must("undetected", Shape::Table(&BOTH), "what a violation pays that is not detected"),
    ],
    rest: None,
};

static BOTH: Section = Section {
    name: "what both get",
    about: "What inspector and inspectee get.",
    keys: &[
        must("inspector", Shape::Formula, "to the inspector"),
        must("inspectee", Shape::Formula, "to the inspectee"),
    ],
    rest: None,
};

/// What the sides of a Blotto game may play for.
const BLOTTO_PAYOFFS: &[&str] = &["net-fields", "majority", "captures"];

pub(super) static BLOTTO: Section = Section {
    name: "[blotto]",
    about: "A Colonel Blotto game: two sides divide their soldiers among fields.",
    keys: &[
        may("first", Shape::Text, "the name of the first side; First if not said"),
        may("second", Shape::Text, "the name of the second side; Second if not said"),
        must("soldiers", Shape::Table(&SOLDIERS), "the number of soldiers of both sides"),
        may("fields", Shape::Formula, "the number of fields; that of `values` if not said"),
        may("values", Shape::List(&Shape::Formula), "the value of each field; 1 each if not said"),
        may(
            "payoff",
            Shape::Choice(BLOTTO_PAYOFFS),
            "what the sides play for; net-fields if not said",
        ),
    ],
    rest: None,
};

static SOLDIERS: Section = Section {
    name: "the soldiers",
    about: "The number of soldiers of both sides.",
    keys: &[
        must("first", Shape::Formula, "those of the first side"),
        must("second", Shape::Formula, "those of the second side"),
    ],
    rest: None,
};
