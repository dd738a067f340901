//! The portal's own API, asked without a connection.

use super::{Answer, Asked, LARGEST};
use crate::scaffolder::actions::ActionError;
use app::catalog::EntityRef;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::future::BoxFuture;
use std::sync::{Arc, OnceLock};

/// Answers a request as it would one of this person.
pub type Inside = Arc<dyn Fn(EntityRef, Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// See the head of this file. There is none until it was opened: actions are made before it is.
#[derive(Clone, Default)]
pub struct OwnApi(Arc<OnceLock<Inside>>);

impl OwnApi {
    /// From now on this answers; whoever opened it first stays.
    pub fn open(&self, inside: Inside) {
        let _ = self.0.set(inside);
    }

    pub(super) async fn send(
        &self,
        user: EntityRef,
        path: &str,
        asked: &Asked,
    ) -> Result<Answer, ActionError> {
        let inside = self.0.get().ok_or_else(|| {
            ActionError::Failed("There is no API here that could be asked".to_owned())
        })?;
        let mut request = Request::builder().method(asked.method.clone()).uri(path);
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&asked.headers);
        }
        let request = request.body(Body::from(asked.body.clone()));
        let request = request
            .map_err(|error| ActionError::Input(format!("'{path}' cannot be asked: {error}")))?;
        let exchange = async {
            let (parts, body) = inside(user, request).await.into_parts();
            let body = axum::body::to_bytes(body, LARGEST).await;
            let body = body.map_err(|_| {
                ActionError::Failed(format!("the answer has more than {LARGEST} bytes"))
            })?;
            Ok(Answer {
                status: parts.status,
                headers: parts.headers,
                body,
            })
        };
        let answer = tokio::time::timeout(asked.time_limit, exchange).await;
        answer.unwrap_or_else(|_| {
            let limit = asked.time_limit.as_millis();
            Err(ActionError::Failed(format!(
                "there was no whole answer within {limit} ms"
            )))
        })
    }
}
