//! People and teams come page by page, to those who may see them.

use crate::ask::send;
use fake_github::{Github, Profile, TOKEN};
use serde_json::{Value, json};

const MEMBERS: &str =
    "query members($organization: String!, $first: Int!, $after: String, $email: Boolean!) {
  organization(login: $organization) {
    membersWithRole(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { login name email @include(if: $email) }
    }
  }
}";
const TEAMS: &str = "query teams($organization: String!, $first: Int!, $members: Int!) {
  organization(login: $organization) {
    teams(first: $first) {
      nodes { slug parentTeam { slug } members(first: $members, membership: IMMEDIATE) { nodes { login } } }
    }
  }
}";

async fn ask(github: &Github, query: &str, mut variables: Value) -> Value {
    variables["organization"] = "playhouse".into();
    let body = json!({"query": query, "variables": variables}).to_string();
    let head = format!("authorization: Bearer {TOKEN}\r\n");
    let reply = send(github, "POST /api/graphql", &head, &body).await;
    reply.unwrap().is(200).json()
}

async fn playhouse() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben", "cleo"]);
    github.team("playhouse", "crew", &["ben"]);
    github.team("playhouse", "lights", &["ben", "cleo"]);
    github.move_team("playhouse", "lights", Some("crew"));
    github
}

#[tokio::test]
async fn people_come_page_by_page() {
    let github = playhouse().await;
    let name = Some("Ben".to_owned());
    github.profile(
        "ben",
        Profile {
            name,
            ..Profile::default()
        },
    );
    let members = async |after: Value| {
        let variables = json!({"first": 2, "after": after, "email": false});
        let answer = ask(&github, MEMBERS, variables).await;
        answer["data"]["organization"]["membersWithRole"].clone()
    };
    let first = members(Value::Null).await;
    assert_eq!(first["totalCount"], 3);
    assert_eq!(first["nodes"][1]["name"], "Ben");
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let last = members(first["pageInfo"]["endCursor"].clone()).await;
    assert_eq!(last["nodes"][0]["login"], "cleo");
    assert_eq!(last["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn teams_say_who_is_in_them_and_what_is_above() {
    let github = playhouse().await;
    let teams = async || {
        let answer = ask(&github, TEAMS, json!({"first": 9, "members": 1})).await;
        answer["data"]["organization"]["teams"]["nodes"].clone()
    };
    let found = teams().await;
    assert_eq!(found[1]["slug"], "lights");
    assert_eq!(found[1]["parentTeam"]["slug"], "crew");
    assert_eq!(
        found[1]["members"]["nodes"].as_array().map(Vec::len),
        Some(1)
    );
    github.rename_team("playhouse", "crew", "All of us");
    assert_eq!(teams().await[1]["parentTeam"]["slug"], "all-of-us");
    github.remove_team("playhouse", "all-of-us");
    assert_eq!(teams().await, json!([]));
}

#[tokio::test]
async fn what_the_schema_has_not_is_an_offence() {
    let github = playhouse().await;
    for (query, variables, word) in [
        (
            TEAMS.replace("parentTeam", "parent"),
            json!({"first": 1, "members": 1}),
            "no field parent",
        ),
        (
            TEAMS.to_owned(),
            json!({"first": 101, "members": 1}),
            "up to a hundred",
        ),
        (
            TEAMS.to_owned(),
            json!({"first": 1, "members": 0}),
            "up to a hundred",
        ),
        (
            MEMBERS.replace("login name", "login suspendedAt"),
            json!({"first": 1, "email": false}),
            "no field suspendedAt",
        ),
    ] {
        let answer = ask(&github, &query, variables).await;
        assert!(answer["errors"][0]["message"].is_string(), "{answer}");
        let offences: Vec<String> = github.offences().iter().map(ToString::to_string).collect();
        assert!(offences.join(" ").contains(word), "{word}: {offences:?}");
    }
}
