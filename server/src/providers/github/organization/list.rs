//! Asks GitHub for the members and the teams of organisations, page by page.

use super::super::ListError;
use super::super::graphql::{GraphQl, MAX_PAGES, Page, url_at};
use super::people::{Member, Organization, Team, login_of};
use crate::config::GithubOrganizations;
use crate::outbound::{FetchError, Outbound};
use crate::scm::Scm;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use std::collections::HashSet;
use url::Url;

/// `email` and `suspendedAt` are not for everybody: the first is refused to apps, and the second is
/// known to GitHub Enterprise Server alone.
const MEMBERS: &str = "
query members($organization: String!, $first: Int!, $after: String, $email: Boolean!) {
  organization(login: $organization) {
    login
    membersWithRole(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id login name bio avatarUrl email @include(if: $email) MORE }
    }
  }
}";
const TEAMS: &str = "
query teams($organization: String!, $first: Int!, $after: String, $members: Int!) {
  organization(login: $organization) {
    login
    teams(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        slug
        combinedSlug
        name
        description
        avatarUrl
        editTeamUrl
        parentTeam { slug }
        members(first: $members, membership: IMMEDIATE) {
          pageInfo { hasNextPage endCursor }
          nodes { login }
        }
      }
    }
  }
}";
const TEAM_MEMBERS: &str = "
query teamMembers($organization: String!, $team: String!, $first: Int!, $after: String) {
  organization(login: $organization) {
    team(slug: $team) {
      members(first: $first, after: $after, membership: IMMEDIATE) {
        pageInfo { hasNextPage endCursor }
        nodes { login }
      }
    }
  }
}";

/// No organisation has as many people or teams.
const MAX_NODES: usize = 1_000_000;
/// Large teams that are read to their end at the same time.
const PARALLEL: usize = 4;
/// How often a page is asked for, each time a smaller one: GitHub gives up on what takes it long.
const ATTEMPTS: u32 = 3;

/// The organisations that are configured, or all that have installed the GitHub App.
///
/// # Errors
/// When any part of the listing fails: half a listing says nothing about the other half.
pub async fn list_organizations(
    config: &GithubOrganizations,
    scm: &Scm,
    outbound: &Outbound,
) -> Result<Vec<Organization>, ListError> {
    let url = url_at(&config.host, scm)?;
    let is_named = !config.organizations.is_empty();
    let logins = if is_named {
        config.organizations.clone()
    } else {
        installed(config, scm, outbound).await?
    };
    let mut found = Vec::new();
    for login in &logins {
        match list(config, &url, login, scm, outbound).await {
            // People install apps too.
            Err(ListError::NoOwner { .. }) if !is_named => {}
            organization => found.push(organization?),
        }
    }
    Ok(found)
}

/// Everybody who has installed one of the apps of the host.
async fn installed(
    config: &GithubOrganizations,
    scm: &Scm,
    outbound: &Outbound,
) -> Result<Vec<String>, ListError> {
    let host = &config.host;
    let apps = scm.github(host).map_or(&[][..], |it| &it.apps);
    if apps.is_empty() {
        return Err(ListError::NoOrganization(host.clone()));
    }
    let mut logins = Vec::new();
    for app in apps {
        for login in scm.installations(host, &app.app_id, outbound).await? {
            if !logins.contains(&login) {
                logins.push(login);
            }
        }
    }
    Ok(logins)
}

async fn list(
    config: &GithubOrganizations,
    url: &Url,
    login: &str,
    scm: &Scm,
    outbound: &Outbound,
) -> Result<Organization, ListError> {
    let host = &config.host;
    let app = scm.app_credential(host, login, outbound).await?;
    let is_app = app.is_some();
    let credential = app.or_else(|| scm.token_credential(host, login));
    let credential = credential.ok_or_else(|| ListError::NoCredential {
        host: host.clone(),
        owner: login.to_owned(),
    })?;
    let asked = Asked {
        config,
        login,
        is_app,
        api: GraphQl {
            url: url.clone(),
            credential,
            outbound,
        },
    };
    let (members, teams) = futures::try_join!(asked.members(), asked.teams())?;
    Ok(Organization {
        login: members.login,
        members: members.found,
        teams: teams.found,
        incomplete: members.incomplete || teams.incomplete,
    })
}

/// One organisation at one host.
struct Asked<'a> {
    config: &'a GithubOrganizations,
    login: &'a str,
    /// Whether an app asks, and no token.
    is_app: bool,
    api: GraphQl<'a>,
}

/// What all pages hold.
struct All<T> {
    /// Of the organisation.
    login: String,
    found: Vec<T>,
    incomplete: bool,
}

