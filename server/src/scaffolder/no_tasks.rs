//! Tasks where nothing runs them.

use app::catalog::port::Answer;
use app::error::ApiError;
use app::scaffolder::{NewTask, port};
use app::viewer::Viewer;

/// Refuses to start what would never end.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTasks;

impl port::Tasks for NoTasks {
    fn start<'a>(&'a self, _viewer: &'a Viewer, _task: NewTask) -> Answer<'a, String> {
        Box::pin(async {
            Err(ApiError::Unavailable(
                "Tasks cannot run yet: the answers are right, but nothing here makes anything of them"
                    .to_owned(),
            ))
        })
    }
}
