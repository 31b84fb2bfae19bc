//! What to say about a word that nobody knows.

use crate::symbol::{CONFUSIONS, OnFailure, Place, Policy, Word};

/// The message for an unknown option `name` at `place`: the nearest word, an answer to a known confusion, the place
/// where the word belongs, or all words that would do.
pub(super) fn unknown(name: &str, place: Place) -> String {
    if let Some(known) = CONFUSIONS.iter().find(|known| known.words.contains(&name)) {
        let home =
            known.option.filter(|word| !place.words().contains(word)).and_then(|word| home(word, place));
        let where_to = home.map(|home| format!(", on {}", home.describe())).unwrap_or_default();
        return format!("there is no option `{name}`: {}{where_to}", known.answer);
    }
    if let Some(near) = nearest(name, place.words().iter().map(|word| word.name())) {
        return format!("unknown option `{name}`; did you mean `{near}`?");
    }
    let elsewhere = Place::ALL.iter().flat_map(|place| place.words()).find(|word| word.name() == name);
    if let Some(home) = elsewhere.and_then(|word| home(*word, place)) {
        return format!("`{name}` goes on {}, not on {}", home.describe(), place.describe());
    }
    format!(
        "unknown option `{name}`; {} has {}",
        place.describe(),
        list(place.words().iter().map(|word| word.name()))
    )
}

/// Where `word` goes, of the places of the same derive if it goes there at all.
fn home(word: Word, asked: Place) -> Option<Place> {
    let has_word = |place: &Place| place.words().contains(&word);
    let (same, other): (Vec<_>, Vec<_>) =
        Place::ALL.into_iter().partition(|place| place.is_of_data() == asked.is_of_data());
    same.into_iter().chain(other).find(has_word)
}

pub(super) fn unknown_policy(name: &str) -> String {
    let names = Policy::ALL.map(Policy::name);
    let meant = Policy::ALL.into_iter().find(|policy| policy.also_called().contains(&name));
    let hint = match meant.map(Policy::name).or_else(|| nearest(name, names.into_iter())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", list(names.into_iter())),
    };
    format!(
        "unknown merge policy `{name}`; {hint} A function of your own is written with its path: `self::{name}`"
    )
}

pub(super) fn unknown_on_failure(name: &str) -> String {
    let names = OnFailure::ALL.map(OnFailure::name);
    let hint = match nearest(name, names.into_iter()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write {}", list(names.into_iter())),
    };
    format!("unknown answer to a failed upgrade `{name}`; {hint}")
}

fn list(words: impl Iterator<Item = &'static str>) -> String {
    let words: Vec<_> = words.map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// The word that is fewest edits away, if that is few for its length.
fn nearest<'a>(name: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    words
        .map(|word| (distance(name, word), word))
        .filter(|&(distance, word)| distance <= (word.len() / 3).max(1))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, word)| word)
}

/// How many letters must be added, removed, replaced or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<_>, Vec<_>) = (left.chars().collect(), right.chars().collect());
    let mut before = vec![0; right.len() + 1];
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut least = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_one_letter_off_suggests_itself() {
        for place in Place::ALL {
            for word in place.words().iter().map(|word| word.name()) {
                for at in 0..word.len() {
                    let (head, tail) = (&word[..at], &word[at + 1..]);
                    let doubled = format!("{head}{0}{0}{tail}", &word[at..=at]);
                    for wrong in [format!("{head}{tail}"), format!("{head}z{tail}"), doubled] {
                        let message = unknown(&wrong, place);
                        assert!(message.ends_with(&format!("did you mean `{word}`?")), "{wrong}: {message}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_confusion_is_an_option_or_answered_twice() {
        let mut seen = std::collections::HashSet::new();
        for word in CONFUSIONS.iter().flat_map(|known| known.words) {
            assert!(seen.insert(word), "{word} has two answers");
            for place in Place::ALL {
                assert!(place.words().iter().all(|known| known.name() != *word), "{word} is an option");
            }
        }
    }

    #[test]
    fn every_policy_is_found_under_its_other_names() {
        let mut seen = std::collections::HashSet::new();
        for policy in Policy::ALL {
            for word in policy.also_called() {
                assert!(seen.insert(word), "{word} means two policies");
                assert!(Policy::ALL.iter().all(|known| known.name() != *word), "{word} is a policy");
                let message = unknown_policy(word);
                assert!(message.contains(&format!("did you mean `{}`?", policy.name())), "{message}");
            }
        }
    }

    #[test]
    fn answers_speak_like_the_compiler() {
        for answer in CONFUSIONS.iter().map(|known| known.answer) {
            assert!(!answer.ends_with('.') && !answer.starts_with(char::is_uppercase), "{answer}");
        }
        assert_eq!(
            unknown(Word::Version.name(), Place::DataField),
            "`version` goes on the session struct, not on a field of the session struct"
        );
    }
}
