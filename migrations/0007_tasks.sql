-- Runs of templates. A task is worked on by the one replica that holds a lease on it, and goes on with
-- another one from what is written here when that replica is gone.

create table tasks (
    id text primary key,
    -- Lower case; null when a task has been made of no stored template.
    template_ref text,
    created_by text not null,
    created_at bigint not null,
    -- open, processing, completed, failed, cancelled
    status text not null,
    -- JSON: everything that a run needs but its secrets.
    spec text not null,
    -- Sealed, and gone when the task has ended for good.
    secrets text,
    -- JSON: what the run has come to, or why it has failed.
    outcome text,
    ended_at bigint,
    cancel boolean not null default false,
    leased_by text,
    leased_until bigint,
    heartbeat_at bigint
);

create index tasks_status on tasks (status, created_at);
create index tasks_creator on tasks (created_by, created_at);
create index tasks_template on tasks (template_ref, created_at);

-- What a task tells: its log and its end, numbered from 1.
create table task_events (
    task_id text not null references tasks (id) on delete cascade,
    number bigint not null,
    created_at bigint not null,
    -- log, completion, cancelled, recovered
    kind text not null,
    -- JSON
    body text not null,
    primary key (task_id, number)
);

-- How far each step has come, as JSON: a step that has finished is not repeated.
create table task_steps (
    task_id text not null references tasks (id) on delete cascade,
    step_id text not null,
    state text not null,
    primary key (task_id, step_id)
);

-- What an action has done outside, so that it finds it again when it is repeated.
create table task_checkpoints (
    task_id text not null references tasks (id) on delete cascade,
    name text not null,
    -- JSON
    value text not null,
    primary key (task_id, name)
);

-- The files of a run as they were after its last finished step.
create table task_workspaces (
    task_id text primary key references tasks (id) on delete cascade,
    packed bytea not null,
    written_at bigint not null
);
