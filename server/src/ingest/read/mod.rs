//! Reads a location: a file, the files of a folder or of a pattern, or a URL.

mod file;
mod folder;
mod url;

pub(crate) use file::{clean, parent_of, regular_file, resolve};
pub(crate) use folder::is_fixture;
pub(crate) use url::fetch;

use super::location::{LISTED, LocationRef};
use crate::outbound::{Fetched, Outbound};
use crate::scm::Scm;
use std::path::PathBuf;

/// What stands at a location.
#[derive(Debug)]
pub(crate) enum Content {
    Unchanged,
    Bytes {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
    /// The location names many files: a folder, or a pattern.
    Files {
        files: Vec<LocationRef>,
        /// What could not be looked into, and why.
        passed_over: Vec<String>,
        /// Part of the folder could not be read, so what is missing may still be there.
        incomplete: bool,
    },
}

/// Why a location cannot be read; the text is told to people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Failed(String),
}

/// How to read a location.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) location: &'a LocationRef,
    /// A folder is searched for catalog files instead of being refused.
    pub(crate) search: bool,
    pub(crate) etag: Option<&'a str>,
    pub(crate) max_bytes: usize,
    pub(crate) scm: &'a Scm,
}

pub(crate) async fn read(request: Request<'_>, outbound: &Outbound) -> Result<Content, ReadError> {
    let target = request.location.target.as_str();
    let max_bytes = request.max_bytes;
    match request.location.kind.as_str() {
        "file" => {
            let path = PathBuf::from(target);
            let search = request.search;
            blocking(move || file::read(&path, search, max_bytes)).await
        }
        "url" if url::is_pattern(target) => url::matching(target, request.scm, outbound).await,
        "url" => {
            let fetched = fetch(target, request.etag, max_bytes, request.scm, outbound);
            Ok(match fetched.await? {
                Fetched::Unchanged => Content::Unchanged,
                Fetched::Content { bytes, etag } => Content::Bytes {
                    bytes: bytes.into(),
                    etag,
                },
            })
        }
        LISTED => Err(ReadError::Failed(
            "it is listed by its provider and not read".to_owned(),
        )),
        other => Err(ReadError::Failed(format!(
            "locations of type \"{other}\" cannot be read; use file or url"
        ))),
    }
}

/// Runs what waits for a disk, or computes for long, beside the threads that answer readers.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The server is stopping, and nobody waits for the answer any more.
            Err(_cancelled) => std::future::pending().await,
        },
    }
}
