//! Why an action has failed.

use crate::scaffolder::workspace::{PathError, WorkspaceError};

/// The failure of a step, by the names that clients of the API know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// The template asks for what cannot be.
    #[error("{0}")]
    Input(String),
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    NotAllowed(String),
    #[error("{0}")]
    Conflict(String),
    /// Something elsewhere did not work.
    #[error("{0}")]
    Failed(String),
    /// Somebody has asked for the end of the task.
    #[error("{0}")]
    Cancelled(String),
}

impl ActionError {
    /// Its name in the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Input(_) => "InputError",
            Self::NotFound(_) => "NotFoundError",
            Self::NotAllowed(_) => "NotAllowedError",
            Self::Conflict(_) => "ConflictError",
            Self::Failed(_) | Self::Cancelled(_) => "Error",
        }
    }
}

impl From<WorkspaceError> for ActionError {
    fn from(error: WorkspaceError) -> Self {
        let text = error.to_string();
        match error {
            WorkspaceError::Missing(_) => Self::NotFound(text),
            WorkspaceError::Io { .. } | WorkspaceError::Full(_) => Self::Failed(text),
            _ => Self::Input(text),
        }
    }
}

impl From<PathError> for ActionError {
    fn from(error: PathError) -> Self {
        Self::Input(error.to_string())
    }
}
