-- Who is signed in, and what they are signed in with. What lets somebody in is kept as a hash (SHA-256, hex)
-- or sealed: the database alone lets nobody in.

create table sessions (
    id text primary key,
    -- Of what the browser shows.
    secret_hash text not null unique,
    -- Of what it showed before: an answer with the new one can get lost.
    previous_hash text unique,
    rotated_at bigint not null,
    -- Whether the browser has shown the new one since.
    confirmed boolean not null default true,
    -- Lower case.
    user_ref text not null,
    -- Whether the catalog has to know the user.
    needs_entity boolean not null,
    provider text not null,
    -- JSON: displayName, email, picture, as the provider told them.
    profile text not null,
    -- Sealed: what the provider lets the server do as the user.
    token text,
    created_at bigint not null,
    seen_at bigint not null,
    -- However it is used; not using it ends it sooner.
    expires_at bigint not null,
    address text not null,
    agent text not null
);

create index sessions_user on sessions (user_ref, seen_at);
create index sessions_expiry on sessions (expires_at);

-- People who are at their provider right now. Each is good for one return.
create table sign_ins (
    state_hash text primary key,
    -- Of what the browser that began shows.
    browser_hash text not null,
    provider text not null,
    -- Sealed JSON: the PKCE verifier, the nonce, and where to go on.
    flow text not null,
    expires_at bigint not null
);

create index sign_ins_expiry on sign_ins (expires_at);

-- Why somebody was not let in, for those who are asked about it.
create table sign_in_failures (
    id text primary key,
    failed_at bigint not null,
    provider text not null,
    -- JSON: what was received, which rules were tried, and what would have matched.
    report text not null,
    address text not null
);

create index sign_in_failures_time on sign_in_failures (failed_at);

-- Tokens that people have made for their programs.
create table personal_tokens (
    id text primary key,
    token_hash text not null unique,
    -- Lower case.
    user_ref text not null,
    needs_entity boolean not null,
    name text not null,
    -- Separated by spaces.
    scopes text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

create index personal_tokens_user on personal_tokens (user_ref, created_at);

-- What signs the tokens of users. Everybody may know the public half.
create table signing_keys (
    id text primary key,
    -- JSON Web Key.
    public_key text not null,
    -- Sealed PKCS#8.
    private_key text not null,
    created_at bigint not null,
    expires_at bigint not null
);

-- What front ends keep for a user.
create table user_settings (
    user_ref text not null,
    bucket text not null,
    name text not null,
    -- JSON
    value text not null,
    primary key (user_ref, bucket, name)
);
