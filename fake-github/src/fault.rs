//! What can go wrong at GitHub, and the words that it has for it.

use crate::answer::{Answer, refusal};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

/// Something that goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Something is broken there: 502.
    Broken,
    /// Something is broken there: 500.
    Failing,
    /// The budget of the hour is used up; seconds since 1970 when there is a new one.
    Primary { reset: i64 },
    /// Too much at once, with or without saying for how many seconds: 403.
    Secondary { retry_after: Option<u32> },
    /// Too much at once: 429.
    TooMany { retry_after: u32 },
    /// What is asked for is not in the plan of the owner, such as protecting branches of private
    /// repositories.
    NotInPlan,
    /// The organisation wants its single sign-on.
    SsoRequired,
    /// The owner has suspended the app.
    Suspended,
    /// The token may not.
    NotAllowed,
    /// The name of the repository is taken.
    NameExists,
    /// Any other answer.
    Answer(u16, Value),
    /// The answer comes after this time.
    Slow(Duration),
    /// No answer ever comes.
    Silent,
    /// The connection ends in the middle of an answer, and nothing was done.
    Cut,
    /// Everything is done, and the connection ends in the middle of the answer.
    Lost,
}

/// What will go wrong, in this order.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Planned>);

#[derive(Debug)]
struct Planned {
    method: String,
    pattern: String,
    fault: Fault,
    left: usize,
}

impl Faults {
    pub(crate) fn plan(&mut self, method: &str, pattern: &str, fault: Fault, times: usize) {
        self.0.push(Planned {
            method: method.to_owned(),
            pattern: pattern.to_owned(),
            fault,
            left: times,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What goes wrong with a request; it is used up by one.
    pub(crate) fn next(&mut self, method: &str, path: &str) -> Option<Fault> {
        let mut all = self.0.iter_mut();
        let planned = all.find(|it| {
            it.left > 0
                && (it.method == "*" || it.method.eq_ignore_ascii_case(method))
                && matches(&it.pattern, path)
        })?;
        planned.left -= 1;
        Some(planned.fault.clone())
    }
}

/// Whether a path is one of those that a pattern means: `*` and `{anything}` are any one part, `**` is
/// all that follows.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        if wanted == "**" {
            return true;
        }
        let Some(part) = parts.next() else {
            return false;
        };
        let is_any = wanted == "*" || wanted.starts_with('{');
        if !is_any && !wanted.eq_ignore_ascii_case(part) {
            return false;
        }
    }
    parts.next().is_none()
}

impl Fault {
    /// What is answered instead of what was asked for; nothing where it is answered all the same.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let answer = match self {
            Self::Broken => refusal(StatusCode::BAD_GATEWAY, "Server Error"),
            Self::Failing => refusal(StatusCode::INTERNAL_SERVER_ERROR, "Server Error"),
            Self::Primary { reset } => refusal(
                StatusCode::FORBIDDEN,
                "API rate limit exceeded for installation ID 1.",
            )
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-reset", &reset.to_string()),
            Self::Secondary { retry_after } => {
                let answer = refusal(
                    StatusCode::FORBIDDEN,
                    "You have exceeded a secondary rate limit. Please wait a few minutes before you \
                     try again.",
                );
                match retry_after {
                    Some(seconds) => answer.with("retry-after", &seconds.to_string()),
                    None => answer,
                }
            }
            Self::TooMany { retry_after } => {
                refusal(StatusCode::TOO_MANY_REQUESTS, "Too many requests")
                    .with("retry-after", &retry_after.to_string())
            }
            Self::NotInPlan => refusal(
                StatusCode::FORBIDDEN,
                "Upgrade to GitHub Pro or make this repository public to enable this feature.",
            ),
            Self::SsoRequired => refusal(
                StatusCode::FORBIDDEN,
                "Resource protected by organization SAML enforcement. You must grant your Personal \
                 Access token access to this organization.",
            )
            .with(
                "x-github-sso",
                "required; url=https://github.com/orgs/playhouse/sso?authorization_request=A1",
            ),
            Self::Suspended => suspended(),
            Self::NotAllowed => refusal(
                StatusCode::FORBIDDEN,
                "Resource not accessible by integration",
            ),
            Self::NameExists => name_exists(),
            Self::Answer(status, body) => {
                let status = StatusCode::from_u16(*status).unwrap();
                Answer::json(status, body.clone())
            }
            Self::Cut => return Some(Answer::json(StatusCode::OK, json!({})).cut()),
            Self::Slow(_) | Self::Silent | Self::Lost => return None,
        };
        Some(answer)
    }
}

pub(crate) fn suspended() -> Answer {
    refusal(
        StatusCode::FORBIDDEN,
        "This installation has been suspended",
    )
}

pub(crate) fn name_exists() -> Answer {
    let mistake = json!({
        "resource": "Repository", "code": "custom", "field": "name",
        "message": "name already exists on this account",
    });
    Answer::json(
        StatusCode::UNPROCESSABLE_ENTITY,
        json!({
            "message": "Repository creation failed.",
            "errors": [mistake],
            "documentation_url": "https://docs.github.com/rest/repos/repos#create-an-organization-repository",
            "status": "422",
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_mean_paths() {
        for (pattern, path, meant) in [
            ("/user", "/user", true),
            ("/user", "/users", false),
            ("/repos/{owner}/{repo}", "/repos/playhouse/fog", true),
            (
                "/repos/{owner}/{repo}",
                "/repos/playhouse/fog/topics",
                false,
            ),
            ("/repos/*/fog/**", "/repos/playhouse/fog/git/refs", true),
            ("/repos/*/fog/**", "/repos/playhouse/haze/git/refs", false),
            ("**", "/anything/at/all", true),
        ] {
            assert_eq!(matches(pattern, path), meant, "{pattern} {path}");
        }
    }
}
