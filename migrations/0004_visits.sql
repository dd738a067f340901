-- What each person has lately looked at, so that they find it again. A few for each: the oldest go.

create table visits (
    user_ref text not null,
    entity_ref text not null,
    visited_at bigint not null,
    primary key (user_ref, entity_ref)
);

-- Replicas look for what the others have written.
create index visits_at on visits (visited_at);
