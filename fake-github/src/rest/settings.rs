//! Pages, custom properties and watching.

use super::{Call, Done};
use crate::answer::{Answer, invalid, not_found, refusal};
use crate::repository::Repository;
use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `page`; nothing where there are none.
fn describe_pages(world: &World, repository: &Repository) -> Option<Value> {
    let asked = repository.pages.as_ref()?;
    let source = json!({
        "branch": asked["source"]["branch"].as_str().unwrap_or(&repository.default_branch),
        "path": asked["source"]["path"].as_str().unwrap_or("/"),
    });
    Some(json!({
        "url": format!("{}/pages", world.url_of(repository)),
        "html_url": format!("http://{}.github.io/{}/", repository.owner, repository.name),
        "status": null, "cname": null, "custom_404": false, "public": true,
        "build_type": asked["build_type"].as_str().unwrap_or("legacy"), "source": source,
    }))
}

pub(super) fn pages(call: &mut Call<'_>) -> Done {
    let told = describe_pages(call.world, call.repository()?);
    Ok(Answer::ok(told.ok_or_else(not_found)?))
}

/// Pages come from a branch that there is.
fn checked(call: &Call<'_>) -> Result<Value, Answer> {
    let branch = call.body["source"]["branch"].as_str();
    let git = &call.repository()?.git;
    if branch.is_some_and(|it| git.reference(&format!("refs/heads/{it}")).is_none()) {
        let text = "The branch must exist before GitHub Pages can be built from it.";
        return Err(invalid("Page", "source", text));
    }
    Ok(call.body.clone())
}

pub(super) fn enable_pages(call: &mut Call<'_>) -> Done {
    let asked = checked(call)?;
    let repository = call.administer()?;
    if repository.pages.is_some() {
        return Err(refusal(
            StatusCode::CONFLICT,
            "GitHub Pages is already enabled.",
        ));
    }
    repository.pages = Some(asked);
    let told = describe_pages(call.world, call.repository()?);
    Ok(Answer::created(told.ok_or_else(not_found)?))
}

pub(super) fn change_pages(call: &mut Call<'_>) -> Done {
    let asked = checked(call)?;
    let pages = &mut call.administer()?.pages;
    let pages = pages.as_mut().ok_or_else(not_found)?;
    for (name, value) in asked.as_object().into_iter().flatten() {
        pages[name] = value.clone();
    }
    Ok(Answer::nothing())
}

pub(super) fn properties(call: &mut Call<'_>) -> Done {
    let all = call.repository()?.properties.iter();
    let all = all.map(|(name, value)| json!({"property_name": name, "value": value}));
    Ok(Answer::ok(all.collect()))
}

pub(super) fn set_properties(call: &mut Call<'_>) -> Done {
    let all = call.body["properties"].as_array().cloned();
    let known = &mut call.administer()?.properties;
    for property in all.into_iter().flatten() {
        let name = property["property_name"].as_str().unwrap_or_default();
        match &property["value"] {
            Value::Null => known.remove(name),
            value => known.insert(name.to_owned(), value.clone()),
        };
    }
    Ok(Answer::nothing())
}

fn describe_subscription(call: &Call<'_>) -> Done {
    let url = call.world.url_of(call.repository()?);
    Ok(Answer::ok(json!({
        "subscribed": true, "ignored": false, "reason": null,
        "created_at": "2026-01-01T00:00:00Z",
        "url": format!("{url}/subscription"), "repository_url": url,
    })))
}

pub(super) fn subscription(call: &mut Call<'_>) -> Done {
    let login = call.known()?;
    if !call.repository()?.subscribers.contains(&login) {
        return Err(not_found());
    }
    describe_subscription(call)
}

fn with_subscribers(call: &mut Call<'_>, watches: bool) -> Result<(), Answer> {
    let login = call.known()?;
    let full_name = call.repository()?.full_name();
    let repository = call.world.repository_mut(&full_name);
    let all = &mut repository.ok_or_else(not_found)?.subscribers;
    if watches {
        all.insert(login);
    } else {
        all.remove(&login);
    }
    Ok(())
}

pub(super) fn subscribe(call: &mut Call<'_>) -> Done {
    let watches = call.body["subscribed"] != json!(false);
    with_subscribers(call, watches)?;
    describe_subscription(call)
}

pub(super) fn unsubscribe(call: &mut Call<'_>) -> Done {
    with_subscribers(call, false)?;
    Ok(Answer::nothing())
}
