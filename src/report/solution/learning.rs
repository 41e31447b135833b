//! What learning ended at, for people.

use crate::game::NormalForm;
use crate::game::answer::Learning;
use crate::game::power_of_decay;
use crate::num::{Notation, Rational};
use crate::report::table::{Cell, Column, Table};

use super::{PLACES, correlated};

/// The course of the regret, the mixtures at the end, and the joint distribution where there is one.
pub(super) fn tables(game: &NormalForm, answer: &Learning, about: &str) -> Vec<Table> {
    let Some(last) = answer.course.last() else { return Vec::new() };
    let after = match last.rounds {
        1 => "after 1 round".to_owned(),
        rounds => format!("after {rounds} rounds"),
    };
    // Iteration has no course but its end.
    let alone = answer.course.len() == 1;
    let mut tables = if alone { Vec::new() } else { vec![course(answer, about)] };
    let title = if alone { format!("{about}, {after}") } else { format!("The mixture {after}") };
    let columns = vec![
        Column::name("player", "player"),
        Column::text("action", "action"),
        Column::number("share", "share", Notation::Places(PLACES)),
    ];
    let mut mixture = Table::new(title, columns);
    for (at, player) in game.players().iter().enumerate() {
        let strategy = last.mixture.profile[at].probabilities();
        for (name, share) in player.actions.iter().zip(strategy) {
            mixture.push(vec![Cell::text(&player.name), Cell::text(name), share.into()]);
        }
    }
    let payoffs = correlated::payoffs(game, &last.mixture.payoffs);
    mixture.sentence(None, format!("Expected payoffs of the mixture: {payoffs}."));
    if alone {
        let regret = Notation::Significant(PLACES).exact(&last.mixture.regret);
        mixture.sentence(None, format!("Regret of the mixture: {regret}."));
    }
    if let Some([lower, upper]) = &answer.value {
        let [lower, upper] = outward(lower, upper);
        mixture.sentence(
            None,
            format!(
                "The mixtures prove that the value to {} lies between {lower} and {upper}.",
                game.players()[0].name,
            ),
        );
    }
    tables.push(mixture);
    if let Some(joint) = &answer.joint {
        let mut table =
            correlated::profiles(game, &joint.distribution, "What was played jointly", "played");
        let regret = Notation::Significant(PLACES).exact(&joint.regret);
        table.sentence(
            None,
            format!(
                "By always playing one action nobody would have gained more than {regret} a round: at 0 this is a coarse correlated equilibrium."
            ),
        );
        tables.push(table);
    }
    tables
}

/// Two bounds as decimals, the lower one rounded down and the upper one up, with two digits more than
/// tell them apart.
fn outward(lower: &Rational, upper: &Rational) -> [String; 2] {
    let width = (upper - lower).to_f64();
    if width <= 0.0 {
        return [lower, upper].map(|bound| Notation::Beside(PLACES).exact(bound));
    }
    let places = (2.0 - width.log10()).ceil().clamp(0.0, 30.0) as usize;
    let unit = Rational::from(10).pow(places as i32).unwrap_or(Rational::ONE);
    let down = |bound: &Rational| {
        Rational::from_integers((bound * &unit).floor(), dashu_int::IBig::ONE) / &unit
    };
    [down(lower), -down(&-upper)].map(|bound| Notation::Places(places).exact(&bound))
}

fn course(answer: &Learning, about: &str) -> Table {
    let mut course = Table::new(
        format!("{about}, regret of the mixture"),
        vec![
            Column::name("rounds", "rounds"),
            Column::number("regret", "regret", Notation::Significant(PLACES)),
        ],
    );
    let regrets = answer.course.iter().map(|point| (point.rounds, &point.mixture.regret));
    for (rounds, regret) in regrets.clone() {
        course.push(vec![Cell::text(rounds.to_string()), regret.into()]);
    }
    let numbers: Vec<(u64, f64)> =
        regrets.map(|(rounds, regret)| (rounds, regret.to_f64())).collect();
    course.sentence(None, words_on_decay(&numbers));
    course
}

/// Regrets that fall at least as fast as rounds to this power are called falling.
const FALLING: f64 = -0.25;

/// What the course of a regret says, in a sentence: a limit is never called an equilibrium.
pub(super) fn words_on_decay(course: &[(u64, f64)]) -> String {
    match power_of_decay(course) {
        None => "The course is too short to say whether the regret falls.".to_owned(),
        Some(f64::NEG_INFINITY) => {
            "The regret is zero: the mixture is an equilibrium, exactly.".to_owned()
        }
        Some(power) if power <= FALLING => format!(
            "The regret falls, in the last rounds about as their number to the power {power:.2}."
        ),
        Some(power) => format!(
            "The regret is not falling (power {power:.2} of the number of rounds): this is no equilibrium, and nothing says that one is approached."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_that_falls_is_told_from_one_that_does_not() {
        let flat = [(10, 0.3), (20, 0.2), (50, 0.31), (100, 0.25), (200, 0.29)];
        assert!(words_on_decay(&flat).contains("not falling"));
        let falling = flat.map(|(rounds, regret)| (rounds, regret / (rounds as f64).sqrt()));
        assert!(words_on_decay(&falling).contains("The regret falls"));
        assert!(words_on_decay(&[(1, 0.5), (2, 0.0)]).contains("exactly"));
    }

    #[test]
    fn bounds_are_rounded_outward() {
        let third = Rational::new(1, 3);
        let more = Rational::new(3334, 10_000);
        assert_eq!(outward(&third, &more), ["0.3333333", "0.3334000"]);
        assert_eq!(outward(&-more, &-third), ["-0.3334000", "-0.3333333"]);
        let pair = outward(&Rational::new(-7, 3), &Rational::new(700, 3));
        assert_eq!(pair, ["-3", "234"]);
    }
}
