-- What a read model follows without reading everything again: each source carries the number of the
-- change that last touched what it claims or what is wrong with it, and what has gone leaves a row
-- behind. A tombstone keeps a name out of the catalog until it is lifted; its claims are kept.

alter table sources add column changed bigint not null default 0;

-- 1 while nothing leads to the source any more and it is kept all the same.
alter table sources add column orphan bigint not null default 0;

update sources set changed = (select last from changes where id = 1);

create index sources_changed on sources (changed);

create table removals (
    location text primary key,
    changed bigint not null
);

create index removals_changed on removals (changed);

create table tombstones (
    -- Lower case.
    entity_ref text primary key,
    created_by text not null,
    created_at bigint not null,
    -- Null while the name is kept out.
    lifted_at bigint,
    changed bigint not null
);

create index tombstones_changed on tombstones (changed);
