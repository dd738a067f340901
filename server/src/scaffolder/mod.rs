//! The scaffolder: creates software from templates.
//!
//! Reading order: [`parameters`] is what a template asks of whoever uses it, [`language`] what stands
//! between `${{` and `}}`, with [`filters`] about repositories and entities as [`extensions`] describes
//! them, [`skeleton`] how files are made of it, [`task`] what is kept of a run, [`workspace`] where its
//! files are, [`snapshot`] what of them goes into a repository, [`run`] what happens in it step by step,
//! [`actions`] what steps can do, [`dry_run`] how a template is tried, [`check`] how it is looked over
//! without, [`fixture`] how it is held against what came of it before.

pub mod actions;
pub mod check;
pub mod dry_run;
pub mod extensions;
pub mod filters;
pub mod fixture;
pub mod form;
pub mod language;
pub mod makes;
pub mod no_tasks;
pub mod parameters;
pub mod permitted;
pub mod run;
pub mod schema;
pub mod skeleton;
pub mod snapshot;
pub mod task;
mod text;
pub mod workspace;
