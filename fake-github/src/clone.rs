//! Cloning and pushing through HTTP.

use crate::Shared;
use crate::answer::{Answer, refusal};
use crate::git::{Git, Request};
use crate::serve::Asking;
use axum::body::{Body, to_bytes};
use axum::http::{Response, StatusCode};

/// The longest that git answers to a push.
const LONGEST: usize = 1024 * 1024;

/// A repository, and what git wants of it.
pub(crate) struct Found {
    full_name: String,
    git: Git,
    path: &'static str,
    user: Option<String>,
    /// Branches that nobody may push to.
    protected: Vec<String>,
}

/// What git asks for; nothing where it is not git that asks.
pub(crate) fn find(shared: &Shared, asking: &Asking) -> Option<Result<Found, Answer>> {
    let paths = ["/info/refs", "/git-upload-pack", "/git-receive-pack"];
    let (full_name, path) = paths.into_iter().find_map(|it| {
        let full_name = asking.path.strip_suffix(it)?.trim_start_matches('/');
        Some((full_name.trim_end_matches(".git"), it))
    })?;
    let world = shared.lock().unwrap();
    let pushes = path == "/git-receive-pack" || asking.query.contains("git-receive-pack");
    let Some(repository) = world
        .repository(full_name)
        .filter(|it| world.may_read(&asking.who, it))
    else {
        // GitHub asks who wants to know before it says that there is nothing.
        return Some(Err(if asking.header("authorization").is_empty() {
            who_asks()
        } else {
            refusal(StatusCode::NOT_FOUND, "Repository not found.")
        }));
    };
    let may_push = world.may_write(&asking.who, repository);
    if pushes && !may_push {
        return Some(Err(if asking.header("authorization").is_empty() {
            who_asks()
        } else {
            refusal(
                StatusCode::FORBIDDEN,
                "Write access to repository not granted.",
            )
        }));
    }
    if pushes && repository.is_archived {
        let text = "This repository was archived so it is read-only.";
        return Some(Err(refusal(StatusCode::FORBIDDEN, text)));
    }
    let is_admin = world.may_administer(&asking.who, repository);
    let protected = repository.protection.keys();
    let protected = protected.filter(|it| !repository.may_push(it, is_admin));
    Some(Ok(Found {
        full_name: full_name.to_owned(),
        git: repository.git.clone(),
        path,
        user: may_push.then(|| asking.who.name()),
        protected: protected.map(|it| format!("refs/heads/{it}")).collect(),
    }))
}

fn who_asks() -> Answer {
    refusal(StatusCode::UNAUTHORIZED, "Repository not found.")
        .with("www-authenticate", "Basic realm=\"GitHub\"")
}

/// What git answers; after a push the repository is up to date when the answer is there.
pub(crate) async fn answer(shared: &Shared, asking: &Asking, found: Found) -> Response<Body> {
    let pushes = found.path == "/git-receive-pack";
    if pushes && let Some(refused) = refuse(&asking.body, &found.protected) {
        return refused.response();
    }
    let request = Request {
        method: asking.method.to_string(),
        path: found.path.to_owned(),
        query: asking.query.clone(),
        content_type: asking.header("content-type").to_owned(),
        encoding: asking.header("content-encoding").to_owned(),
        protocol: asking.header("git-protocol").to_owned(),
        user: found.user,
        body: asking.body.clone(),
    };
    let response = match found.git.answer(request).await {
        Ok(response) => response,
        Err(error) => return refusal(StatusCode::INTERNAL_SERVER_ERROR, &error).response(),
    };
    if !pushes {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST).await.unwrap_or_default();
    let mut world = shared.lock().unwrap();
    let now = world.tick();
    if let Some(repository) = world.repository_mut(&found.full_name) {
        repository.pushed = now;
        repository.settle();
    }
    Response::from_parts(parts, Body::from(body))
}

/// What git is told where it would change a branch that only pull requests may change.
fn refuse(body: &[u8], protected: &[String]) -> Option<Answer> {
    let commands = commands(body);
    let (branch, _) = commands.iter().find(|(name, _)| protected.contains(name))?;
    let mut report = packet("unpack ok\n");
    for (name, _) in &commands {
        report.push_str(&packet(&format!(
            "ng {name} protected branch hook declined\n"
        )));
    }
    report.push_str("0000");
    if commands.iter().any(|(_, it)| it.contains("side-band-64k")) {
        let told = format!(
            "\u{2}error: GH006: Protected branch update failed for {branch}.\n\
             error: Changes must be made through a pull request.\n"
        );
        report = format!("{}{}0000", packet(&told), packet(&format!("\u{1}{report}")));
    }
    let kind = "application/x-git-receive-pack-result";
    let answer = Answer::bytes(kind, report.into_bytes());
    Some(answer.with("cache-control", "no-cache"))
}

/// As git frames lines: the length in front, in hexadecimal.
fn packet(text: &str) -> String {
    format!("{:04x}{text}", text.len() + 4)
}

/// The branches that a push is about, each with what the other side can do.
fn commands(body: &[u8]) -> Vec<(String, String)> {
    let mut commands = Vec::new();
    let mut rest = body;
    loop {
        let length = rest.get(..4).and_then(|it| std::str::from_utf8(it).ok());
        let length = length.and_then(|it| usize::from_str_radix(it, 16).ok());
        let Some(line) = length.filter(|it| *it > 4).and_then(|it| rest.get(4..it)) else {
            return commands;
        };
        rest = &rest[line.len() + 4..];
        let line = String::from_utf8_lossy(line);
        let (line, can) = line.split_once('\0').unwrap_or((&line, ""));
        if let Some(name) = line.trim().split(' ').nth(2) {
            commands.push((name.to_owned(), can.to_owned()));
        }
    }
}
