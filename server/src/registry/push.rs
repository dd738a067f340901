//! Entities that programs hand over, in place of a location to read.

use super::{Registry, new_id, not_stored};
use crate::audit;
use crate::ingest::parse::parse_data;
use crate::ingest::{LocationRef, Outcome, Root, SourceUpdate, document_of, ingest_given};
use crate::query::at;
use crate::store::{put_pushed, remove_pushed};
use app::catalog::{EntityRef, Problem, Severity};
use app::error::ApiError;
use app::viewer::Viewer;
use bytes::Bytes;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// In characters; the name of a set is no more than a word.
const MAX_NAME: usize = 63;

/// What has become of a set of entities.
#[derive(Debug)]
pub struct Push {
    /// All of it, or nothing.
    pub stored: bool,
    pub verdicts: Vec<Verdict>,
}

/// What has become of one document.
#[derive(Debug, Default)]
pub struct Verdict {
    /// 1-based line of the body, where that is YAML.
    pub line: Option<u32>,
    /// None when the document does not say that much.
    pub entity_ref: Option<String>,
    /// Why it is not taken.
    pub errors: Vec<String>,
    /// What of it is not honoured.
    pub warnings: Vec<String>,
    /// The location that has claimed the name before; the entity waits behind it.
    pub claimed_by: Option<String>,
}

impl Registry {
    /// Replaces the set of that name by the documents of `body`: YAML, JSON, or an object with a list
    /// of `entities`. When one of them is not valid, nothing changes.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for a name or a body that is none, and [`ApiError::Forbidden`] where
    /// locations are fixed.
    pub async fn push(&self, name: &str, body: &Bytes) -> Result<Push, ApiError> {
        audit::about(format_args!("push:{name}"));
        self.writable()?;
        let location = location_of(name)?;
        let (text, has_lines) = documents(body, self.context.max_bytes)?;
        let root = Root::configured(location.clone(), self.allow.clone());
        let update = ingest_given(root, text, &self.context).await;
        let mut verdicts = verdicts(&update);
        audit::with("documents", verdicts.len());
        if !has_lines {
            for verdict in &mut verdicts {
                verdict.line = None;
            }
        }
        if verdicts.iter().any(|it| !it.errors.is_empty()) {
            return Ok(Push {
                stored: false,
                verdicts,
            });
        }
        let now = self.clock.now();
        let updates = [update];
        let provider = location.to_string();
        let put = put_pushed(&self.db, &provider, &updates, now, new_id).await;
        put.map_err(|error| not_stored(&error))?;
        self.show().await;
        let model = self.catalog.whole();
        for verdict in &mut verdicts {
            let key = verdict.entity_ref.as_deref().unwrap_or_default();
            let owner = model.get_key(key).map(|entry| entry.location.to_string());
            verdict.claimed_by = owner.filter(|owner| *owner != provider);
        }
        Ok(Push {
            stored: true,
            verdicts,
        })
    }

    /// The entities of a set that the catalog shows, as JSON.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when nothing was pushed under that name.
    pub fn pushed(&self, viewer: &Viewer, name: &str) -> Result<Vec<Bytes>, ApiError> {
        let location = location_of(name)?.to_string();
        let model = self.catalog.seen_by(viewer);
        if model.sources.get(&location).is_none() {
            return Err(nothing_pushed(name));
        }
        Ok(at(&model, &location))
    }

    /// Forgets the set of that name.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when nothing was pushed under that name, and [`ApiError::Forbidden`]
    /// where locations are fixed.
    pub async fn remove_pushed(&self, name: &str) -> Result<(), ApiError> {
        audit::about(format_args!("push:{name}"));
        self.writable()?;
        let provider = location_of(name)?.to_string();
        let removed = remove_pushed(&self.db, &provider, self.clock.now()).await;
        let removed = removed.map_err(|error| not_stored(&error))?;
        removed.ok_or_else(|| nothing_pushed(name))?;
        self.show().await;
        Ok(())
    }
}

/// The location of a set. Its name stands in logs, annotations and rules.
fn location_of(name: &str) -> Result<LocationRef, ApiError> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let fits = name.starts_with(|it: char| it.is_ascii_alphanumeric())
        && name.len() <= MAX_NAME
        && name.chars().all(is_plain);
    if !fits {
        let message = format!(
            "The name of a set must begin with a letter or digit and hold at most {MAX_NAME} letters, digits, '-', '_' and '.'"
        );
        return Err(ApiError::invalid("name", message));
    }
    Ok(LocationRef {
        kind: "push".to_owned(),
        target: name.to_owned(),
    })
}

