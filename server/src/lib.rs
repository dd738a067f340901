//! The server: reads catalog files, keeps them in a database, answers from memory.
//!
//! Reading order: [`ingest`], [`store`], [`query`], [`http`], then [`serve`] that joins them.

pub mod clock;
pub mod digest;
pub mod http;
pub mod ingest;
pub mod query;
pub mod readiness;
pub mod store;
pub mod users;
pub mod viewers;
