//! The audit log over HTTP: what requests leave in it, and how it is read.

mod api;
mod deeds;
mod read;
mod record;

pub(super) use api::{export, list};
pub(super) use deeds::action_of;
pub(super) use read::LiveAudit;
pub(super) use record::{Recording, refused, used};
