//! Tasks where nothing runs them.

use super::actions::Manifest;
use app::catalog::port::Answer;
use app::error::ApiError;
use app::scaffolder::action::ActionView;
use app::scaffolder::task::{TaskRow, TaskView};
use app::scaffolder::trial::{NewTrial, TrialView};
use app::scaffolder::{NewTask, port};
use app::viewer::Viewer;

/// Refuses to start what would never end.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTasks;

impl port::Tasks for NoTasks {
    fn actions(&self) -> Vec<ActionView> {
        Manifest::built_in().iter().map(Manifest::view).collect()
    }

    fn start<'a>(&'a self, _viewer: &'a Viewer, _task: NewTask) -> Answer<'a, String> {
        refused()
    }

    fn view<'a>(&'a self, _viewer: &'a Viewer, id: &'a str) -> Answer<'a, TaskView> {
        Box::pin(async move { Err(ApiError::NotFound(format!("There is no task {id}."))) })
    }

    fn list<'a>(&'a self, _viewer: &'a Viewer, _everybody: bool) -> Answer<'a, Vec<TaskRow>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn try_out<'a>(&'a self, _viewer: &'a Viewer, _trial: NewTrial) -> Answer<'a, TrialView> {
        refused()
    }

    fn cancel<'a>(&'a self, _viewer: &'a Viewer, _id: &'a str) -> Answer<'a, ()> {
        refused()
    }

    fn go_on<'a>(&'a self, _viewer: &'a Viewer, _id: &'a str) -> Answer<'a, ()> {
        refused()
    }
}

fn refused<'a, T>() -> Answer<'a, T> {
    Box::pin(async {
        Err(ApiError::Unavailable(
            "Tasks cannot run here: the answers are right, but nothing makes anything of them"
                .to_owned(),
        ))
    })
}
