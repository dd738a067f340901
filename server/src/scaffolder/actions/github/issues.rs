//! `github:issues:*`: making issues, and putting labels on them.

use super::create::without_nothing;
use super::effect::{self, Tried};
use super::{Hub, Target};
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

/// `github:issues:create`.
pub(in super::super) struct CreateIssue(pub(in super::super) Hub);

/// `github:issues:label`.
pub(in super::super) struct LabelIssue(pub(in super::super) Hub);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    title: String,
    body: Option<String>,
    assignees: Option<Vec<String>>,
    milestone: Option<Value>,
    labels: Option<Vec<String>>,
    token: Option<String>,
}

impl Action for CreateIssue {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            if call.is_dry_run {
                let place = self.0.named(&input.repo_url)?;
                let line = format!("Would make the issue '{}' in {}", input.title, place.name());
                call.log.info(&line);
                call.output("issueUrl", format!("{}/issues/1", place.page()));
                call.output("issueNumber", 1);
                return Ok(());
            }
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let issue = create(call, &target, &input).await?;
            call.log.info(&format!(
                "The issue is {}",
                issue["html_url"].as_str().unwrap_or_default()
            ));
            call.output("issueUrl", issue["html_url"].clone());
            call.output("issueNumber", issue["number"].clone());
            Ok(())
        })
    }
}

async fn create(call: &Call<'_>, target: &Target<'_>, input: &Input) -> Result<Value, ActionError> {
    let body = without_nothing(json!({
        "title": input.title,
        "body": input.body,
        "assignees": input.assignees,
        "milestone": input.milestone,
        "labels": input.labels,
    }));
    let purpose = format!("make the issue '{}' in {}", input.title, target.name());
    let path = target.path("issues");
    // GitHub's clock is read before: issues are found by their time.
    let reading = format!("say whether there is {}", target.name());
    target.api.get(&target.path(""), &reading).await?;
    let make = || async {
        let answer = target.api.post(&path, &body, &purpose).await;
        answer.map(|it| kept(&it))
    };
    effect::once(call, target, "issue", make, |tried| {
        found(target, input, tried)
    })
    .await
}

fn kept(issue: &Value) -> Value {
    json!({ "html_url": issue["html_url"], "number": issue["number"] })
}

/// The issue that one of these attempts has made.
async fn found(
    target: &Target<'_>,
    input: &Input,
    tried: Tried,
) -> Result<Option<Value>, ActionError> {
    let since = crate::github::segment(&tried.since());
    let path = format!("issues?state=all&sort=created&direction=desc&per_page=100&since={since}");
    let purpose = format!("list the issues of {}", target.name());
    let issues = target.api.get(&target.path(&path), &purpose).await?;
    let mut issues = issues.as_array().into_iter().flatten();
    let found = issues.find(|issue| {
        issue["title"] == input.title.as_str()
            && issue["body"].as_str().unwrap_or_default()
                == input.body.as_deref().unwrap_or_default()
            && tried.holds(&issue["created_at"])
    });
    Ok(found.map(kept))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LabelInput {
    repo_url: String,
    number: f64,
    labels: Vec<String>,
    token: Option<String>,
}

impl Action for LabelIssue {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: LabelInput = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let path = target.path(&format!("issues/{}/labels", input.number));
            let purpose = format!("put labels on {} of {}", input.number, target.name());
            let body = json!({ "labels": input.labels });
            match target.api.post_again(&path, &body, &purpose).await {
                Err(error) if error.is_unknown() => return Err(error.into()),
                // As existing templates count on: labels are no reason to stop.
                Err(error) => call.log.warn(&error.to_string()),
                Ok(_) => call
                    .log
                    .info(&format!("Labelled {}", input.labels.join(", "))),
            }
            Ok(())
        })
    }
}
