//! Keeps what a task tells and has done in the database.

use super::journal::Journal;
use crate::clock::Clock;
use crate::scaffolder::actions::{ActionError, Checkpoints};
use crate::scaffolder::run::{Found, Keeper, Lost, Mask, StepState, StepStatus, Told};
use crate::scaffolder::task::Step;
use crate::scaffolder::workspace::Workspace;
use crate::seal::{CannotOpen, Seal};
use crate::store::{ClaimedTask, End, FOUND_SECRETS, Progress, StoredEvent};
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Lines that a task may tell, and how long each may be, in bytes.
const MOST_LINES: i64 = 20_000;
const LINE: usize = 64 << 10;
/// Under which name a sealed state keeps its output.
const SEALED: &str = "sealed";

/// See the head of this file.
pub(super) struct TaskKeeper {
    task_id: String,
    journal: Journal,
    clock: Clock,
    /// Seals what was found to be secret, and all that may hold something of the task's secrets.
    seal: Seal,
    has_secrets: bool,
    mask: Arc<Mask>,
    /// The step after which no files are needed any more.
    last_step: Option<String>,
    stopping: watch::Receiver<bool>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    last_event: i64,
    /// Events that could not be handed over at once.
    waiting: Vec<StoredEvent>,
    checkpoints: BTreeMap<String, Value>,
    /// The files as they were last packed.
    packed: Option<Vec<u8>>,
    /// How many of the texts that the mask has found are kept.
    found: usize,
}

/// What is kept in place of files that cannot be kept; those that can are never empty.
const UNKEPT: &[u8] = &[];

/// Why a task cannot go on from what was kept of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum CannotGoOn {
    #[error(transparent)]
    Sealed(#[from] CannotOpen),
    #[error(
        "the files of the steps that have finished could not be kept, so this task cannot go on from there; \
         its log says why. Start it over"
    )]
    Unkept,
}

/// What was kept of a task in an earlier run.
pub(super) struct Known {
    pub(super) states: BTreeMap<String, StepState>,
    pub(super) packed: Option<Vec<u8>>,
}

impl TaskKeeper {
    pub(super) fn new(
        claimed: &ClaimedTask,
        journal: Journal,
        clock: Clock,
        seal: Seal,
        mask: Arc<Mask>,
        last_step: Option<String>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            task_id: claimed.task.id.clone(),
            journal,
            clock,
            seal,
            has_secrets: claimed.secrets.is_some(),
            mask,
            last_step,
            stopping,
            kept: Mutex::new(Kept {
                last_event: claimed.last_event,
                ..Kept::default()
            }),
        }
    }

    /// Opens what was kept of the task before; what was found to be secret is hidden from now on.
    pub(super) fn known(&self, claimed: &ClaimedTask) -> Result<Known, CannotGoOn> {
        let mut states = BTreeMap::new();
        for (step, text) in &claimed.steps {
            let Ok(mut state) = serde_json::from_str::<Value>(text) else {
                continue;
            };
            if let Some(sealed) = state[SEALED].as_str() {
                let output = self.open_text(sealed)?;
                state["output"] = serde_json::from_str(&output).unwrap_or_default();
            }
            if let Ok(state) = serde_json::from_value(state) {
                states.insert(step.clone(), state);
            }
        }
        let mut checkpoints = BTreeMap::new();
        for (name, text) in &claimed.checkpoints {
            if name == FOUND_SECRETS {
                let found = self.seal.open_text(&self.task_id, text)?;
                self.hide(&serde_json::from_str(&found).map_err(|_| CannotOpen)?);
                continue;
            }
            let text = if self.has_secrets {
                self.open_text(text)?
            } else {
                text.clone()
            };
            checkpoints.insert(
                name.clone(),
                serde_json::from_str(&text).unwrap_or_default(),
            );
        }
        self.kept().checkpoints = checkpoints;
        let packed = match &claimed.workspace {
            Some(packed) if packed == UNKEPT => return Err(CannotGoOn::Unkept),
            Some(packed) if self.has_secrets => Some(self.seal.open(&self.task_id, packed)?),
            packed => packed.clone(),
        };
        Ok(Known { states, packed })
    }

    /// Tells the end of the task and waits until it is kept.
    pub(super) async fn end(&self, kind: &str, body: &Value, end: End) -> Result<(), Lost> {
        let event = self.event(kind, body);
        let mut progress = self.progress();
        progress.events.extend(event);
        progress.end = Some(end);
        self.journal.keep(progress).await.map_err(|_| Lost)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_text(&self, sealed: &str) -> Result<String, CannotOpen> {
        if !self.has_secrets {
            return Err(CannotOpen);
        }
        self.seal.open_text(&self.task_id, sealed)
    }

    /// Hides what an earlier run has found.
    fn hide(&self, found: &Found) {
        self.mask.restore(found);
        self.kept().found = found.count();
    }

    /// What was found to be secret since it was last kept, with what was found before, to be kept.
    fn found(&self) -> Option<(String, String)> {
        let mut kept = self.kept();
        let found = self.mask.found_beyond(kept.found)?;
        kept.found = found.count();
        let text = self
            .seal
            .seal_text(&self.task_id, &json!(found).to_string());
        Some((FOUND_SECRETS.to_owned(), text))
    }

    /// The next event; None when the task has told too much. Its end is always told.
    fn event(&self, kind: &str, body: &Value) -> Option<StoredEvent> {
        let mut kept = self.kept();
        let number = kept.last_event + 1;
        let mut body = body.to_string();
        if kind == "log" && number >= MOST_LINES {
            if number > MOST_LINES {
                return None;
            }
            body = json!({ "message": "warn: The log is full; what follows is not kept." })
                .to_string();
        }
        kept.last_event = number;
        Some(StoredEvent {
            number,
            created_at: self.clock.now(),
            kind: kind.to_owned(),
            body,
        })
    }

    /// Everything that waits, to be handed over.
    fn progress(&self) -> Progress {
        Progress {
            task_id: self.task_id.clone(),
            events: std::mem::take(&mut self.kept().waiting),
            ..Progress::default()
        }
    }

    fn state_text(&self, state: &StepState) -> String {
        let mut value = json!(state);
        if !self.has_secrets {
            return value.to_string();
        }
        let output = value["output"].take().to_string();
        value[SEALED] = self.seal.seal_text(&self.task_id, &output).into();
        value.to_string()
    }

    /// The files as they are now, when they are not as they were and are still needed.
    async fn pack(
        &self,
        step: &Step,
        state: &StepState,
        workspace: &Arc<Workspace>,
    ) -> Option<Vec<u8>> {
        if state.status != StepStatus::Completed || self.last_step.as_ref() == Some(&step.id) {
            return None;
        }
        let workspace = Arc::clone(workspace);
        let packed = tokio::task::spawn_blocking(move || workspace.pack()).await;
        let packed = match packed {
            Ok(Ok(packed)) => packed,
            Ok(Err(error)) => return Some(self.unkept(step, &error.to_string())),
            Err(error) => return Some(self.unkept(step, &error.to_string())),
        };
        let mut kept = self.kept();
        if kept.packed.as_ref() == Some(&packed) {
            return None;
        }
        kept.packed = Some(packed.clone());
        drop(kept);
        Some(if self.has_secrets {
            self.seal.seal(&self.task_id, &packed)
        } else {
            packed
        })
    }

    /// Tells that the files cannot be kept. Returns what is kept instead: whoever takes the task over
    /// must not go on without them.
    fn unkept(&self, step: &Step, why: &str) -> Vec<u8> {
        tracing::warn!(task = %self.task_id, error = why, "the files of a task cannot be kept");
        self.tell(Told {
            message: format!(
                "The files cannot be kept, so that this task cannot go on elsewhere when it is interrupted: {why}"
            ),
            step: Some(step.id.clone()),
            status: None,
        });
        self.kept().packed = None;
        UNKEPT.to_vec()
    }
}

