//! Why a call has no answer. No text here holds a credential, or the query of a URL, which may.

use crate::clock::{Millis, rfc3339};
use reqwest::StatusCode;
use std::error::Error;
use std::time::Duration;
use url::Url;

/// Why there is no content; the text says what happened and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("the server answered {0}: there is no such file, or it is private")]
    NotFound(StatusCode),
    #[error(
        "the server answered {0}; check that the credential for the host is right and may read this"
    )]
    Denied(StatusCode),
    #[error("the server answered {0}; try again later, or check that the URL can be read")]
    Status(StatusCode),
    #[error(
        "the answer is larger than the {} KiB that are read; split it into smaller parts",
        .0 / 1024
    )]
    TooLarge(usize),
    #[error("no complete answer within {} s; try again later", .0.as_secs_f32())]
    TooSlow(Duration),
    #[error("{host} asks to wait because its rate limit is used up; it is asked again from {}", rfc3339(*.until))]
    RateLimited { host: String, until: Millis },
    #[error(
        "the address {0} is not allowed: link-local, metadata and multicast addresses are never read"
    )]
    Refused(String),
    #[error(
        "{0} is in a private network, and only hosts that are configured may be; name it under integrations or \
         backend.reading.allow"
    )]
    Private(String),
    #[error(
        "{0} is asked for at the port {1}, which is not one of the web; name the host with its port under integrations \
         or backend.reading.allow"
    )]
    Port(String, u16),
    #[error("\"{0}\" is not an http or https URL")]
    NotAUrl(String),
    #[error(
        "the URL of {0} holds a user or a password; put the credential under integrations instead"
    )]
    Userinfo(String),
    #[error("{0} redirects more than {1} times; name the address it ends at")]
    TooManyRedirects(String, usize),
    #[error("the redirect from {0} cannot be followed: {1}")]
    Redirect(String, String),
    #[error("cannot be reached: {0}")]
    Unreachable(String),
}

impl FetchError {
    /// Whether the request may have arrived, and been acted upon.
    pub(crate) fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::TooSlow(_) | Self::Unreachable(_) | Self::TooLarge(_)
        )
    }

    /// What metrics count it as.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Denied(_) => "denied",
            Self::Status(_) => "failed",
            Self::TooLarge(_) => "too_large",
            Self::TooSlow(_) => "timeout",
            Self::RateLimited { .. } => "rate_limited",
            Self::Refused(_)
            | Self::Private(_)
            | Self::Port(..)
            | Self::NotAUrl(_)
            | Self::Userinfo(_) => "not_allowed",
            Self::TooManyRedirects(..) | Self::Redirect(..) => "redirect",
            Self::Unreachable(_) => "unreachable",
        }
    }

    /// The error of the client, whose own texts may hold a whole URL: only the innermost cause is
    /// told.
    pub(super) fn of_client(error: &reqwest::Error) -> Self {
        let mut cause: &dyn Error = error;
        while let Some(inner) = cause.source() {
            if let Some(own) = inner.downcast_ref::<Self>() {
                return own.clone();
            }
            cause = inner;
        }
        if error.is_connect() && error.is_timeout() {
            return Self::Unreachable("the server does not accept a connection".to_owned());
        }
        Self::Unreachable(cause.to_string())
    }
}

/// A URL for people: without what may be secret.
pub(super) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{}://{host}{}", url.scheme(), url.path())
}
