//! Regular expressions as JavaScript writes them, run by engines that stop in time.

mod translate;

use super::error::{Failure, Outcome};
use super::limits::Budget;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use translate::translate;

/// How often matching may go back in one search; what is reasonable stays far below.
const MOST_BACKTRACKING: usize = 50_000;
/// Bytes that a compiled expression may take.
const LARGEST: usize = 1 << 18;
/// What one search costs that may go back so often.
const STEPS_OF_BACKTRACKING: usize = 500;
/// Text that one step pays for where nothing goes back.
const BYTES_PER_STEP: usize = 1024;

/// A regular expression that is ready to run.
pub(super) struct Pattern {
    pub(super) source: Arc<str>,
    pub(super) flags: Arc<str>,
    engine: Engine,
}

enum Engine {
    /// Takes time in proportion to the text.
    Linear(regex::Regex),
    /// Looks around and back, and so may try many ways.
    Backtracking(fancy_regex::Regex),
}

/// Where a match and its groups are.
pub(super) struct Found {
    pub(super) whole: Range<usize>,
    /// The first is the whole.
    pub(super) groups: Vec<Option<Range<usize>>>,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "/{}/{}", self.source, self.flags)
    }
}

impl Pattern {
    pub(super) fn new(source: Arc<str>, flags: Arc<str>) -> Outcome<Self> {
        let linear = regex::RegexBuilder::new(&translate(&source, false))
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .size_limit(LARGEST)
            .dfa_size_limit(LARGEST)
            .build();
        let engine = match linear {
            Ok(linear) => Engine::Linear(linear),
            Err(regex::Error::CompiledTooBig(_)) => {
                return Err(Failure::new("this regular expression is too large"));
            }
            Err(_) => Engine::Backtracking(backtracking(&source, &flags)?),
        };
        Ok(Self {
            source,
            flags,
            engine,
        })
    }

    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// The first match that begins at a byte or behind it.
    pub(super) fn find(&self, text: &str, from: usize, budget: &Budget) -> Outcome<Option<Found>> {
        let rest = text.len() - from;
        budget.steps(1 + rest / BYTES_PER_STEP)?;
        let groups: Option<Vec<Option<Range<usize>>>> = match &self.engine {
            Engine::Linear(regex) => regex.captures_at(text, from).map(|found| {
                let groups = found.iter();
                groups.map(|group| group.map(|it| it.range())).collect()
            }),
            Engine::Backtracking(regex) => {
                budget.steps(STEPS_OF_BACKTRACKING)?;
                let found = regex.captures_from_pos(text, from).map_err(|_| {
                    Failure::limit("this regular expression takes too long here; make it simpler")
                })?;
                found.map(|found| {
                    let groups = found.iter();
                    groups.map(|group| group.map(|it| it.range())).collect()
                })
            }
        };
        Ok(groups.and_then(|groups| {
            let whole = groups.first().cloned().flatten()?;
            Some(Found { whole, groups })
        }))
    }

    /// The group under a name.
    fn group(&self, name: &str) -> Option<usize> {
        match &self.engine {
            Engine::Linear(regex) => regex.capture_names().position(|it| it == Some(name)),
            Engine::Backtracking(regex) => regex.capture_names().position(|it| it == Some(name)),
        }
    }

    /// Replaces the first match, or with `g` all of them. Only what begins at once counts with `y`.
    pub(super) fn replace(&self, text: &str, by: &str, budget: &Budget) -> Outcome<String> {
        let mut replaced = String::new();
        let (mut copied, mut from) = (0, 0);
        while let Some(found) = self.find(text, from, budget)? {
            let whole = found.whole.clone();
            if self.has('y') && whole.start != from {
                break;
            }
            let expanded = self.expand(by, &found, text, budget)?;
            budget.text(whole.start - copied + expanded.len())?;
            replaced.push_str(&text[copied..whole.start]);
            replaced.push_str(&expanded);
            copied = whole.end;
            if !self.has('g') {
                break;
            }
            from = match behind(text, &whole) {
                Some(from) => from,
                None => break,
            };
        }
        budget.text(text.len() - copied)?;
        replaced.push_str(&text[copied..]);
        Ok(replaced)
    }

