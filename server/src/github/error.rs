//! Why GitHub did not do something, in words that help: what it said, and what to do.

use crate::outbound::{FetchError, Reply};
use axum::http::StatusCode;
use serde_json::Value;

/// How much of GitHub's own words is repeated, in characters.
const TOLD: usize = 600;

/// A refusal of GitHub, or its silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubError {
    /// Completes "GitHub refused to …".
    purpose: String,
    pub reason: Reason,
    /// What GitHub said, its errors about fields included.
    pub said: String,
}

/// What kind of refusal it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// 401: the credential is none any more.
    Credential,
    /// The credential was not yet let in by the organisation's single sign-on; where that is done.
    SingleSignOn(Option<String>),
    /// What is asked for is part of a plan that the owner has not.
    Plan,
    /// The installation of the app is suspended.
    Suspended,
    /// The credential may not do this.
    Permission,
    /// There is no such thing, or the credential may not see it.
    Missing,
    /// There is something of that name already.
    Taken,
    /// A repository that nobody may change any more.
    Archived,
    /// What is asked for cannot be.
    Invalid(u16),
    /// GitHub asks to wait for too long to be waited for.
    Limited,
    /// GitHub is broken: whether it has done it is not known.
    Broken(u16),
    /// There is no whole answer: whether it has done it is not known.
    Silent,
    /// Nothing was asked: the address may not be reached.
    NotAsked,
}

impl GithubError {
    pub(super) fn of_fetch(error: FetchError, purpose: &str) -> Self {
        let reason = match &error {
            FetchError::RateLimited { .. } => Reason::Limited,
            error if error.is_silence() => Reason::Silent,
            _ => Reason::NotAsked,
        };
        Self {
            purpose: purpose.to_owned(),
            reason,
            said: error.to_string(),
        }
    }

    pub(super) fn unreadable(error: &serde_json::Error, purpose: &str) -> Self {
        Self {
            purpose: purpose.to_owned(),
            reason: Reason::Silent,
            said: format!("the answer is no JSON: {error}"),
        }
    }

    pub(super) fn of_reply(reply: &Reply, purpose: &str) -> Self {
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let said = said(&answer);
        let sso = reply.headers.get("x-github-sso");
        let sso = sso.and_then(|it| it.to_str().ok());
        let words = said.to_lowercase();
        let has = |some: &[&str]| some.iter().any(|it| words.contains(it));
        let reason = match reply.status {
            status if status.is_server_error() => Reason::Broken(status.as_u16()),
            _ if sso.is_some_and(|it| it.starts_with("required")) || has(&["saml enforcement"]) => {
                let url = sso.and_then(|it| it.split_once("url="));
                Reason::SingleSignOn(url.map(|(_, url)| url.to_owned()))
            }
            _ if has(&["upgrade to github", "upgrade your plan", "billing plan"]) => Reason::Plan,
            _ if has(&["suspended"]) => Reason::Suspended,
            _ if has(&["archived"]) => Reason::Archived,
            StatusCode::UNAUTHORIZED => Reason::Credential,
            StatusCode::FORBIDDEN => Reason::Permission,
            StatusCode::NOT_FOUND | StatusCode::GONE => Reason::Missing,
            _ if has(&[
                "already exist",
                "already_exists",
                "already been taken",
                "already in use",
            ]) =>
            {
                Reason::Taken
            }
            status => Reason::Invalid(status.as_u16()),
        };
        Self {
            purpose: purpose.to_owned(),
            reason,
            said,
        }
    }

    /// Whether it may have been done all the same.
    pub fn is_unknown(&self) -> bool {
        matches!(self.reason, Reason::Broken(_) | Reason::Silent)
    }

    pub fn is_missing(&self) -> bool {
        self.reason == Reason::Missing
    }

    pub fn is_taken(&self) -> bool {
        self.reason == Reason::Taken
    }
}

impl std::error::Error for GithubError {}

impl std::fmt::Display for GithubError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (purpose, said) = (&self.purpose, self.said.trim_end_matches('.'));
        match &self.reason {
            Reason::Silent => write!(
                f,
                "GitHub was asked to {purpose}, and gave no whole answer: {said}."
            ),
            Reason::Broken(status) => write!(
                f,
                "GitHub was asked to {purpose}, and answered {status}: {said}."
            ),
            Reason::NotAsked => write!(f, "GitHub could not be asked to {purpose}: {said}."),
            Reason::Limited => write!(
                f,
                "GitHub cannot be asked to {purpose} now: {said}. Have the task go on after that."
            ),
            _ => {
                write!(f, "GitHub refused to {purpose}: {said}.")?;
                self.advice(f)
            }
        }
    }
}

