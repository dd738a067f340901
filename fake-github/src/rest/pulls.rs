//! Pull requests.

use super::commits::describe as describe_commit;
use super::issues::{describe_labels, new_issue};
use super::{Call, Done, compare};
use crate::answer::{Answer, invalid, not_found, refusal};
use crate::git::{Commit, Person, merge as merge_files};
use crate::issue::{Issue, Pull};
use crate::repository::Repository;
use crate::world::{World, iso};
use axum::http::StatusCode;
use serde_json::{Value, json};

pub(super) fn list(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let query = |name: &str| call.query.get(name).map(String::as_str);
    let all = repository.pulls().into_iter().filter(|issue| {
        let Some(pull) = &issue.pull else {
            return false;
        };
        let owner = pull.from.split('/').next().unwrap_or_default();
        let head = format!("{owner}:{}", pull.branch);
        let is_of_state = match query("state").unwrap_or("open") {
            "all" => true,
            state => (state == "open") == issue.is_open,
        };
        is_of_state
            && query("head").is_none_or(|it| it.eq_ignore_ascii_case(&head) || !it.contains(':'))
            && query("base").is_none_or(|it| it == pull.base)
    });
    let all = all.filter_map(|it| describe(call.world, repository, it));
    let mut all: Vec<Value> = all.collect();
    all.reverse();
    Ok(call.page(all))
}

/// Where a pull request comes from now, or came from when it ended.
fn head_of(world: &World, issue: &Issue, pull: &Pull) -> String {
    let from = world.repository(&pull.from).filter(|_| issue.is_open);
    let now = from.and_then(|it| it.git.reference(&format!("refs/heads/{}", pull.branch)));
    now.unwrap_or_else(|| pull.head_sha.clone())
}

fn base_of(repository: &Repository, issue: &Issue, pull: &Pull) -> String {
    let name = format!("refs/heads/{}", pull.base);
    let now = repository.git.reference(&name).filter(|_| issue.is_open);
    now.unwrap_or_else(|| pull.base_sha.clone())
}

/// `pull-request`, which has all that `pull-request-simple` has.
pub(crate) fn describe(world: &World, repository: &Repository, issue: &Issue) -> Option<Value> {
    let pull = issue.pull.as_ref()?;
    let (api, page) = (world.url_of(repository), world.page_of(repository));
    let url = format!("{api}/pulls/{}", issue.number);
    let html = format!("{page}/pull/{}", issue.number);
    let issue_url = format!("{api}/issues/{}", issue.number);
    let (head, base) = (
        head_of(world, issue, pull),
        base_of(repository, issue, pull),
    );
    let from = world.repository(&pull.from);
    let end = |name: &str, sha: &str, of: Option<&Repository>| {
        let owner = of.map_or(repository.owner.as_str(), |it| it.owner.as_str());
        json!({
            "label": format!("{owner}:{name}"), "ref": name, "sha": sha,
            "user": world.simple_user(owner), "repo": of.map(|it| world.describe(it)),
        })
    };
    let users: Vec<Value> = issue
        .assignees
        .iter()
        .map(|it| world.simple_user(it))
        .collect();
    let reviewers = pull.reviewers.iter().map(|it| world.simple_user(it));
    let teams = pull.team_reviewers.iter();
    let teams = teams.filter_map(|it| Some(world.team(world.find_team(&repository.owner, it)?)));
    let ahead = repository.git.ahead(&base, &head);
    let changed = compare::changes(&repository.git.files(&base), &repository.git.files(&head));
    let at = iso(issue.created);
    let merged = pull.merged.as_ref();
    let mut told = json!({
        "id": issue.id, "node_id": format!("PR_{}", issue.id), "number": issue.number,
        "url": url, "html_url": html, "issue_url": issue_url,
        "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"),
        "commits_url": format!("{url}/commits"), "review_comments_url": format!("{url}/comments"),
        "review_comment_url": format!("{api}/pulls/comments{{/number}}"),
        "comments_url": format!("{issue_url}/comments"), "statuses_url": format!("{api}/statuses/{head}"),
        "state": if issue.is_open { "open" } else { "closed" }, "locked": false,
        "title": issue.title, "body": issue.body, "user": world.simple_user(&issue.author),
        "labels": describe_labels(world, repository, &issue.labels), "milestone": null,
        "created_at": at, "updated_at": at,
        "closed_at": (!issue.is_open).then_some(&at), "merged_at": merged.map(|_| &at),
        "merge_commit_sha": merged,
        "assignee": users.first(), "assignees": users,
        "requested_reviewers": reviewers.collect::<Vec<_>>(),
        "requested_teams": teams.collect::<Vec<_>>(),
        "head": end(&pull.branch, &head, from), "base": end(&pull.base, &base, Some(repository)),
        "author_association": "MEMBER", "auto_merge": null, "active_lock_reason": null,
        "draft": pull.is_draft, "merged": merged.is_some(), "mergeable": issue.is_open,
        "mergeable_state": "clean", "rebaseable": issue.is_open,
        "merged_by": merged.map(|_| world.simple_user("ann")),
        "comments": issue.comments.len(), "review_comments": 0, "maintainer_can_modify": false,
        "commits": ahead.len(), "additions": 0, "deletions": 0, "changed_files": changed.len(),
    });
    let link = |href: &Value| json!({ "href": href });
    told["_links"] = json!({
        "self": link(&told["url"]), "html": link(&told["html_url"]), "issue": link(&told["issue_url"]),
        "comments": link(&told["comments_url"]), "commits": link(&told["commits_url"]),
        "review_comments": link(&told["review_comments_url"]),
        "review_comment": link(&told["review_comment_url"]), "statuses": link(&told["statuses_url"]),
    });
    Some(told)
}

