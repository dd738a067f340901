//! What becomes of one document of a catalog file. Pure, but for the look at where targets lie.

use super::include::confined;
use super::links::active_links;
use super::location::LocationRef;
use super::parse::Document;
use super::read::resolve;
use super::relate::{relate, sort_references};
use super::rules::Allow;
use super::validate::custom::Kinds;
use super::validate::{Fault, entity_ref, envelope, validate};
use super::{Claim, annotate};
use crate::scm::Scm;
use app::catalog::{EntityRef, ErrorName, Problem, Severity};
use serde_json::Value;
use std::path::Path;

/// More are not told of one document; who has that many fixes the first ones first.
const MAX_FAULTS: usize = 20;

/// In bytes; longer paths and URLs can neither be read nor indexed.
pub(super) const MAX_TARGET: usize = 2_000;

/// Of a target in a message, in characters.
const SHOWN: usize = 120;

/// Where a document stands and what may come from there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) location: &'a LocationRef,
    pub(super) origin: &'a LocationRef,
    /// Where the entity is at home, if it was not read there.
    pub(super) page: Option<&'a LocationRef>,
    pub(super) allow: &'a Allow,
    pub(super) kinds: &'a Kinds,
    /// For files: the folder of the root by whose way they came in.
    pub(super) folder: Option<&'a Path>,
    pub(super) scm: &'a Scm,
}

/// A location that an entity leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub location: LocationRef,
    /// The Location entity that names it; none where a search or a pattern found it.
    pub named_by: Option<EntityRef>,
    /// Nothing is wrong when it is not there.
    pub optional: bool,
    /// Nobody named it: a search found it, and it need not be a catalog file.
    pub found: bool,
}

#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) claims: Vec<Claim>,
    pub(super) kept: Vec<EntityRef>,
    pub(super) targets: Vec<Target>,
    pub(super) problems: Vec<Problem>,
}

impl Place<'_> {
    pub(super) fn problem(
        &self,
        line: Option<u32>,
        entity_ref: Option<&EntityRef>,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            severity: Severity::Error,
            source: self.location.to_string(),
            line,
            entity_ref: entity_ref.map(|name| storable(&name.to_string())),
            message: storable(&message.into()),
            error: ErrorName::default(),
        }
    }
}

/// A text that every database can store.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Adds what a document says to `findings`. `missing` are the placeholders whose files could not
/// be had; in their places stands a notice.
pub(super) fn take(
    mut document: Document,
    missing: Vec<Fault>,
    place: Place<'_>,
    findings: &mut Findings,
) {
    let name = entity_ref(&document.value);
    let mut fail = |faults: Vec<Fault>| {
        for fault in faults.iter().take(MAX_FAULTS) {
            let line = document.lines.of(&fault.path);
            let problem = place.problem(Some(line), name.as_ref(), fault.to_string());
            findings.problems.push(problem);
        }
        findings.kept.extend(name.clone());
    };
    let faults = envelope(&document.value);
    if !faults.is_empty() {
        return fail(faults);
    }
    if !place.allow.allows(&document.value, place.origin) {
        let kind = document.value["kind"].as_str().unwrap_or_default();
        let message = format!(
            "entities of kind {kind} may not come from here; allow the kind in catalog.rules or in the rules of {}",
            place.origin
        );
        let line = document.lines.of("/kind");
        findings.problems.push(Problem {
            error: ErrorName::NotAllowed,
            ..place.problem(Some(line), name.as_ref(), message)
        });
        return;
    }
    let relations = validate(&mut document.value, place.kinds);
    let relations = relations.and_then(|()| relate(&document.value, place.kinds));
    let mut relations = match relations {
        Ok(relations) => relations,
        Err(faults) => return fail(missing.into_iter().chain(faults).collect()),
    };
    for fault in &missing {
        let line = document.lines.of(&fault.path);
        findings.problems.push(Problem {
            severity: Severity::Warning,
            ..place.problem(Some(line), name.as_ref(), fault.to_string())
        });
    }
    let Some(entity_ref) = entity_ref(&document.value) else {
        return;
    };
    for path in active_links(&document.value) {
        let message = "this link is not shown, for a browser would run it; use an https URL";
        let line = document.lines.of(&path);
        findings.problems.push(Problem {
            severity: Severity::Warning,
            ..place.problem(Some(line), Some(&entity_ref), message)
        });
    }
    relations.sort();
    relations.dedup();
    if document.value["kind"] == "Location" {
        lead_on(&document, &entity_ref, place, findings);
    }
    let mut value = document.value;
    sort_references(&mut value, place.kinds);
    let home = place.page.unwrap_or(place.location);
    annotate(
        &mut value,
        home,
        place.page.unwrap_or(place.origin),
        place.scm,
    );
    if let Some(root) = value.as_object_mut() {
        // Both are made from what is known now, not from what a file remembers.
        root.remove("relations");
        root.remove("status");
    }
    findings.claims.push(Claim {
        entity_ref,
        document: value,
        relations,
        line: document.line,
        provisional: !missing.is_empty(),
    });
}

