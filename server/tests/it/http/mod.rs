//! The HTTP API as clients know it.

mod access;
mod analyze;
mod ancestry;
mod by_query;
mod catalog;
mod conditional;
mod description;
mod export;
mod fresh;
mod hidden;
mod hostile;
mod limits;
mod listener;
mod locations;
mod log;
mod metrics;
mod permission;
mod pushed;
mod removal;
mod roles;
mod routes;
mod service;
mod templates;
mod unprocessed;
mod validate;
