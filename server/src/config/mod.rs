//! Configuration: the files and environment of a Backstage installation into one typed struct.
//!
//! [`load()`] finds the files (`sources`), parses each (`yaml`), resolves what it refers to
//! (`transform`, `include`, `substitute`), adds the environment (`env`), reads the layers into
//! [`Config`] (`reader`, `section`, `model`) and lists what nothing reads (`unread`).
//! To add a key, see `model`.

mod cron;
pub mod duration;
pub mod env;
mod error;
pub mod include;
pub(crate) mod load;
mod model;
pub mod node;
mod pattern;
#[cfg(test)]
mod project_files;
pub mod reader;
mod redact;
mod secret;
mod section;
mod sources;
pub mod substitute;
pub mod transform;
mod unread;
pub mod yaml;

pub use cron::Cron;
pub use error::{ConfigError, ConfigProblem, ConfigWarning};
pub use load::{LoadOptions, Loaded, load};
pub use model::*;
pub use pattern::compile_whole;
pub use redact::redact;
pub use secret::Secret;
