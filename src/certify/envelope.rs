//! Best replies along a parameter in which payoffs are affine.

use crate::num::Rational;

use super::Refutation;

/// Checks that of the lines x ↦ constant + slope·x the stated ones are the highest: `first` from
/// minus infinity to the first breakpoint, and then, from each breakpoint on, the one that it names.
///
/// On an interval a line is highest when it is so at both ends, where an infinite end is decided by
/// the slopes. Each breakpoint must separate two different lines that cross there. Work: lines ×
/// breakpoints.
///
/// # Errors
/// A [`Refutation`] with the place where another line is higher.
pub fn certify_envelope(
    lines: &[(Rational, Rational)],
    first: usize,
    switches: &[(Rational, usize)],
) -> Result<(), Refutation> {
    if first >= lines.len() || switches.iter().any(|(_, line)| *line >= lines.len()) {
        return Err(Refutation::Misfit("a best reply is no action of the player".to_owned()));
    }
    if switches.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err(Refutation::WrongList("breakpoints are not in ascending order".to_owned()));
    }
    let height = |line: usize, at: &Rational| &lines[line].0 + &lines[line].1 * at;
    let mut current = first;
    for line in 0..lines.len() {
        let ((constant, slope), (low, flat)) = (&lines[line], &lines[first]);
        let higher_far_left = slope < flat || (slope == flat && constant > low);
        let (low, steep) = &lines[switches.last().map_or(first, |(_, line)| *line)];
        let higher_far_right = slope > steep || (slope == steep && constant > low);
        if higher_far_left || higher_far_right {
            return Err(Refutation::Deviation(format!(
                "action {} is better at one end of the parameter",
                line + 1
            )));
        }
    }
    for (at, next) in switches {
        let here = height(current, at);
        if lines[*next].1 <= lines[current].1 || height(*next, at) != here {
            return Err(Refutation::WrongNumber(format!(
                "the reply at the breakpoint {at} does not take over there"
            )));
        }
        if (0..lines.len()).any(|line| height(line, at) > here) {
            return Err(Refutation::Deviation(format!("another reply is better at {at}")));
        }
        current = *next;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_upper_envelope_passes() {
        let line = |constant: i64, slope: i64| (Rational::from(constant), Rational::from(slope));
        let lines = [line(0, 1), line(4, 0), line(-10, 3)];
        let at = |x: i64, line: usize| (Rational::from(x), line);
        assert_eq!(certify_envelope(&lines, 1, &[at(4, 0), at(5, 2)]), Ok(()));
        for wrong in [
            vec![],
            vec![at(4, 0)],
            vec![at(5, 2)],
            vec![at(4, 0), at(6, 2)],
            vec![at(4, 2), at(5, 0)],
            vec![at(5, 2), at(4, 0)],
        ] {
            assert!(certify_envelope(&lines, 1, &wrong).is_err(), "{wrong:?}");
        }
        assert!(certify_envelope(&lines, 0, &[at(5, 2)]).is_err());
        assert!(certify_envelope(&lines, 7, &[]).is_err());
    }
}
