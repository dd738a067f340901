//! The GitHub of the tests, asked as clients ask it: over HTTP, and with git.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod apps;
mod ask;
mod demonstration;
mod events;
mod faults;
mod git;
mod graphql;
mod offences;
mod pages;
mod pulls;
mod settings;
mod writing;
