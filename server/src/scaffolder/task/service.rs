//! What people and programs do with tasks: start, look, cancel, have one go on.

use super::broker::Broker;
use super::spec::{Made, SpecError, TaskSpec, TemplateInfo, User};
use super::watch::Watchers;
use crate::audit;
use crate::clock::Clock;
use crate::permission::{Condition, Decision, refused};
use crate::query::{Catalog, Model};
use crate::scaffolder::actions::Actions;
use crate::scaffolder::dry_run::{Beside, DryRuns, Trial, Tried};
use crate::scaffolder::parameters;
use crate::scaffolder::permitted::of_template;
use crate::scaffolder::schema;
use crate::scaffolder::text;
use crate::seal::Seal;
use crate::store::{
    Cancelled, Db, NewTask, StoreError, StoredEvent, StoredTask, TaskQuery, announce_tasks,
    cancel_task, get_task, list_task_events, list_task_steps, list_tasks, put_tasks, reopen_task,
};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::routes::Permission;
use app::scaffolder::trial::NewTrial;
use app::viewer::Viewer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;

/// How large all answers together may be, as JSON in bytes.
const MOST_BYTES: usize = 4 << 20;
/// Secrets of one task, and how long each may be, in bytes.
const MOST_SECRETS: usize = 100;
const SECRET: usize = 64 << 10;
/// Events that are answered at once.
const MOST_EVENTS: u32 = 25_000;

/// See the head of this file.
#[derive(Clone)]
pub struct Tasks {
    db: Db,
    catalog: Catalog,
    clock: Clock,
    seal: Seal,
    watchers: Watchers,
    wake: Arc<Notify>,
    actions: Actions,
    dry_runs: DryRuns,
    /// This process runs tasks itself; others look for what it has no room for.
    runs_here: bool,
}

/// What a task is to be made of.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    pub template: &'a EntityRef,
    pub values: &'a Value,
    pub secrets: &'a BTreeMap<String, String>,
    pub viewer: &'a Viewer,
}

/// Why a task was not started.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// What is wrong with the answers, as clients of the API read it.
    Values(Vec<Value>),
    Error(ApiError),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Error(error) => error,
            Refused::Values(errors) => {
                let first = errors.first().and_then(|it| it["stack"].as_str());
                ApiError::invalid(
                    "values",
                    first
                        .unwrap_or("the answers do not fit the template")
                        .to_owned(),
                )
            }
        }
    }
}

impl Tasks {
    /// What to do with the tasks that a broker runs.
    pub fn of(broker: &Broker, catalog: Catalog) -> Self {
        Self {
            db: broker.db.clone(),
            catalog,
            clock: broker.clock.clone(),
            seal: broker.seal.clone(),
            watchers: broker.watchers.clone(),
            wake: Arc::clone(&broker.wake),
            actions: broker.actions.clone(),
            runs_here: broker.most > 0,
            dry_runs: DryRuns {
                actions: broker.actions.clone(),
                engines: broker.engines.clone(),
                environment: Arc::clone(&broker.environment),
                folder: broker.folder.clone(),
                limits: broker.limits,
            },
        }
    }

    /// Starts a task and returns its id, when every page of the template takes the answers.
    ///
    /// # Errors
    /// [`Refused`]; then nothing is started.
    pub async fn start(&self, asked: &Asked<'_>) -> Result<String, Refused> {
        audit::about(asked.template);
        let model = self.catalog.seen_by(asked.viewer);
        let template = parameters::find(&model, asked.template)?;
        let template = of_template(&self.catalog.policy(), asked.viewer, template);
        if asked.values.to_string().len() > MOST_BYTES {
            let message = format!("The values have more than {MOST_BYTES} bytes");
            return Err(ApiError::invalid("values", message).into());
        }
        checked(&template, asked)?;
        let spec = TaskSpec::of(&Made {
            template: &template,
            parameters: asked.values,
            user: Some(User::of(&self.catalog.whole(), &asked.viewer.user_ref)),
            is_on_disk: is_on_disk(&model, asked.template),
        });
        let spec =
            spec.map_err(|error: SpecError| ApiError::invalid("templateRef", error.to_string()))?;
        let id = uuid::Uuid::new_v4().to_string();
        let task = NewTask {
            template_ref: Some(asked.template.to_string().to_lowercase()),
            created_by: asked.viewer.user_ref.to_string(),
            spec: json!(spec).to_string(),
            secrets: (!asked.secrets.is_empty()).then(|| self.sealed(&id, asked.secrets)),
            id,
        };
        let put = put_tasks(&self.db, std::slice::from_ref(&task), self.clock.now()).await;
        put.map_err(|error| unavailable(&error))?;
        audit::about(&task.id);
        audit::with("template", asked.template);
        if self.runs_here {
            self.wake.notify_one();
        } else if let Err(error) = announce_tasks(&self.db).await {
            tracing::debug!(%error, "other processes find a task when they look for it");
        }
        Ok(task.id)
    }

