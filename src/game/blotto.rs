//! Colonel Blotto games: two sides divide their soldiers among fields, at the same time.
//!
//! Side 0 has A soldiers, side 1 has B; each sends a whole number to each of n fields and all of
//! them somewhere. The one with more soldiers on a field wins it. Fields have values; on fields of the
//! same value, a *class*, only the sizes of groups and not their places matter: permuting such fields
//! changes the names of strategies and no payoff, so that there are optimal strategies that draw a
//! *division* (for each class the numbers of soldiers on its fields, descending) and then assign its
//! groups to the fields of the class at random, each way with the same probability.
//! Source: Borel (1921); Tukey (1949); Blackett (1954); the symmetric game of divisions as in Hart
//! (2008), section 2.

use std::cmp::Ordering;

use crate::num::Rational;

use super::{GameError, NormalForm, Player};

/// The largest number of soldiers of a side.
pub const MOST_SOLDIERS: u32 = 10_000;
/// The largest number of fields.
pub const MOST_FIELDS: usize = 200;
/// The largest number of divisions of a side that are listed.
pub const MOST_DIVISIONS: usize = 20_000;
/// The largest number of profiles of the strategic form.
pub const MOST_PROFILES: usize = 100_000;

/// What the sides play for. What one side gets the other one loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlottoPayoff {
    /// The value of the fields won less that of the fields lost.
    NetFields,
    /// The sign of that: +1 for more won than lost, 0 for as much, −1 for less.
    Majority,
    /// On each field, the winner gets its value and the number of soldiers of the other side there.
    Captures,
}

impl BlottoPayoff {
    /// All of them.
    pub const ALL: [BlottoPayoff; 3] =
        [BlottoPayoff::NetFields, BlottoPayoff::Majority, BlottoPayoff::Captures];

    /// Its word in model files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            BlottoPayoff::NetFields => "net-fields",
            BlottoPayoff::Majority => "majority",
            BlottoPayoff::Captures => "captures",
        }
    }

    /// Whether the payoff is a sum over fields.
    #[must_use]
    pub fn is_additive(self) -> bool {
        self != BlottoPayoff::Majority
    }
}

/// Why there is no such Blotto game.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlottoError {
    /// There is no field.
    #[error("a Blotto game needs a field")]
    NoField,
    /// There are too many fields.
    #[error("a Blotto game may have {MOST_FIELDS} fields: this one has {0}")]
    TooManyFields(usize),
    /// A side has too many soldiers.
    #[error("a side may have {MOST_SOLDIERS} soldiers: one has {0}")]
    TooManySoldiers(u32),
    /// A field has no positive value.
    #[error("the value of a field is a positive number: {0}")]
    BadValue(Rational),
    /// Both sides have one name.
    #[error("both sides have the name `{0}`")]
    SameName(String),
    /// There are too many divisions to list.
    #[error("{soldiers} soldiers can be divided in more than {MOST_DIVISIONS} ways")]
    TooManyDivisions {
        /// The number of soldiers.
        soldiers: u32,
    },
    /// The strategic form would be too large.
    #[error("the strategic form has more than {MOST_PROFILES} profiles")]
    TooManyProfiles,
}

/// Fields of the same value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldClass {
    /// Their value.
    pub value: Rational,
    /// Which fields they are, ascending.
    pub fields: Vec<usize>,
}

/// How many soldiers go to the fields: for each class the numbers in descending order, class after
/// class.
pub type Division = Vec<u32>;

/// A Colonel Blotto game.
///
/// ```
/// use detente::game::blotto::{BlottoGame, BlottoPayoff};
/// use detente::num::Rational;
/// // Four regiments against three on two posts.
/// let posts = vec![Rational::ONE; 2];
/// let game = BlottoGame::new([4, 3], posts, BlottoPayoff::Captures).unwrap();
/// assert_eq!(game.divisions(0).unwrap(), [[4, 0], [3, 1], [2, 2]]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlottoGame {
    sides: [String; 2],
    soldiers: [u32; 2],
    values: Vec<Rational>,
    classes: Vec<FieldClass>,
    payoff: BlottoPayoff,
}

