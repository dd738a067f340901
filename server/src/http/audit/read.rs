//! What is asked of the audit log, and how its entries are shown.

use crate::audit::Audit;
use crate::clock::{Clock, Millis, ago, rfc3339_millis};
use crate::query::{Catalog, Model};
use crate::store::{AuditFilter, AuditRow, StoreError};
use app::audit::port::AuditLog;
use app::audit::{AuditEntry, AuditPage, AuditQuery, ENTRIES_PAGE, LeadsTo, Named, Outcome};
use app::catalog::EntityRef;
use app::catalog::port::Answer;
use app::error::ApiError;
use app::viewer::Viewer;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The audit log as one viewer's pages see it.
pub(in super::super) struct LiveAudit {
    pub(in super::super) audit: Audit,
    pub(in super::super) catalog: Catalog,
    pub(in super::super) viewer: Viewer,
    pub(in super::super) clock: Clock,
}

impl AuditLog for LiveAudit {
    fn list<'a>(&'a self, query: &'a AuditQuery) -> Answer<'a, AuditPage> {
        Box::pin(async move {
            let (rows, next) = page(&self.audit, &filter(query)?, ENTRIES_PAGE).await?;
            let (model, now) = (self.catalog.seen_by(&self.viewer), self.clock.now());
            let entries = rows.into_iter().map(|row| shown(row, &model, now));
            Ok(AuditPage {
                entries: entries.collect(),
                next,
            })
        })
    }
}

/// Entries, and the cursor of those after them.
pub(super) async fn page(
    audit: &Audit,
    filter: &AuditFilter,
    most: usize,
) -> Result<(Vec<AuditRow>, Option<String>), ApiError> {
    let rows = audit.list(filter, most + 1).await;
    let mut rows = rows.map_err(|error| unavailable(&error))?;
    let is_more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().filter(|_| is_more);
    let next = last.map(|row| format!("{}.{}", row.happened_at, row.id));
    Ok((rows, next))
}

/// What the store is asked for.
pub(super) fn filter(query: &AuditQuery) -> Result<AuditFilter, ApiError> {
    let who = query.who.to_lowercase();
    let is_whole = who
        .split_once(':')
        .is_some_and(|(_, rest)| rest.contains('/'));
    let (actor, actor_part) = if is_whole {
        (who, String::new())
    } else {
        (String::new(), who)
    };
    let (action, action_group) = match query.action.strip_suffix('*') {
        Some(group) => (String::new(), group.to_owned()),
        None => (query.action.clone(), String::new()),
    };
    let outcome = query.outcome.clone();
    if !outcome.is_empty() && !Outcome::ALL.iter().any(|it| it.name() == outcome) {
        let message = format!("'{outcome}' is no outcome; say allowed, denied or failed");
        return Err(ApiError::invalid("outcome", message));
    }
    Ok(AuditFilter {
        actor,
        actor_part,
        action,
        action_group,
        outcome,
        since: moment("from", &query.from, ["T00:00:00Z", ":00Z", "Z"])?,
        until: moment("to", &query.to, ["T23:59:59.999Z", ":59.999Z", ".999Z"])?,
        text: query.text.to_lowercase(),
        before: cursor(&query.cursor)?,
    })
}

/// A time in UTC; what it leaves out is put behind it: after the day, the minute, the second.
fn moment(field: &str, text: &str, ends: [&str; 3]) -> Result<Option<Millis>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    let whole = match text.len() {
        10 => format!("{text}{}", ends[0]),
        16 => format!("{text}{}", ends[1]),
        19 => format!("{text}{}", ends[2]),
        _ => text.to_owned(),
    };
    let at = OffsetDateTime::parse(&whole, &Rfc3339).map_err(|_| {
        let message = format!(
            "'{text}' is no time; write it as 2026-11-28, 2026-11-28T09:30 or 2026-11-28T09:30:00Z"
        );
        ApiError::invalid(field, message)
    })?;
    Ok(Millis::try_from(at.unix_timestamp_nanos() / 1_000_000).ok())
}

fn cursor(text: &str) -> Result<Option<(Millis, String)>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text.split_once('.');
    let parts = parts.and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    let none = || ApiError::invalid("cursor", "This is no cursor of an answer".to_owned());
    parts.ok_or_else(none).map(Some)
}

fn shown(row: AuditRow, model: &Model, now: Millis) -> AuditEntry {
    let subject = if row.action.starts_with("task.") && uuid::Uuid::try_parse(&row.subject).is_ok()
    {
        Named {
            leads_to: Some(LeadsTo::Task(row.subject.clone())),
            text: row.subject,
        }
    } else {
        named(row.subject, model)
    };
    AuditEntry {
        at: rfc3339_millis(row.happened_at),
        ago: ago(now, row.happened_at),
        action: row.action,
        outcome: row.outcome,
        reason: row.reason,
        actor_kind: row.actor_kind,
        actor: named(row.actor, model),
        on_behalf: row.on_behalf.map(|name| named(name, model)),
        subject,
        address: row.address,
        agent: row.agent,
        request_id: row.request_id,
        details: details(&row.details),
        times: row.times,
    }
}

/// With a link, where it names an entity of the catalog.
fn named(text: String, model: &Model) -> Named {
    let entity: Option<EntityRef> = text.parse().ok();
    let entity = entity.filter(|entity| model.get(entity).is_some());
    Named {
        text,
        leads_to: entity.map(LeadsTo::Entity),
    }
}

fn details(text: &str) -> Vec<(String, String)> {
    let details: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let texts = details.into_iter();
    texts
        .map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

pub(super) fn unavailable(error: &StoreError) -> ApiError {
    tracing::error!(%error, "the audit log cannot be read");
    ApiError::Unavailable(
        "The audit log is in the database, which does not answer. Nothing that happens meanwhile is missing from the log of the process. Try again in a minute."
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expected: (Millis, Millis)) {
        let query = AuditQuery {
            from: from.to_owned(),
            to: to.to_owned(),
            ..AuditQuery::default()
        };
        let filter = filter(&query).unwrap();
        assert_eq!(
            (filter.since.unwrap(), filter.until.unwrap()),
            expected,
            "{from} {to}"
        );
    }

    #[test]
    fn times_are_whole_days_minutes_or_exact() {
        let day = 24 * 60 * 60 * 1000;
        check("1970-01-02", "1970-01-02", (day, 2 * day - 1));
        check("1970-01-01T00:01", "1970-01-01T00:01", (60_000, 119_999));
        check("1970-01-01T00:00:01", "1970-01-01T00:00:01", (1_000, 1_999));
        check(
            "1970-01-01T01:00:00+01:00",
            "1970-01-01T00:00:00.005Z",
            (0, 5),
        );
    }

    #[test]
    fn what_is_no_filter_is_said() {
        for (name, value) in [
            ("from", "yesterday"),
            ("to", "1970-13-01"),
            ("outcome", "maybe"),
            ("cursor", "x.y"),
        ] {
            let query = AuditQuery::from_params([(name, value)]);
            let Err(ApiError::Invalid { field, .. }) = filter(&query) else {
                panic!("{name}={value}");
            };
            assert_eq!(field, name);
        }
    }
}
