//! Tasks: runs of templates, their steps, logs, files and checkpoints.

use super::StoreError;
use super::claims::CHUNK;
use super::db::{Db, on};
use super::tx::{Inner, Tx, insert, list, rows, run, within};
use crate::clock::Millis;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, HashSet};

/// Where processes on one database tell one another of tasks: that one waits, is to be cancelled, or
/// has told something.
pub const TASKS: &str = "callboard_tasks";

/// A task that is to be run.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub id: String,
    pub template_ref: Option<String>,
    pub created_by: String,
    /// JSON.
    pub spec: String,
    /// Sealed.
    pub secrets: Option<String>,
}

/// A task as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTask {
    pub id: String,
    pub template_ref: Option<String>,
    pub created_by: String,
    pub created_at: Millis,
    pub status: String,
    pub spec: String,
    pub outcome: Option<String>,
    pub ended_at: Option<Millis>,
    pub heartbeat_at: Option<Millis>,
    /// Whether somebody has asked for its end.
    pub cancel: bool,
}

/// Something that a task tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    pub number: i64,
    pub created_at: Millis,
    pub kind: String,
    /// JSON.
    pub body: String,
}

/// A task that was taken to be run, with everything that has been written of it.
#[derive(Debug, Clone)]
pub struct ClaimedTask {
    pub task: StoredTask,
    pub secrets: Option<String>,
    /// The number of its last event.
    pub last_event: i64,
    /// Names of steps and their states.
    pub steps: Vec<(String, String)>,
    pub checkpoints: Vec<(String, String)>,
    pub workspace: Option<Vec<u8>>,
}

/// The checkpoint of what runs of a task have found to be secret; those of steps have a dot in their names.
pub const FOUND_SECRETS: &str = "secrets";

/// What has come of a task since it was last written. Empty parts leave alone what is there.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    pub task_id: String,
    pub events: Vec<StoredEvent>,
    pub steps: Vec<(String, String)>,
    pub checkpoints: Vec<(String, String)>,
    pub workspace: Option<Vec<u8>>,
    pub end: Option<End>,
}

/// The end of a run.
#[derive(Debug, Clone)]
pub struct End {
    pub status: &'static str,
    /// JSON.
    pub outcome: String,
    /// Whether somebody may have it go on from where it has failed; then secrets and files stay.
    pub is_resumable: bool,
}

/// Which tasks are asked for; what is empty does not matter.
#[derive(Debug, Clone, Default)]
pub struct TaskQuery {
    pub created_by: Vec<String>,
    pub status: Vec<String>,
    pub template_ref: Option<String>,
    pub oldest_first: bool,
    pub limit: Option<u32>,
    pub offset: u32,
}

const PUT: &str = "
    insert into tasks (id, template_ref, created_by, created_at, status, spec, secrets)
    values ($1, $2, $3, $4, 'open', $5, $6)";
const COLUMNS: &str = "id, template_ref, created_by, created_at, status, spec, outcome, ended_at, \
                       heartbeat_at, cancel";
const GET: &str = "
    select id, template_ref, created_by, created_at, status, spec, outcome, ended_at, heartbeat_at,
        cancel
    from tasks where id = $1";
