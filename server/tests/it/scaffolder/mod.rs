//! Software templates: their language, and running them as people and programs that use the API see it.

mod actions;
mod check;
mod dry_run;
mod fixtures;
mod github;
mod hostile;
mod language;
mod resume;
mod secrets;
mod skeleton;
mod tasks;
mod workshop;
