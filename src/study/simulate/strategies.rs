//! Strategies of a repeated game in which each player has an action to cooperate and one not to:
//! grim trigger, tit for tat, generous tit for tat, win-stay lose-shift.
//!
//! Sources: Axelrod (1984); Molander (1985); Nowak & Sigmund (1992, 1993). With more than two players
//! tit for tat cooperates after all *others* did, and win-stay lose-shift after all or none did.

use crate::game::{Chain, MixedStrategy, NormalForm, PlayerMachine, PlayerMachineState};
use crate::model::remedy;
use crate::num::Rational;
use crate::solve::Budget;
use crate::solve::chain::play_machines;
use crate::study::evaluate::Play as Stage;
use crate::study::solution::QuestionError;

use super::agreements::which_agreement;
use super::plan::{Plan, STRATEGIES};
use super::plays::{Setting, not_built, of_player, probability, profile, wrong};

/// The profiles in which all cooperate and in which none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sides {
    pub(super) cooperate: usize,
    pub(super) defect: usize,
}

impl Sides {
    /// The most that a generous player can forgive before it pays to exploit him: the lesser of
    /// 1 − (T − R)/(R − S) and (R − P)/(T − P), and at least 0 (Molander 1985; Nowak & Sigmund 1992).
    pub(super) fn generosity(
        &self,
        game: &NormalForm,
        payoffs: &[Vec<Rational>],
        player: usize,
    ) -> Rational {
        let own = [self.cooperate, self.defect].map(|profile| game.action_in(player, profile));
        let paid = |profile: usize| payoffs[player][profile].clone();
        let (reward, punishment) = (paid(self.cooperate), paid(self.defect));
        let temptation = paid(game.deviation(self.cooperate, player, own[1]));
        let sucker = paid(game.deviation(self.defect, player, own[0]));
        let share = |part: Rational, whole: Rational| {
            part.checked_div(&whole)
                .unwrap_or(Rational::ZERO)
                .max(Rational::ZERO)
                .min(Rational::ONE)
        };
        let first = Rational::ONE - share(&temptation - &reward, &reward - &sucker);
        first.min(share(&reward - &punishment, temptation - &punishment))
    }
}

/// The machine of a strategy of [`super::STRATEGIES`].
pub(super) fn machine_of(
    name: &str,
    game: &NormalForm,
    player: usize,
    sides: &Sides,
    generosity: &Rational,
) -> PlayerMachine {
    let actions = game.num_actions(player);
    let own = [sides.cooperate, sides.defect].map(|profile| game.action_in(player, profile));
    let pure = own.map(|action| MixedStrategy::pure(action, actions));
    let cooperates = |other: usize, profile: usize| {
        game.action_in(other, profile) == game.action_in(other, sides.cooperate)
    };
    let players = game.num_players();
    // State 0 cooperates, and state 1 does not.
    let next = |test: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..game.num_profiles()).map(|profile| usize::from(!test(profile))).collect()
    };
    let others =
        |profile: usize| (0..players).all(|other| other == player || cooperates(other, profile));
    let all = |profile: usize| (0..players).all(|other| cooperates(other, profile));
    let none = |profile: usize| (0..players).all(|other| !cooperates(other, profile));
    let [good, bad] = pure;
    let stays = |state: usize| vec![state; game.num_profiles()];
    let states = |good_next: Vec<usize>, bad: MixedStrategy, bad_next: Vec<usize>| {
        vec![
            PlayerMachineState { play: good.clone(), next: good_next },
            PlayerMachineState { play: bad, next: bad_next },
        ]
    };
    let (states, start) = match name {
        "grim" => (states(next(&all), bad, stays(1)), 0),
        "tit-for-tat" => (states(next(&others), bad, next(&others)), 0),
        "generous-tit-for-tat" => {
            let mut mixture = vec![Rational::ZERO; actions];
            mixture[own[0]] = generosity.clone();
            mixture[own[1]] = Rational::ONE - generosity;
            // A probability and its complement are a mixture.
            let mixture = MixedStrategy::new(mixture).unwrap_or(bad);
            (states(next(&others), mixture, next(&others)), 0)
        }
        "win-stay-lose-shift" => {
            let same = |profile: usize| all(profile) || none(profile);
            (states(next(&same), bad, next(&same)), 0)
        }
        "always-cooperate" => (states(stays(0), bad, stays(0)), 0),
        _ => (states(stays(1), bad, stays(1)), 1),
    };
    PlayerMachine { states, start }
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

