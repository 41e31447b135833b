//! The nearest of several names, for suggestions.

/// The candidate nearest to `wrong` by edit distance, when near enough to be meant.
///
/// The distance counts insertions, deletions, replacements and swaps of neighbours (optimal string
/// alignment, Damerau 1964); letters that differ only in case count half. At most a third of the
/// letters may differ, and at least one may. Ties go to the earlier candidate.
pub fn nearest<'n>(wrong: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let letters: Vec<char> = wrong.chars().take(64).collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().take(64).collect();
        let most = 2 * (letters.len().max(other.len()) / 3).max(1);
        if letters.len().abs_diff(other.len()) * 2 > most {
            continue;
        }
        let distance = twice_distance(&letters, &other);
        if distance <= most
            && distance < 2 * letters.len().max(other.len())
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// So many names are listed where none is near.
const MOST_LISTED: usize = 12;

/// What to say of a name that is not there: the nearest one, or else those that there are. Empty, or
/// begins with `; `.
#[must_use]
pub fn remedy<'n>(wrong: &str, candidates: impl IntoIterator<Item = &'n str>) -> String {
    let list: Vec<&str> = candidates.into_iter().collect();
    if let Some(near) = nearest(wrong, list.iter().copied()) {
        return format!("; did you mean `{near}`?");
    }
    if list.is_empty() {
        return "; it has none".to_owned();
    }
    let shown: Vec<String> =
        list.iter().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
    let more = match list.len().saturating_sub(MOST_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("; it has {}{more}", shown.join(", "))
}

/// Twice the edit distance, so that a difference of case can count half.
fn twice_distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows: Vec<usize> = vec![0; (a.len() + 1) * width];
    for (j, cell) in rows.iter_mut().take(width).enumerate() {
        *cell = 2 * j;
    }
    for i in 1..=a.len() {
        rows[i * width] = 2 * i;
        for j in 1..=b.len() {
            let change = if a[i - 1] == b[j - 1] {
                0
            } else if a[i - 1].to_lowercase().eq(b[j - 1].to_lowercase()) {
                1
            } else {
                2
            };
            let mut least = (rows[(i - 1) * width + j - 1] + change)
                .min(rows[(i - 1) * width + j] + 2)
                .min(rows[i * width + j - 1] + 2);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[(i - 2) * width + j - 2] + 2);
            }
            rows[i * width + j] = least;
        }
    }
    rows[a.len() * width + b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_noise_finds_none() {
        let names = ["discount", "survival", "detection", "e_A", "e_B"];
        assert_eq!(nearest("discuont", names), Some("discount"));
        assert_eq!(nearest("Survival", names), Some("survival"));
        assert_eq!(nearest("e_a", names), Some("e_A"));
        assert_eq!(nearest("welfare", names), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn a_name_that_is_near_none_is_answered_with_those_that_there_are() {
        assert_eq!(remedy("discuont", ["discount", "g"]), "; did you mean `discount`?");
        assert_eq!(remedy("zz", ["discount", "g"]), "; it has `discount`, `g`");
        assert_eq!(remedy("zz", []), "; it has none");
        let many = ["name"; 14];
        assert!(remedy("zz", many).ends_with("`name` and 2 more"));
    }
}
