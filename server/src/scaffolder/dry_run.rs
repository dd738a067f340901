//! Tries a template without any effect elsewhere: what it would log, make and come to.

use super::actions::Actions;
use super::parameters;
use super::run::{Engines, Environment, Mask, Memory, Outcome, Run, Told};
use super::schema;
use super::task::{Made, Refused, Step, TaskSpec, TemplateInfo, User};
use super::workspace::{Inside, Kind, Limits, Workspace, WorkspaceError};
use app::error::ApiError;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The name by which a trial knows itself.
const TASK: &str = "dry-run";
/// How long a trial may take; less than any request may.
const LONGEST: Duration = Duration::from_secs(25);

/// Tries templates.
#[derive(Clone)]
pub struct DryRuns {
    pub actions: Actions,
    pub engines: Engines,
    pub environment: Arc<Environment>,
    pub folder: PathBuf,
    pub limits: Limits,
}

/// What is to be tried.
#[derive(Debug, Clone)]
pub struct Trial<'a> {
    /// The Template entity.
    pub template: &'a Value,
    pub values: &'a Value,
    pub secrets: &'a BTreeMap<String, String>,
    pub user: Option<User>,
    pub beside: Beside,
}

/// What lies beside a template: relative paths begin there.
#[derive(Debug, Clone)]
pub enum Beside {
    /// These files.
    Files(Vec<(String, Vec<u8>)>),
    /// What is in this folder of this machine.
    Folder(PathBuf),
    /// What is beside the template of that address, as tasks read it.
    Url(String),
}

/// A file that a trial has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFile {
    pub path: String,
    pub content: Vec<u8>,
    pub executable: bool,
}

/// A link that a trial has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeLink {
    pub path: String,
    pub target: String,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Why a step has failed; then the rest is what there was until then.
    pub failure: Option<String>,
    pub log: Vec<Told>,
    pub files: Vec<MadeFile>,
    pub links: Vec<MadeLink>,
    pub output: Value,
    pub steps: Vec<Step>,
}

/// Why a trial came to nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// What is wrong with the answers, as clients of the API read it.
    Values(Vec<Value>),
    /// A step has failed, and why.
    Step(String),
    Error(ApiError),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Values(mistakes) => Self::Values(mistakes),
            Failure::Step(message) => Self::Error(invalid(message)),
            Failure::Error(error) => Self::Error(error),
        }
    }
}

impl DryRuns {
    /// Tries a template.
    ///
    /// # Errors
    /// [`Failure`] when the values do not fit it, or a step fails.
    pub async fn run(&self, trial: Trial<'_>) -> Result<Tried, Failure> {
        let tried = self.attempt(trial).await?;
        match tried.failure {
            Some(message) => Err(Failure::Step(message)),
            None => Ok(tried),
        }
    }

    /// The same for who wants to see how far it came when a step fails.
    ///
    /// # Errors
    /// [`Failure`] when the values do not fit it.
    pub async fn attempt(&self, trial: Trial<'_>) -> Result<Tried, Failure> {
        let mut wrong = Vec::new();
        for page in parameters::pages(trial.template) {
            if let Err(mistakes) = schema::validate(&page.schema, trial.values) {
                wrong.extend(mistakes.iter().map(|it| it.listed(&page.schema)));
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::Values(wrong));
        }
        let spec = TaskSpec::of(&Made {
            template: trial.template,
            parameters: trial.values,
            user: trial.user.clone(),
            is_on_disk: false,
        });
        let mut spec = spec.map_err(|error| invalid(error.to_string()))?;
        let at = |folder: &Path| format!("file://{}/template.yaml", folder.display());
        let (files, base_url) = match trial.beside {
            Beside::Files(files) => (files, None),
            Beside::Folder(folder) => (Vec::new(), Some(at(&folder))),
            Beside::Url(url) => (Vec::new(), Some(url)),
        };
        let (beside, workspace) = self.folders(files).await?;
        spec.template_info = Some(TemplateInfo {
            base_url: base_url.or_else(|| beside.folder().map(at)),
            ..spec.template_info.take().unwrap_or_else(|| TemplateInfo {
                entity_ref: String::new(),
                base_url: None,
                entity: None,
            })
        });
        let keeper = Memory::default();
        let (_cancel, cancelled) = watch::channel(false);
        let mask = Mask::default();
        let run = Run {
            spec: &spec,
            task_id: TASK,
            secrets: trial.secrets,
            environment: &self.environment,
            workspace: Arc::clone(&workspace),
            actions: &self.actions,
            engines: &self.engines,
            mask: &mask,
            keeper: &keeper,
            is_dry_run: true,
            cancelled,
        };
        let outcome = tokio::time::timeout(LONGEST, run.go(BTreeMap::new())).await;
        let (output, failure) = match outcome {
            Ok(Ok(Outcome::Completed { output })) => (output, None),
            Ok(Ok(Outcome::Failed { message, .. })) => (Value::Null, Some(message)),
            Ok(_) => return Err(ApiError::Internal.into()),
            Err(_) => {
                let message = format!("The dry run took more than {} s", LONGEST.as_secs());
                return Err(invalid(message).into());
            }
        };
        let made = tokio::task::spawn_blocking(move || made(&workspace)).await;
        let made = made.map_err(|_| ApiError::Internal)?;
        let (files, links) = made.map_err(|error| invalid(error.to_string()))?;
        Ok(Tried {
            failure,
            log: keeper.told(),
            files,
            links,
            output,
            steps: spec.steps,
        })
    }

    /// A folder with the files beside the template, and one to work in.
    async fn folders(
        &self,
        files: Vec<(String, Vec<u8>)>,
    ) -> Result<(Workspace, Arc<Workspace>), ApiError> {
        let (folder, limits) = (self.folder.clone(), self.limits);
        let made = tokio::task::spawn_blocking(move || {
            let beside = Workspace::create(&folder, limits)?;
            for (path, content) in files {
                beside.write(&Inside::parse(&path)?, &content, false)?;
            }
            let workspace = Workspace::create(&folder, limits)?;
            Ok::<_, WorkspaceError>((beside, Arc::new(workspace)))
        });
        let made = made.await.map_err(|_| ApiError::Internal)?;
        made.map_err(|error| invalid(error.to_string()))
    }
}

/// Every file and link of a workspace.
fn made(workspace: &Workspace) -> Result<(Vec<MadeFile>, Vec<MadeLink>), WorkspaceError> {
    let (mut files, mut links) = (Vec::new(), Vec::new());
    for entry in workspace.walk(&Inside::root())? {
        let path = entry.path.as_str().to_owned();
        match entry.kind {
            Kind::File => files.push(MadeFile {
                content: workspace.read(&entry.path)?,
                path,
                executable: entry.executable,
            }),
            Kind::Link => links.push(MadeLink {
                target: workspace.read_link(&entry.path)?,
                path,
            }),
            Kind::Folder => {}
        }
    }
    Ok((files, links))
}

fn invalid(message: String) -> ApiError {
    ApiError::invalid("template", message)
}
