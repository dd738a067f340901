//! One location: reads it, and takes each document it holds.

use super::document::{self, Findings, Place, Target};
use super::include::{Beside, Included, confined, include};
use super::location::LocationRef;
use super::parse::{Broken, Document, decode, parse};
use super::read::{Content, ReadError, Request, blocking, read};
use super::root::Root;
use super::rules::Allow;
use super::validate::custom::Kinds;
use super::{Outcome, SourceUpdate, generated_ref, placeholder};
use crate::digest::sha256_hex;
use crate::outbound::Outbound;
use crate::scm::Scm;
use app::catalog::{EntityRef, ErrorName, Problem, Severity};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More are not kept of one source.
const MAX_PROBLEMS: usize = 200;

/// Changes when the same content means something else than before, so that all is read again.
const FORMAT: &str = concat!("3 ", env!("CARGO_PKG_VERSION"));

/// In place of the digest of what is optional and not there.
const NOT_THERE: &str = "nothing";

/// A location that is to be read.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) location: LocationRef,
    pub(super) parent: Option<LocationRef>,
    /// The Location entity there that names it.
    pub(super) named_by: Option<EntityRef>,
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
    pub(super) kinds: Arc<Kinds>,
    /// Stands for all of the above, as far as they bear on what a location comes to.
    pub(super) digest: String,
}

impl Origin {
    /// The origin with its digest.
    pub(super) fn new(
        root: Root,
        folder: Option<PathBuf>,
        scm: Arc<Scm>,
        kinds: Arc<Kinds>,
    ) -> Self {
        let hosts = scm.integrations().iter().map(|it| {
            let urls = (&it.base_url, &it.api_base_url, &it.raw_base_url);
            format!("{:?} {} {urls:?}", it.provider, it.host)
        });
        let hosts: Vec<String> = hosts.collect();
        let (location, search, allow) = (root.location, root.search, root.allow);
        let text = format!("{FORMAT} {location} {search} {allow:?} {folder:?} {hosts:?} {kinds:?}");
        Self {
            location,
            allow,
            search,
            folder,
            scm,
            kinds,
            digest: sha256_hex(text),
        }
    }
}

/// How to read, and what is known already.
pub(super) struct Means<'a> {
    pub(super) outbound: &'a Outbound,
    pub(super) max_bytes: usize,
    pub(super) etag: Option<String>,
    pub(super) hash: Option<String>,
}

impl Job {
    pub(super) fn place(&self) -> Place<'_> {
        Place {
            location: &self.location,
            origin: &self.root.location,
            page: None,
            allow: &self.root.allow,
            kinds: &self.root.kinds,
            folder: self.root.folder.as_deref(),
            scm: &self.root.scm,
        }
    }

    /// Stands for all that the outcome depends on beside the content.
    pub(super) fn digest(&self) -> String {
        let text = format!(
            "{} {:?} {} {}",
            self.root.digest, self.parent, self.optional, self.found
        );
        sha256_hex(text)
    }

    pub(super) fn update(&self, outcome: Outcome, problems: Vec<Problem>) -> SourceUpdate {
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

    /// The update for a location that is not there.
    fn missing(&self, reason: &str) -> SourceUpdate {
        let mut update = self.unreadable(reason);
        for problem in &mut update.problems {
            problem.error = ErrorName::NotFound;
        }
        update
    }

    /// The update for a location that is not read, and why.
    pub(super) fn unreadable(&self, reason: &str) -> SourceUpdate {
        let named = self.parent.as_ref().filter(|_| !self.found);
        let named = named.map(|parent| format!(" (named in {parent})"));
        let message = format!("cannot be read: {reason}{}", named.unwrap_or_default());
        // Of a root there is an entity that can say so.
        let root = self.parent.is_none();
        let root = root.then(|| generated_ref(&self.location));
        let about = self.named_by.clone().or(root);
        let problem = self.place().problem(None, about.as_ref(), message);
        self.update(Outcome::Unreadable, vec![problem])
    }
}

fn nothing() -> Outcome {
    Outcome::Read {
        claims: Vec::new(),
        kept: Vec::new(),
        incomplete: false,
        children: Vec::new(),
        includes: Vec::new(),
    }
}

/// What stands at the location of a job, and where it leads.
pub(super) async fn process(job: &Job, means: Means<'_>) -> (SourceUpdate, Vec<Target>) {
    let context = job.digest();
    let is_known = |hash: &String| hash.split_once('-').is_some_and(|(of, _)| of == context);
    // Content that has not changed may mean something else than before.
    let etag = means.etag.as_deref();
    let etag = etag.filter(|_| means.hash.as_ref().is_some_and(is_known));
    let request = Request {
        location: &job.location,
        // Only what an operator names is searched, not what an entity leads to.
        search: job.root.search && job.parent.is_none(),
        etag,
        max_bytes: means.max_bytes,
        scm: &job.root.scm,
    };
    match read(request, means.outbound).await {
        Ok(Content::Unchanged) => (job.update(Outcome::Unchanged, Vec::new()), Vec::new()),
        Ok(Content::Files {
            files,
            passed_over,
            incomplete,
        }) => {
            let job = job.clone();
            let mut listing = (files, passed_over, incomplete);
            let (mut update, targets) =
                blocking(move || folder(&job, &mut listing, &context)).await;
            if means.hash.is_some() && means.hash == update.content_hash {
                update.outcome = Outcome::Unchanged;
                update.problems.clear();
            }
            (update, targets)
        }
        Ok(Content::Bytes { bytes, etag }) => content(job, &context, bytes, etag, means).await,
        Err(ReadError::NotFound(_)) if job.optional => {
            let mut update = job.update(nothing(), Vec::new());
            update.content_hash = Some(format!("{context}-{NOT_THERE}"));
            if means.hash == update.content_hash {
                update.outcome = Outcome::Unchanged;
            }
            (update, Vec::new())
        }
        Err(ReadError::NotFound(reason)) => (job.missing(&reason), Vec::new()),
        Err(ReadError::Failed(reason)) => (job.unreadable(&reason), Vec::new()),
    }
}