    /// Tries a template that is being written.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when it cannot be run with these answers.
    pub(super) async fn attempt(
        &self,
        viewer: &Viewer,
        trial: NewTrial,
    ) -> Result<Tried, ApiError> {
        let (template, _) = text::read(&trial.text)?;
        let model = self.catalog.seen_by(viewer);
        let beside = if trial.files.is_empty() {
            let began_as = trial.began_as.and_then(|it| source_of(&model, &it));
            began_as.map_or(Beside::Files(Vec::new()), Beside::Url)
        } else {
            let files = trial.files.into_iter();
            let files = files.map(|(path, content)| {
                let content = STANDARD.decode(&content).map_err(|error| {
                    ApiError::invalid("files", format!("'{path}' is no base64: {error}"))
                })?;
                Ok((path, content))
            });
            Beside::Files(files.collect::<Result<_, ApiError>>()?)
        };
        let trial = Trial {
            template: &template,
            values: &Value::Object(trial.task.values),
            secrets: &trial.task.secrets,
            user: Some(User::of(&self.catalog.whole(), &viewer.user_ref)),
            beside,
        };
        let tried = self.dry_runs.attempt(trial).await;
        tried.map_err(|failure| Refused::from(failure).into())
    }

    /// Secrets as they are kept of a task.
    fn sealed(&self, id: &str, secrets: &BTreeMap<String, String>) -> String {
        self.seal.seal_text(id, &json!(secrets).to_string())
    }

    /// A task that the viewer may see.
    ///
    /// # Errors
    /// [`ApiError::NotFound`].
    pub async fn get(&self, viewer: &Viewer, id: &str) -> Result<StoredTask, ApiError> {
        let task = self.stored(id).await?;
        let task = task.filter(|task| self.may(viewer, Permission::ScaffolderTaskRead, task));
        task.ok_or_else(|| ApiError::NotFound(format!("No task with id '{id}' found")))
    }

    async fn stored(&self, id: &str) -> Result<Option<StoredTask>, ApiError> {
        let task = get_task(&self.db, id).await;
        task.map_err(|error| unavailable(&error))
    }

    fn may(&self, viewer: &Viewer, permission: Permission, task: &StoredTask) -> bool {
        let policy = self.catalog.policy();
        match policy.decide(viewer, permission) {
            Decision::Allow => true,
            Decision::Deny => false,
            Decision::If(condition) => condition.apply(&as_resource(task)),
        }
    }

    /// Whether a task has come to its end, be it to nothing.
    ///
    /// # Errors
    /// [`ApiError::NotFound`].
    pub async fn is_over(&self, id: &str) -> Result<bool, ApiError> {
        let task = self.stored(id).await?;
        let task =
            task.ok_or_else(|| ApiError::NotFound(format!("No task with id '{id}' found")))?;
        Ok(!matches!(task.status.as_str(), "open" | "processing"))
    }