/// Takes those that wait, the oldest first. A lease of longer than there are any was given before the clock
/// jumped back. Whoever was too slow to keep a lease is still at it, and does not begin once more beside
/// himself.
const WAITING: &str = "
    with waiting (id) as (
        select id from tasks
        where status = 'open'
            or (status = 'processing' and (leased_until <= $3 or leased_until > $4)
                and (leased_by is null or leased_by <> $1))
        order by created_at, id limit $5";
/// With the number of the last event of each: one look into the index for each task.
const LEASE: &str = ")
    update tasks set status = 'processing', leased_by = $1, leased_until = $2, heartbeat_at = $3
    where id in (select id from waiting)
    returning id, template_ref, created_by, created_at, status, spec, outcome, ended_at,
        heartbeat_at, cancel, secrets,
        (select coalesce(max(number), 0) from task_events where task_id = tasks.id)";
const STEPS: &str =
    "select task_id, step_id, state from task_steps where task_id in list($1) order by step_id";
const CHECKPOINTS: &str =
    "select task_id, name, value from task_checkpoints where task_id in list($1) order by name";
const WORKSPACES: &str = "select task_id, packed from task_workspaces where task_id in list($1)";
const HEARTBEAT: &str = "
    update tasks set leased_until = $2, heartbeat_at = $3
    where leased_by = $1 and status = 'processing' and id in list($4)";
const LIST_HELD: &str =
    "select id, cancel from tasks where leased_by = $1 and status = 'processing'";
const RELEASE: &str = "
    update tasks set leased_by = null, leased_until = 0
    where leased_by = $1 and status = 'processing'";
const HELD: &str = "
    select id from tasks where leased_by = $1 and status = 'processing' and id in list($2)";
const PUT_EVENTS: &str = "insert into task_events (task_id, number, created_at, kind, body) ";
const PUT_STEPS: &str = "insert into task_steps (task_id, step_id, state) ";
const STEP_KNOWN: &str = " on conflict (task_id, step_id) do update set state = excluded.state";
const PUT_CHECKPOINTS: &str = "insert into task_checkpoints (task_id, name, value) ";
const CHECKPOINT_KNOWN: &str = " on conflict (task_id, name) do update set value = excluded.value";
const PUT_WORKSPACES: &str = "insert into task_workspaces (task_id, packed, written_at) ";
const WORKSPACE_KNOWN: &str = " on conflict (task_id) do update
    set packed = excluded.packed, written_at = excluded.written_at";
const ENDED: &str = "with ended (id, status, outcome) as (";
const FINISH: &str = ")
    update tasks set status = ended.status, outcome = ended.outcome, leased_by = null,
        leased_until = null, ended_at = ";
const OF_ENDED: &str = " from ended where tasks.id = ended.id";
const FORGET_SECRETS: &str =
    "update tasks set secrets = null where secrets is not null and id in list($1)";
const REMOVE_WORKSPACES: &str = "delete from task_workspaces where task_id in list($1)";
const REMOVE_ALL_CHECKPOINTS: &str = "delete from task_checkpoints where task_id in list($1)";
const LIST_EVENTS: &str = "
    select number, created_at, kind, body from task_events
    where task_id = $1 and number > $2 order by number limit $3";
const CANCEL: &str = "update tasks set cancel = true where id = $1 and status = 'processing'";
const CANCEL_WAITING: &str = "
    update tasks set status = 'cancelled', cancel = true, ended_at = $2, secrets = null
    where id = $1 and status = 'open'";
const NEXT_EVENT: &str = "select coalesce(max(number), 0) + 1 from task_events where task_id = $1";
const REOPEN: &str = "
    update tasks set status = 'open', cancel = false, outcome = null, ended_at = null,
        leased_by = null, leased_until = null, secrets = coalesce($2, secrets)
    where id = $1 and status in ('failed', 'cancelled')";
const REMOVE_STEPS: &str = "delete from task_steps where task_id = $1";
const REMOVE_CHECKPOINTS: &str = "delete from task_checkpoints where task_id = $1";
const FORGET_OLD: &str = "
    delete from task_workspaces where task_id in (
        select id from tasks where ended_at is not null and ended_at <= $1)";
const FORGET_OLD_SECRETS: &str =
    "update tasks set secrets = null where secrets is not null and ended_at <= $1";
const FORGET_OLD_FOUND: &str = "
    delete from task_checkpoints where name = $2 and task_id in (
        select id from tasks where ended_at is not null and ended_at <= $1)";

/// One row of the columns of a task.
macro_rules! task {
    ($row:ident) => {
        StoredTask {
            id: $row.get(0),
            template_ref: $row.get(1),
            created_by: $row.get(2),
            created_at: $row.get(3),
            status: $row.get(4),
            spec: $row.get(5),
            outcome: $row.get(6),
            ended_at: $row.get(7),
            heartbeat_at: $row.get(8),
            cancel: $row.get(9),
        }
    };
}

/// Keeps tasks for whoever takes them first; other processes look for themselves, or are told by
/// [`announce_tasks`].
///
/// # Errors
/// [`StoreError::Database`]; then none is kept.
pub async fn put_tasks(db: &Db, tasks: &[NewTask], now: Millis) -> Result<(), StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    for task in tasks {
        run!(
            tx,
            PUT,
            &task.id,
            &task.template_ref,
            &task.created_by,
            now,
            &task.spec,
            &task.secrets,
        );
    }
    tx.commit().await?;
    Ok(())
}

/// Tells other processes that tasks wait. Not within the transaction that puts them there: commits that
/// tell something wait for one another, each for the disk.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn announce_tasks(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin(0).await?;
    tx.notify(TASKS, String::new()).await?;
    tx.commit().await?;
    Ok(())
}

/// A task.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_task(db: &Db, id: &str) -> Result<Option<StoredTask>, StoreError> {
    on!(db, pool => {
        let row = sqlx::query(GET).bind(id).fetch_optional(pool).await?;
        Ok(row.map(|row| task!(row)))
    })
}

