//! A catalog file that a form describes: its text, or what is wrong with the answers.

use super::Registry;
use crate::ingest::LocationRef;
use crate::ingest::relate::relate;
use crate::ingest::validate::{Fault, all_faults, entity_ref};
use crate::query::Model;
use crate::scm::Repository;
use app::catalog::{Draft, DraftField, EntityRef, NewFile, Written};
use app::viewer::Viewer;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

impl Registry {
    /// What a draft comes to in a repository, checked by the rules that its file would be read by.
    pub(super) fn write(
        &self,
        viewer: &Viewer,
        repository: &Repository,
        branch: Option<&str>,
        draft: &Draft,
    ) -> Written {
        let file = File::of(repository, draft);
        let entity = file.as_read();
        let location = branch.and_then(|branch| repository.file_at(branch, &self.import.file));
        let location = location.or_else(|| repository.file(&self.import.file));
        let mut faults = self.faults(&entity);
        if faults.is_empty() {
            let origin = LocationRef::url(location.as_deref().unwrap_or(&repository.url));
            if !self.allow.allows(&entity, &origin) {
                let message =
                    "is not allowed here: catalog.rules say which kinds may come from where";
                faults.push((DraftField::Kind, message.to_owned()));
            }
        }
        if !faults.is_empty() {
            return Written::Faulty(faults);
        }
        let text = file.text();
        let page = repository.new_file(branch, &self.import.file, &text);
        Written::Sound(NewFile {
            notes: notes(&self.catalog.seen_by(viewer), &entity),
            is_filled: page.as_ref().is_some_and(|page| page.is_filled),
            page: page.map(|page| page.url),
            text,
            location,
            offering: self.offering(repository),
        })
    }

    /// What is wrong with which answer.
    fn faults(&self, entity: &Value) -> Vec<(DraftField, String)> {
        let kinds = &self.context.kinds;
        let mut faults = all_faults(entity, kinds);
        faults.extend(relate(entity, kinds).err().into_iter().flatten());
        let mut by_field: BTreeMap<DraftField, String> = BTreeMap::new();
        for fault in faults {
            let field = field_of(&fault);
            // What no answer stands for is said whole.
            let message = match field {
                Some(_) => fault.message,
                None => fault.to_string(),
            };
            let field = field.unwrap_or(DraftField::Kind);
            by_field.entry(field).or_insert(message);
        }
        by_field.into_iter().collect()
    }
}

fn field_of(fault: &Fault) -> Option<DraftField> {
    DraftField::ALL.into_iter().find(|field| {
        let rest = fault.path.strip_prefix(field.path());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// What the catalog knows better: a name that is taken, and names of nothing.
fn notes(model: &Model, entity: &Value) -> Vec<(DraftField, String)> {
    let mut notes = Vec::new();
    if let Some(taken) = entity_ref(entity)
        && model.get(&taken).is_some()
    {
        let message = format!("{taken} is in the catalog already, and the first keeps the name");
        notes.push((DraftField::Name, message));
    }
    for (field, kind) in [
        (DraftField::Owner, "group"),
        (DraftField::System, "system"),
        (DraftField::Domain, "domain"),
    ] {
        let named = entity.pointer(field.path()).and_then(Value::as_str);
        let defaults = app::catalog::RefDefaults {
            kind: Some(kind),
            namespace: None,
        };
        let named = named.and_then(|named| EntityRef::parse(named, defaults).ok());
        if let Some(named) = named.filter(|named| model.get(named).is_none()) {
            notes.push((field, format!("the catalog holds no {named} yet")));
        }
    }
    notes
}

/// The file, in the order in which people write it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    api_version: &'static str,
    kind: &'a str,
    metadata: Metadata<'a>,
    spec: Spec<'a>,
}

#[derive(Debug, Serialize)]
struct Metadata<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct Spec<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    of_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lifecycle: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<Include>,
}

/// A file whose text stands in the place of this.
#[derive(Debug, Serialize)]
struct Include {
    #[serde(rename = "$text")]
    text: String,
}

impl<'a> File<'a> {
    fn of(repository: &Repository, draft: &'a Draft) -> Self {
        let definition = draft.said(DraftField::Definition).map(|path| Include {
            text: if path.contains("://") || path.starts_with(['.', '/']) {
                path.to_owned()
            } else {
                format!("./{path}")
            },
        });
        Self {
            api_version: "backstage.io/v1alpha1",
            kind: draft.text(DraftField::Kind),
            metadata: Metadata {
                name: draft.text(DraftField::Name),
                title: draft.said(DraftField::Title),
                description: draft.said(DraftField::Description),
                annotations: repository.annotation().into_iter().collect(),
                tags: draft.tags(),
            },
            spec: Spec {
                of_type: draft.said(DraftField::Type),
                lifecycle: draft.said(DraftField::Lifecycle),
                owner: draft.said(DraftField::Owner),
                system: draft.said(DraftField::System),
                domain: draft.said(DraftField::Domain),
                definition,
            },
        }
    }

    /// The entity as it is read: what a file stands for is there.
    fn as_read(&self) -> Value {
        let mut entity = serde_json::to_value(self).expect("texts are JSON");
        if let Some(definition) = entity.pointer_mut("/spec/definition") {
            *definition = definition["$text"].take();
        }
        entity
    }

    fn text(&self) -> String {
        serde_yaml::to_string(self).expect("texts are YAML, and memory can be written")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::parse;
    use crate::scm::Scm;
    use proptest::prelude::*;

    fn repository() -> Repository {
        Scm::default()
            .repository("https://github.com/playhouse/lights")
            .unwrap()
    }

    fn draft(answers: &[(&str, &str)]) -> Draft {
        Draft::from_params(answers.iter().copied()).unwrap()
    }

    #[test]
    fn a_file_is_written_as_people_write_it() {
        let draft = draft(&[
            ("kind", "API"),
            ("name", "dimmer-api"),
            ("description", "Sets lamps: brighter, darker"),
            ("type", "openapi"),
            ("lifecycle", "yes"),
            ("owner", "lights"),
            ("definition", "openapi.yaml"),
            ("domain", "stage"),
            ("tags", "c++, dmx"),
        ]);
        let expected = "\
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: dimmer-api
  description: \"Sets lamps: brighter, darker\"
  annotations:
    github.com/project-slug: playhouse/lights
  tags:
  - c++
  - dmx
spec:
  type: openapi
  lifecycle: \"yes\"
  owner: lights
  definition:
    $text: ./openapi.yaml
";
        assert_eq!(File::of(&repository(), &draft).text(), expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was_meant(texts in prop::array::uniform4("\\PC{0,120}|[ \\n\\t:#'\"|>&*!%@{}\\[\\]-]{1,40}")) {
            let [name, description, owner, title] = &texts;
            let draft = draft(&[
                ("kind", "Component"), ("name", name), ("title", title),
                ("description", description), ("owner", owner),
            ]);
            let repository = repository();
            let file = File::of(&repository, &draft);
            let mut read = parse(file.text().as_bytes(), 1_000_000);
            prop_assert_eq!(read.len(), 1, "{}", file.text());
            let read = read.remove(0);
            prop_assert!(read.is_ok(), "{:?} {}", read, file.text());
            prop_assert_eq!(read.unwrap().value, file.as_read());
        }
    }
}
