//! The people and teams of organisations, as entities.
//!
//! Reading order: `people` is what is known of an organisation, `list` asks for members and teams, `entities` makes entities of them, and `round`
//! does so when it is due.

mod entities;
mod list;
mod people;
mod round;

pub use entities::entities;
pub use list::list_organizations;
pub use people::{Member, Organization, Team};
pub use round::OrganizationRounds;