fn nothing_pushed(name: &str) -> ApiError {
    ApiError::NotFound(format!("Nothing was pushed under the name {name}"))
}

/// The documents of a body as text, and whether the lines of that are those of the body.
fn documents(body: &Bytes, max_bytes: usize) -> Result<(Vec<u8>, bool), ApiError> {
    if body.trim_ascii().is_empty() {
        let message = "The body is empty; send entities, or remove the set with DELETE";
        return Err(ApiError::invalid("body", message));
    }
    let mut parsed = parse_data(body, max_bytes);
    let one = match (parsed.pop(), parsed.len()) {
        (Some(Ok(document)), 0) => document.value,
        _ => return Ok((body.to_vec(), true)),
    };
    if one.get("kind").is_some() {
        return Ok((body.to_vec(), true));
    }
    let entities = match one.get("entities") {
        Some(Value::Array(entities)) => entities,
        Some(_) => return Err(ApiError::invalid("entities", "entities must be a list")),
        None => return Ok((body.to_vec(), true)),
    };
    let texts: Vec<String> = entities.iter().map(document_of).collect();
    Ok((texts.join("\n---\n").into_bytes(), false))
}

/// What is said of each document, in their order.
fn verdicts(update: &SourceUpdate) -> Vec<Verdict> {
    let mut found: BTreeMap<(u32, Option<String>), Verdict> = BTreeMap::new();
    let mut lines: BTreeMap<String, u32> = BTreeMap::new();
    let mut seen: HashSet<EntityRef> = HashSet::new();
    if let Outcome::Read { claims, .. } = &update.outcome {
        for claim in claims {
            let name = claim.entity_ref.to_string();
            let verdict = verdict(&mut found, claim.line, Some(name.clone()));
            if !seen.insert(claim.entity_ref.clone()) {
                verdict
                    .errors
                    .push("comes more than once; send it once".to_owned());
            }
            lines.entry(name).or_insert(claim.line);
        }
    }
    for problem in &update.problems {
        let known = problem.entity_ref.as_ref().and_then(|it| lines.get(it));
        let line = known.copied().or(problem.line).unwrap_or(0);
        // Of a document that is not taken, all faults are told together.
        if let (Some(name), None) = (&problem.entity_ref, known) {
            lines.insert(name.clone(), line);
        }
        put(
            verdict(&mut found, line, problem.entity_ref.clone()),
            problem,
        );
    }
    found.into_values().collect()
}

fn verdict(
    found: &mut BTreeMap<(u32, Option<String>), Verdict>,
    line: u32,
    entity_ref: Option<String>,
) -> &mut Verdict {
    let new = || Verdict {
        line: Some(line).filter(|line| *line > 0),
        entity_ref: entity_ref.clone(),
        ..Verdict::default()
    };
    found.entry((line, entity_ref.clone())).or_insert_with(new)
}

fn put(verdict: &mut Verdict, problem: &Problem) {
    let message = problem.message.clone();
    match problem.severity {
        Severity::Error => verdict.errors.push(message),
        Severity::Warning => verdict.warnings.push(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_set_is_a_word() {
        for name in ["ci", "billing-service_2.x", "A"] {
            assert!(location_of(name).is_ok(), "{name}");
        }
        let long = "x".repeat(64);
        for name in ["", "..", "-a", "a/b", "a b", "a:b", "\u{43e}", "a\0", &long] {
            assert!(location_of(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_list_of_entities_becomes_documents() {
        let check = |body: &'static str, count: usize, has_lines: bool| {
            let body = Bytes::from_static(body.as_bytes());
            let (text, lines) = documents(&body, 1000).unwrap();
            assert_eq!(parse_data(&text, 1000).len(), count);
            assert_eq!(lines, has_lines);
        };
        check(
            "{\"entities\": [{\"kind\": \"A\"}, {\"kind\": \"B\"}]}",
            2,
            false,
        );
        check("{\"kind\": \"A\"}", 1, true);
        check("kind: A\n---\nkind: B\n", 2, true);
        check("entities:\n- kind: A\n", 1, false);
        assert!(documents(&Bytes::from_static(b" \n"), 10).is_err());
        assert!(documents(&Bytes::from_static(b"{\"entities\": 1}"), 99).is_err());
    }
}
