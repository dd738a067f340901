//! Software templates: their language, and running them as people and programs that use the API see it.

mod actions;
mod autocomplete;
mod check;
mod dry_run;
mod extensions;
mod fixtures;
mod github;
mod hostile;
mod hostile_templates;
mod language;
mod permissions;
mod redaction;
mod request;
mod resume;
mod roadie;
mod secrets;
mod skeleton;
mod tasks;
pub mod workshop;
