-- A webhook tells of a repository, and what is read below its page is found without looking at every
-- source. Hosts do not tell small letters from large ones. Compared by bytes, whatever the language
-- of the database, for only so texts that begin alike stand together.

create index sources_lower on sources (lower(location collate "C"));
create index inclusions_lower on inclusions (lower(file collate "C"));
