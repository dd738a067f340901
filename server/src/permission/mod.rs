//! Who may do what to which entities, as data.
//!
//! A [`Policy`] decides: yes, no, or for those of which a [`Condition`] holds. Conditions are made of
//! rules, each of which can be asked of one resource and, for entities, of the whole read model.

mod condition;
mod policy;
mod port;
mod property;
mod rule;
mod standard;

pub use condition::{Condition, Fault};
pub use policy::{Decision, Granted, Policy, refused, resource_of};
pub use port::Explainer;
pub use rule::{RULES, Resource, Row, Rule, row_of};
