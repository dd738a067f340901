//! Who asks, and whether they may.

use super::AppState;
use super::answer::{FUNCTIONS, Failure, never_kept};
use super::audit::{self, Recording};
use super::auth::show_refusal;
use super::caller::{self, By, Caller};
use super::catalog::NOTHING;
use super::disguise::{self, Disguised};
use super::fresh;
use super::limited::{self, TooMany};
use crate::limits::Standing;
use crate::outbound::authority;
use crate::permission::refused;
use app::catalog::EntityRef;
use app::cookie;
use app::error::ApiError;
use app::routes::{Answers, Limit, Permission, ROUTES, Route};
use app::viewer::Viewer;
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::server_fn::error::ServerFnUrlError;
use std::collections::HashMap;
use std::mem;
use std::sync::LazyLock;
use url::{Host, Position, Url};

/// On a request of the portal itself: the person it is made for. No request from outside has it.
#[derive(Clone)]
pub(super) struct OnBehalf(pub(super) EntityRef);

/// Finds out who asks, and refuses what the route table does not grant them, and what is too much.
pub(super) async fn authorise(
    State(state): State<AppState>,
    id: &HeaderValue,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts
        .extensions
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let deed = route(path.as_deref(), parts.uri.path())
        .and_then(|route| audit::action_of(parts.method.as_str(), route));
    let asked = required(path.as_deref(), parts.uri.path(), &parts.method);
    let pending = match limited::general(&state, &parts, plugin(parts.uri.path())) {
        Ok(pending) => pending,
        Err(too_many) => return limited::refused(&state, &parts, too_many),
    };
    let mut also = Also::default();
    let verdict = judge(&state, &parts, asked, &mut also).await;
    let failed = |error, parts: Parts| {
        Failure {
            error,
            method: parts.method,
            uri: parts.uri,
        }
        .into_response()
    };
    let mut response = match verdict {
        Ok(Some(caller)) => {
            fresh::wait(&state, &parts.headers).await;
            audit::used(&state, &caller, &parts, id);
            let recording = deed.map(|deed| {
                Recording::of(&state, deed, (&caller, also.behind.as_ref()), &parts, id)
            });
            if also.behind.is_some_and(|it| it != caller.viewer.user_ref) {
                parts.extensions.insert(Disguised);
            }
            parts.extensions.insert(caller.viewer);
            parts.extensions.insert(caller.by);
            let answer = next.run(Request::from_parts(parts, body));
            let mut response = match recording {
                None => answer.await,
                Some(recording) => Box::pin(recording.around(&state, answer)).await,
            };
            if let Some(cookie) = also.renewed {
                response.headers_mut().append(header::SET_COOKIE, cookie);
                // Whatever it answers: what holds a secret is kept nowhere on the way.
                response = never_kept(response);
            }
            if asked.is_change() && !is_failure(response.status()) {
                fresh::mark(&state, &mut response);
            }
            response
        }
        Ok(None) => {
            let message = format!("There is no {} here", parts.method);
            let mut response = failed(ApiError::NotFound(message), parts);
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            let methods = HeaderValue::from_str(&methods(path.as_deref()));
            if let Ok(methods) = methods {
                response.headers_mut().insert(header::ALLOW, methods);
            }
            response
        }
        Err(Stopped::Refused(ApiError::Unauthenticated(_))) if is_page(path.as_deref(), &parts) => {
            let here = parts.uri.path_and_query().map_or("/", |it| it.as_str());
            sign_in(&state, &parts, here)
        }
        Err(Stopped::Refused(error)) => {
            let who = also.refused.as_ref().map(|who| (who, also.behind.as_ref()));
            audit::refused(&state, deed, who, &parts, id, &error);
            let is_function = parts.uri.path().starts_with(FUNCTIONS);
            match refused_form(&state, &parts, &error) {
                Some(response) => response,
                None if !is_function && limited::wants_page(&parts) => {
                    show_refusal(&state, &parts, &error, also.behind.is_some())
                }
                None => failed(error, parts),
            }
        }
        Err(Stopped::TooMany(too_many)) => limited::refused(&state, &parts, too_many),
    };
    if let Some(standing) = also.standing {
        limited::say(&mut response, standing);
    }
    if let Some(pending) = pending {
        pending.answered(response.status());
    }
    response
}

