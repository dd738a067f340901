//! People, organisations and teams.

use super::{Call, Done};
use crate::account::Team;
use crate::answer::{Answer, not_found, refusal};
use crate::identity::Who;
use axum::http::StatusCode;
use serde_json::{Value, json};

pub(super) fn me(call: &mut Call<'_>) -> Done {
    let login = match &call.who {
        Who::Person(login) => login,
        Who::Nobody => {
            let text = "Requires authentication";
            return Err(refusal(StatusCode::UNAUTHORIZED, text));
        }
        _ => {
            let text = "Resource not accessible by integration";
            return Err(refusal(StatusCode::FORBIDDEN, text));
        }
    };
    Ok(Answer::ok(call.world.public_user(login)))
}

/// The addresses of the one who asks: the one they tell, which is verified, and another that is not.
pub(super) fn emails(call: &mut Call<'_>) -> Done {
    let Who::Person(login) = &call.who else {
        let text = "Requires authentication";
        return Err(refusal(StatusCode::UNAUTHORIZED, text));
    };
    let account = call.world.find_account(login).ok_or_else(not_found)?;
    let told = account.profile.email.iter().map(|email| {
        json!({ "email": email, "primary": true, "verified": true, "visibility": "public" })
    });
    let other = format!("{login}@unverified.example.com");
    let other = json!({ "email": other, "primary": false, "verified": false, "visibility": null });
    let all = told.chain([other]).collect();
    Ok(call.page(all))
}

/// A person, or an organisation in the shape of one.
pub(super) fn user(call: &mut Call<'_>) -> Done {
    let account = call.world.find_account(call.part("username"));
    let account = account.ok_or_else(not_found)?;
    Ok(Answer::ok(call.world.public_user(&account.login)))
}

fn organization_of(call: &Call<'_>) -> Result<String, Answer> {
    let account = call.world.find_account(call.part("org"));
    let account = account.filter(|it| it.is_organization);
    Ok(account.ok_or_else(not_found)?.login.clone())
}

pub(super) fn organization(call: &mut Call<'_>) -> Done {
    let login = organization_of(call)?;
    Ok(Answer::ok(call.world.organization(&login)))
}

pub(super) fn members(call: &mut Call<'_>) -> Done {
    let login = organization_of(call)?;
    let account = call.world.find_account(&login).ok_or_else(not_found)?;
    let mut names = vec!["ann".to_owned()];
    names.extend(account.members.iter().filter(|it| *it != "ann").cloned());
    let all = names.iter().map(|it| call.world.simple_user(it));
    Ok(call.page(all.collect()))
}

/// Whether the one who asks is a member.
pub(super) fn membership(call: &mut Call<'_>) -> Done {
    let login = organization_of(call)?;
    let Who::Person(person) = &call.who else {
        return Err(not_found());
    };
    if !call.world.may_create(&call.who, &login) {
        let text = format!("You are not a member of {login}.");
        return Err(refusal(StatusCode::FORBIDDEN, &text));
    }
    let url = format!("{}/orgs/{login}", call.world.api());
    Ok(Answer::ok(json!({
        "url": format!("{url}/memberships/{person}"), "state": "active",
        "role": if person == "ann" { "admin" } else { "member" },
        "organization_url": url, "organization": call.world.organization(&login),
        "user": call.world.simple_user(person), "direct_membership": true,
    })))
}

/// The organisations of the one who asks.
pub(super) fn organizations(call: &mut Call<'_>) -> Done {
    let Who::Person(person) = &call.who else {
        let text = "Requires authentication";
        return Err(refusal(StatusCode::UNAUTHORIZED, text));
    };
    let all = call.world.accounts.values();
    let all = all.filter(|it| it.is_organization && call.world.may_create(&call.who, &it.login));
    let all = all.filter(|it| !it.login.eq_ignore_ascii_case(person));
    let all = all.map(|it| call.world.organization(&it.login));
    Ok(call.page(all.collect()))
}

pub(super) fn teams(call: &mut Call<'_>) -> Done {
    let login = organization_of(call)?;
    let all = call.world.teams.values();
    let all = all.filter(|it| it.organization.eq_ignore_ascii_case(&login));
    let all = all.map(|it| call.world.team(it));
    Ok(call.page(all.collect()))
}

/// The teams of the one who asks, in every organisation.
pub(super) fn own_teams(call: &mut Call<'_>) -> Done {
    let Who::Person(login) = &call.who else {
        let text = "Requires authentication";
        return Err(refusal(StatusCode::UNAUTHORIZED, text));
    };
    let is_in = |team: &&Team| team.members.iter().any(|it| it.eq_ignore_ascii_case(login));
    let all = call.world.teams.values().filter(is_in);
    let all = all.map(|it| whole(call, it));
    Ok(call.page(all.collect()))
}

/// The team of the path.
pub(super) fn team_of<'c>(call: &'c Call<'_>) -> Result<&'c Team, Answer> {
    let found = call
        .world
        .find_team(call.part("org"), call.part("team_slug"));
    found.ok_or_else(not_found)
}

pub(super) fn team(call: &mut Call<'_>) -> Done {
    let team = team_of(call)?;
    Ok(Answer::ok(whole(call, team)))
}

/// A team with all that is told of one by itself.
fn whole(call: &Call<'_>, team: &Team) -> Value {
    let mut value = call.world.team(team);
    value["members_count"] = team.members.len().into();
    value["repos_count"] = team.repositories.len().into();
    value["organization"] = call.world.organization(&team.organization);
    value["created_at"] = "2026-01-01T00:00:00Z".into();
    value["updated_at"] = "2026-01-01T00:00:00Z".into();
    value
}

pub(super) fn team_members(call: &mut Call<'_>) -> Done {
    let members = team_of(call)?.members.iter();
    let all: Vec<Value> = members.map(|it| call.world.simple_user(it)).collect();
    Ok(call.page(all))
}