/// The pull request of the path.
fn find<'r>(call: &Call<'_>, repository: &'r Repository) -> Result<&'r Issue, Answer> {
    let number = call.number("pull_number")?;
    let mut all = repository.issues.iter();
    all.find(|it| it.number == number && it.pull.is_some())
        .ok_or_else(not_found)
}

fn told(call: &Call<'_>) -> Result<Value, Answer> {
    let repository = call.repository()?;
    let issue = find(call, repository)?;
    describe(call.world, repository, issue).ok_or_else(not_found)
}

pub(super) fn get(call: &mut Call<'_>) -> Done {
    Ok(Answer::ok(told(call)?))
}

pub(super) fn create(call: &mut Call<'_>) -> Done {
    let author = call.known()?;
    let (head, base) = (call.text("head"), call.text("base"));
    let (head, base) = (head.unwrap_or_default(), base.unwrap_or_default());
    let repository = call.repository()?;
    let (owner, branch) = match head.split_once(':') {
        Some((owner, branch)) => (owner.to_owned(), branch.to_owned()),
        None => (repository.owner.clone(), head.clone()),
    };
    let from = if owner.eq_ignore_ascii_case(&repository.owner) {
        Some(repository)
    } else {
        let mut all = call.world.repositories.values();
        all.find(|it| {
            it.owner.eq_ignore_ascii_case(&owner) && it.parent.as_ref() == Some(&repository.key())
        })
    };
    let wrong = |field: &str| {
        let mistake = json!({"resource": "PullRequest", "field": field, "code": "invalid"});
        Answer::json(
            StatusCode::UNPROCESSABLE_ENTITY,
            json!({
                "message": "Validation Failed", "errors": [mistake], "status": "422",
                "documentation_url": "https://docs.github.com/rest/pulls/pulls#create-a-pull-request",
            }),
        )
    };
    let from = from.ok_or_else(|| wrong("head"))?;
    let find = |of: &Repository, name: &str| of.git.reference(&format!("refs/heads/{name}"));
    let head_sha = find(from, &branch).ok_or_else(|| wrong("head"))?;
    let base_sha = find(repository, &base).ok_or_else(|| wrong("base"))?;
    repository.git.take_objects(&from.git);
    if repository.git.ahead(&base_sha, &head_sha).is_empty() {
        let text = format!("No commits between {base} and {head}");
        return Err(invalid("PullRequest", "head", &text));
    }
    let is_same = |it: &Pull| it.from == from.full_name() && it.branch == branch && it.base == base;
    let open = repository.issues.iter().filter(|it| it.is_open);
    if open.filter_map(|it| it.pull.as_ref()).any(is_same) {
        let text = format!("A pull request already exists for {owner}:{branch}.");
        return Err(invalid("PullRequest", "head", &text));
    }
    let pull = Pull {
        from: from.full_name(),
        branch,
        base,
        is_draft: call.body["draft"] == json!(true),
        reviewers: Vec::new(),
        team_reviewers: Vec::new(),
        merged: None,
        head_sha,
        base_sha,
    };
    let number = new_issue(call, &author, Some(pull))?;
    call.parameters
        .insert("pull_number".to_owned(), number.to_string());
    Ok(Answer::created(told(call)?))
}

