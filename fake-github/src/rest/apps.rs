//! Apps, their installations, and what one still may.

use super::{Call, Done};
use crate::answer::{Answer, not_found, refusal};
use crate::fault::suspended;
use crate::identity::{Installation, Who};
use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// When tokens end: a test waits for none.
const FAR: &str = "2100-01-01T00:00:00Z";

#[expect(clippy::unnecessary_wraps, reason = "all operations may refuse")]
pub(super) fn rate_limit(_: &mut Call<'_>) -> Done {
    let rate = json!({"limit": 5000, "used": 1, "remaining": 4999, "reset": 4_102_444_800_u64});
    let resources = json!({"core": rate, "graphql": rate, "search": rate, "code_search": rate});
    Ok(Answer::ok(json!({"rate": rate, "resources": resources})))
}

/// Refuses those who do not sign as an app.
fn signed(call: &Call<'_>) -> Result<(), Answer> {
    if call.who == Who::App {
        return Ok(());
    }
    let text = "A JSON web token could not be decoded";
    Err(refusal(StatusCode::UNAUTHORIZED, text))
}

pub(super) fn app(call: &mut Call<'_>) -> Done {
    signed(call)?;
    Ok(Answer::ok(json!({
        "id": 7, "node_id": "A_7", "slug": "callboard", "name": "Callboard", "description": null,
        "client_id": "Iv1.7", "owner": call.world.simple_user("ann"),
        "external_url": "https://example.com", "html_url": "https://example.com/apps/callboard",
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "permissions": permissions(), "events": ["push", "repository"],
    })))
}

fn permissions() -> Value {
    json!({
        "administration": "write", "contents": "write", "issues": "write", "metadata": "read",
        "pull_requests": "write", "workflows": "write",
    })
}

fn describe(world: &World, id: usize, installation: &Installation) -> Value {
    let (api, login) = (world.api(), &installation.owner);
    let is_suspended = installation.is_suspended;
    // The description wants of these accounts what only enterprises have.
    let mut account = world.simple_user(login);
    account["slug"] = account["login"].clone();
    for name in ["created_at", "updated_at"] {
        account[name] = "2026-01-01T00:00:00Z".into();
    }
    json!({
        "id": id, "app_id": 7, "app_slug": "callboard", "target_id": 1,
        "target_type": "Organization", "single_file_name": null, "repository_selection": "all",
        "access_tokens_url": format!("{api}/app/installations/{id}/access_tokens"),
        "repositories_url": format!("{api}/installation/repositories"),
        "html_url": format!("http://{}/organizations/{login}/settings/installations/{id}", world.host),
        "events": ["push", "repository"],
        "account": account,
        "permissions": permissions(),
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "suspended_by": is_suspended.then(|| world.simple_user("ann")),
        "suspended_at": is_suspended.then_some("2026-01-01T00:00:00Z"),
    })
}

pub(super) fn installations(call: &mut Call<'_>) -> Done {
    signed(call)?;
    let all = (1..).zip(&call.world.installations);
    let all = all.map(|(id, it)| describe(call.world, id, it));
    Ok(call.page(all.collect()))
}

/// That of an organisation, a person or the owner of a repository.
pub(super) fn installation(call: &mut Call<'_>) -> Done {
    signed(call)?;
    let names = ["org", "username", "owner"].map(|it| call.part(it));
    let mut all = (1..).zip(&call.world.installations);
    let found = all.find(|(_, it)| names.iter().any(|name| it.owner.eq_ignore_ascii_case(name)));
    let (id, installation) = found.ok_or_else(not_found)?;
    Ok(Answer::ok(describe(call.world, id, installation)))
}

pub(super) fn access_token(call: &mut Call<'_>) -> Done {
    signed(call)?;
    let id = call.number("installation_id")?;
    let at = usize::try_from(id).unwrap_or(0).checked_sub(1);
    let installation = at.and_then(|at| call.world.installations.get(at));
    let installation = installation.ok_or_else(not_found)?;
    if installation.is_suspended {
        return Err(suspended());
    }
    let token = format!("ghs_{id}");
    let who = Who::Installation(installation.owner.clone());
    call.world.tokens.insert(token.clone(), who);
    let asked = &call.body["permissions"];
    Ok(Answer::created(json!({
        "token": token, "expires_at": FAR, "repository_selection": "all",
        "permissions": if asked.is_null() { permissions() } else { asked.clone() },
    })))
}

/// Those that the token of an installation may see.
pub(super) fn repositories(call: &mut Call<'_>) -> Done {
    let Who::Installation(owner) = &call.who else {
        let text = "You must authenticate with an installation access token in order to list the \
                    repositories for an installation.";
        return Err(refusal(StatusCode::FORBIDDEN, text));
    };
    let all = call.world.repositories.values();
    let all = all.filter(|it| it.owner.eq_ignore_ascii_case(owner));
    let all = all.map(|it| call.world.describe_to(&call.who, it));
    Ok(call.counted("repositories", all.collect()))
}
