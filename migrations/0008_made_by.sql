-- The task that has registered a location, and its template. Null is what an earlier release writes: nobody
-- knows.

alter table locations add column task_id text;
alter table locations add column template_ref text;
