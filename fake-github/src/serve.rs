//! What happens to each request, whatever it asks.

use crate::answer::{Answer, Content, refusal};
use crate::description::Operation;
use crate::fault::{Fault, suspended};
use crate::identity::Who;
use crate::offence::Offence;
use crate::rest::{Call, handler};
use crate::world::World;
use crate::{Asked, Shared, clone, graphql, oauth, pages, raw};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The largest body that is read, which a push may have.
const LARGEST: usize = 256 * 1024 * 1024;

pub(crate) fn router(shared: Shared) -> Router {
    Router::new().fallback(answer).with_state(shared)
}

/// A request whose body has been read.
pub(crate) struct Asking {
    pub(crate) method: Method,
    /// As it came, without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) who: Who,
}

impl Asking {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|it| it.to_str().ok());
        value.unwrap_or_default()
    }

    /// The parameters of the query, decoded.
    pub(crate) fn parameters(&self) -> BTreeMap<String, String> {
        let pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.into_owned().collect()
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "too much").response();
    };
    let mut asking = Asking {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.to_vec(),
        who: Who::Nobody,
    };
    let fault = {
        let path = asking.path.strip_prefix("/api/v3").unwrap_or(&asking.path);
        let path = path.strip_prefix("/api").unwrap_or(path);
        let mut world = shared.lock().unwrap();
        world.faults.next(asking.method.as_str(), path)
    };
    let mut response = match fault {
        Some(Fault::Silent) => {
            note(&shared, &asking, 0);
            std::future::pending().await
        }
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            reply(&shared, &mut asking).await
        }
        Some(Fault::Lost) => {
            // What is answered is read to its end: a push is done only then.
            let done = reply(&shared, &mut asking).await;
            let _ = to_bytes(done.into_body(), LARGEST).await;
            Answer::ok(json!({})).cut().response()
        }
        Some(fault) => fault.answer().expect("all others answer").response(),
        None => reply(&shared, &mut asking).await,
    };
    finish(&asking, &mut response);
    let date = shared.lock().unwrap().date();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
    note(&shared, &asking, response.status().as_u16());
    response
}

fn note(shared: &Shared, asking: &Asking, status: u16) {
    let path = match asking.query.as_str() {
        "" => asking.path.clone(),
        query => format!("{}?{query}", asking.path),
    };
    shared.lock().unwrap().asked.push(Asked {
        method: asking.method.to_string(),
        path,
        body: serde_json::from_slice(&asking.body).unwrap_or_default(),
        status,
    });
}

/// What is answered when nothing goes wrong.
async fn reply(shared: &Shared, asking: &mut Asking) -> Response<Body> {
    let who = shared.lock().unwrap().who(&asking.headers);
    match who {
        None => return refusal(StatusCode::UNAUTHORIZED, "Bad credentials").response(),
        Some(Who::Installation(owner)) if shared.lock().unwrap().is_suspended(&owner) => {
            return suspended().response();
        }
        Some(who) => asking.who = who,
    }
    if let Some(path) = asking.path.strip_prefix("/api/v3") {
        let path = path.to_owned();
        return rest(&mut shared.lock().unwrap(), asking, &path).response();
    }
    if asking.path == "/api/graphql" {
        return graphql::answer(&mut shared.lock().unwrap(), asking).response();
    }
    if let Some(path) = asking.path.strip_prefix("/raw/") {
        return raw::answer(&shared.lock().unwrap(), asking, path).response();
    }
    if let Some(answer) = oauth::answer(&mut shared.lock().unwrap(), asking) {
        return answer.response();
    }
    match clone::find(shared, asking) {
        Some(Ok(found)) => clone::answer(shared, asking, found).await,
        Some(Err(refused)) => refused.response(),
        None => pages::answer(&mut shared.lock().unwrap(), asking).response(),
    }
}

/// The answer of the REST API, after the question and before the answer were held against what GitHub
/// publishes.
fn rest(world: &mut World, asking: &Asking, path: &str) -> Answer {
    let request = format!("{} {path}", asking.method);
    let offend = |world: &mut World, whats: Vec<String>| {
        for what in whats {
            let request = request.clone();
            world.offences.push(Offence { request, what });
        }
    };
    let Some((operation, parameters)) = Operation::find(asking.method.as_str(), path) else {
        let what = "GitHub has no such operation, or none that is served here".to_owned();
        offend(world, vec![what]);
        return refusal(StatusCode::NOT_FOUND, "Not Found");
    };
    let query = asking.parameters();
    let mut mistakes = operation.mistakes_of_query(&query);
    let body = match asking.body.as_slice() {
        [] => None,
        bytes => match serde_json::from_slice::<Value>(bytes) {
            Ok(body) => Some(body),
            Err(error) => {
                offend(world, vec![format!("the body is no JSON: {error}")]);
                return refusal(StatusCode::BAD_REQUEST, "Problems parsing JSON");
            }
        },
    };
    mistakes.extend(operation.mistakes_of_body(body.as_ref()));
    if !mistakes.is_empty() {
        let text = format!("Invalid request.\n\n{}", mistakes.join("\n"));
        offend(world, mistakes);
        return refusal(StatusCode::UNPROCESSABLE_ENTITY, &text);
    }
    let Some(handler) = handler(&operation.name) else {
        offend(world, vec!["this is not served here".to_owned()]);
        return refusal(StatusCode::NOT_IMPLEMENTED, "Not served here");
    };
    let mut call = Call {
        url: format!("{}{path}", world.api()),
        world,
        who: asking.who.clone(),
        parameters,
        query,
        body: body.unwrap_or_default(),
        accept: asking.header("accept").to_owned(),
    };
    let answer = match handler(&mut call) {
        Ok(answer) => answer,
        Err(refused) => return refused,
    };
    let status = answer.status.as_u16();
    let mistakes = match &answer.content {
        Content::Nothing => operation.mistakes_of_answer(status, None),
        Content::Json(body) => operation.mistakes_of_answer(status, Some(body)),
        Content::Bytes(..) => Vec::new(),
    };
    offend(
        world,
        mistakes
            .into_iter()
            .map(|it| format!("the answer of this server is wrong: {it}"))
            .collect(),
    );
    answer
}

/// What every answer has: whether it is new to the one who asks, and what they still may.
fn finish(asking: &Asking, response: &mut Response<Body>) {
    let etag = response.headers().get(header::ETAG);
    let is_known = etag.is_some() && etag == asking.headers.get(header::IF_NONE_MATCH);
    if is_known && asking.method == Method::GET && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
    }
    for (name, value) in [
        ("x-ratelimit-limit", "5000"),
        ("x-ratelimit-remaining", "4999"),
        ("x-ratelimit-used", "1"),
        ("x-ratelimit-reset", "4102444800"),
        ("x-ratelimit-resource", "core"),
    ] {
        let headers = response.headers_mut();
        let value = HeaderValue::from_static(value);
        headers.entry(name).or_insert(value);
    }
}
