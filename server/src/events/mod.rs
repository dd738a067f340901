//! What others tell of their own accord, so that nobody has to ask: webhooks of GitHub.
//!
//! Reading order: [`Github::receive`] is the whole way of a delivery; `signature` says who may be
//! believed, `told` what was said, `affected` what follows from it, and `store` keeps it. Nothing is
//! read while GitHub waits for an answer: sources are made due, and the sets of providers changed.
//!
//! To heed another event: its meaning in `told`, what follows in `affected`, its row in
//! `docs/catalog/github.md`.

mod github;

pub use github::{Delivery, Github, Received};
