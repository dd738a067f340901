//! Fills a store with entities, saying only what matters.

use app::catalog::{EntityRef, ErrorName, Problem, Severity};
use serde_json::{Value, json};
use server::ingest::relate::relate;
use server::ingest::validate::custom::Kinds;
use server::ingest::{Claim, LocationRef, Outcome, SourceUpdate, Target};
use server::store::{Db, put_sources};

/// What one file holds.
pub struct Seed {
    location: LocationRef,
    entities: Vec<Value>,
    problems: Vec<Problem>,
    children: Vec<Target>,
    parent: Option<LocationRef>,
}

/// An entity in the making.
pub struct Entity(Value);

/// A file with nothing in it.
pub fn seed() -> Seed {
    Seed {
        location: LocationRef::file("/catalog/all.yaml"),
        entities: Vec::new(),
        problems: Vec::new(),
        children: Vec::new(),
        parent: None,
    }
}

impl Seed {
    /// Another file than the usual one.
    pub fn file(mut self, path: &str) -> Self {
        self.location = LocationRef::file(path);
        self
    }

    /// What a URL holds.
    pub fn url(mut self, url: &str) -> Self {
        self.location = LocationRef::url(url);
        self
    }

    /// A service of the guests, unless `with` says otherwise.
    pub fn component(self, name: &str, with: impl FnOnce(Entity) -> Entity) -> Self {
        let spec = json!({ "type": "service", "lifecycle": "production", "owner": "guests" });
        self.entity("Component", name, spec, with)
    }

    pub fn api(self, name: &str, with: impl FnOnce(Entity) -> Entity) -> Self {
        let spec = json!({
            "type": "openapi", "lifecycle": "production", "owner": "guests", "definition": "openapi: 3.1.0",
        });
        self.entity("API", name, spec, with)
    }

    pub fn group(self, name: &str, with: impl FnOnce(Entity) -> Entity) -> Self {
        self.entity(
            "Group",
            name,
            json!({ "type": "team", "children": [] }),
            with,
        )
    }

    pub fn location(self, name: &str, spec: Value) -> Self {
        self.entity("Location", name, spec, |entity| entity)
    }

    pub fn user(self, name: &str, groups: &[&str]) -> Self {
        self.entity("User", name, json!({ "memberOf": groups }), |entity| entity)
    }

    /// An entity of any kind.
    pub fn of_kind(self, kind: &str, name: &str, spec: Value) -> Self {
        self.entity(kind, name, spec, |entity| entity)
    }

    /// A template that asks this.
    pub fn template(self, name: &str, parameters: Value) -> Self {
        self.document(json!({
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": name },
            "spec": { "type": "service", "owner": "guests", "parameters": parameters, "steps": [] },
        }))
    }

    /// An entity as a file has it.
    pub fn document(mut self, mut document: Value) -> Self {
        let metadata = document.get_mut("metadata").and_then(Value::as_object_mut);
        let metadata = metadata.expect("an entity has metadata");
        metadata
            .entry("namespace")
            .or_insert_with(|| "default".into());
        self.entities.push(document);
        self
    }

    /// A problem of the file.
    pub fn problem(mut self, line: u32, entity_ref: Option<&str>, message: &str) -> Self {
        self.problems.push(Problem {
            error: ErrorName::default(),
            severity: Severity::Error,
            source: self.location.to_string(),
            line: Some(line),
            entity_ref: entity_ref.map(str::to_owned),
            message: message.to_owned(),
        });
        self
    }

    /// Another file that the file leads to.
    pub fn leads_to(mut self, path: &str) -> Self {
        self.children.push(Target {
            named_by: None,
            location: LocationRef::file(path),
            optional: false,
            found: false,
        });
        self
    }

    /// The file that led to this one; of a file without one it is not known.
    pub fn below(mut self, path: &str) -> Self {
        self.parent = Some(LocationRef::file(path));
        self
    }

    fn entity(
        mut self,
        kind: &str,
        name: &str,
        spec: Value,
        with: impl FnOnce(Entity) -> Entity,
    ) -> Self {
        let entity = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": kind,
            "metadata": { "name": name, "namespace": "default" },
            "spec": spec,
        });
        self.entities.push(with(Entity(entity)).0);
        self
    }

    /// What reading the file would give.
    pub fn update(self) -> SourceUpdate {
        let claims = (1u32..).zip(self.entities).map(|(number, document)| {
            let text = |pointer: &str| document.pointer(pointer).unwrap().as_str().unwrap();
            Claim {
                entity_ref: EntityRef::new(
                    text("/kind"),
                    text("/metadata/namespace"),
                    text("/metadata/name"),
                ),
                relations: relate(&document, &Kinds::default()).unwrap(),
                line: number * 10,
                provisional: false,
                document,
            }
        });
        SourceUpdate {
            location: self.location.clone(),
            origin: self.parent.clone().unwrap_or(self.location),
            parent: self.parent,
            etag: None,
            content_hash: None,
            outcome: Outcome::Read {
                claims: claims.collect(),
                kept: Vec::new(),
                incomplete: false,
                children: self.children,
                includes: Vec::new(),
            },
            problems: self.problems,
        }
    }

    /// Writes it as read at Unix time 0.
    pub async fn into_store(self, db: &Db) {
        put_sources(db, &[self.update()], 0, || uuid::Uuid::new_v4().to_string())
            .await
            .unwrap();
    }
}

impl Entity {
    /// Sets the value at a JSON pointer of two steps, for example `/spec/owner`.
    pub fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        self.0.pointer_mut(parent).unwrap()[field] = value.into();
        self
    }

    pub fn owned_by(self, owner: &str) -> Self {
        self.with("/spec/owner", owner)
    }

    pub fn of_type(self, spec_type: &str) -> Self {
        self.with("/spec/type", spec_type)
    }

    pub fn titled(self, title: &str) -> Self {
        self.with("/metadata/title", title)
    }

    pub fn tagged(self, tags: &[&str]) -> Self {
        self.with("/metadata/tags", tags.to_vec())
    }
}
