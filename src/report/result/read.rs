//! Answers from JSON.

use std::collections::{BTreeMap, HashMap};

use crate::game::answer::{
    Answer, Approximate, ApproximateEquilibrium, BindingDeviation, BranchEvent, BranchEventKind,
    ClassBound, Component, CorrelatedVertices, CriticalDiscount, Dominance, Elimination,
    Equilibria, Equilibrium, FictitiousPlay, Guaranteed, LogitEquilibrium, LogitFit, LogitPoint,
    Minimax, NashSubset, Quantal, Repeated, ReplyBound, Scope, SecurityLevel, Stackelberg, Subject,
    Sustained,
};
use crate::game::case_tree::CaseTree;
use crate::game::{MixedProfile, MixedStrategy, NormalForm};
use crate::num::Rational;

use super::cursor::{Cursor, ResultError};
use super::labels::{Labels, position, split_joint};
use super::write::{all_actions, joint_keys};

pub(super) type Read<T> = Result<T, ResultError>;

/// The answer of a result for a concept.
pub(super) fn answer(top: &Cursor<'_>, concept: &str, subject: Subject<'_>) -> Read<Answer> {
    let labels = Labels::of(subject);
    let names = Names { labels: &labels };
    Ok(match concept {
        "nash" if names.is_near(top)? => Answer::Approximate(names.approximate(top)?),
        "qre" => Answer::Quantal(names.quantal(top)?),
        "pure" | "nash" => Answer::Equilibria(names.equilibria(top)?),
        "fictitious-play" | "minimax"
            if top.optional("counts")?.is_none() && top.optional("course")?.is_some() =>
        {
            Answer::Learning(names.learning(top, subject)?)
        }
        "regret-matching" => Answer::Learning(names.learning(top, subject)?),
        "minimax" => Answer::Minimax(names.minimax(top)?),
        "correlated" => names.any_correlated(top, subject)?,
        "coarse-correlated" => Answer::CoarseCorrelated(names.coarse_correlated(top, subject)?),
        "correlated-vertices" => Answer::CorrelatedVertices(CorrelatedVertices {
            vertices: names.vertices(top, subject)?,
        }),
        "correlated-payoffs" => {
            Answer::CorrelatedPayoffs(names.payoff_polygon(top, subject, Names::correlated)?)
        }
        "coarse-correlated-payoffs" => Answer::CoarseCorrelatedPayoffs(names.payoff_polygon(
            top,
            subject,
            Names::coarse_correlated,
        )?),
        "rationalizable" => Answer::Dominance(names.dominance(top)?),
        "stackelberg" if top.optional("distribution")?.is_some() => {
            Answer::CorrelatedCommitment(names.correlated_commitment(top, subject)?)
        }
        "stackelberg" if top.optional("closed")?.is_some() => {
            Answer::Robust(names.robust(top, subject.stage())?)
        }
        "stackelberg" if top.optional("optimistic")?.is_some() => {
            Answer::PureBeforeFollowers(names.pure_before_followers(top, subject.stage())?)
        }
        "stackelberg" if top.optional("beta")?.is_some() => Answer::Matched(names.matched(top)?),
        "stackelberg" if top.optional("order")?.is_some() => {
            Answer::Sequential(names.sequential(top, subject.stage())?)
        }
        "stackelberg" if top.optional("followers")?.is_some() => {
            Answer::SeveralFollowers(names.several_followers(top, subject.stage())?)
        }
        "stackelberg" => Answer::Stackelberg(names.stackelberg(top)?),
        "credibility" => Answer::Credibility(names.credibility(top)?),
        "fictitious-play" => Answer::FictitiousPlay(names.fictitious_play(top)?),
        "public-perfect" => Answer::Triggers(names.triggers(top, subject)?),
        "repeated" => Answer::Repeated(names.repeated(top, subject)?),
        "tournament" => Answer::Tournament(names.tournament(top, subject.stage())?),
        "automaton" => Answer::Machine(names.machine(top, subject.stage())?),
        "critical-discount" => {
            Answer::CriticalDiscounts(names.critical_discounts(top, subject.stage())?)
        }
        "repeated-payoffs" if top.optional("bounds")?.is_some() => {
            Answer::RepeatedPolytopes(names.repeated_polytopes(top, subject.stage())?)
        }
        "repeated-payoffs" => {
            Answer::RepeatedPayoffs(names.repeated_payoffs(top, subject.stage())?)
        }
        "refinement" => Answer::Refinement(names.refinement(top)?),
        "symmetric" => Answer::Symmetric(names.symmetric(top)?),
        "structure" => Answer::Structure(names.structure(top, subject.stage())?),
        _ => {
            return Err(top
                .key("concept")?
                .wrong(format!("results of the concept `{concept}` cannot be read back")));
        }
    })
}

