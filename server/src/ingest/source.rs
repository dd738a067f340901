//! One location: reads it, and takes each document it holds.

use super::document::{self, Findings, Place, Target};
use super::include::{Beside, include};
use super::location::LocationRef;
use super::parse::{Broken, Document, decode, parse};
use super::read::{Content, ReadError, Request, blocking, read};
use super::rules::Allow;
use super::{Outcome, SourceUpdate, placeholder};
use crate::outbound::Outbound;
use crate::scm::Scm;
use app::catalog::{Problem, Severity};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More are not kept of one source.
const MAX_PROBLEMS: usize = 200;

/// Changes when the same content means something else than before, so that all is read again.
const FORMAT: &str = concat!("1 ", env!("CARGO_PKG_VERSION"));

/// A location that is to be read.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) location: LocationRef,
    pub(super) parent: Option<LocationRef>,
    pub(super) optional: bool,
    pub(super) found: bool,
    pub(super) root: Arc<Origin>,
}

/// What all locations reached from one root have in common.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) location: LocationRef,
    pub(super) allow: Allow,
    pub(super) search: bool,
    /// The folder of a root that is a file, a folder or a pattern.
    pub(super) folder: Option<PathBuf>,
    pub(super) scm: Arc<Scm>,
}

/// How to read, and what is known already.
pub(super) struct Means<'a> {
    pub(super) outbound: &'a Outbound,
    pub(super) max_bytes: usize,
    pub(super) etag: Option<String>,
    pub(super) hash: Option<String>,
}

impl Job {
    fn place(&self) -> Place<'_> {
        Place {
            location: &self.location,
            origin: &self.root.location,
            allow: &self.root.allow,
            scm: &self.root.scm,
        }
    }

    fn update(&self, outcome: Outcome, problems: Vec<Problem>) -> SourceUpdate {
        SourceUpdate {
            location: self.location.clone(),
            origin: self.root.location.clone(),
            parent: self.parent.clone(),
            etag: None,
            content_hash: None,
            outcome,
            problems,
        }
    }

    /// The update for a location that is not read, and why.
    pub(super) fn unreadable(&self, reason: &str) -> SourceUpdate {
        let named = self.parent.as_ref().filter(|_| !self.found);
        let named = named.map(|parent| format!(" (named in {parent})"));
        let message = format!("cannot be read: {reason}{}", named.unwrap_or_default());
        let problem = self.place().problem(None, None, message);
        self.update(Outcome::Unreadable, vec![problem])
    }
}

fn nothing() -> Outcome {
    Outcome::Read {
        claims: Vec::new(),
        kept: Vec::new(),
        incomplete: false,
        children: Vec::new(),
    }
}

/// What stands at the location of a job, and where it leads.
pub(super) async fn process(job: &Job, means: Means<'_>) -> (SourceUpdate, Vec<Target>) {
    let request = Request {
        location: &job.location,
        // Only what an operator names is searched, not what an entity leads to.
        search: job.root.search && job.parent.is_none(),
        etag: means.etag.as_deref(),
        max_bytes: means.max_bytes,
        scm: &job.root.scm,
    };
    match read(request, means.outbound).await {
        Ok(Content::Unchanged) => (job.update(Outcome::Unchanged, Vec::new()), Vec::new()),
        Ok(Content::Files { files, passed_over }) => folder(job, files, passed_over),
        Ok(Content::Bytes { bytes, etag }) => content(job, bytes, etag, means).await,
        Err(ReadError::NotFound(_)) if job.optional => {
            (job.update(nothing(), Vec::new()), Vec::new())
        }
        Err(error) => (job.unreadable(&error.to_string()), Vec::new()),
    }
}

fn folder(
    job: &Job,
    files: Vec<LocationRef>,
    passed_over: Vec<String>,
) -> (SourceUpdate, Vec<Target>) {
    let problems = passed_over.into_iter().map(|message| Problem {
        severity: Severity::Warning,
        ..job.place().problem(None, None, message)
    });
    let mut update = job.update(nothing(), problems.collect());
    if let Outcome::Read { children, .. } = &mut update.outcome {
        children.clone_from(&files);
    }
    let targets = files.into_iter().map(|location| Target {
        location,
        optional: false,
        found: job.root.search && job.parent.is_none(),
    });
    (update, targets.collect())
}

