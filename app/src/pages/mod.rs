//! The pages. What a page only tells is two files: one that asks, and a `_view` that the server alone
//! makes HTML of; the list of the catalog is a folder that browsers take part in.
//!
//! What several pages show of an entity stands here: its kind, a link to it, its lifecycle, its star.

#[cfg(feature = "ssr")]
mod account_view;
mod admin;
#[cfg(feature = "ssr")]
pub(crate) mod admin_view;
#[cfg(feature = "ssr")]
pub(crate) mod audit_view;
mod canvas;
mod catalog;
mod create;
#[cfg(feature = "ssr")]
mod draft_file;
#[cfg(feature = "ssr")]
mod draft_form;
mod entity;
#[cfg(feature = "ssr")]
mod entity_line;
#[cfg(feature = "ssr")]
pub(crate) mod entity_link;
#[cfg(feature = "ssr")]
pub(crate) mod entity_view;
#[cfg(feature = "ssr")]
pub(crate) mod explain_view;
mod find;
mod graph;
#[cfg(feature = "ssr")]
mod grid;
mod guide;
#[cfg(feature = "ssr")]
pub(crate) mod guide_view;
#[cfg(feature = "ssr")]
pub(crate) mod health_view;
mod home;
#[cfg(feature = "ssr")]
pub(crate) mod home_view;
#[cfg(feature = "ssr")]
pub(crate) mod inbox_view;
mod kept_out;
#[cfg(feature = "ssr")]
pub(crate) mod kept_out_view;
pub(crate) mod kind;
#[cfg(feature = "ssr")]
pub(crate) mod kind_tile;
#[cfg(feature = "ssr")]
pub(crate) mod lifecycle;
mod not_found;
#[cfg(feature = "ssr")]
mod problem_list;
mod problems;
#[cfg(feature = "ssr")]
mod proposal_view;
mod refusal;
mod register;
#[cfg(feature = "ssr")]
pub(crate) mod register_view;
mod remove;
#[cfg(feature = "ssr")]
pub(crate) mod remove_view;
#[cfg(feature = "ssr")]
pub(crate) mod role_form_view;
#[cfg(feature = "ssr")]
mod role_grant_view;
#[cfg(feature = "ssr")]
mod role_preview_view;
#[cfg(feature = "ssr")]
pub(crate) mod roles_view;
pub(crate) mod search;
mod settings;
#[cfg(feature = "ssr")]
pub(crate) mod settings_view;
mod star;
#[cfg(feature = "ssr")]
mod star_button;
pub(crate) mod told;

use crate::catalog::EntityListQuery;
use leptos_router::params::ParamsMap;

pub use admin::AdminPage;
pub use catalog::{ApiDocsPage, CatalogPage, TemplatesPage};
pub use create::{ActionsPage, EditorPage, TaskPage, TasksPage, TemplatePage};
pub use entity::EntityPage;
pub use graph::GraphPage;
pub use guide::GuidePage;
pub use home::HomePage;
pub use kept_out::KeptOutPage;
pub use not_found::NotFoundPage;
pub use problems::ProblemsPage;
pub use register::RegisterPage;
pub use remove::RemovePage;
pub use settings::SettingsPage;
pub(crate) use told::Params;
#[cfg(feature = "ssr")]
pub(crate) use told::text as param;
#[cfg(feature = "ssr")]
pub(crate) use {
    catalog::rows,
    create::{actions_view, form_view, task_view, templates_view, trial_view},
};

/// The list that the parameters of a URL ask for.
pub(crate) fn query_of(params: &ParamsMap) -> EntityListQuery {
    let pairs: Vec<_> = params.clone().into_iter().collect();
    EntityListQuery::from_params(
        pairs
            .iter()
            .map(|(key, value)| (key.as_ref(), value.as_str())),
    )
}
