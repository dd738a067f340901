//! What a page may ask about the installation.

use super::{Health, HealthQuery};
use crate::catalog::port::Answer;

/// The installation as pages see it.
pub trait Operations: Send + Sync {
    /// How everything stands. What the database does not tell in time is missing from it.
    fn health<'a>(&'a self, query: &'a HealthQuery) -> Answer<'a, Health>;
}
