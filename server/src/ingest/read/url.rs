//! Reads URLs: those of repositories by the API of their host, others as they are.

use super::{Content, ReadError};
use crate::ingest::location::LocationRef;
use crate::ingest::parse::too_large;
use crate::outbound::{FetchError, Fetched, Outbound};
use crate::scm::{ListingError, Scm, ScmError};

/// Whether a URL names many files.
pub(super) fn is_pattern(target: &str) -> bool {
    target.contains('*')
}

/// The files of a repository that a pattern names, in the order of their paths.
pub(super) async fn matching(
    target: &str,
    scm: &Scm,
    outbound: &Outbound,
) -> Result<Content, ReadError> {
    let found = scm.files(target, outbound).await;
    let found = found.map_err(|error| match error {
        ListingError::Fetch(error @ FetchError::NotFound(_)) => {
            ReadError::NotFound(error.to_string())
        }
        ListingError::Scm(ScmError::UnknownHost(_)) => ReadError::Failed(
            "a pattern names files of a repository, and its host is not configured under integrations; name each file"
                .to_owned(),
        ),
        error => ReadError::Failed(error.to_string()),
    })?;
    if found.urls.is_empty() && !found.incomplete {
        let message = "no file of the repository matches the pattern; check the path";
        return Err(ReadError::NotFound(message.to_owned()));
    }
    let mut passed_over = Vec::new();
    if found.incomplete {
        passed_over.push(
            "the repository holds more files than its host lists, so some may be missing; name folders in the pattern, or the files"
                .to_owned(),
        );
    }
    Ok(Content::Files {
        files: found.urls.into_iter().map(LocationRef::url).collect(),
        passed_over,
        incomplete: found.incomplete,
    })
}

/// The content of a URL, unless it still has the etag.
pub(crate) async fn fetch(
    target: &str,
    etag: Option<&str>,
    max_bytes: usize,
    scm: &Scm,
    outbound: &Outbound,
) -> Result<Fetched, ReadError> {
    let failed = |message: String| ReadError::Failed(message);
    let call = scm.signed_call(target, outbound).await;
    let mut call = call.map_err(|error| failed(error.to_string()))?;
    // What only a file says, and nobody who runs the server, is read from no other hosts.
    if !scm.knows(target) && !outbound.names(&call.url) {
        let host = call.url.host_str().unwrap_or_default();
        return Err(failed(format!(
            "the host {host} is not known; allow it with backend.reading.allow, or configure it under integrations"
        )));
    }
    call.etag = etag.map(str::to_owned);
    call.max_bytes = max_bytes;
    outbound.fetch(call).await.map_err(|error| match error {
        FetchError::NotFound(_) => ReadError::NotFound(error.to_string()),
        FetchError::TooLarge(_) => failed(too_large(max_bytes)),
        error => failed(error.to_string()),
    })
}
