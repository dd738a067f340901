//! A client that says what comes back, and nothing else.

use fake_github::{Github, TOKEN};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Reply {
    pub status: u16,
    /// In small letters, as it came.
    pub head: String,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub fn message(&self) -> String {
        self.json()["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

/// Asks the REST API as Ann: `POST /orgs/playhouse/repos`.
pub async fn ask(github: &Github, request: &str, body: Value) -> Reply {
    ask_as(github, &format!("Bearer {TOKEN}"), request, body).await
}

/// Asks the REST API with an authorization; without a body where it is null.
pub async fn ask_as(github: &Github, authorization: &str, request: &str, body: Value) -> Reply {
    let (method, path) = request.split_once(' ').unwrap();
    let request = format!("{method} /api/v3{path}");
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let head = format!("authorization: {authorization}\r\n");
    send(github, &request, &head, &body).await.unwrap()
}

/// A page for people.
pub async fn see(github: &Github, path: &str) -> Reply {
    send(github, &format!("GET {path}"), "", "").await.unwrap()
}

/// Any request; nothing where the connection ends before its answer has.
pub async fn send(github: &Github, request: &str, head: &str, body: &str) -> Option<Reply> {
    let mut stream = TcpStream::connect(&github.host).await.unwrap();
    let text = format!(
        "{request} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{head}\r\n{body}",
        github.host,
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let head = head.to_lowercase();
    let length = head.split("content-length: ").nth(1);
    let length = length.and_then(|it| it.split("\r\n").next()?.parse().ok());
    if length.is_some_and(|it: usize| it > text.len()) {
        return None;
    }
    Some(Reply {
        status: head.split(' ').nth(1)?.parse().ok()?,
        text: text.to_owned(),
        head,
    })
}
