//! Takes tasks that wait and runs them, several at once, sharing them with other processes on the same
//! database.
//!
//! A task is leased; the lease is kept by a heartbeat, given back when the process stops, and taken by
//! another process when it has run out. Whoever has lost a lease writes nothing any more.

use super::journal::{Journal, Written};
use super::keeper::TaskKeeper;
use super::spec::TaskSpec;
use super::watch::Watchers;
use crate::audit::{Audit, Entry, Who};
use crate::clock::{Clock, Millis};
use crate::scaffolder::actions::Actions;
use crate::scaffolder::run::{Engines, Environment, Lost, Mask, Outcome, Run};
use crate::scaffolder::workspace::{Limits, Workspace};
use crate::seal::Seal;
use crate::store::{
    ClaimedTask, Db, End, Listener, StoreError, StoredTask, TASKS, claim_tasks, forget_ended_tasks,
    heartbeat_tasks, in_time, release_tasks,
};
use app::audit::Action;
use futures::FutureExt;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, JoinSet};

/// How often it is looked whether a task waits, when nobody says so.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the database may take for a look.
const SILENCE: Duration = Duration::from_secs(30);
/// How long tasks may take to come to the end of a step once the process is to stop.
const GRACE: Duration = Duration::from_secs(7);
/// How often what nobody needs any more is removed.
const TIDY_EVERY: Duration = Duration::from_mins(10);
/// What is said of a run that has panicked, and of one of which the database takes no more.
const BROKEN: &str = "The run broke down. That is a mistake of this program; what its log says of it helps to mend it.";
const NOT_WRITTEN: &str = "What came of the task cannot be written into the database.";
const DAY: Millis = 24 * 60 * 60 * 1000;

/// How tasks are run.
#[derive(Clone)]
pub struct Broker {
    pub db: Db,
    pub clock: Clock,
    /// Where it is kept how tasks have ended.
    pub audit: Audit,
    /// The name of this process.
    pub holder: String,
    /// How long a task belongs to a process that says nothing, in milliseconds.
    pub lease: Millis,
    /// How many run at once; 0 where others run them.
    pub most: usize,
    /// How long the files of a task that has failed are kept, in days.
    pub keep_days: u32,
    pub actions: Actions,
    pub engines: Engines,
    pub environment: Arc<Environment>,
    pub seal: Seal,
    /// Where workspaces are made.
    pub folder: PathBuf,
    pub limits: Limits,
    pub watchers: Watchers,
    /// Is told when a task waits.
    pub wake: Arc<Notify>,
}

/// A task that runs here.
#[derive(Clone)]
struct Running {
    cancel: watch::Sender<bool>,
    abort: AbortHandle,
}

type Runs = Arc<Mutex<HashMap<String, Running>>>;

/// Takes a run out of what runs here when it is over, however it ends.
struct Noted {
    runs: Runs,
    id: String,
    cancel: watch::Sender<bool>,
}

impl Drop for Noted {
    fn drop(&mut self) {
        let mut runs = lock(&self.runs);
        let known = runs.get(&self.id);
        // A later run of the same task is not this one.
        if known.is_some_and(|known| known.cancel.same_channel(&self.cancel)) {
            runs.remove(&self.id);
        }
    }
}

