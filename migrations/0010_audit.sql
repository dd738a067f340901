-- Who has done what, and who was kept from it. Rows are only ever added; what is older than
-- `backend.audit.retention` goes. Nothing here lets anybody in: no token, secret, value or body is kept.

create table audit (
    -- Rows of one process and millisecond sort by it in the order in which they were made.
    id text primary key,
    -- Unix milliseconds.
    happened_at bigint not null,
    action text not null,
    -- allowed, denied or failed.
    outcome text not null,
    -- Empty when it was allowed.
    reason text not null,
    -- user, personal-token, service-token, guest, system or nobody.
    actor_kind text not null,
    -- A ref in lower case, or the name of a program.
    actor text not null,
    -- For whom the system acted, or as whom an administrator looked at the portal.
    on_behalf text,
    -- A ref, a location or an id.
    subject text not null,
    address text not null,
    agent text not null,
    request_id text not null,
    -- JSON: names and texts.
    details text not null,
    -- How many of the same it stands for.
    times bigint not null
);

create index audit_time on audit (happened_at, id);
create index audit_actor on audit (actor, happened_at);
