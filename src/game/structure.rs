//! What kind of game it is: properties of a whole game, each with what proves or refutes it.

use crate::num::Rational;

use super::answer::Dominance;

/// The properties of a game.
///
/// Profiles are profile indices of the game. What is `None` where a property is missing comes with a
/// counterexample where that is short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// The constant that payoffs sum to, if they do.
    pub constant_sum: Option<Rational>,
    /// For two players: scale a > 0 and shift b with u₂ = b − a·u₁, if there are such numbers. The
    /// game is then strictly competitive, and nothing else is (Adler, Daskalakis & Papadimitriou
    /// 2009).
    pub strictly_competitive: Option<(Rational, Rational)>,
    /// Whether the game is an exact potential game (Monderer & Shapley 1996).
    pub potential: Potential,
    /// Whether deviations that improve must come to an end.
    pub improvement: Improvement,
    /// Whether payoffs have increasing differences in some order of the actions.
    pub monotone: Option<Monotone>,
    /// Whether any exchange of two players, with actions in the order of the file, leaves the game
    /// as it is.
    pub symmetric: bool,
    /// Whether what a player gains by an action is always a sum over the pairs that he forms with each
    /// of the others (Yanovskaya 1968; Howson 1972). Always so with two players.
    pub polymatrix: bool,
    /// Iterated strict dominance, which solves the game when it leaves one profile.
    pub dominance: Dominance,
    /// The ordinal class of a game of two players with two actions each and without ties.
    pub ordinal: Option<Ordinal>,
}

impl Structure {
    /// Whether iterated strict dominance leaves one profile.
    #[must_use]
    pub fn is_dominance_solvable(&self) -> bool {
        self.dominance.survivors.iter().all(|left| left.len() == 1)
    }
}

/// An exact potential, or four profiles that exclude one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Potential {
    /// P by profile: what a player gains by any deviation is what P gains. P is 0 at profile 0.
    Exact(Vec<Rational>),
    /// A closed walk of four deviations by two players in turn along which the gains of the deviating
    /// players do not sum to zero.
    Excluded([usize; 4]),
}

/// Whether every path of improving deviations ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Improvement {
    /// By profile the greatest number of improving deviations that can follow, one after the other: 0
    /// in equilibria. Every improving deviation lowers it, so that its negative is a generalised
    /// ordinal potential (Monderer & Shapley 1996, Lemma 2.5).
    Ends(Vec<usize>),
    /// A closed walk of deviations, each of which gains for its player.
    Cycles(Vec<usize>),
}

/// Increasing differences: the more one player does, the more another wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monotone {
    /// For each player whether the order of his actions has to be turned round.
    pub reversed: Vec<bool>,
    /// The least and the greatest equilibrium in that order, as actions of the game: where iterated
    /// lowest and highest best replies come to rest (Milgrom & Roberts 1990).
    pub extremes: [Vec<usize>; 2],
}

/// The class of a strict ordinal 2 × 2 game: the pattern of each player's payoffs.
///
/// Call each player's action in the *other's* best outcome his C, and the other one D. A player's
/// payoffs at (C, C), (own D, other's C), (own C, other's D) and (D, D) are R, T, S and P, and the
/// greatest is R or T. Their order is one of twelve patterns, which are those of the twelve
/// symmetric games; a game is a pair of patterns, 78 up to the exchange of the players (Rapoport &
/// Guyer 1966; names after Robinson & Goforth 2005 and Bruns 2015).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordinal {
    /// The pattern of each player, as a position in [`PATTERNS`].
    pub patterns: [usize; 2],
    /// The action of each player that is called C.
    pub conceding: [usize; 2],
}

/// The twelve patterns: the name of the symmetric game, and its order of payoffs, greatest first.
pub const PATTERNS: [(&str, &str); 12] = [
    ("prisoner's dilemma", "TRPS"),
    ("chicken", "TRSP"),
    ("battle", "TSRP"),
    ("hero", "TSPR"),
    ("compromise", "TPSR"),
    ("deadlock", "TPRS"),
    ("stag hunt", "RTPS"),
    ("assurance", "RPTS"),
    ("coordination", "RPST"),
    ("peace", "RSPT"),
    ("harmony", "RSTP"),
    ("concord", "RTSP"),
];

