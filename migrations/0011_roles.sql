-- Roles that are made in the portal, beside those of the configuration; and what providers have claimed of
-- people when they signed in, by which roles can be given, too.

create table roles (
    -- The name in lower case.
    name_key text primary key,
    -- JSON: name, description, members, claims, grants.
    document text not null,
    -- The number of the change that made it so: whoever changes it says which one they have seen.
    version bigint not null,
    changed_at bigint not null,
    -- A reference.
    changed_by text not null
);

-- The number of the last change of any role. Whoever changes one holds the row meanwhile.
create table role_changes (
    id integer primary key,
    last bigint not null
);

insert into role_changes (id, last) values (1, 0);

create table sign_in_claims (
    -- Lower case.
    user_ref text not null,
    provider text not null,
    -- JSON: pairs of a name and a value.
    claims text not null,
    signed_in_at bigint not null,
    -- As the session that they came with, however that ends.
    expires_at bigint not null,
    primary key (user_ref, provider)
);

create index sign_in_claims_time on sign_in_claims (signed_in_at);
