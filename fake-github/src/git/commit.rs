//! Commits: what they hold, and who made them.

use super::{Git, Kind};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
    pub(crate) author: Person,
    pub(crate) committer: Person,
    pub(crate) message: String,
}

/// Who, and when, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) seconds: i64,
}

impl Person {
    pub(crate) fn new(name: &str, email: &str, seconds: i64) -> Self {
        let plain = |text: &str| text.replace(['<', '>', '\n', '\0'], "");
        Self {
            name: plain(name),
            email: plain(email),
            seconds,
        }
    }

    fn line(&self) -> String {
        format!("{} <{}> {} +0000", self.name, self.email, self.seconds)
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('<')?;
        let (email, rest) = rest.split_once('>')?;
        let seconds = rest.split_whitespace().next()?.parse().ok()?;
        Some(Self::new(name.trim(), email, seconds))
    }
}

impl Commit {
    /// The first line of the message.
    pub(crate) fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

impl Git {
    /// A commit, by its whole name.
    pub(crate) fn commit(&self, sha: &str) -> Option<Commit> {
        let Some((Kind::Commit, content)) = self.read(sha) else {
            return None;
        };
        let content = String::from_utf8_lossy(&content);
        let (head, message) = content.split_once("\n\n")?;
        let field = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        };
        let parents = head.lines().filter_map(|it| it.strip_prefix("parent "));
        Some(Commit {
            tree: field("tree")?.to_owned(),
            parents: parents.map(str::to_owned).collect(),
            author: Person::parse(field("author")?)?,
            committer: Person::parse(field("committer")?)?,
            message: message.trim_end_matches('\n').to_owned(),
        })
    }

    pub(crate) fn write_commit(&self, commit: &Commit) -> String {
        let mut text = format!("tree {}\n", commit.tree);
        for parent in &commit.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!(
            "author {}\ncommitter {}\n\n{}\n",
            commit.author.line(),
            commit.committer.line(),
            commit.message.replace('\0', "")
        ));
        self.write(Kind::Commit, text.as_bytes())
    }
}