/// Changes the pull request of the path.
fn with_issue(call: &mut Call<'_>, change: impl FnOnce(&mut Issue)) -> Result<(), Answer> {
    let number = call.number("pull_number")?;
    let repository = call.write()?;
    let mut all = repository.issues.iter_mut();
    let issue = all.find(|it| it.number == number && it.pull.is_some());
    change(issue.ok_or_else(not_found)?);
    Ok(())
}

pub(super) fn change(call: &mut Call<'_>) -> Done {
    let body = call.body.clone();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let ends = told(call)?;
    with_issue(call, |issue| {
        issue.title = text("title").unwrap_or_else(|| issue.title.clone());
        issue.body = text("body").or_else(|| issue.body.clone());
        if let Some(pull) = &mut issue.pull {
            pull.base = text("base").unwrap_or_else(|| pull.base.clone());
            let sha = |end: &str| ends[end]["sha"].as_str().unwrap_or_default().to_owned();
            (pull.head_sha, pull.base_sha) = (sha("head"), sha("base"));
            if pull.merged.is_none() {
                issue.is_open = text("state").map_or(issue.is_open, |it| it == "open");
            }
        }
    })?;
    get(call)
}

pub(super) fn reviewers(call: &mut Call<'_>) -> Done {
    let told = told(call)?;
    let (users, teams) = (&told["requested_reviewers"], &told["requested_teams"]);
    Ok(Answer::ok(json!({"users": users, "teams": teams})))
}

pub(super) fn ask_reviewers(call: &mut Call<'_>) -> Done {
    let (people, teams) = (call.texts("reviewers"), call.texts("team_reviewers"));
    let refuse = |text: String| Err(refusal(StatusCode::UNPROCESSABLE_ENTITY, &text));
    let author = told(call)?["user"]["login"].clone();
    if people.iter().any(|it| author == it.as_str()) {
        return refuse("Review cannot be requested from pull request author.".to_owned());
    }
    for name in &people {
        if call.world.find_account(name).is_none() {
            return refuse(format!(
                "Reviews may only be requested from collaborators. One or more of the users or teams \
                 you specified is not a collaborator of the {}/{} repository.",
                call.part("owner"),
                call.part("repo")
            ));
        }
    }
    for slug in &teams {
        if call.world.find_team(call.part("owner"), slug).is_none() {
            return refuse(format!(
                "Could not resolve to a team with the slug of {slug}"
            ));
        }
    }
    with_issue(call, |issue| {
        if let Some(pull) = &mut issue.pull {
            let new = |known: &[String], all: Vec<String>| -> Vec<String> {
                all.into_iter().filter(|it| !known.contains(it)).collect()
            };
            pull.reviewers.extend(new(&pull.reviewers.clone(), people));
            pull.team_reviewers
                .extend(new(&pull.team_reviewers.clone(), teams));
        }
    })?;
    Ok(Answer::created(told(call)?))
}