/// What was found in a folder or by a pattern: the files, what was passed over and why, and whether
/// that may not be all.
type Listing = (Vec<LocationRef>, Vec<String>, bool);

fn folder(job: &Job, listing: &mut Listing, context: &str) -> (SourceUpdate, Vec<Target>) {
    let (files, passed_over, is_incomplete) = listing;
    // A link that a pattern of an entity finds on a disk may lead anywhere.
    if job.parent.is_some() && job.location.kind == "file" {
        files.retain(|file| {
            let path = Path::new(&file.target);
            match confined(path, &job.location.target, job.root.folder.as_deref()) {
                Ok(()) => true,
                Err(reason) => {
                    passed_over.push(format!("{} was passed over: {reason}", file.target));
                    false
                }
            }
        });
    }
    let digest = sha256_hex(format!("{files:?} {passed_over:?} {is_incomplete}"));
    let problems = passed_over.drain(..).map(|message| Problem {
        severity: Severity::Warning,
        ..job.place().problem(None, None, message)
    });
    let mut update = job.update(nothing(), problems.collect());
    update.content_hash = Some(format!("{context}-{digest}"));
    let targets = files.drain(..).map(|location| Target {
        location,
        named_by: None,
        optional: false,
        found: job.root.search && job.parent.is_none(),
    });
    let targets: Vec<Target> = targets.collect();
    if let Outcome::Read {
        children,
        incomplete,
        ..
    } = &mut update.outcome
    {
        children.clone_from(&targets);
        *incomplete = *is_incomplete;
    }
    (update, targets)
}

/// What the bytes at the location of a job come to, and where they lead. `context` stands for all
/// that this depends on beside them.
pub(super) async fn content(
    job: &Job,
    context: &str,
    bytes: Vec<u8>,
    etag: Option<String>,
    means: Means<'_>,
) -> (SourceUpdate, Vec<Target>) {
    let mut hasher = Sha256::new();
    hash_part(&mut hasher, Ok(&bytes));
    let full = |hasher: Sha256| format!("{context}-{}", hex(hasher));
    let has_placeholders = placeholder::may_occur(&bytes);
    if !has_placeholders && means.hash == Some(full(hasher.clone())) {
        return (job.update(Outcome::Unchanged, Vec::new()), Vec::new());
    }

    let max_bytes = means.max_bytes;
    let size = bytes.len();
    let parsed = blocking({
        let job = job.clone();
        move || documents(&job, &bytes, max_bytes)
    });
    let (documents, mut findings, incomplete) = parsed.await;
    let mut files = Included::new(max_bytes.saturating_sub(size));
    let mut included = Vec::new();
    for mut document in documents {
        let outcome = if has_placeholders {
            let beside = Beside {
                location: &job.location,
                folder: job.root.folder.as_deref(),
                outbound: means.outbound,
                scm: &job.root.scm,
            };
            let mut seen = |content: Result<&[u8], &str>| hash_part(&mut hasher, content);
            include(&mut document.value, &beside, &mut files, &mut seen).await
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

    let hash = full(hasher);
    let mut update = if means.hash.as_ref() == Some(&hash) {
        job.update(Outcome::Unchanged, Vec::new())
    } else {
        let outcome = Outcome::Read {
            claims: findings.claims,
            kept: findings.kept,
            incomplete,
            children: findings.targets.clone(),
            includes: files.locations(),
        };
        job.update(outcome, findings.problems)
    };
    // An etag vouches for one file only.
    update.etag = etag.filter(|_| !has_placeholders);
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
                    let is_added = job.root.kinds.of(value).is_some();
                    let is_meant = by_name || is_added || document::is_for_the_catalog(value);
                    let is_skeleton =
                        lenient && value["kind"] != "Template" && document::is_skeleton(value);
                    if is_meant && !is_skeleton {
                        documents.push(document);
                    } else {
                        tracing::debug!(
                            location = job.location.shown(),
                            line = document.line,
                            "no entity"
                        );
                    }
                }
                Err(error) if lenient && !is_broken_entity(bytes, by_name) => {
                    tracing::debug!(location = job.location.shown(), %error, "no catalog file");
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

pub(super) fn cap(job: &Job, problems: &mut Vec<Problem>) {
    if problems.len() > MAX_PROBLEMS {
        let rest = problems.len() - MAX_PROBLEMS;
        problems.truncate(MAX_PROBLEMS);
        let message = format!("{rest} more problems are not listed; solve those above first");
        problems.push(job.place().problem(None, None, message));
    }
}

/// Adds a file, or why it could not be had, so that no two sequences of files look the same.
fn hash_part(hasher: &mut Sha256, content: Result<&[u8], &str>) {
    let (is_ok, bytes) = match content {
        Ok(bytes) => (true, bytes),
        Err(reason) => (false, reason.as_bytes()),
    };
    hasher.update(format!("{is_ok} {}\n", bytes.len()));
    hasher.update(bytes);
}

fn hex(hasher: Sha256) -> String {
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        write!(text, "{byte:02x}").expect("a String takes all that is written to it");
    }
    text
}
