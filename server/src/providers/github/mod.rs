//! GitHub: the repositories of an organisation, or of all that have installed an app.

mod discovery;
mod list;
mod repository;
mod round;

pub use discovery::{Discovery, forks_match, topics_match, visibility_matches};
pub use list::{ListError, Listing, list_repositories};
pub use repository::Repository;
pub use round::{RoundError, Rounds};
