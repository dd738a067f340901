//! The one error a page or a client sees, and its HTTP status.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// What can go wrong from the point of view of who asked.
///
/// [`ApiError::Internal`] carries nothing outward: its cause is logged where it arises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Forbidden(String),
    #[error("{0}")]
    Unauthenticated(String),
    #[error("{message}")]
    Invalid { field: String, message: String },
    #[error("{0}")]
    Conflict(String),
    /// More was asked than one may ask in a while.
    #[error("{0}")]
    TooMany(String),
    #[error("{0}")]
    Unavailable(String),
    #[error(
        "Something went wrong on the server. Try again; if it stays, tell whoever runs Callboard what you did and when."
    )]
    Internal,
}

impl ApiError {
    /// What was sent in `field`, a parameter or a part of the body, cannot be understood.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.to_owned(),
            message: message.into(),
        }
    }

    /// The HTTP status of an answer that failed so.
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 400,
            Self::Unauthenticated(_) => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound(_) => 404,
            Self::Conflict(_) => 409,
            Self::TooMany(_) => 429,
            Self::Internal => 500,
            Self::Unavailable(_) => 503,
        }
    }

    /// The error name that clients of the catalog API expect in `error.name`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "InputError",
            Self::Unauthenticated(_) => "AuthenticationError",
            Self::Forbidden(_) => "NotAllowedError",
            Self::NotFound(_) => "NotFoundError",
            Self::Conflict(_) => "ConflictError",
            // The field has no name of its own for what is too much.
            Self::TooMany(_) | Self::Internal => "Error",
            Self::Unavailable(_) => "ServiceUnavailableError",
        }
    }

    /// What a page puts above the message.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "That does not work",
            Self::Unauthenticated(_) => "Sign in to see this",
            Self::Forbidden(_) => "Not for you to see",
            Self::NotFound(_) => "Nothing here",
            Self::Conflict(_) => "Something changed meanwhile",
            Self::TooMany(_) => "Too much at once",
            Self::Internal => "Something went wrong",
            Self::Unavailable(_) => "Not available just now",
        }
    }

    /// What to do about it, for a reader who only knows what sort of failure it was.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => {
                "What was sent cannot be used. Look it over, and send it again."
            }
            Self::Unauthenticated(_) => "Sign in, then send it again.",
            Self::Forbidden(_) => "This installation does not let you do that.",
            Self::NotFound(_) => "It is not there any more.",
            Self::Conflict(_) => "It has been done already, or stands against what is there now.",
            Self::TooMany(_) => "Nothing has been changed. Wait a little, then send it again.",
            Self::Unavailable(_) => "Nothing has been changed. Try again in a moment.",
            Self::Internal => {
                "Try again; if it stays, tell whoever runs Callboard what you did and when."
            }
        }
    }

    /// Gives the page that is being rendered on the server this error's status.
    #[cfg(feature = "ssr")]
    pub fn set_status(&self) {
        use leptos::prelude::use_context;
        if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
            && let Ok(status) = http::StatusCode::from_u16(self.status())
        {
            response.set_status(status);
        }
    }

    /// In the browser there is no status to give.
    #[cfg(not(feature = "ssr"))]
    pub fn set_status(&self) {}
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unavailable(
                "The server did not answer. Check the connection, then try again.".to_owned(),
            ),
            ServerFnErrorErr::Args(message)
            | ServerFnErrorErr::MissingArg(message)
            | ServerFnErrorErr::Deserialization(message) => Self::Invalid {
                field: "arguments".to_owned(),
                message,
            },
            _ => Self::Internal,
        }
    }
}
