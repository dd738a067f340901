//! What requests leave in the audit log.

use super::super::AppState;
use super::super::answer::Refusal;
use super::super::caller::{self, By, Caller};
use super::super::limited;
use crate::audit::{Audit, Entry, Origin, Who, under};
use app::audit::{Action, ActorKind, Outcome};
use app::catalog::EntityRef;
use app::error::ApiError;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::task::JoinError;
use tracing::Instrument;

/// A change that is asked for, and about to be recorded.
pub(in super::super) struct Recording(Entry);

impl Recording {
    /// The change that a request asks for.
    pub(in super::super) fn of(
        state: &AppState,
        action: Action,
        (caller, behind): (&Caller, Option<&EntityRef>),
        request: &Parts,
        id: &HeaderValue,
    ) -> Self {
        let entry = Entry::new(action, who(caller, behind)).from(origin(state, request, id));
        Self(match &caller.by {
            By::PersonalToken(token) => entry.with("token", &token.name),
            _ => entry,
        })
    }

    /// Answers the request, and records what came of it: to its end, also when who has asked does not wait
    /// for it.
    pub(in super::super) async fn around(
        self,
        state: &AppState,
        answer: impl Future<Output = Response> + Send + 'static,
    ) -> Response {
        let recorded = self.recorded(state.audit.clone(), answer);
        let recorded = recorded.in_current_span();
        match tokio::spawn(recorded)
            .await
            .map_err(JoinError::try_into_panic)
        {
            Ok(response) => response,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            Err(Err(_)) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }

    async fn recorded(self, audit: Audit, answer: impl Future<Output = Response>) -> Response {
        let (response, mut entry) = under(self.0, answer).await;
        let is_said = entry.outcome != Outcome::Allowed;
        if !is_said {
            judge(&mut entry, &response);
        }
        // Who signs out without having signed in, and looks as somebody else no more, has done nothing.
        let is_nothing = entry.outcome == Outcome::Allowed && entry.subject.is_empty();
        if !is_nothing {
            audit.record(&entry);
        }
        response
    }
}

/// What an answer says of the change.
fn judge(entry: &mut Entry, response: &Response) {
    if let Some(Refusal(error)) = response.extensions().get() {
        return entry.refuse(error);
    }
    let status = response.status();
    let outcome = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Outcome::Denied,
        status if status.is_client_error() || status.is_server_error() => Outcome::Failed,
        _ => return,
    };
    entry.set(outcome, format_args!("answered with {status}"));
}

/// Records that a request was refused before anything was done.
pub(in super::super) fn refused(
    state: &AppState,
    action: Option<Action>,
    who: Option<(&Caller, Option<&EntityRef>)>,
    request: &Parts,
    id: &HeaderValue,
    error: &ApiError,
) {
    let is_change = !request.method.is_safe();
    let is_denied = match error {
        ApiError::Forbidden(_) => true,
        // Whoever opens a page before signing in means no harm.
        ApiError::Unauthenticated(_) => {
            is_change || request.headers.contains_key(header::AUTHORIZATION)
        }
        _ => false,
    };
    if !is_denied {
        return;
    }
    let who = who.map_or_else(Who::nobody, |(caller, behind)| self::who(caller, behind));
    let mut entry = Entry::new(action.unwrap_or(Action::PermissionDenied), who)
        .about(format_args!("{} {}", request.method, request.uri.path()))
        .from(origin(state, request, id));
    entry.refuse(error);
    state.audit.record(&entry);
}

/// Records that a token is shown.
pub(in super::super) fn used(state: &AppState, caller: &Caller, request: &Parts, id: &HeaderValue) {
    let (token, name) = match &caller.by {
        By::PersonalToken(token) => (token.id.as_str(), token.name.as_str()),
        By::ServiceToken(service) => (service.subject.as_str(), service.subject.as_str()),
        _ => return,
    };
    let address = limited::client(state, request);
    let address = address.map(|it| it.to_string()).unwrap_or_default();
    state.audit.used(token, &address, || {
        Entry::new(Action::TokenUse, who(caller, None))
            .about(name)
            .from(origin(state, request, id))
    });
}

/// Who asks. `behind` is the administrator who looks at the portal as the viewer.
fn who(caller: &Caller, behind: Option<&EntityRef>) -> Who {
    let viewer = &caller.viewer.user_ref;
    let who = |kind| match behind {
        Some(really) => Who::new(kind, really).on_behalf_of(viewer),
        None => Who::new(kind, viewer),
    };
    match &caller.by {
        By::Portal => Who::system().on_behalf_of(behind.unwrap_or(viewer)),
        By::Session(_) | By::UserToken => who(ActorKind::User),
        By::PersonalToken(_) => who(ActorKind::PersonalToken),
        By::ServiceToken(service) => Who::new(ActorKind::ServiceToken, &service.subject),
        By::Guest => who(ActorKind::Guest),
        By::Nobody => Who::nobody(),
    }
}

fn origin(state: &AppState, request: &Parts, id: &HeaderValue) -> Origin {
    let visitor = caller::visitor(state, request);
    Origin {
        address: visitor.address,
        agent: visitor.agent,
        request_id: id.to_str().unwrap_or_default().to_owned(),
    }
}