/// Positions by name: joint actions can be many.
fn by_name(known: &[String]) -> HashMap<&str, usize> {
    known.iter().map(String::as_str).zip(0..).collect()
}

/// What is read with names, which become positions.
pub(super) struct Names<'a> {
    pub(super) labels: &'a Labels,
}

impl Names<'_> {
    pub(super) fn find(
        &self,
        at: &Cursor<'_>,
        what: &str,
        name: &str,
        known: &[String],
    ) -> Read<usize> {
        position(what, name, known).map_err(|text| at.wrong(text))
    }

    pub(super) fn player(&self, at: &Cursor<'_>) -> Read<usize> {
        self.find(at, "player", at.string()?, &self.labels.players)
    }

    pub(super) fn action(&self, player: usize, at: &Cursor<'_>) -> Read<usize> {
        self.find(at, "action", at.string()?, &self.labels.actions[player])
    }

    /// An object with one entry for each known name, by position.
    pub(super) fn each<T>(
        &self,
        at: &Cursor<'_>,
        what: &str,
        known: &[String],
        read: impl Fn(usize, &Cursor<'_>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let mut found: BTreeMap<usize, T> = BTreeMap::new();
        let positions = by_name(known);
        for (name, value) in at.entries()? {
            let position = match positions.get(name) {
                Some(&position) => position,
                None => self.find(&value, what, name, known)?,
            };
            found.insert(position, read(position, &value)?);
        }
        match (0..known.len()).find(|position| !found.contains_key(position)) {
            Some(missing) => Err(at.wrong(format!("the {what} `{}` is missing", known[missing]))),
            None => Ok(found.into_values().collect()),
        }
    }

    /// An object with a number for each player.
    pub(super) fn by_player(&self, at: &Cursor<'_>) -> Read<Vec<Rational>> {
        self.each(at, "player", &self.labels.players, |_, value| value.rational())
    }

    /// An object with a number for some known names; those left out are zero.
    pub(super) fn numbers(
        &self,
        at: &Cursor<'_>,
        what: &str,
        known: &[String],
    ) -> Read<Vec<Rational>> {
        let mut values = vec![Rational::ZERO; known.len()];
        let positions = by_name(known);
        for (name, value) in at.entries()? {
            let position = match positions.get(name) {
                Some(&position) => position,
                None => self.find(&value, what, name, known)?,
            };
            values[position] = value.rational()?;
        }
        Ok(values)
    }

    /// The profile index of names joined by `|`.
    pub(super) fn profile_at(&self, at: &Cursor<'_>, key: &str, game: &NormalForm) -> Read<usize> {
        let parts = split_joint(key);
        if parts.len() != self.labels.players.len() {
            return Err(at.wrong(format!(
                "a profile has {} names joined by `|`",
                self.labels.players.len()
            )));
        }
        let profile = parts
            .iter()
            .enumerate()
            .map(|(player, name)| self.find(at, "action", name, &self.labels.actions[player]))
            .collect::<Read<Vec<usize>>>()?;
        Ok(game.profile_index(&profile))
    }

    pub(super) fn strategy(&self, player: usize, at: &Cursor<'_>) -> Read<MixedStrategy> {
        let values = self.numbers(at, "action", &self.labels.actions[player])?;
        MixedStrategy::new(values).map_err(|error| at.wrong(error.to_string()))
    }

    pub(super) fn profile(&self, at: &Cursor<'_>) -> Read<MixedProfile> {
        self.each(at, "player", &self.labels.players, |player, value| self.strategy(player, value))
    }

    pub(super) fn equilibrium(&self, at: &Cursor<'_>) -> Read<Equilibrium> {
        Ok(Equilibrium {
            profile: self.profile(&at.key("strategies")?)?,
            payoffs: self.by_player(&at.key("payoffs")?)?,
            regret: at.key("regret")?.rational()?,
        })
    }

    /// Whether the list is one of profiles near equilibrium.
    fn is_near(&self, top: &Cursor<'_>) -> Read<bool> {
        Ok(matches!(top.key("scope")?.string()?, "all" | "near"))
    }

    /// A profile whose numbers may be machine numbers.
    fn near_profile(&self, at: &Cursor<'_>) -> Read<MixedProfile> {
        self.each(at, "player", &self.labels.players, |player, value| {
            let known = &self.labels.actions[player];
            let mut probabilities = vec![Rational::ZERO; known.len()];
            for (name, number) in value.entries()? {
                probabilities[self.find(&number, "action", name, known)?] = number.number()?;
            }
            MixedStrategy::new(probabilities).map_err(|error| value.wrong(error.to_string()))
        })
    }

    fn near_by_player(&self, at: &Cursor<'_>) -> Read<Vec<Rational>> {
        self.each(at, "player", &self.labels.players, |_, value| value.number())
    }

    fn near(&self, at: &Cursor<'_>) -> Read<ApproximateEquilibrium> {
        Ok(ApproximateEquilibrium {
            profile: self.near_profile(&at.key("strategies")?)?,
            payoffs: self.near_by_player(&at.key("payoffs")?)?,
            regret: at.key("regret")?.number()?,
            radius: at.optional("radius")?.map(|radius| radius.number()).transpose()?,
        })
    }

    fn approximate(&self, top: &Cursor<'_>) -> Read<Approximate> {
        let list = top.key("equilibria")?;
        Ok(Approximate {
            list: list.list()?.iter().map(|one| self.near(one)).collect::<Read<_>>()?,
            complete: top.key("scope")?.string()? == "all",
        })
    }

    fn logit_point(&self, at: &Cursor<'_>) -> Read<LogitPoint> {
        Ok(LogitPoint {
            lambda: at.key("lambda")?.number()?,
            profile: self.near_profile(&at.key("strategies")?)?,
            residual: at.key("residual")?.number()?,
        })
    }

    fn logit_equilibrium(&self, at: &Cursor<'_>) -> Read<LogitEquilibrium> {
        Ok(LogitEquilibrium {
            point: self.logit_point(at)?,
            payoffs: self.near_by_player(&at.key("payoffs")?)?,
            regret: at.key("regret")?.number()?,
        })
    }

    fn logit_fit(&self, at: &Cursor<'_>) -> Read<LogitFit> {
        let counts =
            self.each(&at.key("counts")?, "player", &self.labels.players, |player, of| {
                self.each(of, "action", &self.labels.actions[player], |_, count| count.integer())
            })?;
        Ok(LogitFit {
            counts,
            equilibrium: self.logit_equilibrium(&at.key("equilibrium")?)?,
            log_likelihood: at.key("log_likelihood")?.number()?,
        })
    }

    fn quantal(&self, top: &Cursor<'_>) -> Read<Quantal> {
        let event = |at: &Cursor<'_>| -> Read<BranchEvent> {
            let kind = at.key("kind")?;
            let kind = match kind.string()? {
                "turning point" => BranchEventKind::TurningPoint,
                "bifurcation" => BranchEventKind::Bifurcation,
                _ => return Err(kind.wrong("a kind is `turning point` or `bifurcation`")),
            };
            Ok(BranchEvent { kind, lambda: at.key("lambda")?.number()? })
        };
        let limit = top.key("limit")?;
        let points = top.key("equilibria")?.list()?;
        Ok(Quantal {
            points: points.iter().map(|one| self.logit_equilibrium(one)).collect::<Read<_>>()?,
            path: top
                .key("path")?
                .list()?
                .iter()
                .map(|one| self.logit_point(one))
                .collect::<Read<_>>()?,
            events: top.key("events")?.list()?.iter().map(event).collect::<Read<_>>()?,
            limit: if limit.is_null() { None } else { Some(self.near(&limit)?) },
            fit: top.optional("fit")?.map(|fit| self.logit_fit(&fit)).transpose()?,
        })
    }

    pub(super) fn equilibria(&self, top: &Cursor<'_>) -> Read<Equilibria> {
        let scope = top.key("scope")?;
        let scope = match scope.string()? {
            "all-pure" => Scope::AllPure,
            "all-extreme" => Scope::AllExtreme,
            "some" => Scope::Some,
            _ => return Err(scope.wrong("a scope is `all-pure`, `all-extreme` or `some`")),
        };
        let list = top.key("equilibria")?;
        let list = list.list()?.iter().map(|one| self.equilibrium(one)).collect::<Read<_>>()?;
        let components = match top.optional("components")? {
            None => None,
            Some(components) => {
                let each = components.list()?;
                Some(each.iter().map(|one| self.component(one)).collect::<Read<_>>()?)
            }
        };
        let proof = match top.optional("proof")? {
            None => None,
            Some(proof) => Some(
                CaseTree::from_text(proof.string()?)
                    .map_err(|_| proof.wrong("a proof by cases is text in base 64"))?,
            ),
        };
        Ok(Equilibria { list, scope, components, proof })
    }

    fn component(&self, at: &Cursor<'_>) -> Read<Component> {
        let [first, second] = self.labels.players.as_slice() else {
            return Err(at.wrong("components are defined for two players"));
        };
        let side = |player: usize, list: Cursor<'_>| -> Read<Vec<MixedStrategy>> {
            list.list()?.iter().map(|one| self.strategy(player, one)).collect()
        };
        let members = at.key("members")?;
        let subsets = at.key("maximal_nash_subsets")?;
        Ok(Component {
            members: members.list()?.iter().map(index).collect::<Read<_>>()?,
            maximal_subsets: subsets
                .list()?
                .iter()
                .map(|subset| {
                    let rows = side(0, subset.key(first)?)?;
                    Ok(NashSubset { rows, columns: side(1, subset.key(second)?)? })
                })
                .collect::<Read<_>>()?,
        })
    }

    /// A list that other concepts leave empty.
    pub(super) fn no_equilibria(&self, top: &Cursor<'_>) -> Read<()> {
        match top.optional("equilibria")? {
            Some(list) if !list.list()?.is_empty() => {
                Err(list.wrong("this concept lists no Nash equilibria"))
            }
            _ => Ok(()),
        }
    }

    fn minimax(&self, top: &Cursor<'_>) -> Read<Minimax> {
        let values = self.by_player(&top.key("value")?)?;
        let strategies = self.profile(&top.key("strategies")?)?;
        let all = all_actions(self.labels);
        let dual = self.each(&top.key("dual")?, "player", &self.labels.players, |player, at| {
            self.numbers(at, "joint action", &joint_keys(self.labels, player, &all))
        })?;
        let sum = top.key("constant_sum")?;
        let constant_sum = if sum.is_null() { None } else { Some(sum.rational()?) };
        let levels: Vec<SecurityLevel> = values
            .into_iter()
            .zip(strategies)
            .zip(dual)
            .enumerate()
            .map(|(player, ((value, strategy), punishment))| SecurityLevel {
                player,
                value,
                strategy,
                punishment,
            })
            .collect();
        if let Some(list) = top.optional("equilibria")? {
            for one in list.list()? {
                let stated = self.equilibrium(&one)?;
                let agrees = constant_sum.is_some()
                    && levels.len() == 2
                    && stated.regret.is_zero()
                    && levels.iter().all(|level| {
                        stated.profile[level.player] == level.strategy
                            && stated.payoffs[level.player] == level.value
                    });
                if !agrees {
                    return Err(
                        one.wrong("this is not the pair of the stated strategies and values")
                    );
                }
            }
        }
        Ok(Minimax { levels, constant_sum })
    }

    pub(super) fn dominance(&self, top: &Cursor<'_>) -> Read<Dominance> {
        self.no_equilibria(top)?;
        let eliminations = top
            .key("eliminations")?
            .list()?
            .iter()
            .map(|one| {
                let player = self.player(&one.key("player")?)?;
                Ok(Elimination {
                    round: index(&one.key("round")?)?,
                    player,
                    action: self.action(player, &one.key("action")?)?,
                    dominated_by: self.strategy(player, &one.key("dominated_by")?)?,
                })
            })
            .collect::<Read<_>>()?;
        let survivors =
            self.each(&top.key("survivors")?, "player", &self.labels.players, |player, list| {
                let mut actions = Vec::new();
                for one in list.list()? {
                    let action = self.action(player, &one)?;
                    if actions.contains(&action) {
                        return Err(one.wrong("this action is listed twice"));
                    }
                    actions.push(action);
                }
                Ok(actions)
            })?;
        let beliefs =
            self.each(&top.key("beliefs")?, "player", &self.labels.players, |player, object| {
                let keys = joint_keys(self.labels, player, &survivors);
                let name = |&action: &usize| self.labels.actions[player][action].clone();
                let names: Vec<String> = survivors[player].iter().map(name).collect();
                self.each(object, "surviving action", &names, |_, belief| {
                    self.numbers(belief, "joint action", &keys)
                })
            })?;
        Ok(Dominance { eliminations, survivors, beliefs })
    }

    pub(super) fn stackelberg(&self, top: &Cursor<'_>) -> Read<Stackelberg> {
        self.no_equilibria(top)?;
        let leader = self.player(&top.key("leader")?)?;
        if self.labels.players.len() != 2 {
            return Err(top.key("leader")?.wrong("a leader and a follower are two players"));
        }
        let follower = 1 - leader;
        let mixed = top.key("mixed")?.boolean()?;
        let bounds = top
            .key("bounds")?
            .list()?
            .iter()
            .map(|one| {
                let bound = one.key("bound")?;
                let stated = one.key("multipliers")?;
                let multipliers = self.numbers(&stated, "reply", &self.labels.actions[follower])?;
                if !mixed && !stated.entries()?.is_empty() {
                    return Err(stated.wrong("a bound on pure commitments has no multipliers"));
                }
                Ok(ReplyBound {
                    reply: self.action(follower, &one.key("reply")?)?,
                    bound: if bound.is_null() { None } else { Some(bound.rational()?) },
                    multipliers: if mixed { multipliers } else { Vec::new() },
                })
            })
            .collect::<Read<_>>()?;
        Ok(Stackelberg {
            leader,
            mixed,
            commitment: self.strategy(leader, &top.key("commitment")?)?,
            reply: self.action(follower, &top.key("reply")?)?,
            leader_value: top.key("leader_value")?.rational()?,
            follower_value: top.key("follower_value")?.rational()?,
            bounds,
            guaranteed: top
                .optional("guaranteed")?
                .map(|one| self.guaranteed(leader, &one))
                .transpose()?,
            security: top
                .optional("security")?
                .map(|one| {
                    let replies = &self.labels.actions[follower];
                    Ok(SecurityLevel {
                        player: leader,
                        value: one.key("value")?.rational()?,
                        strategy: self.strategy(leader, &one.key("strategy")?)?,
                        punishment: self.numbers(&one.key("punishment")?, "reply", replies)?,
                    })
                })
                .transpose()?,
        })
    }

    fn guaranteed(&self, leader: usize, one: &Cursor<'_>) -> Read<Guaranteed> {
        let follower = 1 - leader;
        let replies = &self.labels.actions[follower];
        let class = |bound: &Cursor<'_>| {
            let stated = bound.key("bound")?;
            Ok(ClassBound {
                reply: self.action(follower, &bound.key("reply")?)?,
                bound: if stated.is_null() { None } else { Some(stated.rational()?) },
                weights: self.numbers(&bound.key("weights")?, "reply", replies)?,
                multipliers: self.numbers(&bound.key("multipliers")?, "reply", replies)?,
            })
        };
        let interior = one.key("interior")?;
        let inside =
            if interior.is_null() { None } else { Some(self.strategy(leader, &interior)?) };
        Ok(Guaranteed {
            value: one.key("value")?.rational()?,
            commitment: self.strategy(leader, &one.key("commitment")?)?,
            reply: self.action(follower, &one.key("reply")?)?,
            interior: inside,
            epsilon: one.key("epsilon")?.rational()?,
            epsilon_commitment: self.strategy(leader, &one.key("epsilon_commitment")?)?,
            epsilon_value: one.key("epsilon_value")?.rational()?,
            bounds: one.key("bounds")?.list()?.iter().map(class).collect::<Read<_>>()?,
        })
    }

    fn fictitious_play(&self, top: &Cursor<'_>) -> Read<FictitiousPlay> {
        self.no_equilibria(top)?;
        let counts =
            self.each(&top.key("counts")?, "player", &self.labels.players, |player, object| {
                self.each(object, "action", &self.labels.actions[player], |_, n| n.integer())
            })?;
        let course = top
            .key("course")?
            .list()?
            .iter()
            .map(|one| Ok((one.key("rounds")?.integer()?, one.key("regret")?.rational()?)))
            .collect::<Read<_>>()?;
        Ok(FictitiousPlay {
            alternating: top.key("alternating")?.boolean()?,
            rounds: top.key("rounds")?.integer()?,
            counts,
            course,
            mixture: self.equilibrium(&top.key("mixture")?)?,
        })
    }

    fn repeated(&self, top: &Cursor<'_>, subject: Subject<'_>) -> Read<Repeated> {
        self.no_equilibria(top)?;
        let Subject::Repeated(game) = subject else {
            return Err(top.key("concept")?.wrong("the model is a game that is played once"));
        };
        let discount = top.key("discount")?;
        let stated = if discount.is_null() { None } else { Some(discount.rational()?) };
        if stated.as_ref() != game.discount.as_ref().map(|discount| discount.value()) {
            return Err(discount.wrong("the model has another discount factor"));
        }
        let agreements = self.each(
            &top.key("critical_discount")?,
            "agreement",
            &self.labels.agreements,
            |at, value| self.sustained(at, value, stated.as_ref()),
        )?;
        let (mut punishments, mut punishment_payoffs) = (Vec::new(), Vec::new());
        let each =
            self.each(&top.key("punishments")?, "player", &self.labels.players, |_, value| {
                Ok((self.profile(&value.key("strategies")?)?, value.key("payoff")?.rational()?))
            })?;
        for (strategies, payoff) in each {
            punishments.push(strategies);
            punishment_payoffs.push(payoff);
        }
        let all = all_actions(self.labels);
        let minmax =
            self.each(&top.key("minmax")?, "player", &self.labels.players, |player, value| {
                let keys = joint_keys(self.labels, player, &all);
                Ok(SecurityLevel {
                    player,
                    value: value.key("value")?.rational()?,
                    strategy: self.strategy(player, &value.key("strategy")?)?,
                    punishment: self.numbers(&value.key("punishment")?, "joint action", &keys)?,
                })
            })?;
        Ok(Repeated { agreements, punishments, punishment_payoffs, minmax })
    }

    fn sustained(
        &self,
        agreement: usize,
        at: &Cursor<'_>,
        discount: Option<&Rational>,
    ) -> Read<Sustained> {
        let binding = at.key("binding")?;
        let binding = if binding.is_null() {
            None
        } else {
            let player = self.player(&binding.key("player")?)?;
            Some(BindingDeviation { player, action: self.action(player, &binding.key("action")?)? })
        };
        let critical = critical(&at.key("upper")?)?;
        let holds = at.key("holds")?;
        let stated = if holds.is_null() { None } else { Some(holds.boolean()?) };
        if stated.is_some() != discount.is_some() {
            return Err(holds.wrong("whether an agreement holds is told where there is a discount"));
        }
        let minmax_bound = self::critical(&at.key("lower")?)?;
        Ok(Sustained { agreement, critical, binding, minmax_bound, holds: stated })
    }
}

/// A position or a round.
pub(super) fn index(at: &Cursor<'_>) -> Read<usize> {
    usize::try_from(at.integer()?).map_err(|_| at.wrong("this number is too large"))
}

fn critical(at: &Cursor<'_>) -> Read<CriticalDiscount> {
    if at.is_null() {
        return Ok(CriticalDiscount::Never);
    }
    let value = at.rational()?;
    if value.is_negative() {
        return Err(at.wrong("a discount factor is not negative"));
    }
    Ok(if value.is_zero() {
        CriticalDiscount::Zero
    } else if value < Rational::ONE {
        CriticalDiscount::At(value)
    } else {
        CriticalDiscount::AboveOne(value)
    })
}