/// What an answer says beside what was asked for.
#[derive(Default)]
struct Also {
    renewed: Option<HeaderValue>,
    standing: Option<Standing>,
    /// The administrator who looks at the portal as the viewer.
    behind: Option<EntityRef>,
    /// Who may not.
    refused: Option<Caller>,
}

/// Why somebody is not let in.
enum Stopped {
    Refused(ApiError),
    TooMany(TooMany),
}

impl From<ApiError> for Stopped {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<TooMany> for Stopped {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many)
    }
}

/// Who asks, if they may; none where there is nothing to be asked in this way.
async fn judge(
    state: &AppState,
    request: &Parts,
    asked: Asks,
    also: &mut Also,
) -> Result<Option<Caller>, Stopped> {
    // Before anything is counted: a page of another site must not use up what somebody may ask.
    own_page(request)?;
    let is_api = plugin(request.uri.path()).is_some();
    let identified = caller::identify(state, request, is_api).await;
    let identified = match identified {
        Ok(identified) => identified,
        Err(unknown) => {
            if unknown.is_guess {
                limited::failed(state, limited::client(state, request))?;
            }
            return Err(unknown.error.into());
        }
    };
    also.renewed = identified.renewed;
    let mut caller = identified.caller;
    let judged = judge_known(state, request, asked, &caller, also);
    let (other, stopped) = match judged {
        Ok(Judged::NotThere) => return Ok(None),
        Ok(Judged::May(other)) => (other, None),
        Err(stopped) => {
            let other = disguise::worn(state, &request.headers, &caller.viewer);
            (other, Some(stopped))
        }
    };
    also.behind = other.map(|other| mem::replace(&mut caller.viewer, other).user_ref);
    match stopped {
        None => Ok(Some(caller)),
        Some(stopped) => {
            also.refused = Some(caller);
            Err(stopped)
        }
    }
}

/// What comes of a request of somebody who is known, unless they may not.
enum Judged {
    /// There is nothing to be asked in this way.
    NotThere,
    /// They may; as whom else they are answered, if so.
    May(Option<Viewer>),
}

/// Whether somebody who is known may.
fn judge_known(
    state: &AppState,
    request: &Parts,
    asked: Asks,
    caller: &Caller,
    also: &mut Also,
) -> Result<Judged, Stopped> {
    changes_from_pages(request, caller)?;
    known_host(state, request, caller)?;
    let Asks::For(permission, limit) = asked else {
        return Ok(Judged::NotThere);
    };
    also.standing = limited::by_class(state, request, caller, limit)?;
    Ok(Judged::May(allowed(state, caller, request, permission)?))
}

/// Whether a browser asks for a page, which can send it on to sign in.
fn is_page(matched: Option<&str>, request: &Parts) -> bool {
    let routes = matched.map(|path| BY_PATH.get(path).map_or(&[][..], Vec::as_slice));
    let is_page = routes.is_none_or(|routes| routes.iter().any(|it| it.answers == Answers::Page));
    is_page && request.method.is_safe()
}

