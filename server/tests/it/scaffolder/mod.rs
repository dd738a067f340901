//! Software templates: their language, and running them as people and programs that use the API see it.

<<<<<<< HEAD
mod actions;
mod dry_run;
mod hostile;
=======
mod check;
>>>>>>> b96036b (scaffolder: templates are looked over without running them)
mod language;
mod resume;
mod secrets;
mod skeleton;
mod tasks;
mod workshop;
