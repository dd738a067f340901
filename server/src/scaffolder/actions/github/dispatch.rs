//! `github:actions:dispatch`: starts a workflow.

use super::create::without_nothing;
use super::effect::{self, Tried};
use super::{Hub, Target};
use crate::github::segment;
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// See the head of this file.
pub(in super::super) struct Dispatch(pub(in super::super) Hub);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    workflow_id: String,
    branch_or_tag_name: String,
    workflow_inputs: Option<BTreeMap<String, String>>,
    #[serde(default)]
    return_workflow_run_details: bool,
    token: Option<String>,
}

impl Action for Dispatch {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let token = input.token.as_deref();
            let target = self.0.target(&input.repo_url, token, call.log).await?;
            let run = dispatch(call, &target, &input).await?;
            if !input.return_workflow_run_details {
                return Ok(());
            }
            for (name, key) in [
                ("workflowRunId", "workflow_run_id"),
                ("workflowRunUrl", "run_url"),
                ("workflowRunHtmlUrl", "html_url"),
            ] {
                if !run[key].is_null() {
                    call.output(name, run[key].clone());
                }
            }
            Ok(())
        })
    }
}

async fn dispatch(
    call: &Call<'_>,
    target: &Target<'_>,
    input: &Input,
) -> Result<Value, ActionError> {
    let workflow = format!("actions/workflows/{}", segment(&input.workflow_id));
    let path = target.path(&format!("{workflow}/dispatches"));
    let purpose = format!(
        "start the workflow {} of {} on {}",
        input.workflow_id,
        target.name(),
        input.branch_or_tag_name
    );
    let details = input.return_workflow_run_details.then_some(true);
    let body = without_nothing(json!({
        "ref": input.branch_or_tag_name,
        "inputs": input.workflow_inputs,
        "return_run_details": details,
    }));
    // GitHub's clock is read before the workflow is started: its runs are found by their time.
    let reading = format!("say whether there is {}", target.name());
    target.api.get(&target.path(""), &reading).await?;
    let make = || target.api.post(&path, &body, &purpose);
    let find = |tried| started(target, &workflow, input, tried);
    let run = effect::once(call, target, "dispatch", make, find).await?;
    target.log.info(&format!(
        "The workflow {} was started on {}",
        input.workflow_id, input.branch_or_tag_name
    ));
    Ok(run)
}

/// The run that one of these attempts has started.
async fn started(
    target: &Target<'_>,
    workflow: &str,
    input: &Input,
    tried: Tried,
) -> Result<Option<Value>, ActionError> {
    let branch = segment(&input.branch_or_tag_name);
    let since = segment(&tried.since());
    let path = target.path(&format!(
        "{workflow}/runs?event=workflow_dispatch&branch={branch}&created=%3E%3D{since}&per_page=100"
    ));
    let purpose = format!("list the runs of the workflow {}", input.workflow_id);
    let runs = target.api.get(&path, &purpose).await?;
    let runs = runs["workflow_runs"].as_array();
    let mut runs = runs.into_iter().flatten();
    let first = runs.find(|run| tried.holds(&run["created_at"]));
    let other = runs.find(|run| tried.holds(&run["created_at"]));
    match (first, other) {
        (None, _) => Ok(None),
        (Some(run), None) => Ok(Some(json!({
            "workflow_run_id": run["id"],
            "run_url": run["url"],
            "html_url": run["html_url"],
        }))),
        (Some(one), Some(other)) => Err(ActionError::Conflict(format!(
            "The workflow {} was started more than once at {}, and whether one of {} and {} is of this task is \
             not known. See whether it did its work, and start it by hand if not",
            input.workflow_id,
            tried.told(),
            one["html_url"],
            other["html_url"],
        ))),
    }
}
