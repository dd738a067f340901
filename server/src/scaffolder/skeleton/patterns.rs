//! Patterns of files whose contents are copied as they are.

use super::input::InvalidInput;
use globset::{GlobBuilder, GlobMatcher};

/// Patterns, of which those behind `!` take out again what others cover.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    covered: Vec<Pattern>,
    excepted: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    matcher: GlobMatcher,
    /// A path without signs, which covers all below it as well.
    folder: Option<String>,
}

impl Patterns {
    pub(super) fn new(patterns: &[String]) -> Result<Self, InvalidInput> {
        let mut all = Self::default();
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(excepted) if !excepted.starts_with('(') => {
                    all.excepted.push(Pattern::new(excepted)?);
                }
                _ => all.covered.push(Pattern::new(pattern)?),
            }
        }
        Ok(all)
    }

    pub(super) fn cover(&self, path: &str) -> bool {
        let covers = |patterns: &[Pattern]| patterns.iter().any(|it| it.covers(path));
        covers(&self.covered) && !covers(&self.excepted)
    }
}

impl Pattern {
    fn new(pattern: &str) -> Result<Self, InvalidInput> {
        let failed = |why: String| InvalidInput::Pattern {
            pattern: pattern.to_owned(),
            why,
        };
        let bare = pattern.trim_start_matches("./").trim_end_matches('/');
        let signs = ["@(", "+(", "*(", "?(", "!("];
        if signs.iter().any(|signs| bare.contains(signs)) {
            let why = "groups in parentheses are not understood; list what they stand for in {}";
            return Err(failed(why.to_owned()));
        }
        let escaped = escape_lone_braces(bare);
        let glob = GlobBuilder::new(&escaped).literal_separator(true).build();
        let glob = glob.map_err(|error| failed(error.kind().to_string()))?;
        let has_choice = escaped.replace("\\{", "").contains('{');
        let is_plain = !has_choice && !bare.contains(['*', '?', '[', '\\']);
        Ok(Self {
            matcher: glob.compile_matcher(),
            folder: is_plain.then(|| format!("{bare}/")),
        })
    }

    fn covers(&self, path: &str) -> bool {
        let is_below = self
            .folder
            .as_ref()
            .is_some_and(|folder| path.starts_with(folder));
        is_below || self.matcher.is_match(path)
    }
}

/// Braces that offer no choice stand for themselves, as those of a variable in a name do.
fn escape_lone_braces(pattern: &str) -> String {
    let mut lone = Vec::new();
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (at, sign) in pattern.char_indices() {
        match (sign, open.last_mut()) {
            ('{', _) => open.push((at, false)),
            (',', Some((_, has_choice))) => *has_choice = true,
            ('}', Some((start, false))) => {
                lone.extend([*start, at]);
                open.pop();
            }
            ('}', Some(_)) => {
                open.pop();
            }
            _ => {}
        }
    }
    let mut escaped = String::new();
    for (at, sign) in pattern.char_indices() {
        if lone.contains(&at) {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(patterns: &[&str], path: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().map(|it| (*it).to_owned()).collect();
        Patterns::new(&patterns).unwrap().cover(path)
    }

    #[test]
    fn patterns_cover_what_they_name() {
        for (patterns, path, expected) in [
            (&[".github"][..], ".github/workflows/ci.yaml", true),
            (&["./docs/"], "docs/a.md", true),
            (&["docs"], "docs2/a.md", false),
            (&["*.txt"], "a.txt", true),
            (&["*.txt"], "b/a.txt", false),
            (&["**/*.txt"], "b/c/a.txt", true),
            (&[".github/*"], ".github/workflows/ci.yaml", false),
            (&["**/{a,b}.hbs"], "x/b.hbs", true),
            (&["**/*", "!**/*.njk"], "a.njk", false),
            (&["${{ values.name }}"], "${{ values.name }}/x", true),
            (
                &["${{ values.name }}/*.{a,b}"],
                "${{ values.name }}/x.b",
                true,
            ),
        ] {
            assert_eq!(covered(patterns, path), expected, "{patterns:?} {path}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let error = Patterns::new(&["a/@(b|c)".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("a/@(b|c)"));
        assert!(Patterns::new(&["[".to_owned()]).is_err());
    }
}
