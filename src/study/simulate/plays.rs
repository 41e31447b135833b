//! From a model and a plan to play over time: agreements, strategies, policies, learning.

use crate::game::{
    Chain, ChainOutcome, ChainParts, DiscountFactor, NormalForm, Step, play_machines,
    profile_outcomes,
};
use crate::mechanism::LogEntry;
use crate::model::{Horizon, Model, OutputKind, remedy};
use crate::num::{Rational, parse_literal};
use crate::solve::chain::{Play, Sampler};
use crate::solve::{Budget, LearnerOptions, Learners, Moves, PathRule, Response, response_chain};
use crate::study::evaluate::{Evaluation, Origin, Play as Stage};
use crate::study::settle::{Settled, settle};
use crate::study::solution::{QuestionError, problem};

use super::plan::{PLAYS, Plan, STRATEGIES};
use super::strategies::{Sides, machine_of};

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
    let kind = kind(model, plan)?;
    refuse_foreign(plan, &kind)?;
    let noise =
        plan.noise.as_deref().map_or(Ok(Rational::ZERO), |text| probability("--noise", text))?;
    if !noise.is_zero() {
        setting.about.push(format!(
            "With probability {noise} a player plays another action than he means to."
        ));
    }
    if let Some(learners) = learners(&mut setting, plan, &kind, &noise)? {
        return Ok(setting.prepared(kind, None, Box::new(learners)));
    }
    let chain = match kind.as_str() {
        "agreement" => agreement(&mut setting, plan)?,
        "stage" => stage(&mut setting)?,
        "best-response" | "spiral" | "logit" => responses(&mut setting, plan, &kind, &noise)?,
        _ => strategies(&mut setting, plan, &noise)?,
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
    if !model.types.is_empty() || model.security.is_some() {
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

fn probability(option: &str, text: &str) -> Result<Rational, QuestionError> {
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
fn refuse_foreign(plan: &Plan, kind: &str) -> Result<(), QuestionError> {
    let strategy = kind == "strategies" || STRATEGIES.iter().any(|play| play.name == kind);
    let response = matches!(kind, "best-response" | "logit");
    let learns = matches!(kind, "fictitious-play" | "regret-matching");
    let given = [
        ("--deviate", plan.deviate.is_some(), kind == "agreement"),
        ("--always", plan.always, kind == "agreement" && plan.deviate.is_some()),
        ("--agreement", plan.agreement.is_some(), kind == "agreement" || strategy),
        ("--cooperate", plan.cooperate.is_some(), strategy),
        ("--defect", plan.defect.is_some(), strategy),
        ("--generosity", plan.generosity.is_some(), strategy),
        ("--noise", plan.noise.is_some(), strategy || response || learns || kind == "spiral"),
        ("--lambda", plan.lambda.is_some(), matches!(kind, "logit" | "fictitious-play")),
        ("--moves", plan.moves.is_some(), response),
        ("--start", plan.start.is_some(), response || learns || kind == "spiral"),
        ("--policy", !plan.policy.is_empty(), false),
    ];
    match given.iter().find(|(_, given, fits)| *given && !fits) {
        Some((option, ..)) => Err(wrong(format!("{option} says nothing to --play {kind}"))),
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

fn action(player: &crate::game::Player, option: &str, name: &str) -> Result<usize, QuestionError> {
    player.actions.iter().position(|action| action == name).ok_or_else(|| {
        let remedy = remedy(name, player.actions.iter().map(String::as_str));
        wrong(format!("{option}: {} has no action `{name}`{remedy}", player.name))
    })
}

/// `PLAYER=SOMETHING`: the position of the player, and what he is given.
fn of_player<'t>(
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

/// The position of the agreement among those of the evaluation: as asked, the one that is kept, or
/// the first one.
fn which_agreement(setting: &Setting<'_>, plan: &Plan) -> Result<Option<usize>, QuestionError> {
    let Some(evaluation) = setting.evaluation() else { return Ok(None) };
    let agreements = setting.model.agreements();
    if let Some(id) = &plan.agreement {
        let known =
            agreements.iter().position(|agreement| agreement.id == *id).ok_or_else(|| {
                let names = agreements.iter().map(|agreement| agreement.id.as_str());
                wrong(format!("the model has no agreement `{id}`{}", remedy(id, names)))
            })?;
        let at = evaluation.agreements.iter().position(|result| result.agreement == known);
        return at.map(Some).ok_or_else(|| {
            wrong(format!("a mechanism removes the actions of the agreement `{id}`"))
        });
    }
    Ok(evaluation.outcome.or((!evaluation.agreements.is_empty()).then_some(0)))
}

fn agreement(setting: &mut Setting<'_>, plan: &Plan) -> Result<Chain, QuestionError> {
    let at = which_agreement(setting, plan)?;
    let game = &setting.game;
    let (Some(at), Some(evaluation)) = (at, setting.evaluation()) else {
        return Err(wrong("mechanisms remove the actions of all agreements"));
    };
    let Some(values) = &evaluation.horizon else {
        return Err(wrong("the model is not repeated"));
    };
    let (agreement, spec) = (&evaluation.agreements[at], evaluation.agreements[at].agreement);
    let spec = &setting.model.agreements()[spec];
    let stays = &values.survival * (Rational::ONE - &values.false_alarm);
    let mut about = vec![format!(
        "The agreement {} ({}) outlives a period with probability {stays} while all keep to it; after its end {} is played.",
        spec.id,
        game.profile_names(&game.profile(agreement.profile)).join("/"),
        words_of(game, &evaluation.otherwise)
    )];
    let mut warnings = Vec::new();
    if evaluation.outcome != Some(at) {
        let critical = agreement.critical.number();
        let at = critical.map_or_else(|| "never".to_owned(), |value| format!("from {value} on"));
        warnings.push(match (&setting.discount, agreement.holds) {
            (Some(discount), false) => format!(
                "{} is no equilibrium at the discount factor {} (it is one {at}): it is played as if it were kept",
                spec.id,
                discount.value()
            ),
            _ => format!("{} is not what the model predicts: it is played as if it were kept", spec.id),
        });
    }
    let (labels, outcomes) = profile_outcomes(game, &setting.payoffs);
    let end = |outcome: usize, stays: &Rational, standing: usize, ended: usize| -> Vec<Step> {
        let ways = [(stays.clone(), standing, 0), (Rational::ONE - stays, ended, 1)];
        let possible = ways.into_iter().filter(|(probability, ..)| !probability.is_zero());
        possible
            .map(|(probability, next, events)| Step { probability, outcome, next, events })
            .collect()
    };
    let parts = match &evaluation.otherwise {
        Stage::Pure(profile) => vec![(*profile, Rational::ONE)],
        Stage::Mixed(parts) => parts.clone(),
    };
    let after = parts.into_iter().map(|(outcome, probability)| Step {
        probability,
        outcome,
        next: 1,
        events: 0,
    });
    let mut nodes = vec![end(agreement.profile, &stays, 0, 1), after.collect()];
    let mut start = 0;
    if let Some(text) = &plan.deviate {
        let (player, name) = of_player(game, "--deviate", text)?;
        let to = action(&game.players()[player], "--deviate", name)?;
        let deviation = game.deviation(agreement.profile, player, to);
        if deviation == agreement.profile {
            return Err(wrong(format!(
                "--deviate {text}: {name} is what the agreement asks of {}",
                game.players()[player].name
            )));
        }
        let seen = &values.detection[agreement.agreement][player][to];
        let stays = &values.survival * (Rational::ONE - seen);
        let who = &game.players()[player].name;
        about.push(if plan.always {
            format!("{who} plays {name} for as long as it stands, which is for another period with probability {stays}.")
        } else {
            format!("{who} plays {name} in the first period, which it outlives with probability {stays}.")
        });
        let deviating = nodes.len();
        nodes.push(end(deviation, &stays, if plan.always { deviating } else { 0 }, 1));
        start = deviating;
    }
    let parts = ChainParts {
        players: game.players().iter().map(|player| player.name.clone()).collect(),
        labels,
        outcomes,
        events: vec!["end".to_owned()],
        nodes,
        start: vec![(start, Rational::ONE)],
    };
    setting.about.append(&mut about);
    setting.warnings.append(&mut warnings);
    Chain::new(parts).map_err(wrong)
}

fn words_of(game: &NormalForm, play: &Stage) -> String {
    match play {
        Stage::Pure(profile) => game.profile_names(&game.profile(*profile)).join("/"),
        Stage::Mixed(_) => "a mixture".to_owned(),
    }
}

fn stage(setting: &mut Setting<'_>) -> Result<Chain, QuestionError> {
    let Some(evaluation) = setting.evaluation() else {
        return Err(wrong(
            "--play stage needs a model whose stage game is evaluated: try --play best-response",
        ));
    };
    let parts = match &evaluation.otherwise {
        Stage::Pure(profile) => vec![(*profile, Rational::ONE)],
        Stage::Mixed(parts) => parts.clone(),
    };
    let how = match evaluation.otherwise_origin {
        Origin::BestReplies => "best replies lead to it",
        Origin::LowestEquilibrium => "the equilibrium of the lowest joint payoff",
        Origin::Declared => "the equilibrium that the model declares",
        Origin::Mediator => "the best correlated equilibrium, by a mediator",
        Origin::Leader => "one player commits, the others reply",
    };
    let about = format!(
        "In each period {} is played ({how}).",
        words_of(&setting.game, &evaluation.otherwise)
    );
    let (labels, outcomes) = profile_outcomes(&setting.game, &setting.payoffs);
    let node = parts.into_iter().map(|(outcome, probability)| Step {
        probability,
        outcome,
        next: 0,
        events: 0,
    });
    let parts = ChainParts {
        players: setting.game.players().iter().map(|player| player.name.clone()).collect(),
        labels,
        outcomes,
        events: Vec::new(),
        nodes: vec![node.collect()],
        start: vec![(0, Rational::ONE)],
    };
    setting.about.push(about);
    Chain::new(parts).map_err(wrong)
}

/// What each player does when he cooperates and when he does not.
fn sides(setting: &Setting<'_>, plan: &Plan) -> Result<Sides, QuestionError> {
    let game = &setting.game;
    let agreed = which_agreement(setting, plan)?;
    let two = game.shape().iter().all(|&count| count == 2);
    let cooperate = match (&plan.cooperate, agreed, setting.evaluation()) {
        (Some(text), ..) => profile(game, "--cooperate", text)?,
        (None, Some(at), Some(evaluation)) => evaluation.agreements[at].profile,
        _ if two => 0,
        _ => {
            return Err(wrong(
                "which actions are cooperative? The model has no agreement: name them with --cooperate, one action for each player joined by `|`",
            ));
        }
    };
    let otherwise = setting.evaluation().map(|evaluation| &evaluation.otherwise);
    let defect = match (&plan.defect, otherwise) {
        (Some(text), _) => profile(game, "--defect", text)?,
        (None, Some(Stage::Pure(profile))) => *profile,
        _ if two => game.num_profiles() - 1 - cooperate,
        _ => {
            return Err(wrong(
                "which actions are not cooperative? What is played without an agreement is mixed: name them with --defect, one action for each player joined by `|`",
            ));
        }
    };
    for (player, named) in game.players().iter().enumerate() {
        if game.action_in(player, cooperate) == game.action_in(player, defect) {
            return Err(wrong(format!(
                "{} plays {} whether or not he cooperates: name other actions with --cooperate and --defect",
                named.name,
                named.actions[game.action_in(player, cooperate)]
            )));
        }
    }
    Ok(Sides { cooperate, defect })
}

fn strategies(
    setting: &mut Setting<'_>,
    plan: &Plan,
    noise: &Rational,
) -> Result<Chain, QuestionError> {
    let game = &setting.game;
    let sides = sides(setting, plan)?;
    let players = game.num_players();
    let names: Vec<String> = match plan.play.as_slice() {
        [one] if !one.contains('=') => vec![one.clone(); players],
        list => {
            let mut names = vec![String::new(); players];
            for text in list {
                let (player, name) = of_player(game, "--play", text)?;
                let known = || STRATEGIES.iter().map(|play| play.name);
                if !known().any(|strategy| strategy == name) {
                    return Err(wrong(format!(
                        "there is no strategy `{name}` for one player{}",
                        remedy(name, known())
                    )));
                }
                names[player] = name.to_owned();
            }
            if let Some(missing) = names.iter().position(String::is_empty) {
                return Err(wrong(format!(
                    "--play says nothing of {}: name a strategy for each player",
                    game.players()[missing].name
                )));
            }
            names
        }
    };
    let generosity =
        plan.generosity.as_deref().map(|text| probability("--generosity", text)).transpose()?;
    if generosity.is_some() && !names.iter().any(|name| name == "generous-tit-for-tat") {
        return Err(wrong("--generosity is for generous-tit-for-tat"));
    }
    let mut machines = Vec::with_capacity(players);
    let mut about = Vec::new();
    for (player, name) in names.iter().enumerate() {
        let generosity = match &generosity {
            Some(given) => given.clone(),
            None => sides.generosity(game, &setting.payoffs, player),
        };
        let machine = machine_of(name, game, player, &sides, &generosity);
        let own = [sides.cooperate, sides.defect].map(|profile| game.action_in(player, profile));
        machines.push(machine.with_noise(noise, &own));
        let actions = &game.players()[player].actions;
        let forgives = match name.as_str() {
            "generous-tit-for-tat" => format!(", forgiving with probability {generosity}"),
            _ => String::new(),
        };
        about.push(format!(
            "{} plays {name}{forgives}: {} to cooperate, {} otherwise.",
            game.players()[player].name,
            actions[own[0]],
            actions[own[1]]
        ));
    }
    let chain = play_machines(game, &setting.payoffs, &machines).map_err(wrong)?;
    setting.about.splice(0..0, about);
    Ok(chain)
}

fn start(setting: &Setting<'_>, plan: &Plan) -> Result<Option<usize>, QuestionError> {
    match plan.start.as_deref() {
        Some("random") => Ok(None),
        Some(text) => profile(&setting.game, "--start", text).map(Some),
        // Where the best replies of the model begin.
        None => Ok(Some(
            setting.evaluation().and_then(|found| found.path.first().copied()).unwrap_or(0),
        )),
    }
}

fn words_of_start(game: &NormalForm, start: Option<usize>) -> String {
    start.map_or_else(
        || "a profile drawn at random".to_owned(),
        |profile| game.profile_names(&game.profile(profile)).join("/"),
    )
}

fn responses(
    setting: &mut Setting<'_>,
    plan: &Plan,
    kind: &str,
    noise: &Rational,
) -> Result<Chain, QuestionError> {
    let moves = match (kind, plan.moves.as_deref()) {
        ("spiral", _) | (_, Some("in-turn")) => Moves::InTurn,
        ("logit", None) | (_, Some("random")) => Moves::Random,
        (_, None | Some("at-once")) => Moves::AtOnce,
        (_, Some(other)) => {
            let known = remedy(other, ["at-once", "in-turn", "random"]);
            return Err(wrong(format!("--moves {other}: there is no such order{known}")));
        }
    };
    let response =
        match kind {
            "spiral" => Response::Toward,
            "logit" => Response::Logit(precision(plan)?.ok_or_else(|| {
                wrong("--play logit needs the precision of responses: --lambda 2")
            })?),
            _ => Response::Best,
        };
    let start = start(setting, plan)?;
    let game = &setting.game;
    let chain =
        response_chain(game, &setting.payoffs, response, moves, noise, start).map_err(|error| {
            let remedy = if moves == Moves::AtOnce { ": try --moves random" } else { "" };
            wrong(format!("{error}{remedy}"))
        })?;
    let who = match moves {
        Moves::AtOnce => "all players revise at once after each period",
        Moves::InTurn => "players revise in turn, one after each period",
        Moves::Random => "a player drawn at random revises after each period",
    };
    let what = match response {
        Response::Best => "by the first best reply to what was just played".to_owned(),
        Response::Toward => "by one step towards the first best reply".to_owned(),
        Response::Logit(precision) => {
            format!("by a logit response of precision {precision} to what was just played")
        }
    };
    let from = words_of_start(game, start);
    setting.about.insert(0, format!("From {from}, {who}, {what}."));
    let rests: Vec<bool> = (0..game.num_profiles()).map(|at| is_equilibrium(game, at)).collect();
    if rests.contains(&true) {
        return chain.with_outcome_event("equilibrium", &rests).map_err(wrong);
    }
    Ok(chain)
}

fn is_equilibrium(game: &NormalForm, profile: usize) -> bool {
    (0..game.num_players()).all(|player| {
        (0..game.num_actions(player)).all(|action| {
            game.payoff(player, game.deviation(profile, player, action))
                <= game.payoff(player, profile)
        })
    })
}

fn precision(plan: &Plan) -> Result<Option<f64>, QuestionError> {
    let Some(text) = &plan.lambda else { return Ok(None) };
    let value = parse_literal(text).map_err(|error| wrong(format!("--lambda {text}: {error}")))?;
    let value = value.to_f64();
    if value >= 0.0 && value.is_finite() {
        Ok(Some(value))
    } else {
        Err(wrong(format!("--lambda {text}: a precision is not negative")))
    }
}

fn learners(
    setting: &mut Setting<'_>,
    plan: &Plan,
    kind: &str,
    noise: &Rational,
) -> Result<Option<Learners>, QuestionError> {
    let rule = match kind {
        "fictitious-play" => PathRule::Fictitious(precision(plan)?),
        "regret-matching" => PathRule::Regrets,
        _ => return Ok(None),
    };
    let start = start(setting, plan)?;
    let what = match rule {
        PathRule::Fictitious(None) => {
            "the first best reply to how often the others played what".to_owned()
        }
        PathRule::Fictitious(Some(precision)) => format!(
            "an action drawn from the logit response of precision {precision} to how often the others played what"
        ),
        PathRule::Regrets => "actions in proportion to what they would have paid more".to_owned(),
    };
    let game = &setting.game;
    let from = words_of_start(game, start);
    let about = format!("From {from} on, everybody plays {what}.");
    let mut events = Vec::new();
    let rests: Vec<Rational> = (0..game.num_profiles())
        .map(|at| if is_equilibrium(game, at) { Rational::ONE } else { Rational::ZERO })
        .collect();
    if rests.contains(&Rational::ONE) {
        events.push(("equilibrium".to_owned(), rests));
    }
    if let Some((name, _, hazard)) = conflict(setting, plan)? {
        events.push((name, hazard));
    }
    let options = LearnerOptions { rule, noise: noise.to_f64(), start };
    let learners = Learners::new(game, &setting.payoffs, &events, options);
    setting.about.insert(0, about);
    Ok(Some(learners))
}

/// The event to wait for: its name, its title, and its probability in each profile.
type Conflict = (String, String, Vec<Rational>);

fn conflict(setting: &Setting<'_>, plan: &Plan) -> Result<Option<Conflict>, QuestionError> {
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
    let (Some(at), Some(evaluation)) = (at, setting.evaluation()) else { return Ok(None) };
    let table = evaluation.tables.outputs[at].clone();
    Ok(Some((outputs[at].id.clone(), outputs[at].title.clone(), table)))
}

fn with_conflict(
    setting: &mut Setting<'_>,
    plan: &Plan,
    chain: Chain,
) -> Result<Chain, QuestionError> {
    let Some((name, title, hazard)) = conflict(setting, plan)? else { return Ok(chain) };
    setting.about.push(format!(
        "`{name}` ({title}) strikes in each period with the probability that the model gives to what is played; payoffs hold what it costs on average, and play goes on."
    ));
    if chain.events().contains(&name) {
        return Err(wrong(format!(
            "the output `{name}` has the name of another event: choose another one with --conflict"
        )));
    }
    chain.with_hazard(&name, &hazard).map_err(wrong)
}

/// Used by models with states.
pub(super) fn outcomes_of(labels: &[usize], payoffs: Vec<Vec<Rational>>) -> Vec<ChainOutcome> {
    labels.iter().zip(payoffs).map(|(&label, payoffs)| ChainOutcome { label, payoffs }).collect()
}
