//! What is put beside a repository: webhooks, deploy keys, autolinks and rulesets.

use super::{Call, Done};
use crate::answer::{Answer, invalid, not_found, unprocessable};
use crate::repository::Repository;
use crate::world::iso;
use serde_json::{Value, json};

/// One of the lists of a repository.
type List = fn(&mut Repository) -> &mut Vec<Value>;

fn remove(call: &mut Call<'_>, parameter: &str, list: List) -> Done {
    let id = call.number(parameter)?;
    let all = list(call.administer()?);
    let before = all.len();
    all.retain(|it| it["id"] != json!(id));
    (all.len() < before)
        .then(Answer::nothing)
        .ok_or_else(not_found)
}

pub(super) fn hooks(call: &mut Call<'_>) -> Done {
    let all = call.administer()?.hooks.clone();
    Ok(call.page(all))
}

pub(super) fn create_hook(call: &mut Call<'_>) -> Done {
    let config = call.body["config"].clone();
    let target = config["url"].as_str().unwrap_or_default().to_owned();
    if url::Url::parse(&target).is_err() {
        return Err(invalid(
            "Hook",
            "url",
            "url is missing or cannot be reached",
        ));
    }
    let events = match call.texts("events") {
        none if none.is_empty() => vec!["push".to_owned()],
        events => events,
    };
    let active = call.body["active"] != json!(false);
    let (id, at) = (call.world.next_id(), iso(call.world.tick()));
    let url = format!("{}/hooks/{id}", call.world.url_of(call.repository()?));
    let hook = json!({
        "id": id, "type": "Repository", "name": "web", "active": active, "events": events,
        "config": config, "created_at": at, "updated_at": at, "url": url,
        "test_url": format!("{url}/test"), "ping_url": format!("{url}/pings"),
        "deliveries_url": format!("{url}/deliveries"),
        "last_response": {"code": null, "status": "unused", "message": null},
    });
    let repository = call.administer()?;
    let is_same = |it: &Value| it["config"]["url"] == target && it["events"] == hook["events"];
    if repository.hooks.iter().any(is_same) {
        let text = "Hook already exists on this repository";
        return Err(invalid("Hook", "config", text));
    }
    repository.hooks.push(hook.clone());
    Ok(Answer::created(without_secret(hook)))
}

/// Secrets are never told again.
fn without_secret(mut hook: Value) -> Value {
    if !hook["config"]["secret"].is_null() {
        hook["config"]["secret"] = "********".into();
    }
    hook
}

pub(super) fn change_hook(call: &mut Call<'_>) -> Done {
    let id = call.number("hook_id")?;
    let body = call.body.clone();
    let mut all = call.administer()?.hooks.iter_mut();
    let hook = all.find(|it| it["id"] == json!(id)).ok_or_else(not_found)?;
    for name in ["config", "events", "active"] {
        if !body[name].is_null() {
            hook[name] = body[name].clone();
        }
    }
    Ok(Answer::ok(without_secret(hook.clone())))
}

pub(super) fn remove_hook(call: &mut Call<'_>) -> Done {
    remove(call, "hook_id", |it| &mut it.hooks)
}

pub(super) fn keys(call: &mut Call<'_>) -> Done {
    let all = call.administer()?.keys.clone();
    Ok(call.page(all))
}

pub(super) fn create_key(call: &mut Call<'_>) -> Done {
    let key = call.text("key").unwrap_or_default();
    // The comment behind a key is not kept.
    let key: Vec<&str> = key.split_whitespace().take(2).collect();
    let kinds = ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ssh-dss"];
    if key.len() < 2 || !kinds.contains(&key[0]) {
        let text = "key is invalid. You must supply a key in OpenSSH public key format";
        return Err(invalid("PublicKey", "key", text));
    }
    let key = key.join(" ");
    let title = call.text("title").unwrap_or_default();
    let read_only = call.body["read_only"] == json!(true);
    let (id, at) = (call.world.next_id(), iso(call.world.tick()));
    // A key opens one repository only.
    let mut all = call.world.repositories.values().flat_map(|it| &it.keys);
    if all.any(|it| it["key"] == key.as_str()) {
        return Err(invalid("PublicKey", "key", "key is already in use"));
    }
    let url = format!("{}/keys/{id}", call.world.url_of(call.repository()?));
    let told = json!({
        "id": id, "key": key, "url": url, "title": title, "verified": true, "created_at": at,
        "read_only": read_only, "added_by": call.who.name(), "last_used": null,
        "enabled": true,
    });
    call.administer()?.keys.push(told.clone());
    Ok(Answer::created(told))
}

pub(super) fn remove_key(call: &mut Call<'_>) -> Done {
    remove(call, "key_id", |it| &mut it.keys)
}

pub(super) fn autolinks(call: &mut Call<'_>) -> Done {
    Ok(Answer::ok(call.administer()?.autolinks.clone().into()))
}

pub(super) fn create_autolink(call: &mut Call<'_>) -> Done {
    let (prefix, template) = (call.text("key_prefix"), call.text("url_template"));
    let template = template.unwrap_or_default();
    if !template.contains("<num>") {
        let text = "url_template must contain <num>";
        return Err(invalid("KeyLink", "url_template", text));
    }
    let id = call.world.next_id();
    let autolink = json!({
        "id": id, "key_prefix": prefix, "url_template": template,
        "is_alphanumeric": call.body["is_alphanumeric"] != json!(false),
    });
    let repository = call.administer()?;
    let mut all = repository.autolinks.iter();
    if all.any(|it| it["key_prefix"] == autolink["key_prefix"]) {
        return Err(invalid("KeyLink", "key_prefix", "already_exists"));
    }
    repository.autolinks.push(autolink.clone());
    Ok(Answer::created(autolink))
}

pub(super) fn remove_autolink(call: &mut Call<'_>) -> Done {
    remove(call, "autolink_id", |it| &mut it.autolinks)
}

pub(super) fn rulesets(call: &mut Call<'_>) -> Done {
    let all = call.repository()?.rulesets.clone();
    Ok(call.page(all))
}

pub(super) fn create_ruleset(call: &mut Call<'_>) -> Done {
    let id = call.world.next_id();
    let full_name = call.repository()?.full_name();
    let mut ruleset = call.body.clone();
    ruleset["id"] = id.into();
    ruleset["source"] = full_name.into();
    ruleset["source_type"] = "Repository".into();
    if ruleset["target"].is_null() {
        ruleset["target"] = "branch".into();
    }
    let repository = call.administer()?;
    let mut all = repository.rulesets.iter();
    if all.any(|it| it["name"] == ruleset["name"]) {
        return Err(unprocessable("Validation Failed: Name must be unique"));
    }
    repository.rulesets.push(ruleset.clone());
    Ok(Answer::created(ruleset))
}