/// Adds the locations that a Location entity names.
fn lead_on(document: &Document, name: &EntityRef, place: Place<'_>, findings: &mut Findings) {
    let spec = &document.value["spec"];
    let kind = spec["type"].as_str().unwrap_or(&place.location.kind);
    let optional = spec["presence"] == "optional";
    let single = spec["target"]
        .as_str()
        .map(|it| ("/spec/target".to_owned(), it));
    let listed = spec["targets"].as_array().into_iter().flatten().enumerate();
    let listed =
        listed.filter_map(|(index, it)| Some((format!("/spec/targets/{index}"), it.as_str()?)));
    for (path, target) in single.into_iter().chain(listed) {
        match target_of(kind, target, place).and_then(checked) {
            Ok(location) => findings.targets.push(Target {
                location,
                named_by: Some(name.clone()),
                optional,
                found: false,
            }),
            Err(reason) => {
                let line = document.lines.of(&path);
                let message = format!("the target {} is not read: {reason}", shown(target));
                findings
                    .problems
                    .push(place.problem(Some(line), Some(name), message));
            }
        }
    }
}

/// The beginning of a target, without what would disturb the line it is printed in.
fn shown(target: &str) -> String {
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    target.chars().take(SHOWN).map(visible).collect()
}

/// A location that can be read and stored.
fn checked(location: LocationRef) -> Result<LocationRef, String> {
    if location.target.len() > MAX_TARGET {
        return Err(format!("it is longer than {MAX_TARGET} bytes"));
    }
    if location.target.chars().any(char::is_control) {
        return Err("it holds a control character; remove it".to_owned());
    }
    Ok(location)
}

/// The location of a target, relative to the location that names it.
fn target_of(kind: &str, target: &str, place: Place<'_>) -> Result<LocationRef, String> {
    let base = place.location;
    match (kind, base.kind.as_str()) {
        ("file", "file") => file_beside(target, place),
        // Otherwise whoever writes a file anywhere could read the disk of the server.
        ("file", _) => Err("a location that is not a file cannot lead to files".to_owned()),
        ("url", "url") => {
            let resolved = place.scm.resolve(target, &base.target);
            resolved
                .map(LocationRef::url)
                .map_err(|error| error.to_string())
        }
        // In a clone of a repository, what stands beside the file there stands beside it here.
        ("url", "file") if !target.contains("://") => file_beside(target, place),
        ("url", _) => Ok(LocationRef::url(target)),
        (other, _) => Err(format!(
            "locations of type \"{other}\" cannot be read; use file or url"
        )),
    }
}

/// A file where a catalog file may lead: who writes into one repository does not thereby read the
/// rest of the disk.
fn file_beside(target: &str, place: Place<'_>) -> Result<LocationRef, String> {
    let path = resolve(target, &place.location.target);
    confined(Path::new(&path), &place.location.target, place.folder)?;
    Ok(LocationRef::file(path))
}

/// Whether a document is meant for the catalog at all, judged by its API version.
pub(super) fn is_for_the_catalog(value: &Value) -> bool {
    let version = value
        .get("apiVersion")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let group = version.split('/').next().unwrap_or_default();
    group == "backstage.io" || group.ends_with(".backstage.io")
}

/// Whether a document becomes an entity only when a template is filled in.
pub(super) fn is_skeleton(value: &Value) -> bool {
    match value.pointer("/metadata/name") {
        Some(Value::String(name)) => name.contains("{{") || name.contains("{%"),
        // Unquoted, `{{ name }}` is an object in YAML.
        Some(Value::Object(_)) => true,
        _ => false,
    }
}
