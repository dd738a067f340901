//! GitHub Actions: starting workflows, and who may use them.

use super::{Call, Done};
use crate::answer::{Answer, not_found, unprocessable};
use crate::world::iso;
use serde_json::{Value, json};

/// Starts a workflow of `.github/workflows` that says it can be started.
pub(super) fn dispatch(call: &mut Call<'_>) -> Done {
    let id = call.part("workflow_id").to_owned();
    let wanted = call.text("ref").unwrap_or_default();
    let repository = call.write()?;
    let commit = repository.commit(&wanted);
    let commit = commit.ok_or_else(|| unprocessable(&format!("No ref found for: {wanted}")))?;
    let files = repository.files(&commit);
    let path = format!(".github/workflows/{id}");
    let workflow = files.get(&path).ok_or_else(not_found)?;
    if !workflow.contains("workflow_dispatch") {
        return Err(unprocessable(
            "Workflow does not have 'workflow_dispatch' trigger",
        ));
    }
    let (run, now) = (call.world.next_id(), call.world.tick());
    let inputs = call.body["inputs"].clone();
    let wants_details = call.body["return_run_details"] == json!(true);
    let repository = call.write()?;
    repository.dispatches.push(json!({
        "id": run, "workflow_id": id, "ref": wanted, "inputs": inputs, "sha": commit,
        "at": iso(now), "path": path,
    }));
    if !wants_details {
        return Ok(Answer::nothing());
    }
    let repository = call.repository()?;
    let (api, page) = (
        call.world.url_of(repository),
        call.world.page_of(repository),
    );
    Ok(Answer::ok(json!({
        "workflow_run_id": run, "run_url": format!("{api}/actions/runs/{run}"),
        "html_url": format!("{page}/actions/runs/{run}"),
    })))
}

/// Runs that were started, the latest first; they wait for somebody to run them.
pub(super) fn runs(call: &mut Call<'_>) -> Done {
    let repository = call.repository()?;
    let of = call.part("workflow_id");
    let (api, page) = (
        call.world.url_of(repository),
        call.world.page_of(repository),
    );
    let described = call.world.describe(repository);
    let all = repository.dispatches.iter().enumerate().rev();
    let all = all.filter(|(_, it)| of.is_empty() || it["workflow_id"] == of);
    let all = all.map(|(number, run)| {
        let url = format!("{api}/actions/runs/{}", run["id"]);
        json!({
            "id": run["id"], "node_id": format!("WFR_{}", run["id"]), "name": run["workflow_id"],
            "head_branch": run["ref"], "head_sha": run["sha"], "path": run["path"],
            "display_title": run["workflow_id"], "run_number": number + 1, "event": "workflow_dispatch",
            "status": "queued", "conclusion": null, "workflow_id": 1, "url": url,
            "html_url": format!("{page}/actions/runs/{}", run["id"]), "pull_requests": [],
            "created_at": run["at"], "updated_at": run["at"],
            "jobs_url": format!("{url}/jobs"), "logs_url": format!("{url}/logs"),
            "check_suite_url": format!("{api}/check-suites/1"),
            "artifacts_url": format!("{url}/artifacts"), "cancel_url": format!("{url}/cancel"),
            "rerun_url": format!("{url}/rerun"), "workflow_url": format!("{api}/actions/workflows/1"),
            "head_commit": null, "repository": described, "head_repository": described,
        })
    });
    let all: Vec<Value> = all.collect();
    Ok(call.counted("workflow_runs", all))
}

pub(super) fn access(call: &mut Call<'_>) -> Done {
    let level = &call.administer()?.workflow_access;
    Ok(Answer::ok(json!({"access_level": level})))
}

pub(super) fn set_access(call: &mut Call<'_>) -> Done {
    let level = call.text("access_level").unwrap_or_default();
    let repository = call.administer()?;
    if repository.visibility == "public" {
        let text = "Access policy only applies to internal and private repositories.";
        return Err(unprocessable(text));
    }
    repository.workflow_access = level;
    Ok(Answer::nothing())
}

pub(super) fn oidc(call: &mut Call<'_>) -> Done {
    let oidc = call.administer()?.oidc.clone();
    Ok(Answer::ok(
        oidc.unwrap_or_else(|| json!({"use_default": true})),
    ))
}

pub(super) fn set_oidc(call: &mut Call<'_>) -> Done {
    let asked = call.body.clone();
    call.administer()?.oidc = Some(asked);
    Ok(Answer::created(json!({})))
}
