//! How a GitHub is asked that is not always well.

use super::{Api, GithubError, Reason};
use crate::clock::Clock;
use crate::outbound::{Credential, Hosts, Outbound};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::{Arc, Mutex};

/// What a server answers, one after the other, and what it was asked.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<Vec<Response>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    let asked = format!("{} {}", request.method(), request.uri());
    script.asked.lock().unwrap().push(asked);
    let mut answers = script.answers.lock().unwrap();
    assert!(!answers.is_empty(), "it was asked too often");
    answers.remove(0)
}

fn says(status: u16, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, axum::Json(json!({ "message": message }))).into_response()
}

fn waits(seconds: &str) -> Response {
    let mut response = says(403, "You have exceeded a secondary rate limit.");
    let value = seconds.parse().unwrap();
    response.headers_mut().insert("retry-after", value);
    response
}

/// Asks a server with these answers, and returns what it was asked beside the result.
async fn ask<T>(
    answers: Vec<Response>,
    question: impl AsyncFn(Api<'_>) -> T,
) -> (T, Vec<String>, Vec<String>) {
    let script = Script::default();
    *script.answers.lock().unwrap() = answers;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(script.clone());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut hosts = Hosts::default();
    hosts.name(&base);
    let outbound = Outbound::new(hosts, Clock::system());
    let told = Mutex::new(Vec::new());
    let notice = Box::new(|text: &str| told.lock().unwrap().push(text.to_owned()));
    let credential = Credential::authorization("Bearer", "t");
    let result = question(Api::new(&outbound, &base, credential, notice)).await;
    server.abort();
    let asked = script.asked.lock().unwrap().clone();
    let told = told.lock().unwrap().clone();
    (result, asked, told)
}

#[tokio::test]
async fn what_may_be_said_twice_is_said_until_it_works() {
    let answers = vec![says(502, "Server Error"), says(200, "fine")];
    let (result, asked, told) = ask(answers, async |api: Api<'_>| {
        api.put("x", &json!({}), "set it").await
    })
    .await;
    assert_eq!(result.unwrap()["message"], "fine");
    assert_eq!(asked, ["PUT /x", "PUT /x"]);
    assert!(told[0].contains("tried again"), "{told:?}");
}

#[tokio::test]
async fn what_makes_something_is_asked_for_once() {
    let (result, asked, _) = ask(vec![says(500, "Oops")], async |api: Api<'_>| {
        api.post("x", &json!({}), "make it").await
    })
    .await;
    let error: GithubError = result.unwrap_err();
    assert!(error.is_unknown());
    assert_eq!(error.reason, Reason::Broken(500));
    assert_eq!(asked.len(), 1);
}

#[tokio::test]
async fn a_short_wait_is_waited_for_and_a_long_one_told() {
    let answers = vec![waits("1"), says(201, "made")];
    let (result, asked, told) = ask(answers, async |api: Api<'_>| {
        api.post("x", &json!({}), "make it").await
    })
    .await;
    assert_eq!(result.unwrap()["message"], "made");
    assert_eq!(asked.len(), 2);
    assert!(told[0].contains("asks to wait"), "{told:?}");

    let (result, asked, _) = ask(vec![waits("900")], async |api: Api<'_>| {
        api.post("x", &json!({}), "make it").await
    })
    .await;
    let error = result.unwrap_err();
    assert_eq!((error.reason.clone(), asked.len()), (Reason::Limited, 1));
    assert!(error.to_string().contains("asked again from 20"), "{error}");
}

#[tokio::test]
async fn a_refusal_keeps_what_github_said() {
    let refusal = says(403, "Resource not accessible by integration");
    let (result, ..) = ask(vec![refusal], async |api: Api<'_>| {
        api.get("x", "say it").await
    })
    .await;
    let error = result.unwrap_err();
    assert_eq!(error.reason, Reason::Permission);
    let text = error.to_string();
    assert!(text.contains("not accessible by integration"), "{text}");
    assert!(text.starts_with("GitHub refused to say it"), "{text}");
}