    /// The tasks that the viewer may see, and how many there are without the limit of the query.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`].
    pub async fn list(
        &self,
        viewer: &Viewer,
        query: &TaskQuery,
    ) -> Result<(Vec<StoredTask>, u64), ApiError> {
        let list = async |query: &TaskQuery| {
            let tasks = list_tasks(&self.db, query).await;
            tasks.map_err(|error| unavailable(&error))
        };
        let policy = self.catalog.policy();
        let condition = match policy.decide(viewer, Permission::ScaffolderTaskRead) {
            Decision::Allow => return list(query).await,
            Decision::Deny => return Ok((Vec::new(), 0)),
            Decision::If(condition) => condition,
        };
        // Which of them may be seen nobody can ask the database: all are looked at.
        let everything = TaskQuery {
            limit: None,
            offset: 0,
            ..query.clone()
        };
        let (mut tasks, _) = list(&everything).await?;
        tasks.retain(|task| condition.apply(&as_resource(task)));
        let total = tasks.len() as u64;
        let most = query.limit.map_or(usize::MAX, |limit| limit as usize);
        let page = tasks.into_iter().skip(query.offset as usize).take(most);
        Ok((page.collect(), total))
    }

    /// What a task has told after the event of that number.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`].
    pub async fn events(&self, id: &str, after: i64) -> Result<Vec<StoredEvent>, ApiError> {
        let events = list_task_events(&self.db, id, after, MOST_EVENTS).await;
        events.map_err(|error| unavailable(&error))
    }

    /// How far each step of a task has come, as it is stored.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`].
    pub async fn steps(&self, id: &str) -> Result<Vec<(String, String)>, ApiError> {
        let steps = list_task_steps(&self.db, id).await;
        steps.map_err(|error| unavailable(&error))
    }

    /// Asks for the end of a task.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and [`ApiError::Forbidden`].
    pub async fn cancel(&self, viewer: &Viewer, id: &str) -> Result<Cancelled, ApiError> {
        audit::about(id);
        let task = self.get(viewer, id).await?;
        say_of(&task, viewer);
        self.check_cancel(viewer, &task)?;
        let body =
            json!({ "message": "The task was cancelled before it began.", "status": "cancelled" });
        let cancelled = cancel_task(&self.db, id, &body.to_string(), self.clock.now()).await;
        let cancelled = cancelled.map_err(|error| unavailable(&error))?;
        match cancelled {
            Cancelled::Asked => self.watchers.cancel(),
            Cancelled::Ended => self.watchers.tell(&[id.to_owned()]),
            Cancelled::Nothing => {}
        }
        Ok(cancelled)
    }

    /// Refuses to have a task cancelled by who may not.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub(super) fn check_cancel(&self, viewer: &Viewer, task: &StoredTask) -> Result<(), ApiError> {
        let permission = Permission::ScaffolderTaskCancel;
        if self.may(viewer, permission, task) {
            return Ok(());
        }
        Err(refused(viewer, permission))
    }

    /// Whether the viewer sees a task and may do this to it.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`].
    pub async fn may_with(
        &self,
        viewer: &Viewer,
        permission: Permission,
        id: &str,
    ) -> Result<bool, ApiError> {
        let task = self.stored(id).await?;
        Ok(task.is_some_and(|task| {
            self.may(viewer, Permission::ScaffolderTaskRead, &task)
                && self.may(viewer, permission, &task)
        }))
    }

    /// Whether the viewer sees a task and a condition holds of it.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`].
    pub async fn holds(
        &self,
        viewer: &Viewer,
        condition: &Condition,
        id: &str,
    ) -> Result<bool, ApiError> {
        let task = self.stored(id).await?;
        Ok(task.is_some_and(|task| {
            self.may(viewer, Permission::ScaffolderTaskRead, &task)
                && condition.apply(&as_resource(&task))
        }))
    }

    /// Has a task that has not come to a good end run again: from the step that has failed, or from the
    /// beginning. What is given of secrets replaces what was kept; of a task of somebody else nothing that was
    /// kept is used.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::Conflict`] when it has not failed, and [`ApiError::Forbidden`] when it
    /// is somebody else's and the viewer may not cancel it either.
    pub async fn retry(
        &self,
        viewer: &Viewer,
        id: &str,
        secrets: &BTreeMap<String, String>,
        from_the_beginning: bool,
    ) -> Result<(), ApiError> {
        audit::about(id);
        let task = self.get(viewer, id).await?;
        say_of(&task, viewer);
        let is_own = task.created_by == viewer.user_ref.to_string();
        if !is_own {
            self.check_cancel(viewer, &task)?;
        }
        // Who lends a hand does not get what somebody else has typed, or has let done in their name.
        let is_replaced = !is_own || !secrets.is_empty();
        let sealed = is_replaced.then(|| self.sealed(id, secrets));
        let reopened = reopen_task(&self.db, id, sealed.as_deref(), from_the_beginning).await;
        if !reopened.map_err(|error| unavailable(&error))? {
            return Err(ApiError::Conflict(format!(
                "Only a task that has failed or was cancelled can go on; this one is {}",
                task.status
            )));
        }
        self.wake.notify_one();
        Ok(())
    }

    /// What steps can do here.
    pub fn actions(&self) -> &Actions {
        &self.actions
    }

    /// Tries templates without any effect elsewhere.
    pub fn dry_runs(&self) -> &DryRuns {
        &self.dry_runs
    }

    /// What a template is called, and the time.
    pub(super) fn title_of(&self, viewer: &Viewer, template: &EntityRef) -> String {
        let model = self.catalog.seen_by(viewer);
        let entity = model.get(template).map(|entry| model.entity(entry));
        let title = entity
            .as_ref()
            .and_then(|it| it["metadata"]["title"].as_str());
        title.unwrap_or(&template.name).to_owned()
    }

    pub(super) fn now(&self) -> crate::clock::Millis {
        self.clock.now()
    }

    /// Those who look at tasks.
    pub fn watchers(&self) -> &Watchers {
        &self.watchers
    }
}

