-- What cannot be read is told to the Location entity that names it, and what clients know an error as.
-- Null is what an earlier release writes: nobody, and an InputError.

alter table links add column named_by text;
alter table problems add column error text;
