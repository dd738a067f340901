//! Callboard's own documentation as pages know it.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;
