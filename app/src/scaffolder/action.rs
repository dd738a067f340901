//! Actions as their page knows them.

/// What steps can do: one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionView {
    pub id: String,
    /// What it does, as one line of text.
    pub summary: String,
    /// The same as safe HTML.
    pub about: String,
    /// A dry run does it, as it has no effect elsewhere.
    pub supports_dry_run: bool,
    /// The tree of what it takes, as safe HTML; empty when it takes nothing.
    pub input: String,
    /// The tree of what it hands on.
    pub output: String,
    pub examples: Vec<ActionExample>,
}

/// A use of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionExample {
    pub title: String,
    /// YAML with its words coloured, as safe HTML.
    pub code: String,
}
