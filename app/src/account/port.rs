//! What pages may ask and do about who is signed in.

use super::{Account, CredentialRequest, InTheirName};
use crate::catalog::port::Answer;

/// Lets the portal look around at a host as whoever sends the request.
pub trait Lender: Send + Sync {
    /// Their own token there; none where they have not signed in with it.
    ///
    /// # Errors
    /// `Unavailable` when neither the database nor the provider gives it just now.
    fn own_token<'a>(&'a self, host: &'a str) -> Answer<'a, Option<String>>;
}

/// Answers for whoever sends the request, and for nobody else.
pub trait Accounts: Lender {
    /// Their sessions and tokens.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    fn account(&self) -> Answer<'_, Account>;

    /// Ends one of their sessions.
    ///
    /// # Errors
    /// `NotFound` when they have none of that id, `Unavailable`.
    fn end_session<'a>(&'a self, id: &'a str) -> Answer<'a, ()>;

    /// Ends all their sessions but the one that asks.
    ///
    /// # Errors
    /// `Forbidden` for who is not signed in, `Unavailable`.
    fn end_other_sessions(&self) -> Answer<'_, ()>;

    /// Takes one of their tokens back.
    ///
    /// # Errors
    /// `NotFound` when they have none of that id, `Unavailable`.
    fn revoke_token<'a>(&'a self, id: &'a str) -> Answer<'a, ()>;

    /// Whether the portal may do something at a host as them.
    fn in_their_name(&self, asked: &CredentialRequest) -> InTheirName;

    /// The token with which the portal does it.
    ///
    /// # Errors
    /// `Forbidden` when they have not agreed to that, `Unavailable` when neither the database nor the
    /// provider gives it just now.
    fn credential<'a>(&'a self, asked: &'a CredentialRequest) -> Answer<'a, String>;
}
