//! What branches and authors may be called.

use std::fmt;

/// The longest name of a branch, in bytes: hosts keep each as a file.
const LONGEST: usize = 244;
const LONGEST_PERSON: usize = 200;

/// The name of a branch that git takes, and no program could take for an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchName(String);

/// Who has written a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    name: String,
    email: String,
}

/// Why a name is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("'{name}' cannot be the name of a branch: {why}")]
    Branch { name: String, why: &'static str },
    #[error("the {what} of the author {why}")]
    Person {
        what: &'static str,
        why: &'static str,
    },
}

impl BranchName {
    /// Reads a name by the rules of `git check-ref-format --branch`.
    ///
    /// # Errors
    /// [`NameError::Branch`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        match mistake(text) {
            None => Ok(Self(text.to_owned())),
            Some(why) => Err(NameError::Branch {
                name: text.chars().take(80).flat_map(char::escape_debug).collect(),
                why,
            }),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `refs/heads/…`.
    pub fn full(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn mistake(text: &str) -> Option<&'static str> {
    let forbidden = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let is_bad_part = |part: &str| {
        let is_lock = part
            .strip_suffix("lock")
            .is_some_and(|it| it.ends_with('.'));
        part.is_empty() || part.starts_with('.') || is_lock
    };
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.len() > LONGEST {
        return Some("it is too long");
    }
    if text.starts_with('-') {
        return Some("it begins with a dash");
    }
    if text == "HEAD" || text == "@" {
        return Some("git means something else by it");
    }
    if text.starts_with("refs/") {
        return Some("it is the name of a branch alone, without 'refs/' before it");
    }
    if text.contains(forbidden) {
        return Some("it holds a character that git does not allow there");
    }
    if text.contains("..") || text.contains("@{") || text.ends_with('.') {
        return Some("it holds '..' or '@{', or ends with a dot");
    }
    if text.split('/').any(is_bad_part) {
        return Some("a part of it is empty, begins with a dot or ends with '.lock'");
    }
    None
}

impl Person {
    /// Reads a name and an address.
    ///
    /// # Errors
    /// [`NameError::Person`] when there is anything in them that would end a line of a commit.
    pub fn new(name: &str, email: &str) -> Result<Self, NameError> {
        let checked = |what: &'static str, text: &str| {
            let text = text.trim();
            let why = if text.is_empty() {
                "is empty"
            } else if text.len() > LONGEST_PERSON {
                "is too long"
            } else if text.contains(|c: char| c.is_control() || c == '<' || c == '>') {
                "holds a line break, a control character or an angle bracket"
            } else {
                return Ok(text.to_owned());
            };
            Err(NameError::Person { what, why })
        };
        Ok(Self {
            name: checked("name", name)?,
            email: checked("e-mail address", email)?,
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn email(&self) -> &str {
        &self.email
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_called_as_git_has_them() {
        for good in ["main", "feature/a-b", "v1.0", "übung", "a@b", "x{y}"] {
            assert!(BranchName::parse(good).is_ok(), "{good}");
        }
        let long = "x".repeat(LONGEST + 1);
        for bad in [
            "",
            "-f",
            "--upload-pack=x",
            "a b",
            "a..b",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[",
            "a\\b",
            "a\nb",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "a.lock/b",
            "a.",
            "@",
            "a@{b",
            "HEAD",
            "refs/heads/x",
            &long,
        ] {
            assert!(BranchName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nobody_can_write_a_second_line_into_a_commit() {
        assert!(Person::new(" Ann O'Neil ", "ann@example.com").is_ok());
        for (name, email) in [
            ("a\nparent 1", "a@b"),
            ("a <x@y>", "a@b"),
            ("a", "a@b> 0 +0000\n"),
            ("", "a@b"),
            ("a", " "),
            ("a\0", "a@b"),
        ] {
            assert!(Person::new(name, email).is_err(), "{name:?} {email:?}");
        }
    }
}
