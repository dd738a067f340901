//! `/api/openapi.json`: the description of this API.

use super::answer::json_bytes;
use super::conditional::Version;
use crate::ingest::parse::{MAX_BYTES, parse_data};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use std::sync::LazyLock;

/// Written by hand; a test holds it against the route table.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| {
    let mut documents = parse_data(include_bytes!("openapi.yaml"), MAX_BYTES);
    let document = documents.pop().expect("the file is not empty");
    let document = document.expect("a test reads the file, which is part of the program");
    Bytes::from(document.value.to_string())
});

/// `GET`: an OpenAPI 3.1 document.
pub(super) async fn document(headers: HeaderMap) -> Response {
    let document = DOCUMENT.clone();
    Version::of_content(&document).answer(&headers, || json_bytes(document))
}
