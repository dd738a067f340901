//! Cloning and pushing: `git http-backend` answers, as a program that is asked as web servers ask.

use super::Git;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures::stream::try_unfold;
use std::process::Stdio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdout, Command};

/// The largest head of an answer.
const LARGEST_HEAD: usize = 16 * 1024;
/// How much of an answer is passed on at a time.
const CHUNK: usize = 64 * 1024;

/// What somebody's git asks.
pub(crate) struct Request {
    pub(crate) method: String,
    /// Behind the repository: `/info/refs`, `/git-upload-pack` or `/git-receive-pack`.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) content_type: String,
    /// `gzip`, or nothing.
    pub(crate) encoding: String,
    /// The version of the protocol that is wished for.
    pub(crate) protocol: String,
    /// Whoever may push; without a name nobody may.
    pub(crate) user: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Git {
    /// The answer of git; the program ends when nobody waits for it any more.
    ///
    /// # Errors
    /// What keeps the program from answering.
    pub(crate) async fn answer(&self, request: Request) -> Result<Response<Body>, String> {
        let mut child = self.start(&request)?;
        let mut stdin = child.stdin.take().ok_or("git takes no input")?;
        // It may answer before it has read all, and end: that is no fault.
        let body = request.body;
        tokio::spawn(async move {
            let _ = stdin.write_all(&body).await;
            let _ = stdin.shutdown().await;
        });
        let mut stdout = child.stdout.take().ok_or("git gives no output")?;
        let (head, rest) = read_head(&mut stdout).await?;
        let mut response = Response::new(stream(child, stdout, rest));
        for line in head.lines() {
            let (name, value) = line.split_once(':').ok_or("git answered without a head")?;
            let value = value.trim();
            if name.eq_ignore_ascii_case("status") {
                let status = value.split(' ').next().unwrap_or_default();
                *response.status_mut() = StatusCode::from_bytes(status.as_bytes())
                    .map_err(|error| format!("status {status}: {error}"))?;
            } else if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(value),
            ) {
                response.headers_mut().insert(name, value);
            }
        }
        Ok(response)
    }

    fn start(&self, request: &Request) -> Result<Child, String> {
        let mut command = Command::new("git");
        command
            .arg("http-backend")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_PROJECT_ROOT", self.folder())
            .env("PATH_INFO", &request.path)
            .env("QUERY_STRING", &request.query)
            .env("REQUEST_METHOD", &request.method)
            .env("CONTENT_TYPE", &request.content_type)
            .env("CONTENT_LENGTH", request.body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", &request.encoding)
            .env("GIT_PROTOCOL", &request.protocol)
            .env("REMOTE_ADDR", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        if let Some(user) = &request.user {
            command.env("REMOTE_USER", user);
        }
        command
            .spawn()
            .map_err(|error| format!("`git http-backend` cannot be started: {error}"))
    }
}

/// The head of the answer, and what was read behind it.
async fn read_head(stdout: &mut ChildStdout) -> Result<(String, Vec<u8>), String> {
    let mut read = Vec::new();
    loop {
        if let Some(at) = read.windows(4).position(|it| it == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..at]).into_owned();
            return Ok((head, read.split_off(at + 4)));
        }
        if read.len() > LARGEST_HEAD {
            return Err("git answered without a head".to_owned());
        }
        match stdout.read_buf(&mut read).await {
            Ok(0) => return Err("git ended without an answer".to_owned()),
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// What git answers, as it comes.
fn stream(child: Child, stdout: ChildStdout, first: Vec<u8>) -> Body {
    let state = (child, stdout, first);
    Body::from_stream(try_unfold(state, async |(child, mut stdout, first)| {
        let mut chunk = first;
        if chunk.is_empty() {
            chunk.reserve(CHUNK);
            stdout.read_buf(&mut chunk).await?;
        }
        let next = (child, stdout, Vec::new());
        Ok::<_, std::io::Error>((!chunk.is_empty()).then_some((chunk, next)))
    }))
}
