//! What was asked for in a way that GitHub does not describe, and what is answered so.

use std::fmt;

/// A request that the real GitHub would not take, or an answer of ours that it would not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offence {
    /// `POST /orgs/playhouse/repos`.
    pub request: String,
    pub what: String,
}

impl fmt::Display for Offence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.request, self.what)
    }
}
