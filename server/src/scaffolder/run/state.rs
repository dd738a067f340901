//! How far a step has come.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a step is doing, by the words of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepStatus {
    Processing,
    Completed,
    Failed,
    Skipped,
    Cancelled,
}

impl StepStatus {
    /// Whether it is not run again when the task goes on.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Skipped)
    }

    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// See the head of this file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepState {
    pub status: StepStatus,
    /// In milliseconds since 1970.
    pub started_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
    /// What it hands on; of a step that runs once for each item, what the items have come to so far.
    #[serde(default)]
    pub output: Value,
    /// How many items are done.
    #[serde(default)]
    pub items: usize,
}

impl StepState {
    /// A step that has just begun.
    pub fn begun(now: i64) -> Self {
        Self {
            status: StepStatus::Processing,
            started_at: now,
            ended_at: None,
            output: Value::Object(Map::new()),
            items: 0,
        }
    }

    /// The same with an end.
    #[must_use]
    pub fn ended(self, status: StepStatus, now: i64) -> Self {
        Self {
            status,
            ended_at: Some(now),
            ..self
        }
    }
}
