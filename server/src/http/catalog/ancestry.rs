//! `/api/catalog/entities/by-name/…/ancestry`: which entities led to one.

use super::body;
use super::entity::{Named, unreadable};
use crate::http::answer::{Asked, Failure};
use crate::http::conditional::Version;
use crate::http::seen::Seen;
use crate::query::ancestry::ancestry;
use app::catalog::EntityRef;
use app::error::ApiError;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

/// `GET`: the entity and all that led to it, each with the references of its parents.
pub(super) async fn get_ancestry(
    Seen(model): Seen,
    named: Named,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = || {
        let Path((kind, namespace, name)) = named.map_err(|error| unreadable(&error))?;
        let root = EntityRef::new(kind, namespace, name).to_string();
        let chain = ancestry(&model, &root);
        if chain.is_empty() {
            return Err(ApiError::NotFound(format!("No such entity {root}")));
        }
        let version = Version::of_question(&model, &root);
        let start = format!("{{\"rootEntityRef\":{},\"items\":[", json!(root));
        let mut pieces = vec![Bytes::from(start)];
        for (position, descent) in chain.iter().enumerate() {
            let comma = if position > 0 { "," } else { "" };
            pieces.push(Bytes::from(format!("{comma}{{\"entity\":")));
            pieces.push(model.body(model.entry(descent.id)));
            let parents = json!(descent.parents);
            pieces.push(Bytes::from(format!(",\"parentEntityRefs\":{parents}}}")));
        }
        pieces.push(Bytes::from_static(b"]}"));
        Ok(version.answer(&headers, || body::answer(pieces)))
    };
    answer().map_err(|error| asked.failed(error))
}
