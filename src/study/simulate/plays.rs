//! From a model and a plan to play over time: agreements, strategies, policies, learning.

use crate::game::{Chain, DiscountFactor, NormalForm};
use crate::mechanism::LogEntry;
use crate::model::{Horizon, Model, OutputKind, remedy};
use crate::num::{Rational, parse_literal};
use crate::solve::Budget;
use crate::solve::chain::{BuildError, Play, Sampler};
use crate::study::evaluate::Evaluation;
use crate::study::settle::{Settled, settle};
use crate::study::solution::{QuestionError, problem};

use super::plan::{PLAYS, Plan, STRATEGIES};
use super::{agreements, learning, strategies};

/// Larger games are not played over time: every path counts how often each profile is played.
const MOST_PROFILES: usize = 100_000;

/// Play over time, ready to be walked.
pub struct Prepared {
    /// The way to play.
    pub kind: String,
    /// What is played and how, in plain sentences.
    pub about: Vec<String>,
    /// What the user should know besides.
    pub warnings: Vec<String>,
    /// The discount factor.
    pub discount: Option<DiscountFactor>,
    /// The chain, where the future depends on finitely many nodes.
    pub chain: Option<Chain>,
    /// What is walked.
    pub walk: Box<dyn Play>,
    /// What is counted in each period, in a word.
    pub labelled: &'static str,
    /// What the mechanisms did.
    pub log: Vec<LogEntry>,
}

pub(super) fn wrong(text: impl std::fmt::Display) -> QuestionError {
    QuestionError::Wrong(text.to_string())
}

/// Why there is no chain: the limit is not the fault of the call.
pub(super) fn not_built(error: BuildError, remedy: &str) -> QuestionError {
    match error {
        BuildError::Exhausted(_) => QuestionError::Unfinished,
        BuildError::Chain(_) => wrong(format!("{error}{remedy}")),
    }
}

/// A model as far as simulations need it.
pub(super) struct Setting<'m> {
    pub(super) model: &'m Model,
    /// The game by which players choose.
    pub(super) game: NormalForm,
    /// What they are paid.
    pub(super) payoffs: Vec<Vec<Rational>>,
    pub(super) settled: Option<Settled<'m>>,
    pub(super) discount: Option<DiscountFactor>,
    pub(super) log: Vec<LogEntry>,
    pub(super) about: Vec<String>,
    pub(super) warnings: Vec<String>,
}

/// Play over time of a model under mechanisms, with parameters set.
///
/// # Errors
/// A [`QuestionError`] where the plan does not fit the model.
pub fn prepare(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    plan: &Plan,
    budget: &Budget,
) -> Result<Prepared, QuestionError> {
    let discount = plan.discount.as_deref().map(discount).transpose()?;
    if matches!(model.horizon, Horizon::States(_)) {
        return super::states::prepare(model, set, mechanisms, plan, discount.as_ref(), budget);
    }
    let mut setting = setting(model, set, mechanisms, discount, budget)?;
    if setting.game.num_profiles() > MOST_PROFILES {
        return Err(wrong(format!(
            "the game has {} profiles, and at most {MOST_PROFILES} are counted over time",
            setting.game.num_profiles()
        )));
    }
    let kind = kind(model, plan)?;
    refuse_foreign(plan, &kind)?;
    let noise =
        plan.noise.as_deref().map_or(Ok(Rational::ZERO), |text| probability("--noise", text))?;
    if !noise.is_zero() {
        setting.about.push(format!(
            "With probability {noise} a player plays another action than he means to."
        ));
    }
    if let Some(learners) = learning::learners(&mut setting, plan, &kind, &noise)? {
        return Ok(setting.prepared(kind, None, Box::new(learners)));
    }
    let chain = match kind.as_str() {
        "agreement" => agreements::agreement(&mut setting, plan)?,
        "stage" => agreements::stage(&mut setting)?,
        "best-response" | "spiral" | "logit" => {
            learning::responses(&mut setting, plan, &kind, &noise, budget)?
        }
        _ => strategies::strategies(&mut setting, plan, &noise, budget)?,
    };
    let chain = with_conflict(&mut setting, plan, chain)?;
    let walk = Sampler::new(&chain);
    Ok(setting.prepared(kind, Some(chain), Box::new(walk)))
}

impl Setting<'_> {
    fn prepared(self, kind: String, chain: Option<Chain>, walk: Box<dyn Play>) -> Prepared {
        Prepared {
            kind,
            about: self.about,
            warnings: self.warnings,
            discount: self.discount,
            chain,
            walk,
            labelled: "play",
            log: self.log,
        }
    }

    pub(super) fn evaluation(&self) -> Option<&Evaluation<Rational>> {
        self.settled.as_ref().map(|settled| &settled.evaluation)
    }
}

