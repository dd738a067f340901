//! The form of a template: from its schemas and the values so far to what is asked now.
//!
//! Reading order: `settle` decides what of a schema holds, `fields` makes fields of it, `answers`
//! takes over what was sent, `defaults` fills in what is new, `check` says what is wrong. Together they
//! are `Form`, which knows no catalog; [`Forms`] is the port of `app` and asks it. `offering` is what fields
//! offer to who types in them: of the catalog (`offers`), or of a GitHub ([`Hubs`]).
//!
//! To add a field extension: its arm in `pickers`, and where its values need more than a schema says,
//! its arm in `pickers::mistake`; a new way to answer is a `Control` of `app::scaffolder::form`, with its
//! arms in `answers`, `review` and in the view of the page.

mod answers;
mod check;
mod choices;
mod defaults;
mod fields;
mod hubs;
mod mistakes;
mod offering;
mod offers;
mod pickers;
mod pointer;
mod port;
mod repository;
mod review;
mod sent;
mod settle;
mod sheet;
#[cfg(test)]
mod tests;
mod ui;

pub use hubs::Hubs;
pub use port::Forms;