    /// Writes what `$1`, `$&` and the like stand for.
    fn expand(&self, by: &str, found: &Found, text: &str, budget: &Budget) -> Outcome<String> {
        let whole = found.whole.clone();
        let group = |index: usize| found.groups.get(index).cloned().flatten();
        let text_of = |index: usize| group(index).map_or("", |group| &text[group]);
        let mut expanded = String::new();
        let mut rest = by;
        while let Some(dollar) = rest.find('$') {
            expanded.push_str(&rest[..dollar]);
            let behind = &rest[dollar + 1..];
            let (written, length) = match behind.as_bytes().first() {
                Some(b'$') => ("$", 1),
                Some(b'&') => (&text[whole.clone()], 1),
                Some(b'`') => (&text[..whole.start], 1),
                Some(b'\'') => (&text[whole.end..], 1),
                Some(b'<') => match behind.split_once('>') {
                    Some((name, _)) => match self.group(&name[1..]) {
                        Some(index) => (text_of(index), name.len() + 1),
                        None => ("$", 0),
                    },
                    None => ("$", 0),
                },
                Some(b'0'..=b'9') => match group_number(behind, found.groups.len()) {
                    Some((index, length)) => (text_of(index), length),
                    None => ("$", 0),
                },
                _ => ("$", 0),
            };
            budget.text(written.len())?;
            expanded.push_str(written);
            rest = &behind[length..];
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

fn backtracking(source: &str, flags: &str) -> Outcome<fancy_regex::Regex> {
    fancy_regex::RegexBuilder::new(&translate(source, true))
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .backtrack_limit(MOST_BACKTRACKING)
        .delegate_size_limit(LARGEST)
        .delegate_dfa_size_limit(LARGEST)
        .build()
        .map_err(|error| Failure::new(format!("this regular expression cannot be used: {error}")))
}

/// Where the search goes on behind a match: behind one of nothing, a character later.
pub(super) fn behind(text: &str, found: &Range<usize>) -> Option<usize> {
    if !found.is_empty() {
        return Some(found.end);
    }
    let next = text[found.end..].chars().next()?;
    Some(found.end + next.len_utf8())
}

/// A group by one or two digits: by two, if there is such a group.
fn group_number(behind: &str, groups: usize) -> Option<(usize, usize)> {
    for length in [2, 1] {
        let number = behind.get(..length).and_then(|digits| digits.parse().ok());
        if let Some(number) = number
            && (1..groups).contains(&number)
        {
            return Some((number, length));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::*;

    fn replaced(source: &str, flags: &str, text: &str, replacement: &str) -> String {
        let budget = Budget::new(&Limits::default());
        let pattern = Pattern::new(source.into(), flags.into()).unwrap();
        pattern.replace(text, replacement, &budget).unwrap()
    }

    #[test]
    fn expressions_mean_what_they_mean_elsewhere() {
        for (source, flags, text, replacement, expected) in [
            ("a", "", "aa", "b", "ba"),
            ("a", "g", "aa", "b", "bb"),
            ("[^a-z0-9-]", "gi", "My Näme_1", "-", "My-N-me-1"),
            (r"\d+", "g", "a1b٣", "#", "a#b٣"),
            (r"\w", "g", "aä", "x", "xä"),
            (r"\bb", "g", "b ab äb", "x", "x ab äx"),
            (r"^b", "gm", "a\nb", "x", "a\nx"),
            (r"a$", "", "a\n", "x", "a\n"),
            (r"(\w)(\w)?", "", "ab", "$2$1$$$&$3", "ba$ab$3"),
            (r"(?<first>a)", "", "a", "[$<first>]", "[a]"),
            (r"(a)\1", "", "aab", "x", "xb"),
            (r"x{,2}", "", "x{,2}", "y", "y"),
            (r"[[&&]", "g", "[&a", "x", "xxa"),
            (r"[^]", "g", "a\n", "x", "xx"),
            (r"a[]", "", "a", "x", "a"),
            (r"\u0061\x62", "", "ab", "x", "x"),
            (r"(?:)", "g", "ab", "-", "-a-b-"),
            (r".", "g", "a\n\u{2028}b", "x", "x\n\u{2028}x"),
            (r"\/", "", "a/b", "|", "a|b"),
            (r"a b#", "", "a b#", "x", "x"),
            ("b", "y", "ab", "x", "ab"),
            ("a", "gy", "aab", "x", "xxb"),
            (r"(?<=a)b", "", "ab", "$`|$'", "aa|"),
        ] {
            assert_eq!(
                replaced(source, flags, text, replacement),
                expected,
                "{source}"
            );
        }
    }

    #[test]
    fn what_would_take_too_long_is_stopped() {
        let text = "a".repeat(50_000);
        for source in [r"(a+)+b\1", r"^(a|aa)+\1$x", r"(?=(a+))*b\1"] {
            let budget = Budget::new(&Limits::default());
            let pattern = Pattern::new(source.into(), "g".into());
            let replaced = pattern.and_then(|pattern| pattern.replace(&text, "", &budget));
            assert!(replaced.is_err(), "{source}");
        }
        for source in [
            format!("{}a{}", "(".repeat(5000), ")".repeat(5000)),
            "(?:a{1000}){1000}".to_owned(),
            "(?=(?:a{1000}){1000})b".to_owned(),
        ] {
            assert!(Pattern::new(source.into(), "".into()).is_err());
        }
    }
}
