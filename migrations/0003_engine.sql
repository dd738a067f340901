-- What is to be read, when, by whom, and why it stays: several processes on one database share the
-- work, and a source stays as long as a root leads to it by any way. One text for both engines.

-- When the source is read next; null: not by itself.
alter table sources add column due_at bigint default 0;
-- Who reads it at present, and until when nobody else may. The number tells one reading from the
-- next, so that a reader who was too slow is told from the one that took over.
alter table sources add column leased_by text;
alter table sources add column leased_until bigint;
alter table sources add column lease bigint not null default 0;
-- How often in a row it could not be read.
alter table sources add column failures bigint not null default 0;
-- How many steps it is away from its root.
alter table sources add column depth bigint not null default 0;
-- What was found first is read first.
alter table sources add column ordinal bigint not null default 0;
-- 1 while the next reading lifts the tombstones of what it finds.
alter table sources add column lifts bigint not null default 0;

create index sources_due on sources (due_at, ordinal);
create index sources_leased on sources (leased_by);
create index sources_read on sources (read_at);

-- Which source leads to which. A source may be reached in several ways.
create table links (
    parent text not null references sources (location) on delete cascade,
    child text not null,
    position bigint not null,
    -- 1: nothing is wrong when it is not there.
    optional bigint not null,
    -- 1: a search found it, and it need not be a catalog file.
    found bigint not null,
    primary key (parent, child)
);

create index links_child on links (child);

insert into links (parent, child, position, optional, found)
select parent, location, 0, 0, 0 from sources
where parent in (select location from sources);

-- The roots: who named which location. The same one may be named by several.
create table locations (
    id text primary key,
    -- config, registered, or a provider such as github:name or push:name.
    provider text not null,
    -- kind:target, as in sources.
    location text not null,
    kind text not null,
    target text not null,
    -- required, optional or nothing.
    presence text,
    ordinal bigint not null,
    unique (provider, location)
);

create index locations_location on locations (location);

-- The files that a source includes by placeholders: a change of one is a change of the source.
create table inclusions (
    location text not null references sources (location) on delete cascade,
    file text not null,
    primary key (location, file)
);

create index inclusions_file on inclusions (file);

-- Names that nobody claims any more. They keep their uid for a while, in case they only move.
create table departures (
    entity_ref text primary key,
    departed_at bigint not null
);

-- What one process at a time does on a schedule.
create table jobs (
    name text primary key,
    due_at bigint not null,
    leased_by text,
    leased_until bigint
);
