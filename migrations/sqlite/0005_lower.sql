-- A webhook tells of a repository, and what is read below its page is found without looking at every
-- source. Hosts do not tell small letters from large ones. SQLite compares bytes by itself.

create index sources_lower on sources (lower(location));
create index inclusions_lower on inclusions (lower(file));
