//! The HTTP API as clients know it.

mod catalog;
mod routes;
mod service;
