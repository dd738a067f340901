//! The answer to a scrape: what was counted, and what is looked up at that moment.

use super::process::Process;
use super::registry::METRICS;
use super::{STORED, count};
use crate::query::{Catalog, Model, facets};
use crate::store::Db;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::{Registry, Unit};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The text format that Prometheus has read since version 2.5.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

static DATABASE: OnceLock<Db> = OnceLock::new();

/// Names the pool whose connections are counted: that of the server which the process is.
pub fn watch_database(db: &Db) {
    // A second server in one process, in tests, is not the one that is looked at.
    let _ = DATABASE.set(db.clone());
}

/// All metrics as text.
pub fn render(catalog: &Catalog) -> String {
    let mut looked_up = Registry::default();
    model(&mut looked_up, &catalog.whole());
    if let Some(db) = DATABASE.get() {
        pool(&mut looked_up, db);
    }
    if let Some(process) = Process::now() {
        process_metrics(&mut looked_up, &process);
    }
    let mut text = String::new();
    let written = encode_registry(&mut text, &METRICS.registry)
        .and_then(|()| encode_registry(&mut text, &looked_up))
        .and_then(|()| encode_eof(&mut text));
    written.expect("writing into a string cannot fail");
    text
}

/// How far a model is behind the store.
#[derive(Debug, Clone, Copy)]
pub struct Lag {
    /// Changes that the database is known to have and the model does not.
    pub changes: i64,
    /// Since the model was last known to be up to date; none when it has not been followed yet.
    pub age: Option<Duration>,
}

/// How far a model is behind, as far as is known.
pub fn model_lag(model: &Model) -> Lag {
    let stored = STORED.load(Ordering::Relaxed).max(model.change);
    let followed = u64::try_from(METRICS.followed_at.load(Ordering::Relaxed)).ok();
    let followed = followed.filter(|followed| *followed > 0);
    let since = METRICS.started.elapsed();
    Lag {
        changes: stored - model.change,
        age: followed.map(|followed| since.saturating_sub(Duration::from_millis(followed))),
    }
}

/// The resident memory of the process in bytes, where the system tells.
pub fn resident_memory() -> Option<u64> {
    u64::try_from(Process::now()?.resident_bytes).ok()
}

fn model(registry: &mut Registry, model: &Model) {
    let kinds = Family::<[(&'static str, String); 1], Gauge>::default();
    for facet in facets::facet(model, "kind", None) {
        let of_kind = kinds.get_or_create(&[("kind", facet.value)]);
        of_kind.set(i64::try_from(facet.count).unwrap_or(i64::MAX));
    }
    let lag = model_lag(model);
    let ours = registry.sub_registry_with_prefix("callboard_model");
    ours.register(
        "entities",
        "Entities in the read model, by kind",
        kinds.clone(),
    );
    gauge(
        ours,
        "problems",
        "Problems of the catalog",
        count(model.problems.len()),
    );
    gauge(
        ours,
        "sources",
        "Sources of the catalog",
        count(model.sources.len()),
    );
    gauge(
        ours,
        "change",
        "The change up to which the read model has followed the database",
        model.change,
    );
    gauge(
        ours,
        "lag_changes",
        "Changes that the database is known to have and the read model does not",
        lag.changes,
    );
    if let Some(since) = lag.age {
        ours.register_with_unit(
            "age",
            "Since the read model was last known to be up to date",
            Unit::Seconds,
            ConstGauge::new(since.as_secs_f64()),
        );
    }
    // The name by which dashboards made for Backstage know the same.
    registry.register(
        "catalog_entities_count",
        "Entities in the read model, by kind",
        kinds,
    );
}

fn pool(registry: &mut Registry, db: &Db) {
    let connections = db.connections();
    let pool = registry.sub_registry_with_prefix("callboard_database");
    gauge(
        pool,
        "connections",
        "Open connections to the database",
        count(connections.open),
    );
    gauge(
        pool,
        "connections_idle",
        "Open connections that nobody uses",
        count(connections.idle),
    );
    gauge(
        pool,
        "connections_max",
        "Connections there may be",
        count(connections.most),
    );
}

fn process_metrics(registry: &mut Registry, process: &Process) {
    let ours = registry.sub_registry_with_prefix("process");
    gauge(
        ours,
        "resident_memory_bytes",
        "Resident memory size in bytes",
        process.resident_bytes,
    );
    gauge(
        ours,
        "virtual_memory_bytes",
        "Virtual memory size in bytes",
        process.virtual_bytes,
    );
    gauge(ours, "threads", "Threads of the process", process.threads);
    if let Some(files) = process.open_files {
        gauge(ours, "open_fds", "Open file descriptors", files);
    }
    ours.register(
        "cpu_seconds",
        "User and system processor time in seconds",
        ConstCounter::new(process.processor_seconds),
    );
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    registry.register(name, help, ConstGauge::new(value));
}
