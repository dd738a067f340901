//! `catalog:*`: reading the catalog, and putting into it what was made.

use super::{Action, ActionError, Call};
use crate::audit::{Entry, Who};
use crate::config::OnConflict;
use crate::permission;
use crate::query::{Catalog, Model};
use crate::registry::Registry;
use crate::scaffolder::permitted::starter;
use crate::scaffolder::task::User;
use crate::scaffolder::workspace::Inside;
use crate::scm::Scm;
use crate::store::{MadeBy, ProviderLocation};
use app::audit::Action as Deed;
use app::catalog::{EntityRef, RefDefaults};
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::Viewer;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

const FILE: &str = "catalog-info.yaml";
/// The annotation that says which template has made an entity.
const TEMPLATE: &str = "backstage.io/source-template";

/// `catalog:fetch`.
pub(super) struct Fetch {
    pub(super) catalog: Catalog,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FetchInput {
    entity_ref: Option<String>,
    entity_refs: Option<Vec<String>>,
    #[serde(default)]
    optional: bool,
    default_kind: Option<String>,
    default_namespace: Option<String>,
}

impl Fetch {
    /// The catalog as whoever has started the task may see it; a task of nobody sees nothing that is
    /// kept from anybody.
    fn seen_by(&self, user: Option<&User>) -> Arc<Model> {
        self.catalog.seen_by(&starter(&self.catalog, user))
    }

    /// The entity of a reference; None when there is none.
    fn find(
        &self,
        user: Option<&User>,
        text: &str,
        input: &FetchInput,
    ) -> Result<Option<Value>, ActionError> {
        let defaults = RefDefaults {
            kind: input.default_kind.as_deref(),
            namespace: input.default_namespace.as_deref(),
        };
        let entity_ref = EntityRef::parse(text, defaults)
            .map_err(|error| ActionError::Input(error.to_string()))?;
        let model = self.seen_by(user);
        Ok(model.get(&entity_ref).map(|entry| model.entity(entry)))
    }
}

impl Action for Fetch {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: FetchInput = call.read()?;
            let missing = |text: &str| ActionError::NotFound(format!("Entity {text} not found"));
            match (&input.entity_ref, &input.entity_refs) {
                (None, None) => Err(ActionError::Input(
                    "Missing entity reference or references".to_owned(),
                )),
                (Some(text), _) => {
                    let entity = self.find(call.user, text, &input)?;
                    if entity.is_none() && !input.optional {
                        return Err(missing(text));
                    }
                    call.output("entity", entity);
                    Ok(())
                }
                (None, Some(texts)) => {
                    let mut entities = Vec::new();
                    for text in texts {
                        let entity = self.find(call.user, text, &input)?;
                        if entity.is_none() && !input.optional {
                            return Err(missing(text));
                        }
                        entities.push(entity);
                    }
                    call.output("entities", entities.into_iter().collect::<Value>());
                    Ok(())
                }
            }
        })
    }
}

/// `catalog:register`.
pub(super) struct Register {
    pub(super) registry: Registry,
    pub(super) scm: Arc<Scm>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisterInput {
    catalog_info_url: Option<String>,
    repo_contents_url: Option<String>,
    catalog_info_path: Option<String>,
    #[serde(default)]
    optional: bool,
}

impl Register {
    /// Keeps that a task has registered a location, or why it has not.
    fn record(
        &self,
        task: &str,
        starter: &Viewer,
        location: &ProviderLocation,
        error: Option<&ApiError>,
    ) {
        let by = Who::system().on_behalf_of(&starter.user_ref);
        let mut entry = Entry::new(Deed::LocationCreate, by)
            .about(location.location())
            .with("task", task);
        if let Some(error) = error {
            entry.refuse(error);
        }
        self.registry.audit.record(&entry);
    }

    fn url(&self, input: &RegisterInput) -> Result<String, ActionError> {
        if let Some(url) = &input.catalog_info_url {
            return Ok(url.clone());
        }
        let base = input.repo_contents_url.as_deref().unwrap_or_default();
        let path = input
            .catalog_info_path
            .as_deref()
            .unwrap_or("/catalog-info.yaml");
        // From the root of the repository, however it is written.
        let path = format!("/{}", path.trim_start_matches("./").trim_start_matches('/'));
        self.scm
            .resolve(&path, base)
            .map_err(|error| ActionError::Input(error.to_string()))
    }
}

impl Action for Register {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: RegisterInput = call.read()?;
            let url = self.url(&input)?;
            call.log.info(&format!("Registering {url} in the catalog"));
            let location = ProviderLocation {
                kind: "url".to_owned(),
                target: url.clone(),
                presence: input.optional.then(|| "optional".to_owned()),
                made_by: Some(MadeBy {
                    task: call.task_id.to_owned(),
                    template: call.template.map(|it| it.entity_ref.clone()),
                }),
            };
            let permission = Permission::CatalogLocationCreate;
            let starter = starter(&self.registry.catalog, call.user);
            if !self
                .registry
                .catalog
                .policy()
                .may_at_all(&starter, permission)
            {
                let error = permission::refused(&starter, permission);
                self.record(call.task_id, &starter, &location, Some(&error));
                return Err(refused(error));
            }
            let preview = self.registry.preview(&location).await.map_err(refused)?;
            if let Some(problem) = preview.problems.first()
                && preview.entities.len() < 2
                && !input.optional
            {
                return Err(ActionError::Input(format!(
                    "{url} cannot be registered: {}",
                    problem.message
                )));
            }
            let registered = self
                .registry
                .register(&location, Some(OnConflict::Refresh))
                .await;
            let error = registered.as_ref().err();
            self.record(call.task_id, &starter, &location, error);
            registered.map_err(refused)?;
            // The first stands for the location itself.
            let found = || {
                preview
                    .entities
                    .iter()
                    .skip(1)
                    .map(|(entity_ref, _)| entity_ref)
            };
            let component = found().find(|it| it.kind.eq_ignore_ascii_case("component"));
            if let Some(entity_ref) = component.or_else(|| found().next()) {
                call.output("entityRef", entity_ref.to_string());
            }
            call.output("catalogInfoUrl", url);
            Ok(())
        })
    }
}

fn refused(error: ApiError) -> ActionError {
    let text = error.to_string();
    match error {
        ApiError::Invalid { .. } => ActionError::Input(text),
        ApiError::NotFound(_) => ActionError::NotFound(text),
        ApiError::Forbidden(_) => ActionError::NotAllowed(text),
        ApiError::Conflict(_) => ActionError::Conflict(text),
        _ => ActionError::Failed(text),
    }
}

/// `catalog:write`.
pub(super) struct Write;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WriteInput {
    file_path: Option<String>,
    entity: Value,
}

impl Action for Write {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let mut input: WriteInput = call.read()?;
            let path = Inside::parse(input.file_path.as_deref().unwrap_or(FILE))?;
            if let Some(template) = call.template
                && let Some(metadata) = input.entity["metadata"].as_object_mut()
                && let Some(annotations) = metadata
                    .entry("annotations")
                    .or_insert_with(|| Value::Object(serde_json::Map::new()))
                    .as_object_mut()
            {
                annotations
                    .entry(TEMPLATE)
                    .or_insert_with(|| template.entity_ref.as_str().into());
            }
            let text = serde_yaml::to_string(&input.entity)
                .map_err(|error| ActionError::Failed(error.to_string()))?;
            call.log.info(&format!("Writing {path}"));
            call.blocking(move |files| Ok(files.write(&path, text.as_bytes(), false)?))
                .await
        })
    }
}
