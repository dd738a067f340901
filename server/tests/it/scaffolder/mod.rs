//! Software templates: their language, and running them as people and programs that use the API see it.

mod actions;
mod dry_run;
mod hostile;
mod language;
mod resume;
mod secrets;
mod skeleton;
mod tasks;
mod workshop;
