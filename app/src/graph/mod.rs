//! Graphs as pages know them: a drawing that the server has made.
//!
//! The data and what draws it are the server's alone: no browser downloads code for a layout, and
//! the drawing is there before a script has run.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;
#[cfg(feature = "ssr")]
pub(crate) mod show;