impl Broker {
    /// Runs tasks until `stop` says so; then gives back those that have not ended.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        if self.most == 0 {
            let _ = stop.wait_for(|it| *it).await;
            self.watchers.close();
            return;
        }
        let watchers = self.watchers.clone();
        let written: Written = Box::new(move |tasks| watchers.tell(tasks));
        let journal = Journal::start(
            self.db.clone(),
            self.clock.clone(),
            self.holder.clone(),
            written,
        );
        let runs = Runs::default();
        let mut tasks = JoinSet::new();
        // They end with this, however it ends.
        let mut companions = JoinSet::new();
        companions.spawn(hear(self.db.clone(), Arc::clone(&self.wake)));
        companions.spawn(self.clone().keep_leases(Arc::clone(&runs)));
        while !*stop.borrow() {
            let free = self.most.saturating_sub(tasks.len());
            let claimed = if free > 0 {
                self.claim(free).await
            } else {
                Vec::new()
            };
            let found = claimed.len();
            for claimed in claimed {
                let (cancel, cancelled) = watch::channel(claimed.task.cancel);
                let id = claimed.task.id.clone();
                let one = self
                    .clone()
                    .one(claimed, journal.clone(), cancelled, stop.clone());
                begin(&mut tasks, &runs, (id, cancel), one);
            }
            if found > 0 && tasks.len() < self.most {
                continue;
            }
            tokio::select! {
                _ = tasks.join_next(), if !tasks.is_empty() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        self.watchers.close();
        let _ =
            tokio::time::timeout(GRACE, async { while tasks.join_next().await.is_some() {} }).await;
        tasks.shutdown().await;
        companions.shutdown().await;
        if let Err(error) = in_time(SILENCE, release_tasks(&self.db, &self.holder)).await {
            tracing::warn!(%error, "tasks could not be given back; others take them when their lease ends");
        }
    }

    async fn claim(&self, free: usize) -> Vec<ClaimedTask> {
        let (holder, now) = (&self.holder, self.clock.now());
        let claim = claim_tasks(&self.db, holder, self.lease, free, now);
        in_time(SILENCE, claim).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "tasks cannot be taken for a moment");
            Vec::new()
        })
    }

    /// Keeps the leases of what runs here, and ends what is to be cancelled or was lost.
    async fn keep_leases(self, runs: Runs) {
        let every = Duration::from_millis(u64::try_from(self.lease / 4).unwrap_or(2_500));
        let mut last_tidied = None;
        loop {
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                () = self.watchers.cancelled() => {}
            }
            // What is claimed and not here has broken down: its lease runs out.
            let here: Vec<String> = lock(&runs).keys().cloned().collect();
            let now = self.clock.now();
            let beat = heartbeat_tasks(&self.db, &self.holder, &here, self.lease, now);
            if let Err(error) = Box::pin(attend(&runs, in_time(SILENCE, beat))).await {
                tracing::warn!(%error, "the leases of tasks could not be kept");
            }
            let now = std::time::Instant::now();
            if last_tidied.is_none_or(|last| now - last >= TIDY_EVERY) {
                last_tidied = Some(now);
                let until = self.clock.now() - Millis::from(self.keep_days) * DAY;
                if let Err(error) = in_time(SILENCE, forget_ended_tasks(&self.db, until)).await {
                    tracing::warn!(%error, "the files of old tasks could not be removed");
                }
            }
        }
    }

    /// Runs one task to its end, or until it is somebody else's.
    async fn one(
        self,
        claimed: ClaimedTask,
        journal: Journal,
        cancelled: watch::Receiver<bool>,
        stopping: watch::Receiver<bool>,
    ) {
        let id = claimed.task.id.clone();
        let spec: Result<TaskSpec, _> = serde_json::from_str(&claimed.task.spec);
        let steps = spec.as_ref().map(|spec| &*spec.steps).unwrap_or_default();
        let last = steps.last().map(|step| step.id.clone());
        let process_stops = stopping.clone();
        let mask = Arc::new(Mask::default());
        let (clock, seal, of_mask) = (self.clock.clone(), self.seal.clone(), Arc::clone(&mask));
        let keeper = TaskKeeper::new(&claimed, journal, clock, seal, of_mask, last, stopping);
        let ended = match spec {
            Ok(spec) => whole(self.go(&claimed, &spec, &keeper, &mask, cancelled)).await,
            Err(error) => Ok(failed(&format!("the task cannot be read: {error}"))),
        };
        let outcome = match ended {
            Ok(outcome) => outcome,
            Err(Lost) if *process_stops.borrow() => {
                tracing::info!(task = %id, "a task goes on elsewhere");
                return;
            }
            // Where it is somebody else's, this end is not kept.
            Err(Lost) => failed(NOT_WRITTEN),
        };
        let (kind, body, end) = told(&outcome);
        if keeper.end(kind, &body, end).await.is_err() {
            tracing::info!(task = %id, "the end of a task was not kept: it goes on elsewhere");
            return;
        }
        self.audit.record(&ended_as(&claimed.task, &outcome));
    }

    async fn go(
        &self,
        claimed: &ClaimedTask,
        spec: &TaskSpec,
        keeper: &TaskKeeper,
        mask: &Mask,
        cancelled: watch::Receiver<bool>,
    ) -> Result<Outcome, Lost> {
        let secrets = match &claimed.secrets {
            None => BTreeMap::new(),
            Some(sealed) => match self.seal.open_text(&claimed.task.id, sealed) {
                Ok(text) => serde_json::from_str(&text).unwrap_or_default(),
                Err(error) => return Ok(failed(&error.to_string())),
            },
        };
        let known = match keeper.known(claimed) {
            Ok(known) => known,
            Err(error) => return Ok(failed(&error.to_string())),
        };
        let (folder, limits) = (self.folder.clone(), self.limits);
        let packed = known.packed;
        let workspace = tokio::task::spawn_blocking(move || {
            let workspace = Workspace::create(&folder, limits)?;
            if let Some(packed) = packed {
                workspace.unpack(&packed)?;
            }
            Ok::<_, crate::scaffolder::workspace::WorkspaceError>(workspace)
        })
        .await;
        let workspace = match workspace {
            Ok(Ok(workspace)) => Arc::new(workspace),
            Ok(Err(error)) => return Ok(failed(&format!("no workspace could be made: {error}"))),
            Err(_) => return Ok(failed("no workspace could be made")),
        };
        let run = Run {
            spec,
            task_id: &claimed.task.id,
            secrets: &secrets,
            environment: &self.environment,
            workspace,
            actions: &self.actions,
            engines: &self.engines,
            mask,
            keeper,
            is_dry_run: false,
            cancelled,
        };
        run.go(known.states).await
    }
}

