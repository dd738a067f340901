//! A path inside a workspace.

use std::fmt;
use std::path::Path;

/// How deep a path may go, and how long one name of it may be, in bytes.
const DEPTH: usize = 64;
const NAME: usize = 255;
/// How much of a refused path is repeated, in characters.
const SHOWN: usize = 120;

/// A relative path that stays where it begins: names separated by single slashes, none of them `.`
/// or `..`. Empty for the workspace itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Inside(String);

/// Why a text is no path inside a workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    #[error("'{0}' is an absolute path; paths are relative to the workspace")]
    Absolute(String),
    #[error("'{0}' leads out of the workspace")]
    Outside(String),
    #[error("'{0}' holds a character that no file name may have")]
    Forbidden(String),
    #[error("'{0}' is longer or deeper than a path may be")]
    TooLong(String),
}

impl Inside {
    /// The workspace itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a path as templates write it. `.` and empty names say nothing, `..` goes back one name.
    ///
    /// # Errors
    /// [`PathError`] when it is absolute, leads out, or is none that a file system takes.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Self::root().join(text)
    }

    /// A path that begins here; with `..` it may end above, but inside the workspace.
    ///
    /// # Errors
    /// The same as [`Inside::parse`].
    pub fn join(&self, text: &str) -> Result<Self, PathError> {
        let shown = || text.chars().take(SHOWN).collect::<String>();
        if text.starts_with('/') {
            return Err(PathError::Absolute(shown()));
        }
        if text.contains('\0') {
            return Err(PathError::Forbidden(shown().replace('\0', "\u{fffd}")));
        }
        let mut names: Vec<&str> = self.names().collect();
        for name in text.split('/') {
            match name {
                "" | "." => {}
                ".." => {
                    names.pop().ok_or_else(|| PathError::Outside(shown()))?;
                }
                name if name.len() > NAME => return Err(PathError::TooLong(shown())),
                name => names.push(name),
            }
            if names.len() > DEPTH {
                return Err(PathError::TooLong(shown()));
            }
        }
        Ok(Self(names.join("/")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For calls to the file system, which know the workspace itself as `.`.
    pub fn as_path(&self) -> &Path {
        Path::new(if self.0.is_empty() { "." } else { &self.0 })
    }

    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names from the workspace down.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|name| !name.is_empty())
    }

    /// The folder it is in; None for the workspace itself.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let parent = self.0.rsplit_once('/').map_or("", |(parent, _)| parent);
        Some(Self(parent.to_owned()))
    }

    /// Whether it is `other` or something below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.below(other).is_some()
    }

    /// What leads here from `other`; None when it is not there.
    pub fn below<'a>(&'a self, other: &Self) -> Option<&'a str> {
        if other.is_root() {
            return Some(&self.0);
        }
        let rest = self.0.strip_prefix(other.as_str())?;
        if rest.is_empty() {
            return Some(rest);
        }
        rest.strip_prefix('/')
    }

    /// A name directly below; whoever calls has it from a folder's list.
    pub(super) fn child(&self, name: &str) -> Self {
        if self.is_root() {
            return Self(name.to_owned());
        }
        Self(format!("{}/{name}", self.0))
    }
}

impl fmt::Display for Inside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(text: &str) -> String {
        Inside::parse(text).expect("stays inside").0
    }

    #[test]
    fn a_path_is_put_in_its_shortest_form() {
        assert_eq!(inside("./a//b/../c/"), "a/c");
        assert_eq!(inside("."), "");
        assert_eq!(inside("a/.."), "");
    }

    #[test]
    fn what_leads_out_is_refused() {
        for text in ["..", "a/../..", "./../x", "a/b/../../../c"] {
            assert!(
                matches!(Inside::parse(text), Err(PathError::Outside(_))),
                "{text}"
            );
        }
        assert!(matches!(
            Inside::parse("/etc/passwd"),
            Err(PathError::Absolute(_))
        ));
        assert!(matches!(
            Inside::parse("a\0b"),
            Err(PathError::Forbidden(_))
        ));
        assert!(matches!(
            Inside::parse(&"a/".repeat(65)),
            Err(PathError::TooLong(_))
        ));
        assert!(matches!(
            Inside::parse(&"a".repeat(256)),
            Err(PathError::TooLong(_))
        ));
    }

    #[test]
    fn a_path_knows_what_is_above_it() {
        let path = Inside::parse("a/b/c").expect("inside");
        let above = Inside::parse("a/b").expect("inside");
        assert_eq!(path.below(&above), Some("c"));
        assert_eq!(path.below(&Inside::root()), Some("a/b/c"));
        let beside = Inside::parse("a/bc").expect("inside");
        assert!(!beside.is_within(&above), "names are compared whole");
    }
}
