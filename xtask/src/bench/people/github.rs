//! The GraphQL API of a GitHub with one organisation, as far as its people and teams are asked for.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Teams below one another: each has so many below it.
const BRANCHES: usize = 10;
/// In how many teams everybody is, beside the largest.
const MEMBERSHIPS: usize = 3;

/// What there is: people and teams, each by its number.
struct Organization {
    people: usize,
    teams: usize,
    /// People in the first team.
    largest: usize,
}

/// Answers until the process ends.
pub(super) fn start(people: usize, teams: usize, largest: usize) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let organization = Arc::new(Organization {
        people,
        teams,
        largest,
    });
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let organization = Arc::clone(&organization);
            // Who hangs up has what it wants.
            thread::spawn(move || organization.serve(&stream).ok());
        }
    });
    Ok(address)
}

impl Organization {
    /// Answers one request after the other.
    fn serve(&self, mut stream: &TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line)? == 0 {
                    return Ok(());
                }
                let line = line.trim().to_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse()?;
                }
                if line.is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            let answer = self.answer(&serde_json::from_slice(&body)?)?.to_string();
            // In one piece: what waits for the rest of it would be measured, too.
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
                answer.len()
            );
            stream.write_all(answer.as_bytes())?;
        }
    }

    fn answer(&self, asked: &Value) -> Result<Value> {
        let query = asked["query"].as_str().context("no query")?;
        let variables = &asked["variables"];
        let first = number(&variables["first"]);
        let after = variables["after"].as_str().and_then(|it| it.parse().ok());
        let after = after.unwrap_or_default();
        let found = if query.contains("membersWithRole(") {
            json!({ "membersWithRole": page(self.people, after, first, person) })
        } else if query.contains("teams(") {
            let members = number(&variables["members"]);
            json!({ "teams": page(self.teams, after, first, |team| self.team(team, members)) })
        } else {
            let slug = variables["team"].as_str().unwrap_or_default();
            let team = slug.strip_prefix("team-").context("no such team")?;
            json!({ "team": { "members": self.members(team.parse()?, after, first) } })
        };
        let mut found = found;
        found["login"] = "playhouse".into();
        Ok(json!({ "data": { "organization": found } }))
    }

    fn team(&self, team: usize, members: usize) -> Value {
        let slug = format!("team-{team}");
        let parent = team
            .checked_sub(1)
            .map(|it| format!("team-{}", it / BRANCHES));
        json!({
            "slug": slug,
            "combinedSlug": format!("playhouse/{slug}"),
            "name": format!("Team {team}"),
            "description": format!("Looks after part {team} of the house"),
            "avatarUrl": format!("https://example.com/avatars/teams/{team}"),
            "editTeamUrl": format!("https://example.com/orgs/playhouse/teams/{slug}/edit"),
            "parentTeam": parent.map(|slug| json!({ "slug": slug })),
            "members": self.members(team, 0, members),
        })
    }

    fn members(&self, team: usize, after: usize, first: usize) -> Value {
        let count = match team {
            0 => self.largest,
            _ => self.people * MEMBERSHIPS / self.teams,
        };
        page(
            count,
            after,
            first,
            |member| json!({ "login": login((team * 31 + member) % self.people) }),
        )
    }
}

fn login(person: usize) -> String {
    format!("person-{person}")
}

fn person(person: usize) -> Value {
    json!({
        "id": format!("U_{person}"),
        "login": login(person),
        "name": format!("Person {person}"),
        "bio": format!("Plays part {person}"),
        "avatarUrl": format!("https://example.com/avatars/{person}"),
        "email": format!("person-{person}@example.com"),
    })
}

fn number(value: &Value) -> usize {
    value
        .as_u64()
        .and_then(|it| it.try_into().ok())
        .unwrap_or(100)
}

fn page(total: usize, after: usize, first: usize, node: impl Fn(usize) -> Value) -> Value {
    let end = total.min(after + first);
    json!({
        "totalCount": total,
        "pageInfo": { "hasNextPage": end < total, "endCursor": end.to_string() },
        "nodes": (after..end).map(node).collect::<Vec<Value>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::Organization;
    use serde_json::json;

    #[test]
    fn pages_come_to_an_end() {
        let organization = Organization {
            people: 5,
            teams: 2,
            largest: 4,
        };
        let asked = |query: &str, after: &str| {
            let variables = json!({"first": 3, "members": 2, "after": after, "team": "team-0"});
            let asked = json!({"query": query, "variables": variables});
            organization.answer(&asked).expect("it answers")["data"]["organization"].clone()
        };
        let last = &asked("membersWithRole(", "3")["membersWithRole"];
        assert_eq!(last["nodes"].as_array().map(Vec::len), Some(2));
        assert_eq!(last["pageInfo"]["hasNextPage"], false);
        let teams = &asked("teams(", "0")["teams"];
        assert_eq!(teams["nodes"][1]["parentTeam"]["slug"], "team-0");
        assert_eq!(
            teams["nodes"][0]["members"]["pageInfo"]["hasNextPage"],
            true
        );
        let rest = &asked("team(", "2")["team"]["members"];
        assert_eq!(
            rest["nodes"],
            json!([{"login": "person-2"}, {"login": "person-3"}])
        );
    }
}