/// Where the page of a form leads that was sent without a script and is refused: to sign in, or back with
/// the reason. None for what a script has sent.
fn refused_form(state: &AppState, request: &Parts, error: &ApiError) -> Option<Response> {
    let text = |name| text_of(request, name);
    let is_form = request.uri.path().starts_with(FUNCTIONS)
        && text(header::ACCEPT).is_some_and(|it| it.contains("text/html"));
    let page = Url::parse(text(header::REFERER).filter(|_| is_form)?).ok()?;
    let is_own =
        authority(&page).as_deref() == text(header::HOST) && !page.path().starts_with("//");
    if !is_own {
        return None;
    }
    let path = |url: &Url| url[Position::BeforePath..Position::AfterQuery].to_owned();
    if matches!(error, ApiError::Unauthenticated(_)) {
        let back = path(&page);
        let below = back.strip_prefix(&state.site.base).unwrap_or(&back);
        return Some(sign_in(state, request, below));
    }
    let told = ServerFnUrlError::new(request.uri.path(), error.clone());
    let back = told.to_url(page.as_str()).ok()?;
    Some(Redirect::to(&path(&back)).into_response())
}

/// Sends a browser on to sign in, and to the page `back` afterwards.
fn sign_in(state: &AppState, request: &Parts, back: &str) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("return_to", back);
    // Whoever had a session is told that it is over.
    if cookie::read(&request.headers, caller::session_cookie(state)).is_some() {
        query.append_pair("ended", "1");
    }
    let query = query.finish();
    let page = format!("{}{}?{query}", state.site.base, super::auth::SIGN_IN);
    never_kept(Redirect::to(&page).into_response())
}

/// What a header says; none for what is no text.
fn text_of(request: &Parts, name: HeaderName) -> Option<&str> {
    request.headers.get(name)?.to_str().ok()
}

/// Refuses a guest's change from a page whose name leads here, but is not ours: whoever owns a name can have it
/// lead to the machine of somebody who looks at their page, where the guest may be let do everything.
fn known_host(state: &AppState, request: &Parts, caller: &Caller) -> Result<(), ApiError> {
    let Some(origin) = text_of(request, header::ORIGIN) else {
        return Ok(());
    };
    if !matches!(caller.by, By::Guest) || request.method.is_safe() {
        return Ok(());
    }
    let own = state.identity.url("").origin();
    let is_known = Url::parse(origin).is_ok_and(|origin| {
        let is_near = match origin.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
            None => false,
        };
        is_near || origin.origin() == own
    });
    if is_known {
        return Ok(());
    }
    Err(ApiError::Forbidden(format!(
        "This came from {origin}, which is not where this portal is, so nothing was done. Open it at its own address, app.baseUrl."
    )))
}

/// Refuses a change that a cookie vouches for and that does not say which page it comes from: every
/// browser says so, and a program has a token.
fn changes_from_pages(request: &Parts, caller: &Caller) -> Result<(), ApiError> {
    let says = |name: &str| request.headers.contains_key(name);
    let is_vouched_for = matches!(caller.by, By::Session(_)) && !request.method.is_safe();
    if is_vouched_for && !says("sec-fetch-site") && !says("origin") {
        return Err(ApiError::Forbidden(
            "This does not say which page it came from, so nothing was done. Programs ask with a token of their own."
                .to_owned(),
        ));
    }
    Ok(())
}

/// Refuses what a page of another site makes a browser send. Reading is left alone: such a page
/// cannot see the answer.
fn own_page(request: &Parts) -> Result<(), ApiError> {
    if request.method.is_safe() {
        return Ok(());
    }
    let text = |name| text_of(request, name);
    let foreign = match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => !matches!(site, "same-origin" | "none"),
        // Older browsers say only where they come from, and other clients nothing at all.
        None => text(header::ORIGIN).is_some_and(|origin| {
            let host = origin.split_once("://").map(|(_, host)| host);
            // HTTP/2 names the host in the address.
            let own = text(header::HOST).or(request.uri.authority().map(Authority::as_str));
            host != own
        }),
    };
    if foreign {
        return Err(ApiError::Forbidden(
            "This came from a page of another site, so nothing was done. Open Callboard and try again there."
                .to_owned(),
        ));
    }
    Ok(())
}

