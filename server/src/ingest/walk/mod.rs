//! Walks from the roots to everything they lead to.

use super::SourceUpdate;
use super::document::Target;
use super::location::LocationRef;
use super::parse::MAX_BYTES;
use super::root::Root;
use super::source::{Job, Means, Origin, process};
use super::validate::custom::Kinds;
use crate::clock::Clock;
use crate::metrics;
use crate::outbound::{Hosts, Outbound};
use crate::scm::Scm;
use crate::trace;
use futures::{FutureExt, StreamExt, stream};
use std::collections::HashSet;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc::Sender;
use tracing::{Instrument, Span, field};

/// Locations that are read at the same time.
const PARALLEL: usize = 8;
/// Location entities that lead to Location entities and so on.
pub(super) const MAX_DEPTH: usize = 16;
/// Locations in one walk; what leads to more leads nowhere.
const MAX_LOCATIONS: usize = 1_000_000;
/// What is told of a location that is one too many.
pub(super) const TOO_MANY: &str =
    "too many locations lead to one another; name fewer, or name them directly";

/// What was known of a source when it was last read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    pub etag: Option<String>,
    pub content_hash: Option<String>,
}

/// Looks up what is known of a location.
pub type Previous = dyn Fn(&LocationRef) -> Option<Fingerprint> + Send + Sync;

/// How locations are read.
#[derive(Clone)]
pub struct Context {
    pub outbound: Outbound,
    pub scm: Arc<Scm>,
    /// Kinds that the operator has added.
    pub kinds: Arc<Kinds>,
    /// The largest file that is read.
    pub max_bytes: usize,
    /// What is known of a location already, so that nothing is done when it has not changed.
    pub previous: Arc<Previous>,
}

impl Context {
    /// Knows nothing yet, so everything is read, and no hosts but the public ones.
    pub fn fresh() -> Self {
        let outbound = Outbound::new(Hosts::default(), Clock::system());
        Self::unread(outbound, Arc::default())
    }

    /// Knows nothing yet, so everything is read.
    pub fn unread(outbound: Outbound, scm: Arc<Scm>) -> Self {
        Self {
            outbound,
            scm,
            kinds: Arc::default(),
            max_bytes: MAX_BYTES,
            previous: Arc::new(|_| None),
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// Reads the roots and everything they lead to, each location once, and sends what each came to.
///
/// The order is always the same: the roots in theirs, then what these lead to, in the order of
/// their roots and of their documents, and so on. No more than a few sources are held at a time;
/// the walk waits for the receiver, and ends early when it is gone.
pub async fn ingest_all(roots: Vec<Root>, context: Context, updates: Sender<SourceUpdate>) {
    let mut seen = HashSet::new();
    let roots = roots.into_iter();
    let mut level: Vec<Job> = roots.map(|root| job_of(root, &context)).collect();
    for depth in 0..=MAX_DEPTH {
        level.retain(|job| seen.insert(job.location.clone()));
        if let Some(job) = level.first()
            && (depth == MAX_DEPTH || seen.len() > MAX_LOCATIONS)
        {
            let _gone = updates.send(job.unreadable(TOO_MANY)).await;
            return;
        }
        let mut next = Vec::new();
        let mut results = stream::iter(level)
            .map(|job| read(job, None, &context))
            .buffered(PARALLEL);
        while let Some((job, update, targets)) = results.next().await {
            next.extend(targets.into_iter().map(|target| child_of(&job, target)));
            if updates.send(update).await.is_err() {
                return;
            }
        }
        level = next;
    }
}

/// What stands at the location of a job, and where it leads. What is known of it may be given.
pub(super) async fn read(
    job: Job,
    known: Option<Fingerprint>,
    context: &Context,
) -> (Job, SourceUpdate, Vec<Target>) {
    let reading = async {
        let known = known.or_else(|| (context.previous)(&job.location));
        let known = known.unwrap_or_default();
        let means = Means {
            outbound: &context.outbound,
            max_bytes: context.max_bytes,
            etag: known.etag,
            hash: known.content_hash,
        };
        process(&job, means).await
    };
    let start = Instant::now();
    // One file that we fail at never stops the others. Nothing half done is left behind: a source
    // is written only once it is read.
    let span = if trace::is_on() {
        tracing::info_span!(
            "read source",
            location = job.location.shown(),
            outcome = field::Empty
        )
    } else {
        Span::none()
    };
    let reading = AssertUnwindSafe(reading).catch_unwind();
    let result = reading.instrument(span.clone()).await;
    let (update, targets) = result.unwrap_or_else(|_panic| {
        tracing::error!(
            location = job.location.shown(),
            "reading a location panicked"
        );
        let reason = "there is a fault in Callboard; please report it";
        (job.unreadable(reason), Vec::new())
    });
    span.record("outcome", update.outcome.word());
    metrics::source_read(update.outcome.word(), start.elapsed());
    (job, update, targets)
}

pub(super) fn job_of(root: Root, context: &Context) -> Job {
    let folder =
        (root.location.kind == "file").then(|| folder_of(Path::new(&root.location.target)));
    Job {
        location: root.location.clone(),
        parent: None,
        named_by: None,
        optional: false,
        found: false,
        root: Arc::new(Origin::new(
            root,
            folder,
            Arc::clone(&context.scm),
            Arc::clone(&context.kinds),
        )),
    }
}

fn child_of(job: &Job, target: Target) -> Job {
    Job {
        location: target.location,
        parent: Some(job.location.clone()),
        named_by: target.named_by,
        optional: target.optional,
        found: target.found,
        root: Arc::clone(&job.root),
    }
}

/// A folder itself, of a file or a pattern the last folder that is no pattern.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    let folders = path.ancestors().skip(1);
    let mut real = folders.filter(|folder| folder.is_dir());
    real.next().unwrap_or(Path::new("/")).to_owned()
}

#[cfg(test)]
mod tests;
