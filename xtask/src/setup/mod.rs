//! What a fresh machine lacks, made or fetched into `target/` without touching the system.
//!
//! To add a tool: give it a file with an `ensure` function that is instant when the tool is there,
//! that writes to a temporary folder and renames it when complete, and whose error lists every way
//! it tried and what a person can install instead.

mod apt;
mod apt_sources;
mod rust_src;
mod sysroot;
pub(crate) mod wasm_target;