/// The route table, found by path: every request is looked up.
static BY_PATH: LazyLock<HashMap<&str, Vec<&Route>>> = LazyLock::new(|| {
    let mut by_path: HashMap<&str, Vec<&Route>> = HashMap::new();
    for route in ROUTES {
        by_path.entry(route.path).or_default().push(route);
    }
    by_path
});

/// What a request asks of the route table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// The permission, none for a route that the table does not know; and what it counts against.
    For(Option<Permission>, Limit),
    /// The path is there, but not in this way.
    WrongMethod,
}

impl Asks {
    /// Whether the catalog is another one afterwards.
    fn is_change(self) -> bool {
        let Self::For(Some(permission), _) = self else {
            return false;
        };
        matches!(permission.action(), Some("create" | "update" | "delete"))
    }
}

fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// What the route needs.
///
/// Server functions share a matched path and are told apart by the real one. Pages have no matched
/// path, for the router of `app` finds them.
fn required(matched: Option<&str>, path: &str, method: &Method) -> Asks {
    let Some(path) = route(matched, path) else {
        return of_page(path);
    };
    let method = if *method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    let Some(routes) = BY_PATH.get(path) else {
        return Asks::For(None, Limit::None);
    };
    match routes.iter().find(|route| route.method == method) {
        Some(route) => Asks::For(Some(route.permission), route.limit),
        None => Asks::WrongMethod,
    }
}

/// The path of a route as the table has it; none for pages.
fn route<'a>(matched: Option<&'a str>, path: &'a str) -> Option<&'a str> {
    match matched {
        None | Some(NOTHING) => None,
        Some("/_fn/{name}") => Some(path),
        Some(matched) => Some(matched),
    }
}

/// What the page at a path needs; what is no page is a page that says so.
fn of_page(path: &str) -> Asks {
    let pages = ROUTES.iter().filter(|it| it.answers == Answers::Page);
    let found = pages.into_iter().find(|route| is_at(route.path, path));
    let (permission, limit) = found.map_or((Permission::CatalogEntityRead, Limit::None), |route| {
        (route.permission, route.limit)
    });
    Asks::For(Some(permission), limit)
}

