//! The audit log over HTTP: what requests leave in it, and how it is read.

mod deeds;
mod record;

pub(super) use deeds::action_of;
pub(super) use record::{Recording, refused, used};
