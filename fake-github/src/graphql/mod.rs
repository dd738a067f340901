//! The answers of GraphQL: the repositories of an owner, the members and the teams of an organisation,
//! page by page. A question is held against GitHub's schema, and of what it may ask for only the fields
//! that Callboard needs are answered.

mod people;
mod query;
mod repositories;

use crate::answer::{Answer, refusal};
use crate::identity::Who;
use crate::offence::Offence;
use crate::serve::Asking;
use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// The most that GitHub gives at once.
const LARGEST_PAGE: u64 = 100;

/// A question without mistakes.
#[derive(Clone)]
struct Asked<'a> {
    variables: &'a Value,
    who: &'a Who,
    /// The field that is asked for.
    root: &'static str,
    /// How many were given before.
    after: usize,
}

impl Asked<'_> {
    fn text(&self, name: &str) -> &str {
        self.variables[name].as_str().unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        self.variables[name] == true
    }
}

/// GraphQL answers nobody who does not say who asks.
pub(crate) fn answer(world: &mut World, asking: &Asking) -> Answer {
    if asking.who == Who::Nobody {
        let text = "This endpoint requires you to be authenticated.";
        return refusal(StatusCode::UNAUTHORIZED, text);
    }
    let body: Value = serde_json::from_slice(&asking.body).unwrap_or_default();
    let query = body["query"].as_str().unwrap_or_default();
    let variables = &body["variables"];
    let mut mistakes = query::mistakes(query, variables, world.is_enterprise_server);
    mistakes.extend(mistakes_of_sizes(variables));
    let mut roots = ["repositoryOwner", "organization"].into_iter();
    let root = roots.find(|it| query.contains(&format!("{it}(")));
    if root.is_none() && mistakes.is_empty() {
        mistakes.push("what is asked for is not served here".to_owned());
    }
    if !mistakes.is_empty() {
        let errors: Vec<Value> = mistakes.iter().map(|it| json!({"message": it})).collect();
        world
            .offences
            .extend(mistakes.into_iter().map(|what| Offence {
                request: "POST /graphql".to_owned(),
                what,
            }));
        return Answer::ok(json!({ "errors": errors }));
    }
    let after = variables["after"].as_str().and_then(|it| it.parse().ok());
    let asked = Asked {
        variables,
        who: &asking.who,
        root: root.unwrap_or_default(),
        after: after.unwrap_or_default(),
    };
    let found = if query.contains("membersWithRole(") {
        people::members(world, &asked)
    } else if query.contains("teams(") {
        people::teams(world, &asked)
    } else if query.contains("team(") {
        people::team_page(world, &asked)
    } else {
        Ok(repositories::list(world, &asked))
    };
    let mut errors = world.errors.clone();
    let data = found.unwrap_or_else(|error| {
        errors.push(error);
        json!({ asked.root: null })
    });
    let mut body = json!({ "data": data });
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    Answer::ok(body)
}

/// Pages are of one to a hundred.
fn mistakes_of_sizes(variables: &Value) -> impl Iterator<Item = String> {
    let sizes = ["first", "members"].into_iter();
    let sizes = sizes.filter_map(|name| Some((name, variables[name].as_i64()?)));
    let fits = |size: i64| u64::try_from(size).is_ok_and(|it| (1..=LARGEST_PAGE).contains(&it));
    let wrong = sizes.filter(move |(_, size)| !fits(*size));
    wrong.map(|(name, size)| format!("GitHub gives up to a hundred, and ${name} is {size}"))
}

/// A connection: as many nodes as `size` says, from where the question begins.
fn page<T>(all: &[T], asked: &Asked<'_>, size: &str, node: impl Fn(&T) -> Value) -> Value {
    let size = asked.variables[size].as_u64().unwrap_or(LARGEST_PAGE);
    let size = usize::try_from(size).unwrap_or_default();
    let nodes = all.iter().skip(asked.after).take(size).map(node);
    let nodes: Vec<Value> = nodes.collect();
    let end = asked.after + nodes.len();
    json!({
        "totalCount": all.len(),
        "pageInfo": {"hasNextPage": end < all.len(), "endCursor": end.to_string()},
        "nodes": nodes,
    })
}
