//! Nash equilibria: payoffs, regret, and whether a list holds all that it claims to hold.
//!
//! A profile is an equilibrium when no player has an action that gives more against the others'
//! strategies (Nash 1951); the *regret* is the largest such gain. Both follow from sums over the
//! payoff table. A list of *all pure* equilibria is compared with a scan of every pure profile. A
//! list of *all extreme* equilibria of two players is compared with an enumeration of its own, see
//! [`super::enumeration`]; where that is out of reach, the indices must sum to one ([`super::index`]).

use rayon::prelude::*;

use crate::game::answer::{Equilibria, Equilibrium, Scope};
use crate::game::case_tree::CaseTree;
use crate::game::{MixedProfile, NormalForm};
use crate::num::Rational;

use super::case_tree::{Listed, is_point, replay};
use super::components::check_components;
use super::enumeration::{check_extreme, enumerate_equilibria};
use super::expected::{fits, standing};
use super::index::check_index;
use super::meter::{Limits, Meter, Spent};
use super::pair::is_equilibrium;
use super::replies::{Known, Replies, Strategies};
use super::wording::{action, count, number, player, profile};
use super::{Certificate, Completeness, Refutation};

/// Checks one profile: on the simplex, with the stated payoffs and exactly the stated regret.
///
/// # Errors
/// A [`Refutation`] that names the player and the numbers.
pub fn certify_equilibrium(
    game: &NormalForm,
    answer: &Equilibrium,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    check_one(game, answer, &mut Meter::for_passes(limits))?;
    let what = if answer.regret.is_zero() {
        "no player gains by any unilateral deviation, exactly".to_owned()
    } else {
        format!(
            "the largest gain from a unilateral deviation is exactly {}",
            number(&answer.regret)
        )
    };
    Ok(Certificate {
        checked: vec![format!("the strategies are distributions with the stated payoffs; {what}")],
        complete: Completeness::NotClaimed,
    })
}

/// The check of one profile; the errors speak of "the profile".
pub(super) fn check_one(
    game: &NormalForm,
    answer: &Equilibrium,
    meter: &mut Meter,
) -> Result<(), Refutation> {
    fits(game, &answer.profile)?;
    if answer.payoffs.len() != game.num_players() {
        return Err(Refutation::Misfit(format!(
            "{} payoffs for {} players",
            answer.payoffs.len(),
            game.num_players()
        )));
    }
    let mut regret = Rational::ZERO;
    let mut worst = None;
    for (at, stated) in answer.payoffs.iter().enumerate() {
        let standing = standing(game, at, &answer.profile, meter)?;
        if standing.payoff != *stated {
            return Err(Refutation::WrongNumber(format!(
                "player {} is said to get {}, and gets {} when {}",
                player(game, at),
                number(stated),
                number(&standing.payoff),
                profile(game, &answer.profile)
            )));
        }
        if standing.gain() > regret {
            regret = standing.gain();
            worst = Some((at, standing));
        }
    }
    if regret == answer.regret {
        return Ok(());
    }
    match worst {
        Some((at, standing)) if regret > answer.regret => Err(Refutation::Deviation(format!(
            "player {} gets {} and would get {} by playing {}, a gain of {} where the stated regret \
             is {}, when {}",
            player(game, at),
            number(&standing.payoff),
            number(&standing.best),
            action(game, at, standing.best_action),
            number(&regret),
            number(&answer.regret),
            profile(game, &answer.profile)
        ))),
        _ => Err(Refutation::WrongNumber(format!(
            "the stated regret is {}, and the largest gain is {} when {}",
            number(&answer.regret),
            number(&regret),
            profile(game, &answer.profile)
        ))),
    }
}

