//! Trials of templates that are being written, as pages know them.

use super::NewTask;
use super::task::{LogLine, StepView, TaskLink, TaskText};
use crate::catalog::EntityRef;
use std::collections::BTreeMap;

/// What is to be tried.
#[derive(Debug, Clone)]
pub struct NewTrial {
    /// The answers; which template it is says the text.
    pub task: NewTask,
    /// The template as YAML.
    pub text: String,
    /// The template of the catalog as which the text began: what lies beside that one lies beside this.
    pub began_as: Option<EntityRef>,
    /// The files of a folder that was chosen instead, by their paths, as base64.
    pub files: Vec<(String, String)>,
    /// The texts that the trial before has made, by their paths; none when there was none.
    pub before: Option<BTreeMap<String, String>>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialView {
    /// Why a step has failed; then the rest is what there was until then.
    pub failure: Option<String>,
    pub steps: Vec<StepView>,
    pub log: Vec<LogLine>,
    /// In the order of their paths, those that are gone since the trial before among them.
    pub files: Vec<TriedFile>,
    pub links: Vec<TaskLink>,
    pub texts: Vec<TaskText>,
    /// The output as JSON; empty where there is none.
    pub output: String,
    /// What the next trial is compared with: texts by their paths, as JSON. Empty when that is too much
    /// to be sent back.
    pub kept: String,
    /// There was a trial before, so changes are told.
    pub is_compared: bool,
}

/// A file that was made, or is no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedFile {
    pub path: String,
    /// In bytes.
    pub size: usize,
    pub executable: bool,
    pub change: Change,
    pub content: Content,
}

/// How a file stands to the trial before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Same,
    New,
    Changed,
    Gone,
}

/// What is shown of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// HTML: the inside of a `<code>`.
    Text(String),
    /// The same of what has changed, line by line.
    Difference(String),
    /// Where a link leads.
    Link(String),
    /// Why nothing is shown.
    Nothing(&'static str),
}

impl Change {
    /// As a reader says it; empty for what needs no word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}
