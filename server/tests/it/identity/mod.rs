//! Who is looking: signing in with the real flow against a GitHub and a provider of `OpenID` Connect, and
//! what must not work.

mod astray;
pub mod browser;
mod canary;
pub mod gate;
mod github;
mod key;
mod lending;
mod limits;
mod oidc;
mod service_tokens;
mod sessions;
mod tokens;
