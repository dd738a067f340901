//! The shared crate: what a page shows, what it may ask, and the pages themselves.
//!
//! Reading order: [`catalog`].

pub mod catalog;
