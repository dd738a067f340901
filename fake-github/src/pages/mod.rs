//! What people see: a repository, its files, its settings and its pull requests, without scripts.

mod code;
mod html;
mod overview;
mod pull;

use crate::answer::Answer;
use crate::repository::Repository;
use crate::rest::merge_pull;
use crate::serve::Asking;
use crate::world::World;
use axum::http::{Method, StatusCode};
pub(crate) use html::escape;
use html::page;

pub(crate) fn answer(world: &mut World, asking: &Asking) -> Answer {
    let decoded = percent_encoding::percent_decode_str(&asking.path);
    let path = decoded.decode_utf8_lossy().trim_matches('/').to_owned();
    let mut parts = path.splitn(4, '/');
    let (owner, name) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let (what, rest) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    if asking.method == Method::POST {
        return press(world, &format!("{owner}/{name}"), what, rest);
    }
    if owner.is_empty() {
        return shown("Repositories", &overview::repositories(world, None));
    }
    if name.is_empty() {
        return shown(owner, &overview::repositories(world, Some(owner)));
    }
    let found = world.repository(&format!("{owner}/{}", name.trim_end_matches(".git")));
    let body = found.and_then(|repository| match what {
        "" | "settings" => Some(overview::repository(world, repository)),
        "tree" => code::folder(repository, rest),
        "blob" => code::file(repository, rest),
        "commits" => code::commits(repository, rest),
        "commit" => code::commit(repository, rest),
        "pull" | "issues" => pull::issue(world, repository, rest.parse().ok()?),
        _ => None,
    });
    if let (Some(repository), Some(body)) = (found, body) {
        return shown(&repository.full_name(), &body);
    }
    let text = format!(
        "<p>There is nothing at <code>/{}</code>.</p>",
        escape(&path)
    );
    let mut answer = shown("Not found", &text);
    answer.status = StatusCode::NOT_FOUND;
    answer
}

pub(crate) fn shown(title: &str, body: &str) -> Answer {
    let text = page(title, body);
    Answer::bytes("text/html; charset=utf-8", text.into_bytes())
        .with(
            "content-security-policy",
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'",
        )
        .with("x-content-type-options", "nosniff")
}

/// Merges a pull request, which is all that can be done here.
fn press(world: &mut World, full_name: &str, what: &str, rest: &str) -> Answer {
    let number = rest.strip_suffix("/merge").and_then(|it| it.parse().ok());
    let number = number.filter(|_| what == "pull");
    let Some(number) = number else {
        return shown("Not found", "<p>That cannot be done here.</p>");
    };
    if let Err(refused) = merge_pull(world, full_name, number, None, None, false) {
        return refused;
    }
    let mut answer = shown("Merged", "");
    answer.status = StatusCode::SEE_OTHER;
    answer.with("location", &format!("/{full_name}/pull/{number}"))
}

/// The link to something of a repository.
fn link(repository: &Repository, path: &str, text: &str) -> String {
    let target = format!("/{}/{path}", repository.full_name());
    format!("<a href=\"{}\">{}</a>", escape(&target), escape(text))
}