impl GithubError {
    fn advice(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.reason {
            Reason::Credential => f.write_str(
                " The token is not valid any more: renew it under integrations.github, or give another in \
                 'token'.",
            ),
            Reason::SingleSignOn(url) => {
                f.write_str(" The organisation asks for single sign-on: let the token in")?;
                match url {
                    Some(url) => write!(f, " at {url}."),
                    None => f.write_str(" in the settings of GitHub, or use a GitHub App."),
                }
            }
            Reason::Plan => f.write_str(
                " This is not part of the owner's plan: upgrade it, make the repository public, or leave this \
                 out of the template.",
            ),
            Reason::Suspended => f.write_str(
                " The installation of the app, or the account, is suspended: its owner can lift that in the \
                 settings of GitHub.",
            ),
            Reason::Permission => f.write_str(
                " The token or app may not do this: give it the permission, or give another in 'token'.",
            ),
            Reason::Missing => f.write_str(
                " There is no such thing, or the token or app may not see it: check the names, and that the \
                 app is installed for the owner.",
            ),
            Reason::Taken => f.write_str(" Choose another name, or remove what has it."),
            Reason::Archived => f.write_str(" Nobody may change it: unarchive it first."),
            _ => Ok(()),
        }
    }
}

/// The message of an answer, and what is wrong with which field.
fn said(answer: &Value) -> String {
    let message = answer["message"].as_str().unwrap_or("it says nothing");
    let errors = answer["errors"].as_array();
    let errors = errors.into_iter().flatten().filter_map(field_error);
    let mut said = message.trim_end_matches('.').to_owned();
    for (index, error) in errors.enumerate() {
        said.push_str(if index == 0 { " (" } else { "; " });
        said.push_str(&error);
    }
    if said.contains('(') && !message.contains('(') {
        said.push(')');
    }
    if let Some(error) = answer["errors"].as_str() {
        said.push_str(&format!(" ({error})"));
    }
    said.chars().take(TOLD).collect()
}

fn field_error(error: &Value) -> Option<String> {
    if let Some(text) = error.as_str() {
        return Some(text.to_owned());
    }
    let text = |key: &str| error[key].as_str();
    match (text("message"), text("field"), text("code")) {
        (Some(message), ..) => Some(message.to_owned()),
        (None, Some(field), Some(code)) => Some(format!("{field}: {code}")),
        (None, None, Some(code)) => Some(code.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderMap, HeaderValue};
    use serde_json::json;

    fn error(status: u16, body: &Value, sso: Option<&str>) -> GithubError {
        let mut headers = HeaderMap::new();
        if let Some(sso) = sso {
            headers.insert("x-github-sso", HeaderValue::from_str(sso).unwrap());
        }
        let reply = Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: body.to_string().into(),
        };
        GithubError::of_reply(&reply, "make it")
    }

    #[test]
    fn each_refusal_is_told_apart_and_says_what_to_do() {
        let check = |status: u16, body: Value, reason: Reason, words: &str| {
            let error = error(status, &body, None);
            assert_eq!(error.reason, reason, "{body}");
            let text = error.to_string();
            assert!(text.contains(words), "{text}");
        };
        let message = |text: &str| json!({ "message": text });
        let taken = json!({ "message": "Repository creation failed.", "errors": [
            { "code": "custom", "field": "name", "message": "name already exists on this account" }
        ] });
        check(
            422,
            taken,
            Reason::Taken,
            "(name already exists on this account). Choose another",
        );
        let coded = json!({ "message": "Validation Failed", "errors": [
            { "code": "invalid", "field": "key" }, "no good"
        ] });
        check(422, coded, Reason::Invalid(422), "(key: invalid; no good)");
        check(
            401,
            message("Bad credentials"),
            Reason::Credential,
            "renew it",
        );
        check(
            403,
            message("Resource not accessible by integration"),
            Reason::Permission,
            "may not",
        );
        check(
            404,
            message("Not Found"),
            Reason::Missing,
            "installed for the owner",
        );
        check(
            403,
            message("This installation has been suspended"),
            Reason::Suspended,
            "lift",
        );
        let plan = "Upgrade to GitHub Pro or make this repository public to enable this feature.";
        check(403, message(plan), Reason::Plan, "plan");
        check(
            403,
            message("Repository was archived so is read-only."),
            Reason::Archived,
            "unarchive",
        );
        check(
            502,
            message("Server Error"),
            Reason::Broken(502),
            "answered 502",
        );
        assert!(error(500, &json!(null), None).is_unknown());
    }

    #[test]
    fn single_sign_on_says_where_to_go() {
        let body = json!({ "message": "Resource protected by organization SAML enforcement." });
        let url = "https://github.com/orgs/a/sso?authorization_request=b";
        let error = error(403, &body, Some(&format!("required; url={url}")));
        assert_eq!(error.reason, Reason::SingleSignOn(Some(url.to_owned())));
        assert!(error.to_string().contains(url));
    }
}