fn setting<'m>(
    model: &'m Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    discount: Option<DiscountFactor>,
    budget: &Budget,
) -> Result<Setting<'m>, QuestionError> {
    if !model.types.is_empty() || model.succinct().is_some() {
        let found = problem(model, set, mechanisms, false, budget)?;
        let tables = |game: &NormalForm| {
            (0..game.num_players()).map(|player| game.payoffs(player).to_vec()).collect()
        };
        return Ok(Setting {
            model,
            payoffs: tables(&found.stage),
            game: found.stage,
            settled: None,
            discount,
            log: found.log,
            about: Vec::new(),
            warnings: Vec::new(),
        });
    }
    let settled = settle(model, set, mechanisms, budget)?;
    let (situation, evaluation) = (&settled.situation, &settled.evaluation);
    let game = crate::study::evaluate::choice_game(situation, evaluation)?;
    let own = || {
        let value = evaluation.horizon.as_ref()?.discount.clone()?;
        DiscountFactor::new(value)
    };
    let mut warnings = Vec::new();
    if situation.transfers {
        warnings.push("payments between the players are not simulated".to_owned());
    }
    if let Some(distance) = settled.distance {
        warnings
            .push(format!("payoffs are not rational and were rounded, by at most {distance:.1e}"));
    }
    Ok(Setting {
        model,
        game,
        payoffs: evaluation.tables.payoffs.clone(),
        discount: discount.or_else(own),
        log: situation.log.clone(),
        settled: Some(settled),
        about: Vec::new(),
        warnings,
    })
}

/// A discount factor as text.
pub(super) fn discount(text: &str) -> Result<DiscountFactor, QuestionError> {
    let value =
        parse_literal(text).map_err(|error| wrong(format!("--discount {text}: {error}")))?;
    DiscountFactor::new(value)
        .ok_or_else(|| wrong(format!("--discount {text}: a discount factor lies in [0, 1)")))
}

pub(super) fn probability(option: &str, text: &str) -> Result<Rational, QuestionError> {
    let value = parse_literal(text).map_err(|error| wrong(format!("{option} {text}: {error}")))?;
    if value.is_negative() || value > Rational::ONE {
        return Err(wrong(format!("{option} {text}: a probability lies in [0, 1]")));
    }
    Ok(value)
}

/// The way to play: as asked, or as the model suggests.
fn kind(model: &Model, plan: &Plan) -> Result<String, QuestionError> {
    let kind = match plan.play.as_slice() {
        [] if model.agreements().is_empty() => "best-response".to_owned(),
        [] => "agreement".to_owned(),
        [one] if !one.contains('=') => one.clone(),
        list => {
            if let Some(alone) = list.iter().find(|text| !text.contains('=')) {
                return Err(wrong(format!(
                    "--play {alone} is for all players: write PLAYER={alone} for one, and one for each of the others"
                )));
            }
            return Ok("strategies".to_owned());
        }
    };
    let names = || STRATEGIES.iter().chain(PLAYS).map(|play| play.name);
    if !names().any(|name| name == kind) {
        return Err(wrong(format!("there is no way to play `{kind}`{}", remedy(&kind, names()))));
    }
    if kind == "policy" {
        return Err(wrong(
            "--play policy is for models with states, and this one has none: try best-response",
        ));
    }
    if kind == "agreement" && model.agreements().is_empty() {
        return Err(wrong(
            "the model has no agreement to play: write one under [[horizon.agreements]], or try --play best-response or --play tit-for-tat",
        ));
    }
    Ok(kind)
}

/// Options that say nothing to this way to play are errors.
pub(super) fn refuse_foreign(plan: &Plan, kind: &str) -> Result<(), QuestionError> {
    let strategy = kind == "strategies" || STRATEGIES.iter().any(|play| play.name == kind);
    let response = matches!(kind, "best-response" | "logit");
    let learns = matches!(kind, "fictitious-play" | "regret-matching");
    const OF_STRATEGIES: &str = "strategies such as tit-for-tat";
    const OF_RESPONSES: &str =
        "strategies, best-response, spiral, logit, fictitious-play and regret-matching";
    let adapts = response || learns || kind == "spiral";
    // The option, whether it is given, whether it fits, and to what it does.
    let given = [
        ("--deviate", plan.deviate.is_some(), kind == "agreement", "agreement"),
        ("--always", plan.always, kind == "agreement" && plan.deviate.is_some(), "--deviate"),
        (
            "--agreement",
            plan.agreement.is_some(),
            kind == "agreement" || strategy,
            "agreement and strategies such as tit-for-tat",
        ),
        ("--cooperate", plan.cooperate.is_some(), strategy, OF_STRATEGIES),
        ("--defect", plan.defect.is_some(), strategy, OF_STRATEGIES),
        ("--generosity", plan.generosity.is_some(), strategy, "generous-tit-for-tat"),
        ("--noise", plan.noise.is_some(), strategy || adapts, OF_RESPONSES),
        (
            "--lambda",
            plan.lambda.is_some(),
            matches!(kind, "logit" | "fictitious-play"),
            "logit and fictitious-play",
        ),
        ("--moves", plan.moves.is_some(), response, "best-response and logit"),
        (
            "--start",
            plan.start.is_some(),
            adapts || kind == "policy",
            "policy, best-response, spiral, logit, fictitious-play and regret-matching",
        ),
        ("--policy", !plan.policy.is_empty(), kind == "policy", "models with states"),
    ];
    match given.iter().find(|(_, given, fits, _)| *given && !fits) {
        Some((option, .., takes)) => Err(wrong(format!(
            "{option} says nothing to the way to play `{kind}`: it is for {takes}"
        ))),
        None => Ok(()),
    }
}

