//! GitHub: the repositories of an organisation, or of all that have installed an app; and the people and
//! teams of organisations.

mod discovery;
mod graphql;
mod list;
mod organization;
mod repository;
mod round;

pub use discovery::{Discovery, forks_match, topics_match, visibility_matches};
pub use list::{ListError, Listing, list_repositories};
pub use organization::{
    Member, Organization, OrganizationRounds, Team, entities, list_organizations,
};
pub use repository::Repository;
pub use round::Rounds;
