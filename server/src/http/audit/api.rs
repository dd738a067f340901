//! `/api/audit`: entries page by page, and all of them as a file.

use super::super::AppState;
use super::super::answer::{Asked, Failure, json_answer, never_kept};
use super::super::params::Params;
use super::read::{filter, page};
use crate::audit::{self, Audit};
use crate::clock::rfc3339_millis;
use crate::store::{AuditFilter, AuditRow};
use app::audit::AuditQuery;
use app::error::ApiError;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

/// Entries of a page unless something else is said, and at most.
const USUAL: usize = 100;
const MOST: usize = 1_000;
/// Entries of an export at most.
const EXPORTED: usize = 100_000;

/// `GET /api/audit`.
pub(in super::super) async fn list(
    State(state): State<AppState>,
    asked: Asked,
    params: Params,
) -> Result<Response, Failure> {
    let answer = async {
        let limit = params.number("limit", 1)?.unwrap_or(USUAL).min(MOST);
        let filter = filter(&query(&params)?)?;
        let (rows, next) = page(&state.audit, &filter, limit).await?;
        let items: Vec<Value> = rows.iter().map(shown).collect();
        let mut body = json!({ "items": items, "pageInfo": {} });
        if let Some(next) = next {
            body["pageInfo"]["nextCursor"] = next.into();
        }
        Ok(body)
    };
    let body = answer
        .await
        .map_err(|error: ApiError| asked.failed(error))?;
    Ok(never_kept(json_answer(StatusCode::OK, body.to_string())))
}

/// `GET /api/audit/export`: a line of JSON for each entry, the newest first.
pub(in super::super) async fn export(
    State(state): State<AppState>,
    asked: Asked,
    params: Params,
) -> Result<Response, Failure> {
    let begun = async {
        let query = query(&params)?;
        let said: Vec<String> = query
            .to_params()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        audit::about(if said.is_empty() {
            "everything".to_owned()
        } else {
            said.join(" ")
        });
        let filter = filter(&query)?;
        // A database that is away is said before the answer begins.
        let first = Piece::read(&state.audit, filter, EXPORTED).await?;
        Ok(first)
    };
    let first = begun.await.map_err(|error: ApiError| asked.failed(error))?;
    let audit = state.audit.clone();
    let pieces = futures::stream::try_unfold(Some(first), move |piece| {
        let audit = audit.clone();
        async move {
            let Some(piece) = piece else { return Ok(None) };
            let lines = piece.lines();
            let next = match piece.rest {
                Some((filter, left)) => Some(Piece::read(&audit, filter, left).await?),
                None => None,
            };
            Ok::<_, ApiError>(Some((lines, next)))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.ndjson\"",
        ),
    ];
    Ok(never_kept(
        (headers, Body::from_stream(pieces)).into_response(),
    ))
}

/// Some entries of an export.
struct Piece {
    rows: Vec<AuditRow>,
    /// What is asked for next, and how many there may be of it; none at the end.
    rest: Option<(AuditFilter, usize)>,
}

impl Piece {
    async fn read(audit: &Audit, filter: AuditFilter, left: usize) -> Result<Self, ApiError> {
        let (rows, next) = page(audit, &filter, MOST.min(left)).await?;
        let left = left - rows.len();
        let last = rows.last().filter(|_| next.is_some() && left > 0);
        let rest = last.map(|row| {
            let before = Some((row.happened_at, row.id.clone()));
            (AuditFilter { before, ..filter }, left)
        });
        Ok(Self { rows, rest })
    }

    fn lines(&self) -> Bytes {
        let lines = self.rows.iter().map(|row| format!("{}\n", shown(row)));
        lines.collect::<String>().into()
    }
}

fn query(params: &Params) -> Result<AuditQuery, ApiError> {
    for name in ["who", "action", "outcome", "from", "to", "text", "cursor"] {
        params.one(name)?;
    }
    let pairs = params.pairs().iter();
    Ok(AuditQuery::from_params(
        pairs.map(|(key, value)| (&**key, &**value)),
    ))
}

/// An entry as clients read it.
fn shown(row: &AuditRow) -> Value {
    let details: Value = serde_json::from_str(&row.details).unwrap_or_default();
    json!({
        "id": row.id,
        "at": rfc3339_millis(row.happened_at),
        "action": row.action,
        "outcome": row.outcome,
        "reason": row.reason,
        "actor": { "kind": row.actor_kind, "name": row.actor },
        "onBehalfOf": row.on_behalf,
        "subject": row.subject,
        "address": row.address,
        "userAgent": row.agent,
        "requestId": row.request_id,
        "details": details,
        "times": row.times,
    })
}
