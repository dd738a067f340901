//! Asks the GraphQL API of a GitHub.

use super::ListError;
use crate::outbound::{Call, Credential, FetchError, Outbound};
use crate::scm::Scm;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// GitHub itself gives up after ten seconds, and may answer late.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Nobody has as many; whoever answers with more goes round in circles.
pub(super) const MAX_PAGES: usize = 10_000;
/// Of what GitHub says of an error, in characters.
const SHOWN: usize = 300;

/// The API of one host, asked in the name of somebody.
pub(super) struct GraphQl<'a> {
    pub(super) url: Url,
    pub(super) credential: Credential,
    pub(super) outbound: &'a Outbound,
}

/// A page of something.
pub(super) struct Page<'a> {
    pub(super) nodes: &'a [Value],
    /// How many GitHub counts on all pages.
    pub(super) total: u64,
    /// Where the next page begins; none after the last.
    pub(super) next: Option<&'a Value>,
}

/// Where the GraphQL API of a host is.
pub(super) fn url_at(host: &str, scm: &Scm) -> Result<Url, ListError> {
    let unknown = || ListError::UnknownHost(host.to_owned());
    let api = scm.github(host).ok_or_else(unknown)?;
    let api = api.api_base_url.as_deref().ok_or_else(unknown)?;
    beside(api).ok_or_else(unknown)
}

/// GitHub Enterprise has it beside the version of its API.
fn beside(api: &str) -> Option<Url> {
    let base = match api.strip_suffix("/api/v3") {
        Some(host) => format!("{host}/api"),
        None => api.to_owned(),
    };
    Url::parse(&format!("{base}/graphql")).ok()
}

impl GraphQl<'_> {
    /// What there is to a question.
    ///
    /// # Errors
    /// Also when GitHub tells of an error beside what it answers.
    pub(super) async fn ask(&self, query: &str, variables: Value) -> Result<Value, ListError> {
        let answer = self.send(query, variables).await?;
        match first_error(&answer) {
            Some(error) => Err(error),
            None => Ok(data_of(answer)),
        }
    }

    /// The same, where it is no error that something is not there: then it is null.
    pub(super) async fn ask_for_what_may_be_missing(
        &self,
        query: &str,
        variables: Value,
    ) -> Result<Value, ListError> {
        let answer = self.send(query, variables).await?;
        let errors = answer["errors"].as_array();
        let is_missing = errors.is_some_and(|all| all.iter().all(|it| it["type"] == "NOT_FOUND"));
        match first_error(&answer) {
            Some(error) if !is_missing => Err(error),
            _ => Ok(data_of(answer)),
        }
    }

    async fn send(&self, query: &str, variables: Value) -> Result<Value, ListError> {
        let body = json!({ "query": query, "variables": variables });
        let mut call = Call::new(Method::POST, self.url.clone()).accept("application/json");
        call.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call.body = Some(body.to_string().into());
        call.credential = Some(self.credential.clone());
        call.time_limit = TIME_LIMIT;
        let reply = self.outbound.send(call).await?;
        match reply.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(FetchError::Denied(reply.status).into());
            }
            status if !status.is_success() => return Err(FetchError::Status(status).into()),
            _ => {}
        }
        serde_json::from_slice(&reply.body)
            .map_err(|error| ListError::Answer(format!("with what is no JSON: {error}")))
    }
}

fn data_of(answer: Value) -> Value {
    match answer {
        Value::Object(mut answer) => answer.remove("data").unwrap_or_default(),
        _ => Value::Null,
    }
}

/// With errors, the data beside them is only what could be had.
fn first_error(answer: &Value) -> Option<ListError> {
    let error = answer["errors"].get(0)?;
    let message = error["message"].as_str().unwrap_or("an error");
    let message: String = message.chars().take(SHOWN).collect();
    Some(ListError::Answer(format!("with an error: {message}")))
}

impl<'a> Page<'a> {
    /// A connection of an answer; `of` says of what there should have been a list.
    pub(super) fn of(connection: &'a Value, of: &str) -> Result<Self, ListError> {
        let shape = || ListError::Answer(format!("without a list of {of}"));
        let nodes = connection["nodes"].as_array().ok_or_else(shape)?;
        let info = &connection["pageInfo"];
        let next = match info["hasNextPage"] == true {
            true if info["endCursor"].is_string() => Some(&info["endCursor"]),
            true => return Err(shape()),
            false => None,
        };
        Ok(Self {
            nodes,
            total: connection["totalCount"].as_u64().unwrap_or(u64::MAX),
            next,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_stands_beside_the_api() {
        let check = |api: &str, expected: &str| {
            assert_eq!(beside(api).unwrap().as_str(), expected);
        };
        check("https://api.github.com", "https://api.github.com/graphql");
        check(
            "https://api.octo.ghe.com",
            "https://api.octo.ghe.com/graphql",
        );
        check(
            "https://ghe.example.com/api/v3",
            "https://ghe.example.com/api/graphql",
        );
    }

    #[test]
    fn a_page_says_where_the_next_one_begins() {
        let connection = |info: Value| json!({"nodes": [1], "pageInfo": info, "totalCount": 7});
        let next = |info: Value| {
            let connection = connection(info);
            let page = Page::of(&connection, "teams").map_err(|it| it.to_string())?;
            assert_eq!((page.nodes.len(), page.total), (1, 7));
            Ok::<_, String>(page.next.cloned())
        };
        let more = json!({"hasNextPage": true, "endCursor": "x"});
        assert_eq!(next(more), Ok(Some(json!("x"))));
        let last = json!({"hasNextPage": false, "endCursor": "x"});
        assert_eq!(next(last), Ok(None));
        let without = next(json!({"hasNextPage": true, "endCursor": null}));
        assert!(without.unwrap_err().contains("list of teams"));
        assert!(Page::of(&json!({}), "teams").is_err());
    }
}
