//! Finds locations where nobody has named them: by asking the hosts of repositories.
//!
//! Reading order: `github::repository` is what is known of a repository, `github::discovery` which
//! of them count and where their catalog files are, `github::list` asks for all of them, and
//! `github::round` does so when it is due.
//!
//! To add a provider: its configuration in `config::model::providers`, a folder here with a listing
//! that says when it is not complete, and its start in `serve`.

pub mod github;
mod orphans;

pub use orphans::remove_orphans;