/// The numbers of Rapoport & Guyer (1966) by the patterns of both players, in the order of
/// [`PATTERNS`]; as listed with the payoffs by Albrecht & Ramamoorthy (2012) and again by Albrecht,
/// Christianos & Schäfer (2024, section 11.2), who agree on all.
const RAPOPORT_GUYER: [[u8; 12]; 12] = [
    [12, 39, 37, 38, 10, 11, 48, 47, 57, 20, 19, 21],
    [39, 66, 67, 65, 36, 35, 72, 78, 70, 49, 50, 55],
    [37, 67, 68, 64, 32, 31, 71, 76, 74, 51, 52, 56],
    [38, 65, 64, 69, 34, 33, 77, 75, 73, 40, 41, 44],
    [10, 36, 32, 34, 7, 8, 45, 42, 53, 15, 16, 18],
    [11, 35, 31, 33, 8, 9, 46, 43, 54, 13, 14, 17],
    [48, 72, 71, 77, 45, 46, 61, 62, 58, 23, 22, 26],
    [47, 78, 76, 75, 42, 43, 62, 63, 59, 25, 24, 27],
    [57, 70, 74, 73, 53, 54, 58, 59, 60, 29, 28, 30],
    [20, 49, 51, 40, 15, 13, 23, 25, 29, 5, 4, 2],
    [19, 50, 52, 41, 16, 14, 22, 24, 28, 4, 3, 1],
    [21, 55, 56, 44, 18, 17, 26, 27, 30, 2, 1, 6],
];

/// How far the interests in a strict ordinal 2 × 2 game agree (Rapoport & Guyer 1966).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interests {
    /// One outcome is the best for both.
    NoConflict,
    /// Neither.
    Mixed,
    /// What is better for one is worse for the other, throughout.
    Opposed,
}

impl Ordinal {
    /// The name of the class: that of the symmetric game, or of both patterns joined by `/`.
    #[must_use]
    pub fn name(&self) -> String {
        let [one, two] = self.patterns.map(|pattern| PATTERNS[pattern].0);
        if one == two { one.to_owned() } else { format!("{one} / {two}") }
    }

    /// The number of the class, from 1 to 78, in the list of Rapoport & Guyer (1966).
    ///
    /// ```
    /// use detente::game::answer::Ordinal;
    /// // Both players have the payoffs of a prisoner's dilemma.
    /// assert_eq!(Ordinal { patterns: [0, 0], conceding: [0, 0] }.rapoport_guyer(), 12);
    /// ```
    #[must_use]
    pub fn rapoport_guyer(&self) -> u8 {
        let [one, two] = self.patterns;
        RAPOPORT_GUYER[one][two]
    }

    /// How far the interests agree: 21 of the 78 games have no conflict, 3 complete opposition.
    #[must_use]
    pub fn interests(&self) -> Interests {
        let [one, two] = self.patterns.map(|pattern| PATTERNS[pattern].1);
        // The same outcomes in the letters of the other player, worst first.
        let turned: String = one
            .chars()
            .rev()
            .map(|letter| match letter {
                'T' => 'S',
                'S' => 'T',
                other => other,
            })
            .collect();
        if one.starts_with('R') && two.starts_with('R') {
            Interests::NoConflict
        } else if turned == two {
            Interests::Opposed
        } else {
            Interests::Mixed
        }
    }

    /// Whether each player has a dominant action.
    #[must_use]
    pub fn has_dominant_action(&self) -> [bool; 2] {
        self.patterns.map(|pattern| {
            let before = |better: char, worse: char| {
                let order = PATTERNS[pattern].1;
                order.find(better) < order.find(worse)
            };
            before('T', 'R') == before('P', 'S')
        })
    }
}
