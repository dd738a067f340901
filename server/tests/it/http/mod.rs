//! The HTTP API as clients know it.

mod ancestry;
mod by_query;
mod catalog;
mod conditional;
mod metrics;
mod routes;
mod service;