async fn content(
    job: &Job,
    bytes: Vec<u8>,
    etag: Option<String>,
    means: Means<'_>,
) -> (SourceUpdate, Vec<Target>) {
    let mut hasher = Sha256::new();
    let origin = &job.root;
    hasher.update(format!("{FORMAT} {} {:?}\n", origin.location, origin.allow));
    hasher.update(&bytes);
    let has_placeholders = placeholder::may_occur(&bytes);
    // Of a file that leads elsewhere the targets are needed even when it has not changed.
    let leads_on = contains(&bytes, "Location");
    if !has_placeholders && !leads_on && means.hash == Some(hex(hasher.clone())) {
        return (job.update(Outcome::Unchanged, Vec::new()), Vec::new());
    }

    let max_bytes = means.max_bytes;
    let parsed = blocking({
        let job = job.clone();
        move || documents(&job, &bytes, max_bytes)
    });
    let (documents, mut findings, incomplete) = parsed.await;
    let mut included = Vec::new();
    for mut document in documents {
        let outcome = if has_placeholders {
            let beside = Beside {
                location: &job.location,
                folder: job.root.folder.as_deref(),
                outbound: means.outbound,
                scm: &job.root.scm,
                max_bytes,
            };
            include(&mut document.value, &beside, &mut |bytes| {
                hasher.update(bytes);
            })
            .await
        } else {
            Vec::new()
        };
        included.push((document, outcome));
    }
    let taken = blocking({
        let job = job.clone();
        move || {
            for (document, outcome) in included {
                document::take(document, outcome, job.place(), &mut findings);
            }
            cap(&job, &mut findings.problems);
            findings
        }
    });
    let findings = taken.await;

    let hash = hex(hasher);
    let mut update = if means.hash.as_ref() == Some(&hash) {
        job.update(Outcome::Unchanged, Vec::new())
    } else {
        let outcome = Outcome::Read {
            claims: findings.claims,
            kept: findings.kept,
            incomplete,
            children: findings
                .targets
                .iter()
                .map(|it| it.location.clone())
                .collect(),
        };
        job.update(outcome, findings.problems)
    };
    // An etag vouches for one file only, and lets nobody see where it leads.
    update.etag = etag.filter(|_| !has_placeholders && !leads_on);
    update.content_hash = Some(hash);
    (update, findings.targets)
}

/// The documents that are meant for the catalog, with a problem for each that is broken, and
/// whether there were broken ones.
fn documents(job: &Job, bytes: &[u8], max_bytes: usize) -> (Vec<Document>, Findings, bool) {
    let mut findings = Findings::default();
    let mut documents = Vec::new();
    let mut broken = Vec::new();
    if let Err(error) = decode(bytes, max_bytes) {
        broken.push(error);
    } else {
        let lenient = job.found;
        let by_name = !lenient || is_catalog_info(&job.location);
        for document in parse(bytes, max_bytes) {
            match document {
                Ok(document) => {
                    let value = &document.value;
                    let is_meant = by_name || document::is_for_the_catalog(value);
                    let is_skeleton =
                        lenient && value["kind"] != "Template" && document::is_skeleton(value);
                    if is_meant && !is_skeleton {
                        documents.push(document);
                    } else {
                        tracing::debug!(location = %job.location, line = document.line, "no entity");
                    }
                }
                Err(error) if lenient && !is_broken_entity(bytes, by_name) => {
                    tracing::debug!(location = %job.location, %error, "no catalog file");
                }
                Err(error) => broken.push(error),
            }
        }
    }
    let incomplete = !broken.is_empty();
    let problem = |Broken { line, message, .. }| job.place().problem(Some(line), None, message);
    findings
        .problems
        .extend(broken.into_iter().take(MAX_PROBLEMS).map(problem));
    (documents, findings, incomplete)
}

fn is_catalog_info(location: &LocationRef) -> bool {
    let name = Path::new(&location.target).file_stem();
    name.is_some_and(|name| name == "catalog-info")
}

/// Whether text that is no YAML was meant to be an entity, rather than the skeleton of one, or
/// something else that a folder holds.
fn is_broken_entity(bytes: &[u8], by_name: bool) -> bool {
    let is_skeleton = contains(bytes, "{{") || contains(bytes, "{%");
    (by_name || contains(bytes, "backstage.io/"))
        && (!is_skeleton || contains(bytes, "kind: Template"))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

fn cap(job: &Job, problems: &mut Vec<Problem>) {
    if problems.len() > MAX_PROBLEMS {
        let rest = problems.len() - MAX_PROBLEMS;
        problems.truncate(MAX_PROBLEMS);
        let message = format!("{rest} more problems are not listed; solve those above first");
        problems.push(job.place().problem(None, None, message));
    }
}

fn hex(hasher: Sha256) -> String {
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        write!(text, "{byte:02x}").expect("a String takes all that is written to it");
    }
    text
}
