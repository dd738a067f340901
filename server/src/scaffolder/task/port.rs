//! The port of `app`: what pages ask of tasks.

use super::service::{Asked, Refused, Tasks};
use app::catalog::port::Answer;
use app::error::ApiError;
use app::scaffolder::{NewTask, port};
use app::viewer::Viewer;
use serde_json::Value;

impl port::Tasks for Tasks {
    fn start<'a>(&'a self, viewer: &'a Viewer, task: NewTask) -> Answer<'a, String> {
        Box::pin(async move {
            let values = Value::Object(task.values);
            let asked = Asked {
                template: &task.template,
                values: &values,
                secrets: &task.secrets,
                user: &viewer.user_ref,
            };
            Tasks::start(self, &asked)
                .await
                .map_err(|error| match error {
                    Refused::Error(error) => error,
                    Refused::Values(errors) => ApiError::Invalid {
                        field: "values".to_owned(),
                        message: errors
                            .first()
                            .and_then(|it| it["stack"].as_str())
                            .unwrap_or("the answers do not fit the template")
                            .to_owned(),
                    },
                })
        })
    }
}
