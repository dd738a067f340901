//! Finds locations where nobody has named them, by asking the hosts of repositories, and people and teams
//! where nobody has written them down.
//!
//! Reading order: `rounds` is what is done when it is due. `github::repository` is what is known of a
//! repository, `github::discovery` which of them count and where their catalog files are, `github::list`
//! asks for all of them, and `github::round` is what follows. `github::organization` has the same for
//! people and teams, which are not locations but entities themselves.
//!
//! To add a provider: its configuration in `config::model::providers`, a folder here with a listing
//! that says when it is not complete, and its start in `serve`.

pub mod github;
mod orphans;
mod rounds;

pub use orphans::remove_orphans;
pub use rounds::RoundError;