/// Begins a run and notes it.
fn begin(
    tasks: &mut JoinSet<()>,
    runs: &Runs,
    (id, cancel): (String, watch::Sender<bool>),
    run: impl Future<Output = ()> + Send + 'static,
) {
    let noted = Noted {
        runs: Arc::clone(runs),
        id: id.clone(),
        cancel: cancel.clone(),
    };
    // Held until it is noted: a task that ends at once is taken out after that.
    let mut runs = lock(runs);
    let abort = tasks.spawn(async move {
        let _noted = noted;
        run.await;
    });
    runs.insert(id, Running { cancel, abort });
}

/// A run that has failed where it would have panicked.
async fn whole(run: impl Future<Output = Result<Outcome, Lost>>) -> Result<Outcome, Lost> {
    let run = AssertUnwindSafe(run).catch_unwind().await;
    run.unwrap_or_else(|_| Ok(failed(BROKEN)))
}

/// Asks which tasks are still held, and whether each is to be cancelled; cancels those, and ends what is
/// not held any more.
async fn attend(
    runs: &Runs,
    beat: impl Future<Output = Result<Vec<(String, bool)>, StoreError>>,
) -> Result<(), StoreError> {
    // Noted before the question: its answer knows nothing of what is taken meanwhile.
    let noted = lock(runs).clone();
    let held: HashMap<String, bool> = beat.await?.into_iter().collect();
    for (id, running) in &noted {
        match held.get(id) {
            Some(true) => {
                running.cancel.send_replace(true);
            }
            Some(false) => {}
            // It may have ended this moment; then there is nothing left to abort.
            None => running.abort.abort(),
        }
    }
    Ok(())
}

fn lock(runs: &Runs) -> std::sync::MutexGuard<'_, HashMap<String, Running>> {
    runs.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(message: &str) -> Outcome {
    Outcome::Failed {
        name: "Error".to_owned(),
        message: message.to_owned(),
    }
}

/// The last event of a task, and how it is kept.
fn told(outcome: &Outcome) -> (&'static str, Value, End) {
    let end = |status: &'static str, outcome: Value, is_resumable| End {
        status,
        outcome: outcome.to_string(),
        is_resumable,
    };
    match outcome {
        Outcome::Completed { output } => (
            "completion",
            json!({ "message": "Run completed with status: completed", "output": output }),
            end("completed", json!({ "output": output }), false),
        ),
        Outcome::Failed { name, message } => {
            let error = json!({ "name": name, "message": message });
            (
                "completion",
                json!({ "message": "Run completed with status: failed", "error": error }),
                end("failed", json!({ "error": error }), true),
            )
        }
        Outcome::Cancelled { step } => {
            let message = match step {
                Some(step) => format!("Step {step} has been cancelled."),
                None => "The task has been cancelled.".to_owned(),
            };
            (
                "cancelled",
                json!({ "message": message, "stepId": step, "status": "cancelled" }),
                end("cancelled", json!({}), true),
            )
        }
    }
}