/// The tasks of a query, and how many there are without its limit.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_tasks(db: &Db, query: &TaskQuery) -> Result<(Vec<StoredTask>, u64), StoreError> {
    /// The conditions of the query on either engine.
    macro_rules! conditions {
        ($builder:ident) => {{
            $builder.push(" where true");
            for (column, values) in [("created_by", &query.created_by), ("status", &query.status)] {
                if !values.is_empty() {
                    $builder.push(format_args!(" and {column} in ("));
                    let mut separated = $builder.separated(", ");
                    for value in values {
                        separated.push_bind(value);
                    }
                    $builder.push(")");
                }
            }
            if let Some(template) = &query.template_ref {
                $builder.push(" and template_ref = ").push_bind(template);
            }
        }};
    }
    on!(db, pool => {
        let mut count = sqlx::QueryBuilder::new("select count(*) from tasks");
        conditions!(count);
        let total: i64 = count.build().fetch_one(pool).await?.get(0);
        let mut select = sqlx::QueryBuilder::new("select ");
        select.push(COLUMNS).push(" from tasks");
        conditions!(select);
        let direction = if query.oldest_first { "asc" } else { "desc" };
        select.push(format_args!(" order by created_at {direction}, id {direction} limit "));
        select.push_bind(query.limit.map_or(i64::MAX, i64::from));
        select.push(" offset ").push_bind(i64::from(query.offset));
        let rows = select.build().fetch_all(pool).await?;
        let tasks = rows.iter().map(|row| task!(row)).collect();
        Ok((tasks, u64::try_from(total).unwrap_or_default()))
    })
}

/// What a task has told after an event, `most` events at most.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_task_events(
    db: &Db,
    id: &str,
    after: i64,
    most: u32,
) -> Result<Vec<StoredEvent>, StoreError> {
    on!(db, pool => {
        let query = sqlx::query(LIST_EVENTS).bind(id).bind(after).bind(i64::from(most));
        let rows = query.fetch_all(pool).await?;
        Ok(rows.iter().map(|row| StoredEvent {
            number: row.get(0),
            created_at: row.get(1),
            kind: row.get(2),
            body: row.get(3),
        }).collect())
    })
}

/// The states of the steps of a task, as JSON, by the names of the steps.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_task_steps(db: &Db, id: &str) -> Result<Vec<(String, String)>, StoreError> {
    let mut tx = db.begin(0).await?;
    let steps = steps_of(&mut tx, &list([id])).await?.into_iter();
    Ok(steps.map(|(_, step, state)| (step, state)).collect())
}

async fn steps_of(tx: &mut Tx, ids: &str) -> Result<Vec<(String, String, String)>, StoreError> {
    Ok(rows!(tx, STEPS, ids; row => (row.get(0), row.get(1), row.get(2))))
}

/// Takes up to `most` tasks for `lease` milliseconds: those that nobody has taken yet, and those whose
/// holder is gone, the oldest first.
///
/// # Errors
/// [`StoreError::Database`]; then none is taken.
pub async fn claim_tasks(
    db: &Db,
    holder: &str,
    lease: Millis,
    most: usize,
    now: Millis,
) -> Result<Vec<ClaimedTask>, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    // Were it lost, nothing would be that came of it either: that is written later.
    let mut tx = db.begin_unhurried(now).await?;
    let now = tx.now;
    let (until, wrong) = (
        now.saturating_add(lease),
        now.saturating_add(lease.saturating_mul(2)),
    );
    let lock = match tx.inner() {
        Inner::Sqlite(_) => "",
        Inner::Postgres(_) => " for update skip locked",
    };
    let sql = AssertSqlSafe(format!("{WAITING}{lock}{LEASE}"));
    let mut claimed: Vec<ClaimedTask> = within!(tx, connection => {
        let claim = sqlx::query(sql).bind(holder).bind(until).bind(now).bind(wrong).bind(most);
        let rows = claim.fetch_all(connection).await?;
        rows.iter().map(|row| ClaimedTask {
            task: task!(row),
            secrets: row.get(10),
            last_event: row.get(11),
            steps: Vec::new(),
            checkpoints: Vec::new(),
            workspace: None,
        }).collect()
    });
    claimed.sort_by(|one, other| {
        (one.task.created_at, &one.task.id).cmp(&(other.task.created_at, &other.task.id))
    });
    // Who has told nothing has done nothing.
    let begun = claimed.iter().filter(|it| it.last_event > 0);
    let ids = list(begun.map(|it| &it.task.id));
    let (mut steps, mut checkpoints, mut workspaces) = (Vec::new(), Vec::new(), Vec::new());
    if claimed.iter().any(|it| it.last_event > 0) {
        steps = steps_of(&mut tx, &ids).await?;
        checkpoints = rows!(tx, CHECKPOINTS, &ids; row =>
            (row.get::<String, _>(0), row.get::<String, _>(1), row.get::<String, _>(2)));
        workspaces = rows!(tx, WORKSPACES, &ids; row =>
            (row.get::<String, _>(0), row.get::<Vec<u8>, _>(1)));
    }
    tx.commit().await?;
    let mut of = |id: &str, put: &mut dyn FnMut(&mut ClaimedTask)| {
        claimed
            .iter_mut()
            .filter(|it| it.task.id == id)
            .for_each(put);
    };
    for (id, step, state) in steps {
        of(&id, &mut |it| it.steps.push((step.clone(), state.clone())));
    }
    for (id, name, value) in checkpoints {
        of(&id, &mut |it| {
            it.checkpoints.push((name.clone(), value.clone()));
        });
    }
    for (id, packed) in workspaces {
        of(&id, &mut |it| it.workspace = Some(packed.clone()));
    }
    Ok(claimed)
}

