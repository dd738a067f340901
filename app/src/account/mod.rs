//! What belongs to somebody who is signed in: where they are, and the tokens of their programs.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;

/// What a template works with in the name of whoever starts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRequest {
    /// Where, for example `github.com`.
    pub host: String,
    /// What it must let one do there, by the host's own names.
    pub scopes: Vec<String>,
    /// The name of the secret by which the template knows it.
    pub secret: String,
}

/// What somebody has to agree to before something is done in their name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// With whom, as it is called.
    pub provider: String,
    /// The path at which they agree.
    pub path: String,
    /// To what.
    pub scope: String,
}

/// Whether something may be done in the name of whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InTheirName {
    Allowed,
    /// They have to agree first.
    Asks(Consent),
    /// Nobody signs in with that host here.
    Never,
}

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