impl BlottoGame {
    /// The game with these soldiers of both sides and these values of the fields.
    ///
    /// # Errors
    /// When there is no field, a value is not positive, or a number is beyond the limits of this
    /// module.
    pub fn new(
        soldiers: [u32; 2],
        values: Vec<Rational>,
        payoff: BlottoPayoff,
    ) -> Result<Self, BlottoError> {
        if values.is_empty() {
            return Err(BlottoError::NoField);
        }
        if values.len() > MOST_FIELDS {
            return Err(BlottoError::TooManyFields(values.len()));
        }
        if let Some(&many) = soldiers.iter().find(|&&number| number > MOST_SOLDIERS) {
            return Err(BlottoError::TooManySoldiers(many));
        }
        if let Some(value) = values.iter().find(|value| !value.is_positive()) {
            return Err(BlottoError::BadValue(value.clone()));
        }
        let mut classes: Vec<FieldClass> = Vec::new();
        for (field, value) in values.iter().enumerate() {
            match classes.iter_mut().find(|class| class.value == *value) {
                Some(class) => class.fields.push(field),
                None => classes.push(FieldClass { value: value.clone(), fields: vec![field] }),
            }
        }
        let sides = ["First".to_owned(), "Second".to_owned()];
        Ok(BlottoGame { sides, soldiers, values, classes, payoff })
    }

    /// The same game with other names of the two sides.
    ///
    /// # Errors
    /// When they are the same.
    pub fn with_sides(mut self, sides: [String; 2]) -> Result<Self, BlottoError> {
        if sides[0] == sides[1] {
            let [name, _] = sides;
            return Err(BlottoError::SameName(name));
        }
        self.sides = sides;
        Ok(self)
    }

    /// The names of the two sides.
    #[must_use]
    pub fn sides(&self) -> &[String; 2] {
        &self.sides
    }

    /// The soldiers of the two sides.
    #[must_use]
    pub fn soldiers(&self) -> [u32; 2] {
        self.soldiers
    }

    /// The value of each field.
    #[must_use]
    pub fn values(&self) -> &[Rational] {
        &self.values
    }

    /// The fields of each value, in the order of their first ones.
    #[must_use]
    pub fn classes(&self) -> &[FieldClass] {
        &self.classes
    }

    /// What the sides play for.
    #[must_use]
    pub fn payoff(&self) -> BlottoPayoff {
        self.payoff
    }

    /// What a field of this value adds for side 0 when both have so many soldiers there: the value won
    /// or lost, and the soldiers captured where they count.
    #[must_use]
    pub fn on_field(&self, value: &Rational, own: u32, other: u32) -> Rational {
        let captured = match self.payoff {
            BlottoPayoff::Captures => Rational::from(u64::from(own.min(other))),
            BlottoPayoff::NetFields | BlottoPayoff::Majority => Rational::ZERO,
        };
        match own.cmp(&other) {
            Ordering::Greater => value + captured,
            Ordering::Less => -(value + captured),
            Ordering::Equal => Rational::ZERO,
        }
    }

    /// What side 0 gets when the fields add up to this.
    #[must_use]
    pub fn of_sum(&self, sum: Rational) -> Rational {
        match self.payoff {
            BlottoPayoff::Majority => Rational::from(i64::from(sum.signum())),
            BlottoPayoff::NetFields | BlottoPayoff::Captures => sum,
        }
    }

    /// What side 0 gets, given the soldiers of both on each field.
    #[must_use]
    pub fn payoff_of(&self, own: &[u32], other: &[u32]) -> Rational {
        let fields = self.values.iter().zip(own.iter().zip(other));
        self.of_sum(fields.map(|(value, (&x, &y))| self.on_field(value, x, y)).sum())
    }