/// Keeps the leases of these tasks of a holder for `lease` milliseconds from now. Returns all tasks that
/// are still its own, and whether each is to be cancelled.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn heartbeat_tasks(
    db: &Db,
    holder: &str,
    ids: &[String],
    lease: Millis,
    now: Millis,
) -> Result<Vec<(String, bool)>, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    let ids = list(ids);
    run!(tx, HEARTBEAT, holder, now.saturating_add(lease), now, ids);
    let held = rows!(tx, LIST_HELD, holder; row => (row.get(0), row.get(1)));
    tx.commit().await?;
    Ok(held)
}

/// Gives all tasks of a holder back undone, for others to take at once.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn release_tasks(db: &Db, holder: &str) -> Result<(), StoreError> {
    let mut tx = db.begin(0).await?;
    run!(tx, RELEASE, holder);
    tx.notify(TASKS, String::new()).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes what has come of tasks, all of it at once. Returns the tasks that are the holder's no longer:
/// nothing was written of them.
///
/// # Errors
/// [`StoreError::Database`]; then nothing is written.
pub async fn write_progress(
    db: &Db,
    holder: &str,
    progress: &[Progress],
    now: Millis,
) -> Result<HashSet<String>, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    let ids = progress.iter().map(|it| &it.task_id);
    let ids: HashSet<&String> = ids.collect();
    // Nobody takes them meanwhile.
    let held = match tx.inner() {
        Inner::Sqlite(_) => tx.with_lists(HELD),
        Inner::Postgres(_) => tx.with_lists(&format!("{HELD} for update")),
    };
    let asked = list(&ids);
    let held: HashSet<String> = within!(tx, connection => {
        let rows = sqlx::query(held).bind(holder).bind(asked).fetch_all(connection).await?;
        rows.iter().map(|row| row.get(0)).collect()
    });
    let ours: Vec<&Progress> = progress
        .iter()
        .filter(|it| held.contains(&it.task_id))
        .collect();
    let events: Vec<(&str, &StoredEvent)> = ours
        .iter()
        .flat_map(|it| it.events.iter().map(|event| (&*it.task_id, event)))
        .collect();
    insert!(tx, PUT_EVENTS, events, ""; (task, event) =>
        *task, event.number, event.created_at, &event.kind, &event.body);
    // Of what was told twice, the last.
    let steps = ours.iter().flat_map(|it| named(it, &it.steps));
    let steps: BTreeMap<(&str, &str), &str> = steps.collect();
    let steps: Vec<_> = steps.into_iter().collect();
    insert!(tx, PUT_STEPS, steps, STEP_KNOWN; ((task, step), state) => *task, *step, *state);
    let checkpoints = ours.iter().flat_map(|it| named(it, &it.checkpoints));
    let checkpoints: BTreeMap<(&str, &str), &str> = checkpoints.collect();
    let checkpoints: Vec<_> = checkpoints.into_iter().collect();
    insert!(tx, PUT_CHECKPOINTS, checkpoints, CHECKPOINT_KNOWN; ((task, name), value) =>
        *task, *name, *value);
    let workspaces = ours.iter();
    let workspaces = workspaces.filter_map(|it| Some((&*it.task_id, it.workspace.as_deref()?)));
    let workspaces: BTreeMap<&str, &[u8]> = workspaces.collect();
    let workspaces: Vec<_> = workspaces.into_iter().collect();
    insert!(tx, PUT_WORKSPACES, workspaces, WORKSPACE_KNOWN; (task, packed) =>
        *task, *packed, now);
    finish(&mut tx, &ours).await?;
    tx.commit().await?;
    Ok(ids
        .into_iter()
        .filter(|id| !held.contains(*id))
        .cloned()
        .collect())
}

