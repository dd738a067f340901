//! What belongs to somebody who is signed in: where they are, and the tokens of their programs.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;

/// See the head of this file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// With whom they signed in; none for the guest.
    pub provider: Option<String>,
    /// The last used first.
    pub sessions: Vec<SignedIn>,
    /// The latest first.
    pub tokens: Vec<Token>,
}

/// A browser in which they are signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignedIn {
    pub id: String,
    /// What the browser says of itself, shortened.
    pub browser: String,
    pub address: String,
    pub since: String,
    pub last_used: String,
    /// The one that asks.
    pub is_this: bool,
}

/// A token, without what it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Token {
    pub id: String,
    pub name: String,
    pub scopes: Vec<String>,
    pub expires: String,
    /// None when it never was.
    pub last_used: Option<String>,
}
