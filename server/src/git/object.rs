//! Files, folders and commits as git writes them, and the names that follow from what they hold.

use super::names::Person;
use sha1::{Digest, Sha1};
use std::fmt;

/// The name of an object: the SHA-1 of its kind, size and content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 20]);

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Commit,
    Tree,
    Blob,
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    File,
    Program,
    Link,
    Folder,
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    pub name: String,
    pub mode: Mode,
    pub id: Id,
}

/// A commit; whoever has written it has put it in, too.
#[derive(Debug, Clone)]
pub struct Commit<'a> {
    pub tree: Id,
    pub parents: &'a [Id],
    pub author: &'a Person,
    /// Seconds since 1970.
    pub time: i64,
    pub message: &'a str,
}

impl Id {
    /// What stands for a branch that is not there.
    pub const NONE: Self = Self([0; 20]);

    /// The name of an object.
    pub fn of(kind: Kind, content: &[u8]) -> Self {
        let mut hash = Sha1::new();
        hash.update(format!("{} {}\0", kind.word(), content.len()));
        hash.update(content);
        Self(hash.finalize().into())
    }

    /// Reads 40 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 40 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut bytes = [0; 20];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }

    pub fn bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
        }
    }

    /// Its number in a pack.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Commit => 1,
            Self::Tree => 2,
            Self::Blob => 3,
        }
    }
}

impl Mode {
    /// As a folder has it; the API of GitHub has a zero more before `40000`.
    pub fn digits(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Program => "100755",
            Self::Link => "120000",
            Self::Folder => "40000",
        }
    }
}

/// A folder as git writes it. Entries are put into git's order: a folder as if its name ended with
/// a slash.
pub fn tree(entries: &mut [TreeEntry]) -> Vec<u8> {
    let key = |entry: &TreeEntry| {
        let mut key = entry.name.clone().into_bytes();
        if entry.mode == Mode::Folder {
            key.push(b'/');
        }
        key
    };
    entries.sort_by_cached_key(key);
    let mut content = Vec::new();
    for entry in entries {
        content.extend_from_slice(entry.mode.digits().as_bytes());
        content.push(b' ');
        content.extend_from_slice(entry.name.as_bytes());
        content.push(0);
        content.extend_from_slice(&entry.id.0);
    }
    content
}

impl Commit<'_> {
    /// As git writes it.
    pub fn content(&self) -> Vec<u8> {
        let mut text = format!("tree {}\n", self.tree);
        for parent in self.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        let who = format!(
            "{} <{}> {} +0000",
            self.author.name(),
            self.author.email(),
            self.time
        );
        text.push_str(&format!("author {who}\ncommitter {who}\n\n"));
        // Git ends a message with one line break, and takes no zero byte.
        text.push_str(self.message.replace('\0', "").trim_end());
        text.push('\n');
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_have_the_names_that_git_gives_them() {
        // git hash-object -t blob|tree /dev/null, and `echo hello | git hash-object --stdin`.
        let check = |kind, content: &[u8], expected: &str| {
            assert_eq!(Id::of(kind, content).to_string(), expected);
        };
        check(Kind::Blob, b"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        check(Kind::Tree, b"", "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        check(
            Kind::Blob,
            b"hello\n",
            "ce013625030ba8dba906f756967f9e9ca394464a",
        );
    }

    #[test]
    fn a_folder_is_sorted_as_if_it_ended_with_a_slash() {
        let entry = |name: &str, mode| TreeEntry {
            name: name.to_owned(),
            mode,
            id: Id::NONE,
        };
        let mut entries = [
            entry("a", Mode::Folder),
            entry("a.b", Mode::File),
            entry("a0", Mode::Program),
        ];
        tree(&mut entries);
        let names: Vec<_> = entries.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a.b", "a", "a0"]);
    }

    #[test]
    fn names_are_read() {
        let text = "ce013625030ba8dba906f756967f9e9ca394464a";
        assert_eq!(Id::parse(text).unwrap().to_string(), text);
        for bad in [
            "",
            "ce01",
            &"g".repeat(40),
            &"é".repeat(20),
            &"+".repeat(40),
        ] {
            assert_eq!(Id::parse(bad), None, "{bad}");
        }
    }
}
