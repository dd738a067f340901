//! Replaces in texts that are no templates, as `replaceAll` of JavaScript does.

use super::error::Failure;
use super::limits::{Budget, Limits};
use super::pattern::Pattern;

/// What the replacing in one text may take: a few seconds.
const STEPS: u64 = 20_000_000;
const MEMORY: usize = 256 << 20;

/// A text or an expression, and what comes in its place.
pub struct Replacer {
    pattern: Pattern,
    by: String,
}

impl Replacer {
    /// Finds a text, or what a regular expression matches. In what replaces it `$&` stands for what was
    /// found, `$1` for its first group.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub fn new(find: &str, is_pattern: bool, by: &str) -> Result<Self, String> {
        let source = if is_pattern {
            find.into()
        } else {
            regex::escape(find).into()
        };
        let pattern = Pattern::new(source, "g".into()).map_err(told)?;
        Ok(Self {
            pattern,
            by: by.to_owned(),
        })
    }

    /// The text with everything replaced.
    ///
    /// # Errors
    /// That it takes too much work or room.
    pub fn all(&self, text: &str) -> Result<String, String> {
        let budget = Budget::new(&Limits {
            steps: STEPS,
            memory: MEMORY,
            ..Limits::default()
        });
        let replaced = self.pattern.replace(text, &self.by, &budget);
        replaced.map_err(|failure| {
            if failure.is_limit() {
                return "replacing it takes too much work or room".to_owned();
            }
            told(failure)
        })
    }
}

fn told(failure: Failure) -> String {
    failure.in_source("").message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(find: &str, is_pattern: bool, by: &str, expected: &str) {
        let replacer = Replacer::new(find, is_pattern, by).unwrap();
        let text = replacer.all("port: 80, 81 (a.b) a-b").unwrap();
        assert_eq!(text, expected, "{find} {by}");
    }

    #[test]
    fn what_was_found_can_be_part_of_what_replaces_it() {
        check(r"(\d)(\d)", true, "$2$1", "port: 08, 18 (a.b) a-b");
        check(r"\d+(?=,)", true, "<$&>", "port: <80>, 81 (a.b) a-b");
        check("(a.b)", false, "[$&]$$", "port: 80, 81 [(a.b)]$ a-b");
        check("a-b", false, "x", "port: 80, 81 (a.b) x");
        check("nothing", false, "x", "port: 80, 81 (a.b) a-b");
    }

    #[test]
    fn what_would_take_too_long_is_stopped() {
        let replacer = Replacer::new(r"(a+)+b\1", true, "").unwrap();
        assert!(replacer.all(&"a".repeat(50_000)).is_err());
        assert!(Replacer::new("(?:a{1000}){1000}", true, "").is_err());
        let replacer = Replacer::new("a", false, &"b".repeat(1 << 20)).unwrap();
        assert!(replacer.all(&"a".repeat(1000)).is_err());
    }
}