/// Says of what template a task is that is changed, and whose it is when it is another's.
fn say_of(task: &StoredTask, viewer: &Viewer) {
    if let Some(template) = &task.template_ref {
        audit::with("template", template);
    }
    if task.created_by != viewer.user_ref.to_string() {
        audit::with("started by", &task.created_by);
    }
}

/// A task as permissions are decided about it.
fn as_resource(task: &StoredTask) -> Value {
    let spec: Value = serde_json::from_str(&task.spec).unwrap_or_default();
    json!({ "createdBy": task.created_by, "spec": spec })
}

/// Whether a template was read from the disk of this machine.
fn is_on_disk(model: &Model, template: &EntityRef) -> bool {
    let entry = model.get(template);
    entry.is_some_and(|entry| entry.location.starts_with("file:"))
}

/// Where the file of a template of the catalog is.
fn source_of(model: &Model, template: &EntityRef) -> Option<String> {
    let entry = model.get(template)?;
    TemplateInfo::of(&model.entity(entry), is_on_disk(model, template)).base_url
}

/// Holds the answers against every page of the template, and the secrets against theirs.
fn checked(template: &Value, asked: &Asked<'_>) -> Result<(), Refused> {
    let mut wrong = Vec::new();
    for page in parameters::pages(template) {
        if let Err(mistakes) = schema::validate(&page.schema, asked.values) {
            wrong.extend(mistakes.iter().map(|it| it.listed(&page.schema)));
        }
    }
    let too_long =
        |(name, secret): (&String, &String)| (secret.len() > SECRET).then(|| name.clone());
    if let Some(name) = asked.secrets.iter().find_map(too_long) {
        let message = format!("The secret '{name}' has more than {SECRET} bytes");
        return Err(ApiError::invalid("secrets", message).into());
    }
    if asked.secrets.len() > MOST_SECRETS {
        let message = format!("There are more than {MOST_SECRETS} secrets");
        return Err(ApiError::invalid("secrets", message).into());
    }
    let of_secrets = &template["spec"]["secrets"]["schema"];
    if of_secrets.is_object()
        && let Err(mistakes) = schema::validate(of_secrets, &json!(asked.secrets))
    {
        // What was given stays out of the answer.
        let listed = mistakes.into_iter().map(|mut it| {
            it.instance = Value::Null;
            it.listed(of_secrets)
        });
        wrong.extend(listed);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Refused::Values(wrong))
}

fn unavailable(error: &StoreError) -> ApiError {
    tracing::error!(%error, "tasks cannot be reached");
    ApiError::Unavailable(
        "The database does not answer, so tasks can neither be seen nor changed. Try again in a minute."
            .to_owned(),
    )
}
