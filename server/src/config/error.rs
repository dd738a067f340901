//! What is wrong with a configuration, and where.

use std::fmt;

use super::node::Origin;

/// One finding. As an error it stops the start, as a warning it is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The file, or the environment variable, that holds the value.
    pub file: String,
    pub line: Option<u32>,
    /// The key, such as `backend.listen`; empty where the whole file is meant.
    pub path: String,
    pub message: String,
}

/// A finding that does not stop the start.
pub type ConfigWarning = ConfigProblem;

impl ConfigProblem {
    pub(crate) fn at(origin: &Origin, path: &str, message: impl Into<String>) -> Self {
        Self {
            file: origin.file.to_string(),
            line: origin.line,
            path: path.to_owned(),
            message: message.into(),
        }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// A configuration that cannot be used: every reason found, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub problems: Vec<ConfigProblem>,
}

impl From<ConfigProblem> for ConfigError {
    fn from(problem: ConfigProblem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
