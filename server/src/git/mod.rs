//! Git, as much of it as pushing a history needs; no program of git is called.
//!
//! Reading order: [`names`] is what branches and authors may be called, [`object`] how files, folders
//! and commits are written and named, [`pack`] how many of them travel as one file, `packet` the
//! framing of what is said, [`push`] who says it to a host. Formats are those of git's own
//! documentation: `gitformat-pack`, `gitprotocol-pack`, `gitprotocol-http`.

pub mod names;
pub mod object;
pub mod pack;
mod packet;
pub mod push;

pub use names::{BranchName, Person};
pub use object::{Commit, Id, Kind, Mode, TreeEntry};
pub use pack::{Pack, PackError, PackWriter};
pub use push::{PushError, Pushed, Remote};