/// Checks a list of equilibria, its order, its completeness and its components.
///
/// Work: for each member the product of the supports; for all pure, the number of profiles times
/// actions; for all extreme, an enumeration of the vertices of both best-response polyhedra, which
/// takes milliseconds at 4 × 8 and 8 × 8 and grows exponentially.
///
/// # Errors
/// A [`Refutation`] of the first thing that is wrong.
pub fn certify_equilibria(
    game: &NormalForm,
    answer: &Equilibria,
    limits: &Limits,
) -> Result<Certificate, Refutation> {
    let mut meter = Meter::for_passes(limits);
    if answer.scope == Scope::Some
        && answer.components.is_none()
        && are_equilibria(game, &answer.list, &mut meter)?
    {
        in_order(&answer.list)?;
        let checked = vec![members_checked(&answer.list)];
        return Ok(Certificate { checked, complete: Completeness::NotClaimed });
    }
    let members = answer.list.par_iter().with_min_len(MEMBERS_FOR_TASKS).enumerate();
    let first_error = members.find_map_first(|(at, member)| {
        fits(game, &member.profile).err().map(|error| in_member(error, at))
    });
    if let Some(error) = first_error {
        return Err(error);
    }
    let two = TwoPlayers::of(game, &answer.list, &mut meter)?;
    for (at, member) in answer.list.iter().enumerate() {
        if !two.as_ref().is_some_and(|two| two.holds(at, member)) {
            check_one(game, member, &mut meter).map_err(|error| in_member(error, at))?;
        }
    }
    in_order(&answer.list)?;
    let mut checked = vec![members_checked(&answer.list)];
    if answer.scope != Scope::Some
        && let Some(at) = answer.list.iter().position(|member| !member.regret.is_zero())
    {
        return Err(Refutation::WrongList(format!(
            "profile {} has the regret {} in a list of equilibria that claims to be complete",
            at + 1,
            number(&answer.list[at].regret)
        )));
    }
    let complete = match answer.scope {
        Scope::Some => Completeness::NotClaimed,
        Scope::AllPure => all_pure(game, &answer.list, &mut meter)?,
        Scope::AllExtreme => match (&two, &answer.proof) {
            (Some(two), Some(proof)) => by_cases(game, &answer.list, two, proof, &mut meter)?,
            (Some(two), None) => all_extreme(game, &answer.list, two, limits)?,
            (None, _) => {
                return Err(Refutation::Misfit(format!(
                    "a list of all extreme equilibria is defined for two players, and there are {}",
                    game.num_players()
                )));
            }
        },
    };
    match (&answer.components, answer.scope) {
        (Some(components), Scope::AllExtreme) => {
            checked.push(check_components(game, &answer.list, components, &mut meter)?);
        }
        (Some(_), _) => {
            return Err(Refutation::Misfit(
                "components are stated for a list that does not claim all extreme equilibria"
                    .into(),
            ));
        }
        (None, _) => {}
    }
    Ok(Certificate { checked, complete })
}

