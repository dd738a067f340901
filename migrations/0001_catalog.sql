-- The catalog as it was read: sources, what each of them claims, what is wrong in them, and the
-- sequence that read models follow. One text for SQLite and PostgreSQL. Times are Unix milliseconds.

create table sources (
    location text primary key,
    -- The registered location this one was reached from.
    origin text not null,
    -- The location whose entity names this one; null for a root.
    parent text,
    etag text,
    -- SHA-256 of the content, so that unchanged content costs nothing further.
    content_hash text,
    read_at bigint not null
);

-- Every valid document of every source. The claim with the lowest number owns the name; the others
-- wait, so that nothing is lost when the first goes away.
create table claims (
    location text not null references sources (location) on delete cascade,
    position bigint not null,
    entity_ref text not null,
    claimed bigint not null,
    line bigint not null,
    document text not null,
    relations text not null,
    primary key (location, position)
);

create index claims_entity_ref on claims (entity_ref);

-- The lasting identity of a name: it survives a change of its claims.
create table identities (
    entity_ref text primary key,
    uid text not null unique
);

create table problems (
    location text not null references sources (location) on delete cascade,
    position bigint not null,
    severity text not null,
    line bigint,
    entity_ref text,
    message text not null,
    primary key (location, position)
);

create table stars (
    user_ref text not null,
    entity_ref text not null,
    starred_at bigint not null,
    primary key (user_ref, entity_ref)
);

-- One row: the number of the last change. Taking a number locks the row until the transaction ends,
-- so numbers become visible in their order on both engines.
create table changes (
    id bigint primary key,
    last bigint not null
);

insert into changes (id, last) values (1, 0);
