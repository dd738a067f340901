//! The pages without the portal's frame: on which people sign in and are told why they were not let in, that
//! shows a new token, and that says why nothing was done.

use super::super::AppState;
use super::super::answer::{never_kept, status};
use super::super::caller::{By, Caller};
use super::super::params::Params;
use super::onward;
use crate::identity::resolve::Report;
use crate::identity::sign_in::Onward;
use app::cookie;
use app::error::ApiError;
use app::sign_in::{
    NewTokenPage, Notice, RefusalPage, SignInPage, TriedRule, document, new_token, refusal,
};
use axum::extract::{Request, State};
use axum::http::{StatusCode, request};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::nonce::provide_nonce;
use leptos::prelude::{AnyView, IntoAny, Owner, RenderHtml, provide_context};
use leptos_axum::ResponseOptions;

/// `GET /sign-in?return_to=…`.
pub(super) async fn sign_in(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let params = Params::of(&parts.uri);
    let onward = onward::read(&state.identity, &params);
    let onward = onward.unwrap_or_else(|_| Onward::Page("/".to_owned()));
    let back = onward.page();
    let is_said = |name: &str| params.all(name).iter().any(|it| it == "1");
    // Who is signed in already, in another tab perhaps, goes on.
    if matches!(caller.by, By::Session(_)) && !is_said("again") {
        return Redirect::to(&format!("{}{back}", state.site.base)).into_response();
    }
    let notice = is_said("ended").then(session_ended);
    let notice = is_said("signed_out").then(signed_out).or(notice);
    show(&state, &parts, StatusCode::OK, back, notice)
}

/// What the page says to who has left.
pub(super) fn signed_out() -> Notice {
    Notice {
        title: "You are signed out".to_owned(),
        text: "This browser shows nothing in your name any more.".to_owned(),
        ..Notice::default()
    }
}

/// What the page says to who was signed in and is not any more.
fn session_ended() -> Notice {
    Notice {
        title: "Your session has ended".to_owned(),
        text: "It had lasted its time, was not used for long, or was signed out elsewhere. Sign in again, and you go on where you were."
            .to_owned(),
        ..Notice::default()
    }
}

/// What a page says of a failure.
pub(super) fn failure(title: &str, report: Report) -> Notice {
    let tried = report.tried.into_iter().map(|tried| TriedRule {
        rule: tried.rule,
        looked_for: tried.looked_for,
        outcome: tried.outcome,
    });
    Notice {
        title: title.to_owned(),
        text: report.reason,
        is_failure: true,
        received: report.received,
        tried: tried.collect(),
    }
}

/// The page, from which people go on to `back`.
pub(super) fn show(
    state: &AppState,
    parts: &request::Parts,
    status: StatusCode,
    back: &str,
    notice: Option<Notice>,
) -> Response {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", back)
        .finish();
    let base = &state.site.base;
    let providers = state.identity.providers().iter().map(|provider| {
        let settings = &provider.settings;
        let href = format!("{base}/api/auth/{}/start?{query}", settings.id);
        (settings.title.clone(), href)
    });
    let is_guest = state.viewers.guest(&state.catalog.whole()).is_some();
    let page = SignInPage {
        providers: providers.collect(),
        guest: is_guest.then(|| format!("{base}{back}")),
        notice,
    };
    rendered(state, parts, status, || document(page).into_any())
}

/// The page that shows a new token, this once.
pub(super) fn show_token(state: &AppState, parts: &request::Parts, page: NewTokenPage) -> Response {
    rendered(state, parts, StatusCode::OK, || new_token(page).into_any())
}

/// The page for who has asked too much; `again` is where they may ask once more.
pub(in super::super) fn show_wait(
    state: &AppState,
    parts: &request::Parts,
    text: String,
    again: Option<String>,
) -> Response {
    let base = &state.site.base;
    let page = RefusalPage {
        title: "Too much at once",
        below: "This is about how much comes, not about who you are.",
        text,
        is_form: again.is_none(),
        again: again.map(|path| format!("{base}{path}")),
        stop: None,
        home: format!("{base}/"),
    };
    let status = StatusCode::TOO_MANY_REQUESTS;
    rendered(state, parts, status, || refusal(page).into_any())
}

/// The page for what may not be done, or not so. Whoever looks at the portal as somebody else can stop there.
pub(in super::super) fn show_refusal(
    state: &AppState,
    parts: &request::Parts,
    error: &ApiError,
    is_disguised: bool,
) -> Response {
    let base = &state.site.base;
    let page = RefusalPage {
        title: error.title(),
        below: error.advice(),
        text: error.to_string(),
        is_form: !parts.method.is_safe(),
        again: None,
        stop: is_disguised.then(|| format!("{base}/_fn/view_as")),
        home: format!("{base}/"),
    };
    rendered(state, parts, status(error), || refusal(page).into_any())
}

/// A document that is made on the server alone, and that nobody keeps.
fn rendered(
    state: &AppState,
    parts: &request::Parts,
    status: StatusCode,
    view: impl FnOnce() -> AnyView,
) -> Response {
    let options = ResponseOptions::default();
    let chosen = cookie::read(&parts.headers, app::THEME_COOKIE);
    let (site, assets) = state.themes.dressed(&state.site, &state.assets, chosen);
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_nonce();
        provide_context(site);
        provide_context(assets);
        provide_context(state.policy.clone());
        provide_context(parts.clone());
        provide_context(options.clone());
        view().to_html()
    });
    let mut response = (status, Html(html)).into_response();
    let said = options.0.read().map(|parts| parts.headers.clone());
    response.headers_mut().extend(said.unwrap_or_default());
    never_kept(response)
}
