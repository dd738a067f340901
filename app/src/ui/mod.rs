//! Primitives without a domain word.
//!
//! To add one: a file here, its classes in `style/20-controls.css`, its name below. Variants are an
//! enum, text is a prop, and nothing here asks the server. What only views of the server use is the
//! server's alone (`ssr`).

#[cfg(feature = "ssr")]
mod avatar;
#[cfg(feature = "ssr")]
mod card;
mod choice_menu;
#[cfg(feature = "ssr")]
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
#[cfg(feature = "ssr")]
mod prose;
mod skeleton;
mod tabs;
#[cfg(feature = "ssr")]
mod yaml_hint;

#[cfg(feature = "ssr")]
pub use avatar::Avatar;
#[cfg(feature = "ssr")]
pub use card::Card;
pub use choice_menu::{ChoiceMenu, MenuChoice};
#[cfg(feature = "ssr")]
pub use copy_button::CopyButton;
#[cfg(feature = "ssr")]
pub use counted::counted;
pub use counted::counted_as;
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
#[cfg(feature = "ssr")]
pub use prose::Prose;
pub use skeleton::SkeletonRows;
pub use tabs::{Tab, Tabs};
#[cfg(feature = "ssr")]
pub use yaml_hint::YamlHint;
