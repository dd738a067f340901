//! How the installation does: the port of `app`, answered from memory, and from the database as far as
//! it answers in time.

use crate::clock::{Clock, Millis, ago};
use crate::identity::resolve::Report;
use crate::metrics;
use crate::query::{Catalog, Model, facets};
use crate::readiness::{Readiness, Standing};
use crate::store::identity::{FailedSignIn, list_failures};
use crate::store::{
    Db, Queue, SourceStanding, StoreError, count_standings, get_queue, in_time, list_standings,
};
use app::catalog::port::Answer;
use app::catalog::{FacetValue, Severity};
use app::operations;
use app::operations::port::Operations;
use app::operations::{
    Health, HealthQuery, ModelHealth, QueueHealth, SOURCES_PAGE, SourceList, SourceRow, SourceState,
};
use std::collections::HashMap;
use std::time::Duration;

/// How long the page waits for the database.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many failed sign-ins are shown.
const FAILURES: i64 = 20;

/// Answers from what the server works with.
#[derive(Debug, Clone)]
pub struct LiveOperations {
    pub db: Db,
    pub catalog: Catalog,
    pub clock: Clock,
    pub readiness: Readiness,
    /// When the server was started.
    pub since: Millis,
}

/// What the database tells.
struct Told {
    queue: Queue,
    counts: Vec<(String, usize)>,
    rows: Vec<SourceStanding>,
    page: usize,
    failed_sign_ins: Vec<FailedSignIn>,
}

impl Operations for LiveOperations {
    fn health<'a>(&'a self, query: &'a HealthQuery) -> Answer<'a, Health> {
        Box::pin(async move {
            let now = self.clock.now();
            let standing = self.readiness.standing();
            let told = if matches!(standing, Standing::Degraded(_)) {
                None
            } else {
                in_time(PATIENCE, self.ask(query, now)).await.ok()
            };
            let model = self.catalog.whole();
            let lag = metrics::model_lag(&model);
            Ok(Health {
                trouble: trouble(&standing, told.is_none()),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                started: ago(now, self.since),
                database: self.db.engine().to_owned(),
                connections: {
                    let connections = self.db.connections();
                    (connections.open, connections.most)
                },
                memory: metrics::resident_memory(),
                model: ModelHealth {
                    entities: model.entries.len(),
                    sources: model.sources.len(),
                    problems: model.problems.len(),
                    change: model.change,
                    behind: lag.changes,
                    checked: lag.age.map(|age| age.as_secs()),
                },
                queue: told.as_ref().map(|told| QueueHealth {
                    due: told.queue.due,
                    oldest: u64::try_from(told.queue.oldest / 1000).unwrap_or_default(),
                }),
                kinds: kinds(&model),
                failed_sign_ins: told.as_ref().map_or_else(Vec::new, |told| {
                    let failed = told.failed_sign_ins.iter();
                    failed.map(|failed| shown_failure(failed, now)).collect()
                }),
                sources: told.map(|told| sources(&model, told, query, now)),
            })
        })
    }
}

impl LiveOperations {
    async fn ask(&self, query: &HealthQuery, now: Millis) -> Result<Told, StoreError> {
        let queue = get_queue(&self.db, now).await?;
        let counts = count_standings(&self.db, now).await?;
        let pages = total(&counts, query.state).div_ceil(SOURCES_PAGE).max(1);
        let page = query.page.clamp(1, pages);
        let state = query.state.map_or("", SourceState::key);
        let offset = (page - 1) * SOURCES_PAGE;
        let rows = list_standings(&self.db, state, SOURCES_PAGE, offset, now).await?;
        let failed_sign_ins = list_failures(&self.db, FAILURES).await?;
        Ok(Told {
            queue,
            counts,
            rows,
            page,
            failed_sign_ins,
        })
    }
}

