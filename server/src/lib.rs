//! The server: reads catalog files, keeps them in a database, answers from memory.
//!
//! Reading order: [`config`], [`ingest`], [`store`], [`query`], [`http`], then [`serve`] that joins
//! them.

pub mod access;
pub mod audit;
pub mod back_up;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod definition;
pub mod digest;
pub mod events;
pub mod follow;
pub mod git;
pub mod github;
mod graph;
pub mod guide;
pub mod health;
pub mod highlight;
pub mod http;
pub mod identity;
pub mod ingest;
pub mod limits;
pub mod listener;
pub mod markdown;
pub mod metrics;
pub mod operations;
pub mod outbound;
pub mod permission;
mod pointer;
pub mod providers;
pub mod query;
pub mod readiness;
pub mod registry;
pub mod roots;
pub mod scaffolder;
pub mod scm;
pub mod seal;
pub mod serve;
pub mod show_config;
pub mod store;
pub mod telemetry;
pub mod theme;
pub mod threads;
pub mod trace;
pub mod users;
pub mod viewers;
pub mod work;