/// How a task has ended, on behalf of who has started it. What a step says of its failure stays with the
/// task: it may repeat what it was given.
fn ended_as(task: &StoredTask, outcome: &Outcome) -> Entry {
    let who = Who::system().on_behalf_of(&task.created_by);
    let entry = Entry::new(Action::TaskEnd, who).about(&task.id);
    let entry = match &task.template_ref {
        Some(template) => entry.with("template", template),
        None => entry,
    };
    match outcome {
        Outcome::Completed { .. } => entry.with("status", "completed"),
        Outcome::Cancelled { .. } => entry.with("status", "cancelled"),
        Outcome::Failed { name, .. } => {
            let said = format_args!("the task has failed with {name}; its log says more");
            entry.with("status", "failed").failed(said)
        }
    }
}

/// Hears from other processes that a task waits or is to be cancelled.
async fn hear(db: Db, wake: Arc<Notify>) {
    loop {
        if let Err(error) = listen(&db, &wake).await {
            tracing::debug!(%error, "other processes are not heard for a moment");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn listen(db: &Db, wake: &Notify) -> Result<(), StoreError> {
    let mut listener = Listener::on(db, TASKS).await?;
    loop {
        listener.changed().await?;
        wake.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    /// A run that ends when it is told to, or aborted; it says so when it is over.
    fn begin_one(
        tasks: &mut JoinSet<()>,
        runs: &Runs,
        id: &str,
    ) -> (oneshot::Sender<()>, oneshot::Receiver<()>) {
        let (end, ended) = oneshot::channel();
        let (over, is_over) = oneshot::channel();
        begin(
            tasks,
            runs,
            (id.to_owned(), watch::channel(false).0),
            async {
                let _ = ended.await;
                let _ = over.send(());
            },
        );
        (end, is_over)
    }

    fn names(runs: &Runs) -> Vec<String> {
        let mut names: Vec<String> = lock(runs).keys().cloned().collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn what_is_taken_while_leases_are_kept_goes_on() {
        let (runs, mut tasks) = (Runs::default(), JoinSet::new());
        let (_end, lost) = begin_one(&mut tasks, &runs, "lost");
        let (end_held, held) = begin_one(&mut tasks, &runs, "held");
        let mut taken = None;
        let beat = async {
            let answer = vec![("held".to_owned(), false)];
            taken = Some(begin_one(&mut tasks, &runs, "taken"));
            Ok(answer)
        };
        attend(&runs, beat).await.unwrap();
        lost.await.expect_err("it was aborted");
        let (end_taken, taken) = taken.unwrap();
        end_held.send(()).unwrap();
        end_taken.send(()).unwrap();
        held.await.unwrap();
        taken.await.unwrap();
    }

    #[tokio::test]
    async fn a_run_is_taken_out_however_it_ends() {
        let (runs, mut tasks) = (Runs::default(), JoinSet::new());
        let (end, _over) = begin_one(&mut tasks, &runs, "ends");
        let (_end, _over) = begin_one(&mut tasks, &runs, "is aborted");
        let panics = ("panics".to_owned(), watch::channel(false).0);
        begin(&mut tasks, &runs, panics, async { panic!("it does") });
        assert_eq!(names(&runs), ["ends", "is aborted", "panics"]);
        end.send(()).unwrap();
        lock(&runs)["is aborted"].abort.abort();
        while tasks.join_next().await.is_some() {}
        assert_eq!(names(&runs), [""; 0]);
    }

    #[tokio::test]
    async fn a_run_leaves_a_later_one_of_the_same_task_alone() {
        let (runs, mut tasks) = (Runs::default(), JoinSet::new());
        let (end, _over) = begin_one(&mut tasks, &runs, "again");
        let (_end, _over) = begin_one(&mut tasks, &runs, "again");
        end.send(()).unwrap();
        tasks.join_next().await.unwrap().unwrap();
        assert_eq!(names(&runs), ["again"]);
    }

    #[tokio::test]
    async fn a_run_that_panics_has_failed() {
        let outcome = whole(async { panic!("it does") }).await;
        assert_eq!(outcome, Ok(failed(BROKEN)));
    }
}
