//! Reads URLs: those of repositories by the API of their host, others as they are.

use super::ReadError;
use crate::ingest::parse::too_large;
use crate::outbound::{FetchError, Fetched, Outbound};
use crate::scm::Scm;

/// The content of a URL, unless it still has the etag.
pub(crate) async fn fetch(
    target: &str,
    etag: Option<&str>,
    max_bytes: usize,
    scm: &Scm,
    outbound: &Outbound,
) -> Result<Fetched, ReadError> {
    if target.contains('*') {
        let message = "patterns in URLs cannot be read yet; name each file, or use a Location with several targets";
        return Err(ReadError::Failed(message.to_owned()));
    }
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