/// Whether a path is one of those that the path of a route stands for.
fn is_at(route: &str, path: &str) -> bool {
    let (wanted, given) = (parts(route), parts(path));
    let fits = |(wanted, given): (&&str, &&str)| wanted.starts_with('{') || wanted == given;
    let is_open = wanted.last().is_some_and(|last| last.starts_with("{*"));
    let has_length = if is_open {
        given.len() >= wanted.len()
    } else {
        given.len() == wanted.len()
    };
    has_length && wanted.iter().zip(&given).all(fits)
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// The methods of a path, as the header `Allow` lists them.
fn methods(matched: Option<&str>) -> String {
    let routes = matched.and_then(|path| BY_PATH.get(path));
    let methods = routes.into_iter().flatten().map(|route| route.method);
    methods.collect::<Vec<_>>().join(", ")
}

/// Whether who asks may, and as whom else they are answered, if so: the policy decides about people,
/// restrictions about tokens; what names nothing is refused.
fn allowed(
    state: &AppState,
    caller: &Caller,
    request: &Parts,
    permission: Option<Permission>,
) -> Result<Option<Viewer>, ApiError> {
    let Some(permission) = permission else {
        return Err(ApiError::Forbidden(format!(
            "{} may not do this: the route names no permission",
            caller.viewer.display_name
        )));
    };
    match (&caller.by, plugin(request.uri.path())) {
        (By::ServiceToken(service), Some(plugin)) if !service.allows(plugin, permission) => {
            Err(ApiError::Forbidden(format!(
                "The token of {} does not allow {} in {plugin}; see accessRestrictions in backend.auth.externalAccess",
                service.subject,
                permission.name(),
            )))
        }
        (By::ServiceToken(_), _) => Ok(None),
        (By::PersonalToken(token), Some(plugin)) if !token.allows(plugin, permission) => {
            Err(ApiError::Forbidden(format!(
                "The token '{}' does not allow {} in {plugin}; make one with that scope in the settings",
                token.name,
                permission.name(),
            )))
        }
        (By::Nobody, _) if permission == Permission::Public => Ok(None),
        (By::Nobody, _) => Err(ApiError::Unauthenticated(
            "Missing credentials; sign in, or send a token as `Authorization: Bearer …`".to_owned(),
        )),
        (_, Some(_)) if needs_token(state, permission) => Err(ApiError::Unauthenticated(
            "Missing credentials; send a token of backend.auth.externalAccess as `Authorization: Bearer …`"
                .to_owned(),
        )),
        _ => permitted(state, &request.headers, &caller.viewer, permission),
    }
}

/// Whether the policy lets a person do it, be it to some things only: which these are is decided where
/// they are known. An administrator may be somebody else meanwhile.
fn permitted(
    state: &AppState,
    headers: &HeaderMap,
    viewer: &Viewer,
    permission: Permission,
) -> Result<Option<Viewer>, ApiError> {
    let other = disguise::worn(state, headers, viewer);
    if let Some(other) = &other {
        disguise::check(other, permission)?;
    }
    let viewer = other.as_ref().unwrap_or(viewer);
    if permission == Permission::Public || state.catalog.policy().may_at_all(viewer, permission) {
        Ok(other)
    } else {
        Err(refused(viewer, permission))
    }
}

/// Which part of the API a path belongs to, as the restrictions of tokens name it; none for pages.
fn plugin(path: &str) -> Option<&str> {
    match path.strip_prefix("/api/") {
        Some(rest) => rest.split('/').next(),
        None => Some("metrics").filter(|_| path == "/metrics"),
    }
}

/// Whether only programs with a token may do it. Where there are tokens, metrics are for those.
fn needs_token(state: &AppState, permission: Permission) -> bool {
    match permission {
        Permission::CatalogEntityCreate => true,
        Permission::MetricsRead => state.access.has_tokens(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_the_table_does_not_know_is_refused() {
        let asks = |matched, path| required(Some(matched), path, &Method::POST);
        assert_eq!(
            asks("/api/forgotten", "/api/forgotten"),
            Asks::For(None, Limit::None)
        );
        assert_eq!(
            asks("/_fn/{name}", "/_fn/forgotten"),
            Asks::For(None, Limit::None)
        );
        assert_eq!(
            asks("/_fn/{name}", "/_fn/set_starred"),
            Asks::For(Some(Permission::UserSettingsUpdate), Limit::Write)
        );
        let entities = "/api/catalog/entities";
        assert_eq!(asks(entities, entities), Asks::WrongMethod);
        assert_eq!(
            required(Some(entities), entities, &Method::HEAD),
            Asks::For(Some(Permission::CatalogEntityRead), Limit::Listing)
        );
        assert_eq!(methods(Some("/api/catalog/entity-facets")), "GET, POST");
    }

    #[test]
    fn pages_need_what_the_table_says() {
        let check = |path: &str, expected: Permission| {
            let asked = required(None, path, &Method::GET);
            assert!(
                matches!(asked, Asks::For(Some(found), _) if found == expected),
                "{path}: {asked:?}"
            );
        };
        check("/", Permission::CatalogEntityRead);
        check("/admin", Permission::AdminRead);
        check("/admin/", Permission::AdminRead);
        check("/admin/anything", Permission::AdminRead);
        check("/create/tasks/x", Permission::ScaffolderTaskRead);
        check("/create/templates/a/b", Permission::ScaffolderParameterRead);
        check("/docs/callboard/a/b/c", Permission::CatalogEntityRead);
        check("/register", Permission::CatalogLocationAnalyze);
        check("/nothing/at/all", Permission::CatalogEntityRead);
    }
}
