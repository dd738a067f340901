//! Creating software: templates to choose from, and the form of each.

mod actions;
#[cfg(feature = "ssr")]
pub(crate) mod actions_view;
mod combo;
#[cfg(feature = "ssr")]
mod control_view;
mod editor;
#[cfg(feature = "ssr")]
pub(crate) mod form_view;
mod morph;
#[cfg(feature = "ssr")]
mod review_view;
mod task;
#[cfg(feature = "ssr")]
pub(crate) mod task_view;
#[cfg(feature = "ssr")]
pub(crate) mod templates_view;
mod trial;
#[cfg(feature = "ssr")]
pub(crate) mod trial_view;
mod wizard;

pub use actions::ActionsPage;
pub use editor::EditorPage;
pub use task::{TaskPage, TasksPage};
pub use wizard::TemplatePage;
