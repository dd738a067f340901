//! What is counted and timed, for Prometheus.
//!
//! What happens is told here by plain functions that anyone may call; they are cheap, cannot fail,
//! and count for the whole process. What merely is (the read model, the pool, the process) is looked
//! up when somebody asks, in `scrape`.
//!
//! To add a metric: 1. its field and name in `registry`, 2. a function here, 3. its row in
//! `docs/operations.md`. Labels have few values, known beforehand: never a path, a name or an error.

mod process;
mod registry;
mod route;
mod scrape;

pub use route::Route;
pub use scrape::{CONTENT_TYPE, Lag, model_lag, render, resident_memory, watch_database};

use crate::clock::millis;
use registry::{METRICS, Requested};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A source was read, parsed and validated; `outcome` is `changed`, `unchanged` or `unreadable`.
pub fn source_read(outcome: &'static str, took: Duration) {
    let label = [("outcome", outcome)];
    METRICS.sources_read.get_or_create(&label).inc();
    let read = METRICS.source_read_duration.get_or_create(&label);
    read.observe(took.as_secs_f64());
}

/// A batch of so many sources was written in one transaction.
pub fn batch_written(sources: usize, took: Duration) {
    METRICS.sources_written.inc_by(whole(sources));
    METRICS.batch_write_duration.observe(took.as_secs_f64());
}

/// The database did not take a batch.
pub fn batch_failed() {
    METRICS.batches_failed.inc();
}

/// What waits: sources that are due, and for how long the first of them has been.
pub fn queue(due: usize, oldest: Duration) {
    METRICS.queue_due.set(count(due));
    METRICS.queue_oldest.set(oldest.as_secs_f64());
}

/// So many sources are being read under a lease of this replica.
pub fn leases_held(held: usize) {
    METRICS.leases_held.set(count(held));
}

/// So many leases were found to belong to somebody else by now.
pub fn leases_lost(lost: usize) {
    METRICS.leases_lost.inc_by(whole(lost));
}

/// A run of background work, such as discovery, ended.
pub fn job_done(job: &'static str, succeeded: bool, took: Duration) {
    let outcome = if succeeded { "succeeded" } else { "failed" };
    let labels = [("job", job), ("outcome", outcome)];
    let jobs = METRICS.job_duration.get_or_create(&labels);
    jobs.observe(took.as_secs_f64());
}

/// Something that others sent us was taken or refused: a webhook, a push.
pub fn event_received(source: &'static str, outcome: &'static str) {
    let labels = [("outcome", outcome), ("source", source)];
    METRICS.events_received.get_or_create(&labels).inc();
}

/// The highest change that is known to be in the store.
static STORED: AtomicI64 = AtomicI64::new(0);

/// The store is known to hold that change.
pub fn store_reached(change: i64) {
    STORED.fetch_max(change, Ordering::Relaxed);
}

/// The read model was found to be up to date.
pub fn up_to_date() {
    let now = millis(METRICS.started.elapsed());
    METRICS.followed_at.store(now.max(1), Ordering::Relaxed);
}

/// The read model has been brought up to that change, by rebuilding it `whole` or in part.
pub fn followed(change: i64, whole: bool, took: Duration) {
    store_reached(change);
    up_to_date();
    let label = [("extent", if whole { "whole" } else { "part" })];
    let follow = METRICS.follow_duration.get_or_create(&label);
    follow.observe(took.as_secs_f64());
}

/// The store could not be followed.
pub fn follow_failed() {
    METRICS.follow_failed.inc();
}

/// A request to another service ended. Hosts that the operator has not named are counted as one.
pub fn outbound_call(named: Option<&str>, outcome: &'static str, took: Duration) {
    let host = host_label(named);
    let labels = vec![("host", host), ("outcome", outcome.to_owned())];
    let calls = METRICS.outbound_duration.get_or_create(&labels);
    calls.observe(took.as_secs_f64());
}

/// How many requests a service says to be left until its limit is reset; of several credentials,
/// that of the last answer.
pub fn outbound_remaining(host: &str, remaining: i64) {
    let labels = vec![("host", host_label(Some(host)))];
    let left = METRICS.outbound_remaining.get_or_create(&labels);
    left.set(remaining);
}

/// A request was answered: the head of the answer is on its way.
pub fn requested(route: Route, status: u16, took: Duration) {
    let requested = Requested {
        method: route.method,
        route: route.template,
        status,
    };
    let requests = METRICS.request_duration.get_or_create(&requested);
    requests.observe(took.as_secs_f64());
}

/// The body of an answer was sent, as far as the client took it.
pub fn body_sent(route: Route, bytes: u64) {
    let label = [("route", route.template)];
    #[expect(clippy::cast_precision_loss, reason = "no answer has 2^52 bytes")]
    let bytes = bytes as f64;
    METRICS.response_bytes.get_or_create(&label).observe(bytes);
}

/// A connection was opened (1) or closed (-1).
pub fn connections(change: i64) {
    METRICS.connections.inc_by(change);
}

/// A connection was closed by us before its request was whole, or turned away.
pub fn connection_refused(reason: &'static str) {
    METRICS
        .connections_refused
        .get_or_create(&[("reason", reason)])
        .inc();
}

/// A request was refused because more came than a limit lets through.
pub fn request_refused(limit: &'static str) {
    METRICS
        .requests_refused
        .get_or_create(&[("limit", limit)])
        .inc();
}

/// So many spans were recorded and could not be sent.
pub fn spans_dropped(dropped: usize) {
    METRICS.spans_dropped.inc_by(whole(dropped));
}

/// An entry of the audit log was made; `outcome` is `allowed`, `denied` or `failed`.
pub fn audited(outcome: &'static str) {
    METRICS.audited.get_or_create(&[("outcome", outcome)]).inc();
}

/// An entry of the audit log is left to the log of the process: the database did not take it.
pub fn audit_lost() {
    METRICS.audit_lost.inc();
}

/// More hosts than these are not told apart: a pattern of the configuration names any number.
const MAX_HOSTS: usize = 100;

fn host_label(host: Option<&str>) -> String {
    static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let host = host.filter(|&host| known.len() < MAX_HOSTS || known.contains(host));
    let Some(host) = host else {
        return "other".to_owned();
    };
    if !known.contains(host) {
        known.insert(host.to_owned());
    }
    host.to_owned()
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
