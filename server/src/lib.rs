//! The server: reads catalog files, keeps them in a database, answers from memory.
//!
//! Reading order: [`config`], [`ingest`], [`store`], [`query`], [`http`], then [`serve`] that joins
//! them.

pub mod cli;
pub mod clock;
pub mod config;
pub mod digest;
pub mod http;
pub mod ingest;
pub mod query;
pub mod readiness;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod users;
pub mod viewers;
pub mod work;
