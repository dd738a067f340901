//! A GitHub on this machine: it speaks what Callboard uses of REST and GraphQL, as GitHub Enterprise
//! Server has it (`/api/v3`, `/api/graphql`, `/raw`), serves real git from real repositories, and shows
//! people what is in them.
//!
//! Every request to the REST API is held against GitHub's published description, and so is every
//! answer: what is not described is an [`Offence`], and the server ends its test in failure when it is
//! dropped. What goes wrong at GitHub is a [`Fault`] that a test plans.
//!
//! The way of a request: `serve` → who asks (`identity`) → the operation (`description`) → what it does
//! (`rest`, whose head says how to add one) → the answer. The state is one `World` behind a lock, files
//! are in bare repositories (`git`).

#![recursion_limit = "256"]
#![expect(
    clippy::unwrap_used,
    reason = "part of tests: what cannot be is a mistake of the test, and ends it"
)]

mod account;
mod answer;
mod clone;
mod demonstration;
mod describe;
mod description;
mod fault;
pub mod fields;
mod git;
mod github;
mod graphql;
mod identity;
mod issue;
mod oauth;
mod offence;
mod organization;
mod pages;
mod raw;
mod repository;
mod rest;
mod serve;
mod webhook;
mod world;

pub use account::Profile;
pub use fault::Fault;
pub use github::{Asked, Github, TOKEN};
pub use issue::{Issue, Label, Pull};
pub use offence::Offence;
pub use repository::{Environment, Repository};
pub use rest::SECRET_KEY;
pub use webhook::Webhook;

use std::sync::{Arc, Mutex};

type Shared = Arc<Mutex<world::World>>;
