//! Play in changing states: in each state what equilibria with transfers play, or what the caller names.

use crate::game::stochastic::StochasticGame;
use crate::game::{Chain, ChainOutcome, ChainParts, DiscountFactor, Step};
use crate::model::{Model, remedy};
use crate::num::Rational;
use crate::solve::Budget;
use crate::solve::chain::Sampler;
use crate::study::solution::QuestionError;
use crate::study::stochastic::{
    StochasticAnswer, StochasticQuestion, solve_stochastic, stochastic_problem,
};

use super::plan::Plan;
use super::plays::{Prepared, profile, refuse_foreign, wrong};

pub(super) fn prepare(
    model: &Model,
    set: &[(usize, Rational)],
    mechanisms: &[usize],
    plan: &Plan,
    discount: Option<&DiscountFactor>,
    budget: &Budget,
) -> Result<Prepared, QuestionError> {
    if plan.play.iter().any(|play| play != "policy") {
        return Err(wrong(
            "a model with states is played by a policy: leave --play out, and name what is played in a state with --policy STATE=PROFILE",
        ));
    }
    refuse_foreign(plan, "policy")?;
    let problem = stochastic_problem(model, set, mechanisms, discount)?;
    let game = &problem.game;
    let names = || game.states().iter().map(|state| state.name.as_str());
    let state = |option: &str, name: &str| {
        names().position(|known| known == name).ok_or_else(|| {
            wrong(format!("{option}: the model has no state `{name}`{}", remedy(name, names())))
        })
    };
    let mut policy: Vec<Option<usize>> = vec![None; game.states().len()];
    for text in &plan.policy {
        let (name, rest) = text
            .split_once('=')
            .ok_or_else(|| wrong(format!("--policy {text}: write STATE=PROFILE")))?;
        let at = state("--policy", name.trim())?;
        policy[at] = Some(profile(&game.states()[at].stage, "--policy", rest.trim())?);
    }
    let mut about = Vec::new();
    let mut warnings = Vec::new();
    if policy.contains(&None) {
        let found = solve_stochastic(game, &StochasticQuestion::Transfers, budget)?;
        let policies = match &found.answer {
            StochasticAnswer::Transfers(answer) => answer.policies.as_ref(),
            _ => None,
        };
        let Some(policies) = policies else {
            return Err(wrong(
                "no equilibrium in pure strategies is known for this game: name what is played in every state with --policy STATE=PROFILE",
            ));
        };
        for (asked, played) in policy.iter_mut().zip(&policies.played) {
            asked.get_or_insert(*played);
        }
        about.push("Where --policy names nothing, what equilibria with transfers play.".to_owned());
        warnings.push(
            "payments between the players are not simulated: with transfers the sum of payoffs counts"
                .to_owned(),
        );
    }
    let policy: Vec<usize> = policy.into_iter().flatten().collect();
    let words: Vec<String> = (0..policy.len())
        .map(|at| {
            let stage = &game.states()[at].stage;
            let played = stage.profile_names(&stage.profile(policy[at])).join("/");
            format!("{}: {played}", game.states()[at].name)
        })
        .collect();
    about.insert(0, format!("By state: {}.", words.join("; ")));
    let start = match plan.start.as_deref() {
        None => vec![(game.start(), Rational::ONE)],
        Some("random") => {
            let share = Rational::new(1, policy.len() as i64);
            (0..policy.len()).map(|at| (at, share.clone())).collect()
        }
        Some(name) => vec![(state("--start", name)?, Rational::ONE)],
    };
    let chain = chain(game, &policy, start)?;
    let conflict: Vec<usize> = match plan.conflict.as_deref() {
        Some("none") => Vec::new(),
        Some(text) => text
            .split(',')
            .map(|name| state("--conflict", name.trim()))
            .collect::<Result<_, _>>()?,
        None => problem.conflict.clone(),
    };
    let chain = match conflict.as_slice() {
        [] => chain,
        some => {
            let name = some.iter().map(|&at| game.states()[at].name.as_str());
            let name = name.collect::<Vec<_>>().join(" or ");
            let arrives: Vec<bool> = (0..policy.len()).map(|at| some.contains(&at)).collect();
            about.push(format!("The event `{name}` is the period at whose end play goes there."));
            chain.with_arrival(&name, &arrives).map_err(wrong)?
        }
    };
    Ok(Prepared {
        kind: "policy".to_owned(),
        about,
        warnings,
        discount: Some(game.discount().clone()),
        walk: Box::new(Sampler::new(&chain)),
        chain: Some(chain),
        labelled: "state",
        log: problem.log,
    })
}

fn chain(
    game: &StochasticGame,
    policy: &[usize],
    start: Vec<(usize, Rational)>,
) -> Result<Chain, QuestionError> {
    let outcomes = game.states().iter().zip(policy).enumerate().map(|(label, (state, &played))| {
        let paid = |player| state.stage.payoff(player, played).clone();
        ChainOutcome { label, payoffs: (0..game.num_players()).map(paid).collect() }
    });
    let nodes = game.states().iter().zip(policy).enumerate().map(|(at, (state, &played))| {
        let rows = state.transitions[played].iter().filter(|(_, p)| !p.is_zero());
        rows.map(|(next, p)| Step { probability: p.clone(), outcome: at, next: *next, events: 0 })
            .collect()
    });
    Chain::new(ChainParts {
        players: (0..game.num_players()).map(|at| game.player(at).to_owned()).collect(),
        labels: game.states().iter().map(|state| state.name.clone()).collect(),
        outcomes: outcomes.collect(),
        events: Vec::new(),
        nodes: nodes.collect(),
        start,
    })
    .map_err(wrong)
}