pub(super) fn files(call: &mut Call<'_>) -> Done {
    let told = told(call)?;
    let repository = call.repository()?;
    let sha = |end: &str| told[end]["sha"].as_str().unwrap_or_default();
    let middle = repository.git.merge_base(sha("base"), sha("head"));
    let all = compare::files(call.world, repository, middle.as_deref(), sha("head"));
    Ok(call.page(all.as_array().cloned().unwrap_or_default()))
}

pub(super) fn commits(call: &mut Call<'_>) -> Done {
    let told = told(call)?;
    let repository = call.repository()?;
    let sha = |end: &str| told[end]["sha"].as_str().unwrap_or_default();
    let ahead = repository.git.ahead(sha("base"), sha("head"));
    let all = ahead.iter();
    let all = all.filter_map(|it| describe_commit(call.world, repository, it));
    Ok(call.page(all.collect()))
}

pub(super) fn merge(call: &mut Call<'_>) -> Done {
    let number = call.number("pull_number")?;
    let full_name = {
        let repository = call.write()?;
        repository.full_name()
    };
    let (title, text) = (call.text("commit_title"), call.text("commit_message"));
    let squashes = call.text("merge_method").is_some_and(|it| it != "merge");
    let sha = merge_pull(call.world, &full_name, number, title, text, squashes)?;
    let message = "Pull Request successfully merged";
    Ok(Answer::ok(
        json!({"sha": sha, "merged": true, "message": message}),
    ))
}

/// Brings the commits of a pull request to where they are to go; returns the commit that does.
pub(crate) fn merge_pull(
    world: &mut World,
    full_name: &str,
    number: u64,
    title: Option<String>,
    text: Option<String>,
    squashes: bool,
) -> Result<String, Answer> {
    let now = world.tick();
    let repository = world.repository(full_name).ok_or_else(not_found)?;
    let mut all = repository.issues.iter();
    let issue = all.find(|it| it.number == number).ok_or_else(not_found)?;
    let pull = issue.pull.as_ref().ok_or_else(not_found)?;
    let refuse = |text: &str| Err(refusal(StatusCode::METHOD_NOT_ALLOWED, text));
    if !issue.is_open {
        return refuse("Pull Request is not mergeable");
    }
    let (head, base) = (
        head_of(world, issue, pull),
        base_of(repository, issue, pull),
    );
    if let Some(from) = world.repository(&pull.from) {
        repository.git.take_objects(&from.git);
    }
    let git = &repository.git;
    let middle = git.merge_base(&base, &head).ok_or_else(not_found)?;
    let files = merge_files(&git.files(&middle), &git.files(&base), &git.files(&head));
    let Ok(files) = files else {
        return refuse("Pull Request has merge conflicts");
    };
    let owner = pull.from.split('/').next().unwrap_or_default();
    let title = title
        .unwrap_or_else(|| format!("Merge pull request #{number} from {owner}/{}", pull.branch));
    let ann = Person::new("Ann", "ann@example.com", now);
    let mut parents = vec![base.clone()];
    if !squashes {
        parents.push(head.clone());
    }
    let sha = git.write_commit(&Commit {
        tree: git.write_tree(&files),
        parents,
        author: ann.clone(),
        committer: ann,
        message: format!("{title}\n\n{}", text.unwrap_or_else(|| issue.title.clone())),
    });
    git.set_reference(&format!("refs/heads/{}", pull.base), &sha);
    let (from, branch) = (pull.from.clone(), pull.branch.clone());
    let repository = world.repository_mut(full_name).ok_or_else(not_found)?;
    repository.pushed = now;
    if repository.has("delete_branch_on_merge") && repository.full_name() == from {
        repository
            .git
            .remove_reference(&format!("refs/heads/{branch}"));
    }
    let mut all = repository.issues.iter_mut();
    let issue = all.find(|it| it.number == number).ok_or_else(not_found)?;
    issue.is_open = false;
    if let Some(pull) = &mut issue.pull {
        (pull.head_sha, pull.base_sha) = (head, base);
        pull.merged = Some(sha.clone());
    }
    Ok(sha)
}