impl Asked<'_> {
    async fn members(&self) -> Result<All<Member>, ListError> {
        let config = self.config;
        let mut more = String::new();
        if config.uses_verified_emails {
            more.push_str("organizationVerifiedDomainEmails(login: $organization) ");
        }
        if config.excludes_suspended {
            more.push_str("suspendedAt ");
        }
        let query = MEMBERS.replace("MORE", more.trim());
        let variables = json!({ "email": !self.is_app });
        let first = config.pages.members;
        let all = self.all(&query, variables, first, "membersWithRole", "members");
        let all = all.await?;
        let found = all.found.iter().filter_map(Member::of_node);
        let found: Vec<Member> = found.collect();
        Ok(All {
            login: all.login,
            found,
            incomplete: all.incomplete,
        })
    }

    async fn teams(&self) -> Result<All<Team>, ListError> {
        let pages = &self.config.pages;
        let variables = json!({ "members": pages.team_members });
        let all = self.all(TEAMS, variables, pages.teams, "teams", "teams");
        let all = all.await?;
        let teams: Vec<_> = all.found.iter().map(|node| self.team(node)).collect();
        let teams = stream::iter(teams).buffered(PARALLEL);
        let teams: Vec<Option<Team>> = teams.try_collect().await?;
        Ok(All {
            login: all.login,
            found: teams.into_iter().flatten().collect(),
            incomplete: all.incomplete,
        })
    }

    /// A team with all its members; none when it was dissolved meanwhile.
    async fn team(&self, node: &Value) -> Result<Option<Team>, ListError> {
        let Some(mut team) = Team::of_node(node) else {
            return Ok(None);
        };
        let page = Page::of(&node["members"], "members of a team")?;
        team.members.extend(page.nodes.iter().filter_map(login_of));
        let mut after = page.next.cloned();
        for _ in 0..MAX_PAGES {
            let Some(from) = after.take() else {
                let mut seen = HashSet::new();
                team.members.retain(|it| seen.insert(it.clone()));
                return Ok(Some(team));
            };
            let variables = json!({ "team": team.slug, "after": from });
            let first = self.config.pages.team_members;
            let data = self.page(TEAM_MEMBERS, variables, first).await?;
            let found = &data["organization"]["team"];
            if found.is_null() {
                return Ok(None);
            }
            let page = Page::of(&found["members"], "members of a team")?;
            team.members.extend(page.nodes.iter().filter_map(login_of));
            after = page.next.cloned();
        }
        Err(endless())
    }

    /// All nodes of a connection of the organisation.
    async fn all(
        &self,
        query: &str,
        variables: Value,
        first: u16,
        connection: &str,
        of: &str,
    ) -> Result<All<Value>, ListError> {
        let mut found = Vec::new();
        let mut after = Value::Null;
        for _ in 0..MAX_PAGES {
            let mut variables = variables.clone();
            variables["after"] = after;
            let data = self.page(query, variables, first).await?;
            let organization = &data["organization"];
            if organization.is_null() {
                return Err(ListError::NoOwner {
                    host: self.config.host.clone(),
                    owner: self.login.to_owned(),
                });
            }
            let page = Page::of(&organization[connection], of)?;
            found.extend(page.nodes.iter().cloned());
            if found.len() > MAX_NODES {
                break;
            }
            let Some(next) = page.next else {
                let total = page.total;
                let login = organization["login"].as_str().unwrap_or(self.login);
                // Who came in between may push another over the edge of a page.
                let mut seen = HashSet::new();
                found.retain(|node| name_of(node).is_some_and(|it| seen.insert(it.to_owned())));
                return Ok(All {
                    login: login.to_owned(),
                    found,
                    incomplete: count(&seen) < total,
                });
            };
            after = next.clone();
        }
        Err(endless())
    }

    /// One page; a smaller one where GitHub cannot give the whole.
    async fn page(
        &self,
        query: &str,
        mut variables: Value,
        first: u16,
    ) -> Result<Value, ListError> {
        variables["organization"] = self.login.into();
        let (mut size, mut attempt) = (first, 1);
        loop {
            variables["first"] = size.into();
            let asked = self
                .api
                .ask_for_what_may_be_missing(query, variables.clone());
            match asked.await {
                Err(ListError::Fetch(error)) if is_too_much(&error) && attempt < ATTEMPTS => {
                    attempt += 1;
                    size = (size / 2).max(1);
                }
                answered => return answered,
            }
        }
    }
}

/// Whether the same question, asked for less, may have an answer.
fn is_too_much(error: &FetchError) -> bool {
    match error {
        FetchError::Status(status) => status.is_server_error(),
        FetchError::TooSlow(_) | FetchError::TooLarge(_) => true,
        _ => false,
    }
}

fn endless() -> ListError {
    ListError::Answer("with pages without end".to_owned())
}

fn count(seen: &HashSet<String>) -> u64 {
    u64::try_from(seen.len()).unwrap_or_default()
}

/// A member by login, a team by slug.
fn name_of(node: &Value) -> Option<&str> {
    node["login"].as_str().or_else(|| node["slug"].as_str())
}
