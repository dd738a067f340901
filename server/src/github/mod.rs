//! GitHub, as far as things are changed there; what is only read goes through `scm` and `providers`.
//!
//! Reading order: [`Api`] asks and answers in JSON, with the patience that is due; [`GithubError`] says
//! what GitHub refused and what to do about it; [`Offer`] is a file that a repository is offered, [`Listed`]
//! what is named to whoever chooses; [`seal`] closes secrets so that GitHub alone opens them.

mod api;
mod error;
mod listed;
mod offer;
pub mod seal;
#[cfg(test)]
mod tests;

pub use api::{Api, Notice, below, segment, segments};
pub use error::{GithubError, Reason};
pub use listed::Listed;
pub use offer::{Offer, OfferError, Offered};
