//! Search: `filename:NAME`, `org:OWNER` and plain words, which is all that is asked.

use super::{Call, Done};
use crate::answer::{Answer, invalid};
use serde_json::{Value, json};

/// What is searched for, which there must be.
fn question(call: &Call<'_>) -> Result<String, Answer> {
    let question = call.query.get("q").filter(|it| !it.is_empty());
    let missing = || invalid("Search", "q", "missing");
    question.cloned().ok_or_else(missing)
}

/// The value of a qualifier of the question.
fn qualifier(question: &str, name: &str) -> Option<String> {
    let mut words = question.split_whitespace();
    words.find_map(|it| Some(it.strip_prefix(name)?.to_owned()))
}

pub(super) fn code(call: &mut Call<'_>) -> Done {
    let question = question(call)?;
    let (file, org) = (
        qualifier(&question, "filename:"),
        qualifier(&question, "org:"),
    );
    let mut items = Vec::new();
    for repository in call.world.repositories.values() {
        let is_of = org.as_ref().is_none_or(|it| *it == repository.owner);
        if !is_of || !call.world.may_read(&call.who, repository) {
            continue;
        }
        let (api, page) = (
            call.world.url_of(repository),
            call.world.page_of(repository),
        );
        for (path, entry) in repository.tree("HEAD") {
            let name = path.rsplit('/').next().unwrap_or_default();
            if file.as_deref().is_some_and(|it| it != name) {
                continue;
            }
            items.push(json!({
                "name": name, "path": path, "sha": entry.sha, "score": 1,
                "url": format!("{api}/contents/{path}"),
                "git_url": format!("{api}/git/blobs/{}", entry.sha),
                "html_url": format!("{page}/blob/{}/{path}", repository.default_branch),
                "repository": call.world.describe(repository),
            }));
        }
    }
    Ok(found(call, items))
}

pub(super) fn repositories(call: &mut Call<'_>) -> Done {
    let question = question(call)?;
    let org = qualifier(&question, "org:").or_else(|| qualifier(&question, "user:"));
    let mut words = question.split_whitespace().filter(|it| !it.contains(':'));
    let word = words.next().map(str::to_lowercase);
    let all = call.world.repositories.values().filter(|it| {
        call.world.may_read(&call.who, it)
            && org
                .as_ref()
                .is_none_or(|org| org.eq_ignore_ascii_case(&it.owner))
            && word
                .as_ref()
                .is_none_or(|word| it.name.to_lowercase().contains(word))
    });
    let items = all.map(|it| call.world.describe(it)).collect();
    Ok(found(call, items))
}

fn found(call: &Call<'_>, items: Vec<Value>) -> Answer {
    let total = items.len();
    let size = call.query.get("per_page").and_then(|it| it.parse().ok());
    let items: Vec<Value> = items.into_iter().take(size.unwrap_or(30)).collect();
    Answer::ok(json!({
        "total_count": total, "incomplete_results": false, "items": items,
    }))
}
