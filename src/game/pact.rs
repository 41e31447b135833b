//! An agreement with all that decides whether it is kept, in any kind of number.

/// One agreement of a repeated game: its profile, the stage payoffs, what follows its end, and how
/// it is watched.
///
/// Profiles are row-major indices, the last player fastest. [`super::RepeatedGame`] is the same for
/// exact answers; a study runs on this one, which borrows its tables and knows intervals too.
#[derive(Debug, Clone)]
pub struct Pact<'a, S> {
    /// The number of actions of each player.
    pub shape: &'a [usize],
    /// `[player][profile]`: the stage payoffs.
    pub payoffs: &'a [Vec<S>],
    /// The agreed profile.
    pub profile: usize,
    /// Each player's average payoff once the agreement has ended by his deviation.
    pub punishments: &'a [S],
    /// `[player][action]`: the probability that the agreement ends when he plays that action.
    pub detection: &'a [Vec<S>],
    /// The probability that it outlives a period whatever is played, in (0, 1].
    pub survival: &'a S,
    /// The probability that compliance is taken for a violation, in [0, 1).
    pub false_alarm: &'a S,
    /// The probability that it stands again after a period without it; `None` where it has ended for good.
    pub renewal: Option<&'a S>,
    /// Whether the parties pay one another.
    pub transfers: bool,
}