/// The profile that a text names: actions joined by `|` or `/`.
pub(super) fn profile(game: &NormalForm, option: &str, text: &str) -> Result<usize, QuestionError> {
    let between = if text.contains('|') { '|' } else { '/' };
    let parts: Vec<&str> = text.split(between).map(str::trim).collect();
    if parts.len() != game.num_players() {
        return Err(wrong(format!(
            "{option} {text}: write one action for each of the {} players, joined by `|`",
            game.num_players()
        )));
    }
    let mut actions = Vec::with_capacity(parts.len());
    for (player, name) in game.players().iter().zip(parts) {
        actions.push(action(player, option, name)?);
    }
    Ok(game.profile_index(&actions))
}

pub(super) fn action(
    player: &crate::game::Player,
    option: &str,
    name: &str,
) -> Result<usize, QuestionError> {
    player.actions.iter().position(|action| action == name).ok_or_else(|| {
        let remedy = remedy(name, player.actions.iter().map(String::as_str));
        wrong(format!("{option}: {} has no action `{name}`{remedy}", player.name))
    })
}

/// `PLAYER=SOMETHING`: the position of the player, and what he is given.
pub(super) fn of_player<'t>(
    game: &NormalForm,
    option: &str,
    text: &'t str,
) -> Result<(usize, &'t str), QuestionError> {
    let (name, rest) = text
        .split_once('=')
        .ok_or_else(|| wrong(format!("{option} {text}: write PLAYER=…, with the player's name")))?;
    let names = || game.players().iter().map(|player| player.name.as_str());
    let at = names().position(|known| known == name.trim()).ok_or_else(|| {
        wrong(format!("{option}: the model has no player `{name}`{}", remedy(name, names())))
    })?;
    Ok((at, rest.trim()))
}

/// The event to wait for: its name, and its probability in each profile. What it is, is told. Other
/// events have the names `taken`.
pub(super) fn conflict(
    setting: &mut Setting<'_>,
    plan: &Plan,
    taken: &[String],
) -> Result<Option<(String, Vec<Rational>)>, QuestionError> {
    let outputs = &setting.model.outputs;
    let hazards = || {
        let hazard = |at: &usize| outputs[*at].kind == OutputKind::Hazard;
        (0..outputs.len()).filter(hazard)
    };
    let at = match plan.conflict.as_deref() {
        Some("none") => return Ok(None),
        None => hazards().next(),
        Some(id) => Some(hazards().find(|&at| outputs[at].id == id).ok_or_else(|| {
            let names = hazards().map(|at| outputs[at].id.as_str()).chain(["none"]);
            wrong(format!(
                "--conflict {id}: the model has no such output of the kind hazard{}",
                remedy(id, names)
            ))
        })?),
    };
    let Some(at) = at else { return Ok(None) };
    let (name, title) = (outputs[at].id.clone(), outputs[at].title.clone());
    let Some(evaluation) = setting.evaluation() else {
        return match plan.conflict {
            Some(_) => Err(wrong(format!(
                "--conflict {name}: outputs of models with types or a security level are not evaluated profile by profile; leave it out"
            ))),
            None => Ok(None),
        };
    };
    let table = evaluation.tables.outputs[at].clone();
    if taken.contains(&name) {
        return Err(wrong(format!(
            "the output `{name}` has the name of another event: choose another one with --conflict, or none"
        )));
    }
    setting.about.push(format!(
        "`{name}` ({title}) strikes in each period with the probability that the model gives to what is played; payoffs hold what it costs on average, and play goes on."
    ));
    Ok(Some((name, table)))
}

fn with_conflict(
    setting: &mut Setting<'_>,
    plan: &Plan,
    chain: Chain,
) -> Result<Chain, QuestionError> {
    match conflict(setting, plan, chain.events())? {
        Some((name, hazard)) => chain.with_hazard(&name, &hazard).map_err(wrong),
        None => Ok(chain),
    }
}
