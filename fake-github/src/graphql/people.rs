//! The members and the teams of an organisation.

use super::{Asked, page};
use crate::account::{Account, Team};
use crate::identity::Who;
use crate::world::World;
use serde_json::{Value, json};

/// `organization.membersWithRole`. Ann is a member of every organisation.
pub(super) fn members(world: &World, asked: &Asked<'_>) -> Result<Value, Value> {
    let organization = organization(world, asked)?;
    let wants_email = asked.is("email");
    if wants_email && matches!(asked.who, Who::Installation(_)) {
        return Err(forbidden());
    }
    let mut names = vec!["ann".to_owned()];
    names.extend(
        organization
            .members
            .iter()
            .filter(|it| *it != "ann")
            .cloned(),
    );
    let mut members = page(&names, asked, "first", |it| {
        let account = world.find_account(it);
        account.map_or(Value::Null, |it| person(it, &world.host, wants_email))
    });
    members["totalCount"] = (names.len() + world.hidden).into();
    Ok(json!({"organization": {"login": organization.login, "membersWithRole": members}}))
}

/// `organization.teams`, each with the first of its members.
pub(super) fn teams(world: &World, asked: &Asked<'_>) -> Result<Value, Value> {
    let organization = organization(world, asked)?;
    let login = organization.login.to_lowercase();
    let all = world.teams.range((login.clone(), String::new())..);
    let all = all.take_while(|((of, _), _)| *of == login);
    let all: Vec<&Team> = all.map(|(_, team)| team).collect();
    let teams = page(&all, asked, "first", |it| {
        let mut node = team(world, it);
        let first = Asked {
            after: 0,
            ..asked.clone()
        };
        node["members"] = team_members(it, &first, "members");
        node
    });
    Ok(json!({"organization": {"login": organization.login, "teams": teams}}))
}

/// `organization.team`, with a page of its members.
pub(super) fn team_page(world: &World, asked: &Asked<'_>) -> Result<Value, Value> {
    let organization = organization(world, asked)?;
    let found = world.find_team(&organization.login, asked.text("team"));
    let found = found.map(|it| {
        let mut node = team(world, it);
        node["members"] = team_members(it, asked, "first");
        node
    });
    Ok(json!({"organization": {"login": organization.login, "team": found}}))
}

/// Who asks for an organisation that is none gets nothing, and a word about it.
fn organization<'w>(world: &'w World, asked: &Asked<'_>) -> Result<&'w Account, Value> {
    let login = asked.text("organization");
    let found = world.find_account(login).filter(|it| it.is_organization);
    let found = found.ok_or_else(|| {
        json!({
            "type": "NOT_FOUND", "path": ["organization"],
            "message": format!("Could not resolve to an Organization with the login of '{login}'."),
        })
    })?;
    match asked.who {
        Who::Installation(of) if !of.eq_ignore_ascii_case(login) => Err(forbidden()),
        _ => Ok(found),
    }
}

fn forbidden() -> Value {
    json!({"type": "FORBIDDEN", "message": "Resource not accessible by integration"})
}

fn person(account: &Account, host: &str, has_email: bool) -> Value {
    let profile = &account.profile;
    let mut node = json!({
        "id": format!("U_{}", account.id),
        "login": account.login,
        "name": profile.name,
        "bio": profile.bio,
        "avatarUrl": format!("http://{host}/avatars/{}", account.id),
        "organizationVerifiedDomainEmails": profile.verified_emails,
        "suspendedAt": account.is_suspended.then_some("2026-01-01T00:00:00Z"),
    });
    if has_email {
        node["email"] = profile.email.clone().unwrap_or_default().into();
    }
    node
}

fn team(world: &World, team: &Team) -> Value {
    let organization = &team.organization;
    let page = format!(
        "http://{}/orgs/{organization}/teams/{}",
        world.host, team.slug
    );
    json!({
        "slug": team.slug,
        "combinedSlug": format!("{organization}/{}", team.slug),
        "name": team.name,
        "description": team.description,
        "avatarUrl": format!("http://{}/avatars/{}", world.host, team.id),
        "editTeamUrl": format!("{page}/edit"),
        "parentTeam": world.parent_of(team).map(|it| json!({"slug": it.slug})),
    })
}

/// Those who are in the team itself.
fn team_members(team: &Team, asked: &Asked<'_>, first: &str) -> Value {
    let mut members = page(&team.members, asked, first, |it| json!({"login": it}));
    members["totalCount"] = team.members.len().into();
    members
}
