//! Tasks: runs of a template with the answers of one person, kept in the database.
//!
//! `spec` is what a run needs, `broker` takes tasks and runs them, `keeper` and `journal` write
//! what comes of them, `watch` tells those who look. `service` is what
//! pages and the API ask.

mod broker;
mod journal;
mod keeper;
mod port;
mod service;
mod spec;
mod tried;
mod watch;

pub use broker::Broker;
pub use service::{Asked, Refused, Tasks};
pub use spec::{Made, SpecError, Step, TaskSpec, TemplateInfo, User};
pub use watch::{Watcher, Watchers};