fn shown_failure(failed: &FailedSignIn, now: Millis) -> operations::FailedSignIn {
    let report: Report = serde_json::from_str(&failed.report).unwrap_or_default();
    let received = report
        .received
        .iter()
        .map(|(name, value)| format!("{name} {value}"));
    let tried = report
        .tried
        .iter()
        .map(|tried| format!("{}: {}. {}", tried.rule, tried.looked_for, tried.outcome));
    operations::FailedSignIn {
        when: ago(now, failed.failed_at),
        provider: failed.provider.clone(),
        address: failed.address.clone(),
        received: received.collect::<Vec<_>>().join(", "),
        tried: tried.collect(),
        reason: report.reason,
    }
}

fn total(counts: &[(String, usize)], state: Option<SourceState>) -> usize {
    let fitting = counts
        .iter()
        .filter(|(word, _)| state.is_none_or(|state| state.key() == word));
    fitting.map(|(_, count)| count).sum()
}

/// The worst there is to say.
fn trouble(standing: &Standing, is_silent: bool) -> Option<String> {
    match standing {
        Standing::Degraded(reason) => Some(format!(
            "The database does not work: pages come from memory, and nothing new is read or kept. {reason}"
        )),
        Standing::Stalled(reason) => Some(format!("The work does not go on: {reason}")),
        Standing::Starting => Some("The sources are being read for the first time.".to_owned()),
        Standing::Stopping => Some("This replica is shutting down.".to_owned()),
        Standing::Ready if is_silent => Some(
            "The database did not answer in time, so what it knows is missing here.".to_owned(),
        ),
        Standing::Ready => None,
    }
}

fn kinds(model: &Model) -> Vec<FacetValue> {
    let kinds = facets::facet(model, "kind", None).into_iter();
    let kinds = kinds.map(|kind| FacetValue {
        value: kind.value.to_lowercase(),
        label: kind.value,
        count: usize::try_from(kind.count).unwrap_or(usize::MAX),
    });
    kinds.collect()
}

fn sources(model: &Model, told: Told, query: &HealthQuery, now: Millis) -> SourceList {
    let mut held: HashMap<&str, usize> = HashMap::new();
    for row in &told.rows {
        held.insert(&row.location, 0);
    }
    for entry in model.entries.iter() {
        if let Some(count) = held.get_mut(&*entry.location) {
            *count += 1;
        }
    }
    let rows = told.rows.iter().map(|row| {
        let state = SourceState::parse(&row.state).unwrap_or(SourceState::Fresh);
        SourceRow {
            entities: held.get(&*row.location).copied().unwrap_or_default(),
            read: (row.read_at > 0).then(|| ago(now, row.read_at)),
            next: row.due_at.map(|due| until(now, due)),
            failures: u32::try_from(row.failures).unwrap_or_default(),
            error: error_of(model, &row.location),
            location: row.location.clone(),
            state,
        }
    });
    let count_of = |state: SourceState| {
        let known = told.counts.iter().find(|(word, _)| word == state.key());
        (state, known.map_or(0, |(_, count)| *count))
    };
    let total = total(&told.counts, query.state);
    SourceList {
        rows: rows.collect(),
        states: SourceState::ALL.map(count_of).to_vec(),
        total,
        page: told.page,
        pages: total.div_ceil(SOURCES_PAGE).max(1),
    }
}

/// The first error of a source, as it was read last.
fn error_of(model: &Model, location: &str) -> Option<String> {
    let mut errors = model
        .problems
        .iter()
        .filter(|problem| problem.source == location && problem.severity == Severity::Error);
    errors.next().map(|problem| problem.message.clone())
}

/// How long until then, as a reader says it.
fn until(now: Millis, then: Millis) -> String {
    let seconds = then.saturating_sub(now).max(0) / 1000;
    let (count, unit) = match seconds {
        0 => return "now".to_owned(),
        1..60 => return "within a minute".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86400 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("in {count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::until;

    #[test]
    fn times_to_come_are_said_in_words() {
        assert_eq!(until(5000, 4000), "now");
        assert_eq!(until(0, 59_000), "within a minute");
        assert_eq!(until(0, 60_000), "in 1 minute");
        assert_eq!(until(0, 7_200_000), "in 2 hours");
    }
}
