//! What a page may ask of the audit log.

use super::{AuditPage, AuditQuery};
use crate::catalog::port::Answer;

/// The audit log as pages see it.
pub trait AuditLog: Send + Sync {
    /// Entries, the newest first.
    ///
    /// # Errors
    /// [`crate::error::ApiError::Invalid`] for a time or a cursor that is none, and
    /// [`crate::error::ApiError::Unavailable`] when the database does not answer.
    fn list<'a>(&'a self, query: &'a AuditQuery) -> Answer<'a, AuditPage>;
}
