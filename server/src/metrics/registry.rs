//! The metrics themselves: names, what they tell, and buckets.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Instant;

/// One for the process, made when it is first used.
pub(super) static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// Labels whose values are all known when the program is built.
type Fixed<const N: usize> = [(&'static str, &'static str); N];
/// Labels with a value that comes from the configuration.
type Named = Vec<(&'static str, String)>;

/// Which requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Requested {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
    pub(super) status: u16,
}

/// Upper bounds of the buckets of a histogram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buckets(&'static [f64]);

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// In seconds, for answers from memory: most take far less than a millisecond.
const ANSWERS: Buckets = Buckets(&[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0,
]);
/// In seconds, for work with files, databases and other services.
const WORK: Buckets = Buckets(&[
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
]);
/// In bytes.
const SIZES: Buckets = Buckets(&[
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
]);

pub(super) struct Metrics {
    pub(super) registry: Registry,
    pub(super) sources_read: Family<Fixed<1>, Counter>,
    pub(super) source_read_duration: Family<Fixed<1>, Histogram, Buckets>,
    pub(super) sources_written: Counter,
    pub(super) batch_write_duration: Histogram,
    pub(super) batches_failed: Counter,
    pub(super) queue_due: Gauge,
    pub(super) queue_oldest: Gauge<f64, AtomicU64>,
    pub(super) leases_held: Gauge,
    pub(super) leases_lost: Counter,
    pub(super) job_duration: Family<Fixed<2>, Histogram, Buckets>,
    pub(super) events_received: Family<Fixed<2>, Counter>,
    pub(super) started: Instant,
    /// When the model was last brought up to date, in milliseconds since `started`; 0 for never.
    pub(super) followed_at: AtomicI64,
    pub(super) follow_duration: Family<Fixed<1>, Histogram, Buckets>,
    pub(super) follow_failed: Counter,
    pub(super) outbound_duration: Family<Named, Histogram, Buckets>,
    pub(super) outbound_remaining: Family<Named, Gauge>,
    pub(super) request_duration: Family<Requested, Histogram, Buckets>,
    pub(super) response_bytes: Family<Fixed<1>, Histogram, Buckets>,
    pub(super) spans_dropped: Counter,
    pub(super) audited: Family<Fixed<1>, Counter>,
    pub(super) audit_lost: Counter,
    pub(super) connections: Gauge,
    pub(super) connections_refused: Family<Fixed<1>, Counter>,
    pub(super) requests_refused: Family<Fixed<1>, Counter>,
}

impl Metrics {
    fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            sources_read: Family::default(),
            source_read_duration: Family::new_with_constructor(WORK),
            sources_written: Counter::default(),
            batch_write_duration: WORK.new_metric(),
            batches_failed: Counter::default(),
            queue_due: Gauge::default(),
            queue_oldest: Gauge::default(),
            leases_held: Gauge::default(),
            leases_lost: Counter::default(),
            job_duration: Family::new_with_constructor(WORK),
            events_received: Family::default(),
            started: Instant::now(),
            followed_at: AtomicI64::new(0),
            follow_duration: Family::new_with_constructor(WORK),
            follow_failed: Counter::default(),
            outbound_duration: Family::new_with_constructor(WORK),
            outbound_remaining: Family::default(),
            request_duration: Family::new_with_constructor(ANSWERS),
            response_bytes: Family::new_with_constructor(SIZES),
            spans_dropped: Counter::default(),
            audited: Family::default(),
            audit_lost: Counter::default(),
            connections: Gauge::default(),
            connections_refused: Family::default(),
            requests_refused: Family::default(),
        };
        metrics.register();
        metrics
    }

    /// `_total` and the unit go to the end of the name by themselves.
    fn register(&mut self) {
        let mut registry = Registry::default();
        let ours = registry.sub_registry_with_prefix("callboard");
        ours.register(
            "sources_read",
            "Sources read, by outcome",
            self.sources_read.clone(),
        );
        ours.register_with_unit(
            "source_read_duration",
            "Reading, parsing and validating one source",
            Unit::Seconds,
            self.source_read_duration.clone(),
        );
        ours.register(
            "sources_written",
            "Sources whose reading was written to the database",
            self.sources_written.clone(),
        );
        ours.register_with_unit(
            "batch_write_duration",
            "Writing a batch of sources in one transaction",
            Unit::Seconds,
            self.batch_write_duration.clone(),
        );
        ours.register(
            "batches_failed",
            "Batches that the database did not take",
            self.batches_failed.clone(),
        );
        ours.register(
            "queue_due",
            "Sources that are due to be read",
            self.queue_due.clone(),
        );
        ours.register_with_unit(
            "queue_oldest",
            "How long the first of the due sources has been due",
            Unit::Seconds,
            self.queue_oldest.clone(),
        );
        ours.register(
            "leases_held",
            "Sources that this replica is reading under a lease",
            self.leases_held.clone(),
        );
        ours.register(
            "leases_lost",
            "Leases that were somebody else's when the work was done",
            self.leases_lost.clone(),
        );
        ours.register_with_unit(
            "job_duration",
            "Runs of scheduled work, such as discovery",
            Unit::Seconds,
            self.job_duration.clone(),
        );
        ours.register(
            "events_received",
            "Webhooks and pushes, by where they came from and what became of them",
            self.events_received.clone(),
        );
        ours.register_with_unit(
            "follow_duration",
            "Bringing the read model up to what the database holds",
            Unit::Seconds,
            self.follow_duration.clone(),
        );
        ours.register(
            "follow_failed",
            "Times that the database could not be followed",
            self.follow_failed.clone(),
        );
        ours.register_with_unit(
            "outbound_request_duration",
            "Requests to other services, by host and outcome",
            Unit::Seconds,
            self.outbound_duration.clone(),
        );
        ours.register(
            "outbound_rate_limit_remaining",
            "Requests that a service says to be left until its limit is reset",
            self.outbound_remaining.clone(),
        );
        ours.register_with_unit(
            "http_request_duration",
            "From the head of a request to the head of its answer",
            Unit::Seconds,
            self.request_duration.clone(),
        );
        ours.register_with_unit(
            "http_response_size",
            "Bodies of answers as they were sent",
            Unit::Bytes,
            self.response_bytes.clone(),
        );
        ours.register(
            "spans_dropped",
            "Spans that could not be sent to the collector of traces",
            self.spans_dropped.clone(),
        );
        ours.register(
            "audit_entries",
            "Entries of the audit log, by outcome",
            self.audited.clone(),
        );
        ours.register(
            "audit_entries_lost",
            "Entries of the audit log that the database did not take",
            self.audit_lost.clone(),
        );
        ours.register(
            "http_connections",
            "Open connections",
            self.connections.clone(),
        );
        ours.register(
            "http_connections_refused",
            "Connections turned away or given up, by reason",
            self.connections_refused.clone(),
        );
        ours.register(
            "http_requests_refused",
            "Requests refused because more came than a limit lets through, by limit",
            self.requests_refused.clone(),
        );
        // The names by which dashboards made for Backstage know the same.
        registry.register(
            "catalog_processed_entities_count",
            "Sources read, by outcome",
            self.sources_read.clone(),
        );
        registry.register_with_unit(
            "catalog_processing_duration",
            "Reading, parsing and validating one source",
            Unit::Seconds,
            self.source_read_duration.clone(),
        );
        registry.register_with_unit(
            "catalog_processing_queue_delay",
            "How long the first of the due sources has been due",
            Unit::Seconds,
            self.queue_oldest.clone(),
        );
        self.registry = registry;
    }
}
