//! Who may do what to which entities, as data.
//!
//! A [`Policy`] decides: yes, no, or for those of which a [`Condition`] holds. Conditions are made of
//! rules, each of which can be asked of one resource and, for entities, of the whole read model.
//! [`RoleKeeper`] keeps the roles that are made in the portal beside those of the configuration.

mod condition;
mod form;
mod grant;
mod keeper;
mod policy;
mod port;
mod preview;
mod property;
mod role;
mod role_port;
mod rule;
mod standard;
mod words;

pub use condition::{Condition, Fault};
pub use form::{as_json, as_rules, role_of_form};
pub use grant::{fitting, permissions_of};
pub use keeper::{RoleError, RoleKeeper};
pub use policy::{Decision, Granted, HeldBy, Policy, refused, resource_of};
pub use port::Explainer;
pub use preview::preview;
pub(crate) use property::property;
pub use role::{read_role, role_json, stored_role};
pub use rule::{RULES, Resource, Row, Rule, row_of};
