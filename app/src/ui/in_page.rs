//! Answers that bring HTML: the page holds it already, so it is not repeated for the program.

use crate::error::ApiError;
use leptos::server::codee::{Decoder, Encoder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// An answer with HTML in it.
pub trait Stripped {
    /// The same without the HTML.
    #[must_use]
    fn stripped(&self) -> Self;
}

/// A part of a page that is HTML and nothing else, safe to show as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fragment {
    /// What the page is called; empty where the page knows itself.
    pub title: String,
    pub html: String,
}

impl Stripped for Fragment {
    fn stripped(&self) -> Self {
        Self {
            title: self.title.clone(),
            html: String::new(),
        }
    }
}

/// How such an answer comes into the browser's program from a page that the server has rendered.
pub struct InPage;

impl<T: Stripped + Serialize> Encoder<Result<T, ApiError>> for InPage {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &Result<T, ApiError>) -> Result<String, Self::Error> {
        serde_json::to_string(&answer.as_ref().map(Stripped::stripped))
    }
}

impl<T: DeserializeOwned> Decoder<Result<T, ApiError>> for InPage {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(answer: &str) -> Result<Result<T, ApiError>, Self::Error> {
        serde_json::from_str(answer)
    }
}
