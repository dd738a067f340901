//! Definitions of APIs as pages know them: HTML that the server has made.

#[cfg(feature = "ssr")]
pub mod port;
