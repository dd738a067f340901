//! A pull request, or an issue.

use super::code::difference;
use super::html::{escape, facts};
use super::link;
use crate::issue::{Issue, Pull};
use crate::repository::Repository;
use crate::rest::describe_pull;
use crate::world::World;

pub(super) fn issue(world: &World, repository: &Repository, number: u64) -> Option<String> {
    let issue = repository.issues.iter().find(|it| it.number == number)?;
    let state = if issue.is_open { "Open" } else { "Closed" };
    let mut rows = vec![
        ("State", state.to_owned()),
        ("Author", escape(&issue.author)),
        ("Labels", escape(&issue.labels.join(", "))),
        ("Assignees", escape(&issue.assignees.join(", "))),
    ];
    let mut changed = String::new();
    if let Some(pull) = &issue.pull {
        let from = world.repository(&pull.from).unwrap_or(repository);
        let branch = link(from, &format!("tree/{}", pull.branch), &pull.branch);
        let base = link(repository, &format!("tree/{}", pull.base), &pull.base);
        rows.push(("Branches", format!("{branch} into {base}")));
        rows.push(("Draft", if pull.is_draft { "yes" } else { "no" }.to_owned()));
        let asked = [pull.reviewers.as_slice(), pull.team_reviewers.as_slice()].concat();
        rows.push(("Reviewers", escape(&asked.join(", "))));
        let told = describe_pull(world, repository, issue)?;
        let files = |end: &str| {
            repository
                .git
                .files(told[end]["sha"].as_str().unwrap_or_default())
        };
        changed = format!(
            "<h2>Changes</h2>{}",
            difference(repository, &files("base"), &files("head"))
        );
        if let Some(sha) = &pull.merged {
            rows[0].1 = format!(
                "Merged as {}",
                link(repository, &format!("commit/{sha}"), &sha[..7])
            );
        }
        changed.push_str(&button(repository, issue, pull));
    }
    let comments: Vec<String> = issue
        .comments
        .iter()
        .map(|it| {
            format!(
                "<pre>{}</pre>",
                escape(it["body"].as_str().unwrap_or_default())
            )
        })
        .collect();
    let comments = comments.concat();
    Some(format!(
        "<h2>{} #{number}</h2>{}<pre>{}</pre>{comments}{changed}",
        escape(&issue.title),
        facts(rows),
        escape(issue.body.as_deref().unwrap_or("No description."))
    ))
}

/// What a reviewer would press.
fn button(repository: &Repository, issue: &Issue, pull: &Pull) -> String {
    if !issue.is_open || pull.is_draft {
        return String::new();
    }
    let target = format!("/{}/pull/{}/merge", repository.full_name(), issue.number);
    format!(
        "<form method=\"post\" action=\"{}\"><button>Merge pull request</button></form>",
        escape(&target)
    )
}
