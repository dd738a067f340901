//! Tasks as pages know them.

use crate::catalog::EntityRef;

/// A task with all that it has told so far.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskView {
    pub row: TaskRow,
    pub steps: Vec<StepView>,
    pub log: Vec<LogLine>,
    /// The number of the last event that is told of.
    pub last_event: i64,
    /// Lines that are not shown: the log is longer than a page can be.
    pub left_out: usize,
    /// What it has come to.
    pub links: Vec<TaskLink>,
    pub texts: Vec<TaskText>,
    pub error: Option<String>,
    /// The answers as JSON, for a form that begins with them; None where there are none to be had.
    pub answers: Option<String>,
    /// Why the viewer may not cancel it; none when they may.
    pub kept_from_cancelling: Option<String>,
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    pub id: String,
    /// What the template is called.
    pub title: String,
    pub template: Option<EntityRef>,
    pub status: TaskStatus,
    pub started_by: EntityRef,
    /// When it was started, as a reader says it.
    pub started: String,
}

/// How far a task, or a step of one, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskStatus {
    /// It has not begun.
    Waiting,
    Running,
    Completed,
    Failed,
    Cancelled,
    /// It was left out.
    Skipped,
}

/// A step of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    pub name: String,
    pub action: String,
    pub status: TaskStatus,
    /// How long it took, as a reader says it; empty while it runs.
    pub took: String,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    pub text: String,
    /// Something is wrong.
    pub is_bad: bool,
}

/// A link that a task has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLink {
    pub title: String,
    pub url: Option<String>,
    pub entity: Option<EntityRef>,
}

/// A text that a task has come to; the content is safe HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskText {
    pub title: String,
    pub html: String,
}

impl TaskStatus {
    /// By the word of the API.
    pub fn of(word: &str) -> Self {
        match word {
            "processing" => Self::Running,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            "skipped" => Self::Skipped,
            _ => Self::Waiting,
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
            Self::Skipped => "Skipped",
        }
    }

    /// Whether nothing more will come.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}
