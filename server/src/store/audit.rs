//! Who has done what. Rows are added, and go when they are old: there is no other statement.

use super::StoreError;
use super::db::{Db, on};
use super::tx::insert;
use crate::clock::Millis;
use sqlx::Row;

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    pub id: String,
    pub happened_at: Millis,
    pub action: String,
    pub outcome: String,
    pub reason: String,
    pub actor_kind: String,
    pub actor: String,
    pub on_behalf: Option<String>,
    pub subject: String,
    pub address: String,
    pub agent: String,
    pub request_id: String,
    /// JSON.
    pub details: String,
    pub times: i64,
}

/// Which entries are asked for; what is empty or none asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Exactly who, or for whom.
    pub actor: String,
    /// A part of who, or for whom, in lower case.
    pub actor_part: String,
    pub action: String,
    /// The beginning of an action, such as `token.`.
    pub action_group: String,
    pub outcome: String,
    /// The first and the last millisecond.
    pub since: Option<Millis>,
    pub until: Option<Millis>,
    /// A part of the subject, the address or the request id, in lower case.
    pub text: String,
    /// Older than the entry of this time and id.
    pub before: Option<(Millis, String)>,
}

const INSERT: &str = "
    insert into audit (id, happened_at, action, outcome, reason, actor_kind, actor, on_behalf, subject,
        address, agent, request_id, details, times) ";
/// A batch whose answer was lost is written once more.
const ONCE: &str = " on conflict (id) do nothing";
const LIST: &str = "
    select id, happened_at, action, outcome, reason, actor_kind, actor, on_behalf, subject,
        address, agent, request_id, details, times
    from audit where true";
const FORGET: &str = "
    delete from audit where id in (
        select id from audit where happened_at < $1 order by happened_at limit $2)";

/// Adds entries, all of them or none.
///
/// # Errors
/// [`StoreError::Database`]; then none is there.
pub async fn put_audit(db: &Db, rows: &[AuditRow]) -> Result<(), StoreError> {
    let mut tx = db.begin(0).await?;
    insert!(tx, INSERT, rows, ONCE; row => &row.id, row.happened_at, &row.action, &row.outcome,
        &row.reason, &row.actor_kind, &row.actor, &row.on_behalf, &row.subject, &row.address,
        &row.agent, &row.request_id, &row.details, row.times);
    tx.commit().await?;
    Ok(())
}

/// Entries, the newest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_audit(
    db: &Db,
    filter: &AuditFilter,
    most: usize,
) -> Result<Vec<AuditRow>, StoreError> {
    /// The conditions of the filter on either engine.
    macro_rules! conditions {
        ($query:ident) => {{
            let is_asked = |text: &&String| !text.is_empty();
            if let Some(actor) = Some(&filter.actor).filter(is_asked) {
                $query.push(" and (actor = ").push_bind(actor);
                $query.push(" or on_behalf = ").push_bind(actor).push(")");
            }
            if let Some(part) = Some(&filter.actor_part).filter(is_asked) {
                let part = containing(part);
                $query
                    .push(" and (lower(actor) like ")
                    .push_bind(part.clone());
                $query.push(" escape '!' or lower(coalesce(on_behalf, '')) like ");
                $query.push_bind(part).push(" escape '!')");
            }
            for (column, text) in [("action", &filter.action), ("outcome", &filter.outcome)] {
                if !text.is_empty() {
                    $query
                        .push(format_args!(" and {column} = "))
                        .push_bind(text);
                }
            }
            if let Some(group) = Some(&filter.action_group).filter(is_asked) {
                let beginning = format!("{}%", escaped(group));
                $query
                    .push(" and action like ")
                    .push_bind(beginning)
                    .push(" escape '!'");
            }
            if let Some(text) = Some(&filter.text).filter(is_asked) {
                let part = containing(text);
                for (word, column) in [
                    ("and (", "subject"),
                    ("or", "address"),
                    ("or", "request_id"),
                ] {
                    $query.push(format_args!(" {word} lower({column}) like "));
                    $query.push_bind(part.clone()).push(" escape '!'");
                }
                $query.push(")");
            }
            if let Some(since) = filter.since {
                $query.push(" and happened_at >= ").push_bind(since);
            }
            if let Some(until) = filter.until {
                $query.push(" and happened_at <= ").push_bind(until);
            }
            if let Some((at, id)) = &filter.before {
                $query.push(" and (happened_at < ").push_bind(*at);
                $query.push(" or (happened_at = ").push_bind(*at);
                $query.push(" and id < ").push_bind(id).push("))");
            }
        }};
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    on!(db, pool => {
        let mut query = sqlx::QueryBuilder::new(LIST);
        conditions!(query);
        query.push(" order by happened_at desc, id desc limit ").push_bind(most);
        let rows = query.build().fetch_all(pool).await?;
        Ok(rows.iter().map(|row| AuditRow {
            id: row.get(0),
            happened_at: row.get(1),
            action: row.get(2),
            outcome: row.get(3),
            reason: row.get(4),
            actor_kind: row.get(5),
            actor: row.get(6),
            on_behalf: row.get(7),
            subject: row.get(8),
            address: row.get(9),
            agent: row.get(10),
            request_id: row.get(11),
            details: row.get(12),
            times: row.get(13),
        }).collect())
    })
}

/// Removes `most` of the entries from before a time, the oldest first. Returns how many.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn forget_audit(db: &Db, before: Millis, most: usize) -> Result<u64, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    on!(db, pool => {
        let done = sqlx::query(FORGET).bind(before).bind(most).execute(pool).await?;
        Ok(done.rows_affected())
    })
}

fn containing(text: &str) -> String {
    format!("%{}%", escaped(text))
}

/// The text as `like … escape '!'` takes it for itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(character);
    }
    escaped
}