    /// The parts of a division that go to each class.
    pub fn parts<'d>(&self, division: &'d [u32]) -> impl Iterator<Item = &'d [u32]> {
        let mut rest = division;
        self.classes.iter().map(move |class| {
            let (own, others) = rest.split_at(class.fields.len().min(rest.len()));
            rest = others;
            own
        })
    }

    /// Whether these numbers are a division of the soldiers of a side.
    #[must_use]
    pub fn is_division(&self, side: usize, division: &[u32]) -> bool {
        let sum: u64 = division.iter().map(|&part| u64::from(part)).sum();
        division.len() == self.values.len()
            && sum == u64::from(self.soldiers[side])
            && self.parts(division).all(|part| part.windows(2).all(|pair| pair[0] >= pair[1]))
    }

    /// The name of a division: the numbers joined by `+`, classes by ` | `.
    #[must_use]
    pub fn division_name(&self, division: &[u32]) -> String {
        let part =
            |part: &[u32]| part.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
        self.parts(division).map(part).collect::<Vec<_>>().join(" | ")
    }

    /// All divisions of the soldiers of a side, in descending lexicographic order.
    ///
    /// # Errors
    /// When there are more than [`MOST_DIVISIONS`].
    pub fn divisions(&self, side: usize) -> Result<Vec<Division>, BlottoError> {
        let soldiers = self.soldiers[side];
        let mut starts = vec![false; self.values.len()];
        let mut at = 0;
        for class in &self.classes {
            starts[at] = true;
            at += class.fields.len();
        }
        // The fields that are left in the class of each place, itself among them.
        let mut list = Vec::new();
        let mut division = vec![0; starts.len()];
        if extend(&starts, 0, soldiers, &mut division, &mut list) {
            Ok(list)
        } else {
            Err(BlottoError::TooManyDivisions { soldiers })
        }
    }

    /// The game in strategic form: both sides choose the number of soldiers on each field.
    ///
    /// # Errors
    /// When there are more than [`MOST_PROFILES`] profiles.
    pub fn strategic_form(&self) -> Result<NormalForm, BlottoError> {
        let fields = self.values.len();
        let counts = self.soldiers.map(|soldiers| compositions(soldiers, fields));
        let profiles = counts[0].zip(counts[1]).and_then(|(a, b)| a.checked_mul(b));
        if profiles.is_none_or(|profiles| profiles > MOST_PROFILES) {
            return Err(BlottoError::TooManyProfiles);
        }
        // Every field for itself: no order within classes.
        let starts = vec![true; fields];
        let lists = self.soldiers.map(|soldiers| {
            let mut list = Vec::new();
            extend(&starts, 0, soldiers, &mut vec![0; fields], &mut list);
            list
        });
        let name =
            |one: &Division| one.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
        let players = vec![
            Player { name: self.sides[0].clone(), actions: lists[0].iter().map(name).collect() },
            Player { name: self.sides[1].clone(), actions: lists[1].iter().map(name).collect() },
        ];
        let own: Vec<Rational> =
            lists[0].iter().flat_map(|x| lists[1].iter().map(|y| self.payoff_of(x, y))).collect();
        let other = own.iter().map(|payoff| -payoff).collect();
        NormalForm::new(players, vec![own, other])
            .map_err(|_: GameError| BlottoError::TooManyProfiles)
    }
}

/// The number of ways to send soldiers to fields, C(soldiers + fields − 1, fields − 1), if it is small.
fn compositions(soldiers: u32, fields: usize) -> Option<usize> {
    let mut count: usize = 1;
    for i in 1..fields {
        count = count.checked_mul(soldiers as usize + i)? / i;
        if count > MOST_PROFILES {
            return None;
        }
    }
    Some(count)
}

/// Lists all ways to fill the places from `at` on with so many soldiers; where no class starts the
/// number is no more than that before. `false` when there are too many.
fn extend(
    starts: &[bool],
    at: usize,
    left: u32,
    division: &mut Division,
    list: &mut Vec<Division>,
) -> bool {
    let most = if starts[at] { left } else { left.min(division[at - 1]) };
    if at + 1 == starts.len() {
        if most < left {
            return true;
        }
        division[at] = left;
        if list.len() == MOST_DIVISIONS {
            return false;
        }
        list.push(division.clone());
        return true;
    }
    // The places that follow in the class take no more each than this one does; another class takes
    // any number.
    let rest = starts[at + 1..].iter().position(|&start| start);
    let least = match rest {
        Some(_) => 0,
        None => left.div_ceil((starts.len() - at) as u32),
    };
    for number in (least..=most).rev() {
        division[at] = number;
        if !extend(starts, at + 1, left - number, division, list) {
            return false;
        }
    }
    true
}

/// Divisions and how often each is drawn.
pub type BlottoLottery = Vec<(Division, Rational)>;

/// Optimal strategies of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlottoSolution {
    /// What side 0 gets, and side 1 loses.
    pub value: Rational,
    /// For each side the divisions that are drawn, in descending lexicographic order. Groups are then
    /// assigned to the fields of their class at random.
    pub lotteries: [BlottoLottery; 2],
    /// For each side and class the probability of each number of soldiers, from none to all, on one of
    /// its fields.
    pub marginals: [Vec<Vec<Rational>>; 2],
}
