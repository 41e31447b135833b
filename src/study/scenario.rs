//! Scenarios: the baseline of a model, and each mechanism and bundle that it declares.

use crate::model::{Model, Role};

/// What a scenario is in the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The model as its file describes it.
    Baseline,
    /// The build-up of deterrence, against which cooperation is held.
    BuildUp,
    /// A cooperative mechanism.
    Mechanism,
    /// Several mechanisms at once.
    Bundle,
    /// A test of disarmament.
    Test,
    /// A distortion of what a player looks at.
    Lens,
}

impl Kind {
    /// The word for it in machine-readable results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Baseline => "baseline",
            Kind::BuildUp => "build-up",
            Kind::Mechanism => "mechanism",
            Kind::Bundle => "bundle",
            Kind::Test => "test",
            Kind::Lens => "lens",
        }
    }
}

/// A set of mechanisms that is applied together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its id: that of the mechanism or bundle, `baseline`, or ids joined by `+`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// The channel of the mechanism, if it is a single one.
    pub channel: Option<String>,
    /// What holds by construction and not by computation, if the model says so.
    pub by_construction: Option<String>,
    /// The mechanisms by position in the model, in order.
    pub mechanisms: Vec<usize>,
}

/// The id of the scenario without mechanisms.
pub const BASELINE: &str = "baseline";

/// A mechanism or bundle that the model does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model has no mechanism or bundle `{name}`{remedy}")]
pub struct UnknownScenario {
    /// The name that was asked for.
    pub name: String,
    /// The nearest name that exists, or the list of names, as the end of the sentence.
    pub remedy: String,
}

/// The baseline, then every mechanism and bundle, in the order of the file: mechanisms, bundles,
/// tests of disarmament, lenses.
#[must_use]
pub fn all_scenarios(model: &Model) -> Vec<Scenario> {
    let mut scenarios = vec![baseline(model)];
    scenarios.extend((0..model.mechanisms.len()).map(|at| of_mechanism(model, at)));
    scenarios.extend((0..model.bundles.len()).map(|at| of_bundle(model, at)));
    scenarios.sort_by_key(|scenario| match scenario.kind {
        Kind::Baseline => 0,
        Kind::BuildUp => 1,
        Kind::Mechanism => 2,
        Kind::Bundle => 3,
        Kind::Test => 4,
        Kind::Lens => 5,
    });
    scenarios
}

/// The model without mechanisms.
#[must_use]
pub fn baseline(model: &Model) -> Scenario {
    Scenario {
        id: BASELINE.to_owned(),
        title: model.comparison.baseline.clone(),
        kind: Kind::Baseline,
        channel: None,
        by_construction: None,
        mechanisms: Vec::new(),
    }
}

fn of_mechanism(model: &Model, at: usize) -> Scenario {
    let mechanism = &model.mechanisms[at];
    Scenario {
        id: mechanism.id.clone(),
        title: mechanism.title.clone(),
        kind: match mechanism.role {
            Role::Mechanism => Kind::Mechanism,
            Role::BuildUp => Kind::BuildUp,
            Role::Test => Kind::Test,
            Role::Lens => Kind::Lens,
        },
        channel: Some(mechanism.channel.clone()),
        by_construction: mechanism.by_construction.clone(),
        mechanisms: vec![at],
    }
}

fn of_bundle(model: &Model, at: usize) -> Scenario {
    let bundle = &model.bundles[at];
    Scenario {
        id: bundle.id.clone(),
        title: bundle.title.clone(),
        kind: kind_of(model, &bundle.mechanisms),
        channel: None,
        by_construction: bundle.by_construction.clone(),
        mechanisms: bundle.mechanisms.clone(),
    }
}

/// Several lenses are a lens, several tests a test, and anything else together is a bundle.
fn kind_of(model: &Model, mechanisms: &[usize]) -> Kind {
    let all = |role: Role| mechanisms.iter().all(|&at| model.mechanisms[at].role == role);
    if mechanisms.is_empty() {
        Kind::Bundle
    } else if all(Role::Lens) {
        Kind::Lens
    } else if all(Role::Test) {
        Kind::Test
    } else {
        Kind::Bundle
    }
}

/// The scenario that a user names: `baseline`, a mechanism, a bundle, or several joined by `+`.
///
/// # Errors
/// [`UnknownScenario`] with the nearest name, or the names that there are.
pub fn find_scenario(model: &Model, name: &str) -> Result<Scenario, UnknownScenario> {
    if name == BASELINE {
        return Ok(baseline(model));
    }
    let single = |part: &str| {
        let mechanism = model.mechanisms.iter().position(|mechanism| mechanism.id == part);
        let bundle = || model.bundles.iter().position(|bundle| bundle.id == part);
        mechanism
            .map(|at| of_mechanism(model, at))
            .or_else(|| bundle().map(|at| of_bundle(model, at)))
            .ok_or_else(|| {
                let names = model.mechanisms.iter().map(|mechanism| mechanism.id.as_str());
                let names = names.chain(model.bundles.iter().map(|bundle| bundle.id.as_str()));
                UnknownScenario { name: part.to_owned(), remedy: crate::model::remedy(part, names) }
            })
    };
    let parts = name.split('+').map(|part| single(part.trim())).collect::<Result<Vec<_>, _>>()?;
    if let [only] = parts.as_slice() {
        return Ok(only.clone());
    }
    let mut mechanisms = Vec::new();
    for part in &parts {
        for &mechanism in &part.mechanisms {
            if !mechanisms.contains(&mechanism) {
                mechanisms.push(mechanism);
            }
        }
    }
    let joined = |text: fn(&Scenario) -> &str, between: &str| {
        parts.iter().map(text).collect::<Vec<_>>().join(between)
    };
    Ok(Scenario {
        id: joined(|part| &part.id, "+"),
        title: joined(|part| &part.title, " with "),
        kind: kind_of(model, &mechanisms),
        channel: None,
        by_construction: None,
        mechanisms,
    })
}