/// Whether the members of a list without a claim to be complete are all equilibria; not always told.
fn are_equilibria(
    game: &NormalForm,
    list: &[Equilibrium],
    meter: &mut Meter,
) -> Result<bool, Spent> {
    for member in list {
        if !is_equilibrium(game, member, meter)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// That a list descends, without a member twice.
fn in_order(list: &[Equilibrium]) -> Result<(), Refutation> {
    for (at, pair) in list.windows(2).enumerate() {
        if pair[0].profile == pair[1].profile {
            return Err(Refutation::WrongList(format!(
                "equilibria {} and {} are the same",
                at + 1,
                at + 2
            )));
        }
        if pair[0].profile < pair[1].profile {
            return Err(Refutation::WrongList(format!(
                "equilibrium {} stands before {}, which is lexicographically greater",
                at + 1,
                at + 2
            )));
        }
    }
    Ok(())
}

/// Shorter lists are checked by one thread.
pub(super) const MEMBERS_FOR_TASKS: usize = 16;

/// The strategies of a list for two players, looked at once each.
struct TwoPlayers<'a> {
    replies: [Replies; 2],
    strategies: [Strategies<'a>; 2],
}

impl<'a> TwoPlayers<'a> {
    /// `None` for another number of players.
    fn of(
        game: &NormalForm,
        list: &'a [Equilibrium],
        meter: &mut Meter,
    ) -> Result<Option<Self>, Spent> {
        if game.num_players() != 2 {
            return Ok(None);
        }
        meter.spend(2 * game.num_profiles())?;
        let replies = [Replies::new(game, 0), Replies::new(game, 1)];
        if list.len() < MEMBERS_FOR_TASKS {
            let rows = Strategies::new(list, 0, &replies[0], meter)?;
            let columns = Strategies::new(list, 1, &replies[1], meter)?;
            return Ok(Some(TwoPlayers { replies, strategies: [rows, columns] }));
        }
        let mut other = meter.fork();
        let (rows, columns) = rayon::join(
            || Strategies::new(list, 0, &replies[0], meter),
            || Strategies::new(list, 1, &replies[1], &mut other),
        );
        meter.join(other);
        Ok(Some(TwoPlayers { strategies: [rows?, columns?], replies }))
    }

    /// The strategies of a member of the list.
    fn known(&self, at: usize) -> [&Known; 2] {
        self.strategies.each_ref().map(|side| &side.known[side.of_member[at]])
    }

    fn check_index(
        &self,
        list: &[Equilibrium],
        meter: &mut Meter,
    ) -> Result<Completeness, Refutation> {
        check_index(&self.replies, list.len(), |at| self.known(at), meter)
    }

    /// Whether both play best replies and get the stated payoffs; when not, [`check_one`] says why.
    fn holds(&self, at: usize, member: &Equilibrium) -> bool {
        let [x, y] = self.known(at);
        let within = |support: &[usize], replies: &[usize]| {
            support.iter().all(|action| replies.binary_search(action).is_ok())
        };
        member.regret.is_zero()
            && within(&x.support, &y.replies)
            && within(&y.support, &x.replies)
            && member.payoffs.len() == 2
            && member.payoffs[0] == y.best
            && member.payoffs[1] == x.best
    }
}

/// That a list is complete, by its own proof, and that its members are extreme.
fn by_cases(
    game: &NormalForm,
    list: &[Equilibrium],
    two: &TwoPlayers<'_>,
    proof: &CaseTree,
    meter: &mut Meter,
) -> Result<Completeness, Refutation> {
    let points = |side: usize| -> Vec<bool> {
        let is_point = |one: &Known| is_point(&two.replies[side], &one.support, &one.replies);
        two.strategies[side]
            .known
            .par_iter()
            .with_min_len(MEMBERS_FOR_TASKS)
            .map(is_point)
            .collect()
    };
    let vertices = [points(0), points(1)];
    for (at, member) in list.iter().enumerate() {
        let is_vertex = |side: usize| vertices[side][two.strategies[side].of_member[at]];
        if !is_vertex(0) || !is_vertex(1) {
            check_extreme(game, &member.profile, at, meter)?;
        }
    }
    let listed =
        Listed { game, replies: &two.replies, strategies: &two.strategies, vertices: &vertices };
    let done = match replay(&listed, proof, meter) {
        Err(Refutation::OutOfReach(_)) => {
            return Ok(Completeness::NotChecked(
                "the proof by cases is too long to replay within the limit".to_owned(),
            ));
        }
        done => done?,
    };
    let indices = match two.check_index(list, meter) {
        Ok(Completeness::Consistent(_)) => "; their indices sum to +1",
        Err(Refutation::Incomplete(why)) => return Err(Refutation::Incomplete(why)),
        _ => "",
    };
    Ok(Completeness::Proved(format!(
        "a proof by cases, replayed exactly: {} leave room for no other extreme equilibrium, by {}{indices}",
        count(done.leaves, "complementary pair of faces", "complementary pairs of faces"),
        count(done.inequalities, "inequality", "inequalities"),
    )))
}

fn members_checked(list: &[Equilibrium]) -> String {
    let exact = list.iter().filter(|member| member.regret.is_zero()).count();
    let mut text = format!(
        "{}: probabilities, payoffs, and no gain from any unilateral deviation, exactly",
        count(exact, "equilibrium", "equilibria")
    );
    if exact < list.len() {
        text.push_str(&format!(
            "; {} with exactly the stated regret above zero",
            count(list.len() - exact, "profile", "profiles")
        ));
    }
    text
}

fn in_member(error: Refutation, at: usize) -> Refutation {
    let within = |text: String| format!("in equilibrium {}, {text}", at + 1);
    match error {
        Refutation::Misfit(text) => Refutation::Misfit(within(text)),
        Refutation::WrongNumber(text) => Refutation::WrongNumber(within(text)),
        Refutation::Deviation(text) => Refutation::Deviation(within(text)),
        other => other,
    }
}

/// Every pure profile in which nobody gains by another action, by the definition.
pub(super) fn pure_equilibria(game: &NormalForm, meter: &mut Meter) -> Result<Vec<usize>, Spent> {
    let mut found = Vec::new();
    for index in 0..game.num_profiles() {
        let mut stable = true;
        for at in 0..game.num_players() {
            let payoff = game.payoff(at, index);
            meter.spend(game.num_actions(at))?;
            if (0..game.num_actions(at))
                .any(|action| game.payoff(at, game.deviation(index, at, action)) > payoff)
            {
                stable = false;
                break;
            }
        }
        if stable {
            found.push(index);
        }
    }
    Ok(found)
}

fn all_pure(
    game: &NormalForm,
    list: &[Equilibrium],
    meter: &mut Meter,
) -> Result<Completeness, Refutation> {
    let mut stated = Vec::with_capacity(list.len());
    for (at, member) in list.iter().enumerate() {
        let pure: Option<Vec<usize>> = member.profile.iter().map(|one| one.as_pure()).collect();
        match pure {
            Some(pure) => stated.push(game.profile_index(&pure)),
            None => {
                return Err(Refutation::WrongList(format!(
                    "equilibrium {} of a list of pure equilibria is mixed",
                    at + 1
                )));
            }
        }
    }
    let Ok(found) = pure_equilibria(game, meter) else {
        return Ok(Completeness::NotChecked(
            "the game has too many profiles to scan within the limit".to_owned(),
        ));
    };
    if let Some(&missing) = found.iter().find(|index| !stated.contains(index)) {
        return Err(Refutation::Incomplete(format!(
            "the list of pure equilibria lacks {}",
            profile(game, &game.pure_profile(&game.profile(missing)))
        )));
    }
    Ok(Completeness::Proved(format!(
        "a scan of all {} pure profiles finds no other pure equilibrium",
        game.num_profiles()
    )))
}

fn all_extreme(
    game: &NormalForm,
    list: &[Equilibrium],
    two: &TwoPlayers<'_>,
    limits: &Limits,
) -> Result<Completeness, Refutation> {
    if let Ok(found) = enumerate_equilibria(game, &mut Meter::new(limits)) {
        compare(game, list, &found)?;
        return Ok(Completeness::Proved(
            "an enumeration of all vertices of both best-response polyhedra by double description \
             finds the same extreme equilibria and no other"
                .to_owned(),
        ));
    }
    let mut meter = Meter::new(limits);
    let weaker = list
        .iter()
        .enumerate()
        .try_for_each(|(at, member)| check_extreme(game, &member.profile, at, &mut meter))
        .and_then(|()| two.check_index(list, &mut meter));
    match weaker {
        Err(Refutation::OutOfReach(_)) => Ok(Completeness::NotChecked(
            "the list is too long to check for more than equilibrium within the limit".to_owned(),
        )),
        other => other,
    }
}

/// That two sets of profiles are equal; `found` is known to be complete.
fn compare(
    game: &NormalForm,
    list: &[Equilibrium],
    found: &[MixedProfile],
) -> Result<(), Refutation> {
    let stated: std::collections::BTreeSet<&MixedProfile> =
        list.iter().map(|member| &member.profile).collect();
    if let Some(missing) = found.iter().find(|one| !stated.contains(one)) {
        return Err(Refutation::Incomplete(format!(
            "the list lacks the extreme equilibrium in which {}",
            profile(game, missing)
        )));
    }
    let known: std::collections::BTreeSet<&MixedProfile> = found.iter().collect();
    match list.iter().position(|member| !known.contains(&member.profile)) {
        Some(at) => Err(Refutation::WrongList(format!("equilibrium {} is not extreme", at + 1))),
        None => Ok(()),
    }
}

/// The extreme equilibrium that is worst for each player, by the enumeration of this room.
///
/// The least payoff over all equilibria is reached at an extreme one: on a maximal Nash subset a
/// payoff is bilinear, and a bilinear function on a product of polytopes is least at vertices.
pub(super) fn worst_payoffs(game: &NormalForm, meter: &mut Meter) -> Result<Vec<Rational>, Spent> {
    let found = enumerate_equilibria(game, meter)?;
    let mut worst: Vec<Option<Rational>> = vec![None; game.num_players()];
    for one in &found {
        for (at, least) in worst.iter_mut().enumerate() {
            let payoff = standing(game, at, one, meter)?.payoff;
            if least.as_ref().is_none_or(|least| payoff < *least) {
                *least = Some(payoff);
            }
        }
    }
    // Every finite game has an equilibrium, hence an extreme one.
    Ok(worst.into_iter().flatten().collect())
}

/// The pure equilibrium payoffs that are worst for each player, `None` where there is none.
pub(super) fn worst_pure_payoffs(
    game: &NormalForm,
    meter: &mut Meter,
) -> Result<Option<Vec<Rational>>, Spent> {
    let found = pure_equilibria(game, meter)?;
    Ok((0..game.num_players())
        .map(|at| found.iter().map(|&index| game.payoff(at, index).clone()).min())
        .collect())
}
