//! `/api/catalog/entities/by-name` and `by-uid`: one entity.

use crate::http::answer::{Asked, Failure, json_bytes};
use crate::http::conditional::Version;
use crate::http::seen::Seen;
use crate::query::{Entry, Model};
use app::catalog::EntityRef;
use app::error::ApiError;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

/// A name in three parts, or why it is none.
pub(super) type Named = Result<Path<(String, String, String)>, PathRejection>;

/// `GET by-name/{kind}/{namespace}/{name}`.
pub(super) async fn get_by_name(
    Seen(model): Seen,
    named: Named,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = || {
        let Path((kind, namespace, name)) = named.map_err(|error| unreadable(&error))?;
        let number = model.number(&EntityRef::new(&kind, &namespace, &name).to_string());
        let entry = number.map(|number| model.entry(number)).ok_or_else(|| {
            ApiError::NotFound(format!(
                "No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
            ))
        })?;
        Ok(one(&model, entry, &headers))
    };
    answer().map_err(|error| asked.failed(error))
}

/// `GET by-name/{kind}/{namespace}/{name}/definition`: the text of an API's definition, as a file.
pub(super) async fn get_definition(
    Seen(model): Seen,
    named: Named,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = || {
        let Path((kind, namespace, name)) = named.map_err(|error| unreadable(&error))?;
        let entity_ref = EntityRef::new(&kind, &namespace, &name);
        let found = model.definition(&entity_ref);
        let (kind, text) = found.ok_or_else(|| {
            ApiError::NotFound(format!("{entity_ref} has no definition in the catalog"))
        })?;
        let file = format!(
            "attachment; filename=\"{}\"",
            file_name(&name, &kind, &text)
        );
        // Plain text, whatever it says of itself: nothing in it is for a browser to run.
        let headers = [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, file),
            (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        ];
        Ok((headers, text).into_response())
    };
    answer().map_err(|error| asked.failed(error))
}

/// The name of a definition's file; of the entity's name only what is harmless in a header.
fn file_name(name: &str, kind: &str, text: &str) -> String {
    let ending = match kind.to_ascii_lowercase().as_str() {
        "graphql" => "graphql",
        "grpc" => "proto",
        "openapi" | "swagger" | "asyncapi" if text.trim_start().starts_with('{') => "json",
        "openapi" | "swagger" | "asyncapi" => "yaml",
        _ => "txt",
    };
    let name = name
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || "-_.".contains(*it));
    format!("{}.{ending}", name.collect::<String>())
}

/// `GET by-uid/{uid}`.
pub(super) async fn get_by_uid(
    Seen(model): Seen,
    uid: Result<Path<String>, PathRejection>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = || {
        let Path(uid) = uid.map_err(|error| unreadable(&error))?;
        let number = model.number_of_uid(&uid);
        let entry = number
            .map(|number| model.entry(number))
            .ok_or_else(|| ApiError::NotFound(format!("No entity with uid {uid}")))?;
        Ok(one(&model, entry, &headers))
    };
    answer().map_err(|error| asked.failed(error))
}

/// The error for a path that is no text.
pub(super) fn unreadable(error: &PathRejection) -> ApiError {
    ApiError::invalid("path", format!("Invalid path: {error}"))
}

fn one(model: &Model, entry: &Entry, headers: &HeaderMap) -> Response {
    // What is cut for who looks is another text for others.
    let state = if model.is_cut(entry) {
        entry.version.rotate_left(32) ^ model.fingerprint
    } else {
        entry.version
    };
    let version = Version::of_state(state);
    version.answer(headers, || json_bytes(model.body(entry)))
}
