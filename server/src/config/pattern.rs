//! Regular expressions that people write into the configuration.

use fancy_regex::Regex;

/// A pattern for a whole text: what is missing of `^` and `$` is put around it as it is, so that
/// `a|b` means what it means where the files come from: begins with `a`, or ends with `b`.
///
/// # Errors
/// What is wrong with the pattern.
pub fn compile_whole(pattern: &str) -> Result<Regex, String> {
    let start = if pattern.starts_with('^') { "" } else { "^" };
    let end = if pattern.ends_with('$') { "" } else { "$" };
    let compiled = Regex::new(&format!("{start}{pattern}{end}"));
    compiled.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_has_to_match() {
        let check = |pattern: &str, text: &str, expected: bool| {
            let found = compile_whole(pattern).unwrap().is_match(text);
            assert_eq!(found.ok(), Some(expected), "{pattern} {text}");
        };
        check("repository.*filter", "repository-of-filter", true);
        check("repository.*filter", "my-repository-filter", false);
        check("^(?!archive-).*$", "archive-orders", false);
        check("^(?!archive-).*$", "orders", true);
        check("a|b", "ax", true);
        assert!(compile_whole("(").is_err());
    }
}