impl Checkpoints for TaskKeeper {
    fn get(&self, name: &str) -> Option<Value> {
        self.kept().checkpoints.get(name).cloned()
    }

    fn put<'a>(&'a self, name: &'a str, value: Value) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let text = value.to_string();
            let text = if self.has_secrets {
                self.seal.seal_text(&self.task_id, &text)
            } else {
                text
            };
            self.kept().checkpoints.insert(name.to_owned(), value);
            let mut progress = self.progress();
            progress.checkpoints.push((name.to_owned(), text));
            let kept = self.journal.keep(progress).await;
            kept.map_err(|_| ActionError::Failed("the task is somebody else's now".to_owned()))
        })
    }
}

impl Keeper for TaskKeeper {
    fn now(&self) -> i64 {
        self.clock.now()
    }

    fn tell(&self, told: Told) {
        let mut message = told.message;
        if message.len() > LINE {
            let end = (0..=LINE).rev().find(|at| message.is_char_boundary(*at));
            message.truncate(end.unwrap_or(0));
            message.push('…');
        }
        let mut body = Map::new();
        body.insert("message".to_owned(), message.into());
        if let Some(step) = told.step {
            body.insert("stepId".to_owned(), step.into());
        }
        if let Some(status) = told.status {
            body.insert("status".to_owned(), status.word().into());
        }
        let Some(event) = self.event("log", &Value::Object(body)) else {
            return;
        };
        self.kept().waiting.push(event);
        let waiting = self.progress();
        if let Err(waiting) = self.journal.try_tell(waiting) {
            // Before whatever was told meanwhile.
            self.kept().waiting.splice(0..0, waiting.events);
        }
    }

    fn keep<'a>(
        &'a self,
        step: &'a Step,
        state: &'a StepState,
        workspace: &'a Arc<Workspace>,
    ) -> BoxFuture<'a, Result<(), Lost>> {
        Box::pin(async move {
            let packed = self.pack(step, state, workspace).await;
            let mut progress = self.progress();
            progress
                .steps
                .push((step.id.clone(), self.state_text(state)));
            progress.checkpoints.extend(self.found());
            progress.workspace = packed;
            self.journal.keep(progress).await.map_err(|_| Lost)?;
            // Who stops goes no further: another process begins with the next step.
            if *self.stopping.borrow() && self.last_step.as_ref() != Some(&step.id) {
                return Err(Lost);
            }
            Ok(())
        })
    }
}
