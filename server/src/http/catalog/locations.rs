//! `/api/catalog/locations`: what people and programs have named to be read.

use super::body::{self, Received};
use super::entity::{Named, unreadable};
use crate::config::OnConflict;
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::conditional::Version;
use crate::http::params::Params;
use crate::registry::Preview;
use crate::store::{ProviderLocation, StoredLocation};
use app::catalog::{EntityRef, Severity};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

type Id = Result<Path<String>, PathRejection>;

#[derive(Deserialize)]
struct LocationInput {
    r#type: String,
    target: String,
    presence: Option<String>,
}

impl LocationInput {
    fn location(self) -> ProviderLocation {
        ProviderLocation {
            kind: self.r#type,
            target: self.target,
            presence: self.presence,
            made_by: None,
        }
    }
}

/// `GET`: the registered ones.
pub(super) async fn list(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let listed = state.registry.list_locations();
    let items = listed.iter().map(|it| json!({ "data": shown(it) }));
    let body = Value::from(items.collect::<Vec<_>>()).to_string();
    conditional(&headers, body)
}

/// `POST`: registers one; with `dryRun` only says what it would bring.
pub(super) async fn create(
    State(state): State<AppState>,
    asked: Asked,
    params: Params,
    received: Received,
) -> Result<Response, Failure> {
    let answer = async {
        let dry_run = flag(&params, "dryRun")?;
        let on_conflict = on_conflict(&params)?;
        let input: LocationInput = body::read(received)?;
        let location = input.location();
        let body = if dry_run {
            previewed(&location, state.registry.preview(&location).await?)?
        } else {
            let stored = state.registry.register(&location, on_conflict).await?;
            json!({ "location": shown(&stored), "entities": [] })
        };
        Ok(json_answer(StatusCode::CREATED, body.to_string()))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

/// `GET {id}`.
pub(super) async fn get(
    State(state): State<AppState>,
    id: Id,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = async {
        let Path(id) = id.map_err(|error| unreadable(&error))?;
        let stored = state.registry.get_location(&id)?;
        Ok(conditional(&headers, shown(&stored).to_string()))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

/// `PUT {id}`: points it somewhere else.
pub(super) async fn change(
    State(state): State<AppState>,
    id: Id,
    asked: Asked,
    received: Received,
) -> Result<Response, Failure> {
    let answer = async {
        let Path(id) = id.map_err(|error| unreadable(&error))?;
        let input: LocationInput = body::read(received)?;
        let stored = state
            .registry
            .change_location(&id, &input.location())
            .await?;
        Ok(json_answer(StatusCode::OK, shown(&stored).to_string()))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

/// `DELETE {id}`: forgets it, and all that came by it alone.
pub(super) async fn remove(
    State(state): State<AppState>,
    id: Id,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let Path(id) = id.map_err(|error| unreadable(&error))?;
        state.registry.unregister(&id).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

/// `GET by-entity/{kind}/{namespace}/{name}`: the one by whose way an entity came in.
pub(super) async fn get_by_entity(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    named: Named,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = async {
        let Path((kind, namespace, name)) = named.map_err(|error| unreadable(&error))?;
        let entity_ref = EntityRef::new(kind, namespace, name);
        let stored = state.registry.location_of(&viewer, &entity_ref)?;
        Ok(conditional(&headers, shown(&stored).to_string()))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

/// As clients know a location.
pub(super) fn shown(location: &StoredLocation) -> Value {
    json!({
        "id": location.id,
        "type": location.kind,
        "target": location.target,
        "entityRef": location.entity_ref().to_string(),
    })
}

fn conditional(headers: &HeaderMap, body: String) -> Response {
    let version = Version::of_content(body.as_bytes());
    version.answer(headers, || json_answer(StatusCode::OK, body))
}

/// What a location would bring, or everything that is wrong there.
fn previewed(location: &ProviderLocation, preview: Preview) -> Result<Value, ApiError> {
    if let Some(name) = preview.repeated.first() {
        return Err(ApiError::invalid(
            "target",
            format!("Duplicate nested entity: {name}"),
        ));
    }
    let errors = preview.problems.iter();
    let errors = errors.filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<String> = errors
        .map(|problem| {
            let line = problem
                .line
                .map_or(String::new(), |line| format!(":{line}"));
            format!("{}{line}: {}", problem.source, problem.message)
        })
        .collect();
    if !errors.is_empty() {
        return Err(ApiError::invalid("target", errors.join(", ")));
    }
    if preview.cut {
        return Err(ApiError::invalid(
            "target",
            "The location leads to too many entities to show",
        ));
    }
    let place = location.location();
    let stands_for_it = preview.entities.first().map(|(name, _)| name.to_string());
    let entities: Vec<Value> = preview.entities.into_iter().map(|(_, it)| it).collect();
    Ok(json!({
        "exists": preview.exists,
        "location": {
            "id": place.to_string(),
            "type": location.kind,
            "target": location.target,
            "entityRef": stands_for_it,
        },
        "entities": entities,
    }))
}

/// A parameter that says yes or no, in the words that existing clients may use. Whoever writes
/// another word means something, so nothing is guessed.
pub(super) fn flag(params: &Params, name: &str) -> Result<bool, ApiError> {
    let word = params.one(name)?.map(|word| word.to_lowercase());
    match word.as_deref() {
        None | Some("false" | "f" | "no" | "n" | "off" | "0") => Ok(false),
        Some("true" | "t" | "yes" | "y" | "on" | "1") => Ok(true),
        Some(_) => Err(ApiError::invalid(
            name,
            format!("Invalid {name}, must be true or false"),
        )),
    }
}

fn on_conflict(params: &Params) -> Result<Option<OnConflict>, ApiError> {
    let Some(word) = params.one("onConflict")? else {
        return Ok(None);
    };
    let known = OnConflict::WORDS.iter().find(|(name, _)| *name == word);
    let known = known.map(|(_, value)| *value);
    let message = "Invalid onConflict, must be refresh or reject";
    known
        .map(Some)
        .ok_or_else(|| ApiError::invalid("onConflict", message))
}
