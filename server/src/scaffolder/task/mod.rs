//! Tasks: runs of a template with the answers of one person, kept in the database.
//!
//! `spec` is what a run needs, `broker` takes tasks and runs them, `keeper` and `journal` write
//! what comes of them, `seal` keeps their secrets, `watch` tells those who look. `service` is what
//! pages and the API ask.

mod broker;
mod journal;
mod keeper;
mod keys;
mod port;
mod seal;
mod service;
mod spec;
mod tried;
mod watch;

pub use broker::Broker;
pub use keys::keys;
pub use seal::{CannotOpen, Seal};
pub use service::{Asked, Refused, Tasks};
pub use spec::{Made, SpecError, Step, TaskSpec, TemplateInfo, User};
pub use watch::{Watcher, Watchers};
