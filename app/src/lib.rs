//! The shared crate: what a page shows, what it may ask, and the pages themselves.
//!
//! Reading order: [`routes`], [`catalog`], `pages`, `ui`, then the shell below.

// The type of a view is as deep as its markup, some six levels for each element.
#![recursion_limit = "512"]

// Documentation is built with flags of its own.
#[cfg(not(any(erase_components, doc, doctest)))]
compile_error!(
    "build with `--cfg erase_components`, as .cargo/config.toml has it: flags in RUSTFLAGS hide \
     those, so add it there"
);

pub mod account;
pub mod admin;
#[cfg(feature = "ssr")]
pub mod audit;
pub mod catalog;
#[cfg(feature = "ssr")]
pub mod cookie;
pub mod definition;
pub mod error;
pub mod graph;
pub mod guide;
mod layout;
pub mod operations;
mod pages;
pub mod permission;
pub mod routes;
pub mod scaffolder;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod sign_in;
pub mod site;
mod ui;
pub mod viewer;

pub use layout::App;
#[cfg(feature = "ssr")]
pub use layout::theme::COOKIE as THEME_COOKIE;
#[cfg(feature = "ssr")]
pub use shell::{page_paths, shell};
#[cfg(feature = "ssr")]
pub use ui::counted;
