//! Coming back from a provider.

use super::super::AppState;
use super::super::answer::{Asked, Failure, never_kept};
use super::super::caller::{self, By, Caller};
use super::super::limited::{self, TooMany};
use super::super::params::Params;
use super::leave::{refused, sign_in_cookie, unknown};
use super::{page, refresh};
use crate::audit::{self, Entry, Who};
use crate::identity::sign_in::{Onward, Return, SignInError, SignedIn};
use app::audit::{Action, ActorKind, Outcome};
use app::cookie;
use app::error::ApiError;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};

/// `GET /api/auth/{provider}/handler/frame?code=…&state=…`, where providers send people back to.
pub(super) async fn frame(
    State(state): State<AppState>,
    Path(provider): Path<String>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Result<Response, Failure> {
    let found = state.identity.provider(&provider);
    let provider = found.ok_or_else(|| asked.failed(unknown(&provider)))?;
    let params = Params::of(request.uri());
    let one = |name: &str| {
        let value = params.one(name).map(Option::unwrap_or_default);
        value.map_err(Box::new)
    };
    let read = || {
        Ok::<_, Box<ApiError>>((
            one("code")?,
            one("state")?,
            one("error")?,
            one("error_description")?,
        ))
    };
    let (code, id, said, description) = read().map_err(|error| asked.failed(*error))?;
    let (parts, _) = request.into_parts();
    let visitor = caller::visitor(&state, &parts);
    let name = sign_in_cookie(&id);
    let browser = cookie::read(&parts.headers, &name).unwrap_or_default();
    let address = limited::client(&state, &parts);
    let refused_for = |too_many| limited::refused(&state, &parts, too_many);
    // Nobody has left with this browser: that much is known without looking anything up.
    if browser.is_empty()
        && let Err(too_many) = limited::failed(&state, address)
    {
        return Ok(refused_for(too_many));
    }
    let identity = &state.identity;
    let came = if said.is_empty() {
        let back = Return {
            state: &id,
            browser,
            code: &code,
        };
        let model = || state.catalog.whole();
        identity.come_back(provider, back, &visitor, model).await
    } else {
        let said = if description.is_empty() {
            said
        } else {
            description
        };
        let said: String = said.chars().take(300).collect();
        identity
            .come_back_refused(provider, &id, browser, &said, &visitor)
            .await
    };
    note(&provider.settings.id, &came);
    let mut response = match came {
        Ok(signed_in) => {
            end_former(&state, &caller).await;
            welcome(&state, signed_in).await
        }
        Err(SignInError::Refused(report, Onward::Popup(origin))) => {
            let error = json!({ "name": "NotAllowedError", "message": report.reason });
            told(&state, &origin, &json!({ "error": error }))
        }
        Err(SignInError::Refused(report, onward)) => {
            let title = "You were not let in";
            let notice = page::failure(title, report);
            page::show(
                &state,
                &parts,
                StatusCode::FORBIDDEN,
                onward.page(),
                Some(notice),
            )
        }
        Err(SignInError::TooMany(seconds)) => {
            return Ok(refused_for(TooMany::failed_sign_ins(seconds)));
        }
        Err(error) => {
            if matches!(error, SignInError::Unknown)
                && !browser.is_empty()
                && let Err(too_many) = limited::failed(&state, address)
            {
                return Ok(refused_for(too_many));
            }
            refused(&state, &parts, "/", &error)
        }
    };
    if let Some(cookie) = caller::set_cookie(&state, &name, "", Some(0)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Ends the session that the browser had before: nobody is left who could show it.
async fn end_former(state: &AppState, caller: &Caller) {
    let By::Session(former) = &caller.by else {
        return;
    };
    let user = former.user.to_string();
    if let Err(error) = state.identity.sessions.end(&former.id, &user).await {
        tracing::warn!(%error, "a former session could not be ended; it ends by itself");
        return;
    }
    let entry = Entry::new(Action::SessionEnd, Who::new(ActorKind::User, user))
        .about(&former.id)
        .with("because", "somebody has signed in anew in this browser");
    state.audit.record(&entry);
}

/// What is kept of it: who has signed in, or why nobody has.
fn note(provider: &str, came: &Result<SignedIn, SignInError>) {
    audit::with("provider", provider);
    audit::note(|entry| match came {
        Ok(signed_in) => {
            entry.who = Who::new(ActorKind::User, &signed_in.user);
            entry.subject.clone_from(&signed_in.session_id);
        }
        Err(error) => {
            let outcome = match error {
                SignInError::Store(_) => Outcome::Failed,
                // Whom no rule finds is known to the provider all the same.
                SignInError::Refused(report, _) if report.tried.is_empty() => Outcome::Failed,
                _ => Outcome::Denied,
            };
            if let SignInError::Refused(report, _) = error {
                let name = report.received.iter().find(|(name, _)| name == "username");
                let name = name.or_else(|| report.received.first());
                entry.subject = name.map(|(_, value)| value.clone()).unwrap_or_default();
            }
            entry.who = Who::nobody();
            match error {
                SignInError::Store(_) => entry.set(outcome, "the database does not answer"),
                error => entry.set(outcome, error),
            }
        }
    });
}

/// Goes on with somebody who has signed in.
async fn welcome(state: &AppState, signed_in: SignedIn) -> Response {
    if let Some(claimed) = signed_in.claimed.clone() {
        let user = signed_in.user.to_string();
        state.catalog.set_claimed(&user, claimed);
    }
    let mut response = match &signed_in.onward {
        Onward::Page(path) => Redirect::to(&format!("{}{path}", state.site.base)).into_response(),
        Onward::Redirect(url) => Redirect::to(url).into_response(),
        Onward::Popup(origin) => {
            let model = state.catalog.whole();
            let viewer = state.viewers.named(&signed_in.user, &model);
            match refresh::identity(state, &viewer, &signed_in.profile).await {
                Ok(answer) => told(state, origin, &json!({ "response": answer })),
                Err(error) => {
                    let error = json!({ "name": error.name(), "message": error.to_string() });
                    told(state, origin, &json!({ "error": error }))
                }
            }
        }
    };
    let lifetime = signed_in.lifetime.as_secs();
    if let Some(cookie) = caller::keep_session(state, &signed_in.secret, lifetime) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    never_kept(response)
}

/// Tells the window that has opened this one what came of it, and nobody else.
fn told(state: &AppState, origin: &str, answer: &Value) -> Response {
    let mut message = json!({ "type": "authorization_response" });
    if let (Some(message), Some(answer)) = (message.as_object_mut(), answer.as_object()) {
        message.extend(answer.clone());
    }
    let nonce = crate::identity::token::random();
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Signed in</title></head><body>\
         <p>You can close this window.</p>\
         <script nonce=\"{nonce}\">\
         (window.opener || window.parent).postMessage({}, {});\
         setTimeout(() => window.close(), 100);\
         </script></body></html>",
        in_script(&message),
        in_script(&Value::from(origin)),
    );
    let mut response = Html(html).into_response();
    let policy = state.policy.0.replace("{nonce}", &nonce);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    never_kept(response)
}

/// JSON as a script can hold it: nothing in it ends the script.
fn in_script(value: &Value) -> String {
    let text = value.to_string();
    let text = text.replace('<', "\\u003c").replace('>', "\\u003e");
    text.replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_script() {
        let hostile = json!({ "name": "</script><script>alert(1)</script>\u{2028}" });
        let text = in_script(&hostile);
        assert!(!text.contains('<') && !text.contains('\u{2028}'), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), hostile);
    }
}
