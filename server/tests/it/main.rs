//! The integration tests: one binary, a folder for each area.
//!
//! What touches the database runs on SQLite and, when `TEST_DATABASE_URL` names one, on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

mod audit;
mod faults;
mod follow;
mod house;
mod http;
mod identity;
mod pages;
mod properties;
mod scaffolder;
mod sources;
mod store;
mod trace;
mod work;
