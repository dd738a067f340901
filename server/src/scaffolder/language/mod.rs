//! The language of software templates: `${{ }}`, `{% %}` and `{# #}`.
//!
//! A closed interpreter: a template reaches the values it is given and the functions it is allowed,
//! and nothing else — no file, no clock, no network. Its work, memory, depth and output are bounded.
//! What it computes from a secret is marked, so that it can be masked whole.
//!
//! The language is the part of Nunjucks 3.2.4 that a template can use by itself, with slices and some
//! methods of Jinja. Reading order: [`engine`] is the surface; `scan`, `lexer` and `parse` read;
//! `slots` binds names; `evaluate` renders, with `filters`, `predicates` and `methods`.
//!
//! - To add a filter: see the head of `filters`. A test: its name in `predicates`. A method: its name
//!   and what it does in the file of its kind in `methods`.
//! - To add a tag: its parts in `syntax`, its reading in `parse::statements`, a line in `slots` and in
//!   `walk`, and what it does in `evaluate`.

mod coerce;
mod context;
mod data;
pub mod engine;
mod error;
mod evaluate;
mod filters;
mod lexer;
mod limits;
mod methods;
mod mistakes;
mod number;
mod parse;
mod pattern;
mod predicates;
mod reads;
mod replacer;
mod scan;
mod scope;
mod slots;
mod syntax;
mod text;
mod tree;
mod value;
mod walk;

pub use context::{Context, Secrets};
pub use data::Data;
pub use engine::{Engine, Function, Options, Rendered, RenderedValue, Template};
pub use error::{ErrorKind, LanguageError, suggestion};
pub use limits::{Allowance, Limits};
pub use reads::Read;
pub use replacer::Replacer;
pub use tree::{RenderedTree, Unrendered};

use error::Outcome;