/// What a task has of something, by the task and the name of each.
fn named<'a>(
    of: &'a Progress,
    parts: &'a [(String, String)],
) -> impl Iterator<Item = ((&'a str, &'a str), &'a str)> {
    let parts = parts.iter();
    parts.map(|(name, text)| ((&*of.task_id, &**name), &**text))
}

/// Ends those tasks that have come to their end.
async fn finish(tx: &mut Tx, progress: &[&Progress]) -> Result<(), StoreError> {
    let now = tx.now;
    let ends = progress.iter();
    let ends = ends.filter_map(|it| Some((&*it.task_id, it.end.as_ref()?)));
    // One that was begun again has the later end.
    let ends: BTreeMap<&str, &End> = ends.collect();
    let ends: Vec<(&str, &End)> = ends.into_iter().collect();
    for chunk in ends.chunks(CHUNK) {
        within!(tx, connection => {
            let mut query = sqlx::QueryBuilder::new(ENDED);
            query.push_values(chunk, |mut values, (task, end)| {
                values.push_bind(*task).push_bind(end.status).push_bind(&end.outcome);
            });
            query.push(FINISH).push_bind(now).push(OF_ENDED);
            query.build().execute(connection).await?;
        });
    }
    let over = ends.iter().filter(|(_, end)| !end.is_resumable);
    let over: Vec<&str> = over.map(|(task, _)| *task).collect();
    if !over.is_empty() {
        let over = list(over);
        run!(tx, FORGET_SECRETS, &over);
        run!(tx, REMOVE_WORKSPACES, &over);
        run!(tx, REMOVE_ALL_CHECKPOINTS, &over);
    }
    Ok(())
}

/// What came of asking for the end of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// Nobody had begun with it.
    Ended,
    /// Its holder is told.
    Asked,
    /// There was nothing to end.
    Nothing,
}

/// Asks for the end of a task; one that nobody has begun with ends at once, and tells so with `body`.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn cancel_task(
    db: &Db,
    id: &str,
    body: &str,
    now: Millis,
) -> Result<Cancelled, StoreError> {
    let mut tx = db.begin(now).await?;
    let now = tx.now;
    let cancelled = if run!(tx, CANCEL_WAITING, id, now) > 0 {
        let number: Vec<i64> = rows!(tx, NEXT_EVENT, id; row => row.get(0));
        let event = StoredEvent {
            number: number.first().copied().unwrap_or(1),
            created_at: now,
            kind: "cancelled".to_owned(),
            body: body.to_owned(),
        };
        insert!(tx, PUT_EVENTS, [(id, event)], ""; (task, event) =>
            *task, event.number, event.created_at, &event.kind, &event.body);
        Cancelled::Ended
    } else if run!(tx, CANCEL, id) > 0 {
        tx.notify(TASKS, String::new()).await?;
        Cancelled::Asked
    } else {
        Cancelled::Nothing
    };
    tx.commit().await?;
    Ok(cancelled)
}

/// Has a task that has failed, or was cancelled, run again: from the step it had come to, or from the
/// beginning. Secrets that are given replace those that are kept. Returns whether it was such a task.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn reopen_task(
    db: &Db,
    id: &str,
    secrets: Option<&str>,
    from_the_beginning: bool,
) -> Result<bool, StoreError> {
    let mut tx = db.begin(0).await?;
    let reopened = run!(tx, REOPEN, id, secrets) > 0;
    if reopened && from_the_beginning {
        run!(tx, REMOVE_STEPS, id);
        run!(tx, REMOVE_CHECKPOINTS, id);
        run!(tx, REMOVE_WORKSPACES, list([id]));
    }
    tx.notify(TASKS, String::new()).await?;
    tx.commit().await?;
    Ok(reopened)
}

/// Forgets the files and secrets of tasks that ended before `until`: nobody has had them go on.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn forget_ended_tasks(db: &Db, until: Millis) -> Result<(), StoreError> {
    let mut tx = db.begin(0).await?;
    run!(tx, FORGET_OLD, until);
    run!(tx, FORGET_OLD_SECRETS, until);
    run!(tx, FORGET_OLD_FOUND, until, FOUND_SECRETS);
    tx.commit().await?;
    Ok(())
}
