//! Takes entities that a provider lists, each with a home of its own, as one source.

use super::document::{Findings, Place, take};
use super::location::LocationRef;
use super::parse::{Document, Lines};
use super::read::blocking;
use super::root::Root;
use super::rules::Allow;
use super::source::{Job, cap};
use super::walk::{Context, job_of};
use super::{Outcome, SourceUpdate};
use crate::digest::sha256_hex;
use app::catalog::{Problem, Severity};
use serde_json::Value;
use std::fmt::Write;

/// An entity as a provider tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its page, where it is managed.
    pub page: String,
    /// Without annotations that say where it is from.
    pub document: Value,
}

/// What a list comes to at the location that stands for it. Whoever runs the server has named the
/// provider, so all kinds are allowed. `incomplete`: who is missing stays. `known` is the hash of the
/// list before.
pub async fn ingest_listed(
    location: LocationRef,
    listed: Vec<Listed>,
    incomplete: bool,
    known: Option<String>,
    context: &Context,
) -> SourceUpdate {
    let job = job_of(root(location), context);
    blocking(move || update(&job, listed, incomplete, known.as_ref())).await
}

/// The update for a list that could not be had, and what is said of that: what was there stays.
pub fn unlisted(location: LocationRef, said: &str) -> SourceUpdate {
    let problem = Problem {
        severity: Severity::Error,
        source: location.to_string(),
        line: None,
        entity_ref: None,
        message: said.replace('\0', "\u{fffd}"),
        error: app::catalog::ErrorName::default(),
    };
    SourceUpdate {
        origin: location.clone(),
        location,
        parent: None,
        etag: None,
        content_hash: None,
        outcome: Outcome::Unreadable,
        problems: vec![problem],
    }
}

fn root(location: LocationRef) -> Root {
    Root::configured(location, Allow::Everything)
}

fn update(
    job: &Job,
    listed: Vec<Listed>,
    incomplete: bool,
    known: Option<&String>,
) -> SourceUpdate {
    let hash = format!("{}-{}", job.digest(), digest(&listed, incomplete));
    if known == Some(&hash) {
        return job.update(Outcome::Unchanged, Vec::new());
    }
    let mut findings = Findings::default();
    for (index, listed) in listed.into_iter().enumerate() {
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let page = LocationRef::url(listed.page);
        let document = Document {
            index,
            line,
            value: listed.document,
            lines: Lines::all_on(line),
        };
        let place = Place {
            page: Some(&page),
            ..job.place()
        };
        take(document, Vec::new(), place, &mut findings);
    }
    cap(job, &mut findings.problems);
    for problem in &mut findings.problems {
        problem.line = None;
    }
    let outcome = Outcome::Read {
        claims: findings.claims,
        kept: findings.kept,
        incomplete,
        // Nobody follows where a list leads.
        children: Vec::new(),
        includes: Vec::new(),
    };
    let mut update = job.update(outcome, findings.problems);
    update.content_hash = Some(hash);
    update
}

fn digest(listed: &[Listed], incomplete: bool) -> String {
    let mut text = format!("{incomplete}");
    for Listed { page, document } in listed {
        write!(text, "\n{page} {document}").expect("memory can be written");
    }
    sha256_hex(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn team(name: &str) -> Listed {
        let document = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": {"name": name},
            "spec": {"type": "team", "children": []},
        });
        Listed {
            page: format!("https://github.com/orgs/playhouse/teams/{name}"),
            document,
        }
    }

    async fn ingest(listed: Vec<Listed>, known: Option<String>) -> SourceUpdate {
        let location = LocationRef::listed("a");
        ingest_listed(location, listed, false, known, &Context::fresh()).await
    }

    #[tokio::test]
    async fn each_entity_has_a_home_of_its_own() {
        let update = ingest(vec![team("lights")], None).await;
        let Outcome::Read { claims, .. } = &update.outcome else {
            panic!("{update:?}");
        };
        let annotations = &claims[0].document["metadata"]["annotations"];
        let page = "https://github.com/orgs/playhouse/teams/lights";
        for (name, value) in [
            ("backstage.io/managed-by-location", format!("url:{page}")),
            (
                "backstage.io/managed-by-origin-location",
                format!("url:{page}"),
            ),
            ("backstage.io/view-url", page.to_owned()),
        ] {
            assert_eq!(annotations[name], value, "{name}");
        }
        assert_eq!(update.location.to_string(), "github-org:a");
    }

    #[tokio::test]
    async fn the_same_list_is_no_change_and_a_bad_entry_hides_no_other() {
        let first = ingest(vec![team("lights")], None).await;
        let again = ingest(vec![team("lights")], first.content_hash.clone()).await;
        assert_eq!(again.outcome, Outcome::Unchanged);
        let changed = ingest(vec![team("lights"), team("no name")], first.content_hash).await;
        let Outcome::Read { claims, .. } = &changed.outcome else {
            panic!("{changed:?}");
        };
        assert_eq!(claims.len(), 1);
        assert!(
            changed.problems[0].message.contains("no name"),
            "{changed:?}"
        );
    }
}