pub(super) fn strategies(
    setting: &mut Setting<'_>,
    plan: &Plan,
    noise: &Rational,
    budget: &Budget,
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
        machines.push(machine.with_noise(noise, &own).map_err(wrong)?);
        let actions = &game.players()[player].actions;
        let [good, bad] = own.map(|action| &actions[action]);
        let how = match name.as_str() {
            "always-cooperate" => format!("{good} always"),
            "always-defect" => format!("{bad} always"),
            "grim" => format!(
                "{good} until somebody does not, then {bad} for ever (a mistake is not forgiven)"
            ),
            "tit-for-tat" => format!("{good} first and after the others did, {bad} otherwise"),
            "generous-tit-for-tat" => format!(
                "{good} first and after the others did, otherwise {bad}, or {good} with probability {generosity}"
            ),
            _ => format!("{good} first and after all or none did, {bad} otherwise"),
        };
        about.push(format!("{} plays {name}: {how}.", game.players()[player].name));
    }
    let chain = play_machines(game, &setting.payoffs, &machines, budget)
        .map_err(|error| not_built(error, ""))?;
    setting.about.splice(0..0, about);
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::chain::expected_over_time;

    fn score(one: &str, other: &str, periods: u64) -> f64 {
        let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
        let payoffs: Vec<_> = (0..2).map(|player| game.payoffs(player).to_vec()).collect();
        let sides = Sides { cooperate: 0, defect: 3 };
        let machines = [one, other]
            .iter()
            .enumerate()
            .map(|(player, name)| machine_of(name, &game, player, &sides, &Rational::ZERO))
            .collect::<Vec<_>>();
        let budget = Budget::unlimited();
        let chain = play_machines(&game, &payoffs, &machines, &budget).unwrap();
        let found = expected_over_time(&chain, periods, &[], None, &[], &budget).unwrap();
        found.average[0].midpoint() * periods as f64
    }

    /// Scores of 200 rounds with the payoffs 5, 3, 1, 0, as in Axelrod (1980); computed by hand.
    #[test]
    fn scores_of_axelrods_strategies() {
        let table = [
            ("always-cooperate", "always-defect", 0.0),
            ("always-defect", "always-cooperate", 1000.0),
            ("always-defect", "tit-for-tat", 204.0),
            ("tit-for-tat", "always-defect", 199.0),
            ("always-defect", "grim", 204.0),
            ("grim", "always-defect", 199.0),
            ("always-defect", "win-stay-lose-shift", 600.0),
            ("win-stay-lose-shift", "always-defect", 100.0),
            ("win-stay-lose-shift", "grim", 600.0),
        ];
        for (one, other, expected) in table {
            let found = score(one, other, 200);
            assert!((found - expected).abs() < 1e-9, "{one} against {other}: {found}");
        }
        assert!(STRATEGIES.iter().all(|play| score(play.name, play.name, 10) > 0.0));
    }

    #[test]
    fn generosity_is_one_third_in_axelrods_dilemma() {
        let game = NormalForm::from_integers(&[&[3, 0], &[5, 1]], &[&[3, 5], &[0, 1]]);
        let payoffs: Vec<_> = (0..2).map(|player| game.payoffs(player).to_vec()).collect();
        let sides = Sides { cooperate: 0, defect: 3 };
        for player in 0..2 {
            assert_eq!(sides.generosity(&game, &payoffs, player), Rational::new(1, 3));
        }
    }
}
