//! Nash equilibria: by the number of players and the method.

use crate::game::NormalForm;
use crate::game::answer::Answer;
use crate::solve::{
    Budget, ManyMethod, Outcome, Status, enumerate_equilibria_by_supports,
    find_any_equilibrium_of_many, find_mixed_equilibrium_of_many, find_one_equilibrium_of_many,
    find_one_polymatrix_equilibrium, nash,
};

use super::concepts::Found;
use super::{Options, Problem, QuestionError, wrong};

pub(super) fn solve_nash(
    problem: &Problem,
    options: &Options,
    method: &str,
    budget: &Budget,
) -> Found {
    let game = &problem.stage;
    let (found, name) = match method {
        "sequence-form" => {
            return Err(QuestionError::Wrong(
                "the sequence form is for trees (.efg): this game is in strategic form".to_owned(),
            ));
        }
        "vertex-enumeration" => (
            nash::enumerate_extreme_equilibria_by_vertices(game, budget).map_err(wrong)?,
            "vertex-enumeration",
        ),
        "one" if game.num_players() == 2 => {
            let found = nash::find_any_equilibrium(game, budget).map_err(wrong)?;
            let name = found.method;
            (found, name)
        }
        "one" => {
            let found = find_any_equilibrium_of_many(game, budget);
            let name = found.method;
            return Ok((found.map(Answer::Approximate), name));
        }
        "lemke-howson" => {
            (nash::find_equilibria_from_all_labels(game, budget).map_err(wrong)?, "lemke-howson")
        }
        "support-enumeration" => {
            let found = enumerate_equilibria_by_supports(game, budget);
            return Ok((found.map(Answer::Approximate), "support-enumeration"));
        }
        "polymatrix" => {
            let found = find_one_polymatrix_equilibrium(game, budget).ok_or_else(|| {
                QuestionError::Wrong(
                    "the game is not polymatrix: what a player gains by an action is no sum over \
                     pairs with each of the others"
                        .to_owned(),
                )
            })?;
            (found, "polymatrix")
        }
        "logit" | "ipa" => {
            let method = if method == "ipa" { ManyMethod::Ipa } else { ManyMethod::Logit };
            let found = find_one_equilibrium_of_many(game, method, budget);
            return Ok((found.map(Answer::Approximate), method.name()));
        }
        _ if game.num_players() == 2 => {
            let mut found = match &options.watch {
                Some(watch) => nash::enumerate_extreme_equilibria_watched(game, budget, &**watch),
                None => nash::enumerate_extreme_equilibria(game, budget),
            }
            .map_err(wrong)?;
            if matches!(found.status, Status::Partial(_)) {
                found.warnings.push(
                    "all equilibria were out of reach here: `--method one` finds one, also in games \
                     of hundreds of actions"
                        .to_owned(),
                );
            }
            (found, "branch-and-bound")
        }
        _ => {
            let pure = nash::enumerate_equilibria(game, budget);
            if pure.status == Status::None {
                return Ok(one_mixed(game, budget));
            }
            (pure, "pure-scan")
        }
    };
    Ok((found.map(Answer::Equilibria), name))
}

/// One equilibrium of a game that has none in pure strategies: exact if the game is polymatrix; else
/// by the quickest of the other methods.
fn one_mixed(game: &NormalForm, budget: &Budget) -> (Outcome<Answer>, &'static str) {
    if let Some(mut found) =
        find_one_polymatrix_equilibrium(game, budget).filter(|found| found.status == Status::Solved)
    {
        found.warnings.push(format!(
            "the game has {} players and no equilibrium in pure strategies; payoffs are sums over \
             pairs of players, and one equilibrium in mixed strategies is given: there may be \
             others, and `--method support-enumeration` looks for all",
            game.num_players()
        ));
        return (found.map(Answer::Equilibria), "polymatrix");
    }
    let mut found = find_mixed_equilibrium_of_many(game, budget);
    found.warnings.push(format!(
        "the game has {} players and no equilibrium in pure strategies: one in mixed strategies is \
         given, and there may be others; `--method support-enumeration` looks for all",
        game.num_players()
    ));
    let method = found.method;
    (found.map(Answer::Approximate), method)
}
