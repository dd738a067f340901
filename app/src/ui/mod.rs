//! Primitives without a domain word.
//!
//! To add one: a file here, its classes in `style/20-controls.css`, its name below. Variants are an
//! enum, text is a prop, and nothing here asks the server.

mod avatar;
mod card;
mod choice_menu;
mod copy_button;
mod counted;
mod empty_state;
mod error_panel;
#[cfg(feature = "ssr")]
mod html;
mod icon;
mod icon_paths;
mod in_page;
mod load;
mod menu;
mod pagination;
mod post_form;
mod prose;
mod skeleton;
mod tabs;
mod yaml_hint;

pub use avatar::Avatar;
pub use card::Card;
pub use choice_menu::{ChoiceMenu, MenuChoice};
pub use copy_button::CopyButton;
pub use counted::{counted, counted_as};
pub use empty_state::EmptyState;
pub use error_panel::ErrorPanel;
#[cfg(feature = "ssr")]
pub use html::Html;
pub use icon::{Icon, Sprite};
pub use in_page::{Fragment, InPage, Stripped};
pub use load::Load;
pub use menu::{Menu, MenuSide};
pub use pagination::Pagination;
pub use post_form::PostForm;
pub use prose::Prose;
pub use skeleton::{SkeletonLines, SkeletonRows};
pub use tabs::{Tab, Tabs};
pub use yaml_hint::YamlHint;
