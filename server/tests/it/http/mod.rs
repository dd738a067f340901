//! The HTTP API as clients know it.

mod access;
mod analyze;
mod ancestry;
mod by_query;
mod catalog;
mod conditional;
mod description;
mod hostile;
mod listener;
mod metrics;
mod routes;
mod service;
mod validate;
