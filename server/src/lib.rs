//! The server: configuration, ingest, store, query and HTTP.

pub mod ingest;
